"""CodePipeline's operations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service, copied
from sim.core.clock import moment
from sim.core.problems import ServiceError
from sim.formats.actiontypes import ACTION_TYPES
from sim.formats.pipeline import actions_of, pipeline_type, violations
from sim.services.codepipeline import events, gates, polling, views
from sim.services.codepipeline import resources as r
from sim.services.codepipeline.process import Flow
from sim.services.codepipeline.resources import (
    ActionExecution,
    ActionStatus,
    ExecutionStatus,
    Gate,
    Mode,
    Pipeline,
    PipelineExecution,
    StageExecution,
    StageStatus,
    Stop,
    TriggerType,
)

events.register()

CONCURRENT_EXECUTIONS = ("codepipeline.concurrent-executions", 50)
"""Executions at a time of one pipeline in QUEUED and PARALLEL mode (§15)."""
PIPELINES = ("codepipeline.pipelines", 1_000)
"""Pipelines of an account in a Region (§15). Quotas are (name in a scenario, AWS's value)."""
MAX_TAGS = 50
EVENTS = "events.amazonaws.com"


class CodePipeline(Service):
    """CodePipeline in one account and Region."""

    name = "codepipeline"

    def prepare(self) -> None:
        self.pipelines: dict[str, Pipeline] = {}
        self._assumed: set[tuple[str, str]] = set()

    def date(self, ms: int) -> datetime:
        return moment(self.world.start, ms)

    def assume_outputs(self, action: ActionExecution) -> None:
        """Say once for each action that its outputs are empty, as a rule stands for its work."""
        pipeline = action.execution.pipeline
        if (pipeline, action.place) not in self._assumed:
            self._assumed.add((pipeline, action.place))
            names = ", ".join(artifact.name for artifact in action.outputs)
            text = (
                f"pipeline {pipeline}: the outputs of {action.place} ({names}) are empty, as a rule replaces its work"
            )
            hint = "narrow the rule, or take it out, where later actions need what is in them"
            self.world.journal.record("assumed", {"text": text, "hint": hint})

    # Finding things

    def _pipeline(self, name: str) -> Pipeline:
        found = self.pipelines.get(name)
        if found is None:
            raise ServiceError(
                "PipelineNotFoundException",
                f"Account '{self.account}' does not have a pipeline with name '{name}'",
            )
        return found

    def _execution(
        self, pipeline: Pipeline, id: str, error: str = "PipelineExecutionNotFoundException"
    ) -> PipelineExecution:
        for execution in reversed(pipeline.executions):  # nearly always one of the latest is asked for
            if execution.name == id:
                return execution
        raise ServiceError(error, f"The pipeline {pipeline.name} has no execution with id {id}")

    def _gate(self, pipeline: Pipeline, stage: str) -> Gate:
        if all(one["name"] != stage for one in pipeline.declaration["stages"]):
            raise ServiceError("StageNotFoundException", f"The pipeline {pipeline.name} has no stage {stage}")
        return pipeline.gates[stage]

    # Pipelines

    def CreatePipeline(self, call: Call) -> Answer:
        declaration = self._checked(call.parameters["pipeline"])
        name = declaration["name"]
        if name in self.pipelines:
            raise ServiceError("PipelineNameInUseException", f"A pipeline with the name '{name}' already exists")
        most = self.world.quotas.get(*PIPELINES)
        if len(self.pipelines) >= most:
            raise ServiceError("LimitExceededException", f"An account has at most {most} pipelines in a Region")
        arn = naming.arn("codepipeline", self.region, self.account, name)
        pipeline = Pipeline(name, arn, {**declaration, "version": 1}, self.world.now, self.world.now)
        pipeline.last_used = self.world.now
        self._tag(pipeline, call.parameters.get("tags", []))
        self.pipelines[name] = pipeline
        self._adopt(pipeline)
        if not self.world.silent and not _values_missing(declaration, {}):
            trigger = {"triggerType": TriggerType.CREATE_PIPELINE.value, "triggerDetail": call.principal}
            self.start(pipeline, trigger)
        return {"pipeline": views.declaration(pipeline.declaration), "tags": views.tags(pipeline)}

    def _checked(self, declaration: dict[str, Any]) -> dict[str, Any]:
        """A copy of the declaration with its defaults. Raises the exception of the first rule that it breaks."""
        found = violations(declaration, self.region)
        if found:
            raise ServiceError(found[0].error, found[0].message)
        _refuse_unsimulated(declaration)
        checked = copied(declaration)
        checked["pipelineType"] = pipeline_type(declaration)
        checked.setdefault("executionMode", Mode.SUPERSEDED.value)
        for _, _, _, action in actions_of(checked):
            action.setdefault("runOrder", 1)
            for member, empty in (("configuration", {}), ("inputArtifacts", []), ("outputArtifacts", [])):
                action.setdefault(member, copied(empty))
        return checked

    def _adopt(self, pipeline: Pipeline) -> None:
        """Make a declaration the pipeline's: its version, the gates of its stages, its polling."""
        declaration = pipeline.declaration
        pipeline.versions[declaration["version"]] = declaration
        names = [stage["name"] for stage in declaration["stages"]]
        for name in names:
            pipeline.gates.setdefault(name, Gate(name))
        for name in [name for name, gate in pipeline.gates.items() if name not in names and gate.holder is None]:
            del pipeline.gates[name]
        pipeline.polling_disabled_at = None
        if polling.polled_actions(pipeline):
            self.world.process(polling.Poller(self, pipeline).run())

    def GetPipeline(self, call: Call) -> Answer:
        pipeline = self._pipeline(call.parameters["name"])
        version = call.parameters.get("version", pipeline.declaration["version"])
        if version not in pipeline.versions:
            message = f"The pipeline {pipeline.name} has no version {version}"
            raise ServiceError("PipelineVersionNotFoundException", message)
        metadata = {
            "pipelineArn": pipeline.arn,
            "created": self.date(pipeline.created),
            "updated": self.date(pipeline.updated),
        }
        if pipeline.polling_disabled_at is not None:
            metadata["pollingDisabledAt"] = self.date(pipeline.polling_disabled_at)
        return {"pipeline": views.declaration(pipeline.versions[version]), "metadata": metadata}

    def UpdatePipeline(self, call: Call) -> Answer:
        declaration = self._checked(call.parameters["pipeline"])
        pipeline = self.pipelines.get(declaration["name"])
        if pipeline is None:  # the operation's errors hold no PipelineNotFoundException (§25)
            message = f"There is no pipeline with the name '{declaration['name']}' to update"
            raise ServiceError("InvalidStructureException", message)
        self._cancel_running(pipeline, r.EDITED_WAITING, r.EDITED_RUNNING)
        pipeline.declaration = {**declaration, "version": pipeline.declaration["version"] + 1}
        pipeline.updated = pipeline.last_used = self.world.now
        self._adopt(pipeline)
        return {"pipeline": views.declaration(pipeline.declaration)}

    def _cancel_running(self, pipeline: Pipeline, waiting: Any, running: Any) -> None:
        """Executions end when the pipeline is edited; in PARALLEL mode they keep what they began with (§8.4)."""
        for execution in pipeline.running:
            if execution.mode is not Mode.PARALLEL:
                Flow(self, execution).cancel(waiting, running)

    def DeletePipeline(self, call: Call) -> Answer:
        pipeline = self.pipelines.pop(call.parameters["name"], None)
        if pipeline is not None:
            self._cancel_running(pipeline, r.DELETED, r.DELETED)
        return {}

    def ListPipelines(self, call: Call) -> Answer:
        rows = [
            {
                "name": pipeline.name,
                "version": pipeline.declaration["version"],
                "pipelineType": pipeline.declaration["pipelineType"],
                "executionMode": pipeline.declaration["executionMode"],
                "created": self.date(pipeline.created),
                "updated": self.date(pipeline.updated),
            }
            for pipeline in self.pipelines.values()
        ]
        return {"pipelines": rows}

    def GetPipelineState(self, call: Call) -> Answer:
        return views.state(self, self._pipeline(call.parameters["name"]))

    def ListActionTypes(self, call: Call) -> Answer:
        owner = call.parameters.get("actionOwnerFilter")
        return {"actionTypes": [views.action_type(one) for one in ACTION_TYPES if owner in (None, one.owner)]}

    # Executions

    def StartPipelineExecution(self, call: Call) -> Answer:
        parameters = call.parameters
        pipeline = self._pipeline(parameters["name"])
        token = parameters.get("clientRequestToken")
        if token is not None and token in pipeline.tokens:
            return {"pipelineExecutionId": pipeline.tokens[token].name}
        given = {one["name"]: one["value"] for one in parameters.get("variables", [])}
        overrides = self._overrides(pipeline, parameters.get("sourceRevisions", []))
        execution = self.start(pipeline, self._trigger(call), given, overrides)
        if token is not None:
            pipeline.tokens[token] = execution
        return {"pipelineExecutionId": execution.name}

    def _trigger(self, call: Call) -> dict[str, str]:
        """Who started it: a caller, or the rule whose name EventBridge's session bears."""
        if call.via != EVENTS:
            return {"triggerType": TriggerType.START_PIPELINE_EXECUTION.value, "triggerDetail": call.principal}
        rule = call.principal.rsplit("/", 1)[-1]
        arn = naming.arn("events", self.region, self.account, f"rule/{rule}")
        return {"triggerType": TriggerType.CLOUD_WATCH_EVENT.value, "triggerDetail": arn}

    def _overrides(self, pipeline: Pipeline, asked: list[dict[str, str]]) -> dict[str, dict[str, str]]:
        if asked and pipeline.declaration["pipelineType"] != "V2":
            message = f"Source revision overrides need a pipeline of type V2; {pipeline.name} is V1"
            raise ServiceError("ValidationException", message)
        sources = {action["name"] for action in pipeline.declaration["stages"][0]["actions"]}
        for one in asked:
            if one["actionName"] not in sources:
                message = f"The pipeline {pipeline.name} has no source action {one['actionName']}"
                raise ServiceError("ValidationException", message)
        return {one["actionName"]: one for one in asked}

    def start(
        self,
        pipeline: Pipeline,
        trigger: dict[str, str],
        variables: dict[str, str] | None = None,
        overrides: dict[str, dict[str, str]] | None = None,
    ) -> PipelineExecution:
        """Start an execution. Raises ServiceError when it cannot be started."""
        given = variables or {}
        missing = _values_missing(pipeline.declaration, given)
        if missing:
            raise ServiceError(
                "ValidationException", f"The variable {missing[0]} has no default and was given no value"
            )
        self._check_limit(pipeline)
        id = self.world.uuid("pipeline execution", self.account, self.region, pipeline.name)
        arn = naming.arn("codepipeline", self.region, self.account, f"{pipeline.name}/{id}")
        execution = PipelineExecution(
            id, arn=arn, account=self.account, region=self.region, of=pipeline, started=self.world.date
        )
        execution.trigger = trigger
        execution.overrides = overrides or {}
        declared = pipeline.declaration.get("variables", [])
        execution.variables = {one["name"]: given.get(one["name"], one.get("defaultValue", "")) for one in declared}
        execution.updated = pipeline.last_used = self.world.now
        pipeline.executions.append(execution)
        self.world.register(execution)
        why = r.STARTED(type=trigger["triggerType"], detail=trigger["triggerDetail"])
        self.world.note(execution, "starts", why)
        events.announce(self.world, execution)
        self.world.process(Flow(self, execution).run())
        return execution

    def _check_limit(self, pipeline: Pipeline) -> None:
        most = self.world.quotas.get(*CONCURRENT_EXECUTIONS)
        if pipeline.mode is not Mode.SUPERSEDED and len(pipeline.running) >= most:
            message = f"The pipeline {pipeline.name} has {most} executions in progress already"
            raise ServiceError("ConcurrentPipelineExecutionsLimitExceededException", message)

    def StopPipelineExecution(self, call: Call) -> Answer:
        parameters = call.parameters
        pipeline = self._pipeline(parameters["pipelineName"])
        execution = self._execution(
            pipeline, parameters["pipelineExecutionId"], "PipelineExecutionNotStoppableException"
        )
        abandon = bool(parameters.get("abandon"))
        if execution.over:
            message = f"The execution {execution.name} is not in progress: it is {execution.status}"
            raise ServiceError("PipelineExecutionNotStoppableException", message)
        if execution.status is ExecutionStatus.STOPPING and not abandon:
            message = f"The execution {execution.name} is being stopped already"
            raise ServiceError("DuplicatedStopRequestException", message)
        Flow(self, execution).halt(Stop(call.principal, parameters.get("reason", ""), abandon))
        return {"pipelineExecutionId": execution.name}

    def RetryStageExecution(self, call: Call) -> Answer:
        parameters = call.parameters
        pipeline = self._pipeline(parameters["pipelineName"])
        gate = self._gate(pipeline, parameters["stageName"])
        execution = self._execution(pipeline, parameters["pipelineExecutionId"], "StageNotRetryableException")
        stage = execution.stages.get(gate.stage)
        self._check_retry(pipeline, gate, execution, stage, parameters["retryMode"])
        assert stage is not None
        Flow(self, execution).retry(stage, parameters["retryMode"], call.principal)
        return {"pipelineExecutionId": execution.name}

    def _check_retry(
        self, pipeline: Pipeline, gate: Gate, execution: PipelineExecution, stage: StageExecution | None, mode: str
    ) -> None:
        """What forbids a retry (§11). Raises ServiceError."""
        refusal = _not_retryable(pipeline, execution, stage, mode)
        if refusal:
            raise ServiceError("StageNotRetryableException", f"Stage {gate.stage} cannot be retried: {refusal}")
        if execution.mode is not Mode.PARALLEL and gate.entered is not execution:
            message = f"Another execution has entered the stage {gate.stage} since {execution.name} did"
            raise ServiceError("NotLatestPipelineExecutionException", message)
        if execution.over:
            self._check_limit(pipeline)

    def GetPipelineExecution(self, call: Call) -> Answer:
        pipeline = self._pipeline(call.parameters["pipelineName"])
        execution = self._execution(pipeline, call.parameters["pipelineExecutionId"])
        return {"pipelineExecution": views.execution(execution)}

    def ListPipelineExecutions(self, call: Call) -> Answer:
        pipeline = self._pipeline(call.parameters["pipelineName"])
        stage = call.parameters.get("filter", {}).get("succeededInStage", {}).get("stageName")
        rows = [
            views.summary(self, execution)
            for execution in reversed(pipeline.executions)
            if stage is None or _succeeded_in(execution, stage)
        ]
        return {"pipelineExecutionSummaries": rows}

    def ListActionExecutions(self, call: Call) -> Answer:
        pipeline = self._pipeline(call.parameters["pipelineName"])
        wanted = call.parameters.get("filter", {})
        latest = wanted.get("latestInPipelineExecution", {})
        id = wanted.get("pipelineExecutionId") or latest.get("pipelineExecutionId")
        executions = pipeline.executions if id is None else [self._execution(pipeline, id)]
        found = [action for execution in executions for action in self._attempts(execution, bool(latest))]
        newest_first = sorted(found, key=lambda action: -action.ordinal)
        return {"actionExecutionDetails": [views.action_detail(self, action) for action in newest_first]}

    def _attempts(self, execution: PipelineExecution, latest_only: bool) -> Iterable[ActionExecution]:
        for stage in execution.stages.values():
            yield from stage.latest.values() if latest_only else stage.every

    # Approvals

    def PutApprovalResult(self, call: Call) -> Answer:
        parameters = call.parameters
        pipeline = self._pipeline(parameters["pipelineName"])
        self._gate(pipeline, parameters["stageName"])
        self._check_action(pipeline, parameters["stageName"], parameters["actionName"])
        action = self._asked(pipeline, parameters["stageName"], parameters["actionName"], parameters["token"])
        assert action.answer is not None
        if action.answer.triggered or action.status in (ActionStatus.SUCCEEDED, ActionStatus.FAILED):
            message = f"The approval {action.name} was answered already"
            raise ServiceError("ApprovalAlreadyCompletedException", message)
        result = parameters["result"]
        if result["status"] not in ("Approved", "Rejected"):
            raise ServiceError("ValidationException", f"status is {result['status']!r}, not Approved or Rejected")
        action.answer.succeed((result["status"], call.principal, result["summary"]))
        return {"approvedAt": self.world.date}

    def _check_action(self, pipeline: Pipeline, stage: str, name: str) -> None:
        for _, _, declared, action in actions_of(pipeline.declaration):
            if declared["name"] == stage and action["name"] == name:
                return
        raise ServiceError("ActionNotFoundException", f"Stage {stage} of {pipeline.name} has no action {name}")

    def _asked(self, pipeline: Pipeline, stage: str, name: str, token: str) -> ActionExecution:
        """The approval that asked with that token; a token of one that nobody answered in time has expired."""
        for execution in pipeline.executions:
            for action in execution.stages[stage].every if stage in execution.stages else ():
                if action.name == name and action.token == token:
                    answered = action.answer is not None and action.answer.triggered
                    if action.status is ActionStatus.IN_PROGRESS or answered:
                        return action
        raise ServiceError("InvalidApprovalTokenException", f"The token is not one that {name} waits for")

    # Transitions

    def DisableStageTransition(self, call: Call) -> Answer:
        gate = self._transition(call)
        if gate is not None:
            gates.disable(self.world, gate, call.principal, call.parameters["reason"])
        return {}

    def EnableStageTransition(self, call: Call) -> Answer:
        gate = self._transition(call)
        if gate is not None:
            gates.enable(self.world, gate, call.principal)
        return {}

    def _transition(self, call: Call) -> Gate | None:
        """The gate of that transition: a stage's outbound one is the inbound one of the next (None after the last)."""
        pipeline = self._pipeline(call.parameters["pipelineName"])
        name = call.parameters["stageName"]
        gate = self._gate(pipeline, name)
        if call.parameters["transitionType"] == "Inbound":
            return gate
        names = [stage["name"] for stage in pipeline.declaration["stages"]]
        place = names.index(name) + 1
        return pipeline.gates[names[place]] if place < len(names) else None

    # Tags

    def _tagged(self, call: Call) -> Pipeline:
        arn = call.parameters["resourceArn"]
        if not arn.startswith("arn:"):
            raise ServiceError("InvalidArnException", f"{arn} is not an ARN")
        for pipeline in self.pipelines.values():
            if pipeline.arn == arn:
                return pipeline
        raise ServiceError("ResourceNotFoundException", f"There is no resource {arn}")

    def _tag(self, pipeline: Pipeline, tags: list[dict[str, str]]) -> None:
        merged = pipeline.tags | {tag["key"]: tag["value"] for tag in tags}
        if len(merged) > MAX_TAGS:
            raise ServiceError("TooManyTagsException", f"A pipeline has at most {MAX_TAGS} tags")
        pipeline.tags = merged

    def TagResource(self, call: Call) -> Answer:
        self._tag(self._tagged(call), call.parameters["tags"])
        return {}

    def UntagResource(self, call: Call) -> Answer:
        pipeline = self._tagged(call)
        for key in call.parameters["tagKeys"]:
            pipeline.tags.pop(key, None)
        return {}

    def ListTagsForResource(self, call: Call) -> Answer:
        return {"tags": views.tags(self._tagged(call))}


def _values_missing(declaration: dict[str, Any], given: dict[str, str]) -> list[str]:
    """Variables of the pipeline that have neither a default nor a given value."""
    return [
        one["name"]
        for one in declaration.get("variables", ())
        if "defaultValue" not in one and one["name"] not in given
    ]


def _refuse_unsimulated(declaration: dict[str, Any]) -> None:
    """Refuse what would silently not happen: conditions of stages, and rollback."""
    for stage in declaration["stages"]:
        conditions = [member for member in ("beforeEntry", "onSuccess") if stage.get(member)]
        failure = stage.get("onFailure") or {}
        if failure.get("conditions") or failure.get("result") in ("ROLLBACK", "SKIP"):
            conditions.append("onFailure")
        if conditions:
            message = f"Stage {stage['name']}: {conditions[0]} with conditions or rollback is not simulated"
            raise ServiceError("InvalidStageDeclarationException", message)


def _not_retryable(pipeline: Pipeline, execution: PipelineExecution, stage: StageExecution | None, mode: str) -> str:
    """Why the stage cannot be retried; "" when it can."""
    if stage is None:
        return "the execution never entered it"
    if execution.version != pipeline.declaration["version"]:
        return "the pipeline has been edited since"
    if stage.status is StageStatus.IN_PROGRESS:
        return _not_retryable_now(execution, stage, mode)
    if stage.status not in (StageStatus.FAILED, StageStatus.STOPPED):
        return f"it is {stage.status}"
    if mode == "FAILED_ACTIONS" and stage.status is StageStatus.FAILED and not stage.failed:
        return "none of its actions failed"
    return ""


def _not_retryable_now(execution: PipelineExecution, stage: StageExecution, mode: str) -> str:
    """Why a stage cannot be retried while some of its actions run."""
    if execution.stop is not None or execution.cancelling is not None:
        return "the execution is being stopped"
    if mode == "ALL_ACTIONS":
        return "an action of it is in progress"
    if any(action.attempt > 1 for action in stage.running):
        return "another retry of it is running"
    return "" if stage.failed else "none of its actions failed"


def _succeeded_in(execution: PipelineExecution, stage: str) -> bool:
    return stage in execution.stages and execution.stages[stage].status is StageStatus.SUCCEEDED
