"""Deployments behind a load balancer, beyond trap 13. docs/behaviour/codedeploy.md §1.1, §2.3, §6, §8.1, §13, §18."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import HOUR, MINUTE
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import APPLICATION, GROUP, ROLE, SEVEN, Stage, bundle, hooks, statuses

ALL = "CodeDeployDefault.AllAtOnce"
WITH = {"deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"}}
WEB = {"loadBalancerInfo": {"targetGroupInfoList": [{"name": "web"}]}}
CLASSIC = {"loadBalancerInfo": {"elbInfoList": [{"name": "old"}]}}
BEHIND = WITH | WEB
BLOCK = ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic")
ALLOW = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
QUICK = {"hook": "BlockTraffic", "takes": "10s"}


def names(target: Any) -> tuple[str, ...]:
    return tuple(event.name for event in target.events)


def said(stage: Stage, topic: str = "traffic") -> list[str]:
    return [f"{one.why.rule.basis}: {one.why.render()}" for one in stage.world.journal.notices if one.topic == topic]


# What is taken for granted


def test_that_the_load_balancer_is_taken_as_given_is_said_once_a_deployment():
    stage = Stage(3, ALL, **BEHIND)
    stage.deploy()
    (told,) = said(stage)
    assert told.startswith("assumed: instances leave web before they are deployed to")
    assert stage.world.behaviour.used.keys() >= {"deploy.BlockTraffic", "deploy.AllowTraffic"}


def test_load_balancers_without_traffic_control_are_not_touched_and_that_is_said():
    stage = Stage(1, ALL, **WEB)
    assert names(stage.deploy().targets[0]) == SEVEN
    assert said(stage) == [
        "inferred: loadBalancerInfo names web, but the deploymentOption is WITHOUT_TRAFFIC_CONTROL: no traffic is moved"
    ]


def test_without_load_balancers_nothing_is_said():
    stage = Stage(1)
    stage.deploy()
    assert said(stage) == []


def test_answers_show_the_load_balancer():
    stage = Stage(1, ALL, **BEHIND)
    info = stage.info(stage.deploy().name)
    group = stage.call("GetDeploymentGroup", applicationName=APPLICATION, deploymentGroupName=GROUP)
    for answer in (info, group["deploymentGroupInfo"]):
        assert answer["loadBalancerInfo"] == WEB["loadBalancerInfo"]
        assert answer["deploymentStyle"] == WITH["deploymentStyle"]


# How long the service waits: §6


def test_section_6_a_target_that_is_never_healthy_fails_after_an_hour():
    # given instances that answer their health check after two hours
    stage = Stage(2, "CodeDeployDefault.OneAtATime", [QUICK, {"hook": "AllowTraffic", "takes": "2h"}], **BEHIND)
    stage.adopt()
    deployment = stage.deploy()
    # then the first fails after one, and the configuration decides what follows
    failed, untried = deployment.targets
    event = failed.events[11]
    assert (event.name, event.status, event.ended - event.started) == ("AllowTraffic", "Failed", HOUR)
    assert event.diagnostics["message"] == f"the load balancer did not find {failed.name} healthy within one hour"
    assert event.diagnostics["logTail"] == ""
    assert failed.events[12].status == "Skipped"
    assert (deployment.status, untried.status) == ("Failed", "Skipped")


@pytest.mark.parametrize("event", ["BlockTraffic", "DownloadBundle", "Install", "BeforeInstall"])
def test_section_3_1_no_event_lasts_longer_than_an_hour(event):
    stage = Stage(1, ALL, [{"hook": event, "takes": "61m"}, QUICK], **BEHIND)
    (target,) = stage.deploy().targets
    found = next(one for one in target.events if one.name == event)
    assert (found.status, found.ended - found.started) == ("Failed", HOUR)


def stopped_in_allow_traffic(back_after: int | None) -> Any:
    """The event in which its instance is stopped, and started again so many ms later."""
    stage = Stage(1, ALL, [QUICK, {"hook": "AllowTraffic", "takes": "30s"}], **BEHIND)
    stage.create()
    event = None
    while event is None or event.started is None:
        stage.world.step()
        targets = stage.deployments()[0].targets
        event = targets[0].events[11] if targets else None
    instance = {"InstanceIds": list(stage.ec2.instances)}
    stage.call("StopInstances", "ec2", **instance)
    if back_after is not None:
        stage.world.run(until=stage.world.now + back_after)
        stage.call("StartInstances", "ec2", **instance)
    stage.world.run()
    return event


def test_section_6_an_instance_that_is_stopped_is_never_found_healthy():
    event = stopped_in_allow_traffic(back_after=None)
    assert (event.status, event.ended - event.started) == ("Failed", HOUR)
    assert [one.status for one in event.parent.events[12:]] == ["Skipped"]


def test_section_6_an_instance_that_is_back_in_time_is_looked_at_anew():
    event = stopped_in_allow_traffic(back_after=10 * MINUTE)
    assert event.status == "Succeeded"
    assert 10 * MINUTE < event.ended - event.started < 15 * MINUTE


# Whose traffic: §1.1, §2.3


def test_section_1_1_machines_on_premises_have_no_load_balancer():
    # given a group with an EC2 instance and a machine on premises
    tags = [{"Key": "Site", "Value": "cellar", "Type": "KEY_AND_VALUE"}]
    stage = Stage(1, ALL, [QUICK], onPremisesInstanceTagFilters=tags, **BEHIND)
    arn = "arn:aws:iam::123456789012:user/rack-1"
    stage.call("RegisterOnPremisesInstance", instanceName="rack-1", iamUserArn=arn)
    stage.call("AddTagsToOnPremisesInstances", instanceNames=["rack-1"], tags=[{"Key": "Site", "Value": "cellar"}])
    deployment = stage.deploy()
    # then
    assert {target.name: names(target) for target in deployment.targets} == {
        "web-1": (*BLOCK, *SEVEN, *ALLOW),
        "rack-1": SEVEN,
    }


def scaled() -> Stage:
    stage = Stage(0, ALL, [QUICK])
    stage.scaled(desired=1)
    stage.call(
        "UpdateDeploymentGroup",
        applicationName=APPLICATION,
        currentDeploymentGroupName=GROUP,
        ec2TagFilters=[],
        autoScalingGroups=["fleet"],
        terminationHookEnabled=True,
        **BEHIND,
    )
    stage.adopt(hooks("ApplicationStop", "BeforeBlockTraffic"))
    return stage


def test_section_2_3_a_launched_instance_is_let_in_and_one_that_goes_is_taken_out():
    stage = scaled()
    stage.scale(2)
    stage.world.run()
    stage.scale(1)
    stage.world.run()
    launch, termination = stage.deployments()
    assert (launch.creator, names(launch.targets[0])) == ("autoscaling", (*SEVEN, *ALLOW))
    assert (termination.creator, names(termination.targets[0])) == (
        "autoscalingTermination",
        (*BLOCK, "ApplicationStop"),
    )
    assert (launch.status, termination.status) == ("Succeeded", "Succeeded")
    assert [event.status for event in termination.targets[0].events] == ["Succeeded"] * 4


def test_a_stop_lets_the_traffic_event_end_and_begins_no_further_one():
    stage = Stage(1, ALL, **BEHIND)
    id = stage.create()
    stage.world.run(until=2 * MINUTE)
    stage.call("StopDeployment", deploymentId=id)
    stage.world.run()
    (target,) = stage.deployments()[0].targets
    assert statuses(target)[:3] == ["Succeeded", "Succeeded", "Skipped"]
    assert target.events[1].ended - target.events[1].started == 5 * MINUTE
    assert stage.deployments()[0].status == "Stopped"


def test_a_group_gets_its_load_balancer_later_and_the_next_deployment_has_thirteen_events():
    stage = Stage(1, ALL, [QUICK])
    assert len(stage.deploy(key="v1.zip").targets[0].events) == 7
    stage.call("UpdateDeploymentGroup", applicationName=APPLICATION, currentDeploymentGroupName=GROUP, **BEHIND)
    assert len(stage.deploy(bundle(), "v2.zip").targets[0].events) == 13


# What is refused: §8.1, §10.4


@pytest.mark.parametrize(
    "settings",
    [
        WITH,
        WITH | {"loadBalancerInfo": {}},
        WITH | {"loadBalancerInfo": {"targetGroupInfoList": []}},
        WITH | {"loadBalancerInfo": {"targetGroupInfoList": [{"name": ""}]}},
        WITH | {"loadBalancerInfo": {"elbInfoList": [{}]}},
        WITH | {"loadBalancerInfo": {"elbInfoList": [{"name": f"lb-{number}"} for number in range(11)]}},
        WITH | {"loadBalancerInfo": {"targetGroupInfoList": [{"name": f"tg-{number}"} for number in range(11)]}},
        {"loadBalancerInfo": {"targetGroupPairInfoList": [{"targetGroups": [{"name": "blue"}, {"name": "green"}]}]}},
    ],
    ids=str,
)
def test_section_8_1_which_load_balancers_a_group_may_not_name(settings):
    with pytest.raises(ServiceError) as caught:
        Stage(1).group("other", **settings)
    assert caught.value.code == "InvalidLoadBalancerInfoException"


@pytest.mark.parametrize("settings", [WITH | WEB, WITH | CLASSIC], ids=["target group", "classic"])
@pytest.mark.parametrize("allowed", [True, False])
def test_section_13_the_service_role_must_be_allowed_to_move_targets(settings, allowed):
    # given a service role that may look at instances only, or also move targets of that kind
    stage = Stage(1, ALL, [QUICK], **settings)
    service = ROLE.rpartition("/")[2]
    of_aws = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole"
    stage.call("DetachRolePolicy", "iam", RoleName=service, PolicyArn=of_aws)
    stage.allow(service, "ec2:DescribeInstances")
    if allowed:
        classic = "elbInfoList" in settings["loadBalancerInfo"]
        stage.allow(service, f"elasticloadbalancing:*{'Instance*' if classic else 'Target*'}")
    deployment = stage.deploy()
    # then
    assert deployment.status == ("Succeeded" if allowed else "Failed")
    assert (deployment.error or {}).get("code") == (None if allowed else "IAM_ROLE_PERMISSIONS")
