"""Report groups that look for their file in one folder while a command writes it into another (codebuild.md §1.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from posixpath import basename, normpath

from sim.core.problems import Problem
from sim.formats.check import shell
from sim.formats.check.buildspec import Spec
from sim.formats.nodes import Mapping, Node, Scalar, Sequence

MAX_GROUPS = 5
"""A buildspec may have so many report groups (docs/behaviour/codebuild.md §1.7)."""
MAX_FILES = 20
"""So many files of a group are looked for in the commands."""
MAX_LOOKED = 500
"""So many commands are looked through; of a build with more, nothing is said."""
_MOVES = re.compile(r"\b(?:cd|pushd|Set-Location)\b")
"""Where a command begins elsewhere, its paths are others."""


def missed_reports(spec: Spec, is_there: Callable[[str], bool]) -> Iterator[Problem]:
    """Warnings; `is_there` tells of a path from the buildspec's folder."""
    reports = spec.table("reports")
    commands = [command.text[: shell.MAX_COMMAND] for _, command in spec.commands]
    if reports is None or len(commands) > MAX_LOOKED or any(_MOVES.search(command) for command in commands):
        return
    for _, group in islice(reports.items, MAX_GROUPS):
        node = group.get("base-directory") if isinstance(group, Mapping) else None
        if not isinstance(group, Mapping) or not isinstance(node, Scalar):
            continue
        base = normpath(node.text or ".")
        if base == "." or re.search(r"[*?$]", base) or is_there(base) or _is_named(spec, commands, base):
            continue
        written = {path for name in _files(group) for command in commands for path in _written(command, name)}
        folders = {path.rpartition("/")[0] for path in written}
        if len(folders) == 1:
            yield _problem(node, base, min(written), folders.pop())


def _problem(node: Node, base: str, path: str, folder: str) -> Problem:
    message = f"no command writes into {base}, and it is not there: {basename(path)} is written to {path}"
    hint = f"did you mean {folder}?" if folder else f"take `base-directory` out: {path} lies at the root of the source"
    return Problem(node.path, node.line, node.column, "warning", "BS305", message, hint)


def _is_named(spec: Spec, commands: list[str], base: str) -> bool:
    """Whether a command, or a variable that a tool may read, speaks of a folder."""
    variables = spec.table("env", "variables")
    values = [value.text for _, value in variables.items if isinstance(value, Scalar)] if variables is not None else []
    named = re.compile(rf"(?<![\w.-]){re.escape(base)}(?![\w-])")
    return any(named.search(text) for text in (*commands, *values))


def _files(group: Mapping) -> Iterator[str]:
    """The plain names that a group looks for in its base directory."""
    node = group.get("files")
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in islice(items, MAX_FILES):
        if isinstance(item, Scalar) and re.fullmatch(r"(?:\./)?[\w-][\w.-]*\.\w+", item.text):
            yield item.text.removeprefix("./")


def _written(command: str, name: str) -> Iterator[str]:
    """The paths by which a command writes a file of that name: behind an option, or a `>`."""
    before = r"(?:(?:^|\s)-{1,2}[\w-]{1,40}(?:[= ]|[= ]\w{1,20}:)|>\s{0,3})"
    for found in re.finditer(rf"{before}[\"']?((?:[\w.-]{{1,60}}/){{0,9}}){re.escape(name)}(?![\w./-])", command):
        yield normpath(found[1] + name)


__all__ = ["missed_reports"]
