"""The questions of the course text: each is asked, with the text's own answer, and what has changed is said."""

from pathlib import Path

import pytest
import yaml

from quizzes import load, model
from quizzes.bank import SHIPPED, read_bank

TEXT = (Path(__file__).parents[2] / "docs" / "course.txt").read_text(encoding="utf-8").splitlines()
ASKED = range(TEXT.index("Questions") + 2, len(TEXT) + 1)
"""The lines of the course text, from 1, that ask something."""
VERDICTS = yaml.safe_load((Path(__file__).parents[2] / "docs" / "course-verdicts.yml").read_text(encoding="utf-8"))
"""What became of each line of the course text."""
BANK = read_bank(SHIPPED / "course.yml")
KEYS = {
    178: "codebuild",
    179: "trigger",
    180: "eventbridge",
    181: "anonymous",
    182: "role",
    183: "tests-failed",
    184: "eventbridge",
    185: "cloudtrail",
    186: "root",
    187: "ssh-after",
    188: "s3-cache",
    189: "pipeline-build",
    191: "validate",
    192: "agent",
    193: "codestar",
}
"""Which option says what the course text answers at that line: read side by side, once, by hand."""


def asking(line: int) -> model.Question:
    (found,) = [one for one in BANK.questions if one.course is not None and one.course.line == line]
    return found


def test_every_question_of_the_text_is_asked_once() -> None:
    lines = [one.course.line for one in BANK.questions if one.course is not None]
    assert sorted(lines) == list(ASKED)
    assert len(lines) == 16


@pytest.mark.parametrize("line", ASKED)
def test_it_quotes_the_answer_that_stands_on_its_line(line: int) -> None:
    course = asking(line).course
    assert course is not None
    asked, _, answered = TEXT[line - 1].rpartition(" - ")
    assert answered.startswith(course.answer)
    assert course.answer not in asked


@pytest.mark.parametrize("line", sorted(KEYS))
def test_the_right_option_is_what_the_text_answers(line: int) -> None:
    question = asking(line)
    assert isinstance(question, model.Single)
    assert question.right == (KEYS[line],)


def test_the_order_of_events_agrees_with_the_text() -> None:
    question = asking(190)
    assert isinstance(question, model.Ordering)
    assert question.course is not None
    words = {"Stop App": "application-stop", "Start App": "application-start"}
    told = [words.get(one, one.lower().replace(" ", "-")) for one in question.course.answer.split(", ")]
    assert [item.key for item in question.items if item.key in told] == told


DIFFERENT = {10: "course-10-now", 16: "course-16-now"}
"""The how-manieth question of the text -> who asks it as of today, where the text's answer holds no longer."""


@pytest.mark.parametrize("number", range(1, 17))
def test_where_today_differs_it_says_so_and_names_a_successor(number: int) -> None:
    question = asking(ASKED[number - 1])
    currency = question.currency
    assert (currency.effect in ("answer-changes", "historical-only")) == (number in DIFFERENT)
    if number in DIFFERENT:
        successor = BANK.question(DIFFERENT[number])
        assert currency.successor == successor.id
        assert successor.currency.status == "current"
        assert isinstance(question, model.Choice)
        assert isinstance(successor, model.Choice)
        assert question.right != successor.right
        assert currency.note


@pytest.mark.parametrize("line", ASKED)
def test_what_the_verdicts_on_the_text_say_is_dated_or_imprecise_is_not_called_current(line: int) -> None:
    (verdict,) = [row for row in VERDICTS if row["line"] == line]
    currency = asking(line).currency
    if verdict["verdict"] != "holds":
        assert currency.status != "current"
        assert currency.note
    assert asking(line).id in verdict["source"]


def test_a_retired_answer_is_kept_as_history() -> None:
    assert [one.id for one in load().questions if one.historical] == ["course-16-dashboard"]
