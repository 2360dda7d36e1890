"""Which resources an action can be about: an entry of a policy that names others is for nothing.

Source: the Service Authorization Reference (a test holds the table against a copy of it). Only actions with one type
of resource are here, and of services whose types can be told apart by their ARNs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_OBJECTS = """
    AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
    DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
    GetObjectTagging GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes GetObjectVersionForReplication
    GetObjectVersionTagging ListMultipartUploadParts PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention
    PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging RestoreObject ReplicateObject ReplicateDelete
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
}
TYPES = {
    service: {name.lower(): kind for kind, names in kinds.items() for name in names.split()}
    for service, kinds in _TABLE.items()
}
"""Service -> {action in small letters: the type of resource it is about}"""
EXAMPLES = {
    "object": "arn:aws:s3:::bucket/*",
    "bucket": "arn:aws:s3:::bucket",
    "project": "arn:aws:codebuild:us-east-1:123456789012:project/name",
    "report-group": "arn:aws:codebuild:us-east-1:123456789012:report-group/name",
    "application": "arn:aws:codedeploy:us-east-1:123456789012:application:name",
    "deploymentgroup": "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:application/group",
    "deploymentconfig": "arn:aws:codedeploy:us-east-1:123456789012:deploymentconfig:name",
    "instance": "arn:aws:codedeploy:us-east-1:123456789012:instance:name",
}
"""Type of resource -> what its ARN looks like."""
_SEPARATORS = {"codebuild": "/", "codedeploy": ":"}


def type_of(action: str) -> str:
    """The type of resource that an action is about; "" where this table has none, and for patterns."""
    service, _, name = action.partition(":")
    return TYPES.get(service.lower(), {}).get(name.lower(), "")


def may_cover(action: str, resources: Iterable[str]) -> bool:
    """Whether one of these resources, which may be patterns, can be what an action is about."""
    kind, service = type_of(action), action.partition(":")[0].lower()
    return not kind or any(_may_be(service, kind, resource) for resource in resources)


def _may_be(service: str, kind: str, resource: str) -> bool:
    parts = re.sub(r"\$\{[^}]*\}", "*", resource).split(":", 5)
    if len(parts) < 6 or "*" in parts[2] or "?" in parts[2] or any(part.endswith("*") for part in parts[:2]):
        return True
    if parts[2] != service or parts[3]:
        return parts[2] == service and (service == "s3" or _begins(f"{kind}{_SEPARATORS[service]}", parts[5]))
    if service != "s3":
        return _begins(f"{kind}{_SEPARATORS[service]}", parts[5])
    return "/" not in parts[5] if kind == "bucket" else "/" in parts[5] or "*" in parts[5] or "?" in parts[5]


def _begins(start: str, pattern: str) -> bool:
    """Whether what fits a pattern can begin so."""
    literal = re.split(r"[*?]", pattern)[0]
    return literal.startswith(start) or (literal != pattern and start.startswith(literal))


def suggestion(action: str, resources: Iterable[str]) -> str:
    """What to write beside, or in place of, resources that an action cannot be about."""
    kind = type_of(action)
    given = next((one for one in resources if re.match(r"arn:[^:]*:s3:::", one)), "")
    if kind == "object" and given:
        return f"{given}/*"
    if kind == "bucket" and given:
        return given.partition("/")[0]
    return EXAMPLES[kind]


__all__ = ["TYPES", "may_cover", "suggestion", "type_of"]
