"""The scenario lab: what can be set, what came of it, what changed, and the scenario to take along."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.core.problems import ProblemsError, UsageError
from sim.widgets import ScenarioLab
from sim.widgets import lab as labs
from sim.widgets.lab_view import LabView

NAME = "validate-fails-rollback"
CONTROLS: dict[str, Any] = {
    "parameters.FleetSize": (3, 20),
    "parameters.DeploymentConfigName": ["CodeDeployDefault.OneAtATime", "CodeDeployDefault.AllAtOnce"],
    "parameters.AutoRollback": bool,
    "behavior[1].fails": (0.0, 1.0),
    "behavior[1].takes": ("1s", "2m"),
    "behavior[1].message": str,
}


def lab(controls: dict[str, Any] | None = None) -> ScenarioLab:
    return ScenarioLab(NAME, CONTROLS if controls is None else controls)


# Setting


def test_controls_start_from_what_stands_in_the_scenario_or_its_template() -> None:
    found = lab().controls
    assert {path: (one.kind, one.start) for path, one in found.items()} == {
        "parameters.FleetSize": ("number", 3),
        "parameters.DeploymentConfigName": ("choice", "CodeDeployDefault.OneAtATime"),
        "parameters.AutoRollback": ("switch", True),
        "behavior[1].fails": ("number", 1.0),
        "behavior[1].takes": ("duration", "1s"),
        "behavior[1].message": ("text", "curl: (22) The requested URL returned error: 500"),
    }
    assert found["parameters.FleetSize"].about == "How many instances serve the site"


def test_nothing_set_runs_the_scenario_as_it_is() -> None:
    from sim import run

    trial = lab().run()
    assert trial.result == run(NAME).result()


def test_what_is_set_is_run() -> None:
    one = lab()
    one.set("parameters.FleetSize", 6)
    one.set("parameters.DeploymentConfigName", "CodeDeployDefault.AllAtOnce")
    one.set("behavior[1].fails", 0)
    result = one.run().result
    assert len(result["fleet"]) == 6
    assert [row["status"] for row in result["deployments"]] == ["Succeeded"]
    assert result["deployments"][0]["maximumInFlight"] == 6


def test_set_back_is_as_never_set() -> None:
    one = lab()
    one.set("parameters.FleetSize", 6)
    one.set("parameters.FleetSize", 3)
    assert one.values == {}
    one.set("parameters.AutoRollback", False)
    one.reset()
    assert one.text() == lab().text()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("parameters.FleetSize", 21, "a whole number from 3 to 20, not 21"),
        ("parameters.FleetSize", 3.5, "a whole number from 3 to 20, not 3.5"),
        ("parameters.FleetSize", "many", "a whole number from 3 to 20, not many"),
        ("parameters.FleetSize", None, "a whole number from 3 to 20"),
        ("behavior[1].fails", float("nan"), "a number from 0 to 1"),
        ("behavior[1].takes", "3m", "a duration from 1s to 2m, not 3m"),
        ("behavior[1].takes", "soon", "a duration from 1s to 2m"),
        ("parameters.DeploymentConfigName", "Twice", "one of CodeDeployDefault.OneAtATime"),
        ("parameters.AutoRollback", "perhaps", "is on or off"),
        ("behavior[1].message", "{", "written as in YAML"),
        ("parameters.Nothing", 1, "there is no control for parameters.Nothing"),
    ],
)
def test_a_value_that_is_not_taken_is_told_and_nothing_is_lost(path: str, value: Any, message: str) -> None:
    one = lab()
    one.set("parameters.FleetSize", 5)
    with pytest.raises(UsageError, match=message.replace("[", r"\[")):
        one.set(path, value)
    assert one.values == {"parameters.FleetSize": 5}


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({"parameters.FleetSize": (20, 3)}, "the lower bound comes first"),
        ({"parameters.FleetSize": 3}, "give \\(low, high\\)"),
        ({"parameters.FleetSize": []}, "give \\(low, high\\)"),
        ({"parameters..FleetSize": (1, 2)}, "is not a path"),
        ({"behavior[1].takes": ("soon", "2m")}, "soon"),
        ({"Resources.Nothing.Properties.Name": str}, "the template has no resource Nothing"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(controls: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        lab(controls)


def test_a_run_that_cannot_be_leaves_the_last_one() -> None:
    one = lab({"behavior[1].exit": str})
    first = one.run()
    one.set("behavior[1].exit", "many")
    with pytest.raises(ProblemsError, match="exit"):
        one.run()
    assert one.last is first


def test_a_resource_of_the_template_can_be_controlled() -> None:
    path = "Resources.Production.Properties.DeploymentConfigName"
    one = ScenarioLab("first-release", {path: ["CodeDeployDefault.OneAtATime", "CodeDeployDefault.AllAtOnce"]})
    one.set(path, "CodeDeployDefault.AllAtOnce")
    assert one.run().result["deployments"][0]["maximumInFlight"] == 3


# Proposals


def test_sensible_controls_are_proposed() -> None:
    found = ScenarioLab("busy-day").controls
    assert {path: one.kind for path, one in found.items()} == {
        "parameters.FleetSize": "number",
        "parameters.DeploymentConfigName": "choice",
        "parameters.AutoRollback": "switch",
        "parameters.WithApproval": "switch",
        "behavior[1].fails": "number",
        "behavior[2].takes": "duration",
        "behavior[3].fails": "number",
        "seed": "number",
    }


@pytest.mark.parametrize("path", ["parameters.WithApproval", "parameters.AutoRollback"])
def test_a_proposed_switch_of_a_template_is_understood_by_it(path: str) -> None:
    one = ScenarioLab("first-release")
    one.set(path, True)
    assert one.values == {path: "true"}
    assert one.run().result["pipelines"]


# What changed


def test_the_run_before_is_compared_with() -> None:
    one = lab()
    one.run()
    assert labs.compared(one) is None
    one.set("behavior[1].fails", 0)
    one.run()
    told = labs.compared(one)
    assert told is not None
    assert told["set"] == [["behavior[1].fails", "true", "0.0"]]
    assert ["Deployments", "1 Failed, 1 Succeeded", "1 Succeeded"] in told["figures"]
    assert "ValidateService" in told["parting"]["subject"]
    assert told["parting"]["before"]["status"] == "Failed"
    assert told["parting"]["now"]["status"] == "Succeeded"
    assert told["parting"]["now"]["source"]


def test_the_same_again_is_compared_with_what_was_before_it() -> None:
    one = lab()
    one.run()
    one.set("parameters.FleetSize", 5)
    one.run()
    told = labs.compared(one)
    one.run()
    assert labs.compared(one) == told


# The scenario to take along


def test_the_scenario_saved_anywhere_gives_the_same_result(tmp_path: Path) -> None:
    one = lab()
    one.set("parameters.FleetSize", 7)
    one.set("behavior[1].takes", "45s")
    one.set("behavior[1].message", '"it is: broken"')
    expected = one.run().result
    file = tmp_path / "elsewhere" / "mine.yml"
    file.parent.mkdir()
    file.write_text(one.scenario_yaml(), encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(file), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == json.loads(json.dumps(expected))


# The view


def heard(view: LabView, **intent: Any) -> None:
    view._handle_custom_msg(intent, [])


def test_the_view_runs_what_is_moved() -> None:
    view = lab().view()
    assert view.screen["shown"]["deployments"][0][1] == "Failed"
    heard(view, do="run", values={"parameters.FleetSize": 5, "parameters.DeploymentConfigName": {"choice": 1}})
    assert view.screen["trouble"] == ""
    controls = {one["path"]: one["value"] for one in view.screen["controls"]}
    assert controls["parameters.FleetSize"] == 5
    assert controls["parameters.DeploymentConfigName"] == 1
    assert view.screen["shown"]["compared"]["set"][0] == ["parameters.FleetSize", "3", "5"]
    assert "FleetSize: 5" in view.screen["yaml"]
    json.dumps(view.screen)
    heard(view, do="reset")
    assert {one["path"]: one["value"] for one in view.screen["controls"]}["parameters.FleetSize"] == 3


def test_the_view_answers_also_when_nothing_is_different() -> None:
    view = lab().view()
    heard(view, do="run", values={})
    answers: list[Any] = []
    view.observe(answers.append, "screen")
    heard(view, do="run", values={})
    heard(view, do="run", values={"parameters.FleetSize": "many"})
    heard(view, do="run", values={"parameters.FleetSize": "many"})
    assert len(answers) == 3


def test_what_fails_within_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    view = lab().view()

    def broken(**_: Any) -> None:
        raise ZeroDivisionError("within")

    monkeypatch.setattr(view.lab, "run", broken)
    with pytest.raises(ZeroDivisionError):
        view._heard(view, {"do": "run"}, [])
    assert "within" in view.screen["trouble"]


def test_the_view_tells_bad_values_and_keeps_the_run() -> None:
    view = lab().view()
    before = view.screen["shown"]
    heard(view, do="run", values={"parameters.FleetSize": 5, "behavior[1].takes": "soon"})
    assert "a duration from 1s to 2m" in view.screen["trouble"]
    assert view.screen["shown"] == before
    assert view.lab.values == {}
    heard(view, do="run", values={"parameters.DeploymentConfigName": {"choice": 9}})
    assert "no choice 9" in view.screen["trouble"]


def test_a_long_run_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.widgets.lab_view.PATIENCE_S", 0.0)
    view = ScenarioLab("busy-day", {"parameters.FleetSize": (3, 60)}).view()
    told: list[int] = []
    view.observe(lambda change: told.append(change["new"]), "steps")
    heard(view, do="run", values={"parameters.FleetSize": 40})
    assert max(told) > 0
    assert told[-1] == 0


def test_of_many_deployments_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labs, "MOST_DEPLOYMENTS", 1)
    monkeypatch.setattr("sim.widgets.pieces.MOST_ROWS", 5)
    shown = lab().view().screen["shown"]
    assert (len(shown["deployments"]), shown["more_deployments"]) == (1, 1)
    assert len(shown["bars"]["rows"]) == 5
    assert shown["bars"]["more"] > 0


def test_a_large_fleet_is_told_in_few_words() -> None:
    view = ScenarioLab("first-release", {"parameters.FleetSize": (1, 100)}).view()
    heard(view, do="run", values={"parameters.FleetSize": 100})
    assert view.screen["shown"]["explanations"][0]["count"] > 1000
    assert len(json.dumps(view.screen)) < 200_000
