"""The question itself: vary a scenario, replicate, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from sim.analysis.measures import Measure, Metric, metric_of
from sim.core.clock import parse_duration
from sim.core.problems import UsageError
from sim.experiments.design import Vary, read_source, variants
from sim.experiments.experiment import Experiment, Row, Task
from sim.experiments.outcome import Numbers, Outcome
from sim.experiments.replication import Runner
from sim.experiments.results import open_results

METRICS = (
    "lead_time",
    "deployment_time",
    "deployment_fails",
    "change_failure_rate",
    "minimum_healthy",
    "capacity_lost",
    "cost_usd",
)
"""What is measured when nothing is asked for."""
REPLICATIONS = 30
MOST = 10_000
"""Replications with a precision asked for and no number of replications."""
FIRST_ROUND = 30
"""With a precision asked for, so many replications are run before it is looked at: fewer would stop by chance."""

Progress = Callable[[int, int], None]
"""progress(replications done, replications to do as far as is known), counting each variant's"""


def whatif(
    scenario: str | Path | Mapping[str, Any],
    vary: Vary | None = None,
    replications: int | None = None,
    metrics: Iterable[str | Measure | Metric] | None = None,
    *,
    seed: int | None = None,
    until: str | int | float | None = None,
    warm_up: str | int | float = 0,
    until_precision: float | None = None,
    precision_of: Sequence[str] | None = None,
    confidence: float = 0.95,
    baseline: int = 0,
    jobs: int = 1,
    backend: str | None = None,
    results: str | Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run a scenario again and again under each variation, and compare what comes out.

    scenario: a path, a name of one that comes along, or a scenario as plain values.
    vary: {path: values} for every combination, such as {"parameters.FleetSize": [5, 10]}; or the variants themselves,
        [{path: value, …}, …]. Paths are those of sim/formats/paths.py; `Resources.X.Properties.Y` reaches into the
        template too.
    replications: how many runs of each variant; replication n has the same seed in every variant.
    metrics: names of sim/analysis/measures.py, functions of one's own, or JMESPath over the result of a run.
    until: as in `sim.run`. warm_up: what began before that time is not measured, such as "2h".
    until_precision: 0.05 goes on until the confidence interval of each metric in `precision_of` (the first metric if
        it is left out) reaches no further than 5% of its mean to either side, in every variant, but not beyond
        `replications` (10,000 if left out).
    jobs, backend: joblib's; -1 for every core. results: a file to keep each replication in, and to go on from.

    Raises ProblemsError for a variant that cannot be, UsageError for what makes no sense.
    """
    _check(replications, until_precision, confidence, jobs)
    source = read_source(scenario)
    found = tuple(variants({} if vary is None else vary))
    if not 0 <= baseline < len(found):
        count = "is 1 variant" if len(found) == 1 else f"are {len(found)} variants"
        raise UsageError(f"variant number {baseline + 1} cannot be the baseline: there {count}")
    asked = tuple(metric_of(one) for one in (METRICS if metrics is None else metrics))
    if not asked:
        raise UsageError("ask for at least one metric")
    _check_names(precision_of or (), asked)
    if until is not None and until != "idle":
        _duration("until", until)
    first = source.compile(found[0].settings)
    experiment = Experiment(
        source, found, asked, first.scenario.seed if seed is None else seed, until, _duration("warm_up", warm_up)
    )
    for variant in found:
        experiment.plan(variant.index)
    file = None if results is None else Path(results)
    runner = Runner(experiment, jobs, backend, file)
    known = [] if file is None else open_results(file, experiment)
    series = _Series(runner, known, progress)
    outcome = Outcome(experiment, series.numbers, confidence, baseline)
    if until_precision is None:
        series.run(REPLICATIONS if replications is None else replications)
    else:
        most = MOST if replications is None else replications
        _until_precise(series, outcome, until_precision, precision_of, most)
    return outcome


def _check(replications: int | None, precision: float | None, confidence: float, jobs: int) -> None:
    if replications is not None and replications < 1:
        raise UsageError(f"{replications} replications: run at least one")
    if precision is not None and not 0 < precision < 1:
        raise UsageError(f"a precision of {precision}: give a share between 0 and 1, such as 0.05")
    if not 0.5 <= confidence < 1:
        raise UsageError(f"a confidence of {confidence}: give a share from 0.5 to below 1, such as 0.95")
    if jobs == 0:
        raise UsageError("0 jobs can do no work; give 1 or more, or -1 for every core")


def _check_names(watched: Iterable[str], asked: Sequence[Metric]) -> None:
    """Raises UsageError for a name that is neither a metric that is asked for nor one of its keys."""
    for name in watched:
        if not any(name == metric.name or name.startswith(f"{metric.name}.") for metric in asked):
            there = ", ".join(metric.name for metric in asked)
            raise UsageError(f"{name}: its precision cannot be watched, as it is not measured; there is {there}")


def _duration(what: str, text: str | int | float) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{what}: {error}") from None


class _Series:
    """Runs up to so many replications of every variant, those that a results file holds left out."""

    def __init__(self, runner: Runner, known: Iterable[Row], progress: Progress | None):
        self.runner = runner
        self.numbers = Numbers()
        self._known = {(row.variant, row.replication): row for row in known}
        self._progress = progress
        self._done = 0
        self._asked = 0

    def run(self, replications: int) -> None:
        """Go on until there are so many. Tasks go by replication, so that pairs are complete early."""
        variants = self.runner.experiment.variants
        tasks = [
            Task(variant.index, number) for number in range(self._asked + 1, replications + 1) for variant in variants
        ]
        self._asked = replications
        to_do = []
        for task in tasks:
            row = self._known.pop(task, None)
            if row is None:
                to_do.append(task)
            else:
                self._add(row)
        self._tell()
        for row in self.runner.rows(to_do):
            self._add(row)
            self._tell()

    def _add(self, row: Row) -> None:
        self.numbers.add(row)
        self._done += 1

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._asked * len(self.runner.experiment.variants))


def _until_precise(series: _Series, outcome: Outcome, precision: float, names: Sequence[str] | None, most: int) -> None:
    """Rounds of replications, each as long as the last one's precision makes it seem needed, at most doubling.

    How long a round is depends on the numbers alone, so any way of running them stops at the same replication.
    """
    count = min(FIRST_ROUND, most)
    while True:
        series.run(count)
        needed = max(_needed(outcome, metric, precision, count) for metric in _watched(outcome, names))
        if needed <= count or count >= most:
            return
        count = min(most, max(count + 10, min(needed, 2 * count)))


def _watched(outcome: Outcome, names: Sequence[str] | None) -> list[str]:
    """The columns whose precision decides. Raises UsageError for one that measured nothing."""
    wanted = [outcome.experiment.metrics[0].name] if names is None else list(names)
    columns = [name for name, _ in outcome.metrics]
    found = []
    for name in wanted:
        own = [column for column in columns if column == name or column.startswith(f"{name}.")]
        if not own:
            raise UsageError(f"{name}: its precision cannot be watched, as it is not measured")
        found += own
    return found


def _needed(outcome: Outcome, metric: str, precision: float, count: int) -> int:
    """How many replications would do, going by those there are: the interval narrows with their square root."""
    needed = 0
    for label in outcome.labels:
        interval = outcome.interval(label, metric)
        if interval is None:
            text = f"{metric} was measured in no replication of {label}: its precision makes no sense"
            raise UsageError(f"{text}; name another metric")
        reached = interval.precision
        needed = max(needed, 2 * count if reached is None else ceil(count * (reached / precision) ** 2))
    return needed


__all__ = ["METRICS", "Progress", "whatif"]
