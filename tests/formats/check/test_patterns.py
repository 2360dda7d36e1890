"""Event patterns: those that AWS's own engine takes are taken, those that it refuses are refused, with a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.core.problems import Problem
from sim.formats.check import check_text

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "eventpatterns.jsonl").read_text(encoding="utf-8").splitlines()
]


def found(pattern: Any, indent: int | None = None) -> list[Problem]:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern, indent=indent)
    return check_text(text, "event-pattern.json", "eventpattern")


def test_aws_own_engine_agrees_which_patterns_are_valid() -> None:
    assert any("match" not in row for row in ROWS)
    for row in ROWS:
        errors = [problem for problem in found(row["pattern"]) if problem.severity == "error"]
        assert bool(errors) == ("match" not in row), row["pattern"]


@pytest.mark.parametrize(
    ("pattern", "code", "line", "reason"),
    [
        ({"source": "aws.codebuild"}, "EP101", 2, '"source" must be an object or an array'),
        ({"detail": {"a": ["b"], "c": 5}}, "EP101", 6, '"c" must be an object or an array'),
        ({"detail": {"a": []}}, "EP102", 3, '"a": empty arrays are not allowed'),
        ({"source": ["a"], "detail": {}}, "EP103", 5, "Empty objects are not allowed"),
        ({}, "EP103", 1, "Empty objects are not allowed"),
        ({"source": [{"prefix": 5}]}, "EP104", 3, "prefix takes text"),
        ({"source": [{"prefx": "a"}]}, "EP104", 3, 'there is no operator "prefx"'),
        ({"source": [{"prefix": "a", "suffix": "b"}]}, "EP104", 3, "an operator stands alone in its object"),
        ({"detail": {"n": [{"numeric": ["<", 5, ">", 0]}]}}, "EP104", 4, "numeric: a range starts with"),
        ({"$or": [{"a": ["b"]}]}, "EP105", 2, "$or must be an array of two or more objects"),
        ({"$or": [{"a": ["b"]}, ["c"]]}, "EP105", 8, "$or takes objects only"),
        ({"source": [["a"]]}, "EP106", 3, '"source": a list inside a list is no value'),
    ],
)
def test_refusals_have_their_line_and_the_reason(pattern: Any, code: str, line: int, reason: str) -> None:
    errors = [problem for problem in found(pattern, indent=1) if problem.severity == "error"]
    assert (errors[0].code, errors[0].line) == (code, line)
    assert errors[0].message.startswith(f"Event pattern is not valid. Reason: {reason}")


def test_of_a_field_that_is_there_twice_the_last_counts() -> None:
    (problem,) = found('{"source": "wrong", "source": ["aws.codebuild"]}')
    assert (problem.code, problem.severity) == ("YAML201", "warning")


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        ({"source": ["a"], "detailType": ["b"]}, "EP202", "did you mean detail-type?"),
        (
            {"source": ["aws.codepipeline"], "detail-type": ["CodePipeline Stage State Change"]},
            "EP203",
            "did you mean CodePipeline Stage Execution State Change?",
        ),
        (
            {"detail-type": ["CodePipeline Stage Execution State Change"], "detail": {"state": ["Cancelled"]}},
            "EP204",
            "did you mean CANCELED?",
        ),
        (
            {"detail-type": ["CodeDeploy Deployment State-change Notification"], "detail": {"state": ["FAILED"]}},
            "EP204",
            "did you mean FAILURE?",
        ),
    ],
)
def test_patterns_that_nothing_can_match(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert (problem.code, problem.severity, problem.hint) == (code, "warning", hint)


TYPE = "CodePipeline Pipeline Execution State Change"
BUILD, PHASE = "CodeBuild Build State Change", "CodeBuild Build Phase Change"


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        (
            {"source": ["aws.codepipeline"], "$or": [{"detail-type": [TYPE[:-1]]}, {"detail-type": [TYPE]}]},
            "EP203",
            f"did you mean {TYPE}?",
        ),
        (
            {"detail-type": [TYPE], "$or": [{"detail": {"state": ["FAILURE"]}}, {"account": ["111122223333"]}]},
            "EP204",
            "did you mean FAILED?",
        ),
        (
            {"$or": [{"detail-type": [TYPE], "detail": {"stat": ["FAILED"]}}, {"source": ["my.app"]}]},
            "EP206",
            "did you mean state?",
        ),
        (
            {"$or": [{"source": ["aws.codepipelines"]}, {"source": ["my.app"]}]},
            "EP205",
            "did you mean aws.codepipeline?",
        ),
        ({"$or": [{"sources": ["my.app"]}, {"account": ["111122223333"]}]}, "EP202", "did you mean source?"),
        ({"$or": [{"account": [111122223333]}, {"source": ["my.app"]}]}, "EP208", 'write "111122223333", in quotes'),
        (
            {"detail": {"state": ["FAILURE"]}, "$or": [{"detail-type": [TYPE]}, {"detail-type": [TYPE], "id": ["a"]}]},
            "EP204",
            "did you mean FAILED?",
        ),
        (
            {"source": ["a"], "$or": [{"$or": [{"detailtype": ["b"]}, {"id": ["c"]}]}, {"region": ["us-east-1"]}]},
            "EP202",
            "did you mean detail-type?",
        ),
    ],
)
def test_alternatives_that_nothing_can_match(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert (problem.code, problem.severity, problem.hint) == (code, "warning", hint)


def test_each_alternative_is_a_pattern_of_its_own() -> None:
    of_builds = {"detail-type": [PHASE], "detail": {"build-status": ["FAILED"], "initiator": ["codepipeline/shop"]}}
    of_pipelines = {"detail-type": [TYPE], "detail": {"state": ["FAILED", "CANCELLED"]}}
    pattern = {"source": ["aws.codebuild", "aws.codepipeline"], "$or": [of_builds, of_pipelines]}
    assert [(problem.code, problem.message, problem.hint) for problem in found(pattern)] == [
        (
            "EP206",
            f"detail of '{PHASE}' has no 'build-status'",
            f'change detail-type to ["{BUILD}"]; or take "build-status" out',
        ),
        (
            "EP206",
            f"detail of '{PHASE}' has no 'initiator'",
            'write it inside additional-information: "additional-information": {"initiator": ["codepipeline/shop"]}',
        ),
        ("EP204", f'state of {TYPE} is never "CANCELLED"', "did you mean CANCELED?"),
    ]


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        (
            {
                "detail-type": [PHASE, TYPE],
                "$or": [{"detail": {"build-status": ["FAILED"]}}, {"region": ["eu-west-1"]}],
            },
            "EP206",
            f'add "{BUILD}" to detail-type; or take "build-status" out',
        ),
        (
            {"detail-type": [BUILD, TYPE], "detail": {"$or": [{"build-status": ["FAILED"]}, {"stage": ["Build"]}]}},
            "EP206",
            'write "CodePipeline Stage Execution State Change" in place of "CodePipeline Pipe',
        ),
        (
            {
                "detail-type": [BUILD, TYPE],
                "detail": {"pipeline": ["web"], "$or": [{"build-status": ["FAILED"]}, {"state": ["FAILED"]}]},
            },
            "EP206",
            'take "pipeline" out beside $or, and write it inside those alternatives whose events have it',
        ),
        (
            {"detail": {"build-status": ["FAILED"]}, "$or": [{"detail-type": [BUILD]}, {"detail-type": [TYPE]}]},
            "EP206",
            'write "build-status" inside the detail of those alternatives whose events have it',
        ),
        (
            {
                "detail-type": [PHASE],
                "$or": [{"detail": {"completed-phase": ["BUILD"]}}, {"detail": {"build-status": ["FAILED"]}}],
            },
            "EP206",
            f'add "{BUILD}" to detail-type; or take "build-status" out',
        ),
        (
            {
                "detail-type": [PHASE],
                "detail": {"$or": [{"completed-phase": ["BUILD"]}, {"build-status": ["FAILED"]}]},
            },
            "EP206",
            f'add "{BUILD}" to detail-type; or take "build-status" out',
        ),
        (
            {
                "detail": {"repositoryName": ["shop"]},
                "$or": [
                    {"detail-type": ["CodeCommit Pull Request State Change"]},
                    {"detail-type": ["CodeCommit Repository State Change"]},
                ],
            },
            "EP206",
            "and take it out beside $or; for CodeCommit Pull Request State Change it is repositoryNames",
        ),
        (
            {
                "source": ["aws.codebuild"],
                "detail": {"requestParameters": {"name": ["web"]}},
                "$or": [{"detail-type": ["AWS API Call via CloudTrail"]}, {"detail-type": [BUILD]}],
            },
            "EP206",
            'write "requestParameters" inside the detail of those alternatives whose events have it',
        ),
        (
            {"detail-type": [TYPE], "$or": [{"source": ["aws.codebuild"]}, {"source": ["aws.codepipeline"]}]},
            "EP205",
            "write aws.codepipeline, or take this alternative out",
        ),
    ],
)
def test_an_alternative_is_held_against_what_stands_beside_it(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert problem.code == code
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("operator", "hint"),
    [
        ({"prefix": "web-*"}, 'write {"prefix": "web-"}'),
        ({"suffix": "*.zip"}, 'write {"suffix": ".zip"}'),
        ({"prefix": "web-*-prod"}, 'write {"wildcard": "web-*-prod*"}'),
        ({"suffix": "a*b"}, 'write {"wildcard": "*a*b"}'),
        ({"prefix": "*web"}, 'write {"wildcard": "*web*"}'),
        ({"prefix": "*"}, 'write {"exists": true}'),
        ({"equals-ignore-case": "web-*"}, 'write {"prefix": {"equals-ignore-case": "web-"}}'),
        ({"equals-ignore-case": "*web*"}, 'write {"wildcard": "*web*"}; there, capital letters are others than small'),
        ({"suffix": {"equals-ignore-case": "*.ZIP"}}, 'write {"suffix": {"equals-ignore-case": ".ZIP"}}'),
        ({"anything-but": {"prefix": "web-*"}}, 'write {"anything-but": {"prefix": "web-"}}'),
        ({"anything-but": {"prefix": ["a*", "*b"]}}, 'write {"anything-but": {"wildcard": ["a*", "*b*"]}}'),
    ],
)
def test_a_star_is_one_for_wildcard_alone(operator: Any, hint: str) -> None:
    for pattern in (
        {"source": ["aws.codepipeline"], "detail": {"pipeline": [operator]}},
        {"detail": {"a": [operator]}},
    ):
        (problem,) = found(pattern)
        assert (problem.code, problem.severity) == ("EP211", "warning")
        assert problem.hint.startswith(hint)
        mend = json.loads(problem.hint.removeprefix("write ").partition(";")[0])
        assert found({"detail": {"a": [mend]}}) == []


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ([{"anything-but": "A"}, {"anything-but": "B"}], 'write {"anything-but": ["A", "B"]}'),
        ([{"anything-but": ["A", "B"]}, {"anything-but": ["C"]}], 'write {"anything-but": ["A", "B", "C"]}'),
        ([{"anything-but": 1}, {"anything-but": "B"}], "keep one anything-but, with all that is left out"),
        ([{"anything-but": "A"}, {"anything-but": "B"}, "C"], "keep one anything-but, with all that is left out"),
        ([{"exists": True}, "A"], 'take {"exists": true} out, with which any value passes: then it is ["A"]'),
    ],
)
def test_a_list_that_lets_everything_pass(values: list[Any], hint: str) -> None:
    (problem,) = found({"detail": {"a": values}})
    assert (problem.code, problem.severity, problem.hint) == ("EP212", "warning", hint)


@pytest.mark.parametrize(
    "values",
    [
        [{"anything-but": ["A", "B"]}, {"anything-but": ["B", "C"]}],
        [{"anything-but": ["A"]}, "B"],
        [{"anything-but": {"prefix": "A"}}, {"anything-but": {"prefix": "B"}}],
        [{"exists": False}, "A"],
    ],
)
def test_a_list_that_leaves_something_out(values: list[Any]) -> None:
    assert found({"detail": {"a": values}}) == []


def test_a_star_in_a_state_is_told_once() -> None:
    (problem,) = found({"detail-type": [TYPE], "detail": {"state": [{"prefix": "FAIL*"}]}})
    assert (problem.code, problem.hint) == ("EP211", 'write {"prefix": "FAIL"}')


def test_a_star_among_what_is_left_out() -> None:
    (problem,) = found({"detail-type": [TYPE], "detail": {"pipeline": [{"anything-but": ["web-*", "api"]}]}})
    assert (problem.code, problem.hint) == ("EP211", 'write {"anything-but": {"wildcard": ["web-*", "api"]}}')
    assert found({"source": ["my.app"], "detail": {"a": [{"anything-but": "*"}, {"wildcard": "a*"}, "a*"]}}) == []


@pytest.mark.parametrize(
    "pattern",
    [
        {
            "detail": {"state": ["START"]},
            "$or": [{"detail-type": [TYPE]}, {"detail-type": ["CodeDeploy Deployment State-change Notification"]}],
        },
        {
            "source": ["aws.codebuild"],
            "$or": [
                {"detail-type": ["AWS API Call via CloudTrail"], "detail": {"requestParameters": {"name": ["web"]}}},
                {"detail-type": ["CodeBuild Build State Change"], "detail": {"build-status": ["FAILED"]}},
            ],
        },
        {
            "detail": {"errorCode": [{"exists": False}]},
            "$or": [{"detail-type": [BUILD]}, {"detail-type": ["AWS API Call via CloudTrail"]}],
        },
        {
            "detail": {"project-name": ["web"]},
            "$or": [{"detail-type": [BUILD]}, {"detail-type": [PHASE], "detail": {"completed-phase": ["BUILD"]}}],
        },
        {"detail-type": [TYPE], "$or": [{"source": ["aws.codepipeline"]}, {"source": ["my.app"]}]},
        {"source": ["aws.codepipeline", "my.app"], "$or": [{"detail-type": ["Order Placed"]}, {"detail-type": [TYPE]}]},
    ],
)
def test_alternatives_that_something_may_match(pattern: Any) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "message", "hint"),
    [
        ({"account": ["1111-2222-3333"]}, "'1111-2222-3333' is not an account", 'write "111122223333", without dashes'),
        ({"account": ["mine"]}, "'mine' is not an account", "write its 12 digits, without dashes"),
        ({"region": ["us-east-1a"]}, "'us-east-1a' is not a Region", "did you mean us-east-1?"),
        ({"region": ["EU_WEST_2"]}, "'EU_WEST_2' is not a Region", "did you mean eu-west-2?"),
        ({"region": ["us-esat-1"]}, "'us-esat-1' is not a Region", "did you mean us-east-1?"),
        ({"region": ["Ireland"]}, "'Ireland' is not a Region", "write it like us-east-1"),
        (
            {"region": ["eu-*"]},
            "'eu-*' is not a Region",
            'write {"wildcard": "eu-*"}: in a plain text a star is a star',
        ),
        (
            {"detail-type": [TYPE], "detail": {"pipeline": ["web-*"]}},
            'pipeline is a name alone, and never "web-*"',
            'write {"wildcard": "web-*"}: in a plain text a star is a star',
        ),
        (
            {
                "detail-type": ["CodeBuild Build State Change"],
                "detail": {"project-name": ["arn:aws:codebuild:us-east-1:123456789012:project/web"]},
            },
            'project-name is a name alone, and never "arn:aws:codebuild:us-east-1:123456789012:project/web"',
            'write "web"',
        ),
    ],
)
def test_texts_that_a_field_never_has(pattern: Any, message: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert (problem.code, problem.message, problem.hint) == ("EP209", message, hint)


@pytest.mark.parametrize(
    "pattern",
    [
        {"account": ["${AccountId}", "<account>", "123456789012"]},
        {"region": ["us-gov-east-1", "us-isob-east-1", "ap-southeast-5", {"prefix": "eu-"}]},
        {"detail-type": [TYPE], "detail": {"pipeline": ["${Pipeline}", "web.main@2_x", {"wildcard": "web-*"}]}},
        {"source": ["my.app"], "detail": {"pipeline": ["a*"]}},
    ],
)
def test_texts_that_a_field_may_have(pattern: Any) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.codecommit"], "detail-type": ["AWS API Call via CloudTrail"]},
        {"source": ["my.app"], "detail-type": ["Order Placed"]},
        {"source": ["aws.codebuild", "aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]},
        {"source": [{"prefix": "aws."}], "detail-type": ["Anything"]},
        {"detail-type": ["CodePipeline Stage Execution State Change"], "detail": {"state": [{"anything-but": "X"}]}},
        {"account": ["111122223333"], "region": ["us-east-1"], "resources": ["arn"], "time": [{"exists": True}]},
    ],
)
def test_patterns_that_something_may_match(pattern: Any) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize(
    ("field", "severity", "code", "mend"),
    [
        ({"prefix": "web-"}, "error", "EP101", '"pipeline": [{"prefix": "web-"}]'),
        ({"exists": True}, "error", "EP101", '"pipeline": [{"exists": true}]'),
        ({"anything-but": {"prefix": "x"}}, "error", "EP101", '"pipeline": [{"anything-but": {"prefix": "x"}}]'),
        ({"exists": "true"}, "error", "EP101", '"pipeline": [{"exists": true}]'),
        ({"prefix": ["web-*"]}, "warning", "EP210", '"pipeline": [{"prefix": "web-"}]'),
        ({"prefix": ["a", "b"]}, "warning", "EP210", '"pipeline": [{"prefix": "a"}, {"prefix": "b"}]'),
        ({"prefix": ["web-"]}, "warning", "EP210", '"pipeline": [{"prefix": "web-"}]'),
        ({"prefix": ["a"], "suffix": ["b"]}, "warning", "EP210", 'if both must hold: {"wildcard": "a*b"}'),
        ({"anything-but": ["a", "b"]}, "warning", "EP210", '"pipeline": [{"anything-but": ["a", "b"]}]'),
    ],
)
def test_an_operator_outside_a_list_belongs_into_the_list_of_its_field(
    field: Any, severity: str, code: str, mend: str
) -> None:
    (problem,) = found({"source": ["aws.codepipeline"], "detail": {"pipeline": field}})
    assert (problem.severity, problem.code) == (severity, code)
    assert problem.hint.endswith(mend)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["my.shop"], "detail": {"pipeline": {"prefix": ["web-"]}}},
        {"source": ["aws.s3"], "detail": {"requestParameters": {"prefix": ["logs/"]}}},
    ],
)
def test_where_events_are_not_known_a_field_may_be_named_like_an_operator(pattern: Any) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"numeric": [">=", "2"]}, "write 2 without quotes"),
        ({"exists": "true"}, "write true without quotes"),
        ({"anything-but": {"prefx": "x"}}, "did you mean prefix?"),
        ({"anything-but": {"numeric": 5}}, 'write {"anything-but": 5}'),
        ({"anything-but": {"cidr": "10.0.0.0/8"}}, "known operators: prefix, suffix, equals-ignore-case, wildcard"),
        ({"prefx": "x"}, "did you mean prefix?"),
    ],
)
def test_a_wrong_operator_has_a_hint_of_its_own(value: Any, hint: str) -> None:
    (problem,) = found({"detail": {"a": [value]}})
    assert (problem.code, problem.hint) == ("EP104", hint)


@pytest.mark.parametrize(
    ("operator", "hint"),
    [
        ({"equals": "FAILED"}, 'write "FAILED" in its place: a plain value is compared as it is'),
        ({"starts-with": "web"}, 'write {"prefix": "web"}'),
        ({"contains": "web"}, 'write {"wildcard": "*web*"}'),
        ({"not": ["A", "B"]}, 'write {"anything-but": ["A", "B"]}'),
        ({"prefix": ["a", "b"]}, 'write {"prefix": "a"}, {"prefix": "b"}'),
        ({"prefix": 5}, 'write {"prefix": "5"}'),
        ({"prefix": {"wildcard": "a"}}, 'write it like {"prefix": "web-"}'),
        ({"suffix": {"equals-ignore-case": ["a"]}}, 'write {"suffix": {"equals-ignore-case": "a"}}'),
        ({"prefix": "a", "suffix": "b"}, 'if both must hold: {"wildcard": "a*b"}'),
        ({"prefix": "a", "suffix": "b"}, '{"suffix": "b"} in place of this object'),
        ({"prefix": "web-", "suffix": "-build"}, 'if both must hold: "web-build", {"wildcard": "web-*-build"}'),
        ({"prefix": "aa", "suffix": "aa"}, 'if both must hold: "aa", "aaa", {"wildcard": "aa*aa"}'),
        ({"numeric": 5}, 'write {"numeric": ["=", 5]}'),
        ({"numeric": ["==", 5]}, 'write {"numeric": ["=", 5]}'),
        ({"numeric": ["!=", 5]}, 'write {"anything-but": 5}'),
        ({"numeric": [">", 0, "and", "<", 5]}, 'write {"numeric": [">", 0, "<", 5]}'),
        ({"numeric": ["<", 5, ">", 0]}, 'write {"numeric": [">", 0, "<", 5]}'),
        ({"numeric": [1, 5]}, 'write {"numeric": [">=", 1, "<=", 5]}'),
        ({"numeric": [">", "1", "<", "5"]}, "write 1 and 5 without quotes"),
        ({"numeric": [">", 1, "<="]}, 'write {"numeric": [">", 1]}; a sign stands with its number'),
        ({"numeric": []}, 'write it like {"numeric": [">=", 1, "<", 5]}'),
        ({"exists": "yes"}, 'write {"exists": true}'),
        ({"wildcard": "a**b"}, 'write {"wildcard": "a*b"}'),
        ({"wildcard": "a\\b"}, 'write {"wildcard": "a\\\\\\\\b"}'),
        ({"cidr": "10.0.0.1"}, 'write {"cidr": "10.0.0.1/32"}'),
        ({"cidr": "10.0.0.0/33"}, 'write it like {"cidr": "10.0.0.0/24"}'),
        ({"anything-but": ["a", 5]}, 'write {"anything-but": ["a", "5"]}'),
        ({"anything-but": [{"prefix": "a"}, {"prefix": "b"}]}, 'write {"anything-but": {"prefix": ["a", "b"]}}'),
        ({"anything-but": {"prefix": "a", "suffix": "b"}}, "keep one of the operators inside"),
        ({"anything-but": True}, "write false"),
        ({"anything-but": {"equals": "prod"}}, 'write {"anything-but": "prod"}'),
        ({"anything-but": {"SUCCEEDED": True}}, 'write {"anything-but": ["SUCCEEDED"]}'),
        ({"anything-but": {"contains": "web"}}, 'write {"anything-but": {"wildcard": "*web*"}}'),
        ({"anything-but": {"numeric": [">", 5]}}, 'write {"numeric": ["<=", 5]}'),
        ({"anything-but": {"exists": True}}, 'write {"exists": false}'),
        ({"anything-but": None}, 'write {"exists": true}'),
        (
            {"anything-but": [{"prefix": "SUC"}, "STARTED"]},
            'write {"anything-but": {"wildcard": ["SUC*", "STARTED"]}}',
        ),
        ({"anything-but": [{"equals-ignore-case": "a"}, "b"]}, 'write it like {"anything-but": ["main", "dev"]}'),
        ({"exists": True, "prefix": "web"}, 'write {"prefix": "web"}: whatever has a value is there'),
        ({"cidr": "10.0.*.*"}, 'write {"cidr": "10.0.0.0/16"}'),
        ({"cidr": "web"}, 'cidr is for addresses: write "web" alone, or an operator for text such as prefix'),
    ],
)
def test_a_refused_operator_is_told_with_one_that_is_taken(operator: Any, hint: str) -> None:
    (problem,) = found({"detail": {"a": [operator]}})
    assert problem.code == "EP104"
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ({"source": "aws.codepipeline", "detail-type": "CodePipeline State Change"}, ["EP101", "EP101", "EP203"]),
        ({"source": ["aws.codepipeline"], "detail": {"state": "Failed"}}, ["EP101", "EP204"]),
        ({"source": ["aws.codepipeline"], "detail": [{"State": ["Failed"]}]}, ["EP104", "EP204", "EP206"]),
        ({"source": ["aws.codepipeline"], "$or": [{"detail": {"state": ["Failed"]}}]}, ["EP105", "EP204"]),
        ({"source": ["aws.codepipeline"], "$or": {"detail": {"state": ["Failed"]}}}, ["EP105", "EP204"]),
        ({"a": [{"prefx": "b"}], "$or": [{"c": ["d"]}, {"prefix": ["e"]}]}, ["EP104", "EP107", "EP202", "EP202"]),
        (
            {"Source": ["aws.codepipelines"], "Detail": {"State": ["Failed"]}},
            ["EP202", "EP202", "EP204", "EP205", "EP206"],
        ),
        ({"source": ["codepipeline"], "detail-type": ["x"]}, ["EP203", "EP205"]),
        ({"source": [["aws.codepipelines"]], "detail-type": [["x"]]}, ["EP106", "EP106", "EP203", "EP205"]),
        ({"source": "aws.codebuild, aws.codepipeline", "detail": {"state": ["Failed"]}}, ["EP101", "EP204"]),
        ({"source": ["aws.codebuild, codepipeline"], "detail": {"state": ["Failed"]}}, ["EP204", "EP205"]),
        ({"source": '["aws.codedeploy"]', "detail": {"state": ["Failed"]}}, ["EP101", "EP204"]),
        ({"source": ["aws.codedeploy"], "detail": {"state": {"anything-but": "FAILED"}}}, ["EP101", "EP204"]),
        ({"source": ["aws.codedeploy"], "detail": {"state": [{"not": "FAILED"}]}}, ["EP104", "EP204"]),
        ({"source": ["aws.codedeploy"], "detail": {"state": [{"equals": "FAILED"}]}}, ["EP104", "EP204"]),
        ({"source": ["aws.codedeploy"], "detail": {"state": [["FAILED"]]}}, ["EP106", "EP204"]),
        ({"source": ["s3"], "detail-type": ["AWS API call via CloudTrail"]}, ["EP203", "EP205"]),
        ({"source": ["aws.codedeploy"], "detail": {"status": ["FAILED"]}}, ["EP204", "EP206"]),
    ],
)
def test_one_mistake_hides_no_other(pattern: Any, codes: list[str]) -> None:
    assert sorted(problem.code for problem in found(pattern)) == codes


@pytest.mark.parametrize(
    ("pattern", "code", "hint"),
    [
        ('[{"source": ["a"]}]', "EP001", "a pattern is one object: take the brackets, or the dash, around it away"),
        ({"EventPattern": {"source": ["a"]}, "Name": "rule"}, "EP202", "keep what EventPattern stands for"),
        ({"EventPattern": '{"source": ["a"]}'}, "EP202", "keep what EventPattern stands for"),
        ({"source": '["a", "b"]'}, "EP101", 'write it as a list, without quotes around it: ["a", "b"]'),
        (
            {"source": "aws.codebuild, aws.codepipeline"},
            "EP101",
            'write it as a list, without quotes around it: ["aws.codebuild", "aws.codepipeline"]',
        ),
        ({"source": "shop, and more"}, "EP101", 'write it in brackets: ["shop, and more"]'),
        ({"source": ["aws.codebuild,aws.s3"]}, "EP205", 'write each for itself: "aws.codebuild", "aws.s3"'),
        ({"source": None}, "EP101", 'name a value, or write [{"exists": false}] if it is not to be there'),
        ({"source": ["a"], "detail": None}, "EP101", 'such as "detail": {"state": ["FAILED"]}, or take it out'),
    ],
)
def test_what_stands_around_a_pattern_or_in_place_of_it(pattern: Any, code: str, hint: str) -> None:
    (problem,) = found(pattern)
    assert problem.code == code
    assert hint in problem.hint


def test_one_alternative_is_shown_as_it_stands_without_or() -> None:
    (problem,) = found({"source": ["my.app"], "$or": [{"account": ["111122223333"]}]})
    assert problem.code == "EP105"
    assert 'write its fields beside the others: "account": ["111122223333"]' in problem.hint


def test_what_stands_around_a_pattern_hides_nothing_of_it() -> None:
    for pattern in ([{"source": ["aws.codebuilds"]}], {"EventPattern": {"source": ["aws.codebuilds"]}}):
        assert "EP205" in [problem.code for problem in found(json.dumps(pattern))]


def test_too_many_combinations_are_told_beside_another_mistake() -> None:
    many = [{f"a{number}": ["b"]} for number in range(40)]
    codes = [problem.code for problem in found({"source": "a", "detail": {"b": {"$or": many}, "c": {"$or": many}}})]
    assert sorted(codes) == ["EP101", "EP107"]


def test_an_operator_as_a_field_inside_or_is_told_where_it_stands() -> None:
    pattern = {"$or": [{"source": ["a"]}, {"detail": {"suffix": ["b"]}}]}
    (problem,) = found(pattern, indent=1)
    assert (problem.code, problem.line) == ("EP107", 10)
    assert problem.hint.endswith('"name": [{"suffix": …}]')


DEPLOYMENT = "CodeDeploy Deployment State-change Notification"


def two_services(sources: list[str]) -> Any:
    """A pattern whose alternatives are of two services."""
    deployed = {"detail-type": [DEPLOYMENT], "detail": {"state": ["FAILURE"]}}
    return {"source": sources, "$or": [deployed, {"detail-type": [TYPE], "detail": {"state": ["FAILED"]}}]}


@pytest.mark.parametrize(("one", "other"), [("codedeploy", "codepipeline"), ("codepipeline", "codedeploy")])
def test_a_source_that_lacks_for_one_alternative_is_added(one: str, other: str) -> None:
    pattern = two_services([f"aws.{one}"])
    (problem,) = found(pattern, indent=2)
    assert problem.code == "EP203"
    assert problem.hint == f'add "aws.{other}" to source (line 2), beside aws.{one}'
    assert found(pattern)[0].hint == f'add "aws.{other}" to source, beside aws.{one}'
    assert found(two_services([f"aws.{one}", f"aws.{other}"])) == []


def test_sources_of_types_of_several_services_are_added_and_take_no_other_ones_place() -> None:
    first, second = found({"source": ["aws.codecommit"], "detail-type": [DEPLOYMENT, TYPE]})
    assert first.hint.startswith('add "aws.codedeploy" to source')
    assert second.hint.startswith('add "aws.codepipeline" to source')
    assert found({"source": ["aws.codecommit", "aws.codedeploy", "aws.codepipeline"], "detail-type": [TYPE]}) == []


def test_a_type_that_can_match_none_of_the_alternatives_gives_way_to_the_one_that_can() -> None:
    def pattern(*types: str) -> Any:
        built = {"project-name": ["web"], "build-status": ["FAILED"]}
        return {"detail-type": [*types], "detail": {"$or": [built, {"pipeline": ["web"]}]}}

    (problem,) = found(pattern(PHASE, TYPE))
    assert problem.hint == f'write "{BUILD}" in place of "{PHASE}"; or take "build-status" out'
    assert found(pattern(BUILD, TYPE)) == []


def test_an_alternative_of_another_service_is_told_what_to_add() -> None:
    def pattern(sources: list[str], *types: str) -> Any:
        deployed = {"application": ["web"], "state": ["STOP"]}
        return {
            "source": sources,
            "detail-type": [*types],
            "detail": {"$or": [deployed, {"build-status": ["FAILED"]}]},
        }

    (problem,) = found(pattern(["aws.codebuild"], BUILD))
    assert problem.hint.startswith(f'add "{DEPLOYMENT}" to detail-type, and "aws.codedeploy" to source')
    assert found(pattern(["aws.codebuild", "aws.codedeploy"], BUILD, DEPLOYMENT)) == []


REPOSITORY = "arn:aws:codecommit:eu-north-1:111122223333:shop"


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ({"resources": [REPOSITORY], "region": []}, 'write ["eu-north-1"]; or take region out, if any will do'),
        ({"resources": [REPOSITORY], "account": []}, 'write ["111122223333"]; or take account out'),
        ({"detail-type": [BUILD], "source": []}, 'write ["aws.codebuild"]; or take source out'),
        ({"source": ["aws.codebuild"], "detail-type": []}, f'name one or more of "{BUILD}"; "{PHASE}"; or take'),
        ({"source": ["aws.codebuild"], "region": []}, 'write the Region, such as ["us-east-1"]; or take region out'),
        (
            {"source": ["aws.codebuild"], "detail": {"build-status": []}},
            'name a value, or write [{"exists": true}] for any',
        ),
    ],
)
def test_in_place_of_an_empty_list_stands_what_the_pattern_names_elsewhere(pattern: Any, hint: str) -> None:
    (problem,) = found(pattern)
    assert problem.code == "EP102"
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"anything-but": ["Source"]}, '"stage": [{"anything-but": ["Source"]}]'),
        ({"prefix": ["Dep"]}, '"stage": [{"prefix": "Dep"}]'),
        ({"prefix": ["D"], "suffix": ["y"]}, 'if both must hold: {"wildcard": "D*y"}'),
    ],
)
def test_an_operator_as_a_field_inside_or_is_one_finding(asked: Any, hint: str) -> None:
    types = ["CodePipeline Stage Execution State Change"]
    one = {"detail-type": types, "detail": {"stage": asked}}
    (problem,) = found({"source": ["aws.codepipeline"], "$or": [one, {"detail-type": [TYPE]}]})
    assert problem.code == "EP107"
    assert problem.hint.endswith(hint)
