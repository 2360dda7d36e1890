"""AppSpecs for ECS and Lambda: what is missing, misspelt, or has a value that nothing takes."""

import re

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


LAMBDA = """version: 0.0
Resources:
  - f:
      Type: AWS::Lambda::Function
      Properties:
        Name: f
        Alias: live
        CurrentVersion: 1
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: check
"""


def hinted(text: str) -> list[tuple[str, str]]:
    return [(one.code, one.hint) for one in check_text(text, "appspec.yml")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AWS::Lambda::Function", "AWS::Lambda::Alias"),
        ("AWS::Lambda::Function", "Lambda"),
        ("      Type: AWS::Lambda::Function\n", ""),
        ("AWS::Lambda::Function", "AWS::ECS::Service"),
    ],
)
def test_the_properties_say_what_is_deployed_where_the_type_does_not(old: str, new: str) -> None:
    (problem,) = check_text(LAMBDA.replace(old, new), "appspec.yml")
    assert (problem.code, problem.line) == ("AP121", 4)
    assert "write `Type: AWS::Lambda::Function`" in problem.hint
    assert "AWS::ECS" not in problem.hint


def test_a_task_set_is_meant_as_a_service() -> None:
    (problem,) = check_text(ECS.replace("AWS::ECS::Service", "AWS::ECS::TaskDefinition"), "appspec.yml")
    assert (problem.code, problem.hint) == ("AP121", "write `Type: AWS::ECS::Service`")


def test_with_a_wrong_type_the_rest_is_looked_at_all_the_same() -> None:
    text = LAMBDA.replace("AWS::Lambda::Function", "AWS::Lambda::Alias").replace(
        "        Name:", "        FunctionName:"
    )
    text = text.replace("CurrentVersion: 1", "CurrentVersion: $LATEST").replace("BeforeAllowTraffic", "BeforeInstall")
    assert told(text) == [("AP121", 4), ("AP122", 6), ("AP125", 8), ("AP123", 11)]


def test_hooks_in_a_mapping_are_looked_at() -> None:
    text = LAMBDA.replace("  - BeforeAllowTraffic: check", "  BeforeAllowTraffic: check\n  AfterInstall: other")
    assert told(text) == [("AP001", 11), ("AP123", 12)]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("DISABLED", "false", "write `AssignPublicIp: DISABLED`"),
        ("DISABLED", "yes", "write `AssignPublicIp: ENABLED`"),
        ("DISABLED", "enabled", "write `AssignPublicIp: ENABLED`"),
        ("DISABLED", "maybe", "write ENABLED or DISABLED"),
        (
            ", SecurityGroups: [sg-1]",
            "",
            "add `SecurityGroups: [sg-0123456789abcdef0]` with your own ids, or take NetworkConfiguration out",
        ),
        (
            "Subnets: [subnet-1], SecurityGroups: [sg-1], AssignPublicIp: DISABLED",
            "Subnets: [subnet-1]",
            "add `SecurityGroups: [sg-0123456789abcdef0]` with your own ids and `AssignPublicIp: DISABLED`, "
            "or take NetworkConfiguration out",
        ),
    ],
)
def test_what_to_write_for_a_network(old: str, new: str, hint: str) -> None:
    assert old in ECS
    assert [one.hint for one in check_text(ECS.replace(old, new), "appspec.yml")] == [hint]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        (
            "TargetVersion: 2",
            "TargetVersion: $LATEST",
            "$LATEST is no published version: publish a version, and write its number, such as `TargetVersion: 2`",
        ),
        (
            "CurrentVersion: 1",
            "CurrentVersion: $LATEST",
            "$LATEST is no published version: write the number that the alias points to now, "
            "such as `CurrentVersion: 1`",
        ),
    ],
)
def test_latest_is_replaced_by_a_number(old: str, new: str, hint: str) -> None:
    assert hinted(LAMBDA.replace(old, new)) == [("AP125", hint)]


SERVED = "        LoadBalancerInfo:\n          ContainerName: web\n          ContainerPort: 80\n"
DEEPER = "        Name: f\n        Alias: live\n        CurrentVersion: 1\n        TargetVersion: 2\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        (
            LAMBDA.replace("      Properties:\n" + DEEPER, DEEPER.replace("        ", "      ")),
            "AP122",
            5,
            "write `Properties:` in a line above Name, and indent Name, Alias, CurrentVersion and TargetVersion deeper",
        ),
        (
            LAMBDA.replace(DEEPER, DEEPER.replace("        ", "      ")),
            "AP122",
            6,
            "indent Name, Alias, CurrentVersion and TargetVersion deeper than `Properties:` on line 5",
        ),
        (
            LAMBDA.replace("        TargetVersion", "      TargetVersion"),
            "AP201",
            9,
            "indent TargetVersion deeper than `Properties:` on line 5",
        ),
        (
            LAMBDA.replace("Hooks:\n  - Bef", "    Hooks:\n      - Bef"),
            "AP202",
            10,
            "move `Hooks:` and what belongs to it to the left edge",
        ),
        (
            LAMBDA.replace("Hooks:\n  - Bef", "Bef"),
            "AP202",
            10,
            "write a line `Hooks:` at the left edge, and below it `- BeforeAllowTraffic: check`",
        ),
        (LAMBDA + "AfterAllowTraffic: b\n", "AP202", 12, "write below `Hooks:` on line 10 `- AfterAllowTraffic: b`"),
        (
            ECS.replace(SERVED, SERVED.replace("        LoadBalancerInfo:\n", "").replace("          ", "        ")),
            "AP122",
            7,
            "write `LoadBalancerInfo:` in a line above ContainerName, and indent ContainerName and ContainerPort",
        ),
        (
            ECS.replace("AwsvpcConfiguration: {Sub", "Sub")
            .replace("Subnets", "{Subnets")
            .replace("          {", " {")
            .replace("NetworkConfiguration:\n", "NetworkConfiguration:"),
            "AP122",
            11,
            "write `AwsvpcConfiguration:` in a line above Subnets",
        ),
    ],
)
def test_keys_at_the_wrong_level_are_told_with_their_place(text: str, code: str, line: int, hint: str) -> None:
    (problem,) = check_text(text, "appspec.yml")
    assert (problem.code, problem.line) == (code, line)
    assert hint in problem.hint


def test_what_stands_at_the_wrong_level_is_looked_at() -> None:
    text = LAMBDA.replace(DEEPER, DEEPER.replace("        ", "      ").replace("TargetVersion: 2", "TargetVersion: x"))
    assert told(text) == [("AP122", 6), ("AP125", 9)]
    assert told(LAMBDA + "AfterInstall: b\n") == [("AP123", 12), ("AP202", 12)]


def test_a_resource_without_a_name_keeps_its_properties() -> None:
    text = LAMBDA.replace("  - f:\n      Type", "  - Type").replace("\n      Properties", "\n    Properties")
    assert told(text) == [("AP120", 3)]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ('CurrentVersion: "12"\n        TargetVersion: "$LATEST"', '`TargetVersion: "13"`'),
        ("CurrentVersion: 7\n        TargetVersion: latest", "`TargetVersion: 8`; aliases do not count"),
        ("CurrentVersion: 7\n        TargetVersion: 'v9'", '`TargetVersion: "9"`; aliases do not count'),
        ("CurrentVersion: <CURRENT>\n        TargetVersion: latest", "`TargetVersion: 2`; aliases do not count"),
    ],
)
def test_the_number_that_is_shown_goes_on_from_the_one_before(given: str, hint: str) -> None:
    text = re.sub(r"CurrentVersion: 1\n *TargetVersion: \S+", given, LAMBDA)
    ((code, shown),) = hinted(text)
    assert code == "AP125"
    assert shown.endswith(f"such as {hint}")


def test_a_key_of_another_name_is_told_with_the_right_one() -> None:
    (problem,) = check_text(LAMBDA.replace("Name: ", "FunctionName: "), "appspec.yml")
    assert problem.message == "a Lambda function has no Name: the key is Name, not `FunctionName`"
    assert problem.hint == "rename `FunctionName` to `Name`"
