"""Keys of conditions: slips are told, and what is not known is left alone."""

from __future__ import annotations

import pytest

from sim.formats.conditions import key_of_all, meant_key
from sim.formats.nodes import compose
from sim.formats.policy import check_policy


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("aws:SourceAcount", "aws:SourceAccount"),
        ("aws:SoureArn", "aws:SourceArn"),
        ("aws:PrincipleArn", "aws:PrincipalArn"),
        ("aws:SecureTransprot", "aws:SecureTransport"),
        ("aws:ResorceTag/team", "aws:ResourceTag/team"),
        ("iam:PassedToServce", "iam:PassedToService"),
        ("s3:prefx", "s3:prefix"),
        ("s3:x-amz-acls", "s3:x-amz-acl"),
        ("sts:ExternalID", ""),
        ("AWS:sourceaccount", ""),
        ("aws:ResourceTag/aws:cloudformation:stack-name", ""),
        ("aws:SourceVpc", ""),
        ("aws:SourceVpce", ""),
        ("s3:x-amz-server-side-encryption", ""),
        ("kms:EncryptionContext:aws:s3:arn", ""),
        ("aws:SomethingNew", ""),
        ("acme:Sourc", ""),
        ("token.actions.githubusercontent.com:sub", ""),
        ("codecommit:Reference", "codecommit:References"),
        ("kms:ViaServices", "kms:ViaService"),
    ],
)
def test_a_key_that_is_nearly_one(key: str, meant: str) -> None:
    assert meant_key(key) == meant


def test_a_key_without_the_service_in_front() -> None:
    assert key_of_all("sourceaccount") == "aws:SourceAccount"
    assert key_of_all("ResourceTag/") == key_of_all("Rocket") == ""


def told(key: str) -> list[tuple[str, str, str]]:
    policy = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", '
        f'"Condition": {{"StringEquals": {{"{key}": "x"}}}}}}}}'
    )
    return [(one.code, one.message, one.hint) for one in check_policy(compose(policy, "p.json"), "p.json")]


def test_it_is_told_where_it_stands() -> None:
    assert told("aws:SourceAcount") == [
        (
            "IAM209",
            "there is no condition key aws:SourceAcount: no request has it",
            "did you mean aws:SourceAccount?",
        )
    ]
    assert told("aws:SourceVpc") == told("acme:Rocket") == told("${Issuer}") == []


def test_iam_takes_no_key_without_a_service() -> None:
    assert [(code, hint) for code, _, hint in told("SourceAccount")] == [("IAM113", "did you mean aws:SourceAccount?")]
    assert [(code, hint) for code, _, hint in told("Rocket")] == [
        ("IAM113", "write the service in front, such as aws:SourceAccount")
    ]


def test_a_slip_in_an_operator_hides_no_slip_in_a_key() -> None:
    policy = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", '
        '"Condition": {"StringEqual": {"aws:SourceAcount": "x"}, "Bol": {"aws:SecureTransport": "yes"}}}}'
    )
    problems = check_policy(compose(policy, "p.json"), "p.json")
    assert [problem.code for problem in problems] == ["IAM116", "IAM209", "IAM116", "IAM202"]


@pytest.mark.parametrize(
    ("operator", "key", "value", "like"),
    [
        ("StringEquals", "token.actions.githubusercontent.com:sub", "repo:acme/web:ref:refs/heads/*", "StringLike"),
        ("StringNotEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/web-*", "StringNotLike"),
        ("StringEqualsIfExists", "codecommit:References", "refs/heads/*", "StringLikeIfExists"),
        ("StringEquals", "s3:prefix", "home/*", "StringLike"),
        ("StringLike", "s3:prefix", "home/*", ""),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/web-*", ""),
        ("StringEquals", "aws:SourceArn", "arn:aws:logs:eu-west-1:123456789012:log-group:web:*", ""),
        ("StringEquals", "aws:ResourceTag/note", "refs/heads/*", ""),
        ("StringEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/web", ""),
    ],
)
def test_a_star_that_is_a_plain_character(operator: str, key: str, value: str, like: str) -> None:
    statement = '"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::web"'
    condition = f'"Condition": {{"{operator}": {{"{key}": "{value}"}}}}'
    policy = f'{{"Version": "2012-10-17", "Statement": [{{{statement}, {condition}}}]}}'
    found = [(one.code, one.hint) for one in check_policy(compose(policy, "p.json"), "p.json", "identity")]
    hint = f"compare {key} with {like}: there, * stands for any text"
    assert found == ([("IAM202", hint)] if like else [])
