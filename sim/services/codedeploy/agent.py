"""The agent on an instance: it polls, takes one command, runs the event, reports, and polls again."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from posixpath import basename, normpath
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core import naming
from sim.core.calls import Call
from sim.core.clock import MINUTE, SECOND, format_duration
from sim.core.problems import ProblemsError, ServiceError
from sim.core.states import Why
from sim.core.world import BEGIN, END
from sim.formats.appspec import AppSpec, Hook, read_appspec
from sim.services import behavior
from sim.services.behavior import Circumstances
from sim.services.bundles import unpack
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.resources import EventStatus, Host, LifecycleEvent, Target, TargetStatus
from sim.services.codedeploy.script import outcome

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

START_LIMIT = 5 * MINUTE
"""An event must start within 5 minutes of the one before (docs/behaviour/codedeploy.md §3.1)."""
EVENT_LIMIT_S = 3600
"""An event must end within an hour, all its scripts together (docs/behaviour/codedeploy.md §3.4)."""
LOG_TAIL = 2048
"""The agent keeps about the last 2 KB of what an event printed (docs/behaviour/codedeploy.md §3.4)."""


@dataclass(frozen=True, slots=True)
class Agent:
    """How the agent of one instance is set up. `poll` is the pause between two polls, in ms."""

    installed: bool = True
    running: bool = True
    version: str = "1.8.1"
    poll: int = SECOND
    role: str | None = None

    @property
    def silence(self) -> str | None:
        """Why it takes no commands, if it does not."""
        if not self.installed:
            return "no agent is installed"
        if not self.running:
            return "the agent is not running"
        if self.role == "none":
            return "the instance has no instance profile, so the agent has no credentials"
        return None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A revision as it lies on an instance. `problem` says why its AppSpec cannot be used."""

    files: dict[str, bytes]
    appspec: AppSpec | None
    problem: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of an event: when it ends (ms from its start) and how."""

    takes: int = 0
    error: str = ""
    message: str = ""
    script: str = ""
    log: list[str] = field(default_factory=list)
    why: Why = r.EVENT_DONE


def agent_of(service: CodeDeploy, host: Host) -> Agent:
    """The agent's set-up: the scenario's rules, else the default agent."""
    rules = service.agent_rules()
    if not rules:
        return _DEFAULT
    found: dict[str, Any] = {}
    for rule in rules:
        if fnmatchcase(host.name, rule.subject) and behavior.fits(
            rule, Circumstances(host.name, host.name, instance=host.name, index=host.index), service.world.now
        ):
            behavior.of(service.world).fitted.add(rule.index)
            for key in ("installed", "running", "version", "poll", "role"):
                value = getattr(rule, key)
                if value is not None:
                    found.setdefault(key, value)
    return Agent(**found)


_DEFAULT = Agent()


def deploy_to(service: CodeDeploy, target: Target) -> Generator[Event, Any, None]:
    """One target's part of a deployment, from its turn to its end."""
    world = service.world
    host = target.host
    deployment = target.parent
    assert isinstance(deployment, r.Deployment)
    world.move(target, TargetStatus.IN_PROGRESS, r.TARGET_CHOSEN)
    target.started = world.now
    agent = agent_of(service, host)
    silence = agent.silence or (None if host.state == "running" else f"the instance is {host.state}")
    if silence:
        yield world.wait(START_LIMIT, target, END)
        why = r.AGENT_SILENT(instance=host.name, reason=silence)
        skip(service, target, why)
        end(service, target, TargetStatus.FAILED, why)
        return
    visit = Visit(service, target, deployment)
    pause = int(agent.poll * world.draw("agent poll", host.id, deployment.number))
    for event in target.events:
        yield world.wait(pause, event, BEGIN)
        if deployment.stopping is not None:
            stopped = r.TARGET_STOPPED
            skip(service, target, stopped)
            end(service, target, TargetStatus.FAILED, stopped)
            return
        world.move(event, EventStatus.IN_PROGRESS, r.PICKED_UP)
        event.started = world.now
        came = visit.outcome(event.name)
        yield world.wait(came.takes, event, END)
        event.ended = world.now
        if not came.error:
            visit.complete(event.name)
            world.move(event, EventStatus.SUCCEEDED, came.why)
        elif not fail(service, target, event, came):
            return
        pause = agent.poll
    end(service, target, TargetStatus.SUCCEEDED, r.TARGET_DONE)


def fail(service: CodeDeploy, target: Target, event: LifecycleEvent, came: Outcome) -> bool:
    """Report a failed event. True when the instance may go on all the same."""
    deployment = target.parent
    assert isinstance(deployment, r.Deployment)
    event.diagnostics = {
        "errorCode": came.error,
        "scriptName": came.script,
        "message": came.message,
        "logTail": "\n".join(came.log)[-LOG_TAIL:],
    }
    ignored = deployment.ignore_stop_failures and event.name in r.PREVIOUS_REVISION
    rule = r.EVENT_IGNORED if ignored else r.EVENT_FAILED
    service.world.move(event, EventStatus.FAILED, rule(message=came.message))
    if ignored:
        return True
    skip(service, target, r.EVENT_SKIPPED)
    end(service, target, TargetStatus.FAILED, r.TARGET_FAILED(event=event.name, message=came.message))
    return False


def skip(service: CodeDeploy, target: Target, why: Why) -> None:
    """Every event that has not begun will not."""
    for event in target.events:
        if event.status is EventStatus.PENDING:
            service.world.move(event, EventStatus.SKIPPED, why)


def end(service: CodeDeploy, target: Target, status: TargetStatus, why: Why) -> None:
    target.ended = service.world.now
    service.world.move(target, status, why)


class Visit:
    """What one deployment does on one instance, event by event."""

    def __init__(self, service: CodeDeploy, target: Target, deployment: r.Deployment):
        self.service = service
        self.target = target
        self.deployment = deployment
        self.member = deployment.group.member(target.host.id)
        self.bundle: Bundle | None = None

    def outcome(self, event: str) -> Outcome:
        """What will come of the event that begins now."""
        if event == "DownloadBundle":
            return self._own_work(event, self._download)
        if event == "Install":
            return self._own_work(event, self._install)
        bundle: Bundle | str | None
        if event in r.PREVIOUS_REVISION:
            if self.member.revision is None:
                return self._nothing(event, r.NO_PREVIOUS)
            bundle = self.service.bundle(self.member.revision, self._principal())
        else:
            bundle = self.bundle
        if isinstance(bundle, str):
            return Outcome(error="UnknownError", message=bundle)
        assert bundle is not None, "DownloadBundle comes before every script of the new revision"
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
            if self.member.succeeded_revision != r.revision_key(self.deployment.revision):
                self.member.revision_health = r.RevisionHealth.UNKNOWN

    def _principal(self) -> str:
        host = self.target.host
        return naming.assumed_role(naming.arn("iam", "", self.service.account, f"role/{host.role}"), host.id)

    def _circumstances(self, event: str, script: str | None = None) -> Circumstances:
        host, deployment = self.target.host, self.deployment
        work = f"{event}:{script}" if script else event
        attempt = self.member.tries[work] = self.member.tries.get(work, 0) + 1
        return Circumstances(
            event,
            f"{deployment.application}/{deployment.group.name}/{host.name}/{script or ''}",
            attempt,
            script=script,
            instance=host.name,
            index=host.index,
            position=self.target.position,
            deployment=deployment.number,
            revision=deployment.revision_number,
        )

    def _own_work(self, event: str, work: Any) -> Outcome:
        came = self._nothing(event, r.EVENT_DONE, f"deploy.{event}")
        if not came.error:
            fault = work()
            if fault:
                came.error, came.message = "UnknownError", fault
        return came

    def _nothing(self, event: str, why: Why, assumption: str = "deploy.event") -> Outcome:
        world = self.service.world
        work = behavior.of(world).work(world, "hook", self._circumstances(event), assumption)
        if work.fails:
            message = work.message or f"{event} failed with exit code {work.exit}"
            return Outcome(work.takes, "UnknownError", message)
        return Outcome(work.takes, why=why)

    def _scripts(self, event: str, hooks: tuple[Hook, ...], bundle: Bundle) -> Outcome:
        world = self.service.world
        came = Outcome()
        left = EVENT_LIMIT_S * SECOND
        for hook in hooks:
            path = normpath(hook.location)
            came.script = hook.location
            if path not in bundle.files:
                came.error = "ScriptMissing"
                came.message = f"Script does not exist at specified location: {hook.location}"
                return came
            work = behavior.of(world).work(world, "hook", self._circumstances(event, hook.location), "deploy.script")
            said = outcome(bundle.files[path])
            came.log += [f"[stdout]{line}" for line in (*said.lines, *work.prints)]
            takes = work.takes + said.takes
            limit = min(hook.timeout_s * SECOND, left)
            if takes > limit:
                came.takes += limit
                came.error = "ScriptTimedOut"
                came.message = (
                    f"Script at specified location: {hook.location} failed to complete in {limit // SECOND} seconds"
                )
                return came
            came.takes += takes
            left -= takes
            code = work.exit if work.fails else said.exit
            if code:
                came.error = "ScriptFailed"
                user = f" run as user {hook.runas}" if hook.runas else ""
                came.message = f"Script at specified location: {hook.location}{user} failed with exit code {code}"
                if work.message:
                    came.log.append(f"[stderr]{work.message}")
                return came
        came.script = ""
        return came

    def _download(self) -> str:
        found = self.service.bundle(self.deployment.revision, self._principal())
        if isinstance(found, str):
            return found
        self.bundle = found
        return ""

    def _install(self) -> str:
        """Remove what the last deployment of the group put here, then copy what the AppSpec says."""
        bundle = self.bundle
        assert bundle is not None
        if bundle.appspec is None:
            return bundle.problem
        disk = self.service.disk(self.target.host.id)
        for path in self.member.cleanup:
            disk.pop(path, None)
        self.member.cleanup = []
        plan, fault = install_plan(bundle)
        if fault:
            return fault
        existing = bundle.appspec.file_exists_behavior or self.deployment.parameters.get("fileExistsBehavior")
        existing = existing or "DISALLOW"
        here = [path for path in plan if path in disk]
        if here and existing == "DISALLOW":
            return f"The deployment failed because a specified file already exists at this location: {here[0]}"
        if existing == "RETAIN":
            plan = {path: content for path, content in plan.items() if path not in disk}
        disk.update(plan)
        self.member.cleanup = list(plan)
        return ""


def install_plan(bundle: Bundle) -> tuple[dict[str, bytes], str]:
    """({path on the instance: content}, fault) of the AppSpec's `files` (docs/behaviour/codedeploy.md §4.3)."""
    assert bundle.appspec is not None
    plan: dict[str, bytes] = {}
    for mapping in bundle.appspec.files:
        source = normpath(mapping.source.replace("\\", "/")).strip("/")
        source = "" if source == "." else source
        target = mapping.destination.rstrip("/")
        if source in bundle.files:
            copies = {f"{target}/{basename(source)}": bundle.files[source]}
        else:
            prefix = f"{source}/" if source else ""
            copies = {
                f"{target}/{path[len(prefix) :]}": content
                for path, content in bundle.files.items()
                if path.startswith(prefix)
            }
            if not copies and source:
                return {}, f"No such file or directory - {mapping.source}"
        twice = next((path for path in copies if path in plan), None)
        if twice:
            return {}, f"The deployment failed because the application specification file lists {twice} twice"
        plan.update(copies)
    return plan, ""


def fetch(service: CodeDeploy, revision: dict[str, Any], principal: str) -> Bundle | str:
    """The bundle of a revision, or why it cannot be had."""
    place = revision.get("s3Location")
    if place is None:
        return "only revisions in Amazon S3 can be fetched"
    parameters = {"Bucket": place["bucket"], "Key": place["key"]}
    if place.get("version"):
        parameters["VersionId"] = place["version"]
    try:
        answer = service.world.call(Call(principal, service.account, service.region, "s3", "GetObject", parameters))
    except ServiceError as error:
        return error.message
    if place.get("eTag") and place["eTag"].strip('"') != answer["ETag"].strip('"'):
        return f"Expected ETag {place['eTag']} but the object's is {answer['ETag']}"
    key = (place["bucket"], place["key"], str(answer["ETag"]))
    found = service.bundles.get(key)
    if found is None:
        found = service.bundles[key] = open_bundle(answer["Body"])
    return found


def open_bundle(content: bytes) -> Bundle | str:
    try:
        files = unpack(content)
    except ValueError as error:
        return str(error)
    text = files.get("appspec.yml") or files.get("appspec.yaml")
    name = "appspec.yml" if "appspec.yml" in files else "appspec.yaml"
    if text is None:
        missing = "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory"
        return Bundle(files, None, f'{missing} at revision-relative path "appspec.yml"')
    try:
        return Bundle(files, read_appspec(text.decode(), name))
    except (ProblemsError, UnicodeDecodeError) as error:
        return Bundle(files, None, f"The deployment failed because the AppSpec file is not valid: {error}")


def describe(agent: Agent) -> str:
    """For the fleet table: the version, or why it is silent."""
    return agent.silence or f"{agent.version}, polling every {format_duration(agent.poll)}"
