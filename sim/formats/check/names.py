"""Names in a template that most likely are to be those of its own resources: slips, and functions that give another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.core.problems import Problem
from sim.formats.check.schemas import shapes
from sim.formats.check.template import Found, get, problem_at, referred, rows, spelled, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node
from sim.formats.slips import misspelled

NAME_OF = {
    "AWS::CodeBuild::Project": "Name",
    "AWS::CodeCommit::Repository": "RepositoryName",
    "AWS::CodeDeploy::Application": "ApplicationName",
    "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ECS::Service": "ServiceName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::AutoScaling::AutoScalingGroup": "AutoScalingGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
}
"""Resource type -> the property that names it."""
CONFIGURED = {
    ("CodeCommit", "RepositoryName"): "AWS::CodeCommit::Repository",
    ("CodeBuild", "ProjectName"): "AWS::CodeBuild::Project",
    ("CodeDeploy", "ApplicationName"): "AWS::CodeDeploy::Application",
    ("CodeDeploy", "DeploymentGroupName"): "AWS::CodeDeploy::DeploymentGroup",
    ("CodeDeployToECS", "ApplicationName"): "AWS::CodeDeploy::Application",
    ("CodeDeployToECS", "DeploymentGroupName"): "AWS::CodeDeploy::DeploymentGroup",
    ("ECS", "ClusterName"): "AWS::ECS::Cluster",
    ("ECS", "ServiceName"): "AWS::ECS::Service",
    ("Lambda", "FunctionName"): "AWS::Lambda::Function",
    ("S3", "S3Bucket"): "AWS::S3::Bucket",
    ("S3", "BucketName"): "AWS::S3::Bucket",
}
"""(provider of an action, key of its configuration) -> the type of what is named."""
_TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
_BALANCER = ("LoadBalancerInfo",)
_PAIRS = (*_BALANCER, "TargetGroupPairInfoList", "*")
PROPERTIES = (
    ("AWS::CodeDeploy::DeploymentGroup", ("ApplicationName",), "AWS::CodeDeploy::Application"),
    ("AWS::CodeDeploy::DeploymentGroup", ("AutoScalingGroups", "*"), "AWS::AutoScaling::AutoScalingGroup"),
    ("AWS::CodeDeploy::DeploymentGroup", ("AlarmConfiguration", "Alarms", "*", "Name"), "AWS::CloudWatch::Alarm"),
    ("AWS::CodeDeploy::DeploymentGroup", (*_BALANCER, "TargetGroupInfoList", "*", "Name"), _TARGETS),
    ("AWS::CodeDeploy::DeploymentGroup", (*_PAIRS, "TargetGroups", "*", "Name"), _TARGETS),
    ("AWS::CodePipeline::Pipeline", ("ArtifactStore", "Location"), "AWS::S3::Bucket"),
    ("AWS::CodePipeline::Pipeline", ("ArtifactStores", "*", "ArtifactStore", "Location"), "AWS::S3::Bucket"),
    ("AWS::CodeBuild::Project", ("Artifacts", "Location"), "AWS::S3::Bucket"),
)
"""(resource type, the place of a name in its properties, the type of what is named)."""


NO_ARNS = ("Name", "RepositoryName", "ProjectName", "ApplicationName", "DeploymentGroupName", "S3Bucket", "BucketName")
"""Keys that take no ARN."""
BY_ATTRIBUTE = {"AWS::CodeCommit::Repository": ("Name", "the repository's id"), _TARGETS: ("TargetGroupName", "an ARN")}
"""Resource type whose Ref gives no name -> (the attribute that does, what Ref gives)."""
STAND_FOR = (
    ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"),
    ("AWS::Lambda::Function", "AWS::Lambda::Alias"),
    ("AWS::Lambda::Function", "AWS::Lambda::Version"),
)
"""(a type, one whose resources can be named in place of it)."""


def check_names(template: Found) -> Iterator[Problem]:
    """A warning for every name that is not, but most likely is to be, that of a resource of the template."""
    known = {kind: _names(template, kind) for kind in NAME_OF}
    for node, kind, what in [*_in_actions(template), *_in_properties(template)]:
        text = text_of(node)
        if text is None:
            yield from _reference(template, node, kind, what)
        elif text in known[kind]:
            continue
        elif text.startswith("arn:") and what.startswith("Name "):
            message = f"{what} is the ARN {text}; a name is due"
            yield problem_at(node, "warning", "321", message, f"write {_own_name(text)}")
        elif template.type_of(text) == kind or (kind, template.type_of(text)) in STAND_FOR:
            message = f"{what} is the text {text}, and the template makes a resource {text} that is named otherwise"
            yield problem_at(node, "warning", "314", message, f"write `{name_of(text, kind)}`, which gives its name")
        else:
            meant = misspelled(text, known[kind])
            if meant is not None:
                message = f"{what} is {text}, and the template makes {meant}"
                hint = f"did you mean {meant}? `!Ref {known[kind][meant]}` cannot be misspelt"
                yield problem_at(node, "warning", "314", message, hint)


def name_of(name: str, kind: str) -> str:
    """What gives the name of a resource: of some, Ref gives an id or an ARN."""
    return f"!GetAtt {name}.{BY_ATTRIBUTE[kind][0]}" if kind in BY_ATTRIBUTE else f"!Ref {name}"


def _own_name(arn: str) -> str:
    """The name in the ARN of an alarm or a target group: `…:alarm:NAME`, `…:targetgroup/NAME/ID`."""
    last = arn.rpartition(":")[2]
    return last.split("/")[1] if "/" in last else last


def _reference(template: Found, node: Node, kind: str, what: str) -> Iterator[Problem]:
    """A finding when a function gives something else than the name that is due."""
    call, name = function(node), referred(node)
    there = template.type_of(name)
    stands = (kind, there) in STAND_FOR
    is_arn = call is not None and call[0] == "Fn::GetAtt" and spelled(call[1]).split()[-1].endswith("Arn")
    if call is None or not there or (stands and not (is_arn and what.startswith("Name "))):
        return
    if there != kind and call[0] == "Ref" and shapes(there):
        message = f"{what} refers to {name}, an {there}; an {kind} is due"
        there_is = template.of_type(kind)[:1]
        hint = f"write `{name_of(there_is[0][0], kind)}`" if there_is else f"make an {kind}, or write the name of one"
        yield problem_at(node, "warning", "321", message, hint)
    elif there == kind and call[0] == "Ref" and kind in BY_ATTRIBUTE:
        message = f"{what} is `!Ref {name}`, which gives {BY_ATTRIBUTE[kind][1]}; its name is due"
        yield problem_at(node, "warning", "321", message, f"write `{name_of(name, kind)}`")
    elif (there == kind or stands) and is_arn and what.split()[0] in NO_ARNS:
        message = f"{what} is the ARN of {name}; its name is due"
        yield problem_at(node, "warning", "321", message, f"write `{name_of(name, kind)}`")


def _names(template: Found, kind: str) -> dict[str, str]:
    """Literal name -> logical id, of the resources of a type."""
    given = [(text_of(properties.get(NAME_OF[kind])), name) for name, properties in template.of_type(kind)]
    return {text: name for text, name in given if text}


def _in_actions(template: Found) -> Iterator[tuple[Node, str, str]]:
    for _, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        for stage in rows(properties.get("Stages")):
            for action in rows(get(stage, "Actions")):
                provider, configuration = text_of(get(action, "ActionTypeId", "Provider")), get(action, "Configuration")
                for key, node in configuration.items if isinstance(configuration, Mapping) else ():
                    kind = CONFIGURED.get((provider or "", key.text))
                    if kind is not None:
                        yield node, kind, f"{key.text} of the action {text_of(get(action, 'Name')) or ''}"


def _in_properties(template: Found) -> Iterator[tuple[Node, str, str]]:
    for kind, path, named in PROPERTIES:
        for name, properties in template.of_type(kind):
            for node in _at([properties], path):
                *_, around, key = ("", *(part for part in path if part != "*"))
                yield node, named, f"{key} of {f'an entry of {around} of ' * (key == 'Name')}{name}"


def _at(nodes: Iterable[Node], path: tuple[str, ...]) -> Iterator[Node]:
    for key in path:
        if key == "*":
            nodes = [item for node in nodes for item in rows(node)]
        else:
            nodes = [found for node in nodes if function(node) is None and (found := get(node, key)) is not None]
    yield from nodes
