"""What CodeDeploy refuses, and what this simulator does not deploy to.

Codes and limits: docs/behaviour/codedeploy.md §5.2, §10.2, §10.4, §11.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sim.core.problems import ServiceError

if TYPE_CHECKING:
    from sim.core.world import World

Parameters = dict[str, Any]

MAX_TAGS = 10
MAX_TAG_GROUPS = 3
MAX_TRIGGERS = 10
MAX_DESCRIPTION = 256
MAX_ALARMS = 10
MAX_ALARM_NAME = 255


Quota = tuple[str, int]
"""(name in a scenario, the usual limit). Source: §10.2."""
APPLICATIONS = ("codedeploy.applications", 1_000)
GROUPS = ("codedeploy.deployment-groups", 1_000)
CONFIGS = ("codedeploy.deployment-configs", 50)
AUTO_SCALING_GROUPS = ("codedeploy.auto-scaling-groups", 10)
DEPLOYMENTS = ("codedeploy.concurrent-deployments", 1_300)
EXCEEDED = {
    APPLICATIONS: ("ApplicationLimitExceededException", "applications"),
    GROUPS: ("DeploymentGroupLimitExceededException", "deployment groups of one application"),
    CONFIGS: ("DeploymentConfigLimitExceededException", "custom deployment configurations"),
    AUTO_SCALING_GROUPS: ("InvalidAutoScalingGroupException", "Auto Scaling groups of one deployment group"),
    DEPLOYMENTS: ("DeploymentLimitExceededException", "deployments at a time"),
}
"""Quota -> (code, what there are too many of)."""


def limit(world: World, quota: Quota) -> int:
    """How many there may be: the usual limit, or what the scenario says."""
    return world.quotas.get(*quota)


def one_more(world: World, quota: Quota, there: int) -> None:
    """Refuses one more where as many as there may be are there."""
    code, what = EXCEEDED[quota]
    most = limit(world, quota)
    if there >= most:
        raise ServiceError(code, f"there may be {most} {what}")


def at_most(limit: int, items: Sequence[Any], code: str = "BatchLimitExceededException") -> None:
    if len(items) > limit:
        raise ServiceError(code, f"The maximum number of names or IDs allowed for this request ({limit}) was exceeded")


def configuration(parameters: Parameters) -> None:
    """A deployment configuration as CreateDeploymentConfig gets it."""
    name = parameters["deploymentConfigName"]
    if name.startswith("CodeDeployDefault."):
        raise ServiceError(
            "InvalidDeploymentConfigNameException",
            f"Deployment Config name {name} cannot start with the reserved prefix CodeDeployDefault.",
        )
    server_only(parameters)
    if parameters.get("trafficRoutingConfig"):
        raise ServiceError(
            "InvalidTrafficRoutingConfigurationException",
            "a trafficRoutingConfig is for AWS Lambda and Amazon ECS; servers have minimumHealthyHosts",
        )
    _minimum(parameters.get("minimumHealthyHosts") or {}, "InvalidMinimumHealthyHostValueException")
    _zonal(parameters.get("zonalConfig") or {})


def _minimum(minimum: Parameters, code: str) -> None:
    value, kind = minimum.get("value"), minimum.get("type")
    top = {"HOST_COUNT": float("inf"), "FLEET_PERCENT": 99}.get(kind or "")
    if top is None or value is None or not 0 <= value <= top:
        raise ServiceError(
            code, f"{kind} {value} is not a minimum: use HOST_COUNT from 0, or FLEET_PERCENT from 0 to 99"
        )


def _zonal(zonal: Parameters) -> None:
    """Which durations and minimums a zonal configuration may have (§5.3)."""
    code = "InvalidZonalDeploymentConfigurationException"
    for member in ("monitorDurationInSeconds", "firstZoneMonitorDurationInSeconds"):
        if zonal.get(member, 0) < 0:
            raise ServiceError(code, f"{member} is {zonal[member]}: a duration is 0 or more seconds")
    if zonal.get("minimumHealthyHostsPerZone"):
        _minimum(zonal["minimumHealthyHostsPerZone"], code)


def server_only(parameters: Parameters) -> None:
    if parameters.get("computePlatform", "Server") != "Server":
        raise ServiceError("InvalidComputePlatformException", "this simulator deploys to the Server platform only")


def zones_without_on_premises(settings: Parameters, config: Parameters) -> None:
    """A zonal configuration deploys to EC2 instances only (§5.3)."""
    on_premises = settings.get("onPremisesInstanceTagFilters") or settings.get("onPremisesTagSet")
    if on_premises and config.get("zonalConfig") is not None:
        raise ServiceError(
            "InvalidInputException", "a zonal configuration does not deploy to on-premises instances: they have no zone"
        )


def group(settings: Parameters, auto_scaling_group_exists: Callable[[str], bool]) -> None:
    """The settings of a deployment group, merged with what they were before."""
    _beyond_this_version(settings)
    balancers(settings)
    _tags(settings)
    rollback(settings)
    _triggers(settings.get("triggerConfigurations") or ())
    for name in settings.get("autoScalingGroups") or ():
        if not auto_scaling_group_exists(name):
            raise ServiceError("InvalidAutoScalingGroupException", f"The Auto Scaling group {name} cannot be found")


def _beyond_this_version(settings: Parameters) -> None:
    style = settings.get("deploymentStyle") or {}
    suspended = (settings.get("ec2DeploymentOptions") or {}).get("autoScalingGroupProcessesToSuspend")
    refused = (
        (
            style.get("deploymentType", "IN_PLACE") != "IN_PLACE",
            "InvalidDeploymentStyleException",
            "blue/green deployments",
        ),
        (
            bool(settings.get("blueGreenDeploymentConfiguration")),
            "InvalidBlueGreenDeploymentConfigurationException",
            "blue/green deployments",
        ),
        (bool(settings.get("ecsServices")), "InvalidECSServiceException", "Amazon ECS services"),
        (bool(suspended), "InvalidAutoScalingGroupProcessToSuspendException", "suspended Auto Scaling processes"),
    )
    for applies, code, what in refused:
        if applies:
            raise ServiceError(code, f"{what} are not simulated yet")
    alarms(settings.get("alarmConfiguration"))


MAX_BALANCERS = 10
"""So many Classic Load Balancers, and so many target groups (§8.1)."""


def balancers(settings: Parameters) -> None:
    """The load balancers that instances leave and come back to (§2.3, §8.1)."""
    given = settings.get("loadBalancerInfo") or {}
    style = settings.get("deploymentStyle") or {}
    code = "InvalidLoadBalancerInfoException"
    if given.get("targetGroupPairInfoList"):
        raise ServiceError(code, "targetGroupPairInfoList is for Amazon ECS; servers have targetGroupInfoList")
    lists = [given.get(kind) or [] for kind in ("elbInfoList", "targetGroupInfoList")]
    if any(not one.get("name") for named in lists for one in named):
        raise ServiceError(code, "a load balancer or target group has no name")
    if any(len(named) > MAX_BALANCERS for named in lists):
        raise ServiceError(code, f"at most {MAX_BALANCERS} Classic Load Balancers and {MAX_BALANCERS} target groups")
    if style.get("deploymentOption") == "WITH_TRAFFIC_CONTROL" and not any(lists):
        raise ServiceError(code, "WITH_TRAFFIC_CONTROL needs a load balancer: name one in loadBalancerInfo")


def alarms(configuration: Parameters | None) -> None:
    """Which alarms a deployment group may name (§7)."""
    names = [alarm.get("name") or "" for alarm in (configuration or {}).get("alarms") or ()]
    code = "InvalidAlarmConfigException"
    if len(names) > MAX_ALARMS:
        raise ServiceError("AlarmsLimitExceededException", f"at most {MAX_ALARMS} alarms can be named")
    if (configuration or {}).get("enabled") and not names:
        raise ServiceError(code, "alarms are enabled and none is named")
    if len(set(names)) < len(names):
        raise ServiceError(code, "an alarm is named twice")
    if any(not 1 <= len(name) <= MAX_ALARM_NAME for name in names):
        raise ServiceError(code, f"the name of an alarm has 1 to {MAX_ALARM_NAME} characters")


_KINDS_OF_TAGS = (
    ("ec2TagFilters", "ec2TagSet", "InvalidEC2TagCombinationException", "InvalidEC2TagException"),
    (
        "onPremisesInstanceTagFilters",
        "onPremisesTagSet",
        "InvalidOnPremisesTagCombinationException",
        "InvalidTagException",
    ),
)
"""(member of flat filters, member of tag groups, code for both in one call, code for what is wrong in them)."""


def without_replaced_tags(settings: Parameters, given: Parameters) -> Parameters:
    """A group's settings without the filters whose place those of an update take: of each kind only one of the two
    forms can be in a call, and so in a group (§11)."""
    replaced = set()
    for flat, tag_set, _, _ in _KINDS_OF_TAGS:
        replaced |= {tag_set} if given.get(flat) else set()
        replaced |= {flat} if _tag_groups(given, tag_set) else set()
    return {name: value for name, value in settings.items() if name not in replaced}


def _tag_groups(settings: Parameters, tag_set: str) -> list[Any]:
    return (settings.get(tag_set) or {}).get(f"{tag_set}List") or []


def _tags(settings: Parameters) -> None:
    """Filters of EC2 and of on-premises tags: flat or in a tag set, so many and no more (§11)."""
    for flat, tag_set, both, wrong in _KINDS_OF_TAGS:
        filters = settings.get(flat) or []
        tag_groups = _tag_groups(settings, tag_set)
        if filters and tag_groups:
            raise ServiceError(both, f"{flat} and {tag_set} cannot both be given")
        if len(tag_groups) > MAX_TAG_GROUPS:
            raise ServiceError(
                "TagSetListLimitExceededException", f"a tag set holds at most {MAX_TAG_GROUPS} tag groups"
            )
        if any(len(one) > MAX_TAGS for one in (filters, *tag_groups)):
            raise ServiceError(wrong, f"a tag group holds at most {MAX_TAGS} tags")


def _triggers(triggers: Sequence[Parameters]) -> None:
    if len(triggers) > MAX_TRIGGERS:
        raise ServiceError(
            "TriggerTargetsLimitExceededException", f"a deployment group has at most {MAX_TRIGGERS} triggers"
        )
    for one in triggers:
        if not (one.get("triggerName") and one.get("triggerTargetArn") and one.get("triggerEvents")):
            raise ServiceError(
                "InvalidTriggerConfigException", "a trigger has a triggerName, a triggerTargetArn and triggerEvents"
            )


def rollback(parameters: Parameters) -> None:
    wanted = parameters.get("autoRollbackConfiguration") or {}
    if wanted.get("enabled") and not wanted.get("events"):
        raise ServiceError("InvalidAutoRollbackConfigException", "automatic rollback needs at least one event")


def deployment(parameters: Parameters) -> None:
    """The parameters of CreateDeployment, but for what they name."""
    if parameters.get("targetInstances"):
        raise ServiceError("InvalidTargetInstancesException", "targetInstances is for blue/green deployments only")
    if len(parameters.get("description") or "") > MAX_DESCRIPTION:
        raise ServiceError(
            "DescriptionTooLongException", f"The description is longer than {MAX_DESCRIPTION} characters"
        )
    alarms(parameters.get("overrideAlarmConfiguration"))
    rollback(parameters)


def restart(parameters: Parameters) -> None:
    """A deployment whose `deploymentMode` is RESTART takes the revision that succeeded last, and no other (§7)."""
    if parameters.get("revision"):
        raise ServiceError("InvalidRevisionException", "A RESTART deployment takes no revision")
    if parameters.get("updateOutdatedInstancesOnly"):
        raise ServiceError(
            "InvalidUpdateOutdatedInstancesOnlyValueException", "A RESTART deployment goes to every instance"
        )


def _github(given: Parameters) -> Parameters:
    """account/repository and the full commit id (docs/behaviour/codedeploy.md §14)."""
    place = given.get("gitHubLocation") or {}
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", place.get("repository") or ""):
        raise ServiceError("InvalidRevisionException", "A gitHubLocation has a repository: account/name")
    if not re.fullmatch(r"[0-9a-f]{40}", place.get("commitId") or ""):
        raise ServiceError("InvalidRevisionException", "A gitHubLocation has the full commit ID: 40 hexadecimal digits")
    return given


def revision(given: Parameters | None) -> Parameters:
    """A revision that can be deployed to servers."""
    if not given:
        raise ServiceError("RevisionRequiredException", "The revision is required")
    place = given.get("s3Location") or {}
    if given.get("revisionType", "S3") == "GitHub":
        return _github(given)
    if not place.get("bucket") or not place.get("key"):
        raise ServiceError("InvalidRevisionException", "An s3Location with a bucket and a key is required")
    if place.get("bundleType", "zip") not in ("zip", "tar", "tgz"):
        raise ServiceError("InvalidRevisionException", "The bundleType of a bundle for servers is zip, tar or tgz")
    return given
