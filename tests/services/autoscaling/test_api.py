"""Groups of instances: filled when they are made, and scaled by what is wanted of them."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.world import World
from tests.services.asking import Asker


@pytest.fixture
def asg() -> Asker:
    return Asker(World(7), "autoscaling")


def create(asg: Asker, name: str = "web", low: int = 1, high: int = 5, **more: Any) -> None:
    asg("CreateAutoScalingGroup", AutoScalingGroupName=name, MinSize=low, MaxSize=high, **more)
    asg.world.run()


def group(asg: Asker, name: str = "web") -> dict[str, Any]:
    (row,) = asg("DescribeAutoScalingGroups", AutoScalingGroupNames=[name])["AutoScalingGroups"]
    found: dict[str, Any] = row
    return found


def names(asg: Asker, **more: Any) -> list[str]:
    """Names of the instances that run."""
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    answer = Asker(asg.world, "ec2", asg.account, asg.region)("DescribeInstances", Filters=running)
    rows = [row for reservation in answer["Reservations"] for row in reservation["Instances"]]
    return [tag["Value"] for row in rows for tag in row["Tags"] if tag["Key"] == "Name"]


def test_a_group_is_filled_with_instances_named_in_launch_order(asg: Asker) -> None:
    create(asg, DesiredCapacity=4)
    assert names(asg) == ["web-1", "web-2", "web-3", "web-4"]
    row = group(asg)
    assert (row["MinSize"], row["DesiredCapacity"], row["MaxSize"]) == (1, 4, 5)
    assert [one["LifecycleState"] for one in row["Instances"]] == ["InService"] * 4
    assert [one["AvailabilityZone"][-1] for one in row["Instances"]] == ["a", "b", "c", "a"]


def test_without_a_wish_a_group_has_its_minimum(asg: Asker) -> None:
    create(asg, low=2)
    assert (names(asg), group(asg)["DesiredCapacity"]) == (["web-1", "web-2"], 2)


def test_instances_are_pending_until_they_have_booted(asg: Asker) -> None:
    asg("CreateAutoScalingGroup", AutoScalingGroupName="web", MinSize=1, MaxSize=1)
    assert [one["LifecycleState"] for one in group(asg)["Instances"]] == ["Pending"]
    asg.world.run()
    assert [one["LifecycleState"] for one in group(asg)["Instances"]] == ["InService"]


def test_scaling_out_goes_on_counting(asg: Asker) -> None:
    create(asg, DesiredCapacity=2)
    asg("SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=4)
    asg.world.run()
    assert names(asg) == ["web-1", "web-2", "web-3", "web-4"]


def test_scaling_in_takes_the_oldest_and_their_names_are_not_used_again(asg: Asker) -> None:
    create(asg, DesiredCapacity=3)
    asg("SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=1)
    asg.world.run()
    assert names(asg) == ["web-3"]
    assert len(group(asg)["Instances"]) == 1
    asg("SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=2)
    asg.world.run()
    assert names(asg) == ["web-3", "web-4"]


@pytest.mark.parametrize("desired", [0, 6])
def test_what_is_wanted_lies_between_minimum_and_maximum(asg: Asker, desired: int) -> None:
    create(asg, DesiredCapacity=2)
    refusals = [
        asg.refused("SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=desired),
        asg.refused("UpdateAutoScalingGroup", AutoScalingGroupName="web", DesiredCapacity=desired),
        asg.refused("CreateAutoScalingGroup", AutoScalingGroupName="b", MinSize=1, MaxSize=5, DesiredCapacity=desired),
        asg.refused("CreateAutoScalingGroup", AutoScalingGroupName="b", MinSize=2, MaxSize=1),
    ]
    assert {error.code for error in refusals} == {"ValidationError"}
    assert (names(asg), group(asg)["DesiredCapacity"]) == (["web-1", "web-2"], 2)
    assert asg("DescribeAutoScalingGroups", AutoScalingGroupNames=["b"])["AutoScalingGroups"] == []


@pytest.mark.parametrize(("sizes", "count"), [({"MinSize": 3}, 3), ({"MaxSize": 1}, 1), ({"DesiredCapacity": 4}, 4)])
def test_new_bounds_move_what_is_wanted(asg: Asker, sizes: dict[str, int], count: int) -> None:
    create(asg, DesiredCapacity=2)
    asg("UpdateAutoScalingGroup", AutoScalingGroupName="web", **sizes)
    asg.world.run()
    assert (len(names(asg)), group(asg)["DesiredCapacity"]) == (count, count)


def test_groups_are_told_apart(asg: Asker) -> None:
    create(asg, "web", DesiredCapacity=1)
    create(asg, "api", DesiredCapacity=2)
    assert names(asg) == ["web-1", "api-1", "api-2"]
    rows = asg("DescribeAutoScalingInstances")["AutoScalingInstances"]
    assert [row["AutoScalingGroupName"] for row in rows] == ["web", "api", "api"]
    (one,) = asg("DescribeAutoScalingInstances", InstanceIds=[rows[2]["InstanceId"]])["AutoScalingInstances"]
    assert one == rows[2]
    assert (
        asg.refused("CreateAutoScalingGroup", AutoScalingGroupName="web", MinSize=1, MaxSize=1).code == "AlreadyExists"
    )
    assert asg.refused("SetDesiredCapacity", AutoScalingGroupName="db", DesiredCapacity=1).code == "ValidationError"
    assert asg.elsewhere(region="eu-west-1")("DescribeAutoScalingGroups")["AutoScalingGroups"] == []


def test_tags_go_to_the_instances_where_they_propagate(asg: Asker) -> None:
    tags = [
        {"Key": "Stage", "Value": "prod", "PropagateAtLaunch": True},
        {"Key": "Team", "Value": "web", "PropagateAtLaunch": False},
        {"Key": "Name", "Value": "mine", "PropagateAtLaunch": True},
    ]
    create(asg, Tags=tags)
    (reservation,) = Asker(asg.world, "ec2")("DescribeInstances")["Reservations"]
    (row,) = reservation["Instances"]
    assert {tag["Key"]: tag["Value"] for tag in row["Tags"]} == {
        "Name": "web-1",
        "Stage": "prod",
        "aws:autoscaling:groupName": "web",
    }


def test_a_terminated_instance_is_no_longer_a_member(asg: Asker) -> None:
    create(asg, DesiredCapacity=2)
    first = group(asg)["Instances"][0]["InstanceId"]
    Asker(asg.world, "ec2")("TerminateInstances", InstanceIds=[first])
    asg.world.run()
    assert first not in [one["InstanceId"] for one in group(asg)["Instances"]]
