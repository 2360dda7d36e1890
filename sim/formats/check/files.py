"""Which files of a folder are looked at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
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


def walk(folder: Path) -> Iterator[Path]:
    """The files of a folder that could be of some kind by their names, in order of their paths."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            path = Path(here) / name
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield path


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
