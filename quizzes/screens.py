"""A session as a screen shows it: plain values, and the intentions that change them. It knows no widget and no browser.

Letters go out and letters come in, as in the terminal: keys of options stay here, because a key such as that of a pair
would give the answer away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any

from quizzes import blueprints, model
from quizzes.asking import Mark, Presented, Remark, Response, understood
from quizzes.progress import Progress
from quizzes.proof import Attempt, editable, on_one_line, scenario_of
from quizzes.reading import OURS, section, told
from quizzes.scoring import Report, Share
from quizzes.selection import Plan
from quizzes.sessions import Feedback, Now, Session, View, clock
from quizzes.showing import Shown
from quizzes.terminal import CURRENCY, WORDS
from sim.core.problems import UsageError
from sim.widgets import pieces

Screen = dict[str, Any]
SIGNS: dict[Mark, str] = {"right": "✓", "wrong": "✗", "missed": "→", "": "·"}


class Desk:
    """One session on one screen. `screen()` is what there is to see, `act` takes what the learner intends.

    A practice is kept from its first answer on, so that looking at a notebook leaves nothing behind; an exam from the
    moment it is begun, when its deadline is fixed.
    """

    def __init__(
        self,
        progress: Progress,
        learner: str,
        plan: Plan,
        *,
        now: Now = clock,
        session: Session | None = None,
        misconceptions: Mapping[str, str] | None = None,
    ):
        self.progress = progress
        self.learner = learner
        self.plan = plan
        self.now = now
        self.misconceptions = misconceptions or {}
        self.session = session
        if session is None and plan.mode != "exam":
            self.session = Session.start(progress, learner, plan, now, at_first_step=True)
        self.told = ""
        """What has just happened, in a sentence: it is read out."""
        self.trouble = ""
        self.leaving = False
        """Whether the learner is asked if the exam shall end."""
        self.reading = False
        """Whether the report is shown, and no question."""
        self.run: Shown | None = None
        self.trial: Attempt | None = None
        """What came of trying a task out."""
        self.notes: list[str] = []
        """The references whose pages are open."""
        # Messages of a view may come in a thread of their own, beside a cell that runs.
        self._lock = RLock()
        self._strike()

    # What the learner intends

    def act(self, intent: Mapping[str, Any]) -> None:
        """Do what a message says: {"do": NAME, …}; "keep" is an answer that is given before.

        What cannot be done is said in `trouble`, and changes nothing.
        """
        with self._lock:
            self.told = self.trouble = ""
            if self._strike():
                return
            intended = self._intents().get(str(intent.get("do")))
            try:
                if intended is None:
                    raise UsageError(f"nothing is known of {intent.get('do')!r} here")
                if "keep" in intent:
                    self._answer({"text": intent["keep"]})
                intended(intent)
            except UsageError as error:
                self.trouble = pieces.sentence(error)

    def _intents(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        if self.session is None:
            return {"begin": self._begin, "look": lambda _: None}
        return {
            "look": lambda _: None,
            "answer": self._answer,
            "next": self._next,
            "go": self._go,
            "flag": self._flag,
            "hint": self._hint,
            "try": self._try,
            "prove": self._prove,
            "read": self._read,
            "finish": self._finish,
            "stay": self._stay,
            "report": self._report,
        }

    def _strike(self) -> bool:
        """End an exam whose time is over."""
        session = self.session
        if session is None or session.finished or not session.over:
            return False
        session.finish()
        self.reading, self.leaving = True, False
        self.told = "The time is over. What was answered until then counts."
        return True

    @property
    def open(self) -> Session:
        assert self.session is not None
        return self.session

    def _begin(self, _: Mapping[str, Any]) -> None:
        self.session = Session.start(self.progress, self.learner, self.plan, self.now)
        self.told = f"The exam has begun. {left(self.open.view())}"

    def _answer(self, intent: Mapping[str, Any]) -> None:
        session = self.open
        self.run = self.trial = None
        given = session.answer(self._understood(intent))
        if given is None:
            self.told = f"Question {session.number}: kept."
        else:
            self.told = outcome(given.right, True)

    def _understood(self, intent: Mapping[str, Any]) -> Response:
        """The response that the screen's text stands for: what would be typed in the terminal."""
        presented = self.open.presented(self.open.number)
        try:
            return understood(presented, str(intent.get("text", "")))
        except UsageError:
            if isinstance(presented.question, model.Numeric | model.Prove):
                raise
            # Who has chosen with buttons has typed no letters.
            raise UsageError(f"this is no whole answer yet: {parts(presented.question)['wanted']}") from None

    def _next(self, _: Mapping[str, Any]) -> None:
        last = self.open.number == self.open.total
        self._show(min(self.open.number + 1, self.open.total))
        if last:
            self.told = "This is the last question."

    def _go(self, intent: Mapping[str, Any]) -> None:
        number = intent.get("number")
        if not isinstance(number, int):
            raise UsageError("the number of a question is wanted")
        self._show(number)

    def _show(self, number: int) -> None:
        self.open.go(number)
        self.run, self.trial, self.notes = None, None, []
        self.reading = self.leaving = False
        self.told = f"Question {number} of {self.open.total}."

    def _flag(self, _: Mapping[str, Any]) -> None:
        self.told = "Flagged." if self.open.flag() else "No flag any more."

    def _hint(self, _: Mapping[str, Any]) -> None:
        self.told = f"Hint: {self.open.ask_hint()}"

    def _prove(self, _: Mapping[str, Any]) -> None:
        from quizzes.showing import prove_it

        view = self.open.view()
        tried = self.open.tried.get(view.number)
        if view.feedback is None and tried is None:
            raise UsageError("the run would give the answer away: answer first")
        self.run = prove_it(view.presented.question, tried if view.response is None else view.response)
        self.told = "The scenario has been run; what happened stands below."

    def _try(self, intent: Mapping[str, Any]) -> None:
        """Run a task without answering it."""
        self.run = self.trial = None  # what was said of another try holds no longer, also if this one is no change
        self.trial = self.open.try_out(self._understood(intent))
        self.told = "Everything holds." if self.trial.holds else "Something does not hold yet."

    def _read(self, _: Mapping[str, Any]) -> None:
        """Open the pages that the question rests on, or close them."""
        feedback = self.open.view().feedback
        if feedback is None:
            raise UsageError("the notes would give the answer away: answer first")
        self.notes = [] if self.notes else [ref for ref in feedback.refs if ref.startswith(OURS)]

    def _finish(self, intent: Mapping[str, Any]) -> None:
        session = self.open
        if session.plan.mode == "exam" and not intent.get("sure") and not session.finished:
            self.leaving = True
            self.told = self._leave()
            return
        session.finish()
        self.reading, self.leaving = True, False
        self.told = "The session has ended; how it went stands below."

    def _leave(self) -> str:
        places = self.open.view().places
        waiting = sum(not place.answered for place in places)
        flagged = sum(place.flagged for place in places)
        some = {0: "Every question has an answer.", 1: "1 question has no answer and would count as wrong."}
        text = some.get(waiting, f"{waiting} questions have no answer and would count as wrong.")
        return f"{text} {f'{flagged} flagged. ' if flagged else ''}End the exam?"

    def _stay(self, _: Mapping[str, Any]) -> None:
        self.leaving = False
        self.told = "The exam goes on."

    def _report(self, _: Mapping[str, Any]) -> None:
        self.reading = self.open.finished

    # What there is to see

    def screen(self) -> Screen:
        """Everything that is shown now, and nothing that may not be told yet."""
        with self._lock:
            self._strike()
            common: Screen = {"mode": self.plan.mode, "title": self.plan.title, "notices": list(self.plan.notices)}
            common |= {"told": self.told, "trouble": self.trouble, "learner": self.learner}
            return common | (self._intro() if self.session is None else self._session())

    def _intro(self) -> Screen:
        count = len(self.plan.questions)
        return {
            "stage": "intro",
            "begin": f"Begin the exam: {count} question{'' if count == 1 else 's'} in {self.plan.minutes} minutes",
            "rules": "The time runs from then on, also while nobody looks. Answers can be changed until the end; "
            "nothing is told before it. Every answer is kept at once: after a restart of the kernel, run the cell "
            "again.",
        }

    def _session(self) -> Screen:
        session = self.open
        view = session.view()
        shown: Screen = {
            "stage": "question",
            "number": view.number,
            "total": view.total,
            "places": [
                {"number": one.number, "answered": one.answered, "flagged": one.flagged, "right": one.right}
                for one in view.places
            ],
            "over": view.over,
            "deadline": session.begun.deadline,
            "now": self.now(),
            "leaving": self._leave() if self.leaving else "",
        }
        if self.reading:
            return shown | {
                "stage": "report",
                "report": reported(session.report(), self.plan.exam, self.misconceptions),
            }
        shown["question"] = asked(view, hints=session.at_once)
        if self.trial is not None:
            shown["trial"] = {"holds": self.trial.holds, "said": [*self.trial.failed, *self.trial.problems]}
            shown["trial"]["provable"] = not self.trial.problems
        if view.feedback is not None:
            shown["feedback"] = fed_back(view.presented, view.feedback, view.response)
            shown["notes"] = [{"ref": ref, "lines": told(section(ref))} for ref in self.notes]
        if self.run is not None:
            shown["run"] = ran(self.run, view.presented, view.feedback)
        return shown


def left(view: View) -> str:
    """The time left in whole minutes, as a sentence; nothing without a limit."""
    if view.left_ms is None:
        return ""
    minutes = (view.left_ms + 59_999) // 60_000
    return f"{minutes} minute{'' if minutes == 1 else 's'} left."


def outcome(right: bool, answered: bool) -> str:
    if not answered:
        return "Not answered, which counts as not right."
    return "Right." if right else "Not right."


# A question that waits for an answer


def asked(view: View, *, hints: bool) -> Screen:
    """A question without anything that would give its answer away: what it is about is told once it is answered. Topic
    and difficulty are no part of an exam."""
    question = view.presented.question
    told = hints and view.feedback is not None
    return {
        "kind": question.kind,
        "about": f"{question.topic}, difficulty {question.difficulty} of 5" if told else "",
        "historical": question.historical,
        "stem": question.stem,
        "exhibit": question.exhibit.rstrip("\n"),
        "choices": [{"letter": shown.letter, "text": shown.text} for shown in view.presented.choices],
        "given": given(view.presented, view.response),
        "flagged": view.flagged,
        "hint": view.hint,
        "hintable": hints and bool(question.hint) and not view.hint and view.feedback is None,
        **parts(question),
    }


def parts(question: model.Question) -> Screen:
    """What questions of its kind need beside choices, and what is wanted."""
    if isinstance(question, model.Multiple):
        return {"choose": question.choose, "wanted": f"Choose {question.choose}."}
    if isinstance(question, model.Ordering):
        wanted = (
            "Put them in order. Some belong nowhere: leave them out." if question.intruders else "Put them in order."
        )
        return {"intruders": bool(question.intruders), "wanted": wanted}
    if isinstance(question, model.Matching):
        wanted = "Choose one for each line."
        if question.extra:
            wanted += " One is spare." if len(question.extra) == 1 else f" {len(question.extra)} are spare."
        return {"lefts": [pair.left for pair in question.pairs], "wanted": wanted}
    if isinstance(question, model.Numeric):
        return {"unit": question.unit, "wanted": f"A number of {question.unit}."}
    if isinstance(question, model.Prove):
        import yaml

        rows = [{"path": path, "value": _as_typed(value)} for path, value in editable(question).items()]
        wanted = "Change the scenario; your change is run. Values are written as in YAML."
        scenario = yaml.safe_dump(scenario_of(question)[0], sort_keys=False, width=100, allow_unicode=True)
        return {"edits": rows, "wanted": wanted, "scenario": scenario}
    return {"wanted": "Choose one."}


def _as_typed(value: Any) -> str:
    return "" if value == "not set" else on_one_line(value)


def given(presented: Presented, response: Response | None) -> Any:
    """An answer by letters: a list of them; for a task {path: text}; a number as text. None without an answer."""
    if response is None:
        return None
    question = presented.question
    if isinstance(question, model.Prove):
        return {path: on_one_line(value) for path, value in response.items()}
    if isinstance(question, model.Numeric):
        return f"{response:g}"
    keys = [response.get(pair.key) for pair in question.pairs] if isinstance(question, model.Matching) else response
    return [presented.letter(key) for key in keys]


# An answer that was given


def fed_back(presented: Presented, feedback: Feedback, response: Response | None) -> Screen:
    """What is said of an answer: every option with its mark and rationale, in the order of the screen."""
    letters = {shown.key: (place, shown.letter) for place, shown in enumerate(presented.choices)}
    by_letter = isinstance(presented.question, model.Choice)
    remarks = feedback.grade.remarks
    if isinstance(presented.question, model.Numeric) and feedback.grade.right:
        remarks = ()  # the number that is right was typed
    if by_letter:
        remarks = tuple(sorted(remarks, key=lambda one: letters[one.key][0]))
    lettered = by_letter or isinstance(presented.question, model.Ordering)
    return {
        "right": feedback.grade.right,
        "outcome": outcome(feedback.grade.right, response is not None),
        "remarks": [_remark(one, letters[one.key][1] if lettered and one.key in letters else "") for one in remarks],
        "ordered": isinstance(presented.question, model.Ordering),
        "lesson": feedback.explain,
        "currency": _currency(feedback),
        "refs": list(feedback.refs),
        "readable": any(ref.startswith(OURS) for ref in feedback.refs),
        "provable": feedback.provable,
    }


def _remark(remark: Remark, letter: str) -> Screen:
    sign, word = SIGNS[remark.mark], WORDS[remark.mark]
    return {"letter": letter, "text": remark.text, "why": remark.why, "mark": remark.mark, "sign": sign, "word": word}


def _currency(feedback: Feedback) -> str:
    currency = feedback.currency
    if currency.status == "current" and not currency.note:
        return ""
    return f"{CURRENCY.get(currency.status, 'Note')} (checked {currency.checked}): {currency.note}"


def ran(run: Shown, presented: Presented, feedback: Feedback | None) -> Screen:
    """The run behind a question: its timeline, the decisions, and what each option claims of it, with its rationale."""
    known = {remark.text: remark for remark in feedback.grade.remarks} if feedback is not None else {}
    letters = {shown.text: shown.letter for shown in presented.choices}
    claims = [
        {
            "letter": letters.get(text, ""),
            "text": text,
            "claim": claim,
            "holds": holds,
            "why": known[text].why if text in known else "",
        }
        for text, claim, holds in run.claims
    ]
    return {
        "title": f"{run.title}, with {run.changed}" if run.changed else run.title,
        "moments": pieces.moments(run.moments),
        "bars": pieces.bars(run.result),
        "explanations": pieces.explained(run.explanations),
        "claims": sorted(claims, key=lambda row: str(row["letter"])),
    }


# The end


def reported(report: Report, exam: str | None, misconceptions: Mapping[str, str]) -> Screen:
    """How it went: percent with its interval, by domain or topic, what to go over, run and read."""
    return {
        "asked": report.asked,
        "right": report.right,
        "unanswered": report.unanswered,
        "percent": round(report.percent),
        "low": round(report.low),
        "high": round(report.high),
        "passing": blueprints.exam(exam).passing if exam else None,
        "parts": "By domain" if exam else "By topic",
        "domains": [_share(share) for share in report.domains],
        "weak": [_share(share) for share in report.weak],
        "misconceptions": [
            {"text": misconceptions.get(name, name), "count": count} for name, count in report.misconceptions
        ],
        "run": list(report.run),
        "read": list(report.read),
    }


def _share(share: Share) -> Screen:
    return {"title": share.title, "right": share.right, "asked": share.asked, "percent": round(share.percent)}
