"""Where files come from and what their paths look like: git's ignored files, standard input, names of every sort."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.core.problems import Problem, UsageError
from sim.formats.check import check_paths
from sim.formats.check.command import check
from sim.formats.check.output import as_github, as_sarif, as_text

BROKEN = "version: 9\nphases: {build: {commands: [make]}}\n"


def test_what_git_ignores_is_looked_at_only_when_it_is_named(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("made/\n*.local.yml\n", encoding="utf-8")
    (tmp_path / "made").mkdir()
    for name in ("made/buildspec.yml", "buildspec.local.yml", "buildspec.yml"):
        (tmp_path / name).write_text(BROKEN, encoding="utf-8")
    assert {problem.path for problem in check_paths([tmp_path]).problems} == {str(tmp_path / "buildspec.yml")}
    assert check_paths([tmp_path / "made/buildspec.yml"]).problems


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", refuse)
    answer = check([tmp_path])
    assert answer.failed
    assert f"{tmp_path}:0:0: error YAML112 cannot be read: Permission denied" in answer.text


def test_a_minus_sign_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"version: 9\n")))
    assert "<stdin>:1:10: error BS101" in check([Path("-")], as_="buildspec").text


def test_a_name_longer_than_any_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="a… cannot be looked at"):
        check([Path("a" * 300)])


def test_a_template_with_a_name_longer_than_any_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(f"title: A\ntemplate: {'a' * 300}.yml\ntimeline: []\n", encoding="utf-8")
    assert "SC023" in [problem.code for problem in check_paths([path]).problems]


def test_a_line_break_in_a_name_breaks_no_line() -> None:
    problem = Problem("a\nb.yml", 1, 1, "error", "BS001", "wrong")
    assert as_text([problem]).startswith("a\\nb.yml:1:1: error BS001 wrong\n")
    assert as_github([problem]).count("\n") == 1


def test_paths_are_told_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = (
        json.loads(as_sarif([Problem(path, 1, 1, "error", "BS001", "wrong")]))["runs"][0]["results"][0]
        for path in (str(tmp_path / "ci/a b.yml"), "/elsewhere/b.yml")
    )
    place = "physicalLocation"
    assert inside["locations"][0][place]["artifactLocation"] == {"uri": "ci/a%20b.yml", "uriBaseId": "%SRCROOT%"}
    assert outside["locations"][0][place]["artifactLocation"] == {"uri": "file:///elsewhere/b.yml"}
