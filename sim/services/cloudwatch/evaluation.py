"""How the datapoints of an alarm become its state: pure functions. Source: docs/behaviour/codecommit-and-glue.md §16"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.core.states import Rule
from sim.services.cloudwatch import resources as r
from sim.services.cloudwatch.resources import MissingData, StateValue

EXTRA = 2
"""So many datapoints more than EvaluationPeriods lie in the evaluation range: AWS's tables show 5 for 3 periods, and
nothing says how long it is otherwise."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`breaching` (M) of the last `periods` (N) datapoints must breach; `missing` says what stands in for no data."""

    periods: int
    breaching: int
    missing: MissingData

    @property
    def range(self) -> int:
        """How many periods the evaluation looks back, the newest included."""
        return self.periods + EXTRA


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an evaluation comes to: `state` None means that the alarm keeps its state.

    `used` are the real datapoints that decided, as places in the range; `filled` says how many missing ones were
    filled in.
    """

    state: StateValue | None
    rule: Rule
    used: tuple[int, ...] = ()
    filled: int = 0


def judge(points: Sequence[bool | None], terms: Terms) -> Verdict:
    """The state that the datapoints of an evaluation range give, the oldest first.

    True is a datapoint that breaches the threshold, False one that does not, None a missing one.
    """
    real = tuple(place for place, point in enumerate(points) if point is not None)
    if len(real) >= terms.periods:
        used = real[-terms.periods :]
        enough = _breaching(points, used) >= terms.breaching
        return _threshold(enough, used, 0)
    missing = terms.periods - len(real)
    if terms.missing is MissingData.BREACHING:
        return _threshold(_breaching(points, real) + missing >= terms.breaching, real, missing)
    if terms.missing is MissingData.NOT_BREACHING:
        return _threshold(_breaching(points, real) >= terms.breaching, real, missing)
    return _without_filling(points, real, terms)


def _without_filling(points: Sequence[bool | None], real: tuple[int, ...], terms: Terms) -> Verdict:
    """Fewer datapoints than the alarm wants, and nothing stands in for those that are missing."""
    keeps = terms.missing is MissingData.IGNORE
    breaching = _breaching(points, real)
    if breaching >= terms.breaching or breaching < len(real):
        return _threshold(breaching >= terms.breaching, real, 0)
    # All there is breaches, and it is too little
    if real and len(points) - real[0] >= terms.breaching:
        return Verdict(None if keeps else StateValue.ALARM, r.PREMATURE, real)
    return Verdict(None if keeps else StateValue.INSUFFICIENT_DATA, r.TOO_LITTLE if real else r.NO_DATA, real)


def _breaching(points: Sequence[bool | None], places: Iterable[int]) -> int:
    return sum(points[place] is True for place in places)


def _threshold(breaches: bool, used: tuple[int, ...], filled: int) -> Verdict:
    state, rule = (StateValue.ALARM, r.BREACHING) if breaches else (StateValue.OK, r.WITHIN)
    return Verdict(state, rule, used, filled)


def next_turn(numbers: Iterable[int], after: int, terms: Terms) -> int | None:
    """The next period after that one at whose end an evaluation can come out another way, if nothing new is reported.

    `numbers` are the periods that have a datapoint. At the end of every other period the range holds the same
    datapoints as before: one comes into it with its own period, counts as old enough for an alarm by itself
    `breaching` periods later, and leaves it at last.
    """
    turns = (
        turn
        for number in numbers
        for turn in (number, number + terms.breaching - 1, number + terms.range)
        if turn > after
    )
    return min(turns, default=None)
