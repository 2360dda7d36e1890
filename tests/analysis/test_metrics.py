"""Figures of a run, each against a sum done by hand."""

from typing import Any

import pytest

from sim import run
from sim.analysis import metrics


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


def test_lead_time_is_from_start_to_success() -> None:
    document = result("superseded")
    spans = [
        one["ended"] - one["started"] for one in document["pipelines"][0]["executions"] if one["status"] == "Succeeded"
    ]
    assert len(spans) == 2
    assert document["metrics"]["lead_time"] == pytest.approx(sum(spans) / 2, abs=0.001)


def test_a_rollback_restores_and_is_no_change_of_its_own() -> None:
    document = result("validate-fails-rollback")
    failed, rollback = document["deployments"]
    assert document["metrics"]["change_failure_rate"] == 1.0
    assert document["metrics"]["time_to_restore"] == pytest.approx(rollback["ended"] - failed["ended"], abs=0.001)


def test_what_was_not_measured_is_none() -> None:
    empty: dict[str, Any] = {"pipelines": [], "deployments": [], "builds": [], "ended_at": 0.0}
    assert metrics.lead_time(empty) is None
    assert metrics.deployment_frequency(empty) is None
    assert metrics.change_failure_rate(empty) is None
    assert metrics.time_to_restore(empty) is None
