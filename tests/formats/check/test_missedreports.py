"""Reports that a group looks for in another folder than the one that a command writes them into."""

from pathlib import Path

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_paths

SPEC = """version: 0.2
phases:
  build:
    commands:
      - python -m pytest --junitxml=reports/unit.xml --cov-report=xml:reports/coverage.xml
reports:
  unit:
    files:
      - unit.xml
    base-directory: test-reports
"""


def told(folder: Path, text: str) -> list[Problem]:
    (folder / "buildspec.yml").write_text(text)
    return [one for one in check_paths([folder]).problems if one.code == "BS305"]


@pytest.mark.parametrize(
    "command",
    [
        "pytest --junitxml=reports/unit.xml",
        "pytest --junitxml reports/unit.xml -q",
        "pytest --cov-report=xml:reports/unit.xml",
        "pytest --junitxml='reports/unit.xml'",
        "./tests > reports/unit.xml",
        "go-junit-report -o ./reports/unit.xml",
    ],
)
def test_the_folder_that_is_written_to_is_hinted_at(command: str, tmp_path: Path) -> None:
    text = SPEC.replace("python -m pytest --junitxml=reports/unit.xml --cov-report=xml:reports/coverage.xml", command)
    (problem,) = told(tmp_path, text)
    assert (problem.line, problem.column, problem.hint) == (10, 21, "did you mean reports?")
    assert (
        problem.message
        == "no command writes into test-reports, and it is not there: unit.xml is written to reports/unit.xml"
    )
    assert not told(tmp_path, text.replace("test-reports", "reports"))


def test_a_file_at_the_root_has_no_base_directory(tmp_path: Path) -> None:
    text = SPEC.replace("reports/unit.xml", "unit.xml")
    (problem,) = told(tmp_path, text)
    assert problem.hint == "take `base-directory` out: unit.xml lies at the root of the source"
    assert not told(tmp_path, text.replace("    base-directory: test-reports\n", ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      - python", "      - mkdir -p test-reports\n      - python"),
        ("reports/unit.xml", "$OUT/unit.xml"),
        ("--junitxml=reports/unit.xml", "tests/unit.xml"),
        ("      - python", "      - cd web\n      - python"),
        ("- unit.xml", "- '*.xml'"),
        ("- unit.xml", "- other.xml"),
        ("--junitxml=reports/unit.xml", "--junitxml=a/unit.xml --html=b/unit.xml"),
        ("base-directory: test-reports", "base-directory: $OUT"),
        ("phases:", "env: {variables: {OUT: test-reports}}\nphases:"),
    ],
)
def test_what_is_not_clear_is_not_told(old: str, new: str, tmp_path: Path) -> None:
    assert old in SPEC
    assert not told(tmp_path, SPEC.replace(old, new))


def test_a_folder_that_is_there_may_hold_reports(tmp_path: Path) -> None:
    (tmp_path / "test-reports").mkdir()
    (tmp_path / "test-reports" / "readme.txt").write_text("")
    assert not told(tmp_path, SPEC)


def test_a_name_in_another_name_is_no_mention(tmp_path: Path) -> None:
    # given a base directory whose name is a part of the folder's
    text = SPEC.replace("test-reports", "report").replace("reports/unit.xml", "report-files/unit.xml")
    assert [one.hint for one in told(tmp_path, text)] == ["did you mean report-files?"]


def test_lost_commands_may_write_there(tmp_path: Path) -> None:
    # given commands that are lost, as their key is there twice
    text = SPEC.replace("    commands:\n", "    commands:\n      - %s\n    commands:\n")
    # then what they do not speak of is told all the same
    assert told(tmp_path, text % "make reports")
    assert not told(tmp_path, text % "make test-reports")
