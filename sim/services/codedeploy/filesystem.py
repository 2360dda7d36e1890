"""Owners, modes and origins of what CodeDeploy put on an instance; which archives its agent keeps.

Source: docs/behaviour/codedeploy.md §3.3, §4.4, §4.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from posixpath import dirname
from typing import TYPE_CHECKING, Any

from sim.services.codedeploy.resources import Group, Membership

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

MAX_REVISIONS = 5
"""How many archives of a group an agent keeps, the new one among them (docs/behaviour/codedeploy.md §3.3, §18)."""


class PermissionFault(Exception):
    """The `permissions` of an AppSpec cannot be applied; the message is the agent's reason."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Of one file or folder. Without a word in the AppSpec: the agent's user, and the mode of the archive."""

    owner: str = "root"
    group: str = "root"
    mode: str = "644"
    acls: tuple[str, ...] = ()
    context: Any = None


FILE, FOLDER = Rights(), Rights(mode="755")


def rights(plan: Iterable[str], permissions: Iterable[Mapping[str, Any]]) -> dict[str, Rights]:
    """{path: rights} of what an Install copies and of the folders it makes for it. Raises PermissionFault."""
    files = list(plan)
    folders = _folders(files)
    found = dict.fromkeys(files, FILE) | dict.fromkeys(folders, FOLDER)
    spoken_of: set[str] = set()
    for entry in permissions:
        for path in _matches(entry, files, folders):
            if path in spoken_of:
                raise PermissionFault(f"The permissions of {path} are set by more than one entry")
            spoken_of.add(path)
            found[path] = _applied(found[path], entry)
    return found


def _folders(files: Iterable[str]) -> list[str]:
    """Every folder above these files but the root."""
    found: dict[str, None] = {}
    for file in files:
        folder = dirname(file)
        while folder not in ("", "/"):
            found[folder] = None
            folder = dirname(folder)
    return list(found)


def _matches(entry: Mapping[str, Any], files: list[str], folders: list[str]) -> list[str]:
    """What one entry speaks of: the file itself, or what lies below a folder (§4.5)."""
    place = str(entry["object"]).rstrip("/")
    if place in files:
        if entry.get("pattern") not in (None, "**") or entry.get("except"):
            raise PermissionFault(f"{place} is a file: pattern and except are for folders")
        if any(str(one).startswith("d") for one in entry.get("acls") or ()):
            raise PermissionFault(f"{place} is a file: only folders have default access control entries")
        return [place]
    types = entry.get("type") or ("file", "directory")
    candidates = [*(files if "file" in types else ()), *(folders if "directory" in types else ())]
    pattern = str(entry.get("pattern") or "**")
    spared = [str(one) for one in entry.get("except") or ()]
    return [
        path
        for path in candidates
        if path.startswith(f"{place}/") and _fits(path, place, pattern) and not _spares(path, place, spared)
    ]


def _fits(path: str, place: str, pattern: str) -> bool:
    """`**` is everything below; any other pattern means direct children, with `*` as the one wildcard."""
    return pattern == "**" or (dirname(path) == place and _wild(path[len(place) + 1 :], pattern))


def _spares(path: str, place: str, spared: list[str]) -> bool:
    return dirname(path) == place and any(_wild(path[len(place) + 1 :], one) for one in spared)


def _wild(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def _applied(before: Rights, entry: Mapping[str, Any]) -> Rights:
    said: dict[str, Any] = {key: str(entry[key]) for key in ("owner", "group") if entry.get(key)}
    if entry.get("mode"):
        said["mode"] = str(entry["mode"]).rjust(3, "0")
    if entry.get("acls"):
        said["acls"] = tuple(entry["acls"])
    if entry.get("context"):
        said["context"] = dict(entry["context"])
    return replace(before, **said)


# What lies on an instance


def listing(service: CodeDeploy, instance_id: str) -> dict[str, dict[str, Any]]:
    """{path: text, owner, group, mode, and which deployment group and revision put it there}, sorted by path.

    A file without `deploymentGroup` was there already, or was kept because of RETAIN.
    """
    origins = {
        path: (group, member)
        for group in service.groups.values()
        for member in [group.members.get(instance_id)]
        if member is not None
        for path in member.cleanup
    }
    disk = service.disk(instance_id)
    return {path: _row(path, disk[path], origins.get(path)) for path in sorted(disk)}


def _row(path: str, content: bytes, origin: tuple[Group, Membership] | None) -> dict[str, Any]:
    row: dict[str, Any] = {"text": content.decode("utf-8", "replace")}
    if origin is None:
        return row
    group, member = origin
    if member.archive is None or member.archive.plan.get(path) is not content:
        return row
    said = member.archive.rights[path]
    row |= {"owner": said.owner, "group": said.group, "mode": said.mode}
    if said.acls:
        row["acls"] = list(said.acls)
    if said.context:
        row["context"] = said.context
    return row | {"deploymentGroup": f"{group.application}/{group.name}", "revision": deepcopy(member.revision)}


def archives(group: Group, instance_id: str, most: int = MAX_REVISIONS) -> list[str]:
    """The deployments whose archives the agent of an instance keeps for a group, the oldest first.

    Room is made at the start of each download; the last revision that was installed is never removed (§3.3).
    """
    kept: list[str] = []
    installed = ""
    for deployment in group.deployments:
        target = next((one for one in deployment.targets if one.host.id == instance_id), None)
        done = {event.name for event in target.events if event.status == "Succeeded"} if target is not None else set()
        if "DownloadBundle" not in done:
            continue
        for name in [name for name in kept if name != installed][: max(0, len(kept) + 1 - most)]:
            kept.remove(name)
        kept.append(deployment.name)
        if "Install" in done:
            installed = deployment.name
    return kept
