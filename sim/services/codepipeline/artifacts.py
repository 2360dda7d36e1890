"""Where artifacts lie: one object in the store's bucket for each output of each attempt (§18)."""

from __future__ import annotations

from typing import Any

from sim.core import naming
from sim.services.codepipeline.resources import ActionExecution, Artifact

PIPELINE_PART = 20
ARTIFACT_PART = 10
"""The pipeline's and the artifact's part of a key are cut to so many characters."""


def bucket_of(declaration: dict[str, Any], region: str) -> str:
    """The bucket of the artifact store that serves that Region."""
    one = declaration.get("artifactStore")
    store = one if one is not None else declaration["artifactStores"][region]
    return str(store["location"])


def place(seed: int, action: ActionExecution, name: str, region: str) -> Artifact:
    """Where an output of this attempt goes: `PIPELINE/ARTIFACT/OBJECT`."""
    execution = action.execution
    parts = (execution.account, execution.region, execution.pipeline, execution.number, action.place, action.attempt)
    object_name = naming.capitals(seed, "artifact", *parts, name, length=7)
    key = f"{execution.pipeline[:PIPELINE_PART]}/{name[:ARTIFACT_PART]}/{object_name}"
    revision = next((artifact.revision for artifact in action.inputs if artifact.revision), None)
    return Artifact(name, bucket_of(execution.declaration, region), key, region, revision)
