"""`appspec.yml`: which files CodeDeploy copies where, and which scripts it runs at which lifecycle event.

Beside our own findings, each with its line, stands what the agent says of the first thing it does not take, word for
word (agent 1.8.1, application_specification.rb and its neighbours): that is what the API shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from typing import Any

from sim.core.problems import Problem, ProblemsError
from sim.formats.computelevels import compute_in_place
from sim.formats.computespec import COMPUTE, check_compute
from sim.formats.computespec import HOOKS as FUNCTION_HOOKS
from sim.formats.lifecycleevents import NEXT, event_meant, meaning_of
from sim.formats.meant import ALIKE, Part, Slip, as_meant, is_table, is_word
from sim.formats.misplaced import in_place
from sim.formats.nodes import MAX_LOOK_UPS, Mapping, Node, Reader, Scalar, Sequence, compose, describe, is_null, plain

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

INSTEAD = {
    "DownloadBundle": {"BeforeInstall": "they run once the bundle is there"},
    "Install": {
        "AfterInstall": "they run once the files are copied",
        "BeforeInstall": "they run before that",
    },
    "BlockTraffic": {
        "BeforeBlockTraffic": "they run while the instance still gets traffic",
        "AfterBlockTraffic": "they run once it gets none",
    },
    "AllowTraffic": {
        "AfterAllowTraffic": "they run once the instance gets traffic again",
        "BeforeAllowTraffic": "they run before that",
    },
    "Start": {"ApplicationStart": "they start the application"},
    "End": {"ValidateService": "they look whether it works: of the events without traffic it is the last"},
}
"""{an event without scripts: {an event that its scripts may be meant for, the likely one first: what that means}}"""
NOT_SCRIPTABLE = {
    "DownloadBundle": "the agent's",
    "Install": "the agent's",
    "BlockTraffic": "the service's",
    "AllowTraffic": "the service's",
    "Start": "a marker",
    "End": "a marker",
}
DEFAULT_TIMEOUT_S = 3600

# The agent's words

_FAILED = "The deployment failed because "
_AGAIN = "Update the permissions section of the AppSpec file, and then try again."
EMPTY = (
    f"{_FAILED}the application specification file was empty. Make sure your AppSpec file defines at minimum the "
    "'version' and 'os' properties."
)
BAD_YAML = f"{_FAILED}the AppSpec file is no YAML that can be read."
BAD_VERSION = (
    _FAILED
    + "an invalid version value ({0}) was entered in the application specification file. Make sure your AppSpec "
    'file specifies "0.0" as the version, and then try again.'
)
BAD_OS = (
    _FAILED + "the application specification file specifies an unsupported operating system ({0}). Specify either "
    '"linux" or "windows" in the os section of the AppSpec file, and then try again.'
)
BAD_BEHAVIOR = (
    _FAILED
    + "an invalid file_exists_behavior value ({0}) was entered in the application specification file. Make sure "
    "your AppSpec file specifies one of DISALLOW,OVERWRITE,RETAIN as the file_exists_behavior, and then try again."
)
NO_LOCATION = (
    f"{_FAILED}the application specification file specifies a script with no location value. Specify the location in "
    "the hooks section of the AppSpec file, and then try again."
)
BAD_TIMEOUT = (
    f"{_FAILED}an invalid timeout value was provided for a script in the application specification file. Make "
    "corrections in the hooks section of the AppSpec file, and then try again."
)
NO_SOURCE = (
    f"{_FAILED}the application specification file specifies a destination file, but no source file. Update the files "
    "section of the AppSpec file, and then try again."
)
NO_DESTINATION = (
    _FAILED + "the application specification file specifies only a source file ({0}). Add the name of the destination "
    "file to the files section of the AppSpec file, and then try again."
)
NO_OBJECT = f"{_FAILED}a permission listed in the application specification file has no object value. {_AGAIN}"
BAD_TYPE = (
    _FAILED + "the application specification file specifies a permission for an object type not supported for "
    "permissions ({0}). " + _AGAIN
)
BAD_LENGTH = (
    _FAILED + "the length of a permissions mode ({0}) in the application specification file is invalid. Permissions "
    "modes must be between one and four characters long. " + _AGAIN
)
BAD_DIGIT = (
    _FAILED
    + "the permissions mode ({0}) in the application specification file contains an invalid character ({1}). "
    + _AGAIN
)
_ACLS = f"{_FAILED}of a problem with the acls permission settings in the application specification file. "
BAD_ACL = _ACLS + "Invalid acl entry ({0})."
BASE_ACL = _ACLS + "Use mode to set the base acl entry ({0}). " + _AGAIN
BAD_RIGHT = (
    _FAILED + "the access control list (ACL) named {0} in the application specification file contains an invalid "
    "character ({1}). Correct the ACL in the hooks section of the AppSpec file, and then try again."
)
BAD_CONTEXT = _FAILED + "the application specification file specifies an invalid context type ({0}). " + _AGAIN
BAD_RANGE = (
    _FAILED
    + "of a problem with the SELinux range specified ({0}) for the context parameter in the permissions section "
    "of the application specification file. Make corrections in the permissions section of the AppSpec file, and then "
    "try again."
)


class AppSpecError(ProblemsError):
    """An AppSpec that the agent would refuse; `said` is what it says then."""

    said = ""


class _Reader(Reader):
    """Keeps what the agent says of the first thing that it does not take, or our own words where nobody knows its."""

    refused = ""

    def error(self, node: Node | None, code: str, message: str, hint: str = "", said: str = "") -> None:
        super().error(node, code, message, hint)
        if not self.refused and self.prefix + code not in _STRANGE:
            self.refused = said or f"{_FAILED}the AppSpec file is not valid: {message}."


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
    """Hooks that cannot be kept: events that no script can be attached to."""


_STRANGE = ("AP003", "AP109")
"""Codes of hooks that are no lifecycle event's, or one's without scripts."""


def read_appspec(text: str, path: str = "appspec.yml", events_later: bool = False) -> AppSpec:
    """An AppSpec from its text. Raises ProblemsError, with lines, for one that the agent would refuse.

    With `events_later`, hooks of unknown events are no error: they are `strangers`, as the agent looks at them only
    when it installs (docs/behaviour/codedeploy.md §4.2).
    """
    reader = _Reader(path, "AP")
    # Of a key that is there twice the agent's parser takes the last.
    document = reader.mapping(_composed(text, path), "an AppSpec")
    found = _read(reader, document) if document is not None else None
    if events_later:
        reader.problems[:] = [problem for problem in reader.problems if problem.code not in _STRANGE]
    try:
        reader.raise_if_errors()
    except ProblemsError as error:
        raise _as_refused(error, reader.refused) from None
    assert found is not None
    assert document is not None
    return replace(found, strangers=_strangers(document)) if events_later else found


def _strangers(document: Mapping) -> tuple[str, ...]:
    hooks = document.get("hooks")
    return tuple(key for key in hooks.keys() if key not in HOOKS) if isinstance(hooks, Mapping) else ()


def _composed(text: str, path: str) -> Node:
    try:
        return compose(text, path, repeated=[])
    except ProblemsError as error:
        empty = any(problem.code == "YAML102" for problem in error.problems)
        raise _as_refused(error, EMPTY if empty else BAD_YAML) from None


def _as_refused(error: ProblemsError, said: str) -> AppSpecError:
    found = AppSpecError(error.problems)
    found.said = said
    return found


def appspec_at(root: Node, path: str) -> AppSpec | None:
    """The AppSpec that stands at that node; None when there is an error in it."""
    reader = _Reader(path, "AP")
    document = reader.mapping(root, "an AppSpec")
    found = None if document is None else _read(reader, document)
    return None if any(problem.severity == "error" for problem in reader.problems) else found


def check_appspec(root: Node, path: str) -> list[Problem]:
    """Every finding about the grammar, errors and warnings, of an AppSpec that stands at that node."""
    placed, moved = _in_place(root)
    meant, slips = _with_slips(placed)
    reader = _Reader(path, "AP")
    document = reader.mapping(meant, "an AppSpec")
    if document is not None:
        _read(reader, document)
    return [*moved, *reader.problems, *(slip.problem("AP") for slip in slips)]


def appspec_as_meant(root: Node) -> Node:
    """The same with its keys as and where they are meant, where `check_appspec` tells of slips."""
    return _with_slips(_in_place(root)[0])[0]


def _in_place(root: Node) -> tuple[Node, list[Problem]]:
    if isinstance(root, Mapping) and _is_compute(root):
        return compute_in_place(root)
    return in_place(root, _SERVERS, "AP", _LEFT)


def _is_compute(root: Node) -> bool:
    return isinstance(root, Mapping) and any(key.lower() == "resources" for key in root.keys())


def _with_slips(root: Node) -> tuple[Node, list[Slip]]:
    return as_meant(root, COMPUTE if _is_compute(root) else _SERVERS)


def _read(reader: _Reader, document: Mapping) -> AppSpec:
    names = {key.lower(): key for key in document.keys()}
    if "resources" in names:
        return _compute(reader, document, names)
    _unknown_at_top(reader, document)
    # In the agent's order: what it meets first, it tells.
    version = _version(reader, document, quoted=False)
    os = _one_of(reader, document, "os", ("linux", "windows"), BAD_OS, required=True)
    if os == "windows" and not reader.refused:
        reader.refused = BAD_OS.format(os)  # to an agent on linux, if anything else is wrong
    hooks = _hooks(reader, document.get("hooks"))
    files = _files(reader, document)
    behavior = _one_of(reader, document, "file_exists_behavior", ("DISALLOW", "OVERWRITE", "RETAIN"), BAD_BEHAVIOR)
    permissions = _permissions(reader, document.get("permissions"), os)
    return AppSpec(version, os, files, behavior, permissions, hooks)


_TOP = ("version", "os", "files", "file_exists_behavior", "permissions", "hooks")


def _unknown_at_top(reader: _Reader, document: Mapping) -> None:
    """The agent ignores keys that it does not know (docs/behaviour/codedeploy.md §4.2)."""
    rest = tuple(pair for pair in document.items if pair[0].text not in HOOKS)
    table = Mapping(document.path, document.line, document.column, rest)
    reader.unknown_keys(table, _TOP, "an AppSpec for servers", tolerated="201")
    stray = [key for key, _ in document.items if key.text in HOOKS]
    if stray:
        names = " and ".join(key.text for key in stray)
        message = f"{names} {'stands' if len(stray) == 1 else 'stand'} beside hooks, not in it: the scripts never run"
        reader.warning(stray[0], "202", message, _into_hooks(document, stray))
    for key, value in document.items:
        for row in _rows(reader, value, key.text) if key in stray and not is_null(value) else ():
            _hook(reader, row)


def _into_hooks(document: Mapping, stray: list[Scalar]) -> str:
    """How events that stand beside `hooks` come into it."""
    it = "it, and what belongs to it," if len(stray) == 1 else "each of them, and what belongs to them,"
    hooks, section = document.key("hooks"), document.get("hooks")
    first = section.items[0][0] if isinstance(section, Mapping) and section.items else None
    if hooks is None:
        return f"write `hooks:` in a line above, and indent {it} deeper than that"
    follows = all(key.line > hooks.line for key in stray) and not any(
        hooks.line < key.line < stray[-1].line for key, _ in document.items if key not in stray
    )
    way = f"indent {it}" if follows else f"move {it} below `hooks:` on line {hooks.line}, and indent"
    if first is not None and first.line > hooks.line:
        return f"{way} to column {first.column}, as {first.text} on line {first.line}"
    return f"{way} deeper than `hooks:`" if follows else f"{way} deeper than that"


def _compute(reader: _Reader, document: Mapping, names: dict[str, str]) -> AppSpec:
    """For Lambda and ECS. Keys may begin with a capital or not: the guide writes both."""
    version = _version(reader, document, names.get("version", "version"))
    check_compute(reader, document, names)
    resources = document.get(names["resources"])
    hooks = document.get(names.get("hooks", "hooks"))
    items = tuple(plain(item) for item in resources.items) if isinstance(resources, Sequence) else ()
    functions = tuple(plain(row) for row in hooks.items) if isinstance(hooks, Sequence) else ()
    return AppSpec(version, resources=items, functions=functions)


def _version(reader: _Reader, document: Mapping, key: str = "version", quoted: bool = True) -> str:
    """The version. For Lambda and ECS it may stand in quotes, as in JSON; the agent takes a number only."""
    node, hint = document.get(key), "write `version: 0.0`"
    said = BAD_VERSION.format(_as_text(node))
    if node is None:
        reader.error(document, "101", "version is missing", hint, said)
    elif not isinstance(node, Scalar) or not re.fullmatch(r"0+(\.0+)?", node.text):
        reader.error(node, "101", "the version of an AppSpec is 0.0, and nothing else", hint, said)
    elif not node.plain and not quoted:
        reader.error(node, "101", "the version is quoted, so the agent reads it as text", hint, said)
    return "0.0"


def _as_text(node: Node | None) -> str:
    """What stands there, within a sentence."""
    return node.text if isinstance(node, Scalar) else ""


_SYSTEMS = r"^win|ubuntu|debian|linux|amazon|amzn|al20|rhel|red ?hat|centos|rocky|suse|unix"


def _one_of(
    reader: _Reader, document: Mapping, key: str, allowed: tuple[str, ...], said: str, required: bool = False
) -> str | None:
    node = document.get(key)
    if node is None:
        if required:
            reader.error(document, "102", f"{key} is missing", f"write one of {', '.join(allowed)}", said.format(""))
        return None
    value = reader.text(node, key)
    if value is not None and value not in allowed:
        close = reader.near(value.lower(), [one.lower() for one in allowed])
        meant = next((one for one in allowed if one.lower() == close), "")
        hint = f"did you mean {meant}?" if meant else f"write {' or '.join(allowed)}"
        if key == "os" and not meant:
            hint = f"write `os: {'windows' if value.lower().startswith('win') else 'linux'}`"
            hint = hint if re.search(_SYSTEMS, value.lower()) else f"write {' or '.join(allowed)}"
        reader.error(node, "103", f"{key} is {value!r}, not one of {', '.join(allowed)}", hint, said.format(value))
    return value


# An empty section counts as none: docs/behaviour/codedeploy.md §4.1.


def _rows(reader: _Reader, node: Node | None, what: str) -> tuple[Node, ...]:
    """The entries of a list. A mapping that stands there alone is told, and looked at as its only entry."""
    rows = reader.sequence(node, what)
    return rows.items if rows else (node,) if isinstance(node, Mapping) else ()


def _joined(
    reader: _Reader, rows: tuple[Node, ...], first: str, rest: tuple[str, ...], code: str, said: str
) -> list[Node]:
    """The same where an entry that holds only what belongs to the one above it is a part of that one."""
    found: list[Node] = []
    for row in rows:
        last = found[-1] if found else None
        parts = row.keys() if isinstance(row, Mapping) else ()
        if isinstance(row, Mapping) and isinstance(last, Mapping) and parts and first in last:
            if all(key in rest and key not in last for key in parts):
                message = f"{parts[0]} stands in an entry of its own, which has no {first}"
                hint = f"put two spaces in place of the `- ` in front of `{parts[0]}`: it belongs to line {last.line}"
                source = _as_text(last.get(first))
                reader.error(row, code, message, hint, said.format(source))
                found[-1] = replace(last, items=(*last.items, *row.items))
                continue
        found.append(row)
    return found


def _to_permissions(document: Mapping) -> str:
    section = document.key("permissions")
    if section is not None:
        return f"move it below `permissions:` on line {section.line}"
    return "write a line `permissions:` at the left edge above it"


def _without_permissions(reader: _Reader, document: Mapping, entry: Mapping) -> Mapping:
    """An entry of files without keys that belong into an entry of permissions: they are told."""
    strays = [key for key, _ in entry.items if key.text in _PERMISSION[3:7]]
    if not strays:
        return entry
    names = " and ".join(key.text for key in strays)
    section = document.key("permissions")
    where = (
        f"below `permissions:` on line {section.line}" if section else "a section `permissions:` at the left edge, and"
    )
    place = _as_text(entry.get("destination"))[:80] or "the file or folder that they are for"
    hint = f"write {where} an entry `- object: {place}`, and move {'it' if len(strays) == 1 else 'them'} there"
    message = (
        f"{names} {'stands' if len(strays) == 1 else 'stand'} inside files, not in permissions: nothing comes of it"
    )
    reader.warning(strays[0], "201", message, hint)
    return replace(entry, items=tuple(pair for pair in entry.items if pair[0] not in strays))


def _files(reader: _Reader, document: Mapping) -> tuple[FileMapping, ...]:
    node = document.get("files")
    if is_null(node):
        return ()
    found = []
    rows = _rows(reader, node, "files")
    for row in _joined(reader, rows, "source", ("destination",), "104", NO_DESTINATION):
        entry = reader.mapping(row, "an entry of files")
        if entry is None:
            continue
        pair = entry.items[0] if len(entry.items) == 1 else None
        if pair is not None and isinstance(pair[1], Scalar) and re.match(r"\.|/|\w+[/.]", pair[0].text):
            hint = f"write `- source: {pair[0].text}`, and below `source` the line `destination: {pair[1].text}`"
            reader.error(pair[0], "104", "source and destination are not named", hint, NO_SOURCE)
            continue
        if "object" in entry and "source" not in entry and "destination" not in entry:
            message = "an entry of files has neither source nor destination: with object, it is one of permissions"
            reader.error(entry, "104", message, _to_permissions(document), NO_SOURCE)
            continue
        entry = _without_permissions(reader, document, entry)
        reader.unknown_keys(entry, ("source", "destination"), "an entry of files", tolerated="201")
        source = _required(reader, entry, "source", "104", NO_SOURCE)
        destination = _required(reader, entry, "destination", "105", NO_DESTINATION.format(source))
        if source is not None and destination is not None:
            found.append(FileMapping(source, destination))
    return tuple(found)


_ADD = {
    "source": "add `source: /`, or the file or folder that is to be copied, as it lies in the bundle",
    "destination": "add `destination: /var/www/web`, or another folder of the instance that the copy goes into",
    "object": "add `object: /var/www/web`, or another file or folder of the instance that these permissions are for",
    "location": "add `location: scripts/start.sh`, or another script as it lies in the bundle",
    "type": "add the type that SELinux is to know it by, such as `type: httpd_sys_content_t`",
}


def _required(reader: _Reader, entry: Mapping, key: str, code: str, said: str, hint: str = "") -> str | None:
    node = entry.get(key)
    if is_null(node) or (isinstance(node, Scalar) and not node.text):
        message = f"{key} is {'missing' if node is None else 'empty'}"
        reader.error(
            node or entry,
            code,
            message,
            hint or (_ADD[key] if node is None else _ADD[key].replace("add", "write", 1)),
            said,
        )
        return None
    return reader.text(node, key)


_PERMISSION = ("object", "pattern", "except", "owner", "group", "mode", "acls", "context", "type")


def _permissions(reader: _Reader, node: Node | None, os: str | None) -> tuple[MappingABC[str, Any], ...]:
    if is_null(node):
        return ()
    found = []
    rows = _rows(reader, node, "permissions")
    for row in _joined(reader, rows, "object", _PERMISSION[1:], "107", NO_OBJECT):
        entry = reader.mapping(row, "an entry of permissions")
        if entry is None:
            continue
        if os == "windows":
            reader.error(entry, "106", "permissions are for linux only", "take the section out")
        reader.unknown_keys(entry, _PERMISSION, "an entry of permissions", tolerated="201")
        _required(reader, entry, "object", "107", NO_OBJECT)
        if not is_null(entry.get("except")):
            reader.sequence(entry.get("except"), "except")
        _types(reader, entry.get("type"))
        mode = _mode(reader, entry.get("mode"))
        _acls(reader, entry.get("acls"))
        _context(reader, entry.get("context"))
        found.append(plain(entry) | ({"mode": mode} if mode else {}))
    return tuple(found)


def _mode(reader: _Reader, node: Node | None) -> str:
    """The digits that the agent sets, "" for none."""
    if is_null(node):
        return ""
    text = mode_of(node)
    padded = text.rjust(3, "0")
    strange = next((digit for digit in padded if digit not in "01234567"), "")
    hint = f'write "{_octal(text)}", quoted' if _octal(text) else 'write it like "0644", quoted'
    if len(padded) > 4:
        said = BAD_LENGTH.format(padded)
    else:
        said = BAD_DIGIT.format(padded, strange)
    if text != _as_text(node) and strange:
        message = f"mode: {_as_text(node)} without quotes is the number {text} for YAML: {strange} is no octal digit"
        reader.error(node, "108", message, f'write mode: "{_as_text(node)}"', said)
    elif not text or len(padded) > 4 or strange:
        reader.error(node, "108", f"mode is {_as_text(node)!r}, not 1 to 4 octal digits", hint, said)
    return text


def _octal(text: str) -> str:
    """The digits of a mode such as rw-r--r--; "" for anything else."""
    found = re.fullmatch(r"[-d]?((?:[r-][w-][x-]){3})", text)
    bits = "".join("0" if sign == "-" else "1" for sign in found[1]) if found is not None else ""
    return "0" + "".join(str(int(bits[at : at + 3], 2)) for at in (0, 3, 6)) if bits else ""


def mode_of(node: Node | None) -> str:
    """The digits of a mode as the agent gets them: a number with a leading zero is octal in YAML 1.1 (§4.2)."""
    text = _as_text(node)
    if isinstance(node, Scalar) and node.plain and re.fullmatch("0[0-7]+", text):
        return str(int(text, 8))
    return text


def _types(reader: _Reader, node: Node | None) -> None:
    rows = None if is_null(node) else reader.sequence(node, "type")
    for row in rows.items if rows else ():
        if not isinstance(row, Scalar) or row.text not in ("file", "directory"):
            message, said = f"a type is {describe(row)}, not file or directory", BAD_TYPE.format(_as_text(row))
            word = row.text if isinstance(row, Scalar) else ""
            meant = "directory" if word == "dir" else reader.near(word, ("file", "directory"))
            reader.error(row, "112", message, f"did you mean {meant}?" if meant else "write one or both", said)


_RIGHTS = "([rwx-]{0,3}|[0-7])"
_ACL = re.compile(
    rf"(d(efault)?:)?((u(ser)?|g(roup)?):)?(?!(o(ther)?|m(ask)?|d(efault)?|u(ser)?|g(roup)?):)[^:]+:{_RIGHTS}"
    rf"|(d(efault)?:)?m(ask)?::?{_RIGHTS}"
    rf"|d(efault)?:(u(ser)?::|g(roup)?::|o(ther)?::?){_RIGHTS}"
)
"""What the agent takes: entries of a named user or group, of the mask, and the base entries of a default."""


def _acls(reader: _Reader, node: Node | None) -> None:
    """`user:name:rwx`, `name:rwx`, `group:name:rx`, `mask:7`, with `default:` before it for directories (§4.2)."""
    rows = None if is_null(node) else reader.sequence(node, "acls")
    for row in rows.items if rows else ():
        entry = reader.text(row, "an entry of acls")
        if entry is not None and not _ACL.fullmatch(entry):
            hint = "write it like u:alice:rw or g:staff:rx; rights of owner and group belong into mode"
            reader.error(row, "114", f"{entry!r} is not an access control entry", hint, _said_of_acl(entry))


_BASE = re.compile(r"((u(ser)?|g(roup)?):|o(ther)?:?)?:[^:]*")


def _said_of_acl(entry: str) -> str:
    """What the agent says of an access control entry that it does not take."""
    strange = re.sub("[rwx-]", "", entry.rpartition(":")[2])
    if _BASE.fullmatch(entry):
        return BASE_ACL.format(entry)
    if ":" in entry and strange and not entry.startswith((":", "x:")) and entry.count(":") < 4:
        return BAD_RIGHT.format(entry, strange[0])
    return BAD_ACL.format(entry)


_RANGE = re.compile(r"s\d+(-s\d+)?(:(c\d+([.,]c\d+)*))?")
_CATEGORIES = 1024


def _context(reader: _Reader, node: Node | None) -> None:
    table = None if is_null(node) else reader.mapping(node, "context")
    if table is not None:
        reader.unknown_keys(table, ("user", "name", "type", "range"), "context", tolerated="201")
        _required(reader, table, "type", "113", BAD_CONTEXT.format(_as_hash(table)))
        _range(reader, table.get("range"))


def _as_hash(table: Mapping) -> str:
    """A mapping as Ruby shows it."""
    return "{" + ", ".join(f'"{key.text}"=>"{_as_text(value)}"' for key, value in table.items) + "}"


def _range(reader: _Reader, node: Node | None) -> None:
    """Sensitivities and categories, such as s0-s1:c0.c5,c1023 (§4.2)."""
    text = None if is_null(node) else reader.text(node, "range")
    if text is None:
        return
    found = _RANGE.fullmatch(text)
    if not found or any(int(number) >= _CATEGORIES for number in re.findall(r"c(\d+)", text)):
        hint = "write it like s0 or s0-s1:c0.c5; categories go up to c1023"
        reader.error(node, "115", f"{text!r} is not an SELinux range", hint, BAD_RANGE.format(text))


def _events(reader: _Reader, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    """Events and what they hold. Mappings in a list are told, and looked at as if they were one."""
    rows = node.items if isinstance(node, Sequence) else ()
    if any(isinstance(row, Mapping) and "location" in row for row in rows):
        hint = "write the event that runs them in a line above, such as `AfterInstall:`, and indent the list deeper"
        reader.error(node, "001", "hooks is a list of scripts, not a mapping of events", hint)
        return ()
    table = reader.mapping(node, "hooks")
    if table is not None:
        return table.items
    rows = node.items if isinstance(node, Sequence) else ()
    return tuple(pair for row in rows if isinstance(row, Mapping) for pair in row.items)


def _hooks(reader: _Reader, node: Node | None) -> dict[str, tuple[Hook, ...]]:
    if is_null(node):
        return {}
    found: dict[str, tuple[Hook, ...]] = {}
    events = _events(reader, node)
    lines = {key.text: key.line for key, _ in events}
    for key, value in events:
        if key.text in NOT_SCRIPTABLE:
            message = f"{key.text} is {NOT_SCRIPTABLE[key.text]}: no script can be attached, and these never run"
            reader.error(key, "109", message, _instead(node, key.text))
            for row in _rows(reader, value, key.text) if not is_null(value) else ():
                _hook(reader, row)
        elif key.text not in HOOKS:
            reader.error(
                key, "003", f"there is no lifecycle event {key.text!r} on instances", _event_hint(reader, key, lines)
            )
        elif isinstance(value, Scalar) and not is_null(value):
            hint = f"write below `{key.text}:` an entry of its own: `- location: {value.text[:80]}`"
            reader.error(value, "001", f"{key.text} is {describe(value)}, not a list of scripts", hint)
        elif not is_null(value):
            rows = _joined(reader, _rows(reader, value, key.text), "location", _SCRIPT[1:], "110", NO_LOCATION)
            scripts = [_hook(reader, row) for row in rows]
            found[key.text] = tuple(script for script in scripts if script is not None)
    return found


def _instead(hooks: Node | None, event: str) -> str:
    """Where the scripts of an event without scripts belong."""
    there = hooks.items if isinstance(hooks, Mapping) else ()
    lines = {key.text: key.line for key, _ in there}
    found = []
    for name, why in INSTEAD[event].items():
        way = f"move them into the list of {name} on line {lines[name]}" if name in lines else f"rename it to {name}"
        found.append(f"{way} ({why})")
    return ", or ".join(found)


def _event_hint(reader: _Reader, key: Scalar, lines: MappingABC[str, int]) -> str:
    """What to do with the scripts of a name that is no event. `lines`: {an event that is there: its line}"""
    reader.looked_up += 1
    if reader.looked_up > MAX_LOOK_UPS:
        return _one_of_free(lines)
    meaning = meaning_of(key.text)
    if any(key.text in names for names in FUNCTION_HOOKS.values()):
        return f"it is one of ECS deployments; {_one_of_free(lines)}"
    if meaning in NEXT:
        event, what = NEXT[meaning]
        way = f"move its scripts below `{event}:` on line {lines[event]}" if event in lines else f"rename it to {event}"
        return f"{way}: that is {what}"
    meant = event_meant(key.text, HOOKS)
    if meant and meant not in lines:
        return f"did you mean {meant}?"
    if meant and meaning[1]:
        return f"move its scripts below `{meant}:` on line {lines[meant]}: that event is there already"
    return _one_of_free(lines)


def _one_of_free(lines: MappingABC[str, int]) -> str:
    free = [event for event in HOOKS if event not in lines]
    return f"use one of {', '.join(free)}" if free else "move its scripts into an event that is there, or take it out"


_SCRIPT = ("location", "timeout", "runas", "sudo")


def _hook(reader: _Reader, node: Node) -> Hook | None:
    if isinstance(node, Scalar) and not is_null(node) and ": " not in node.text:
        hint = f"write `- location: {node.text}`"
        reader.error(node, "001", f"a script is {node.text!r}, not a mapping with its location", hint)
        return None
    entry = reader.mapping(node, "a script")
    if entry is None:
        return None
    hint = _as_script(entry)
    if not hint:
        reader.unknown_keys(entry, _SCRIPT, "a script", tolerated="201")
    given = entry.get("location")
    if isinstance(given, Sequence):
        names = " and ".join(f"`- location: {_as_text(item)[:60]}`" for item in given.items[:3])
        reader.error(given, "001", "location is a list, not one path", f"write an entry for each: {names}")
        return None
    location = _required(reader, entry, "location", "110", NO_LOCATION, hint)
    timeout = DEFAULT_TIMEOUT_S
    given = entry.get("timeout")
    if given is not None:
        timeout = _timeout(reader, given) or timeout
    runas = entry.get("runas")
    user = None if runas is None else reader.text(runas, "runas")
    return None if location is None else Hook(location, timeout, user, entry.line)


def _as_script(entry: Mapping) -> str:
    """What to write where a command stands in place of a script; "" where none does."""
    if "location" in entry:
        return ""
    strangers = [value for key, value in entry.items if key.text not in _SCRIPT and isinstance(value, Scalar)]
    command = next((value.text for value in strangers if re.search(r"\S\s+\S", value.text)), "")
    if not command:
        return ""
    first = command.strip().splitlines()[0][:60]
    return f"write `{first}` into a script of the bundle, and here `location:` and its path: events run no commands"


def _timeout(reader: _Reader, node: Node) -> int | None:
    """Seconds. The agent takes the number at the beginning and leaves the rest (docs/behaviour/codedeploy.md §4.2)."""
    text = node.text.strip() if isinstance(node, Scalar) else ""
    found = re.match(r"[-+]?[0-9]{1,18}", text)
    if found is None:
        message = f"timeout is {describe(node)}, not a whole number"
        reader.error(node, "001", message, "write the seconds, such as `timeout: 300`", BAD_TIMEOUT)
        return None
    seconds = int(found[0])
    if seconds <= 0:
        message = f"timeout is {seconds}, not a whole number of seconds above 0"
        reader.error(node, "111", message, "write the seconds, such as `timeout: 300`", BAD_TIMEOUT)
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


# Slips in keys


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and bool(node.text)


def _is_path(node: Node) -> bool:
    return isinstance(node, Scalar) and re.fullmatch(r"\S+[/\\.]\S+", node.text) is not None


_ONE_SCRIPT = Part(
    keys=_SCRIPT,
    what="a script",
    words=dict.fromkeys(
        ("script", "scripts", "file", "filename", "path", "command", "run", "source", "name", "src", "exec"), "location"
    )
    | {"user": "runas", "timeoutseconds": "timeout", "timeoutinseconds": "timeout"},
    due={"location": "110"},
    fits={"location": is_word},
    looks={"location": _is_path},
    in_list=True,
)
_EVENTS = Part(
    keys=HOOKS,
    pick=lambda written, there: event_meant(written, HOOKS, there, ALIKE),
    left=(*NOT_SCRIPTABLE, *(event for events in FUNCTION_HOOKS.values() for event in events)),
    each=_ONE_SCRIPT,
    code="003",
    said="there is no lifecycle event '{written}' on instances",
)
_SERVERS = Part(
    keys=_TOP,
    what="an AppSpec for servers",
    words={"operatingsystem": "os", "hook": "hooks", "fileexistbehavior": "file_exists_behavior"},
    due={"version": "101", "os": "102"},
    fits={"files": is_table, "permissions": is_table, "hooks": is_table},
    left=(*HOOKS, *NOT_SCRIPTABLE),
    below={
        "files": Part(
            keys=("source", "destination"),
            what="an entry of files",
            words=dict.fromkeys(("src", "from", "file", "path"), "source")
            | dict.fromkeys(("dest", "dst", "target", "to", "destinationfolder"), "destination"),
            due={"source": "104", "destination": "105"},
            fits={"source": _is_text, "destination": _is_text},
            looks={"source": is_word, "destination": is_word},
            in_list=True,
        ),
        "permissions": Part(
            keys=_PERMISSION,
            what="an entry of permissions",
            words=dict.fromkeys(("path", "file", "folder", "directory", "dir", "target", "location"), "object")
            | {"user": "owner", "exclude": "except", "excludes": "except", "glob": "pattern"}
            | dict.fromkeys(("perm", "perms", "permission", "permissions", "chmod", "modes"), "mode"),
            due={"object": "107"},
            fits={"object": is_word},
            looks={"object": lambda node: is_word(node) and _is_path(node)},
            below={"context": Part(keys=("user", "name", "type", "range"), what="context", due={"type": "113"})},
            in_list=True,
        ),
        "hooks": _EVENTS,
    },
)
"""What stands where in an AppSpec for servers, for slips in keys; the readers above say what each of them may hold."""
_LEFT = (*HOOKS, *NOT_SCRIPTABLE)
"""Keys at the left edge that have findings of their own."""
