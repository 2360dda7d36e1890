"""Names written out in a template that nearly are those of its own resources: mostly slips of the finger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.core.problems import Problem
from sim.formats.check.template import Found, get, problem_at, rows, text_of
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
PROPERTIES = (
    ("AWS::CodeDeploy::DeploymentGroup", ("ApplicationName",), "AWS::CodeDeploy::Application"),
    ("AWS::CodeDeploy::DeploymentGroup", ("AutoScalingGroups", "*"), "AWS::AutoScaling::AutoScalingGroup"),
    ("AWS::CodePipeline::Pipeline", ("ArtifactStore", "Location"), "AWS::S3::Bucket"),
    ("AWS::CodePipeline::Pipeline", ("ArtifactStores", "*", "ArtifactStore", "Location"), "AWS::S3::Bucket"),
    ("AWS::CodeBuild::Project", ("Artifacts", "Location"), "AWS::S3::Bucket"),
)
"""(resource type, the place of a name in its properties, the type of what is named)."""


def check_names(template: Found) -> Iterator[Problem]:
    """A warning for every literal name that nearly, but not quite, is one that the template gives to a resource."""
    known = {kind: _names(template, kind) for kind in NAME_OF}
    for node, kind, what in [*_in_actions(template), *_in_properties(template)]:
        text = text_of(node)
        meant = None if text is None or text in known[kind] else misspelled(text, known[kind])
        if meant is not None:
            message = f"{what} is {text}, and the template makes {meant}"
            hint = f"did you mean {meant}? `!Ref {known[kind][meant]}` cannot be misspelt"
            yield problem_at(node, "warning", "314", message, hint)


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
                yield node, named, f"{[part for part in path if part != '*'][-1]} of {name}"


def _at(nodes: Iterable[Node], path: tuple[str, ...]) -> Iterator[Node]:
    for key in path:
        if key == "*":
            nodes = [item for node in nodes for item in rows(node)]
        else:
            nodes = [found for node in nodes if function(node) is None and (found := get(node, key)) is not None]
    yield from nodes
