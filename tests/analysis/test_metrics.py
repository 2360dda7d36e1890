"""Figures of a run, each against a sum done by hand."""

from pathlib import Path
from typing import Any

import pytest

from sim import Cloud, run
from sim.analysis import metrics
from sim.analysis.record import Record
from sim.core.journal import Journal

DATA = Path(__file__).parent.parent.parent / "data"


def result(name: str, **options: Any) -> dict[str, Any]:
    document: dict[str, Any] = run(name, **options).result()
    return document


def test_a_build_is_billed_by_the_minute_rounded_up() -> None:
    document = result("first-release")
    (build,) = document["builds"]
    minutes = -(-(build["ended"] - build["started"]) // 60)
    assert build["cost"] == {"minutes": minutes, "usd": round(minutes * 0.005, 6)}
    assert document["metrics"]["cost"]["codebuild"] == build["cost"]


def test_a_v1_pipeline_costs_its_month_whatever_ran() -> None:
    assert result("first-release")["metrics"]["cost"]["codepipeline"] == {"usd": 1.0}
    assert result("superseded")["metrics"]["cost"]["codepipeline"] == {"usd": 1.0}


def test_a_v2_pipeline_costs_by_the_action_minute() -> None:
    document = result("java-release")
    actions = [
        action
        for execution in document["pipelines"][0]["executions"]
        for stage in execution["stages"]
        for action in stage["actions"]
    ]
    minutes = sum(-(-(action["ended"] - action["started"]) // 60) for action in actions)
    cost = document["metrics"]["cost"]["codepipeline"]
    assert cost == {"minutes": minutes, "usd": pytest.approx(minutes * 0.002)}
    assert document["metrics"]["cost_usd"] == pytest.approx(
        sum(service["usd"] for service in document["metrics"]["cost"].values())
    )


def test_lead_time_is_from_the_push_to_the_end_of_the_execution_that_brought_it_out() -> None:
    document = result("superseded")
    first, second, third = (step["at"] for step in document["steps"])
    ends = [one["ended"] for one in document["pipelines"][0]["executions"]]
    spans = [ends[0] - first, ends[2] - second, ends[2] - third]
    assert document["metrics"]["lead_time"] == pytest.approx(sum(spans) / 3, abs=0.001)


def test_an_execution_without_a_push_counts_from_its_start() -> None:
    cloud = Cloud(seed=7)
    cloud.load(DATA / "templates/web-fleet.yaml", repositories={"web": DATA / "apps/web"})
    cloud.call("codepipeline", "StartPipelineExecution", name="web")
    document = cloud.run().result()
    (execution,) = document["pipelines"][0]["executions"]
    assert document["metrics"]["lead_time"] == pytest.approx(execution["ended"] - execution["started"], abs=0.001)


def test_a_rollback_restores_and_is_no_change_of_its_own() -> None:
    document = result("validate-fails-rollback")
    failed, rollback = document["deployments"]
    assert document["metrics"]["change_failure_rate"] == 1.0
    assert document["metrics"]["time_to_restore"] == pytest.approx(rollback["ended"] - failed["ended"], abs=0.001)


def test_what_was_not_measured_is_none() -> None:
    empty: dict[str, Any] = {"pipelines": [], "deployments": [], "builds": [], "ended_at": 0.0}
    assert metrics.lead_time(empty["pipelines"], Record(Journal())) is None
    assert metrics.deployment_frequency(empty) is None
    assert metrics.change_failure_rate(empty) is None
    assert metrics.time_to_restore(empty) is None
