"""`codesuite check` as people call it: what it prints, and how it exits."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.core.problems import UsageError
from sim.formats.check.command import check
from sim.formats.check.kinds import SUFFIXES

BROKEN = 'version: 0.2\nphases:\n  build:\n    commands:\n      - echo "tag: $TAG"\n'
ODD = "version: 0.2\nphases: {build: {commands: [npm ci]}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "buildspec.yml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd/buildspec.yml").write_text(ODD, encoding="utf-8")
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    return tmp_path


def command(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "check", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_text_and_exit_1_for_errors(folder: Path) -> None:
    code, out, err = command(".", cwd=folder)
    assert code == 1
    lines = out.splitlines()
    assert lines.pop(3).startswith("    under phases: install: write `runtime-versions: {nodejs: ")
    assert lines == [
        "buildspec.yml:5:9: error BS108 Expected Commands[0] to be of string type: found subkeys instead at line 5",
        "    quote the command: it holds a colon followed by a space: write `- 'echo \"tag: $TAG\"'`",
        "odd/buildspec.yml:2:29: warning BS205 npm is called, and no runtime is chosen: "
        "the image's default version runs it",
        "1 error, 1 warning",
    ]
    assert err == "2 files checked\n"


def test_exit_0_for_warnings_alone_and_json(folder: Path) -> None:
    code, out, _ = command("odd", "--format", "json", cwd=folder)
    assert code == 0
    (found,) = json.loads(out)
    assert set(found) == {"path", "line", "column", "severity", "code", "message", "hint"}
    assert (found["path"], found["line"], found["code"]) == ("odd/buildspec.yml", 2, "BS205")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere.yml"], "there is no file or folder nowhere.yml"),
        ([".", "--format", "xml"], "choose one of text, json, github, sarif"),
        ([".", "--as", "recipe"], "choose one of buildspec"),
        ([".", "--select", "ZZ1"], "there is no such code"),
        ([".", "--ignore", "BS999"], "there is no such code (did you mean BS"),
        ([".", "--select", "QB999"], "there is no such code (did you mean QB"),
        ([".", "--ignore", "XX"], "codes begin with YAML, BS, AP"),
        ([".", "--select", "Y" * 9_000], "there is no such code"),
        ([], "Missing argument"),
    ],
)
def test_exit_2_for_what_cannot_be_asked(arguments: list[str], complaint: str, folder: Path) -> None:
    code, out, err = command(*arguments, cwd=folder)
    assert (code, out) == (2, "")
    assert complaint in err


def test_other_files_that_are_named_are_told_and_no_failure(folder: Path) -> None:
    answer = check([folder / "package.json"])
    assert (answer.text, answer.failed) == ("no findings\n", False)
    assert answer.aside.startswith("0 files checked; of no known kind")


def test_select_and_ignore_take_codes_and_their_beginnings(folder: Path) -> None:
    def codes(**chosen: list[str]) -> list[str]:
        return [found["code"] for found in json.loads(check([folder], "json", **chosen).text)]  # type: ignore[arg-type]

    assert codes() == ["BS108", "BS205"]
    assert codes(select=["BS1"]) == ["BS108"]
    assert codes(select=["bs205"]) == ["BS205"]
    assert codes(select=["AP,BS2"]) == ["BS205"]
    assert codes(ignore=["BS108"]) == ["BS205"]
    assert codes(select=["BS"], ignore=["BS2", "BS1"]) == []
    assert not check([folder], ignore=["BS108"]).failed


def test_as_checks_a_file_whatever_its_name(folder: Path) -> None:
    path = folder / "recipe.txt"
    path.write_text("version: 0.3\nphases: {}\n", encoding="utf-8")
    assert "BS101" in check([path], as_="buildspec").text
    assert check([path]).text == "no findings\n"


def test_usage_errors_name_the_option(folder: Path) -> None:
    with pytest.raises(UsageError, match="--format yaml"):
        check([folder], "yaml")


def test_all_formats_come_through_the_command(folder: Path) -> None:
    assert check([folder], "github").text.startswith("::error file=")
    assert json.loads(check([folder], "sarif").text)["version"] == "2.1.0"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "quiz.yml"
    os.mkfifo(path)
    answer = check([path])
    assert answer.failed
    assert "neither a file nor a folder" in answer.text


def test_the_hook_of_pre_commit_is_given_every_file_that_could_be_of_some_kind() -> None:
    hooks = yaml.safe_load((Path(sim.__file__).parent.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (hook,) = hooks
    assert (hook["id"], hook["entry"], hook["language"]) == ("codesuite-check", "codesuite check", "python")
    for suffix in SUFFIXES:
        assert re.search(hook["files"], f"infra/web{suffix}")
        assert re.search(hook["files"], f"infra/WEB{suffix.upper()}")
    assert not re.search(hook["files"], "src/main.py")


def test_who_stops_reading_takes_no_verdict_away(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.buildspec.yml").write_text("version: 0.9\nphases: {}\n", encoding="utf-8")
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "sim", "check", str(tmp_path)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_codes_of_question_banks_are_chosen_as_others_are(folder: Path) -> None:
    bank = folder / "bank.yml"
    bank.write_text("schema: codesuite-quiz/1\nquestions: [{id: A, type: riddle}]\n", encoding="utf-8")
    codes = {found["code"] for found in json.loads(check([bank], "json").text)}
    assert codes
    assert all(code.startswith("QB") for code in codes)
    one = sorted(codes)[0]
    assert {found["code"] for found in json.loads(check([bank], "json", select=[one]).text)} == {one}
    assert json.loads(check([bank], "json", ignore=["QB"]).text) == []
    (run,) = json.loads(check([bank], "sarif").text)["runs"]
    assert all(rule["shortDescription"] and rule["help"] for rule in run["tool"]["driver"]["rules"])


@pytest.mark.parametrize("format", ["text", "json", "github", "sarif"])
def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_checked(
    format: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a file that the operating system does not show, and another that is broken
    closed, broken = folder / "closed.json", folder / "buildspec.yml"
    closed.write_text("{}", encoding="utf-8")
    opened = Path.open

    def refuse(path: Path, *rest: Any, **named: Any) -> Any:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **named)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed)
    # when both are named
    done = CliRunner().invoke(app, ["check", str(closed), str(broken), "--format", format])
    # then each is told of in the format that was asked for
    assert done.exit_code == 1
    assert "YAML112" in done.stdout
    assert "Permission denied" in done.stdout
    assert "BS108" in done.stdout


def test_what_cannot_be_looked_at_is_there_all_the_same(folder: Path) -> None:
    circle = folder / "circle.json"
    circle.symlink_to(circle)
    answer = check([circle, folder / "buildspec.yml"], "json")
    assert [found["code"] for found in json.loads(answer.text)] == ["YAML112", "BS108"]
    assert answer.failed


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("other.json", '{"pipeline":\n {"stages": [}}', "YAML110", 2),
        ("other.json", '{"source": ["aws.codebuild"]', "YAML110", 1),
        ("other.yml", "a: 1\nb: c: d\n", "YAML101", 2),
        ("template.yml", "services:\n  web: [\n", "YAML101", 3),
    ],
)
def test_a_file_that_is_named_and_no_json_or_yaml(name: str, text: str, code: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    answer = check([path], "json")
    (found,) = json.loads(answer.text)
    assert (found["code"], found["line"], found["severity"]) == (code, line, "error")
    assert found["hint"]
    assert (answer.failed, answer.aside) == (True, "1 file checked")
    # In a folder it may be anything.
    assert check([tmp_path]).text == "no findings\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tsconfig.json", '{\n  // strict\n  "strict": true, /* more */\n  "files": ["a//b",],\n}\n'),
        ("lines.json", '{"a": 1}\n{"a": 2}\n'),
        ("empty.json", ""),
        ("empty.yml", "# nothing\n"),
        ("many.yaml", "a: 1\n---\nb: 2\n"),
        ("chart.yaml", "a:\n  {{- if .Values.a }}\n  b: {{ .Values.b }}\n  {{- end }}\n"),
        ("play.yml", "- hosts: {{ hosts }}\n"),
        ("vault.yml", "a: !vault |\n  $ANSIBLE_VAULT\n"),
        ("twice.yml", "a: 1\na: 2\n"),
        ("config.ini", "[a]\nb: c: d\n"),
        ("page.template", "<p>{a: b: c}</p>\n"),
    ],
)
def test_files_of_other_programs_that_are_named_pass(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    answer = check([path])
    assert (answer.text, answer.failed) == ("no findings\n", False)
    assert answer.aside.startswith("0 files checked; of no known kind")
