"""YAML and JSON with their positions kept: every scalar stays text until a reader asks for more.

`compose` gives a tree of `Scalar`, `Sequence` and `Mapping`; `plain` makes plain values of it; a `Reader` asks for
what should be there and collects Problems where it is not.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from sim.core.clock import parse_duration
from sim.core.problems import Problem, ProblemsError

MAX_DEPTH = 100
MAX_NODES = 200_000
MAX_TEXT = 4_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """Where a value stands: line and column count from 1."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """Text. `plain` when it was not quoted; `tag` is a CloudFormation short tag such as `!Ref`, or ""."""

    text: str
    plain: bool = True
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    items: tuple[Node, ...]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    items: tuple[tuple[Scalar, Node], ...]
    tag: str = ""

    def get(self, key: str) -> Node | None:
        for name, value in self.items:
            if name.text == key:
                return value
        return None

    def keys(self) -> tuple[str, ...]:
        return tuple(name.text for name, _ in self.items)

    def key(self, name: str) -> Scalar | None:
        """The node of the key itself, for its line."""
        for key, _ in self.items:
            if key.text == name:
                return key
        return None

    def __contains__(self, key: object) -> bool:
        return any(name.text == key for name, _ in self.items)


class _Loader(yaml.SafeLoader):
    """Composes without resolving: no scalar is anything but text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


def _problem(path: str, line: int, column: int, code: str, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([Problem(path, line, column, "error", code, message, hint)])


def compose(text: str, path: str) -> Node:
    """The tree of a YAML or JSON document. Raises ProblemsError for bad syntax, duplicate keys and hostile input."""
    if len(text) > MAX_TEXT:
        raise _problem(path, 1, 1, "YAML105", f"the file has more than {MAX_TEXT} characters")
    try:
        document = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _problem(path, line, column, "YAML101", f"not YAML: {error.problem}", _hint(text, line)) from None
    except yaml.YAMLError as error:
        raise _problem(path, 1, 1, "YAML101", f"not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise _problem(path, 1, 1, "YAML104", f"nested deeper than {MAX_DEPTH}") from None
    if document is None:
        raise _problem(path, 1, 1, "YAML102", "the file is empty")
    return _Builder(path).build(document, 0)


def _hint(text: str, line: int) -> str:
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here:
        return "indent with spaces: YAML allows no tabs there"
    if here.count('"') % 2 or here.count("'") % 2:
        return "a quote is not closed"
    if ":" in here and ": " not in here and not here.rstrip().endswith(":"):
        return "put a space after the colon"
    return "look at the indentation of this line and the one before; quote text that holds `: ` or starts with a sign"


class _Builder:
    def __init__(self, path: str):
        self.path = path
        self.count = 0

    def build(self, node: yaml.Node, depth: int) -> Node:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self.count += 1
        if self.count > MAX_NODES:
            raise _problem(self.path, line, column, "YAML104", f"more than {MAX_NODES} values, aliases included")
        if depth > MAX_DEPTH:
            raise _problem(self.path, line, column, "YAML104", f"nested deeper than {MAX_DEPTH}")
        tag = node.tag if node.tag.startswith("!") and node.tag != "!" else ""
        if isinstance(node, yaml.ScalarNode):
            return Scalar(self.path, line, column, node.value, node.style is None, tag)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(self.path, line, column, tuple(self.build(item, depth + 1) for item in node.value), tag)
        assert isinstance(node, yaml.MappingNode)
        return Mapping(self.path, line, column, tuple(self._pairs(node, depth)), tag)

    def _pairs(self, node: yaml.MappingNode, depth: int) -> Iterable[tuple[Scalar, Node]]:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        merged: dict[str, tuple[Scalar, Node]] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node, depth + 1)
            if not isinstance(key, Scalar):
                raise _problem(self.path, key.line, key.column, "YAML106", "a key must be text")
            value = self.build(value_node, depth + 1)
            if key.text == "<<" and key.plain:
                for source in value.items if isinstance(value, Sequence) else (value,):
                    if not isinstance(source, Mapping):
                        raise _problem(self.path, key.line, key.column, "YAML107", "<< merges mappings only")
                    for name, item in source.items:
                        merged.setdefault(name.text, (name, item))
                continue
            if key.text in pairs:
                first = pairs[key.text][0].line
                raise _problem(
                    self.path,
                    key.line,
                    key.column,
                    "YAML103",
                    f"{key.text!r} is there twice: here and on line {first}",
                    "remove or rename one of them",
                )
            pairs[key.text] = (key, value)
        return [*pairs.values(), *(pair for name, pair in merged.items() if name not in pairs)]


def plain(node: Node) -> Any:
    """Plain values. Only an unquoted scalar is typed, and a number only when `str(number)` gives its text back."""
    if isinstance(node, Scalar):
        return scalar(node)
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {key.text: plain(value) for key, value in node.items}


def scalar(node: Scalar) -> Any:
    if not node.plain or node.tag:
        return node.text
    text = node.text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if text[:1] in "-.0123456789":
        return _number(text)
    return text


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if str(number) == text:
            return number
    return text


class Reader:
    """Asks nodes for what should be there; what is not is a Problem of `path`, and the answer is None."""

    def __init__(self, path: str, prefix: str = ""):
        self.path = path
        self.prefix = prefix
        self.problems: list[Problem] = []

    def error(self, node: Node | None, code: str, message: str, hint: str = "") -> None:
        self._add(node, "error", code, message, hint)

    def warning(self, node: Node | None, code: str, message: str, hint: str = "") -> None:
        self._add(node, "warning", code, message, hint)

    def _add(self, node: Node | None, severity: Any, code: str, message: str, hint: str) -> None:
        line, column = (node.line, node.column) if node is not None else (1, 1)
        path = node.path if node is not None else self.path
        self.problems.append(Problem(path, line, column, severity, self.prefix + code, message, hint))

    def raise_if_errors(self) -> None:
        if any(problem.severity == "error" for problem in self.problems):
            raise ProblemsError(sorted(self.problems, key=lambda problem: (problem.path, problem.line, problem.column)))

    def mapping(self, node: Node | None, what: str) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        return self._wrong(node, what, "a mapping (`key: value` lines)")

    def sequence(self, node: Node | None, what: str) -> Sequence | None:
        if isinstance(node, Sequence):
            return node
        return self._wrong(node, what, "a list (`- item` lines)")

    def text(self, node: Node | None, what: str) -> str | None:
        if isinstance(node, Scalar) and not (node.plain and node.text in ("", "~", "null")):
            return node.text
        return self._wrong(node, what, "text")

    def boolean(self, node: Node | None, what: str) -> bool | None:
        if isinstance(node, Scalar) and node.text.lower() in ("true", "false", "yes", "no"):
            return node.text.lower() in ("true", "yes")
        return self._wrong(node, what, "true or false")

    def integer(self, node: Node | None, what: str) -> int | None:
        if isinstance(node, Scalar):
            try:
                return int(node.text)
            except ValueError:
                pass
        return self._wrong(node, what, "a whole number")

    def number(self, node: Node | None, what: str) -> float | None:
        if isinstance(node, Scalar):
            try:
                value = float(node.text)
            except ValueError:
                pass
            else:
                if value == value and value not in (float("inf"), float("-inf")):
                    return value
        return self._wrong(node, what, "a number")

    def duration(self, node: Node | None, what: str) -> int | None:
        """Milliseconds."""
        if isinstance(node, Scalar):
            try:
                return parse_duration(node.text)
            except ValueError:
                pass
        return self._wrong(node, what, "a duration such as 90s, 1h30m or 7d")

    def _wrong(self, node: Node | None, what: str, expected: str) -> Any:
        if node is None:
            self.error(None, "002", f"{what} is missing", f"it should be {expected}")
        else:
            self.error(node, "001", f"{what} is {describe(node)}, not {expected}")
        return None

    def unknown_keys(self, node: Mapping, allowed: Iterable[str], what: str) -> None:
        allowed = tuple(allowed)
        for key, _ in node.items:
            if key.text not in allowed:
                near = difflib.get_close_matches(key.text, allowed, 1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(allowed)}"
                self.error(key, "003", f"{what} has no key {key.text!r}", hint)


def describe(node: Node) -> str:
    """What a node is, for messages."""
    if isinstance(node, Scalar):
        return f"{node.text!r}" if node.text else "empty"
    return "a list" if isinstance(node, Sequence) else "a mapping"
