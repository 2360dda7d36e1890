from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.clock import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    SECOND,
    START,
    format_duration,
    iso,
    moment,
    parse_duration,
    parse_start,
    seconds,
)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90s", 90 * SECOND),
        ("1h30m", 90 * MINUTE),
        ("1h 30m", 90 * MINUTE),
        (" 2d 3h ", 2 * DAY + 3 * HOUR),
        ("7d", 7 * DAY),
        ("250ms", 250),
        ("1.5s", 1_500),
        ("0.1s", 100),
        ("0s", 0),
        ("0", 0),
        ("90", 90 * SECOND),
        (90, 90 * SECOND),
        (0.25, 250),
        ("3650d", LONGEST),
    ],
)
def test_durations_as_people_write_them(text: Any, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "s", "-1s", "1 0s", "1h30", "90sec", "1,5s", "1e3s", "٣s", "1s;", "PT5M", "ten minutes", "true"),
        *(-1, -0.5, float("inf"), float("nan"), True, False),
    ],
)
def test_what_is_no_duration_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["3651d", "3650d1ms", "9" * 12 + "d", 1e300, "999999999999"])
def test_a_duration_has_a_limit(text: Any) -> None:
    with pytest.raises(ValueError, match="too long; the longest duration is 3650d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["9" * 400 + "d", "9" * 5000, "1s" * 20_000 + "!"])
def test_hostile_durations_are_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0s"),
        (250, "0.25s"),
        (59_999, "59.999s"),
        (90 * SECOND, "1m30s"),
        (HOUR, "1h"),
        (DAY + MINUTE, "1d1m"),
        (119_500, "2m"),
        (60_500, "1m1s"),
    ],
)
def test_durations_as_people_read_them(ms: int, text: str) -> None:
    assert format_duration(ms) == text


@given(st.integers(0, LONGEST // SECOND))
def test_whole_seconds_come_back_as_they_were(count: int) -> None:
    assert parse_duration(format_duration(count * SECOND)) == count * SECOND


def test_the_calendar() -> None:
    assert iso(START, 90 * SECOND + 999) == "2026-01-05T09:01:30Z"
    assert moment(START, 1) == datetime(2026, 1, 5, 9, 0, 0, 1000, tzinfo=UTC)
    assert (seconds(1_500), seconds(None)) == (1.5, None)


@pytest.mark.parametrize(
    "text", ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00", "2026-03-01 10:00", "2026-03-01T12:00:00+02:00"]
)
def test_a_start_is_kept_in_utc(text: str) -> None:
    start = parse_start(text)
    assert start == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert start.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-13-01", "9999-12-31", "0001-01-01T00:00:00+10:00", "1969-12-31"]
)
def test_what_is_no_start_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_start(text)


def test_every_time_has_a_date() -> None:
    latest = parse_start("2999-12-31T23:59:59-12:00")
    assert moment(latest, 100 * LONGEST).year > 3900
