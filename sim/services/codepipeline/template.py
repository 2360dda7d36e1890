"""CodePipeline's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.services.stacks import Created, Stack

_KEPT = frozenset({"Configuration"})
"""What these hold has keys of its own, which stay as they are."""
_NUMBERS = frozenset({"RunOrder", "TimeoutInMinutes"})


def members(value: Any) -> Any:
    """Properties as the API spells them: `ActionTypeId` is `actionTypeId`; every scalar is text but for numbers."""
    if isinstance(value, list):
        return [members(item) for item in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _member(key, item) for key, item in value.items()}
    return text(value)


def _member(key: str, value: Any) -> Any:
    if key in _KEPT and isinstance(value, dict):
        return {name: text(item) for name, item in value.items()}
    if key in _NUMBERS:
        return int(value)
    return members(value)


def text(value: Any) -> str:
    """A scalar as CloudFormation hands it on: configuration values are text, and true is "true" (§28)."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def pipeline(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    properties = dict(properties)
    disabled = properties.pop("DisableInboundStageTransitions", [])
    properties.pop("RestartExecutionOnUpdate", None)  # there are no updates of a stack
    tags = [{"key": tag["Key"], "value": text(tag["Value"])} for tag in properties.pop("Tags", [])]
    stores = properties.pop("ArtifactStores", None)
    declaration = members(properties)
    declaration.setdefault("name", stack.physical_name(logical_id))
    if stores is not None:
        declaration["artifactStores"] = {one["Region"]: members(one["ArtifactStore"]) for one in stores}
    made = stack.call("codepipeline", "CreatePipeline", {"pipeline": declaration, "tags": tags})["pipeline"]
    for one in disabled:
        asked = {
            "pipelineName": made["name"],
            "stageName": one["StageName"],
            "transitionType": "Inbound",
            "reason": one["Reason"],
        }
        stack.call("codepipeline", "DisableStageTransition", asked)
    return Created(made["name"], {"Version": str(made["version"])})


TYPES = {"AWS::CodePipeline::Pipeline": pipeline}
