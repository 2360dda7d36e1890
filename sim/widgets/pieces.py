"""What several views share: their modules and styles joined, and a run as bars and sentences, in plain values."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis import plots
from sim.analysis.story import BAD, clock

if TYPE_CHECKING:
    from sim.analysis.explain import Explanation, Line
    from sim.analysis.story import Moment

STATIC = Path(__file__).parent / "static"
MOST_LINES = 300
"""So many decisions of one thing are sent to a browser."""
MOST_ROWS = 150
"""So many rows of bars are shown."""
INDENT = 3
"""So many spaces before a row's label say that it is part of the row above."""


def joined(*files: Path) -> str:
    """Those files as one text: a view's module, or its style, is what all share and its own."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def module(file: Path) -> str:
    """The ES module of a view: `pieces.js`, and that file."""
    return joined(STATIC / "pieces.js", file)


def style(file: Path) -> str:
    """The style of a view: `pieces.css`, and that file."""
    return joined(STATIC / "pieces.css", file)


def sentence(error: Exception) -> str:
    """An error as a sentence; a path that it begins with stays as it is written."""
    text = str(error).strip()
    first = text.split(maxsplit=1)[0] if text else ""
    if not any(sign in first for sign in ".[=/'") and "\n" not in text:
        text = f"{text[:1].upper()}{text[1:]}"
    return text if text.endswith((".", "?", "!", ")")) else f"{text}."


def bars(result: dict[str, Any]) -> dict[str, Any]:
    """The timeline of a run, as `plots.timeline` draws it.

    {"last": s, "marks": [[s, text]], "rows": [{"label", "depth", "note", "bars": [[start s, end s, status, told]]}],
    "more": how many rows are left out}
    """
    last = plots.last_moment(result)
    whole = last * plots.MARGIN
    marks = [[place, clock(round(place * 1000))] for place in plots.marks(whole)]
    rows = plots.rows(result)
    shown = [_row(row) for row in rows[:MOST_ROWS]]
    return {"last": whole, "marks": marks, "rows": shown, "more": max(0, len(rows) - MOST_ROWS)}


def _row(row: plots.Row) -> dict[str, Any]:
    label = row.label.lstrip()
    shown = [[bar.start, bar.end, bar.status, _told(bar)] for bar in row.bars]
    return {"label": label, "depth": (len(row.label) - len(label)) // INDENT, "note": row.note, "bars": shown}


def _told(bar: plots.Bar) -> str:
    return f"{bar.status} from {clock(round(bar.start * 1000))} to {clock(round(bar.end * 1000))}"


def explained(explanations: Iterable[Explanation]) -> list[dict[str, Any]]:
    """Explanations as a view shows them. `main` are the decisions of the thing itself and all that went badly; of a
    large fleet only these are sent, up to a limit. `count` is how many there are."""
    return [_explained(one) for one in explanations]


def _explained(one: Explanation) -> dict[str, Any]:
    lines = one.lines
    if len(lines) > MOST_LINES:
        lines = [line for line in lines if _is_main(line)][:MOST_LINES]
    return {"title": one.title, "lines": [_line(line) for line in lines], "count": len(one.lines)}


def _is_main(line: Line) -> bool:
    return line.depth == 0 or line.outcome in BAD


def _line(line: Line) -> dict[str, Any]:
    return {
        "at": clock(line.time),
        "depth": line.depth,
        "subject": line.subject,
        "outcome": line.outcome,
        "text": line.text,
        "basis": line.basis,
        "source": line.source,
        "bad": line.outcome in BAD,
        "main": _is_main(line),
    }


def moments(told: Iterable[Moment]) -> list[dict[str, Any]]:
    """What happened when, as a view shows it."""
    return [
        {"at": clock(one.time), "depth": max(0, one.depth), "text": one.text, "bad": one.status in BAD} for one in told
    ]
