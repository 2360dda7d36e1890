"""Patterns about the events of the developer tools: fields and values that they have not."""

from __future__ import annotations

import json
import re
from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.problems import Problem
from sim.formats.check import check_text
from sim.formats.check.events import ACTION_TYPE, DETAIL_TYPES, FIELDS, INSIDE, OBJECTS, TRUTHS, VALUES, VALUES_INSIDE

PIPELINE, STAGE, ACTION = DETAIL_TYPES["aws.codepipeline"]
REPOSITORY, PULL_REQUEST = DETAIL_TYPES["aws.codecommit"][0], DETAIL_TYPES["aws.codecommit"][3]
BUILD, PHASE = DETAIL_TYPES["aws.codebuild"]
DEPLOYMENT, INSTANCE = DETAIL_TYPES["aws.codedeploy"]
CALL = "AWS API Call via CloudTrail"


def found(pattern: Any) -> list[Problem]:
    return check_text(json.dumps(pattern), "event-pattern.json", "eventpattern")


def of(*types: str, **detail: Any) -> Any:
    return {"detail-type": list(types), "detail": {key.replace("_", "-"): value for key, value in detail.items()}}


def test_the_tables_speak_of_the_same_types_and_fields() -> None:
    assert {*FIELDS} == {name for names in DETAIL_TYPES.values() for name in names} == {*VALUES}
    for type_, fields in VALUES.items():
        assert {*fields} <= {*FIELDS[type_]}
    paths = {f"{path}.{name}" for tables in INSIDE.values() for path, names in tables.items() for name in names}
    assert {*VALUES_INSIDE, *TRUTHS} <= paths
    for type_, tables in INSIDE.items():
        assert all(path in FIELDS[type_] or path in paths for path in tables)


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        (of(PIPELINE, pipline=["shop"]), "EP206", "did you mean pipeline?"),
        (of(PIPELINE, stage=["Build"]), "EP206", f'change detail-type to ["{STAGE}"]; or take "stage" out'),
        (
            of(PIPELINE, stage=["a"], action=["b"]),
            "EP206",
            f'change detail-type to ["{ACTION}"]; or take "stage" and "action" out',
        ),
        (
            of(PIPELINE, BUILD, state=["FAILED"], build_status=["FAILED"]),
            "EP206",
            'write the detail as alternatives: "$or": [{"state": ["FAILED"]}, {"build-status": ["FAILED"]}]',
        ),
        (of(BUILD, build_id=["web:123"]), "EP209", 'write {"suffix": ":build/web:123"}'),
        (of(DEPLOYMENT, deploymentId=["ABCDEF123"]), "EP209", 'write "d-ABCDEF123"'),
        ({"source": ["aws.code*"]}, "EP205", 'write {"wildcard": "aws.code*"}'),
        ({"source": ["aws.codebuild"], "detail-type": ["CodeBuild*"]}, "EP203", 'write {"wildcard": "CodeBuild*"}'),
        (
            of(STAGE, action=["a"], state=["ABANDONED"]),
            "EP206",
            f'change detail-type to ["{ACTION}"]; or take "action" out',
        ),
        (of(BUILD, completed_phase=["BUILD"]), "EP206", f'change detail-type to ["{PHASE}"]'),
        (of(DEPLOYMENT, instanceId=["i-1"]), "EP206", f'change detail-type to ["{INSTANCE}"]'),
        (
            of(REPOSITORY, PULL_REQUEST, inReplyTo=["a"]),
            "EP206",
            'add "CodeCommit Comment on Commit" to detail-type; or take "inReplyTo" out',
        ),
        (of(PIPELINE, account=["123456789012"]), "EP206", 'write "account" beside detail, and not inside it'),
        (of(BUILD, buildstatus=["FAILED"]), "EP206", "did you mean build-status?"),
        (of(DEPLOYMENT, deploymentgroup=["g"]), "EP206", "did you mean deploymentGroup?"),
        (of(REPOSITORY, branch=["main"]), "EP206", "did you mean referenceName?"),
        (of(REPOSITORY, colour=["red"]), "EP206", "it has event, repositoryName"),
        (of(PULL_REQUEST, repositoryName=["shop"]), "EP206", "did you mean repositoryNames?"),
        (of(DEPLOYMENT, applicationName=["shop"]), "EP206", "did you mean application?"),
        ({**of(PIPELINE), "detail": {"$or": [{"stat": ["FAILED"]}, {"pipeline": ["a"]}]}}, "EP206", "did you mean st"),
        (
            of(PIPELINE, BUILD, state=["FAILED"], build_status=["FAILED"], version=[{"exists": True}]),
            "EP206",
            '{"state": ["FAILED"], "version": [{"exists": true}]}, {"build-status": ["FAILED"], "version": [{"exi',
        ),
        (of(REPOSITORY, PULL_REQUEST, repositoryName=["a"], title=["b"]), "EP206", "did you mean repositoryNames?"),
        ({"time": ["2026-01-05"], "source": ["my.app"]}, "EP209", 'write {"prefix": "2026-01-05"}'),
        (of(ACTION, type={"category": ["Manual"]}), "EP204", 'Manual is a provider: write "Approval"'),
        (of(ACTION, type={"provider": ["Approval"]}), "EP204", "write it as category; its providers are Manual"),
        (
            of(BUILD, build_id=["arn:aws:codebuild:us-east-1:123456789012:project/web"]),
            "EP209",
            'take it out, and ask for the project: "project-name": ["web"]',
        ),
        (of(DEPLOYMENT, deploymentStatus=["FAILURE"]), "EP206", "did you mean state?"),
        (of(BUILD, build_state=["FAILED"]), "EP206", "did you mean build-status?"),
        (of(PIPELINE, pipeline_kind=["a"]), "EP206", "did you mean pipeline? it has pipeline, execution-id"),
        (of(BUILD, current_phase=["COMPLETE"]), "EP204", "did you mean COMPLETED?"),
        (of(REPOSITORY, event=["push"]), "EP204", "did you mean referenceUpdated?"),
        (of(PULL_REQUEST, author=["kim"]), "EP209", 'write {"suffix": "/kim"}'),
        (of(ACTION, type={"provider": ["codebuild"]}), "EP204", "did you mean CodeBuild?"),
        (of(ACTION, type={"provider": ["Code-Deploy"]}), "EP204", "did you mean CodeDeploy?"),
        (of(ACTION, type={"version": [1]}), "EP208", 'write "1", in quotes'),
        ({"id": ["*"], "source": ["my.app"]}, "EP209", 'write {"wildcard": "*"}'),
        (of(DEPLOYMENT, state=["InProgress"]), "EP204", "did you mean START?"),
        (of(PIPELINE, state=["in_progress"]), "EP204", "did you mean STARTED?"),
        (of(BUILD, build_status=["error"]), "EP204", "did you mean FAILED?"),
        (of(REPOSITORY, referenceType=["branches"]), "EP204", "did you mean branch?"),
        (of(BUILD, additional_information={"timeout": [60]}), "EP206", "did you mean timeout-in-minutes?"),
        (of(INSTANCE, instanceId=["arn:aws:ec2:us-east-1:123456789012:instance/i-1"]), "EP209", 'write "i-1"'),
        (of(STAGE, stage=["Deploy*"]), "EP209", 'write {"wildcard": "Deploy*"}'),
        (of(DEPLOYMENT, application=["shop-*"]), "EP209", 'write {"wildcard": "shop-*"}'),
        (of(REPOSITORY, referenceName=["release/*"]), "EP209", 'write {"wildcard": "release/*"}'),
        (of(REPOSITORY, referenceName=["refs/heads/release/*"]), "EP207", 'write {"wildcard": "release/*"}; or ask'),
        (of(REPOSITORY, referenceName=[{"prefix": "refs/heads/release/"}]), "EP207", 'write {"prefix": "release/"}'),
        (
            of(REPOSITORY, referenceName=[{"prefix": "refs/heads/release/"}]),
            "EP207",
            '"referenceFullName": [{"prefix": "refs/heads/release/"}]',
        ),
        (of(REPOSITORY, referenceFullName=["refs/heads/rel/*"]), "EP209", 'write {"wildcard": "refs/heads/rel/*"}'),
        (of(BUILD, build_id=[{"cidr": "10.0.0.0/8"}]), "EP209", "take it out, or name the texts"),
        (of(PULL_REQUEST, pullRequestId=[{"numeric": ["=", 17]}]), "EP208", 'write "17", in quotes'),
        (of(PULL_REQUEST, pullRequestId=[{"numeric": [">", 17]}]), "EP208", "take it out, or name the texts"),
        (of(PIPELINE, state=["SUCCESS"]), "EP204", "did you mean SUCCEEDED?"),
        (of(PIPELINE, state=["FAILURE"]), "EP204", "did you mean FAILED?"),
        (of(PIPELINE, state=["CANCELLED"]), "EP204", "did you mean CANCELED?"),
        (of(PIPELINE, state=[{"prefix": "fail"}]), "EP204", "known: CANCELED, FAILED"),
        (of(PIPELINE, state=[{"equals-ignore-case": "success"}]), "EP204", "known: CANCELED, FAILED"),
        (of(STAGE, state=["SUPERSEDED"]), "EP204", f'change detail-type to ["{PIPELINE}"], or write one of: CANCELED'),
        (of(STAGE, state=["FAILED", "SUPERSEDED"]), "EP204", f'add "{PIPELINE}" to detail-type, or take it out'),
        (of(STAGE, stage=["Build"], state=["SUPERSEDED"]), "EP204", "known: CANCELED"),
        (of(PIPELINE, state=["FAILED, STOPPED"]), "EP204", 'write each for itself: "FAILED", "STOPPED"'),
        (of(PIPELINE, state=[{"anything-but": ["Failed", "STOPPED"]}]), "EP204", "did you mean FAILED?"),
        (of(ACTION, type={"category": ["approval"]}), "EP204", "did you mean Approval?"),
        (of(ACTION, type={"owner": ["aws"], "provider": ["Manual"]}), "EP204", "did you mean AWS?"),
        (of(ACTION, type={"Category": ["Approval"]}), "EP206", "did you mean category?"),
        (of(ACTION, type={"name": ["a"]}), "EP206", "it has owner, provider, category, version"),
        ({**of(ACTION), "detail": {"type.category": ["approval"]}}, "EP204", "did you mean Approval?"),
        (of(REPOSITORY, event=["referenceCreate"]), "EP204", "did you mean referenceCreated?"),
        (of(REPOSITORY, event=["pullRequestCreated"]), "EP204", f'change detail-type to ["{PULL_REQUEST}"]'),
        (of(PIPELINE, version=["2"]), "EP208", "write 2 without quotes"),
        (of(PULL_REQUEST, pullRequestId=[17]), "EP208", 'write "17", in quotes'),
        (of(PIPELINE, STAGE, state=["Failed"]), "EP204", "did you mean FAILED?"),
        (of(DEPLOYMENT, state=["SUCCEEDED"]), "EP204", "did you mean SUCCESS?"),
        (of(DEPLOYMENT, state=["STOPPED"]), "EP204", "did you mean STOP?"),
        (of(BUILD, build_status=["SUCCESS"]), "EP204", "did you mean SUCCEEDED?"),
        (of(PHASE, completed_phase=["build"]), "EP204", "did you mean BUILD?"),
        (of(REPOSITORY, referenceType=["Branch"]), "EP204", "did you mean branch?"),
        (of(PULL_REQUEST, isMerged=[True]), "EP204", 'write "True", in quotes'),
        (of(PULL_REQUEST, isMerged=["true"]), "EP204", "did you mean True?"),
        (of(PULL_REQUEST, event=["pullRequestMerged"]), "EP204", "did you mean pullRequestMergeStatusUpdated?"),
        (of(PULL_REQUEST, event=["somethingElse"]), "EP204", "known: pullRequestCreated, "),
        (of(PULL_REQUEST, destinationReference=["main"]), "EP207", 'write "refs/heads/main"'),
        (of(BUILD, build_status=["TIMEOUT"]), "EP204", "did you mean TIMED_OUT?"),
        (of(PHASE, build_status=["Failed"]), "EP206", "where build-status is one of IN_PROGRESS, SUCCEEDED, FAILED"),
        (of(REPOSITORY, referenceName=["refs/heads/main"]), "EP207", '"referenceFullName": ["refs/heads/main"]'),
        (of(REPOSITORY, referenceName=[{"prefix": "refs/heads/"}]), "EP207", "write the name alone"),
        ({"account": [123456789012]}, "EP208", 'write "123456789012", in quotes'),
        ({"source": ["aws.codedeplo"]}, "EP205", "did you mean aws.codedeploy?"),
        ({"source": ["aws.CodeBuild"]}, "EP205", "did you mean aws.codebuild?"),
        ({"source": ["aws.codebuilds"]}, "EP205", "did you mean aws.codebuild?"),
        ({"source": ["CodeBuild"]}, "EP205", "write aws.codebuild"),
        ({"source": ["codebuild.amazonaws.com"]}, "EP205", "write aws.codebuild"),
        ({"source": ["codebuilds"], "detail-type": [BUILD]}, "EP205", "write aws.codebuild"),
        ({"source": ["aws.ec2"], "detail-type": [BUILD]}, "EP205", "write aws.codebuild"),
        ({"source": ["aws.codebuild"], "detail-type": [CALL.lower()]}, "EP203", f"did you mean {CALL}?"),
        ({"detail-type": ["CodeBuild build State Change"]}, "EP203", f"did you mean {BUILD}?"),
        ({"source": ["aws.codebuild"], "detail-type": [PIPELINE]}, "EP203", "write aws.codepipeline as the source"),
        ({"detail-type": [PIPELINE], "state": ["FAILED"]}, "EP202", 'write it inside detail: "state": ["FAILED"]'),
        (
            {"detail-type": [BUILD], "initiator": ["kim"]},
            "EP202",
            'write it inside detail: "additional-information": {"initiator": ["kim"]}',
        ),
    ],
)
def test_what_no_event_is_like(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert (problem.code, problem.severity) == (code, "warning")
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        (
            of(BUILD, initiator=["kim"]),
            "EP206",
            'write it inside additional-information: "additional-information": {"initiator": ["kim"]}',
        ),
        (
            of(BUILD, compute_type=["a"], phase_type=["BUILD"]),
            "EP206",
            '"additional-information": {"environment": {"compute-type": ["a"]}, "phases": {"phase-type": ["BUILD"]}}',
        ),
        (
            of(BUILD, environment=["a"], image=["b"], type={"c": ["d"]}),
            "EP206",
            '"additional-information": {"environment": {"image": ["b"], "type": {"c": ["d"]}}}',
        ),
        (
            of(BUILD, image=["b"], environment={"compute-type": ["c"]}),
            "EP206",
            '"additional-information": {"environment": {"image": ["b"], "compute-type": ["c"]}}',
        ),
        (
            of(BUILD, additional_information={"build-complete": [True]}, initiator=["kim"]),
            "EP206",
            'write it inside the additional-information that is there: "initiator": ["kim"]',
        ),
        ({"source": ["aws.codebuild"], "detail": {"initiator": ["kim"]}}, "EP206", "write it inside additional-infor"),
        (
            of(BUILD, additional_information={"project-name": ["web"]}),
            "EP206",
            'write it beside additional-information, and not inside it: "project-name": ["web"]',
        ),
        (
            of(BUILD, additional_information={"image": ["a"]}),
            "EP206",
            'write it inside environment: "environment": {"image": ["a"]}',
        ),
        (
            of(BUILD, additional_information={"phases": {"initiator": ["a"]}}),
            "EP206",
            'write it in the detail as "additional-information": {"initiator": ["a"]}',
        ),
        (of(BUILD, additional_information={"initator": ["kim"]}), "EP206", "did you mean initiator?"),
        (of(BUILD, additional_information={"phases": {"phase-type": ["build"]}}), "EP204", "did you mean BUILD?"),
        (of(BUILD, additional_information={"build-complete": ["true"]}), "EP208", "write true without quotes"),
        (of(BUILD, additional_information={"timeout-in-minutes": ["60"]}), "EP208", "write 60 without quotes"),
        (
            of(BUILD, additional_information={"$or": [{"build-complete": [True]}, {"project-name": ["a"]}]}),
            "EP206",
            "write it beside additional-information",
        ),
        (of(ACTION, category=["Approval"]), "EP206", 'write it inside type: "type": {"category": ["Approval"]}'),
        (of(ACTION, type=["Approval"]), "EP204", 'write "type": {"category": ["Approval"]}'),
        (of(ACTION, execution_result=[{"exists": True}]), "EP204", "name a field in it, such as"),
        (
            of(BUILD, additional_information={"logs": ["a"]}),
            "EP204",
            '{"logs": {"group-name": ["…"]}}; it has',
        ),
        (of(PIPELINE, trigger_type=["Webhook"]), "EP206", '"execution-trigger": {"trigger-type": ["Webhook"]}'),
        (of(ACTION, trigger_type=["a"]), "EP206", f'["{PIPELINE}"], and write it inside execution-trigger'),
        (of(PIPELINE, state={"name": ["FAILED"]}), "EP206", 'write "state": ["FAILED"]'),
        ({**of(PIPELINE), "detail": {"pipeline.name": ["web"]}}, "EP206", 'write "pipeline": ["web"]'),
        (
            {**of(BUILD), "detail": {"additional-information.enviroment.image": ["web"]}},
            "EP206",
            "did you mean environment?",
        ),
    ],
)
def test_fields_stand_at_their_level(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert (problem.code, problem.severity) == (code, "warning")
    assert hint in problem.hint


@pytest.mark.parametrize(
    "pattern",
    [
        of(BUILD, additional_information={"initiator": ["kim"], "environment": {"compute-type": ["a"]}}),
        of(BUILD, additional_information={"something-newer": ["a"], "phases": {"phase-status": ["FAILED"]}}),
        of(BUILD, additional_information={"source": {"version": ["a"]}}),
        of(BUILD, additional_information=[{"exists": False}]),
        {**of(BUILD), "detail": {"additional-information.logs.group-name": ["a"]}},
        of(ACTION, output_artifacts={"s3location": {"bucket": ["a"]}}),
        of(DETAIL_TYPES["aws.codecommit"][4], repositories={"shop": [{"exists": True}]}),
    ],
)
def test_fields_inside_an_object(pattern: Any) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize(
    "pattern",
    [
        of(PIPELINE, state=[{"anything-but": "FAILED"}], pipeline=[{"prefix": "a"}]),
        of(PIPELINE, state=[{"equals-ignore-case": "failed"}]),
        of(PIPELINE, STAGE, state=["SUPERSEDED", "FAILED"], stage=["Build"]),
        of(PIPELINE, STAGE, state=["${State}"], stage=["Build"]),
        {"source": ["aws.codecommit"], "detail": {"event": [{"prefix": "ref"}], "referenceName": ["main"]}},
        of(PIPELINE, foo=[{"exists": False}]),
        of(PIPELINE, execution_trigger={"trigger-type": ["Webhook"]}),
        {**of(PIPELINE), "detail": {"execution-trigger.trigger-type": ["Webhook"]}},
        of(REPOSITORY, referenceFullName=["refs/heads/main"], referenceName=["main"], event=["referenceCreated"]),
        of("AWS API Call via CloudTrail", eventName=["CreatePipeline"]),
        of(PIPELINE, "My Own Type", anything=["x"]),
        of(PULL_REQUEST, isMerged=["True"], destinationReference=["refs/heads/main"]),
        {"source": ["aws.codecommit"], "detail": {"eventName": ["DeleteRepository"]}},
        {
            "source": ["aws.codecommit"],
            "detail": {"$or": [{"eventName": ["GitPush"]}, {"event": ["referenceCreated"], "referenceName": ["main"]}]},
        },
        {"source": ["aws.codestar-connections", "aws.s3", "aws.codeartifact"]},
        {"foo": [{"exists": False}], "source": ["a"]},
        {"account": ["123456789012"], "source": [None], "time": ["2026-01-05T09:00:00Z", {"prefix": "2026"}]},
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


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        (
            of(PIPELINE + "d", stage=["a"]),
            f"did you mean {STAGE}, whose detail has stage? or write {PIPELINE}, and take",
        ),
        (of("CodePipeline State Change", action=["a"], stage=["b"]), f"did you mean {ACTION}?"),
        (of("CodePipeline Stage State Change", state=["SUPERSEDED"]), f"did you mean {STAGE}?"),
        (of("CodePipeline State Change", state=["SUPERSEDED"]), f"did you mean {PIPELINE}?"),
        (of("CodeBuild State Change", completed_phase=["BUILD"]), f"did you mean {PHASE}?"),
        (of("CodeBuild Status Change", build_status=["FAILED"]), f"did you mean {BUILD}?"),
        (of("CodeDeploy State Change", instanceId=["i-1"]), f"did you mean {INSTANCE}?"),
        (of("CodeDeploy State Change", deploymentGroup=["g"]), f"did you mean {DEPLOYMENT}?"),
        (of("CodeCommit Change", referenceName=["main"]), f"did you mean {REPOSITORY}?"),
        (of("CodeCommit Change", pullRequestStatus=["Open"]), f"did you mean {PULL_REQUEST}?"),
        (of("CodeCommit Change", event=["commentOnCommitCreated"]), "did you mean CodeCommit Comment on Commit?"),
    ],
)
def test_a_detail_type_that_nobody_sends_is_guessed_by_what_the_detail_asks_for(pattern: Any, hint: str) -> None:
    service = pattern["detail-type"][0].partition(" ")[0].lower()
    problems = found({"source": [f"aws.{service}"], **pattern})
    assert problems[0].code == "EP203"
    assert problems[0].hint.startswith(hint)
    assert "EP206" not in [problem.code for problem in problems]


def _asked(path: str, inside: dict[str, tuple[str, ...]]) -> Any:
    """That something is there: in an object, one of its fields."""
    names = inside.get(path, ("shop",) if path in OBJECTS else ())
    return {names[0]: _asked(f"{path}.{names[0]}", inside)} if names else [{"exists": True}]


@pytest.mark.parametrize(
    ("source", "types", "detail", "hint"),
    [
        ("codepipeline", [BUILD], {"build-status": ["FAILED"]}, "write aws.codebuild as the source"),
        (
            "codepipeline",
            ["CodeBuild State Change"],
            {"build-status": ["FAILED"]},
            f"write aws.codebuild as the source, and {BUILD} as the detail-type",
        ),
        (
            "codebuild",
            ["CodePipeline Stage State Change"],
            {"stage": ["Build"]},
            f"write aws.codepipeline as the source, and {STAGE} as the detail-type",
        ),
        ("codepipeline", [BUILD], {"state": ["FAILED"]}, f"known: {PIPELINE}; {STAGE}; {ACTION}"),
        ("codepipeline", [BUILD], {"execution-trigger": {"a": ["b"]}}, f"did you mean {PIPELINE}?"),
        (
            "codebuild",
            [BUILD, PIPELINE],
            {"project-name": [{"exists": False}]},
            f'add "aws.codepipeline" to source, beside aws.codebuild; or write as the detail-type {PHASE}',
        ),
        (
            "codedeploy",
            ["CodePipeline Execution State Change"],
            {"state": ["FAILED"]},
            f"write aws.codepipeline as the source, and {PIPELINE} as the detail-type",
        ),
        ("codepipeline", ["CodePipeline Execution State Change"], {"state": ["FAILED"]}, f"did you mean {PIPELINE}?"),
        (
            "codebuild",
            [f"{BUILD}, {PHASE}"],
            {"project-name": ["web"]},
            f'write each for itself: "{BUILD}", "{PHASE}"',
        ),
        (
            "codebuild",
            [f'["{BUILD}"]'],
            {"build-status": ["FAILED"]},
            f'write each for itself: "{BUILD}"',
        ),
    ],
)
def test_the_type_that_is_meant_goes_with_source_and_detail(
    source: str, types: list[str], detail: dict[str, Any], hint: str
) -> None:
    (problem,) = found({"source": [f"aws.{source}"], "detail-type": types, "detail": detail})
    assert problem.code == "EP203"
    assert problem.hint.startswith(hint)


def test_a_type_that_is_there_already_is_not_meant_by_a_slip_of_another() -> None:
    given = {"source": ["aws.codebuild", "aws.codepipeline"], "detail-type": [BUILD, f"{PIPELINE}s"]}
    (problem,) = found({**given, "detail": {"build-status": ["FAILED"]}})
    assert (problem.code, problem.hint) == ("EP203", f"did you mean {PIPELINE}?")


@pytest.mark.parametrize("type_", sorted(FIELDS))
@pytest.mark.parametrize("other", sorted(FIELDS))
def test_whoever_follows_a_hint_at_a_detail_type_is_told_nothing_more(type_: str, other: str) -> None:
    (source,) = (source for source, types in DETAIL_TYPES.items() if type_ in types)
    fields = [name for name in FIELDS[other] if name not in FIELDS[type_]]
    if other not in DETAIL_TYPES[source] or not fields:
        return
    asked = {name: _asked(name, INSIDE.get(other, {})) for name in fields}
    given = {"source": [source], "detail-type": [type_], "detail": asked}
    (problem,) = found(given)
    assert problem.code == "EP206"
    (meant,) = re.findall(r'change detail-type to \["(.*?)"\]', problem.hint)
    assert found({**given, "detail-type": [meant]}) == []
    assert found({**given, "detail": {"state": [{"exists": False}]}}) == []


API = {"source": ["aws.codecommit"], "detail-type": [CALL]}


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        ({**API, "detail": {"eventName": ["CreateCommitt"]}}, "EP204", "did you mean CreateCommit?"),
        ({**API, "detail": {"eventName": ["create-commit"]}}, "EP204", "did you mean CreateCommit?"),
        ({**API, "detail": {"eventName": ["codecommit:CreateCommit"]}}, "EP204", "did you mean CreateCommit?"),
        ({**API, "detail": {"eventName": ["gitPush"]}}, "EP204", "did you mean GitPush?"),
        (
            {**API, "detail": {"eventName": ["StartBuild"]}},
            "EP204",
            "write aws.codebuild as the source and codebuild.amazonaws.com as eventSource, or take it out",
        ),
        (
            {**API, "detail": {"eventName": ["CreateCommit", "StartBuild"]}},
            "EP204",
            'add "aws.codebuild" to source, and "codebuild.amazonaws.com" to eventSource if it is asked for; or',
        ),
        ({**API, "detail": {"eventSource": ["codecommit"]}}, "EP204", "did you mean codecommit.amazonaws.com?"),
        (
            {**API, "detail": {"eventSource": ["codebuild.amazonaws.com"]}},
            "EP204",
            "did you mean codecommit.amazonaws.com?",
        ),
        ({"source": ["s3"], "detail-type": [CALL]}, "EP205", "write aws.s3"),
        ({"source": ["cloudtrail"], "detail-type": [CALL]}, "EP205", "write aws.cloudtrail"),
        ({"source": ["my-app"], "detail-type": [CALL]}, "EP205", "write the service called, such as aws.s3"),
        ({"detail-type": [CALL], "detail": {"eventSource": ["cloudtrail"]}}, "EP204", "did you mean cloudtrail.amazon"),
        ({"detail-type": [CALL], "detail": {"eventSource": ["aws.s3"]}}, "EP204", "did you mean s3.amazonaws.com?"),
        ({**API, "detail": {"eventname": ["GitPush"]}}, "EP206", "did you mean eventName?"),
        (
            {**API, "detail": {"userName": ["kim"]}},
            "EP206",
            'write it inside userIdentity: "userIdentity": {"userName"',
        ),
        ({**API, "detail": {"repositoryName": ["shop"]}}, "EP206", '"requestParameters": {"repositoryName": ["shop"]}'),
        ({**API, "detail": {"referenceName": ["main"]}}, "EP206", f'change detail-type to ["{REPOSITORY}"], whose'),
        (
            {"source": ["aws.codecommit"], "detail": {"eventName": ["CreateComit"]}},
            "EP204",
            "did you mean CreateCommit?",
        ),
        (
            {
                "detail-type": [CALL],
                "detail": {"eventSource": ["codebuild.amazonaws.com"], "eventName": ["startBuild"]},
            },
            "EP204",
            "did you mean StartBuild?",
        ),
    ],
)
def test_calls_that_nobody_makes(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert problem.code == code
    assert hint in problem.hint


@pytest.mark.parametrize(
    "pattern",
    [
        {
            **API,
            "detail": {"eventSource": ["codecommit.amazonaws.com"], "eventName": ["GitPush", "GitPull", "PutFile"]},
        },
        {**API, "detail": {"eventName": ["SomethingNewInYears"], "requestParameters": {"repositoryName": ["shop"]}}},
        {"source": ["aws.codebuild"], "detail-type": ["AWS Service Event via CloudTrail"]},
        {"detail-type": [CALL], "detail": {"eventSource": ["s3.amazonaws.com"], "eventName": ["PutObjects"]}},
        {"source": ["aws.s3", "aws.codecommit"], "detail-type": [CALL], "detail": {"eventName": ["PutObject"]}},
        {
            **API,
            "detail": {
                "userIdentity": {"arn": [{"prefix": "arn:"}]},
                "$or": [{"errorCode": ["a"]}, {"readOnly": [True]}],
            },
        },
    ],
)
def test_calls_that_somebody_may_make(pattern: Any) -> None:
    assert found(pattern) == []


ARN = "arn:aws:{}:us-east-1:123456789012:{}"


@pytest.mark.parametrize(
    ("source", "resource", "hint"),
    [
        (
            "codecommit",
            "shop",
            'write {"suffix": ":shop"}, or the ARN as a whole, such as arn:aws:codecommit:us-east-1:',
        ),
        ("codedeploy", "shop", "write the ARN as a whole, such as arn:aws:codedeploy:us-east-1:123456789012:…"),
        ("codepipeline", "arn:aws:codepipeline:*:*:shop", 'write {"wildcard": "arn:aws:codepipeline:*:*:shop"}'),
        ("codepipeline", ARN.format("s3", "a"), "take it out, or write aws.s3 as the source"),
        (
            "codebuild",
            ARN.format("codebuild", "project/web"),
            f'write {{"prefix": "{ARN.format("codebuild", "build/web:")}"}}, for every build of it',
        ),
        ("codecommit", ARN.format("codecommit", "repository/shop"), f'write "{ARN.format("codecommit", "shop")}"'),
        ("codecommit", ARN.format("codecommit", "repository:shop"), f'write "{ARN.format("codecommit", "shop")}"'),
        (
            "codedeploy",
            ARN.format("codedeploy", "application/shop"),
            f'write "{ARN.format("codedeploy", "application:shop")}"',
        ),
        (
            "codedeploy",
            ARN.format("codedeploy", "deploymentgroup/shop/prod"),
            f'write "{ARN.format("codedeploy", "deploymentgroup:shop/prod")}"',
        ),
        ("codebuild", {"suffix": ":project/shop"}, 'write {"wildcard": "*:build/shop:*"}'),
        (
            "codebuild",
            {"prefix": ARN.format("codebuild", "project/shop")},
            f'write {{"prefix": "{ARN.format("codebuild", "build/shop")}"}}, for the builds of it',
        ),
        (
            "codebuild",
            {"wildcard": "arn:aws:codebuild:*:project/shop-*"},
            'write {"wildcard": "arn:aws:codebuild:*:build/shop-*"}, for the builds of it',
        ),
        ("codepipeline", {"wildcard": "arn:*:pipeline/shop"}, 'write {"wildcard": "arn:*:shop"}'),
        ("codecommit", {"suffix": ":repository/shop"}, 'write {"suffix": ":shop"}'),
        ("codecommit", ARN.format("codecommit", "shop.git"), f'write "{ARN.format("codecommit", "shop")}"'),
        ("codepipeline", ARN.format("codepipeline", "shop/Build"), f'write "{ARN.format("codepipeline", "shop")}"'),
    ],
)
def test_resources_that_no_event_names(source: str, resource: Any, hint: str) -> None:
    (problem,) = found({"source": [f"aws.{source}"], "resources": [resource]})
    assert problem.code == "EP209"
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("source", "resource"),
    [
        ("aws.codecommit", ARN.format("codecommit", "shop")),
        ("aws.codepipeline", "${PipelineArn}"),
        ("aws.codepipeline", {"suffix": ":shop"}),
        ("aws.codedeploy", ARN.format("ec2", "instance/i-1")),
        ("aws.codebuild", ARN.format("codebuild", "build/web:1")),
        ("my.app", "shop"),
        ("aws.s3", "shop"),
    ],
)
def test_resources_that_some_event_may_name(source: str, resource: Any) -> None:
    assert found({"source": [source], "resources": [resource]}) == []


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.codepipeline"], "detail.state": ["FAILED"]},
        {"source": ["my.app"], "detail-type": [PIPELINE + "d"]},
        {"source": ["aws.signin"], "detail-type": ["AWS Console Sign In via CloudTrail"]},
        {"source": ["aws.codebuild"], "detail-type": ["Something Newer via CloudTrail"], "detail": {"a": ["b"]}},
        {"source": ["codepipelines"]},
        {"source": ["aws.code${Service}"], "detail-type": ["CodeBuild Build ${Change}"]},
        {"source": ["aws.codebuild"], "detail-type": ["CodeBuild Build ${Change}"]},
        of(PIPELINE, state=["${State}", "<state>"], version=["${Version}"]),
        {"source": ["my.codepipeline"], "detail": {"state": ["Failed"]}},
        of(PIPELINE, version=[2], pipeline_execution_attempt=[{"numeric": [">", 1]}]),
        of(BUILD, version=["1"]),
        of(BUILD, PHASE, project_name=["web"], build_id=[{"prefix": "arn:"}]),
        {**of(BUILD, PHASE), "detail": {"$or": [{"build-status": ["FAILED"]}, {"completed-phase": ["BUILD"]}]}},
        of(PIPELINE, BUILD, state=[{"exists": False}], build_status=["FAILED"]),
        of(ACTION, type={"provider": ["Manual", "CodeBuild", "codebuilder", {"prefix": "Code"}]}),
        of(ACTION, type={"category": ["Approval", {"prefix": "App"}], "provider": ["Own"], "owner": ["${Owner}"]}),
        of(PULL_REQUEST, destinationReference=["refs/heads/main", {"suffix": "/main"}]),
        of(PIPELINE, pipeline=[None], state=[{"anything-but": ["FAILED", "NEVER-HEARD"]}]),
    ],
)
def test_patterns_that_have_no_slip(pattern: Any) -> None:
    assert found(pattern) == []


def test_without_a_detail_type_each_alternative_of_a_detail_is_a_call_or_an_event() -> None:
    asked = [{"eventName": ["gitPush"]}, {"event": ["referenceCreate"], "referenceNam": ["main"]}]
    problems = found({"source": ["aws.codecommit"], "detail": {"$or": asked}})
    assert sorted((problem.code, problem.hint) for problem in problems) == [
        ("EP204", "did you mean GitPush?"),
        ("EP204", "did you mean referenceCreated?"),
        ("EP206", "did you mean referenceName?"),
    ]


def test_alternatives_without_a_detail_type_are_of_the_source() -> None:
    (problem,) = found({"source": ["aws.codebuild"], "$or": [{"build-status": ["STOPPED"]}, {"region": ["us-east-1"]}]})
    assert (problem.code, problem.hint) == ("EP202", 'write it inside detail: "build-status": ["STOPPED"]')


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        (
            {"source": ["aws.codecommit"], "detail": {"event": ["pullRequestCreated"], "referenceName": ["main"]}},
            f'take "referenceName" out: {PULL_REQUEST} has author, ',
        ),
        (
            of(PIPELINE, STAGE, state=["SUPERSEDED"], stage=["Build"]),
            f'take "stage" out: {PIPELINE} has pipeline, execution-id',
        ),
    ],
)
def test_a_value_of_one_type_and_a_field_of_another(pattern: Any, hint: str) -> None:
    (problem,) = found(pattern)
    assert problem.code == "EP204"
    assert problem.hint.startswith(hint)
    assert "; or write a value of " in problem.hint


def test_keys_with_dots_are_fields_of_the_detail() -> None:
    (problem,) = found({"source": ["aws.codepipeline"], "detail.state": ["Failed"]})
    assert (problem.code, problem.hint) == ("EP204", "did you mean FAILED?")


STEPS = {one for path in OBJECTS for one in path.split(".")}
NAMES = sorted(STEPS.union(*FIELDS.values()))
LEAVES: list[Any] = [
    "FAILED",
    "web-*",
    "refs/heads/*",
    "17",
    1,
    True,
    None,
    {"prefix": "a*"},
    {"anything-but": [{"prefix": "a"}, "b"]},
    {"anything-but": {"equals": "a"}},
    {"exists": False},
    {"numeric": ["=", 1]},
    {},
]
DETAILS = st.recursive(
    st.lists(st.sampled_from(LEAVES), max_size=3),
    lambda inner: (
        st.dictionaries(st.sampled_from([*NAMES, "$or", "branch", "eventName", "type.category"]), inner)
        | st.lists(inner, max_size=2)
    ),
    max_leaves=8,
)
TYPES = st.lists(st.sampled_from([*FIELDS, CALL, "CodeBuild Change"]), min_size=1, max_size=2)
ALTERNATIVES = st.lists(st.fixed_dictionaries({"detail": DETAILS}, optional={"detail-type": TYPES}), max_size=3)


@given(
    pattern=st.fixed_dictionaries(
        {"source": st.lists(st.sampled_from([*DETAIL_TYPES, "aws.s3"]), min_size=1, max_size=2), "detail": DETAILS},
        optional={"detail-type": TYPES, "$or": ALTERNATIVES},
    )
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_asked_of_events_each_finding_says_what_to_write(pattern: Any) -> None:
    for problem in found(pattern):
        assert problem.hint
        assert problem.message


def test_the_types_of_actions_are_those_of_botocore() -> None:
    model = botocore.session.get_session().get_service_model("codepipeline")
    assert set(ACTION_TYPE) == set(model.shape_for("ActionTypeId").members)
    assert list(ACTION_TYPE["owner"]) == model.shape_for("ActionOwner").enum
    assert sorted(ACTION_TYPE["category"]) == sorted(model.shape_for("ActionCategory").enum)


def test_the_regions_of_botocore_are_regions() -> None:
    session = botocore.session.get_session()
    for partition in session.get_available_partitions():
        regions = session.get_available_regions("ec2", partition)
        assert found({"region": regions}) == [], partition
