"""What stands inside a template's resources: buildspecs, pipelines, patterns, policies; and how they fit together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sim.core.problems import Problem, ProblemsError
from sim.formats import schedules
from sim.formats.check import buildspec as buildspecs
from sim.formats.check import pipeline as pipelines
from sim.formats.check.declared import declare
from sim.formats.check.eventpattern import check_pattern
from sim.formats.check.secrets import is_secret, names_a_secret
from sim.formats.check.template import Found
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, compose, is_null
from sim.formats.pipeline import actions_of, violations
from sim.formats.policy import Sort, Statement, allows, check_policy, statements_of, texts
from sim.formats.text import strict_json

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

NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("Source", "CodeCommit"): ("codecommit:GetBranch", "codecommit:GetCommit", "codecommit:UploadArchive"),
    ("Build", "CodeBuild"): ("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
    ("Test", "CodeBuild"): ("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
    ("Deploy", "CodeDeploy"): (
        "codedeploy:CreateDeployment",
        "codedeploy:GetDeployment",
        "codedeploy:GetDeploymentConfig",
        "codedeploy:GetApplicationRevision",
        "codedeploy:RegisterApplicationRevision",
    ),
    ("Deploy", "CloudFormation"): ("cloudformation:DescribeStacks",),
    ("Invoke", "Lambda"): ("lambda:InvokeFunction",),
    ("Invoke", "StepFunctions"): ("states:StartExecution", "states:DescribeExecution"),
    ("Source", "ECR"): ("ecr:DescribeImages",),
}
"""(category, provider) -> what the pipeline's role needs for it (docs/behaviour/codepipeline.md §21)."""


def check_inside(template: Found) -> list[Problem]:
    """Every finding in and between the resources of a template."""
    return [problem for rule in _RULES for problem in rule(template)]


def _problem(node: Node, severity: Any, code: str, message: str, hint: str = "") -> Problem:
    return Problem(node.path, node.line, node.column, severity, f"CF{code}", message, hint)


def _get(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def text_of(node: Node | None) -> str | None:
    """The text of a literal; None for anything else."""
    return node.text if isinstance(node, Scalar) and not node.tag else None


# Buildspecs


def inline_buildspecs(template: Found) -> Iterator[tuple[str, Mapping, Scalar]]:
    """(logical id, properties, the text) of every project whose buildspec stands in the template."""
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        node = _written(_get(properties, "Source", "BuildSpec"))
        if node is not None and ("\n" in node.text.strip() or node.text.lstrip().startswith(("version", "{"))):
            yield name, properties, node


def _written(node: Node | None) -> Scalar | None:
    """The text that a value is written as, also inside Fn::Sub."""
    call = function(node) if node is not None else None
    if call is not None:
        if call[0] != "Fn::Sub":
            return None
        argument = call[1]
        first = argument.items[0] if isinstance(argument, Sequence) and argument.items else argument
        return first if isinstance(first, Scalar) else None
    return node if isinstance(node, Scalar) else None


def _buildspecs(template: Found) -> Iterator[Problem]:
    from sim.formats.buildspec import check_buildspec

    for _, _, node in inline_buildspecs(template):
        try:
            root = compose(node.text, template.path)
            found = [*check_buildspec(root, template.path), *buildspecs.lint(root, template.path)]
        except ProblemsError as error:
            found = list(error.problems)
        place = _place(template.text, node)
        yield from (place(problem) for problem in found)
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        given = _get(properties, "Source", "BuildSpec")
        if isinstance(given, Mapping) and function(given) is None:
            message = f"BuildSpec of {name} is a mapping: Value of property BuildSpec must be of type String"
            yield _problem(given, "error", "160", message, "write `BuildSpec: |`, and the buildspec below it as text")


def _place(text: str, node: Scalar) -> Callable[[Problem], Problem]:
    """Moves a finding of an inline text to where that text stands in the file."""
    lines = text.splitlines()
    head = lines[node.line - 1] if node.line <= len(lines) else ""
    if re.search(r"[|>][-+0-9]*\s*(#.*)?$", head[node.column - 1 :]) is None:

        def same_line(problem: Problem) -> Problem:
            message = f"{problem.message} (line {problem.line} of this text)" if problem.line > 1 else problem.message
            return Problem(problem.path, node.line, node.column, problem.severity, problem.code, message, problem.hint)

        return same_line
    first = next((line for line in lines[node.line :] if line.strip()), "")
    indent = len(first) - len(first.lstrip())
    offset = node.line

    def moved(problem: Problem) -> Problem:
        line, column = max(problem.line, 1) + offset, max(problem.column, 1) + indent
        return Problem(problem.path, line, column, problem.severity, problem.code, problem.message, problem.hint)

    return moved


def _projects(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        source, artifacts = _get(properties, "Source", "Type"), _get(properties, "Artifacts", "Type")
        kinds = text_of(source), text_of(artifacts)
        if None not in kinds and (kinds[0] == "CODEPIPELINE") != (kinds[1] == "CODEPIPELINE"):
            message = f"source of {name} is {kinds[0]}, artifacts are {kinds[1]}: both are CODEPIPELINE, or neither"
            yield _problem(artifacts or properties, "error", "161", message, "change one of the two types")
        timeout = _get(properties, "TimeoutInMinutes")
        minutes = text_of(timeout)
        if timeout is not None and minutes is not None and minutes.isdigit() and not 5 <= int(minutes[:9]) <= 2160:
            message = f"TimeoutInMinutes of {name} is {minutes}, not 5 to 2160"
            yield _problem(timeout, "error", "162", message, "write a number of minutes between them")
        yield from _plain_variables(template, name, properties)


def _plain_variables(template: Found, name: str, properties: Mapping) -> Iterator[Problem]:
    variables = _get(properties, "Environment", "EnvironmentVariables")
    for row in variables.items if isinstance(variables, Sequence) else ():
        kind, key, value = (text_of(_get(row, field)) for field in ("Type", "Name", "Value"))
        node = _get(row, "Value")
        if kind in ("SECRETS_MANAGER", "PARAMETER_STORE") or key is None or node is None:
            continue
        if value is not None and is_secret(key, value):
            message = f"the variable {key} of {name} looks like a secret, and stands here for everybody to read"
            hint = "write `Type: SECRETS_MANAGER`, and the secret's name as Value"
            yield _problem(node, "warning", "305", message, hint)
        elif names_a_secret(key) and _secret_parameter(template, node):
            message = f"the variable {key} of {name} shows the secret parameter it takes in the console and in logs"
            hint = "write `Type: SECRETS_MANAGER`, and the secret's name as Value"
            yield _problem(node, "warning", "305", message, hint)


def _secret_parameter(template: Found, node: Node) -> bool:
    call = function(node)
    name = text_of(call[1]) if call is not None and call[0] == "Ref" else None
    return name is not None and template.parameter(name) is not None


def _docker(template: Found) -> Iterator[Problem]:
    for name, properties, node in inline_buildspecs(template):
        privileged = _get(properties, "Environment", "PrivilegedMode")
        if privileged is not None and text_of(privileged) not in ("false", "False"):
            continue
        if re.search(r"\bdocker\s+(build|run|buildx|compose)\b", node.text):
            environment = _get(properties, "Environment") or properties
            message = f"the buildspec of {name} calls docker, and PrivilegedMode is not on: it finds no Docker daemon"
            yield _problem(environment, "warning", "302", message, "add `PrivilegedMode: true` to Environment")


# Pipelines


def _pipelines(template: Found) -> Iterator[Problem]:
    for _, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        declared = declare(properties, template.parameter)
        if declared is None:
            continue
        broken = violations(declared.value)
        for violation in broken:
            node = declared.node(violation.where)
            if declared.is_known(violation.where):
                text = f"{violation.message} ({violation.error})"
                code = f"PL{100 + violation.rule}"
                yield Problem(node.path, node.line, node.column, "error", code, text, violation.hint)
        if not any(violation.rule == 21 for violation in broken):
            for finding in pipelines.lint(declared.value):
                node = declared.node(finding.where)
                if declared.is_known(finding.where):
                    code, severity = f"PL{finding.code}", finding.severity
                    yield Problem(node.path, node.line, node.column, severity, code, finding.message, finding.hint)


# Events


def _rules(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::Events::Rule"):
        pattern, schedule = properties.get("EventPattern"), properties.get("ScheduleExpression")
        if pattern is None and schedule is None:
            message = f"the rule {name} has neither EventPattern nor ScheduleExpression"
            yield _problem(properties, "error", "163", message, "add one of them")
        if pattern is not None and function(pattern) is None:
            yield from _of_document(template, pattern, check_pattern)
        text = text_of(schedule)
        if schedule is not None and text is not None:
            yield from _schedule(schedule, text)
        yield from _targets(template, name, properties)


def _schedule(node: Node, text: str) -> Iterator[Problem]:
    try:
        schedules.parse(text)
    except ValueError as error:
        message = f"Parameter ScheduleExpression is not valid: {error}"
        yield _problem(node, "error", "164", message, "such as rate(5 minutes) or cron(0 9 ? * MON-FRI *)")


def _targets(template: Found, name: str, properties: Mapping) -> Iterator[Problem]:
    targets = properties.get("Targets")
    for target in targets.items if isinstance(targets, Sequence) else ():
        arn = _get(target, "Arn")
        if not isinstance(target, Mapping) or "RoleArn" in target or arn is None:
            continue
        if ":codepipeline:" in _spelled(arn) or ":codebuild:" in _spelled(arn):
            message = f"a target of {name} has no RoleArn: EventBridge may start pipelines and builds only with a role"
            yield _problem(target, "warning", "308", message, "add RoleArn: a role that trusts events.amazonaws.com")


def _spelled(node: Node) -> str:
    """All texts below a node in a row, to look for a word in them."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return " ".join(_spelled(item) for item in node.items)
    return " ".join(_spelled(item) for _, item in node.items) if isinstance(node, Mapping) else ""


# Policies and roles


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
    return _of_document(template, node, lambda root, path: check_policy(root, path, sort))


def _of_document(template: Found, node: Node, check: Callable[[Node, str], list[Problem]]) -> list[Problem]:
    """Findings of a document that a property holds, as a mapping or as JSON text."""
    if not isinstance(node, Scalar) or is_null(node):
        return check(node, template.path)
    place = _place(template.text, node)
    try:
        found = check(_composed(node, template.path), template.path)
    except ProblemsError as error:
        found = list(error.problems)
    return [place(problem) for problem in found]


def _composed(node: Scalar, path: str) -> Node:
    """A document from its JSON text. Raises ProblemsError."""
    strict_json(node.text, path)
    return compose(node.text, path)


def _document(node: Node | None, path: str) -> Node | None:
    """A document that a property holds; None when it cannot be known."""
    if node is None or function(node) is not None or not isinstance(node, Scalar):
        return node
    try:
        return _composed(node, path)
    except ProblemsError:
        return None


def _inline_policies(properties: Mapping) -> Iterator[Node]:
    given = properties.get("Policies")
    for row in given.items if isinstance(given, Sequence) else ():
        document = _get(row, "PolicyDocument")
        if document is not None:
            yield document


def _role_of(template: Found, node: Node | None) -> tuple[str, Mapping] | None:
    """(logical id, properties) of the role of this template that a property names."""
    call = function(node) if node is not None else None
    if call is None or call[0] not in ("Fn::GetAtt", "Ref"):
        return None
    argument = call[1]
    first = argument.items[0] if isinstance(argument, Sequence) and argument.items else argument
    name = first.text.partition(".")[0] if isinstance(first, Scalar) else ""
    return next(((key, value) for key, value in template.of_type("AWS::IAM::Role") if key == name), None)


def _trust(template: Found) -> Iterator[Problem]:
    for kind, key, service in TRUSTED:
        for name, properties in template.of_type(kind):
            role = _role_of(template, properties.get(key))
            if role is None:
                continue
            document = role[1].get("AssumeRolePolicyDocument")
            services = _services(_document(document, template.path))
            if document is not None and services is not None and not any(_is_service(one, service) for one in services):
                message = f"{name} takes on the role {role[0]}, which does not trust {service}"
                yield _problem(document, "warning", "309", message, f"add {service} to Principal: Service")


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
    given = _get(document, "Statement")
    for row in given.items if isinstance(given, Sequence) else (given,):
        node = _get(row, "Principal", "Service")
        items = node.items if isinstance(node, Sequence) else (node,)
        for item in items:
            if item is None:
                continue
            text = text_of(item)
            if text is None or function(row) is not None:  # type: ignore[arg-type]
                return None
            found.append(text)
    return found


def _permissions(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        role = _role_of(template, properties.get("RoleArn"))
        declared = declare(properties, template.parameter)
        statements = _statements_of(template, role) if role is not None else None
        if declared is None or statements is None or role is None or violations(declared.value):
            continue
        for i, j, _, action in actions_of(declared.value):
            id = action["actionTypeId"]
            needed = () if action.get("roleArn") else NEEDED.get((id["category"], id["provider"]), ())
            missing = [one for one in needed if not allows(statements, one)]
            if missing:
                node = declared.node(("stages", i, "actions", j))
                message = (
                    f"action {action['name']} of {name} needs {', '.join(missing)}, and {role[0]} does not allow it"
                )
                yield _problem(node, "warning", "310", message, f"add it to a policy of {role[0]}")
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        role = _role_of(template, properties.get("ServiceRole"))
        statements = _statements_of(template, role) if role is not None else None
        if role is not None and statements is not None and not allows(statements, "logs:PutLogEvents"):
            message = f"{name} needs logs:CreateLogStream and logs:PutLogEvents, and {role[0]} does not allow it"
            yield _problem(properties, "warning", "310", message, f"add it to a policy of {role[0]}")


def _statements_of(template: Found, role: tuple[str, Mapping]) -> tuple[Statement, ...] | None:
    """What a role may do, all its policies together; None when some of it is not in the template."""
    name, properties = role
    managed = properties.get("ManagedPolicyArns")
    if managed is not None and not (isinstance(managed, Sequence) and not managed.items):
        return None
    documents: list[Node | None] = list(_inline_policies(properties))
    for kind in ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"):
        for _, other in template.of_type(kind):
            roles = other.get("Roles") or other.get("RoleName")
            if roles is not None and name in _spelled(roles).split():
                documents += [node for node in (other.get("PolicyDocument"),) if node is not None]
    if properties.get("Policies") is not None and function(properties.get("Policies") or properties) is not None:
        return None
    found: list[Statement] = []
    for document in [_document(document, template.path) for document in documents]:
        if document is None or not _is_literal(document):
            return None
        found += statements_of(document, template.path)
    return tuple(found)


def _is_literal(document: Node) -> bool:
    """Whether actions and effects of a policy are written out."""
    given = _get(document, "Statement")
    rows = given.items if isinstance(given, Sequence) else (given,)
    if function(document) is not None or any(row is None or function(row) is not None for row in rows):
        return False
    for row in rows:
        node = _get(row, "Action") or _get(row, "NotAction")
        items = node.items if isinstance(node, Sequence) else (node,)
        if len(texts(node)) != len(items):
            return False
    return True


_RULES: tuple[Callable[[Found], Iterator[Problem]], ...] = (
    _buildspecs,
    _projects,
    _docker,
    _pipelines,
    _rules,
    _policies,
    _trust,
    _permissions,
)
