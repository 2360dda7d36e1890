"""The reasons that CloudWatch gives for the state of an alarm, in its own words and as JSON.

The forms are those of the events in the CloudWatch User Guide (docs/behaviour/codecommit-and-glue.md §16).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sim.core.states import Ruling
from sim.services.cloudwatch.evaluation import Verdict
from sim.services.cloudwatch.metrics import Datapoint
from sim.services.cloudwatch.resources import Alarm, MetricAlarm, MissingData, State, StateValue

_COMPARISONS = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_FILLED_AS = {MissingData.BREACHING: "Breaching", MissingData.NOT_BREACHING: "NonBreaching"}

Range = list[tuple[datetime, Datapoint | None]]
"""The evaluation range of an alarm: the begin of each period and its datapoint, the oldest first."""


def timestamp(date: datetime) -> str:
    """As in events: 2026-01-05T09:01:00.000+0000."""
    return f"{date.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{date.microsecond // 1000:03d}+0000"


def why(alarm: MetricAlarm, verdict: Verdict, range_: Range) -> Ruling:
    """The rule behind an evaluation, with what it was applied to."""
    terms = alarm.terms
    values = [point.value for place in verdict.used if (point := range_[place][1]) is not None]
    filling = ""
    if verdict.filled:
        filling = f", and {verdict.filled} missing count as {terms.missing.value}"
    return verdict.rule(
        breaching=sum(map(alarm.breaches, values)),
        real=len(values),
        comparison=_COMPARISONS[alarm.members["ComparisonOperator"]],
        threshold=alarm.threshold,
        filling=filling,
        needed=terms.breaching,
        periods=terms.periods,
        age=len(range_) - verdict.used[0] if verdict.used else 0,
        range=len(range_),
    )


def state(alarm: MetricAlarm, verdict: Verdict, range_: Range, now: datetime) -> State:
    """The state that an evaluation gives, with its reasons. The verdict must name one."""
    assert verdict.state is not None
    return State(
        verdict.state, now, _text(alarm, verdict, range_, verdict.state), _as_json(alarm, verdict, range_, now)
    )


def _text(alarm: MetricAlarm, verdict: Verdict, range_: Range, state: StateValue) -> str:
    """StateReason."""
    terms = alarm.terms
    if state is StateValue.INSUFFICIENT_DATA:
        unknown = terms.periods - len(verdict.used)
        return f"Insufficient Data: {_datapoints(unknown)} {_were(unknown)} unknown."
    breaches = state is StateValue.ALARM
    used = [(date, point.value) for date, point in (range_[place] for place in verdict.used) if point is not None]
    telling = [(date, value) for date, value in reversed(used) if alarm.breaches(value) is breaches]
    filled = ""
    if verdict.filled:
        missing = f"{verdict.filled} missing {_datapoints(verdict.filled, counted=False)} {_were(verdict.filled)}"
        filled = f" and {missing} treated as [{_FILLED_AS[terms.missing]}]"
    if not telling:
        received = f"{_datapoints(len(used))} {_were(len(used))}" if used else "no datapoints were"
        periods = f"{terms.periods} period{'' if terms.periods == 1 else 's'}"
        return f"Threshold Crossed: {received} received for {periods}{filled}."
    shown = ", ".join(f"{value!r} ({date:%d/%m/%y %H:%M:%S})" for date, value in telling)
    compared = f"{_were(len(telling))}{'' if breaches else ' not'} {_COMPARISONS[alarm.members['ComparisonOperator']]}"
    least = terms.breaching if breaches else terms.periods - terms.breaching + 1
    way = "OK -> ALARM" if breaches else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(telling)} out of the last {terms.periods} datapoints [{shown}] {compared} the"
        f" threshold ({alarm.threshold!r}){filled} (minimum {_datapoints(least)} for {way} transition)."
    )


def _datapoints(count: int, counted: bool = True) -> str:
    noun = "datapoint" if count == 1 else "datapoints"
    return f"{count} {noun}" if counted else noun


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _as_json(alarm: MetricAlarm, verdict: Verdict, range_: Range, now: datetime) -> str:
    """StateReasonData."""
    used = [(date, point) for date, point in (range_[place] for place in verdict.used) if point is not None]
    content: dict[str, Any] = {"version": "1.0", "queryDate": timestamp(now)}
    if used:
        content["startDate"] = timestamp(used[0][0])
    content["statistic"] = alarm.statistic
    if alarm.members.get("Unit"):
        content["unit"] = alarm.members["Unit"]
    content |= {
        "period": alarm.members["Period"],
        "recentDatapoints": [point.value for _, point in used],
        "threshold": alarm.threshold,
        "evaluatedDatapoints": [
            {"timestamp": timestamp(date), "sampleCount": point.samples, "value": point.value}
            for date, point in reversed(used)
        ],
    }
    return json.dumps(content, separators=(",", ":"))


def changed(alarm: Alarm, date: datetime) -> tuple[str, str]:
    """(StateReason, StateReasonData) of a composite alarm because of that alarm, which has just changed."""
    moment = f"{date.astimezone(UTC):%A %d %B, %Y %H:%M:%S} UTC"
    return f"{alarm.arn} transitioned to {alarm.status} at {moment}", triggers([(alarm, date)])


def triggers(alarms: list[tuple[Alarm, datetime]]) -> str:
    """The alarms behind the state of a composite alarm, and since when each stands as it does."""
    rows = [
        {"arn": alarm.arn, "state": {"value": alarm.status.value, "timestamp": timestamp(date)}}
        for alarm, date in alarms
    ]
    return json.dumps({"triggeringAlarms": rows}, separators=(",", ":"))
