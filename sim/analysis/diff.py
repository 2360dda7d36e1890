"""Where two runs part: the first decision that differs, and the rule behind each side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.analysis.record import Record, Step
from sim.core.states import Entity

NUMBERED = frozenset({"pipeline-execution", "build", "deployment", "instance"})
"""Kinds whose names are made from the seed: they are matched by the order in which they came into being."""

Path = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one run decided there: time in ms, and the rule; or nothing at all."""

    time: int
    status: str
    why: str
    rule: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Parting:
    """The first difference: what it is about, and both sides. A side is None where that run decided nothing."""

    subject: str
    left: Side | None
    right: Side | None


def paths(record: Record) -> dict[Path, Entity]:
    """Every entity by what it is, not by its id: `deployment 1 / target web-2 / lifecycle-event Install`."""
    counts: Counter[tuple[Path, str]] = Counter()
    known: dict[int, Path] = {}
    found: dict[Path, Entity] = {}
    for entity in record.journal.entities:
        above = known.get(entity.parent.ordinal, ()) if entity.parent is not None else ()
        label = "" if entity.kind in NUMBERED else entity.name
        counts[above, entity.kind + label] += 1
        number = counts[above, entity.kind + label]
        name = f"{label} {number}".strip() if not label or number > 1 else label
        known[entity.ordinal] = path = (*above, (entity.kind, name))
        found[path] = entity
    return found


def first_difference(left: Record, right: Record) -> Parting | None:
    """The first decision (a status and its rule) that the runs do not share; None when they decide alike throughout."""
    mine, theirs = paths(left), paths(right)
    best: tuple[tuple[int, int], Parting] | None = None
    for place, path in enumerate(dict.fromkeys([*mine, *theirs])):
        one = left.decisions(mine[path]) if path in mine else []
        other = right.decisions(theirs[path]) if path in theirs else []
        turn = _turn(one, other)
        if turn is None:
            continue
        a, b = _at(one, turn), _at(other, turn)
        key = (min(side.time for side in (a, b) if side is not None), -len(path) * 1_000_000 + place)
        if best is None or key < best[0]:
            best = key, Parting(" / ".join(f"{kind} {name}" for kind, name in path), a, b)
    return None if best is None else best[1]


def _turn(one: list[Step], other: list[Step]) -> int | None:
    """The first index at which two lives differ in status or rule."""
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if (a.status, a.why.rule.id) != (b.status, b.why.rule.id):
            return index
    return None if len(one) == len(other) else min(len(one), len(other))


def _at(steps: list[Step], index: int) -> Side | None:
    if index >= len(steps):
        return None
    step = steps[index]
    rule = step.why.rule
    return Side(step.time, str(step.status), step.why.render(), rule.id, rule.basis, rule.source)
