"""The grammar of docs/behaviour/codebuild.md §1, rule by rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.core.problems import ProblemsError
from sim.formats.buildspec import (
    Artifacts,
    Buildspec,
    Cache,
    check_buildspec,
    glob,
    read_buildspec,
    select_artifacts,
    yaml_file_error,
)
from sim.formats.nodes import compose

MINIMAL = "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n"

WHOLE = """\
version: 0.2
run-as: builder
env:
  shell: bash
  variables: {STAGE: dev, WORKERS: 4, DEBUG: true, PYTHON: 3.10, NOTHING: , TILDE: ~, LITERAL: "$PATH:/x"}
  parameter-store: {DB_HOST: /CodeBuild/db/host}
  secrets-manager: {TOKEN: "ci/token:value"}
  exported-variables: [IMAGE_TAG]
  git-credential-helper: yes
proxy:
  upload-artifacts: no
  logs: yes
phases:
  install:
    run-as: root
    on-failure: ABORT
    runtime-versions: {python: 3.10, nodejs: 18.x, java: "$JAVA"}
    finally: [echo install done]
  build:
    commands:
      - 'echo "stage: $STAGE"'
      - |
        make
        make package
  post_build:
    commands: ['if [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]; then make publish; fi']
    on-failure: RETRY-3-timed out
reports:
  unit: {files: ['**/junit*.xml'], base-directory: reports, file-format: junitxml, discard-paths: yes}
artifacts:
  files: ['**/*']
  base-directory: dist
  exclude-paths: ['**/*.map']
  name: app-$IMAGE_TAG
  discard-paths: no
  enable-symlinks: yes
  s3-prefix: out
  secondary-artifacts:
    docs: {files: [site/**/*], base-directory: docs}
cache:
  key: pip-$(codebuild-hash-files requirements.txt)
  fallback-keys: [pip-]
  paths: ['/root/.cache/pip/**/*']
  action: save
"""


def refused(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ProblemsError) as caught:
        read_buildspec(text)
    assert all(problem.line > 0 for problem in caught.value.problems)
    return [(problem.code, problem.line) for problem in caught.value.problems]


# What is read


def test_a_whole_buildspec() -> None:
    spec = read_buildspec(WHOLE)
    assert (spec.version, spec.run_as, spec.shell, spec.same_shell) == ("0.2", "builder", "bash", True)
    assert spec.parameter_store == {"DB_HOST": "/CodeBuild/db/host"}
    assert spec.secrets_manager == {"TOKEN": "ci/token:value"}
    assert spec.exported_variables == ("IMAGE_TAG",)
    assert list(spec.phases) == ["install", "build", "post_build"]
    install, build = spec.phases["install"], spec.phases["build"]
    assert (install.run_as, install.on_failure, install.commands) == ("root", "ABORT", ())
    assert install.runtime_versions == {"python": "3.10", "nodejs": "18.x", "java": "$JAVA"}
    assert [command.text for command in install.finally_] == ["echo install done"]
    assert [(command.text, command.line) for command in build.commands] == [
        ('echo "stage: $STAGE"', 21),
        ("make\nmake package\n", 22),
    ]
    assert spec.phases["post_build"].on_failure == "RETRY-3-timed out"
    assert spec.reports["unit"]["files"] == ["**/junit*.xml"]
    assert spec.artifacts == Artifacts(("**/*",), "app-$IMAGE_TAG", False, "dist", ("**/*.map",), "out", True)
    assert spec.secondary_artifacts == {"docs": Artifacts(("site/**/*",), base_directory="docs")}
    assert spec.cache == Cache(
        ("/root/.cache/pip/**/*",), "pip-$(codebuild-hash-files requirements.txt)", ("pip-",), "save"
    )


def test_variables_are_text_exactly_as_written() -> None:
    assert read_buildspec(WHOLE).variables == {
        "STAGE": "dev",
        "WORKERS": "4",
        "DEBUG": "true",
        "PYTHON": "3.10",
        "NOTHING": "",
        "TILDE": "",
        "LITERAL": "$PATH:/x",
    }


def test_version_0_1_has_names_of_its_own_and_a_shell_a_command() -> None:
    spec = read_buildspec(
        "artifacts: {files: [app.jar], type: zip}\n"
        "environment_variables: {plaintext: {A: 1}}\n"
        "phases: {build: {commands: [cd x, ls]}}\n"
        "version: 0.1\n"
    )
    assert (spec.version, spec.same_shell, spec.variables, spec.warnings) == ("0.1", False, {"A": "1"}, ())
    assert spec.artifacts == Artifacts(("app.jar",))


def test_json_is_read_as_well() -> None:
    spec = read_buildspec('{"version": "0.2",\n\t"phases": {"build": {"commands": ["make"]}}}')
    assert spec.phases["build"].commands[0].text == "make"


@pytest.mark.parametrize("commands", ["make", "|\n      make", "[make]", "\n      - make", "\n    - make"])
def test_a_single_command_need_not_be_a_list(commands: str) -> None:
    spec = read_buildspec(f"version: 0.2\nphases:\n  build:\n    commands: {commands}\n")
    assert [command.text.strip() for command in spec.phases["build"].commands] == ["make"]


@pytest.mark.parametrize("nothing", ["", "~", "null", "\n      # - make"])
def test_commands_may_all_be_commented_out(nothing: str) -> None:
    spec = read_buildspec(f"version: 0.2\nphases:\n  build:\n    commands: {nothing}\n    finally: [echo]\n")
    assert spec.phases["build"].commands == ()


@pytest.mark.parametrize(
    "section",
    [
        "env:",
        "artifacts:",
        "cache:",
        "reports:",
        "proxy:",
        "env: {variables: }",
        "run-as:",
        "env: {git-credential-helper: }",
    ],
)
def test_an_empty_section_counts_as_none(section: str) -> None:
    spec = read_buildspec(f"{MINIMAL}{section}\n")
    assert spec == read_buildspec(MINIMAL)


def test_install_may_hold_runtimes_only() -> None:
    spec = read_buildspec("version: 0.2\nphases:\n  install:\n    runtime-versions:\n      python: latest\n")
    assert spec.phases["install"].runtime_versions == {"python": "latest"}


def test_a_buildspec_for_batches_needs_no_phases() -> None:
    spec = read_buildspec("version: 0.2\nbatch:\n  build-list:\n    - identifier: one\n")
    assert (dict(spec.phases), spec.batch) == ({}, {"build-list": [{"identifier": "one"}]})


def test_an_unknown_key_at_the_top_is_ignored_and_told() -> None:
    spec = read_buildspec(f"{MINIMAL}phase: x\n")
    assert spec.warnings == ("a buildspec has no key 'phase': nothing comes of it",)


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("  build:", "  bulid:"), "BS202", 3),
        (("    commands:", "    command: x\n    commands:"), "BS201", 4),
        (("phases:", "env: {variable: {A: 1}}\nphases:"), "BS201", 2),
        (("phases:", "proxy: {log: yes}\nphases:"), "BS201", 2),
        (("phases:", "artifacts: {files: [a], file: b}\nphases:"), "BS201", 2),
        (("phases:", "cache: {path: [a], paths: [a]}\nphases:"), "BS201", 2),
        (("phases:", "post_build: {commands: [a]}\nphases:"), "BS202", 2),
    ],
)
def test_elsewhere_too_and_a_phase_that_is_none_never_runs(change: tuple[str, str], code: str, line: int) -> None:
    text = MINIMAL.replace(*change, 1)
    found = check_buildspec(compose(text, "b.yml"), "b.yml")
    assert (code, line, "warning") in [(one.code, one.line, one.severity) for one in found]
    read_buildspec(text)


@pytest.mark.parametrize(
    "value", ["ABORT", "CONTINUE", "RETRY", "RETRY-0", "RETRY-100", "RETRY-.*timeout.*", "RETRY-3-5.. error"]
)
def test_on_failure(value: str) -> None:
    spec = read_buildspec(f"{MINIMAL}    on-failure: {value}\n")
    assert spec.phases["build"].on_failure == value


# What is refused


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("version: 0.2\n", ""), "BS101", 1),
        (("0.2", "0.3"), "BS101", 1),
        (("0.2", "[0.2]"), "BS101", 1),
        (("phases:\n  build:\n    commands:\n      - make\n", ""), "BS103", 1),
        (("\n  build:\n    commands:\n      - make\n", "\n"), "BS103", 2),
        (("phases:\n  build:\n    commands:\n      - make\n", "phases: [build]\n"), "BS001", 2),
        (("\n    commands:\n      - make", ""), "BS104", 3),
        (("commands:\n      - make", "finally: [make]"), "BS105", 3),
        (("commands:\n      - make", "commands:\n      - echo a: b"), "BS108", 5),
        (("commands:\n      - make", "commands:\n      - make\n      - - make"), "BS108", 6),
        (("commands:\n      - make", "commands: {a: b}"), "BS001", 4),
        (("    commands:", "    on-failure: STOP\n    commands:"), "BS106", 4),
        (("    commands:", "    on-failure: RETRY-101\n    commands:"), "BS106", 4),
        (("    commands:", "    on-failure: ABORT-3\n    commands:"), "BS106", 4),
        (("    commands:", "    runtime-versions:\n    commands:"), "BS107", 4),
        (("    commands:", "    runtime-versions: {python: [3]}\n    commands:"), "BS102", 4),
        (("phases:", "env: {variables: {A: [1]}}\nphases:"), "BS102", 2),
        (("phases:", "env: {variables: [A]}\nphases:"), "BS001", 2),
        (("phases:", "env: {git-credential-helper: maybe}\nphases:"), "BS001", 2),
        (("phases:", "proxy: {logs: maybe}\nphases:"), "BS001", 2),
        (("phases:", "artifacts: {name: x}\nphases:"), "BS109", 2),
        (("phases:", "artifacts: {files: []}\nphases:"), "BS109", 2),
        (("phases:", "artifacts: {files: [[a]]}\nphases:"), "BS102", 2),
        (("phases:", "artifacts: {files: [a], discard-paths: perhaps}\nphases:"), "BS001", 2),
        (("phases:", "artifacts: {files: [a], secondary-artifacts: [b]}\nphases:"), "BS001", 2),
        (("phases:", "artifacts:\n  secondary-artifacts: {}\nphases:"), "BS109", 3),
        (("phases:", "artifacts:\n  files: []\n  secondary-artifacts:\n    b: {files: [c]}\nphases:"), "BS109", 3),
        (("phases:", "artifacts:\n  files: [a]\n  secondary-artifacts:\n    b: {name: c}\nphases:"), "BS109", 5),
        (("phases:", "cache: {key: a}\nphases:"), "BS110", 2),
        (("phases:", "cache: {paths: [a], fallback-keys: [a, b, c, d, e, f]}\nphases:"), "BS111", 2),
        (("phases:", "cache: {paths: [a], action: both}\nphases:"), "BS112", 2),
        (("phases:", "reports: {unit: {file-format: JUNITXML}}\nphases:"), "BS113", 2),
        (("phases:", "reports: {unit: {files: [a], file-format: TAP}}\nphases:"), "BS114", 2),
        (("phases:", "reports: {unit: [a]}\nphases:"), "BS001", 2),
    ],
)
def test_each_mistake_has_its_line(change: tuple[str, str], code: str, line: int) -> None:
    assert change[0] in MINIMAL
    assert (code, line) in refused(MINIMAL.replace(*change, 1))


def test_every_finding_is_told_in_the_order_of_the_file() -> None:
    found = refused("env: {x: y}\nphases:\n  build:\n  test: {commands: [a]}\n")
    assert [line for _, line in found] == [1, 1, 3, 4]
    assert sorted(found) == [("BS101", 1), ("BS104", 3), ("BS201", 1), ("BS202", 4)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "wrong number of container tags, expected 1"),
        ("# only comments\n", "wrong number of container tags, expected 1"),
        ("- a\n", "wrong number of container tags, expected 1"),
        ("a: [1, 2\nb: 3\n", "did not find expected ',' or ']' at line 2"),
        ("a:\n\t- b\n", "found character that cannot start any token at line 2"),
        ("a: b: c\n", "mapping values are not allowed in this context at line 1"),
        ("version:0.2\nphases: {}\n", "mapping values are not allowed in this context at line 2"),
        (
            MINIMAL + "      - echo a: b\n",
            "Expected Commands[1] to be of string type: found subkeys instead at line 6",
        ),
        (
            "version: 0.2\nphases: {build: {commands: [a], finally: [[b]]}}\n",
            "Expected Finally[0] to be of string type: found a list instead at line 2",
        ),
        ("phases: {build: {commands: [a]}}\n", "version is missing at line 1"),
    ],
)
def test_codebuilds_own_words(text: str, message: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_buildspec(text)
    assert yaml_file_error(caught.value) == message


# Artifacts

TREE = ("out-a/one.txt", "out-b/two.txt", "out-b/deep/three.txt")


@pytest.mark.parametrize(
    ("base", "files", "discard", "result"),
    [
        ("out-b", "*/three.txt", False, ["deep/three.txt"]),
        ("out*", "**/*", True, ["one.txt", "three.txt", "two.txt"]),
        ("out-b", "**/*", False, ["deep/three.txt", "two.txt"]),
        (None, "out-b/*", False, ["out-b/two.txt"]),
        (None, "out-b/deep/three.txt", True, ["three.txt"]),
        (None, "out-b/**/*", False, ["out-b/deep/three.txt", "out-b/two.txt"]),
        ("./out-a/", "./one.txt", False, ["one.txt"]),
        ("out*", "*.txt", False, ["one.txt", "two.txt"]),
        (".", "out-a/*", False, ["out-a/one.txt"]),
        (None, "nothing/*", False, []),
        ("nowhere", "**/*", False, []),
    ],
)
def test_the_worked_examples(base: str | None, files: str, discard: bool, result: list[str]) -> None:
    artifacts = Artifacts((files,), discard_paths=discard, base_directory=base)
    assert sorted(select_artifacts(TREE, artifacts)) == result


def test_excluded_paths_are_relative_to_the_base_directory() -> None:
    artifacts = Artifacts(("**/*",), base_directory="out-b", exclude_paths=("deep/*",))
    assert select_artifacts(TREE, artifacts) == {"two.txt": "out-b/two.txt"}
    shallow = Artifacts(("**/*",), exclude_paths=("*.txt",))
    assert list(select_artifacts(("a.txt", "b/c.txt"), shallow)) == ["b/c.txt"]
    deep = Artifacts(("**/*",), exclude_paths=("**/*.txt",))
    assert select_artifacts(("a.txt", "b/c.txt"), deep) == {}


def test_of_two_files_with_one_name_the_later_is_kept() -> None:
    artifacts = Artifacts(("**/*",), discard_paths=True)
    assert select_artifacts(("b/x", "a/x"), artifacts) == {"x": "b/x"}


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.js", "a.js", True),
        ("*.js", "b/a.js", False),
        ("**/*.js", "a.js", True),
        ("**/*.js", "b/c/a.js", True),
        ("dir/**", "dir/a/b", True),
        ("dir/**/b", "dir/b", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a+b.txt", "a+b.txt", True),
        ("a+b.txt", "aab.txt", False),
        ("[ab]", "a", False),
    ],
)
def test_patterns(pattern: str, path: str, fits: bool) -> None:
    assert (glob(pattern).match(path) is not None) is fits


def spelled_out(pattern: str) -> re.Pattern[str]:
    """What a pattern means, wildcard by wildcard, however long that takes."""
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", pattern)
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts) + r"\Z")


@settings(max_examples=2_000, deadline=None)
@given(st.text("ab/*?", max_size=10), st.lists(st.text("ab/", max_size=9), min_size=5, max_size=5))
@example("**a*c", ["a/ac"])
@example("*a**/b", ["aab"])
@example("**/a/**/b*a", ["a/a/ba"])
def test_patterns_fit_what_they_mean(pattern: str, paths: list[str]) -> None:
    for path in paths:
        assert bool(glob(pattern).match(path)) == bool(spelled_out(pattern).match(path))


@pytest.mark.parametrize("piece", ["*a", "**a", "**/a*", "a**/*"])
def test_a_pattern_of_many_wildcards_comes_to_an_end(piece: str) -> None:
    assert glob(piece * 40 + "b").match("a" * 200 + "/" + "a" * 200) is None


def test_a_buildspec_cannot_be_changed() -> None:
    spec: Any = read_buildspec(MINIMAL)
    assert isinstance(spec, Buildspec)
    with pytest.raises(AttributeError):
        spec.version = "0.1"


def test_artifacts_may_hold_secondary_ones_only() -> None:
    spec = read_buildspec(MINIMAL + "artifacts: {secondary-artifacts: {Two: {files: ['**/*']}}}\n")
    assert spec.artifacts is not None
    assert spec.artifacts.files == ()
    assert spec.secondary_artifacts["Two"].files == ("**/*",)
