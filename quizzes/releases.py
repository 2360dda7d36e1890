"""What families about pipelines share: starts, stages that take so many minutes, and how they are told."""

from __future__ import annotations

from typing import Any

PIPELINE_EXAMS = (("DVA-C02", "3.4"), ("DOP-C02", "1.1"))
GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide"
START = {"service": "codepipeline", "operation": "StartPipelineExecution", "parameters": {"name": "shop"}}
UNSURE_S = 20
"""Nobody times stages to the second: each takes up to so much less or more than the stem says."""
SOURCE = {"action": "Source/*", "takes": "5s"}


def starts(minutes: list[int]) -> list[dict[str, Any]]:
    """Executions that start at those minutes, as steps of the timeline."""
    return [{"at": f"{minute}m", "call": START} for minute in minutes]


def about(minutes: int) -> dict[str, Any]:
    """A duration of about so many minutes."""
    return {"uniform": [f"{60 * minutes - UNSURE_S}s", f"{60 * minutes + UNSURE_S}s"]}


def statuses(result: Any) -> list[str]:
    """The statuses of the executions, in the order in which they started."""
    return [execution["status"] for execution in result["pipelines"][0]["executions"]]
