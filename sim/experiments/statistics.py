"""Means, chances and quantiles with their confidence intervals.

Replications are independent of each other, so the textbook intervals hold. SciPy gives the quantiles of Student's t
and the binomial distribution; it is loaded when first used.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, fsum, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between the ends of its confidence interval; None where too little was observed for one."""

    estimate: float
    low: float | None
    high: float | None

    @property
    def half_width(self) -> float | None:
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def precision(self) -> float | None:
        """The half width as a share of the estimate; None where that makes no sense."""
        half = self.half_width
        if half == 0:
            return 0.0
        return None if half is None or self.estimate == 0 else half / abs(self.estimate)


def mean(values: Sequence[float]) -> float:
    """The mean of at least one value. The order of the values does not change it."""
    return fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """The sample's standard deviation, of at least two values."""
    middle = mean(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of at least one value, with Student's interval."""
    middle = mean(values)
    if len(values) < 2:
        return Interval(middle, None, None)
    half = _t(len(values) - 1, confidence) * deviation(values) / sqrt(len(values))
    return Interval(middle, middle - half, middle + half)


def _t(degrees: int, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + confidence) / 2))


def chance_interval(outcomes: Sequence[float], confidence: float = 0.95) -> Interval:
    """The share of ones among outcomes 0 and 1, with Wilson's interval: right also for rare and for certain ones."""
    count = len(outcomes)
    share = fsum(outcomes) / count
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    # At the edges the ends are exact: rounding must not leave a hair between them and 0 or 1.
    return Interval(share, middle - half if share > 0 else 0.0, middle + half if share < 1 else 1.0)


def quantile(values: Sequence[float], q: float) -> float:
    """The quantile of sorted values, between neighbours by a straight line."""
    place = q * (len(values) - 1)
    below = floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def quantile_interval(values: Sequence[float], q: float, confidence: float = 0.95) -> Interval:
    """The quantile of sorted values, between two of them: how many lie below it is binomial, whatever their
    distribution. An end is None where even the least or the greatest value is not far enough out."""
    count = len(values)
    tail = (1 - confidence) / 2
    low = bisect_left(range(count + 1), tail, key=lambda rank: _at_most(rank, count, q))
    high = bisect_left(range(count + 1), 1 - tail, key=lambda rank: _at_most(rank, count, q))
    # P(fewer than `low` lie below) <= tail, and P(more than `high` lie below) <= tail.
    return Interval(
        quantile(values, q),
        values[low - 1] if low > 0 else None,
        values[high] if high < count else None,
    )


def _at_most(rank: int, count: int, q: float) -> float:
    """The chance that no more than `rank` of `count` values lie below the quantile."""
    from scipy.special import bdtr

    return 1.0 if rank >= count else float(bdtr(rank, count, q))


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's, of as many values on both sides; None where one side does not vary or there are fewer than two."""
    if len(left) < 2:
        return None
    middle, other = mean(left), mean(right)
    spread = fsum((one - middle) ** 2 for one in left) * fsum((one - other) ** 2 for one in right)
    if spread == 0:
        return None
    common = fsum((one - middle) * (two - other) for one, two in zip(left, right, strict=True))
    return max(-1.0, min(1.0, common / sqrt(spread)))
