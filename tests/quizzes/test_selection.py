"""Which questions a session asks."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from quizzes import blueprints, generate, load, model, selection
from quizzes.progress import Card
from quizzes.selection import Wanted
from sim.core.problems import UsageError

BANK = load()
QUIET = Wanted(generated=False)


def ids(plan: selection.Plan) -> list[str]:
    return [question.id for question in plan.questions]


def test_practice_asks_about_a_topic_and_what_is_inside_it() -> None:
    plan = selection.practice(BANK, Wanted("codedeploy", generated=False), 1, 8)
    assert len(plan.questions) == 8
    assert all(question.topic.startswith("codedeploy.") for question in plan.questions)
    one = selection.practice(BANK, Wanted("codedeploy.rollback"), 1, 30)
    assert {question.topic for question in one.questions} == {"codedeploy.rollback"}
    assert any(question.drawn for question in one.questions)


def test_a_bank_or_a_tag_can_be_asked_for() -> None:
    assert len(selection.practice(BANK, Wanted("course", generated=False), 1, 100).questions) == 18
    assert ids(selection.practice(BANK, Wanted("historical"), 1)) == ["course-16-dashboard"]


def test_a_drill_asks_where_a_misconception_can_show() -> None:
    plan = selection.practice(BANK, Wanted(misconception="rollback-is-default"), 1, 30, "drill")
    assert plan.mode == "drill"
    families = {question.drawn.family for question in plan.questions if question.drawn}
    assert families == {"codedeploy.fleet-outcome", "codedeploy.rollback"}
    assert "inplace-rollback-default" in ids(plan)


def test_nothing_that_fits_is_told_with_what_there_is() -> None:
    with pytest.raises(UsageError, match=r"no question is about gardening; topics: .*codedeploy\.agent"):
        selection.practice(BANK, Wanted("gardening"), 1)


@pytest.mark.parametrize(("typed", "meant"), [("codefeploy", "codedeploy"), ("codedeploy.hoks", "codedeploy.hooks")])
def test_a_topic_that_nothing_has_is_told_with_those_nearly_called_so(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"no question is about {typed}; did you mean {meant}\\b"):
        selection.practice(BANK, Wanted(typed), 1)


def test_a_misconception_that_nobody_has_is_told_with_those_nearly_called_so() -> None:
    with pytest.raises(UsageError, match="did you mean any-failure-fails"):
        selection.practice(BANK, Wanted(misconception="any-failure-fail"), 1)
    with pytest.raises(UsageError, match="--topics lists the misconceptions"):
        selection.practice(BANK, Wanted(misconception="xyz"), 1)


def test_another_seed_is_another_choice() -> None:
    plans = [ids(selection.practice(BANK, QUIET, seed)) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_a_bank_may_pin_a_draw_for_everybody() -> None:
    entry = model.Generated(id="monday", family="codedeploy.batch-size", seed=4)
    plan = selection.practice(
        replace(BANK, questions=(), generated=(entry,)), Wanted("codedeploy.deployment-config"), 9
    )
    assert "codedeploy.batch-size#4" in ids(plan)


# Review


def test_review_takes_the_longest_overdue_and_draws_families_anew() -> None:
    cards = [Card("codedeploy.rollback", 1, "{}"), Card("gone", 2, "{}"), Card("course-08-audit", 3, "{}")]
    plan = selection.review(BANK, cards, 1)
    first, second = plan.questions
    assert first.drawn is not None
    assert first.drawn.family == "codedeploy.rollback"
    assert second.id == "course-08-audit"
    other = selection.review(BANK, cards, 2)
    assert other.questions[0].id != first.id


def test_nothing_due_is_told() -> None:
    with pytest.raises(UsageError, match="nothing is due"):
        selection.review(BANK, [], 1)


# Exam


@pytest.mark.parametrize(("code", "count", "minutes"), [("DVA-C02", 65, 130), ("DOP-C02", 75, 180)])
def test_a_mock_is_as_long_as_the_exam_and_says_what_it_leaves_out(code: str, count: int, minutes: int) -> None:
    plan = selection.exam(BANK, code, 3)
    assert (len(plan.questions), plan.minutes) == (count, minutes)
    assert len(set(ids(plan))) == count
    assert all(any(ref.exam == code for ref in question.exams) for question in plan.questions)
    assert not any(question.historical for question in plan.questions)
    assert not any(isinstance(question, model.Numeric | model.Prove) for question in plan.questions)
    assert f"{code} asks {count} questions in {minutes} minutes. This mock covers the tasks" in plan.notices[0]
    assert any(notice.startswith("Not covered: domain ") for notice in plan.notices)


@pytest.mark.parametrize("code", ["DVA-C02", "DOP-C02"])
def test_a_mock_asks_what_the_exam_asks(code: str) -> None:
    asked = {question.kind for question in selection.exam(BANK, code, 3).questions}
    assert asked == {"single", "multiple"}


def test_weights_are_made_whole_over_the_tasks_covered() -> None:
    exam = blueprints.exam("DOP-C02")
    shares = exam.shares(["1.1", "1.4", "4.1"])
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["1.1"] == shares["1.4"]
    assert shares["4.1"] / shares["1.1"] == pytest.approx((15 / 3) / (22 / 4))


def test_seats_are_apportioned_to_the_last_one() -> None:
    for seats in range(1, 80):
        shares = blueprints.exam("DVA-C02").shares(["3.1", "3.3", "3.4", "4.1", "4.3"])
        found = blueprints.apportion(shares, seats)
        assert sum(found.values()) == seats
        assert all(abs(found[task] - share * seats) < 1 for task, share in shares.items())


def test_tasks_with_enough_questions_have_their_share() -> None:
    plan = selection.exam(BANK, "DVA-C02", 5, count=12)
    shares = blueprints.exam("DVA-C02").shares({"3.1", "3.3", "3.4", "4.1", "4.2", "4.3"})
    wanted = blueprints.apportion(shares, 12)
    tasks = Counter(next(ref.task for ref in question.exams if ref.exam == "DVA-C02") for question in plan.questions)
    assert tasks["3.1"] == wanted["3.1"]
    assert tasks["4.1"] >= wanted["4.1"]
    assert plan.minutes == round(130 * 12 / 65)


def test_what_a_task_lacks_is_said() -> None:
    plan = selection.exam(BANK, "DVA-C02", 5)
    lacking = [notice for notice in plan.notices if "other tasks take their places" in notice]
    assert lacking


def test_an_exam_that_is_not_known_is_told() -> None:
    with pytest.raises(UsageError, match="there are DVA-C02, DOP-C02"):
        selection.exam(BANK, "SAA-C03", 1)


# Keeping a plan


def test_a_plan_comes_back_as_it_was() -> None:
    plan = selection.exam(BANK, "DOP-C02", 2, count=30)
    kept = json.loads(json.dumps(selection.to_plain(plan)))
    assert selection.from_plain(plan.mode, plan.title, kept, BANK) == plan


def test_a_generated_question_is_kept_as_it_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = selection.practice(BANK, Wanted("codedeploy.batch-size"), 1, 1)
    kept = selection.to_plain(plan)
    monkeypatch.setattr(generate, "generate", lambda *_: pytest.fail("drawn anew"))
    assert selection.from_plain(plan.mode, plan.title, kept, BANK) == plan


def test_a_question_that_changed_its_meaning_is_not_asked_again() -> None:
    plan = selection.practice(BANK, Wanted("course", generated=False), 1, 3)
    kept = selection.to_plain(plan)
    raised = replace(BANK, questions=tuple(replace(question, rev=2) for question in BANK.questions))
    with pytest.raises(UsageError, match="means something else by now"):
        selection.from_plain(plan.mode, plan.title, kept, raised)
    with pytest.raises(UsageError, match="in none of the banks"):
        selection.from_plain(plan.mode, plan.title, kept, replace(BANK, questions=()))


# What is told of a mock, held against what it asks


def domains(plan: selection.Plan) -> Counter[str]:
    """How many questions count for each domain, as the report counts them."""
    return Counter(next(ref.domain for ref in one.exams if ref.exam == plan.exam) for one in plan.questions)


@pytest.mark.parametrize("code", ["DVA-C02", "DOP-C02"])
@pytest.mark.parametrize("generated", [True, False])
def test_what_a_mock_says_of_its_questions_is_so(code: str, generated: bool) -> None:
    blueprint = blueprints.exam(code)
    for seed in range(200):
        plan = selection.exam(BANK, code, seed, count=(None, 20, 7)[seed % 3], generated=generated)
        told = next(notice for notice in plan.notices if notice.startswith("Asked here: "))
        rows = [f"domain {n} ({blueprint.domains[n].title}) {k}" for n, k in sorted(domains(plan).items())]
        assert told == f"Asked here: {', '.join(rows)} of {len(plan.questions)} questions."
        hard = sum(one.difficulty >= selection.HARD for one in plan.questions)
        assert any(f"{hard} of {len(plan.questions)} questions" in one for one in plan.notices if "difficulty" in one)


@pytest.mark.parametrize("code", ["DVA-C02", "DOP-C02"])
def test_a_mock_prefers_what_was_not_asked_lately(code: str) -> None:
    first = selection.exam(BANK, code, 1, count=20)
    second = selection.exam(BANK, code, 2, count=20, lately=ids(first))
    without = selection.exam(BANK, code, 2, count=20)
    again = set(ids(first)) & set(ids(second))
    assert len(again) < len(set(ids(first)) & set(ids(without)))
    seen = {*ids(first), *ids(second)}
    for id in again:  # only where a task has nothing else
        tasks = set(BANK.question(id).exams)
        kin = [one for one in BANK.questions if tasks & set(one.exams) and isinstance(one, selection.EXAM_KINDS)]
        assert any(
            all(one.id in seen or one.historical for one in kin if task in one.exams)
            for task in tasks
            if task.exam == code
        )
    assert len(second.questions) == 20


def test_the_professional_exam_prefers_harder_questions() -> None:
    def mean(plan: selection.Plan) -> float:
        return sum(one.difficulty for one in plan.questions) / len(plan.questions)

    pool = [one for one in BANK.questions if any(ref.exam == "DOP-C02" for ref in one.exams)]
    average = sum(one.difficulty for one in pool) / len(pool)
    for seed in range(20):
        assert mean(selection.exam(BANK, "DOP-C02", seed, count=25)) > average + 0.3


@pytest.mark.parametrize("code", ["DVA-C02", "DOP-C02"])
def test_a_short_mock_has_the_weights_that_it_announces(code: str) -> None:
    shares = selection._by_domain(blueprints.exam(code).shares(blueprints.exam(code).tasks))
    for seed in range(10):
        for count in (3, 6, 10):
            plan = selection.exam(BANK, code, seed, count=count, generated=False)
            for domain, share in shares.items():
                assert abs(domains(plan)[domain] - share * count) < 2
