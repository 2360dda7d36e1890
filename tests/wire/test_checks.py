"""Parameters from outside: what botocore refuses, what the service refuses, and what the service gets."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.problems import ServiceError
from sim.wire import checks, models
from sim.wire.checks import ParamValidationError, check
from tests.wire.shapes import OPERATIONS, near, typed


def refused(service: str, operation: str, **parameters: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        check(service, operation, parameters)
    return caught.value


# The wrong shape: botocore's own error


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({}, 'Missing required parameter in input: "applicationName"'),
        ({"applicationName": "web", "name": "web"}, 'Unknown parameter in input: "name"'),
        ({"applicationName": 7}, "Invalid type for parameter applicationName"),
        ({"applicationName": None}, "Invalid type for parameter applicationName"),
        ({"applicationName": ""}, "Invalid length for parameter applicationName"),
    ],
)
def test_the_wrong_shape_gives_botocores_own_error(parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(ParamValidationError, match=says):
        check("codedeploy", "GetApplication", parameters)


def test_an_operation_that_takes_nothing_is_given_nothing() -> None:
    assert check("sts", "GetCallerIdentity", {}) == {}
    with pytest.raises(ParamValidationError):
        check("sts", "GetCallerIdentity", {"Account": "1"})


# Constraints: the service's own error

CONSTRAINTS = [
    ("codedeploy", "GetApplication", {"applicationName": "a" * 101}, "InvalidApplicationNameException"),
    (
        "codedeploy",
        "CreateDeploymentConfig",
        {"deploymentConfigName": "half", "minimumHealthyHosts": {"type": "HOSTS", "value": 1}},
        "InvalidMinimumHealthyHostValueException",
    ),
    ("codedeploy", "ListDeployments", {"includeOnlyStatuses": ["Done"]}, "InvalidDeploymentStatusException"),
    ("codecommit", "GetRepository", {"repositoryName": "my web"}, "InvalidRepositoryNameException"),
    ("codecommit", "UpdateRepositoryName", {"oldName": "web", "newName": "é"}, "InvalidRepositoryNameException"),
    (
        "codecommit",
        "MergePullRequestBySquash",
        {
            "pullRequestId": "1",
            "repositoryName": "web",
            "conflictResolution": {"replaceContents": [{"filePath": "a", "replacementType": "MINE"}]},
        },
        "InvalidReplacementTypeException",
    ),
    ("codebuild", "ListProjects", {"sortBy": "SIZE"}, "InvalidInputException"),
    ("codebuild", "BatchGetProjects", {"names": ["web"] * 101}, "InvalidInputException"),
    ("codepipeline", "GetPipeline", {"name": "my web"}, "ValidationException"),
    ("codepipeline", "ListPipelines", {"maxResults": 1001}, "ValidationException"),
    ("events", "DescribeRule", {"Name": "on push"}, "ValidationException"),
    ("iam", "GetRole", {"RoleName": "a b"}, "ValidationError"),
    ("sts", "AssumeRole", {"RoleArn": "a" * 20, "RoleSessionName": "a b"}, "ValidationError"),
    ("sns", "CreateTopic", {"Name": "mail", "Tags": [{"Key": "k" * 129, "Value": ""}]}, "InvalidParameter"),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k", "ACL": "mine"}, "InvalidArgument"),
    ("ec2", "RunInstances", {"MinCount": 1, "MaxCount": 1, "InstanceType": "huge"}, "InvalidParameterValue"),
    ("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": ["\x07"]}, "ValidationError"),
    ("cloudwatch", "DeleteAlarms", {"AlarmNames": ["a" * 256]}, "ValidationError"),
    ("cloudformation", "DescribeStackResources", {"LogicalResourceId": "a", "StackName": "x"}, None),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "code"), CONSTRAINTS)
def test_a_constraint_that_is_not_met_gives_the_services_own_code(
    service: str, operation: str, parameters: dict[str, Any], code: str | None
) -> None:
    if code is None:
        assert check(service, operation, parameters) == parameters
    else:
        assert refused(service, operation, **parameters).code == code


def stages(**action: Any) -> dict[str, Any]:
    source = {
        "name": "Source",
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
        **action,
    }
    return {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/p",
        "stages": [{"name": "S", "actions": [source]}],
    }


def test_the_message_says_where_in_awss_words() -> None:
    error = refused("codepipeline", "CreatePipeline", pipeline=stages(namespace="my source"))
    assert error.code == "ValidationException"
    assert error.message == (
        "1 validation error detected: Value 'my source' at 'pipeline.stages.1.member.actions.1.member.namespace' "
        r"failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9@\-_]+"
    )


def test_a_map_is_reported_once_with_all_that_its_values_must_be() -> None:
    limit = models.service("codepipeline").shape_for("ActionConfigurationValue").metadata["max"]
    configuration = {"RepositoryName": "w" * (limit + 1), "BranchName": "b" * (limit + 1)}
    error = refused("codepipeline", "CreatePipeline", pipeline=stages(configuration=configuration))
    assert error.message == (
        "1 validation error detected: Value at 'pipeline.stages.1.member.actions.1.member.configuration' failed to "
        f"satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to {limit}"
        ", Member must have length greater than or equal to 1]"
    )


def test_every_violation_is_counted() -> None:
    error = refused("codepipeline", "CreatePipeline", pipeline=stages(namespace="a b", region="x" * 31))
    assert error.message.startswith("2 validation errors detected: Value 'a b' at")
    assert "; Value '" in error.message


def test_what_is_secret_is_not_shown() -> None:
    error = refused("iam", "CreateLoginProfile", UserName="alice", Password="correct horse 😀")
    assert error.code == "ValidationError"
    assert "Value at 'password'" in error.message


# Members that only look optional


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        ("codecommit", "GetBranch", {"branchName": "main"}, "RepositoryNameRequiredException"),
        ("codecommit", "GetBranch", {"repositoryName": "web"}, "BranchNameRequiredException"),
        ("codedeploy", "UpdateApplication", {}, "ApplicationNameRequiredException"),
        ("codedeploy", "ContinueDeployment", {}, "DeploymentIdRequiredException"),
        ("codedeploy", "PutLifecycleEventHookExecutionStatus", {}, "DeploymentIdRequiredException"),
        ("codedeploy", "SkipWaitTimeForInstanceTermination", {}, "DeploymentIdRequiredException"),
        ("codedeploy", "ListDeployments", {"applicationName": "web"}, "DeploymentGroupNameRequiredException"),
        ("codedeploy", "ListDeployments", {"deploymentGroupName": "prod"}, "ApplicationNameRequiredException"),
        (
            "codecommit",
            "GetCommentsForPullRequest",
            {"pullRequestId": "1", "afterCommitId": "a"},
            "RepositoryNameRequiredException",
        ),
    ],
)
def test_a_member_with_an_error_of_its_own_is_required(
    service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    assert refused(service, operation, **parameters).code == code


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("codedeploy", "ListDeployments", {}),
        ("codedeploy", "ListDeployments", {"applicationName": "web", "deploymentGroupName": "prod"}),
        ("codedeploy", "CreateDeployment", {"applicationName": "web"}),
        ("codecommit", "GetCommentsForPullRequest", {"pullRequestId": "1"}),
        ("codecommit", "CreateCommit", {"repositoryName": "web", "branchName": "main"}),
        ("codecommit", "PostCommentReply", {"inReplyTo": "1", "content": "yes"}),
    ],
)
def test_where_it_is_needed_only_sometimes_the_service_decides(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    assert check(service, operation, parameters) == parameters


def test_every_exception_from_the_rule_is_in_the_models() -> None:
    for name, member in checks._CONDITIONAL:
        owners = [service for service, operation in OPERATIONS if operation == name]
        assert len(owners) == 1
        assert member in models.operation(owners[0], name).input_shape.members


# What is not there


def test_an_unknown_operation_names_the_closest() -> None:
    error = refused("codedeploy", "GetDeploymnet")
    assert error.code == "UnknownOperationException"
    assert "GetDeployment?" in error.message


def test_an_operation_of_the_simulator_alone_is_none_from_outside() -> None:
    assert refused("codecommit", "UploadArchive").code == "UnknownOperationException"


def test_an_unknown_service_names_those_there_are() -> None:
    assert "codedeploy" in refused("lambda", "Invoke").message


# What the service gets


def test_what_was_right_before_is_given_anew_each_time() -> None:
    tags = {"applicationName": "web", "tags": [{"Key": "a", "Value": "1"}]}
    first, second = check("codedeploy", "CreateApplication", tags), check("codedeploy", "CreateApplication", tags)
    first["tags"].append("of the first alone")
    assert second == tags
    assert check("codedeploy", "CreateApplication", tags) == tags


def test_what_only_equals_something_right_is_looked_at_itself() -> None:
    right = {"deploymentId": "d", "autoRollbackEnabled": True}
    check("codedeploy", "StopDeployment", right)
    with pytest.raises(ParamValidationError):
        check("codedeploy", "StopDeployment", {**right, "autoRollbackEnabled": 1})


def test_the_service_gets_a_copy() -> None:
    given_tags = [{"Key": "team", "Value": "web"}]
    received = check("codedeploy", "CreateApplication", {"applicationName": "web", "tags": given_tags})
    given_tags[0]["Value"] = "other"
    assert received["tags"] == [{"Key": "team", "Value": "web"}]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-05T10:00:00",
        "2026-01-05T11:00:00+01:00",
        1767607200,
        datetime(2026, 1, 5, 10),
        datetime(2026, 1, 5, 5, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_timestamps_become_datetimes_in_utc_on_every_machine(moment: Any) -> None:
    received = check("codedeploy", "ListDeployments", {"createTimeRange": {"start": moment}})
    start = received["createTimeRange"]["start"]
    assert start == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert start.tzinfo is UTC


@pytest.mark.parametrize("moment", ["soon", 10**20, -(10**20), float("inf"), "0001-01-01T00:00:00+14:00"])
def test_a_timestamp_that_no_calendar_holds_has_the_wrong_shape(moment: Any) -> None:
    with pytest.raises(ParamValidationError):
        check("codedeploy", "ListDeployments", {"createTimeRange": {"start": moment}})


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("CreateRepository", {"repositoryName": "web", "repositoryDescription": "\ud83d"}),
        ("CreateRepository", {"repositoryName": "web", "tags": {"\ud83d": "x"}}),
        ("CreateRepository", {"repositoryName": "web", "tags": {"x": "\ud83d"}}),
        ("PutFile", {"repositoryName": "w", "branchName": "m", "filePath": "x", "fileContent": "\ud83d"}),
    ],
)
def test_half_a_character_has_the_wrong_shape(operation: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ParamValidationError, match="Unicode"):
        check("codecommit", operation, parameters)


@pytest.mark.parametrize("body", [b"<h1>", "<h1>", bytearray(b"<h1>"), io.BytesIO(b"<h1>"), io.StringIO("<h1>")])
def test_blobs_become_bytes(body: Any) -> None:
    received = check("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": body})
    assert received["Body"] == b"<h1>"


# Every operation


def test_every_operation_takes_values_of_its_types_or_refuses_them_with_a_code() -> None:
    taken = 0
    for service, operation in OPERATIONS:
        shape = models.operation(service, operation).input_shape
        if shape is not None:
            with suppress(ServiceError):
                check(service, operation, typed(shape))
                taken += 1
    assert taken > len(OPERATIONS) / 3


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_arbitrary_parameters_never_raise_anything_else(data: st.DataObject) -> None:
    service, operation = data.draw(st.sampled_from(OPERATIONS))
    shape = models.operation(service, operation).input_shape
    parameters = data.draw(near(shape).filter(lambda value: isinstance(value, dict))) if shape is not None else {}
    with suppress(ParamValidationError, ServiceError):
        check(service, operation, parameters)
