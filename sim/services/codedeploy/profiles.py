"""The role of an agent: which one an instance profile holds, and whether one that a scenario gives may fetch bundles.

Source: docs/behaviour/codedeploy.md §13.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sim.core.problems import ServiceError
from sim.formats.nodes import compose
from sim.formats.policy import allows, statements_of

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

READS_S3 = frozenset(
    {
        "AdministratorAccess",
        "AmazonEC2RoleforAWSCodeDeploy",
        "AmazonEC2RoleforAWSCodeDeployLimited",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "PowerUserAccess",
        "ReadOnlyAccess",
    }
)
"""Policies of AWS that allow it."""


def role_in(service: CodeDeploy, profile: str) -> str:
    """The name of the role in an instance profile; the profile's own name where IAM knows of none."""
    try:
        roles = service.look_up("iam", "GetInstanceProfile", {"InstanceProfileName": profile})["InstanceProfile"][
            "Roles"
        ]
    except ServiceError:
        return profile
    return str(roles[0]["RoleName"]) if roles else profile


def may_read_s3(service: CodeDeploy, role: str) -> bool:
    """Whether IAM knows that role and some policy of it allows s3:GetObject, on whatever object."""
    try:
        attached = service.look_up("iam", "ListAttachedRolePolicies", {"RoleName": role})["AttachedPolicies"]
        inline = service.look_up("iam", "ListRolePolicies", {"RoleName": role})["PolicyNames"]
    except ServiceError:
        return False
    documents = [
        service.look_up("iam", "GetRolePolicy", {"RoleName": role, "PolicyName": name})["PolicyDocument"]
        for name in inline
    ]
    for one in attached:
        if one["PolicyArn"].startswith("arn:aws:iam::aws:"):
            if one["PolicyName"] in READS_S3:
                return True
        else:
            documents.append(_managed(service, one["PolicyArn"]))
    return any(_allows(document) for document in documents)


def _managed(service: CodeDeploy, arn: str) -> Any:
    version = service.look_up("iam", "GetPolicy", {"PolicyArn": arn})["Policy"]["DefaultVersionId"]
    answer = service.look_up("iam", "GetPolicyVersion", {"PolicyArn": arn, "VersionId": version})
    return answer["PolicyVersion"]["Document"]


def _allows(document: Any) -> bool:
    text = unquote(document) if isinstance(document, str) else json.dumps(document)  # IAM answers it percent-encoded
    return allows(statements_of(compose(text, "policy.json"), "policy.json"), "s3:GetObject")
