"""Predictions in a learner's record: what a wrong mark rests on is a misconception like those of questions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from quizzes.progress import Begun, Entry, Progress
from quizzes.sessions import Now, clock
from sim.widgets.predict import Judgement

MODE = "prediction"
MISCONCEPTIONS: Mapping[str, str] = {
    "reached": "failures-never-stop",
    "stopped": "stops-at-first-failure",
    "stopped-everywhere": "stopped-everywhere",
    "no-rollback": "rollback-never-by-itself",
    "rollback": "rollback-is-default",
    "later-stages": "later-stages-run",
    "failure-fails-all": "any-failure-fails",
    "superseded-fails": "superseded-is-failure",
    "all-get-a-turn": "queue-all",
    "rejection-stops": "rejection-is-stop",
    "silence-approves": "silence-is-consent",
}
"""The misconception that each slip of a prediction shows."""


@dataclass(frozen=True)
class Recorder:
    """Keeps each judgement in the learner's record, and says what its misconceptions mean."""

    progress: Progress
    learner: str
    meanings: Mapping[str, str]
    now: Now = clock

    def __call__(self, judgement: Judgement) -> list[str]:
        at = self.now()
        shown = [MISCONCEPTIONS[slip] for slip in judgement.slips]
        name = f"prediction: {judgement.title}"
        begun = Begun(uuid.uuid4().hex, self.learner, MODE, name, at, None, {"of": judgement.of})
        payload = {"right": judgement.right == len(judgement.rows), "card": name, "rev": 1, "misconceptions": shown}
        marks = {"marks": {row.row.key: row.marked for row in judgement.rows}}
        entries = [
            Entry(1, at, "answer", 1, name, {"response": marks}),
            Entry(2, at, "grade", 1, name, payload),
            Entry(3, at, "finish"),
        ]
        self.progress.begin(begun)
        self.progress.append(begun, entries)
        return [self.meanings.get(one, one) for one in shown]


__all__ = ["MISCONCEPTIONS", "Recorder"]
