"""Every line of the course text has a row that says what became of it, and what the row names is really there.

`pytest -s tests/course/test_coverage.py` prints how many rows are still open.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from quizzes import load
from sim.course.notebooks import HEADING, cells, root, slug
from sim.formats import shipped

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "course.txt").read_text(encoding="utf-8").splitlines()
ROWS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "course_coverage.yml").read_text(encoding="utf-8"))
VERDICTS = {
    one["line"]: one for one in yaml.safe_load((ROOT / "docs" / "course-verdicts.yml").read_text(encoding="utf-8"))
}
COLUMNS = ("behaviour", "cells", "questions")
KNOWN = {"holds", "dated", "imprecise", "wrong"}
OPEN = {"behaviour": 32, "cells": 0, "questions": 0}
"""So many lines are open in each column: never more, and when there are fewer, these numbers go down."""
WORDS = 5
"""So many words of a line, from its beginning, stand in a notebook that tells of it."""


def rows_with(column: str) -> list[Any]:
    """(row, one of its references), to be gone through."""
    return [
        pytest.param(row, one, id=f"{row['line']}-{one}")
        for row in ROWS
        if isinstance(row[column], list)
        for one in row[column]
    ]


def test_every_line_has_its_row() -> None:
    assert [row["line"] for row in ROWS] == [number for number, line in enumerate(TEXT, 1) if line.strip()]
    assert set(VERDICTS) == {row["line"] for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["line"])
def test_a_row_is_of_its_line_and_has_its_verdict(row: dict[str, Any]) -> None:
    assert list(row) == ["line", "text", "verdict", *COLUMNS]
    assert TEXT[row["line"] - 1].startswith(row["text"])
    assert row["verdict"] in KNOWN
    assert row["verdict"] == VERDICTS[row["line"]]["verdict"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["line"])
def test_what_is_left_out_may_be_left_out(row: dict[str, Any]) -> None:
    """A heading has nothing to show, and some lines nothing to simulate; every other column has references, or says
    that it is open."""
    verdict = VERDICTS[row["line"]]
    for column in COLUMNS:
        allowed = {"open"}
        if verdict["kind"] == "heading":
            allowed.add("heading")
        if column == "behaviour" and verdict["behaviour"] == "told":
            allowed.add("told")
        listed = row[column]
        assert listed in allowed if isinstance(listed, str) else len(listed) > 0, (column, listed)


@cache
def functions_in(path: str) -> frozenset[str]:
    """The names of the test functions in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("row", "named"), rows_with("behaviour"))
def test_a_behaviour_is_a_test_or_a_scenario_that_there_is(row: dict[str, Any], named: str) -> None:
    path, separator, function = named.partition("::")
    if separator:
        assert function in functions_in(path)
    else:
        assert named in shipped.scenarios()


@cache
def parts_of(name: str) -> dict[str, str]:
    """The parts of a notebook: heading -> its words and all beneath it, up to the next heading."""
    parts: dict[str, str] = {}
    heading = ""
    for cell in cells((root() / name).read_text(encoding="utf-8")):
        for line in cell.source.splitlines():
            found = HEADING.match(line) if cell.cell_type == "markdown" else None
            heading = slug(found[1]) if found else heading
            parts[heading] = f"{parts.get(heading, '')} {line}"
    return parts


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKC", text).lower()))


@pytest.mark.parametrize(("row", "named"), rows_with("cells"))
def test_a_part_of_a_notebook_quotes_the_line_or_asks_its_question(row: dict[str, Any], named: str) -> None:
    notebook, _, heading = named.partition("#")
    parts = parts_of(notebook)
    assert heading in parts
    beginning = " ".join(words(TEXT[row["line"] - 1]).split()[:WORDS])
    asked = (
        [one for one in row["questions"] if f'"{one}"' in parts[heading]] if isinstance(row["questions"], list) else []
    )
    rest = words(TEXT[row["line"] - 1]).split()[2 : 2 + WORDS]  # a quotation may leave out a line's first words
    later = bool(rest) and " ".join(rest) in words(parts[heading])
    assert beginning in words(parts[heading]) or later or asked


@pytest.mark.parametrize(("row", "named"), rows_with("questions"))
def test_a_question_is_one_of_the_banks(row: dict[str, Any], named: str) -> None:
    assert named in {question.id for question in load().questions}


def test_every_question_of_the_text_is_asked_by_the_question_about_it() -> None:
    """The bank says which line of the text a question is about: the row of that line names it."""
    about = {question.course.line: question.id for question in load().questions if question.course is not None}
    rows = {row["line"]: row for row in ROWS}
    assert [line for line, id in about.items() if id not in rows[line]["questions"]] == []


def test_how_many_rows_are_open(capsys: pytest.CaptureFixture[str]) -> None:
    open_ = {column: [row["line"] for row in ROWS if row[column] == "open"] for column in COLUMNS}
    with capsys.disabled():
        for column, lines in open_.items():
            print(f"\n{len(lines)} of {len(ROWS)} lines of the course text have no {column} yet", end="")
        print()
    assert {column: len(lines) for column, lines in open_.items()} == OPEN
