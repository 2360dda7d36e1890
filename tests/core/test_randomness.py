"""Draws are pure, fair and inside (0, 1); distributions have the means and quantiles of theory."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist, mean
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.core.randomness import (
    LANES,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Normal,
    Triangular,
    Uniform,
    fraction,
    lane,
    lanes,
    uniform,
)

POINTS = [(i + 0.5) / 4_000 for i in range(4_000)]
"""An even grid: the mean over it is the distribution's mean, up to the tails."""

NAMES = st.text(max_size=8)


# Draws


@given(st.integers(), NAMES, NAMES, st.integers(1, 9))
def test_a_draw_depends_on_its_arguments_and_on_nothing_else(seed: int, what: str, entity: str, attempt: int) -> None:
    first = uniform(seed, what, entity, attempt)
    uniform(seed + 1, what, entity, attempt)
    assert uniform(seed, what, entity, attempt) == first
    others = {
        uniform(seed + 1, what, entity, attempt),
        uniform(seed, what + "x", entity, attempt),
        uniform(seed, what, entity + "x", attempt),
        uniform(seed, what, entity, attempt + 1),
    }
    assert first not in others
    assert len(others) == 4


def test_draws_are_the_same_on_every_machine() -> None:
    assert uniform(7, "hook AfterInstall", "web-1", 2) == pytest.approx(0.6097390598995843, abs=1e-15)


@given(st.integers(0, 2**64 - 1))
@example(0)
@example(2**64 - 1)
def test_no_draw_is_0_or_1(hash: int) -> None:
    assert 0 < fraction(hash) < 1


def test_draws_are_spread_evenly() -> None:
    draws = [uniform(1, "test", str(i)) for i in range(20_000)]
    cells = [0] * 20
    for draw in draws:
        cells[int(draw * 20)] += 1
    chi_squared = sum((count - 1_000) ** 2 / 1_000 for count in cells)
    assert chi_squared < 43.8  # 19 degrees of freedom, p = 0.001
    assert mean(draws) == pytest.approx(0.5, abs=0.01)


@given(st.integers(), NAMES, NAMES, st.integers(1, 9))
def test_many_draws_from_one_hash_depend_on_its_arguments_only(seed: int, what: str, entity: str, attempt: int) -> None:
    first = lanes(seed, what, entity, attempt)
    assert lanes(seed, what, entity, attempt) == first
    numbers = [lane(first, number) for number in range(LANES)]
    assert all(0 < number < 1 for number in numbers)
    assert len(set(numbers)) == LANES
    others = [lanes(seed + 1, what, entity, attempt), lanes(seed, what, entity, attempt + 1)]
    assert all(lane(first, number) != lane(other, number) for other in others for number in range(LANES))


def test_many_draws_are_the_same_on_every_machine() -> None:
    drawn = lanes(7, "deployment", "shop/production/web-1", 2)
    assert lane(drawn, 0) == pytest.approx(0.19544085103552788, abs=1e-9)
    assert lane(drawn, 15) == pytest.approx(0.8430060470709577, abs=1e-9)


def test_no_draw_of_many_is_0_or_1() -> None:
    assert 0 < lane(bytes(64), 0) < 1
    assert 0 < lane(b"\xff" * 64, 15) < 1


def test_each_of_many_draws_is_spread_evenly_and_knows_nothing_of_the_next() -> None:
    drawn = [lanes(1, "test", str(i)) for i in range(4_000)]
    for number in range(LANES):
        cells = [0] * 100
        for one in drawn:
            cells[int(lane(one, number) * 10) * 10 + int(lane(one, (number + 1) % LANES) * 10)] += 1
        chi_squared = sum((count - 40) ** 2 / 40 for count in cells)
        assert chi_squared < 160  # 99 degrees of freedom; p = 0.0001


# Distributions

milliseconds = st.integers(1_000, 10_000_000)
hashes = st.integers(0, 2**64 - 1)


def mean_of(distribution: Distribution) -> float:
    return mean(distribution.at(u) for u in POINTS)


@given(milliseconds)
def test_constant(ms: int) -> None:
    assert {Constant(ms).at(u) for u in (0.01, 0.5, 0.99)} == {ms}


@given(milliseconds)
def test_exponential(ms: int) -> None:
    distribution = Exponential(ms)
    assert distribution.at(0.5) == round(ms * math.log(2))
    assert distribution.at(1 - math.exp(-3)) == pytest.approx(3 * ms, abs=1)
    assert mean_of(distribution) == pytest.approx(ms, rel=0.002)


@given(milliseconds, milliseconds)
def test_uniform(low: int, width: int) -> None:
    distribution = Uniform(low, low + width)
    assert distribution.at(0.25) == round(low + width / 4)
    assert mean_of(distribution) == pytest.approx(low + width / 2, rel=0.001)


@given(milliseconds, milliseconds, st.floats(0, 1))
def test_triangular(low: int, width: int, where: float) -> None:
    high, mode = low + width, low + round(where * width)
    distribution = Triangular(low, mode, high)
    assert distribution.at(1e-15) == pytest.approx(low, abs=1)
    assert distribution.at(1 - 1e-15) == pytest.approx(high, abs=1)
    assert distribution.at((mode - low) / width or 1e-18) == pytest.approx(mode, abs=1)
    assert mean_of(distribution) == pytest.approx((low + mode + high) / 3, rel=0.001)


def test_a_triangle_without_width_is_a_point() -> None:
    assert Triangular(5, 5, 5).at(0.3) == 5


@given(milliseconds, st.floats(0, 1))
def test_lognormal_by_the_mean_and_variation_of_the_duration_itself(ms: int, cv: float) -> None:
    distribution = Lognormal(ms, cv)
    assert distribution.at(0.5) == pytest.approx(ms / math.sqrt(1 + cv**2), abs=1)
    assert mean_of(distribution) == pytest.approx(ms, rel=0.01)
    draws = [distribution.at(u) for u in POINTS]
    deviation = math.sqrt(mean((draw - ms) ** 2 for draw in draws))
    assert deviation / ms == pytest.approx(cv, rel=0.1, abs=0.001)


@given(st.integers(10_000, 10_000_000), st.floats(0, 0.25))
def test_normal(ms: int, cv: float) -> None:
    distribution = Normal(ms, cv * ms)
    assert distribution.at(NormalDist().cdf(1)) == pytest.approx(ms + cv * ms, abs=1)
    assert mean_of(distribution) == pytest.approx(ms, rel=0.002)


def test_normal_is_cut_at_0() -> None:
    distribution = Normal(1_000, 1_000)
    assert [distribution.at(u) for u in (1e-9, 0.1, 0.5)] == [0, 0, 1_000]


def test_empirical_takes_each_value_equally_often() -> None:
    distribution = Empirical((10, 20, 60))
    draws = [distribution.at((i + 0.5) / 300) for i in range(300)]
    assert [draws.count(value) for value in (10, 20, 60)] == [100, 100, 100]


ANY: list[Callable[[Any], Distribution]] = [
    lambda d: Exponential(d[0]),
    lambda d: Uniform(d[0], d[0] + d[1]),
    lambda d: Triangular(d[0], d[0] + d[1] // 3, d[0] + d[1]),
    lambda d: Lognormal(d[0], d[1] / 1e7),
    lambda d: Normal(d[0], d[1]),
    lambda d: Empirical(tuple(sorted(d))),
]


@given(st.sampled_from(ANY), st.tuples(milliseconds, milliseconds), hashes, hashes)
def test_more_luck_never_makes_a_duration_shorter_and_none_is_negative(
    make: Callable[[Any], Distribution], d: tuple[int, int], one: int, other: int
) -> None:
    """Monotony is what makes common random numbers work: the same luck is the same rank in every variant."""
    distribution = make(d)
    less, more = sorted((fraction(one), fraction(other)))
    assert 0 <= distribution.at(less) <= distribution.at(more)
    assert type(distribution.at(less)) is int
