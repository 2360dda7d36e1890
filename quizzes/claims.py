"""What a claim asks of a run, and whether it asks anything: one that holds of any run proves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from jmespath import compile as compile_expression
from jmespath.exceptions import JMESPathError
from jmespath.visitor import Options, TreeInterpreter

from quizzes import model
from sim.formats.check.expectations import check_expression
from sim.formats.nodes import Scalar

Part = dict[str, Any]
"""A node of a parsed JMESPath expression: its type, value and children."""
MISNAMED = "SC305"
"""The code of the finding that nothing of a result has that name at that place."""
MISVALUED = "SC306"
"""The code of the finding that what stands at a place never has that value."""


def in_force(question: model.Question) -> list[str]:
    """The expressions that hold where the key is right: claims of right options, the value, the checks of a task."""
    found: list[str] = []
    if isinstance(question, model.Prove):
        found += [check.holds for check in question.checks]
    if question.proof is not None:
        right = question.right if isinstance(question, model.Choice) else ()
        found += [question.proof.claims[key].holds for key in right if key in question.proof.claims]
        found += [question.proof.value] if question.proof.value is not None else []
    return found


def fault_of(expression: str) -> str:
    """Why it is no JMESPath; empty when it is."""
    try:
        compile_expression(expression)
    except JMESPathError as error:
        return str(error).splitlines()[0]
    except RecursionError:
        return "it is nested too deeply"
    return ""


@cache
def texts_of(expression: str) -> frozenset[str]:
    """Every text that stands in an expression: `'Failed'`, or within `["Failed"]`."""
    try:
        literals = [part["value"] for part in _parsed(expression) if part["type"] == "literal"]
    except JMESPathError:
        return frozenset()
    flat = [item for value in literals for item in (value if isinstance(value, list) else [value])]
    return frozenset(item for item in flat if isinstance(item, str))


def _parsed(expression: str) -> Iterator[Part]:
    """Every node of an expression. Raises JMESPathError."""
    root: Any = compile_expression(expression).parsed
    return _parts(root)


def _parts(part: Part) -> Iterator[Part]:
    """The node and all inside it."""
    yield part
    for child in part["children"]:
        if isinstance(child, dict):  # a slice has numbers
            yield from _parts(child)


# What can be seen without a run


def misnamed(expression: str) -> list[str]:
    """What it asks for and no result ever has at that place, each with what may be meant."""
    return _schema_says(expression, MISNAMED)


def misvalued(expression: str) -> list[str]:
    """What it compares with a value that nothing has at that place, each with what may be meant."""
    return _schema_says(expression, MISVALUED)


def _schema_says(expression: str, code: str) -> list[str]:
    problems = check_expression(Scalar("", 1, 1, expression))
    return unique(
        f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        for problem in problems
        if problem.code == code
    )


def asks_nothing(expression: str) -> bool:
    """Whether it names no part of a result, so that every run gives the same."""
    return not any(part["type"] in ("field", "current") for part in _parsed(expression))


# What shows in a run


def hollow(expression: str, result: Mapping[str, Any], *, lists: bool = True) -> str:
    """Why it holds of this run without having looked at anything: it goes through a list that is empty, or says that
    something is not so of what is not there. Empty where neither is so.

    Of a wrong option `lists` is false: what it claims may well be about things that there are none of.
    """
    watch = _Watch()
    watch.visit(compile_expression(expression).parsed, result)
    for text, what in watch.found:
        if what == "there" or lists:
            return f"`{text}` is not there" if what == "there" else f"`{text}` is empty"
    return ""


class _Watch(TreeInterpreter):
    """Evaluates, and notes each list of the result that is gone through and empty, and each member that is asked of
    nothing inside `!(…)`. Rows of a list are not looked into: one may well be emptier than the others."""

    def __init__(self) -> None:
        super().__init__(Options())
        self.found: list[tuple[str, str]] = []
        self._rows = 0
        self._denials = 0

    def visit_not_expression(self, node: Any, value: Any) -> Any:
        self._denials += 1
        try:
            return super().visit_not_expression(node, value)
        finally:
            self._denials -= 1

    def visit_comparator(self, node: Any, value: Any) -> Any:
        # A comparison with what is not there is refused where claims are judged, unless it is one with null.
        denials, self._denials = self._denials, 0
        try:
            return super().visit_comparator(node, value)
        finally:
            self._denials = denials

    def visit_subexpression(self, node: Any, value: Any) -> Any:
        if self._denials and not self._rows:
            owner = node["children"][0]
            if self.visit(owner, value) is None:
                self.found.append((_spelled(owner), "there"))
        return super().visit_subexpression(node, value)

    def visit_projection(self, node: Any, value: Any) -> Any:
        return self._through(super().visit_projection, node, value)

    def visit_filter_projection(self, node: Any, value: Any) -> Any:
        return self._through(super().visit_filter_projection, node, value)

    def _through(self, visit: Any, node: Any, value: Any) -> Any:
        base = node["children"][0]
        inner = base["children"][0] if base["type"] == "flatten" else base
        if not self._rows and not _chosen(inner) and self.visit(inner, value) == []:
            self.found.append((_spelled(inner), "empty"))
        self._rows += 1
        try:
            return visit(node, value)
        finally:
            self._rows -= 1


def _chosen(part: Part) -> bool:
    """Whether rows were chosen on the way, so that none may be left."""
    return any(one["type"] in ("filter_projection", "slice", "function_expression") for one in _parts(part))


def _spelled(part: Part) -> str:
    """A path as it is written; of another expression its kind."""
    children = part["children"]
    if part["type"] == "field":
        return str(part["value"])
    if part["type"] == "index":
        return f"[{part['value']}]"
    if part["type"] == "subexpression":
        return ".".join(_spelled(child) for child in children)
    if part["type"] == "index_expression":
        return "".join(_spelled(child) for child in children)
    if part["type"] in ("projection", "flatten"):
        rest = _spelled(children[1]) if part["type"] == "projection" else ""
        start = _spelled(children[0])
        return f"{start}{'' if part['type'] == 'projection' and start.endswith(']') else '[]'}{'.' * bool(rest)}{rest}"
    return "" if part["type"] in ("identity", "current") else part["type"].replace("_", " ")


def unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
