"""With the real services around it: what the stand-ins of the other tests only pretend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.clock import parse_duration
from sim.scenario import Scenario

BUILDSPEC = """\
version: 0.2
env:
  exported-variables: [RELEASE]
phases:
  build:
    commands:
      - export RELEASE=r7
      - echo $COMMIT $CODEBUILD_INITIATOR
      - make site
artifacts:
  files: ['**/*']
  secondary-artifacts:
    Site: {base-directory: public, files: ['**/*']}
    Docs: {files: [README.md]}
"""

SCENARIO = """\
Resources:
  Repository: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: shop}}
  Store: {Type: AWS::S3::Bucket, Properties: {BucketName: store}}
  Web: {Type: AWS::S3::Bucket, Properties: {BucketName: web}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: pipeline
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: codepipeline.amazonaws.com}, Action: sts:AssumeRole}]
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: shop
      ServiceRole: !GetAtt Role.Arn
      Source: {Type: CODEPIPELINE}
      Artifacts: {Type: CODEPIPELINE}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Store}
      Stages:
        - Name: Source
          Actions:
            - Name: Code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Namespace: Commit
              Configuration: {RepositoryName: !GetAtt Repository.Name, BranchName: main}
              OutputArtifacts: [{Name: Src}]
        - Name: Build
          Actions:
            - Name: Compile
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Namespace: Built
              Configuration:
                ProjectName: !Ref Project
                EnvironmentVariables: '[{"name": "COMMIT", "value": "#{Commit.CommitId}"}]'
              InputArtifacts: [{Name: Src}]
              OutputArtifacts: [{Name: Site}, {Name: Docs}]
        - Name: Deploy
          Actions:
            - Name: Publish
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {BucketName: !Ref Web, Extract: true, ObjectKey: "#{Built.RELEASE}"}
              InputArtifacts: [{Name: Site}]
behavior:
  - {command: make site, takes: 20s, produces: {public/index.html: hello}}
"""


def run(folder: Path, until: str, timeline: str = "", **more: Any) -> Any:
    (folder / "shop").mkdir()
    (folder / "shop" / "buildspec.yml").write_text(BUILDSPEC)
    (folder / "shop" / "README.md").write_text("read me")
    text = SCENARIO + "repositories: {shop: shop}\n" + timeline
    return Scenario.parse(text, str(folder / "scenario.yml")).compile().run(until=parse_duration(until) / 1000, **more)


def test_a_polled_push_is_built_and_published(tmp_path: Path):
    # Given a pipeline that polls, and a push 90 s after the start
    cloud = run(tmp_path, "1h", "timeline: [{at: 90s, push: {repository: shop, branch: main, author: alice}}]")
    # Then it starts at the next minute, and every stage succeeds
    (pipeline,) = cloud.result()["pipelines"]
    (execution,) = pipeline["executions"]
    assert execution["started"] == 120
    assert execution["trigger"]["triggerType"] == "PollForSourceChanges"
    assert execution["status"] == "Succeeded", execution
    # with the head of the branch as its revision, known to the build
    head = cloud.call("codecommit", "GetBranch", repositoryName="shop", branchName="main")["branch"]["commitId"]
    assert execution["revisions"] == [
        {"actionName": "Code", "revisionId": head, "revisionSummary": "Empty commit"},
    ]
    (build,) = cloud.result()["builds"]
    assert build["environment"]["COMMIT"] == head
    assert build["environment"]["CODEBUILD_INITIATOR"] == "codepipeline/shop"
    assert build["environment"]["CODEBUILD_RESOLVED_SOURCE_VERSION"] == head
    # and one of its two artifacts lies in the bucket, under the variable that it exported
    published = cloud.call("s3", "ListObjectsV2", Bucket="web")["Contents"]
    assert [one["Key"] for one in published] == ["r7/index.html"]


def test_variables_of_a_real_commit(tmp_path: Path):
    cloud = run(tmp_path, "10m", "timeline: [{at: 0s, push: {repository: shop, branch: main, author: alice}}]")
    details = cloud.call("codepipeline", "ListActionExecutions", pipelineName="shop")["actionExecutionDetails"]
    variables = details[-1]["output"]["outputVariables"]
    assert variables["AuthorDate"] == variables["CommitterDate"] == "2026-01-05T09:00:00Z"
    assert variables["CommitMessage"] == "Empty commit"


def test_on_create_starts_the_first_execution(tmp_path: Path):
    cloud = run(tmp_path, "10m", "on_create: true\n")
    (pipeline,) = cloud.result()["pipelines"]
    assert [one["trigger"]["triggerType"] for one in pipeline["executions"]] == ["CreatePipeline"]
    assert pipeline["executions"][0]["status"] == "Succeeded"


def test_calls_of_the_pipeline_are_audited_under_its_role(tmp_path: Path):
    cloud = run(tmp_path, "10m", "on_create: true\n", audit=True)
    records = [record for record in cloud.result(audit=True)["audit"] if record["eventName"] == "StartBuild"]
    assert [record["userIdentity"]["invokedBy"] for record in records] == ["codepipeline.amazonaws.com"]
    assert "assumed-role/pipeline/shop" in records[0]["userIdentity"]["arn"]
