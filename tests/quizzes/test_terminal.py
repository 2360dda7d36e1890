"""The terminal's face: what it tells before and after an answer, and how it is laid out."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from quizzes import load, model, selection
from quizzes.asking import present
from quizzes.command import _terminal
from quizzes.progress import Progress
from quizzes.sessions import Session
from quizzes.terminal import Terminal

BANK = load()


def played(id: str, typed: list[str], plain: bool, width: int = 80) -> str:
    """What is printed while one question is worked through."""
    out = io.StringIO()
    lines = iter(typed)
    terminal = Terminal(Console(file=out, width=width, highlight=False), lambda _: next(lines, None), plain)
    session = Session.start(Progress(None), "alice", selection.show(BANK.question(id), 3))
    terminal.play(session)
    return out.getvalue()


def order(id: str, backwards: bool = False) -> str:
    """What to type for the items of an ordering question, in the order of the bank."""
    question = BANK.question(id)
    assert isinstance(question, model.Ordering)
    presented = present(question, 3, 1)
    letters = [presented.letter(item.key) for item in question.items]
    return ",".join(reversed(letters) if backwards else letters)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("id", ["course-01-run-tests", "course-11-connection"])
def test_what_a_question_is_about_is_told_once_it_is_answered(id: str, plain: bool) -> None:
    question = next(one for one in BANK.questions if one.id.startswith(id[:9]))
    before = played(question.id, [], plain)
    assert question.topic not in before
    assert "difficulty" not in before
    answer = "a,b" if isinstance(question, model.Multiple) else "a"
    after = played(question.id, [answer], plain)
    assert f"About: {question.topic}, difficulty {question.difficulty} of 5" in after


def an_ordering() -> model.Ordering:
    return next(one for one in BANK.questions if isinstance(one, model.Ordering))


def test_the_marks_of_an_order_speak_of_places() -> None:
    id = an_ordering().id
    right = played(id, [order(id)], plain=True)
    assert "In its place: " in right
    assert "Chosen" not in right
    wrong = played(id, [order(id, backwards=True)], plain=True)
    assert "Too early: " in wrong
    assert "Chosen" not in wrong


def test_the_marks_of_pairs_speak_of_pairs() -> None:
    question = next(one for one in BANK.questions if isinstance(one, model.Matching))
    presented = present(question, 3, 1)
    letters = ",".join(presented.letter(pair.key) for pair in question.pairs)
    said = played(question.id, [letters], plain=True)
    assert "Matched, and right: " in said
    assert "Chosen" not in said


def test_a_command_is_never_broken(tmp_path: Path) -> None:
    said = played("inplace-half-of-nine", ["5", ""], plain=False, width=60)
    commands = [line for line in said.splitlines() if "codesuite quiz --misconception" in line]
    assert commands
    (name,) = {line.partition("--misconception ")[2].strip() for line in commands}
    assert name in BANK.misconceptions
    for line in said.splitlines():
        assert not line.rstrip().endswith(("codesuite", "codesuite quiz", "--show", "--read", "--misconception"))


def test_on_a_terminal_the_plain_manner_breaks_lines_between_words_and_leaves_addresses_whole() -> None:
    question = next(one for one in BANK.questions if max(map(len, one.refs)) > 80)
    out, typed = io.StringIO(), iter(["a,b" if isinstance(question, model.Multiple) else "a"])
    console = Console(file=out, width=60, highlight=False, no_color=True, force_terminal=True)
    session = Session.start(Progress(None), "alice", selection.show(question, 3))
    Terminal(console, lambda _: next(typed, None), plain=True).play(session)
    wide = [line.strip() for line in out.getvalue().splitlines() if len(line) > 60]
    assert wide
    assert all(line.startswith("https://") and " " not in line for line in wide)
    assert "\x1b" not in out.getvalue()


def test_in_a_file_the_plain_manner_leaves_lines_as_they_are() -> None:
    question = next(one for one in BANK.questions if len(one.stem) > 100)
    assert question.stem in played(question.id, [], plain=True, width=60)


def test_ctrl_c_says_that_everything_is_kept_before_it_ends_the_command() -> None:
    out = io.StringIO()

    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    session = Session.start(Progress(None), "alice", selection.show(BANK.questions[0], 3))
    with pytest.raises(KeyboardInterrupt):
        Terminal(Console(file=out, width=80), interrupted).play(session)
    assert out.getvalue().endswith("\nStopped. Everything is kept; --resume goes on.\n")


@pytest.mark.parametrize(("set_", "colours"), [(True, False), (False, True)])
def test_no_color_is_heeded(set_: bool, colours: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if set_:
        monkeypatch.setenv("NO_COLOR", "1")
    console = _terminal(plain=False).console
    with console.capture() as said:
        console.print("Not right.", style="red")
    assert ("\x1b[31m" in said.get()) is colours
