"""The append-only record of what happened: one small tuple a move, and the entities they speak of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sim.core.states import Entity, Why

Entry = tuple[int, int, StrEnum, Why]
"""(time in ms, ordinal of the entity, its new status, why)"""


class Move(NamedTuple):
    """An entry of the journal, spelled out."""

    time: int
    entity: Entity
    status: StrEnum
    why: Why


class Notice(NamedTuple):
    """Something worth telling that is no move, such as a decision; `place` is how many moves came before it."""

    time: int
    entity: Entity | None
    topic: str
    why: Why
    place: int


class Journal:
    """What happened, in order.

    `entries` holds the moves, `entities` every entity by its ordinal and `created` when it came into being,
    `notices` decisions that change no status, `records` lists of plain data by topic (mails, log lines).
    """

    __slots__ = ("created", "entities", "entries", "notices", "records")

    def __init__(self) -> None:
        self.created: list[int] = []
        self.entries: list[Entry] = []
        self.entities: list[Entity] = []
        self.notices: list[Notice] = []
        self.records: dict[str, list[dict[str, Any]]] = {}

    def register(self, entities: Sequence[Entity], time: int) -> None:
        ordinal = len(self.entities)
        for entity in entities:
            entity.ordinal = ordinal
            ordinal += 1
        self.entities += entities
        self.created += [time] * len(entities)

    def record(self, topic: str, entry: dict[str, Any]) -> None:
        self.records.setdefault(topic, []).append(entry)

    def of(self, topic: str) -> list[dict[str, Any]]:
        return self.records.get(topic, [])

    def moves(self, entity: Entity | None = None) -> Iterator[Move]:
        """Every move, or those of one entity, in order."""
        entities = self.entities
        for time, ordinal, status, why in self.entries:
            if entity is None or ordinal == entity.ordinal:
                yield Move(time, entities[ordinal], status, why)

    def __len__(self) -> int:
        return len(self.entries)
