"""Predict first: what somebody expects of a run before they see it, held against what happens, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from sim.analysis.explain import decisive
from sim.cloud import Cloud
from sim.core.problems import UsageError
from sim.core.states import Entity, Why
from sim.services.codepipeline.resources import REJECTED

if TYPE_CHECKING:
    from sim.widgets.flight import Flight
    from sim.widgets.predict_view import PredictView

Of = Literal["revision", "status", "execution"]
ROLLBACK = "codeDeployRollback"
NOTHING = "none"
NOT_STARTED = "not started"
FATES = ("Succeeded", "Failed", "Stopped", "Superseded", "InProgress")
"""What may become of an execution by the end of the run."""
ACTION_FATES = ("Succeeded", "Failed", "Abandoned", "InProgress", NOT_STARTED)
TARGET_FATES = ("Succeeded", "Failed", "Skipped", "InProgress", NOT_STARTED)
WORDS = {
    "InProgress": "InProgress: not over when the run ends",
    "Skipped": "Skipped: not reached",
    NOT_STARTED: "none: it never came to that",
}
SLIPS = {
    "reached": "A deployment goes on to every instance, although too many have failed.",
    "stopped": "A deployment stops at the first failure.",
    "stopped-everywhere": "What fails on one instance fails on all.",
    "no-rollback": "Nothing is rolled back by itself.",
    "rollback": "A failed deployment is rolled back without being told to.",
    "later-stages": "Later stages go on after a failure.",
    "failure-fails-all": "One failed instance makes everything fail.",
    "superseded-fails": "A superseded execution counts as a failure.",
    "all-get-a-turn": "Every execution gets its turn.",
    "rejection-stops": "A rejected approval stops the execution.",
    "silence-approves": "An approval that nobody answers counts as given.",
}
"""What a wrong mark may rest on: the names of what others may have names of their own for."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something to predict: `options` are (key, text)."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One row held against the run: what was marked, what happened, why it did, and what a wrong mark may rest on."""

    row: Row
    marked: str
    happened: str
    why: str
    basis: str
    source: str
    slip: str = ""

    @property
    def right(self) -> bool:
        return self.marked == self.happened

    def text(self, option: str) -> str:
        return dict(self.row.options).get(option, option)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A prediction held against the run. `title` names the scenario and `of` what was predicted of it."""

    title: str
    of: Of
    rows: tuple[Judged, ...]

    @property
    def right(self) -> int:
        return sum(row.right for row in self.rows)

    @property
    def slips(self) -> dict[str, int]:
        """How many marks each slip may explain, by its name."""
        found: dict[str, int] = {}
        for row in self.rows:
            if row.slip:
                found[row.slip] = found.get(row.slip, 0) + 1
        return found


Heard = Callable[[Judgement], Sequence[str] | None]
"""Is told of a judgement, to keep it for a learner; gives sentences on what the marks may rest on, or None."""


class Prediction:
    """What somebody expects of a flight.

    >>> from sim.widgets import Flight
    >>> prediction = Prediction(Flight("validate-fails"), of="status")
    >>> prediction.mark_rest("Succeeded")
    >>> judgement = prediction.judge()
    >>> judgement.right, len(judgement.rows)
    (1, 3)

    `of` says what is predicted: "revision", which revision each instance holds when the run is over; "status", how
    the `number`th deployment ends on each instance; "execution", what becomes of the `number`th execution of the
    pipeline and of each of its actions. Rows are what is there before the run. When the flight is changed by an
    intervention, the prediction begins anew. `on_judged` is told of each judgement. Raises UsageError where there is
    nothing to predict.
    """

    def __init__(self, flight: Flight, of: Of = "revision", number: int = 1, on_judged: Heard | None = None):
        if of not in _QUESTIONS:
            raise UsageError(f"of={of!r}: predict one of {', '.join(_QUESTIONS)}")
        if number < 1:
            raise UsageError(f"number={number}: they are counted from 1")
        self.flight = flight
        self.of: Of = of
        self.number = number
        self.on_judged = on_judged
        self.marks: dict[str, str] = {}
        self.judgement: Judgement | None = None
        self.remarks: tuple[str, ...] = ()
        """What the marks may rest on, once they are judged."""
        self.rows = self._rows()
        flight.observe(lambda _: self.again())

    @property
    def question(self) -> str:
        """What is asked."""
        return _QUESTIONS[self.of].format(number=self.number)

    def _rows(self) -> tuple[Row, ...]:
        start = self.flight.plan.start()
        found = _execution_rows(start, self.number) if self.of == "execution" else _host_rows(start, self)
        if not found:
            what = "pipeline" if self.of == "execution" else "instance"
            raise UsageError(f"there is no {what} before the run of {self.flight.name}, so there is nothing to predict")
        return found

    # Marking

    def mark(self, row: str, option: str) -> None:
        """Mark a row. Raises UsageError for another row or option, and once it is judged."""
        if self.judgement is not None:
            raise UsageError("this prediction is judged; begin anew to predict again")
        found = next((one for one in self.rows if one.key == row), None)
        if found is None:
            raise UsageError(f"there is nothing called {row!r}; there are {', '.join(one.key for one in self.rows)}")
        if option not in dict(found.options):
            raise UsageError(f"{found.label} may be one of {', '.join(dict(found.options))}, not {option!r}")
        self.marks[row] = option

    def mark_rest(self, option: str) -> None:
        """Mark every row that has no mark and takes that option."""
        for row in self.rows:
            if row.key not in self.marks and option in dict(row.options):
                self.mark(row.key, option)

    def again(self) -> None:
        """Take all marks away, and predict anew."""
        self.marks.clear()
        self.judgement, self.remarks = None, ()
        self.rows = self._rows()

    # Judging

    def judge(self) -> Judgement:
        """Hold the marks against the run. Raises UsageError while a row has no mark."""
        if self.judgement is None:
            open_rows = [row.label for row in self.rows if row.key not in self.marks]
            if open_rows:
                some = ", ".join(open_rows[:3]) + (", …" if len(open_rows) > 3 else "")
                count = "1 row has" if len(open_rows) == 1 else f"{len(open_rows)} rows have"
                raise UsageError(f"{count} no mark: {some}")
            seen = _Seen(self)
            self.judgement = Judgement(self.flight.name, self.of, tuple(self._judged(seen, row) for row in self.rows))
            said = None if self.on_judged is None else self.on_judged(self.judgement)
            self.remarks = tuple(said) if said is not None else tuple(SLIPS[slip] for slip in self.judgement.slips)
        return self.judgement

    def _judged(self, seen: _Seen, row: Row) -> Judged:
        marked, happened = self.marks[row.key], seen.happened(row.key)
        text, basis, source = seen.why(row.key)
        slip = "" if marked == happened else seen.slip(row.key, marked, happened)
        return Judged(row, marked, happened, text, basis, source, slip)

    def view(self) -> PredictView:
        """The prediction as a widget."""
        from sim.widgets.predict_view import PredictView

        return PredictView(self)


_QUESTIONS: dict[str, str] = {
    "revision": "Which revision will each instance hold when the run is over?",
    "status": "How will deployment {number} end on each instance?",
    "execution": "What will become of execution {number} of the pipeline, and of each of its actions?",
}


def _options(keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, WORDS.get(key, key)) for key in keys)


# Rows: what is there before the run


def _host_rows(start: Cloud, prediction: Prediction) -> tuple[Row, ...]:
    hosts = [host["name"] for host in start.result()["fleet"]]
    options = _options(TARGET_FATES) if prediction.of == "status" else _revisions(prediction.flight)
    return tuple(Row(name, name, options) for name in hosts)


def _revisions(flight: Flight) -> tuple[tuple[str, str], ...]:
    """Revisions by number: those from before the run, and as many as the timeline may bring."""
    before = _highest(flight, 0)
    coming = sum(step.kind in ("push", "upload", "call") for step in flight.plan.scenario.timeline)
    last = max(before + max(1, coming), _highest(flight, flight.replay.duration))
    found = [(str(number), f"revision {number}, from before") for number in range(1, before + 1)]
    for number in range(before + 1, last + 1):
        new = "the new one" if last == before + 1 else f"new number {number - before}"
        found.append((str(number), f"revision {number}, {new}"))
    return (*found, (NOTHING, "nothing"))


def _highest(flight: Flight, ms: int) -> int:
    fleet = flight.replay.at(ms)["fleet"]
    return max((group["revisionNumber"] or 0 for host in fleet for group in host["groups"]), default=0)


def _execution_rows(start: Cloud, number: int) -> tuple[Row, ...]:
    names = [one["name"] for one in start.call("codepipeline", "ListPipelines")["pipelines"]]
    if not names:
        return ()
    pipeline = start.call("codepipeline", "GetPipeline", name=names[0])["pipeline"]
    fate = Row("execution", f"Execution {number} of {names[0]}", _options((*FATES, NOT_STARTED)))
    actions = [(stage["name"], action["name"]) for stage in pipeline["stages"] for action in stage["actions"]]
    options = _options(ACTION_FATES)
    return (fate, *(Row(f"{stage}/{action}", f"{stage} / {action}", options) for stage, action in actions))


# What happened


class _Seen:
    """What a run came to, row by row."""

    def __init__(self, prediction: Prediction):
        flight = prediction.flight
        self.of = prediction.of
        self.record = flight.cloud.record
        deployments = cast(list[Any], self.record.of_kind("deployment"))
        own = [one for one in deployments if one.creator != ROLLBACK]
        self.deployments = deployments
        self.rolled_back = any(one.creator == ROLLBACK for one in deployments)
        self.deployment = own[prediction.number - 1] if len(own) >= prediction.number else None
        executions = cast(list[Any], self.record.of_kind("pipeline-execution"))
        first = executions[0].pipeline if executions else ""
        mine = [one for one in executions if one.pipeline == first]
        self.execution = mine[prediction.number - 1] if len(mine) >= prediction.number else None
        self.fleet = {host["name"]: host for host in flight.replay.at(flight.replay.duration)["fleet"]}
        self.before = {host["name"]: host for host in flight.replay.at(0)["fleet"]}

    def happened(self, key: str) -> str:
        if self.of == "revision":
            return self._revision(self.fleet.get(key))
        if self.of == "status":
            target = self._target(self.deployment, key)
            return NOT_STARTED if target is None else _fate(target, TARGET_FATES)
        entity = self._part(key)
        return NOT_STARTED if entity is None else _fate(entity, FATES if key == "execution" else ACTION_FATES)

    def _revision(self, host: Mapping[str, Any] | None) -> str:
        numbers = [group["revisionNumber"] for group in host["groups"] if group["revisionNumber"]] if host else []
        return str(max(numbers)) if numbers else NOTHING

    def _target(self, deployment: Any, host: str) -> Any:
        targets = [] if deployment is None else deployment.targets
        return next((target for target in targets if target.name == host), None)

    def _part(self, key: str) -> Entity | None:
        """The execution, or the last attempt of one of its actions."""
        if self.execution is None or key == "execution":
            return cast(Entity | None, self.execution)
        found = [action for stage, action in self._actions() if f"{stage.name}/{action.name}" == key]
        return found[-1] if found else None

    def _actions(self) -> Iterator[tuple[Entity, Entity]]:
        assert self.execution is not None
        for stage in self.record.parts(self.execution, "stage-execution"):
            for action in self.record.parts(stage, "action-execution"):
                yield stage, action

    # Why

    def why(self, key: str) -> tuple[str, str, str]:
        """The decision behind what happened to a row: its words, its basis and its source."""
        if self.of == "execution":
            part = self._part(key)
            return self._told("the execution", self.execution) if part is None else self._told("", part)
        made = [self.deployment] if self.of == "status" else self.deployments[::-1]
        for deployment in made:
            target = self._target(deployment, key)
            if deployment is not None and target is not None:
                kind = "rollback" if deployment.creator == ROLLBACK else "deployment"
                text, basis, source = self._told(f"{kind} {deployment.name}", target)
                return f"{text}{self._left_there(target)}", basis, source
        return self._told("the execution", self.execution)

    def _left_there(self, target: Any) -> str:
        """Of a target that failed: why the instance holds what it holds. Its Install decides, not what failed."""
        if self.of != "revision" or str(target.status) != "Failed":
            return ""
        if any(event.name == "Install" and str(event.status) == "Succeeded" for event in target.events):
            return ". Its Install had succeeded before that, so the revision of this deployment is what lies there"
        return ". Its Install had not succeeded, so what lay there before stays"

    def _told(self, what: str, entity: Entity | None) -> tuple[str, str, str]:
        why: Why | None = None if entity is None else decisive(self.record, entity)
        if entity is None or why is None:
            return "nothing was decided about it", "", ""
        text = f"{what}: {entity.status}: {why.render()}" if what else why.render()
        return text, why.rule.basis, why.rule.source

    # What a wrong mark may rest on

    def slip(self, key: str, marked: str, happened: str) -> str:
        if self.of == "execution":
            return self._slip_of_execution(key, marked, happened)
        if self.of == "status":
            return self._slip_of_status(marked, happened)
        return self._slip_of_revision(key, marked, happened)

    def _failures(self) -> int:
        return sum(str(target.status) == "Failed" for one in self.deployments for target in one.targets)

    def _slip_of_status(self, marked: str, happened: str) -> str:
        if happened == NOT_STARTED:
            return "later-stages" if self.deployment is None and marked in ("Succeeded", "Failed") else ""
        if marked == "Succeeded" and happened == "Skipped":
            return "reached"
        if marked == "Skipped" and self._failures():
            return "stopped"
        if marked == "Failed" and self._failures():
            return "stopped-everywhere"
        return ""

    def _slip_of_revision(self, key: str, marked: str, happened: str) -> str:
        before = self._revision(self.before.get(key))
        if marked == before:
            failed = any(str(one.status) == "Failed" for one in self.deployments)
            if failed and not self.rolled_back:
                return "rollback"
            return "stopped" if self._failures() else ""
        if happened != before:
            return ""
        if not self.deployments:
            return "later-stages"
        if self.rolled_back:
            return "no-rollback"
        skipped = any(str(t.status) == "Skipped" for one in self.deployments for t in one.targets if t.name == key)
        return "reached" if skipped else ""

    def _slip_of_execution(self, key: str, marked: str, happened: str) -> str:
        if happened == NOT_STARTED:
            stopped_early = self.execution is not None and str(self.execution.status) in ("Failed", "InProgress")
            return "later-stages" if stopped_early and marked in ("Succeeded", "Failed") else ""
        known = {
            ("Failed", "Superseded"): "superseded-fails",
            ("Succeeded", "Superseded"): "all-get-a-turn",
            ("Stopped", "Failed"): "rejection-stops" if self._rejected() else "",
            ("Succeeded", "InProgress"): "silence-approves" if self._awaited() else "",
            ("Failed", "Succeeded"): "failure-fails-all" if self._failures() else "",
        }
        return known.get((marked, happened), "")

    def _rejected(self) -> bool:
        return any(why.rule is REJECTED for _, _, _, why in self.record.journal.entries)

    def _awaited(self) -> bool:
        """Whether an approval is still being waited for."""
        return any(str(one.status) == "InProgress" for _, one in self._actions())


def _fate(entity: Any, known: Sequence[str]) -> str:
    status = str(entity.status)
    if status in known:
        return status
    return "Skipped" if status == "Pending" and "Skipped" in known else "InProgress"


__all__ = ["SLIPS", "Judged", "Judgement", "Prediction", "Row"]
