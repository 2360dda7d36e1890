"""YAML and JSON with their positions kept: every scalar stays text until a reader asks for more.

`compose` gives a tree of `Scalar`, `Sequence` and `Mapping`; `plain` makes plain values of it; a `Reader` asks for
what should be there and collects Problems where it is not.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import yaml

from sim.core.clock import parse_duration
from sim.core.problems import Problem, ProblemsError
from sim.formats import syntax

MAX_DEPTH = 100
"""Mappings and lists inside each other; aliases count where they are used."""
MAX_NODES = 100_000
"""Keys and values; what an alias stands for counts each time."""
MAX_TEXT = 2_000_000
"""Characters."""
MAX_NOTED = 100
"""Mistakes of one document that are told."""
MAX_LOOK_UPS = 50
"""Words for which one that is near is looked for."""
MAX_COMPARED = 5_000
"""Pairs of words that a reader compares for it."""
MAX_KNOWN = 500
"""So many known words are held against one."""
MANY = 8
"""From so many keys on, they are looked up in an index."""


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
    """A list. `alias` is the name behind the `*` where it stands for another one."""

    items: tuple[Node, ...]
    tag: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    """Keys and values. `alias` is the name behind the `*` where it stands for another one."""

    items: tuple[tuple[Scalar, Node], ...]
    tag: str = ""
    alias: str = ""
    _index: dict[str, tuple[Scalar, Node]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The same by key, once it has been asked for: of long mappings only."""

    def get(self, key: str) -> Node | None:
        pair = self._pair(key)
        return None if pair is None else pair[1]

    def keys(self) -> tuple[str, ...]:
        return tuple(name.text for name, _ in self.items)

    def key(self, name: str) -> Scalar | None:
        """The node of the key itself, for its line."""
        pair = self._pair(name)
        return None if pair is None else pair[0]

    def __contains__(self, key: object) -> bool:
        return self._pair(key) is not None

    def _pair(self, key: object) -> tuple[Scalar, Node] | None:
        """The first of that key."""
        if len(self.items) < MANY:
            for pair in self.items:
                if pair[0].text == key:
                    return pair
            return None
        if not self._index:
            self._index.update((pair[0].text, pair) for pair in reversed(self.items))
        return self._index.get(key) if isinstance(key, str) else None


_BLOCK = re.compile(r"\|[-+0-9]*\s*(#.*)?$")


def block_of(lines: SequenceABC[str], node: Scalar) -> tuple[int, int] | None:
    """(lines above its text, columns before it) of a text that stands below a `|`; None for any other."""
    head = lines[node.line - 1] if node.line <= len(lines) else ""
    if _BLOCK.search(head[node.column - 1 :]) is None:
        return None
    first = next((lines[place] for place in range(node.line, len(lines)) if lines[place].strip()), "")
    return node.line, len(first) - len(first.lstrip())


def inner(node: Node) -> tuple[Node, ...]:
    """The values directly inside a node, in order."""
    if isinstance(node, Sequence):
        return node.items
    return tuple(value for _, value in node.items) if isinstance(node, Mapping) else ()


Pair = tuple[Scalar, Node]
"""A key and its value."""
Repeated = list[tuple[Pair, Pair]]
"""Keys that stand in a mapping twice, with their values: (the earlier one, the later one)."""


def twice(first: Pair, again: Pair, last_counts: bool = False) -> Problem:
    """A key that stands in a mapping two times: an error, but where the last is known to count."""
    key, line = again[0], first[0].line
    message = f"{key.text!r} is there twice: here and on line {line}"
    if not last_counts:
        return Problem(key.path, key.line, key.column, "error", "YAML103", message, _made_one(first, again))
    lost = f"line {key.line} counts, and what line {line} holds is lost"
    message = f"{message}; {lost if line != key.line else 'the last counts, and the other is lost'}"
    return Problem(key.path, key.line, key.column, "warning", "YAML201", message, _made_one(first, again))


def _made_one(first: Pair, again: Pair) -> str:
    """What to do with two values of one key."""
    key, line = again[0].text[:60], first[0].line
    for value, other in ((first, "this one"), (again, f"that of line {line}")):
        if is_null(value[1]):
            return f"take the `{key}` of line {value[0].line} out: it is empty, and {other} is not"
    if isinstance(first[1], Sequence) and isinstance(again[1], Sequence):
        return f"merge the two lists into one: put these entries below those of line {line}, and take this `{key}` out"
    if isinstance(first[1], Mapping) and isinstance(again[1], Mapping):
        return f"merge the two: put what stands in this `{key}` into that of line {line}, and take this one out"
    if isinstance(first[1], Scalar) and isinstance(again[1], Scalar):
        if first[1].text == again[1].text:
            return "take one of the two lines out"
        return f"keep the value that is meant: {first[1].text[:60]!r} of line {line}, or {again[1].text[:60]!r} here"
    return "keep the one that is meant, and rename or take out the other"


class _Loader(yaml.SafeLoader):
    """Without resolving: no scalar is anything but text."""


_Loader.yaml_implicit_resolvers = {}
SPLIT = "take out what AWS does not read, or split the file"
FLATTEN = "is that meant? take brackets, levels or aliases out until it fits"
HALF = "write both halves, \\ud83d\\ude00 for instance, or the character itself"
_FAST: Any = getattr(yaml, "CSafeLoader", _Loader)
"""libyaml where it is there: quick, and CodeBuild answers with its words (docs/behaviour/codebuild.md §1.10)."""


def _problem(path: str, line: int, column: int, code: str, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([Problem(path, line, column, "error", code, message, hint)])


def compose(text: str, path: str, repeated: Repeated | None = None) -> Node:
    """The tree of a YAML or JSON document. Raises ProblemsError for bad syntax, duplicate keys and hostile input.

    With a list `repeated`, the last of several equal keys counts, and they are put into the list.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_TEXT:
        raise _problem(path, 1, 1, "YAML105", f"the file has more than {MAX_TEXT:,} characters", SPLIT)
    builder = _Builder(path, repeated)
    text = _as_yaml(text)
    strange = _NOT_YAML.search(text)
    if strange is not None:
        raise _strange(text, strange, path)
    try:
        _parse(text, builder)
    except yaml.MarkedYAMLError as error:
        if not builder.problems:
            raise _syntax(text, path, error) from None
        # Most likely a consequence of what has been found before.
    if builder.problems:
        raise ProblemsError(builder.problems)
    if is_null(builder.root) or builder.root is None:
        raise _problem(path, 1, 1, "YAML102", "the file is empty", "or it holds comments only")
    return builder.root


def _parse(text: str, builder: _Builder) -> None:
    """Events one by one, so that limits hold before anything grows, and nothing recurs."""
    loader = _FAST(text)
    try:
        while loader.check_event():
            builder.take(loader.get_event())
    finally:
        loader.dispose()


def _strange(text: str, found: re.Match[str], path: str) -> ProblemsError:
    before = text[: found.start()]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    if "\ud800" <= found[0] <= "\udfff":
        return _problem(path, line, column, "YAML121", "an escape stands for half a character", HALF)
    what = f"not YAML: the character U+{ord(found[0]):04X}, which no text file holds"
    return _problem(path, line, column, "YAML101", what, "is it a text file, and in UTF-8?")


def _syntax(text: str, path: str, error: yaml.MarkedYAMLError) -> ProblemsError:
    mark = error.problem_mark or error.context_mark
    words = _libyaml(str(error.problem), str(error.context))
    lines = text.splitlines()
    never_ends = mark is not None and mark.line >= len(text.rstrip().splitlines())
    if error.context_mark and (never_ends or words == "could not find expected ':'"):
        mark = error.context_mark  # what was begun there never ends
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    begins = (error.context_mark.line + 1, error.context_mark.column + 1) if error.context_mark else None
    hint = syntax.opened(lines, line, words, str(error.context), begins) or syntax.hint(lines, line, words)
    if "nesting depth" in words:
        return _problem(path, line, column, "YAML104", f"nested deeper than {MAX_DEPTH}", FLATTEN)
    if "escape code" in words and "Unicode" in words:
        return _problem(path, line, column, "YAML121", "an escape stands for half a character", HALF)
    glued = syntax.glued(lines, line, words)
    if glued is not None:
        # The mistake stands above the line that CodeBuild would name.
        words, hint = f"{words} at line {line}", syntax.no_space(glued[2])
        line, column, _ = glued
    return _problem(path, line, column, "YAML101", f"not YAML: {words}", hint)


def _libyaml(words: str, context: str) -> str:
    """The words of libyaml for what the parser in Python says, where libyaml is not there."""
    words = _SAME.get(words, words)
    if words.startswith("expected <block end>"):
        return "did not find expected " + ("'-' indicator" if "collection" in context else "key")
    found = re.match(r"expected (.+?), but (?:found|got) ", words)
    if found is not None:
        return f"did not find expected {found[1].strip(chr(39)) if '<' in found[1] else found[1]}"
    return re.sub(r"^found character .* that", "found character that", words)


_SAME = {"mapping values are not allowed here": "mapping values are not allowed in this context"}
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JSON_ONLY = re.compile("[\t\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}")


def _as_yaml(text: str) -> str:
    """JSON that YAML would take for something else, so that it does not.

    Outside its strings JSON may hold tabs, which are as good as spaces; the other characters stand inside strings.
    """
    if text.lstrip(" \t\r\n")[:1] not in ("{", "[") or not (_JSON_ONLY.search(text) or "\\u" in text):
        return text
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return text
    text = _JSON_ONLY.sub(lambda found: " " if found[0] == "\t" else f"\\u{ord(found[0]):04x}", text)
    return _ESCAPE.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    """An escape of JSON's as the character it stands for, if that may stand in a string: YAML knows no pairs."""
    if found[0] == "\\\\":
        return found[0]
    digits = found[0][2:6] + found[0][8:12]
    char = bytes.fromhex(digits).decode("utf-16-be", "surrogatepass")
    stays = len(digits) == 4 and (not char.isprintable() or char in '"\\')
    return found[0] if stays else char


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("anchor", "column", "items", "key", "line", "merged", "pairs", "started", "tag")

    def __init__(self, event: Any, started: int):
        mark = event.start_mark
        self.line, self.column = mark.line + 1, mark.column + 1
        self.tag = _tag(event.tag)
        self.anchor: str | None = event.anchor
        self.started = started
        self.key: Scalar | None = None
        self.items: list[Node] = []
        self.pairs: dict[str, tuple[Scalar, Node]] | None = {} if isinstance(event, yaml.MappingStartEvent) else None
        self.merged: dict[str, tuple[Scalar, Node]] = {}


def _tag(tag: str | None) -> str:
    return tag if tag is not None and tag.startswith("!") and tag != "!" else ""


class _Builder:
    """Makes nodes of the parser's events. What an alias stands for is made once, and counts each time."""

    def __init__(self, path: str, repeated: Repeated | None):
        self.path = path
        self.repeated = repeated
        self.root: Node | None = None
        self.count = 0
        self.open: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.measures: dict[int, tuple[int, int]] = {}
        """How many nodes a mapping or list holds, and how deep it goes; of all nodes that are in the tree."""
        self.problems: list[Problem] = []
        """Mistakes after which the rest of the document can be read all the same."""
        self.copies: list[Node] = []
        """What aliases stand for: kept, so that no other node gets the same id()."""
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            mark: Any = event.start_mark
            plain = not event.style
            if not event.value.isascii() and _SURROGATES.search(event.value):
                self._note(mark.line + 1, mark.column + 1, "YAML121", "an escape stands for half a character", HALF)
            node = Scalar(self.path, mark.line + 1, mark.column + 1, event.value, plain, _tag(event.tag))
            self._add(node, event.anchor, 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.open.append(_Open(event, self.count))
            self._limits(event, len(self.open))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(self.open.pop())
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                what = "not YAML: expected a single document in the stream"
                raise self._fault(event.start_mark, "YAML101", what, "keep what stands before `---` or what follows")

    def _fault(self, mark: Any, code: str, message: str, hint: str) -> ProblemsError:
        return _problem(self.path, mark.line + 1, mark.column + 1, code, message, hint)

    def _note(self, line: int, column: int, code: str, message: str, hint: str) -> None:
        # One a line: `{{name}}` is a mapping as a key of a mapping as a key.
        if len(self.problems) < MAX_NOTED and not any((it.line, it.code) == (line, code) for it in self.problems[-1:]):
            self.problems += _problem(self.path, line, column, code, message, hint).problems

    def _limits(self, event: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self._fault(event.start_mark, "YAML104", f"nested deeper than {MAX_DEPTH}", FLATTEN)
        if self.count > MAX_NODES:
            raise self._fault(event.start_mark, "YAML104", f"more than {MAX_NODES:,} values, aliases in full", FLATTEN)

    def _alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            if any(event.anchor == place.anchor for place in self.open):
                hint = f"write out what is meant in place of *{event.anchor}"
                raise self._fault(event.start_mark, "YAML120", "an alias stands for something it is a part of", hint)
            hint = "quote text that begins with *"
            raise self._fault(event.start_mark, "YAML101", f"not YAML: found undefined alias {event.anchor!r}", hint)
        size, height = (1, 0) if isinstance(node, Scalar) else self.measures[id(node)]
        self._limits(event, len(self.open) + height)
        self._add(self._at_alias(node, event), None, size)

    def _at_alias(self, node: Node, event: Any) -> Node:
        """What an alias stands for, at the alias's own place: that is where a mistake with it is mended."""
        mark = event.start_mark
        if not isinstance(node, (Sequence, Mapping)):
            return node
        copy = replace(node, line=mark.line + 1, column=mark.column + 1, alias=event.anchor)
        self.measures[id(copy)] = self.measures[id(node)]
        self.copies.append(copy)
        return copy

    def _add(self, node: Node, anchor: str | None, size: int) -> None:
        """Put a node where it belongs: into what is open, as a key or a value."""
        self.count += size
        if anchor is not None:
            self.anchors[anchor] = node
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values, aliases in full"
            raise _problem(self.path, node.line, node.column, "YAML104", message, FLATTEN)
        if not self.open:
            self.root = node
            return
        place = self.open[-1]
        if place.pairs is None:
            place.items.append(node)
        elif place.key is None:
            if not isinstance(node, Scalar):
                hint = "quote it: `{{name}}` and `[[ … ]]` without quotes are mappings and lists"
                self._note(node.line, node.column, "YAML106", "a key must be text", hint)
                node = Scalar(self.path, node.line, node.column, f"key on line {node.line}, column {node.column}")
            place.key = node
        else:
            key, place.key = place.key, None
            self._pair(place, place.pairs, key, node)

    def _pair(self, place: _Open, pairs: dict[str, tuple[Scalar, Node]], key: Scalar, node: Node) -> None:
        if key.text == "<<" and key.plain:
            for name, value in self._merged(key, node):
                place.merged.setdefault(name.text, (name, value))
            return
        if key.text in pairs:
            if self.repeated is None:
                raise ProblemsError([twice(pairs[key.text], (key, node))])
            self.repeated.append((pairs[key.text], (key, node)))
        pairs[key.text] = (key, node)

    def _merged(self, key: Scalar, node: Node) -> Iterable[tuple[Scalar, Node]]:
        """What `<<` brings: of several mappings the first that has a key."""
        for source in node.items if isinstance(node, Sequence) else (node,):
            if not isinstance(source, Mapping):
                hint = "name an anchor of a mapping, as in `<<: *defaults`, or a list of such"
                self._note(key.line, key.column, "YAML107", "<< merges mappings only", hint)
                continue
            yield from source.items

    def _close(self, place: _Open) -> None:
        node: Node
        if place.pairs is None:
            node = Sequence(self.path, place.line, place.column, tuple(place.items), place.tag)
            parts: Iterable[Node] = node.items
        else:
            rest = (pair for name, pair in place.merged.items() if name not in place.pairs)
            pairs = (*place.pairs.values(), *rest)
            node = Mapping(self.path, place.line, place.column, pairs, place.tag)
            parts = (part for pair in pairs for part in pair)
        size, height = 1, 1
        for part in parts:
            inside = (1, 1) if isinstance(part, Scalar) else self.measures[id(part)]
            size += inside[0]
            height = max(height, inside[1] + 1)
        self.measures[id(node)] = (size, height)
        self.count = place.started
        self._add(node, place.anchor, size)


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


def _is_pair(node: Node) -> bool:
    """Whether a node is one key with its value."""
    return isinstance(node, Mapping) and len(node.items) == 1


def _one_entry(node: Mapping) -> str:
    """How a mapping is written as a list of one."""
    hint = "begin it with `- `: a list may have one entry too"
    others = [key for key, _ in node.items[1:] if key.line > node.line]
    if not others:
        return hint
    first = node.items[0][0].text[:40]
    return f"{hint}; the first line is then `- {first}:`, and what follows it begins below the `{first[:1]}`"


_WORDS = re.compile(r"[\w./*:-]*[\w./*-](, ?[\w./*:-]*[\w./*-])*")
"""Words with commas between them, as they may stand in a list in brackets."""
_BELOW = "write it as lines of `key: value`, each deeper than what they belong to"


class Reader:
    """Asks nodes for what should be there; what is not is a Problem of `path`, and the answer is None."""

    def __init__(self, path: str, prefix: str = ""):
        self.path = path
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.looked_up = 0
        self.compared = 0

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

    def mapping(self, node: Node | None, what: str, hint: str = "") -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        glued = re.match(r"[\w.-]+:(?=[^\s:])", node.text) if isinstance(node, Scalar) else None
        hint = hint or (f"put a space after {glued[0]}" if glued is not None else _BELOW)
        if isinstance(node, Sequence) and node.items and all(_is_pair(item) for item in node.items):
            hint = "take each `- ` in front away: the keys stand in one mapping"
        elif isinstance(node, Sequence) and len(node.items) == 1 and isinstance(node.items[0], Mapping):
            keys = node.items[0].keys()
            hint = f"take the `- ` in front of `{keys[0][:40]}` away: one mapping is due, no list" if keys else hint
        self._wrong(node, what, "a mapping (`key: value` lines)", hint)
        return None

    def sequence(self, node: Node | None, what: str) -> Sequence | None:
        if isinstance(node, Sequence):
            return node
        hint = "write each entry on a line of its own that begins with `- `"
        if isinstance(node, Mapping):
            hint = _one_entry(node)
        if isinstance(node, Scalar) and len(node.text) <= 80 and _WORDS.fullmatch(node.text):
            # What begins with a star would be an alias.
            words = [f"'{word}'" if word[0] in "*:-" else word for word in re.split(r", ?", node.text)]
            hint = f"write it as a list: [{', '.join(words)}]"
        self._wrong(node, what, "a list (`- item` lines)", hint)
        return None

    def text(self, node: Node | None, what: str) -> str | None:
        if isinstance(node, Scalar) and not is_null(node):
            return node.text
        self._wrong(node, what, "text", "write one text there, in quotes if it holds `: ` or begins with a sign")
        return None

    def boolean(self, node: Node | None, what: str) -> bool | None:
        if isinstance(node, Scalar) and node.text.lower() in ("true", "false", "yes", "no"):
            return node.text.lower() in ("true", "yes")
        self._wrong(node, what, "true or false", "write true or false, without quotes")
        return None

    def integer(self, node: Node | None, what: str) -> int | None:
        if isinstance(node, Scalar) and re.fullmatch(r"[-+]?[0-9]{1,18}", node.text):
            return int(node.text)
        self._wrong(node, what, "a whole number", "write digits only, such as 5")
        return None

    def number(self, node: Node | None, what: str) -> float | None:
        if isinstance(node, Scalar) and re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]*)?([eE][-+]?[0-9]{1,2})?", node.text):
            return float(node.text)
        self._wrong(node, what, "a number", "write digits, with a point where one is due, such as 5 or 0.5")
        return None

    def duration(self, node: Node | None, what: str) -> int | None:
        """Milliseconds."""
        hint = "write a number and a unit: s, m, h or d"
        if isinstance(node, Scalar):
            try:
                return parse_duration(node.text)
            except ValueError as error:
                hint = str(error) if "too long" in str(error) else hint
        self._wrong(node, what, "a duration such as 90s, 1h30m or 7d", hint)
        return None

    def _wrong(self, node: Node | None, what: str, expected: str, hint: str) -> None:
        if node is None:
            self.error(None, "002", f"{what} is missing", f"it should be {expected}")
        else:
            self.error(node, "001", f"{what} is {describe(node)}, not {expected}", hint)

    def unknown_keys(self, node: Mapping, allowed: Iterable[str], what: str, *, tolerated: str = "") -> None:
        """Keys that should not be there. With `tolerated`, a warning's code: AWS takes them, and does nothing."""
        allowed = tuple(allowed)
        known = set(allowed)
        for key, _ in node.items:
            if key.text in known:
                continue
            close = self.near(key.text, allowed)
            hint = f"did you mean {close}?" if close else f"known here: {', '.join(allowed)}"
            if tolerated:
                self.warning(key, tolerated, f"{what} has no key {key.text!r}: nothing comes of it", hint)
            else:
                self.error(key, "003", f"{what} has no key {key.text!r}", hint)

    def near(self, word: str, known: Iterable[str]) -> str:
        """The known word that may be meant, or "". Only the first few words are looked up: it takes time."""
        self.looked_up += 1
        if self.looked_up > MAX_LOOK_UPS or self.compared >= MAX_COMPARED:
            return ""
        held = list(islice(known, MAX_KNOWN))
        self.compared += len(held)
        return near(word, held)


def near(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """The known word that is nearest to one, or "" when none is as much alike (0 to 1, as difflib measures it)."""
    found = difflib.get_close_matches(word[:60], list(islice(known, MAX_KNOWN)), 1, alike)
    return found[0] if found else ""


def is_null(node: Node | None) -> bool:
    """Nothing there: no node, or an unquoted scalar that YAML reads as null."""
    return node is None or (isinstance(node, Scalar) and node.plain and not node.tag and node.text in _NULLS)


def describe(node: Node) -> str:
    """What a node is, for messages."""
    if isinstance(node, Scalar):
        return f"{node.text!r}" if node.text else "empty"
    return "a list" if isinstance(node, Sequence) else "a mapping"
