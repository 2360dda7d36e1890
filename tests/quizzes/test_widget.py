"""Quiz, exam and review as widgets: messages come in, the synced state goes out. No browser is needed."""

from pathlib import Path

import pytest

from quizzes import generate, load, model
from quizzes.predictions import MISCONCEPTIONS
from quizzes.progress import Progress
from quizzes.widget import QuizView, exam, predict, quiz, review
from sim.core.problems import UsageError
from sim.widgets import Flight
from sim.widgets.predict import SLIPS

BANK = load()
CHOICE = "course-01-run-tests"


def heard(view: QuizView, **intent: object) -> None:
    """A message from the browser."""
    view._handle_custom_msg(intent, [])


def letter(view: QuizView, right: bool = True) -> str:
    assert view.desk is not None
    assert view.desk.session is not None
    presented = view.desk.session.presented(view.desk.session.number)
    question = presented.question
    assert isinstance(question, model.Choice)
    keys = [option.key for option in question.options if option.correct is right][: len(question.right)]
    return ",".join(presented.letter(key) for key in keys)


def test_a_message_answers_and_the_state_tells() -> None:
    view = quiz(ids=CHOICE, path=None)
    assert view.screen["question"]["kind"] == "single"
    heard(view, do="answer", text=letter(view))
    assert view.screen["feedback"]["right"]


def test_only_the_screen_is_synced() -> None:
    view = quiz(ids=CHOICE, path=None)
    own = {name for name in view.get_state() if not name.startswith(("_", "layout", "tabbable", "tooltip"))}
    assert own == {"screen"}


def test_questions_by_id_keep_their_order_of_options() -> None:
    first, second = (quiz(ids=[CHOICE, "codedeploy.batch-size#3"], path=None) for _ in range(2))
    assert first.screen["question"] == second.screen["question"]
    assert first.screen["total"] == 2


def test_the_order_of_options_goes_by_the_seed() -> None:
    orders = {
        tuple(choice["text"] for choice in quiz(ids=CHOICE, seed=seed, path=None).screen["question"]["choices"])
        for seed in range(12)
    }
    assert len(orders) > 3


@pytest.mark.parametrize("n", [0, -1])
def test_no_questions_are_no_session(n: int) -> None:
    for make in (lambda: quiz("codedeploy", n=n, path=None), lambda: exam(questions=n, path=None)):
        with pytest.raises(UsageError, match="ask for one at least"):
            make()
    with pytest.raises(UsageError, match="a minute at least"):
        exam(minutes=n, path=None)


def test_a_quiz_on_a_topic() -> None:
    view = quiz("codedeploy.hooks", n=3, path=None, seed=1)
    assert view.screen["total"] == 3
    assert view.screen["question"]["about"] == ""  # the topic may give the answer away
    assert view.desk is not None
    for shown in view.desk.plan.questions:
        assert shown.topic.startswith("codedeploy.hooks")
    with pytest.raises(UsageError, match="no question is about"):
        quiz("gardening", path=None)
    with pytest.raises(UsageError, match="did you mean course-01-run-tests"):
        quiz(ids="course-01-run-test", path=None)


def test_misconceptions_are_kept_for_the_learner(tmp_path: Path) -> None:
    file = tmp_path / "progress.sqlite"
    view = quiz(ids=CHOICE, path=file, learner="alice")
    heard(view, do="answer", text=letter(view, right=False))
    assert sum(Progress(file).misconceptions("alice").values()) == 1


def test_an_exam_survives_the_kernel(tmp_path: Path) -> None:
    file = tmp_path / "progress.sqlite"
    view = exam(questions=4, minutes=10, path=file, seed=3)
    heard(view, do="begin")
    heard(view, do="answer", text=letter(view))
    deadline, plan = view.screen["deadline"], view.screen["title"]
    again = exam(questions=9, minutes=99, path=file)
    assert again.screen["deadline"] == deadline
    assert again.screen["title"] == plan
    assert again.screen["total"] == 4
    assert again.screen["number"] == 2
    heard(again, do="finish", sure=True)
    assert again.screen["stage"] == "report"
    assert exam(questions=4, path=file).screen["stage"] == "intro"


def test_two_exams_of_different_kinds_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "progress.sqlite"
    heard(exam("DOP-C02", questions=4, path=file, seed=3), do="begin")
    assert exam("DVA-C02", questions=4, path=file).screen["stage"] == "intro"
    assert exam("DOP-C02", path=file).screen["stage"] == "question"


def test_a_review_with_nothing_due_says_so(tmp_path: Path) -> None:
    view = review(path=tmp_path / "progress.sqlite")
    assert view.screen["stage"] == "notice"
    assert "Nothing is due" in view.screen["notices"][0]
    heard(view, do="answer", text="a")
    assert view.screen["stage"] == "notice"


def test_a_wrong_prediction_shows_a_misconception_in_the_record(tmp_path: Path) -> None:
    file = tmp_path / "progress.sqlite"
    view = predict(Flight("validate-fails"), learner="alice", path=file)
    view._handle_custom_msg({"do": "run", "marks": {"web-1": "2", "web-2": "2", "web-3": "2"}}, [])
    kept = Progress(file)
    assert kept.misconceptions("alice") == {"failures-never-stop": 1}
    assert view.screen["remarks"] == [BANK.misconceptions["failures-never-stop"]]
    assert kept.unfinished("alice") == []
    assert [right for _, _, _, right in kept.grades()] == [False]
    again = Progress(None)
    again.take_in(kept.export())
    assert again.misconceptions("alice") == {"failures-never-stop": 1}


def test_every_slip_is_a_misconception_that_is_known() -> None:
    assert MISCONCEPTIONS.keys() == SLIPS.keys()
    assert set(MISCONCEPTIONS.values()) <= set(generate.beliefs() | dict(BANK.misconceptions))


def test_what_fails_within_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    view = quiz(ids=CHOICE, path=None)

    def broken(**_: object) -> None:
        raise ZeroDivisionError("within")

    monkeypatch.setattr(view, "act", broken)
    with pytest.raises(ZeroDivisionError):
        view._heard(view, {"do": "look"}, [])
    assert "within" in view.screen["trouble"]


@pytest.mark.parametrize("name", sorted(set(MISCONCEPTIONS.values())))
def test_what_a_prediction_shows_can_be_drilled(name: str) -> None:
    assert quiz(misconception=name, n=5, path=None).screen["total"] >= 1


def test_an_exam_asks_other_questions_than_the_last_one_and_says_what_wrong_answers_mean(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    asked = []
    for seed in (1, 1):
        view = exam("DOP-C02", questions=12, minutes=20, path=path, seed=seed)
        view.act(do="begin")
        assert view.desk is not None
        assert view.desk.session is not None
        asked.append({question.id for question in view.desk.session.plan.questions})
        for number in range(1, 13):
            view.desk.session.go(number)
            view.act(do="answer", text=letter(view, right=False))
        view.act(do="finish", sure=True)
        told = view.screen["report"]["misconceptions"]
        assert told
        assert all(" " in one["text"] for one in told), "a sentence, not a key"
    assert len(asked[0] & asked[1]) < 6, "the same seed, and yet other questions"
