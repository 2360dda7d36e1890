"""The models' regular expressions, which are Java's, in Python's dialect."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

_CATEGORY = re.compile(r"\\p\{(\w+)\}")
_SURROGATES = re.compile(r"\\u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")


def matches(pattern: str, text: str) -> bool:
    """Whether AWS would accept the text. A pattern speaks of the whole text, unless it is anchored at one end only."""
    compiled = _compiled(pattern, text.isascii())
    one_end = pattern.startswith("^") != pattern.endswith("$")
    return (compiled.search(text) if one_end else compiled.fullmatch(text)) is not None


@cache
def _compiled(pattern: str, ascii_only: bool) -> re.Pattern[str]:
    # Ranges of Unicode categories are long and slow to find: text in ASCII does with the ASCII part of them.
    end = 0x7F if ascii_only else sys.maxunicode
    translated = _SURROGATES.sub(_code_point, pattern)
    translated = _CATEGORY.sub(lambda found: _ranges(found.group(1), end), translated)
    return re.compile(translated, re.ASCII)  # \w, \d and \s are ASCII in Java


def _code_point(found: re.Match[str]) -> str:
    """Two UTF-16 surrogates are one character beyond U+FFFF."""
    high, low = (int(digits, 16) for digits in found.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


@cache
def _ranges(category: str, end: int) -> str:
    r"""The characters of a Unicode category (`L` has Lu, Ll, …) up to `end`, as ranges inside a set: `\p{L}`."""
    ranges: list[list[int]] = []
    for code in range(end + 1):
        if unicodedata.category(chr(code)).startswith(category):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in ranges)
