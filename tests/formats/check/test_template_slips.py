"""Slips that people make in templates: each is told once, and the hint is what mends it."""

from __future__ import annotations

import pytest

from sim.formats.check import check_text

TEMPLATE = """\
Parameters:
  Env:
    Type: String
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Bucket
    Condition: IsProd
    DeletionPolicy: Retain
    Properties:
      TopicName: NAME
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    UpdatePolicy:
      AutoScalingRollingUpdate: {MinInstancesInService: 1, MaxBatchSize: 1}
    Properties:
      MinSize: "1"
      MaxSize: "2"
      LaunchTemplate: {LaunchTemplateId: lt-1, Version: "1"}
Outputs:
  Url:
    Value: !Ref Bucket
"""


def told(old: str, new: str) -> list[tuple[str, int, str]]:
    assert old in TEMPLATE
    problems = check_text(TEMPLATE.replace(old, new).replace("NAME", "notices"), "t.yml", "template")
    return [(one.code, one.line, one.hint) for one in problems]


def test_the_template_is_right() -> None:
    assert told("NAME", "notices") == []


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("!Sub '{AWS::StackName}-a'", "write `${AWS::StackName}`"),
        ("!Sub '$(AWS::StackName)-a'", "write `${AWS::StackName}`"),
        ("!Sub 'AWS::StackName-a'", "write `${AWS::StackName}`"),
        ("!Sub '${AWS::StackName-a'", "write `${AWS::StackName}`"),
        ("!Sub '$Env-a'", "write `${Env}`"),
        ("!Sub '{Env}-a'", "write `${Env}`"),
        ("!Sub '${!Ref Env}-a'", "write `${Env}`"),
        ("!Sub ['{Own}-a', {Own: b}]", "write `${Own}`"),
        ("!Sub '${Env}-$HOME-{Other}-{{resolve:ssm:Env}}'", ""),
        ("!Sub '${!Literal} ${Env}'", ""),
    ],
)
def test_what_is_to_be_replaced_and_is_not(value: str, hint: str) -> None:
    assert told("NAME", value) == ([("CF206", 15, hint)] if hint else [])


@pytest.mark.parametrize(
    ("value", "code", "hint"),
    [
        ("!Sub '${GetAtt Bucket.Arn}'", "CF142", "write `${Bucket.Arn}`: inside Fn::Sub a name stands alone"),
        ("!Sub '${StackName}-a'", "CF142", "did you mean AWS::StackName?"),
        ("!Ref NoValue", "CF142", "did you mean AWS::NoValue?"),
        ("!GetAtt [Bucket.Arn]", "CF144", "write `!GetAtt Bucket.Arn`"),
        (
            "!Join ['-', !Ref Env, a]",
            "CF150",
            "put all but the first into a list of their own: `!Join ['-', [a, b]]`",
        ),
        (
            "!Join [!Ref Env, a]",
            "CF151",
            "write the text between first, and then the parts as a list: `!Join ['-', [a, b]]`",
        ),
    ],
)
def test_functions(value: str, code: str, hint: str) -> None:
    assert told("NAME", value) == [(code, 15, hint)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Condition: IsProd", "Condition: !Ref IsProd", ("CF001", 12, "write `Condition: IsProd`")),
        (
            "Condition: IsProd",
            "Condition: !Equals [a, b]",
            ("CF001", 12, "write it under Conditions, and here its name alone"),
        ),
        ("DependsOn: Bucket", "DependsOn: !Ref Bucket", ("CF001", 11, "write `DependsOn: Bucket`")),
        ("DependsOn: Bucket", "DependsOn: Bucket, Fleet", ("CF001", 11, "write `DependsOn: [Bucket, Fleet]`")),
        (
            "    DeletionPolicy: Retain\n    Properties:\n",
            "    Properties:\n      DeletionPolicy: Retain\n",
            ("CF172", 14, "move it out of Properties: it stands beside them, in the column of Properties, of Topic"),
        ),
        ("MinInstancesIn", "MinInstanceIn", ("CF172", 19, "did you mean MinInstancesInService?")),
        (
            "DeletionPolicy: Retain",
            "UpdatePolicy: {AutoScalingReplacingUpdate: {WillReplace: true}}",
            ("CF204", 13, "move it to the group, or take it out"),
        ),
        (
            "Properties:\n      Topic",
            "Properties:\n    Topic",
            ("CF003", 15, "indent TopicName deeper than Properties, line 14"),
        ),
        (
            "    Properties:\n      Topic",
            "    Topic",
            ("CF003", 14, "write `Properties:` above TopicName, and indent it deeper"),
        ),
        (
            "    Properties:\n      TopicName",
            "  Properties:\n      TopicName",
            ("CF003", 14, "indent it deeper, as deep as Type of Topic, line 9"),
        ),
        ("    Type: String\n", "    Type: String\n    Value: dev\n", ("CF003", 4, "did you mean Default?")),
        ("    Value: !Ref", "    value: !Ref", ("CF003", 26, "did you mean Value?")),
        ("NAME", "Ref Env", ("CF206", 15, "write `!Ref Env`")),
        ("NAME", "GetAtt Bucket.Arn", ("CF206", 15, "write `!GetAtt Bucket.Arn`")),
        (
            "!Equals [!Ref Env, prod]",
            "!Equals !Ref Env prod",
            ("YAML101", 5, "write the values of the function as one list: `!Equals [ … , … ]`"),
        ),
        (
            "NAME",
            "!Base64 !Sub a",
            (
                "YAML101",
                15,
                "a short function cannot follow another: write `Fn::Base64:`, and the other on the line below it",
            ),
        ),
        ("Resources:", "Resource:", ("CF003", 6, "did you mean Resources?")),
    ],
)
def test_keys_of_a_resource(old: str, new: str, expected: tuple[str, int, str]) -> None:
    assert told(old, new) == [expected]
