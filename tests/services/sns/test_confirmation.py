"""Nothing is sent to who has not confirmed. Source: docs/behaviour/codecommit-and-glue.md §14."""

from __future__ import annotations

import pytest

from sim.core.calls import Call
from sim.core.clock import DAY, MINUTE
from sim.core.problems import ServiceError
from tests.services.sns.stage import ACCOUNT, BOB, REGION, TOPIC, Town

CAROL = "arn:aws:iam::222222222222:user/carol"
QUEUE = f"arn:aws:sqs:{REGION}:222222222222:letters"


def shown(town: Town) -> list[str]:
    rows = town("ListSubscriptionsByTopic", TopicArn=TOPIC)["Subscriptions"]
    return ["pending" if row["SubscriptionArn"] == "PendingConfirmation" else "confirmed" for row in rows]


def test_before_time_0_everybody_has_confirmed_already():
    town = Town()
    town.subscribe(before=True)
    assert shown(town) == ["confirmed"]
    town.run()
    assert town.mails == []


def test_later_a_mail_asks_first():
    town = Town()
    answer = town("Subscribe", TopicArn=TOPIC, Protocol="email", Endpoint=BOB)
    assert answer == {"SubscriptionArn": "pending confirmation"}
    assert shown(town) == ["pending"]
    # Who is not named confirms at once
    town.run(0)
    assert shown(town) == ["confirmed"]
    town.run()
    (mail,) = town.mails
    assert mail["subject"] == "AWS Notification - Subscription Confirmation"
    assert mail["endpoint"] == BOB


def test_who_confirms_later_gets_what_is_sent_later():
    town = Town(people={BOB: 10 * MINUTE})
    town.subscribe(before=True)
    town.publish("too early")
    assert shown(town) == ["pending"]
    town.run(10 * MINUTE)
    assert shown(town) == ["confirmed"]
    town.publish("in time")
    town.run()
    assert town.messages == ["in time"]
    assert town.notices[0] == f"a message to news was not sent to {BOB}: the subscription is not confirmed"
    (move,) = list(town.world.journal.moves())
    assert (move.time, move.why.render()) == (10 * MINUTE, f"{BOB} confirmed the subscription")


def test_who_never_confirms_gets_nothing_and_keeps_nobody_waiting():
    town = Town(people={BOB: None})
    town.subscribe(before=True)
    town.publish()
    town.run()
    assert town.mails == []
    assert town.world.now == 0
    assert shown(town) == ["pending"]


def token(town: Town) -> str:
    return str(town.messages[0].rpartition("Token=")[2].strip())


def test_the_token_in_the_mail_confirms():
    town = Town(people={BOB: None})
    arn = town.subscribe()
    town.run()
    with pytest.raises(ServiceError, match="InvalidParameter: Invalid parameter: Token"):
        town("ConfirmSubscription", TopicArn=TOPIC, Token="wrong")
    assert town("ConfirmSubscription", TopicArn=TOPIC, Token=token(town)) == {"SubscriptionArn": arn}
    assert shown(town) == ["confirmed"]
    # and once more changes nothing
    assert town("ConfirmSubscription", TopicArn=TOPIC, Token=token(town)) == {"SubscriptionArn": arn}


def test_somebody_may_be_faster_than_foreseen():
    town = Town(people={BOB: 10 * MINUTE})
    town.subscribe()
    town.run(MINUTE)
    town("ConfirmSubscription", TopicArn=TOPIC, Token=token(town))
    town.run()
    assert [move.time for move in town.world.journal.moves()] == [MINUTE]


def test_the_token_is_good_for_two_days():
    town = Town(people={BOB: None})
    town.subscribe()
    town.run(2 * DAY)
    town("ConfirmSubscription", TopicArn=TOPIC, Token=token(town))
    late = Town(people={BOB: None})
    late.subscribe()
    late.run(2 * DAY + 1)
    with pytest.raises(ServiceError, match="it has expired"):
        late("ConfirmSubscription", TopicArn=TOPIC, Token=token(late))


def test_another_accounts_queue_must_confirm_as_well():
    town = Town(people={QUEUE: None})
    parameters = {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE}
    answer = town.world.call(Call(CAROL, "222222222222", REGION, "sns", "Subscribe", parameters))
    assert answer == {"SubscriptionArn": "pending confirmation"}
    assert shown(town) == ["pending"]
    assert town("ListSubscriptions")["Subscriptions"][0]["Owner"] == "222222222222"
    # and that account may leave again
    arn = next(iter(town.sns.subscriptions))
    town.world.call(Call(CAROL, "222222222222", REGION, "sns", "Unsubscribe", {"SubscriptionArn": arn}))
    assert shown(town) == []


def test_queues_and_functions_of_the_account_need_no_confirmation():
    town = Town()
    answer = town("Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters")
    assert answer["SubscriptionArn"].startswith(f"{TOPIC}:")
    assert shown(town) == ["confirmed"]
