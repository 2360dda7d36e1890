"""What a bank points at is there: pages, days, lines, scenarios, paths, families, statuses."""

from datetime import date

import pytest

from quizzes.bank import check_bank
from quizzes.dangling import dangling
from tests.quizzes.test_bank import COMMON, HEAD, SINGLE

PROVED = """  proof:
    scenario: fleet
    changes: {parameters.FleetSize: 4}
    claims:
      agent: "deployments[0].status == 'Succeeded'"
      service: "deployments[0].status == 'Failed'"
"""
GENERATED = """- {id: monday, type: generated, family: codedeploy.batch-size, seed: 4}
"""


def found(text: str) -> list[str]:
    """Errors as `code line`, the line as text."""
    lines = text.splitlines()
    problems = [one for one in check_bank(text, "mine.yml") if one.severity == "error"]
    return [f"{one.code}: {lines[one.line - 1].strip()} | {one.message}" for one in problems]


def test_a_bank_whose_pointers_lead_somewhere_has_no_errors() -> None:
    assert found(HEAD + SINGLE + COMMON + PROVED + GENERATED) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('["https', '["docs/behaviour/codedeploy.md §99", "https', "QB050", "refs:"),
        ('["https', '["docs/behaviour/codestar.md §1", "https', "QB050", "refs:"),
        ("checked: 2026-11-23", "checked: 2999-01-01", "QB051", "currency:"),
        ("  explain:", '  course: {line: 9999, answer: "CodeDeploy"}\n  explain:', "QB052", "course:"),
        ("scenario: fleet", "scenario: flete", "QB053", "scenario: flete"),
        ("parameters.FleetSize: 4", "'timeline[99].at': 1m", "QB054", "changes:"),
        ("family: codedeploy.batch-size", "family: codedeploy.batch-syze", "QB055", "- {id: monday"),
        ("== 'Succeeded'", "== 'Suceeded'", "QB056", "agent:"),
    ],
)
def test_a_pointer_that_leads_nowhere_is_an_error_at_its_line(old: str, new: str, code: str, line: str) -> None:
    text = HEAD + SINGLE + COMMON + PROVED + GENERATED
    assert old in text
    (error,) = found(text.replace(old, new, 1))
    assert error.startswith(f"{code}: {line}")


def test_a_day_is_in_the_future_of_a_given_day() -> None:
    from quizzes.bank import read_text

    reading = read_text(HEAD + SINGLE + COMMON, "mine.yml")
    dangling(reading, date(2026, 11, 22))
    (problem,) = reading.reader.problems
    assert "2026-11-23 is in the future" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("key: service", "key: agent", "- {key: agent, text: The CodeDeploy service"),
        ("      service:", "      servise:", "servise:"),
    ],
)
def test_a_key_is_told_where_it_stands(old: str, new: str, line: str) -> None:
    errors = found((HEAD + SINGLE + COMMON + PROVED).replace(old, new, 1))
    assert any(line in error for error in errors), errors
