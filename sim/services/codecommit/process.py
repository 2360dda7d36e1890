"""CodeCommit's behaviour in time: a while after references changed, others hear of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.services import behavior
from sim.services.codecommit import events, triggers
from sim.services.codecommit.resources import CREATED, DELETED, UPDATED, Change, ChangeStatus, Repository

if TYPE_CHECKING:
    from sim.services.codecommit.api import CodeCommit

RULES = {"referenceCreated": CREATED, "referenceUpdated": UPDATED, "referenceDeleted": DELETED}


def announce(service: CodeCommit, repository: Repository, changes: list[Change]) -> Generator[Event, Any, None]:
    """One push: an event for each reference, and one message for each trigger that it concerns."""
    world = service.world
    number = world.count(f"push\x1f{repository.arn}")
    delay = behavior.of(world).delay(world, "codecommit.event", f"{repository.arn} {number}")
    yield world.wait(delay, changes[0])
    for change in changes:
        by = change.principal.rsplit("/", 1)[-1]
        facts = {
            "by": by,
            "type": change.type,
            "name": change.short_name,
            "commit": (change.new or change.old or "")[:7],
        }
        world.move(change, ChangeStatus.ANNOUNCED, RULES[events.kind(change)](**facts))
    triggers.fire(service, repository, changes)
