"""ARNs in forms that their service does not have: one finding each, with the ARN as it is meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.formats.nodes import compose
from sim.formats.policy import check_policy
from sim.formats.scopes import may_cover

HERE = "eu-west-1:111122223333"


def told(action: Any, resource: Any, path: str = "p.json") -> list[tuple[str, str]]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return [(one.code, one.hint) for one in check_policy(compose(policy, path), path, "identity")]


@pytest.mark.parametrize(
    ("action", "wrong", "meant"),
    [
        ("logs:FilterLogEvents", "logs:HERE:/aws/lambda/x", "logs:HERE:log-group:/aws/lambda/x"),
        ("logs:FilterLogEvents", "logs:HERE:log-groups:x", "logs:HERE:log-group:x"),
        ("logs:PutLogEvents", "logs:HERE:/aws/lambda/x", "logs:HERE:log-group:/aws/lambda/x:*"),
        ("logs:*", "logs:HERE:/aws/lambda/x:*", "logs:HERE:log-group:/aws/lambda/x:*"),
        ("codecommit:GitPull", "codecommit:HERE:repository/web", "codecommit:HERE:web"),
        ("codecommit:GitPull", "codecommit:HERE:repository:web", "codecommit:HERE:web"),
        ("codepipeline:StartPipelineExecution", "codepipeline:HERE:pipeline/web", "codepipeline:HERE:web"),
        ("codepipeline:StartPipelineExecution", "codepipeline:HERE:pipeline:web", "codepipeline:HERE:web"),
        (
            "codepipeline:PutApprovalResult",
            "codepipeline:HERE:pipeline/web/Release/Approve",
            "codepipeline:HERE:web/Release/Approve",
        ),
        ("sns:Publish", "sns:HERE:topic:news", "sns:HERE:news"),
        ("sns:Publish", "sns:HERE:topic/news", "sns:HERE:news"),
        ("lambda:InvokeFunction", "lambda:HERE:deploy", "lambda:HERE:function:deploy"),
        ("lambda:InvokeFunction", "lambda:HERE:deploy:live", "lambda:HERE:function:deploy:live"),
        ("lambda:InvokeFunction", "lambda:HERE:function/deploy", "lambda:HERE:function:deploy"),
        ("iam:PassRole", "iam::111122223333:web-deploy", "iam::111122223333:role/web-deploy"),
        ("iam:PassRole", "iam::111122223333:roles/web", "iam::111122223333:role/web"),
        ("iam:GetPolicy", "iam::111122223333:web", "iam::111122223333:policy/web"),
        ("ecr:BatchGetImage", "ecr:HERE:team/web", "ecr:HERE:repository/team/web"),
        ("ecr:BatchGetImage", "ecr:HERE:repository:web", "ecr:HERE:repository/web"),
        ("events:PutRule", "events:HERE:nightly", "events:HERE:rule/nightly"),
        ("events:PutEvents", "events:HERE:default", "events:HERE:event-bus/default"),
        ("ssm:GetParameters", "ssm:HERE:/web/db", "ssm:HERE:parameter/web/db"),
        ("ssm:GetParameters", "ssm:HERE:parameters/web/db", "ssm:HERE:parameter/web/db"),
        ("secretsmanager:GetSecretValue", "secretsmanager:HERE:db-*", "secretsmanager:HERE:secret:db-*"),
        ("secretsmanager:GetSecretValue", "secretsmanager:HERE:db", "secretsmanager:HERE:secret:db-??????"),
        ("secretsmanager:GetSecretValue", "secretsmanager:HERE:secrets:db", "secretsmanager:HERE:secret:db-??????"),
        ("kms:Decrypt", "kms:HERE:1234abcd", "kms:HERE:key/1234abcd"),
        ("codebuild:StartBuild", "codebuild:HERE:web", "codebuild:HERE:project/web"),
        ("codebuild:StartBuild", "codebuild:HERE:projects/web", "codebuild:HERE:project/web"),
        ("codedeploy:GetApplication", "codedeploy:HERE:web", "codedeploy:HERE:application:web"),
        ("codedeploy:CreateDeployment", "codedeploy:HERE:deploymentgroup/a/b", "codedeploy:HERE:deploymentgroup:a/b"),
        ("codedeploy:CreateDeployment", "codedeploy:HERE:deployment-group:a/b", "codedeploy:HERE:deploymentgroup:a/b"),
    ],
)
def test_an_arn_of_no_form_is_told_once_as_it_is_meant(action: str, wrong: str, meant: str) -> None:
    wrong, meant = (f"arn:aws:{one.replace('HERE', HERE)}" for one in (wrong, meant))
    assert told(action, wrong) == [("IAM207", f"write {meant}")]
    assert told(action, meant) == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("codepipeline:RetryStageExecution", f"arn:aws:codepipeline:{HERE}:pipeline/Build"),
        ("codepipeline:*", f"arn:aws:codepipeline:{HERE}:pipeline/*"),
        ("codepipeline:PutWebhook", f"arn:aws:codepipeline:{HERE}:webhook:web"),
        ("sns:Unsubscribe", f"arn:aws:sns:{HERE}:topic:5be8f3cc-1234-4a6f-9c0d-0123456789ab"),
        ("logs:*", f"arn:aws:logs:{HERE}:*"),
        ("logs:*", f"arn:aws:logs:{HERE}:log-*"),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:/aws-glue/*"),
        ("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("ssm:*", "arn:aws:ssm:*:*:parameter*"),
        ("acme:Do", f"arn:aws:acme:{HERE}:thing"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:{HERE}:${{aws:PrincipalTag/team}}"),
    ],
)
def test_forms_that_there_are(action: str, resource: str) -> None:
    assert told(action, resource) == []


def test_a_group_and_its_streams_are_meant_together() -> None:
    actions = ["logs:CreateLogGroup", "logs:PutLogEvents"]
    meant = f"arn:aws:logs:{HERE}:log-group:/aws/codebuild/web*"
    assert told(actions, f"arn:aws:logs:{HERE}:/aws/codebuild/web") == [("IAM207", f"write {meant}")]
    assert told(actions, meant) == []


def test_what_is_meant_is_not_known_of_codedeploy_alone() -> None:
    ((code, hint),) = told("codedeploy:*", f"arn:aws:codedeploy:{HERE}:web")
    assert code == "IAM207"
    assert hint.startswith("after the account, write one of application:NAME, deploymentgroup:NAME")


def test_a_pipeline_that_is_meant_with_its_stages_has_no_word_before_it() -> None:
    actions = ["codepipeline:StartPipelineExecution", "codepipeline:RetryStageExecution"]
    assert [hint for _, hint in told(actions, f"arn:aws:codepipeline:{HERE}:pipelines/web")] == [
        f"write arn:aws:codepipeline:{HERE}:web",
        f"add the resource arn:aws:codepipeline:{HERE}:web/*",
    ]


# Right forms, and other types than the actions are about


@pytest.mark.parametrize(
    ("action", "given", "hint"),
    [
        ("codebuild:StartBuild", "codebuild:HERE:build/orders-api", "write arn:aws:codebuild:HERE:project/orders-api"),
        (
            "codebuild:StartBuild",
            "codebuild:HERE:build/orders-api:1-2",
            "write arn:aws:codebuild:HERE:project/orders-api",
        ),
        ("codepipeline:PutApprovalResult", "codepipeline:HERE:web", "write arn:aws:codepipeline:HERE:web/*"),
        (
            "codepipeline:StartPipelineExecution",
            "codepipeline:HERE:web/Release/Approve",
            "write arn:aws:codepipeline:HERE:web",
        ),
        ("codepipeline:RetryStageExecution", "codepipeline:HERE:web", "write arn:aws:codepipeline:HERE:web/*"),
        (
            "secretsmanager:GetSecretValue",
            "secretsmanager:HERE:secret:web/db",
            "write arn:aws:secretsmanager:HERE:secret:web/db-??????",
        ),
        ("logs:PutLogEvents", "logs:HERE:log-group:/a", "write arn:aws:logs:HERE:log-group:/a:*"),
        (
            "codedeploy:CreateDeployment",
            "codedeploy:HERE:application:web",
            "write arn:aws:codedeploy:HERE:deploymentgroup:web/*",
        ),
        (
            "codedeploy:GetApplication",
            "codedeploy:HERE:deploymentgroup:web/prod",
            "write arn:aws:codedeploy:HERE:application:web",
        ),
    ],
)
def test_a_hint_has_the_names_of_the_entry(action: str, given: str, hint: str) -> None:
    given, hint = f"arn:aws:{given.replace('HERE', HERE)}", hint.replace("HERE", HERE)
    assert told(action, given) == [("IAM207", f"{hint} in place of {given}")]
    assert told(action, hint.removeprefix("write ")) == []


@pytest.mark.parametrize(
    ("actions", "resources", "hint"),
    [
        ("s3:ListBucket", ["arn:aws:s3:::web/*"], "write arn:aws:s3:::web in place of arn:aws:s3:::web/*"),
        ("s3:GetObject", ["arn:aws:s3:::web"], "write arn:aws:s3:::web/* in place of arn:aws:s3:::web"),
        (["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::web"], "add the resource arn:aws:s3:::web/*"),
        (
            ["s3:GetObject", "codebuild:StartBuild"],
            ["arn:aws:s3:::web", f"arn:aws:codebuild:{HERE}:project/web"],
            "write arn:aws:s3:::web/* in place of arn:aws:s3:::web",
        ),
        (
            "codedeploy:GetDeploymentConfig",
            [f"arn:aws:codedeploy:{HERE}:deploymentgroup:web/*"],
            f"write arn:aws:codedeploy:{HERE}:deploymentconfig:* in place of "
            f"arn:aws:codedeploy:{HERE}:deploymentgroup:web/*",
        ),
        (
            ["codedeploy:CreateDeployment", "codedeploy:GetDeploymentConfig"],
            [f"arn:aws:codedeploy:{HERE}:deploymentgroup:web/*"],
            f"add the resource arn:aws:codedeploy:{HERE}:deploymentconfig:*",
        ),
        (
            ["codedeploy:GetApplication", "codedeploy:GetDeploymentConfig"],
            [f"arn:aws:codedeploy:{HERE}:deploymentgroup:web/prod"],
            f"write arn:aws:codedeploy:{HERE}:application:web and arn:aws:codedeploy:{HERE}:deploymentconfig:* "
            f"in place of arn:aws:codedeploy:{HERE}:deploymentgroup:web/prod",
        ),
        (
            "codebuild:CreateReport",
            [f"arn:aws:codebuild:{HERE}:project/web"],
            f"write arn:aws:codebuild:{HERE}:report-group/web-* in place of arn:aws:codebuild:{HERE}:project/web",
        ),
    ],
)
def test_a_hint_leaves_no_resource_for_nothing(actions: Any, resources: list[str], hint: str) -> None:
    assert told(actions, resources) == [("IAM207", hint)]
    new, _, old = hint.removeprefix("write ").removeprefix("add the resource ").partition(" in place of ")
    mended = [*(one for one in resources if one != old), *new.split(" and ")]
    assert told(actions, mended) == []
    acts = [actions] if isinstance(actions, str) else actions
    assert all(any(may_cover(one, [resource]) for one in acts) for resource in mended)


def test_a_statement_of_other_services_alone_is_written_anew() -> None:
    ((_, hint),) = told(["sns:Publish", "codecommit:GitPull"], "arn:aws:s3:::web")
    assert hint == (
        "write in place of this statement "
        '`{"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:123456789012:NAME"}` and '
        '`{"Effect": "Allow", "Action": "codecommit:GitPull", '
        '"Resource": "arn:aws:codecommit:us-east-1:123456789012:NAME"}`'
    )


def test_beside_others_the_resource_is_added() -> None:
    actions = ["codepipeline:GetPipelineState", "codepipeline:PutApprovalResult"]
    assert told(actions, f"arn:aws:codepipeline:{HERE}:web") == [
        ("IAM207", f"add the resource arn:aws:codepipeline:{HERE}:web/*")
    ]


@pytest.mark.parametrize(
    "action", ["codebuild:ListProjects", "codepipeline:ListPipelines", "ecr:GetAuthorizationToken", "sns:ListTopics"]
)
def test_what_is_about_everything(action: str) -> None:
    service = action.partition(":")[0]
    arn = {"ecr": "repository/web", "codebuild": "project/web"}.get(service, "web")
    resource = f"arn:aws:{service}:{HERE}:{arn}"
    assert told(action, resource) == [("IAM207", 'write `"Resource": "*"`')]
    assert told(action, resource, "p.yml") == [("IAM207", "write `Resource: '*'`")]
    assert told(action, "*") == []


def test_beside_other_actions_it_gets_a_statement_of_its_own() -> None:
    ((code, hint),) = told(["s3:GetObject", "s3:ListAllMyBuckets"], "arn:aws:s3:::web/*")
    assert (code, hint) == (
        "IAM207",
        "move s3:ListAllMyBuckets into a statement of its own: "
        '`{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}`',
    )


# No ARNs, and Regions where none is due


@pytest.mark.parametrize(
    ("action", "wrong", "hint"),
    [
        (
            "iam:PassRole",
            "arn:aws:iam:eu-central-1:210987654321:role/x",
            "leave the Region empty: arn:aws:iam::210987654321:role/x",
        ),
        (
            "s3:GetObject",
            "arn:aws:s3:us-west-2:567856785678:bucket/*",
            "leave Region and account empty: arn:aws:s3:::bucket/*",
        ),
        (
            "s3:GetObject",
            "arn:aws-cn:s3:${aws:RequestedRegion}::b/*",
            "leave Region and account empty: arn:aws-cn:s3:::b/*",
        ),
        ("s3:GetObject", "releases", "write arn:aws:s3:::releases/*"),
        ("s3:GetObject", "releases/web/*", "write arn:aws:s3:::releases/web/*"),
        ("s3:ListBucket", "releases", "write arn:aws:s3:::releases"),
        (
            ["s3:ListBucket", "s3:GetObject"],
            "releases",
            'write `["arn:aws:s3:::releases", "arn:aws:s3:::releases/*"]`',
        ),
        (
            "codepipeline:PutApprovalResult",
            "web",
            "write arn:aws:codepipeline:us-east-1:123456789012:web/*/*, with your Region and account",
        ),
        (
            "logs:PutLogEvents",
            "/aws/codebuild/web",
            "write arn:aws:logs:us-east-1:123456789012:log-group:/aws/codebuild/web:*, with your Region and account",
        ),
    ],
)
def test_the_entry_keeps_its_own_values(action: Any, wrong: str, hint: str) -> None:
    assert told(action, wrong) == [("IAM115", hint)]


@pytest.mark.parametrize(
    ("action", "wrong", "hint"),
    [
        ("s3:ListBucket", "arn:aws:s3::web", "a colon is missing: write arn:aws:s3:::web"),
        ("s3:ListBucket", "arn:aws:s3:web", "a colon is missing: write arn:aws:s3:::web"),
        ("s3:GetObject", "arn:aws:s3::web", "a colon is missing: write arn:aws:s3:::web/*"),
        ("s3:GetObject", "arn:aws:s3::web/a/*", "a colon is missing: write arn:aws:s3:::web/a/*"),
        (["s3:GetObject", "s3:ListBucket"], "arn:aws-cn:s3::web", "a colon is missing: write arn:aws-cn:s3:::web"),
        ("iam:PassRole", "arn:aws:iam:HERE:role/a", "a colon is missing: write arn:aws:iam::HERE:role/a"),
        ("sns:Publish", "arn:aws:sns:eu-west-1:HEREnews", "a colon is missing: write arn:aws:sns:eu-west-1:HERE:news"),
        ("sns:Publish", "arn:aws:sns:eu-west-1HERE:news", "a colon is missing: write arn:aws:sns:eu-west-1:HERE:news"),
        ("sns:Publish", "arn:awssns:eu-west-1:HERE:news", "a colon is missing: write arn:aws:sns:eu-west-1:HERE:news"),
        ("sns:Publish", "arnaws:sns:eu-west-1:HERE:news", "a colon is missing: write arn:aws:sns:eu-west-1:HERE:news"),
        (
            "sns:Publish",
            "arn:aws:sns:HERE:news",
            "the Region is missing: write arn:aws:sns:us-east-1:HERE:news, with the Region that is meant",
        ),
        (
            "sns:Publish",
            "arn:aws:sns:eu-west-1:news",
            "the account is missing: write arn:aws:sns:eu-west-1:123456789012:news, with the account that is meant",
        ),
    ],
)
def test_an_arn_that_lacks_a_colon_is_written_out(action: Any, wrong: str, hint: str) -> None:
    assert told(action, wrong.replace("HERE", "111122223333")) == [("IAM115", hint.replace("HERE", "111122223333"))]


@pytest.mark.parametrize("arn", ["arn:" * 3, "arn:aws", "arn::::", "arn:aws:s3", "arn" + "a" * 5000])
def test_what_is_no_arn_at_all_is_told_all_the_same(arn: str) -> None:
    ((code, hint),) = told("s3:GetObject", arn)
    assert (code, hint) == ("IAM115", "write it like arn:aws:s3:::bucket/*")


def test_a_repository_has_no_branches_in_its_arn() -> None:
    assert told("codecommit:GitPush", f"arn:aws:codecommit:{HERE}:web/refs/heads/main") == [
        (
            "IAM207",
            f"write arn:aws:codecommit:{HERE}:web; the branch belongs into Condition, as codecommit:References",
        )
    ]
