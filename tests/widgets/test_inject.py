"""Every intervention that is offered can be made, and does what its title says."""

from typing import Any

import pytest

from sim.core.problems import UsageError
from sim.widgets import Flight
from sim.widgets.inject import ALL_INSTANCES, kinds, step_of

ALARMS = "codedeploy/alarm-stops-and-rolls-back"


def deploying(flight: Flight) -> int:
    """A moment, in ms, at which the first deployment is under way."""
    return next(one.at for one in flight.replay.decisions if "to deploy to" in one.text) + 1_000


def after(scenario: str, key: str, **values: str) -> dict[str, Any]:
    """The result of a run in which that was done while the first deployment was under way."""
    flight = Flight(scenario)
    at = deploying(flight)
    flight.inject(at / 1000, step_of(flight, key, values))
    result: dict[str, Any] = flight.cloud.result()
    return result


def test_only_what_a_scenario_has_is_offered() -> None:
    assert "alarm" not in [kind.key for kind in kinds(Flight("first-release"))]
    offered = [kind.key for kind in kinds(Flight(ALARMS))]
    assert "alarm" in offered
    assert not {"approve", "stop-execution", "transition", "command", "push"} & set(offered)
    assert "approve" in [kind.key for kind in kinds(Flight("approval-given"))]


def test_an_agent_that_stops_lets_its_instance_fail() -> None:
    second = Flight("first-release").cloud.result()["deployments"][0]["targets"][1]["name"]
    result = after("first-release", "agent", instance=second, running="false")
    assert [one["status"] for one in result["deployments"][0]["targets"]] == ["Succeeded", "Failed", "Skipped"]
    assert result["deployments"][0]["status"] == "Failed"


def test_a_hook_fails_everywhere_or_on_one_instance() -> None:
    result = after("ten-instances", "hook", hook="AfterInstall", instance=ALL_INSTANCES)
    failed = [one for one in result["deployments"][0]["targets"] if one["status"] == "Failed"]
    assert len(failed) == 5
    result = after("ten-instances", "hook", hook="AfterInstall", instance="web-3")
    assert [one["name"] for one in result["deployments"][0]["targets"] if one["status"] == "Failed"] == ["web-3"]


def test_an_instance_stops() -> None:
    flight = Flight("ten-instances")
    flight.inject(30, step_of(flight, "instance", {"instance": "web-4", "state": "stopped"}))
    last = flight.replay.at(flight.replay.duration)["fleet"]
    assert next(one["state"] for one in last if one["name"] == "web-4") == "stopped"


def test_a_build_command_fails() -> None:
    flight = Flight("first-release")
    flight.inject(20, step_of(flight, "command", {"project": "web", "command": "npm test"}))
    assert flight.cloud.result()["builds"][0]["buildStatus"] == "FAILED"


def test_an_alarm_that_is_tripped_stops_the_deployment() -> None:
    flight = Flight(ALARMS)
    flight.inject(60, step_of(flight, "alarm", {"alarm": "errors", "state": "ALARM"}))
    result = flight.cloud.result()
    assert result["deployments"][0]["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert result["deployments"][0]["ended"] < 120


@pytest.mark.parametrize(("rollback", "deployments"), [("true", 2), ("false", 1)])
def test_a_deployment_is_stopped_with_or_without_a_rollback(rollback: str, deployments: int) -> None:
    flight = Flight("ten-instances")
    id = flight.replay.fleet.deployments[0]["id"]
    flight.inject(40, step_of(flight, "stop-deployment", {"deployment": id, "rollback": rollback}))
    statuses = [one["status"] for one in flight.cloud.result()["deployments"]]
    assert statuses[0] == "Stopped"
    assert len(statuses) == deployments


def test_an_approval_is_rejected() -> None:
    flight = Flight("approval-timeout")
    approval = kinds_of(flight, "approve").fields[0].choices[0][0]
    flight.inject(600, step_of(flight, "approve", {"approval": approval, "result": "Rejected"}))
    execution = flight.cloud.result()["pipelines"][0]["executions"][0]
    assert execution["status"] == "Failed"
    assert execution["ended"] < 700


@pytest.mark.parametrize(("abandon", "action"), [("true", "Abandoned"), ("false", "Succeeded")])
def test_an_execution_is_stopped_now_or_after_what_runs(abandon: str, action: str) -> None:
    flight = Flight("first-release")
    execution = flight.replay.pipelines.executions[0]["id"]
    values = {"execution": f"web\x1f{execution}", "abandon": abandon}
    flight.inject(30, step_of(flight, "stop-execution", values))
    (stopped,) = flight.cloud.result()["pipelines"][0]["executions"]
    assert stopped["status"] == "Stopped"
    assert stopped["stages"][1]["actions"][0]["status"] == action


def test_a_transition_is_disabled_and_enabled_again() -> None:
    flight = Flight("first-release")
    stage = next(value for value, words in kinds_of(flight, "transition").fields[0].choices if words == "Deploy")
    flight.inject(30, step_of(flight, "transition", {"stage": stage, "way": "Disable"}))
    assert flight.cloud.result()["deployments"] == []
    flight.inject(900, step_of(flight, "transition", {"stage": stage, "way": "Enable"}))
    assert [one["status"] for one in flight.cloud.result()["deployments"]] == ["Succeeded"]


def test_somebody_pushes_again() -> None:
    result = after("first-release", "push", repository="web", author="bob")
    assert len(result["pipelines"][0]["executions"]) == 2


def test_anything_else_is_said_in_the_scenarios_own_words() -> None:
    result = after("ten-instances", "own", text="hook: ValidateService\nfails: true\nmessage: no reply")
    event = result["deployments"][0]["targets"][0]["lifecycleEvents"][-1]
    assert "no reply" in event["diagnostics"]["logTail"]


def kinds_of(flight: Flight, key: str) -> Any:
    return next(kind for kind in kinds(flight) if kind.key == key)


@pytest.mark.parametrize(
    ("key", "values", "told"),
    [
        ("explode", {}, "no intervention called 'explode'"),
        ("agent", {"instance": "web-1"}, "nothing is chosen"),
        ("agent", {"instance": "web-99", "running": "false"}, "'web-99' is not one of"),
    ],
)
def test_what_was_not_offered_is_refused(key: str, values: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        step_of(Flight("first-release"), key, values)
