"""Events on their way to targets. Source: docs/behaviour/codecommit-and-glue.md §13.1, §13.3, §13.4."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.events.stage import ACCOUNT, PIPELINE, REGION, ROLE, TOPIC, Town

ORDERS = json.dumps({"source": ["my.shop"], "detail-type": ["Order"]})


def town_with(*targets: dict[str, Any], pattern: str = ORDERS) -> Town:
    town = Town()
    town.topic()
    town("PutRule", Name="orders", EventPattern=pattern)
    town("PutTargets", Rule="orders", Targets=[{"Id": f"t{n}", **target} for n, target in enumerate(targets)])
    return town


def test_a_topic_gets_the_whole_event():
    town = town_with({"Arn": TOPIC})
    id = town.send(detail='{"sum": 12}', Resources=["arn:aws:x:::y"])
    town.run()
    (text,) = town.mails
    assert json.loads(text) == {
        "version": "0",
        "id": id,
        "detail-type": "Order",
        "source": "my.shop",
        "account": ACCOUNT,
        "time": "2026-01-05T09:00:00Z",
        "region": REGION,
        "resources": ["arn:aws:x:::y"],
        "detail": {"sum": 12},
    }
    assert town.world.journal.of("mail")[0]["subject"] == "AWS Notification Message"
    assert town.notices[0] == f"an event of my.shop, Order, went to the target t0: {TOPIC}"


def test_what_does_not_match_goes_nowhere():
    town = town_with({"Arn": TOPIC}, pattern=json.dumps({"source": ["my.shop"], "detail": {"sum": [12]}}))
    town.send(detail='{"sum": 13}')
    town.run()
    assert town.mails == []


def test_every_target_of_every_matching_rule_gets_the_event():
    town = town_with({"Arn": TOPIC}, {"Arn": TOPIC, "Input": '"second"'})
    town("PutRule", Name="others", EventPattern=json.dumps({"source": ["my.shop"]}))
    town("PutTargets", Rule="others", Targets=[{"Id": "t", "Arn": TOPIC, "Input": '"third"'}])
    town.send()
    town.run()
    assert len(town.mails) == 3
    assert {'"second"', '"third"'} < set(town.mails)


def test_a_disabled_rule_is_deaf():
    town = town_with({"Arn": TOPIC})
    town("DisableRule", Name="orders")
    town.send()
    town.run()
    assert town.mails == []


def test_delivery_takes_its_time_and_the_same_time_in_every_run():
    def arrival(seed: int) -> int:
        town = Town(seed)
        town("PutRule", Name="orders", EventPattern=ORDERS)
        town("PutTargets", Rule="orders", Targets=[{"Id": "t", "Arn": PIPELINE, "RoleArn": ROLE}])
        town.send()
        town.run()
        return town.world.now

    assert arrival(1) == arrival(1)
    assert arrival(1) != arrival(2)
    assert 300 <= arrival(1) <= 3000


def test_a_pipeline_is_started_with_the_role_and_the_rules_name():
    town = town_with({"Arn": PIPELINE, "RoleArn": ROLE})
    town.send()
    town.run()
    (call,) = town.pipelines.heard
    assert (call.operation, call.parameters) == ("StartPipelineExecution", {"name": "shop"})
    assert call.principal == f"arn:aws:sts::{ACCOUNT}:assumed-role/start/orders"
    assert (call.via, call.account, call.region) == ("events.amazonaws.com", ACCOUNT, REGION)


def test_a_transformer_may_pin_the_commit_of_a_pipeline():
    template = '{"sourceRevisions": [{"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": <commit>}]}'
    transformer = {"InputPathsMap": {"commit": "$.detail.commitId"}, "InputTemplate": template}
    town = town_with({"Arn": PIPELINE, "RoleArn": ROLE, "InputTransformer": transformer})
    town.send(detail='{"commitId": "abc"}')
    town.run()
    revision = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": "abc"}
    assert town.pipelines.heard[0].parameters == {"name": "shop", "sourceRevisions": [revision]}


def test_a_build_is_started_with_what_the_input_says():
    project = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/unit"
    town = town_with(
        {"Arn": project, "RoleArn": ROLE},
        {"Arn": project, "RoleArn": ROLE, "Input": '{"sourceVersion": "abc", "projectName": "other"}'},
    )
    town.send()
    town.run()
    calls = sorted((call.parameters for call in town.builds.heard), key=len)
    assert calls == [{"projectName": "unit"}, {"projectName": "unit", "sourceVersion": "abc"}]


def test_what_a_target_refuses_is_dropped_and_told():
    town = town_with({"Arn": PIPELINE, "RoleArn": ROLE}, {"Arn": TOPIC})
    town.pipelines.refuses = "PipelineNotFoundException"
    town.send()
    town.run()
    assert town.pipelines.heard == []
    assert len(town.mails) == 1
    assert any(
        "refused by the target t0: PipelineNotFoundException: no; it is dropped" in text for text in town.notices
    )


def test_a_target_that_is_not_simulated_is_told_of():
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters"
    town = town_with({"Arn": queue})
    town.send()
    town.run()
    assert town.notices == [f"an event of my.shop, Order, went to the target t0, which is not simulated: {queue}"]


def test_an_event_reaches_its_target_even_if_the_rule_is_gone_by_then():
    town = town_with({"Arn": TOPIC})
    town.send()
    town("RemoveTargets", Rule="orders", Ids=["t0"])
    town("DeleteRule", Name="orders")
    town.run()
    assert len(town.mails) == 1


# PutEvents


def test_events_of_ones_own_are_checked_one_by_one():
    entries = [
        {"Source": "my.shop", "DetailType": "Order", "Detail": "{}"},
        {"DetailType": "Order", "Detail": "{}"},
        {"Source": "aws.shop", "DetailType": "Order", "Detail": "{}"},
        {"Source": "my.shop", "DetailType": "Order", "Detail": "[1]"},
    ]
    town = town_with({"Arn": TOPIC})
    answer = town("PutEvents", Entries=entries)
    assert answer["FailedEntryCount"] == 3
    codes = [row.get("ErrorCode") for row in answer["Entries"]]
    assert codes == [None, "InvalidArgument", "NotAuthorizedForSourceException", "MalformedDetail"]
    assert [event["id"] for event in town.world.events or ()] == [answer["Entries"][0]["EventId"]]


def test_all_entries_together_have_a_size():
    entry = {"Source": "my.shop", "DetailType": "Order", "Detail": json.dumps({"text": "x" * 140_000})}
    with pytest.raises(ServiceError, match="Total size of the entries in the request is over the limit"):
        Town()("PutEvents", Entries=[entry, entry])


def test_the_time_of_an_event_may_be_given():
    from datetime import UTC, datetime

    town = town_with({"Arn": TOPIC})
    town.send(Time=datetime(2026, 1, 4, 12, 0, tzinfo=UTC))
    town.run()
    assert json.loads(town.mails[0])["time"] == "2026-01-04T12:00:00Z"


# From a service's move to a mail


def test_recording_events_changes_nothing_of_the_run():
    # Given a mail that holds a whole event, and other events that only a recording run builds
    def mails(record: bool) -> list[dict[str, Any]]:
        town = Town()
        town.world.events = [] if record else None
        town.topic()
        town("PutRule", Name="pushes", EventPattern=json.dumps({"source": ["aws.codecommit"]}))
        town("PutTargets", Rule="pushes", Targets=[{"Id": "t", "Arn": TOPIC}])
        if town.world.listens(ACCOUNT, REGION, "aws.other", "Something"):
            town.world.publish(ACCOUNT, REGION, "aws.other", "Something", [], {})
        town.ask("codecommit", "CreateRepository", repositoryName="web")
        town.ask("codecommit", "PutFile", repositoryName="web", branchName="main", filePath="a", fileContent=b"1")
        town.run()
        return town.world.journal.of("mail")

    assert mails(record=True) == mails(record=False)
    assert len(mails(record=True)) == 1
