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
        ("== 'Failed'", "== 'Suceeded'", "QB056", "service:"),
        ("deployments[0].status == 'Succeeded'", "builds[0].buildStatus == 'SUCCEDED'", "QB056", "agent:"),
        ("deployments[0].status == 'Succeeded'", "deployments[0].status != 'FAILED'", "QB056", "agent:"),
        ("deployments[0].status == 'Failed'", "deployments[0].stats == 'Failed'", "QB059", "service:"),
        ("deployments[0].status == 'Failed'", "!(deployments[0].targets[?buildStatus])", "QB059", "service:"),
        ("deployments[0].status == 'Failed'", "'a' == 'b'", "QB060", "service:"),
        ("parameters.FleetSize: 4", "parameters.FleetSyze: 4", "QB057", "changes:"),
        ("parameters.FleetSize: 4", "behavior: [{hook: AfterInstal, fails: true}]", "QB057", "changes:"),
    ],
)
def test_a_pointer_that_leads_nowhere_is_an_error_at_its_line(old: str, new: str, code: str, line: str) -> None:
    text = HEAD + SINGLE + COMMON + PROVED + GENERATED
    assert old in text
    (error,) = found(text.replace(old, new, 1))
    assert error.startswith(f"{code}: {line}")


STOPPED = """  proof:
    scenario: fleet
    changes:
      timeline:
      - at: 1m
        call:
          service: codedeploy
          operation: StopDeployment
          parameters: {deploymentId: "${deployments[-1].deploymentId}"}
    claims:
      agent: "deployments[0].status == 'Succeeded'"
      service: "deployments[0].status == 'Failed'"
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-1].deploymentId", "-1].deploymentID", "nothing is called 'deploymentID' there (did you mean deploymentId?)"),
        ("${deployments[-1]", "d-${deployment[-1]", "nothing is called 'deployment' there (did you mean deployments?)"),
        ("[-1]", "[[-1]", "not JMESPath"),
    ],
)
def test_a_reference_of_the_timeline_that_can_never_find_anything_is_told_where_it_stands(
    old: str, new: str, said: str
) -> None:
    text = HEAD + SINGLE + COMMON + STOPPED
    assert found(text) == []
    (error,) = found(text.replace(old, new, 1))
    assert error.startswith("QB058: parameters: {deploymentId:")
    assert said in error


def test_what_a_claim_or_a_solution_alone_changes_is_looked_at_too() -> None:
    claim = """
        changes: {"timeline[0].call.parameters.deploymentId": "${deployments[0].deploymentNo}"}
        holds: "deployments[0].status == 'Failed'\""""
    text = (HEAD + SINGLE + COMMON + STOPPED).replace(" \"deployments[0].status == 'Failed'\"", claim, 1)
    (error,) = found(text)
    assert error.startswith("QB058: changes:")
    assert "nothing is called 'deploymentNo' there" in error


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
