"""The numbers that no source gives, each with its reason: `data/assumptions.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.core.randomness import Distribution
from sim.formats import shipped
from sim.formats.durations import read_distribution
from sim.formats.nodes import Mapping, Reader, Sequence, compose


@dataclass(frozen=True, slots=True)
class Assumption:
    """A duration and why it is taken. For commands, `pattern` says which."""

    key: str
    takes: Distribution
    reason: str
    text: str
    pattern: re.Pattern[str] | None = None


class Assumptions:
    """All assumptions of one file."""

    def __init__(self, entries: dict[str, Assumption], commands: tuple[Assumption, ...]):
        self.entries = entries
        self.commands = commands

    def duration(self, key: str) -> Distribution:
        """The distribution of that key. Raises KeyError for a key the file does not hold."""
        return self.entries[key].takes

    def value_ms(self, key: str) -> int:
        """A constant, in milliseconds."""
        return self.entries[key].takes.at(0.5)

    def command(self, text: str) -> tuple[str, Distribution]:
        """(key, distribution) of the first pattern found in a command, else of `build.command`."""
        found = self.of_command(text)
        return found.key, found.takes

    def of_command(self, text: str) -> Assumption:
        for entry in self.commands:
            assert entry.pattern is not None
            if entry.pattern.search(text):
                return entry
        return self.entries["build.command"]

    def of(self, key: str) -> Assumption:
        """The assumption behind a key as runs record it: `deploy.start`, or `command:npm ci`."""
        return self.of_command(key.removeprefix("command:")) if key.startswith("command:") else self.entries[key]


@cache
def load(path: Path | None = None) -> Assumptions:
    """Read assumptions, by default those that come along. Raises ProblemsError."""
    file = path or shipped.root() / "assumptions.yml"
    return read(file.read_text(encoding="utf-8"), file.name)


def read(text: str, path: str) -> Assumptions:
    reader = Reader(path, "AS")
    entries: dict[str, Assumption] = {}
    commands: list[Assumption] = []
    document = reader.mapping(compose(text, path), "the file")
    if document is not None:
        reader.unknown_keys(document, ("entries", "commands"), "the file")
        table = reader.mapping(document.get("entries"), "entries")
        for key, node in table.items if table else ():
            entry = _entry(reader, key.text, reader.mapping(node, key.text), ("takes", "reason"))
            if entry is not None:
                entries[key.text] = entry
        rows = reader.sequence(document.get("commands"), "commands")
        for row in rows.items if rows else ():
            entry = _command(reader, reader.mapping(row, "a command"))
            if entry is not None:
                commands.append(entry)
    reader.raise_if_errors()
    return Assumptions(entries, tuple(commands))


def _entry(reader: Reader, key: str, node: Mapping | None, allowed: tuple[str, ...]) -> Assumption | None:
    if node is None:
        return None
    reader.unknown_keys(node, allowed, key)
    takes = read_distribution(reader, node.get("takes"), f"{key}: takes")
    reason = reader.text(node.get("reason"), f"{key}: reason")
    if takes is None or reason is None:
        return None
    return Assumption(key, takes, reason, spelled(node.get("takes")))


def _command(reader: Reader, node: Mapping | None) -> Assumption | None:
    if node is None:
        return None
    pattern = reader.text(node.get("pattern"), "pattern")
    if pattern is None:
        return None
    entry = _entry(reader, pattern, node, ("pattern", "takes", "reason"))
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        reader.error(node.get("pattern"), "004", f"{pattern!r} is not a regular expression: {error}")
        return None
    if entry is None:
        return None
    return Assumption(entry.key, entry.takes, entry.reason, entry.text, compiled)


def spelled(node: object) -> str:
    """A distribution as the file writes it, on one line."""
    if isinstance(node, Mapping):
        return ", ".join(f"{key.text} {spelled(value)}" for key, value in node.items)
    if isinstance(node, Sequence):
        return "[" + ", ".join(spelled(item) for item in node.items) + "]"
    return getattr(node, "text", "")


__all__ = ["Assumption", "Assumptions", "load", "read", "spelled"]
