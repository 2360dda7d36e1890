"""Fetching what a build works on: sources, and the buildspec that lies elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.problems import ServiceError
from sim.services.bundles import unpack

if TYPE_CHECKING:
    from sim.services.codebuild.api import CodeBuild
    from sim.services.codebuild.resources import Build

FETCHED = ("CODEPIPELINE", "CODECOMMIT", "S3", "NO_SOURCE")
"""Source types that this simulator can fetch."""
COMMIT_HOST = "git-codecommit."
OTHER_REGION = "The bucket you are attempting to access must be addressed using the specified endpoint."


class SourceFault(Exception):
    """A source cannot be had; (status code, message) of the phase's context."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Source:
    """A source as fetched. `version` is the resolved one: a commit id, or None where AWS resolves none."""

    files: dict[str, bytes]
    version: str | None = None


def url_of(source: dict[str, Any]) -> str:
    """CODEBUILD_SOURCE_REPO_URL (docs/behaviour/codebuild.md §3.1)."""
    location = str(source.get("location") or "")
    if source["type"] == "S3":
        return f"s3://{location}"
    return "" if source["type"] == "CODEPIPELINE" else location


def folder_of(source: dict[str, Any]) -> str:
    """Where below `src` a source is put: a git host's path, nothing for archives."""
    if source["type"] != "CODECOMMIT":
        return ""
    return str(source["location"]).split("://", 1)[-1].strip("/")


def fetch(service: CodeBuild, build: Build, source: dict[str, Any], version: str | None) -> Source:
    """The files of a source, fetched as the build's service role. Raises SourceFault."""
    kind = source["type"]
    if kind == "NO_SOURCE":
        return Source({})
    location = str(source.get("location") or "")
    if kind == "CODECOMMIT":
        return _commit(service, build, location, version)
    if kind == "CODEPIPELINE":
        return Source(_archive(service, build, location, None), version)
    return Source(_from_s3(service, build, location, version))


def _fault(error: ServiceError) -> SourceFault:
    return SourceFault("CLIENT_ERROR", f"{error.code}: {error.message}")


def _commit(service: CodeBuild, build: Build, location: str, version: str | None) -> Source:
    host, _, path = location.split("://", 1)[-1].partition("/")
    name = path.rsplit("/", 1)[-1]
    region = host.removeprefix(COMMIT_HOST).split(".", 1)[0]
    parameters = {"repositoryName": name} | ({"sourceVersion": version} if version else {})
    try:
        pulled = service.ask(build, "codecommit", "GitPull", parameters, region)
    except ServiceError as error:
        raise _fault(error) from None
    return Source(pulled["files"], pulled["commitId"])


def _object(service: CodeBuild, build: Build, location: str, version: str | None) -> bytes:
    bucket, _, key = location.partition("/")
    parameters = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
    try:
        body = service.ask(build, "s3", "GetObject", parameters)["Body"]
    except ServiceError as error:
        raise _fault(error) from None
    assert isinstance(body, bytes)
    return body


def _archive(service: CodeBuild, build: Build, location: str, version: str | None) -> dict[str, bytes]:
    try:
        return unpack(_object(service, build, location, version))
    except ValueError as error:
        raise SourceFault("CLIENT_ERROR", f"{location}: {error}") from None


def _from_s3(service: CodeBuild, build: Build, location: str, version: str | None) -> dict[str, bytes]:
    """An archive, or a folder when the location ends with a slash (docs/behaviour/codebuild.md §7.1)."""
    bucket, _, key = location.partition("/")
    try:
        far = service.is_far(build, bucket)
    except ServiceError as error:
        raise _fault(error) from None
    if far:
        raise SourceFault("CLIENT_ERROR", OTHER_REGION)
    if not location.endswith("/"):
        return _archive(service, build, location, version)
    rows = service.ask(build, "s3", "ListObjectsV2", {"Bucket": bucket, "Prefix": key})["Contents"]
    if not rows:
        raise SourceFault("CLIENT_ERROR", f"NoSuchKey: there is nothing below {location}")
    return {row["Key"][len(key) :]: _object(service, build, f"{bucket}/{row['Key']}", None) for row in rows}


def buildspec_in_s3(service: CodeBuild, build: Build, arn: str) -> str:
    """The text of a buildspec that lies in S3. Raises SourceFault."""
    location = arn.removeprefix("arn:aws:s3:::")
    try:
        return _object(service, build, location, None).decode("utf-8", "replace")
    except SourceFault as fault:
        raise SourceFault("YAML_FILE_ERROR", f"{arn}: {fault.message}") from None
