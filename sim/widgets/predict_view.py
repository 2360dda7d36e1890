"""A prediction as a widget: nothing of the run reaches the browser before every row is marked."""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from sim.core.problems import UsageError
from sim.widgets import pieces

if TYPE_CHECKING:
    from sim.widgets.predict import Judged, Prediction


class PredictView(anywidget.AnyWidget):
    """Shows a prediction. Messages: {"do": "run", "marks": {row: option}} and {"do": "again"}."""

    _esm = pieces.module(pieces.STATIC / "predict.js")
    _css = pieces.style(pieces.STATIC / "predict.css")
    screen: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, prediction: Prediction):
        self.prediction = prediction
        self._lock = RLock()
        self._turn = 0
        super().__init__(screen=shown(prediction))
        self.on_msg(self._heard)
        # The prediction has begun anew by then: it was told before its view was made.
        prediction.flight.observe(lambda _: self._show("The flight has changed: predict anew."))

    def act(self, **intent: Any) -> dict[str, Any]:
        """Do what somebody would at the screen: `act(do="run", marks={"web-1": "1"})`."""
        with self._lock:
            told, trouble = "", ""
            try:
                if intent.get("do") == "run":
                    told = self._run(intent.get("marks") or {})
                elif intent.get("do") == "again":
                    self.prediction.again()
            except UsageError as error:
                trouble = pieces.sentence(error)
            self._show(told, trouble)
            return dict(self.screen)

    def _heard(self, _: Any, content: Mapping[str, Any], __: Any) -> None:
        self.act(**content)

    def _run(self, marks: Mapping[str, Any]) -> str:
        for row, option in marks.items():
            self.prediction.mark(str(row), str(option))
        judgement = self.prediction.judge()
        return f"{judgement.right} of {len(judgement.rows)} as predicted."

    def _show(self, told: str = "", trouble: str = "") -> None:
        self._turn += 1
        self.screen = shown(self.prediction) | {"told": told, "trouble": trouble, "turn": self._turn}


def shown(prediction: Prediction) -> dict[str, Any]:
    """What there is to see of a prediction: the question and the marks; once judged, what happened, row by row."""
    screen: dict[str, Any] = {
        "title": prediction.flight.name,
        "question": prediction.question,
        "rows": [
            {"key": row.key, "label": row.label, "options": [list(option) for option in row.options]}
            for row in prediction.rows
        ],
        "marks": dict(prediction.marks),
        "told": "",
        "trouble": "",
    }
    judgement = prediction.judgement
    if judgement is not None:
        screen["judged"] = [_judged(row) for row in judgement.rows]
        screen["right"] = judgement.right
        screen["remarks"] = list(prediction.remarks)
    return screen


def _judged(row: Judged) -> dict[str, Any]:
    return {
        "label": row.row.label,
        "marked": row.text(row.marked),
        "happened": row.text(row.happened),
        "right": row.right,
        "why": row.why,
        "basis": row.basis,
        "source": row.source,
    }
