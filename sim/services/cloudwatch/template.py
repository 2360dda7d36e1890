"""CloudWatch's CloudFormation types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.core.problems import ServiceError
from sim.services.stacks import Created, Stack

_TYPES: dict[str, Callable[[Any], Any]] = {
    "Period": int,
    "EvaluationPeriods": int,
    "DatapointsToAlarm": int,
    "Threshold": float,
    "ActionsEnabled": lambda value: str(value).lower() == "true",
    "Dimensions": lambda value: [{"Name": str(one["Name"]), "Value": str(one["Value"])} for one in value],
    "Tags": lambda value: [{"Key": str(one["Key"]), "Value": str(one["Value"])} for one in value],
}
"""What a property is, where it is not text: templates may write numbers as text, and text as numbers."""
_LISTS = ("OKActions", "AlarmActions", "InsufficientDataActions")


def alarm(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    return _put(stack, logical_id, properties, "PutMetricAlarm")


def composite_alarm(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    return _put(stack, logical_id, properties, "PutCompositeAlarm")


def _put(stack: Stack, logical_id: str, properties: dict[str, Any], operation: str) -> Created:
    parameters = {name: _typed(name, value) for name, value in properties.items()}
    name = parameters.setdefault("AlarmName", stack.physical_name(logical_id))
    stack.call("cloudwatch", operation, parameters)
    return Created(name, {"Arn": stack.arn("cloudwatch", f"alarm:{name}")})


def _typed(name: str, value: Any) -> Any:
    if name in _LISTS or isinstance(value, dict):
        return value
    try:
        return _TYPES.get(name, str)(value)
    except (TypeError, ValueError):
        raise ServiceError("ValidationError", f"{name} is {value!r}") from None


TYPES = {"AWS::CloudWatch::Alarm": alarm, "AWS::CloudWatch::CompositeAlarm": composite_alarm}
