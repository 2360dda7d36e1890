"""Sessions: what can be done when, what is told when, and that nothing is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from quizzes import load, model, selection
from quizzes.progress import Progress
from quizzes.selection import Plan, Wanted
from quizzes.sessions import Session
from sim.core.problems import UsageError

BANK = load()
MINUTE = 60_000
START = 1_767_603_600_000


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        return self.ms


def plan(mode: str = "practice", count: int = 4, minutes: int | None = None) -> Plan:
    questions = tuple(one for one in BANK.questions if isinstance(one, model.Single))[:count]
    exam = "DVA-C02" if mode == "exam" else None
    return Plan(mode, "A test", 7, questions, minutes, exam)


def begun(mode: str = "practice", minutes: int | None = None, count: int = 4) -> tuple[Session, Progress, Watch]:
    progress, watch = Progress(None), Watch()
    return Session.start(progress, "alice", plan(mode, count, minutes), watch), progress, watch


def right(session: Session) -> Any:
    question = session.plan.questions[session.number - 1]
    assert isinstance(question, model.Choice)
    return list(question.right)


def wrong(session: Session) -> Any:
    question = session.plan.questions[session.number - 1]
    assert isinstance(question, model.Choice)
    return [next(option.key for option in question.options if not option.correct)]


def again(session: Session, progress: Progress, watch: Watch) -> Session:
    return Session.resume(progress, session.begun.id, BANK, watch)


# Practice


def test_practice_tells_at_once() -> None:
    session, _, _ = begun()
    assert session.view().feedback is None
    given = session.answer(right(session))
    assert given is not None
    assert given.right
    feedback = session.view().feedback
    assert feedback is not None
    assert feedback.explain == session.plan.questions[0].explain
    with pytest.raises(UsageError, match="is answered"):
        session.answer(wrong(session))
    assert session.next()
    assert session.view().number == 2


def test_practice_ends_with_what_was_answered() -> None:
    session, _, _ = begun()
    session.answer(right(session))
    session.next()
    session.answer(wrong(session))
    told = session.finish()
    assert (told.asked, told.right) == (2, 1)
    with pytest.raises(UsageError, match="the session is over"):
        session.flag()


def test_what_is_answered_comes_again_some_day() -> None:
    session, progress, watch = begun()
    session.answer(right(session))
    session.next()
    session.answer(wrong(session))
    first, second = (question.id for question in session.plan.questions[:2])
    cards = {card.card: card.due for card in progress.cards("alice")}
    assert cards.keys() == {first, second}
    assert all(due > watch.ms for due in cards.values())
    assert progress.cards("alice", watch.ms) == []
    assert {card.card for card in progress.cards("alice", max(cards.values()))} == {first, second}


def test_hints_are_given_when_asked_for() -> None:
    hinted = BANK.question("inplace-past-a-broken-stop")
    progress = Progress(None)
    session = Session.start(progress, "alice", selection.show(hinted, 1), Watch())
    assert session.view().hint == ""
    assert session.ask_hint() == hinted.hint
    assert session.view().hint == hinted.hint
    assert again(session, progress, Watch()).view().hint == hinted.hint
    plain_one, _, _ = begun()
    with pytest.raises(UsageError, match="no hint"):
        plain_one.ask_hint()


def test_a_task_can_be_tried_without_being_answered() -> None:
    task = BANK.question("pipeline-task-all-three")
    progress, watch = Progress(None), Watch()
    session = Session.start(progress, "alice", Plan("practice", "A task", 7, (task,)), watch)
    assert not session.try_out({"parameters.Mode": "PARALLEL"}).holds
    assert session.try_out({"parameters.Mode": "QUEUED"}).holds
    assert session.view().feedback is None
    assert session.answers == {}
    resumed = again(session, progress, watch)
    assert resumed.tried == {1: {"parameters.Mode": "QUEUED"}}
    given = resumed.answer({"parameters.Mode": "PARALLEL"})
    assert given is not None
    assert not given.right
    with pytest.raises(UsageError, match="only a task that is not answered yet"):
        resumed.try_out({"parameters.Mode": "QUEUED"})


def test_there_is_no_question_before_the_first_nor_after_the_last() -> None:
    session, _, _ = begun(count=2)
    assert (session.back(), session.number) == (False, 1)
    assert (session.next(), session.number) == (True, 2)
    assert (session.next(), session.number) == (False, 2)
    assert (session.back(), session.number) == (True, 1)


# Exam


def test_an_exam_tells_nothing_before_its_end() -> None:
    session, _, _ = begun("exam", minutes=10)
    assert session.answer(right(session)) is None
    assert session.view().feedback is None
    assert [place.right for place in session.view().places] == [None] * 4
    with pytest.raises(UsageError, match="gives no hints"):
        session.ask_hint()
    session.go(3)
    session.answer(wrong(session))
    told = session.finish()
    assert (told.asked, told.right, told.unanswered) == (4, 1, 2)
    assert [place.right for place in session.view().places] == [True, False, False, False]
    assert session.view().feedback is not None


def test_an_answer_of_an_exam_may_be_changed_and_the_last_one_counts() -> None:
    session, progress, watch = begun("exam", minutes=10)
    session.answer(wrong(session))
    session.answer(right(session))
    assert again(session, progress, watch).finish().right == 1


def test_flags_and_going_about() -> None:
    session, progress, watch = begun("exam", minutes=10)
    session.go(2)
    assert session.flag()
    session.back()
    assert session.view().number == 1
    assert session.view().places[1].flagged
    resumed = again(session, progress, watch)
    assert resumed.flags == {2}
    resumed.go(2)
    assert not resumed.flag()
    with pytest.raises(UsageError, match="there is no question 9"):
        session.go(9)


def test_the_deadline_is_stored_and_does_not_move() -> None:
    session, progress, watch = begun("exam", minutes=10)
    assert session.begun.deadline == START + 10 * MINUTE
    session.answer(right(session))
    watch.ms += 7 * MINUTE
    resumed = again(session, progress, watch)
    assert resumed.begun.deadline == START + 10 * MINUTE
    assert resumed.view().left_ms == 3 * MINUTE
    assert resumed.number == 2
    watch.ms += 4 * MINUTE
    assert resumed.view().over
    assert resumed.view().left_ms == 0
    with pytest.raises(UsageError, match="the time is over"):
        resumed.answer(right(resumed))
    assert resumed.finish().right == 1
    assert progress.entries(session.begun.id)[-1].at == START + 10 * MINUTE


def test_the_end_is_kept_once() -> None:
    session, progress, watch = begun("exam", minutes=10)
    session.answer(right(session))
    first = session.finish()
    count = len(progress.entries(session.begun.id))
    assert session.finish() == first
    resumed = again(session, progress, watch)
    assert resumed.finished
    assert resumed.finish() == first
    assert len(progress.entries(session.begun.id)) == count
    assert progress.unfinished("alice") == []


# Resuming


def test_a_session_resumes_where_it_was_left() -> None:
    session, progress, watch = begun()
    session.answer(wrong(session))
    shown = session.view().feedback
    assert [one.id for one in progress.unfinished("alice")] == [session.begun.id]
    resumed = again(session, progress, watch)
    assert resumed.number == 2
    resumed.go(1)
    assert resumed.view().feedback == shown
    assert resumed.view().presented == session.presented(1)


def test_two_windows_on_one_session_do_not_overwrite_each_other() -> None:
    session, progress, watch = begun()
    other = again(session, progress, watch)
    session.answer(right(session))
    with pytest.raises(UsageError, match="has gone on elsewhere"):
        other.answer(wrong(other))
    assert progress.entries(session.begun.id)[0].payload == {"response": right(session)}


def test_a_session_that_does_not_exist_is_told() -> None:
    with pytest.raises(UsageError, match="there is no session 'nothing'"):
        Session.resume(Progress(None), "nothing", BANK)


def test_learners_do_not_see_each_other() -> None:
    progress, watch = Progress(None), Watch()
    for learner in ("alice", "bob"):
        session = Session.start(progress, learner, plan(), watch)
        session.answer(right(session) if learner == "alice" else wrong(session))
    assert progress.learners() == ["alice", "bob"]
    assert len(progress.unfinished("alice")) == 1
    assert progress.misconceptions("alice") == {}
    assert sum(progress.misconceptions("bob").values()) == 1


# Speed


def test_a_session_goes_on_with_ten_thousand_answers_of_others_in_the_log(tmp_path: Path) -> None:
    progress, watch = Progress(tmp_path / "progress.sqlite"), Watch()
    fill(progress, 10_000)
    session = Session.start(progress, "l1", selection.practice(BANK, Wanted(generated=False), 3, 60), watch)
    answered = 0
    for _ in range(40):
        question = session.plan.questions[session.number - 1]
        if isinstance(question, model.Choice):
            session.answer(list(question.right))
            assert session.view().feedback is not None
            answered += 1
        session.next()
    assert answered > 15


def fill(progress: Progress, answers: int) -> None:
    """Put so many answers into the log, of fifty learners."""
    row: dict[str, Any] = {"line": "session", "mode": "practice", "title": "", "deadline": None, "plan": {}}
    lines = []
    for number in range(50):
        lines.append({"line": "learner", "name": f"l{number}", "created": 1})
        lines.append(row | {"id": f"s{number}", "learner": f"l{number}", "started": number})
        for turn in range(answers // 50):
            question = BANK.questions[turn % len(BANK.questions)].id
            payload = {"right": turn % 3 > 0, "card": question, "misconceptions": []}
            entry = {"session": f"s{number}", "number": turn + 1, "at": START + turn, "kind": "grade", "item": 1}
            lines.append({"line": "entry"} | entry | {"question": question, "payload": payload})
    progress.take_in(json.dumps(line) for line in lines)
