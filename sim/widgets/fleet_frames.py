"""What every instance was at every moment of a run: revision, health, agent, and the lifecycle event it is in.

The start of the run, in a world of its own, holds how each deployment group knows its instances. The journal's moves
are made on it in order, by the deployment group's own rules (docs/behaviour/codedeploy.md §6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from sim.analysis.record import Record
from sim.analysis.tables import place
from sim.core.states import Why
from sim.core.world import World
from sim.services.codedeploy import agent, hosts
from sim.services.codedeploy import resources as codedeploy
from sim.services.codedeploy.resources import EventStatus, Group, Host, Target, TargetStatus
from sim.widgets.tracks import Catalogue, Track

Reason = Callable[[Why], int]

_OVER = frozenset({TargetStatus.SUCCEEDED, TargetStatus.FAILED, TargetStatus.UNKNOWN})
OVERVIEW = tuple(
    str(status)
    for status in (
        TargetStatus.PENDING,
        TargetStatus.IN_PROGRESS,
        TargetStatus.SUCCEEDED,
        TargetStatus.FAILED,
        TargetStatus.SKIPPED,
        TargetStatus.READY,
    )
)
"""What a deployment's overview counts."""


class Standing(NamedTuple):
    """How an instance stands in one deployment group; `revision` is the how-manieth of the group, 0 for none."""

    group: str
    revision: int
    instance_health: str
    revision_health: str
    location: str


class Picture(NamedTuple):
    """All that a tile shows. `deployment` is the id of the one that reached the instance last, "" for none; `status`
    what its target became there, and `event` the lifecycle event that began last there."""

    state: str
    deployment: str
    status: str
    event: str
    event_status: str
    standings: tuple[Standing, ...]


class _Tile:
    """One instance on its way through the run."""

    __slots__ = ("deployment", "event", "event_status", "groups", "host", "index", "pictures", "state", "status")

    def __init__(self, index: int, host: Host, state: str):
        self.index = index
        self.host = host
        self.state = state
        self.deployment = self.status = self.event = self.event_status = ""
        self.groups: list[Group] = []
        self.pictures: Track[int] = Track()


class FleetFrames:
    """The fleet's frames. `start` is a world of the same plan and seed at time 0; its groups are changed here."""

    def __init__(self, record: Record, world: World, start: World | None, home: tuple[str, str], reason: Reason):
        self.record = record
        self.reason = reason
        self.pictures: Catalogue[Picture] = Catalogue()
        self._end: Any = world.service("codedeploy", *home)
        self._start: Any = None if start is None else start.service("codedeploy", *home)
        self._start_world = start
        self._shadows: dict[str, Group] = {}
        self._tiles: dict[str, _Tile] = {}
        self.instances: list[dict[str, Any]] = []
        self.deployments: list[dict[str, Any]] = []
        self.targets: list[list[Any]] = []
        self._overviews: dict[int, Track[tuple[int, ...]]] = {}
        self._numbers: dict[int, int] = {}
        self._installed: dict[tuple[str, str], str] = {}
        """(deployment group, instance) -> the key of the revision that was installed there in this run."""
        self._meet()
        self._belong()
        self._play()
        self._tell()

    # Who is there

    def _meet(self) -> None:
        """Every instance that ever is in the run, in the fleet's order, as it came into being."""
        ending = {host.id: host for host in hosts.fleet(self._end)}
        starting = {} if self._start is None else {host.id: host for host in hosts.fleet(self._start)}
        for kind in ("instance", "on-premises-instance"):
            for entity in cast(list[Any], self.record.of_kind(kind)):
                host = ending.get(entity.name) or starting.get(entity.name) or _gone(entity)
                tile = _Tile(len(self._tiles), host, self._state_at_first(entity))
                self._tiles[entity.name] = tile
                self.instances.append(
                    {
                        "name": host.name,
                        "id": host.id,
                        "zone": host.zone,
                        "created": self.record.created(entity),
                        "agent": self._agent(host).packed(),
                    }
                )

    def _state_at_first(self, entity: Any) -> str:
        """The state that an instance came into being with, which is no move."""
        before = None if self._start_world is None else self._start_world.resource(entity.arn)
        if before is not None:
            return str(before.status)
        if not self.record.steps(entity):
            return str(entity.status)
        return "running" if entity.kind == "on-premises-instance" else "pending"

    def _agent(self, host: Host) -> Track[str]:
        """How the agent is set up, from when on: rules of the scenario may begin and cease to hold."""
        track: Track[str] = Track()
        rules = self._end.agent_rules()
        service = self._end if self._start is None else self._start
        times = {0, *(time for rule in rules for time in (rule.after, rule.before) if time is not None)}
        for time in sorted(times):
            track.put(time, agent.describe(service, host, time))
        return track

    def _belong(self) -> None:
        """Which deployment groups each instance belongs to: as at the end, or as at the start if it is gone then."""
        for service in (self._start, self._end):
            for group in () if service is None else service.groups.values():
                for host in hosts.hosts_of(service, group):
                    tile = self._tiles.get(host.id)
                    shadow = self._shadow(group)
                    if tile is not None and shadow not in tile.groups:
                        tile.groups.append(shadow)
        for tile in self._tiles.values():
            self._show(tile, self.instances[tile.index]["created"])

    def _shadow(self, group: Group) -> Group:
        """The group as the start knows it, on which the run is made again."""
        found = self._shadows.get(group.id)
        if found is None:
            groups = () if self._start is None else self._start.groups.values()
            found = next((one for one in groups if one.id == group.id), None)
            if found is None:
                found = Group(group.application, group.name, group.id, group.settings)
            self._shadows[group.id] = found
        if len(group.revisions) > len(found.revisions):
            found.revisions = list(group.revisions)  # numbered as the run itself numbers them
        return found

    # The run once more

    def _play(self) -> None:
        """Every move of the journal once, in order."""
        journal = self.record.journal
        self._number_deployments()
        moves: dict[str, Callable[[int, Any, Any], None]] = {
            "target": self._target_moves,
            "lifecycle-event": self._event_moves,
            "deployment": self._deployment_moves,
            "instance": self._instance_moves,
            "on-premises-instance": self._instance_moves,
        }
        entities = journal.entities
        for time, ordinal, status, _ in journal.entries:
            entity = entities[ordinal]
            move = moves.get(entity.kind)
            if move is not None:
                move(time, entity, status)

    def _number_deployments(self) -> None:
        for number, deployment in enumerate(cast(list[Any], self.record.of_kind("deployment"))):
            self._numbers[deployment.ordinal] = number
            self._overviews[number] = Track()

    def _target_moves(self, time: int, target: Target, status: TargetStatus) -> None:
        deployment = target.deployment
        number = self._numbers.get(deployment.ordinal)
        if number is None:
            return  # of another account or Region
        self._count(number, target, status, time)
        tile = self._tiles.get(target.host.id)
        if tile is None or status is TargetStatus.SKIPPED:
            return
        shadow = self._shadow(deployment.group)
        member = shadow.member(target.host.id)
        if status is TargetStatus.IN_PROGRESS:
            tile.deployment, tile.event, tile.event_status = deployment.name, "", ""
            if shadow not in tile.groups:
                tile.groups.append(shadow)
        elif status is TargetStatus.SUCCEEDED:
            member.instance_health = codedeploy.HEALTHY
            member.deployed, member.unknown = deployment.key, False
        elif status in _OVER:
            member.instance_health = codedeploy.UNHEALTHY
        tile.status = str(status)
        self._show(tile, time)

    def _count(self, number: int, target: Target, status: TargetStatus, time: int) -> None:
        """The deployment's overview: how many instances are in which status."""
        track = self._overviews[number]
        counts = (
            list(track.values[-1]) if track.values else [len(target.deployment.targets), *[0] * (len(OVERVIEW) - 1)]
        )
        before = {"InProgress": "Pending", "Skipped": "Pending"}.get(str(status), "InProgress")
        for name, change in ((before, -1), (str(status), 1)):
            if name in OVERVIEW:
                counts[OVERVIEW.index(name)] += change
        track.put(time, tuple(counts))

    def _event_moves(self, time: int, event: Any, status: EventStatus) -> None:
        target = cast(Target, event.parent)
        tile = self._tiles.get(target.host.id)
        if tile is None or status is EventStatus.SKIPPED:
            return
        if status is EventStatus.SUCCEEDED and event.name == "Install":
            shadow = self._shadow(target.deployment.group)
            shadow.member(target.host.id).revision = target.deployment.revision
            self._installed[shadow.id, target.host.id] = target.deployment.key
        tile.event, tile.event_status = event.name, str(status)
        self._show(tile, time)

    def _deployment_moves(self, time: int, deployment: Any, status: Any) -> None:
        if str(status) != "Succeeded" or deployment.of_auto_scaling:
            return
        shadow = self._shadow(deployment.group)
        failed = [target for target in deployment.targets if not target.succeeded]
        members = [shadow.member(target.host.id) for target in failed]
        shadow.succeeded_with(deployment.key, deployment.revision, members)
        for tile in self._tiles.values():
            if shadow in tile.groups and self.instances[tile.index]["created"] <= time:
                self._show(tile, time)

    def _instance_moves(self, time: int, instance: Any, status: Any) -> None:
        tile = self._tiles.get(instance.name)
        if tile is not None:
            tile.state = str(status)
            self._show(tile, time)

    def _show(self, tile: _Tile, time: int) -> None:
        standings = tuple(self._standing(group, tile.host.id) for group in tile.groups)
        picture = Picture(tile.state, tile.deployment, tile.status, tile.event, tile.event_status, standings)
        tile.pictures.put(time, self.pictures.number(picture))

    def _standing(self, group: Group, host: str) -> Standing:
        member = group.members.get(host) or codedeploy.Membership()
        number = 0
        if member.revision is not None:
            key = self._installed.get((group.id, host)) or codedeploy.revision_key(member.revision)
            number = group.revision_number(key)
        return Standing(
            f"{group.application}/{group.name}",
            number,
            member.instance_health.value,
            group.revision_health(member).value,
            place(member.revision) or "",
        )

    # What is told of deployments

    def _tell(self) -> None:
        for number, deployment in enumerate(cast(list[Any], self.record.of_kind("deployment"))):
            created = self.record.created(deployment)
            steps = self.record.steps(deployment)
            moves = [[step.time, str(step.status), self.reason(step.why)] for step in steps]
            self.deployments.append(
                {
                    "id": deployment.name,
                    "application": deployment.application,
                    "group": deployment.group.name,
                    "config": deployment.config,
                    "creator": deployment.creator,
                    "revision": deployment.revision_number,
                    "location": place(deployment.revision) or "",
                    "count": len(deployment.targets),
                    "moves": [[created, "Created", -1], *moves],
                    "overview": self._overviews[number].packed(),
                    "error": dict(deployment.error) if deployment.error else None,
                    "notes": [],
                }
            )
            self.targets += [self._target(number, target) for target in deployment.targets]
        self._note()

    def _note(self) -> None:
        """Decisions about deployments that change no status: [ms, topic, reason]."""
        for notice in self.record.journal.notices:
            number = None if notice.entity is None else self._numbers.get(notice.entity.ordinal)
            if number is not None:
                self.deployments[number]["notes"].append([notice.time, notice.topic, self.reason(notice.why)])

    def _target(self, deployment: int, target: Target) -> list[Any]:
        """[deployment, instance, position, started, ended, status, reason, events, diagnostics by event]; an event is
        [name, started, ended, status, reason]. Times of events count from the target's start."""
        steps = self.record.steps(target)
        tile = self._tiles.get(target.host.id)
        started = target.started
        events = []
        diagnostics: dict[str, Any] = {}
        for event in target.events:
            moves = self.record.steps(event)
            begun = None if event.started is None or started is None else event.started - started
            over = None if event.ended is None or started is None else event.ended - started
            events.append([event.name, begun, over, str(event.status), self.reason(moves[-1].why) if moves else -1])
            if event.diagnostics:
                diagnostics[event.name] = dict(event.diagnostics)
        return [
            deployment,
            -1 if tile is None else tile.index,
            target.position,
            started,
            steps[-1].time if started is None and steps else target.ended,  # passed over: when that was decided
            str(target.status),
            self.reason(steps[-1].why) if steps else -1,
            events,
            diagnostics or None,
        ]

    # The picture at one moment

    def at(self, ms: int) -> list[dict[str, Any]]:
        """Each instance that is there by then, in the shape of a result's `fleet`, with what goes on on it."""
        return [
            self._instance_at(tile, picture, ms)
            for tile in self._tiles.values()
            if (picture := tile.pictures.at(ms)) is not None
        ]

    def _instance_at(self, tile: _Tile, number: int, ms: int) -> dict[str, Any]:
        picture = self.pictures.things[number]
        agents = self.instances[tile.index]["agent"]
        return {
            "name": tile.host.name,
            "instanceId": tile.host.id,
            "state": picture.state,
            "agent": _unpacked(agents, ms),
            "deployment": picture.deployment or None,
            "status": picture.status or None,
            "lifecycleEvent": picture.event or None,
            "eventStatus": picture.event_status or None,
            "groups": [
                {
                    "group": one.group,
                    "revision": one.location or None,
                    "revisionNumber": one.revision or None,
                    "revisionHealth": one.revision_health,
                    "instanceHealth": one.instance_health,
                }
                for one in picture.standings
            ],
        }

    def deployments_at(self, ms: int) -> list[dict[str, Any]]:
        """Each deployment that is there by then: its id, group, status and overview."""
        found = []
        for number, one in enumerate(self.deployments):
            if one["moves"][0][0] > ms:
                continue
            counts = self._overviews[number].at(ms) or (0,) * len(OVERVIEW)
            status = [became for time, became, _ in one["moves"] if time <= ms][-1]
            found.append(
                {
                    "deploymentId": one["id"],
                    "group": f"{one['application']}/{one['group']}",
                    "creator": one["creator"],
                    "status": status,
                    "deploymentOverview": dict(zip(OVERVIEW, counts, strict=True)),
                }
            )
        return found

    def packed(self) -> dict[str, Any]:
        """The frames for a browser; times of a track count from the entry before."""
        words: Catalogue[str] = Catalogue()
        instances = [{**self.instances[one.index], "tiles": one.pictures.packed()} for one in self._tiles.values()]
        return {
            "pictures": [
                {
                    "state": one.state,
                    "deployment": one.deployment,
                    "status": one.status,
                    "event": one.event,
                    "eventStatus": one.event_status,
                    "standings": [list(standing) for standing in one.standings],
                }
                for one in self.pictures.things
            ],
            "instances": instances,
            "deployments": self.deployments,
            "targets": [_spelled(target, words) for target in self.targets],
            "words": words.things,
        }


def _spelled(target: list[Any], words: Catalogue[str]) -> list[Any]:
    """A target with numbers for its words: a fleet says the same words very often."""
    *head, status, reason, events, diagnostics = target
    row = [*head, words.number(status), reason]
    row.append(
        [
            value
            for name, *rest, became, why in events
            for value in (words.number(name), *rest, words.number(became), why)
        ]
    )
    if diagnostics:
        row.append(diagnostics)
    return row


def _unpacked(packed: list[Any], ms: int) -> Any:
    """The value of a packed track at that time."""
    found, time = None, 0
    for position in range(0, len(packed), 2):
        time += packed[position]
        if time > ms:
            break
        found = packed[position + 1]
    return found


def _gone(entity: Any) -> Host:
    """An instance that is no longer there."""
    if entity.kind == "on-premises-instance":
        return Host(entity.name, entity.name, entity.name, 0, entity, None)
    name = entity.tags.get("Name") or entity.name
    return Host(entity.name, name, name, entity.number, entity, entity.profile, zone=entity.zone)
