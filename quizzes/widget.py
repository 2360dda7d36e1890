"""Quiz, exam, review and predictions in a notebook: a second face of the sessions that the terminal shows.

>>> from quizzes.widget import quiz
>>> quiz(ids=["inplace-half-of-nine"], path=None).screen["stage"]
'question'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import anywidget
import traitlets

from quizzes import generate, model, selection
from quizzes.bank import load
from quizzes.command import LEARNER
from quizzes.predictions import Recorder
from quizzes.progress import Progress, default_path
from quizzes.screens import Desk, Screen
from quizzes.selection import Plan, Wanted
from quizzes.sessions import Session, asked_lately, clock
from sim.core.problems import UsageError
from sim.widgets import pieces

if TYPE_CHECKING:
    from sim.widgets import Flight
    from sim.widgets.predict import Of
    from sim.widgets.predict_view import PredictView

STATIC = Path(__file__).parent / "static"
Kept = str | Path | Literal["default"] | None
"""Where progress is kept: a file, the learner's usual one, or None: in memory only."""


class QuizView(anywidget.AnyWidget):
    """Shows a desk. `screen` is all that the browser gets; its messages are what the learner intends."""

    _esm = pieces.module(STATIC / "quiz.js")
    _css = pieces.style(STATIC / "quiz.css")
    screen: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: Desk | None, notice: Screen | None = None):
        self.desk = desk
        super().__init__(screen=desk.screen() if desk is not None else notice)
        self.on_msg(self._heard)

    def act(self, **intent: Any) -> Screen:
        """Do what a learner would at the screen: `act(do="answer", text="b")`. Returns what is shown then."""
        if self.desk is not None:
            self.desk.act(intent)
            self.screen = self.desk.screen()
        return dict(self.screen)

    def _heard(self, _: Any, content: Mapping[str, Any], __: Any) -> None:
        try:
            self.act(**content)
        except Exception as error:
            # Jupyter writes what a message's receiver raises into a log that nobody sees.
            self.screen = {**self.screen, "trouble": f"This failed, and nothing was changed: {error!r}"}
            raise


def quiz(
    topic: str | None = None,
    ids: str | Iterable[str] | None = None,
    n: int | None = None,
    *,
    misconception: str | None = None,
    learner: str = LEARNER,
    path: Kept = "default",
    seed: int | None = None,
    banks: Iterable[Path] | None = None,
) -> QuizView:
    """A practice: every answer is told at once, with the rationale of each option.

    `ids` names the questions themselves, of banks or drawn (`codedeploy.batch-size#17`); else `topic` or
    `misconception` says what about, and `n` how many. Without a seed the questions differ each time; questions that
    are named keep one order of options. Raises UsageError.
    """
    bank = load(banks)
    if ids is not None:
        names = [ids] if isinstance(ids, str) else list(ids)
        return _view(bank, path, learner, selection.given(bank, names, seed or 0))
    mode = "drill" if misconception else "practice"
    plan = selection.practice(bank, Wanted(topic, misconception), _seed(seed), n, mode)
    return _view(bank, path, learner, plan)


def exam(
    exam: str = "DVA-C02",
    *,
    questions: int | None = None,
    minutes: int | None = None,
    learner: str = LEARNER,
    path: Kept = "default",
    seed: int | None = None,
    banks: Iterable[Path] | None = None,
) -> QuizView:
    """A mock exam: nothing is told before its end, and its deadline is fixed when it is begun.

    An exam that was begun and not ended goes on where it was left, also in another kernel, whatever else is asked for.
    Raises UsageError.
    """
    bank = load(banks)
    progress = _progress(path)
    left = [one for one in progress.unfinished(learner) if one.mode == "exam" and one.plan["exam"] == exam]
    if left:
        session = Session.resume(progress, left[0].id, bank)
        return QuizView(Desk(progress, learner, session.plan, session=session, misconceptions=_meanings(bank)))
    lately = asked_lately(progress, learner, exam)
    plan = selection.exam(bank, exam, _seed(seed), questions, minutes, generated=banks is None, lately=lately)
    return QuizView(Desk(progress, learner, plan, misconceptions=_meanings(bank)))


def review(
    n: int | None = None,
    *,
    learner: str = LEARNER,
    path: Kept = "default",
    seed: int | None = None,
    banks: Iterable[Path] | None = None,
) -> QuizView:
    """What is due again for this learner, the longest overdue first; or a word that nothing is."""
    bank = load(banks)
    progress = _progress(path)
    try:
        plan = selection.review(bank, progress.cards(learner, clock()), _seed(seed), n)
    except UsageError as error:
        notices = [pieces.sentence(error)]
        return QuizView(None, {"stage": "notice", "title": "Review", "notices": notices, "told": "", "trouble": ""})
    return QuizView(Desk(progress, learner, plan, misconceptions=_meanings(bank)))


def predict(
    flight: Flight,
    of: Of = "revision",
    *,
    number: int = 1,
    learner: str = LEARNER,
    path: Kept = "default",
) -> PredictView:
    """A prediction of a flight, as `sim.widgets.Prediction`, whose errors go into the learner's record as
    misconceptions."""
    from sim.widgets.predict import Prediction

    recorder = Recorder(_progress(path), learner, _meanings(load()))
    return Prediction(flight, of, number, on_judged=recorder).view()


def _view(bank: model.Bank, path: Kept, learner: str, plan: Plan) -> QuizView:
    return QuizView(Desk(_progress(path), learner, plan, misconceptions=_meanings(bank)))


def _progress(path: Kept) -> Progress:
    return Progress(default_path() if path == "default" else None if path is None else Path(path))


def _seed(seed: int | None) -> int:
    return clock() % 1_000_000 if seed is None else seed


def _meanings(bank: model.Bank) -> dict[str, str]:
    return generate.beliefs() | dict(bank.misconceptions)


__all__ = ["QuizView", "exam", "predict", "quiz", "review"]
