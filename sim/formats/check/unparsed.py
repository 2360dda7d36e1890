"""Files that somebody names and that are of no known kind: whether they can be read at all as what their name says.

A file of a folder may be anything. Of one that is named, silence would say that it has been checked.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from sim.core.problems import Problem, ProblemsError
from sim.formats.check.kinds import is_rendered
from sim.formats.nodes import Repeated, compose
from sim.formats.text import strict_json

BROKEN = ("YAML101", "YAML110")
"""Codes of what is no YAML and no JSON; whatever else is strange may have its use for another program."""


def unparsed(text: str, name: str) -> list[Problem]:
    """Why a text is not what the end of its name says; nothing for dialects, and for what is filled in first."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".json", ".yml", ".yaml") or not text.strip() or is_rendered(text):
        return []
    repeated: Repeated = []
    try:
        if suffix == ".json":
            strict_json(text, name)
        else:
            compose(text, name, repeated)
    except ProblemsError as error:
        found = [problem for problem in error.problems if problem.code in BROKEN]
        of_others = _is_dialect(text) if suffix == ".json" else any("single document" in one.message for one in found)
        return [] if of_others else found
    return []


def _is_dialect(text: str) -> bool:
    """Whether a text is JSON with comments and commas too many, as editors have it, or JSON line by line."""
    plain = _COMMA.sub(_without, _COMMENT.sub(_without, text))
    return _is_json(plain) or all(_is_json(line) for line in text.splitlines() if line.strip())


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)


def _without(found: re.Match[str]) -> str:
    return found[1] or " "
