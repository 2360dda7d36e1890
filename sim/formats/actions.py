"""The actions of the developer tools that an IAM policy may name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping as MappingABC

from sim.formats import other_actions
from sim.formats.slips import misspelled

_NAMES = {
    "codebuild": """
        BatchDeleteBuilds BatchGetBuildBatches BatchGetBuilds BatchGetCommandExecutions BatchGetFleets
        BatchGetProjects BatchGetReportGroups BatchGetReports BatchGetSandboxes CreateFleet CreateProject
        CreateReportGroup CreateWebhook DeleteBuildBatch DeleteFleet DeleteProject DeleteReport
        DeleteReportGroup DeleteResourcePolicy DeleteSourceCredentials DeleteWebhook DescribeCodeCoverages
        DescribeTestCases GetReportGroupTrend GetResourcePolicy ImportSourceCredentials InvalidateProjectCache
        ListBuildBatches ListBuildBatchesForProject ListBuilds ListBuildsForProject
        ListCommandExecutionsForSandbox ListCuratedEnvironmentImages ListFleets ListProjects ListReportGroups
        ListReports ListReportsForReportGroup ListSandboxes ListSandboxesForProject ListSharedProjects
        ListSharedReportGroups ListSourceCredentials PutResourcePolicy RetryBuild RetryBuildBatch StartBuild
        StartBuildBatch StartCommandExecution StartSandbox StartSandboxConnection StopBuild StopBuildBatch
        StopSandbox UpdateFleet UpdateProject UpdateProjectVisibility UpdateReportGroup UpdateWebhook
    """,
    "codecommit": """
        AssociateApprovalRuleTemplateWithRepository BatchAssociateApprovalRuleTemplateWithRepositories
        BatchDescribeMergeConflicts BatchDisassociateApprovalRuleTemplateFromRepositories BatchGetCommits
        BatchGetRepositories CreateApprovalRuleTemplate CreateBranch CreateCommit CreatePullRequest
        CreatePullRequestApprovalRule CreateRepository CreateUnreferencedMergeCommit
        DeleteApprovalRuleTemplate DeleteBranch DeleteCommentContent DeleteFile DeletePullRequestApprovalRule
        DeleteRepository DescribeMergeConflicts DescribePullRequestEvents
        DisassociateApprovalRuleTemplateFromRepository EvaluatePullRequestApprovalRules
        GetApprovalRuleTemplate GetBlob GetBlobDifferences GetBranch GetComment GetCommentReactions
        GetCommentsForComparedCommit GetCommentsForPullRequest GetCommit GetDifferences GetFile GetFolder
        GetMergeCommit GetMergeConflicts GetMergeOptions GetPullRequest GetPullRequestApprovalStates
        GetPullRequestOverrideState GetRepository GetRepositoryTriggers ListApprovalRuleTemplates
        ListAssociatedApprovalRuleTemplatesForRepository ListBranches ListFileCommitHistory ListPullRequests
        ListRepositories ListRepositoriesForApprovalRuleTemplate ListTagsForResource
        MergeBranchesByFastForward MergeBranchesBySquash MergeBranchesByThreeWay MergePullRequestByFastForward
        MergePullRequestBySquash MergePullRequestByThreeWay OverridePullRequestApprovalRules
        PostCommentForComparedCommit PostCommentForPullRequest PostCommentReply PutCommentReaction PutFile
        PutRepositoryTriggers TagResource TestRepositoryTriggers UntagResource
        UpdateApprovalRuleTemplateContent UpdateApprovalRuleTemplateDescription UpdateApprovalRuleTemplateName
        UpdateComment UpdateDefaultBranch UpdatePullRequestApprovalRuleContent UpdatePullRequestApprovalState
        UpdatePullRequestDescription UpdatePullRequestStatus UpdatePullRequestTitle
        UpdateRepositoryDescription UpdateRepositoryEncryptionKey UpdateRepositoryName
    """,
    "codedeploy": """
        AddTagsToOnPremisesInstances BatchGetApplicationRevisions BatchGetApplications
        BatchGetDeploymentGroups BatchGetDeploymentInstances BatchGetDeploymentTargets BatchGetDeployments
        BatchGetOnPremisesInstances ContinueDeployment CreateApplication CreateDeployment
        CreateDeploymentConfig CreateDeploymentGroup DeleteApplication DeleteDeploymentConfig
        DeleteDeploymentGroup DeleteGitHubAccountToken DeleteResourcesByExternalId
        DeregisterOnPremisesInstance GetApplication GetApplicationRevision GetDeployment GetDeploymentConfig
        GetDeploymentGroup GetDeploymentInstance GetDeploymentTarget GetOnPremisesInstance
        ListApplicationRevisions ListApplications ListDeploymentConfigs ListDeploymentGroups
        ListDeploymentInstances ListDeploymentTargets ListDeployments ListGitHubAccountTokenNames
        ListOnPremisesInstances ListTagsForResource PutLifecycleEventHookExecutionStatus
        RegisterApplicationRevision RegisterOnPremisesInstance RemoveTagsFromOnPremisesInstances
        SkipWaitTimeForInstanceTermination StopDeployment TagResource UntagResource UpdateApplication
        UpdateDeploymentGroup
    """,
    "codepipeline": """
        AcknowledgeJob AcknowledgeThirdPartyJob CreateCustomActionType CreatePipeline DeleteCustomActionType
        DeletePipeline DeleteWebhook DeregisterWebhookWithThirdParty DisableStageTransition
        EnableStageTransition GetActionType GetJobDetails GetPipeline GetPipelineExecution GetPipelineState
        GetThirdPartyJobDetails ListActionExecutions ListActionTypes ListDeployActionExecutionTargets
        ListPipelineExecutions ListPipelines ListRuleExecutions ListRuleTypes ListTagsForResource ListWebhooks
        OverrideStageCondition PollForJobs PollForThirdPartyJobs PutActionRevision PutApprovalResult
        PutJobFailureResult PutJobSuccessResult PutThirdPartyJobFailureResult PutThirdPartyJobSuccessResult
        PutWebhook RegisterWebhookWithThirdParty RetryStageExecution RollbackStage StartPipelineExecution
        StopPipelineExecution TagResource UntagResource UpdateActionType UpdatePipeline
    """,
}
"""Service -> its operations. A test holds it against botocore's models, which this floor of the house may not load."""
PERMISSIONS = {
    "codebuild": """
        BatchPutCodeCoverages BatchPutTestCases CreateReport DeleteOAuthToken ListConnectedOAuthAccounts
        ListRepositories PersistOAuthToken UpdateReport
    """,
    "codecommit": """
        BatchGetPullRequests CancelUploadArchive GetCommitHistory GetCommitsFromMergeBase GetObjectIdentifier
        GetReferences GetTree GetUploadArchiveStatus GitPull GitPush UploadArchive
    """,
    "codedeploy": "CreateCloudFormationDeployment",
}
"""Service -> the actions that are no operations of its API (Service Authorization Reference)."""
OPERATIONS = {service: tuple(names.split()) for service, names in _NAMES.items()}
ACTIONS = {
    service: {name.lower(): name for name in (*names, *PERMISSIONS.get(service, "").split())}
    for service, names in OPERATIONS.items()
}
"""Service -> its actions, by their names in small letters: IAM does not tell capitals from small letters."""


def is_unknown(action: str) -> bool:
    """Whether a service has no action of that name. Patterns, and services of which none is known, are not judged."""
    service, _, name = action.partition(":")
    known = ACTIONS.get(service.lower()) or other_actions.actions(service.lower())
    return bool(known) and name.lower() not in known and re.fullmatch("[A-Za-z0-9]+", name) is not None


def services_with(name: str) -> list[str]:
    """The services that have an action of that name."""
    found = [service for service, names in ACTIONS.items() if name.lower() in names]
    return found + [one for one in other_actions.SERVICES if name.lower() in other_actions.actions(one)]


def service_meant(service: str) -> str:
    """The service that an unknown one is a slip of; "" for others, of which most are not known here."""
    known = (*OPERATIONS, *other_actions.SERVICES)
    return "" if service.lower() in known else misspelled(service.lower(), known) or ""


def nearest(action: str) -> str:
    """The action that is meant by an unknown one; "" where that is not sure.

    Of the developer tools, one that is nearly spelled like it, begins with it or has its words; of others, whose lists
    are longer and grow faster, one that differs by a slip, or the one that allows the operation of that name.
    """
    service, _, name = action.partition(":")
    name = name[:60].lower()
    known = ACTIONS.get(service.lower())
    if known is None:
        known = other_actions.actions(service.lower())
        slip = misspelled(name, known, len(known))
        return other_actions.instead(action) or (f"{service}:{known[slip]}" if slip is not None else "")
    spelled = action.partition(":")[2][:60]
    meant = (
        _with_another_verb(spelled, known)
        or _begun(name, known)
        or _nearly(spelled, known)
        or _with_more_words(spelled, known)
    )
    return f"{service}:{known[meant]}" if meant else ""


def like(action: str) -> list[str]:
    """Up to three actions of a developer tool that an unknown one is somewhat like."""
    service, _, name = action.partition(":")
    known = ACTIONS.get(service.lower(), {})
    begun = [one for one in known if one.startswith(name.lower())]
    found = begun[:3] or difflib.get_close_matches(name[:60].lower(), known, 3, cutoff=0.5)
    return [f"{service}:{known[one]}" for one in found]


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_VERBS = {
    "add": ("create",),
    "abort": ("stop",),
    "begin": ("start",),
    "cancel": ("stop",),
    "describe": ("get", "batchget"),
    "edit": ("update",),
    "execute": ("start",),
    "fetch": ("get",),
    "launch": ("start", "create"),
    "modify": ("update",),
    "read": ("get",),
    "remove": ("delete",),
    "run": ("start", "create"),
    "start": ("create",),
    "trigger": ("start", "create"),
    "view": ("get",),
}
"""Verb, in small letters -> those that the developer tools have for it."""


def _with_another_verb(name: str, known: MappingABC[str, str]) -> str:
    """The action that says the same with another verb: createdeployment of StartDeployment."""
    words = _WORD.findall(name)
    rest = "".join(words[1:]).lower()
    for verb in _VERBS.get(words[0].lower(), ()) if rest else ():
        found = [one for one in known if one.startswith(f"{verb}{rest}")]
        if found and not any(one.startswith(name.lower()) for one in known):
            return min(found, key=len)
    return ""


def _begun(name: str, known: MappingABC[str, str]) -> str:
    """The action that a name, in small letters, is the beginning of; of several, the one with fewest words more."""
    found = [one for one in known if one.startswith(name)]
    return _only({one: len(_WORD.findall(known[one])) for one in found})


def _nearly(name: str, known: MappingABC[str, str]) -> str:
    """The action that is nearly spelled like a name, with the same verb: StopDeployment is no StartDeployment."""
    found = next(iter(difflib.get_close_matches(name.lower(), known, 1, cutoff=0.8)), "")
    if not found or not re.search("[a-z][A-Z]", name):
        return found
    verbs = [_WORD.findall(one)[0].lower() for one in (name, known[found])]
    alike = 0.7 if len(verbs[0]) > 3 else 0.6
    return found if difflib.SequenceMatcher(None, *verbs).ratio() >= alike else ""


def _with_more_words(name: str, known: MappingABC[str, str]) -> str:
    """The action that has all the words of a name, or longer ones, in their order, and fewest beside them."""
    words = [word.lower() for word in _WORD.findall(name)]
    beside = {}
    for one, spelled in known.items():
        theirs = [word.lower() for word in _WORD.findall(spelled)]
        left = iter(theirs)
        if words and all(any(their.startswith(word) for their in left) for word in words):
            beside[one] = len(theirs)
    return _only(beside)


def _only(sizes: dict[str, int]) -> str:
    """The smallest, "" when there are two."""
    least = min(sizes.values(), default=0)
    found = [one for one, size in sizes.items() if size == least]
    return found[0] if len(found) == 1 else ""
