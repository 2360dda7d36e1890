"""Shapes of documents that are plain values: what is wrong with one, and what is meant where that can be told.

`faults` names every value that has not the shape that is due. `mended` makes a document of the right shape all the
same, so that rules which stand on the shape can look at the rest of it, and says which of its values are guesses.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from typing import Any

SPELT = "are spelt as in CloudFormation"
"""Words of the message about keys that begin with a capital letter."""
MAX_TEXT = 100
"""A value of so many characters is written out."""
Place = tuple[str | int, ...]
"""Where in a document: ("stages", 0, "actions", 1, "name")."""


@dataclass(frozen=True, slots=True)
class Text:
    """`words` say in a sentence's part what the pattern allows."""

    least: int = 1
    most: int = 0
    pattern: str = ""
    values: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    least: int
    most: int = 0


@dataclass(frozen=True, slots=True)
class ListOf:
    of: Any
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    key: Text
    value: Any


@dataclass(frozen=True, slots=True)
class Members:
    """`others` are keys of other levels nearby: no slips of the pen here, though they may be spelt like one."""

    members: dict[str, Any]
    required: tuple[str, ...] = ()
    others: MappingABC[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, and the mend."""

    where: Place
    message: str
    hint: str = ""
    of_key: bool = False
    """It is the key at that place that is wrong, whatever its value."""
    levels: tuple[tuple[str, ...], ...] = ()
    """The levels that the key belongs to."""


def keys_in(shape: Any) -> Iterator[str]:
    """Every key that a document of that shape may have somewhere; those of a MapOf are free."""
    if isinstance(shape, Members):
        for name, inside in shape.members.items():
            yield name
            yield from keys_in(inside)
    elif isinstance(shape, ListOf):
        yield from keys_in(shape.of)
    elif isinstance(shape, MapOf):
        yield from keys_in(shape.value)


def spelled(where: Place) -> str:
    """A place as people write it: `stages[0].actions[1].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".") or "the declaration"


def flow(value: Any, most: int = MAX_TEXT) -> str:
    """A value as YAML writes it in one line; `…` for what is long."""
    text = _flow(value)
    return text if len(text) <= most else "…"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*", value) and value not in ("true", "false", "null"):
        return value
    return json.dumps(value, ensure_ascii=False)


# What is wrong


def faults(shape: Any, value: Any, where: Place = ()) -> Iterator[Fault]:
    """Every value that has not the shape that is due, in the order of the document."""
    if isinstance(shape, Members):
        yield from _members(shape, value, where)
    elif isinstance(shape, ListOf):
        yield from _list(shape, value, where)
    elif isinstance(shape, MapOf):
        yield from _map(shape, value, where)
    elif isinstance(shape, Text):
        yield from _text(shape, value, where)
    elif isinstance(shape, Number):
        yield from _number(shape, value, where)


def _wrong(where: Place, message: str, hint: str = "") -> Fault:
    return Fault(where, f"{spelled(where)} {message}", hint)


def _members(shape: Members, value: Any, where: Place) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(where, "is not a mapping", _as_mapping(shape, value, where))
        return
    if len(value) == 1 and _is_named(shape, value):
        row = _named_row(shape, *next(iter(value.items())))
        yield _wrong(where, "has no name", f"write {flow(row, MAX_MAP)}, with what stands there now in place of …")
        return
    home, fallen = _fallen_out(shape, value)
    if home:
        told = f"{spelled(where)} has no {home}, and {', '.join(fallen)} beside it"
        inside = {key: value[key] for key in fallen}
        yield Fault((*where, fallen[0]), told, f"write {home}: {flow(inside)}", of_key=True)
        value = _put_back(value, home, fallen)
    yield from _keys(shape, value, where)
    for name, item in value.items():
        if name in shape.members:
            yield from faults(shape.members[name], item, (*where, name))


def _keys(shape: Members, value: dict[str, Any], where: Place) -> Iterator[Fault]:
    """What is wrong with the keys of a mapping: each slip once."""
    meant = {name: _meant_key(shape, name) for name in value if name not in shape.members}
    capital = [name for name, close in meant.items() if close == _small(name) and close not in value]
    missing = [name for name in shape.required if name not in value and name not in meant.values()]
    strange = [name for name, close in meant.items() if not close and name not in shape.others]
    if len(missing) == 1 and len(strange) == 1:
        named = ", and it as the value" if value[strange[0]] is None else ""
        yield _no_key((*where, strange[0]), f"write `{missing[0]}:` in its place{named}")
        missing, strange = [], []
    for name in missing:
        yield _wrong(where, f"has no {name}", _added(shape, name))
    if len(capital) > 1:
        told = f"{', '.join(capital)} {SPELT}; here keys begin with a small letter"
        hint = f"write {', '.join(map(_small, capital))}, and so in all that stands in them but for configuration"
        yield Fault((*where, capital[0]), told, hint, of_key=True)
    for name, close in meant.items():
        if not close and name in shape.others:
            yield replace(_no_key((*where, name), ""), levels=shape.others[name])
        elif name in strange:
            yield _no_key((*where, name), f"known here: {', '.join(shape.members)}")
        elif close and (len(capital) < 2 or name not in capital):
            there = close in value
            yield _no_key(
                (*where, name), f"take it out: {close} stands there already" if there else f"did you mean {close}?"
            )


def _no_key(where: Place, hint: str) -> Fault:
    return replace(_wrong(where, "is not a key of a pipeline declaration", hint), of_key=True)


def _as_mapping(shape: Members, value: Any, where: Place) -> str:
    """How a value is written that stands alone where a mapping is due."""
    key = f"{where[-1]}: " if where and isinstance(where[-1], str) else ""
    if isinstance(value, str) and "name" in shape.members:
        return f"write {key}{{name: {value}}}"
    for name, inside in shape.members.items():
        if isinstance(value, str) and isinstance(inside, Text) and value in inside.values:
            return f"write {key}{{{name}: {value}}}"
        if isinstance(value, list) and isinstance(inside, ListOf) and all(isinstance(one, str) for one in value):
            return f"write {key}{{{name}: [{', '.join(value[:5])}]}}"
    free = [name for name in shape.required if not getattr(shape.members[name], "values", ())]
    if isinstance(value, str) and len(free) == 1:
        fixed = [f"{name}: {shape.members[name].values[0]}" for name in shape.required if name not in free]
        return f"write {key}{{{', '.join([*fixed, f'{free[0]}: {value}'])}}}"
    return f"write lines of `key: value` there; its keys are {', '.join(shape.members)}"


def _fallen_out(shape: Members, value: dict[str, Any]) -> tuple[str, list[str]]:
    """(a key that is not there, keys of what should stand in it) where several of them stand beside it."""
    for name, inside in shape.members.items():
        if name not in value and isinstance(inside, Members):
            keys = [key for key in value if key not in shape.members and key in inside.members]
            if len(keys) > 1:
                return name, keys
    return "", []


def _put_back(value: dict[str, Any], home: str, fallen: list[str]) -> dict[str, Any]:
    rest = {key: item for key, item in value.items() if key not in fallen}
    return {**rest, home: {key: value[key] for key in fallen}}


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _added(shape: Members, name: str) -> str:
    """What to add for a key that is due: a text with its words or values."""
    due = shape.members[name]
    if isinstance(due, Text) and (due.words or due.values):
        return f"add {name}: {due.words or ' or '.join(due.values)}"
    return f"add {name}"


def _meant_key(shape: Members, name: str) -> str:
    if _small(name) in shape.members:
        return _small(name)
    if name in shape.others:
        return ""
    return next(iter(difflib.get_close_matches(name, shape.members, 1)), "")


def _list(shape: ListOf, value: Any, where: Place) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong(where, "is not a list", _listed(shape, value, where))
        if _is_like(shape.of, value):
            yield from faults(shape.of, value, where)
        return
    if len(value) < shape.least:
        hint = "add what is missing, or take the key out"
        yield _wrong(where, f"holds {len(value)}; at least {shape.least} must be there", hint)
    if shape.most and len(value) > shape.most:
        yield _wrong(where, f"holds {len(value)}; at most {shape.most} may be there", f"keep {shape.most} of them")
    for index, item in enumerate(value):
        yield from faults(shape.of, item, (*where, index))


def _listed(shape: ListOf, value: Any, where: Place) -> str:
    """How a value is written that stands alone where a list is due."""
    key = where[-1] if where else ""
    if isinstance(value, dict) and _is_named(shape.of, value):
        rows = [_named_row(shape.of, name, inside) for name, inside in value.items()]
        return f"write {key}: {flow(rows, MAX_MAP)}, with what stands in each now in place of …"
    if isinstance(value, str) and re.fullmatch(r"[\w./-]{1,100}", value):
        named = isinstance(shape.of, Members) and "name" in shape.of.members
        return f"write {key}: [{{name: {value}}}]" if named else f"write {key}: [{value}]"
    return "begin it with `- `, or put [ ] around it: a list may have one entry too"


def _map(shape: MapOf, value: Any, where: Place) -> Iterator[Fault]:
    if not isinstance(value, dict):
        hint = _as_map(shape, value, where)
        yield _wrong(where, "is not a mapping", hint)
        return
    for key, item in value.items():
        yield from _text(shape.key, key, (*where, key))
        yield from faults(shape.value, item, (*where, key))


def _is_named(shape: Any, value: dict[str, Any]) -> bool:
    """Whether it is a mapping of names to what should be entries of a list, each with its name in it."""
    if not isinstance(shape, Members) or "name" not in shape.members or not value:
        return False
    return not any(key in shape.members for key in value) and all(
        isinstance(one, dict | list) for one in value.values()
    )


def _named_row(shape: Members, name: str, inside: Any) -> dict[str, Any]:
    """An entry with its name; what stands in it is left open."""
    if isinstance(inside, dict):
        return {"name": name, **{key: "…" for key in list(inside)[:1] if key != "name"}}
    lists = [key for key in shape.required if isinstance(shape.members[key], ListOf)]
    return {"name": name, **{key: ["…"] for key in lists[:1]}}


def _as_map(shape: MapOf, value: Any, where: Place) -> str:
    """How a mapping with free keys is written: from the rows of a list, else with a key and a value left open."""
    rows = value if isinstance(value, list) and value and all(isinstance(row, dict) for row in value) else []
    key = f"{where[-1]}: " if where else ""
    pairs = [_pair(shape, row) for row in rows]
    if pairs and all(pairs):
        together = {name: inside for pair in pairs for name, inside in pair.items()}
        return f"write {key}{flow(together, MAX_MAP)}"
    named = f"‹{shape.key.words or 'its name'}›"
    return f"write {key}{flow({named: _open(shape.value)}, MAX_MAP)}"


MAX_MAP = 1_000
"""A mapping of so many characters is written out."""
_NAMING = ("region", "name", "key")
"""Keys of a row that hold what is the key of a mapping."""


def _pair(shape: MapOf, row: dict[str, Any]) -> dict[str, Any]:
    """A row of a list as a key and its value; {} where that cannot be told."""
    small = {_small(str(key)): item for key, item in row.items()}
    named = next((key for key in _NAMING if isinstance(small.get(key), str)), "")
    rest = {key: item for key, item in small.items() if key != named}
    if not named:
        return row
    only = next(iter(rest.values())) if len(rest) == 1 else rest
    if isinstance(shape.value, Members):
        fits = isinstance(only, dict) and {_small(str(key)) for key in only} <= set(shape.value.members)
        return {small[named]: {_small(str(key)): item for key, item in only.items()}} if fits else {}
    return {small[named]: only} if isinstance(only, str) else {}


def _open(shape: Any) -> Any:
    """An example in which is said what is due."""
    if isinstance(shape, Members):
        return {name: _open(shape.members[name]) for name in shape.required}
    if isinstance(shape, Text):
        return shape.values[0] if len(shape.values) == 1 else f"‹{shape.words or 'its value'}›"
    return "…"


def _text(shape: Text, value: Any, where: Place) -> Iterator[Fault]:
    if not isinstance(value, str):
        found = json.dumps(value)
        if value is None:
            hint = "nothing stands there: fill it in, or take the key out"
        elif isinstance(value, dict | list):
            hint = f"every value is text: write {json.dumps(json.dumps(_as_api(value, where)))}"
        elif shape.values:
            meant = _meant_value(shape, found)
            hint = f"did you mean {meant}?" if meant else f"write {' or '.join(shape.values)}"
        else:
            hint = f'write "{found}" in quotes: every value is text'
        yield _wrong(where, f"is {found}, not text", hint)
    elif shape.values and value not in shape.values:
        meant = _meant_value(shape, value)
        hint = f"did you mean {meant}?" if meant else f"write {' or '.join(shape.values)}"
        yield _wrong(where, f"is {value!r}, not {' or '.join(shape.values)}", hint)
    elif len(value) < shape.least or (shape.most and len(value) > shape.most):
        most = f" to {shape.most}" if shape.most else " or more"
        hint = _length_hint(shape, value)
        yield _wrong(where, f"has {len(value)} characters, not {shape.least}{most}", hint)
    elif shape.pattern and not re.fullmatch(shape.pattern, value):
        yield _wrong(where, f"is {value!r}, which does not match {shape.pattern}", _spelling_hint(shape, value))


def _spelling_hint(shape: Text, value: str) -> str:
    """What is allowed, and where only signs are wrong the same with dashes in their place."""
    dashed = re.sub(r"[^A-Za-z0-9]+", "-" if re.fullmatch(shape.pattern, "-") else "_", value).strip("-_")
    forgotten = re.fullmatch(r"(Ref|GetAtt|Sub) +([\w.:]+)", value)
    if forgotten is not None:
        return f"write `!{forgotten[1]} {forgotten[2]}`: the exclamation mark is missing"
    if shape.words.startswith("a role's ARN") and re.fullmatch(r"[\w+=,.@/-]{1,64}", value):
        return f"write arn:aws:iam::ACCOUNT:role/{value}, with the number of your account for ACCOUNT"
    if shape.words.startswith("the name of a bucket") and bucket_in(value):
        return f"write {bucket_in(value)}: {shape.words}"
    is_name = shape.words.startswith("letters") and re.fullmatch(shape.pattern, dashed) is not None
    return f"write {dashed}: {shape.words}" if is_name else f"write {shape.words}"


def bucket_in(text: str) -> str:
    """The name of the bucket in an ARN, a URI or a URL of S3; "" where there is none."""
    found = re.match(r"(?:arn:[\w-]+:s3:::|s3://|https?://)([a-zA-Z0-9.-]+?)(?:\.s3[.\w-]*)?(?:/|$)", text)
    return found[1] if found is not None else ""


def _as_api(value: Any, where: Place) -> Any:
    """A value as it is to be written as text: the variables of a build have keys that begin with small letters."""
    rows = value if isinstance(value, list) and where[-1:] == ("EnvironmentVariables",) else ()
    if rows and all(isinstance(row, dict) and {_small(key) for key in row} <= _VARIABLE for row in rows):
        return [{_small(key): item for key, item in row.items()} for row in rows]
    return value


_VARIABLE = {"name", "value", "type"}


def _meant_value(shape: Text, value: str) -> str:
    capital = {one.upper(): one for one in shape.values}
    near = difflib.get_close_matches(value[:60].upper(), capital, 1)
    return capital[near[0]] if near else ""


def _length_hint(shape: Text, value: str) -> str:
    if not value:
        return "fill it in, or take the key out"
    if len(value) < shape.least:
        return f"write {shape.words}, of at least {shape.least} characters" if shape.words else "write the whole of it"
    return f"shorten it to {shape.most} characters"


def _number(shape: Number, value: Any, where: Place) -> Iterator[Fault]:
    most = f" to {shape.most}" if shape.most else " or more"
    hint = f"write a whole number, {shape.least}{most}, without quotes"
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        hint = f"write {value} without quotes: it is a number"
    if isinstance(value, bool) or not isinstance(value, int):
        yield _wrong(where, f"is {value!r}, not a whole number", hint)
    elif value < shape.least or (shape.most and value > shape.most):
        limits = f"from {shape.least}{most}" if shape.most else f"of {shape.least}{most}"
        yield _wrong(where, f"is {value}, not {shape.least}{most}", f"write a whole number {limits}")


# What is meant


def mended(shape: Any, value: Any) -> tuple[Any, set[Place]]:
    """A document of that shape, and the places in it that are guesses.

    What is plainly meant is no guess: 1 for "1", a name for {"name": …}, a value for a list of one, a key or a value
    with a slip of the pen. A key that nobody knows is left out, and its place is a guess. Lengths and patterns stay as
    they are.
    """
    guesses: set[Place] = set()
    return _mend(shape, value, (), guesses), guesses


def _mend(shape: Any, value: Any, where: Place, guesses: set[Place]) -> Any:
    if isinstance(shape, Members):
        return _mend_members(shape, value, where, guesses)
    if isinstance(shape, ListOf):
        return _mend_list(shape, value, where, guesses)
    if isinstance(shape, MapOf) and isinstance(value, dict):
        return {key: _mend(shape.value, item, (*where, key), guesses) for key, item in value.items()}
    if isinstance(shape, Text) and isinstance(value, str | int | float):
        return _mend_text(shape, value if isinstance(value, str) else json.dumps(value), where, guesses)
    if isinstance(shape, Number):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            return int(value)
    guesses.add(where)
    return _filler(shape, where)


def _mend_members(shape: Members, value: Any, where: Place, guesses: set[Place]) -> dict[str, Any]:
    if isinstance(value, str) and "name" in shape.members:
        value = {"name": value}
    elif not _is_like(shape, value):
        guesses.add(where)
    value = value if isinstance(value, dict) else {}
    home, fallen = _fallen_out(shape, value)
    value = _put_back(value, home, fallen) if home else value
    found: dict[str, Any] = {}
    for key, item in value.items():
        name = key if key in shape.members else _meant_key(shape, key)
        if not name or (name != key and (name in value or name in found)):
            guesses.add((*where, key))
        else:
            found[name] = _mend(shape.members[name], item, (*where, name), guesses)
    for name in shape.required:
        if name not in found:
            guesses.add((*where, name))
            found[name] = _filler(shape.members[name], (*where, name))
    return found


def _is_like(shape: Any, value: Any) -> bool:
    """Whether a value has a key at least of those that are due."""
    return isinstance(shape, Members) and isinstance(value, dict) and any(key in shape.members for key in value)


def _mend_list(shape: ListOf, value: Any, where: Place, guesses: set[Place]) -> list[Any]:
    if not isinstance(value, list):
        alone = isinstance(value, str) or _is_like(shape.of, value)
        if not alone:
            guesses.add(where)
        value = [value] if alone else []
    return [_mend(shape.of, item, (*where, index), guesses) for index, item in enumerate(value)]


def _mend_text(shape: Text, value: str, where: Place, guesses: set[Place]) -> str:
    if not shape.values or value in shape.values:
        return value
    meant = _meant_value(shape, value)
    if not meant:
        guesses.add(where)
    return meant or value


def _filler(shape: Any, where: Place) -> Any:
    """Something of that shape. A text is called by its place, a name by that of what it names: no two are alike."""
    if isinstance(shape, Members):
        return {name: _filler(shape.members[name], (*where, name)) for name in shape.required}
    if isinstance(shape, Number):
        return shape.least
    if isinstance(shape, Text):
        return spelled(where[:-1] if where[-1:] == ("name",) else where)
    return [] if isinstance(shape, ListOf) else {}
