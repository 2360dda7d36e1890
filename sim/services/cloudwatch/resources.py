"""What CloudWatch keeps of alarms: settings and states. Source: docs/behaviour/codecommit-and-glue.md §16."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.core.clock import SECOND
from sim.core.states import Resource, Rule, table
from sim.core.world import Wait
from sim.services.cloudwatch.metrics import Key, key_of

if TYPE_CHECKING:
    from sim.services.cloudwatch.alarmrule import AlarmRule
    from sim.services.cloudwatch.evaluation import Terms

_DOC = "docs/behaviour/codecommit-and-glue.md §16"

PRINCIPAL = "cloudwatch.amazonaws.com"
"""Who carries out the actions of alarms."""


class StateValue(StrEnum):
    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class MissingData(StrEnum):
    """TreatMissingData."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


S = StateValue
ALARM_MOVES, _ = table(
    {
        S.OK: {S.ALARM, S.INSUFFICIENT_DATA},
        S.ALARM: {S.OK, S.INSUFFICIENT_DATA},
        S.INSUFFICIENT_DATA: {S.OK, S.ALARM},
    }
)
ACTIONS = {
    S.OK: "OKActions",
    S.ALARM: "AlarmActions",
    S.INSUFFICIENT_DATA: "InsufficientDataActions",
}
"""State -> the member that holds what is done when an alarm comes into it."""
INITIAL = "Unchecked: Initial alarm creation"


@dataclass(frozen=True, slots=True)
class State:
    """How an alarm stands, since when, and why: in words, and as JSON ("" for none)."""

    value: StateValue
    at: datetime
    reason: str
    reason_json: str = ""


class Alarm(Resource):
    """One alarm. `members` are its settings, as AWS's operation got them; `since` is when it came to its status.

    `held` alarms were set by the timeline of a scenario: no evaluation changes them.
    """

    __slots__ = ("configured", "held", "members", "previous", "since", "state", "tags")
    kind = "alarm"
    type = ""
    moves = ALARM_MOVES

    def __init__(self, name: str, state: State, *, account: str, region: str, tags: dict[str, str]):
        arn = naming.arn("cloudwatch", region, account, f"alarm:{name}")
        super().__init__(name, state.value, arn=arn, account=account, region=region)
        self.members: dict[str, Any] = {}
        self.tags = tags
        self.state = state
        self.previous = state
        self.since = state.at
        self.configured = state.at
        self.held = False

    @property
    def actions_enabled(self) -> bool:
        return bool(self.members.get("ActionsEnabled", True))

    def actions(self, state: StateValue) -> list[str]:
        """The ARNs of what is to be done when it comes into that state."""
        return list(self.members.get(ACTIONS[state]) or ())

    @property
    def description(self) -> str | None:
        return self.members.get("AlarmDescription")


class MetricAlarm(Alarm):
    """An alarm on a statistic of one metric.

    `terms` say how many datapoints must breach; `waiting` is the next evaluation, of the period number `due`;
    `metric_id` names the metric in events.
    """

    __slots__ = ("due", "metric_id", "terms", "waiting")
    type = "MetricAlarm"
    terms: Terms

    def __init__(self, name: str, state: State, *, account: str, region: str, tags: dict[str, str], metric_id: str):
        super().__init__(name, state, account=account, region=region, tags=tags)
        self.metric_id = metric_id
        self.waiting: Wait | None = None
        self.due = 0

    @property
    def metric(self) -> Key:
        return key_of(self.members["Namespace"], self.members["MetricName"], self.members.get("Dimensions") or ())

    @property
    def period(self) -> int:
        """In ms."""
        return int(self.members["Period"]) * SECOND

    @property
    def statistic(self) -> str:
        return str(self.members.get("Statistic") or self.members["ExtendedStatistic"])

    @property
    def threshold(self) -> float:
        return float(self.members["Threshold"])

    def breaches(self, value: float) -> bool:
        threshold = self.threshold
        return {
            "GreaterThanThreshold": value > threshold,
            "GreaterThanOrEqualToThreshold": value >= threshold,
            "LessThanThreshold": value < threshold,
            "LessThanOrEqualToThreshold": value <= threshold,
        }[self.members["ComparisonOperator"]]


class CompositeAlarm(Alarm):
    """An alarm on the states of other alarms."""

    __slots__ = ("rule",)
    type = "CompositeAlarm"
    rule: AlarmRule


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One entry of the history of alarms, which outlives them. `type` is the alarm's."""

    at: datetime
    name: str
    type: str
    kind: str
    summary: str
    content: str

    def row(self) -> dict[str, Any]:
        """AWS's AlarmHistoryItem."""
        return {
            "AlarmName": self.name,
            "AlarmType": self.type,
            "Timestamp": self.at,
            "HistoryItemType": self.kind,
            "HistorySummary": self.summary,
            "HistoryData": self.content,
        }


_DATAPOINTS = "{breaching} of {real} datapoints breach ({comparison} {threshold})"
BREACHING = Rule(
    "cloudwatch.alarm.breaching",
    _DATAPOINTS + "{filling}; {needed} of {periods} are enough",
    basis="documented",
    source=_DOC,
)
WITHIN = Rule(
    "cloudwatch.alarm.within",
    _DATAPOINTS + "{filling}; {needed} of {periods} would be needed",
    basis="documented",
    source=_DOC,
)
PREMATURE = Rule(
    "cloudwatch.alarm.premature",
    _DATAPOINTS + "{filling}, the oldest of them {age} periods old and none is within: they stand for {needed}",
    basis="documented",
    source=f"{_DOC} step 4",
)
TOO_LITTLE = Rule(
    "cloudwatch.alarm.too-little",
    _DATAPOINTS + "{filling}: too few and too new for ALARM, which takes {needed} of {periods}",
    basis="documented",
    source=f"{_DOC} step 5",
)
NO_DATA = Rule(
    "cloudwatch.alarm.no-data",
    "no datapoint lies in the evaluation range of {range} periods",
    basis="documented",
    source=f"{_DOC} step 3",
)
SET = Rule("cloudwatch.alarm.set", "SetAlarmState set it: {reason}", basis="documented", source=_DOC)
HELD = Rule(
    "cloudwatch.alarm.held",
    "the timeline of the scenario set it; it stays so until the next step on it",
    basis="assumed",
    source=_DOC,
)
COMPOSED = Rule("cloudwatch.alarm.composed", "its rule {rule} is {holds}", basis="documented", source=_DOC)
IN_CIRCLES = Rule(
    "cloudwatch.alarm.in-circles",
    "its rule {rule} leads back to the alarm itself: it is not evaluated",
    basis="documented",
    source=_DOC,
)
DELETED = Rule("cloudwatch.alarm.deleted", "the alarm was deleted", basis="documented", source=_DOC)
DONE = Rule("cloudwatch.action.done", "the action {arn} was carried out", basis="documented", source=_DOC)
FAILED = Rule("cloudwatch.action.failed", "the action {arn} failed: {error}", basis="documented", source=_DOC)
DISABLED = Rule(
    "cloudwatch.action.disabled",
    "the action {arn} was not carried out: the actions of this alarm are disabled",
    basis="documented",
    source=_DOC,
)
NOT_SIMULATED = Rule(
    "cloudwatch.action.not-simulated",
    "the action {arn} is of a kind that is not simulated",
    basis="assumed",
    source=_DOC,
)
