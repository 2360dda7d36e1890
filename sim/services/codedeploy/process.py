"""A deployment's course in time: who is deployed to when, and when it is over.

The numbers in comments are the rules of docs/behaviour/codedeploy.md §5.4.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.clock import HOUR, SECOND
from sim.core.randomness import lane, lanes
from sim.core.states import Why
from sim.core.world import BEGIN
from sim.services import behavior
from sim.services.codedeploy import events, roles, scaling
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.agent import deploy_to, skip
from sim.services.codedeploy.alarms import Guard
from sim.services.codedeploy.hosts import hosts_of, in_words
from sim.services.codedeploy.lifecycle import ORDER
from sim.services.codedeploy.resources import (
    Deployment,
    DeploymentStatus,
    Ending,
    Target,
    TargetStatus,
)
from sim.services.codedeploy.rollback import ROLLBACK, roll_back

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

ONE_AT_A_TIME = "CodeDeployDefault.OneAtATime"
LIFETIME = 12 * HOUR
"""An in-place deployment may last so long (docs/behaviour/codedeploy.md §10.2)."""
QUOTA = "codedeploy.instances-per-deployment"
MAX_INSTANCES = {"us-east-1": 2000, "us-east-2": 2000, "us-west-2": 2000, "eu-central-1": 2000}
MAX_INSTANCES_ELSEWHERE = 1000
"""How many instances one deployment may target by Region, unless the quota was changed (§10.2)."""

HEALTH_CONSTRAINTS = (
    "The overall deployment failed because too many individual instances failed deployment, too few healthy "
    "instances are available for deployment, or some instances in your deployment group are experiencing problems."
)
HEALTH_CONSTRAINTS_INVALID = (
    "The deployment can’t start because the minimum number of healthy instances, as defined by your deployment "
    "configuration, are not available. You can reduce the required number of healthy instances by updating your "
    "deployment configuration or increase the number of instances in this deployment group."
)
OVER_MAX_INSTANCES = (
    "The deployment failed because more instances are targeted for deployment than are allowed for your account. To "
    "reduce the number of instances targeted for this deployment, update the tag settings for this deployment group or "
    "delete some of the targeted instances. Alternatively, you can contact AWS Support to request a limit increase."
)
NO_INSTANCES = (
    "The deployment failed because no instances were found for your deployment group. Check your deployment group "
    "settings to make sure the tags for your Amazon EC2 instances or Auto Scaling groups correctly identify the "
    "instances you want to deploy to, and then try again."
)
IAM_ROLE_MISSING = (
    "The deployment failed because no service role exists with the service role name specified for the deployment "
    "group. Make sure you are using the correct service role name."
)
IAM_ROLE_PERMISSIONS = (
    "CodeDeploy does not have the permissions required to assume a role, or the IAM role you're using doesn't give you "
    "permission to perform operations in an AWS service."
)
AUTO_SCALING_IAM_ROLE_PERMISSIONS = (
    "The service role associated with your deployment group does not have the permission required to perform "
    "operations in the following AWS service: Amazon EC2 Auto Scaling."
)
MISSING = "The deployment failed because the {what} {name} was deleted before the deployment started."
TIMEOUT = "The deployment failed because it was not done within 12 hours."

UNHEALTHY, OLD, CURRENT = range(3)
"""Whose turn comes first (§6). A revision that is Unknown is so because a deployment failed there: such an instance is
Unhealthy, too, and needs no place of its own."""
FEW = 12
"""So many names stand in a note."""


def minimum_healthy(config: dict[str, Any], hosts: int) -> int:
    """M of so many hosts: how many must stay healthy (§5.2; OneAtATime: rule 16)."""
    if config["deploymentConfigName"] == ONE_AT_A_TIME:
        return hosts - 1
    return resolved(config["minimumHealthyHosts"], hosts)


def minimum_of_zone(zonal: dict[str, Any], hosts: int) -> int:
    """How many of a zone's so many hosts must stay healthy: 0 percent unless it is said (§5.3)."""
    wanted = zonal.get("minimumHealthyHostsPerZone")
    return resolved(wanted, hosts) if wanted else 0


def resolved(wanted: dict[str, Any], hosts: int) -> int:
    """A minimum in hosts; a percentage rounds up."""
    if wanted["type"] == "FLEET_PERCENT":
        return ceil(hosts * int(wanted["value"]) / 100)
    return int(wanted["value"])


def bake_time(zonal: dict[str, Any], first: bool) -> int:
    """Seconds between a zone and the next one (§5.3)."""
    usual = int(zonal.get("monitorDurationInSeconds") or 0)
    return int(zonal.get("firstZoneMonitorDurationInSeconds", usual)) if first else usual


def conclude(service: CodeDeploy, deployment: Deployment) -> None:
    """The deployment ends as was decided: settle what group and instances are now (§6), roll back if asked to (§7)."""
    world, ending = service.world, deployment.ending
    assert ending is not None
    for target in deployment.targets:
        if target.is_pending and r.TARGET_SKIPPED.holds(world.choices):  # 12
            skip(service, target, r.EVENT_NOT_REACHED)
            world.move(target, TargetStatus.SKIPPED, r.TARGET_SKIPPED)
    if ending.code:
        deployment.error = {"code": ending.code, "message": ending.message}
    deployment.ended = world.now
    if ending.status is DeploymentStatus.SUCCEEDED and not deployment.of_auto_scaling:
        settle(deployment)
    world.move(deployment, ending.status, ending.why)
    events.deployment_trigger(service, deployment, events.TRIGGERS[ending.status])
    roll_back(service, deployment)
    if not deployment.of_auto_scaling:
        service.begin_waiting(deployment.group)
        scaling.follow(service, deployment.group)


def settle(deployment: Deployment) -> None:
    """After success as a whole the group's revision is the deployment's."""
    group = deployment.group
    failed = [target for target in deployment.targets if not target.succeeded]
    group.succeeded_with(deployment.key, deployment.revision, [group.member(target.host.id) for target in failed])
    group.last_successful_parameters = deployment.parameters
    group.last_succeeded = deployment


class Zone:
    """The instances that are deployed to before those of the next zone: the whole fleet, or one Availability Zone.

    `minimum` is how many of them must stay healthy; 0 for the whole fleet, whose minimum is the deployment's.
    """

    def __init__(self, name: str, targets: list[Target], minimum: int):
        self.name = name
        self.hosts = len(targets)
        self.minimum = minimum
        self.untried = deque(targets)
        self.healthy = sum(target.deployment.group.member(target.host.id).healthy for target in targets)


class Rollout:
    """One in-place deployment on its way.

    Invariants: never more in flight than the minimum allows, and nobody is deployed to twice.
    """

    def __init__(self, service: CodeDeploy, deployment: Deployment):
        self.service = service
        self.world = service.world
        self.deployment = deployment
        self.config = service.deployment_configs.get(deployment.config)
        self.one_at_a_time = deployment.config == ONE_AT_A_TIME
        self.hosts = 0
        self.healthy = 0
        self.zones: list[Zone] = []
        self.in_flight = 0
        self.classes = [0, 0, 0]
        """How many instances are UNHEALTHY, OLD and CURRENT at the start."""

    @property
    def untried(self) -> int:
        return sum(len(zone.untried) for zone in self.zones)

    @property
    def zonal(self) -> dict[str, Any] | None:
        """The zonal configuration, empty or not, if there is one that counts: a rollback ignores it (§5.3)."""
        return None if self.deployment.creator == ROLLBACK else self.config.get("zonalConfig")

    def run(self) -> Generator[Event, Any, None]:
        world, deployment = self.world, self.deployment
        lifetime = world.wait(LIFETIME, deployment, watch=True)
        assert lifetime.callbacks is not None
        lifetime.callbacks.append(self.time_out)
        yield world.wait(behavior.of(world).delay(world, "deploy.start", deployment.name), deployment, BEGIN)
        if deployment.status not in deployment.final:  # not stopped meanwhile
            yield from self.deploy()
        world.cancel(lifetime)

    def time_out(self, lifetime: Event) -> None:
        self.deployment.cut_short(Ending(DeploymentStatus.FAILED, r.TIMED_OUT, "TIMEOUT", TIMEOUT))

    def fail(self, why: Why, code: str = "HEALTH_CONSTRAINTS", message: str = HEALTH_CONSTRAINTS) -> None:
        self.deployment.ending = Ending(DeploymentStatus.FAILED, why, code, message)

    def deploy(self) -> Generator[Event, Any, None]:
        deployment = self.deployment
        self.world.move(deployment, DeploymentStatus.IN_PROGRESS, r.STARTED)
        deployment.started = self.world.now
        self.check_existence()
        if deployment.ending is None:
            self.check_role()
        if deployment.ending is None:
            self.gather()
        guard = Guard(self.service, deployment)
        if deployment.ending is None:
            guard.begin()
        if deployment.ending is None:
            yield from self.reach_everyone()
        if deployment.ending is None:
            deployment.ending = self.count()
        guard.end()
        conclude(self.service, deployment)

    def check_existence(self) -> None:
        """Application and group may have been deleted since the deployment was created (§10.3)."""
        group = self.deployment.group
        if group.application not in self.service.applications:
            message = MISSING.format(what="application", name=group.application)
            self.fail(r.APPLICATION_MISSING, "APPLICATION_MISSING", message)
        elif not self.service.has(group):
            message = MISSING.format(what="deployment group", name=group.name)
            self.fail(r.GROUP_MISSING, "DEPLOYMENT_GROUP_MISSING", message)

    def check_role(self) -> None:
        """The service role may have gone, or lost its trust or its rights, since the group was made (§10.3, §13)."""
        service, group = self.service, self.deployment.group
        scaled = bool(group.settings.get("autoScalingGroups"))
        on_ec2 = scaled or group.settings.get("ec2TagFilters") or group.settings.get("ec2TagSet")
        if not roles.is_there(service, group.role):
            self.fail(r.ROLE_MISSING(role=group.role), "IAM_ROLE_MISSING", IAM_ROLE_MISSING)
        elif not roles.is_assumable(service, group.role):
            self.fail(r.ROLE_NOT_ASSUMABLE(role=group.role), "IAM_ROLE_PERMISSIONS", IAM_ROLE_PERMISSIONS)
        elif scaled and not service.may(self.deployment, *roles.AUTO_SCALING):
            why = r.ROLE_NOT_ALLOWED(role=group.role, what="work on Auto Scaling groups")
            self.fail(why, "AUTO_SCALING_IAM_ROLE_PERMISSIONS", AUTO_SCALING_IAM_ROLE_PERMISSIONS)
        elif on_ec2 and not service.may(self.deployment, roles.DESCRIBE_INSTANCES):
            why = r.ROLE_NOT_ALLOWED(role=group.role, what=roles.DESCRIBE_INSTANCES)
            self.fail(why, "IAM_ROLE_PERMISSIONS", IAM_ROLE_PERMISSIONS)
        elif group.behind_a_load_balancer and not service.may(self.deployment, *roles.traffic(group.settings)):
            why = r.ROLE_NOT_ALLOWED(role=group.role, what="take instances out of load balancers and put them in again")
            self.fail(why, "IAM_ROLE_PERMISSIONS", IAM_ROLE_PERMISSIONS)

    # The instances

    def gather(self) -> None:
        """The instances, in the order they are reached; what is impossible from the start (1, 2, 3)."""
        deployment = self.deployment
        hosts = self.chosen()
        self.draw(hosts)
        hosts.sort(key=self.rank)
        zones = [] if self.zonal is None else sorted({host.zone for host in hosts})
        if zones:
            hosts.sort(key=lambda host: zones.index(host.zone))  # stable: within a zone the order stays
        self.say_turns(hosts, bool(zones))
        self.say_traffic()
        for position, host in enumerate(hosts, 1):
            # Machines on premises, which have no zone, take no part in load balancing (§1.1).
            lifecycle = deployment.lifecycle if host.zone else r.IN_PLACE
            target = Target(host, deployment, position, lifecycle)
            self.world.register(target, *target.events)
            deployment.targets.append(target)
        self.hosts = len(hosts)
        self.healthy = sum(deployment.group.member(host.id).healthy for host in hosts)
        deployment.minimum_healthy_observed = self.healthy
        if not hosts:
            self.fail(r.NO_INSTANCES, "NO_INSTANCES", NO_INSTANCES)
            return
        allowed = self.world.quotas.get(QUOTA, MAX_INSTANCES.get(self.service.region, MAX_INSTANCES_ELSEWHERE))
        if self.hosts > allowed:
            self.fail(r.TOO_MANY(hosts=self.hosts, allowed=allowed), "OVER_MAX_INSTANCES", OVER_MAX_INSTANCES)
            return
        minimum = deployment.minimum = minimum_healthy(self.config, self.hosts)
        if minimum >= self.hosts:
            why = r.MINIMUM_INVALID(minimum=minimum, hosts=self.hosts)
            self.fail(why, "HEALTH_CONSTRAINTS_INVALID", HEALTH_CONSTRAINTS_INVALID)
            return
        self.divide(zones)

    def chosen(self) -> list[r.Host]:
        """Who is targeted: the group as it is now, or some of it."""
        deployment, note = self.deployment, self.world.note
        hosts = hosts_of(self.service, deployment.group)
        if deployment.only is not None:
            return [host for host in hosts if host.id in deployment.only]
        note(deployment, "targets", r.CHOSEN(count=len(hosts), by=in_words(deployment.group)))
        there = [host for host in hosts if host.in_service]
        if len(there) < len(hosts):
            out = names_of([host for host in hosts if not host.in_service])
            note(deployment, "targets", r.NOT_IN_SERVICE(names=out))
        if not deployment.parameters.get("updateOutdatedInstancesOnly"):
            return there
        outdated = [host for host in there if self.is_outdated(deployment.group.member(host.id))]
        kept = {host.id for host in outdated}
        out = names_of([host for host in there if host.id not in kept])
        note(deployment, "targets", r.ONLY_OUTDATED(names=out, count=len(outdated)))
        return outdated

    def say_turns(self, hosts: list[r.Host], in_zones: bool) -> None:
        """Why they are reached in this order, once for all of them."""
        if len(hosts) > 1:
            unhealthy, old, current = self.classes
            facts: dict[str, Any] = {"unhealthy": unhealthy, "old": old, "current": current, "names": names_of(hosts)}
            self.world.note(self.deployment, "turns", (r.TURNS_IN_ZONES if in_zones else r.TURNS)(**facts))

    def say_traffic(self) -> None:
        """What is taken for granted of load balancers (§18)."""
        group = self.deployment.group
        if group.balancers:
            why = r.BALANCERS_GIVEN if group.behind_a_load_balancer else r.BALANCERS_UNUSED
            self.world.note(self.deployment, "traffic", why(names=", ".join(group.balancers)))

    def is_outdated(self, member: r.Membership) -> bool:
        """Not known to hold the deployment's revision; what failed last may hold anything, and is Unhealthy."""
        return member.deployed != self.deployment.key or not member.healthy

    def draw(self, hosts: list[r.Host]) -> None:
        """All that this deployment draws for its instances: their order among equals, how long their events take."""
        seed, number = self.world.seed, self.deployment.number
        group = f"{self.deployment.group.application}/{self.deployment.group.name}"
        for host in hosts:
            host.luck = lanes(seed, "deployment", f"{group}/{host.key}", number)

    def rank(self, host: r.Host) -> tuple[int, float, int]:
        """Unhealthy first, whatever their revision; then Old, then Current; at random among equals (§6)."""
        group = self.deployment.group
        member = group.member(host.id)
        place = UNHEALTHY if not member.healthy else CURRENT if member.deployed == group.current else OLD
        self.classes[place] += 1
        return place, lane(host.luck, ORDER), host.index

    def divide(self, zones: list[str]) -> None:
        """All instances at a time, or one zone after the other, by name (§5.3, §18)."""
        deployment = self.deployment
        if not zones:
            self.zones = [Zone("", deployment.targets, 0)]
            if self.config.get("zonalConfig") is not None:
                self.world.note(deployment, "zone", r.ZONES_IGNORED)
            return
        for name in zones:
            targets = [target for target in deployment.targets if target.host.zone == name]
            minimum = minimum_of_zone(self.zonal or {}, len(targets))
            self.zones.append(Zone(name, targets, minimum))
            if minimum >= len(targets) and deployment.ending is None:
                why = r.ZONE_MINIMUM_INVALID(minimum=minimum, zone=name, hosts=len(targets))
                self.fail(why, "HEALTH_CONSTRAINTS_INVALID", HEALTH_CONSTRAINTS_INVALID)

    # One zone after the other

    def reach_everyone(self) -> Generator[Event, Any, None]:
        for number, zone in enumerate(self.zones):
            if zone.name:
                facts: dict[str, Any] = {"zone": zone.name, "hosts": zone.hosts, "minimum": zone.minimum}
                self.world.note(self.deployment, "zone", r.ZONE(**facts))
            yield from self.unhealthy_phase(zone)
            if self.deployment.ending is None:
                yield from self.healthy_phase(zone)
            if self.deployment.ending is None and zone.healthy < zone.minimum:
                self.fail(r.ZONE_BELOW_MINIMUM(healthy=zone.healthy, zone=zone.name, minimum=zone.minimum))
            if self.deployment.ending is None and number + 1 < len(self.zones):
                yield from self.bake(zone, first=number == 0)
            if self.deployment.ending is not None:
                return

    def bake(self, zone: Zone, first: bool) -> Generator[Event, Any, None]:
        """Watch a zone that is done before the next one begins."""
        world, deployment = self.world, self.deployment
        seconds = bake_time(self.zonal or {}, first)
        if not seconds:
            return
        world.note(deployment, "zone", r.ZONE_BAKES(zone=zone.name, seconds=seconds))
        over = deployment.pause = world.event()
        wait = world.wait(seconds * SECOND, deployment, BEGIN)
        assert wait.callbacks is not None
        wait.callbacks.append(partial(_once, over))
        yield over
        world.cancel(wait)
        deployment.pause = None

    def unhealthy_phase(self, zone: Zone) -> Generator[Event, Any, None]:
        """Unhealthy instances first, as many at once as the configuration ever allows (4, 7a, 13)."""
        deployment = self.deployment
        left = zone.hosts - zone.healthy
        if not left:
            return
        names = ", ".join(target.name for target in list(zone.untried)[: min(left, 12)])
        self.world.note(deployment, "order", r.UNHEALTHY_FIRST(names=names))
        cap = 1 if self.one_at_a_time else min(self.hosts - deployment.minimum, zone.hosts - zone.minimum)
        while left and deployment.ending is None:
            batch = take(zone, min(cap, left))
            left -= len(batch)
            yield from self.deploy_batch(zone, batch, healthy=False)
            self.stop_at_first_failure(batch)
        if deployment.ending is None and zone.untried and self.healthy <= deployment.minimum:  # 5
            self.fail(self.still_unhealthy(zone))

    def stop_at_first_failure(self, batch: list[Target]) -> None:
        """One at a time, the first failure is the end, unless it is the last instance's (7a)."""
        failed = [target for target in batch if target.status is TargetStatus.FAILED]
        if self.one_at_a_time and failed and self.untried and self.deployment.ending is None:
            self.fail(r.FIRST_FAILURE(instance=failed[0].name, untried=self.untried))

    def healthy_phase(self, zone: Zone) -> Generator[Event, Any, None]:
        """Healthy instances, never more at once than leaves the minimum in service (6, 7, 14; §5.3)."""
        deployment, minimum = self.deployment, self.deployment.minimum
        while zone.untried and deployment.ending is None:
            spare = min(self.healthy - minimum, zone.healthy - zone.minimum)
            if spare <= 0:
                self.fail(self.at_minimum(zone))
                return
            batch = take(zone, spare)
            self.world.note(deployment, "batch", self.why_so_many(zone, len(batch)))
            yield from self.deploy_batch(zone, batch, healthy=True)

    def why_so_many(self, zone: Zone, batch: int) -> Why:
        facts: dict[str, Any] = {"batch": batch, "healthy": self.healthy, "minimum": self.deployment.minimum}
        if not zone.name:
            return r.BATCH(**facts)
        return r.ZONE_BATCH(**facts, zone=zone.name, zone_healthy=zone.healthy, zone_minimum=zone.minimum)

    def still_unhealthy(self, zone: Zone) -> Why:
        facts: dict[str, Any] = {"healthy": self.healthy, "minimum": self.deployment.minimum}
        return r.ZONE_STILL_UNHEALTHY(**facts, zone=zone.name) if zone.name else r.STILL_UNHEALTHY(**facts)

    def at_minimum(self, zone: Zone) -> Why:
        later = [target for one in self.zones if one is not zone for target in one.untried if self.is_unhealthy(target)]
        if self.healthy <= self.deployment.minimum and later:
            names = ", ".join(target.name for target in later[:12])
            facts: dict[str, Any] = {"healthy": self.healthy, "minimum": self.deployment.minimum, "zone": zone.name}
            return r.ZONE_BEFORE_UNHEALTHY(**facts, names=names)
        if self.healthy <= self.deployment.minimum:
            return r.AT_MINIMUM(healthy=self.healthy, minimum=self.deployment.minimum, untried=self.untried)
        return r.ZONE_AT_MINIMUM(healthy=zone.healthy, zone=zone.name, minimum=zone.minimum, untried=self.untried)

    def is_unhealthy(self, target: Target) -> bool:
        return not self.deployment.group.member(target.host.id).healthy

    def deploy_batch(self, zone: Zone, batch: list[Target], healthy: bool) -> Generator[Event, Any, None]:
        """Deploy to these at once; over when each has ended."""
        deployment = self.deployment
        taken = len(batch) if healthy else 0
        in_service = self.healthy - taken
        assert not healthy or in_service >= deployment.minimum, "too many in flight"
        assert not healthy or zone.healthy - taken >= zone.minimum, "too many of the zone in flight"
        observed = deployment.minimum_healthy_observed
        deployment.minimum_healthy_observed = in_service if observed is None else min(observed, in_service)
        deployment.maximum_in_flight = max(deployment.maximum_in_flight, len(batch))
        self.in_flight = len(batch)
        over = self.world.event()
        for target in batch:
            then = partial(self.ended, zone, target, healthy, over)
            target.life = self.world.follow(deploy_to(self.service, target), then)
        yield over

    def ended(self, zone: Zone, target: Target, was_healthy: bool, over: Event) -> None:
        """What the end of a target makes of the instance's health (§6)."""
        member = self.deployment.group.member(target.host.id)
        if target.succeeded:
            member.instance_health = r.HEALTHY
            member.deployed, member.unknown = self.deployment.key, False
            change = 0 if was_healthy else 1
        else:
            member.instance_health = r.UNHEALTHY
            change = -1 if was_healthy else 0
        self.healthy += change
        zone.healthy += change
        self.in_flight -= 1
        if self.in_flight == 0:
            over.succeed()

    def count(self) -> Ending:
        """How it ends when no instance is left (8)."""
        succeeded = sum(target.succeeded for target in self.deployment.targets)
        needed = max(1, self.deployment.minimum)
        facts: dict[str, Any] = {"succeeded": succeeded, "hosts": self.hosts, "needed": needed}
        if succeeded >= needed:
            return Ending(DeploymentStatus.SUCCEEDED, r.ENOUGH_SUCCEEDED(**facts))
        why = r.TOO_FEW_SUCCEEDED(**facts)
        return Ending(DeploymentStatus.FAILED, why, "HEALTH_CONSTRAINTS", HEALTH_CONSTRAINTS)


def names_of(hosts: list[r.Host]) -> str:
    """The names of the first few of them."""
    names = ", ".join(host.name for host in hosts[:FEW])
    return f"{names} and {len(hosts) - FEW} more" if len(hosts) > FEW else names or "none"


def _once(over: Event, wait: Event) -> None:
    if not over.triggered:
        over.succeed()


def take(zone: Zone, count: int) -> list[Target]:
    """The next so many of those untried."""
    return [zone.untried.popleft() for _ in range(min(count, len(zone.untried)))]
