"""The result of a run: one JSON document, from the journal and from API answers; nothing is worked out twice.

Times are seconds since the start, statuses AWS's own values, lists in order of creation.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from sim.analysis.metrics import metrics
from sim.analysis.record import Record
from sim.core.clock import seconds
from sim.core.states import Entity
from sim.core.world import World

Ask = Callable[..., dict[str, Any]]
"""ask(service, operation, **parameters) -> answer"""


def plain(value: Any) -> Any:
    """JSON of an API answer: dates as ISO 8601, bytes as base64."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, str):
        return str(value)
    return value


def result(world: World, home: tuple[str, str], ask: Ask, extras: Mapping[str, Any]) -> dict[str, Any]:
    """The document of one view. `extras` holds what only the view knows: scenario, warnings, steps, events, audit."""
    record = Record(world.journal, home)
    document: dict[str, Any] = {
        "scenario": extras.get("scenario"),
        "seed": world.seed,
        "ended_at": seconds(world.now),
        "quiet": world.quiet,
        "pipelines": pipelines(record, ask),
        "builds": builds(record, world),
        "deployments": deployments(record),
        "fleet": plain(extras.get("fleet", [])),
        "notifications": notifications(record, home),
        "warnings": list(extras.get("warnings", ())),
    }
    for member in ("events", "audit"):
        if member in extras:
            document[member] = plain(extras[member])
    document["steps"] = plain(extras.get("steps", []))
    document["metrics"] = metrics(document, record)
    return document


def pipelines(record: Record, ask: Ask) -> list[dict[str, Any]]:
    rows = []
    for summary in ask("codepipeline", "ListPipelines")["pipelines"]:
        name = summary["name"]
        stages = [stage["name"] for stage in ask("codepipeline", "GetPipeline", name=name)["pipeline"]["stages"]]
        executions = [
            _execution(record, entity, stages)
            for entity in map(_any, record.of_kind("pipeline-execution"))
            if entity.pipeline == name
        ]
        rows.append({"name": name, "executions": executions})
    return rows


def _any(entity: Entity) -> Any:
    """Entities of a service have attributes of their own; the contract names them by kind."""
    return cast(Any, entity)


def _execution(record: Record, entity: Any, declared: list[str]) -> dict[str, Any]:
    reached = [_stage(record, stage) for stage in record.parts(entity, "stage-execution")]
    names = {stage["stageName"] for stage in reached}
    unreached: list[dict[str, Any]] = [
        {"stageName": name, "status": None, "started": None, "ended": None, "actions": []}
        for name in declared
        if name not in names
    ]
    started, ended = record.span(entity)
    return {
        "pipelineExecutionId": entity.name,
        "status": entity.status.value,
        "started": started,
        "ended": ended,
        "trigger": plain(entity.trigger),
        "revisions": plain(entity.revisions),
        "stages": reached + unreached,
    }


def _stage(record: Record, stage: Entity) -> dict[str, Any]:
    started, ended = record.span(stage)
    return {
        "stageName": stage.name,
        "status": stage.status.value,
        "started": started,
        "ended": ended,
        "actions": [_action(record, _any(action)) for action in record.parts(stage, "action-execution")],
    }


def _action(record: Record, action: Any) -> dict[str, Any]:
    started, ended = record.span(action)
    row = {
        "actionName": action.name,
        "status": action.status.value,
        "started": started,
        "ended": ended,
        "attempt": action.attempt,
    }
    if action.error:
        row["errorDetails"] = plain(action.error)
    return row


def builds(record: Record, world: World) -> list[dict[str, Any]]:
    rows = []
    for build in map(_any, record.of_kind("build")):
        started, ended = record.span(build)
        rows.append(
            {
                "id": build.name,
                "projectName": build.project,
                "buildNumber": build.number,
                "buildStatus": build.status.value,
                "started": started,
                "ended": ended,
                "phases": [_phase(record, _any(phase)) for phase in record.parts(build, "build-phase")],
                "environment": plain(build.environment),
                "artifacts": plain(build.artifacts),
            }
        )
    return rows


def _phase(record: Record, phase: Any) -> dict[str, Any]:
    started, ended = record.span(phase)
    completed = phase.name == "COMPLETED"
    return {
        "phaseType": phase.name,
        "phaseStatus": None if completed else phase.status.value,
        "started": started,
        "ended": ended,
        "contexts": plain(phase.contexts),
    }


def deployments(record: Record) -> list[dict[str, Any]]:
    return [_deployment(record, _any(deployment)) for deployment in record.of_kind("deployment")]


def _deployment(record: Record, deployment: Any) -> dict[str, Any]:
    started, ended = record.span(deployment)
    row = {
        "deploymentId": deployment.name,
        "applicationName": deployment.application,
        "deploymentGroupName": deployment.group.name,
        "creator": deployment.creator,
        "status": deployment.status.value,
        "started": started,
        "ended": ended,
        "revision": plain(deployment.revision),
        "deploymentOverview": deployment.overview(),
    }
    if deployment.rollback_info:
        row["rollbackInfo"] = plain(deployment.rollback_info)
    if deployment.error:
        row["errorInformation"] = plain(deployment.error)
    row["minimumHealthyObserved"] = deployment.minimum_healthy_observed
    row["maximumInFlight"] = deployment.maximum_in_flight
    row["targets"] = [_target(record, _any(target)) for target in deployment.targets]
    return row


def _target(record: Record, target: Any) -> dict[str, Any]:
    return {
        "name": target.name,
        "targetId": target.target_id,
        "status": target.status.value,
        "started": seconds(target.started),
        "ended": seconds(target.ended),
        "position": target.position,
        "lifecycleEvents": [_event(_any(event)) for event in target.events],
    }


def _event(event: Any) -> dict[str, Any]:
    row = {
        "lifecycleEventName": event.name,
        "status": event.status.value,
        "started": seconds(event.started),
        "ended": seconds(event.ended),
    }
    if event.diagnostics:
        row["diagnostics"] = plain(event.diagnostics)
    return row


def notifications(record: Record, home: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "at": seconds(mail["at"]),
            "topic": mail["topic"],
            "subject": mail["subject"],
            "message": mail["message"],
            "protocol": mail["protocol"],
            "endpoint": mail["endpoint"],
        }
        for mail in record.journal.of("mail")
        if (mail["account"], mail["region"]) == home
    ]


def dumps(document: Mapping[str, Any]) -> str:
    """The document as text: the same run gives the same bytes."""
    return json.dumps(document, indent=2, ensure_ascii=False)
