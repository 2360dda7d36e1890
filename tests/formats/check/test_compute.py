"""AppSpecs for ECS and Lambda: what is missing, misspelt, or has a value that nothing takes."""

import pytest

from sim.formats.check import check_text

ECS = """version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: arn:aws:ecs:us-east-1:123456789012:task-definition/web:3
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 80
        PlatformVersion: LATEST
        NetworkConfiguration:
          AwsvpcConfiguration: {Subnets: [subnet-1], SecurityGroups: [sg-1], AssignPublicIp: DISABLED}
"""


def told(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in check_text(text, "appspec.yml")]


def test_the_whole_of_it_is_fine_in_each_spelling_of_the_guide() -> None:
    assert told(ECS) == []
    assert told(ECS.replace("LoadBalancerInfo", "loadBalancerInfo").replace("ContainerPort", "containerport")) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("LoadBalancerInfo", "LoadBalancerinfo", [("AP122", 7)]),
        ("ContainerPort: 80", "ContainerPort: 99999", [("AP103", 9)]),
        ("ContainerPort: 80", "ContainerPort: http", [("AP001", 9)]),
        ("ContainerPort: 80", "Port: 80", [("AP122", 9)]),
        ("LATEST", "latest", [("AP103", 10)]),
        ("[subnet-1]", "subnet-1", [("AP001", 12)]),
        ("ContainerPort: 80", "ContainerPort: <PORT>", []),
    ],
)
def test_what_is_wrong_in_an_ecs_service(old: str, new: str, expected: list[tuple[str, int]]) -> None:
    assert old in ECS
    assert told(ECS.replace(old, new)) == expected
