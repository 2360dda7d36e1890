"""What CodeDeploy put on an instance, whose it is and where it came from; which archives its agent keeps.

Source: docs/behaviour/codedeploy.md §3.3, §4.4, §4.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.calls import copied
from sim.services.codedeploy.resources import Group, Membership

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

MAX_REVISIONS = 5
"""How many archives of a group an agent keeps, the new one among them (docs/behaviour/codedeploy.md §3.3, §18)."""


# What lies on an instance


def listing(service: CodeDeploy, instance_id: str) -> dict[str, dict[str, Any]]:
    """{path: text, owner, group, mode, and which deployment group and revision put it there}, sorted by path.

    A file without `deploymentGroup` was there already, or was kept because of RETAIN. A symbolic link has `link`, where
    it leads, and that is its text.
    """
    origins = {
        path: (group, member)
        for group in service.groups.values()
        for member in [group.members.get(instance_id)]
        if member is not None
        for path in member.cleanup
    }
    disk = service.disk(instance_id)
    return {path: _row(path, disk[path], origins.get(path)) for path in sorted(disk)}


def _row(path: str, content: bytes, origin: tuple[Group, Membership] | None) -> dict[str, Any]:
    row: dict[str, Any] = {"text": content.decode("utf-8", "replace")}
    if origin is None:
        return row
    group, member = origin
    if member.archive is None or member.archive.plan.get(path) is not content:
        return row
    said = member.archive.rights[path]
    row |= {"owner": said.owner, "group": said.group, "mode": said.mode}
    if path in member.archive.links:
        row["link"] = member.archive.links[path]
    if said.acls:
        row["acls"] = list(said.acls)
    if said.context:
        row["context"] = said.context
    return row | {"deploymentGroup": f"{group.application}/{group.name}", "revision": copied(member.revision)}


def archives(group: Group, instance_id: str, most: int = MAX_REVISIONS) -> list[str]:
    """The deployments whose archives the agent of an instance keeps for a group, the oldest first.

    Room is made at the start of each download; the last revision that was installed is never removed (§3.3).
    """
    kept: list[str] = []
    installed = ""
    for deployment in group.deployments:
        target = next((one for one in deployment.targets if one.host.id == instance_id), None)
        done = {event.name for event in target.events if event.status == "Succeeded"} if target is not None else set()
        if "DownloadBundle" not in done:
            continue
        for name in [name for name in kept if name != installed][: max(0, len(kept) + 1 - most)]:
            kept.remove(name)
        kept.append(deployment.name)
        if "Install" in done:
            installed = deployment.name
    return kept
