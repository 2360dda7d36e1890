"""A build's behaviour in time, phase by phase.

The order of phases, and what follows on a failure: docs/behaviour/codebuild.md §2.2; one phase with commands: §2.3.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.clock import MINUTE, format_duration
from sim.core.states import Why
from sim.core.world import END, Interrupt
from sim.formats.buildspec import Artifacts, Command
from sim.formats.buildspec import Phase as SpecPhase
from sim.services import behavior
from sim.services.behavior import Circumstances, Work
from sim.services.codebuild import artifacts
from sim.services.codebuild import resources as r
from sim.services.codebuild.artifacts import ArtifactFault
from sim.services.codebuild.caches import Cache
from sim.services.codebuild.container import Container
from sim.services.codebuild.download import Download
from sim.services.codebuild.resources import Build, Phase, Status
from sim.services.codebuild.sources import SourceFault
from sim.services.codebuild.workspace import listed

if TYPE_CHECKING:
    from sim.services.codebuild.api import CodeBuild

Living = Generator[Event, Any, Any]

CURATED = "aws/codebuild/"
"""How the names of images that CodeBuild provides begin."""
SELECTS_RUNTIMES = re.compile(r"aws/codebuild/(standard:|amazonlinux)")
RETRIES = 3
"""How often on-failure: RETRY retries when it gives no count (docs/behaviour/codebuild.md §2.4)."""
_NOTHING = SpecPhase()


class TimedOut(Exception):
    """The build's time is over."""


class BuildRun:
    """One build being run."""

    def __init__(self, service: CodeBuild, build: Build):
        self.service = service
        self.world = service.world
        self.build = build
        self.behavior = behavior.of(service.world)
        self.container = Container(service, build)
        self.download = Download(service, build, self.container)
        self.retries = 0
        """How often on-failure lets such a failure be retried; 0 when it does not."""

    # The whole

    def submit(self) -> None:
        """Accept the request: at once, unless a rule says how long that takes."""
        build = self.build
        self.enter("SUBMITTED")
        started = r.STARTED(initiator=build.initiator, number=build.number, project=build.project)
        self.world.move(build, Status.IN_PROGRESS, started)
        if not any(rule.subject == "SUBMITTED" for rule in self.behavior.of_kind("phase")):
            self.succeed()
            self.enter("QUEUED")

    def run(self) -> Living:
        if not self.build.complete:  # it may have been stopped in the very instant it was started
            try:
                yield from self.life()
            except Interrupt:
                assert self.build.complete, "StopBuild settles everything"
            except TimedOut:
                self.time_out(self.build.settings["timeoutInMinutes"])
        self.service.ended(self.build, self.retries)

    def life(self) -> Living:
        yield from self.phases()
        if not self.build.complete:
            self.complete()

    def phases(self) -> Living:
        if self.build.phase.name == "SUBMITTED" and not (yield from self.plain("SUBMITTED", "the request was refused")):
            return
        if not (yield from self.queued()):
            return
        if not (yield from self.provisioning()):
            return
        if (yield from self.download_source()):
            yield from self.command_phases()
        yield from self.plain("FINALIZING", "the environment could not be wound up")

    def command_phases(self) -> Living:
        for name in r.COMMAND_PHASES:
            succeeded = yield from self.command_phase(name)
            if not succeeded and not self.goes_on(name):
                return
        self.export()
        yield from self.upload_artifacts()

    def complete(self) -> None:
        """COMPLETED is a mark, no stretch of time; the build's status follows from its phases (§2.6)."""
        failed = self.build.failure
        self.enter("COMPLETED")
        if failed is None:
            self.world.move(self.build, Status.SUCCEEDED, r.BUILD_SUCCEEDED)
        else:
            message = failed.contexts[0]["message"]
            self.world.move(self.build, Status.FAILED, r.BUILD_FAILED(phase=failed.name, message=message))

    def time_out(self, minutes: int) -> None:
        """The running phase is TIMED_OUT, and nothing comes after it (§2.2, §4.7)."""
        limit = format_duration(minutes * MINUTE)
        phase = self.build.phase
        self.leave(
            Status.TIMED_OUT, r.PHASE_TIMED_OUT(limit=limit), [_context("BUILD_TIMED_OUT", "Build has timed out.")]
        )
        self.enter("COMPLETED")
        self.world.move(self.build, Status.TIMED_OUT, r.BUILD_TIMED_OUT(phase=phase.name, limit=limit))

    # Any phase

    def enter(self, name: str) -> None:
        phase = Phase(name, self.build, self.world.now)
        self.world.register(phase)
        self.build.phases.append(phase)

    def leave(self, status: Status, why: Why, contexts: list[r.Context]) -> None:
        phase = self.build.phase
        phase.contexts = contexts
        phase.ended = self.world.now
        self.world.move(phase, status, why)

    def succeed(self, why: Why = r.PHASE_DONE) -> bool:
        # SUBMITTED and QUEUED carry no context, the others an empty one (docs/behaviour/codebuild.md §2.7).
        early = self.build.phase.name in ("SUBMITTED", "QUEUED")
        self.leave(Status.SUCCEEDED, why, [] if early else [_context("", "")])
        return True

    def fail(self, code: str, message: str, why: Why | None = None) -> bool:
        self.leave(Status.FAILED, why or r.PHASE_FAILED(message=message), [_context(code, message)])
        self.container.failing()
        return False

    def spend(self, ms: int) -> Living:
        """Wait so long, or until the build's time is over. Raises TimedOut."""
        if ms <= 0:
            return
        deadline = self.build.deadline
        if deadline is not None and self.world.now + ms > deadline:
            yield self.world.wait(deadline - self.world.now, self.build, END)
            raise TimedOut
        yield self.world.wait(ms, self.build, END)

    def work(self, phase: str, assumption: str = "") -> Work:
        """What comes of a phase without commands."""
        project, number = self.build.project, self.build.number
        what = Circumstances(phase, project, number, project=project, phase=phase, build=number)
        return self.behavior.work(self.world, "phase", what, assumption or f"build.{phase}")

    def plain(self, name: str, reason: str, code: str = "CLIENT_ERROR") -> Living:
        """A phase that only takes time, unless a rule makes it fail for a reason of its own or this one."""
        if self.build.phase.name != name:
            self.enter(name)
        work = self.work(name)
        yield from self.spend(work.takes)
        return self.fail(code, work.message or reason) if work.fails else self.succeed()

    def say(self, text: str) -> None:
        self.build.say(self.world.now, text)

    def say_completed(self) -> None:
        phase = self.build.phase
        context = phase.contexts[0]
        self.say(f"Phase complete: {phase.name} State: {phase.status.value}")
        self.say(f"Phase context status code: {context['statusCode']} Message: {context['message']}")

    # Before the container

    def queued(self) -> Living:
        """Behind other builds, when the account runs as many of this type as it may (§4.6)."""
        build, world = self.build, self.world
        if build.phase.name != "QUEUED":
            self.enter("QUEUED")
        turn = self.service.queue_up(build)
        if turn is None:
            return (yield from self.plain("QUEUED", "the build could not be started"))
        minutes = build.settings["queuedTimeoutInMinutes"]
        limit = world.wait(minutes * MINUTE, build, END)
        yield turn | limit
        if not build.slot:
            self.time_out(minutes)
            return False
        world.cancel(limit)
        return self.succeed(r.CHOSEN)

    def provisioning(self) -> Living:
        # Time in the queue does not count: the clock starts here (docs/behaviour/codebuild.md §4.7).
        self.build.deadline = self.world.now + self.build.settings["timeoutInMinutes"] * MINUTE
        image = self.build.settings["environment"]["image"]
        succeeded = yield from self.plain(
            "PROVISIONING", f"Unable to pull customer's container image {image}", "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE"
        )
        self.say("Waiting for agent ping")
        return succeeded

    def download_source(self) -> Living:
        """Fetch the sources, read the buildspec, settle the variables, restore the cache (§2.1)."""
        self.enter("DOWNLOAD_SOURCE")
        self.say("Phase is DOWNLOAD_SOURCE")
        fault = None
        work = self.work("DOWNLOAD_SOURCE")
        takes = work.takes
        if work.fails:
            fault = SourceFault("CLIENT_ERROR", work.message or "the source could not be downloaded")
        else:
            try:
                self.download.run()
            except SourceFault as error:
                fault = error
        self.cache = Cache(self.service, self.build, self.download.spec, self.container)
        if fault is None and self.cache.restore():
            self.build.cached = True
            takes += self.behavior.delay(self.world, "build.cached", f"{self.build.project}/{self.build.number}")
        yield from self.spend(takes)
        if fault is None:
            self.succeed()
        else:
            self.fail(fault.code, fault.message)
        self.say_completed()
        return fault is None

    # Phases with commands

    def command_phase(self, name: str) -> Living:
        """One phase of the buildspec: its commands up to the first that fails, then `finally` (§2.3)."""
        phase_type = r.COMMAND_PHASES[name]
        spec = self.download.spec
        declared = spec.phases.get(name, _NOTHING)
        self.enter(phase_type)
        self.say(f"Entering phase {phase_type}")
        if name == "install":
            yield from self.runtimes(declared)
        self.container.phase = phase_type
        self.container.run_as = declared.run_as or spec.run_as or "root"
        if declared.commands or declared.finally_:
            yield from self.commands(declared)
        else:
            yield from self.empty(phase_type)
        self.say_completed()
        return self.build.phase.status is Status.SUCCEEDED

    def commands(self, declared: SpecPhase) -> Living:
        failed: tuple[str, int] | None = None
        for entries in (declared.commands, declared.finally_):
            for entry in entries:
                exit_status = yield from self.command(entry)
                if exit_status:
                    failed = failed or (entry.text, exit_status)
                    self.container.failing()
                    break
        if failed is None:
            self.succeed(r.COMMANDS_DONE)
            return
        text, exit_status = failed
        message = f"Error while executing command: {text}. Reason: exit status {exit_status}"
        self.fail("COMMAND_EXECUTION_ERROR", message, r.COMMAND_FAILED(command=text, exit=exit_status))

    def command(self, entry: Command) -> Living:
        """One entry of `commands` or `finally`; its exit status."""
        self.say(f"Running command {entry.text}")
        begun = self.world.now
        run = self.container.follow(entry.text)
        try:
            yield from self.spend(run.takes)
        finally:
            self.build.said(begun, run.lines, self.world.now)
        if run.exit:
            self.say(f"Command did not exit successfully {entry.text} exit status {run.exit}")
        return run.exit

    def empty(self, phase_type: str) -> Living:
        work = self.work(phase_type, "build.empty")
        yield from self.spend(work.takes)
        if work.fails:
            self.fail("CLIENT_ERROR", work.message or f"{phase_type} failed")
        else:
            self.succeed(r.PHASE_EMPTY)

    def runtimes(self, declared: SpecPhase) -> Living:
        """Runtimes are chosen in INSTALL, before its commands; other images only warn (§1.6)."""
        image = self.build.settings["environment"]["image"]
        wanted = declared.runtime_versions
        if not wanted and image.startswith(CURATED):
            self.say("No runtime version selected in buildspec.")
        if wanted and not SELECTS_RUNTIMES.match(image):
            self.say("Skipping install of runtimes. Runtime version selection is not supported by this build image")
            return
        for runtime, version in wanted.items():
            chosen = self.container.interpolate(version)
            self.say(f"Selecting '{runtime}' runtime version '{chosen}'")
            entity = f"{self.build.project}/{runtime}/{self.build.number}"
            yield from self.spend(self.behavior.delay(self.world, "build.runtime", entity))

    def goes_on(self, name: str) -> bool:
        """Whether the next phase runs although this one failed (§2.2, §2.4)."""
        phase_type = r.COMMAND_PHASES[name]
        declared = self.download.spec.phases.get(name, _NOTHING).on_failure
        by_default = name in ("build", "post_build")
        if declared == "CONTINUE":
            why: Why = r.CONTINUES(phase=phase_type)
        elif declared == "ABORT":
            why = r.ABORTS(phase=phase_type)
        elif declared is not None and self.retried(declared):
            why = r.RETRIES(value=declared)
        elif by_default:
            why = r.POST_BUILD_RUNS if name == "build" else r.UPLOAD_RUNS
        else:
            why = r.NO_MORE_COMMANDS(phase=phase_type)
        on = why.rule in (r.CONTINUES, r.POST_BUILD_RUNS, r.UPLOAD_RUNS)
        self.world.note(self.build, "goes on" if on else "ends", why)
        return on

    def retried(self, value: str) -> bool:
        """Whether on-failure: RETRY… starts the build again."""
        count, pattern = retry_terms(value)
        reason = ""
        if self.build.from_pipeline:
            reason = "a build of a pipeline is retried by the pipeline"
        elif not self.build.settings["environment"]["image"].startswith(CURATED):
            reason = "the image is not one that CodeBuild provides"
        elif self.build.retry_number >= count:
            reason = f"this was attempt {count + 1} of {count + 1}"
        elif not _found(pattern, self.build.phase.contexts[0]["message"]):
            reason = "the error message does not match"
        if reason:
            self.world.note(self.build, "no retry", r.NO_RETRY(value=value, reason=reason))
            return False
        self.retries = count
        return True

    def export(self) -> None:
        """Exported variables are frozen after POST_BUILD (§3.5)."""
        for name in self.download.spec.exported_variables:
            value = self.container.shell.get(name)
            if value is not None and not name.startswith("AWS_") and name not in self.download.held_back:
                self.build.exported.append({"name": name, "value": value})

    # UPLOAD_ARTIFACTS

    def upload_artifacts(self) -> Living:
        """Save the cache and store the artifacts, also of a failing build (§2.2, §6.3)."""
        self.enter("UPLOAD_ARTIFACTS")
        work = self.work("UPLOAD_ARTIFACTS")
        takes = work.takes
        # Whether a failed build saves its cache is not written down: it does not (docs/behaviour/codebuild.md §18).
        if self.container.succeeding and self.cache.save():
            takes += self.behavior.delay(self.world, "build.cached", f"{self.build.project}/{self.build.number}/save")
        yield from self.spend(takes)
        try:
            if work.fails:
                raise ArtifactFault(work.message or "Failed to upload artifacts")
            self.succeed(self.store())
        except ArtifactFault as fault:
            self.fail("CLIENT_ERROR", fault.message)
        self.say_completed()

    def store(self) -> Why:
        """Raises ArtifactFault."""
        chosen = artifacts.chosen(self.build, self.download.spec)
        if not chosen:
            return r.NO_ARTIFACTS
        count = 0
        for setting, section in chosen:
            base = self.container.interpolate(section.base_directory or "")
            files = self.assemble(replace(section, base_directory=base or None))
            name = self.container.interpolate(section.name) if section.name else None
            stored = artifacts.store(self.service, self.build, setting, section, name, files)
            self.build.artifacts.append(stored)
            count += len(files)
        places = listed(one["location"].removeprefix("arn:aws:s3:::") for one in self.build.artifacts)
        return r.UPLOADED(count=count, places=places)

    def assemble(self, section: Artifacts) -> dict[str, bytes]:
        """{path: content} of what one section of the buildspec names. Raises ArtifactFault."""
        workspace = self.container.workspace
        self.assume_outputs(section)
        self.say(f"Expanding base directory path: {section.base_directory or '.'}")
        self.say("Assembling file list")
        for pattern in workspace.unmatched(section):
            self.say(f"Skipping invalid file path {pattern}")
        files = workspace.select(section)
        if not files:
            raise ArtifactFault(artifacts.NO_MATCH)
        self.say(f"Found {len(files)} file(s)")
        return files

    def assume_outputs(self, section: Artifacts) -> None:
        """Without any rule about what commands make, what `artifacts` names is taken to be there.

        Not so in a failing build: nobody knows how far its commands came.
        """
        workspace = self.container.workspace
        if workspace.produced or not self.container.succeeding:
            return
        project = self.build.project
        for path in workspace.assume(section, f"{project} {self.build.resolved_version or ''}".strip()):
            inside = path.removeprefix(f"{workspace.root}/")
            self.service.assume(
                f"{inside} is taken to be made by the commands of {project}",
                f'a rule can say what a command makes: {{command: "…", produces: ["{inside}"]}}',
            )


def _context(code: str, message: str) -> r.Context:
    return {"statusCode": code, "message": message}


def retry_terms(value: str) -> tuple[int, str]:
    """(count, pattern) of RETRY, RETRY-count, RETRY-pattern, RETRY-count-pattern.

    >>> retry_terms("RETRY"), retry_terms("RETRY-2"), retry_terms("RETRY-5-.*timeout.*")
    ((3, '.*'), (2, '.*'), (5, '.*timeout.*'))
    """
    rest = value.removeprefix("RETRY").removeprefix("-")
    found = re.fullmatch(r"(\d+)(?:-(.*))?", rest, re.DOTALL)
    if found:
        return int(found.group(1)), found.group(2) or ".*"
    return RETRIES, rest or ".*"


def _found(pattern: str, message: str) -> bool:
    try:
        return re.search(pattern, message) is not None
    except re.error:
        return pattern in message
