"""What `codesuite lab` does: the learner's folder brought up to date, and JupyterLab there, on loopback only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sim.core.problems import UsageError
from sim.course.folder import Delivery, State

ROOT_ALLOWED = "--allow-root"
"""JupyterLab's own name for it."""
SETTINGS = Path(".codesuite-lab") / "labconfig" / "default_setting_overrides.json"
"""Defaults of JupyterLab for the course alone; what a user has set for themselves is stronger."""
DEFAULTS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
"""Else JupyterLab asks whether it may fetch news, and its question covers the first page."""


def told(delivery: Delivery, folder: Path) -> Iterator[str]:
    """A delivery in lines for the learner."""
    if delivery.added:
        yield f"{_count(delivery.added)} copied to {folder}"
    if delivery.updated:
        yield f"{_count(delivery.updated)} replaced by the newer version: {', '.join(delivery.updated)}"
    for own, beside in delivery.beside:
        yield f"The new version of {own} is beside it, as {beside}; yours is as you left it"
    if delivery.waiting:
        yield "The course is newer than what is here. Nothing of yours was touched; with --update"
        yield from (f"  {name}: {_offer(state)}" for name, state in delivery.waiting)


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} notebook{'' if len(names) == 1 else 's'}"


def _offer(state: State) -> str:
    if state is State.RUN:
        return "the new version would take its place; you have run yours but changed no cell, so only outputs would go"
    return "the new version would be put beside it under another name; you have changed yours"


def command(folder: Path, first: str | None, browser: bool, port: int | None, more: Sequence[str]) -> list[str]:
    """The command that starts JupyterLab in the folder and opens the notebook `first`. `more` is for Jupyter itself.

    It answers on loopback and asks nobody for news or updates; all else is as the user's own Jupyter is set up.
    Raises UsageError where JupyterLab would refuse to start.
    """
    if _is_root() and ROOT_ALLOWED not in more:
        raise UsageError(
            f"JupyterLab does not start as root unless told to: become another user, or add --jupyter={ROOT_ALLOWED}"
        )
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder.absolute()}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it at once, without a question
        "--Application.log_level=WARN",  # else the address stands among thirty lines that say nothing to a learner
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *([] if first is None else [f"--LabApp.default_url=/lab/tree/{first}"]),
        *([] if browser else ["--no-browser"]),
        *([] if port is None else [f"--ServerApp.port={port}"]),
        *more,
    ]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def running(folder: Path) -> str | None:
    """The address of a Jupyter that serves this very folder already, as its own files of what runs tell it; or None."""
    from jupyter_server.serverapp import list_running_servers

    for one in list_running_servers():
        if Path(one.get("root_dir", "")) == folder.absolute():
            token = f"?token={one['token']}" if one.get("token") else ""
            return f"{one['url']}lab{token}"
    return None


def environment(folder: Path) -> dict[str, str]:
    """The surroundings of the command: the user's own, and before them the course's defaults, which lie in its folder.

    A folder that cannot be written to has none.
    """
    file = folder.absolute() / SETTINGS
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(DEFAULTS, indent=1) + "\n", encoding="utf-8")
    except OSError:
        return dict(os.environ)
    before = os.environ.get("JUPYTER_CONFIG_PATH")
    path = os.pathsep.join([str(file.parent.parent), *([before] if before else [])])
    return {**os.environ, "JUPYTER_CONFIG_PATH": path}


def start(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Become that command, where the system can: Ctrl-C, signals and a closing terminal then reach it alone, and no
    server is ever left behind. Returns its exit code where the system cannot."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(command[0], list(command), dict(environment))
    return subprocess.run(command, check=False, env=dict(environment)).returncode
