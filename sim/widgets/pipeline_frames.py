"""What pipelines, executions and builds were at every moment of a run, from its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from sim.analysis.record import Record
from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.core.states import Why
from sim.services.codepipeline import resources as codepipeline

Ask = Callable[..., dict[str, Any]]
Reason = Callable[[Why], int]
"""Gives a ruling its number in the replay's list of reasons."""

Audited = tuple[int, Call, Any]
"""(ms, a call, its answer or the ServiceError it got)"""

_IN_PROGRESS = "InProgress"
_TRANSITIONS = {"DisableStageTransition": False, "EnableStageTransition": True}
_WAITS = frozenset(
    rule.id
    for rule in (
        codepipeline.WAITS_LOCKED,
        codepipeline.WAITS_DISABLED,
        codepipeline.WAITS_IN_LINE,
        codepipeline.STALE,
    )
)


def pipelines(ask: Ask) -> list[dict[str, Any]]:
    """[{name, mode, stages: [{name, actions: [{name, category, provider, runOrder}]}]}], as they are at the end."""
    found = []
    for summary in ask("codepipeline", "ListPipelines")["pipelines"]:
        declared = ask("codepipeline", "GetPipeline", name=summary["name"])["pipeline"]
        stages = [
            {"name": stage["name"], "actions": [_declared(action) for action in stage["actions"]]}
            for stage in declared["stages"]
        ]
        mode = declared.get("executionMode", "SUPERSEDED")
        found.append({"name": summary["name"], "mode": mode, "stages": stages})
    return found


def _declared(action: dict[str, Any]) -> dict[str, Any]:
    kind = action["actionTypeId"]
    return {
        "name": action["name"],
        "category": kind["category"],
        "provider": kind["provider"],
        "runOrder": int(action.get("runOrder", 1)),
        "configuration": {key: str(value) for key, value in action.get("configuration", {}).items()},
    }


class PipelineFrames:
    """Executions, their stages and actions, and builds: each with the moments at which it changed, in ms.

    A status over time is a list [[ms, status, reason], …]; the first entry is how it came into being, without a reason.
    """

    def __init__(self, record: Record, ask: Ask, reason: Reason, calls: Sequence[Audited]):
        self.record = record
        self.reason = reason
        self.pipelines = pipelines(ask)
        self._place = {pipeline["name"]: place for place, pipeline in enumerate(self.pipelines)}
        self.executions: list[dict[str, Any]] = []
        self.stages: list[dict[str, Any]] = []
        self.actions: list[dict[str, Any]] = []
        self.builds = [self._build(build) for build in self._of("build")]
        for entity in self._of("pipeline-execution"):
            if entity.pipeline in self._place:
                self._execution(entity)
        self._line_up()
        self.transitions = [row for audited in calls for row in self._transition(*audited)]

    def _of(self, kind: str) -> list[Any]:
        return cast(list[Any], self.record.of_kind(kind))

    def _moves(self, entity: Any, begins_as: str = _IN_PROGRESS) -> list[list[Any]]:
        steps = self.record.steps(entity)
        moves = [[step.time, str(step.status), self.reason(step.why)] for step in steps]
        return [[self.record.created(entity), begins_as, -1], *moves]

    def _execution(self, entity: Any) -> None:
        trigger = entity.trigger or {}
        detail = str(trigger.get("triggerDetail", "")).rsplit("/", 1)[-1]
        number = len(self.executions)
        self.executions.append(
            {
                "id": entity.name,
                "ordinal": entity.ordinal,
                "number": entity.number,
                "pipeline": self._place[entity.pipeline],
                "trigger": f"{trigger.get('triggerType', '')}{f' by {detail}' if detail else ''}",
                "revisions": [_revision(one) for one in entity.revisions],
                "moves": self._moves(entity),
                "waits": [],
            }
        )
        declared = self.pipelines[self._place[entity.pipeline]]["stages"]
        names = [stage["name"] for stage in declared]
        for stage in self.record.parts(entity, "stage-execution"):
            if stage.name in names:
                self._stage(stage, number, names.index(stage.name), declared)

    def _stage(self, entity: Any, execution: int, place: int, declared: list[dict[str, Any]]) -> None:
        number = len(self.stages)
        self.stages.append({"execution": execution, "stage": place, "moves": self._moves(entity)})
        names = [action["name"] for action in declared[place]["actions"]]
        for action in cast(list[Any], self.record.parts(entity, "action-execution")):
            if action.name in names:
                self.actions.append(
                    {
                        "in": number,
                        "action": names.index(action.name),
                        "id": action.id,
                        "attempt": action.attempt,
                        "external": action.external_id,
                        "summary": action.summary,
                        "error": dict(action.error) if action.error else None,
                        "moves": self._moves(action),
                    }
                )

    def _build(self, entity: Any) -> dict[str, Any]:
        phases = []
        for phase in cast(list[Any], self.record.parts(entity, "build-phase")):
            said = "; ".join(one["message"] for one in phase.contexts or () if one.get("message"))
            ended = None if phase.name == "COMPLETED" else self.record.ended(phase)
            status = "" if phase.name == "COMPLETED" else str(phase.status)
            phases.append([phase.name, self.record.created(phase), ended, status, said])
        return {
            "id": entity.name,
            "project": entity.project,
            "number": entity.number,
            "moves": self._moves(entity, "IN_PROGRESS"),
            "phases": phases,
            "log": [[time, text] for time, text, _ in entity.log],
        }

    def _line_up(self) -> None:
        """Who waits in front of which stage: [[from, to or None, stage, reason], …] of each execution."""
        by_ordinal = {one["ordinal"]: place for place, one in enumerate(self.executions)}
        for notice in self.record.journal.notices:
            place = None if notice.entity is None else by_ordinal.get(notice.entity.ordinal)
            if place is None or notice.topic != "waits" or notice.why.rule.id not in _WAITS:
                continue
            execution = self.executions[place]
            stages = [stage["name"] for stage in self.pipelines[execution["pipeline"]]["stages"]]
            name = notice.why.facts["stage"]
            waits = execution["waits"]
            if name in stages and not (waits and waits[-1][1] is None):
                until = self._leaves(place, stages.index(name), notice.time)
                waits.append([notice.time, until, stages.index(name), self.reason(notice.why)])
        for one in self.executions:
            del one["ordinal"]

    def _leaves(self, execution: int, stage: int, since: int) -> int | None:
        """When that execution no longer waits in front of the stage: it enters, or comes to its end."""
        enters = [
            moves[0][0]
            for moves in (one["moves"] for one in self.stages if (one["execution"], one["stage"]) == (execution, stage))
        ]
        final = {str(status) for status in codepipeline.EXECUTION_FINAL}
        ends = [time for time, status, _ in self.executions[execution]["moves"] if status in final]
        return min((time for time in (*enters, *ends) if time >= since), default=None)

    def _transition(self, time: int, call: Call, answer: Any) -> Iterator[list[Any]]:
        """[ms, pipeline, stage, whether it is open from then on, the reason] of a call that opens or closes one."""
        name, stage = call.parameters.get("pipelineName"), call.parameters.get("stageName")
        if call.operation not in _TRANSITIONS or isinstance(answer, ServiceError) or name not in self._place:
            return
        place = self._place[str(name)]
        stages = [one["name"] for one in self.pipelines[place]["stages"]]
        if stage in stages and call.parameters.get("transitionType", "Inbound") == "Inbound":
            reason = str(call.parameters.get("reason", ""))
            yield [time, place, stages.index(stage), _TRANSITIONS[call.operation], reason]

    # The picture at one moment

    def at(self, ms: int) -> list[dict[str, Any]]:
        """Each pipeline as GetPipelineState tells of it, with the executions there are by then, the newest first.

        In PARALLEL mode, where that tells of no execution, the stages are those of whichever entered them last.
        """
        return [self._pipeline(place, pipeline, ms) for place, pipeline in enumerate(self.pipelines)]

    def _pipeline(self, place: int, pipeline: dict[str, Any], ms: int) -> dict[str, Any]:
        executions = [
            {
                "pipelineExecutionId": one["id"],
                "number": one["number"],
                "status": status(one["moves"], ms),
                "waitsFor": self._waits_for(one, pipeline, ms),
            }
            for one in self.executions
            if one["pipeline"] == place and one["moves"][0][0] <= ms
        ]
        stages = [self._stage_at(place, number, stage, ms) for number, stage in enumerate(pipeline["stages"])]
        return {"name": pipeline["name"], "stages": stages, "executions": executions[::-1]}

    def _waits_for(self, execution: dict[str, Any], pipeline: dict[str, Any], ms: int) -> str | None:
        for begin, end, stage, _ in execution["waits"]:
            if begin <= ms and (end is None or ms < end):
                return str(pipeline["stages"][stage]["name"])
        return None

    def _stage_at(self, pipeline: int, number: int, stage: dict[str, Any], ms: int) -> dict[str, Any]:
        inside = self._latest_in(pipeline, number, ms)
        inbound = [
            one["id"]
            for one in self.executions
            if one["pipeline"] == pipeline and self._waits_for(one, self.pipelines[pipeline], ms) == stage["name"]
        ]
        return {
            "stageName": stage["name"],
            "status": None if inside is None else status(inside["moves"], ms),
            "pipelineExecutionId": None if inside is None else self.executions[inside["execution"]]["id"],
            "inboundExecutions": inbound,
            "inboundTransition": self._is_open(pipeline, number, ms),
            "actions": [
                self._action_at(pipeline, number, place, action, ms) for place, action in enumerate(stage["actions"])
            ],
        }

    def _is_open(self, pipeline: int, stage: int, ms: int) -> bool:
        """Whether the transition into the stage is enabled."""
        rows = [one for one in self.transitions if one[0] <= ms and one[1:3] == [pipeline, stage]]
        return bool(rows[-1][3]) if rows else True

    def _latest_in(self, pipeline: int, stage: int, ms: int) -> dict[str, Any] | None:
        inside = [
            one
            for one in self.stages
            if one["stage"] == stage
            and self.executions[one["execution"]]["pipeline"] == pipeline
            and one["moves"][0][0] <= ms
        ]
        return max(inside, key=lambda one: one["moves"][0][0], default=None)

    def _action_at(self, pipeline: int, stage: int, place: int, action: dict[str, Any], ms: int) -> dict[str, Any]:
        runs = [
            one
            for one in self.actions
            if one["action"] == place
            and one["moves"][0][0] <= ms
            and self.stages[one["in"]]["stage"] == stage
            and self.executions[self.stages[one["in"]]["execution"]]["pipeline"] == pipeline
        ]
        latest = max(runs, key=lambda one: one["moves"][0][0], default=None)
        view: dict[str, Any] = {"actionName": action["name"], "status": None}
        if latest is not None:
            view |= {
                "status": status(latest["moves"], ms),
                "actionExecutionId": latest["id"],
                "attempt": latest["attempt"],
                "pipelineExecutionId": self.executions[self.stages[latest["in"]]["execution"]]["id"],
                "externalExecutionId": latest["external"],
                "started": latest["moves"][0][0],
            }
        return view

    def packed(self) -> dict[str, Any]:
        return {
            "pipelines": self.pipelines,
            "executions": self.executions,
            "stages": self.stages,
            "actions": self.actions,
            "builds": self.builds,
            "transitions": self.transitions,
        }


def status(moves: list[list[Any]], ms: int) -> str | None:
    """What a list of moves says of that moment; None before it was there."""
    found = None
    for time, became, _ in moves:
        if time > ms:
            break
        found = became
    return found


def _revision(revision: dict[str, Any]) -> dict[str, str]:
    return {
        "action": str(revision.get("actionName", "")),
        "id": str(revision.get("revisionId", "")),
        "summary": str(revision.get("revisionSummary", "")),
    }
