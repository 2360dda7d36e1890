"""What a hook script does as far as it can be told without running it: nothing of a user's is ever executed.

Shell scripts are read by the same reader as a build's commands (sim/services/shell): `cd`, `export`, `echo`, `env`,
`pwd`, `whoami`, `true`, `false`, `exit N`, `sleep N`, `set -e`, tests of text and `if` are understood. Every other
command is taken to succeed. What hangs on something that only running would tell (what a command prints, whether a
file is there, how a command ends that an `if` asks) is left alone: neither way is taken. Loops, functions, `case` and
here-documents are left alone, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sim.services.shell.commands import BUILTINS, Builtin, Redirects
from sim.services.shell.run import Came, Run, Shell
from sim.services.shell.syntax import Exit, If, Node, Script, Simple, SyntaxFault, parse

_SHELL = re.compile(r"^#!\s*\S*\b(env\s+)?(sh|bash|dash|ksh|zsh)\b|^(?!#!)")
_STRICT = re.compile(r"#!.*\s-\w*e")
_PLAIN = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")
_SHEBANG = re.compile(r"\A#!.*")
"""`#!/usr/bin/env bash` reads no variable."""
_ENDS = re.compile(r"(exit|return|false)\b")
_UNTOLD = "\0"
"""Stands before what only running the script would tell, where the script's own words stand in its place."""
HOME = "/"
"""Where a script begins (docs/behaviour/codedeploy.md §3.4)."""
VARIABLES = (
    "APPLICATION_NAME",
    "DEPLOYMENT_ID",
    "DEPLOYMENT_GROUP_NAME",
    "DEPLOYMENT_GROUP_ID",
    "LIFECYCLE_EVENT",
    "BUNDLE_BUCKET",
    "BUNDLE_KEY",
    "BUNDLE_VERSION",
    "BUNDLE_ETAG",
    "BUNDLE_COMMIT",
)
"""What the agent tells a script (docs/behaviour/codedeploy.md §3.5)."""

Environment = tuple[tuple[str, str], ...]
"""((variable, value), …): what can be remembered by."""


@dataclass(frozen=True, slots=True)
class ScriptOutcome:
    """`exit` is the script's exit code, `takes` what its sleeps add, in ms, `lines` what it prints. `left_open`: a
    command in the background still holds its output when it has ended (docs/behaviour/codedeploy.md §3.4)."""

    exit: int = 0
    lines: tuple[str, ...] = ()
    takes: int = 0
    left_open: bool = False


@lru_cache(maxsize=4096)
def reads(content: bytes) -> tuple[str, ...]:
    """The agent's variables on which it may hang what the script does."""
    text = _SHEBANG.sub("", content.decode("utf-8", "replace"))
    if re.search(r"\b(env|printenv)\b", text):
        return VARIABLES
    return tuple(name for name in VARIABLES if re.search(rf"\b{name}\b", text))


@lru_cache(maxsize=4096)
def outcome(content: bytes, environment: Environment = (), user: str = "root") -> ScriptOutcome:
    """How the script ends and what it prints, with these variables and as that user."""
    text = content.decode("utf-8", "replace")
    if not _SHELL.match(text):
        return ScriptOutcome()
    run = _Reading(Shell(HOME, dict(environment)), _Instance(user), strict=bool(_STRICT.match(text)))
    code = run.script(text)
    lines = tuple(line.replace(_UNTOLD, "") for _, line in run.lines)
    return ScriptOutcome(code, lines, run.takes, run.left_open)


class _Untold(Exception):
    """Only running the script would tell."""


@dataclass(slots=True)
class _Instance:
    """The instance that a script runs on: nothing is known of it (shell.Outside)."""

    as_user: str
    unknown: int = 0
    """How often a value was needed that nobody knows."""

    def command(self, text: str) -> Came:
        return Came(known=False)

    def builtin(self, name: str) -> Came:
        return Came()

    def unknown_output(self, text: str) -> None:
        self.unknown += 1

    def is_file(self, path: str) -> bool:
        raise _Untold

    def is_directory(self, path: str) -> bool:
        raise _Untold

    def may_exist(self, path: str) -> bool:
        return True

    def write(self, path: str, text: str | None, append: bool) -> None:
        """Files that scripts write are not kept: they are none of the deployment's."""

    def user(self) -> str:
        return self.as_user

    def date(self) -> datetime:
        raise _Untold


@dataclass(slots=True)
class _Reading(Run):
    """A run that leaves alone what cannot be told."""

    left_open: bool = False
    _deciding: int = field(default=0)
    """How many conditions it stands in."""

    def script(self, text: str) -> int:
        """The script's exit code. What cannot be read here is taken to succeed."""
        try:
            return self.run(parse(text))
        except SyntaxFault:
            return 0
        except Exit as end:
            return end.code

    def run(self, script: Script, tested: bool = False) -> int:
        code = 0
        for chain in _chains(script):
            try:
                code = self._chain(chain, tested)
            except _Untold:
                if self._deciding:
                    raise
                self.exit = code = 0
        return code

    def _chain(self, chain: Script, tested: bool) -> int:
        """Commands joined by `&&` and `||`. That a command taken to succeed leads to a failure is not taken."""
        for number, step in enumerate(chain):
            before = chain[number - 1].node if number else step.node
            guessed = number and isinstance(before, Simple) and _is_outside(before)
            if guessed and step.joined == "&&" and isinstance(step.node, Simple) and _ENDS.match(step.node.text):
                chain = chain[:number]
                break
        return Run.run(self, chain, tested)

    def _node(self, node: Node, tested: bool) -> int:
        if not isinstance(node, If):
            return Run._node(self, node, tested)
        for condition, body in node.branches:
            self._deciding += 1
            try:
                code = self.run(condition, tested=True)
            finally:
                self._deciding -= 1
            if code == 0:
                return self.run(body, tested)
        return self.run(node.otherwise, tested)

    def _in_background(self, node: Node) -> int:
        """What stays in the background holds the script's output, unless both streams lead elsewhere."""
        text = node.text if isinstance(node, Simple) else ""
        signs = {sign for sign, _ in self.expand(text)[1]}
        if "&>" not in text and not ({">", ">>"} & signs and {"2>", "dup"} & signs):
            self.left_open = True
        return 0

    def _external(self, text: str, redirects: Redirects | None = None) -> int:
        if self._deciding and not self._captures:
            raise _Untold
        return Run._external(self, text, redirects)

    def _builtin(self, name: str, does: Builtin, words: list[str], redirects: Redirects) -> int:
        if name == "cd":
            self.shell.cwd = self.path(words[0] if words else HOME)
            return 0
        if any(_UNTOLD in word for word in words):
            if name in ("test", "[", "[["):
                raise _Untold
            if name in ("exit", "sleep"):
                words = ["0"]
        return Run._builtin(self, name, does, words, redirects)

    def _dollar(self, text: str, i: int) -> tuple[str, int]:
        found = _PLAIN.match(text, i)
        if found is not None and self.shell.get(found[1] or found[2]) is None:
            return _UNTOLD + found[0], found.end()
        return Run._dollar(self, text, i)

    def _capture(self, text: str) -> str:
        outside = self.outside
        assert isinstance(outside, _Instance)
        before = outside.unknown
        try:
            value = Run._capture(self, text)
        except _Untold:
            outside.unknown += 1
            value = ""
        return value if outside.unknown == before else f"{_UNTOLD}$({text})"


def _chains(script: Script) -> Iterable[Script]:
    """The script cut where nothing joins a command to the one before."""
    begins = [at for at, step in enumerate(script) if step.joined == ";" or at == 0]
    for begin, end in zip(begins, [*begins[1:], len(script)], strict=False):
        yield script[begin:end]


def _is_outside(node: Simple) -> bool:
    return node.opaque or node.text.split(maxsplit=1)[0] not in BUILTINS
