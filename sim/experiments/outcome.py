"""What an experiment gave: its numbers, and the tables that are made of them."""

from __future__ import annotations

import csv
import io
import json
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from sim.core.problems import UsageError
from sim.experiments import statistics
from sim.experiments.design import short_names, spell
from sim.experiments.experiment import Experiment, Row
from sim.experiments.statistics import Interval

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.analysis.expectations import Expected
    from sim.cloud import Cloud
    from sim.experiments.plots import Plot

SHARES = ("share", "chance")
"""Units whose numbers lie between 0 and 1."""
QUANTILES = (0.1, 0.5, 0.9)
COLUMNS: dict[str, dict[str, str]] = {
    "summary": {
        "variant": "what was set",
        "metric": "metric, or metric.key",
        "unit": "unit of the numbers",
        "n": "replications that gave a number",
        "missing": "replications in which nothing was measured",
        "mean": "mean; of outcomes, their chance",
        "low": "lower end of the mean's confidence interval",
        "high": "upper end",
        "sd": "standard deviation of one replication",
        "p10": "what one replication in ten is below",
        "p10_low": "lower end of its confidence interval; missing with too few replications",
        "p10_high": "upper end",
        "p50": "the median",
        "p50_low": "",
        "p50_high": "",
        "p90": "what one replication in ten is above",
        "p90_low": "",
        "p90_high": "",
        "min": "least",
        "max": "greatest",
    },
    "differences": {
        "variant": "what was set",
        "baseline": "the variant it is held against, replication by replication",
        "metric": "metric, or metric.key",
        "unit": "unit of the numbers",
        "n": "replications in which both gave a number",
        "difference": "mean of variant less baseline",
        "low": "lower end of its confidence interval",
        "high": "upper end",
        "clear": "whether the interval leaves 0 out",
        "correlation": "of the two variants over the replications: the nearer to 1, the more common luck helps",
    },
    "replications": {
        "variant": "what was set",
        "replication": "from 1",
        "seed": "`codesuite run --seed` shows it again",
    },
}
"""The columns of each table; `replications` has one more for each metric."""


DIGITS = 9
"""Significant digits of the tables: more would only tell how a machine rounds."""


def _tidy(value: Any) -> Any:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


class Numbers:
    """The numbers of all replications, eight bytes each; a number that is missing is NaN."""

    def __init__(self) -> None:
        self._columns: dict[tuple[int, str], array[float]] = {}
        self._numbers: set[str] = set()
        self._beyond: set[str] = set()
        self.replications = 0

    def add(self, row: Row) -> None:
        self.replications = max(self.replications, row.replication)
        for name, value in row.values.items():
            column = self._columns.setdefault((row.variant, name), array("d"))
            column.extend([nan] * (row.replication - len(column)))
            column[row.replication - 1] = nan if value is None else value
            if value is not None and not isinstance(value, bool):
                self._numbers.add(name)
                if not 0 <= value <= 1:
                    self._beyond.add(name)

    def names(self) -> set[str]:
        return {name for _, name in self._columns}

    def is_outcome(self, name: str) -> bool:
        """Whether it was only ever true or false."""
        return name not in self._numbers

    def within_one(self, name: str) -> bool:
        """Whether all of its numbers lie between 0 and 1."""
        return name not in self._beyond

    def column(self, variant: int, name: str) -> array[float]:
        """One number a replication, NaN where it is missing."""
        column = self._columns.get((variant, name), array("d"))
        return column + array("d", [nan]) * (self.replications - len(column))

    def values(self, variant: int, name: str) -> array[float]:
        """The numbers that there are, in order of the replications."""
        return array("d", (value for value in self._columns.get((variant, name), ()) if not isnan(value)))


def _last_names(values: list[str]) -> list[str]:
    """Values without the names in front that all have; numbers and versions are not cut."""
    first, *others = {value.rpartition(".")[0] for value in values}
    lasts = [value.rpartition(".")[2] for value in values]
    if len(set(values)) > 1 and not others and first[:1].isalpha() and all(last[:1].isalpha() for last in lasts):
        return lasts
    return values


@dataclass(frozen=True)
class Outcome:
    """What a what-if gave. `baseline` is the index of the variant that the others are held against.

    `summary`, `differences` and `replications` are pandas DataFrames; `rows("summary")` gives plain dictionaries.
    `stopped` says, where a precision was asked for, what did not reach it, and what never varied.
    """

    experiment: Experiment
    numbers: Numbers
    confidence: float = 0.95
    baseline: int = 0
    stopped: tuple[str, ...] = ()

    @property
    def metrics(self) -> list[tuple[str, str]]:
        """(column, unit) of every number: in the order the metrics were asked for, their keys by name. A metric that
        never gave a key stands there itself, as one that measured nothing."""
        return [(name, metric.unit) for metric in self.experiment.metrics for name in self._columns_of(metric.name)]

    def _columns_of(self, metric: str) -> list[str]:
        names = self.numbers.names()
        keys = [] if metric in names else sorted(name for name in names if name.startswith(f"{metric}."))
        return keys or [metric]

    @property
    def labels(self) -> list[str]:
        return [variant.label for variant in self.experiment.variants]

    @property
    def heading(self) -> str:
        """What stands above the names of the variants: what varies, else "variant"."""
        short = short_names(self.experiment.variants[0].settings) if self._varying else {}
        return ", ".join(short[path] for path in self._varying) or "variant"

    @property
    def names(self) -> list[str]:
        """The variants in a table or picture: the values of what varies, without a first name that all have
        (`AllAtOnce` of `CodeDeployDefault.AllAtOnce`); their labels, where one sets what another does not."""
        if not self._varying:
            return self.labels
        columns = [
            _last_names([spell(one.settings[path]) for one in self.experiment.variants]) for path in self._varying
        ]
        return [", ".join(row) for row in zip(*columns, strict=True)]

    @cached_property
    def _varying(self) -> list[str]:
        """The paths that have not the same value in every variant; of one variant, its only path. None, where one
        variant sets what another does not."""
        variants = self.experiment.variants
        paths = list(variants[0].settings)
        if any(list(variant.settings) != paths for variant in variants):
            return []
        spelled = {path: {spell(variant.settings[path]) for variant in variants} for path in paths}
        return [path for path in paths if len(spelled[path]) > 1 or len(paths) == 1]

    def values(self, variant: int | str, metric: str) -> list[float]:
        """The numbers of one metric in one variant (its index or label), in order of the replications."""
        self._known(metric)
        return list(self.numbers.values(self.index(variant), metric))

    def interval(self, variant: int | str, metric: str) -> Interval | None:
        """The mean, or the chance of an outcome, with its confidence interval; None where nothing was measured."""
        self._known(metric)
        values = self.numbers.values(self.index(variant), metric)
        if not values:
            return None
        make = statistics.share_interval if self.is_share(metric) else statistics.mean_interval
        return make(values, self.confidence)

    def is_share(self, metric: str) -> bool:
        """Whether its numbers are outcomes, or shares of 0 to 1: luck may matter though all of them are alike."""
        if self.numbers.is_outcome(metric):
            return True
        return dict(self.metrics).get(metric) in SHARES and self.numbers.within_one(metric)

    @cached_property
    def notices(self) -> list[str]:
        """What makes the comparison worth less than it looks, in words: a precision that was not reached, a variant
        that changes nothing, rules that never fitted, properties that have no effect. The first replication of each
        variant is run again for it."""
        return [*self.stopped, *self.experiment.notices()]

    def replay(self, variant: int | str, replication: int) -> Cloud:
        """Run one of the replications again; the same seed gives the same run."""
        return self.experiment.play(self.index(variant), replication)

    def index(self, variant: int | str) -> int:
        """The index of a variant that is given by it or by its label. Raises UsageError."""
        if isinstance(variant, str):
            if variant not in self.labels:
                raise UsageError(f"there is no variant {variant!r}; there are {', '.join(self.labels)}")
            return self.labels.index(variant)
        return variant

    def _known(self, metric: str) -> None:
        names = [name for name, _ in self.metrics]
        if metric not in names:
            raise UsageError(f"{metric!r} was not measured; there is {', '.join(names) or 'nothing'}")

    # Tables

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, `summary`, `differences` or `replications`, as plain dictionaries."""
        makers = {"summary": self._summary, "differences": self._differences, "replications": self._replications}
        if table not in makers:
            raise UsageError(f"there is no table {table!r}; there are {', '.join(makers)}")
        return [{name: _tidy(value) for name, value in row.items()} for row in makers[table]()]

    def _summary(self) -> Iterator[dict[str, Any]]:
        for variant in self.experiment.variants:
            for metric, unit in self.metrics:
                values = statistics.in_order(self.numbers.values(variant.index, metric))
                row: dict[str, Any] = dict.fromkeys(COLUMNS["summary"])
                row.update(variant=variant.label, metric=metric, unit=unit, n=len(values))
                row["missing"] = self.numbers.replications - len(values)
                if values:
                    row.update(self._described(variant.index, metric, values))
                yield row

    def _described(self, variant: int, metric: str, values: Sequence[float]) -> dict[str, Any]:
        interval = self.interval(variant, metric)
        assert interval is not None
        row: dict[str, Any] = {"mean": interval.estimate, "low": interval.low, "high": interval.high}
        row["sd"] = statistics.deviation(values) if len(values) > 1 else None
        if not self.numbers.is_outcome(metric):
            row.update(min=values[0], max=values[-1])
            for q in QUANTILES:
                found = statistics.quantile_interval(values, q, self.confidence)
                name = f"p{round(q * 100)}"
                row.update({name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high})
        return row

    def _differences(self) -> Iterator[dict[str, Any]]:
        for variant in self.experiment.variants:
            if variant.index == self.baseline:
                continue
            for metric, unit in self.metrics:
                own, other = self._pairs(variant.index, metric)
                row: dict[str, Any] = dict.fromkeys(COLUMNS["differences"])
                row.update(variant=variant.label, baseline=self.labels[self.baseline], metric=metric, unit=unit)
                row["n"] = len(own)
                if own:
                    row.update(self._difference(metric, own, other))
                yield row

    def _pairs(self, variant: int, metric: str) -> tuple[array[float], array[float]]:
        """The numbers of a variant and of the baseline in the replications in which both gave one."""
        own, other = self.numbers.column(variant, metric), self.numbers.column(self.baseline, metric)
        both = [not isnan(one) and not isnan(two) for one, two in zip(own, other, strict=True)]
        return array("d", compress(own, both)), array("d", compress(other, both))

    def _difference(self, metric: str, own: array[float], other: array[float]) -> dict[str, Any]:
        if self.is_share(metric):
            interval = statistics.share_difference(own, other, self.confidence)
        else:
            apart = array("d", (one - two for one, two in zip(own, other, strict=True)))
            interval = statistics.mean_interval(apart, self.confidence)
        low, high = interval.low, interval.high
        return {
            "difference": interval.estimate,
            "low": low,
            "high": high,
            "clear": None if low is None or high is None else low > 0 or high < 0,
            "correlation": statistics.correlation(own, other),
        }

    def _replications(self) -> Iterator[dict[str, Any]]:
        columns: dict[int, dict[str, array[float]]] = defaultdict(dict)
        for variant in self.experiment.variants:
            for metric, _ in self.metrics:
                columns[variant.index][metric] = self.numbers.column(variant.index, metric)
        for variant in self.experiment.variants:
            for number in range(1, self.numbers.replications + 1):
                row: dict[str, Any] = {"variant": variant.label, "replication": number}
                row["seed"] = self.experiment.seed_of(number)
                for metric, column in columns[variant.index].items():
                    value = column[number - 1]
                    row[metric] = None if isnan(value) else value
                yield row

    def csv(self, table: str = "summary") -> str:
        """A table as CSV: the same experiment gives the same bytes, however it was run."""
        rows = self.rows(table)
        out = io.StringIO()
        columns = list(COLUMNS[table]) + ([name for name, _ in self.metrics] if table == "replications" else [])
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    def json(self) -> str:
        """The experiment with its summary and differences as one JSON document."""
        experiment = self.experiment
        document = {
            "scenario": str(experiment.source.path),
            "seed": experiment.seed,
            "replications": self.numbers.replications,
            "confidence": self.confidence,
            "warm_up": experiment.warm_up / 1000,
            "metrics": [{"name": one.name, "unit": one.unit, "text": one.text} for one in experiment.metrics],
            "variants": [{"label": one.label, "settings": dict(one.settings)} for one in experiment.variants],
            "summary": self.rows("summary"),
            "differences": self.rows("differences"),
        }
        return json.dumps(document, indent=2, ensure_ascii=False)

    def expect(self, *expectations: str, hint: str = "") -> Expected:
        """Hold expectations (JMESPath) against `json()`: `"summary[?metric=='lead_time'].mean | [0] < `600`"`.

        Says which of them hold; the hint is shown while one does not. Never raises for one that does not hold.
        """
        from sim.analysis.expectations import Expected, judge_all

        return Expected(tuple(judge_all(json.loads(self.json()), ((text, 0) for text in expectations))), hint)

    def _frame(self, table: str) -> DataFrame:
        from pandas import DataFrame

        return DataFrame(self.rows(table))

    @property
    def summary(self) -> DataFrame:
        return self._frame("summary")

    @property
    def differences(self) -> DataFrame:
        return self._frame("differences")

    @property
    def replications(self) -> DataFrame:
        return self._frame("replications")

    @property
    def plot(self) -> Plot:
        """Pictures; each method takes and returns a matplotlib Axes."""
        from sim.experiments.plots import Plot

        return Plot(self)
