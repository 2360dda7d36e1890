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
