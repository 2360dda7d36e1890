"""Names, ARNs and endpoints by their characters; references that give something else than is due."""

from __future__ import annotations

import botocore.session
import pytest

from sim.formats.check.spellings import _CODEDEPLOY, NAMES
from tests.formats.check.small import PIPELINE, check_text


def told(resources: str, more: str = "") -> list[tuple[str, str]]:
    problems = check_text(f"{more}Resources:\n{resources}", "template.yml", "template")
    return [(problem.code, problem.hint) for problem in problems]


@pytest.mark.parametrize(("shape", "pattern", "most"), [row[2:] for row in NAMES])
def test_the_patterns_are_those_of_the_models(shape: tuple[str, str], pattern: str, most: int) -> None:
    model = botocore.session.get_session().get_service_model(shape[0]).shape_for(shape[1]).metadata
    assert (pattern or _CODEDEPLOY, most) == (model["pattern"], model["max"])


LETTERS = "write letters, digits and signs such as - and _ only, at most"


@pytest.mark.parametrize(
    ("resource", "hint"),
    [
        ("{Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: my web}}", f"{LETTERS} 100"),
        ("{Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web.git}}", "take .git out: the URL has it"),
        ("{Type: AWS::IAM::Role, Properties: {RoleName: my role}}", f"{LETTERS} 64"),
        ("{Type: AWS::IAM::Role, Properties: {RoleName: " + "a" * 65 + "}}", f"{LETTERS} 64"),
        ("{Type: AWS::CodeDeploy::Application, Properties: {ApplicationName: web/shop}}", f"{LETTERS} 100"),
        ("{Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web.shop}}", ""),
        ("{Type: AWS::IAM::Role, Properties: {RoleName: role.git}}", ""),
        ("{Type: AWS::IAM::Role, Properties: {RoleName: '{{resolve:ssm:role}}'}}", ""),
        ("{Type: AWS::IAM::Role, Properties: {RoleName: <your role>}}", ""),
    ],
)
def test_names(resource: str, hint: str) -> None:
    assert told(f"  X: {resource}\n") == ([("CF175", hint)] if hint else [])


@pytest.mark.parametrize(
    ("arn", "good"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", True),
        ("arn:aws-cn:iam::aws:policy/service-role/X", True),
        ("arn:aws:iam::123456789012:policy/own", True),
        ("arn:aws:iam:aws:policy/AdministratorAccess", False),
        ("AdministratorAccess", False),
        ("arn:aws:iam::1234:policy/own", False),
    ],
)
def test_arns_of_policies(arn: str, good: bool) -> None:
    role = f"  R: {{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: ['{arn}', !Ref 'AWS::NoValue']}}}}\n"
    assert [code for code, _ in told(role)] == ([] if good else ["CF175"])


@pytest.mark.parametrize(
    ("protocol", "endpoint", "good"),
    [
        ("email", "ops@example.com", True),
        ("email", "ops", False),
        ("https", "https://example.com/x", True),
        ("https", "http://example.com/x", False),
        ("sqs", "queue", False),
        ("sqs", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("sms", "+1 (555) 555-0100", True),
        ("email", "!Ref 'AWS::NoValue'", True),
        ("firehose", "anything", True),
    ],
)
def test_endpoints(protocol: str, endpoint: str, good: bool) -> None:
    row = f"{{Protocol: {protocol}, Endpoint: {endpoint}}}"
    topic = f"  T: {{Type: AWS::SNS::Topic, Properties: {{Subscription: [{row}]}}}}\n"
    alone = f"  S: {{Type: AWS::SNS::Subscription, Properties: {{TopicArn: !Ref T, {row[1:-1]}}}}}\n"
    assert [code for code, _ in told(topic + alone)] == ([] if good else ["CF176", "CF176"])


OTHERS = """\
  Repo: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: shop}}
  Build: {Type: AWS::CodeBuild::Project, Properties: {Name: build}}
  Bucket: {Type: AWS::S3::Bucket}
  Own: {Type: Custom::Name}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("RepositoryName: web", "RepositoryName: !GetAtt Repo.Name", []),
        ("RepositoryName: web", "RepositoryName: !Ref Repo", [("CF321", "write `!GetAtt Repo.Name`")]),
        ("RepositoryName: web", "RepositoryName: !Ref Build", [("CF321", "write `!GetAtt Repo.Name`")]),
        ("RepositoryName: web", "RepositoryName: Repo", [("CF314", "write `!GetAtt Repo.Name`, which gives its name")]),
        ("RepositoryName: web", "RepositoryName: !GetAtt Repo.Arn", [("CF321", "write `!GetAtt Repo.Name`")]),
        ("ProjectName: web", "ProjectName: !Ref Build", []),
        ("ProjectName: web", "ProjectName: !Ref Own", []),
        ("ProjectName: web", "ProjectName: !GetAtt Own.Name", []),
        ("ProjectName: web", "ProjectName: !GetAtt Build.Arn", [("CF321", "write `!Ref Build`")]),
        ("ProjectName: web", "ProjectName: !Ref Bucket", [("CF321", "write `!Ref Build`")]),
        ("ProjectName: web", "ProjectName: Build", [("CF314", "write `!Ref Build`, which gives its name")]),
    ],
)
def test_references_of_actions(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    line = f"  P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{PIPELINE.replace(old, new)}}}}}\n"
    assert told(OTHERS + line) == expected


def test_a_group_of_an_application_that_is_none() -> None:
    role = "ServiceRoleArn: 'arn:aws:iam::123456789012:role/d'"
    group = f"  G: {{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {{ApplicationName: !Ref Bucket, {role}}}}}\n"
    assert told(OTHERS + group) == [("CF321", "make an AWS::CodeDeploy::Application, or write the name of one")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("source: [aws.codecommit], resources: [!GetAtt Repo.Arn]", []),
        ("source: [aws.codecommit], resources: [!Ref Repo]", [("CF313", "write `!GetAtt Repo.Arn`")]),
        ("source: !Ref Name", [("EP101", "write `source: [!Ref Name]`")]),
        ("source: [!Ref Name]", []),
        ("source: !Ref Names", []),
        ("source: !Split [',', !Ref Name]", []),
        (
            "source: [aws.codecommit], detail: {referenceName: !Sub '${Name}'}",
            [("EP101", "write `referenceName: [!Sub '${Name}']`")],
        ),
    ],
)
def test_functions_in_patterns(pattern: str, expected: list[tuple[str, str]]) -> None:
    rule = f"  R: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {{{pattern}}}}}}}\n"
    more = "Parameters: {Name: {Type: String}, Names: {Type: CommaDelimitedList}}\n"
    assert told(OTHERS + rule, more) == expected


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("AWS::S3:Bucket", "did you mean AWS::S3::Bucket?"),
        ("S3::Bucket", "did you mean AWS::S3::Bucket?"),
        ("Bucket", "a type is written Organisation::Service::Resource"),
        ("Custom::Bucket", ""),
        ("Acme::Service::Thing", ""),
        ("Acme::Service::Thing::MODULE", ""),
    ],
)
def test_types_have_three_parts(kind: str, hint: str) -> None:
    assert told(f"  X: {{Type: '{kind}'}}\n") == ([("CF170", hint)] if hint else [])


@pytest.mark.parametrize(
    ("property", "hint"),
    [
        ("VpcConfig: !Ref Repo", "write below it `SecurityGroupIds:`, `Subnets:`, `VpcId:`"),
        ("VpcConfig: !Ref Name", "write below it `SecurityGroupIds:`, `Subnets:`, `VpcId:`"),
        ("VpcConfig: !Sub '${Name}'", "write below it `SecurityGroupIds:`, `Subnets:`, `VpcId:`"),
        ("SecondarySources: !Ref Repo", "write it as a list: `[{Type: …}]`"),
        ("SecondarySources: !Ref Name", ""),
        ("VpcConfig: !Ref 'AWS::NoValue'", ""),
        ("VpcConfig: !FindInMap [M, a, b]", ""),
    ],
)
def test_functions_that_give_text_where_more_is_due(property: str, hint: str) -> None:
    more = "Parameters: {Name: {Type: String}}\nMappings: {M: {a: {b: {VpcId: v}}}}\n"
    build = OTHERS.replace("{Name: build}", f"{{Name: build, {property}}}")
    assert told(build, more) == ([("CF001", hint)] if hint else [])


@pytest.mark.parametrize(
    ("name", "action", "hint"),
    [
        ("policy.json", '"a:B, c:D"', 'write a list: ["a:B", "c:D"]'),
        ("policy.json", '["a:B, c:D"]', 'write two entries: "a:B", "c:D"'),
        ("policy.json", '["x:Y", "a:B c:D,e:F"]', 'write three entries: "a:B", "c:D", "e:F"'),
        ("policy.yml", "'a:B, c:D'", "write a list: [a:B, c:D]"),
        ("policy.yml", "['x:Y', 'a:B, c:D']", "write two entries: a:B, c:D"),
        (
            "policy.yml",
            "\n      - x:Y\n      - a:B, c:D",
            "write two entries: `- a:B` and `- c:D`, each on its own line",
        ),
    ],
)
def test_actions_in_one_text_are_written_apart(name: str, action: str, hint: str) -> None:
    policy = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ACTION, "Resource": "*"}}'
    if "\n" in action:
        policy = "Version: '2012-10-17'\nStatement:\n  - Effect: Allow\n    Resource: '*'\n    Action: ACTION\n"
    assert [one.hint for one in check_text(policy.replace("ACTION", action), name, "policy")] == [hint]


@pytest.mark.parametrize(
    ("principal", "hint"),
    [
        ('"codebuild.amazonaws.com"', 'write `"Principal": {"Service": "codebuild.amazonaws.com"}`'),
        ('{"service": "codebuild.amazonaws.com"}', "did you mean Service?"),
    ],
)
def test_principals(principal: str, hint: str) -> None:
    statement = f'{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"}}'
    (problem,) = check_text(f'{{"Version": "2012-10-17", "Statement": [{statement}]}}', "trust.json", "policy")
    assert problem.code == "IAM121"
    assert problem.hint.startswith(hint)


def test_an_export_has_its_name_below_it() -> None:
    output = "Outputs: {O: {Value: !Ref Repo, Export: !Sub '${AWS::StackName}-x'}}\n"
    assert [code for code, _ in told(OTHERS, output)] == ["CF001"]
