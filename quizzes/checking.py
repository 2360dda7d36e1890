"""Question banks for `codesuite check`: found by what stands in them, in files and folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from quizzes.bank import check_bank, load
from quizzes.codes import CODES, KIND, SOURCE
from sim.core.problems import Problem, ProblemsError
from sim.formats.check.files import walk
from sim.formats.text import MAX_BYTES, decode

_BANK = re.compile(rb"^[\"'{ ]*schema[\"']?\s*:\s*[\"']?codesuite-quiz/", re.MULTILINE)


def check(paths: Sequence[Path]) -> dict[str, list[Problem]]:
    """Every finding in the banks among these files and folders: {path: findings}."""
    found: dict[str, list[Problem]] = {}
    for given in paths:
        for path in walk(given) if given.is_dir() else (given,):
            text = _bank(path)
            if text is not None:
                found[str(path)] = check_bank(text, str(path), load().misconceptions)
    return found


def _bank(path: Path) -> str | None:
    """The text of a bank; None for what is none, or cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return decode(content, str(path)) if _BANK.search(content) else None
    except (OSError, ProblemsError):
        return None


__all__ = ["CODES", "KIND", "SOURCE", "check"]
