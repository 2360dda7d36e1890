"""What a deployment says of its silent decisions: who is targeted, in what order, and why no rollback follows.

docs/behaviour/codedeploy.md §5.4, §6, §7, §11.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim import Cloud
from sim.core.clock import MINUTE
from sim.formats.scenario import scenario_from_text
from sim.scenario import Scenario
from tests.services.codedeploy.stage import APPLICATION, GROUP, Stage, bundle, hooks

ALL, ONE = "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.OneAtATime"
V2 = bundle(**{"site/index.html": "v2"})
FAILURE, ALARM, REQUEST = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"


def said(stage: Stage, topic: str) -> list[str]:
    return [one.why.render() for one in stage.world.journal.notices if one.topic == topic]


def fails(*instances: str, deployment: int = 1) -> dict[str, Any]:
    return {"hook": "ValidateService", "deployment": [deployment], "instances": [*instances], "fails": True}


def rolling_back(*events: str, enabled: bool = True) -> dict[str, Any]:
    return {"enabled": enabled, "events": list(events)}


# Who, and in what order


def test_who_is_targeted_and_in_what_order_is_said_once():
    # given two instances, of which one failed last
    stage = Stage(2, ALL, [fails("web-2")])
    stage.deploy(hooks("ValidateService"))
    # when the next deployment begins
    stage.deploy(V2)
    # then
    assert said(stage, "targets") == ["2 instances belong to the group: EC2 tags App=shop"] * 2
    assert said(stage, "turns")[1] == (
        "unhealthy instances first (1), then those with an older revision (0), then those with the current one (1), at"
        " random among equals: web-2, web-1"
    )


def test_section_6_unhealthy_ones_come_first_then_old_ones_then_current_ones():
    # given three instances on v1; a deployment of v2 that failed on the second left the first with v2
    rule = {"hook": "ValidateService", "deployment": [1], "instances": {"position": [2]}, "fails": True}
    stage = Stage(3, ONE, [rule])
    stage.adopt()
    first, second, third = (target.name for target in stage.deploy(V2).targets)
    # when the next deployment begins
    stage.deploy(V2)
    # then
    assert said(stage, "turns")[-1] == (
        "unhealthy instances first (1), then those with an older revision (1), then those with the current one (1), at"
        f" random among equals: {second}, {first}, {third}"
    )


def test_of_many_instances_the_first_few_are_named_and_one_alone_needs_no_order():
    stage = Stage(14)
    names = [target.name for target in stage.deploy().targets]
    assert said(stage, "turns")[0].endswith(f": {', '.join(names[:12])} and 2 more")
    alone = Stage(1)
    alone.deploy()
    assert said(alone, "turns") == []


def test_section_7_who_holds_the_revision_already_is_named():
    stage = Stage(3, ALL, [fails("web-2")])
    stage.deploy(V2)
    stage.deploy(V2, updateOutdatedInstancesOnly=True)
    assert said(stage, "targets")[-1] == (
        "updateOutdatedInstancesOnly: web-1, web-3 hold this revision already and are left out; 1 do not"
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {
                "ec2TagSet": {
                    "ec2TagSetList": [[{"Key": "A", "Type": "KEY_ONLY"}], [{"Value": "x", "Type": "VALUE_ONLY"}]]
                }
            },
            "EC2 tags (A=*) and (*=x)",
        ),
        (
            {"ec2TagFilters": [{"Key": key, "Value": "x", "Type": "KEY_AND_VALUE"} for key in "AB"]},
            "EC2 tags A=x or B=x",
        ),
        (
            {"onPremisesInstanceTagFilters": [{"Key": "Site", "Value": "cellar", "Type": "KEY_AND_VALUE"}]},
            "on-premises tags Site=cellar",
        ),
        ({"autoScalingGroups": ["fleet"]}, "Auto Scaling groups fleet"),
        (
            {"autoScalingGroups": ["fleet"], "ec2TagFilters": [{"Key": "A", "Value": "x", "Type": "KEY_AND_VALUE"}]},
            "EC2 tags A=x; or Auto Scaling groups fleet",
        ),
        ({}, "it names no tags and no Auto Scaling groups"),
    ],
)
def test_section_11_by_what_a_group_has_its_instances(settings, words):
    stage = Stage(0)
    stage.scaled(desired=0)
    stage.group("other", **settings)
    stage.deploy(deploymentGroupName="other")
    assert said(stage, "targets") == [f"0 instances belong to the group: {words}"]


def test_section_9_what_auto_scaling_is_about_to_launch_is_left_out_and_that_is_said():
    # given an instance that its launch deployment holds back
    stage = Stage(0, ALL, [{"hook": "AfterInstall", "takes": "20m"}])
    stage.scaled(desired=1)
    names = {"applicationName": APPLICATION, "currentDeploymentGroupName": GROUP}
    stage.call("UpdateDeploymentGroup", **names, ec2TagFilters=[], autoScalingGroups=["fleet"])
    stage.adopt(hooks("AfterInstall"))
    stage.scale(2)
    stage.world.run(until=5 * MINUTE)
    # when the group is deployed to
    stage.create(V2)
    stage.world.run(until=6 * MINUTE)
    # then
    assert said(stage, "targets")[-1] == "fleet-2 left out: Auto Scaling is launching or terminating them"


# Why no rollback follows


def failed(*rules: dict[str, Any], **settings: Any) -> Stage:
    """A deployment of v2 to two instances on v1, which fails on the first unless rules say otherwise."""
    stage = Stage(2, ONE, rules or [fails("web-1", "web-2")], **settings)
    stage.adopt()
    return stage


def test_trap_22_only_the_events_that_are_listed_roll_back():
    stage = failed(autoRollbackConfiguration=rolling_back(ALARM, REQUEST))
    stage.deploy(V2)
    assert said(stage, "rollback") == [
        f"no rollback: that takes {FAILURE}, and the rollback events are {ALARM}, {REQUEST}"
    ]


def test_trap_36_settings_of_the_deployment_take_the_place_of_the_groups():
    stage = failed(autoRollbackConfiguration=rolling_back(FAILURE))
    stage.deploy(V2, autoRollbackConfiguration=rolling_back(enabled=False))
    assert said(stage, "rollback") == [
        "the deployment's own rollback settings take the place of the group's: with rollback off it is not rolled back,"
        f" with the group's ({FAILURE}) it would be otherwise"
    ]
    stage = failed(autoRollbackConfiguration=rolling_back(REQUEST))
    stage.deploy(V2, autoRollbackConfiguration=rolling_back(FAILURE))
    assert said(stage, "rollback")[0] == (
        f"the deployment's own rollback settings take the place of the group's: with {FAILURE} it is rolled back, with"
        f" the group's ({REQUEST}) it would be otherwise"
    )


def test_trap_23_failures_that_are_tolerated_roll_nothing_back():
    tolerated = {"autoRollbackConfiguration": rolling_back(FAILURE), "deploymentConfigName": ALL}
    stage = failed(fails("web-1"))
    stage.deploy(V2, **tolerated)
    assert said(stage, "rollback") == [
        "1 instances failed and the deployment succeeded all the same: that is no DEPLOYMENT_FAILURE, so nothing is"
        " rolled back"
    ]


@pytest.mark.parametrize("settings", [{}, {"autoRollbackConfiguration": rolling_back(ALARM)}])
def test_where_no_rollback_could_be_expected_nothing_is_said_of_it(settings):
    stage = failed(fails("web-1"))
    assert stage.deploy(V2, deploymentConfigName=ALL, **settings).status == "Succeeded"
    assert said(stage, "rollback") == []


def test_without_rollback_settings_a_failure_needs_no_word():
    stage = failed()
    assert stage.deploy(V2).status == "Failed"
    assert said(stage, "rollback") == []


def test_of_a_rollback_that_is_stopped_nothing_more_is_said():
    # given a rollback on its way
    stage = failed({**fails("web-1", "web-2"), "takes": "5s"}, autoRollbackConfiguration=rolling_back(FAILURE))
    stage.create(V2)
    while len(stage.deployments()) == 1:
        stage.world.step()
    before = said(stage, "rollback")
    # when it is stopped, which the group does not list
    stage.call("StopDeployment", deploymentId=stage.deployments()[1].name)
    stage.world.run()
    # then
    assert stage.deployments()[1].status == "Stopped"
    assert said(stage, "rollback") == before


def test_cloud_explain_shows_them():
    text = """
Resources:
  Fleet: {Type: Sim::EC2::Fleet, Properties: {Name: web, Count: 2, Tags: {App: web}}}
  Application: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: web}}
  ServiceRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: codedeploy.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole]
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Application
      DeploymentGroupName: production
      ServiceRoleArn: !GetAtt ServiceRole.Arn
      AutoRollbackConfiguration: {Enabled: true, Events: [DEPLOYMENT_STOP_ON_ALARM]}
      Ec2TagFilters: [{Key: App, Value: web, Type: KEY_AND_VALUE}]
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: bundles}}
timeline:
  - at: 1s
    call:
      service: codedeploy
      operation: CreateDeployment
      parameters:
        applicationName: web
        deploymentGroupName: production
        revision: {revisionType: S3, s3Location: {bucket: bundles, key: gone.zip, bundleType: zip}}
"""
    cloud: Cloud = Scenario(scenario_from_text(text, Path())).compile().run()
    (deployment,) = cloud.result()["deployments"]
    told = str(cloud.explain(deployment["deploymentId"]))
    for words in ("2 instances belong to the group", "at random among equals: web-", "no rollback: that takes"):
        assert words in told
    assert "[codedeploy.rollback.not-listed, documented: docs/behaviour/codedeploy.md §7]" in told
