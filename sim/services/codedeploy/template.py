"""CodeDeploy's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.core import naming
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
    found: dict[str, Any] = {}
    filters = properties.pop("OnPremisesInstanceTagFilters", None)
    if filters:
        found["onPremisesInstanceTagFilters"] = filters
    tag_set = properties.pop("OnPremisesTagSet", None)
    if tag_set:
        groups = tag_set.get("OnPremisesTagSetList") or []
        found["onPremisesTagSet"] = {"onPremisesTagSetList": [one["OnPremisesTagGroup"] for one in groups]}
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
    zonal = parameters.get("zonalConfig") or {}
    for minimum in (parameters.get("minimumHealthyHosts"), zonal.get("minimumHealthyHostsPerZone")):
        if minimum is not None:
            minimum["value"] = int(minimum["value"])
    for member in ("monitorDurationInSeconds", "firstZoneMonitorDurationInSeconds"):
        if member in zonal:
            zonal[member] = int(zonal[member])
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


def on_premises_fleet(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    """`Sim::OnPremises::Fleet {Name, Count, Tags, Files}`: machines Name-1 … Name-N, registered each with an IAM
    session of its own, and tagged."""
    codedeploy: Any = stack.world.service("codedeploy", stack.account, stack.region)
    fleet = properties.get("Name") or logical_id
    given = properties.get("Tags") or {}
    labels = given if isinstance(given, dict) else {tag["Key"]: tag["Value"] for tag in given}
    files = {path: str(text).encode() for path, text in (properties.get("Files") or {}).items()}
    for number in range(1, int(properties.get("Count", 1)) + 1):
        name = f"{fleet}-{number}"
        role = naming.arn("iam", "", stack.account, f"role/{fleet}-role")
        session = naming.assumed_role(role, name)
        stack.call("codedeploy", "RegisterOnPremisesInstance", {"instanceName": name, "iamSessionArn": session})
        tagged = [{"Key": key, "Value": str(value)} for key, value in {"Name": name, **labels}.items()]
        stack.call("codedeploy", "AddTagsToOnPremisesInstances", {"instanceNames": [name], "tags": tagged})
        codedeploy.disk(name).update(files)
    return Created(fleet)


TYPES = {
    "AWS::CodeDeploy::Application": application,
    "AWS::CodeDeploy::DeploymentConfig": deployment_config,
    "AWS::CodeDeploy::DeploymentGroup": deployment_group,
    "Sim::OnPremises::Fleet": on_premises_fleet,
}
