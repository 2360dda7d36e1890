"""Which instances serve while deployments take them out of service."""

from __future__ import annotations

from typing import Any

import pytest

from sim.analysis import capacity
from sim.analysis.measures import metric_of
from sim.analysis.run import Run
from sim.experiments.design import read_source, variants
from sim.experiments.experiment import Experiment
from tests.experiments.worlds import deployment


def observe(world: dict[str, Any]) -> tuple[Run, dict[str, Any]]:
    source = read_source(world)
    run = Experiment(source, tuple(variants({})), (metric_of("lead_time"),), 1).observe(0, 1)
    return run, run.document["deployments"][0]


def test_one_at_a_time_takes_one_out_of_service_for_as_long_as_it_takes() -> None:
    run, only = observe(deployment(3, "CodeDeployDefault.OneAtATime"))
    counts = [count for _, count in capacity.healthy_hosts(run)]
    assert counts[0] == counts[-1] == 3
    assert min(counts) == 2
    took = sum(target["ended"] - target["started"] for target in only["targets"])
    assert capacity.seconds_lost(run) == pytest.approx(took)


def test_instances_serve_two_revisions_from_the_first_ones_return_to_the_last_ones_leave() -> None:
    run, only = observe(deployment(3, "CodeDeployDefault.OneAtATime"))
    first, *_, last = sorted(only["targets"], key=lambda target: target["started"])
    assert capacity.seconds_mixed(run) == pytest.approx(last["started"] - first["ended"])
    all_at_once, _ = observe(deployment(1))
    assert capacity.seconds_mixed(all_at_once) == 0


def test_an_instance_that_failed_is_lost_to_the_end() -> None:
    world = deployment(2, fails=True)
    world["behavior"][0]["instances"] = ["web-1"]
    run, only = observe(world)
    broken, well = sorted(only["targets"], key=lambda target: target["status"])
    expected = (run.ended / 1000 - broken["started"]) + (well["ended"] - well["started"])
    assert broken["status"] == "Failed"
    assert capacity.seconds_lost(run) == pytest.approx(expected)
    assert capacity.healthy_hosts(run)[-1][1] == 1


def test_what_was_never_deployed_to_is_not_lost() -> None:
    run, _ = observe(deployment(2, history=False))
    assert capacity.healthy_hosts(run)[0] == (0, 0)
    assert capacity.healthy_hosts(run)[-1][1] == 2
    assert capacity.seconds_lost(run) == 0
