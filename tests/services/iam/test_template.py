"""IAM's CloudFormation types."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from sim.services.iam.template import TYPES
from sim.services.stacks import Created, Stack
from tests.services.iam.test_api import ACCOUNT, ALICE, DOCUMENT, TRUST, Town


def make(town: Town, type_: str, properties: dict[str, Any]) -> tuple[Created, Stack]:
    stack = Stack(town.world, ACCOUNT, "us-east-1", "stack", ALICE, {})
    return TYPES[f"AWS::IAM::{type_}"](stack, "Thing", properties), stack


def test_a_role_with_its_policies():
    town = Town()
    created, _ = make(
        town,
        "Role",
        {
            "RoleName": "build",
            "AssumeRolePolicyDocument": json.loads(TRUST),
            "MaxSessionDuration": "7200",
            "Policies": [{"PolicyName": "p", "PolicyDocument": json.loads(DOCUMENT)}],
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        },
    )
    role = town("GetRole", RoleName="build")["Role"]
    assert (created.ref, created.attributes) == ("build", {"Arn": role["Arn"], "RoleId": role["RoleId"]})
    assert role["MaxSessionDuration"] == 7200
    found = town("GetRolePolicy", RoleName="build", PolicyName="p")
    assert json.loads(unquote(found["PolicyDocument"])) == json.loads(DOCUMENT)
    attached = town("ListAttachedRolePolicies", RoleName="build")["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == ["ReadOnlyAccess"]


def test_a_role_without_a_name():
    town = Town()
    created, _ = make(town, "Role", {"AssumeRolePolicyDocument": TRUST})
    assert created.ref.startswith("stack-Thing-")
    assert created.attributes["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/{created.ref}"


def test_a_policy_for_roles_and_users():
    town = Town()
    town.role()
    make(town, "User", {"UserName": "carol"})
    properties = {"PolicyName": "p", "PolicyDocument": DOCUMENT, "Roles": ["build"], "Users": ["carol"]}
    _, stack = make(town, "Policy", {**properties, "Groups": ["all"]})
    assert town("ListRolePolicies", RoleName="build") == {"PolicyNames": ["p"]}
    assert town("ListUserPolicies", UserName="carol") == {"PolicyNames": ["p"]}
    assert [warning[1] for warning in stack.warnings] == ["IA901"]


def test_a_managed_policy():
    town = Town()
    town.role()
    created, _ = make(town, "ManagedPolicy", {"PolicyDocument": json.loads(DOCUMENT), "Roles": ["build"]})
    assert created.ref == created.attributes["PolicyArn"]
    assert created.ref.startswith(f"arn:aws:iam::{ACCOUNT}:policy/stack-Thing-")
    assert town("GetPolicy", PolicyArn=created.ref)["Policy"]["AttachmentCount"] == 1


def test_an_instance_profile_and_a_user():
    town = Town()
    town.role()
    profile, _ = make(town, "InstanceProfile", {"InstanceProfileName": "web", "Roles": ["build"]})
    assert profile == Created("web", {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web"})
    user, stack = make(town, "User", {"UserName": "carol", "Groups": ["all"]})
    assert user == Created("carol", {"Arn": f"arn:aws:iam::{ACCOUNT}:user/carol"})
    assert len(stack.warnings) == 1
