"""The events of the developer tools: who sends which, what their detail holds, and which values some fields can have.

Source: docs/behaviour/codecommit-and-glue.md §10, codebuild.md §9.3, codedeploy.md §12, codepipeline.md §23.
"""

from __future__ import annotations

from sim.formats.scenario import BUILD_PHASES

API_CALL = "AWS API Call via CloudTrail"
CLOUDTRAIL = (
    API_CALL,
    "AWS Service Event via CloudTrail",
    "AWS Console Action via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
    "AWS Insight via CloudTrail",
)
"""Detail types of what CloudTrail tells of any service (docs §13.3)."""
_RECORD = """
    eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage
    requestParameters responseElements additionalEventData requestID eventID eventType apiVersion managementEvent
    readOnly resources recipientAccountId serviceEventDetails sharedEventID vpcEndpointId vpcEndpointAccountId
    eventCategory addendum sessionCredentialFromConsole eventContext edgeDeviceDetails tlsDetails insightDetails
"""
RECORD = tuple(_RECORD.split())
"""Fields of `detail` where such an event is told: those of CloudTrail's records (docs §17)."""

_REPOSITORY = "CodeCommit Repository State Change"
_PULL_REQUEST = "CodeCommit Pull Request State Change"
_ON_COMMIT = "CodeCommit Comment on Commit"
_ON_PULL_REQUEST = "CodeCommit Comment on Pull Request"
_TEMPLATE = "CodeCommit Approval Rule Template Change"
_REACTION = "CodeCommit Comment Reaction Change"
_BUILD = "CodeBuild Build State Change"
_PHASE = "CodeBuild Build Phase Change"
_DEPLOYMENT = "CodeDeploy Deployment State-change Notification"
_INSTANCE = "CodeDeploy Instance State-change Notification"
_PIPELINE = "CodePipeline Pipeline Execution State Change"
_STAGE = "CodePipeline Stage Execution State Change"
_ACTION = "CodePipeline Action Execution State Change"

DETAIL_TYPES = {
    "aws.codecommit": (_REPOSITORY, _ON_COMMIT, _ON_PULL_REQUEST, _PULL_REQUEST, _TEMPLATE, _REACTION),
    "aws.codebuild": (_BUILD, _PHASE),
    "aws.codedeploy": (_DEPLOYMENT, _INSTANCE),
    "aws.codepipeline": (_PIPELINE, _STAGE, _ACTION),
}
"""Source -> its detail types."""

_COMMENT = """
    event beforeCommitId afterCommitId repositoryId repositoryName inReplyTo commentId callerUserArn notificationBody
    displayName emailAddress
"""
_MERGE = "baseCommitId sourceCommitId destinationCommitId mergeOption conflictDetailsLevel conflictResolutionStrategy"
_DEPLOYED = "instanceGroupId region application deploymentId state deploymentGroup"
_EXECUTED = """
    pipeline execution-id version start-time state pipeline-execution-attempt execution-trigger
    stop-execution-comments
"""
_STAGED = "pipeline execution-id version start-time state pipeline-execution-attempt stage"
_FIELDS = {
    _REPOSITORY: f"""
        event repositoryName repositoryId referenceType referenceName referenceFullName commitId oldCommitId
        callerUserArn {_MERGE}
    """,
    _ON_COMMIT: _COMMENT,
    _ON_PULL_REQUEST: f"{_COMMENT} pullRequestId",
    _PULL_REQUEST: """
        event author callerUserArn creationDate lastModifiedDate description title destinationCommit
        destinationReference sourceCommit sourceReference isMerged pullRequestId pullRequestStatus repositoryNames
        revisionId notificationBody mergeOption approvalRuleContentSha256 approvalRuleId approvalRuleName
        overrideStatus approvalStatus
    """,
    _TEMPLATE: """
        event approvalRuleTemplateContentSha256 approvalRuleTemplateId approvalRuleTemplateName callerUserArn
        creationDate lastModifiedDate notificationBody repositories
    """,
    _REACTION: """
        event callerUserArn commentId reactionEmojis reactionShortcodes reactionUnicodes repositoryId repositoryName
        notificationBody
    """,
    _BUILD: """
        build-status project-name build-id additional-information current-phase current-phase-context version
    """,
    _PHASE: """
        completed-phase completed-phase-status completed-phase-context completed-phase-duration-seconds
        completed-phase-start completed-phase-end project-name build-id additional-information version
    """,
    _DEPLOYMENT: _DEPLOYED,
    _INSTANCE: f"{_DEPLOYED} instanceId",
    _PIPELINE: _EXECUTED,
    _STAGE: f"{_STAGED} stage-last-retry-attempt-time",
    _ACTION: f"""
        {_STAGED} action action-execution-id region type input-artifacts output-artifacts execution-result
    """,
}
FIELDS = {type_: tuple(names.split()) for type_, names in _FIELDS.items()}
"""Detail type -> the fields that its detail may have."""

VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    _REPOSITORY: {
        "event": ("referenceCreated", "referenceUpdated", "referenceDeleted", "unreferencedMergeCommitCreated"),
        "referenceType": ("branch", "tag"),
    },
    _PULL_REQUEST: {
        "event": (
            "pullRequestCreated",
            "pullRequestSourceBranchUpdated",
            "pullRequestStatusChanged",
            "pullRequestMergeStatusUpdated",
            "pullRequestApprovalRuleCreated",
            "pullRequestApprovalRuleUpdated",
            "pullRequestApprovalRuleDeleted",
            "pullRequestApprovalRuleOverridden",
            "pullRequestApprovalStateChanged",
        ),
        "isMerged": ("True", "False"),
        "pullRequestStatus": ("Open", "Closed"),
        "overrideStatus": ("OVERRIDE", "REVOKE"),
        "approvalStatus": ("APPROVE", "REVOKE"),
    },
    _ON_COMMIT: {"event": ("commentOnCommitCreated", "commentOnCommitUpdated")},
    _ON_PULL_REQUEST: {"event": ("commentOnPullRequestCreated", "commentOnPullRequestUpdated")},
    _TEMPLATE: {
        "event": (
            "approvalRuleTemplateCreated",
            "approvalRuleTemplateUpdated",
            "approvalRuleTemplateDeleted",
            "approvalRuleTemplateAssociatedWithRepository",
            "approvalRuleTemplateDisassociatedFromRepository",
            "batchAssociateApprovalRuleTemplateWithRepositories",
            "batchDisassociateApprovalRuleTemplateFromRepositories",
        )
    },
    _REACTION: {"event": ("commentReactionCreated", "commentReactionUpdated")},
    _PIPELINE: {
        "state": ("CANCELED", "FAILED", "RESUMED", "STARTED", "STOPPED", "STOPPING", "SUCCEEDED", "SUPERSEDED")
    },
    _STAGE: {"state": ("CANCELED", "FAILED", "RESUMED", "STARTED", "STOPPED", "STOPPING", "SUCCEEDED")},
    _ACTION: {"state": ("ABANDONED", "CANCELED", "FAILED", "STARTED", "SUCCEEDED")},
    _DEPLOYMENT: {"state": ("START", "SUCCESS", "FAILURE", "STOP", "READY", "QUEUED")},
    _INSTANCE: {"state": ("START", "SUCCESS", "FAILURE", "READY")},
    _BUILD: {
        "build-status": ("IN_PROGRESS", "SUCCEEDED", "FAILED", "STOPPED", "TIMED_OUT", "FAULT"),
        "current-phase": (*BUILD_PHASES, "COMPLETED"),
    },
    _PHASE: {
        "completed-phase": (*BUILD_PHASES, "COMPLETED"),
        "completed-phase-status": ("TIMED_OUT", "STOPPED", "FAILED", "SUCCEEDED", "FAULT", "CLIENT_ERROR"),
    },
}
"""Detail type -> fields of its detail with few values -> these values."""
NUMBERS = {
    **dict.fromkeys(DETAIL_TYPES["aws.codepipeline"], ("version", "pipeline-execution-attempt")),
    _PHASE: ("completed-phase-duration-seconds",),
}
"""Detail type -> fields of its detail that are numbers."""
NAMES = (
    "pipeline",
    "stage",
    "action",
    "execution-id",
    "project-name",
    "repositoryName",
    "referenceName",
    "pullRequestId",
    "application",
    "deploymentGroup",
    "deploymentId",
    "instanceId",
)
"""Fields of details that are always text."""
ACTION_TYPE: dict[str, tuple[str, ...]] = {
    "owner": ("AWS", "ThirdParty", "Custom"),
    "provider": (),
    "category": ("Source", "Build", "Deploy", "Test", "Invoke", "Approval", "Compute"),
    "version": (),
}
"""What the events of actions tell of an action's type -> the values that the API has; () where they are not few."""

_BUILT = {
    "additional-information": """
        artifact environment timeout-in-minutes build-complete initiator build-start-time source logs phases
    """,
    "additional-information.artifact": "md5sum sha256sum location",
    "additional-information.environment": "image privileged-mode compute-type type environment-variables",
    "additional-information.environment.environment-variables": "name type value",
    "additional-information.source": "location type",
    "additional-information.logs": "group-name stream-name deep-link",
    "additional-information.phases": """
        phase-context start-time end-time duration-in-seconds phase-type phase-status
    """,
}
_TRIGGERED = {
    "execution-trigger": """
        trigger-type trigger-detail provider-type connection-arn full-repository-name branch-name tag-name commit-id
        commit-message author-id author-display-name author-email author-date
    """
}
_RAN = {
    "type": " ".join(ACTION_TYPE),
    "input-artifacts": "name s3location",
    "input-artifacts.s3location": "bucket key",
    "output-artifacts": "name s3location",
    "output-artifacts.s3location": "bucket key",
    "execution-result": "external-execution-url external-execution-summary external-execution-id error-code",
}
INSIDE: dict[str, dict[str, tuple[str, ...]]] = {
    type_: {path: tuple(names.split()) for path, names in tables.items()}
    for type_, tables in ((_BUILD, _BUILT), (_PHASE, _BUILT), (_PIPELINE, _TRIGGERED), (_ACTION, _RAN))
}
"""Detail type -> path of an object in its detail, or of a list of such -> what that may have."""
OBJECTS = ("repositories", *dict.fromkeys(path for tables in INSIDE.values() for path in tables))
"""Paths of what in details is no single value."""
VALUES_INSIDE = {
    "additional-information.phases.phase-type": (*BUILD_PHASES, "COMPLETED"),
    "additional-information.phases.phase-status": (*VALUES[_PHASE]["completed-phase-status"], "IN_PROGRESS"),
    **{f"type.{name}": known for name, known in ACTION_TYPE.items() if known},
}
"""Path in a detail, below its fields -> the few values that it has."""
TEXTS_INSIDE = ("type.provider", "type.version")
"""Paths in details, below their fields, of texts that people write as numbers."""
TRUTHS = ("additional-information.build-complete", "additional-information.environment.privileged-mode")
"""Paths in details of what is true or false."""
NUMBERS_INSIDE = ("additional-information.timeout-in-minutes", "additional-information.phases.duration-in-seconds")
"""Paths in details, below their fields, of numbers."""
WHOLE_REFS = ("referenceFullName", "sourceReference", "destinationReference")
"""Fields of details that are refs as a whole, such as refs/heads/main."""
SYNONYMS = {
    "PULLREQUESTMERGED": "pullRequestMergeStatusUpdated",
    "PULLREQUESTCLOSED": "pullRequestStatusChanged",
    "PULLREQUESTUPDATED": "pullRequestSourceBranchUpdated",
    "PULLREQUESTAPPROVED": "pullRequestApprovalStateChanged",
    "PUSH": "referenceUpdated",
    "PUSHED": "referenceUpdated",
    "BRANCHCREATED": "referenceCreated",
    "BRANCHUPDATED": "referenceUpdated",
    "BRANCHDELETED": "referenceDeleted",
    "TIMEOUT": "TIMED_OUT",
    "COMPLETED": "SUCCEEDED",
    "CANCELLED": "CANCELED",
    "SUCCESS": "SUCCEEDED",
    "SUCCEEDED": "SUCCESS",
    "FAILURE": "FAILED",
    "FAILED": "FAILURE",
    "STARTED": "START",
    "START": "STARTED",
    "STOPPED": "STOP",
    "STOP": "STOPPED",
    "INPROGRESS": "STARTED",
    "RUNNING": "STARTED",
    "SUCCESSFUL": "SUCCEEDED",
    "COMPLETE": "SUCCEEDED",
    "ERROR": "FAILED",
    "ABORTED": "STOPPED",
}
"""What one service, or somebody, calls a state or an event, in capital letters -> what another does."""
FIELD_SYNONYMS = {
    "status": ("state", "build-status", "pullRequestStatus"),
    "result": ("state", "build-status"),
    "name": ("pipeline", "project-name", "application", "repositoryName"),
    "pipelinename": ("pipeline",),
    "stagename": ("stage",),
    "actionname": ("action",),
    "project": ("project-name",),
    **dict.fromkeys(
        (
            "deploymentstatus",
            "deploymentstate",
            "instancestatus",
            "instancestate",
            "pipelinestatus",
            "pipelinestate",
            "stagestatus",
            "stagestate",
            "actionstatus",
            "actionstate",
            "executionstatus",
            "executionstate",
        ),
        ("state",),
    ),
    "buildstate": ("build-status",),
    "phase": ("completed-phase", "current-phase"),
    "phasestatus": ("completed-phase-status",),
    "buildphase": ("completed-phase", "current-phase"),
    "applicationname": ("application",),
    "deploymentgroupname": ("deploymentGroup",),
    "instance": ("instanceId",),
    "repository": ("repositoryName", "repositoryNames"),
    "repo": ("repositoryName", "repositoryNames"),
    "repositoryname": ("repositoryNames",),
    "repositorynames": ("repositoryName",),
    "branch": ("referenceName", "destinationReference"),
    "branchname": ("referenceName", "destinationReference"),
    "tag": ("referenceName",),
    "ref": ("referenceFullName",),
    "executionid": ("execution-id",),
    "pipelineexecutionid": ("execution-id",),
}
"""What else people call a field of a detail, in small letters without dashes -> the fields that may be meant."""
TEXTS = ("version", "id", "detail-type", "source", "account", "time", "region", "resources")
"""What of an event's top is always text."""
