"""IAM policies: read, refused in IAM's own words, and what a statement names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import ProblemsError
from sim.formats.nodes import compose
from sim.formats.policy import MAX_ROWS, OPERATORS, Comparison, Statement, allows, check_policy, read_policy, sort_of

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def text(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more}, indent=1)


def refused(text: str, sort: Any = None) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        read_policy(text, sort=sort)
    return [(problem.code, problem.message) for problem in caught.value.problems if problem.severity == "error"]


# What is read


def test_a_statement_is_read_whole() -> None:
    policy = read_policy(
        text(
            {
                "Sid": "One",
                "Effect": "Deny",
                "NotAction": ["s3:Get*", "s3:List*"],
                "NotResource": "arn:aws:s3:::b/*",
                "Condition": {"StringLike": {"s3:prefix": ["a/*", "b/*"]}, "Bool": {"aws:SecureTransport": False}},
            },
            Id="p",
        )
    )
    assert (policy.version, policy.id, policy.warnings) == ("2012-10-17", "p", ())
    assert policy.statements == (
        Statement(
            "Deny",
            not_actions=("s3:Get*", "s3:List*"),
            not_resources=("arn:aws:s3:::b/*",),
            conditions=(
                Comparison("StringLike", "s3:prefix", ("a/*", "b/*")),
                Comparison("Bool", "aws:SecureTransport", ("false",)),
            ),
            sid="One",
            line=4,
        ),
    )


def test_a_single_statement_and_single_values_need_no_list() -> None:
    one = read_policy(json.dumps({"Version": "2012-10-17", "Statement": ALLOW})).statements
    assert one[0].actions == ("s3:GetObject",)
    listed = {**ALLOW, "Action": ["s3:GetObject"], "Resource": ["*"]}
    assert read_policy(json.dumps({"Version": "2012-10-17", "Statement": [listed]})).statements[0].actions == (
        "s3:GetObject",
    )


def test_yaml_is_read_too() -> None:
    policy = read_policy(
        "Version: 2012-10-17\nStatement:\n- Effect: Allow\n  Action: [s3:GetObject]\n  Resource: '*'\n", "policy.yml"
    )
    assert policy.statements[0].resources == ("*",)


TRUST = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
BUCKET = {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


@pytest.mark.parametrize(("statement", "sort"), [(ALLOW, "identity"), (TRUST, "trust"), (BUCKET, "resource")])
def test_what_a_policy_seems_to_be(statement: dict[str, Any], sort: str) -> None:
    assert sort_of(compose(text(statement), "p.json")) == sort
    assert read_policy(text(statement)).statements


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": "111122223333"},
        {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:assumed-role/r/s"]},
        {"AWS": "arn:aws-cn:iam::111122223333:user/alice"},
        {"Service": ["codebuild.amazonaws.com", "codepipeline.amazonaws.com"]},
        {"Federated": "cognito-identity.amazonaws.com"},
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"},
    ],
)
def test_principals(principal: Any) -> None:
    assert read_policy(text({**TRUST, "Principal": principal})).statements[0].principals is not None


@pytest.mark.parametrize("operator", OPERATORS)
def test_operators_and_what_goes_with_them(operator: str) -> None:
    values = {"Numeric": "5", "Date": "2026-01-05T09:00:00Z", "Bool": "true", "Null": "true", "IpAdd": "10.0.0.0/8"}
    value = next((value for start, value in values.items() if operator.startswith(start)), "x")
    value = "10.0.0.0/8" if operator == "NotIpAddress" else value
    for name in (operator, f"ForAllValues:{operator}", f"ForAnyValue:{operator}"):
        condition = {name: {"aws:Key": value}}
        assert read_policy(text({**ALLOW, "Condition": condition})).warnings == ()
    if operator != "Null":
        assert read_policy(text({**ALLOW, "Condition": {f"{operator}IfExists": {"aws:Key": value}}})).statements


# What IAM refuses, in its own words


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        ({"Effect": "Allow", "Resource": "*"}, "IAM106", "Policy statement must contain actions."),
        ({**ALLOW, "Action": []}, "IAM106", "Policy statement must contain actions."),
        ({"Effect": "Allow", "Action": "s3:*"}, "IAM108", "Policy statement must contain resources."),
        ({**ALLOW, "Effect": "Permit"}, "IAM105", "Syntax errors in policy. Effect is 'Permit', not Allow or Deny"),
        (
            {**ALLOW, "Effect": "allow"},
            "IAM105",
            "The policy failed legacy parsing: Effect is 'allow', not Allow or Deny",
        ),
        ({**ALLOW, "Resource": "bucket"}, "IAM115", 'Resource bucket must be in ARN format or "*".'),
        (
            {**ALLOW, "Resource": "arn:azure:s3:::b"},
            "IAM115",
            'Partition "azure" is not valid for resource "arn:azure:s3:::b".',
        ),
        (
            {**ALLOW, "Action": "GetObject"},
            "IAM113",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. 'GetObject' is not",
        ),
        ({**ALLOW, "Action": "s 3:Get"}, "IAM114", "Vendor s 3 is not valid"),
        ({**ALLOW, "Actions": "s3:Get"}, "IAM103", "Syntax errors in policy. a statement has no element 'Actions'"),
        (
            {**ALLOW, "Condition": {"StringEqual": {"a:b": "c"}}},
            "IAM116",
            "Syntax errors in policy. There is no condition operator 'StringEqual'",
        ),
        ({**ALLOW, "Condition": {"NullIfExists": {"a:b": "true"}}}, "IAM116", None),
        ({**ALLOW, "Condition": {"Bool": "true"}}, "IAM001", None),
        ({**ALLOW, "Condition": {"DateLessThan": {"a:b": "tomorrow"}}}, "IAM118", None),
    ],
)
def test_refusals(statement: dict[str, Any], code: str, message: str | None) -> None:
    found = refused(text(statement))
    assert code in [one for one, _ in found]
    assert message is None or (code, message) in found


def test_a_principal_belongs_into_no_identity_policy() -> None:
    assert refused(text({**ALLOW, "Principal": "*"}), "identity") == [
        ("IAM110", "Policy document should not specify a principal.")
    ]


def test_a_trust_policy_has_no_resource_and_allows_assuming_only() -> None:
    assert refused(text({**TRUST, "Resource": "*"}), "trust") == [("IAM111", "Has prohibited field Resource")]
    ((code, message),) = refused(text({**TRUST, "Action": "s3:GetObject"}), "trust")
    assert (code, message) == (
        "IAM123",
        "AssumeRole policy may only specify STS AssumeRole actions. s3:GetObject is none",
    )
    assert [code for code, _ in refused(text({"Effect": "Allow", "Action": "sts:AssumeRole"}), "trust")] == ["IAM112"]


@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:TagSession", "sts:AssumeRoleWithWebIdentity", "sts:*"])
def test_what_a_trust_policy_may_allow(action: str) -> None:
    assert read_policy(text({**TRUST, "Action": ["sts:AssumeRole", action]})).statements


def test_every_finding_is_told_with_its_line() -> None:
    document = text({**ALLOW, "Effect": "Permit"}, {**ALLOW, "Action": "Get"})
    with pytest.raises(ProblemsError) as caught:
        read_policy(document)
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [("IAM105", 5), ("IAM113", 11)]


# What stands in a template


@pytest.mark.parametrize(
    "statement",
    [
        "{Effect: Allow, Action: 's3:*', Resource: !GetAtt Bucket.Arn}",
        "{Effect: Allow, Action: 's3:*', Resource: !Sub '${Bucket.Arn}/*'}",
        "{Effect: Allow, Action: 's3:*', Resource: ['*', !If [A, !Ref B, !Ref C]]}",
        "{Effect: !Ref Effect, Action: !Ref Actions, Resource: '*'}",
        "!If [A, {Effect: Allow, Action: 's3:*', Resource: '*'}, !Ref AWS::NoValue]",
        "{Effect: Allow, Action: 's3:*', Resource: {Fn::GetAtt: [Bucket, Arn]}}",
        "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: !If [A, {}, !Ref AWS::NoValue]}",
        "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringEquals: {'aws:x': !Ref A}}}",
    ],
)
def test_functions_are_left_alone(statement: str) -> None:
    root = compose(f"Version: 2012-10-17\nStatement:\n  - {statement}\n", "template.yml")
    assert check_policy(root, "template.yml", "identity") == []


# What is allowed


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({"Action": "codebuild:StartBuild"}, True),
        ({"Action": "codebuild:startbuild"}, True),
        ({"Action": ["s3:*", "codebuild:Start*"]}, True),
        ({"Action": "*"}, True),
        ({"Action": "codebuild:StartBuil?"}, True),
        ({"Action": "codebuild:StopBuild"}, False),
        ({"Action": "codebuild:[S]tartBuild"}, False),
        ({"NotAction": "s3:*"}, True),
        ({"NotAction": "codebuild:*"}, False),
        ({"Action": "codebuild:StartBuild", "Effect": "Deny"}, False),
    ],
)
def test_which_actions_a_statement_allows(statement: dict[str, Any], allowed: bool) -> None:
    policy = read_policy(text({"Effect": "Allow", "Resource": "*", **statement}))
    assert allows(policy.statements, "codebuild:StartBuild") is allowed


# Names that are nearly right


def findings(statement: dict[str, Any], sort: Any = None) -> list[tuple[str, str, str]]:
    problems = check_policy(compose(text(statement), "p.json"), "p.json", sort)
    return [(problem.code, problem.message, problem.hint) for problem in problems]


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("arn:aws:iam::123456789012:role/web", None),
        ("arn:aws:s3:::web/*", None),
        ("arn:aws:s3:us-east-1:123456789012:accesspoint/web", None),
        ("arn:aws:sns:us-east-1:123456789012:news", None),
        (
            "arn:aws:iam:us-east-1:123456789012:role/web",
            "IAM resource arn:aws:iam:us-east-1:123456789012:role/web cannot contain region information.",
        ),
        ("arn:aws:s3:us-east-1::web/*", "Resource arn:aws:s3:us-east-1::web/* can not contain region information."),
    ],
)
def test_iam_and_buckets_have_no_region(arn: str, message: str | None) -> None:
    found = findings({**ALLOW, "Action": "*:Get*", "Resource": arn})
    assert [one[:2] for one in found] == ([] if message is None else [("IAM115", message)])


def test_a_region_that_a_function_fills_in_is_one_too() -> None:
    policy = "Version: 2012-10-17\nStatement: {Effect: Allow, Action: '*:Get*', Resource: !Sub 'ARN'}\n"
    arns = {"arn:aws:iam:${AWS::Region}:${AWS::AccountId}:role/a": ["IAM115"], "arn:aws:s3:::${Bucket}/*": []}
    for arn, codes in arns.items():
        root = compose(policy.replace("ARN", arn), "p.yml")
        assert [problem.code for problem in check_policy(root, "p.yml")] == codes


@pytest.mark.parametrize(
    ("principal", "hint"),
    [
        ("codebuild.amazon.com", 'write `"Service": "codebuild.amazonaws.com"`'),
        ("events.amazon.com", 'write `"Service": "events.amazonaws.com"`'),
        ("alexa-appkit.amazon.com", None),
    ],
)
def test_most_services_are_at_amazonaws(principal: str, hint: str | None) -> None:
    found = findings({**TRUST, "Principal": {"Service": principal}})
    assert [one[2] for one in found if one[0] == "IAM121"] == ([] if hint is None else [hint])


def test_an_action_that_is_nearly_one() -> None:
    assert findings({**ALLOW, "Action": ["codebuild:StartBuilds", "CODEBUILD:startbuild", "codebuild:*"]}) == [
        (
            "IAM206",
            "codebuild has no action StartBuilds: this entry is for nothing",
            "did you mean codebuild:StartBuild?",
        )
    ]


def test_every_action_of_every_service() -> None:
    assert [one[0] for one in findings({**ALLOW, "Action": "*:*"})] == ["IAM203"]
    assert findings({**ALLOW, "Effect": "Deny", "Action": "*:*"}) == []


@pytest.mark.parametrize("version", ["2012-10-7", "2012-1-17", "20121017", "2012-10-17T00:00:00Z", "2012-17-10"])
def test_a_version_is_no_date_of_ones_own(version: str) -> None:
    assert [code for code, _ in refused(text(ALLOW).replace("2012-10-17", version))] == ["IAM101"]


@pytest.mark.parametrize(
    ("with_principal", "without", "codes", "hint"),
    [
        (1, 1, ["IAM110"], "a policy on a resource needs one in every statement"),
        (1, 3, ["IAM110"], "a policy on a resource needs one in every statement"),
        (3, 1, ["IAM112"], "in an identity policy, no statement has one"),
    ],
)
def test_principals_in_some_statements_are_told_where_the_fewer_are_wrong(
    with_principal: int, without: int, codes: list[str], hint: str
) -> None:
    plain = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::web/*"}
    statements = [plain] * without + [{**plain, "Principal": "*"}] * with_principal
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    problems = [one for one in check_policy(compose(document, "p.json"), "p.json") if one.severity == "error"]
    assert [problem.code for problem in problems] == codes
    assert problems[0].hint.endswith(hint)


# Resources that no action is about


def on(action: Any, resource: Any, **more: Any) -> list[tuple[str, str]]:
    return [(hint_of[1], hint_of[2]) for hint_of in findings({**ALLOW, "Action": action, "Resource": resource, **more})]


LOGS = "logs:us-east-1:123456789012:log-group:*"
BUCKET_ARN = "arn:aws:s3:::b"


@pytest.mark.parametrize(
    ("action", "resource", "message", "hint"),
    [
        (
            "logs:*",
            BUCKET_ARN,
            "logs:* is about resources of logs, and no resource of the statement can be one: it is for nothing",
            "write the resource that is meant in place of what stands there, such as "
            '`"arn:aws:logs:us-east-1:123456789012:*"`',
        ),
        (
            "codecommit:GitPull",
            [BUCKET_ARN, f"{BUCKET_ARN}/*"],
            "codecommit:GitPull is about resources of codecommit, and no resource of the statement can be one: "
            "it is for nothing",
            "write the resource that is meant in place of what stands there, such as "
            '`"arn:aws:codecommit:us-east-1:123456789012:NAME"`',
        ),
        (
            ["s3:GetObject", "logs:CreateLogStream", "logs:PutLogEvents"],
            f"{BUCKET_ARN}/*",
            "no resource of the statement can be what these actions are about, so they are for nothing: "
            "logs:CreateLogStream (about the streams of a log group), "
            "logs:PutLogEvents (about the streams of a log group)",
            "move logs:CreateLogStream, logs:PutLogEvents into a statement of their own: "
            '`{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], '
            f'"Resource": "arn:aws:{LOGS}"}}`',
        ),
        (
            ["s3:GetObject", "sns:Publish"],
            BUCKET_ARN,
            "no resource of the statement can be what these actions are about, so they are for nothing: "
            "s3:GetObject (about an object), sns:Publish (about resources of sns)",
            "write arn:aws:s3:::b/* in place of arn:aws:s3:::b; move sns:Publish into a statement of its own: "
            '`{"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:123456789012:NAME"}`',
        ),
        (
            "s3:*",
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "s3:* is about resources of s3, and no resource of the statement can be one: it is for nothing",
            "write the resource that is meant in place of what stands there, such as "
            '`["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"]`',
        ),
        (
            ["sqs:*", "codecommit:GitPull"],
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "codecommit:GitPull is about resources of codecommit, and no resource of the statement can be one: "
            "it is for nothing",
            "move codecommit:GitPull into a statement of its own: "
            '`{"Effect": "Allow", "Action": "codecommit:GitPull", '
            '"Resource": "arn:aws:codecommit:eu-west-1:111122223333:NAME"}`',
        ),
        (
            ["ecr:BatchGetImage", "ecr:GetAuthorizationToken"],
            "arn:aws:ecr:us-east-1:123456789012:repository/web",
            'ecr:GetAuthorizationToken is about "*" alone, and no resource of the statement can be one: '
            "it is for nothing",
            "move ecr:GetAuthorizationToken into a statement of its own: "
            '`{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}`',
        ),
        (
            "sts:AssumeRole",
            BUCKET_ARN,
            "sts:AssumeRole is about a role, and no resource of the statement can be one: it is for nothing",
            "write the resource that is meant in place of what stands there, such as "
            '`"arn:aws:iam::123456789012:role/NAME"`',
        ),
        (
            "s3:*",
            BUCKET_ARN,
            "s3:* is about the bucket alone here, and no statement is about the objects in it",
            "add the resource arn:aws:s3:::b/* beside arn:aws:s3:::b",
        ),
    ],
)
def test_actions_and_resources_that_do_not_fit(action: Any, resource: Any, message: str, hint: str) -> None:
    assert on(action, resource) == [(message, hint)]


@pytest.mark.parametrize("resource", ["*", f"{BUCKET_ARN}/*", "arn:aws:s3:::*", [BUCKET_ARN, f"{BUCKET_ARN}/x/*"]])
def test_everything_of_a_bucket_and_its_objects(resource: Any) -> None:
    assert on("s3:*", resource) == []


def test_the_objects_may_stand_in_another_statement() -> None:
    bucket = {**ALLOW, "Action": "s3:*", "Resource": BUCKET_ARN}

    def told(other: dict[str, Any]) -> list[str]:
        root = compose(text(bucket, {**ALLOW, **other}), "p.json")
        return [problem.code for problem in check_policy(root, "p.json")]

    assert told({"Resource": f"{BUCKET_ARN}/*"}) == told({"Resource": f"{BUCKET_ARN}/site/*"}) == []
    assert told({"Resource": "arn:aws:s3:::other/*"}) == ["IAM207"]
    assert told({"Action": "logs:*", "Resource": "*"}) == ["IAM207"]
    assert told({"Effect": "Deny", "Resource": f"{BUCKET_ARN}/*"}) == ["IAM207"]
    assert on("s3:*", BUCKET_ARN, Effect="Deny") == []


def test_in_yaml_the_mend_is_yaml() -> None:
    root = compose(
        "Version: '2012-10-17'\nStatement:\n- {Effect: Allow, Action: ['s3:GetObject', 'sns:*'], "
        "Resource: 'arn:aws:s3:::b/*'}\n",
        "p.yml",
    )
    (problem,) = check_policy(root, "p.yml")
    assert problem.hint == "move sns:* into a statement of its own: `{Effect: Allow, Action: sns:*, Resource: '*'}`"


# Every role


ROLE = "arn:aws:iam::123456789012:role/NAME"


@pytest.mark.parametrize(
    ("action", "resource", "hint"),
    [
        (
            ["codebuild:StartBuild", "iam:PassRole"],
            "*",
            "move iam:PassRole into a statement of its own, with the ARN of the role that is passed: "
            f'`{{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "{ROLE}"}}`',
        ),
        ("iam:PassRole", "*", f'write the ARN of the role that is passed as Resource, such as `"{ROLE}"`'),
        (
            "iam:PassRole",
            "arn:aws:iam::123456789012:role/*",
            f'write the ARN of the role that is passed as Resource, such as `"{ROLE}"`',
        ),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/web-*", None),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/web", None),
    ],
)
def test_every_role_passed_on(action: Any, resource: str, hint: str | None) -> None:
    assert [one[2] for one in findings({**ALLOW, "Action": action, "Resource": resource})] == [hint] * (
        hint is not None
    )


def test_a_role_with_a_condition_is_not_every_role() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    assert findings({**ALLOW, "Action": "iam:PassRole", "Condition": condition}) == []


# One slip, one finding


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"Action"', '"Actions"', ("IAM103", "did you mean Action? Names are case-sensitive")),
        ('"Resource"', '"resource"', ("IAM103", "did you mean Resource? Names are case-sensitive")),
        ('"Resource"', '"RESOURCES"', ("IAM103", "did you mean Resource? Names are case-sensitive")),
        ('"Effect"', '"Efect"', ("IAM103", "did you mean Effect? Names are case-sensitive")),
        ('"Statement"', '"Statements"', ("IAM103", "did you mean Statement? Names are case-sensitive")),
        ('"Version"', '"version"', ("IAM103", "did you mean Version? Names are case-sensitive")),
        ('"Allow"', '"allow"', ("IAM105", 'write "Allow"')),
        ("sns:Publish", "sns.Publish", ("IAM113", "did you mean sns:Publish?")),
        ("sns:Publish", "Publish", ("IAM113", "did you mean sns:Publish?")),
        ("sns:Publish", "StartBuild", ("IAM113", "did you mean codebuild:StartBuild?")),
        (
            "sns:Publish",
            "TagResource",
            (
                "IAM113",
                "write the service in front: codecommit:TagResource or codedeploy:TagResource or "
                "codepipeline:TagResource",
            ),
        ),
        (
            "arn:aws:sns:eu-west-1:111122223333:t",
            "t",
            ("IAM115", "write arn:aws:sns:us-east-1:123456789012:t, with your Region and account"),
        ),
        (
            ', "Resource": "arn:aws:sns:eu-west-1:111122223333:t"',
            "",
            ("IAM108", 'add "Resource", such as `"Resource": "arn:aws:sns:us-east-1:123456789012:NAME"`'),
        ),
        (
            '"Action": "sns:Publish", ',
            "",
            ("IAM106", 'add "Action", such as "Action": "codebuild:StartBuild"'),
        ),
    ],
)
def test_one_slip_is_one_finding(old: str, new: str, told: tuple[str, str]) -> None:
    statement = '{"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:111122223333:t"}'
    right = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    assert check_policy(compose(right, "p.json"), "p.json") == []
    assert old in right
    problems = check_policy(compose(right.replace(old, new), "p.json"), "p.json")
    assert [(problem.code, problem.hint) for problem in problems] == [told]


def test_what_stands_under_a_key_with_a_slip_is_looked_at() -> None:
    problems = findings({"Effect": "allow", "Actions": ["iam.PassRole", "s3:GetObjects"], "Resource": "*"})
    assert [code for code, _, _ in problems] == ["IAM103", "IAM105", "IAM113", "IAM206", "IAM204"]


def test_a_key_that_is_there_twice_is_not_meant() -> None:
    (problem,) = findings({**ALLOW, "Resources": "*"})
    assert problem == (
        "IAM103",
        "Syntax errors in policy. a statement has no element 'Resources'",
        "Resource is there too: take one of them out",
    )


# What a broken policy is meant to be


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"Principal": None},
            (
                "IAM112",
                'add "Principal", who takes on the role, such as "Principal": {"Service": "codebuild.amazonaws.com"}',
            ),
        ),
        (
            {"Principal": None, "Principals": {"Service": "codebuild.amazonaws.com"}},
            ("IAM103", "did you mean Principal? Names are case-sensitive"),
        ),
        (
            {"Principal": None, "Service": "codebuild.amazonaws.com"},
            ("IAM103", 'write "Principal": {"Service": "codebuild.amazonaws.com"}'),
        ),
        ({"Effect": "allow"}, ("IAM105", 'write "Allow"')),
        ({"Action": "AssumeRole"}, ("IAM113", "did you mean sts:AssumeRole?")),
        ({"Action": "sts:AsumeRole"}, ("IAM123", "did you mean sts:AssumeRole?")),
        ({"Resource": "*"}, ("IAM111", "take Resource out: a trust policy is about its own role")),
        ({"Resources": "*"}, ("IAM103", "take Resources out: a trust policy is about its own role")),
    ],
)
def test_a_broken_trust_policy_is_one_all_the_same(change: dict[str, Any], told: tuple[str, str]) -> None:
    statement = {key: value for key, value in {**TRUST, **change}.items() if value is not None}
    assert [(code, hint) for code, _, hint in findings(statement)] == [told]


@pytest.mark.parametrize(
    ("statement", "sort"),
    [
        ({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::123456789012:role/web"}, "identity"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole", "resource": "*"}, "identity"),
        ({"Effect": "Allow", "Action": ["sts:AssumeRole", "s3:GetObject"]}, "identity"),
        ({**BUCKET, "Effect": "allow"}, "resource"),
        ({"Effect": "Allow", "principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}, "resource"),
        ({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}, "resource"),
        ({"Effect": "Allow", "Principal": "*", "Actions": "ecr:BatchGetImage"}, "repository"),
    ],
)
def test_what_a_broken_policy_seems_to_be(statement: dict[str, Any], sort: str) -> None:
    assert sort_of(compose(text(statement), "p.json")) == sort


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        ("arn:aws:iam::123456789012:role/NAME", "NAME"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:NAME-*", "NAME"),
        ("arn:aws:s3:::BUCKET/*", "BUCKET"),
        ("arn:aws:s3:::my-bucket/NAMES/*", None),
        ("arn:aws:iam::123456789012:role/name", None),
    ],
)
def test_an_example_is_not_to_be_left_as_it_is(arn: str, told: str | None) -> None:
    found = findings({**ALLOW, "Action": "*:Get*", "Resource": arn})
    assert [(code, hint) for code, _, hint in found] == (
        [] if told is None else [("IAM210", f"write the name itself in place of {told}")]
    )


def test_a_broken_principal_does_not_hide_a_resource_that_is_too_much() -> None:
    statement = {**TRUST, "Principal": "codebuild.amazonaws.com", "Resource": "*"}
    assert sorted(code for code, _, _ in findings(statement)) == ["IAM111", "IAM121"]


def test_a_policy_longer_than_any_is_looked_at_up_to_there() -> None:
    statement = {"Effect": "allow", "Action": "sns:Publish", "Resource": "*"}
    problems = check_policy(compose(text(*[statement] * (MAX_ROWS + 3)), "p.json"), "p.json")
    codes = [problem.code for problem in problems]
    assert (codes.count("IAM105"), codes[-1], len(codes)) == (MAX_ROWS, "IAM213", MAX_ROWS + 1)
    assert "500" in problems[-1].message
    assert check_policy(compose(text(*[{**statement, "Effect": "Allow"}] * MAX_ROWS), "p.json"), "p.json") == []


def test_a_principal_that_is_missing_is_shown_with_those_of_another_statement() -> None:
    who = {"AWS": ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"]}
    objects = {**ALLOW, "Resource": "arn:aws:s3:::b/*", "Principal": who}
    everybody = {**objects, "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
    bucket = {**ALLOW, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b"}
    (problem,) = check_policy(compose(text(everybody, bucket, objects), "p.json"), "p.json", "resource")
    assert (
        problem.hint == f'add "Principal", who may do this, such as that of line 15: `"Principal": {json.dumps(who)}`'
    )
    (problem,) = check_policy(compose(text(everybody, bucket), "p.json"), "p.json", "resource")
    assert problem.hint == (
        'add "Principal", who may do this, such as "Principal": {"AWS": "123456789012"}, with the account that is meant'
    )


def test_an_id_that_is_there_twice_gets_another_name() -> None:
    rows = [{**ALLOW, "Sid": sid} for sid in ("A", "A2", "A", "A")]
    found = check_policy(compose(text(*rows), "p.json"), "p.json")
    assert [(one.code, one.hint) for one in found] == [
        ("IAM119", 'write another, such as "A3"'),
        ("IAM119", 'write another, such as "A4"'),
    ]
