"""Which instances serve while deployments take them out of service."""

from __future__ import annotations

from typing import Any

import pytest

from sim.analysis import capacity
from sim.analysis.measures import metric_of
from sim.analysis.run import Run
from sim.experiments.design import read_source, variants
from sim.experiments.experiment import Experiment
from sim.formats import shipped
from sim.scenario import Scenario
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


def fleet(*timeline: dict[str, Any]) -> Run:
    """Three instances of an Auto Scaling group or of none, for an hour."""
    root = shipped.root()
    source = read_source(
        {
            "template": str(root / "templates/web-fleet.yaml"),
            "repositories": {"web": str(root / "apps/web")},
            "history": [{"group": "web/production", "revision": str(root / "apps/web-v0")}],
            "until": "1h",
            "timeline": list(timeline),
        }
    )
    return Experiment(source, tuple(variants({})), (metric_of("lead_time"),), 1).observe(0, 1)


def test_a_machine_that_is_off_is_missed_until_it_is_on_again() -> None:
    off = {"at": "10m", "instance": {"name": "web-1", "state": "stopped"}}
    run = fleet(off)
    assert capacity.healthy_hosts(run) == [(0, 3), (600, 2)]
    assert capacity.seconds_lost(run) == 3000
    run = fleet(off, {"at": "20m", "instance": {"name": "web-1", "state": "running"}})
    assert [count for _, count in capacity.healthy_hosts(run)] == [3, 2, 3]
    assert 600 <= capacity.seconds_lost(run) < 700
    run = fleet({"at": "10m", "instance": {"name": "web-1", "state": "terminated"}})
    assert capacity.healthy_hosts(run)[-1][1] == 2
    assert capacity.seconds_lost(run) == 3000


def test_instances_that_their_group_no_longer_wants_are_not_missed() -> None:
    run = fleet(
        {"at": "5m", "scale": {"group": "web", "desired": 5}},
        {"at": "30m", "scale": {"group": "web", "desired": 2}},
    )
    counts = [count for _, count in capacity.healthy_hosts(run)]
    assert counts[0] == 3
    assert max(counts) == 5
    assert counts[-1] == 2
    assert capacity.seconds_lost(run) == 0


def test_groups_that_serve_different_things_are_not_mixed() -> None:
    plan = Scenario.open("codedeploy/two-applications-one-path").compile()
    cloud = plan.run()
    run = Run(cloud.world, (cloud.account_id, cloud.region_name), cloud._inside, lambda: plan.start()._fleet())
    assert any(
        len({revision for revision in serving.values() if revision}) == 2 for *_, serving in capacity.states(run)
    )
    assert capacity.seconds_mixed(run) == 0
