"""The simulation's own fleets."""

from __future__ import annotations

from typing import Any

from sim.core.world import World
from sim.services.ec2.template import TYPES
from sim.services.stacks import Stack

ACCOUNT, REGION = "111111111111", "us-east-1"
fleet = TYPES["Sim::EC2::Fleet"]


def stack(region: str = REGION, world: World | None = None) -> Stack:
    return Stack(world or World(7), ACCOUNT, region, "shop", f"arn:aws:iam::{ACCOUNT}:user/alice", {})


def role_in(made: Stack, profile: str) -> Any:
    (role,) = made.call("iam", "GetInstanceProfile", {"InstanceProfileName": profile})["InstanceProfile"]["Roles"]
    return role["RoleName"]


def test_a_fleet_has_an_instance_profile_whose_role_reads_s3() -> None:
    made = stack()
    fleet(made, "Fleet", {"Name": "web"})
    assert role_in(made, "web-profile") == "web-role"
    (policy,) = made.call("iam", "ListAttachedRolePolicies", {"RoleName": "web-role"})["AttachedPolicies"]
    assert policy["PolicyName"] == "AmazonS3ReadOnlyAccess"


def test_fleets_of_one_name_in_two_regions_share_the_profile() -> None:
    made = stack()
    fleet(made, "Fleet", {"Name": "web"})
    fleet(stack("eu-west-1", made.world), "Fleet", {"Name": "web"})
    assert role_in(made, "web-profile") == "web-role"


def test_a_profile_or_a_role_of_that_name_is_taken_as_it_is() -> None:
    made = stack()
    made.call("iam", "CreateInstanceProfile", {"InstanceProfileName": "web-profile"})
    made.call("iam", "CreateRole", {"RoleName": "api-role", "AssumeRolePolicyDocument": '{"Statement": []}'})
    fleet(made, "Web", {"Name": "web"})
    fleet(made, "Api", {"Name": "api"})
    profile = made.call("iam", "GetInstanceProfile", {"InstanceProfileName": "web-profile"})["InstanceProfile"]
    assert profile["Roles"] == []
    assert role_in(made, "api-profile") == "api-role"
    assert made.call("iam", "ListAttachedRolePolicies", {"RoleName": "api-role"})["AttachedPolicies"] == []
