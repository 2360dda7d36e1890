"""Build or test with CodeBuild: StartBuild with the pipeline's artifacts, then wait for the build's end (§4.3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sim.services.codepipeline.job import ActionFailed, Work, not_simulated
from sim.services.codepipeline.resources import Artifact

if TYPE_CHECKING:
    from sim.services.codepipeline.job import Job


def build(job: Job) -> Work:
    if job.configuration.get("BatchEnabled", "false") != "false":
        raise not_simulated("Batch builds are not simulated: take BatchEnabled out")
    started = job.call("codebuild", "StartBuild", parameters(job))["build"]
    id = started["id"]
    job.known_as(id, f"https://{job.region}.console.aws.amazon.com/codebuild/home#/builds/{id}")
    yield from job.until(job.settled(started["arn"]))
    yield from job.observes()
    ended = job.call("codebuild", "BatchGetBuilds", {"ids": [id]})["builds"][0]
    status = ended["buildStatus"]
    job.action.summary = f"Build terminated with state: {status}"
    if status != "SUCCEEDED":
        raise ActionFailed("JobFailed", job.action.summary)
    job.action.variables = {one["name"]: one["value"] for one in ended.get("exportedEnvironmentVariables", ())}


def parameters(job: Job) -> dict[str, Any]:
    primary, others = inputs(job)
    asked: dict[str, Any] = {
        "projectName": job.configuration["ProjectName"],
        "sourceTypeOverride": "CODEPIPELINE",
        "sourceLocationOverride": f"{primary.bucket}/{primary.key}",
        "secondarySourcesOverride": [
            {"type": "CODEPIPELINE", "sourceIdentifier": one.name, "location": f"{one.bucket}/{one.key}"}
            for one in others
        ],
        **outputs(job.outputs),
    }
    if primary.revision is not None:
        asked["sourceVersion"] = primary.revision
    if "BuildspecOverride" in job.configuration:
        asked["buildspecOverride"] = job.configuration["BuildspecOverride"]
    if "EnvironmentVariables" in job.configuration:
        asked["environmentVariablesOverride"] = environment(job.configuration["EnvironmentVariables"])
    return asked


def inputs(job: Job) -> tuple[Artifact, list[Artifact]]:
    """(the one that holds the buildspec, the others)"""
    name = job.configuration.get("PrimarySource", job.inputs[0].name)
    primary = next(one for one in job.inputs if one.name == name)
    return primary, [one for one in job.inputs if one is not primary]


def outputs(artifacts: list[Artifact]) -> dict[str, Any]:
    """One output is the build's primary artifact; of several, each is a secondary one (codebuild.md §6.4)."""
    if len(artifacts) == 1:
        only = artifacts[0]
        return {"artifactsOverride": {"type": "CODEPIPELINE", "location": only.bucket, "name": only.key}}
    asked: dict[str, Any] = {"artifactsOverride": {"type": "CODEPIPELINE"}}
    if artifacts:
        asked["secondaryArtifactsOverride"] = [
            {"type": "CODEPIPELINE", "artifactIdentifier": one.name, "location": one.bucket, "name": one.key}
            for one in artifacts
        ]
    return asked


def environment(text: str) -> list[dict[str, str]]:
    """The list that the configuration holds as JSON text."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ActionFailed("ConfigurationError", f"EnvironmentVariables is not JSON: {error}") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) and {"name", "value"} <= set(one) for one in found):
        raise ActionFailed("ConfigurationError", "EnvironmentVariables is not a list of {name, value, type}")
    return [{"type": "PLAINTEXT", **one} for one in found]
