"""Triggers. Source: docs/behaviour/codecommit-and-glue.md §7."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.codecommit.stage import ACCOUNT, ALICE, REPOSITORY_ARN, Town

TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:pushes"


def trigger(**members: Any) -> dict[str, Any]:
    return {"name": "tell", "destinationArn": TOPIC, "branches": [], "events": ["all"], **members}


def town_with(*triggers: dict[str, Any]) -> Town:
    """A repository with these triggers; bob reads what comes to the topic."""
    town = Town()
    town.world.silent = True
    town.ask("sns", "CreateTopic", Name="pushes")
    town.ask("sns", "Subscribe", TopicArn=TOPIC, Protocol="email", Endpoint="bob@example.com")
    town.of_web("PutRepositoryTriggers", triggers=list(triggers))
    town.world.silent = False
    return town


def references(town: Town) -> list[list[dict[str, Any]]]:
    return [json.loads(mail["message"])["Records"][0]["codecommit"]["references"] for mail in town.mails]


def test_a_push_sends_the_documented_payload():
    town = town_with(trigger(customData="channel #sec"))
    commit = town.push({"a": "1"})
    town.run()
    (mail,) = town.mails
    assert mail["subject"] == "UPDATE: AWS CodeCommit us-east-1 push: web"
    (record,) = json.loads(mail["message"])["Records"]
    assert record.pop("eventId")
    assert record.pop("eventTime").startswith("2026-01-05T09:00:00.")
    assert record == {
        "awsRegion": "us-east-1",
        "codecommit": {"references": [{"commit": commit, "ref": "refs/heads/main", "created": True}]},
        "eventName": "ReferenceChange",
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": REPOSITORY_ARN,
        "eventTotalParts": 1,
        "eventTriggerConfigId": town.of_web("GetRepositoryTriggers")["configurationId"],
        "eventTriggerName": "tell",
        "eventVersion": "1.0",
        "customData": "channel #sec",
        "userIdentityARN": ALICE,
    }


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (["all"], ["created", "updated", "deleted"]),
        (["createReference"], ["created"]),
        (["updateReference"], ["updated"]),
        (["deleteReference"], ["deleted"]),
        (["createReference", "deleteReference"], ["created", "deleted"]),
    ],
)
def test_events(events: list[str], told: list[str]):
    town = town_with(trigger(events=events, branches=["feature"]))
    town.push({"a": "1"})
    town.push({"a": "2"}, branch="feature")
    town.run()
    town.push({"a": "3"}, branch="feature")
    town.run()
    town.of_web("DeleteBranch", branchName="feature")
    town.run()
    kinds = [
        ("created" if row.get("created") else "deleted" if row.get("deleted") else "updated")
        for (row,) in references(town)
    ]
    assert kinds == told


def test_branches_that_are_named_leave_others_and_tags_out():
    town = town_with(trigger(branches=["main"]))
    commit = town.push({"a": "1"})
    town.push({"a": "2"}, branch="feature")
    town.push(tag="main")
    town.run()
    assert references(town) == [[{"commit": commit, "ref": "refs/heads/main", "created": True}]]


def test_tags_are_told_of_when_no_branch_is_named():
    town = town_with(trigger(events=["createReference"]))
    commit = town.push({"a": "1"})
    town.run()
    town.push(tag="v1")
    town.run()
    assert references(town)[1] == [{"commit": commit, "ref": "refs/tags/v1", "created": True}]


def test_one_push_of_two_branches_is_one_message():
    town = town_with(trigger())
    commit = town.push({"a": "1"})
    town.run()
    names = ("refs/heads/one", "refs/heads/two")
    town.of_web("GitPush", references=[{"ref": name, "commit": commit} for name in names])
    town.run()
    assert [[row["ref"] for row in rows] for rows in references(town)] == [["refs/heads/main"], list(names)]


def test_put_replaces_the_whole_list():
    town = town_with(trigger(name="one"), trigger(name="two"))
    first = town.of_web("GetRepositoryTriggers")
    assert [one["name"] for one in first["triggers"]] == ["one", "two"]
    second = town.of_web("PutRepositoryTriggers", triggers=[])
    assert second["configurationId"] != first["configurationId"]
    assert town.of_web("GetRepositoryTriggers") == {"configurationId": second["configurationId"], "triggers": []}


def test_a_test_sends_the_last_commit_or_zeros():
    town = town_with()
    answer = town.of_web("TestRepositoryTriggers", triggers=[trigger()])
    assert answer == {"successfulExecutions": ["tell"], "failedExecutions": []}
    commit = town.push({"a": "1"})
    town.of_web("TestRepositoryTriggers", triggers=[trigger()])
    town.run()
    assert sorted(row["commit"] for (row,) in references(town)) == sorted(["0" * 40, commit])


def test_what_cannot_be_reached_is_told_and_holds_nothing_up():
    town = town_with(trigger(destinationArn=f"{TOPIC}-gone"))
    answer = town.of_web("TestRepositoryTriggers", triggers=[trigger(destinationArn=f"{TOPIC}-gone")])
    failed = {"trigger": "tell", "failureMessage": "NotFound: Topic does not exist"}
    assert answer == {"successfulExecutions": [], "failedExecutions": [failed]}
    town.push({"a": "1"})
    town.run()
    assert len(town.events) == 1
    (notice,) = [notice for notice in town.world.journal.notices if notice.topic == "trigger"]
    assert "Topic does not exist; CodeCommit does not try again" in notice.why.render()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"name": None}, "RepositoryTriggerNameRequired"),
        ({"name": "a b"}, "InvalidRepositoryTriggerName"),
        ({"destinationArn": None}, "RepositoryTriggerDestinationArnRequired"),
        ({"destinationArn": "arn:aws:sqs:us-east-1:123456789012:q"}, "InvalidRepositoryTriggerDestinationArn"),
        ({"destinationArn": f"{TOPIC}.fifo"}, "InvalidRepositoryTriggerDestinationArn"),
        ({"destinationArn": TOPIC.replace("us-east-1", "eu-west-1")}, "InvalidRepositoryTriggerRegion"),
        ({"branches": None}, "RepositoryTriggerBranchNameListRequired"),
        ({"branches": [f"b{n}" for n in range(11)]}, "MaximumBranchesExceeded"),
        ({"branches": ["a b"]}, "InvalidRepositoryTriggerBranchName"),
        ({"events": None}, "RepositoryTriggerEventsListRequired"),
        ({"events": ["push"]}, "InvalidRepositoryTriggerEvents"),
        ({"events": ["all", "createReference"]}, "InvalidRepositoryTriggerEvents"),
        ({"customData": "x" * 1001}, "InvalidRepositoryTriggerCustomData"),
    ],
)
def test_triggers_that_cannot_be(members: dict[str, Any], code: str):
    town = town_with(trigger())
    with pytest.raises(ServiceError, match=f"{code}Exception"):
        town.of_web("PutRepositoryTriggers", triggers=[trigger(**members)])
    assert len(town.of_web("GetRepositoryTriggers")["triggers"]) == 1


def test_the_list_itself():
    town = town_with()
    with pytest.raises(ServiceError, match="RepositoryTriggersListRequiredException"):
        town.of_web("PutRepositoryTriggers")
    with pytest.raises(ServiceError, match="MaximumRepositoryTriggersExceededException"):
        town.of_web("PutRepositoryTriggers", triggers=[trigger(name=f"t{n}") for n in range(11)])
    with pytest.raises(ServiceError, match="InvalidRepositoryTriggerNameException"):
        town.of_web("PutRepositoryTriggers", triggers=[trigger(), trigger()])
