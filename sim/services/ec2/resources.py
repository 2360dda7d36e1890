"""Instances and their states."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sim.core import naming
from sim.core.states import Resource, Rule, Why, table
from sim.core.world import Wait


class InstanceState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SHUTTING_DOWN = "shutting-down"
    TERMINATED = "terminated"
    STOPPING = "stopping"
    STOPPED = "stopped"


S = InstanceState
_RUNNING = S.RUNNING
MOVES, FINAL = table(
    {
        S.PENDING: {S.RUNNING, S.SHUTTING_DOWN},
        S.RUNNING: {S.STOPPING, S.SHUTTING_DOWN},
        S.STOPPING: {S.STOPPED, S.SHUTTING_DOWN},
        S.STOPPED: {S.PENDING, S.SHUTTING_DOWN},
        S.SHUTTING_DOWN: {S.TERMINATED},
    }
)
CODES = {S.PENDING: 0, S.RUNNING: 16, S.SHUTTING_DOWN: 32, S.TERMINATED: 48, S.STOPPING: 64, S.STOPPED: 80}
"""The API's numbers for the states. Source: the EC2 API reference, InstanceState."""

BOOTED = Rule(
    "ec2.instance.booted", "the instance has booted", basis="documented", source="docs/behaviour/codedeploy.md §9"
)
ASKED = Rule(
    "ec2.instance.asked", "{operation} asked for it", basis="documented", source="docs/behaviour/codedeploy.md §11"
)
REBOOTS = Rule(
    "ec2.instance.reboots",
    "RebootInstances asked for it: its status stays running, and what ran on it is gone",
    basis="inferred",
    source="docs/behaviour/codedeploy.md §3.1, §18",
)
REBOOTED = Rule(
    "ec2.instance.rebooted",
    "the instance has rebooted, and what starts with it runs again",
    basis="inferred",
    source="docs/behaviour/codedeploy.md §3.1, §18",
)
SHUT_DOWN = Rule(
    "ec2.instance.shut-down", "the instance has shut down", basis="inferred", source="docs/behaviour/codedeploy.md §11"
)


class Instance(Resource):
    """One instance. `tags` in order; `group` the Auto Scaling group that owns it; `number` its place, from 1.

    `profile` is the instance profile, `booted_with` the one that was there when it booted last. `reboot` is the end
    of a reboot that goes on: the status stays `running`, and nothing runs on it.
    """

    __slots__ = ("booted_with", "group", "launched", "number", "profile", "reboot", "tags", "type", "zone")
    kind = "instance"
    moves = MOVES
    final = FINAL

    def __init__(self, id: str, status: InstanceState, account: str, region: str):
        arn = naming.arn("ec2", region, account, f"instance/{id}")
        super().__init__(id, status, arn=arn, account=account, region=region)
        self.tags: dict[str, str] = {}
        self.type = "t3.micro"
        self.zone = f"{region}a"
        self.group: str | None = None
        self.profile: str | None = None
        self.booted_with: str | None = None
        self.reboot: Wait | None = None
        self.launched: Any = None
        self.number = 0

    @property
    def absence(self) -> str | None:
        """Why nothing runs on it now, if so."""
        if self.status is not _RUNNING:
            return f"the instance is {self.status}"
        return "the instance is rebooting" if self.reboot is not None else None

    @property
    def private_ip(self) -> str:
        return f"10.{self.number // 62_500}.{self.number // 250 % 250}.{self.number % 250 + 4}"


def state_event(instance: Any, why: Why) -> tuple[list[str], dict[str, Any]]:
    return [instance.arn], {"instance-id": instance.name, "state": instance.status.value}


Instance.emits = ("aws.ec2", "EC2 Instance State-change Notification", state_event)
