"""A pipeline as its parts: what tests say of it, and the rest as it should be."""

from __future__ import annotations

import json
from typing import Any


def action(name: str, kind: str, configuration: dict[str, str], ins: str = "", outs: str = "", **more: str) -> Any:
    """`kind` is like `Build/CodeBuild`; artifacts are names with blanks between."""
    category, provider = kind.split("/")
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration,
        "inputArtifacts": [{"name": one} for one in ins.split()],
        "outputArtifacts": [{"name": one} for one in outs.split()],
        **more,
    }


def declaration(*actions: Any) -> str:
    """A pipeline.json: a source, and each of these actions in a stage of its own."""
    polls = {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"}
    source = action("Source", "Source/CodeCommit", polls, outs="Src")
    table = {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "store"},
        "stages": [{"name": f"S{n}", "actions": [one]} for n, one in enumerate((source, *actions))],
        "pipelineType": "V2",
    }
    return json.dumps({"pipeline": table}, indent=2)


def build(outs: str = "Out", project: str = "web", **more: str) -> Any:
    return action("Build", "Build/CodeBuild", {"ProjectName": project}, "Src", outs, **more)


def to_bucket(artifact: str, name: str = "Copy", **configuration: str) -> Any:
    given = {"BucketName": "site", "Extract": "true", **configuration}
    return action(name, "Deploy/S3", given, artifact)


def to_ecs(artifact: str = "Out", **configuration: str) -> Any:
    given = {
        "ApplicationName": "web",
        "DeploymentGroupName": "blue",
        "TaskDefinitionTemplateArtifact": artifact,
        "AppSpecTemplateArtifact": artifact,
        **configuration,
    }
    return action("Deploy", "Deploy/CodeDeployToECS", given, artifact)
