"""An execution's course in time: stage after stage, and inside a stage one run order after the other.

Sections are those of docs/behaviour/codepipeline.md.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core.states import Why
from sim.core.world import BEGIN
from sim.formats.pipeline import run_order
from sim.services import behavior
from sim.services.codepipeline import events, gates
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.actions import Attempt
from sim.services.codepipeline.resources import (
    ActionExecution,
    ActionStatus,
    ExecutionStatus,
    Mode,
    PipelineExecution,
    StageExecution,
    StageStatus,
    Stop,
)

if TYPE_CHECKING:
    from sim.services.codepipeline.api import CodePipeline

Course = Generator[Event, Any, None]
Decision = Generator[Event, Any, bool]

PARALLEL_ACTIONS = 5
"""Actions that one execution runs at a time in PARALLEL mode (§8.3)."""


class Flow:
    """One execution on its way. All its state is kept by the execution, so that a retry is a new flow."""

    def __init__(self, service: CodePipeline, execution: PipelineExecution):
        self.service = service
        self.world = service.world
        self.execution = execution
        self.stages: list[dict[str, Any]] = execution.declaration["stages"]

    def run(self) -> Course:
        """From the first stage on."""
        if not self.execution.over:  # stopped the moment it started
            yield from self.go_on(0)

    def run_again(self, stage: StageExecution) -> Course:
        """From inside a stage that a retry has entered already (§11)."""
        succeeded = yield from self.inside(stage)
        if succeeded:
            yield from self.go_on(self.stages.index(stage.declaration) + 1)

    def go_on(self, first: int) -> Course:
        for declaration in self.stages[first:]:
            entered = yield from self.reach(declaration)
            if not entered:
                return
            succeeded = yield from self.inside(self.begin(declaration))
            if not succeeded:
                return

    # Before a stage

    def reach(self, declaration: dict[str, Any]) -> Decision:
        """Wait in front of the stage for its turn; False when the execution ended there (§8, §13)."""
        if self.execution.mode is Mode.PARALLEL:
            return True
        turn = gates.arrive(self.world, self.execution.of.gates[declaration["name"]], self.execution)
        if turn is None:
            return True
        entered: bool = yield turn
        if entered and self.execution.over:  # ended at the very instant its turn came
            gates.leave(self.world, self.execution.of.gates[declaration["name"]], self.execution)
            return False
        return entered

    def begin(self, declaration: dict[str, Any]) -> StageExecution:
        stage = StageExecution(declaration, self.execution, self.world.date)
        self.world.register(stage)
        self.execution.stages[stage.name] = stage
        self.execution.updated = self.world.now
        events.announce(self.world, stage)
        return stage

    # Inside a stage

    def inside(self, stage: StageExecution) -> Decision:
        """Run the stage to its end, and free it; whether the execution goes on."""
        yield from self.work(stage)
        if self.retries_by_itself(stage):
            self.world.move(stage, StageStatus.FAILED, self.failure(stage))
            self.begin_again(stage)
            yield from self.work(stage)
        return self.end(stage)

    def work(self, stage: StageExecution) -> Course:
        """The lowest run order first; the next one once all of the lower have succeeded (§6)."""
        for order in sorted({run_order(action) for action in stage.declaration["actions"]}):
            yield from self.overhead(stage, order)
            yield from self.together(stage, order)
            if self.halted or any(run_order(action.declaration) == order for action in stage.failed):
                return

    def together(self, stage: StageExecution, order: int) -> Course:
        """The actions of one run order that are due, until none of the stage runs."""
        waiting = [
            action
            for action in stage.declaration["actions"]
            if run_order(action) == order and self.is_due(stage, action)
        ]
        while (waiting and not self.halted) or stage.running:
            while waiting and not self.halted and len(stage.running) < self.at_a_time(stage):
                self.start(stage, waiting.pop(0))
            stage.changed = self.world.event()
            yield stage.changed

    def overhead(self, stage: StageExecution, order: int) -> Course:
        entity = f"{self.execution.pipeline}/{self.execution.number}/{stage.name}/{order}"
        delay = behavior.of(self.world).delay(self.world, "pipeline.transition", entity)
        if delay:
            yield self.world.wait(delay, stage, BEGIN)

    def at_a_time(self, stage: StageExecution) -> int:
        return PARALLEL_ACTIONS if self.execution.mode is Mode.PARALLEL else len(stage.declaration["actions"])

    @property
    def halted(self) -> bool:
        """Nothing new starts: it is being stopped (§10), or the pipeline was edited (§8.4)."""
        return self.execution.stop is not None or self.execution.cancelling is not None

    def is_due(self, stage: StageExecution, declaration: dict[str, Any]) -> bool:
        """It has not begun in this round, or its latest attempt failed."""
        latest = stage.latest.get(declaration["name"])
        return latest is None or latest.status in (ActionStatus.FAILED, ActionStatus.ABANDONED)

    def start(self, stage: StageExecution, declaration: dict[str, Any]) -> None:
        """Begin one attempt at one action."""
        name = declaration["name"]
        attempt = stage.attempts[name] = stage.attempts.get(name, 0) + 1
        id = self.world.uuid("action execution", self.execution.name, stage.name, name)
        action = ActionExecution(id, declaration, stage, attempt, self.world.date)
        action.updated = self.world.now
        run = Attempt(self.service, action)
        stage.latest[name] = action
        stage.every.append(action)
        self.execution.of.actions[stage.name, name] = action
        self.world.register(action)
        events.announce(self.world, action)
        action.process = self.world.process(run.run())

    # The end of a stage

    def failure(self, stage: StageExecution) -> Why:
        return r.STAGE_FAILED(actions=", ".join(action.name for action in stage.failed))

    def end(self, stage: StageExecution) -> bool:
        """Stage first, then the execution if it goes no further, then whoever waits for the stage (§9.2)."""
        world, execution = self.world, self.execution
        ended, outcome, why, execution_why = self.verdict(stage)
        world.move(stage, ended, why)
        execution.updated = world.now
        if ended is StageStatus.SUCCEEDED:
            self.count_revision(stage)
        if outcome is not None:
            world.move(execution, outcome, execution_why)
        if execution.mode is not Mode.PARALLEL:
            gates.leave(world, execution.of.gates[stage.name], execution)
        return outcome is None

    def verdict(self, stage: StageExecution) -> tuple[StageStatus, ExecutionStatus | None, Why, Why]:
        """(the stage's end, the execution's if it ends too, why, why the execution)."""
        execution = self.execution
        if execution.stop is not None:
            return StageStatus.STOPPED, ExecutionStatus.STOPPED, r.STOP_DONE, r.STOP_DONE
        if execution.cancelling is not None:
            return StageStatus.CANCELLED, ExecutionStatus.CANCELLED, execution.cancelling, execution.cancelling
        if stage.failed:
            why = self.failure(stage)
            return StageStatus.FAILED, ExecutionStatus.FAILED, why, r.STAGE_FAILED_IT(stage=stage.name)
        last = stage.declaration is self.stages[-1]
        return StageStatus.SUCCEEDED, ExecutionStatus.SUCCEEDED if last else None, r.STAGE_DONE, r.ALL_STAGES

    def count_revision(self, stage: StageExecution) -> None:
        if stage.declaration is self.stages[0]:
            key = " ".join(str(revision["revisionId"]) for revision in self.execution.revisions)
            self.execution.revision_number = self.execution.of.revision_number(key)

    # Retry: §11

    def retries_by_itself(self, stage: StageExecution) -> bool:
        asked = stage.declaration.get("onFailure", {}).get("result") == "RETRY"
        return bool(asked and stage.failed and not stage.auto_retries and not self.halted)

    def begin_again(self, stage: StageExecution) -> None:
        """The one attempt more that onFailure asks for."""
        settings = stage.declaration["onFailure"].get("retryConfiguration", {})
        mode = settings.get("retryMode", "FAILED_ACTIONS")
        stage.auto_retries += 1
        stage.retried = self.world.date
        self.execution.attempt += 1
        if mode == "ALL_ACTIONS":
            stage.latest.clear()
        self.world.move(stage, StageStatus.IN_PROGRESS, r.AUTO_RETRY(mode=mode))

    def retry(self, stage: StageExecution, mode: str, by: str) -> None:
        """Try a stage again, of which everything is checked: the failed actions, or all of them."""
        world, execution = self.world, self.execution
        stage.manual_retries += 1
        stage.retried = world.date
        execution.attempt += 1
        execution.stop = None
        if stage.status is StageStatus.IN_PROGRESS:  # siblings still run: only what failed starts again
            for action in stage.failed:
                self.start(stage, action.declaration)
            return
        if execution.mode is not Mode.PARALLEL:
            gates.enter(world, execution.of.gates[stage.name], execution)
        if mode == "ALL_ACTIONS":
            stage.latest.clear()
        world.move(execution, ExecutionStatus.IN_PROGRESS, r.RESUMED(by=by, stage=stage.name, mode=mode))
        world.move(stage, StageStatus.IN_PROGRESS, r.STAGE_RETRIED(by=by, mode=mode))
        execution.updated = world.now
        world.process(self.run_again(stage))

    # Stopping (§10) and editing (§8.4)

    def halt(self, stop: Stop) -> None:
        """Stop the execution: at once while it waits, else when what runs has ended or is abandoned."""
        world, execution = self.world, self.execution
        execution.stop = stop
        execution.updated = world.now
        stage = self.current
        if execution.status is ExecutionStatus.IN_PROGRESS:
            facts = {"by": stop.by, "reason": stop.reason or "no reason given"}
            why = r.STOP_ASKED(**facts, abandoning=" and abandon what runs" if stop.abandon else "")
            world.move(execution, ExecutionStatus.STOPPING, why)
            if stage is not None:
                world.move(stage, StageStatus.STOPPING, why)
        if stage is None:
            self.end_waiting(ExecutionStatus.STOPPED, r.STOP_WAITING)
        elif stop.abandon:
            self.abandon(stage)

    def abandon(self, stage: StageExecution) -> None:
        for action in stage.running:
            action.updated = self.world.now
            self.world.move(action, ActionStatus.ABANDONED, r.ACTION_ABANDONED)
            assert action.process is not None
            self.world.interrupt(action.process, "abandoned")
        stage.wake()

    def cancel(self, waiting: Any, running: Any) -> None:
        """The pipeline was edited: cancelled at once while it waits, else when what runs has ended."""
        if self.current is None:
            self.end_waiting(ExecutionStatus.CANCELLED, waiting)
        else:
            self.execution.cancelling = running

    @property
    def current(self) -> StageExecution | None:
        """The stage it is inside; None while it waits in front of one."""
        for stage in self.execution.stages.values():
            if stage.status not in stage.final:
                return stage
        return None

    def end_waiting(self, status: ExecutionStatus, rule: Any) -> None:
        gate = self.execution.waits_at
        place = gate.stage if gate is not None else self.stages[0]["name"]
        why = rule(stage=place) if "{stage}" in rule.text else rule
        self.execution.updated = self.world.now
        self.world.move(self.execution, status, why)
        if gate is not None:
            gates.withdraw(gate, self.execution)
