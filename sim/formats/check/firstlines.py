"""How a script that a hook names begins: whether the instance's system can start it as it is meant.

The agent makes a script executable and starts it by its path alone (hook_executor.rb, linux_util.rb: with `runas` it is
`su USER -c PATH`). So the system looks for the program behind `#!`, to the end of the line; a text without that line is
run by a shell (docs/behaviour/codedeploy.md §3.4).
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from posixpath import basename, splitext

MAX_LOOK = 4096
"""Bytes of a script that are looked at."""
LINE_ENDS, NO_PROGRAM = "307", "308"
_OWN = {
    ".py": "python3",
    ".rb": "ruby",
    ".js": "node",
    ".mjs": "node",
    ".pl": "perl",
    ".php": "php",
}
"""{the ending of a script: the program that runs it}"""
_BASH = re.compile(
    rb"^[ \t]*(?:(?:if|while|elif|until)[ \t]+(?:![ \t]+)?)?(\[\[|function[ \t]|source[ \t]|declare[ \t]|shopt[ \t]"
    rb"|pushd[ \t]|set -o pipefail|set -\w*o pipefail)",
    re.MULTILINE,
)
"""What bash knows and a plain shell, such as the dash of Debian and Ubuntu, does not."""
_MARK = b"\xef\xbb\xbf"


def wrong_beginning(content: bytes, name: str) -> tuple[str, str, str] | None:
    """(code, what is wrong with it, hint) of a script's first bytes; None where nothing is."""
    if b"\0" in content:
        return None  # a program, or in an encoding of its own
    first = content.partition(b"\n")[0]
    if content.startswith(_MARK):
        message = "begins with the byte order mark of UTF-8: no #! is seen behind it, and a shell runs it"
        return NO_PROGRAM, message, "save it as UTF-8 without a byte order mark (BOM)"
    if b"\r\n" in content:
        program = first.removeprefix(b"#!").strip().decode("utf-8", "replace")[:60]
        found = f"the system looks for the program {program!r} with a carriage return at its end, and finds none"
        message = f"has line ends of Windows (CRLF): {found if first.startswith(b'#!') else _PIECE}"
        hint = f"save it with line ends of Linux (LF): `sed -i 's/\\r$//' {name}`; `*.sh text eol=lf` in .gitattributes"
        return LINE_ENDS, message, f"{hint} keeps them so"
    if content.startswith(b"#!"):
        return None
    program = _OWN.get(splitext(name)[1], "")
    if program:
        message = "does not begin with #!: a shell runs it, as if it were a shell script"
        return NO_PROGRAM, message, f"write `#!/usr/bin/env {program}` as its first line"
    bash = _BASH.search(content)
    if bash is not None:
        word = bash[1].decode("ascii").strip()
        message = f"does not begin with #!: the system's plain shell runs it, and `{word}` in it is bash's"
        return NO_PROGRAM, message, "write `#!/bin/bash` as its first line"
    return None


_PIECE = "a carriage return belongs to the last word of each line"


def mends_line_ends(attributes: str, path: str) -> bool:
    """Whether a `.gitattributes` has git keep a file with line ends of Linux, whatever it has in the working tree."""
    for line in attributes.splitlines():
        pattern, *names = line.split()[:10] or [""]
        if fnmatchcase(basename(path), basename(pattern)) and {"text", "text=auto", "eol=lf"}.intersection(names):
            return True
    return False
