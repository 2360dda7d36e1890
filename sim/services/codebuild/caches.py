"""The cache of a project in S3: docs/behaviour/codebuild.md §5."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sim.core.problems import ServiceError
from sim.formats.buildspec import Buildspec
from sim.services.codebuild.container import Container
from sim.services.codebuild.resources import Build

if TYPE_CHECKING:
    from sim.services.codebuild.api import CodeBuild


class Cache:
    """The S3 cache as one build sees it: `restore` before INSTALL, `save` after POST_BUILD."""

    def __init__(self, service: CodeBuild, build: Build, spec: Buildspec, container: Container):
        self.service = service
        self.build = build
        self.section = spec.cache
        self.container = container
        self.setting: dict[str, Any] = build.settings["cache"]

    @property
    def used(self) -> bool:
        return self.setting["type"] == "S3" and bool(self.setting.get("location")) and self.section is not None

    def restore(self) -> bool:
        """Look for the exact key, then for the fallback keys by prefix; whether something was there."""
        if self.setting["type"] == "LOCAL" and self.section is not None:
            self.service.assume(
                f"no local cache is there for builds of {self.build.project}: each is taken to run on another host",
                "a local cache is a matter of luck; use a cache in S3",
            )
        if not self.used or self.section is None or self.section.action == "save":
            return False
        wanted = [(self._key(), True)]
        if self.section.key:
            wanted += [(self._key(key), False) for key in self.section.fallback_keys]
        found = next((key for key, exact in wanted for key in self._stored(key, exact)), None)
        if found is None:
            # Normal at first use and after an invalidation; the build goes on (docs/behaviour/codebuild.md §5).
            self.build.say(self.service.world.now, "Unable to download cache: Access denied")
        return found is not None

    def save(self) -> bool:
        """Keep what the paths hold. A cache with a key is never written twice."""
        if not self.used or self.section is None or self.section.action == "restore":
            return False
        key = self._key()
        if self.section.key and self._stored(key, exact=True):
            return False
        bucket, _, _ = self.setting["location"].partition("/")
        body = "\n".join(self.section.paths).encode()
        try:
            self.service.ask(self.build, "s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": body})
        except ServiceError as error:
            self.build.say(self.service.world.now, f"Unable to upload cache: {error.message}")
            return False
        return True

    def _key(self, text: str | None = None) -> str:
        """Where a cache lies: by the project or its namespace, by its paths, by its key."""
        assert self.section is not None
        _, _, prefix = self.setting["location"].partition("/")
        owner = self.setting.get("cacheNamespace") or self.build.project
        # Other paths are another cache, even under the same key (docs/behaviour/codebuild.md §5).
        version = sha256("\n".join(self.section.paths).encode()).hexdigest()[:16]
        generation = self.service.cache_generation(self.build.project)
        named = text if text is not None else self.section.key
        last = self.container.interpolate(named) if named else "cache"
        return "/".join(filter(None, [prefix.strip("/"), owner, f"{version}-{generation}", last]))

    def _stored(self, key: str, exact: bool) -> list[str]:
        """The caches of that key, or whose keys begin with it."""
        bucket, _, _ = self.setting["location"].partition("/")
        try:
            rows = self.service.ask(self.build, "s3", "ListObjectsV2", {"Bucket": bucket, "Prefix": key})["Contents"]
        except ServiceError:
            return []
        return [row["Key"] for row in rows if not exact or row["Key"] == key]
