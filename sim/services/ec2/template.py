"""EC2's CloudFormation types, and the simulation's own fleet."""

from __future__ import annotations

import re
from typing import Any

from sim.core import naming
from sim.core.clock import parse_duration
from sim.core.problems import ServiceError
from sim.formats.template import as_json
from sim.services.stacks import Created, Stack

MAX_ROLE_NAME = 64
READS_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
TRUSTS_EC2 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
"""Of a fleet's role: what it may do, and who may take it (docs/behaviour/codedeploy.md §13)."""
MAX_FLEET = 10_000
"""Instances that a fleet may have."""


def tags_of(properties: dict[str, Any]) -> dict[str, str]:
    """Tags as CloudFormation writes them (a list), or as a scenario may (a mapping)."""
    tags = properties.get("Tags", {})
    if isinstance(tags, dict):
        return {key: str(value) for key, value in tags.items()}
    return {tag["Key"]: str(tag["Value"]) for tag in tags}


def instance(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    ec2: Any = stack.world.service("ec2", stack.account, stack.region)
    zone = properties.get("AvailabilityZone") or f"{stack.region}a"
    one = ec2.launch(tags_of(properties), zone, properties.get("IamInstanceProfile"), running=stack.world.silent)
    one.type = properties.get("InstanceType") or one.type
    return Created(one.name, {"AvailabilityZone": zone, "PrivateIp": one.private_ip})


def _profile(stack: Stack, fleet_name: str) -> str:
    """The instance profile of a fleet, with a role that reads S3; as it is when there is one of that name."""
    profile, role = f"{fleet_name}-profile", f"{fleet_name[: MAX_ROLE_NAME - len('-role')]}-role"
    try:
        stack.call("iam", "CreateInstanceProfile", {"InstanceProfileName": profile})
    except ServiceError:
        return profile
    try:
        stack.call("iam", "CreateRole", {"RoleName": role, "AssumeRolePolicyDocument": as_json(TRUSTS_EC2)})
        stack.call("iam", "AttachRolePolicy", {"RoleName": role, "PolicyArn": READS_S3})
    except ServiceError as error:
        if error.code != "EntityAlreadyExists":
            raise
    stack.call("iam", "AddRoleToInstanceProfile", {"InstanceProfileName": profile, "RoleName": role})
    return profile


def _agent(given: Any) -> dict[str, Any]:
    """The set-up of a fleet's agents, `poll` in ms. Raises ValidationError."""
    if not isinstance(given, dict) or not all(key in AGENT for key in given):
        raise ServiceError("ValidationError", f"Agent is {given}; it may say {', '.join(AGENT)}")
    found = {}
    for key, value in given.items():
        try:
            found[key] = AGENT[key](value)
        except (ValueError, TypeError) as error:
            raise ServiceError("ValidationError", f"Agent: {key} is {value!r}: {error}") from None
    return found


def _poll(value: Any) -> int:
    ms = parse_duration(value)
    if ms == 0:
        raise ValueError("an agent that polls needs time in between")
    return ms


def _boolean(value: Any) -> bool:
    """A value of YAML's, or the text of a template's parameter."""
    word = str(value).lower()
    if word not in ("true", "false"):
        raise ValueError("write true or false")
    return word == "true"


def _version(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"\d+(\.\d+)*", text):
        raise ValueError("write it like 1.8.1 or 2.1.0")
    return text


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise ValueError("write a text")
    return str(value)


AGENT = {"installed": _boolean, "running": _boolean, "version": _version, "poll": _poll, "role": _text}
"""What a fleet may say of its agents, as rules `agent:` say it."""


def fleet(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    """`Sim::EC2::Fleet {Name, Count, Tags, AvailabilityZones, Files, Agent}`: Count instances called Name-1 … Name-N.

    `Agent {installed, running, version, poll, role}` is how their agents are set up where no rule says otherwise.
    """
    ec2: Any = stack.world.service("ec2", stack.account, stack.region)
    codedeploy: Any = stack.world.service("codedeploy", stack.account, stack.region)
    name = properties.get("Name") or logical_id
    zones = properties.get("AvailabilityZones") or [f"{stack.region}{letter}" for letter in "abc"]
    files = {path: str(text).encode() for path, text in (properties.get("Files") or {}).items()}
    count = int(properties.get("Count", 1))
    if not 0 <= count <= MAX_FLEET:
        raise ServiceError("ValidationError", f"Count is {count}, not from 0 to {MAX_FLEET}")
    agent = _agent(properties.get("Agent") or {})
    profile = _profile(stack, name)
    for number in range(1, count + 1):
        tags = {"Name": f"{name}-{number}", **tags_of(properties)}
        one = ec2.launch(tags, zones[(number - 1) % len(zones)], profile)
        if files:
            codedeploy.disk(one.name).update(files)
        if agent:
            codedeploy.own_agents[one.name] = agent
    if "TargetGroupARNs" in properties:
        hint = "load balancers are not part of this version"
        stack.warnings.append((logical_id, "EC901", "the property TargetGroupARNs is not carried out", hint))
    return Created(name)


def launch_template(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    id = "lt-" + naming.hexadecimal(stack.world.seed, stack.name, logical_id)
    profile = properties.get("LaunchTemplateData", {}).get("IamInstanceProfile", {})
    name = profile.get("Name") or (profile.get("Arn") or "").rsplit("/", 1)[-1]
    autoscaling: Any = stack.world.service("autoscaling", stack.account, stack.region)
    autoscaling.launch_templates[id] = autoscaling.launch_templates[
        properties.get("LaunchTemplateName") or stack.physical_name(logical_id)
    ] = name or None
    return Created(id, {"LatestVersionNumber": "1", "DefaultVersionNumber": "1", "LaunchTemplateId": id})


def security_group(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    id = "sg-" + naming.hexadecimal(stack.world.seed, stack.name, logical_id)
    return Created(id, {"GroupId": id, "VpcId": "vpc-00000000000000001"})


TYPES = {
    "AWS::EC2::Instance": instance,
    "AWS::EC2::LaunchTemplate": launch_template,
    "AWS::EC2::SecurityGroup": security_group,
    "Sim::EC2::Fleet": fleet,
}
