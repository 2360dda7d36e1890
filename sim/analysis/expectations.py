"""What a scenario expects of its run: JMESPath over the result, where only `true` is a pass."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jmespath import compile as compile_expression
from jmespath.exceptions import JMESPathError
from jmespath.visitor import Options, TreeInterpreter

from sim.formats import shipped


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation and what came of it: `message` says why it does not hold, and is empty when it does."""

    text: str
    line: int
    holds: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """Whether an exercise is solved: true when every expectation holds. Shows itself in plain words."""

    verdicts: tuple[Verdict, ...]
    hint: str = ""

    def __bool__(self) -> bool:
        return all(verdict.holds for verdict in self.verdicts)

    def __str__(self) -> str:
        lines = ["Solved." if self else "Not solved yet."]
        for verdict in self.verdicts:
            lines.append(f"  {'✓' if verdict.holds else '✗'} {verdict.text}")
            if not verdict.holds:
                lines.append(f"      {verdict.message}")
        if self.hint and not self:
            lines.append(f"Hint: {self.hint}")
        return "\n".join(lines)

    __repr__ = __str__


class NothingThereError(Exception):
    """A comparison with something that the document does not hold."""


class _Strict(TreeInterpreter):
    """Compares only what is there: `null != 'Failed'` would be true for an instance that does not exist.

    Inside a filter (`[?status == 'Failed']`) a missing member only means that this row is not meant.
    """

    def __init__(self) -> None:
        super().__init__(Options())
        self._filters = 0

    def visit_filter_projection(self, node: Any, value: Any) -> Any:
        self._filters += 1
        try:
            return super().visit_filter_projection(node, value)
        finally:
            self._filters -= 1

    def visit_comparator(self, node: Any, value: Any) -> Any:
        if not self._filters:
            for child in node["children"]:
                if child["type"] != "literal" and self.visit(child, value) is None:
                    others = [other for other in node["children"] if other is not child]
                    if not any(other["type"] == "literal" and other["value"] is None for other in others):
                        raise NothingThereError("it compares with something that is not there")
        return super().visit_comparator(node, value)


def judge(document: Mapping[str, Any], text: str, line: int = 0) -> Verdict:
    """Whether an expectation comes out exactly `true`. A comparison with what isn't there is no pass."""
    try:
        _look_for_names(document, text)
        value = _Strict().visit(compile_expression(text).parsed, document)
    except NothingThereError as error:
        return Verdict(text, line, False, str(error))
    except JMESPathError as error:
        return Verdict(text, line, False, str(error).splitlines()[0])
    except TypeError:  # jmespath compares what Python refuses to compare
        return Verdict(text, line, False, "it compares things of different types")
    if value is True:
        return Verdict(text, line, True)
    return Verdict(text, line, False, _why_not(document, text, value))


def _look_for_names(document: Mapping[str, Any], text: str) -> None:
    """A name that no result ever has is a slip: `deployments[?stats=='Failed'] == `[]`` would hold for ever. Raises
    NothingThereError."""
    asked, made = _names(compile_expression(text).parsed)
    for name in asked:
        if name not in made and name not in _possible_names() and not _holds(document, name):
            near = difflib.get_close_matches(name, _possible_names(), 1)
            raise NothingThereError(f"nothing in a result is called {name!r}{f', but {near[0]!r}' if near else ''}")


def _names(node: Mapping[str, Any]) -> tuple[list[str], set[str]]:
    """(members that an expression asks for, names that it makes itself)"""
    asked = [str(node["value"])] if node["type"] == "field" else []
    made = {str(node["value"])} if node["type"] == "key_val_pair" else set()
    for child in node["children"]:
        if not isinstance(child, Mapping):  # the numbers of a slice
            continue
        more, own = _names(child)
        asked += more
        made |= own
    return asked, made


@cache
def _possible_names() -> frozenset[str]:
    """Every member that the schema of the result knows."""
    schema = json.loads((shipped.root() / "schema/result.schema.json").read_text(encoding="utf-8"))
    found: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            found.update(part.get("properties", ()))
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(schema)
    return frozenset(found)


def _holds(value: Any, name: str) -> bool:
    """Whether that name stands anywhere in a document: free parts, such as a revision, are in no schema."""
    if isinstance(value, Mapping):
        return name in value or any(_holds(item, name) for item in value.values())
    if isinstance(value, list):
        return any(_holds(item, name) for item in value)
    return False


def _why_not(document: Mapping[str, Any], text: str, value: Any) -> str:
    """What stands on the left of a comparison that does not hold, so that nobody has to look for it."""
    node = compile_expression(text).parsed
    if value is False and node["type"] == "comparator" and node["children"][0]["type"] != "literal":
        return f"there it is {json.dumps(_Strict().visit(node['children'][0], document), ensure_ascii=False)}"
    return f"it is {json.dumps(value, ensure_ascii=False)}, not true"


def judge_all(document: Mapping[str, Any], expectations: Iterable[tuple[str, int]]) -> list[Verdict]:
    """The verdict on each (text, line)."""
    return [judge(document, text, line) for text, line in expectations]
