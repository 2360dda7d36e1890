"""References to what a template has not: what is offered instead, and how to make it."""

from __future__ import annotations

import pytest

from sim.formats.check import check_text
from sim.formats.check.schemas import ATTRIBUTES
from sim.formats.resourcetypes import WITH_ARN, kinds_of

TYPES = {
    "Bucket": "AWS::S3::Bucket",
    "Role": "AWS::IAM::Role",
    "Build": "AWS::CodeBuild::Project",
    "Topic": "AWS::SNS::Topic",
    "Pipeline": "AWS::CodePipeline::Pipeline",
}


def told(value: str, resources: str = "Bucket", parameters: str = "", more: str = "") -> list[tuple[str, str]]:
    """(code, hint) of what is said of a value in a template with these resources and parameters."""
    rows = [f"  {name}: {{Type: {TYPES.get(name) or TYPES[more]}}}\n" for name in resources.split()]
    given = "".join(f"  {name}: {{Type: String}}\n" for name in parameters.split())
    text = (f"Parameters:\n{given}" if given else "") + "Resources:\n" + "".join(rows)
    text += f"  It:\n    Type: AWS::CloudWatch::Alarm\n    Properties: {{{value}}}\n"
    return [(one.code, one.hint) for one in check_text(text, "t.yml", "template") if one.code in ("CF141", "CF142")]


@pytest.mark.parametrize(
    ("value", "there", "hint"),
    [
        ("AlarmName: !Ref ArtifactBucket", ("Bucket Role",), "did you mean Bucket?"),
        ("AlarmName: !Ref Bucket", ("Build", "ArtifactBucket"), "did you mean ArtifactBucket?"),
        ("AlarmName: !Sub '${ArtifactBucket.Arn}/*'", ("Bucket",), "did you mean Bucket?"),
        ("AlarmName: !Ref BucketName", ("Bucket",), "did you mean Bucket?"),
        ("AlarmName: !Ref RoleArn", ("Role",), "write `!GetAtt Role.Arn`"),
        ("AlarmName: !Sub 'x ${BuildRoleArn}'", ("Role",), "write `${Role.Arn}`"),
        ("AlarmActions: [!Ref NoticeTopic]", ("Topic Role",), "did you mean Topic?"),
        ("AlarmName: !Ref PipelineName", ("Build", "ThePipelineName"), "did you mean ThePipelineName?"),
        (
            "AlarmName: !GetAtt Stage.Arn",
            ("Build", "Stage"),
            "Stage is a parameter, and has no attributes: write `!Ref Stage`",
        ),
    ],
)
def test_the_one_that_fits_by_its_words_is_offered(value: str, there: tuple[str, ...], hint: str) -> None:
    assert told(value, *there) == [("CF142", hint)]


@pytest.mark.parametrize(
    ("value", "there", "hint"),
    [
        (
            "AlarmName: !Ref BuildRole",
            ("Build",),
            "add a resource BuildRole of `Type: AWS::IAM::Role`, or a parameter for one that exists already",
        ),
        (
            "AlarmName: !GetAtt ArtifactBucket.Arn",
            ("LogBucket", "", "Bucket"),
            "write `!GetAtt LogBucket.Arn` if LogBucket is meant, the only AWS::S3::Bucket here; else add a resource"
            " ArtifactBucket of `Type: AWS::S3::Bucket`",
        ),
        (
            "AlarmName: !GetAtt ArtifactBucket.Arn",
            ("LogBucket SiteBucket", "", "Bucket"),
            "write one of LogBucket, SiteBucket; else add a resource ArtifactBucket of `Type: AWS::S3::Bucket`",
        ),
        (
            "AlarmName: !Ref Colour",
            ("Bucket", "Stage"),
            "add `Colour: {Type: String}` under Parameters, or write one that is there: Stage (a parameter), "
            "Bucket (AWS::S3::Bucket)",
        ),
        (
            "AlarmName: !Ref DevBranch",
            ("", "Branch"),
            "add `DevBranch: {Type: String}` under Parameters; "
            "else write `!Ref Branch`, if there is one for all stages",
        ),
        ("AlarmName: !Sub '${Colour}'", ("", ""), "add `Colour: {Type: String}` under Parameters"),
    ],
)
def test_else_it_is_told_how_to_make_it(value: str, there: tuple[str, ...], hint: str) -> None:
    assert told(value, *there) == [("CF142", hint)]


def depending(on: str, more: str = "") -> list[tuple[str, str]]:
    text = (
        f"{more}Resources:\n  Bucket: {{Type: AWS::S3::Bucket, DependsOn: {on}}}\n  Topic: {{Type: AWS::SNS::Topic}}\n"
    )
    return [(problem.code, problem.hint) for problem in check_text(text, "t.yml", "template")]


def test_what_a_resource_waits_for() -> None:
    assert depending("NoticeTopic") == [("CF141", "did you mean Topic?")]
    assert depending("ArtifactBucket") == [
        ("CF141", "add a resource ArtifactBucket of `Type: AWS::S3::Bucket`; else take the DependsOn out")
    ]
    assert depending("Stage", "Parameters: {Stage: {Type: String}}\n") == [
        ("CF141", "take the DependsOn out: a parameter is there before all resources")
    ]


@pytest.mark.parametrize("kind", WITH_ARN)
def test_types_with_an_arn_have_it_as_an_attribute(kind: str) -> None:
    assert "Arn" in ATTRIBUTES[kind]


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("ArtifactBucket", ["AWS::S3::Bucket"]),
        ("ServiceRoleArn", ["AWS::IAM::Role"]),
        ("WebDeploymentGroup", ["AWS::CodeDeploy::DeploymentGroup"]),
        ("Repository", ["AWS::CodeCommit::Repository", "AWS::ECR::Repository"]),
        ("ApiKey", []),
        ("Bucketful", []),
    ],
)
def test_what_a_word_speaks_of(word: str, kinds: list[str]) -> None:
    assert list(kinds_of(word)) == kinds
