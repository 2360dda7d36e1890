"""Roles and policies of a template: each policy as IAM judges it, and whether a role is enough for who takes it on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from sim.core.problems import Problem
from sim.formats.check.arns import as_written, check_resources, written_arn
from sim.formats.check.declared import declare
from sim.formats.check.documents import of_document, read_document
from sim.formats.check.template import Found, get, problem_at, referred, rows, spelled, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Sequence, is_null
from sim.formats.pipeline import actions_of, violations
from sim.formats.policy import Arns, Sort, Statement, allows, check_policy, statements_of, texts

POLICIES: dict[str, tuple[str, Sort]] = {
    "AWS::IAM::Policy": ("PolicyDocument", "identity"),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", "identity"),
    "AWS::IAM::RolePolicy": ("PolicyDocument", "identity"),
    "AWS::IAM::UserPolicy": ("PolicyDocument", "identity"),
    "AWS::IAM::GroupPolicy": ("PolicyDocument", "identity"),
    "AWS::S3::BucketPolicy": ("PolicyDocument", "resource"),
    "AWS::SNS::TopicPolicy": ("PolicyDocument", "resource"),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", "resource"),
    "AWS::KMS::Key": ("KeyPolicy", "resource"),
    "AWS::ECR::Repository": ("RepositoryPolicyText", "repository"),
}
"""Resource type -> (the property that holds a policy, its sort)."""

TRUSTED: tuple[tuple[str, str, str], ...] = (
    ("AWS::CodePipeline::Pipeline", "RoleArn", "codepipeline.amazonaws.com"),
    ("AWS::CodeBuild::Project", "ServiceRole", "codebuild.amazonaws.com"),
    ("AWS::CodeDeploy::DeploymentGroup", "ServiceRoleArn", "codedeploy.amazonaws.com"),
)
"""(resource type, its property with a role, who takes on that role)."""
EVENTS = "events.amazonaws.com"
STACKS = "cloudformation.amazonaws.com"

_CONNECTION = "codestar-connections:UseConnection|codeconnections:UseConnection"
NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("Source", "CodeCommit"): ("codecommit:GetBranch", "codecommit:GetCommit", "codecommit:UploadArchive"),
    ("Source", "CodeStarSourceConnection"): (_CONNECTION,),
    ("Source", "ECR"): ("ecr:DescribeImages",),
    ("Build", "CodeBuild"): ("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
    ("Test", "CodeBuild"): ("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
    ("Deploy", "CodeDeploy"): (
        "codedeploy:CreateDeployment",
        "codedeploy:GetDeployment",
        "codedeploy:GetDeploymentConfig",
        "codedeploy:GetApplicationRevision",
        "codedeploy:RegisterApplicationRevision",
    ),
    ("Deploy", "CloudFormation"): ("cloudformation:DescribeStacks", "iam:PassRole"),
    ("Deploy", "ECS"): ("ecs:DescribeServices", "ecs:RegisterTaskDefinition", "ecs:UpdateService"),
    ("Invoke", "Lambda"): ("lambda:InvokeFunction",),
    ("Invoke", "StepFunctions"): ("states:StartExecution", "states:DescribeExecution"),
}
"""(category, provider) -> what the pipeline's role needs for it (docs/behaviour/codepipeline.md §21); | is or."""
STORE = ("s3:GetObject", "s3:PutObject")
"""What every pipeline's role needs for its artifacts (§21)."""
FROM_STORE = {
    "SECRETS_MANAGER": ("Secrets Manager", "secretsmanager:GetSecretValue"),
    "PARAMETER_STORE": ("Parameter Store", "ssm:GetParameters"),
}
"""Type of a build's variable -> where its value is, and what the project's role needs (codebuild.md §1.4)."""
SECTIONS = {"secrets-manager": "SECRETS_MANAGER", "parameter-store": "PARAMETER_STORE"}
"""Section of a buildspec's env -> the type of its variables."""

Role = tuple[str, Mapping]
"""(logical id, properties)"""


def check_roles(template: Found) -> Iterator[Problem]:
    """Every finding about the policies of a template and about who takes on its roles."""
    for rule in _RULES:
        yield from rule(template)


# Policies


def _policies(template: Found) -> Iterator[Problem]:
    for kind, (key, sort) in POLICIES.items():
        for _, properties in template.of_type(kind):
            yield from _policy(template, properties.get(key), sort)
    for kind in ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        for _, properties in template.of_type(kind):
            yield from _policy(template, properties.get("AssumeRolePolicyDocument"), "trust")
            for document in _inline_policies(properties):
                yield from _policy(template, document, "identity")


def _policy(template: Found, node: Node | None, sort: Sort) -> list[Problem]:
    if node is None or is_null(node) or function(node) is not None or isinstance(node, Sequence):
        return []
    arns = Arns(partial(written_arn, template), as_written)
    found = of_document(template, node, lambda root, path: check_policy(root, path, sort, arns))
    return [*found, *check_resources(template, node)]


def _inline_policies(properties: Mapping) -> Iterator[Node]:
    for row in rows(properties.get("Policies")):
        document = get(row, "PolicyDocument")
        if document is not None:
            yield document


# Who takes on a role


def role_of(template: Found, node: Node | None) -> Role | None:
    """The role of this template that a property names."""
    name = referred(node)
    return next(((key, value) for key, value in template.of_type("AWS::IAM::Role") if key == name), None)


def _trust(template: Found) -> Iterator[Problem]:
    for kind, key, service in TRUSTED:
        for name, properties in template.of_type(kind):
            yield from _trusts(template, role_of(template, properties.get(key)), name, service)
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        declared = declare(properties, template.parameter)
        for where, node in declared.nodes.items() if declared is not None else ():
            # Of all configurations, only that of CloudFormation actions names a role.
            if where[-2:] == ("configuration", "RoleArn"):
                yield from _trusts(template, role_of(template, node), f"a stack of {name}", STACKS)


def _trusts(template: Found, role: Role | None, name: str, service: str) -> Iterator[Problem]:
    document = role[1].get("AssumeRolePolicyDocument") if role is not None else None
    services = _services(read_document(document, template.path))
    if role is None or document is None or services is None:
        return
    if not any(_is_service(one, service) for one in services):
        message = f"{name} takes on the role {role[0]}, which does not trust {service}"
        yield problem_at(document, "warning", "309", message, f"add {service} to Principal: Service")


def _is_service(named: str, service: str) -> bool:
    """Whether a principal is a service, be it spelled with a Region: codebuild.us-east-1.amazonaws.com."""
    first, _, rest = service.partition(".")
    return (
        re.fullmatch(rf"{re.escape(first)}\.([a-z]{{2}}(-[a-z]+)+-[0-9]\.)?{re.escape(rest)}(\.cn)?", named) is not None
    )


def _services(document: Node | None) -> list[str] | None:
    """The services that a trust policy names; None when that cannot be told."""
    if document is None or function(document) is not None:
        return None
    found: list[str] = []
    given = get(document, "Statement")
    for row in given.items if isinstance(given, Sequence) else (given,):
        node = get(row, "Principal", "Service")
        for item in node.items if isinstance(node, Sequence) else (node,):
            if item is None:
                continue
            text = text_of(item)
            if text is None or (row is not None and function(row) is not None):
                return None
            found.append(text)
    return found


# What a role may do


def _missing(statements: tuple[Statement, ...], needed: tuple[str, ...]) -> str:
    """The actions that no statement allows, in a row; "" when each is allowed."""
    missing = [one for one in needed if not any(allows(statements, choice) for choice in one.split("|"))]
    return ", ".join(one.partition("|")[0] for one in missing)


def _lacks(node: Node, what: str, missing: str, role: Role) -> Iterator[Problem]:
    if missing:
        message = f"{what} needs {missing}, and {role[0]} does not allow it"
        yield problem_at(node, "warning", "310", message, f"allow {missing} in {_where(role)}")


def _where(role: Role) -> str:
    """Where a statement belongs that a role lacks."""
    name, properties = role
    policies = rows(properties.get("Policies"))
    if policies:
        return f"the Policies of {name}, line {policies[0].line}"
    return f"a policy for {name} (line {properties.line}): an entry of its Policies, or an AWS::IAM::Policy"


def _pipelines(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        role = role_of(template, properties.get("RoleArn"))
        declared = declare(properties, template.parameter)
        statements = statements_of_role(template, role)
        if declared is None or statements is None or role is None or violations(declared.value):
            continue
        if not template.of_type("AWS::S3::BucketPolicy"):
            # The policy of a bucket may give what the role does not.
            node = properties.get("RoleArn") or properties
            yield from _lacks(node, f"the artifact store of {name}", _missing(statements, STORE), role)
        for i, j, _, action in actions_of(declared.value):
            id = action["actionTypeId"]
            needed = () if action.get("roleArn") else NEEDED.get((id["category"], id["provider"]), ())
            if id["category"] == "Approval" and "NotificationArn" in (action.get("configuration") or {}):
                needed = ("sns:Publish",)
            node = declared.node(("stages", i, "actions", j))
            yield from _lacks(node, f"action {action['name']} of {name}", _missing(statements, needed), role)


def _projects(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        role = role_of(template, properties.get("ServiceRole"))
        statements = statements_of_role(template, role)
        if role is None or statements is None:
            continue
        yield from _lacks(properties, name, _missing(statements, _of_project(properties)), role)
        for row in rows(get(properties, "Environment", "EnvironmentVariables")):
            kind = FROM_STORE.get(text_of(get(row, "Type")) or "")
            if kind is not None:
                what = f"the variable {text_of(get(row, 'Name')) or ''} of {name} comes from {kind[0]}: it"
                yield from _lacks(row, what, _missing(statements, kind[1:]), role)


def _of_project(properties: Mapping) -> tuple[str, ...]:
    """What the role of a project needs whatever its buildspec does (docs/behaviour/codebuild.md §9.1, §10)."""
    needed: list[str] = []
    logs = get(properties, "LogsConfig", "CloudWatchLogs")
    if text_of(get(logs, "Status")) != "DISABLED" and (logs is None or function(logs) is None):
        # A group that is named may be there already.
        needed += [] if get(logs, "GroupName") is not None else ["logs:CreateLogGroup"]
        needed += ["logs:CreateLogStream", "logs:PutLogEvents"]
    source = text_of(get(properties, "Source", "Type"))
    if source in ("CODEPIPELINE", "CODECOMMIT"):
        needed.append("s3:GetObject" if source == "CODEPIPELINE" else "codecommit:GitPull")
    return tuple(needed)


def from_stores(template: Found, name: str, properties: Mapping, buildspec: Mapping) -> Iterator[Problem]:
    """Values that a project's buildspec takes from a store, and the project's role may not."""
    role = role_of(template, properties.get("ServiceRole"))
    statements = statements_of_role(template, role)
    for section, kind in SECTIONS.items():
        table = get(buildspec, "env", section)
        if role is None or statements is None or not isinstance(table, Mapping) or not table.items:
            continue
        where, needed = FROM_STORE[kind]
        what = f"the buildspec of {name} takes {table.items[0][0].text} from {where}: the project"
        yield from _lacks(properties, what, _missing(statements, (needed,)), role)


# Targets of rules


def _targets(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::Events::Rule"):
        for target in rows(properties.get("Targets")):
            needed = _started(template, get(target, "Arn"))
            if not needed or not isinstance(target, Mapping):
                continue
            if "RoleArn" not in target:
                message = f"a target of {name} has no RoleArn: EventBridge starts pipelines and builds only with a role"
                yield problem_at(target, "warning", "308", message, f"add RoleArn: a role that trusts {EVENTS}")
                continue
            role = role_of(template, target.get("RoleArn"))
            yield from _trusts(template, role, f"a target of {name}", EVENTS)
            statements = statements_of_role(template, role)
            if role is not None and statements is not None:
                yield from _lacks(target, f"a target of {name}", _missing(statements, (needed,)), role)


def _started(template: Found, arn: Node | None) -> str:
    """The action that a target of EventBridge needs: of a pipeline or of a build; "" of anything else."""
    if arn is None:
        return ""
    text, kind = spelled(arn), template.type_of(referred(arn))
    if ":codepipeline:" in text or kind == "AWS::CodePipeline::Pipeline":
        return "codepipeline:StartPipelineExecution"
    return "codebuild:StartBuild" if ":codebuild:" in text or kind == "AWS::CodeBuild::Project" else ""


# The statements of a role


def statements_of_role(template: Found, role: Role | None) -> tuple[Statement, ...] | None:
    """What a role may do, all its policies together; None when some of it is not in the template."""
    if role is None:
        return None
    name, properties = role
    managed, inline = properties.get("ManagedPolicyArns"), properties.get("Policies")
    if managed is not None and not (isinstance(managed, Sequence) and not managed.items):
        return None
    if inline is not None and function(inline) is not None:
        return None
    found: list[Statement] = []
    for node in chain(_inline_policies(properties), _attached(template, name)):
        document = read_document(node, template.path)
        if document is None or not _is_literal(document):
            return None
        found += statements_of(document, template.path)
    return tuple(found)


def _attached(template: Found, role: str) -> Iterator[Node]:
    """The documents of policies that are resources of their own and name a role."""
    for kind in ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"):
        for _, other in template.of_type(kind):
            roles, document = other.get("Roles") or other.get("RoleName"), other.get("PolicyDocument")
            if roles is not None and document is not None and role in spelled(roles).split():
                yield document


def _is_literal(document: Node) -> bool:
    """Whether actions and effects of a policy are written out."""
    given = get(document, "Statement")
    rows = given.items if isinstance(given, Sequence) else (given,)
    if function(document) is not None or any(row is None or function(row) is not None for row in rows):
        return False
    for row in rows:
        node = get(row, "Action") or get(row, "NotAction")
        items = node.items if isinstance(node, Sequence) else (node,)
        if len(texts(node)) != len(items):
            return False
    return True


_RULES: tuple[Callable[[Found], Iterator[Problem]], ...] = (_policies, _trust, _pipelines, _projects, _targets)
