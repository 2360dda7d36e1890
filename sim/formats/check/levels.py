"""At which level of a detail its fields stand: what is asked of the objects in it, and fields that belong into one.

Source: docs/behaviour/codebuild.md §9.3, codepipeline.md §23. AWS adds fields to these objects: what is like none of
them is told only where all are known.
"""

from __future__ import annotations

import json
from typing import Any

from sim.formats.actiontypes import ACTION_TYPES
from sim.formats.check.events import (
    ACTION_TYPE,
    FIELDS,
    INSIDE,
    NUMBERS_INSIDE,
    OBJECTS,
    TEXTS_INSIDE,
    TRUTHS,
    VALUES_INSIDE,
)
from sim.formats.check.leaves import alternatives, asks_absence, bare_operator, can_match, filled_in, fold, values
from sim.formats.check.wanted import MAX_FIELDS, items_of, meant_field, value_hint
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar

MAX_SHOWN = 400
"""Characters of a pattern that a hint shows; longer ones are shown without their values."""
Asked = tuple[Scalar, Node]
"""A key of a pattern, and what stands there."""


def children(path: str, types: tuple[str, ...]) -> tuple[str, ...]:
    """What an object in the details of these types may have."""
    return tuple(dict.fromkeys(name for type_ in types for name in INSIDE.get(type_, {}).get(path, ())))


_VAGUE = ("name", "value", "key", "source")
"""Fields of objects in details that may be meant to be something else where they stand alone."""


def parents(name: str, types: tuple[str, ...]) -> list[str]:
    """The paths of the objects, in the details of these types, that have such a field."""
    if name in _VAGUE:
        return []
    tables = [INSIDE.get(type_, {}) for type_ in types]
    return list(dict.fromkeys(path for table in tables for path, names in table.items() if name in names))


NESTED = {
    type_: frozenset(name for names in INSIDE.get(type_, {}).values() for name in names if name not in _VAGUE)
    for type_ in FIELDS
}
"""Detail type -> the fields of the objects in its detail."""


# Fields that belong into an object


def tell_misplaced(reader: Reader, detail: Mapping, asked: list[Asked], types: tuple[str, ...], whose: str) -> None:
    """Fields at the top of a detail that stand inside an object of it: one finding for each object."""
    groups: dict[str, list[Asked]] = {}
    for key, node in asked:
        groups.setdefault(parents(key.text, types)[0].partition(".")[0], []).append((key, node))
    for head, fields in groups.items():
        message = f"detail of {whose} has no {' and no '.join(repr(key.text) for key, _ in fields[:5])}"
        shown: dict[str, Any] = {}
        for key, node in fields:
            _put(shown, parents(key.text, types)[0], key.text, node)
        there = head in detail
        shown = shown[head] if there else shown
        other = parents(fields[0][0].text, types)[1:]
        also = f", or inside {' or '.join(path.rpartition('.')[2] for path in other)} there" if other else ""
        what = "it" if len(fields) == 1 else "them"
        where = f"the {head} that is there" if there else head
        reader.warning(fields[0][0], "206", message, f"write {what} inside {where}: {_members(shown)}{also}")


def as_member(name: str, node: Node, parent: str = "") -> str:
    """A field as it is to be written, inside the objects of a path."""
    table: dict[str, Any] = {}
    _put(table, parent, name, node)
    return _members(table)


def _put(table: dict[str, Any], parent: str, name: str, node: Node) -> None:
    """Add what is asked of a field, inside the objects of a path; a value that is asked of such an object goes."""
    for step in parent.split(".") if parent else ():
        inner = table.get(step)
        below = inner if isinstance(inner, dict) else {}
        table[step] = below
        table = below
    asked, there = _as_asked(node), table.get(name)
    if not isinstance(there, dict):
        table[name] = asked
    elif isinstance(asked, dict):
        table[name] = {**there, **asked}


def _as_asked(node: Node) -> Any:
    """What is asked of a field, in a list if it is one value."""
    given = values(node)
    return given if isinstance(given, list | dict) and not bare_operator_of(node) else [given]


def bare_operator_of(node: Node) -> str:
    return bare_operator(node) if isinstance(node, Mapping) else ""


def _members(table: dict[str, Any]) -> str:
    """Members of an object as they are to be written, without the braces around them."""
    shown = json.dumps(table, ensure_ascii=False)[1:-1]
    return shown if len(shown) <= MAX_SHOWN else json.dumps(_without_values(table), ensure_ascii=False)[1:-1]


def _without_values(table: Any) -> Any:
    return {key: _without_values(value) for key, value in table.items()} if isinstance(table, dict) else ["…"]


# What is asked of an object


def check_object(reader: Reader, path: str, key: Scalar, node: Node, types: tuple[str, ...]) -> None:
    """Advice on what a pattern asks of an object in the detail; `path` is its place, with dots between the steps."""
    if isinstance(node, Mapping) and not bare_operator(node):
        for one, value in node.items[:MAX_FIELDS]:
            if one.text == "$or":
                for alternative in alternatives(node):
                    check_object(reader, path, key, alternative, types)
            elif function(value) is None and not asks_absence(value):
                check_below(reader, path, one, one.text, value, types)
    elif function(node) is None and not asks_absence(node):
        reader.warning(
            key, "204", f"{path} of an event is an object, and has no value of its own", _named(path, node, types)
        )


def _named(path: str, node: Node, types: tuple[str, ...]) -> str:
    """The hint at a value that is asked of an object: the field of it that is meant, or those there are."""
    given = [values(item, operator=True) for item in items_of(node)]
    names = children(path, types)
    meant = [name for name in names if given and all(one in VALUES_INSIDE.get(f"{path}.{name}", ()) for one in given)]
    table: dict[str, Any] = {}
    _put(table, path, meant[0] if len(meant) == 1 else (*names, "NAME")[0], node)
    if len(meant) == 1:
        return f"write {_members(table)}"
    if names and not all(isinstance(one, dict) for one in given):
        table = _without_values(table)
    if not names:
        return f"name a field in it: {_members(table)}"
    return f"name a field in it, such as {_members(table)}; it has {', '.join(names)}"


def check_below(reader: Reader, path: str, key: Scalar, text: str, node: Node, types: tuple[str, ...]) -> None:
    """Advice on a field of an object in the detail; `text` is its name, or a path that goes on with dots."""
    name, _, rest = text.partition(".")
    known = children(path, types)
    if not known:
        return
    if name not in known:
        meant = "" if parents(name, types) or _at_top(name, types) else meant_field(name, known)
        hint = f"did you mean {meant}?" if meant else _elsewhere(path, name, node, types)
        if not hint and path == "type":
            hint = f"it has {', '.join(ACTION_TYPE)}"
        if hint:
            reader.warning(key, "206", f"{path} of an event has no {text!r}", hint)
        if not meant:
            return
        name = meant
    whole = f"{path}.{name}"
    if whole in OBJECTS and rest:
        check_below(reader, whole, key, rest, node, types)
    elif whole in OBJECTS:
        check_object(reader, whole, key, node, types)
    elif not rest:
        _values(reader, whole, node)


def _at_top(name: str, types: tuple[str, ...]) -> bool:
    return any(name in FIELDS[type_] for type_ in types)


def _elsewhere(path: str, name: str, node: Node, types: tuple[str, ...]) -> str:
    """The hint at a field that stands at another level; "" for one that is not known there either."""
    found = parents(name, types)
    below = [parent for parent in found if parent.startswith(f"{path}.")]
    table: dict[str, Any] = {}
    if below:
        _put(table, below[0].removeprefix(f"{path}."), name, node)
        return f"write it inside {below[0].rpartition('.')[2]}: {_members(table)}"
    head = path.partition(".")[0]
    if _at_top(name, types) and name != "version":  # many things have one
        _put(table, "", name, node)
        return f"write it beside {head}, and not inside it: {_members(table)}"
    if found:
        _put(table, found[0], name, node)
        return f"write it in the detail as {_members(table)}"
    return ""


_PROVIDERS = {fold(one.provider): one.provider for one in ACTION_TYPES}
"""The providers of AWS's own action types, in small letters without dashes -> as they are written."""


def _of_provider(value: Any) -> str:
    """The hint at a provider in place of a category."""
    found = [one for one in ACTION_TYPES if isinstance(value, str) and fold(one.provider) == fold(value)]
    categories = dict.fromkeys(one.category for one in found)
    return f"{found[0].provider} is a provider: write {' or '.join(map(json.dumps, categories))}" if found else ""


def _values(reader: Reader, whole: str, node: Node) -> None:
    """Values that a field of an object never has."""
    known = list(VALUES_INSIDE.get(whole, ()))
    name = whole.rpartition(".")[2]
    for item in items_of(node)[:MAX_FIELDS] if function(node) is None else ():
        value = values(item, operator=True)
        if function(item) is not None or (isinstance(value, str) and filled_in(value)):
            continue
        if known and not can_match(value, known):
            hint = _of_provider(value) if whole == "type.category" else ""
            message = f"{name} of an event is never {json.dumps(value)}"
            reader.warning(item, "204", message, hint or value_hint(item, known))
        elif whole == "type.provider" and value in VALUES_INSIDE["type.category"] and value not in _PROVIDERS.values():
            given = ", ".join(dict.fromkeys(one.provider for one in ACTION_TYPES if one.category == value))
            message = f"provider of an action is never {json.dumps(value)}, which is a category"
            reader.warning(item, "204", message, f"write it as category; its providers are {given}")
        elif whole == "type.provider" and isinstance(value, str) and _PROVIDERS.get(fold(value), value) != value:
            message = f"provider of an action is never {json.dumps(value)}"
            reader.warning(item, "204", message, f"did you mean {_PROVIDERS[fold(value)]}?")
        elif whole in TEXTS_INSIDE and isinstance(value, int | float):
            message = f"{name} of an action's type is text, and never the number {json.dumps(value)}"
            reader.warning(item, "208", message, f"write {json.dumps(json.dumps(value))}, in quotes")
        elif whole in TRUTHS and isinstance(value, str) and value.lower() in ("true", "false"):
            message = f"{name} of an event is true or false, and never the text {json.dumps(value)}"
            reader.warning(item, "208", message, f"write {value.lower()} without quotes")
        elif whole in NUMBERS_INSIDE and isinstance(value, str) and value.isascii() and value.isdigit():
            message = f"{name} of an event is a number, and never the text {json.dumps(value)}"
            reader.warning(item, "208", message, f"write {int(value)} without quotes")
