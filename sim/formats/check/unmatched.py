"""Advice on event patterns: what EventBridge takes, and what no event can ever match.

Judged are the events and the API calls of the developer tools, whose fields and values are known (check/events.py).
A slip hides nothing: a source, a detail type or a field that is misspelt is told, and what stands below it is looked
at as if it were mended.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sim.formats.check.calls import check_call
from sim.formats.check.envelope import check_envelope, part, source_meant
from sim.formats.check.events import (
    CLOUDTRAIL,
    DETAIL_TYPES,
    FIELDS,
    NAMES,
    NUMBERS,
    RECORD,
    SYNONYMS,
    VALUES,
    WHOLE_REFS,
)
from sim.formats.check.leaves import (
    OPERATORS,
    asks_absence,
    bare_operator,
    can_match,
    filled_in,
    fold,
    listed,
    star,
    texts,
    values,
)
from sim.formats.check.operators import is_plain, operator_meant
from sim.formats.eventpattern import RESERVED
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, near
from sim.formats.other_actions import SERVICES
from sim.formats.slips import misspelled

MAX_ALTERNATIVES, MAX_FIELDS, MAX_JUDGED = 200, 200, 20
"""So many alternatives, fields of a detail, and misspelt detail types are looked at for advice."""
NEAR, LIKE = 0.9, 0.6
"""How much a detail type is like one that is known, of 1: so that it is taken for a slip of it, and to be offered."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of an event; inside `$or`, also by what stands around it.

    `sources` and `types` are what is meant, None where nothing is asked, and () where others may match too.
    """

    sources: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    details: tuple[Mapping, ...] = ()
    calls: bool = False
    """Whether the detail may be that of an API call."""


_NOTHING_ASKED = _Asked()


def advise(reader: Reader, table: Mapping, around: _Asked = _NOTHING_ASKED) -> tuple[str, ...]:
    """Advice on a pattern, or on an alternative of one. Gives the detail types of which one must match; () for any."""
    asked = _with(reader, table, around)
    inside = [advise(reader, one, asked) for one in _alternatives(table)]
    known = _known_types(asked)
    if inside and asked.types is None:
        # Each alternative may name a type of its own.
        known = tuple(dict.fromkeys(type_ for types in inside for type_ in types)) if all(inside) else ()
    check_envelope(reader, table, known, asked.sources or (), () if around is _NOTHING_ASKED else RESERVED)
    for detail in _details(table):
        if known and known[0] not in CLOUDTRAIL:
            _detail(reader, detail, _Types(known, asked.types is not None))
        elif known or (asked.types is None and asked.calls):
            check_call(reader, detail, asked.sources or ())
    return known


def _with(reader: Reader, table: Mapping, around: _Asked) -> _Asked:
    """What a table asks, too. A field that is asked for twice is the inner one."""
    details = (*around.details, *_details(table))
    own = _sources(reader, table)
    sources = around.sources if own is None else own
    types = _types(reader, table, sources, (*details, *_details_below(table)))
    calls = around.calls or any(key in RECORD or key == "$or" for detail in details for key in detail.keys())
    return _Asked(sources, around.types if types is None else types, details, calls)


def _alternatives(table: Mapping) -> list[Mapping]:
    node = table.get("$or")
    items = node.items[:MAX_ALTERNATIVES] if isinstance(node, Sequence) else (node,)
    return [item for item in items if isinstance(item, Mapping)]


def _details(table: Mapping) -> list[Mapping]:
    """What is asked of the detail: in an object, in a list around one, or with keys such as `detail.state`."""
    node = part(table, "detail")
    tables = node.items if isinstance(node, Sequence) else (node,)
    found = [item for item in tables if isinstance(item, Mapping) and function(item) is None]
    dotted = [
        (Scalar(key.path, key.line, key.column, key.text.removeprefix("detail."), key.plain), value)
        for key, value in table.items[:MAX_FIELDS]
        if key.text.startswith("detail.")
    ]
    if dotted:
        found.append(Mapping(table.path, table.line, table.column, tuple(dotted)))
    return found


def _details_below(table: Mapping, depth: int = 3) -> Iterator[Mapping]:
    """The details of alternatives that name no type of their own."""
    for one in _alternatives(table) if depth else ():
        if part(one, "detail-type") is None:
            yield from _details(one)
            yield from _details_below(one, depth - 1)


def _known_types(asked: _Asked) -> tuple[str, ...]:
    """The detail types of which one must match; () when others can match too."""
    if asked.types is not None:
        of_calls = [type_ in CLOUDTRAIL for type_ in asked.types]
        return asked.types if all(of_calls) or not any(of_calls) else ()
    if asked.sources and all(source in DETAIL_TYPES for source in asked.sources) and not asked.calls:
        # Without a type, an API call of the service may be meant, too.
        return tuple(dict.fromkeys(name for source in asked.sources for name in DETAIL_TYPES[source]))
    return ()


# Sources


def _sources(reader: Reader, table: Mapping) -> tuple[str, ...] | None:
    """The sources that are meant, each slip told; None when none is asked for, () when others may match too."""
    node = part(table, "source")
    if node is None:
        return None
    given, types = texts(node), {type_.text for type_ in texts(part(table, "detail-type"))}
    calls = bool(types) and {fold(type_) for type_ in types} <= {fold(type_) for type_ in CLOUDTRAIL}
    meant = []
    for source in given:
        service = source_meant(source.text, types)
        if not service and calls and source.text in SERVICES:
            service = f"aws.{source.text}"  # only services of AWS are called
        meant.append(service or source.text)
        if service and service != source.text:
            hint = f"did you mean {service}?" if source.text.lower().startswith("aws.") else f"write {service}"
            reader.warning(source, "205", f"no service sends as {source.text!r}", hint)
    sender = _sender(given, types)
    if sender and meant[0] not in DETAIL_TYPES:
        message = f"no event of that detail-type comes from {given[0].text!r}"
        reader.warning(given[0], "205", message, f"write {sender}")
        meant = [sender]
    return tuple(meant) if _is_plain(node, given) else ()


def _sender(given: list[Scalar], types: set[str]) -> str:
    """The one that sends the types which another service is asked for; "" if applications or several may send them."""
    senders = [source for source, names in DETAIL_TYPES.items() if types and types.issubset(names)]
    return senders[0] if senders and len(given) == 1 and given[0].text.startswith("aws.") else ""


def _is_plain(node: Node, given: list[Scalar]) -> bool:
    """Whether a list holds plain values only."""
    return bool(given) and (isinstance(node, Scalar) or (isinstance(node, Sequence) and len(given) == len(node.items)))


# Detail types


def _types(
    reader: Reader, table: Mapping, sources: tuple[str, ...] | None, details: tuple[Mapping, ...]
) -> tuple[str, ...] | None:
    """The detail types that are meant, each slip told; None when none is asked for, () when others may match too."""
    node = part(table, "detail-type")
    if node is None:
        return None
    given = texts(node)
    judged, meant = 0, []
    for type_ in given:
        known = type_.text in CLOUDTRAIL or type_.text in _own_types(sources)
        judged += not known
        meant.append(type_.text if known else _judge(reader, type_, sources, details) if judged <= MAX_JUDGED else "")
    plain = _is_plain(node, given) and all(type_ in FIELDS or type_ in CLOUDTRAIL for type_ in meant)
    return tuple(meant) if plain else ()


def _own_types(sources: tuple[str, ...] | None) -> tuple[str, ...]:
    """The types that such sources send; all that are known where sources are not known."""
    if sources and all(source in DETAIL_TYPES for source in sources):
        return tuple(name for source in sources for name in DETAIL_TYPES[source])
    return tuple(FIELDS)


def _judge(reader: Reader, type_: Scalar, sources: tuple[str, ...] | None, details: tuple[Mapping, ...]) -> str:
    """The type that is meant by one that is none of the sources'; "" when that is not known. Tells what is wrong."""
    text, own = type_.text, _own_types(sources)
    sender = next((source for source, names in DETAIL_TYPES.items() if text in names), "")
    sure = len(own) < len(FIELDS)
    called = next((one for one in CLOUDTRAIL if fold(one) == fold(text)), "") or misspelled(text, CLOUDTRAIL) or ""
    if not called and not sure and sources and not any(source in DETAIL_TYPES for source in sources):
        return ""  # an application may name its events as it likes
    ranked = _ranked(text, own, details)
    alike = [_likeness(text, one) for one in own]
    message = f"no event is a {text!r}"
    if sure and sources:
        message = f"{' and '.join(sources)} {'sends' if len(sources) == 1 else 'send'} no {text!r}"
    if sender and _unknown(details, sender_type := text) <= _unknown(details, ranked[0]):
        hint = f"write {sender} as the source, or one of: {'; '.join(own)}"
        reader.warning(type_, "203", message, hint)
        return sender_type
    if called or max(alike) >= (LIKE if sure else NEAR) or (sure and _points_to_one(details, ranked)):
        meant = called or ranked[0]
        nearest = called or own[alike.index(max(alike))]
        reader.warning(type_, "203", message, _or_nearest(details, meant, nearest, max(alike)))
        return meant
    if sure:
        reader.warning(type_, "203", message, f"known: {'; '.join(own)}")
    return ""


def _ranked(text: str, own: tuple[str, ...], details: tuple[Mapping, ...]) -> list[str]:
    """The types from the one that is most likely meant on: what the detail asks for weighs more than its name."""
    words = [word for type_ in own for word in _words(type_)]
    common = {word for word in words if words.count(word) * 2 > len(own)}
    alike = {type_: _likeness(text, type_) for type_ in own}

    def rank(type_: str) -> tuple[int, bool, int, int]:
        special = _words(type_) - common
        shared = sum(bool(near(word, special, 0.75)) for word in _words(text) - common)
        return _unknown(details, type_), alike[type_] < NEAR, -shared, _never(details, type_)

    return sorted(own, key=rank)  # of types that fit equally well, the first one of the documentation


def _words(text: str) -> set[str]:
    return set(re.findall("[a-z]+", text[:120].lower()))


def _likeness(text: str, type_: str) -> float:
    return difflib.SequenceMatcher(None, text[:80].lower(), type_.lower()).ratio()


def _points_to_one(details: tuple[Mapping, ...], ranked: list[str]) -> bool:
    """Whether the fields that are asked for are those of one type only."""
    first, *rest = (_unknown(details, type_) for type_ in ranked)
    return bool(details) and first == 0 and all(rest)


def _or_nearest(details: tuple[Mapping, ...], meant: str, nearest: str, alike: float) -> str:
    """The hint at the type that is meant, and at what else to take out if it is the one that is spelled so."""
    names = [key.text for key in _keys(details) if meant in FIELDS and _unknown_key(key.text, nearest)]
    names = [name for name in dict.fromkeys(names) if not _unknown_key(name, meant)]
    if meant == nearest or not names or alike < NEAR:
        return f"did you mean {meant}?"
    return f"did you mean {meant}, whose detail has {_and(names)}? or write {nearest}, and take {_and(names)} out"


def _and(names: list[str]) -> str:
    return " and ".join(names[:5])


def _keys(details: Iterable[Mapping]) -> Iterator[Scalar]:
    """The fields of details that must be there."""
    for detail in details:
        for key, node in detail.items[:MAX_FIELDS]:
            if key.text == "$or":
                yield from _keys(_alternatives(detail))
            elif not asks_absence(node):
                yield key


def _unknown(details: Iterable[Mapping], type_: str) -> int:
    """How many fields are asked for that the detail of a type has not."""
    return sum(_unknown_key(key.text, type_) for key in _keys(details))


def _unknown_key(name: str, type_: str) -> bool:
    return fold(name.partition(".")[0]) not in _FOLDED[type_]


_FOLDED = {type_: {fold(name): name for name in names} for type_, names in FIELDS.items()}


def _never(details: Iterable[Mapping], type_: str) -> int:
    """How many fields ask for a value that they never have in the detail of a type."""
    return sum(_never_one(detail, name, type_) for detail in details for name in VALUES[type_])


def _never_one(detail: Mapping, name: str, type_: str) -> bool:
    items = [item for item in _items(detail.get(name))[:MAX_JUDGED] if function(item) is None]
    return any(not can_match(values(item, operator=True), VALUES[type_][name]) for item in items)


def _items(node: Node | None) -> tuple[Node, ...]:
    """What stands in a list; a value or an operator that should stand in one counts as one."""
    if isinstance(node, Sequence):
        return tuple(one for item in node.items[:MAX_FIELDS] for one in _bare(item)) if function(node) is None else ()
    is_one = isinstance(node, Scalar) or (isinstance(node, Mapping) and bool(bare_operator(node)))
    return (node,) if node is not None and is_one and function(node) is None else ()


def _bare(item: Node) -> tuple[Node, ...]:
    """An item; of what other languages write around plain values, and of lists inside lists, these."""
    if isinstance(item, Sequence) and function(item) is None:
        return item.items
    if isinstance(item, Mapping) and len(item.items) == 1 and is_plain(item.items[0][0].text):
        return _items(item.items[0][1])
    return (item,)


# Fields of the detail


@dataclass(frozen=True, slots=True)
class _Types:
    """The detail types of which one must match; `named` when the pattern asks for them, and not for a source alone."""

    names: tuple[str, ...]
    named: bool
    others: tuple[str, ...] = ()
    """Types of the same source that have as much of what is asked for."""
    other: str = ""
    """The type that fields are told to be of, where there is one: values of it are not told."""

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


def _detail(reader: Reader, detail: Mapping, types: _Types) -> None:
    fields, elsewhere = types.fields, types.elsewhere
    types = replace(types, others=_others(detail, types), other=_other_type(detail, types))
    foreign: list[tuple[Scalar, Node]] = []
    for key, node in detail.items[:MAX_FIELDS]:
        if function(node) is not None or asks_absence(node):
            continue
        name = key.text.partition(".")[0]
        if key.text == "$or":
            for one in _alternatives(detail):
                _detail(reader, one, types)
        elif name in fields:
            _field(reader, key.text, node, types)
        elif name not in elsewhere and (meant := _meant_field(name, fields)):
            reader.warning(key, "206", f"detail of {types} has no {key.text!r}", f"did you mean {meant}?")
            _field(reader, meant, node, types)
        else:
            foreign.append((key, node))
    _tell_foreign(reader, detail, foreign, types)


def _others(detail: Mapping, types: _Types) -> tuple[str, ...]:
    fewest = min(_unknown([detail], type_) for type_ in types.names)
    others = [type_ for sender in types.senders for type_ in DETAIL_TYPES[sender] if type_ not in types.names]
    return tuple(type_ for type_ in others if _unknown([detail], type_) <= fewest)


def _meant_field(name: str, fields: Iterable[str]) -> str:
    """The field that a name is another spelling or a slip of."""
    return {fold(one): one for one in fields}.get(fold(name)) or misspelled(name, fields) or ""


def _tell_foreign(reader: Reader, detail: Mapping, foreign: list[tuple[Scalar, Node]], types: _Types) -> None:
    """Fields that the types do not have: those that another type has are told together, for one mend."""
    other = types.other if foreign else ""
    there = [key for key, _ in foreign if other and not _unknown_key(key.text, other)]
    if there:
        names = [key.text for key in there]
        message = f"detail of {types} has no {' and no '.join(repr(name) for name in names[:5])}"
        reader.warning(there[0], "206", message, _or_other(detail, names, types, other))
    for key, node in foreign:
        if key not in there:
            close = "" if key.text in _TOP else reader.near(key.text[:40], types.fields)
            hint = f"did you mean {close}?" if close else f"it has {', '.join(types.fields)}"
            if key.text in _TOP:
                hint = f"write {json.dumps(key.text)} beside detail, and not inside it"
            reader.warning(key, "206", f"detail of {types} has no {key.text!r}", hint)
            if close:
                _field(reader, close, node, types)


def _other_type(detail: Mapping, types: _Types) -> str:
    """The type of the same source that has more of what is asked for; "" when there is none."""
    if len(types.senders) != 1:
        return ""
    others = [type_ for type_ in DETAIL_TYPES[types.senders[0]] if type_ not in types.names]
    ranked = sorted(others, key=lambda type_: (_unknown([detail], type_), _never([detail], type_)))
    fewest = min(_unknown([detail], type_) for type_ in types.names)
    return ranked[0] if ranked and _unknown([detail], ranked[0]) < fewest else ""


def _or_other(detail: Mapping, names: list[str], types: _Types, other: str) -> str:
    """The hint at fields of another type: take them out, or ask for that type."""
    out = f"take {_and([json.dumps(name) for name in names])} out"
    if len(types.names) > 1:
        return f'{out}, or add "{other}" to detail-type'
    others = [name for name in VALUES[other] if _never_one(detail, name, other)]
    where = " and ".join(f"{name} is one of {', '.join(VALUES[other][name])}" for name in others)
    return f'{out}, or change detail-type to ["{other}"]{f", where {where}" if where else ""}'


_TOP = ("source", "detail-type", "account", "resources", "time", "region")


# Values of a field

_NAMES = {
    "pipeline": re.compile(r"[A-Za-z0-9.@\-_]+"),
    "project-name": re.compile(r"[A-Za-z0-9\-_]+"),
    "repositoryName": re.compile(r"[\w.\-]+"),
}
"""Field of a detail that holds a name -> the characters of such names: as the APIs have them."""


def _field(reader: Reader, name: str, node: Node, types: _Types) -> None:
    """Values that a field never has. Of a field whose values are not known, only a ref in place of a name."""
    known = [value for type_ in types.names for value in VALUES[type_].get(name, ())]
    if isinstance(node, Mapping):
        _operator_as_field(reader, name, node)
    everywhere = all(name in VALUES[type_] or name not in FIELDS[type_] for type_ in types.names)
    for item in _items(node)[:MAX_FIELDS]:
        if function(item) is not None:
            continue
        if known and everywhere:
            _value(reader, name, node, item, known, types)
        elif isinstance(item, Scalar):
            _kind(reader, name, item, types)
        if name in _NAMES:
            _name(reader, name, item)
        if name == "referenceName":
            _reference(reader, item)
        if name in WHOLE_REFS:
            _whole_reference(reader, name, item)


def _value(reader: Reader, name: str, node: Node, item: Node, known: list[str], types: _Types) -> None:
    """A value that a field never has, asked for or left out."""
    value = values(item, operator=True)
    if not can_match(value, [*known, *(VALUES[types.other].get(name, ()) if types.other else ())]):
        whose = " or ".join(types.names) if types.named else str(types)
        hint = _of_other_type(value, name, node, types) or _value_hint(item, known)
        reader.warning(item, "204", f"{name} of {whose} is never {json.dumps(value)}", hint)
    for one in _left_out(item)[:MAX_FIELDS]:
        meant = _value_meant(one.text, known) if isinstance(one, Scalar) and one.text not in known else ""
        if meant:
            message = f"{name} is never {json.dumps(values(one, operator=True))}: nothing is left out"
            reader.warning(one, "204", message, f"did you mean {meant}?")


def _left_out(item: Node) -> tuple[Node, ...]:
    """The values that anything-but leaves out, also where it is called otherwise."""
    key, operand = item.items[0] if isinstance(item, Mapping) and len(item.items) == 1 else (None, None)
    return _items(operand) if key is not None and operator_meant(key.text) == "anything-but" else ()


def _kind(reader: Reader, name: str, item: Scalar, types: _Types) -> None:
    """A text where events have a number, or a number where they have text."""
    value = values(item, operator=True)
    if all(name in NUMBERS.get(type_, ()) for type_ in types.names):
        if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            message = f"{name} of an event is a number, and never the text {json.dumps(value)}"
            reader.warning(item, "208", message, f"write {value} without quotes")
    elif name in NAMES and not isinstance(value, str | None):
        message = f"{name} of an event is text, and never {item.text}"
        reader.warning(item, "208", message, f"write {json.dumps(item.text)}, in quotes")


def _of_other_type(value: object, name: str, node: Node, types: _Types) -> str:
    """The hint at a value that the field has in another type of the same source, as `event` of CodeCommit."""
    having = [type_ for type_ in types.others if value in VALUES[type_].get(name, ())]
    if len(having) != 1 or not types.named or not isinstance(value, str):
        return ""
    known = [one for type_ in types.names for one in VALUES[type_].get(name, ())]
    if any(_may_be(item, known) for item in _items(node)[:MAX_JUDGED]):
        return f'take it out, or add "{having[0]}" to detail-type'
    return f'change detail-type to ["{having[0]}"], or write one of: {", ".join(known)}'


def _may_be(item: Node, known: list[str]) -> bool:
    """Whether a value is, or is meant for, one of those that are known."""
    spelled = isinstance(item, Scalar) and bool(_value_meant(item.text, known))
    return spelled or can_match(values(item, operator=True), known)


def _value_hint(item: Node, known: list[str]) -> str:
    if isinstance(item, Scalar):
        parts = [one.strip() for one in re.split("[,|]", item.text[:200])]
        if len(parts) > 1 and all(part in known for part in parts):
            return f"write each for itself: {', '.join(json.dumps(one) for one in parts)}"
        meant = _value_meant(item.text, known) or near(item.text, known, 0.87)
        if meant:
            is_text = isinstance(values(item, operator=True), str)
            return f"did you mean {meant}?" if is_text else f"write {json.dumps(meant)}, in quotes"
    return f"known: {', '.join(dict.fromkeys(known))}"


def _value_meant(text: str, known: list[str]) -> str:
    """The value that a text is another spelling, another service's word, or a slip of."""
    folded = {fold(value): value for value in known}
    upper = text.upper()
    return (
        folded.get(fold(text))
        or (upper in SYNONYMS and _known(SYNONYMS[upper], known))
        or misspelled(text, known)
        or ""
    )


def _known(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _name(reader: Reader, field: str, item: Node) -> None:
    """A plain value of a field of names that no name can be."""
    text = values(item, operator=True)
    if isinstance(text, str) and not _NAMES[field].fullmatch(text) and not filled_in(text):
        hint = f"write {json.dumps(re.split('[:/]', text)[-1])}" if text.startswith("arn:") else star(text)
        message = f"{field} is a name alone, and never {json.dumps(text)}"
        reader.warning(item, "209", message, hint or "write the name, letter by letter")


def _reference(reader: Reader, item: Node) -> None:
    if "refs/" in json.dumps(values(item, operator=True)):
        bare = re.sub(r"^refs/(heads|tags)/", "", item.text) if isinstance(item, Scalar) else ""
        hint = f"write {json.dumps(bare)}" if bare else "write the name alone"
        message = "referenceName is the name of a branch or tag alone, without refs/heads/"
        reader.warning(item, "207", message, f"{hint}, or ask for referenceFullName")


def _whole_reference(reader: Reader, name: str, item: Node) -> None:
    text = values(item, operator=True)
    if isinstance(text, str) and not text.startswith("refs/") and not filled_in(text):
        hint = star(f"refs/heads/{text}") or f"write {json.dumps(f'refs/heads/{text}')}"
        reader.warning(item, "207", f"{name} is a whole ref, and never {json.dumps(text)}", hint)


def _operator_as_field(reader: Reader, name: str, table: Mapping) -> None:
    """An operator that is written as if it were a field with values: EventBridge takes it, and nothing matches."""
    key, node = table.items[0] if len(table.items) == 1 else (None, None)
    if key is None or key.text not in OPERATORS or not isinstance(node, Sequence) or asks_absence(node):
        return
    given = [values(item, operator=True) for item in node.items]
    whole = key.text in ("numeric", "anything-but") or len(given) != 1
    operator = {key.text: given if whole else given[0]}
    message = f"this asks for a field named {key.text} inside {name}, and no event has it"
    reader.warning(key, "210", message, listed(name, operator))
