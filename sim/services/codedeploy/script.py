"""What a hook script does as far as it can be told without running it: nothing of a user's is ever executed.

`echo`, `exit N`, `sleep N`, `true`, `false` and `set -e` at the top level of a shell script are understood; every other
command is taken to succeed, and what stands inside `if`, loops, functions, `case` and here-documents is left alone.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sim.core.clock import SECOND, parse_duration

_FUNCTION = r"(function\s+[\w-]+(\s*\(\))?|[A-Za-z_][\w-]*\s*\(\))\s*\{"
_OPENS = re.compile(rf"^(if|for|while|until|case|select)\b|^{_FUNCTION}|^\{{|^\($")
_CLOSES = re.compile(r"^(fi|done|esac|\}|\))(\s|;|$)")
_ONE_LINE = re.compile(r"(;\s*(fi|done|esac)|\})\s*$")
_HERE_DOCUMENT = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
_SHELL = re.compile(r"^#!\s*\S*\b(env\s+)?(sh|bash|dash|ksh|zsh)\b|^(?!#!)")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_LITERAL = re.compile(r"'[^']*'|\\\$")
_DOLLAR = "\0"
"""Stands for a dollar sign in single quotes or after a backslash, which means itself."""
_COMBINED = (">", "|", "&&", "||")


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """`exit` is the script's exit code, `takes` what its sleeps add, in ms. In `lines` variables stand as `$NAME` or
    `${NAME}` still; a dollar sign that means itself is NUL."""

    exit: int = 0
    lines: tuple[str, ...] = ()
    takes: int = 0


def literal(line: str) -> str:
    """A line in which a dollar sign means itself."""
    return line.replace("$", _DOLLAR)


def printed(lines: Iterable[str], environment: Mapping[str, str]) -> list[str]:
    """Lines of a log with these variables; one that is not known stays as it is written."""

    def value(found: re.Match[str]) -> str:
        return environment.get(found[1] or found[2], found[0])

    return [_VARIABLE.sub(value, line).replace(_DOLLAR, "$") for line in lines]


@lru_cache(maxsize=4096)
def outcome(content: bytes) -> ScriptOutcome:
    """How the script ends and what it prints."""
    text = content.decode("utf-8", "replace")
    if not _SHELL.match(text):
        return ScriptOutcome()
    printed: list[str] = []
    takes = code = 0
    strict = bool(re.match(r"#!.*\s-\w*e", text))
    for line in _top_level(text):
        command, *arguments = _words(line) or [""]
        if command == "exit" and not _combined(line):
            return ScriptOutcome(_code(arguments, code), tuple(printed), takes)
        code = int(command == "false" and not _combined(line))
        if command == "echo" and not _combined(line):
            printed.append(_echoed(arguments))
        elif command == "sleep" and arguments:
            takes += _sleep(arguments[0])
        elif command == "set" and arguments and re.match(r"-\w*e", arguments[0]):
            strict = True
        if code and strict:
            break
    return ScriptOutcome(code, tuple(printed), takes)


def _top_level(text: str) -> Iterator[str]:
    """The lines that stand in no other command."""
    depth, document = 0, ""
    for raw in text.replace("\\\n", " ").splitlines():
        line = raw.strip()
        if document:
            document = "" if line == document else document
            continue
        begins = _HERE_DOCUMENT.search(line)
        document = begins.group(2) if begins else ""
        if not line or line.startswith("#"):
            continue
        if _CLOSES.match(line):
            depth = max(0, depth - 1)
        elif _OPENS.match(line):
            depth += 0 if _ONE_LINE.search(line) else 1
        elif not depth:
            yield line


def _combined(line: str) -> bool:
    """Whether a line is more than one plain command."""
    return any(sign in line for sign in _COMBINED)


def _words(line: str) -> list[str]:
    line = _LITERAL.sub(lambda found: found[0].removeprefix("\\").replace("$", _DOLLAR), line)
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return []


def _code(arguments: list[str], last: int) -> int:
    """The exit code that `exit` gives: without a number that of the command before it."""
    return int(arguments[0]) % 256 if arguments and arguments[0].isdigit() else last


def _echoed(arguments: list[str]) -> str:
    while arguments and re.fullmatch(r"-[neE]+", arguments[0]):
        arguments = arguments[1:]
    return " ".join(arguments)


def _sleep(text: str) -> int:
    try:
        return parse_duration(text) if not text.isdigit() else int(text) * SECOND
    except ValueError:
        return 0
