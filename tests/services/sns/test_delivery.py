"""Messages on their way to the outbox. Source: docs/behaviour/codecommit-and-glue.md §14."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.calls import Call
from sim.core.problems import ServiceError
from tests.services.sns.stage import ACCOUNT, BOB, REGION, TOPIC, Town


def test_a_mail_lands_in_the_outbox():
    town = Town()
    town.subscribe(before=True)
    town.publish("The site is out.", Subject="Released")
    assert town.mails == []
    town.run()
    (mail,) = town.mails
    assert 200 <= mail["at"] == town.world.now <= 5000
    assert mail == {
        "at": mail["at"],
        "account": ACCOUNT,
        "region": REGION,
        "topic": "news",
        "subject": "Released",
        "message": "The site is out.",
        "protocol": "email",
        "endpoint": BOB,
    }
    assert town.notices == [f"a message to news reached {BOB} by email"]


def test_without_a_subject_aws_gives_one():
    town = Town()
    town.subscribe(before=True)
    town.publish()
    town.run()
    assert town.mails[0]["subject"] == "AWS Notification Message"


def test_a_message_without_readers_is_dropped():
    town = Town()
    town.publish()
    town.run()
    assert town.mails == []


def test_the_same_world_sends_at_the_same_time():
    def arrivals(seed: int) -> list[int]:
        town = Town(seed)
        town.subscribe(before=True)
        for _ in range(3):
            town.publish()
        town.run()
        return [mail["at"] for mail in town.mails]

    assert arrivals(1) == arrivals(1)
    assert arrivals(1) != arrivals(2)


def test_who_is_gone_before_the_mail_arrives_does_not_get_it():
    town = Town()
    arn = town.subscribe(before=True)
    town.publish()
    town("Unsubscribe", SubscriptionArn=arn)
    town.run()
    assert town.mails == []


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"Message": ""}, "Invalid parameter: Empty message"),
        ({"Message": "x" * 262_145}, "Invalid parameter: Message too long"),
        ({"Subject": "x" * 101}, "Invalid parameter: Subject"),
        ({"Subject": "two\nlines"}, "Invalid parameter: Subject"),
        ({"Subject": ""}, "Invalid parameter: Subject"),
        ({"MessageStructure": "json"}, "JSON message body failed to parse"),
        ({"MessageStructure": "json", "Message": "{}"}, "No default entry in JSON message body"),
        ({"TopicArn": f"{TOPIC}-2"}, "NotFound: Topic does not exist"),
        ({"TopicArn": None, "PhoneNumber": "+15550100"}, "not simulated"),
    ],
)
def test_messages_that_cannot_be(parameters: dict[str, Any], said: str):
    town = Town()
    with pytest.raises(ServiceError, match=said):
        town("Publish", **{"TopicArn": TOPIC, "Message": "Hello", **parameters})


def test_each_protocol_may_get_a_text_of_its_own():
    town = Town()
    town.subscribe(before=True)
    town.subscribe("+15550100", "sms", before=True)
    town.publish(json.dumps({"default": "long", "sms": "short"}), MessageStructure="json")
    town.run()
    assert {mail["protocol"]: mail["message"] for mail in town.mails} == {"email": "long", "sms": "short"}


def test_machines_get_an_envelope():
    town = Town()
    town.subscribe(BOB, "email-json", before=True)
    id = town.publish("Hello", Subject="Hi", MessageAttributes={"n": {"DataType": "Number", "StringValue": "5"}})
    town.run()
    envelope = json.loads(town.messages[0])
    assert {name: envelope[name] for name in ("Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp")} == {
        "Type": "Notification",
        "MessageId": id,
        "TopicArn": TOPIC,
        "Subject": "Hi",
        "Message": "Hello",
        "Timestamp": "2026-01-05T09:00:00.000Z",
    }
    assert envelope["MessageAttributes"] == {"n": {"Type": "Number", "Value": "5"}}


def test_raw_delivery_leaves_the_envelope_off():
    town = Town()
    town.subscribe("https://example.com/hook", "https", before=True, RawMessageDelivery="true")
    town.publish()
    town.run()
    assert town.messages == ["Hello"]


def test_a_queue_is_not_simulated_and_told_of():
    town = Town()
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters"
    town.subscribe(queue, "sqs", before=True)
    town.publish()
    town.run()
    assert town.mails == []
    assert town.notices == [f"a message to news went to sqs {queue}, which is not simulated"]


def test_a_batch():
    town = Town()
    town.subscribe(before=True)
    entries = [{"Id": "a", "Message": "one"}, {"Id": "b", "Message": ""}, {"Id": "c", "Message": "three"}]
    answer = town("PublishBatch", TopicArn=TOPIC, PublishBatchRequestEntries=entries)
    assert [row["Id"] for row in answer["Successful"]] == ["a", "c"]
    assert [(row["Id"], row["Code"]) for row in answer["Failed"]] == [("b", "InvalidParameter")]
    town.run()
    assert sorted(town.messages) == ["one", "three"]
    for wrong, code in (
        ([], "EmptyBatchRequest"),
        ([{"Id": "a", "Message": "x"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": str(n), "Message": "x"} for n in range(11)], "TooManyEntriesInBatchRequest"),
    ):
        with pytest.raises(ServiceError, match=code):
            town("PublishBatch", TopicArn=TOPIC, PublishBatchRequestEntries=wrong)


def test_another_account_publishes_to_the_topic():
    town = Town()
    town.subscribe(before=True)
    there = "arn:aws:iam::222222222222:user/carol"
    parameters = {"TopicArn": TOPIC, "Message": "from afar"}
    town.world.call(Call(there, "222222222222", REGION, "sns", "Publish", parameters))
    town.run()
    assert town.messages == ["from afar"]
    assert town.mails[0]["account"] == ACCOUNT


# Filter policies


@pytest.mark.parametrize(
    ("policy", "attributes", "passes"),
    [
        ({"kind": ["order"]}, {"kind": ("String", "order")}, True),
        ({"kind": ["order"]}, {"kind": ("String", "refund")}, False),
        ({"kind": ["order"]}, {}, False),
        ({"kind": [{"exists": False}]}, {}, True),
        ({"sum": [{"numeric": [">", 10]}]}, {"sum": ("Number", "12")}, True),
        ({"sum": [{"numeric": [">", 10]}]}, {"sum": ("String", "12")}, False),
        ({"tags": ["b"]}, {"tags": ("String.Array", '["a", "b"]')}, True),
        ({"kind": [{"prefix": "or"}], "sum": [1]}, {"kind": ("String", "order")}, False),
    ],
)
def test_a_filter_policy_on_attributes(policy: Any, attributes: dict[str, tuple[str, str]], passes: bool):
    town = Town()
    town.subscribe(before=True, FilterPolicy=json.dumps(policy))
    given_ = {name: {"DataType": type_, "StringValue": value} for name, (type_, value) in attributes.items()}
    town.publish(MessageAttributes=given_)
    town.run()
    assert len(town.mails) == passes
    if not passes:
        assert town.notices == [f"a message to news was not sent to {BOB}: its filter policy does not match"]


@pytest.mark.parametrize(
    ("message", "passes"),
    [('{"state": "FAILED"}', True), ('{"state": "OK"}', False), ("no json", False), ("[1]", False)],
)
def test_a_filter_policy_on_the_body(message: str, passes: bool):
    town = Town()
    town.subscribe(before=True, FilterPolicyScope="MessageBody", FilterPolicy='{"state": ["FAILED"]}')
    town.publish(message)
    town.run()
    assert len(town.mails) == passes


def test_an_emptied_filter_policy_lets_everything_pass():
    town = Town()
    arn = town.subscribe(before=True, FilterPolicy='{"kind": ["order"]}')
    town("SetSubscriptionAttributes", SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue="{}")
    town.publish()
    town.run()
    assert len(town.mails) == 1


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["subscribe", "publish", "unsubscribe", "wait"]), max_size=12))
def test_everybody_confirmed_at_the_time_gets_each_message_once(steps: list[str]):
    town = Town()
    arns: list[str] = []
    expected = 0
    for number, step in enumerate(steps):
        if step == "subscribe":
            arns.append(town.subscribe(f"reader{number}@example.com", before=True))
        elif step == "publish":
            town.publish(str(number))
            town.run()  # everything is there before somebody leaves
            expected += len(arns)
        elif step == "unsubscribe" and arns:
            town("Unsubscribe", SubscriptionArn=arns.pop(0))
        else:
            town.run(town.world.now + 1000)
    assert len(town.mails) == expected
    pairs = [(mail["endpoint"], mail["message"]) for mail in town.mails]
    assert len(dict.fromkeys(pairs)) == len(pairs)
