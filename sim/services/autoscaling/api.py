"""Auto Scaling's operations on groups."""

from __future__ import annotations

from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError

GONE = frozenset({"shutting-down", "terminated"})


class AutoScaling(Service):
    """Auto Scaling in one account and Region."""

    name = "autoscaling"

    def prepare(self) -> None:
        self.groups: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[str]] = {}
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
        parameters["CreatedTime"] = self.world.date
        self.groups[name] = parameters
        self.members[name] = []
        self._fill(name)
        return {}

    def _fill(self, name: str) -> None:
        """Launch what is missing; terminate the oldest of what is too much."""
        group = self.groups[name]
        present = self._present(name)
        template = group.get("LaunchTemplate", {})
        profile = self.launch_templates.get(
            template.get("LaunchTemplateId") or template.get("LaunchTemplateName") or ""
        )
        zones = group.get("AvailabilityZones") or [f"{self.region}{letter}" for letter in "abc"]
        for _ in range(group["DesiredCapacity"] - len(present)):
            number = self.world.count(f"asg\x1f{self.account}\x1f{self.region}\x1f{name}")
            tags = {"Name": f"{name}-{number}"}
            tags |= {tag["Key"]: tag.get("Value", "") for tag in group.get("Tags", ()) if tag["Key"] != "Name"}
            tags["aws:autoscaling:groupName"] = name
            zone = zones[(number - 1) % len(zones)]
            one = self._ec2.launch(tags, zone, profile, group=name, running=self.world.silent)
            self.members[name].append(one.name)
        surplus = len(present) - group["DesiredCapacity"]
        if surplus > 0:
            call = Call(
                "autoscaling",
                self.account,
                self.region,
                "ec2",
                "TerminateInstances",
                {"InstanceIds": present[:surplus]},
            )
            self.world.call(call)

    def _present(self, name: str) -> list[str]:
        instances = self._ec2.instances
        return [id for id in self.members[name] if instances[id].status not in GONE]

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
                    "LifecycleState": "InService" if instances[id].status == "running" else "Pending",
                    "HealthStatus": "Healthy",
                    "ProtectedFromScaleIn": False,
                }
                for id in self._present(name)
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
        self._fill(name)
        return {}

    def UpdateAutoScalingGroup(self, call: Call) -> Answer:
        group = self._group(call.parameters["AutoScalingGroupName"])
        group |= call.parameters
        group["DesiredCapacity"] = min(max(group["DesiredCapacity"], group["MinSize"]), group["MaxSize"])
        self._fill(call.parameters["AutoScalingGroupName"])
        return {}
