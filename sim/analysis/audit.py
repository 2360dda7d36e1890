"""CloudTrail's view of the calls of a run (docs/behaviour/codecommit-and-glue.md §17).

A trail and the event history hold management events; data events (objects of S3, messages of SNS) only where somebody
asked and pays for them, so they are left out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core import naming
from sim.core.calls import Call
from sim.core.clock import iso
from sim.core.problems import ServiceError
from sim.core.world import World

DATA_EVENTS = {
    "s3": frozenset(
        {"GetObject", "PutObject", "HeadObject", "DeleteObject", "CopyObject", "ListObjectsV2", "ListObjectVersions"}
    ),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "cloudwatch": frozenset({"PutMetricData"}),
}
"""Service -> operations on what a resource holds. Source: CloudTrail User Guide, logging data events."""

SOURCES = {"cloudwatch": "monitoring"}
"""Service -> what its event source is called, where that is another name. Source: EventBridge events reference."""

READS = ("Get", "List", "Describe", "BatchGet", "Head", "GitPull", "Test")


def is_management_event(call: Call) -> bool:
    """Whether the event history holds this call."""
    return call.operation not in DATA_EVENTS.get(call.service, frozenset())


def record(world: World, number: int, time: int, call: Call, answer: Any) -> dict[str, Any]:
    """A CloudTrail record of one call, the `number`-th of its world. Of a read it keeps no response."""
    reads = call.operation.startswith(READS)
    row: dict[str, Any] = {
        "eventVersion": "1.08",
        "userIdentity": identity(call),
        "eventTime": iso(world.start, time),
        "eventSource": f"{SOURCES.get(call.service, call.service)}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": call.via or "203.0.113.10",
        "userAgent": call.via or "codesuite-sim",
    }
    if isinstance(answer, ServiceError):
        row["errorCode"] = answer.code
        row["errorMessage"] = answer.message
    row["requestParameters"] = _without_bodies(call.parameters)
    row["responseElements"] = None if reads or isinstance(answer, ServiceError) else _without_bodies(answer) or None
    row |= {
        "requestID": naming.uuid(world.seed, "cloudtrail request", number),
        "eventID": naming.uuid(world.seed, "cloudtrail event", number),
        "readOnly": reads,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account,
        "eventCategory": "Management",
    }
    return row


def identity(call: Call) -> dict[str, Any]:
    """Who called: an IAM user, the session of a role, or a service."""
    parts = call.principal.split(":")
    if len(parts) < 6:
        return {"type": "AWSService", "invokedBy": call.principal}
    account, who = parts[4], parts[5]
    found: dict[str, Any] = {"type": "IAMUser", "arn": call.principal, "accountId": account}
    kind, _, name = who.partition("/")
    if kind == "assumed-role":
        role = name.partition("/")[0]
        issuer = {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}
        found |= {"type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}
    elif who == "root":
        found["type"] = "Root"
    else:
        found["userName"] = name
    if call.via:
        found["invokedBy"] = call.via
    return found


def _without_bodies(value: Any) -> Any:
    """CloudTrail keeps no contents of files."""
    if isinstance(value, Mapping):
        return {key: _without_bodies(item) for key, item in value.items() if not isinstance(item, bytes)}
    if isinstance(value, list | tuple):
        return [_without_bodies(item) for item in value if not isinstance(item, bytes)]
    return value
