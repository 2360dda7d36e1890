"""A run that can be looked at, and changed at any moment of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cloud import Cloud, Duration
from sim.core.clock import SECOND, format_duration, parse_duration
from sim.core.problems import Problem, ProblemsError, UsageError
from sim.core.world import World
from sim.formats import edits, nodes
from sim.formats.scenario import RULES, STEPS
from sim.scenario import Plan, Scenario
from sim.widgets.clock import Clock
from sim.widgets.replay import Replay

if TYPE_CHECKING:
    from sim.widgets.board import FlightViews


@dataclass(frozen=True, slots=True)
class Intervention:
    """What was done to a run at one moment: `at` in ms; `step` a step of the timeline or a rule of behavior, as the
    scenario has it, with its `at:` or `after:`."""

    at: int
    step: Mapping[str, Any]

    @property
    def is_rule(self) -> bool:
        return "after" in self.step

    def __str__(self) -> str:
        return edits.flow(self.step)


class Flight:
    """A scenario's run, its replay, and what was done to it.

    >>> flight = Flight("validate-fails-rollback")
    >>> flight.replay.at(200_000)["deployments"][0]["status"]
    'Failed'
    >>> flight.inject("2m30s", {"agent": "web-1", "running": False})
    >>> len(flight.interventions)
    1

    `scenario` is the name of one that comes along, a path, or a `sim.Scenario`; without `seed` the scenario's own
    holds. `parameters` are the template's, such as `{"FleetSize": 6}`; those not named stay as the scenario has them.
    `plan`, `cloud` and `replay` are those of the run with all interventions; `clock` is the moment its boards
    show. Raises what `Scenario.open` raises.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario,
        seed: int | None = None,
        parameters: Mapping[str, Any] | None = None,
    ):
        if isinstance(scenario, Scenario):
            if parameters:
                raise UsageError("give the parameters where the scenario is opened: Scenario.open(…, parameters=…)")
            read = scenario
        else:
            read = Scenario.open(scenario, parameters=parameters)
        if not read.text:
            raise UsageError("this scenario was made of plain values and has no text; make it with Scenario.parse")
        self._path = Path(read.document.path)
        self._expects = bool(read.document.expect)
        self._text = read.text if seed is None else edits.with_value(read.text, "seed", seed)
        self.interventions: list[Intervention] = []
        self._listeners: list[Callable[[Flight], None]] = []
        self._views: FlightViews | None = None
        self.plan: Plan
        self.cloud: Cloud
        self.replay: Replay
        self._fly(self._compiled(()))
        self.clock = Clock(self.replay.duration, self.replay.decisions)

    def __repr__(self) -> str:
        done = f", {len(self.interventions)} interventions" if self.interventions else ""
        return f"<Flight {self.name}, {format_duration(self.replay.duration)}{done}>"

    @property
    def name(self) -> str:
        """The scenario's title, or its file's name."""
        return self.plan.scenario.title or self.plan.scenario.name

    def observe(self, listener: Callable[[Flight], None]) -> None:
        """Call the listener with this flight after each run."""
        self._listeners.append(listener)

    # Interventions

    def inject(self, at: Duration, step: Mapping[str, Any] | str) -> None:
        """Do something at that moment (seconds, or a text such as "5m30s"), and run again.

        `step` is a step of the timeline without its `at:`, such as `{"alarm": {"name": "errors", "state": "ALARM"}}`,
        or a rule of behavior without its `after:`, such as `{"hook": "ValidateService", "fails": True}`; or either as
        YAML. Everything before that moment stays as it was. Raises UsageError or ProblemsError for what is no step and
        no rule; then nothing has changed.
        """
        try:
            ms = parse_duration(at)
        except ValueError as error:
            raise UsageError(str(error)) from None
        added = Intervention(ms, _placed(ms, _read(step)))
        interventions = [*self.interventions, added]
        before = self.cloud
        try:
            plan = self._compiled(interventions)
        except ProblemsError as error:
            raise ProblemsError(_of_step(problem) for problem in error.problems) from None
        self._fly(plan)
        self.interventions = interventions
        assert_same_until(ms, before.world, self.cloud.world)
        self._tell(ms)

    @property
    def refused(self) -> str:
        """Why the last intervention came to nothing; "" when it did something, or none was made."""
        if not self.interventions:
            return ""
        if self.interventions[-1].is_rule:
            line = self.plan.scenario.behavior[0].line
            told = [one["message"] for one in self.cloud.result()["warnings"] if one["line"] == line]
            return told[0] if told else ""
        step = max(self.plan.scenario.timeline, key=lambda one: one.place)  # the one written last
        answers = [one for one in self.cloud.result()["steps"] if one["step"] == step.text and "error" in one]
        if answers:
            return str(answers[-1]["error"]["Message"])
        return "what it needs was not there" if step in self.cloud.unapplied else ""

    def undo(self) -> Intervention | None:
        """Take the last intervention back and run again; the intervention, or None when there is none."""
        if not self.interventions:
            return None
        *left, gone = self.interventions
        self._fly(self._compiled(left))
        self.interventions = left
        self._tell(gone.at)
        return gone

    def _tell(self, ms: int) -> None:
        self.clock.load(self.replay.duration, self.replay.decisions, ms)
        for listener in list(self._listeners):
            listener(self)

    def _fly(self, plan: Plan) -> None:
        cloud = plan.run(audit=True)  # who closed a transition is in the audit record alone
        self.replay = Replay(cloud, plan.start())
        self.plan, self.cloud = plan, cloud

    # The scenario with all that was done to it

    def _compiled(self, interventions: list[Intervention] | tuple[()]) -> Plan:
        return Scenario.parse(self._edited(self._text, interventions), str(self._path)).compile()

    def _edited(self, text: str, interventions: list[Intervention] | tuple[()]) -> str:
        steps = [dict(one.step) for one in interventions if not one.is_rule]
        # The first rule that fits wins: what was said last stands before what was said earlier.
        rules = [dict(one.step) for one in reversed(interventions) if one.is_rule]
        if interventions and self._expects:  # that was said of the run without interventions
            text = edits.with_value(text, "expect", [])
        return edits.with_items(edits.with_items(text, "timeline", steps), "behavior", rules, first=True)

    def scenario_yaml(self) -> str:
        """The scenario with all interventions, to be saved anywhere and run by `codesuite run`.

        Files and folders in it are named by their whole paths on this machine.
        """
        text = edits.with_absolute_paths(self._text, self._path.parent)
        if not self.plan.scenario.title:
            text = edits.with_value(text, "title", self.name)  # else the run would be called by the new file's name
        return self._edited(text, self.interventions)

    # Views: each is made once, when first asked for

    @property
    def _boards(self) -> FlightViews:
        if self._views is None:
            from sim.widgets.board import FlightViews

            self._views = FlightViews(self)
        return self._views

    def board(self) -> Any:
        """Everything in one widget: time, pipelines, fleet, interventions, mails."""
        return self._boards.board()

    def clock_view(self) -> Any:
        """The time control, as a widget."""
        return self._boards.clock

    def pipeline_board(self) -> Any:
        """The pipelines, as a widget."""
        return self._boards.pipelines

    def fleet_board(self) -> Any:
        """The instances, as a widget."""
        return self._boards.fleet

    def inject_view(self) -> Any:
        """What can be done to the run, as a widget."""
        return self._boards.inject

    def outbox(self) -> Any:
        """The mails that people got, as a widget."""
        return self._boards.outbox


_NO_STEP = "an intervention is a step or a rule, such as `alarm: {name: errors, state: ALARM}`"


def _read(step: Mapping[str, Any] | str) -> dict[str, Any]:
    """An intervention as plain values. Raises ProblemsError for a text that is no YAML, UsageError for no mapping."""
    if isinstance(step, str):
        read = nodes.plain(nodes.compose(step, "intervention"))
        while isinstance(read, list) and len(read) == 1:
            read = read[0]  # `- {alarm: …}`, as it stands in a scenario
        if not isinstance(read, dict):
            raise UsageError(_NO_STEP)
        return read
    if not isinstance(step, Mapping):
        raise UsageError(_NO_STEP)
    return dict(step)


def _placed(ms: int, step: dict[str, Any]) -> dict[str, Any]:
    """The step at that time, or the rule from then on. Raises UsageError."""
    for key in ("at", "after", "every"):
        if key in step:
            raise UsageError(f"leave `{key}:` out: an intervention happens at the moment it is made")
    moment = spell(ms)
    if any(key in STEPS and isinstance(value, Mapping) for key, value in step.items()):
        return {"at": moment, **step}
    if any(key in RULES for key in step):
        return {**step, "after": moment}
    if any(key in STEPS for key in step):
        return {"at": moment, **step}  # its reader says what is wrong with it
    known = ", ".join(dict.fromkeys((*STEPS, *RULES)))
    raise UsageError(f"{json.dumps(step)} is neither a step nor a rule: it speaks of none of {known}")


def _of_step(problem: Problem) -> Problem:
    """The scenario was right before: what is wrong is the intervention, wherever it stands in the text."""
    return replace(problem, path="intervention", line=1, column=1)


def spell(ms: int) -> str:
    """A time to the millisecond, as a scenario has it: `5m30s`, `192.265s`."""
    return f"{ms / SECOND}s" if ms % SECOND else format_duration(ms)


def assert_same_until(ms: int, before: World, after: World) -> None:
    """What happened before that moment happened in both worlds. An AssertionError otherwise, which is no user's fault:
    an intervention must change nothing before it."""
    ours, theirs = _until(ms, before), _until(ms, after)
    for number, (one, other) in enumerate(zip_longest(ours, theirs)):
        assert one == other, (
            f"seed {after.seed}: an intervention at {ms} ms changed move {number}: {one} became {other}"
        )


def _until(ms: int, world: World) -> Iterator[tuple[Any, ...]]:
    """The moves before that time, without ordinals: a further step of the timeline shifts them all alike."""
    journal = world.journal
    for time, ordinal, status, why in journal.entries:
        if time >= ms:
            return
        entity = journal.entities[ordinal]
        yield time, entity.kind, entity.name, status, why.rule.id, tuple(why.facts.values())


__all__ = ["Flight", "Intervention", "assert_same_until", "spell"]
