"""Whether a name is another one with a slip of the finger in it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MAX_LENGTH = 128
"""Characters of a name that are looked at."""
MAX_NAMES = 100
"""So many names are held against one."""


def misspelled(text: str, known: Iterable[str], most: int = MAX_NAMES) -> str | None:
    """The known name that differs from this one by a slip: a letter too many, too few, another, or two exchanged.

    Names that differ in a digit or a sign, such as web-1 and web-2, or in a whole word, are meant as they are.
    """
    for name in islice(known, most):
        if min(len(text), len(name)) >= 4 and max(len(text), len(name)) <= MAX_LENGTH and _is_slip(text, name):
            return name
    return None


def _is_slip(text: str, name: str) -> bool:
    if text.lower() == name.lower():
        return text != name
    start = 0
    while start < min(len(text), len(name)) and text[start] == name[start]:
        start += 1
    end = 0
    while end < min(len(text), len(name)) - start and text[-1 - end] == name[-1 - end]:
        end += 1
    one, other = text[start : len(text) - end], name[start : len(name) - end]
    letters = (one + other).isalpha()
    return letters and (max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1]))
