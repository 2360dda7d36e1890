"""What a bank file may hold, as shapes: each reads a node, and each gives its part of the JSON Schema.

One table of shapes says what is allowed where, so that the reader and the schema for editors cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar

from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, is_null, plain

Schema = dict[str, Any]


class Shape:
    """Something that can stand in a bank file. `blank` takes the place of what cannot be read, of which a Problem tells
    then, so that everything else can still be looked at."""

    blank: ClassVar[Any] = None

    def read(self, reader: Reader, node: Node | None, what: str) -> Any:
        """The value of a node; a Problem and None where it is not of this shape."""
        raise TypeError("a Shape is one of its subclasses")

    def schema(self) -> Schema:
        raise TypeError("a Shape is one of its subclasses")


@dataclass(frozen=True)
class Text(Shape):
    """Text of at least so many characters, of that pattern, or one of those words."""

    blank: ClassVar[Any] = ""
    least: int = 1
    pattern: str = ""
    words: tuple[str, ...] = ()
    hint: str = ""

    def read(self, reader: Reader, node: Node | None, what: str) -> str | None:
        text = reader.text(node, what)
        if text is None:
            return None
        text = text.strip()
        if self.words and text not in self.words:
            reader.error(node, "011", f"{what} is {text!r}", f"one of {', '.join(self.words)}")
        elif self.pattern and not re.fullmatch(self.pattern, text):
            reader.error(node, "012", f"{what} is {text!r}, which it cannot be", self.hint or f"like {self.pattern}")
        elif len(text) < self.least:
            hint = self.hint or "write a sentence" * (self.least > 20)
            reader.error(node, "013", f"{what} is too short: at least {self.least} characters", hint)
        else:
            return text
        return None

    def schema(self) -> Schema:
        found: Schema = {"type": "string"}
        if self.words:
            return {"enum": list(self.words)}
        if self.pattern:
            found["pattern"] = f"^{self.pattern}$"
        if self.least > 1:
            found["minLength"] = self.least
        return found


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number between two others."""

    blank: ClassVar[Any] = 0
    low: int = 0
    high: int = 1_000_000

    def read(self, reader: Reader, node: Node | None, what: str) -> int | None:
        number = reader.integer(node, what)
        if number is not None and not self.low <= number <= self.high:
            reader.error(node, "014", f"{what} is {number}, not between {self.low} and {self.high}")
            return None
        return number

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Number(Shape):
    blank: ClassVar[Any] = 0.0

    def read(self, reader: Reader, node: Node | None, what: str) -> float | None:
        return reader.number(node, what)

    def schema(self) -> Schema:
        return {"type": "number"}


class Flag(Shape):
    blank: ClassVar[Any] = False

    def read(self, reader: Reader, node: Node | None, what: str) -> bool | None:
        return reader.boolean(node, what)

    def schema(self) -> Schema:
        return {"type": "boolean"}


class Day(Shape):
    """A date such as 2026-11-23."""

    blank: ClassVar[Any] = date.min

    def read(self, reader: Reader, node: Node | None, what: str) -> date | None:
        text = reader.text(node, what)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            reader.error(node, "015", f"{what} is {text!r}, not a date", "write one like 2026-11-23")
            return None

    def schema(self) -> Schema:
        return {"type": "string", "format": "date"}


class Anything(Shape):
    """Plain values, such as a part of a scenario."""

    def read(self, reader: Reader, node: Node | None, what: str) -> Any:
        return None if node is None else plain(node)

    def schema(self) -> Schema:
        return {}


class NameOrMapping(Shape):
    """Something that has a name, or is written where it is needed: the name, or plain values."""

    def read(self, reader: Reader, node: Node | None, what: str) -> Any:
        return plain(node) if isinstance(node, Mapping) else reader.text(node, what)

    def schema(self) -> Schema:
        return {"type": ["string", "object"]}


@dataclass(frozen=True)
class Listed(Shape):
    """A list of at least so many of one shape, as a tuple: each entry in its place."""

    blank: ClassVar[Any] = ()
    item: Shape
    least: int = 0

    def read(self, reader: Reader, node: Node | None, what: str) -> tuple[Any, ...]:
        rows = reader.sequence(node, what)
        if rows is None:
            return ()
        if len(rows.items) < self.least:
            reader.error(rows, "016", f"{what} has {len(rows.items)} entries; at least {self.least} are needed")
        found = [self.item.read(reader, item, f"an entry of {what}") for item in rows.items]
        return tuple(self.item.blank if value is None else value for value in found)

    def schema(self) -> Schema:
        found: Schema = {"type": "array", "items": self.item.schema()}
        return found | {"minItems": self.least} if self.least else found


@dataclass(frozen=True)
class Mapped(Shape):
    """A mapping of free keys to values of one shape; what cannot be read is not in it."""

    blank: ClassVar[Any] = MappingProxyType({})
    value: Shape

    def read(self, reader: Reader, node: Node | None, what: str) -> dict[str, Any]:
        table = reader.mapping(node, what)
        found = {key.text: self.value.read(reader, value, key.text) for key, value in (table.items if table else ())}
        return {key: value for key, value in found.items() if value is not None}

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.value.schema()}


@dataclass(frozen=True)
class Field:
    """A key of a table: what stands there, whether it must, and what it is for."""

    shape: Shape
    about: str = ""
    needed: bool = False


@dataclass(frozen=True)
class Table(Shape):
    """A mapping of known keys. What is read holds only the keys that are there."""

    blank: ClassVar[Any] = MappingProxyType({})
    fields: MappingABC[str, Field]

    def read(
        self, reader: Reader, node: Node | None, what: str, faulty: set[str] | None = None
    ) -> dict[str, Any] | None:
        """`faulty` takes up the names of the keys in which something is wrong."""
        table = reader.mapping(node, what)
        if table is None:
            return None
        reader.unknown_keys(table, self.fields, what)
        found = {}
        for name, one in self.fields.items():
            told = len(reader.problems)
            value = reader.needed(table, name, what) if one.needed else table.get(name)
            if value is not None and (one.needed or not is_null(value)):
                read = one.shape.read(reader, value, name)
                if read is not None:
                    found[name] = read
            if faulty is not None and len(reader.problems) > told:
                faulty.add(name)
        return found

    def filled(self, values: MappingABC[str, Any]) -> dict[str, Any]:
        """The values, with a blank for each that must be there and could not be read."""
        blanks = {name: one.shape.blank for name, one in self.fields.items() if one.needed and name not in values}
        return {**values, **blanks}

    def whole(self, values: MappingABC[str, Any]) -> bool:
        """Whether everything that must be there was read."""
        return all(name in values for name, one in self.fields.items() if one.needed)

    def schema(self) -> Schema:
        properties = {}
        for name, one in self.fields.items():
            about = {"description": one.about} if one.about else {}
            properties[name] = about | one.shape.schema()
        found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        needed = [name for name, one in self.fields.items() if one.needed]
        return found | {"required": needed} if needed else found


@dataclass(frozen=True)
class TextOr(Shape):
    """Text, or a table that says more; the text stands for the table with that one key."""

    key: str
    table: Table = field(default_factory=lambda: Table({}))

    def read(self, reader: Reader, node: Node | None, what: str) -> dict[str, Any] | None:
        if isinstance(node, Scalar):
            text = reader.text(node, what)
            return None if text is None else {self.key: text}
        found = self.table.read(reader, node, what)
        return found if found is not None and self.table.whole(found) else None

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "string"}, self.table.schema()]}


def locate(node: Node, *path: str | int) -> Node:
    """The node at a path, or the last one on the way to it: where to point at."""
    for part in path:
        inner: Node | None = None
        if isinstance(part, str) and isinstance(node, Mapping):
            inner = node.get(part)
        elif isinstance(part, int) and isinstance(node, Sequence) and part < len(node.items):
            inner = node.items[part]
        if inner is None:
            return node
        node = inner
    return node


def texts(values: SequenceABC[Any]) -> str:
    return ", ".join(map(str, values))
