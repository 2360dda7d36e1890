"""Prove it: the run behind a question, told as a timeline, and why it came out so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    """(option, its claim with what was changed for it, whether it holds in a run of its own); of a number, an order or
    pairs what the run gave, and the expression that asks for it"""
    changed: str = ""
    """What was changed in the question's scenario for this run: that of the right claim."""
    measured: bool = False
    """Whether `claims` holds what the run gave, not what options claim."""
    result: dict[str, Any] = field(default_factory=dict)
    """The document of the run, of which pictures are made."""


def prove_it(question: model.Question, response: Response | None = None, seed: int = 1) -> Shown:
    """Run the scenario that decides a question: a task as the learner's response changes it, a choice as its right
    option's claim does.

    Raises UsageError when nothing in it can be run.
    """
    if question.drawn is not None:
        world = generate.family(question.drawn.family).world(dict(question.drawn.parameters))
        document, base = proof.open_world(world.name)
        cloud = proof.compiled(proof.altered(document, world.changes), base).run(seed, world.until)
        return _shown(cloud, ())
    trial = proof.Trial(question)
    changes = (response or {}) if isinstance(question, model.Prove) else _changes(question)
    try:
        cloud, _ = trial.run(seed, changes)
    except ProblemsError as error:
        raise UsageError(f"the scenario cannot be run: {error}") from None
    changed = "" if isinstance(question, model.Prove) else proof.edits(changes)
    return _shown(
        cloud,
        (*_claims(question, trial, seed), *_measured(question, trial, seed)),
        changed,
        _value(question) is not None,
    )


def _changes(question: model.Question) -> Mapping[str, Any]:
    """What the claim of the right option changes in the scenario; of several, the first one's."""
    if question.proof is None or not isinstance(question, model.Choice):
        return {}
    return question.proof.claims[question.right[0]].changes


def _value(question: model.Question) -> str | None:
    """The expression whose value is the answer, where the answer is no option."""
    return None if question.proof is None else question.proof.value


def _measured(question: model.Question, trial: proof.Trial, seed: int) -> Iterator[tuple[str, str, bool]]:
    """What the run gave where an answer is a number, an order or pairs."""
    import jmespath

    expression = _value(question)
    if expression is None:
        return
    _, result = trial.run(seed)
    value = jmespath.search(expression, result)
    told = ", ".join(map(str, value)) if isinstance(value, list) else f"{value}"
    yield f"The run gave: {told}", expression, proof.agrees(question, value)


def _claims(question: model.Question, trial: proof.Trial, seed: int) -> Iterator[tuple[str, str, bool]]:
    if question.proof is None or not isinstance(question, model.Choice):
        return
    for option in question.options:
        claim = question.proof.claims[option.key]
        holds = trial.judge(seed, claim, right=True) is None
        within = f"with {proof.edits(claim.changes)}: " if claim.changes else ""
        yield option.text, f"{within}{claim.holds}", holds


def _shown(cloud: Cloud, claims: tuple[tuple[str, str, bool], ...], changed: str = "", measured: bool = False) -> Shown:
    result = cloud.result()
    story = tell(cloud.record, result, "scenario")
    explanations = tuple(cloud.explain(name) for name in explainable(result) or _alarms(cloud))
    return Shown(result["scenario"] or "", tuple(story.moments), explanations, claims, changed, measured, result)


def _alarms(cloud: Cloud) -> list[str]:
    """The alarms that changed: what there is to explain where nothing was deployed, built or released."""
    return [alarm.name for alarm in cloud.record.of_kind("alarm") if cloud.record.steps(alarm)]
