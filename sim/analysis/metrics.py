"""Figures of a run: what it cost, and the four DORA metrics. Each is one function of the result or the journal."""

from __future__ import annotations

from collections import defaultdict
from math import ceil
from statistics import fmean
from typing import Any

from sim.analysis.record import Record
from sim.core.clock import DAY, MINUTE, SECOND
from sim.formats import shipped


def metrics(document: dict[str, Any], record: Record) -> dict[str, Any]:
    """All metrics; a figure that nothing was measured for is None. Also fills in each build's `cost`."""
    cost, failing = costs(document, record), change_failure_rate(document)
    return {
        "cost": cost,
        "lead_time": lead_time(document["pipelines"], record),
        "deployment_frequency": deployment_frequency(document),
        "change_failure_rate": None if failing is None else round(failing, 3),
        "time_to_restore": time_to_restore(document),
        "cost_usd": round(sum(service["usd"] for service in cost.values()), 6),
    }


def costs(document: dict[str, Any], record: Record) -> dict[str, dict[str, float]]:
    """Service -> minutes and US dollars, from data/prices.yml; a service that did nothing is left out."""
    found = {
        "codebuild": build_costs(document, record),
        "codedeploy": deployment_costs(record),
        "codepipeline": pipeline_costs(document, record),
    }
    return {service: cost for service, cost in found.items() if cost}


def build_costs(document: dict[str, Any], record: Record) -> dict[str, float]:
    """Builds are billed by the minute, rounded up (docs/behaviour/codebuild.md §4.8). Fills in each row's `cost`."""
    prices = shipped.prices()
    builds: dict[str, Any] = {build.name: build for build in record.of_kind("build")}
    for row in document["builds"]:
        build = builds[row["id"]]
        ended = document["ended_at"] if row["ended"] is None else row["ended"]
        minutes = ceil((ended - row["started"]) * SECOND / MINUTE)
        rate = prices.build_minute(build.environment_type, build.compute_type)
        row["cost"] = {"minutes": minutes, "usd": round(minutes * rate, 6)}
    rows = [row["cost"] for row in document["builds"]]
    if not rows:
        return {}
    return {"minutes": sum(row["minutes"] for row in rows), "usd": round(sum(row["usd"] for row in rows), 6)}


def deployment_costs(record: Record) -> dict[str, float]:
    """An update of an on-premises instance costs, whatever came of it; EC2 instances cost nothing
    (docs/behaviour/codedeploy.md §15). Instances that a deployment never reached are taken to cost nothing."""
    targets: list[Any] = record.of_kind("target")
    updates = sum(
        target.host.instance.kind == "on-premises-instance" and target.started is not None for target in targets
    )
    return {"updates": updates, "usd": round(updates * shipped.prices().on_premises_update, 6)} if updates else {}


def pipeline_costs(document: dict[str, Any], record: Record) -> dict[str, float]:
    """A V1 pipeline costs a flat price for each month in which a change ran through it; a V2 pipeline costs by the
    minute of each action, rounded up, approvals and custom actions free (docs/behaviour/codepipeline.md §16). Free
    tiers are left out: they belong to an account, not to a run."""
    prices = shipped.prices()
    months = ceil(document["ended_at"] * SECOND / (30 * DAY)) or 1
    minutes = 0
    flat: set[str] = set()
    executions: list[Any] = record.of_kind("pipeline-execution")
    for execution in executions:
        if execution.declaration.get("pipelineType", "V1") == "V2":
            minutes += sum(
                _billed_minutes(record, action, document["ended_at"]) for action in _actions(record, execution)
            )
        else:
            flat.add(execution.pipeline)
    if not executions:
        return {}
    usd = len(flat) * months * prices.pipeline_month + minutes * prices.action_minute
    return {"minutes": minutes, "usd": round(usd, 6)} if minutes else {"usd": round(usd, 6)}


def _actions(record: Record, execution: Any) -> list[Any]:
    return [
        action
        for stage in record.parts(execution, "stage-execution")
        for action in record.parts(stage, "action-execution")
    ]


def _billed_minutes(record: Record, action: Any, now: float) -> int:
    if action.type["category"] == "Approval" or action.type["owner"] == "Custom":
        return 0
    ended = record.ended(action)
    return ceil(((round(now * SECOND) if ended is None else ended) - record.created(action)) / MINUTE)


def lead_time(pipelines: list[dict[str, Any]], record: Record, since: float = 0.0) -> float | None:
    """Mean seconds from a push to the end of the execution that brought it out.

    A push whose own execution was superseded comes out with the next one. An execution without a push (an upload, a
    start by hand) counts from its start. `pipelines` are those of a result, with all executions; those that started
    before `since` (s) bring out what was pushed before them, and are not in the mean.
    """
    waiting = pushes(record)
    times: list[float] = []
    for pipeline in pipelines:
        succeeded = [one for one in pipeline["executions"] if one["status"] == "Succeeded" and one["ended"] is not None]
        for execution in sorted(succeeded, key=lambda one: one["ended"]):
            brought = [time for revision in execution["revisions"] for time in waiting.take(revision.get("revisionId"))]
            if execution["started"] >= since:
                times += [execution["ended"] - time for time in brought or [execution["started"]]]
    return round(fmean(times), 3) if times else None


class Pushes:
    """When each reference got which commit, in order; `take` gives the times of what a commit brings out, once."""

    def __init__(self) -> None:
        self._references: dict[str, list[tuple[float, str]]] = defaultdict(list)

    def add(self, reference: str, time: float, commit: str) -> None:
        self._references[reference].append((time, commit))

    def take(self, commit: str | None) -> list[float]:
        """The push of that commit and all before it on the same reference that have not come out yet."""
        for reference, rows in self._references.items():
            place = next((index for index, (_, pushed) in enumerate(rows) if pushed == commit), None)
            if place is not None:
                self._references[reference] = rows[place + 1 :]
                return [time for time, _ in rows[: place + 1]]
        return []


def pushes(record: Record) -> Pushes:
    """What was pushed after time 0."""
    found = Pushes()
    changes: list[Any] = record.of_kind("reference-change")
    for change in changes:
        if change.new is not None:
            found.add(change.name, record.created(change) / SECOND, change.new)
    return found


def _own_deployments(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Deployments that are over; those to single instances of Auto Scaling are no changes."""
    ended = [one for one in document["deployments"] if one["ended"] is not None]
    return [one for one in ended if not one["creator"].startswith("autoscaling")]


def deployment_frequency(document: dict[str, Any]) -> float | None:
    """Successful deployments a day of virtual time."""
    if not document["ended_at"]:
        return None
    succeeded = sum(one["status"] == "Succeeded" for one in _own_deployments(document))
    return float(round(succeeded * 86_400 / document["ended_at"], 3))


def change_failure_rate(document: dict[str, Any]) -> float | None:
    """The share of deployments, rollbacks not counted, that did not succeed."""
    ended = [one for one in _own_deployments(document) if one["creator"] != "codeDeployRollback"]
    if not ended:
        return None
    failed = sum(one["status"] != "Succeeded" for one in ended)
    return float(failed / len(ended))


def time_to_restore(document: dict[str, Any]) -> float | None:
    """Mean seconds from a failed deployment's end to the end of the group's next successful one."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in _own_deployments(document):
        groups[one["applicationName"], one["deploymentGroupName"]].append(one)
    times = []
    for rows in groups.values():
        broken: float | None = None
        for row in rows:
            if row["status"] == "Succeeded" and broken is not None:
                times.append(row["ended"] - broken)
                broken = None
            elif row["status"] != "Succeeded" and broken is None:
                broken = row["ended"]
    return round(fmean(times), 3) if times else None
