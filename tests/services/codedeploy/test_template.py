"""CodeDeploy's CloudFormation types."""

from __future__ import annotations

from typing import Any

import pytest

from sim.services.codedeploy.template import TYPES
from sim.services.stacks import Stack
from tests.services.codedeploy.stage import ACCOUNT, ALICE, REGION, ROLE, Stage

ON = {"Enabled": "true", "Events": ["DEPLOYMENT_FAILURE"]}


@pytest.fixture
def stage() -> Stage:
    return Stage(1)


def make(stage: Stage, type: str, logical_id: str, **properties: Any) -> tuple[Any, Stack]:
    stack = Stack(stage.world, ACCOUNT, REGION, "stack", ALICE, {})
    return TYPES[f"AWS::CodeDeploy::{type}"](stack, logical_id, properties), stack


def group_of(stage: Stage, name: str) -> dict[str, Any]:
    found: dict[str, Any] = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName=name)
    info: dict[str, Any] = found["deploymentGroupInfo"]
    return info


def test_an_application(stage):
    made, _ = make(stage, "Application", "App", ApplicationName="web", Tags=[{"Key": "a", "Value": 1}])
    assert made.ref == "web"
    arn = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:web"
    assert stage.call("ListTagsForResource", ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "1"}]


def test_names_that_are_not_given_are_made_up(stage):
    made, _ = make(stage, "Application", "App")
    assert made.ref.startswith("stack-App-")
    assert make(stage, "Application", "Other")[0].ref != made.ref


def test_a_configuration(stage):
    minimum = {"Type": "FLEET_PERCENT", "Value": "75"}
    made, _ = make(stage, "DeploymentConfig", "Config", MinimumHealthyHosts=minimum, ComputePlatform="Server")
    info = stage.call("GetDeploymentConfig", deploymentConfigName=made.ref)["deploymentConfigInfo"]
    assert info["minimumHealthyHosts"] == {"type": "FLEET_PERCENT", "value": 75}


def test_a_group(stage):
    trigger = {"TriggerName": "news", "TriggerTargetArn": "arn:aws:sns:x", "TriggerEvents": ["DeploymentStop"]}
    made, _ = make(
        stage,
        "DeploymentGroup",
        "Group",
        ApplicationName="shop",
        DeploymentGroupName="live",
        ServiceRoleArn=ROLE,
        DeploymentConfigName="CodeDeployDefault.HalfAtATime",
        Ec2TagFilters=[{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}],
        AutoRollbackConfiguration=ON,
        AlarmConfiguration={"Enabled": "false", "Alarms": [{"Name": "a"}]},
        TriggerConfigurations=[trigger],
        Tags=[{"Key": "Team", "Value": "web"}],
    )
    assert made.ref == "live"
    info = group_of(stage, "live")
    assert info["ec2TagFilters"] == [{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}]
    assert info["autoRollbackConfiguration"] == {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    assert info["alarmConfiguration"] == {"enabled": False, "alarms": [{"name": "a"}]}
    assert info["triggerConfigurations"][0]["triggerName"] == "news"
    assert (
        len(stage.deploy(deploymentGroupName="live", deploymentConfigName="CodeDeployDefault.AllAtOnce").targets) == 1
    )
    arn = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deploymentgroup:shop/live"
    assert stage.call("ListTagsForResource", ResourceArn=arn)["Tags"] == [{"Key": "Team", "Value": "web"}]


def test_tag_sets(stage):
    one = {"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}
    tag_set = {"Ec2TagSetList": [{"Ec2TagGroup": [one]}, {"Ec2TagGroup": [{"Key": "Name", "Type": "KEY_ONLY"}]}]}
    make(
        stage,
        "DeploymentGroup",
        "Group",
        ApplicationName="shop",
        DeploymentGroupName="live",
        ServiceRoleArn=ROLE,
        Ec2TagSet=tag_set,
    )
    assert group_of(stage, "live")["ec2TagSet"] == {
        "ec2TagSetList": [[one], [{"Key": "Name", "Type": "KEY_ONLY"}]],
    }


def test_a_deployment_in_a_template_is_warned_of(stage):
    _, stack = make(
        stage,
        "DeploymentGroup",
        "Group",
        ApplicationName="shop",
        ServiceRoleArn=ROLE,
        Deployment={"Revision": {}},
    )
    assert [warning[:2] for warning in stack.warnings] == [("Group", "CD901")]
    assert stage.deployments() == []


def test_a_zonal_configuration_may_be_written_as_text(stage):
    zone = {
        "MonitorDurationInSeconds": "60",
        "FirstZoneMonitorDurationInSeconds": 120,
        "MinimumHealthyHostsPerZone": {"Type": "HOST_COUNT", "Value": "1"},
    }
    minimum = {"Type": "HOST_COUNT", "Value": 0}
    made, _ = make(stage, "DeploymentConfig", "Config", MinimumHealthyHosts=minimum, ZonalConfig=zone)
    info = stage.call("GetDeploymentConfig", deploymentConfigName=made.ref)["deploymentConfigInfo"]
    assert info["zonalConfig"] == {
        "monitorDurationInSeconds": 60,
        "firstZoneMonitorDurationInSeconds": 120,
        "minimumHealthyHostsPerZone": {"type": "HOST_COUNT", "value": 1},
    }


def test_on_premises_tags_of_a_group(stage):
    wanted = {"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}
    places = {"ApplicationName": "shop", "ServiceRoleArn": ROLE}
    flat, _ = make(stage, "DeploymentGroup", "Flat", OnPremisesInstanceTagFilters=[wanted], **places)
    assert group_of(stage, flat.ref)["onPremisesInstanceTagFilters"] == [wanted]
    tag_set = {"OnPremisesTagSetList": [{"OnPremisesTagGroup": [wanted]}]}
    grouped, _ = make(stage, "DeploymentGroup", "Grouped", OnPremisesTagSet=tag_set, **places)
    assert group_of(stage, grouped.ref)["onPremisesTagSet"] == {"onPremisesTagSetList": [[wanted]]}


def test_a_fleet_of_ones_own_is_registered_and_tagged(stage):
    stack = Stack(stage.world, ACCOUNT, REGION, "stack", ALICE, {})
    properties = {"Name": "rack", "Count": 2, "Tags": [{"Key": "App", "Value": "shop"}], "Files": {"/etc/motd": "hi"}}
    assert TYPES["Sim::OnPremises::Fleet"](stack, "Rack", properties).ref == "rack"
    assert stage.call("ListOnPremisesInstances")["instanceNames"] == ["rack-1", "rack-2"]
    info = stage.call("GetOnPremisesInstance", instanceName="rack-2")["instanceInfo"]
    assert info["tags"] == [{"Key": "Name", "Value": "rack-2"}, {"Key": "App", "Value": "shop"}]
    assert info["iamSessionArn"].endswith(":assumed-role/rack-role/rack-2")
    assert stage.files("rack-1") == {"/etc/motd": "hi"}
