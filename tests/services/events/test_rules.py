"""Rules and targets, put and looked at. Source: docs/behaviour/codecommit-and-glue.md §13.3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.events.stage import ACCOUNT, PIPELINE, ROLE, TOPIC, Town

RULE_ARN = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/all"
PATTERN = json.dumps({"source": ["my.shop"]})


def test_a_rule_is_put_and_described():
    town = Town()
    answer = town(
        "PutRule", Name="all", EventPattern=PATTERN, Description="Everything", Tags=[{"Key": "a", "Value": "1"}]
    )
    assert answer == {"RuleArn": RULE_ARN}
    assert town("DescribeRule", Name="all") == {
        "Name": "all",
        "Arn": RULE_ARN,
        "EventPattern": PATTERN,
        "Description": "Everything",
        "State": "ENABLED",
        "EventBusName": "default",
        "CreatedBy": ACCOUNT,
    }
    assert town("ListTagsForResource", ResourceARN=RULE_ARN) == {"Tags": [{"Key": "a", "Value": "1"}]}


def test_putting_again_replaces_the_rule_and_keeps_its_targets():
    town = Town()
    town("PutRule", Name="all", EventPattern=PATTERN, Description="Everything")
    town("PutTargets", Rule="all", Targets=[{"Id": "t", "Arn": TOPIC}])
    town("PutRule", Name="all", ScheduleExpression="rate(1 day)", State="DISABLED", Tags=[{"Key": "a", "Value": "1"}])
    described = town("DescribeRule", Name="all")
    assert (described["State"], described.get("EventPattern"), described.get("Description")) == ("DISABLED", None, None)
    assert described["ScheduleExpression"] == "rate(1 day)"
    assert len(town("ListTargetsByRule", Rule="all")["Targets"]) == 1
    # Tags of a rule that is there already are ignored
    assert town("ListTagsForResource", ResourceARN=RULE_ARN) == {"Tags": []}


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "ValidationException: .*EventPattern or ScheduleExpression must be specified"),
        (
            {"EventPattern": '{"a": "x"}'},
            'InvalidEventPatternException: Event pattern is not valid. Reason: "a" must be',
        ),
        ({"EventPattern": "{"}, "InvalidEventPatternException"),
        ({"ScheduleExpression": "rate(1 minutes)"}, "ValidationException: Parameter ScheduleExpression is not valid"),
        (
            {"EventPattern": PATTERN, "EventBusName": "other"},
            "ResourceNotFoundException: Event bus other does not exist",
        ),
    ],
)
def test_rules_that_cannot_be(parameters: dict[str, Any], said: str):
    with pytest.raises(ServiceError, match=said):
        Town()("PutRule", Name="all", **parameters)


def test_no_more_than_three_hundred_rules():
    town = Town()
    for number in range(300):
        town("PutRule", Name=f"r{number}", EventPattern=PATTERN)
    with pytest.raises(ServiceError, match="LimitExceededException"):
        town("PutRule", Name="one-too-many", EventPattern=PATTERN)


def test_lists():
    town = Town()
    for name in ("web-b", "web-a", "shop"):
        town("PutRule", Name=name, EventPattern=PATTERN)
        town("PutTargets", Rule=name, Targets=[{"Id": "t", "Arn": TOPIC if name != "shop" else f"{TOPIC}-2"}])
    assert [rule["Name"] for rule in town("ListRules", NamePrefix="web-")["Rules"]] == ["web-a", "web-b"]
    assert town("ListRuleNamesByTarget", TargetArn=TOPIC) == {"RuleNames": ["web-a", "web-b"]}
    assert town("ListEventBuses")["EventBuses"][0]["Name"] == "default"
    assert town("DescribeEventBus")["Arn"] == f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"


def test_the_bus_may_be_named_by_its_arn():
    town = Town()
    arn = town("DescribeEventBus")["Arn"]
    town("PutRule", Name="all", EventPattern=PATTERN, EventBusName=arn)
    assert town("DescribeRule", Name="all", EventBusName="default")["Name"] == "all"


def test_a_rule_with_targets_cannot_be_deleted():
    town = Town()
    town("PutRule", Name="all", EventPattern=PATTERN)
    town("PutTargets", Rule="all", Targets=[{"Id": "t", "Arn": TOPIC}])
    with pytest.raises(ServiceError, match="Rule can't be deleted since it has targets"):
        town("DeleteRule", Name="all")
    town("RemoveTargets", Rule="all", Ids=["t"])
    town("DeleteRule", Name="all")
    with pytest.raises(ServiceError, match="ResourceNotFoundException: Rule all does not exist on EventBus default"):
        town("DescribeRule", Name="all")
    # and again is no error
    assert town("DeleteRule", Name="all") == {}


def test_targets_are_put_replaced_and_removed():
    town = Town()
    town("PutRule", Name="all", EventPattern=PATTERN)
    town("PutTargets", Rule="all", Targets=[{"Id": "one", "Arn": TOPIC}, {"Id": "two", "Arn": TOPIC}])
    town("PutTargets", Rule="all", Targets=[{"Id": "one", "Arn": TOPIC, "Input": '"hello"'}])
    assert town("ListTargetsByRule", Rule="all")["Targets"] == [
        {"Id": "one", "Arn": TOPIC, "Input": '"hello"'},
        {"Id": "two", "Arn": TOPIC},
    ]
    answer = town("RemoveTargets", Rule="all", Ids=["two", "three"])
    assert answer["FailedEntryCount"] == 1
    assert answer["FailedEntries"][0]["TargetId"] == "three"


def test_five_targets_and_no_more():
    town = Town()
    town("PutRule", Name="all", EventPattern=PATTERN)
    town("PutTargets", Rule="all", Targets=[{"Id": f"t{n}", "Arn": TOPIC} for n in range(5)])
    with pytest.raises(ServiceError, match="LimitExceededException"):
        town("PutTargets", Rule="all", Targets=[{"Id": "t5", "Arn": TOPIC}])
    assert len(town("ListTargetsByRule", Rule="all")["Targets"]) == 5


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"Arn": "news"}, "Provided Arn is not in correct format"),
        ({"Arn": PIPELINE}, f"RoleArn is required for target {PIPELINE}"),
        ({"Arn": TOPIC, "Input": "not json"}, "JSON syntax error in input for target t"),
        ({"Arn": TOPIC, "Input": "{}", "InputPath": "$"}, "Only one of Input, InputPath, or InputTransformer"),
    ],
)
def test_targets_that_cannot_be(target: dict[str, Any], said: str):
    town = Town()
    town("PutRule", Name="all", EventPattern=PATTERN)
    with pytest.raises(ServiceError, match=said):
        town("PutTargets", Rule="all", Targets=[{"Id": "t", **target}])


def test_targets_of_a_rule_that_is_not_there():
    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        Town()("PutTargets", Rule="none", Targets=[{"Id": "t", "Arn": PIPELINE, "RoleArn": ROLE}])


# Asking whether somebody listens


def test_the_bus_wants_what_some_enabled_rule_with_a_target_may_match():
    town = Town()
    bus: Any = town.world.service("events", ACCOUNT, "us-east-1")

    def wants(source: str = "my.shop", detail_type: str = "Order") -> bool:
        return bool(bus.wants(source, detail_type))

    assert not wants()
    town("PutRule", Name="all", EventPattern=json.dumps({"source": ["my.shop"], "detail-type": ["Order"]}))
    assert not wants()
    town("PutTargets", Rule="all", Targets=[{"Id": "t", "Arn": TOPIC}])
    assert wants()
    assert not wants(detail_type="Refund")
    assert not wants(source="your.shop")
    town("DisableRule", Name="all")
    assert not wants()
    town("EnableRule", Name="all")
    assert wants()
    town("PutRule", Name="all", EventPattern=json.dumps({"source": ["your.shop"]}))
    assert not wants()
    assert wants("your.shop", "anything")
    town("RemoveTargets", Rule="all", Ids=["t"])
    assert not wants("your.shop", "anything")


# Trying a pattern

EVENT = {
    "id": "1",
    "account": ACCOUNT,
    "source": "my.shop",
    "time": "2026-01-05T09:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail-type": "Order",
    "detail": {"sum": 12},
}


def test_a_pattern_is_tried_on_an_event():
    def fits(pattern: dict[str, Any]) -> bool:
        return bool(Town()("TestEventPattern", EventPattern=json.dumps(pattern), Event=json.dumps(EVENT))["Result"])

    assert fits({"detail": {"sum": [{"numeric": [">", 10]}]}})
    assert not fits({"detail": {"sum": [{"numeric": [">", 12]}]}})


def test_an_event_to_try_needs_its_fields():
    for name in [name for name in EVENT if name != "detail"]:
        event = json.dumps({key: value for key, value in EVENT.items() if key != name})
        with pytest.raises(ServiceError, match=f"ValidationException: .*{name} is missing"):
            Town()("TestEventPattern", EventPattern=PATTERN, Event=event)
    with pytest.raises(ServiceError, match="not a JSON object"):
        Town()("TestEventPattern", EventPattern=PATTERN, Event="[]")
