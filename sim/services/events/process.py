"""EventBridge's behaviour in time: events on their way to targets, and schedules."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.clock import iso
from sim.core.problems import ServiceError
from sim.core.world import BEGIN
from sim.services import behavior
from sim.services.events import inputs, targets
from sim.services.events.resources import DELIVERED, NOT_DELIVERED, NOT_SIMULATED, EventRule, Target

if TYPE_CHECKING:
    from sim.services.events.api import Events


def deliver(service: Events, rule: EventRule, target: Target, event: dict[str, Any]) -> Generator[Event, Any, None]:
    """One event to one target of one rule."""
    world = service.world
    received = iso(world.start, world.now)
    way = f"{rule.arn} {target['Id']}"
    delay = behavior.of(world).delay(world, "events.delivery", f"{way} {world.count(f'delivery {way}')}")
    yield world.wait(delay, rule)
    facts = {"source": event["source"], "detail_type": event["detail-type"], "target": target["Id"]}
    call = targets.call(rule, target, inputs.text(rule, target, event, received))
    if call is None:
        world.note(rule, "delivered", NOT_SIMULATED(**facts, arn=target["Arn"]))
        warn(service, rule, target, f"{target['Arn']} is not simulated, so nothing came of it")
        return
    try:
        world.call(call)
    except ServiceError as error:
        # What a target refuses is not tried again: docs/behaviour/codecommit-and-glue.md §13.4
        world.note(rule, "not delivered", NOT_DELIVERED(**facts, error=f"{error.code}: {error.message}"))
        warn(service, rule, target, f"{target['Arn']} refused it: {error.code}: {error.message}")
    else:
        world.note(rule, "delivered", DELIVERED(**facts, arn=target["Arn"]))


def warn(service: Events, rule: EventRule, target: Target, what: str) -> None:
    """Tell the user, once for each target, of events that came to nothing: on AWS only a metric would."""
    told = f"undelivered {rule.arn} {target['Id']}"
    if service.world.count(told) == 1:
        text = f"the rule {rule.name} has a target {target['Id']} that got no event: {what}"
        service.world.journal.record("assumed", {"text": text, "hint": "look at the target's ARN and its service"})


def keep_schedule(service: Events, rule: EventRule) -> Generator[Event, Any, None]:
    """An event at each time of a rule's schedule. Waiting for it does not keep the world busy."""
    world = service.world
    assert rule.schedule is not None
    moment = world.date
    while True:
        due = rule.schedule.next_after(moment)
        if due is None:
            return
        moment = due
        rule.alarm = alarm = world.wait((due - world.date) // timedelta(milliseconds=1), rule, BEGIN, watch=True)
        yield alarm
        service.tick(rule)
        if rule.alarm is not alarm:
            return  # what the event set off has changed the rule, and with it the schedule
