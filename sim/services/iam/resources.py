"""IAM's resources, declared, and their ids."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sim.core import naming
from sim.core.problems import ServiceError
from sim.services.kinds import Kind, Members

ROLE = Kind(
    noun="roles",
    key="RoleName",
    missing=("NoSuchEntity", "The role with name {name} cannot be found."),
    exists=("EntityAlreadyExists", "Role with name {name} already exists."),
    wrap="Role",
    create="CreateRole",
    get="GetRole",
)
USER = Kind(
    noun="users",
    key="UserName",
    missing=("NoSuchEntity", "The user with name {name} cannot be found."),
    exists=("EntityAlreadyExists", "User with name {name} already exists."),
    wrap="User",
    create="CreateUser",
    get="GetUser",
)
INSTANCE_PROFILE = Kind(
    noun="instance_profiles",
    key="InstanceProfileName",
    missing=("NoSuchEntity", "Instance Profile {name} cannot be found."),
    exists=("EntityAlreadyExists", "Instance Profile {name} already exists."),
    wrap="InstanceProfile",
    create="CreateInstanceProfile",
    get="GetInstanceProfile",
)
POLICY = Kind(
    noun="policies",
    key="PolicyArn",
    missing=("NoSuchEntity", "Policy {name} was not found."),
    exists=("EntityAlreadyExists", "A policy called {name} already exists. Duplicate names are not allowed."),
    wrap="Policy",
    get="GetPolicy",
)

PREFIXES = {"role": "AROA", "user": "AIDA", "policy": "ANPA", "instance-profile": "AIPA"}
"""How the ids of each kind begin."""

_AWS = "aws"
"""Where AWS's own policies live: `arn:aws:iam::aws:policy/…`."""


def unique_id(seed: int, account: str, kind: str, name: str) -> str:
    """The id that IAM gives a resource and that stays with it: `AROA…` for a role."""
    return PREFIXES[kind] + naming.capitals(seed, "iam", account, kind, name, length=17)


def arn(account: str, kind: str, path: str, name: str) -> str:
    return naming.arn("iam", "", account, f"{kind}{path}{name}")


def is_aws_policy(policy_arn: str) -> bool:
    """Whether this is one of AWS's own policies; they are taken to exist."""
    return policy_arn.startswith(f"arn:aws:iam::{_AWS}:policy/")


def document(value: Any) -> str:
    """A policy as IAM gives it back: URL-encoded JSON. Raises MalformedPolicyDocument."""
    try:
        parsed = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict) or "Statement" not in parsed:
        raise ServiceError("MalformedPolicyDocument", "Syntax errors in policy.")
    return _quoted(value if isinstance(value, str) else json.dumps(value))


@lru_cache(maxsize=256)  # replications quote the same few policies again and again
def _quoted(text: str) -> str:
    return quote(text, safe="")


def tags(members: Members) -> list[dict[str, str]]:
    found: list[dict[str, str]] = members.setdefault("Tags", [])
    return found
