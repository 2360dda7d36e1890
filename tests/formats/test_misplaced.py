"""Keys at the wrong level: each is told once with the place that it belongs to, and looked at there."""

from __future__ import annotations

import pytest

from sim.formats.buildspec import buildspec_as_meant
from sim.formats.nodes import compose, plain
from tests.formats.check.small import check_text

HEAD = "version: 0.2\n"
BUILD = "phases:\n  build:\n    commands:\n      - make\n"
LEFT_EDGE = "to the left edge: it is a section of its own"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "env:\n  variables:\n    A: b\nexported-variables:\n  - A\n" + BUILD,
            [("BS201", 5, "indent it, and what belongs to it, as far as `variables` on line 3: it belongs to env")],
        ),
        ("env:\nvariables:\n  A: b\n" + BUILD, [("BS201", 3, "deeper than `env:` on line 2")]),
        (
            "variables:\n  A: b\nshell: bash\n" + BUILD,
            [
                ("BS201", 2, "write `env:` in a line above it, and indent it, and what belongs to it, deeper"),
                ("BS201", 4, "indent it as far as `variables` on line 2, below the same `env:`"),
            ],
        ),
        (
            "env:\n  variables:\n    A: b\n" + BUILD + "secrets-manager:\n  T: ci/token:value\n",
            [
                (
                    "BS201",
                    9,
                    "move it below `env:` on line 2, and indent it, and what belongs to it, as far as `variables`",
                )
            ],
        ),
        (
            "env:\n  variables:\n    A: b\n    exported-variables:\n      - A\n" + BUILD,
            [("BS102", 5, "begin it, and what belongs to it, in the column of `variables:` on line 3")],
        ),
        (
            BUILD + "artifacts:\n  files: [a]\n  cache:\n    paths: [b]\n",
            [("BS201", 8, f"move `cache:` {{}} {LEFT_EDGE}")],
        ),
        (BUILD + "  artifacts:\n    files: [a]\n", [("BS202", 6, f"move `artifacts:` {{}} {LEFT_EDGE}")]),
        (BUILD + "  reports:\n    unit:\n      files: [a]\n", [("BS202", 6, f"move `reports:` {{}} {LEFT_EDGE}")]),
        (
            BUILD + "reports:\n  unit: {files: [a]}\n  cache: {paths: [b]}\n",
            [("BS201", 8, f"move `cache:` {{}} {LEFT_EDGE}")],
        ),
        (
            BUILD + "cache:\n  paths: [b]\nartifacts:\n  files: [a]\n  cache:\n    paths: [c]\n",
            [("BS201", 10, "move what belongs to it into `cache:` on line 6, which stands at the left edge")],
        ),
        (
            "phases:\n  pre_build:\n    commands:\n      - make\n  finally:\n    - echo\n  build: {commands: [ls]}\n",
            [("BS202", 6, "as far as `commands` on line 4: it belongs to pre_build")],
        ),
        (
            "phases:\n  install:\n    runtime-versions:\n      nodejs: 22\n  commands:\n    - npm ci\n",
            [("BS202", 6, "as far as `runtime-versions` on line 4: it belongs to install")],
        ),
        (
            "phases:\n  build:\n    on-failure: ABORT\n  commands:\n    - make\n",
            [("BS105", 5, "as far as `on-failure` on line 4: it belongs to build")],
        ),
        (
            "phases:\n  build:\n    commands:\n      - make\n  commands:\n    - ls\n",
            [("BS202", 6, "move what belongs to it into `commands:` on line 4, or give it a place of its own")],
        ),
        (
            BUILD + "artifacts:\n  files: [a]\nbase-directory: dist\n",
            [("BS201", 8, "indent it as far as `files` on line 7")],
        ),
        (BUILD + "artifacts:\nfiles:\n  - a\n", [("BS109", 7, "deeper than `artifacts:` on line 6")]),
        (BUILD + "reports:\n  unit:\n  files:\n    - a.xml\n", [("BS113", 8, "deeper than `unit:` on line 7")]),
        (
            BUILD + "reports:\n  unit:\n    files: [a.xml]\nfile-format: JUNITXML\n",
            [("BS201", 9, "indent it as far as `files` on line 8: it belongs to unit")],
        ),
        (
            BUILD + "cache: {paths: [a]}\nfallback-keys: [b]\n",
            [("BS201", 7, "move it into `cache` on line 6"), ("BS215", 7, "add `key:`")],
        ),
    ],
)
def test_keys_of_buildspecs(text: str, told: list[tuple[str, int, str]]) -> None:
    found = check_text(HEAD + text, "buildspec.yml")
    assert [(problem.code, problem.line) for problem in found if problem.code != "BS205"] == [one[:2] for one in told]
    for problem, (_, _, hint) in zip((one for one in found if one.code != "BS205"), told, strict=True):
        assert hint.replace("{}", "and what belongs to it") in problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "env: {variables: {shell: fish, cache: on}}\n" + BUILD,
        BUILD + "reports:\n  artifacts:\n    files: [a]\n  cache: {files: [b], file-format: JUNITXML}\n",
        BUILD + "artifacts:\n  secondary-artifacts: {logs: {files: [d]}, cache: {files: [a]}, reports: {files: [b]}}\n",
    ],
)
def test_names_of_ones_own_may_be_those_of_sections(text: str) -> None:
    assert check_text(HEAD + text, "buildspec.yml") == []


def test_what_was_misplaced_counts_where_it_belongs() -> None:
    text = HEAD + "variables: {A: b}\n" + BUILD + "  finally: [ls]\n  artifacts: {files: [a]}\n"
    meant = plain(buildspec_as_meant(compose(text, "buildspec.yml")))
    assert meant["env"] == {"variables": {"A": "b"}}
    assert meant["phases"] == {"build": {"commands": ["make"], "finally": ["ls"]}}
    assert meant["artifacts"] == {"files": ["a"]}


APPSPEC = "version: 0.0\nos: linux\n"
FILES = "files:\n  - source: /\n    destination: /var/www\n"
HOOKS = "hooks:\n  AfterInstall:\n    - location: a.sh\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            FILES + "    file_exists_behavior: OVERWRITE\n",
            [("AP201", 6, "write `file_exists_behavior: OVERWRITE` at the left edge, beside `files:`")],
        ),
        (FILES + "    hooks:\n      AfterInstall:\n        - location: a.sh\n", [("AP201", 6, LEFT_EDGE)]),
        (FILES + "    permissions:\n      - object: /var/www\n", [("AP201", 6, LEFT_EDGE)]),
        (
            FILES + "    owner: root\n    mode: '644'\n",
            [
                (
                    "AP201",
                    6,
                    "a section `permissions:` at the left edge, and an entry `- object: /var/www`, and move them",
                )
            ],
        ),
        (
            FILES + "    owner: root\npermissions:\n  - object: /var/www/a\n",
            [("AP201", 6, "write below `permissions:` on line 7 an entry `- object: /var/www`, and move it there")],
        ),
        (
            HOOKS + "  timeout: 300\n  runas: root\n",
            [
                ("AP003", 6, "indent it as far as `location` on line 5: it belongs to AfterInstall"),
                ("AP003", 7, "indent it as far as `location` on line 5: it belongs to AfterInstall"),
            ],
        ),
        (
            HOOKS + "timeout: 300\n",
            [("AP201", 6, "indent it as far as `location` on line 5: it belongs to AfterInstall")],
        ),
        (
            HOOKS + "  file_exists_behavior: OVERWRITE\n",
            [("AP003", 6, "write `file_exists_behavior: OVERWRITE` at the left edge")],
        ),
        (HOOKS + "  files:\n    - source: /\n      destination: /a\n", [("AP003", 6, LEFT_EDGE)]),
        (
            "source: /\ndestination: /a\n",
            [
                ("AP201", 3, "write `files:` in a line above it, and begin it, indented, with `- `: `- source:`"),
                ("AP105", 4, "indent it as far as `source` on line 3, below the same `files:`"),
            ],
        ),
        (
            FILES + "permissions:\n  - object: /var/www\nowner: root\n",
            [("AP201", 8, "indent it as far as `object` on line 7: it belongs to permissions")],
        ),
    ],
)
def test_keys_of_appspecs(text: str, told: list[tuple[str, int, str]]) -> None:
    found = check_text(APPSPEC + text, "appspec.yml")
    assert [(problem.code, problem.line) for problem in found] == [one[:2] for one in told]
    for problem, (_, _, hint) in zip(found, told, strict=True):
        assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        (
            "phases:\n  install:\n    commands:\n      - a\n    build:\n      commands:\n        - b\n",
            "BS201",
            6,
            "begin it, and what belongs to it, in the column of `install:` on line 3",
        ),
        (
            BUILD + "artifacts:\n  files: [a]\nname: x\n",
            "BS201",
            8,
            "indent it as far as `files` on line 7: it belongs to artifacts",
        ),
        (
            "phases:\n  build:\n    on-failure: ABORT\ncommands:\n  - make\n",
            "BS105",
            5,
            "as far as `on-failure` on line 4: it belongs to build",
        ),
        ("name: x\n" + BUILD, "BS201", 2, "known here: version"),
        (
            "phases:\n  build:\n    secrets-manager:\n      A: b:c\n    commands:\n      - make\n",
            "BS201",
            4,
            "write `env:` at the left edge, and move it below that, indented deeper",
        ),
        (
            "env:\n  variables: {A: b}\n" + BUILD + "  exported-variables:\n    - A\n",
            "BS202",
            8,
            "move it below `env:` on line 2, and indent it deeper than that",
        ),
        (BUILD + "  build-list:\n    - identifier: a\n", "BS202", 6, "write `batch:` at the left edge"),
        (
            "phases:\n  install:\n    nodejs: 22\n    commands:\n      - npm ci\n",
            "BS201",
            4,
            "write `runtime-versions:` in a line above it, and indent it deeper than that",
        ),
        (
            "phases:\n  install:\n    runtime-versions:\n    nodejs: 22\n    commands:\n      - npm ci\n",
            "BS201",
            5,
            "indent it deeper than `runtime-versions:` on line 4",
        ),
    ],
)
def test_each_is_told_once(text: str, code: str, line: int, hint: str) -> None:
    (problem,) = check_text(HEAD + text, "buildspec.yml")
    assert (problem.code, problem.line) == (code, line)
    assert hint in problem.hint


def test_version_0_1_has_other_sections() -> None:
    (problem,) = check_text("version: 0.1\nvariables:\n  A: b\n" + BUILD, "buildspec.yml")
    assert (problem.code, problem.hint) == ("BS201", "did you mean environment_variables?")


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("hooks:\n  AfterInstall:\n  location: a.sh\n", "AP110", 5, "begin it with `- `, as in `- location:`, deeper"),
        (
            HOOKS + "      BeforeInstall:\n        - location: b.sh\n",
            "AP201",
            6,
            "begin it, and what belongs to it, in the column of `AfterInstall:` on line 4",
        ),
        (FILES + "  - object: /var/www\n    mode: '755'\n", "AP104", 6, "write a line `permissions:` at the left edge"),
        ("hooks:\n  - location: a.sh\n", "AP001", 4, "write the event that runs them in a line above"),
    ],
)
def test_each_of_an_appspec_is_told_once(text: str, code: str, line: int, hint: str) -> None:
    (problem,) = check_text(APPSPEC + text, "appspec.yml")
    assert (problem.code, problem.line) == (code, line)
    assert hint in problem.hint
