"""SNS's operations on topics, subscriptions and messages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError
from sim.formats import eventpattern
from sim.services.sns import process
from sim.services.sns import resources as r
from sim.services.sns.resources import Message, Subscription, SubscriptionStatus, Topic

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
MAX_FILTERED = 5
"""Attribute names in one filter policy."""
MAX_BATCH = 10


class SNS(Service):
    """SNS in one account and Region."""

    name = "sns"

    def prepare(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.subscriptions: dict[str, Subscription] = {}

    # Topics

    def CreateTopic(self, call: Call) -> Answer:
        name = call.parameters["Name"]
        if not _NAME.fullmatch(name):
            raise _invalid("Topic Name")
        attributes = {key: str(value) for key, value in (call.parameters.get("Attributes") or {}).items()}
        for key in attributes:
            _check_attribute(key, r.TOPIC_ATTRIBUTES)
        if name.endswith(".fifo") != (attributes.get("FifoTopic") == "true"):
            raise _invalid("Topic Name", "a FIFO topic has the attribute FifoTopic and a name that ends in .fifo")
        tags = {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or []}
        arn = naming.arn("sns", self.region, self.account, name)
        there = self.topics.get(arn)
        if there is None:
            self.topics[arn] = Topic(name, arn, attributes, tags)
        elif any(there.attributes.get(key) != value for key, value in attributes.items()):
            raise _invalid("Attributes", "Topic already exists with different attributes")
        elif tags and tags != there.tags:
            raise _invalid("Tags", "Topic already exists with different tags")
        return {"TopicArn": arn}

    def topic(self, arn: Any) -> Topic:
        """A topic of this Region, also of another account. Raises InvalidParameter or NotFound."""
        parts = str(arn).split(":")
        if len(parts) != 6 or parts[:3] != ["arn", "aws", "sns"] or parts[3] != self.region:
            raise _invalid("TopicArn")
        found = self._sns_of(parts[4]).topics.get(str(arn))
        if found is None:
            raise ServiceError("NotFound", "Topic does not exist")
        return found

    def _sns_of(self, account: str) -> SNS:
        """SNS of an account in this Region: topics of others may be published and subscribed to."""
        owner = self if account == self.account else self.world.service("sns", account, self.region)
        assert isinstance(owner, SNS)
        return owner

    def DeleteTopic(self, call: Call) -> Answer:
        topic = self.topics.pop(call.parameters["TopicArn"], None)
        for subscription in list(topic.subscriptions) if topic else ():
            self._delete(subscription)
        return {}

    def ListTopics(self, call: Call) -> Answer:
        return {"Topics": [{"TopicArn": arn} for arn in self.topics]}

    def GetTopicAttributes(self, call: Call) -> Answer:
        topic = self.topic(call.parameters["TopicArn"])
        counts = {
            "SubscriptionsPending": _count(topic, SubscriptionStatus.PENDING),
            "SubscriptionsConfirmed": _count(topic, SubscriptionStatus.CONFIRMED),
            "SubscriptionsDeleted": topic.deleted,
        }
        own = {"TopicArn": topic.arn, "Owner": topic.arn.split(":")[4], "DisplayName": "", "Policy": _policy(topic)}
        return {"Attributes": own | {key: str(count) for key, count in counts.items()} | topic.attributes}

    def SetTopicAttributes(self, call: Call) -> Answer:
        topic = self.topic(call.parameters["TopicArn"])
        name = call.parameters["AttributeName"]
        _check_attribute(name, r.TOPIC_ATTRIBUTES)
        if name == "FifoTopic":
            raise _invalid("AttributeName", "FifoTopic is set when a topic is made and stays")
        topic.attributes[name] = call.parameters.get("AttributeValue", "")
        return {}

    def TagResource(self, call: Call) -> Answer:
        topic = self._tagged(call)
        topic.tags.update({tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]})
        return {}

    def UntagResource(self, call: Call) -> Answer:
        topic = self._tagged(call)
        for key in call.parameters["TagKeys"]:
            topic.tags.pop(key, None)
        return {}

    def ListTagsForResource(self, call: Call) -> Answer:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(call).tags.items()]}

    def _tagged(self, call: Call) -> Topic:
        found = self.topics.get(call.parameters["ResourceArn"])
        if found is None:
            raise ServiceError("ResourceNotFound", "Resource does not exist")
        return found

    # Subscriptions

    def Subscribe(self, call: Call) -> Answer:
        topic = self.topic(call.parameters["TopicArn"])
        protocol, endpoint = call.parameters["Protocol"], call.parameters.get("Endpoint", "")
        _check_endpoint(protocol, endpoint)
        attributes = call.parameters.get("Attributes") or {}
        subscription = self._same(topic, protocol, endpoint)
        if subscription is None:
            subscription = self._subscribe(topic, protocol, endpoint, call.account)
            for name, value in attributes.items():
                _set_attribute(subscription, name, value)
            topic.subscriptions.append(subscription)
            self._sns_of(subscription.account).subscriptions[subscription.arn] = subscription
            self.world.register(subscription)
            self._expect_confirmation(subscription)
        shown = subscription.status is not SubscriptionStatus.PENDING or call.parameters.get("ReturnSubscriptionArn")
        return {"SubscriptionArn": subscription.arn if shown else "pending confirmation"}

    def _same(self, topic: Topic, protocol: str, endpoint: str) -> Subscription | None:
        for one in topic.subscriptions:
            if (one.protocol, one.endpoint) == (protocol, endpoint):
                return one
        return None

    def _subscribe(self, topic: Topic, protocol: str, endpoint: str, owner: str) -> Subscription:
        arn = f"{topic.arn}:{self.world.uuid('subscription', topic.arn, protocol, endpoint)}"
        token = naming.hexadecimal(self.world.seed, "sns token", arn, length=64)
        status = SubscriptionStatus.CONFIRMED
        asked = protocol in r.ASKED or owner != topic.arn.split(":")[4]
        if asked and not (self.world.silent and self._confirms(endpoint) == 0):
            status = SubscriptionStatus.PENDING
        return Subscription(arn, topic, protocol, endpoint, status, owner=owner, token=token, asked_at=self.world.now)

    def _confirms(self, endpoint: str) -> int | None:
        """When the owner of an endpoint confirms, in ms from the subscription on; None for never."""
        person = self.world.people.get(endpoint)
        confirms: int | None = 0 if person is None else person.confirms
        return confirms

    def _expect_confirmation(self, subscription: Subscription) -> None:
        if subscription.status is not SubscriptionStatus.PENDING:
            return
        if not self.world.silent:
            self.world.process(process.ask_to_confirm(self, subscription))
        after = self._confirms(subscription.endpoint)
        if after is not None:
            self.world.process(process.confirm(self, subscription, after))

    def ConfirmSubscription(self, call: Call) -> Answer:
        topic = self.topic(call.parameters["TopicArn"])
        for subscription in topic.subscriptions:
            if subscription.token == call.parameters["Token"]:
                break
        else:
            raise _invalid("Token")
        if subscription.status is SubscriptionStatus.PENDING:
            if self.world.now - subscription.asked_at > r.TOKEN_VALID:
                raise _invalid("Token", "it has expired: subscribe again")
            why = r.CONFIRMED(endpoint=subscription.endpoint)
            self.world.move(subscription, SubscriptionStatus.CONFIRMED, why)
        return {"SubscriptionArn": subscription.arn}

    def subscription(self, call: Call) -> Subscription:
        found = self._find_subscription(call)
        if found is None:
            raise ServiceError("NotFound", "Subscription does not exist")
        return found

    def _find_subscription(self, call: Call) -> Subscription | None:
        arn = call.parameters["SubscriptionArn"]
        parts = arn.split(":")
        if len(parts) != 7:
            raise _invalid("SubscriptionArn", "An ARN must have at least 6 elements")
        return self._sns_of(parts[4]).subscriptions.get(arn)

    def Unsubscribe(self, call: Call) -> Answer:
        subscription = self._find_subscription(call)
        if subscription is not None:
            self._delete(subscription)
        return {}

    def _delete(self, subscription: Subscription) -> None:
        del self._sns_of(subscription.account).subscriptions[subscription.arn]
        subscription.topic.subscriptions.remove(subscription)
        subscription.topic.deleted += 1
        self.world.move(subscription, SubscriptionStatus.DELETED, r.UNSUBSCRIBED)

    def ListSubscriptions(self, call: Call) -> Answer:
        return {"Subscriptions": [one.row() for one in self.subscriptions.values()]}

    def ListSubscriptionsByTopic(self, call: Call) -> Answer:
        return {"Subscriptions": [one.row() for one in self.topic(call.parameters["TopicArn"]).subscriptions]}

    def GetSubscriptionAttributes(self, call: Call) -> Answer:
        subscription = self.subscription(call)
        pending = subscription.status is SubscriptionStatus.PENDING
        own = {
            "SubscriptionArn": subscription.arn,
            "TopicArn": subscription.topic.arn,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "Owner": subscription.owner,
            "PendingConfirmation": str(pending).lower(),
            "ConfirmationWasAuthenticated": str(subscription.protocol not in r.ASKED).lower(),
            "RawMessageDelivery": "false",
        }
        return {"Attributes": own | subscription.attributes}

    def SetSubscriptionAttributes(self, call: Call) -> Answer:
        value = call.parameters.get("AttributeValue", "")
        _set_attribute(self.subscription(call), call.parameters["AttributeName"], value)
        return {}

    # Messages

    def Publish(self, call: Call) -> Answer:
        parameters = call.parameters
        arn = parameters.get("TopicArn") or parameters.get("TargetArn")
        if arn is None:
            raise _invalid("TopicArn or TargetArn", "messages straight to a phone are not simulated")
        topic = self.topic(arn)
        message = self._message(topic, parameters)
        for subscription in topic.subscriptions:
            self._send(topic, subscription, message)
        return {"MessageId": message.id}

    def PublishBatch(self, call: Call) -> Answer:
        entries = call.parameters["PublishBatchRequestEntries"]
        if not entries:
            raise ServiceError("EmptyBatchRequest", "There should be at least one entry in the request")
        if len(entries) > MAX_BATCH:
            raise ServiceError("TooManyEntriesInBatchRequest", f"The batch has more than {MAX_BATCH} entries")
        ids = [entry["Id"] for entry in entries]
        if len(dict.fromkeys(ids)) < len(ids):
            raise ServiceError("BatchEntryIdsNotDistinct", "Two or more entries have the same Id")
        topic = self.topic(call.parameters["TopicArn"])
        done: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for entry in entries:
            try:
                message = self._message(topic, entry)
            except ServiceError as error:
                row = {"Id": entry["Id"], "Code": error.code, "Message": error.message, "SenderFault": True}
                failed.append(row)
                continue
            for subscription in topic.subscriptions:
                self._send(topic, subscription, message)
            done.append({"Id": entry["Id"], "MessageId": message.id})
        return {"Successful": done, "Failed": failed}

    def _message(self, topic: Topic, parameters: Mapping[str, Any]) -> Message:
        text, subject = parameters["Message"], parameters.get("Subject")
        if not text:
            raise _invalid("Empty message")
        if len(text.encode()) > r.MAX_MESSAGE:
            raise _invalid("Message too long")
        if subject is not None and (
            not 0 < len(subject) <= r.MAX_SUBJECT or not subject.isprintable() or not subject.strip()
        ):
            raise _invalid("Subject")
        if topic.fifo and not parameters.get("MessageGroupId"):
            raise _invalid("The MessageGroupId parameter is required for FIFO topics")
        bodies = _bodies(text) if parameters.get("MessageStructure") == "json" else {"default": text}
        attributes = dict(parameters.get("MessageAttributes") or {})
        return Message(self.world.uuid("sns message", topic.arn), subject, bodies, attributes, self.world.now)

    def _send(self, topic: Topic, subscription: Subscription, message: Message) -> None:
        facts = {"topic": topic.name, "endpoint": subscription.endpoint}
        if subscription.status is SubscriptionStatus.PENDING:
            self.world.note(subscription, "not sent", r.PENDING(**facts))
        elif not _passes(subscription, message):
            self.world.note(subscription, "not sent", r.FILTERED(**facts))
        elif subscription.protocol in r.PEOPLE:
            self.world.process(process.deliver(self, subscription, message))
        else:
            self.world.note(subscription, "sent", r.NOT_SIMULATED(**facts, protocol=subscription.protocol))
            if self.world.count(f"undelivered {subscription.arn}") == 1:
                who = subscription.endpoint
                text = f"{subscription.protocol} is not simulated: {who} gets no messages of {topic.name}"
                self.world.journal.record("assumed", {"text": text, "hint": "subscribe an email address to see them"})


def _invalid(what: str, reason: str = "") -> ServiceError:
    return ServiceError("InvalidParameter", f"Invalid parameter: {what}{f' Reason: {reason}' if reason else ''}")


def _check_attribute(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise _invalid("AttributeName", f"{name} is not one of {', '.join(known)}")


def _check_endpoint(protocol: str, endpoint: str) -> None:
    if protocol not in r.PROTOCOLS:
        raise _invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    if protocol in ("email", "email-json") and not _MAIL.fullmatch(endpoint):
        raise _invalid("Email address")
    if protocol in ("http", "https") and not endpoint.startswith(f"{protocol}://"):
        raise _invalid("Endpoint must match the specified protocol")
    if protocol in ("sqs", "lambda", "firehose", "application") and not endpoint.startswith("arn:"):
        raise _invalid("Endpoint", "it takes an ARN")
    if not endpoint:
        raise _invalid("Endpoint")


def _set_attribute(subscription: Subscription, name: str, value: str) -> None:
    _check_attribute(name, r.SUBSCRIPTION_ATTRIBUTES)
    if name == "FilterPolicy":
        subscription.filter = _filter(value)
    if name == "FilterPolicyScope" and value not in ("MessageAttributes", "MessageBody"):
        raise _invalid("FilterPolicyScope", "it is MessageAttributes or MessageBody")
    subscription.attributes[name] = value


def _filter(text: str) -> eventpattern.Pattern | None:
    try:
        policy = json.loads(text or "{}")
        if policy == {}:
            return None
        pattern = eventpattern.parse(policy)
    except ValueError as error:
        raise _invalid("FilterPolicy", str(error)) from None
    if len(policy) > MAX_FILTERED:
        raise ServiceError("FilterPolicyLimitExceeded", f"A filter policy names at most {MAX_FILTERED} attributes")
    return pattern


def _passes(subscription: Subscription, message: Message) -> bool:
    if subscription.filter is None:
        return True
    if subscription.attributes.get("FilterPolicyScope") != "MessageBody":
        return subscription.filter.matches(_attribute_values(message.attributes))
    try:
        body = json.loads(message.body(subscription.protocol))
    except ValueError:
        return False
    return isinstance(body, dict) and subscription.filter.matches(body)


def _attribute_values(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Message attributes as filter policies see them; binary ones are not seen."""
    values: dict[str, Any] = {}
    for name, attribute in attributes.items():
        type_, text = attribute.get("DataType", ""), attribute.get("StringValue", "")
        if type_.startswith(("Number", "String.Array")):
            try:
                values[name] = json.loads(text)
            except ValueError:
                continue
        elif type_.startswith("String"):
            values[name] = text
    return values


def _bodies(text: str) -> dict[str, str]:
    try:
        bodies = json.loads(text)
    except ValueError:
        raise _invalid("Message Structure - JSON message body failed to parse") from None
    if not isinstance(bodies, dict) or not isinstance(bodies.get("default"), str):
        raise _invalid("Message Structure - No default entry in JSON message body")
    return {protocol: body for protocol, body in bodies.items() if isinstance(body, str)}


def _count(topic: Topic, status: SubscriptionStatus) -> int:
    return sum(subscription.status is status for subscription in topic.subscriptions)


def _policy(topic: Topic) -> str:
    """The policy that a topic has by itself: its owner may do everything."""
    actions = ["Publish", "Subscribe", "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission"]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in [*actions, "DeleteTopic", "ListSubscriptionsByTopic"]],
        "Resource": topic.arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.arn.split(":")[4]}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})
