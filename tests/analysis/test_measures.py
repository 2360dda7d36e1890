"""The metrics that have a name, against the result of the same run."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

from sim.analysis import metrics as figures
from sim.analysis.critical import critical_path, roots
from sim.analysis.measures import METRICS, metric_of
from sim.analysis.run import Run
from sim.cloud import Cloud
from sim.core.clock import HOUR
from sim.core.problems import UsageError
from sim.experiments.design import read_source, variants
from sim.experiments.experiment import Experiment
from sim.formats import shipped
from sim.scenario import Scenario
from tests.experiments.worlds import deployment


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
    assert any(one["creator"] == "codeDeployRollback" for one in deployments)
    executions = result["pipelines"][0]["executions"]
    superseded = sum(one["status"] == "Superseded" for one in executions) / len(executions)
    assert METRICS["superseded"].of(run)["superseded"] == superseded
    queued = [phase for one in result["builds"] for phase in one["phases"] if phase["phaseType"] == "QUEUED"]
    busy = sum(one["ended"] - phase["ended"] for one, phase in zip(result["builds"], queued, strict=True))
    assert METRICS["build_utilisation"].of(run)["build_utilisation"] == pytest.approx(busy / result["ended_at"])


def test_of_superseded_executions_there_is_a_share() -> None:
    run, result = look("superseded")
    statuses = [one["status"] for one in result["pipelines"][0]["executions"]]
    assert METRICS["superseded"].of(run)["superseded"] == statuses.count("Superseded") / len(statuses) > 0


# Each against a count by hand


def observe(source: Any, vary: dict[str, Any] | None = None, warm_up: int = 0, seed: int = 1) -> Run:
    """The first replication of a scenario, the last of its variants."""
    read = read_source(source)
    designed = tuple(variants(vary or {}))
    experiment = Experiment(read, designed, (metric_of("lead_time"),), seed, warm_up=warm_up)
    return experiment.observe(len(designed) - 1, 1)


def value(name: str, run: Run) -> Any:
    (only,) = METRICS[name].of(run).values()
    return only


def test_pushes_of_the_warm_up_are_brought_out_by_its_own_executions() -> None:
    run = observe("busy-day", warm_up=4 * HOUR)
    whole = run.result
    pushed = [run.whole.created(change) / 1000 for change in run.whole.of_kind("reference-change")]
    ended = [one for one in whole["pipelines"][0]["executions"] if one["status"] == "Succeeded"]
    spans, brought = [], 0.0
    for one in sorted(ended, key=lambda one: one["ended"]):
        started = one["started"]
        own = [time for time in pushed if brought < time <= started]
        brought = max([brought, *own])
        if started >= 4 * 3600:
            spans += [one["ended"] - time for time in own]
    assert value("lead_time", run) == pytest.approx(fmean(spans), abs=0.01)
    assert value("lead_time", run) < value("lead_time", observe("busy-day")) * 2


def test_builds_in_the_queue_use_nothing_of_the_quota_and_those_of_the_warm_up_only_what_comes_after_it() -> None:
    parameters = {
        "projectName": "web",
        "sourceTypeOverride": "CODECOMMIT",
        "sourceLocationOverride": "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/web",
        "artifactsOverride": {"type": "NO_ARTIFACTS"},
    }
    start = {"service": "codebuild", "operation": "StartBuild", "parameters": parameters}
    world = {
        "template": str(shipped.root() / "templates/web-fleet.yaml"),
        "repositories": {"web": str(shipped.root() / "apps/web")},
        "quotas": {"codebuild.concurrent-builds": 2},
        "timeline": [{"at": "1s", "call": start}] * 4,
        "behavior": [{"command": ".", "takes": "20s"}],
    }
    cut = 60_000
    run = observe(world, warm_up=cut)
    assert run.document["builds"] == [], "all of them began in the warm-up"
    busy = 0.0
    for build in run.result["builds"]:
        queued = next(phase for phase in build["phases"] if phase["phaseType"] == "QUEUED")
        busy += build["ended"] - max(queued["ended"], cut / 1000)
    assert value("build_utilisation", run) == pytest.approx(busy / run.length / 2)
    assert sum(one["ended"] - one["started"] for one in run.result["builds"]) / run.result["ended_at"] > 2
    assert 0.4 < value("build_utilisation", run) <= 1


def test_agents_that_have_not_looked_yet_are_polling_and_not_work() -> None:
    run = observe(deployment(3, "CodeDeployDefault.OneAtATime"))
    (only,) = run.document["deployments"]
    polled = sum(
        target["ended"]
        - target["started"]
        - sum(event["ended"] - event["started"] for event in target["lifecycleEvents"] if event["ended"] is not None)
        for target in only["targets"]
    )
    waiting = METRICS["waiting"].of(run)
    assert waiting["waiting.polling"] == pytest.approx(polled, abs=0.01)
    assert polled > 1
    assert waiting["waiting.queue"] == waiting["waiting.transition"] == 0


def test_a_disabled_transition_is_waited_for_as_a_transition() -> None:
    stage = {"pipelineName": "web", "stageName": "Deploy", "transitionType": "Inbound"}
    disable = {
        "service": "codepipeline",
        "operation": "DisableStageTransition",
        "parameters": {**stage, "reason": "freeze"},
    }
    enable = {"service": "codepipeline", "operation": "EnableStageTransition", "parameters": stage}
    run = observe(
        {
            "template": str(shipped.root() / "templates/web-fleet.yaml"),
            "repositories": {"web": str(shipped.root() / "apps/web")},
            "timeline": [
                {"at": "0s", "call": disable},
                {"at": "1s", "push": {"repository": "web", "branch": "main", "files": {"src/index.md": "new"}}},
                {"at": "1h", "call": enable},
            ],
        }
    )
    (execution,) = run.document["pipelines"][0]["executions"]
    built = next(stage["ended"] for stage in execution["stages"] if stage["stageName"] == "Build")
    waiting = METRICS["waiting"].of(run)
    assert waiting["waiting.transition"] == pytest.approx(3600 - built, abs=2)
    assert waiting["waiting.lock"] == 0


def test_what_failed_or_was_superseded_waits_in_no_mean() -> None:
    run, result = look("superseded")
    succeeded = [one for one in result["pipelines"][0]["executions"] if one["status"] == "Succeeded"]
    ids = {one["pipelineExecutionId"] for one in succeeded}
    paths = [critical_path(run.record, one, run.ended) for one in roots(run.record) if one.name in ids]
    locked = [sum(part.length for part in path if part.cause == "lock") / 1000 for path in paths]
    assert METRICS["waiting"].of(run)["waiting.lock"] == pytest.approx(fmean(locked))
    assert len(paths) < len(result["pipelines"][0]["executions"])


def test_a_deployment_that_failed_is_no_measure_of_how_long_one_takes() -> None:
    run, result = look("busy-day")
    assert any(one["status"] == "Failed" for one in result["deployments"])
    own = [
        one["ended"] - one["started"]
        for one in result["deployments"]
        if one["creator"] != "codeDeployRollback" and one["status"] == "Succeeded"
    ]
    assert value("deployment_time", run) == pytest.approx(fmean(own))
    failed, _ = look("validate-fails")
    assert value("deployment_time", failed) is None


def test_the_fewest_healthy_hosts_are_those_of_the_worst_deployment() -> None:
    world = deployment(4, "CodeDeployDefault.OneAtATime")
    upload, create = world["timeline"]
    parameters = {**create["call"]["parameters"], "deploymentConfigName": "CodeDeployDefault.HalfAtATime"}
    world["timeline"] = [upload, create, {"at": "1h", "call": {**create["call"], "parameters": parameters}}]
    run = observe(world)
    assert [one["minimumHealthyObserved"] for one in run.document["deployments"]] == [3, 2]
    assert value("minimum_healthy", run) == 2


def test_a_group_is_restored_from_its_first_failure_on() -> None:
    def row(status: str, ended: float) -> dict[str, Any]:
        names = {"applicationName": "web", "deploymentGroupName": "production", "creator": "user"}
        return {**names, "status": status, "ended": ended}

    rows = [row("Failed", 10.0), row("Stopped", 40.0), row("Succeeded", 100.0), row("Failed", 200.0)]
    assert figures.time_to_restore({"deployments": rows}) == 90.0


def test_machines_on_premises_that_a_deployment_never_reached_cost_nothing() -> None:
    name = str(shipped.root() / "scenarios/codedeploy/on-premises.yml")
    fails = [{"hook": "ValidateService", "fails": True}]
    run = observe(
        name,
        {"behavior": [fails], "Resources.Production.Properties.DeploymentConfigName": ["CodeDeployDefault.OneAtATime"]},
    )
    (only,) = run.document["deployments"]
    reached = [target for target in only["targets"] if target["started"] is not None]
    assert len(reached) == 1 < len(only["targets"])
    assert METRICS["cost"].of(run)["cost.codedeploy"] == pytest.approx(0.02)


def test_an_approval_in_a_pipeline_of_type_v2_costs_nothing() -> None:
    run = observe("approval-given", {"Resources.Pipeline.Properties.PipelineType": ["V2"]})
    (execution,) = run.document["pipelines"][0]["executions"]
    actions = [action for stage in execution["stages"] for action in stage["actions"]]
    minutes = [-(-(one["ended"] - one["started"]) // 60) for one in actions if one["actionName"] != "Approve"]
    assert len(minutes) == len(actions) - 1
    assert METRICS["cost"].of(run)["cost.codepipeline"] == pytest.approx(sum(minutes) * 0.002)


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), "7", [1]])
def test_what_is_no_number_is_refused(value: Any) -> None:
    run, _ = look("first-release")

    def own(_: Run) -> Any:
        return value

    with pytest.raises(UsageError, match="a metric gives numbers"):
        metric_of(own).of(run)
