"""Explanations: every decision, in the order in which it was made, with its rule, basis and source."""

import pytest

from sim import Cloud, run
from sim.core.problems import UsageError


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    return run("validate-fails-rollback")


def test_decisions_come_in_the_order_in_which_they_were_made(cloud: Cloud) -> None:
    first, rollback = (one["deploymentId"] for one in cloud.result()["deployments"])
    second = cloud.result()["deployments"][0]["targets"][1]["name"]
    lines = cloud.explain(rollback).lines
    outcomes = [(line.subject.split()[0], line.outcome) for line in lines]
    assert outcomes[0] == ("deployment", "InProgress")
    assert outcomes[1:5] == [
        *(("deployment", topic) for topic in ("targets", "turns", "order")),
        ("target", "InProgress"),
    ]
    assert outcomes[-1] == ("deployment", "Succeeded")
    assert [line.time for line in lines] == sorted(line.time for line in lines)
    (failed,) = [
        line for line in cloud.explain(first).lines if line.subject.startswith("lifecycle") and line.outcome == "Failed"
    ]
    assert failed.subject == f"lifecycle-event ValidateService of {second}"


def test_every_line_names_a_rule_its_basis_and_where_it_is_written(cloud: Cloud) -> None:
    for pipeline in cloud.result()["pipelines"]:
        for execution in pipeline["executions"]:
            lines = cloud.explain(execution["pipelineExecutionId"]).lines
            assert lines
            for line in lines:
                assert line.basis in ("documented", "inferred", "assumed")
                assert line.source.startswith("docs/behaviour/")
                assert "{" not in line.text, "every fact is filled in"


def test_it_prints_as_text_and_as_a_table(cloud: Cloud) -> None:
    explanation = cloud.explain("web-2")
    assert str(explanation).startswith("target web-2: Succeeded")
    assert explanation._repr_markdown_().count("\n| ") == len(explanation.lines) + 1


def test_an_unknown_name_lists_what_there_is(cloud: Cloud) -> None:
    with pytest.raises(UsageError, match=r"nothing is called 'd-NOTHING' in this run; ids here: .*d-"):
        cloud.explain("d-NOTHING")
