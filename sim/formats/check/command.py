"""What `codesuite check` does, as a function of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.core.problems import UsageError
from sim.formats.check import CODES, FORMATS, KINDS, Kind, Report, check_paths, chosen


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
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}")
    report = check_paths(paths, kind)
    problems = chosen(report.problems, wanted, unwanted)
    failed = any(problem.severity == "error" for problem in problems)
    return Answer(FORMATS[format](problems), _aside(report), failed)


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
            raise UsageError(f"{option} {part}: there is no such code; docs/checks.md lists them")
    return tuple(found)


def _aside(report: Report) -> str:
    looked_at = f"{report.files} file{'s' * (report.files != 1)} checked"
    if not report.others:
        return looked_at
    names = ", ".join(report.others[:3]) + (" …" if len(report.others) > 3 else "")
    return f"{looked_at}; of no known kind (--as KIND says which): {names}"


__all__ = ["Answer", "check"]
