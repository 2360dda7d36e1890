"""Properties that stand at the wrong level of a resource: into which mapping each belongs, and its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sim.formats.check.entries import written
from sim.formats.check.schemas import OWN, Shape, shapes
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence

Path = tuple[str, ...]
"""The properties that lead to a mapping: ("LogsConfig", "CloudWatchLogs"); () are those of the resource itself."""
FAR = 3
"""Names of mappings that lie so far off are not thought of."""
GENERIC = frozenset(("Description", "Id", "Key", "Location", "Name", "Tags", "Type", "Value"))
"""Names that many mappings have: they are thought of where the mapping stands beside them alone."""
SPECIFIC = 8
"""A name of so many letters is the same one, also further off."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a key belongs, and how it comes there."""

    target: Path
    hint: str
    is_sure: bool
    """Whether the mapping stands next to the key: further off there may be a newer property of the same name."""


def moves(kind: str, properties: Mapping) -> dict[int, tuple[Scalar, Move]]:
    """{the id of a key: the key, and where it belongs} of all that stand at the wrong level of a resource."""
    levels = _levels(kind)
    found: dict[int, tuple[Scalar, Move]] = {}
    for path, table in _tables(kind, properties):
        for key, value in table.items:
            near = _near(levels, path, key.text)
            if near:
                found[id(key)] = key, _move(kind, properties, path, key, value, near)
    return found


@cache
def _levels(kind: str) -> dict[Path, tuple[Shape, bool]]:
    """Every mapping that a resource may hold -> its properties, and whether it is an entry of a list."""
    table = shapes(kind)

    def below(path: Path, name: str, listed: bool) -> Iterator[tuple[Path, tuple[Shape, bool]]]:
        yield path, (table[name], listed)
        for key, property in table[name].items():
            inside = property.kind.strip("[]")
            if inside in table and len(path) < FAR and inside != "Tag":
                yield from below((*path, key), inside, property.kind != inside)

    return dict(below((), OWN, False)) if table else {}


def _tables(kind: str, properties: Mapping) -> Iterator[tuple[Path, Mapping]]:
    levels = _levels(kind)
    waiting: list[tuple[Path, Node]] = [((), properties)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, Sequence):
            waiting += [(path, item) for item in node.items]
        elif isinstance(node, Mapping) and function(node) is None and path in levels:
            yield path, node
            waiting += [((*path, key.text), value) for key, value in node.items]


def _near(levels: dict[Path, tuple[Shape, bool]], path: Path, key: str) -> list[Path]:
    """The nearest mappings that have such a key; [] where it belongs here, or nowhere near."""
    if key in levels[path][0]:
        return []
    having = [(other, _distance(path, other)) for other, (shape, _) in levels.items() if key in shape]
    least = min((distance for _, distance in having), default=0)
    if least > FAR or (least > 1 and (len(key) < SPECIFIC or key in GENERIC)):
        return []
    return [other for other, distance in having if distance == least and (key not in GENERIC or len(other) > len(path))]


def _distance(one: Path, other: Path) -> int:
    common = _common(one, other)
    return len(one) + len(other) - 2 * common


def _common(one: Path, other: Path) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _move(kind: str, properties: Mapping, path: Path, key: Scalar, value: Node, near: list[Path]) -> Move:
    levels, is_sure = _levels(kind), _distance(path, near[0]) == 1
    there = [(other, *place) for other in near if (place := _at(properties, other)) is not None]
    lacking = [one for one in there if not isinstance(one[2], Mapping) or key.text not in one[2]]
    due = [one for one in lacking if levels[one[0]][0][key.text].due]
    for some in (due, lacking, there if len(near) == 1 else []):
        if len(some) == 1:
            other, name, node = some[0]
            return Move(other, _into(properties, path, key, name, node), is_sure)
    names = [".".join(other) for other in near]
    if len(near) > 1:
        return Move(near[0], f"move it into {', '.join(names[:-1])} or {names[-1]}, whichever it is for", is_sure)
    return Move(near[0], _made(levels, path, near[0], key, value), is_sure)


def _at(properties: Mapping, path: Path) -> tuple[Scalar | None, Node] | None:
    """The key, and what stands at it, of a path that is there; of a list its only entry."""
    name: Scalar | None = None
    node: Node = properties
    for step in path:
        if isinstance(node, Sequence):
            if len(node.items) != 1:
                return None
            node = node.items[0]
        inside = node.get(step) if isinstance(node, Mapping) else None
        if inside is None or not isinstance(node, Mapping):
            return None
        name, node = node.key(step), inside
    if isinstance(node, Sequence) and len(node.items) == 1 and function(node) is None:
        node = node.items[0]
    return name, node


def _into(properties: Mapping, path: Path, key: Scalar, name: Scalar | None, node: Node) -> str:
    """How a key comes into a mapping that is there; without a name these are the properties of the resource."""
    again = node.key(key.text) if isinstance(node, Mapping) else None
    if name is None:
        above = properties.key(path[0])
        column = f"in the column of {path[0]}, line {above.line if above is not None else properties.line}"
        if again is not None:
            return f"take it out: {key.text} stands {column}, already"
        return f"move it out of {path[-1]}: it belongs {column}"
    if again is not None:
        return f"take it out: {name.text} has one, line {again.line}"
    if isinstance(node, Sequence) and len(node.items) > 1:
        return f"move it into the entry of {name.text}, line {name.line}, that it is for"
    return f"move it into {name.text}, line {name.line}"


def _made(levels: dict[Path, tuple[Shape, bool]], path: Path, other: Path, key: Scalar, value: Node) -> str:
    """The mapping that is not there yet, with the key in it."""
    common = _common(path, other)
    shape, _ = levels[other]
    due = [f"{name}: …" for name, one in shape.items() if one.due and name != key.text]
    text = f"{{{', '.join([*due, f'{key.text}: {written(value) or chr(8230)}'])}}}"
    for length in range(len(other), common, -1):
        listed = levels[other[:length]][1]
        text = f"{other[length - 1]}: {f'[{text}]' if listed else text}"
        text = f"{{{text}}}" if length - 1 > common else text
    beside = "" if common == len(path) else f", beside {path[common]}"
    return f"write `{text}`{beside}"
