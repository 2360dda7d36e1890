"""A deployment's course in time: who is deployed to when, and when it is over.

The numbers in comments are the rules of docs/behaviour/codedeploy.md §5.4.
"""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.states import Why
from sim.core.world import BEGIN
from sim.services import behavior
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.agent import deploy_to, skip
from sim.services.codedeploy.hosts import hosts_of
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, InstanceHealth, Target, TargetStatus

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

ONE_AT_A_TIME = "CodeDeployDefault.OneAtATime"

HEALTH_CONSTRAINTS = (
    "The overall deployment failed because too many individual instances failed deployment, too few healthy "
    "instances are available for deployment, or some instances in your deployment group are experiencing problems."
)
HEALTH_CONSTRAINTS_INVALID = (
    "The deployment failed because the deployment configuration asks for at least {minimum} healthy instances, and "
    "the deployment group has {hosts}."
)
NO_INSTANCES = (
    "The deployment failed because no instances were found for your deployment group. Check your deployment group "
    "settings to make sure the tags for your Amazon EC2 instances or Auto Scaling groups correctly identify the "
    "instances you want to deploy to, and then try again."
)


def minimum_healthy(config: dict[str, Any], hosts: int) -> int:
    """M of so many hosts: how many must stay healthy (§5.2; OneAtATime: rule 16)."""
    if config["deploymentConfigName"] == ONE_AT_A_TIME:
        return hosts - 1
    wanted = config["minimumHealthyHosts"]
    if wanted["type"] == "FLEET_PERCENT":
        return ceil(hosts * int(wanted["value"]) / 100)
    return int(wanted["value"])


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
        self.untried: list[Target] = []
        self.in_flight = 0
        self.verdict: tuple[DeploymentStatus, Why, str, str] | None = None
        """(status, why, error code, error message) once it is decided that no further instance is tried."""

    def run(self) -> Generator[Event, Any, None]:
        world, deployment = self.world, self.deployment
        yield world.wait(behavior.of(world).delay(world, "deploy.start", deployment.name), deployment, BEGIN)
        if deployment.status in deployment.final:  # stopped meanwhile
            return
        world.move(deployment, DeploymentStatus.IN_PROGRESS, r.STARTED)
        deployment.started = world.now
        self.gather()
        if self.verdict is None:
            yield from self.unhealthy_phase()
        if self.verdict is None and self.untried:
            yield from self.healthy_phase()
        self.finish()

    def gather(self) -> None:
        """The instances, in the order they are reached; what is impossible from the start (1, 2, 3)."""
        deployment = self.deployment
        group = deployment.group
        hosts = hosts_of(self.service, group)
        if deployment.parameters.get("updateOutdatedInstancesOnly"):
            latest = r.revision_key(deployment.revision)
            hosts = [host for host in hosts if group.member(host.id).succeeded_revision != latest]
        order = {health: place for place, health in enumerate(("Unknown", "Old", "Current"))}

        def rank(host: r.Host) -> tuple[bool, int, float, int]:
            member = group.member(host.id)
            luck = self.world.draw(
                "deployment order", f"{group.application}/{group.name}/{host.name}", deployment.number
            )
            return member.instance_health is InstanceHealth.HEALTHY, order[member.revision_health], luck, host.index

        hosts.sort(key=rank)
        names = r.IN_PLACE
        for position, host in enumerate(hosts, 1):
            target = Target(host, deployment, position, names)
            self.world.register(target)
            for event in target.events:
                self.world.register(event)
            deployment.targets.append(target)
        self.hosts = len(hosts)
        self.untried = list(deployment.targets)
        self.healthy = sum(group.member(host.id).instance_health is InstanceHealth.HEALTHY for host in hosts)
        deployment.minimum_healthy_observed = self.healthy
        if not hosts:
            self.fail(r.NO_INSTANCES, "NO_INSTANCES", NO_INSTANCES)
            return
        minimum = deployment.minimum = minimum_healthy(self.config, self.hosts)
        if minimum >= self.hosts:
            self.fail(
                r.MINIMUM_INVALID(minimum=minimum, hosts=self.hosts),
                "HEALTH_CONSTRAINTS_INVALID",
                HEALTH_CONSTRAINTS_INVALID.format(minimum=minimum, hosts=self.hosts),
            )

    def is_unhealthy(self, target: Target) -> bool:
        return self.deployment.group.member(target.host.id).instance_health is InstanceHealth.UNHEALTHY

    def unhealthy_phase(self) -> Generator[Event, Any, None]:
        """Unhealthy instances first, as many at once as the configuration ever allows (4, 7a, 13)."""
        waiting = [target for target in self.untried if self.is_unhealthy(target)]
        if not waiting:
            return
        self.world.note(
            self.deployment, "order", r.UNHEALTHY_FIRST(names=", ".join(target.name for target in waiting[:12]))
        )
        cap = 1 if self.one_at_a_time else self.hosts - self.deployment.minimum
        while waiting and self.verdict is None:
            batch, waiting = waiting[:cap], waiting[cap:]
            yield from self.deploy(batch, healthy=False)
            failed = [target for target in batch if target.status is TargetStatus.FAILED]
            if self.one_at_a_time and failed and self.untried:
                why = r.FIRST_FAILURE(instance=failed[0].name, untried=len(self.untried))
                self.fail(why, "HEALTH_CONSTRAINTS", HEALTH_CONSTRAINTS)
        if self.verdict is None and self.untried and self.healthy <= self.deployment.minimum:  # 5
            why = r.STILL_UNHEALTHY(healthy=self.healthy, minimum=self.deployment.minimum)
            self.fail(why, "HEALTH_CONSTRAINTS", HEALTH_CONSTRAINTS)

    def healthy_phase(self) -> Generator[Event, Any, None]:
        """Healthy instances, never more at once than leaves the minimum in service (6, 7, 14)."""
        minimum = self.deployment.minimum
        while self.untried and self.verdict is None:
            spare = self.healthy - minimum
            if spare <= 0:
                why = r.AT_MINIMUM(healthy=self.healthy, minimum=minimum, untried=len(self.untried))
                self.fail(why, "HEALTH_CONSTRAINTS", HEALTH_CONSTRAINTS)
                return
            batch = self.untried[:spare]
            self.world.note(self.deployment, "batch", r.BATCH(batch=len(batch), healthy=self.healthy, minimum=minimum))
            yield from self.deploy(batch, healthy=True)

    def deploy(self, batch: list[Target], healthy: bool) -> Generator[Event, Any, None]:
        """Deploy to these at once; over when each has ended."""
        deployment = self.deployment
        chosen = set(map(id, batch))
        self.untried = [target for target in self.untried if id(target) not in chosen]
        self.in_flight = len(batch)
        deployment.maximum_in_flight = max(deployment.maximum_in_flight, len(batch))
        in_service = self.healthy - (len(batch) if healthy else 0)
        assert not healthy or in_service >= deployment.minimum, "too many in flight"
        if deployment.minimum_healthy_observed is None or in_service < deployment.minimum_healthy_observed:
            deployment.minimum_healthy_observed = in_service
        over = self.world.event()

        def ended() -> None:
            self.in_flight -= 1
            if self.in_flight == 0:
                over.succeed()

        for target in batch:
            self.world.follow(deploy_to(self.service, target), ended)
        yield over
        for target in batch:
            self.judge(target, healthy)
        if deployment.stopping is not None:
            self.stop()

    def judge(self, target: Target, was_healthy: bool) -> None:
        """What the end of a target makes of the instance's health (§6)."""
        member = self.deployment.group.member(target.host.id)
        if target.status is TargetStatus.SUCCEEDED:
            member.instance_health = InstanceHealth.HEALTHY
            member.succeeded_revision = r.revision_key(self.deployment.revision)
            self.healthy += 0 if was_healthy else 1
        else:
            member.instance_health = InstanceHealth.UNHEALTHY
            self.healthy -= 1 if was_healthy else 0

    def fail(self, why: Why, code: str, message: str) -> None:
        self.verdict = (DeploymentStatus.FAILED, why, code, message)

    def stop(self) -> None:
        by = self.deployment.stopping
        assert by is not None
        self.verdict = (
            DeploymentStatus.STOPPED,
            r.MANUAL_STOP(by=by),
            "MANUAL_STOP",
            f"The deployment was stopped by {by}",
        )

    def finish(self) -> None:
        """Judge the whole (8), settle what instances and group are now (§6), roll back if asked to (§7)."""
        deployment, world = self.deployment, self.world
        for target in deployment.targets:
            if target.status is TargetStatus.PENDING:
                skip(self.service, target, r.EVENT_NOT_REACHED)
                target.ended = None
                world.move(target, TargetStatus.SKIPPED, r.TARGET_SKIPPED)
        if self.verdict is None:
            self.verdict = self.count()
        status, why, code, message = self.verdict
        if code:
            deployment.error = {"code": code, "message": message}
        deployment.ended = world.now
        self.settle(status)
        self.service.roll_back(deployment, status)
        world.move(deployment, status, why)
        self.service.start_rollback(deployment)

    def count(self) -> tuple[DeploymentStatus, Why, str, str]:
        succeeded = sum(target.status is TargetStatus.SUCCEEDED for target in self.deployment.targets)
        needed = max(1, self.deployment.minimum)
        facts: dict[str, Any] = {"succeeded": succeeded, "hosts": self.hosts, "needed": needed}
        if succeeded >= needed:
            return DeploymentStatus.SUCCEEDED, r.ENOUGH_SUCCEEDED(**facts), "", ""
        return DeploymentStatus.FAILED, r.TOO_FEW_SUCCEEDED(**facts), "HEALTH_CONSTRAINTS", HEALTH_CONSTRAINTS

    def settle(self, status: DeploymentStatus) -> None:
        """Revision health after the whole deployment; the group's revision moves only when it succeeded."""
        group = self.deployment.group
        key = r.revision_key(self.deployment.revision)
        if status is DeploymentStatus.SUCCEEDED:
            group.last_successful = self.deployment.revision
            group.last_successful_parameters = self.deployment.parameters
            group.last_succeeded = self.deployment
        current = r.revision_key(group.last_successful) if group.last_successful else None
        for target in self.deployment.targets:
            member = group.member(target.host.id)
            if target.status is TargetStatus.SUCCEEDED:
                member.revision_health = r.RevisionHealth.CURRENT if key == current else r.RevisionHealth.OLD
            elif status is DeploymentStatus.SUCCEEDED:
                if member.revision_health is r.RevisionHealth.CURRENT:
                    member.revision_health = r.RevisionHealth.UNKNOWN
