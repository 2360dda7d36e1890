"""Instances of an Auto Scaling group, lifecycle hooks, and the actions that hooks wait for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from simpy import Event

from sim.core.states import Entity, Resource, Rule, table
from sim.core.world import Wait

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
CONTINUE, ABANDON = "CONTINUE", "ABANDON"
HEARTBEAT_TIMEOUT_S = 3600
"""How long a hook waits that does not say. Source: the Auto Scaling API, PutLifecycleHook."""


class LifecycleState(StrEnum):
    PENDING = "Pending"
    PENDING_WAIT = "Pending:Wait"
    PENDING_PROCEED = "Pending:Proceed"
    IN_SERVICE = "InService"
    TERMINATING = "Terminating"
    TERMINATING_WAIT = "Terminating:Wait"
    TERMINATING_PROCEED = "Terminating:Proceed"
    TERMINATED = "Terminated"


L = LifecycleState
MOVES, FINAL = table(
    {
        L.PENDING: {L.PENDING_WAIT, L.IN_SERVICE, L.TERMINATING},
        L.PENDING_WAIT: {L.PENDING_PROCEED, L.TERMINATING},
        L.PENDING_PROCEED: {L.IN_SERVICE, L.TERMINATING},
        L.IN_SERVICE: {L.TERMINATING},
        L.TERMINATING: {L.TERMINATING_WAIT, L.TERMINATED},
        L.TERMINATING_WAIT: {L.TERMINATING_PROCEED},
        L.TERMINATING_PROCEED: {L.TERMINATED},
    }
)


def _rule(id: str, text: str, basis: Any = "documented") -> Rule:
    return Rule(f"autoscaling.{id}", text, basis=basis, source="docs/behaviour/codedeploy.md §9")


WAITS = _rule("hook.waits", "the group's lifecycle hooks hold the instance: {hooks}")
PROCEEDS = _rule("hook.proceeds", "every lifecycle hook let the instance go on")
TIMED_OUT = _rule("hook.timed-out", "nobody completed the lifecycle action of {hook} in {seconds} s: {result}")
IN_SERVICE = _rule("instance.in-service", "no lifecycle hook holds it any longer: it is in service", "inferred")
ABANDONED = _rule("instance.abandoned", "a lifecycle hook ended with ABANDON, so the instance is terminated")
GONE_BEFORE = _rule("instance.gone", "the instance went away before it was in service", "inferred")
SCALED_IN = _rule("instance.scaled-in", "the group wants fewer instances", "inferred")
DONE = _rule("instance.terminated", "the instance is terminated", "inferred")


class Member(Entity):
    """One instance as its group sees it. `verdict` fires with CONTINUE or ABANDON once every hook has ended."""

    __slots__ = ("group", "instance", "verdict", "waiting")
    kind = "auto-scaling-instance"
    moves = MOVES
    final = FINAL

    def __init__(self, instance: Resource, status: LifecycleState, group: str):
        super().__init__(instance.name, status, instance)
        self.instance = instance
        self.group = group
        self.verdict: Event | None = None
        self.waiting: list[Action] = []


@dataclass(slots=True)
class Hook:
    """A lifecycle hook. `heartbeat` in ms."""

    name: str
    group: str
    transition: str
    heartbeat: int
    default: str
    target: str | None
    members: dict[str, Any]


@dataclass(slots=True)
class Action:
    """What a hook waits for on one instance, until `deadline`, in ms."""

    hook: Hook
    member: Member
    token: str
    deadline: int
    wait: Wait | None = None
