"""Whatever is typed or written, the answer is words: never an exception, never a lost state."""

import io
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from quizzes import load, model
from quizzes.bank import check_bank
from quizzes.progress import Progress
from quizzes.selection import Plan
from quizzes.sessions import Session
from quizzes.terminal import COMMANDS, Terminal

BANK = load()
KINDS = [
    next(one for one in BANK.questions if one.kind == kind) for kind in ("single", "ordering", "matching", "numeric")
]
LINES = st.one_of(
    st.sampled_from([*COMMANDS, "go 2", "go 99", "yes", "a", "a,b", "a b c", "4", ""]),
    st.text(alphabet="abc 0123,.=;{}\x1b\u0301é", max_size=12),
)


@settings(max_examples=60)
@given(st.lists(LINES, max_size=25), st.sampled_from(["practice", "exam"]), st.booleans())
def test_whatever_is_typed_is_answered_in_words(lines: list[str], mode: str, plain: bool) -> None:
    progress = Progress(None)
    exam = "DVA-C02" if mode == "exam" else None
    plan = Plan(mode, "A test", 1, tuple(KINDS), 10 if mode == "exam" else None, exam)
    session = Session.start(progress, "alice", plan, lambda: 1_000)
    typed: Iterator[str] = iter(lines)
    said = io.StringIO()
    terminal = Terminal(Console(file=said, width=80), lambda _: next(typed, None), plain)
    ended = terminal.play(session)
    assert said.getvalue()
    assert ended == session.finished
    resumed = Session.resume(progress, session.begun.id, BANK, lambda: 1_000)
    assert resumed.answers == session.answers
    assert resumed.flags == session.flags
    assert {number: one.right for number, one in resumed.grades.items()} == {
        number: one.right for number, one in session.grades.items()
    }


TEXT = st.text(alphabet="abcdefgh-_.: []{}\"'#\n\t&*!é", max_size=60)
KEYS = st.sampled_from(
    ["schema", "bank", "title", "licence", "questions", "id", "type", "stem", "options", "single", "x"]
)
VALUES = st.recursive(
    st.one_of(TEXT, st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=15,
)


@settings(max_examples=150)
@given(st.one_of(TEXT, VALUES.map(repr)))
def test_whatever_a_bank_holds_is_findings(text: str) -> None:
    for problem in check_bank(text, "mine.yml"):
        assert problem.path == "mine.yml"
        assert problem.line >= 0
        assert problem.message


COURSE = (BANK.question("course-01-run-tests").path, BANK.question("course-01-run-tests").line)


@settings(max_examples=80)
@given(st.integers(0, 30_000), st.integers(1, 200), TEXT)
def test_a_bank_with_a_hole_or_a_stain_is_findings(start: int, length: int, stain: str) -> None:
    with open(COURSE[0], encoding="utf-8") as file:
        text = file.read()
    check_bank(text[:start] + stain + text[start + length :], "mine.yml")


def test_every_question_of_the_bank_can_be_shown_in_both_manners() -> None:
    for plain in (True, False):
        progress = Progress(None)
        plan = Plan("practice", "All", 1, BANK.questions)
        session = Session.start(progress, "alice", plan, lambda: 1_000)
        said = io.StringIO()
        terminal = Terminal(Console(file=said, width=80), lambda _: None, plain)
        for number in range(1, session.total + 1):
            session.go(number)
            terminal.question(session.view())
        shown = " ".join(said.getvalue().split())
        for question in BANK.questions:
            assert " ".join(question.stem.split()) in shown
            if isinstance(question, model.Choice):
                assert all(" ".join(option.text.split()) in shown for option in question.options)
