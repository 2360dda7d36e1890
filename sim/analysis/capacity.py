"""Which instances serve, and what they serve, as deployments, EC2 and Auto Scaling take them out of service and bring
them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.analysis.run import Run
from sim.core.clock import SECOND
from sim.core.states import Entity

Place = tuple[str, str]
"""(application/deployment group, instance id)"""


BACK = "what it served before"
GONE = ("stopping", "stopped", "shutting-down", "terminated")
"""States of EC2 in which nothing is served."""


@dataclass(frozen=True, slots=True)
class Turn:
    """At `time` (ms) a place serves that revision, or None; `BACK`: what it served when its machine went off.

    `leaves` says that its group wants it no longer: from then on nobody misses it.
    """

    time: int
    place: Place
    serves: str | None
    leaves: bool = False
    by_machine: bool = False


def at_start(run: Run) -> dict[Place, str | None]:
    """What each instance of each group serves at time 0: a healthy instance serves the revision that lies there."""
    return {
        (standing["group"], host["instanceId"]): repr(standing["revision"])
        if standing["instanceHealth"] == "Healthy"
        else None
        for host in run.fleet_at_start
        for standing in host["groups"]
    }


def turns(run: Run) -> list[Turn]:
    """Everything that deployments, EC2 and Auto Scaling did to instances, in order; at one instant what comes back
    comes first."""
    deployed = [
        (turn, target.ordinal)
        for deployment in map(_any, run.whole.of_kind("deployment"))
        for target in deployment.targets
        for turn in _turns(deployment, target)
    ]
    places: dict[str, list[Place]] = {}
    for place in dict.fromkeys([*at_start(run), *(turn.place for turn, _ in deployed)]):
        places.setdefault(place[1], []).append(place)
    others = [
        (turn, entity.ordinal)
        for kind, moves in (("instance", _machine), ("auto-scaling-instance", _membership))
        for entity in run.whole.of_kind(kind)
        for turn in moves(run, entity, places.get(entity.name, []))
    ]
    return [turn for turn, _ in sorted(deployed + others, key=lambda one: (one[0].time, one[0].serves is None, one[1]))]


def _any(entity: Any) -> Any:
    """Entities of a service have attributes of their own; the contract names them by kind."""
    return entity


def _turns(deployment: Any, target: Any) -> Iterator[Turn]:
    if target.started is None:
        return
    place = f"{deployment.application}/{deployment.group.name}", target.target_id
    yield Turn(target.started, place, None)
    leaves = deployment.creator == "autoscalingTermination"
    if target.ended is not None and target.status == "Succeeded" and not leaves:
        yield Turn(target.ended, place, repr(deployment.revision))


def _machine(run: Run, instance: Entity, places: list[Place]) -> Iterator[Turn]:
    """A machine that is switched off serves nothing; switched on again it serves what lies on it."""
    off = False
    for step in run.whole.steps(instance):
        if off is (step.status in GONE):
            continue
        off = not off
        for place in places:
            yield Turn(step.time, place, None if off else BACK, by_machine=True)


def _membership(run: Run, member: Entity, places: list[Place]) -> Iterator[Turn]:
    """An instance that its Auto Scaling group no longer wants is not missed."""
    for step in run.whole.steps(member):
        if step.why.rule.id == "autoscaling.instance.scaled-in":
            for place in places:
                yield Turn(step.time, place, None, leaves=True)


class _Serving(dict[Place, str | None]):
    """What each place serves; `served` are those that ever did and are still wanted."""

    def __init__(self, start: dict[Place, str | None]):
        super().__init__(start)
        self.served = {place for place, revision in start.items() if revision is not None}
        self._kept: dict[Place, str | None] = {}
        """What a machine that is off will serve again."""

    def take(self, turn: Turn) -> None:
        if turn.serves == BACK:
            self[turn.place] = self._kept.pop(turn.place, None)
            return
        if turn.by_machine:
            self._kept[turn.place] = self.get(turn.place)
        else:
            self._kept.pop(turn.place, None)
        self[turn.place] = turn.serves
        if turn.leaves:
            self.served.discard(turn.place)
        elif turn.serves is not None:
            self.served.add(turn.place)


def states(run: Run) -> Iterator[tuple[int, int, _Serving]]:
    """(from, to, what each instance serves) over the whole run, in ms. The mapping is only good until the next one."""
    serving = _Serving(at_start(run))
    time = 0
    for turn in turns(run):
        if turn.time > time:
            yield time, turn.time, serving
            time = turn.time
        serving.take(turn)
    yield time, max(time, run.ended), serving


def healthy_hosts(run: Run) -> list[tuple[float, int]]:
    """(seconds, instances that serve from then on); an instance in two groups counts in each."""
    return [(start / SECOND, _serving(serving)) for start, _, serving in states(run)]


def _serving(serving: dict[Place, str | None]) -> int:
    return sum(revision is not None for revision in serving.values())


def seconds_lost(run: Run) -> float:
    """Instance-seconds after the warm-up in which an instance that had served did not, up to the end of the run.

    An instance that was stopped or terminated is missed; one that its Auto Scaling group no longer wants is not.
    """
    lost = 0
    for start, end, serving in states(run):
        out = sum(serving[place] is None for place in serving.served)
        lost += out * max(0, end - max(start, run.since))
    return lost / SECOND


def seconds_mixed(run: Run) -> float:
    """Seconds after the warm-up in which instances of one group served different revisions."""
    mixed = 0
    for start, end, serving in states(run):
        if _mixed(serving):
            mixed += max(0, end - max(start, run.since))
    return mixed / SECOND


def _mixed(serving: dict[Place, str | None]) -> bool:
    first: dict[str, str] = {}
    return any(
        revision is not None and first.setdefault(group, revision) != revision
        for (group, _), revision in serving.items()
    )
