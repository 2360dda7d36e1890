"""Every command and every example of the README works as written."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.jupyter import PATIENCE_S, running_lab

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


SET_UP = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("pip install")]
COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if not line.startswith("pip install")]


def run(line: str, folder: Path) -> str:
    command = [sys.executable, "-m", "sim", *shlex.split(line)[1:]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def serve(line: str, folder: Path) -> None:
    """A command that goes on until it is told to end: it serves its notebooks, and ends."""
    with running_lab(folder, *shlex.split(line)[1:]) as (process, _):
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    assert list((folder / "codesuite-course").glob("00_*.ipynb"))


def test_two_commands_set_it_up_and_ci_runs_them() -> None:
    assert SET_UP == ["pip install . && codesuite run first-release", "pip install '.[test]' && pytest"]
    assert README.index(SET_UP[1]) < 1200, "both stand on the first screen"


def test_every_command_works_in_the_order_of_the_page(tmp_path: Path) -> None:
    assert all(line.startswith("codesuite ") for line in COMMANDS)
    for line in COMMANDS:
        if line.startswith("codesuite lab"):
            serve(line, tmp_path)
        else:
            assert run(line, tmp_path).strip()
    assert (tmp_path / "rollback.png").stat().st_size > 10_000


def test_the_change_it_proposes_makes_that_hook_fail(tmp_path: Path) -> None:
    run("codesuite copy first-release my-release", tmp_path)
    path = tmp_path / "my-release/scenarios/first-release.yml"
    rule = blocks("yaml")[0].removeprefix("behavior:\n")
    text = path.read_text(encoding="utf-8")
    assert "\nbehavior:\n" in text
    path.write_text(text.replace("\nbehavior:\n", "\nbehavior:\n" + rule), encoding="utf-8")
    story = run("codesuite run my-release/scenarios/first-release.yml", tmp_path)
    assert re.search(r"web-2 Failed .*ValidateService failed.*connection refused", story)


@pytest.mark.parametrize("example", blocks("python"))
def test_the_python_example_runs_as_written(example: str, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(ROOT / "data")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Succeeded" in done.stdout
    assert (tmp_path / "release.png").stat().st_size > 10_000
