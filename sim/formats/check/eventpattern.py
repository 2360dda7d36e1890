"""Event patterns with lines: what EventBridge refuses, and what it takes although no event can ever match."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import Any

from sim.core.problems import Problem
from sim.formats.check.events import API_CALL, DETAIL_TYPES, FIELDS, SYNONYMS, TEXTS, VALUES
from sim.formats.eventpattern import MAX_COMBINATIONS, PatternError, parse
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, plain

MAX_LENGTH = 4096
QUOTA_LENGTH = 2048
MAX_ALTERNATIVES, MAX_TEXTS = 200, 200
"""So many alternatives, and values of a list, are looked at for advice: 4,096 characters hold no more of use."""
ENVELOPE = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "$or")
OPERATORS = ("prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists")

NEGATED = ("prefix", "suffix", "equals-ignore-case", "wildcard")
"""The operators that anything-but takes."""


def check_pattern(root: Node, path: str) -> list[Problem]:
    """Every finding, errors and warnings, in a pattern that stands at that node."""
    reader = Reader(path, "EP")
    document = reader.mapping(root, "an event pattern")
    if document is not None:
        _object(reader, document)
        value = values(document)
        if not reader.problems:
            _whole(reader, document, value)
        _advise(reader, document)
    return reader.problems


def values(node: Node, operator: bool = False) -> Any:
    """Plain values as JSON has them: an unquoted number is one, however it is written.

    A function of a template stands for the list it should come to, and inside an `operator` for text.
    """
    if function(node) is not None:
        return "unknown" if operator else ["unknown"]
    if isinstance(node, Scalar) and node.plain:
        try:
            return json.loads(node.text, parse_constant=str)
        except (ValueError, RecursionError):
            return plain(node)
    if isinstance(node, Sequence):
        return [values(item, operator=True) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: _member(key.text, value, operator) for key, value in node.items}
    return plain(node)


def _member(key: str, node: Node, operator: bool) -> Any:
    if key == "$or" and isinstance(node, Sequence):
        return [values(item) for item in node.items]
    return values(node, operator)


def _refused(reader: Reader, node: Node, code: str, reason: str, hint: str = "") -> None:
    reader.error(node, code, f"Event pattern is not valid. Reason: {reason}", hint)


def _object(reader: Reader, table: Mapping) -> None:
    if not table.items:
        _refused(reader, table, "103", "Empty objects are not allowed", "take it out, or name a field in it")
    for key, value in table.items:
        if function(value) is not None:
            continue
        if key.text == "$or":
            _alternatives(reader, value)
        elif isinstance(value, Mapping) and (name := _bare_operator(value)):
            message = f'"{name}" must be an object or an array'
            _refused(reader, value.get(name) or value, "101", message, _listed(key.text, values(value, operator=True)))
        elif isinstance(value, Mapping):
            _object(reader, value)
        elif isinstance(value, Sequence):
            _leaf(reader, key, value)
        else:
            hint = f'write "{key.text}": [{json.dumps(plain(value))}]'
            _refused(reader, value, "101", f'"{key.text}" must be an object or an array', hint)


def _bare_operator(table: Mapping) -> str:
    """The operator that a table is, where it should stand in a list: its value is no list. "" for a table of fields."""
    if len(table.items) != 1 or table.items[0][0].text not in OPERATORS:
        return ""
    key, value = table.items[0]
    bare = isinstance(value, Scalar) or (isinstance(value, Mapping) and bool(_bare_operator(value)))
    return key.text if bare and function(value) is None else ""


def _listed(field: str, operator: Any) -> str:
    return f"an operator stands in the list of a field: {json.dumps(field)}: [{json.dumps(operator)}]"


def _alternatives(reader: Reader, node: Node) -> None:
    if not isinstance(node, Sequence) or len(node.items) < 2:
        _refused(reader, node, "105", "$or must be an array of two or more objects", "name the alternatives in a list")
        return
    for item in node.items:
        if not isinstance(item, Mapping):
            _refused(reader, item, "105", "$or takes objects only", "write each alternative as an object")
            continue
        _object(reader, item)


def _leaf(reader: Reader, key: Scalar, node: Sequence) -> None:
    if not node.items:
        hint = 'name a value, or write [{"exists": true}] for any'
        _refused(reader, node, "102", f'"{key.text}": empty arrays are not allowed', hint)
    for item in node.items:
        if function(item) is not None:
            continue
        if isinstance(item, Sequence):
            _refused(reader, item, "106", f'"{key.text}": a list inside a list is no value', "write its values instead")
        elif isinstance(item, Mapping):
            try:
                parse({"field": [values(item, operator=True)]})
            except PatternError as error:
                _refused(reader, item, "104", str(error), _operator_hint(item))


def _operator_hint(item: Mapping) -> str:
    inner = item.get("anything-but")
    for table, known in ((item, OPERATORS), (inner, NEGATED)):
        wrong = [key for key in table.keys() if key not in known] if isinstance(table, Mapping) else []
        if wrong:
            near = difflib.get_close_matches(wrong[0][:40], known, 1)
            return f"did you mean {near[0]}?" if near else f"known operators: {', '.join(known)}"
    return _unquoted(item) or "look up what the operator takes in docs/behaviour/codecommit-and-glue.md §13.2"


def _unquoted(item: Mapping) -> str:
    """A hint at a number or a truth that stands in quotes, where the operator takes no text."""
    numeric, exists = item.get("numeric"), item.get("exists")
    for one in numeric.items if isinstance(numeric, Sequence) else ():
        if isinstance(one, Scalar) and not one.plain and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", one.text):
            return f"write {one.text} without quotes"
    if isinstance(exists, Scalar) and not exists.plain and exists.text.lower() in ("true", "false"):
        return f"write {exists.text.lower()} without quotes"
    return ""


def _whole(reader: Reader, document: Mapping, value: Any) -> None:
    """What only shows in the whole: operators as fields inside `$or`, too many combinations."""
    try:
        parse(value)
    except PatternError as error:
        hint = f"make two patterns of it, each with fewer than {MAX_COMBINATIONS} combinations"
        if "operator" in str(error):
            hint = 'an operator stands in the list of a field: {"name": [{"prefix": "…"}]}'
        _refused(reader, document, "107", str(error), hint)
    length = len(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
    if length > MAX_LENGTH:
        message = f"the pattern has {length} characters; at most {MAX_LENGTH} are taken"
        reader.error(document, "108", message, "shorten it with prefix or wildcard, or make two rules of it")
    elif length > QUOTA_LENGTH:
        message = f"the pattern has {length} characters, and the quota of an account is {QUOTA_LENGTH}"
        reader.warning(document, "201", message, "shorten it, or have the quota raised")


# Advice: patterns that nothing can match


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of an event's source, type and detail; inside `$or`, also by what stands around it."""

    source: Node | None = None
    type: Node | None = None
    calls: bool = False
    """Whether the detail may be that of an API call."""

    def with_(self, table: Mapping) -> _Asked:
        """What a table asks, too. A field that is asked for twice is the inner one."""
        detail = table.get("detail")
        keys = detail.keys() if isinstance(detail, Mapping) else ()
        calls = self.calls or any(key in _OF_CALLS or key == "$or" for key in keys)
        return _Asked(table.get("source") or self.source, table.get("detail-type") or self.type, calls)


_NOTHING_ASKED = _Asked()


def _advise(reader: Reader, table: Mapping, around: _Asked = _NOTHING_ASKED) -> tuple[str, ...]:
    """Advice on a pattern, or on an alternative of one. Gives the detail types of which one must match; () for any."""
    asked = around.with_(table)
    alternatives = table.get("$or")
    inside = [
        _advise(reader, one, asked)
        for one in (alternatives.items[:MAX_ALTERNATIVES] if isinstance(alternatives, Sequence) else ())
        if isinstance(one, Mapping)
    ]
    known = _known_types(asked)
    if inside and asked.type is None:
        # Each alternative may name a type of its own.
        known = tuple(dict.fromkeys(type_ for types in inside for type_ in types)) if all(inside) else ()
    _top(reader, table, known)
    _forms(reader, table)
    _sources(reader, _texts(table.get("source")))
    _types(reader, _texts(asked.source), _texts(table.get("detail-type")))
    detail = table.get("detail")
    if known and isinstance(detail, Mapping):
        _detail(reader, detail, known)
    return known


def _top(reader: Reader, document: Mapping, known: tuple[str, ...]) -> None:
    for key, node in document.items:
        if key.text not in ENVELOPE and not _asks_absence(node):
            meant = difflib.get_close_matches(key.text[:40], ENVELOPE, 1)
            hint = f"did you mean {meant[0]}?" if meant else f"an event has {', '.join(ENVELOPE[:-1])}"
            if any(key.text in FIELDS[type_] for type_ in known):
                hint = f"write it inside detail: {{{json.dumps(key.text)}: …}}"
            reader.warning(key, "202", f"no event has {key.text!r} at its top", hint)
        elif key.text in TEXTS:
            for item in node.items if isinstance(node, Sequence) else ():
                if isinstance(item, Scalar) and not isinstance(values(item, operator=True), str | None):
                    message = f"{key.text} of an event is text, and never the number {item.text}"
                    reader.warning(item, "208", message, f"write {json.dumps(item.text)}, in quotes")


_FORMS = {
    "account": (re.compile(r"[0-9]{12}"), "an account", "write its 12 digits, without dashes"),
    "region": (re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+"), "a Region", "write it like us-east-1"),
}
"""Field of an event's top -> the form of its values, what they are called, and the mend (§13.1)."""
_NAMES = {
    "pipeline": re.compile(r"[A-Za-z0-9.@\-_]+"),
    "project-name": re.compile(r"[A-Za-z0-9\-_]+"),
    "repositoryName": re.compile(r"[\w.\-]+"),
}
"""Field of a detail that holds a name -> the characters of such names: as the APIs have them."""


_FILLED_IN = re.compile(r"[${}<>%]")
"""Signs of what somebody puts a value in place of before EventBridge reads it."""


def _forms(reader: Reader, table: Mapping) -> None:
    """Plain values of the event's top that no event has."""
    for key, (form, what, hint) in _FORMS.items():
        for item in _texts(table.get(key)):
            text = values(item, operator=True)
            if isinstance(text, str) and not form.fullmatch(text) and not _FILLED_IN.search(text):
                reader.warning(item, "209", f"{text!r} is not {what}", _pattern_hint(text) or hint)


def _name(reader: Reader, field: str, item: Node) -> None:
    """A plain value of a field of names that no name can be."""
    text = values(item, operator=True)
    if isinstance(text, str) and not _NAMES[field].fullmatch(text) and not _FILLED_IN.search(text):
        hint = f"write {json.dumps(re.split('[:/]', text)[-1])}" if text.startswith("arn:") else _pattern_hint(text)
        message = f"{field} is a name alone, and never {json.dumps(text)}"
        reader.warning(item, "209", message, hint or "write the name, letter by letter")


def _pattern_hint(text: str) -> str:
    if "*" not in text:
        return ""
    return f'write {{"wildcard": {json.dumps(text)}}}: in a plain text a star is a star'


def _sources(reader: Reader, sources: list[Scalar]) -> None:
    for source in sources:
        if f"aws.{source.text}" in DETAIL_TYPES:
            message = f"no service sends as {source.text!r}"
            reader.warning(source, "205", message, f"write aws.{source.text}")
        elif source.text.lower().startswith("aws.") and source.text not in DETAIL_TYPES:
            meant = difflib.get_close_matches(source.text[:40].lower(), DETAIL_TYPES, 1, cutoff=0.9)
            if meant:
                message = f"no service sends as {source.text!r}"
                reader.warning(source, "205", message, f"did you mean {meant[0]}?")


def _types(reader: Reader, sources: list[Scalar], types: list[Scalar]) -> None:
    known = [name for source in sources for name in DETAIL_TYPES.get(source.text, ())]
    judged = bool(known) and all(source.text in DETAIL_TYPES for source in sources)
    for type_ in types:
        if judged and type_.text not in (*known, API_CALL):
            meant = difflib.get_close_matches(type_.text[:80], known, 1)
            sender = next((source for source, names in DETAIL_TYPES.items() if type_.text in names), "")
            if sender:
                hint = f"write {sender} as the source, or one of: {'; '.join(known)}"
            else:
                hint = f"did you mean {meant[0]}?" if meant else f"known: {'; '.join(known)}"
            message = f"{' and '.join(source.text for source in sources)} sends no {type_.text!r}"
            reader.warning(type_, "203", message, hint)
        elif not judged and type_.text not in FIELDS:
            meant = difflib.get_close_matches(type_.text[:80], FIELDS, 1, cutoff=0.9)
            if meant:
                reader.warning(type_, "203", f"no event is a {type_.text!r}", f"did you mean {meant[0]}?")


def _known_types(asked: _Asked) -> tuple[str, ...]:
    """The detail types of which one must match; () when others can match too."""
    types, sources = _texts(asked.type), _texts(asked.source)
    if isinstance(asked.type, Sequence) and types and len(types) == len(asked.type.items):
        names = tuple(type_.text for type_ in types)
        return names if all(name in FIELDS for name in names) else ()
    if asked.type is None and isinstance(asked.source, Sequence) and sources:
        # Without a type, an API call of the service may be meant, too.
        all_known = all(source.text in DETAIL_TYPES for source in sources) and len(sources) == len(asked.source.items)
        if all_known and not asked.calls:
            return tuple(dict.fromkeys(name for source in sources for name in DETAIL_TYPES[source.text]))
    return ()


_OF_CALLS = (
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "requestID",
    "eventID",
    "eventType",
    "eventCategory",
    "readOnly",
)
"""Fields of `detail` where an API call is told: CloudTrail's own."""


def _texts(node: Node | None) -> list[Scalar]:
    """The plain values of a list; of a list that no pattern has room for, none."""
    items = node.items if isinstance(node, Sequence) and len(node.items) <= MAX_TEXTS else ()
    return [item for item in items if isinstance(item, Scalar) and not item.tag]


def _asks_absence(node: Node) -> bool:
    """Whether a pattern asks that a field is not there."""
    items = node.items if isinstance(node, Sequence) else ()
    return any(values(item, operator=True) == {"exists": False} for item in items)


def _detail(reader: Reader, detail: Mapping, types: tuple[str, ...]) -> None:
    fields = [name for type_ in types for name in FIELDS[type_]]
    of = " or ".join(repr(type_) for type_ in types)
    for key, node in detail.items:
        if function(node) is not None or _asks_absence(node):
            continue
        if key.text == "$or":
            for one in node.items if isinstance(node, Sequence) else ():
                if isinstance(one, Mapping):
                    _detail(reader, one, types)
        elif key.text.partition(".")[0] not in fields:
            reader.warning(key, "206", f"detail of {of} has no {key.text!r}", _field_hint(key.text, fields, types))
        else:
            _field(reader, key.text, node, types)


def _field_hint(name: str, fields: list[str], types: tuple[str, ...]) -> str:
    folded = {re.sub("[^a-z]", "", one.lower()): one for one in fields}
    meant = folded.get(re.sub("[^a-z]", "", name.lower()))
    others = [type_ for source in DETAIL_TYPES.values() for type_ in source if name in FIELDS[type_]]
    same = [type_ for type_ in others if any(type_.partition(" ")[0] == one.partition(" ")[0] for one in types)]
    if same and not meant:
        return f"it is in the detail of {' and '.join(same)}"
    close = [meant] if meant else difflib.get_close_matches(name[:40], fields, 1)
    return f"did you mean {close[0]}?" if close else f"it has {', '.join(dict.fromkeys(fields))}"


def _field(reader: Reader, name: str, node: Node, types: tuple[str, ...]) -> None:
    """Values that a field never has. Of a field whose values are not known, only a ref in place of a name."""
    known = [value for type_ in types for value in VALUES.get(type_, {}).get(name, ())]
    if isinstance(node, Mapping) and API_CALL not in types:
        _operator_as_field(reader, name, node)
    everywhere = all(name in VALUES.get(type_, {}) or name not in FIELDS[type_] for type_ in types)
    for item in node.items if isinstance(node, Sequence) else ():
        if function(item) is not None:
            continue
        plain_value = values(item, operator=True)
        if known and everywhere and not _can_match(plain_value, known):
            shown = json.dumps(plain_value)
            reader.warning(item, "204", f"{name} of {' or '.join(types)} is never {shown}", _value_hint(item, known))
        if name in _NAMES:
            _name(reader, name, item)
        if name == "referenceName" and "refs/" in json.dumps(plain_value):
            bare = re.sub(r"^refs/(heads|tags)/", "", item.text) if isinstance(item, Scalar) else ""
            hint = f"write {json.dumps(bare)}" if bare else "write the name alone"
            message = "referenceName is the name of a branch or tag alone, without refs/heads/"
            reader.warning(item, "207", message, f"{hint}, or ask for referenceFullName")


def _operator_as_field(reader: Reader, name: str, table: Mapping) -> None:
    """An operator that is written as if it were a field with values: EventBridge takes it, and nothing matches."""
    key, node = table.items[0] if len(table.items) == 1 else (None, None)
    if key is None or key.text not in OPERATORS or not isinstance(node, Sequence) or _asks_absence(node):
        return
    given = [values(item, operator=True) for item in node.items]
    whole = key.text in ("numeric", "anything-but") or len(given) != 1
    operator = {key.text: given if whole else given[0]}
    message = f"this asks for a field named {key.text} inside {name}, and no event has it"
    reader.warning(key, "210", message, _listed(name, operator))


def _can_match(item: Any, known: list[str]) -> bool:
    try:
        pattern = parse({"field": [item]})
    except PatternError:
        return True  # told already
    return any(pattern.matches({"field": value}) for value in known)


def _value_hint(item: Node, known: list[str]) -> str:
    if isinstance(item, Scalar):
        folded = {value.lower(): value for value in known}
        upper = item.text.upper()
        meant = folded.get(item.text.lower()) or (SYNONYMS.get(upper) if SYNONYMS.get(upper) in known else None)
        close = [meant] if meant else difflib.get_close_matches(item.text[:60], known, 1)
        if close:
            return f"did you mean {close[0]}?" if item.text != close[0] else f"write {json.dumps(close[0])}, in quotes"
    return f"known: {', '.join(dict.fromkeys(known))}"
