"""Roles: what the service role of a group and the roles of instances allow, by IAM's word at the time.

Source: docs/behaviour/codedeploy.md §13.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sim.core.problems import ServiceError
from sim.formats.nodes import compose
from sim.formats.policy import Statement, allows, permits, statements_of

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/(?:.+/)?([\w+=,.@-]+)")
TRUSTED = re.compile(r"codedeploy\.(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?amazonaws\.com(?:\.cn)?")
"""How a trust policy may spell CodeDeploy, with a Region or without."""
NOT_ASSUMABLE = "AWS CodeDeploy does not have the permissions required to assume the role {arn}."

DESCRIBE_INSTANCES, DESCRIBE_ALARMS, PUBLISH = "ec2:DescribeInstances", "cloudwatch:DescribeAlarms", "sns:Publish"
AUTO_SCALING = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:PutLifecycleHook",
    "autoscaling:DeleteLifecycleHook",
    "autoscaling:CompleteLifecycleAction",
    "autoscaling:RecordLifecycleActionHeartbeat",
)
"""What CodeDeploy does to Auto Scaling groups in the service role's name."""


TRAFFIC = {
    "elbInfoList": (
        "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
        "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
        "elasticloadbalancing:DescribeInstanceHealth",
    ),
    "targetGroupInfoList": (
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DescribeTargetHealth",
    ),
}
"""Member of loadBalancerInfo -> what CodeDeploy does to those in the service role's name."""


def traffic(settings: dict[str, Any]) -> tuple[str, ...]:
    """What a service role needs for the load balancers that a group's settings name."""
    given = settings.get("loadBalancerInfo") or {}
    return tuple(action for kind, actions in TRAFFIC.items() if given.get(kind) for action in actions)


def _whole(*actions: str, but: tuple[str, ...] = ()) -> tuple[Statement, ...]:
    return (Statement("Allow", actions, but, ("*",)),)


AWS_POLICIES = {
    "AdministratorAccess": _whole("*"),
    "PowerUserAccess": _whole(but=("iam:*", "organizations:*", "account:*")),
    "ReadOnlyAccess": _whole("autoscaling:Describe*", "cloudwatch:Describe*", "ec2:Describe*", "s3:Get*", "s3:List*"),
    "AmazonS3FullAccess": _whole("s3:*"),
    "AmazonS3ReadOnlyAccess": _whole("s3:Get*", "s3:List*"),
    "AmazonEC2FullAccess": _whole("ec2:*", "autoscaling:*", "cloudwatch:*"),
    "AmazonEC2ReadOnlyAccess": _whole("ec2:Describe*", "autoscaling:Describe*", "cloudwatch:Describe*"),
    "AmazonEC2RoleforAWSCodeDeploy": _whole("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"),
    "AmazonEC2RoleforAWSCodeDeployLimited": _whole("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"),
    "AmazonSNSFullAccess": _whole("sns:*"),
    "AutoScalingFullAccess": _whole("autoscaling:*", "cloudwatch:PutMetricAlarm", "ec2:DescribeInstances"),
    "AWSCodeDeployRole": _whole(
        *AUTO_SCALING,
        "autoscaling:*",
        "ec2:Describe*",
        DESCRIBE_ALARMS,
        PUBLISH,
        *(action for actions in TRAFFIC.values() for action in actions),
    ),
    "AWSCodeDeployRoleForECS": _whole(DESCRIBE_ALARMS, PUBLISH, "s3:GetObject", "s3:GetObjectVersion"),
    "AWSCodeDeployRoleForLambda": _whole(DESCRIBE_ALARMS, PUBLISH, "s3:GetObject", "s3:GetObjectVersion"),
}
"""AWS's own policies: what they allow of all that is asked for here. Source: AWS Managed Policy Reference. The tags
that a Limited one asks for are taken to be there."""


# Instances


def role_in(service: CodeDeploy, profile: str) -> str | None:
    """The name of the role in an instance profile; None where IAM knows of no such profile, or it holds none."""
    try:
        found = service.look_up("iam", "GetInstanceProfile", {"InstanceProfileName": profile})
    except ServiceError:
        return None
    roles = found["InstanceProfile"]["Roles"]
    return str(roles[0]["RoleName"]) if roles else None


def may_fetch(service: CodeDeploy, role: str, place: dict[str, Any]) -> bool:
    """Whether an agent with that role may read the object at an s3Location.

    On premises `role` is the ARN of an IAM user or session. One that IAM here does not know comes from elsewhere, and
    is taken to be right.
    """
    action = "s3:GetObjectVersion" if place.get("version") else "s3:GetObject"
    noun, name = _identity(role)
    found = statements(service, name, noun)
    if found is None:
        return role.startswith("arn:")
    if place["bucket"] == service.history_bucket:
        # Where the bundles of the past lie is not told: wherever the instances may read.
        return allows(found, action)
    return permits(found, action, f"arn:aws:s3:::{place['bucket']}/{place['key']}")


def _identity(role: str) -> tuple[str, str]:
    """(Role or User, its name) of a role's name, or of the ARN of a user or a session."""
    if ":user/" in role:
        return "User", role.rsplit("/", 1)[-1]
    return "Role", role.split("/")[1] if role.startswith("arn:") else role


# The service role


def check_format(arn: str) -> None:
    """Raises InvalidRoleException for what is no ARN of a role."""
    if not ROLE_ARN.fullmatch(arn):
        raise ServiceError("InvalidRoleException", f"{arn} is not the ARN of an IAM role")


def name_of(service: CodeDeploy, arn: str) -> str:
    """The name in the ARN of a role of this account; "" for any other ARN."""
    found = ROLE_ARN.fullmatch(arn)
    return found.group(2) if found and found.group(1) == service.account else ""


def is_there(service: CodeDeploy, arn: str) -> bool:
    return _trust(service, arn) is not None


def is_assumable(service: CodeDeploy, arn: str) -> bool:
    """Whether the role is there and trusts CodeDeploy."""
    document = _trust(service, arn)
    return document is not None and any(_trusts(one) for one in _read(document))


def _trust(service: CodeDeploy, arn: str) -> str | None:
    name = name_of(service, arn)
    try:
        role = service.look_up("iam", "GetRole", {"RoleName": name})["Role"] if name else None
    except ServiceError:
        return None
    return None if role is None or role["Arn"] != arn else _text(role["AssumeRolePolicyDocument"])


def _trusts(statement: Statement) -> bool:
    principals = (statement.principals or {}).get("Service", ())
    trusted = any(TRUSTED.fullmatch(one) for one in principals)
    return trusted and permits((statement,), "sts:AssumeRole", None)


# What a role or user may do


def statements(service: CodeDeploy, name: str, noun: str = "Role") -> tuple[Statement, ...] | None:
    """All that the policies of a role or user say, inline and attached; None when IAM knows of no such one."""
    key = {f"{noun}Name": name}
    try:
        attached = service.look_up("iam", f"ListAttached{noun}Policies", key)["AttachedPolicies"]
        inline = service.look_up("iam", f"List{noun}Policies", key)["PolicyNames"]
    except ServiceError:
        return None
    found: list[Statement] = []
    for policy in inline:
        answer = service.look_up("iam", f"Get{noun}Policy", {**key, "PolicyName": policy})
        found += _read(_text(answer["PolicyDocument"]))
    for one in attached:
        if one["PolicyArn"].startswith("arn:aws:iam::aws:"):
            found += AWS_POLICIES.get(one["PolicyName"], ())
        else:
            found += _read(_managed(service, one["PolicyArn"]))
    return tuple(found)


def _managed(service: CodeDeploy, arn: str) -> str:
    version = service.look_up("iam", "GetPolicy", {"PolicyArn": arn})["Policy"]["DefaultVersionId"]
    answer = service.look_up("iam", "GetPolicyVersion", {"PolicyArn": arn, "VersionId": version})
    return _text(answer["PolicyVersion"]["Document"])


def _text(document: Any) -> str:
    return _unquoted(document) if isinstance(document, str) else json.dumps(document)


_unquoted = lru_cache(maxsize=256)(unquote)
"""IAM answers documents percent-encoded; thousands of runs read the same few."""


@lru_cache(maxsize=256)  # as above
def _read(text: str) -> tuple[Statement, ...]:
    return statements_of(compose(text, "policy.json"), "policy.json")
