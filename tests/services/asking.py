"""Asking a world's services, as a user in one account and Region would."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.calls import Answer, Call
from sim.core.problems import ServiceError
from sim.core.world import World

ACCOUNT = "111111111111"
REGION = "us-east-1"


class Asker:
    """Calls one service of a world."""

    def __init__(self, world: World, service: str, account: str = ACCOUNT, region: str = REGION):
        self.world = world
        self.service = service
        self.account = account
        self.region = region

    def __call__(self, operation: str, **parameters: Any) -> Answer:
        principal = f"arn:aws:iam::{self.account}:user/alice"
        return self.world.call(Call(principal, self.account, self.region, self.service, operation, parameters))

    def refused(self, operation: str, **parameters: Any) -> ServiceError:
        """What the service answers in place of a result."""
        with pytest.raises(ServiceError) as caught:
            self(operation, **parameters)
        return caught.value

    def elsewhere(self, account: str = "", region: str = "") -> Asker:
        return Asker(self.world, self.service, account or self.account, region or self.region)
