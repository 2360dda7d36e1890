"""Where the time went: paths without gaps, from the start to the end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sim.analysis.critical import Segment, critical_path, roots
from sim.cloud import Cloud
from sim.formats import shipped
from sim.scenario import Scenario
from tests.experiments.worlds import deployment


def paths(cloud: Cloud) -> list[tuple[Any, list[Segment]]]:
    record = cloud.record
    return [(root, critical_path(record, root, cloud.world.now)) for root in roots(record)]


@pytest.mark.parametrize("name", shipped.scenarios())
def test_a_path_has_no_gaps_and_covers_all_of_the_time(name: str) -> None:
    cloud = Scenario.open(name).compile().run()
    for root, path in paths(cloud):
        ended = cloud.record.ended(root)
        length = (cloud.world.now if ended is None else ended) - cloud.record.created(root)
        assert sum(segment.length for segment in path) == length, root
        assert all(before.end == after.start for before, after in pairwise(path)), root


def test_builds_and_deployments_of_a_pipeline_are_no_roots_of_their_own() -> None:
    cloud = Scenario.open("first-release").compile().run()
    (root,) = roots(cloud.record)
    assert root.kind == "pipeline-execution"
    ((_, path),) = paths(cloud)
    what = [segment.what for segment in path]
    assert what[0] == "Source/Checkout"
    assert "Build/Build: BUILD" in what
    assert "Deploy/Production: ValidateService" in what
    assert what[-1] == "Deploy/Production: seeing the end"


def test_one_at_a_time_every_instance_is_on_the_path_all_at_once_only_the_slowest() -> None:
    from sim.experiments.design import read_source

    for config, count in (("CodeDeployDefault.OneAtATime", 3), ("CodeDeployDefault.AllAtOnce", 1)):
        cloud = read_source(deployment(3, config)).compile({}).run()
        ((_, path),) = paths(cloud)
        (only,) = cloud.result()["deployments"]
        slowest = max(only["targets"], key=lambda target: target["ended"])["name"]
        assert len({segment.where for segment in path if segment.where}) == count
        assert path[-1].where == slowest


def test_an_approval_is_waiting_for_a_person() -> None:
    cloud = Scenario.open("approval-given").compile().run()
    ((_, path),) = paths(cloud)
    waited = sum(segment.length for segment in path if segment.cause == "approval")
    actions = cloud.tables.actions
    assert waited / 1000 == pytest.approx(actions[actions.action == "Approve"].duration.sum())


def test_waiting_in_front_of_a_held_stage_is_lock() -> None:
    cloud = Scenario.open("superseded").compile().run()
    causes = {segment.cause: segment.what for _, path in paths(cloud) for segment in path}
    assert causes["lock"].startswith("in front of ")
