"""Lifecycle hooks: what is kept of them, what they refuse, how they hold an instance. codedeploy.md §9."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import HOUR, MINUTE
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import Stage

LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
NAMES = {"AutoScalingGroupName": "fleet", "LifecycleHookName": "mine"}


def group(*, hook: str | None = LAUNCHING, **more: Any) -> Stage:
    stage = Stage(0)
    stage.scaled()
    if hook is not None:
        stage.call("PutLifecycleHook", "autoscaling", LifecycleTransition=hook, **NAMES, **more)
    return stage


def states(stage: Stage) -> list[str]:
    (row,) = stage.call("DescribeAutoScalingGroups", "autoscaling")["AutoScalingGroups"]
    return [one["LifecycleState"] for one in row["Instances"]]


def test_a_hook_is_described_with_its_defaults():
    (hook,) = group().call("DescribeLifecycleHooks", "autoscaling", AutoScalingGroupName="fleet")["LifecycleHooks"]
    assert hook["LifecycleHookName"] == "mine"
    assert (hook["HeartbeatTimeout"], hook["DefaultResult"], hook["GlobalTimeout"]) == (3600, "ABANDON", 172_800)


def test_a_hook_put_again_is_changed():
    stage = group()
    stage.call("PutLifecycleHook", "autoscaling", HeartbeatTimeout=60, DefaultResult="CONTINUE", **NAMES)
    (hook,) = stage.call("DescribeLifecycleHooks", "autoscaling", AutoScalingGroupName="fleet")["LifecycleHooks"]
    assert (hook["LifecycleTransition"], hook["HeartbeatTimeout"]) == (LAUNCHING, 60)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("PutLifecycleHook", {**NAMES, "AutoScalingGroupName": "gone", "LifecycleTransition": LAUNCHING}),
        ("PutLifecycleHook", {**NAMES, "LifecycleHookName": "new"}),
        ("PutLifecycleHook", {**NAMES, "LifecycleTransition": "sleeping"}),
        ("PutLifecycleHook", {**NAMES, "DefaultResult": "MAYBE"}),
        ("DeleteLifecycleHook", {**NAMES, "LifecycleHookName": "gone"}),
        ("CompleteLifecycleAction", {**NAMES, "InstanceId": "i-1", "LifecycleActionResult": "CONTINUE"}),
        ("CompleteLifecycleAction", {**NAMES, "InstanceId": "i-1", "LifecycleActionResult": "MAYBE"}),
        ("RecordLifecycleActionHeartbeat", {**NAMES, "InstanceId": "i-1"}),
    ],
)
def test_what_is_refused(operation, parameters):
    with pytest.raises(ServiceError) as error:
        group().call(operation, "autoscaling", **parameters)
    assert error.value.code == "ValidationError"


def test_a_group_has_fifty_hooks_at_most():
    stage = group(hook=None)
    for number in range(50):
        names = {"AutoScalingGroupName": "fleet", "LifecycleHookName": f"hook-{number}"}
        stage.call("PutLifecycleHook", "autoscaling", LifecycleTransition=LAUNCHING, **names)
    with pytest.raises(ServiceError) as error:
        stage.call("PutLifecycleHook", "autoscaling", LifecycleTransition=LAUNCHING, **NAMES)
    assert error.value.code == "LimitExceeded"
    with pytest.raises(ServiceError) as error:
        stage.group("other", autoScalingGroups=["fleet"])
    assert error.value.code == "LifecycleHookLimitExceededException"


@pytest.mark.parametrize(("result", "count"), [("CONTINUE", 3), ("ABANDON", 2)])
def test_nobody_completes_it_and_the_default_result_holds_after_the_timeout(result, count):
    stage = group(HeartbeatTimeout=600, DefaultResult=result)
    stage.scale(3)
    stage.world.run(until=9 * MINUTE)
    assert states(stage).count("Pending:Wait") == 1
    stage.world.run(until=12 * MINUTE + 10_000)
    assert states(stage).count("InService") == count


def test_a_hook_that_is_deleted_holds_nobody():
    stage = group()
    stage.scale(3)
    stage.world.run(until=5 * MINUTE)
    stage.call("DeleteLifecycleHook", "autoscaling", **NAMES)
    stage.world.run()
    assert states(stage) == ["InService"] * 3


def test_an_instance_that_goes_waits_for_the_terminating_hook():
    stage = group(hook=TERMINATING)
    stage.scale(1)
    stage.world.run(until=30 * MINUTE)
    assert states(stage) == ["Terminating:Wait", "InService"]
    stage.world.run(until=2 * HOUR)
    assert states(stage) == ["InService"]


def test_without_a_hook_an_instance_is_in_service_as_soon_as_it_runs():
    stage = group(hook=None)
    stage.scale(3)
    stage.world.run()
    assert states(stage) == ["InService"] * 3


def test_hooks_through_boto3():
    from sim import Cloud

    cloud = Cloud()
    client = cloud.client("autoscaling")
    client.create_auto_scaling_group(AutoScalingGroupName="fleet", MinSize=0, MaxSize=3)
    client.put_lifecycle_hook(LifecycleTransition=LAUNCHING, HeartbeatTimeout=600, **NAMES)
    client.set_desired_capacity(AutoScalingGroupName="fleet", DesiredCapacity=1)
    cloud.run(until="8m")
    (waiting,) = client.describe_auto_scaling_instances()["AutoScalingInstances"]
    assert waiting["LifecycleState"] == "Pending:Wait"
    client.record_lifecycle_action_heartbeat(InstanceId=waiting["InstanceId"], **NAMES)
    client.complete_lifecycle_action(InstanceId=waiting["InstanceId"], LifecycleActionResult="CONTINUE", **NAMES)
    cloud.run()
    assert client.describe_auto_scaling_instances()["AutoScalingInstances"][0]["LifecycleState"] == "InService"
    client.delete_lifecycle_hook(**NAMES)
    assert client.describe_lifecycle_hooks(AutoScalingGroupName="fleet")["LifecycleHooks"] == []
