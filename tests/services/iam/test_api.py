"""IAM's resources are plain ones. Source: docs/behaviour/codecommit-and-glue.md §18."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.core.world import World
from tests.services.modelled import check_error

ACCOUNT = "123456789012"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]})
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


class Town:
    def __init__(self, seed: int = 7):
        self.world = World(seed)

    def __call__(self, operation: str, region: str = "us-east-1", **parameters: Any) -> dict[str, Any]:
        try:
            return self.world.call(Call(ALICE, ACCOUNT, region, "iam", operation, parameters))
        except ServiceError as error:
            check_error("iam", operation, error)
            raise

    def role(self, name: str = "build", **members: Any) -> dict[str, Any]:
        answer = self("CreateRole", RoleName=name, AssumeRolePolicyDocument=TRUST, **members)
        role: dict[str, Any] = answer["Role"]
        return role


def test_a_role():
    town = Town()
    role = town.role(Path="/service/", Description="For builds", Tags=[{"Key": "a", "Value": "1"}])
    assert role["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/service/build"
    assert role["RoleId"].startswith("AROA")
    assert len(role["RoleId"]) == 21
    assert (role["MaxSessionDuration"], role["CreateDate"]) == (3600, town.world.date)
    # IAM gives documents back URL-encoded
    assert unquote(role["AssumeRolePolicyDocument"]) == TRUST
    assert town("GetRole", RoleName="build") == {"Role": role}
    assert town("ListRoleTags", RoleName="build") == {"Tags": [{"Key": "a", "Value": "1"}]}
    with pytest.raises(ServiceError, match="EntityAlreadyExists: Role with name build already exists"):
        town.role()
    with pytest.raises(ServiceError, match="NoSuchEntity: The role with name other cannot be found"):
        town("GetRole", RoleName="other")


def test_iam_is_the_same_in_every_region():
    town = Town()
    town.role()
    assert town("GetRole", region="eu-west-1", RoleName="build")["Role"]["RoleName"] == "build"


def test_ids_come_from_the_seed():
    assert Town(1).role()["RoleId"] == Town(1).role()["RoleId"]
    assert Town(1).role()["RoleId"] != Town(2).role()["RoleId"]


def test_a_malformed_document_is_refused():
    town = Town()
    for document in ("{", "[]", "{}"):
        with pytest.raises(ServiceError, match="MalformedPolicyDocument"):
            town("CreateRole", RoleName="build", AssumeRolePolicyDocument=document)


def test_lists_go_by_path():
    town = Town()
    town.role("one")
    town.role("two", Path="/team/")
    assert [role["RoleName"] for role in town("ListRoles")["Roles"]] == ["one", "two"]
    assert [role["RoleName"] for role in town("ListRoles", PathPrefix="/team/")["Roles"]] == ["two"]


def test_a_role_changes():
    town = Town()
    town.role()
    town("UpdateRole", RoleName="build", Description="new", MaxSessionDuration=7200)
    town("UpdateAssumeRolePolicy", RoleName="build", PolicyDocument=DOCUMENT)
    town("TagRole", RoleName="build", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    town("UntagRole", RoleName="build", TagKeys=["a"])
    role = town("GetRole", RoleName="build")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("new", 7200)
    assert unquote(role["AssumeRolePolicyDocument"]) == DOCUMENT
    assert role["Tags"] == [{"Key": "b", "Value": "2"}]


@pytest.mark.parametrize("noun", ["Role", "User"])
def test_inline_policies(noun: str):
    town = Town()
    town.role("it") if noun == "Role" else town("CreateUser", UserName="it")
    name = {f"{noun}Name": "it"}
    town(f"Put{noun}Policy", **name, PolicyName="p", PolicyDocument=DOCUMENT)
    assert town(f"List{noun}Policies", **name) == {"PolicyNames": ["p"]}
    found = town(f"Get{noun}Policy", **name, PolicyName="p")
    assert unquote(found.pop("PolicyDocument")) == DOCUMENT
    assert found == {**name, "PolicyName": "p"}
    with pytest.raises(ServiceError, match=f"NoSuchEntity: The {noun.lower()} policy with name q cannot be found"):
        town(f"Get{noun}Policy", **name, PolicyName="q")
    with pytest.raises(ServiceError, match="DeleteConflict: Cannot delete entity, must delete policies first"):
        town(f"Delete{noun}", **name)
    town(f"Delete{noun}Policy", **name, PolicyName="p")
    town(f"Delete{noun}", **name)
    with pytest.raises(ServiceError, match="NoSuchEntity"):
        town(f"Put{noun}Policy", **name, PolicyName="p", PolicyDocument=DOCUMENT)


@pytest.mark.parametrize("noun", ["Role", "User"])
def test_attached_policies(noun: str):
    town = Town()
    town.role("it") if noun == "Role" else town("CreateUser", UserName="it")
    name = {f"{noun}Name": "it"}
    own = town("CreatePolicy", PolicyName="own", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    aws = "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole"
    for arn in (own, aws, own):
        town(f"Attach{noun}Policy", **name, PolicyArn=arn)
    assert town(f"ListAttached{noun}Policies", **name)["AttachedPolicies"] == [
        {"PolicyName": "own", "PolicyArn": own},
        {"PolicyName": "AWSCodeDeployRole", "PolicyArn": aws},
    ]
    assert town("GetPolicy", PolicyArn=own)["Policy"]["AttachmentCount"] == 1
    with pytest.raises(ServiceError, match="does not exist or is not attachable"):
        town(f"Attach{noun}Policy", **name, PolicyArn=f"{own}-2")
    with pytest.raises(ServiceError, match="DeleteConflict: Cannot delete entity, must detach all policies first"):
        town(f"Delete{noun}", **name)
    with pytest.raises(ServiceError, match="DeleteConflict"):
        town("DeletePolicy", PolicyArn=own)
    for arn in (own, aws):
        town(f"Detach{noun}Policy", **name, PolicyArn=arn)
    with pytest.raises(ServiceError, match="NoSuchEntity"):
        town(f"Detach{noun}Policy", **name, PolicyArn=own)
    town(f"Delete{noun}", **name)
    town("DeletePolicy", PolicyArn=own)


def test_versions_of_a_policy():
    town = Town()
    arn = town("CreatePolicy", PolicyName="own", Path="/team/", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:policy/team/own"
    with pytest.raises(ServiceError, match="A policy called own already exists"):
        town("CreatePolicy", PolicyName="own", Path="/team/", PolicyDocument=DOCUMENT)
    town("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=TRUST, SetAsDefault=True)
    assert town("GetPolicy", PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    versions = town("ListPolicyVersions", PolicyArn=arn)["Versions"]
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in versions] == [("v2", True), ("v1", False)]
    found = town("GetPolicyVersion", PolicyArn=arn, VersionId="v2")["PolicyVersion"]
    assert unquote(found["Document"]) == TRUST
    with pytest.raises(ServiceError, match="DeleteConflict"):
        town("DeletePolicyVersion", PolicyArn=arn, VersionId="v2")
    with pytest.raises(ServiceError, match="DeleteConflict"):
        town("DeletePolicy", PolicyArn=arn)
    town("SetDefaultPolicyVersion", PolicyArn=arn, VersionId="v1")
    town("DeletePolicyVersion", PolicyArn=arn, VersionId="v2")
    with pytest.raises(ServiceError, match="NoSuchEntity"):
        town("GetPolicyVersion", PolicyArn=arn, VersionId="v2")
    for _ in range(4):
        town("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=TRUST)
    with pytest.raises(ServiceError, match="LimitExceeded: A managed policy can have up to 5 versions"):
        town("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=TRUST)


def test_only_what_is_attached_is_listed_if_asked():
    town = Town()
    town.role()
    for name in ("one", "two"):
        town("CreatePolicy", PolicyName=name, PolicyDocument=DOCUMENT)
    town("AttachRolePolicy", RoleName="build", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/two")
    assert [one["PolicyName"] for one in town("ListPolicies")["Policies"]] == ["one", "two"]
    assert [one["PolicyName"] for one in town("ListPolicies", OnlyAttached=True)["Policies"]] == ["two"]


def test_an_instance_profile_holds_one_role():
    town = Town()
    role = town.role()
    profile = town("CreateInstanceProfile", InstanceProfileName="web")["InstanceProfile"]
    assert profile["Arn"] == f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
    assert profile["Roles"] == []
    town("AddRoleToInstanceProfile", InstanceProfileName="web", RoleName="build")
    assert town("GetInstanceProfile", InstanceProfileName="web")["InstanceProfile"]["Roles"] == [role]
    found = town("ListInstanceProfilesForRole", RoleName="build")["InstanceProfiles"]
    assert [one["InstanceProfileName"] for one in found] == ["web"]
    with pytest.raises(ServiceError, match="LimitExceeded"):
        town("AddRoleToInstanceProfile", InstanceProfileName="web", RoleName="build")
    for operation, name in (
        ("DeleteRole", {"RoleName": "build"}),
        ("DeleteInstanceProfile", {"InstanceProfileName": "web"}),
    ):
        with pytest.raises(ServiceError, match="must remove roles from instance profile first"):
            town(operation, **name)
    town("RemoveRoleFromInstanceProfile", InstanceProfileName="web", RoleName="build")
    with pytest.raises(ServiceError, match="NoSuchEntity"):
        town("RemoveRoleFromInstanceProfile", InstanceProfileName="web", RoleName="build")
    town("DeleteInstanceProfile", InstanceProfileName="web")
    town("DeleteRole", RoleName="build")
    assert town("ListInstanceProfiles")["InstanceProfiles"] == []


def test_get_user_without_a_name_is_about_the_caller():
    town = Town()
    town("CreateUser", UserName="alice")
    user = town("GetUser")["User"]
    assert (user["UserName"], user["Arn"]) == ("alice", ALICE)
    assert user["UserId"].startswith("AIDA")
    assert [one["UserName"] for one in town("ListUsers")["Users"]] == ["alice"]


def test_answers_are_copies():
    town = Town()
    town.role(Tags=[{"Key": "a", "Value": "1"}])
    town("GetRole", RoleName="build")["Role"]["Tags"].clear()
    town("ListRoles")["Roles"][0]["Tags"].clear()
    assert len(town("GetRole", RoleName="build")["Role"]["Tags"]) == 1
