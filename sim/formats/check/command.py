"""What `codesuite check` does, as a function of its arguments."""

from __future__ import annotations

import difflib
import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.core.problems import UsageError
from sim.formats.check import CODES, FORMATS, KINDS, STDIN, Kind, Report, check_paths, chosen
from sim.formats.check.guests import codes_of_guests, found_by_guests
from sim.formats.check.output import on_one_line

MAX_SHOWN = 120
"""Characters of a path in a message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is for standard output, `aside` for people beside it; `failed` when there is an error."""

    text: str
    aside: str
    failed: bool


def check(
    paths: Sequence[Path],
    format: str = "text",
    as_: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Answer:
    """Check files and folders. Raises UsageError for what cannot be asked."""
    if format not in FORMATS:
        raise UsageError(f"--format {format}: choose one of {', '.join(FORMATS)}")
    kind = _kind(as_)
    wanted, unwanted = _codes("--select", select), _codes("--ignore", ignore)
    for path in paths:
        _look_for(path)
    report = check_paths(paths, kind)
    if kind is None:
        report = _with_guests(report, paths)
    problems = chosen(report.problems, wanted, unwanted)
    failed = any(problem.severity == "error" for problem in problems)
    return Answer(FORMATS[format](problems), _aside(report), failed)


def _look_for(path: Path) -> None:
    """Raises UsageError when nothing can be there."""
    name = str(path) if len(str(path)) <= MAX_SHOWN else f"{str(path)[:MAX_SHOWN]}…"
    try:
        if path != STDIN:
            os.stat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UsageError(f"there is no file or folder {name}") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise UsageError(f"{name} cannot be looked at: {error.strerror}") from None
        # What is there and cannot be read is a finding about that file, beside those about the others.


def _with_guests(report: Report, paths: Sequence[Path]) -> Report:
    """The report, with the files that only guests know."""
    paths = [
        path for path in paths if path != STDIN and (os.path.isfile(path) or os.path.isdir(path))
    ]  # a pipe has been read, or would never end
    found = found_by_guests(paths)
    problems = (*report.problems, *(problem for rows in found.values() for problem in rows))
    others = tuple(other for other in report.others if other not in found)
    return replace(report, problems=problems, files=report.files + len(found), others=others)


def _kind(name: str | None) -> Kind | None:
    found = next((kind for kind in KINDS if kind == name), None)
    if name is not None and found is None:
        raise UsageError(f"--as {name}: choose one of {', '.join(KINDS)}")
    return found


def _codes(option: str, given: Sequence[str]) -> tuple[str, ...]:
    """Codes and beginnings of codes, also several with commas between them."""
    found = [part.strip().upper() for text in given for part in text.split(",") if part.strip()]
    for part in found:
        if not any(code.startswith(part) for code in CODES):
            _of_guests(option, part)
    return tuple(found)


def _of_guests(option: str, part: str) -> None:
    """Raises UsageError for what no code begins with, not even one of another package: these take time to load."""
    known = CODES | codes_of_guests()
    if any(code.startswith(part) for code in known):
        return
    close = difflib.get_close_matches(part[:MAX_SHOWN], [*known, *dict.fromkeys(map(_letters, known))], 3)
    same = [code for code in known if _letters(code) == _letters(part)]
    meant = close or same[:3]
    hint = (
        f"did you mean {', '.join(meant)}?"
        if meant
        else f"codes begin with {', '.join(dict.fromkeys(map(_letters, known)))}"
    )
    raise UsageError(f"{option} {part[:MAX_SHOWN]}: there is no such code ({hint}); docs/checks.md lists them")


def _letters(code: str) -> str:
    return code.rstrip("0123456789")


def _aside(report: Report) -> str:
    looked_at = f"{report.files} file{'s' * (report.files != 1)} checked"
    if not report.others:
        return looked_at
    names = ", ".join(on_one_line(other) for other in report.others[:3]) + (" …" if len(report.others) > 3 else "")
    return f"{looked_at}; of no known kind (--as KIND says which): {names}"


__all__ = ["Answer", "check"]
