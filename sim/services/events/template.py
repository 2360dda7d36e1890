"""EventBridge's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.formats.template import as_json
from sim.services.stacks import Created, Stack


def rule(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("Name") or stack.physical_name(logical_id)
    parameters: dict[str, Any] = {"Name": name}
    for member in ("ScheduleExpression", "State", "Description", "RoleArn", "EventBusName", "Tags"):
        if properties.get(member):
            parameters[member] = properties[member]
    if properties.get("EventPattern"):
        parameters["EventPattern"] = as_json(properties["EventPattern"])
    arn = stack.call("events", "PutRule", parameters)["RuleArn"]
    if properties.get("Targets"):
        asked = {"Rule": name, "Targets": properties["Targets"]}
        if properties.get("EventBusName"):
            asked["EventBusName"] = properties["EventBusName"]
        stack.call("events", "PutTargets", asked)
    return Created(name, {"Arn": arn})


TYPES = {"AWS::Events::Rule": rule}
