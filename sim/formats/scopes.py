"""Which resources an action can be about: an entry of a policy that names others is for nothing.

Source: the Service Authorization Reference (tests hold the tables against a copy of it). Of services whose types of
resources can be told apart by their ARNs, actions with one type are here; of the others, whose ARNs they are about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from sim.formats import arnforms, other_actions
from sim.formats.actions import ACTIONS

_OBJECTS = """
    AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation DeleteObjectTagging
    DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging GetObject GetObjectAcl
    GetObjectAnnotation GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent
    GetObjectVersion GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication
    GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
    ListMultipartUploadParts ListObjectAnnotations ListObjectVersionAnnotations PutObject PutObjectAcl
    PutObjectAnnotation PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl
    PutObjectVersionAnnotation PutObjectVersionTagging RestoreObject ReplicateObject ReplicateDelete
"""
_BUCKETS = """
    CreateBucket DeleteBucket DeleteBucketPolicy DeleteBucketWebsite GetBucketAcl GetBucketCORS GetBucketLocation
    GetBucketLogging GetBucketNotification GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
    GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
    GetLifecycleConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions PutBucketAcl PutBucketCORS
    PutBucketLogging PutBucketNotification PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging
    PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration PutLifecycleConfiguration
"""
_TABLE: dict[str, dict[str, str]] = {
    "s3": {"object": _OBJECTS, "bucket": _BUCKETS},
    "codebuild": {
        "project": """
            BatchDeleteBuilds BatchGetBuildBatches BatchGetBuilds BatchGetProjects CreateProject CreateWebhook
            DeleteBuildBatch DeleteProject DeleteWebhook InvalidateProjectCache ListBuildBatchesForProject
            ListBuildsForProject RetryBuild RetryBuildBatch StartBuild StartBuildBatch StopBuild StopBuildBatch
            UpdateProject UpdateWebhook
        """,
        "report-group": """
            BatchGetReportGroups BatchGetReports BatchPutCodeCoverages BatchPutTestCases CreateReport
            CreateReportGroup DeleteReport DeleteReportGroup DescribeCodeCoverages DescribeTestCases
            ListReportsForReportGroup UpdateReport UpdateReportGroup
        """,
    },
    "codedeploy": {
        "application": """
            BatchGetApplicationRevisions BatchGetApplications CreateApplication DeleteApplication GetApplication
            GetApplicationRevision ListApplicationRevisions ListDeploymentGroups RegisterApplicationRevision
            UpdateApplication
        """,
        "deploymentgroup": """
            BatchGetDeploymentGroups BatchGetDeploymentInstances BatchGetDeployments CreateDeployment
            CreateDeploymentGroup DeleteDeploymentGroup GetDeployment GetDeploymentGroup GetDeploymentInstance
            ListDeploymentInstances ListDeployments UpdateDeploymentGroup
        """,
        "deploymentconfig": "CreateDeploymentConfig DeleteDeploymentConfig GetDeploymentConfig",
        "instance": """
            AddTagsToOnPremisesInstances BatchGetOnPremisesInstances DeregisterOnPremisesInstance
            GetOnPremisesInstance RegisterOnPremisesInstance RemoveTagsFromOnPremisesInstances
        """,
    },
    "codepipeline": {
        "pipeline": """
            CreatePipeline DeletePipeline GetPipeline GetPipelineExecution GetPipelineState ListActionExecutions
            ListDeployActionExecutionTargets ListPipelineExecutions ListRuleExecutions StartPipelineExecution
            StopPipelineExecution UpdatePipeline
        """,
        "stage": """
            DisableStageTransition EnableStageTransition OverrideStageCondition RetryStageExecution RollbackStage
        """,
        "action": "PutActionRevision PutApprovalResult",
    },
    "events": {
        "rule": "DeleteRule DescribeRule DisableRule EnableRule ListTargetsByRule PutRule PutTargets RemoveTargets",
        "event-bus": "CreateEventBus DeleteEventBus DescribeEventBus PutEvents UpdateEventBus",
    },
    "iam": {
        "role": """
            AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy
            GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags
            PassRole PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
            UpdateRoleDescription
        """,
        "policy": """
            CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion
            ListEntitiesForPolicy ListPolicyTags ListPolicyVersions SetDefaultPolicyVersion TagPolicy UntagPolicy
        """,
        "instance-profile": """
            AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile
            RemoveRoleFromInstanceProfile
        """,
    },
    "kms": {
        "key": """
            CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom
            ReEncryptTo
        """,
    },
    "lambda": {
        "function": """
            AddPermission CreateAlias CreateFunction DeleteAlias DeleteFunction GetAlias GetFunction
            GetFunctionConfiguration GetPolicy InvokeAsync InvokeFunction InvokeFunctionUrl ListAliases
            ListVersionsByFunction PublishVersion PutFunctionConcurrency RemovePermission UpdateAlias
            UpdateFunctionCode UpdateFunctionConfiguration
        """,
    },
    "logs": {
        "log-group": """
            CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeLogStreams FilterLogEvents PutMetricFilter
            PutRetentionPolicy StartQuery
        """,
        "log-stream": "CreateLogStream DeleteLogStream GetLogEvents PutLogEvents",
    },
    "secretsmanager": {
        "secret": "DescribeSecret GetSecretValue PutSecretValue UpdateSecret",
    },
    "ssm": {
        "parameter": """
            DeleteParameter DeleteParameters GetParameter GetParameterHistory GetParameters GetParametersByPath
            LabelParameterVersion PutParameter
        """,
    },
}
TYPES = {
    service: {name.lower(): kind for kind, names in kinds.items() for name in names.split()}
    for service, kinds in _TABLE.items()
}
"""Service -> {action in small letters: the type of resource it is about}"""
EXAMPLES = {
    "object": "arn:aws:s3:::BUCKET/*",
    "bucket": "arn:aws:s3:::BUCKET",
    "project": "arn:aws:codebuild:us-east-1:123456789012:project/NAME",
    "report-group": "arn:aws:codebuild:us-east-1:123456789012:report-group/NAME",
    "application": "arn:aws:codedeploy:us-east-1:123456789012:application:NAME",
    "deploymentgroup": "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:NAME/*",
    "deploymentconfig": "arn:aws:codedeploy:us-east-1:123456789012:deploymentconfig:*",
    "instance": "arn:aws:codedeploy:us-east-1:123456789012:instance:NAME",
    "pipeline": "arn:aws:codepipeline:us-east-1:123456789012:NAME",
    "stage": "arn:aws:codepipeline:us-east-1:123456789012:NAME/*",
    "action": "arn:aws:codepipeline:us-east-1:123456789012:NAME/*/*",
    "rule": "arn:aws:events:us-east-1:123456789012:rule/NAME",
    "event-bus": "arn:aws:events:us-east-1:123456789012:event-bus/default",
    "role": "arn:aws:iam::123456789012:role/NAME",
    "policy": "arn:aws:iam::123456789012:policy/NAME",
    "instance-profile": "arn:aws:iam::123456789012:instance-profile/NAME",
    "key": "arn:aws:kms:us-east-1:123456789012:key/NAME",
    "secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:NAME-*",
    "function": "arn:aws:lambda:us-east-1:123456789012:function:NAME",
    "log-group": "arn:aws:logs:us-east-1:123456789012:log-group:*",
    "log-stream": "arn:aws:logs:us-east-1:123456789012:log-group:*",
    "parameter": "arn:aws:ssm:us-east-1:123456789012:parameter/NAME",
}
"""Type of resource -> what its ARN looks like; PLACEHOLDERS stand for names."""
PLACEHOLDERS = ("NAME", "BUCKET")
_FORMS = {
    "cloudformation:us-east-1:123456789012:stack/NAME/*": """
        CreateChangeSet CreateStack DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents
        DescribeStackResource DescribeStackResources ExecuteChangeSet GetTemplate SetStackPolicy UpdateStack
    """,
    "codeconnections:us-east-1:123456789012:connection/*": "GetConnection PassConnection UseConnection",
    "codestar-connections:us-east-1:123456789012:connection/*": "GetConnection PassConnection UseConnection",
    "codecommit:us-east-1:123456789012:NAME": """
        CancelUploadArchive CreateBranch CreateCommit CreatePullRequest GetBranch GetCommit GetFile GetRepository
        GetUploadArchiveStatus GitPull GitPush ListBranches PutFile UploadArchive
    """,
    "ecr:us-east-1:123456789012:repository/NAME": """
        BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload DescribeImages GetDownloadUrlForLayer
        InitiateLayerUpload ListImages PutImage UploadLayerPart
    """,
    "sns:us-east-1:123456789012:NAME": "Publish Subscribe",
    "sqs:us-east-1:123456789012:NAME": "DeleteMessage GetQueueAttributes ReceiveMessage SendMessage",
    "states:us-east-1:123456789012:stateMachine:NAME": "DescribeStateMachine StartExecution",
}
FORMS = {
    f"{form.partition(':')[0]}:{name.lower()}": f"arn:aws:{form}"
    for form, names in _FORMS.items()
    for name in names.split()
} | {"sts:assumerole": "arn:aws:iam::123456789012:role/NAME"}
"""Action, in small letters, of a service with one kind of ARN for it -> what that looks like."""
_OTHERS = """
    acm apigateway batch cloudfront cloudtrail dynamodb ec2 eks elasticbeanstalk elasticfilesystem firehose
    rds xray
"""
SERVICES = (*ACTIONS, *other_actions.SERVICES, *_OTHERS.split())
"""Services of which it is known whose ARNs their actions are about: their own, and those ELSEWHERE."""
_CONNECTIONS = ("codeconnections", "codestar-connections")
ELSEWHERE = {
    **dict.fromkeys(_CONNECTIONS, _CONNECTIONS),
    "ec2": ("acm", "elastic-inference", "iam", "license-manager", "resource-groups"),
    "events": ("kms",),
    "s3": ("s3-object-lambda",),
    "ssm": ("ec2", "ecs", "iam", "s3"),
    "sts": ("iam",),
}
"""Service -> other services whose resources some of its actions are about."""
ONLY_ALL = ("ecr:getauthorizationtoken",)
"""What has no type of resource, and stands beside actions with one in many a policy: its resource must be "*"."""
_WHOLE = {
    "codebuild": """
        DeleteSourceCredentials ImportSourceCredentials ListBuildBatches ListBuilds ListCuratedEnvironmentImages
        ListFleets ListProjects ListReportGroups ListReports ListSharedProjects ListSharedReportGroups
        ListSourceCredentials
    """,
    "codecommit": """
        CreateApprovalRuleTemplate DeleteApprovalRuleTemplate GetApprovalRuleTemplate ListApprovalRuleTemplates
        ListRepositories ListRepositoriesForApprovalRuleTemplate UpdateApprovalRuleTemplateContent
        UpdateApprovalRuleTemplateDescription UpdateApprovalRuleTemplateName
    """,
    "codedeploy": "ListApplications ListDeploymentConfigs ListGitHubAccountTokenNames ListOnPremisesInstances",
    "codepipeline": """
        AcknowledgeJob AcknowledgeThirdPartyJob GetJobDetails GetThirdPartyJobDetails ListActionTypes ListPipelines
        PollForThirdPartyJobs PutJobFailureResult PutJobSuccessResult PutThirdPartyJobFailureResult
        PutThirdPartyJobSuccessResult
    """,
    "ecr": "DescribeRegistry GetRegistryPolicy PutRegistryPolicy PutReplicationConfiguration",
    "events": "ListEventBuses ListRules TestEventPattern",
    "iam": "GetAccountSummary",
    "lambda": "GetAccountSettings ListEventSourceMappings ListFunctions ListLayers",
    "s3": """
        CreateJob GetAccountPublicAccessBlock ListAccessPoints ListAllMyBuckets ListJobs PutAccountPublicAccessBlock
    """,
    "secretsmanager": "BatchGetSecretValue GetRandomPassword ListSecrets",
    "sns": "ListSubscriptions ListTopics",
    "ssm": "DescribeParameters",
}
WHOLE = frozenset(f"{service}:{name.lower()}" for service, names in _WHOLE.items() for name in names.split())
"""Actions without a type of resource too: they are about all that there is, so one by its name is not enough.

Their resource is "*"; patterns such as arn:aws:s3:::*, which AWS's own examples have, are let pass.
"""
OWN = {
    "ssm": """
        DeleteParameter DeleteParameters DescribeParameters GetParameter GetParameterHistory GetParameters
        GetParametersByPath LabelParameterVersion PutParameter
    """
}
"""Service that is ELSEWHERE too -> the actions that are about its own resources only."""
_OWN = {service: frozenset(names.lower().split()) for service, names in OWN.items()}


def type_of(action: str) -> str:
    """The type of resource that an action is about; "" where this table has none, and for patterns."""
    service, _, name = action.partition(":")
    return TYPES.get(service.lower(), {}).get(name.lower(), "")


def is_about_all(action: str) -> bool:
    """Whether an action has no type of resource, as far as this table knows: its resource is "*"."""
    return action.lower() in ONLY_ALL or action.lower() in WHOLE


def may_cover(action: str, resources: Sequence[str]) -> bool:
    """Whether one of these resources, which may be patterns, can be what an action, or one of a pattern, is about."""
    service = action.partition(":")[0].lower()
    kinds = _types_of(action.lower())
    if kinds:
        return any(_may_be(service, kind, resource) for resource in resources for kind in kinds)
    return not is_foreign(action, resources)


@lru_cache(maxsize=4096)
def _types_of(action: str) -> tuple[str, ...]:
    """The types of resources that an action, or all that fit a pattern, are about; () when one has none here."""
    service, _, name = action.partition(":")
    table = TYPES.get(service, {})
    if not re.search(r"[*?]", name):
        return (table[name],) if name in table else ()
    known = ACTIONS.get(service) or other_actions.actions(service)
    fitting = [one for one in known if fnmatchcase(one, name.replace("[", "[[]"))] if table else []
    kinds = dict.fromkeys(table.get(one, "") for one in fitting)
    return () if "" in kinds else tuple(kinds)


@lru_cache(maxsize=4096)
def _services_of(action: str) -> tuple[str, ...]:
    """The services whose resources an action can be about; () when that is not known."""
    service, _, name = action.partition(":")
    if service not in SERVICES:
        return ()
    return (service,) if name in _OWN.get(service, ()) else (service, *ELSEWHERE.get(service, ()))


def is_foreign(action: str, resources: Sequence[str]) -> bool:
    """Whether all of these resources are of other services than an action is about, or not "*" where that is due."""
    if action.lower() in ONLY_ALL:
        return all(_parts(resource) is not None for resource in resources)
    if action.lower() in WHOLE:
        return all(_is_one(resource) for resource in resources)
    services = _services_of(action.lower())
    found = _services_in(tuple(resources)) if services else None
    return found is not None and found.isdisjoint(services)


@lru_cache(maxsize=256)  # the actions of a statement all ask for the same
def _services_in(resources: tuple[str, ...]) -> frozenset[str] | None:
    """The services of these ARNs; None when one is not known."""
    parts = [_parts(resource) for resource in resources]
    known = [part[2] for part in parts if part is not None]
    return frozenset(known) if len(known) == len(parts) else None


def _is_one(resource: str) -> bool:
    """Whether a resource is named, at least with the beginning of its name."""
    parts = _parts(resource)
    if parts is None:
        return False
    start = next((one for one in arnforms.STARTS.get(parts[2], ()) if parts[5].startswith(one)), "")
    name = parts[5].removeprefix(start)
    return name != "" and name[0] not in "*?"


@lru_cache(maxsize=4096)
def _parts(resource: str) -> tuple[str, ...] | None:
    """The six parts of an ARN, with * for what is filled in; None when its service is not known."""
    text = re.sub(r"\$\{[^}]*\}", "*", re.sub(r"^arn:\$\{[^}]*\}:", "arn:aws:", resource))
    parts = text.split(":", 5)
    unsure = len(parts) < 6 or "*" in parts[2] or "?" in parts[2] or any(part.endswith("*") for part in parts[:2])
    return None if unsure else tuple(parts)


def _may_be(service: str, kind: str, resource: str) -> bool:
    parts = _parts(resource)
    if parts is None or parts[2] != service:
        return parts is None
    if service != "s3":
        return arnforms.may_be(service, kind, parts[5]) or _spans(service, resource)
    if parts[3]:
        return True
    return "/" not in parts[5] if kind == "bucket" else "/" in parts[5] or "*" in parts[5] or "?" in parts[5]


def _spans(service: str, resource: str) -> bool:
    """Whether stars before the last part of an ARN can stand for the beginning of that part too.

    A star of IAM fits colons: arn:aws:logs:*:*:/aws-glue/* of AWS's own policies allows its log groups.
    """
    head, part = arnforms.divided(resource)
    stars = "*" in re.sub(r"\$\{[^}]*\}", "", head)
    return stars and any(start.endswith(":") for start in arnforms.STARTS.get(service, ())) and part != ""


def examples(action: str) -> tuple[str, ...]:
    """What the ARNs look like of what an action is about; where that is not known "*", which always fits."""
    service, _, name = action.lower().partition(":")
    kinds = _types_of(f"{service}:{name}")
    if service == "s3" and not kinds and re.search(r"[*?]", name):
        kinds = ("bucket", "object")
    if kinds:
        return tuple(EXAMPLES[kind] for kind in kinds)
    whole = {"logs:*": "arn:aws:logs:us-east-1:123456789012:*"}
    return (FORMS.get(f"{service}:{name}") or whole.get(f"{service}:{name}", "*"),)


def suggestion(action: str, resources: Sequence[str]) -> str:
    """The resource to write beside those that an action cannot be about, made of one of them; "" where none is."""
    kinds = _types_of(action.lower())
    given = next((one for one in resources if re.match(r"arn:[^:]*:s3:::", one)), "")
    if kinds == ("object",) and given:
        return f"{given.rstrip('/')}/*"
    if kinds == ("bucket",) and given:
        return given.partition("/")[0]
    return _turned(action.partition(":")[0].lower(), kinds[0], resources) if len(kinds) == 1 else ""


def _turned(service: str, kind: str, resources: Sequence[str]) -> str:
    """The ARN of a type of resource, made of one of another type; "" where none says what is meant."""
    for one in resources:
        parts, (head, part) = _parts(one), arnforms.divided(one)
        turned = arnforms.turned(service, kind, part) if parts is not None and parts[2] == service else ""
        if turned:
            return head + turned
    return ""


def in_form(resource: str, actions: Sequence[str]) -> str:
    """An ARN in a form that its service has: itself, or what it is meant to be beside these actions.

    "" where it has no such form, and what is meant is not known.
    """
    parts, (head, part) = _parts(resource), arnforms.divided(resource)
    service = parts[2] if parts is not None else ""
    if parts is None or (service not in arnforms.STARTS and service not in arnforms.BARE):
        return resource
    kinds = tuple(dict.fromkeys(type_of(one) for one in actions if one.partition(":")[0].lower() in (service, "*")))
    if parts[4] == "aws" or not arnforms.is_wrong(service, parts[5], kinds) or _spans(service, resource):
        return resource
    is_of_both = "log-group" in kinds and "log-stream" in kinds
    kind = "log-group" if is_of_both else next((kind for kind in kinds if kind), "")
    meant = arnforms.meant(service, part, kind)
    if is_of_both and not re.search(r"[*?]", meant):
        meant = f"{meant.removesuffix(':')}*"  # the group and the streams in it
    return head + meant if meant else ""


def without_objects(action: str, resources: Sequence[str]) -> str:
    """The bucket whose objects are left out: that of s3:* where the resources are buckets alone; "" for others."""
    if action.lower() != "s3:*" or any(_may_be("s3", "object", one) for one in resources):
        return ""
    return next((one for one in resources if re.match(r"arn:[^:]*:s3:::", one)), "")


__all__ = [
    "ELSEWHERE",
    "FORMS",
    "ONLY_ALL",
    "OWN",
    "PLACEHOLDERS",
    "SERVICES",
    "TYPES",
    "WHOLE",
    "examples",
    "in_form",
    "is_about_all",
    "is_foreign",
    "may_cover",
    "suggestion",
    "type_of",
    "without_objects",
]
