"""Where the time of the slowest runs went, beside that of ordinary ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, isnan
from statistics import fmean

from sim.analysis.critical import critical_path, roots
from sim.core.clock import SECOND
from sim.core.problems import UsageError
from sim.experiments.outcome import Outcome

SLOWEST = 0.1
"""The slowest decile."""
MOST = 50
"""So many runs are looked at again on either side, at most."""

Key = tuple[str, str]
"""(what, cause)"""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Mean seconds of one critical path spent on one thing: in the slowest runs, and in ordinary ones."""

    what: str
    cause: str
    slow: float
    usual: float

    @property
    def difference(self) -> float:
        return self.slow - self.usual


def bottlenecks(outcome: Outcome, metric: str | None = None, variant: int | str = 0) -> list[Bottleneck]:
    """What the slowest decile of a variant's replications, by a metric (the first duration, if none is named), spent
    its time on; as many around the median tell what is usual. What makes the most difference comes first.

    The runs are run again: the same seeds give the same runs. Raises UsageError where nothing was measured.
    """
    index = outcome.index(variant)
    name = metric or metric_in_seconds(outcome, index)
    outcome.values(index, name)
    column = outcome.numbers.column(index, name)
    order = sorted((value, number) for number, value in enumerate(column, 1) if not isnan(value))
    if len(order) < 2:
        raise UsageError(f"{name} was measured in {len(order)} replications: there are no slowest ones among them")
    count = min(MOST, ceil(len(order) * SLOWEST))
    middle = max(0, (len(order) - count) // 2)
    slow = _spent(outcome, index, [number for _, number in order[-count:]])
    usual = _spent(outcome, index, [number for _, number in order[middle : middle + count]])
    found = [Bottleneck(*key, slow.get(key, 0.0), usual.get(key, 0.0)) for key in dict.fromkeys([*slow, *usual])]
    return sorted(found, key=lambda one: (-one.difference, one.what, one.cause))


def metric_in_seconds(outcome: Outcome, variant: int | str = 0) -> str:
    """The first metric that is a duration and varies; raises UsageError where none is a duration."""
    durations = [name for name, unit in outcome.metrics if unit == "s"]
    if not durations:
        raise UsageError("none of the metrics is a duration: name the one that tells which runs were slow")
    return next((name for name in durations if len(set(outcome.values(variant, name))) > 1), durations[0])


def _spent(outcome: Outcome, variant: int, replications: list[int]) -> dict[Key, float]:
    """{(what, cause): mean seconds of a path}"""
    spent: list[dict[Key, float]] = []
    for number in sorted(replications):
        run = outcome.experiment.observe(variant, number)
        for root in roots(run.record):
            times: dict[Key, float] = defaultdict(float)
            for segment in critical_path(run.record, root, run.ended):
                times[segment.what, segment.cause] += segment.length / SECOND
            spent.append(times)
    keys = sorted({key for times in spent for key in times})
    return {key: fmean([times.get(key, 0.0) for times in spent]) for key in keys}
