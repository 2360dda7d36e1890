"""What EventBridge keeps: rules with their targets. Source: docs/behaviour/codecommit-and-glue.md §13."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sim.core.states import Resource, Rule, table
from sim.core.world import Wait
from sim.formats.eventpattern import Pattern
from sim.formats.schedules import Schedule

_DOC = "docs/behaviour/codecommit-and-glue.md"

BUS = "default"
MAX_RULES = 300
MAX_TARGETS = 5

Target = dict[str, Any]
"""AWS's Target, as PutTargets gets it."""


class RuleState(StrEnum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    ENABLED_WITH_ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


S = RuleState
RULE_MOVES, _ = table(
    {
        S.ENABLED: {S.DISABLED, S.ENABLED_WITH_ALL},
        S.DISABLED: {S.ENABLED, S.ENABLED_WITH_ALL},
        S.ENABLED_WITH_ALL: {S.ENABLED, S.DISABLED},
    }
)


class EventRule(Resource):
    """One rule. `targets` are by their id, in the order they were put; `alarm` is the next time of its schedule."""

    __slots__ = ("alarm", "created_by", "members", "pattern", "schedule", "tags", "targets")
    kind = "event-rule"
    moves = RULE_MOVES

    def __init__(self, name: str, state: RuleState, *, arn: str, account: str, region: str, created_by: str):
        super().__init__(name, state, arn=arn, account=account, region=region)
        self.created_by = created_by
        self.members: dict[str, str] = {}
        self.pattern: Pattern | None = None
        self.schedule: Schedule | None = None
        self.targets: dict[str, Target] = {}
        self.tags: dict[str, str] = {}
        self.alarm: Wait | None = None

    @property
    def enabled(self) -> bool:
        return self.status is not RuleState.DISABLED

    def row(self) -> dict[str, Any]:
        """AWS's Rule, as lists show it."""
        return {"Name": self.name, "Arn": self.arn, "State": self.status.value, "EventBusName": BUS, **self.members}


STATE_SET = Rule("events.rule.state", "the rule's state was set", basis="documented", source=f"{_DOC} §13.3")
DELIVERED = Rule(
    "events.delivered",
    "an event of {source}, {detail_type}, went to the target {target}: {arn}",
    basis="documented",
    source=f"{_DOC} §13.3",
)
NOT_DELIVERED = Rule(
    "events.not-delivered",
    "an event of {source}, {detail_type}, was refused by the target {target}: {error}; it is dropped",
    basis="documented",
    source=f"{_DOC} §13.4",
)
NOT_SIMULATED = Rule(
    "events.target-not-simulated",
    "an event of {source}, {detail_type}, went to the target {target}, which is not simulated: {arn}",
    basis="assumed",
    source=f"{_DOC} §13.3",
)
