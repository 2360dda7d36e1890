"""What CodeCommit keeps: repositories, and the changes of references that it tells others of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sim.core import naming
from sim.core.problems import ServiceError
from sim.core.states import Entity, Rule, table
from sim.services.codecommit.git import HEADS, Git

_DOC = "docs/behaviour/codecommit-and-glue.md"

MAX_REPOSITORIES = 1000
MAX_DESCRIPTION = 1000
MAX_FILE = 6_291_456
"""Bytes of one file through the API."""
MAX_ENTRIES = 100
"""Files in one commit through the API: put, deleted and changed in mode together."""
MAX_PUSH = 4000
"""References in one push."""
MAX_TAGS = 50
# Limits: docs/behaviour/codecommit-and-glue.md §2

_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_REF_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")


@dataclass(slots=True)
class Repository:
    """One repository. `default_branch` is None while it is empty."""

    name: str
    id: str
    account: str
    region: str
    created: datetime
    modified: datetime
    kms_key: str
    description: str | None = None
    default_branch: str | None = None
    git: Git = field(default_factory=Git)
    tags: dict[str, str] = field(default_factory=dict)
    triggers: list[dict[str, Any]] = field(default_factory=list)
    configuration_id: str = ""

    @property
    def arn(self) -> str:
        return naming.arn("codecommit", self.region, self.account, self.name)

    @property
    def clone_url_http(self) -> str:
        return f"https://git-codecommit.{self.region}.amazonaws.com/v1/repos/{self.name}"

    @property
    def clone_url_ssh(self) -> str:
        return f"ssh://git-codecommit.{self.region}.amazonaws.com/v1/repos/{self.name}"

    def metadata(self) -> dict[str, Any]:
        """AWS's RepositoryMetadata."""
        members = {
            "accountId": self.account,
            "repositoryId": self.id,
            "repositoryName": self.name,
            "repositoryDescription": self.description,
            "defaultBranch": self.default_branch,
            "lastModifiedDate": self.modified,
            "creationDate": self.created,
            "cloneUrlHttp": self.clone_url_http,
            "cloneUrlSsh": self.clone_url_ssh,
            "Arn": self.arn,
            "kmsKeyId": self.kms_key,
        }
        return {name: value for name, value in members.items() if value is not None}

    def tip(self, branch: str) -> str | None:
        """The commit id at the end of a branch."""
        return self.git.references.get(HEADS + branch)


class ChangeStatus(StrEnum):
    """AWS has no name for it: whether CodeCommit has told of a change yet."""

    RECEIVED = "Received"
    ANNOUNCED = "Announced"


CHANGE_MOVES, CHANGE_FINAL = table({ChangeStatus.RECEIVED: {ChangeStatus.ANNOUNCED}})


class Change(Entity):
    """A reference that a push or an API call created, moved or deleted. `old` or `new` is None where there is none."""

    __slots__ = ("new", "old", "principal", "repository")
    kind = "reference-change"
    moves = CHANGE_MOVES
    final = CHANGE_FINAL

    def __init__(self, repository: Repository, reference: str, old: str | None, new: str | None, principal: str):
        super().__init__(f"{repository.name} {reference}", ChangeStatus.RECEIVED)
        self.repository = repository
        self.old = old
        self.new = new
        self.principal = principal

    @property
    def home(self) -> tuple[str, str]:
        return self.repository.account, self.repository.region

    @property
    def reference(self) -> str:
        return self.name.partition(" ")[2]

    @property
    def type(self) -> str:
        return "branch" if self.reference.startswith(HEADS) else "tag"

    @property
    def short_name(self) -> str:
        return self.reference.split("/", 2)[2]


CREATED = Rule(
    "codecommit.reference-created",
    "{by} created the {type} {name} at commit {commit}",
    basis="documented",
    source=f"{_DOC} §10",
)
UPDATED = Rule(
    "codecommit.reference-updated",
    "{by} moved the {type} {name} to commit {commit}",
    basis="documented",
    source=f"{_DOC} §10",
)
DELETED = Rule(
    "codecommit.reference-deleted",
    "{by} deleted the {type} {name}, which was at commit {commit}",
    basis="documented",
    source=f"{_DOC} §10",
)
TRIGGERED = Rule(
    "codecommit.trigger-sent",
    "the trigger {trigger} sent a message to {destination}",
    basis="documented",
    source=f"{_DOC} §7",
)
TRIGGER_FAILED = Rule(
    "codecommit.trigger-failed",
    "the trigger {trigger} could not reach {destination}: {error}; CodeCommit does not try again",
    basis="inferred",
    source=f"{_DOC} §7",
)


# Names


def check_repository_name(name: Any) -> str:
    """A name that may be a repository's. Raises RepositoryNameRequired or InvalidRepositoryName."""
    if not name:
        raise ServiceError("RepositoryNameRequiredException", "A repository name is required")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name.endswith(".git"):
        raise ServiceError(
            "InvalidRepositoryNameException",
            f"The repository name {name} is not valid: up to 100 letters, digits, '.', '_', '-'; no .git at its end",
        )
    return name


def check_branch_name(name: Any) -> str:
    """A name that may be a branch's. Raises BranchNameRequired or InvalidBranchName (§2)."""
    if not name:
        raise ServiceError("BranchNameRequiredException", "A branch name is required")
    if not isinstance(name, str) or not valid_reference_name(name):
        raise ServiceError("InvalidBranchNameException", f"The branch name {name} is not valid")
    return name


def valid_reference_name(name: str) -> bool:
    """Git's rules for the name of a branch or tag, and CodeCommit's: up to 256 characters, not a commit id."""
    return (
        0 < len(name) <= 256
        and not _REF_FORBIDDEN.search(name)
        and not name.startswith(("/", "-"))
        and not name.endswith(("/", "."))
        and name != "@"
        and not any(part.startswith(".") or part.endswith(".lock") for part in name.split("/"))
        and not re.fullmatch(r"[0-9a-f]{40}", name)
    )


def check_path(path: Any) -> str:
    """A path inside a repository, without slashes at its ends. Raises PathRequired or InvalidPath (§2)."""
    if not path:
        raise ServiceError("PathRequiredException", "A file path is required")
    inside = path.strip("/") if isinstance(path, str) else ""
    parts = inside.split("/")
    wrong = (
        not inside or len(inside) > 4096 or len(parts) > 21 or any(part in ("", ".", "..", ".git") for part in parts)
    )
    if wrong:
        raise ServiceError(
            "InvalidPathException",
            f"The path {path} is not valid: up to 4096 characters, at most 20 folders deep, no empty parts, no '..'",
        )
    return inside
