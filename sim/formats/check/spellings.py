"""How names, ARNs and endpoints are spelled in the properties of resources.

A test holds the names against botocore's models, which this floor of the house may not load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.check.choices import values_at
from sim.formats.check.template import Found, get, problem_at, rows, text_of
from sim.formats.nodes import Node, Scalar, is_null

_IAM = r"[\w+=,.@-]+"
_CODEDEPLOY = r"[A-Za-z0-9+=,.@_-]*"
_EVENTS = r"[\.\-_A-Za-z0-9]+"
NAMES = (
    ("AWS::CodeBuild::Project", "Name", ("codebuild", "ProjectName"), r"[A-Za-z0-9][A-Za-z0-9\-_]{1,149}", 150),
    ("AWS::CodeCommit::Repository", "RepositoryName", ("codecommit", "RepositoryName"), r"[\w\.-]+", 100),
    ("AWS::CodeDeploy::Application", "ApplicationName", ("codedeploy", "ApplicationName"), _CODEDEPLOY, 100),
    ("AWS::CodeDeploy::DeploymentConfig", "DeploymentConfigName", ("codedeploy", "DeploymentConfigName"), "", 100),
    ("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", ("codedeploy", "DeploymentGroupName"), "", 100),
    ("AWS::CodePipeline::Webhook", "Name", ("codepipeline", "WebhookName"), r"[A-Za-z0-9.@\-_]+", 100),
    ("AWS::Events::Rule", "Name", ("events", "RuleName"), _EVENTS, 64),
    ("AWS::Events::Rule", "Targets.*.Id", ("events", "TargetId"), _EVENTS, 64),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName", ("iam", "instanceProfileNameType"), _IAM, 128),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName", ("iam", "policyNameType"), _IAM, 128),
    ("AWS::IAM::Policy", "PolicyName", ("iam", "policyNameType"), _IAM, 128),
    ("AWS::IAM::Role", "Policies.*.PolicyName", ("iam", "policyNameType"), _IAM, 128),
    ("AWS::IAM::Role", "RoleName", ("iam", "roleNameType"), _IAM, 64),
)
"""(resource type, a property, the shape it is of, its pattern ("": that of CodeDeploy's), its most characters)."""
_ARN = r"arn:aws(-[a-z]+)*:iam::"
ARNS = (
    ("AWS::CodeDeploy::DeploymentGroup", "ServiceRoleArn", rf"{_ARN}\d{{12}}:role/.+", "role/name"),
    ("AWS::IAM::Role", "ManagedPolicyArns.*", rf"{_ARN}(\d{{12}}|aws):policy/.+", "policy/name"),
    ("AWS::IAM::Role", "PermissionsBoundary", rf"{_ARN}(\d{{12}}|aws):policy/.+", "policy/name"),
    ("AWS::Lambda::Function", "Role", rf"{_ARN}\d{{12}}:role/.+", "role/name"),
)
"""(resource type, a property that takes an ARN of IAM's, its pattern, the end of one)."""
ENDPOINTS = {
    "email": (r"[^@\s]+@[^@\s]+", "an address such as ops@example.com"),
    "email-json": (r"[^@\s]+@[^@\s]+", "an address such as ops@example.com"),
    "http": (r"http://.+", "a URL that begins with http://"),
    "https": (r"https://.+", "a URL that begins with https://"),
    "lambda": (r"arn:.+", "the function's ARN"),
    "sqs": (r"arn:.+", "the queue's ARN"),
    "sms": (r"\+?[0-9() -]+", "a telephone number such as +15555550100"),
}
"""Protocol of a subscription -> (the pattern of its endpoints, what one is)."""


def check_spellings(template: Found) -> Iterator[Problem]:
    """An error for each text that AWS refuses by its characters alone."""
    for kind, path, _, pattern, most in NAMES:
        for name, node, text in _texts(template, kind, path):
            git = text.endswith(".git") and kind == "AWS::CodeCommit::Repository"
            if re.fullmatch(pattern or _CODEDEPLOY, text) is None or len(text) > most or git:
                what = f"{_last(path)} of {name} is {text[:60]!r}, which is no such name"
                hint = f"write letters, digits and signs such as - and _ only, at most {most}"
                yield problem_at(node, "error", "175", what, "take .git out: the URL has it" if git else hint)
    for kind, path, pattern, end in ARNS:
        for name, node, text in _texts(template, kind, path):
            if re.fullmatch(pattern, text) is None:
                what = f"{_last(path)} of {name} is {text[:60]!r}, and the ARN of a {end.partition('/')[0]} is due"
                yield problem_at(
                    node, "error", "175", what, f"write it like arn:aws:iam::123456789012:{end}{_own(end)}"
                )
    yield from _endpoints(template)


def _own(end: str) -> str:
    return "; AWS's own policies have aws in place of the account" if end.startswith("policy") else ""


def _last(path: str) -> str:
    return path.replace(".*", "").rpartition(".")[2]


def _texts(template: Found, kind: str, path: str) -> Iterator[tuple[str, Node, str]]:
    """(logical id, node, text) of every literal at that place."""
    for name, properties in template.of_type(kind):
        for node in values_at(properties, path):
            text = text_of(node)
            if text and not re.search(r"[<{]", text) and not is_null(node):
                yield name, node, text


def _endpoints(template: Found) -> Iterator[Problem]:
    subscriptions: list[tuple[str, Node]] = [*template.of_type("AWS::SNS::Subscription")]
    for name, topic in template.of_type("AWS::SNS::Topic"):
        subscriptions += [(name, row) for row in rows(topic.get("Subscription"))]
    for name, table in subscriptions:
        pattern, wanted = ENDPOINTS.get(text_of(get(table, "Protocol")) or "", ("", ""))
        node = get(table, "Endpoint")
        if pattern and isinstance(node, Scalar) and not node.tag and "${" not in node.text and "{{" not in node.text:
            if re.fullmatch(pattern, node.text) is None:
                protocol = text_of(get(table, "Protocol"))
                message = f"Endpoint of {name} is {node.text[:60]!r}, and {wanted} is due for the protocol {protocol}"
                yield problem_at(node, "error", "176", message, f"write {wanted}")
