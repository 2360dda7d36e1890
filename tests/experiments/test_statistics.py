"""Estimates and their intervals, against values that are known otherwise and by how often they hold."""

from __future__ import annotations

from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.randomness import uniform
from sim.experiments import statistics

EXPERIMENTS = 200
"""Each of so many experiments gives a 95% interval; from 91% to 99% of them must hold the truth."""


def test_a_mean_with_students_interval() -> None:
    # t(0.975, 4 degrees) = 2.776 by any table; the standard deviation of 1..5 is sqrt(2.5).
    found = statistics.mean_interval([1, 2, 3, 4, 5])
    assert found.estimate == 3
    assert found.reach == pytest.approx(2.776445 * sqrt(2.5) / sqrt(5), rel=1e-6)
    assert statistics.mean_interval([7]) == statistics.Interval(7, None, None)


def test_a_chance_with_wilsons_interval() -> None:
    # 10 of 20: published examples give 0.299 to 0.701.
    found = statistics.share_interval([1] * 10 + [0] * 10)
    assert (found.low, found.high) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.7007, abs=1e-4))
    never, always = statistics.share_interval([0] * 30), statistics.share_interval([1] * 30)
    assert never.low == 0
    assert never.high == pytest.approx(0.1135, abs=1e-4)
    assert always.high == 1


def test_a_median_between_two_of_the_values() -> None:
    # The table of order statistics: for 20 values the 6th and the 15th hold the median in 95.9%.
    found = statistics.quantile_interval(list(range(1, 21)), 0.5)
    assert found == statistics.Interval(10.5, 6, 15)
    few = statistics.quantile_interval([1, 2, 3, 4, 5], 0.5)
    assert (few.low, few.high) == (None, None), "five values do not bound a median at 95%"


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_an_interval_holds_its_estimate(values: list[float]) -> None:
    found = statistics.mean_interval(values)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.estimate <= found.high
    ordered = sorted(values)
    middle = statistics.quantile_interval(ordered, 0.5)
    assert middle.low is None or middle.low <= middle.estimate
    assert middle.high is None or middle.estimate <= middle.high


@given(st.permutations([0.1, 1e15, -3.7, 1e-9, 42.0, -1e15]))
def test_the_order_of_the_values_changes_nothing(values: list[float]) -> None:
    assert statistics.mean_interval(values) == statistics.mean_interval(sorted(values))


def draws(experiment: int, count: int) -> list[float]:
    return [uniform(experiment, "coverage", str(number)) for number in range(count)]


def test_95_percent_intervals_of_a_mean_hold_it_as_often_as_they_say() -> None:
    hits = 0
    for experiment in range(EXPERIMENTS):
        found = statistics.mean_interval([-log(u) for u in draws(experiment, 100)])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 1 <= found.high
    assert 0.91 <= hits / EXPERIMENTS <= 0.99


@pytest.mark.parametrize("chance", [0.02, 0.1, 0.5])
def test_95_percent_intervals_of_a_chance_hold_it_as_often_as_they_say(chance: float) -> None:
    hits = 0
    for experiment in range(EXPERIMENTS):
        found = statistics.share_interval([float(u < chance) for u in draws(experiment, 200)])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= chance <= found.high
    assert 0.91 <= hits / EXPERIMENTS <= 0.99


@pytest.mark.parametrize("count", [30, 100])
@pytest.mark.parametrize("deployments", [1, 2, 5])
@pytest.mark.parametrize("chance", [0.02, 0.05, 0.3])
def test_95_percent_intervals_of_a_share_hold_it_as_often_as_they_say(
    chance: float, deployments: int, count: int
) -> None:
    """Such as the share of a run's deployments that failed: 0 or 1 of one deployment, 0 to 1 of more."""
    hits = 0
    for experiment in range(EXPERIMENTS):
        luck = draws(experiment, count * deployments)
        shares = [
            sum(u < chance for u in luck[first : first + deployments]) / deployments
            for first in range(0, len(luck), deployments)
        ]
        found = statistics.share_interval(shares)
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.estimate <= found.high <= 1
        hits += found.low <= chance <= found.high
    assert 0.91 <= hits / EXPERIMENTS <= 0.99


def test_a_share_that_never_varied_may_still_vary() -> None:
    half = statistics.share_interval([0.5] * 30)
    assert half == statistics.share_interval([0.0, 1.0] * 15)
    never = statistics.share_interval([0.0] * 30)
    assert (never.low, never.high) == (0, pytest.approx(0.1135, abs=1e-4))


def test_a_paired_difference_of_chances_with_newcombes_interval() -> None:
    """The worked example of Newcombe (1998), table III: 50 pairs, 36 alike yes, 12 and 2 apart, none alike no. And
    30 pairs that all agree: the chances may still differ."""
    pairs = [(1, 1)] * 36 + [(1, 0)] * 12 + [(0, 1)] * 2
    found = statistics.share_difference([one for one, _ in pairs], [two for _, two in pairs])
    assert found.estimate == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0569, abs=1e-4), pytest.approx(0.3404, abs=1e-4))
    alike = statistics.share_difference([0.0] * 30, [0.0] * 30)
    assert alike.estimate == 0
    assert alike.low == -alike.high == pytest.approx(-0.1135, abs=1e-4)


@pytest.mark.parametrize("count", [60, 200])
@pytest.mark.parametrize("common", [True, False])
def test_95_percent_intervals_of_a_difference_of_chances_hold_it_as_often_as_they_say(common: bool, count: int) -> None:
    """With the same luck on both sides, which makes one's failures some of the other's, and with luck of their own."""
    hits = 0
    for experiment in range(EXPERIMENTS):
        luck = draws(experiment, count)
        other = luck if common else draws(experiment + EXPERIMENTS, count)
        found = statistics.share_difference([float(u < 0.3) for u in other], [float(u < 0.1) for u in luck])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.2 <= found.high
    assert 0.91 <= hits / EXPERIMENTS <= 0.99


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_95_percent_intervals_of_a_quantile_hold_it_as_often_as_they_say(q: float) -> None:
    hits = 0
    for experiment in range(EXPERIMENTS):
        found = statistics.quantile_interval(sorted(draws(experiment, 100)), q)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= q <= found.high
    assert 0.91 <= hits / EXPERIMENTS <= 0.99


def test_a_correlation() -> None:
    assert statistics.correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert statistics.correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert statistics.correlation([1, 1, 1], [1, 2, 3]) is None
    assert statistics.correlation([1], [2]) is None
