"""Deployment groups and configurations against the compute platform of their application.

Source: docs/behaviour/codedeploy.md §1 and §5.6; of ECSServices, CodeDeploy's API Reference, CreateDeploymentGroup.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.core.problems import Problem, Severity
from sim.formats.check.choices import PLATFORMS
from sim.formats.check.template import Found, get, problem_at, referred, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Sequence

APPLICATION = "AWS::CodeDeploy::Application"
CONFIGURATION = "AWS::CodeDeploy::DeploymentConfig"
GROUP = "AWS::CodeDeploy::DeploymentGroup"
DEFAULT = "Server"
"""The platform of what names none."""
PREFIX = "CodeDeployDefault."
_LAMBDA = """
    LambdaCanary10Percent5Minutes LambdaCanary10Percent10Minutes LambdaCanary10Percent15Minutes
    LambdaCanary10Percent30Minutes LambdaLinear10PercentEvery1Minute LambdaLinear10PercentEvery2Minutes
    LambdaLinear10PercentEvery3Minutes LambdaLinear10PercentEvery10Minutes LambdaAllAtOnce
"""
_ECS = """
    ECSLinear10PercentEvery1Minutes ECSLinear10PercentEvery3Minutes ECSCanary10Percent5Minutes
    ECSCanary10Percent15Minutes ECSAllAtOnce
"""
PREDEFINED = {
    "Server": ("AllAtOnce", "HalfAtATime", "OneAtATime"),
    "Lambda": tuple(_LAMBDA.split()),
    "ECS": tuple(_ECS.split()),
}
"""Compute platform -> the deployment configurations that CodeDeploy brings along, without their prefix."""
PLATFORM_OF = {name: platform for platform, names in PREDEFINED.items() for name in names}
INSTANCES = (
    "AutoScalingGroups",
    "Ec2TagFilters",
    "Ec2TagSet",
    "OnPremisesInstanceTagFilters",
    "OnPremisesTagSet",
)
"""Properties of a group that say which instances it has: of the platform Server alone."""
OF_CONFIGURATIONS = {
    "MinimumHealthyHosts": ("Server",),
    "ZonalConfig": ("Server",),
    "TrafficRoutingConfig": ("Lambda", "ECS"),
}
"""Property of a deployment configuration -> the platforms that it governs."""


@dataclass(frozen=True, slots=True)
class Application:
    """What a group belongs to. `key` is where its platform is written; None: nowhere, and it is DEFAULT."""

    name: str
    platform: str
    key: Node | None
    node: Node

    @property
    def told(self) -> str:
        """The application and its platform, in a message."""
        given = "" if self.key is not None else ", as it names none"
        return f"the application {self.name} is of the compute platform {self.platform}{given}"

    def made(self, platform: str) -> str:
        """How the application comes to be of another platform."""
        if self.key is None:
            return f"add `ComputePlatform: {platform}` to the application {self.name}, line {self.node.line}"
        return f"write `ComputePlatform: {platform}` in the application {self.name}, line {self.key.line}"


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not go with the platform of an application. `fits`: the platform that it goes with."""

    node: Node
    code: str
    what: str
    mend: str
    fits: str

    def problem(self, name: str, application: Application) -> Problem:
        severity: Severity = "error" if int(self.code) < 200 else "warning"
        meant = application.made(self.fits)
        hint = f"{meant}, or {self.mend}" if application.key is None else f"{self.mend}; or {meant}"
        message = f"{name} {self.what}, and {application.told}"
        return problem_at(self.node, severity, self.code, message, hint)


def check_platforms(template: Found) -> Iterator[Problem]:
    """Every finding about compute platforms."""
    named = {text_of(properties.get("ApplicationName")): name for name, properties in template.of_type(APPLICATION)}
    for name, properties in template.of_type(GROUP):
        application = _application(template, properties.get("ApplicationName"), named)
        if application is not None:
            yield from _group(template, name, properties, application)
    for name, properties in template.of_type(CONFIGURATION):
        yield from _configuration(name, properties)


def platform_of(properties: Node | None) -> str | None:
    """The compute platform of an application or configuration; None where it cannot be known."""
    node = get(properties, "ComputePlatform")
    platform = DEFAULT if node is None else text_of(node)
    return platform if platform in PLATFORMS else None


def _application(template: Found, node: Node | None, named: dict[str | None, str]) -> Application | None:
    name = referred(node) or named.get(text_of(node) or "", "")
    if template.type_of(name) != APPLICATION:
        return None
    resource = template.resources[name]
    properties = resource.get("Properties")
    if properties is not None and (not isinstance(properties, Mapping) or function(properties) is not None):
        return None
    platform = platform_of(properties)
    if platform is None:
        return None
    table = template.root.get("Resources")
    key = table.key(name) if isinstance(table, Mapping) else None
    return Application(name, platform, get(properties, "ComputePlatform"), key or resource)


def _group(template: Found, name: str, properties: Mapping, application: Application) -> Iterator[Problem]:
    found = list(_misfits(template, properties, application.platform))
    platforms = {one.fits for one in found}
    if application.key is None and len(found) > 1 and len(platforms) == 1:
        (platform,) = platforms
        words = " and ".join(dict.fromkeys(one.what for one in found))
        message = f"{name} {words}, and {application.told}"
        worst = min(found, key=lambda one: int(one.code))
        severity: Severity = "error" if int(worst.code) < 200 else "warning"
        yield problem_at(worst.node, severity, worst.code, message, application.made(platform))
        return
    yield from (one.problem(name, application) for one in found)
    if application.platform == "ECS":
        yield from _due(name, properties)


def _misfits(template: Found, properties: Mapping, platform: str) -> Iterator[Misfit]:
    for node in _branches(properties.get("DeploymentConfigName")):
        yield from _config_name(template, node, platform)
    if platform == DEFAULT:
        services = properties.key("ECSServices")
        if services is not None:
            yield Misfit(services, "326", "has ECSServices", "take ECSServices out", "ECS")
        return
    for node in _branches(get(properties, "DeploymentStyle", "DeploymentType")):
        if text_of(node) == "IN_PLACE":
            yield Misfit(node, "180", "has the DeploymentType IN_PLACE", "write BLUE_GREEN", DEFAULT)
    others = INSTANCES if platform == "ECS" else (*INSTANCES, "ECSServices")
    for key in others:
        there = properties.key(key)
        if there is not None:
            fits = "ECS" if key == "ECSServices" else DEFAULT
            yield Misfit(there, "326", f"has {key}", f"take {key} out", fits)


def _config_name(template: Found, node: Node, platform: str) -> Iterator[Misfit]:
    """A deployment configuration of another platform: one of CodeDeploy's own, or of the template."""
    text = text_of(node) or ""
    its = PLATFORM_OF.get(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None
    own = referred(node) or next(
        (name for name, given in template.of_type(CONFIGURATION) if text and text_of(given.get(_NAME)) == text), ""
    )
    if template.type_of(own) == CONFIGURATION:
        its = platform_of(get(template.resources[own], "Properties"))
        text = own
    if its is not None and its != platform:
        mend = f"write {_counterpart(text, platform)}"
        yield Misfit(node, "180", f"names {text}, a deployment configuration of {its}", mend, its)


_NAME = "DeploymentConfigName"


def _counterpart(name: str, platform: str) -> str:
    """The configuration of a platform that comes nearest to one of another."""
    plain = name.removeprefix(PREFIX)
    bare = next((plain.removeprefix(other) for other in PLATFORMS if plain.startswith(other)), plain)
    prefix = "" if platform == DEFAULT else platform
    near = difflib.get_close_matches(f"{prefix}{bare[:60]}", PREDEFINED[platform], 1)
    return PREFIX + (near[0] if near else f"{prefix}AllAtOnce")


def configuration_hint(text: str) -> str:
    """The hint at a name that is none of CodeDeploy's own configurations: never one with another first word."""
    bare = re.sub(r"\W+", "", text.removeprefix(PREFIX[:-1])).lower()
    platform = next((one for one in PREDEFINED if bare.startswith(one.lower())), "")
    known = PREDEFINED[platform or DEFAULT]
    word = _first_word(bare.removeprefix(platform.lower()))
    of_any = [name for names in PREDEFINED.values() for name in names]
    alike = [name for name in known if word and _kind(name) == word]
    alike = alike or [name for name in of_any if word and not platform and _kind(name) == word]
    numbers = re.findall("[0-9]+", bare)
    found = [name for name in alike if re.findall("[0-9]+", name) == numbers] or alike or known
    shown = ", ".join(PREFIX + name for name in found)
    return f"did you mean {shown}?" if len(found) == 1 else f"write one of {shown}"


def _first_word(bare: str) -> str:
    """What a name in small letters begins with, of the words that names of configurations begin with."""
    return next((word for word in ("all", "half", "one", "canary", "linear") if bare.startswith(word)), "")


def _kind(name: str) -> str:
    """The first word of a known configuration's name, behind its platform."""
    return _first_word(name.removeprefix(PLATFORM_OF[name]).lower())


def _branches(node: Node | None) -> Iterator[Node]:
    """A value, or those that an Fn::If chooses from."""
    call = function(node) if node is not None else None
    if call is not None and call[0] == "Fn::If" and isinstance(call[1], Sequence):
        yield from call[1].items[1:]
    elif node is not None:
        yield node


def _due(name: str, properties: Mapping) -> Iterator[Problem]:
    """What a group of ECS cannot be without."""
    if any(key.startswith("Fn::") for key in properties.keys()):
        return
    for key, why, example in _DUE:
        if key not in properties:
            message = f"{name} is a group of ECS and has no {key}: {why}"
            yield problem_at(properties, "error", "180", message, f"add `{key}: {example}`")


_DUE = (
    ("ECSServices", "it deploys to one service", "[{ClusterName: …, ServiceName: …}]"),
    (
        "LoadBalancerInfo",
        "traffic is moved from one target group to the other",
        "{TargetGroupPairInfoList: [{ProdTrafficRoute: {ListenerArns: […]}, TargetGroups: [{Name: …}, {Name: …}]}]}",
    ),
)
"""(property, why it is due, how it is written)."""


def _configuration(name: str, properties: Mapping) -> Iterator[Problem]:
    platform, written = platform_of(properties), properties.get("ComputePlatform")
    for key, platforms in OF_CONFIGURATIONS.items():
        there = properties.key(key)
        if there is None or platform is None or platform in platforms:
            continue
        default = "" if written is not None else ", as it names none"
        message = f"{name} has {key}, and is for the compute platform {platform}{default}"
        meant = " or ".join(f"`ComputePlatform: {one}`" for one in platforms)
        hint = f"take {key} out, or write {meant}" if written is not None else f"add {meant}, or take {key} out"
        yield problem_at(there, "warning", "326", message, hint)
