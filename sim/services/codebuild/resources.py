"""What CodeBuild keeps: builds and their phases, the statuses they go through, and the rules that say why."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sim.core.clock import START
from sim.core.states import Entity, Resource, Rule, table

if TYPE_CHECKING:
    from simpy import Process

_DOC = "docs/behaviour/codebuild.md"


class Status(StrEnum):
    """StatusType: of a build and of a phase."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    FAULT = "FAULT"
    TIMED_OUT = "TIMED_OUT"
    IN_PROGRESS = "IN_PROGRESS"
    STOPPED = "STOPPED"


S = Status
ENDS = {S.SUCCEEDED, S.FAILED, S.FAULT, S.TIMED_OUT, S.STOPPED}

# A build is IN_PROGRESS from the call on; its first move says who started it, and is the first event (§9.3, §19).
BUILD_MOVES, _ = table({S.IN_PROGRESS: {S.IN_PROGRESS, *ENDS}})
PHASE_MOVES, FINAL = table({S.IN_PROGRESS: ENDS})

COMMAND_PHASES = {"install": "INSTALL", "pre_build": "PRE_BUILD", "build": "BUILD", "post_build": "POST_BUILD"}
"""Name in a buildspec -> phase type, in order."""

Context = dict[str, str]
"""{"statusCode", "message"} as the API gives it."""


def _rule(id: str, text: str, section: str, basis: Any = "documented") -> Rule:
    return Rule(f"codebuild.{id}", text, basis=basis, source=f"{_DOC} {section}")


STARTED = _rule("build.started", "{initiator} started build {number} of {project}", "§14")
BUILD_SUCCEEDED = _rule("build.succeeded", "every phase succeeded", "§2.6")
BUILD_FAILED = _rule("build.failed", "{phase} failed: {message}", "§2.6", "inferred")
BUILD_TIMED_OUT = _rule("build.timed-out", "{phase} was running when the time limit of {limit} was over", "§4.7")
BUILD_STOPPED = _rule("build.stopped", "{by} stopped it while {phase} was running", "§2.2")

PHASE_DONE = _rule("phase.succeeded", "nothing failed in it", "§2.1")
PHASE_EMPTY = _rule("phase.empty", "the buildspec has no commands for it", "§2.1", "inferred")
PHASE_FAILED = _rule("phase.failed", "{message}", "§2.1")
COMMANDS_DONE = _rule("phase.commands", "every command ended with exit status 0", "§2.3")
COMMAND_FAILED = _rule(
    "phase.command-failed",
    "{command} ended with exit status {exit}; of the commands left only `finally` runs",
    "§2.3",
)
PHASE_TIMED_OUT = _rule("phase.timed-out", "the time limit of {limit} was over", "§4.7")
PHASE_STOPPED = _rule("phase.stopped", "{by} stopped the build; no further phase runs", "§2.2")
NO_ARTIFACTS = _rule("artifacts.none", "the build keeps no artifacts", "§6.1")
UPLOADED = _rule("artifacts.uploaded", "{count} of the workspace's files were stored: {places}", "§6.3")

WAITS = _rule(
    "queue.waits",
    "{running} builds of {compute_type} on {environment_type} run already, as many as the account may",
    "§4.6",
)
CHOSEN = _rule("queue.chosen", "a build ended, and of those waiting this one's turn came: in no order", "§4.6")
POST_BUILD_RUNS = _rule("next.post-build", "POST_BUILD runs although BUILD failed", "§2.2")
UPLOAD_RUNS = _rule("next.upload", "UPLOAD_ARTIFACTS is attempted although the build is failing", "§2.2")
NO_MORE_COMMANDS = _rule("next.ends", "after {phase} failed no later phase with commands runs", "§2.2", "inferred")
ABORTS = _rule("on-failure.abort", "on-failure: ABORT ends the build after {phase}", "§2.4")
CONTINUES = _rule(
    "on-failure.continue", "on-failure: CONTINUE lets the next phase run; the build stays failed", "§2.4", "inferred"
)
RETRIES = _rule("on-failure.retry", "on-failure: {value} ends this build and starts it again", "§2.4", "inferred")
NO_RETRY = _rule("on-failure.no-retry", "on-failure: {value} does not apply: {reason}", "§2.4", "inferred")
RETRIED = _rule("build.retried", "{next} was started because this build failed (retry {number} of {limit})", "§14")


class Phase(Entity):
    """One phase of a build. Times in ms; `contexts` as the API gives them. COMPLETED has no end."""

    __slots__ = ("contexts", "ended", "started")
    kind = "build-phase"
    moves = PHASE_MOVES
    final = FINAL

    def __init__(self, name: str, build: Build, started: int):
        super().__init__(name, S.IN_PROGRESS, build)
        self.started = started
        self.ended: int | None = None
        self.contexts: list[Context] = []


class Build(Resource):
    """One build. `settings` are the project's with the call's overrides: shapes as in AWS's Build.

    `environment` holds the variables that commands see, as they are now; `log` is [(ms, text, from a command?)].
    """

    __slots__ = (
        "artifacts",
        "cached",
        "calendar",
        "deadline",
        "environment",
        "exported",
        "initiator",
        "log",
        "next_retry",
        "number",
        "phases",
        "previous_retry",
        "process",
        "project",
        "resolved_version",
        "retry_number",
        "role",
        "settings",
        "slot",
        "started",
        "uuid",
    )
    kind = "build"
    moves = BUILD_MOVES
    final = FINAL

    def __init__(self, id: str, *, arn: str, account: str, region: str, settings: dict[str, Any], started: int):
        super().__init__(id, S.IN_PROGRESS, arn=arn, account=account, region=region)
        self.project, _, self.uuid = id.partition(":")
        self.settings = settings
        self.started = started
        self.calendar = START
        """Where the calendar stands at time 0."""
        self.number = 0
        self.initiator = ""
        self.phases: list[Phase] = []
        self.log: list[tuple[int, str, bool]] = []
        self.environment: dict[str, str] = {}
        self.exported: list[dict[str, str]] = []
        self.artifacts: list[dict[str, Any]] = []
        self.resolved_version: str | None = None
        self.cached = False
        """The project's cache was restored."""
        self.deadline: int | None = None
        """When the build times out, in ms; None before PROVISIONING begins."""
        self.process: Process | None = None
        self.slot = False
        """It counts as one of the account's running builds."""
        self.role = ""
        """The principal of the build's own calls."""
        self.retry_number = 0
        self.next_retry: str | None = None
        self.previous_retry: str | None = None

    def say(self, now: int, text: str) -> None:
        """A line of CodeBuild's own in the log."""
        self.log.append((now, text, False))

    def said(self, begun: int, lines: list[tuple[int, str]], now: int) -> None:
        """What a command printed: (ms from when it began, text), as far as it came by now."""
        self.log.extend((begun + ms, line, True) for ms, line in lines if begun + ms <= now)

    @property
    def environment_type(self) -> str:
        return str(self.settings["environment"]["type"])

    @property
    def compute_type(self) -> str:
        return str(self.settings["environment"]["computeType"])

    @property
    def phase(self) -> Phase:
        """The phase it is in; COMPLETED at the end."""
        return self.phases[-1]

    @property
    def complete(self) -> bool:
        return self.status in FINAL

    @property
    def ended(self) -> int | None:
        """When it ended, in ms."""
        return self.phase.started if self.phases and self.phase.name == "COMPLETED" else None

    @property
    def from_pipeline(self) -> bool:
        return self.initiator.startswith("codepipeline/")

    @property
    def failure(self) -> Phase | None:
        """The first phase that did not succeed."""
        return next((one for one in self.phases if one.status not in (S.SUCCEEDED, S.IN_PROGRESS)), None)
