"""Buckets and objects: versions, delete markers, events."""

from __future__ import annotations

import io
from typing import Any

import pytest

from sim.core.world import World
from tests.services.asking import Asker


@pytest.fixture
def s3() -> Asker:
    asker = Asker(World(), "s3")
    asker("CreateBucket", Bucket="store")
    return asker


@pytest.fixture
def versioned(s3: Asker) -> Asker:
    s3("PutBucketVersioning", Bucket="store", VersioningConfiguration={"Status": "Enabled"})
    return s3


def put(s3: Asker, key: str, body: Any = b"x", **more: Any) -> dict[str, Any]:
    return s3("PutObject", Bucket="store", Key=key, Body=body, **more)


def body(s3: Asker, key: str, **more: Any) -> bytes:
    content: bytes = s3("GetObject", Bucket="store", Key=key, **more)["Body"]
    return content


def keys(s3: Asker, **more: Any) -> list[str]:
    return [row["Key"] for row in s3("ListObjectsV2", Bucket="store", **more)["Contents"]]


# Buckets


def test_a_bucket_is_found_and_goes_away(s3: Asker) -> None:
    assert s3("HeadBucket", Bucket="store") == {"BucketRegion": "us-east-1"}
    assert [bucket["Name"] for bucket in s3("ListBuckets")["Buckets"]] == ["store"]
    assert s3("DeleteBucket", Bucket="store") == {}
    assert s3.refused("HeadBucket", Bucket="store").code == "404"
    assert s3.refused("GetBucketVersioning", Bucket="store").code == "NoSuchBucket"
    assert s3("ListBuckets")["Buckets"] == []


def test_names_are_one_space_for_all_accounts(s3: Asker) -> None:
    other = s3.elsewhere(account="222222222222")
    assert other.refused("CreateBucket", Bucket="store").code == "BucketAlreadyExists"
    assert other("ListBuckets")["Buckets"] == []
    assert other("HeadBucket", Bucket="store") == {"BucketRegion": "us-east-1"}


def test_creating_ones_own_bucket_again_is_an_error_but_in_us_east_1(s3: Asker) -> None:
    assert s3("CreateBucket", Bucket="store") == {"Location": "/store"}
    there = s3.elsewhere(region="eu-west-1")
    assert there.refused("CreateBucket", Bucket="store").code == "BucketAlreadyOwnedByYou"
    there("CreateBucket", Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3("GetBucketLocation", Bucket="far") == {"LocationConstraint": "eu-west-1"}
    assert s3("GetBucketLocation", Bucket="store") == {"LocationConstraint": None}
    assert there.refused("CreateBucket", Bucket="far").code == "BucketAlreadyOwnedByYou"


@pytest.mark.parametrize("name", ["ab", "Store", "store_1", "-store", "store-", "a" * 64, "a b"])
def test_names_of_buckets_have_rules(s3: Asker, name: str) -> None:
    assert s3.refused("CreateBucket", Bucket=name).code == "InvalidBucketName"


def test_a_bucket_must_be_empty_to_go(versioned: Asker) -> None:
    put(versioned, "a")
    assert versioned.refused("DeleteBucket", Bucket="store").code == "BucketNotEmpty"
    versioned("DeleteObject", Bucket="store", Key="a")
    assert versioned.refused("DeleteBucket", Bucket="store").code == "BucketNotEmpty", "versions count"


# Objects


@pytest.mark.parametrize("given", [b"hello", "hello", io.BytesIO(b"hello")])
def test_an_object_comes_back_as_it_was_put(s3: Asker, given: Any) -> None:
    s3.world.run(5_000)
    answer = put(s3, "a/b.txt", given, Metadata={"by": "alice"}, ContentType="text/plain")
    assert answer == {"ETag": '"5d41402abc4b2a76b9719d911017c592"'}
    found = s3("GetObject", Bucket="store", Key="a/b.txt")
    assert found.pop("Body") == b"hello"
    assert found == s3("HeadObject", Bucket="store", Key="a/b.txt")
    assert (found["ContentLength"], found["ContentType"], found["Metadata"]) == (5, "text/plain", {"by": "alice"})
    assert found["LastModified"] == s3.world.date
    assert "VersionId" not in found


def test_what_is_not_there_is_told(s3: Asker) -> None:
    error = s3.refused("GetObject", Bucket="store", Key="a")
    assert (error.code, error.members) == ("NoSuchKey", {"Key": "a"})
    assert s3.refused("HeadObject", Bucket="store", Key="a").code == "404"
    assert s3.refused("GetObject", Bucket="nowhere", Key="a").code == "NoSuchBucket"
    put(s3, "a")
    assert s3.refused("GetObject", Bucket="store", Key="a", VersionId="other").code == "NoSuchVersion"


def test_without_versioning_the_last_object_is_the_only_one(s3: Asker) -> None:
    put(s3, "a", b"one")
    put(s3, "a", b"two")
    assert body(s3, "a") == b"two"
    assert len(s3("ListObjectVersions", Bucket="store")["Versions"]) == 1
    assert s3("DeleteObject", Bucket="store", Key="a") == {}
    assert s3("DeleteObject", Bucket="store", Key="a") == {}, "deleting what is not there is no error"
    assert keys(s3) == []


# Versions


def test_every_version_is_kept_and_has_an_id(versioned: Asker) -> None:
    first, second = (put(versioned, "a", content)["VersionId"] for content in (b"one", b"two"))
    assert first != second
    assert (body(versioned, "a"), body(versioned, "a", VersionId=first)) == (b"two", b"one")
    rows = versioned("ListObjectVersions", Bucket="store")["Versions"]
    assert [(row["VersionId"], row["IsLatest"]) for row in rows] == [(second, True), (first, False)]


def test_ids_of_versions_depend_on_the_seed_only() -> None:
    def some(seed: int) -> list[str]:
        s3 = Asker(World(seed), "s3")
        s3("CreateBucket", Bucket="store")
        s3("PutBucketVersioning", Bucket="store", VersioningConfiguration={"Status": "Enabled"})
        return [put(s3, key)["VersionId"] for key in ("a", "a", "b")]

    assert some(1) == some(1)
    assert len({*some(1), *some(2)}) == 6


def test_deleting_leaves_a_marker_and_the_versions(versioned: Asker) -> None:
    first = put(versioned, "a", b"one")["VersionId"]
    marker = versioned("DeleteObject", Bucket="store", Key="a")
    assert marker["DeleteMarker"] is True
    assert versioned.refused("GetObject", Bucket="store", Key="a").code == "NoSuchKey"
    assert body(versioned, "a", VersionId=first) == b"one"
    assert (
        versioned.refused("GetObject", Bucket="store", Key="a", VersionId=marker["VersionId"]).code
        == "MethodNotAllowed"
    )
    assert keys(versioned) == []
    answer = versioned("ListObjectVersions", Bucket="store")
    assert [(row["VersionId"], row["IsLatest"]) for row in answer["DeleteMarkers"]] == [(marker["VersionId"], True)]
    assert [row["IsLatest"] for row in answer["Versions"]] == [False]


def test_taking_the_marker_away_brings_the_object_back(versioned: Asker) -> None:
    put(versioned, "a", b"one")
    marker = versioned("DeleteObject", Bucket="store", Key="a")
    again = versioned("DeleteObject", Bucket="store", Key="a", VersionId=marker["VersionId"])
    assert again == {"DeleteMarker": True, "VersionId": marker["VersionId"]}
    assert body(versioned, "a") == b"one"


def test_a_version_can_be_deleted_for_good(versioned: Asker) -> None:
    first, second = (put(versioned, "a", content)["VersionId"] for content in (b"one", b"two"))
    assert versioned("DeleteObject", Bucket="store", Key="a", VersionId=second) == {"VersionId": second}
    assert body(versioned, "a") == b"one"
    versioned("DeleteObject", Bucket="store", Key="a", VersionId=first)
    versioned("DeleteBucket", Bucket="store")


def test_suspended_versioning_keeps_the_old_versions_and_one_without_id(versioned: Asker) -> None:
    first = put(versioned, "a", b"one")["VersionId"]
    versioned("PutBucketVersioning", Bucket="store", VersioningConfiguration={"Status": "Suspended"})
    assert versioned("GetBucketVersioning", Bucket="store") == {"Status": "Suspended"}
    assert "VersionId" not in put(versioned, "a", b"two")
    put(versioned, "a", b"three")
    assert body(versioned, "a") == b"three"
    assert body(versioned, "a", VersionId=first) == b"one"
    assert [row["VersionId"] for row in versioned("ListObjectVersions", Bucket="store")["Versions"]] == ["null", first]
    assert versioned("DeleteObject", Bucket="store", Key="a") == {"DeleteMarker": True, "VersionId": "null"}
    assert body(versioned, "a", VersionId=first) == b"one"


# Copies and lists


def test_a_copy_brings_what_was_said_of_the_object(s3: Asker) -> None:
    put(s3, "a b", b"one", Metadata={"by": "alice"}, ContentType="text/plain")
    answer = s3("CopyObject", Bucket="store", Key="c", CopySource="store/a%20b")
    assert answer["CopyObjectResult"]["ETag"] == s3("HeadObject", Bucket="store", Key="a b")["ETag"]
    head = s3("HeadObject", Bucket="store", Key="c")
    assert (head["Metadata"], head["ContentType"]) == ({"by": "alice"}, "text/plain")
    s3("CopyObject", Bucket="store", Key="d", CopySource={"Bucket": "store", "Key": "a b"}, MetadataDirective="REPLACE")
    assert s3("HeadObject", Bucket="store", Key="d")["Metadata"] == {}
    assert s3.refused("CopyObject", Bucket="store", Key="e", CopySource="store/none").code == "NoSuchKey"


def test_a_copy_may_be_of_an_older_version(versioned: Asker) -> None:
    first = put(versioned, "a", b"one")["VersionId"]
    put(versioned, "a", b"two")
    copied = versioned("CopyObject", Bucket="store", Key="b", CopySource=f"store/a?versionId={first}")
    assert body(versioned, "b", VersionId=copied["VersionId"]) == b"one"


def test_lists_are_in_order_of_keys(s3: Asker) -> None:
    for key in ("b/2", "a", "b/1", "c"):
        put(s3, key)
    assert keys(s3) == ["a", "b/1", "b/2", "c"]
    assert keys(s3, Prefix="b/") == ["b/1", "b/2"]
    assert keys(s3, StartAfter="b/1") == ["b/2", "c"]
    assert s3("ListObjectsV2", Bucket="store")["KeyCount"] == 4


def test_a_delimiter_folds_what_lies_behind_it(s3: Asker) -> None:
    for key in ("top", "a/1", "a/2", "a/b/3", "c/4"):
        put(s3, key)
    answer = s3("ListObjectsV2", Bucket="store", Delimiter="/")
    assert [row["Key"] for row in answer["Contents"]] == ["top"]
    assert [row["Prefix"] for row in answer["CommonPrefixes"]] == ["a/", "c/"]
    assert answer["KeyCount"] == 3
    inside = s3("ListObjectsV2", Bucket="store", Delimiter="/", Prefix="a/")
    assert ([row["Key"] for row in inside["Contents"]], inside["CommonPrefixes"]) == (
        ["a/1", "a/2"],
        [{"Prefix": "a/b/"}],
    )


# Events


class Bus:
    """Keeps the events that it gets."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []

    def wants(self, source: str, detail_type: str) -> bool:
        return source == "aws.s3"

    def put(self, event: dict[str, Any]) -> None:
        self.got.append(event)


def test_a_bucket_tells_of_new_objects_when_it_was_asked_to(versioned: Asker) -> None:
    versioned.world.events = events = []
    put(versioned, "quiet")
    versioned(
        "PutBucketNotificationConfiguration",
        Bucket="store",
        NotificationConfiguration={"EventBridgeConfiguration": {}},
    )
    version = put(versioned, "a.zip", b"hello")["VersionId"]
    versioned("CopyObject", Bucket="store", Key="b.zip", CopySource="store/a.zip")
    first, second = events
    assert (first["source"], first["detail-type"], first["resources"]) == (
        "aws.s3",
        "Object Created",
        ["arn:aws:s3:::store"],
    )
    assert first["detail"]["object"] == {
        "key": "a.zip",
        "size": 5,
        "etag": "5d41402abc4b2a76b9719d911017c592",
        "version-id": version,
    }
    assert (first["detail"]["reason"], second["detail"]["reason"]) == ("PutObject", "CopyObject")
    assert (first["detail"]["bucket"], first["detail"]["requester"]) == ({"name": "store"}, "111111111111")


def test_the_event_goes_to_the_buckets_own_region(s3: Asker) -> None:
    far = s3.elsewhere(region="eu-west-1")
    far("CreateBucket", Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    told = {"EventBridgeConfiguration": {}}
    far("PutBucketNotificationConfiguration", Bucket="far", NotificationConfiguration=told)
    here, there = Bus(), Bus()
    s3.world.buses["111111111111", "us-east-1"], s3.world.buses["111111111111", "eu-west-1"] = here, there
    s3("PutObject", Bucket="far", Key="a", Body=b"")
    assert (here.got, [event["region"] for event in there.got]) == ([], ["eu-west-1"])
