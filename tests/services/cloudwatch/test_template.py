"""AWS::CloudWatch::Alarm and ::CompositeAlarm."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.problems import ServiceError
from sim.services.cloudwatch.template import TYPES
from sim.services.stacks import Created, Stack
from tests.services.cloudwatch.stage import ACCOUNT, ALICE, REGION, TOPIC, Town, arn


def make(town: Town, type_: str, **properties: Any) -> Created:
    town.world.silent = True
    try:
        return TYPES[type_](Stack(town.world, ACCOUNT, REGION, "stack", ALICE, {}), "Errors", properties)
    finally:
        town.world.silent = False


ALARM: dict[str, Any] = {
    "Namespace": "app",
    "MetricName": "errors",
    "Statistic": "Sum",
    "Period": "60",
    "EvaluationPeriods": "2",
    "Threshold": "5",
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "port", "Value": 80}],
    "ActionsEnabled": "false",
    "AlarmActions": [TOPIC],
    "Tags": [{"Key": "team", "Value": "web"}],
}


def test_an_alarm_with_numbers_as_text():
    town = Town()
    created = make(town, "AWS::CloudWatch::Alarm", AlarmName="errors", **ALARM)
    assert (created.ref, created.attributes) == ("errors", {"Arn": arn("errors")})
    row = town.row()
    assert (row["Period"], row["EvaluationPeriods"], row["Threshold"]) == (60, 2, 5.0)
    assert (row["ActionsEnabled"], row["Dimensions"]) == (False, [{"Name": "port", "Value": "80"}])
    assert town("ListTagsForResource", ResourceARN=arn("errors"))["Tags"] == [{"Key": "team", "Value": "web"}]
    for second in (10, 70):
        town.run(second)
        town.cloudwatch.observe("app", "errors", 9, {"port": "80"})
    town.run(120)
    assert town.state() == "ALARM"


def test_a_name_is_made_up():
    town = Town()
    created = make(town, "AWS::CloudWatch::Alarm", **ALARM)
    assert created.ref.startswith("stack-Errors-")
    assert town.state(created.ref) == "INSUFFICIENT_DATA"


def test_a_composite_alarm():
    town = Town()
    make(town, "AWS::CloudWatch::Alarm", AlarmName="errors", TreatMissingData="breaching", **ALARM)
    created = make(town, "AWS::CloudWatch::CompositeAlarm", AlarmName="page", AlarmRule="ALARM(errors)")
    assert created.attributes == {"Arn": arn("page")}
    assert town.state("page") == "ALARM"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Period": "a minute"}, "Period is 'a minute'"),
        ({"EvaluationPeriods": 0}, "must be 1 or more"),
        ({"Statistic": "Median"}, "Value 'Median' for Statistic"),
        ({"ComparisonOperator": ">"}, "not simulated"),
        ({"Metrics": [{"Id": "m1"}]}, "metric math is not simulated"),
        ({"Threshold": None}, "Threshold"),
    ],
)
def test_properties_that_cannot_be(changes: dict[str, Any], said: str):
    with pytest.raises(ServiceError, match=said):
        make(Town(), "AWS::CloudWatch::Alarm", **{**ALARM, **changes})
