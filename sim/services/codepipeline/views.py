"""What CodePipeline answers about itself: entities in the shapes of its API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.calls import copied
from sim.formats.actiontypes import ActionType
from sim.services.codepipeline.resources import (
    ActionExecution,
    ActionStatus,
    Gate,
    Mode,
    Pipeline,
    PipelineExecution,
    StageExecution,
)

if TYPE_CHECKING:
    from sim.services.codepipeline.api import CodePipeline

View = dict[str, Any]

SECRETS = ("OAuthToken", "ClientSecret", "RefreshToken")
"""Configuration values that are shown as four asterisks."""


def declaration(of: dict[str, Any]) -> View:
    """A copy of a declaration in which secrets are not readable."""
    shown = copied(of)
    for stage in shown["stages"]:
        for action in stage["actions"]:
            for key in SECRETS:
                if key in action["configuration"]:
                    action["configuration"][key] = "****"
    return shown


def tags(pipeline: Pipeline) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in pipeline.tags.items()]


def without_empty(view: View) -> View:
    """Members that hold nothing are left out of an answer."""
    return {key: value for key, value in view.items() if value not in (None, "", [], {})}


# State


def state(service: CodePipeline, pipeline: Pipeline) -> View:
    stages = pipeline.declaration["stages"]
    return {
        "pipelineName": pipeline.name,
        "pipelineVersion": pipeline.declaration["version"],
        "stageStates": [_stage_state(service, pipeline, stage) for stage in stages],
        "created": service.date(pipeline.created),
        "updated": service.date(pipeline.updated),
    }


def _stage_state(service: CodePipeline, pipeline: Pipeline, declared: dict[str, Any]) -> View:
    gate = pipeline.gates[declared["name"]]
    inbound = [_stage_execution(arrival.execution, "InProgress") for arrival in gate.waiting]
    entered = None if gate.entered is None else gate.entered.stages.get(gate.stage)
    return without_empty(
        {
            "stageName": gate.stage,
            "inboundExecution": inbound[0] if inbound else None,
            "inboundExecutions": inbound,
            "inboundTransitionState": _transition(service, gate),
            "actionStates": [_action_state(service, pipeline, gate.stage, one["name"]) for one in declared["actions"]],
            "latestExecution": None if entered is None else _stage_execution(entered.execution, entered.status.value),
            "retryStageMetadata": None if entered is None else _retries(entered),
        }
    )


def _stage_execution(execution: PipelineExecution, status: str) -> View:
    return {"pipelineExecutionId": execution.name, "status": status, "type": "STANDARD"}


def _transition(service: CodePipeline, gate: Gate) -> View:
    transition = gate.transition
    view: View = {"enabled": transition.enabled}
    if transition.changed_at is not None:
        view |= {"lastChangedBy": transition.changed_by, "lastChangedAt": service.date(transition.changed_at)}
    if transition.reason:
        view["disabledReason"] = transition.reason
    return view


def _retries(stage: StageExecution) -> View:
    if not stage.auto_retries and not stage.manual_retries:
        return {}
    view: View = {}
    if stage.auto_retries:
        view |= {"autoStageRetryAttempt": stage.auto_retries, "latestRetryTrigger": "AutomatedStageRetry"}
    if stage.manual_retries:
        view |= {"manualStageRetryAttempt": stage.manual_retries, "latestRetryTrigger": "ManualStageRetry"}
    return view


def _action_state(service: CodePipeline, pipeline: Pipeline, stage: str, name: str) -> View:
    """In PARALLEL mode there is no one state to show (§8.3); before an action has run there is none (§24)."""
    latest = pipeline.actions.get((stage, name))
    if latest is None or pipeline.mode is Mode.PARALLEL:
        return {"actionName": name}
    view = {"actionName": name, "currentRevision": latest.revision, "latestExecution": _latest(service, latest)}
    return without_empty(view)


def _latest(service: CodePipeline, action: ActionExecution) -> View:
    waits = action.status is ActionStatus.IN_PROGRESS
    return without_empty(
        {
            "actionExecutionId": action.id,
            "status": action.status.value,
            "summary": action.summary,
            "lastStatusChange": service.date(action.updated),
            "token": action.token if waits else None,
            "lastUpdatedBy": action.updated_by,
            "externalExecutionId": action.external_id,
            "externalExecutionUrl": action.external_url,
            "errorDetails": action.error,
        }
    )


# Executions


def execution(of: PipelineExecution) -> View:
    return without_empty(
        {
            "pipelineName": of.pipeline,
            "pipelineVersion": of.version,
            "pipelineExecutionId": of.name,
            "status": of.status.value,
            "artifactRevisions": copied(of.revision_details),
            "variables": [{"name": name, "resolvedValue": value} for name, value in of.variables.items()],
            "trigger": dict(of.trigger),
            "executionMode": of.mode.value,
            "executionType": "STANDARD",
        }
    )


def summary(service: CodePipeline, of: PipelineExecution) -> View:
    return without_empty(
        {
            "pipelineExecutionId": of.name,
            "status": of.status.value,
            "startTime": of.started,
            "lastUpdateTime": service.date(of.updated),
            "sourceRevisions": copied(of.revisions),
            "trigger": dict(of.trigger),
            "stopTrigger": {"reason": of.stop.reason} if of.stop is not None else None,
            "executionMode": of.mode.value,
            "executionType": "STANDARD",
        }
    )


def action_detail(service: CodePipeline, action: ActionExecution) -> View:
    declared, of = action.declaration, action.execution
    view = {
        "pipelineExecutionId": of.name,
        "actionExecutionId": action.id,
        "pipelineVersion": of.version,
        "stageName": action.stage.name,
        "actionName": action.name,
        "startTime": action.started,
        "lastUpdateTime": service.date(action.updated),
        "updatedBy": action.updated_by,
        "status": action.status.value,
        "input": without_empty(
            {
                "actionTypeId": dict(action.type),
                "configuration": dict(declared["configuration"]),
                "resolvedConfiguration": dict(action.resolved),
                "roleArn": declared.get("roleArn"),
                "region": declared.get("region", service.region),
                "inputArtifacts": [artifact.detail for artifact in action.inputs],
                "namespace": declared.get("namespace"),
            }
        ),
        "output": without_empty(
            {
                "outputArtifacts": _given(action),
                "executionResult": _result(action),
                "outputVariables": dict(action.variables),
            }
        ),
    }
    return without_empty(view)


def _given(action: ActionExecution) -> list[View]:
    if action.status is not ActionStatus.SUCCEEDED:
        return []
    return [artifact.detail for artifact in action.outputs]


def _result(action: ActionExecution) -> View:
    """What came of it; the token of an approval in PARALLEL mode is its external id (§8.3)."""
    id = action.external_id
    if not id and action.token is not None and action.execution.mode is Mode.PARALLEL:
        id = action.token
    return without_empty(
        {
            "externalExecutionId": id,
            "externalExecutionSummary": action.summary,
            "externalExecutionUrl": action.external_url,
            "errorDetails": action.error,
        }
    )


# Action types


def action_type(of: ActionType) -> View:
    keys = [(key, True) for key in of.required or ()] + [(key, False) for key in of.optional or ()]
    return {
        "id": {"category": of.category, "owner": of.owner, "provider": of.provider, "version": "1"},
        "settings": {},
        "actionConfigurationProperties": [
            {"name": key, "required": required, "key": True, "secret": key in SECRETS} for key, required in keys
        ],
        "inputArtifactDetails": {"minimumCount": of.inputs[0], "maximumCount": of.inputs[1]},
        "outputArtifactDetails": {"minimumCount": of.outputs[0], "maximumCount": of.outputs[1]},
    }
