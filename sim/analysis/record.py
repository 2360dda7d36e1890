"""A journal, indexed: which entities there are of a kind, what is part of what, and when each moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from sim.core.clock import seconds
from sim.core.journal import Journal
from sim.core.states import Entity, Resource, Why


class Step(NamedTuple):
    """One move of one entity: `time` in ms, `place` its index in the journal."""

    time: int
    status: str
    why: Why
    place: int


class Record:
    """An index over a journal, as it stands now; each part of it is made when it is first asked for."""

    def __init__(self, journal: Journal, home: tuple[str, str] | None = None):
        self.journal = journal
        self._home = home
        self._extent = len(journal.entries), len(journal.entities)
        """So much of the journal is indexed, whatever happens after."""

    @cached_property
    def _steps(self) -> dict[int, list[Step]]:
        found: dict[int, list[Step]] = defaultdict(list)
        for place, (time, ordinal, status, why) in enumerate(self.journal.entries[: self._extent[0]]):
            found[ordinal].append(Step(time, status, why, place))
        return found

    @cached_property
    def _kinds(self) -> dict[str, list[Entity]]:
        found: dict[str, list[Entity]] = defaultdict(list)
        for entity in self._entities():
            found[entity.kind].append(entity)
        return found

    @cached_property
    def _parts(self) -> dict[int, list[Entity]]:
        found: dict[int, list[Entity]] = defaultdict(list)
        for entity in self._entities():
            if entity.parent is not None:
                found[entity.parent.ordinal].append(entity)
        return found

    def _entities(self) -> Iterator[Entity]:
        for entity in self.journal.entities[: self._extent[1]]:
            if self._home is None or not isinstance(entity, Resource) or entity.home == self._home:
                yield entity

    def of_kind(self, kind: str) -> list[Entity]:
        """Entities of that kind, in order of creation."""
        return self._kinds.get(kind, [])

    def parts(self, entity: Entity, kind: str | None = None) -> list[Entity]:
        """What is directly part of an entity, in order of creation."""
        return [part for part in self._parts.get(entity.ordinal, []) if kind is None or part.kind == kind]

    def steps(self, entity: Entity) -> list[Step]:
        return self._steps.get(entity.ordinal, [])

    def decisions(self, entity: Entity) -> list[Step]:
        """Its moves and the decisions about it that change no status (their topic in place of the status), in order."""
        notices = [
            (notice.place, 0, Step(notice.time, notice.topic, notice.why, notice.place))
            for notice in self.journal.notices
            if notice.entity is entity
        ]
        moves = [(step.place, 1, step) for step in self.steps(entity)]
        return [step for _, _, step in sorted([*notices, *moves], key=lambda item: item[:2])]

    def created(self, entity: Entity) -> int:
        """When it came into being, in ms."""
        return self.journal.created[entity.ordinal]

    def ended(self, entity: Entity) -> int | None:
        """When it reached a final status, in ms."""
        steps = self.steps(entity)
        if steps and entity.status in entity.final:
            return steps[-1].time
        return None

    def span(self, entity: Entity) -> tuple[float | None, float | None]:
        """(started, ended) in seconds, of something that starts when it is created."""
        return seconds(self.created(entity)), seconds(self.ended(entity))

    def walk(self, entity: Entity) -> Iterator[Entity]:
        """The entity and all its parts, depth first."""
        yield entity
        for part in self.parts(entity):
            yield from self.walk(part)
