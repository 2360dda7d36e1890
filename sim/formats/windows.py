"""The window of a DeploymentWindow rule: when a condition of a pipeline lets executions pass.

Source: docs/behaviour/codepipeline.md §12.1, and CodePipeline's rule reference: six fields from seconds to days of the
week, an optional year, and a time zone. The pages differ about seconds and months: what one of them allows, passes.
"""

from __future__ import annotations

import re

CRON = "0 0 9 ? * MON-FRI"
"""A window: what one looks like."""
_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAYS = "SUN|MON|TUE|WED|THU|FRI|SAT"
_FIELDS = (
    ("seconds", 0, 59, ""),
    ("minutes", 0, 59, ""),
    ("hours", 0, 23, ""),
    ("day of month", 1, 31, r"\?|L(-\d{1,2})?W?|LW|\d{1,2}W"),
    ("month", 0, 12, _MONTHS),
    ("day of week", 1, 7, rf"\?|L|{_DAYS}|([1-7]|{_DAYS})(L|#[1-5])"),
    ("year", 1970, 2199, ""),
)
"""(name, lowest and highest number, what else may stand there) of each field."""
ZONES = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
)
"""What names of time zones begin with."""


def cron_fault(text: str) -> str:
    """What is wrong with a Cron; "" when nothing is."""
    if text.startswith("cron("):
        return "is written as for EventBridge: here the fields stand alone, and seconds come first"
    fields = text.split()
    if len(fields) not in (6, 7):
        return f"has {len(fields)} fields, not 6 (seconds, minutes, hours, day of month, month, day of week) or 7"
    for field, (name, low, high, words) in zip(fields, _FIELDS, strict=False):
        wrong = next((part for part in field.split(",") if not _is_part(part, low, high, words)), None)
        if wrong is not None:
            return f"has {wrong[:40]!r} for the {name}, which is {low} to {high}" + (", or a name" if words else "")
    return ""


def _is_part(text: str, low: int, high: int, words: str) -> bool:
    """Whether a text may be one part of a field: a value, a range, or every so many."""
    if words and re.fullmatch(words, text, re.IGNORECASE):
        return True
    whole, slash, step = text.partition("/")
    if slash and not re.fullmatch(r"\d{1,4}", step):
        return False
    ends = whole.split("-")
    return whole == "*" or (len(ends) <= 2 and all(_is_value(end, low, high) for end in ends))


def _is_value(text: str, low: int, high: int) -> bool:
    if re.fullmatch(r"\d{1,4}", text):
        return low <= int(text) <= high
    names = {12: _MONTHS, 7: _DAYS}.get(high)
    return names is not None and re.fullmatch(names, text, re.IGNORECASE) is not None


def zone_fault(text: str) -> str:
    """What is wrong with a TimeZone; "" when nothing is. Cities are not looked up."""
    if re.fullmatch(r"(UTC|GMT)([+-]([01]?\d|2[0-3])(:[0-5]\d)?)?", text) or re.fullmatch("[A-Z][A-Z0-9]{1,7}", text):
        return ""
    region, slash, city = text.partition("/")
    if slash and region in ZONES and re.fullmatch(r"[\w+/-]+", city):
        return ""
    return "is none: UTC, Region/City, UTC+HH:MM or an abbreviation"


def fault(key: str, value: str) -> tuple[str, str]:
    """(what is wrong with a value of the rule's configuration, what to write instead); ("", "") when nothing is."""
    if key == "Cron":
        return cron_fault(value), f"such as {CRON}: at 9, from Monday to Friday"
    if key == "TimeZone":
        return zone_fault(value), "such as UTC, Europe/Berlin or UTC+02:00"
    return "", ""
