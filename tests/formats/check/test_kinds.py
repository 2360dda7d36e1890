"""What kind of file something is, and which files of a folder are looked at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sim.formats.check import KINDS, check_paths
from sim.formats.check.kinds import kind_of_name, kind_of_text
from tests.formats.check.cases import CLEAN


@pytest.mark.parametrize("what", CLEAN)
def test_a_clean_file_of_each_kind_is_known_by_what_stands_in_it(what: str, tmp_path: Path) -> None:
    name, text = CLEAN[what]
    suffix = Path(name).suffix
    path = tmp_path / f"some{suffix}"
    path.write_text(text, encoding="utf-8")
    report = check_paths([tmp_path])
    kind = what.split()[0] if what != "trust policy" else "policy"
    assert list(report.kinds.values()) == [kind]
    assert kind in KINDS


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("buildspec.yml", "buildspec"),
        ("ci/buildspec-test.yaml", "buildspec"),
        ("prod.buildspec.json", "buildspec"),
        ("BuildSpec.YML", "buildspec"),
        ("appspec.yml", "appspec"),
        ("appspec-ecs.json", "appspec"),
        ("slack_event_pattern.json", "eventpattern"),
        ("event-pattern.json", "eventpattern"),
        ("pipeline.yml", None),
        ("buildspec.sh", None),
        ("README.md", None),
    ],
)
def test_names(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("version: 0.2\nphases:\n\tbuild:\n", "buildspec"),
        (" version: 0.2\nbatch:\n  build-list: [\n", "buildspec"),
        ("version: 0.0\nos: linux\nhooks: [\n", "appspec"),
        ("AWSTemplateFormatVersion: 2010-09-09\nResources: [\n", "template"),
        ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",}]}', "policy"),
        ('{"source": ["aws.codebuild"], "detail-type": ["x"],}', "eventpattern"),
        ("Resources:\n  B:\n    Type: AWS::S3::Bucket\n    X: [\n", "template"),
        ('{\n  "Resources": {"B": {"Type": "AWS::S3::Bucket",}}}', "template"),
        ("template: template.yml\ntimeline:\n  - at: [\n", "scenario"),
        ("template: template.yml\nexpect:\n  - [\n", "scenario"),
        ('{"pipeline": {"name": "p", "roleArn": "r",\n "stages": [}}', "pipeline"),
        ("services:\n  web: [\n", None),
        ("version: 3\nservices: [\n", None),
    ],
)
def test_a_broken_text_may_still_show_what_it_is(text: str, kind: str | None) -> None:
    assert kind_of_text(text) == kind


@pytest.mark.parametrize("kind", ["pipeline", "policy", "template", "scenario"])
def test_a_broken_file_with_the_usual_name_is_told(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}-web.json"
    path.write_text('{"name": [', encoding="utf-8")
    report = check_paths([path])
    assert [problem.code for problem in report.problems] == ["YAML110"]
    path.write_text("{}", encoding="utf-8")
    assert check_paths([path]).others == (str(path),)


def test_a_scenario_of_expectations_is_one(tmp_path: Path) -> None:
    path = tmp_path / "some.yml"
    path.write_text("template: template.yml\nexpect: [a]\n", encoding="utf-8")
    assert list(check_paths([path]).kinds.values()) == ["scenario"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "buildspec.yml"
    os.mkfifo(path)
    (problem,) = check_paths([path]).problems
    assert (problem.code, problem.message) == ("YAML112", "cannot be read: it is neither a file nor a folder")


def test_what_the_shell_hands_over_is_read() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, b"version: 9\n")
        os.close(writing)
        report = check_paths([Path(f"/dev/fd/{reading}")], "buildspec")
    finally:
        os.close(reading)
    assert [problem.code for problem in report.problems] == ["BS103", "BS101"]


def test_a_file_in_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("buildspec.yml", "notes.yml"):
        (tmp_path / name).write_text("version: 0.2\n", encoding="utf-8")

    def refuse(*args: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (problem,) = check_paths([tmp_path]).problems
    assert (problem.code, problem.path) == ("YAML112", str(tmp_path / "buildspec.yml"))


OTHERS = {
    ".github/workflows/ci.yml": "on: push\njobs: {build: {steps: [{run: make}]}}\n",
    "docker-compose.yml": "version: '3'\nservices: {web: {image: x, build: .}}\n",
    "package.json": '{"name": "web", "version": "0.2.0", "scripts": {"build": "x"}}',
    "k8s.yaml": "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Service\n",
    ".gitlab-ci.yml": "stages: [build, test]\nbuild: {stage: build, script: [make]}\n",
    "amplify.yml": "version: 1\nfrontend: {phases: {build: {commands: [npm run build]}}}\n",
    "event.json": '{"id": "1", "time": "t", "source": "aws.codebuild", "detail-type": "x", "resources": []}',
    "openapi.json": '{"openapi": "3.0.0", "paths": {}}',
    "broken.json": '{"a": [',
    "values.yaml": "image: {{ .Values.image }}\n",
}


def test_other_files_of_a_repository_are_left_alone(tmp_path: Path) -> None:
    for name, text in OTHERS.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = check_paths([tmp_path])
    assert (report.problems, report.files, report.others) == ((), 0, ())


def test_files_that_are_named_and_of_no_kind_are_told(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text("{}", encoding="utf-8")
    assert check_paths([path]).others == (str(path),)


def test_folders_of_other_tools_are_not_entered(tmp_path: Path) -> None:
    for folder in (".git", "node_modules/x", ".venv/lib", "src"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "buildspec.yml").write_text("version: 9\n", encoding="utf-8")
    report = check_paths([tmp_path])
    assert {problem.path for problem in report.problems} == {str(tmp_path / "src/buildspec.yml")}


def test_hidden_folders_are_entered(tmp_path: Path) -> None:
    (tmp_path / ".codebuild").mkdir()
    (tmp_path / ".codebuild/release.yml").write_text("version: 0.2\nphases: {build: {}}\n", encoding="utf-8")
    assert [problem.code for problem in check_paths([tmp_path]).problems] == ["BS105"]


def test_a_template_named_like_a_buildspec_is_a_template(tmp_path: Path) -> None:
    path = tmp_path / "buildspec-project.yml"
    path.write_text("Resources: {B: {Type: AWS::S3::Bucket}}\n", encoding="utf-8")
    assert list(check_paths([path]).kinds.values()) == ["template"]


def test_a_name_settles_what_the_keys_do_not(tmp_path: Path) -> None:
    path = tmp_path / "appspec.yml"
    path.write_text("version: 0.2\nos: linux\n", encoding="utf-8")
    assert [problem.code for problem in check_paths([path]).problems] == ["AP101"]


def test_as_settles_everything(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("version: 0.3\n", encoding="utf-8")
    report = check_paths([path], "buildspec")
    assert [problem.code for problem in report.problems] == ["BS103", "BS101"]


def test_a_file_given_twice_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "buildspec.yml"
    path.write_text("version: 9\n", encoding="utf-8")
    assert len(check_paths([path, tmp_path, path]).problems) == 2
