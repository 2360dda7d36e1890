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
    cost = costs(document, record)
    return {
        "cost": cost,
        "lead_time": lead_time(document),
        "deployment_frequency": deployment_frequency(document),
        "change_failure_rate": change_failure_rate(document),
        "time_to_restore": time_to_restore(document),
        "cost_usd": round(sum(service["usd"] for service in cost.values()), 6),
    }


def costs(document: dict[str, Any], record: Record) -> dict[str, dict[str, float]]:
    """Service -> minutes and US dollars, from data/prices.yml. A build is billed by the minute, rounded up."""
    prices = shipped.prices()
    minutes = 0
    usd = 0.0
    by_id = {build.name: build for build in record.of_kind("build")}
    for row in document["builds"]:
        build: Any = by_id[row["id"]]
        ended = record.ended(build)
        billed = ceil(((ended if ended is not None else record.created(build)) - record.created(build)) / MINUTE)
        rate = prices.build_minute(build.environment_type, build.compute_type)
        row["cost"] = {"minutes": billed, "usd": round(billed * rate, 6)}
        minutes += billed
        usd += billed * rate
    found: dict[str, dict[str, float]] = {}
    if document["builds"]:
        found["codebuild"] = {"minutes": minutes, "usd": round(usd, 6)}
    if any(pipeline["executions"] for pipeline in document["pipelines"]):
        active = sum(bool(pipeline["executions"]) for pipeline in document["pipelines"])
        share = document["ended_at"] * SECOND / (30 * DAY)
        found["codepipeline"] = {"usd": round(active * prices.pipeline_month * share, 6)}
    return found


def lead_time(document: dict[str, Any]) -> float | None:
    """Mean seconds from an execution's start to its success."""
    times = [
        execution["ended"] - execution["started"]
        for pipeline in document["pipelines"]
        for execution in pipeline["executions"]
        if execution["status"] == "Succeeded" and execution["ended"] is not None
    ]
    return round(fmean(times), 3) if times else None


def _own_deployments(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in document["deployments"] if one["ended"] is not None]


def deployment_frequency(document: dict[str, Any]) -> float | None:
    """Successful deployments a day of virtual time."""
    if not document["ended_at"]:
        return None
    succeeded = sum(one["status"] == "Succeeded" for one in _own_deployments(document))
    return round(succeeded * 86_400 / document["ended_at"], 3)


def change_failure_rate(document: dict[str, Any]) -> float | None:
    """The share of deployments, rollbacks not counted, that did not succeed."""
    ended = [one for one in _own_deployments(document) if one["creator"] != "codeDeployRollback"]
    if not ended:
        return None
    return round(sum(one["status"] != "Succeeded" for one in ended) / len(ended), 3)


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
