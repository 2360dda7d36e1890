"""Schedule expressions. Source: docs/behaviour/codecommit-and-glue.md §13.3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.formats import schedules

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a Monday


def times(expression: str, count: int = 3, start: datetime = START) -> list[str]:
    def walk():
        moment = start
        while (moment := schedule.next_after(moment)) is not None:
            yield moment

    schedule = schedules.parse(expression)
    return [moment.strftime("%Y-%m-%d %H:%M") for moment in islice(walk(), count)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(5 minutes)", ["2026-01-05 09:05", "2026-01-05 09:10", "2026-01-05 09:15"]),
        ("rate(1 hour)", ["2026-01-05 10:00", "2026-01-05 11:00", "2026-01-05 12:00"]),
        ("cron(0 10 * * ? *)", ["2026-01-05 10:00", "2026-01-06 10:00", "2026-01-07 10:00"]),
        ("cron(15 12 * * ? *)", ["2026-01-05 12:15", "2026-01-06 12:15", "2026-01-07 12:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-01-05 18:00", "2026-01-06 18:00", "2026-01-07 18:00"]),
        ("cron(0 8 1 * ? *)", ["2026-02-01 08:00", "2026-03-01 08:00", "2026-04-01 08:00"]),
        ("cron(0/10 * ? * MON-FRI *)", ["2026-01-05 09:10", "2026-01-05 09:20", "2026-01-05 09:30"]),
        ("cron(0/30 20-2 ? * MON *)", None),
        ("cron(0 9 L * ? *)", ["2026-01-31 09:00", "2026-02-28 09:00", "2026-03-31 09:00"]),
        ("cron(0 9 ? * 6L *)", ["2026-01-30 09:00", "2026-02-27 09:00", "2026-03-27 09:00"]),
        ("cron(0 9 ? * 3#2 *)", ["2026-01-13 09:00", "2026-02-10 09:00", "2026-03-10 09:00"]),
        ("cron(0 9 ? * 2#5 *)", ["2026-03-30 09:00", "2026-06-29 09:00", "2026-08-31 09:00"]),
        ("cron(0 9 1W * ? *)", ["2026-02-02 09:00", "2026-03-02 09:00", "2026-04-01 09:00"]),
        ("cron(0 9 1W 8 ? *)", ["2026-08-03 09:00", "2027-08-02 09:00", "2028-08-01 09:00"]),
        ("cron(0 9 31W * ? *)", ["2026-01-30 09:00", "2026-03-31 09:00", "2026-05-29 09:00"]),
        ("cron(0 9 ? JAN,JUL SUN 2027)", ["2027-01-03 09:00", "2027-01-10 09:00", "2027-01-17 09:00"]),
        ("cron(0 9 30 2 ? *)", []),
        ("cron(0 9 5 1 ? 2026)", []),
    ],
)
def test_when_it_comes(expression: str, expected: list[str] | None):
    if expected is None:
        with pytest.raises(ValueError, match="ends before it starts"):
            times(expression)
    else:
        assert times(expression) == expected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("every minute", "not a schedule"),
        ("rate(1 minutes)", r"rate\(1 minute\)"),
        ("rate(5 minute)", r"rate\(5 minutes\)"),
        ("rate(0 minutes)", "1 or more"),
        ("rate(5 seconds)", "not a schedule"),
        ("cron(0 10 * * *)", "six fields"),
        ("cron(0 10 * * * *)", r"exactly one .* is \?"),
        ("cron(0 10 ? * ? *)", r"exactly one .* is \?"),
        ("cron(60 10 * * ? *)", "60 is not from 0 to 59"),
        ("cron(0 10 ? * FUN *)", "'FUN' is not a number"),
    ],
)
def test_what_is_wrong_is_said(expression: str, said: str):
    with pytest.raises(ValueError, match=said):
        schedules.parse(expression)


@given(
    st.integers(0, 59),
    st.integers(0, 23),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_a_daily_cron_comes_within_a_day_at_its_minute(minute: int, hour: int, moment: datetime):
    found = schedules.parse(f"cron({minute} {hour} * * ? *)").next_after(moment)
    assert found is not None
    assert (found.hour, found.minute, found.second) == (hour, minute, 0)
    assert timedelta(0) < found - moment <= timedelta(days=1)
