"""What kind of file something is, and which files of a folder are looked at."""

from __future__ import annotations

import json
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
        ("BuildSpec.YML", "buildspec"),
        ("appspec.yml", "appspec"),
        ("event-pattern.json", "eventpattern"),
        ("pipeline.yml", None),
        ("buildspec.sh", None),
        ("README.md", None),
    ],
)
def test_names(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("name", "keys", "kind"),
    [
        ("ci/buildspec-test.yaml", ["version", "env"], "buildspec"),
        ("prod.buildspec.json", ["phases"], "buildspec"),
        ("prod.buildspec.json", ["version"], None),
        ("appspec-ecs.json", ["resources"], "appspec"),
        ("slack_event_pattern.json", ["detail"], "eventpattern"),
        ("buildspecs.yml", ["phases"], None),
        ("ci/buildspec-test.sh", ["phases"], None),
    ],
)
def test_names_that_count_with_the_right_keys(name: str, keys: list[str], kind: str | None) -> None:
    assert kind_of_name(name, keys) == kind


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("policy-web.json", "// settings\n{}"),
        ("template.yml", "{% if stage %}\nAWSTemplateFormatVersion: '2010-09-09'\n{% endif %}\nResources: {}\n"),
        ("deployment.yaml", "{{- if .Values.on }}\nphases: {build: 1}\nversion: 0.2\n{{- end }}\n"),
        ("my-buildspec-vars.json", '{"STAGE": "dev", "batch": "x"}'.replace("batch", "size")),
        ("buildspecs.yml", "specs: [a, b]\nversion: 0.1\n"),
        ("buildspec-notes.json", '["one"]'),
        ("appspec-notes.yml", "notes: [one]\n"),
        ("event-patterns.json", '{"patterns": []}'),
        ("lock.yml", "version: 0.1\nlock: {batch: 4}\n"),
        ("jobs.yml", "version: 0.2\njobs:\n  - name: batch\n"),
        ("harness.yml", "pipeline: {identifier: a, stages: [{stage: {name: Build}}]}\n"),
        ("plans.yml", "title: Plans\nauthor: alice\ntimeline: [{year: 2020}]\n"),
        ("web.json", '{"RestartExecutionOnUpdate": true, "Name": "p", "RoleArn": "r", "Stages": [{"Name": "a"}]}'),
        ("appspec.json", '{"version": "1.2", "settings": [{"id": "a"}], "people": [{"role": "x"}]}'),
        ("files.json", '{"source": ["src/**"], "resources": ["a"]}'),
        ("event.json", '{"source": "aws.codebuild", "detail": {"build-id": "a", "phases": ["b"]}}'),
        ("entry.json", '{"Source": "aws.demo", "DetailType": "State change", "Detail": "{}"}'),
        ("told.json", '{"source": ["aws.a"], "detailType": ["b"], "id": "1", "time": "2026-01-01T00:00:00Z"}'),
        (
            "site.yml",
            "AWSTemplateFormatVersion: '2010-09-09'\nDescription: {{ words | upper }}\nResources: {}\n",
        ),
        ("stack.yml", "Resources:\n  {{name}}:\n    Type: AWS::S3::Bucket\n"),
        ("build.yml", "version: 0.2\nphases: {}\nenv:\n  - {{ cookiecutter.name }}\n"),
        ("web.template", '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {<% if x %>"B": {}<% end %>}}'),
        (
            "policy.json",
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": ${jsonencode(a)}}]}',
        ),
        ("roles.json", '{"Version": "2012-10-17", "Statement": [%{ for a in b }{"Effect": "Allow"}%{ endfor }]}'),
        ("pipelines.json", '{"stages": [{"name": "b", "actions": [{"type": "shell", "run": "make"}]}]}'),
        ("ci.yml", "pipeline:\n  name: x\n  stages:\n    - {name: build, actions: [make]}\n"),
        ("bake.json", '{"name": "deploy", "stages": [{"type": "bake", "actions": ["a"], "configuration": {}}]}'),
    ],
)
def test_files_of_other_programs_are_skipped_also_when_they_are_named(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    report = check_paths([path])
    assert (report.problems, report.others) == ((), (str(path),))
    assert check_paths([tmp_path]).files == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"source": ["codedeploy.amazonaws.com"], "detailType": ["a"], "account": [210987654321]}',
        '{"Source": ["aws.codebuild"], "Detail": {"build-status": ["FAILED"]}}',
        '{"detail_type": ["CodeBuild Build State Change"], "detail": {"build-status": ["FAILED"]}}',
        '{"source": ["aws.codebuild"], "detail.build-status": ["FAILED"]}',
        '{"source": ["aws.codepipeline"], "state": ["FAILED"]}',
        '{"source": "aws.codepipeline", "detail": {"type": {"owner": ["AWS"]}, "state": ["FAILED"]}}',
    ],
)
def test_a_pattern_whose_keys_are_misspelt_is_a_pattern(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    path.write_text(text, encoding="utf-8")
    assert check_paths([tmp_path]).files == 1


@pytest.mark.parametrize("name", ["buildspec.yml", "appspec.yaml", "event-pattern.json"])
def test_what_has_a_name_of_its_own_is_checked_whatever_is_in_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("{% if a %}", encoding="utf-8")
    assert [problem.severity for problem in check_paths([path]).problems] == ["error"]


def test_as_says_what_a_file_of_another_name_is(tmp_path: Path) -> None:
    path = tmp_path / "pipelines.json"
    path.write_text('{"name": [', encoding="utf-8")
    assert [problem.code for problem in check_paths([path], "pipeline").problems] == ["YAML110"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 0.0\nResources:\n  web: {Type: AWS::Lambda::Function, Properties: {Name: w, Alias: a}}\n",
        "Resources:\n  web: {Type: AWS::Lambda::Function, Properties: {Name: w, Alias: a, TargetVersion: 2}}\n",
        "Resources:\n  web: {Type: AWS::ECS::Service, Properties: {TaskDefinition: t, LoadBalancerInfo: {}}}\n",
    ],
)
def test_an_appspec_whose_resources_are_a_mapping_is_an_appspec(text: str, tmp_path: Path) -> None:
    path = tmp_path / "deploy.yml"
    path.write_text(text, encoding="utf-8")
    report = check_paths([path])
    assert list(report.kinds.values()) == ["appspec"]
    found = next(problem for problem in report.problems if problem.code == "AP001")
    assert found.hint == "begin `web:` with `- `: Resources is a list of one"


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


@pytest.mark.parametrize(
    "text",
    [
        '{"stages": [{"name": "a", "actions": [{"actionTypeID": {}, "runOrder": 1}]}]}',
        '{"name": "p", "stages": [{"name": "a", "actions": [{"name": "x", "inputArtifacts": []}]}]}',
        '{"pipeline": {"name": "p", "stages": [{"actions": [{"actionTypeId": {}}]}]}}',
        '{"roleArn": "r", "stages": [{"name": "a", "actions": []}]}',
        '{"artifactStore": {}, "stages": [{"name": "a", "actions": "x"}]}',
        '{"pipeline": {"Name": "p", "RoleArn": "r", "Stages": [{"Name": "a", "Actions": []}]}}',
    ],
)
def test_pipelines_with_mistakes_are_pipelines_all_the_same(text: str, tmp_path: Path) -> None:
    path = tmp_path / "any.json"
    path.write_text(text, encoding="utf-8")
    assert list(check_paths([path]).kinds.values()) == ["pipeline"]


def test_what_a_buildspec_runs_does_not_make_it_the_source_of_one(tmp_path: Path) -> None:
    path = tmp_path / "web.yml"
    path.write_text("version: 0.2\nphases:\n  build:\n    commands:\n      - a: b: {{resolve:ssm:x}}\n", "utf-8")
    assert list(check_paths([path]).kinds.values()) == ["buildspec"]


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


def test_a_deployment_group_behind_a_load_balancer_is_no_appspec(tmp_path: Path) -> None:
    group = {"ApplicationName": "web", "LoadBalancerInfo": {"TargetGroupInfoList": [{"Name": "web"}]}}
    resources = {"Group": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": group}}
    file = tmp_path / "stack.json"
    file.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    assert set(check_paths([file]).kinds.values()) == {"template"}


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


ACTION = {"name": "Get", "actionTypeId": {"category": "Source"}}
ROLE = {"roleArn": "arn:aws:iam::123456789012:role/p"}


@pytest.mark.parametrize(
    ("declaration", "is_one"),
    [
        ({**ROLE, "stages": {"Source": [ACTION]}}, True),
        ({"stages": {"Source": [ACTION]}}, True),
        ({"stages": {"Source": {"actions": [ACTION]}}}, True),
        ({"stages": [{"Source": [ACTION]}]}, True),
        ({"stages": {"dev": {"region": "us-east-1"}, "prod": {"region": "eu-west-1"}}}, False),
        ({**ROLE, "stages": {"dev": "us-east-1"}}, False),
        ({"stages": {"build": [{"script": "make"}]}}, False),
        (ROLE, False),
    ],
)
def test_a_pipeline_whose_stages_are_no_list_is_one(declaration: Any, is_one: bool, tmp_path: Path) -> None:
    (tmp_path / "pipeline.json").write_text(json.dumps({"name": "web", **declaration}), encoding="utf-8")
    assert (list(check_paths([tmp_path]).kinds.values()) == ["pipeline"]) is is_one
