"""An expectation passes only when it comes out exactly true."""

import pytest

from sim.analysis.expectations import judge

DOCUMENT = {
    "deployments": [
        {"status": "Failed", "errorInformation": {"code": "HEALTH_CONSTRAINTS"}},
        {"status": "Succeeded", "note": None},
    ],
    "quiet": True,
}


@pytest.mark.parametrize(
    "text",
    [
        "deployments[-1].status == 'Succeeded'",
        "length(deployments) == `2`",
        "length(deployments[0:1]) == `1`",
        "quiet",
        "deployments[?errorInformation.code=='HEALTH_CONSTRAINTS'] | length(@) == `1`",
        "deployments[?status=='Succeeded'].note | length(@) == `0`",
        "deployments[1].errorInformation == `null`",
        "deployments[0].status != deployments[1].status",
        "deployments[*].{s: status} | [0].s == 'Failed'",
    ],
)
def test_what_is_true_holds(text: str) -> None:
    verdict = judge(DOCUMENT, text, 7)
    assert verdict.holds, verdict.message
    assert (verdict.text, verdict.line) == (text, 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("deployments[0].status == 'Succeeded'", 'there it is "Failed"'),
        ("deployments[0].status", 'it is "Failed", not true'),
        ("deployments", "not true"),
        ("deployments[7].status != 'Failed'", "not there"),
        ("deployments[0].statuss == 'Failed'", "but 'status'"),
        ("!(deployments[7].status == 'Failed')", "not there"),
        ("deployments[0].status < `3`", "different types"),
        ("length(quiet) == `1`", "length"),
        ("deployments[1].errorinformation == `null`", "but 'errorInformation'"),
        ("deployments[?stats=='Failed'] == `[]`", "but 'status'"),
        ("nope == `null`", "nothing in a result is called 'nope'"),
    ],
)
def test_anything_else_does_not(text: str, message: str) -> None:
    verdict = judge(DOCUMENT, text)
    assert not verdict.holds
    assert message in verdict.message
