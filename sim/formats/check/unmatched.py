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
from dataclasses import dataclass

from sim.formats.check.calls import check_call
from sim.formats.check.details import (
    MAX_JUDGED,
    Types,
    and_,
    asked_keys,
    check_detail,
    has_field,
    never,
    unknown,
    unknown_key,
)
from sim.formats.check.envelope import check_envelope, part, source_meant
from sim.formats.check.events import CLOUDTRAIL, DETAIL_TYPES, FIELDS, RECORD
from sim.formats.check.leaves import alternatives, filled_in, flat, fold, in_text, star, texts
from sim.formats.check.wanted import MAX_FIELDS, meant_field
from sim.formats.eventpattern import RESERVED
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, near
from sim.formats.other_actions import SERVICES
from sim.formats.slips import misspelled

_CALLED = {*SERVICES, "cloudtrail", "events", "signin", "ecs", "autoscaling"}
"""Services that people wait for calls of, by the name in their source."""
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
    above: int = 0
    """The line of the sources where they stand around this alternative, and others have them too; else 0."""


MAX_DETAILS = 100
"""So many objects in a list around the detail are judged; a detail is one."""
_NOTHING_ASKED = _Asked()


def advise(reader: Reader, table: Mapping, around: _Asked = _NOTHING_ASKED) -> tuple[str, ...]:
    """Advice on a pattern, or on an alternative of one. Gives the detail types of which one must match; () for any."""
    asked = _with(reader, table, around)
    inside = [advise(reader, one, asked) for one in alternatives(table)]
    known = _known_types(asked)
    if inside and asked.types is None:
        # Each alternative may name a type of its own.
        known = _of_one_kind(dict.fromkeys(type_ for types in inside for type_ in types)) if all(inside) else ()
    check_envelope(reader, table, known, asked.sources or (), () if around is _NOTHING_ASKED else RESERVED)
    if asked.types is None and all(inside):
        _beside(reader, table, inside)
    for detail in _details(table):
        _judge_detail(reader, detail, asked, known, part(table, "detail-type") is None)
    return known


def _judge_detail(reader: Reader, detail: Mapping, asked: _Asked, known: tuple[str, ...], shared: bool) -> None:
    """Advice on a detail, whose types may be `shared` with alternatives beside it.

    Without a detail type, each of its alternatives may be of an API call or of an event.
    """
    if known and known[0] not in CLOUDTRAIL:
        check_detail(reader, detail, Types(known, asked.types is not None, shared=shared))
    elif known or (asked.types is None and _is_call(detail)):
        check_call(reader, detail, asked.sources or ())
    elif asked.types is None and asked.calls:
        for one in alternatives(detail):
            known = () if any(map(_is_recorded, asked_keys([one]))) else _sent(asked.sources)
            _judge_detail(reader, one, asked, known, True)


def _is_call(detail: Mapping) -> bool:
    """Whether a detail asks, outside its alternatives, for a field of records of API calls."""
    return any(key in RECORD for key in detail.keys())


def _is_recorded(key: Scalar) -> bool:
    return key.text.partition(".")[0] in RECORD


def _sent(sources: tuple[str, ...] | None) -> tuple[str, ...]:
    """The detail types of sources that are all known; () for others."""
    known = sources if sources and all(source in DETAIL_TYPES for source in sources) else ()
    return tuple(dict.fromkeys(name for source in known for name in DETAIL_TYPES[source]))


def _beside(reader: Reader, table: Mapping, inside: list[tuple[str, ...]]) -> None:
    """Fields of a detail beside `$or` that the types of some alternatives have, and those of others have not."""
    asked = list(asked_keys(_details(table)))
    without = {types: [key.text for key in asked if _lacks(key.text, types)] for types in dict.fromkeys(inside)}
    everywhere = set(without[inside[0]]).intersection(*without.values()) if inside else set()
    first = {types: next((name for name in names if name not in everywhere), "") for types, names in without.items()}
    for one, types in zip(alternatives(table), inside, strict=True):
        node, lacking = part(one, "detail-type"), first[types]
        if node is not None and lacking:
            message = f"detail of {types[0]!r} has no {lacking!r}, which is asked for beside $or"
            hint = f"write {json.dumps(lacking)} inside the detail of those alternatives whose events have it"
            other = meant_field(lacking, FIELDS[types[0]])
            also = f"; for {types[0]} it is {other}" if other else ""
            reader.warning(node, "206", message, f"{hint}, and take it out beside $or{also}")


def _lacks(name: str, types: tuple[str, ...]) -> bool:
    """Whether the details of all these types lack a field, letter by letter."""
    return all(type_ in FIELDS and not has_field(name, type_) for type_ in types)


def _with(reader: Reader, table: Mapping, around: _Asked) -> _Asked:
    """What a table asks, too. A field that is asked for twice is the inner one."""
    details = (*around.details, *_details(table))
    own = _sources(reader, table, around.types or ())
    sources = around.sources if own is None else own
    above = around.above if own is None else 0
    types = _types(reader, table, sources, (*details, *_details_below(table)), above)
    calls = around.calls or any(map(_is_recorded, asked_keys(details)))
    node = part(table, "source")
    return _Asked(sources, around.types if types is None else types, details, calls, node.line if node else above)


def _details(table: Mapping) -> list[Mapping]:
    """What is asked of the detail: in an object, in a list around one, or with keys such as `detail.state`."""
    node = part(table, "detail")
    tables = node.items if isinstance(node, Sequence) else (node,)
    found = [item for item in tables[:MAX_DETAILS] if isinstance(item, Mapping) and function(item) is None]
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
    for one in alternatives(table) if depth else ():
        if part(one, "detail-type") is None:
            yield from _details(one)
            yield from _details_below(one, depth - 1)


def _known_types(asked: _Asked) -> tuple[str, ...]:
    """The detail types of which one must match; () when others can match too."""
    if asked.types is not None:
        return _of_one_kind(asked.types)
    # Without a type, an API call of the service may be meant, too.
    return _sent(asked.sources) if not asked.calls else ()


def _of_one_kind(types: Iterable[str]) -> tuple[str, ...]:
    """Detail types if all are of API calls, or none is; () for others, whose details have not much in common."""
    given = tuple(types)
    of_calls = [type_ in CLOUDTRAIL for type_ in given]
    return given if all(of_calls) or not any(of_calls) else ()


# Sources


def _sources(reader: Reader, table: Mapping, around: tuple[str, ...]) -> tuple[str, ...] | None:
    """The sources that are meant, each slip told; None when none is asked for, () when others may match too.

    An alternative that names no detail type has those from `around` it.
    """
    node = part(table, "source")
    if node is None:
        return None
    given, types = texts(node), {type_.text for type_ in texts(part(table, "detail-type"))} or {*around}
    calls = bool(types) and {fold(type_) for type_ in types} <= {fold(type_) for type_ in CLOUDTRAIL}
    meant = []
    for source in given:
        listed = [source_meant(one, types) or _service(one) for one in in_text(source.text)]
        if listed and all(listed):
            if isinstance(node, Sequence):
                shown = ", ".join(json.dumps(one) for one in listed)
                reader.warning(source, "205", f"no service sends as {source.text!r}", f"write each for itself: {shown}")
            meant += listed
            continue
        service = source_meant(source.text, types)
        if not service and calls and not source.text.startswith("aws.") and not filled_in(source.text):
            hint = f"write aws.{source.text}" if source.text in _CALLED else "write the service called, such as aws.s3"
            reader.warning(source, "205", f"no API call comes from {source.text!r}", hint)
        meant.append(service or source.text)
        if service and service != source.text:
            hint = f"did you mean {service}?" if source.text.lower().startswith("aws.") else f"write {service}"
            reader.warning(source, "205", f"no service sends as {source.text!r}", hint)
        elif source.text.startswith("aws.") and star(source.text):
            reader.warning(source, "205", f"no service sends as {source.text!r}", star(source.text))
            return ()
    sender = _sender(given, types)
    if sender and len(meant) == 1 and meant[0] not in DETAIL_TYPES:
        message = f"no event of that detail-type comes from {given[0].text!r}"
        reader.warning(given[0], "205", message, f"write {sender}")
        meant = [sender]
    if around and part(table, "detail-type") is None:
        meant = _senders(reader, given, meant, around)
    return tuple(meant) if _is_plain(node, given) else ()


def _service(text: str) -> str:
    """A service of AWS that is none of the developer tools; "" for what else sends events."""
    return text if re.fullmatch(r"aws\.[a-z0-9-]+", text) else ""


def _senders(reader: Reader, given: list[Scalar], meant: list[str], types: tuple[str, ...]) -> list[str]:
    """The sources of an alternative, or those that send the types beside it if it names none of these."""
    senders = [source for source, names in DETAIL_TYPES.items() if set(names) & {*types}]
    if not meant or not all(one in FIELDS for one in types) or not all(one in DETAIL_TYPES for one in meant):
        return meant
    if set(senders) & {*meant}:
        return meant
    message = f"no event of the detail-type beside $or comes from {given[0].text!r}"
    reader.warning(given[0], "205", message, f"write {' or '.join(senders)}, or take this alternative out")
    return senders


def _sender(given: list[Scalar], types: set[str]) -> str:
    """The one that sends the types which another service is asked for; "" if applications or several may send them."""
    senders = [source for source, names in DETAIL_TYPES.items() if types and types.issubset(names)]
    return senders[0] if senders and len(given) == 1 and given[0].text.startswith("aws.") else ""


def _is_plain(node: Node, given: list[Scalar]) -> bool:
    """Whether a list holds plain values only."""
    return bool(given) and len(given) == len(flat(node))


# Detail types


def _types(
    reader: Reader, table: Mapping, sources: tuple[str, ...] | None, details: tuple[Mapping, ...], above: int
) -> tuple[str, ...] | None:
    """The detail types that are meant, each slip told; None when none is asked for, () when others may match too.

    `above` is the line of sources that stand around the table, or 0.
    """
    node = part(table, "detail-type")
    if node is None:
        return None
    given, own = texts(node), _own_types(sources)
    lists = {id(one): _listed(reader, node, one) for one in given}
    strange = [one for one in given if one.text not in own and not filled_in(one.text) and not _is_called(one.text)]
    strange = [one for one in strange if not lists[id(one)]]
    told = {id(one) for one in strange}
    beside = _Beside(
        sources,
        details,
        _weighed(details) if strange else {},
        tuple(one.text for one in given if id(one) not in told),
        tuple(one.text for one in given[:MAX_JUDGED]),
        above,
    )
    judged = {id(one): _judge(reader, one, beside) for one in strange[:MAX_JUDGED]}
    meant = tuple(type_ for one in given for type_ in lists[id(one)] or (judged.get(id(one), one.text),))
    return meant if _is_plain(node, given) and all(one in FIELDS or one in CLOUDTRAIL for one in meant) else ()


def _listed(reader: Reader, node: Node, type_: Scalar) -> list[str]:
    """The detail types that stand in one text, which is told; [] for other texts."""
    found = in_text(type_.text)
    if not found or any(one not in FIELDS and one not in CLOUDTRAIL for one in found):
        return []
    if isinstance(node, Sequence):
        shown = ", ".join(json.dumps(one) for one in found)
        reader.warning(type_, "203", f"no event is a {type_.text!r}", f"write each for itself: {shown}")
    return found


Weights = dict[str, tuple[int, int]]
"""Detail type -> (what is asked for that it has not, fields that ask for a value that it never has)."""


def _weighed(details: tuple[Mapping, ...]) -> Weights:
    return {type_: (unknown(details, type_), never(details, type_)) for type_ in FIELDS}


def _own_types(sources: tuple[str, ...] | None) -> tuple[str, ...]:
    """The types that such sources send; all that are known where sources are not known."""
    if sources and all(source in DETAIL_TYPES for source in sources):
        return tuple(name for source in sources for name in DETAIL_TYPES[source])
    return tuple(FIELDS)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside a detail type that none of the sources sends."""

    sources: tuple[str, ...] | None
    details: tuple[Mapping, ...]
    weights: Weights
    types: tuple[str, ...] = ()
    """The other detail types that are asked for."""
    named: tuple[str, ...] = ()
    """All the texts that stand as detail types."""
    above: int = 0
    """The line of the sources if they are those of other alternatives, too; else 0."""

    @property
    def own(self) -> tuple[str, ...]:
        """The types that may be meant: those of the sources that are not asked for already."""
        own = _own_types(self.sources)
        return tuple(one for one in own if one not in self.types) or own

    @property
    def sure(self) -> bool:
        """Whether all the sources are known here."""
        return len(_own_types(self.sources)) < len(FIELDS)

    def sent_by(self, source: str, line: int) -> str:
        """The hint at a source that sends the type on a line: in place of one, or beside those that others need."""
        service, sources = source.removeprefix("aws."), self.sources or ()
        if len(sources) == 1 and not self.above and all(fold(one).startswith(service) for one in self.named):
            return f"write {source} as the source"
        where = f" (line {self.above})" if self.above not in (0, line) else ""
        return f"add {json.dumps(source)} to source{where}, beside {and_([*sources])}"


def _judge(reader: Reader, type_: Scalar, beside: _Beside) -> str:
    """The type that is meant by one that is none of the sources'; "" when that is not known. Tells what is wrong."""
    text, sources = type_.text, beside.sources
    called = _called(text)
    if not called and not beside.sure and sources and not any(source in DETAIL_TYPES for source in sources):
        return ""  # an application may name its events as it likes
    message = f"no event is a {text!r}"
    if beside.sure and sources:
        message = f"{' and '.join(sources)} {'sends' if len(sources) == 1 else 'send'} no {text!r}"
    hint, meant = _hint(type_, called, beside)
    if hint:
        reader.warning(type_, "203", message, hint)
    return meant


def _called(text: str) -> str:
    """The detail type of CloudTrail's that a text is another spelling or a slip of; "" for others."""
    return next((one for one in CLOUDTRAIL if fold(one) == fold(text)), "") or misspelled(text, CLOUDTRAIL) or ""


def _is_called(text: str) -> bool:
    """Whether it is a detail type of CloudTrail's, one that is known or a newer one."""
    return text in CLOUDTRAIL or (text.endswith(" via CloudTrail") and not _called(text))


def _hint(type_: Scalar, called: str, beside: _Beside) -> tuple[str, str]:
    """(the hint at a detail type that is none of the sources', the type that is meant), each "" if not known."""
    text = type_.text
    if star(text):
        return star(text), ""
    if called:
        return f"did you mean {called}?", called
    own, weights, sure = beside.own, beside.weights, beside.sure
    other = _of_another(type_, beside) if sure else ("", "")
    if other[0]:
        return other
    ranked, alike = _ranked(text, own, weights), {one: _likeness(text, one) for one in own}
    nearest = max(own, key=lambda one: alike[one])
    pointed = sure and bool(beside.details) and _points_to_one(ranked, weights)
    if alike[nearest] >= (LIKE if sure else NEAR) or pointed:
        return _or_nearest(beside.details, ranked[0], nearest, alike[nearest]), ranked[0]
    return f"known: {'; '.join(own)}" if sure else "", ""


def _of_another(type_: Scalar, beside: _Beside) -> tuple[str, str]:
    """The same of a type that another service sends, or of a slip of one; "" where what is asked for is not of it."""
    text, own, weights = type_.text, beside.own, beside.weights
    sources = [source for source, types in DETAIL_TYPES.items() if not {*types} & {*_own_types(beside.sources)}]
    sender = next((source for source in sources if fold(text).startswith(source.removeprefix("aws."))), "")
    if not sender:
        return "", ""
    types = DETAIL_TYPES[sender]
    meant = text if text in types else _ranked(text, types, weights)[0]
    best = min(weights[one] for one in own)
    if weights[meant] > best:
        return "", ""
    hint = beside.sent_by(sender, type_.line) + ("" if text == meant else f", and {meant} as the detail-type")
    fitting = [one for one in own if weights[one] == best]
    if beside.details and weights[meant] < best:
        return hint, meant
    return f"{hint}; or write as the detail-type {'one of: ' if len(fitting) > 1 else ''}{'; '.join(fitting)}", meant


def _ranked(text: str, own: tuple[str, ...], weights: Weights) -> list[str]:
    """The types from the one that is most likely meant on: what the detail asks for weighs more than its name."""
    words = [word for type_ in own for word in _words(type_)]
    common = {word for word in words if words.count(word) * 2 > len(own)}

    services = {source.removeprefix("aws.") for source, types in DETAIL_TYPES.items() if not {*types} & {*own}}
    other = bool(_words(text) & services)  # the words of another service's type say little

    def rank(type_: str) -> tuple[int, int, bool, int, int]:
        lacking, never_ = weights[type_]
        special = _words(type_) - common
        shared = sum(bool(near(word, special, 0.75)) for word in _words(text) - common)
        unlike = bool(_words(text) - common) and _likeness(text, type_) < NEAR
        return lacking, never_ if other else 0, unlike, -shared, never_

    return sorted(own, key=rank)  # of types that fit equally well, the first one of the documentation


def _words(text: str) -> set[str]:
    return set(re.findall("[a-z]+", text[:120].lower()))


def _likeness(text: str, type_: str) -> float:
    return difflib.SequenceMatcher(None, text[:80].lower(), type_.lower()).ratio()


def _points_to_one(ranked: list[str], weights: Weights) -> bool:
    """Whether the fields that are asked for are those of one type only."""
    first, *rest = (weights[type_][0] for type_ in ranked)
    return first == 0 and all(rest)


def _or_nearest(details: tuple[Mapping, ...], meant: str, nearest: str, alike: float) -> str:
    """The hint at the type that is meant, and at what else to take out if it is the one that is spelled so."""
    names = [key.text for key in asked_keys(details) if meant in FIELDS and unknown_key(key.text, nearest)]
    names = [name for name in dict.fromkeys(names) if not unknown_key(name, meant)]
    if meant == nearest or not names or alike < NEAR:
        return f"did you mean {meant}?"
    return f"did you mean {meant}, whose detail has {and_(names)}? or write {nearest}, and take {and_(names)} out"
