"""The agent on an instance: it polls, takes one command, runs the event, reports, and polls again."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core import naming
from sim.core.clock import MINUTE, SECOND, format_duration
from sim.core.randomness import lane
from sim.core.states import Why
from sim.core.world import BEGIN, END, Sleep
from sim.formats.install import InstallError
from sim.services import behavior
from sim.services.behavior import Circumstances, Work
from sim.services.codedeploy import events
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.bundle import Bundle, DownloadError, fetch, install
from sim.services.codedeploy.lifecycle import AGENTS_OWN, EVENT_LIMIT, NOTHING, Outcome, Part, Parts, Script, stdout
from sim.services.codedeploy.resources import EventStatus, Host, LifecycleEvent, Target, TargetStatus
from sim.services.codedeploy.roles import may_fetch

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

START_LIMIT = 5 * MINUTE
"""An event must start within 5 minutes of the one before (docs/behaviour/codedeploy.md §3.1)."""
LOG_TAIL = 2048
"""The agent keeps about the last 2 KB of what an event printed (docs/behaviour/codedeploy.md §3.4)."""
POLL = {"1": SECOND}
POLL_LATER = 30 * SECOND
"""The pause between two polls by the agent's major version: 1 s for 1.x, 30 s for 2.x (§3.1)."""
REUSES_ARCHIVES = (2, 1)
"""From this version on, a RESTART deployment takes the archive that is there (§7)."""

IN_PROGRESS, SUCCEEDED = EventStatus.IN_PROGRESS, EventStatus.SUCCEEDED


@dataclass(frozen=True, slots=True)
class Agent:
    """How the agent of one instance is set up. `poll` is the pause between two polls, in ms."""

    installed: bool = True
    running: bool = True
    version: str = "1.8.1"
    poll: int = SECOND
    role: str | None = None
    """The role in the instance profile; None when there is none."""
    profile: str | None = None
    late: bool = False
    """Whether the instance profile came only after the agent had started."""
    accounts: tuple[str, ...] | None = None
    """The users and groups that the instance has, beside root; None where nobody says."""

    @property
    def runs(self) -> bool:
        return self.installed and self.running

    @property
    def silence(self) -> str | None:
        """Why it takes no commands, if it does not."""
        if not self.installed:
            return "no agent is installed"
        if not self.running:
            return "the agent is not running"
        if self.late:
            return (
                f"the agent has started before the instance profile {self.profile} was attached: restart the instance"
            )
        if self.role is None and self.profile is not None:
            return f"no role is in the instance profile {self.profile}, so the agent has no credentials"
        if self.role is None:
            return "the instance has no instance profile, so the agent has no credentials"
        return None

    @property
    def reuses_archives(self) -> bool:
        numbers = tuple(int(part) for part in self.version.split(".") if part.isdigit())
        return numbers >= REUSES_ARCHIVES


@cache
def usual_agent(role: str | None, profile: str | None, late: bool) -> Agent:
    """The default agent with that role."""
    return Agent(role=role, profile=profile, late=late)


def agent_of(service: CodeDeploy, host: Host, at: int | None = None) -> Agent:
    """The agent's set-up now, or at a time in ms: the scenario's rules, else what the instance came with, else the
    default agent with the role in the instance's own profile."""
    now = service.world.now if at is None else at
    own = service.own_agents.get(host.id)
    if own is None and not service.agent_rules():
        return usual_agent(host.role, host.profile, host.is_late)
    found: dict[str, Any] = {}
    for rule in service.agent_rules():
        if fnmatchcase(host.name, rule.subject) and behavior.fits(
            rule, Circumstances(host.name, host.name, instance=host.name, index=host.index), now
        ):
            behavior.of(service.world).fitted.add(rule.index)
            for key in ("installed", "running", "version", "poll", "role", "accounts"):
                value = getattr(rule, key)
                if value is not None:
                    found.setdefault(key, value)
    found = {**(own or {}), **found}
    if "version" in found:
        found.setdefault("poll", POLL.get(found["version"].partition(".")[0], POLL_LATER))
    given = found.pop("role", None)
    if given is None:
        return Agent(role=host.role, profile=host.profile, late=host.is_late, **found)
    return Agent(role=None if given == "none" else given, **found)


def describe(service: CodeDeploy, host: Host, at: int | None = None) -> str:
    """For the fleet table: the version, or why it is silent, now or at a time in ms."""
    agent = agent_of(service, host, at)
    return agent.silence or f"{agent.version}, polling every {format_duration(agent.poll)}"


def deploy_to(service: CodeDeploy, target: Target) -> Generator[Event | Sleep, Any, None]:
    """One target's part of a deployment, from its turn to its end."""
    return Visit(service, target).course()


def tail(log: Sequence[str]) -> str:
    """The last whole lines of a log that fit into what the agent keeps."""
    size, first = 0, len(log)
    while first and size + len(log[first - 1]) + 1 < LOG_TAIL:
        first -= 1
        size += len(log[first]) + 1
    return "\n".join(log[first:])


def skip(service: CodeDeploy, target: Target, why: Why) -> None:
    """Every event that has not begun will not."""
    if not why.rule.holds(service.world.choices):
        return  # the scenario chose otherwise: they stay Pending
    for event in target.events:
        if event.status is EventStatus.PENDING:
            service.world.move(event, EventStatus.SKIPPED, why)


class Visit:
    """What one deployment does on one instance, event by event."""

    def __init__(self, service: CodeDeploy, target: Target):
        self.service = service
        self.world = service.world
        self.behavior = behavior.of(service.world)
        self.target = target
        self.deployment = deployment = target.deployment
        self.host = host = target.host
        self.member = deployment.group.member(host.id)
        self.bundle: Bundle | None = None
        self.rules = service.agent_rules()
        self.old_parts: Parts | None = None
        self.new_parts: Parts = NOTHING
        self.work = f"{deployment.application}/{deployment.group.name}/{host.key}"
        self.luck = host.luck
        self.phase = self.world.draw("agent poll", host.key)
        self.watch()

    def course(self) -> Generator[Event | Sleep, Any, None]:
        """One event after the other, from the target's turn to its end."""
        world, deployment = self.world, self.deployment
        self.begin()
        for event in self.target.events:
            began, by_agent = world.now, event.name not in r.SERVICES_OWN
            if by_agent and self.steady and deployment.ending is None:
                yield world.sleep(self.until_poll(), event, BEGIN)
            if deployment.ending is not None or (by_agent and (not self.steady or self.change.made)):
                obstacle = yield from self.hold_out(event, began + START_LIMIT)
                if obstacle is not None:
                    return self.fail(obstacle, obstacle)
            world.move(event, IN_PROGRESS, r.PICKED_UP if by_agent else r.TRAFFIC)
            event.started = world.now
            takes, came = self.outcome(event.name)
            if not by_agent:
                came = yield from self.shift(event, takes, came)
                lost = False
            elif self.rules:
                lost = yield from self.during(event, takes)
            else:
                yield world.sleep(takes, event, END)
                lost = self.change.made
            if lost:
                came = yield from self.lost(event, came)
            event.ended = world.now
            if not came.error:
                if event.name == "Install":
                    self.complete()
                world.move(event, SUCCEEDED, came.why or r.EVENT_DONE)
            elif not self.may_go_on(event, came):
                return self.fail(r.TARGET_FAILED(event=event.name, message=came.message), r.EVENT_SKIPPED)
        self.end(TargetStatus.SUCCEEDED, r.TARGET_DONE, "InstanceSuccess")

    def shift(self, event: LifecycleEvent, takes: int, came: Outcome) -> Generator[Event | Sleep, Any, Outcome]:
        """Until the load balancer has let the instance go, whatever becomes of it, or has found it healthy again.

        Nobody finds an instance healthy that does not run; that is waited for, an hour at most (§6).
        """
        world, joins = self.world, event.name == "AllowTraffic"
        deadline, end = world.now + EVENT_LIMIT, world.now + takes
        while True:
            absent = joins and self.host.instance.absence is not None
            yield world.sleep((deadline if absent else end) - world.now, event, END)
            if self.change.made:
                self.watch()
            if absent and self.host.instance.absence is None:
                end = min(world.now + takes, deadline)  # its health is looked at anew
            elif world.now >= (deadline if absent else end):
                return self.never_healthy(came) if absent else came

    def never_healthy(self, came: Outcome) -> Outcome:
        why = r.NEVER_HEALTHY(instance=self.host.name)
        return Outcome("UnknownError", why.render(), log=came.log, why=why)

    def begin(self) -> None:
        self.world.move(self.target, TargetStatus.IN_PROGRESS, r.TARGET_CHOSEN)
        self.target.started = self.world.now
        events.instance_trigger(self.service, self.target, "InstanceStart")

    def end(self, status: TargetStatus, why: Why, trigger: str) -> None:
        if self.change.callbacks is not None:
            self.change.callbacks.remove(self._nudge)  # nobody need be told any longer
        self.target.ended = self.world.now
        self.world.move(self.target, status, why)
        events.instance_trigger(self.service, self.target, trigger)

    def fail(self, why: Why, why_skipped: Why) -> None:
        """The instance failed; no further event begins."""
        skip(self.service, self.target, why_skipped)
        self.end(TargetStatus.FAILED, why, "InstanceFailure")

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
        """Look at instance and agent, and be told at once when the instance starts, stops or goes."""
        self.change = self.world.changed(self.host.instance.arn)
        assert self.change.callbacks is not None
        self.change.callbacks.append(self._nudge)
        self.agent = agent_of(self.service, self.host)
        self.pause = max(1, self.agent.poll)
        self.first_poll = int(self.phase * self.pause)
        self.steady = not self.rules and self.silence() is None and self.pause <= START_LIMIT
        """The agent takes the next command at its next poll, as long as nobody is told of a change."""

    def _nudge(self, change: Event) -> None:
        if self.target.life is not None:
            self.target.life.nudge()

    def silence(self) -> str | None:
        """Why nobody on the instance takes a command now, if nobody does."""
        absence: str | None = self.host.instance.absence
        if absence is not None:
            return absence
        if self.rules:
            self.agent = agent_of(self.service, self.host)
        return self.agent.silence

    def until_poll(self) -> int:
        """How long until the agent polls next, in ms; it polls at even intervals, whatever it does besides (§3.1)."""
        return self.pause - (self.world.now - self.first_poll) % self.pause

    def hold_out(self, event: LifecycleEvent, deadline: int) -> Generator[Event | Sleep, Any, Why | None]:
        """Wait until the agent takes the command of that event, whatever happens; why it never will, if so."""
        world = self.world
        if self.change.made:
            self.watch()
        while self.deployment.ending is None:
            reason = self.silence()
            poll = deadline if reason else world.now + self.until_poll()
            if reason or poll > deadline:
                reason = reason or f"it polls only every {format_duration(self.agent.poll)}"
                poll = self.service.agent_rules_change(world.now, deadline)
            yield world.sleep(poll - world.now, event, BEGIN)
            if self.change.made:
                self.watch()
            elif self.deployment.ending is None and reason is None and not (self.rules and self.silence()):
                return None
            if world.now >= deadline:
                reason = reason or self.silence() or "the instance was restarting"
                return r.AGENT_SILENT(instance=self.host.name, reason=reason)
        return r.TARGET_STOPPED

    def during(self, event: LifecycleEvent, takes: int) -> Generator[Event | Sleep, Any, bool]:
        """Wait for the end of an event that takes so many ms; True as soon as the instance or its agent is lost."""
        end = self.world.now + takes
        while True:
            until = self.service.agent_rules_change(self.world.now, end)
            yield self.world.sleep(until - self.world.now, event, END)
            if self.change.made or self.world.now >= end:
                return self.change.made
            self.agent = agent_of(self.service, self.host)
            if not self.agent.runs:
                return True

    def lost(self, event: LifecycleEvent, came: Outcome) -> Generator[Event | Sleep, Any, Outcome]:
        """The instance or its agent went away in the middle of an event: nobody reports how it ended.

        A restarted agent reports the event as failed at once; without one the service waits out the hour (§3.1).
        """
        assert event.started is not None
        deadline = event.started + EVENT_LIMIT
        while self.world.now < deadline and self.silence() is not None:
            if self.change.made:
                self.watch()
            until = self.service.agent_rules_change(self.world.now, deadline)
            yield self.world.sleep(until - self.world.now, event, END)
        if self.change.made:
            self.watch()
        if self.world.now < deadline:
            message = "Failed: Failing in-progress lifecycle event after an agent restart."
            return Outcome("UnknownError", message, log=came.log, why=r.AGENT_RESTARTED)
        message = "The agent did not report the end of the lifecycle event within one hour"
        return Outcome("UnknownError", message, log=came.log, why=r.NEVER_REPORTED)

    # What

    def outcome(self, event: str) -> tuple[int, Outcome]:
        """How long the event that begins now will take, in ms, and what will come of it."""
        # Scripts that stop the application are those of the revision that was installed last: codedeploy.md §2.1
        part = (self.parts_before() if event in r.PREVIOUS_REVISION else self.new_parts)[event]
        came = part.usual
        duration = None if came is None else self.behavior.always(event, part.assumption)
        if came is None or duration is None:
            return self.by_rules(part)
        takes = duration.at(lane(self.luck, part.lane)) + part.sleeps
        if takes > part.limit:
            return self.by_rules(part)
        return self.agents_own(event, takes, came) if event in AGENTS_OWN else (takes, came)

    def parts_before(self) -> Parts:
        """What lay on the instance when the deployment reached it."""
        if self.old_parts is None:
            archive = self.member.archive
            self.old_parts = NOTHING if archive is None else archive.parts(self.deployment.environment)
        return self.old_parts

    def agents_own(self, event: str, takes: int, came: Outcome) -> tuple[int, Outcome]:
        """Do what the agent itself does in that event; how long it takes then, and what comes of it."""
        try:
            self._download() if event == "DownloadBundle" else self._install()
        except (DownloadError, InstallError) as fault:
            return takes + getattr(fault, "after", 0), Outcome("UnknownError", str(fault))
        return takes, came

    def complete(self) -> None:
        """The agent's pointer moves when Install ends, not when the deployment succeeds (§2.1)."""
        self.member.revision = self.deployment.revision
        self.member.archive = self.bundle

    def _download(self) -> None:
        archive = self.member.archive
        if self.deployment.restarts and archive is not None and self.agent.reuses_archives:
            self.bundle = archive
        else:
            if not self._may_fetch():
                raise DownloadError("Access Denied")
            self.bundle = fetch(self.service, self.deployment.revision, self._principal())
        self.new_parts = self.bundle.parts(self.deployment.environment)

    def _may_fetch(self) -> bool:
        """Whether the instance's role may read the bundle; what lies on GitHub needs no right (§13)."""
        place = self.deployment.revision.get("s3Location")
        if place is None:
            return True
        role, known = self.agent.role or "", self.deployment.readers
        if role not in known:
            known[role] = may_fetch(self.service, role, place)
        return known[role]

    def _principal(self) -> str:
        role = self.agent.role or ""
        if role.startswith("arn:"):
            return role  # on premises: the IAM user or session that it is registered with
        return naming.session_of(self.service.account, role, self.host.id)

    def _install(self) -> None:
        """Remove what the last deployment of the group put here, then copy what the AppSpec says."""
        bundle = self.bundle
        assert bundle is not None
        existing = self.deployment.parameters.get("fileExistsBehavior")
        disk, known = self.service.disk(self.host.id), self.agent.accounts
        if bundle.accounts and known is None:
            self._assume(bundle)
        install(disk, self.member, bundle, existing, self.service.lists_kept_files, known)

    def _assume(self, bundle: Bundle) -> None:
        """Say once in a deployment which accounts are taken to be there (§18)."""
        if not self.deployment.accounts_told:
            self.deployment.accounts_told = True
            names = ", ".join(dict.fromkeys(name for _, name in bundle.accounts))
            self.world.note(self.deployment, "install", r.ACCOUNTS_ASSUMED(names=names))

    # What, where rules speak of it

    def by_rules(self, part: Part) -> tuple[int, Outcome]:
        if part.problem:
            return 0, Outcome("UnknownError", part.problem)
        if part.scripts:
            return self._scripts(part)
        work = self._work(part)
        if work.takes > EVENT_LIMIT:
            return EVENT_LIMIT, self._too_long(part)
        if work.fails:
            message = work.message or f"{part.event} failed with exit code {work.exit}"
            return work.takes, Outcome("UnknownError", message)
        came = Outcome(why=part.why)
        return self.agents_own(part.event, work.takes, came) if part.event in AGENTS_OWN else (work.takes, came)

    def _too_long(self, part: Part) -> Outcome:
        """What the agent or the service does itself may not last longer than a script (§3.1, §6)."""
        if part.event == "AllowTraffic":
            return self.never_healthy(Outcome())
        return Outcome("UnknownError", "The lifecycle event did not end within one hour", why=r.TOO_LONG)

    def _work(self, part: Part, script: str = "", first: bool = True) -> Work:
        """What comes of one script of the event, or of an event without any. Only the first goes by the event's own
        draw."""
        host, deployment = self.host, self.deployment
        name = f"{part.event}:{script}" if script else part.event
        attempt = self.member.tries[name] = self.member.tries.get(name, 0) + 1
        circumstances = Circumstances(
            part.event,
            f"{self.work}/{script}",
            attempt,
            script=script or None,
            instance=host.name,
            index=host.index,
            position=self.target.position,
            deployment=deployment.number,
            revision=deployment.revision_number,
            luck=lane(self.luck, part.lane) if first else None,
        )
        return self.behavior.work(self.world, "hook", circumstances, part.assumption)

    def _scripts(self, part: Part) -> tuple[int, Outcome]:
        """The scripts of an event, one after the other; the first that fails ends the event (§3.4)."""
        log = [part.begins]
        took = 0
        for script in part.scripts:
            takes, error, message = self._script(part, script, EVENT_LIMIT - took, log)
            took += takes
            if error:
                return took, Outcome(error, message, script.hook.location, tuple(log))
        return took, Outcome(log=tuple(log))

    def _script(self, part: Part, script: Script, left: int, log: list[str]) -> tuple[int, str, str]:
        """(ms, error code or "", message) of one script that may take so many ms; it writes to the log."""
        hook, does = script.hook, script.does
        if does is None:
            return 0, "ScriptMissing", f"Script does not exist at specified location: {hook.location}"
        work = self._work(part, hook.location, script is part.scripts[0])
        log.append(script.begins)
        # Where a rule lets the script fail is not known: what it might say after that, as of success, is left out.
        log += stdout((*(() if work.fails else does.lines), *work.prints))
        takes, limit = work.takes + does.takes, min(hook.timeout_s * SECOND, left)
        said = f"Script at specified location: {hook.location}"
        if takes > limit:
            message = f"{said} failed to complete in {hook.timeout_s} seconds"
            if left < hook.timeout_s * SECOND:
                seconds = EVENT_LIMIT // SECOND
                message = f"The scripts of {part.event} together failed to complete in {seconds} seconds"
            return limit, "ScriptTimedOut", message
        if does.left_open and not work.fails:
            return limit, "UnknownError", f"{said} failed to close STDOUT"
        code = work.exit if work.fails else does.exit
        if not code:
            return takes, "", ""
        if work.message:
            log.append(f"[stderr]{work.message}")
        user = f" run as user {hook.runas}" if hook.runas else ""
        return takes, "ScriptFailed", f"{said}{user} failed with exit code {code}"
