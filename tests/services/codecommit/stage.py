"""A small world with CodeCommit, for stories about pushes."""

from __future__ import annotations

from typing import Any

from sim.core import naming
from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.core.world import World
from sim.services.codecommit import CodeCommit
from tests.services.modelled import check_error

ACCOUNT, REGION = "123456789012", "us-east-1"
ALICE = naming.user(ACCOUNT, "alice")
REPOSITORY_ARN = f"arn:aws:codecommit:{REGION}:{ACCOUNT}:web"


class Town:
    """Alice's account. `town("GetBranch", …)` is a call of CodeCommit, `town.ask(service, …)` of another service."""

    def __init__(self, seed: int = 7, repository: str | None = "web"):
        self.world = World(seed)
        self.world.events = []
        if repository is not None:
            self("CreateRepository", repositoryName=repository)

    def __call__(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.ask("codecommit", operation, **parameters)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return self.world.call(Call(ALICE, ACCOUNT, REGION, service, operation, parameters))
        except ServiceError as error:
            check_error(service, operation, error)
            raise

    def of_web(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self(operation, repositoryName="web", **parameters)

    @property
    def codecommit(self) -> CodeCommit:
        service = self.world.service("codecommit", ACCOUNT, REGION)
        assert isinstance(service, CodeCommit)
        return service

    def push(self, files: dict[str, str | None] | None = None, branch: str = "main", tag: str | None = None) -> str:
        contents = {path: None if text is None else text.encode() for path, text in (files or {}).items()}
        return self.codecommit.push(
            "web", branch, contents, author="alice", message="A change", principal=ALICE, tag=tag
        )

    def run(self) -> None:
        self.world.run()

    @property
    def events(self) -> list[dict[str, Any]]:
        assert self.world.events is not None
        return self.world.events

    @property
    def mails(self) -> list[dict[str, Any]]:
        return self.world.journal.of("mail")
