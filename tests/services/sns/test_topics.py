"""Topics and subscriptions, made and looked at. Source: docs/behaviour/codecommit-and-glue.md §14."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.sns.stage import ACCOUNT, BOB, TOPIC, Town


def test_making_a_topic_twice_gives_the_same_topic():
    town = Town()
    assert town("CreateTopic", Name="news") == {"TopicArn": TOPIC}
    assert town("ListTopics") == {"Topics": [{"TopicArn": TOPIC}]}
    with pytest.raises(ServiceError, match="Topic already exists with different attributes"):
        town("CreateTopic", Name="news", Attributes={"DisplayName": "News"})
    with pytest.raises(ServiceError, match="Topic already exists with different tags"):
        town("CreateTopic", Name="news", Tags=[{"Key": "a", "Value": "1"}])


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 257, "news.fifo"])
def test_names_that_cannot_be(name: str):
    with pytest.raises(ServiceError, match="InvalidParameter: Invalid parameter: Topic Name"):
        Town()("CreateTopic", Name=name)


def test_a_fifo_topic_says_so_twice():
    town = Town()
    arn = town("CreateTopic", Name="news.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    with pytest.raises(ServiceError, match="MessageGroupId"):
        town("Publish", TopicArn=arn, Message="x")
    town("Publish", TopicArn=arn, Message="x", MessageGroupId="g", MessageDeduplicationId="d")


def test_attributes():
    town = Town(people={"late@example.com": None})
    town.subscribe(before=True)
    town.subscribe("late@example.com", before=True)
    town("SetTopicAttributes", TopicArn=TOPIC, AttributeName="DisplayName", AttributeValue="News")
    attributes = town("GetTopicAttributes", TopicArn=TOPIC)["Attributes"]
    policy = json.loads(attributes.pop("Policy"))
    assert policy["Statement"][0]["Condition"] == {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
    assert attributes == {
        "TopicArn": TOPIC,
        "Owner": ACCOUNT,
        "DisplayName": "News",
        "SubscriptionsPending": "1",
        "SubscriptionsConfirmed": "1",
        "SubscriptionsDeleted": "0",
    }
    with pytest.raises(ServiceError, match="InvalidParameter"):
        town("SetTopicAttributes", TopicArn=TOPIC, AttributeName="Colour", AttributeValue="red")


def test_tags():
    town = Town()
    town("TagResource", ResourceArn=TOPIC, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    town("UntagResource", ResourceArn=TOPIC, TagKeys=["a"])
    assert town("ListTagsForResource", ResourceArn=TOPIC) == {"Tags": [{"Key": "b", "Value": "2"}]}
    with pytest.raises(ServiceError, match="ResourceNotFound"):
        town("ListTagsForResource", ResourceArn=f"{TOPIC}-2")


def test_deleting_a_topic_takes_its_subscriptions_along():
    town = Town()
    town.subscribe(before=True)
    town("DeleteTopic", TopicArn=TOPIC)
    assert town("ListSubscriptions") == {"Subscriptions": []}
    with pytest.raises(ServiceError, match="NotFound: Topic does not exist"):
        town.publish()
    # and again is no error
    town("DeleteTopic", TopicArn=TOPIC)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"Protocol": "pigeon"}, "does not support this protocol string: pigeon"),
        ({"Endpoint": "bob"}, "Invalid parameter: Email address"),
        ({"Protocol": "https", "Endpoint": "http://example.com"}, "must match the specified protocol"),
        ({"Protocol": "sqs", "Endpoint": "queue"}, "it takes an ARN"),
        ({"Protocol": "sms", "Endpoint": ""}, "Invalid parameter: Endpoint"),
        ({"TopicArn": "news"}, "Invalid parameter: TopicArn"),
        ({"TopicArn": TOPIC.replace("us-east-1", "eu-west-1")}, "Invalid parameter: TopicArn"),
        ({"TopicArn": f"{TOPIC}-2"}, "NotFound: Topic does not exist"),
        ({"Attributes": {"FilterPolicy": "{"}}, "FilterPolicy"),
        ({"Attributes": {"FilterPolicy": '{"a": "x"}'}}, '"a" must be an object or an array'),
        ({"Attributes": {"FilterPolicy": json.dumps({f"a{n}": ["x"] for n in range(6)})}}, "FilterPolicyLimitExceeded"),
        ({"Attributes": {"FilterPolicyScope": "Everything"}}, "FilterPolicyScope"),
    ],
)
def test_subscriptions_that_cannot_be(parameters: dict[str, Any], said: str):
    town = Town()
    with pytest.raises(ServiceError, match=said):
        town("Subscribe", **{"TopicArn": TOPIC, "Protocol": "email", "Endpoint": BOB, **parameters})
    assert town("ListSubscriptions") == {"Subscriptions": []}


def test_subscribing_twice_is_one_subscription():
    town = Town()
    assert town.subscribe(before=True) == town.subscribe(before=True)
    assert len(town("ListSubscriptionsByTopic", TopicArn=TOPIC)["Subscriptions"]) == 1


def test_a_subscription_looked_at():
    town = Town()
    arn = town.subscribe(before=True, FilterPolicy='{"a": ["x"]}')
    assert arn.startswith(f"{TOPIC}:")
    assert town("GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"] == {
        "SubscriptionArn": arn,
        "TopicArn": TOPIC,
        "Protocol": "email",
        "Endpoint": BOB,
        "Owner": ACCOUNT,
        "PendingConfirmation": "false",
        "ConfirmationWasAuthenticated": "false",
        "RawMessageDelivery": "false",
        "FilterPolicy": '{"a": ["x"]}',
    }
    with pytest.raises(ServiceError, match="NotFound: Subscription does not exist"):
        town("GetSubscriptionAttributes", SubscriptionArn=f"{arn}x")


def test_unsubscribing():
    town = Town()
    arn = town.subscribe(before=True)
    town("Unsubscribe", SubscriptionArn=arn)
    town.publish()
    town.run()
    assert town.mails == []
    assert town("GetTopicAttributes", TopicArn=TOPIC)["Attributes"]["SubscriptionsDeleted"] == "1"
    # and again is no error
    town("Unsubscribe", SubscriptionArn=arn)
