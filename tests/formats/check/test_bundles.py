"""What CodePipeline gives to CodeDeploy is the artifacts of a build: they hold the AppSpec and what it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.problems import Problem
from tests.formats.check.small import check_paths

APPSPEC = """\
version: 0.0
os: linux
files: [{source: SOURCE, destination: /srv}]
hooks: {AfterInstall: [{location: scripts/start.sh}]}
"""
SPEC = """\
version: 0.2
phases: {build: {commands: [COMMANDS]}}
artifacts: {ARTIFACTS}
"""
PIPELINE = """\
{"pipeline": {"name": "p", "roleArn": "arn:aws:iam::123456789012:role/p",
 "artifactStore": {"type": "S3", "location": "b"}, "stages": [
 {"name": "S", "actions": [{"name": "Get", "actionTypeId":
   {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
   "configuration": {"RepositoryName": "r", "BranchName": "main", "PollForSourceChanges": "false"},
   "outputArtifacts": [{"name": "Src"}]}]},
 {"name": "B", "actions": [{"name": "Make", "actionTypeId":
   {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
   "configuration": {"ProjectName": "b"}, "inputArtifacts": [{"name": "Src"}], "outputArtifacts": [{"name": "Out"}]}]},
 {"name": "D", "actions": [{"name": "Put", "actionTypeId":
   {"category": "Deploy", "owner": "AWS", "provider": "CodeDeploy", "version": "1"},
   "configuration": {"ApplicationName": "a", "DeploymentGroupName": "g"}, "inputArtifacts": [{"name": "INPUT"}]}]}]}}
"""


def found(folder: Path, artifacts: str, commands: str = "echo", source: str = "/", **files: str) -> list[Problem]:
    texts = {
        "appspec_dot_yml": APPSPEC.replace("SOURCE", source),
        "buildspec_dot_yml": SPEC.replace("ARTIFACTS", artifacts).replace("COMMANDS", commands),
        "scripts__start_dot_sh": "#!/bin/sh\n",
    }
    for name, text in {**texts, **files}.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [problem for problem in check_paths([folder]).problems if problem.code in ("AP301", "AP302", "AP306")]


def test_artifacts_without_the_appspec(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: [imagedefinitions.json]", "echo > imagedefinitions.json")
    assert (problem.path, problem.line, problem.code) == (str(tmp_path / "appspec.yml"), 1, "AP306")
    start = "the artifacts of buildspec.yml (line 3) do not hold this AppSpec"
    assert problem.message == f"{start}: a deployment of them fails"
    assert problem.hint == "in buildspec.yml, line 3, add `'appspec.yml'` and `'scripts/**/*'` to `files` of artifacts"


def test_what_the_hint_says_is_enough(tmp_path: Path) -> None:
    assert found(tmp_path, "files: [appspec.yml, scripts/**/*]") == []


def test_artifacts_without_a_script(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: [appspec.yml]")
    assert (problem.line, problem.code) == (4, "AP306")
    assert "do not hold scripts/start.sh: " in problem.message
    assert problem.hint == "in buildspec.yml, line 3, add `'scripts/**/*'` to `files` of artifacts"


def test_artifacts_without_a_source(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: [appspec.yml, scripts/**/*]", source="web", web__index_dot_html="")
    assert (problem.line, problem.code, problem.hint) == (
        3,
        "AP306",
        "in buildspec.yml, line 3, add `'web/**/*'` to `files` of artifacts",
    )


def test_without_their_folders_the_files_are_others(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: ['**/*'], discard-paths: yes")
    assert problem.message.endswith("do not hold scripts/start.sh: a deployment of them fails")
    assert (
        problem.hint
        == "in buildspec.yml, line 3, take `discard-paths: yes` out, as names with folders are lost with it"
    )


@pytest.mark.parametrize(
    ("artifacts", "hint"),
    [
        ("files: [appspec.yml, scripts/**/*], discard-paths: yes", "take `discard-paths: yes` out, as "),
        (
            "files: [appspec.yml], discard-paths: yes",
            "add `'scripts/**/*'` to `files` of artifacts; and take `discard-paths: yes` out",
        ),
        (
            "files: ['**/*'], discard-paths: yes, exclude-paths: [scripts/**/*]",
            "take what fits it out of `exclude-paths`, and take `discard-paths: yes` out, as ",
        ),
    ],
)
def test_only_what_is_needed_is_told(artifacts: str, hint: str, tmp_path: Path) -> None:
    (problem,) = found(tmp_path, artifacts)
    assert problem.hint.startswith(f"in buildspec.yml, line 3, {hint}")


def test_what_is_excluded_is_not_in_it(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: ['**/*'], exclude-paths: ['scripts/**/*']")
    assert problem.hint == "in buildspec.yml, line 3, take what fits it out of `exclude-paths`"


def test_a_folder_that_only_the_build_fills(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: ['**/*'], base-directory: web", web__index_dot_html="")
    assert "do not hold this AppSpec" in problem.message
    assert problem.hint.endswith(
        "add the command `cp -r appspec.yml scripts web/` to buildspec.yml, in build after line 2"
    )
    assert found(tmp_path, "files: ['**/*'], base-directory: web", "cp -r appspec.yml scripts web/") == []


PACKAGE = '{"scripts": {"build": "%s"}}'


@pytest.mark.parametrize(("script", "told"), [("vite build", True), ("vite build && cp appspec.yml dist", False)])
def test_what_a_bundler_makes_of_the_sources_holds_no_appspec(script: str, told: bool, tmp_path: Path) -> None:
    artifacts = "files: ['**/*'], base-directory: dist"
    problems = found(tmp_path, artifacts, "npm run build", package_dot_json=PACKAGE % script)
    hint = (
        "only files of the base-directory dist are taken: add the command `cp -r appspec.yml scripts dist/` to "
        "buildspec.yml, in build after line 2"
    )
    assert [problem.hint for problem in problems] == [hint] * told


def test_of_many_places_all_are_taken(tmp_path: Path) -> None:
    hooks = ", ".join(f"{{location: s{n}/a.sh}}" for n in range(9))
    scripts = {f"s{n}__a_dot_sh": "#!/bin/sh\n" for n in range(9)}
    text = APPSPEC.replace("SOURCE", "/").replace("{location: scripts/start.sh}", hooks)
    (problem,) = found(tmp_path, "files: [appspec.yml]", appspec_dot_yml=text, **scripts)
    assert problem.message.endswith(
        "do not hold s0/a.sh, s1/a.sh, s2/a.sh and 6 more of what it names: a deployment of them fails"
    )
    assert problem.hint == "in buildspec.yml, line 3, write `- '**/*'` as the only entry of `files`"


def test_a_base_directory_that_the_appspec_itself_names(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: ['**/*'], base-directory: dist", "npm run build", "dist")
    start = "in buildspec.yml, line 3, take `base-directory: dist` out, as the AppSpec names dist itself"
    entries = "`'appspec.yml'` and `'scripts/**/*'` and `'dist/**/*'`"
    assert problem.hint == f"{start}, and write {entries} in place of what stands in `files` of artifacts"


LINES = """\
version: 0.2
phases:
  build:
    commands:
      - make
artifacts:
  discard-paths: yes
  files:
    - appspec.yml
"""


def test_the_hint_names_the_lines_of_the_buildspec(tmp_path: Path) -> None:
    # given a list of which each entry has a line of its own
    (problem,) = found(tmp_path, "", buildspec_dot_yml=LINES)
    assert problem.message.startswith("the artifacts of buildspec.yml (line 8) do not hold scripts/start.sh:")
    start = "in buildspec.yml, line 8, add `- scripts/**/*` to `files` of artifacts; and take `discard-paths: yes`"
    assert problem.hint == f"{start} on line 7 out, as names with folders are lost with it"
    # when that is done, all is well
    mended = LINES.replace("  discard-paths: yes\n", "") + "    - scripts/**/*\n"
    assert not found(tmp_path, "", buildspec_dot_yml=mended)


def test_of_few_scripts_all_are_named(tmp_path: Path) -> None:
    hooks = ", ".join(f"{{location: s/{n}.sh}}" for n in (0, 1, 2, 0))
    text = APPSPEC.replace("SOURCE", "/").replace("{location: scripts/start.sh}", hooks)
    scripts = {f"s__{n}_dot_sh": "#!/bin/sh\n" for n in range(3)}
    (problem,) = found(tmp_path, "files: [appspec.yml]", appspec_dot_yml=text, **scripts)
    assert "do not hold s/0.sh, s/1.sh and s/2.sh: " in problem.message


@pytest.mark.parametrize(
    ("artifacts", "commands", "source"),
    [
        ("files: ['**/*']", "echo", "/"),
        ("files: ['*', 'scripts/*']", "echo", "/"),
        ("files: ['**/*'], exclude-paths: ['node_modules/**/*']", "npm ci", "/"),
        ("files: ['**/*'], base-directory: dist", "./build.sh", "/"),
        ("files: ['**/*'], base-directory: dist", "'npm run build && cp -r scripts appspec.yml dist'", "/"),
        ("files: [bundle.zip]", "zip -r bundle.zip .", "/"),
        ("files: [out.json]", "aws deploy push", "/"),
        ("files: ['$FILES']", "make", "/"),
        ("files: [appspec.yml, 'scripts/*', 'target/*.jar']", "make", "target/app.jar"),
        ("files: [appspec.yml, 'scripts/*', 'target/**/*']", "make", "target"),
        ("files: [appspec.yml, 'scripts/*', target/app.jar]", "make", "target"),
        ("files: [appspec.yml, 'scripts/*', 'target/*.jar'], base-directory: .", "make", "target"),
        ("files: [out.json], secondary-artifacts: {two: {files: ['**/*']}}", "make", "/"),
        ("secondary-artifacts: {two: {files: ['**/*']}}", "make", "/"),
        ("files: [deploy/appspec.yml]", "cp appspec.yml deploy/", "/"),
    ],
)
def test_artifacts_that_hold_it_all_or_may(artifacts: str, commands: str, source: str, tmp_path: Path) -> None:
    assert found(tmp_path, artifacts, commands, source) == []


def test_a_source_that_a_build_makes_and_its_artifacts_do_not_take(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, "files: [appspec.yml, 'scripts/*']", "make", "target/app.jar")
    assert (problem.line, problem.code, problem.hint) == (
        3,
        "AP306",
        "in buildspec.yml, line 3, add `'target/**/*'` to `files` of artifacts",
    )


@pytest.mark.parametrize(("pattern", "told"), [("'target/*.jar'", False), ("'target/*.war'", True)])
def test_what_a_build_makes_and_puts_beside_the_appspec(pattern: str, told: bool, tmp_path: Path) -> None:
    flat = f"files: [appspec.yml, 'scripts/*.sh', {pattern}], discard-paths: yes"
    text = APPSPEC.replace("SOURCE", "app.jar").replace("scripts/start.sh", "start.sh")
    problems = found(tmp_path, flat, "mvn package", appspec_dot_yml=text)
    assert [problem.code for problem in problems] == ["AP302"] * told


def test_of_several_buildspecs_nobody_knows_which(tmp_path: Path) -> None:
    other = SPEC.replace("ARTIFACTS", "files: [b]").replace("COMMANDS", "make")
    assert found(tmp_path, "files: [a]", "make", ci__buildspec_dot_yml=other) == []


@pytest.mark.parametrize(("given", "told"), [("Src", False), ("Out", True)])
def test_a_pipeline_that_deploys_its_source_needs_no_artifacts(given: str, told: bool, tmp_path: Path) -> None:
    pipeline = PIPELINE.replace("INPUT", given)
    assert bool(found(tmp_path, "files: [a]", "make", pipeline_dot_json=pipeline)) is told


def test_a_folder_of_its_own(tmp_path: Path) -> None:
    spec = SPEC.replace("ARTIFACTS", "files: [appspec.yml]").replace("COMMANDS", "echo")
    text = APPSPEC.replace("SOURCE", "/")
    here = {"app__appspec_dot_yml": text, "app__buildspec_dot_yml": spec, "app__scripts__start_dot_sh": "#!/bin/sh\n"}
    (problem,) = [one for one in _only(tmp_path, here) if one.code == "AP306"]
    assert "the artifacts of app/buildspec.yml (line 3) do not hold scripts/start.sh" in problem.message
    here["app__buildspec_dot_yml"] = spec.replace("[appspec.yml]", "['**/*'], base-directory: app")
    assert _only(tmp_path, here) == []


def _only(folder: Path, files: dict[str, str]) -> list[Problem]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(check_paths([folder]).problems)
