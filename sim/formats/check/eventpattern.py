"""Event patterns with lines: what EventBridge refuses. What it takes although nothing matches is in unmatched.py."""

from __future__ import annotations

import json
from typing import Any

from sim.core.problems import Problem
from sim.formats.check.envelope import part
from sim.formats.check.events import DETAIL_TYPES, FIELDS
from sim.formats.check.leaves import OPERATORS, bare_operator, in_text, listed, texts, values
from sim.formats.check.operators import MAX_ITEMS, every_hint, mended, operator_hint, star_hint, unlisted
from sim.formats.check.unmatched import advise
from sim.formats.eventpattern import MAX_COMBINATIONS, RESERVED, PatternError, parse
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, is_null, plain

MAX_LENGTH = 4096
QUOTA_LENGTH = 2048


def check_pattern(root: Node, path: str) -> list[Problem]:
    """Every finding, errors and warnings, in a pattern that stands at that node."""
    reader = Reader(path, "EP")
    document = _alone(reader, root) or reader.mapping(root, "an event pattern")
    if document is not None and "EventPattern" in document:
        return _of_rule(reader, document)
    if document is not None:
        _object(reader, document, inside_or=False)
        _whole(reader, document)
        advise(reader, document)
    return _once(reader.problems)


def _once(problems: list[Problem]) -> list[Problem]:
    """Findings without those at an operator as a field that is refused already."""
    refused = {(one.line, one.column) for one in problems if one.code == "EP107"}
    return [one for one in problems if one.code != "EP210" or (one.line, one.column) not in refused]


def _alone(reader: Reader, root: Node) -> Mapping | None:
    """A pattern with a list around it, which is told."""
    document = root.items[0] if isinstance(root, Sequence) and len(root.items) == 1 else None
    if not isinstance(document, Mapping):
        return None
    hint = "a pattern is one object: take the brackets, or the dash, around it away"
    reader.error(root, "001", "an event pattern is a list, not a mapping (`key: value` lines)", hint)
    return document


def _of_rule(reader: Reader, document: Mapping) -> list[Problem]:
    """What is given to PutRule as a whole: EventBridge takes it for a pattern about fields with such names."""
    key, node = document.key("EventPattern"), document.get("EventPattern")
    message = "no event has 'EventPattern' at its top: this is a rule, and not its pattern"
    hint = "keep what EventPattern stands for, an object with fields such as source, and take everything around it away"
    reader.warning(key, "202", message, hint)
    return [*reader.problems, *(check_pattern(node, reader.path) if isinstance(node, Mapping) else ())]


def _refused(reader: Reader, node: Node, code: str, reason: str, hint: str = "") -> None:
    reader.error(node, code, f"Event pattern is not valid. Reason: {reason}", hint)


def _object(reader: Reader, table: Mapping, inside_or: bool, field: str = "") -> None:
    """What is refused in the object of a `field`, or in the whole pattern or an alternative where that is ""."""
    if not table.items:
        _refused(reader, table, "103", "Empty objects are not allowed", "take it out, or name a field in it")
    for key, value in table.items:
        if key.text == "$or":
            _alternatives(reader, value)
        elif function(value) is not None and not (inside_or and key.text in RESERVED):
            continue
        elif isinstance(value, Mapping) and (name := bare_operator(value)):
            message = f'"{name}" must be an object or an array'
            _refused(reader, value.get(name) or value, "101", message, listed(key.text, mended(value)))
        elif inside_or and key.text in RESERVED:
            message = f'"{key.text}" is an operator and cannot be a field inside $or'
            _refused(reader, key, "107", message, _as_operator(field, table, key))
            if _is_operators(field, table):
                return  # told together
        elif isinstance(value, Mapping):
            _object(reader, value, inside_or, key.text)
        elif isinstance(value, Sequence):
            _leaf(reader, key, value)
            if not value.items:
                hint = _instead(table, key.text) if key.text in _TOP and not (field or inside_or) else _ANY
                _refused(reader, value, "102", f'"{key.text}": empty arrays are not allowed', hint)
        else:
            hint = f"write it in brackets: [{json.dumps(plain(value))}]"
            if isinstance(value, Scalar) and _is_list(value.text):
                hint = f"write it as a list, without quotes around it: {json.dumps(in_text(value.text))}"
            if is_null(value):
                hint = 'name a value, or write [{"exists": false}] if it is not to be there'
            if key.text == "detail":
                hint = 'name fields in it, such as "detail": {"state": ["FAILED"]}, or take it out'
            _refused(reader, value, "101", f'"{key.text}" must be an object or an array', hint)


def _as_operator(field: str, table: Mapping, key: Scalar) -> str:
    """The hint at an operator that stands as a key with a list in the object of a field."""
    if not _is_operators(field, table):
        return f'an operator stands in the list of a field: "name": [{{{json.dumps(key.text)}: …}}]'
    bare = unlisted(table)
    return listed(field, mended(bare)) if len(table.items) == 1 else operator_hint(bare)


def _is_operators(field: str, table: Mapping) -> bool:
    """Whether all that stands in the object of a field are operators with a list, as if they were fields."""
    return field not in ("", "detail") and all(
        key.text in RESERVED and isinstance(value, Sequence) and function(value) is None for key, value in table.items
    )


def _is_list(text: str) -> bool:
    """Whether a text is a list: in brackets, or of services or detail types."""
    given = in_text(text)
    return bool(given) and (text.strip().startswith("[") or all(one in FIELDS or one in DETAIL_TYPES for one in given))


def _alternatives(reader: Reader, node: Node) -> None:
    items = node.items if isinstance(node, Sequence) else (node,)
    if not isinstance(node, Sequence) or len(node.items) < 2:
        hint = _as_alternatives(node)
        _refused(reader, node, "105", "$or must be an array of two or more objects", hint)
    for item in items:
        if isinstance(item, Mapping):
            _object(reader, item, inside_or=True)
        elif isinstance(node, Sequence):
            _refused(reader, item, "105", "$or takes objects only", "write each alternative as an object in braces")


def _as_alternatives(node: Node) -> str:
    if isinstance(node, Mapping) and len(node.items) > 1 and function(node) is None:
        each = ", ".join(f"{{{json.dumps(key)}: …}}" for key in node.keys()[:10])
        return f'write each alternative as an object in a list: "$or": [{each}]'
    if isinstance(node, (Mapping, Sequence)) and function(node) is None:
        one = node.items[0] if isinstance(node, Sequence) and node.items else node
        fields = f": {json.dumps(values(one), ensure_ascii=False)[1:-1]}" if isinstance(one, Mapping) else ""
        hint = f'there is only one alternative: take "$or" away, and write its fields beside the others{fields[:400]}'
        return f"{hint}; or add another"
    return 'write the alternatives as objects in a list: "$or": [{"source": […]}, {"account": […]}]'


_TOP = {"source": 0, "detail-type": 0, "region": 3, "account": 4}
"""Fields of the top that every event has -> at which place of ARNs their value stands, if in any."""


def _instead(document: Mapping, field: str) -> str:
    """What to write in place of an empty list, from what else the pattern asks for."""
    given = {name: [one.text for one in texts(part(document, name))] for name in ("source", "detail-type", "resources")}
    found: list[str] = []
    if field == "source":
        found = [name for name, types in DETAIL_TYPES.items() if {*types}.intersection(given["detail-type"])]
    elif field == "detail-type":
        found = [type_ for source in given["source"] for type_ in DETAIL_TYPES.get(source, ())]
        if found:
            return f"name one or more of {'; '.join(map(json.dumps, found))}; or take {field} out, if any will do"
    else:
        arns = [text.split(":") for text in given["resources"] if text.startswith("arn:")]
        found = [arn[_TOP[field]] for arn in arns if len(arn) > _TOP[field] and arn[_TOP[field]]]
    shown = json.dumps(list(dict.fromkeys(found))) if found else _EXAMPLES[field]
    return f"write {shown}; or take {field} out, if any will do"


_ANY = 'name a value, or write [{"exists": true}] for any'
_EXAMPLES = {
    "source": 'who sends, such as ["aws.codepipeline"]',
    "detail-type": 'the type, such as ["CodePipeline Pipeline Execution State Change"]',
    "region": 'the Region, such as ["us-east-1"]',
    "account": 'the 12 digits of the account, such as ["123456789012"]',
}


def _leaf(reader: Reader, key: Scalar, node: Sequence) -> None:
    for item in node.items:
        if function(item) is not None:
            continue
        if isinstance(item, Sequence):
            _refused(reader, item, "106", f'"{key.text}": a list inside a list is no value', _flatter(key, item))
        elif isinstance(item, Mapping):
            try:
                parse({"field": [values(item, operator=True)]})
            except PatternError as error:
                _refused(reader, item, "104", str(error), _fields_in_list(key, node) or operator_hint(item))
            else:
                _starred(reader, item)
    _everything(reader, node)


def _everything(reader: Reader, node: Sequence) -> None:
    """Several values of a field of which one lets everything pass."""
    given = [values(item, operator=True) for item in node.items[:MAX_ITEMS] if function(item) is None]
    hint = every_hint(given) if len(given) == len(node.items) else ""
    if hint:
        reader.warning(node, "212", "any value passes one of these: of several in a list, one is enough", hint)


def _starred(reader: Reader, item: Mapping) -> None:
    hint = star_hint(item)
    if hint:
        message = f"the star is a plain character here: {json.dumps(values(item, operator=True))} asks for a star"
        reader.warning(item, "211", message, hint)


def _flatter(key: Scalar, node: Sequence) -> str:
    shown = ", ".join(json.dumps(values(item, operator=True)) for item in node.items[:20])
    return f"write {shown} without the inner brackets" if shown else "take it out"


def _fields_in_list(key: Scalar, node: Sequence) -> str:
    """The hint at a list around an object of fields; "" for a list of operators."""
    first = node.items[0]
    if key.text != "detail" or len(node.items) != 1 or any(name in OPERATORS for name in values(first, operator=True)):
        return ""
    return f"detail is an object, and no list: take the brackets around it away, and write {_as_fields(first)}"


def _as_fields(table: Node) -> str:
    given = values(table)
    return json.dumps(
        {"detail": {name: value if isinstance(value, list) else [value] for name, value in given.items()}}
    )


def _whole(reader: Reader, document: Mapping) -> None:
    """What only shows in the whole: too many combinations, too long."""
    try:
        parse(values(document) if not reader.problems else {"all": _mended(document)})
    except PatternError as error:
        hint = f"make two patterns of it, each with fewer than {MAX_COMBINATIONS} combinations"
        _refused(reader, document, "107", str(error), hint)
    length = len(json.dumps(values(document), separators=(",", ":"), ensure_ascii=False))
    if length > MAX_LENGTH:
        message = f"the pattern has {length} characters; at most {MAX_LENGTH} are taken"
        reader.error(document, "108", message, "shorten it with prefix or wildcard, or make two rules of it")
    elif length > QUOTA_LENGTH:
        message = f"the pattern has {length} characters, and the quota of an account is {QUOTA_LENGTH}"
        reader.warning(document, "201", message, "shorten it, or have the quota raised")


def _mended(node: Node) -> Any:
    """A pattern of the same shape without the mistakes that are told already."""
    if not isinstance(node, Mapping) or not node.items or function(node) is not None:
        return ["any"]
    return {"$or" if key.text == "$or" else f"field {key.text}": _mended_field(key, value) for key, value in node.items}


def _mended_field(key: Scalar, value: Node) -> Any:
    if key.text != "$or":
        return _mended(value)
    given = [_mended(item) for item in value.items] if isinstance(value, Sequence) else []
    return [item if isinstance(item, dict) else {"any": item} for item in (given + [["any"]] * 2)[: max(len(given), 2)]]
