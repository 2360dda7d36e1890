"""Source from S3, and deployment to S3 (§4.2, §4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.clock import iso
from sim.services.bundles import unpack
from sim.services.codepipeline.job import ActionFailed, Work

if TYPE_CHECKING:
    from sim.services.codepipeline.job import Job


def source(job: Job) -> Work:
    """The object's current version, or the one that the start of the execution asked for."""
    bucket, key, version = job.configuration["S3Bucket"], job.configuration["S3ObjectKey"], None
    override = job.execution.overrides.get(job.action.name, {})
    if override.get("revisionType") == "S3_OBJECT_VERSION_ID":
        version = override["revisionValue"]
    elif override.get("revisionType") == "S3_OBJECT_KEY":
        key = override["revisionValue"]
    if job.call("s3", "GetBucketVersioning", {"Bucket": bucket}).get("Status") != "Enabled":
        raise ActionFailed("ConfigurationError", f"The bucket {bucket} of a source action must be versioned")
    wanted = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
    found = job.call("s3", "GetObject", wanted)
    yield from job.takes("pipeline.source")
    job.found_revision(found["VersionId"], f"Amazon S3 version id: {found['VersionId']}")
    job.put_outputs(found["Body"])
    job.known_as(found["VersionId"])
    job.action.summary = f"Amazon S3 version id: {found['VersionId']}"
    job.action.variables = {"ETag": str(found["ETag"]).strip('"'), "VersionId": found["VersionId"]}


def deploy(job: Job) -> Work:
    """Unzip the artifact into the bucket, or copy it there as one object."""
    artifact = job.inputs[0]
    bucket, key = job.configuration["BucketName"], filled(job, job.configuration.get("ObjectKey", ""))
    body = job.call("s3", "GetObject", {"Bucket": artifact.bucket, "Key": artifact.key})["Body"]
    yield from job.takes("pipeline.deploy.S3")
    settings = {
        name: job.configuration[key]
        for name, key in (("ACL", "CannedACL"), ("CacheControl", "CacheControl"))
        if key in job.configuration
    }
    for path, content in contents(job, key, body).items():
        job.call("s3", "PutObject", {"Bucket": bucket, "Key": path, "Body": content, **settings})
    job.action.summary = f"Deployment Succeeded to s3://{bucket}/{key}"


def contents(job: Job, key: str, body: bytes) -> dict[str, Any]:
    """{key: content} of what goes into the bucket."""
    if job.configuration["Extract"] != "true":
        return {key: body}
    try:
        files = unpack(body)
    except ValueError as error:
        raise ActionFailed("JobFailed", f"The artifact cannot be extracted: {error}") from None
    prefix = f"{key.rstrip('/')}/" if key else ""
    return {f"{prefix}{path}": content for path, content in files.items()}


def filled(job: Job, key: str) -> str:
    """`{datetime}` and `{uuid}` inside an object key."""
    if "{uuid}" in key:
        key = key.replace("{uuid}", job.world.uuid("deployed object", job.entity))
    return key.replace("{datetime}", iso(job.world.start, job.world.now))
