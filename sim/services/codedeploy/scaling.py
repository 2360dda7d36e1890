"""Auto Scaling and CodeDeploy: lifecycle hooks, launch and termination deployments, what follows a deployment.

Source: docs/behaviour/codedeploy.md §9.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core import naming
from sim.core.calls import copied
from sim.core.clock import MINUTE
from sim.core.problems import ServiceError
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, Group

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
LAUNCH, TERMINATION, AUTO_UPDATE = "autoscaling", "autoscalingTermination", "CodeDeployAutoUpdate"
"""The `creator` of a launch deployment, of a termination deployment, and of one that follows another."""
HEARTBEAT = 5 * MINUTE
"""How often CodeDeploy asks Auto Scaling for more time while a launch deployment runs."""
HEARTBEAT_TIMEOUT_S = 600
"""How long the hook waits without a heartbeat: two of them, so that one may be late (inferred)."""
ONE_AT_A_TIME = "CodeDeployDefault.OneAtATime"
"""Deployments that CodeDeploy makes by itself for Auto Scaling take this: a share of one instance would forbid them
(§18)."""


# Hooks


def queue(service: CodeDeploy) -> str:
    """Where Auto Scaling sends what its hooks wait for: CodeDeploy's own queue."""
    return naming.arn("codedeploy", service.region, service.account, "lifecycle-queue")


def hook_up(service: CodeDeploy, group: Group) -> None:
    """Let the Auto Scaling groups of a deployment group, and no others, have its hooks."""
    names = group.settings.get("autoScalingGroups") or []
    for name in [name for name in group.hooks if name not in names]:
        unhook(service, group, name)
    wanted = {LAUNCHING: True, TERMINATING: bool(group.settings.get("terminationHookEnabled"))}
    for name in names:
        hooks = group.hooks.setdefault(name, {})
        for transition, needed in wanted.items():
            if needed and transition not in hooks:
                hooks[transition] = _put(service, group, name, transition)
            elif not needed and transition in hooks:
                _delete(service, group, name, hooks.pop(transition))


def _put(service: CodeDeploy, group: Group, name: str, transition: str) -> str:
    sort = "launch" if transition == LAUNCHING else "termination"
    hook = f"CodeDeploy-managed-automatic-{sort}-deployment-hook-{group.name}-{service.world.uuid('hook', group.id)}"
    parameters = {
        "AutoScalingGroupName": name,
        "LifecycleHookName": hook,
        "LifecycleTransition": transition,
        "HeartbeatTimeout": HEARTBEAT_TIMEOUT_S,
        "DefaultResult": "ABANDON" if transition == LAUNCHING else "CONTINUE",
        "NotificationTargetARN": queue(service),
        "NotificationMetadata": group.id,
    }
    try:
        service.ask(group.role, "autoscaling", "PutLifecycleHook", parameters)
    except ServiceError as error:
        if error.code != "LimitExceeded":
            raise
        raise ServiceError("LifecycleHookLimitExceededException", error.message) from None
    return hook


def unhook(service: CodeDeploy, group: Group, name: str) -> None:
    for hook in group.hooks.pop(name).values():
        _delete(service, group, name, hook)


def _delete(service: CodeDeploy, group: Group, name: str, hook: str) -> None:
    try:
        wanted = {"AutoScalingGroupName": name, "LifecycleHookName": hook}
        service.ask(group.role, "autoscaling", "DeleteLifecycleHook", wanted)
    except ServiceError:
        return  # the Auto Scaling group is gone, and its hooks with it


# An instance comes or goes


def take_message(service: CodeDeploy, message: dict[str, Any]) -> None:
    """A hook of ours holds an instance. A hook whose deployment group is gone is answered by nobody."""
    hook, transition = message["LifecycleHookName"], message["LifecycleTransition"]
    for group in service.groups.values():
        if group.hooks.get(message["AutoScalingGroupName"], {}).get(transition) == hook:
            service.world.process(_attend(service, group, message))
            return


def _attend(service: CodeDeploy, group: Group, message: dict[str, Any]) -> Generator[Event, Any, None]:
    """Deploy to the one instance, then let Auto Scaling go on with it."""
    world, instance = service.world, message["EC2InstanceId"]
    launches = message["LifecycleTransition"] == LAUNCHING
    resource = world.resource(naming.arn("ec2", service.region, service.account, f"instance/{instance}"))
    if group.last_successful is None:
        world.note(resource, "launch", r.NOTHING_TO_LAUNCH_WITH(group=group.name))
        _complete(service, group, message, "CONTINUE")
        return
    deployment = _deploy(service, group, instance, launches)
    yield from _keep_alive(service, deployment, message)
    if not launches:
        _complete(service, group, message, "CONTINUE")  # whatever came of it
        return
    succeeded = deployment.status is DeploymentStatus.SUCCEEDED
    world.note(deployment, "launch", r.LAUNCH_DONE if succeeded else r.LAUNCH_FAILED)
    _complete(service, group, message, "CONTINUE" if succeeded else "ABANDON")
    if succeeded:
        group.launched.append(instance)
        follow(service, group)


def _deploy(service: CodeDeploy, group: Group, instance: str, launches: bool) -> Deployment:
    """The last *successful* revision to that one instance."""
    parameters = {
        "applicationName": group.application,
        "deploymentGroupName": group.name,
        "deploymentConfigName": ONE_AT_A_TIME,
        "revision": copied(group.last_successful),
    }
    if "fileExistsBehavior" in group.last_successful_parameters:
        parameters["fileExistsBehavior"] = group.last_successful_parameters["fileExistsBehavior"]
    creator = LAUNCH if launches else TERMINATION
    deployment = service.start(group, parameters, creator, only=(instance,))
    service.world.note(deployment, "launch", r.LAUNCH if launches else r.TERMINATION)
    return deployment


def _keep_alive(service: CodeDeploy, deployment: Deployment, message: dict[str, Any]) -> Generator[Event, Any, None]:
    """Wait for the end of the deployment, with a heartbeat every five minutes."""
    world = service.world
    settled = world.settled(deployment.arn, deployment)
    while True:
        beat = world.wait(HEARTBEAT, deployment, watch=True)
        yield settled | beat
        if deployment.status in deployment.final:
            world.cancel(beat)
            return
        _answer(service, deployment.group, message, "RecordLifecycleActionHeartbeat")


def _complete(service: CodeDeploy, group: Group, message: dict[str, Any], result: str) -> None:
    _answer(service, group, message, "CompleteLifecycleAction", LifecycleActionResult=result)


def _answer(service: CodeDeploy, group: Group, message: dict[str, Any], operation: str, **more: str) -> None:
    names = ("AutoScalingGroupName", "LifecycleHookName", "LifecycleActionToken")
    try:
        service.ask(group.role, "autoscaling", operation, {**{name: message[name] for name in names}, **more})
    except ServiceError:
        return  # the group does not wait any longer


# What follows


def follow(service: CodeDeploy, group: Group) -> None:
    """Bring instances that were launched with an older revision to the one that has succeeded since."""
    root = group.last_succeeded
    if group.busy is not None or root is None or not service.has(group):
        return
    outdated = _outdated(group, group.launched)
    if group.settings.get("outdatedInstancesStrategy", "UPDATE") == "IGNORE":
        if outdated:
            service.world.note(root, "follow-on", r.LEFT_OUTDATED(count=len(outdated)))
        group.launched = []
        return
    group.launched = []
    if outdated:
        _start_following(service, group, root, outdated)


def _outdated(group: Group, instances: Iterable[str]) -> tuple[str, ...]:
    return tuple(id for id in instances if group.member(id).deployed != group.current)


def _start_following(service: CodeDeploy, group: Group, latest: Deployment, instances: tuple[str, ...]) -> None:
    root = latest.root or latest
    parameters: dict[str, Any] = {
        "applicationName": group.application,
        "deploymentGroupName": group.name,
        "deploymentConfigName": ONE_AT_A_TIME,
        "revision": copied(group.last_successful),
        "description": f"Update of instances launched during {root.name}",
    }
    if "fileExistsBehavior" in group.last_successful_parameters:
        parameters["fileExistsBehavior"] = group.last_successful_parameters["fileExistsBehavior"]
    following = service.start(group, parameters, AUTO_UPDATE, only=instances)
    following.root = root
    root.followers.append(following)
    service.world.note(following, "follow-on", r.FOLLOWS(root=root.name, count=len(instances)))
