"""Which moves of CodeBuild become EventBridge events: docs/behaviour/codebuild.md §9.3."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sim.core.clock import moment
from sim.core.states import Why
from sim.services.codebuild import views
from sim.services.codebuild.resources import Build, Context, Phase, Status

SOURCE = "aws.codebuild"
STATE_CHANGE = "CodeBuild Build State Change"
PHASE_CHANGE = "CodeBuild Build Phase Change"
UNTOLD = ("QUEUED", "COMPLETED")
"""Phases that no event tells of: there are nine notifications."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Event = tuple[list[str], dict[str, Any]]


def told(start: datetime, ms: int) -> str:
    """A time inside `detail`: `Jan 5, 2026 9:03:07 AM`."""
    when = moment(start, ms)
    hour = when.hour % 12 or 12
    half = "AM" if when.hour < 12 else "PM"
    return f"{_MONTHS[when.month - 1]} {when.day}, {when.year} {hour}:{when.minute:02d}:{when.second:02d} {half}"


def build_event(build: Any, why: Why) -> Event | None:
    detail = {
        "build-status": build.status.value,
        "project-name": build.project,
        "build-id": build.arn,  # the ARN, not the id
        "additional-information": _information(build),
        "current-phase": build.phase.name,
        "current-phase-context": "[]",
        "version": "1",
    }
    return [build.arn], detail


def phase_event(phase: Any, why: Why) -> Event | None:
    if phase.name in UNTOLD:
        return None
    build = phase.parent
    detail = {
        "completed-phase": phase.name,
        "project-name": build.project,
        "build-id": build.arn,
        "completed-phase-context": f"[{', '.join(_contexts(phase.contexts))}]",
        "additional-information": _information(build),
        "completed-phase-status": phase.status.value,
        "completed-phase-duration-seconds": (phase.ended - phase.started) // 1000,
        "version": "1",
        "completed-phase-start": told(build.calendar, phase.started),
        "completed-phase-end": told(build.calendar, phase.ended),
    }
    return [build.arn], detail


def _contexts(contexts: list[Context]) -> list[str]:
    return [f"{one['statusCode']}: {one['message']}" for one in contexts if one["statusCode"] or one["message"]]


def _information(build: Build) -> dict[str, Any]:
    settings = build.settings
    environment = settings["environment"]
    information: dict[str, Any] = {
        "artifact": _artifact(build),
        "environment": {
            "image": environment["image"],
            "privileged-mode": environment["privilegedMode"],
            "compute-type": environment["computeType"],
            "type": environment["type"],
            "environment-variables": [dict(one) for one in environment["environmentVariables"]],
        },
        "timeout-in-minutes": settings["timeoutInMinutes"],
        "build-complete": build.complete,
        "initiator": build.initiator,
        "build-start-time": told(build.calendar, build.started),
        "source": _source(settings["source"]),
        "logs": _logs(build),
        "phases": [_phase(build, one) for one in build.phases],
    }
    return information


def _artifact(build: Build) -> dict[str, Any]:
    stored = next(iter(build.artifacts), None) or views.planned_artifact(build)
    return {member: stored[member] for member in ("md5sum", "sha256sum", "location") if member in stored}


def _source(source: dict[str, Any]) -> dict[str, Any]:
    told_of = {"type": source["type"]}
    return told_of | ({"location": source["location"]} if source.get("location") else {})


def _logs(build: Build) -> dict[str, Any]:
    logs = views.logs(build)
    names = {"groupName": "group-name", "streamName": "stream-name", "deepLink": "deep-link"}
    return {name: logs[member] for member, name in names.items() if member in logs}


def _phase(build: Build, phase: Phase) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if phase.ended is not None:
        row["phase-context"] = _contexts(phase.contexts)
    row["start-time"] = told(build.calendar, phase.started)
    if phase.ended is not None:
        row["end-time"] = told(build.calendar, phase.ended)
        row["duration-in-seconds"] = (phase.ended - phase.started) // 1000
    row["phase-type"] = phase.name
    if phase.status is not Status.IN_PROGRESS:
        row["phase-status"] = phase.status.value
    return row


def register() -> None:
    """Let moves of builds and phases be events."""
    Build.emits = (SOURCE, STATE_CHANGE, build_event)
    Phase.emits = (SOURCE, PHASE_CHANGE, phase_event)
