"""Polling: a source whose PollForSourceChanges is not "false" is looked at every minute (§20).

A poll is a watch: it does not keep the world from being quiet. What a poll sees it learns through AWS's operations.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core import naming
from sim.core.calls import Call
from sim.core.clock import DAY, MINUTE
from sim.core.problems import ServiceError
from sim.formats.pipeline import actions_of
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.resources import Pipeline, TriggerType

if TYPE_CHECKING:
    from sim.services.codepipeline.api import CodePipeline

INTERVAL = MINUTE
"""Not documented; a minute is the reference's model."""
UNUSED_AFTER = 30 * DAY
"""Polling of a pipeline not used for so long is switched off."""
POLLED = ("CodeCommit", "S3")


def polled_actions(pipeline: Pipeline) -> list[dict[str, Any]]:
    """The source actions that poll: those whose PollForSourceChanges is not "false"."""
    return [
        action
        for _, _, _, action in actions_of(pipeline.declaration)
        if action["actionTypeId"]["category"] == "Source"
        and action["actionTypeId"]["provider"] in POLLED
        and action.get("configuration", {}).get("PollForSourceChanges", "true") != "false"
    ]


class Poller:
    """Looks at the polled sources of one version of a pipeline."""

    def __init__(self, service: CodePipeline, pipeline: Pipeline):
        self.service = service
        self.world = service.world
        self.pipeline = pipeline
        self.version = pipeline.declaration["version"]
        self.actions = polled_actions(pipeline)
        self.seen = [self.revision(action) for action in self.actions]

    def run(self) -> Generator[Event, Any, None]:
        # What did not exist yet when the pipeline was made is there when the clock starts.
        self.seen = [
            seen if seen is not None else self.revision(action)
            for seen, action in zip(self.seen, self.actions, strict=True)
        ]
        while True:
            yield self.world.wait(INTERVAL, watch=True)
            if self.outlived:
                return
            self.look()

    @property
    def outlived(self) -> bool:
        """The pipeline was edited or deleted, or not used for long."""
        pipeline = self.pipeline
        if self.service.pipelines.get(pipeline.name) is not pipeline:
            return True
        if pipeline.declaration["version"] != self.version:
            return True
        if self.world.now - pipeline.last_used <= UNUSED_AFTER:
            return False
        pipeline.polling_disabled_at = self.world.now
        self.world.note(None, "polling", r.POLLING_OFF)
        return True

    def look(self) -> None:
        """Start the pipeline once when something changed since it was last seen."""
        changed = []
        for index, action in enumerate(self.actions):
            revision = self.revision(action)
            if revision is not None and revision != self.seen[index]:
                self.seen[index] = revision
                changed.append(action["name"])
        if changed:
            trigger = {
                "triggerType": TriggerType.POLL_FOR_SOURCE_CHANGES.value,
                "triggerDetail": changed[0],
            }
            try:
                execution = self.service.start(self.pipeline, trigger)
            except ServiceError:
                return  # at its limit of executions: this change goes by
            self.world.note(execution, "polling", r.POLL_FOUND(action=", ".join(changed)))

    def revision(self, action: dict[str, Any]) -> str | None:
        """What the source holds now; None where there is nothing."""
        configuration = action["configuration"]
        try:
            if action["actionTypeId"]["provider"] == "CodeCommit":
                asked = {
                    "repositoryName": configuration["RepositoryName"],
                    "branchName": configuration["BranchName"],
                }
                return str(self.ask("codecommit", "GetBranch", asked)["branch"]["commitId"])
            asked = {"Bucket": configuration["S3Bucket"], "Key": configuration["S3ObjectKey"]}
            answer = self.ask("s3", "HeadObject", asked)
            return str(answer.get("VersionId") or answer["ETag"])
        except ServiceError:
            return None

    def ask(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """A look that leaves no audit record: a poll a minute would bury all others."""
        role = self.pipeline.declaration["roleArn"]
        principal = naming.assumed_role(role, self.pipeline.name)
        via = "codepipeline.amazonaws.com"
        audit, self.world.audit = self.world.audit, None
        try:
            return self.world.call(
                Call(principal, self.service.account, self.service.region, service, operation, parameters, via)
            )
        finally:
            self.world.audit = audit
