"""The detail of an event pattern, held against the events of the developer tools: fields and values that none has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sim.formats.check.events import ACTION_TYPE, DETAIL_TYPES, FIELDS, NAMES, NUMBERS, SYNONYMS, VALUES, WHOLE_REFS
from sim.formats.check.leaves import (
    OPERATORS,
    asks_absence,
    bare_operator,
    can_match,
    filled_in,
    fold,
    listed,
    star,
    values,
)
from sim.formats.check.operators import is_plain, operator_meant
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, near
from sim.formats.slips import misspelled

MAX_ALTERNATIVES, MAX_FIELDS, MAX_JUDGED = 200, 200, 20
"""So many alternatives and fields of a detail, and values for a guess, are looked at for advice."""


def alternatives(table: Mapping) -> list[Mapping]:
    """The objects in the `$or` of a table."""
    node = table.get("$or")
    items = node.items[:MAX_ALTERNATIVES] if isinstance(node, Sequence) else (node,)
    return [item for item in items if isinstance(item, Mapping)]


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
    """How many fields are asked for that the detail of a type has not."""
    return sum(unknown_key(key.text, type_) for key in asked_keys(details))


def unknown_key(name: str, type_: str) -> bool:
    """Whether the detail of a type has no such field, however it is spelled."""
    return fold(name.partition(".")[0]) not in _FOLDED[type_]


_FOLDED = {type_: {fold(name): name for name in names} for type_, names in FIELDS.items()}


def never(details: Iterable[Mapping], type_: str) -> int:
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
class Types:
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


def check_detail(reader: Reader, detail: Mapping, types: Types) -> None:
    """Advice on a detail, of whose types one must match."""
    fields, elsewhere = types.fields, types.elsewhere
    types = replace(types, others=_others(detail, types), other=_other_type(detail, types))
    foreign: list[tuple[Scalar, Node]] = []
    for key, node in detail.items[:MAX_FIELDS]:
        if function(node) is not None or asks_absence(node):
            continue
        name = key.text.partition(".")[0]
        if key.text == "$or":
            for one in alternatives(detail):
                check_detail(reader, one, types)
        elif name in fields:
            _field(reader, key.text, node, types)
        elif name not in elsewhere and (meant := _meant_field(name, fields)):
            reader.warning(key, "206", f"detail of {types} has no {key.text!r}", f"did you mean {meant}?")
            _field(reader, meant, node, types)
        else:
            foreign.append((key, node))
    _tell_foreign(reader, detail, foreign, types)
    if not foreign:
        _tell_apart(reader, detail, types)


def _others(detail: Mapping, types: Types) -> tuple[str, ...]:
    fewest = min(unknown([detail], type_) for type_ in types.names)
    others = [type_ for sender in types.senders for type_ in DETAIL_TYPES[sender] if type_ not in types.names]
    return tuple(type_ for type_ in others if unknown([detail], type_) <= fewest)


def _meant_field(name: str, fields: Iterable[str]) -> str:
    """The field that a name is another spelling or a slip of."""
    return {fold(one): one for one in fields}.get(fold(name)) or misspelled(name, fields) or ""


def _tell_foreign(reader: Reader, detail: Mapping, foreign: list[tuple[Scalar, Node]], types: Types) -> None:
    """Fields that the types do not have: those that another type has are told together, for one mend."""
    other = types.other if foreign else ""
    there = [key for key, _ in foreign if other and not unknown_key(key.text, other)]
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


def _tell_apart(reader: Reader, detail: Mapping, types: Types) -> None:
    """Fields of which each is in the detail of some type, and no type has them all."""
    keys = [key for key in asked_keys([detail]) if key in [pair[0] for pair in detail.items[:MAX_FIELDS]]]
    lacking = [[key for key in keys if unknown_key(key.text, type_)] for type_ in types.names]
    if not keys or not all(lacking) or any(_meant_field(key.text, types.fields) != key.text for key in keys):
        return
    fewest = min(lacking, key=len)
    rest = [key for key in keys if key not in fewest]
    message = f"no event has {and_([repr(key.text) for key in (*rest[:1], *fewest[:1])])}: each is of one type"
    hint = "make two rules of it, or name them as alternatives: "
    each = [f'{{"detail": {{"{key.text}": …}}}}' for key in (*rest[:1], *fewest[:1])]
    reader.warning(fewest[0], "206", message, f'{hint}"$or": [{", ".join(each)}]')


def _other_type(detail: Mapping, types: Types) -> str:
    """The type of the same source that has more of what is asked for; "" when there is none."""
    if len(types.senders) != 1:
        return ""
    others = [type_ for type_ in DETAIL_TYPES[types.senders[0]] if type_ not in types.names]
    ranked = sorted(others, key=lambda type_: (unknown([detail], type_), never([detail], type_)))
    fewest = min(unknown([detail], type_) for type_ in types.names)
    return ranked[0] if ranked and unknown([detail], ranked[0]) < fewest else ""


def _or_other(detail: Mapping, names: list[str], types: Types, other: str) -> str:
    """The hint at fields of another type: take them out, or ask for that type."""
    out = f"take {and_([json.dumps(name) for name in names])} out"
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


def _field(reader: Reader, name: str, node: Node, types: Types) -> None:
    """Values that a field never has. Of a field whose values are not known, only a ref in place of a name."""
    known = [value for type_ in types.names for value in VALUES[type_].get(name, ())]
    if isinstance(node, Mapping):
        _operator_as_field(reader, name, node)
        if name == "type":
            _type_of_action(reader, node)
    if name.startswith("type."):
        _part_of_type(reader, name.removeprefix("type."), node)
    everywhere = all(name in VALUES[type_] or name not in FIELDS[type_] for type_ in types.names)
    for item in _items(node)[:MAX_FIELDS]:
        if function(item) is not None or (isinstance(item, Scalar) and item.text.startswith(("${", "{{", "<"))):
            continue
        if known and everywhere:
            _value(reader, name, node, item, known, types)
        elif isinstance(item, Scalar):
            _kind(reader, name, item, types)
        if name in _NAMES:
            _name(reader, name, item)
        if name in _IDS:
            _id(reader, name, item)
        if name == "referenceName":
            _reference(reader, item)
        if name in WHOLE_REFS:
            _whole_reference(reader, name, item)


def _value(reader: Reader, name: str, node: Node, item: Node, known: list[str], types: Types) -> None:
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


_IDS = {
    "build-id": (re.compile("arn:.+"), "the ARN of a build", '{{"suffix": {}}}', ":build/"),
    "deploymentId": (re.compile("d-.+"), "an id such as d-A1B2C3D4E", "{}", "d-"),
}
"""Field of a detail -> its form, what it is, how to write another text, and how that begins (codebuild.md §9.3)."""


def _id(reader: Reader, field: str, item: Node) -> None:
    form, what, mend, begins = _IDS[field]
    text = values(item, operator=True)
    if isinstance(text, str) and not form.fullmatch(text) and not filled_in(text):
        hint = star(text) or f"write {mend.format(json.dumps(begins + text.removeprefix('build/')))}"
        reader.warning(item, "209", f"{field} is {what}, and never {json.dumps(text)}", hint)


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


def _type_of_action(reader: Reader, table: Mapping) -> None:
    """What an event of an action tells of its type: the four parts of `actionTypeId`."""
    for key, node in table.items[:MAX_FIELDS] if not bare_operator(table) else ():
        if key.text in ACTION_TYPE or key.text in OPERATORS or key.text == "$or":
            _part_of_type(reader, key.text, node)
        elif not asks_absence(node):
            meant = _meant_field(key.text, ACTION_TYPE)
            hint = f"did you mean {meant}?" if meant else f"it has {', '.join(ACTION_TYPE)}"
            reader.warning(key, "206", f"type of an action has no {key.text!r}", hint)
            _part_of_type(reader, meant, node)


def _part_of_type(reader: Reader, name: str, node: Node) -> None:
    known = list(ACTION_TYPE.get(name, ()))
    for item in _items(node)[:MAX_FIELDS] if known and function(node) is None else ():
        value = values(item, operator=True)
        if function(item) is None and not can_match(value, known) and not (isinstance(value, str) and filled_in(value)):
            message = f"{name} of an action is never {json.dumps(value)}"
            reader.warning(item, "204", message, _value_hint(item, known))


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
