"""What CodePipeline keeps: pipelines, the gates before their stages, executions, and why they move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from simpy import Event, Process

from sim.core.states import Entity, Resource, Rule, table

_DOC = "docs/behaviour/codepipeline.md"


class ExecutionStatus(StrEnum):
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    SUCCEEDED = "Succeeded"
    SUPERSEDED = "Superseded"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


class StageStatus(StrEnum):
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    SKIPPED = "Skipped"


class ActionStatus(StrEnum):
    IN_PROGRESS = "InProgress"
    ABANDONED = "Abandoned"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class Mode(StrEnum):
    SUPERSEDED = "SUPERSEDED"
    QUEUED = "QUEUED"
    PARALLEL = "PARALLEL"


class TriggerType(StrEnum):
    CREATE_PIPELINE = "CreatePipeline"
    START_PIPELINE_EXECUTION = "StartPipelineExecution"
    POLL_FOR_SOURCE_CHANGES = "PollForSourceChanges"
    CLOUD_WATCH_EVENT = "CloudWatchEvent"


X, S, A = ExecutionStatus, StageStatus, ActionStatus

# Failed and Stopped end an execution and a stage, and a retry leads out of them again: §9.2
EXECUTION_MOVES, _ = table(
    {
        X.IN_PROGRESS: {X.SUCCEEDED, X.FAILED, X.SUPERSEDED, X.STOPPING, X.CANCELLED},
        X.STOPPING: {X.STOPPED},
        X.FAILED: {X.IN_PROGRESS},
        X.STOPPED: {X.IN_PROGRESS},
    }
)
EXECUTION_FINAL = frozenset({X.SUCCEEDED, X.SUPERSEDED, X.CANCELLED, X.FAILED, X.STOPPED})
STAGE_MOVES, _ = table(
    {
        S.IN_PROGRESS: {S.SUCCEEDED, S.FAILED, S.STOPPING, S.CANCELLED},
        S.STOPPING: {S.STOPPED},
        S.FAILED: {S.IN_PROGRESS},
        S.STOPPED: {S.IN_PROGRESS},
    }
)
STAGE_FINAL = frozenset({S.SUCCEEDED, S.FAILED, S.STOPPED, S.CANCELLED, S.SKIPPED})
ACTION_MOVES, ACTION_FINAL = table({A.IN_PROGRESS: {A.SUCCEEDED, A.FAILED, A.ABANDONED}})


def _rule(id: str, text: str, section: str, basis: Any = "documented") -> Rule:
    return Rule(f"codepipeline.{id}", text, basis=basis, source=f"{_DOC} {section}")


STARTED = _rule("execution.started", "started by {type} ({detail})", "§7")
ALL_STAGES = _rule("execution.succeeded", "every stage succeeded", "§9.2")
STAGE_FAILED_IT = _rule("execution.failed", "the stage {stage} failed", "§9.2")
SUPERSEDED = _rule(
    "execution.superseded",
    "execution #{newer} arrived in front of {stage}, where only the newest waits",
    "§8.1 S3",
)
WAITS_LOCKED = _rule("stage.locked", "{stage} is held by execution #{holder}: it waits in front of it", "§8.1 S2")
WAITS_DISABLED = _rule("stage.disabled", "the transition into {stage} is disabled ({reason}): it waits", "§13")
WAITS_IN_LINE = _rule("stage.in-line", "{before} executions wait in front of {stage} already", "§8.2")
ENTERED = _rule("stage.entered", "{stage} is free, and locked by this execution from now on", "§8.1 S1, S6")
STALE = _rule(
    "transition.stale",
    "the transition into {stage} was disabled for more than 30 days: enabling it does not let this execution in",
    "§13",
)
EDITED_WAITING = _rule("execution.cancelled-waiting", "the pipeline was edited while it waited", "§8.4")
EDITED_RUNNING = _rule(
    "execution.cancelled-running", "the pipeline was edited; what ran already came to its end first", "§8.4"
)
DELETED = _rule("execution.deleted", "the pipeline was deleted", "§8.4", "inferred")
STOP_ASKED = _rule("execution.stopping", "{by} asked to stop it{abandoning}: {reason}", "§10")
STOP_DONE = _rule("execution.stopped", "nothing of it runs any longer", "§10")
STOP_WAITING = _rule("execution.stopped-waiting", "it was stopped while it waited in front of {stage}", "§10")
RESUMED = _rule("execution.resumed", "{by} retried the stage {stage} ({mode})", "§11")

STAGE_DONE = _rule("stage.succeeded", "every action succeeded", "§6")
STAGE_FAILED = _rule("stage.failed", "{actions} failed, and nothing of the stage runs any longer", "§6")
STAGE_RETRIED = _rule("stage.retried", "{by} retried the stage ({mode})", "§11")
AUTO_RETRY = _rule("stage.auto-retry", "onFailure asks for one more attempt ({mode})", "§11")

ACTION_DONE = _rule("action.succeeded", "{summary}", "§4.3")
ACTION_FAILED = _rule("action.failed", "{code}: {message}", "§4.3")
ACTION_ABANDONED = _rule(
    "action.abandoned", "the execution was stopped without waiting; what the action started goes on", "§10"
)
ACTION_TIMED_OUT = _rule("action.timed-out", "it ran for {limit}, its limit", "§14")
APPROVED = _rule("approval.approved", "{by} approved{summary}", "§17")
REJECTED = _rule("approval.rejected", "{by} rejected{summary}", "§17")
APPROVAL_EXPIRED = _rule("approval.expired", "nobody answered within {limit}", "§17")
REPLACED = _rule("action.replaced", "a rule of the scenario stands for the action's own work", "§4.3", "assumed")
RULED_TO_FAIL = _rule("action.ruled-to-fail", "a rule of the scenario lets it fail: {message}", "§4.3", "assumed")
NOT_SIMULATED = _rule("action.not-simulated", "{message}", "§4.3", "assumed")
NO_VARIABLE = _rule("action.no-variable", "{message}", "§19", "inferred")
POLL_FOUND = _rule("polling.change", "a poll found that {action} has a new revision", "§20", "inferred")
POLLING_OFF = _rule("polling.disabled", "not used for more than 30 days: polling is switched off", "§20")


@dataclass(frozen=True, slots=True)
class Artifact:
    """One artifact of one execution: where it lies, and which source revision it is or comes from."""

    name: str
    bucket: str
    key: str
    region: str
    revision: str | None = None

    @property
    def detail(self) -> dict[str, Any]:
        return {"name": self.name, "s3location": {"bucket": self.bucket, "key": self.key}}


class PipelineExecution(Resource):
    """One execution of a pipeline.

    `pipeline` is the pipeline's name, `of` the pipeline; `declaration` what it runs by; `number` counts the
    pipeline's executions from 1; `artifacts` and `variables` are what its actions gave so far.
    """

    __slots__ = (
        "artifacts",
        "attempt",
        "cancelling",
        "declaration",
        "number",
        "of",
        "outputs",
        "overrides",
        "pipeline",
        "revision_details",
        "revision_number",
        "revisions",
        "stages",
        "started",
        "stop",
        "trigger",
        "updated",
        "variables",
        "version",
        "waits_at",
    )
    kind = "pipeline-execution"
    moves = EXECUTION_MOVES
    final = EXECUTION_FINAL

    def __init__(self, id: str, *, arn: str, account: str, region: str, of: Pipeline, started: datetime):
        super().__init__(id, X.IN_PROGRESS, arn=arn, account=account, region=region)
        self.started = started
        self.of = of
        self.pipeline = of.name
        self.number = len(of.executions) + 1
        self.declaration = of.declaration
        self.version: int = of.declaration["version"]
        self.attempt = 1
        self.trigger: dict[str, str] = {}
        self.revisions: list[dict[str, Any]] = []
        self.revision_details: list[dict[str, Any]] = []
        self.revision_number: int | None = None
        self.overrides: dict[str, dict[str, str]] = {}
        self.variables: dict[str, str] = {}
        self.outputs: dict[str, dict[str, str]] = {}
        self.artifacts: dict[str, Artifact] = {}
        self.stages: dict[str, StageExecution] = {}
        self.waits_at: Gate | None = None
        self.stop: Stop | None = None
        self.cancelling: Rule | None = None
        self.updated = 0

    @property
    def mode(self) -> Mode:
        return Mode(self.declaration.get("executionMode", Mode.SUPERSEDED))

    @property
    def over(self) -> bool:
        return self.status in self.final


@dataclass(frozen=True, slots=True)
class Stop:
    by: str
    reason: str
    abandon: bool


class StageExecution(Entity):
    """One stage of one execution. `latest` holds the latest attempt of each action that counts (§11)."""

    __slots__ = (
        "attempts",
        "auto_retries",
        "changed",
        "declaration",
        "every",
        "latest",
        "manual_retries",
        "retried",
        "started",
    )
    kind = "stage-execution"
    moves = STAGE_MOVES
    final = STAGE_FINAL

    def __init__(self, declaration: dict[str, Any], execution: PipelineExecution, started: datetime):
        super().__init__(declaration["name"], S.IN_PROGRESS, execution)
        self.declaration = declaration
        self.latest: dict[str, ActionExecution] = {}
        self.every: list[ActionExecution] = []
        """All attempts, in order."""
        self.attempts: dict[str, int] = {}
        self.auto_retries = 0
        self.manual_retries = 0
        self.retried: datetime | None = None
        self.started = started
        self.changed: Event | None = None
        """Fires when an action of the stage ended, for the stage that waits for it."""

    @property
    def execution(self) -> PipelineExecution:
        assert isinstance(self.parent, PipelineExecution)
        return self.parent

    @property
    def running(self) -> list[ActionExecution]:
        return [action for action in self.latest.values() if action.status is A.IN_PROGRESS]

    @property
    def failed(self) -> list[ActionExecution]:
        return [action for action in self.latest.values() if action.status in (A.FAILED, A.ABANDONED)]

    def wake(self) -> None:
        """An action ended: tell the stage, if it waits for that."""
        changed, self.changed = self.changed, None
        if changed is not None:
            changed.succeed()


class ActionExecution(Entity):
    """One attempt at one action. `error` is {"code", "message"} of one that failed; times in ms."""

    __slots__ = (
        "answer",
        "attempt",
        "declaration",
        "error",
        "external_id",
        "external_url",
        "id",
        "inputs",
        "outputs",
        "process",
        "resolved",
        "revision",
        "started",
        "summary",
        "token",
        "updated",
        "updated_by",
        "variables",
    )
    kind = "action-execution"
    moves = ACTION_MOVES
    final = ACTION_FINAL

    def __init__(self, id: str, declaration: dict[str, Any], stage: StageExecution, attempt: int, started: datetime):
        super().__init__(declaration["name"], A.IN_PROGRESS, stage)
        self.id = id
        self.started = started
        self.declaration = declaration
        self.attempt = attempt
        self.error: dict[str, str] | None = None
        self.summary = ""
        self.external_id = ""
        self.external_url = ""
        self.inputs: list[Artifact] = []
        self.outputs: list[Artifact] = []
        self.resolved: dict[str, str] = dict(declaration.get("configuration", {}))
        self.variables: dict[str, str] = {}
        self.revision: dict[str, Any] | None = None
        self.token: str | None = None
        self.answer: Event | None = None
        self.process: Process | None = None
        self.updated = 0
        self.updated_by = ""

    @property
    def stage(self) -> StageExecution:
        assert isinstance(self.parent, StageExecution)
        return self.parent

    @property
    def execution(self) -> PipelineExecution:
        return self.stage.execution

    @property
    def type(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.declaration["actionTypeId"]
        return found

    @property
    def place(self) -> str:
        """`Stage/Action`, as rules of a scenario name it."""
        return f"{self.stage.name}/{self.name}"


@dataclass(slots=True)
class Transition:
    """The way into a stage. Times in ms."""

    enabled: bool = True
    changed_by: str = ""
    changed_at: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Arrival:
    """An execution in front of a stage. `turn` fires with True when it enters, with False when it ended there."""

    execution: PipelineExecution
    turn: Event
    stale: bool = False


@dataclass(slots=True)
class Gate:
    """What stands before one stage: its lock, its transition, and who waits (§8, §13).

    `holder` is the execution inside; `entered` the one that entered last, which alone may be retried there.
    """

    stage: str
    transition: Transition = field(default_factory=Transition)
    holder: PipelineExecution | None = None
    entered: PipelineExecution | None = None
    waiting: list[Arrival] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    """A pipeline: its declaration now and before, the gates of its stages, and its executions. Times in ms."""

    name: str
    arn: str
    declaration: dict[str, Any]
    created: int
    updated: int
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[int, dict[str, Any]] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    executions: list[PipelineExecution] = field(default_factory=list)
    tokens: dict[str, PipelineExecution] = field(default_factory=dict)
    actions: dict[tuple[str, str], ActionExecution] = field(default_factory=dict)
    """(stage, action) -> its latest execution, for GetPipelineState."""
    revisions: dict[str, int] = field(default_factory=dict)
    """Distinct revisions of its sources, and the how-manieth each is."""
    last_used: int = 0
    polling_disabled_at: int | None = None

    @property
    def mode(self) -> Mode:
        return Mode(self.declaration.get("executionMode", Mode.SUPERSEDED))

    @property
    def running(self) -> list[PipelineExecution]:
        return [execution for execution in self.executions if not execution.over]

    def revision_number(self, key: str) -> int:
        """The how-manieth distinct revision that is, from 1."""
        return self.revisions.setdefault(key, len(self.revisions) + 1)
