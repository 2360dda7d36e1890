"""A wrong AppSpec fails at the event where AWS fails, and `codesuite check` finds it before. codedeploy.md §4."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.formats.check import check_paths
from tests.services.codedeploy.stage import SEVEN, Stage, bundle, statuses

HEAD = "version: 0.0\nos: linux\n"
FILES = "files:\n  - {source: site, destination: /srv/shop}\n"


@dataclass(frozen=True)
class Wrong:
    """An AppSpec, the event at which it fails, the API's error code, and what `codesuite check` says of it before: the
    code of a finding, or "" where only the agent knows."""

    name: str
    appspec: str
    event: str
    found: str
    error: str = "UnknownError"
    file: str = "appspec.yml"


def permission(entry: str) -> str:
    return f"{HEAD}{FILES}permissions:\n  - {entry}\n"


def hook(entry: str) -> str:
    return f"{HEAD}{FILES}hooks:\n  AfterInstall:\n    - {entry}\n"


PARSED, INSTALLED = "BeforeInstall", "Install"
WRONG = [
    # 4.1: the file
    Wrong("empty", "", PARSED, "YAML102"),
    Wrong("no YAML", "version: [\n", PARSED, "YAML101"),
    Wrong("appspec.yaml", HEAD + FILES, PARSED, "AP207", file="appspec.yaml"),
    # 4.2: version and os
    Wrong("no version", "os: linux\n", PARSED, "AP101"),
    Wrong("another version", "version: 1.0\nos: linux\n", PARSED, "AP101"),
    Wrong("a quoted version", 'version: "0.0"\nos: linux\n', PARSED, "AP101"),
    Wrong("no os", "version: 0.0\n", PARSED, "AP102"),
    Wrong("an unknown os", "version: 0.0\nos: macos\n", PARSED, "AP103"),
    Wrong("another os than the agent's", "version: 0.0\nos: windows\n", PARSED, ""),
    # 4.2: files
    Wrong("no source", f"{HEAD}files: [{{destination: /srv}}]\n", PARSED, "AP104"),
    Wrong("no destination", f"{HEAD}files: [{{source: site}}]\n", PARSED, "AP105"),
    Wrong("no file_exists_behavior", f"{HEAD}{FILES}file_exists_behavior: retain\n", PARSED, "AP103"),
    # 4.2: permissions
    Wrong("no object", permission("{mode: 644}"), PARSED, "AP107"),
    Wrong("an empty object", permission("{object: '', mode: 644}"), PARSED, "AP107"),
    Wrong("permissions on windows", permission("{object: /a}").replace("linux", "windows"), PARSED, "AP106"),
    Wrong("a mode too long", permission("{object: /a, mode: '07777'}"), PARSED, "AP108"),
    Wrong("a digit that is not octal", permission("{object: /a, mode: 688}"), PARSED, "AP108"),
    Wrong("a symbolic mode", permission("{object: /a, mode: u+x}"), PARSED, "AP108"),
    Wrong("an unknown type", permission("{object: /a, type: [link]}"), PARSED, "AP112"),
    Wrong("a malformed acl", permission("{object: /a, acls: [alice]}"), PARSED, "AP114"),
    Wrong("a base entry among acls", permission("{object: /a, acls: ['u::rw']}"), PARSED, "AP114"),
    Wrong("a bad permission letter", permission("{object: /a, acls: ['u:alice:rz']}"), PARSED, "AP114"),
    Wrong("a context without type", permission("{object: /a, context: {user: u}}"), PARSED, "AP113"),
    Wrong("a bad range", permission("{object: /a, context: {type: t, range: x1}}"), PARSED, "AP115"),
    Wrong("a category too high", permission("{object: /a, context: {type: t, range: 's0:c1024'}}"), PARSED, "AP115"),
    Wrong("a pattern for a file", permission("{object: /srv/shop/index.html, pattern: '*.x'}"), INSTALLED, "AP303"),
    Wrong("an exception for a file", permission("{object: /srv/shop/index.html, except: [a]}"), INSTALLED, "AP303"),
    Wrong("a default acl on a file", permission("{object: /srv/shop/index.html, acls: [d:u:a:r]}"), INSTALLED, "AP303"),
    Wrong("one object, two entries", permission("{object: /srv/shop}\n  - {object: /srv/shop}"), INSTALLED, "AP303"),
    # 4.2: hooks
    Wrong("an unknown event", f"{HEAD}{FILES}hooks:\n  Nonsense:\n    - location: a.sh\n", INSTALLED, "AP003"),
    Wrong("the agent's own event", f"{HEAD}{FILES}hooks:\n  Install:\n    - location: a.sh\n", INSTALLED, "AP109"),
    Wrong("no location", hook("{timeout: 5}"), PARSED, "AP110"),
    Wrong("a timeout of 0", hook("{location: a.sh, timeout: 0}"), PARSED, "AP111"),
    Wrong("a negative timeout", hook("{location: a.sh, timeout: -5}"), PARSED, "AP111"),
    Wrong("a timeout in words", hook("{location: a.sh, timeout: soon}"), PARSED, "AP001"),
    Wrong("a missing script", hook("{location: gone.sh}"), "AfterInstall", "AP301", "ScriptMissing"),
    # 4.3: files on their way
    Wrong("a missing source", f"{HEAD}files: [{{source: gone, destination: /srv}}]\n", INSTALLED, "AP302"),
    Wrong(
        "two sources for one path",
        f"{HEAD}files:\n  - {{source: site/index.html, destination: /srv}}\n  - {{source: site, destination: /srv}}\n",
        INSTALLED,
        "AP303",
    ),
]


def files_of(wrong: Wrong) -> dict[str, bytes]:
    files = bundle(wrong.appspec)
    return {wrong.file: files.pop("appspec.yml"), "a.sh": b"", **files}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_section_4_it_fails_where_aws_fails(wrong: Wrong) -> None:
    deployment = Stage(1).deploy(files_of(wrong))
    (target,) = deployment.targets
    place = SEVEN.index(wrong.event)
    assert statuses(target) == [*["Succeeded"] * place, "Failed", *["Skipped"] * (6 - place)]
    assert target.events[place].diagnostics["errorCode"] == wrong.error
    assert deployment.error["code"] == "HEALTH_CONSTRAINTS", "CreateDeployment takes any AppSpec (trap 37)"


@pytest.mark.parametrize("wrong", [one for one in WRONG if one.found], ids=lambda wrong: wrong.name)
def test_section_4_and_the_check_finds_it_before(wrong: Wrong, tmp_path: Path) -> None:
    for path, content in files_of(wrong).items():
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(content)
    report = check_paths([tmp_path])
    assert wrong.found in {problem.code for problem in report.problems}


def test_the_right_ones_pass() -> None:
    for appspec in (HEAD, HEAD + FILES, permission("{object: /srv/shop, context: {type: t, range: 's0-s1:c0.c1023'}}")):
        assert Stage(1).deploy(bundle(appspec)).status == "Succeeded"
