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
    """Assumptions from their text. Raises ProblemsError."""
    reader = Reader(path, "AS")
    document = reader.mapping(compose(text, path), "the file")
    entries: dict[str, Assumption] = {}
    commands: tuple[Assumption, ...] = ()
    if document is not None:
        reader.unknown_keys(document, ("entries", "commands"), "the file")
        entries = _entries(reader, document)
        commands = _commands(reader, document)
    reader.raise_if_errors()
    return Assumptions(entries, commands)


def _entries(reader: Reader, document: Mapping) -> dict[str, Assumption]:
    node = reader.needed(document, "entries", "the file")
    table = None if node is None else reader.mapping(node, "entries")
    found = {}
    for key, value in table.items if table else ():
        entry = _entry(reader, key.text, reader.mapping(value, key.text), ("takes", "reason"))
        if entry is not None:
            found[key.text] = entry
    if table is not None and "build.command" not in table:
        reader.error(table, "005", "there is no build.command", "it is for the commands that no pattern names")
    return found


def _commands(reader: Reader, document: Mapping) -> tuple[Assumption, ...]:
    node = reader.needed(document, "commands", "the file")
    rows = None if node is None else reader.sequence(node, "commands")
    found = [_command(reader, reader.mapping(row, "a command")) for row in (rows.items if rows else ())]
    return tuple(entry for entry in found if entry is not None)


def _entry(reader: Reader, key: str, node: Mapping | None, allowed: tuple[str, ...]) -> Assumption | None:
    if node is None:
        return None
    reader.unknown_keys(node, allowed, key)
    given, why = reader.needed(node, "takes", key), reader.needed(node, "reason", key)
    takes = None if given is None else read_distribution(reader, given, f"{key}: takes")
    reason = None if why is None else reader.text(why, f"{key}: reason")
    if takes is None or reason is None:
        return None
    return Assumption(key, takes, reason, spelled(given))


def _command(reader: Reader, node: Mapping | None) -> Assumption | None:
    if node is None:
        return None
    given = reader.needed(node, "pattern", "a command")
    pattern = None if given is None else reader.text(given, "pattern")
    if pattern is None:
        return None
    entry = _entry(reader, pattern, node, ("pattern", "takes", "reason"))
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        reader.error(given, "004", f"{pattern!r} is not a regular expression: {error}")
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
