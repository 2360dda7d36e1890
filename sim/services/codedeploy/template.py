"""CodeDeploy's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.services.stacks import Created, Stack

_BOOLEANS = frozenset({"enabled", "ignorePollAlarmFailure", "terminationHookEnabled"})


def members(value: Any) -> Any:
    """Properties as the API spells them: `DeploymentConfigName` is `deploymentConfigName`."""
    if isinstance(value, list):
        return [members(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key[:1].lower() + key[1:]: members(item) for key, item in value.items()}
    # Templates may write a boolean as text.
    return {key: item in (True, "true") if key in _BOOLEANS else item for key, item in found.items()}


def tags(properties: dict[str, Any]) -> list[dict[str, str]]:
    """Tags have capital members in the API too."""
    return [{"Key": tag["Key"], "Value": str(tag["Value"])} for tag in properties.pop("Tags", None) or ()]


def tag_filters(properties: dict[str, Any]) -> dict[str, Any]:
    """The parameters that choose instances; the members of a filter have capitals in the API too."""
    found = {}
    for place in ("Ec2", "EC2"):
        filters = properties.pop(f"{place}TagFilters", None)
        tag_set = properties.pop(f"{place}TagSet", None)
        if filters:
            found["ec2TagFilters"] = filters
        if tag_set:
            groups = tag_set.get("Ec2TagSetList") or []
            found["ec2TagSet"] = {"ec2TagSetList": [one["Ec2TagGroup"] for one in groups]}
    return found


def application(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    properties = dict(properties)
    name = properties.get("ApplicationName") or stack.physical_name(logical_id)
    platform = properties.get("ComputePlatform", "Server")
    parameters = {"applicationName": name, "computePlatform": platform, "tags": tags(properties)}
    stack.call("codedeploy", "CreateApplication", parameters)
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
    if properties.pop("Deployment", None) is not None:
        stack.warnings.append(
            (logical_id, "CD901", "the property Deployment is not carried out", "deploy with a step of the timeline")
        )
    parameters = {"tags": tags(properties), **tag_filters(properties), **members(properties)}
    parameters.setdefault("deploymentGroupName", stack.physical_name(logical_id))
    stack.call("codedeploy", "CreateDeploymentGroup", parameters)
    return Created(parameters["deploymentGroupName"])


TYPES = {
    "AWS::CodeDeploy::Application": application,
    "AWS::CodeDeploy::DeploymentConfig": deployment_config,
    "AWS::CodeDeploy::DeploymentGroup": deployment_group,
}
