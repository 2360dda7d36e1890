"""AWS::CodeBuild::Project."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.problems import ServiceError
from sim.core.world import World
from sim.services.codebuild.template import TYPES
from sim.services.stacks import Created, Stack
from tests.services.codebuild.workshop import ACCOUNT, ALICE, REGION, ROLE

PROPERTIES: dict[str, Any] = {
    "Name": "shop",
    "Description": "builds the shop",
    "ServiceRole": ROLE,
    "Source": {"Type": "CODEPIPELINE", "BuildSpec": "ci/build.yml", "GitCloneDepth": "1"},
    "Artifacts": {"Type": "CODEPIPELINE"},
    "Environment": {
        "Type": "LINUX_CONTAINER",
        "Image": "aws/codebuild/standard:7.0",
        "ComputeType": "BUILD_GENERAL1_SMALL",
        "PrivilegedMode": "true",
        "EnvironmentVariables": [
            {"Name": "PORT", "Value": 8080},
            {"Name": "T", "Value": "/t", "Type": "PARAMETER_STORE"},
        ],
    },
    "TimeoutInMinutes": "30",
    "ConcurrentBuildLimit": 2,
    "Cache": {"Type": "S3", "Location": "store/cache"},
    "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": "builds"}},
    "VpcConfig": {"VpcId": "vpc-1", "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "BadgeEnabled": "false",
    "Tags": [{"Key": "team", "Value": "web"}],
}


def make(properties: dict[str, Any]) -> tuple[Stack, Created, dict[str, Any]]:
    """(stack, what was made, the project) of a template with this project, made before time 0."""
    world = World(7)
    world.events, world.audit, world.silent = [], [], True
    stack = Stack(world, ACCOUNT, REGION, "codesuite", ALICE, {})
    made = TYPES["AWS::CodeBuild::Project"](stack, "Project", properties)
    assert (world.events, world.audit) == ([], [])
    return stack, made, stack.call("codebuild", "BatchGetProjects", {"names": [made.ref]})["projects"][0]


def test_properties_become_parameters() -> None:
    stack, made, project = make(PROPERTIES)
    assert made.ref == "shop"
    assert made.attributes == {"Arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/shop"}
    assert project["source"] == {"type": "CODEPIPELINE", "buildspec": "ci/build.yml", "gitCloneDepth": 1}
    assert project["artifacts"] == {"type": "CODEPIPELINE"}
    assert project["environment"]["privilegedMode"] is True
    assert project["environment"]["environmentVariables"] == [
        {"name": "PORT", "value": "8080", "type": "PLAINTEXT"},
        {"name": "T", "value": "/t", "type": "PARAMETER_STORE"},
    ]
    assert (project["timeoutInMinutes"], project["concurrentBuildLimit"]) == (30, 2)
    assert project["cache"] == {"type": "S3", "location": "store/cache"}
    assert project["logsConfig"] == {"cloudWatchLogs": {"status": "ENABLED", "groupName": "builds"}}
    assert project["vpcConfig"] == {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert project["badge"] == {"badgeEnabled": False}
    assert project["tags"] == [{"key": "team", "value": "web"}]
    assert stack.warnings == []


def test_a_project_without_a_name_gets_one() -> None:
    _, made, project = make({key: value for key, value in PROPERTIES.items() if key != "Name"})
    assert made.ref == project["name"]
    assert made.ref.startswith("codesuite-Project-")


def test_webhooks_are_said_to_be_left_out() -> None:
    stack, _, _ = make(PROPERTIES | {"Triggers": {"Webhook": True}})
    [(logical_id, code, message, hint)] = stack.warnings
    assert (logical_id, code) == ("Project", "CB901")
    assert "Triggers" in message
    assert "webhooks" in hint


@pytest.mark.parametrize(
    "change", [{"TimeoutInMinutes": "soon"}, {"ServiceRole": "x"}, {"Artifacts": {}}, {"Source": {"Location": "x"}}]
)
def test_what_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match="InvalidInputException"):
        make(PROPERTIES | change)
