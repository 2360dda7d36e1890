"""Which instances serve, and what they serve, as deployments take them out of service and bring them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.analysis.run import Run
from sim.core.clock import SECOND

Place = tuple[str, str]
"""(application/deployment group, instance id)"""


@dataclass(frozen=True, slots=True)
class Turn:
    """An instance goes out of service, or serves again: at `time` (ms) it serves that revision, or None."""

    time: int
    place: Place
    serves: str | None


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
    """Everything that deployments did to instances, in order; at one instant what comes back comes first."""
    found = [
        (turn.time, turn.serves is None, target.ordinal, turn)
        for deployment in map(_any, run.whole.of_kind("deployment"))
        for target in deployment.targets
        for turn in _turns(deployment, target)
    ]
    return [turn for *_, turn in sorted(found, key=lambda one: one[:3])]


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


def states(run: Run) -> Iterator[tuple[int, int, dict[Place, str | None]]]:
    """(from, to, what each instance serves) over the whole run, in ms. The mapping is only good until the next one."""
    serving = at_start(run)
    time = 0
    for turn in turns(run):
        if turn.time > time:
            yield time, turn.time, serving
            time = turn.time
        serving[turn.place] = turn.serves
    yield time, max(time, run.ended), serving


def healthy_hosts(run: Run) -> list[tuple[float, int]]:
    """(seconds, instances that serve from then on); an instance in two groups counts in each."""
    return [(start / SECOND, _serving(serving)) for start, _, serving in states(run)]


def _serving(serving: dict[Place, str | None]) -> int:
    return sum(revision is not None for revision in serving.values())


def seconds_lost(run: Run) -> float:
    """Instance-seconds after the warm-up in which an instance that had served did not, up to the end of the run."""
    served: set[Place] = set()
    lost = 0
    for start, end, serving in states(run):
        served.update(place for place, revision in serving.items() if revision is not None)
        out = sum(serving[place] is None for place in served)
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
