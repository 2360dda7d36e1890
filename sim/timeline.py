"""What people and the world do, and when: the timeline of a scenario, played as the clock runs."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from simpy import Event

from sim.core import naming
from sim.core.clock import SECOND
from sim.core.problems import Problem, ServiceError
from sim.core.states import Entity
from sim.core.world import BEGIN
from sim.formats.scenario import Scenario, Step
from sim.services import behavior

if TYPE_CHECKING:
    from sim.cloud import Cloud

NOTHING_THERE = "ExpressionError"
"""The code of a step whose `${…}` names nothing: its call was never made."""
_EXPRESSION = re.compile(r"\$\{([^}]*)\}")


def references(value: Any) -> Iterator[str]:
    """Every expression that stands in a `${…}` within plain values, such as the parameters of a call."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, str):
        yield from _EXPRESSION.findall(value)


def _search(expression: str, document: Any) -> Any:
    """What the result so far holds there. Raises ServiceError when it is nothing, or the expression makes no sense."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        found = jmespath.search(expression, document)
    except (JMESPathError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise ServiceError(NOTHING_THERE, f"${{{expression}}} cannot be worked out: {reason}") from None
    if found is None:
        raise ServiceError(NOTHING_THERE, f"${{{expression}}}: there is no such thing in the result so far")
    return found


class StepStatus(StrEnum):
    TO_COME = "ToCome"


class StepEntity(Entity):
    """A step has an ordinal of its own, so that two steps at one instant come in the order of the file."""

    __slots__ = ()
    kind = "timeline-step"


class Player:
    """Plays the steps of one scenario in one Cloud. `steps` holds what came of each, as the result shows it."""

    def __init__(self, cloud: Cloud, scenario: Scenario):
        self.cloud = cloud
        self.world = cloud.world
        self.scenario = scenario
        self.steps: list[dict[str, Any]] = []
        self.warnings: list[Problem] = []
        self._done: set[int] = set()
        self._refused: set[int] = set()

    def start(self) -> None:
        """Set every step going."""
        for number, step in enumerate(self.scenario.timeline):
            entity = StepEntity(f"step {step.place}", StepStatus.TO_COME)
            self.world.register(entity)
            self.world.process(self._play(number, step, entity))

    def _play(self, number: int, step: Step, entity: StepEntity) -> Generator[Event, Any, None]:
        if step.every is None:
            assert step.at is not None
            yield self.world.wait(max(0, step.at - self.world.now), entity, BEGIN)
            yield from self._do(number, step)
            return
        until = step.until if step.until is not None else self.scenario.until
        assert until is not None, "the reader sees to it that repetition ends"
        time, turn = step.at or 0, 0
        while True:
            turn += 1
            time += self.world.sample(step.every, "timeline", entity.name, turn)
            if time > until:
                return
            yield self.world.wait(max(0, time - self.world.now), entity, BEGIN)
            yield from self._do(number, step)

    def _do(self, number: int, step: Step) -> Generator[Event, Any, None]:
        row: dict[str, Any] = {"at": self.world.now / SECOND, "step": step.text}
        self.steps.append(row)
        try:
            answer = yield from getattr(self, f"_{step.kind}")(step)
        except ServiceError as error:
            row["error"] = {"Code": error.code, "Message": error.message}
            if step.kind != "call" or error.code == NOTHING_THERE:
                self._refused.add(number)
        else:
            if answer is not None:
                row["answer"] = self.cloud.as_json(answer)
        row["at"] = self.world.now / SECOND
        self._done.add(number)

    def _who(self, step: Step, name: str | None = None) -> str:
        who = step.as_ or name
        if who is None:
            return self.cloud.principal
        return who if who.startswith("arn:") else naming.user(self.cloud.account_id, who)

    # The kinds of steps. Each is a generator, whether it waits or not.

    def _push(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        fields = step.fields
        codecommit: Any = self.world.service("codecommit", self.cloud.account_id, self.cloud.region_name)
        files = fields.get("files") or {}
        author = fields.get("author") or "student"
        commit = codecommit.push(
            fields["repository"],
            fields.get("branch") or "main",
            {path: None if text is None else text.encode() for path, text in files.items()},
            author=author,
            message=fields.get("message") or (f"Change {', '.join(files)}" if files else "Empty commit"),
            principal=self._who(step, author),
            tag=fields.get("tag"),
        )
        return {"commitId": commit}

    def _approve(self, step: Step) -> Generator[Event, Any, Any]:
        """Answer the approval that waits; given early, wait for one. One step answers one approval."""
        fields = step.fields
        while True:
            token = self._pending(fields)
            if token is not None:
                try:
                    return self._answer(step, token)
                except ServiceError as error:
                    if error.code != "ApprovalAlreadyCompletedException":
                        raise  # else another step answered it at this very instant
            yield self.world.appears("action-execution")

    def _answer(self, step: Step, token: str) -> dict[str, Any]:
        fields = step.fields
        parameters = {
            "pipelineName": fields["pipeline"],
            "stageName": fields["stage"],
            "actionName": fields["action"],
            "result": {"status": fields.get("result") or "Approved", "summary": fields.get("summary") or ""},
            "token": token,
        }
        return self.cloud._outside("codepipeline", "PutApprovalResult", parameters, self._who(step, fields.get("by")))

    def _pending(self, fields: Any) -> str | None:
        """The token of the approval that waits, if it does; in PARALLEL mode the state of a pipeline shows none."""
        state = self.cloud._inside("codepipeline", "GetPipelineState", name=fields["pipeline"])
        for stage in state["stageStates"]:
            for action in stage.get("actionStates", ()):
                if (stage["stageName"], action["actionName"]) == (fields["stage"], fields["action"]):
                    latest = action.get("latestExecution", {})
                    if latest.get("status") == "InProgress" and latest.get("token"):
                        return str(latest["token"])
        return self._pending_in_parallel(fields)

    def _pending_in_parallel(self, fields: Any) -> str | None:
        """The oldest approval of that name that waits: its token is the external execution id."""
        rows = self.cloud._inside("codepipeline", "ListActionExecutions", pipelineName=fields["pipeline"])
        for row in reversed(rows["actionExecutionDetails"]):
            place = (row["stageName"], row["actionName"])
            if place == (fields["stage"], fields["action"]) and row["status"] == "InProgress":
                token = row.get("output", {}).get("executionResult", {}).get("externalExecutionId")
                if token:
                    return str(token)
        return None

    def _call(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        fields = step.fields
        from sim.wire.checks import ParamValidationError

        try:
            return self.cloud._outside(
                fields["service"], fields["operation"], self._filled(fields.get("parameters") or {}), self._who(step)
            )
        except ParamValidationError as error:
            raise ServiceError("ParamValidationError", str(error)) from None

    def _filled(self, value: Any) -> Any:
        """The value with each `${…}` replaced by what the result so far holds there."""
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if not isinstance(value, str) or "${" not in value:
            return value
        document = self.cloud.result()
        whole = _EXPRESSION.fullmatch(value)
        if whole:
            return _search(whole.group(1), document)
        return _EXPRESSION.sub(lambda found: str(_search(found.group(1), document)), value)

    def _upload(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        from sim.services.bundles import pack

        fields = step.fields
        body = pack({path: file.content for path, file in fields["files"].items()})
        parameters = {"Bucket": fields["bucket"], "Key": fields["key"], "Body": body}
        return self.cloud._outside("s3", "PutObject", parameters, self._who(step))

    def _scale(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        parameters = {"AutoScalingGroupName": step.fields["group"], "DesiredCapacity": int(step.fields["desired"])}
        return self.cloud._outside("autoscaling", "SetDesiredCapacity", parameters, self._who(step))

    def _instance(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        operation = {
            "stopped": "StopInstances",
            "terminated": "TerminateInstances",
            "running": "StartInstances",
        }[step.fields["state"]]
        for host in self.cloud._fleet():
            if step.fields["name"] in (host["name"], host["instanceId"]):
                parameters = {"InstanceIds": [host["instanceId"]]}
                return self.cloud._outside("ec2", operation, parameters, self._who(step))
        raise ServiceError("InvalidInstanceID.NotFound", f"there is no instance {step.fields['name']}")

    def _alarm(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        self._cloudwatch.hold(step.fields["name"], step.fields["state"])

    def _metric(self, step: Step) -> Generator[Event, Any, Any]:
        yield from ()
        fields = step.fields
        self._cloudwatch.observe(fields["namespace"], fields["name"], fields["value"], fields["dimensions"])

    @property
    def _cloudwatch(self) -> Any:
        return self.world.service("cloudwatch", self.cloud.account_id, self.cloud.region_name)

    # Afterwards

    def unapplied(self) -> list[Step]:
        """Steps that have not come to anything so far: never played, or refused. A refused `call` has come to its
        answer, unless it could not even be made."""
        return [
            step
            for number, step in enumerate(self.scenario.timeline)
            if number not in self._done or number in self._refused
        ]

    def afterwards(self) -> list[Problem]:
        """What the run showed: rules that never fitted, outputs that were assumed."""
        problems = []
        fitted = behavior.of(self.world).fitted
        for rule in self.scenario.behavior:
            if rule.index not in fitted:
                problems.append(
                    Problem(
                        self.scenario.path,
                        rule.line,
                        1,
                        "warning",
                        "SC301",
                        f"this rule never fitted: {rule.text}",
                        "check its names and its narrowing, or take it out",
                    )
                )
        for assumed in self.world.journal.of("assumed"):
            problems.append(
                Problem(self.scenario.path, 0, 0, "warning", "SC302", assumed["text"], assumed.get("hint", ""))
            )
        return problems
