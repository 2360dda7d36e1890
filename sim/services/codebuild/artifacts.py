"""Where artifacts go: docs/behaviour/codebuild.md §6."""

from __future__ import annotations

from hashlib import md5, sha256
from posixpath import join
from typing import TYPE_CHECKING, Any

from sim.core.problems import ServiceError
from sim.formats.buildspec import Artifacts, Buildspec
from sim.services.bundles import pack
from sim.services.codebuild.resources import Build

if TYPE_CHECKING:
    from sim.services.codebuild.api import CodeBuild

NO_MATCH = "no matching artifact paths found"
OTHER_REGION = "Failed to upload artifacts: Invalid arn"

Setting = dict[str, Any]
"""ProjectArtifacts as the API has it."""


class ArtifactFault(Exception):
    """Artifacts cannot be stored; the message of the phase's context."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


def chosen(build: Build, spec: Buildspec) -> list[tuple[Setting, Artifacts]]:
    """Which section of the buildspec goes where. Raises ArtifactFault for what does not fit together."""
    primary = build.settings["artifacts"]
    found = []
    if stores(primary):
        if spec.artifacts is None or not spec.artifacts.files:
            raise ArtifactFault(NO_MATCH)
        found.append((primary, spec.artifacts))
    secondary = {one["artifactIdentifier"]: one for one in build.settings["secondaryArtifacts"]}
    for name in spec.secondary_artifacts:
        if name not in secondary and (stores(primary) or secondary):
            raise ArtifactFault(f"the project has no secondary artifact {name}; it has {sorted(secondary)}")
    for name, setting in secondary.items():
        if not stores(setting):
            continue
        if name not in spec.secondary_artifacts:
            raise ArtifactFault(f"the buildspec has no secondary artifact {name}")
        found.append((setting, spec.secondary_artifacts[name]))
    return found


def stores(setting: Setting) -> bool:
    """Whether anything is stored: a pipeline's action without outputs names no place."""
    return setting["type"] != "NO_ARTIFACTS" and bool(setting.get("location"))


def key_of(build: Build, setting: Setting, name: str | None = None, prefix: str | None = None) -> str:
    """The object's key, or the folder's without a slash at its end (docs/behaviour/codebuild.md §6.2).

    `name` and `prefix` are the buildspec's `name` and `s3-prefix`.
    """
    if setting["type"] == "CODEPIPELINE":
        return str(setting.get("name") or build.project)
    wanted = name if name and setting.get("overrideArtifactName") else setting.get("name") or build.project
    by_build = setting.get("namespaceType") == "BUILD_ID"
    if by_build and prefix:
        return join(prefix, build.uuid, f"{wanted}.zip" if setting.get("packaging") == "ZIP" else wanted)
    parts = [(setting.get("path") or "").strip("/"), build.uuid if by_build else "", wanted.strip("/")]
    return "/".join(filter(None, parts))


def store(
    service: CodeBuild,
    build: Build,
    setting: Setting,
    section: Artifacts,
    name: str | None,
    files: dict[str, bytes],
) -> dict[str, Any]:
    """Upload the files as the build's service role; the artifact as BatchGetBuilds gives it. Raises ArtifactFault."""
    bucket, key = setting["location"], key_of(build, setting, name, section.s3_prefix)
    artifact: dict[str, Any] = {"location": f"arn:aws:s3:::{bucket}/{key}".rstrip("/")}
    for member in ("overrideArtifactName", "encryptionDisabled", "artifactIdentifier"):
        if setting.get(member) is not None:
            artifact[member] = setting[member]
    if setting["type"] == "CODEPIPELINE" or setting.get("packaging") == "ZIP":
        body = pack(files)
        bodies = {key: body}
        # Checksums exist for archives only (docs/behaviour/codebuild.md §6.3).
        artifact["sha256sum"] = sha256(body).hexdigest()
        artifact["md5sum"] = md5(body, usedforsecurity=False).hexdigest()
    else:
        bodies = {join(key, path): content for path, content in sorted(files.items())}
    try:
        _upload(service, build, bucket, bodies)
    except ServiceError as error:
        raise ArtifactFault(f"Failed to upload artifacts: {error.code}: {error.message}") from None
    return artifact


def _upload(service: CodeBuild, build: Build, bucket: str, bodies: dict[str, bytes]) -> None:
    if service.is_far(build, bucket):
        raise ArtifactFault(OTHER_REGION)
    for key, body in bodies.items():
        parameters = {"Bucket": bucket, "Key": key, "Body": body, "Metadata": {"codebuild-buildarn": build.arn}}
        service.ask(build, "s3", "PutObject", parameters)
