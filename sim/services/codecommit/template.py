"""CodeCommit's CloudFormation types."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.core.problems import ServiceError
from sim.services.codecommit.api import CodeCommit, person
from sim.services.codecommit.git import EXECUTABLE, HEADS, NORMAL, Author, File, Git, read
from sim.services.stacks import Created, Stack


def repository(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties["RepositoryName"]
    parameters: dict[str, Any] = {"repositoryName": name}
    if properties.get("RepositoryDescription"):
        parameters["repositoryDescription"] = properties["RepositoryDescription"]
    if properties.get("KmsKeyId"):
        parameters["kmsKeyId"] = properties["KmsKeyId"]
    if properties.get("Tags"):
        parameters["tags"] = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
    made = stack.call("codecommit", "CreateRepository", parameters)["repositoryMetadata"]
    code = properties.get("Code", {})
    _first_commit(stack, name, code.get("BranchName") or "main")
    if "S3" in code and name not in stack.repositories:
        stack.warnings.append(
            (logical_id, "CC901", "the property Code.S3 is not carried out", f"give `repositories: {{{name}: FOLDER}}`")
        )
    if properties.get("Triggers"):
        triggers = [_trigger(trigger) for trigger in properties["Triggers"]]
        stack.call("codecommit", "PutRepositoryTriggers", {"repositoryName": name, "triggers": triggers})
    attributes = {
        "Arn": made["Arn"],
        "Name": name,
        "CloneUrlHttp": made["cloneUrlHttp"],
        "CloneUrlSsh": made["cloneUrlSsh"],
        "KmsKeyId": made["kmsKeyId"],
    }
    return Created(made["repositoryId"], attributes)


def _trigger(properties: dict[str, Any]) -> dict[str, Any]:
    # In a template the branches may be left out; the API wants the list, even if it is empty.
    return {"branches": [], **{name[:1].lower() + name[1:]: value for name, value in properties.items()}}


def _first_commit(stack: Stack, name: str, branch: str) -> None:
    """The content that the scenario gives a repository: the files of a folder, or a git directory as it is."""
    source = stack.repositories.get(name)
    if source is None:
        return
    service = stack.world.service("codecommit", stack.account, stack.region)
    assert isinstance(service, CodeCommit)
    if isinstance(source, Path):
        try:
            git, head = read(source)
        except ValueError as error:
            raise ServiceError("InvalidRepository", str(error)) from None
        service.begin(name, git, head)
    else:
        author = person(stack.principal.rsplit("/", 1)[-1])
        git = _committed(tuple(source.items()), branch, author, stack.world.date)
        service.begin(name, git.copy(), branch)


@lru_cache(maxsize=32)  # replications begin with the same commit
def _committed(files: tuple[tuple[str, Any], ...], branch: str, author: Author, date: datetime) -> Git:
    git = Git()
    tree = {path: File(EXECUTABLE if file.executable else NORMAL, git.add_blob(file.content)) for path, file in files}
    git.references[HEADS + branch] = git.write_commit(tree, [], author, date, "Initial commit\n")
    return git


TYPES = {"AWS::CodeCommit::Repository": repository}
