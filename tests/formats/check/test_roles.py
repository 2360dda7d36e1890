"""Roles of a template: whether they trust who takes them on, and allow what is done with them."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from tests.formats.check import small
from tests.formats.check.small import check_text


def found(text: str) -> list[Problem]:
    return check_text(text, "template.yml", "template")


def messages(text: str) -> list[str]:
    return [f"{problem.code} {problem.message}" for problem in found(text)]


def role(service: str, *actions: str) -> str:
    return f"""\
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{{Effect: Allow, Principal: {{Service: {service}.amazonaws.com}}, Action: sts:AssumeRole}}]
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{{Effect: Allow, Resource: '*', Action: [{", ".join(repr(one) for one in actions)}]}}]
"""


# Targets of EventBridge


def rule(arn: str, role_arn: str = "!GetAtt Role.Arn") -> str:
    return f"""\
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 hour)
      Targets: [{{Id: a, Arn: {arn}, RoleArn: {role_arn}}}]
  Line: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{small.PIPELINE}}}}}
  Build: {{Type: AWS::CodeBuild::Project, Properties: {{Name: build}}}}
"""


PIPELINE = "!Sub 'arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Line}'"


@pytest.mark.parametrize(
    ("arn", "actions", "told"),
    [
        (PIPELINE, ["codepipeline:StartPipelineExecution"], []),
        (PIPELINE, ["codepipeline:Start*"], []),
        (PIPELINE, ["codepipeline:GetPipeline"], ["codepipeline:StartPipelineExecution"]),
        ("!GetAtt Line.Arn", ["codebuild:StartBuild"], ["codepipeline:StartPipelineExecution"]),
        ("!GetAtt Build.Arn", ["codebuild:StartBuild"], []),
        ("!GetAtt [Build, Arn]", ["codepipeline:*"], ["codebuild:StartBuild"]),
        ("!Sub '${Build.Arn}'", ["codepipeline:*"], ["codebuild:StartBuild"]),
        ("!ImportValue topic", ["s3:GetObject"], []),
    ],
)
def test_what_the_role_of_a_target_must_allow(arn: str, actions: list[str], told: list[str]) -> None:
    assert messages(rule(arn) + role("events", *actions)) == [
        f"CF310 a target of Rule needs {action}, and Role does not allow it" for action in told
    ]


def test_the_role_of_a_target_trusts_eventbridge() -> None:
    allowed = "codepipeline:StartPipelineExecution"
    (problem,) = found(rule(PIPELINE) + role("codepipeline", allowed))
    assert (problem.code, problem.hint) == ("CF309", "add events.amazonaws.com to Principal: Service")
    assert problem.message == "a target of Rule takes on the role Role, which does not trust events.amazonaws.com"
    assert found(rule(PIPELINE, "!Sub '${Role.Arn}'") + role("codepipeline", allowed))
    assert found(rule(PIPELINE, "!ImportValue role") + role("codepipeline", allowed)) == []


@pytest.mark.parametrize("arn", [PIPELINE, "!GetAtt Line.Arn", "!GetAtt Build.Arn"])
def test_a_target_without_a_role(arn: str) -> None:
    text = rule(arn).replace(", RoleArn: !GetAtt Role.Arn", "")
    assert [problem.code for problem in found(text)] == ["CF308"]


# Roles of builds

LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


def project(more: str = "", variables: str = "", source: str = "{Type: NO_SOURCE}") -> str:
    return f"""\
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt Role.Arn
      Source: {source}
      Environment: {{EnvironmentVariables: [{variables}]}}
{more}"""


@pytest.mark.parametrize(
    ("actions", "more", "missing"),
    [
        (LOGS, "", ""),
        (("logs:*",), "", ""),
        (LOGS[1:], "", "logs:CreateLogGroup"),
        (LOGS[:1], "", "logs:CreateLogStream, logs:PutLogEvents"),
        (("s3:*",), "", ", ".join(LOGS)),
        (LOGS[1:], "      LogsConfig: {CloudWatchLogs: {Status: ENABLED, GroupName: builds}}\n", ""),
        (("s3:*",), "      LogsConfig: {CloudWatchLogs: {Status: DISABLED}}\n", ""),
    ],
)
def test_what_a_build_needs_to_write_its_log(actions: tuple[str, ...], more: str, missing: str) -> None:
    told = [f"CF310 Build needs {missing}, and Role does not allow it"] if missing else []
    assert messages(project(more) + role("codebuild", *actions)) == told


@pytest.mark.parametrize(
    ("kind", "store", "needed"),
    [
        ("SECRETS_MANAGER", "Secrets Manager", "secretsmanager:GetSecretValue"),
        ("PARAMETER_STORE", "Parameter Store", "ssm:GetParameters"),
    ],
)
def test_variables_that_come_from_a_store(kind: str, store: str, needed: str) -> None:
    text = project(variables=f"{{Name: TOKEN, Type: {kind}, Value: web/token}}")
    told = f"CF310 the variable TOKEN of Build comes from {store}: it needs {needed}, and Role does not allow it"
    assert messages(text + role("codebuild", *LOGS)) == [told]
    assert messages(text + role("codebuild", *LOGS, needed)) == []


@pytest.mark.parametrize(
    ("section", "needed"),
    [("secrets-manager", "secretsmanager:GetSecretValue"), ("parameter-store", "ssm:GetParameters")],
)
def test_a_buildspec_inside_the_template_takes_from_a_store(section: str, needed: str) -> None:
    spec = f'"version: 0.2\\nenv: {{{section}: {{TOKEN: web/token}}}}\\nphases: {{build: {{commands: [make]}}}}"'
    text = project(source=f"{{Type: NO_SOURCE, BuildSpec: {spec}}}")
    (told,) = messages(text + role("codebuild", *LOGS))
    assert told.startswith("CF310 the buildspec of Build takes TOKEN from ")
    assert told.endswith(f": the project needs {needed}, and Role does not allow it")
    assert messages(text + role("codebuild", *LOGS, needed)) == []


@pytest.mark.parametrize(
    ("source", "needed"),
    [("{Type: CODECOMMIT, Location: x}", "codecommit:GitPull"), ("{Type: CODEPIPELINE}", "s3:GetObject")],
)
def test_what_a_build_needs_to_get_its_source(source: str, needed: str) -> None:
    text = project("      Artifacts: {Type: CODEPIPELINE}\n" if "PIPELINE" in source else "", source=source)
    assert messages(text + role("codebuild", *LOGS)) == [f"CF310 Build needs {needed}, and Role does not allow it"]
    assert messages(text + role("codebuild", *LOGS, needed)) == []
