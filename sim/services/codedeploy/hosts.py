"""Which instances belong to a deployment group: tags, Auto Scaling groups, or both.

Source: docs/behaviour/codedeploy.md §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.core.calls import Answer
from sim.services.codedeploy.onpremises import tagged
from sim.services.codedeploy.resources import Group, Host
from sim.services.codedeploy.roles import role_in

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

IN_SERVICE = "InService"
GONE = frozenset({"shutting-down", "terminated"})
Tagged = tuple[dict[str, Any], dict[str, str]]
"""The row of an instance, and its tags."""


def hosts_of(service: CodeDeploy, group: Group) -> list[Host]:
    """The instances of the group now, in the fleet's order; stopped ones are members too, and those that Auto Scaling
    is about to launch or terminate."""
    return [*_ec2_hosts(service, group), *_on_premises_hosts(service, group)]


def _on_premises_hosts(service: CodeDeploy, group: Group) -> list[Host]:
    """Those whose tags fit; what is registered no longer belongs to no group, whatever its tags (§1.1)."""
    tag_groups = _tag_groups(group.settings, "onPremisesTagSet", "onPremisesInstanceTagFilters")
    if not tag_groups:
        return []
    return [host for host in on_premises(service) if _in_every(tag_groups, service.on_premises[host.id].tags)]


def on_premises(service: CodeDeploy) -> list[Host]:
    """Every on-premises instance that is registered."""
    registered = [one for one in service.on_premises.values() if one.is_registered]
    return [Host(one.name, one.name, one.name, index, one, one.identity) for index, one in enumerate(registered, 1)]


def _ec2_hosts(service: CodeDeploy, group: Group) -> list[Host]:
    tag_groups = _tag_groups(group.settings, "ec2TagSet", "ec2TagFilters")
    names = group.settings.get("autoScalingGroups") or []
    scaled = _in_auto_scaling_groups(service, group, names) if names else {}
    if not tag_groups and not scaled:
        return []
    wanted = {} if tag_groups else {"InstanceIds": list(scaled)}
    rows = _there(service.ask(group.role, "ec2", "DescribeInstances", wanted))
    tagged = {row["InstanceId"] for row, tags in rows if tag_groups and _in_every(tag_groups, tags)}
    among = tagged.union(scaled)
    found = _hosts(service, [(row, tags) for row, tags in rows if row["InstanceId"] in among])
    for host in found:
        host.in_service = host.id in tagged or scaled[host.id] == IN_SERVICE
    return found


def fleet(service: CodeDeploy) -> list[Host]:
    """Every instance there is, whatever group it belongs to."""
    return [*_hosts(service, _there(service.look_up("ec2", "DescribeInstances", {}))), *on_premises(service)]


def _hosts(service: CodeDeploy, rows: list[Tagged]) -> list[Host]:
    hosts = []
    seen: dict[str, int] = {}
    roles: dict[str, str | None] = {"": None}
    arns = naming.arn("ec2", service.region, service.account, "instance/")
    for index, (row, tags) in enumerate(rows, 1):
        id = row["InstanceId"]
        name = tags.get("Name") or id
        count = seen[name] = seen.get(name, 0) + 1
        key = name if count == 1 else f"{name} {count}"  # instances may share a name, but not their luck
        instance = service.world.resource(arns + id)
        assert instance is not None
        profile = row["IamInstanceProfile"]["Arn"].rpartition("/")[2] if "IamInstanceProfile" in row else ""
        if profile not in roles:
            roles[profile] = role_in(service, profile)
        zone = row["Placement"]["AvailabilityZone"]
        hosts.append(Host(id, name, key, index, instance, roles[profile], zone, profile=profile or None))
    return hosts


def _in_every(tag_groups: list[list[dict[str, str]]], tags: dict[str, str]) -> bool:
    return bool(tag_groups) and all(any(tagged(tags, wanted) for wanted in one) for one in tag_groups)


def _tag_groups(settings: dict[str, Any], tag_set: str, filters: str) -> list[list[dict[str, str]]]:
    """Any tag within a group, and at least one of each group. The members hold those of EC2 or those on premises."""
    groups = [one for one in (settings.get(tag_set) or {}).get(f"{tag_set}List", []) if one]
    flat = settings.get(filters) or []
    return [*groups, flat] if flat else groups


def in_words(group: Group) -> str:
    """By which tags and Auto Scaling groups a deployment group has its instances, for a note."""
    settings = group.settings
    ec2 = _tag_groups(settings, "ec2TagSet", "ec2TagFilters")
    on_premises = _tag_groups(settings, "onPremisesTagSet", "onPremisesInstanceTagFilters")
    scaled = ", ".join(settings.get("autoScalingGroups") or ())
    parts = [f"EC2 tags {_tags_in_words(ec2)}"] if ec2 else []
    parts += [f"Auto Scaling groups {scaled}"] if scaled else []
    parts += [f"on-premises tags {_tags_in_words(on_premises)}"] if on_premises else []
    return "; or ".join(parts) or "it names no tags and no Auto Scaling groups"


def _tags_in_words(tag_groups: list[list[dict[str, str]]]) -> str:
    groups = [" or ".join(map(_tag_in_words, one)) for one in tag_groups]
    return groups[0] if len(groups) == 1 else " and ".join(f"({one})" for one in groups)


def _tag_in_words(wanted: dict[str, str]) -> str:
    kind = wanted.get("Type", "KEY_AND_VALUE")
    key = wanted.get("Key", "") if kind != "VALUE_ONLY" else "*"
    value = wanted.get("Value", "") if kind != "KEY_ONLY" else "*"
    return f"{key}={value}"


def _in_auto_scaling_groups(service: CodeDeploy, group: Group, names: list[str]) -> dict[str, str]:
    """Instance id -> its lifecycle state."""
    answer = service.ask(group.role, "autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": names})
    return {
        instance["InstanceId"]: instance["LifecycleState"]
        for scaled in answer["AutoScalingGroups"]
        for instance in scaled["Instances"]
    }


def _there(answer: Answer) -> list[Tagged]:
    """Those instances that are not gone."""
    return [
        (instance, {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())})
        for reservation in answer["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] not in GONE
    ]
