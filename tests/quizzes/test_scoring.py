"""Scores: a percent with its interval, domains, weak topics, misconceptions, and what to do next."""

from dataclasses import replace

import pytest

from quizzes import load
from quizzes.analysis import items
from quizzes.asking import Grade, grade
from quizzes.memory import remember
from quizzes.scoring import Scored, report, wilson

BANK = load()
DAY = 86_400_000


@pytest.mark.parametrize(
    ("right", "asked", "low", "high"),
    [(0, 10, 0.0, 27.75), (5, 10, 23.66, 76.34), (10, 10, 72.25, 100.0), (50, 65, 65.36, 85.48), (0, 0, 0.0, 100.0)],
)
def test_the_interval_is_wilsons(right: int, asked: int, low: float, high: float) -> None:
    assert wilson(right, asked) == pytest.approx((low, high), abs=0.01)


def scored(id: str, right: bool, answered: bool = True, shown: tuple[str, ...] = ()) -> Scored:
    return Scored(BANK.question(id), answered, Grade(right, shown))


def test_a_report_says_what_was_right_and_what_was_not() -> None:
    told = report(
        [
            scored("course-01-run-tests", True),
            scored("inplace-half-of-nine", False, shown=("half-rounds-up",)),
            scored("inplace-all-eight-fail", False, shown=("half-rounds-up",)),
            scored("course-08-audit", False, answered=False),
        ]
    )
    assert (told.asked, told.right, told.unanswered, told.percent) == (4, 1, 1, 25.0)
    assert told.low < 25 < told.high
    assert told.misconceptions == (("half-rounds-up", 2),)
    assert [share.title for share in told.weak] == ["codedeploy.deployment-config", "codepipeline.audit"]
    assert told.run[0] == "codesuite quiz --show inplace-half-of-nine"
    assert told.read[0].startswith("https://docs.aws.amazon.com/codedeploy/")


def test_the_topic_with_the_most_wrong_answers_is_named_first() -> None:
    rows = [scored("course-08-audit", False)]
    rows += [scored(f"inplace-{id}", right) for id, right in (("half-of-nine", False), ("all-eight-fail", False))]
    rows.append(scored("inplace-default-config", True))
    assert [share.title for share in report(rows).weak] == ["codedeploy.deployment-config", "codepipeline.audit"]


def test_an_exam_is_told_by_its_domains() -> None:
    told = report([scored("course-01-run-tests", True), scored("course-08-audit", False)], "DVA-C02")
    assert [(share.title, share.right, share.asked) for share in told.domains] == [
        ("Domain 3: Deployment", 1, 1),
        ("Domain 4: Troubleshooting and Optimization", 0, 1),
    ]


def test_of_nothing_nothing_is_told() -> None:
    assert report([]).percent == 0.0


# Coming again


def test_what_is_known_comes_later_and_later_and_what_is_not_soon() -> None:
    state, due = remember("card", None, True, 0)
    first = due
    state, second = remember("card", state, True, due)
    assert second - first > first
    _, forgotten = remember("card", state, False, second)
    assert forgotten - second < second - first
    assert forgotten - second >= DAY


def test_the_same_answers_give_the_same_day() -> None:
    assert remember("card", None, True, 5 * DAY) == remember("card", None, True, 5 * DAY)


# Item analysis


def test_first_attempts_count_and_draws_of_a_family_are_one() -> None:
    grades = [
        ("alice", 1, "q", False),
        ("alice", 2, "q", True),
        ("bob", 3, "q", True),
        ("alice", 4, "codedeploy.rollback#1", True),
        ("bob", 5, "codedeploy.rollback#2", False),
    ]
    rows = {row.question: row for row in items(grades)}
    assert (rows["q"].learners, rows["q"].answers, rows["q"].facility) == (2, 3, 0.5)
    assert rows["codedeploy.rollback"].learners == 2
    assert rows["q"].discrimination is None, "two learners say nothing"


def test_a_question_that_the_good_ones_know_discriminates() -> None:
    grades = []
    for learner in range(10):
        good = learner >= 5
        grades += [(f"l{learner}", 1, f"rest{number}", good or number == 0) for number in range(6)]
        grades.append((f"l{learner}", 2, "telling", good))
        grades.append((f"l{learner}", 3, "misleading", not good))
        grades.append((f"l{learner}", 4, "easy", True))
    rows = {row.question: row for row in items(grades)}
    assert rows["telling"].discrimination == pytest.approx(1, abs=0.05)
    assert rows["misleading"].discrimination == pytest.approx(-1, abs=0.05)
    assert rows["easy"].discrimination is None
    assert rows["easy"].facility == 1
    assert next(iter(rows)) in ("misleading", "rest1", "rest2", "telling")


def test_an_unanswered_question_is_wrong() -> None:
    question = replace(BANK.question("course-01-run-tests"))
    assert not grade(question, None).right
