"""AWS::SNS::Topic, ::Subscription and ::TopicPolicy."""

from __future__ import annotations

import json

from sim.services.sns.template import TYPES
from sim.services.stacks import Stack
from tests.services.sns.stage import ACCOUNT, ALICE, BOB, REGION, Town


def stack_of(town: Town) -> Stack:
    return Stack(town.world, ACCOUNT, REGION, "stack", ALICE, {})


def test_a_topic_with_its_subscriptions():
    town = Town(people={"carol@example.com": None})
    town.world.silent = True
    properties = {
        "TopicName": "alarms",
        "DisplayName": "Alarms",
        "Tags": [{"Key": "team", "Value": "web"}],
        "Subscription": [
            {"Protocol": "email", "Endpoint": BOB},
            {"Protocol": "email", "Endpoint": "carol@example.com"},
        ],
    }
    created = TYPES["AWS::SNS::Topic"](stack_of(town), "Topic", properties)
    town.world.silent = False
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"
    assert (created.ref, created.attributes) == (arn, {"TopicArn": arn, "TopicName": "alarms"})
    assert town("GetTopicAttributes", TopicArn=arn)["Attributes"]["DisplayName"] == "Alarms"
    assert town("ListTagsForResource", ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "web"}]
    town("Publish", TopicArn=arn, Message="x")
    town.run()
    # Carol never confirms; nobody was sent a mail that asks
    assert [(mail["endpoint"], mail["message"]) for mail in town.mails] == [(BOB, "x")]


def test_names_are_made_up():
    town = Town()
    plain = TYPES["AWS::SNS::Topic"](stack_of(town), "Topic", {})
    fifo = TYPES["AWS::SNS::Topic"](stack_of(town), "Queue", {"FifoTopic": True, "ContentBasedDeduplication": True})
    assert plain.attributes["TopicName"].startswith("stack-Topic-")
    assert fifo.attributes["TopicName"].endswith(".fifo")
    attributes = town("GetTopicAttributes", TopicArn=fifo.ref)["Attributes"]
    assert (attributes["FifoTopic"], attributes["ContentBasedDeduplication"]) == ("true", "true")


def test_a_subscription_of_its_own():
    town = Town()
    town.world.silent = True
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:news"
    properties = {
        "TopicArn": arn,
        "Protocol": "email",
        "Endpoint": BOB,
        "FilterPolicyScope": "MessageBody",
        "FilterPolicy": {"state": ["FAILED"]},
    }
    created = TYPES["AWS::SNS::Subscription"](stack_of(town), "Reader", properties)
    town.world.silent = False
    assert created.ref == created.attributes["Arn"]
    for message in ('{"state": "OK"}', '{"state": "FAILED"}'):
        town.publish(message)
    town.run()
    assert town.messages == ['{"state": "FAILED"}']


def test_a_policy():
    town = Town()
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:news"
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": arn}]}
    TYPES["AWS::SNS::TopicPolicy"](stack_of(town), "Policy", {"Topics": [arn], "PolicyDocument": document})
    assert json.loads(town("GetTopicAttributes", TopicArn=arn)["Attributes"]["Policy"]) == document
