"""Which files of a folder are looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sim.formats.check.kinds import SUFFIXES

SKIPPED = {
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".terraform",
    ".aws-sam",
    "cdk.out",
    "site-packages",
}
"""Folders that hold what other tools fetched or made."""


def walk(folder: Path, unread: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """The files of a folder that could be of some kind by their names, in order of their paths.

    What git ignores there is left out. `unread` is told of folders that the operating system does not show.
    """
    ignored = _ignored(folder)
    for here, folders, names in os.walk(folder, onerror=unread):
        if here != str(folder) and ".git" in (*folders, *names):
            ignored |= _ignored(Path(here))  # a repository inside
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED and os.path.join(here, name, "") not in ignored
        )
        for name in sorted(names):
            path = Path(here) / name
            if path.suffix.lower() in SUFFIXES and os.path.join(here, name) not in ignored and os.path.isfile(path):
                yield path


_LOCATIONS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""Git sets them for its hooks; what is asked here is about another folder, perhaps."""
MAX_ANSWER_S = 30
"""Seconds. A git that takes longer has no say."""


def _ignored(folder: Path) -> set[str]:
    """The paths in a folder that git ignores and does not keep, a slash behind those of whole folders.

    Nothing where no git is, or no repository. Git is asked, as its rules stand in several files on several levels.
    """
    environment = {key: value for key, value in os.environ.items() if key not in _LOCATIONS}
    # fsmonitor may name a program that git would start: looking at a folder starts none.
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "ls-files", "-z", "--others", "--ignored"]
    try:
        done = subprocess.run(
            [*command, "--exclude-standard", "--directory"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MAX_ANSWER_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return set()
    if done.returncode != 0:
        return set()
    return {os.path.join(folder, os.fsdecode(name)) for name in done.stdout.split(b"\0") if name}


def tree(folder: Path) -> set[str]:
    """The paths of all files below a folder, with slashes, from it."""
    found: set[str] = set()
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED]
        base = Path(here).relative_to(folder).as_posix()
        found.update(name if base == "." else f"{base}/{name}" for name in names)
    return found


def parents(paths: Iterable[str]) -> set[str]:
    """The folders that paths lie in."""
    found: set[str] = set()
    for path in paths:
        while "/" in path:
            path = path.rpartition("/")[0]
            if path in found:
                break
            found.add(path)
    return found
