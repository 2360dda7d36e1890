"""What Install cannot do with an AppSpec and the files of its folder, with the entries that do not agree and the mend.

Source: docs/behaviour/codedeploy.md §4.3, §4.5. A mend is told only when it is seen to hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import basename, dirname
from typing import Any

from sim.core.problems import Problem
from sim.formats.appspec import AppSpec
from sim.formats.check.appspec import rows
from sim.formats.install import (
    DEFAULT_OF_FILE,
    EXCEPT_OF_FILE,
    PATTERN_OF_FILE,
    InstallError,
    copies_of,
    place_of,
    places,
    reached,
    rights,
)
from sim.formats.nodes import Mapping as Table
from sim.formats.nodes import Node

MAX_EXCEPT = 5
"""So many names are written out in a hint."""
Entry = Mapping[str, Any]


def what_fails(root: Table, appspec: AppSpec, files: Collection[str]) -> Problem | None:
    """Why an Install of these files fails, at the entry that it fails with; None when it does not."""
    copied = [place for place, mapping in enumerate(appspec.files) if copies_of(files, mapping)]
    try:
        plan = places(files, [appspec.files[place] for place in copied])
    except InstallError as fault:
        nodes = [rows(root.get("files"))[copied[place]] for place in fault.entries]
        one, other = (copies_of(files, appspec.files[copied[place]]) for place in fault.entries)
        return _problem(nodes[-1], fault, _of_files(fault, nodes, one, other))
    try:
        rights(plan, appspec.permissions)
    except InstallError as fault:
        nodes = [rows(root.get("permissions"))[place] for place in fault.entries]
        if len(nodes) == 1:
            return _problem(*_of_one(nodes[0], fault))
        pair = appspec.permissions[fault.entries[0]], appspec.permissions[fault.entries[1]]
        return _problem(nodes[-1], fault, _of_permissions(nodes, pair, plan))
    return None


def _problem(node: Node, fault: InstallError, hint: str) -> Problem:
    return Problem(node.path, node.line, node.column, "warning", "AP303", f"Install fails: {fault}", hint)


def _of_files(fault: InstallError, nodes: list[Table], one: Mapping[str, str], other: Mapping[str, str]) -> str:
    """What to do with two entries of `files`. `one` and `other`: {path on the instance: path in the bundle} of each."""
    first, second = nodes[0].line, nodes[1].line
    if nodes[0] is nodes[1]:
        return f"the entry on line {first} alone brings both: rename one of them in the bundle"
    if other.items() <= one.items():
        return f"take the entry on line {second} out: the one on line {first} copies all of it to the same place"
    if one.items() <= other.items():
        return f"take the entry on line {first} out: the one on line {second} copies all of it to the same place"
    both = f"the entries on lines {first} and {second} both put something at {fault.path}"
    return f"{both}: write another `destination` in line {second}'s, or take the one out that is not meant"


def _of_one(node: Table, fault: InstallError) -> tuple[Node, InstallError, str]:
    """(where it stands, what is wrong, what to do) with one entry of `permissions`."""
    said = str(fault)
    if said == DEFAULT_OF_FILE:
        return (
            node.key("acls") or node,
            fault,
            "take what begins with `d:` out: it is for folders, and add it in an entry with `type: [directory]`",
        )
    key = "pattern" if said[:_BEGINS] == PATTERN_OF_FILE[:_BEGINS] else "except"
    assert key == "pattern" or said[:_BEGINS] == EXCEPT_OF_FILE[:_BEGINS]
    return node.key(key) or node, fault, f"take `{key}` out: the object is one file, and {key} is for folders"


_BEGINS = 50
"""So many characters tell the agent's messages apart."""


def _of_permissions(nodes: list[Table], pair: Sequence[Entry], plan: Collection[str]) -> str:
    """What to do with two entries of `permissions` that speak of the same paths."""
    lines = nodes[0].line, nodes[1].line
    both = f"lines {lines[0]} and {lines[1]} both cover it"
    one, other = reached(plan, pair[0]), reached(plan, pair[1])
    if one == other:
        return f"{both}, and nothing else: put what both set into one entry, and take the other out"
    for place, changes, way in _ways(pair, lines, (one, other)):
        changed = reached(plan, {**pair[place], **changes})
        if changed and not changed.keys() & (other, one)[place].keys():
            return f"{both}: {way}"
    small, large = (0, 1) if len(one) < len(other) else (1, 0)
    way = f"in place of line {lines[large]}'s, write entries for what lies beside {pair[small]['object']}"
    return f"{both}: {way}, or take line {lines[small]}'s out, and set its rights in a script of AfterInstall"


def _ways(
    pair: Sequence[Entry], lines: Sequence[int], covered: Sequence[Entry]
) -> Iterator[tuple[int, dict[str, Any], str]]:
    """(which of the two to change, what to set in it, how that is said), the likely ones first.

    `covered` is {path: …} of each entry.
    """
    for place in (1, 0):
        kinds = pair[1 - place].get("type") or []
        if not pair[place].get("type") and len(kinds) == 1:
            kind = "directory" if kinds[0] == "file" else "file"
            yield place, {"type": [kind]}, f"add `type: [{kind}]` to the one on line {lines[place]}"
    for place in (0, 1):
        folder = place_of(str(pair[place]["object"]))
        names = [basename(path) for path in covered[1 - place] if dirname(path) == folder]
        spared = [*(str(one) for one in pair[place].get("except") or ()), *names]
        if names and len(spared) <= MAX_EXCEPT:
            written = ", ".join(f"'{name}'" if not name[:1].isalpha() else name for name in spared)
            yield place, {"except": spared}, f"write `except: [{written}]` in the one on line {lines[place]}"


__all__ = ["what_fails"]
