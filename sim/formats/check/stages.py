"""Stages and actions of pipelines that policies name by their ARNs, held against the pipelines beside them.

Source: Service Authorization Reference, AWS CodePipeline: the ARN of a stage is that of the pipeline and /STAGE, that
of an action ends with /STAGE/ACTION. An ARN of what the pipeline does not have is accepted, and allows nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice

from sim.core.problems import Problem
from sim.formats.arnforms import divided
from sim.formats.check.reading import Checked
from sim.formats.check.starts import Spelling, small
from sim.formats.check.template import Found, get, referred, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Scalar, inner, near

Stages = dict[str, tuple[str, ...]]
"""Stage -> its actions."""
MAX_NAMED = 6
"""A hint names so many stages or actions."""
MAX_ARNS, MAX_TOLD = 500, 20
"""So many ARNs of a file are looked at, and so many told."""
MAX_ARN = 500
"""Characters of an ARN."""
SLIP = 0.75
"""How much a name must be like another, of 1, to be a slip of it."""
_STATEMENT = ("Effect", "Action", "NotAction")


def check_stages(checked: Sequence[Checked], templates: dict[str, Found]) -> Iterator[Problem]:
    """A warning for each ARN of a stage or an action that the pipeline of that name in the folder does not have."""
    pipelines = _pipelines(checked, templates)
    for one in checked if pipelines else ():
        if one.kind not in ("policy", "template") or one.root is None or ":codepipeline:" not in one.text:
            continue
        found = (problem for node in _resources(one.root)[:MAX_ARNS] for problem in _arn(node, pipelines))
        yield from islice(found, MAX_TOLD)


# The pipelines


def _pipelines(checked: Sequence[Checked], templates: dict[str, Found]) -> dict[str, Stages]:
    """Pipeline -> its stages, of those whose names are all plain texts; one that is declared twice has both's."""
    found: dict[str, Stages | None] = {}
    for one in checked:
        for name, table, spelling in _tables(one, templates):
            stages = _stages(table, spelling)
            if name is None:
                continue
            before = found.get(name, {})
            found[name] = None if stages is None or before is None else _together(before, stages)
    return {name: stages for name, stages in found.items() if stages}


def _tables(one: Checked, templates: dict[str, Found]) -> Iterator[tuple[str | None, Mapping, Spelling]]:
    """The names, as far as they are known, and declarations of a file's pipelines, and how their keys are spelled."""
    if not isinstance(one.root, Mapping):
        return
    if one.kind == "pipeline":
        table = get(one.root, "pipeline") or one.root
        if isinstance(table, Mapping):
            yield text_of(table.get("name")), table, small
    elif one.kind == "template":
        template = templates[one.name]
        for _, properties in template.of_type("AWS::CodePipeline::Pipeline"):
            yield _known(template, properties.get("Name")), properties, str


def _known(template: Found, node: Node | None) -> str | None:
    """A text, also one that is the default of a parameter: a policy that has it means that pipeline."""
    call = function(node) if node is not None else None
    parameter = template.parameter(referred(node)) if call is not None and call[0] == "Ref" else None
    return text_of(node if call is None else get(parameter, "Default"))


def _stages(table: Mapping, spelling: Spelling) -> Stages | None:
    """The stages of a declaration; None when a name in it is not known."""
    found: Stages = {}
    for stage in rows(table.get(spelling("Stages"))):
        name = text_of(get(stage, spelling("Name")))
        actions = [text_of(get(one, spelling("Name"))) for one in rows(get(stage, spelling("Actions")))]
        known = tuple(one for one in actions if one is not None)
        if name is None or not known or len(known) < len(actions):
            return None
        found[name] = known
    return found


def _together(one: Stages, other: Stages) -> Stages:
    names = dict.fromkeys([*one, *other])
    return {name: tuple(dict.fromkeys([*one.get(name, ()), *other.get(name, ())])) for name in names}


# The ARNs


def _resources(root: Node) -> list[Node]:
    """The resources of all statements below a node, each a text or a function."""
    found: list[Node] = []
    below = [root]
    while below:
        node = below.pop()
        if isinstance(node, Mapping) and any(key in node for key in _STATEMENT):
            for key in ("Resource", "NotResource"):
                given = node.get(key)
                found += rows(given) or ([] if given is None else [given])
        below += inner(node)
    return found


def _arn(node: Node, pipelines: dict[str, Stages]) -> Iterator[Problem]:
    call = function(node)
    given = call[1] if call is not None and call[0] == "Fn::Sub" else node
    if not isinstance(given, Scalar) or len(given.text) > MAX_ARN:
        return
    head, last = divided(given.text)
    name, _, part = last.partition("/")
    stages = pipelines.get(name, {}) if ":codepipeline:" in head else {}
    there = [one if "/" not in part else f"{one}/{action}" for one, actions in stages.items() for action in actions]
    if not there or not part or "$" in part or part.count("/") > 1:
        return
    if any(fnmatchcase(one, part.replace("[", "[[]")) for one in there):
        return
    stage, _, action = part.partition("/")
    what = f"no action {action} in a stage {stage}" if action else f"no stage {stage}"
    meant = _meant(stage, action, stages)
    text = f"{head}{name}/{meant}"
    written = text if given is node else f"`!Sub '{text}'`"
    hint = f"write {written}" if meant else f"write one of {_listed(there)}"
    message = f"the pipeline {name} has {what}: this entry is for nothing"
    yield Problem(node.path, node.line, node.column, "warning", "IAM301", message, hint)


def _meant(stage: str, action: str, stages: Stages) -> str:
    """The stage, or the stage and its action, that are meant; "" where that is not sure."""
    if not action:
        return _nearest(stage, stages)
    if stage in stages.get(action, ()):
        return f"{action}/{stage}"
    meant = _nearest(stage, stages)
    one = _nearest(action, stages.get(meant, ()))
    elsewhere = [other for other, actions in stages.items() if action in actions]
    found = dict.fromkeys([*([f"{meant}/{one}"] if one else []), *(f"{other}/{action}" for other in elsewhere)])
    return next(iter(found)) if len(found) == 1 else ""


def _nearest(word: str, known: Collection[str]) -> str:
    """The known name that a word is, or is a slip of; "" for others."""
    lower = {one.lower(): one for one in islice(known, MAX_LOOK_UPS)}
    return word if word in known else lower.get(near(word.lower(), lower, SLIP), "")


def _listed(there: list[str]) -> str:
    names = list(dict.fromkeys(there))
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"{', '.join(names[:MAX_NAMED])}{more}"
