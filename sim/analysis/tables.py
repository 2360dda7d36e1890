"""Tables of a run as pandas DataFrames. Times are seconds since the start; the columns are documented below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS: dict[str, dict[str, str]] = {
    "executions": {
        "pipeline": "name of the pipeline",
        "pipelineExecutionId": "id of the execution",
        "status": "PipelineExecutionStatus",
        "started": "s",
        "ended": "s; missing while it runs",
        "duration": "s",
        "trigger": "what started it",
    },
    "actions": {
        "pipeline": "name of the pipeline",
        "pipelineExecutionId": "id of the execution",
        "stage": "stage name",
        "action": "action name",
        "attempt": "1, 2, … for retries",
        "status": "ActionExecutionStatus",
        "started": "s",
        "ended": "s",
        "duration": "s",
    },
    "builds": {
        "id": "build id",
        "project": "project name",
        "number": "build number",
        "status": "StatusType of the build",
        "started": "s",
        "ended": "s",
        "duration": "s",
        "billed_minutes": "minutes, rounded up",
        "usd": "US dollars",
    },
    "phases": {
        "build": "build id",
        "phase": "BuildPhaseType",
        "status": "phase status; missing for COMPLETED",
        "started": "s",
        "ended": "s",
        "duration": "s",
        "message": "why it failed",
    },
    "deployments": {
        "deploymentId": "deployment id",
        "application": "application name",
        "group": "deployment group name",
        "creator": "DeploymentCreator",
        "status": "DeploymentStatus",
        "started": "s",
        "ended": "s",
        "duration": "s",
        "succeeded": "instances",
        "failed": "instances",
        "skipped": "instances",
        "minimum_healthy_observed": "healthy instances less those in flight, at the worst moment",
        "maximum_in_flight": "instances deployed to at once, at most",
        "error": "error code of the deployment",
    },
    "targets": {
        "deploymentId": "deployment id",
        "name": "instance name",
        "targetId": "instance id",
        "position": "from 1, in the order instances are reached",
        "status": "TargetStatus",
        "started": "s",
        "ended": "s",
        "duration": "s",
    },
    "lifecycle_events": {
        "deploymentId": "deployment id",
        "name": "instance name",
        "event": "lifecycle event",
        "status": "LifecycleEventStatus",
        "started": "s",
        "ended": "s",
        "duration": "s",
        "error": "LifecycleErrorCode",
        "message": "what the agent reported",
    },
    "fleet": {
        "name": "instance name",
        "instanceId": "instance id",
        "agent": "version of the agent, or why it is silent",
        "group": "application/deployment group",
        "revision": "where the revision lies that was installed last",
        "revisionHealth": "Current, Old or Unknown",
        "instanceHealth": "Healthy or Unhealthy",
    },
    "notifications": {
        "at": "s",
        "topic": "topic name",
        "subject": "subject line",
        "message": "text",
        "protocol": "email, …",
        "endpoint": "who got it",
    },
    "steps": {"at": "s", "step": "what the timeline did", "error": "error code, where it was refused"},
}


class Tables:
    """The tables of one result; each attribute is a DataFrame with the columns that `COLUMNS` documents."""

    def __init__(self, result: dict[str, Any]):
        self._result = result

    def __dir__(self) -> list[str]:
        return sorted(COLUMNS)

    def __getattr__(self, name: str) -> DataFrame:
        if name not in COLUMNS:
            raise AttributeError(f"there is no table {name!r}; there are {', '.join(COLUMNS)}")
        from pandas import DataFrame

        return DataFrame(rows(self._result, name), columns=list(COLUMNS[name]))


def _duration(row: dict[str, Any]) -> float | None:
    if row["started"] is None or row["ended"] is None:
        return None
    return float(round(row["ended"] - row["started"], 3))


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    return {"started": row["started"], "ended": row["ended"], "duration": _duration(row)}


def place(revision: dict[str, Any] | None) -> str | None:
    """A revision location on one line: `s3://bucket/key`."""
    if not revision:
        return None
    if "s3Location" in revision:
        return f"s3://{revision['s3Location'].get('bucket')}/{revision['s3Location'].get('key')}"
    if "gitHubLocation" in revision:
        return f"github:{revision['gitHubLocation'].get('repository')}@{revision['gitHubLocation'].get('commitId')}"
    return str(revision)


def rows(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of one table as plain dictionaries."""
    return list(_ROWS[name](result))


def _executions(result: dict[str, Any]) -> Any:
    for pipeline in result["pipelines"]:
        for one in pipeline["executions"]:
            yield {
                "pipeline": pipeline["name"],
                "pipelineExecutionId": one["pipelineExecutionId"],
                "status": one["status"],
                **_timed(one),
                "trigger": (one["trigger"] or {}).get("triggerType"),
            }


def _actions(result: dict[str, Any]) -> Any:
    for pipeline in result["pipelines"]:
        for execution in pipeline["executions"]:
            for stage in execution["stages"]:
                for action in stage["actions"]:
                    yield {
                        "pipeline": pipeline["name"],
                        "pipelineExecutionId": execution["pipelineExecutionId"],
                        "stage": stage["stageName"],
                        "action": action["actionName"],
                        "attempt": action["attempt"],
                        "status": action["status"],
                        **_timed(action),
                    }


def _builds(result: dict[str, Any]) -> Any:
    for build in result["builds"]:
        yield {
            "id": build["id"],
            "project": build["projectName"],
            "number": build["buildNumber"],
            "status": build["buildStatus"],
            **_timed(build),
            "billed_minutes": build["cost"]["minutes"],
            "usd": build["cost"]["usd"],
        }


def _phases(result: dict[str, Any]) -> Any:
    for build in result["builds"]:
        for phase in build["phases"]:
            messages = [context.get("message", "") for context in phase["contexts"] or ()]
            yield {
                "build": build["id"],
                "phase": phase["phaseType"],
                "status": phase["phaseStatus"],
                **_timed(phase),
                "message": "; ".join(filter(None, messages)) or None,
            }


def _deployments(result: dict[str, Any]) -> Any:
    for one in result["deployments"]:
        overview = one["deploymentOverview"]
        yield {
            "deploymentId": one["deploymentId"],
            "application": one["applicationName"],
            "group": one["deploymentGroupName"],
            "creator": one["creator"],
            "status": one["status"],
            **_timed(one),
            "succeeded": overview["Succeeded"],
            "failed": overview["Failed"],
            "skipped": overview["Skipped"],
            "minimum_healthy_observed": one["minimumHealthyObserved"],
            "maximum_in_flight": one["maximumInFlight"],
            "error": (one.get("errorInformation") or {}).get("code"),
        }


def _targets(result: dict[str, Any]) -> Any:
    for deployment in result["deployments"]:
        for target in deployment["targets"]:
            yield {
                "deploymentId": deployment["deploymentId"],
                "name": target["name"],
                "targetId": target["targetId"],
                "position": target["position"],
                "status": target["status"],
                **_timed(target),
            }


def _lifecycle_events(result: dict[str, Any]) -> Any:
    for deployment in result["deployments"]:
        for target in deployment["targets"]:
            for event in target["lifecycleEvents"]:
                diagnostics = event.get("diagnostics") or {}
                yield {
                    "deploymentId": deployment["deploymentId"],
                    "name": target["name"],
                    "event": event["lifecycleEventName"],
                    "status": event["status"],
                    **_timed(event),
                    "error": diagnostics.get("errorCode"),
                    "message": diagnostics.get("message"),
                }


def _fleet(result: dict[str, Any]) -> Any:
    for host in result["fleet"]:
        base = {"name": host["name"], "instanceId": host["instanceId"], "agent": host["agent"]}
        for standing in host["groups"] or [{}]:
            yield {
                **base,
                "group": standing.get("group"),
                "revision": place(standing.get("revision")),
                "revisionHealth": standing.get("revisionHealth"),
                "instanceHealth": standing.get("instanceHealth"),
            }


def _notifications(result: dict[str, Any]) -> Any:
    yield from result["notifications"]


def _steps(result: dict[str, Any]) -> Any:
    for step in result["steps"]:
        yield {"at": step["at"], "step": step["step"], "error": (step.get("error") or {}).get("Code")}


_ROWS = {
    "executions": _executions,
    "actions": _actions,
    "builds": _builds,
    "phases": _phases,
    "deployments": _deployments,
    "targets": _targets,
    "lifecycle_events": _lifecycle_events,
    "fleet": _fleet,
    "notifications": _notifications,
    "steps": _steps,
}
