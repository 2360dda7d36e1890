"""Executions that meet: docs/behaviour/codepipeline.md §8 and §13."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.problems import ServiceError
from tests.services.codepipeline.stage import BUILD, SOURCE, THREE, Town, action, pipeline, stage, takes

STAGES = (takes("Source/*", "10s"), takes("Build/*", "100s"), takes("Deploy/*", "50s"))


def started_at(*times: str, rules: tuple[dict[str, Any], ...] = STAGES, **members: Any) -> Town:
    town = Town(*rules)
    town.create(THREE | members)
    for time in times:
        town.at(time, town.start)
    return town


# SUPERSEDED


def test_worked_example_of_superseding():
    # Given the stages of §8.1 and starts at 0, 30 and 60 s
    town = started_at("0s", "30s", "60s")
    # When everything has run
    town.run()
    # Then the second is superseded the moment the third arrives, and the third follows the first
    assert town.statuses() == ["Succeeded", "Superseded", "Succeeded"]
    assert town.stage_span(1, "Source") == (0, 10)
    assert town.stage_span(1, "Build") == (10, 110)
    assert town.stage_span(1, "Deploy") == (110, 160)
    assert town.stage_span(2, "Source") == (30, 40)
    assert "Build" not in town.executions()[1].stages
    assert town.span(town.executions()[1]) == (30, 70)
    assert town.stage_span(3, "Source") == (60, 70)
    assert town.stage_span(3, "Build") == (110, 210)
    assert town.stage_span(3, "Deploy") == (210, 260)


def test_the_source_stage_is_locked_too():
    town = started_at("0s", "2s", "4s")
    town.run("5s")
    assert town.statuses() == ["InProgress", "Superseded", "InProgress"]
    inbound = town.state("Source")["inboundExecution"]
    assert inbound["pipelineExecutionId"] == town.executions()[2].name
    assert town.state("Source")["latestExecution"]["pipelineExecutionId"] == town.executions()[0].name


def test_a_failed_stage_is_free():
    # Given a first execution whose build fails after 100 s while the second waits for the stage
    failing = (takes("Source/*", "10s"), takes("Build/*", "100s", fails=True, execution=1), takes("*/*", "100s"))
    town = started_at("0s", "30s", rules=failing)
    town.run()
    # Then the second enters at that moment
    assert town.statuses() == ["Failed", "Succeeded"]
    assert town.stage_span(2, "Build") == (110, 210)


def test_an_execution_inside_a_stage_is_never_superseded():
    town = started_at("0s", "15s", "30s", "45s", "60s", "75s")
    town.run()
    assert town.statuses() == ["Succeeded", *["Superseded"] * 4, "Succeeded"]


@settings(max_examples=40, deadline=None)
@given(
    starts=st.lists(st.integers(0, 300), min_size=1, max_size=12),
    lasts=st.lists(st.integers(1, 120), min_size=3, max_size=3),
    luck=st.floats(0, 1),
    mode=st.sampled_from(["SUPERSEDED", "QUEUED"]),
    seed=st.integers(0, 3),
)
def test_a_stage_holds_one_execution_and_order_is_kept(
    starts: list[int], lasts: list[int], luck: float, mode: str, seed: int
):
    rules = [
        takes(f"{name}/*", f"{s}s", fails=luck) for name, s in zip(("Source", "Build", "Deploy"), lasts, strict=True)
    ]
    town = Town(*rules, seed=seed)
    town.create(THREE | {"executionMode": mode})
    for second in starts:
        town.at(f"{second}s", town.start)
    town.run()
    # every execution has ended, and the world is quiet
    assert all(execution.over for execution in town.executions())
    for name in ("Source", "Build", "Deploy"):
        inside = [execution for execution in town.executions() if name in execution.stages]
        spans = [town.span(execution.stages[name]) for execution in inside]
        # one after the other, in the order in which they were started
        assert all(earlier[1] is not None and earlier[1] <= later[0] for earlier, later in pairwise(spans))
    if mode == "QUEUED":
        assert "Superseded" not in town.statuses()
    else:
        # whoever started last was superseded by nobody
        assert town.statuses()[-1] in ("Succeeded", "Failed")


# QUEUED and PARALLEL


def test_queued_executions_wait_in_order_and_nobody_is_lost():
    town = started_at("0s", "30s", "60s", executionMode="QUEUED")
    town.run("75s")
    waiting = [one["pipelineExecutionId"] for one in town.state("Build")["inboundExecutions"]]
    assert waiting == [town.executions()[1].name, town.executions()[2].name]
    town.run()
    assert town.statuses() == ["Succeeded"] * 3
    assert [town.stage_span(number, "Build") for number in (1, 2, 3)] == [(10, 110), (110, 210), (210, 310)]


def test_parallel_executions_run_each_for_itself():
    town = started_at("0s", "1s", "2s", executionMode="PARALLEL")
    town.run()
    assert [town.stage_span(number, "Build") for number in (1, 2, 3)] == [(10, 110), (11, 111), (12, 112)]
    assert "latestExecution" not in town.state("Build")
    assert town.state("Build")["actionStates"] == [{"actionName": "Compile"}]


def test_parallel_runs_five_actions_of_an_execution_at_a_time():
    names = [f"Test{number}" for number in range(7)]
    tests = stage("Test", *(action(name, "Test/CodeBuild", reads=["Src"]) for name in names))
    town = Town(takes("Source/*", "10s"), takes("Test/*", "100s"))
    town.create(pipeline(SOURCE, tests, executionMode="PARALLEL"))
    town.start()
    town.run()
    assert [town.span(town.action(1, f"Test/{name}")) for name in names] == [(10, 110)] * 5 + [(110, 210)] * 2


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
def test_the_fifty_first_execution_is_refused(mode: str):
    town = Town(takes("Source/*", "10s"))
    town.create(THREE | {"executionMode": mode})
    for _ in range(50):
        town.start()
    with pytest.raises(ServiceError) as refused:
        town.start()
    assert refused.value.code == "ConcurrentPipelineExecutionsLimitExceededException"


def test_a_scenario_may_change_the_limit():
    town = Town(takes("Source/*", "10s"))
    town.world.quotas["codepipeline.concurrent-executions"] = 2
    town.create(THREE | {"executionMode": "QUEUED"})
    town.start()
    town.start()
    with pytest.raises(ServiceError, match="has 2 executions in progress already"):
        town.start()


# Transitions


def disable(town: Town, name: str, kind: str = "Inbound") -> None:
    town("DisableStageTransition", pipelineName="shop", stageName=name, transitionType=kind, reason="freeze")


def enable(town: Town, name: str, kind: str = "Inbound") -> None:
    town("EnableStageTransition", pipelineName="shop", stageName=name, transitionType=kind)


@pytest.mark.parametrize(("name", "kind"), [("Deploy", "Inbound"), ("Build", "Outbound")])
def test_a_disabled_transition_holds_the_newest_until_it_is_enabled(name: str, kind: str):
    # Given a disabled transition into Deploy, and two executions that reach it
    town = started_at("0s", "150s")
    disable(town, name, kind)
    town.run("300s")
    # Then the first was superseded by the second, which waits and is InProgress
    assert town.statuses() == ["Superseded", "InProgress"]
    state = town.state("Deploy")
    assert state["inboundTransitionState"]["enabled"] is False
    assert state["inboundTransitionState"]["disabledReason"] == "freeze"
    assert state["inboundExecution"]["pipelineExecutionId"] == town.executions()[1].name
    # When it is enabled, the one that waits enters
    enable(town, name, kind)
    town.run()
    assert town.statuses() == ["Superseded", "Succeeded"]
    assert town.stage_span(2, "Deploy") == (300, 350)


def test_whoever_is_beyond_a_transition_is_not_touched():
    town = started_at("0s")
    town.run("50s")
    disable(town, "Build")
    town.run()
    assert town.statuses() == ["Succeeded"]


def test_after_thirty_days_enabling_does_not_resume():
    town = started_at("0s")
    disable(town, "Deploy")
    town.run("31d")
    enable(town, "Deploy")
    town.run("32d")
    assert town.statuses() == ["InProgress"]
    # a new start is needed; it takes the place of the old one
    town.start()
    town.run()
    assert town.statuses() == ["Superseded", "Succeeded"]


def test_queued_executions_follow_in_order_when_a_transition_is_enabled():
    town = started_at("0s", "10s", executionMode="QUEUED")
    disable(town, "Deploy")
    town.run("300s")
    enable(town, "Deploy")
    town.run()
    assert [town.stage_span(number, "Deploy") for number in (1, 2)] == [(300, 350), (350, 400)]


def test_an_unknown_stage_has_no_transition():
    town = started_at()
    with pytest.raises(ServiceError) as refused:
        disable(town, "Nowhere")
    assert refused.value.code == "StageNotFoundException"


# Editing


def edit(town: Town, declaration: dict[str, Any] = THREE) -> None:
    town("UpdatePipeline", pipeline=declaration)


def test_editing_cancels_what_waits_at_once_and_what_runs_at_its_actions_end():
    # Given one execution inside Build and one in front of it
    town = started_at("0s", "30s")
    town.at("50s", lambda: edit(town))
    town.run()
    # When the pipeline is edited at 50 s, then the waiting one is cancelled at 50 s, the running one at 110 s
    assert town.statuses() == ["Cancelled", "Cancelled"]
    first, second = town.executions()
    assert town.span(second) == (30, 50)
    assert town.span(first) == (0, 110)
    assert town.action(1, "Build/Compile").status == "Succeeded"
    assert first.stages["Build"].status == "Cancelled"
    assert "Deploy" not in first.stages
    assert town("GetPipeline", name="shop")["pipeline"]["version"] == 2


def test_a_new_execution_waits_for_the_cancelled_one_to_leave_the_stage():
    town = started_at("0s", "60s")
    town.at("50s", lambda: edit(town))
    town.run()
    assert town.statuses() == ["Cancelled", "Succeeded"]
    assert town.stage_span(2, "Build") == (110, 210)


def test_editing_does_not_start_an_execution():
    town = started_at()
    edit(town)
    town.run()
    assert town.executions() == []


def test_parallel_executions_keep_the_definition_they_began_with():
    town = started_at("0s", executionMode="PARALLEL")
    town.at("50s", lambda: edit(town, pipeline(SOURCE, BUILD, executionMode="PARALLEL")))
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert "Deploy" in town.executions()[0].stages


def test_a_failed_stage_of_the_old_structure_cannot_be_retried():
    failing = (takes("Source/*", "10s"), takes("Build/*", "100s", fails=True))
    town = started_at("0s", rules=failing)
    town.run()
    edit(town)
    which = {"pipelineName": "shop", "pipelineExecutionId": town.executions()[0].name}
    with pytest.raises(ServiceError) as refused:
        town("RetryStageExecution", **which, stageName="Build", retryMode="FAILED_ACTIONS")
    assert refused.value.code == "StageNotRetryableException"


def test_deleting_a_pipeline_ends_its_executions():
    town = started_at("0s", "30s")
    town.run("50s")
    town("DeletePipeline", name="shop")
    town.run()
    assert town.statuses() == ["Cancelled", "Cancelled"]
    town("DeletePipeline", name="shop")  # deleting what is not there is no error
