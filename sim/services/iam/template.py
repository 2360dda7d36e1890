"""IAM's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.formats.template import as_json
from sim.services.stacks import Created, Stack

MAX_NAME = 64


def role(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("RoleName") or stack.physical_name(logical_id)[:MAX_NAME]
    parameters: dict[str, Any] = {
        "RoleName": name,
        "AssumeRolePolicyDocument": as_json(properties["AssumeRolePolicyDocument"]),
    }
    for member in ("Path", "Description", "PermissionsBoundary", "Tags"):
        if properties.get(member):
            parameters[member] = properties[member]
    if "MaxSessionDuration" in properties:
        parameters["MaxSessionDuration"] = int(properties["MaxSessionDuration"])
    made = stack.call("iam", "CreateRole", parameters)["Role"]
    _policies(stack, "Role", name, properties)
    return Created(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})


def user(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("UserName") or stack.physical_name(logical_id)[:MAX_NAME]
    parameters: dict[str, Any] = {"UserName": name}
    for member in ("Path", "PermissionsBoundary", "Tags"):
        if properties.get(member):
            parameters[member] = properties[member]
    made = stack.call("iam", "CreateUser", parameters)["User"]
    _policies(stack, "User", name, properties)
    for member in ("Groups", "LoginProfile"):
        if properties.get(member):
            _left_out(stack, logical_id, member)
    return Created(name, {"Arn": made["Arn"]})


def _policies(stack: Stack, noun: str, name: str, properties: dict[str, Any]) -> None:
    for policy in properties.get("Policies", ()):
        _put(stack, noun, name, policy["PolicyName"], policy["PolicyDocument"])
    for arn in properties.get("ManagedPolicyArns", ()):
        stack.call("iam", f"Attach{noun}Policy", {f"{noun}Name": name, "PolicyArn": arn})


def _put(stack: Stack, noun: str, name: str, policy_name: str, document: Any) -> None:
    parameters = {f"{noun}Name": name, "PolicyName": policy_name, "PolicyDocument": as_json(document)}
    stack.call("iam", f"Put{noun}Policy", parameters)


def _left_out(stack: Stack, logical_id: str, member: str) -> None:
    hint = "policies are kept, not enforced, so nothing depends on it in a run"
    stack.warnings.append((logical_id, "IA901", f"the property {member} is not carried out", hint))


def policy(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties["PolicyName"]
    for noun in ("Role", "User"):
        for owner in properties.get(f"{noun}s", ()):
            _put(stack, noun, owner, name, properties["PolicyDocument"])
    if properties.get("Groups"):
        _left_out(stack, logical_id, "Groups")
    id = stack.physical_name(logical_id)
    return Created(id, {"Id": id})


def managed_policy(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    parameters: dict[str, Any] = {
        "PolicyName": properties.get("ManagedPolicyName") or stack.physical_name(logical_id),
        "PolicyDocument": as_json(properties["PolicyDocument"]),
    }
    for member in ("Path", "Description"):
        if properties.get(member):
            parameters[member] = properties[member]
    made = stack.call("iam", "CreatePolicy", parameters)["Policy"]
    for noun in ("Role", "User"):
        for owner in properties.get(f"{noun}s", ()):
            stack.call("iam", f"Attach{noun}Policy", {f"{noun}Name": owner, "PolicyArn": made["Arn"]})
    if properties.get("Groups"):
        _left_out(stack, logical_id, "Groups")
    attributes = {"PolicyArn": made["Arn"], "PolicyId": made["PolicyId"], "DefaultVersionId": made["DefaultVersionId"]}
    return Created(made["Arn"], attributes)


def instance_profile(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("InstanceProfileName") or stack.physical_name(logical_id)
    parameters: dict[str, Any] = {"InstanceProfileName": name}
    if properties.get("Path"):
        parameters["Path"] = properties["Path"]
    made = stack.call("iam", "CreateInstanceProfile", parameters)["InstanceProfile"]
    for role_name in properties.get("Roles", ()):
        stack.call("iam", "AddRoleToInstanceProfile", {"InstanceProfileName": name, "RoleName": role_name})
    return Created(name, {"Arn": made["Arn"]})


TYPES = {
    "AWS::IAM::InstanceProfile": instance_profile,
    "AWS::IAM::ManagedPolicy": managed_policy,
    "AWS::IAM::Policy": policy,
    "AWS::IAM::Role": role,
    "AWS::IAM::User": user,
}
