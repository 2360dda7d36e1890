"""One call of an AWS operation, and what a simulated service is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeVar

from sim.core.problems import ServiceError

if TYPE_CHECKING:
    from sim.core.world import World


class Call(NamedTuple):
    """Who asks for what, where.

    `principal` is an ARN; `service` is botocore's name (`codedeploy`), `operation` AWS's (`CreateDeployment`),
    `parameters` has AWS's shape. A service calling another names itself in `via` (`codepipeline.amazonaws.com`).
    """

    principal: str
    account: str
    region: str
    service: str
    operation: str
    parameters: dict[str, Any]
    via: str = ""


Answer = dict[str, Any]
Plain = TypeVar("Plain")
_HOLDS = (dict, list)


def copied(value: Plain) -> Plain:
    """A copy of parameters or of an answer: lists and dicts at any depth are copied, what is in them never changes.

    Several times as fast as `copy.deepcopy`, which has to reckon with anything.
    """
    found: Any = value
    if isinstance(found, dict):
        found = {key: copied(item) if isinstance(item, _HOLDS) else item for key, item in found.items()}
    elif isinstance(found, list):
        found = [copied(item) if isinstance(item, _HOLDS) else item for item in found]
    return found  # type: ignore[no-any-return]


Operation = Callable[[Call], Answer]


class Service:
    """One AWS service in one account and Region (or as wide as `scope` says). Its operations are its methods
    with AWS's names: `def CreateDeployment(self, call: Call) -> Answer`."""

    scope: ClassVar[Literal["region", "account", "world"]] = "region"
    name: ClassVar[str] = ""

    def __init__(self, world: World, account: str, region: str):
        self.world = world
        self.account = account
        self.region = region
        self.prepare()

    def prepare(self) -> None:
        """Make the empty stores of the service."""

    def operation(self, name: str) -> Operation:
        """The method of that operation. Raises ServiceError UnknownOperationException."""
        method = getattr(self, name, None) if name[:1].isupper() else None
        if method is None:
            raise ServiceError(
                "UnknownOperationException", f"{self.name}.{name} is not an operation that this simulator answers"
            )
        return method  # type: ignore[no-any-return]
