"""A wrong AppSpec fails at the event where AWS fails, and `codesuite check` finds it before. codedeploy.md §4."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sim.formats import appspec as said
from sim.formats import install
from sim.formats.check import check_paths
from tests.services.codedeploy.stage import SEVEN, Stage, bundle, statuses

HEAD = "version: 0.0\nos: linux\n"
FILES = "files:\n  - {source: site, destination: /srv/shop}\n"


@dataclass(frozen=True)
class Wrong:
    """An AppSpec, the event at which it fails, the API's error code, and what `codesuite check` says of it before: the
    code of a finding, or "" where only the agent knows. `says` is part of the agent's message, `behavior` the rules."""

    name: str
    appspec: str
    event: str
    found: str
    says: str = "The deployment failed because "
    error: str = "UnknownError"
    file: str = "appspec.yml"
    behavior: tuple[dict[str, Any], ...] = ()


def permission(entry: str) -> str:
    return f"{HEAD}{FILES}permissions:\n  - {entry}\n"


def hook(entry: str) -> str:
    return f"{HEAD}{FILES}hooks:\n  AfterInstall:\n    - {entry}\n"


ACCOUNTS = ({"agent": "*", "accounts": ["ec2-user"]},)
PARSED, INSTALLED = "BeforeInstall", "Install"
WRONG = [
    # 4.1: the file
    Wrong("empty", "", PARSED, "YAML102", said.EMPTY),
    Wrong("no YAML", "version: [\n", PARSED, "YAML101", said.BAD_YAML),
    Wrong("appspec.yaml", HEAD + FILES, PARSED, "AP207", "did not find an AppSpec file", file="appspec.yaml"),
    # 4.2: version and os
    Wrong("no version", "os: linux\n", PARSED, "AP101", said.BAD_VERSION.format("")),
    Wrong("another version", "version: 1.0\nos: linux\n", PARSED, "AP101", said.BAD_VERSION.format("1.0")),
    Wrong("a quoted version", 'version: "0.0"\nos: linux\n', PARSED, "AP101", said.BAD_VERSION.format("0.0")),
    Wrong("no os", "version: 0.0\n", PARSED, "AP102", said.BAD_OS.format("")),
    Wrong("an unknown os", "version: 0.0\nos: macos\n", PARSED, "AP103", said.BAD_OS.format("macos")),
    Wrong("another os than the agent's", "version: 0.0\nos: windows\n", PARSED, "", said.BAD_OS.format("windows")),
    # 4.2: files
    Wrong("no source", f"{HEAD}files: [{{destination: /srv}}]\n", PARSED, "AP104", said.NO_SOURCE),
    Wrong("no destination", f"{HEAD}files: [{{source: site}}]\n", PARSED, "AP105", said.NO_DESTINATION.format("site")),
    Wrong(
        "no file_exists_behavior",
        f"{HEAD}{FILES}file_exists_behavior: retain\n",
        PARSED,
        "AP103",
        said.BAD_BEHAVIOR.format("retain"),
    ),
    # 4.2: permissions
    Wrong("no object", permission("{mode: 644}"), PARSED, "AP107", said.NO_OBJECT),
    Wrong("an empty object", permission("{object: '', mode: 644}"), PARSED, "AP107", said.NO_OBJECT),
    Wrong(
        "permissions on windows",
        permission("{object: /a}").replace("linux", "windows"),
        PARSED,
        "AP106",
        said.BAD_OS.format("windows"),
    ),
    Wrong(
        "a mode too long", permission("{object: /a, mode: '07777'}"), PARSED, "AP108", said.BAD_LENGTH.format("07777")
    ),
    Wrong(
        "a digit that is not octal",
        permission("{object: /a, mode: 688}"),
        PARSED,
        "AP108",
        said.BAD_DIGIT.format("688", "8"),
    ),
    Wrong(
        "an octal number with an 8 or 9 in it",
        permission("{object: /a, mode: 0755}"),
        PARSED,
        "AP108",
        said.BAD_DIGIT.format("493", "9"),
    ),
    Wrong("a symbolic mode", permission("{object: /a, mode: u+x}"), PARSED, "AP108", said.BAD_DIGIT.format("u+x", "u")),
    Wrong("an unknown type", permission("{object: /a, type: [link]}"), PARSED, "AP112", said.BAD_TYPE.format("link")),
    Wrong("a malformed acl", permission("{object: /a, acls: [alice]}"), PARSED, "AP114", said.BAD_ACL.format("alice")),
    Wrong(
        "a base entry among acls",
        permission("{object: /a, acls: ['u::rw']}"),
        PARSED,
        "AP114",
        said.BASE_ACL.format("u::rw"),
    ),
    Wrong(
        "a bad permission letter",
        permission("{object: /a, acls: ['u:alice:rz']}"),
        PARSED,
        "AP114",
        said.BAD_RIGHT.format("u:alice:rz", "z"),
    ),
    Wrong(
        "a context without type",
        permission("{object: /a, context: {user: u}}"),
        PARSED,
        "AP113",
        said.BAD_CONTEXT.format('{"user"=>"u"}'),
    ),
    Wrong(
        "a bad range",
        permission("{object: /a, context: {type: t, range: x1}}"),
        PARSED,
        "AP115",
        said.BAD_RANGE.format("x1"),
    ),
    Wrong(
        "a category too high",
        permission("{object: /a, context: {type: t, range: 's0:c1024'}}"),
        PARSED,
        "AP115",
        said.BAD_RANGE.format("s0:c1024"),
    ),
    Wrong(
        "a pattern for a file",
        permission("{object: /srv/shop/index.html, pattern: '*.x'}"),
        INSTALLED,
        "AP303",
        install.PATTERN_OF_FILE.format(path="/srv/shop/index.html", pattern="*.x"),
    ),
    Wrong(
        "an exception for a file",
        permission("{object: /srv/shop/index.html, except: [a]}"),
        INSTALLED,
        "AP303",
        "(['a']) for the object named",
    ),
    Wrong(
        "a default acl on a file",
        permission("{object: /srv/shop/index.html, acls: [d:u:a:r]}"),
        INSTALLED,
        "AP303",
        install.DEFAULT_OF_FILE,
    ),
    Wrong(
        "one object, two entries",
        permission("{object: /srv/shop}\n  - {object: /srv/shop}"),
        INSTALLED,
        "AP303",
        install.SPOKEN_OF_TWICE.format(path="/srv/shop/index.html"),
    ),
    Wrong(
        "an unknown owner",
        permission("{object: /srv/shop, owner: web}"),
        INSTALLED,
        "",
        "can't find user for web",
        behavior=ACCOUNTS,
    ),
    Wrong(
        "an unknown group",
        permission("{object: /srv/shop, group: www}"),
        INSTALLED,
        "",
        "can't find group for www",
        behavior=ACCOUNTS,
    ),
    # 4.2: hooks
    Wrong(
        "an unknown event",
        f"{HEAD}{FILES}hooks:\n  Nonsense:\n    - location: a.sh\n",
        INSTALLED,
        "AP003",
        'unknown lifecycle events: ["Nonsense"]',
    ),
    Wrong(
        "the agent's own event",
        f"{HEAD}{FILES}hooks:\n  Install:\n    - location: a.sh\n",
        INSTALLED,
        "AP109",
        'unknown lifecycle events: ["Install"]',
    ),
    Wrong("no location", hook("{timeout: 5}"), PARSED, "AP110", said.NO_LOCATION),
    Wrong("a timeout of 0", hook("{location: a.sh, timeout: 0}"), PARSED, "AP111", said.BAD_TIMEOUT),
    Wrong("a negative timeout", hook("{location: a.sh, timeout: -5}"), PARSED, "AP111", said.BAD_TIMEOUT),
    Wrong("a timeout in words", hook("{location: a.sh, timeout: soon}"), PARSED, "AP001", said.BAD_TIMEOUT),
    Wrong(
        "a missing script",
        hook("{location: gone.sh}"),
        "AfterInstall",
        "AP301",
        "Script does not exist",
        "ScriptMissing",
    ),
    # 4.3: files on their way
    Wrong(
        "a missing source",
        f"{HEAD}files: [{{source: gone, destination: /srv}}]\n",
        INSTALLED,
        "AP302",
        "No such file or directory - gone",
    ),
    Wrong(
        "two sources for one path",
        f"{HEAD}files:\n  - {{source: site/index.html, destination: /srv}}\n  - {{source: site, destination: /srv}}\n",
        INSTALLED,
        "AP303",
        install.TWICE.format(one="site/index.html", other="site/index.html", path="/srv/index.html"),
    ),
    Wrong(
        "one path, written in two ways",
        f"{HEAD}files:\n  - {{source: site, destination: /srv//x/./}}\n  - {{source: site, destination: srv/y/../x}}\n",
        INSTALLED,
        "AP303",
        "for the same destination (/srv/x/index.html)",
    ),
    Wrong(
        "a file where a folder goes",
        f"{HEAD}files:\n  - {{source: site/index.html, destination: /srv}}\n"
        "  - {source: site, destination: /srv/index.html}\n",
        INSTALLED,
        "AP303",
        install.FOLDER_ON_FILE.format(path="/srv/index.html", source="site/index.html"),
    ),
    Wrong(
        "a folder where a file goes",
        f"{HEAD}files:\n  - {{source: site, destination: /srv/index.html}}\n"
        "  - {source: site/index.html, destination: /srv}\n",
        INSTALLED,
        "AP303",
        install.FILE_ON_FOLDER.format(path="/srv/index.html", source="site/index.html"),
    ),
]


def files_of(wrong: Wrong) -> dict[str, bytes]:
    files = bundle(wrong.appspec)
    return {wrong.file: files.pop("appspec.yml"), "a.sh": b"", **files}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_section_4_it_fails_where_aws_fails(wrong: Wrong) -> None:
    deployment = Stage(1, behavior=wrong.behavior).deploy(files_of(wrong))
    (target,) = deployment.targets
    place = SEVEN.index(wrong.event)
    assert statuses(target) == [*["Succeeded"] * place, "Failed", *["Skipped"] * (6 - place)]
    told = target.events[place].diagnostics
    assert told["errorCode"] == wrong.error
    assert wrong.says in told["message"]
    assert "AP" not in told["message"], "no finding of our own checker's"
    assert deployment.error["code"] == "HEALTH_CONSTRAINTS", "CreateDeployment takes any AppSpec (trap 37)"


@pytest.mark.parametrize("wrong", [one for one in WRONG if one.found], ids=lambda wrong: wrong.name)
def test_section_4_and_the_check_finds_it_before(wrong: Wrong, tmp_path: Path) -> None:
    for path, content in files_of(wrong).items():
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(content)
    report = check_paths([tmp_path])
    assert wrong.found in {problem.code for problem in report.problems}


def test_section_4_2_a_number_in_octal_sets_other_rights_than_it_seems() -> None:
    stage = Stage(1)
    assert stage.deploy(bundle(permission("{object: /srv/shop, mode: 0644}"))).status == "Succeeded"
    assert stage.details("web-1")["/srv/shop/index.html"]["mode"] == "420"


def test_section_4_2_accounts_nobody_speaks_of_are_taken_to_be_there_and_that_is_said_once() -> None:
    stage = Stage(3)
    appspec = permission("{object: /srv/shop, owner: web, group: root}")
    assert stage.deploy(bundle(appspec)).status == "Succeeded"
    (notice,) = [one for one in stage.world.journal.notices if one.topic == "install"]
    assert notice.why.rule.basis == "assumed"
    assert "to web:" in notice.why.render()


def test_section_4_2_files_are_in_place_before_their_owner_is_looked_up() -> None:
    # given an instance without the account
    stage = Stage(1, behavior=ACCOUNTS)
    deployment = stage.deploy(bundle(permission("{object: /srv/shop, owner: web}")))
    # then Install fails after it copied, and the next one cleans up
    assert deployment.status == "Failed"
    assert "/srv/shop/index.html" in stage.files("web-1")
    again = stage.deploy(bundle(permission("{object: /srv/shop, owner: ec2-user}")), "v3.zip")
    assert again.status == "Succeeded"


def test_the_right_ones_pass() -> None:
    for appspec in (HEAD, HEAD + FILES, permission("{object: /srv/shop, context: {type: t, range: 's0-s1:c0.c1023'}}")):
        assert Stage(1).deploy(bundle(appspec)).status == "Succeeded"
