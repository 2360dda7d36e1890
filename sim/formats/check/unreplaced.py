"""`${Name}` in texts of a template that no Fn::Sub replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from sim.core.problems import Problem
from sim.formats.check.template import Found, get, problem_at, rows
from sim.formats.intrinsics import PSEUDO, function
from sim.formats.nodes import Mapping, Node, Scalar, inner

_MENTION = re.compile(r"\$\{\s*(AWS::\w+|[A-Za-z0-9]+)(?:\.[\w.]+)?\s*\}")
_OTHERS = re.compile(
    r"user_?data|build_?spec|command|entry_?point|script|code|definition|template|content|body|query|expression|zip_?file",
    re.IGNORECASE,
)
"""Properties whose text somebody else reads, and may replace names in: shells, state machines, mapping templates."""


def check_unreplaced(template: Found) -> Iterator[Problem]:
    """A warning for every text with the name of a parameter, resource or pseudo parameter that stays as it is."""
    if _has_macros(template):
        return
    known = {*PSEUDO, *template.resources, *_keys(template.root.get("Parameters"))}
    for name, resource in sorted(template.resources.items()):
        told = _BY_PIPELINES if template.type_of(name) == "AWS::CodePipeline::Pipeline" else ()
        yield from _below(resource.get("Properties"), known, told)
    outputs = template.root.get("Outputs")
    for _, output in outputs.items if isinstance(outputs, Mapping) else ():
        yield from _below(get(output, "Value"), known)
        yield from _below(get(output, "Export"), known)


def _has_macros(template: Found) -> bool:
    """Whether a macro of somebody's own may replace anything in the template."""
    node = template.root.get("Transform")
    return any(not isinstance(it, Scalar) or not it.text.startswith("AWS::") for it in (rows(node) or (node,)) if it)


def _keys(node: Node | None) -> tuple[str, ...]:
    return node.keys() if isinstance(node, Mapping) else ()


_BY_PIPELINES = ("Location", "RoleArn")
"""Properties of pipelines whose spelling is judged elsewhere."""


def _below(node: Node | None, known: set[str], told: tuple[str, ...] = ()) -> Iterator[Problem]:
    nodes = [] if node is None else [node]
    while nodes:
        node = nodes.pop()
        call = function(node)
        if call is not None:
            nodes += _inside(*call)
            if call[0] == "Fn::Sub":
                yield from _substituted(call[1], known)
            continue
        if isinstance(node, Scalar):
            yield from _text(node, known)
        elif isinstance(node, Mapping):
            nodes += [
                value
                for key, value in reversed(node.items)
                if key.text not in told and _OTHERS.search(key.text) is None
            ]
        else:
            nodes += reversed(inner(node))


def _inside(name: str, argument: Node) -> tuple[Node, ...]:
    """The texts of a function that nothing is replaced in: of Fn::Sub, the values of its own names."""
    if name in ("Fn::Base64", "Fn::Transform"):
        return ()
    return rows(argument)[1:] if name == "Fn::Sub" else (argument,)


def _substituted(argument: Node, known: set[str]) -> Iterator[Problem]:
    """What is meant as a name inside Fn::Sub, and is written otherwise; of texts of one line."""
    text = rows(argument)[0] if rows(argument) else argument
    if not isinstance(text, Scalar) or "\n" in text.text.strip():
        return
    own = _keys(rows(argument)[1]) if len(rows(argument)) > 1 else ()
    call = _CALL.search(text.text)
    for found in [call] if call is not None else islice(_NEARLY.finditer(_RIGHT.sub("", text.text)), MAX_MENTIONS):
        name = next(filter(None, found.groups()))
        if name.partition(".")[0] in known or name in own:
            message = f"{found[0]} stays as it is: Fn::Sub replaces what stands in ${{…}}"
            yield problem_at(text, "warning", "206", message, f"write `${{{name}}}`")


_FORGOTTEN = re.compile(r"(Ref|GetAtt) +([\w.:]+)")
MAX_MENTIONS = 20
"""So many are looked at in one text."""
_NAME = r"((?:AWS::)?[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][\w.]*)?)"
_RIGHT = re.compile(r"\$\{[^{}]*\}")
_CALL = re.compile(rf"\$\{{!(?:Ref|GetAtt) +{_NAME} *\}}")
_NEARLY = re.compile(
    rf"\$\({_NAME}\)|\$\{{{_NAME}(?![\w.:}}])|(?<![$\w{{])\{{{_NAME}\}}(?!\}})|\$([A-Z][A-Za-z0-9]*)\b"
    r"|(AWS::(?:AccountId|Partition|Region|StackId|StackName|URLSuffix))\b"
)
"""$(Name), ${Name without its end, {Name}, $Name, and a pseudo parameter without anything around it."""


def _text(node: Scalar, known: set[str]) -> Iterator[Problem]:
    forgotten = _FORGOTTEN.fullmatch(node.text)
    if forgotten is not None and forgotten[2].partition(".")[0] in known:
        message = f"{node.text} stays as it is: a function begins with !"
        yield problem_at(node, "warning", "206", message, f"write `!{node.text}`")
        return
    if "\n" in node.text.strip() or "$" not in node.text:
        return  # a text of several lines is a script most of the time
    found = next((mention for mention in _MENTION.finditer(node.text) if mention[1] in known), None)
    if found is None:
        return
    message = f"{found[0]} stays as it is: nothing replaces names in a text without Fn::Sub"
    short = "'" not in node.text and len(node.text) <= 100
    hint = f"write `!Sub '{node.text}'`" if short else "put !Sub in front of the text"
    yield problem_at(node, "warning", "206", message, hint)


__all__ = ["check_unreplaced"]
