"""One server and one browser for all tests of this folder; a page for each test, which may not leave loopback."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

REQUIRED = os.environ.get("CODESUITE_BROWSER") == "required"
INSIDE = re.compile(r"(https?|ws)://127\.0\.0\.1[:/]|data:|blob:|about:|devtools:|chrome-extension:")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
]

try:
    import playwright  # noqa: F401
except ImportError:
    if REQUIRED:
        raise pytest.UsageError("browser tests are required here, and Playwright is not installed") from None
    collect_ignore = ["lab.py"]  # looked at for doctests it would be imported, which needs Playwright


def _chromium() -> str:
    """Where the browser is. Skips, or fails where it may not be missing."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        _missing("no Chromium is installed: apt-get install chromium, or name one in CHROMIUM")
    return str(found)


def _missing(what: str) -> None:
    if REQUIRED:
        pytest.fail(f"browser tests are required here, and {what}", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A JupyterLab that serves a folder."""
    _chromium()
    try:
        from tests.browser.lab import Lab
    except ImportError as error:
        _missing(f"{error.name} is not installed: pip install '.[test]'")
    server = Lab(tmp_path_factory.mktemp("lab"))
    try:
        server.wait()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A browser with an empty profile. It is closed before tests of other folders run: Playwright's loop is no good
    neighbour for theirs."""
    executable = _chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=executable,
            args=FLAGS,
            headless=True,
            viewport={"width": 1280, "height": 1000},
        )
        yield context
        context.close()


@pytest.fixture
def page(lab, browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """A page. At the end: no request has left loopback, and no script has failed."""
    opened = browser.new_page()
    outside: list[str] = []
    broken: list[str] = []
    opened.on("request", lambda asked: None if INSIDE.match(asked.url) else outside.append(asked.url))
    opened.on("websocket", lambda socket: None if INSIDE.match(socket.url) else outside.append(socket.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    if getattr(request.node, "failed", False):
        opened.screenshot(path=tmp_path / "failed.png")
        print(f"The page as it was: {tmp_path / 'failed.png'}")
    opened.close()
    assert outside == []
    assert broken == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):  # type: ignore[no-untyped-def]
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
