"""The terminal's face of a session: prints views, reads lines, and decides nothing.

The plain manner is for screen readers, slow lines and files: no colour, no boxes, no signs, every mark a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from textwrap import indent
from typing import TYPE_CHECKING, Any

from quizzes import blueprints, model
from quizzes.asking import Mark, Presented, Remark, understood
from quizzes.proof import editable, edits, on_one_line
from quizzes.scoring import Report, Share
from quizzes.sessions import Feedback, Session, View
from sim.core.problems import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from quizzes.showing import Shown

Read = Callable[[str], str | None]
"""Asks for a line; None at the end of the input."""

WORDS = {"right": "Right", "wrong": "Wrong", "missed": "This was right", "": "Not chosen, and not right"}
SIGNS: dict[Mark, tuple[str, str]] = {
    "right": ("✓", "green"),
    "wrong": ("✗", "bold red"),
    "missed": ("→", "yellow"),
    "": (" ", "dim"),
}
CURRENCY = {"renamed": "Since renamed", "changed": "Since changed", "retired": "Retired by now"}
COMMANDS = {
    "next": "the next question",
    "back": "the question before",
    "go N": "question number N",
    "flag": "flag this question, or take the flag away",
    "list": "all questions: which are answered, which are flagged",
    "hint": "a hint, where there is one",
    "prove": "run the scenario behind the question, once it is answered",
    "finish": "end the session and see the result",
    "quit": "stop here; --resume goes on later",
    "help": "this list",
}
WIDTH = 100
"""Text is not wider, so that lines can be read."""


class Terminal:
    """Prints to a rich console, or plainly, and asks by `read`."""

    def __init__(
        self, console: Console, read: Read, plain: bool = False, misconceptions: Mapping[str, str] | None = None
    ):
        self.console = console
        self.read = read
        self.plain = plain
        self.misconceptions = misconceptions or {}

    # Words

    def say(self, text: str = "", style: str = "") -> None:
        from rich.text import Text

        self.console.print(Text(text, style="" if self.plain else style), soft_wrap=self.plain)

    def lines(self, title: str, rows: Iterable[str]) -> None:
        """A title with lines under it; nothing when there are none."""
        shown = list(rows)
        if shown:
            self.say(title, "bold")
            for row in shown:
                self.say(f"  {row}")

    def heading(self, text: str) -> None:
        if self.plain:
            self.say(f"\n{text}")
        else:
            self.console.rule(text, align="left", style="blue")

    # A session

    def play(self, session: Session) -> bool:
        """Let somebody work through a session; False when they stopped before its end."""
        self.introduce(session)
        number, told = 0, False
        while not session.over:
            view = session.view()
            if view.number != number:
                self.question(view)
            elif view.feedback is not None and not told:
                self.feedback(view.presented, view.response, view.feedback)
            number, told = view.number, view.feedback is not None
            line = self.read(self.prompt(view))
            if line is None or line.strip().lower() == "quit":
                self.say("Stopped. Everything is kept; --resume goes on.")
                return False
            try:
                self.act(session, line.strip())
            except UsageError as error:
                self.say(f"{error}. Type help for what can be typed.", "yellow")
        if not session.finished:
            self.say("The time is over.", "bold")
        self.report(session.finish(), session)
        return True

    def introduce(self, session: Session) -> None:
        self.heading(session.plan.title)
        for notice in session.plan.notices:
            self.say(notice)
        left = session.view().left_ms
        if left is not None:
            self.say(f"Time left: {_spell(left)}. Answers can be changed until the end; nothing is told before it.")
        self.say("Answer by letter. Type help for what else can be typed.")

    def prompt(self, view: View) -> str:
        if view.feedback is not None:
            return "Enter for the next question, prove to see it run: " if view.feedback.provable else "Enter goes on: "
        return "Your answer: "

    def act(self, session: Session, line: str) -> None:
        """Do what a line says. Raises UsageError."""
        word, _, rest = line.partition(" ")
        intent = self.intents(session).get(word.lower())
        if intent is not None and (not rest or word.lower() == "go"):
            intent(rest)
        elif not line:
            self.go_on(session)
        else:
            self.answer(session, line)

    def intents(self, session: Session) -> dict[str, Callable[[str], Any]]:
        return {
            "next": lambda _: session.next(),
            "back": lambda _: session.back(),
            "go": lambda rest: session.go(_whole(rest)),
            "flag": lambda _: self.say("Flagged." if session.flag() else "No flag any more."),
            "list": lambda _: self.places(session.view()),
            "hint": lambda _: self.say(f"Hint: {session.ask_hint()}"),
            "prove": lambda _: self.prove(session),
            "finish": lambda _: self.finish(session),
            "help": lambda _: self.lines("What can be typed", (f"{key}: {what}" for key, what in COMMANDS.items())),
        }

    def go_on(self, session: Session) -> None:
        """Enter alone: to the next question, and after the last one to the end."""
        if session.view().feedback is None:
            raise UsageError("an answer is wanted; `next` leaves this question for later")
        if session.number == session.total:
            session.finish()
        else:
            session.next()

    def answer(self, session: Session, line: str) -> None:
        if session.view().feedback is not None:
            self.say("Answered already; Enter goes on.")
            return
        given = session.answer(understood(session.presented(session.number), line))
        if given is None:
            self.say("Kept.")
            if not session.next():
                self.say("That was the last question. `list` shows all, `finish` ends the exam.")

    def finish(self, session: Session) -> None:
        waiting = [place.number for place in session.view().places if not place.answered]
        if waiting and session.plan.mode == "exam":
            some = "1 question has" if len(waiting) == 1 else f"{len(waiting)} questions have"
            sure = self.read(f"{some} no answer. Type yes to end the exam: ")
            if sure is None or sure.strip().lower() not in ("y", "yes"):
                return
        session.finish()

    # A question

    def question(self, view: View) -> None:
        question = view.presented.question
        flag = ", flagged" if view.flagged else ""
        left = "" if view.left_ms is None else f", {_spell(view.left_ms)} left"
        self.heading(
            f"Question {view.number} of {view.total}: {question.topic}, difficulty {question.difficulty}{flag}{left}"
        )
        if question.historical:
            self.say("As it was: AWS has retired what this question is about.", "yellow")
        self.say(f"{question.stem}{_wanted(question)}", "bold")
        if question.exhibit:
            self.say(indent(question.exhibit.rstrip("\n"), "    "))
        self.choices(view.presented)
        if view.hint:
            self.say(f"Hint: {view.hint}")
        if view.response is not None and view.feedback is None:
            self.say(f"Answered: {_told(view.presented, view.response)}")
        if view.feedback is not None:
            self.feedback(view.presented, view.response, view.feedback)

    def choices(self, presented: Presented) -> None:
        question = presented.question
        if isinstance(question, model.Matching):
            for number, pair in enumerate(question.pairs, 1):
                self.say(f"  {number}  {pair.left}")
        if isinstance(question, model.Prove):
            title = "What you may change, as path = value; several with a semicolon between them:"
            self.lines(title, (f"{path} (now: {on_one_line(value)})" for path, value in editable(question).items()))
        for shown in presented.choices:
            self.say(f"  {shown.letter}  {shown.text}")

    def feedback(self, presented: Presented, response: Any, told: Feedback) -> None:
        self.say()
        outcome = "Right." if told.grade.right else "Not right."
        if response is None:
            outcome = "Not answered, which counts as not right."
        self.say(outcome, "bold green" if told.grade.right else "bold red")
        places = {shown.key: place for place, shown in enumerate(presented.choices)}
        by_letter = isinstance(presented.question, model.Choice)
        remarks = sorted(told.grade.remarks, key=lambda one: places[one.key]) if by_letter else told.grade.remarks
        for remark in remarks:
            self.remark(presented, remark)
        self.say(f"The lesson: {told.explain}")
        if told.currency.status != "current" or told.currency.note:
            word = CURRENCY.get(told.currency.status, "Note")
            self.say(f"{word} (checked {told.currency.checked}): {told.currency.note}", "yellow")
        self.lines("Read on:", told.refs)

    def remark(self, presented: Presented, remark: Remark) -> None:
        letters = {shown.key: shown.letter for shown in presented.choices}
        matching = isinstance(presented.question, model.Matching)
        letter = f"{letters[remark.key]}  " if remark.key in letters and not matching else ""
        if self.plain:
            self.say(f"{WORDS[remark.mark]}: {letter}{remark.text}. {remark.why}".rstrip())
            return
        sign, style = SIGNS[remark.mark]
        self.say(f"{sign} {letter}{remark.text}", style)
        if remark.why:
            self.say(f"     {remark.why}")

    def places(self, view: View) -> None:
        """All questions: told in a few lines."""
        answered = [str(place.number) for place in view.places if place.answered]
        waiting = [str(place.number) for place in view.places if not place.answered]
        flagged = [str(place.number) for place in view.places if place.flagged]
        self.say(f"Answered: {', '.join(answered) or 'none'}")
        self.say(f"Without an answer: {', '.join(waiting) or 'none'}")
        self.say(f"Flagged: {', '.join(flagged) or 'none'}")

    # Prove it

    def prove(self, session: Session) -> None:
        from quizzes.showing import prove_it

        view = session.view()
        if view.feedback is None:
            raise UsageError("the run would give the answer away: answer first")
        if not view.feedback.provable:
            raise UsageError("nothing in this question can be run; its references say where it is written")
        self.shown(prove_it(view.presented.question, view.response))

    def shown(self, run: Shown) -> None:
        """The timeline of a run, its explanation, and what each option claims of it."""
        from sim.analysis.story import BAD, clock

        self.heading(f"The run: {run.title}")
        for moment in run.moments:
            self.say(f"{clock(moment.time):>8}  {'  ' * max(0, moment.depth)}{moment.text}")
        for explanation in run.explanations:
            self.say()
            self.say(f"Why: {explanation.title}", "bold")
            for line in explanation.lines:
                if line.depth == 0 or line.outcome in BAD:
                    self.say(f"{clock(line.time):>8}  {line.subject}: {line.outcome}. {line.text}")
                    self.say(f"          {line.basis}: {line.source}", "dim")
        claims = (f"{'holds' if holds else 'does not hold'}: {text} ({claim})" for text, claim, holds in run.claims)
        self.lines("What the options claim of it:", claims)

    # The end

    def report(self, told: Report, session: Session) -> None:
        self.heading("How it went")
        if not told.asked:
            self.say("Nothing was answered.")
            return
        self.say(f"{told.right} of {told.asked} right: {told.percent:.0f} %", "bold")
        self.say(
            f"With so few questions the true share may lie anywhere between {told.low:.0f} % and {told.high:.0f} %."
        )
        if told.unanswered:
            self.say(f"{told.unanswered} were not answered, and count as wrong.")
        if session.plan.exam:
            passing = blueprints.exam(session.plan.exam).passing
            self.say(
                f"The exam is passed with a scaled score of {passing} of 1000. How answers become scaled scores is not "
                "published, so none is given here."
            )
        self.lines("By domain:" if session.plan.exam else "By topic:", map(_share, told.domains))
        self.lines("Worth going over again:", map(_share, told.weak))
        shown = (f"{self.misconceptions.get(name, name)} ({count})" for name, count in told.misconceptions)
        self.lines("What your answers may rest on, and is not so:", shown)
        self.lines("See it happen:", told.run)
        self.lines("Read:", told.read)


def _share(share: Share) -> str:
    return f"{share.title}: {share.right} of {share.asked} ({share.percent:.0f} %)"


def _wanted(question: model.Question) -> str:
    """What kind of answer is wanted, as exams write it."""
    if isinstance(question, model.Multiple):
        return f" (Choose {question.choose}.)"
    if isinstance(question, model.Ordering):
        extra = " Some belong nowhere: leave them out." if question.intruders else ""
        return f" (Type the letters in order.{extra})"
    if isinstance(question, model.Matching):
        spare = len(question.extra)
        left = "" if not spare else " One letter is spare." if spare == 1 else f" {spare} letters are spare."
        return f" (Type one letter for each line, in the order of the lines.{left})"
    if isinstance(question, model.Numeric):
        return f" (Type a number of {question.unit}.)"
    return ""


def _told(presented: Presented, response: Any) -> str:
    """A response as it was typed."""
    if isinstance(response, dict):
        if not isinstance(presented.question, model.Matching):
            return edits(response)
        return ", ".join(presented.letter(value) for value in response.values())
    if isinstance(response, list):
        return ", ".join(presented.letter(key) for key in response)
    return f"{response:g}"


def _whole(text: str) -> int:
    if not text.strip().isdigit():
        raise UsageError("a number is wanted, such as go 3")
    return int(text)


def _spell(ms: int) -> str:
    minutes = (ms + 59_999) // 60_000
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
