"""Prove it: the run that is shown is the one that the right answer is about."""

import pytest

from quizzes import load, model
from quizzes.proof import edits
from quizzes.showing import prove_it

BANK = load()
CHANGED = [
    question
    for question in BANK.questions
    if isinstance(question, model.Choice)
    and question.proof is not None
    and question.proof.claims[question.right[0]].changes
]
MEASURED = [one for one in BANK.questions if one.proof is not None and one.proof.value is not None]


def test_there_are_questions_of_both_kinds() -> None:
    assert {"inplace-which-succeed", "inplace-stop-with-rollback"} <= {one.id for one in CHANGED}
    assert {type(one) for one in MEASURED} >= {model.Numeric, model.Ordering}


@pytest.mark.parametrize("question", CHANGED, ids=lambda one: one.id)
def test_the_run_is_that_of_the_right_claim(question: model.Choice) -> None:
    assert question.proof is not None
    claim = question.proof.claims[question.right[0]]
    run = prove_it(question)
    assert run.changed == edits(claim.changes)
    texts = {option.key: option.text for option in question.options}
    right = [holds for text, _, holds in run.claims if text in {texts[key] for key in question.right}]
    assert right == [True] * len(question.right)
    told = [claim for _, claim, _ in run.claims]
    scenarios = [(one.holds, edits(one.changes)) for one in question.proof.claims.values()]
    assert len(set(told)) == len(set(scenarios))


PROVED = [one for one in BANK.questions if one.proof is not None]


@pytest.mark.parametrize("question", PROVED, ids=lambda one: one.id)
def test_whatever_is_proved_can_be_shown(question: model.Question) -> None:
    """Also where nothing is deployed, built or released: an alarm changes, or a call is answered."""
    run = prove_it(question)
    assert run.moments
    assert run.claims


def test_of_an_alarm_its_decisions_are_explained() -> None:
    (explanation,) = prove_it(BANK.question("watch-single-spikes")).explanations
    assert "3 of 5 datapoints breach" in str(explanation)


@pytest.mark.parametrize("question", MEASURED, ids=lambda one: one.id)
def test_what_was_measured_is_shown(question: model.Question) -> None:
    assert question.proof is not None
    ((text, claim, holds),) = prove_it(question).claims
    assert holds
    assert claim == question.proof.value
    if isinstance(question, model.Numeric):
        assert f"{question.value:g}" in text
    elif isinstance(question, model.Ordering):
        assert all(item.text in text for item in question.items)


def test_the_order_of_lifecycle_events_is_told() -> None:
    ((text, _, _),) = prove_it(BANK.question("inplace-scripted-order")).claims
    assert "BeforeInstall, AfterInstall, ApplicationStart, ValidateService" in text


def test_a_notebook_shows_what_was_measured_and_changed() -> None:
    from quizzes import screens
    from quizzes.asking import present

    for id, wanted in (("inplace-half-of-nine", "The run gave: "), ("inplace-which-succeed", ", with ")):
        question = BANK.question(id)
        shown = screens.ran(prove_it(question), present(question, 1, 1), None)
        assert wanted in f"{shown['title']} {shown['claims'][0]['text']}"
