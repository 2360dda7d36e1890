"""Whatever people do to a pipeline, and whenever: what always holds."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.problems import ServiceError
from tests.services.codepipeline.stage import BUILD, SOURCE, Town, action, pipeline, stage

PAIR = stage(
    "Deploy",
    action("First", "Deploy/CodeDeploy", reads=["App"]),
    action("Beside", "Deploy/CodeDeploy", reads=["App"]),
    action("Then", "Deploy/CodeDeploy", reads=["App"], runOrder=2),
)
STAGES = ("Source", "Build", "Deploy")

ACTS = st.tuples(
    st.integers(0, 400),
    st.sampled_from(["start", "start", "start", "stop", "abandon", "retry", "again", "edit", "disable", "enable"]),
    st.integers(0, 7),
    st.sampled_from(STAGES),
)


def do(town: Town, act: str, number: int, name: str) -> None:
    """One thing that somebody does; what CodePipeline refuses is as good as anything."""
    known = town.executions()
    which = {"pipelineName": "shop", "pipelineExecutionId": known[number % len(known)].name if known else "none"}
    gate = {"pipelineName": "shop", "stageName": name, "transitionType": "Inbound"}
    with suppress(ServiceError):
        if act == "start":
            town.start()
        elif act in ("stop", "abandon"):
            town("StopPipelineExecution", **which, abandon=act == "abandon")
        elif act in ("retry", "again"):
            mode = "FAILED_ACTIONS" if act == "retry" else "ALL_ACTIONS"
            town("RetryStageExecution", **which, stageName=name, retryMode=mode)
        elif act == "edit":
            town("UpdatePipeline", pipeline=town("GetPipeline", name="shop")["pipeline"])
        elif act == "disable":
            town("DisableStageTransition", **gate, reason="freeze")
        else:
            town("EnableStageTransition", **gate)


@settings(max_examples=150, deadline=None)
@given(
    acts=st.lists(ACTS, min_size=1, max_size=25),
    mode=st.sampled_from(["SUPERSEDED", "QUEUED", "PARALLEL"]),
    luck=st.sampled_from([0, 0.3]),
    seed=st.integers(0, 5),
    takes=st.integers(1, 120),
)
def test_what_always_holds(acts: list[Any], mode: str, luck: float, seed: int, takes: int):
    # Given a pipeline whose actions sometimes fail, and people who do all sorts of things
    rules = [{"action": "*/*", "takes": {"uniform": ["1s", f"{takes}s"]}, "fails": luck}]
    town = Town(*rules, seed=seed)
    town.create(pipeline(SOURCE, BUILD, PAIR, executionMode=mode))
    for second, act, number, name in acts:
        town.at(f"{second}s", lambda act=act, number=number, name=name: do(town, act, number, name))  # type: ignore[misc]
    town.run()
    # At the end every transition is opened: then nothing is left waiting
    for name in STAGES:
        do(town, "enable", 0, name)
    town.run()
    for execution in town.executions():
        assert execution.over, execution
        assert execution.waits_at is None
        for one in execution.stages.values():
            assert one.status in one.final
            assert one.running == []
        if execution.status == "Succeeded":
            assert [one.status for one in execution.stages.values()] == ["Succeeded"] * 3
            assert all(
                action.status == "Succeeded" for one in execution.stages.values() for action in one.latest.values()
            )
    assert all(gate.holder is None and gate.waiting == [] for gate in gates(town))
    if mode != "PARALLEL":
        one_at_a_time(town)


def gates(town: Town) -> list[Any]:
    return list(town.service("codepipeline").pipelines["shop"].gates.values())


def one_at_a_time(town: Town) -> None:
    """No action of one execution runs while one of another runs in the same stage."""
    for name in STAGES:
        spans = sorted(
            (*town.span(one), execution.number)
            for execution in town.executions()
            if name in execution.stages
            for one in execution.stages[name].every
        )
        for earlier, later in pairwise(spans):
            if earlier[2] != later[2]:
                assert earlier[1] is not None
                assert later[1] is not None
                assert earlier[1] <= later[0], (name, earlier, later)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_seed_gives_the_same_journal(seed: int):
    def journal() -> list[tuple[int, str, str]]:
        town = Town({"action": "*/*", "takes": {"uniform": ["1s", "90s"]}, "fails": 0.2}, seed=seed)
        town.create(pipeline(SOURCE, BUILD, PAIR))
        for second in range(0, 300, 20):
            town.at(f"{second}s", town.start)
        town.run()
        return [(move.time, move.entity.name, str(move.status)) for move in town.world.journal.moves()]

    assert journal() == journal()
