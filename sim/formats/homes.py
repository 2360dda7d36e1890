"""Keys that stand at the wrong level of a document: where each belongs, and how it comes there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.formats.apishapes import ListOf, MapOf, Members, Place, flow

Level = tuple[str, ...]
"""Where mappings of one shape stand: ("stages", "*", "onFailure"); `*` is any entry."""
FAR = 3
"""Keys of levels that lie so far off are not thought of."""
GENERIC = frozenset(("description", "files", "id", "name", "type", "value", "version"))
"""Keys that many levels have: they are thought of from next to their own alone."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a key belongs. `hint` says how it comes there; a line is to be added, that of `near`, where it is one."""

    hint: str
    near: Place | None = None
    into: Place | None = None
    """The mapping that it belongs to, where that is there."""


def with_homes(shape: Any, others: Mapping[Level, Members] | None = None, level: Level = ()) -> Any:
    """A shape whose mappings know which keys belong to other levels nearby: these are no slips of the pen."""
    others = dict(_levels(shape)) if others is None else others
    if isinstance(shape, Members):
        inside = {name: with_homes(one, others, (*level, name)) for name, one in shape.members.items()}
        return replace(shape, members=inside, others=_others(level, shape, others))
    if isinstance(shape, ListOf):
        return replace(shape, of=with_homes(shape.of, others, (*level, "*")))
    if isinstance(shape, MapOf):
        return replace(shape, value=with_homes(shape.value, others, (*level, "*")))
    return shape


def _levels(shape: Any, level: Level = ()) -> Iterator[tuple[Level, Members]]:
    if isinstance(shape, Members):
        yield level, shape
        for name, one in shape.members.items():
            yield from _levels(one, (*level, name))
    elif isinstance(shape, ListOf | MapOf):
        yield from _levels(shape.of if isinstance(shape, ListOf) else shape.value, (*level, "*"))


def _others(level: Level, shape: Members, others: Mapping[Level, Members]) -> dict[str, tuple[Level, ...]]:
    """{a key of other levels: the nearest of them}"""
    found: dict[str, tuple[Level, ...]] = {}
    nearest: dict[str, int] = {}
    for other, its in sorted(others.items(), key=lambda one: _distance(level, one[0])):
        distance = _distance(level, other)
        for key in its.members:
            far = 1 if key in GENERIC else FAR
            if key not in shape.members and distance <= far and nearest.setdefault(key, distance) == distance:
                found[key] = (*found.get(key, ()), other)
    return found


def _common(one: Level, other: Level) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _distance(one: Level, other: Level) -> int:
    common = _common(one, other)
    return sum(step != "*" for step in (*one[common:], *other[common:]))


# From one place to another


def home(document: Any, where: Place, key: str, value: Any, levels: tuple[Level, ...]) -> Home:
    """How a key that stands in the mapping at a place comes to one of the levels that it belongs to."""
    found = [_way(document, where, key, value, level) for level in levels]
    there = [one for one in found if one.into is not None]
    if len(there) == 1:
        return there[0]
    if key in GENERIC:
        return Home("take it out: what stands here has no such key")
    if len(found) == 1:
        return found[0]
    names = list(dict.fromkeys(_name(level) for level in levels))
    if "write " in found[0].hint:
        others = " or ".join(f"`{name}`" for name in names[1:])
        return Home(f"{found[0].hint}; in place of `{names[0]}` may stand {others}")
    return Home(f"move it into {' or '.join(f'`{name}`' for name in names)}, whichever it is for")


def _way(document: Any, where: Place, key: str, value: Any, level: Level) -> Home:
    common = _common(tuple("*" if isinstance(step, int) else step for step in where), level)
    place, rest = where[:common], level[common:]
    node = at(document, place)
    while rest:
        step: str | int = rest[0]
        if step == "*":
            step = 0 if isinstance(node, list) and len(node) == 1 else "*"
        if step == "*" and isinstance(node, list) and node:
            return Home(f"move it into the entry of `{place[-1]}` that it is for", place)
        if not isinstance(step, int) and (not isinstance(node, dict) or step not in node):
            break
        node, place, rest = node[step], (*place, step), rest[1:]
    if rest:
        text = _made(rest, f"{key}: {flow(value)}")
        if place == where:
            return Home(f"write {text}")
        return Home(f"take it out here, and write {text} in {_told(place)}", place if place else None)
    if not isinstance(node, dict):
        return Home(f"move it into `{place[-1]}`", place)
    if key in node:
        return Home(f"take it out: {_told(place)} has one", (*place, key), place)
    if where[: len(place)] == place:
        above = where[len(place)]
        anchor = next((one for one in (*_ANCHORS, *node) if one in node and one != above), key)
        return Home(f"move it out of `{_name(where)}`, beside `{anchor}`", (*place, anchor), place)
    return Home(f"move it into {_told(place)}", place, place)


def at(document: Any, place: Place) -> Any:
    """What stands at a place that is there."""
    for step in place:
        document = document[step]
    return document


_ANCHORS = ("stages", "actions", "actionTypeId", "roleArn", "configuration")
"""Keys that tell best which mapping is meant."""


def _name(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str) and step != "*"), "pipeline")


def _told(place: Place) -> str:
    """What stands at a place, in a hint."""
    if not place:
        return "the pipeline"
    return f"`{place[-1]}`" if isinstance(place[-1], str) else f"the {_name(place).removesuffix('s')}"


def _made(rest: Level, text: str) -> str:
    """The mappings that are not there yet, with the key in them."""
    for step in reversed(rest):
        text = f"[{{{text}}}]" if step == "*" else f"{step}: {text if text.startswith('[') else f'{{{text}}}'}"
    return text.replace("onFailure: {retry", "onFailure: {result: RETRY, retry")
