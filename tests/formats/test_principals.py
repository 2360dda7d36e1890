"""Principals that are nobody, and what is to be written for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.formats.nodes import compose
from sim.formats.policy import check_policy

ROLE = "arn:aws:iam::111122223333:role/web"
SAML = "arn:aws:iam::111122223333:saml-provider/acme"
OIDC = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"


def told(principal: Any, path: str = "p.json") -> list[tuple[str, str]]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return [(one.code, one.hint) for one in check_policy(compose(policy, path), path, "trust")]


@pytest.mark.parametrize(
    ("principal", "hint"),
    [
        (
            {"AWS": "arn:aws:iam::111122223333:instance-profile/web"},
            f'write `"AWS": "{ROLE}"`, the role in it: an instance profile is nobody',
        ),
        (
            {"AWS": "arn:aws:iam::111122223333:group/devs"},
            'write `"AWS": "arn:aws:iam::111122223333:root"`, a group is nobody; or the ARN of one role or user',
        ),
        (
            {"AWS": "arn:aws:iam::111122223333:policy/devs"},
            'write `"AWS": "arn:aws:iam::111122223333:root"`, a policy is nobody; or the ARN of one role or user',
        ),
        (
            {"AWS": "web-deploy"},
            'write `"AWS": "arn:aws:iam::123456789012:role/web-deploy"`, with the account it is in; '
            "of a user, user/ is due",
        ),
        ({"AWS": "1111-2222-3333"}, 'write `"AWS": "111122223333"`'),
        ({"AWS": "codebuild.amazonaws.com"}, 'write `"Service": "codebuild.amazonaws.com"`'),
        ({"AWS": "arn:aws:iam::1111-2222-3333:role/web"}, f'write `"AWS": "{ROLE}"`'),
        ({"AWS": "arn:aws:iam:eu-west-1:111122223333:role/web"}, f'write `"AWS": "{ROLE}"`'),
        (
            {"AWS": "arn:aws:iam::111122223333:role/*"},
            'write `"AWS": "arn:aws:iam::111122223333:root"`, with "Condition": {"ArnLike": {"aws:PrincipalArn": '
            '"arn:aws:iam::111122223333:role/*"}}: a principal has no stars in it',
        ),
        (
            {"AWS": "arn:aws:codebuild:eu-west-1:111122223333:project/web"},
            'write `"Service": "codebuild.amazonaws.com"`, with "Condition": {"ArnLike": {"aws:SourceArn": '
            '"arn:aws:codebuild:eu-west-1:111122223333:project/web"}}',
        ),
        ({"AWS": "arn:aws:iam::111122223333:web"}, f'write `"AWS": "{ROLE}"`'),
        ({"AWS": "arn:aws:iam::111122223333:roles/web"}, f'write `"AWS": "{ROLE}"`'),
        ({"Service": ROLE}, f'write `"AWS": "{ROLE}"`'),
        ({"Service": "111122223333"}, 'write `"AWS": "111122223333"`'),
        ({"Service": "codebuild"}, 'write `"Service": "codebuild.amazonaws.com"`'),
        ({"Service": "codebuld.amazonaws.com"}, 'write `"Service": "codebuild.amazonaws.com"`'),
        ({"Service": "codepipeline.amazonaw.com"}, 'write `"Service": "codepipeline.amazonaws.com"`'),
        ("codebuild.amazonaws.com", 'write `"Principal": {"Service": "codebuild.amazonaws.com"}`'),
        (ROLE, f'write `"Principal": {{"AWS": "{ROLE}"}}`'),
    ],
)
def test_nobody(principal: Any, hint: str) -> None:
    assert told(principal) == [("IAM121", hint)]


def test_in_yaml_the_hint_is_yaml() -> None:
    assert told({"Service": ROLE}, "p.yml") == [("IAM121", f"write `AWS: '{ROLE}'`")]


@pytest.mark.parametrize(
    "principal",
    [
        {"Service": "events.workmail.amazonaws.com"},
        {"Service": "codedeploy.eu-west-1.amazonaws.com"},
        {"Service": "ecs.amazonaws.com"},
        {"Service": "eks.amazonaws.com"},
        {"AWS": "arn:aws:iam::111122223333:user/division/alice"},
        {"AWS": "arn:aws:sts::111122223333:assumed-role/web/session"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"},
        {"AWS": "AIDAJQABLZS4A3QDU576Q"},
        {"AWS": "${Account}"},
    ],
)
def test_somebody(principal: Any) -> None:
    assert told(principal) == []


@pytest.mark.parametrize(
    ("compared", "more"),
    [
        (f"{ROLE}-dev-*", "in its place; the Condition on aws:PrincipalArn that is there narrows it"),
        (
            "*",
            f'with "Condition": {{"ArnLike": {{"aws:PrincipalArn": "{ROLE}-*"}}}}: a principal has no stars in it',
        ),
    ],
)
def test_a_condition_that_narrows_already_stays(compared: str, more: str) -> None:
    condition = {"ArnLike": {"aws:PrincipalArn": compared}}
    statement = {"Effect": "Allow", "Principal": {"AWS": f"{ROLE}-*"}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]})
    (problem,) = check_policy(compose(text, "p.json"), "p.json", "trust")
    assert problem.hint == f'write `"AWS": "arn:aws:iam::111122223333:root"`, {more}'


@pytest.mark.parametrize(
    ("principal", "action", "hint"),
    [
        ({"Federated": SAML}, "sts:AssumeRole", "write sts:AssumeRoleWithSAML"),
        ({"Federated": SAML}, ["sts:AssumeRole", "sts:TagSession"], "write sts:AssumeRoleWithSAML"),
        ({"Federated": OIDC}, "sts:AssumeRoleWithSAML", "write sts:AssumeRoleWithWebIdentity"),
        ({"Federated": "accounts.google.com"}, "sts:AssumeRole", "write sts:AssumeRoleWithWebIdentity"),
        ({"Service": "ec2.amazonaws.com"}, "sts:AssumeRoleWithWebIdentity", "write sts:AssumeRole"),
        ({"AWS": ROLE}, "sts:AssumeRoleWithSAML", "write sts:AssumeRole"),
        ({"Federated": SAML}, "sts:AssumeRoleWithSAML", ""),
        ({"Federated": SAML}, "sts:AssumeRole*", ""),
        ({"Federated": SAML}, ["sts:AssumeRole", "sts:AssumeRoleWithSAML"], ""),
        ({"Federated": OIDC}, "sts:AssumeRoleWithWebIdentity", ""),
        ({"Federated": OIDC}, "sts:TagSession", ""),
        ({"Federated": SAML, "Service": "ec2.amazonaws.com"}, "sts:AssumeRole", ""),
        ({"Federated": "login.example.com"}, "sts:AssumeRole", ""),
        ({"AWS": "*"}, "sts:AssumeRoleWithWebIdentity", ""),
        ({"AWS": ROLE, "Service": "ec2.amazonaws.com"}, ["sts:AssumeRole", "sts:SetSourceIdentity"], ""),
    ],
)
def test_each_principal_takes_on_a_role_in_its_own_way(principal: Any, action: Any, hint: str) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    found = [(one.code, one.hint) for one in check_policy(compose(policy, "p.json"), "p.json", "trust")]
    assert found == ([("IAM214", hint)] if hint else [])
