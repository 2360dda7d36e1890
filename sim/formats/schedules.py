"""EventBridge's schedule expressions: `rate(5 minutes)` and `cron(0 10 * * ? *)`.

Source: docs/behaviour/codecommit-and-glue.md §13.3. Times are UTC; cron has minute precision.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 1970, 2199

_RATE = re.compile(r"rate\((\d+) (minutes?|hours?|days?)\)")
_CRON = re.compile(r"cron\((.*)\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so often, from when the rule was made or enabled."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime | None:
        return moment + self.every


@dataclass(frozen=True, slots=True)
class Days:
    """Which days of a month: `numbers` by their date or, with `weekly`, by day of the week (Sunday is 1).

    `last` is the last day of the month or, with `weekly`, the last such weekday; `nearest` takes the weekday nearest
    to that date; `nth` is (day of the week, which one in the month).
    """

    weekly: bool
    numbers: frozenset[int] = frozenset()
    last: bool = False
    nearest: int | None = None
    nth: tuple[int, int] | None = None

    def of(self, year: int, month: int) -> list[int]:
        """The dates in that month, in order."""
        length = monthrange(year, month)[1]
        dates = range(1, length + 1)
        if self.nearest is not None:
            return [_nearest_weekday(year, month, min(self.nearest, length))] if self.nearest <= length else []
        if not self.weekly:
            return [length] if self.last else [date for date in dates if date in self.numbers]
        if self.nth is not None:
            day, which = self.nth
            fitting = [date for date in dates if _day_of_week(year, month, date) == day]
            return fitting[which - 1 : which]
        fitting = [date for date in dates if _day_of_week(year, month, date) in self.numbers]
        return fitting[-1:] if self.last else fitting


@dataclass(frozen=True, slots=True)
class Cron:
    """At the minutes that fit all six fields."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: Days
    months: frozenset[int]
    years: frozenset[int]

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after that moment; None when none comes."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for year, month in self._months_from(start):
            for date in self.days.of(year, month):
                for hour in self.hours:
                    for minute in self.minutes:
                        found = datetime(year, month, date, hour, minute, tzinfo=UTC)
                        if found >= start:
                            return found
        return None

    def _months_from(self, start: datetime) -> Iterator[tuple[int, int]]:
        for year in range(start.year, LAST_YEAR + 1):
            if year in self.years:
                for month in range(start.month if year == start.year else 1, 13):
                    if month in self.months:
                        yield year, month


Schedule = Rate | Cron


def parse(expression: str) -> Schedule:
    """A schedule from its text. Raises ValueError that says what is wrong with it."""
    rate = _RATE.fullmatch(expression)
    if rate:
        return _rate(int(rate.group(1)), rate.group(2))
    cron = _CRON.fullmatch(expression)
    if cron:
        return _cron(cron.group(1).split())
    raise ValueError(f"{expression!r} is not a schedule; write one like rate(5 minutes) or cron(0 10 * * ? *)")


def _rate(count: int, unit: str) -> Rate:
    if count == 0:
        raise ValueError("a rate is 1 or more")
    if (count == 1) == unit.endswith("s"):
        raise ValueError("one minute is written `rate(1 minute)`, more are written `rate(5 minutes)`")
    return Rate(count * _UNITS[unit.removesuffix("s")])


def _cron(fields: list[str]) -> Cron:
    if len(fields) != 6:
        raise ValueError("cron has six fields: minutes, hours, day of month, month, day of week, year")
    minutes, hours, dates, months, weekdays, years = fields
    if (dates == "?") == (weekdays == "?"):
        raise ValueError("cron: exactly one of day of month and day of week is ?")
    return Cron(
        tuple(sorted(_numbers(minutes, 0, 59))),
        tuple(sorted(_numbers(hours, 0, 23))),
        _dates(dates) if weekdays == "?" else _weekdays(weekdays),
        _numbers(months, 1, 12, _MONTHS),
        _numbers(years, FIRST_YEAR, LAST_YEAR),
    )


def _dates(text: str) -> Days:
    if text == "L":
        return Days(weekly=False, last=True)
    if text.endswith("W") and text[:-1].isdigit():
        return Days(weekly=False, nearest=_within(int(text[:-1]), 1, 31))
    return Days(weekly=False, numbers=_numbers(text, 1, 31))


def _weekdays(text: str) -> Days:
    if text == "L":
        return Days(weekly=True, numbers=frozenset((7,)))
    if text.endswith("L"):
        return Days(weekly=True, numbers=frozenset((_number(text[:-1], 1, 7, _DAYS),)), last=True)
    day, hash_, which = text.partition("#")
    if hash_:
        return Days(weekly=True, nth=(_number(day, 1, 7, _DAYS), _number(which, 1, 5)))
    return Days(weekly=True, numbers=_numbers(text, 1, 7, _DAYS))


def _numbers(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    """The numbers of a field such as `*`, `1,15`, `MON-FRI` or `0/5`."""
    found: dict[int, None] = {}
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span == "*" else _number(first, low, high, names)
        end = _number(last, low, high, names) if dash else high if slash or span == "*" else start
        if end < start:
            raise ValueError(f"cron: {part} ends before it starts")
        stride = _number(step, 1, high) if slash else 1
        found.update(dict.fromkeys(range(start, end + 1, stride)))
    return frozenset(found)


def _number(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> int:
    if text.upper() in names:
        return names.index(text.upper()) + 1
    if not text.isdigit() or not text.isascii():
        raise ValueError(f"cron: {text!r} is not a number from {low} to {high}{' or a name' if names else ''}")
    return _within(int(text), low, high)


def _within(number: int, low: int, high: int) -> int:
    if not low <= number <= high:
        raise ValueError(f"cron: {number} is not from {low} to {high}")
    return number


def _day_of_week(year: int, month: int, date: int) -> int:
    """1 is Sunday, 7 Saturday."""
    return datetime(year, month, date, tzinfo=UTC).isoweekday() % 7 + 1


def _nearest_weekday(year: int, month: int, date: int) -> int:
    """Monday to Friday, nearest to that date, in the same month."""
    day, length = _day_of_week(year, month, date), monthrange(year, month)[1]
    if day == 7:
        return date - 1 if date > 1 else date + 2
    if day == 1:
        return date + 1 if date < length else date - 2
    return date
