"""In whose name CodeDeploy and its agents call other services."""

from __future__ import annotations

from sim import Scenario
from tests.services.codedeploy.stage import ACCOUNT, APPLICATION, GROUP, Stage

SERVICE = f"arn:aws:sts::{ACCOUNT}:assumed-role/codedeploy-service/codedeploy"


def audited(stage: Stage) -> list[tuple[str, str]]:
    """(operation, principal) of the calls that CodeDeploy itself made."""
    calls = [call for _, call, _ in stage.world.audit or ()]
    return [(call.operation, call.principal) for call in calls if call.via == "codedeploy.amazonaws.com"]


def listened(stage: Stage) -> Stage:
    stage.world.audit = []
    return stage


def test_codedeploy_calls_in_a_session_of_the_groups_service_role() -> None:
    stage = listened(Stage(2))
    revision = stage.upload("v2.zip", {"appspec.yml": b"version: 0.0\nos: linux\n"})
    del revision["s3Location"]["eTag"]
    stage.deploy(revision=revision)
    assert audited(stage) == [("HeadObject", SERVICE), ("DescribeInstances", SERVICE)]


def test_auto_scaling_is_asked_in_the_service_role_too_also_when_the_group_goes() -> None:
    stage = Stage(0)
    stage.scaled()
    listened(stage).group("scaled", autoScalingGroups=["fleet"])
    stage.call("DeleteDeploymentGroup", applicationName=APPLICATION, deploymentGroupName="scaled")
    assert audited(stage) == [
        ("DescribeAutoScalingGroups", SERVICE),
        ("PutLifecycleHook", SERVICE),
        ("DeleteLifecycleHook", SERVICE),
    ]


def test_launches_alarms_and_triggers_go_by_the_service_role() -> None:
    stage = Stage(0)
    stage.scaled()
    topic = stage.call("CreateTopic", "sns", Name="releases")["TopicArn"]
    trigger = {"triggerName": "all", "triggerTargetArn": topic, "triggerEvents": ["DeploymentSuccess"]}
    alarms = {"enabled": True, "alarms": [{"name": "errors"}], "ignorePollAlarmFailure": True}
    names = {"applicationName": APPLICATION, "currentDeploymentGroupName": GROUP}
    stage.call(
        "UpdateDeploymentGroup",
        **names,
        ec2TagFilters=[],
        autoScalingGroups=["fleet"],
        triggerConfigurations=[trigger],
        alarmConfiguration=alarms,
    )
    listened(stage).deploy()
    stage.scale(3)
    stage.world.run()
    made = audited(stage)
    assert {principal for _, principal in made} == {SERVICE}
    assert {"DescribeAlarms", "Publish", "CompleteLifecycleAction"} <= {operation for operation, _ in made}


def test_what_the_fleet_table_shows_is_no_call_of_anybodys() -> None:
    stage = Stage(2)
    stage.codedeploy.groups.clear()
    listened(stage)
    assert len(stage.codedeploy.fleet()) == 2
    assert stage.world.audit == []


def test_the_audit_of_a_first_release_shows_the_roles_of_its_template() -> None:
    cloud = Scenario.open("first-release").compile().run(audit=True)
    calls = [call for _, call, _ in cloud.world.audit]
    own = {call.principal.split("/")[1] for call in calls if call.via == "codedeploy.amazonaws.com"}
    assert len(own) == 1
    assert own.pop().startswith("codesuite-DeployRole-")
    agents = {call.principal.split("/")[1] for call in calls if call.principal.split("/")[-1].startswith("i-")}
    assert len(agents) == 1
    assert agents.pop().startswith("codesuite-InstanceRole-")


def fetched_by(stage: Stage) -> list[str]:
    """The roles in whose sessions bundles were fetched."""
    return [call.principal.split("/")[1] for _, call, _ in stage.world.audit or () if call.operation == "GetObject"]


def test_an_agent_calls_s3_in_the_role_that_its_instance_profile_holds() -> None:
    stage = listened(Stage(2))
    stage.deploy()
    assert fetched_by(stage) == ["web-role", "web-role"]
    assert "GetInstanceProfile" not in [call.operation for _, call, _ in stage.world.audit or ()]


def test_a_role_that_is_changed_holds_from_the_next_deployment_on() -> None:
    stage = listened(Stage(1))
    stage.deploy()
    stage.call("RemoveRoleFromInstanceProfile", "iam", InstanceProfileName="web-profile", RoleName="web-role")
    other = stage.role("other", "ec2.amazonaws.com", "AmazonS3FullAccess")
    stage.call("AddRoleToInstanceProfile", "iam", InstanceProfileName="web-profile", RoleName=other)
    stage.deploy()
    assert fetched_by(stage) == ["web-role", "other"]
