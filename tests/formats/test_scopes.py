"""Which resources an action can be about, held against a copy of the Service Authorization Reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.formats import arnforms
from sim.formats.nodes import compose
from sim.formats.policy import check_policy
from sim.formats.scopes import ELSEWHERE, FORMS, ONLY_ALL, OWN, SERVICES, TYPES, WHOLE, examples, may_cover


@pytest.mark.parametrize("service", TYPES)
def test_the_table_is_that_of_the_reference(service: str) -> None:
    cfnlint = pytest.importorskip("cfnlint")
    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    actions = json.loads(path.read_text(encoding="utf-8"))[service]["Actions"]
    for name, kind in TYPES[service].items():
        others = {"accesspoint", "accesspointobject"}  # their ARNs have a Region, and are let pass
        others |= {"event-busv2"}
        assert {kind} == {one.partition("-on-")[0].lower() for one in actions[name]["Resources"]} - others, name


def of_reference() -> dict[str, Any]:
    cfnlint = pytest.importorskip("cfnlint")
    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return known


def arns_of(reference: dict[str, Any], service: str, types: list[str]) -> set[str]:
    """The services of the ARNs of these types of resources."""
    known = {name.lower(): rows for name, rows in reference[service]["Resources"].items()}
    return {arn.split(":")[2] for name in types for arn in known[name.lower()]["ARNFormats"]}


@pytest.mark.parametrize("service", SERVICES)
def test_actions_are_about_resources_of_the_services_that_the_reference_names(service: str) -> None:
    reference = of_reference()
    own = OWN.get(service, "").lower().split()
    for name, action in reference[service]["Actions"].items():
        found = arns_of(reference, service, action.get("Resources", []))
        assert found <= {service, *(() if name in own else ELSEWHERE.get(service, ()))}, name


@pytest.mark.parametrize("action", FORMS)
def test_what_an_arn_looks_like_is_as_the_reference_has_it(action: str) -> None:
    reference = of_reference()
    service, _, name = action.partition(":")
    types = reference[service]["Actions"][name]["Resources"]
    assert FORMS[action].split(":")[2] in arns_of(reference, service, types)
    assert may_cover(action, examples(action))


@pytest.mark.parametrize("action", ONLY_ALL)
def test_what_is_allowed_on_everything_only_has_no_type_of_resource(action: str) -> None:
    service, _, name = action.partition(":")
    assert "Resources" not in of_reference()[service]["Actions"][name]
    assert may_cover(action, examples(action))
    assert not may_cover(action, [f"arn:aws:{service}:us-east-1:123456789012:*"])


@pytest.mark.parametrize("action", sorted(WHOLE))
def test_what_is_about_all_that_there_is_has_no_type_of_resource(action: str) -> None:
    service, _, name = action.partition(":")
    assert "Resources" not in of_reference()[service]["Actions"][name]
    assert may_cover(action, examples(action))
    assert not may_cover(action, [f"arn:aws:{service}:us-east-1:123456789012:thing/web"])
    start = arnforms.STARTS.get(service, ("",))[0]
    assert may_cover(action, [f"arn:aws:{service}:us-east-1:123456789012:{start}*"])


@pytest.mark.parametrize("service", arnforms.STARTS)
def test_the_forms_of_arns_are_those_of_the_reference(service: str) -> None:
    rows = [row for one in of_reference()[service]["Resources"].values() for row in one["ARNFormats"]]
    ends = [row.split(":", 5)[5].removesuffix(".*") for row in rows if row.split(":")[2] == service]
    for end in filter(None, ends):  # the copy cuts some forms off before their first word
        assert not arnforms.is_wrong(service, f"{end}web"), end
    known = {start for start in arnforms.STARTS[service] for end in ends if end.startswith(start) or not end}
    assert known >= {*arnforms.STARTS[service]} - {"role-template/", "automation-definition/"}


CODEDEPLOY = "arn:aws:codedeploy:us-east-1:123456789012:"
CODEBUILD = "arn:aws:codebuild:us-east-1:123456789012:"
PIPELINE = "arn:aws:codepipeline:us-east-1:123456789012:web"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/codebuild/web"


@pytest.mark.parametrize(
    ("action", "resource", "fits"),
    [
        ("s3:GetObject", "arn:aws:s3:::b", False),
        ("s3:getobject", "arn:aws:s3:::b/*", True),
        ("s3:GetObject", "arn:aws:s3:::b*", True),
        ("s3:GetObject", "*", True),
        ("s3:GetObject", "arn:aws:s3:us-east-1:123456789012:accesspoint/p/object/*", True),
        ("s3:GetObject", "arn:aws:s3:::${Bucket}", True),
        ("s3:GetObject", "arn:aws:sns:us-east-1:123456789012:t", False),
        ("s3:GetObject*", "arn:aws:s3:::b", False),
        ("s3:GetObject*", "arn:aws:s3:::b/*", True),
        ("s3:Get*", "arn:aws:s3:::b", True),
        ("s3:*", "arn:aws:s3:::b", True),
        ("logs:*", "arn:aws:s3:::b/*", False),
        ("logs:*", "arn:aws:s3:::${Bucket}", False),
        ("logs:PutLogEvents", "arn:${AWS::Partition}:s3:::b", False),
        ("logs:PutLogEvents", "arn:aws:${Service}:::b", True),
        ("LOGS:putlogevents", "arn:aws:logs:*:*:*", True),
        ("logs:*", "arn:aws:l*", True),
        ("codecommit:GitPull", "arn:aws:s3:::b", False),
        ("ssm:GetParameters", "arn:aws:s3:::b", False),
        ("ssm:SendCommand", "arn:aws:s3:::b", True),
        ("ssm:*", "arn:aws:s3:::b", True),
        ("ssm:*", "arn:aws:sqs:us-east-1:123456789012:q", False),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/r", True),
        ("iam:PassRole", "arn:aws:s3:::b", False),
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/r", True),
        ("codestar-connections:UseConnection", "arn:aws:codeconnections:us-east-1:123456789012:connection/a", True),
        ("codeconnections:UseConnection", "arn:aws:codestar-connections:us-east-1:123456789012:connection/a", True),
        ("acme:Do", "arn:aws:s3:::b", True),
        ("*", "arn:aws:s3:::b", True),
        ("*:Get*", "arn:aws:s3:::b", True),
        ("s3:ListBucket", "arn:aws:s3:::b/*", False),
        ("s3:ListBucket", "arn:aws:s3:::b", True),
        ("s3:ListBucket", "arn:aws:s3:::*", True),
        ("s3:List*", "arn:aws:s3:::b/*", True),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::b/*", False),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", True),
        ("codebuild:ListProjects", CODEBUILD + "project/*", True),
        ("codebuild:ListProjects", CODEBUILD + "project/web-*", False),
        ("codepipeline:PutApprovalResult", PIPELINE, False),
        ("codepipeline:PutApprovalResult", PIPELINE + "*", True),
        ("codepipeline:PutApprovalResult", PIPELINE + "/Release", False),
        ("codepipeline:PutApprovalResult", PIPELINE + "/Release/Approve", True),
        ("codepipeline:PutApprovalResult", PIPELINE + "/*", True),
        ("codepipeline:StartPipelineExecution", PIPELINE, True),
        ("codepipeline:StartPipelineExecution", PIPELINE.replace("web", "webhook:web"), False),
        ("codepipeline:StartPipelineExecution", PIPELINE + "/Release/Approve", False),
        ("codepipeline:StartPipelineExecution", PIPELINE + "/*", False),
        ("codepipeline:RetryStageExecution", PIPELINE + "/Release", True),
        ("codepipeline:RetryStageExecution", PIPELINE, False),
        ("logs:PutLogEvents", GROUP, False),
        ("logs:PutLogEvents", GROUP + ":*", True),
        ("logs:PutLogEvents", GROUP + ":log-stream:a", True),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:/aws-glue/*", True),
        ("logs:FilterLogEvents", GROUP, True),
        ("iam:PassRole", "arn:aws:iam::123456789012:instance-profile/web", False),
        ("events:PutEvents", "arn:aws:events:us-east-1:123456789012:rule/web", False),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:alias/web", False),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/1234abcd", True),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db", False),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-??????", True),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbC123", True),
        ("ssm:GetParameter", "arn:aws:ssm:us-east-1:123456789012:document/web", False),
        ("codebuild:StartBuild", CODEBUILD + "project/web", True),
        ("codebuild:StartBuild", CODEBUILD + "build/web:*", False),
        ("codebuild:BatchGetBuilds", CODEBUILD + "*", True),
        ("codebuild:BatchGetBuilds", "arn:aws:codebuild:*:*:pro*", True),
        ("codedeploy:CreateDeployment", CODEDEPLOY + "deploymentgroup:web/*", True),
        ("codedeploy:CreateDeployment", CODEDEPLOY + "application:web", False),
        ("codedeploy:CreateDeployment", CODEDEPLOY + "deploymentconfig:*", False),
        ("codedeploy:GetDeploymentConfig", CODEDEPLOY + "deploymentconfig:*", True),
        ("codedeploy:GetDeploymentConfig", CODEDEPLOY + "deploymentgroup:web/prod", False),
        ("codedeploy:RegisterApplicationRevision", CODEDEPLOY + "application:web", True),
        ("codedeploy:CreateDeployment", "arn:*", True),
    ],
)
def test_what_an_action_can_be_about(action: str, resource: str, fits: bool) -> None:
    assert may_cover(action, [resource]) is fits
    assert may_cover(action, [resource, "*"]) is True


def found(*statements: dict[str, Any], version: str | None = "2012-10-17") -> list[tuple[str, str]]:
    policy = {"Statement": list(statements)} | ({"Version": version} if version else {})
    return [(one.code, one.hint) for one in check_policy(compose(json.dumps(policy), "p.json"), "p.json")]


def test_a_statement_is_told_of_each_action_that_is_for_nothing() -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::b"}
    assert found(statement) == [("IAM207", "add the resource arn:aws:s3:::b/*")]
    assert found({**statement, "Resource": "arn:aws:s3:::b/*"}) == [("IAM207", "add the resource arn:aws:s3:::b")]
    assert found({**statement, "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}) == []
    assert found({**statement, "Effect": "Deny"}) == [("IAM207", "add the resource arn:aws:s3:::b/*")]


def test_functions_of_templates_may_be_anything() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::GetAtt": ["Store", "Arn"]}}
    assert found(statement) == []
    assert found({**statement, "Resource": ["arn:aws:s3:::b", {"Ref": "More"}]}) == []


TRUST = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}


def test_a_trust_policy_with_a_resource_is_one_all_the_same() -> None:
    assert found({**TRUST, "Resource": "*"}) == [("IAM111", "take Resource out: a trust policy is about its own role")]
    everybody = {**TRUST, "Principal": "*", "Resource": "*"}
    assert found(everybody) == []  # the policy of an endpoint is written so


@pytest.mark.parametrize("version", [None, "2008-10-17"])
def test_the_old_version_matters_to_policies_of_identities_only(version: str | None) -> None:
    allow = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
    assert [code for code, _ in found(allow, version=version)] == ["IAM201"]
    assert found(TRUST, version=version) == []
    assert found({**allow, "Principal": {"AWS": "123456789012"}}, version=version) == []


def test_a_misspelled_version_is_told_once() -> None:
    problems = check_policy(compose('{"version": "2012-10-17", "Statement": []}', "p.json"), "p.json")
    assert "IAM201" not in [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"Action": "s3:Get:Object"}, "write it like s3:GetObject"),
        ({"Condition": {"DateLessThan": {"aws:CurrentTime": "soon"}}}, "write a date such as 2026-01-05T09:00:00Z"),
        ({"Action": "*"}, "name the actions and resources that are needed"),
    ],
)
def test_what_to_write_in_a_policy_instead(change: dict[str, Any], hint: str) -> None:
    assert [one for _, one in found({"Effect": "Allow", "Action": "sns:Publish", "Resource": "*", **change})] == [hint]
