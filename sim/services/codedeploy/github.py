"""Revisions in GitHub: the agent fetches an archive of one commit.

A scenario's `repositories: {"https://github.com/me/app": FOLDER}` says what lies there. A folder stands for whatever
commit is named; a git directory has the commits that it has. Source: docs/behaviour/codedeploy.md §3.6, §14.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.clock import SECOND

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

RETRIES = (10 + 30 + 90) * SECOND
"""How long the agent tries again after an HTTP error before it gives up (§3.6)."""


def files_of(service: CodeDeploy, place: dict[str, Any]) -> dict[str, bytes] | None:
    """The files of a commit; None when there is no such repository, or no such commit."""
    found = service.world.outside.get(f"https://github.com/{place['repository']}")
    return _commit(found, place["commitId"]) if isinstance(found, Path) else found


def _commit(directory: Path, commit_id: str) -> dict[str, bytes] | None:
    """The files of one commit of a git directory."""
    from dulwich.objects import Commit
    from dulwich.repo import Repo

    with Repo(str(directory)) as repository:
        try:
            commit = repository[commit_id.encode()]
        except KeyError:
            return None
        if not isinstance(commit, Commit):
            return None
        store = repository.object_store
        entries = sorted(store.iter_tree_contents(commit.tree), key=lambda entry: entry.path)
        return {entry.path.decode("utf-8", "replace"): store[entry.sha].as_raw_string() for entry in entries}
