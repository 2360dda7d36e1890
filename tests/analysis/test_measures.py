"""The metrics that have a name, against the result of the same run."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

from sim.analysis.measures import METRICS
from sim.analysis.run import Run
from sim.cloud import Cloud
from sim.scenario import Scenario


def look(name: str, seed: int | None = None) -> tuple[Run, dict[str, Any]]:
    plan = Scenario.open(name).compile()
    cloud: Cloud = plan.run(seed)
    home = cloud.account_id, cloud.region_name
    return Run(cloud.world, home, cloud._inside, lambda: plan.start(seed)._fleet()), cloud.result()


@pytest.mark.parametrize("name", ["busy-day", "first-release", "failing-test"])
def test_figures_of_the_result_are_the_metrics_of_those_names(name: str) -> None:
    run, result = look(name)
    for metric in ("lead_time", "deployment_frequency", "change_failure_rate", "time_to_restore", "cost_usd"):
        (value,) = METRICS[metric].of(run).values()
        expected = result["metrics"][metric]
        assert value == (expected if expected is None else pytest.approx(expected, abs=1e-3)), metric


def test_every_metric_says_what_it_measures_and_in_what() -> None:
    for metric in METRICS.values():
        assert metric.text.endswith("."), metric.name
        assert metric.unit, metric.name


def test_times_of_stages_and_causes_of_waiting() -> None:
    run, result = look("approval-given")
    (execution,) = result["pipelines"][0]["executions"]
    times = METRICS["stage_time"].of(run)
    for stage in execution["stages"]:
        assert times[f"stage_time.{stage['stageName']}"] == pytest.approx(stage["ended"] - stage["started"])
    waiting = METRICS["waiting"].of(run)
    assert waiting["waiting.approval"] == pytest.approx(times["stage_time.Release"])
    assert waiting["waiting.lock"] == 0


def test_outcomes_of_a_day_with_a_rollback() -> None:
    run, result = look("busy-day")
    deployments = result["deployments"]
    assert METRICS["rolls_back"].of(run) == {"rolls_back": True}
    assert METRICS["deployment_fails"].of(run) == {"deployment_fails": True}
    own = [one["ended"] - one["started"] for one in deployments if one["creator"] != "codeDeployRollback"]
    assert METRICS["deployment_time"].of(run)["deployment_time"] == pytest.approx(fmean(own))
    executions = result["pipelines"][0]["executions"]
    superseded = sum(one["status"] == "Superseded" for one in executions) / len(executions)
    assert METRICS["superseded"].of(run)["superseded"] == superseded
    busy = sum(one["ended"] - one["started"] for one in result["builds"])
    assert METRICS["build_utilisation"].of(run)["build_utilisation"] == pytest.approx(busy / result["ended_at"])


def test_of_superseded_executions_there_is_a_share() -> None:
    run, result = look("superseded")
    statuses = [one["status"] for one in result["pipelines"][0]["executions"]]
    assert METRICS["superseded"].of(run)["superseded"] == statuses.count("Superseded") / len(statuses) > 0
