"""CloudFormation templates: every intrinsic function, what depends on what, and mistakes with their lines."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sim.core.problems import Problem, ProblemsError
from sim.formats.nodes import compose
from sim.formats.template import NO_VALUE, Stack, function, read_template, resolve

HEAD = """\
Parameters:
  Size: {Type: Number, Default: 3}
  Stage: {Type: String, Default: dev}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Ports: {Type: List<Number>, Default: "80,443"}
Mappings:
  Images:
    us-east-1: {small: ami-1, large: ami-2}
    eu-west-1: {small: ami-3}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  IsEither: !Or [!Condition IsProd, !Equals [!Ref Stage, dev]]
  IsBoth: {"Fn::And": [{Condition: IsDev}, !Equals [!FindInMap [Images, !Ref AWS::Region, small], ami-1]]}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
"""


def stack(text: str, **given: Any) -> Stack:
    return resolve(
        read_template(text, "t.yml"), given, account="111111111111", region="us-east-1", stack_name="codesuite"
    )


def evaluated(value: str, head: str = HEAD, **given: Any) -> Any:
    """A property's value; Ref gives LOGICALID-1, GetAtt LOGICALID.ATTRIBUTE, and only Arn and Name are attributes."""
    text = f"{head}  Thing:\n    Type: AWS::S3::Bucket\n    Properties:\n      Value: {value}\n"
    return properties(stack(text, **given), "Thing").get("Value", NO_VALUE)


def properties(resolved: Stack, logical_id: str) -> dict[str, Any]:
    return resolved.properties(logical_id, ref, att)


def ref(name: str) -> str:
    return f"{name}-1"


def att(name: str, attribute: str) -> str:
    return {"Arn": f"{name}.Arn", "Name": f"{name}.Name"}[attribute]


def evaluate_all(text: str, **given: Any) -> None:
    resolved = stack(text, **given)
    for name in resolved.order:
        properties(resolved, name)
    resolved.outputs(ref, att)


def refused(text: str, **given: Any) -> list[Problem]:
    """The problems of a template that is read, resolved and evaluated."""
    with pytest.raises(ProblemsError) as caught:
        evaluate_all(text, **given)
    assert all(problem.path == "t.yml" and problem.line > 0 for problem in caught.value.problems)
    return list(caught.value.problems)


def told(text: str, **given: Any) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in refused(text, **given)]


# Functions


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!Ref Bucket", "Bucket-1"),
        ("{Ref: Bucket}", "Bucket-1"),
        ("!Ref Stage", "dev"),
        ("!Ref Size", "3"),
        ("!Ref Zones", ["a", "b", "c"]),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::AccountId", "111111111111"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::StackName", "codesuite"),
        (
            "!Ref AWS::StackId",
            "arn:aws:cloudformation:us-east-1:111111111111:stack/codesuite/00000000-0000-4000-8000-000000000000",
        ),
        ("!Ref AWS::NotificationARNs", []),
        ("!Ref AWS::NoValue", NO_VALUE),
        ("[a, !Ref AWS::NoValue, b]", ["a", "b"]),
        ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
        ("!GetAtt Bucket.Arn", "Bucket.Arn"),
        ("!GetAtt [Bucket, Arn]", "Bucket.Arn"),
        ('{"Fn::GetAtt": [Bucket, Arn]}', "Bucket.Arn"),
        ("!Sub 'x-${Stage}-${AWS::Region}-${Bucket}-${Bucket.Arn}'", "x-dev-us-east-1-Bucket-1-Bucket.Arn"),
        ("!Sub ['${Own}-${Stage}', {Own: !Ref Size, Stage: mine}]", "3-mine"),
        ("!Sub '${!Literal} ${ Stage }'", "${Literal} dev"),
        ("!Sub ['${A}', {A: '${!B}'}]", "${!B}"),
        ("!Sub ['${a.b}', {a.b: dotted}]", "dotted"),
        ("!Join ['-', [a, !Ref Stage, 3]]", "a-dev-3"),
        ("!Join ['', !Ref Zones]", "abc"),
        ("!Select [1, [a, b, c]]", "b"),
        ("!Select ['2', !Ref Zones]", "c"),
        ("!Select [0, !GetAZs '']", "us-east-1a"),
        ("!Split ['|', 'a|b|c']", ["a", "b", "c"]),
        ("!Select [1, !Split [':', !GetAtt Bucket.Arn]]", None),
        ("!If [IsProd, yes, no]", "no"),
        ("!If [IsDev, !Ref Stage, !GetAtt Bucket.Arn]", "dev"),
        ("!If [IsProd, 1, !Ref AWS::NoValue]", NO_VALUE),
        ("!If [IsEither, {a: 1}, [2]]", {"a": 1}),
        ("!If [IsBoth, both, not]", "both"),
        ("!FindInMap [Images, us-east-1, large]", "ami-2"),
        ("!FindInMap [Images, !Ref AWS::Region, !If [IsProd, large, small]]", "ami-1"),
        ("!FindInMap [Images, mars, small, {DefaultValue: none}]", "none"),
        ("!Base64 'echo hello'", "ZWNobyBoZWxsbw=="),
        ('{"Fn::Base64": !Sub "${Stage}"}', "ZGV2"),
        ("!GetAZs eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ("!GetAZs {Ref: AWS::Region}", ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ("{Condition: {StringEquals: {a: !Ref Stage}}}", {"Condition": {"StringEquals": {"a": "dev"}}}),
        ("3.10", "3.10"),
        ("'5'", "5"),
        ("true", True),
    ],
)
def test_every_function_is_evaluated(written: str, value: Any) -> None:
    if value is None:
        assert [problem[0] for problem in _told_of(written)] == ["CF152"]
    else:
        assert evaluated(written) == value


def _told_of(written: str) -> list[tuple[str, int]]:
    return told(f"{HEAD}  Thing:\n    Type: AWS::S3::Bucket\n    Properties:\n      Value: {written}\n")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("!Ref Bukket", "CF142"),
        ("!Ref [Bucket]", "CF148"),
        ("!GetAtt Bucket", "CF144"),
        ("!GetAtt [Bucket]", "CF144"),
        ("!GetAtt Stage.Arn", "CF142"),
        ("!GetAtt Bucket.Color", "CF149"),
        ("!Sub '${Bukket}'", "CF142"),
        ("!Sub '${Stage.Arn}'", "CF142"),
        ("!Sub '${Bucket.Color}'", "CF149"),
        ("!Sub [a]", "CF145"),
        ("!Sub {a: b}", "CF145"),
        ("!Join [a]", "CF150"),
        ("!Join [a, b]", "CF151"),
        ("!Select [3, [a, b]]", "CF152"),
        ("!Select [-1, [a, b]]", "CF152"),
        ("!Select [x, [a, b]]", "CF152"),
        ("!Select [0, abc]", "CF152"),
        ("!Select [0]", "CF150"),
        ("!Split [a]", "CF150"),
        ("!If [IsProd, a]", "CF143"),
        ("!If [[IsProd], a, b]", "CF143"),
        ("!If [IsPord, a, b]", "CF130"),
        ("!FindInMap [Images, mars, small]", "CF154"),
        ("!FindInMap [Imagos, us-east-1, small]", "CF154"),
        ("!FindInMap [Images]", "CF153"),
        ("!ImportValue x", "CF146"),
        ("!Cidr [a, 1, 2]", "CF146"),
        ("!Nonsense x", "CF147"),
        ('{"Fn::Nonsense": x}', "CF147"),
        ('{"Fn::Join": [a, [b]], c: d}', "CF156"),
        ("!Equals [a, b]", "CF157"),
    ],
)
def test_a_wrong_function_has_its_line(written: str, code: str) -> None:
    assert _told_of(written) == [(code, 20)]


def test_what_is_near_is_told() -> None:
    (problem,) = refused(f"{HEAD}  Thing:\n    Type: AWS::S3::Bucket\n    Properties: {{Value: !Ref Bukket}}\n")
    assert (problem.message, problem.hint) == ("Thing refers to Bukket, which is not there", "did you mean Bucket?")


def test_every_unknown_name_is_told_at_once() -> None:
    text = f"""{HEAD}  Thing:
    Type: AWS::S3::Bucket
    Condition: IsPord
    DependsOn: [Bukket, Bucket]
    Properties:
      A: !Ref Nobody
      B: !If [IsProd, !Ref Nobody2, !If [IsNothing, 1, 2]]
Outputs:
  It: {{Value: !GetAtt Nobody3.Arn, Condition: IsNowhere}}
"""
    assert sorted(told(text)) == sorted(
        [
            ("CF130", 18),
            ("CF141", 18),
            ("CF142", 22),
            ("CF142", 23),
            ("CF130", 23),
            ("CF142", 25),
            ("CF130", 25),
        ]
    )


# Parameters


def test_given_values_replace_defaults() -> None:
    assert evaluated("!Ref Size", Size=9) == "9"
    assert evaluated("!Ref Ports", Ports=[8080, 9090]) == ["8080", "9090"]
    assert evaluated("!Ref Zones", Zones="x, y") == ["x", "y"]
    assert evaluated("!If [IsProd, yes, no]", Stage="prod") == "yes"
    assert evaluated("!Ref Stage", Stage=True) == "true"


@pytest.mark.parametrize(
    ("declared", "given", "code"),
    [
        ("{Type: String}", {}, "CF111"),
        ("{Type: String, Default: a, AllowedValues: [b, c]}", {}, "CF112"),
        ("{Type: String, AllowedValues: [b, 3]}", {"P": "d"}, "CF112"),
        ("{Type: String, AllowedPattern: '[a-z]+'}", {"P": "a1"}, "CF113"),
        ("{Type: Number}", {"P": "many"}, "CF114"),
        ("{Type: List<Number>}", {"P": "1,x"}, "CF114"),
        ("{Type: Number, MinValue: 2}", {"P": 1}, "CF115"),
        ("{Type: Number, MaxValue: 2}", {"P": 3}, "CF115"),
        ("{Type: String, MinLength: 2}", {"P": "a"}, "CF115"),
        ("{Type: String, MaxLength: 2}", {"P": "abc"}, "CF115"),
        ("{Type: String}", {"P": {"a": 1}}, "CF119"),
        ("{Default: a}", {}, "CF102"),
        ("{Type: Strnig, Default: a}", {}, "CF117"),
        ("{Type: [String], Default: a}", {}, "CF117"),
        ("{Type: 'List<Text>', Default: a}", {}, "CF117"),
        ("{Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}", {}, "CF116"),
        ("{Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /a}", {}, "CF116"),
        ("{Type: String, Default: a, AllowedPattern: '('}", {}, "CF118"),
        ("{Type: Number, Default: 1, MinValue: few}", {}, "CF001"),
        ("{Type: String, Default: a, Defualt: b}", {}, "CF003"),
        ("text", {}, "CF001"),
    ],
)
def test_a_wrong_parameter_has_its_line(declared: str, given: dict[str, Any], code: str) -> None:
    text = f"Parameters:\n  P: {declared}\nResources:\n  Bucket: {{Type: AWS::S3::Bucket}}\n"
    assert told(text, **given) == [(code, 2)]


@pytest.mark.parametrize(
    "kind",
    ["AWS::EC2::VPC::Id", "List<AWS::EC2::Subnet::Id>", "AWS::SSM::Parameter::Name", "AWS::EC2::KeyPair::KeyName"],
)
def test_types_that_are_text_on_the_way_in(kind: str) -> None:
    text = f"Parameters:\n  P: {{Type: '{kind}', Default: x}}\nResources:\n  A: {{Type: AWS::S3::Bucket}}\n"
    assert stack(text).values["P"] == (["x"] if kind.startswith("List") else "x")


def test_an_image_that_aws_publishes_is_some_image() -> None:
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    text = f"Parameters:\n  P: {{Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: {name}}}\n"
    value = stack(text + "Resources: {A: {Type: AWS::S3::Bucket}}\n").values["P"]
    assert re.fullmatch(r"ami-[0-9a-f]{17}", value)


def test_a_parameter_that_is_not_there_is_told_with_the_nearest() -> None:
    (problem,) = refused(HEAD, Sise=4)
    assert (problem.code, problem.hint) == ("CF110", "did you mean Size?")


# Conditions


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("yes", "CF132"),
        ("!Ref Stage", "CF132"),
        ("!If [A, b, c]", "CF132"),
        ("!Equals [a]", "CF133"),
        ("!Not []", "CF133"),
        ("!Not [!Equals [a, b], !Equals [a, b]]", "CF133"),
        ("!And [!Equals [a, b]]", "CF133"),
        ("!Or []", "CF133"),
        ("!Condition Nothing", "CF130"),
        ("!Condition Bad", "CF131"),
        ("!Not [!Condition Bad]", "CF131"),
        ("!Equals [!Ref Bucket, x]", "CF134"),
        ("!Equals [!GetAtt Bucket.Arn, x]", "CF134"),
        ("!Equals [!Ref Nobody, x]", "CF142"),
    ],
)
def test_a_wrong_condition_has_its_line(body: str, code: str) -> None:
    text = HEAD.replace("Conditions:\n", f"Conditions:\n  Bad: {body}\n")
    assert told(text) == [(code, 11)]


def test_a_long_chain_of_conditions_does_no_harm() -> None:
    chain = "".join(f"  C{i}: !Not [!Condition C{i + 1}]\n" for i in range(600))
    text = f"Conditions:\n{chain}  C600: !Equals [a, a]\nResources:\n  A: {{Type: AWS::S3::Bucket}}\n"
    assert [code for code, _ in told(text)] == ["CF131"]


def test_what_a_condition_leaves_out_is_not_there() -> None:
    text = """\
Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Topic: {Type: AWS::SNS::Topic, Condition: IsProd}
  Bucket:
    Type: AWS::S3::Bucket
    DependsOn: Topic
    Properties: {Name: !If [IsProd, !Ref Topic, none]}
Outputs:
  Topic: {Condition: IsProd, Value: !Ref Topic}
  Bucket: {Value: !Ref Bucket}
"""
    prod, dev = stack(text, Stage="prod"), stack(text, Stage="dev")
    assert (prod.order, dev.order) == (("Topic", "Bucket"), ("Bucket",))
    assert properties(prod, "Bucket") == {"Name": "Topic-1"}
    assert properties(dev, "Bucket") == {"Name": "none"}
    assert prod.outputs(ref, att) == {"Topic": "Topic-1", "Bucket": "Bucket-1"}
    assert dev.outputs(ref, att) == {"Bucket": "Bucket-1"}


@pytest.mark.parametrize("where", ["Resources", "Outputs"])
def test_referring_to_what_a_condition_leaves_out_is_a_mistake(where: str) -> None:
    text = "Conditions: {Never: !Equals [a, b]}\nResources:\n  Topic: {Type: AWS::SNS::Topic, Condition: Never}\n"
    text += {
        "Resources": "  Bucket: {Type: AWS::S3::Bucket, Properties: {Name: !Sub '${Topic}'}}\n",
        "Outputs": "Outputs: {Topic: {Value: !GetAtt Topic.Arn}}\n",
    }[where]
    assert told(text) == [("CF155", 4)]


# Order


def test_what_is_referred_to_comes_first_and_else_the_order_of_the_file() -> None:
    text = """\
Resources:
  Late: {Type: T::A::B, Properties: {X: {Deep: [{Y: !Sub "${Middle.Arn}"}]}}}
  Alone: {Type: T::A::B}
  Middle: {Type: T::A::B, DependsOn: [Early, Alone]}
  Early: {Type: T::A::B}
"""
    assert stack(text).order == ("Early", "Alone", "Middle", "Late")


@pytest.mark.parametrize(
    "one", ["{Type: T::A::B, DependsOn: B}", "{Type: T::A::B, Properties: {X: !Ref B}}"], ids=["DependsOn", "Ref"]
)
def test_a_circle_is_told(one: str) -> None:
    text = f"Resources:\n  C: {{Type: T::A::B}}\n  A: {one}\n  B: {{Type: T::A::B, Properties: {{X: !GetAtt A.Arn}}}}\n"
    (problem,) = refused(text)
    assert problem.code == "CF140"
    assert problem.message.endswith("A → B → A")


def test_a_resource_that_needs_itself_is_a_circle() -> None:
    assert told("Resources:\n  A: {Type: T::A::B, Properties: {X: !Ref A}}\n") == [("CF140", 2)]


def test_as_many_resources_as_aws_allows_in_one_chain() -> None:
    def chain(count: int) -> str:
        lines = [f"  R{i}: {{Type: T::A::B, DependsOn: R{i + 1}}}\n" for i in range(count - 1)]
        return "Resources:\n" + "".join(lines) + f"  R{count - 1}: {{Type: T::A::B}}\n"

    assert stack(chain(500)).order[0] == "R499"
    assert told(chain(501)) == [("CF104", 1)]


# The whole


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Parameters: {}\n", ["CF101"]),
        ("Resources: {A: {Type: T::A::B}}\nResorces: {}\n", ["CF003"]),
        ("Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: T::A::B}}\n", ["CF120"]),
        ("Resources: []\n", ["CF001"]),
        ("Resources: {A: x}\n", ["CF001"]),
        ("Resources: {A: {}}\n", ["CF103"]),
        ("Resources: {A: {Type: T::A::B, Propertys: {}}}\n", ["CF003"]),
        ("Resources: {A: {Type: T::A::B, Properties: []}}\n", ["CF001"]),
        ("Resources: {A: {Type: T::A::B, DependsOn: [[x]]}}\n", ["CF001"]),
        ("Resources: {A: {Type: T::A::B}}\nOutputs: {B: {Description: x}}\n", ["CF002"]),
        ("- a\n", ["CF001"]),
    ],
)
def test_what_is_no_template(text: str, codes: list[str]) -> None:
    assert [code for code, _ in told(text)] == codes


def test_json_is_read_as_well() -> None:
    resolved = stack('{"Resources": {"A": {"Type": "T::A::B", "Properties": {"X": {"Fn::Join": ["-", ["a", "b"]]}}}}}')
    assert properties(resolved, "A") == {"X": "a-b"}


def test_a_resource_without_properties_has_none() -> None:
    assert properties(stack(HEAD), "Bucket") == {}


def test_one_template_over_another() -> None:
    base = read_template("Resources:\n  A: {Type: T::A::B}\n  B: {Type: T::A::B}\n", "a.yml")
    more = read_template("Resources:\n  B: {Type: T::A::C}\n  C: {Type: T::A::B}\n", "b.yml")
    merged = base.merged(more)
    assert [(name, one.type, one.path) for name, one in merged.resources.items()] == [
        ("A", "T::A::B", "a.yml"),
        ("B", "T::A::C", "b.yml"),
        ("C", "T::A::B", "b.yml"),
    ]
    resolved = resolve(merged, {}, account="1", region="us-east-1", stack_name="s")
    assert (resolved.type("B"), resolved.place("C")) == ("T::A::C", ("b.yml", 3))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("!Ref a", ("Ref", "a")),
        ("{Ref: a}", ("Ref", "a")),
        ("!Sub a", ("Fn::Sub", "a")),
        ("{Fn::Sub: a}", ("Fn::Sub", "a")),
        ("!Condition a", ("Condition", "a")),
        ("{Ref: a, b: c}", None),
        ("a", None),
        ("[Ref]", None),
    ],
)
def test_short_and_long_forms_are_one(text: str, found: tuple[str, str] | None) -> None:
    call = function(compose(text, "t.yml"))
    assert (None if call is None else (call[0], getattr(call[1], "text", None))) == found
    assert call is None or getattr(call[1], "tag", "") == ""


def test_a_large_template_is_resolved() -> None:
    lines = [
        f"  R{i}: {{Type: T::A::B, Properties: {{X: !Sub '${{R{i - 1}}}-${{AWS::Region}}', Y: [a, {{b: !Ref P}}]}}}}\n"
        for i in range(1, 500)
    ]
    text = "Parameters: {P: {Type: String, Default: x}}\nResources:\n  R0: {Type: T::A::B}\n" + "".join(lines)
    resolved = stack(text)
    assert len([properties(resolved, name) for name in resolved.order]) == 500
