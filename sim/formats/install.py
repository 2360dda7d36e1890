"""What Install makes of an AppSpec and the files of its bundle: which file goes where, and whose it is there.

Pure: it knows paths, no instance. Source: docs/behaviour/codedeploy.md §4.3, §4.5; the messages are the agent's (1.8.1,
install_instruction.rb and linux_permission_info.rb).
"""

from __future__ import annotations

from bisect import bisect_left
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


FILE_ON_FOLDER = (
    "The deployment failed because the application specification file calls for installing the file {source}, but a "
    "file with that name already exists at the location ({path}). Update your AppSpec file or directory structure, and "
    "then try again."
)
FOLDER_ON_FILE = (
    "The deployment failed because the application specification file includes an mkdir command more than once for the "
    "same destination path ({path}) from ({source}). Update the files section of the AppSpec file, and then try again."
)
SPOKEN_OF_TWICE = (
    "The deployment failed because the permissions setting for ({path}) is specified more than once in the application "
    "specification file. Update the files section of the AppSpec file, and then try again."
)
PATTERN_OF_FILE = (
    "The deployment failed because the application specification file includes an object ({path}) with an invalid "
    "pattern ({pattern}), such as a pattern for a file applied to a directory. Correct the permissions section of the "
    "AppSpec file, and then try again."
)
EXCEPT_OF_FILE = (
    "The deployment failed because the except parameter for a pattern in the permissions section ({spared}) for the "
    "object named {path} contains an invalid format. Update the AppSpec file, and then try again."
)
DEFAULT_OF_FILE = (
    "The deployment failed because the -d parameter has been specified to apply an acl setting to a file. This "
    "parameter is supported for directories only. Update the AppSpec file, and then try again."
)


class InstallError(Exception):
    """The files cannot be put in place; the message is the agent's.

    `entries` are the places, in `files` or in `permissions`, of the entries that do not agree, the one that fails last.
    """

    def __init__(self, said: str, path: str = "", entries: tuple[int, ...] = ()):
        super().__init__(said)
        self.path = path
        self.entries = entries


# Files


def places(files: Collection[str], mappings: Iterable[FileMapping]) -> dict[str, str]:
    """{path on the instance: path in the bundle} of the AppSpec's `files` (§4.3). Raises InstallError."""
    plan: dict[str, str] = {}
    brought: dict[str, int] = {}
    folders: dict[str, int] = {}
    """{a folder: the place of the entry that needs it first}"""
    for place, mapping in enumerate(mappings):
        copies = copies_of(files, mapping)
        if not copies:
            raise InstallError(f"No such file or directory - {mapping.source}")
        for path, source in copies.items():
            for folder in above(path):
                if folder in folders:
                    break  # and so are all above it
                if folder in plan:
                    said = FOLDER_ON_FILE.format(path=folder, source=plan[folder])
                    raise InstallError(said, folder, (brought[folder], place))
                folders[folder] = place
            if path in plan:
                said = TWICE.format(one=source, other=plan[path], path=path)
                raise InstallError(said, path, (brought[path], place))
            if path in folders:
                raise InstallError(FILE_ON_FOLDER.format(path=path, source=source), path, (folders[path], place))
            plan[path], brought[path] = source, place
    return plan


def copies_of(files: Collection[str], mapping: FileMapping) -> dict[str, str]:
    """{path on the instance: path in the bundle} of one entry of `files`; nothing when its source is not there."""
    source = normpath(mapping.source.replace("\\", "/")).strip("/")
    source = "" if source == "." else source
    destination = _below(place_of(mapping.destination))
    if source in files:
        return {f"{destination}{basename(source)}": source}
    prefix = f"{source}/" if source else ""
    return {f"{destination}{path[len(prefix) :]}": path for path in files if path.startswith(prefix)}


def copied_folders(files: Collection[str], mappings: Iterable[FileMapping]) -> frozenset[str]:
    """The folders on the instance that are copies of folders in the bundle, the destinations themselves included."""
    found = set()
    for mapping in mappings:
        here = place_of(mapping.destination)
        copies = copies_of(files, mapping)
        if normpath(mapping.source.replace("\\", "/")).strip("/") not in files:
            found |= {folder for path in copies for folder in above(path) if folder.startswith(_below(here))} | {here}
    return frozenset(found)


def place_of(path: str) -> str:
    """A path on an instance as the agent takes it: from the root, where it works, without `.`, `..` and double slashes
    (§3.4, §4.3)."""
    return normpath("/" + path.lstrip("/"))


def _below(place: str) -> str:
    return place if place == "/" else f"{place}/"


def beginning_with(ordered: list[str], start: str) -> list[str]:
    """Those texts of a sorted list that begin so."""
    first = bisect_left(ordered, start)
    last = bisect_left(ordered, True, first, key=lambda text: not text.startswith(start))
    return ordered[first:last]


def above(path: str) -> list[str]:
    """Every folder above a path but the root, the nearest first."""
    found = []
    folder = dirname(path)
    while folder not in ("", "/"):
        found.append(folder)
        folder = dirname(folder)
    return found


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


def rights(
    plan: Iterable[str], permissions: Iterable[Mapping[str, Any]], modes: Mapping[str, str] | None = None
) -> dict[str, Rights]:
    """{path: rights} of what an Install copies and of the folders it makes for it. Raises InstallError.

    `modes` is {path: mode} of those files whose mode the archive holds.
    """
    files = dict.fromkeys(plan, FILE)
    found = files | dict.fromkeys((folder for file in files for folder in above(file)), FOLDER)
    order = {path: place for place, path in enumerate(found)}
    ordered = sorted(found)
    for path, mode in (modes or {}).items():
        found[path] = replace(FILE, mode=mode)
    spoken_of: dict[str, int] = {}
    for place, entry in enumerate(permissions):
        for path in sorted(_matches(entry, files, ordered, place), key=order.__getitem__):
            if path in spoken_of:
                raise InstallError(SPOKEN_OF_TWICE.format(path=path), path, (spoken_of[path], place))
            spoken_of[path] = place
            found[path] = _applied(found[path], entry)
    return found


def reached(plan: Iterable[str], entry: Mapping[str, Any]) -> dict[str, bool]:
    """{path that one entry of `permissions` speaks of: whether it is a file}. Raises InstallError."""
    files = dict.fromkeys(plan)
    ordered = sorted({*files, *(folder for file in files for folder in above(file))})
    return {path: path in files for path in _matches(entry, files, ordered)}


def accounts(permissions: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """((user or group, account), …) that permissions name, but for root, which is everywhere."""
    named = [
        ("user" if key == "owner" else "group", str(entry[key]))
        for entry in permissions
        for key in _OWNERS
        if entry.get(key)
    ]
    return tuple(dict.fromkeys(one for one in named if one[1] != "root"))


_OWNERS = ("owner", "group")


def _matches(entry: Mapping[str, Any], files: Collection[str], ordered: list[str], number: int = 0) -> list[str]:
    """What one entry speaks of: the file itself, or what lies below a folder (§4.5). `ordered` is all there is."""
    place = place_of(str(entry["object"]))
    types = entry.get("type") or ("file", "directory")
    pattern = str(entry.get("pattern") or "**")
    spared = [str(one) for one in entry.get("except") or ()]
    if place in files:
        found = [place] if "file" in types else []
        if found and pattern != "**":
            said = PATTERN_OF_FILE.format(path=entry["object"], pattern=pattern)
            raise InstallError(said, place, (number,))
        if found and spared:
            raise InstallError(EXCEPT_OF_FILE.format(path=entry["object"], spared=spared), place, (number,))
    else:
        found = [
            path
            for path in beginning_with(ordered, _below(place))
            if ("file" if path in files else "directory") in types
            and _fits(path, place, pattern)
            and not _spares(path, place, spared)
        ]
    by_default = any(str(one).startswith("d:") or str(one).startswith("default:") for one in entry.get("acls") or ())
    if by_default and any(path in files for path in found):
        raise InstallError(DEFAULT_OF_FILE, place, (number,))
    return found


def _fits(path: str, place: str, pattern: str) -> bool:
    """`**` is everything below; any other pattern means direct children, with `*` as the one wildcard."""
    return pattern == "**" or (dirname(path) == place and _wild(basename(path), pattern))


def _spares(path: str, place: str, spared: list[str]) -> bool:
    return dirname(path) == place and any(_wild(basename(path), one) for one in spared)


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
