"""ARNs of a template's own resources in its policies."""

from __future__ import annotations

import pytest

from tests.formats.check.small import check_text


def told(action: str, resource: str) -> list[tuple[str, str]]:
    text = f"""\
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: {action}
            Resource: {resource}
  Bucket: {{Type: AWS::S3::Bucket}}
  Topic: {{Type: AWS::SNS::Topic}}
  Project: {{Type: AWS::CodeBuild::Project}}
  App: {{Type: AWS::CodeDeploy::Application}}
  Line: {{Type: AWS::CodePipeline::Pipeline}}
  Group: {{Type: AWS::Logs::LogGroup}}
  Key: {{Type: AWS::KMS::Key}}
Parameters: {{Name: {{Type: String}}}}
"""
    return [(problem.code, problem.hint) for problem in check_text(text, "template.yml")]


OBJECTS = "write !Sub '${Bucket.Arn}/*' in place of `!GetAtt Bucket.Arn`"


@pytest.mark.parametrize(
    "resource",
    [
        "!GetAtt Bucket.Arn",
        "{Fn::GetAtt: [Bucket, Arn]}",
        "!Sub '${Bucket.Arn}'",
        "!Sub 'arn:aws:s3:::${Bucket}'",
        "!Sub 'arn:${AWS::Partition}:s3:::${Bucket}'",
        "!Join ['', ['arn:aws:s3:::', !Ref Bucket]]",
        "!Join ['', ['arn:', !Ref 'AWS::Partition', ':s3:::', !Ref Bucket]]",
    ],
)
def test_a_bucket_is_no_object(resource: str) -> None:
    assert told("s3:GetObject", resource) == [("IAM207", OBJECTS)]
    assert told("s3:ListBucket", resource) == []


@pytest.mark.parametrize(
    "resource",
    [
        "!Sub '${Bucket.Arn}/*'",
        "!Sub 'arn:aws:s3:::${Bucket}/*'",
        "!Join ['/', [!GetAtt Bucket.Arn, '*']]",
    ],
)
def test_objects_are_no_bucket(resource: str) -> None:
    assert told("s3:GetObject", resource) == []
    assert told("s3:ListBucket", resource) == [
        ("IAM207", "write `!GetAtt Bucket.Arn` in place of !Sub '${Bucket.Arn}/*'")
    ]


@pytest.mark.parametrize(
    "resource",
    [
        "[!GetAtt Bucket.Arn, !Sub '${Bucket.Arn}/*']",
        "!ImportValue bucket",
        "[!GetAtt Bucket.Arn, !ImportValue bucket]",
        "!Sub 'arn:aws:s3:::${Name}'",
        "!Sub 'arn:aws:s3:::${AWS::StackName}-x'",
        "!Ref Name",
        "!Join ['', !Split [',', !Ref Name]]",
        "!Sub ['arn:aws:s3:::${B}', {B: !Ref Bucket}]",
    ],
)
def test_what_is_not_known_is_not_judged(resource: str) -> None:
    assert told("s3:GetObject", resource) == []


def test_a_build_is_of_a_project() -> None:
    assert told("codebuild:StartBuild", "!GetAtt Project.Arn") == []
    assert [code for code, _ in told("codebuild:StartBuild", "!GetAtt Bucket.Arn")] == ["IAM207"]


@pytest.mark.parametrize(
    ("resource", "hint"),
    [
        ("!Ref Bucket", "write `!GetAtt Bucket.Arn`"),
        ("{Ref: Bucket}", "write `!GetAtt Bucket.Arn`"),
        ("['*', !Ref Project]", "write `!GetAtt Project.Arn`"),
        ("!Sub '${Bucket}/*'", "write !Sub '${Bucket.Arn}/*'"),
        ("!Ref App", "write its ARN with !Sub, made with the name that `!Ref App` gives"),
    ],
)
def test_a_name_is_no_arn(resource: str, hint: str) -> None:
    assert told("s3:Get*", resource) == [("IAM115", hint)]


@pytest.mark.parametrize(
    ("actions", "hint"),
    [
        ("s3:GetObject", "write `!Sub '${Bucket.Arn}/*'`, for the objects in it"),
        (
            "[s3:GetObject, s3:ListBucket]",
            "write `[!GetAtt Bucket.Arn, !Sub '${Bucket.Arn}/*']`, for the bucket and the objects in it",
        ),
        ("s3:ListBucket", "write `!GetAtt Bucket.Arn`"),
    ],
)
def test_the_name_of_a_bucket_is_mended_at_the_first_try(actions: str, hint: str) -> None:
    assert told(actions, "!Ref Bucket") == [("IAM115", hint)]
    mend = hint.partition("`")[2].partition("`")[0]
    assert told(actions, mend) == []


@pytest.mark.parametrize(
    ("action", "wrong", "meant"),
    [
        ("s3:ListBucket", "arn:aws:s3::${Bucket}", "arn:aws:s3:::${Bucket}"),
        ("s3:GetObject", "arn:${AWS::Partition}:s3::${Bucket}", "arn:${AWS::Partition}:s3:::${Bucket}/*"),
        ("s3:GetObject", "arn:${AWS::Partition}:s3::${Bucket}/a/*", "arn:${AWS::Partition}:s3:::${Bucket}/a/*"),
        ("iam:PassRole", "arn:aws:iam:${AWS::AccountId}:role/a", "arn:aws:iam::${AWS::AccountId}:role/a"),
        (
            "sns:Publish",
            "arn:aws:sns:${AWS::Region}${AWS::AccountId}:t",
            "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:t",
        ),
        ("sns:Publish", "${Topic}", ""),
        ("sns:Publish", "arn:aws:${Name}", ""),
    ],
)
def test_an_arn_in_a_sub_that_lacks_a_colon(action: str, wrong: str, meant: str) -> None:
    expected = [("IAM115", f"a colon is missing: write !Sub '{meant}'")] if meant else []
    assert told(action, f"!Sub '{wrong}'") == expected
    assert not meant or told(action, f"!Sub '{meant}'") == []


def test_some_refs_are_arns() -> None:
    assert told("sns:Publish", "!Ref Topic") == []


def test_in_json_the_mend_is_json_too() -> None:
    statement = '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]}}'
    document = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    policy = f'{{"Type": "AWS::IAM::ManagedPolicy", "Properties": {{"PolicyDocument": {document}}}}}'
    text = f'{{"Resources": {{"Bucket": {{"Type": "AWS::S3::Bucket"}}, "P": {policy}}}}}'
    (problem,) = check_text(text, "template.json")
    assert problem.hint == ('write `{"Fn::Sub": "${Bucket.Arn}/*"}` in place of `{"Fn::GetAtt": ["Bucket", "Arn"]}`')


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        (
            "codecommit:GitPull",
            "arn:aws:codecommit:us-east-1:123456789012:repository/web",
            [("IAM207", "write arn:aws:codecommit:us-east-1:123456789012:web")],
        ),
        ("codecommit:GitPull", "arn:aws:codecommit:us-east-1:123456789012:web", []),
        ("codecommit:GitPull", "arn:aws:codecommit:us-east-1:123456789012:*/*", []),
        (
            "sns:Publish",
            "arn:aws:sns:us-east-1:12345678901:t",
            [("IAM208", "write the 12 digits of the account, with zeros in front")],
        ),
        ("sns:Publish", "arn:aws:sns:us-east-1:*:t", []),
        ("cloudformaton:DescribeStacks", "'*'", [("IAM206", "did you mean cloudformation:DescribeStacks?")]),
    ],
)
def test_arns_and_actions_that_are_of_nothing(action: str, resource: str, expected: list[tuple[str, str]]) -> None:
    assert told(action, resource) == expected


HERE = "${AWS::Region}:${AWS::AccountId}"


@pytest.mark.parametrize(
    ("action", "resource", "hint"),
    [
        (
            "logs:PutLogEvents",
            f"!Sub 'arn:${{AWS::Partition}}:logs:{HERE}:/aws/codebuild/web'",
            f"write !Sub 'arn:${{AWS::Partition}}:logs:{HERE}:log-group:/aws/codebuild/web:*'",
        ),
        (
            "codebuild:StartBuild",
            f"!Sub 'arn:aws:codebuild:{HERE}:${{Project}}'",
            f"write !Sub 'arn:aws:codebuild:{HERE}:project/${{Project}}'",
        ),
        (
            "codebuild:StartBuild",
            f"!Sub 'arn:aws:codebuild:{HERE}:build/${{Project}}'",
            f"write !Sub 'arn:aws:codebuild:{HERE}:project/${{Project}}' in place of "
            f"!Sub 'arn:aws:codebuild:{HERE}:build/${{Project}}'",
        ),
        (
            "codepipeline:PutApprovalResult",
            f"!Sub 'arn:aws:codepipeline:{HERE}:${{Line}}'",
            f"write !Sub 'arn:aws:codepipeline:{HERE}:${{Line}}/*' in place of "
            f"!Sub 'arn:aws:codepipeline:{HERE}:${{Line}}'",
        ),
        ("codepipeline:StartPipelineExecution", f"!Sub 'arn:aws:codepipeline:{HERE}:${{Line}}'", ""),
        (
            "sns:Publish",
            "!Join [':', ['arn:aws:sns', !Ref 'AWS::Region', !Ref 'AWS::AccountId', 'topic/news']]",
            f"write !Sub 'arn:aws:sns:{HERE}:news'",
        ),
        (
            "iam:PassRole",
            "!Sub 'arn:aws:iam:${AWS::Region}:${AWS::AccountId}:role/web'",
            "leave the Region empty: !Sub 'arn:aws:iam::${AWS::AccountId}:role/web'",
        ),
        ("logs:PutLogEvents", "!GetAtt Group.Arn", ""),
        ("kms:Decrypt", "!Ref Key", "write `!GetAtt Key.Arn`"),
        ("kms:Decrypt", "!GetAtt Key.Arn", ""),
        (
            "kms:Decrypt",
            f"!Sub 'arn:aws:kms:{HERE}:alias/web'",
            f"write `!GetAtt Key.Arn` in place of !Sub 'arn:aws:kms:{HERE}:alias/web'",
        ),
        ("ecr:BatchGetImage", f"!Sub 'arn:aws:ecr:{HERE}:${{Name}}'", ""),
    ],
)
def test_the_form_of_an_arn_in_a_template(action: str, resource: str, hint: str) -> None:
    assert [one for _, one in told(action, resource)] == [hint] * (hint != "")
