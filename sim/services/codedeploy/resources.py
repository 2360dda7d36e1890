"""What CodeDeploy keeps: deployments, their targets and lifecycle events; groups and how their hosts are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from simpy import Event

from sim.core.randomness import Lanes
from sim.core.states import Entity, Resource, Rule, Why, table

if TYPE_CHECKING:
    from sim.core.world import Life
    from sim.formats.policy import Statement
    from sim.services.codedeploy.bundle import Bundle

_DOC = "docs/behaviour/codedeploy.md"


class DeploymentStatus(StrEnum):
    CREATED = "Created"
    QUEUED = "Queued"
    IN_PROGRESS = "InProgress"
    BAKING = "Baking"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"
    READY = "Ready"


class TargetStatus(StrEnum):
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    UNKNOWN = "Unknown"
    READY = "Ready"


class EventStatus(StrEnum):
    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    UNKNOWN = "Unknown"


class InstanceHealth(StrEnum):
    HEALTHY = "Healthy"
    UNHEALTHY = "Unhealthy"


class RevisionHealth(StrEnum):
    CURRENT = "Current"
    OLD = "Old"
    UNKNOWN = "Unknown"


D, T, E = DeploymentStatus, TargetStatus, EventStatus

# For what a fleet asks at every turn: to reach a member through its enum takes long in Python 3.11.
HEALTHY, UNHEALTHY = InstanceHealth.HEALTHY, InstanceHealth.UNHEALTHY
_CURRENT, _OLD = RevisionHealth.CURRENT, RevisionHealth.OLD
_TARGET_PENDING, _TARGET_SUCCEEDED, _EVENT_PENDING = T.PENDING, T.SUCCEEDED, E.PENDING

DEPLOYMENT_MOVES, DEPLOYMENT_FINAL = table(
    {
        D.CREATED: {D.QUEUED, D.IN_PROGRESS, D.FAILED, D.STOPPED},
        D.QUEUED: {D.IN_PROGRESS, D.FAILED, D.STOPPED},
        D.IN_PROGRESS: {D.READY, D.BAKING, D.SUCCEEDED, D.FAILED, D.STOPPED},
        D.READY: {D.IN_PROGRESS, D.STOPPED},
        D.BAKING: {D.SUCCEEDED, D.FAILED, D.STOPPED},
    }
)
TARGET_MOVES, TARGET_FINAL = table(
    {
        T.PENDING: {T.IN_PROGRESS, T.SKIPPED},
        T.IN_PROGRESS: {T.SUCCEEDED, T.FAILED, T.READY, T.UNKNOWN},
        T.READY: {T.IN_PROGRESS, T.SUCCEEDED, T.FAILED},
        T.UNKNOWN: set(),
    }
)
EVENT_MOVES, EVENT_FINAL = table(
    {E.PENDING: {E.IN_PROGRESS, E.SKIPPED}, E.IN_PROGRESS: {E.SUCCEEDED, E.FAILED, E.UNKNOWN}}
)

IN_PLACE = (
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
)
"""Lifecycle events of an in-place deployment, in order. Source: docs/behaviour/codedeploy.md §2.3."""

BLOCK = ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic")
ALLOW = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
SERVICES_OWN = frozenset({"BlockTraffic", "AllowTraffic"})
"""Events that the service carries out with the load balancer, without the agent (§2.1)."""


def lifecycle_of(creator: str, behind_a_load_balancer: bool) -> tuple[str, ...]:
    """The lifecycle events of a deployment in place. Source: docs/behaviour/codedeploy.md §2.3."""
    block, allow = (BLOCK, ALLOW) if behind_a_load_balancer else ((), ())
    if creator == "autoscalingTermination":
        return (*block, "ApplicationStop")
    if creator == "autoscaling":
        return (*IN_PLACE, *allow)
    return (*block, *IN_PLACE, *allow)


PREVIOUS_REVISION = frozenset({"ApplicationStop", "BeforeBlockTraffic", "AfterBlockTraffic"})
"""Events whose scripts come from the revision installed last, not from the one being deployed (§2.1)."""


def _rule(
    id: str, text: str, section: str, basis: Any = "documented", otherwise: tuple[str, str] | None = None
) -> Rule:
    return Rule(f"codedeploy.{id}", text, basis=basis, source=f"{_DOC} {section}", otherwise=otherwise)


BALANCERS_GIVEN = _rule(
    "traffic.given",
    "instances leave {names} before they are deployed to and come back afterwards. No load balancer is simulated: how"
    " long that takes is assumed, and an instance that runs is healthy at its first check",
    "§2.3, §18",
    "assumed",
)
BALANCERS_UNUSED = _rule(
    "traffic.unused",
    "loadBalancerInfo names {names}, but the deploymentOption is WITHOUT_TRAFFIC_CONTROL: no traffic is moved",
    "§18",
    "inferred",
)
STARTED = _rule("deployment.started", "CodeDeploy chose the instances and started the deployment", "§10.1", "inferred")
NO_INSTANCES = _rule("deployment.no-instances", "no instance belongs to the deployment group", "§5.4 rule 1")
TOO_MANY = _rule(
    "deployment.too-many-instances", "{hosts} instances are targeted and a deployment may target {allowed}", "§10.2"
)
MINIMUM_INVALID = _rule(
    "health.minimum-invalid",
    "{minimum} instances must stay healthy and the group has only {hosts}: nothing may be touched",
    "§5.4 rule 2",
)
FIRST_FAILURE = _rule(
    "health.first-failure",
    "one at a time: {instance} failed and is not the last instance, so the deployment stops ({untried} untried)",
    "§5.4 rule 7a",
)
STILL_UNHEALTHY = _rule(
    "health.still-unhealthy",
    "after the unhealthy instances were tried {healthy} are healthy and {minimum} must stay so: the healthy ones are"
    " left untouched",
    "§5.4 rule 5",
)
AT_MINIMUM = _rule(
    "health.at-minimum",
    "{healthy} healthy instances are left and {minimum} must stay healthy: no further one may be taken out"
    " ({untried} untried)",
    "§5.4 rule 7",
)
ENOUGH_SUCCEEDED = _rule(
    "health.enough-succeeded",
    "{succeeded} of {hosts} instances succeeded; at least {needed} had to",
    "§5.4 rule 8",
)
TOO_FEW_SUCCEEDED = _rule(
    "health.too-few-succeeded",
    "no instance is left to try; {succeeded} of {hosts} succeeded and at least {needed} had to",
    "§5.4 rule 8",
)
APPLICATION_MISSING = _rule(
    "deployment.application-missing", "the application was deleted before the deployment started", "§10.3"
)
GROUP_MISSING = _rule(
    "deployment.group-missing", "the deployment group was deleted before the deployment started", "§10.3"
)
ROLE_MISSING = _rule("deployment.role-missing", "the service role {role} is not there any longer", "§10.3, §13")
ROLE_NOT_ASSUMABLE = _rule(
    "deployment.role-not-assumable", "the service role {role} does not trust CodeDeploy", "§10.3, §13"
)
ROLE_NOT_ALLOWED = _rule("deployment.role-not-allowed", "the service role {role} does not allow: {what}", "§10.3, §13")
TIMED_OUT = _rule("deployment.timeout", "an in-place deployment may last 12 hours and this one is not done", "§10.2")
MANUAL_STOP = _rule("deployment.manual-stop", "the deployment was stopped by {by}", "§7")
CHOSEN = _rule("targets.chosen", "{count} instances belong to the group: {by}", "§11")
NOT_IN_SERVICE = _rule(
    "targets.not-in-service", "{names} left out: Auto Scaling is launching or terminating them", "§9", "inferred"
)
ONLY_OUTDATED = _rule(
    "targets.only-outdated",
    "updateOutdatedInstancesOnly: {names} hold this revision already and are left out; {count} do not",
    "§7, §18",
)
TURNS = _rule(
    "health.turns",
    "unhealthy instances first ({unhealthy}), then those with an older revision ({old}), then those with the current"
    " one ({current}), at random among equals: {names}",
    "§6",
)
TURNS_IN_ZONES = _rule(
    "zone.turns",
    "zone after zone, and in each the unhealthy instances first ({unhealthy} of the whole fleet), then those with an"
    " older revision ({old}), then those with the current one ({current}), at random among equals: {names}",
    "§5.3, §6",
)
BATCH = _rule(
    "health.batch",
    "{batch} may be out of service together: {healthy} healthy instances, of which {minimum} must stay",
    "§5.4 rule 6",
)
UNHEALTHY_FIRST = _rule("health.unhealthy-first", "unhealthy instances are tried first: {names}", "§5.4 rules 3, 4, 13")
ZONE = _rule(
    "zone.begins",
    "zone {zone}: {hosts} instances, of which {minimum} must stay healthy; one zone at a time",
    "§5.3",
)
ZONE_BATCH = _rule(
    "zone.batch",
    "{batch} of zone {zone} may be out of service together: {healthy} healthy instances, of which {minimum} must stay,"
    " and in the zone {zone_healthy}, of which {zone_minimum} must stay",
    "§5.3",
)
ZONE_BAKES = _rule("zone.bakes", "zone {zone} is done; the next one begins after {seconds} s of watching", "§5.3")
ZONE_MINIMUM_INVALID = _rule(
    "zone.minimum-invalid",
    "{minimum} instances of zone {zone} must stay healthy and it has only {hosts}: nothing may be touched",
    "§5.3, as §5.4 rule 2",
    "inferred",
)
ZONE_AT_MINIMUM = _rule(
    "zone.at-minimum",
    "{healthy} healthy instances are left in zone {zone} and {minimum} must stay healthy: the deployment fails in all"
    " zones ({untried} untried)",
    "§5.3",
)
ZONE_STILL_UNHEALTHY = _rule(
    "zone.still-unhealthy",
    "after the unhealthy instances of zone {zone} were tried {healthy} of the whole fleet are healthy and {minimum}"
    " must stay so: the healthy ones are left untouched",
    "§5.4 rule 5, §18",
    "inferred",
)
ZONE_BEFORE_UNHEALTHY = _rule(
    "zone.before-unhealthy",
    "{healthy} instances of the whole fleet are healthy and {minimum} must stay so: none of zone {zone} may be taken"
    " out. {names} of later zones are unhealthy, and are not tried before the turn of their zone",
    "§5.4 rule 7, §18",
    "inferred",
)
ZONE_BELOW_MINIMUM = _rule(
    "zone.below-minimum",
    "only {healthy} instances of zone {zone} are healthy and {minimum} must be: the deployment fails in all zones",
    "§5.3",
)
ZONES_IGNORED = _rule("zone.ignored", "a rollback goes to all zones in random order", "§5.3")

ALARM_AT_START = _rule("alarm.at-start", "{alarms} in ALARM already: the deployment is stopped at once", "§7")
ALARM_ACTIVE = _rule("alarm.active", "{alarms} went into ALARM: the deployment is stopped", "§7")
ALARM_UNKNOWN = _rule("alarm.unknown", "the state of {alarms} cannot be read, so the deployment is stopped", "§7")
ALARM_UNKNOWN_IGNORED = _rule(
    "alarm.unknown-ignored", "the state of {alarms} cannot be read; ignorePollAlarmFailure lets it go on", "§7"
)
ALARM_GONE = _rule(
    "alarm.gone",
    "the state of {alarms} cannot be read any longer, so the deployment is stopped",
    "§7",
)
ALARMS_NOT_ASKED = _rule(
    "alarm.rollback", "a rollback goes on although alarms may still be red: it is to turn them green", "§7", "inferred"
)

LAUNCH = _rule(
    "scaling.launch",
    "a scaled-out instance gets the last successful revision, before it is in service",
    "§9",
)
TERMINATION = _rule("scaling.termination", "an instance that goes gets a chance to stop the application", "§9")
NOTHING_TO_LAUNCH_WITH = _rule(
    "scaling.nothing-to-launch-with",
    "no deployment of {group} has succeeded yet, so there is nothing to install: the launch goes on",
    "§9",
    "inferred",
)
LAUNCH_DONE = _rule("scaling.launch-done", "the launch deployment succeeded: CONTINUE, the instance comes in", "§9")
LAUNCH_FAILED = _rule(
    "scaling.launch-failed",
    "the launch deployment did not succeed: ABANDON, Auto Scaling terminates the instance and launches another",
    "§9",
)
FOLLOWS = _rule(
    "scaling.follow-on",
    "{count} instances were launched with the revision before {root}: they are brought to the new one",
    "§9",
)
LEFT_OUTDATED = _rule(
    "scaling.left-outdated",
    "{count} instances were launched with the revision before; outdatedInstancesStrategy is IGNORE, so they keep it",
    "§9",
)
QUEUED = _rule("deployment.queued", "the group is busy with {busy}; this one waits for it", "§18", "assumed")

TARGET_CHOSEN = _rule("target.chosen", "its turn came", "§5.4")
TARGET_SKIPPED = _rule(
    "target.skipped",
    "the deployment ended before its turn came",
    "§5.4 rule 12",
    "inferred",
    otherwise=("codedeploy.untried-instances", "pending"),
)
TARGET_DONE = _rule("target.succeeded", "every lifecycle event succeeded", "§2.4")
TARGET_FAILED = _rule("target.failed", "{event} failed: {message}", "§2.4")
TARGET_STOPPED = _rule(
    "target.stopped", "the deployment ended while this instance was being deployed to", "§2.4", "inferred"
)
AGENT_SILENT = _rule(
    "agent.silent",
    "the agent of {instance} took no command within 5 minutes ({reason})",
    "§3.1",
)

TRAFFIC = _rule("event.traffic", "the service does this with the load balancer; the agent has no part in it", "§2.1")
PICKED_UP = _rule("event.picked-up", "the agent's next poll took the command", "§3.1")
EVENT_DONE = _rule("event.succeeded", "it ran to its end", "§2.4")
NO_SCRIPT = _rule("event.no-script", "no hook names this event: nothing to run", "§2.2")
NO_PREVIOUS = _rule(
    "event.no-previous", "no revision was ever installed here, so there is no script of it to run", "§2.2"
)
EVENT_FAILED = _rule("event.failed", "{message}", "§3.4")
AGENT_RESTARTED = _rule(
    "event.agent-restarted", "the agent restarted while the event was in progress and reports it as failed", "§3.1"
)
NEVER_REPORTED = _rule(
    "event.never-reported", "nobody reported how the event ended; after an hour it counts as failed", "§3.1"
)
ACCOUNTS_ASSUMED = _rule(
    "install.accounts-assumed",
    "the AppSpec gives files to {names}: every instance is taken to have these accounts, as no rule"
    " `agent: … accounts:` says which it has",
    "§4.2, §18",
    "assumed",
)
TOO_LONG = _rule("event.too-long", "an event must end within one hour and this one did not", "§3.1")
NEVER_HEALTHY = _rule("event.never-healthy", "the load balancer did not find {instance} healthy within one hour", "§6")
EVENT_IGNORED = _rule(
    "event.ignored", "{message}; ignoreApplicationStopFailures lets the instance go on", "§2.4", "inferred"
)
EVENT_SKIPPED = _rule(
    "event.skipped",
    "an earlier event of this instance failed",
    "§2.4",
    "inferred",
    otherwise=("codedeploy.events-after-failure", "pending"),
)
EVENT_NOT_REACHED = _rule("event.not-reached", "the instance was never deployed to", "§2.4")

ROLLED_BACK = _rule(
    "rollback.started",
    "automatic rollback: {rollback} deploys the last successful revision again to every instance of the group",
    "§7",
    "inferred",
    otherwise=("codedeploy.rollback-scope", "updated"),
)
NOTHING_TO_ROLL_BACK_TO = _rule(
    "rollback.none", "automatic rollback is on, but no deployment of this group ever succeeded", "§7", "inferred"
)
ROLLBACK_NOT_LISTED = _rule(
    "rollback.not-listed", "no rollback: that takes {event}, and the rollback events are {events}", "§7"
)
ROLLBACK_REPLACED = _rule(
    "rollback.replaced",
    "the deployment's own rollback settings take the place of the group's: with {own} it is {outcome}, with the group's"
    " ({groups}) it would be otherwise",
    "§7",
)
FAILURES_TOLERATED = _rule(
    "rollback.tolerated",
    "{failed} instances failed and the deployment succeeded all the same: that is no DEPLOYMENT_FAILURE, so nothing is"
    " rolled back",
    "§5.4 rule 8, §7",
)
NO_GROUP_TO_ROLL_BACK = _rule(
    "rollback.group-gone",
    "automatic rollback is on, but the deployment group was deleted meanwhile: nothing can be deployed to it",
    "§7, as §10.3",
    "inferred",
)
NO_ROLLBACK_OF_ITS_OWN = _rule(
    "rollback.not-of-its-own",
    "what CodeDeploy deploys by itself for Auto Scaling is not rolled back: the revision is the last good one already",
    "§9",
    "inferred",
)
NO_SECOND_ROLLBACK = _rule("rollback.no-second", "a rollback that fails is not rolled back", "§7", "inferred")


class LifecycleEvent(Entity):
    """One lifecycle event on one target. Times in ms."""

    __slots__ = ("diagnostics", "ended", "started")
    kind = "lifecycle-event"
    moves = EVENT_MOVES
    final = EVENT_FINAL

    started: int | None
    ended: int | None
    diagnostics: dict[str, str] | None

    def __init__(self, name: str, target: Target):
        # Entity's own is not called: a fleet has very many of these.
        self.name = name
        self.parent = target
        self.status = _EVENT_PENDING
        self.started = self.ended = self.diagnostics = None


class Target(Entity):
    """One instance of one deployment; `position` is its place, from 1, in the order they are reached."""

    __slots__ = ("deployment", "ended", "events", "host", "life", "position", "started")
    kind = "target"
    moves = TARGET_MOVES
    final = TARGET_FINAL

    def __init__(self, host: Host, deployment: Deployment, position: int, events: tuple[str, ...]):
        super().__init__(host.name, _TARGET_PENDING, deployment)
        self.deployment = deployment
        self.host = host
        self.life: Life | None = None
        """What happens on the instance, from its turn to its end."""
        self.position = position
        self.started: int | None = None
        self.ended: int | None = None
        self.events = [LifecycleEvent(name, self) for name in events]

    @property
    def target_id(self) -> str:
        return self.host.id

    @property
    def is_pending(self) -> bool:
        return self.status is _TARGET_PENDING

    @property
    def succeeded(self) -> bool:
        return self.status is _TARGET_SUCCEEDED

    @property
    def waits_for_agent(self) -> bool:
        """It is deployed to, and no lifecycle event is in progress."""
        return self.status is T.IN_PROGRESS and all(event.status is not E.IN_PROGRESS for event in self.events)


class Ending(NamedTuple):
    """How a deployment ends, once that is decided; `code` and `message` are its error's, "" for none."""

    status: DeploymentStatus
    why: Why
    code: str = ""
    message: str = ""


class Deployment(Resource):
    """One deployment. `parameters` are those of CreateDeployment, completed from the group.

    `key` says which revision it is; `ending` is set as soon as it is decided that no further event begins. `only`
    holds the ids of the instances it goes to when it does not go to the whole group; `lifecycle` its events; `pause`
    what it waits for between two zones; `root` the deployment that it follows, and `followers` those that follow it;
    `readers` says of each role of its agents whether it may fetch the bundle, `rights` what the group's service role
    allows: IAM is asked once in a deployment. `rolls_back_if_stopped` says that a StopDeployment asked for a rollback,
    `accounts_told` that it was said which accounts its AppSpec takes for granted.
    """

    __slots__ = (
        "_environment",
        "accounts_told",
        "application",
        "config",
        "creator",
        "ended",
        "ending",
        "error",
        "followers",
        "group",
        "ignore_stop_failures",
        "key",
        "lifecycle",
        "maximum_in_flight",
        "minimum",
        "minimum_healthy_observed",
        "number",
        "only",
        "parameters",
        "pause",
        "previous_revision",
        "readers",
        "revision",
        "revision_number",
        "rights",
        "rollback_info",
        "rolls_back_if_stopped",
        "root",
        "started",
        "targets",
    )
    kind = "deployment"
    moves = DEPLOYMENT_MOVES
    final = DEPLOYMENT_FINAL

    def __init__(self, id: str, *, arn: str, account: str, region: str, group: Group, parameters: dict[str, Any]):
        super().__init__(id, D.CREATED, arn=arn, account=account, region=region)
        self.group = group
        self.application = group.application
        self.parameters = parameters
        self.revision: dict[str, Any] = parameters["revision"]
        self.key = ""
        self.config: str = parameters["deploymentConfigName"]
        self.creator: str = parameters["creator"]
        self.number = 0
        self.revision_number = 0
        self.minimum = 0
        self.started: int | None = None
        self.ended: int | None = None
        self.error: dict[str, str] | None = None
        self.rollback_info: dict[str, str] | None = None
        self.rolls_back_if_stopped = False
        self.previous_revision: dict[str, Any] | None = group.last_successful
        self.minimum_healthy_observed: int | None = None
        self.maximum_in_flight = 0
        self.accounts_told = False
        self.ignore_stop_failures = bool(parameters.get("ignoreApplicationStopFailures"))
        self.ending: Ending | None = None
        self.only: tuple[str, ...] | None = None
        self.readers: dict[str, bool] = {}
        self._environment: dict[str, str] | None = None
        self.rights: tuple[Statement, ...] | None = None
        self.lifecycle = lifecycle_of(self.creator, group.behind_a_load_balancer)
        self.pause: Event | None = None
        self.root: Deployment | None = None
        self.followers: list[Deployment] = []
        self.targets: list[Target] = []

    @property
    def environment(self) -> dict[str, str]:
        """What the agent tells every hook script, but for the event: of the new bundle, whoever's script it is.

        Source: docs/behaviour/codedeploy.md §3.5.
        """
        if self._environment is None:
            place = self.revision.get("s3Location", {})
            found = {
                "APPLICATION_NAME": self.application,
                "DEPLOYMENT_ID": self.name,
                "DEPLOYMENT_GROUP_NAME": self.group.name,
                "DEPLOYMENT_GROUP_ID": self.group.id,
                "BUNDLE_BUCKET": place.get("bucket"),
                "BUNDLE_KEY": place.get("key"),
                "BUNDLE_VERSION": place.get("version"),
                "BUNDLE_ETAG": place.get("eTag"),
                "BUNDLE_COMMIT": self.revision.get("gitHubLocation", {}).get("commitId"),
            }
            self._environment = {name: value for name, value in found.items() if value}
        return self._environment

    @property
    def of_auto_scaling(self) -> bool:
        """It goes to one instance that Auto Scaling launches or terminates, and does not make the group busy."""
        return self.creator.startswith("autoscaling")

    @property
    def restarts(self) -> bool:
        """It runs the revision that is there already once more."""
        return self.parameters.get("deploymentMode") == "RESTART"

    def cut_short(self, ending: Ending) -> None:
        """Let it end so as soon as the events that are in progress have ended."""
        if self.ending is not None:
            return
        self.ending = ending
        if self.pause is not None and not self.pause.triggered:
            self.pause.succeed()
        for target in self.targets:
            if target.waits_for_agent and target.life is not None:
                target.life.nudge()

    def overview(self) -> dict[str, int]:
        counts = {"Pending": 0, "InProgress": 0, "Succeeded": 0, "Failed": 0, "Skipped": 0, "Ready": 0}
        for target in self.targets:
            if target.status in counts:
                counts[target.status] += 1
        return counts


@dataclass(slots=True)
class Host:
    """An instance as CodeDeploy finds it when a deployment starts.

    `index` is its place, from 1, in the fleet; `key` is its name, made unique among the group's instances, and what
    draws depend on; `role` the role in its instance profile `profile`, if there is one, or on premises the ARN that it
    is registered with. `zone` is its Availability Zone, "" on premises; `in_service` is False while Auto Scaling
    launches or terminates it. `luck` is what the deployment drew for it. `instance` is the resource itself, of EC2
    or on premises: it says why nobody on it does anything now (`absence`).
    """

    id: str
    name: str
    key: str
    index: int
    instance: Any
    role: str | None
    zone: str = ""
    in_service: bool = True
    luck: Lanes = ()
    profile: str | None = None

    @property
    def is_late(self) -> bool:
        """Whether the agent, which asks for credentials when it starts, started before there was a profile (§13)."""
        return self.profile is not None and self.instance.booted_with is None


@dataclass(slots=True)
class Membership:
    """How one instance stands in one deployment group.

    `revision` and `archive` are what was installed last: the agent's pointer moves when Install ends (§2.1).
    `deployed` is the key of the revision that was deployed with success last; `unknown` says that a deployment
    which succeeded as a whole failed here since (§6). `cleanup` lists what the next Install removes (§4.4), and
    `tries` counts how often a piece of work was begun here.
    """

    instance_health: InstanceHealth = InstanceHealth.UNHEALTHY
    revision: dict[str, Any] | None = None
    archive: Bundle | None = None
    deployed: str | None = None
    unknown: bool = False
    cleanup: list[str] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        return self.instance_health is HEALTHY


@dataclass(slots=True)
class Group:
    """A deployment group: its settings as given, and what became of it.

    `current` is the key of the revision of the last successful deployment, `last_successful` that revision. `hooks` is
    Auto Scaling group -> transition -> name of the lifecycle hook; `launched` the instances whose launch deployment
    succeeded since the last deployment to the group; `waiting` the deployments that wait for the group (§18).
    """

    application: str
    name: str
    id: str
    settings: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    members: dict[str, Membership] = field(default_factory=dict)
    deployments: list[Deployment] = field(default_factory=list)
    revisions: list[str] = field(default_factory=list)
    current: str | None = None
    last_successful: dict[str, Any] | None = None
    last_successful_parameters: dict[str, Any] = field(default_factory=dict)
    last_succeeded: Deployment | None = None
    hooks: dict[str, dict[str, str]] = field(default_factory=dict)
    launched: list[str] = field(default_factory=list)
    waiting: list[Deployment] = field(default_factory=list)

    @property
    def balancers(self) -> list[str]:
        """The names of its load balancers and target groups."""
        given = self.settings.get("loadBalancerInfo") or {}
        return [one["name"] for kind in ("elbInfoList", "targetGroupInfoList") for one in given.get(kind) or ()]

    @property
    def behind_a_load_balancer(self) -> bool:
        """Instances are taken out of a load balancer before they are deployed to, and put in again afterwards."""
        style = self.settings.get("deploymentStyle") or {}
        return style.get("deploymentOption") == "WITH_TRAFFIC_CONTROL"

    @property
    def role(self) -> str:
        """The ARN of the service role, in whose sessions CodeDeploy calls other services."""
        return str(self.settings.get("serviceRoleArn") or "")

    @property
    def latest(self) -> Deployment | None:
        """The last deployment to the group as such."""
        return next((one for one in reversed(self.deployments) if not one.of_auto_scaling), None)

    @property
    def busy(self) -> Deployment | None:
        """The deployment to the group that goes on."""
        own = (one for one in reversed(self.deployments) if not one.of_auto_scaling)
        latest = next((one for one in own if one not in self.waiting), None)
        return latest if latest is not None and latest.status not in DEPLOYMENT_FINAL else None

    def member(self, host_id: str) -> Membership:
        found = self.members.get(host_id)
        if found is None:
            found = self.members[host_id] = Membership()
        return found

    def revision_health(self, member: Membership) -> RevisionHealth:
        """How what was deployed to an instance compares with the group's last successful deployment (§6)."""
        if member.deployed is None or member.unknown:
            return RevisionHealth.UNKNOWN
        return _CURRENT if member.deployed == self.current else _OLD

    def succeeded_with(self, key: str, revision: dict[str, Any], failed: list[Membership]) -> None:
        """A deployment succeeded as a whole: the group's revision moves, and where it failed it is unknown now what
        is there, unless it was old or unknown before (§6)."""
        for member in failed:
            if self.revision_health(member) is RevisionHealth.CURRENT:
                member.unknown = True
        self.current, self.last_successful = key, revision

    def revision_number(self, key: str) -> int:
        """The how-manieth distinct revision of this group that is, from 1."""
        if key not in self.revisions:
            self.revisions.append(key)
        return self.revisions.index(key) + 1


def revision_key(revision: dict[str, Any]) -> str:
    """What makes a revision another: where it lies, and its version or ETag."""
    if "s3Location" in revision:
        place = revision["s3Location"]
        parts = [place.get("bucket", ""), place.get("key", ""), place.get("version") or place.get("eTag") or ""]
        return f"s3://{parts[0]}/{parts[1]}#{parts[2]}"
    if "gitHubLocation" in revision:
        place = revision["gitHubLocation"]
        return f"github:{place.get('repository')}@{place.get('commitId')}"
    return str(sorted(revision.items()))
