"""Roles of a template: whether they trust who takes them on, and allow what is done with them."""

from __future__ import annotations

import re

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
    assert (problem.code, problem.hint) == (
        "CF309",
        "write `Service: [codepipeline.amazonaws.com, events.amazonaws.com]` in its Principal",
    )
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


# What is to be added


def hints(text: str, code: str = "CF310", name: str = "template.yml") -> list[str]:
    return [problem.hint for problem in check_text(text, name, "template") if problem.code == code]


def with_statements(*statements: str) -> str:
    """A role of CodeBuild's with these statements in its policy, beside those for its log."""
    rows = (f"{{Effect: Allow, Resource: '*', Action: [{', '.join(LOGS)}]}}", *statements)
    text = role("codebuild", "x:y")
    return text[: text.index("Statement: [{Effect: Allow, Resource")] + f"Statement: [{', '.join(rows)}]\n"


CLONE = "!GetAtt Repo.CloneUrlHttp"
REST = """\
  Repo: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web}}
  Bucket: {Type: AWS::S3::Bucket}
"""


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("codecommit:GitPull", "IAM207"),
        ("'codecommit:*'", "IAM207"),
        ("'*'", "CF310"),
        ("'codecommit:*', 's3:*'", "IAM207"),
    ],
)
@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::my-bucket",
        "!Sub 'arn:aws:s3:::${Bucket}'",
        "!GetAtt Bucket.Arn",
        "!Join ['', ['arn:aws:s3:::', !Ref Bucket]]",
        "[!GetAtt Bucket.Arn, !Sub '${Bucket.Arn}/*']",
    ],
)
def test_an_action_on_what_it_cannot_be_about_is_not_allowed(action: str, told: str, resource: str) -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST
    text += with_statements(f"{{Effect: Allow, Action: [{action}], Resource: {resource}}}")
    problems = [problem for problem in found(text) if "s3:*" not in problem.message[:4]]
    assert [problem.code for problem in problems] == [told]
    assert (
        "Action: codecommit:" in problems[0].hint or "!GetAtt Repo.Arn" in problems[0].hint or "'*'" in problems[0].hint
    )


def test_one_that_allows_it_on_other_kinds_only_is_told_so() -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST
    text += with_statements("{Effect: Allow, Action: '*', Resource: !GetAtt Bucket.Arn}")
    assert messages(text) == [
        "CF310 Build needs codecommit:GitPull, and Role allows it on resources that are none of its kind"
    ]


@pytest.mark.parametrize(
    "resource", ["!ImportValue repo", "!Ref Arn", "'*'", "arn:aws:codecommit:*:*:*", "!GetAtt Repo.Arn"]
)
def test_a_resource_that_may_fit_is_enough(resource: str) -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST + "Parameters: {Arn: {Type: String}}\n"
    role_ = with_statements(f"{{Effect: Allow, Action: codecommit:GitPull, Resource: {resource}}}")
    assert found(text.replace("Parameters:", role_ + "Parameters:")) == []


@pytest.mark.parametrize(
    ("source", "resource"),
    [
        (f"{{Type: CODECOMMIT, Location: {CLONE}}}", "!GetAtt Repo.Arn"),
        (
            "{Type: CODECOMMIT, Location: 'https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop'}",
            "!Sub 'arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:shop'",
        ),
        ("{Type: CODECOMMIT, Location: !ImportValue url}", "!GetAtt Repo.Arn"),
        (
            "{Type: CODECOMMIT, Location: !Sub 'https://git-codecommit.${AWS::Region}.amazonaws.com/v1/repos/${Repo.Name}'}",
            "!Sub 'arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${Repo.Name}'",
        ),
    ],
)
def test_the_statement_to_add_names_the_repository(source: str, resource: str) -> None:
    (hint,) = hints(project(source=source) + REST + role("codebuild", *LOGS))
    statement = f"{{Effect: Allow, Action: codecommit:GitPull, Resource: {resource}}}"
    assert hint == f"add a statement to the Statement of Role, line 20: `{statement}`"
    mended = with_statements(statement)
    assert found(project(source=source) + REST + mended) == []


def test_without_a_policy_the_whole_of_one_is_shown() -> None:
    text = (
        project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}").replace(
            "Source", "LogsConfig: {CloudWatchLogs: {Status: DISABLED}}\n      Source"
        )
        + REST
    )
    text += role("codebuild").partition("      Policies:")[0]
    (hint,) = hints(text)
    assert hint == (
        "add to the Properties of Role (line 14): `Policies: [{PolicyName: allow, PolicyDocument: "
        "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: codecommit:GitPull, "
        "Resource: !GetAtt Repo.Arn}]}}]`"
    )
    assert found(text + "      " + hint.partition("`")[2].strip("`") + "\n") == []


def test_a_statement_makes_no_circle() -> None:
    """A project that takes on the very role cannot be named in it, or neither could be made first."""
    text = f"Resources:\n  Line: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{small.PIPELINE}}}}}\n".replace(
        "'arn:aws:iam::123456789012:role/p'", "!GetAtt Role.Arn"
    ).replace("ProjectName: web", "ProjectName: !Ref Build")
    text += project().replace("Resources:\n", "").replace("Properties:", "Properties:\n      Name: site", 1)
    text += role("codebuild", *LOGS, "s3:*", "codecommit:*").replace(
        "codebuild.amazonaws.com", "[codebuild.amazonaws.com, codepipeline.amazonaws.com]"
    )
    (hint,) = hints(text)
    assert "Resource: !Sub 'arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:project/site'" in hint
    (other,) = hints(text.replace("ServiceRole: !GetAtt Role.Arn", "ServiceRole: arn:aws:iam::123456789012:role/b"))
    assert "Resource: !GetAtt Build.Arn" in other


def test_what_is_to_be_mended_first_needs_no_pull() -> None:
    """CODECOMMIT beside artifacts of a pipeline is told of (CF161), and its mend needs none."""
    text = project("      Artifacts: {Type: CODEPIPELINE}\n", source="{Type: CODECOMMIT}") + role("codebuild", *LOGS)
    assert [problem.code for problem in found(text)] == ["CF161"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("ProjectName: web", "Project: web", "PL111"),
        ("Provider: CodeBuild", "Provider: Codebuild", "PL110"),
        ("{Name: Source, ", "{Name: So urce, ", "PL101"),
    ],
)
def test_other_faults_of_a_pipeline_hide_nothing(old: str, new: str, code: str) -> None:
    text = f"Resources:\n  Line: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{small.PIPELINE}}}}}\n".replace(
        "'arn:aws:iam::123456789012:role/p'", "!GetAtt Role.Arn"
    )
    text += role("codepipeline", "s3:*", "codecommit:*")
    assert [problem.code for problem in found(text)] == ["CF310"]
    assert sorted({problem.code for problem in found(text.replace(old, new))} - {code})[:1] == ["CF310"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Effect: Allow, Action: codecommit", "Effect: allow, Action: codecommit", "IAM105"),
        ("Action: codecommit", "Actions: codecommit", "IAM103"),
        ("codecommit:GitPull", "codecommit.GitPull", "IAM113"),
        ("codecommit:GitPull", "codecommit:GitPul", "IAM206"),
    ],
)
def test_a_slip_in_a_policy_is_one_finding(old: str, new: str, code: str) -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST
    text += with_statements("{Effect: Allow, Action: codecommit:GitPull, Resource: '*'}")
    assert found(text) == []
    assert [problem.code for problem in found(text.replace(old, new))] == [code]


def test_a_slip_in_a_policy_does_not_hide_what_is_lacking() -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST
    text += with_statements("{Effect: allow, Actions: s3:GetObject, Resource: '*'}")
    assert {problem.code for problem in found(text)} == {"IAM103", "IAM105", "CF310"}


def test_managed_policies_of_the_template_are_known() -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST
    given = with_statements().replace("      Policies:", "      ManagedPolicyArns: [!Ref More]\n      Policies:")
    more = """\
  More:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Action: ACTION, Resource: '*'}]
"""
    assert found(text + given + more.replace("ACTION", "codecommit:GitPull")) == []
    assert [one.code for one in found(text + given + more.replace("ACTION", "s3:GetObject"))] == ["CF310"]
    assert found(text + given.replace("!Ref More", "arn:aws:iam::aws:policy/PowerUserAccess")) == []


@pytest.mark.parametrize(
    ("variable", "resource"),
    [
        (
            "Type: SECRETS_MANAGER, Value: 'web/token:key'",
            "secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:web/token-*",
        ),
        ("Type: PARAMETER_STORE, Value: /web/token", "ssm:${AWS::Region}:${AWS::AccountId}:parameter/web/token"),
        ("Type: PARAMETER_STORE, Value: !ImportValue a", "ssm:${AWS::Region}:${AWS::AccountId}:parameter/*"),
    ],
)
def test_the_statement_to_add_names_the_secret(variable: str, resource: str) -> None:
    (hint,) = hints(project(variables=f"{{Name: TOKEN, {variable}}}") + role("codebuild", *LOGS))
    assert f"Resource: !Sub 'arn:${{AWS::Partition}}:{resource}'}}`" in hint


def test_in_json_the_statement_is_json() -> None:
    import json

    trust = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [logs]}}
    role_ = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}, "Policies": [policy]}
    source = {"Type": "CODECOMMIT", "Location": {"Fn::GetAtt": ["Repo", "CloneUrlHttp"]}}
    resources = {
        "Repo": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": "web"}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": role_},
        "Build": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {"ServiceRole": {"Fn::GetAtt": ["Role", "Arn"]}, "Source": source},
        },
    }
    (hint,) = hints(json.dumps({"Resources": resources}), name="template.json")
    statement = hint.partition("`")[2].strip("`")
    assert json.loads(statement) == {
        "Effect": "Allow",
        "Action": "codecommit:GitPull",
        "Resource": {"Fn::GetAtt": ["Repo", "Arn"]},
    }


# All hints together


WHOLE = """\
Parameters:
  Name: {Type: String, Default: f}
  Connection: {Type: String, Default: 'arn:aws:codestar-connections:us-east-1:123456789012:connection/a'}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          Effect: Allow
          Principal: {Service: [codepipeline.amazonaws.com, codebuild.amazonaws.com]}
          Action: sts:AssumeRole
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - {Effect: Allow, Action: 's3:ListBucket', Resource: !GetAtt Bucket.Arn}
  StackRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: cloudformation.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess']
  Bucket: {Type: AWS::S3::Bucket}
  Repo: {Type: AWS::CodeCommit::Repository, Properties: {RepositoryName: web}}
  Topic: {Type: AWS::SNS::Topic}
  Secret: {Type: AWS::SecretsManager::Secret}
  App: {Type: AWS::CodeDeploy::Application}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt Role.Arn
      Source: {Type: CODEPIPELINE}
      Artifacts: {Type: CODEPIPELINE}
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
        EnvironmentVariables:
          - {Name: A, Type: SECRETS_MANAGER, Value: !Ref Secret}
          - {Name: B, Type: PARAMETER_STORE, Value: !Sub '/${Name}/x'}
  Line:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Bucket}
      Stages:
        - Name: Source
          Actions:
            - Name: Code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
              Configuration: {RepositoryName: !GetAtt Repo.Name, BranchName: main, PollForSourceChanges: 'false'}
              OutputArtifacts: [{Name: Src}]
            - Name: Hub
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: '1'}
              Configuration: {ConnectionArn: !Ref Connection, FullRepositoryId: a/b, BranchName: main}
              OutputArtifacts: [{Name: Other}]
            - Name: Image
              ActionTypeId: {Category: Source, Owner: AWS, Provider: ECR, Version: '1'}
              Configuration: {RepositoryName: img}
              OutputArtifacts: [{Name: Third}]
        - Name: Build
          Actions:
            - Name: Make
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: !Ref Build}
              InputArtifacts: [{Name: Src}]
              OutputArtifacts: [{Name: Out}]
            - Name: Ok
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: '1'}
              Configuration: {NotificationArn: !Ref Topic}
        - Name: Deploy
          Actions:
            - Name: Fleet
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: '1'}
              Configuration: {ApplicationName: !Ref App, DeploymentGroupName: prod}
              InputArtifacts: [{Name: Out}]
            - Name: Stack
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: '1'}
              Configuration:
                ActionMode: CREATE_UPDATE
                StackName: !Sub '${Name}-stack'
                RoleArn: !GetAtt StackRole.Arn
                TemplatePath: Other::t.yml
              InputArtifacts: [{Name: Other}]
            - Name: Tasks
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: '1'}
              Configuration: {ClusterName: c, ServiceName: s}
              InputArtifacts: [{Name: Third}]
            - Name: Call
              ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: '1'}
              Configuration: {FunctionName: !Ref Name}
            - Name: Steps
              ActionTypeId: {Category: Invoke, Owner: AWS, Provider: StepFunctions, Version: '1'}
              Configuration: {StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m'}
"""


def test_the_statements_of_all_hints_together_are_enough_and_make_no_circle() -> None:
    problems = [problem for problem in found(WHOLE) if problem.severity == "warning"]
    assert {problem.code for problem in problems} == {"CF310"}
    assert len(problems) == 14
    added = [one for problem in problems for one in re.findall("`([^`]*)`", problem.hint)]
    assert ["role/NAME" in one for one in added].count(True) == 1  # the role of the tasks, which nothing here names
    added = [one.replace("NAME", "tasks") for one in added]
    own = "              - {Effect: Allow, Action: 's3:ListBucket', Resource: !GetAtt Bucket.Arn}\n"
    rows = "".join(f"              - {one}\n" for one in dict.fromkeys(added))
    assert found(WHOLE.replace(own, own + rows)) == []


def test_the_statements_name_what_the_template_has() -> None:
    hints_ = "\n".join(hints(WHOLE))
    for resource in (
        "!GetAtt Repo.Arn",
        "!Sub '${Bucket.Arn}/*'",
        "!Ref Topic",
        "!Ref Secret",
        "!Ref Connection",
        "!GetAtt StackRole.Arn",
        ":function:${Name}'",
        ":repository/img'",
        ":stack/${Name}-stack/*'",
        "'arn:aws:states:us-east-1:123456789012:stateMachine:m'",
    ):
        assert f"{resource}}}`" in hints_, resource


def test_all_that_a_role_is_to_trust_stands_in_each_hint() -> None:
    text = f"Resources:\n  Line: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{small.PIPELINE}}}}}\n".replace(
        "'arn:aws:iam::123456789012:role/p'", "!GetAtt Role.Arn"
    )
    text += project().replace("Resources:\n", "") + role("events", "'*'").replace("'x:y'", "'*'")
    told = hints(text, "CF309")
    services = "events.amazonaws.com, codepipeline.amazonaws.com, codebuild.amazonaws.com"
    assert told == [f"write `Service: [{services}]` in its Principal"] * 2
    assert hints(text.replace("Service: events.amazonaws.com", f"Service: [{services}]"), "CF309") == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Principal:", "Principals:", "IAM103"),
        ("Principal: {Service: codebuild.amazonaws.com}, ", "", "IAM112"),
        ("Principal: {Service:", "Principal: {service:", "IAM121"),
        ("codebuild.amazonaws.com", "codebuild.amazon.com", "IAM121"),
        ("codebuild.amazonaws.com", "codebuld.amazonaws.com", "IAM121"),
        ("Principal: {Service:", "Principal: {AWS:", "IAM121"),
        ("Principal: {Service: codebuild.amazonaws.com}", "Principal: codebuild.amazonaws.com", "IAM121"),
        (
            "Statement: [{Effect: Allow, Principal: {Service: codebuild",
            "Statements: [{Effect: Allow, Principal: {Service: codebuild",
            "IAM103",
        ),
    ],
)
def test_a_slip_in_a_trust_policy_is_one_finding(old: str, new: str, code: str) -> None:
    text = project() + role("codebuild", *LOGS)
    assert found(text) == []
    assert old in text
    assert [problem.code for problem in found(text.replace(old, new))] == [code]


def test_who_takes_on_a_role_is_named_where_its_principal_is_missing() -> None:
    text = project() + role("codebuild", *LOGS)
    (problem,) = found(text.replace("Principal: {Service: codebuild.amazonaws.com}, ", ""))
    assert problem.hint == (
        'add "Principal", who takes on the role: "Principal": {"Service": "codebuild.amazonaws.com"}'
    )
    taker = rule(PIPELINE) + role("codepipeline", "codepipeline:StartPipelineExecution")
    (problem,) = found(taker.replace("Principal: {Service: codepipeline.amazonaws.com}, ", ""))
    assert problem.hint.endswith('"Principal": {"Service": "events.amazonaws.com"}')


def test_a_bucket_without_its_objects_is_one_finding() -> None:
    text = f"Resources:\n  Line: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{small.PIPELINE}}}}}\n".replace(
        "'arn:aws:iam::123456789012:role/p'", "!GetAtt Role.Arn"
    )
    text += "  Bucket: {Type: AWS::S3::Bucket}\n" + role("codepipeline", "codecommit:*", "codebuild:*")
    for actions, codes in (("s3:*", ["IAM207"]), ("'s3:GetObject', 's3:PutObject'", ["IAM207"]), ("'*'", ["CF310"])):
        more = f"Statement: [{{Effect: Allow, Action: [{actions}], Resource: !GetAtt Bucket.Arn}}, "
        assert [problem.code for problem in found(more.join(text.rsplit("Statement: [", 1)))] == codes


def test_a_statement_that_stands_alone_becomes_a_list() -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST + role("codebuild", *LOGS)
    head, _, rest = text.rpartition("Statement: [")
    (hint,) = hints(head + "Statement: " + rest.replace("}]\n", "}\n"))
    assert hint.startswith("add a statement to the Statement of Role, line 20, as a list with the one there: `{")


def test_a_placeholder_that_stays_in_a_template() -> None:
    text = "Resources:\n" + role("codebuild", "iam:PassRole")
    (hint,) = hints(text, "IAM204")
    example = hint.partition("`")[2].strip("`")
    assert example == "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/NAME'"
    assert [problem.code for problem in found(text.replace("'*'", example))] == ["IAM210"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ServiceRole: !GetAtt Role.Arn", "ServicRole: !GetAtt Role.Arn"),
        ("ServiceRole: !GetAtt Role.Arn", "ServiceRole: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${Role}'"),
        ("ServiceRole: !GetAtt Role.Arn", "ServiceRole: !Ref Role"),
        ("Type: CODECOMMIT", "Type: CodeCommit"),
        ("Type: CODECOMMIT", "Type: CODECOMIT"),
        ("- PolicyName", "- PolcyName"),
        ("PolicyDocument:", "PolicyDocumet:"),
        ("      Policies:", "      Polices:"),
    ],
)
def test_slips_elsewhere_neither_hide_what_is_lacking_nor_make_it_up(old: str, new: str) -> None:
    text = project(source=f"{{Type: CODECOMMIT, Location: {CLONE}}}") + REST
    lacking, right = text + role("codebuild", *LOGS), text + role("codebuild", *LOGS, "codecommit:GitPull")
    assert old in lacking
    assert "CF310" not in [problem.code for problem in found(right.replace(old, new))]
    (problem,) = [problem for problem in found(lacking.replace(old, new)) if problem.code == "CF310"]
    assert problem.message == "Build needs codecommit:GitPull, and Role does not allow it"


def test_the_role_to_pass_on_is_that_of_the_stacks() -> None:
    """Of roles that no stack is made with, none is offered."""
    wide = "              - {Effect: Allow, Action: ['s3:*', 'iam:PassRole'], Resource: '*'}\n"
    own = "              - {Effect: Allow, Action: 's3:ListBucket', Resource: !GetAtt Bucket.Arn}\n"
    assert "Resource: !GetAtt StackRole.Arn}`" in hints(WHOLE.replace(own, wide), "IAM204")[0]
    without = WHOLE.replace(own, wide).replace("                RoleArn: !GetAtt StackRole.Arn\n", "")
    assert ":role/NAME'}`" in hints(without, "IAM204")[0]


def test_a_build_that_clones_needs_what_the_source_needs() -> None:
    text = f"Resources:\n  Line: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{small.PIPELINE}}}}}\n"
    text = text.replace("'arn:aws:iam::123456789012:role/p'", "!GetAtt Role.Arn")
    text = text.replace("RepositoryName: web", "RepositoryName: !GetAtt Repo.Name").replace(
        "ProjectName: web", "ProjectName: !Ref Build"
    )
    text += project().replace("Resources:\n", "").replace("Role.Arn", "Own.Arn") + REST
    own = role("codebuild", *LOGS, "s3:GetBucketAcl").replace("Role:", "Own:", 1)
    text += role("codepipeline", "s3:*", "codecommit:*", "codebuild:*") + own
    clone = text.replace("BranchName: main", "BranchName: main, OutputArtifactFormat: CODEBUILD_CLONE_REF")
    assert messages(text) == []
    (problem,) = found(clone)
    assert problem.message == (
        "Build clones what Get of Line hands over: it needs codecommit:GitPull, and Own does not allow it"
    )
    assert "{Effect: Allow, Action: codecommit:GitPull, Resource: !GetAtt Repo.Arn}`" in problem.hint
    assert messages(clone.replace("s3:GetBucketAcl", "codecommit:GitPull")) == []
    elsewhere = clone.replace("RoleArn: !GetAtt Role.Arn", "RoleArn: 'arn:aws:iam::123456789012:role/p'")
    assert messages(elsewhere) == messages(clone)
