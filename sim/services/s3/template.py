"""S3's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.services.stacks import Created, Stack


def bucket(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    name = properties.get("BucketName") or stack.physical_name(logical_id, longest=63).lower()
    stack.call("s3", "CreateBucket", {"Bucket": name})
    versioning = properties.get("VersioningConfiguration")
    if versioning:
        stack.call("s3", "PutBucketVersioning", {"Bucket": name, "VersioningConfiguration": versioning})
    told = properties.get("NotificationConfiguration", {}).get("EventBridgeConfiguration")
    if told and told.get("EventBridgeEnabled", True) in (True, "true"):
        parameters: dict[str, Any] = {"Bucket": name, "NotificationConfiguration": {"EventBridgeConfiguration": {}}}
        stack.call("s3", "PutBucketNotificationConfiguration", parameters)
    domain = f"{name}.s3.amazonaws.com"
    regional = f"{name}.s3.{stack.region}.amazonaws.com"
    return Created(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": regional})


def bucket_policy(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    # Policies are not enforced in this version, so there is nothing to do but to be there.
    return Created(stack.physical_name(logical_id))


TYPES = {"AWS::S3::Bucket": bucket, "AWS::S3::BucketPolicy": bucket_policy}
