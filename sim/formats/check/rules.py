"""Rules of EventBridge in a template: pattern or schedule, targets, and what these are given.

Source: docs/behaviour/codecommit-and-glue.md §13.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.core.problems import Problem, ProblemsError
from sim.formats import schedules
from sim.formats.check.cron import instead, week_by_number
from sim.formats.check.documents import composed, of_document, place
from sim.formats.check.envelope import of_another, of_project, services_of
from sim.formats.check.eventpattern import check_pattern
from sim.formats.check.events import DETAIL_TYPES
from sim.formats.check.inputs import check_inputs, meant_property
from sim.formats.check.leaves import texts
from sim.formats.check.properties import NAMED
from sim.formats.check.template import Found, get, problem_at, referred, rows, spelled, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence

STARTS = ("EventPattern", "ScheduleExpression")
"""What makes a rule act: one of them must be there."""


def check_rules(template: Found) -> Iterator[Problem]:
    """Every finding about the rules of a template but for roles and names."""
    for name, properties in template.of_type("AWS::Events::Rule"):
        found = {key: meant_property(properties, key) for key in STARTS}
        pattern, schedule = found["EventPattern"], found["ScheduleExpression"]
        if pattern is None and schedule is None:
            message = f"the rule {name} has neither EventPattern nor ScheduleExpression"
            hint = "add `EventPattern:`, or `ScheduleExpression: rate(1 day)`"
            yield problem_at(properties, "error", "163", message, hint)
        if pattern is not None:
            yield from _pattern(template, name, pattern)
            yield from _resources(template, pattern)
        if schedule is not None:
            yield from _schedule(template, name, properties, schedule)
        yield from _calls(name, properties, pattern)
        for target in rows(properties.get("Targets")):
            if isinstance(target, Mapping) and function(target) is None:
                yield from _target(template, name, target)
                yield from check_inputs(name, target, pattern)
                yield from _role(template, name, properties, target)


# Patterns


def _pattern(template: Found, name: str, node: Node) -> Iterator[Problem]:
    call = function(node)
    if isinstance(node, Sequence) and call is None and len(node.items) == 1:
        yield from _pattern(template, name, node.items[0])  # that it is a list is told as a property
    elif call is None and isinstance(node, Scalar) and not node.text.lstrip().startswith("{"):
        message = f"EventPattern of {name} is {node.text[:60]!r}, and a pattern is an object"
        yield problem_at(node, "error", "001", message, "write it like `EventPattern: {source: [aws.codecommit]}`")
    elif call is None and not isinstance(node, Sequence):
        yield from of_document(template, node, check_pattern)
    elif call is not None and call[0] == "Fn::Sub":
        yield from _filled_in(template, call[1])
    elif call is not None and call[0] == "Fn::If" and isinstance(call[1], Sequence):
        for branch in call[1].items[1:3]:
            if referred(branch) != "AWS::NoValue" and text_of(branch) is None:
                yield from _pattern(template, name, branch)


def _filled_in(template: Found, argument: Node) -> list[Problem]:
    """Findings of a pattern as text in which Fn::Sub fills in something; none where it is JSON only then."""
    node = argument.items[0] if isinstance(argument, Sequence) and argument.items else argument
    if not isinstance(node, Scalar):
        return []
    moved = place(template.lines, node)
    try:
        found = check_pattern(composed(node, template.path), template.path)
    except ProblemsError:
        return []
    return [moved(problem) for problem in found]


def _resources(template: Found, pattern: Node) -> Iterator[Problem]:
    """Resources of the template in a pattern for events that never name them."""
    sources = tuple(source.text for source in texts(get(pattern, "source")))
    calls = any("CloudTrail" in type_.text for type_ in texts(get(pattern, "detail-type")))
    if calls or not sources or any(source not in DETAIL_TYPES for source in sources):
        return
    for node in rows(get(pattern, "resources")):
        service, project = _named(template, node)
        if service and service not in services_of(sources):
            yield _never_named(node, *of_another(service, sources))
        elif project and sources == ("aws.codebuild",):
            yield _never_named(node, *of_project(project))


def _named(template: Found, node: Node) -> tuple[str, str]:
    """(service of an ARN, how the project is written whose ARN it is), each "" where it is not known or no project."""
    call, name = function(node), referred(node)
    kind = template.type_of(name)
    if call is not None and call[0] == "Fn::GetAtt" and kind.count("::") == 2:
        return kind.split("::")[1].lower(), f"!Ref {name}" if kind == "AWS::CodeBuild::Project" else ""
    written = re.match(r"arn:[^:]*:([a-z0-9]+):.*?(?::project/([\w-]+|\$\{\w+\}))?$", _written(node) or "")
    if call is None or written is None:
        return "", ""  # plain text is told with the pattern
    project = written[2] or ""
    return written[1], f"!Ref {project[2:-1]}" if project.startswith("$") else project


def _never_named(node: Node, message: str, hint: str) -> Problem:
    return Problem(node.path, node.line, node.column, "warning", "EP209", message, hint)


_READS = ("Get", "List", "Describe")


def _calls(name: str, properties: Mapping, pattern: Node | None) -> Iterator[Problem]:
    """Calls that only read are not sent to a rule whose state does not ask for all management events."""
    state = properties.get("State")
    asked = get(pattern, "detail", "eventName")
    types = [text_of(one) for one in rows(get(pattern, "detail-type"))]
    if types != ["AWS API Call via CloudTrail"] or (
        state is not None and text_of(state) not in ("ENABLED", "DISABLED")
    ):
        return
    for node in rows(asked):
        text = text_of(node) or ""
        if text.startswith(_READS):
            message = f"{name} waits for {text}: calls that get, list or describe are not sent in the state ENABLED"
            hint = (
                "write `State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`, or wait for calls that change something"
            )
            yield problem_at(node, "warning", "322", message, hint)
            return


# Schedules


def _schedule(template: Found, name: str, properties: Mapping, node: Node) -> Iterator[Problem]:
    bus = properties.get("EventBusName")
    given = text_of(bus)
    own = template.type_of(referred(bus)) == "AWS::Events::EventBus"
    if bus is not None and (own or (given is not None and given.rpartition("/")[2] != "default")):
        message = (
            f"{name} has a schedule and an EventBusName: ScheduleExpression is supported only on the default event bus"
        )
        yield problem_at(bus, "error", "177", message, "take EventBusName out: a rule without it is of the default bus")
    text = text_of(node)
    if text is None:
        return
    try:
        schedules.parse(text)
    except ValueError as error:
        message = f"Parameter ScheduleExpression is not valid: {error}"
        yield problem_at(node, "error", "164", message, instead(text))
        return
    days = week_by_number(text)
    if days is not None:
        message = f"ScheduleExpression of {name} says 1-5 for the days of the week: Sunday to Thursday, as 1 is Sunday"
        yield problem_at(node, "warning", "323", message, f"write {days[0]}, or {days[1]} if that is meant")


# Targets

_BY_REF = {
    "AWS::Lambda::Function": "its name",
    "AWS::Logs::LogGroup": "its name",
    "AWS::SQS::Queue": "its URL",
    "AWS::Events::EventBus": "its name",
}
"""Resource type with an attribute Arn -> what Ref gives of it."""
_KINDS = {
    "codepipeline": ("", "a pipeline", "arn:aws:codepipeline:us-east-1:123456789012:web"),
    "codebuild": ("project/", "a project", "arn:aws:codebuild:us-east-1:123456789012:project/web"),
    "lambda": ("function:", "a function", "arn:aws:lambda:us-east-1:123456789012:function:notify"),
}
"""Service of a target -> (how the last part of the ARN begins, what it is of, an example)."""


def _target(template: Found, rule: str, target: Mapping) -> Iterator[Problem]:
    node = target.get("Arn")
    if node is not None:
        yield from _arn(template, rule, node)


_WITH_ROLE = {
    "codepipeline": ("AWS::CodePipeline::Pipeline", "starts pipelines", "codepipeline:StartPipelineExecution"),
    "codebuild": ("AWS::CodeBuild::Project", "starts builds", "codebuild:StartBuild"),
    "states": ("AWS::StepFunctions::StateMachine", "starts state machines", "states:StartExecution"),
    "kinesis": ("AWS::Kinesis::Stream", "writes to a stream", "kinesis:PutRecord"),
    "ecs": ("AWS::ECS::Cluster", "starts tasks", "ecs:RunTask"),
}
"""Service of a target that needs a role -> (its type, what is done with it, the action it takes): §13.3."""


def _role(template: Found, rule: str, properties: Mapping, target: Mapping) -> Iterator[Problem]:
    """A target that EventBridge starts only with a role, and that has none."""
    arn = target.get("Arn")
    if arn is None or meant_property(target, "RoleArn") is not None:
        return
    text, kind = spelled(arn), template.type_of(referred(arn))
    for service, (type_, what, action) in _WITH_ROLE.items():
        if f":{service}:" not in text and kind != type_:
            continue
        message = f"a target of {rule} has no RoleArn: EventBridge {what} only with a role"
        trusted = [
            name
            for name, role in template.of_type("AWS::IAM::Role")
            if "events.amazonaws.com" in spelled(role.get("AssumeRolePolicyDocument") or role).split()
        ]
        hint = f"add `RoleArn:` of a role that trusts events.amazonaws.com and may {action}"
        if len(trusted) == 1:
            hint = f"add `RoleArn: !GetAtt {trusted[0]}.Arn`, a role that may {action}"
        if "RoleArn" in properties:
            hint = "the RoleArn beside Targets is for other buses: move it into the target, beside its Arn"
        yield problem_at(target, "warning", "308", message, hint)
        return


def _arn(template: Found, rule: str, node: Node) -> Iterator[Problem]:
    call, name = function(node), referred(node)
    kind = template.type_of(name)
    if call is not None and call[0] == "Ref" and kind in _BY_REF:
        message = f"a target of {rule} is `!Ref {name}`, which gives {_BY_REF[kind]}; an ARN is due"
        yield problem_at(node, "error", "179", message, f"write `!GetAtt {name}.Arn`")
    text = _written(node)
    if text is None or text.startswith(("{{", "<")):
        return
    if call is None and not text.startswith("arn:"):
        message = f"Arn of a target of {rule} is {text[:60]!r}, and an ARN is due"
        yield problem_at(node, "error", "179", message, _arn_of(template, text))
        return
    found = re.fullmatch(r"arn:[^:]*:([a-z]+):[^:]*:[^:]*:(.+)", re.sub(r"\$\{[^}]*\}", "x", text))
    begins, what, example = _KINDS.get(found[1] if found is not None else "", ("", "", ""))
    if found is not None and what and (not found[2].startswith(begins) or (not begins and re.search("[:/]", found[2]))):
        message = f"Arn of a target of {rule} ends with {found[2][:60]!r}, and is not the ARN of {what}"
        yield problem_at(node, "error", "179", message, f"write it like {example}")


def _written(node: Node) -> str | None:
    """The text that a value is written as, also inside Fn::Sub."""
    call = function(node)
    if call is None:
        return text_of(node)
    argument = call[1].items[0] if isinstance(call[1], Sequence) and call[1].items else call[1]
    text = text_of(argument) if call[0] == "Fn::Sub" else None
    return text if text is not None and text.startswith("arn:") else None


def _arn_of(template: Found, text: str) -> str:
    """What to write in place of a name: of a resource of the template, or in general."""
    kinds = (*NAMED, *_BY_REF, "AWS::SNS::Topic")
    named = [text] if template.type_of(text) in kinds else []
    for kind in kinds:
        named += [name for name, properties in template.of_type(kind) if text in _names(properties)]
    if not named:
        return "write the ARN as a whole, such as arn:aws:codepipeline:us-east-1:123456789012:web"
    kind = template.type_of(named[0])
    if kind in NAMED:
        return f"write !Sub '{NAMED[kind].format(named[0])}'"
    return f"write `!Ref {named[0]}`" if kind == "AWS::SNS::Topic" else f"write `!GetAtt {named[0]}.Arn`"


def _names(properties: Mapping) -> list[str | None]:
    return [text_of(properties.get(key)) for key in ("Name", "FunctionName", "QueueName", "TopicName", "LogGroupName")]
