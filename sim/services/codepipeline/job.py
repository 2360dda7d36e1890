"""The work of an action as its provider sees it: what it is given, what it may call, how it waits."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simpy import AnyOf, Event

from sim.core import naming
from sim.core.calls import Answer, Call
from sim.core.clock import DAY, HOUR, MINUTE, format_duration
from sim.core.problems import ServiceError
from sim.core.states import Why
from sim.services import behavior
from sim.services.behavior import Circumstances
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.resources import ActionExecution, Artifact

if TYPE_CHECKING:
    from sim.services.codepipeline.api import CodePipeline

Work = Generator[Event, Any, None]

LIMITS = {
    ("Approval", "Manual"): 7 * DAY,
    ("Deploy", "CloudFormation"): 3 * DAY,
    ("Deploy", "CloudFormationStackSet"): 3 * DAY,
    ("Deploy", "CloudFormationStackInstances"): 3 * DAY,
    ("Deploy", "CodeDeploy"): 5 * DAY,
    ("Deploy", "CodeDeployToECS"): 5 * DAY,
    ("Build", "CodeBuild"): 36 * HOUR,
    ("Test", "CodeBuild"): 8 * HOUR,
    ("Invoke", "Lambda"): 24 * HOUR,
    ("Invoke", "StepFunctions"): 7 * DAY,
    ("Deploy", "S3"): 90 * MINUTE,
    ("Compute", "Commands"): 55 * MINUTE,
}
"""How long an action may take, in ms: docs/behaviour/codepipeline.md §14."""
CUSTOM_LIMIT = 24 * HOUR
OTHER_LIMIT = HOUR


class ActionFailed(Exception):
    """The action fails, with this code and message; `why` is the rule where it is not the message itself."""

    def __init__(self, code: str, message: str, why: Why | None = None):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.why = why


def not_simulated(message: str) -> ActionFailed:
    """The action asks for something that this simulator does not do, and says so."""
    return ActionFailed("ConfigurationError", message, r.NOT_SIMULATED(message=message))


def limit_of(declaration: dict[str, Any]) -> int:
    """How long an action may take, in ms."""
    minutes = declaration.get("timeoutInMinutes")
    if minutes is not None:
        return int(minutes) * MINUTE
    type = declaration["actionTypeId"]
    if type["owner"] == "Custom":
        return CUSTOM_LIMIT
    return LIMITS.get((type["category"], type["provider"]), OTHER_LIMIT)


class Job:
    """The work of one attempt, as a provider sees it.

    A provider is a generator over the job that ends when the work is done, and raises ActionFailed when it failed.
    What came of it, it leaves with `job.action` (summary, variables) and with the job (`known_as`, `found_revision`).
    Its waits go through the job, which ends them when the action has run for its limit.
    """

    def __init__(self, service: CodePipeline, action: ActionExecution):
        self.service = service
        self.world = service.world
        self.action = action
        self.execution = action.execution
        self.configuration = action.resolved
        self.region: str = action.declaration.get("region") or service.region
        self.role: str = action.declaration.get("roleArn") or self.execution.declaration["roleArn"]
        self.why: Why | None = None
        self.limit = limit_of(action.declaration)
        self.deadline = service.world.now + self.limit

    # What it knows

    @property
    def inputs(self) -> list[Artifact]:
        return self.action.inputs

    @property
    def outputs(self) -> list[Artifact]:
        return self.action.outputs

    @property
    def entity(self) -> str:
        return f"{self.execution.pipeline}/{self.execution.number}/{self.action.place}"

    def circumstances(self) -> Circumstances:
        return Circumstances(
            self.action.place,
            self.entity,
            self.action.attempt,
            execution=self.execution.number,
            revision=self.execution.revision_number,
        )

    def fitting(self, kind: str) -> list[Any]:
        """The rules of the scenario of that kind that speak of this action now."""
        what = self.circumstances()
        return [
            rule
            for rule in behavior.of(self.world).of_kind(kind)
            if behavior.names(rule, what.subject) and behavior.fits(rule, what, self.world.now)
        ]

    # What it does

    def call(self, service: str, operation: str, parameters: dict[str, Any], region: str | None = None) -> Answer:
        """Call another service as the action's role. Raises ActionFailed for what it refuses."""
        try:
            return self.ask(service, operation, parameters, region)
        except ServiceError as error:
            raise ActionFailed("JobFailed", f"{error.message} ({service} {operation}: {error.code})") from None

    def ask(self, service: str, operation: str, parameters: dict[str, Any], region: str | None = None) -> Answer:
        """Call another service as the action's role. Raises ServiceError."""
        principal = naming.assumed_role(self.role, self.execution.pipeline)
        account = self.role.split(":")[4] or self.service.account
        via = "codepipeline.amazonaws.com"
        call = Call(principal, account, region or self.region, service, operation, parameters, via)
        return self.world.call(call)

    def known_as(self, id: str, url: str = "") -> None:
        """What the action's work is called where it is done."""
        self.action.external_id, self.action.external_url = id, url
        self.action.updated = self.world.now

    def found_revision(self, id: str, summary: str) -> None:
        """The source revision that a source action took; its outputs are that revision."""
        action, execution = self.action, self.execution
        action.revision = {"revisionId": id, "revisionChangeId": id, "created": self.world.date}
        action.outputs = [replace(output, revision=id) for output in action.outputs]
        mine = {"actionName": action.name, "revisionId": id, "revisionSummary": summary}
        execution.revisions = [one for one in execution.revisions if one["actionName"] != action.name] + [mine]
        details = [
            {"name": output.name, "revisionId": id, "revisionSummary": summary, "created": self.world.date}
            for output in action.outputs
        ]
        names = {detail["name"] for detail in details}
        execution.revision_details = [one for one in execution.revision_details if one["name"] not in names] + details

    def put_outputs(self, body: bytes) -> None:
        """Put the same object at every output."""
        for output in self.outputs:
            self.call("s3", "PutObject", {"Bucket": output.bucket, "Key": output.key, "Body": body})

    # How it waits

    def takes(self, assumption: str) -> Work:
        """Work for as long as the assumption says."""
        work = behavior.of(self.world).work(self.world, "action", self.circumstances(), assumption)
        yield from self.wait(work.takes)

    def observes(self) -> Work:
        """Until CodePipeline sees that what it waits for has ended."""
        entity = f"{self.entity}/{self.action.attempt}"
        yield from self.wait(behavior.of(self.world).delay(self.world, "pipeline.observe", entity))

    def wait(self, ms: int) -> Work:
        """Let that time pass, or fail at the limit."""
        left = self.deadline - self.world.now
        yield self.world.wait(min(ms, left), self.action)
        if ms > left:
            raise self.timed_out()

    def settled(self, arn: str) -> Event:
        """The end of another service's work."""
        return self.world.settled(arn, self.action)

    def until(self, event: Event) -> Work:
        """Wait for an event, or fail at the limit."""
        happened = yield from self.within(event, self.deadline - self.world.now)
        if not happened:
            raise self.timed_out()

    def within(self, event: Event, ms: int, *, watch: bool = False) -> Generator[Event, Any, bool]:
        """Wait for an event, but not longer than that; whether it happened. A watch waits for a person only."""
        timer = self.world.wait(ms, self.action, watch=watch)
        yield AnyOf(self.world.env, [event, timer])
        if event.processed:
            self.world.cancel(timer)
        return event.processed

    def timed_out(self) -> ActionFailed:
        limit = format_duration(self.limit)
        why = r.ACTION_TIMED_OUT(limit=limit)
        return ActionFailed("JobFailed", f"The action ran for {limit}, which is its limit", why)
