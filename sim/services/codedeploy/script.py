"""What a hook script does as far as it can be told without running it: nothing of a user's is ever executed.

`echo`, `exit N`, `sleep N`, `true`, `false` and `set -e` at the top level are understood; every other command is
taken to succeed, and what stands inside `if`, loops, functions and `case` is left alone.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import lru_cache

from sim.core.clock import SECOND, parse_duration

_OPENS = re.compile(r"^(if|for|while|until|case|select)\b|^(function\s+)?[A-Za-z_][\w-]*\s*\(\)\s*\{?|^\{|^\($")
_CLOSES = re.compile(r"^(fi|done|esac|\}|\))(\s|;|$)")


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """`exit` is the script's exit code, `takes` what its sleeps add, in ms."""

    exit: int = 0
    lines: tuple[str, ...] = ()
    takes: int = 0


@lru_cache(maxsize=4096)
def outcome(content: bytes) -> ScriptOutcome:
    """How the script ends and what it prints."""
    lines: list[str] = []
    takes = depth = code = 0
    strict = False
    for raw in content.decode("utf-8", "replace").splitlines():
        line = raw.strip()
        if line.startswith("#!") and re.search(r"\s-\w*e", line):
            strict = True
        if not line or line.startswith("#"):
            continue
        if _CLOSES.match(line):
            depth = max(0, depth - 1)
            continue
        if _OPENS.match(line):
            closed = re.search(r"(;\s*(fi|done|esac)|\})\s*$", line)
            depth += 0 if closed else 1
            continue
        if depth:
            continue
        words = _words(line)
        if not words:
            continue
        command, arguments = words[0], words[1:]
        code = 1 if command == "false" else 0
        if command == "echo" and not any(sign in line for sign in (">", "|", "&&", "||")):
            lines.append(" ".join(arguments))
        elif command == "sleep" and arguments:
            takes += _sleep(arguments[0])
        elif command == "set" and arguments and re.match(r"-\w*e", arguments[0]):
            strict = True
        elif command == "exit":
            if any(sign in line for sign in ("||", "&&", "|")):
                continue
            given = arguments[0] if arguments else "0"
            return ScriptOutcome(int(given) % 256 if given.isdigit() else 0, tuple(lines), takes)
        if code and strict:
            break
    return ScriptOutcome(code, tuple(lines), takes)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return []


def _sleep(text: str) -> int:
    try:
        return parse_duration(text) if not text.isdigit() else int(text) * SECOND
    except ValueError:
        return 0
