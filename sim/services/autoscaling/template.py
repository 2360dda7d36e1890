"""Auto Scaling's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.services.stacks import Created, Stack


def group(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    parameters = dict(properties)
    name = parameters.setdefault("AutoScalingGroupName", stack.physical_name(logical_id))
    for size in ("MinSize", "MaxSize", *(["DesiredCapacity"] if "DesiredCapacity" in parameters else [])):
        parameters[size] = int(parameters[size])
    parameters["Tags"] = [
        {"Key": tag["Key"], "Value": str(tag["Value"])}
        for tag in parameters.get("Tags", ())
        if tag.get("PropagateAtLaunch", True) in (True, "true")
    ]
    stack.call("autoscaling", "CreateAutoScalingGroup", parameters)
    return Created(name)


TYPES = {"AWS::AutoScaling::AutoScalingGroup": group}
