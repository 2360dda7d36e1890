"""CodeBuild's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.core.problems import ServiceError
from sim.services.stacks import Created, Stack

_SPELLED = {"BuildSpec": "buildspec"}
"""Properties that the API spells in another way than with a small first letter."""
_NUMBERS = frozenset(
    {
        "timeoutInMinutes",
        "queuedTimeoutInMinutes",
        "concurrentBuildLimit",
        "autoRetryLimit",
        "gitCloneDepth",
        "timeoutInMins",
        "maximumBuildsAllowed",
    }
)
_FLAGS = frozenset(
    {
        "privilegedMode",
        "badgeEnabled",
        "encryptionDisabled",
        "overrideArtifactName",
        "insecureSsl",
        "reportBuildStatus",
        "fetchSubmodules",
        "combineArtifacts",
    }
)
_NOT_CARRIED_OUT = {
    "Triggers": "webhooks are not part of this version: start builds with StartBuild, a rule or a pipeline",
    "Visibility": "public builds are not part of this version",
    "ResourceAccessRole": "public builds are not part of this version",
}


def members(value: Any, name: str = "") -> Any:
    """Properties as the API spells them: `ComputeType` is `computeType`; numbers and flags typed."""
    if isinstance(value, list):
        return [members(item, name) for item in value]
    if isinstance(value, dict):
        return {(key := _spelled(given)): members(item, key) for given, item in value.items()}
    if name in _NUMBERS:
        return int(value)
    if name in _FLAGS:
        return str(value).lower() == "true"
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _spelled(name: str) -> str:
    return _SPELLED.get(name) or name[:1].lower() + name[1:]


def project(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    kept = dict(properties)
    for name, hint in _NOT_CARRIED_OUT.items():
        if kept.pop(name, None) is not None:
            stack.warnings.append((logical_id, "CB901", f"the property {name} is not carried out", hint))
    try:
        parameters = members(kept)
    except ValueError as error:
        raise ServiceError("InvalidInputException", f"{logical_id}: {error}") from None
    parameters.setdefault("name", stack.physical_name(logical_id))
    made = stack.call("codebuild", "CreateProject", parameters)["project"]
    return Created(made["name"], {"Arn": made["arn"]})


TYPES = {"AWS::CodeBuild::Project": project}
