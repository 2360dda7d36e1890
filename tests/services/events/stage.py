"""A small world with EventBridge, for stories about rules and what they reach."""

from __future__ import annotations

from typing import Any

from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError
from sim.core.world import World
from tests.services.modelled import check_error

ACCOUNT, REGION = "123456789012", "us-east-1"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
PIPELINE = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/start"


class Ear(Service):
    """In place of a service that is a target: it keeps the calls it gets, and refuses when `refuses` says so."""

    refuses = ""

    def prepare(self) -> None:
        self.heard: list[Call] = []

    def _hear(self, call: Call) -> Answer:
        if self.refuses:
            raise ServiceError(self.refuses, "no")
        self.heard.append(call)
        return {}

    StartPipelineExecution = StartBuild = _hear


class Town:
    """`town("PutRule", …)` is a call of EventBridge. CodePipeline and CodeBuild are ears."""

    def __init__(self, seed: int = 7):
        self.world = World(seed)
        self.world.events = []
        self.pipelines, self.builds = (Ear(self.world, ACCOUNT, REGION) for _ in range(2))
        self.world._services["codepipeline", ACCOUNT, REGION] = self.pipelines
        self.world._services["codebuild", ACCOUNT, REGION] = self.builds

    def __call__(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.ask("events", operation, **parameters)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return self.world.call(Call(ALICE, ACCOUNT, REGION, service, operation, parameters))
        except ServiceError as error:
            check_error(service, operation, error)
            raise

    def topic(self) -> str:
        """A topic whose mails manager@example.com reads."""
        self.world.silent = True
        self.ask("sns", "CreateTopic", Name="news")
        self.ask("sns", "Subscribe", TopicArn=TOPIC, Protocol="email", Endpoint="manager@example.com")
        self.world.silent = False
        return TOPIC

    def send(self, detail_type: str = "Order", detail: str = "{}", source: str = "my.shop", **entry: Any) -> str:
        """Put one event of our own; gives its id."""
        answer = self("PutEvents", Entries=[{"Source": source, "DetailType": detail_type, "Detail": detail, **entry}])
        assert answer["FailedEntryCount"] == 0, answer
        return str(answer["Entries"][0]["EventId"])

    def run(self, until: int | None = None) -> None:
        self.world.run(until)

    @property
    def mails(self) -> list[str]:
        return [mail["message"] for mail in self.world.journal.of("mail")]

    @property
    def notices(self) -> list[str]:
        return [notice.why.render() for notice in self.world.journal.notices]
