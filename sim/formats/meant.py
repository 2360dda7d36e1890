"""Keys as they are meant: a file read past slips in its keys, so that each slip is told once, and nothing is hidden.

Where `command:` stands in place of `commands:`, the phase has no commands, and a key that nobody knows: one slip, one
message. What stands below is looked at as if the key were right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace

from sim.core.problems import Problem, Severity
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Scalar, Sequence, is_null, near

ALIKE = 0.75
"""So much a key is like the one that is meant, from 0 to 1, as difflib measures it."""
ALIKE_IF_DUE = 0.6
"""The same where the key that is meant is due and not there."""
MAX_STRANGERS = 20
"""A mapping with more keys that nobody knows has no slips: it is something else."""
ANCHORS = ("x-", ".", "_")
"""Keys that begin so hold anchors for what follows, by custom."""
UNKNOWN = "{what} has no key '{written}': nothing comes of it"


@dataclass(frozen=True)
class Part:
    """What may stand in a mapping of a file, and how people miswrite its keys.

    A list that stands in its place is a list of such mappings.
    """

    keys: tuple[str, ...] = ()
    what: str = "{name}"
    """What it is called in messages; `{name}` is the key that it stands below."""
    words: MappingABC[str, str] = field(default_factory=dict)
    """{another word for a key, in small letters and without signs: the key}"""
    due: MappingABC[str, str] = field(default_factory=dict)
    """{a key that must be there: the code where it is not}"""
    instead: MappingABC[str, tuple[str, ...]] = field(default_factory=dict)
    """{a key that is due: keys beside which it is not}"""
    fits: MappingABC[str, Callable[[Node], bool]] = field(default_factory=dict)
    """{a key: whether a value may be its own}"""
    looks: MappingABC[str, Callable[[Node], bool]] = field(default_factory=dict)
    """{a key that is due: whether a value is so much its own that it is known by that alone}"""
    below: MappingABC[str, Part] = field(default_factory=dict)
    each: Part | None = None
    """What stands below keys that `below` does not name."""
    left: tuple[str, ...] = ()
    """Keys that are no slips: others tell of them."""
    beside: str = ""
    """A key that may be empty: then what stands beside it was meant to stand in it."""
    spellings: Callable[[str], tuple[str, ...]] = lambda key: (key,)
    """How a key may be written."""
    code: str = "201"
    said: str = UNKNOWN
    kind: Callable[[Mapping], MappingABC[str, Part]] | None = None
    """What stands below, where a value of the mapping itself decides it."""
    in_list: bool = False
    """Whether such mappings are due in a list."""
    empty: str = ""
    """The code where nothing stands in its place, and it has one of its own."""
    pick: Callable[[str, Collection[str]], str] | None = None
    """The key that is meant by a name, of those not there yet, where letters alone would mislead; "" for none."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A key that is not written as it is meant."""

    key: Scalar
    meant: str
    code: str
    message: str

    def problem(self, prefix: str) -> Problem:
        severity: Severity = "error" if int(self.code) < 200 else "warning"
        hint = f"rename `{self.key.text[:60]}` to `{self.meant}`"
        return Problem(self.key.path, self.key.line, self.key.column, severity, prefix + self.code, self.message, hint)


def as_meant(root: Node, part: Part) -> tuple[Node, list[Slip]]:
    """A tree with its keys as they are meant, and the slips. What has none is the same tree."""
    reading = _Reading()
    return reading.node(root, part, ""), reading.slips


def is_table(node: Node) -> bool:
    """Whether it is what a section holds; nothing at all counts too."""
    return not isinstance(node, Scalar) or is_null(node)


def is_list(node: Node) -> bool:
    return isinstance(node, Sequence)


def is_word(node: Node) -> bool:
    """Whether it is a text without spaces, such as a path or a name."""
    return isinstance(node, Scalar) and re.fullmatch(r"\S+", node.text) is not None


class _Reading:
    def __init__(self) -> None:
        self.slips: list[Slip] = []
        self.looked_up = 0

    def node(self, node: Node, part: Part, name: str) -> Node:
        if isinstance(node, Sequence):
            items = tuple(self.node(item, part, name) if is_table(item) else item for item in node.items)
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        return self._mapping(node, part, name) if isinstance(node, Mapping) else node

    def _mapping(self, table: Mapping, part: Part, name: str) -> Mapping:
        meant = self._renamed(table, part, part.what.format(name=name))
        pairs = tuple((meant.get(key.text, key), value) for key, value in table.items)
        if meant:
            table = replace(table, items=pairs)
        parts = part.below if part.kind is None else {**part.below, **part.kind(table)}
        found = []
        for key, value in pairs:
            inside = parts.get(key.text, part.each)
            found.append((key, value if inside is None else self.node(value, inside, key.text)))
        same = all(new[1] is old[1] for new, old in zip(found, pairs, strict=True))
        return table if same else replace(table, items=tuple(found))

    def _renamed(self, table: Mapping, part: Part, what: str) -> dict[str, Scalar]:
        """{a key as it is written: the key that is meant}"""
        known = {spelled: key for key in part.keys for spelled in part.spellings(key)}
        strangers = [
            (key, value)
            for key, value in table.items
            if key.text not in known and key.text not in part.left and not key.text.startswith(ANCHORS)
        ]
        if not strangers or not part.keys or len(strangers) > MAX_STRANGERS:
            return {}
        if part.beside and part.beside in table and is_null(table.get(part.beside)):
            return {}
        there = {known[key] for key in table.keys() if key in known}
        missing = {
            key: code
            for key, code in part.due.items()
            if key not in there and not there.intersection(part.instead.get(key, ()))
        }
        found: dict[str, Scalar] = {}
        for key, value in strangers:
            meant = self._alike(key.text, part, missing, there)
            if not meant and len(strangers) == len(missing) == 1:
                (due,) = missing
                meant = due if due in part.looks and part.looks[due](value) else ""
            if meant and meant not in there and part.fits.get(meant, _anything)(value):
                there.add(meant)
                found[key.text] = replace(key, text=meant)
                self.slips.append(_slip(key, meant, part, missing, what))
        return found

    def _alike(self, written: str, part: Part, missing: MappingABC[str, str], there: Collection[str]) -> str:
        """The key that is written so, more or less; "" for none."""
        bare = _bare(written)
        names = {_bare(key): key for key in part.keys}
        if bare in names or bare in part.words:
            return names.get(bare) or part.words[bare]
        self.looked_up += 1
        if self.looked_up > MAX_LOOK_UPS or not bare:
            return ""
        if part.pick is not None:
            return part.pick(written, there)
        likely = near(bare, names, ALIKE_IF_DUE)
        if likely and names[likely] in missing:
            return names[likely]
        likely = near(bare, names, ALIKE)
        return names[likely] if likely else ""


def _anything(node: Node) -> bool:
    return True


def _bare(key: str) -> str:
    return re.sub(r"[-_ .]", "", key[:60]).lower()


def _slip(key: Scalar, meant: str, part: Part, missing: MappingABC[str, str], what: str) -> Slip:
    written = key.text[:60]
    if meant in missing:
        return Slip(key, meant, missing[meant], f"{what} has no {meant}: the key is {meant}, not `{written}`")
    return Slip(key, meant, part.code, part.said.format(what=what, written=written))
