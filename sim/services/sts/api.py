"""STS's operations. Source: docs/behaviour/codecommit-and-glue.md §19."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError
from sim.services.iam.api import IAM
from sim.services.iam.resources import unique_id

CHAINED = 3600
"""Seconds that a session got from another session lasts at most."""
SHORTEST = 900
_ROLE = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/(?:.+/)?([\w+=,.@-]+)")


class STS(Service):
    """STS in one account and Region."""

    name = "sts"

    def GetCallerIdentity(self, call: Call) -> Answer:
        account = call.principal.split(":")[4] if call.principal.startswith("arn:") else call.account
        return {"UserId": self._user_id(call.principal, account), "Account": account, "Arn": call.principal}

    def _user_id(self, principal: str, account: str) -> str:
        kind, _, name = principal.split(":", 5)[-1].partition("/")
        if kind == "assumed-role":
            role, _, session = name.partition("/")
            return f"{unique_id(self.world.seed, account, 'role', role)}:{session}"
        if kind in ("user", "role"):
            return unique_id(self.world.seed, account, kind, name.rsplit("/", 1)[-1])
        return account  # the root user's id is the account's

    def AssumeRole(self, call: Call) -> Answer:
        arn, session = call.parameters["RoleArn"], call.parameters["RoleSessionName"]
        found = _ROLE.fullmatch(arn)
        if found is None:
            raise ServiceError("ValidationError", f"{arn} is invalid")
        account, role = found.groups()
        seconds = self._duration(call, account, role)
        return {
            "Credentials": self._credentials(arn, session, seconds),
            "AssumedRoleUser": {
                "AssumedRoleId": f"{unique_id(self.world.seed, account, 'role', role)}:{session}",
                "Arn": naming.assumed_role(arn, session),
            },
        }

    def _duration(self, call: Call, account: str, role: str) -> int:
        """How long the session lasts, in seconds. Raises AccessDenied when there is no such role."""
        iam = self.world.service("iam", account, self.region)
        assert isinstance(iam, IAM)
        limit = iam.session_limit(role)
        if limit is None:
            raise ServiceError(
                "AccessDenied",
                f"User: {call.principal} is not authorized to perform: sts:AssumeRole on resource:"
                f" {call.parameters['RoleArn']}",
            )
        chained = ":assumed-role/" in call.principal
        seconds = int(call.parameters.get("DurationSeconds") or CHAINED)
        if seconds < SHORTEST:
            raise ServiceError("ValidationError", f"DurationSeconds is {seconds}; it is {SHORTEST} or more")
        if chained and seconds > CHAINED:
            raise ServiceError(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            )
        if seconds > limit:
            raise ServiceError(
                "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            )
        return seconds

    def _credentials(self, arn: str, session: str, seconds: int) -> dict[str, Any]:
        number = self.world.count(f"sts session\x1f{arn}\x1f{session}")
        parts = ("sts", arn, session, number)
        seed = self.world.seed
        token = bytes.fromhex(naming.hexadecimal(seed, "token", *parts, length=64)) * 6
        return {
            "AccessKeyId": "ASIA" + naming.capitals(seed, "key", *parts, length=16),
            "SecretAccessKey": base64.b64encode(
                bytes.fromhex(naming.hexadecimal(seed, "secret", *parts, length=60))
            ).decode(),
            "SessionToken": base64.b64encode(token).decode(),
            "Expiration": self.world.date + timedelta(seconds=seconds),
        }
