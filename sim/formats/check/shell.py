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
    ("go", "test"),
    ("go", "vet"),
    ("mvn", "test"),
    ("aws", "ecr"),
    ("aws", "--version"),
    ("aws", "sts"),
}


_DOCKER = {"build", "push", "tag", "login", "logout", "pull", "images", "info", "version", "--version"}
_MODULES = {"pytest", "unittest", "pip", "flake8", "ruff", "mypy", "black", "pylint"}
_WRITES = re.compile(
    r"(?:^|\s)(?:-o|--?out\S*|--dest\S*|--save\S*|--cov\S*|--\S*(?:xml|html|report|log)\S*)(?=[\s=]|$)"
)
"""Options with which a program that else makes nothing writes a file."""
_REDIRECTED = re.compile(r">>?\|?\s*(&[\d-]|[^\s;&|<>()]*)")


def made(command: str) -> tuple[str, ...] | None:
    """The files that a command surely makes and a build would keep; None when that cannot be told.

    Those are the literal names behind a `>`.
    """
    if any(not _is_quiet(words) for words in steps(command)) or _WRITES.search(command):
        return None
    return _redirected(command) if ">" in command else ()


def makes_nothing(command: str) -> bool:
    """Whether a command surely writes no file that a build would keep; False when that cannot be told."""
    return made(command) == ()


def _is_quiet(words: list[str]) -> bool:
    """Whether the program writes to its output only."""
    # What ends a substitution or a text belongs to none of its words: `echo "$(date)"`.
    words = [word.rstrip(")\"'`") for word in words]
    if words[0] == "docker":
        return words[1:2] == [] or words[1] in _DOCKER
    if words[:2] in (["python", "-m"], ["python3", "-m"]):
        return words[2:] == [] or words[2] in _MODULES
    return words[0] in _QUIET or tuple(words[:2]) in _QUIET_PAIRS


def _redirected(command: str) -> tuple[str, ...] | None:
    bare, quote = _bare(command)
    if quote or "<<" in command or len(command) > MAX_COMMAND:
        return None
    found = []
    for target in _REDIRECTED.findall(bare):
        if target.startswith(("&", "/dev/")):
            continue
        # A name in quotes, or with a variable in it, is not told from another: `_` stands in its place.
        literal = re.fullmatch(r"[\w./-]+", target) and re.search(rf">\s*{re.escape(target)}(?![^\s;&|<>)])", command)
        if not literal:
            return None
        found.append(target)
    return tuple(found)


ENDS_WITH = {"if": "fi", "case": "esac", "for": "done", "while": "done", "until": "done", "select": "done"}
MAX_OPEN = 50
"""So many quotes and substitutions inside each other are looked at."""
_AGAIN = {"then", "do", "else", "elif", "if", "while", "until", "!", "time"}
"""After these words stands a command again."""
_OPENED = re.compile(r"\$\(|\$\{|[\\'\"`(){}#]")


def unclosed(command: str) -> tuple[str, str]:
    """What a POSIX shell would look for the end of: (a quote, a word such as `if`), "" where nothing is missing.

    Here-documents hold anything, and of very long commands only the beginning is looked at: these are not judged.
    """
    if "<<" in command or len(command) > MAX_COMMAND:
        return "", ""
    bare, quote = _bare(command)
    return (quote, "") if quote else ("", _open_word(bare))


def outside_quotes(command: str) -> str:
    """A command with its quoted texts, substitutions and comments blanked out."""
    return _bare(command)[0]


def replaced(command: str) -> str:
    """A command without what no variable is replaced in: texts in single quotes, escaped signs, comments."""
    out: list[str] = []
    place, quoted = 0, False
    while place < len(command):
        sign = command[place]
        if sign == "\\":
            place += 2
            continue
        if sign == "'" and not quoted:
            end = command.find("'", place + 1)
            place = end + 1 if end >= 0 else len(command)
            continue
        if sign == "#" and not quoted and (place == 0 or command[place - 1] in " \t\n;&|("):
            place = (command.find("\n", place) + 1 or len(command) + 1) - 1
            continue
        quoted = quoted != (sign == '"')
        out.append(sign)
        place += 1
    return "".join(out)


def _bare(command: str) -> tuple[str, str]:
    """(a command with its quoted texts and comments blanked out, the quote that is not closed)."""
    bare: list[str] = []
    open_: list[str] = []
    place = 0
    while (found := _OPENED.search(command, place)) is not None and len(open_) < MAX_OPEN:
        sign, start = found[0], found.start()
        bare.append("_" if '"' in open_ else command[place:start])
        place = found.end()
        inside = open_[-1] if open_ else ""
        if sign == "\\":
            place += 1
            bare.append("_")
        elif sign == "'" and inside not in ('"', "${"):
            place = _end_of_text(command, start)
            if place < 0:
                return "".join(bare), "'"
            bare.append("_")
        elif sign == "#" and inside not in ('"', "${") and (start == 0 or command[start - 1] in " \t\n;&|("):
            place = (command.find("\n", start) + 1 or len(command) + 1) - 1
        else:
            bare.append(_step(sign, inside, open_))
    bare.append(command[place:])
    return "".join(bare), next((sign for sign in open_ if sign in '"`'), "")


def _step(sign: str, inside: str, open_: list[str]) -> str:
    """Note a sign that opens or closes something; gives what stays of it in the bare text."""
    if sign in '"`':
        if inside == sign:
            open_.pop()
        else:
            open_.append(sign)
        return "_"
    if sign in ("$(", "${"):
        open_.append(sign)
        return "_"
    if sign == "(" and inside in ("$(", "("):
        open_.append(sign)
    elif (sign == ")" and inside in ("$(", "(")) or (sign == "}" and inside == "${"):
        open_.pop()
        return "_" if inside != "(" else sign
    return sign if not open_ else "_"


def _end_of_text(command: str, start: int) -> int:
    """The place behind a text in single quotes, which may be one of `$'…'` with escapes; -1 when it has no end."""
    if start and command[start - 1] == "$":
        found = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL).match(command, start + 1)
        return found.end() if found is not None else -1
    end = command.find("'", start + 1)
    return end + 1 if end >= 0 else -1


def _open_word(bare: str) -> str:
    """The first word such as `if` whose end is missing in a text without quotes."""
    open_: list[str] = []
    starts = True
    for word in re.findall(r"[;&|\n(){}]+|[^\s;&|(){}]+", bare):
        if re.fullmatch(r"[;&|\n(){}]+", word):
            starts = True
            continue
        if starts and word in ENDS_WITH:
            open_.append(word)
        elif starts and open_ and word == ENDS_WITH[open_[-1]]:
            open_.pop()
        starts = starts and word in _AGAIN
    return open_[0] if open_ else ""
