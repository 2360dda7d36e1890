"""The builds of one environment and compute type in an account: those that run, and those that wait."""

from __future__ import annotations

from simpy import Event

from sim.core.problems import ServiceError
from sim.core.world import World
from sim.services.codebuild import resources as r
from sim.services.codebuild.resources import Build

WAITING = 5
"""So many times the concurrent builds may wait (docs/behaviour/codebuild.md §4.6)."""


class Queue:
    """`limit` builds run at once, further ones wait, and whose turn comes next nobody can tell beforehand."""

    def __init__(self, world: World, limit: int):
        self.world = world
        self.limit = limit
        self.active = 0
        """Builds that have not ended, waiting or not."""
        self.running = 0
        self.waiting: list[tuple[Build, Event]] = []

    def admit(self) -> None:
        """Count one build more. Raises ServiceError when no further one may wait."""
        most = WAITING * self.limit
        if self.active >= self.limit + most:
            raise ServiceError(
                "AccountLimitExceededException", f"Cannot have more than {most} builds in queue for the account"
            )
        self.active += 1

    def enter(self, build: Build) -> Event | None:
        """None when the build may run now, else an event that fires when it may."""
        if self.running < self.limit:
            self._run(build)
            return None
        facts = {"running": self.running, "compute_type": build.compute_type}
        self.world.note(build, "waits", r.WAITS(environment_type=build.environment_type, **facts))
        turn = self.world.event()
        self.waiting.append((build, turn))
        return turn

    def leave(self, build: Build) -> None:
        """The build has ended; one that waits takes its place."""
        self.active -= 1
        self.waiting = [one for one in self.waiting if one[0] is not build]
        if not build.slot:
            return
        build.slot = False
        self.running -= 1
        if self.waiting:
            # In no predictable order (docs/behaviour/codebuild.md §4.6), so by lot.
            chosen = min(self.waiting, key=lambda one: (self._lot(one[0]), one[0].ordinal))
            self.waiting.remove(chosen)
            self._run(chosen[0])
            chosen[1].succeed()
        assert self.running <= self.limit, "more builds run than the account may"

    def _run(self, build: Build) -> None:
        build.slot = True
        self.running += 1

    def _lot(self, build: Build) -> float:
        return self.world.draw("codebuild queue", build.project, build.number)
