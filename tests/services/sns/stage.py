"""A small world with SNS, for stories about topics and mails."""

from __future__ import annotations

from typing import Any

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.core.world import World
from sim.formats.scenario import Person
from sim.services.sns import SNS
from tests.services.modelled import check_error

ACCOUNT, REGION = "123456789012", "us-east-1"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
BOB = "bob@example.com"


class Town:
    """A topic `news`, without subscriptions. `people` says when somebody confirms, in ms (None: never)."""

    def __init__(self, seed: int = 7, people: dict[str, int | None] | None = None):
        self.world = World(seed)
        self.world.people = {address: Person(confirms) for address, confirms in (people or {}).items()}
        self("CreateTopic", Name="news")

    def __call__(self, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return self.world.call(Call(ALICE, ACCOUNT, REGION, "sns", operation, parameters))
        except ServiceError as error:
            check_error("sns", operation, error)
            raise

    @property
    def sns(self) -> SNS:
        service = self.world.service("sns", ACCOUNT, REGION)
        assert isinstance(service, SNS)
        return service

    def subscribe(
        self, endpoint: str = BOB, protocol: str = "email", *, before: bool = False, **attributes: str
    ) -> str:
        """Subscribe, before time 0 if asked to; gives the subscription's ARN."""
        self.world.silent = before
        try:
            answer = self(
                "Subscribe",
                TopicArn=TOPIC,
                Protocol=protocol,
                Endpoint=endpoint,
                Attributes=attributes,
                ReturnSubscriptionArn=True,
            )
        finally:
            self.world.silent = False
        return str(answer["SubscriptionArn"])

    def publish(self, message: str = "Hello", **parameters: Any) -> str:
        return str(self("Publish", TopicArn=TOPIC, Message=message, **parameters)["MessageId"])

    def run(self, until: int | None = None) -> None:
        self.world.run(until)

    @property
    def mails(self) -> list[dict[str, Any]]:
        return self.world.journal.of("mail")

    @property
    def messages(self) -> list[str]:
        return [mail["message"] for mail in self.mails]

    @property
    def notices(self) -> list[str]:
        return [notice.why.render() for notice in self.world.journal.notices]
