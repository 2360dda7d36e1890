"""The metrics of what-ifs: each is a small function of a run that gives a number.

True and False are outcomes, whose mean is a probability; None says that nothing was measured, as there is no lead time
where nothing was released; a mapping gives one number for each of its keys, shown as `metric.key`. One's own metric is
such a function too, or a JMESPath expression over the result of a run.
"""

from __future__ import annotations

import difflib
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from statistics import fmean
from typing import Any

from sim.analysis import capacity
from sim.analysis import metrics as figures
from sim.analysis.critical import WAITS, critical_path, roots
from sim.analysis.run import Run
from sim.core.clock import DAY, SECOND
from sim.core.problems import UsageError

Number = float | int | bool | None
Measure = Callable[[Run], Number | Mapping[str, Number]]
ROLLBACK = "codeDeployRollback"
CONCURRENT_BUILDS = "codebuild.concurrent-builds"
_BEFORE_WORK = ("SUBMITTED", "QUEUED")


@dataclass(frozen=True, slots=True)
class Metric:
    """A function of a run with its name, the unit of its numbers, and what it measures."""

    name: str
    unit: str
    text: str
    measure: Measure

    def of(self, run: Run) -> dict[str, Number]:
        """{column: number} of one run. Raises UsageError for what is no number."""
        value = self.measure(run)
        if not isinstance(value, Mapping):
            return {self.name: self._number(value)}
        return {f"{self.name}.{key}": self._number(item) for key, item in value.items()}

    def _number(self, value: Any) -> Number:
        if hasattr(value, "item") and not getattr(value, "shape", True):
            value = value.item()  # a number of numpy's
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and abs(value) <= sys.float_info.max:
            return value
        raise UsageError(f"the metric {self.name} gave {_short(value)}; a metric gives numbers, true, false or nothing")


def _short(value: Any) -> str:
    return "a number that is too large" if isinstance(value, int) else repr(value)


METRICS: dict[str, Metric] = {}


def metric(unit: str) -> Callable[[Measure], Measure]:
    """Put a function among the metrics that are known by name; its docstring says what it measures."""

    def known(measure: Measure) -> Measure:
        METRICS[measure.__name__] = Metric(measure.__name__, unit, _text(measure), measure)
        return measure

    return known


def _text(measure: Measure) -> str:
    return " ".join((measure.__doc__ or "").split())


def metric_of(given: str | Measure | Metric) -> Metric:
    """A metric by its name, a function of one's own (`module:function` in words), or a JMESPath expression over the
    result of a run. Raises UsageError."""
    if isinstance(given, Metric):
        return given
    if not isinstance(given, str):
        return Metric(getattr(given, "__name__", repr(given)), "", _text(given), given)
    if given in METRICS:
        return METRICS[given]
    module, colon, name = given.partition(":")
    if colon and module.replace(".", "").isidentifier() and name.isidentifier():
        return _imported(module, name)
    if given.replace("-", "_").isidentifier():
        near = difflib.get_close_matches(given, METRICS, 2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(METRICS)}"
        raise UsageError(f"there is no metric {given!r}; {hint}")
    return Metric(given, "", "JMESPath over the result of a run", Expression(given))


def _imported(module: str, name: str) -> Metric:
    try:
        measure: Measure = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the metric {module}:{name} cannot be imported: {error}") from None
    return metric_of(measure)


class Expression:
    """A JMESPath expression over the result of a run."""

    def __init__(self, text: str):
        import jmespath
        from jmespath.exceptions import JMESPathError

        self.text = text
        try:
            jmespath.compile(text)
        except JMESPathError as error:
            reason = str(error).splitlines()[0]
            raise UsageError(f"{text!r} is neither a metric nor JMESPath over a result: {reason}") from None

    def __call__(self, run: Run) -> Any:
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            return jmespath.search(self.text, run.result)
        except JMESPathError as error:
            raise UsageError(f"{self.text}: {str(error).splitlines()[0]}") from None


# DORA's four


@metric("s")
def lead_time(run: Run) -> float | None:
    """Mean seconds from a push to the end of the execution that released it."""
    return figures.lead_time(run.all_pipelines, run.whole, run.since / SECOND)


@metric("per day")
def deployment_frequency(run: Run) -> float | None:
    """Successful deployments a day of virtual time, rollbacks included."""
    succeeded = sum(one.status == "Succeeded" for one in _changes(run))
    return succeeded * DAY / SECOND / run.length if run.length else None


@metric("share")
def change_failure_rate(run: Run) -> float | None:
    """The share of deployments, rollbacks not counted, that did not succeed."""
    return figures.change_failure_rate(run.document)


@metric("s")
def time_to_restore(run: Run) -> float | None:
    """Mean seconds from a failed deployment's end to the end of its group's next successful one."""
    return figures.time_to_restore(run.document)


# Durations and waiting


@metric("s")
def deployment_time(run: Run) -> float | None:
    """Mean seconds that a deployment which succeeded took; rollbacks and those of Auto Scaling not counted."""
    own = [one for one in _changes(run) if one.creator != ROLLBACK and one.status == "Succeeded"]
    return _mean([_took(run, one) for one in own])


@metric("s")
def execution_time(run: Run) -> float | None:
    """Mean seconds from the start to the end of a pipeline execution that succeeded."""
    return _mean([one["ended"] - one["started"] for one in _executions(run) if one["status"] == "Succeeded"])


@metric("s")
def stage_time(run: Run) -> dict[str, float | None]:
    """Mean seconds that a stage took, for each stage that ended."""
    times: dict[str, list[float]] = defaultdict(list)
    for execution in _executions(run):
        for stage in execution["stages"]:
            if stage["ended"] is not None:
                times[stage["stageName"]].append(stage["ended"] - stage["started"])
    return {name: _mean(found) for name, found in times.items()}


@metric("s")
def waiting(run: Run) -> dict[str, float | None]:
    """Mean seconds on the critical path of what succeeded that nothing worked, by cause: queue, lock, transition,
    approval, polling."""
    succeeded = [root for root in roots(run.record) if root.status.upper() == "SUCCEEDED"]
    paths = [critical_path(run.record, root, run.ended) for root in succeeded]
    return {
        cause: _mean([sum(one.length for one in path if one.cause == cause) / SECOND for path in paths])
        for cause in WAITS
    }


# Instances


@metric("instances")
def minimum_healthy(run: Run) -> int | None:
    """The fewest healthy instances that were in service at any moment of any deployment."""
    seen = [one.minimum_healthy_observed for one in _changes(run) if one.minimum_healthy_observed is not None]
    return min(seen, default=None)


@metric("instance-s")
def capacity_lost(run: Run) -> float:
    """Instance-seconds in which an instance that had served did not, up to the end of the run; one that its Auto
    Scaling group no longer wants is not missed."""
    return capacity.seconds_lost(run)


@metric("s")
def mixed_revisions(run: Run) -> float:
    """Seconds in which instances of one group served different revisions."""
    return capacity.seconds_mixed(run)


# Outcomes


@metric("chance")
def deployment_fails(run: Run) -> bool | None:
    """Whether a deployment did not succeed; rollbacks and those of Auto Scaling not counted."""
    ended = [one for one in _changes(run) if one.creator != ROLLBACK]
    return any(one.status != "Succeeded" for one in ended) if ended else None


@metric("chance")
def rolls_back(run: Run) -> bool | None:
    """Whether a deployment was rolled back."""
    changes = _changes(run)
    return any(one.creator == ROLLBACK for one in changes) if changes else None


@metric("share")
def superseded(run: Run) -> float | None:
    """The share of pipeline executions that a newer one superseded."""
    return _mean([float(one["status"] == "Superseded") for one in _executions(run)])


@metric("share")
def build_utilisation(run: Run) -> float | None:
    """The share of the account's concurrent builds that were used, on average over time, the time in a queue not
    counted; without a quota in the scenario, the mean number of builds at work."""
    if not run.length:
        return None
    busy = sum(_at_work(run, build) for build in run.whole.of_kind("build"))
    return float(busy / SECOND / run.length / run.world.quotas.get(CONCURRENT_BUILDS, 1))


@metric("USD")
def cost(run: Run) -> dict[str, float]:
    """US dollars by service, by data/prices.yml."""
    return {service: one["usd"] for service, one in figures.costs(run.document, run.record).items()}


@metric("USD")
def cost_usd(run: Run) -> float:
    """US dollars in all, by data/prices.yml."""
    return round(sum(one["usd"] for one in figures.costs(run.document, run.record).values()), 6)


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None


def _at_work(run: Run, build: Any) -> int:
    """Milliseconds after the warm-up in which a build had left the queue and was not over."""
    begun = next((phase.started for phase in build.phases if phase.name not in _BEFORE_WORK), None)
    if begun is None:
        return 0
    ended = run.ended if build.ended is None else build.ended
    return int(max(0, ended - max(begun, run.since)))


def _executions(run: Run) -> list[dict[str, Any]]:
    return [one for pipeline in run.document["pipelines"] for one in pipeline["executions"]]


def _changes(run: Run) -> list[Any]:
    """Deployments that are over; those to single instances of Auto Scaling are no changes."""
    found: list[Any] = run.record.of_kind("deployment")
    return [one for one in found if one.ended is not None and not one.creator.startswith("autoscaling")]


def _took(run: Run, deployment: Any) -> float:
    return float(deployment.ended - run.record.created(deployment)) / SECOND
