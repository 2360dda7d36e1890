"""What watches over these tests sees what it is there to see."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[test]'")

from playwright.sync_api import Page

from tests.browser.conftest import INSIDE
from tests.browser.lab import Lab, OpenNotebook, violations


def test_axe_finds_a_picture_without_words(page: Page) -> None:
    page.set_content('<main class="cs"><h1>A title</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>')
    assert [one.split()[0] for one in violations(page, ".cs")] == ["image-alt"]


@pytest.mark.parametrize("address", ["https://example.com/", "http://127.0.0.10.example.com/", "wss://example.com/"])
def test_other_hosts_are_outside(address: str) -> None:
    assert not INSIDE.match(address)


def test_a_cell_that_raises_is_noticed(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("raises", "1 / 0"))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.run_all()


def test_a_cell_that_warns_is_noticed(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("warns", "import sys; print('careful', file=sys.stderr)"))
    with pytest.raises(AssertionError, match="careful"):
        notebook.run_all()
