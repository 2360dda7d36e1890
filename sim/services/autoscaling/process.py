"""How an instance comes into its group's service and leaves it, with lifecycle hooks in between.

Source: docs/behaviour/codedeploy.md §9.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.calls import Call
from sim.core.clock import SECOND
from sim.core.problems import ServiceError
from sim.core.states import Why
from sim.core.world import BEGIN
from sim.services import behavior
from sim.services.autoscaling import resources as r
from sim.services.autoscaling.resources import Action, LifecycleState, Member

if TYPE_CHECKING:
    from sim.services.autoscaling.api import AutoScaling

PENDING = "pending"
GONE = frozenset({"shutting-down", "terminated"})
LOOP = 3
"""After so many launches abandoned in a row only a person can end the loop: the next ones keep nobody busy."""


def launch(service: AutoScaling, member: Member) -> Generator[Event, Any, None]:
    """From Pending to InService; or, when a hook says ABANDON, to its end and another instance in its place."""
    world, instance = service.world, member.instance
    while instance.status == PENDING:
        yield world.changed(instance.arn)
    if member.status.startswith("Terminat"):
        return  # the group was made smaller meanwhile
    if instance.status in GONE:
        leave(service, member, r.GONE_BEFORE)
        return
    verdict = yield from hold(service, member, r.LAUNCHING)
    if member.status.startswith("Terminat"):
        return
    if verdict == r.CONTINUE and instance.status not in GONE:
        if member.status is LifecycleState.PENDING_WAIT:
            world.move(member, LifecycleState.PENDING_PROCEED, r.PROCEEDS)
        world.move(member, LifecycleState.IN_SERVICE, r.IN_SERVICE)
        service.abandoned[member.group] = 0
        return
    leave(service, member, r.ABANDONED)
    yield from replace(service, member)


def replace(service: AutoScaling, member: Member) -> Generator[Event, Any, None]:
    """Launch another instance in the place of an abandoned one, if the group still wants as many."""
    world = service.world
    service.abandoned[member.group] = count = service.abandoned.get(member.group, 0) + 1
    delay = behavior.of(world).delay(world, "autoscaling.replace", member.name)
    yield world.wait(delay, member, BEGIN, watch=count >= LOOP)
    if member.group in service.groups:
        service.fill(member.group)


def terminate(service: AutoScaling, member: Member, why: Why) -> None:
    """Take an instance out of its group, from now on."""
    world = service.world
    for action in member.waiting:  # it was being launched, and is not any more
        if action.wait is not None:
            world.cancel(action.wait)
    member.waiting = []
    world.move(member, LifecycleState.TERMINATING, why)
    world.process(go(service, member))


def go(service: AutoScaling, member: Member) -> Generator[Event, Any, None]:
    """To its end, through the hooks for terminating, whatever they say."""
    world = service.world
    yield from hold(service, member, r.TERMINATING)
    if member.status is LifecycleState.TERMINATING_WAIT:
        world.move(member, LifecycleState.TERMINATING_PROCEED, r.PROCEEDS)
    end(service, member)


def leave(service: AutoScaling, member: Member, why: Why) -> None:
    """End an instance that never was in service: no hook is asked."""
    service.world.move(member, LifecycleState.TERMINATING, why)
    end(service, member)


def end(service: AutoScaling, member: Member) -> None:
    if member.instance.status not in GONE:
        service.ask("ec2", "TerminateInstances", {"InstanceIds": [member.name]})
    service.world.move(member, LifecycleState.TERMINATED, r.DONE)


# Hooks


def hold(service: AutoScaling, member: Member, transition: str) -> Generator[Event, Any, str]:
    """Wait for every hook of that transition at once; CONTINUE, or ABANDON as soon as one says so."""
    world = service.world
    hooks = service.hooks_of(member.group, transition)
    if not hooks:
        return r.CONTINUE
    waits = LifecycleState.PENDING_WAIT if transition == r.LAUNCHING else LifecycleState.TERMINATING_WAIT
    world.move(member, waits, r.WAITS(hooks=", ".join(hook.name for hook in hooks)))
    verdict = member.verdict = world.event()
    member.waiting = [
        Action(hook, member, world.uuid("lifecycle action", hook.name, member.name), world.now + hook.heartbeat)
        for hook in hooks
    ]
    for action in list(member.waiting):
        watch_over(service, action)
        notify(service, action)
    return str((yield verdict))


def watch_over(service: AutoScaling, action: Action) -> None:
    """Let the action end with the hook's default result unless somebody completes it, or asks for more time."""
    world = service.world
    wait = action.wait = world.wait(action.deadline - world.now, action.member)
    assert wait.callbacks is not None
    wait.callbacks.append(partial(_due, service, action))


def _due(service: AutoScaling, action: Action, wait: Event) -> None:
    if action not in action.member.waiting:
        return
    if action.deadline > service.world.now:
        watch_over(service, action)
        return
    hook = action.hook
    facts: dict[str, Any] = {"hook": hook.name, "seconds": hook.heartbeat // SECOND, "result": hook.default}
    service.world.note(action.member, "hook", r.TIMED_OUT(**facts))
    complete(service, action, hook.default)


def complete(service: AutoScaling, action: Action, result: str) -> None:
    """End an action; ABANDON ends the instance's others too."""
    member = action.member
    for one in list(member.waiting) if result == r.ABANDON else [action]:
        member.waiting.remove(one)
        if one.wait is not None:
            service.world.cancel(one.wait)
    if not member.waiting and member.verdict is not None and not member.verdict.triggered:
        member.verdict.succeed(result)


def notify(service: AutoScaling, action: Action) -> None:
    """Tell the hook's target. CodeDeploy's queue is known by an ARN of CodeDeploy itself: SQS is not simulated."""
    target = action.hook.target
    if target is None:
        return
    world = service.world
    message = {
        "LifecycleHookName": action.hook.name,
        "AutoScalingGroupName": action.hook.group,
        "LifecycleTransition": action.hook.transition,
        "EC2InstanceId": action.member.name,
        "LifecycleActionToken": action.token,
    }
    name = target.split(":")[2]
    # A message in a queue is no call that CloudTrail would record.
    audit, world.audit = world.audit, None
    try:
        parameters = {"QueueArn": target, "Message": message}
        world.call(Call("autoscaling.amazonaws.com", service.account, service.region, name, "TakeMessage", parameters))
    except ServiceError:
        return  # nobody listens there: the hook waits for its time
    finally:
        world.audit = audit
