"""`appspec.yml`: which files CodeDeploy copies where, and which scripts it runs at which lifecycle event."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from typing import Any

from sim.core.problems import Problem
from sim.formats.computespec import HOOKS as FUNCTION_HOOKS
from sim.formats.computespec import check_compute
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, compose, describe, is_null, plain

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
    strangers: tuple[str, ...] = ()
    """Why hooks cannot be kept: the messages about events that no script can be attached to."""


_STRANGE = ("AP003", "AP109")
"""Codes of hooks that are no lifecycle event's, or one's without scripts."""


def read_appspec(text: str, path: str = "appspec.yml", events_later: bool = False) -> AppSpec:
    """An AppSpec from its text. Raises ProblemsError, with lines, for one that the agent would refuse.

    With `events_later`, hooks of unknown events are no error: they are `strangers`, as the agent looks at them only
    when it installs (docs/behaviour/codedeploy.md §4.2).
    """
    reader = Reader(path, "AP")
    # Of a key that is there twice the agent's parser takes the last.
    document = reader.mapping(compose(text, path, repeated=[]), "an AppSpec")
    found = _read(reader, document) if document is not None else None
    strangers = tuple(problem.message for problem in reader.problems if problem.code in _STRANGE)
    if events_later:
        reader.problems[:] = [problem for problem in reader.problems if problem.code not in _STRANGE]
    reader.raise_if_errors()
    assert found is not None
    return replace(found, strangers=strangers) if events_later and strangers else found


def appspec_at(root: Node, path: str) -> AppSpec | None:
    """The AppSpec that stands at that node; None when there is an error in it."""
    reader = Reader(path, "AP")
    document = reader.mapping(root, "an AppSpec")
    found = None if document is None else _read(reader, document)
    return None if any(problem.severity == "error" for problem in reader.problems) else found


def check_appspec(root: Node, path: str) -> list[Problem]:
    """Every finding about the grammar, errors and warnings, of an AppSpec that stands at that node."""
    reader = Reader(path, "AP")
    document = reader.mapping(root, "an AppSpec")
    if document is not None:
        _read(reader, document)
    return reader.problems


def _read(reader: Reader, document: Mapping) -> AppSpec:
    names = {key.lower(): key for key in document.keys()}
    if "resources" in names:
        return _compute(reader, document, names)
    _unknown_at_top(reader, document)
    version = _version(reader, document, quoted=False)
    os = _one_of(reader, document, "os", ("linux", "windows"), required=True)
    return AppSpec(
        version,
        os,
        _files(reader, document.get("files")),
        _one_of(reader, document, "file_exists_behavior", ("DISALLOW", "OVERWRITE", "RETAIN")),
        _permissions(reader, document.get("permissions"), os),
        _hooks(reader, document.get("hooks")),
    )


def _unknown_at_top(reader: Reader, document: Mapping) -> None:
    """The agent ignores keys that it does not know (docs/behaviour/codedeploy.md §4.2)."""
    rest = tuple(pair for pair in document.items if pair[0].text not in HOOKS)
    table = Mapping(document.path, document.line, document.column, rest)
    known = ("version", "os", "files", "file_exists_behavior", "permissions", "hooks")
    reader.unknown_keys(table, known, "an AppSpec for servers", tolerated="201")
    for key in document.keys():
        if key in HOOKS:
            message = f"{key} stands beside hooks, not in it: its scripts never run"
            reader.warning(document.key(key), "202", message, "indent it deeper than `hooks:`")


def _compute(reader: Reader, document: Mapping, names: dict[str, str]) -> AppSpec:
    """For Lambda and ECS. Keys may begin with a capital or not: the guide writes both."""
    version = _version(reader, document, names.get("version", "version"))
    check_compute(reader, document, names)
    resources = document.get(names["resources"])
    hooks = document.get(names.get("hooks", "hooks"))
    items = tuple(plain(item) for item in resources.items) if isinstance(resources, Sequence) else ()
    functions = tuple(plain(row) for row in hooks.items) if isinstance(hooks, Sequence) else ()
    return AppSpec(version, resources=items, functions=functions)


def _version(reader: Reader, document: Mapping, key: str = "version", quoted: bool = True) -> str:
    """The version. For Lambda and ECS it may stand in quotes, as in JSON; the agent takes a number only."""
    node = document.get(key)
    if node is None:
        reader.error(document, "101", "version is missing", "write `version: 0.0`")
    elif not isinstance(node, Scalar) or not re.fullmatch(r"0+(\.0+)?", node.text):
        reader.error(node, "101", "the version of an AppSpec is 0.0, and nothing else", "write `version: 0.0`")
    elif not node.plain and not quoted:
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
        close = reader.near(value.lower(), [one.lower() for one in allowed])
        meant = next((one for one in allowed if one.lower() == close), "")
        hint = f"did you mean {meant}?" if meant else f"write {' or '.join(allowed)}"
        reader.error(node, "103", f"{key} is {value!r}, not one of {', '.join(allowed)}", hint)
    return value


# An empty section counts as none: docs/behaviour/codedeploy.md §4.1.


def _files(reader: Reader, node: Node | None) -> tuple[FileMapping, ...]:
    if is_null(node):
        return ()
    rows = reader.sequence(node, "files")
    found = []
    for row in rows.items if rows else ():
        entry = reader.mapping(row, "an entry of files")
        if entry is None:
            continue
        reader.unknown_keys(entry, ("source", "destination"), "an entry of files", tolerated="201")
        source = _required(reader, entry, "source", "104")
        destination = _required(reader, entry, "destination", "105")
        if source is not None and destination is not None:
            found.append(FileMapping(source, destination))
    return tuple(found)


def _required(reader: Reader, entry: Mapping, key: str, code: str) -> str | None:
    node = entry.get(key)
    if is_null(node) or (isinstance(node, Scalar) and not node.text):
        reader.error(node or entry, code, f"{key} is {'missing' if node is None else 'empty'}", f"add `{key}: …`")
        return None
    return reader.text(node, key)


def _permissions(reader: Reader, node: Node | None, os: str | None) -> tuple[MappingABC[str, Any], ...]:
    if is_null(node):
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
        reader.unknown_keys(entry, known, "an entry of permissions", tolerated="201")
        _required(reader, entry, "object", "107")
        _mode(reader, entry.get("mode"))
        _types(reader, entry.get("type"))
        _context(reader, entry.get("context"))
        _acls(reader, entry.get("acls"))
        if not is_null(entry.get("except")):
            reader.sequence(entry.get("except"), "except")
        found.append(plain(entry))
    return tuple(found)


def _mode(reader: Reader, node: Node | None) -> None:
    if node is None:
        return
    text = node.text if isinstance(node, Scalar) else ""
    if not 1 <= len(text) <= 4 or any(digit not in "01234567" for digit in text):
        reader.error(node, "108", f"mode is {text!r}, not 1 to 4 octal digits", 'write it like "0644", quoted')


def _types(reader: Reader, node: Node | None) -> None:
    rows = None if is_null(node) else reader.sequence(node, "type")
    for row in rows.items if rows else ():
        if not isinstance(row, Scalar) or row.text not in ("file", "directory"):
            reader.error(row, "112", f"a type is {describe(row)}, not file or directory", "write one or both")


_RIGHTS = "([rwx-]{0,3}|[0-7])"
_ACL = re.compile(
    rf"(d(efault)?:)?((u(ser)?|g(roup)?):)?(?!(o(ther)?|m(ask)?|d(efault)?|u(ser)?|g(roup)?):)[^:]+:{_RIGHTS}"
    rf"|(d(efault)?:)?m(ask)?::?{_RIGHTS}"
    rf"|d(efault)?:(u(ser)?::|g(roup)?::|o(ther)?::?){_RIGHTS}"
)
"""What the agent takes: entries of a named user or group, of the mask, and the base entries of a default."""


def _acls(reader: Reader, node: Node | None) -> None:
    """`user:name:rwx`, `name:rwx`, `group:name:rx`, `mask:7`, with `default:` before it for directories (§4.2)."""
    rows = None if is_null(node) else reader.sequence(node, "acls")
    for row in rows.items if rows else ():
        entry = reader.text(row, "an entry of acls")
        if entry is not None and not _ACL.fullmatch(entry):
            hint = "write it like u:alice:rw or g:staff:rx; rights of owner and group belong into mode"
            reader.error(row, "114", f"{entry!r} is not an access control entry", hint)


_RANGE = re.compile(r"s\d+(-s\d+)?(:(c\d+([.,]c\d+)*))?")
_CATEGORIES = 1024


def _context(reader: Reader, node: Node | None) -> None:
    table = None if is_null(node) else reader.mapping(node, "context")
    if table is not None:
        reader.unknown_keys(table, ("user", "name", "type", "range"), "context", tolerated="201")
        _required(reader, table, "type", "113")
        _range(reader, table.get("range"))


def _range(reader: Reader, node: Node | None) -> None:
    """Sensitivities and categories, such as s0-s1:c0.c5,c1023 (§4.2)."""
    text = None if is_null(node) else reader.text(node, "range")
    if text is None:
        return
    found = _RANGE.fullmatch(text)
    if not found or any(int(number) >= _CATEGORIES for number in re.findall(r"c(\d+)", text)):
        hint = "write it like s0 or s0-s1:c0.c5; categories go up to c1023"
        reader.error(node, "115", f"{text!r} is not an SELinux range", hint)


def _hooks(reader: Reader, node: Node | None) -> dict[str, tuple[Hook, ...]]:
    if is_null(node):
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
            reader.error(key, "003", f"there is no lifecycle event {key.text!r} on instances", _event_hint(reader, key))
        elif not is_null(value):
            rows = reader.sequence(value, key.text)
            scripts = [_hook(reader, row) for row in (rows.items if rows else ())]
            found[key.text] = tuple(script for script in scripts if script is not None)
    return found


def _event_hint(reader: Reader, key: Scalar) -> str:
    close = reader.near(key.text, HOOKS)
    elsewhere = any(key.text in names for names in FUNCTION_HOOKS.values())
    if close and not elsewhere:
        return f"did you mean {close}?"
    return f"{'it is one of ECS deployments; ' if elsewhere else ''}use one of {', '.join(HOOKS)}"


def _hook(reader: Reader, node: Node) -> Hook | None:
    if isinstance(node, Scalar) and not is_null(node) and ": " not in node.text:
        hint = f"write `- location: {node.text}`"
        reader.error(node, "001", f"a script is {node.text!r}, not a mapping with its location", hint)
        return None
    entry = reader.mapping(node, "a script")
    if entry is None:
        return None
    reader.unknown_keys(entry, ("location", "timeout", "runas", "sudo"), "a script", tolerated="201")
    location = _required(reader, entry, "location", "110")
    timeout = DEFAULT_TIMEOUT_S
    given = entry.get("timeout")
    if given is not None:
        timeout = _timeout(reader, given) or timeout
    runas = entry.get("runas")
    user = None if runas is None else reader.text(runas, "runas")
    return None if location is None else Hook(location, timeout, user, entry.line)


def _timeout(reader: Reader, node: Node) -> int | None:
    """Seconds. The agent takes the number at the beginning and leaves the rest (docs/behaviour/codedeploy.md §4.2)."""
    text = node.text.strip() if isinstance(node, Scalar) else ""
    found = re.match(r"[-+]?[0-9]{1,18}", text)
    if found is None:
        message = f"timeout is {describe(node)}, not a whole number"
        reader.error(node, "001", message, "write the seconds, such as `timeout: 300`")
        return None
    seconds = int(found[0])
    if seconds <= 0:
        reader.error(
            node, "111", f"timeout is {seconds}, not a whole number of seconds above 0", "such as `timeout: 300`"
        )
        return None
    if found[0] != text:
        message = f"timeout is {text!r}: the agent reads {seconds} seconds"
        reader.warning(node, "216", message, f"write the seconds, such as `timeout: {_meant(text, seconds)}`")
    return seconds


_UNITS = {"s": 1, "m": 60, "h": 3600}


def _meant(text: str, seconds: int) -> int:
    """What a text such as 30m stands for, in seconds."""
    unit = text.lstrip("+0123456789 ")[:1].lower()
    return seconds * _UNITS.get(unit, 1)
