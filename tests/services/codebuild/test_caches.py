"""The cache in S3: docs/behaviour/codebuild.md §1.9, §5."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import SECOND
from tests.services.codebuild.workshop import Workshop, commands, lasted

S3 = {"type": "S3", "location": "store/cache"}
RULE = "{command: npm ci, takes: 60s, cached: 5s}"
SPEC = commands(install=["npm ci"]) + "cache: {paths: ['node_modules/**/*']}\n"


def installs(shop: Workshop, *specs: str | None, **parameters: Any) -> list[float]:
    """How long `npm ci` took in builds one after the other."""
    return [lasted(shop.run(text, **parameters), "INSTALL") for text in specs]


def test_the_second_build_finds_what_the_first_has_stored() -> None:
    shop = Workshop(RULE, cache=S3)
    assert installs(shop, SPEC, None) == [60, 5]
    first = shop.call("ListBuilds", sortOrder="ASCENDING")["ids"][0]
    assert "Unable to download cache: Access denied" in shop.told(first)


def test_restoring_and_storing_take_time_of_their_own() -> None:
    shop = Workshop(RULE, cache=S3)
    first, second = shop.run(SPEC), shop.run()
    assert lasted(first, "DOWNLOAD_SOURCE") == 4
    assert 5 <= lasted(second, "DOWNLOAD_SOURCE") <= 8
    assert lasted(first, "UPLOAD_ARTIFACTS") > 2


@pytest.mark.parametrize("cache", [{"type": "NO_CACHE"}, {"type": "NO_CACHE", "location": "store/cache"}])
def test_a_project_without_a_cache_has_none(cache: dict[str, str]) -> None:
    shop = Workshop(RULE, cache=cache)
    assert installs(shop, SPEC, None) == [60, 60]


def test_a_buildspec_without_paths_has_none() -> None:
    shop = Workshop(RULE, cache=S3)
    assert installs(shop, commands(install=["npm ci"]), None) == [60, 60]


def test_a_failed_build_stores_no_cache() -> None:
    shop = Workshop(RULE + "\n{command: make, fails: {attempts: [1]}}", cache=S3)
    text = commands(install=["npm ci"], build=["make"]) + "cache: {paths: ['node_modules/**/*']}\n"
    assert installs(shop, text, None, None) == [60, 60, 5]


def test_invalidating_resets_it() -> None:
    shop = Workshop(RULE, cache=S3)
    assert installs(shop, SPEC, None) == [60, 5]
    shop.call("InvalidateProjectCache", projectName="shop")
    assert installs(shop, None, None) == [60, 5]


def test_other_paths_are_another_cache() -> None:
    shop = Workshop(RULE, cache=S3)
    other = SPEC.replace("node_modules", "modules")
    assert installs(shop, SPEC, other, None) == [60, 60, 5]


@pytest.mark.parametrize(("action", "expected"), [("restore", [60, 60]), ("save", [60, 60])])
def test_an_action_does_one_half_only(action: str, expected: list[float]) -> None:
    shop = Workshop(RULE, cache=S3)
    text = commands(install=["npm ci"]) + f"cache: {{action: {action}, paths: ['node_modules/**/*']}}\n"
    assert installs(shop, text, None) == expected


def keyed(key: str, *fallback: str) -> str:
    section = f"cache: {{key: '{key}', fallback-keys: {list(fallback)}, paths: ['node_modules/**/*']}}\n"
    return commands(install=["npm ci"]) + section


def test_a_key_finds_its_own_cache_or_one_by_prefix() -> None:
    shop = Workshop(RULE, cache=S3)
    assert installs(shop, keyed("npm-1")) == [60]
    assert installs(shop, keyed("npm-2")) == [60]
    assert installs(shop, keyed("npm-3", "npm-")) == [5]
    assert installs(shop, keyed("npm-4", "yarn-")) == [60]


def test_a_key_that_only_begins_like_another_is_another() -> None:
    shop = Workshop(RULE, cache=S3)
    assert installs(shop, keyed("npm-10"), keyed("npm-1")) == [60, 60]


def test_a_cache_with_a_key_is_never_written_twice() -> None:
    shop = Workshop(cache=S3)
    shop.run(keyed("npm-1"))
    [key] = shop.keys("cache/")
    written = shop.call("HeadObject", "s3", Bucket="store", Key=key)["LastModified"]
    shop.world.run(until=shop.world.now + 60 * SECOND)
    shop.run()
    assert shop.call("HeadObject", "s3", Bucket="store", Key=key)["LastModified"] == written


def test_a_key_may_hold_variables() -> None:
    shop = Workshop(cache=S3)
    shop.run(keyed("npm-$CODEBUILD_BUILD_NUMBER"))
    shop.run()
    assert [key.rsplit("/", 1)[-1] for key in shop.keys("cache/")] == ["npm-1", "npm-2"]


def test_projects_share_a_cache_by_its_namespace() -> None:
    shop = Workshop(RULE, cache=S3 | {"cacheNamespace": "team"})
    shop.project("other", cache=S3 | {"cacheNamespace": "team"})
    shop.project("lone", cache=S3)
    shop.run(SPEC)
    took = []
    for name in ("other", "lone"):
        id = shop.call("StartBuild", projectName=name)["build"]["id"]
        shop.world.run()
        took.append(lasted(shop.build(id), "INSTALL"))
    assert took == [5, 60]


def test_a_bucket_that_is_not_there_is_not_fatal() -> None:
    shop = Workshop(RULE, cache={"type": "S3", "location": "gone"})
    build = shop.run(SPEC)
    assert build["buildStatus"] == "SUCCEEDED"
    assert any(line.startswith("Unable to upload cache") for line in shop.told(build["id"]))


def test_a_local_cache_is_never_there_and_that_is_told() -> None:
    shop = Workshop(RULE, cache={"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]})
    assert installs(shop, SPEC, None) == [60, 60]
    assert any("no local cache" in text for text in shop.assumed)


def test_a_call_may_override_the_cache() -> None:
    shop = Workshop(RULE, cache=S3)
    assert installs(shop, SPEC, cacheOverride={"type": "NO_CACHE"}) == [60]
    assert shop.keys("cache/") == []
