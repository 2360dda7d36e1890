"""The leaves of event patterns as nodes: their values, and what is asked with them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence as SequenceABC
from typing import Any

from sim.formats.eventpattern import PatternError, parse
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, plain

MAX_TEXTS = 200
"""So many values of a list are looked at for advice: 4,096 characters hold no more of use."""
MAX_LIST = 1000
"""Characters of a text that may be a list."""
OPERATORS = ("prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists")
NEGATED = ("prefix", "suffix", "equals-ignore-case", "wildcard")
"""The operators that anything-but takes."""


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


def bare_operator(table: Mapping) -> str:
    """The operator that a table is, where it should stand in a list: its value is no list. "" for a table of fields."""
    if len(table.items) != 1 or table.items[0][0].text not in OPERATORS:
        return ""
    key, value = table.items[0]
    bare = isinstance(value, Scalar) or (isinstance(value, Mapping) and bool(bare_operator(value)))
    return key.text if bare and function(value) is None else ""


def texts(node: Node | None) -> list[Scalar]:
    """The plain values of a list, or one that should stand in a list; of what no pattern has room for, none."""
    if isinstance(node, Sequence) and (node.tag or len(node.items) > MAX_TEXTS):
        return []
    items = flat(node)
    return [item for item in items if isinstance(item, Scalar) and not item.tag] if len(items) <= MAX_TEXTS else []


def flat(node: Node | None) -> tuple[Node | None, ...]:
    """The items of a list, those of a list inside it, too; of a node that is no list, itself."""
    if not isinstance(node, Sequence):
        return (node,)
    inner = (item.items if isinstance(item, Sequence) and not item.tag else (item,) for item in node.items)
    return tuple(one for items in inner for one in items)


def in_text(text: str) -> list[str]:
    """The values of a list that is written as one text, in brackets or with commas; [] for other texts."""
    bare = text.strip()[:MAX_LIST]
    bracketed = bare.startswith("[") and bare.endswith("]")
    parts = [part.strip().strip("\"'") for part in bare.strip("[]").split(",")]
    return parts if all(parts) and (bracketed or len(parts) > 1) else []


def asks_absence(node: Node) -> bool:
    """Whether a pattern asks that a field is not there."""
    items = node.items if isinstance(node, Sequence) else ()
    return any(
        isinstance(item, Mapping) and "exists" in item and values(item, operator=True) == {"exists": False}
        for item in items
    )


def alternatives(table: Mapping) -> list[Mapping]:
    """The objects in the `$or` of a table."""
    node = table.get("$or")
    items = node.items[:MAX_TEXTS] if isinstance(node, Sequence) else (node,)
    return [item for item in items if isinstance(item, Mapping)]


def can_match(item: Any, known: SequenceABC[str]) -> bool:
    """Whether a value of a pattern, plain or an operator, matches one of some texts. What is not valid may."""
    try:
        pattern = parse({"field": [item]})
    except PatternError:
        return True  # told already
    return any(pattern.matches({"field": value}) for value in known)


def listed(field: str, operators: SequenceABC[Any]) -> str:
    """How operators stand in the list of their field."""
    return f"an operator stands in the list of a field: {json.dumps(field)}: {json.dumps(operators)}"


def star(text: str) -> str:
    """The hint at a plain text with a star in it; "" for others."""
    return f'write {{"wildcard": {json.dumps(text)}}}: in a plain text a star is a star' if "*" in text else ""


def filled_in(text: str) -> bool:
    """Whether somebody puts a value in place of a text before EventBridge reads it."""
    return re.search(r"[${}<>%]", text) is not None


def fold(text: str) -> str:
    """A name without what spellings differ in: capitals, dashes and underscores."""
    return re.sub("[^a-z0-9]", "", text[:128].lower())
