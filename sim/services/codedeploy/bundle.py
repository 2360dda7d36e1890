"""A revision's bundle: how an agent fetches it, what it holds, and where its files go.

Source: docs/behaviour/codedeploy.md §3.6, §4.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from sim.core.calls import Call
from sim.core.problems import ProblemsError, ServiceError
from sim.formats.appspec import AppSpec, read_appspec
from sim.formats.install import InstallError, Rights, places, rights
from sim.services.bundles import unpack
from sim.services.codedeploy import github
from sim.services.codedeploy.lifecycle import Parts, parts_of, variables

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy
    from sim.services.codedeploy.resources import Membership

APPSPEC = "appspec.yml"
UNSUPPORTED_OS = (
    "The deployment failed because the application specification file specifies an unsupported operating system "
    '({os}). Specify either "linux" or "windows" in the os section of the AppSpec file, and then try again.'
)
UNKNOWN_EVENTS = "The AppSpec file has hooks that cannot be run: {events}"
EXISTS = "The deployment failed because a specified file already exists at this location: {path}"

MOST_TELLINGS = 64
"""For so many environments a bundle remembers what its scripts do: a script may read the deployment's id."""


class DownloadError(Exception):
    """The bundle cannot be had; the message is the agent's. `after`, in ms, is how long it tried again."""

    def __init__(self, message: str, after: int = 0):
        super().__init__(message)
        self.after = after


@dataclass(frozen=True, slots=True)
class Bundle:
    """A revision as it lies on an instance.

    `files` is {path: content}; `problem` says why its AppSpec cannot be used; `plan` is {path on the instance:
    content} of what Install copies, `rights` {path on the instance: rights}, and `fault` why it cannot be; `reads` is
    which of the agent's variables its scripts read. All is worked out once for all instances.
    """

    files: dict[str, bytes]
    appspec: AppSpec | None
    problem: str = ""
    plan: dict[str, bytes] = field(default_factory=dict)
    fault: str = ""
    rights: dict[str, Rights] = field(default_factory=dict)
    reads: tuple[str, ...] = field(init=False)
    _parts: dict[tuple[str | None, ...], Parts] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", variables(self.files, self.appspec))

    def parts(self, environment: Mapping[str, str]) -> Parts:
        """What each lifecycle event does in a deployment whose agent tells the scripts these variables."""
        told = tuple(map(environment.get, self.reads))
        found = self._parts.get(told)
        if found is None:
            if len(self._parts) >= MOST_TELLINGS:
                self._parts.clear()
            found = self._parts[told] = parts_of(self.files, self.appspec, self.problem, environment)
        return found


# Fetching


def fetch(service: CodeDeploy, revision: dict[str, Any], principal: str) -> Bundle:
    """The bundle of a revision as the agent of that principal gets it. Raises DownloadError."""
    if "gitHubLocation" in revision:
        return _fetch_from_github(service, revision["gitHubLocation"])
    place = revision["s3Location"]
    parameters = {"Bucket": place["bucket"], "Key": place["key"]}
    if place.get("version"):
        parameters["VersionId"] = place["version"]
    try:
        answer = service.world.call(Call(principal, service.account, service.region, "s3", "GetObject", parameters))
    except ServiceError as error:
        raise DownloadError(error.message) from None
    if service.region_of_bucket(place["bucket"]) != service.region:
        raise DownloadError(f"The bucket {place['bucket']} is not in the Region of the instances, {service.region}")
    etag = answer["ETag"].strip('"')
    wanted = (place.get("eTag") or etag).strip('"')
    if wanted != etag:
        raise DownloadError(f"Expected deployment artifact bundle etag {wanted} but was actually {etag}")
    return open_bundle(answer["Body"], place.get("bundleType", "zip"))


def _fetch_from_github(service: CodeDeploy, place: dict[str, Any]) -> Bundle:
    key = (f"github:{place['repository']}", place["commitId"])
    found = service.bundles.get(key)
    if found is None:
        files = github.files_of(service, place)
        if files is None:
            where = f"commit {place['commitId']} of {place['repository']}"
            raise DownloadError(f"Could not download bundle: GitHub has no {where} (404)", github.RETRIES)
        found = service.bundles[key] = bundle_of(files)
    return found


@lru_cache(maxsize=64)  # what was unpacked once is the same on a thousand instances, and in a thousand runs
def open_bundle(content: bytes, kind: str = "zip") -> Bundle:
    """Unpack a bundle of that `bundleType` and read its AppSpec. Raises DownloadError when it is no such archive."""
    try:
        files = unpack(content) if kind == "zip" else _untar(content, kind)
    except (ValueError, tarfile.TarError, OSError, EOFError) as error:
        raise DownloadError(f"The bundle cannot be unpacked: {error}") from None
    return bundle_of(_without_top_folder({normpath(path): body for path, body in files.items()}))


def bundle_of(files: dict[str, bytes]) -> Bundle:
    """A revision of these files, its AppSpec read and its plan made."""
    text = files.get(APPSPEC)
    if text is None:
        # `appspec.yaml` is not enough: scripts look for appspec.yml (docs/behaviour/codedeploy.md §4.1)
        missing = "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory"
        return Bundle(files, None, f'{missing} at revision-relative path "{APPSPEC}"')
    try:
        appspec = read_appspec(text.decode(), APPSPEC, events_later=True)
    except (ProblemsError, UnicodeDecodeError) as error:
        return Bundle(files, None, f"The deployment failed because the AppSpec file is not valid: {error}")
    if appspec.os != "linux":
        return Bundle(files, None, UNSUPPORTED_OS.format(os=appspec.os))
    if appspec.strangers:
        return Bundle(files, appspec, fault=UNKNOWN_EVENTS.format(events="; ".join(appspec.strangers)))
    try:
        plan = {path: files[source] for path, source in places(files, appspec.files).items()}
        return Bundle(files, appspec, plan=plan, rights=rights(plan, appspec.permissions))
    except InstallError as fault:
        return Bundle(files, appspec, fault=str(fault))


def _untar(content: bytes, kind: str) -> dict[str, bytes]:
    files = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz" if kind == "tgz" else "r:") as archive:
        for member in archive:
            body = archive.extractfile(member) if member.isfile() else None
            if body is not None:
                files[member.name] = body.read()
    return files


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """A folder that holds all the rest, an AppSpec included, is no part of the paths (§3.6)."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) != 1:
        return files
    prefix = f"{tops.pop()}/"
    return {path.removeprefix(prefix): body for path, body in files.items()} if f"{prefix}{APPSPEC}" in files else files


# Installing


def install(
    disk: dict[str, bytes], member: Membership, bundle: Bundle, existing: str | None, lists_kept: bool = True
) -> None:
    """Remove what the group's last deployment put on the disk, then copy what the AppSpec says (§4.4).

    `existing` is the deployment's `fileExistsBehavior`; the AppSpec's own comes first. With `lists_kept`, a file that
    RETAIN keeps is removed by the next Install. Raises InstallError, and then nothing was copied, but the files of the
    last deployment are gone.
    """
    if bundle.appspec is None:
        raise InstallError(bundle.problem)
    for path in member.cleanup:
        disk.pop(path, None)
    member.cleanup = []
    if bundle.fault:
        raise InstallError(bundle.fault)
    plan = bundle.plan
    behaviour = bundle.appspec.file_exists_behavior or existing or "DISALLOW"
    here = [path for path in plan if path in disk] if disk else []
    if here and behaviour == "DISALLOW":
        raise InstallError(EXISTS.format(path=here[0]))
    kept = {path: disk[path] for path in here} if behaviour == "RETAIN" else {}
    # A file that is retained goes on the list all the same, so the next deployment removes it: the guide's word. By the
    # agent's code it survives, as only what was copied goes on the list (§4.4, §18).
    member.cleanup = list(plan) if lists_kept else [path for path in plan if path not in kept]
    disk.update(plan)
    disk.update(kept)
