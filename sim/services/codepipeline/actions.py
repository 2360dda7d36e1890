"""One attempt at one action: its configuration filled in, its work done or replaced, its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.core import naming
from sim.core.states import Why
from sim.core.world import Interrupt
from sim.services import behavior
from sim.services.bundles import pack
from sim.services.codepipeline import artifacts
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.job import ActionFailed, Job, Work, not_simulated
from sim.services.codepipeline.providers import PROVIDERS
from sim.services.codepipeline.resources import ActionExecution, ActionStatus, Artifact
from sim.services.codepipeline.variables import UnknownVariableError, resolve

if TYPE_CHECKING:
    from sim.services.codepipeline.api import CodePipeline


class Attempt:
    """One attempt at one action, from its start to its end."""

    def __init__(self, service: CodePipeline, action: ActionExecution):
        self.service = service
        self.world = service.world
        self.action = action
        self.execution = action.execution
        self.job = Job(service, action)
        self.prepare()

    def prepare(self) -> None:
        """Inputs as they are now, and where the outputs will lie."""
        declaration, held = self.action.declaration, self.execution.artifacts
        self.action.inputs = [held[one["name"]] for one in declaration.get("inputArtifacts", ())]
        self.action.outputs = [
            artifacts.place(self.world.seed, self.action, one["name"], self.job.region)
            for one in declaration.get("outputArtifacts", ())
        ]
        if declaration["actionTypeId"]["category"] == "Approval":
            self.action.token = self.world.uuid("approval", self.execution.name, self.action.place)
            self.action.answer = self.world.event()

    def run(self) -> Work:
        if self.action.status in self.action.final:  # abandoned the moment it started
            return
        try:
            yield from self.perform()
        except Interrupt:  # abandoned: what it started goes on (§10)
            return
        except ActionFailed as failure:
            self.fail(failure)
        else:
            self.succeed()
        self.action.stage.wake()

    def perform(self) -> Work:
        self.fill_in()
        self.bring_inputs()
        if self.job.fitting("action"):
            yield from self.replaced()
            return
        type = self.action.type
        provider = PROVIDERS.get((type["category"], type["owner"], type["provider"]))
        if provider is None:
            raise not_simulated(
                f"The provider {type['provider']} ({type['category']}, {type['owner']}) is not simulated. "
                f'A rule such as {{action: "{self.action.place}", takes: 1m}} in the scenario stands for its work.'
            )
        yield from provider(self.job)

    def fill_in(self) -> None:
        """Variables are filled in just before the action starts (§19)."""
        try:
            self.action.resolved = resolve(self.action.declaration.get("configuration", {}), self.execution)
        except UnknownVariableError as error:
            message = f"The variable {error} has no value: the action it names did not give one"
            raise ActionFailed("ConfigurationError", message, r.NO_VARIABLE(message=message)) from None
        self.job.configuration = self.action.resolved

    def bring_inputs(self) -> None:
        """For an action in another Region, copies of its inputs in the store there (§18)."""
        self.action.inputs = [self.carried(artifact, self.job.region) for artifact in self.action.inputs]

    def carried(self, artifact: Artifact, region: str) -> Artifact:
        if artifact.region == region:
            return artifact
        there = replace(artifact, bucket=artifacts.bucket_of(self.execution.declaration, region), region=region)
        source = {"Bucket": artifact.bucket, "Key": artifact.key}
        self.job.call("s3", "CopyObject", {"Bucket": there.bucket, "Key": there.key, "CopySource": source}, region)
        return there

    def replaced(self) -> Work:
        """A rule stands for the action's own work: its duration, its outcome, and empty outputs."""
        job, action = self.job, self.action
        work = behavior.of(self.world).work(self.world, "action", job.circumstances(), "pipeline.action")
        yield from job.wait(work.takes)
        if work.fails:
            message = work.message or f"It ended with exit code {work.exit}"
            raise ActionFailed("JobFailed", message, r.RULED_TO_FAIL(message=message))
        job.why = r.REPLACED
        if action.type["category"] == "Source":
            job.found_revision(self.asked_for() or self.some_revision(), "")
        if action.outputs:
            job.put_outputs(pack({}))
            self.service.assume_outputs(action)

    def asked_for(self) -> str | None:
        """The revision that the start of the execution asked this source action to take. A key names no revision."""
        override = self.execution.overrides.get(self.action.name, {})
        return None if override.get("revisionType") == "S3_OBJECT_KEY" else override.get("revisionValue")

    def some_revision(self) -> str:
        parts = (self.execution.account, self.execution.region, self.job.entity, self.action.attempt)
        return naming.hexadecimal(self.world.seed, "revision", *parts, length=40)

    # Its end

    def succeed(self) -> None:
        action, execution = self.action, self.execution
        try:
            action.outputs = [self.carried(artifact, self.service.region) for artifact in action.outputs]
        except ActionFailed as failure:
            self.fail(failure)
            return
        execution.artifacts.update({artifact.name: artifact for artifact in action.outputs})
        namespace = action.declaration.get("namespace")
        if namespace is not None:
            execution.outputs[namespace] = dict(action.variables)
        self.end(ActionStatus.SUCCEEDED, self.job.why or r.ACTION_DONE(summary=action.summary or "its work is done"))

    def fail(self, failure: ActionFailed) -> None:
        self.action.error = {"code": failure.code, "message": failure.message}
        why = failure.why or r.ACTION_FAILED(code=failure.code, message=failure.message)
        self.end(ActionStatus.FAILED, why)

    def end(self, status: ActionStatus, why: Why) -> None:
        self.action.updated = self.execution.updated = self.world.now
        self.world.move(self.action, status, why)
