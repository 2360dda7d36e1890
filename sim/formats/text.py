"""The text of a file, whatever bytes are in it: a file that is no text is a Problem, never a traceback."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path

from sim.core.problems import Problem, ProblemsError

MAX_BYTES = 1_048_576
"""No file of the kinds read here may be larger at AWS: a template has at most 1 MB, all others less."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_HANDED = re.compile(r"/dev/stdin|/dev/fd/[0-9]+|/proc/self/fd/[0-9]+")
"""What a shell gives a program to read, be it a pipe."""
_RIGHT = "give the right to read it, and look at how its name is spelled"
_SAVE = "save the file as UTF-8 without a byte order mark"


def read_text(path: Path, name: str | None = None, limit: int = MAX_BYTES) -> str:
    """The text of a file. `name` is what problems call it. Raises ProblemsError for a file that is no UTF-8 text."""
    name = str(path) if name is None else name
    return decode(read_bytes(path, name, limit), name, limit)


def read_bytes(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """What a file holds, one byte more than `limit` at most. Raises ProblemsError for what cannot be read.

    Of a pipe or a device nobody knows when anything comes; only what the shell hands over is read all the same.
    """
    try:
        if not path.is_file() and not path.is_dir() and path.exists() and not _HANDED.fullmatch(str(path)):
            hint = "name a regular file, or give the text at /dev/stdin"
            raise _problem(name, 0, "YAML112", "cannot be read: it is neither a file nor a folder", hint)
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise _problem(name, 0, "YAML112", f"cannot be read: {error.strerror or error}", _RIGHT) from None


def decode(content: bytes, name: str, limit: int = MAX_BYTES) -> str:
    """Bytes as text, without a byte order mark. Raises ProblemsError."""
    if len(content) > limit:
        raise _problem(name, 1, "YAML105", f"the file has more than {limit:,} bytes", "AWS takes no such file either")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            if encoding != "utf-8":
                raise _problem(name, 1, "YAML113", f"the file is {encoding}, not UTF-8", _SAVE)
            content = content[len(mark) :]
    if b"\0" in content:
        raise _null(content, name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8: byte 0x{content[error.start]:02x} cannot stand there"
        raise _problem(name, line, "YAML113", message, _SAVE) from None


class _NoNumber(Exception):
    """A word that Python's reader takes for a number."""


def _no_number(word: str) -> None:
    raise _NoNumber(word)


_CONSTANTS = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)
"""A text, or a word that is no number of JSON's."""


def strict_json(text: str, name: str) -> None:
    """Raises ProblemsError for a text that is not JSON: where AWS wants JSON, YAML does not do."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_number)
    except _NoNumber as error:
        place = next(found for found in _CONSTANTS.finditer(text) if found[1] is not None).start()
        line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
        hint = "write a number, or the word in quotes if it is meant as text"
        found = Problem(name, line, column, "error", "YAML110", f"not JSON: {error} is no number of JSON's", hint)
        raise ProblemsError([found]) from None
    except RecursionError:
        raise _problem(name, 1, "YAML104", "nested deeper than any file that AWS takes", "take levels out") from None
    except json.JSONDecodeError as error:
        trouble = "double quotes" in error.msg or error.msg == "Expecting value"
        hint = "look for a comma too many, a comment, or single quotes: JSON takes none of them"
        other = "look for a comma or a bracket that is missing before this place"
        found = Problem(
            name, error.lineno, error.colno, "error", "YAML110", f"not JSON: {error.msg}", hint if trouble else other
        )
        raise ProblemsError([found]) from None


def _null(content: bytes, name: str) -> ProblemsError:
    place = content.index(b"\0")
    start = content[:1000]
    nulls = start[::2].count(0), start[1::2].count(0)
    if min(nulls) == 0 and max(nulls) * 5 >= len(start):
        # of Latin text in UTF-16, every other byte is NUL
        return _problem(name, 1, "YAML113", "the file looks like UTF-16 without a byte order mark, not UTF-8", _SAVE)
    line = content.count(b"\n", 0, place) + 1
    return _problem(
        name, line, "YAML111", "the file holds a NUL byte: it is no text", "look whether it is the right file"
    )


def _problem(name: str, line: int, code: str, message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([Problem(name, line, 1 if line else 0, "error", code, message, hint)])
