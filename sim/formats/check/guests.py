"""Checks of kinds of files that no room of `sim` may know, such as question banks: they come by entry points.

The name of an entry point is what its codes begin with. What it names is called with paths, and gives {path: findings}
of the files that it knows. Beside it, its module has `CODES` ({code: Code}), `KIND`, what the files are called, and
`SOURCE`, where what the codes say is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from sim.core.problems import Problem
from sim.formats.check.codes import Code

GROUP = "codesuite.checks"


def found_by_guests(paths: Sequence[Path]) -> dict[str, list[Problem]]:
    """{path: findings} of the files that guests know."""
    found: dict[str, list[Problem]] = {}
    for guest in _guests():
        found |= guest.load()(paths)
    return found


def codes_of_guests() -> dict[str, Code]:
    found: dict[str, Code] = {}
    for guest in _guests():
        found |= import_module(guest.module).CODES
    return found


def kinds_of_guests() -> dict[str, tuple[str, str]]:
    """{what codes begin with: (what the files are called, where it is written down)}"""
    modules = {guest.name: import_module(guest.module) for guest in _guests()}
    return {name: (module.KIND, module.SOURCE) for name, module in modules.items()}


def _guests() -> list[EntryPoint]:
    """One of each name, in order: a package that is installed twice in a path is still one."""
    return [guest for _, guest in sorted({guest.name: guest for guest in entry_points(group=GROUP)}.items())]
