"""The terminal's face of a session: prints views, reads lines, and decides nothing.

The plain manner is for screen readers, slow lines and files: no colour, no boxes, no signs, every mark a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from quizzes import blueprints, model
from quizzes.asking import Mark, Presented, Remark, understood
from quizzes.proof import Attempt, editable, edits, on_one_line
from quizzes.reading import OURS, address, page, section, told
from quizzes.scoring import Report, Share
from quizzes.sessions import Feedback, Session, View
from sim.core.problems import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from quizzes.showing import Shown

Read = Callable[[str], str | None]
"""Asks for a line; None at the end of the input."""

ONCE_ANSWERED = ("hint", "prove", "try PATH = VALUE", "read")
"""What an exam does not know."""
WORDS = {
    "right": "Chosen, and right",
    "wrong": "Chosen, and wrong",
    "missed": "Not chosen, but right",
    "": "Not chosen, and wrong",
}
ORDER_WORDS = {
    "right": "In its place",
    "wrong": "Too early",
    "missed": "Left out, and belongs here",
}
PAIR_WORDS = {"right": "Matched, and right", "wrong": "Matched wrongly", "missed": "Not matched"}
SPARE_WORDS = {"wrong": "Used, and belongs nowhere", "": "Left out, and belongs nowhere"}
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
    "prove": "run the scenario behind the question, once it is answered; of a task also before",
    "try PATH = VALUE": "with a task: run it so, and see what does not hold yet; it does not count as your answer",
    "read": "what the notes on AWS's behaviour say that the question rests on, once it is answered",
    "finish": "end the session and see the result",
    "quit": "stop here; --resume goes on later",
    "help": "this list",
}
STOPPED = "Stopped. Everything is kept; --resume goes on."
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

    def say(self, text: str = "", style: str = "", before: str = "", hang: int = 0) -> None:
        """Text, whose further lines begin under its first: behind what stands `before` it, and `hang` columns more.

        An address or a command is never broken, so that it can be followed or copied: one that is wider than the
        terminal stands on a line of its own. In a file or a pipe the plain manner leaves lines as they are.
        """
        from rich.text import Text

        margin = " " * (len(before) + hang)
        whole = self.plain and not self.console.is_terminal
        for line in text.split("\n"):
            width = max(20, self.console.width - len(margin))
            pieces = [line] if whole else _wrapped(line, width)
            for piece in pieces or [""]:
                self.console.print(Text(f"{before}{piece}", style="" if self.plain else style), soft_wrap=True)
                before = margin

    def lines(self, title: str, rows: Iterable[str]) -> None:
        """A title with lines under it; nothing when there are none."""
        shown = list(rows)
        if shown:
            self.say(title, "bold")
            for row in shown:
                self.say(row, before="  ", hang=2)

    def heading(self, text: str) -> None:
        if self.plain or len(text) > self.console.width - 4:
            self.say(f"\n{text}", "blue")
        else:
            self.console.rule(text, align="left", style="blue")

    # A session

    def play(self, session: Session) -> bool:
        """Let somebody work through a session; False when they stopped before its end."""
        self.introduce(session)
        number, fed_back = 0, False
        while not session.over:
            view = session.view()
            if view.number != number:
                self.question(view)
            elif view.feedback is not None and not fed_back:
                self.feedback(view.presented, view.response, view.feedback)
            number, fed_back = view.number, view.feedback is not None
            try:
                line = self.read(self.prompt(view))
                if line is None or line.strip().lower() == "quit":
                    self.say(STOPPED)
                    return False
                self.act(session, line.strip())
            except UsageError as error:
                self.say(f"{_sentence(error)} Type help for what can be typed.", "yellow")
            except KeyboardInterrupt:
                self.say(f"\n{STOPPED}")
                raise
        if not session.finished:
            self.say("The time is over.", "bold")
        self.report(session.finish(), session)
        self.go_over(session)
        return True

    def choose(self, sessions: Sequence[Session]) -> Session | None:
        """One of these; with a single one, that. None when nothing was chosen."""
        if len(sessions) == 1:
            return sessions[0]
        self.lines("Sessions that were left:", (f"{at}: {_left(one)}" for at, one in enumerate(sessions, 1)))
        while True:
            line = self.read("Which one? Enter for the first, quit leaves: ")
            word = None if line is None else line.strip().lower()
            if word is None or word in ("quit", "q"):
                return None
            if not word:
                return sessions[0]
            if word.isdecimal() and 1 <= int(word) <= len(sessions):
                return sessions[int(word) - 1]
            self.say(f"A number from 1 to {len(sessions)} is wanted.", "yellow")

    def go_over(self, session: Session) -> None:
        """What an exam does not tell before its end: each question that was not right, with its rationales."""
        wrong = [place.number for place in session.view().places if place.right is False]
        if session.plan.mode != "exam" or not wrong:
            return
        some = "One question was" if len(wrong) == 1 else f"{len(wrong)} questions were"
        self.say()
        line = self.read(f"{some} not right. Enter goes through them, quit leaves: ")
        for number in wrong:
            if line is None or line.strip().lower() in ("quit", "q"):
                return
            session.go(number)
            self.question(session.view())
            line = self.gone_over(session, last=number == wrong[-1])

    def gone_over(self, session: Session, last: bool) -> str | None:
        """What is typed to leave a question that is gone over; `prove` and `read` stay at it."""
        intents = {"prove": self.prove, "read": self.read_on}
        while True:
            line = self.read(self.prompt(session.view(), last).replace("for the result", "to end"))
            intent = intents.get("" if line is None else line.strip().lower())
            if intent is None:
                return line
            try:
                intent(session)
            except UsageError as error:
                self.say(_sentence(error), "yellow")

    def introduce(self, session: Session) -> None:
        self.heading(session.plan.title)
        for notice in session.plan.notices:
            self.say(notice)
        left = session.view().left_ms
        if session.over:
            self.say("It was left before its end, and counts with what was answered until then.")
            return
        if left is not None:
            self.say(f"Time left: {_spell(left)}. Answers can be changed until the end; nothing is told before it.")
        self.say("Type your answer, or help for what else can be typed.")

    def prompt(self, view: View, last: bool | None = None) -> str:
        if view.feedback is None:
            return "Your answer: "
        last = view.number == view.total if last is None else last
        further = "Enter for the result" if last else "Enter for the next question"
        run = ", prove to see it run" if view.feedback.provable else ""
        notes = ", read for the notes" if any(ref.startswith(OURS) for ref in view.feedback.refs) else ""
        return f"{further}{run}{notes}: "

    def act(self, session: Session, line: str) -> None:
        """Do what a line says. Raises UsageError."""
        word, _, rest = line.partition(" ")
        intent = self.intents(session).get(word.lower())
        if intent is not None and (not rest or word.lower() in ("go", "try")):
            intent(rest)
        elif not line:
            self.go_on(session)
        else:
            self.answer(session, line)

    def intents(self, session: Session) -> dict[str, Callable[[str], Any]]:
        return {
            "next": lambda _: self.moved(session.next(), "This is the last question."),
            "back": lambda _: self.moved(session.back(), "This is the first question."),
            "go": lambda rest: session.go(_whole(rest)),
            "flag": lambda _: self.say("Flagged." if session.flag() else "No flag any more."),
            "list": lambda _: self.places(session.view()),
            "hint": lambda _: self.say(f"Hint: {session.ask_hint()}"),
            "prove": lambda _: self.prove(session),
            "try": lambda rest: self.try_out(session, rest),
            "read": lambda _: self.read_on(session),
            "finish": lambda _: self.finish(session),
            "help": lambda _: self.help(session),
        }

    def moved(self, there: bool, otherwise: str) -> None:
        if not there:
            self.say(otherwise)

    def help(self, session: Session) -> None:
        self.lines(
            "What can be typed, besides an answer:",
            (f"{key}: {what}" for key, what in COMMANDS.items() if session.at_once or key not in ONCE_ANSWERED),
        )

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
        """End the session; of an exam only when that is meant."""
        if session.plan.mode == "exam" and not self.sure(session.view()):
            self.say("The exam goes on.")
            return
        session.finish()

    def sure(self, view: View) -> bool:
        waiting = [place.number for place in view.places if not place.answered]
        state = "Every question is answered."
        if waiting:
            some = "1 question has" if len(waiting) == 1 else f"{len(waiting)} questions have"
            state = f"{some} no answer yet ({_spans(waiting)}), which counts as wrong."
        self.say(state, "yellow" if waiting else "")
        said = self.read("End the exam and see the result, yes or no? ")
        return said is not None and said.strip().lower() in ("y", "yes")

    # A question

    def question(self, view: View) -> None:
        question = view.presented.question
        flag = ", flagged" if view.flagged else ""
        left = "" if view.left_ms is None or view.over else f", {_spell(view.left_ms)} left"
        # what a question is about often is its answer, so it is told with the feedback
        self.heading(f"Question {view.number} of {view.total}{flag}{left}")
        if question.historical:
            self.say("As it was: AWS has retired what this question is about.", "yellow")
        self.say(f"{question.stem}{_wanted(question)}", "bold")
        for line in question.exhibit.rstrip("\n").split("\n") if question.exhibit else ():
            self.verbatim(f"    {line}")
        self.choices(view.presented)
        if view.hint:
            self.say(f"Hint: {view.hint}")
        if view.response is not None and view.feedback is None:
            self.say(f"Answered: {_told(view.presented, view.response)}")
        if view.feedback is not None:
            self.feedback(view.presented, view.response, view.feedback)

    def verbatim(self, line: str) -> None:
        """A line of a file or log, as it is."""
        from rich.text import Text

        self.console.print(Text(line), soft_wrap=True)

    def choices(self, presented: Presented) -> None:
        question = presented.question
        if isinstance(question, model.Matching):
            for number, pair in enumerate(question.pairs, 1):
                self.say(pair.left, before=f"  {number}  ")
        if isinstance(question, model.Prove):
            title = "What you may change, as path = value; several with a semicolon between them:"
            self.lines(title, (f"{path} (now: {on_one_line(value)})" for path, value in editable(question).items()))
        for shown in presented.choices:
            self.say(shown.text, before=f"  {shown.letter}  ")

    def feedback(self, presented: Presented, response: Any, given: Feedback) -> None:
        self.say()
        outcome = "Right." if given.grade.right else "Not right."
        if response is None:
            outcome = "Not answered, which counts as not right."
        self.say(outcome, "bold green" if given.grade.right else "bold red")
        if isinstance(presented.question, model.Ordering):
            self.say("The right order:", "bold")
        for remark in self.worth_telling(presented, given):
            self.remark(presented, remark)
        self.say(given.explain, before="The lesson: ")
        if given.currency.status != "current" or given.currency.note:
            word = CURRENCY.get(given.currency.status, "Note")
            self.say(f"{word} (checked {given.currency.checked}): {given.currency.note}", "yellow")
        about = presented.question
        self.say(f"{about.topic}, difficulty {about.difficulty} of 5", before="About: ")
        self.lines("Read on:", map(address, given.refs))

    def worth_telling(self, presented: Presented, given: Feedback) -> Iterable[Remark]:
        """The remarks, in the order of the screen; a number that is right has been told by then."""
        places = {shown.key: place for place, shown in enumerate(presented.choices)}
        if isinstance(presented.question, model.Numeric) and given.grade.right:
            return ()
        by_letter = isinstance(presented.question, model.Choice)
        return sorted(given.grade.remarks, key=lambda one: places[one.key]) if by_letter else given.grade.remarks

    def remark(self, presented: Presented, remark: Remark) -> None:
        letters = {shown.key: shown.letter for shown in presented.choices}
        matching = isinstance(presented.question, model.Matching)
        letter = f"{letters[remark.key]}  " if remark.key in letters and not matching else ""
        if self.plain:
            stop = "" if remark.text.endswith((".", "?", "!")) else "."
            self.say(f"{_mark_words(presented, remark)}: {letter}{remark.text}{stop} {remark.why}".rstrip())
            return
        sign, style = SIGNS[remark.mark]
        self.say(remark.text, style, before=f"{sign} {letter}")
        if remark.why:
            self.say(remark.why, before="     ")

    def places(self, view: View) -> None:
        """All questions: told in a few lines."""
        self.say(_spans(place.number for place in view.places if place.answered), before="Answered: ")
        self.say(_spans(place.number for place in view.places if not place.answered), before="Without an answer: ")
        self.say(_spans(place.number for place in view.places if place.flagged), before="Flagged: ")

    # Prove it

    def prove(self, session: Session) -> None:
        from quizzes.showing import prove_it

        view = session.view()
        question = view.presented.question
        if view.feedback is None and not (isinstance(question, model.Prove) and session.at_once):
            raise UsageError(_not_yet("the run", session))
        if view.feedback is not None and not view.feedback.provable:
            raise UsageError("nothing in this question can be run; its references say where it is written")
        self.shown(prove_it(question, view.response or session.tried.get(view.number)))

    def try_out(self, session: Session, line: str) -> None:
        """Run a task with the learner's changes, which are no answer yet."""
        presented = session.presented(session.number)
        if not isinstance(presented.question, model.Prove):
            raise UsageError("there is nothing to try here: only tasks are run")
        if session.view().feedback is not None:
            raise UsageError("this task is answered")
        tried: Attempt = session.try_out(understood(presented, line))
        self.lines("This does not hold yet:", tried.failed)
        self.lines("It cannot be run so:", tried.problems)
        if tried.holds:
            self.say("Everything holds. To answer with it, type it without try.", "green")
        else:
            self.say("Change it, and try again." + ("" if tried.problems else " prove shows this run."))

    def read_on(self, session: Session) -> None:
        given = session.view().feedback
        if given is None:
            raise UsageError(_not_yet("the notes", session))
        ours = [ref for ref in given.refs if ref.startswith(OURS)]
        if not ours:
            raise UsageError("the notes say nothing of it; follow its address")
        for ref in ours:
            self.notes(ref)

    def notes(self, citation: str) -> None:
        """A section of the pages on AWS's behaviour. Raises UsageError."""
        text = section(citation)
        if self.plain:
            for line in told(text):
                self.say(line)
            return
        from rich.markdown import Markdown

        self.console.print(Markdown(text))
        self.say(f"What the marks and sources mean: {address(f'{OURS}{page(citation)}.md §0')}", "dim")

    def shown(self, run: Shown) -> None:
        """The timeline of a run, its explanation, and what each option claims of it."""
        from sim.analysis.story import BAD, clock

        self.heading(f"The run: {run.title}")
        if run.changed:
            self.say(run.changed, before="As the right option has it, with ")
        for moment in run.moments:
            self.say(moment.text, before=f"{clock(moment.time):>8}  {'  ' * max(0, moment.depth)}")
        for explanation in run.explanations:
            self.say()
            self.say(f"Why: {explanation.title}", "bold")
            for line in explanation.lines:
                if line.depth == 0 or line.outcome in BAD:
                    self.say(f"{line.subject}: {line.outcome}. {line.text}", before=f"{clock(line.time):>8}  ")
                    self.say(f"{line.basis}: {line.source}", "dim", before="          ")
        if run.claims:
            self.say()
            self.say("What was measured:" if run.measured else "What the options claim:", "bold")
        for text, claim, holds in run.claims:
            self.say(text, before="  holds: " if holds else "  does not hold: ")
            self.say(claim, "dim", before="    ")

    # The end

    def report(self, how: Report, session: Session) -> None:
        self.heading("How it went")
        if not how.asked:
            self.say("Nothing was answered.")
            return
        self.say(f"{how.right} of {how.asked} right: {how.percent:.0f} %", "bold")
        if how.asked > 1:
            low, high = f"{how.low:.0f} %", f"{how.high:.0f} %"
            self.say(f"With so few questions the true share may lie anywhere between {low} and {high}.")
        if how.unanswered:
            were = "1 was" if how.unanswered == 1 else f"{how.unanswered} were"
            self.say(f"{were} not answered, which counts as wrong.")
        if session.plan.exam:
            passing = blueprints.exam(session.plan.exam).passing
            self.say(
                f"The exam is passed with a scaled score of {passing} of 1000. How answers become scaled scores is not "
                "published, so none is given here."
            )
        if len(how.domains) > 1:
            self.lines("By domain:" if session.plan.exam else "By topic:", map(_share, how.domains))
            self.lines("Worth going over again:", map(_share, how.weak))
        shown = [
            f"{self.misconceptions.get(name, name)} ({count}) Drill: codesuite quiz --misconception {name}"
            for name, count in how.misconceptions
        ]
        self.lines("What your answers may rest on, and is not so:", shown)
        self.lines("See it happen:", how.run)
        self.lines("Read:", map(address, how.read))


def _wrapped(line: str, width: int) -> list[str]:
    """The lines of a text; a command to type, which stands at its end, stays in one piece."""
    kept = re.sub(r"codesuite quiz .*", lambda found: found[0].replace(" ", "\xa0"), line)
    return [piece.replace("\xa0", " ") for piece in wrap(kept, width, break_long_words=False, break_on_hyphens=False)]


def _mark_words(presented: Presented, remark: Remark) -> str:
    """How a part of an answer was taken, in words: of an order by its place, of pairs by the pair."""
    question = presented.question
    if not isinstance(question, model.Ordering | model.Matching):
        return WORDS[remark.mark]
    spare = question.intruders if isinstance(question, model.Ordering) else question.extra
    if remark.key in {one.key for one in spare}:
        return SPARE_WORDS[remark.mark]
    return (ORDER_WORDS if isinstance(question, model.Ordering) else PAIR_WORDS)[remark.mark]


def _left(session: Session) -> str:
    """A session that was left, on one line."""
    from datetime import datetime

    begun = datetime.fromtimestamp(session.begun.started / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
    left = session.view().left_ms
    time = "" if left is None else f", {_spell(left)} left"
    return f"{session.plan.title}, begun {begun}, {len(session.answers)} of {session.total} answered{time}"


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
    if isinstance(question, model.Prove):
        return " (Type the change; with try before it, it is only tried out.)"
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


def _not_yet(what: str, session: Session) -> str:
    then = "answer first" if session.at_once else "an exam tells nothing before its end"
    return f"{what} would give the answer away: {then}"


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"


def _spans(numbers: Iterable[int]) -> str:
    """`1-3, 5`"""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{first}-{last}" if first < last else f"{first}" for first, last in spans) or "none"


def _whole(text: str) -> int:
    if not text.strip().isdigit():
        raise UsageError("a number is wanted, such as go 3")
    return int(text)


def _spell(ms: int) -> str:
    minutes = (ms + 59_999) // 60_000
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
