"""Patterns about the events of the developer tools: fields and values that they have not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_text
from sim.formats.check.events import DETAIL_TYPES, FIELDS, VALUES

PIPELINE, STAGE = DETAIL_TYPES["aws.codepipeline"][:2]
REPOSITORY, PULL_REQUEST = DETAIL_TYPES["aws.codecommit"][0], DETAIL_TYPES["aws.codecommit"][3]
BUILD, PHASE = DETAIL_TYPES["aws.codebuild"]
DEPLOYMENT = DETAIL_TYPES["aws.codedeploy"][0]


def found(pattern: Any) -> list[Problem]:
    return check_text(json.dumps(pattern), "event-pattern.json", "eventpattern")


def of(*types: str, **detail: Any) -> Any:
    return {"detail-type": list(types), "detail": {key.replace("_", "-"): value for key, value in detail.items()}}


def test_the_tables_speak_of_the_same_types_and_fields() -> None:
    assert {*FIELDS} == {name for names in DETAIL_TYPES.values() for name in names} == {*VALUES}
    for type_, fields in VALUES.items():
        assert {*fields} <= {*FIELDS[type_]}


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        (of(PIPELINE, pipline=["shop"]), "EP206", "did you mean pipeline?"),
        (of(PIPELINE, stage=["Build"]), "EP206", f"it is in the detail of {STAGE} and CodePipeline Action"),
        (of(BUILD, buildstatus=["FAILED"]), "EP206", "did you mean build-status?"),
        (of(DEPLOYMENT, deploymentgroup=["g"]), "EP206", "did you mean deploymentGroup?"),
        (of(REPOSITORY, branch=["main"]), "EP206", "it has event, repositoryName"),
        ({**of(PIPELINE), "detail": {"$or": [{"stat": ["FAILED"]}, {"pipeline": ["a"]}]}}, "EP206", "did you mean st"),
        (of(PIPELINE, state=["SUCCESS"]), "EP204", "did you mean SUCCEEDED?"),
        (of(PIPELINE, state=["FAILURE"]), "EP204", "did you mean FAILED?"),
        (of(PIPELINE, state=["CANCELLED"]), "EP204", "did you mean CANCELED?"),
        (of(PIPELINE, state=[{"prefix": "fail"}]), "EP204", "known: CANCELED, FAILED"),
        (of(PIPELINE, state=[{"equals-ignore-case": "success"}]), "EP204", "known: CANCELED, FAILED"),
        (of(STAGE, state=["SUPERSEDED"]), "EP204", "did you mean"),
        (of(PIPELINE, STAGE, state=["Failed"]), "EP204", "did you mean FAILED?"),
        (of(DEPLOYMENT, state=["SUCCEEDED"]), "EP204", "did you mean SUCCESS?"),
        (of(DEPLOYMENT, state=["STOPPED"]), "EP204", "did you mean STOP?"),
        (of(BUILD, build_status=["SUCCESS"]), "EP204", "did you mean SUCCEEDED?"),
        (of(PHASE, completed_phase=["build"]), "EP204", "did you mean BUILD?"),
        (of(REPOSITORY, referenceType=["Branch"]), "EP204", "did you mean branch?"),
        (of(PULL_REQUEST, isMerged=[True]), "EP204", "did you mean True?"),
        (of(REPOSITORY, referenceName=["refs/heads/main"]), "EP207", 'write "main", or ask for referenceFullName'),
        (of(REPOSITORY, referenceName=[{"prefix": "refs/heads/"}]), "EP207", "write the name alone"),
        ({"account": [123456789012]}, "EP208", 'write "123456789012", in quotes'),
        ({"source": ["aws.codedeplo"]}, "EP205", "did you mean aws.codedeploy?"),
        ({"source": ["aws.CodeBuild"]}, "EP205", "did you mean aws.codebuild?"),
        ({"detail-type": ["CodeBuild build State Change"]}, "EP203", f"did you mean {BUILD}?"),
        ({"source": ["aws.codebuild"], "detail-type": [PIPELINE]}, "EP203", "write aws.codepipeline as the source"),
        ({"detail-type": [PIPELINE], "state": ["FAILED"]}, "EP202", 'write it inside detail: {"state": …}'),
    ],
)
def test_what_no_event_is_like(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert (problem.code, problem.severity) == (code, "warning")
    assert hint in problem.hint


@pytest.mark.parametrize(
    "pattern",
    [
        of(PIPELINE, state=[{"anything-but": "FAILED"}], pipeline=[{"prefix": "a"}]),
        of(PIPELINE, state=[{"equals-ignore-case": "failed"}]),
        of(PIPELINE, STAGE, state=["SUPERSEDED"], stage=["Build"]),
        of(PIPELINE, foo=[{"exists": False}]),
        of(PIPELINE, execution_trigger={"trigger-type": ["Webhook"]}),
        {**of(PIPELINE), "detail": {"execution-trigger.trigger-type": ["Webhook"]}},
        of(REPOSITORY, referenceFullName=["refs/heads/main"], referenceName=["main"], event=["referenceCreated"]),
        of("AWS API Call via CloudTrail", eventName=["CreatePipeline"]),
        of(PIPELINE, "My Own Type", anything=["x"]),
        of(PULL_REQUEST, isMerged=["True"], destinationReference=["refs/heads/main"]),
        {"source": ["aws.codecommit"], "detail": {"eventName": ["DeleteRepository"]}},
        {"source": ["aws.codestar-connections", "aws.s3", "aws.codeartifact"]},
        {"foo": [{"exists": False}], "source": ["a"]},
        {"account": ["123456789012"], "source": [None]},
    ],
)
def test_what_some_event_may_be_like(pattern: Any) -> None:
    assert [problem for problem in found(pattern) if problem.code != "EP204"] == []
    assert "EP204" not in [problem.code for problem in found(pattern)]


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ({"source": ["aws.codecommit"], "detail": {"referenceName": ["refs/heads/main"]}}, ["EP207"]),
        ({"source": ["aws.codecommit"], "detail": {"branch": ["main"]}}, ["EP206"]),
        ({"source": ["aws.codedeploy"], "detail": {"state": ["SUCCEEDED"]}}, ["EP204"]),
        ({"source": ["aws.codedeploy"], "detail": {"state": ["SUCCESS"]}}, []),
        ({"source": ["aws.codepipeline"], "detail": {"stage": ["Build"]}}, []),
        ({"source": ["aws.codecommit"], "detail": {"eventName": ["GitPush"], "branch": ["main"]}}, []),
        ({"source": ["aws.codecommit", "my.app"], "detail": {"branch": ["main"]}}, []),
    ],
)
def test_without_a_detail_type_those_of_the_source_are_meant(pattern: dict[str, object], codes: list[str]) -> None:
    problems = check_text(json.dumps(pattern), "event-pattern.json", "eventpattern")
    assert [problem.code for problem in problems] == codes
