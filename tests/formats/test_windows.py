"""Windows of DeploymentWindow rules."""

from __future__ import annotations

import pytest

from sim.formats.check import check_text
from sim.formats.windows import CRON, cron_fault, zone_fault
from tests.formats.check.cases import FIRST, LAST, V2, pipeline


@pytest.mark.parametrize(
    "cron",
    [
        CRON,
        "* * 9-17 ? * MON-FRI",
        "0 0/15 9-17 ? * MON-FRI *",
        "0 */5 10,12 1,15 JAN-MAR ? 2026-2028",
        "0 0 0 L * ?",
        "0 0 0 L-3 * ?",
        "0 0 0 LW * ?",
        "0 0 0 15W * ?",
        "0 0 0 ? * 6#3",
        "0 0 0 ? * friL",
        "0 0 0 ? 0-11 1,7",
    ],
)
def test_crons_that_are_taken(cron: str) -> None:
    assert cron_fault(cron) == ""


@pytest.mark.parametrize(
    ("cron", "fault"),
    [
        ("0 9 * * 1", "has 5 fields, not 6"),
        ("cron(0 9 ? * MON-FRI *)", "is written as for EventBridge"),
        ("", "has 0 fields"),
        ("0 0 25 ? * MON", "has '25' for the hours, which is 0 to 23"),
        ("0 60 9 ? * MON", "has '60' for the minutes"),
        ("0 0 9 32 * ?", "has '32' for the day of month"),
        ("0 0 9 ? JANUARY MON", "has 'JANUARY' for the month, which is 0 to 12, or a name"),
        ("0 0 9 ? * MON-FRY", "has 'MON-FRY' for the day of week"),
        ("0 0 9 ? * 8", "has '8' for the day of week"),
        ("0 0 9 ? * JAN", "has 'JAN' for the day of week"),
        ("0 0 9 ? * MON 26", "has '26' for the year"),
        ("0 0/x 9 ? * MON", "has '0/x' for the minutes"),
        ("0 0 9- ? * MON", "has '9-' for the hours"),
    ],
)
def test_crons_that_are_not(cron: str, fault: str) -> None:
    assert cron_fault(cron).startswith(fault)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "UTC+02:00", "UTC-8", "PST", "EST5EDT"]
)
def test_zones_that_are_taken(zone: str) -> None:
    assert zone_fault(zone) == ""


@pytest.mark.parametrize("zone", ["Nowhere/City", "Berlin", "UTC+25:00", "Europe/", "europe/Berlin", "+02:00", ""])
def test_zones_that_are_not(zone: str) -> None:
    assert zone_fault(zone).startswith("is none")


def test_a_window_in_a_pipeline_is_looked_at() -> None:
    kind = "ruleTypeId: {category: Rule, owner: AWS, provider: DeploymentWindow, version: '1'}"
    rule = f"{{name: r, {kind}, configuration: {{Cron: '0 9 * * 1', TimeZone: Nowhere/City}}}}"
    last = LAST[:-1] + f", beforeEntry: {{conditions: [{{result: FAIL, rules: [{rule}]}}]}}}}"
    problems = check_text(pipeline(FIRST, last, more=V2), "pipeline.yml", "pipeline")
    assert [problem.code for problem in problems] == ["PL125", "PL125"]
    assert problems[0].message.startswith("Cron of rule r has 5 fields")
