"""Stages and actions that a policy names, held against the pipeline of that name beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.formats.check import check_paths
from tests.formats.check.test_codes import written

HEAD = "arn:aws:codepipeline:eu-north-1:345678901234:"
STAGES = {"Source": ["Code"], "Build": ["Compile", "UnitTest"], "Release": ["Approve"], "Deploy": ["Servers"]}


def pipeline(name: str = "parcels", stages: dict[str, list[str]] = STAGES) -> str:
    rows = [{"name": stage, "actions": [{"name": one} for one in actions]} for stage, actions in stages.items()]
    return json.dumps({"pipeline": {"name": name, "roleArn": "arn:aws:iam::1:role/a", "stages": rows}})


def policy(resource: Any, action: str = "codepipeline:PutApprovalResult") -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def told(folder: Path, resource: str, **files: str) -> list[tuple[str, str]]:
    files = files or {"pipeline.json": pipeline()}
    report = check_paths([written(folder, {"policy.json": policy(f"{HEAD}{resource}"), **files})])
    return [(one.message, one.hint) for one in report.problems if one.code == "IAM301"]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("Approve/Release", "Release/Approve"),
        ("Release/approve", "Release/Approve"),
        ("Releases/Approve", "Release/Approve"),
        ("Production/Approve", "Release/Approve"),
        ("Build/UnitTests", "Build/UnitTest"),
        ("release/aprove", "Release/Approve"),
    ],
)
def test_the_action_that_is_meant(wrong: str, meant: str, tmp_path: Path) -> None:
    stage, _, action = wrong.partition("/")
    message = f"the pipeline parcels has no action {action} in a stage {stage}: this entry is for nothing"
    assert told(tmp_path / "a", f"parcels/{wrong}") == [(message, f"write {HEAD}parcels/{meant}")]
    assert told(tmp_path / "b", f"parcels/{meant}") == []


@pytest.mark.parametrize("wrong", ["Release/Sign", "Prod/Go", "Build/Approve2/x"[:11]])
def test_where_it_is_not_sure_what_there_is_is_named(wrong: str, tmp_path: Path) -> None:
    there = "Source/Code, Build/Compile, Build/UnitTest, Release/Approve, Deploy/Servers"
    assert [hint for _, hint in told(tmp_path, f"parcels/{wrong}")] == [f"write one of {there}"]


def test_a_stage(tmp_path: Path) -> None:
    ((message, hint),) = told(tmp_path / "a", "parcels/Deplyo")
    assert message == "the pipeline parcels has no stage Deplyo: this entry is for nothing"
    assert hint == f"write {HEAD}parcels/Deploy"
    assert told(tmp_path / "b", "parcels/Deploy") == []
    ((_, hint),) = told(tmp_path / "c", "parcels/Go")
    assert hint == "write one of Source, Build, Release, Deploy"


@pytest.mark.parametrize("resource", ["other/Approve/Release", "parcels/*", "parcels/*/Approve", "parcels/Rel*/*", "*"])
def test_what_may_be_there(resource: str, tmp_path: Path) -> None:
    assert told(tmp_path, resource) == []


def test_a_pattern_that_fits_nothing_is_told(tmp_path: Path) -> None:
    assert len(told(tmp_path, "parcels/Approve/*")) == 1


def test_two_pipelines_of_one_name_have_the_stages_of_both(tmp_path: Path) -> None:
    files = {"a/pipeline.json": pipeline(), "b/pipeline.json": pipeline(stages={"Approve": ["Release"]})}
    assert told(tmp_path, "parcels/Approve/Release", **files) == []


TEMPLATE = """\
Resources:
  Line:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: parcels
      Stages:
        - Name: Source
          Actions: [{Name: Code}]
        - Name: Release
          Actions: [{Name: Approve}]
  Approvers:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: codepipeline:PutApprovalResult
            Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:parcels/Release/Approve
"""


def test_a_pipeline_of_a_template(tmp_path: Path) -> None:
    files = {"template.yml": TEMPLATE}
    assert [hint for _, hint in told(tmp_path / "a", "parcels/Approve/Release", **files)] == [
        f"write {HEAD}parcels/Release/Approve"
    ]
    assert told(tmp_path / "b", "parcels/Release/Approve", **files) == []


def test_a_policy_of_a_template(tmp_path: Path) -> None:
    swapped = TEMPLATE.replace("Release/Approve", "Approve/Release")
    ((_, hint),) = told(tmp_path, "parcels/Release/Approve", **{"template.yml": swapped})
    here = "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:"
    assert hint == f"write `!Sub '{here}parcels/Release/Approve'`"


def test_the_name_may_be_the_default_of_a_parameter(tmp_path: Path) -> None:
    by_default = "Parameters: {Line: {Type: String, Default: parcels}}\n" + TEMPLATE.replace(
        "Name: parcels", "Name: !Ref Line"
    )
    files = {"template.yml": by_default}
    assert [hint for _, hint in told(tmp_path, "parcels/Approve/Release", **files)] == [
        f"write {HEAD}parcels/Release/Approve"
    ]


@pytest.mark.parametrize("name", ["!Ref Name", "!If [A, x, y]"])
def test_names_that_only_the_stack_knows_may_be_anything(name: str, tmp_path: Path) -> None:
    for old in ("Name: parcels", "Name: Release", "Name: Approve"):
        files = {"template.yml": TEMPLATE.replace(old, f"Name: {name}").replace("{Name: !", "{Name: !", 1)}
        assert told(tmp_path / old[-3:], "parcels/Approve/Release", **files) == []
