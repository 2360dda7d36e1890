"""What a screen shows of a session, and that it holds no answer before one was given."""

import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from quizzes import generate, load, model, selection
from quizzes.progress import Progress
from quizzes.screens import Desk
from quizzes.selection import Plan
from quizzes.sessions import Session

BANK = load()
MINUTE = 60_000
START = 1_767_603_600_000
KINDS = {one.kind: one for one in reversed(BANK.questions)}
DRAWN = generate.question("codedeploy.batch-size#3")


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        return self.ms


def practice(*questions: model.Question) -> Desk:
    return Desk(Progress(None), "alice", Plan("practice", "A test", 7, questions), now=Watch())


def mock(count: int = 4, minutes: int = 10) -> tuple[Desk, Watch]:
    watch = Watch()
    plan = selection.exam(BANK, "DVA-C02", 5, count, minutes)
    desk = Desk(Progress(None), "alice", plan, now=watch)
    desk.act({"do": "begin"})
    return desk, watch


def typed(desk: Desk, right: bool = True) -> str:
    """The right answer to the question on the screen, as its letters or text; or a wrong one."""
    assert desk.session is not None
    presented = desk.session.presented(desk.session.number)
    question = presented.question
    if isinstance(question, model.Choice):
        keys = list(question.right)
        if not right:
            keys = [option.key for option in question.options if not option.correct][: len(keys)]
    elif isinstance(question, model.Ordering):
        keys = [item.key for item in question.items]
        keys = keys if right else keys[::-1]
    elif isinstance(question, model.Matching):
        keys = [pair.key for pair in question.pairs]
        keys = keys if right else keys[1:] + keys[:1]
    elif isinstance(question, model.Prove):
        return "\n".join(f"{path} = {json.dumps(value)}" for path, value in question.solution.items())
    else:
        assert isinstance(question, model.Numeric)
        return f"{question.value if right else question.value + question.tolerance + 1:g}"
    return ",".join(presented.letter(key) for key in keys)


def secrets(question: model.Question) -> Iterator[str]:
    """What must not be seen before an answer: rationales, the lesson, references, checks."""
    yield question.explain
    yield from question.refs
    for name in ("options", "items", "intruders", "pairs", "extra", "near"):
        for part in getattr(question, name, ()):
            yield part.why
            if getattr(part, "misconception", ""):
                yield part.misconception
    if isinstance(question, model.Prove):
        yield from (check.holds for check in question.checks)
        yield from (check.fail for check in question.checks)


@pytest.mark.parametrize("question", [*BANK.questions, DRAWN], ids=lambda one: one.id)
def test_what_a_browser_gets_of_an_open_question_gives_nothing_away(question: model.Question) -> None:
    desk = practice(question)
    shown = json.dumps(desk.screen(), ensure_ascii=False)
    assert "feedback" not in desk.screen()
    assert [secret for secret in secrets(question) if secret in shown] == []
    asked = desk.screen()["question"]
    # Letters and texts only: the key of a pair names its right side, the first key of a drawn question the answer.
    assert all(row.keys() == {"letter", "text"} for row in asked["choices"])
    parts = {
        "kind",
        "about",
        "historical",
        "stem",
        "exhibit",
        "choices",
        "given",
        "flagged",
        "hint",
        "hintable",
        "wanted",
    }
    assert asked.keys() - parts <= {"wanted", "choose", "intruders", "lefts", "unit", "edits", "scenario"}
    assert asked["given"] is None


@pytest.mark.parametrize("question", [*KINDS.values(), DRAWN], ids=lambda one: one.kind)
@pytest.mark.parametrize("right", [True, False])
def test_an_answer_of_each_kind_is_told_at_once(question: model.Question, right: bool) -> None:
    if isinstance(question, model.Prove) and not right:
        pytest.skip("what does not hold of a task is told below")
    desk = practice(question)
    desk.act({"do": "answer", "text": typed(desk, right)})
    screen = desk.screen()
    assert screen["trouble"] == ""
    told = screen["feedback"]
    assert told["right"] is right
    assert told["outcome"] == screen["told"] == ("Right." if right else "Not right.")
    assert told["lesson"] == question.explain
    assert told["refs"] == list(question.refs)
    assert screen["question"]["given"] is not None
    if isinstance(question, model.Choice):
        why = {option.text: option.why for option in question.options}
        assert {row["text"]: row["why"] for row in told["remarks"]} == why
        assert [row["letter"] for row in told["remarks"]] == [row["letter"] for row in screen["question"]["choices"]]


def test_an_answer_that_cannot_be_understood_says_so_and_changes_nothing() -> None:
    desk = practice(KINDS["numeric"])
    desk.act({"do": "answer", "text": "many"})
    screen = desk.screen()
    assert screen["trouble"].startswith("A number of ")
    assert "feedback" not in screen
    assert desk.progress.sessions() == []
    desk.act({"do": "answer", "text": typed(desk)})
    assert desk.screen()["feedback"]["right"]


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("single", "", "Choose one."),
        ("multiple", "a", "Choose 2."),
        ("matching", "a", "Choose one for each line."),
        ("ordering", "", "Put them in order."),
    ],
)
def test_half_an_answer_says_what_is_wanted(kind: str, text: str, wanted: str) -> None:
    desk = practice(KINDS[kind])
    desk.act({"do": "answer", "text": text})
    assert desk.screen()["trouble"].startswith(f"This is no whole answer yet: {wanted}")
    assert "feedback" not in desk.screen()


@pytest.mark.parametrize("intent", [{}, {"do": "win"}, {"do": "go", "number": "2"}, {"do": "go", "number": 9}])
def test_a_message_that_means_nothing_is_told(intent: dict[str, Any]) -> None:
    desk = practice(*BANK.questions[:2])
    desk.act(intent)
    assert desk.screen()["trouble"]
    assert desk.screen()["number"] == 1


def test_looking_at_a_practice_leaves_nothing_behind() -> None:
    desk = practice(*BANK.questions[:2])
    desk.act({"do": "next"})
    desk.act({"do": "go", "number": 1})
    assert desk.progress.sessions() == []
    desk.act({"do": "flag"})
    assert [one.learner for one in desk.progress.sessions()] == ["alice"]


def test_a_session_is_answered_from_any_thread() -> None:
    desk = practice(*BANK.questions[:2])
    desk.act({"do": "answer", "text": typed(desk)})
    desk.act({"do": "next"})
    beside = Thread(target=lambda: desk.act({"do": "answer", "text": typed(desk)}))
    beside.start()
    beside.join()
    assert [place["answered"] for place in desk.screen()["places"]] == [True, True]


# Prove it


def test_the_run_is_not_shown_before_the_answer() -> None:
    desk = practice(BANK.question("inplace-second-of-five"))
    desk.act({"do": "prove"})
    assert "answer first" in desk.screen()["trouble"]
    assert "run" not in desk.screen()


def test_prove_it_shows_the_run_and_what_each_option_claims_of_it() -> None:
    question = BANK.question("inplace-second-of-five")
    assert isinstance(question, model.Choice)
    assert question.proof is not None
    desk = practice(question)
    desk.act({"do": "answer", "text": typed(desk, right=False)})
    desk.act({"do": "prove"})
    run = desk.screen()["run"]
    assert {row["text"] for row in run["claims"] if row["holds"]} == {
        one.text for one in question.options if one.correct
    }
    assert all(row["why"] for row in run["claims"])
    assert run["bars"]["rows"]
    assert run["moments"]
    assert run["explanations"][0]["lines"][0]["source"]
    json.dumps(desk.screen())
    desk.act({"do": "go", "number": 1})
    assert "run" not in desk.screen()


def test_a_task_is_run_with_the_change_and_says_what_does_not_hold() -> None:
    desk = practice(BANK.question("inplace-task-keep-four"))
    assert desk.screen()["question"]["edits"][0] == {
        "path": "parameters.Config",
        "value": "CodeDeployDefault.AllAtOnce",
    }
    desk.act({"do": "answer", "text": "parameters.Config = CodeDeployDefault.OneAtATime"})
    screen = desk.screen()
    assert not screen["feedback"]["right"]
    assert "longer than five minutes" in screen["feedback"]["remarks"][0]["text"]
    assert screen["question"]["given"] == {"parameters.Config": "CodeDeployDefault.OneAtATime"}


def test_a_task_can_be_tried_before_it_is_answered() -> None:
    desk = practice(BANK.question("inplace-task-keep-four"))
    desk.act({"do": "prove"})
    assert "answer first" in desk.screen()["trouble"]
    desk.act({"do": "try", "text": "parameters.Config = CodeDeployDefault.OneAtATime"})
    screen = desk.screen()
    assert not screen["trial"]["holds"]
    assert "longer than five minutes" in screen["trial"]["said"][0]
    assert "feedback" not in screen
    assert json.dumps(BANK.question("inplace-task-keep-four").explain) not in json.dumps(screen)
    desk.act({"do": "prove"})
    assert desk.screen()["run"]["bars"]["rows"]
    desk.act({"do": "try", "text": typed(desk)})
    assert desk.screen()["trial"] == {"holds": True, "said": [], "provable": True}
    desk.act({"do": "answer", "text": typed(desk)})
    assert desk.screen()["feedback"]["right"]
    assert "trial" not in desk.screen()


def test_what_is_no_change_says_what_is_missing_and_takes_the_last_verdict_away() -> None:
    desk = practice(BANK.question("inplace-task-keep-four"))
    assert "AllAtOnce" in desk.screen()["question"]["scenario"]
    desk.act({"do": "try", "text": "parameters.Config = CodeDeployDefault.OneAtATime"})
    assert "trial" in desk.screen()
    desk.act({"do": "try", "text": "parameters.Config = {a: [1, 2}"})
    assert "a [ is opened here and not closed: a ] is missing" in desk.screen()["trouble"]
    assert "trial" not in desk.screen()


def test_what_a_question_is_about_is_told_once_it_is_answered() -> None:
    desk = practice(BANK.question("inplace-second-of-five"))
    assert desk.screen()["question"]["about"] == ""
    desk.act({"do": "answer", "text": typed(desk)})
    assert "difficulty" in desk.screen()["question"]["about"]


def test_a_change_that_cannot_be_run_says_why() -> None:
    desk = practice(BANK.question("inplace-task-keep-four"))
    desk.act({"do": "try", "text": "parameters.MinimumType = Sometimes; parameters.Config = custom"})
    trial = desk.screen()["trial"]
    assert trial["said"]
    assert not trial["provable"]


def test_the_notes_open_after_the_answer_only() -> None:
    desk = practice(BANK.question("inplace-second-of-five"))
    desk.act({"do": "read"})
    assert "answer first" in desk.screen()["trouble"]
    desk.act({"do": "answer", "text": typed(desk)})
    assert desk.screen()["feedback"]["readable"]
    assert desk.screen()["notes"] == []
    desk.act({"do": "read"})
    (note, *_) = desk.screen()["notes"]
    assert note["ref"].startswith("docs/behaviour/")
    assert note["lines"]
    desk.act({"do": "read"})
    assert desk.screen()["notes"] == []


def test_a_practice_ends_with_how_it_went() -> None:
    desk = practice(*BANK.questions[:3])
    desk.act({"do": "answer", "text": typed(desk, right=False)})
    desk.act({"do": "finish"})
    screen = desk.screen()
    assert screen["stage"] == "report"
    assert (screen["report"]["asked"], screen["report"]["right"]) == (1, 0)
    assert screen["report"]["parts"] == "By topic"
    desk.act({"do": "go", "number": 2})
    assert desk.screen()["stage"] == "question"
    assert "feedback" not in desk.screen()
    desk.act({"do": "report"})
    assert desk.screen()["stage"] == "report"


# Exam


def test_an_exam_begins_when_its_learner_says_so() -> None:
    watch = Watch()
    plan = selection.exam(BANK, "DVA-C02", 5, 4, 10)
    desk = Desk(Progress(None), "alice", plan, now=watch)
    assert desk.screen()["stage"] == "intro"
    assert desk.screen()["begin"] == "Begin the exam: 4 questions in 10 minutes"
    assert desk.progress.sessions() == []
    watch.ms += MINUTE
    desk.act({"do": "begin"})
    assert desk.screen()["deadline"] == START + 11 * MINUTE
    assert desk.screen()["stage"] == "question"


def test_an_exam_keeps_answers_and_tells_nothing() -> None:
    desk, _ = mock()
    assert desk.session is not None
    for number in range(1, 5):
        desk.act({"do": "go", "number": number})
        desk.act({"do": "answer", "text": typed(desk)})
        screen = desk.screen()
        assert screen["told"] == f"Question {number}: kept."
        assert "feedback" not in screen
        shown = json.dumps(screen)
        question = desk.session.plan.questions[number - 1]
        assert [secret for secret in secrets(question) if secret in shown] == []
    assert all(place["right"] is None for place in desk.screen()["places"])


def test_leaving_a_question_keeps_its_answer_in_the_same_step() -> None:
    desk, _ = mock()
    desk.act({"do": "go", "number": 3, "keep": typed(desk)})
    screen = desk.screen()
    assert screen["number"] == 3
    assert screen["places"][0]["answered"]
    desk.act({"do": "go", "number": 4, "keep": "nonsense"})
    assert desk.screen()["trouble"]
    assert desk.screen()["number"] == 3


def test_an_exam_ends_only_when_that_is_meant() -> None:
    desk, _ = mock()
    desk.act({"do": "answer", "text": typed(desk)})
    desk.act({"do": "flag"})
    desk.act({"do": "finish"})
    assert desk.screen()["leaving"].startswith("3 questions have no answer")
    assert "1 flagged" in desk.screen()["leaving"]
    desk.act({"do": "stay"})
    assert desk.screen()["leaving"] == ""
    desk.act({"do": "finish", "sure": True})
    screen = desk.screen()
    assert screen["stage"] == "report"
    assert (screen["report"]["right"], screen["report"]["asked"], screen["report"]["unanswered"]) == (1, 4, 3)
    assert screen["report"]["percent"] == 25
    assert screen["report"]["low"] < 25 < screen["report"]["high"]
    assert screen["report"]["parts"] == "By domain"
    assert screen["report"]["passing"] == 720


def test_every_answer_of_an_exam_can_be_looked_at_afterwards() -> None:
    desk, _ = mock()
    desk.act({"do": "answer", "text": typed(desk, right=False)})
    desk.act({"do": "finish", "sure": True})
    for number in range(1, 5):
        desk.act({"do": "go", "number": number})
        assert desk.screen()["feedback"]["lesson"]
    assert desk.screen()["feedback"]["outcome"].startswith("Not answered")


def test_the_engine_decides_when_the_time_is_over() -> None:
    desk, watch = mock(minutes=10)
    desk.act({"do": "answer", "text": typed(desk)})
    watch.ms += 10 * MINUTE - 1
    desk.act({"do": "look"})
    assert desk.screen()["stage"] == "question"
    watch.ms += 1
    desk.act({"do": "go", "number": 2, "keep": "a"})
    screen = desk.screen()
    assert screen["stage"] == "report"
    assert screen["told"].startswith("The time is over")
    assert screen["report"]["unanswered"] == 3


def test_an_open_exam_goes_on_with_answers_and_deadline() -> None:
    desk, watch = mock()
    desk.act({"do": "next", "keep": typed(desk)})
    desk.act({"do": "flag"})
    deadline = desk.screen()["deadline"]
    watch.ms += 3 * MINUTE
    left = desk.progress.unfinished("alice")
    session = Session.resume(desk.progress, left[0].id, BANK, watch)
    again = Desk(desk.progress, "alice", session.plan, now=watch, session=session).screen()
    assert again["deadline"] == deadline
    assert again["number"] == 2
    assert [place["answered"] for place in again["places"]] == [True, False, False, False]
    assert again["places"][1]["flagged"]
