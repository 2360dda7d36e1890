"""Which call an event becomes at which kind of target. Source: docs/behaviour/codecommit-and-glue.md §13.3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sim.core import naming
from sim.core.calls import Call
from sim.services.events import inputs
from sim.services.events.resources import EventRule, Target

VIA = "events.amazonaws.com"

Request = tuple[str, dict[str, Any]]
"""(operation, parameters)"""


def start_pipeline(arn: str, target: Target, text: str) -> Request:
    parameters: dict[str, Any] = {"name": arn.split(":", 5)[5]}
    if inputs.is_own(target):
        parameters |= _members(text, ("sourceRevisions", "variables"))
    return "StartPipelineExecution", parameters


def start_build(arn: str, target: Target, text: str) -> Request:
    parameters: dict[str, Any] = {"projectName": arn.split(":", 5)[5].removeprefix("project/")}
    if inputs.is_own(target):
        parameters = _members(text, None) | parameters
    return "StartBuild", parameters


def publish(arn: str, target: Target, text: str) -> Request:
    return "Publish", {"TopicArn": arn, "Message": text}


def _members(text: str, names: tuple[str, ...] | None) -> dict[str, Any]:
    """The members of a JSON text that the operation takes; a text that is no object has none."""
    try:
        given = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(given, dict):
        return {}
    return {name: value for name, value in given.items() if names is None or name in names}


KINDS: dict[str, Callable[[str, Target, str], Request]] = {
    "codebuild": start_build,
    "codepipeline": start_pipeline,
    "sns": publish,
}
"""The service in a target's ARN -> what it is asked. Others are not simulated."""

WITH_ROLE = ("codebuild", "codepipeline")
"""Targets that EventBridge reaches with a role; the others let it in by a policy of their own."""


def service_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[2] if len(parts) > 2 else ""


def call(rule: EventRule, target: Target, text: str) -> Call | None:
    """The call to make; None for a kind of target that is not simulated."""
    arn = target["Arn"]
    service = service_of(arn)
    ask = KINDS.get(service)
    if ask is None:
        return None
    _, _, _, region, account, _ = arn.split(":", 5)
    operation, parameters = ask(arn, target, text)
    principal = naming.assumed_role(target["RoleArn"], rule.name) if service in WITH_ROLE else VIA
    return Call(principal, account, region, service, operation, parameters, VIA)
