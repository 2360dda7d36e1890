"""Properties of resources: the values that the APIs take, names and ARNs, targets of rules."""

from __future__ import annotations

import botocore.session
import pytest

from sim.core.problems import Problem
from sim.formats.check.choices import CHOICES
from sim.formats.check.environments import COMPUTE_TYPES, ENVIRONMENT_TYPES
from sim.formats.check.properties import CONFIGURATIONS
from sim.formats.resourcetypes import KNOWN, WHOLE
from tests.formats.check.small import PIPELINE, check_text

ROWS = [(kind, path, shape, values) for kind, rows in CHOICES.items() for path, shape, values in rows]


def found(resources: str) -> list[Problem]:
    return check_text(f"Resources:\n{resources}", "template.yml", "template")


def hints(resources: str, code: str) -> list[str]:
    return [problem.hint for problem in found(resources) if problem.code == code]


@pytest.mark.parametrize(("kind", "path", "shape", "values"), ROWS)
def test_the_values_are_those_of_the_model(
    kind: str, path: str, shape: tuple[str, str], values: tuple[str, ...]
) -> None:
    service, name = shape
    model = botocore.session.get_session().get_service_model(service)
    assert sorted(values) == sorted(model.shape_for(name).enum)


def test_what_batches_name_is_of_the_model_too() -> None:
    model = botocore.session.get_session().get_service_model("codebuild")
    assert sorted(ENVIRONMENT_TYPES) == sorted(model.shape_for("EnvironmentType").enum)
    assert sorted(COMPUTE_TYPES) == sorted(model.shape_for("ComputeType").enum)


@pytest.mark.parametrize(
    ("kind", "properties", "hint"),
    [
        ("CodeBuild::Project", "Environment: {Type: LINUX}", "did you mean LINUX_CONTAINER?"),
        ("CodeBuild::Project", "Environment: {ComputeType: SMALL}", "did you mean BUILD_GENERAL1_SMALL?"),
        ("CodeBuild::Project", "Environment: {ComputeType: BUILD_GENERAL1_TINY}", "write one of BUILD_GENERAL1_SMALL,"),
        ("CodeBuild::Project", "Source: {Type: CodePipeline}", "did you mean CODEPIPELINE?"),
        (
            "CodeBuild::Project",
            "Environment: {EnvironmentVariables: [{Name: A, Value: b, Type: PLAIN}]}",
            "did you mean PLAINTEXT?",
        ),
        ("CodeDeploy::Application", "ComputePlatform: EC2", "did you mean Server?"),
        ("CodeDeploy::Application", "ComputePlatform: server", "did you mean Server?"),
        (
            "CodeDeploy::DeploymentGroup",
            "AutoRollbackConfiguration: {Enabled: true, Events: [DEPLOYMENT_FAILED]}",
            "did you mean DEPLOYMENT_FAILURE?",
        ),
        ("Events::Rule", "ScheduleExpression: rate(1 hour), State: enabled", "did you mean ENABLED?"),
        ("Events::Rule", "ScheduleExpression: rate(1 hour), State: '#'", "write one of ENABLED, DISABLED,"),
    ],
)
def test_a_value_that_the_api_refuses(kind: str, properties: str, hint: str) -> None:
    (told,) = hints(f"  X: {{Type: AWS::{kind}, Properties: {{{properties}}}}}\n", "CF165")
    assert told.startswith(hint)


@pytest.mark.parametrize("value", ["!Ref P", "!If [A, a, b]", "ENABLED"])
def test_what_is_not_known_is_no_finding(value: str) -> None:
    text = f"  X: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: rate(1 hour), State: {value}}}}}\n"
    text += "Parameters: {P: {Type: String}}\nConditions: {A: !Equals [a, b]}\n"
    assert found(text) == []


@pytest.mark.parametrize(
    ("properties", "hint"),
    [
        (
            "EventTypeIds: [codepipeline-pipeline-pipeline-execution-fail]",
            "did you mean codepipeline-pipeline-pipeline-execution-failed?",
        ),
        ("EventTypeIds: [codebuild-project-build-state-in-progress], DetailType: FULL", None),
        ("DetailType: Full", "did you mean FULL?"),
        ("Status: on", "write one of ENABLED, DISABLED"),
    ],
)
def test_notification_rules(properties: str, hint: str | None) -> None:
    rule = f"  N: {{Type: AWS::CodeStarNotifications::NotificationRule, Properties: {{{properties}}}}}\n"
    assert hints(rule, "CF165") == ([hint] if hint else [])


def group(properties: str, more: str = "") -> str:
    return f"  G: {{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {{{properties}}}}}\n{more}"


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configurations_that_are_there(name: str) -> None:
    assert found(group(f"DeploymentConfigName: CodeDeployDefault.{name}")) == []


@pytest.mark.parametrize("name", ["OneAtATime", "!Ref Own", "MyOwnConfiguration"])
def test_ones_own_configurations_are_not_judged(name: str) -> None:
    own = "  Own: {Type: AWS::CodeDeploy::DeploymentConfig}\n"
    assert found(group(f"DeploymentConfigName: {name}", own)) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OneAtTime", "OneAtATime"),
        ("HalfAtaTime", "HalfAtATime"),
        ("HalfAtOnce", "HalfAtATime"),
        ("halfAtOnce", "HalfAtATime"),
        ("OneAtOnce", "OneAtATime"),
        ("AllAtATime", "AllAtOnce"),
        ("ECSAllAtATime", "ECSAllAtOnce"),
        ("LambdaCanary10Percent5Minute", "LambdaCanary10Percent5Minutes"),
        ("LambdaCanary10Percent5Min", "LambdaCanary10Percent5Minutes"),
        ("LambdaLinear10PercentEvery1Minutes", "LambdaLinear10PercentEvery1Minute"),
        ("ECSLinear10PercentEvery1Minute", "ECSLinear10PercentEvery1Minutes"),
    ],
)
def test_configurations_that_are_not(name: str, meant: str) -> None:
    told = hints(group(f"DeploymentConfigName: CodeDeployDefault.{name}"), "CF166")
    assert told == [f"did you mean CodeDeployDefault.{meant}?"]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("QuarterAtATime", ("AllAtOnce", "HalfAtATime", "OneAtATime")),
        ("ECSCanary10Percent10Minutes", ("ECSCanary10Percent5Minutes", "ECSCanary10Percent15Minutes")),
        ("Canary10Percent5Minutes", ("LambdaCanary10Percent5Minutes", "ECSCanary10Percent5Minutes")),
        ("ECSHalfAtATime", tuple(one for one in CONFIGURATIONS if one.startswith("ECS"))),
    ],
)
def test_configurations_of_which_several_may_be_meant(name: str, known: tuple[str, ...]) -> None:
    told = hints(group(f"DeploymentConfigName: CodeDeployDefault.{name}"), "CF166")
    assert told == [f"write one of {', '.join(f'CodeDeployDefault.{one}' for one in known)}"]


def store(location: str) -> str:
    return (
        f"  P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{PIPELINE.replace('my-bucket', location)}}}}}\n"
        "  Bucket: {Type: AWS::S3::Bucket}\n"
    )


ROLE = "  Role: {Type: AWS::IAM::Role}\n"


@pytest.mark.parametrize(
    ("resource", "code", "hint"),
    [
        (group("ServiceRoleArn: !Ref Role"), "CF167", "write `!GetAtt Role.Arn`"),
        ("  F: {Type: AWS::Lambda::Function, Properties: {Role: !Ref Role}}\n", "CF167", "write `!GetAtt Role.Arn`"),
        (
            "  I: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!GetAtt Role.Arn]}}\n",
            "CF168",
            "write `!Ref Role`",
        ),
        (group("ServiceRoleArn: !GetAtt Role.Arn"), "", ""),
        (store("!GetAtt Bucket.Arn"), "CF168", "write `!Ref Bucket`"),
        (store("!Ref Bucket"), "", ""),
        ("  P: {Type: AWS::CodeBuild::Project, Properties: {ServiceRole: !Ref Role}}\n", "", ""),
        ("  I: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}\n", "", ""),
    ],
)
def test_names_and_arns_of_roles(resource: str, code: str, hint: str) -> None:
    errors = [(one.code, one.hint) for one in found(resource + ROLE) if one.severity == "error"]
    assert errors == ([(code, hint)] if code else [])


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("{Id: a, Arn: !GetAtt T.Arn}", ["CF149 `!Ref T` is the topic's ARN"]),
        ("{Id: a, Arn: !Ref T}", []),
        ("!If [A, {Id: a, Arn: b}, !Ref 'AWS::NoValue']", []),
        (
            "{Id: a, RoleArn: r, Arn: !Ref Line}",
            [
                "CF313 write !Sub 'arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${Line}'",
            ],
        ),
    ],
)
def test_targets(target: str, told: list[str]) -> None:
    text = (
        f"  R: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: rate(1 hour), Targets: [{target}]}}}}\n"
        "  T: {Type: AWS::SNS::Topic}\n  Line: {Type: AWS::CodePipeline::Pipeline, Properties: {" + PIPELINE + "}}\n"
        "Conditions: {A: !Equals [a, b]}\n"
    )
    assert [f"{one.code} {one.hint}" for one in found(text)] == told


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        ("aws/codebuild/standard:9.9", "there are 1.0, 2.0"),
        ("aws/codebuild/standrad:7.0", "did you mean aws/codebuild/standard:8.0?"),
        ("aws/codebuild/standard:7.0", None),
        ("aws/codebuild/standard:7.0-24.10.29", None),
        ("aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22", None),
        ("aws/codebuild/windows-base:2019-3.0", None),
        ("node:99", None),
    ],
)
def test_images(image: str, hint: str | None) -> None:
    project = f"{{Type: AWS::CodeBuild::Project, Properties: {{Environment: {{Image: '{image}'}}}}}}"
    template = [it.hint for it in check_text(f"Resources: {{P: {project}}}\n", "template.yml") if it.code == "CF316"]
    task = f"{{identifier: a, env: {{image: '{image}'}}}}"
    text = f"version: 0.2\nbatch: {{build-list: [{task}]}}\nphases: {{build: {{commands: [make]}}}}\n"
    batch = [it.hint for it in check_text(text, "buildspec.yml") if it.code == "BS219"]
    assert template == batch
    assert len(template) == (hint is not None)
    assert hint is None or template[0].startswith(hint)


@pytest.mark.parametrize(
    ("type", "hint"),
    [
        ("AWS::CodeBuild::Projekt", "did you mean AWS::CodeBuild::Project?"),
        ("AWS::Codebuild::Project", "did you mean AWS::CodeBuild::Project?"),
        ("AWS::CodeDeploy::Deployment", "did you mean AWS::CodeDeploy::DeploymentGroup?"),
        ("AWS::CodePipeline::Stage", "types of CodePipeline are CustomActionType, Pipeline, Webhook (list of 2026)"),
        ("AWS::SNS::Topics", "did you mean AWS::SNS::Topic?"),
        ("AWS::S3::AccessPoint", None),
        ("AWS::Unheard::Of", None),
        ("Custom::Projekt", None),
        ("AWS::CodeBuild::ReportGroup", None),
    ],
)
def test_types(type: str, hint: str | None) -> None:
    problems = check_text(f"Resources:\n  P: {{Type: '{type}'}}\n", "template.yml")
    assert [(it.code, it.line, it.hint) for it in problems] == ([("CF170", 2, hint)] if hint else [])


def test_types_are_those_of_the_schemas() -> None:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

    there = set(PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1"))
    assert set(KNOWN) <= there
    for service, types in WHOLE.items():
        assert {one for one in there if one.startswith(f"AWS::{service}::")} == {
            f"AWS::{service}::{one}" for one in types
        }
