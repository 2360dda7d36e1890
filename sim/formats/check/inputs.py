"""What the target of a rule is given in place of the event: a text, a part of it, or a template that is filled in.

Source: docs/behaviour/codecommit-and-glue.md §13.3. Elements of HTML: the index of its standard, html.spec.whatwg.org.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.check.envelope import ENVELOPE, top_meant
from sim.formats.check.events import DETAIL_TYPES, FIELDS
from sim.formats.check.leaves import texts
from sim.formats.check.levels import children, parents
from sim.formats.check.schemas import shapes
from sim.formats.check.template import get, problem_at, text_of
from sim.formats.check.wanted import meant_field
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Sequence
from sim.formats.slips import misspelled

LIKE = 0.6
"""How much a property is like one that is known, of 1, as difflib measures it, so that it is offered."""
INPUTS = ("Input", "InputPath", "InputTransformer")
"""What a target is given in place of the event: one of them at most."""
_ELEMENTS = """
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption center cite code
    col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form
    h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark menu meta
    meter nav noscript object ol optgroup option output p picture pre progress q rp rt ruby s samp script search section
    select slot small source span strike strong style sub summary sup table tbody td template textarea tfoot th thead
    time title tr track tt u ul var video wbr
"""
_HTML = frozenset(_ELEMENTS.split())
"""Names that stand in angle brackets in a text with HTML."""


def check_inputs(rule: str, target: Mapping, pattern: Node | None) -> Iterator[Problem]:
    """Every finding about what a target is given; `pattern` is the rule's."""
    given = [key for key in INPUTS if key in target]
    if len(given) > 1:
        message = (
            f"a target of {rule} has {' and '.join(given)}: only one of Input, InputPath and InputTransformer is taken"
        )
        yield problem_at(
            target.key(given[1]) or target, "error", "178", message, f"keep {given[-1]}, or one of the others"
        )
    yield from _input(rule, target.get("Input"))
    types = _types(pattern)
    path = target.get("InputPath")
    if path is not None:
        yield from _path(path, f"InputPath of a target of {rule}", types)
    transformer = meant_property(target, "InputTransformer")
    if isinstance(transformer, Mapping):
        yield from _transformer(rule, transformer, types)


def meant_property(properties: Mapping, key: str) -> Node | None:
    """What stands at a key, or at a slip of it, which is told elsewhere."""
    node = properties.get(key)
    if node is not None:
        return node
    return next((value for other, value in properties.items if _is_meant(other.text, key)), None)


_KNOWN = tuple(dict.fromkeys(name for shape in shapes("AWS::Events::Rule").values() for name in shape))
"""The properties of a rule and of what stands in it."""


def _is_meant(name: str, key: str) -> bool:
    """Whether a name is a slip of a property, or the larger part of it, as Schedule is."""
    part = name.lower() in key.lower() and 2 * len(name) >= LIKE * (len(name) + len(key))
    return name not in _KNOWN and (part or misspelled(name, (key,)) is not None)


MAX_PATH = 256
"""Characters of a path (EV-API)."""


# Texts and paths


def _input(rule: str, node: Node | None) -> Iterator[Problem]:
    text = text_of(node)
    if node is None or text is None or "${" in text or "{{" in text:
        return
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        hint = "look for a comma too many, or a quote that is missing"
        if not text.lstrip().startswith(("{", "[", '"')):
            hint = (
                f"write `Input: '{json.dumps(text)}'`"
                if "'" not in text
                else "write it in double quotes inside single ones"
            )
        message = f"Input of a target of {rule} is {text[:60]!r}, and is no valid JSON"
        yield problem_at(node, "error", "178", message, hint)


def _path(node: Node, what: str, types: tuple[str, ...]) -> Iterator[Problem]:
    text = text_of(node)
    if text is None or "${" in text or "{{" in text:
        return
    if re.fullmatch(r"\$(\..+|\[.+)?", text) is None:
        message = f"{what} is {text[:60]!r}: a path into the event begins with $"
        yield problem_at(node, "error", "178", message, f"write {_mended(text, types) or '$.' + text.lstrip('$.')}")
        return
    mend = _mended(text, types)
    if mend and mend != text:
        message = f"{what} is {text[:60]!r}, and no event that the rule waits for has that: nothing is filled in"
        yield problem_at(node, "warning", "325", message, f"write {mend}" if "$" in mend else mend)


# Paths into the events that a rule waits for


def _types(pattern: Node | None) -> tuple[str, ...]:
    """The detail types of which the events of a rule are; () where they are not known."""
    if not isinstance(pattern, Mapping) or "$or" in pattern:
        return ()
    sources = [one.text for one in texts(get(pattern, "source"))]
    named = tuple(one.text for one in texts(get(pattern, "detail-type")))
    if get(pattern, "detail-type") is None:
        named = tuple(type_ for source in sources for type_ in DETAIL_TYPES.get(source, ("",)))
    return named if all(type_ in FIELDS for type_ in named) else ()


def _mended(path: str, types: tuple[str, ...]) -> str:
    """A path that these events have, in place of one; what there is, if it is not known which; "" for a good one."""
    pairs = re.findall(r"([^.\[\]]+)((?:\[[^\]]*\])*)", path[:MAX_PATH].lstrip("$"))
    top, *steps = [name for name, _ in pairs] or [""]
    if not types or not top or "*" in steps or top.startswith("'"):
        return ""
    if top in ENVELOPE:
        found = _in_detail(steps, types) if top == "detail" and steps else ""
        return "" if found == ".".join(("$.detail", *steps)) else _indexed(found, pairs)
    meant = top_meant(top)
    return _indexed(".".join(("$", meant, *steps)) if meant else _in_detail([top, *steps], types), pairs)


def _indexed(path: str, pairs: list[tuple[str, str]]) -> str:
    """A path with the indexes that stood behind its steps."""
    for name, index in pairs:
        path = path.replace(f".{name}.", f".{name}{index}.", 1) if path.startswith("$") else path
    return path


def _in_detail(steps: list[str], types: tuple[str, ...]) -> str:
    """The path into the detail that is meant by such steps; what there is, if that is not known; "" for newer ones."""
    path: list[str] = []
    for place, step in enumerate(steps):
        names = children(".".join(path), types) if path else _fields(types)
        name = step if step in names or not names else _slip(step, names)
        above = parents(step, types)
        if not name and above:
            return ".".join(("$.detail", above[0], *steps[place:]))
        if not name:
            return "" if path else f"the detail has {', '.join(names)}"
        path.append(name)
    return ".".join(("$.detail", *path))


def _slip(name: str, names: tuple[str, ...]) -> str:
    """The one of some fields that a name is a slip of; "" for one that other events have."""
    return "" if any(name in fields for fields in FIELDS.values()) else meant_field(name, names)


def _fields(types: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for type_ in types for name in FIELDS[type_]))


# Templates

_PLACEHOLDER = re.compile(r"<([A-Za-z][\w.-]{0,100})>")
_GIVEN = (
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
)
"""Placeholders that EventBridge brings along."""


def _transformer(rule: str, transformer: Mapping, types: tuple[str, ...]) -> Iterator[Problem]:
    paths, template = (meant_property(transformer, key) for key in ("InputPathsMap", "InputTemplate"))
    table = paths if isinstance(paths, Mapping) and function(paths) is None else None
    for key, node in table.items if table is not None else ():
        yield from _path(node, f"{key.text} of the InputPathsMap of {rule}", types)
    text = _template_text(template)
    if template is None or text is None or (paths is not None and table is None):
        return
    keys = tuple(table.keys()) if table is not None else ()
    used = tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))
    unused = [key for key in keys if key not in used]
    for name in used:
        if name in keys or name in _GIVEN:
            continue
        # What is like no other may be a mark of HTML.
        close = misspelled(name, (*keys, *_GIVEN))
        message = f"InputTemplate of {rule} has <{name}>, and InputPathsMap has no {name}"
        hint = f"did you mean <{close}>?" if close else _add(name, keys, unused, types)
        if close or _stands_as_value(text, name):
            yield problem_at(template, "error", "178", message, hint)
        elif keys and name.lower() not in _HTML:
            yield problem_at(template, "warning", "324", message, hint)


def _template_text(node: Node | None) -> str | None:
    """The text of a template, also inside Fn::Sub."""
    call = function(node) if node is not None else None
    if call is None or call[0] != "Fn::Sub":
        return text_of(node)
    return text_of(call[1].items[0] if isinstance(call[1], Sequence) and call[1].items else call[1])


def _add(name: str, keys: tuple[str, ...], unused: list[str], types: tuple[str, ...]) -> str:
    """The hint at a placeholder like no other: the one key that is not used, a path for it, or the keys there are."""
    top = name in ENVELOPE[:-2] and name not in _fields(types)
    path = f"$.{name}" if top else (_in_detail([name], types) if types else "")
    add = f"add `{name}: {path if path.startswith('$') else '$.detail.…'}` to InputPathsMap"
    if len(unused) == 1:
        return f"did you mean <{unused[0]}>? or {add}"
    return f"{add}, or write one that is there: {', '.join(f'<{key}>' for key in keys[:10])}" if keys else add


def _stands_as_value(text: str, name: str) -> bool:
    """Whether a placeholder stands as a value of JSON, outside quotes."""
    return re.search(rf"[:\[,]\s*<{re.escape(name)}>\s*[,\]}}]", text) is not None
