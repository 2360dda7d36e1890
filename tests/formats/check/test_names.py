"""Literal names in a template that nearly are those of its own resources."""

from __future__ import annotations

import pytest

from sim.formats.slips import misspelled
from tests.formats.check.small import check_text

TEMPLATE = """\
Resources:
  Code: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: shop}}
  App: {Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: web-app}}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: APP
      DeploymentGroupName: production
      ServiceRoleArn: arn:aws:iam::123456789012:role/deploy
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/pipeline
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Get
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
              Configuration: {RepositoryName: REPO, BranchName: main, PollForSourceChanges: 'false'}
              OutputArtifacts: [{Name: Code}]
        - Name: Deploy
          Actions:
            - Name: Ship
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: '1'}
              Configuration: {ApplicationName: web-app, DeploymentGroupName: GROUP}
              InputArtifacts: [{Name: Code}]
"""


def told(app: str = "web-app", repository: str = "shop", group: str = "production") -> list[tuple[str, int, str]]:
    text = TEMPLATE.replace("APP", app).replace("REPO", repository).replace("GROUP", group)
    problems = check_text(text, "template.yml")
    return [(problem.code, problem.line, problem.hint) for problem in problems]


def test_names_that_are_there_are_right() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("wrong", "line", "meant", "id"),
    [
        ({"group": "prodction"}, 26, "production", "Group"),
        ({"group": "Production"}, 26, "production", "Group"),
        ({"repository": "shopp"}, 20, "shop", "Code"),
        ({"app": "web-ap"}, 7, "web-app", "App"),
    ],
)
def test_a_slip(wrong: dict[str, str], line: int, meant: str, id: str) -> None:
    assert told(**wrong) == [("CF314", line, f"did you mean {meant}? `!Ref {id}` cannot be misspelt")]


@pytest.mark.parametrize("group", ["staging", "production-eu", "!Ref Group", "production2"])
def test_what_is_meant_as_it_is(group: str) -> None:
    assert told(group=group) == []


@pytest.mark.parametrize(
    ("text", "known", "meant"),
    [
        ("web-2", ["web-1"], None),
        ("web-prod", ["web-test"], None),
        ("blue", ["glue"], "glue"),
        ("dpeloy", ["deploy"], "deploy"),
        ("dev", ["dew"], None),
        ("stagingg", ["staging"], "staging"),
    ],
)
def test_what_counts_as_a_slip(text: str, known: list[str], meant: str | None) -> None:
    assert misspelled(text, known) == meant


# What a deployment group names

GROUP = """\
Resources:
  Errors: {Type: AWS::CloudWatch::Alarm, Properties: {MetricName: Errors, ComparisonOperator: LessThanThreshold}}
  Both: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: 'TRUE'}}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  App: {Type: AWS::CodeDeploy::Application}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref App
      ServiceRoleArn: arn:aws:iam::123456789012:role/deploy
      AlarmConfiguration: {Enabled: true, Alarms: [{Name: ALARM}]}
      LoadBalancerInfo: {TargetGroupInfoList: [{Name: TARGETS}]}
"""


def of_group(alarm: str = "!Ref Errors", targets: str = "!GetAtt Targets.TargetGroupName") -> list[tuple[str, str]]:
    text = GROUP.replace("ALARM", alarm).replace("TARGETS", targets)
    return [(one.code, one.hint) for one in check_text(text, "template.yml") if one.code in ("CF314", "CF321")]


@pytest.mark.parametrize("alarm", ["!Ref Errors", "!Ref Both", "errors", "!Sub 'web-errors'", "!Ref AWS::StackName"])
def test_alarms_by_their_names(alarm: str) -> None:
    assert of_group(alarm) == []


@pytest.mark.parametrize(
    ("alarm", "told"),
    [
        ("!GetAtt Errors.Arn", ("CF321", "write `!Ref Errors`")),
        ("!GetAtt Both.Arn", ("CF321", "write `!Ref Both`")),
        ("!Ref App", ("CF321", "write `!Ref Errors`")),
        ("Errors", ("CF314", "write `!Ref Errors`, which gives its name")),
        ("Both", ("CF314", "write `!Ref Both`, which gives its name")),
        ("arn:aws:cloudwatch:us-east-1:123456789012:alarm:web-errors", ("CF321", "write web-errors")),
    ],
)
def test_alarms_that_are_no_names(alarm: str, told: tuple[str, str]) -> None:
    assert of_group(alarm) == [told]
    assert of_group(told[1].partition("write ")[2].partition(",")[0].strip("`")) == []


@pytest.mark.parametrize(
    ("targets", "code"), [("!Ref Targets", "CF321"), ("Targets", "CF314"), ("!GetAtt Targets.TargetGroupArn", "CF321")]
)
def test_target_groups_go_by_their_names(targets: str, code: str) -> None:
    ((found, hint),) = of_group(targets=targets)
    assert (found, hint.partition(",")[0]) == (code, "write `!GetAtt Targets.TargetGroupName`")
