"""How a CloudFormation type becomes a resource: what each service's `template.py` is written against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call
from sim.core.world import World


@dataclass(frozen=True, slots=True)
class Created:
    """What Ref gives for a resource, and what Fn::GetAtt gives."""

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Stack:
    """One stack being created in one account and Region, by `principal`.

    `repositories` holds the first commits: repository name -> {path: content}, or a path to a `.git`. `warnings`
    collects (logical id, code, message, hint).
    """

    world: World
    account: str
    region: str
    name: str
    principal: str
    repositories: Mapping[str, Any]
    warnings: list[tuple[str, str, str, str]] = field(default_factory=list)
    judge: Callable[[str, str, dict[str, Any]], Sequence[tuple[str, str]]] | None = None
    """(service, operation, parameters) -> (member that the operation does not know, hint), for who wants to look.
    Raises ServiceError for values that the operation does not allow."""
    making: str = ""
    """The logical id of the resource that is being made."""

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> Answer:
        if self.judge is not None:
            for member, hint in self.judge(service, operation, parameters):
                message = f"the property {member[:1].upper()}{member[1:]} is without effect"
                self.warnings.append((self.making, "CF412", message, hint))
        call = Call(
            self.principal, self.account, self.region, service, operation, parameters, "cloudformation.amazonaws.com"
        )
        return self.world.call(call)

    def physical_name(self, logical_id: str, longest: int = 255) -> str:
        """The name CloudFormation makes up for a resource that is given none, of at most so many characters."""
        end = naming.capitals(self.world.seed, self.name, logical_id, length=12)
        return f"{f'{self.name}-{logical_id}'[: longest - len(end) - 1]}-{end}"

    def arn(self, service: str, resource: str) -> str:
        return naming.arn(service, self.region, self.account, resource)


Maker = Callable[[Stack, str, dict[str, Any]], Created]
"""(stack, logical id, evaluated properties) -> what was made. Registered in `TYPES` of a service's template.py:
`TYPES = {"AWS::CodeCommit::Repository": repository}`."""
