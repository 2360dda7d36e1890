"""Properties of resources whose value AWS refuses, or does something else with: choices, names and ARNs, targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.core.problems import Problem
from sim.formats.check.environments import COMPUTE_TYPES, ENVIRONMENT_TYPES, nearest
from sim.formats.check.providers import VARIABLE_TYPES
from sim.formats.check.template import Found, get, problem_at, referred, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Sequence, inner

# What the APIs take. A test holds it against botocore's models, which this floor of the house may not load.

SOURCE_TYPES = (
    "CODECOMMIT",
    "CODEPIPELINE",
    "GITHUB",
    "GITLAB",
    "GITLAB_SELF_MANAGED",
    "S3",
    "BITBUCKET",
    "GITHUB_ENTERPRISE",
    "NO_SOURCE",
)
PLATFORMS = ("Server", "Lambda", "ECS")
TAG_FILTERS = ("KEY_ONLY", "VALUE_ONLY", "KEY_AND_VALUE")
DEPLOYMENT_EVENTS = (
    "DeploymentStart",
    "DeploymentSuccess",
    "DeploymentFailure",
    "DeploymentStop",
    "DeploymentRollback",
    "DeploymentReady",
    "InstanceStart",
    "InstanceSuccess",
    "InstanceFailure",
    "InstanceReady",
)
RULE_STATES = ("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")

Shape = tuple[str, str]
"""(botocore's name of a service, the name of one of its shapes)"""
CHOICES: dict[str, tuple[tuple[str, Shape, tuple[str, ...]], ...]] = {
    "AWS::CodeBuild::Project": (
        ("Environment.Type", ("codebuild", "EnvironmentType"), ENVIRONMENT_TYPES),
        ("Environment.ComputeType", ("codebuild", "ComputeType"), COMPUTE_TYPES),
        ("Environment.EnvironmentVariables.*.Type", ("codebuild", "EnvironmentVariableType"), VARIABLE_TYPES),
        (
            "Environment.ImagePullCredentialsType",
            ("codebuild", "ImagePullCredentialsType"),
            ("CODEBUILD", "SERVICE_ROLE"),
        ),
        ("Source.Type", ("codebuild", "SourceType"), SOURCE_TYPES),
        ("SecondarySources.*.Type", ("codebuild", "SourceType"), SOURCE_TYPES),
        ("Artifacts.Type", ("codebuild", "ArtifactsType"), ("CODEPIPELINE", "S3", "NO_ARTIFACTS")),
        ("Artifacts.Packaging", ("codebuild", "ArtifactPackaging"), ("NONE", "ZIP")),
        ("Cache.Type", ("codebuild", "CacheType"), ("NO_CACHE", "S3", "LOCAL")),
        (
            "Cache.Modes.*",
            ("codebuild", "CacheMode"),
            ("LOCAL_DOCKER_LAYER_CACHE", "LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"),
        ),
    ),
    "AWS::CodeDeploy::Application": (("ComputePlatform", ("codedeploy", "ComputePlatform"), PLATFORMS),),
    "AWS::CodeDeploy::DeploymentConfig": (
        ("ComputePlatform", ("codedeploy", "ComputePlatform"), PLATFORMS),
        ("MinimumHealthyHosts.Type", ("codedeploy", "MinimumHealthyHostsType"), ("HOST_COUNT", "FLEET_PERCENT")),
    ),
    "AWS::CodeDeploy::DeploymentGroup": (
        ("DeploymentStyle.DeploymentType", ("codedeploy", "DeploymentType"), ("IN_PLACE", "BLUE_GREEN")),
        (
            "DeploymentStyle.DeploymentOption",
            ("codedeploy", "DeploymentOption"),
            ("WITH_TRAFFIC_CONTROL", "WITHOUT_TRAFFIC_CONTROL"),
        ),
        (
            "AutoRollbackConfiguration.Events.*",
            ("codedeploy", "AutoRollbackEvent"),
            ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"),
        ),
        ("TriggerConfigurations.*.TriggerEvents.*", ("codedeploy", "TriggerEventType"), DEPLOYMENT_EVENTS),
        ("Ec2TagFilters.*.Type", ("codedeploy", "EC2TagFilterType"), TAG_FILTERS),
        ("OnPremisesInstanceTagFilters.*.Type", ("codedeploy", "TagFilterType"), TAG_FILTERS),
    ),
    "AWS::Events::Rule": (("State", ("events", "RuleState"), RULE_STATES),),
}
"""Resource type -> (a property, the shape it is of, the values it may have). `*`: each one of a list."""

CONFIGURATIONS = (
    "AllAtOnce",
    "HalfAtATime",
    "OneAtATime",
    "LambdaCanary10Percent5Minutes",
    "LambdaCanary10Percent10Minutes",
    "LambdaCanary10Percent15Minutes",
    "LambdaCanary10Percent30Minutes",
    "LambdaLinear10PercentEvery1Minute",
    "LambdaLinear10PercentEvery2Minutes",
    "LambdaLinear10PercentEvery3Minutes",
    "LambdaLinear10PercentEvery10Minutes",
    "LambdaAllAtOnce",
    "ECSLinear10PercentEvery1Minutes",
    "ECSLinear10PercentEvery3Minutes",
    "ECSCanary10Percent5Minutes",
    "ECSCanary10Percent15Minutes",
    "ECSAllAtOnce",
)
"""The deployment configurations that CodeDeploy brings along (docs/behaviour/codedeploy.md §5.1, §5.6)."""
PREFIX = "CodeDeployDefault."

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


def _choices(template: Found) -> Iterator[Problem]:
    for kind, properties_ in CHOICES.items():
        for name, properties in template.of_type(kind):
            for path, _, known in properties_:
                for node in _at(properties, path.split(".")):
                    text = text_of(node)
                    if text is not None and text not in known:
                        what = path.replace(".*", "").rpartition(".")[2]
                        message = f"{what} of {name} is {text!r}, and AWS has no such value for it"
                        yield problem_at(node, "error", "165", message, nearest(text, known))


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


def _at(node: Node | None, path: list[str]) -> Iterator[Node]:
    """Whatever stands at a path."""
    if node is None or function(node) is not None:
        return
    if not path:
        yield node
    elif path[0] == "*":
        for row in rows(node):
            yield from _at(row, path[1:])
    else:
        yield from _at(get(node, path[0]), path[1:])


def _configurations(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodeDeploy::DeploymentGroup"):
        node = properties.get("DeploymentConfigName")
        text = text_of(node) or ""
        if node is None or not text.startswith(PREFIX[:-1]) or text.removeprefix(PREFIX) in CONFIGURATIONS:
            continue
        known = tuple(PREFIX + one for one in CONFIGURATIONS)
        message = f"{name} names the deployment configuration {text}, and CodeDeploy has none of that name"
        yield problem_at(node, "error", "166", message, nearest(text, known))


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
            for key, hint in (("Id", "add `Id:` and any name of your own"), ("Arn", "add `Arn:` of what is to start")):
                if key not in target:
                    yield problem_at(target, "error", "169", f"a target of {name} has no {key}", hint)
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


# Attributes


def _attributes(template: Found) -> Iterator[Problem]:
    wanted = {name for name in template.resources if template.type_of(name) in WITHOUT_ARN}
    nodes: list[Node] = [template.root] if wanted else []
    while nodes:
        node = nodes.pop()
        call = function(node)
        if call is not None and call[0] == "Fn::GetAtt" and referred(node) in wanted and _attribute(call[1]) == "Arn":
            name = referred(node)
            hint = WITHOUT_ARN[template.type_of(name)].format(name)
            yield problem_at(node, "error", "149", f"{name} has no attribute Arn", hint)
        nodes += inner(node)


def _attribute(argument: Node) -> str:
    if isinstance(argument, Sequence):
        return text_of(argument.items[-1]) or "" if argument.items else ""
    return (text_of(argument) or "").partition(".")[2]


_RULES: tuple[Callable[[Found], Iterator[Problem]], ...] = (
    _choices,
    _compute,
    _configurations,
    _roles,
    _stores,
    _targets,
    _attributes,
)
