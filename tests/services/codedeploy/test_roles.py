"""What roles allow: the service role of a group, roles of instances. docs/behaviour/codedeploy.md §10.3, §13."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import MINUTE
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import ACCOUNT, APPLICATION, GROUP, ROLE, Stage, statuses

NAMES = {"applicationName": APPLICATION, "deploymentGroupName": "other"}
SERVICE = ROLE.rpartition("/")[2]
OF_AWS = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole"
UPDATE = {"applicationName": APPLICATION, "currentDeploymentGroupName": GROUP}


def with_role(*actions: str, resource: str = "*", deny: tuple[str, ...] = ()) -> Stage:
    """Two instances whose role allows these actions on a resource, and no others."""
    stage = Stage(2)
    stage.call(
        "DetachRolePolicy", "iam", RoleName="web-role", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    if actions:
        stage.allow("web-role", *actions, resource=resource)
    if deny:
        stage.allow("web-role", *deny, effect="Deny")
    return stage


# Instances


def test_section_13_a_role_that_does_not_read_the_bucket_fails_the_download() -> None:
    # given a real role in a real instance profile, which may write logs and nothing else
    stage = with_role("logs:PutLogEvents")
    # when
    deployment = stage.deploy()
    # then the agent takes the command and cannot fetch the bundle
    download = deployment.targets[0].events[1]
    assert (deployment.status, deployment.error["code"]) == ("Failed", "HEALTH_CONSTRAINTS")
    assert (download.name, download.status, download.diagnostics["errorCode"]) == (
        "DownloadBundle",
        "Failed",
        "UnknownError",
    )
    assert download.diagnostics["message"] == "Access Denied"


@pytest.mark.parametrize(
    ("actions", "resource", "deny", "status"),
    [
        (("s3:GetObject",), "arn:aws:s3:::bundles/*", (), "Succeeded"),
        (("s3:Get*", "s3:List*"), "*", (), "Succeeded"),
        (("s3:GetObject",), "arn:aws:s3:::bundles", (), "Failed"),
        (("s3:GetObject",), "arn:aws:s3:::elsewhere/*", (), "Failed"),
        (("s3:ListBucket",), "*", (), "Failed"),
        (("s3:*",), "*", ("s3:GetObject",), "Failed"),
        ((), "*", (), "Failed"),
    ],
)
def test_the_object_itself_must_be_allowed(actions: Any, resource: str, deny: Any, status: str) -> None:
    assert with_role(*actions, resource=resource, deny=deny).deploy().status == status


def test_a_version_is_a_right_of_its_own() -> None:
    stage = with_role("s3:GetObject", resource="arn:aws:s3:::bundles/*")
    stage.call("PutBucketVersioning", "s3", Bucket="bundles", VersioningConfiguration={"Status": "Enabled"})
    revision = stage.upload("v2.zip", {"appspec.yml": b"version: 0.0\nos: linux\n"})
    (version,) = stage.call("ListObjectVersions", "s3", Bucket="bundles")["Versions"]
    revision["s3Location"]["version"] = version["VersionId"]
    assert stage.deploy(revision=revision).status == "Failed"
    stage.allow("web-role", "s3:GetObjectVersion")
    assert stage.deploy(revision=revision).status == "Succeeded"


@pytest.mark.parametrize("profile", ["nowhere", "empty"])
def test_section_13_without_a_role_the_agent_never_takes_a_command(profile: str) -> None:
    stage = Stage(0)
    stage.profile("empty", None)
    stage.launch("web-1", profile=profile)
    deployment = stage.deploy()
    assert set(statuses(deployment.targets[0])) == {"Skipped"}
    assert (deployment.error["code"], deployment.ended > 5 * MINUTE) == ("HEALTH_CONSTRAINTS", True)
    assert f"no role is in the instance profile {profile}" in stage.codedeploy.fleet()[0]["agent"]


def test_a_policy_that_is_mended_holds_from_the_next_deployment_on() -> None:
    stage = with_role()
    assert stage.deploy().status == "Failed"
    stage.allow("web-role", "s3:GetObject")
    assert stage.deploy().status == "Succeeded"


def test_iam_is_asked_once_for_a_role_and_not_for_each_instance() -> None:
    stage = Stage(40)
    asked: list[str] = []
    look_up = stage.codedeploy.look_up
    stage.codedeploy.look_up = lambda service, operation, given: (
        asked.append(operation) or look_up(service, operation, given)
    )
    stage.deploy()
    assert len(asked) < 12, asked


# The service role, when a group is made


@pytest.mark.parametrize("arn", ["foo", f"arn:aws:iam::{ACCOUNT}:user/alice", "arn:aws:iam::12:role/x"])
def test_section_10_4_what_is_no_arn_of_a_role_is_refused(arn: str) -> None:
    with pytest.raises(ServiceError, match="is not the ARN") as error:
        Stage(0).call("CreateDeploymentGroup", serviceRoleArn=arn, **NAMES)
    assert error.value.code == "InvalidRoleException"


@pytest.mark.parametrize("trusts", [None, "ec2.amazonaws.com"])
@pytest.mark.parametrize("operation", ["CreateDeploymentGroup", "UpdateDeploymentGroup"])
def test_a_role_that_codedeploy_cannot_take_on_is_refused(trusts: str | None, operation: str) -> None:
    stage = Stage(0)
    if trusts:
        stage.role("mine", trusts)
    names = NAMES if operation == "CreateDeploymentGroup" else UPDATE
    with pytest.raises(ServiceError, match="permissions required to assume the role") as error:
        stage.call(operation, serviceRoleArn=f"arn:aws:iam::{ACCOUNT}:role/mine", **names)
    assert error.value.code == "InvalidRoleException"


def test_codedeploy_may_be_trusted_in_one_region() -> None:
    stage = Stage(0)
    stage.role("mine", "codedeploy.us-east-1.amazonaws.com")
    stage.call("CreateDeploymentGroup", serviceRoleArn=f"arn:aws:iam::{ACCOUNT}:role/mine", **NAMES)


def test_section_10_4_auto_scaling_groups_need_their_rights_at_once() -> None:
    stage = Stage(0)
    stage.scaled()
    stage.role("mine", "codedeploy.amazonaws.com", "AmazonEC2ReadOnlyAccess")
    arn = f"arn:aws:iam::{ACCOUNT}:role/mine"
    with pytest.raises(ServiceError, match="autoscaling:PutLifecycleHook") as error:
        stage.call("CreateDeploymentGroup", serviceRoleArn=arn, autoScalingGroups=["fleet"], **NAMES)
    assert error.value.code == "InvalidRoleException"
    stage.call("CreateDeploymentGroup", serviceRoleArn=arn, **NAMES)


# The service role, when a deployment starts


def detach(stage: Stage) -> None:
    stage.call("DetachRolePolicy", "iam", RoleName=SERVICE, PolicyArn=OF_AWS)


def test_section_13_a_service_role_that_is_gone() -> None:
    stage = Stage(2)
    detach(stage)
    stage.call("DeleteRole", "iam", RoleName=SERVICE)
    deployment = stage.deploy()
    assert (deployment.status, deployment.error["code"]) == ("Failed", "IAM_ROLE_MISSING")
    assert deployment.targets == []


def test_section_13_a_service_role_that_trusts_codedeploy_no_longer() -> None:
    stage = Stage(2)
    trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:*"}]}'
    stage.call("UpdateAssumeRolePolicy", "iam", RoleName=SERVICE, PolicyDocument=trust)
    assert stage.deploy().error["code"] == "IAM_ROLE_PERMISSIONS"


def test_section_13_a_service_role_without_rights() -> None:
    stage = Stage(2)
    detach(stage)
    assert stage.deploy().error["code"] == "IAM_ROLE_PERMISSIONS"
    stage.allow(SERVICE, "ec2:DescribeInstances")
    assert stage.deploy().status == "Succeeded"


def test_section_10_3_a_service_role_that_lost_its_rights_on_auto_scaling() -> None:
    stage = Stage(0)
    stage.scaled()
    stage.call("UpdateDeploymentGroup", autoScalingGroups=["fleet"], ec2TagFilters=[], **UPDATE)
    detach(stage)
    stage.allow(SERVICE, "ec2:*")
    assert stage.deploy().error["code"] == "AUTO_SCALING_IAM_ROLE_PERMISSIONS"


@pytest.mark.parametrize(("ignores", "status"), [(False, "Stopped"), (True, "Succeeded")])
def test_section_13_without_describe_alarms_no_alarm_can_be_read(ignores: bool, status: str) -> None:
    stage = Stage(2)
    alarms = {"enabled": True, "ignorePollAlarmFailure": ignores, "alarms": [{"name": "errors"}]}
    stage.call("UpdateDeploymentGroup", alarmConfiguration=alarms, **UPDATE)
    what = {"Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 86_400, "EvaluationPeriods": 1}
    over = {"Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"}
    stage.call("PutMetricAlarm", "cloudwatch", AlarmName="errors", **what, **over)
    detach(stage)
    stage.allow(SERVICE, "ec2:DescribeInstances")
    id = stage.create()
    stage.world.run(until=10 * MINUTE)
    assert stage.info(id)["status"] == status


def test_section_13_without_sns_publish_nobody_is_told_and_the_deployment_goes_on() -> None:
    stage = Stage(1)
    topic = stage.call("CreateTopic", "sns", Name="releases")["TopicArn"]
    trigger = {"triggerName": "all", "triggerTargetArn": topic, "triggerEvents": ["DeploymentSuccess"]}
    stage.call("UpdateDeploymentGroup", triggerConfigurations=[trigger], **UPDATE)
    detach(stage)
    stage.allow(SERVICE, "ec2:DescribeInstances")
    stage.world.audit = []
    assert stage.deploy().status == "Succeeded"
    assert "Publish" not in [call.operation for _, call, _ in stage.world.audit]
