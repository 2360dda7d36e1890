"""SNS's CloudFormation types."""

from __future__ import annotations

from typing import Any

from sim.formats.template import as_json
from sim.services.sns.resources import SUBSCRIPTION_ATTRIBUTES, TOPIC_ATTRIBUTES
from sim.services.stacks import Created, Stack


def topic(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    fifo = properties.get("FifoTopic") in (True, "true")
    name = properties.get("TopicName") or stack.physical_name(logical_id) + (".fifo" if fifo else "")
    parameters: dict[str, Any] = {"Name": name, "Attributes": _attributes(properties, TOPIC_ATTRIBUTES)}
    if properties.get("Tags"):
        parameters["Tags"] = properties["Tags"]
    arn = stack.call("sns", "CreateTopic", parameters)["TopicArn"]
    for one in properties.get("Subscription", ()):
        stack.call("sns", "Subscribe", {"TopicArn": arn, "Protocol": one["Protocol"], "Endpoint": one["Endpoint"]})
    return Created(arn, {"TopicArn": arn, "TopicName": name})


def subscription(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    parameters = {
        "TopicArn": properties["TopicArn"],
        "Protocol": properties["Protocol"],
        "Endpoint": properties.get("Endpoint", ""),
        "Attributes": _attributes(properties, SUBSCRIPTION_ATTRIBUTES),
        "ReturnSubscriptionArn": True,
    }
    arn = stack.call("sns", "Subscribe", parameters)["SubscriptionArn"]
    return Created(arn, {"Arn": arn})


def topic_policy(stack: Stack, logical_id: str, properties: dict[str, Any]) -> Created:
    document = as_json(properties["PolicyDocument"])
    for arn in properties["Topics"]:
        parameters = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": document}
        stack.call("sns", "SetTopicAttributes", parameters)
    name = stack.physical_name(logical_id)
    return Created(name, {"Id": name})


def _attributes(properties: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Properties as SNS's attributes, which are text: true is `true`, a mapping is JSON."""
    return {name: _spelled(properties[name]) for name in names if name in properties}


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else as_json(value)


TYPES = {
    "AWS::SNS::Topic": topic,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::TopicPolicy": topic_policy,
}
