"""Source from CodeCommit: the head of the branch when the action runs, as a zip without history (§4.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.core.problems import ServiceError
from sim.services.codepipeline.job import ActionFailed, Work, not_simulated

if TYPE_CHECKING:
    from sim.services.codepipeline.job import Job


def source(job: Job) -> Work:
    repository, branch = job.configuration["RepositoryName"], job.configuration["BranchName"]
    if job.configuration.get("OutputArtifactFormat", "CODE_ZIP") != "CODE_ZIP":
        raise not_simulated("OutputArtifactFormat CODEBUILD_CLONE_REF is not simulated")
    commit_id = head(job, repository, branch)
    yield from job.takes("pipeline.source")
    commit = job.call("codecommit", "GetCommit", {"repositoryName": repository, "commitId": commit_id})["commit"]
    message = str(commit.get("message", "")).strip()
    job.found_revision(commit_id, message)
    for output in job.outputs:
        place = {"s3Bucket": output.bucket, "s3Key": output.key}
        job.call("codecommit", "UploadArchive", {"repositoryName": repository, "commitId": commit_id, **place})
    job.known_as(commit_id, f"https://{job.region}.console.aws.amazon.com/codecommit/home#/repository/{repository}")
    job.action.summary = message
    job.action.variables = {
        "AuthorDate": iso_date(commit.get("author", {})),
        "BranchName": branch,
        "CommitId": commit_id,
        "CommitMessage": message,
        "CommitterDate": iso_date(commit.get("committer", {})),
        "RepositoryName": repository,
    }


def head(job: Job, repository: str, branch: str) -> str:
    """The commit that the start of the execution asked for, else the newest of the branch."""
    override = job.execution.overrides.get(job.action.name)
    if override is not None:
        return override["revisionValue"]
    try:
        answer = job.ask("codecommit", "GetBranch", {"repositoryName": repository, "branchName": branch})
    except ServiceError as error:
        message = f"Could not access the CodeCommit repository {repository}. {error.message}"
        raise ActionFailed("ConfigurationError", message) from None
    return str(answer["branch"]["commitId"])


def iso_date(person: dict[str, Any]) -> str:
    """ISO 8601 of a git date, which is seconds since 1970 and an offset."""
    seconds = str(person.get("date", "0")).split()[0]
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
