"""Names that a scenario speaks of, held against what its template makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sim.core.problems import Problem, ProblemsError, Severity
from sim.formats import template as templates
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, near
from sim.formats.scenario import Scenario

NAMES: dict[str, tuple[str, str]] = {
    "AWS::CodeCommit::Repository": ("repository", "RepositoryName"),
    "AWS::CodePipeline::Pipeline": ("pipeline", "Name"),
    "AWS::CodeBuild::Project": ("project", "Name"),
    "AWS::CodeDeploy::Application": ("application", "ApplicationName"),
    "AWS::CodeDeploy::DeploymentGroup": ("deployment group", "DeploymentGroupName"),
    "AWS::AutoScaling::AutoScalingGroup": ("Auto Scaling group", "AutoScalingGroupName"),
    "AWS::CloudWatch::Alarm": ("alarm", "AlarmName"),
    "AWS::S3::Bucket": ("bucket", "BucketName"),
    "AWS::SNS::Topic": ("topic", "TopicName"),
}
"""Resource type -> (what a scenario calls it, the property with its name)."""
_MADE_BY = {what: f"a resource of the type {kind}" for kind, (what, _) in NAMES.items()} | {
    "instance": "a resource of the type AWS::EC2::Instance or Sim::EC2::Fleet"
}
FLEETS = ("Sim::EC2::Fleet", "Sim::OnPremises::Fleet")
STEPS = {
    ("push", "repository"): "repository",
    ("upload", "bucket"): "bucket",
    ("scale", "group"): "Auto Scaling group",
    ("alarm", "name"): "alarm",
    ("instance", "name"): "instance",
    ("approve", "pipeline"): "pipeline",
}
"""(a step, its field) -> what the field names."""
CALLS = {
    ("codecommit", "repositoryName"): "repository",
    ("codepipeline", "name"): "pipeline",
    ("codepipeline", "pipelineName"): "pipeline",
    ("codebuild", "projectName"): "project",
    ("codedeploy", "applicationName"): "application",
    ("autoscaling", "AutoScalingGroupName"): "Auto Scaling group",
    ("sns", "TopicArn"): "topic",
}
"""(a service, a parameter of its operations) -> what the parameter names."""
_MAKES = re.compile("Create|Update|Put|Register")
"""What operations begin with after which other names may be there."""
_UNKNOWN = "\0"
"""Stands in a value for what only a run knows."""
MAX_NAMES = 300


def lint(root: Node, scenario: Scenario) -> list[Problem]:
    """Findings about names that are nowhere. `scenario` is what could be read from that node."""
    if not isinstance(root, Mapping) or scenario.template is None:
        return []
    try:
        there = _There.of(scenario)
    except ProblemsError as error:
        return list(error.problems)
    return [problem for rule in _RULES for problem in rule(root, there)]


@dataclass
class _There:
    """What a template makes. `open_` lists what it makes with names that only a run knows."""

    names: dict[str, list[str]] = field(default_factory=dict)
    open_: set[str] = field(default_factory=set)
    actions: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """Pipeline -> stage -> action -> its category."""
    scaled: list[str] = field(default_factory=list)
    """Auto Scaling groups: how many instances they have changes."""
    endpoints: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, scenario: Scenario) -> _There:
        """What the template of a scenario makes with its parameters. Raises ProblemsError when it cannot be made."""
        assert scenario.template is not None
        # A parameter that the template has not is told already.
        known = {name: value for name, value in scenario.parameters.items() if name in scenario.template.parameters}
        stack = templates.resolve(
            scenario.template, known, account="123456789012", region="us-east-1", stack_name="codesuite"
        )
        there = cls()
        evaluated = _Evaluated(stack)
        for logical_id in stack.order:
            there._add(stack.type(logical_id), logical_id, evaluated)
        return there

    def _add(self, kind: str, logical_id: str, evaluated: _Evaluated) -> None:
        properties = evaluated.properties(logical_id)
        if kind in NAMES:
            self.note(NAMES[kind][0], self._name(kind, logical_id, evaluated))
        if kind in FLEETS:
            self._fleet(_text(properties.get("Name")) or logical_id, properties.get("Count", 1))
        elif kind == "AWS::EC2::Instance":
            tags = properties.get("Tags")
            names = [tag.get("Value") for tag in tags if _is(tag, "Key", "Name")] if isinstance(tags, list) else []
            self.note("instance", _text(names[0]) if names else "")
        elif kind == "AWS::AutoScaling::AutoScalingGroup":
            name = evaluated.name(logical_id)
            if name:
                self.scaled.append(name)
            else:
                self.open_.add("instance")
        elif kind == "AWS::CodePipeline::Pipeline":
            self.actions[evaluated.name(logical_id)] = _actions(properties)
        elif kind in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
            given = properties.get("Subscription", []) if kind == "AWS::SNS::Topic" else [properties]
            for row in given if isinstance(given, list) else []:
                endpoint = _text(row.get("Endpoint")) if isinstance(row, dict) else ""
                if endpoint:
                    self.endpoints.add(endpoint)
                else:
                    self.open_.add("person")

    def _name(self, kind: str, logical_id: str, evaluated: _Evaluated) -> str:
        name = evaluated.name(logical_id)
        if kind == "AWS::CodeDeploy::DeploymentGroup":
            application = _text(evaluated.properties(logical_id).get("ApplicationName"))
            return f"{application}/{name}" if application and name else ""
        return name

    def _fleet(self, name: str, count: Any) -> None:
        try:
            number = int(count)
        except (TypeError, ValueError):
            self.open_.add("instance")
            return
        for n in range(1, min(number, MAX_NAMES) + 1):
            self.note("instance", f"{name}-{n}")
        if number > MAX_NAMES:
            self.open_.add("instance")

    def note(self, what: str, name: str) -> None:
        if name:
            self.names.setdefault(what, []).append(name)
        else:
            self.open_.add(what)

    def has(self, what: str, name: str) -> bool:
        """Whether something has that name, or may have it."""
        if what in self.open_ or name in self.names.get(what, ()):
            return True
        return what == "instance" and any(re.fullmatch(rf"{re.escape(group)}-\d+", name) for group in self.scaled)

    def hint(self, what: str, name: str) -> str:
        known = self.names.get(what, [])
        if what == "instance":
            known = [*known, *(f"{group}-1" for group in self.scaled)]
        return _hint(name, known, f"the template makes none: add {_MADE_BY[what]} of that name, or take this out")


class _Evaluated:
    """The properties of a stack's resources, with what only a run knows left open."""

    def __init__(self, stack: templates.Stack):
        self.stack = stack
        self.found: dict[str, dict[str, Any]] = {}

    def properties(self, logical_id: str) -> dict[str, Any]:
        if logical_id not in self.found:
            self.found[logical_id] = {}
            try:
                found: Any = self.stack.properties(logical_id, self._ref, self._attribute)
            except ProblemsError:
                found = None
            # A function in place of the properties may give anything.
            is_known = isinstance(found, dict)
            self.found[logical_id] = found if is_known else dict.fromkeys(("Name", "Tags", "Count"), _UNKNOWN)
        return self.found[logical_id]

    def name(self, logical_id: str) -> str:
        """The name of a resource; "" when only a run knows it, and for one that is not there."""
        if logical_id not in self.stack.template.resources:
            return ""
        kind = self.stack.type(logical_id)
        return _text(self.properties(logical_id).get(NAMES[kind][1])) if kind in NAMES else ""

    def _ref(self, logical_id: str) -> str:
        return self.name(logical_id) or _UNKNOWN

    def _attribute(self, logical_id: str, attribute: str) -> str:
        named = attribute.endswith("Name") and "." not in attribute
        return (self.name(logical_id) if named else "") or _UNKNOWN


def _text(value: Any) -> str:
    """A text that is known; "" for anything else."""
    return value if isinstance(value, str) and _UNKNOWN not in value else ""


def _is(row: Any, key: str, value: str) -> bool:
    return isinstance(row, dict) and row.get(key) == value


def _actions(properties: dict[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for stage in _tables(properties.get("Stages")):
        actions = found.setdefault(str(stage.get("Name")), {})
        for action in _tables(stage.get("Actions")):
            kind = action.get("ActionTypeId")
            actions[str(action.get("Name"))] = str(kind.get("Category")) if isinstance(kind, dict) else ""
    return found


def _tables(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _hint(name: str, known: list[str], otherwise: str) -> str:
    close = near(name, known)
    if close:
        return f"did you mean {close}?"
    return f"there is {', '.join(known[:10])}" if known else otherwise


# Where a scenario names something


def _warning(node: Node, message: str, hint: str, code: str = "SC303") -> Problem:
    severity: Severity = "error" if code == STOPS else "warning"
    return Problem(node.path, node.line, node.column, severity, code, message, hint)


STOPS = "SC055"
"""The code of names without which nothing is run."""


def _named(
    there: _There, what: str, node: Node | None, text: str | None = None, code: str = "SC303"
) -> Iterator[Problem]:
    """A finding when nothing has the name that stands at a node."""
    name = text if text is not None else node.text if isinstance(node, Scalar) else ""
    if node is not None and name and "${" not in name and not there.has(what, name):
        yield _warning(node, f"there is no {what} {name!r}", there.hint(what, name), code)


def _rows(root: Mapping, section: str) -> Iterator[Mapping]:
    given = root.get(section)
    for row in given.items if isinstance(given, Sequence) else ():
        if isinstance(row, Mapping):
            yield row


def _inside(row: Mapping, key: str) -> Mapping | None:
    node = row.get(key)
    return node if isinstance(node, Mapping) else None


def _texts(node: Node | None) -> list[Scalar]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return [item for item in items if isinstance(item, Scalar)]


def _repositories(root: Mapping, there: _There) -> Iterator[Problem]:
    table = _inside(root, "repositories")
    for key, _ in table.items if table is not None else ():
        if "://" not in key.text:
            yield from _named(there, "repository", key, code=STOPS)


def _history(root: Mapping, there: _There) -> Iterator[Problem]:
    for row in _rows(root, "history"):
        yield from _named(there, "deployment group", row.get("group"), code=STOPS)
        for node in _texts(row.get("unhealthy")):
            yield from _named(there, "instance", node)


def _people(root: Mapping, there: _There) -> Iterator[Problem]:
    table = _inside(root, "people")
    for key, _ in table.items if table is not None and "person" not in there.open_ else ():
        if key.text not in there.endpoints:
            hint = _hint(key.text, sorted(there.endpoints), "subscribe them to a topic of the template")
            yield _warning(key, f"no subscription of the template is for {key.text}", hint, "SC304")


def _timeline(root: Mapping, there: _There) -> Iterator[Problem]:
    made: set[str] = set()
    for row in _rows(root, "timeline"):
        for (step, key), what in STEPS.items():
            table = _inside(row, step)
            if table is not None and what not in made:
                yield from _named(there, what, table.get(key))
        approval, call = _inside(row, "approve"), _inside(row, "call")
        if approval is not None and "pipeline" not in made:
            yield from _approval(there, approval)
        if call is not None:
            yield from _call(there, call, made)


def _call(there: _There, call: Mapping, made: set[str]) -> Iterator[Problem]:
    """What a call names, unless an earlier call may have made it; `made` gets what this one may make."""
    service, operation = (
        node.text if isinstance(node, Scalar) else "" for node in (call.get("service"), call.get("operation"))
    )
    if _MAKES.match(operation) and operation != "CreateDeployment":
        made.update(what for (of, _), what in CALLS.items() if of == service)
        return
    parameters = _inside(call, "parameters")
    for (of, key), what in CALLS.items():
        node = parameters.get(key) if parameters is not None and of == service and what not in made else None
        if isinstance(node, Scalar):
            yield from _named(there, what, node, node.text.rpartition(":")[2] if what == "topic" else None)
    if parameters is not None and service == "codedeploy" and "application" not in made:
        yield from _group(there, parameters)


def _group(there: _There, parameters: Mapping) -> Iterator[Problem]:
    application, group = parameters.get("applicationName"), parameters.get("deploymentGroupName")
    if isinstance(application, Scalar) and isinstance(group, Scalar) and there.has("application", application.text):
        yield from _named(there, "deployment group", group, f"{application.text}/{group.text}")


def _approval(there: _There, table: Mapping) -> Iterator[Problem]:
    pipeline, stage, action = (_scalar(table.get(key)) for key in ("pipeline", "stage", "action"))
    stages = there.actions.get(pipeline.text) if pipeline is not None else None
    if stages is None or stage is None or action is None or pipeline is None:
        return
    if stage.text not in stages:
        hint = _hint(stage.text, list(stages), "")
        yield _warning(stage, f"the pipeline {pipeline.text} has no stage {stage.text!r}", hint)
        return
    approvals = [name for name, category in stages[stage.text].items() if category == "Approval"]
    if action.text not in approvals:
        hint = _hint(action.text, approvals, "the stage has no approval")
        yield _warning(action, f"the stage {stage.text} has no manual approval {action.text!r}", hint)


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) and "${" not in node.text else None


def _behavior(root: Mapping, there: _There) -> Iterator[Problem]:
    for row in _rows(root, "behavior"):
        yield from _named(there, "project", row.get("project"))
        for key in ("instances", "on"):
            for node in _texts(row.get(key)):
                if not node.text.isdigit():
                    yield from _named(there, "instance", node)
        agent = _scalar(row.get("agent"))
        if agent is not None and not _fits_one(there, agent.text):
            yield from _named(there, "instance", agent)
        for key in ("action", "approval"):
            yield from _rule_of_action(there, _scalar(row.get(key)), key)


def _fits_one(there: _There, pattern: str) -> bool:
    """Whether a pattern fits the name of some instance; of Auto Scaling groups, that of their first hundred."""
    names = [*there.names.get("instance", ()), *(f"{group}-{n}" for group in there.scaled for n in range(1, 101))]
    return any(fnmatchcase(name, pattern) for name in names)


def _rule_of_action(there: _There, node: Scalar | None, key: str) -> Iterator[Problem]:
    if node is None or "pipeline" in there.open_:
        return
    known = [
        f"{stage}/{action}"
        for stages in there.actions.values()
        for stage, actions in stages.items()
        for action, category in actions.items()
        if key == "action" or category == "Approval"
    ]
    if not any(fnmatchcase(name, node.text) for name in known):
        what = "manual approval" if key == "approval" else "action"
        yield _warning(
            node, f"no pipeline has the {what} {node.text!r}", _hint(node.text, known, f"there is no {what}")
        )


_RULES: tuple[Callable[[Mapping, _There], Iterator[Problem]], ...] = (
    _repositories,
    _history,
    _people,
    _timeline,
    _behavior,
)
