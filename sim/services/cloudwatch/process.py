"""CloudWatch's behaviour in time: alarms that are evaluated, change, and act.

Source: docs/behaviour/codecommit-and-glue.md §16.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.core.states import Why
from sim.services.cloudwatch import events, reasons
from sim.services.cloudwatch import resources as r
from sim.services.cloudwatch.evaluation import Verdict, judge, next_turn
from sim.services.cloudwatch.resources import Alarm, CompositeAlarm, MetricAlarm, State, StateValue

if TYPE_CHECKING:
    from sim.services.cloudwatch.api import CloudWatch


def keep_watch(service: CloudWatch, alarm: MetricAlarm) -> Generator[Event, Any, None]:
    """Evaluate an alarm at the end of the period that is running, and then at those that can change anything.

    Waiting for them does not keep the world busy.
    """
    world = service.world
    number: int | None = service.calendar(world.now) // alarm.period
    while number is not None:
        end = (number + 1) * alarm.period
        alarm.due = number
        alarm.waiting = world.wait(end - service.calendar(world.now), alarm, watch=True)
        yield alarm.waiting
        evaluate(service, alarm, number)
        reported = service.datapoints(alarm, number - alarm.terms.range + 1)
        number = next_turn(reported, number, alarm.terms)
    alarm.waiting = None


def look(service: CloudWatch, alarm: MetricAlarm, number: int) -> tuple[Verdict, reasons.Range]:
    """What an evaluation at the end of that period comes to, and the datapoints that it sees."""
    first = number - alarm.terms.range + 1
    reported = service.datapoints(alarm, first)
    range_ = [(service.date_of(period * alarm.period), reported.get(period)) for period in range(first, number + 1)]
    breaching = [None if point is None else alarm.breaches(point.value) for _, point in range_]
    return judge(breaching, alarm.terms), range_


def evaluate(service: CloudWatch, alarm: MetricAlarm, number: int) -> None:
    """Bring an alarm to the state that its datapoints give at the end of that period."""
    verdict, range_ = look(service, alarm, number)
    if verdict.state is None or verdict.state is alarm.status:
        return
    state = reasons.state(alarm, verdict, range_, service.world.date)
    change(service, alarm, state, reasons.why(alarm, verdict, range_))


def compose(service: CloudWatch, alarm: CompositeAlarm, reason: str, content: str) -> None:
    """Bring a composite alarm to the state that its rule gives now."""
    if alarm.held:
        return
    if service.goes_in_circles(alarm):
        service.world.note(alarm, "not evaluated", r.IN_CIRCLES(rule=alarm.rule.text))
        return
    value = service.composed(alarm)
    if value is not alarm.status:
        holds = "true" if value is StateValue.ALARM else "false"
        why = r.COMPOSED(rule=alarm.rule.text, holds=holds)
        change(service, alarm, State(value, service.world.date, reason, content), why)


def change(service: CloudWatch, alarm: Alarm, state: State, why: Why) -> None:
    """Give an alarm a state. If it is another one: tell EventBridge, act, and look at the composite alarms above."""
    if state.value is alarm.status:
        alarm.state = state
        return
    alarm.previous, alarm.state, alarm.since = alarm.state, state, state.at
    service.world.move(alarm, state.value, why)
    service.remember(
        alarm, "StateUpdate", f"Alarm updated from {alarm.previous.value} to {state.value}", events.transition(alarm)
    )
    for arn in alarm.actions(state.value):
        act(service, alarm, arn)
    for parent in service.parents(alarm.name):
        compose(service, parent, *reasons.changed(alarm, service.world.date))


def act(service: CloudWatch, alarm: Alarm, arn: str) -> None:
    """Carry out one action of an alarm that has just come into a state."""
    world = service.world
    if not alarm.actions_enabled:
        world.note(alarm, "action", r.DISABLED(arn=arn))
        return
    parts = arn.split(":")
    if parts[2] != "sns":
        world.note(alarm, "action", r.NOT_SIMULATED(arn=arn))
        return
    message = json.dumps(events.message(alarm), separators=(",", ":"))
    parameters = {"TopicArn": arn, "Subject": events.subject(alarm), "Message": message}
    entry: dict[str, Any] = {"actionState": "Succeeded", "notificationResource": arn, "publishedMessage": message}
    try:
        world.call(Call(r.PRINCIPAL, parts[4], parts[3], "sns", "Publish", parameters, r.PRINCIPAL))
    except ServiceError as error:
        world.note(alarm, "action", r.FAILED(arn=arn, error=f"{error.code}: {error.message}"))
        entry |= {"actionState": "Failed", "error": error.message}
        summary = f'Failed to execute action {arn}. Received error: "{error.message}"'
    else:
        world.note(alarm, "action", r.DONE(arn=arn))
        summary = f"Successfully executed action {arn}"
    service.remember(alarm, "Action", summary, entry)
