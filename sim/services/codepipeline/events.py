"""Which moves of CodePipeline become EventBridge events: docs/behaviour/codepipeline.md §23."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sim.core.states import Entity, Rule, Why
from sim.core.world import World
from sim.services.codepipeline.resources import (
    ActionExecution,
    ActionStatus,
    ExecutionStatus,
    PipelineExecution,
    StageExecution,
    StageStatus,
)

SOURCE = "aws.codepipeline"

EXECUTION_STATES = {
    ExecutionStatus.STOPPING: "STOPPING",
    ExecutionStatus.STOPPED: "STOPPED",
    ExecutionStatus.SUCCEEDED: "SUCCEEDED",
    ExecutionStatus.SUPERSEDED: "SUPERSEDED",
    ExecutionStatus.FAILED: "FAILED",
    ExecutionStatus.CANCELLED: "CANCELED",
}
STAGE_STATES = {
    StageStatus.STOPPING: "STOPPING",
    StageStatus.STOPPED: "STOPPED",
    StageStatus.SUCCEEDED: "SUCCEEDED",
    StageStatus.FAILED: "FAILED",
    StageStatus.CANCELLED: "CANCELED",
}
ACTION_STATES = {
    ActionStatus.IN_PROGRESS: "STARTED",
    ActionStatus.ABANDONED: "ABANDONED",
    ActionStatus.SUCCEEDED: "SUCCEEDED",
    ActionStatus.FAILED: "FAILED",
}
"""What is in progress was started, or resumed by a retry."""

STARTED = Rule(
    "codepipeline.started", "it came into being", basis="documented", source="docs/behaviour/codepipeline.md §9.2"
)
"""Stands for the move that something makes by coming into being."""

Built = tuple[list[str], dict[str, Any]]


def register() -> None:
    """Let moves of executions, stages and actions be events."""
    PipelineExecution.emits = (SOURCE, "CodePipeline Pipeline Execution State Change", execution_event)
    StageExecution.emits = (SOURCE, "CodePipeline Stage Execution State Change", stage_event)
    ActionExecution.emits = (SOURCE, "CodePipeline Action Execution State Change", action_event)


def announce(world: World, entity: Entity) -> None:
    """The event STARTED of something that has just come into being, and so made no move yet."""
    assert entity.emits is not None
    source, detail_type, build = entity.emits
    account, region = entity.home
    if world.listens(account, region, source, detail_type):
        built = build(entity, STARTED)
        assert built is not None
        world.publish(account, region, source, detail_type, *built)


def _common(execution: PipelineExecution, started: datetime, state: str) -> dict[str, Any]:
    """Numbers are printed with a fraction, as AWS's examples have them."""
    return {
        "pipeline": execution.pipeline,
        "execution-id": execution.name,
        "start-time": _precise(started),
        "state": state,
        "version": float(execution.version),
        "pipeline-execution-attempt": float(execution.attempt),
    }


def _precise(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _began(first: bool) -> str:
    return "STARTED" if first else "RESUMED"


def execution_event(execution: Any, why: Why) -> Built:
    state = EXECUTION_STATES.get(execution.status) or _began(why is STARTED)
    detail = _common(execution, execution.started, state)
    trigger = execution.trigger
    detail["execution-trigger"] = {
        "trigger-type": trigger["triggerType"],
        "trigger-detail": trigger["triggerDetail"],
    }
    if execution.stop is not None and state in ("STOPPING", "STOPPED"):
        detail["stop-execution-comments"] = execution.stop.reason
    return [execution.of.arn], detail


def stage_event(stage: Any, why: Why) -> Built:
    execution = stage.execution
    state = STAGE_STATES.get(stage.status) or _began(why is STARTED)
    detail = {**_common(execution, stage.started, state), "stage": stage.name}
    if stage.retried is not None:
        detail["stage-last-retry-attempt-time"] = _precise(stage.retried)
    return [execution.of.arn], detail


def action_event(action: Any, why: Why) -> Built:
    execution, state = action.execution, ACTION_STATES[action.status]
    detail = {
        **_common(execution, action.started, state),
        "stage": action.stage.name,
        "action": action.name,
        "action-execution-id": action.id,
        "region": action.declaration.get("region", execution.region),
        "type": {key: action.type[key] for key in ("owner", "provider", "category", "version")},
        "input-artifacts": [artifact.detail for artifact in action.inputs],
    }
    if action.status is ActionStatus.SUCCEEDED:
        detail["output-artifacts"] = [artifact.detail for artifact in action.outputs]
    if action.status in action.final:
        detail["execution-result"] = _result(action)
    return [execution.of.arn], detail


def _result(action: ActionExecution) -> dict[str, Any]:
    result = {
        "external-execution-url": action.external_url,
        "external-execution-summary": action.summary or (action.error or {}).get("message", ""),
        "external-execution-id": action.external_id,
        "error-code": (action.error or {}).get("code", ""),
    }
    return {key: value for key, value in result.items() if value}
