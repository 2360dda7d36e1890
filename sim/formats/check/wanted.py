"""Which field or value is meant by one that events have not, and how the values of a pattern stand in its nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from sim.formats.check.events import FIELD_SYNONYMS, SYNONYMS
from sim.formats.check.leaves import bare_operator, fold, values
from sim.formats.check.operators import is_plain
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, near
from sim.formats.slips import misspelled

MAX_FIELDS = 200
"""So many fields of a detail, and values of a field, are looked at for advice."""


def items_of(node: Node | None) -> tuple[Node, ...]:
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
        return items_of(item.items[0][1])
    return (item,)


def meant_field(name: str, fields: Iterable[str]) -> str:
    """The field that a name is another spelling or a slip of, or another word for."""
    known = tuple(fields)
    called = next((one for one in FIELD_SYNONYMS.get(fold(name), ()) if one in known), "")
    longer = [one for one in known if one.startswith(f"{name}-")]
    spelled = {fold(one): one for one in known}.get(fold(name)) or misspelled(name, known)
    return spelled or called or (longer[0] if len(longer) == 1 else "")


def value_hint(item: Node, known: list[str]) -> str:
    if isinstance(item, Scalar):
        parts = [one.strip() for one in re.split("[,|]", item.text[:200])]
        if len(parts) > 1 and all(part in known for part in parts):
            return f"write each for itself: {', '.join(json.dumps(one) for one in parts)}"
        meant = value_meant(item.text, known) or near(item.text, known, 0.85)
        if meant:
            is_text = isinstance(values(item, operator=True), str)
            return f"did you mean {meant}?" if is_text else f"write {json.dumps(meant)}, in quotes"
    return f"known: {', '.join(dict.fromkeys(known))}"


def value_meant(text: str, known: list[str]) -> str:
    """The value that a text is another spelling, another service's word, or a slip of."""
    folded = {fold(value): value for value in known}
    called = SYNONYMS.get(fold(text).upper(), "")
    return (
        folded.get(fold(text))
        or _known(called, known)
        or _known(SYNONYMS.get(called, ""), known)
        or misspelled(text, known)
        or ""
    )


def _known(value: str, known: list[str]) -> str:
    return value if value in known else ""
