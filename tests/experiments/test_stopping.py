"""Going on until it is precise enough: what that does to the intervals, above all where what happens is rare."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim import whatif
from sim.analysis.measures import Measure, Metric
from sim.core.problems import UsageError
from sim.core.randomness import uniform
from sim.experiments.experiment import Experiment
from sim.experiments.outcome import Outcome
from tests.experiments.worlds import deployment

EXPERIMENTS = 200
WORLD = deployment(1)


@pytest.fixture(autouse=True)
def _only_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of which nothing but the seed is looked at, so that a thousand of them take no time."""
    monkeypatch.setattr(
        Experiment, "observe", lambda self, _, number: SimpleNamespace(world=SimpleNamespace(seed=self.seed_of(number)))
    )


def event(run: Any, chance: float) -> bool:
    return uniform(run.world.seed, "rare", "run") < chance


def stopped(measure: Measure, precision: float, experiment: int = 0, unit: str = "", most: int = 5000) -> Outcome:
    asked = Metric("hosts", unit, "", measure)
    return whatif(WORLD, metrics=asked, until_precision=precision, replications=most, seed=1 + 100_000 * experiment)


def held(measure: Measure, truth: float, precision: float, unit: str = "") -> float:
    """In which share of the experiments the 95% interval holds the truth."""
    hits = 0
    for experiment in range(EXPERIMENTS):
        found = stopped(measure, precision, experiment, unit).interval(0, "hosts")
        assert found is not None
        hits += found.low is not None and found.high is not None and found.low <= truth <= found.high
    return hits / EXPERIMENTS


@pytest.mark.parametrize("chance", [0.02, 0.03, 0.05, 0.1])
def test_a_number_that_is_rarely_another_keeps_what_its_interval_says(chance: float) -> None:
    """Five healthy instances, seldom four: all alike in the first 30 runs is no precision."""
    assert held(lambda run: 5 - event(run, chance), 5 - chance, 0.05) >= 0.91


@pytest.mark.parametrize("chance", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("kind", [bool, float])
def test_a_rare_event_keeps_what_its_interval_says(chance: float, kind: type) -> None:
    """As an outcome, and as a number of things that happened."""
    assert held(lambda run: kind(event(run, chance)), chance, 0.6) >= 0.91


def test_what_never_varies_is_believed_after_three_hundred_runs_and_told_of() -> None:
    outcome = stopped(lambda run: 5.0, 0.05)
    assert outcome.numbers.replications == 300
    (told,) = outcome.stopped
    assert "hosts was 5 in all of 300 runs" in told
    assert "1%" in told


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e9 + 0.1])
def test_numbers_that_are_alike_to_the_last_digit_never_varied(value: float) -> None:
    """Their mean may be a hair off by rounding."""
    assert stopped(lambda run: value, 0.05).numbers.replications == 300


def test_a_share_that_is_always_alike_goes_by_its_own_interval() -> None:
    """Wilson's interval of 100% in n runs reaches down to 1 / (1 + 3.84 / n): 5% at 73."""
    outcome = stopped(lambda run: 1.0, 0.05, unit="share")
    assert 73 <= outcome.numbers.replications <= 120


def test_what_is_seldom_measured_is_not_precise_with_a_handful_of_numbers() -> None:
    """In one run of twenty there is a time to restore, always the same: the runs count in which it was measured."""
    outcome = stopped(lambda run: 60.0 if event(run, 0.05) else None, 0.05, most=2000)
    assert outcome.numbers.replications == 2000
    (told,) = outcome.stopped
    assert "2000" in told

    varied = stopped(lambda run: 60.0 + event(run, 0.01) if event(run, 0.05) else None, 0.2, most=2000)
    assert len(varied.values(0, "hosts")) >= 30


def test_a_precision_that_was_not_reached_is_told_of() -> None:
    outcome = stopped(lambda run: float(event(run, 0.05)), 0.05, most=100)
    (told,) = outcome.stopped
    assert "hosts" in told
    assert "100 replications" in told
    assert "5%" in told
    assert stopped(lambda run: 5 - event(run, 0.5), 0.05).stopped == ()


def test_without_a_precision_nothing_is_said_of_it() -> None:
    assert whatif(WORLD, replications=2, metrics=Metric("hosts", "", "", lambda run: 5)).stopped == ()


def test_a_metric_that_gives_nothing_at_all_cannot_be_watched() -> None:
    with pytest.raises(UsageError, match="hosts was measured in no replication"):
        stopped(lambda run: {}, 0.05)
