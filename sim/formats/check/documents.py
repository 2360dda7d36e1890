"""Documents that stand inside a template, as mappings or as JSON text: read, and their findings put where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sim.core.problems import Problem, ProblemsError
from sim.formats.check.template import Found
from sim.formats.intrinsics import function, is_function
from sim.formats.nodes import Node, Scalar, compose, inner, is_null
from sim.formats.text import strict_json


def place(lines: Sequence[str], node: Scalar) -> Callable[[Problem], Problem]:
    """Moves a finding of an inline text to where that text stands in the file's lines."""
    head = lines[node.line - 1] if node.line <= len(lines) else ""
    if re.search(r"[|>][-+0-9]*\s*(#.*)?$", head[node.column - 1 :]) is None:

        def same_line(problem: Problem) -> Problem:
            message = f"{problem.message} (line {problem.line} of this text)" if problem.line > 1 else problem.message
            return Problem(problem.path, node.line, node.column, problem.severity, problem.code, message, problem.hint)

        return same_line
    first = next((lines[below] for below in range(node.line, len(lines)) if lines[below].strip()), "")
    indent = len(first) - len(first.lstrip())
    offset = node.line

    # "at line 5" are CodeBuild's own words, of the text alone.
    def moved(problem: Problem) -> Problem:
        line, column = max(problem.line, 1) + offset, max(problem.column, 1) + indent
        message = re.sub(r"\bon line (\d+)", lambda found: f"on line {int(found[1]) + offset}", problem.message)
        hint = re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) + offset}", problem.hint)
        return Problem(problem.path, line, column, problem.severity, problem.code, message, hint)

    return moved


def of_document(template: Found, node: Node, check: Callable[[Node, str], list[Problem]]) -> list[Problem]:
    """Findings of a document that a property holds, as a mapping or as JSON text."""
    if not isinstance(node, Scalar) or is_null(node):
        return check(node, template.path)
    moved = place(template.lines, node)
    try:
        found = check(composed(node, template.path), template.path)
    except ProblemsError as error:
        found = list(error.problems)
    return [moved(problem) for problem in found]


def composed(node: Scalar, path: str) -> Node:
    """A document from its JSON text. Raises ProblemsError."""
    strict_json(node.text, path)
    return compose(node.text, path)


def read_document(node: Node | None, path: str) -> Node | None:
    """A document that a property holds; None when it cannot be known."""
    if node is None or function(node) is not None or not isinstance(node, Scalar):
        return node
    try:
        return composed(node, path)
    except ProblemsError:
        return None


def tags(root: Node) -> list[Problem]:
    """Tags such as !Ref in a file where nobody replaces them."""
    found = []
    below = [root]
    while below:
        node = below.pop()
        tag = getattr(node, "tag", "")
        if tag:
            if is_function(tag):
                message = f"{tag} is for CloudFormation's templates: here nobody replaces it"
                hint = "write the value itself, or have the build fill it in"
            else:
                message = f"YAML takes {tag[:60]} for a tag: it is no part of the text"
                hint = "quote the text, and the command as a whole: the ! belongs to it"
            found.append(Problem(node.path, node.line, node.column, "warning", "YAML202", message, hint))
        below += inner(node)
    return found
