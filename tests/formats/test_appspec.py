"""The grammar of docs/behaviour/codedeploy.md §4, rule by rule."""

from __future__ import annotations

import pytest

from sim.core.problems import ProblemsError
from sim.formats.appspec import (
    BAD_TIMEOUT,
    HOOKS,
    INSTEAD,
    NOT_SCRIPTABLE,
    AppSpecError,
    FileMapping,
    Hook,
    check_appspec,
    read_appspec,
)
from sim.formats.check import check_text
from sim.formats.nodes import compose

MINIMAL = "version: 0.0\nos: linux\n"

SERVER = """\
version: 0.0
os: linux
files:
  - source: /
    destination: /srv/web
  - source: conf/web.conf
    destination: /etc/nginx/conf.d
file_exists_behavior: OVERWRITE
permissions:
  - object: /srv/web
    pattern: "**"
    except: [logs]
    owner: web
    group: web
    mode: "0644"
    acls: [u:alice:rw]
    context: {user: u, type: t, range: s0}
    type: [file, directory]
hooks:
  BeforeInstall:
    - location: scripts/before.sh
      timeout: 300
      runas: root
    - location: scripts/second.sh
  AfterInstall:
  ValidateService:
    - location: scripts/validate.sh
"""

LAMBDA = """\
version: 0.0
Resources:
  - inbound:
      Type: AWS::Lambda::Function
      Properties:
        Name: inbound
        Alias: live
        CurrentVersion: "1"
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: check
"""

ECS = """\
{
  "version": 0.0,
  "Resources": [
    {"TargetService": {
      "Type": "AWS::ECS::Service",
      "Properties": {
        "TaskDefinition": "arn:aws:ecs:us-east-1:111111111111:task-definition/web:5",
        "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 80}
      }
    }}
  ],
  "Hooks": [{"AfterInstall": "check"}, {"AfterAllowTestTraffic": "check"}]
}
"""


def refused(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ProblemsError) as caught:
        read_appspec(text)
    assert all(problem.line > 0 for problem in caught.value.problems)
    return [(problem.code, problem.line) for problem in caught.value.problems]


# For servers


def test_a_whole_appspec_for_servers() -> None:
    spec = read_appspec(SERVER)
    assert (spec.version, spec.os, spec.file_exists_behavior) == ("0.0", "linux", "OVERWRITE")
    assert spec.files == (FileMapping("/", "/srv/web"), FileMapping("conf/web.conf", "/etc/nginx/conf.d"))
    assert spec.hooks == {
        "BeforeInstall": (Hook("scripts/before.sh", 300, "root", 21), Hook("scripts/second.sh", 3600, None, 24)),
        "ValidateService": (Hook("scripts/validate.sh", 3600, None, 27),),
    }
    (permission,) = spec.permissions
    assert (permission["mode"], permission["except"], permission["type"]) == ("0644", ["logs"], ["file", "directory"])


def test_little_is_needed() -> None:
    spec = read_appspec(MINIMAL)
    assert (spec.files, spec.permissions, dict(spec.hooks), spec.file_exists_behavior) == ((), (), {}, None)


@pytest.mark.parametrize("section", ["files:", "permissions:", "hooks:", "hooks: {AfterInstall: }", "files: ~"])
def test_an_empty_section_counts_as_none(section: str) -> None:
    assert read_appspec(f"{MINIMAL}{section}\n") == read_appspec(MINIMAL)


@pytest.mark.parametrize("version", ["0.0", "0", "0.00"])
def test_the_version_is_the_number_0(version: str) -> None:
    assert read_appspec(f"version: {version}\nos: windows\n").os == "windows"


@pytest.mark.parametrize("event", HOOKS)
def test_every_event_that_takes_scripts(event: str) -> None:
    assert list(read_appspec(f"{MINIMAL}hooks:\n  {event}:\n    - location: x.sh\n").hooks) == [event]


@pytest.mark.parametrize(
    ("mode", "read"),
    [("644", "644"), ('"0644"', "0644"), ("4", "4"), ('"4755"', "4755"), ("0644", "420"), ("0777", "511"), ("0", "0")],
)
def test_modes_are_octal_digits_and_unquoted_yaml_reads_a_leading_zero_as_octal(mode: str, read: str) -> None:
    spec = read_appspec(f"{MINIMAL}permissions:\n  - object: /srv\n    mode: {mode}\n")
    assert spec.permissions[0]["mode"] == read


def test_the_agent_tells_what_it_meets_first_in_its_own_order() -> None:
    # given wrong permissions above a wrong script: the agent reads hooks before permissions
    text = f"{MINIMAL}permissions: [{{mode: 644}}]\nhooks: {{AfterInstall: [{{location: a.sh, timeout: 0}}]}}\n"
    # when / then
    with pytest.raises(AppSpecError) as caught:
        read_appspec(text)
    assert caught.value.said == BAD_TIMEOUT
    assert [problem.code for problem in caught.value.problems] == ["AP107", "AP111"]


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("version: 0.0\n", ""), "AP101", 1),
        (("0.0", '"0.0"'), "AP101", 1),
        (("0.0", "0.1"), "AP101", 1),
        (("0.0", "1"), "AP101", 1),
        (("0.0", "[0.0]"), "AP101", 1),
        (("os: linux\n", ""), "AP102", 1),
        (("linux", "Linux"), "AP103", 2),
        (("linux", "macos"), "AP103", 2),
        (("OVERWRITE", "overwrite"), "AP103", 8),
        (("  - source: /\n    destination", "  - destination"), "AP104", 4),
        (("    destination: /srv/web\n", ""), "AP105", 4),
        (("source: /\n", "source:\n"), "AP104", 4),
        (("source: /\n", "source: [/]\n"), "AP001", 4),
        (("linux", "windows"), "AP106", 10),
        (("object: /srv/web\n    pattern", "pattern"), "AP107", 10),
        (("object: /srv/web", "object: ''"), "AP107", 10),
        (("0644", "06440"), "AP108", 15),
        (("0644", "0689"), "AP108", 15),
        (('"0644"', "u+x"), "AP108", 15),
        (("[file, directory]", "[files]"), "AP112", 18),
        (("[file, directory]", "file"), "AP001", 18),
        (("user: u, type: t", "user: u"), "AP113", 17),
        (("[logs]", "logs"), "AP001", 12),
        (("BeforeInstall:", "Install:"), "AP109", 20),
        (("BeforeInstall:", "DownloadBundle:"), "AP109", 20),
        (("BeforeInstall:", "BlockTraffic:"), "AP109", 20),
        (("BeforeInstall:", "Start:"), "AP109", 20),
        (("BeforeInstall:", "BeforInstall:"), "AP003", 20),
        (("BeforeInstall:", "AfterAllowTestTraffic:"), "AP003", 20),
        (("location: scripts/before.sh\n      timeout", "timeout"), "AP110", 21),
        (("timeout: 300", "timeout: 0"), "AP111", 22),
        (("timeout: 300", "timeout: -5"), "AP111", 22),
        (("timeout: 300", "timeout: soon"), "AP001", 22),
        (("hooks:\n  BeforeInstall:", "hooks:\n- BeforeInstall:"), "AP001", 20),
    ],
)
def test_each_mistake_has_its_line(change: tuple[str, str], code: str, line: int) -> None:
    assert change[0] in SERVER
    assert (code, line) in refused(SERVER.replace(*change, 1))


@pytest.mark.parametrize(("text", "code"), [("", "YAML102"), ("- a\n", "AP001"), ("a: 1\n b: 2\n", "YAML101")])
def test_what_is_no_appspec_at_all(text: str, code: str) -> None:
    assert code in [found for found, _ in refused(text)]


# For Lambda and ECS


def test_an_appspec_for_lambda() -> None:
    spec = read_appspec(LAMBDA)
    assert (spec.os, spec.files) == (None, ())
    assert spec.resources[0]["inbound"]["Properties"]["Alias"] == "live"
    assert spec.functions == ({"BeforeAllowTraffic": "check"},)


def test_its_keys_may_be_in_lower_case() -> None:
    text = LAMBDA
    for key in ("Resources", "Type", "Properties", "Name", "Alias", "CurrentVersion", "TargetVersion", "Hooks"):
        text = text.replace(f"{key}:", f"{key.lower()}:")
    assert read_appspec(text).functions == ({"BeforeAllowTraffic": "check"},)


def test_an_appspec_for_ecs_in_json() -> None:
    spec = read_appspec(ECS, "appspec.json")
    assert spec.resources[0]["TargetService"]["Properties"]["LoadBalancerInfo"]["ContainerPort"] == 80
    assert [list(hook) for hook in spec.functions] == [["AfterInstall"], ["AfterAllowTestTraffic"]]


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("version: 0.0", "version: 1"), "AP101", 1),
        (("        Alias: live\n", ""), "AP122", 6),
        (("Alias: live", "Alias:"), "AP122", 7),
        (("AWS::Lambda::Function", "AWS::Lambda::Alias"), "AP121", 4),
        (("      Type: AWS::Lambda::Function\n", ""), "AP121", 4),
        (("  - inbound:", "    inbound:"), "AP001", 3),
        (("      Type: AWS::Lambda::Function\n      Properties:", "    Type: x\n    Properties:"), "AP120", 3),
        (("BeforeAllowTraffic: check", "BeforeInstall: check"), "AP123", 11),
        (("BeforeAllowTraffic: check", "LifeCycleEvent: check"), "AP123", 11),
        (("BeforeAllowTraffic: check", 'BeforeAllowTraffic: ""'), "AP124", 11),
        (("BeforeAllowTraffic: check", "BeforeAllowTraffic: [{location: x}]"), "AP124", 11),
    ],
)
def test_each_mistake_there_has_its_line_too(change: tuple[str, str], code: str, line: int) -> None:
    assert change[0] in LAMBDA
    assert (code, line) in refused(LAMBDA.replace(*change, 1))


def test_the_agent_ignores_keys_it_does_not_know() -> None:
    assert read_appspec(SERVER.replace("files:\n", "file:\n", 1)).files == ()
    assert read_appspec(LAMBDA.replace("Hooks:", "Files: [x]\nHooks:")).functions == ({"BeforeAllowTraffic": "check"},)


def test_of_a_key_that_is_there_twice_the_last_counts() -> None:
    spec = read_appspec(f"{MINIMAL}files: [{{source: a, destination: b}}]\nfiles: [{{source: c, destination: d}}]\n")
    assert spec.files == (FileMapping("c", "d"),)


def test_ecs_needs_a_task_a_container_and_a_port() -> None:
    assert ("AP122", 8) in refused(ECS.replace('"ContainerPort": 80', '"Port": 80'))
    assert ("AP122", 6) in refused(ECS.replace('"TaskDefinition"', '"Task"'))


@pytest.mark.parametrize(
    ("written", "seconds", "hint"),
    [
        ("30m", 30, "write the seconds, such as `timeout: 1800`"),
        ("90 s", 90, "write the seconds, such as `timeout: 90`"),
        ("2h", 2, "write the seconds, such as `timeout: 7200`"),
        ("30.5", 30, "write the seconds, such as `timeout: 30`"),
    ],
)
def test_a_timeout_with_a_unit_is_the_number_before_it(written: str, seconds: int, hint: str) -> None:
    text = SERVER.replace("timeout: 300", f"timeout: {written}", 1)
    assert read_appspec(text).hooks["BeforeInstall"][0].timeout_s == seconds
    (problem,) = (one for one in check_appspec(compose(text, "appspec.yml"), "appspec.yml") if one.code == "AP216")
    assert problem.message == f"timeout is {written!r}: the agent reads {seconds} seconds"
    assert problem.hint == hint


@pytest.mark.parametrize(("word", "meant"), [("dir", "directory"), ("files", "file"), ("Directory", "directory")])
def test_a_slip_in_a_type_is_hinted_at(word: str, meant: str) -> None:
    text = f"version: 0.0\nos: linux\npermissions: [{{object: /srv, type: [{word}]}}]\n"
    with pytest.raises(ProblemsError) as refused:
        read_appspec(text)
    assert [problem.hint for problem in refused.value.problems] == [f"did you mean {meant}?"]


@pytest.mark.parametrize(
    ("event", "more", "hint"),
    [
        (
            "Install",
            "",
            "rename it to AfterInstall (they run once the files are copied), "
            "or rename it to BeforeInstall (they run before that)",
        ),
        (
            "Install",
            "  AfterInstall:\n    - location: b.sh\n",
            "move them into the list of AfterInstall on line 6 (they run once the files are copied), "
            "or rename it to BeforeInstall (they run before that)",
        ),
        ("DownloadBundle", "", "rename it to BeforeInstall (they run once the bundle is there)"),
        (
            "AllowTraffic",
            "",
            "rename it to AfterAllowTraffic (they run once the instance gets traffic again), "
            "or rename it to BeforeAllowTraffic (they run before that)",
        ),
        ("Start", "", "rename it to ApplicationStart (they start the application)"),
    ],
)
def test_scripts_of_an_event_without_scripts_are_sent_to_one_that_runs_them(event: str, more: str, hint: str) -> None:
    text = f"version: 0.0\nos: linux\nhooks:\n  {event}:\n    - location: a.sh\n{more}"
    (problem,) = check_appspec(compose(text, "appspec.yml"), "appspec.yml")
    assert (problem.code, problem.line, problem.hint) == ("AP109", 4, hint)


def test_every_event_without_scripts_has_one_that_takes_them() -> None:
    assert set(INSTEAD) == set(NOT_SCRIPTABLE)
    assert {event for ways in INSTEAD.values() for event in ways} <= set(HOOKS)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "hooks:\n    AfterInstall:\n      - location: a.sh\nValidateService:\n  - location: b.sh\n",
            "indent it, and what belongs to it, to column 5, as AfterInstall on line 4",
        ),
        (
            "hooks:\n  AfterInstall:\n    - location: a.sh\nValidateService: [{location: b.sh}]\n"
            "ApplicationStart: [{location: c.sh}]\n",
            "indent each of them, and what belongs to them, to column 3, as AfterInstall on line 4",
        ),
        (
            "ValidateService: [{location: b.sh}]\nhooks:\n  AfterInstall:\n    - location: a.sh\n",
            "move it, and what belongs to it, below `hooks:` on line 4, and indent to column 3, "
            "as AfterInstall on line 5",
        ),
        (
            "ValidateService: [{location: b.sh}]\n",
            "write `hooks:` in a line above, and indent it, and what belongs to it, deeper than that",
        ),
    ],
)
def test_how_an_event_beside_hooks_comes_into_it(text: str, hint: str) -> None:
    (problem,) = check_text(f"version: 0.0\nos: linux\n{text}", "appspec.yml")
    assert (problem.code, problem.hint) == ("AP202", hint)
