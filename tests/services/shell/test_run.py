"""The shell reader: what it understands it must understand as a shell does."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.clock import SECOND, START
from sim.services.shell.run import Came, Run, Shell
from sim.services.shell.syntax import SyntaxFault, commands, parse

BASH = shutil.which("bash")


class Nothing:
    """An outside where every unknown command succeeds after 10 s and prints its own text."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.unknown: list[str] = []
        self.written: dict[str, str | None] = {}
        self.answers: dict[str, Came] = {}

    def command(self, text: str) -> Came:
        self.asked.append(text)
        return self.answers.get(text, Came(10 * SECOND, known=False))

    def builtin(self, name: str) -> Came:
        return Came()

    def unknown_output(self, text: str) -> None:
        self.unknown.append(text)

    def is_file(self, path: str) -> bool:
        return path == "/src/package.json"

    def is_directory(self, path: str) -> bool:
        return path in ("/", "/src", "/src/app", "/tmp")

    def may_exist(self, path: str) -> bool:
        return False

    def write(self, path: str, text: str | None, append: bool) -> None:
        before = self.written.get(path) or ""
        self.written[path] = None if text is None else before + text if append else text

    def user(self) -> str:
        return "root"

    def date(self) -> datetime:
        return START


def follow(text: str, outside: Nothing | None = None, **variables: str) -> Run:
    run = Run(Shell("/src", {"HOME": "/root", **variables}), outside or Nothing())
    run.follow(text)
    return run


def printed(text: str, **variables: str) -> list[str]:
    return [line for _, line in follow(text, **variables).lines]


ALIKE = [
    "function stop { echo in; exit 1; }\necho after",
    "function stop() {\n  exit 1\n}\necho after",
    "stop ()\n{\n  exit 1\n}\necho after",
    "echo one two",
    "echo 'single $X'",
    'echo "double $X"',
    'echo "a  b"   c',
    "echo $X",
    "echo ${X}y",
    "echo ${NONE:-default} ${X:-other}",
    "echo ${X:+there} [${NONE:+there}]",
    "echo ${#X}",
    "echo ${X:1:3} ${X:2}",
    "echo ${P%.tar.gz} ${P##*/} ${P#*/} ${P%/*} ${P%%/*}",
    "echo ${P/tar/zip} ${P//a/A}",
    "echo ${N:=set} $N",
    'echo "say \\"hi\\" \\$X"',
    "echo a\\ b",
    "A=1; echo $A",
    "A=1 B=2; echo $A$B",
    "export A=1; echo $A",
    "export A; A=2; echo $A",
    "A=x; unset A; echo [$A]",
    "true && echo yes",
    "false && echo yes",
    "false || echo no",
    "true || echo no",
    "false && echo a || echo b",
    "true; false; echo $?",
    "false",
    "true; false",
    "false; true",
    "exit 3",
    "echo before; exit 4; echo after",
    "(exit 5); echo $?",
    "(A=2; echo $A); echo [$A]",
    "{ A=2; echo $A; }; echo [$A]",
    "if true; then echo a; else echo b; fi",
    "if false; then echo a; else echo b; fi",
    "if false; then echo a; elif true; then echo c; else echo b; fi",
    "if false; then echo a; fi; echo $?",
    'if [ "$X" = hello ]; then echo same; fi',
    'if [ "$X" != hello ]; then echo other; else echo same; fi',
    '[ -z "$NONE" ] && echo empty',
    '[ -n "$X" ] && echo full',
    "[ 3 -gt 2 ] && [ 2 -le 2 ] && echo numbers",
    "[ 3 -eq 4 ] || echo differs",
    '[ "$X" = hello -a 1 -eq 1 ] && echo both',
    '[ "$X" = x -o 1 -eq 1 ] && echo either',
    "test ! -z abc && echo not",
    '[[ "$X" == hel* ]] && echo glob',
    '[[ "$X" == "hello" && -n "$X" ]] && echo both',
    '[[ "$X" =~ ^h.*o$ ]] && echo matches',
    "! false && echo negated",
    "if ! true; then echo a; else echo b; fi",
    "set -e; false; echo never",
    "set -e; false || true; echo goes on",
    "set -e\nfalse && true\necho goes on",
    "set -e; if false; then :; fi; echo goes on",
    "echo a # a comment",
    "echo a#b",
    "echo one\necho two",
    "echo one \\\n two",
    "echo $(echo inner)",
    'echo "$(echo inner) and `echo back`"',
    'A=$(echo x; echo y); echo "$A"',
    "A=$(false) ; echo $?",
    "A=$(exit 7); echo $?",
    'echo "$(if true; then echo nested; fi)"',
    "echo a;echo b",
    "echo 'it'\"'\"'s'",
    "printf '%s-%s\\n' a b",
    'printf \'[{"name":"%s"}]\' web',
    "f() { echo never; }; echo after",
    "case $X in hello) echo skipped >/dev/null;; esac; echo after",
    "for i in 1 2; do :; done; echo after",
    "while false; do echo x; done; echo after",
    "for i in 1 2; do if true; then :; fi; done > /dev/null; echo after",
    "echo ~",
    "echo hidden > /dev/null; echo shown",
    "echo to stderr 1>&1",
    "cat <<EOF > /dev/null\nnot a command; exit 9\nEOF\necho after",
    "cd /tmp && pwd",
    "cd /; pwd",
    "cd /tmp; cd /; cd - > /dev/null; pwd",
    "(cd /tmp); cd /; pwd",
    "cd /nowhere/at/all 2> /dev/null || echo failed",
    "echo $((1 > 2))x | true; echo after",
    "sleep 0; echo slept",
    ": nothing; echo colon",
    "true &\nwait; echo after",
    "[ abc ] && echo word",
    "[ '' ] || echo empty",
    "echo \"${X}\"'${X}'",
    "echo -n same line",
    "exit",
    "false; exit",
]


@pytest.mark.skipif(BASH is None, reason="there is no bash to compare with")
@pytest.mark.parametrize("text", ALIKE)
def test_it_ends_and_prints_as_bash_does(text: str, tmp_path: Path) -> None:
    assert BASH is not None
    variables = {"X": "hello", "P": "dist/app.tar.gz", "HOME": "/root"}
    real = subprocess.run(
        [BASH, "-c", text], capture_output=True, text=True, env={**variables, "PATH": "/usr/bin:/bin"}, cwd=tmp_path
    )
    run = follow(text, **variables)
    assert run.exit == real.returncode
    assert [line for _, line in run.lines] == real.stdout.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "echo 'open",
        'echo "open',
        "echo $(open",
        "if true; then echo a",
        "fi",
        "echo a )",
        "case x in",
        "for i in 1; do",
        "&& a |",
    ],
)
def test_what_no_shell_could_read_ends_with_2(text: str) -> None:
    run = follow(text)
    assert run.exit == 2
    assert run.lines


def test_other_commands_are_asked_for_and_take_their_time() -> None:
    outside = Nothing()
    run = follow("npm ci && npm test; npm run build", outside)
    assert outside.asked == ["npm ci", "npm test", "npm run build"]
    assert run.takes == 30 * SECOND
    assert run.exit == 0


def test_a_failing_command_stops_what_is_joined_by_and() -> None:
    outside = Nothing()
    outside.answers["npm ci"] = Came(SECOND, 7, ("cannot reach the registry",))
    run = follow("npm ci && npm test", outside)
    assert outside.asked == ["npm ci"]
    assert run.exit == 7
    assert run.lines == [(SECOND, "cannot reach the registry")]


def test_the_last_of_a_list_decides() -> None:
    outside = Nothing()
    outside.answers["npm test"] = Came(SECOND, 1)
    assert follow("npm test; echo done", outside).exit == 0


@pytest.mark.parametrize(
    "text", ["a | b", "for i in 1 2; do a; done", "while a; do b; done", "case $X in a) b;; esac", "a | b | c"]
)
def test_pipelines_loops_and_cases_are_one_command_each(text: str) -> None:
    outside = Nothing()
    follow(text, outside)
    assert outside.asked == [text]


def test_what_runs_in_the_background_takes_no_time() -> None:
    outside = Nothing()
    run = follow("server & echo started", outside)
    assert outside.asked == ["server"]
    assert run.lines == [(0, "started")]
    assert run.takes == 0


def test_a_sleep_adds_its_seconds_and_later_output_comes_later() -> None:
    run = follow("echo a; sleep 30; echo b; sleep 1m")
    assert run.lines == [(0, "a"), (30 * SECOND, "b")]
    assert run.takes == 90 * SECOND


def test_output_can_go_to_a_file() -> None:
    outside = Nothing()
    follow("echo one > version.txt; echo two >> version.txt; cd app; echo x > ../up.txt; make > out.log 2>&1", outside)
    assert outside.written == {
        "/src/version.txt": "one\ntwo\n",
        "/src/up.txt": "x\n",
        "/src/app/out.log": None,
    }


def test_what_only_running_would_tell_is_told_of() -> None:
    outside = Nothing()
    run = follow("export TAG=$(git rev-parse HEAD)", outside)
    assert outside.unknown == ["git rev-parse HEAD"]
    assert run.shell.exported["TAG"] == ""
    assert run.takes == 10 * SECOND


def test_what_a_rule_prints_is_what_a_substitution_gives() -> None:
    outside = Nothing()
    outside.answers["git rev-parse HEAD"] = Came(SECOND, 0, ("0a1b2c",))
    run = follow("export TAG=$(git rev-parse HEAD)", outside)
    assert run.shell.exported["TAG"] == "0a1b2c"
    assert outside.unknown == []


def test_env_shows_exported_variables_only() -> None:
    assert printed("B=1; export A=2; env", HOME="/root") == ["A=2", "HOME=/root"]
    assert printed("printenv HOME") == ["/root"]
    outside = Nothing()
    follow("env A=1 make", outside)
    assert outside.asked == ["env A=1 make"]


def test_files_and_directories_can_be_tested() -> None:
    assert printed("[ -f package.json ] && echo file; [ -d app ] && echo directory; [ -e nothing ] || echo none") == [
        "file",
        "directory",
        "none",
    ]


def test_a_directory_that_is_not_there_cannot_be_entered() -> None:
    run = follow("cd nowhere")
    assert run.exit == 1
    assert run.lines == [(0, "sh: cd: nowhere: No such file or directory")]


def test_date_is_virtual() -> None:
    assert printed("date +%Y-%m-%dT%H:%M") == ["2026-01-05T09:00"]
    assert printed("echo build-$(date +%Y%m%d)") == ["build-20260105"]


def test_breakpoints_are_ignored() -> None:
    assert follow("codebuild-breakpoint && codebuild-resume").takes == 0


def test_the_commands_of_a_script_are_found_wherever_they_stand() -> None:
    text = "a && { b; (c); }; if d; then e; else f; fi; ! g; h | i"
    assert [one for one in commands(parse(text)) if one not in ("true", "false")] == [*"abcdefg", "h | i"]


@given(st.text(alphabet="ab $\"'\\`(){}[]<>&|;\n#!=~-:%/x1", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SyntaxFault):
        parse(text)
    run = follow(text)
    assert run.exit >= 0
    assert run.takes >= 0


@given(st.text(alphabet="abc $\"'\\`(){};&|\n", max_size=30))
def test_a_quoted_text_is_printed_as_it_is(text: str) -> None:
    quoted = text.replace("'", "'\"'\"'")
    assert "\n".join(printed(f"printf '%s' '{quoted}'")) == text.replace("\\n", "\n").removesuffix("\n")
