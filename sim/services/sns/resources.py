"""What SNS keeps: topics and their subscriptions. Source: docs/behaviour/codecommit-and-glue.md §14."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sim.core.clock import DAY
from sim.core.states import Resource, Rule, table
from sim.formats.eventpattern import Pattern

_DOC = "docs/behaviour/codecommit-and-glue.md §14"

MAX_MESSAGE = 256 * 1024
"""Bytes."""
MAX_SUBJECT = 100
TOKEN_VALID = 2 * DAY

TOPIC_ATTRIBUTES = (
    "ArchivePolicy",
    "ContentBasedDeduplication",
    "DataProtectionPolicy",
    "DeliveryPolicy",
    "DisplayName",
    "FifoThroughputScope",
    "FifoTopic",
    "KmsMasterKeyId",
    "Policy",
    "SignatureVersion",
    "TracingConfig",
)
SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
)

PROTOCOLS = ("http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose")
ASKED = ("http", "https", "email", "email-json")
"""Who must confirm: it is asked for by a message."""
PEOPLE = ("email", "email-json", "sms", "http", "https")
"""Endpoints outside AWS; what is sent there lands in the outbox."""


class SubscriptionStatus(StrEnum):
    PENDING = "PendingConfirmation"
    CONFIRMED = "Confirmed"
    DELETED = "Deleted"


S = SubscriptionStatus
SUBSCRIPTION_MOVES, SUBSCRIPTION_FINAL = table({S.PENDING: {S.CONFIRMED, S.DELETED}, S.CONFIRMED: {S.DELETED}})


@dataclass(slots=True)
class Topic:
    name: str
    arn: str
    attributes: dict[str, str]
    tags: dict[str, str]
    subscriptions: list[Subscription] = field(default_factory=list)
    """In order of creation; deleted ones are taken out."""
    deleted: int = 0

    @property
    def fifo(self) -> bool:
        return self.name.endswith(".fifo")


class Subscription(Resource):
    """One endpoint of one topic. `asked_at` is when it was asked to confirm, in ms."""

    __slots__ = ("asked_at", "attributes", "endpoint", "filter", "owner", "protocol", "token", "topic")
    kind = "subscription"
    moves = SUBSCRIPTION_MOVES
    final = SUBSCRIPTION_FINAL

    def __init__(
        self,
        arn: str,
        topic: Topic,
        protocol: str,
        endpoint: str,
        status: SubscriptionStatus,
        *,
        owner: str,
        token: str,
        asked_at: int,
    ):
        _, _, _, region, account, *_ = arn.split(":")
        super().__init__(f"{topic.name} {endpoint}", status, arn=arn, account=account, region=region)
        self.topic = topic
        self.protocol = protocol
        self.endpoint = endpoint
        self.owner = owner
        self.token = token
        self.asked_at = asked_at
        self.attributes: dict[str, str] = {}
        self.filter: Pattern | None = None

    @property
    def raw(self) -> bool:
        return self.attributes.get("RawMessageDelivery") == "true" and self.protocol in ("http", "https")

    def row(self) -> dict[str, Any]:
        """AWS's Subscription, as lists show it."""
        return {
            "SubscriptionArn": "PendingConfirmation" if self.status is S.PENDING else self.arn,
            "Owner": self.owner,
            "Protocol": self.protocol,
            "Endpoint": self.endpoint,
            "TopicArn": self.topic.arn,
        }


@dataclass(frozen=True, slots=True)
class Message:
    """One published message. `bodies` is what each protocol gets; "default" is there always."""

    id: str
    subject: str | None
    bodies: dict[str, str]
    attributes: dict[str, dict[str, Any]]
    at: int
    """When it was published, in ms."""

    def body(self, protocol: str) -> str:
        return self.bodies.get(protocol, self.bodies["default"])


CONFIRMED = Rule("sns.subscription.confirmed", "{endpoint} confirmed the subscription", basis="documented", source=_DOC)
UNSUBSCRIBED = Rule("sns.subscription.deleted", "the subscription was deleted", basis="documented", source=_DOC)
SENT = Rule(
    "sns.message.sent", "a message to {topic} reached {endpoint} by {protocol}", basis="documented", source=_DOC
)
PENDING = Rule(
    "sns.message.pending",
    "a message to {topic} was not sent to {endpoint}: the subscription is not confirmed",
    basis="documented",
    source=_DOC,
)
FILTERED = Rule(
    "sns.message.filtered",
    "a message to {topic} was not sent to {endpoint}: its filter policy does not match",
    basis="documented",
    source=_DOC,
)
NOT_SIMULATED = Rule(
    "sns.message.not-simulated",
    "a message to {topic} went to {protocol} {endpoint}, which is not simulated",
    basis="assumed",
    source=_DOC,
)
