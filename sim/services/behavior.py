"""How long a piece of work takes and whether it fails: the scenario's rules first, then the assumptions.

For each property the first rule that fits and sets it wins. A draw's purpose names the work, never the rule, so two
scenarios whose rules differ still give the same work the same luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sim.core.randomness import Distribution
from sim.core.world import World
from sim.formats.assumptions import Assumptions
from sim.formats.scenario import BehaviorRule

WORK_KINDS = ("command", "phase", "hook", "action", "approval", "function")


@dataclass(slots=True)
class Circumstances:
    """What a piece of work is about, as far as rules can narrow: None where it does not apply."""

    subject: str
    """The command, phase, lifecycle event, `Stage/Action` or function."""
    entity: str
    """Names the work among all others; draws depend on it."""
    attempt: int = 1
    project: str | None = None
    phase: str | None = None
    script: str | None = None
    instance: str | None = None
    index: int | None = None
    position: int | None = None
    build: int | None = None
    deployment: int | None = None
    execution: int | None = None
    revision: int | None = None
    luck: float | None = None
    """The draw that its duration goes by, when it is drawn already."""


@dataclass(slots=True)
class Work:
    """What comes of a piece of work. `takes` is in milliseconds; `assumed` names the assumption that gave it."""

    takes: int
    fails: bool = False
    exit: int = 0
    message: str | None = None
    sets: dict[str, str] = field(default_factory=dict)
    prints: tuple[str, ...] = ()
    produces: dict[str, str | None] | None = None
    needs: tuple[str, ...] = ()
    rule: BehaviorRule | None = None
    """The rule that made it fail, else the one that gave its duration."""
    assumed: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What rules that fit the same work say together: of each property the first rule that sets it.

    `timing` gives the duration, `timing_cached` with a cache; `failing` whether it fails, `exit` with which code.
    """

    timing: BehaviorRule | None
    timing_cached: BehaviorRule | None
    failing: BehaviorRule | None
    exit: int
    message: str | None
    sets: Mapping[str, str]
    prints: tuple[str, ...]
    produces: Mapping[str, str | None] | None
    needs: tuple[str, ...]

    @classmethod
    def of(cls, fitting: Sequence[BehaviorRule]) -> Said:
        return cls(
            timing=next((rule for rule in fitting if rule.takes is not None), None),
            timing_cached=next((rule for rule in fitting if rule.takes is not None or rule.cached), None),
            failing=next((rule for rule in fitting if rule.fails is not None), None),
            exit=next((rule.exit for rule in fitting if rule.exit is not None), 1),
            message=next((rule.message for rule in fitting if rule.message is not None), None),
            sets=next((rule.sets for rule in fitting if rule.sets), {}),
            prints=next((rule.prints for rule in fitting if rule.prints), ()),
            produces=next((rule.produces for rule in fitting if rule.produces is not None), None),
            needs=next((rule.needs for rule in fitting if rule.needs), ()),
        )


class Behavior:
    """The rules of a scenario over a set of assumptions.

    `fitted` collects the indexes of rules that fitted some work, `used` the assumptions that gave a duration.
    """

    def __init__(self, rules: Sequence[BehaviorRule], assumptions: Assumptions):
        self.rules = tuple(rules)
        self.assumptions = assumptions
        self.fitted: set[int] = set()
        self.used: dict[str, None] = {}
        self._by_subject: dict[tuple[str, str], tuple[tuple[BehaviorRule, ...], bool]] = {}
        self._durations: dict[str, Distribution] = {}
        self._combined: dict[tuple[int, ...], Said] = {}
        self._always: dict[tuple[str, str], Distribution | None] = {}

    def of_kind(self, kind: str) -> Iterable[BehaviorRule]:
        return (rule for rule in self.rules if rule.kind == kind)

    def work(self, world: World, kind: str, what: Circumstances, assumption: str, cached: bool = False) -> Work:
        """What comes of this work, now. Without a rule it takes what the assumption says, and succeeds."""
        fitting, narrowed = self._rules(kind, what.subject)
        if narrowed:
            fitting = tuple([rule for rule in fitting if fits(rule, what, world.now)])
        if not fitting:
            return Work(self.sample(world, assumption, kind, what), assumed=assumption)
        said = self._said(fitting)
        timing = said.timing_cached if cached else said.timing
        if timing is None:
            work = Work(self.sample(world, assumption, kind, what), assumed=assumption)
        else:
            distribution = timing.cached if cached and timing.cached else timing.takes
            assert distribution is not None
            work = Work(distribution.at(_luck(world, kind, what)), rule=timing)
        if said.failing is not None and self._fails(world, kind, what, said.failing):
            work.fails, work.rule, work.exit = True, said.failing, said.exit
        work.message, work.prints, work.needs = said.message, said.prints, said.needs
        work.sets = dict(said.sets)
        work.produces = None if said.produces is None else dict(said.produces)
        return work

    def _said(self, fitting: tuple[BehaviorRule, ...]) -> Said:
        """What rules say together, now that they fit: each combination is looked through once."""
        key = tuple([rule.index for rule in fitting])
        found = self._combined.get(key)
        if found is None:
            self.fitted.update(key)
            found = self._combined[key] = Said.of(fitting)
        return found

    def sample(self, world: World, assumption: str, kind: str, what: Circumstances) -> int:
        """A duration from the assumptions, in milliseconds."""
        return self.duration(assumption).at(_luck(world, kind, what))

    def delay(self, world: World, assumption: str, entity: str) -> int:
        """A delay that no rule can change, such as an event's way, in milliseconds."""
        return self.duration(assumption).at(world.draw(assumption, entity))

    def duration(self, assumption: str) -> Distribution:
        """What is assumed; from now on it counts as used."""
        found = self._durations.get(assumption)
        if found is None:
            found = self._durations[assumption] = self.assumptions.of(assumption).takes
            self.used[assumption] = None
        return found

    def always(self, event: str, assumption: str) -> Distribution | None:
        """How long a lifecycle event takes on every instance alike, where rules say no more of it than that, or
        nothing at all; None where it must be asked case by case."""
        key = event, assumption
        if key in self._always:
            return self._always[key]
        rules, narrowed = self._rules("hook", event)
        said = self._said(rules) if rules and not narrowed else None
        found: Distribution | None = None
        if not rules:
            found = self.duration(assumption)
        elif said is not None and said.failing is None and not said.prints:
            found = said.timing.takes if said.timing is not None else self.duration(assumption)
        self._always[key] = found
        return found

    def _rules(self, kind: str, subject: str) -> tuple[tuple[BehaviorRule, ...], bool]:
        """The rules that speak of that subject, and whether any of them is narrowed further."""
        found = self._by_subject.get((kind, subject))
        if found is None:
            rules = tuple(rule for rule in self.rules if rule.kind == kind and names(rule, subject))
            found = self._by_subject[kind, subject] = rules, any(map(is_narrowed, rules))
        return found

    def _fails(self, world: World, kind: str, what: Circumstances, rule: BehaviorRule) -> bool:
        fails = rule.fails
        assert fails is not None
        if fails.always or what.attempt in fails.attempts:
            return True
        if fails.probability is None:
            return False
        return world.draw(f"{kind} {what.subject} fails", what.entity, what.attempt) < fails.probability


def _luck(world: World, kind: str, what: Circumstances) -> float:
    """The draw that the duration of this work goes by."""
    return world.draw(f"{kind} {what.subject}", what.entity, what.attempt) if what.luck is None else what.luck


def names(rule: BehaviorRule, subject: str) -> bool:
    """Whether the rule speaks of that subject at all."""
    if rule.kind == "command":
        return rule.pattern is not None and rule.pattern.search(subject) is not None
    if rule.kind in ("action", "approval"):
        return fnmatchcase(subject, rule.subject)
    return rule.subject == subject


def is_narrowed(rule: BehaviorRule) -> bool:
    """Whether there is work of its subject that the rule does not fit."""
    narrowing = (rule.instances, rule.project, rule.phase, rule.script, rule.after, rule.before)
    return any(one is not None for one in (*narrowing, rule.build, rule.deployment, rule.execution, rule.revision))


def fits(rule: BehaviorRule, what: Circumstances, now: int) -> bool:
    """Whether the rule's narrowing holds for this work at this time."""
    if rule.instances is not None:
        chosen = rule.instances
        if not (what.instance in chosen.names or what.index in chosen.indexes or what.position in chosen.positions):
            return False
    return (
        (rule.project is None or rule.project == what.project)
        and (rule.phase is None or rule.phase == what.phase)
        and (rule.script is None or rule.script == what.script)
        and _counted(rule.build, what.build)
        and _counted(rule.deployment, what.deployment)
        and _counted(rule.execution, what.execution)
        and _counted(rule.revision, what.revision)
        and (rule.after is None or now >= rule.after)
        and (rule.before is None or now < rule.before)
    )


def _counted(wanted: frozenset[int] | None, number: int | None) -> bool:
    return wanted is None or number in wanted


def of(world: World) -> Behavior:
    """The behaviour of a world; without a scenario, the shipped assumptions and no rules."""
    if world.behaviour is None:
        from sim.formats import assumptions

        world.behaviour = Behavior((), assumptions.load())
    found: Any = world.behaviour
    assert isinstance(found, Behavior)
    return found
