"""The property `Agent` of a fleet: how its agents are set up where no rule says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import SECOND
from sim.core.problems import ServiceError
from sim.services.ec2.template import TYPES
from sim.services.stacks import Stack
from tests.services.codedeploy.stage import ACCOUNT, ALICE, REGION, Stage

TAGS = {"App": "shop"}


def with_fleet(agent: Any, behavior: Any = (), **properties: Any) -> Stage:
    """A stage whose instances web-1 and web-2 are a fleet with such agents."""
    stage = Stage(0, behavior=behavior)
    stack = Stack(stage.world, ACCOUNT, REGION, "fleet", ALICE, {})
    stage.world.silent = True
    TYPES["Sim::EC2::Fleet"](stack, "Fleet", {"Name": "web", "Count": 2, "Tags": TAGS, "Agent": agent, **properties})
    stage.world.silent = False
    assert stack.warnings == []
    return stage


def agents(stage: Stage) -> dict[str, str]:
    return {row["name"]: row["agent"] for row in stage.codedeploy.fleet()}


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ({}, "1.8.1, polling every 1s"),
        ({"poll": "45s"}, "1.8.1, polling every 45s"),
        ({"poll": 5}, "1.8.1, polling every 5s"),
        ({"version": "2.1.0"}, "2.1.0, polling every 30s"),
        ({"version": 2.0, "poll": "2s"}, "2.0, polling every 2s"),
        ({"running": "false"}, "the agent is not running"),
        ({"installed": False}, "no agent is installed"),
        ({"role": "none"}, "the instance has no instance profile, so the agent has no credentials"),
    ],
)
def test_a_fleet_says_how_its_agents_are_set_up(agent: dict[str, Any], shown: str) -> None:
    assert agents(with_fleet(agent)) == {"web-1": shown, "web-2": shown}


def test_a_rule_of_the_scenario_goes_before_the_fleets_word_setting_by_setting() -> None:
    stage = with_fleet({"running": False, "poll": "9s"}, [{"agent": "web-2", "running": True}])
    assert agents(stage) == {"web-1": "the agent is not running", "web-2": "1.8.1, polling every 9s"}


def test_a_fleet_without_a_running_agent_fails_its_deployments() -> None:
    stage = with_fleet({"running": False})
    deployment = stage.deploy()
    assert (deployment.status, deployment.error["code"]) == ("Failed", "HEALTH_CONSTRAINTS")


def test_agents_of_a_fleet_poll_as_it_says() -> None:
    deployment = with_fleet({"poll": "20s"}).deploy()
    (first, *_), (second, *_) = (target.events for target in deployment.targets)
    starts = [event.started for event in deployment.targets[0].events]
    assert deployment.status == "Succeeded"
    assert all((start - starts[0]) % (20 * SECOND) == 0 for start in starts), "one poll, one command"
    assert first.started != second.started


def test_a_role_of_the_fleets_that_may_not_read_s3_fetches_nothing() -> None:
    deployment = with_fleet({"role": "stranger"}).deploy()
    events = {event.name: event for event in deployment.targets[0].events}
    assert events["DownloadBundle"].diagnostics["message"] == "Access Denied"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ({"Running": False}, "it may say installed, running, version, poll, role"),
        (["running"], "it may say installed"),
        ({"running": "perhaps"}, "write true or false"),
        ({"poll": "soon"}, "poll is 'soon'"),
        ({"poll": 0}, "needs time in between"),
        ({"role": {"Ref": "x"}}, "write a text"),
        ({"version": "abc"}, "write it like 1.8.1"),
    ],
)
def test_what_it_cannot_mean_is_refused(agent: Any, said: str) -> None:
    with pytest.raises(ServiceError, match=said) as refused:
        with_fleet(agent)
    assert refused.value.code == "ValidationError"
