"""`appspec.yml`: which files CodeDeploy copies where, and which scripts it runs at which lifecycle event."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from typing import Any

from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, compose, plain

HOOKS = (
    "BeforeBlockTraffic",
    "AfterBlockTraffic",
    "ApplicationStop",
    "BeforeInstall",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
)
"""Lifecycle events whose scripts an AppSpec for servers may name (docs/behaviour/codedeploy.md §2.1)."""

NOT_SCRIPTABLE = {
    "DownloadBundle": "the agent's",
    "Install": "the agent's",
    "BlockTraffic": "the service's",
    "AllowTraffic": "the service's",
    "Start": "a marker",
    "End": "a marker",
}
DEFAULT_TIMEOUT_S = 3600


@dataclass(frozen=True, slots=True)
class FileMapping:
    source: str
    destination: str


@dataclass(frozen=True, slots=True)
class Hook:
    """One script of one lifecycle event. `timeout_s` in seconds; `line` where the AppSpec names it."""

    location: str
    timeout_s: int = DEFAULT_TIMEOUT_S
    runas: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class AppSpec:
    """An AppSpec. For Lambda and ECS `resources` holds theirs as plain values, and `functions` their hooks."""

    version: str
    os: str | None = None
    files: tuple[FileMapping, ...] = ()
    file_exists_behavior: str | None = None
    permissions: tuple[MappingABC[str, Any], ...] = ()
    hooks: MappingABC[str, tuple[Hook, ...]] = field(default_factory=dict)
    resources: tuple[Any, ...] = ()
    functions: tuple[Any, ...] = ()


def read_appspec(text: str, path: str = "appspec.yml") -> AppSpec:
    """An AppSpec from its text. Raises ProblemsError, with lines, for one that the agent would refuse."""
    reader = Reader(path, "AP")
    document = reader.mapping(compose(text, path), "an AppSpec")
    found = _read(reader, document) if document is not None else None
    reader.raise_if_errors()
    assert found is not None
    return found


def _read(reader: Reader, document: Mapping) -> AppSpec:
    names = {key.lower(): key for key in document.keys()}
    if "resources" in names:
        return _compute(reader, document, names)
    reader.unknown_keys(
        document, ("version", "os", "files", "file_exists_behavior", "permissions", "hooks"), "an AppSpec for servers"
    )
    version = _version(reader, document)
    os = _one_of(reader, document, "os", ("linux", "windows"), required=True)
    return AppSpec(
        version,
        os,
        _files(reader, document.get("files")),
        _one_of(reader, document, "file_exists_behavior", ("DISALLOW", "OVERWRITE", "RETAIN")),
        _permissions(reader, document.get("permissions"), os),
        _hooks(reader, document.get("hooks")),
    )


def _compute(reader: Reader, document: Mapping, names: dict[str, str]) -> AppSpec:
    version = _version(reader, document, names.get("version", "version"))
    resources = reader.sequence(document.get(names["resources"]), "resources")
    hooks = document.get(names["hooks"]) if "hooks" in names else None
    functions = tuple(plain(item) for item in hooks.items) if isinstance(hooks, Sequence) else ()
    items = tuple(plain(item) for item in resources.items) if resources else ()
    return AppSpec(version, resources=items, functions=functions)


def _version(reader: Reader, document: Mapping, key: str = "version") -> str:
    node = document.get(key)
    if node is None:
        reader.error(document, "101", "version is missing", "write `version: 0.0`")
    elif not isinstance(node, Scalar) or node.text not in ("0.0", "0"):
        reader.error(node, "101", "the version of an AppSpec is 0.0, and nothing else", "write `version: 0.0`")
    elif not node.plain:
        reader.error(node, "101", "the version is quoted, so the agent reads it as text", "write `version: 0.0`")
    return "0.0"


def _one_of(
    reader: Reader, document: Mapping, key: str, allowed: tuple[str, ...], required: bool = False
) -> str | None:
    node = document.get(key)
    if node is None:
        if required:
            reader.error(document, "102", f"{key} is missing", f"write one of {', '.join(allowed)}")
        return None
    value = reader.text(node, key)
    if value is not None and value not in allowed:
        reader.error(node, "103", f"{key} is {value!r}, not one of {', '.join(allowed)}")
    return value


def _absent(node: Node | None) -> bool:
    """An empty section counts as none: docs/behaviour/codedeploy.md §4.1."""
    return node is None or (isinstance(node, Scalar) and node.plain and node.text in ("", "~", "null"))


def _files(reader: Reader, node: Node | None) -> tuple[FileMapping, ...]:
    if _absent(node):
        return ()
    rows = reader.sequence(node, "files")
    found = []
    for row in rows.items if rows else ():
        entry = reader.mapping(row, "an entry of files")
        if entry is None:
            continue
        reader.unknown_keys(entry, ("source", "destination"), "an entry of files")
        source = _required(reader, entry, "source", "104")
        destination = _required(reader, entry, "destination", "105")
        if source is not None and destination is not None:
            found.append(FileMapping(source, destination))
    return tuple(found)


def _required(reader: Reader, entry: Mapping, key: str, code: str) -> str | None:
    node = entry.get(key)
    if node is None:
        reader.error(entry, code, f"{key} is missing", f"add `{key}: …`")
        return None
    return reader.text(node, key)


def _permissions(reader: Reader, node: Node | None, os: str | None) -> tuple[MappingABC[str, Any], ...]:
    if _absent(node):
        return ()
    rows = reader.sequence(node, "permissions")
    found = []
    for row in rows.items if rows else ():
        entry = reader.mapping(row, "an entry of permissions")
        if entry is None:
            continue
        if os == "windows":
            reader.error(entry, "106", "permissions are for linux only", "take the section out")
        known = ("object", "pattern", "except", "owner", "group", "mode", "acls", "context", "type")
        reader.unknown_keys(entry, known, "an entry of permissions")
        _required(reader, entry, "object", "107")
        _mode(reader, entry.get("mode"))
        found.append(plain(entry))
    return tuple(found)


def _mode(reader: Reader, node: Node | None) -> None:
    if node is None:
        return
    text = node.text if isinstance(node, Scalar) else ""
    if not 1 <= len(text) <= 4 or any(digit not in "01234567" for digit in text):
        reader.error(node, "108", f"mode is {text!r}, not 1 to 4 octal digits", 'write it like "0644", quoted')


def _hooks(reader: Reader, node: Node | None) -> dict[str, tuple[Hook, ...]]:
    if _absent(node):
        return {}
    table = reader.mapping(node, "hooks")
    found: dict[str, tuple[Hook, ...]] = {}
    for key, value in table.items if table else ():
        if key.text in NOT_SCRIPTABLE:
            whose = NOT_SCRIPTABLE[key.text]
            reader.error(
                key, "109", f"{key.text} is {whose}: no script can be attached", f"use one of {', '.join(HOOKS)}"
            )
        elif key.text not in HOOKS:
            reader.unknown_keys(Mapping(key.path, key.line, key.column, ((key, value),)), HOOKS, "hooks")
        elif not _absent(value):
            rows = reader.sequence(value, key.text)
            scripts = [_hook(reader, row) for row in (rows.items if rows else ())]
            found[key.text] = tuple(script for script in scripts if script is not None)
    return found


def _hook(reader: Reader, node: Node) -> Hook | None:
    entry = reader.mapping(node, "a script")
    if entry is None:
        return None
    reader.unknown_keys(entry, ("location", "timeout", "runas", "sudo"), "a script")
    location = _required(reader, entry, "location", "110")
    timeout = DEFAULT_TIMEOUT_S
    given = entry.get("timeout")
    if given is not None:
        seconds = reader.integer(given, "timeout")
        if seconds is not None and seconds <= 0:
            reader.error(given, "111", f"timeout is {seconds}, not a whole number of seconds above 0")
        timeout = seconds or timeout
    runas = entry.get("runas")
    user = None if runas is None else reader.text(runas, "runas")
    return None if location is None else Hook(location, timeout, user, entry.line)
