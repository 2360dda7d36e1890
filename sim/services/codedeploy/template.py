"""CodeDeploy's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.services.stacks import Created, Stack

_SPELLED = {"Ec2TagSet": "ec2TagSet", "EC2TagFilters": "ec2TagFilters", "ECSServices": "ecsServices"}
_KEPT = frozenset({"Key", "Value", "Type"})
"""Tag filters have capital members in the API too."""


def members(value: Any, inside: str = "") -> Any:
    """Properties as the API spells them: `DeploymentConfigName` is `deploymentConfigName`."""
    if isinstance(value, list):
        return [members(item, inside) for item in value]
    if not isinstance(value, dict):
        return value
    if "TagFilter" in inside or "TagSet" in inside or "TagGroup" in inside:
        kept = {key: members(item, key) for key, item in value.items() if key in _KEPT}
        if kept:
            return kept
    return {_spelled(key): members(item, key) for key, item in value.items()}


def _spelled(key: str) -> str:
    return _SPELLED.get(key) or key[:1].lower() + key[1:]


def application(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("ApplicationName") or stack.physical_name(logical_id)
    platform = properties.get("ComputePlatform", "Server")
    stack.call("codedeploy", "CreateApplication", {"applicationName": name, "computePlatform": platform})
    return Created(name)


def deployment_config(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    parameters = members(properties)
    parameters.setdefault("deploymentConfigName", stack.physical_name(logical_id))
    if "minimumHealthyHosts" in parameters:
        parameters["minimumHealthyHosts"]["value"] = int(parameters["minimumHealthyHosts"]["value"])
    stack.call("codedeploy", "CreateDeploymentConfig", parameters)
    return Created(parameters["deploymentConfigName"])


def deployment_group(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    properties = dict(properties)
    deployment = properties.pop("Deployment", None)
    if deployment is not None:
        stack.warnings.append(
            (logical_id, "CD901", "the property Deployment is not carried out", "deploy with a step of the timeline")
        )
    tag_set = properties.pop("Ec2TagSet", properties.pop("EC2TagSet", None))
    filters = properties.pop("Ec2TagFilters", properties.pop("EC2TagFilters", None))
    parameters = members(properties)
    if tag_set:
        parameters["ec2TagSet"] = {"ec2TagSetList": [one["Ec2TagGroup"] for one in tag_set.get("Ec2TagSetList", [])]}
    if filters:
        parameters["ec2TagFilters"] = filters
    parameters.setdefault("deploymentGroupName", stack.physical_name(logical_id))
    rollback = parameters.get("autoRollbackConfiguration")
    if rollback is not None:
        rollback["enabled"] = rollback.get("enabled") in (True, "true")
    stack.call("codedeploy", "CreateDeploymentGroup", parameters)
    return Created(parameters["deploymentGroupName"])


TYPES = {
    "AWS::CodeDeploy::Application": application,
    "AWS::CodeDeploy::DeploymentConfig": deployment_config,
    "AWS::CodeDeploy::DeploymentGroup": deployment_group,
}
