"""Checks of the files people write: every finding with its line and the mend.

`check_text` looks at one text, `check_paths` at files and folders, where files are also held against each other.
Whatever the bytes are, the answer is a list of Problems: never an exception.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.core.problems import Problem, ProblemsError
from sim.formats.check.across import check_across
from sim.formats.check.appspec import hinted
from sim.formats.check.codes import CODES
from sim.formats.check.documents import tags
from sim.formats.check.files import walk
from sim.formats.check.kinds import (
    KINDS,
    Kind,
    is_rendered,
    kind_of_name,
    kind_of_root,
    kind_of_text,
    looks_like_one,
    possible_kind,
    settled,
    top_keys,
)
from sim.formats.check.long_forms import in_json, in_long_form
from sim.formats.check.output import FORMATS
from sim.formats.check.reading import Checked, check_root
from sim.formats.check.unparsed import unparsed
from sim.formats.nodes import Mapping, Repeated, compose, twice
from sim.formats.text import MAX_BYTES, decode, read_bytes, read_text, strict_json

STDIN = Path("-")
"""Stands for what is given at standard input; a file of that name is ./-."""
MAX_FINDINGS = 200
"""A file shows so many findings; more help nobody."""
MAX_MESSAGE = 600
"""Characters of a message or hint."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `files` counts the files that are of some kind, or of none that can be read.

    `others` names given files that are of no kind.
    """

    problems: tuple[Problem, ...] = ()
    files: int = 0
    others: tuple[str, ...] = ()
    kinds: dict[str, Kind] = field(default_factory=dict)


def check_text(text: str, name: str, kind: Kind | None = None) -> list[Problem]:
    """Every finding in a text. `name` is its path; without a kind, the name and the text say what it is."""
    checked = _check(text, name, kind)
    return [] if checked is None else _first(checked.problems)


def check_paths(paths: SequenceABC[Path], kind: Kind | None = None) -> Report:
    """Every finding in files and folders, sorted by place. A folder's files are held against each other too."""
    found: list[Checked] = []
    others: list[str] = []
    unread: list[Problem] = []
    unparsed_files = 0
    seen: set[Path] = set()
    for given in paths:
        is_folder = os.path.isdir(given) and given != STDIN
        here: list[Checked] = []
        for path in walk(given, lambda error: unread.append(_unread(error))) if is_folder else (given,):
            if path in seen:
                continue
            seen.add(path)
            checked = _check_file(path, kind, named=not is_folder)
            if checked is not None:
                here.append(checked)
            elif not is_folder:
                broken = _broken(path)
                unread.extend(broken)
                unparsed_files += bool(broken)
                others += [] if broken else [str(path)]
        if is_folder:
            by_name = {one.name: one for one in here}
            for problem in check_across(here, given):
                of_file = by_name[problem.path].problems
                less = _SAYS_LESS.get(problem.code)
                of_file[:] = [one for one in of_file if one.code != less or one.line != problem.line]
                of_file.append(problem)
        found += here
    told = {_place(problem) for one in found for problem in one.problems if problem.path == one.name}
    for one in found:
        # What a file that stands on another finds there is told once, with the other.
        one.problems[:] = [it for it in one.problems if it.path == one.name or _place(it) not in told]
    problems = [*unread, *(problem for one in found for problem in _first(one.problems))]
    kinds = {one.name: one.kind for one in found}
    return Report(tuple(problems), len(found) + unparsed_files, tuple(others), kinds)


_SAYS_LESS = {"PL211": "PL202"}
"""Code of what is sure once several files are known -> that of what one file alone lets fear, on the same line."""


def _unread(error: OSError) -> Problem:
    """A folder that cannot be looked into."""
    message = f"cannot be read: {error.strerror or error}"
    hint = "give the right to read the folder, or name the files and folders that are to be checked"
    return Problem(str(error.filename), 0, 0, "error", "YAML112", message, hint)


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.path, problem.line, problem.column, problem.code


def chosen(problems: Iterable[Problem], select: SequenceABC[str] = (), ignore: SequenceABC[str] = ()) -> list[Problem]:
    """The findings whose code begins with one of `select` (all, without any) and with none of `ignore`."""
    return [
        problem
        for problem in problems
        if (not select or problem.code.startswith(tuple(select))) and not problem.code.startswith(tuple(ignore))
    ]


def _check_file(path: Path, kind: Kind | None, named: bool) -> Checked | None:
    """The findings of a file; None when it is of no kind."""
    name = "<stdin>" if path == STDIN else str(path)
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1) if path == STDIN else read_bytes(path, name)
    except ProblemsError as error:
        guess = kind or possible_kind(name) or ("template" if named else None)
        return None if guess is None else Checked(path, name, guess, None, "", list(error.problems))
    return _check_bytes(content, name, kind, path)


def _broken(path: Path) -> list[Problem]:
    """Why a file that is of no known kind is not what its name says; the file can be read."""
    if path == STDIN or not path.is_file():
        return []
    try:
        return _first(unparsed(read_text(path), str(path)))
    except ProblemsError:
        return []  # too large, or in an encoding of its own


def _check_bytes(content: bytes, name: str, kind: Kind | None, path: Path) -> Checked | None:
    try:
        text = decode(content, name)
    except ProblemsError as error:
        # What cannot be read as text may still show what it is by its name, or by what can be read of it.
        bare = content.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
        guess = kind or _guess(name, bare.decode("utf-8", "replace"))
        return None if guess is None else Checked(path, name, guess, None, "", list(error.problems))
    return _check(text, name, kind, path)


def _guess(name: str, text: str) -> Kind | None:
    """What a text that cannot be read may be; None also for what another program must fill in first."""
    own = kind_of_name(name)
    if own is not None or is_rendered(text, name):
        return own
    if not re.search(r"^\s*[^#\s]", text, re.MULTILINE):
        return possible_kind(name)
    return kind_of_name(name, top_keys(text)) or kind_of_text(text)


def _check(text: str, name: str, kind: Kind | None, path: Path | None = None) -> Checked | None:
    if kind is None and possible_kind(name) is None and not looks_like_one(text):
        return None
    path = Path(name) if path is None else path
    if len(text) > MAX_BYTES:
        return _check_bytes(text.encode("utf-8", "replace"), name, kind, path)
    repeated: Repeated = []
    try:
        if path.suffix.lower() == ".json":
            strict_json(text, name)
        root = compose(text, name, repeated)
    except ProblemsError as error:
        guess = kind or _guess(name, text)
        problems = [hinted(one, text) if guess == "appspec" else one for one in error.problems]
        return None if guess is None else Checked(path, name, guess, None, text, problems)
    keys = root.keys() if isinstance(root, Mapping) else ()
    found = kind or settled(kind_of_name(name, keys), kind_of_root(root), keys)
    if found is None:
        return None
    problems = check_root(found, root, text, path, name)
    last_counts = found in ("appspec", "eventpattern")  # AWS's parsers of the others are not known to take the last
    problems += [twice(first, again, last_counts) for first, again in repeated]
    if found not in ("template", "scenario"):
        problems += tags(root)
    return Checked(path, name, found, root, text, problems)


def _short(problem: Problem) -> Problem:
    """With a message and a hint that fit on a screen, and say nothing that the file's language has not."""
    if problem.code.startswith(("CF", "IAM", "EP")) and problem.path.lower().endswith(".json"):
        problem = replace(problem, hint=in_long_form(problem.hint))
    if problem.code.startswith("PL") and problem.path.lower().endswith(".json"):
        problem = replace(problem, hint=in_json(in_long_form(problem.hint)))
    message, hint = (text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…" for text in _texts(problem))
    return problem if (message, hint) == _texts(problem) else replace(problem, message=message, hint=hint)


def _texts(problem: Problem) -> tuple[str, str]:
    return problem.message, problem.hint


def _first(problems: list[Problem]) -> list[Problem]:
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: (problem.line, problem.column, problem.code))
    if len(ordered) <= MAX_FINDINGS:
        return [_short(problem) for problem in ordered]
    last = ordered[MAX_FINDINGS]
    message = f"{len(ordered) - MAX_FINDINGS} more findings in this file are not shown"
    rest = Problem(
        last.path, last.line, last.column, "warning", "YAML203", message, "mend the first ones, and look again"
    )
    errors = [problem for problem in ordered[MAX_FINDINGS:] if problem.severity == "error"][:1]
    return [*map(_short, [*ordered[:MAX_FINDINGS], *errors]), rest]


__all__ = [
    "CODES",
    "FORMATS",
    "KINDS",
    "STDIN",
    "Kind",
    "Report",
    "check_paths",
    "check_text",
    "chosen",
]
