"""Changes to the text of a scenario that leave everything else in it as it stands: comments, order, layout.

Each function takes text and gives text. What they write is plain YAML on one line; in a JSON file it is JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from os.path import normpath
from pathlib import Path
from typing import Any

import yaml

from sim.core.problems import UsageError
from sim.formats.paths import parts

_PLAIN = re.compile(r"[A-Za-z_/.][\w ./@+-]*")
_READ_AS_OTHER = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"})
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9][0-9a-zA-Z_.:+-]*")


def flow(value: Any) -> str:
    """A value on one line of YAML: `{alarm: {name: errors, state: ALARM}}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    duration = re.fullmatch(r"([0-9.]+(ms|s|m|h|d))+", value)
    safe = _PLAIN.fullmatch(value) and not _NUMBER_LIKE.fullmatch(value) and value.lower() not in _READ_AS_OTHER
    return value if duration or (safe and value == value.strip()) else json.dumps(value, ensure_ascii=False)


def with_value(text: str, path: str, value: Any) -> str:
    """The text with that value at that path, such as `parameters.FleetSize`; mappings on the way are made.

    Raises UsageError where the path leads into something that is neither a mapping nor a list of that length.
    """
    try:
        names = parts(path)
    except ValueError as error:
        raise UsageError(str(error)) from None
    node: yaml.Node = _root(text)
    for place, name in enumerate(names):
        inner = _inside(node, name)
        if inner is None:
            return _with_entry(text, node, path, names[place:], value)
        node = inner
    begin, end = _span(text, node)
    return text[:begin] + _written(text, value) + text[end:]


def with_items(text: str, section: str, items: Sequence[Any], *, first: bool = False) -> str:
    """The text with further items in a list at its top level, at the end of the list or as the `first` ones."""
    if not items:
        return text
    root = _root(text)
    node = _inside(root, section)
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null")):
        return _with_list(text, root, node, section, items)
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError(f"{section} is no list, so nothing can be added to it")
    if node.flow_style or not node.value:
        return _into_flow(text, node, items, first)
    lines = text.splitlines(keepends=True)
    at = node.start_mark.line if first else _end_line(lines, node)
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    indent = " " * node.start_mark.column
    return "".join([*lines[:at], *(f"{indent}- {flow(item)}\n" for item in items), *lines[at:]])


def with_absolute_paths(text: str, folder: Path) -> str:
    """The text with the files and folders that it names by a path from `folder` named so that they are found from
    everywhere."""
    for begin, end, named in sorted(_named_files(_root(text)), reverse=True):
        path = Path(normpath(folder.resolve() / named)).as_posix()
        text = text[:begin] + _written(text, path) + text[end:]
    return text


def _root(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=_Loader)
    if not isinstance(root, yaml.MappingNode):
        raise UsageError("a scenario is a mapping: `title: …`, `timeline: …`")
    return root


class _Loader(yaml.SafeLoader):
    """Only the tree is asked for, so that CloudFormation's short tags are as good as any."""


def _inside(node: yaml.Node, name: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode) and isinstance(name, str):
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        found: yaml.Node = node.value[name]
        return found
    return None


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] == "{"


def _written(text: str, value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if _is_json(text) else flow(value)


def _span(text: str, node: yaml.Node) -> tuple[int, int]:
    """Where a node stands in the text, as (begin, end)."""
    begin, end = node.start_mark.index, node.end_mark.index
    block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if block or (isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")):
        end = begin + len(text[begin:end].rstrip())
    return begin, end


def _with_entry(text: str, node: yaml.Node, path: str, missing: list[str | int], value: Any) -> str:
    """The text with a mapping entry that was not there."""
    if not isinstance(node, yaml.MappingNode) or not all(isinstance(name, str) for name in missing):
        raise UsageError(f"nothing stands at {missing[0]!r} of {path}")
    key, *deeper = missing
    for name in reversed(deeper):
        value = {name: value}
    if node.flow_style:
        at = node.start_mark.index + 1
        comma = ", " if node.value else ""
        return f"{text[:at]}{_written(text, key)}: {_written(text, value)}{comma}{text[at:]}"
    at = node.start_mark.index
    return f"{text[:at]}{flow(key)}: {flow(value)}\n{' ' * node.start_mark.column}{text[at:]}"


def _with_list(text: str, root: yaml.MappingNode, node: yaml.Node | None, section: str, items: Sequence[Any]) -> str:
    """The text with a list that was not there, or was empty."""
    if root.flow_style:
        return with_value(text, section, list(items))
    block = "".join(f"\n  - {flow(item)}" for item in items)
    if node is not None:
        return text[: node.start_mark.index].rstrip(" ") + block + text[node.end_mark.index :]
    return f"{text.rstrip()}\n\n{section}:{block}\n"


def _into_flow(text: str, node: yaml.Node, items: Sequence[Any], first: bool) -> str:
    begin, end = node.start_mark.index, node.end_mark.index
    added = ", ".join(_written(text, item) for item in items)
    inside = text[begin + 1 : end - 1].strip().rstrip(",")
    whole = ", ".join(part for part in ((added, inside) if first else (inside, added)) if part)
    return f"{text[:begin]}[{whole}]{text[end:]}"


def _end_line(lines: list[str], node: yaml.Node) -> int:
    """The line after the last of a block list: comments and empty lines behind it belong to what follows."""
    at = node.end_mark.line if node.end_mark.column == 0 else node.end_mark.line + 1
    at = min(at, len(lines))
    while at > node.start_mark.line + 1:
        line = lines[at - 1]
        stripped = line.strip()
        outside = stripped.startswith("#") and len(line) - len(line.lstrip()) <= node.start_mark.column
        if stripped and not outside:
            break
        at -= 1
    return at


def _named_files(root: yaml.MappingNode) -> list[tuple[int, int, str]]:
    """(begin, end, path) of every file or folder that a scenario names."""
    found = [_inside(root, "template")]
    repositories = _inside(root, "repositories")
    if isinstance(repositories, yaml.MappingNode):
        found += [value for _, value in repositories.value]
    for section, way in (("history", ("revision",)), ("timeline", ("upload", "folder"))):
        rows = _inside(root, section)
        for row in rows.value if isinstance(rows, yaml.SequenceNode) else ():
            node: yaml.Node | None = row
            for name in way:
                node = None if node is None else _inside(node, name)
            found.append(node)
    spots = {
        (node.start_mark.index, node.end_mark.index, node.value)
        for node in found
        if isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">")
    }
    return sorted(spots)
