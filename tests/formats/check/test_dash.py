"""Commands that only bash knows, on images whose sh is dash."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.formats.check.dash import of_bash
from tests.formats.check.cases import WHOLE, _project
from tests.formats.check.small import check_paths, check_text
from tests.formats.check.test_codes import written


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("if [[ -f a ]]; then ls; fi", "[["),
        ("make && [[ $A = b* ]]", "[["),
        ("source ./names.sh", "source"),
        ("cd a; source names.sh", "source"),
        ("NAMES=(a b)", "NAMES=("),
        ("NAMES+=(c)", "NAMES+=("),
        ("pushd web", "pushd"),
        ("function f { ls; }", "function"),
        ("diff <(ls a) <(ls b)", "<("),
        ('cat <<< "$A"', "<<<"),
        ('if [ "$A" == "b" ]; then ls; fi', "=="),
        ("echo ${A:0:8}", "${A:0:8}"),
        ('export TAG="${SHA:0:7}"', "${SHA:0:7}"),
        ("echo ${A//x/y}", "${A//x/y}"),
        ("echo ${A,,} ${A^^}", "${A,,}"),
        ('echo "${!NAME}"', "${!NAME}"),
        ('for one in "${NAMES[@]}"; do ls; done', "${NAMES[@]}"),
    ],
)
def test_what_only_bash_knows(command: str, word: str) -> None:
    found = of_bash(command)
    assert found is not None
    assert found[0] == word


@pytest.mark.parametrize(
    "command",
    [
        "if [ -f a ]; then ls; fi",
        "[ a = b ] && ls",
        ". ./names.sh",
        "echo source of it all",
        "echo '[[ a ]]' \"[[ b ]]\"",
        "grep '[[:space:]]' a",
        "tr -d [[:space:]] < a",
        "NAMES=$(ls)",
        "NAMES=a; (ls)",
        "f() { ls; }",
        "echo ${A:-0} ${A:=0} ${A:+1} ${A#0} ${A##*/} ${A%.*} ${#A} ${A:-a/b}",
        "echo '${A:0:8}'",
        "jq '.a == 1' b",
        'test "$(jq ".a == 1" b)" = true',
        "bash -c 'source a; [[ b ]]'",
        'bash -c "echo ${A:0:8}"',
        "cat <<END\n${A:0:8}\nEND",
        "echo $((A<<2))",
        "# source a",
        "awk '$1 == 2' b",
        "echo \\${A:0:8}",
    ],
)
def test_what_every_shell_knows(command: str) -> None:
    assert of_bash(command) is None


SPEC = "version: 0.2\nENVphases:\n  build:\n    commands:\n      - ls\n      - source ./names.sh\n      - '[[ a ]]'\n"


@pytest.mark.parametrize(
    ("image", "env", "hint"),
    [
        (
            "standard:7.0",
            "",
            "write `.` in place of `source`, as in `. ./file`, or "
            "write below a line `env:` at the left edge, indented, `shell: bash`",
        ),
        (
            "standard:3.0",
            "env: {variables: {A: b}}\n",
            "write `.` in place of `source`, as in `. ./file`, or write below `env:` on line 2 `shell: bash`",
        ),
        (
            "standard:7.0",
            "env: {shell: /bin/sh}\n",
            "write `.` in place of `source`, as in `. ./file`, or write below `env:` on line 2 `shell: bash`",
        ),
        ("standard:7.0", "env: {shell: bash}\n", ""),
        ("standard:2.0", "", ""),
        ("amazonlinux-x86_64-standard:5.0", "", ""),
    ],
)
def test_the_first_of_them_is_told(image: str, env: str, hint: str, tmp_path: Path) -> None:
    template = _project(f"{WHOLE}ServiceRole: r".replace("standard:7.0", image))
    files = {"template.yml": template, "ci/build.yml": SPEC.replace("ENV", env)}
    found = [one for one in check_paths([written(tmp_path, files)]).problems if one.code == "BS304"]
    assert [one.hint for one in found] == ([hint] if hint else [])
    assert [one.path for one in found] == ([str(tmp_path / "ci" / "build.yml")] if hint else [])


def test_a_buildspec_inside_the_template() -> None:
    text = _project(WHOLE.replace("ci/build.yml", '"version: 0.2\\nphases: {build: {commands: [source ./a]}}"'))
    assert [(one.code, one.line) for one in check_text(text, "template.yml") if one.code == "BS304"] == [("BS304", 2)]


def test_one_whose_image_nobody_knows_is_not_judged() -> None:
    assert [one.code for one in check_text(SPEC.replace("ENV", ""), "buildspec.yml")] == []
