"""Deployment groups and configurations against the compute platform of their application."""

from __future__ import annotations

import pytest

from sim.core.problems import Problem
from sim.formats.check.platforms import PREDEFINED
from tests.formats.check.small import check_text

BALANCED = "ECSServices: [{ClusterName: c, ServiceName: s}], LoadBalancerInfo: {TargetGroupPairInfoList: []}"


def found(application: str, group: str, more: str = "") -> list[Problem]:
    text = (
        f"Resources:\n  App:\n    Type: AWS::CodeDeploy::Application\n    Properties: {{{application}}}\n"
        "  Group:\n    Type: AWS::CodeDeploy::DeploymentGroup\n    Properties:\n"
        f"      ApplicationName: !Ref App\n      ServiceRoleArn: arn:aws:iam::123456789012:role/d\n"
        f"      {group}\n{more}"
    )
    return check_text(text, "template.yml", "template")


def told(application: str, group: str, more: str = "") -> list[tuple[str, str]]:
    return [(one.code, one.hint) for one in found(application, group, more)]


OF_ECS, OF_LAMBDA, OF_SERVER = "ComputePlatform: ECS", "ComputePlatform: Lambda", "ComputePlatform: Server"


@pytest.mark.parametrize(("platform", "names"), PREDEFINED.items())
def test_each_platform_takes_its_own_configurations(platform: str, names: tuple[str, ...]) -> None:
    needs = f"\n      {BALANCED.replace(', L', chr(10) + '      L')}" if platform == "ECS" else ""
    for name in names:
        assert told(f"ComputePlatform: {platform}", f"DeploymentConfigName: CodeDeployDefault.{name}{needs}") == []


@pytest.mark.parametrize(
    ("application", "name", "hint"),
    [
        (
            OF_LAMBDA,
            "ECSCanary10Percent5Minutes",
            "write CodeDeployDefault.LambdaCanary10Percent5Minutes; "
            "or write `ComputePlatform: ECS` in the application App, line 4",
        ),
        (
            OF_LAMBDA,
            "AllAtOnce",
            "write CodeDeployDefault.LambdaAllAtOnce; "
            "or write `ComputePlatform: Server` in the application App, line 4",
        ),
        (
            OF_SERVER,
            "LambdaAllAtOnce",
            "write CodeDeployDefault.AllAtOnce; or write `ComputePlatform: Lambda` in the application App, line 4",
        ),
        (
            "",
            "LambdaCanary10Percent5Minutes",
            "add `ComputePlatform: Lambda` to the application App, line 2, or write CodeDeployDefault.AllAtOnce",
        ),
    ],
)
def test_a_configuration_of_another_platform(application: str, name: str, hint: str) -> None:
    assert told(application, f"DeploymentConfigName: CodeDeployDefault.{name}") == [("CF180", hint)]


def test_a_group_that_is_of_another_platform_as_a_whole_is_one_finding() -> None:
    group = (
        "DeploymentConfigName: CodeDeployDefault.ECSAllAtOnce\n      ECSServices: [{ClusterName: c, ServiceName: s}]"
    )
    (problem,) = found("", group)
    assert (problem.code, problem.hint) == ("CF180", "add `ComputePlatform: ECS` to the application App, line 2")
    assert "names CodeDeployDefault.ECSAllAtOnce" in problem.message
    assert "has ECSServices" in problem.message


def test_a_configuration_of_the_template_has_a_platform_too() -> None:
    own = (
        "  Slow:\n    Type: AWS::CodeDeploy::DeploymentConfig\n    Properties: {ComputePlatform: ECS, "
        "TrafficRoutingConfig: {Type: TimeBasedCanary, TimeBasedCanary: {CanaryInterval: 5, CanaryPercentage: 10}}}\n"
    )
    ((code, hint),) = told(OF_LAMBDA, "DeploymentConfigName: !Ref Slow", own)
    assert code == "CF180"
    assert hint.startswith("write CodeDeployDefault.Lambda")
    assert told(OF_LAMBDA, "DeploymentConfigName: !Ref Slow", own.replace("ECS", "Lambda")) == []


@pytest.mark.parametrize("platform", ["Lambda", "ECS"])
def test_deployments_in_place_are_for_servers(platform: str) -> None:
    needs = f"\n      {BALANCED.replace(', L', chr(10) + '      L')}" if platform == "ECS" else ""
    style = "DeploymentStyle: {DeploymentType: IN_PLACE, DeploymentOption: WITH_TRAFFIC_CONTROL}"
    ((code, hint),) = told(f"ComputePlatform: {platform}", style + needs)
    assert (code, hint.partition(";")[0]) == ("CF180", "write BLUE_GREEN")


@pytest.mark.parametrize(
    ("application", "group", "key"),
    [
        (OF_LAMBDA, "Ec2TagFilters: [{Key: Name, Value: web, Type: KEY_AND_VALUE}]", "Ec2TagFilters"),
        (OF_LAMBDA, "AutoScalingGroups: [web]", "AutoScalingGroups"),
        (OF_LAMBDA, "ECSServices: [{ClusterName: c, ServiceName: s}]", "ECSServices"),
        (OF_SERVER, "ECSServices: [{ClusterName: c, ServiceName: s}]", "ECSServices"),
    ],
)
def test_properties_of_another_platform(application: str, group: str, key: str) -> None:
    ((code, hint),) = told(application, group)
    assert (code, hint.partition(";")[0]) == ("CF326", f"take {key} out")


def test_a_group_of_ecs_has_a_service_and_a_load_balancer() -> None:
    messages = [one.message for one in found(OF_ECS, "DeploymentConfigName: CodeDeployDefault.ECSAllAtOnce")]
    assert [message.partition(":")[0] for message in messages] == [
        "Group is a group of ECS and has no ECSServices",
        "Group is a group of ECS and has no LoadBalancerInfo",
    ]


def test_what_cannot_be_known_is_left_alone() -> None:
    assert told("ComputePlatform: !Ref AWS::Region", "DeploymentConfigName: CodeDeployDefault.LambdaAllAtOnce") == []
    chosen = "DeploymentConfigName: !If [Fast, CodeDeployDefault.LambdaAllAtOnce, !Ref AWS::NoValue]"
    assert [code for code, _ in told(OF_LAMBDA, chosen, "Conditions: {Fast: !Equals [a, b]}\n")] == []


@pytest.mark.parametrize(
    ("properties", "hint"),
    [
        (
            "TrafficRoutingConfig: {Type: AllAtOnce}",
            "add `ComputePlatform: Lambda` or `ComputePlatform: ECS`, or take TrafficRoutingConfig out",
        ),
        (
            "ComputePlatform: Lambda, MinimumHealthyHosts: {Type: HOST_COUNT, Value: 1}",
            "take MinimumHealthyHosts out, or write `ComputePlatform: Server`",
        ),
        ("MinimumHealthyHosts: {Type: HOST_COUNT, Value: 1}", ""),
        ("ComputePlatform: ECS, TrafficRoutingConfig: {Type: AllAtOnce}", ""),
    ],
)
def test_what_a_configuration_governs(properties: str, hint: str) -> None:
    text = f"Resources:\n  C: {{Type: AWS::CodeDeploy::DeploymentConfig, Properties: {{{properties}}}}}\n"
    assert [one.hint for one in check_text(text, "template.yml", "template")] == [hint] * bool(hint)
