"""S3's operations. Bucket names are one space for the whole world, as on AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError


@dataclass(frozen=True, slots=True)
class Object:
    """One version of an object. `etag` is quoted, as S3 gives it."""

    key: str
    body: bytes
    etag: str
    version: str
    modified: datetime
    metadata: dict[str, str]


@dataclass(slots=True)
class Bucket:
    name: str
    account: str
    region: str
    created: datetime
    versioning: str | None = None
    notifies: bool = False
    objects: dict[str, list[Object]] = field(default_factory=dict)
    """Key -> versions, the latest last; without versioning there is one. A deleted key is not there."""


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
        versions = bucket.objects.get(key)
        if not versions:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", Key=key)
        wanted = call.parameters.get("VersionId")
        if wanted is None:
            return bucket, versions[-1]
        for one in versions:
            if one.version == wanted:
                return bucket, one
        raise ServiceError("NoSuchVersion", "The specified version does not exist.", Key=key, VersionId=wanted)

    # Buckets

    def CreateBucket(self, call: Call) -> Answer:
        name = call.parameters["Bucket"]
        owner = self.buckets.get(name)
        if owner is not None and owner.account == call.account:
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
        return self._put(call, bucket, call.parameters["Key"], content, "PutObject")

    def _put(self, call: Call, bucket: Bucket, key: str, content: bytes, reason: str) -> Answer:
        etag = f'"{md5(content, usedforsecurity=False).hexdigest()}"'
        version = "null"
        if bucket.versioning == "Enabled":
            count = self.world.count(f"version\x1f{bucket.name}\x1f{key}")
            version = naming.hexadecimal(self.world.seed, "version", bucket.name, key, count, length=32)
        metadata = dict(call.parameters.get("Metadata", {}))
        one = Object(key, content, etag, version, self.world.date, metadata)
        if bucket.versioning == "Enabled":
            bucket.objects.setdefault(key, []).append(one)
        else:
            bucket.objects[key] = [one]
        self._tell(call, bucket, one, reason)
        return {"ETag": etag} | ({"VersionId": version} if version != "null" else {})

    def _tell(self, call: Call, bucket: Bucket, one: Object, reason: str) -> None:
        source, kind = "aws.s3", "Object Created"
        if not bucket.notifies or not self.world.listens(bucket.account, bucket.region, source, kind):
            return
        told: dict[str, Any] = {"key": one.key, "size": len(one.body), "etag": one.etag.strip('"')}
        if one.version != "null":
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
            "LastModified": one.modified,
            "Metadata": dict(one.metadata),
        }
        return answer | ({"VersionId": one.version} if one.version != "null" else {})

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
        self._bucket(call).objects.pop(call.parameters["Key"], None)
        return {}

    def CopyObject(self, call: Call) -> Answer:
        source = call.parameters["CopySource"]
        if isinstance(source, str):
            name, _, key = source.lstrip("/").partition("/")
            source = {"Bucket": name, "Key": key}
        look = Call(call.principal, call.account, call.region, "s3", "GetObject", dict(source))
        _, one = self._object(look)
        put = self._put(call, self._bucket(call), call.parameters["Key"], one.body, "CopyObject")
        answer: Answer = {"CopyObjectResult": {"ETag": put["ETag"], "LastModified": self.world.date}}
        return answer | ({"VersionId": put["VersionId"]} if "VersionId" in put else {})

    def ListObjectsV2(self, call: Call) -> Answer:
        bucket = self._bucket(call)
        prefix = call.parameters.get("Prefix", "")
        rows = [
            {
                "Key": key,
                "ETag": versions[-1].etag,
                "Size": len(versions[-1].body),
                "LastModified": versions[-1].modified,
            }
            for key, versions in sorted(bucket.objects.items())
            if key.startswith(prefix)
        ]
        return {"Name": bucket.name, "Prefix": prefix, "KeyCount": len(rows), "Contents": rows, "IsTruncated": False}

    def ListObjectVersions(self, call: Call) -> Answer:
        bucket = self._bucket(call)
        prefix = call.parameters.get("Prefix", "")
        rows = [
            {
                "Key": key,
                "VersionId": one.version,
                "IsLatest": one is versions[-1],
                "ETag": one.etag,
                "Size": len(one.body),
                "LastModified": one.modified,
            }
            for key, versions in sorted(bucket.objects.items())
            if key.startswith(prefix)
            for one in reversed(versions)
        ]
        return {"Name": bucket.name, "Prefix": prefix, "Versions": rows, "IsTruncated": False}
