"""A session as a state object: it knows no terminal and no notebook. A face reads `view` and calls what is intended.

Times are ms since 1970, and given by the caller: a deadline is stored when the session begins, never counted down.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quizzes import model, selection
from quizzes.asking import Grade, Presented, Response, grade, present
from quizzes.memory import remember
from quizzes.progress import Begun, Card, Entry, Progress
from quizzes.scoring import Report, Scored, report
from quizzes.selection import MINUTE_MS, Plan
from sim.core.problems import UsageError

if TYPE_CHECKING:
    from quizzes.proof import Attempt

MODES = ("practice", "review", "exam", "drill")
LATELY = 2
"""So many mocks back a question was asked lately."""
Now = Callable[[], int]


def clock() -> int:
    """The time now, in ms since 1970."""
    from time import time

    return round(time() * 1000)


def asked_lately(progress: Progress, learner: str, exam: str) -> frozenset[str]:
    """The questions of the learner's last mocks of that exam, by id: another mock asks others where it can."""
    mocks = [one for one in progress.sessions(learner) if one.mode == "exam" and one.plan.get("exam") == exam]
    return frozenset(item["id"] for one in mocks[-LATELY:] for item in one.plan["questions"])


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is told of an answer, once it may be."""

    grade: Grade
    explain: str
    refs: tuple[str, ...]
    currency: model.Currency
    provable: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One question in the list of all: answered, flagged, and right or wrong once that may be told."""

    number: int
    answered: bool
    flagged: bool
    right: bool | None


@dataclass(frozen=True, slots=True)
class View:
    """What there is to see now. `left_ms` is the time left, None without a limit."""

    mode: str
    title: str
    number: int
    total: int
    presented: Presented
    response: Response | None
    flagged: bool
    hint: str
    feedback: Feedback | None
    left_ms: int | None
    over: bool
    places: tuple[Place, ...] = field(default=())


class Session:
    """One session of one learner. Made by `start` or `resume`."""

    def __init__(self, progress: Progress, begun: Begun, plan: Plan, now: Now):
        self.progress = progress
        self.begun = begun
        self.plan = plan
        self.now = now
        self.number = 1
        self.answers: dict[int, Response] = {}
        self.flags: set[int] = set()
        self.hinted: set[int] = set()
        self.tried: dict[int, Response] = {}
        """What was tried last of each task."""
        self.grades: dict[int, Grade] = {}
        self.finished = False
        self._entries = 0
        self._presented: dict[int, Presented] = {}
        self._begun = True

    @classmethod
    def start(
        cls,
        progress: Progress,
        learner: str,
        plan: Plan,
        now: Now = clock,
        id: str | None = None,
        *,
        at_first_step: bool = False,
    ) -> Session:
        """Begin a session, and keep it: at once, or from the first answer, flag or hint on."""
        started = now()
        deadline = None if plan.minutes is None else started + plan.minutes * MINUTE_MS
        kept = selection.to_plain(plan)
        begun = Begun(id or uuid.uuid4().hex, learner, plan.mode, plan.title, started, deadline, kept)
        session = cls(progress, begun, plan, now)
        if at_first_step:
            session._begun = False
        else:
            progress.begin(begun)
        return session

    @classmethod
    def resume(cls, progress: Progress, id: str, bank: model.Bank, now: Now = clock) -> Session:
        """The session as it was left, at its first question without an answer. Raises UsageError."""
        begun = progress.session(id)
        plan = selection.from_plain(begun.mode, begun.title, begun.plan, bank)
        session = cls(progress, begun, plan, now)
        for entry in progress.entries(id):
            session._replay(entry)
        waiting = [number for number in range(1, session.total + 1) if number not in session.answers]
        session.number = waiting[0] if waiting else session.total
        return session

    # What there is to see

    @property
    def total(self) -> int:
        return len(self.plan.questions)

    @property
    def at_once(self) -> bool:
        """Whether an answer is told right or wrong at once: in every mode but the exam."""
        return self.plan.mode != "exam"

    @property
    def over(self) -> bool:
        """Nothing can be answered any more: it was ended, or its time is over."""
        return self.finished or (self.begun.deadline is not None and self.now() >= self.begun.deadline)

    def presented(self, number: int) -> Presented:
        found = self._presented.get(number)
        if found is None:
            found = self._presented[number] = present(self.plan.questions[number - 1], self.plan.seed, number)
        return found

    def view(self) -> View:
        number = self.number
        question = self.plan.questions[number - 1]
        deadline = self.begun.deadline
        return View(
            self.plan.mode,
            self.plan.title,
            number,
            self.total,
            self.presented(number),
            self.answers.get(number),
            number in self.flags,
            question.hint if number in self.hinted else "",
            self.feedback(number),
            None if deadline is None else max(0, deadline - self.now()),
            self.over,
            tuple(self._place(number) for number in range(1, self.total + 1)),
        )

    def _place(self, number: int) -> Place:
        known = self.grades.get(number)
        right = None if known is None or not self._may_tell(number) else known.right
        return Place(number, number in self.answers, number in self.flags, right)

    def _may_tell(self, number: int) -> bool:
        return self.finished or (self.at_once and number in self.grades)

    def feedback(self, number: int) -> Feedback | None:
        """What is told of an answer; None as long as it may not be."""
        if not self._may_tell(number) or number not in self.grades:
            return None
        question = self.plan.questions[number - 1]
        provable = question.proof is not None or question.drawn is not None or isinstance(question, model.Prove)
        return Feedback(self.grades[number], question.explain, question.refs, question.currency, provable)

    def report(self) -> Report:
        """How it went so far: of an exam all questions, else those answered."""
        numbers = range(1, self.total + 1) if self.plan.mode == "exam" else sorted(self.grades)
        rows = []
        for number in numbers:
            question = self.plan.questions[number - 1]
            known = self.grades.get(number) or grade(question, self.answers.get(number))
            rows.append(Scored(question, number in self.answers, known))
        return report(rows, self.plan.exam)

    # What is intended

    def answer(self, response: Response) -> Grade | None:
        """Answer the question that is shown; its grade, where that is told at once. Raises UsageError."""
        self._still_open()
        number = self.number
        if self.at_once and number in self.grades:
            raise UsageError("this question is answered; go on to the next")
        entries = [self._entry("answer", number, {"response": response})]
        given: Grade | None = None
        cards: list[Card] = []
        if self.at_once:
            given = grade(self.plan.questions[number - 1], response)
            entries.append(self._graded(number, given, len(entries)))
            cards.append(self._card(number, given))
        self._keep(entries, cards)
        self.answers[number] = response
        if given is not None:
            self.grades[number] = given
        return given

    def try_out(self, response: Response) -> Attempt:
        """Run the task that is shown with these changes, without answering it. Raises UsageError."""
        from quizzes.proof import attempt

        self._still_open()
        question = self.plan.questions[self.number - 1]
        if not isinstance(question, model.Prove) or not self.at_once or self.number in self.grades:
            raise UsageError("only a task that is not answered yet can be tried")
        tried = attempt(question, response)
        self._keep([self._entry("try", self.number, {"response": response, "holds": tried.holds})])
        self.tried[self.number] = response
        return tried

    def flag(self) -> bool:
        """Flag the question that is shown, or take the flag away; whether it is flagged now."""
        self._still_open()
        number = self.number
        kind = "unflag" if number in self.flags else "flag"
        self._keep([self._entry(kind, number)])
        self._mark(kind, number)
        return number in self.flags

    def ask_hint(self) -> str:
        """The hint of the question that is shown. Raises UsageError when there is none, or in an exam."""
        question = self.plan.questions[self.number - 1]
        if not self.at_once:
            raise UsageError("an exam gives no hints")
        if not question.hint:
            raise UsageError("this question has no hint")
        if self.number not in self.hinted:
            self._keep([self._entry("hint", self.number)])
            self.hinted.add(self.number)
        return question.hint

    def go(self, number: int) -> None:
        """Show that question. Raises UsageError."""
        if not 1 <= number <= self.total:
            raise UsageError(f"there is no question {number}; there are {self.total}")
        self.number = number

    def next(self) -> bool:
        """Show the next question; False where there is none."""
        there = self.number < self.total
        self.number += there
        return there

    def back(self) -> bool:
        """Show the question before; False where there is none."""
        there = self.number > 1
        self.number -= there
        return there

    def finish(self) -> Report:
        """End the session: what was not answered counts as wrong in an exam. Ending it twice changes nothing."""
        if not self.finished:
            entries: list[Entry] = []
            cards: dict[str, Card] = {}
            grades: dict[int, Grade] = {}
            if not self.at_once:
                for number in range(1, self.total + 1):
                    given = grades[number] = grade(self.plan.questions[number - 1], self.answers.get(number))
                    entries.append(self._graded(number, given, len(entries)))
                    card = self._card(number, given, cards)
                    cards[card.card] = card
            entries.append(self._entry("finish", 0, ahead=len(entries)))
            self._keep(entries, list(cards.values()))
            self.grades |= grades
            self.finished = True
        return self.report()

    # Keeping it

    def _still_open(self) -> None:
        if self.over:
            raise UsageError("the session is over" if self.finished else "the time is over; nothing more is taken")

    def _entry(self, kind: str, number: int, payload: Any = None, ahead: int = 0) -> Entry:
        question = self.plan.questions[number - 1].id if number else ""
        return Entry(self._entries + 1 + ahead, self._time(), kind, number, question, payload)

    def _time(self) -> int:
        """The time of an entry: an exam that is looked at after its deadline has ended at the deadline."""
        deadline = self.begun.deadline
        return self.now() if deadline is None else min(self.now(), deadline)

    def _graded(self, number: int, given: Grade, ahead: int) -> Entry:
        question = self.plan.questions[number - 1]
        payload: dict[str, Any] = {
            "right": given.right,
            "card": question.card,
            "rev": question.rev,
            "misconceptions": list(given.misconceptions),
        }
        return self._entry("grade", number, payload, ahead)

    def _card(self, number: int, given: Grade, fresh: Mapping[str, Card] | None = None) -> Card:
        """What is remembered from now on; `fresh` holds what this very step has changed already."""
        card = self.plan.questions[number - 1].card
        known = (fresh or {}).get(card) or self.progress.card(self.begun.learner, card)
        state, due = remember(card, None if known is None else known.state, given.right, self._time())
        return Card(card, due, state)

    def _keep(self, entries: list[Entry], cards: list[Card] | None = None) -> None:
        if not self._begun:
            self.progress.begin(self.begun)
            self._begun = True
        self.progress.append(self.begun, entries, cards or ())
        self._entries += len(entries)

    def _replay(self, entry: Entry) -> None:
        self._entries = entry.number
        if entry.kind == "answer":
            self.answers[entry.item] = entry.payload["response"]
        elif entry.kind == "grade":
            self.grades[entry.item] = self._again(entry)
        elif entry.kind == "try":
            self.tried[entry.item] = entry.payload["response"]
        elif entry.kind == "finish":
            self.finished = True
        else:
            self._mark(entry.kind, entry.item)

    def _again(self, entry: Entry) -> Grade:
        """The grade with its remarks; right or wrong is what was said then."""
        question = self.plan.questions[entry.item - 1]
        kept: Mapping[str, Any] = entry.payload
        if isinstance(question, model.Prove):  # to grade it again would be to run it again
            return Grade(kept["right"], tuple(kept["misconceptions"]))
        again = grade(question, self.answers.get(entry.item))
        return Grade(kept["right"], tuple(kept["misconceptions"]), again.remarks)

    def _mark(self, kind: str, number: int) -> None:
        if kind == "flag":
            self.flags.add(number)
        elif kind == "unflag":
            self.flags.discard(number)
        elif kind == "hint":
            self.hinted.add(number)
