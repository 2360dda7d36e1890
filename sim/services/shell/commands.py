"""The commands that the shell understands: they act on the shell, and print. All others only take time.

Each takes the words after its name and the redirections, and gives its exit status.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import TYPE_CHECKING

from sim.core.clock import parse_duration
from sim.services.shell.syntax import SYNTAX_ERROR, Exit

if TYPE_CHECKING:
    from sim.services.shell.run import Run

Redirects = list[tuple[str, str]]
"""[(sign, target)]: [(">", "version.txt")]."""
Builtin = Callable[["Run", list[str], Redirects], int]
"""(the run, the words after its name, redirections) -> exit status"""


def _cd(run: Run, words: list[str], redirects: Redirects) -> int:
    words = [word for word in words if word in ("-",) or not word.startswith("-")]
    wanted = words[0] if words else run.shell.get("HOME") or "/"
    target = (run.shell.get("OLDPWD") or run.shell.cwd) if wanted == "-" else run.path(wanted)
    if not run.outside.is_directory(target) and not run.outside.may_exist(target):
        run.complain(f"sh: cd: {wanted}: No such file or directory", redirects)
        return 1
    run.shell.private["OLDPWD"] = run.shell.cwd
    run.shell.cwd = target
    return 0


def _export(run: Run, words: list[str], redirects: Redirects) -> int:
    for word in words:
        name, given, value = word.partition("=")
        if not name.startswith("-"):
            run.shell.export(name, value if given else None)
    return 0


def _unset(run: Run, words: list[str], redirects: Redirects) -> int:
    for word in words:
        run.shell.unset(word)
    return 0


def _echo(run: Run, words: list[str], redirects: Redirects) -> int:
    while words and re.fullmatch(r"-[neE]+", words[0]):
        words = words[1:]
    run.show(" ".join(words), redirects)
    return 0


def _printf(run: Run, words: list[str], redirects: Redirects) -> int:
    shape, *values = words or [""]
    rest = iter(values)
    text = re.sub(r"%[sd]", lambda _: next(rest, ""), shape).replace("%%", "%")
    run.show(text.replace("\\n", "\n").replace("\\t", "\t").removesuffix("\n"), redirects)
    return 0


def _pwd(run: Run, words: list[str], redirects: Redirects) -> int:
    run.show(run.shell.cwd, redirects)
    return 0


def _env(run: Run, words: list[str], redirects: Redirects) -> int:
    shown = run.shell.exported
    if words:
        values = [shown[word] for word in words if word in shown]
        if values:
            run.show("\n".join(values), redirects)
        return 0 if len(values) == len(words) else 1
    run.show("\n".join(f"{name}={value}" for name, value in sorted(shown.items())), redirects)
    return 0


def _whoami(run: Run, words: list[str], redirects: Redirects) -> int:
    run.show(run.outside.user(), redirects)
    return 0


def _date(run: Run, words: list[str], redirects: Redirects) -> int:
    shape = next((word[1:] for word in words if word.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    moment = run.outside.date()
    shape = shape.replace("%s", str(int(moment.timestamp()))).replace("%e", f"{moment.day:2d}")
    run.show(moment.strftime(shape), redirects)
    return 0


def _true(run: Run, words: list[str], redirects: Redirects) -> int:
    return 0


def _false(run: Run, words: list[str], redirects: Redirects) -> int:
    return 1


def _exit(run: Run, words: list[str], redirects: Redirects) -> int:
    raise Exit(int(words[0]) % 256 if words and words[0].isdigit() else SYNTAX_ERROR if words else run.exit)


def _sleep(run: Run, words: list[str], redirects: Redirects) -> int:
    try:
        run.takes += sum(parse_duration(word) for word in words)
    except ValueError:
        run.complain(f"sleep: invalid time interval '{words[0]}'", redirects)
        return 1
    return 0 if words else 1


def _set(run: Run, words: list[str], redirects: Redirects) -> int:
    for word in words:
        if re.match(r"[-+]\w*e", word):
            run.strict = word.startswith("-")
    return 0


def _test(run: Run, words: list[str], redirects: Redirects) -> int:
    words = [word for word in words if word not in ("]", "]]")]
    return _truth(words, run)


_LONG = {"&&": "-a", "||": "-o"}
"""As `[[ … ]]` writes them."""


def _truth(words: list[str], run: Run) -> int:
    """The exit status of `test`: 0 true, 1 false, 2 not understood."""
    words = [_LONG.get(word, word) for word in words]
    if "-o" in words:
        at = words.index("-o")
        return 0 if _truth(words[:at], run) == 0 or _truth(words[at + 1 :], run) == 0 else 1
    if "-a" in words[1:]:
        at = words.index("-a", 1)
        return 0 if _truth(words[:at], run) == 0 and _truth(words[at + 1 :], run) == 0 else 1
    if words and words[0] == "!":
        code = _truth(words[1:], run)
        return code if code > 1 else 1 - code
    if len(words) < 2:
        return 0 if words and words[0] else 1
    if len(words) == 2:
        return _unary(words[0], words[1], run)
    if len(words) == 3:
        return _binary(*words)
    return SYNTAX_ERROR


def _unary(sign: str, word: str, run: Run) -> int:
    if sign == "-z":
        return 0 if not word else 1
    if sign == "-n":
        return 0 if word else 1
    if sign in ("-f", "-s", "-r"):
        return 0 if run.is_file(word) else 1
    if sign == "-d":
        return 0 if run.is_directory(word) else 1
    if sign == "-e":
        return 0 if run.is_file(word) or run.is_directory(word) else 1
    return SYNTAX_ERROR


_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def _binary(left: str, sign: str, right: str) -> int:
    if sign in ("=", "=="):
        return 0 if re.match(translate(right), left) else 1
    if sign == "!=":
        return 1 if re.match(translate(right), left) else 0
    if sign == "=~":
        try:
            return 0 if re.search(right, left) else 1
        except re.error:
            return SYNTAX_ERROR
    compare = _COMPARE.get(sign)
    try:
        return SYNTAX_ERROR if compare is None else 0 if compare(int(left), int(right)) else 1
    except ValueError:
        return SYNTAX_ERROR


BUILTINS: dict[str, Builtin] = {
    "cd": _cd,
    "export": _export,
    "unset": _unset,
    "echo": _echo,
    "printf": _printf,
    "pwd": _pwd,
    "env": _env,
    "printenv": _env,
    "whoami": _whoami,
    "date": _date,
    "true": _true,
    ":": _true,
    "false": _false,
    "exit": _exit,
    "sleep": _sleep,
    "set": _set,
    "test": _test,
    "[": _test,
    "[[": _test,
    # Without a session both are ignored (docs/behaviour/codebuild.md §13.2), and sessions are not simulated.
    "codebuild-breakpoint": _true,
    "codebuild-resume": _true,
}
