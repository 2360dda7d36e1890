"""S3's operations. Bucket names are one space for the whole world, as on AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import md5
from typing import Any
from urllib.parse import unquote

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError

NULL = "null"
"""The id of a version that was made while the bucket kept no versions."""
OCTETS = "binary/octet-stream"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Object:
    """One version of an object, or a delete marker. `etag` is quoted, as S3 gives it."""

    key: str
    body: bytes
    etag: str
    version: str
    modified: datetime
    metadata: dict[str, str] = field(default_factory=dict)
    type: str = OCTETS
    deleted: bool = False


@dataclass(slots=True)
class Bucket:
    name: str
    account: str
    region: str
    created: datetime
    versioning: str | None = None
    notifies: bool = False
    objects: dict[str, list[Object]] = field(default_factory=dict)
    """Key -> versions and delete markers, the latest last; never an empty list."""

    def keep(self, one: Object) -> None:
        """Make it the latest version of its key. A bucket that keeps no versions has one without an id for each."""
        others = [other for other in self.objects.get(one.key, ()) if other.version != one.version]
        self.objects[one.key] = [*others, one]

    def drop(self, key: str, version: str) -> Object | None:
        """Take one version away for good; what was taken away."""
        versions = self.objects.get(key, [])
        gone = next((one for one in versions if one.version == version), None)
        left = [one for one in versions if one is not gone]
        if left:
            self.objects[key] = left
        else:
            self.objects.pop(key, None)
        return gone

    def present(self, prefix: str = "") -> list[Object]:
        """The latest version of every key that is not deleted, in order of the keys."""
        latest = [versions[-1] for key, versions in sorted(self.objects.items()) if key.startswith(prefix)]
        return [one for one in latest if not one.deleted]


class S3(Service):
    """All buckets of the world."""

    name = "s3"
    scope = "world"

    def prepare(self) -> None:
        self.buckets: dict[str, Bucket] = {}

    def _bucket(self, call: Call) -> Bucket:
        name = call.parameters["Bucket"]
        found = self.buckets.get(name)
        if found is None:
            raise ServiceError("NoSuchBucket", "The specified bucket does not exist", BucketName=name)
        return found

    def _object(self, call: Call) -> tuple[Bucket, Object]:
        bucket = self._bucket(call)
        key = call.parameters["Key"]
        versions = bucket.objects.get(key, [])
        wanted = call.parameters.get("VersionId")
        if wanted is None:
            if not versions or versions[-1].deleted:
                raise ServiceError("NoSuchKey", "The specified key does not exist.", Key=key)
            return bucket, versions[-1]
        for one in versions:
            if one.version == wanted and one.deleted:
                raise ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.")
            if one.version == wanted:
                return bucket, one
        raise ServiceError("NoSuchVersion", "The specified version does not exist.", Key=key, VersionId=wanted)

    # Buckets

    def CreateBucket(self, call: Call) -> Answer:
        name = call.parameters["Bucket"]
        if not _NAME.fullmatch(name):
            raise ServiceError("InvalidBucketName", "The specified bucket is not valid.", BucketName=name)
        owner = self.buckets.get(name)
        if owner is not None and owner.account == call.account:
            if owner.region == call.region == "us-east-1":  # there, and only there, asking again is no error
                return {"Location": f"/{name}"}
            raise ServiceError(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            )
        if owner is not None:
            raise ServiceError(
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the system."
                " Please select a different name and try again.",
            )
        region = call.parameters.get("CreateBucketConfiguration", {}).get("LocationConstraint") or call.region
        self.buckets[name] = Bucket(name, call.account, region, self.world.date)
        return {"Location": f"/{name}"}

    def HeadBucket(self, call: Call) -> Answer:
        if call.parameters["Bucket"] not in self.buckets:
            raise ServiceError("404", "Not Found")
        return {"BucketRegion": self._bucket(call).region}

    def DeleteBucket(self, call: Call) -> Answer:
        bucket = self._bucket(call)
        if bucket.objects:
            raise ServiceError("BucketNotEmpty", "The bucket you tried to delete is not empty")
        del self.buckets[bucket.name]
        return {}

    def ListBuckets(self, call: Call) -> Answer:
        mine = [bucket for bucket in self.buckets.values() if bucket.account == call.account]
        return {"Buckets": [{"Name": bucket.name, "CreationDate": bucket.created} for bucket in mine]}

    def GetBucketLocation(self, call: Call) -> Answer:
        region = self._bucket(call).region
        return {"LocationConstraint": None if region == "us-east-1" else region}

    def PutBucketVersioning(self, call: Call) -> Answer:
        self._bucket(call).versioning = call.parameters["VersioningConfiguration"].get("Status")
        return {}

    def GetBucketVersioning(self, call: Call) -> Answer:
        status = self._bucket(call).versioning
        return {"Status": status} if status else {}

    def PutBucketNotificationConfiguration(self, call: Call) -> Answer:
        configuration = call.parameters["NotificationConfiguration"]
        self._bucket(call).notifies = "EventBridgeConfiguration" in configuration
        return {}

    # Objects

    def PutObject(self, call: Call) -> Answer:
        bucket = self._bucket(call)
        body = call.parameters.get("Body", b"")
        content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()
        settings = call.parameters.get("Metadata", {}), call.parameters.get("ContentType") or OCTETS
        return self._put(call, bucket, content, settings, "PutObject")

    def _put(
        self, call: Call, bucket: Bucket, content: bytes, settings: tuple[dict[str, str], str], reason: str
    ) -> Answer:
        """Keep an object with these (metadata, content type)."""
        key, (metadata, kind) = call.parameters["Key"], settings
        etag = _etag_before(content) if len(content) <= _SMALL else _etag(content)
        one = Object(key, content, etag, self._version(bucket, key), self.world.date, dict(metadata), kind)
        bucket.keep(one)
        self._tell(call, bucket, one, reason)
        return {"ETag": etag} | ({"VersionId": one.version} if one.version != NULL else {})

    def _version(self, bucket: Bucket, key: str) -> str:
        if bucket.versioning != "Enabled":
            return NULL
        count = self.world.count(f"version\x1f{bucket.name}\x1f{key}")
        return naming.hexadecimal(self.world.seed, "version", bucket.name, key, count, length=32)

    def _tell(self, call: Call, bucket: Bucket, one: Object, reason: str) -> None:
        source, kind = "aws.s3", "Object Created"
        if not bucket.notifies or not self.world.listens(bucket.account, bucket.region, source, kind):
            return
        told: dict[str, Any] = {"key": one.key, "size": len(one.body), "etag": one.etag.strip('"')}
        if one.version != NULL:
            told["version-id"] = one.version
        detail = {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": told,
            "request-id": naming.capitals(self.world.seed, "s3", self.world.count("s3 request"), length=16),
            "requester": call.account,
            "reason": reason,
        }
        self.world.publish(bucket.account, bucket.region, source, kind, [f"arn:aws:s3:::{bucket.name}"], detail)

    def _head(self, one: Object) -> Answer:
        answer: Answer = {
            "ETag": one.etag,
            "ContentLength": len(one.body),
            "ContentType": one.type,
            "LastModified": one.modified,
            "Metadata": dict(one.metadata),
        }
        return answer | ({"VersionId": one.version} if one.version != NULL else {})

    def GetObject(self, call: Call) -> Answer:
        _, one = self._object(call)
        return {**self._head(one), "Body": one.body}

    def HeadObject(self, call: Call) -> Answer:
        try:
            _, one = self._object(call)
        except ServiceError:
            raise ServiceError("404", "Not Found") from None
        return self._head(one)

    def DeleteObject(self, call: Call) -> Answer:
        bucket, key = self._bucket(call), call.parameters["Key"]
        wanted = call.parameters.get("VersionId")
        if wanted is not None:
            gone = bucket.drop(key, wanted)
            return {"VersionId": wanted} | ({"DeleteMarker": True} if gone is not None and gone.deleted else {})
        if bucket.versioning is None:
            bucket.drop(key, NULL)
            return {}
        marker = Object(key, b"", "", self._version(bucket, key), self.world.date, deleted=True)
        bucket.keep(marker)
        return {"DeleteMarker": True, "VersionId": marker.version}

    def CopyObject(self, call: Call) -> Answer:
        look = Call(
            call.principal, call.account, call.region, "s3", "GetObject", _source(call.parameters["CopySource"])
        )
        _, one = self._object(look)
        settings = one.metadata, one.type
        if call.parameters.get("MetadataDirective") == "REPLACE":
            settings = call.parameters.get("Metadata", {}), call.parameters.get("ContentType") or OCTETS
        put = self._put(call, self._bucket(call), one.body, settings, "CopyObject")
        answer: Answer = {"CopyObjectResult": {"ETag": put["ETag"], "LastModified": self.world.date}}
        return answer | ({"VersionId": put["VersionId"]} if "VersionId" in put else {})

    def ListObjectsV2(self, call: Call) -> Answer:
        """Objects by their keys; with a delimiter, what lies behind it is told as common prefixes."""
        bucket, parameters = self._bucket(call), call.parameters
        prefix, delimiter = parameters.get("Prefix", ""), parameters.get("Delimiter", "")
        rows: list[dict[str, Any]] = []
        prefixes: dict[str, None] = {}
        for one in bucket.present(prefix):
            if one.key <= parameters.get("StartAfter", ""):
                continue
            rest = one.key[len(prefix) :]
            if delimiter and delimiter in rest:
                prefixes[prefix + rest.partition(delimiter)[0] + delimiter] = None
            else:
                rows.append(_row(one))
        answer: Answer = {"Name": bucket.name, "Prefix": prefix, "IsTruncated": False, "Contents": rows}
        if delimiter:
            answer |= {"Delimiter": delimiter, "CommonPrefixes": [{"Prefix": name} for name in prefixes]}
        return answer | {"KeyCount": len(rows) + len(prefixes)}

    def ListObjectVersions(self, call: Call) -> Answer:
        bucket = self._bucket(call)
        prefix = call.parameters.get("Prefix", "")
        versions: list[dict[str, Any]] = []
        markers: list[dict[str, Any]] = []
        for key, kept in sorted(bucket.objects.items()):
            for one in reversed(kept) if key.startswith(prefix) else ():
                told = {"VersionId": one.version, "IsLatest": one is kept[-1]}
                if one.deleted:
                    markers.append({"Key": key, "LastModified": one.modified, **told})
                else:
                    versions.append(_row(one) | told)
        rows = {"Versions": versions, "DeleteMarkers": markers}
        return {"Name": bucket.name, "Prefix": prefix, "IsTruncated": False, **rows}


def _etag(content: bytes) -> str:
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'


_etag_before = lru_cache(maxsize=32)(_etag)
"""Replications put the same few objects again and again."""
_SMALL = 1_000_000
"""Bytes of an object whose ETag is remembered."""


def _row(one: Object) -> dict[str, Any]:
    return {"Key": one.key, "ETag": one.etag, "Size": len(one.body), "LastModified": one.modified}


def _source(given: str | dict[str, str]) -> dict[str, str]:
    """What to copy: `bucket/key`, percent-encoded and perhaps with `?versionId=`, or as boto3 spells it out."""
    if not isinstance(given, str):
        return dict(given)
    place, _, version = given.partition("?versionId=")
    name, _, key = unquote(place).lstrip("/").partition("/")
    return {"Bucket": name, "Key": key} | ({"VersionId": version} if version else {})
