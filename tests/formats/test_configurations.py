"""Keys of a configuration that are wrong or missing: the one that is meant, and what belongs there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.formats.actiontypes import ACTION_TYPES, RULE_TYPES
from sim.formats.configurations import ALIASES, MEANINGS, meant_key, missing_hint
from sim.formats.pipeline import check_pipeline


def keys_of(category: str, provider: str) -> tuple[str, ...]:
    (kind,) = (one for one in ACTION_TYPES if (one.category, one.provider) == (category, provider))
    return (*(kind.required or ()), *(kind.optional or ()))


@pytest.mark.parametrize(
    ("type", "key", "meant"),
    [
        ("Deploy/ECS", "Timeout", "DeploymentTimeout"),
        ("Deploy/ECS", "File", "FileName"),
        ("Deploy/ECS", "filename", "FileName"),
        ("Deploy/ECS", "Cluster", "ClusterName"),
        ("Deploy/ECS", "Service", "ServiceName"),
        ("Build/CodeBuild", "Project", "ProjectName"),
        ("Build/CodeBuild", "EnvVars", "EnvironmentVariables"),
        ("Build/CodeBuild", "Buildspec", "BuildspecOverride"),
        ("Source/CodeCommit", "Branch", "BranchName"),
        ("Source/CodeCommit", "Repo", "RepositoryName"),
        ("Source/CodeCommit", "Repository", "RepositoryName"),
        ("Source/CodeCommit", "repositoryName", "RepositoryName"),
        ("Source/CodeStarSourceConnection", "Branch", "BranchName"),
        ("Source/CodeStarSourceConnection", "RepositoryName", "FullRepositoryId"),
        ("Source/CodeStarSourceConnection", "Connection", "ConnectionArn"),
        ("Source/CodeStarSourceConnection", "PollForSourceChanges", "DetectChanges"),
        ("Source/S3", "Bucket", "S3Bucket"),
        ("Source/S3", "BucketName", "S3Bucket"),
        ("Source/S3", "Key", "S3ObjectKey"),
        ("Source/S3", "ObjectKey", "S3ObjectKey"),
        ("Source/ECR", "Tag", "ImageTag"),
        ("Deploy/S3", "Bucket", "BucketName"),
        ("Deploy/S3", "Key", "ObjectKey"),
        ("Deploy/CodeDeploy", "Application", "ApplicationName"),
        ("Deploy/CodeDeploy", "Group", "DeploymentGroupName"),
        ("Deploy/CodeDeploy", "DeploymentGroup", "DeploymentGroupName"),
        ("Deploy/CloudFormation", "Stack", "StackName"),
        ("Deploy/CloudFormation", "Mode", "ActionMode"),
        ("Deploy/CloudFormation", "Template", "TemplatePath"),
        ("Deploy/CloudFormation", "Parameters", "ParameterOverrides"),
        ("Deploy/CloudFormation", "Role", "RoleArn"),
        ("Approval/Manual", "TopicArn", "NotificationArn"),
        ("Approval/Manual", "Url", "ExternalEntityLink"),
        ("Invoke/Lambda", "Function", "FunctionName"),
        ("Invoke/StepFunctions", "StateMachine", "StateMachineArn"),
        ("Deploy/CodeDeploy", "Colour", ""),
    ],
)
def test_the_key_that_is_meant(type: str, key: str, meant: str) -> None:
    category, _, provider = type.partition("/")
    assert meant_key(provider, key, keys_of(category, provider)) == meant


def test_aliases_and_meanings_are_of_keys_that_are_there() -> None:
    known = {key for one in ACTION_TYPES for key in (*(one.required or ()), *(one.optional or ()))}
    assert {meant for table in ALIASES.values() for meant in table.values()} <= known
    of_rules = {key for needed, others in RULE_TYPES.values() for key in (*needed, *others)}
    assert set(MEANINGS) <= known | of_rules


def source(configuration: dict[str, Any], provider: str = "CodeStarSourceConnection") -> list[tuple[str, str]]:
    """(code, hint) of what is told of a source with this configuration."""
    type = {"category": "Source", "owner": "AWS", "provider": provider, "version": "1"}
    get = {"name": "Get", "actionTypeId": type, "configuration": configuration, "outputArtifacts": [{"name": "Src"}]}
    build = {
        "name": "Make",
        "actionTypeId": {**type, "category": "Build", "provider": "CodeBuild"},
        "configuration": {"ProjectName": "web"},
        "inputArtifacts": [{"name": "Src"}],
    }
    declaration = {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [{"name": "Source", "actions": [get]}, {"name": "Build", "actions": [build]}],
    }
    return [(problem.code, problem.hint) for problem in check_pipeline(json.dumps({"pipeline": declaration}))]


CONNECTION = "arn:aws:codestar-connections:us-east-1:123456789012:connection/1"


def test_the_keys_of_the_old_github_action_are_those_of_a_connection_now() -> None:
    old = {"ConnectionArn": CONNECTION, "Owner": "acme", "Repo": "web", "Branch": "main", "OAuthToken": "x"}
    assert source(old) == [
        ("PL111", 'write "FullRepositoryId": "acme/web" in place of Owner and Repo'),
        ("PL111", "did you mean BranchName?"),
        ("PL111", "take it out: the connection has the right to read the repository"),
    ]


def test_a_key_and_its_value_are_told_in_one() -> None:
    told = source({"Repo": "web", "BranchName": "main", "PollForSourceChange": False}, "CodeCommit")
    assert told == [
        ("PL111", "did you mean RepositoryName?"),
        ("PL111", 'did you mean PollForSourceChanges? And write "false" in quotes: every value is text'),
    ]


def test_a_key_that_is_there_twice_in_two_spellings() -> None:
    given = {"ConnectionArn": CONNECTION, "FullRepositoryId": "acme/web", "BranchName": "main", "Branch": "dev"}
    assert source(given) == [("PL111", "take it out: BranchName stands there already")]


def test_a_key_of_another_provider() -> None:
    given = {"ConnectionArn": CONNECTION, "FullRepositoryId": "acme/web", "BranchName": "main", "S3ObjectKey": "x"}
    ((_, hint),) = source(given)
    assert hint.startswith("it is a key of S3; known here: ConnectionArn, ")


@pytest.mark.parametrize(
    ("key", "configuration", "hint"),
    [
        (
            "DeploymentGroupName",
            {"ApplicationName": "web"},
            'add "DeploymentGroupName": "…" to its configuration: the name of a deployment group of the application w',
        ),
        (
            "ServiceName",
            {},
            'add "ServiceName": "…" to its configuration: the name of a service of the cluster in',
        ),
        ("AppSpecTemplateArtifact", {}, 'add "AppSpecTemplateArtifact": "Built" to its configuration'),
        ("DevicePoolArn", {}, 'add "DevicePoolArn": "…" to its configuration'),
    ],
)
def test_what_belongs_to_a_key_that_is_due(key: str, configuration: dict[str, str], hint: str) -> None:
    assert missing_hint(key, configuration, ["Built"]).startswith(hint)
