"""What becomes of resources when they change or go: DeletionPolicy, UpdateReplacePolicy, UpdatePolicy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sim.core.problems import Problem
from sim.formats.check.known_properties import nearest_name
from sim.formats.check.schemas import KINDS
from sim.formats.check.template import LANGUAGE, MAX_RESOURCES, Found, get, problem_at, spelled, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node

POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
UPDATES = (
    "AutoScalingInstanceRefresh",
    "AutoScalingReplacingUpdate",
    "AutoScalingRollingUpdate",
    "AutoScalingScheduledAction",
    "CodeDeployLambdaAliasUpdate",
    "EnableVersionUpgrade",
    "StartAfterUpdate",
    "StopBeforeUpdate",
    "UseOnlineResharding",
)
"""The keys of an UpdatePolicy."""
OF_GROUPS = {
    "AutoScalingInstanceRefresh": ("Preferences", "Strategy"),
    "AutoScalingReplacingUpdate": ("WillReplace",),
    "AutoScalingRollingUpdate": (
        "MaxBatchSize",
        "MinActiveInstancesPercent",
        "MinInstancesInService",
        "MinSuccessfulInstancesPercent",
        "PauseTime",
        "SuspendProcesses",
        "WaitOnResourceSignals",
    ),
    "AutoScalingScheduledAction": ("IgnoreUnmodifiedGroupSizeProperties",),
}
"""Key of an UpdatePolicy that is for Auto Scaling groups -> what may stand in it."""
GROUP = "AWS::AutoScaling::AutoScalingGroup"
ALIAS = "AWS::Lambda::Alias"
SHIFT = "CodeDeployLambdaAliasUpdate"
SHIFTS = {"ApplicationName": True, "DeploymentGroupName": True, "BeforeAllowTrafficHook": False}
SHIFTS |= {"AfterAllowTrafficHook": False}
"""The keys of a CodeDeployLambdaAliasUpdate, and whether each is due."""


def check_fates(template: Found) -> Iterator[Problem]:
    """Every finding about what is to become of resources."""
    for name, resource in islice(template.resources.items(), MAX_RESOURCES):
        for key, known in POLICIES.items():
            node = resource.get(key)
            if node is not None:
                yield from _policy(template, name, key, node, known)
        yield from _update(template, name, resource.get("UpdatePolicy"))


def _policy(template: Found, name: str, key: str, node: Node, known: tuple[str, ...]) -> Iterator[Problem]:
    text = text_of(node)
    if text is None:
        transform = template.root.get("Transform")
        if transform is None or LANGUAGE not in spelled(transform).split():
            message = f"the {key} of {name} is no text: functions are taken there with AWS::LanguageExtensions only"
            yield problem_at(node, "error", "174", message, f"write one of {', '.join(known)}")
    elif text not in known:
        close = next((one for one in known if one.lower() == text.lower()), "")
        hint = f"did you mean {close}?" if close else f"write one of {', '.join(known)}"
        yield problem_at(node, "error", "174", f"the {key} of {name} is {text!r}, and there is none of that name", hint)
    elif text == "Snapshot" and template.type_of(name) in KINDS:
        message = f"the {key} of {name} is Snapshot, and an {template.type_of(name)} has no snapshots"
        yield problem_at(node, "error", "174", message, "write Retain to keep it: snapshots are of volumes, databases")


def _update(template: Found, name: str, node: Node | None) -> Iterator[Problem]:
    if not isinstance(node, Mapping) or function(node) is not None:
        return
    yield from _unknown(node, f"the UpdatePolicy of {name}", UPDATES)
    for key, known in OF_GROUPS.items():
        inside = get(node, key)
        if isinstance(inside, Mapping) and function(inside) is None:
            yield from _unknown(inside, f"{key} of {name}", known)
        if inside is not None and template.type_of(name) in KINDS and template.type_of(name) != GROUP:
            message = f"{key} of {name} has no effect: it is for an {GROUP}"
            yield problem_at(inside, "warning", "204", message, "move it to the group, or take it out")
    shift = get(node, SHIFT)
    if shift is None or function(shift) is not None:
        return
    what = f"{SHIFT} of {name}"
    if template.type_of(name) != ALIAS:
        message = f"{what} has no effect: it is for an {ALIAS}"
        yield problem_at(shift, "error", "172", message, "move it to the alias that the function is called by")
    elif isinstance(shift, Mapping):
        yield from _unknown(shift, what, tuple(SHIFTS))
        there = [nearest_name(key, tuple(SHIFTS))[0] for key in shift.keys()[: 2 * len(SHIFTS)]]
        missing = [key for key, due in SHIFTS.items() if due and key not in shift and key not in there]
        if missing:
            hint = ", ".join(f"`{key}: …`" for key in missing)
            yield problem_at(shift, "error", "169", f"{what} has no {' and '.join(missing)}", f"add {hint}")


def _unknown(node: Mapping, what: str, known: tuple[str, ...]) -> Iterator[Problem]:
    """An error for each key that is nearly a known one."""
    for key, _ in node.items[: len(known) * 2]:
        close, certain = nearest_name(key.text, known) if key.text not in known else ("", False)
        if certain:
            yield problem_at(key, "error", "172", f"{what} has no key {key.text}", f"did you mean {close}?")
