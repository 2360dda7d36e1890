"""AWS::Events::Rule."""

from __future__ import annotations

import json
from typing import Any

from sim.core.clock import MINUTE
from sim.services.events.template import TYPES
from sim.services.stacks import Created, Stack
from tests.services.events.stage import ACCOUNT, ALICE, PIPELINE, REGION, ROLE, Town


def make(properties: dict[str, Any]) -> tuple[Town, Created]:
    town = Town()
    town.world.silent = True
    created = TYPES["AWS::Events::Rule"](Stack(town.world, ACCOUNT, REGION, "stack", ALICE, {}), "Rule", properties)
    town.world.silent = False
    return town, created


def test_a_rule_with_its_targets():
    pattern = {"source": ["my.shop"], "detail": {"sum": [{"numeric": [">", 10]}]}}
    town, created = make(
        {
            "Name": "orders",
            "EventPattern": pattern,
            "State": "ENABLED",
            "Targets": [{"Id": "t", "Arn": PIPELINE, "RoleArn": ROLE}],
        }
    )
    assert created == Created("orders", {"Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/orders"})
    assert json.loads(town("DescribeRule", Name="orders")["EventPattern"]) == pattern
    town.send(detail='{"sum": 11}')
    town.send(detail='{"sum": 9}')
    town.run()
    assert len(town.pipelines.heard) == 1


def test_a_name_is_made_up():
    town, created = make({"ScheduleExpression": "rate(5 minutes)"})
    assert created.ref.startswith("stack-Rule-")
    assert town("DescribeRule", Name=created.ref)["State"] == "ENABLED"
    town.run(11 * MINUTE)
    assert len(town.world.events or ()) == 2
