"""How long a replication takes, beside a bare SimPy model of the same waits.

`pytest --benchmark-enable tests/benchmarks/test_whatif.py -s` measures; without it each runs once.
"""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise
from random import Random
from statistics import mean
from time import process_time
from typing import Any

import pytest
from simpy import Environment

from sim import whatif
from sim.analysis.measures import metric_of
from sim.core.world import World, seldom_collecting
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


def drawn(seed: int, usual: list[float]) -> bool:
    """A bare SimPy model that draws its waits, as whoever asks this question with SimPy alone would write it: ten
    instances, half at a time, seven events each after the agent's next poll; `usual` is how long each takes, in ms."""
    env, chance = Environment(), Random(seed)
    failed = []

    def instance() -> Any:
        phase = chance.random() * 1_000
        for number, takes in enumerate(usual):
            yield env.timeout(1_000 - (env.now - phase) % 1_000)
            last = number == len(usual) - 1
            yield env.timeout(chance.uniform(5_000, 20_000) if last else chance.lognormvariate(0, 0.3) * takes)
        if chance.random() < 0.02:
            failed.append(1)

    def deployment() -> Any:
        untried, healthy = 10, 10
        while untried and healthy > 5:
            batch = min(untried, healthy - 5)
            untried -= batch
            yield env.all_of([env.process(instance()) for _ in range(batch)])
            healthy = 10 - len(failed)

    env.process(deployment())
    env.run()
    return len(failed) > 5


def lives(waits: list[list[int]]) -> None:
    """The same waits on the simulator's own clock, with nothing around them."""
    world = World()

    def instance(own: list[int]) -> Any:
        for ms in own:
            yield world.sleep(ms)

    for own in waits:
        world.follow(instance(own), int)
    world.run()


def seconds(work: Any) -> float:
    """Of processor time, the least of five series, per turn."""
    series = []
    for _ in range(5):
        began = process_time()
        for number in range(ROUNDS):
            work(number)
        series.append((process_time() - began) / ROUNDS)
    return min(series)


def dropped(made: Any) -> Any:
    """What makes a world and lets it go, as a replication does: garbage is looked for when it is gone."""

    def make(number: int) -> None:
        with seldom_collecting():
            made(number)

    return make


def test_a_replication_beside_bare_simpy(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    asked = experiment()
    row = benchmark(asked.replicate, 0, 1)
    assert row.values == {"deployment_fails": False}
    if benchmark.disabled:
        return
    waits = waits_of(asked)
    plan = asked.plan(0)
    usual = [mean([own[2 * event + 2] for own in waits]) for event in range(7)]
    whole = seconds(lambda number: asked.replicate(0, number + 1))
    run = seconds(dropped(plan.run))
    begun = seconds(dropped(lambda number: plan.start(number).run(until=0)))
    started = seconds(dropped(plan.start))
    parts = {
        "a replication, measured": whole,
        "- making the world": started,
        "- the first instant: the upload, the call": begun - started,
        "- the deployment": run - begun,
        "- the metric": whole - run,
        "the same waits on the simulator's clock alone": seconds(lambda number: lives(waits)),
        "the same waits in bare SimPy": (plain := seconds(lambda number: bare(waits))),
        "a bare SimPy model that draws its waits": (drawing := seconds(lambda number: drawn(number, usual))),
    }
    with capsys.disabled():
        print()
        for part, took in parts.items():
            print(f"{part:50} {took * 1e3:.2f} ms")
        print(f"{whole / plain:.1f} times the same waits, {whole / drawing:.1f} times the model that draws them")


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
