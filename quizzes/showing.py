"""Prove it: the run behind a question, told as a timeline, and why it came out so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quizzes import generate, model, proof
from quizzes.asking import Response
from sim.analysis.explain import explainable
from sim.analysis.story import Moment, tell
from sim.core.problems import ProblemsError, UsageError

if TYPE_CHECKING:
    from sim.analysis.explain import Explanation
    from sim.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Shown:
    """The run of a question: its title, what happened when, and the decisions of what it was about."""

    title: str
    moments: tuple[Moment, ...]
    explanations: tuple[Explanation, ...]
    claims: tuple[tuple[str, str, bool], ...] = ()
    """(option, its claim, whether it holds in a run of its own)"""
    result: dict[str, Any] = field(default_factory=dict)
    """The document of the run, of which pictures are made."""


def prove_it(question: model.Question, response: Response | None = None, seed: int = 1) -> Shown:
    """Run the scenario that decides a question; a task as the learner's response changes it.

    Raises UsageError when nothing in it can be run.
    """
    if question.drawn is not None:
        world = generate.family(question.drawn.family).world(dict(question.drawn.parameters))
        document, base = proof.open_world(world.name)
        cloud = proof.compiled(proof.altered(document, world.changes), base).run(seed, world.until)
        return _shown(cloud, ())
    trial = proof.Trial(question)
    try:
        cloud, _ = trial.run(seed, response if isinstance(question, model.Prove) else None)
    except ProblemsError as error:
        raise UsageError(f"the scenario cannot be run: {error}") from None
    return _shown(cloud, tuple(_claims(question, trial, seed)))


def _claims(question: model.Question, trial: proof.Trial, seed: int) -> Iterator[tuple[str, str, bool]]:
    if question.proof is None or not isinstance(question, model.Choice):
        return
    for option in question.options:
        claim = question.proof.claims[option.key]
        holds = trial.judge(seed, claim, right=True) is None
        yield option.text, claim.holds, holds


def _shown(cloud: Cloud, claims: tuple[tuple[str, str, bool], ...]) -> Shown:
    result = cloud.result()
    story = tell(cloud.record, result, "scenario")
    explanations = tuple(cloud.explain(name) for name in _names(result))
    return Shown(result["scenario"] or "", tuple(story.moments), explanations, claims, result)


def _names(result: dict[str, Any]) -> list[str]:
    found = explainable(result)
    if not found:
        raise UsageError("nothing happens in this scenario that could be explained")
    return found
