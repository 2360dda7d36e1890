"""What works on AWS, seen in public repositories, is told nothing of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.check.pipelines import build, declaration, to_bucket
from tests.formats.check.small import check_paths


def codes(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [problem.code for problem in check_paths([folder]).problems]


MODULE = "Resources:\n  Site: {Type: 'My::S3::Bucket::MODULE'}\n"


@pytest.mark.parametrize(
    "rest",
    [
        "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Site.Bucket}}\n",
        "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref SiteBucket}}\n",
        "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt SiteBucket.Arn}}\n",
        "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'a-${SiteBucket.Arn}'}}\n",
        "  Q: {Type: AWS::SQS::Queue, DependsOn: SiteBucket}\n",
    ],
)
def test_what_stands_in_a_module_is_named_behind_its_logical_id(rest: str, tmp_path: Path) -> None:
    assert codes(tmp_path, template_dot_yml=MODULE + rest) == []
    assert codes(tmp_path, template_dot_yml=MODULE.replace("::MODULE", "") + rest) != []


def test_a_macro_makes_the_text_of_a_substitution(tmp_path: Path) -> None:
    text = "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {Fn::Sub: {Fn::Transform: {Name: M}}}}}\n"
    assert codes(tmp_path, template_dot_yml=text) == []


@pytest.mark.parametrize(
    "resource",
    [
        "{Type: AWS::Lambda::Function, Properties: {Code: ./src, Role: 'arn:aws:iam::123456789012:role/x'}}",
        "{Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web, Code: {S3: ./code}}}",
        "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: '{{resolve:ssm:/web/template:1}}'}}",
    ],
)
def test_what_is_put_in_place_before_or_later(resource: str, tmp_path: Path) -> None:
    assert codes(tmp_path, template_dot_yml=f"Resources:\n  R: {resource}\n") == []


ROLE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: {Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: logs
          PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: RESOURCE}]}
"""


def test_an_inline_policy_may_be_of_the_old_version_when_it_has_no_variables(tmp_path: Path) -> None:
    plain, variable = "'arn:aws:s3:::web/*'", "'arn:aws:s3:::web/${aws:username}/*'"
    assert codes(tmp_path, template_dot_yml=ROLE.replace("RESOURCE", plain)) == []
    assert "IAM201" in codes(tmp_path, template_dot_yml=ROLE.replace("RESOURCE", variable))


PROJECT = """
Resources:
  P:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: arn:aws:iam::123456789012:role/build
      Artifacts: {Type: NO_ARTIFACTS}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: IMAGE}
      Source:
        Type: NO_SOURCE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - python deploy.py
"""


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("aws/codebuild/python:2.7.12", False),
        ("aws/codebuild/amazonlinux-x86_64-lambda-standard:python3.12", False),
        ("example/image:1", False),
        ("aws/codebuild/standard:7.0", True),
    ],
)
def test_an_image_of_one_runtime_needs_no_choice(image: str, told: bool, tmp_path: Path) -> None:
    assert ("BS205" in codes(tmp_path, template_dot_yml=PROJECT.replace("IMAGE", image))) == told


def test_a_webhook_starts_a_pipeline_on_the_old_github_source(tmp_path: Path) -> None:
    source = {
        "name": "Source",
        "actionTypeId": {"category": "Source", "owner": "ThirdParty", "provider": "GitHub", "version": "1"},
        "configuration": {"Owner": "acme", "Repo": "web", "Branch": "main", "OAuthToken": "****"},
        "outputArtifacts": [{"name": "Src"}],
    }
    table = json.loads(declaration(build(), to_bucket("Out")))
    table["pipeline"]["stages"][0]["actions"] = [source]
    (tmp_path / "pipeline.json").write_text(json.dumps(table), encoding="utf-8")
    (problem,) = [problem for problem in check_paths([tmp_path]).problems if problem.code == "PL202"]
    assert problem.hint == 'add "PollForSourceChanges": "false" where a webhook starts the pipeline, or it starts twice'
