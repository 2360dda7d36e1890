"""A Deny that leaves nothing of an Allow, a Deny of HTTPS, and values that a key of a condition never has."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.formats import denials
from sim.formats.nodes import compose
from sim.formats.policy import check_policy

BUCKET = "arn:aws:s3:::web"
ALLOW = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{BUCKET}/*"}


def problems(*statements: dict[str, Any]) -> list[Any]:
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=1)
    return check_policy(compose(policy, "p.json"), "p.json")


def codes(*statements: dict[str, Any]) -> list[str]:
    return [one.code for one in problems(*statements)]


def test_a_deny_that_takes_back_all_of_an_allow() -> None:
    (problem,) = problems(ALLOW, {"Effect": "Deny", "Action": "s3:*", "Resource": f"{BUCKET}*"})
    assert (problem.code, problem.line) == ("IAM211", 13)
    assert problem.message == ("this Deny takes back all that the statement Read (line 4) allows: a Deny always wins")
    assert problem.hint == (
        'to let it pass, write `"NotAction": ["s3:GetObject", "s3:PutObject"]` in place of the "Action" of this Deny; '
        "else take out the statement Read (line 4)"
    )
    other = {"Effect": "Deny", "NotAction": ["s3:GetObject", "s3:PutObject"], "Resource": f"{BUCKET}*"}
    assert problems(ALLOW, other) == []


def test_a_deny_of_just_these_actions_has_nothing_left() -> None:
    (problem,) = problems(ALLOW, {**ALLOW, "Sid": "No", "Effect": "Deny"})
    assert problem.hint == (
        "take out this Deny if it is to be allowed, else the statement Read (line 4); or let the Deny name fewer "
        "actions or resources, or give it a Condition"
    )


@pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::*", "arn:aws:*:::web*"])
def test_a_deny_on_everything_stays_one_of_its_actions(resource: str) -> None:
    (problem,) = problems(ALLOW, {"Effect": "Deny", "Action": "s3:*", "Resource": resource})
    assert ("NotAction" in problem.hint) == (resource == "arn:aws:s3:::*")


@pytest.mark.parametrize(
    ("operator", "outcome"),
    [
        ("StringEqualsIfExists", "always holds"),
        ("StringEquals", "never holds"),
        ("StringNotEquals", "always holds"),
        ("ForAllValues:StringLike", "always holds"),
    ],
)
@pytest.mark.parametrize("nothing", ["true", True, ["true"]])
def test_what_a_key_is_where_it_must_be_missing(operator: str, outcome: str, nothing: Any) -> None:
    def told(null: Any) -> list[tuple[str, str, str]]:
        condition = {operator: {"codecommit:References": ["refs/heads/main"]}, "Null": {"codecommit:references": null}}
        deny = {"Effect": "Deny", "Action": "codecommit:GitPush", "Resource": "*", "Condition": condition}
        return [(one.code, one.message, one.hint) for one in problems(deny)]

    assert told(nothing) == [
        (
            "IAM202",
            f"Null asks for requests without codecommit:references, and for them {operator} of it {outcome}",
            'write "false": the key is there',
        )
    ]
    assert told("false") == []


@pytest.mark.parametrize(
    ("deny", "is_dead"),
    [
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": ["s3:put*", "s3:get*"], "Resource": ["arn:aws:s3:::other", f"{BUCKET}/*"]}, True),
        ({"Action": "s3:GetObject", "Resource": "*"}, False),
        ({"Action": "s3:*", "Resource": f"{BUCKET}/secret/*"}, False),
        ({"Action": "s3:?etObject", "Resource": "*"}, False),
        ({"Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({"NotAction": "iam:*", "Resource": "*"}, False),
        ({"Action": "s3:*", "NotResource": "arn:aws:s3:::other"}, False),
    ],
)
def test_only_what_is_sure_counts(deny: dict[str, Any], is_dead: bool) -> None:
    assert codes(ALLOW, {"Effect": "Deny", **deny}) == ["IAM211"] * is_dead
    assert codes({"Effect": "Deny", **deny}, ALLOW) == ["IAM211"] * is_dead


@pytest.mark.parametrize(
    ("allowed", "denied", "is_dead"),
    [
        ({"AWS": "111122223333"}, "*", True),
        ({"AWS": "111122223333"}, {"AWS": ["111122223333", "444455556666"]}, True),
        ({"AWS": "111122223333"}, {"AWS": "444455556666"}, False),
        ("*", {"AWS": "444455556666"}, False),
        ({"Service": "codebuild.amazonaws.com"}, {"AWS": "444455556666"}, False),
    ],
)
def test_whom_it_is_about(allowed: Any, denied: Any, is_dead: bool) -> None:
    deny = {"Effect": "Deny", "Principal": denied, "Action": "s3:*", "Resource": "*"}
    assert codes({**ALLOW, "Principal": allowed}, deny) == ["IAM211"] * is_dead


def test_principals_that_a_function_gives_are_not_known() -> None:
    deny = {"Effect": "Deny", "Principal": {"AWS": "444455556666"}, "Action": "s3:*", "Resource": "*"}
    allow = {**ALLOW, "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}
    assert "IAM211" not in codes(allow, deny)


def test_many_statements_take_a_bounded_time() -> None:
    many = [denials.Rights((f"s3:A{n}*",), ("arn:aws:s3:::b/*",), None) for n in range(2_000)]
    assert list(denials.dead(many, [denials.Rights(("s3:B",), ("*",), None)] * 2_000)) == []
    wide = denials.Rights(tuple(f"s3:A{n}*" for n in range(1_000)), ("*",), None)
    narrow = denials.Rights(tuple(f"s3:A{n}b" for n in range(1_000)), ("*",), None)
    assert list(denials.dead([wide], [narrow])) == []  # all of it is, and it is not looked for that long
    assert list(denials.dead(many[:3], many[:3])) == [(0, [0]), (1, [1]), (2, [2])]


# Transport


@pytest.mark.parametrize(
    ("effect", "value", "hints"),
    [
        ("Deny", "true", ['write "false"']),
        ("Deny", "false", []),
        ("Allow", "false", ['write "true"']),
        ("Allow", "true", []),
    ],
)
def test_https_is_to_be_let_in(effect: str, value: str, hints: list[str]) -> None:
    condition = {"Bool": {"aws:SecureTransport": value}}
    found = problems({**ALLOW, "Principal": "*", "Effect": effect, "Condition": condition})
    assert [(one.code, one.hint) for one in found] == [("IAM212", hint) for hint in hints]


# What keys are


@pytest.mark.parametrize(
    ("operator", "key", "value", "told"),
    [
        ("StringEquals", "codecommit:References", "main", 'write "refs/heads/main"'),
        ("StringEqualsIfExists", "codecommit:References", ["refs/heads/main", "prod"], 'write "refs/heads/prod"'),
        ("StringLike", "codecommit:References", "heads/release/*", 'write "refs/heads/release/*"'),
        ("StringLike", "codecommit:References", "*/main", None),
        ("StringEquals", "aws:SourceAccount", "1111-2222-3333", 'write "111122223333"'),
        ("StringEquals", "aws:SourceAccount", "arn:aws:iam::111122223333:root", 'write "111122223333"'),
        ("StringEquals", "aws:SourceAccount", "11112222333", "write the 12 digits of the account"),
        ("StringLike", "aws:SourceAccount", "1111*", None),
        (
            "ArnLike",
            "aws:SourceArn",
            "web",
            "write the whole ARN arn:aws:codebuild:us-east-1:123456789012:project/web, with your Region and account",
        ),
        ("ArnLike", "aws:SourceArn", "arn:aws:codebuild:*:111122223333:project/web", None),
        ("StringEquals", "iam:PassedToService", "codebuild", 'write "codebuild.amazonaws.com"'),
        ("StringEquals", "iam:PassedToService", "cloudfromation.amazonaws.com", 'write "cloudformation.amazonaws.com"'),
        ("StringEquals", "iam:PassedToService", "events.workmail.amazonaws.com", None),
        ("StringLike", "iam:PassedToService", "ecs*", None),
        ("Null", "codecommit:References", "false", None),
    ],
)
def test_what_a_key_never_is(operator: str, key: str, value: Any, told: str | None) -> None:
    found = problems({**ALLOW, "Condition": {operator: {key: value}}})
    assert [(one.code, one.hint) for one in found] == ([] if told is None else [("IAM202", told)])


def test_where_the_key_may_be_missing() -> None:
    (problem,) = problems({**ALLOW, "Condition": {"StringEqualsIfExists": {"codecommit:References": "main"}}})
    assert problem.message.endswith(": it holds only where there is no such key")


def test_an_arn_is_of_what_the_service_acts_for() -> None:
    statement = {**ALLOW, "Principal": {"Service": "codepipeline.amazonaws.com"}}
    (problem,) = problems({**statement, "Condition": {"ArnLike": {"aws:SourceArn": "web"}}})
    assert problem.hint == (
        "write the whole ARN arn:aws:codepipeline:us-east-1:123456789012:web, with your Region and account"
    )


def test_to_differ_from_it_is_always_true() -> None:
    (problem,) = problems({**ALLOW, "Condition": {"StringNotEquals": {"codecommit:References": "main"}}})
    assert problem.message == (
        "codecommit:References is a full name such as refs/heads/main, and never 'main': it always holds"
    )
