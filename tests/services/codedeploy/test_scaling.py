"""Auto Scaling: launch and termination deployments, and what follows a deployment. docs/behaviour/codedeploy.md §9."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sim.core.clock import HOUR, MINUTE, SECOND
from tests.services.codedeploy.stage import APPLICATION, GROUP, ROLE, Stage, bundle, hooks, statuses

ALL, ONE = "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.OneAtATime"
V1, V2, V3 = (bundle(**{"site/index.html": text}) for text in ("v1", "v2", "v3"))


def fleet(*rules: dict[str, Any], desired: int = 2, seed: int = 7, **settings: Any) -> Stage:
    """A deployment group `production` that deploys to the Auto Scaling group `fleet`."""
    stage = Stage(0, ALL, rules, seed=seed)
    stage.scaled(desired=desired)
    stage.call(
        "UpdateDeploymentGroup",
        applicationName=APPLICATION,
        currentDeploymentGroupName=GROUP,
        ec2TagFilters=[],
        autoScalingGroups=["fleet"],
        **settings,
    )
    return stage


def lifecycle(stage: Stage) -> dict[str, str]:
    """{name of an instance: its lifecycle state}."""
    (group,) = stage.call("DescribeAutoScalingGroups", "autoscaling")["AutoScalingGroups"]
    names = {row["instanceId"]: row["name"] for row in stage.codedeploy.fleet()}
    return {names[one["InstanceId"]]: one["LifecycleState"] for one in group["Instances"]}


def creators(stage: Stage) -> list[str]:
    return [one.creator for one in stage.deployments()]


def served(stage: Stage) -> dict[str, str | None]:
    return {row["name"]: stage.files(row["name"]).get("/srv/shop/index.html") for row in stage.codedeploy.fleet()}


def hook_names(stage: Stage, group: str = "fleet") -> list[str]:
    answer = stage.call("DescribeLifecycleHooks", "autoscaling", AutoScalingGroupName=group)
    return [hook["LifecycleHookName"] for hook in answer["LifecycleHooks"]]


# Launching


def test_a_scaled_out_instance_gets_the_last_successful_revision_before_it_is_in_service():
    # given a fleet on v1
    stage = fleet()
    stage.adopt(V1)
    # when the group grows
    stage.scale(3)
    stage.world.step()
    assert lifecycle(stage)["fleet-3"] == "Pending"
    stage.world.run()
    # then
    (launch,) = stage.deployments()
    assert (launch.creator, launch.status, launch.config) == ("autoscaling", "Succeeded", ONE)
    assert [target.name for target in launch.targets] == ["fleet-3"]
    assert statuses(launch.targets[0]) == ["Succeeded"] * 7
    assert served(stage)["fleet-3"] == "v1"
    assert lifecycle(stage)["fleet-3"] == "InService"
    member = next(
        one
        for one in stage.world.journal.entities
        if one.name == launch.targets[0].target_id and one.kind == "auto-scaling-instance"
    )
    moves = [(move.status.value, move.time) for move in stage.world.journal.moves(member)]
    assert [status for status, _ in moves] == ["Pending:Wait", "Pending:Proceed", "InService"]
    assert moves[-1][1] == launch.ended
    assert stage.health()["fleet-3"] == ("Healthy", "Current")


def test_the_last_successful_revision_and_not_the_last_one():
    stage = fleet({"hook": "ValidateService", "deployment": [1], "fails": True})
    stage.adopt(V1)
    assert stage.deploy(V2).status == "Failed"
    stage.scale(3)
    stage.world.run()
    assert served(stage)["fleet-3"] == "v1"


def test_without_a_successful_deployment_the_launch_goes_on():
    stage = fleet()
    stage.scale(3)
    stage.world.run()
    assert stage.deployments() == []
    assert lifecycle(stage)["fleet-3"] == "InService"
    assert stage.rules("launch") == ["scaling.nothing-to-launch-with"]


def test_an_instance_that_waits_is_no_target_of_a_deployment_to_the_group():
    stage = fleet({"hook": "AfterInstall", "deployment": [1], "takes": "10m"})
    stage.adopt(hooks("AfterInstall"))
    stage.scale(3)
    stage.world.run(until=5 * MINUTE)
    assert lifecycle(stage)["fleet-3"] == "Pending:Wait"
    deployment = stage.deploy(V2)
    assert sorted(target.name for target in deployment.targets) == ["fleet-1", "fleet-2"]


def test_no_instance_in_service_is_no_instance():
    stage = fleet(desired=0)
    deployment = stage.deploy(V1)
    assert (deployment.status, deployment.error["code"]) == ("Failed", "NO_INSTANCES")


def test_a_launch_deployment_does_not_make_the_group_busy():
    stage = fleet({"hook": "AfterInstall", "deployment": [1], "takes": "20m"})
    stage.adopt(hooks("AfterInstall"))
    stage.scale(3)
    stage.world.run(until=5 * MINUTE)
    assert creators(stage) == ["autoscaling"]
    stage.create(V2)
    stage.world.run()
    assert stage.deployments()[1].status == "Succeeded"


def test_heartbeats_keep_the_hook_waiting_every_five_minutes():
    stage = fleet({"hook": "AfterInstall", "takes": "50m"})
    stage.adopt(hooks("AfterInstall"))
    stage.world.audit = []
    stage.scale(3)
    stage.world.run()
    beats = [time for time, call, _ in stage.world.audit if call.operation == "RecordLifecycleActionHeartbeat"]
    assert len(beats) == 10
    assert {after - before for before, after in pairwise(beats)} == {5 * MINUTE}
    assert lifecycle(stage)["fleet-3"] == "InService"


# Trap 33


BAD_LAUNCH = {"hook": "ValidateService", "instances": ["fleet-3"], "fails": True}


def test_trap_33_a_failed_launch_deployment_means_termination_and_another_instance():
    stage = fleet(BAD_LAUNCH)
    stage.adopt(V1)
    stage.scale(3)
    stage.world.run()
    first, second = stage.deployments()
    assert (first.status, second.status) == ("Failed", "Succeeded")
    assert [one.targets[0].name for one in (first, second)] == ["fleet-3", "fleet-4"]
    assert first.targets[0].host.instance.status == "terminated"
    assert lifecycle(stage) == dict.fromkeys(["fleet-1", "fleet-2", "fleet-4"], "InService")
    assert second.targets[0].host.instance.ordinal > first.ordinal


def test_trap_33_a_bad_revision_is_an_endless_loop_that_keeps_nobody_busy():
    stage = fleet({"hook": "ValidateService", "fails": True})
    stage.adopt(V1)
    stage.scale(3)
    stage.world.run()
    assert {one.status.value for one in stage.deployments()} == {"Failed"}
    seen = len(stage.deployments())
    assert seen == 3, "after three only a person can end it"
    stage.world.run(until=stage.world.now + 2 * HOUR)
    assert len(stage.deployments()) > 20
    assert len(lifecycle(stage)) <= 3


def test_trap_33_an_instance_without_an_agent_is_abandoned_after_five_minutes():
    stage = fleet({"agent": "fleet-3", "installed": False})
    stage.adopt(V1)
    stage.scale(3)
    stage.world.run()
    failed = stage.deployments()[0]
    assert failed.targets[0].ended - failed.targets[0].started == 5 * MINUTE
    assert lifecycle(stage) == dict.fromkeys(["fleet-1", "fleet-2", "fleet-4"], "InService")


def test_a_launch_deployment_is_not_rolled_back():
    on = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    stage = fleet(BAD_LAUNCH, autoRollbackConfiguration=on)
    stage.adopt(V1)
    stage.scale(3)
    stage.world.run()
    assert creators(stage) == ["autoscaling"] * 2
    assert "rollback.not-of-its-own" in stage.rules("rollback")


def test_a_launch_deployment_leaves_the_groups_revision_alone():
    # given v2 succeeds while an instance is launched with v1
    stage = fleet({"hook": "AfterInstall", "deployment": [1], "takes": "20m"}, outdatedInstancesStrategy="IGNORE")
    stage.adopt(hooks("AfterInstall"))
    stage.scale(3)
    stage.world.run(until=5 * MINUTE)
    second = stage.create(V2)
    stage.world.run()
    info = stage.call("GetDeploymentGroup", applicationName=APPLICATION, deploymentGroupName=GROUP)
    assert info["deploymentGroupInfo"]["lastSuccessfulDeployment"]["deploymentId"] == second
    assert stage.health()["fleet-3"] == ("Healthy", "Old")


# Trap 32: scale-out during a deployment


SLOW = {"hook": "ValidateService", "revision": [2], "takes": "10m"}


def during_a_deployment(**settings: Any) -> tuple[Stage, Any]:
    """The group grows by one while v2 is being rolled out."""
    stage = fleet(SLOW, **settings)
    stage.adopt(V1)
    id = stage.create(hooks("ValidateService"))
    stage.world.run(until=30 * SECOND)
    stage.scale(3)
    return stage, stage.codedeploy.deployments[id]


def test_trap_32_scale_out_during_a_deployment_gets_the_old_revision_then_a_follow_on():
    stage, root = during_a_deployment()
    stage.world.run(until=8 * MINUTE)
    assert root.status == "InProgress"
    assert served(stage)["fleet-3"] == "v1", "the revision before"
    stage.world.run()
    assert creators(stage) == ["user", "autoscaling", "CodeDeployAutoUpdate"]
    follow = stage.deployments()[2]
    assert stage.world.journal.created[follow.ordinal] == root.ended
    assert (follow.status, follow.revision) == ("Succeeded", root.revision)
    assert [target.name for target in follow.targets] == ["fleet-3"]
    assert set(stage.health().values()) == {("Healthy", "Current")}


def test_trap_32_the_two_deployments_know_each_other():
    stage, root = during_a_deployment()
    stage.world.run()
    follow = stage.deployments()[2]
    assert stage.info(root.name)["relatedDeployments"] == {"autoUpdateOutdatedInstancesDeploymentIds": [follow.name]}
    assert stage.info(follow.name)["relatedDeployments"] == {"autoUpdateOutdatedInstancesRootDeploymentId": root.name}


def test_trap_32_ignore_leaves_the_revisions_mixed():
    stage, _ = during_a_deployment(outdatedInstancesStrategy="IGNORE")
    stage.world.run()
    assert creators(stage) == ["user", "autoscaling"]
    assert stage.health()["fleet-3"] == ("Healthy", "Old")
    assert stage.rules("follow-on") == ["scaling.left-outdated"]


def test_trap_32_a_launch_that_ends_after_the_deployment_is_followed_too():
    stage = fleet(SLOW, {"hook": "AfterInstall", "instances": ["fleet-3"], "deployment": [2], "takes": "30m"})
    stage.adopt(hooks("AfterInstall"))
    id = stage.create(hooks("ValidateService"))
    stage.scale(3)
    stage.world.run(until=20 * MINUTE)
    assert stage.info(id)["status"] == "Succeeded"
    stage.world.run()
    root, launch, follow = stage.deployments()
    assert (launch.creator, follow.creator) == ("autoscaling", "CodeDeployAutoUpdate")
    assert stage.world.journal.created[follow.ordinal] == launch.ended
    assert follow.root is root
    assert stage.health()["fleet-3"] == ("Healthy", "Current")


def test_trap_32_a_deployment_that_fails_is_not_followed():
    stage = fleet({**SLOW, "fails": True})
    stage.adopt(V1)
    stage.create(hooks("ValidateService"))
    stage.world.run(until=30 * SECOND)
    stage.scale(3)
    stage.world.run()
    assert creators(stage) == ["user", "autoscaling"]
    assert stage.health()["fleet-3"] == ("Healthy", "Current")


# Terminating


def test_a_scaled_in_instance_just_goes():
    stage = fleet()
    stage.adopt(V1)
    stage.scale(1)
    stage.world.run()
    assert lifecycle(stage) == {"fleet-2": "InService"}
    assert stage.deployments() == []


def test_an_instance_may_be_scaled_in_before_it_has_booted():
    stage = fleet()
    stage.adopt(V1)
    stage.scale(4)
    stage.world.run(until=1 * SECOND)
    stage.scale(0)
    stage.world.run()
    assert lifecycle(stage) == {}
    assert stage.deployments() == []


def test_two_changes_at_one_instant_terminate_nobody_twice():
    stage = fleet(terminationHookEnabled=True)
    stage.adopt(V1)
    stage.scale(1)
    stage.scale(0)
    stage.scale(1)
    stage.world.run()
    assert lifecycle(stage) == {"fleet-3": "InService"}
    assert creators(stage).count("autoscalingTermination") == 2


def test_with_a_termination_hook_application_stop_runs_before_the_instance_goes():
    stage = fleet(terminationHookEnabled=True)
    stage.adopt(hooks("ApplicationStop", script="echo bye"))
    stage.scale(1)
    stage.world.run()
    (goodbye,) = stage.deployments()
    assert (goodbye.creator, goodbye.status) == ("autoscalingTermination", "Succeeded")
    (event,) = goodbye.targets[0].events
    assert (event.name, event.status) == ("ApplicationStop", "Succeeded")
    moves = list(stage.world.journal.moves(goodbye.targets[0].host.instance))
    assert [move.status for move in moves] == ["shutting-down", "terminated"]
    assert moves[0].time == goodbye.ended


def test_trap_33_a_failed_termination_deployment_does_not_hold_up_scale_in():
    stage = fleet(terminationHookEnabled=True)
    stage.adopt(hooks("ApplicationStop", script="exit 1"))
    stage.world.audit = []
    stage.scale(1)
    stage.world.run()
    (goodbye,) = stage.deployments()
    assert goodbye.status == "Failed"
    answers = [call.parameters for _, call, _ in stage.world.audit if call.operation == "CompleteLifecycleAction"]
    assert [one["LifecycleActionResult"] for one in answers] == ["CONTINUE"], "whatever came of it"
    assert goodbye.targets[0].host.instance.status == "terminated"


def test_scale_in_during_a_deployment_is_a_race_that_the_instance_loses():
    stage = fleet(SLOW, desired=3)
    stage.adopt(V1)
    id = stage.create(hooks("ValidateService"))
    stage.world.run(until=1 * MINUTE)
    stage.scale(2)
    stage.world.run()
    deployment = stage.codedeploy.deployments[id]
    assert (deployment.status, sorted(target.status.value for target in deployment.targets)) == (
        "Succeeded",
        ["Failed", "Succeeded", "Succeeded"],
    )


# Hooks


def test_hooks_come_and_go_with_the_auto_scaling_groups_of_a_deployment_group():
    stage = fleet()
    stage.scaled("other")
    (hook,) = hook_names(stage)
    assert hook.startswith("CodeDeploy-managed-automatic-launch-deployment-hook-production-")
    named = {"applicationName": APPLICATION, "currentDeploymentGroupName": GROUP}
    stage.call("UpdateDeploymentGroup", autoScalingGroups=["other"], terminationHookEnabled=True, **named)
    assert hook_names(stage) == []
    assert len(hook_names(stage, "other")) == 2
    stage.call("UpdateDeploymentGroup", terminationHookEnabled=False, **named)
    assert len(hook_names(stage, "other")) == 1
    stage.call("UpdateDeploymentGroup", autoScalingGroups=None, **named)
    assert len(hook_names(stage, "other")) == 1, "null leaves the list as it was"
    stage.call("DeleteDeploymentGroup", applicationName=APPLICATION, deploymentGroupName=GROUP)
    assert hook_names(stage, "other") == []


def test_a_deleted_application_leaves_its_hooks_and_launches_time_out():
    stage = fleet()
    stage.adopt(V1)
    stage.call("DeleteApplication", applicationName=APPLICATION)
    assert len(hook_names(stage)) == 1
    stage.scale(3)
    stage.world.run(until=15 * MINUTE)
    assert "hook.timed-out" in stage.rules("hook")
    assert list(lifecycle(stage).values()).count("InService") == 2


def test_several_deployment_groups_on_one_auto_scaling_group_deploy_at_once_and_one_failure_ends_it():
    stage = fleet({"hook": "ValidateService", "instances": ["fleet-3"], "deployment": [1], "fails": True})
    stage.group("second", autoScalingGroups=["fleet"])
    stage.adopt(V1)
    stage.adopt(bundle("version: 0.0\nos: linux\nhooks: {}\n"), group="second")
    stage.scale(3)
    stage.world.run()
    launches = [one for one in stage.deployments() if one.targets[0].name == "fleet-3"]
    assert [one.group.name for one in launches] == ["production", "second"]
    assert launches[0].started is not None
    assert launches[0].targets[0].host.instance.status == "terminated"
    assert list(lifecycle(stage).values()).count("InService") == 3


def test_a_lifecycle_action_can_be_completed_by_hand_and_beats_prolong_it():
    stage = Stage(0)
    stage.scaled()
    hook = {"AutoScalingGroupName": "fleet", "LifecycleHookName": "mine"}
    launching = "autoscaling:EC2_INSTANCE_LAUNCHING"
    stage.call("PutLifecycleHook", "autoscaling", LifecycleTransition=launching, HeartbeatTimeout=600, **hook)
    stage.scale(3)
    stage.world.run(until=8 * MINUTE)
    id = list(stage.ec2.instances)[-1]
    stage.call("RecordLifecycleActionHeartbeat", "autoscaling", InstanceId=id, **hook)
    stage.world.run(until=15 * MINUTE)
    assert lifecycle(stage)["fleet-3"] == "Pending:Wait"
    stage.call("CompleteLifecycleAction", "autoscaling", InstanceId=id, LifecycleActionResult="CONTINUE", **hook)
    stage.world.run()
    assert lifecycle(stage)["fleet-3"] == "InService"


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_gives_the_same_story(seed):
    def told(stage: Stage) -> list[Any]:
        return [(time, str(status), why.render()) for time, _, status, why in stage.world.journal.entries]

    def story() -> Stage:
        stage = fleet({"hook": "ValidateService", "fails": 0.3}, seed=seed, serviceRoleArn=ROLE)
        stage.adopt(V1)
        stage.create(V2)
        stage.scale(5)
        stage.world.run(until=HOUR)
        return stage

    assert told(story()) == told(story())
