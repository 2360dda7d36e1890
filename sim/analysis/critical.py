"""Where the time went: the critical path of an execution, a build or a deployment, cut into segments without gaps.

From the end backwards: what ended last before that moment was waited for, so it is on the path, and the path goes on
at its own beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.analysis.record import Record

WORK = "work"
WAITS = ("queue", "lock", "transition", "approval", "polling")
"""Why time passes without work: a build's or deployment's queue; another execution in the stage; a disabled
transition; a person; an agent's next poll, and CodePipeline's look at what it started."""
_GATE = {"codepipeline.stage.locked": "lock", "codepipeline.stage.in-line": "lock"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a critical path, in ms. `what` names it alike in every run, `where` is the instance, if one."""

    start: int
    end: int
    cause: str
    what: str
    where: str = ""

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    entity: Any


def roots(record: Record) -> list[Any]:
    """Pipeline executions, and the builds and deployments that no execution started, in order of creation."""
    actions: list[Any] = record.of_kind("action-execution")
    started = {action.external_id for action in actions}
    found = [
        *record.of_kind("pipeline-execution"),
        *(one for kind in ("build", "deployment") for one in record.of_kind(kind) if one.name not in started),
    ]
    return sorted(found, key=lambda entity: entity.ordinal)


def critical_path(record: Record, entity: Any, now: int) -> list[Segment]:
    """The path of a pipeline execution, build or deployment, in order of time; up to `now` (ms) if it goes on."""
    walk = {"pipeline-execution": _execution, "build": _build, "deployment": _deployment}[entity.kind]
    return [segment for segment in walk(record, entity, now) if segment.length > 0]


def _ended(record: Record, entity: Any, now: int) -> int:
    ended = record.ended(entity)
    return now if ended is None else ended


def _chain(spans: Iterable[_Span], start: int, end: int) -> Iterator[_Span]:
    """Those that were waited for, in order of time, with spans of no entity between them."""
    left = sorted(spans, key=lambda span: (span.end, span.entity.ordinal))
    found: list[_Span] = []
    while end > start:
        while left and (left[-1].end > end or left[-1].start >= end):
            left.pop()
        if not left or left[-1].end <= start:
            found.append(_Span(start, end, None))
            break
        last = left.pop()
        if last.end < end:
            found.append(_Span(last.end, end, None))
        found.append(_Span(max(start, last.start), last.end, last.entity))
        end = last.start
    return reversed(found)


# Pipelines


def _execution(record: Record, execution: Any, now: int) -> Iterator[Segment]:
    start, end = record.created(execution), _ended(record, execution, now)
    actions = [
        _Span(record.created(action), min(end, _ended(record, action, now)), action)
        for stage in record.parts(execution, "stage-execution")
        for action in record.parts(stage, "action-execution")
    ]
    held = list(_held(record, execution, end))
    for span in _chain(actions, start, end):
        if span.entity is None:
            yield from _gap(span, held)
        else:
            yield from _action(record, span, now)


def _held(record: Record, execution: Any, end: int) -> Iterator[Segment]:
    """When it waited in front of a stage, and why."""
    waits: Segment | None = None
    for notice in record.journal.notices:
        if notice.entity is not execution or notice.topic not in ("waits", "enters"):
            continue
        if waits is not None:
            yield Segment(waits.start, notice.time, waits.cause, waits.what)
        waits = None
        if notice.topic == "waits":
            stage = notice.why.facts.get("stage") or "a stage"
            waits = Segment(notice.time, end, _GATE.get(notice.why.rule.id, "transition"), f"in front of {stage}")
    if waits is not None:
        yield waits


def _gap(span: _Span, held: list[Segment]) -> Iterator[Segment]:
    """Between two actions: in front of a stage, or on the way."""
    time = span.start
    for wait in held:
        start, end = max(time, wait.start), min(span.end, wait.end)
        if end > start:
            yield Segment(time, start, WORK, "between actions")
            yield Segment(start, end, wait.cause, wait.what)
            time = end
    yield Segment(time, span.end, WORK, "between actions")


def _action(record: Record, span: _Span, now: int) -> Iterator[Segment]:
    action = span.entity
    if action.type["category"] == "Approval":
        yield Segment(span.start, span.end, "approval", action.place)
        return
    begun = _begun(record, action)
    if begun is None:
        yield Segment(span.start, span.end, WORK, action.place)
        return
    inside = [
        Segment(max(span.start, one.start), min(span.end, one.end), one.cause, f"{action.place}: {one.what}", one.where)
        for one in critical_path(record, begun, now)
    ]
    first = inside[0].start if inside else span.end
    last = inside[-1].end if inside else span.end
    yield Segment(span.start, first, WORK, f"{action.place}: starting")
    yield from inside
    yield Segment(last, span.end, "polling", f"{action.place}: seeing the end")


def _begun(record: Record, action: Any) -> Any:
    """The build or deployment that an action started."""
    if not action.external_id:
        return None
    things: list[Any] = [*record.of_kind("build"), *record.of_kind("deployment")]
    return next((one for one in things if one.name == action.external_id), None)


# Builds and deployments


def _build(record: Record, build: Any, now: int) -> Iterator[Segment]:
    for phase in build.phases:
        if phase.name != "COMPLETED":
            end = now if phase.ended is None else phase.ended
            yield Segment(phase.started, end, "queue" if phase.name == "QUEUED" else WORK, phase.name)


def _deployment(record: Record, deployment: Any, now: int) -> Iterator[Segment]:
    start, end = record.created(deployment), _ended(record, deployment, now)
    targets = [
        _Span(target.started, end if target.ended is None else target.ended, target)
        for target in deployment.targets
        if target.started is not None
    ]
    queued = next((step.time for step in record.steps(deployment) if step.status == "InProgress"), end)
    if any(step.status == "Queued" for step in record.steps(deployment)):
        yield Segment(start, queued, "queue", "queued")
        start = queued
    for number, span in enumerate(_chain(targets, start, end)):
        if span.entity is None:
            yield Segment(span.start, span.end, WORK, "between instances" if number else "starting")
        else:
            yield from _target(span)


def _target(span: _Span) -> Iterator[Segment]:
    time, where = span.start, span.entity.name
    for event in span.entity.events:
        if event.started is None:
            continue
        end = span.end if event.ended is None else event.ended
        yield Segment(time, event.started, "polling", "agent polls", where)
        yield Segment(event.started, end, WORK, event.name, where)
        time = end
    yield Segment(time, span.end, "polling", "agent polls", where)
