"""Predictions: what is asked before a run, what came of it, why, and what wrong marks may rest on."""

import json
from typing import Any

import pytest

from sim.core.problems import UsageError
from sim.scenario import Scenario
from sim.widgets import Flight, Prediction
from sim.widgets.predict import SLIPS, Judgement
from sim.widgets.predict_view import PredictView


def judged(name: str, of: Any, marks: dict[str, str] | str, number: int = 1) -> Judgement:
    prediction = Prediction(Flight(name), of, number)
    if isinstance(marks, str):
        prediction.mark_rest(marks)
    else:
        for row, option in marks.items():
            prediction.mark(row, option)
        prediction.mark_rest("not started")
    return prediction.judge()


def happened(judgement: Judgement) -> dict[str, str]:
    return {row.row.key: row.happened for row in judgement.rows}


# What is asked


def test_rows_are_the_instances_before_the_run() -> None:
    prediction = Prediction(Flight("validate-fails"))
    assert prediction.question == "Which revision will each instance hold when the run is over?"
    assert [row.key for row in prediction.rows] == ["web-1", "web-2", "web-3"]
    assert prediction.rows[0].options == (
        ("1", "revision 1, from before"),
        ("2", "revision 2, the new one"),
        ("none", "nothing"),
    )


def test_options_do_not_tell_whether_something_was_deployed() -> None:
    failed_build = Prediction(Flight("failing-test")).rows
    assert failed_build == Prediction(Flight("validate-fails")).rows


def test_rows_of_an_execution_are_its_actions() -> None:
    prediction = Prediction(Flight("failing-test"), of="execution")
    assert [row.key for row in prediction.rows] == [
        "execution",
        "Source/Checkout",
        "Build/Build",
        "Deploy/Production",
    ]


def test_where_there_is_nothing_there_is_nothing_to_predict() -> None:
    empty = Flight(Scenario.parse("title: Nothing\nResources: {Topic: {Type: AWS::SNS::Topic}}\n"))
    for of in ("revision", "status", "execution"):
        with pytest.raises(UsageError, match="nothing to predict"):
            Prediction(empty, of)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="predict one of revision"):
        Prediction(Flight("validate-fails"), "weather")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "option", "message"),
    [("web-9", "1", "nothing called 'web-9'"), ("web-1", "7", "web-1 may be one of 1, 2, none, not '7'")],
)
def test_a_mark_must_be_one_of_the_options(row: str, option: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Prediction(Flight("validate-fails")).mark(row, option)


def test_every_row_needs_a_mark() -> None:
    prediction = Prediction(Flight("validate-fails"))
    prediction.mark("web-2", "2")
    with pytest.raises(UsageError, match="2 rows have no mark: web-1, web-3"):
        prediction.judge()
    assert prediction.marks == {"web-2": "2"}


# What happened


def test_revisions_when_the_second_instance_fails() -> None:
    judgement = judged("validate-fails", "revision", "2")
    assert happened(judgement) == {"web-1": "1", "web-2": "2", "web-3": "2"}
    assert judgement.right == 2
    wrong = judgement.rows[0]
    assert wrong.slip == "reached"
    assert "before its turn came" in wrong.why
    assert wrong.source


def test_everybody_has_the_old_revision_after_a_rollback() -> None:
    judgement = judged("validate-fails-rollback", "revision", {"web-1": "1", "web-2": "2", "web-3": "1"})
    assert set(happened(judgement).values()) == {"1"}
    assert judgement.slips == {"no-rollback": 1}
    assert "rollback d-" in judgement.rows[0].why


def test_nothing_is_deployed_after_a_failed_build() -> None:
    judgement = judged("failing-test", "revision", "2")
    assert set(happened(judgement).values()) == {"1"}
    assert judgement.slips == {"later-stages": 3}


def test_how_a_deployment_ends_on_each_instance() -> None:
    judgement = judged("validate-fails", "status", "Failed")
    assert happened(judgement) == {"web-1": "Skipped", "web-2": "Succeeded", "web-3": "Failed"}
    assert judgement.slips == {"stopped-everywhere": 2}
    assert judged("validate-fails", "status", "Succeeded").slips == {"reached": 1}
    assert judged("validate-fails", "status", "Skipped").slips == {"stopped": 2}
    assert set(happened(judged("failing-test", "status", "Succeeded")).values()) == {"not started"}


def test_a_rollback_that_nobody_asked_for_is_a_slip() -> None:
    marks = {"web-1": "1", "web-2": "1", "web-3": "1"}
    assert judged("validate-fails", "revision", marks).slips == {"rollback": 2}


def test_what_becomes_of_an_execution() -> None:
    marks = {"execution": "Failed", "Source/Checkout": "Succeeded", "Build/Build": "Failed"}
    judgement = judged("failing-test", "execution", marks | {"Deploy/Production": "Succeeded"})
    assert happened(judgement) == {**marks, "Deploy/Production": "not started"}
    assert judgement.slips == {"later-stages": 1}


def test_one_failed_instance_need_not_fail_the_execution() -> None:
    judgement = judged("last-instance-fails", "execution", {"execution": "Failed"})
    assert happened(judgement)["execution"] == "Succeeded"
    assert judgement.rows[0].slip == "failure-fails-all"


def test_a_superseded_execution_is_no_failure() -> None:
    judgement = judged("superseded", "execution", {"execution": "Failed"}, number=2)
    assert happened(judgement)["execution"] == "Superseded"
    assert judgement.rows[0].slip == "superseded-fails"
    assert judged("superseded", "execution", {"execution": "Succeeded"}, 2).rows[0].slip == "all-get-a-turn"


def test_a_rejected_approval_fails_the_execution() -> None:
    judgement = judged("approval-rejected", "execution", {"execution": "Stopped"})
    assert happened(judgement)["execution"] == "Failed"
    assert judgement.rows[0].slip == "rejection-stops"


def test_an_approval_that_nobody_answers_is_waited_for() -> None:
    flight = Flight(Scenario.open("first-release", parameters={"WithApproval": "true"}))
    prediction = Prediction(flight, "execution")
    prediction.mark("execution", "Succeeded")
    prediction.mark_rest("Succeeded")
    rows = {row.row.key: row for row in prediction.judge().rows}
    assert rows["execution"].happened == rows["Release/Approve"].happened == "InProgress"
    assert rows["Release/Approve"].slip == "silence-approves"
    assert rows["Deploy/Production"].slip == "later-stages"


def test_an_execution_that_never_was() -> None:
    judgement = judged("validate-fails", "execution", {"execution": "Succeeded"}, number=5)
    assert set(happened(judgement).values()) == {"not started"}


# Around it


def test_the_observer_is_told_once_and_says_what_marks_rest_on() -> None:
    heard: list[Judgement] = []

    def listener(judgement: Judgement) -> list[str]:
        heard.append(judgement)
        return ["a sentence"]

    prediction = Prediction(Flight("validate-fails"), on_judged=listener)
    prediction.mark_rest("2")
    prediction.judge()
    prediction.judge()
    assert len(heard) == 1
    assert prediction.remarks == ("a sentence",)
    with pytest.raises(UsageError, match="is judged"):
        prediction.mark("web-1", "1")
    prediction.again()
    assert prediction.marks == {}


def test_without_an_observer_slips_are_told() -> None:
    prediction = Prediction(Flight("validate-fails"))
    prediction.mark_rest("2")
    prediction.judge()
    assert prediction.remarks == (SLIPS["reached"],)


def test_an_intervention_begins_the_prediction_anew() -> None:
    flight = Flight("validate-fails")
    view = Prediction(flight).view()
    view.act(do="run", marks={"web-1": "1", "web-2": "2", "web-3": "2"})
    assert view.screen["right"] == 3
    flight.inject("2m", {"hook": "ApplicationStop", "fails": True})
    assert "judged" not in view.screen
    assert view.screen["told"] == "The flight has changed: predict anew."


# The view


def heard(view: PredictView, **intent: Any) -> None:
    view._handle_custom_msg(intent, [])


@pytest.mark.parametrize("of", ["revision", "status", "execution"])
def test_nothing_of_the_run_is_synced_before_the_prediction(of: Any) -> None:
    flight = Flight("validate-fails")
    view = Prediction(flight, of).view()
    state = json.dumps(view.get_state(), default=str)
    result = flight.cloud.result()
    secrets = [one["deploymentId"] for one in result["deployments"]]
    secrets += [one["pipelineExecutionId"] for row in result["pipelines"] for one in row["executions"]]
    assert secrets
    assert [secret for secret in secrets if secret in state] == []
    assert view.screen.keys() == {"title", "question", "rows", "marks", "told", "trouble"}
    assert all(row.keys() == {"key", "label", "options"} for row in view.screen["rows"])


def test_the_view_judges_when_every_row_is_marked() -> None:
    view = Prediction(Flight("validate-fails")).view()
    heard(view, do="run", marks={"web-1": "2"})
    assert view.screen["trouble"] == "2 rows have no mark: web-2, web-3."
    assert view.screen["marks"] == {"web-1": "2"}
    heard(view, do="run", marks={"web-1": "2", "web-2": "2", "web-3": "2"})
    assert view.screen["told"] == "2 of 3 as predicted."
    assert [row["right"] for row in view.screen["judged"]] == [False, True, True]
    heard(view, do="again")
    assert "judged" not in view.screen


def test_a_mark_from_the_browser_that_means_nothing_is_told() -> None:
    view = Prediction(Flight("validate-fails")).view()
    heard(view, do="run", marks={"web-1": "7"})
    assert "may be one of" in view.screen["trouble"]


def test_why_a_failed_instance_holds_the_new_revision_is_told() -> None:
    prediction = Prediction(Flight("validate-fails"))
    prediction.mark_rest("1")
    rows = {row.row.key: row for row in prediction.judge().rows}
    assert rows["web-3"].happened == "2"
    assert "ValidateService failed" in rows["web-3"].why
    assert rows["web-3"].why.endswith("so the revision of this deployment is what lies there")
    assert not rows["web-1"].why.endswith("lies there")
