"""What can be told of a shell command without running it: which programs it calls, which names it sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_COMMAND = 20_000
"""Characters of a command that are looked at."""
_ENDS = re.compile(r"&&|\|\||[;|\n]|\$\(|`")
_BEFORE = re.compile(
    r"\s*(?:[A-Za-z_][A-Za-z0-9_]*=(?:\"[^\"]*\"|'[^']*'|[^\s\"']*)(?=\s|$)"
    r"|(?:sudo|time|exec|nohup|then|do|else|if|while|command|env|!|\{|\()(?=\s))"
)
"""An assignment, or a word such as `sudo`, that may stand before a command."""


def steps(command: str) -> Iterator[list[str]]:
    """The first words, at most three, of each simple command of a line."""
    for part in _ENDS.split(command[:MAX_COMMAND]):
        place = 0
        while (found := _BEFORE.match(part, place)) is not None:
            place = found.end()
        words = part[place:].split(None, 3)[:3]
        if words and not words[0].startswith("#"):
            yield words


def programs(command: str) -> tuple[str, ...]:
    """The programs a command calls: `npm`, `mvnw` for `./mvnw`."""
    return tuple(words[0].rsplit("/", 1)[-1].strip("\"'") for words in steps(command))


def sets(command: str, name: str) -> bool:
    """Whether a command may set a variable of that name: an assignment, `read`, or a file that it sources."""
    if re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])\s*\+?=", command):
        return True
    if re.search(rf"\bread\b.*\b{re.escape(name)}\b", command):
        return True
    return any(
        words[0] in (".", "source", "eval", "set", "setx") or words[0].startswith("$") for words in steps(command)
    )


_QUIET = {
    "echo",
    "printf",
    "cd",
    "export",
    "set",
    "pwd",
    "env",
    "ls",
    "cat",
    "true",
    "false",
    "exit",
    "sleep",
    "test",
    "[",
    "[[",
    "fi",
    "done",
    "whoami",
    "date",
    "which",
    "node",
    "grep",
    "docker",
    "eslint",
    "flake8",
    "ruff",
    "mypy",
    "pytest",
}
_QUIET_PAIRS = {
    ("npm", "ci"),
    ("npm", "install"),
    ("npm", "test"),
    ("npm", "audit"),
    ("npm", "--version"),
    ("npm", "-v"),
    ("pip", "install"),
    ("pip3", "install"),
    ("yarn", "install"),
    ("yarn", "test"),
    ("apt-get", "update"),
    ("apt-get", "install"),
    ("yum", "install"),
    ("python", "--version"),
    ("python", "-m"),
    ("go", "test"),
    ("go", "vet"),
    ("mvn", "test"),
    ("aws", "ecr"),
    ("aws", "--version"),
    ("aws", "sts"),
}


def makes_nothing(command: str) -> bool:
    """Whether a command surely writes no file that a build would keep; False when that cannot be told."""
    if ">" in command:
        return False
    found = list(steps(command))
    return all(words[0] in _QUIET or tuple(words[:2]) in _QUIET_PAIRS for words in found)
