"""YAML and JSON with their positions kept: every scalar stays text until a reader asks for more.

`compose` gives a tree of `Scalar`, `Sequence` and `Mapping`; `plain` makes plain values of it; a `Reader` asks for
what should be there and collects Problems where it is not.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from sim.core.clock import parse_duration
from sim.core.problems import Problem, ProblemsError

MAX_DEPTH = 100
"""Mappings and lists inside each other; aliases count where they are used."""
MAX_NODES = 100_000
"""Keys and values; what an alias stands for counts each time."""
MAX_TEXT = 2_000_000
"""Characters."""


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


def inner(node: Node) -> tuple[Node, ...]:
    """The values directly inside a node, in order."""
    if isinstance(node, Sequence):
        return node.items
    return tuple(value for _, value in node.items) if isinstance(node, Mapping) else ()


class _TooMuchError(Exception):
    def __init__(self, what: str, mark: Any):
        self.what = what
        self.line = mark.line + 1
        self.column = mark.column + 1


class _Loader(yaml.SafeLoader):
    """Composes within limits and without resolving: no scalar is anything but text."""

    depth = 0
    count = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH or self.count > MAX_NODES:
            parser: Any = self
            what = f"nested deeper than {MAX_DEPTH}" if self.depth > MAX_DEPTH else f"more than {MAX_NODES} values"
            raise _TooMuchError(what, parser.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}


def _problem(path: str, line: int, column: int, code: str, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([Problem(path, line, column, "error", code, message, hint)])


def compose(text: str, path: str) -> Node:
    """The tree of a YAML or JSON document. Raises ProblemsError for bad syntax, duplicate keys and hostile input."""
    if len(text) > MAX_TEXT:
        raise _problem(path, 1, 1, "YAML105", f"the file has more than {MAX_TEXT} characters")
    try:
        document: yaml.Node | None = yaml.compose(_as_yaml(text), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and mark.index >= len(text.rstrip()) and error.context_mark:
            mark = error.context_mark  # what was begun there never ends
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _problem(path, line, column, "YAML101", f"not YAML: {error.problem}", _hint(text, line)) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        what = f"not YAML: the character U+{ord(text[error.position]):04X}, which no text file holds"
        raise _problem(path, line, column, "YAML101", what, "is it a text file, and in UTF-8?") from None
    except _TooMuchError as error:
        raise _problem(path, error.line, error.column, "YAML104", error.what) from None
    if document is None:
        raise _problem(path, 1, 1, "YAML102", "the file is empty")
    return _Builder(path).build(document).node


_JSON_ONLY = re.compile("[\t\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def _as_yaml(text: str) -> str:
    """JSON that YAML would take for something else, so that it does not.

    Outside its strings JSON may hold tabs, which are as good as spaces; the other characters stand inside strings.
    """
    if not _JSON_ONLY.search(text) or text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return text
    try:
        json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return text
    return _JSON_ONLY.sub(lambda found: " " if found[0] == "\t" else f"\\u{ord(found[0]):04x}", text)


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


@dataclass(frozen=True, slots=True)
class _Built:
    """A node, how many nodes it holds and how deep it goes."""

    node: Node
    size: int
    height: int


_SURROGATES = re.compile("[\ud800-\udfff]")


class _Builder:
    """Makes our nodes of YAML's: each once, however many aliases name it."""

    def __init__(self, path: str):
        self.path = path
        self.built: dict[int, _Built] = {}
        self.pairs: dict[int, list[tuple[Scalar, _Built]]] = {}
        self.open: set[int] = set()

    def build(self, node: yaml.Node) -> _Built:
        found = self.built.get(id(node))
        if found is None:
            line, column = self.place(node)
            if id(node) in self.open:
                raise _problem(self.path, line, column, "YAML120", "an alias stands for something it is a part of")
            self.open.add(id(node))
            found = self.built[id(node)] = self._make(node, line, column)
            self.open.remove(id(node))
            if found.size > MAX_NODES:
                what = f"more than {MAX_NODES} values, those that aliases repeat included"
                raise _problem(self.path, line, column, "YAML104", what)
            if found.height > MAX_DEPTH:
                raise _problem(self.path, line, column, "YAML104", f"nested deeper than {MAX_DEPTH}")
        return found

    def place(self, node: yaml.Node) -> tuple[int, int]:
        return node.start_mark.line + 1, node.start_mark.column + 1

    def _make(self, node: yaml.Node, line: int, column: int) -> _Built:
        tag = node.tag if node.tag.startswith("!") and node.tag != "!" else ""
        if isinstance(node, yaml.ScalarNode):
            text = self._whole(node.value, line, column)
            return _Built(Scalar(self.path, line, column, text, node.style is None, tag), 1, 1)
        if isinstance(node, yaml.SequenceNode):
            items = [self.build(item) for item in node.value]
            return self._around(Sequence(self.path, line, column, tuple(item.node for item in items), tag), items)
        assert isinstance(node, yaml.MappingNode)
        pairs = self.pairs[id(node)] = self._pairs(node)
        parts = [_Built(key, 1, 1) for key, _ in pairs] + [value for _, value in pairs]
        items_of = tuple((key, value.node) for key, value in pairs)
        return self._around(Mapping(self.path, line, column, items_of, tag), parts)

    def _around(self, node: Node, parts: list[_Built]) -> _Built:
        size = 1 + sum(part.size for part in parts)
        return _Built(node, size, 1 + max((part.height for part in parts), default=0))

    def _whole(self, text: str, line: int, column: int) -> str:
        """JSON writes some characters as two escapes, which YAML takes for two characters."""
        if not _SURROGATES.search(text):
            return text
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise _problem(self.path, line, column, "YAML121", "an escape stands for half a character") from None

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[Scalar, _Built]]:
        pairs: dict[str, tuple[Scalar, _Built]] = {}
        merged: dict[str, tuple[Scalar, _Built]] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node).node
            if not isinstance(key, Scalar):
                raise _problem(self.path, key.line, key.column, "YAML106", "a key must be text")
            if key.text == "<<" and key.plain:
                for name, value in self._merged(key, value_node):
                    merged.setdefault(name.text, (name, value))
                continue
            if key.text in pairs:
                what = f"{key.text!r} is there twice: here and on line {pairs[key.text][0].line}"
                raise _problem(self.path, key.line, key.column, "YAML103", what, "remove or rename one of them")
            pairs[key.text] = (key, self.build(value_node))
        return [*pairs.values(), *(pair for name, pair in merged.items() if name not in pairs)]

    def _merged(self, key: Scalar, node: yaml.Node) -> Iterable[tuple[Scalar, _Built]]:
        """What `<<` brings: of several mappings the first that has a key."""
        self.build(node)
        for source in node.value if isinstance(node, yaml.SequenceNode) else (node,):
            if not isinstance(source, yaml.MappingNode):
                raise _problem(self.path, key.line, key.column, "YAML107", "<< merges mappings only")
            yield from self.pairs[id(source)]


_NULLS = ("", "~", "null", "Null", "NULL")


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
    if text in _NULLS:
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _NUMBER.fullmatch(text):
        number = float(text) if "." in text or "e" in text else int(text)
        return number if str(number) == text else text
    return text


_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?(e[-+][0-9]{2})?")


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

    def needed(self, table: Mapping, key: str, what: str, hint: str = "") -> Node | None:
        """What stands at that key; None, and a Problem on the line of the mapping, when it is not there."""
        node = table.get(key)
        if node is None:
            self.error(table, "002", f"{what} has no {key}", hint or f"add `{key}:`")
        return node

    def mapping(self, node: Node | None, what: str) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        self._wrong(node, what, "a mapping (`key: value` lines)")
        return None

    def sequence(self, node: Node | None, what: str) -> Sequence | None:
        if isinstance(node, Sequence):
            return node
        self._wrong(node, what, "a list (`- item` lines)")
        return None

    def text(self, node: Node | None, what: str) -> str | None:
        if isinstance(node, Scalar) and not is_null(node):
            return node.text
        self._wrong(node, what, "text")
        return None

    def boolean(self, node: Node | None, what: str) -> bool | None:
        if isinstance(node, Scalar) and node.text.lower() in ("true", "false", "yes", "no"):
            return node.text.lower() in ("true", "yes")
        self._wrong(node, what, "true or false")
        return None

    def integer(self, node: Node | None, what: str) -> int | None:
        if isinstance(node, Scalar) and re.fullmatch(r"[-+]?[0-9]{1,18}", node.text):
            return int(node.text)
        self._wrong(node, what, "a whole number")
        return None

    def number(self, node: Node | None, what: str) -> float | None:
        if isinstance(node, Scalar) and re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]*)?([eE][-+]?[0-9]{1,2})?", node.text):
            return float(node.text)
        self._wrong(node, what, "a number")
        return None

    def duration(self, node: Node | None, what: str) -> int | None:
        """Milliseconds."""
        hint = ""
        if isinstance(node, Scalar):
            try:
                return parse_duration(node.text)
            except ValueError as error:
                hint = str(error) if "too long" in str(error) else ""
        self._wrong(node, what, "a duration such as 90s, 1h30m or 7d", hint)
        return None

    def _wrong(self, node: Node | None, what: str, expected: str, hint: str = "") -> None:
        if node is None:
            self.error(None, "002", f"{what} is missing", f"it should be {expected}")
        else:
            self.error(node, "001", f"{what} is {describe(node)}, not {expected}", hint)

    def unknown_keys(self, node: Mapping, allowed: Iterable[str], what: str) -> None:
        allowed = tuple(allowed)
        for key, _ in node.items:
            if key.text not in allowed:
                near = difflib.get_close_matches(key.text, allowed, 1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(allowed)}"
                self.error(key, "003", f"{what} has no key {key.text!r}", hint)


def is_null(node: Node | None) -> bool:
    """Nothing there: no node, or an unquoted scalar that YAML reads as null."""
    return node is None or (isinstance(node, Scalar) and node.plain and not node.tag and node.text in _NULLS)


def describe(node: Node) -> str:
    """What a node is, for messages."""
    if isinstance(node, Scalar):
        return f"{node.text!r}" if node.text else "empty"
    return "a list" if isinstance(node, Sequence) else "a mapping"
