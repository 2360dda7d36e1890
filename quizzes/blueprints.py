"""What AWS publishes about its exams: how many questions, how long, which domains with which weights.

Source: the exam guides named in blueprints.yml. The table from raw to scaled scores is not published, so no scaled
score is ever worked out here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.core.problems import UsageError
from sim.formats import nodes

FILE = Path(__file__).parent / "blueprints.yml"


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of an exam: its share of the exam in percent, and its tasks by number, where the quiz covers any."""

    number: str
    title: str
    weight: int
    tasks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam. `questions` is how many are asked, `minutes` how long it lasts, `passing` the published scaled pass."""

    code: str
    title: str
    questions: int
    minutes: int
    passing: int
    domains: Mapping[str, Domain]
    sources: tuple[str, ...]

    @property
    def tasks(self) -> dict[str, str]:
        """Every task that is named, by number."""
        return {number: title for domain in self.domains.values() for number, title in domain.tasks.items()}

    def shares(self, covered: Collection[str]) -> dict[str, float]:
        """What share of a mock each covered task has; together 1.

        A domain's weight is divided evenly among its tasks; what is not covered is left out, and the rest rescaled.
        """
        weights = {
            task: domain.weight / len(domain.tasks)
            for domain in self.domains.values()
            for task in domain.tasks
            if task in covered
        }
        whole = sum(weights.values())
        return {task: weight / whole for task, weight in weights.items()}


@cache
def exams() -> dict[str, Exam]:
    """The exams by code."""
    document: Any = nodes.plain(nodes.compose(FILE.read_text(encoding="utf-8"), FILE.name))
    return {code: _exam(code, one) for code, one in document["exams"].items()}


def exam(code: str) -> Exam:
    """Raises UsageError."""
    found = exams().get(code)
    if found is None:
        raise UsageError(f"there is no exam {code!r} here; there are {', '.join(exams())}")
    return found


def _exam(code: str, one: dict[str, Any]) -> Exam:
    domains = {
        number: Domain(number, domain["title"], domain["weight"], domain.get("tasks", {}))
        for number, domain in one["domains"].items()
    }
    sources = tuple(one.get("sources", ()))
    return Exam(code, one["title"], one["questions"]["total"], one["minutes"], one["scaled"]["pass"], domains, sources)


def apportion(shares: Mapping[str, float], seats: int) -> dict[str, int]:
    """So many seats by shares, each within one of its exact part: the largest remainders are rounded up."""
    exact = {key: share * seats for key, share in shares.items()}
    found = {key: int(part) for key, part in exact.items()}
    by_rest = sorted(exact, key=lambda key: (found[key] - exact[key], key))
    for key in by_rest[: seats - sum(found.values())]:
        found[key] += 1
    return found
