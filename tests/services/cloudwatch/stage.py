"""A small world with CloudWatch, for stories about metrics and alarms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sim.core.calls import Call
from sim.core.clock import SECOND, START
from sim.core.problems import ServiceError
from sim.core.world import World
from sim.services.cloudwatch import SERVICE
from sim.services.cloudwatch.api import CloudWatch
from sim.services.cloudwatch.resources import Alarm, MetricAlarm
from sim.wire import answers, checks
from tests.services.modelled import check_error

ACCOUNT, REGION = "123456789012", "us-east-1"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ops"
BOB = "bob@example.com"


def arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


class Town:
    """`town("DescribeAlarms")` is a call of CloudWatch, checked as from outside. Times are in seconds."""

    def __init__(self, seed: int = 7, start: datetime = START):
        self.world = World(seed, start)
        self.world.events = []

    def __call__(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.ask("cloudwatch", operation, **parameters)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        received = checks.check(service, operation, parameters)
        try:
            answer = self.world.call(Call(ALICE, ACCOUNT, REGION, service, operation, received))
        except ServiceError as error:
            check_error(service, operation, error)
            raise
        return answers.shaped(service, operation, answer)

    @property
    def cloudwatch(self) -> CloudWatch:
        service = self.world.service("cloudwatch", ACCOUNT, REGION)
        assert isinstance(service, SERVICE)
        return service

    def alarm(self, name: str = "errors", *, before: bool = False, **members: Any) -> None:
        """An alarm on the sum of `errors` in `app` over a minute, more than 5; `members` change that."""
        settings = {
            "Namespace": "app",
            "MetricName": "errors",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            **members,
        }
        self.world.silent = before
        try:
            self(
                "PutMetricAlarm", AlarmName=name, **{key: value for key, value in settings.items() if value is not None}
            )
        finally:
            self.world.silent = False

    def composite(self, name: str, rule: str, *, before: bool = False, **members: Any) -> None:
        self.world.silent = before
        try:
            self("PutCompositeAlarm", AlarmName=name, AlarmRule=rule, **members)
        finally:
            self.world.silent = False

    def report(self, values: Mapping[float, float], until: float | None = None) -> None:
        """Let {second: value} of `errors` come true, and the world run on to `until`."""
        for second, value in values.items():
            self.world.process(self._report(second, value))
        self.run(until if until is not None else max(values))

    def _report(self, second: float, value: float) -> Any:
        yield self.world.wait(round(second * SECOND) - self.world.now)
        self("PutMetricData", Namespace="app", MetricData=[{"MetricName": "errors", "Value": value}])

    def run(self, until: float | None = None) -> None:
        self.world.run(None if until is None else round(until * SECOND))

    def state(self, name: str = "errors") -> str:
        return str(self.found(name).status)

    def found(self, name: str = "errors") -> Alarm:
        return self.cloudwatch.alarms[name]

    def metric_alarm(self, name: str = "errors") -> MetricAlarm:
        found = self.found(name)
        assert isinstance(found, MetricAlarm)
        return found

    def row(self, name: str = "errors") -> dict[str, Any]:
        """The alarm as DescribeAlarms gives it."""
        answer = self("DescribeAlarms", AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        (row,) = [*answer["MetricAlarms"], *answer["CompositeAlarms"]]
        return dict(row)

    def moves(self, name: str | None = None) -> list[tuple[float, str]]:
        """(second, state) of every change of an alarm, or (second, "name state") of all."""
        return [
            (move.time / SECOND, str(move.status) if name else f"{move.entity.name} {move.status}")
            for move in self.world.journal.moves()
            if move.entity.kind == "alarm" and name in (None, move.entity.name)
        ]

    def reasons(self, name: str = "errors") -> list[str]:
        """Why the alarm changed, by the rules of the journal."""
        return [move.why.render() for move in self.world.journal.moves(self.found(name))]

    def topic(self) -> str:
        """A topic whose mails bob@example.com reads."""
        self.world.silent = True
        self.ask("sns", "CreateTopic", Name="ops")
        self.ask("sns", "Subscribe", TopicArn=TOPIC, Protocol="email", Endpoint=BOB)
        self.world.silent = False
        return TOPIC

    @property
    def mails(self) -> list[dict[str, Any]]:
        return self.world.journal.of("mail")

    @property
    def notices(self) -> list[str]:
        return [notice.why.render() for notice in self.world.journal.notices if notice.why.rule.id.startswith("cloudw")]
