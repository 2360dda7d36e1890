"""What `codesuite lab` does: the learner's folder brought up to date, and JupyterLab there, on loopback only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.core.problems import UsageError
from sim.course.folder import Delivery, State

ROOT_ALLOWED = "--allow-root"
"""JupyterLab's own name for it."""


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
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *([] if first is None else [f"--LabApp.default_url=/lab/tree/{first}"]),
        *([] if browser else ["--no-browser"]),
        *([] if port is None else [f"--ServerApp.port={port}"]),
        *more,
    ]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def start(command: Sequence[str]) -> int:
    """Become that command, where the system can: Ctrl-C, signals and a closing terminal then reach it alone, and no
    server is ever left behind. Returns its exit code where the system cannot."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(command[0], list(command))
    return subprocess.run(command, check=False).returncode
