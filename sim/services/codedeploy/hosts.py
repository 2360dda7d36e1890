"""Which instances belong to a deployment group: tags, Auto Scaling groups, or both.

Source: docs/behaviour/codedeploy.md §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.services.codedeploy.resources import Group, Host

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

GONE = frozenset({"shutting-down", "terminated"})
DEFAULT_ROLE = "instance"


def hosts_of(service: CodeDeploy, group: Group) -> list[Host]:
    """The instances of the group now, in the fleet's order; stopped ones are members too."""
    tag_groups = _tag_groups(group.settings)
    names = group.settings.get("autoScalingGroups") or []
    scaled = _in_auto_scaling_groups(service, names) if names else {}
    if not tag_groups and not scaled:
        return []
    found = []
    for instance in _instances(service, None if tag_groups else list(scaled)):
        tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
        if instance["InstanceId"] in scaled or (
            tag_groups and all(any(_tagged(tags, wanted) for wanted in one) for one in tag_groups)
        ):
            found.append((instance, tags))
    return [_host(instance, tags, index) for index, (instance, tags) in enumerate(found, 1)]


def fleet(service: CodeDeploy) -> list[Host]:
    """Every instance there is, whatever group it belongs to."""
    hosts = []
    for index, instance in enumerate(_instances(service, None), 1):
        tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
        hosts.append(_host(instance, tags, index))
    return hosts


def _host(instance: dict[str, Any], tags: dict[str, str], index: int) -> Host:
    profile = instance.get("IamInstanceProfile", {}).get("Arn", "")
    return Host(
        instance["InstanceId"],
        tags.get("Name") or instance["InstanceId"],
        index,
        instance["State"]["Name"],
        profile.rsplit("/", 1)[-1] or DEFAULT_ROLE,
    )


def _tag_groups(settings: dict[str, Any]) -> list[list[dict[str, str]]]:
    """Any tag within a group, and at least one of each group."""
    groups = [one for one in settings.get("ec2TagSet", {}).get("ec2TagSetList", []) if one]
    flat = settings.get("ec2TagFilters") or []
    return [*groups, flat] if flat else groups


def _tagged(tags: dict[str, str], wanted: dict[str, str]) -> bool:
    kind = wanted.get("Type", "KEY_AND_VALUE")
    if kind == "KEY_ONLY":
        return wanted.get("Key") in tags
    if kind == "VALUE_ONLY":
        return wanted.get("Value") in tags.values()
    return tags.get(wanted.get("Key", "")) == wanted.get("Value", "")


def _in_auto_scaling_groups(service: CodeDeploy, names: list[str]) -> dict[str, str]:
    answer = service.ask("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": names})
    return {
        instance["InstanceId"]: group["AutoScalingGroupName"]
        for group in answer["AutoScalingGroups"]
        for instance in group["Instances"]
    }


def _instances(service: CodeDeploy, ids: list[str] | None) -> list[dict[str, Any]]:
    answer = service.ask("ec2", "DescribeInstances", {} if ids is None else {"InstanceIds": ids})
    return [
        instance
        for reservation in answer["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] not in GONE
    ]
