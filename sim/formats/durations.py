"""Durations and distributions as scenarios and assumptions write them."""

from __future__ import annotations

from collections.abc import Callable

from sim.core.randomness import Constant, Distribution, Empirical, Exponential, Lognormal, Normal, Triangular, Uniform
from sim.formats.nodes import Mapping, Node, Reader, Scalar

MAX_CV = 100
FORMS = "a duration such as 90s, or one of exponential, lognormal, uniform, triangular, normal, empirical"


def read_distribution(reader: Reader, node: Node, what: str) -> Distribution | None:
    """`40s`, `{exponential: 30m}`, `{lognormal: {mean: 90s, cv: 0.3}}`, `{uniform: [5s, 20s]}`, …"""
    if isinstance(node, Scalar):
        ms = reader.duration(node, what)
        return None if ms is None else Constant(ms)
    if not isinstance(node, Mapping) or len(node.items) != 1:
        reader.error(node, "010", f"{what} is not {FORMS}", "write one of these, such as `90s`")
        return None
    key, value = node.items[0]
    make = _FORMS.get(key.text)
    if make is None:
        reader.error(key, "010", f"{what}: {key.text!r} is no distribution", f"write {FORMS}")
        return None
    return make(reader, value, f"{what}: {key.text}")


def _exponential(reader: Reader, node: Node, what: str) -> Distribution | None:
    mean = reader.duration(node, what)
    return None if mean is None else Exponential(mean)


_SECOND = {
    "cv": "such as `cv: 0.5`: the standard deviation is half the mean",
    "sd": "such as `sd: 20s`: two of three durations lie within 20 s of the mean",
}


def _pair(reader: Reader, node: Node, what: str, second: str) -> tuple[int, Node] | None:
    mapping = reader.mapping(node, what)
    if mapping is None:
        return None
    reader.unknown_keys(mapping, ("mean", second), what)
    given = reader.needed(mapping, "mean", what, "such as `mean: 90s`")
    mean = None if given is None else reader.duration(given, f"{what}: mean")
    other = reader.needed(mapping, second, what, _SECOND[second])
    return None if mean is None or other is None else (mean, other)


def _lognormal(reader: Reader, node: Node, what: str) -> Distribution | None:
    pair = _pair(reader, node, what, "cv")
    if pair is None:
        return None
    cv = reader.number(pair[1], f"{what}: cv")
    if cv is None:
        return None
    if not 0 <= cv <= MAX_CV or pair[0] <= 0:
        reader.error(
            node,
            "011",
            f"{what}: mean must be above 0, and cv from 0 to {MAX_CV}",
            "write it like {mean: 90s, cv: 0.5}",
        )
        return None
    return Lognormal(pair[0], cv)


def _normal(reader: Reader, node: Node, what: str) -> Distribution | None:
    pair = _pair(reader, node, what, "sd")
    if pair is None:
        return None
    sd = reader.duration(pair[1], f"{what}: sd")
    return None if sd is None else Normal(pair[0], sd)


_LISTS = {
    2: "write the shortest and the longest: [5s, 20s]",
    3: "write the shortest, the likeliest and the longest: [5s, 8s, 20s]",
}


def _list(reader: Reader, node: Node, what: str, size: int | None) -> list[int] | None:
    rows = reader.sequence(node, what)
    if rows is None:
        return None
    values = [reader.duration(item, what) for item in rows.items]
    found = [value for value in values if value is not None]
    if len(found) != len(values):
        return None
    if not found or (size is not None and len(found) != size):
        reader.error(
            node,
            "011",
            f"{what} needs {size or 'at least one'} durations, not {len(found)}",
            _LISTS.get(size or 0, "name one"),
        )
        return None
    if size is not None and found != sorted(found):
        reader.error(node, "011", f"{what}: the durations must not fall", "write the shortest first")
        return None
    return found


def _uniform(reader: Reader, node: Node, what: str) -> Distribution | None:
    found = _list(reader, node, what, 2)
    return None if found is None else Uniform(*found)


def _triangular(reader: Reader, node: Node, what: str) -> Distribution | None:
    found = _list(reader, node, what, 3)
    return None if found is None else Triangular(*found)


def _empirical(reader: Reader, node: Node, what: str) -> Distribution | None:
    found = _list(reader, node, what, None)
    return None if found is None else Empirical(tuple(found))


_FORMS: dict[str, Callable[[Reader, Node, str], Distribution | None]] = {
    "exponential": _exponential,
    "lognormal": _lognormal,
    "normal": _normal,
    "uniform": _uniform,
    "triangular": _triangular,
    "empirical": _empirical,
}

__all__ = ["FORMS", "read_distribution"]
