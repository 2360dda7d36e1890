"""What to write in place of a schedule that EventBridge refuses: each mend is one that it takes.

Source: docs/behaviour/codecommit-and-glue.md §13.3; fields and days of the week as in EventBridge's cron reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.formats import schedules

_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NAMED = {
    "@hourly": "rate(1 hour)",
    "@daily": "cron(0 0 * * ? *)",
    "@midnight": "cron(0 0 * * ? *)",
    "@weekly": "cron(0 0 ? * SUN *)",
    "@monthly": "cron(0 0 1 * ? *)",
    "@yearly": "cron(0 0 1 1 ? *)",
    "@annually": "cron(0 0 1 1 ? *)",
}
EXAMPLES = "such as rate(5 minutes) or cron(0 9 ? * MON-FRI *)"


def instead(expression: str) -> str:
    """The hint at a schedule that is refused."""
    text = expression.strip()[:256]
    if re.search(r"\d\s*(s|sec|secs|second|seconds)\b", text, re.IGNORECASE):
        return "write rate(1 minute): EventBridge starts nothing more often"
    if text.lower().startswith("at("):
        return (
            "at(…) is for EventBridge Scheduler: write a date as in cron(30 14 24 12 ? 2027): 24 December 2027, 14:30"
        )
    for mend in _mends(text):
        try:
            schedules.parse(mend)
        except ValueError:
            continue
        return f"write {mend}"
    return _fields(text)


def _fields(text: str) -> str:
    """The hint at six fields of which one is wrong; at anything else, examples."""
    found = re.fullmatch(r"cron\((.*)\)", text)
    fields = found[1].split() if found is not None else []
    if len(fields) != 6:
        return EXAMPLES
    if "?" not in fields and "*" not in (fields[2], fields[4]):
        one, other = ([*fields[:4], "?", fields[5]], [*fields[:2], "?", *fields[3:]])
        return f"write {_cron(one)} or {_cron(other)}; if both are meant, make two rules"
    return "minutes are 0-59, hours 0-23, days of the month 1-31, months 1-12, days of the week SUN-SAT, then the year"


def _mends(text: str) -> Iterator[str]:
    if text.lower() in _NAMED:
        yield _NAMED[text.lower()]
    bare = re.sub(r"^\s*(cron|rate)\s*", "", text, flags=re.IGNORECASE).strip()
    bare = bare.strip("()").strip()
    found = re.fullmatch(r"(?:every\s+)?(\d{1,9})\s*-?\s*([mhdw])[a-z]*", bare, re.IGNORECASE)
    if found is not None:
        yield _rate(int(found[1]), _UNITS[found[2].lower()])
    fields = bare.split()
    if len(fields) == 7:
        fields = fields[1:]  # other programs begin with seconds
    if len(fields) == 5:
        yield _cron([*fields[:4], _week(fields[4]), "*"])
    if len(fields) == 6:
        yield _cron(fields)
        yield _cron([*fields[:4], _week(fields[4]), fields[5]])
        if re.fullmatch(r"\?|[A-Za-z]{3}.*", fields[5]):
            yield _cron([*fields[1:5], _week(fields[5]), "*"])


def _rate(count: int, unit: str) -> str:
    count, unit = (count * 7, "day") if unit == "week" else (count, unit)
    return f"rate({count} {unit if count == 1 else unit + 's'})"


def _cron(fields: list[str]) -> str:
    """With exactly one ? of the day of the month and the day of the week, if one of them is every day."""
    minutes, hours, dates, months, weekdays, year = fields
    if dates == weekdays == "?":
        dates = "*"
    elif "?" not in (dates, weekdays):
        if weekdays == "*":
            weekdays = "?"
        elif dates == "*":
            dates = "?"
    return f"cron({minutes} {hours} {dates} {months} {weekdays.upper()} {year})"


def _week(field: str) -> str:
    """Days of the week as crontab counts them, from 0 or 7 for Sunday on, by their names."""
    if re.fullmatch(r"[0-7](?:[,-][0-7])*", field) is None:
        return field
    return re.sub("[0-7]", lambda found: _DAYS[int(found[0]) % 7], field)


def week_by_number(expression: str) -> tuple[str, str] | None:
    """A schedule for the days 1-5, which crontab calls Monday to Friday: as that, and as what EventBridge does."""
    fields = re.sub(r"^cron\(|\)$", "", expression).split()
    if len(fields) != 6 or fields[4] not in ("1-5", "1,2,3,4,5"):
        return None
    return _cron([*fields[:4], "MON-FRI", fields[5]]), _cron([*fields[:4], "SUN-THU", fields[5]])
