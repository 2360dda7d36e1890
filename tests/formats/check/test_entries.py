"""Values that stand alone where a mapping is due: the hint is the mapping with that very value."""

from __future__ import annotations

import pytest

from tests.formats.check.cases import WHOLE
from tests.formats.check.small import check_text

MORE = """
  Errors: {Type: AWS::CloudWatch::Alarm}
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
"""
GROUP = "ApplicationName: web, ServiceRoleArn: 'arn:aws:iam::123456789012:role/d'"


def told(kind: str, properties: str) -> list[tuple[str, str]]:
    text = f"Resources:\n  X: {{Type: AWS::{kind}, Properties: {{{properties}}}}}{MORE}"
    return [(one.code, one.hint) for one in check_text(text, "template.yml", "template")]


@pytest.mark.parametrize(
    ("properties", "hint"),
    [
        ("AlarmConfiguration: {Alarms: [!Ref Errors]}", "write it as a mapping: `{Name: !Ref Errors}`"),
        ("AlarmConfiguration: {Alarms: !Ref Errors}", "write it as a list: `[{Name: !Ref Errors}]`"),
        ("AlarmConfiguration: {Alarms: [Errors]}", "write it as a mapping: `{Name: Errors}`"),
        ("LoadBalancerInfo: {TargetGroupInfoList: [web]}", "write it as a mapping: `{Name: web}`"),
        ("LoadBalancerInfo: {ElbInfoList: web}", "write it as a list: `[{Name: web}]`"),
        (
            "TriggerConfigurations: [!Ref Topic]",
            "write it as a mapping: `{TriggerTargetArn: !Ref Topic, TriggerName: …, TriggerEvents: […]}`",
        ),
        ("DeploymentStyle: BLUE_GREEN", "write it as a mapping: `{DeploymentType: BLUE_GREEN}`"),
        (
            "AutoRollbackConfiguration: true",
            "write it as a mapping: `{Enabled: true, Events: [DEPLOYMENT_FAILURE]}`",
        ),
        ("AutoRollbackConfiguration: {Events: DEPLOYMENT_FAILURE}", "write it as a list: `[DEPLOYMENT_FAILURE]`"),
    ],
)
def test_of_a_deployment_group(properties: str, hint: str) -> None:
    assert told("CodeDeploy::DeploymentGroup", f"{GROUP}, {properties}") == [("CF001", hint)]


@pytest.mark.parametrize(
    ("properties", "hint"),
    [
        (WHOLE.replace("{Type: NO_ARTIFACTS}", "NO_ARTIFACTS"), "write it as a mapping: `{Type: NO_ARTIFACTS}`"),
        (
            WHOLE.replace("{Type: NO_ARTIFACTS}", "!Ref Bucket"),
            "write it as a mapping: `{Type: S3, Location: !Ref Bucket}`",
        ),
        (WHOLE + "Cache: !Ref Bucket, ", "write it as a mapping: `{Type: S3, Location: !Ref Bucket}`"),
        (WHOLE + "Cache: none, ", "write it as a mapping: `{Type: NO_CACHE}`"),
        (WHOLE + "Tags: [web], ", "write it as a mapping: `{Key: web, Value: …}`"),
        (
            WHOLE.replace("7.0'}", "7.0', EnvironmentVariables: [!Ref Bucket]}"),
            "write it as a mapping: `{Name: !Ref Bucket, Value: …}`",
        ),
        (WHOLE + "SecondarySources: !Ref Bucket, ", "write it as a list: `[{Type: …}]`"),
    ],
)
def test_of_a_project(properties: str, hint: str) -> None:
    assert told("CodeBuild::Project", f"{properties}ServiceRole: r") == [("CF001", hint)]


@pytest.mark.parametrize(
    ("targets", "hint"),
    [
        ("[!Ref Topic]", "write it as a mapping: `{Arn: !Ref Topic, Id: Topic}`"),
        ("!Ref Topic", "write it as a list: `[{Arn: !Ref Topic, Id: Topic}]`"),
        ("[!GetAtt Bucket.Arn]", "write it as a mapping: `{Arn: !GetAtt Bucket.Arn, Id: Bucket}`"),
        (
            "['arn:aws:sns:us-east-1:123456789012:releases']",
            "write it as a mapping: `{Arn: arn:aws:sns:us-east-1:123456789012:releases, Id: releases}`",
        ),
    ],
)
def test_of_a_rule(targets: str, hint: str) -> None:
    assert told("Events::Rule", f"ScheduleExpression: rate(1 hour), Targets: {targets}") == [("CF001", hint)]


def test_a_mapping_where_a_list_is_due_is_looked_into() -> None:
    trigger = "TriggerConfigurations: {TriggerName: a, TriggerEvents: DeploymentFailure, TriggerTargetArn: !Ref Topic}"
    assert told("CodeDeploy::DeploymentGroup", f"{GROUP}, {trigger}") == [
        ("CF001", "begin it with `- `: a list may have one entry too"),
        ("CF001", "write it as a list: `[DeploymentFailure]`"),
    ]


@pytest.mark.parametrize(
    ("trigger", "hint"),
    [
        ("deploy", "{Name: deploy, DestinationArn: …, Events: …}"),
        ("!Ref Topic", "{DestinationArn: !Ref Topic, Events: …, Name: …}"),
        (
            "'arn:aws:sns:us-east-1:123456789012:pushes'",
            "{DestinationArn: arn:aws:sns:us-east-1:123456789012:pushes, Events: …, Name: …}",
        ),
    ],
)
def test_a_text_is_a_name_also_where_another_key_is_due_first(trigger: str, hint: str) -> None:
    told_of = told("CodeCommit::Repository", f"RepositoryName: web, Triggers: [{trigger}]")
    assert told_of == [("CF001", f"write it as a mapping: `{hint}`")]


def test_an_address_is_an_endpoint() -> None:
    assert told("SNS::Topic", "Subscription: [alice@example.com]") == [
        ("CF001", "write it as a mapping: `{Protocol: email, Endpoint: alice@example.com}`")
    ]


def test_a_pair_of_name_and_value_is_one_slip() -> None:
    variables = WHOLE.replace("7.0'}", "7.0', EnvironmentVariables: [{STAGE: prod}]}")
    assert told("CodeBuild::Project", f"{variables}ServiceRole: r") == [("CF172", "write `{Name: STAGE, Value: prod}`")]


def test_in_json_it_is_json() -> None:
    text = (
        '{"Resources": {"A": {"Type": "AWS::CloudWatch::Alarm"}, "G": {"Type": "AWS::CodeDeploy::DeploymentGroup", '
        '"Properties": {"ApplicationName": "web", "ServiceRoleArn": "arn:aws:iam::123456789012:role/d", '
        '"AlarmConfiguration": {"Alarms": [{"Ref": "A"}]}}}}}'
    )
    (problem,) = check_text(text, "template.json", "template")
    assert problem.hint == 'write it as a mapping: `{"Name": {"Ref": "A"}}`'
