"""How questions are put, how typed answers are understood, and what answers are worth."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from quizzes import generate, load, model, plain
from quizzes.asking import Presented, grade, present, understood
from quizzes.bank import find
from sim.core.problems import UsageError

BANK = load()


def question(id: str) -> Any:
    return BANK.question(id)


def shown(id: str, seed: int = 1) -> Presented:
    return present(question(id), seed, 1)


# Order of options


def test_the_order_depends_on_session_and_place_alone() -> None:
    one = shown("course-01-run-tests")
    assert one == shown("course-01-run-tests")
    orders = {tuple(choice.key for choice in shown("course-01-run-tests", seed).choices) for seed in range(40)}
    assert len(orders) > 10


CHI_SQUARE = {2: 13.82, 3: 16.27, 4: 18.47, 5: 20.52, 6: 22.46, 7: 24.32, 8: 26.12}
"""What chi-square exceeds once in a thousand times, by degrees of freedom."""


def sought(one: model.Question) -> tuple[str, ...]:
    """The keys of what has to be found among the letters: right options, the first item, what fits the first pair."""
    if isinstance(one, model.Choice):
        return one.right
    if isinstance(one, model.Ordering):
        return (one.items[0].key,)
    return (one.pairs[0].key,) if isinstance(one, model.Matching) else ()


SHAPES = sorted({(one.kind, len(present(one, 1, 1).choices)) for one in BANK.questions if one.shuffle and sought(one)})


@pytest.mark.parametrize(("kind", "size"), SHAPES)
def test_what_is_right_stands_in_every_place_alike(kind: str, size: int) -> None:
    alike = [one for one in BANK.questions if one.shuffle and one.kind == kind and sought(one)]
    alike = [one for one in alike if len(present(one, 1, 1).choices) == size]
    places = Counter(
        [choice.key for choice in present(one, seed, number).choices].index(key)
        for number, one in enumerate(alike)
        for seed in range(100)
        for key in sought(one)
    )
    expected = sum(places.values()) / size
    square = sum((places[place] - expected) ** 2 / expected for place in range(size))
    assert square < CHI_SQUARE[size - 1], f"p < 0.001: {places}"


def test_pinned_options_keep_their_place() -> None:
    one = question("course-01-run-tests")
    *others, last = one.options
    pinned = replace(one, options=(replace(last, pin="first"), *others))
    for seed in range(10):
        assert present(pinned, seed, 1).choices[0].key == last.key


def test_true_and_false_stay_in_their_order() -> None:
    assert [choice.text for choice in shown("inplace-last-may-fail").choices] == ["True", "False"]


# What is typed


def test_letters_stand_for_keys_in_any_spelling() -> None:
    presented = shown("inplace-which-succeed")
    keys = [presented.choices[0].key, presented.choices[2].key]
    for text in ("a,c", "a c", "ac", " A, C "):
        assert understood(presented, text) == keys


@pytest.mark.parametrize(
    ("id", "text", "message"),
    [
        ("course-01-run-tests", "z", "'z' is none of the letters a to d"),
        ("course-01-run-tests", "a,b", "one letter is wanted"),
        ("course-01-run-tests", "", "an answer is wanted"),
        ("inplace-which-succeed", "a", "2 letters are wanted"),
        ("inplace-which-succeed", "a a", "a letter is there twice"),
        ("inplace-half-of-nine", "four", "a number of instances is wanted"),
        ("inplace-half-of-nine", "inf", "a number of instances is wanted"),
        ("inplace-hook-for-the-job", "a b", "4 letters are wanted"),
        ("inplace-task-keep-four", "parameters.FleetSize = 3", "paths: parameters.Config"),
        ("inplace-task-keep-four", "", "an answer is wanted"),
        ("inplace-task-keep-four", "parameters.Config = {", "your change:.*not YAML"),
    ],
)
def test_what_cannot_be_understood_says_what_is_wanted(id: str, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        understood(shown(id), text)


def test_numbers_and_changes_are_read() -> None:
    assert understood(shown("inplace-half-of-nine"), "4 instances") == 4
    assert understood(shown("inplace-half-of-nine"), "4,5") == 4.5
    changes = "parameters.Config = custom; parameters.Minimum = 4"
    assert understood(shown("inplace-task-keep-four"), changes) == {
        "parameters.Config": "custom",
        "parameters.Minimum": 4,
    }


# What it is worth


def marks(id: str, response: Any) -> dict[str, str]:
    return {remark.key: remark.mark for remark in grade(question(id), response).remarks}


def test_a_single_choice() -> None:
    assert grade(question("course-01-run-tests"), ["codebuild"]).right
    wrong = grade(question("course-01-run-tests"), ["codedeploy"])
    assert not wrong.right
    assert wrong.misconceptions == ("deploy-tool-builds",)
    assert marks("course-01-run-tests", ["codedeploy"]) == {
        "codebuild": "missed",
        "codedeploy": "wrong",
        "codepipeline": "",
        "codecommit": "",
    }


def test_several_choices_are_all_or_nothing() -> None:
    one = question("inplace-which-succeed")
    assert grade(one, list(one.right)).right
    assert not grade(one, [one.right[0]]).right
    assert not grade(one, [*one.right, "one-first"]).right


def test_an_order_without_intruders() -> None:
    one = question("course-13-event-order")
    keys = [item.key for item in one.items]
    assert grade(one, keys).right
    swapped = [keys[1], keys[0], *keys[2:]]
    assert not grade(one, swapped).right
    assert marks(one.id, swapped)["download-bundle"] == "wrong"
    intruded = grade(one, [*keys, "post-build"])
    assert not intruded.right
    assert intruded.misconceptions == ("buildspec-deploys",)
    assert not grade(one, keys[:-1]).right
    assert marks(one.id, keys[:-1])["validate-service"] == "missed"


def test_a_partial_order_takes_every_order_that_keeps_it() -> None:
    one = question("course-13-event-order")
    free = replace(
        one, items=(one.items[0], replace(one.items[1], after=()), replace(one.items[2], after=())), intruders=()
    )
    keys = [item.key for item in free.items]
    assert grade(free, keys).right
    assert grade(free, [keys[2], keys[0], keys[1]]).right


def test_pairs() -> None:
    one = question("inplace-hook-for-the-job")
    right = {pair.key: pair.key for pair in one.pairs}
    assert grade(one, right).right
    wrong = grade(one, right | {"drain": "download"})
    assert not wrong.right
    assert wrong.remarks[0].text.endswith(": ApplicationStop, not DownloadBundle")
    assert wrong.remarks[1].text.endswith(": BeforeInstall")
    assert wrong.misconceptions == ("install-scriptable",)


def test_a_number_and_its_near_misses() -> None:
    one = question("inplace-half-of-nine")
    assert grade(one, 4).right
    near = grade(one, 5)
    assert near.misconceptions == ("half-rounds-up",)
    assert near.remarks[0].mark == "wrong"
    assert grade(one, 77).misconceptions == ()
    assert grade(question("build-timeout"), 60.9).right


def test_a_task_is_run() -> None:
    one = question("inplace-task-keep-four")
    assert grade(one, one.solution).right
    wrong = grade(one, {"parameters.Config": "CodeDeployDefault.OneAtATime"})
    assert not wrong.right
    assert "longer than five minutes" in wrong.remarks[0].text


@pytest.mark.parametrize("one", BANK.questions, ids=lambda one: one.id)
def test_no_answer_is_worth_nothing(one: model.Question) -> None:
    assert not grade(one, None).right


@pytest.mark.parametrize("one", BANK.questions, ids=lambda one: one.id)
def test_questions_come_back_from_plain_values(one: model.Question) -> None:
    again = plain.from_plain(plain.to_plain(one))
    assert plain.to_plain(again) == plain.to_plain(one)
    assert type(again) is type(one)


def test_every_choice_has_a_letter_and_an_answer() -> None:
    for one in BANK.questions:
        presented = present(one, 5, 2)
        for choice in presented.choices:
            assert presented.key(choice.letter) == choice.key
            assert presented.letter(choice.key) == choice.letter


def test_a_near_id_is_suggested() -> None:
    with pytest.raises(UsageError, match="did you mean inplace-half-of-nine"):
        find(BANK, "inplace-half-of-mine")


def test_every_misconception_that_can_be_shown_is_explained() -> None:
    known = {**BANK.misconceptions, **generate.beliefs()}
    for family in generate.families():
        assert set(family.beliefs) <= set(known)


@pytest.mark.parametrize("typed", ["1,000", "1.000", "12,500"])
def test_a_number_that_may_be_a_thousand_or_one_is_asked_for_again(typed: str) -> None:
    presented = Presented(next(one for one in load().questions if isinstance(one, model.Numeric)))
    with pytest.raises(UsageError, match="can be read in two ways"):
        understood(presented, typed)
    assert understood(presented, "1000") == 1000
    assert understood(presented, "0,125") == 0.125
    assert understood(presented, "2,5") == 2.5


def test_an_option_of_two_misconceptions_shows_both() -> None:
    one: Any = generate.question("codedeploy.hook-failure#0")
    joint = next(option for option in one.options if "+" in option.misconception)
    assert grade(one, [joint.key]).misconceptions == tuple(joint.misconception.split("+"))


def test_one_is_told_in_the_singular() -> None:
    question = next(one for one in load().questions if isinstance(one, model.Numeric))
    (answer,) = grade(replace(question, value=1.0, unit="instances", near=()), None).remarks
    assert answer.text == "1 instance"
