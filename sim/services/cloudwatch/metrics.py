"""Metrics: what was reported, and the statistics of it. Source: docs/behaviour/codecommit-and-glue.md §16.

Times are milliseconds of the calendar (since 1970-01-01 UTC), so that periods begin where the clock on the wall has
them, whenever the world started.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.core.clock import MINUTE, SECOND

Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""(namespace, name, dimensions in order of their names): each combination is a metric of its own."""

NO_UNIT = "None"
"""The unit of what is reported without one."""

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{0,10})?|100)")


def key_of(namespace: str, name: str, dimensions: Iterable[Mapping[str, str]] = ()) -> Key:
    """The metric that a namespace, a name and AWS's list of dimensions mean."""
    return namespace, name, tuple(sorted((one["Name"], one["Value"]) for one in dimensions))


@dataclass(frozen=True, slots=True)
class Datum:
    """What was reported for one moment.

    `values` are the single values, each with its count; a statistic set, of which only the sums are known, has none.
    """

    at: int
    unit: str
    count: float
    total: float
    low: float
    high: float
    values: tuple[tuple[float, float], ...]


def stored_at(at: int, resolution: int) -> int:
    """Where a metric of that resolution (1 or 60 s) keeps what was reported for a moment."""
    grain = SECOND if resolution == 1 else MINUTE
    return at // grain * grain


@dataclass(slots=True)
class Metric:
    """One metric. `data` is in order of time."""

    key: Key
    data: list[Datum] = field(default_factory=list)

    def add(self, datum: Datum) -> None:
        insort(self.data, datum, key=_moment)

    def between(self, start: int, end: int, unit: str | None = None) -> list[Datum]:
        """What was reported from `start` on and before `end`; of one unit, or of all."""
        first, last = (bisect_left(self.data, moment, key=_moment) for moment in (start, end))
        return [datum for datum in self.data[first:last] if unit in (None, datum.unit)]

    def datapoints(self, named: str, period: int, first: int, unit: str | None = None) -> dict[int, Datapoint]:
        """The datapoints from the period `first` on, by the number of their period; `period` is in ms.

        The period number n lasts from n × period up to (n + 1) × period. One without data has no datapoint.
        """
        periods: dict[int, list[Datum]] = {}
        for datum in self.between(first * period, _FOREVER, unit):
            periods.setdefault(datum.at // period, []).append(datum)
        found = {}
        for number, data in periods.items():
            value = statistic(named, data)
            if value is not None:
                found[number] = Datapoint(value, sum(datum.count for datum in data))
        return found

    def row(self) -> dict[str, Any]:
        """AWS's Metric."""
        namespace, name, dimensions = self.key
        listed = [{"Name": dimension, "Value": value} for dimension, value in dimensions]
        return {"Namespace": namespace, "MetricName": name, "Dimensions": listed}


@dataclass(frozen=True, slots=True)
class Datapoint:
    """The statistic of one period, and how many samples it is made of."""

    value: float
    samples: float


_FOREVER = 1 << 62


def _moment(datum: Datum) -> int:
    return datum.at


def is_percentile(named: str) -> bool:
    return _PERCENTILE.fullmatch(named) is not None


def statistic(named: str, data: list[Datum]) -> float | None:
    """A statistic by AWS's name (`Sum`, `p99`) of what was reported; None where it does not tell."""
    count = sum(datum.count for datum in data)
    if named == "SampleCount":
        return count
    if named == "Sum":
        return sum(datum.total for datum in data)
    if named == "Average":
        return sum(datum.total for datum in data) / count if count else None
    if named == "Minimum":
        return min(datum.low for datum in data)
    if named == "Maximum":
        return max(datum.high for datum in data)
    return _percentile(float(named[1:]), data)


def _percentile(percent: float, data: list[Datum]) -> float | None:
    """The smallest value that so many percent of the samples do not exceed.

    None where statistic sets hide the single values, and where one of them is negative (CW-API:GetMetricStatistics).
    """
    if any(not datum.values for datum in data):
        return None
    values = sorted(pair for datum in data for pair in datum.values)
    if values[0][0] < 0:
        return None
    wanted = sum(count for _, count in values) * percent / 100
    passed = 0.0
    for value, count in values:
        passed += count
        if passed >= wanted:
            return value
    return values[-1][0]
