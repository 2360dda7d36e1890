"""Means, chances and quantiles with their confidence intervals.

Replications are independent of each other, so the textbook intervals hold. SciPy gives the quantiles of Student's t
and the binomial distribution; it is loaded when first used.
"""

from __future__ import annotations

from array import array
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
    def reach(self) -> float | None:
        """How far it reaches from the estimate, to the side to which it reaches further."""
        return (
            None if self.low is None or self.high is None else max(self.high - self.estimate, self.estimate - self.low)
        )

    @property
    def precision(self) -> float | None:
        """Its reach as a share of the estimate; None where that makes no sense."""
        if self.reach == 0:
            return 0.0
        return None if self.reach is None or self.estimate == 0 else self.reach / abs(self.estimate)


def mean(values: Sequence[float]) -> float:
    """The mean of at least one value. The order of the values does not change it."""
    return fsum(values) / len(values)


def in_order(values: array[float]) -> Sequence[float]:
    """The values from the least to the greatest, in eight bytes each: a list would take four times as much."""
    from numpy import frombuffer, sort

    return array("d", sort(frombuffer(values)).tobytes()) if values else values


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


def share_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The mean of at least one chance or share (0 to 1), with Wilson's interval: right also for rare and for certain
    ones, and never beyond 0 or 1.

    Shares that are not just 0 or 1 vary less than outcomes do; each then counts for as many outcomes as would vary
    so little (Korn and Graubard's effective sample size, in Wilson's formula). Where nothing varies it counts for
    one: that nothing varied yet does not say that nothing can.
    """
    count, share = len(values), fsum(values) / len(values)
    spread = fsum((value - share) ** 2 for value in values) / max(1, count - 1)
    if spread == 0 or all(value in (0, 1) for value in values):
        weight, z = float(count), NormalDist().inv_cdf((1 + confidence) / 2)
    else:
        weight, z = count * share * (1 - share) / spread, _t(count - 1, confidence)
    middle = (share + z * z / (2 * weight)) / (1 + z * z / weight)
    half = z * sqrt(share * (1 - share) / weight + z * z / (4 * weight * weight)) / (1 + z * z / weight)
    # At the edges the ends are exact: rounding must not leave a hair between them and 0 or 1.
    return Interval(share, max(0.0, middle - half) if share > 0 else 0.0, min(1.0, middle + half) if share < 1 else 1.0)


def share_difference(own: Sequence[float], other: Sequence[float], confidence: float = 0.95) -> Interval:
    """The difference of the means of paired chances or shares, own less other, with Newcombe's interval (his method
    10 of 1998): the two intervals put together, narrower the more the two vary together."""
    left, right = share_interval(own, confidence), share_interval(other, confidence)
    assert left.low is not None and left.high is not None  # noqa: PT018 -- a share has always both ends
    assert right.low is not None and right.high is not None  # noqa: PT018
    difference, together = left.estimate - right.estimate, _together(own, other)
    below = _added(left.estimate - left.low, right.high - right.estimate, together)
    above = _added(left.high - left.estimate, right.estimate - right.low, together)
    return Interval(difference, max(-1.0, difference - below), min(1.0, difference + above))


def _added(one: float, two: float, together: float) -> float:
    """Rounding must not make the square less than nothing."""
    return sqrt(max(0.0, one * one + two * two - 2 * together * one * two))


def _together(own: Sequence[float], other: Sequence[float]) -> float:
    """How much they vary together, -1 to 1. Of outcomes it is phi, with Newcombe's correction for small numbers."""
    if not all(value in (0, 1) for value in (*own, *other)):
        return correlation(own, other) or 0.0
    count = len(own)
    both = sum(one * two for one, two in zip(own, other, strict=True))
    only_own, only_other = sum(own) - both, sum(other) - both
    neither = count - both - only_own - only_other
    margins = (both + only_own) * (only_other + neither) * (both + only_other) * (only_own + neither)
    if margins == 0:
        return 0.0
    agree = both * neither - only_own * only_other
    return (agree if agree <= 0 else max(agree - count / 2, 0.0)) / sqrt(margins)


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
