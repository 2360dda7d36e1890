"""A run that is changed at one moment: everything before stays, and what comes is a scenario of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Scenario, run
from sim.analysis.result import dumps
from sim.core.problems import ProblemsError, UsageError
from sim.formats import shipped
from sim.widgets import Flight

NAME = "validate-fails-rollback"
TEMPLATE = shipped.root() / "templates/web-fleet.yaml"
APPLICATION = shipped.root() / "apps/web"

STEPS: list[dict[str, Any]] = [
    {"agent": "web-1", "running": False},
    {"hook": "ApplicationStart", "instances": ["web-2"], "fails": True, "exit": 3},
    {"instance": {"name": "web-3", "state": "stopped"}},
    {"push": {"repository": "web", "branch": "main", "author": "bob"}},
    {
        "call": {
            "service": "codedeploy",
            "operation": "StopDeployment",
            "parameters": {"deploymentId": "${deployments[-1].deploymentId}", "autoRollbackEnabled": True},
        }
    },
]


def moves_until(flight: Flight, ms: int) -> list[tuple[Any, ...]]:
    journal = flight.cloud.world.journal
    return [
        (time, journal.entities[ordinal].kind, journal.entities[ordinal].name, status, why.render())
        for time, ordinal, status, why in journal.entries
        if time < ms
    ]


def test_a_flight_is_the_run_of_its_scenario() -> None:
    flight = Flight(NAME)
    assert dumps(flight.cloud.result()) == dumps(run(NAME).result())
    assert flight.interventions == []
    assert flight.clock.duration == flight.replay.duration


def test_an_instance_that_breaks_in_the_middle_changes_what_comes_and_nothing_before() -> None:
    flight = Flight("first-release")
    begun = next(one for one in flight.replay.decisions if "instances to deploy to" in one.text)
    before = moves_until(flight, begun.at)
    flight.inject(begun.at / 1000, {"hook": "ValidateService", "fails": True})
    assert flight.cloud.result()["deployments"][0]["status"] == "Failed"
    assert moves_until(flight, begun.at) == before
    assert flight.clock.at == begun.at


def test_undo_gives_back_the_run_as_it_was() -> None:
    flight = Flight("first-release")
    before = dumps(flight.cloud.result())
    flight.inject("2m", STEPS[2])
    assert dumps(flight.cloud.result()) != before
    gone = flight.undo()
    assert gone is not None
    assert gone.at == 120_000
    assert dumps(flight.cloud.result()) == before
    assert flight.undo() is None


def test_everything_that_happened_before_stays_whatever_is_done_and_whenever() -> None:
    flight = Flight(NAME)
    for place, step in enumerate(STEPS):
        at = flight.replay.decisions[3 + 2 * place].at
        before = moves_until(flight, at)
        flight.inject(at / 1000, step)
        assert moves_until(flight, at) == before
    assert len(flight.interventions) == len(STEPS)


@settings(max_examples=15)
@given(st.integers(0, 290_000), st.sampled_from(STEPS), st.integers(0, 3))
def test_at_any_millisecond_an_intervention_leaves_the_past_alone(ms: int, step: dict[str, Any], seed: int) -> None:
    flight = Flight(NAME, seed)
    before = moves_until(flight, ms)
    flight.inject(ms / 1000, step)
    assert moves_until(flight, ms) == before


def test_the_yaml_saved_elsewhere_gives_the_same_result_on_the_command_line(tmp_path: Path) -> None:
    flight = Flight(NAME, seed=11)
    for place, step in enumerate(STEPS):
        flight.inject(140 + 7.25 * place, step)
    file = tmp_path / f"{NAME}.yml"
    file.write_text(flight.scenario_yaml(), encoding="utf-8")
    command = [sys.executable, "-m", "sim", "run", str(file), "--json"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == dumps(flight.cloud.result())


def test_what_was_expected_of_the_run_without_interventions_is_not_expected_with_them() -> None:
    flight = Flight("first-release")
    usual = Scenario.parse(flight.scenario_yaml()).compile().scenario.expect
    assert usual
    flight.inject("1m", {"hook": "ValidateService", "fails": True})
    assert Scenario.parse(flight.scenario_yaml()).compile().scenario.expect == ()
    flight.undo()
    assert Scenario.parse(flight.scenario_yaml()).compile().scenario.expect == usual


def test_the_yaml_keeps_the_comments_of_the_scenario() -> None:
    flight = Flight(NAME)
    flight.inject("3m", STEPS[0])
    text = flight.scenario_yaml()
    assert text.startswith("# The same failure as in validate-fails")
    assert "  - {agent: web-1, running: false, after: 3m}\n" in text


def test_a_scenario_read_with_other_parameters_keeps_them_in_its_yaml(tmp_path: Path) -> None:
    flight = Flight(Scenario.open("first-release", parameters={"FleetSize": 5}))
    assert len(flight.replay.at(0)["fleet"]) == 5
    (tmp_path / "mine.yml").write_text(flight.scenario_yaml(), encoding="utf-8")
    assert len(run(tmp_path / "mine.yml").result()["fleet"]) == 5


def test_a_flight_takes_parameters_of_the_template() -> None:
    flight = Flight("validate-fails", parameters={"FleetSize": 5, "AutoRollback": "true"})
    assert len(flight.cloud.result()["fleet"]) == 5
    assert [one["creator"] for one in flight.cloud.result()["deployments"]] == ["user", "codeDeployRollback"]
    with pytest.raises(ProblemsError, match="no parameter FletSize"):
        Flight("validate-fails", parameters={"FletSize": 5})
    with pytest.raises(UsageError, match="where the scenario is opened"):
        Flight(Scenario.open("validate-fails"), parameters={"FleetSize": 5})


def test_a_repository_given_besides_is_in_the_yaml(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "buildspec.yml").write_text("version: 0.2\nphases: {build: {commands: [false]}}\n")
    flight = Flight(Scenario.open("first-release", repositories={"web": tmp_path / "site"}))
    assert flight.cloud.result()["builds"][0]["buildStatus"] == "FAILED"
    (tmp_path / "mine.yml").write_text(flight.scenario_yaml(), encoding="utf-8")
    assert run(tmp_path / "mine.yml").result()["builds"] == flight.cloud.result()["builds"]


def test_a_template_alone_flies_and_things_happen_by_intervention(tmp_path: Path) -> None:
    flight = Flight(Scenario.open(TEMPLATE, repositories={"web": APPLICATION}, parameters={"FleetSize": 2}))
    assert flight.replay.duration == 0
    flight.inject("10s", STEPS[3])
    assert [one["status"] for one in flight.cloud.result()["deployments"]] == ["Succeeded"]
    (tmp_path / TEMPLATE.name).write_text(flight.scenario_yaml(), encoding="utf-8")
    assert dumps(run(tmp_path / TEMPLATE.name).result()) == dumps(flight.cloud.result())


def test_a_scenario_without_a_text_is_refused() -> None:
    with pytest.raises(UsageError, match=r"make it with Scenario\.parse"):
        Flight(Scenario(Scenario.open("first-release").document))


def test_what_was_said_last_about_an_agent_holds() -> None:
    flight = Flight("first-release")
    flight.inject("2m30s", {"agent": "web-2", "running": False})
    flight.inject("3m", {"agent": "web-2", "running": True})
    agents = [
        next(one["agent"] for one in flight.replay.at(ms)["fleet"] if one["name"] == "web-2")
        for ms in (149_999, 150_000, 180_000)
    ]
    assert agents == ["1.8.1, polling every 1s", "the agent is not running", "1.8.1, polling every 1s"]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"alarms": {"name": "x"}}, "neither a step nor a rule"),
        ({"at": "5m", "alarm": {"name": "x", "state": "ALARM"}}, "leave `at:` out"),
        ("just words", "a step or a rule"),
        (None, "a step or a rule"),
        (7, "a step or a rule"),
    ],
)
def test_what_is_no_intervention_is_refused_and_changes_nothing(step: Any, told: str) -> None:
    flight = Flight("first-release")
    with pytest.raises(UsageError, match=told):
        flight.inject("2m", step)
    assert flight.interventions == []


@pytest.mark.parametrize("at", [None, "soon", -1, True, [5]])
def test_what_is_no_moment_is_refused(at: Any) -> None:
    with pytest.raises(UsageError, match="duration"):
        Flight("first-release").inject(at, STEPS[0])


@pytest.mark.parametrize(
    "step", [{"alarm": {"name": "x"}}, {"hook": "Validate", "fails": True}, "alarm: [", {"alarm": "x"}]
)
def test_a_step_that_is_wrong_is_told_with_its_mend_and_changes_nothing(step: Any) -> None:
    flight = Flight("first-release")
    before = flight.cloud
    with pytest.raises(ProblemsError):
        flight.inject("2m", step)
    assert flight.interventions == []
    assert flight.cloud is before


def test_an_intervention_may_be_text_as_it_stands_in_a_scenario() -> None:
    flight = Flight("first-release")
    flight.inject("2m", "- push: {repository: web, branch: main, author: bob}")
    assert len(flight.cloud.result()["pipelines"][0]["executions"]) == 2


def test_observers_are_told_of_each_run() -> None:
    flight = Flight("first-release")
    seen: list[int] = []
    flight.observe(lambda told: seen.append(len(told.interventions)))
    flight.inject("2m", STEPS[0])
    flight.undo()
    assert seen == [1, 0]


def test_after_the_end_somebody_may_go_on() -> None:
    flight = Flight("first-release")
    end = flight.replay.duration
    flight.inject(end / 1000 + 60, STEPS[3])
    assert flight.replay.duration > end + 60_000
    assert [one["status"] for one in flight.cloud.result()["deployments"]] == ["Succeeded", "Succeeded"]


REJECTED = {"approve": {"pipeline": "web", "stage": "Release", "action": "Approve", "by": "bob", "result": "Rejected"}}


@pytest.mark.parametrize(
    ("scenario", "at", "step", "told"),
    [
        ("first-release", "5s", {"instance": {"name": "web-99", "state": "stopped"}}, "there is no instance web-99"),
        ("first-release", "5s", {"command": "cargo build", "fails": True}, "this rule never fitted"),
        ("first-release", "2m30s", {"agent": "web-1", "running": False}, ""),
        ("approval-given", "30m", REJECTED, "what it needs was not there"),
        ("approval-given", "5m", REJECTED, ""),
    ],
)
def test_an_intervention_says_when_nothing_came_of_it(scenario: str, at: str, step: Any, told: str) -> None:
    flight = Flight(scenario)
    assert flight.refused == ""
    flight.inject(at, step)
    assert flight.refused.startswith(told)
    assert bool(flight.refused) == bool(told)
    flight.undo()
    assert flight.refused == ""


def test_a_run_whose_past_is_another_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    flight = Flight(NAME)
    other = Scenario.open("approval-given").compile()
    monkeypatch.setattr(Flight, "_compiled", lambda *_: other)
    with pytest.raises(AssertionError, match="changed move"):
        flight.inject("2m30s", STEPS[0])
