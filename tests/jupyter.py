"""Surroundings in which Jupyter touches nothing of the user's: all of its folders lie in one temporary folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 60.0
"""So long a server may take to answer, or to end, on a busy machine."""

NO_NEWS = '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'
"""Else a notice covers the page."""
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "XDG_DATA_HOME": "share",  # the quiz keeps progress there
    "MPLCONFIGDIR": "matplotlib",
}


def surroundings(folder: Path) -> dict[str, str]:
    """The environment for a Jupyter whose files all lie in `folder`."""
    home = folder / ".jupyter-of-the-test"
    notices = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notices.parent.mkdir(parents=True, exist_ok=True)
    notices.write_text(NO_NEWS, encoding="utf-8")
    settings = {"JUPYTER_PLATFORM_DIRS": "1", "PYTHONWARNINGS": "default"}
    # Jupyter itself says how a kernel draws: a backend that is set would leave its pictures out.
    own = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return {**own, **settings, **{name: str(home / folder_) for name, folder_ in FOLDERS.items()}}


@contextmanager
def running_lab(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `codesuite lab …` in that folder, without a browser, and the address it printed. It does not outlive
    the block."""
    command = [sys.executable, "-m", "sim", *arguments, "--no-browser", "--jupyter=--allow-root"]
    log = folder / "log.txt"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings(folder),
            stdout=stream,
            stderr=stream,
            text=True,
            start_new_session=True,
        )
    try:
        yield process, _address(process, log)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*token=\w+", log.read_text(encoding="utf-8")):
            return found[0]
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
