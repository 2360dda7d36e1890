"""Values of the types that a model asks for, for tests that go through every operation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from sim.core.world import SERVICES
from sim.wire import models

OPERATIONS = [(service, name) for service in sorted(SERVICES) for name in models.service(service).operation_names]
MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SCALARS = {
    "string": "x",
    "character": "x",
    "integer": 1,
    "long": 1,
    "float": 1.5,
    "double": 1.5,
    "boolean": True,
    "blob": b"x",
    "timestamp": MOMENT,
}


def typed(shape: Any, above: tuple[str, ...] = ()) -> Any:
    """A value of the shape's type with every member in it; what contains itself ends at its second turn."""
    if shape.type_name == "structure":
        within = (*above, shape.name)
        members = {name: member for name, member in shape.members.items() if above.count(member.name) < 1}
        if shape.is_tagged_union:
            members = dict(list(members.items())[:1])
        return {name: typed(member, within) for name, member in members.items()}
    if shape.type_name == "list":
        return [typed(shape.member, (*above, shape.name))] * max(1, shape.metadata.get("min", 1))
    if shape.type_name == "map":
        return {typed(shape.key): typed(shape.value, (*above, shape.name))}
    if shape.metadata.get("enum"):
        return shape.metadata["enum"][0]
    if shape.type_name == "string":
        return "x" * max(1, shape.metadata.get("min", 1))
    if shape.type_name == "blob":
        return b"x" * max(1, shape.metadata.get("min", 1))
    if shape.type_name in ("integer", "long"):
        return max(1, shape.metadata.get("min", 1))
    return SCALARS[shape.type_name]


TEXT = st.text(st.characters(), max_size=20)
"""With halves of surrogate pairs, as JSON can spell them."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def near(shape: Any, depth: int = 4) -> st.SearchStrategy[Any]:
    """Values that mostly have the shape's type, and are arbitrary JSON now and then."""
    kind = shape.type_name
    if depth == 0:
        return JSON
    if kind == "structure":
        members = {name: near(member, depth - 1) for name, member in list(shape.members.items())[:8]}
        required = {name: members.pop(name, JSON) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members) | JSON
    if kind == "list":
        return st.lists(near(shape.member, depth - 1), max_size=3) | JSON
    if kind == "map":
        return st.dictionaries(st.text(max_size=5), near(shape.value, depth - 1), max_size=3) | JSON
    if kind == "string":
        return st.sampled_from(shape.metadata.get("enum") or ["x", "web-1", "é中"]) | TEXT | JSON
    scalar = {
        "integer": st.integers(),
        "long": st.integers(),
        "float": st.floats(),
        "double": st.floats(),
        "boolean": st.booleans(),
        "blob": st.text() | st.binary(),
        "timestamp": st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    }
    return scalar.get(kind, st.text()) | JSON


def fitting(shape: Any, known: list[str], depth: int = 5) -> st.SearchStrategy[Any]:
    """Values of the shape's type; their texts are mostly names that are known."""
    kind, least = shape.type_name, shape.metadata.get("min", 0)
    if kind == "structure":
        members = {name: fitting(member, known, depth - 1) for name, member in shape.members.items() if depth}
        if shape.is_tagged_union and members:
            return st.sampled_from(sorted(members)).flatmap(lambda name: st.fixed_dictionaries({name: members[name]}))
        required = {name: members.pop(name, st.just("x")) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if kind == "list":
        return st.lists(fitting(shape.member, known, depth - 1), min_size=least, max_size=max(2, least))
    if kind == "map":
        return st.dictionaries(fitting(shape.key, known), fitting(shape.value, known, depth - 1), max_size=2)
    if kind == "string":
        return st.sampled_from(shape.metadata.get("enum") or known) | st.text(min_size=min(8, least), max_size=8)
    scalar = {
        "integer": st.integers(least, max(100, least)),
        "long": st.integers(least, max(100, least)),
        "boolean": st.booleans(),
        "blob": st.binary(max_size=10),
        "timestamp": st.datetimes(),
    }
    return scalar.get(kind, st.floats(0, 10))
