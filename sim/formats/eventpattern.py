"""EventBridge's event patterns: parsed, checked and matched as AWS's own engine does.

Source: docs/behaviour/codecommit-and-glue.md §13.2.

An event is looked at as its leaves: `{"detail": {"tags": ["a", "b"]}}` has the path `detail.tags` with two values. A
pattern names paths and, for each, tests of which one must hold for one value. Values of one array of objects count
together only when they come from the same element.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, TypeGuard

Value = str | int | float | bool | None
"""A leaf of an event."""

Test = Callable[[Value], bool]

MAX_COMBINATIONS = 1000
"""Alternatives that `$or` may come to."""

_BILLION = 1_000_000_000
_LIMIT = 5 * _BILLION
RESERVED = frozenset(
    ("exactly", "prefix", "suffix", "numeric", "anything-but", "exists", "cidr", "wildcard", "equals-ignore-case")
)
"""Names that no field inside `$or` may have."""


class PatternError(ValueError):
    """A pattern is not valid; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a pattern asks of a path: that one value passes one of `tests`, or, with `absent`, that it is not there."""

    path: str
    tests: tuple[Test, ...]
    absent: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern: one of `alternatives` must hold, each with all its leaves."""

    alternatives: tuple[tuple[Leaf, ...], ...]

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether an event, as plain values, matches."""
        fields = _flatten(event)
        return any(_holds(leaves, fields) for leaves in self.alternatives)

    def could_match(self, known: Mapping[str, str]) -> bool:
        """Whether an event could match of which only these top members are known, such as source and detail-type."""
        return any(
            all(any(test(known[leaf.path]) for test in leaf.tests) for leaf in leaves if leaf.path in known)
            for leaves in self.alternatives
        )


# Parsing


def parse(pattern: Any) -> Pattern:
    """A pattern from its JSON text or from plain values. Raises PatternError."""
    try:
        node = json.loads(pattern) if isinstance(pattern, str) else pattern
        if not isinstance(node, Mapping):
            raise PatternError("a pattern is a JSON object")
        alternatives = _read_object(node, "", [{}], inside_or=False)
    except json.JSONDecodeError as error:
        raise PatternError(f"it is not JSON: {error}") from None
    except RecursionError:
        raise PatternError("it is nested too deeply") from None
    return Pattern(tuple(tuple(leaves.values()) for leaves in alternatives))


def _read_object(
    node: Mapping[str, Any], inside: str, alternatives: list[dict[str, Leaf]], inside_or: bool
) -> list[dict[str, Leaf]]:
    """The alternatives with what an object asks added. A path asked for twice keeps what is asked last."""
    if not node:
        raise PatternError("empty objects are not allowed")
    for key, value in node.items():
        if key == "$or":
            alternatives = _read_or(value, inside, alternatives)
            continue
        if inside_or and key in RESERVED:
            raise PatternError(f'"{key}" is an operator and cannot be a field inside $or')
        if isinstance(value, Mapping):
            alternatives = _read_object(value, f"{inside}{key}.", alternatives, inside_or)
        elif isinstance(value, list):
            leaf = _read_leaf(inside + key, value)
            alternatives = [{**leaves, leaf.path: leaf} for leaves in alternatives]
        else:
            raise PatternError(f'"{key}" must be an object or an array')
    return alternatives


def _read_or(node: Any, inside: str, alternatives: list[dict[str, Leaf]]) -> list[dict[str, Leaf]]:
    if not isinstance(node, list) or len(node) < 2:
        raise PatternError("$or takes an array of two or more objects")
    if not all(isinstance(item, Mapping) for item in node):
        raise PatternError("$or takes objects only")
    found = [leaves for item in node for leaves in _read_object(item, inside, alternatives, inside_or=True)]
    if len(found) > MAX_COMBINATIONS:
        raise PatternError(f"$or comes to more than {MAX_COMBINATIONS} combinations")
    return found


def _read_leaf(path: str, items: list[Any]) -> Leaf:
    if not items:
        raise PatternError(f'"{path}": empty arrays are not allowed')
    tests: list[Test] = []
    absent = False
    for item in items:
        if isinstance(item, Mapping):
            test = _read_operator(item)
            absent = absent or test is None
            tests.extend([test] if test is not None else [])
        elif isinstance(item, list):
            raise PatternError(f'"{path}": a value must be text, a number, true, false, null or an operator')
        else:
            tests.append(_exactly(item))
    return Leaf(path, tuple(tests), absent)


def _read_operator(node: Mapping[str, Any]) -> Test | None:
    """The test of an operator; None for `{"exists": false}`, which no value passes."""
    if len(node) != 1:
        raise PatternError("an operator stands alone in its object")
    ((name, operand),) = node.items()
    if name == "exists":
        if not isinstance(operand, bool):
            raise PatternError("exists takes true or false")
        return _anything if operand else None
    reader = _OPERATORS.get(name)
    if reader is None:
        raise PatternError(f'there is no operator "{name}"')
    return reader(operand)


def _text(operand: Any, operator: str) -> str:
    if not isinstance(operand, str):
        raise PatternError(f"{operator} takes text")
    return operand


# Operators


def _anything(value: Value) -> bool:
    return True


def _strings(test: Callable[[str], bool]) -> Test:
    """A test that only text can pass."""
    return lambda value: isinstance(value, str) and test(value)


def _exactly(wanted: Value) -> Test:
    if isinstance(wanted, str):
        return lambda value: isinstance(value, str) and value == wanted
    if wanted is None or isinstance(wanted, bool):
        return lambda value: value is wanted
    number = _comparable(wanted)
    return lambda value: _is_number(value) and _comparable(value) == number


def _prefix(operand: Any) -> Test:
    if isinstance(operand, Mapping):
        wanted = _folded(operand, "prefix")
        return _strings(lambda value: len(value) >= len(wanted) and _same(wanted, value[: len(wanted)]))
    start = _text(operand, "prefix")
    return _strings(lambda value: value.startswith(start))


def _suffix(operand: Any) -> Test:
    if isinstance(operand, Mapping):
        wanted = _folded(operand, "suffix")
        return _strings(lambda value: len(value) >= len(wanted) and _same(wanted, value[len(value) - len(wanted) :]))
    end = _text(operand, "suffix")
    return _strings(lambda value: value.endswith(end))


def _folded(node: Mapping[str, Any], operator: str) -> str:
    """The text inside `{"equals-ignore-case": text}`."""
    if list(node) != ["equals-ignore-case"]:
        raise PatternError(f"{operator} takes text or equals-ignore-case")
    return _text(node["equals-ignore-case"], "equals-ignore-case")


def _equals_ignore_case(operand: Any) -> Test:
    wanted = _text(operand, "equals-ignore-case")
    return _strings(lambda value: _same(wanted, value))


def _same(wanted: str, value: str) -> bool:
    """Whether texts are equal letter by letter, each in its small or capital form: ß is no SS."""
    return len(wanted) == len(value) and all(
        one == other or other in (one.lower(), one.upper()) for one, other in zip(wanted, value, strict=True)
    )


def _wildcard(operand: Any) -> Test:
    parts = _wildcard_parts(_text(operand, "wildcard"))
    return _strings(lambda value: _fits(parts, value))


def _wildcard_parts(text: str) -> list[str]:
    """The pieces between the stars."""
    parts = [""]
    letters = iter(text)
    star = False
    for letter in letters:
        if letter == "*":
            if star:
                raise PatternError("wildcard: two stars in a row")
            parts.append("")
            star = True
            continue
        star = False
        if letter == "\\":
            letter = next(letters, "")
            if letter not in ("*", "\\"):
                raise PatternError("wildcard: a backslash escapes a star or a backslash")
        parts[-1] += letter
    return parts


def _fits(parts: list[str], value: str) -> bool:
    if len(parts) == 1:
        return value == parts[0]
    first, *middle, last = parts
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    place, end = len(first), len(value) - len(last)
    for part in middle:
        found = value.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


_SIGNS = ("=", "<", "<=", ">", ">=")


def _numeric(operand: Any) -> Test:
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise PatternError("numeric takes a sign and a number, or two of each")
    signs, numbers = operand[::2], operand[1::2]
    if not all(isinstance(sign, str) and sign in _SIGNS for sign in signs):
        raise PatternError(f"numeric knows the signs {' '.join(_SIGNS)}")
    if not all(_is_number(number) and abs(number) <= _LIMIT for number in numbers):
        raise PatternError("numeric compares with numbers from -5e9 to 5e9")
    if len(signs) == 2:
        _check_range(signs, numbers)
    bounds = [(sign, _scaled(number)) for sign, number in zip(signs, numbers, strict=True)]

    def test(value: Value) -> bool:
        if not _is_number(value) or abs(value) > _LIMIT:
            return False
        number = _scaled(value)
        return all(_compare(number, sign, bound) for sign, bound in bounds)

    return test


def _check_range(signs: list[str], numbers: list[float]) -> None:
    if signs[0] not in (">", ">=") or signs[1] not in ("<", "<="):
        raise PatternError("numeric: a range starts with its lower bound and ends with its upper one")
    if numbers[0] >= numbers[1]:
        raise PatternError("numeric: the lower bound of a range is below its upper one")


def _compare(number: int, sign: str, bound: int) -> bool:
    if sign == "=":
        return number == bound
    if sign[0] == "<":
        return number < bound or (sign == "<=" and number == bound)
    return number > bound or (sign == ">=" and number == bound)


def _cidr(operand: Any) -> Test:
    text = _text(operand, "cidr")
    address, slash, length = text.partition("/")
    if not slash or not length.isdigit() or not length.isascii():
        raise PatternError(f"{text!r} is not a block of addresses such as 10.0.0.0/24")
    try:
        network = ip_network(f"{ip_address(address)}/{int(length)}", strict=False)
    except ValueError as error:
        raise PatternError(f"{text!r} is not a block of addresses: {error}") from None

    def test(value: str) -> bool:
        found = _address(value)
        return found is not None and found.version == network.version and found in network

    return _strings(test)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    if not text or text[-1] not in "0123456789abcdefABCDEF:" or ("." not in text and ":" not in text):
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


def _anything_but(operand: Any) -> Test:
    if isinstance(operand, Mapping):
        refused = _anything_but_operator(operand)
    else:
        refused = [_exactly(item) for item in _alike(operand if isinstance(operand, list) else [operand])]
    return lambda value: not any(test(value) for test in refused)


def _alike(items: list[Any]) -> list[Any]:
    """A list of texts, or of numbers."""
    if not items:
        raise PatternError("anything-but: empty arrays are not allowed")
    if not (all(isinstance(item, str) for item in items) or all(_is_number(item) for item in items)):
        raise PatternError("anything-but takes texts only, or numbers only")
    return items


def _anything_but_operator(node: Mapping[str, Any]) -> list[Test]:
    if len(node) != 1:
        raise PatternError("anything-but takes one operator")
    ((name, operand),) = node.items()
    if name not in ("prefix", "suffix", "equals-ignore-case", "wildcard"):
        raise PatternError(f'anything-but does not take the operator "{name}"')
    items = operand if isinstance(operand, list) else [operand]
    if not items or not all(isinstance(item, str) for item in items):
        raise PatternError(f"anything-but: {name} takes text, or an array of texts")
    if name in ("prefix", "suffix") and "" in items:
        raise PatternError(f"anything-but: {name} does not take the empty text")
    return [_OPERATORS[name](item) for item in items]


_OPERATORS: dict[str, Callable[[Any], Test]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "cidr": _cidr,
    "anything-but": _anything_but,
}


# Numbers


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scaled(number: float) -> int:
    """A number as the engine compares it: with six digits after the point, the rest cut off."""
    return int(1e6 * (5e9 + number))


def _comparable(number: Any) -> int | str:
    """What makes numbers equal: their value, or beyond the engine's range how they are written."""
    return _scaled(number) if abs(number) <= _LIMIT else repr(number)


# Matching

Place = Mapping[int, int]
"""Which element of which arrays of objects a value lies in: {array: index}."""
Fields = dict[str, list[tuple[Value, Place]]]


def _flatten(event: Mapping[str, Any]) -> Fields:
    """{path: its values, each with its place}."""
    fields: Fields = {}
    arrays = iter(range(_BILLION))
    _flatten_object(event, "", {}, arrays, fields)
    return fields


def _flatten_object(node: Mapping[str, Any], inside: str, place: Place, arrays: Iterator[int], fields: Fields) -> None:
    for key, value in node.items():
        path = inside + key
        if isinstance(value, Mapping):
            _flatten_object(value, path + ".", place, arrays, fields)
        elif isinstance(value, list | tuple):
            _flatten_array(value, path, place, arrays, fields)
        else:
            fields.setdefault(path, []).append((value, place))


def _flatten_array(items: Iterable[Any], path: str, place: Place, arrays: Iterator[int], fields: Fields) -> None:
    array = next(arrays)
    for index, item in enumerate(items):
        if isinstance(item, Mapping):
            _flatten_object(item, path + ".", {**place, array: index}, arrays, fields)
        elif isinstance(item, list | tuple):
            _flatten_array(item, path, {**place, array: index}, arrays, fields)
        else:
            fields.setdefault(path, []).append((item, place))


def _holds(leaves: tuple[Leaf, ...], fields: Fields) -> bool:
    """Whether every leaf is met, by values that lie in the same elements of the arrays they share."""
    reached: list[Place] = [{}]
    for leaf in leaves:
        values = fields.get(leaf.path)
        if values is None:
            if not leaf.absent:
                return False
            continue
        places = [place for value, place in values if any(test(value) for test in leaf.tests)]
        reached = _together(reached, places)
        if not reached:
            return False
    return True


def _together(reached: list[Place], places: list[Place]) -> list[Place]:
    """Every way to join what was reached with one of the places, without a contradiction; each once."""
    joined: list[Place] = []
    for one in reached:
        for other in places:
            if all(one.get(array, index) == index for array, index in other.items()):
                both = {**one, **other}
                if both not in joined:
                    joined.append(both)
    return joined
