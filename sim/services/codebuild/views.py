"""Builds as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sim.core import naming
from sim.core.calls import copied
from sim.core.clock import iso, moment
from sim.services.codebuild import artifacts
from sim.services.codebuild.resources import Build, Phase, Status

CONSOLE = "https://console.aws.amazon.com/cloudwatch/home"


def build(one: Build) -> dict[str, Any]:
    """A build, in the shape of AWS's Build."""
    settings = one.settings
    shown: dict[str, Any] = {
        "id": one.name,
        "arn": one.arn,
        "buildNumber": one.number,
        "startTime": _date(one, one.started),
        "endTime": None if one.ended is None else _date(one, one.ended),
        "currentPhase": one.phase.name,
        "buildStatus": one.status.value,
        "sourceVersion": settings.get("sourceVersion"),
        "resolvedSourceVersion": one.resolved_version,
        "projectName": one.project,
        "phases": [phase(one, each) for each in one.phases],
        "source": settings["source"],
        "secondarySources": settings["secondarySources"],
        "secondarySourceVersions": settings["secondarySourceVersions"],
        "artifacts": primary_artifact(one),
        "secondaryArtifacts": [each for each in one.artifacts if each.get("artifactIdentifier")],
        "cache": settings["cache"],
        "environment": settings["environment"],
        "serviceRole": settings["serviceRole"],
        "logs": logs(one),
        "timeoutInMinutes": settings["timeoutInMinutes"],
        "queuedTimeoutInMinutes": settings["queuedTimeoutInMinutes"],
        "buildComplete": one.complete,
        "initiator": one.initiator,
        "vpcConfig": settings.get("vpcConfig"),
        "encryptionKey": settings["encryptionKey"],
        "exportedEnvironmentVariables": one.exported,
        "fileSystemLocations": settings.get("fileSystemLocations"),
        "autoRetryConfig": retries(one),
    }
    return {member: copied(value) for member, value in shown.items() if value is not None}


def phase(one: Build, each: Phase) -> dict[str, Any]:
    """A phase, in the shape of AWS's BuildPhase (docs/behaviour/codebuild.md §2.7)."""
    row: dict[str, Any] = {"phaseType": each.name, "startTime": _date(one, each.started)}
    if each.ended is None:
        return row
    row["phaseStatus"] = each.status.value
    row["endTime"] = _date(one, each.ended)
    row["durationInSeconds"] = (each.ended - each.started) // 1000
    if each.contexts:
        row["contexts"] = each.contexts
    return row


def primary_artifact(one: Build) -> dict[str, Any]:
    """The artifact stored, or where it would be."""
    return next((each for each in one.artifacts if not each.get("artifactIdentifier")), None) or planned_artifact(one)


def planned_artifact(one: Build) -> dict[str, Any]:
    setting = one.settings["artifacts"]
    if setting["type"] == "NO_ARTIFACTS" or not setting.get("location"):
        return {"location": ""}
    return {"location": f"arn:aws:s3:::{setting['location']}/{artifacts.key_of(one, setting)}".rstrip("/")}


def retries(one: Build) -> dict[str, Any] | None:
    """Shown when the build may be retried, or is a retry (docs/behaviour/codebuild.md §14)."""
    limit = one.settings.get("autoRetryLimit", 0)
    if not limit and not one.previous_retry and not one.next_retry:
        return None
    shown = {"autoRetryLimit": limit, "autoRetryNumber": one.retry_number}
    links = {"nextAutoRetry": one.next_retry, "previousAutoRetry": one.previous_retry}
    return shown | {member: link for member, link in links.items() if link}


# Logs


def places(one: Build) -> tuple[str | None, str | None]:
    """(log group and stream joined by a tab, S3 location), each None when such logs are off (§9.1)."""
    config = one.settings.get("logsConfig") or {}
    cloudwatch = config.get("cloudWatchLogs") or {"status": "ENABLED"}
    s3 = config.get("s3Logs") or {"status": "DISABLED"}
    stream = None
    if cloudwatch["status"] == "ENABLED":
        prefix = cloudwatch.get("streamName")
        name = f"{prefix}/{one.uuid}" if prefix else one.uuid
        stream = f"{cloudwatch.get('groupName') or f'/aws/codebuild/{one.project}'}\t{name}"
    location = (
        f"{s3['location'].strip('/')}/{one.uuid}.gz" if s3["status"] == "ENABLED" and s3.get("location") else None
    )
    return stream, location


def logs(one: Build) -> dict[str, Any]:
    """LogsLocation: the stream is made in PROVISIONING; before, the link leads nowhere (§9.1)."""
    config = one.settings.get("logsConfig") or {}
    shown: dict[str, Any] = {
        "cloudWatchLogs": config.get("cloudWatchLogs") or {"status": "ENABLED"},
        "s3Logs": config.get("s3Logs") or {"status": "DISABLED", "encryptionDisabled": False},
    }
    stream, location = places(one)
    if location:
        shown["s3LogsArn"] = f"arn:aws:s3:::{location}"
    if stream is None:
        return shown
    group, name = stream.split("\t")
    there = any(each.name == "PROVISIONING" and each.status is Status.SUCCEEDED for each in one.phases)
    if there:
        shown |= {"groupName": group, "streamName": name}
        account, region = one.home
        shown["cloudWatchLogsArn"] = naming.arn("logs", region, account, f"log-group:{group}:log-stream:{name}")
    link = f"group={group};stream={name}" if there else "group=null;stream=null"
    shown["deepLink"] = f"{CONSOLE}?region={one.region}#logEvent:{link}"
    return shown


def log(one: Build) -> list[dict[str, Any]]:
    """[{"timestamp" in ms since the start, "message"}]: CodeBuild's own lines bear its prefix (§2.8)."""
    rows = []
    for ms, text, printed in one.log:
        stamp = iso(one.calendar, ms).replace("-", "/").replace("T", " ").rstrip("Z")
        rows.append({"timestamp": ms, "message": text if printed else f"[Container] {stamp} {text}"})
    return rows


def _date(one: Build, ms: int) -> datetime:
    return moment(one.calendar, ms)
