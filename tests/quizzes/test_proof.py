"""Proof: what the simulator says about the bank's keys, and about wrong ones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quizzes import load, model
from quizzes.proof import WORLDS, Trial, attempt, edits, open_world, provable, prove
from sim.core.problems import UsageError
from sim.core.states import Rule
from sim.services.codedeploy.resources import EVENT_SKIPPED, ROLLED_BACK, TARGET_SKIPPED
from tests.quizzes.keys import flipped

PROVABLE = provable(load().questions)
IN_PLACE = "in-place"


@pytest.mark.parametrize("question", PROVABLE, ids=lambda question: question.id)
def test_the_key_is_what_the_simulator_says(question: model.Question) -> None:
    outcome = prove(question)
    assert [str(finding) for finding in outcome.findings] == []
    assert outcome.runs >= 3
    assert outcome.claims >= 3


@pytest.mark.parametrize("question", PROVABLE, ids=lambda question: question.id)
def test_a_wrong_key_is_refused(question: model.Question) -> None:
    assert not prove(flipped(question)).holds


def test_enough_of_the_bank_is_proved() -> None:
    own = [question for question in load().questions if question.bank != "course"]
    assert len(own) >= 60
    assert len([question for question in PROVABLE if question.bank == IN_PLACE]) >= 25


# How a proof fails


def proved(**changes: Any) -> list[str]:
    """The findings against a question of the bank that was changed so."""
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    return [str(finding) for finding in prove(replace(question, proof=replace(question.proof, **changes))).findings]


def test_a_wrong_option_must_be_exactly_false() -> None:
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    claims = {**question.proof.claims, "undone": model.Claim("deployments[7].status == 'Failed'")}
    (first, *_) = proved(claims=claims)
    assert "option undone, seed 1: it is wrong, and its claim is not false" in first
    assert "compares with something that is not there" in first


def test_a_rule_that_never_fitted_is_found() -> None:
    rule = {"hook": "ValidateService", "instances": ["shop-77"], "fails": True}
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    findings = proved(changes={**question.proof.changes, "behavior": [rule]})
    assert any("never fitted" in finding for finding in findings)


def test_a_path_that_leads_nowhere_is_told() -> None:
    (finding,) = proved(changes={"timeline[9].at": "1m"})
    assert "the path timeline[9].at leads nowhere in the scenario" in finding


def test_a_scenario_that_is_not_there_is_a_finding_and_stops_nothing() -> None:
    (finding,) = proved(scenario="flete")
    assert "no file and no scenario is called 'flete'" in finding


def test_a_scenario_that_cannot_be_read_is_a_finding() -> None:
    (finding,) = proved(changes={"behavior": [{"hook": "AfterInstal", "fails": True}]})
    assert "did you mean AfterInstall?" in finding


def test_without_a_proof_there_is_nothing_to_prove() -> None:
    with pytest.raises(UsageError, match="has no proof"):
        prove(load().question("course-14-validate"))


def test_a_scenario_of_its_own_starts_at_the_banks_folder(tmp_path: Path) -> None:
    document, _ = open_world("fleet")
    question = load().question("inplace-last-may-fail")
    assert question.proof is not None
    apps = {"history": [{"group": "shop/production", "revision": "apps/v1"}]}
    (tmp_path / "apps").symlink_to(WORLDS / "apps")
    moved = replace(question, path=str(tmp_path / "mine.yml"), proof=replace(question.proof, scenario=document | apps))
    assert prove(moved).holds


# Steps that did not happen as written

STOP = {"service": "codedeploy", "operation": "StopDeployment"}


def with_step(parameters: dict[str, Any], claims: dict[str, model.Claim] | None = None, **more: Any) -> list[str]:
    """The findings against a question in whose scenario somebody calls StopDeployment with these parameters."""
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    upload, create = open_world("fleet")[0]["timeline"]
    call = {"at": "1h", "call": {**STOP, "parameters": parameters}}
    changes = {**question.proof.changes, "timeline": [upload, create, call], **more}
    return proved(changes=changes, claims={**question.proof.claims, **(claims or {})})


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        (
            "${deployments[7].deploymentId}",
            "${deployments[7].deploymentId}: there is no such thing in the result so far",
        ),
        ("d-${deployments[0].deploymentID}", "there is no such thing in the result so far"),
        ("${length(quiet)}", "cannot be worked out"),
    ],
)
def test_a_call_that_was_never_made_is_a_finding_for_every_seed(reference: str, said: str) -> None:
    findings = with_step({"deploymentId": reference})
    assert len(findings) == 3
    assert all("the scenario" in finding and "call service codedeploy" in finding for finding in findings)
    assert all(said in finding for finding in findings)


def test_a_call_that_was_refused_is_a_finding_unless_the_key_speaks_of_the_error() -> None:
    (first, *_) = with_step({"deploymentId": "d-NOTTHERE1"})
    assert "this step did not happen as written: call service codedeploy, operation StopDeployment" in first
    assert "DeploymentDoesNotExistException" in first
    assert "let the right claim name it: steps[2].error.Code == 'DeploymentDoesNotExistException'" in first
    right = "deployments[0].status == 'Failed' && steps[2].error.Code == 'DeploymentDoesNotExistException'"
    assert with_step({"deploymentId": "d-NOTTHERE1"}, {"stops": model.Claim(right)}) == []


def test_what_a_wrong_claim_speaks_of_is_not_expected() -> None:
    wrong = model.Claim("steps[0].step == 'DeploymentDoesNotExistException'")
    assert with_step({"deploymentId": "d-NOTTHERE1"}, {"undone": wrong})


def test_a_call_that_was_never_made_cannot_be_expected() -> None:
    right = model.Claim("deployments[0].status == 'Failed' && steps[2].error.Code == 'ExpressionError'")
    assert with_step({"deploymentId": "${deployments[7].deploymentId}"}, {"stops": right})


def test_what_a_claim_alone_changes_must_happen_as_written_too() -> None:
    upload, create = open_world("fleet")[0]["timeline"]
    call = {"at": "1h", "call": {**STOP, "parameters": {"deploymentId": "${deployments[7].deploymentId}"}}}
    changes = {"timeline": [upload, create, call]}
    (first, *_) = with_claim(model.Claim("length(deployments) == `2`", changes))
    assert "option undone, seed 1: this step did not happen as written" in first


def test_a_rule_that_a_claim_alone_sets_must_fit() -> None:
    changes = {"behavior[0].instances": ["shop-77"]}
    (first, *_) = with_claim(model.Claim("length(deployments) == `2`", changes))
    assert "option undone, seed 1: this rule never fitted" in first


def with_claim(claim: model.Claim) -> list[str]:
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    return proved(claims={**question.proof.claims, "undone": claim})


def test_a_task_whose_solution_makes_a_call_that_names_nothing_is_refused() -> None:
    upload, create = open_world("fleet")[0]["timeline"]
    call = {"at": "1h", "call": {**STOP, "parameters": {"deploymentId": "${deployments[7].deploymentId}"}}}
    question = replace(task(), changes={**task().changes, "timeline": [upload, create, call]})
    (first, *_) = [str(finding) for finding in prove(question).findings]
    assert "the solution, seed 1: this step did not happen as written" in first


def test_a_step_that_waits_for_ever_is_a_finding() -> None:
    question = load().question("pipeline-retry-too-late")
    assert question.proof is not None
    timeline = question.proof.changes["timeline"]
    approve = {"at": "1m", "approve": {"pipeline": "shop", "stage": "Deploy", "action": "Nobody"}}
    changed = {**question.proof.changes, "timeline": [*timeline, approve]}
    findings = prove(replace(question, proof=replace(question.proof, changes=changed))).findings
    assert any("this step never came to anything: approve" in str(finding) for finding in findings)


# Claims that say nothing


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("`true`", "asks nothing of the run"),
        ("'Failed' == 'Failed'", "asks nothing of the run"),
        ("!(deployments[0].rollbackinfo)", "nothing in a result is called 'rollbackinfo', but 'rollbackInfo'"),
        ("deployments[0].targets[?buildStatus != 'FAILED'] != `[]`", "nothing is called 'buildStatus' there"),
        ("builds[?buildStatus == 'FAILED'] == `[]`", "`builds` is empty"),
        ("length(pipelines[].executions[?status == 'Failed']) == `0`", "`pipelines` is empty"),
        ("!contains(notifications[*].subject, 'Failed')", "`notifications` is empty"),
        ("!(deployments[4].rollbackInfo)", "`deployments[4]` is not there"),
    ],
)
def test_a_right_claim_that_would_hold_of_any_run_is_refused(claim: str, said: str) -> None:
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    findings = proved(claims={**question.proof.claims, "stops": model.Claim(claim)})
    assert findings
    assert said in findings[0]


@pytest.mark.parametrize(
    "claim",
    [
        "length(builds) == `0`",
        "deployments[?status == 'Succeeded'] == `[]`",
        "deployments[?status == 'Succeeded'].targets[?status == 'Failed'] == `[]`",
        "!(deployments[0].rollbackInfo)",
        "deployments[1] == `null`",
        "!(deployments[1])",
    ],
)
def test_a_right_claim_about_what_is_not_there_says_so_itself(claim: str) -> None:
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    assert proved(claims={**question.proof.claims, "stops": model.Claim(claim)}) == []


# Tasks

TASK = "inplace-task-keep-four"


def task() -> model.Prove:
    question = load().question(TASK)
    assert isinstance(question, model.Prove)
    return question


def test_a_task_is_solved_by_changes_that_pass_every_check() -> None:
    assert attempt(task(), task().solution).holds


def test_a_task_says_which_check_does_not_hold() -> None:
    tried = attempt(task(), {"parameters.Config": "CodeDeployDefault.OneAtATime"})
    assert not tried.holds
    assert tried.failed == (task().checks[2].fail,)


def test_a_task_may_be_changed_where_it_says_only() -> None:
    tried = attempt(task(), {"parameters.FleetSize": 60})
    assert not tried.holds
    assert tried.problems == ("parameters.FleetSize may not be changed here",)


def test_a_change_that_cannot_be_run_is_a_failed_attempt() -> None:
    tried = attempt(task(), {"parameters.Config": "custom", "parameters.MinimumType": "HOSTS"})
    assert not tried.holds
    assert tried.problems or tried.failed


def test_wrong_edits_of_the_bank_fail_and_one_that_passes_is_found() -> None:
    tasks = [question for question in load().questions if isinstance(question, model.Prove)]
    assert len(tasks) >= 3
    assert all(question.wrong for question in tasks)
    question = replace(task(), wrong=({"parameters.Config": "custom", "parameters.Minimum": 4},))
    first, *_ = [str(finding) for finding in prove(question).findings]
    assert first.startswith(f"{TASK}: a wrong edit, seed 1: every check holds with parameters.Config = custom")


def test_every_pair_of_deployments_is_kept_apart() -> None:
    question = load().question("pipeline-task-all-three")
    assert isinstance(question, model.Prove)
    tried = attempt(question, {"parameters.Mode": "PARALLEL"})
    assert tried.failed == (question.checks[2].fail,)


def test_changes_are_told_in_yaml() -> None:
    values = {"a.b": {"Enabled": True, "Events": ["X"]}, "c": "", "d": 4, "e": "text"}
    assert edits(values) == "a.b = {Enabled: true, Events: [X]}; c = ''; d = 4; e = text"


# Doubt


def test_a_key_that_hangs_on_a_likely_rule_is_refused() -> None:
    question = load().question("inplace-second-of-five")
    assert question.proof is not None
    # That untried instances show as Skipped is inferred: docs/behaviour/codedeploy.md §5.4 rule 12
    claims = {**question.proof.claims, "stops": model.Claim("deployments[0].deploymentOverview.Skipped == `3`")}
    (first, *_) = proved(claims=claims)
    assert "the key depends on codedeploy.target.skipped (inferred)" in first
    assert "with the choice codedeploy.untried-instances: pending it does not hold" in first


def test_rules_that_can_be_turned_are_turned() -> None:
    assert prove(load().question("inplace-second-of-five")).turned == {"codedeploy.target.skipped"}
    assert prove(load().question("inplace-hook-fails")).turned == {"codedeploy.event.skipped"}
    assert prove(load().question("inplace-rollback-is-new")).turned >= {"codedeploy.rollback.started"}
    assert prove(load().question("inplace-half-of-nine")).turned == frozenset()


def turned(question: str, rule: Rule) -> dict[str, Any]:
    """The result of a question's scenario with that rule turned the other way."""
    _, result = Trial(load().question(question)).turned(rule).run(1)
    return result


def test_what_the_choices_of_codedeploy_do() -> None:
    untried = turned("inplace-second-of-five", TARGET_SKIPPED)
    assert [target["status"] for target in untried["deployments"][0]["targets"]] == ["Succeeded", "Failed"] + [
        "Pending"
    ] * 3
    after = turned("inplace-hook-fails", EVENT_SKIPPED)
    events = after["deployments"][0]["targets"][0]["lifecycleEvents"]
    assert [event["status"] for event in events[4:]] == ["Failed", "Pending", "Pending"]
    scope = turned("inplace-rollback-is-new", ROLLED_BACK)
    reached = [target["name"] for target in scope["deployments"][0]["targets"] if target["started"] is not None]
    assert sorted(target["name"] for target in scope["deployments"][1]["targets"]) == sorted(reached)
    assert len(reached) == 2


def test_short_functions_of_a_scenario_that_comes_along_keep_their_meaning() -> None:
    """`!Ref Application` in a file is a reference in the document that a question changes, not the word."""
    document, _ = open_world("codedeploy/rollback-fails")
    group = document["Resources"]["Production"]["Properties"]
    assert group["ApplicationName"] == {"Ref": "Application"}
    assert group["ServiceRoleArn"] == {"Fn::GetAtt": "ServiceRole.Arn"}
