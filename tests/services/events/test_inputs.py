"""What a target gets of an event. Source: docs/behaviour/codecommit-and-glue.md §13.3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.services.events import inputs
from sim.services.events.resources import EventRule, RuleState

RULE = EventRule(
    "orders",
    RuleState.ENABLED,
    arn="arn:aws:events:us-east-1:123456789012:rule/orders",
    account="123456789012",
    region="us-east-1",
    created_by="123456789012",
)
EVENT: dict[str, Any] = {
    "id": "1",
    "source": "my.shop",
    "resources": ["one", "two"],
    "detail": {"sum": 12, "note": 'say "hi"', "open": True, "none": None, "lines": [{"sku": "a"}, {"sku": "b"}]},
}
RECEIVED = "2026-01-05T09:00:00Z"


def text(**target: Any) -> str:
    return inputs.text(RULE, {"Id": "t", "Arn": "x", **target}, EVENT, RECEIVED)


def transformed(template: str, **paths: str) -> str:
    return text(InputTransformer={"InputPathsMap": paths, "InputTemplate": template})


def test_without_anything_the_event():
    assert json.loads(text()) == EVENT


def test_a_constant():
    assert text(Input='{"a": 1}') == '{"a": 1}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.detail.sum", 12),
        ("$.resources[1]", "two"),
        ("$.detail.lines[0].sku", "a"),
        ("$.detail.lines[*].sku", ["a", "b"]),
        ("$['detail']['open']", True),
        ('$["detail"].none', None),
    ],
)
def test_a_part(path: str, expected: Any):
    assert json.loads(text(InputPath=path)) == expected


@pytest.mark.parametrize("path", ["$.detail.nothing", "$.resources[7]", "$.source.deeper", "detail", "$detail"])
def test_a_part_that_is_not_there(path: str):
    assert text(InputPath=path) == ""


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        # Inside quotes a text is put in bare, outside it becomes JSON
        ('"An order of <sum> by <who>"', '"An order of 12 by my.shop"'),
        ('{"sum": <sum>, "who": <who>, "open": <open>}', '{"sum": 12, "who": "my.shop", "open": true}'),
        ('{"text": "<who> has sold for <sum>"}', '{"text": "my.shop has sold for 12"}'),
        ('{"text": "a \\"<who>\\" b"}', '{"text": "a \\"my.shop\\" b"}'),
        ("<who> has sold for <sum>", "my.shop has sold for 12"),
        ('{"all": <lines>}', '{"all": [{"sku":"a"},{"sku":"b"}]}'),
        # Values are not escaped
        ('"<note>"', '"say "hi""'),
        # What a path does not find is left out
        ('"[<gone>]"', '"[]"'),
        # Names that nobody gave stay
        ('"<b>bold</b>"', '"<b>bold</b>"'),
    ],
)
def test_a_template(template: str, expected: str):
    paths = {
        "sum": "$.detail.sum",
        "who": "$.source",
        "open": "$.detail.open",
        "lines": "$.detail.lines",
        "note": "$.detail.note",
        "gone": "$.detail.gone",
    }
    assert transformed(template, **paths) == expected


def test_predefined_variables():
    template = (
        '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>,'
        ' "head": <aws.events.event>, "whole": <aws.events.event.json>}'
    )
    assert json.loads(transformed(template)) == {
        "arn": RULE.arn,
        "name": "orders",
        "at": RECEIVED,
        "head": {key: value for key, value in EVENT.items() if key != "detail"},
        "whole": EVENT,
    }
