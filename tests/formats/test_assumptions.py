"""The numbers that no source gives: each has a reason, each is used, and no other is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim
from sim.core.problems import ProblemsError
from sim.core.randomness import Constant, Uniform
from sim.formats import assumptions

SERVICES = Path(sim.__file__).parent / "services"
SHIPPED = assumptions.load()
PREFIXES = sorted({key.partition(".")[0] for key in SHIPPED.entries})


def keys_in_the_code() -> Iterator[tuple[str, str]]:
    """(where, pattern) of every text in the services that names an assumption. An f-string is a pattern."""
    looks_like = re.compile(rf"({'|'.join(PREFIXES)})\.\w+(\.\w+)*")
    for file in sorted(SERVICES.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        ids_of_rules = {
            id(call.args[0])
            for statement in tree.body
            if isinstance(statement, ast.Assign)
            for call in ast.walk(statement)
            if isinstance(call, ast.Call) and call.args
        }
        for node in ast.walk(tree):
            where = f"{file.relative_to(SERVICES)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ids_of_rules:
                if looks_like.fullmatch(node.value) and not node.value.endswith(".amazonaws.com"):
                    yield where, re.escape(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                if looks_like.match(str(node.values[0].value) + "x"):
                    parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in node.values]
                    yield where, "".join(parts)


def test_every_key_in_the_code_is_in_the_file() -> None:
    unknown = [
        f"{where}: {pattern}"
        for where, pattern in keys_in_the_code()
        if not any(re.fullmatch(pattern, key) for key in SHIPPED.entries)
    ]
    assert unknown == []


def test_every_entry_of_the_file_is_used() -> None:
    patterns = [pattern for _, pattern in keys_in_the_code()]
    by_default = {"build.command"}  # what no pattern of `commands` names
    unused = [
        key
        for key in SHIPPED.entries
        if key not in by_default and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert unused == []


def test_every_entry_has_a_reason_and_a_spelling() -> None:
    for entry in (*SHIPPED.entries.values(), *SHIPPED.commands):
        assert len(entry.reason) > 10
        assert entry.text


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("npm ci", "Some hundred packages without a cache."),
        ("cd app && npm install", "A shell builtin."),
        ("npm run build", "A bundler over a small front end."),
        ("npm test", "The unit tests of a small front end."),
        ("pip install -r requirements.txt", "A dozen wheels without a cache."),
        ("python -m pytest -q", "The unit tests of a small service."),
        ("mvn -B package", "Maven with its dependencies fetched, compiled and tested."),
        ("./gradlew build", "Gradle with its dependencies fetched, compiled and tested."),
        ("docker build -t app .", "An image of a few layers without a layer cache."),
        ("aws s3 cp a s3://b", "One call of the AWS CLI."),
        ("echo hello", "A shell builtin."),
        ("frobnicate", "A command that no pattern below names."),
    ],
)
def test_a_command_has_the_first_pattern_that_is_found_in_it(command: str, reason: str) -> None:
    assert SHIPPED.of(f"command:{command}").reason == reason
    key, takes = SHIPPED.command(command)
    assert SHIPPED.of_command(command).takes == takes
    assert key in (*SHIPPED.entries, *(entry.key for entry in SHIPPED.commands))


def test_no_pattern_is_hidden_by_an_earlier_one() -> None:
    """Each pattern is the first for some command that its reason is about."""
    reached = {
        SHIPPED.of_command(command).key
        for command in (
            *("echo x", "npm ci", "npm test", "npm run build", "pip install x", "pytest", "mvn package", "gradle x"),
            *("docker build .", "docker push x", "yum install -y x", "make", "aws sts get-caller-identity"),
        )
    }
    assert reached == {entry.key for entry in SHIPPED.commands}


FILE = """\
entries:
  build.command: {takes: 2s, reason: Whatever.}
  deploy.start:
    takes: {uniform: [1s, 4s]}
    reason: Runs show it.
commands:
  - {pattern: ^make, takes: 9s, reason: A small project.}
"""


def test_a_file_of_ones_own() -> None:
    found = assumptions.read(FILE, "a.yml")
    assert found.duration("deploy.start") == Uniform(1_000, 4_000)
    assert found.value_ms("deploy.start") == 2_500
    assert found.command("make all") == ("^make", Constant(9_000))
    assert found.command("remake") == ("build.command", Constant(2_000))
    assert found.entries["deploy.start"].text == "uniform [1s, 4s]"
    with pytest.raises(KeyError):
        found.duration("nothing")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("takes: 2s, reason", "reason", 2, "build.command has no takes"),
        ("    reason: Runs show it.\n", "", 4, "deploy.start has no reason"),
        ("pattern: ^make", "pattern: '('", 7, "'(' is not a regular expression"),
        ("pattern: ^make, ", "", 7, "a command has no pattern"),
        ("build.command", "build.commands", 2, "there is no build.command"),
        ("commands:\n", "comands:\n", 6, "the file has no key 'comands'"),
        ("uniform", "unifrom", 4, "deploy.start: takes: 'unifrom' is no distribution"),
    ],
)
def test_a_mistake_has_a_line(old: str, new: str, line: int, message: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        assumptions.read(FILE.replace(old, new, 1), "a.yml")
    assert any(problem.line == line and problem.message.startswith(message) for problem in caught.value.problems), (
        caught.value
    )
