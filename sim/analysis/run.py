"""What a metric looks at: one run that is over, each view of it made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sim.analysis import result
from sim.analysis.record import Record
from sim.core.clock import SECOND, seconds
from sim.core.states import Entity
from sim.core.world import World

Fleet = list[dict[str, Any]]


class _Since(Record):
    """A record of what came into being at a time or later."""

    def __init__(self, record: Record, since: int):
        vars(self).update(vars(record))
        self._since = since

    def of_kind(self, kind: str) -> list[Entity]:
        return [entity for entity in super().of_kind(kind) if self.created(entity) >= self._since]


class _Document(dict[str, Any]):
    """Members of a run's result, each made when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]):
        super().__init__()
        self._makers = makers

    def __missing__(self, key: str) -> Any:
        made = self[key] = self._makers[key]()
        return made


class Run:
    """One run that is over.

    `since` (ms) is where the warm-up ends: executions, builds and deployments that began before it are in none of
    the views but `whole`. `home` is the (account, Region) that is looked at, `ask` answers API calls, `at_start`
    gives the fleet at time 0, in the shape of the result's `fleet`.
    """

    def __init__(
        self,
        world: World,
        home: tuple[str, str],
        ask: Callable[..., dict[str, Any]],
        at_start: Callable[[], Fleet],
        since: int = 0,
    ):
        self.world = world
        self.since = since
        self._home = home
        self._ask = ask
        self._at_start = at_start

    @property
    def ended(self) -> int:
        """When it was over, in ms."""
        return self.world.now

    @property
    def length(self) -> float:
        """Seconds from the end of the warm-up to the end of the run."""
        return max(0, self.ended - self.since) / SECOND

    @cached_property
    def whole(self) -> Record:
        """The journal's index, the warm-up included."""
        return Record(self.world.journal, self._home)

    @cached_property
    def record(self) -> Record:
        """The journal's index."""
        return _Since(self.whole, self.since) if self.since else self.whole

    @cached_property
    def document(self) -> dict[str, Any]:
        """`ended_at`, `pipelines`, `builds` and `deployments` as in the result of a run."""
        return _Document(
            {
                "ended_at": lambda: seconds(self.ended),
                "pipelines": lambda: result.pipelines(self.record, self._ask),
                "builds": lambda: result.builds(self.record, self.world),
                "deployments": lambda: result.deployments(self.record),
            }
        )

    @cached_property
    def all_pipelines(self) -> list[dict[str, Any]]:
        """`pipelines` as in the result of a run, the executions of the warm-up included."""
        found: list[dict[str, Any]] = (
            result.pipelines(self.whole, self._ask) if self.since else self.document["pipelines"]
        )
        return found

    @cached_property
    def result(self) -> dict[str, Any]:
        """The whole result, as `codesuite run --json` prints it; the warm-up is in it."""
        return result.result(self.world, self._home, self._ask, {})

    @cached_property
    def fleet_at_start(self) -> Fleet:
        """Every instance as it stood at time 0."""
        return self._at_start()
