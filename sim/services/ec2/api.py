"""EC2's operations on instances."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from simpy import Event

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.problems import ServiceError
from sim.core.world import END
from sim.services import behavior
from sim.services.ec2.resources import ASKED, BOOTED, CODES, REBOOTED, REBOOTS, SHUT_DOWN, Instance, InstanceState, S

MAX_LAUNCHED = 1_000
"""Instances that one call may launch."""


class EC2(Service):
    """EC2 in one account and Region."""

    name = "ec2"

    def prepare(self) -> None:
        self.instances: dict[str, Instance] = {}

    # Looking

    def DescribeInstances(self, call: Call) -> Answer:
        ids = call.parameters.get("InstanceIds")
        chosen: Iterable[Instance] = self.instances.values() if ids is None else [self._instance(id) for id in ids]
        filters = call.parameters.get("Filters", ())
        rows = [self._row(one) for one in chosen if all(_fits(one, wanted) for wanted in filters)]
        if not rows:
            return {"Reservations": []}
        return {"Reservations": [{"ReservationId": "r-00000000000000001", "OwnerId": self.account, "Instances": rows}]}

    def _instance(self, id: str) -> Instance:
        found = self.instances.get(id)
        if found is None:
            raise ServiceError("InvalidInstanceID.NotFound", f"The instance ID '{id}' does not exist")
        return found

    def _row(self, one: Instance) -> dict[str, Any]:
        row: dict[str, Any] = {
            "InstanceId": one.name,
            "InstanceType": one.type,
            "LaunchTime": one.launched,
            "Placement": {"AvailabilityZone": one.zone},
            "PrivateIpAddress": one.private_ip,
            "State": _state(one.status),
            "Tags": [{"Key": key, "Value": value} for key, value in one.tags.items()],
        }
        if one.profile:
            row["IamInstanceProfile"] = {"Arn": naming.arn("iam", "", self.account, f"instance-profile/{one.profile}")}
        return row

    # Launching

    def launch(
        self, tags: dict[str, str], zone: str, profile: str | None, group: str | None = None, running: bool = True
    ) -> Instance:
        """One more instance; `running` at once, as before time 0, or after its boot time."""
        number = self.world.count(f"instance\x1f{self.account}\x1f{self.region}")
        id = "i-" + naming.hexadecimal(self.world.seed, self.account, self.region, "instance", number)
        status = InstanceState.RUNNING if running else InstanceState.PENDING
        one = Instance(id, status, self.account, self.region)
        one.tags, one.zone, one.profile, one.group, one.number = tags, zone, profile, group, number
        one.booted_with = profile
        one.launched = self.world.date
        self.instances[id] = one
        self.world.register(one)
        if not running:
            self._announce(one)
            self.world.process(self._boot(one))
        return one

    def _announce(self, one: Instance) -> None:
        """Tell of the status that an instance begins with; it got there by no move."""
        assert one.emits is not None
        source, kind, build = one.emits
        if self.world.listens(self.account, self.region, source, kind):
            told = build(one, ASKED)
            assert told is not None
            self.world.publish(self.account, self.region, source, kind, *told)

    def _boot(self, one: Instance) -> Generator[Event, Any, None]:
        yield self.world.wait(behavior.of(self.world).delay(self.world, "instance.boot", one.name), one, END)
        if one.status is InstanceState.PENDING:
            one.booted_with = one.profile
            self.world.move(one, InstanceState.RUNNING, BOOTED)

    def RunInstances(self, call: Call) -> Answer:
        count = call.parameters["MaxCount"]
        if count > MAX_LAUNCHED:
            message = f"You have requested more instances ({count}) than your current instance limit of {MAX_LAUNCHED}"
            raise ServiceError("InstanceLimitExceeded", message)
        tags: dict[str, str] = {}
        for specification in call.parameters.get("TagSpecifications", ()):
            if specification.get("ResourceType") == "instance":
                tags |= _tags(specification)
        profile = _profile(call.parameters.get("IamInstanceProfile", {}))
        zone = call.parameters.get("Placement", {}).get("AvailabilityZone") or f"{self.region}a"
        rows = []
        for _ in range(count):
            one = self.launch(dict(tags), zone, profile, running=self.world.silent)
            one.type = call.parameters.get("InstanceType") or one.type
            rows.append(self._row(one))
        return {"ReservationId": "r-00000000000000001", "OwnerId": self.account, "Instances": rows}

    # States

    def _change(self, call: Call, way: tuple[S, ...], there: tuple[S, ...], refusal: str) -> list[dict[str, Any]]:
        """Take every instance that way; those that are `there` stay. None is changed when one cannot be."""
        chosen = [self._instance(id) for id in call.parameters["InstanceIds"]]
        for one in chosen:
            if one.status not in there and way[0] not in one.moves[one.status]:
                raise ServiceError("IncorrectInstanceState", refusal.format(id=one.name))
        rows = []
        for one in chosen:
            before = InstanceState(one.status)
            if before not in there:
                self._give_up_reboot(one)
                self.world.move(one, way[0], ASKED(operation=call.operation))
                for end in way[1:]:
                    self._shut_down(one, end)
            now = InstanceState(one.status)
            rows.append({"InstanceId": one.name, "PreviousState": _state(before), "CurrentState": _state(now)})
        return rows

    def _shut_down(self, one: Instance, end: S) -> None:
        """Bring an instance that has begun to shut down to that end: at once before time 0, else a little later."""
        if self.world.silent:
            self.world.move(one, end, SHUT_DOWN)
        else:
            self.world.process(self._shutting_down(one, one.status, end))

    def _shutting_down(self, one: Instance, began: Any, end: S) -> Generator[Event, Any, None]:
        yield self.world.wait(behavior.of(self.world).delay(self.world, "instance.stop", one.name), one, END)
        if one.status is began:  # and was not terminated while it was stopping
            self.world.move(one, end, SHUT_DOWN)

    def StopInstances(self, call: Call) -> Answer:
        refusal = "This instance '{id}' is not in a state from which it can be stopped."
        return {"StoppingInstances": self._change(call, (S.STOPPING, S.STOPPED), (S.STOPPING, S.STOPPED), refusal)}

    def StartInstances(self, call: Call) -> Answer:
        refusal = "The instance '{id}' is not in a state from which it can be started."
        rows = self._change(call, (S.PENDING,), (S.PENDING, S.RUNNING), refusal)
        for row in rows:
            if row["PreviousState"] == _state(S.STOPPED):
                self.world.process(self._boot(self.instances[row["InstanceId"]]))
        return {"StartingInstances": rows}

    def TerminateInstances(self, call: Call) -> Answer:
        way = (S.SHUTTING_DOWN, S.TERMINATED)
        return {"TerminatingInstances": self._change(call, way, way, "The instance '{id}' cannot be terminated.")}

    def RebootInstances(self, call: Call) -> Answer:
        """Restart instances; to callers they are running all the while."""
        chosen = [self._instance(id) for id in call.parameters["InstanceIds"]]
        for one in chosen:
            if one.status is not S.RUNNING:
                raise ServiceError("IncorrectInstanceState", f"The instance '{one.name}' is not running.")
        for one in chosen:
            if one.reboot is None:
                self._reboot(one)
        return {}

    def _reboot(self, one: Instance) -> None:
        delay = behavior.of(self.world).delay(self.world, "instance.boot", one.name)
        one.reboot = wait = self.world.wait(delay, one, END)
        assert wait.callbacks is not None
        wait.callbacks.append(partial(self._rebooted, one))
        self.world.note(one, "reboot", REBOOTS)
        self.world.stir(one.arn, "rebooting")

    def _rebooted(self, one: Instance, wait: Event) -> None:
        one.reboot = None
        one.booted_with = one.profile
        self.world.note(one, "reboot", REBOOTED)
        self.world.stir(one.arn, "running")

    def _give_up_reboot(self, one: Instance) -> None:
        if one.reboot is not None:
            self.world.cancel(one.reboot)
            one.reboot = None

    # Instance profiles

    def AssociateIamInstanceProfile(self, call: Call) -> Answer:
        one = self._instance(call.parameters["InstanceId"])
        if one.profile is not None:
            message = f"There is an existing association for instance {one.name}"
            raise ServiceError("IncorrectState", message)
        one.profile = _profile(call.parameters["IamInstanceProfile"])
        return {"IamInstanceProfileAssociation": {**self._association(one), "State": "associating"}}

    def DescribeIamInstanceProfileAssociations(self, call: Call) -> Answer:
        ids = call.parameters.get("AssociationIds")
        rows = [self._association(one) for one in self.instances.values() if one.profile is not None]
        return {"IamInstanceProfileAssociations": [row for row in rows if ids is None or row["AssociationId"] in ids]}

    def _association(self, one: Instance) -> dict[str, Any]:
        return {
            "AssociationId": "iip-assoc-" + naming.hexadecimal(self.world.seed, one.arn, "association"),
            "InstanceId": one.name,
            "IamInstanceProfile": self._row(one)["IamInstanceProfile"],
            "State": "associated",
        }

    def CreateTags(self, call: Call) -> Answer:
        for id in call.parameters["Resources"]:
            self._instance(id).tags |= _tags(call.parameters)
        return {}


def _profile(given: dict[str, Any]) -> str | None:
    """The name of an instance profile that is given by name or by ARN."""
    return given.get("Name") or (given.get("Arn") or "").rsplit("/", 1)[-1] or None


def _state(status: Any) -> dict[str, Any]:
    return {"Code": CODES[status], "Name": str(status)}


def _tags(members: dict[str, Any]) -> dict[str, str]:
    tags = members.get("Tags", ())
    if not all(tag.get("Key") for tag in tags):
        raise ServiceError("MissingParameter", "a tag needs a Key")
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def _fits(one: Instance, wanted: dict[str, Any]) -> bool:
    name, values = wanted.get("Name", "null"), wanted.get("Values", ())
    if name.startswith("tag:"):
        value = one.tags.get(name[4:])
        return value is not None and any(fnmatchcase(value, pattern) for pattern in values)
    if name == "tag-key":
        return any(key in values for key in one.tags)
    if name == "instance-state-name":
        return one.status in values
    if name == "instance-id":
        return one.name in values
    raise ServiceError("InvalidParameterValue", f"The filter '{name}' is invalid")
