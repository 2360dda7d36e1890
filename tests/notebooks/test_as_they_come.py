"""The course as a learner gets it: `codesuite lab` copies it, nbmake runs each notebook in a fresh kernel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sim.course.notebooks import notebooks
from tests.jupyter import surroundings
from tests.notebooks.test_exercises import SECONDS, SOLVED, drawn, pictures, said

NAMES = [one.name for one in notebooks()]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the executed notebooks; nbmake has found no error in any of them."""
    home = tmp_path_factory.mktemp("learner")
    copy = [sys.executable, "-m", "sim", "lab", "course", "--copy-only"]
    run = [sys.executable, "-m", "pytest", "--nbmake", "--overwrite", f"--nbmake-timeout={SECONDS}", "course"]
    for command in (copy, run):
        done = subprocess.run(command, cwd=home, env=surroundings(home), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NAMES)} passed" in done.stdout
    return home / "course"


def executed(course: Path, name: str) -> Any:
    return nbformat.read(course / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_ran_and_every_picture_is_shown(course: Path, name: str) -> None:
    document = executed(course, name)
    cells = [cell for cell in document.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "from the top, each once"
    assert pictures(document) == drawn(document)


@pytest.mark.parametrize("name", NAMES)
def test_no_exercise_is_solved_by_itself(course: Path, name: str) -> None:
    assert SOLVED not in said(executed(course, name))
