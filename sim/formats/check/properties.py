"""Properties of resources whose value AWS refuses, or does something else with: choices, names and ARNs, targets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sim.core.problems import Problem, Severity
from sim.formats.check.arns import NAMED as NAMES
from sim.formats.check.choices import check_choices
from sim.formats.check.environments import COMPUTE_TYPES, ENVIRONMENT_TYPES
from sim.formats.check.fates import check_fates
from sim.formats.check.known_properties import check_known, nearest_name
from sim.formats.check.platforms import PREDEFINED, PREFIX, check_platforms, configuration_hint
from sim.formats.check.schemas import ATTRIBUTES
from sim.formats.check.spellings import check_spellings
from sim.formats.check.template import Found, get, problem_at, referred, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Sequence

CONFIGURATIONS = tuple(name for names in PREDEFINED.values() for name in names)
"""The deployment configurations that CodeDeploy brings along (docs/behaviour/codedeploy.md §5.1, §5.6)."""

ROLE_ARNS = (
    ("AWS::CodePipeline::Pipeline", "RoleArn"),
    ("AWS::CodeDeploy::DeploymentGroup", "ServiceRoleArn"),
    ("AWS::Lambda::Function", "Role"),
)
"""(resource type, a property that must be the ARN of a role: the API has a pattern for it)."""
ROLE_NAMES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile")
"""Resource types whose `Roles` are names."""
WITHOUT_ARN = {
    "AWS::SNS::Topic": "`!Ref {}` is the topic's ARN",
    "AWS::CodeDeploy::Application": "write the ARN with !Sub, from the name that `!Ref {}` gives",
    "AWS::CodeDeploy::DeploymentGroup": "write the ARN with !Sub, from the name that `!Ref {}` gives",
}
"""Resource type without the attribute Arn -> what to write instead."""


def check_properties(template: Found) -> Iterator[Problem]:
    """Every finding about single properties."""
    for rule in _RULES:
        yield from rule(template)


def _compute(template: Found) -> Iterator[Problem]:
    """Lambda compute and Lambda environments go together (docs/behaviour/codebuild.md §4.4)."""
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        node = get(properties, "Environment", "ComputeType")
        kind, compute = text_of(get(properties, "Environment", "Type")), text_of(node)
        if node is None or kind not in ENVIRONMENT_TYPES or compute not in COMPUTE_TYPES:
            continue
        lambda_ = compute.startswith("BUILD_LAMBDA_")
        if lambda_ != ("_LAMBDA_" in kind) and (lambda_ or compute.startswith("BUILD_GENERAL1_")):
            message = f"ComputeType of {name} is {compute}, and Type is {kind}: the two do not go together"
            other = "Type: LINUX_LAMBDA_CONTAINER" if lambda_ else "a ComputeType such as BUILD_LAMBDA_2GB"
            mine = "BUILD_GENERAL1_SMALL" if lambda_ else "Type: LINUX_CONTAINER"
            yield problem_at(node, "warning", "315", message, f"write {mine}, or {other}")


def _configurations(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodeDeploy::DeploymentGroup"):
        node = properties.get("DeploymentConfigName")
        text = text_of(node) or ""
        if node is None or not text.startswith(PREFIX[:-1]) or text.removeprefix(PREFIX) in CONFIGURATIONS:
            continue
        message = f"{name} names the deployment configuration {text}, and CodeDeploy has none of that name"
        yield problem_at(node, "error", "166", message, configuration_hint(text))


HOSTS = (("MinimumHealthyHosts",), ("ZonalConfig", "MinimumHealthyHostsPerZone"))
"""Where a deployment configuration says how many hosts stay healthy."""


def _hosts(template: Found) -> Iterator[Problem]:
    """A percentage is 0 to 99, a count 0 or more (docs/behaviour/codedeploy.md §5.2)."""
    for name, properties in template.of_type("AWS::CodeDeploy::DeploymentConfig"):
        for path in HOSTS:
            kind, node = text_of(get(properties, *path, "Type")), get(properties, *path, "Value")
            text = text_of(node) or ""
            if node is None or re.fullmatch(r"-?[0-9]{1,18}", text) is None:
                continue
            if int(text) < 0 or (kind == "FLEET_PERCENT" and int(text) > 99):
                limits = "0 to 99" if kind == "FLEET_PERCENT" else "0 or more"
                message = f"{path[-1]} of {name} is {text}, not {limits}"
                yield problem_at(node, "error", "162", message, f"write a number from {limits}")


# Roles: names and ARNs


def _roles(template: Found) -> Iterator[Problem]:
    for kind, key in ROLE_ARNS:
        for name, properties in template.of_type(kind):
            yield from _name_of_role(template, properties.get(key), f"{key} of {name}")
    for name, properties in template.of_type("AWS::Events::Rule"):
        for target in rows(properties.get("Targets")):
            yield from _name_of_role(template, get(target, "RoleArn"), f"RoleArn of a target of {name}")
    for kind in ROLE_NAMES:
        for name, properties in template.of_type(kind):
            for node in rows(properties.get("Roles")):
                call = function(node)
                if call is not None and call[0] == "Fn::GetAtt" and template.type_of(referred(node)) == _ROLE:
                    role = referred(node)
                    message = f"Roles of {name} takes names, and {role}.Arn is an ARN"
                    yield problem_at(node, "error", "168", message, f"write `!Ref {role}`")


_ROLE = "AWS::IAM::Role"


def _stores(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        stores = [properties.get("ArtifactStore")]
        stores += [get(row, "ArtifactStore") for row in rows(properties.get("ArtifactStores"))]
        for store in stores:
            node = get(store, "Location")
            call, bucket = function(node) if node is not None else None, referred(node)
            if node is not None and call is not None and call[0] == "Fn::GetAtt" and _attribute(call[1]) == "Arn":
                message = f"Location of {name} takes the name of a bucket, and {bucket}.Arn is an ARN"
                yield problem_at(node, "error", "168", message, f"write `!Ref {bucket}`")


def _name_of_role(template: Found, node: Node | None, what: str) -> Iterator[Problem]:
    call = function(node) if node is not None else None
    if node is not None and call is not None and call[0] == "Ref" and template.type_of(referred(node)) == _ROLE:
        role = referred(node)
        message = f"{what} is `!Ref {role}`, which gives the role's name; its ARN is due"
        yield problem_at(node, "error", "167", message, f"write `!GetAtt {role}.Arn`")


# Targets of rules


def _targets(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::Events::Rule"):
        for target in rows(properties.get("Targets")):
            if not isinstance(target, Mapping) or function(target) is not None:
                continue
            yield from _name_of_target(template, target.get("Arn"), name)


NAMED = {
    "AWS::CodePipeline::Pipeline": "arn:${{AWS::Partition}}:codepipeline:${{AWS::Region}}:${{AWS::AccountId}}:${{{}}}",
    "AWS::CodeBuild::Project": "arn:${{AWS::Partition}}:codebuild:${{AWS::Region}}:${{AWS::AccountId}}:project/${{{}}}",
}
"""Resource type whose Ref is a name -> its ARN."""


def _name_of_target(template: Found, node: Node | None, rule: str) -> Iterator[Problem]:
    call = function(node) if node is not None else None
    name = referred(node)
    arn = NAMED.get(template.type_of(name))
    if node is not None and call is not None and call[0] == "Ref" and arn is not None:
        message = f"a target of {rule} is `!Ref {name}`, which gives a name; an ARN is due"
        yield problem_at(node, "warning", "313", message, f"write !Sub '{arn.format(name)}'")


# Event patterns


def _patterns(template: Found) -> Iterator[Problem]:
    for _, properties in template.of_type("AWS::Events::Rule"):
        pattern = properties.get("EventPattern")
        if isinstance(pattern, Mapping) and function(pattern) is None:
            yield from _leaves(template, pattern)
            for node in rows(pattern.get("resources")):
                name, call = referred(node), function(node)
                kind = template.type_of(name)
                if call is not None and call[0] == "Ref" and kind in NAMES:
                    message = f"resources names `!Ref {name}`, which gives a name or an id; events have ARNs"
                    arn = NAMED.get(kind)
                    hint = f"write !Sub '{arn.format(name)}'" if arn else f"write `!GetAtt {name}.Arn`"
                    yield problem_at(node, "warning", "313", message, hint)


def _leaves(template: Found, pattern: Mapping) -> Iterator[Problem]:
    """An error for each function that gives one text where a pattern has a list."""
    for key, node in pattern.items:
        call = function(node)
        if call is None:
            yield from _leaves(template, node) if isinstance(node, Mapping) else ()
        elif _gives_text(template, *call):
            message = f'Event pattern is not valid. Reason: "{key.text}" must be an object or an array'
            given = f"!{call[0].removeprefix('Fn::')} {text_of(call[1]) or '…'}"
            hint = f"write `{key.text}: [{given}]`" if "$" not in given else f"write `{key.text}: [!Sub '{given[5:]}']`"
            yield Problem(node.path, node.line, node.column, "error", "EP101", message, hint)


def _gives_text(template: Found, name: str, argument: Node) -> bool:
    if name == "Ref":
        asked = text_of(argument) or ""
        kind = text_of(get(template.parameter(asked), "Type"))
        return kind in ("String", "Number") or asked in template.resources or asked == "AWS::Region"
    return name in ("Fn::Sub", "Fn::Join") or (name == "Fn::GetAtt" and _attribute(argument) in ("Arn", "Name"))


# Attributes


def _attributes(template: Found) -> Iterator[Problem]:
    looked_up = 0
    for name, attribute, node in template.attributes:
        kind = template.type_of(name)
        known = ATTRIBUTES.get(kind)
        if known is None or attribute in known:
            continue
        looked_up += 1
        close, certain = nearest_name(attribute, known) if looked_up <= MAX_LOOK_UPS else ("", False)
        message = f"{name} has no attribute {attribute[:100]}"
        if kind in WITHOUT_ARN and attribute.lower() == "arn":
            yield problem_at(node, "error", "149", message, WITHOUT_ARN[kind].format(name))
        elif close:
            severity: Severity = "error" if certain else "warning"
            yield problem_at(node, severity, "149" if certain else "320", message, f"did you mean {name}.{close}?")
        else:
            hint = f"`!Ref {name}` gives its name or id; an {kind} has {', '.join(known) or 'none'}"
            yield problem_at(node, "warning", "320", f"{message} that is known here, in 2026", hint)


def _attribute(argument: Node) -> str:
    if isinstance(argument, Sequence):
        return text_of(argument.items[-1]) or "" if argument.items else ""
    return (text_of(argument) or "").partition(".")[2]


_RULES: tuple[Callable[[Found], Iterator[Problem]], ...] = (
    check_known,
    check_fates,
    check_choices,
    check_spellings,
    check_platforms,
    _compute,
    _configurations,
    _hosts,
    _roles,
    _stores,
    _targets,
    _patterns,
    _attributes,
)
