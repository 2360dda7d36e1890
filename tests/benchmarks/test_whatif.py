"""How long a replication takes, beside a bare SimPy model of the same waits.

`pytest --benchmark-enable tests/benchmarks/test_whatif.py -s` measures; without it each runs once.
"""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise
from time import process_time
from typing import Any

import pytest
from simpy import Environment

from sim import whatif
from sim.analysis.measures import metric_of
from sim.experiments.design import read_source, variants
from sim.experiments.experiment import Experiment

ROUNDS = 300


def experiment() -> Experiment:
    source = read_source("ten-instances")
    return Experiment(source, tuple(variants({})), (metric_of("deployment_fails"),), 1)


def waits_of(asked: Experiment) -> list[list[int]]:
    """For each instance of the first replication, its waits from the deployment's start on, in ms."""
    (deployment,) = asked.observe(0, 1).record.of_kind("deployment")
    found = []
    for target in getattr(deployment, "targets"):  # noqa: B009
        times = [0, target.started, *(time for event in target.events for time in (event.started, event.ended))]
        found.append([after - before for before, after in pairwise(times)])
    return found


def bare(waits: list[list[int]]) -> None:
    """The same waits in plain SimPy, with nothing around them."""
    env = Environment()

    def instance(own: list[int]) -> Any:
        for ms in own:
            yield env.timeout(ms)

    for own in waits:
        env.process(instance(own))
    env.run()


def seconds(work: Any) -> float:
    """Of processor time, the least of three series, per turn."""
    series = []
    for _ in range(3):
        began = process_time()
        for number in range(ROUNDS):
            work(number)
        series.append((process_time() - began) / ROUNDS)
    return min(series)


def test_a_replication_beside_bare_simpy(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = experiment()
    row = benchmark(asked.replicate, 0, 1)
    assert row.values == {"deployment_fails": False}
    if benchmark.disabled:
        return
    waits = waits_of(asked)
    plan = asked.plan(0)
    whole = seconds(lambda number: asked.replicate(0, number + 1))
    started = seconds(lambda number: plan.start(number))
    plain = seconds(lambda number: bare(waits))
    with capsys.disabled():
        print(f"\na replication {whole * 1e3:.2f} ms, of which making the world {started * 1e3:.2f} ms;")
        print(f"bare SimPy {plain * 1e3:.2f} ms: {whole / plain:.1f} times as long")


def test_a_replication_leaves_its_numbers_and_no_world() -> None:
    """A world takes hundreds of kilobytes; a number takes eight bytes."""
    whatif("ten-instances", replications=20, metrics=["deployment_fails"])
    left = []
    for replications in (20, 220):
        gc.collect()
        tracemalloc.start()
        kept = whatif("ten-instances", replications=replications, metrics=["deployment_fails"])
        gc.collect()
        left.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        del kept
    few, many = left
    assert many - few < 200 * 500
