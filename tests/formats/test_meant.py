"""Slips in keys: each is told once, with what to write, and what stands below it is looked at all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.formats.appspec import appspec_as_meant, read_appspec
from sim.formats.buildspec import buildspec_as_meant, read_buildspec
from sim.formats.nodes import Mapping, compose
from tests.formats.check.small import check_text

HEAD = "version: 0.2\n"
BUILD = "phases: {build: {commands: [make]}}\n"
SERVER = "version: 0.0\nos: linux\n"
LAMBDA = "version: 0.0\nResources: [{f: {Type: AWS::Lambda::Function, Properties: {%s}}}]\n"
ECS = "version: 0.0\nResources: [{s: {Type: AWS::ECS::Service, Properties: {%s}}}]\n"
BALANCER = "LoadBalancerInfo: {ContainerName: c, ContainerPort: 80}"
TASK = "TaskDefinition: <TASK_DEFINITION>"


def told(text: str, name: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.hint) for problem in check_text(text, name)]


def renamed(code: str, written: str, meant: str) -> list[tuple[str, str]]:
    return [(code, f"rename `{written}` to `{meant}`")]


@pytest.mark.parametrize(
    ("text", "code", "written", "meant"),
    [
        (HEAD + "phases: {build: {command: [make]}}\n", "BS105", "command", "commands"),
        (HEAD + "phases: {build: {script: [make]}}\n", "BS105", "script", "commands"),
        (HEAD + "phases: {build: {what-runs: [make]}}\n", "BS105", "what-runs", "commands"),
        (HEAD + "phases: {build: {commands: [make], finaly: [ls]}}\n", "BS201", "finaly", "finally"),
        (HEAD + "phases: {prebuild: {commands: [make]}}\n", "BS202", "prebuild", "pre_build"),
        (
            HEAD + "phases: {install: {runtime-version: {nodejs: 22}}, build: {commands: [npm ci]}}\n",
            "BS201",
            "runtime-version",
            "runtime-versions",
        ),
        (HEAD + "phase: {build: {commands: [make]}}\n", "BS201", "phase", "phases"),
        (HEAD + BUILD + "artifacts: {file: [a]}\n", "BS109", "file", "files"),
        (HEAD + BUILD + "artifacts: {paths: [a]}\n", "BS109", "paths", "files"),
        (HEAD + BUILD + "artifacts: {files: [a], discard-path: yes}\n", "BS201", "discard-path", "discard-paths"),
        (HEAD + BUILD + "artifacts: {files: [a], baseDirectory: x}\n", "BS201", "baseDirectory", "base-directory"),
        (
            HEAD + BUILD + "artifacts: {secondary-artifacts: {two: {filez: [a]}}}\n",
            "BS109",
            "filez",
            "files",
        ),
        (HEAD + BUILD + "cache: {path: [a]}\n", "BS110", "path", "paths"),
        (HEAD + BUILD + "reports: {unit: {file: [a]}}\n", "BS113", "file", "files"),
        (HEAD + BUILD + "reports: {unit: {files: [a], format: JUNITXML}}\n", "BS201", "format", "file-format"),
        (HEAD + BUILD + "env: {variable: {A: b}}\n", "BS201", "variable", "variables"),
        (HEAD + BUILD + "env: {secrets: {A: b}}\n", "BS201", "secrets", "secrets-manager"),
        (HEAD + BUILD + "batch: {build-list: [{identifer: a}]}\n", "BS121", "identifer", "identifier"),
        (HEAD + BUILD + "batch: {build-list: [{name: a}]}\n", "BS121", "name", "identifier"),
        (
            HEAD + BUILD + "batch: {build-graph: [{identifier: a}, {identifier: b, depends-on: [a]}]}\n",
            "BS201",
            "depends-on",
            "depend-on",
        ),
        (HEAD + BUILD + "batch: {build-fanout: {paralellism: 2}}\n", "BS127", "paralellism", "parallelism"),
    ],
)
def test_slips_in_buildspecs(text: str, code: str, written: str, meant: str) -> None:
    assert told(text, "buildspec.yml") == renamed(code, written, meant)


@pytest.mark.parametrize(
    ("text", "code", "written", "meant"),
    [
        ("version: 0.0\nOS: linux\nfiles: [{source: /, destination: /srv}]\n", "AP102", "OS", "os"),
        (SERVER + "file: [{source: /, destination: /srv}]\n", "AP201", "file", "files"),
        (SERVER + "files: [{src: /, destination: /srv}]\n", "AP104", "src", "source"),
        (SERVER + "files: [{source: /, dest: /srv}]\n", "AP105", "dest", "destination"),
        (SERVER + "files: [{source: /, target: /srv}]\n", "AP105", "target", "destination"),
        (SERVER + "files: [{source: /, put-it-into: /srv}]\n", "AP105", "put-it-into", "destination"),
        (
            SERVER + "files: [{source: /, destination: /srv}]\npermissions: [{path: /srv, mode: 644}]\n",
            "AP107",
            "path",
            "object",
        ),
        (SERVER + "hooks: {AfterInstall: [{script: a.sh}]}\n", "AP110", "script", "location"),
        (SERVER + "hooks: {AfterInstall: [{command: a.sh}]}\n", "AP110", "command", "location"),
        (SERVER + "hooks: {AfterInstall: [{what: scripts/a.sh}]}\n", "AP110", "what", "location"),
        (SERVER + "hooks: {AfterInstall: [{location: a.sh, run_as: root}]}\n", "AP201", "run_as", "runas"),
        (SERVER + "hooks: {After_Install: [{location: a.sh}]}\n", "AP003", "After_Install", "AfterInstall"),
        (SERVER + "hooks: {Stop: [{location: a.sh}]}\n", "AP003", "Stop", "ApplicationStop"),
        (LAMBDA % "functionName: f, Alias: a, CurrentVersion: 1, TargetVersion: 2", "AP122", "functionName", "Name"),
        (
            LAMBDA % "name: f, alias: a, current_version: 1, targetversion: 2",
            "AP201",
            "current_version",
            "CurrentVersion",
        ),
        (ECS % f"TaskDef: <TASK_DEFINITION>, {BALANCER}", "AP122", "TaskDef", "TaskDefinition"),
        (ECS % f"{TASK}, LoadBalancerInfo: {{ContainerName: c, Port: 80}}", "AP122", "Port", "ContainerPort"),
        ((ECS % f"{TASK}, {BALANCER}").replace("Properties", "Propertys"), "AP122", "Propertys", "Properties"),
    ],
)
def test_slips_in_appspecs(text: str, code: str, written: str, meant: str) -> None:
    assert told(text, "appspec.yml") == renamed(code, written, meant)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "phases: {build: {commands: [make]}, deploy: {commands: [ls]}}\n",
        HEAD + BUILD + "env: {SECRETS: value}\n",
        HEAD + BUILD + "cache: {paths: [a], bucket: b}\n",
        SERVER + "hooks: {AfterInstall: [{location: a.sh, note: why}]}\n",
        SERVER + "hooks: {ApplicationStart: [{location: a.sh}], ApplicationStarts: [{location: b.sh}]}\n",
    ],
)
def test_what_is_no_slip_of_a_key_is_renamed_by_nobody(text: str) -> None:
    name = "buildspec.yml" if text.startswith(HEAD) else "appspec.yml"
    assert [hint for _, hint in told(text, name) if "rename" in hint] == []


def test_keys_for_anchors_are_no_slips() -> None:
    assert told(HEAD + "x-env: &e {A: b}\nenv: {variables: *e}\n" + BUILD, "buildspec.yml") == []


@pytest.mark.parametrize(
    ("text", "name", "codes"),
    [
        (HEAD + "phases: {prebuild: {command: [{echo a: b}]}}\n", "buildspec.yml", ["BS105", "BS108", "BS202"]),
        (HEAD + BUILD + "env: {exported_variables: [TAG]}\n", "buildspec.yml", ["BS201", "BS210"]),
        (
            HEAD + 'env: {exported-variables: [TAG]}\nphases:\n  build:\n    commands:\n      - export TAG="a: b"\n',
            "buildspec.yml",
            ["BS108"],
        ),
        (
            HEAD + "phases:\n  build:\n    commands:\n      - run: export DB_PASSWORD=hunter22\n",
            "buildspec.yml",
            ["BS108", "BS207"],
        ),
        (HEAD + BUILD + "env: {vars: {DB_PASSWORD: hunter22}}\n", "buildspec.yml", ["BS201", "BS207"]),
        (SERVER + "hooks: {afterinstall: [{script: a.sh, timeout: 0}]}\n", "appspec.yml", ["AP003", "AP110", "AP111"]),
        (SERVER + "hooks: {Install: [{location: a.sh, timeout: 0}]}\n", "appspec.yml", ["AP109", "AP111"]),
        (
            SERVER + "permission: [{object: /srv, modes: 888}]\n",
            "appspec.yml",
            ["AP108", "AP201", "AP201", "AP211"],
        ),
    ],
)
def test_what_stands_below_a_slip_is_looked_at_too(text: str, name: str, codes: list[str]) -> None:
    assert sorted(code for code, _ in told(text, name)) == codes


def test_a_command_in_place_of_a_script_belongs_into_one() -> None:
    text = SERVER + "hooks: {ApplicationStart: [{run: npm start}]}\n"
    hint = "write `npm start` into a script of the bundle, and here `location:` and its path: events run no commands"
    assert told(text, "appspec.yml") == [("AP110", hint)]


def test_what_aws_reads_is_what_is_written() -> None:
    assert list(read_buildspec(HEAD + "phases: {prebuild: {commands: [ls]}, build: {commands: [make]}}\n").phases) == [
        "build"
    ]
    assert read_appspec(SERVER + "file: [{source: a, destination: b}]\n").files == ()


def test_without_slips_it_is_the_same_tree() -> None:
    root = compose(HEAD + BUILD + "artifacts: {files: [a]}\n", "buildspec.yml")
    assert buildspec_as_meant(root) is root
    root = compose(SERVER + "hooks: {AfterInstall: [{location: a.sh}]}\n", "appspec.yml")
    assert appspec_as_meant(root) is root


@given(st.lists(st.sampled_from(["phase", "phases", "Phases", "env", "envs", "cache", "artefacts"]), unique=True))
def test_no_key_comes_to_stand_there_twice(keys: list[str]) -> None:
    text = HEAD + "".join(f"{key}: {{}}\n" for key in keys)
    meant = buildspec_as_meant(compose(text, "buildspec.yml"))
    assert isinstance(meant, Mapping)
    assert len(set(meant.keys())) == len(meant.items) == len(keys) + 1
