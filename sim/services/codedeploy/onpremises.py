"""On-premises instances: registered under a name with an IAM identity of their own, and tagged in CodeDeploy itself.

Source: docs/behaviour/codedeploy.md §1.1.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call
from sim.core.problems import ServiceError
from sim.core.states import Resource, Rule, table
from sim.core.world import World
from sim.services.codedeploy import checks

MAX_TAGS = 10
"""Tags of one on-premises instance (docs/behaviour/codedeploy.md §10.2)."""
MAX_NAME = 100
_USER = re.compile(r"arn:aws[\w-]*:iam::\d{12}:user/.+")
_SESSION = re.compile(r"arn:aws[\w-]*:sts::\d{12}:assumed-role/[^/]+/[^/]+")

DEREGISTERED = Rule(
    "codedeploy.on-premises.deregistered",
    "it is registered no longer: no deployment goes there, whatever its tags",
    basis="documented",
    source="docs/behaviour/codedeploy.md §1.1",
)


class Registration(StrEnum):
    """A machine that is registered is taken to be running: nothing tells the service otherwise."""

    RUNNING = "running"
    DEREGISTERED = "deregistered"


class OnPremisesInstance(Resource):
    """A machine of the user's own. `identity` is the ARN of its IAM user or IAM session; dates of the calendar."""

    __slots__ = ("deregistered", "identity", "registered", "tags")
    kind = "on-premises-instance"
    moves, final = table({Registration.RUNNING: {Registration.DEREGISTERED}})

    def __init__(self, name: str, identity: str, registered: datetime, account: str, region: str):
        arn = naming.arn("codedeploy", region, account, f"instance:{name}")
        super().__init__(name, Registration.RUNNING, arn=arn, account=account, region=region)
        self.identity = identity
        self.registered = registered
        self.deregistered: datetime | None = None
        self.tags: dict[str, str] = {}

    @property
    def is_registered(self) -> bool:
        return self.status is Registration.RUNNING

    @property
    def absence(self) -> str | None:
        """Why nobody on it does anything, if so."""
        return None if self.is_registered else f"the instance is {self.status}"

    def described(self) -> dict[str, Any]:
        """As the API's InstanceInfo."""
        found: dict[str, Any] = {
            "instanceName": self.name,
            "iamUserArn" if _USER.fullmatch(self.identity) else "iamSessionArn": self.identity,
            "instanceArn": self.arn,
            "registerTime": self.registered,
            "tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }
        return found | ({"deregisterTime": self.deregistered} if self.deregistered is not None else {})


class OnPremises:
    """CodeDeploy's operations on on-premises instances. A part of the service, which holds `world` and the home."""

    world: World
    account: str
    region: str

    def prepare_on_premises(self) -> None:
        self.on_premises: dict[str, OnPremisesInstance] = {}

    def _registered(self, name: str) -> OnPremisesInstance:
        found = self.on_premises.get(name)
        if found is None or not found.is_registered:
            raise ServiceError("InstanceNotRegisteredException", f"The instance {name} is not registered")
        return found

    def RegisterOnPremisesInstance(self, call: Call) -> Answer:
        name = _name(call.parameters.get("instanceName"))
        identity = self._identity(call.parameters)
        before = self.on_premises.get(name)
        if before is not None and before.is_registered:
            raise ServiceError("InstanceNameAlreadyRegisteredException", f"The instance name {name} is already in use")
        found = OnPremisesInstance(name, identity, self.world.date, self.account, self.region)
        if before is not None:
            found.tags = before.tags  # deregistering took none away
        self.on_premises[name] = found
        self.world.register(found)
        return {}

    def _identity(self, parameters: dict[str, Any]) -> str:
        """The one ARN that was given, of an IAM user or of an IAM session."""
        user, session = parameters.get("iamUserArn"), parameters.get("iamSessionArn")
        if user and session:
            raise ServiceError("MultipleIamArnsProvidedException", "Give iamUserArn or iamSessionArn, not both")
        if not user and not session:
            raise ServiceError("IamArnRequiredException", "No IAM ARN was included in the request")
        if user and not _USER.fullmatch(user):
            raise ServiceError("InvalidIamUserArnException", f"{user} is not the ARN of an IAM user")
        if session and not _SESSION.fullmatch(session):
            raise ServiceError("InvalidIamSessionArnException", f"{session} is not the ARN of an IAM session")
        for other in self.on_premises.values():
            if other.is_registered and other.identity == (user or session):
                code = f"Iam{'User' if user else 'Session'}ArnAlreadyRegisteredException"
                raise ServiceError(code, f"{other.identity} is registered with {other.name} already")
        return str(user or session)

    def DeregisterOnPremisesInstance(self, call: Call) -> Answer:
        found = self.on_premises.get(_name(call.parameters.get("instanceName")))
        if found is not None and found.is_registered:
            found.deregistered = self.world.date
            self.world.move(found, Registration.DEREGISTERED, DEREGISTERED)
        return {}

    def GetOnPremisesInstance(self, call: Call) -> Answer:
        name = _name(call.parameters.get("instanceName"))
        found = self.on_premises.get(name)
        if found is None:
            raise ServiceError("InstanceNotRegisteredException", f"The instance {name} was never registered")
        return {"instanceInfo": found.described()}

    def BatchGetOnPremisesInstances(self, call: Call) -> Answer:
        names = call.parameters.get("instanceNames") or []
        if not names:
            raise ServiceError("InstanceNameRequiredException", "No instance name was given")
        checks.at_most(25, names)
        return {"instanceInfos": [self.on_premises[name].described() for name in names if name in self.on_premises]}

    def ListOnPremisesInstances(self, call: Call) -> Answer:
        status, filters = call.parameters.get("registrationStatus"), call.parameters.get("tagFilters") or []
        if status not in (None, "Registered", "Deregistered"):
            raise ServiceError("InvalidRegistrationStatusException", f"{status} is not Registered or Deregistered")
        if any(one.get("Type") not in (None, "KEY_ONLY", "VALUE_ONLY", "KEY_AND_VALUE") for one in filters):
            raise ServiceError("InvalidTagFilterException", "a filter's Type is KEY_ONLY, VALUE_ONLY or KEY_AND_VALUE")
        names = [
            name
            for name, one in self.on_premises.items()
            if (status is None or (status == "Registered") == one.is_registered)
            and all(tagged(one.tags, wanted) for wanted in filters)
        ]
        return {"instanceNames": names}

    def AddTagsToOnPremisesInstances(self, call: Call) -> Answer:
        tags, instances = _checked_tags(call.parameters), self._named(call.parameters)
        for one in instances:
            if len(one.tags | tags) > MAX_TAGS:
                raise ServiceError("TagLimitExceededException", f"{one.name} may have {MAX_TAGS} tags at most")
        for one in instances:
            one.tags |= tags
        return {}

    def RemoveTagsFromOnPremisesInstances(self, call: Call) -> Answer:
        tags = _checked_tags(call.parameters)
        for one in self._named(call.parameters):
            for key, value in tags.items():
                if one.tags.get(key) == value:
                    del one.tags[key]
        return {}

    def _named(self, parameters: dict[str, Any]) -> list[OnPremisesInstance]:
        names = parameters.get("instanceNames") or []
        if not names:
            raise ServiceError("InstanceNameRequiredException", "No instance name was given")
        return [self._registered(name) for name in names]


def _name(name: str | None) -> str:
    if not name:
        raise ServiceError("InstanceNameRequiredException", "The instance name is required")
    if len(name) > MAX_NAME or name.startswith(("i-", "mi-")) or not re.fullmatch(r"[\w.+=,@-]+", name):
        raise ServiceError("InvalidInstanceNameException", f"{name!r} cannot be the name of an on-premises instance")
    return name


def _checked_tags(parameters: dict[str, Any]) -> dict[str, str]:
    """Key and value are both needed: no empty key, no tag of a value alone (§1.1)."""
    tags = parameters.get("tags") or []
    if not tags:
        raise ServiceError("TagRequiredException", "A tag was not specified")
    if any(not tag.get("Key") or tag.get("Value") is None for tag in tags):
        raise ServiceError("InvalidTagException", "a tag of an on-premises instance has a Key and a Value")
    if any(len(tag["Key"]) > 128 or len(tag["Value"]) > 256 for tag in tags):
        raise ServiceError("InvalidTagException", "a Key has at most 128 characters and a Value at most 256")
    return {tag["Key"]: tag["Value"] for tag in tags}


def tagged(tags: dict[str, str], wanted: dict[str, str]) -> bool:
    """Whether tags fit one filter (§11)."""
    kind = wanted.get("Type", "KEY_AND_VALUE")
    if kind == "KEY_ONLY":
        return wanted.get("Key") in tags
    if kind == "VALUE_ONLY":
        return wanted.get("Value") in tags.values()
    return tags.get(wanted.get("Key", "")) == wanted.get("Value", "")
