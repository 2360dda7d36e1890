"""The notebooks that come along: text files in Jupytext's percent format, made into .ipynb without outputs.

`python -m sim.course.notebooks FILE... FOLDER` writes the .ipynb of some text files, for who writes notebooks.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.core.problems import SimError, UsageError
from sim.formats import shipped
from sim.formats.text import read_text

SUFFIX = ".ipynb"
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
"""A block of code inside a text cell: a `#` there is a comment, no heading."""
LONGEST_ID = 64
"""How long the id of a cell may be in a notebook file of format 4.5."""
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def root() -> Path:
    """The folder of the text files: inside the installed package's data, else beside `data` in a checkout."""
    inside = shipped.root() / "notebooks"
    return inside if inside.is_dir() else shipped.root().parent / "notebooks"


@dataclass(frozen=True, slots=True)
class Notebook:
    """One notebook as it is kept. `name` is its file's name without ending, `text` the file's text."""

    name: str
    text: str

    @property
    def file_name(self) -> str:
        """What it is called in a learner's folder."""
        return f"{self.name}{SUFFIX}"

    @property
    def title(self) -> str:
        """The first heading: `03 CodeDeploy in place`."""
        return next(self._headings(), self.name)

    @property
    def anchors(self) -> list[str]:
        """How the parts of the notebook are spoken of, in order: each heading as a `slug`."""
        return [slug(heading) for heading in self._headings()]

    def _headings(self) -> Iterator[str]:
        for cell in cells(self.text):
            if cell.cell_type == "markdown":
                yield from HEADING.findall(FENCED.sub("", cell.source))

    def ipynb(self) -> str:
        """The notebook as JSON of format 4.5, without outputs. The same text gives the same JSON."""
        metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
        lines = [
            {**cell, "id": id, "source": cell.source.splitlines(keepends=True)}
            for id, cell in zip(self._cell_ids(), cells(self.text), strict=True)
        ]
        document = {"cells": lines, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def _cell_ids(self) -> Iterator[str]:
        """The heading above and the how-manieth cell, not chance, so that a file can be held against another."""
        heading = "cell"
        for number, cell in enumerate(cells(self.text)):
            if cell.cell_type == "markdown":
                heading = next((slug(one) for one in HEADING.findall(cell.source)), heading)
            yield f"{number:03d}-{heading}"[:LONGEST_ID]


@cache
def cells(text: str) -> tuple[Any, ...]:
    """The cells of a text in the percent format, as nbformat's NotebookNodes."""
    import jupytext

    return tuple(jupytext.reads(text, fmt="py:percent").cells)


def slug(heading: str) -> str:
    """How a heading is spoken of.

    >>> slug("3.2 What `npm ci` does, and why")
    '3-2-what-npm-ci-does-and-why'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def notebooks() -> list[Notebook]:
    """The course in its order."""
    return [read(path) for path in sorted(root().glob("*.py"))]


def read(path: Path) -> Notebook:
    """One text file. Raises UsageError when its name is no notebook's, ProblemsError when it cannot be read."""
    if path.suffix != ".py":
        raise UsageError(f"{path}: a notebook is kept as text, in a file that ends in .py")
    return Notebook(path.stem, read_text(path))


def _write(arguments: list[str]) -> None:
    """What `python -m sim.course.notebooks` does."""
    if len(arguments) < 2:
        raise SystemExit("python -m sim.course.notebooks FILE.py... FOLDER")
    *files, folder = (Path(one) for one in arguments)
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        notebook = read(file)
        (folder / notebook.file_name).write_text(notebook.ipynb(), encoding="utf-8")
        print(folder / notebook.file_name)


if __name__ == "__main__":
    try:
        _write(sys.argv[1:])
    except SimError as error:
        raise SystemExit(str(error)) from None
