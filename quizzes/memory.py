"""When a question should come again: FSRS, from the `fsrs` package, with a day as its smallest step.

The algorithm and its constants are those of the package (https://github.com/open-spaced-repetition/py-fsrs): a right
answer is rated Good, a wrong one Again.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fsrs import Scheduler

SHARE = 0.9
"""How likely a question should still be known when it comes again."""
LONGEST_DAYS = 365


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    # No steps of minutes: a session is over in an hour. No fuzz: the same answers give the same days.
    return Scheduler(
        desired_retention=SHARE,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )


def remember(card: str, state: str | None, right: bool, at: int) -> tuple[str, int]:
    """What is remembered of a card after an answer: (its new state as JSON, when it is due).

    `state` is what this gave last time, or None; `at` and the day it is due are in ms since 1970.
    """
    from fsrs import Card, Rating

    known = Card(card_id=_number(card)) if state is None else Card.from_dict(json.loads(state))
    known, _ = _scheduler().review_card(known, Rating.Good if right else Rating.Again, _date(at))
    values: Any = known.to_dict()
    return json.dumps(values, sort_keys=True), round(known.due.timestamp() * 1000)


def _number(card: str) -> int:
    """FSRS wants a number; the same card has the same on every machine."""
    return int.from_bytes(sha256(card.encode()).digest()[:6])


def _date(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
