"""Every code that the checks of question banks give is told in the table of codes, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import quizzes
from quizzes.codes import CODES
from sim.formats.check.guests import codes_of_guests, kinds_of_guests

OF_THE_READER = ("001", "002", "003")
"""Given by sim.formats.nodes.Reader, whoever reads with it."""


def emitted() -> Iterator[str]:
    """The figures of every code that stands in the package as a call's argument or first in a tuple of findings."""
    for path in sorted(Path(quizzes.__file__).parent.glob("*.py")):
        if path.name == "codes.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            values = node.args if isinstance(node, ast.Call) else node.elts[:1] if isinstance(node, ast.Tuple) else []
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    if re.fullmatch(r"(?:QB)?[0-9]{3}", value.value):
                        yield value.value.removeprefix("QB")


def test_what_is_given_is_told_and_what_is_told_is_given() -> None:
    assert {code.removeprefix("QB") for code in CODES} == {*emitted(), *OF_THE_READER}


def test_the_command_knows_them_by_the_entry_point() -> None:
    assert codes_of_guests() == CODES
    assert kinds_of_guests() == {"QB": ("Question banks", "docs/quiz.md")}


def test_errors_are_below_200_and_each_says_why() -> None:
    for code in CODES.values():
        assert (code.severity == "error") == (int(code.code[2:]) < 200)
        assert code.title
        assert code.explanation.endswith(".")
