"""The demonstrations that come along: a scenario, what the speaker says when, and what a key does to the run.

A notebook and `codesuite demo` show the same one. `data/demos/NAME.yml`:

    title: A push to production, and what saves the day
    scenario: classroom/push-to-production
    minutes: 10
    notebook: 20_demonstration_rollback
    notes:
    - {at: 5s, say: "alice pushes. Nobody starts the pipeline."}
    keys:
    - {key: b, does: break the next instances, step: {hook: ValidateService, fails: true}}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.problems import UsageError
from sim.formats import shipped
from sim.formats.nodes import Mapping as MappingNode
from sim.formats.nodes import Node, Reader, compose, plain
from sim.formats.text import read_text

if TYPE_CHECKING:
    from sim.widgets.flight import Flight

RESERVED = " q?+-.,u"
"""Keys that the terminal needs for itself."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the speaker says from `at` (ms) on."""

    at: int
    say: str


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does: a step of the timeline or a rule of behavior, done at the moment shown."""

    key: str
    does: str
    step: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Demo:
    """One demonstration. `minutes` is how long it takes in a class, `notebook` the name of the one that shows it."""

    name: str
    title: str
    scenario: str
    minutes: int
    notebook: str
    notes: tuple[Note, ...]
    keys: tuple[Key, ...]

    def flight(self, seed: int | None = None) -> Flight:
        """The run, ready to be shown and changed."""
        from sim.widgets.flight import Flight

        return Flight(self.scenario, seed)

    def step(self, key: str) -> Mapping[str, Any]:
        """What that key does to a run, for `Flight.inject`. Raises UsageError for a key that does nothing."""
        for one in self.keys:
            if one.key == key:
                return one.step
        raise UsageError(f"no key {key!r} in the demonstration {self.name}; there are: {', '.join(self._bound())}")

    def _bound(self) -> list[str]:
        return [one.key for one in self.keys]


def names() -> list[str]:
    """The demonstrations that come along."""
    return sorted(path.stem for path in (shipped.root() / "demos").glob("*.yml"))


def demo(name: str) -> Demo:
    """The demonstration of that name. Raises UsageError with near names, ProblemsError for a file with mistakes."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), 1)
        meant = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names())}"
        raise UsageError(f"no demonstration is called {name!r}; {meant}")
    return read(shipped.root() / "demos" / f"{name}.yml")


def read(path: Path) -> Demo:
    """A demonstration from its file. Raises ProblemsError."""
    reader = Reader(str(path), "DM")
    table = reader.mapping(compose(read_text(path), str(path)), "the file")
    known = ("title", "scenario", "minutes", "notebook", "notes", "keys")
    made = None
    if table is not None:
        reader.unknown_keys(table, known, "a demonstration")
        made = Demo(
            path.stem,
            reader.text(table.get("title"), "title") or "",
            reader.text(table.get("scenario"), "scenario") or "",
            reader.integer(table.get("minutes"), "minutes") or 0,
            reader.text(table.get("notebook"), "notebook") or "",
            tuple(_notes(reader, table.get("notes"))),
            tuple(_keys(reader, table.get("keys"))),
        )
    reader.raise_if_errors()
    assert made is not None
    return made


def _entries(reader: Reader, node: Node | None, what: str, known: tuple[str, ...]) -> Iterator[MappingNode]:
    listed = reader.sequence(node, f"{what}s")
    for item in () if listed is None else listed.items:
        table = reader.mapping(item, f"a {what}")
        if table is not None:
            reader.unknown_keys(table, known, f"a {what}")
            missing = [key for key in known if reader.needed(table, key, f"a {what}") is None]
            if not missing:
                yield table


def _notes(reader: Reader, node: Node | None) -> Iterator[Note]:
    latest = -1
    for table in _entries(reader, node, "note", ("at", "say")):
        at, say = reader.duration(table.get("at"), "at"), reader.text(table.get("say"), "say")
        if at is None or say is None:
            continue
        if at <= latest:
            reader.error(table, "101", "the note comes before the one above it", "put the notes in the order of time")
        latest = at
        yield Note(at, say)


def _keys(reader: Reader, node: Node | None) -> Iterator[Key]:
    taken = set(RESERVED)
    for table in _entries(reader, node, "key", ("key", "does", "step")):
        key, does = reader.text(table.get("key"), "key"), reader.text(table.get("does"), "does")
        step = reader.mapping(table.get("step"), "step")
        if key is None or does is None or step is None:
            continue
        if len(key) != 1 or key in taken:
            hint = "one letter that no other key and no control has"
            reader.error(table.get("key"), "102", f"the key {key!r} cannot be taken", hint)
        taken.add(key)
        yield Key(key, does, plain(step))


__all__ = ["Demo", "Key", "Note", "demo", "names", "read"]
