"""Expectations of scenarios: names and values that no result has are told, with what may be meant."""

from __future__ import annotations

import json

import pytest

from sim.core.problems import Problem
from sim.formats import shipped
from sim.formats.check import check_paths, check_text


def found(*expressions: str) -> list[Problem]:
    rows = "".join(f"  - {json.dumps(one)}\n" for one in expressions)
    return check_text(f"title: A\ntimeline: []\nexpect:\n{rows}", "scenario.yml", "scenario")


@pytest.mark.parametrize(
    ("expression", "code", "hint"),
    [
        ("deploymets[0].status == 'Failed'", "SC305", "did you mean deployments?"),
        ("deployments[0].staus == 'Failed'", "SC305", "did you mean status?"),
        ("deployments[0].status == 'Succeded'", "SC306", "did you mean Succeeded?"),
        ("'SUCCEEDED' == deployments[-1].status", "SC306", "did you mean Succeeded?"),
        ('builds[*].buildStatus == `["SUCCEEDED", "Failed"]`', "SC306", "did you mean FAILED?"),
        ("length(pipelines[0].executions[?status == 'Inprogress']) == `0`", "SC306", "did you mean InProgress?"),
        ("pipelines[0].executions[].stages[].actions[].stat == `[]`", "SC305", "did you mean status?"),
        (
            "pipelines[?name == 'a'] | [0].executions[0].stages[?stagename == 'b'] == `[]`",
            "SC305",
            "did you mean stageName?",
        ),
        ("contains(deployments[*].status, 'Suceeded')", "SC306", "did you mean Succeeded?"),
        ("length(deployments[*].targets[?status != 'Suceeded'][]) == `0`", "SC306", "did you mean Succeeded?"),
        ("max_by(deployments, &startd).status == 'Failed'", "SC305", "did you mean started?"),
    ],
)
def test_slips_in_expectations(expression: str, code: str, hint: str) -> None:
    (problem,) = found("ended_at == `0`", expression)
    assert (problem.code, problem.severity, problem.line) == (code, "warning", 5)
    assert problem.hint == hint


@pytest.mark.parametrize(
    "expression",
    [
        "deployments[0].status == 'Failed' && builds[0].buildStatus != 'SUCCEEDED'",
        '[deployments[0].status, ended_at] == `["Failed", 5]`',
        "{a: seed}.a == `5`",
        "builds[0].environment.ANYTHING == 'x'",
        "deployments[*].targets[].lifecycleEvents[?status == 'Failed'].lifecycleEventName | [0] == 'Install'",
        "deployments[:2].status == `[]`",
        "fleet[*].* | [] == `[]`",
        "steps[0].answer.anything == `1`",
        "pipelines[0].executions[0].stages[3].status == `null`",
    ],
)
def test_expectations_of_what_may_be(expression: str) -> None:
    assert found(expression) == []


def test_each_scenario_that_comes_along_expects_what_can_be() -> None:
    report = check_paths([shipped.root() / "scenarios"])
    assert report.files > 10
    assert [problem for problem in report.problems if problem.code in ("SC305", "SC306")] == []


def test_a_deep_or_long_expectation_ends() -> None:
    assert [problem.code for problem in found("(" * 3000)] == ["SC050"]
    assert {problem.code for problem in found(*[f"deploymets{n}" for n in range(300)])} == {"SC305", "YAML203"}
