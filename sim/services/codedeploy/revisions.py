"""The revisions an application knows: registered, or deployed once (docs/behaviour/codedeploy.md §14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sim.core.calls import copied
from sim.services.codedeploy.resources import revision_key


@dataclass(slots=True)
class Revision:
    location: dict[str, Any]
    registered: datetime
    description: str = ""
    groups: list[str] = field(default_factory=list)
    first_used: datetime | None = None
    last_used: datetime | None = None

    def info(self) -> dict[str, Any]:
        """As the API's GenericRevisionInfo."""
        found: dict[str, Any] = {
            "description": self.description,
            "deploymentGroups": list(self.groups),
            "firstUsedTime": self.first_used,
            "lastUsedTime": self.last_used,
            "registerTime": self.registered,
        }
        return {name: value for name, value in found.items() if value not in (None, "")}


class Revisions:
    """The revisions of one application, in the order in which it came to know them."""

    def __init__(self) -> None:
        self._all: dict[str, Revision] = {}

    def get(self, location: dict[str, Any]) -> Revision | None:
        return self._all.get(revision_key(location))

    def register(self, location: dict[str, Any], now: datetime, description: str = "") -> Revision:
        found = self._all.get(revision_key(location))
        if found is None:
            found = self._all[revision_key(location)] = Revision(copied(location), now)
        found.description = description or found.description
        return found

    def deployed(self, location: dict[str, Any], group: str, now: datetime) -> None:
        """A deployment to that group takes it: the group's target revision is this one now, and no other."""
        for one in self._all.values():
            if group in one.groups:
                one.groups.remove(group)
        found = self.register(location, now)
        found.groups.append(group)
        found.first_used = found.first_used or now
        found.last_used = now

    def listed(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """The locations that ListApplicationRevisions answers to these parameters."""
        chosen = [one for one in self._all.values() if _fits(one, wanted)]
        key = {"firstUsedTime": "first_used", "lastUsedTime": "last_used"}.get(wanted.get("sortBy", ""), "registered")
        if "sortBy" in wanted:
            descending = wanted.get("sortOrder") == "descending"
            # What was never used comes first, or last in descending order.
            chosen.sort(key=lambda one: (getattr(one, key) is not None, getattr(one, key) or 0), reverse=descending)
        return [copied(one.location) for one in chosen]


def _fits(one: Revision, wanted: dict[str, Any]) -> bool:
    place = one.location.get("s3Location", {})
    if wanted.get("s3Bucket") and place.get("bucket") != wanted["s3Bucket"]:
        return False
    if wanted.get("s3KeyPrefix") and not place.get("key", "").startswith(wanted["s3KeyPrefix"]):
        return False
    deployed: str = wanted.get("deployed", "ignore")
    return deployed == "ignore" or bool(one.groups) == (deployed == "include")
