"""The gate before a stage: who enters, who waits, who is superseded.

The numbers S1 to S11 are the rows of docs/behaviour/codepipeline.md §8.1.
"""

from __future__ import annotations

from simpy import Event

from sim.core.clock import DAY
from sim.core.world import World
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.resources import Arrival, ExecutionStatus, Gate, Mode, PipelineExecution

STALE_AFTER = 30 * DAY
"""A transition disabled for longer does not let in, when it is enabled, who waited before it (§13)."""


def arrive(world: World, gate: Gate, execution: PipelineExecution) -> Event | None:
    """Enter at once (None), or wait for the event that says whether it entered (True) or ended there (False)."""
    if execution.mode is Mode.SUPERSEDED:
        for arrival in list(gate.waiting):
            if arrival.execution.number > execution.number:  # S10: only a retry could bring an older one here
                return _wait_superseded(world, gate, execution, arrival.execution)
            _supersede(world, gate, arrival, execution)
    if _is_open(gate) and not any(not arrival.stale for arrival in gate.waiting):
        enter(world, gate, execution)
        return None
    _tell(world, gate, execution)
    arrival = Arrival(execution, world.event())
    gate.waiting.append(arrival)
    execution.waits_at = gate
    return arrival.turn


def enter(world: World, gate: Gate, execution: PipelineExecution) -> None:
    """Lock the stage for that execution (S1)."""
    assert gate.holder is None, f"{gate.stage} holds two executions"
    gate.holder = gate.entered = execution
    world.note(execution, "enters", r.ENTERED(stage=gate.stage))


def leave(world: World, gate: Gate, execution: PipelineExecution) -> None:
    """Free the stage; who waits enters at once (S6, S7)."""
    if gate.holder is execution:
        gate.holder = None
        admit(world, gate)


def admit(world: World, gate: Gate) -> None:
    """Let in who waits first, if the stage is free and the transition enabled."""
    if not _is_open(gate):
        return
    for arrival in gate.waiting:
        if not arrival.stale:
            _remove(gate, arrival)
            enter(world, gate, arrival.execution)
            arrival.turn.succeed(True)
            return


def withdraw(gate: Gate, execution: PipelineExecution) -> None:
    """Take an execution out of the line: it has ended in front of the stage."""
    for arrival in list(gate.waiting):
        if arrival.execution is execution:
            _remove(gate, arrival)
            arrival.turn.succeed(False)


def disable(world: World, gate: Gate, by: str, reason: str) -> None:
    """Close the transition; who is beyond it is not touched (§13)."""
    transition = gate.transition
    if transition.enabled:
        transition.changed_at = world.now
    transition.enabled, transition.changed_by, transition.reason = False, by, reason


def enable(world: World, gate: Gate, by: str) -> None:
    """Open the transition: who waits may enter, unless it was closed for more than 30 days (§13)."""
    transition = gate.transition
    if transition.enabled:
        return
    assert transition.changed_at is not None
    if world.now - transition.changed_at > STALE_AFTER:
        for arrival in gate.waiting:
            arrival.stale = True
            world.note(arrival.execution, "waits", r.STALE(stage=gate.stage))
    transition.enabled, transition.changed_by, transition.changed_at, transition.reason = True, by, world.now, ""
    admit(world, gate)


def _is_open(gate: Gate) -> bool:
    return gate.holder is None and gate.transition.enabled


def _remove(gate: Gate, arrival: Arrival) -> None:
    gate.waiting.remove(arrival)
    arrival.execution.waits_at = None


def _supersede(world: World, gate: Gate, arrival: Arrival, newer: PipelineExecution) -> None:
    """S3: the older becomes Superseded the moment the newer arrives."""
    _remove(gate, arrival)
    arrival.execution.updated = world.now
    world.move(arrival.execution, ExecutionStatus.SUPERSEDED, r.SUPERSEDED(newer=newer.number, stage=gate.stage))
    arrival.turn.succeed(False)


def _wait_superseded(world: World, gate: Gate, execution: PipelineExecution, newer: PipelineExecution) -> Event:
    arrival = Arrival(execution, world.event())
    gate.waiting.append(arrival)
    _supersede(world, gate, arrival, newer)
    return arrival.turn


def _tell(world: World, gate: Gate, execution: PipelineExecution) -> None:
    if not gate.transition.enabled:
        why = r.WAITS_DISABLED(stage=gate.stage, reason=gate.transition.reason)
    elif gate.holder is not None:
        why = r.WAITS_LOCKED(stage=gate.stage, holder=gate.holder.number)
    else:
        why = r.WAITS_IN_LINE(stage=gate.stage, before=len(gate.waiting))
    world.note(execution, "waits", why)
