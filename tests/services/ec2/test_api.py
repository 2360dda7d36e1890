"""Instances: launching, states, events, looking at them."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import MINUTE, SECOND
from sim.core.world import World
from tests.services.asking import Asker


@pytest.fixture
def ec2() -> Asker:
    return Asker(World(7), "ec2")


def launch(ec2: Asker, count: int = 1, **tags: str) -> list[str]:
    """Ids of instances that have booted."""
    rows = ec2(
        "RunInstances",
        ImageId="ami-1",
        MinCount=count,
        MaxCount=count,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]},
            {"ResourceType": "volume", "Tags": [{"Key": "Not", "Value": "this"}]},
        ],
    )["Instances"]
    ec2.world.run()
    return [row["InstanceId"] for row in rows]


def described(ec2: Asker, **more: Any) -> list[dict[str, Any]]:
    return [row for reservation in ec2("DescribeInstances", **more)["Reservations"] for row in reservation["Instances"]]


def state(ec2: Asker, id: str) -> str:
    (row,) = described(ec2, InstanceIds=[id])
    name: str = row["State"]["Name"]
    return name


# Launching


def test_an_instance_boots_before_it_runs(ec2: Asker) -> None:
    (row,) = ec2("RunInstances", MinCount=1, MaxCount=1, InstanceType="m5.large")["Instances"]
    assert (row["State"], row["InstanceType"]) == ({"Code": 0, "Name": "pending"}, "m5.large")
    ec2.world.run()
    (row,) = described(ec2)
    assert row["State"] == {"Code": 16, "Name": "running"}
    assert 30 * SECOND <= ec2.world.now <= 2 * MINUTE, "data/assumptions.yml: instance.boot"


def test_before_time_0_instances_run_at_once(ec2: Asker) -> None:
    ec2.world.silent = True
    (id,) = launch(ec2)
    assert (state(ec2, id), ec2.world.now) == ("running", 0)


def test_ids_depend_on_seed_account_and_region_and_each_has_an_address_of_its_own(ec2: Asker) -> None:
    first = launch(ec2, 600)
    assert launch(Asker(World(7), "ec2"), 600) == first
    assert len({*first, *launch(Asker(World(8), "ec2"), 600)}) == 1_200
    assert len({*first, *launch(ec2.elsewhere(region="eu-west-1"), 600)}) == 1_200
    assert len({row["PrivateIpAddress"] for row in described(ec2)}) == 600


def test_tags_and_profile_are_those_asked_for(ec2: Asker) -> None:
    launch(ec2, Name="web-1", Stage="prod")
    ec2("RunInstances", MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "web"})
    first, second = described(ec2)
    assert first["Tags"] == [{"Key": "Name", "Value": "web-1"}, {"Key": "Stage", "Value": "prod"}]
    assert "IamInstanceProfile" not in first
    assert second["IamInstanceProfile"] == {"Arn": "arn:aws:iam::111111111111:instance-profile/web"}


def test_so_many_at_once_and_not_more(ec2: Asker) -> None:
    assert ec2.refused("RunInstances", MinCount=1, MaxCount=1_001).code == "InstanceLimitExceeded"
    assert described(ec2) == []


# States


def test_an_instance_stops_and_starts_again(ec2: Asker) -> None:
    (id,) = launch(ec2)
    began = ec2.world.now
    (change,) = ec2("StopInstances", InstanceIds=[id])["StoppingInstances"]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "stopping")
    assert ec2.refused("StartInstances", InstanceIds=[id]).code == "IncorrectInstanceState", "it is not stopped yet"
    ec2.world.run()
    assert state(ec2, id) == "stopped"
    assert 20 * SECOND <= ec2.world.now - began <= MINUTE, "data/assumptions.yml: instance.stop"
    (change,) = ec2("StartInstances", InstanceIds=[id])["StartingInstances"]
    assert (change["PreviousState"]["Code"], change["CurrentState"]["Code"]) == (80, 0)
    ec2.world.run()
    assert state(ec2, id) == "running"


def test_an_instance_is_terminated_a_little_later_also_while_it_stops(ec2: Asker) -> None:
    (id,) = launch(ec2)
    ec2("StopInstances", InstanceIds=[id])
    (change,) = ec2("TerminateInstances", InstanceIds=[id])["TerminatingInstances"]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("stopping", "shutting-down")
    ec2.world.run()
    statuses = [move.status for move in ec2.world.journal.moves()]
    assert statuses == ["running", "stopping", "shutting-down", "terminated"]


def test_before_time_0_instances_stop_at_once(ec2: Asker) -> None:
    ec2.world.silent = True
    (id,) = launch(ec2)
    (change,) = ec2("StopInstances", InstanceIds=[id])["StoppingInstances"]
    assert (change["CurrentState"]["Name"], ec2.world.now) == ("stopped", 0)


def test_an_instance_that_is_terminated_while_it_boots_never_runs(ec2: Asker) -> None:
    (row,) = ec2("RunInstances", MinCount=1, MaxCount=1)["Instances"]
    ec2("TerminateInstances", InstanceIds=[row["InstanceId"]])
    ec2.world.run()
    assert state(ec2, row["InstanceId"]) == "terminated"


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        ([], "StartInstances", "running"),
        (["StopInstances"], "StopInstances", "stopped"),
        (["StopInstances"], "TerminateInstances", "terminated"),
        (["TerminateInstances"], "TerminateInstances", "terminated"),
    ],
)
def test_asking_for_what_is_so_already_changes_nothing(
    ec2: Asker, before: list[str], operation: str, after: str
) -> None:
    (id,) = launch(ec2)
    for one in before:
        ec2(one, InstanceIds=[id])
        ec2.world.run()
    entries = len(ec2.world.journal)
    ec2(operation, InstanceIds=[id])
    ec2.world.run()
    assert state(ec2, id) == after
    assert (len(ec2.world.journal) == entries) is (not before or before[-1] == operation)


def test_starting_twice_boots_once(ec2: Asker) -> None:
    (id,) = launch(ec2)
    ec2("StopInstances", InstanceIds=[id])
    ec2.world.run()
    ec2("StartInstances", InstanceIds=[id])
    ec2.world.run(ec2.world.now + 10 * SECOND)
    ec2("StartInstances", InstanceIds=[id])
    ec2.world.run()
    assert [move.time for move in ec2.world.journal.moves()][-1] == ec2.world.now
    statuses = [move.status for move in ec2.world.journal.moves()]
    assert statuses == ["running", "stopping", "stopped", "pending", "running"]


@pytest.mark.parametrize(
    ("before", "operation", "message"),
    [
        ("TerminateInstances", "StartInstances", "The instance '{id}' is not in a state from which it can be started."),
        ("TerminateInstances", "StopInstances", "This instance '{id}' is not in a state from which it can be stopped."),
    ],
)
def test_what_cannot_be_is_refused_and_changes_no_other(ec2: Asker, before: str, operation: str, message: str) -> None:
    gone, other = launch(ec2, 2)
    ec2(before, InstanceIds=[gone])
    error = ec2.refused(operation, InstanceIds=[other, gone])
    assert (error.code, error.message) == ("IncorrectInstanceState", message.format(id=gone))
    assert state(ec2, other) == "running"


def test_an_instance_that_boots_cannot_be_stopped(ec2: Asker) -> None:
    (row,) = ec2("RunInstances", MinCount=1, MaxCount=1)["Instances"]
    assert ec2.refused("StopInstances", InstanceIds=[row["InstanceId"]]).code == "IncorrectInstanceState"


@pytest.mark.parametrize("operation", ["DescribeInstances", "StopInstances", "StartInstances", "TerminateInstances"])
def test_what_is_not_there_is_told(ec2: Asker, operation: str) -> None:
    error = ec2.refused(operation, InstanceIds=["i-0"])
    assert (error.code, error.message) == ("InvalidInstanceID.NotFound", "The instance ID 'i-0' does not exist")


def test_every_state_becomes_an_event(ec2: Asker) -> None:
    ec2.world.events = events = []
    (id,) = launch(ec2)
    ec2("StopInstances", InstanceIds=[id])
    ec2.world.run()
    ec2("TerminateInstances", InstanceIds=[id])
    ec2.world.run()
    assert [event["detail"]["state"] for event in events] == [
        *("pending", "running", "stopping", "stopped", "shutting-down", "terminated")
    ]
    assert {event["detail-type"] for event in events} == {"EC2 Instance State-change Notification"}
    assert events[0]["resources"] == [f"arn:aws:ec2:us-east-1:111111111111:instance/{id}"]


# Looking


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ([{"Name": "tag:Name", "Values": ["web-1"]}], ["web-1"]),
        ([{"Name": "tag:Name", "Values": ["web-*"]}], ["web-1", "web-2"]),
        ([{"Name": "tag:Name", "Values": ["WEB-*"]}], []),
        ([{"Name": "tag:Nothing", "Values": ["*"]}], []),
        ([{"Name": "tag-key", "Values": ["Stage"]}], ["web-2"]),
        ([{"Name": "instance-state-name", "Values": ["stopped"]}], ["db-1"]),
        ([{"Name": "instance-state-name", "Values": ["running", "stopped"]}], ["web-1", "web-2", "db-1"]),
        ([{"Name": "tag:Name", "Values": ["*"]}, {"Name": "instance-state-name", "Values": ["stopped"]}], ["db-1"]),
    ],
)
def test_filters(ec2: Asker, filters: list[dict[str, Any]], names: list[str]) -> None:
    launch(ec2, Name="web-1")
    launch(ec2, Name="web-2", Stage="prod")
    (last,) = launch(ec2, Name="db-1")
    ec2("StopInstances", InstanceIds=[last])
    ec2.world.run()
    found = [tag["Value"] for row in described(ec2, Filters=filters) for tag in row["Tags"] if tag["Key"] == "Name"]
    assert found == names


def test_a_filter_nobody_knows_is_refused(ec2: Asker) -> None:
    launch(ec2)
    assert (
        ec2.refused("DescribeInstances", Filters=[{"Name": "mood", "Values": ["good"]}]).code == "InvalidParameterValue"
    )


def test_tags_can_be_changed(ec2: Asker) -> None:
    (id,) = launch(ec2, Name="web-1")
    ec2("CreateTags", Resources=[id], Tags=[{"Key": "Name", "Value": "web-9"}, {"Key": "New", "Value": "x"}])
    (row,) = described(ec2)
    assert row["Tags"] == [{"Key": "Name", "Value": "web-9"}, {"Key": "New", "Value": "x"}]
    assert ec2.refused("CreateTags", Resources=["i-0"], Tags=[]).code == "InvalidInstanceID.NotFound"


# Reboots and profiles


def test_an_instance_that_reboots_is_running_all_the_while(ec2: Asker) -> None:
    (id,) = launch(ec2)
    before = len(ec2.world.journal.entries)
    assert ec2("RebootInstances", InstanceIds=[id]) == {}
    assert state(ec2, id) == "running"
    ec2("RebootInstances", InstanceIds=[id])
    ec2.world.run()
    notes = [note.why.rule.id for note in ec2.world.journal.notices if note.topic == "reboot"]
    assert notes == ["ec2.instance.reboots", "ec2.instance.rebooted"]
    assert len(ec2.world.journal.entries) == before, "no status changed"


def test_a_stop_ends_a_reboot(ec2: Asker) -> None:
    (id,) = launch(ec2)
    ec2("RebootInstances", InstanceIds=[id])
    ec2("StopInstances", InstanceIds=[id])
    ec2.world.run()
    assert state(ec2, id) == "stopped"
    assert [note.why.rule.id for note in ec2.world.journal.notices] == ["ec2.instance.reboots"]


def test_only_what_runs_can_reboot(ec2: Asker) -> None:
    (id,) = launch(ec2)
    ec2("StopInstances", InstanceIds=[id])
    assert ec2.refused("RebootInstances", InstanceIds=[id]).code == "IncorrectInstanceState"
    assert ec2.refused("RebootInstances", InstanceIds=["i-0"]).code == "InvalidInstanceID.NotFound"


def test_an_instance_profile_can_be_attached_later_and_only_one(ec2: Asker) -> None:
    (id,) = launch(ec2)
    answer = ec2("AssociateIamInstanceProfile", InstanceId=id, IamInstanceProfile={"Name": "web"})
    made = answer["IamInstanceProfileAssociation"]
    assert (made["InstanceId"], made["State"]) == (id, "associating")
    (row,) = ec2("DescribeIamInstanceProfileAssociations")["IamInstanceProfileAssociations"]
    assert row == made | {"State": "associated"}
    assert described(ec2)[0]["IamInstanceProfile"] == row["IamInstanceProfile"]
    assert ec2("DescribeIamInstanceProfileAssociations", AssociationIds=["x"]) == {"IamInstanceProfileAssociations": []}
    again = ec2.refused("AssociateIamInstanceProfile", InstanceId=id, IamInstanceProfile={"Name": "other"})
    assert again.code == "IncorrectState"
