"""Properties of resources that stand at the wrong level: one finding each, with the place where they belong."""

from __future__ import annotations

import pytest

from sim.formats.check import check_text

PROJECT = """\
Resources:
  P:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: arn:aws:iam::123456789012:role/build
      Source:
        Type: CODECOMMIT
        Location: https://git-codecommit.us-east-1.amazonaws.com/v1/repos/web
      Artifacts:
        Type: NO_ARTIFACTS
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
"""


def told(*changes: tuple[str, str]) -> list[tuple[str, int, str]]:
    text = PROJECT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [(one.code, one.line, one.hint) for one in check_text(text, "template.yml", "template")]


AT_TOP = "      ServiceRole:"
IMAGE = "        Image: aws/codebuild/standard:7.0\n"


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("BuildSpec: buildspec.yml", "CF172", "move it into Source, line 7"),
        ("PrivilegedMode: true", "CF172", "move it into Environment, line 12"),
        ("ComputeType: BUILD_GENERAL1_LARGE", "CF172", "take it out: Environment has one, line 14"),
        ("Webhook: true", "CF172", "write `Triggers: {Webhook: true}`"),
        ("GroupName: web", "CF320", "write `LogsConfig: {CloudWatchLogs: {Status: …, GroupName: web}}`"),
        ("Packaging: ZIP", "CF172", "move it into Artifacts, line 10"),
    ],
)
def test_of_a_project(line: str, code: str, hint: str) -> None:
    assert told((AT_TOP, f"      {line}\n{AT_TOP}")) == [(code, 5, hint)]


def test_what_is_due_elsewhere_is_not_missing_there_too() -> None:
    assert told((IMAGE, ""), (AT_TOP, f"      Image: aws/codebuild/standard:7.0\n{AT_TOP}")) == [
        ("CF172", 5, "move it into Environment, line 12")
    ]
    role = "      ServiceRole: arn:aws:iam::123456789012:role/build\n"
    assert told((role, ""), ("        Type: NO_ARTIFACTS\n", f"        Type: NO_ARTIFACTS\n  {role}")) == [
        ("CF172", 10, "move it out of Artifacts: it belongs in the column of Artifacts, line 8")
    ]


def test_a_key_in_the_mapping_beside_its_own() -> None:
    variables = "        EnvironmentVariables: []\n"
    assert told(("        Type: NO_ARTIFACTS\n", f"        Type: NO_ARTIFACTS\n{variables}")) == [
        ("CF320", 11, "move it into Environment, line 12")
    ]


def test_of_a_deployment_group() -> None:
    text = (
        "Resources:\n  G:\n    Type: AWS::CodeDeploy::DeploymentGroup\n    Properties:\n      ApplicationName: web\n"
        "      ServiceRoleArn: arn:aws:iam::123456789012:role/d\n      DeploymentType: IN_PLACE\n      Enabled: true\n"
    )
    assert [one.hint for one in check_text(text, "template.yml", "template")] == [
        "write `DeploymentStyle: {DeploymentType: IN_PLACE}`",
        "move it into AlarmConfiguration or AutoRollbackConfiguration, whichever it is for",
    ]


def test_a_name_in_a_tag_is_left_to_the_tag() -> None:
    tags = f"      Tags: [{{Name: a, Value: b}}]\n{AT_TOP}"
    assert all("move it" not in hint for _, _, hint in told((AT_TOP, tags)))
