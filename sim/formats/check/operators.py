"""What to write in place of an operator that EventBridge refuses: each mend is one that it takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address
from typing import Any

from sim.formats.check.leaves import NEGATED, OPERATORS, fold, values
from sim.formats.eventpattern import PatternError, parse
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, near

MAX_ITEMS = 20
"""Operators with longer lists are not mended: the hint shows how one is written."""
_INSTEAD = {
    "startswith": "prefix",
    "beginswith": "prefix",
    "endswith": "suffix",
    "contains": "wildcard",
    "like": "wildcard",
    "glob": "wildcard",
    "not": "anything-but",
    "notequals": "anything-but",
    "notin": "anything-but",
    "except": "anything-but",
    "ignorecase": "equals-ignore-case",
    "equalsignorecase": "equals-ignore-case",
    "iequals": "equals-ignore-case",
    "number": "numeric",
    "ip": "cidr",
    "ipaddress": "cidr",
    "exist": "exists",
}
"""Operators of other languages, folded -> EventBridge's."""
_PLAIN = ("equals", "equal", "eq", "exact", "exactly", "is", "in", "value", "anyof", "oneof")
"""Operators of other languages that are none here: values in a list are compared as they are."""
EXAMPLES: dict[str, Any] = {
    "prefix": "web-",
    "suffix": ".zip",
    "equals-ignore-case": "main",
    "wildcard": "release/*",
    "anything-but": ["main", "dev"],
    "numeric": [">=", 1, "<", 5],
    "cidr": "10.0.0.0/24",
    "exists": True,
}


def operator_meant(name: str) -> str:
    """The operator that a name is, or is in another language; "" for none, and for a plain value's."""
    return name if name in OPERATORS else _INSTEAD.get(fold(name), "")


def is_plain(name: str) -> bool:
    """Whether a name is what other languages write around a plain value."""
    return fold(name) in _PLAIN


def operator_hint(item: Mapping) -> str:
    """The hint at an operator that is refused."""
    value = values(item, operator=True)
    keys = item.keys()
    unknown = [key for key in keys if key not in OPERATORS]
    if len(keys) > 1:
        return _apart(value) if not unknown else _strange(unknown[0], value[unknown[0]])
    if not keys:
        return 'write a value in its place, or [{"exists": true}] for any'
    if unknown:
        return _strange(keys[0], value[keys[0]])
    return _unquoted(item) or _negated(value) or _operand(keys[0], value[keys[0]])


def mended(item: Mapping) -> list[Any]:
    """The operators to be written in place of one with a slip in it; itself where none is known."""
    value = values(item, operator=True)
    name, operand = _only(value)
    if _valid([value]):
        found = _unstarred(value)
    else:
        found = _valid(_negations(operand) if name == "anything-but" else ()) or _valid(_mends(name, operand))
    return found or [value]


def unlisted(table: Mapping) -> Mapping:
    """Operators that are written as fields with lists, as they are without a list around their one operand."""

    def operand(name: str, node: Node) -> Node:
        alone = isinstance(node, Sequence) and len(node.items) == 1 and name not in ("numeric", "anything-but")
        return node.items[0] if alone and isinstance(node, Sequence) else node

    items = tuple((key, operand(key.text, node)) for key, node in table.items)
    return Mapping(table.path, table.line, table.column, items)


# Several operators in one list


def every_hint(given: list[Any]) -> str:
    """The hint at values of which one lets everything pass what the others leave out; "" for others."""
    if len(given) < 2 or not all(is_valid(one) for one in given):
        return ""
    if {"exists": True} in given:
        rest = [one for one in given if one not in ({"exists": True}, {"exists": False})]
        shown = f": then it is {json.dumps(rest)}" if rest else ""
        return f'take {{"exists": true}} out, with which any value passes{shown}'
    left_out = [one["anything-but"] for one in given if isinstance(one, dict) and "anything-but" in one]
    sets = [[*map(json.dumps, _flat(one))] for one in left_out if not isinstance(one, dict)]
    if len(left_out) < 2 or not _all_pass(left_out, sets):
        return ""
    mend = next(iter(_valid(_joined_negations(left_out))), None)
    rest = [one for one in given if not (isinstance(one, dict) and "anything-but" in one)]
    return f"write {json.dumps(mend)}" if mend and not rest else "keep one anything-but, with all that is left out"


def _all_pass(left_out: list[Any], sets: list[list[str]]) -> bool:
    """Whether no value is left out by all of several anything-but."""
    return len(sets) == len(left_out) and not set(sets[0]).intersection(*sets[1:])


def _joined_negations(left_out: list[Any]) -> Iterator[Any]:
    together = [one for operand in left_out for one in _flat(operand)]
    yield {"anything-but": list(dict.fromkeys(together))}


# Stars


def star_hint(item: Mapping) -> str:
    """The hint at prefix, suffix or equals-ignore-case with a star, which is a plain character there; "" for others.

    Also where they stand inside anything-but.
    """
    value = values(item, operator=True)
    name, given = _starred(value)
    if not given:
        return ""
    if any(not _inner(one).strip("*") for one in given):
        return 'write {"exists": true}' if name in value else "name what is left out, without stars"
    found = _unstarred(value)
    folded = name == "equals-ignore-case" or any(isinstance(one, dict) for one in given)
    capitals = "; there, capital letters are others than small ones" if folded and "wildcard" in str(found) else ""
    return f"{_write(found) or _example('wildcard')}{capitals}"


def _starred(value: Any) -> tuple[str, list[Any]]:
    """The operator whose texts have stars that are plain characters, and all its texts; ("", []) for others."""
    name, operand = _only(value)
    inner = _only(operand) if name == "anything-but" else ("", None)
    name, operand = inner if inner[0] else (name, operand)
    given = _flat(operand)
    known = name in ("prefix", "suffix", "equals-ignore-case")
    return (name, given) if known and any("*" in _inner(one) for one in given) else ("", [])


def _unstarred(value: dict[str, Any]) -> list[Any]:
    """The operators that ask for what is meant by stars; [] where there are none, or nothing else."""
    name, given = _starred(value)
    if not given or any(not _inner(one).strip("*") for one in given):
        return []
    mends = [_without_star(name, _inner(one), isinstance(one, dict)) for one in given[:MAX_ITEMS]]
    return _valid([mends] if name in value else [{"anything-but": mend} for mend in _joined(mends)])


def _only(value: Any) -> tuple[str, Any]:
    """The one key of an object, and what stands there; "" where there is not one."""
    if not isinstance(value, dict) or len(value) != 1:
        return "", None
    ((name, operand),) = value.items()
    return name, operand


def _inner(operand: Any) -> str:
    """The text of an operator, also inside `{"equals-ignore-case": text}`."""
    if isinstance(operand, dict):
        operand = operand.get("equals-ignore-case")
    return operand if isinstance(operand, str) else ""


def _without_star(name: str, text: str, folded: bool) -> Any:
    """An operator that asks for what is meant by a text with stars."""
    text = re.sub(r"\*{2,}", "*", text)
    bare = text.strip("*")
    if "*" in text.replace("\\", "") and ("*" in bare or "\\" in bare):
        text = text if name != "prefix" or text.endswith("*") else f"{text}*"
        text = text if name != "suffix" or text.startswith("*") else f"*{text}"
        return {"wildcard": text.replace("\\", "\\\\")}
    if "*" not in text:
        return {name: {"equals-ignore-case": text} if folded else text}
    first, last = text.startswith("*"), text.endswith("*")
    if (first and last) or (name == "prefix" and first) or (name == "suffix" and last):
        return {"wildcard": f"*{bare}*"}
    fold_case = folded or name == "equals-ignore-case"
    return {"suffix" if first else "prefix": {"equals-ignore-case": bare} if fold_case else bare}


def _joined(mends: list[Any]) -> Iterator[Any]:
    """Operators as anything-but takes them: one, with a text or a list of texts."""
    names = list(dict.fromkeys(name for mend in mends for name in mend))
    texts = [text for mend in mends for text in mend.values()]
    if len(names) == 1:
        yield {names[0]: texts[0] if len(texts) == 1 else texts}
    around = {"prefix": "{}*", "suffix": "*{}", "wildcard": "{}"}
    pairs = [(name, _inner(text) or text) for mend in mends for name, text in mend.items()]
    yield {"wildcard": [around.get(name, "{}").format(text) for name, text in pairs]}


def left_out_hint(item: Mapping) -> str:
    """The hint at plain texts with stars in anything-but; "" for others."""
    operand = values(item, operator=True).get("anything-but")
    texts = _flat(operand)
    if not all(isinstance(text, str) for text in texts) or not any("*" in text for text in texts):
        return ""
    return _write(_valid([{"anything-but": {"wildcard": operand}}]))


def _strange(name: str, operand: Any) -> str:
    """An operator that there is not."""
    folded = fold(name)
    if folded in _PLAIN:
        plain = [one for one in _flat(operand) if not isinstance(one, dict)]
        shown = ", ".join(json.dumps(one) for one in plain)
        return f"write {shown} in its place: a plain value is compared as it is" if plain else _KNOWN
    if folded in _INSTEAD:
        known = _INSTEAD[folded]
        if folded == "contains" and isinstance(operand, str):
            operand = f"*{operand}*"
        return _write(_valid([{known: operand}, *_mends(known, operand)])) or _example(known)
    close = near(name[:40], OPERATORS)
    return f"did you mean {close}?" if close else _KNOWN


_KNOWN = f'known operators: {", ".join(OPERATORS)}; a plain value such as "FAILED" stands in the list as it is'


def _apart(value: dict[str, Any]) -> str:
    """Two operators in one object."""
    if value.get("exists") is True:
        rest = {key: operand for key, operand in value.items() if key != "exists"}
        return f"{_write(_valid([rest])) or _apart(rest)}: whatever has a value is there"
    each = [{key: operand} for key, operand in value.items()]
    prefix, suffix = value.get("prefix"), value.get("suffix")
    both = ""
    if set(value) == {"prefix", "suffix"} and isinstance(prefix, str) and isinstance(suffix, str):
        items = [*_overlaps(prefix, suffix), {"wildcard": f"{prefix}*{suffix}"}]
        both = f"; if both must hold: {_listed(items)}"
    return f"if one of them is enough, write {_listed(each[:MAX_ITEMS])} in place of this object{both}"


def _overlaps(prefix: str, suffix: str) -> list[str]:
    """The texts that begin and end so with fewer characters than both have, which no wildcard of the two matches."""
    shared = range(min(len(prefix), len(suffix), MAX_ITEMS), 0, -1)
    return [prefix + suffix[count:] for count in shared if prefix.endswith(suffix[:count])]


def _listed(items: list[Any]) -> str:
    return ", ".join(json.dumps(item) for item in items)


def _negated(value: dict[str, Any]) -> str:
    """The hint at a wrong operator inside anything-but."""
    inner = value.get("anything-but")
    if isinstance(inner, dict) and len(inner) > 1:
        return "keep one of the operators inside: anything-but takes one"
    name, _ = _only(inner)
    if not name or name in NEGATED:
        return ""
    close = near(name[:40], NEGATED)
    if close and not is_plain(name):
        return f"did you mean {close}?"
    return _write(_valid(_negations(inner))) or f"known operators: {', '.join(NEGATED)}"


_OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


def _negations(inner: Any) -> Iterator[Any]:
    """What may be meant by anything-but around an operator that it does not take."""
    name, operand = _only(inner)
    known = operator_meant(name)
    if name and is_plain(name):
        yield {"anything-but": operand}
    elif known == "exists" and isinstance(operand, bool):
        yield {"exists": not operand}
    elif known == "anything-but":
        yield {"anything-but": operand}
    elif known == "numeric":
        for mend in _valid(_numeric(_flat(operand))):
            signs = mend.get("numeric", [])
            if len(signs) == 2:
                opposite = _OPPOSITE.get(signs[0], "")
                yield {"numeric": [opposite, signs[1]]} if opposite else {"anything-but": signs[1]}
    elif known in NEGATED:
        yield {"anything-but": {known: f"*{operand}*" if fold(name) == "contains" else operand}}
    elif name and not known and isinstance(operand, bool | None):
        yield {"anything-but": [name]}


def _unquoted(item: Mapping) -> str:
    """A hint at a number or a truth that stands in quotes, where the operator takes no text."""
    numeric, exists = item.get("numeric"), item.get("exists")
    if isinstance(numeric, Sequence):
        quoted = [one.text for one in numeric.items if isinstance(one, Scalar) and not one.plain]
        quoted = [text for text in quoted[:MAX_ITEMS] if _NUMBER.fullmatch(text)]
        if quoted and _valid([{"numeric": [_number(one) for one in values(numeric, operator=True)]}]):
            return f"write {' and '.join(quoted)} without quotes"
    if isinstance(exists, Scalar) and not exists.plain and exists.text.lower() in ("true", "false"):
        return f"write {exists.text.lower()} without quotes"
    return ""


_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")


def _number(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _operand(name: str, operand: Any) -> str:
    """An operator that there is, with something that it does not take."""
    if name == "cidr" and isinstance(operand, str) and not re.match(r"[0-9a-fA-F]*[.:]", operand):
        return f"cidr is for addresses: write {json.dumps(operand)} alone, or an operator for text such as prefix"
    rest = "; a sign stands with its number" if name == "numeric" and _is_odd(operand) else ""
    return f"{_write(_valid(_mends(name, operand))) or _example(name)}{rest}"


def _is_odd(operand: Any) -> bool:
    """Whether signs and numbers do not come in pairs."""
    return isinstance(operand, list) and operand[-1:] in [[sign] for sign in ("=", "<", "<=", ">", ">=")]


def _example(name: str) -> str:
    return f"write it like {json.dumps({name: EXAMPLES[name]})}"


def _write(items: list[Any]) -> str:
    return f"write {_listed(items)}" if items else ""


def _valid(items: Iterable[Any]) -> list[Any]:
    """The first mend that EventBridge takes: one operator, or several in a list."""
    for item in items:
        mend = item if isinstance(item, list) else [item]
        try:
            parse({"field": mend})
        except PatternError:
            continue
        return mend
    return []


def is_valid(item: Any) -> bool:
    """Whether EventBridge takes such a value, or operator, in the list of a field."""
    return bool(_valid([item]))


def _flat(operand: Any) -> list[Any]:
    """All values in lists that stand in lists, or one value."""
    if not isinstance(operand, list):
        return [operand]
    return [value for one in operand[:MAX_ITEMS] for value in _flat(one)]


def _mends(name: str, operand: Any) -> Iterator[Any]:
    """What may be meant by an operator with that operand, from the most likely on."""
    mend = _MENDS.get(name)
    given = _flat(operand)
    if len(given) <= MAX_ITEMS:
        yield from mend(given) if mend is not None else ()
        if mend is None:
            folded = [one.get("equals-ignore-case") for one in given if isinstance(one, dict)]
            yield [{name: {"equals-ignore-case": text}} for text in _flat(folded)]
            texts = [one if isinstance(one, str) else json.dumps(one) for one in given if one not in (None, "")]
            yield [] if folded else [{name: text} for text in texts]


def _numeric(given: list[Any]) -> Iterator[Any]:
    text = " ".join(str(one) for one in given if str(one).lower() not in ("and", "&&"))
    found = re.findall(r"(?:([<>=!]{1,2})\s*)?(-?[0-9]{1,12}(?:\.[0-9]{1,12})?)(?![0-9])", text[:200])
    signs = {"==": "=", "=>": ">=", "=<": "<="}
    pairs = [
        [signs.get(sign, sign), json.loads(number)] for sign, number in found if re.fullmatch("-?(0|[1-9].*)", number)
    ]
    if len(pairs) == 1 and pairs[0][0] in ("!=", "<>"):
        yield {"anything-but": pairs[0][1]}
    if len(pairs) == 1:
        yield {"numeric": [pairs[0][0] or "=", pairs[0][1]]}
    if len(pairs) == 2:
        low, high = sorted(pairs, key=lambda pair: float(pair[1]))
        yield {"numeric": [low[0] or ">=", low[1], high[0] or "<=", high[1]]}


def _exists(given: list[Any]) -> Iterator[Any]:
    truth = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if len(given) == 1 and str(given[0]).lower() in truth:
        yield {"exists": truth[str(given[0]).lower()]}


def _wildcard(given: list[Any]) -> Iterator[Any]:
    texts = [re.sub(r"\*{2,}", "*", str(one)) for one in given]
    yield [{"wildcard": text} for text in texts]
    yield [{"wildcard": text.replace("\\", "\\\\")} for text in texts]


def _cidr(given: list[Any]) -> Iterator[Any]:
    blocks = []
    for one in given:
        address, _, length = str(one).partition("/")
        stars = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3}){0,2})((?:\.\*){1,3})", address.strip())
        if stars is not None:
            parts = stars[1].split(".")
            address, length = ".".join((parts + ["0"] * 3)[:4]), str(8 * len(parts))
        try:
            bits = ip_address(address.strip()).max_prefixlen
        except ValueError:
            return
        blocks.append({"cidr": f"{address.strip()}/{length or bits}"})
    yield blocks


def _anything_but(given: list[Any]) -> Iterator[Any]:
    if len(given) == 1 and isinstance(given[0], bool):
        yield not given[0]
    if len(given) == 1 and isinstance(given[0], dict):
        yield {"anything-but": given[0]}
    operators = [one for one in given if isinstance(one, dict) and len(one) == 1]
    names = list(dict.fromkeys(key for one in operators for key in one))
    if len(operators) == len(given) and len(names) == 1:
        yield {"anything-but": {names[0]: _flat([one[names[0]] for one in operators])}}
    if given == [None]:
        yield {"exists": True}
    if operators and all(isinstance(one, str | dict) for one in given):
        yield {"anything-but": {"wildcard": [_as_wildcard(one) for one in given]}}
    kept = [one for one in given if one is not None]
    if kept and not any(isinstance(one, dict | bool) for one in kept):
        yield {"anything-but": [_number(one) for one in kept]}
        yield {"anything-but": [one if isinstance(one, str) else json.dumps(one) for one in kept]}


def _as_wildcard(one: Any) -> str:
    """A text, or an operator with one, as wildcard has it; two stars, which it refuses, for what it cannot say."""
    if isinstance(one, str):
        return one if "*" not in one else "**"
    name, operand = _only(one)
    form = {"prefix": "{}*", "suffix": "*{}", "wildcard": "{}"}.get(name, "**")
    return form.format(operand) if isinstance(operand, str) else "**"


_MENDS: dict[str, Callable[[list[Any]], Iterator[Any]]] = {
    "numeric": _numeric,
    "exists": _exists,
    "wildcard": _wildcard,
    "cidr": _cidr,
    "anything-but": _anything_but,
}
