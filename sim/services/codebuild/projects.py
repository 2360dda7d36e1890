"""Project settings: their defaults, what CodeBuild refuses, and what a call overrides for one build."""

from __future__ import annotations

import re
from typing import Any

from sim.core.calls import copied
from sim.core.problems import ServiceError
from sim.services.codebuild.download import is_inline
from sim.services.codebuild.sources import COMMIT_HOST, FETCHED

Settings = dict[str, Any]

COMPUTE = {
    "LINUX_CONTAINER": ("SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE"),
    "ARM_CONTAINER": ("SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE"),
    "LINUX_GPU_CONTAINER": ("SMALL", "LARGE"),
}
"""Environment type -> sizes of BUILD_GENERAL1 that it has (docs/behaviour/codebuild.md §4.1)."""
TIMEOUT = (5, 2160)
QUEUED_TIMEOUT = (5, 480)
"""Minutes, least and most (docs/behaviour/codebuild.md §4.7)."""
AUTO_RETRIES = 10
REPORTS_STATUS = ("GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_]{1,149}\Z")

_OVERRIDES = {
    "secondarySourcesOverride": "secondarySources",
    "secondarySourcesVersionOverride": "secondarySourceVersions",
    "sourceVersion": "sourceVersion",
    "artifactsOverride": "artifacts",
    "secondaryArtifactsOverride": "secondaryArtifacts",
    "cacheOverride": "cache",
    "serviceRoleOverride": "serviceRole",
    "timeoutInMinutesOverride": "timeoutInMinutes",
    "queuedTimeoutInMinutesOverride": "queuedTimeoutInMinutes",
    "encryptionKeyOverride": "encryptionKey",
    "logsConfigOverride": "logsConfig",
    "autoRetryLimitOverride": "autoRetryLimit",
}
_SOURCE_OVERRIDES = {
    "sourceTypeOverride": "type",
    "sourceLocationOverride": "location",
    "sourceAuthOverride": "auth",
    "gitCloneDepthOverride": "gitCloneDepth",
    "gitSubmodulesConfigOverride": "gitSubmodulesConfig",
    "buildspecOverride": "buildspec",
    "insecureSslOverride": "insecureSsl",
    "reportBuildStatusOverride": "reportBuildStatus",
    "buildStatusConfigOverride": "buildStatusConfig",
}
_ENVIRONMENT_OVERRIDES = {
    "environmentTypeOverride": "type",
    "imageOverride": "image",
    "computeTypeOverride": "computeType",
    "certificateOverride": "certificate",
    "privilegedModeOverride": "privilegedMode",
    "registryCredentialOverride": "registryCredential",
    "imagePullCredentialsTypeOverride": "imagePullCredentialsType",
    "hostKernelOverride": "hostKernel",
    "fleetOverride": "fleet",
}


NO_LIMIT = -1
"""A concurrentBuildLimit that takes the limit away (API:UpdateProjectInput)."""


def refuse(message: str) -> ServiceError:
    return ServiceError("InvalidInputException", message)


def completed(members: Settings, default_key: str) -> Settings:
    """A project's members with their defaults. `default_key` is the ARN of the key that S3 has by itself."""
    found = copied(members)
    for member in ("secondarySources", "secondarySourceVersions", "secondaryArtifacts"):
        found.setdefault(member, [])
    found.setdefault("cache", {"type": "NO_CACHE"})
    found.setdefault("timeoutInMinutes", 60)
    found.setdefault("queuedTimeoutInMinutes", 480)
    found.setdefault("encryptionKey", default_key)
    if found.get("concurrentBuildLimit") == NO_LIMIT:
        del found["concurrentBuildLimit"]
    found.setdefault("projectVisibility", "PRIVATE")
    found.setdefault("tags", [])
    found["badge"] = {"badgeEnabled": bool(found.pop("badgeEnabled", found.get("badge", {}).get("badgeEnabled")))}
    environment = found.setdefault("environment", {})
    environment.setdefault("privilegedMode", False)
    environment.setdefault("imagePullCredentialsType", "CODEBUILD")
    environment["environmentVariables"] = [_variable(one) for one in environment.get("environmentVariables", ())]
    for artifacts in (found.get("artifacts", {}), *found["secondaryArtifacts"]):
        if artifacts.get("type") == "S3":
            artifacts.setdefault("namespaceType", "NONE")
            artifacts.setdefault("packaging", "NONE")
            artifacts.setdefault("name", found.get("name"))
            artifacts.setdefault("encryptionDisabled", False)
    return found


def _variable(one: Settings) -> Settings:
    if not one.get("name") or one.get("value") is None:
        raise refuse("Invalid environment variable: it needs a name and a value")
    return {"name": one["name"], "value": one["value"], "type": one.get("type") or "PLAINTEXT"}


def check(settings: Settings, account_limit: int) -> None:
    """Raises ServiceError InvalidInputException for what CodeBuild, or this simulator, refuses of a project."""
    name = settings.get("name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise refuse(f"Invalid project name: {name!r} must match [A-Za-z0-9][A-Za-z0-9\\-_]{{1,149}}")
    for member in ("source", "artifacts", "environment", "serviceRole"):
        if not settings.get(member):
            raise refuse(f"Project {member} is required")
    limit = settings.get("concurrentBuildLimit")
    if limit is not None and not 1 <= limit <= account_limit:
        raise refuse(f"Invalid concurrentBuildLimit: {limit} is not between 1 and the account's {account_limit}")
    if any(one.get("type") == "CODEPIPELINE" for one in settings["secondaryArtifacts"]):
        raise refuse("Invalid secondary artifacts: type CODEPIPELINE is not allowed")
    check_build(settings)


def check_build(settings: Settings) -> None:
    """What is refused of a project and of a build alike. Raises ServiceError InvalidInputException."""
    for one in (settings["source"], *settings["secondarySources"]):
        if not one.get("type"):
            raise refuse("Invalid project source: type is required")
    for one in (settings["artifacts"], *settings["secondaryArtifacts"]):
        if not one.get("type"):
            raise refuse("Invalid artifacts: type is required")
    role = settings["serviceRole"]
    if not re.match(r"arn:[\w-]+:iam::\d{12}:role/", role):
        raise refuse(f"Invalid service role: {role} is not the ARN of a role")
    _within("timeoutInMinutes", settings["timeoutInMinutes"], TIMEOUT)
    _within("queuedTimeoutInMinutes", settings["queuedTimeoutInMinutes"], QUEUED_TIMEOUT)
    _within("autoRetryLimit", settings.get("autoRetryLimit", 0), (0, AUTO_RETRIES))
    _check_environment(settings["environment"])
    _check_source(settings["source"])
    for source in settings["secondarySources"]:
        if not source.get("sourceIdentifier"):
            raise refuse("Invalid secondary source: sourceIdentifier is required")
        _check_source(source)
    _check_artifacts(settings["artifacts"])
    for artifacts in settings["secondaryArtifacts"]:
        if not artifacts.get("artifactIdentifier"):
            raise refuse("Invalid secondary artifacts: artifactIdentifier is required")
        _check_artifacts(artifacts)
    network = settings.get("vpcConfig") or {}
    if network.get("vpcId") and not (network.get("subnets") and network.get("securityGroupIds")):
        raise refuse("Invalid vpc config: at least one subnet and one security group are required")


def _within(member: str, value: Any, limits: tuple[int, int]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise refuse(f"Invalid {member}: {value} is not between {limits[0]} and {limits[1]}")


def _check_environment(environment: Settings) -> None:
    for member in ("type", "image", "computeType"):
        if not environment.get(member):
            raise refuse(f"Project environment {member} is required")
    if environment.get("fleet"):
        raise refuse("fleets of reserved capacity are not simulated")
    sizes = COMPUTE.get(environment["type"])
    if sizes is None:
        raise refuse(f"the environment type {environment['type']} is not simulated; {', '.join(COMPUTE)} are")
    if environment["computeType"] not in [f"BUILD_GENERAL1_{size}" for size in sizes]:
        raise refuse(f"{environment['computeType']} is not a compute type of {environment['type']}")


def _check_source(source: Settings) -> None:
    kind, given = source["type"], source.get("buildspec") or ""
    if source.get("reportBuildStatus") and kind not in REPORTS_STATUS:
        raise refuse(f"reportBuildStatus is not allowed for a source of type {kind}")
    if kind == "NO_SOURCE" and not is_inline(given) and not source.get("sourceIdentifier"):
        raise refuse("a project without a source needs its buildspec inline: there is no file to name")
    if kind not in ("NO_SOURCE", "CODEPIPELINE") and not source.get("location"):
        raise refuse(f"Invalid project source: location is required for type {kind}")
    if kind == "CODECOMMIT" and COMMIT_HOST not in source["location"]:
        raise refuse(f"Invalid project source: {source['location']} is not the HTTPS URL of a CodeCommit repository")
    if kind == "S3" and "/" not in source["location"]:
        raise refuse(f"Invalid project source: {source['location']} is not bucket/key")


def _check_artifacts(artifacts: Settings) -> None:
    kind = artifacts["type"]
    if artifacts.get("encryptionDisabled") and kind != "S3":
        raise refuse(f"encryptionDisabled is not allowed for artifacts of type {kind}")
    if kind == "S3" and not artifacts.get("location"):
        raise refuse("Invalid artifacts: location is required for type S3")


def for_build(project: Settings, call: Settings) -> Settings:
    """A build's settings: the project's, with what the call overrides. Raises ServiceError InvalidInputException."""
    settings = copied(project)
    for member in ("badge", "tags", "created", "lastModified", "description", "arn"):
        settings.pop(member, None)
    given = copied(call)
    source = settings["source"]
    if given.get("sourceTypeOverride", source["type"]) != source["type"]:
        source.pop("location", None)
        settings.pop("sourceVersion", None)
    if given.get("sourceTypeOverride", source["type"]) == "CODEPIPELINE":
        # A pipeline overrides all that the project says of sources and artifacts (docs/behaviour/codebuild.md §6.4).
        settings |= {"secondarySources": [], "secondarySourceVersions": [], "secondaryArtifacts": []}
        settings["artifacts"] = {"type": "CODEPIPELINE"}
    _override(source, given, _SOURCE_OVERRIDES)
    _override(settings["environment"], given, _ENVIRONMENT_OVERRIDES)
    _override(settings, given, _OVERRIDES)
    variables = {one["name"]: one for one in settings["environment"]["environmentVariables"]}
    variables |= {one["name"]: _variable(one) for one in given.get("environmentVariablesOverride", ())}
    settings["environment"]["environmentVariables"] = list(variables.values())
    if given.get("debugSessionEnabled"):
        raise refuse("sessions in a running build are not simulated")
    check_build(settings)
    for one in (settings["source"], *settings["secondarySources"]):
        if one["type"] not in FETCHED:
            raise refuse(
                f"sources of type {one['type']} lie outside AWS and cannot be fetched here; {', '.join(FETCHED)} can"
            )
        if one["type"] == "CODEPIPELINE" and not one.get("location"):
            raise refuse("a source of type CODEPIPELINE is given by a pipeline: start the pipeline")
    return settings


def _override(target: Settings, given: Settings, members: dict[str, str]) -> None:
    for override, member in members.items():
        if override in given:
            target[member] = given[override]
