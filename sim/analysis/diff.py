"""Where two runs part: the first decision that differs, and the rule behind each side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sim.analysis.record import Record, Step
from sim.core.states import Entity

NUMBERED = frozenset({"pipeline-execution", "build", "deployment", "instance"})
"""Kinds whose names are made from the seed: they are matched by the order in which they came into being."""

Path = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one run decided there: time in ms, and the rule; `place` (from 1) where the order of instances differs."""

    time: int
    status: str
    why: str
    rule: str
    basis: str
    source: str
    place: int | None = None


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
    """The first decision that the runs do not share; None when they decide alike throughout.

    Decisions are alike when status, rule and the rule's numbers are (a batch of 1 is not a batch of 4), and when the
    instances of a deployment are reached in the same order. Names and times may differ: they come from the seed.
    """
    mine, theirs = paths(left), paths(right)
    best: tuple[tuple[int, int], Parting] | None = None
    for place, path in enumerate(dict.fromkeys([*mine, *theirs])):
        one = _life(left, mine.get(path))
        other = _life(right, theirs.get(path))
        turn = _turn(one, other)
        if turn is None:
            continue
        moved = bool(one.steps and other.steps) and one.place != other.place
        a, b = _at(one, turn, moved), _at(other, turn, moved)
        key = (min(side.time for side in (a, b) if side is not None), -len(path) * 1_000_000 + place)
        if best is None or key < best[0]:
            best = key, Parting(" / ".join(f"{kind} {name}" for kind, name in path), a, b)
    return None if best is None else best[1]


@dataclass(frozen=True, slots=True)
class _Life:
    steps: list[Step]
    place: int | None


def _life(record: Record, entity: Entity | None) -> _Life:
    if entity is None:
        return _Life([], None)
    return _Life(record.decisions(entity), getattr(entity, "position", None))


def _turn(one: _Life, other: _Life) -> int | None:
    """The first index at which two lives differ."""
    if one.steps and other.steps and one.place != other.place:
        return 0
    for index, (a, b) in enumerate(zip(one.steps, other.steps, strict=False)):
        if _decided(a) != _decided(b):
            return index
    return None if len(one.steps) == len(other.steps) else min(len(one.steps), len(other.steps))


def _decided(step: Step) -> tuple[str, str, dict[str, Any]]:
    numbers = {name: fact for name, fact in step.why.facts.items() if isinstance(fact, int)}
    return str(step.status), step.why.rule.id, numbers


def _at(life: _Life, index: int, moved: bool) -> Side | None:
    if index >= len(life.steps):
        return None
    step = life.steps[index]
    rule, why = step.why.rule, step.why.render()
    if not moved:
        return Side(step.time, str(step.status), why, rule.id, rule.basis, rule.source)
    why = f"number {life.place} in the order of instances; {why}"
    return Side(step.time, str(step.status), why, rule.id, rule.basis, rule.source, life.place)
