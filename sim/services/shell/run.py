"""A small reader of shell commands: what they say is understood, nothing is ever executed.

`Shell` keeps the directory and the variables between commands. `Run` follows a parsed command: the commands of
`commands.py` act on the shell, and whatever else stands there is asked of the `Outside`: how long it takes, what it
prints and how it ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import translate
from posixpath import join, normpath
from typing import Protocol

from sim.services.shell.commands import BUILTINS, Builtin, Redirects
from sim.services.shell.syntax import SYNTAX_ERROR, Exit, Group, Node, Script, Simple, SyntaxFault, parse, skip


@dataclass(slots=True)
class Shell:
    """What a shell keeps from one command to the next: its directory, its variables, which of them are exported."""

    cwd: str
    exported: dict[str, str]
    private: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        found = self.private.get(name)
        return self.exported.get(name) if found is None else found

    def set(self, name: str, value: str) -> None:
        """An exported variable stays exported."""
        (self.exported if name in self.exported else self.private)[name] = value

    def export(self, name: str, value: str | None = None) -> None:
        held = self.private.pop(name, None)
        if value is not None:
            self.exported[name] = value
        elif held is not None:
            self.exported[name] = held

    def unset(self, name: str) -> None:
        self.exported.pop(name, None)
        self.private.pop(name, None)

    def copy(self) -> Shell:
        return Shell(self.cwd, dict(self.exported), dict(self.private))


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a command that was asked outside. `takes` in ms."""

    takes: int = 0
    exit: int = 0
    prints: tuple[str, ...] = ()
    sets: dict[str, str] = field(default_factory=dict)
    known: bool = True
    """What it prints is known."""


class Outside(Protocol):
    """What a shell cannot know by itself."""

    def command(self, text: str) -> Came:
        """A command that is only known to take time."""

    def builtin(self, name: str) -> Came:
        """A builtin: rules may make it slow or let it fail."""

    def unknown_output(self, text: str) -> None:
        """A value was needed that only running the command would give."""

    def is_file(self, path: str) -> bool: ...
    def is_directory(self, path: str) -> bool: ...
    def may_exist(self, path: str) -> bool:
        """A command that was only taken to run may have made this path."""

    def write(self, path: str, text: str | None, append: bool) -> None:
        """A redirection; None when nobody knows what was written."""

    def user(self) -> str: ...
    def date(self) -> datetime: ...


@dataclass(slots=True)
class Run:
    """One command being followed. `takes` in ms; `lines` are (ms from its start, text)."""

    shell: Shell
    outside: Outside
    takes: int = 0
    exit: int = 0
    lines: list[tuple[int, str]] = field(default_factory=list)
    strict: bool = False
    """`set -e` holds."""
    _captures: int = 0
    _substituted: int = 0
    """How the last substitution of the command ended."""

    def follow(self, text: str) -> int:
        """Follow a command to its end; its exit status."""
        try:
            self.run(parse(text))
        except SyntaxFault as fault:
            self.say(f"sh: {fault}")
            self.exit = SYNTAX_ERROR
        except Exit as end:
            self.exit = end.code
        return self.exit

    def whole(self, text: str) -> int:
        """Take the text as one command that only runs, whatever stands in it; its exit status."""
        self.exit = self._external(text.strip())
        return self.exit

    def say(self, text: str) -> None:
        self.lines.extend((self.takes, line) for line in text.split("\n"))

    def complain(self, text: str, redirects: Redirects) -> None:
        """A message to standard error, which may be redirected."""
        if not any(sign == "2>" for sign, _ in redirects):
            self.say(text)

    def run(self, script: Script, tested: bool = False) -> int:
        """`tested`: its outcome decides something, so `set -e` does not strike."""
        code = 0
        for number, step in enumerate(script):
            if (step.joined == "&&" and code) or (step.joined == "||" and not code):
                continue
            following = script[number + 1].joined if number + 1 < len(script) else ";"
            if step.background:
                code = self._in_background(step.node)
            else:
                code = self._node(step.node, tested or following != ";")
            self.exit = code
            if code and self.strict and not tested and following == ";":
                raise Exit(code)
        return code

    def _in_background(self, node: Node) -> int:
        before = self.takes
        self._node(node, tested=True)
        self.takes = before
        return 0

    def _node(self, node: Node, tested: bool) -> int:
        if isinstance(node, Simple):
            return self._external(node.text) if node.opaque else self._simple(node.text)
        if isinstance(node, Group):
            return self._subshell(node.body) if node.own_shell else self.run(node.body, tested)
        for condition, body in node.branches:
            if self.run(condition, tested=True) == 0:
                return self.run(body, tested)
        return self.run(node.otherwise, tested)

    def _subshell(self, body: Script) -> int:
        shell, self.shell = self.shell, self.shell.copy()
        strict = self.strict
        try:
            return self.run(body)
        except Exit as end:
            return end.code
        finally:
            self.shell, self.strict = shell, strict

    def _external(self, text: str, redirects: Redirects | None = None) -> int:
        came = self.outside.command(text)
        self._take(came, redirects or [])
        if self._captures and not came.known:
            self.outside.unknown_output(text)
        return came.exit

    def _take(self, came: Came, redirects: Redirects) -> None:
        self.takes += came.takes
        for name, value in came.sets.items():
            self.shell.export(name, value)
        self.show("\n".join(came.prints) if came.prints else None, redirects, came.known)

    def show(self, text: str | None, redirects: Redirects, known: bool = True) -> None:
        """To the log, or to where output is redirected."""
        target = next(((sign, path) for sign, path in reversed(redirects) if sign in (">", ">>")), None)
        if target is None:
            if text is not None:
                self.say(text)
        elif target[1] != "/dev/null" and not target[1].startswith("&"):
            content = f"{text}\n" if text is not None else "" if known else None
            self.outside.write(self.path(target[1]), content, target[0] == ">>")

    def path(self, path: str) -> str:
        return normpath(join(self.shell.cwd, path))

    def _simple(self, text: str) -> int:
        self._substituted = 0
        words, redirects = self.expand(text)
        assignments: Redirects = []
        while words and (found := re.match(r"([A-Za-z_]\w*)=", words[0])):
            assignments.append((found.group(1), words.pop(0)[found.end() :]))
        if not words:
            for name, value in assignments:
                self.shell.set(name, value)
            return self._substituted
        builtin = BUILTINS.get(words[0])
        if builtin is None or (words[0] == "env" and len(words) > 1):
            return self._external(text, redirects)
        came = self.outside.builtin(words[0])
        self.takes += came.takes
        for name, value in came.sets.items():
            self.shell.export(name, value)
        for line in came.prints:
            self.say(line)
        if came.exit:
            return came.exit
        return self._builtin(words[0], builtin, words[1:], redirects)

    def _builtin(self, name: str, does: Builtin, words: list[str], redirects: Redirects) -> int:
        """Do what a builtin does; its exit status."""
        return does(self, words, redirects)

    # Words

    def expand(self, text: str) -> tuple[list[str], Redirects]:
        """(words, [(redirection sign, target)]) with variables and substitutions put in."""
        words: list[str] = []
        redirects: Redirects = []
        pending: str | None = None
        i = 0
        while i < len(text):
            if text[i].isspace():
                i += 1
                continue
            sign = re.match(r"(\d?|&)(>>|>\||>|<<-?|<)(&?)", text[i:])
            if sign:
                target = sign.group(2) if sign.group(1) in ("", "1", "&") else "2>"
                pending = ">" if target == ">|" else target
                if sign.group(3):
                    pending = "dup"
                i += sign.end()
                continue
            word, i, kept = self._word(text, i)
            if pending is not None:
                redirects.append((pending, word))
                pending = None
            elif kept:
                words.append(word)
        return words, redirects

    def _word(self, text: str, i: int) -> tuple[str, int, bool]:
        """(word, index after it, whether it counts): an unquoted expansion to nothing is no word."""
        out: list[str] = []
        quoted = False
        while i < len(text) and not text[i].isspace() and text[i] not in "<>":
            end = skip(text, i)
            piece = text[i:end]
            if piece[0] == "'":
                out.append(piece[1:-1])
                quoted = True
            elif piece[0] == '"':
                out.append(self.interpolate(piece[1:-1], quoted=True))
                quoted = True
            elif piece[0] == "\\":
                out.append(piece[1:])
            elif piece[0] == "~" and not out:
                out.append(self.shell.get("HOME") or "~")
            elif piece[0] in "$`":
                value, end = self._dollar(text, i)
                out.append(value)
            else:
                out.append(piece)
            i = end
        word = "".join(out)
        return word, i, bool(word) or quoted

    def interpolate(self, text: str, quoted: bool = False) -> str:
        """Text with variables and substitutions put in, as inside double quotes."""
        out: list[str] = []
        i = 0
        while i < len(text):
            if text[i] == "\\" and quoted and i + 1 < len(text) and text[i + 1] in '$`"\\':
                out.append(text[i + 1])
                i += 2
            elif text[i] in "$`":
                value, i = self._dollar(text, i)
                out.append(value)
            else:
                out.append(text[i])
                i += 1
        return "".join(out)

    def _dollar(self, text: str, i: int) -> tuple[str, int]:
        """(value, index after it) of what begins with `$` or a backquote."""
        if text[i] == "`":
            end = skip(text, i)
            return self._capture(text[i + 1 : end - 1]), end
        if text.startswith("$((", i):
            end = skip(text, i)
            return text[i:end], end
        if text.startswith("$(", i):
            end = skip(text, i)
            return self._capture(text[i + 2 : end - 1]), end
        if text.startswith("${", i):
            end = skip(text, i)
            return self._parameter(text[i + 2 : end - 1]), end
        found = re.compile(r"\$(?:(\w+)|([?#@*$!-]))").match(text, i)
        if found is None:
            return "$", i + 1
        name, special = found.groups()
        if special is not None or name[0].isdigit():
            values = {"?": str(self.exit), "#": "0", "$": "1"}
            return values.get(special or "", ""), found.end() if special else i + 2
        return self.shell.get(name) or "", found.end()

    def _capture(self, text: str) -> str:
        """What a substitution prints."""
        kept, self.lines = self.lines, []
        self._captures += 1
        try:
            self.exit = self._substituted = self._subshell(parse(text))
            return "\n".join(line for _, line in self.lines).rstrip("\n")
        except SyntaxFault as fault:
            kept.append((self.takes, f"sh: {fault}"))
            return ""
        finally:
            self.lines = kept
            self._captures -= 1

    def _parameter(self, text: str) -> str:
        """`${…}` with its forms."""
        if text.startswith("#"):
            return str(len(self.shell.get(text[1:]) or ""))
        found = re.match(r"(\w+)(.*)", text, re.DOTALL)
        if found is None:
            return ""
        name, rest = found.groups()
        value = self.shell.get(name)
        if not rest:
            return value or ""
        if choice := re.match(r"(:?)([-=+?])(.*)", rest, re.DOTALL):
            return self._choice(name, value, *choice.groups())
        if cut := re.match(r":\s*(-?\d+)(?::(-?\d+))?$", rest):
            return _cut(value or "", int(cut.group(1)), cut.group(2))
        if trim := re.match(r"(##|#|%%|%)(.*)", rest, re.DOTALL):
            return _trim(value or "", trim.group(1), self.interpolate(trim.group(2)))
        if swap := re.match(r"(//|/)((?:[^/\\]|\\.)+)/?(.*)", rest, re.DOTALL):
            pattern = translate(self.interpolate(swap.group(2)))[:-2]  # without its \Z
            by = self.interpolate(swap.group(3))
            return re.sub(pattern, lambda _: by, value or "", count=0 if swap.group(1) == "//" else 1)
        return value or ""

    def _choice(self, name: str, value: str | None, colon: str, sign: str, other: str) -> str:
        there = bool(value) if colon else value is not None
        if sign == "+":
            return self.interpolate(other) if there else ""
        if there:
            return value or ""
        if sign == "?":
            self.say(f"sh: {name}: {self.interpolate(other) or 'parameter null or not set'}")
            raise Exit(1)
        chosen = self.interpolate(other)
        if sign == "=":
            self.shell.set(name, chosen)
        return chosen

    def is_file(self, path: str) -> bool:
        return self.outside.is_file(self.path(path))

    def is_directory(self, path: str) -> bool:
        return self.outside.is_directory(self.path(path))


def _cut(value: str, start: int, length: str | None) -> str:
    start = max(0, len(value) + start) if start < 0 else start
    if length is None:
        return value[start:]
    size = int(length)
    return value[start:size] if size < 0 else value[start : start + size]


def _trim(value: str, sign: str, pattern: str) -> str:
    matcher = re.compile(translate(pattern))
    lengths = range(len(value) + 1) if len(sign) == 1 else range(len(value), -1, -1)
    for length in lengths:
        part = value[:length] if sign[0] == "#" else value[len(value) - length :]
        if matcher.match(part):
            return value[length:] if sign[0] == "#" else value[: len(value) - length]
    return value
