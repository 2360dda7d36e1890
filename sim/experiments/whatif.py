"""The question itself: vary a scenario, replicate, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import ceil
from pathlib import Path
from typing import Any

from sim.analysis.measures import Expression, Measure, Metric, metric_of
from sim.core.clock import parse_duration
from sim.core.problems import UsageError
from sim.experiments.design import Vary, read_source, variants
from sim.experiments.experiment import Experiment, Row, Task
from sim.experiments.outcome import Numbers, Outcome
from sim.experiments.replication import Runner
from sim.experiments.results import known_rows, open_results

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
"""With a precision asked for, so many replications are run before it is looked at, and so many numbers of a metric are
needed: fewer would stop by chance."""
STEADY = 300
"""A number that never varied is believed to be precise after so many: by the rule of three, what would have changed it
is then rarer than 1 in 100 with 95% confidence. (Shares need no such rule: Wilson's interval has always some width.)"""

Progress = Callable[[int, int], None]
"""progress(replications done, replications to do as far as is known), counting each variant's"""


def whatif(
    scenario: str | Path | Mapping[str, Any],
    vary: Vary | None = None,
    replications: int | None = None,
    metrics: str | Measure | Metric | Iterable[str | Measure | Metric] | None = None,
    *,
    seed: int | None = None,
    until: str | int | float | None = None,
    warm_up: str | int | float = 0,
    until_precision: float | None = None,
    precision_of: str | Sequence[str] | None = None,
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
    metrics: names of sim/analysis/measures.py, functions of one's own, or JMESPath over the result of a run; one, or
        several of them.
    until: as in `sim.run`. warm_up: what began before that time is not measured, such as "2h".
    until_precision: 0.05 goes on until the confidence interval of each metric in `precision_of` (the first metric if
        it is left out; of the metrics that are measured when none is asked for, the first that measured
        something) reaches no further than 5% of its mean to either side, in every variant, but not beyond
        `replications` (10,000 if left out). What never varied is taken as precise after 300 numbers.
    jobs, backend: joblib's; -1 for every core. results: a file to keep each replication in, and to go on from.

    Raises ProblemsError for a variant that cannot be, UsageError for what makes no sense.
    """
    _check(replications, until_precision, confidence, jobs)
    source = read_source(scenario)
    found = tuple(variants({} if vary is None else vary))
    if not 0 <= baseline < len(found):
        count = "is 1 variant" if len(found) == 1 else f"are {len(found)} variants"
        raise UsageError(f"variant number {baseline + 1} cannot be the baseline: there {count}")
    asked = _asked(metrics)
    watched = [precision_of] if isinstance(precision_of, str) else precision_of
    _check_names(watched or (), asked)
    if watched and until_precision is None:
        raise UsageError(
            "the metrics of precision_of are watched with until_precision only; say how precise they are to be"
        )
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
    if file is not None:
        open_results(file, experiment)
    series = _Series(runner, file, progress)
    outcome = Outcome(experiment, series.numbers, confidence, baseline)
    if until_precision is None:
        series.run(REPLICATIONS if replications is None else replications)
        return outcome
    most = MOST if replications is None else replications
    candidates = asked if metrics is None else asked[:1]
    names = _until_precise(series, outcome, until_precision, watched, candidates, most)
    return replace(outcome, stopped=tuple(_stopped(outcome, names, until_precision)))


def _asked(metrics: str | Measure | Metric | Iterable[str | Measure | Metric] | None) -> tuple[Metric, ...]:
    """The metrics, each once. Raises UsageError for two that go by one name: their numbers would be mixed up."""
    if metrics is None:
        metrics = METRICS
    several = [metrics] if isinstance(metrics, str | Metric) or callable(metrics) else list(metrics)
    found: dict[str, Metric] = {}
    for one in map(metric_of, several):
        there = found.setdefault(one.name, one)
        if not _same(there, one):
            raise UsageError(
                f"two different metrics are named {one.name}: give one of the functions another name, "
                "or pass sim.analysis.measures.Metric(name, unit, text, function)"
            )
    if not found:
        raise UsageError("ask for at least one metric")
    return tuple(found.values())


def _same(one: Metric, two: Metric) -> bool:
    """JMESPath goes by its text, which is its name too."""
    return one == two or (isinstance(one.measure, Expression) and isinstance(two.measure, Expression))


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

    def __init__(self, runner: Runner, file: Path | None, progress: Progress | None):
        self.runner = runner
        self.numbers = Numbers()
        self._file = file
        self._progress = progress
        self._done = 0
        self._asked = 0

    def run(self, replications: int) -> None:
        """Go on until there are so many. Tasks go by replication, so that pairs are complete early; each is made when
        its turn comes, so that a million of them take no room."""
        variants = self.runner.experiment.variants
        first, self._asked = self._asked + 1, replications
        known = self._take_known(first, replications)
        self._tell()
        to_do = (
            Task(variant.index, number)
            for number in range(first, replications + 1)
            for variant in variants
            if not known.has(variant.index, number)
        )
        for row in self.runner.rows(to_do, (replications + 1 - first) * len(variants) - known.count):
            self._add(row)
            self._tell()

    def _take_known(self, first: int, last: int) -> _Marks:
        """Take in the replications of the results file from the first to the last; the file is read anew each round,
        as its rows would take more room than their numbers."""
        known = _Marks(len(self.runner.experiment.variants), first)
        if self._file is not None:
            for row in known_rows(self._file, self.runner.experiment):
                if first <= row.replication <= last and known.mark(row.variant, row.replication):
                    self._add(row)
        return known

    def _add(self, row: Row) -> None:
        self.numbers.add(row)
        self._done += 1

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._asked * len(self.runner.experiment.variants))


class _Marks:
    """Which replications are known already, a byte each."""

    def __init__(self, variants: int, first: int):
        self.count = 0
        self._variants = variants
        self._first = first
        self._marks = bytearray()

    def mark(self, variant: int, replication: int) -> bool:
        """Mark one; False if it was marked before."""
        place = (replication - self._first) * self._variants + variant
        if place >= len(self._marks):
            self._marks.extend(bytes(place + 1 - len(self._marks)))
        if self._marks[place]:
            return False
        self._marks[place] = 1
        self.count += 1
        return True

    def has(self, variant: int, replication: int) -> bool:
        place = (replication - self._first) * self._variants + variant
        return place < len(self._marks) and bool(self._marks[place])


def _until_precise(
    series: _Series,
    outcome: Outcome,
    precision: float,
    names: Sequence[str] | None,
    candidates: Sequence[Metric],
    most: int,
) -> Sequence[str]:
    """Rounds of replications, each as long as the last one's precision makes it seem needed, at most doubling. The
    names of the metrics that were watched.

    How long a round is depends on the numbers alone, so any way of running them stops at the same replication.
    """
    count = min(FIRST_ROUND, most)
    while True:
        series.run(count)
        names = [_first_measured(outcome, candidates)] if names is None else names
        watched = product(outcome.labels, _watched(outcome, names))
        needed = max(_needed(outcome, label, metric, precision) for label, metric in watched)
        if needed <= count or count >= most:
            return names
        count = min(most, max(count + 10, min(needed, 2 * count)))


def _first_measured(outcome: Outcome, candidates: Sequence[Metric]) -> str:
    """The name of the first metric that measured something in every variant; if none did, of the first."""
    columns = [name for name, _ in outcome.metrics]
    for metric in candidates:
        own = [name for name in columns if name == metric.name or name.startswith(f"{metric.name}.")]
        if own and all(outcome.interval(label, name) is not None for name in own for label in outcome.labels):
            return metric.name
    return candidates[0].name


def _watched(outcome: Outcome, names: Sequence[str]) -> list[str]:
    """The columns whose precision decides. Raises UsageError for one that measured nothing."""
    columns = [name for name, _ in outcome.metrics]
    found = []
    for name in names:
        own = [column for column in columns if column == name or column.startswith(f"{name}.")]
        if not own:
            raise UsageError(f"{name}: its precision cannot be watched, as it is not measured")
        found += own
    return found


def _needed(outcome: Outcome, label: str, metric: str, precision: float) -> int:
    """How many replications would do, going by those there are: the interval narrows with their square root."""
    count, numbers = outcome.numbers.replications, len(outcome.values(label, metric))
    interval = outcome.interval(label, metric)
    if interval is None:
        text = f"{metric} was measured in no replication of {label}: its precision makes no sense"
        raise UsageError(f"{text}; name another metric")
    if _never_varied(outcome, label, metric):
        return ceil(count * STEADY / numbers)
    reached = interval.precision
    more = 4.0 if reached is None else (reached / precision) ** 2
    return ceil(count * max(more, FIRST_ROUND / numbers))


def _never_varied(outcome: Outcome, label: str, metric: str) -> bool:
    """Whether its interval has no width, and says so of the runs that there were only. A share's has always some."""
    return not outcome.is_share(metric) and len(set(outcome.values(label, metric))) == 1


def _stopped(outcome: Outcome, names: Sequence[str], precision: float) -> Iterator[str]:
    """In words: what precision was not reached, and what is taken as precise as it never varied."""
    count = outcome.numbers.replications
    for metric in _watched(outcome, names):
        short = [label for label in outcome.labels if _needed(outcome, label, metric, precision) > count]
        if short:
            where = "" if len(short) == len(outcome.labels) else f" with {'; '.join(short)}"
            yield f"{metric}: {count} replications did not reach a precision of {precision * 100:g}%{where}"
        for label in outcome.labels:
            interval, numbers = outcome.interval(label, metric), len(outcome.values(label, metric))
            if interval is not None and label not in short and _never_varied(outcome, label, metric):
                where = "" if len(outcome.labels) == 1 else f" with {label}"
                yield (
                    f"{metric} was {interval.estimate:.9g} in all of {numbers} runs{where}, and is taken as precise: "
                    f"what would change it may still happen in up to {300 / numbers:.2g}% of the runs"
                )


__all__ = ["METRICS", "Progress", "whatif"]
