"""SNS's behaviour in time: confirmations that come, messages on their way."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.clock import moment
from sim.services import behavior
from sim.services.sns import resources as r
from sim.services.sns.resources import Message, Subscription, SubscriptionStatus

if TYPE_CHECKING:
    from sim.core.world import World
    from sim.services.sns.api import SNS

DEFAULT_SUBJECT = "AWS Notification Message"
CONFIRMATION_SUBJECT = "AWS Notification - Subscription Confirmation"


def delay(world: World, subscription: Subscription) -> int:
    """How long the next message to that endpoint is on its way, in ms."""
    endpoint = f"{subscription.topic.arn} {subscription.protocol} {subscription.endpoint}"
    return behavior.of(world).delay(world, "sns.delivery", f"{endpoint} {world.count(f'sns {endpoint}')}")


def confirm(service: SNS, subscription: Subscription, after: int) -> Generator[Event, Any, None]:
    """The owner of the endpoint says yes, `after` ms from now, unless somebody was faster."""
    yield service.world.wait(after, subscription)
    if subscription.status is SubscriptionStatus.PENDING:
        service.world.move(subscription, SubscriptionStatus.CONFIRMED, r.CONFIRMED(endpoint=subscription.endpoint))


def ask_to_confirm(service: SNS, subscription: Subscription) -> Generator[Event, Any, None]:
    """The message that asks an endpoint to confirm; it holds the token."""
    world = service.world
    yield world.wait(delay(world, subscription), subscription)
    arn = subscription.topic.arn
    link = f"{_url(subscription)}/?Action=ConfirmSubscription&TopicArn={arn}&Token={subscription.token}"
    text = f"You have chosen to subscribe to the topic:\n{arn}\n\nTo confirm this subscription, visit:\n{link}\n"
    if subscription.protocol != "email":
        text = json.dumps(
            {
                "Type": "SubscriptionConfirmation",
                "MessageId": world.uuid("sns confirmation", subscription.arn),
                "Token": subscription.token,
                "TopicArn": arn,
                "Message": f"You have chosen to subscribe to the topic {arn}.",
                "SubscribeURL": link,
                "Timestamp": _timestamp(world, world.now),
            }
        )
    _put_out(service, subscription, CONFIRMATION_SUBJECT, text)


def deliver(service: SNS, subscription: Subscription, message: Message) -> Generator[Event, Any, None]:
    """One message to one endpoint outside AWS: it lands in the outbox."""
    world = service.world
    yield world.wait(delay(world, subscription), subscription)
    if subscription.status is not SubscriptionStatus.CONFIRMED:
        return
    text = message.body(subscription.protocol)
    if subscription.protocol in ("email-json", "http", "https") and not subscription.raw:
        text = json.dumps(envelope(world, subscription, message))
    _put_out(service, subscription, message.subject or DEFAULT_SUBJECT, text)
    topic, endpoint, protocol = subscription.topic.name, subscription.endpoint, subscription.protocol
    world.note(subscription, "sent", r.SENT(topic=topic, endpoint=endpoint, protocol=protocol))


def _put_out(service: SNS, subscription: Subscription, subject: str, text: str) -> None:
    service.world.journal.record(
        "mail",
        {
            "at": service.world.now,
            "account": subscription.account,
            "region": subscription.region,
            "topic": subscription.topic.name,
            "subject": subject,
            "message": text,
            "protocol": subscription.protocol,
            "endpoint": subscription.endpoint,
        },
    )


def envelope(world: World, subscription: Subscription, message: Message) -> dict[str, Any]:
    """The JSON around a message (§14)."""
    url = _url(subscription)
    members: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": message.id,
        "TopicArn": subscription.topic.arn,
        "Subject": message.subject,
        "Message": message.body(subscription.protocol),
        "Timestamp": _timestamp(world, message.at),
        "SignatureVersion": "1",
        "Signature": "EXAMPLE",
        "SigningCertURL": f"{url}/SimpleNotificationService-EXAMPLE.pem",
        "UnsubscribeURL": f"{url}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}",
        "MessageAttributes": {
            name: {"Type": value.get("DataType"), "Value": value.get("StringValue")}
            for name, value in message.attributes.items()
        },
    }
    return {name: value for name, value in members.items() if value not in (None, {})}


def _url(subscription: Subscription) -> str:
    return f"https://sns.{subscription.region}.amazonaws.com"


def _timestamp(world: World, ms: int) -> str:
    at = moment(world.start, ms)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
