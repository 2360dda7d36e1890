"""Deployments to a thousand instances: how long they take, and how much they count.

`pytest --benchmark-enable tests/benchmarks -s` measures; without it each runs once, and only the counts are checked.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

import pytest
from simpy import Environment

from sim.core.states import Ruling
from tests.services.codedeploy.stage import SEVEN, Stage, hooks, statuses

HOSTS = 1_000
SCRIPTED = tuple(event for event in SEVEN if event not in ("DownloadBundle", "Install"))
CONFIGS = ("CodeDeployDefault.AllAtOnce", "CodeDeployDefault.HalfAtATime")
LIMIT_S = 0.5
"""A deployment to a thousand instances takes less, on a machine of today."""
LIMIT_RATIO = 3
"""So many times the time of a bare SimPy model it takes at most, journal and all."""
ROUNDS = 20
LIMIT_MANY_S, LIMIT_MB = 4, 1_000
"""Ten thousand instances take less time and memory."""
LIMIT_BYTES = 150
"""An entry of the journal takes less."""


RULES: dict[str, tuple[dict[str, Any], ...]] = {
    "no rule": (),
    "a rule": ({"hook": "ApplicationStart", "takes": {"uniform": ["5s", "20s"]}},),
}


def ready(config: str, hosts: int = HOSTS, rules: tuple[dict[str, Any], ...] = ()) -> Stage:
    """So many instances, and a deployment of seven events each that is about to start."""
    stage = Stage(hosts, config, rules)
    stage.adopt(hooks(*SCRIPTED))
    stage.create(hooks(*SCRIPTED, script="echo new"))
    return stage


def run(stage: Stage) -> Stage:
    stage.world.run()
    return stage


Waits = list[list[list[int]]]
"""Batches of instances of waits, in ms."""


def waits_of(deployment: Any) -> Waits:
    batches: dict[int, list[list[int]]] = {}
    for target in deployment.targets:
        times = [target.started, *(time for event in target.events for time in (event.started, event.ended))]
        waits = [after - before for before, after in pairwise(times)]
        batches.setdefault(target.started, []).append(waits)
    return [batches[time] for time in sorted(batches)]


def bare(waits: Waits) -> float:
    """The same waits in plain SimPy, with nothing around them; the time it took, in s."""
    env = Environment()

    def instance(own: list[int]) -> Any:
        for ms in own:
            yield env.timeout(ms)

    def deployment() -> Any:
        for batch in waits:
            yield env.all_of([env.process(instance(own)) for own in batch])

    began = perf_counter()
    env.process(deployment())
    env.run()
    return perf_counter() - began


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("config", CONFIGS)
def test_a_thousand_instances(benchmark: Any, capsys: pytest.CaptureFixture[str], config: str, rules: str) -> None:
    (deployment,) = run(ready(config, rules=RULES[rules])).deployments()
    waits = waits_of(deployment)
    bare_times = []

    def setup() -> tuple[tuple[Stage], dict[str, Any]]:
        bare_times.append(bare(waits))  # in turns, so that both see the same machine
        return (ready(config, rules=RULES[rules]),), {}

    stage = benchmark.pedantic(run, setup=setup, rounds=ROUNDS)
    (deployment,) = stage.deployments()
    assert all(statuses(target) == ["Succeeded"] * 7 for target in deployment.targets)
    assert waits_of(deployment) == waits
    if benchmark.disabled:
        return
    plain, took = min(bare_times), benchmark.stats.stats.min
    benchmark.extra_info["times bare SimPy"] = round(took / plain, 2)
    with capsys.disabled():
        print(f"\n{config}, {rules}: {took:.3f} s, {took / plain:.1f} times bare SimPy ({plain:.3f} s)")
    assert took < LIMIT_S
    assert took < LIMIT_RATIO * plain


@pytest.mark.parametrize("config", CONFIGS)
def test_how_much_a_lifecycle_event_costs(config: str) -> None:
    stage = ready(config)
    steps, entries = stage.world.steps, len(stage.world.journal)
    stage.world.run()
    (deployment,) = stage.deployments()
    batches = len(waits_of(deployment))
    lifecycle_events = sum(len(target.events) for target in deployment.targets)
    assert lifecycle_events == 7 * HOSTS
    # Beside its lifecycle events a deployment starts, waits for each batch and ends.
    assert stage.world.steps - steps <= 2 * lifecycle_events + batches + 4
    # An instance begins and ends, and so does the deployment.
    assert len(stage.world.journal) - entries <= 2 * lifecycle_events + 2 * HOSTS + 2
    of_events = [entry for entry in stage.world.journal.moves() if entry.entity.kind == "lifecycle-event"]
    assert len(of_events) == 2 * lifecycle_events


def test_ten_thousand_instances(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    many = 10_000
    stage = ready(CONFIGS[0], many)
    stage.world.quotas["codedeploy.instances-per-deployment"] = many
    benchmark.pedantic(run, (stage,), rounds=1)
    (deployment,) = stage.deployments()
    assert deployment.overview()["Succeeded"] == many
    if benchmark.disabled:
        return
    took, memory = benchmark.stats.stats.min, getrusage(RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    with capsys.disabled():
        print(f"\n{many} instances: {took:.2f} s; {memory:.0f} MB, with all that ran before")
    assert took < LIMIT_MANY_S
    assert memory < LIMIT_MB


def test_how_much_memory_the_journal_takes() -> None:
    journal = run(ready(CONFIGS[0])).world.journal
    assert size(journal) / len(journal) < LIMIT_BYTES


def size(journal: Any) -> int:
    """Bytes of the journal's own structures: lists, entries, their numbers and rulings; each object once.

    Statuses and rules are there once for all; entities are the services' own.
    """
    seen: dict[int, int] = {}

    def add(thing: Any) -> None:
        seen[id(thing)] = sys.getsizeof(thing)

    for structure in (journal.entries, journal.entities, journal.created, journal.notices, journal.records):
        add(structure)
    for entry in journal.entries:
        add(entry)
        time, ordinal, _, why = entry
        add(time)
        add(ordinal)
        if isinstance(why, Ruling):
            add(why)
            for fact in (why.facts, *why.facts.values()):
                add(fact)
    for created in journal.created:
        add(created)
    return sum(seen.values())
