"""Auto Scaling's operations on groups."""

from __future__ import annotations

from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.clock import SECOND
from sim.core.problems import ServiceError
from sim.services.autoscaling import process
from sim.services.autoscaling import resources as r
from sim.services.autoscaling.process import GONE
from sim.services.autoscaling.resources import Action, Hook, LifecycleState, Member

LEAVING = frozenset(status for status in LifecycleState if status.startswith("Terminat"))
MAX_HOOKS = 50
"""Lifecycle hooks a group may have. Source: Auto Scaling User Guide, quotas."""


class AutoScaling(Service):
    """Auto Scaling in one account and Region."""

    name = "autoscaling"

    def prepare(self) -> None:
        self.groups: dict[str, dict[str, Any]] = {}
        self.members: dict[str, dict[str, Member]] = {}
        self.hooks: dict[str, dict[str, Hook]] = {}
        self.abandoned: dict[str, int] = {}
        """How many launches of a group were abandoned in a row."""
        self.launch_templates: dict[str, str | None] = {}
        """Launch template id or name -> the instance profile it names."""

    @property
    def _ec2(self) -> Any:
        return self.world.service("ec2", self.account, self.region)

    def _group(self, name: str) -> dict[str, Any]:
        found = self.groups.get(name)
        if found is None:
            raise ServiceError("ValidationError", f"AutoScalingGroup name not found - null: {name}")
        return found

    def CreateAutoScalingGroup(self, call: Call) -> Answer:
        parameters = dict(call.parameters)
        name = parameters["AutoScalingGroupName"]
        if name in self.groups:
            raise ServiceError("AlreadyExists", "AutoScalingGroup by this name already exists")
        parameters.setdefault("DesiredCapacity", parameters["MinSize"])
        _check_sizes(parameters)
        parameters["CreatedTime"] = self.world.date
        self.groups[name] = parameters
        self.members[name] = {}
        self.hooks[name] = {}
        self.fill(name)
        return {}

    def ask(self, service: str, operation: str, parameters: dict[str, Any]) -> Answer:
        """A call of Auto Scaling itself to another service."""
        return self.world.call(Call("autoscaling", self.account, self.region, service, operation, parameters))

    def fill(self, name: str) -> None:
        """Launch what is missing; terminate the oldest of what is too much."""
        present = self._present(name)
        for _ in range(self.groups[name]["DesiredCapacity"] - len(present)):
            self._launch(name)
        surplus = max(0, len(present) - self.groups[name]["DesiredCapacity"])
        for member in present[:surplus]:
            process.terminate(self, member, r.SCALED_IN)

    def _launch(self, name: str) -> None:
        group = self.groups[name]
        template = group.get("LaunchTemplate", {})
        profile = self.launch_templates.get(
            template.get("LaunchTemplateId") or template.get("LaunchTemplateName") or ""
        )
        zones = group.get("AvailabilityZones") or [f"{self.region}{letter}" for letter in "abc"]
        number = self.world.count(f"asg\x1f{self.account}\x1f{self.region}\x1f{name}")
        tags = {"Name": f"{name}-{number}"}
        tags |= {
            tag["Key"]: tag.get("Value", "")
            for tag in group.get("Tags", ())
            if tag["Key"] != "Name" and tag.get("PropagateAtLaunch", True)
        }
        tags["aws:autoscaling:groupName"] = name
        zone = zones[(number - 1) % len(zones)]
        one = self._ec2.launch(tags, zone, profile, group=name, running=self.world.silent)
        status = LifecycleState.IN_SERVICE if self.world.silent else LifecycleState.PENDING
        member = self.members[name][one.name] = Member(one, status, name)
        self.world.register(member)
        if status is LifecycleState.PENDING:
            self.world.process(process.launch(self, member))

    def _present(self, name: str) -> list[Member]:
        """The instances that count for the group's capacity, the oldest first."""
        return [
            member
            for member in self.members[name].values()
            if member.instance.status not in GONE and member.status not in LEAVING
        ]

    def DescribeAutoScalingGroups(self, call: Call) -> Answer:
        names = call.parameters.get("AutoScalingGroupNames")
        rows = [self._row(name) for name in self.groups if not names or name in names]
        return {"AutoScalingGroups": rows}

    def _row(self, name: str) -> dict[str, Any]:
        group = self.groups[name]
        instances = self._ec2.instances
        return {
            "AutoScalingGroupName": name,
            "AutoScalingGroupARN": naming.arn(
                "autoscaling", self.region, self.account, f"autoScalingGroup:*:autoScalingGroupName/{name}"
            ),
            "MinSize": group["MinSize"],
            "MaxSize": group["MaxSize"],
            "DesiredCapacity": group["DesiredCapacity"],
            "DefaultCooldown": 300,
            "AvailabilityZones": group.get("AvailabilityZones") or [f"{self.region}{letter}" for letter in "abc"],
            "HealthCheckType": group.get("HealthCheckType", "EC2"),
            "CreatedTime": group["CreatedTime"],
            "Instances": [
                {
                    "InstanceId": id,
                    "AvailabilityZone": instances[id].zone,
                    "LifecycleState": member.status.value,
                    "HealthStatus": "Healthy",
                    "ProtectedFromScaleIn": False,
                }
                for id, member in self.members[name].items()
                if instances[id].status not in GONE
            ],
        }

    def DescribeAutoScalingInstances(self, call: Call) -> Answer:
        wanted = call.parameters.get("InstanceIds")
        rows = [
            {**row, "AutoScalingGroupName": name}
            for name in self.groups
            for row in self._row(name)["Instances"]
            if not wanted or row["InstanceId"] in wanted
        ]
        return {"AutoScalingInstances": rows}

    def SetDesiredCapacity(self, call: Call) -> Answer:
        name, desired = call.parameters["AutoScalingGroupName"], call.parameters["DesiredCapacity"]
        group = self._group(name)
        if not group["MinSize"] <= desired <= group["MaxSize"]:
            raise ServiceError(
                "ValidationError",
                f"New SetDesiredCapacity value {desired} is outside the minimum {group['MinSize']} and maximum"
                f" {group['MaxSize']} of the group.",
            )
        group["DesiredCapacity"] = desired
        self.fill(name)
        return {}

    def UpdateAutoScalingGroup(self, call: Call) -> Answer:
        group = self._group(call.parameters["AutoScalingGroupName"])
        changed = {**group, **call.parameters}
        if "DesiredCapacity" not in call.parameters:
            changed["DesiredCapacity"] = min(max(group["DesiredCapacity"], changed["MinSize"]), changed["MaxSize"])
        _check_sizes(changed)
        group |= changed
        self.fill(call.parameters["AutoScalingGroupName"])
        return {}

    # Lifecycle hooks

    def hooks_of(self, group: str, transition: str) -> list[Hook]:
        return [hook for hook in self.hooks.get(group, {}).values() if hook.transition == transition]

    def PutLifecycleHook(self, call: Call) -> Answer:
        parameters = dict(call.parameters)
        group, name = parameters["AutoScalingGroupName"], parameters["LifecycleHookName"]
        self._group(group)
        hooks = self.hooks[group]
        transition = parameters.get("LifecycleTransition") or (hooks[name].transition if name in hooks else None)
        if transition not in (r.LAUNCHING, r.TERMINATING):
            raise ServiceError("ValidationError", f"LifecycleTransition is {r.LAUNCHING} or {r.TERMINATING}")
        result = parameters.setdefault("DefaultResult", r.ABANDON)
        if result not in (r.CONTINUE, r.ABANDON):
            raise ServiceError("ValidationError", f"DefaultResult is {r.CONTINUE} or {r.ABANDON}")
        if name not in hooks and len(hooks) >= MAX_HOOKS:
            raise ServiceError("LimitExceeded", f"{group} has {MAX_HOOKS} lifecycle hooks already")
        timeout = parameters.setdefault("HeartbeatTimeout", r.HEARTBEAT_TIMEOUT_S)
        parameters |= {"LifecycleTransition": transition, "GlobalTimeout": min(100 * timeout, 172_800)}
        target = parameters.get("NotificationTargetARN")
        hooks[name] = Hook(name, group, transition, timeout * SECOND, result, target, parameters)
        return {}

    def DeleteLifecycleHook(self, call: Call) -> Answer:
        group, name = call.parameters["AutoScalingGroupName"], call.parameters["LifecycleHookName"]
        self._group(group)
        if self.hooks[group].pop(name, None) is None:
            raise ServiceError("ValidationError", f"No Lifecycle Hook found with name {name}")
        for member in self.members[group].values():
            for action in [one for one in member.waiting if one.hook.name == name]:
                process.complete(self, action, r.CONTINUE)
        return {}

    def DescribeLifecycleHooks(self, call: Call) -> Answer:
        group, wanted = call.parameters["AutoScalingGroupName"], call.parameters.get("LifecycleHookNames")
        self._group(group)
        rows = [dict(hook.members) for name, hook in self.hooks[group].items() if not wanted or name in wanted]
        return {"LifecycleHooks": rows}

    def _action(self, call: Call) -> Action:
        """The lifecycle action that a call names by its token or by the instance."""
        parameters = call.parameters
        token, instance = parameters.get("LifecycleActionToken"), parameters.get("InstanceId")
        self._group(parameters["AutoScalingGroupName"])
        for member in self.members[parameters["AutoScalingGroupName"]].values():
            for action in member.waiting:
                if action.hook.name == parameters["LifecycleHookName"] and (
                    token == action.token or (token is None and instance == member.name)
                ):
                    return action
        raise ServiceError("ValidationError", f"No active Lifecycle Action found with instance ID {instance}")

    def CompleteLifecycleAction(self, call: Call) -> Answer:
        result = call.parameters["LifecycleActionResult"]
        if result not in (r.CONTINUE, r.ABANDON):
            raise ServiceError("ValidationError", f"LifecycleActionResult is {r.CONTINUE} or {r.ABANDON}")
        process.complete(self, self._action(call), result)
        return {}

    def RecordLifecycleActionHeartbeat(self, call: Call) -> Answer:
        action = self._action(call)
        action.deadline = self.world.now + action.hook.heartbeat
        return {}


def _check_sizes(group: dict[str, Any]) -> None:
    """The desired capacity lies between the minimum and the maximum. Source: the API, CreateAutoScalingGroup."""
    low, wanted, high = group["MinSize"], group["DesiredCapacity"], group["MaxSize"]
    if low > high:
        raise ServiceError("ValidationError", "Max bound must be greater than or equal to min bound")
    if not low <= wanted <= high:
        raise ServiceError(
            "ValidationError",
            f"Desired capacity:{wanted} must be between the specified min size:{low} and max size:{high}",
        )
