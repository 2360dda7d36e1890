"""CloudWatch alarms that stop a deployment.

Source: docs/behaviour/codedeploy.md §7.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from simpy import Event

from sim.core import naming
from sim.core.problems import ServiceError
from sim.core.states import Rule
from sim.core.world import BEGIN, Wait
from sim.services import behavior
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, Ending
from sim.services.codedeploy.roles import DESCRIBE_ALARMS
from sim.services.codedeploy.rollback import ROLLBACK

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

IN_ALARM, GONE = "ALARM", None
ACTIVE = "One or more alarms are active, so the deployment was stopped. Active alarms: {alarms}"
UNKNOWN = "The state of one or more alarms could not be retrieved, so the deployment was stopped. Alarms: {alarms}"


class Look(NamedTuple):
    """What one look at the alarms shows: names in ALARM, names whose state cannot be read."""

    red: list[str]
    unknown: list[str]


def configuration(deployment: Deployment) -> dict[str, Any]:
    """The alarm configuration that holds: the deployment's own replaces the group's."""
    own = deployment.parameters.get("overrideAlarmConfiguration")
    return own if own is not None else deployment.group.settings.get("alarmConfiguration") or {}


def look(service: CodeDeploy, deployment: Deployment, names: list[str]) -> Look:
    if not service.may(deployment, DESCRIBE_ALARMS):
        return Look([], names)
    try:
        answer = service.ask(deployment.group.role, "cloudwatch", "DescribeAlarms", {"AlarmNames": names})
    except ServiceError:
        return Look([], names)
    rows = {row["AlarmName"]: row for kind in ("MetricAlarms", "CompositeAlarms") for row in answer.get(kind, ())}
    red = [name for name in names if name in rows and rows[name]["StateValue"] == IN_ALARM]
    return Look(red, [name for name in names if name not in rows])


class Guard:
    """Watches the alarms of one deployment from its start to its end."""

    def __init__(self, service: CodeDeploy, deployment: Deployment):
        self.service = service
        self.world = service.world
        self.deployment = deployment
        wanted = configuration(deployment)
        self.names = [alarm["name"] for alarm in wanted.get("alarms", ())] if wanted.get("enabled") else []
        self.forgiving = bool(wanted.get("ignorePollAlarmFailure"))
        self.changes: dict[str, Event] = {}
        self.waits: list[Wait] = []
        if self.names and deployment.creator == ROLLBACK:
            self.world.note(deployment, "alarm", r.ALARMS_NOT_ASKED)
            self.names = []

    def begin(self) -> None:
        """Stop the deployment if an alarm is red already; else be told when one changes, comes or goes."""
        if not self.names:
            return
        seen = look(self.service, self.deployment, self.names)
        if seen.unknown and self.forgiving:
            self.world.note(self.deployment, "alarm", r.ALARM_UNKNOWN_IGNORED(alarms=", ".join(seen.unknown)))
        self.judge(seen, r.ALARM_AT_START, r.ALARM_UNKNOWN)
        for name in self.names:
            self.listen(naming.arn("cloudwatch", self.service.region, self.service.account, f"alarm:{name}"))

    def judge(self, seen: Look, red: Rule, unknown: Rule) -> None:
        if seen.red:
            self.stop(red, ACTIVE, seen.red)
        elif seen.unknown and not self.forgiving:
            self.stop(unknown, UNKNOWN, seen.unknown)

    def stop(self, why: Rule, message: str, names: list[str]) -> None:
        alarms = ", ".join(names)
        ending = Ending(DeploymentStatus.STOPPED, why(alarms=alarms), "ALARM_ACTIVE", message.format(alarms=alarms))
        self.deployment.cut_short(ending)

    def listen(self, arn: str) -> None:
        change = self.changes[arn] = self.world.changed(arn)
        assert change.callbacks is not None
        change.callbacks.append(partial(self.changed, arn))

    def changed(self, arn: str, change: Event) -> None:
        """An alarm changed its state, or is gone; the service sees it a little later, if it lasts so long."""
        if self.deployment.ending is not None:
            return
        self.listen(arn)
        alarm = self.world.resource(arn)
        if change.value is GONE or (alarm is not None and alarm.status == IN_ALARM):
            self.world.process(self.notice())

    def notice(self) -> Generator[Event, Any, None]:
        delay = behavior.of(self.world).delay(self.world, "deploy.alarm", f"{self.deployment.name} {len(self.waits)}")
        wait = self.world.wait(delay, self.deployment, BEGIN, watch=True)
        self.waits.append(wait)
        yield wait
        if self.deployment.ending is None:
            self.judge(look(self.service, self.deployment, self.names), r.ALARM_ACTIVE, r.ALARM_GONE)

    def end(self) -> None:
        """Nobody need be told any longer."""
        for change in self.changes.values():
            if change.callbacks is not None:
                change.callbacks[:] = [one for one in change.callbacks if getattr(one, "func", None) != self.changed]
        for wait in self.waits:
            self.world.cancel(wait)
