"""Commands that take a file whose name is there with another ending only: `cp appspec.yaml` beside an appspec.yml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from posixpath import basename, splitext

from sim.core.problems import Problem
from sim.formats.check import shell
from sim.formats.check.buildspec import Spec
from sim.formats.nodes import Node

MAX_FILES = 50
"""So many files that commands take are looked up."""
_SAME = ({".yml", ".yaml"}, {".htm", ".html"}, {".jpg", ".jpeg"})
"""Endings of which people write one for the other, and that no program makes of each other."""
_TAKES = re.compile(r"(?:^|&&|[;\n])[ \t]*(?:cp|mv|cat)[ \t]+([^;&|<>\n]+)")
_CAREFUL = re.compile(r"\|\||\btest\b|\[ |\bif\b|\bcd\b|\bpushd\b")
"""Commands that look first whether a file is there, or that begin elsewhere."""


def other_endings(spec: Spec, is_there: Callable[[str], bool]) -> Iterator[Problem]:
    """Warnings; `is_there` tells of a path from the buildspec's folder. Builds that use `cd` are not judged."""
    commands = [command for _, command in spec.commands]
    if any(_CAREFUL.search(command.text) for command in commands):
        return
    for command, path in islice(_taken(spec), MAX_FILES):
        stem, ending = splitext(path)
        others = sorted(other for same in _SAME if ending in same for other in same - {ending})
        there = next((stem + other for other in others if is_there(stem + other)), "")
        if there and not is_there(path) and sum(basename(path) in one.text for one in commands) == 1:
            message = f"{path} is not there, and no command makes it: {there} is"
            yield Problem(
                command.path, command.line, command.column, "warning", "BS303", message, f"did you mean {there}?"
            )


def _taken(spec: Spec) -> Iterator[tuple[Node, str]]:
    """(command, path) of the plain files that `cp`, `mv` and `cat` take."""
    for _, command in spec.commands:
        for found in _TAKES.finditer(command.text[: shell.MAX_COMMAND]):
            words = [word for word in found[1].split() if not word.startswith("-")]
            taken = words if "cat" in found[0][: found.start(1) - found.start()] else words[:-1]
            for word in taken:
                if re.fullmatch(r"[\w-][\w./-]*\.[a-z]+", word):
                    yield command, word


__all__ = ["other_endings"]
