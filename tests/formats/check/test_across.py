"""Files of a folder held against each other: what one names is there, or may be made, or is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.problems import Problem
from tests.formats.check.small import check_paths

APPSPEC = "version: 0.0\nos: linux\nhooks: {AfterInstall: [{location: scripts/start.sh}]}\n"
COPY = "version: 0.0\nos: linux\nfiles: [{source: SOURCE, destination: /srv}]\n"


def build(*commands: str, more: str = "") -> str:
    return f"version: 0.2\nphases: {{build: {{commands: [{', '.join(commands)}]}}}}\n{more}"


def found(folder: Path, **files: str) -> list[Problem]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(check_paths([folder]).problems)


def codes(folder: Path, **files: str) -> list[str]:
    return [problem.code for problem in found(folder, **files)]


# Hook scripts


def test_a_script_that_is_not_there_is_told_at_its_line_with_one_that_is(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, appspec_dot_yml=APPSPEC, deploy__start_dot_sh="")
    assert (problem.code, problem.line) == ("AP301", 3)
    assert problem.message == "AfterInstall runs scripts/start.sh, and no such file is there"
    assert problem.hint == "did you mean deploy/start.sh?"


def test_a_script_of_a_like_name_in_the_same_folder_is_hinted_at(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, appspec_dot_yml=APPSPEC, scripts__strat_dot_sh="", scripts__stop_dot_sh="")
    assert (problem.code, problem.hint) == ("AP301", "did you mean scripts/strat.sh?")


def test_scripts_are_looked_for_whatever_else_is_missing(tmp_path: Path) -> None:
    text = APPSPEC.replace("os: linux\n", "").replace("{location: scripts/start.sh}", "{script: scripts/start.sh}")
    assert codes(tmp_path, appspec_dot_yml=text, scripts__stop_dot_sh="") == ["AP102", "AP110", "AP301"]


@pytest.mark.parametrize("location", ["scripts/start.sh --now", "bash scripts/start.sh"])
def test_a_script_is_named_without_arguments(location: str, tmp_path: Path) -> None:
    text = APPSPEC.replace("scripts/start.sh", location)
    (problem,) = found(tmp_path, appspec_dot_yml=text, scripts__start_dot_sh="")
    assert (problem.code, problem.hint[:38]) == ("AP301", "write the path alone, scripts/start.sh")


@pytest.mark.parametrize("name", ["start", "start.bash"])
def test_a_script_with_another_ending_is_hinted_at(name: str, tmp_path: Path) -> None:
    text = APPSPEC.replace("start.sh", name)
    (problem,) = found(tmp_path, appspec_dot_yml=text, scripts__start_dot_sh="", scripts__stop_dot_sh="")
    assert (problem.code, problem.hint) == ("AP301", "did you mean scripts/start.sh?")


def test_a_script_of_another_name_is_not_offered_in_place_of_one_that_is_missing(tmp_path: Path) -> None:
    text = APPSPEC.replace("start.sh", "install.sh")
    (problem,) = found(tmp_path, appspec_dot_yml=text, scripts__start_dot_sh="")
    assert "did you mean" not in problem.hint


@pytest.mark.parametrize(
    "files",
    [
        {"scripts__start_dot_sh": ""},
        {"buildspec_dot_yml": build("cp ci/start.sh scripts/start.sh"), "ci__start_dot_sh": ""},
    ],
)
def test_a_script_that_is_there_or_may_be(files: dict[str, str], tmp_path: Path) -> None:
    assert codes(tmp_path, appspec_dot_yml=APPSPEC, **files) == []


def test_a_script_that_a_build_puts_beside_the_appspec(tmp_path: Path) -> None:
    spec = build("make", more="artifacts: {files: ['**/*'], discard-paths: yes}\n")
    files = {"buildspec_dot_yml": spec, "deep__down__start_dot_sh": ""}
    assert codes(tmp_path, appspec_dot_yml=APPSPEC.replace("scripts/", ""), **files) == []
    assert codes(tmp_path, appspec_dot_yml=APPSPEC, **files) == ["AP306"]


def test_a_build_that_calls_another_script_of_the_folder_makes_none(tmp_path: Path) -> None:
    others = {"scripts__notify_dot_sh": "", "buildspec_dot_yml": build("./scripts/notify.sh")}
    assert codes(tmp_path, appspec_dot_yml=APPSPEC, **others) == ["AP301"]


def test_scripts_are_looked_for_in_the_appspecs_folder_and_around_it(tmp_path: Path) -> None:
    assert codes(tmp_path, deploy__appspec_dot_yml=APPSPEC, deploy__scripts__start_dot_sh="") == []
    assert codes(tmp_path, deploy__appspec_dot_yml=APPSPEC, scripts__start_dot_sh="") == []


def test_paths_of_windows(tmp_path: Path) -> None:
    text = "version: 0.0\nos: windows\nhooks: {AfterInstall: [{location: '\\scripts\\start.ps1'}]}\n"
    assert codes(tmp_path, appspec_dot_yml=text, scripts__start_dot_ps1="") == []
    assert codes(tmp_path, appspec_dot_yml=text.replace("start.ps1", "stop.ps1")) == ["AP301"]


# Sources of files


@pytest.mark.parametrize(
    ("source", "files", "code"),
    [
        ("web", {}, ["AP302"]),
        ("web", {"web__index_dot_html": ""}, []),
        ("web/index.html", {"web__index_dot_html": ""}, []),
        ("/", {}, []),
        ("./web/", {"web__index_dot_html": ""}, []),
        ("'{{artifact}}'", {}, []),
        ("target/app.jar", {"buildspec_dot_yml": build("make")}, []),
        ("target/app.jar", {"buildspec_dot_yml": build("echo hello")}, ["AP302"]),
        ("target/app.jar", {"buildspec_dot_yml": build("echo > out.json")}, ["AP302"]),
        ("target/app.jar", {"buildspec_dot_yml": build("'echo \"$(date)\"'")}, ["AP302"]),
        ("target/app.jar", {"buildspec_dot_yml": build("echo > target/x")}, []),
        ("dist", {"buildspec_dot_yml": build("npm run build")}, ["BS205"]),
        ("target/app.jar", {"pom_dot_xml": ""}, []),
        ("target/app.jar", {"pom_dot_xml": "", "buildspec_dot_yml": build("echo hello")}, ["AP302"]),
    ],
)
def test_sources(source: str, files: dict[str, str], code: list[str], tmp_path: Path) -> None:
    assert codes(tmp_path, appspec_dot_yml=COPY.replace("SOURCE", source), **files) == code


@pytest.mark.parametrize("spec", [": [\n", build("echo")])
def test_what_a_build_makes_is_not_known_where_its_buildspec_cannot_be_read(spec: str, tmp_path: Path) -> None:
    text = COPY.replace("SOURCE", "web") + APPSPEC.partition("linux\n")[2]
    told = codes(tmp_path, appspec_dot_yml=text, buildspec_dot_yml=spec)
    assert [code for code in told if code.startswith("AP")] == ([] if spec == ": [\n" else ["AP302", "AP301"])


def test_a_file_outside_of_the_bundle_is_not_offered(tmp_path: Path) -> None:
    text = COPY.replace("SOURCE", "index.html")
    (problem,) = found(tmp_path, linux__appspec_dot_yml=text, windows__index_dot_html="")
    assert "did you mean" not in problem.hint
    (problem,) = found(tmp_path, linux__web__index_dot_html="")
    assert problem.hint == "did you mean web/index.html?"


# Artifacts


@pytest.mark.parametrize(
    ("commands", "artifacts", "files", "told"),
    [
        (["echo"], "{files: [app.jar]}", {}, True),
        (["echo"], "{files: [app.jar]}", {"app_dot_jar": ""}, False),
        (["echo"], "{files: ['**/*']}", {}, False),
        (["echo"], "{files: ['*.jar']}", {}, True),
        (["echo"], "{files: ['**/*'], base-directory: dist}", {}, True),
        (["echo"], "{files: ['**/*'], base-directory: dist}", {"dist__a": ""}, False),
        (["echo > app.jar"], "{files: [app.jar]}", {}, False),
        (["make"], "{files: [app.jar]}", {}, False),
        (["./build.sh"], "{files: [app.jar]}", {}, False),
        (["echo"], "{files: [$NAME]}", {}, False),
        (["echo"], "{files: [/tmp/x]}", {}, False),
        (["echo"], "{files: [buildspec.yml], secondary-artifacts: {two: {files: [b.zip]}}}", {}, True),
    ],
)
def test_artifacts_that_nothing_makes(
    commands: list[str], artifacts: str, files: dict[str, str], told: bool, tmp_path: Path
) -> None:
    spec = build(*commands, more=f"artifacts: {artifacts}\n")
    assert ("BS301" in codes(tmp_path, buildspec_dot_yml=spec, **files)) is told


def test_a_command_that_became_a_mapping_makes_what_it_makes(tmp_path: Path) -> None:
    spec = (
        "version: 0.2\nphases:\n  build:\n    commands:\n      - make VERSION=a: all\nartifacts: {files: [app.jar]}\n"
    )
    assert codes(tmp_path, buildspec_dot_yml=spec) == ["BS108"]


def test_artifacts_of_a_buildspec_in_a_folder_of_its_own(tmp_path: Path) -> None:
    spec = build("echo", more="artifacts: {files: [appspec.yml, 'src/**/*']}\n")
    text = COPY.replace("SOURCE", "src")
    assert codes(tmp_path, app__buildspec_dot_yml=spec, app__appspec_dot_yml=text, app__src__x="") == []


# Templates

PROJECT = "Resources: {P: {Type: AWS::CodeBuild::Project, Properties: {Source: {BuildSpec: SPEC}}}}\n"


@pytest.mark.parametrize(
    ("spec", "files", "told"),
    [
        ("ci/build.yml", {"buildspec_dot_yml": build("make")}, True),
        ("ci/build.yml", {"ci__build_dot_yml": build("make")}, False),
        ("ci/build.yml", {}, False),
        ("!Sub ci/build.yml", {"buildspec_dot_yml": build("make")}, False),
        ("arn:aws:s3:::b/build.yml", {"buildspec_dot_yml": build("make")}, False),
    ],
)
def test_the_buildspec_of_a_project(spec: str, files: dict[str, str], told: bool, tmp_path: Path) -> None:
    problems = found(tmp_path, infra__template_dot_yml=PROJECT.replace("SPEC", spec), **files)
    assert [problem.code for problem in problems] == ["CF311"] * told
    assert not told or problems[0].hint == "did you mean buildspec.yml?"


def test_a_nested_template(tmp_path: Path) -> None:
    text = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: WHERE}}}\n"
    assert codes(tmp_path, main_dot_yml=text.replace("WHERE", "net.yml")) == ["CF312"]
    assert codes(tmp_path, main_dot_yml=text.replace("WHERE", "https://b.s3.amazonaws.com/net.yml")) == []


def test_a_file_alone_is_held_against_nothing(tmp_path: Path) -> None:
    path = tmp_path / "appspec.yml"
    path.write_text(APPSPEC, encoding="utf-8")
    assert check_paths([path]).problems == ()
    assert [problem.code for problem in check_paths([tmp_path]).problems] == ["AP301"]


# Roles: what a buildspec of the folder takes from a store

ROLE = """\
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: p
          PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Resource: '*', Action: ['logs:*', MORE]}]}
"""
NAMED = "Resources:\n  P: {Type: AWS::CodeBuild::Project, Properties: {ServiceRole: !Ref R, Source: {SPEC}}}\n" + ROLE


@pytest.mark.parametrize(
    ("spec", "more", "told"),
    [
        ("BuildSpec: ci/build.yml", "'s3:*'", True),
        ("BuildSpec: ci/build.yml", "'secretsmanager:GetSecretValue'", False),
        ("BuildSpec: ci/other.yml", "'s3:*'", False),
        ("BuildSpec: !Sub ci/build.yml", "'s3:*'", False),
    ],
)
def test_the_role_of_a_project_may_read_what_its_buildspec_names(
    spec: str, more: str, told: bool, tmp_path: Path
) -> None:
    secret = build("make", more="env: {secrets-manager: {TOKEN: web/token}}\n")
    text = NAMED.replace("SPEC", spec).replace("MORE", more)
    problems = found(tmp_path, web_dot_yml=text, ci__build_dot_yml=secret, ci__other_dot_yml=build("make"))
    assert [problem.code for problem in problems] == ["CF310"] * told
    assert not told or "takes TOKEN from Secrets Manager" in problems[0].message


def test_without_a_name_it_is_the_default_buildspec(tmp_path: Path) -> None:
    secret = build("make", more="env: {parameter-store: {TOKEN: web/token}}\n")
    text = NAMED.replace("SPEC", "Type: CODECOMMIT").replace("MORE", "'codecommit:*'")
    (problem,) = found(tmp_path, web_dot_yml=text, buildspec_dot_yml=secret)
    assert "needs ssm:GetParameters" in problem.message


IMAGES = (
    "version: 0.2\nphases: {build: {commands: ['echo \"[]\" > FILE']}}\nartifacts: {files: [imagedefinitions.json]}\n"
)


def test_a_file_that_a_command_makes_under_nearly_that_name(tmp_path: Path) -> None:
    (tmp_path / "buildspec.yml").write_text(IMAGES.replace("FILE", "imagedefinition.json"))
    (problem,) = check_paths([tmp_path]).problems
    assert (problem.line, problem.code) == (3, "BS301")
    assert problem.hint == "a command makes imagedefinition.json: give both the same name"


@pytest.mark.parametrize("file", ["imagedefinitions.json", "out/imagedefinitions.json", "$NAME"])
def test_a_file_that_a_command_makes_or_may_make(tmp_path: Path, file: str) -> None:
    (tmp_path / "buildspec.yml").write_text(IMAGES.replace("FILE", file))
    assert check_paths([tmp_path]).problems == ()


# Docker

DOCKER = """\
Resources:
  P:
    Type: AWS::CodeBuild::Project
    Properties: {ServiceRole: r, Environment: {Type: LINUX_CONTAINER, MORE}, Source: {Type: CODEPIPELINE, SPEC}}
"""


@pytest.mark.parametrize(
    ("more", "spec", "command", "told"),
    [
        ("Image: x", "BuildSpec: buildspec.yml", "docker build .", True),
        ("Image: x", "Location: x", "docker push web", True),
        ("PrivilegedMode: false", "BuildSpec: buildspec.yml", "docker-compose up -d", True),
        ("PrivilegedMode: true", "BuildSpec: buildspec.yml", "docker build .", False),
        ("PrivilegedMode: !Ref Privileged", "BuildSpec: buildspec.yml", "docker build .", False),
        ("Image: x", "BuildSpec: ci/other.yml", "docker build .", False),
        ("Image: x", "BuildSpec: buildspec.yml", "docker login", False),
        ("Image: x", "BuildSpec: buildspec.yml", "make", False),
    ],
)
def test_docker_of_a_buildspec_in_a_file_needs_a_daemon(
    more: str, spec: str, command: str, told: bool, tmp_path: Path
) -> None:
    template = DOCKER.replace("MORE", more).replace("SPEC", spec)
    problems = found(tmp_path, infra__web_dot_yml=template, buildspec_dot_yml=build(command))
    told_here = [problem for problem in problems if problem.code == "CF302"]
    assert len(told_here) == told
    assert not told or told_here[0].message.startswith("buildspec.yml calls docker")
    assert not told or "PrivilegedMode: true" in told_here[0].hint


LOST = """version: 0.2
phases:
  post_build:
    commands:
      - pip download --dest wheels -r requirements.txt
    commands:
      - echo done
artifacts:
  files: [appspec.yml, wheels/**/*, made.txt]
"""


def test_what_lost_commands_make_is_not_missed(tmp_path: Path) -> None:
    # given commands of which one list is lost, as its key is there twice
    files = {"buildspec_dot_yml": LOST, "appspec_dot_yml": COPY.replace("SOURCE", "wheels")}
    # then that is told, and not what follows from it
    assert codes(tmp_path, **files) == ["YAML103"]
    # and what no command speaks of is told all the same
    assert codes(tmp_path, appspec_dot_yml=COPY.replace("SOURCE", "nowhere")) == ["AP302", "YAML103"]


def test_a_script_that_no_hook_names_and_that_begins_alike(tmp_path: Path) -> None:
    # given a hook's script that is not there, beside one that nobody names
    hooks = "hooks: {ApplicationStop: [{location: s/stop_server.sh}], ApplicationStart: [{location: s/start.sh}]}\n"
    text = f"version: 0.0\nos: linux\n{hooks}"
    scripts = {f"s__{name}_dot_sh": "#!/bin/sh\n" for name in ("stop_server", "start_server", "check")}
    (problem,) = found(tmp_path, appspec_dot_yml=text, **scripts)
    assert (problem.code, problem.hint) == ("AP301", "did you mean s/start_server.sh?")
    # when two begin alike, none is offered; nor one that a hook names already
    (problem,) = found(tmp_path, s__start_worker_dot_sh="#!/bin/sh\n")
    assert "did you mean" not in problem.hint
    (tmp_path / "s" / "start_worker.sh").unlink()
    (problem,) = found(tmp_path, appspec_dot_yml=text.replace("s/start.sh", "s/stop.sh"))
    assert "did you mean" not in problem.hint
