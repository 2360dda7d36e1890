"""Who calls, and credentials for a while. Source: docs/behaviour/codecommit-and-glue.md §19."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.core.world import World
from tests.services.modelled import check_error

ACCOUNT = "123456789012"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/team/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/deploy"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/release"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


class Town:
    """An account with the user alice and the role deploy, whose sessions last two hours at most."""

    def __init__(self, seed: int = 7):
        self.world = World(seed)
        self.user = self("CreateUser", "iam", UserName="alice", Path="/team/")["User"]
        role = {"RoleName": "deploy", "Path": "/service/", "MaxSessionDuration": 7200}
        self.role = self("CreateRole", "iam", AssumeRolePolicyDocument=TRUST, **role)["Role"]

    def __call__(
        self, operation: str, service: str = "sts", principal: str = ALICE, **parameters: Any
    ) -> dict[str, Any]:
        try:
            return self.world.call(Call(principal, ACCOUNT, "us-east-1", service, operation, parameters))
        except ServiceError as error:
            check_error(service, operation, error)
            raise

    def assume(self, principal: str = ALICE, **parameters: Any) -> dict[str, Any]:
        asked = {"RoleArn": ROLE, "RoleSessionName": "release", **parameters}
        return self("AssumeRole", principal=principal, **asked)


def test_who_am_i():
    town = Town()
    assert town("GetCallerIdentity") == {"UserId": town.user["UserId"], "Account": ACCOUNT, "Arn": ALICE}
    role = town("GetCallerIdentity", principal=SESSION)
    assert role == {"UserId": f"{town.role['RoleId']}:release", "Account": ACCOUNT, "Arn": SESSION}
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert town("GetCallerIdentity", principal=root) == {"UserId": ACCOUNT, "Account": ACCOUNT, "Arn": root}


def test_assuming_a_role():
    town = Town()
    answer = town.assume()
    assert answer["AssumedRoleUser"] == {"AssumedRoleId": f"{town.role['RoleId']}:release", "Arn": SESSION}
    credentials = answer["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert (len(credentials["AccessKeyId"]), len(credentials["SecretAccessKey"])) == (20, 40)
    assert credentials["Expiration"] - town.world.date == timedelta(hours=1)


def test_credentials_come_from_the_seed_and_are_new_each_time():
    def keys(seed: int) -> list[str]:
        town = Town(seed)
        return [town.assume()["Credentials"]["AccessKeyId"] for _ in range(2)]

    assert keys(1) == keys(1)
    assert keys(1) != keys(2)
    assert keys(1)[0] != keys(1)[1]


def test_how_long_a_session_lasts():
    town = Town()
    answer = town.assume(DurationSeconds=7200)
    assert answer["Credentials"]["Expiration"] - town.world.date == timedelta(hours=2)
    for seconds, said in ((7201, "exceeds the MaxSessionDuration"), (899, "900 or more")):
        with pytest.raises(ServiceError, match=f"ValidationError: .*{said}"):
            town.assume(DurationSeconds=seconds)


def test_role_chaining_is_an_hour_at_most():
    town = Town()
    town.assume(principal=SESSION, DurationSeconds=3600)
    with pytest.raises(ServiceError, match="1 hour session limit for roles assumed by role chaining"):
        town.assume(principal=SESSION, DurationSeconds=3601)


def test_a_role_that_is_not_there():
    town = Town()
    said = f"AccessDenied: User: {ALICE} is not authorized to perform: sts:AssumeRole on resource: {ROLE}-2"
    with pytest.raises(ServiceError, match=said):
        town.assume(RoleArn=f"{ROLE}-2")
    with pytest.raises(ServiceError, match="ValidationError: deploy is invalid"):
        town.assume(RoleArn="deploy")
