"""Why things happened: the rules of the journal, rendered afterwards, each with its basis and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.analysis.record import Record
from sim.core.clock import format_duration
from sim.core.problems import UsageError
from sim.core.states import Entity, Why


@dataclass(frozen=True, slots=True)
class Line:
    """One decision: when (ms), what it was about, what came of it, and the rule behind it."""

    time: int
    depth: int
    subject: str
    outcome: str
    text: str
    rule: str
    basis: str
    source: str

    def __str__(self) -> str:
        indent = "  " * self.depth
        return (
            f"{format_duration(self.time):>9}  {indent}{self.subject} → {self.outcome}: {self.text}"
            f"\n{'':>11}{indent}[{self.rule}, {self.basis}: {self.source}]"
        )


class Explanation:
    """Every decision about one entity and its parts, in order of time. Prints as text."""

    def __init__(self, title: str, lines: list[Line]):
        self.title = title
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join([self.title, *map(str, self.lines)])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        rows = [
            f"| {format_duration(line.time)} | {line.subject} | {line.outcome} | {line.text} | "
            f"{line.basis}: {line.source} |"
            for line in self.lines
        ]
        return "\n".join(
            [f"**{self.title}**", "", "| at | what | became | why | basis |", "|---|---|---|---|---|", *rows]
        )


def find(record: Record, name: str) -> Entity:
    """The entity of that id or name; the latest where several bear it."""
    found = None
    for entity in record.journal.entities:
        if entity.name == name:
            found = entity
    if found is None:
        known = [
            entity.name for kind in ("pipeline-execution", "build", "deployment") for entity in record.of_kind(kind)
        ]
        raise UsageError(f"nothing is called {name!r} in this run; ids here: {', '.join(known) or 'none'}")
    return found


def explain(record: Record, name: str) -> Explanation:
    """Every decision about the entity of that id and all its parts."""
    entity = find(record, name)
    depths = {entity.ordinal: 0}
    whole = list(record.walk(entity))
    for part in whole[1:]:
        assert part.parent is not None
        depths[part.ordinal] = depths[part.parent.ordinal] + 1
    told: list[tuple[tuple[int, bool], Line]] = []
    for part in whole:
        for step in record.steps(part):
            line = _line(step.time, depths[part.ordinal], part, str(step.status), step.why)
            told.append(((step.place, True), line))
    for notice in record.journal.notices:
        if notice.entity is not None and notice.entity.ordinal in depths:
            line = _line(notice.time, depths[notice.entity.ordinal], notice.entity, notice.topic, notice.why)
            told.append(((notice.place, False), line))
    told.sort(key=lambda item: item[0])
    return Explanation(f"{entity.kind} {entity.name}: {entity.status}", [line for _, line in told])


def explainable(result: Mapping[str, Any]) -> list[str]:
    """The ids of what there is to explain in a result: deployments and builds, or else the executions."""
    found = [one["deploymentId"] for one in result["deployments"]] + [one["id"] for one in result["builds"]]
    return found or [one["pipelineExecutionId"] for row in result["pipelines"] for one in row["executions"]]


def _line(time: int, depth: int, entity: Entity, outcome: str, why: Why) -> Line:
    rule = why.rule
    subject = f"{entity.kind} {entity.name}"
    if depth > 1 and entity.parent is not None:
        subject += f" of {entity.parent.name}"
    return Line(time, depth, subject, outcome, why.render(), rule.id, rule.basis, rule.source)


def decisive(record: Record, entity: Entity) -> Why | None:
    """Why the entity ended as it did."""
    steps = record.steps(entity)
    return steps[-1].why if steps else None
