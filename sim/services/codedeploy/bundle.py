"""A revision's bundle: how an agent fetches it, what it holds, and where its files go.

Source: docs/behaviour/codedeploy.md §3.6, §4.
"""

from __future__ import annotations

import io
import stat
import tarfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING, Any

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.formats.appspec import BAD_OS, BAD_YAML, AppSpec, AppSpecError, read_appspec
from sim.formats.install import InstallError, Rights, above, accounts, copied_folders, places, rights
from sim.services.bundles import modes, unpack
from sim.services.codedeploy import github
from sim.services.codedeploy.lifecycle import Parts, parts_of, variables

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy
    from sim.services.codedeploy.resources import Membership

APPSPEC = "appspec.yml"
UNKNOWN_EVENTS = "appspec.yml file contains unknown lifecycle events: {events}"
EXISTS = "The deployment failed because a specified file already exists at this location: {path}"
NO_FOLDER = "Not a directory - {path}"
NO_ACCOUNT = "can't find {kind} for {name}"
"""What Ruby says when it looks for an account (docs/behaviour/codedeploy.md §4.2)."""

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

    `files` is {path: content}, of a symbolic link that of what it leads to; `problem` says why its AppSpec cannot be
    used; `plan` is {path on the instance: content} of what Install copies, `rights` {path on the instance: rights},
    `links` {path on the instance: where that symbolic link leads}, `folders` those that are copied as such, and `fault`
    why it cannot be; `accounts` which users and groups its AppSpec names; `reads` which of the agent's variables its
    scripts read. All is worked out once for all instances.
    """

    files: dict[str, bytes]
    appspec: AppSpec | None
    problem: str = ""
    plan: dict[str, bytes] = field(default_factory=dict)
    fault: str = ""
    rights: dict[str, Rights] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    accounts: tuple[tuple[str, str], ...] = ()
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
        entries = _unzip(content) if kind == "zip" else _untar(content, kind)
    except (ValueError, tarfile.TarError, OSError, EOFError) as error:
        raise DownloadError(f"The bundle cannot be unpacked: {error}") from None
    entries = _without_top_folder({normpath(path): entry for path, entry in entries.items()})
    files = {path: body for path, (body, _) in entries.items()}
    return bundle_of(files, {path: mode for path, (_, mode) in entries.items() if mode})


def bundle_of(unpacked: dict[str, bytes], modes: Mapping[str, int] | None = None) -> Bundle:
    """A revision of these files, its AppSpec read and its plan made.

    `modes` is {path: mode and type} as far as the archive holds them; the content of a symbolic link is where it leads.
    """
    modes = modes or {}
    links = {path: unpacked[path].decode("utf-8", "replace") for path, mode in modes.items() if stat.S_ISLNK(mode)}
    files = _followed(unpacked, links) if links else unpacked
    text = files.get(APPSPEC)
    if text is None:
        # `appspec.yaml` is not enough: scripts look for appspec.yml (docs/behaviour/codedeploy.md §4.1)
        missing = "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory"
        return Bundle(files, None, f'{missing} at revision-relative path "{APPSPEC}"')
    try:
        appspec = read_appspec(text.decode(), APPSPEC, events_later=True)
    except AppSpecError as error:
        return Bundle(files, None, error.said)
    except UnicodeDecodeError:
        return Bundle(files, None, BAD_YAML)
    if appspec.os != "linux":
        return Bundle(files, None, BAD_OS.format(appspec.os or ""))
    if appspec.strangers:
        strangers = ", ".join(f'"{event}"' for event in appspec.strangers)
        return Bundle(files, appspec, fault=UNKNOWN_EVENTS.format(events=f"[{strangers}]"))
    try:
        sources = places(files, appspec.files)
        given = {path: f"{modes[source] & 0o7777:03o}" for path, source in sources.items() if source in modes}
        return Bundle(
            files,
            appspec,
            plan={path: unpacked[source] for path, source in sources.items()},
            rights=rights(sources, appspec.permissions, given),
            links={path: links[source] for path, source in sources.items() if source in links},
            folders=copied_folders(files, appspec.files),
            accounts=accounts(appspec.permissions),
        )
    except InstallError as fault:
        return Bundle(files, appspec, fault=str(fault))


def _followed(files: dict[str, bytes], links: Mapping[str, str]) -> dict[str, bytes]:
    """What one reads at these paths: what links lead to, where that is in the bundle."""
    found = dict(files)
    for path in links:
        place = path
        for _ in range(_MOST_LINKS):
            if place not in links:
                break
            place = normpath(join(dirname(place), links[place]))
        found[path] = files.get(place, b"")
    return found


_MOST_LINKS = 8
"""A chain of so many links is followed."""
Entry = tuple[bytes, int]
"""Content, and mode and type as in `st_mode`, 0 where the archive does not say."""


def _unzip(content: bytes) -> dict[str, Entry]:
    files = unpack(content)
    known = modes(content)
    return {path: (body, known.get(path, 0)) for path, body in files.items()}


def _untar(content: bytes, kind: str) -> dict[str, Entry]:
    files = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz" if kind == "tgz" else "r:") as archive:
        for member in archive:
            body = archive.extractfile(member) if member.isfile() or member.islnk() else None
            if body is not None:
                files[member.name] = body.read(), stat.S_IFREG | member.mode
            elif member.issym():
                files[member.name] = member.linkname.encode(), stat.S_IFLNK | 0o777
    return files


def _without_top_folder(files: dict[str, Entry]) -> dict[str, Entry]:
    """A folder that holds all the rest, an AppSpec included, is no part of the paths (§3.6)."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) != 1:
        return files
    prefix = f"{tops.pop()}/"
    return {path.removeprefix(prefix): body for path, body in files.items()} if f"{prefix}{APPSPEC}" in files else files


# Installing


def install(
    disk: dict[str, bytes],
    member: Membership,
    bundle: Bundle,
    existing: str | None,
    lists_kept: bool = True,
    known: Collection[str] | None = None,
) -> None:
    """Remove what the group's last deployment put on the disk, then copy what the AppSpec says (§4.4).

    `existing` is the deployment's `fileExistsBehavior`; the AppSpec's own comes first. With `lists_kept`, a file that
    RETAIN keeps is removed by the next Install. `known` are the accounts of the instance; None for all that are named.
    Raises InstallError: the files of the last deployment are gone then, and what was copied before stays.
    """
    if bundle.appspec is None:
        raise InstallError(bundle.problem)
    for path in member.cleanup:
        disk.pop(path, None)
    member.cleanup = []
    if bundle.fault:
        raise InstallError(bundle.fault)
    if disk:
        behaviour = bundle.appspec.file_exists_behavior or existing or "DISALLOW"
        _copy_among(disk, member, bundle, behaviour, lists_kept)
    else:
        disk.update(bundle.plan)
        member.cleanup = list(bundle.plan)
    if known is not None:
        _look_up(bundle, known)


def _copy_among(disk: dict[str, bytes], member: Membership, bundle: Bundle, behaviour: str, lists_kept: bool) -> None:
    """Copy where something lies already that this group's last deployment did not put there."""
    folders = {folder for path in disk for folder in above(path)}
    here = [path for path in bundle.plan if path in disk or path in folders]
    if here and behaviour == "DISALLOW":
        raise InstallError(EXISTS.format(path=here[0]))
    kept = set(here) if behaviour == "RETAIN" else set()
    done = member.cleanup = []
    for path, content in bundle.plan.items():
        in_the_way = next((folder for folder in reversed(above(path)) if folder in disk), None)
        if in_the_way is not None:
            raise InstallError((EXISTS if in_the_way in bundle.folders else NO_FOLDER).format(path=in_the_way))
        if path not in kept:
            # What is copied over a folder lands in it, as with cp, and is not cleaned up: the list names the folder.
            disk[f"{path}/{basename(path)}" if path in folders else path] = content
        # A file that is retained goes on the list all the same, so the next deployment removes it: the guide's word. By
        # the agent's code it survives, as only what was copied goes on the list (§4.4, §18).
        if lists_kept or path not in kept:
            done.append(path)


def _look_up(bundle: Bundle, known: Collection[str]) -> None:
    """The agent sets owners last. An account that the instance does not have fails Install (§4.2)."""
    for kind, name in bundle.accounts:
        if name not in known:
            raise InstallError(NO_ACCOUNT.format(kind=kind, name=name))
