"""Scores as the exams give them: all or nothing for each question, unanswered is wrong, no penalty for guessing.

AWS does not publish how raw scores become scaled ones, so a percent with its uncertainty is all that is said here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from quizzes import blueprints, model
from quizzes.asking import Grade

Z95 = 1.959964
"""The normal quantile of a 95 percent interval."""
WEAK = 0.7
"""A topic with a smaller share of right answers is worth going over again."""
MOST = 5
"""So many weak topics and misconceptions are named."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with what its answer was worth."""

    question: model.Question
    answered: bool
    grade: Grade


@dataclass(frozen=True, slots=True)
class Share:
    """So many right of so many, under a title."""

    title: str
    right: int
    asked: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """How a session went. `low` and `high` are the 95 percent Wilson interval of `percent`."""

    asked: int
    right: int
    unanswered: int
    percent: float
    low: float
    high: float
    domains: tuple[Share, ...]
    weak: tuple[Share, ...]
    misconceptions: tuple[tuple[str, int], ...]
    run: tuple[str, ...]
    read: tuple[str, ...]


def wilson(right: int, asked: int) -> tuple[float, float]:
    """The 95 percent interval for a share, in percent. Source: Wilson, JASA 22 (1927)."""
    if not asked:
        return 0.0, 100.0
    share, square = right / asked, Z95**2
    middle = (share + square / (2 * asked)) / (1 + square / asked)
    half = Z95 * sqrt(share * (1 - share) / asked + square / (4 * asked**2)) / (1 + square / asked)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def report(rows: Sequence[Scored], exam: str | None = None) -> Report:
    """What came of these questions; with an exam, by its domains, else by topic."""
    right = sum(row.grade.right for row in rows)
    low, high = wilson(right, len(rows))
    topics = list(_shares(rows, lambda question: question.topic))
    weak = sorted(
        (share for share in topics if share.percent < 100 * WEAK),
        key=lambda share: (share.right - share.asked, share.percent),
    )
    shown = Counter(name for row in rows for name in row.grade.misconceptions)
    missed = [row.question for row in rows if not row.grade.right]
    return Report(
        len(rows),
        right,
        sum(not row.answered for row in rows),
        100 * right / len(rows) if rows else 0.0,
        low,
        high,
        tuple(_domains(rows, exam) if exam else topics),
        tuple(weak[:MOST]),
        tuple(shown.most_common(MOST)),
        tuple(_first(_commands(missed))),
        tuple(_first(ref for question in missed for ref in question.refs)),
    )


def _shares(rows: Sequence[Scored], title: Callable[[model.Question], str]) -> Iterable[Share]:
    names = dict.fromkeys(title(row.question) for row in rows)
    for name in names:
        own = [row for row in rows if title(row.question) == name]
        yield Share(name, sum(row.grade.right for row in own), len(own))


def _domains(rows: Sequence[Scored], code: str) -> Iterable[Share]:
    exam = blueprints.exam(code)

    def title(question: model.Question) -> str:
        domain = next((ref.domain for ref in question.exams if ref.exam == code), "")
        found = exam.domains.get(domain)
        return f"Domain {domain}: {found.title}" if found is not None else "No domain of this exam"

    return sorted(_shares(rows, title), key=lambda share: share.title)


def _commands(missed: Iterable[model.Question]) -> Iterable[str]:
    """What to type to see the behaviour that a missed question was about."""
    for question in missed:
        if question.drawn is not None or question.proof is not None or isinstance(question, model.Prove):
            yield f"codesuite quiz --show {question.id}"


def _first(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))[:MOST]
