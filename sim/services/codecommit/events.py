"""Which changes become EventBridge events. Source: docs/behaviour/codecommit-and-glue.md §10."""

from __future__ import annotations

from typing import Any

from sim.core.states import Why
from sim.services.codecommit.resources import Change

SOURCE = "aws.codecommit"
DETAIL_TYPE = "CodeCommit Repository State Change"


def kind(change: Change) -> str:
    """`referenceCreated`, `referenceUpdated` or `referenceDeleted`."""
    if change.new is None:
        return "referenceDeleted"
    return "referenceCreated" if change.old is None else "referenceUpdated"


def reference_event(change: Any, why: Why) -> tuple[list[str], dict[str, Any]]:
    repository = change.repository
    detail = {
        "event": kind(change),
        "repositoryName": repository.name,
        "repositoryId": repository.id,
        "referenceType": change.type,
        "referenceName": change.short_name,
        "referenceFullName": change.reference,
    }
    if change.new is not None:
        detail["commitId"] = change.new
    if change.old is not None:
        detail["oldCommitId"] = change.old
    return [repository.arn], detail


def register() -> None:
    """Let announced changes be events."""
    Change.emits = (SOURCE, DETAIL_TYPE, reference_event)
