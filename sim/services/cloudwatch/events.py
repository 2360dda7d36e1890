"""What a change of an alarm looks like to others: the EventBridge event, the message to SNS, the history.

Source: docs/behaviour/codecommit-and-glue.md §16.
"""

from __future__ import annotations

import json
from typing import Any

from sim.core.states import Why
from sim.services.cloudwatch import reasons, regions
from sim.services.cloudwatch.resources import Alarm, CompositeAlarm, MetricAlarm, State

MAX_SUBJECT = 100
"""SNS takes subjects of so many characters at most."""


def state_event(alarm: Any, why: Why) -> tuple[list[str], dict[str, Any]]:
    detail = {
        "alarmName": alarm.name,
        "state": _state(alarm.state),
        "previousState": _state(alarm.previous),
        "configuration": configuration(alarm),
    }
    return [alarm.arn], detail


def register() -> None:
    """Let moves of alarms be events."""
    Alarm.emits = ("aws.cloudwatch", "CloudWatch Alarm State Change", state_event)


def _state(state: State) -> dict[str, Any]:
    row = {"value": state.value.value, "reason": state.reason}
    if state.reason_json:
        row["reasonData"] = state.reason_json
    return {**row, "timestamp": reasons.timestamp(state.at)}


def configuration(alarm: Alarm) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if alarm.description is not None:
        found["description"] = alarm.description
    if isinstance(alarm, CompositeAlarm):
        found["alarmRule"] = alarm.rule.text
    if isinstance(alarm, MetricAlarm):
        namespace, name, dimensions = alarm.metric
        stat: dict[str, Any] = {
            "metric": {"namespace": namespace, "name": name, "dimensions": dict(dimensions)},
            "period": alarm.members["Period"],
            "stat": alarm.statistic,
        }
        if alarm.members.get("Unit"):
            stat["unit"] = alarm.members["Unit"]
        found["metrics"] = [{"id": alarm.metric_id, "metricStat": stat, "returnData": True}]
    return found


def transition(alarm: Alarm) -> dict[str, Any]:
    """The HistoryData of a change of state."""
    return {"version": "1.0", "oldState": _historic(alarm.previous), "newState": _historic(alarm.state)}


def _historic(state: State) -> dict[str, Any]:
    row: dict[str, Any] = {"stateValue": state.value.value, "stateReason": state.reason}
    if state.reason_json:
        row["stateReasonData"] = json.loads(state.reason_json)
    return row


def subject(alarm: Alarm) -> str:
    text = f'{alarm.status}: "{alarm.name}" in {regions.name(alarm.region)}'
    return text[:MAX_SUBJECT]


def message(alarm: Alarm) -> dict[str, Any]:
    """What CloudWatch publishes to a topic."""
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": reasons.timestamp(alarm.configured),
        "NewStateValue": alarm.state.value.value,
        "NewStateReason": alarm.state.reason,
        "StateChangeTime": reasons.timestamp(alarm.state.at),
        "Region": regions.name(alarm.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": alarm.previous.value.value,
        **{name: list(alarm.members.get(name) or ()) for name in ("OKActions", "AlarmActions")},
        "InsufficientDataActions": list(alarm.members.get("InsufficientDataActions") or ()),
        **_trigger(alarm),
    }


def _trigger(alarm: Alarm) -> dict[str, Any]:
    if isinstance(alarm, CompositeAlarm):
        return {"AlarmRule": alarm.rule.text}
    assert isinstance(alarm, MetricAlarm)
    namespace, name, dimensions = alarm.metric
    members = alarm.members
    if members.get("Statistic"):
        statistic = {"StatisticType": "Statistic", "Statistic": members["Statistic"].upper()}
    else:
        statistic = {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": members["ExtendedStatistic"]}
    trigger = {
        "MetricName": name,
        "Namespace": namespace,
        **statistic,
        "Unit": members.get("Unit"),
        "Dimensions": [{"value": value, "name": dimension} for dimension, value in dimensions],
        "Period": members["Period"],
        "EvaluationPeriods": members["EvaluationPeriods"],
        **({"DatapointsToAlarm": members["DatapointsToAlarm"]} if members.get("DatapointsToAlarm") else {}),
        "ComparisonOperator": members["ComparisonOperator"],
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.terms.missing.value,
        "EvaluateLowSampleCountPercentile": members.get("EvaluateLowSampleCountPercentile", ""),
    }
    return {"Trigger": trigger}
