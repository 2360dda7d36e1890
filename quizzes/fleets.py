"""What families about deployments to fleets share: how a configuration is drawn, set and told."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from quizzes.luck import Luck

Config = dict[str, Any]
"""{"name": a predefined configuration} or {"type": "HOST_COUNT" or "FLEET_PERCENT", "value": number}"""

DEPLOY_EXAMS = (("DVA-C02", "3.4"), ("DOP-C02", "1.4"))
GUIDE = "https://docs.aws.amazon.com/codedeploy/latest/userguide"
PERCENTS = (40, 50, 60, 66, 70, 75, 80)


def draw_config(luck: Luck, size: int) -> Config:
    """A configuration that lets a deployment begin, and keeps some instance in service."""
    kind = luck.one_of(("one", "half", "count", "percent", "percent", "percent"))
    if kind == "count":
        return {"type": "HOST_COUNT", "value": luck.between(1, size - 1)}
    if kind == "percent":
        fitting = [value for value in PERCENTS if ceil(size * value / 100) < size]
        return {"type": "FLEET_PERCENT", "value": luck.one_of(fitting)}
    return {"name": {"one": "OneAtATime", "half": "HalfAtATime"}[kind]}


def config_changes(config: Config) -> dict[str, Any]:
    """What sets the configuration in the world `fleet`."""
    if "name" in config:
        return {"parameters.Config": f"CodeDeployDefault.{config['name']}"}
    return {
        "parameters.Config": "custom",
        "parameters.MinimumType": config["type"],
        "parameters.Minimum": config["value"],
    }


def tell_config(config: Config) -> str:
    if "name" in config:
        return f"CodeDeployDefault.{config['name']}"
    return f"a minimum of healthy hosts of {config['type']} {config['value']}"


def minimum(config: Config, size: int) -> int:
    """How many must stay healthy; what a lesson says about it. One at a time, all but one."""
    return _minimum(config, size, ceil)


def minimum_rounded_down(config: Config, size: int) -> int:
    """The same, as those have it who round the other way."""
    return _minimum(config, size, floor)


def _minimum(config: Config, size: int, rounded: Any) -> int:
    share = {"HalfAtATime": 50, "AllAtOnce": 0}.get(config.get("name", ""))
    if config.get("name") == "OneAtATime":
        return size - 1
    if config.get("type") == "HOST_COUNT":
        return int(config["value"])
    return int(rounded(size * (config["value"] if share is None else share) / 100))


def listed(names: list[Any]) -> str:
    """`a`, `a and b`, `a, b and c`"""
    words = [str(name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(number: int) -> str:
    return ORDINALS[number] if number < len(ORDINALS) else f"{number}th"


def counted(number: int, noun: str) -> str:
    """`no failure`, `one failure`, `3 failures`"""
    return f"{'no' if number == 0 else 'one' if number == 1 else number} {noun}{'' if number < 2 else 's'}"


def deployment(key: str) -> dict[str, Any]:
    """A call of CreateDeployment for that bundle, as a step of the timeline has it."""
    location = {"bucket": "shop-revisions", "key": key, "bundleType": "zip"}
    return {
        "service": "codedeploy",
        "operation": "CreateDeployment",
        "parameters": {
            "applicationName": "shop",
            "deploymentGroupName": "production",
            "revision": {"revisionType": "S3", "s3Location": location},
        },
    }


def upload(version: int) -> dict[str, Any]:
    """The bundle of that version, put into the bucket at the beginning."""
    return {"at": "0s", "upload": {"bucket": "shop-revisions", "key": f"v{version}.zip", "folder": f"apps/v{version}"}}
