"""What Install makes of an AppSpec and the files of its bundle: which file goes where, and whose it is there.

Pure: it knows paths, no instance. Source: docs/behaviour/codedeploy.md §4.3, §4.5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from posixpath import basename, dirname, normpath
from typing import Any

from sim.formats.appspec import FileMapping

TWICE = (
    "The deployment failed because the application specification file specifies two source files named {one} and "
    "{other} for the same destination ({path}). Remove one of the source file paths from the AppSpec file, and then "
    "try again."
)


class InstallError(Exception):
    """The files cannot be put in place; the message is the agent's."""


# Files


def places(files: Collection[str], mappings: Iterable[FileMapping]) -> dict[str, str]:
    """{path on the instance: path in the bundle} of the AppSpec's `files` (§4.3). Raises InstallError."""
    plan: dict[str, str] = {}
    for mapping in mappings:
        copies = copies_of(files, mapping)
        if not copies:
            raise InstallError(f"No such file or directory - {mapping.source}")
        for path, source in copies.items():
            if path in plan:
                raise InstallError(TWICE.format(one=source, other=plan[path], path=path))
            plan[path] = source
    return plan


def copies_of(files: Collection[str], mapping: FileMapping) -> dict[str, str]:
    """{path on the instance: path in the bundle} of one entry of `files`; nothing when its source is not there."""
    source = normpath(mapping.source.replace("\\", "/")).strip("/")
    source = "" if source == "." else source
    destination = mapping.destination.rstrip("/")
    if source in files:
        return {f"{destination}/{basename(source)}": source}
    prefix = f"{source}/" if source else ""
    return {f"{destination}/{path[len(prefix) :]}": path for path in files if path.startswith(prefix)}


# Permissions


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
    """{path: rights} of what an Install copies and of the folders it makes for it. Raises InstallError."""
    files = list(plan)
    folders = _folders(files)
    found = dict.fromkeys(files, FILE) | dict.fromkeys(folders, FOLDER)
    spoken_of: set[str] = set()
    for entry in permissions:
        for path in _matches(entry, files, folders):
            if path in spoken_of:
                raise InstallError(f"The permissions of {path} are set by more than one entry")
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
            raise InstallError(f"{place} is a file: pattern and except are for folders")
        if any(str(one).startswith("d") for one in entry.get("acls") or ()):
            raise InstallError(f"{place} is a file: only folders have default access control entries")
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
