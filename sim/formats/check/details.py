"""The detail of an event pattern, held against the events of the developer tools: fields and values that none has."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sim.formats.check.events import DETAIL_TYPES, FIELD_SYNONYMS, FIELDS, NAMES, NUMBERS, OBJECTS, VALUES, WHOLE_REFS
from sim.formats.check.leaves import (
    OPERATORS,
    alternatives,
    asks_absence,
    bare_operator,
    can_match,
    filled_in,
    fold,
    listed,
    star,
    values,
)
from sim.formats.check.levels import MAX_SHOWN, NESTED, as_member, check_below, check_object, parents, tell_misplaced
from sim.formats.check.operators import (
    is_valid,
    left_out_hint,
    mended,
    operator_hint,
    operator_meant,
    star_hint,
    unlisted,
)
from sim.formats.check.wanted import MAX_FIELDS, items_of, meant_field, value_hint, value_meant
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence

LIKE = 0.8
"""How much a field is like one that is known, of 1: below, all that there are are named, too."""
MAX_JUDGED = 20
"""So many values are looked at for a guess."""


def and_(names: list[str]) -> str:
    """The first few names, for a sentence."""
    return " and ".join(names[:5])


def asked_keys(details: Iterable[Mapping]) -> Iterator[Scalar]:
    """The fields of details that must be there."""
    for detail in details:
        for key, node in detail.items[:MAX_FIELDS]:
            if key.text == "$or":
                yield from asked_keys(alternatives(detail))
            elif not asks_absence(node):
                yield key


def unknown(details: Iterable[Mapping], type_: str) -> int:
    """How much is asked for that the detail of a type has not: 2 for a field, 1 for one that has another level."""
    return sum(_unknown_one(key.text, type_) for key in asked_keys(details))


def _unknown_one(name: str, type_: str) -> int:
    return 2 * unknown_key(name, type_) or not _is_own(name, type_)


def has_field(name: str, type_: str) -> bool:
    """Whether the detail of a type has such a field, or an object of it has, letter by letter."""
    return name.partition(".")[0] in FIELDS[type_] or name in NESTED[type_]


def _is_own(name: str, type_: str) -> bool:
    return fold(name.partition(".")[0]) in _FOLDED[type_]


def unknown_key(name: str, type_: str) -> bool:
    """Whether the detail of a type has no such field, however it is spelled, nor one in an object of it."""
    return not _is_own(name, type_) and name not in NESTED[type_]


_FOLDED = {
    type_: {*map(fold, names), *(word for word, meant in FIELD_SYNONYMS.items() if {*meant} & {*names})}
    for type_, names in FIELDS.items()
}
"""Detail type -> how its fields are spelled or called, in small letters without dashes."""


def never(details: Iterable[Mapping], type_: str) -> int:
    """How many fields ask for a value that they never have in the detail of a type."""
    return sum(_never_one(detail, name, type_) for detail in details for name in VALUES[type_])


def _never_one(detail: Mapping, name: str, type_: str) -> bool:
    items = [item for item in items_of(detail.get(name))[:MAX_JUDGED] if function(item) is None]
    return any(not can_match(values(item, operator=True), VALUES[type_][name]) for item in items)


# Fields of the detail

Lacking = dict[int, dict[str, int]]
"""The id of an object in a pattern -> detail type -> how much of what is asked for there it has not."""


@dataclass(frozen=True, slots=True)
class Types:
    """The detail types of which one must match; `named` when the pattern asks for them, and not for a source alone."""

    names: tuple[str, ...]
    named: bool
    others: tuple[str, ...] = ()
    """Types of the same source that have as much of what is asked for."""
    other: str = ""
    """The type that fields are told to be of, where there is one: values of it are not told."""
    shared: bool = False
    """Whether the types are those of other alternatives, too."""
    possible: tuple[str, ...] = ()
    """Those of the types that have what is asked for, in one of the alternatives at least."""
    lacking: Lacking = field(default_factory=dict)
    """How much the types of the same sources have not of what the detail, and each alternative in it, asks for."""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(field for name in self.names for field in FIELDS[name]))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The fields of what else the same sources send."""
        return tuple(field for source in self.senders for name in DETAIL_TYPES[source] for field in FIELDS[name])

    @property
    def senders(self) -> tuple[str, ...]:
        return tuple(source for source, types in DETAIL_TYPES.items() if any(name in types for name in self.names))

    def __str__(self) -> str:
        if self.named:
            return " or ".join(repr(name) for name in self.names)
        return f"events of {' and '.join(self.senders)}"


def check_detail(reader: Reader, detail: Mapping, types: Types, around: tuple[Mapping, ...] = ()) -> None:
    """Advice on a detail, of whose types one must match, with what is asked `around` it if it is an alternative."""
    fields = types.fields
    if not around:
        possible = tuple(one for one in types.names if types.shared or _could_be(detail, one))
        types = replace(types, possible=possible, lacking=_all_lacking(detail, types))
    types = replace(types, others=_others(detail, types), other=_other_type(detail, types))
    foreign: list[tuple[Scalar, Node]] = []
    for key, node in detail.items[:MAX_FIELDS]:
        if function(node) is not None or asks_absence(node):
            continue
        name = key.text.partition(".")[0]
        if key.text == "$or":
            for one in alternatives(detail):
                check_detail(reader, one, replace(types, shared=True), (*around, detail))
        elif name in fields:
            _field(reader, key, key.text, node, types)
        elif (meant := meant_field(name, fields)) and _is_own_slip(key.text, types):
            reader.warning(key, "206", f"detail of {types} has no {key.text!r}", f"did you mean {meant}?")
            _field(reader, key, meant, node, types)
        else:
            foreign.append((key, node))
    elsewhere = types.elsewhere
    inside = [(key, node) for key, node in foreign if parents(key.text, types.names) and key.text not in elsewhere]
    tell_misplaced(reader, detail, inside, types.names, str(types))
    told = {id(key) for key, _ in inside}
    foreign = [one for one in foreign if id(one[0]) not in told]
    _tell_foreign(reader, detail, foreign, types)
    if not foreign and not _tell_apart(reader, detail, types, around):
        _tell_never_together(reader, detail, types)


def _all_lacking(detail: Mapping, types: Types) -> Lacking:
    """How much is `unknown`, of a detail and of each alternative in it: each field is looked at once."""
    weighed = tuple(name for source in types.senders for name in DETAIL_TYPES[source])
    found: Lacking = {}

    def add(one: Mapping) -> None:
        names = [key.text for key in _plain_keys((one,))]
        own = {type_: sum(_unknown_one(name, type_) for name in names) for type_ in weighed}
        for inner in alternatives(one):
            add(inner)
            own = {type_: own[type_] + found[id(inner)][type_] for type_ in weighed}
        found[id(one)] = own

    add(detail)
    return found


def _could_be(detail: Mapping, type_: str) -> bool:
    """Whether the events of a type have the fields that are asked for, with those of one of the alternatives."""
    inner = alternatives(detail)
    own = all(not unknown_key(key.text, type_) for key in _plain_keys((detail,)))
    return own and (not inner or any(_could_be(one, type_) for one in inner))


def _is_own_slip(text: str, types: Types) -> bool:
    """Whether an unknown field is rather a slip of the types' own than one of an object, or of another type."""
    name = text.partition(".")[0]
    if name in types.elsewhere:
        return fold(name) in FIELD_SYNONYMS and not types.other
    return not parents(text, types.names)


def _others(detail: Mapping, types: Types) -> tuple[str, ...]:
    lacking = types.lacking[id(detail)]
    fewest = min(lacking[type_] for type_ in types.names)
    others = [type_ for sender in types.senders for type_ in DETAIL_TYPES[sender] if type_ not in types.names]
    return tuple(type_ for type_ in others if lacking[type_] <= fewest)


def _tell_foreign(reader: Reader, detail: Mapping, foreign: list[tuple[Scalar, Node]], types: Types) -> None:
    """Fields that the types do not have: those that another type has are told together, for one mend."""
    if foreign and types.shared and _told_of_service(reader, detail, [key for key, _ in foreign], types):
        return
    other = types.other if foreign else ""
    there = [key for key, _ in foreign if other and not unknown_key(key.text, other)]
    if there:
        names = [key.text for key in there]
        message = f"detail of {types} has no {' and no '.join(repr(name) for name in names[:5])}"
        reader.warning(there[0], "206", message, _or_other(detail, names, types, other))
    told = {id(key) for key in there}
    for key, node in foreign:
        if id(key) not in told:
            _tell_strange(reader, detail, key, node, types)


def _told_of_service(reader: Reader, detail: Mapping, foreign: list[Scalar], types: Types) -> bool:
    """Tell fields of a detail that are all those of another service's events. Whether they are told."""
    names = [one.text for one in _plain_keys((detail,))]
    of_others = {source: own for source, own in DETAIL_TYPES.items() if source not in types.senders}
    having = [(one, name) for one, own in of_others.items() for name in own if _has_all(names, name)]
    if not having:
        return False
    source, type_ = min(having, key=lambda one: never([detail], one[1]))
    message = f"detail of {types} has no {' and no '.join(repr(key.text) for key in foreign[:5])}"
    hint = f'add "{type_}" to detail-type, and "{source}" to source, if these are asked for'
    out = and_([json.dumps(key.text) for key in foreign])
    reader.warning(foreign[0], "206", message, f"{hint}; or take {out} out")
    return True


def _has_all(names: list[str], type_: str) -> bool:
    return all(has_field(name, type_) for name in names)


def _tell_strange(reader: Reader, detail: Mapping, key: Scalar, node: Node, types: Types) -> None:
    """A field that the types have not, nor the one that most fields are of."""
    message = f"detail of {types} has no {key.text!r}"
    having = [one for source in types.senders for one in DETAIL_TYPES[source] if not unknown_key(key.text, one)]
    if key.text in _TOP:
        hint = f"write {json.dumps(key.text)} beside detail, and not inside it"
    elif having:
        hint = _or_other(detail, [key.text], types, having[0])
    else:
        close = reader.near(key.text[:40], types.fields)
        hint = f"did you mean {close}?" if close else f"it has {', '.join(types.fields)}"
        if close and difflib.SequenceMatcher(None, close, key.text[:40]).ratio() < LIKE:
            hint = f"{hint} it has {', '.join(types.fields)}"
        elif close:
            reader.warning(key, "206", message, hint)
            _field(reader, key, close, node, types)
            return
    reader.warning(key, "206", message, hint)


def _tell_apart(reader: Reader, detail: Mapping, types: Types, around: tuple[Mapping, ...]) -> bool:
    """Fields of which each is in the detail of some type, and no type has them all. Whether such are told."""
    if len(types.names) == 1:
        return False
    own, outer = _plain_keys((detail,)), _plain_keys(around)[:MAX_JUDGED]
    keys = own + outer
    lacking = [[key for key in keys if not has_field(key.text, type_)] for type_ in types.names]
    told = outer and all(any(key in outer for key in one) for one in lacking)
    if not own or told or not all(lacking) or any(meant_field(_head(key), types.fields) != _head(key) for key in keys):
        return False
    fewest = min(lacking, key=len)
    if any(_told_as_called(reader, names, type_) for names, type_ in zip(lacking, types.names, strict=True)):
        return True
    rest = [key for key in keys if key not in fewest]
    message = f"no event has {and_([repr(key.text) for key in (*rest[:1], *fewest[:1])])}: each is of one type"
    if fewest[0] not in own or not any(key in own for key in rest):
        beside = next(key.text for key in (*rest, *fewest) if key in outer)
        hint = f"take {json.dumps(beside)} out beside $or, and write it inside those alternatives whose events have it"
        reader.warning(own[0], "206", message, hint)
        return True
    hint = f"make two rules of it, or write the detail as alternatives: {_as_alternatives(detail, types)}"
    reader.warning(fewest[0], "206", message, hint)
    return True


def _tell_never_together(reader: Reader, detail: Mapping, types: Types) -> None:
    """A value and a field of which each is in the detail of some type, and no type has both."""
    asked = [(key, node) for key, node in detail.items[:MAX_FIELDS] if key.text != "$or" and not asks_absence(node)]
    having = [type_ for type_ in types.names if all(has_field(key.text, type_) for key, _ in asked)]
    wrong = {type_: [pair for pair in asked if _no_value(*pair, type_)] for type_ in having}
    if len(types.names) == 1 or not wrong or not all(wrong.values()):
        return
    key, node = min(wrong.values(), key=len)[0]
    sending = [type_ for type_ in types.names if not _no_value(key, node, type_) and key.text in FIELDS[type_]]
    if not sending:
        return  # told already: the value is of none of the types
    lacking = [other for other, _ in asked if not any(has_field(other.text, type_) for type_ in sending)]
    if not lacking:
        return
    names = and_([json.dumps(other.text) for other in lacking])
    known = ", ".join(dict.fromkeys(value for type_ in having for value in VALUES[type_].get(key.text, ())))
    message = f"no event has such a value of {key.text} and {names}"
    there = [name for name in FIELDS[sending[0]] if name != key.text]
    hint = f"take {names} out: {sending[0]} has {', '.join(there)}"
    reader.warning(key, "204", message, f"{hint}; or write a value of {key.text} that goes with {names}: {known}")


def _no_value(key: Scalar, node: Node, type_: str) -> bool:
    """Whether a field of a type has none of the values that are asked for."""
    known = VALUES[type_].get(key.text, ())
    items = items_of(node)
    given = [values(item, operator=True) for item in items[:MAX_JUDGED] if function(item) is None]
    if not known or not items or len(given) < len(items):
        return False
    if any(isinstance(one, str) and filled_in(one) for one in given):
        return False
    return not any(can_match(one, known) for one in given)


def _told_as_called(reader: Reader, lacking: list[Scalar], type_: str) -> bool:
    """Tell fields that one type calls otherwise than another, if they are all that it lacks. Whether they are told."""
    if not all(_is_own(key.text, type_) for key in lacking):
        return False
    for key in lacking:
        hint = f"did you mean {meant_field(_head(key), FIELDS[type_])}?"
        reader.warning(key, "206", f"detail of {type_!r} has no {key.text!r}", hint)
    return True


def _as_alternatives(detail: Mapping, types: Types) -> str:
    """A detail as alternatives, each with the fields of one type."""
    asked = [(key, node) for key, node in detail.items[:MAX_FIELDS] if key.text != "$or"]
    own = [tuple(one for one in asked if has_field(one[0].text, type_)) for type_ in types.names]
    most = [one for one in dict.fromkeys(own) if one and not any({*one} < {*other} for other in own)]
    each = [", ".join(as_member(key.text, node) for key, node in one) for one in most]
    if len("".join(each)) > MAX_SHOWN:
        each = [", ".join(f"{json.dumps(key.text)}: …" for key, _ in one) for one in most]
    return f'"$or": [{", ".join(f"{{{one}}}" for one in each)}]'


def _plain_keys(details: Iterable[Mapping]) -> list[Scalar]:
    """The fields that details ask for outside of their alternatives."""
    return [
        key
        for detail in details
        for key, node in detail.items[:MAX_FIELDS]
        if key.text != "$or" and not asks_absence(node)
    ]


def _head(key: Scalar) -> str:
    return key.text.partition(".")[0]


def _other_type(detail: Mapping, types: Types) -> str:
    """The type of the same sources that has more of what is asked for; "" when there is none."""
    others = [type_ for source in types.senders for type_ in DETAIL_TYPES[source] if type_ not in types.names]
    lacking = types.lacking[id(detail)]
    fewest = min(lacking[type_] for type_ in types.names)
    better = [type_ for type_ in others if lacking[type_] < fewest]
    return min(better, key=lambda type_: (lacking[type_], never([detail], type_)), default="")


def _or_other(detail: Mapping, names: list[str], types: Types, other: str) -> str:
    """The hint at fields of another type: ask for that type, or take them out."""
    out = f"or take {and_([json.dumps(name) for name in names])} out"
    inside = list(dict.fromkeys(path for name in names for path in parents(name, (other,))[:1]))
    also = f", and write it inside {' and '.join(inside)}" if inside else ""
    if len(types.names) > 1 or types.shared:
        return f"{_ask_too(other, types)}{also}; {out}"
    others = [name for name in VALUES[other] if _never_one(detail, name, other)]
    where = " and ".join(f"{name} is one of {', '.join(VALUES[other][name])}" for name in others)
    return f'change detail-type to ["{other}"]{also}{f", where {where}" if where else ""}; {out}'


def _ask_too(other: str, types: Types) -> str:
    """How another type is asked for: in place of the one of its source that never has all that is asked for, if any."""
    source = next(source for source, names in DETAIL_TYPES.items() if other in names)
    vain = [name for name in types.names if name in DETAIL_TYPES[source] and name not in types.possible]
    if len(vain) == 1 and types.named:
        return f'write "{other}" in place of "{vain[0]}"'
    return f'add "{other}" to detail-type'


_TOP = ("source", "detail-type", "account", "resources", "time", "region")


# Values of a field

_STEP = re.compile(r"[A-Za-z0-9.@\-_]+")
_DEPLOYED = re.compile(r"[A-Za-z0-9+=,.@_-]+")
_NAMES = {
    "pipeline": _STEP,
    "stage": _STEP,
    "action": _STEP,
    "project-name": re.compile(r"[A-Za-z0-9\-_]+"),
    "repositoryName": re.compile(r"[\w.\-]+"),
    "repositoryNames": re.compile(r"[\w.\-]+"),
    "application": _DEPLOYED,
    "deploymentGroup": _DEPLOYED,
    "instanceId": re.compile(r"[^*:/]+"),
    "referenceName": re.compile(r"[^*?\[\\\s~^:]+"),
}
"""Field of a detail that holds a name -> the characters of such names: as the APIs have them."""


def _field(reader: Reader, key: Scalar, name: str, node: Node, types: Types) -> None:
    """What a field is asked for and never has."""
    head, _, rest = name.partition(".")
    if head in OBJECTS and rest:
        check_below(reader, head, key, rest, node, types.names)
    elif head in OBJECTS:
        check_object(reader, head, key, node, types.names)
    elif rest or (isinstance(node, Mapping) and not _is_operator(node)):
        reader.warning(key, "206", f"{head} of an event is one value, and no object", f"write {_flat(head, node)}")
    else:
        _single(reader, name, node, types)


def _is_operator(table: Mapping) -> bool:
    if len(table.items) == 1:
        return bool(operator_meant(table.items[0][0].text))
    return _all_listed(table)


def _all_listed(table: Mapping) -> bool:
    """Whether all that stands in an object are operators with a list, as if they were fields."""
    return bool(table.items) and all(
        key.text in OPERATORS and isinstance(node, Sequence) and function(node) is None for key, node in table.items
    )


def _flat(name: str, node: Node) -> str:
    """A field with the values that are asked of something inside it."""
    while isinstance(node, Mapping) and not bare_operator(node):
        node = node.items[0][1] if node.items else node
        if isinstance(node, Mapping) and not node.items:
            return f'{json.dumps(name)}: ["…"]'
    given = values(node)
    return f"{json.dumps(name)}: {json.dumps(given if isinstance(given, list) else [given], ensure_ascii=False)}"


def _single(reader: Reader, name: str, node: Node, types: Types) -> None:
    """Values that a field never has. Of a field whose values are not known, only a ref in place of a name."""
    known = [value for type_ in types.names for value in VALUES[type_].get(name, ())]
    if isinstance(node, Mapping):
        _operator_as_field(reader, name, node)
    everywhere = all(name in VALUES[type_] or name not in FIELDS[type_] for type_ in types.names)
    for item in items_of(node)[:MAX_FIELDS]:
        if function(item) is not None or (isinstance(item, Scalar) and item.text.startswith(("${", "{{", "<"))):
            continue
        if known and everywhere:
            _value(reader, name, node, item, known, types)
        elif isinstance(item, Scalar):
            _kind(reader, name, item, types)
        if name in _TEXTS:
            _compared(reader, name, item)
        if name in _NAMES and "refs/" not in str(values(item, operator=True)):
            _name(reader, name, item)
        if name in _IDS:
            _id(reader, name, item)
        if name == "referenceName":
            _reference(reader, item)
        if isinstance(item, Mapping) and left_out_hint(item):
            message = (
                f"the star is a plain character here: {json.dumps(values(item, operator=True))} leaves out nothing"
            )
            reader.warning(item, "211", message, left_out_hint(item))
        if name in WHOLE_REFS:
            _whole_reference(reader, name, item)


def _value(reader: Reader, name: str, node: Node, item: Node, known: list[str], types: Types) -> None:
    """A value that a field never has, asked for or left out."""
    value = values(item, operator=True)
    if isinstance(item, Mapping) and star_hint(item):
        return  # told already
    if not can_match(value, [*known, *(VALUES[types.other].get(name, ()) if types.other else ())]):
        having = [type_ for type_ in types.names if name in FIELDS[type_]]
        whose = " or ".join(having) if types.named else str(types)
        hint = _of_other_type(value, name, node, types) or value_hint(item, known)
        reader.warning(item, "204", f"{name} of {whose} is never {json.dumps(value)}", hint)
    for one in _left_out(item)[:MAX_FIELDS]:
        meant = value_meant(one.text, known) if isinstance(one, Scalar) and one.text not in known else ""
        if meant:
            message = f"{name} is never {json.dumps(values(one, operator=True))}: nothing is left out"
            reader.warning(one, "204", message, f"did you mean {meant}?")


def _left_out(item: Node) -> tuple[Node, ...]:
    """The values that anything-but leaves out, also where it is called otherwise."""
    key, operand = item.items[0] if isinstance(item, Mapping) and len(item.items) == 1 else (None, None)
    return items_of(operand) if key is not None and operator_meant(key.text) == "anything-but" else ()


def _kind(reader: Reader, name: str, item: Scalar, types: Types) -> None:
    """A text where events have a number, or a number where they have text."""
    value = values(item, operator=True)
    if all(name in NUMBERS.get(type_, ()) for type_ in types.names):
        if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            message = f"{name} of an event is a number, and never the text {json.dumps(value)}"
            reader.warning(item, "208", message, f"write {value} without quotes")
    elif name in NAMES and not isinstance(value, str | None):
        message = f"{name} of an event is text, and never {item.text}"
        reader.warning(item, "208", message, f"write {json.dumps(item.text)}, in quotes")


def _of_other_type(value: object, name: str, node: Node, types: Types) -> str:
    """The hint at a value that the field has in another type of the same source, as `event` of CodeCommit."""
    having = [type_ for type_ in types.others if value in VALUES[type_].get(name, ())]
    if len(having) != 1 or not types.named or not isinstance(value, str):
        return ""
    known = [one for type_ in types.names for one in VALUES[type_].get(name, ())]
    if any(_may_be(item, known) for item in items_of(node)[:MAX_JUDGED]):
        return f'add "{having[0]}" to detail-type, or take it out'
    if types.shared:
        return f'write one of: {", ".join(known)}; or add "{having[0]}" to detail-type'
    return f'change detail-type to ["{having[0]}"], or write one of: {", ".join(known)}'


def _may_be(item: Node, known: list[str]) -> bool:
    """Whether a value is, or is meant for, one of those that are known."""
    spelled = isinstance(item, Scalar) and bool(value_meant(item.text, known))
    return spelled or can_match(values(item, operator=True), known)


def _compared(reader: Reader, field: str, item: Node) -> None:
    """Numbers or addresses that are asked of a text."""
    given = values(item, operator=True)
    operator = next(iter(given)) if isinstance(item, Mapping) and is_valid(given) else ""
    if operator == "numeric":
        numbers = given["numeric"]
        equal = isinstance(numbers, list) and len(numbers) == 2 and numbers[0] == "="
        hint = f"write {json.dumps(str(numbers[1]))}, in quotes" if equal else "take it out, or name the texts"
        reader.warning(item, "208", f"{field} of an event is text, and numeric compares numbers alone", hint)
    elif operator == "cidr":
        message = f"{field} of an event is no address, and cidr compares addresses alone"
        reader.warning(item, "209", message, "take it out, or name the texts, such as with prefix")


def _name(reader: Reader, field: str, item: Node) -> None:
    """A plain value of a field of names that no name can be."""
    text = values(item, operator=True)
    if isinstance(text, str) and not _NAMES[field].fullmatch(text) and not filled_in(text):
        hint = f"write {json.dumps(re.split('[:/]', text)[-1])}" if text.startswith("arn:") else star(text)
        message = f"{field} is a name alone, and never {json.dumps(text)}"
        reader.warning(item, "209", message, hint or "write the name, letter by letter")


_IDS = {
    "build-id": (re.compile("arn:.+"), "the ARN of a build", '{{"suffix": {}}}', ":build/"),
    "author": (re.compile("arn:.+"), "the ARN of a user or role", '{{"suffix": {}}}', "/"),
    "callerUserArn": (re.compile("arn:.+"), "the ARN of a user or role", '{{"suffix": {}}}', "/"),
    "deploymentId": (re.compile("d-.+"), "an id such as d-A1B2C3D4E", "{}", "d-"),
}
"""Field of a detail -> its form, what it is, how to write another text, and how that begins (codebuild.md §9.3)."""


_TEXTS = (*NAMES, *_IDS, *WHOLE_REFS)
"""Fields of a detail that are text, and neither numbers nor addresses."""


def _id(reader: Reader, field: str, item: Node) -> None:
    form, what, mend, begins = _IDS[field]
    text = values(item, operator=True)
    if field == "build-id" and isinstance(text, str) and ":project/" in text and not filled_in(text):
        name = json.dumps(text.rpartition("/")[2])
        hint = f'take it out, and ask for the project: "project-name": [{name}]'
        reader.warning(item, "209", f"{field} is {what}, and never that of a project", hint)
    elif isinstance(text, str) and not form.fullmatch(text) and not filled_in(text):
        hint = star(text) or f"write {mend.format(json.dumps(begins + text.removeprefix('build/')))}"
        reader.warning(item, "209", f"{field} is {what}, and never {json.dumps(text)}", hint)


def _reference(reader: Reader, item: Node) -> None:
    if "refs/" in json.dumps(values(item, operator=True)):
        bare = re.sub(r"^refs/(heads|tags)/", "", item.text) if isinstance(item, Scalar) else ""
        wild = f'{{"wildcard": {json.dumps(bare)}}}' if "*" in bare else json.dumps(bare)
        hint = f"write {wild}" if bare else _bare_ref(item)
        message = "referenceName is the name of a branch or tag alone, without refs/heads/"
        whole = f'"referenceFullName": {json.dumps(_asked_of_it(item, "*" in bare), ensure_ascii=False)}'
        reader.warning(item, "207", message, f"{hint}; or ask for the whole ref, in place of referenceName: {whole}")


def _asked_of_it(item: Node, starred: bool = False) -> list[Any]:
    """What an item of a list asks for, with its slips mended."""
    given = values(item, operator=True)
    if isinstance(item, Mapping):
        return mended(_named_here(item)) if len(item.items) == 1 else [given]
    return [{"wildcard": given} if starred else given]


def _named_here(item: Mapping) -> Mapping:
    """An operator under the name it has here, if it is called as in another language and means the same."""
    key, node = item.items[0]
    name = operator_meant(key.text)
    if name in ("", key.text, "wildcard"):
        return item
    named = Scalar(key.path, key.line, key.column, name, key.plain)
    return Mapping(item.path, item.line, item.column, ((named, node),))


def _bare_ref(item: Node) -> str:
    """The hint at an operator that asks for a ref in place of a name."""
    given = ", ".join(map(json.dumps, _asked_of_it(item)))
    bare = re.sub("refs/(heads|tags)/", "", given)
    kept = not re.search(r'""|"\*+"', bare) and "refs" not in bare and isinstance(item, Mapping)
    return f"write {bare}" if kept else "write the name alone"


def _whole_reference(reader: Reader, name: str, item: Node) -> None:
    text = values(item, operator=True)
    if isinstance(text, str) and text.startswith("refs/") and "*" in text:
        reader.warning(item, "209", f"{name} is a whole ref, and never {json.dumps(text)}", star(text))
    elif isinstance(text, str) and not text.startswith("refs/") and not filled_in(text):
        hint = star(f"refs/heads/{text}") or f"write {json.dumps(f'refs/heads/{text}')}"
        reader.warning(item, "207", f"{name} is a whole ref, and never {json.dumps(text)}", hint)


def _operator_as_field(reader: Reader, name: str, table: Mapping) -> None:
    """An operator that is written as if it were a field with values: EventBridge takes it, and nothing matches."""
    if not _all_listed(table) or any(asks_absence(node) for _, node in table.items):
        return
    key, bare = table.items[0][0], unlisted(table)
    message = f"this asks for a field named {key.text} inside {name}, and no event has it"
    hint = listed(name, mended(bare)) if len(table.items) == 1 else operator_hint(bare)
    reader.warning(key, "210", message, hint)
