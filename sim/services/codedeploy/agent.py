"""The agent on an instance: it polls, takes one command, runs the event, reports, and polls again."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core import naming
from sim.core.clock import HOUR, MINUTE, SECOND, format_duration
from sim.core.states import Why
from sim.core.world import BEGIN, END
from sim.formats.appspec import Hook
from sim.formats.install import InstallError
from sim.services import behavior
from sim.services.behavior import Circumstances
from sim.services.codedeploy import events
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.bundle import Bundle, DownloadError, fetch, install
from sim.services.codedeploy.resources import EventStatus, Host, LifecycleEvent, Target, TargetStatus
from sim.services.codedeploy.script import outcome, printed

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

START_LIMIT = 5 * MINUTE
"""An event must start within 5 minutes of the one before (docs/behaviour/codedeploy.md §3.1)."""
EVENT_LIMIT = HOUR
"""An event must end within an hour, all its scripts together (docs/behaviour/codedeploy.md §3.1, §3.4)."""
LOG_TAIL = 2048
"""The agent keeps about the last 2 KB of what an event printed (docs/behaviour/codedeploy.md §3.4)."""
POLL = {"1": SECOND}
POLL_LATER = 30 * SECOND
"""The pause between two polls by the agent's major version: 1 s for 1.x, 30 s for 2.x (§3.1)."""
REUSES_ARCHIVES = (2, 1)
"""From this version on, a RESTART deployment takes the archive that is there (§7)."""


@dataclass(frozen=True, slots=True)
class Agent:
    """How the agent of one instance is set up. `poll` is the pause between two polls, in ms."""

    installed: bool = True
    running: bool = True
    version: str = "1.8.1"
    poll: int = SECOND
    role: str | None = None
    """The instance profile; None when there is none."""

    @property
    def silence(self) -> str | None:
        """Why it takes no commands, if it does not."""
        if not self.installed:
            return "no agent is installed"
        if not self.running:
            return "the agent is not running"
        if self.role is None:
            return "the instance has no instance profile, so the agent has no credentials"
        return None

    @property
    def reuses_archives(self) -> bool:
        numbers = tuple(int(part) for part in self.version.split(".") if part.isdigit())
        return numbers >= REUSES_ARCHIVES


@dataclass(slots=True)
class Outcome:
    """What came of an event: when it ends (ms from its start) and how."""

    takes: int = 0
    error: str = ""
    message: str = ""
    script: str = ""
    log: list[str] = field(default_factory=list)
    why: Why | None = None
    """Where it says more than that the event succeeded, or failed with that message."""


def agent_of(service: CodeDeploy, host: Host) -> Agent:
    """The agent's set-up now: the scenario's rules, else the default agent with the instance's own profile."""
    found: dict[str, Any] = {}
    for rule in service.agent_rules():
        if fnmatchcase(host.name, rule.subject) and behavior.fits(
            rule, Circumstances(host.name, host.name, instance=host.name, index=host.index), service.world.now
        ):
            behavior.of(service.world).fitted.add(rule.index)
            for key in ("installed", "running", "version", "poll", "role"):
                value = getattr(rule, key)
                if value is not None:
                    found.setdefault(key, value)
    if "version" in found:
        found.setdefault("poll", POLL.get(found["version"].partition(".")[0], POLL_LATER))
    role = found.pop("role", host.role)
    return Agent(role=None if role == "none" else role, **found)


def describe(service: CodeDeploy, host: Host) -> str:
    """For the fleet table: the version, or why it is silent."""
    agent = agent_of(service, host)
    return agent.silence or f"{agent.version}, polling every {format_duration(agent.poll)}"


def deploy_to(service: CodeDeploy, target: Target) -> Generator[Event, Any, None]:
    """One target's part of a deployment, from its turn to its end."""
    service.world.move(target, TargetStatus.IN_PROGRESS, r.TARGET_CHOSEN)
    target.started = service.world.now
    events.instance_trigger(service, target, "InstanceStart")
    visit = Visit(service, target)
    failure = yield from visit.course()
    visit.leave()
    target.ended = service.world.now
    if failure is None:
        service.world.move(target, TargetStatus.SUCCEEDED, r.TARGET_DONE)
        events.instance_trigger(service, target, "InstanceSuccess")
    else:
        service.world.move(target, TargetStatus.FAILED, failure)
        events.instance_trigger(service, target, "InstanceFailure")


def tail(log: list[str]) -> str:
    """The last whole lines of a log that fit into what the agent keeps."""
    size, first = 0, len(log)
    while first and size + len(log[first - 1]) + 1 < LOG_TAIL:
        first -= 1
        size += len(log[first]) + 1
    return "\n".join(log[first:])


def skip(service: CodeDeploy, target: Target, why: Why) -> None:
    """Every event that has not begun will not."""
    for event in target.events:
        if event.status is EventStatus.PENDING:
            service.world.move(event, EventStatus.SKIPPED, why)


class Visit:
    """What one deployment does on one instance, event by event."""

    def __init__(self, service: CodeDeploy, target: Target):
        self.service = service
        self.world = service.world
        self.target = target
        self.deployment = target.deployment
        self.host = target.host
        self.member = target.deployment.group.member(target.host.id)
        self.bundle: Bundle | None = None
        self.agent = agent_of(service, self.host)
        self.rules = service.agent_rules()
        self.phase = self.world.draw("agent poll", self.host.key)
        self.watch()

    def course(self) -> Generator[Event, Any, Why | None]:
        """One event after the other, to the end; why the instance failed, if it did."""
        world = self.world
        for event in self.target.events:
            obstacle = yield from self.pick_up(event)
            if obstacle is not None:
                skip(self.service, self.target, obstacle)
                return obstacle
            world.move(event, EventStatus.IN_PROGRESS, r.PICKED_UP)
            event.started = world.now
            came = yield from self.run(event)
            event.ended = world.now
            if not came.error:
                self.complete(event.name)
                world.move(event, EventStatus.SUCCEEDED, came.why or r.EVENT_DONE)
            elif not self.may_go_on(event, came):
                skip(self.service, self.target, r.EVENT_SKIPPED)
                return r.TARGET_FAILED(event=event.name, message=came.message)
        return None

    def may_go_on(self, event: LifecycleEvent, came: Outcome) -> bool:
        """Report a failed event. True when the deployment ignores that failure."""
        event.diagnostics = {
            "errorCode": came.error,
            "scriptName": came.script,
            "message": came.message,
            "logTail": tail(came.log),
        }
        ignored = self.deployment.ignore_stop_failures and event.name in r.PREVIOUS_REVISION
        why = r.EVENT_IGNORED(message=came.message) if ignored else came.why or r.EVENT_FAILED(message=came.message)
        self.world.move(event, EventStatus.FAILED, why)
        return ignored

    # When

    def watch(self) -> None:
        """Be told at once when the instance starts, stops or goes."""
        self.change = self.world.changed(self.host.instance.arn)
        assert self.change.callbacks is not None
        self.change.callbacks.append(self._nudge)

    def leave(self) -> None:
        """Nobody need be told any longer."""
        if self.change.callbacks is not None:
            self.change.callbacks.remove(self._nudge)

    def _nudge(self, change: Event) -> None:
        if self.target.life is not None:
            self.target.life.nudge()

    def silence(self) -> str | None:
        """Why nobody on the instance takes a command now, if nobody does."""
        if self.host.instance.status != "running":
            return f"the instance is {self.host.instance.status}"
        if self.rules:
            self.agent = agent_of(self.service, self.host)
        return self.agent.silence

    def next_poll(self) -> int:
        """When the agent polls next, in ms; it polls at even intervals, whatever it does besides (§3.1)."""
        pause = max(1, self.agent.poll)
        first = int(self.phase * pause)
        return first + ((self.world.now - first) // pause + 1) * pause

    def pick_up(self, event: LifecycleEvent) -> Generator[Event, Any, Why | None]:
        """Wait until the agent takes the command of that event; why it never will, if so."""
        world = self.world
        deadline = world.now + START_LIMIT
        while self.deployment.ending is None:
            reason = self.silence()
            poll = deadline if reason else self.next_poll()
            if reason or poll > deadline:
                reason = reason or f"it polls only every {format_duration(self.agent.poll)}"
                poll = self.service.agent_rules_change(world.now, deadline)
            yield world.wait(poll - world.now, event, BEGIN)
            if self.change.triggered:
                self.watch()
            elif self.deployment.ending is None and reason is None and not (self.rules and self.silence()):
                return None
            if world.now >= deadline:
                reason = reason or self.silence() or "the instance was restarting"
                return r.AGENT_SILENT(instance=self.host.name, reason=reason)
        return r.TARGET_STOPPED

    def run(self, event: LifecycleEvent) -> Generator[Event, Any, Outcome]:
        """Run the event; over when its end is known to the service."""
        came = self.outcome(event.name)
        yield self.world.wait(came.takes, event, END)
        if self.change.triggered:
            came = yield from self.lost(event, came)
        return came

    def lost(self, event: LifecycleEvent, came: Outcome) -> Generator[Event, Any, Outcome]:
        """The instance stopped or went away in the middle of an event: nobody reports how it ended.

        A restarted agent reports the event as failed at once; without one the service waits out the hour (§3.1).
        """
        assert event.started is not None
        deadline = event.started + EVENT_LIMIT
        while self.world.now < deadline and self.silence() is not None:
            if self.change.triggered:
                self.watch()
            yield self.world.wait(deadline - self.world.now, event, END)
        if self.change.triggered:
            self.watch()
        if self.world.now < deadline:
            message = "Failed: Failing in-progress lifecycle event after an agent restart."
            return Outcome(error="UnknownError", message=message, log=came.log, why=r.AGENT_RESTARTED)
        message = "The agent did not report the end of the lifecycle event within one hour"
        return Outcome(error="UnknownError", message=message, log=came.log, why=r.NEVER_REPORTED)

    # What

    def outcome(self, event: str) -> Outcome:
        """What will come of the event that begins now."""
        if event == "DownloadBundle":
            return self._own_work(event, self._download)
        if event == "Install":
            return self._own_work(event, self._install)
        # Scripts that stop the application are those of the revision that was installed last: codedeploy.md §2.1
        bundle = self.member.archive if event in r.PREVIOUS_REVISION else self.bundle
        if bundle is None:
            assert event in r.PREVIOUS_REVISION, "DownloadBundle comes before every script of the new revision"
            return self._nothing(event, r.NO_PREVIOUS)
        if bundle.appspec is None:
            return Outcome(error="UnknownError", message=bundle.problem)
        hooks = bundle.appspec.hooks.get(event, ())
        if not hooks:
            return self._nothing(event, r.NO_SCRIPT)
        return self._scripts(event, hooks, bundle)

    def complete(self, event: str) -> None:
        """What an event that succeeded leaves behind."""
        if event == "Install":
            # The pointer moves when Install ends, not when the deployment succeeds: codedeploy.md §2.1
            self.member.revision = self.deployment.revision
            self.member.archive = self.bundle

    def _principal(self) -> str:
        if self.agent.role is not None and self.agent.role.startswith("arn:"):
            return self.agent.role  # on premises: the IAM user or session that it is registered with
        role = naming.arn("iam", "", self.service.account, f"role/{self.agent.role}")
        return naming.assumed_role(role, self.host.id)

    def _circumstances(self, event: str, script: str | None = None) -> Circumstances:
        host, deployment = self.host, self.deployment
        work = f"{event}:{script}" if script else event
        attempt = self.member.tries[work] = self.member.tries.get(work, 0) + 1
        return Circumstances(
            event,
            f"{deployment.application}/{deployment.group.name}/{host.key}/{script or ''}",
            attempt,
            script=script,
            instance=host.name,
            index=host.index,
            position=self.target.position,
            deployment=deployment.number,
            revision=deployment.revision_number,
        )

    def _own_work(self, event: str, work: Any) -> Outcome:
        came = self._nothing(event, None, f"deploy.{event}")
        if not came.error:
            try:
                work()
            except (DownloadError, InstallError) as fault:
                came.error, came.message = "UnknownError", str(fault)
                came.takes += getattr(fault, "after", 0)
        return came

    def _nothing(self, event: str, why: Why | None, assumption: str = "deploy.event") -> Outcome:
        work = behavior.of(self.world).work(self.world, "hook", self._circumstances(event), assumption)
        if work.fails:
            message = work.message or f"{event} failed with exit code {work.exit}"
            return Outcome(work.takes, "UnknownError", message)
        return Outcome(work.takes, why=why)

    def _scripts(self, event: str, hooks: tuple[Hook, ...], bundle: Bundle) -> Outcome:
        """The scripts of an event, one after the other; the first that fails ends the event (§3.4)."""
        came = Outcome(log=[f"LifecycleEvent - {event}"])
        for hook in hooks:
            came.script = hook.location
            content = bundle.files.get(normpath(hook.location).lstrip("/"))
            if content is None:
                came.error = "ScriptMissing"
                came.message = f"Script does not exist at specified location: {hook.location}"
            else:
                self._script(event, hook, content, came)
            if came.error:
                return came
        came.script = ""
        return came

    def _script(self, event: str, hook: Hook, content: bytes, came: Outcome) -> None:
        """Add to the event's outcome what comes of one script with that content."""
        circumstances = self._circumstances(event, hook.location)
        work = behavior.of(self.world).work(self.world, "hook", circumstances, "deploy.script")
        said = outcome(content)
        came.log.append(f"Script - {hook.location}")
        # Where a rule lets the script fail is not known: what it might say after that, as of success, is left out.
        lines: Sequence[str] = () if work.fails else said.lines
        if lines and said.speaks_of_variables:
            lines = printed(said, self.environment(event))
        came.log += [f"[stdout]{line}" for line in (*lines, *work.prints)]
        takes = work.takes + said.takes
        limit, left = hook.timeout_s * SECOND, EVENT_LIMIT - came.takes
        came.takes += min(takes, limit, left)
        script = f"Script at specified location: {hook.location}"
        if takes > min(limit, left):
            came.error = "ScriptTimedOut"
            came.message = f"{script} failed to complete in {hook.timeout_s} seconds"
            if left < limit:
                came.message = f"The scripts of {event} together failed to complete in {EVENT_LIMIT // SECOND} seconds"
            return
        code = work.exit if work.fails else said.exit
        if code:
            user = f" run as user {hook.runas}" if hook.runas else ""
            came.error, came.message = "ScriptFailed", f"{script}{user} failed with exit code {code}"
            if work.message:
                came.log.append(f"[stderr]{work.message}")

    def environment(self, event: str) -> dict[str, str]:
        """The variables of a hook script. Those of the bundle are the new one's, whoever's script it is (§3.5)."""
        deployment = self.deployment
        group = deployment.group
        found = {
            "APPLICATION_NAME": deployment.application,
            "DEPLOYMENT_ID": deployment.name,
            "DEPLOYMENT_GROUP_NAME": group.name,
            "DEPLOYMENT_GROUP_ID": group.id,
            "LIFECYCLE_EVENT": event,
        }
        place = deployment.revision.get("s3Location", {})
        github = deployment.revision.get("gitHubLocation", {})
        bundle = {
            "BUNDLE_BUCKET": place.get("bucket"),
            "BUNDLE_KEY": place.get("key"),
            "BUNDLE_VERSION": place.get("version"),
            "BUNDLE_ETAG": place.get("eTag"),
            "BUNDLE_COMMIT": github.get("commitId"),
        }
        return found | {name: value for name, value in bundle.items() if value}

    def _download(self) -> None:
        archive = self.member.archive
        if self.deployment.restarts and archive is not None and self.agent.reuses_archives:
            self.bundle = archive
        else:
            if self.agent.role != self.host.role and not self.service.may_fetch(self.agent.role or ""):
                raise DownloadError("Access Denied")
            self.bundle = fetch(self.service, self.deployment.revision, self._principal())

    def _install(self) -> None:
        """Remove what the last deployment of the group put here, then copy what the AppSpec says."""
        bundle = self.bundle
        assert bundle is not None
        existing = self.deployment.parameters.get("fileExistsBehavior")
        disk = self.service.disk(self.host.id)
        install(disk, self.member, bundle, existing, self.service.lists_kept_files)
