"""Roles and policies of a template: each policy as IAM judges it, and whether a role is enough for who takes it on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from sim.core.problems import Problem
from sim.formats import scopes
from sim.formats.check.arns import as_written, check_resources, written_arn
from sim.formats.check.declared import Declared
from sim.formats.check.documents import of_document, read_document
from sim.formats.check.grants import ANY, Grants, Resources
from sim.formats.check.template import Found, get, problem_at, referred, rows, spelled, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, is_null, near
from sim.formats.pipeline import Place
from sim.formats.policy import (
    STATEMENT,
    Arns,
    Sort,
    Statement,
    allows,
    as_meant,
    check_policy,
    is_idle,
    may_allow,
    statements_of,
    texts,
)
from sim.formats.statements import one_or_list, pair

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
CLONED: dict[tuple[str, str], tuple[str, ...]] = {
    ("Source", "CodeCommit"): ("codecommit:GitPull",),
    ("Source", "CodeStarSourceConnection"): (_CONNECTION,),
}
"""(category, provider) of a source -> what the role of a project needs that clones it (codepipeline.md §21)."""
STORE = ("s3:GetObject", "s3:PutObject")
"""What every pipeline's role needs for its artifacts (§21)."""
BESIDE: dict[tuple[str, str], tuple[str, ...]] = {
    ("Source", "CodeCommit"): ("codecommit:GetUploadArchiveStatus", "codecommit:CancelUploadArchive"),
    ("Deploy", "ECS"): ("ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListTasks", "iam:PassRole"),
    ("Invoke", "StepFunctions"): ("states:DescribeStateMachine",),
}
"""(category, provider) -> what else §21 has a role allow: no finding by itself, and told of in the hint of one."""
OF_MODES = {
    "CREATE_UPDATE": ("cloudformation:CreateStack", "cloudformation:UpdateStack"),
    "REPLACE_ON_FAILURE": ("cloudformation:CreateStack", "cloudformation:DeleteStack", "cloudformation:UpdateStack"),
    "DELETE_ONLY": ("cloudformation:DeleteStack",),
    "CHANGE_SET_REPLACE": (
        "cloudformation:CreateChangeSet",
        "cloudformation:DeleteChangeSet",
        "cloudformation:DescribeChangeSet",
    ),
    "CHANGE_SET_EXECUTE": ("cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet"),
}
"""ActionMode of a stack's action -> likewise."""
BESIDE_STORE = ("s3:GetObjectVersion", "s3:GetBucketVersioning")
BESIDE_SOURCE = ("s3:GetObjectVersion", "s3:PutObject")
"""Likewise, of a project that a pipeline hands its source to (codebuild.md §10)."""
FROM_STORE = {
    "SECRETS_MANAGER": ("Secrets Manager", "secretsmanager:GetSecretValue"),
    "PARAMETER_STORE": ("Parameter Store", "ssm:GetParameters"),
}
"""Type of a build's variable -> where its value is, and what the project's role needs (codebuild.md §1.4)."""
SECTIONS = {"secrets-manager": "SECRETS_MANAGER", "parameter-store": "PARAMETER_STORE"}
"""Section of a buildspec's env -> the type of its variables."""

SOURCES = {"CODEPIPELINE": "s3:GetObject", "CODECOMMIT": "codecommit:GitPull"}
"""Type of a project's source -> what the project's role needs for it (codebuild.md §10)."""
TYPE_ID = ("category", "owner", "provider")
SLIP = 0.8
"""How much a word must be like a known one, of 1, to be a slip of it."""
SLIP_OF_KEY = 0.7
"""Likewise, of the keys of one configuration, which are few."""
MAX_SERVICES = 6
"""A hint lists so many services."""
MAX_PIPELINES = 3
"""The stores of so many pipelines are named."""
VALUES = {
    "codestar-connections:UseConnection": "ConnectionArn",
    "codeconnections:UseConnection": "ConnectionArn",
    "iam:PassRole": "RoleArn",
    "sns:Publish": "NotificationArn",
    "states:StartExecution": "StateMachineArn",
}
"""IAM action -> the key of an action's configuration that holds the ARN it is about."""
FORMS_OF_ACTIONS = {
    "cloudformation": ("StackName", "stack/{}/*", ""),
    "codebuild": ("ProjectName", "project/{}", "AWS::CodeBuild::Project"),
    "codecommit": ("RepositoryName", "{}", "AWS::CodeCommit::Repository"),
    "ecr": ("RepositoryName", "repository/{}", "AWS::ECR::Repository"),
    "lambda": ("FunctionName", "function:{}", "AWS::Lambda::Function"),
}
"""Service -> (the key of an action's configuration that names a resource, its ARN's end, its type)."""

Role = tuple[str, Mapping]
"""(logical id, properties)"""


def check_roles(template: Found) -> Iterator[Problem]:
    """Every finding about the policies of a template and about who takes on its roles."""
    grants = Grants(template)
    for rule in _RULES:
        yield from rule(grants)


# Policies


def _policies(grants: Grants) -> Iterator[Problem]:
    template = grants.template
    for kind, (key, sort) in POLICIES.items():
        for name, properties in template.of_type(kind):
            yield from _policy(grants, name, properties.get(key), sort)
    takers: dict[str, tuple[str, ...]] = {}
    for role, _, service in _takers(template):
        if role is not None and service not in takers.get(role[0], ()):
            takers[role[0]] = (*takers.get(role[0], ()), service)
    for kind in ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        for name, properties in template.of_type(kind):
            yield from _policy(grants, name, properties.get("AssumeRolePolicyDocument"), "trust", takers.get(name, ()))
            for document in _inline_policies(properties):
                yield from _policy(grants, name, document, "identity")


def _policy(grants: Grants, holder: str, node: Node | None, sort: Sort, takers: tuple[str, ...] = ()) -> list[Problem]:
    if node is None or is_null(node) or function(node) is not None or isinstance(node, Sequence):
        return []
    template = grants.template
    arns = Arns(partial(written_arn, template), as_written, partial(grants.example, holder=holder), takers)
    found = of_document(template, node, lambda root, path: check_policy(root, path, sort, arns))
    if template.type_of(holder) != "AWS::IAM::ManagedPolicy" and "${aws:" not in spelled(node):
        # IAM takes an inline policy of the old version, which only lacks variables.
        found = [problem for problem in found if problem.code != "IAM201"]
    return [*found, *check_resources(template, node)]


def _inline_policies(properties: Mapping) -> Iterator[Node]:
    for row in rows(meant_at(properties, "Policies")):
        document = meant_at(row, "PolicyDocument") if isinstance(row, Mapping) else None
        if document is not None:
            yield document


# Who takes on a role


def role_of(template: Found, node: Node | None) -> Role | None:
    """The role of this template that a property names, be it in the ARN that is made with its name."""
    name = referred(node) or _named_in(node)
    properties = get(template.resources.get(name), "Properties") if template.type_of(name) == "AWS::IAM::Role" else None
    return (name, properties) if isinstance(properties, Mapping) else None


def _named_in(node: Node | None) -> str:
    """The resource whose name ends the ARN of a role in an Fn::Sub; "" for anything else."""
    call = function(node) if node is not None else None
    text = call[1].text if call is not None and call[0] == "Fn::Sub" and isinstance(call[1], Scalar) else ""
    found = re.fullmatch(r"arn:.*:role/(?:.*/)?\$\{(\w+)\}", text)
    return found[1] if found is not None else ""


def meant_at(properties: Mapping, key: str) -> Node | None:
    """What stands at a key, or at one that is a slip of it."""
    return properties.get(key) or properties.get(near(key, properties.keys(), SLIP))


def _trust(grants: Grants) -> Iterator[Problem]:
    """A finding for each that takes on a role which does not trust it; all the services that a role lacks in each."""
    template = grants.template
    takers: dict[str, list[tuple[str, str]]] = {}
    for role, name, service in _takers(template):
        if role is not None:
            takers.setdefault(role[0], []).append((name, service))
    for key, found in takers.items():
        document = get(template.resources.get(key), "Properties", "AssumeRolePolicyDocument")
        services = _services(read_document(document, template.path))
        if document is None or services is None:
            continue
        lacking = [(name, one) for name, one in found if not any(_is_service(there, one) for there in services)]
        wanted = [*services, *dict.fromkeys(one for _, one in lacking)]
        hint = f"write `{pair(template.path, f'Service: {one_or_list(wanted)}')}` in its Principal"
        for name, service in lacking:
            message = f"{name} takes on the role {key}, which does not trust {service}"
            yield problem_at(
                document, "warning", "309", message, hint if len(wanted) <= MAX_SERVICES else _added(service)
            )


def _added(service: str) -> str:
    return f"add {service} to Principal: Service"


def _takers(template: Found) -> Iterator[tuple[Role | None, str, str]]:
    """(a role, what takes it on, the service that does so for it)"""
    for kind, key, service in TRUSTED:
        for name, properties in template.of_type(kind):
            yield role_of(template, meant_at(properties, key)), name, service
    for name, _ in template.of_type("AWS::CodePipeline::Pipeline"):
        declared = template.declared(name)
        for where, node in declared.nodes.items() if declared is not None else ():
            # Of all configurations, only that of CloudFormation actions names a role.
            if where[-2:] == ("configuration", "RoleArn"):
                yield role_of(template, node), f"a stack of {name}", STACKS
    for name, properties in template.of_type("AWS::Events::Rule"):
        for target in rows(properties.get("Targets")):
            if _started(template, get(target, "Arn")):
                yield role_of(template, get(target, "RoleArn")), f"a target of {name}", EVENTS


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
    given = get(as_meant(document), "Statement")
    for row in given.items if isinstance(given, Sequence) else (given,):
        if get(row, "Principal") is None and get(row, "NotPrincipal") is None:
            return None  # that it is missing is told with the policy
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


def _missing(statements: tuple[Statement, ...], needed: tuple[str, ...]) -> tuple[str, ...]:
    """The actions that no statement allows on what they can be about, but for those told of where they stand."""
    missing = []
    for one in needed:
        choices = one.split("|")
        if not any(may_allow(statements, choice) or is_idle(statements, choice) for choice in choices):
            missing.append(choices[0])
    return tuple(missing)


def _lacks(
    grants: Grants,
    node: Node,
    what: str,
    needed: tuple[str, ...],
    role: Role | None,
    on: Resources,
    beside: tuple[str, ...] = (),
) -> Iterator[Problem]:
    """A finding for what a role does not allow of the actions that are needed.

    `on` gives the resource of each. What is needed `beside` makes no finding, and stands in the hint of one.
    """
    statements = statements_of_role(grants, role)
    missing = _missing(statements, needed) if statements is not None else ()
    if role is None or not missing or statements is None:
        return
    elsewhere = all(allows(statements, one) for one in missing)
    lack = "allows it on resources that are none of its kind" if elsewhere else "does not allow it"
    message = f"{what} needs {', '.join(missing)}, and {role[0]} {lack}"
    wanted = [*missing, *_missing(statements, beside)]
    yield problem_at(node, "warning", "310", message, grants.hint(role, [(one, on(one)) for one in wanted]))


def _pipelines(grants: Grants) -> Iterator[Problem]:
    template = grants.template
    for name, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        role = role_of(template, meant_at(properties, "RoleArn"))
        declared = template.declared(name)
        if declared is None:
            continue
        yield from _clones(grants, name, declared)
        if role is None:
            continue
        if not template.of_type("AWS::S3::BucketPolicy"):
            # The policy of a bucket may give what the role does not.
            node = meant_at(properties, "RoleArn") or properties
            stores = [declared.nodes.get(where) for where in _stores(declared.value)]
            on = partial(_objects, grants, stores, role[0])
            yield from _lacks(grants, node, f"the artifact store of {name}", STORE, role, on, BESIDE_STORE)
        for i, j, action in _actions(declared.value):
            where: Place = ("stages", i, "actions", j)
            kind, configuration = _kind(action), _settings(action)
            needed = () if action.get("roleArn") else NEEDED.get(kind, ())
            if kind[0] == "Approval" and "NotificationArn" in configuration:
                needed = ("sns:Publish",)
            at = {key: declared.nodes.get((*where, "configuration", key)) for key in configuration}
            on = partial(of_action, grants, at, role[0])
            what = f"action {action.get('name', '')} of {name}"
            beside = (*BESIDE.get(kind, ()), *OF_MODES.get(str(configuration.get("ActionMode")), ()))
            yield from _lacks(grants, declared.node(where), what, needed, role, on, beside)


def _clones(grants: Grants, pipeline: str, declared: Declared) -> Iterator[Problem]:
    """A finding for each project that clones what a source hands over as a reference, with a role that may not."""
    handed: dict[str, tuple[str, tuple[str, ...], dict[str, Node | None]]] = {}
    for i, j, action in _actions(declared.value):
        where: Place = ("stages", i, "actions", j, "configuration")
        kind, settings = _kind(action), _settings(action)
        at = {key: declared.nodes.get((*where, key)) for key in settings}
        if settings.get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF":
            found = (str(action.get("name", "")), CLONED.get(kind, ()), at)
            handed.update(dict.fromkeys(_artifacts(action, "outputArtifacts"), found))
        name = referred(_value(at, "ProjectName")) if kind[1] == "CodeBuild" else ""
        project = get(grants.template.resources.get(name), "Properties")
        role = role_of(grants.template, meant_at(project, "ServiceRole")) if isinstance(project, Mapping) else None
        for artifact in _artifacts(action, "inputArtifacts") if role is not None else ():
            source, needed, of_source = handed.get(artifact, ("", (), {}))
            on = partial(of_action, grants, of_source, role[0] if role is not None else "")
            what = f"{name} clones what {source} of {pipeline} hands over: it"
            yield from _lacks(grants, declared.node(where[:-1]), what, needed, role, on)


def _artifacts(action: dict[str, Any], key: str) -> list[str]:
    given = action.get(key)
    return [str(one.get("name")) for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _actions(declaration: dict[str, Any]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(stage's place, action's place, action) of every action, also where the declaration is not well formed."""
    stages = declaration.get("stages")
    for i, stage in enumerate(stages if isinstance(stages, list) else ()):
        actions = stage.get("actions") if isinstance(stage, dict) else None
        for j, action in enumerate(actions if isinstance(actions, list) else ()):
            if isinstance(action, dict):
                yield i, j, action


def _kind(action: dict[str, Any]) -> tuple[str, str]:
    """Category and provider of an action, as they are meant; ("", "") for those that are not AWS's."""
    id = action.get("actionTypeId")
    category, owner, provider = (str(id.get(key, "")) if isinstance(id, dict) else "" for key in TYPE_ID)
    if owner.upper() not in ("AWS", ""):
        return "", ""
    kinds = [kind for kind in NEEDED if kind[0].lower() == category.lower()]
    meant = next((kind for kind in kinds if kind[1].lower() == provider.lower()), None)
    slip = near(provider, [kind[1] for kind in kinds], SLIP)
    return meant or ((kinds[0][0], slip) if slip else (category, provider))


def _settings(action: dict[str, Any]) -> dict[str, Any]:
    configuration = action.get("configuration")
    return configuration if isinstance(configuration, dict) else {}


def _stores(declaration: dict[str, Any]) -> Iterator[Place]:
    """Where a pipeline names the buckets of its artifacts."""
    if "artifactStore" in declaration:
        yield "artifactStore", "location"
    stores = declaration.get("artifactStores")
    for i in range(len(stores) if isinstance(stores, (dict, list)) else 0):
        yield "artifactStores", i, "artifactStore", "location"


def _objects(grants: Grants, stores: list[Node | None], holder: str, action: str) -> str:
    """The objects of artifact stores, or the stores themselves where the action is about these, as YAML."""
    rest = "" if scopes.type_of(action) == "bucket" else "/*"
    found = tuple(dict.fromkeys(grants.bucket(one, holder, rest) for one in stores if one is not None))
    return one_or_list(found) if found else grants.example(action, holder)


def of_action(grants: Grants, at: dict[str, Node | None], holder: str, action: str) -> str:
    """What an action of a pipeline needs an IAM action on, as YAML. `at` has the values of its configuration."""
    service = action.partition(":")[0]
    if action in VALUES:
        found = grants.short(_value(at, VALUES[action]), holder)
        return found or (grants.role() if action == "iam:PassRole" else grants.example(action, holder))
    if service == "codedeploy":
        return grants.arn("codedeploy:*")  # of the application, the group and the configuration: three kinds
    if service not in FORMS_OF_ACTIONS:
        return ANY
    key, form, kind = FORMS_OF_ACTIONS[service]
    name = referred(_value(at, key))
    if kind and grants.template.type_of(name) == kind:
        return grants.own(name, holder)
    return grants.arn(f"{service}:{form}", grants.piece(_value(at, key), holder))


def _value(at: dict[str, Node | None], key: str) -> Node | None:
    """The value of a key, also when the key is written with a slip."""
    return at.get(key) or at.get(near(key, at, SLIP_OF_KEY))


def _projects(grants: Grants) -> Iterator[Problem]:
    template = grants.template
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        role = role_of(template, meant_at(properties, "ServiceRole"))
        if role is None:
            continue
        on = partial(_of_project, grants, properties, role[0])
        needed = _needs_of_project(properties)
        beside = BESIDE_SOURCE if SOURCES["CODEPIPELINE"] in needed else ()
        yield from _lacks(grants, properties, name, needed, role, on, beside)
        for row in rows(get(properties, "Environment", "EnvironmentVariables")):
            kind = FROM_STORE.get(near(text_of(get(row, "Type")) or "", FROM_STORE, SLIP))
            if kind is not None:
                what = f"the variable {text_of(get(row, 'Name')) or ''} of {name} comes from {kind[0]}: it"
                on = partial(_stored, grants, [get(row, "Value")], role[0])
                yield from _lacks(grants, row, what, kind[1:], role, on)


def _needs_of_project(properties: Mapping) -> tuple[str, ...]:
    """What the role of a project needs whatever its buildspec does (docs/behaviour/codebuild.md §9.1, §10)."""
    needed: list[str] = []
    logs = get(properties, "LogsConfig", "CloudWatchLogs")
    if text_of(get(logs, "Status")) != "DISABLED" and (logs is None or function(logs) is None):
        # A group that is named may be there already.
        needed += [] if get(logs, "GroupName") is not None else ["logs:CreateLogGroup"]
        needed += ["logs:CreateLogStream", "logs:PutLogEvents"]
    source, artifacts = (text_of(get(properties, key, "Type")) for key in ("Source", "Artifacts"))
    kind = near((source or "").upper(), SOURCES, SLIP)
    if artifacts is not None and (kind == "CODEPIPELINE") != (artifacts.upper() == "CODEPIPELINE"):
        return tuple(needed)  # one of the two is meant otherwise, as is told elsewhere
    return (*needed, SOURCES[kind]) if kind else tuple(needed)


def _of_project(grants: Grants, properties: Mapping, holder: str, action: str) -> str:
    """What a project needs an action on, as YAML."""
    if action.startswith("logs:"):
        group = get(properties, "LogsConfig", "CloudWatchLogs", "GroupName")
        name = "/aws/codebuild/" if group is None else grants.piece(group, holder)
        return grants.arn("logs:log-group:{}*", name.rstrip("*"))
    if action.startswith("s3:"):
        return _objects(grants, _stores_of(grants.template), holder, action)
    location = get(properties, "Source", "Location")
    name = referred(location)
    if action == "codecommit:GitPull" and grants.template.type_of(name) == "AWS::CodeCommit::Repository":
        return grants.own(name, holder)
    found = re.search(r"/v1/repos/([\w.-]+|\$\{[\w.]+\})$", grants.piece(location, holder))
    if action == "codecommit:GitPull" and found is not None:
        return grants.arn("codecommit:{}", found[1])
    return grants.example(action, holder)


def _stores_of(template: Found) -> list[Node | None]:
    """The buckets of all pipelines of a template: what a pipeline hands to a build lies there."""
    stores: list[Node | None] = []
    for _, properties in template.of_type("AWS::CodePipeline::Pipeline")[:MAX_PIPELINES]:
        regions = [get(row, "ArtifactStore") for row in rows(properties.get("ArtifactStores"))]
        stores += [get(one, "Location") for one in (properties.get("ArtifactStore"), *regions)]
    return stores


def _stored(grants: Grants, values: list[Node | None], holder: str, action: str) -> str:
    """The secrets or parameters that a build takes, as YAML."""
    found = [grants.stored(one, holder, action) for one in values]
    return one_or_list(tuple(dict.fromkeys(found)))


def from_stores(template: Found, name: str, properties: Mapping, buildspec: Mapping) -> Iterator[Problem]:
    """Values that a project's buildspec takes from a store, and the project's role may not."""
    role, grants = role_of(template, meant_at(properties, "ServiceRole")), Grants(template)
    for section, kind in SECTIONS.items():
        table = get(buildspec, "env", section)
        if role is None or not isinstance(table, Mapping) or not table.items:
            continue
        where, needed = FROM_STORE[kind]
        what = f"the buildspec of {name} takes {table.items[0][0].text} from {where}: the project"
        on = partial(_stored, grants, [value for _, value in table.items], role[0])
        yield from _lacks(grants, properties, what, (needed,), role, on)


# Targets of rules


def _targets(grants: Grants) -> Iterator[Problem]:
    template = grants.template
    for name, properties in template.of_type("AWS::Events::Rule"):
        for target in rows(properties.get("Targets")):
            needed = _started(template, get(target, "Arn"))
            if not needed or not isinstance(target, Mapping) or "RoleArn" not in target:
                continue  # a role that is missing is told with the rule
            role = role_of(template, target.get("RoleArn"))
            on = partial(_target, grants, get(target, "Arn"), role[0] if role is not None else "")
            yield from _lacks(grants, target, f"a target of {name}", (needed,), role, on)


def _target(grants: Grants, arn: Node | None, holder: str, action: str) -> str:
    return grants.short(arn, holder) or grants.example(action, holder)


def _started(template: Found, arn: Node | None) -> str:
    """The action that a target of EventBridge needs: of a pipeline or of a build; "" of anything else."""
    if arn is None:
        return ""
    text, kind = spelled(arn), template.type_of(referred(arn))
    if ":codepipeline:" in text or kind == "AWS::CodePipeline::Pipeline":
        return "codepipeline:StartPipelineExecution"
    return "codebuild:StartBuild" if ":codebuild:" in text or kind == "AWS::CodeBuild::Project" else ""


# The statements of a role


def statements_of_role(grants: Grants, role: Role | None) -> tuple[Statement, ...] | None:
    """What a role may do, all its policies together; None when some of it is not in the template."""
    if role is None:
        return None
    if role[0] not in grants.allowed:
        grants.allowed[role[0]] = _statements(grants.template, role)
    return grants.allowed[role[0]]


def _statements(template: Found, role: Role) -> tuple[Statement, ...] | None:
    name, properties = role
    managed, inline = _managed(template, meant_at(properties, "ManagedPolicyArns")), meant_at(properties, "Policies")
    if managed is None:
        return None
    if inline is not None and function(inline) is not None:
        return None
    found: list[Statement] = []
    arns = Arns(partial(written_arn, template))
    for node in chain(_inline_policies(properties), managed, _attached(template, name)):
        document = read_document(node, template.path)
        if document is None or not _is_literal(document):
            return None
        found += statements_of(document, template.path, arns)
    return tuple(found)


def _managed(template: Found, node: Node | None) -> list[Node] | None:
    """The documents of the managed policies that a role names; None when one is not in the template."""
    if node is not None and (not isinstance(node, Sequence) or node.tag):
        return None
    found = []
    for item in rows(node):
        name = referred(item)
        document = get(template.resources.get(name), "Properties", "PolicyDocument")
        if template.type_of(name) != "AWS::IAM::ManagedPolicy" or document is None:
            return None
        found.append(document)
    return found


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
        node = _action(row)
        items = node.items if isinstance(node, Sequence) else (node,)
        if len(texts(node)) != len(items):
            return False
    return True


def _action(statement: Node | None) -> Node | None:
    """The actions of a statement, also under a key that is nearly Action or NotAction."""
    keys = statement.keys() if isinstance(statement, Mapping) else ()
    there = next((key for key in keys if key in ("Action", "NotAction")), "")
    return get(statement, there or next((key for key in keys if near(key, STATEMENT) in ("Action", "NotAction")), ""))


_RULES: tuple[Callable[[Grants], Iterator[Problem]], ...] = (_policies, _trust, _pipelines, _projects, _targets)
