"""What a pipeline wants of the files beside it: outputs and variables of a buildspec, and what ECS is deployed from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.core.problems import Problem
from tests.formats.check.pipelines import build, declaration, to_bucket, to_ecs
from tests.formats.check.small import check_paths

BUILD = "version: 0.2\nphases: {build: {commands: [make]}}\n"
TWO = BUILD + "artifacts:\n  secondary-artifacts:\n    App: {files: ['**/*']}\n    Site: {files: ['**/*']}\n"


def found(folder: Path, **files: str) -> list[Problem]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    codes = ("PL301", "PL302", "PL303", "AP304", "AP305")
    return [problem for problem in check_paths([folder]).problems if problem.code in codes]


# Outputs


def pipeline(outs: str, **more: str) -> str:
    return declaration(build(outs, **more), *(to_bucket(one, f"Copy{one}") for one in outs.split()))


def test_two_outputs_are_the_secondary_artifacts_of_the_buildspec(tmp_path: Path) -> None:
    assert found(tmp_path, pipeline_dot_json=pipeline("App Site"), buildspec_dot_yml=TWO) == []


def test_an_output_by_another_name_is_told_with_the_name_that_is_left(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, pipeline_dot_json=pipeline("App Pages"), buildspec_dot_yml=TWO)
    assert problem.code == "PL301"
    assert problem.message == (
        "action Build has the output Pages, and buildspec.yml makes no secondary artifact of that name: the build fails"
        " at the upload"
    )
    assert problem.hint == "write Pages in place of Site in buildspec.yml, line 6"


def test_two_outputs_of_a_buildspec_with_artifacts_of_one_kind_are_both_told(tmp_path: Path) -> None:
    text = BUILD + "artifacts: {files: ['**/*']}\n"
    problems = found(tmp_path, pipeline_dot_json=pipeline("App Site"), buildspec_dot_yml=text)
    assert [problem.code for problem in problems] == ["PL301", "PL301"]
    assert "add `App:` there" in problems[0].hint


@pytest.mark.parametrize(
    ("outs", "text"),
    [
        ("One", TWO),  # what becomes of one output beside secondary artifacts is written down nowhere
        ("App Site", BUILD + "batch: {fast-fail: true, build-list: [{identifier: a}, {identifier: b}]}\n"),
        ("App Other", TWO.replace("Site:", "'$NAME':")),
    ],
)
def test_outputs_are_not_told_where_nobody_knows(outs: str, text: str, tmp_path: Path) -> None:
    assert found(tmp_path, pipeline_dot_json=pipeline(outs), buildspec_dot_yml=text) == []


def test_of_two_buildspecs_nobody_knows_which_a_pipeline_alone_means(tmp_path: Path) -> None:
    files = {"buildspec_dot_yml": TWO, "ci__buildspec_dot_yml": TWO}
    assert found(tmp_path, pipeline_dot_json=pipeline("App Pages"), **files) == []


def template(project: str, name: str = "!Ref Project") -> str:
    return f"""
Resources:
  Project:
    Type: AWS::CodeBuild::Project
    Properties: {{Name: web, Source: {{Type: CODEPIPELINE{project}}}, Artifacts: {{Type: CODEPIPELINE}}}}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {{Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}}
              Configuration: {{ProjectName: {name}}}
              OutputArtifacts: [{{Name: App}}, {{Name: Pages}}]
"""


@pytest.mark.parametrize("name", ["!Ref Project", "web"])
@pytest.mark.parametrize("project", ["", ", BuildSpec: buildspec.yml"])
def test_a_template_says_which_buildspec_its_project_has(name: str, project: str, tmp_path: Path) -> None:
    problems = found(tmp_path, template_dot_yml=template(project, name), buildspec_dot_yml=TWO, ci__b_dot_yml=BUILD)
    assert [(problem.code, problem.line) for problem in problems] == [("PL301", 15)]


@pytest.mark.parametrize("project", [", BuildSpec: ci/b.yml", ", BuildSpec: !Ref Spec"])
def test_another_buildspec_is_not_held_against_it(project: str, tmp_path: Path) -> None:
    other = TWO.replace("Site", "Pages")
    files = {"buildspec_dot_yml": TWO, "ci__b_dot_yml": other}
    assert found(tmp_path, template_dot_yml=template(project), **files) == []


def test_a_buildspec_inside_the_template_is_held_against_the_pipeline_beside_it(tmp_path: Path) -> None:
    text = json.dumps(TWO)
    (problem,) = found(tmp_path, template_dot_yml=template(f", BuildSpec: {text}"))
    assert problem.hint == "write Pages in place of Site in the buildspec of Project"


# Variables


def using(text: str, **more: str) -> str:
    return declaration(build(namespace="Built", **more), to_bucket("Out", ObjectKey=text))


def test_a_variable_that_is_exported_may_be_used(tmp_path: Path) -> None:
    text = BUILD + "env: {exported-variables: [TAG]}\n"
    assert found(tmp_path, pipeline_dot_json=using("app-#{Built.TAG}"), buildspec_dot_yml=text) == []


def test_a_variable_that_is_not_exported_is_told_once_where_it_is_used(tmp_path: Path) -> None:
    given = using("#{Built.TAG}/#{Built.TAG}/#{Other.X}")
    (problem,) = found(tmp_path, pipeline_dot_json=given, buildspec_dot_yml=BUILD)
    assert (problem.code, given.splitlines()[problem.line - 1].strip()) == (
        "PL302",
        '"ObjectKey": "#{Built.TAG}/#{Built.TAG}/#{Other.X}"',
    )
    assert problem.hint == "add `- TAG` to `exported-variables` below `env` of buildspec.yml"


def test_a_variable_of_nearly_that_name_is_offered(tmp_path: Path) -> None:
    text = BUILD + "env: {exported-variables: [IMAGE_TAG]}\n"
    (problem,) = found(tmp_path, pipeline_dot_json=using("#{Built.IMAGE_TGA}"), buildspec_dot_yml=text)
    assert problem.hint == "did you mean #{Built.IMAGE_TAG}?"


def test_a_variable_that_a_command_sets_is_the_one_to_export(tmp_path: Path) -> None:
    text = BUILD.replace("make", "'export SUM=$(make sum)'") + "env:\n  exported-variables:\n    - SUM256\n"
    (problem,) = found(tmp_path, pipeline_dot_json=using("#{Built.SUM}"), buildspec_dot_yml=text)
    assert problem.hint == "write `- SUM` in place of `- SUM256` in the exported-variables of buildspec.yml, line 5"


# ECS

APPSPEC = """
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo: {ContainerName: shop, ContainerPort: 80}
"""
FIXED = APPSPEC.replace("<TASK_DEFINITION>", "arn:aws:ecs:us-east-1:123456789012:task-definition/shop:3")
TASKS = '{"family": "shop", "containerDefinitions": [{"name": "shop", "image": "<IMAGE1_NAME>"}]}'
IMAGE = {"Image1ArtifactName": "Out", "Image1ContainerName": "IMAGE1_NAME"}


def to_shop(**configuration: str) -> str:
    return declaration(build(), to_ecs(**configuration))


def test_placeholders_that_are_there_are_filled_in(tmp_path: Path) -> None:
    files = {"pipeline_dot_json": to_shop(**IMAGE), "appspec_dot_yaml": APPSPEC, "taskdef_dot_json": TASKS}
    assert found(tmp_path, **files) == []


def test_a_fixed_task_definition_stays_although_the_pipeline_registers_another(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, pipeline_dot_json=to_shop(), appspec_dot_yaml=FIXED)
    assert (problem.code, problem.path, problem.line) == ("AP304", str(tmp_path / "appspec.yaml"), 7)
    assert problem.hint == "write `TaskDefinition: <TASK_DEFINITION>`: the action fills it in"


def test_without_such_a_pipeline_a_fixed_task_definition_is_right(tmp_path: Path) -> None:
    assert found(tmp_path, appspec_dot_yaml=FIXED, taskdef_dot_json=TASKS) == []


def test_the_action_says_by_what_path_the_appspec_is_found(tmp_path: Path) -> None:
    given = to_shop(AppSpecTemplatePath="deploy/appspec.yml")
    files = {"deploy__appspec_dot_yml": FIXED, "appspec_dot_yaml": APPSPEC}
    (problem,) = found(tmp_path, pipeline_dot_json=given, **files)
    assert problem.path == str(tmp_path / "deploy" / "appspec.yml")


def test_an_image_without_its_placeholder_is_told(tmp_path: Path) -> None:
    tasks = TASKS.replace("<IMAGE1_NAME>", "shop:latest")
    files = {"pipeline_dot_json": to_shop(**IMAGE), "appspec_dot_yaml": APPSPEC, "taskdef_dot_json": tasks}
    (problem,) = found(tmp_path, **files)
    assert (problem.code, problem.hint) == ("PL303", 'write "image": "<IMAGE1_NAME>" in the container of the new image')


@pytest.mark.parametrize("beside", ["", "deploy__"])
def test_a_container_that_the_task_definition_beside_it_lacks_is_told(beside: str, tmp_path: Path) -> None:
    files = {f"{beside}appspec_dot_yaml": APPSPEC.replace("shop", "web"), f"{beside}taskdef_dot_json": TASKS}
    (problem,) = found(tmp_path, **files)
    assert (problem.code, problem.line, problem.hint) == ("AP305", 8, "write `ContainerName: shop`")


@pytest.mark.parametrize("tasks", ["[", "{}", '{"containerDefinitions": []}', "\udcff", "{" + " " * 100_000 + "}"])
def test_a_task_definition_that_says_nothing_is_held_against_nothing(tasks: str, tmp_path: Path) -> None:
    (tmp_path / "taskdef.json").write_bytes(tasks.encode("utf-8", "surrogateescape"))
    assert found(tmp_path, appspec_dot_yaml=APPSPEC.replace("shop", "web")) == []
