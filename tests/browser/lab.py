"""A JupyterLab for tests, all of its files in one folder; and a notebook in it, as somebody at the page handles it."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from sim.course.notebooks import Notebook
from tests.jupyter import surroundings

PATIENCE_MS = 120_000
"""So long anything in the browser may take on a busy machine."""

CELLS = """() => window.jupyterapp.shell.currentWidget.content.model.cells.model
  .cells.map((cell) => cell.toJSON()).filter((cell) => cell.cell_type === 'code')"""


class Lab:
    """A server on loopback with a token of its own. `folder` is what a learner sees."""

    def __init__(self, home: Path):
        self.home = home
        self.folder = home / "course"
        self.folder.mkdir()
        self.port = _free_port()
        self.token = secrets.token_hex(16)
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                self._command(), env=surroundings(home), cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.folder}",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            "--LabApp.expose_app_in_browser=True",  # so that a test can change the theme
        ]

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while True:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            try:
                urllib.request.urlopen(f"{self.base}/api?token={self.token}", timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                assert time.monotonic() < end, self.log.read_text(encoding="utf-8")
                time.sleep(0.2)

    def close(self) -> None:
        """End the server, and its kernels with it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def write(self, name: str, *cells: str) -> str:
        """A notebook of code cells. Returns its file's name."""
        text = "\n\n".join(f"# %%\n{cell}" for cell in cells)
        return self.bring(Notebook(name, text))

    def bring(self, notebook: Notebook) -> str:
        (self.folder / notebook.file_name).write_text(notebook.ipynb(), encoding="utf-8")
        return notebook.file_name

    def saved(self, file_name: str) -> dict[str, object]:
        """The notebook as it lies in the folder."""
        document: dict[str, object] = json.loads((self.folder / file_name).read_text(encoding="utf-8"))
        return document


class OpenNotebook:
    """A notebook that is open in a page."""

    def __init__(self, page: Page, lab: Lab, file_name: str):
        self.page = page
        page.goto(f"{lab.base}/lab/workspaces/{secrets.token_hex(4)}/tree/{file_name}?token={lab.token}&reset")
        page.locator(".jp-NotebookPanel").wait_for(timeout=PATIENCE_MS)
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Until a kernel is there and idle. Only the status bar names both: the notebook's own indicator is idle
        before a kernel is attached, and running cells then asks which kernel to take."""
        idle = self.page.get_by_text(re.compile(r"Python 3 \(ipykernel\) \| Idle"))
        idle.wait_for(timeout=PATIENCE_MS)

    def run_all(self) -> None:
        """Run every cell, and wait for the last one. None may raise anything, nor write to stderr.

        JupyterLab keeps cells that are out of sight out of the page: its model is asked.
        """
        before = [cell["execution_count"] for cell in self.cells()]
        self.menu("Run", "Run All Cells")
        end = time.monotonic() + PATIENCE_MS / 1000
        while any(_unrun(cell, old) for cell, old in zip(self.cells(), before, strict=True)):
            troubles = self.troubles()
            assert not troubles, "\n".join(troubles)
            assert time.monotonic() < end, "cells have not run"
            self.page.wait_for_timeout(100)
        self.wait_for_kernel()
        troubles = self.troubles()
        assert not troubles, "\n".join(troubles)

    def cells(self) -> list[dict[str, Any]]:
        """The code cells, as nbformat has them."""
        found: list[dict[str, Any]] = self.page.evaluate(CELLS)
        return found

    def troubles(self) -> list[str]:
        """What cells have raised, or written to stderr."""
        outputs = [output for cell in self.cells() for output in cell["outputs"]]
        raised = [f"{one['ename']}: {one['evalue']}" for one in outputs if one["output_type"] == "error"]
        return raised + [str(one["text"]) for one in outputs if one.get("name") == "stderr"]

    def restart(self) -> None:
        """Give the notebook another kernel; what the old one has shown goes."""
        self.menu("Kernel", "Restart Kernel and Clear Outputs of All Cells…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.wait_for_kernel()

    def menu(self, *names: str) -> None:
        for name in names:
            # An item's accessible name ends with its keys, if it has any: `Restart Kernel… 0, 0`.
            self.page.get_by_role("menuitem", name=re.compile(rf"^{re.escape(name)}(\W.*)?$")).first.click()

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme, such as `JupyterLab Dark`."""
        self.page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", name, timeout=PATIENCE_MS)

    def region(self, name: str) -> Locator:
        """A board on the page by its accessible name."""
        return self.page.get_by_role("group", name=name, exact=True)


def violations(page: Page, selector: str) -> list[str]:
    """What axe-core finds wrong inside that part of the page, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    assert page.locator(selector).count() > 0, f"nothing matches {selector}"
    found: Sequence[dict[str, object]] = Axe().run(page, context=selector).response["violations"]
    return [f"{one['id']} ({one['impact']}): {one['help']}: {_where(one)}" for one in found]


def _unrun(cell: dict[str, Any], before: int | None) -> bool:
    return bool(str(cell["source"]).strip()) and cell["execution_count"] in (None, before)


def _where(violation: dict[str, object]) -> str:
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    return "; ".join(str(node["html"])[:200] for node in nodes[:3])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
