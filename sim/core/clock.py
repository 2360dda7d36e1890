"""Virtual time: integer milliseconds since the start of a world, and durations as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

START = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)
"""Where the calendar stands at time 0 when a scenario does not say."""
_FIRST_YEAR, _LAST_YEAR = 1971, 2999

LONGEST = 3650 * DAY
"""No duration is longer, so that every time has a date."""

_UNITS = {"ms": 1, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
_BARE = re.compile(rf"\s*{_NUMBER}\s*")
_PART = re.compile(rf"({_NUMBER})\s*(ms|s|m|h|d)\s*")
_WHOLE = re.compile(rf"\s*(?:{_PART.pattern})+")


def parse_duration(text: str | int | float) -> int:
    """Milliseconds of "90s", "1h30m", "7d", "250ms", "0". A bare number is seconds.

    Raises ValueError, with the forms that are understood, for anything else, and for more than ten years.
    """
    if isinstance(text, str):
        ms = _parse(text)
    elif isinstance(text, bool) or not isinstance(text, int | float) or not 0 <= text < float("inf"):
        raise ValueError(f"{text!r} is not a duration; a duration is 0 or more")
    else:
        ms = text * SECOND
    if ms > LONGEST:
        raise ValueError(f"{text!r} is too long; the longest duration is {LONGEST // DAY}d")
    return round(ms)


def _parse(text: str) -> float:
    if _BARE.fullmatch(text):
        return float(text) * SECOND
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration; write one like 90s, 1h30m or 7d")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def format_duration(ms: int) -> str:
    """The shortest spelling people read at once: 90s is "1m30s", 250 ms is "0.25s"."""
    if ms < MINUTE:
        return f"{ms / SECOND:g}s"
    parts = []
    rest = (ms + SECOND // 2) // SECOND
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def parse_start(text: str) -> datetime:
    """An ISO 8601 date and time, in UTC when it names no zone. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date and time; write one like 2026-01-05T09:00:00Z") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"{text!r} is not a date from {_FIRST_YEAR} to {_LAST_YEAR}")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def moment(start: datetime, ms: int) -> datetime:
    """The calendar time `ms` milliseconds after `start`."""
    return start + timedelta(milliseconds=ms)


def iso(start: datetime, ms: int) -> str:
    """ISO 8601 in UTC with whole seconds, as EventBridge's envelope writes it."""
    return moment(start, ms).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(ms: int | None) -> float | None:
    """Seconds since the start, as results give times; None stays None."""
    return None if ms is None else ms / SECOND
