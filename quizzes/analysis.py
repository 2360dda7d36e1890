"""How good the questions are, for teachers: item analysis over the first attempts of all learners.

Facility is the share of learners who were right at their first attempt; discrimination says whether those who are
good at the rest are right here too (the correlation with their share of right answers to the other questions).
Rules of thumb, as Moodle's quiz statistics give them: facility 30 to 70 percent, discrimination 30 percent and more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

FEWEST = 5
"""With fewer learners a number would say nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question: how many learners tried it, how many answers there are, and what first attempts say (0 to 1)."""

    question: str
    learners: int
    answers: int
    facility: float
    discrimination: float | None


Graded = tuple[str, int, str, bool]
"""(learner, when, question, right), as `Progress.grades` gives them."""


def items(grades: Iterable[Graded]) -> list[Item]:
    """Each question that was answered, the hardest first. All draws of a family count as one question."""
    first: dict[str, dict[str, bool]] = {}
    answers: dict[str, int] = {}
    for learner, _, question, right in grades:
        name = question.partition("#")[0]
        answers[name] = answers.get(name, 0) + 1
        first.setdefault(name, {}).setdefault(learner, right)
    rest = _shares_of_the_rest(first)
    rows = [
        Item(
            name,
            len(tries),
            answers[name],
            sum(tries.values()) / len(tries),
            _correlation([(float(right), rest[learner, name]) for learner, right in tries.items()]),
        )
        for name, tries in first.items()
    ]
    return sorted(rows, key=lambda row: (row.facility, row.question))


def _shares_of_the_rest(first: dict[str, dict[str, bool]]) -> dict[tuple[str, str], float | None]:
    """For each learner and question the share of right first attempts at all other questions."""
    total: dict[str, list[int]] = {}
    for tries in first.values():
        for learner, right in tries.items():
            counts = total.setdefault(learner, [0, 0])
            counts[0] += right
            counts[1] += 1
    found: dict[tuple[str, str], float | None] = {}
    for name, tries in first.items():
        for learner, right in tries.items():
            good, all_ = total[learner]
            found[learner, name] = (good - right) / (all_ - 1) if all_ > 1 else None
    return found


def _correlation(pairs: list[tuple[float, float | None]]) -> float | None:
    """Pearson's correlation; None with few pairs, or when one side does not vary."""
    known = [(one, other) for one, other in pairs if other is not None]
    if len(known) < FEWEST:
        return None
    ones, others = [one for one, _ in known], [other for _, other in known]
    mean_one, mean_other = sum(ones) / len(ones), sum(others) / len(others)
    spread_one = sqrt(sum((one - mean_one) ** 2 for one in ones))
    spread_other = sqrt(sum((other - mean_other) ** 2 for other in others))
    if not spread_one or not spread_other:
        return None
    together = sum((one - mean_one) * (other - mean_other) for one, other in known)
    return together / (spread_one * spread_other)
