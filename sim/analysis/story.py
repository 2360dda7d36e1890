"""A run told in words: what happened when, what ended how and why, and what to look at next.

Everything comes from the journal and the result; a face (the command, a notebook) only lays it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from shlex import quote
from typing import Any, cast

from sim.analysis.explain import decisive
from sim.analysis.record import Record
from sim.core.clock import SECOND, format_duration
from sim.core.states import Entity, Why

FEW = 12
"""A fleet of so many instances is told one by one; of a larger one only failures and the count are told."""

GOOD = frozenset({"Succeeded", "SUCCEEDED", "Approved"})
BAD = frozenset({"Failed", "FAILED", "FAULT", "TIMED_OUT", "Stopped", "STOPPED", "refused"})

SIGNS = {"step": "▶", "mail": "✉", "Superseded": "↷", "Skipped": "-"}
STYLES = {"step": "bold cyan", "mail": "magenta"}


def sign(status: str) -> str:
    """A sign for each status, so that colour is never the only one."""
    if status in GOOD:
        return "✓"
    return "✗" if status in BAD else SIGNS.get(status, "·")


def style(status: str) -> str:
    """How rich colours a status in a terminal."""
    if status in GOOD:
        return "green"
    return "bold red" if status in BAD else STYLES.get(status, "")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: `time` in ms, `depth` how far inside another thing, `status` for its colour.

    `ends` says that something came to its end: at one instant ends are told before what they lead to. What begins and
    ends at once (`brief`) is told at its end. `why` is the rule behind it, where one decided.
    """

    time: int
    depth: int
    text: str
    status: str = ""
    ends: bool = False
    brief: bool = False
    why: Why | None = None

    @property
    def place(self) -> tuple[int, int, float]:
        """At one instant: what people did (depth -1); ends, the inner before the outer; beginnings, the outer first."""
        if self.depth < 0:
            return self.time, 0, 0
        if self.ends or self.brief:
            return self.time, 1, -self.depth - (0.5 if self.brief else 0)
        return self.time, 2, self.depth


@dataclass(frozen=True, slots=True)
class Ending:
    """How something ended: what it was, its status, how long it took (ms, or None), and the deciding rule."""

    what: str
    status: str
    took: int | None
    why: str = ""
    basis: str = ""
    source: str = ""


@dataclass(slots=True)
class Story:
    """`cost` and `next` are lines of text: what the run cost, and what to type next."""

    moments: list[Moment] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    cost: str = ""
    next: list[str] = field(default_factory=list)


def clock(ms: int) -> str:
    """Virtual time as a wall clock would show it: `0:01:23`."""
    seconds = (ms + SECOND // 2) // SECOND
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def spell(ms: int) -> str:
    """A duration as people say it: tenths of a second below a minute, whole seconds above."""
    return format_duration(round(ms / 100) * 100)


def shorten(text: str, most: int = 120) -> str:
    """The first line, or its beginning; the whole is in the result and in the explanation."""
    line = (text.strip().splitlines() or [""])[0]
    return line if len(line) <= most else line[: line.rfind(" ", 0, most)] + " …"


def tell(record: Record, document: dict[str, Any], name: str, shipped: bool = False) -> Story:
    """The story of a run. `name` is how the user called the scenario, for what to type next; `shipped` says that it is
    one of those that come along, which can be copied."""
    teller = _Teller(record, document)
    story = Story(teller.moments(), list(teller.endings()))
    story.cost = _cost(document["metrics"])
    story.next = list(_next(story.endings, quote(name), shipped))
    return story


class _Teller:
    def __init__(self, record: Record, document: dict[str, Any]):
        self.record = record
        self.document = document
        self._number: dict[int, int] = {}
        counts: dict[str, int] = {}
        for execution in self._of("pipeline-execution"):
            counts[execution.pipeline] = self._number[execution.ordinal] = counts.get(execution.pipeline, 0) + 1

    def _of(self, kind: str) -> list[Any]:
        return cast(list[Any], self.record.of_kind(kind))

    def moments(self) -> list[Moment]:
        found = [
            *self._steps(),
            *self._executions(),
            *self._builds(),
            *self._deployments(),
            *self._instances(),
            *self._mails(),
        ]
        return sorted(found, key=lambda moment: moment.place)

    # What people and the world did

    def _steps(self) -> Iterator[Moment]:
        for step in self.document["steps"]:
            error = step.get("error")
            text = step["step"] + (f"  refused: {error['Code']}: {_one_line(error['Message'])}" if error else "")
            yield Moment(round(step["at"] * SECOND), -1, text, "refused" if error else "step")

    def _mails(self) -> Iterator[Moment]:
        for mail in self.document["notifications"]:
            text = f"mail to {mail['endpoint']}: {mail['subject']}"
            if not mail["message"].startswith("{"):  # words, not a document
                text += f": {shorten(mail['message'])}"
            yield Moment(round(mail["at"] * SECOND), 0, text, "mail")

    def _instances(self) -> Iterator[Moment]:
        names = {host["instanceId"]: host["name"] for host in self.document["fleet"]}
        for instance in self._of("instance"):
            for step in self.record.steps(instance):
                yield Moment(step.time, 0, f"instance {names.get(instance.name, instance.name)} is {step.status}")

    # Pipelines

    def _title(self, execution: Any) -> str:
        return f"pipeline {execution.pipeline} #{self._number[execution.ordinal]}"

    def _executions(self) -> Iterator[Moment]:
        for execution in self._of("pipeline-execution"):
            title = self._title(execution)
            trigger = execution.trigger or {}
            detail = str(trigger.get("triggerDetail", "")).rsplit("/", 1)[-1]
            by = f"{trigger.get('triggerType', '')}{f' by {detail}' if detail else ''}"
            yield Moment(self.record.created(execution), 0, f"{title} starts ({by})")
            for step in self.record.steps(execution):
                became = f"{title} {_became(step.status)}"
                yield Moment(step.time, 0, became, str(step.status), ends=True, why=step.why)
            for stage in self.record.parts(execution, "stage-execution"):
                for action in self.record.parts(stage, "action-execution"):
                    yield from self._action(title, stage, cast(Any, action))

    def _action(self, title: str, stage: Entity, action: Any) -> Iterator[Moment]:
        started = self.record.created(action)
        attempt = f" (attempt {action.attempt})" if action.attempt > 1 else ""
        name = f"{title}: {stage.name} / {action.name}{attempt}"
        yield Moment(started, 1, f"{name} starts", brief=self.record.ended(action) == started)
        for step in self.record.steps(action):
            error = f": {shorten(action.error['message'])}" if action.error and str(step.status) in BAD else ""
            took = spell(step.time - started)
            became = f"{name} {_became(step.status)} after {took}{error}"
            yield Moment(step.time, 1, became, str(step.status), ends=True, why=step.why)

    # Builds

    def _builds(self) -> Iterator[Moment]:
        for build in self._of("build"):
            title = f"build {build.project} #{build.number}"
            for phase in cast(list[Any], self.record.parts(build, "build-phase")):
                ended = self.record.ended(phase)
                if ended is None or phase.name == "COMPLETED":
                    continue
                took = ended - self.record.created(phase)
                status = str(phase.status)
                if took < SECOND and status not in BAD:
                    continue
                contexts = "; ".join(context["message"] for context in phase.contexts or () if context.get("message"))
                tail = f" {status}: {contexts}" if status in BAD else ""
                yield Moment(ended, 2, f"{title}: {phase.name} {spell(took)}{tail}", status, ends=True)

    # Deployments

    def _deployments(self) -> Iterator[Moment]:
        for deployment in self._of("deployment"):
            title = _deployment_title(deployment)
            config = deployment.config.removeprefix("CodeDeployDefault.")
            group = f"{deployment.application}/{deployment.group.name}"
            yield Moment(self.record.created(deployment), 1, f"{title} to {group} ({config}) is created")
            for step in self.record.steps(deployment):
                if str(step.status) == "InProgress":
                    count = len(deployment.targets)
                    yield Moment(step.time, 2, f"{title}: {count} instance{'' if count == 1 else 's'} to deploy to")
                else:
                    text = f"{title} {_became(step.status)}: {step.why.render()}"
                    yield Moment(step.time, 1, text, str(step.status), ends=True, why=step.why)
            yield from self._decisions(title, deployment)
            yield from self._targets(title, deployment)

    def _decisions(self, title: str, deployment: Any) -> Iterator[Moment]:
        """Decisions that change no status: who is tried first, and whether a rollback follows."""
        for notice in self.record.journal.notices:
            if notice.entity is deployment and notice.topic in ("order", "rollback"):
                yield Moment(notice.time, 2, f"{title}: {shorten(notice.why.render())}", why=notice.why)

    def _targets(self, title: str, deployment: Any) -> Iterator[Moment]:
        for target in deployment.targets:
            if target.ended is None or (len(deployment.targets) > FEW and str(target.status) not in BAD):
                continue
            took = spell(target.ended - target.started)
            text = f"{title}: {target.name} {_became(target.status)} after {took}"
            why = decisive(self.record, target)
            if str(target.status) in BAD:
                text += f": {why.render()}" if why is not None else ""
                told = [event.diagnostics for event in target.events if event.diagnostics]
                log = told[-1].get("logTail") if told else ""  # an earlier one was let pass
                text += f" (log: {log.splitlines()[-1]})" if log else ""
            yield Moment(target.ended, 2, text, str(target.status), ends=True, why=why)

    # How it ended

    def endings(self) -> Iterator[Ending]:
        for execution in self._of("pipeline-execution"):
            yield self._ending(self._title(execution), execution)
        for build in self._of("build"):
            yield self._ending(f"build {build.project} #{build.number}", build)
        for deployment in self._of("deployment"):
            yield self._ending(_deployment_title(deployment), deployment)

    def _ending(self, what: str, entity: Entity) -> Ending:
        ended = self.record.ended(entity)
        took = None if ended is None else ended - self.record.created(entity)
        why = decisive(self.record, entity)
        if why is None:
            return Ending(what, str(entity.status), took)
        return Ending(what, str(entity.status), took, why.render(), why.rule.basis, why.rule.source)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _deployment_title(deployment: Any) -> str:
    return f"{'rollback' if deployment.creator == 'codeDeployRollback' else 'deployment'} {deployment.name}"


def _became(status: object) -> str:
    return f"is {status}" if str(status) in ("InProgress", "Stopping") else str(status)


def _cost(metrics: dict[str, Any]) -> str:
    """`1.015 USD: codebuild 0.015 USD (3 minutes), codepipeline 1 USD`"""
    parts = [
        f"{service} {cost['usd']:g} USD" + (f" ({cost['minutes']:g} minutes)" if "minutes" in cost else "")
        for service, cost in metrics["cost"].items()
    ]
    return f"{metrics['cost_usd']:g} USD: {', '.join(parts)}" if parts else ""


def _next(endings: list[Ending], name: str, shipped: bool) -> Iterator[str]:
    if any(ending.status in BAD for ending in endings):
        yield f"codesuite run {name} --explain    every decision, its rule, and where that rule is written"
    yield f"codesuite run {name} --plot run.png    a picture of the run"
    if shipped:
        yield f"codesuite copy {name} FOLDER    a copy of your own: change it, break it, run it again"
