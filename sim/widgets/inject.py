"""What can be done to a run: each kind of intervention as a form, and the step or rule that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.problems import UsageError
from sim.formats.scenario import ALARM_STATES
from sim.services.codedeploy.resources import IN_PLACE

if TYPE_CHECKING:
    from sim.widgets.flight import Flight

ALL_INSTANCES = "all instances"
DEPLOYMENT, EXECUTION = "deployment", "execution"
"""Choices that depend on the moment: the deployments and the executions under way."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to choose: from `choices` ((value, words), …), from what there is at the moment (`of`), or freely."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    of: str = ""
    lines: int = 0

    def plain(self) -> dict[str, Any]:
        choices = [list(choice) for choice in self.choices]
        return {"name": self.name, "label": self.label, "choices": choices, "of": self.of, "lines": self.lines}


Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of intervention; `made` makes of the chosen values what `Flight.inject` takes."""

    key: str
    title: str
    fields: tuple[Field, ...]
    made: Callable[[Values], Mapping[str, Any] | str]

    def plain(self) -> dict[str, Any]:
        return {"key": self.key, "title": self.title, "fields": [field.plain() for field in self.fields]}


def kinds(flight: Flight) -> list[Kind]:
    """The interventions that make sense in this scenario."""
    there = _There(flight)
    found = [
        _agent(there.instances),
        _hook(there.instances),
        _instance(there.instances),
        _command(there.projects),
        _alarm(there.alarms),
        _stop_deployment(there.groups),
        _answer(there.approvals),
        _stop_execution(there.pipelines),
        _transition(there.stages),
        _push(there.repositories),
        _own(),
    ]
    return [kind for kind in found if all(field.choices or field.of or field.lines for field in kind.fields)]


def step_of(flight: Flight, key: str, values: Values) -> Mapping[str, Any] | str:
    """The step or rule of that kind with those values. Raises UsageError for what was not offered."""
    kind = next((one for one in kinds(flight) if one.key == key), None)
    if kind is None:
        raise UsageError(f"this scenario has no intervention called {key!r}")
    for field in kind.fields:
        value = values.get(field.name, "")
        if not value:
            raise UsageError(f"{field.label}: nothing is chosen")
        if field.choices and value not in dict(field.choices):
            raise UsageError(f"{field.label}: {value!r} is not one of {', '.join(dict(field.choices))}")
    return kind.made(values)


class _There:
    """The names of what there is in a flight."""

    def __init__(self, flight: Flight):
        ask = flight.cloud._inside
        replay = flight.replay
        self.instances = _named(one["name"] for one in replay.fleet.instances)
        self.alarms = _named(one["name"] for one in replay.alarms)
        self.repositories = _named(
            one["repositoryName"] for one in ask("codecommit", "ListRepositories")["repositories"]
        )
        self.projects = _named(ask("codebuild", "ListProjects")["projects"])
        self.pipelines = _named(one["name"] for one in replay.pipelines.pipelines)
        self.groups = _named(f"{one['application']}/{one['group']}" for one in replay.fleet.deployments)
        self.stages = tuple(
            ("\x1f".join((pipeline["name"], stage["name"])), stage["name"])
            for pipeline in replay.pipelines.pipelines
            for stage in pipeline["stages"][1:]
        )
        self.approvals = tuple(
            ("\x1f".join((pipeline["name"], stage["name"], action["name"])), f"{stage['name']} / {action['name']}")
            for pipeline in replay.pipelines.pipelines
            for stage in pipeline["stages"]
            for action in stage["actions"]
            if action["category"] == "Approval"
        )


def _named(names: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in dict.fromkeys(names))


Choices = tuple[tuple[str, str], ...]


def _agent(instances: Choices) -> Kind:
    fields = (
        Field("instance", "Instance", instances),
        Field("running", "From now on its agent", (("false", "is not running"), ("true", "is running"))),
    )

    def made(values: Values) -> Mapping[str, Any]:
        return {"agent": values["instance"], "running": values["running"] == "true"}

    return Kind("agent", "Stop or start the CodeDeploy agent of an instance", fields, made)


def _hook(instances: Choices) -> Kind:
    events = _named(reversed(IN_PLACE))
    everywhere = ((ALL_INSTANCES, ALL_INSTANCES), *instances) if instances else ()
    fields = (Field("hook", "Lifecycle event", events), Field("instance", "On", everywhere))

    def made(values: Values) -> Mapping[str, Any]:
        where = {} if values["instance"] == ALL_INSTANCES else {"instances": [values["instance"]]}
        return {"hook": values["hook"], **where, "fails": True, "exit": 1}

    return Kind("hook", "Let a lifecycle event fail from now on", fields, made)


def _instance(instances: Choices) -> Kind:
    states = (("stopped", "stops"), ("terminated", "is terminated"), ("running", "starts again"))
    fields = (Field("instance", "Instance", instances), Field("state", "It", states))

    def made(values: Values) -> Mapping[str, Any]:
        return {"instance": {"name": values["instance"], "state": values["state"]}}

    return Kind("instance", "Stop, terminate or start an instance", fields, made)


def _command(projects: Choices) -> Kind:
    fields = (Field("project", "Build project", projects), Field("command", "Commands that contain", lines=1))

    def made(values: Values) -> Mapping[str, Any]:
        return {"command": values["command"], "project": values["project"], "fails": True, "exit": 1}

    return Kind("command", "Let a build command fail from now on", fields, made)


def _alarm(alarms: Choices) -> Kind:
    states = _named(sorted(ALARM_STATES, key="ALARM".__ne__))  # what is wanted most comes first
    fields = (Field("alarm", "Alarm", alarms), Field("state", "Goes to", states))

    def made(values: Values) -> Mapping[str, Any]:
        return {"alarm": {"name": values["alarm"], "state": values["state"]}}

    return Kind("alarm", "Trip an alarm", fields, made)


def _stop_deployment(groups: Choices) -> Kind:
    rollback = (("true", "and roll back"), ("false", "and leave it as it is"))
    under_way = DEPLOYMENT if groups else ""
    fields = (Field("deployment", "Deployment under way", of=under_way), Field("rollback", "Stop it", rollback))

    def made(values: Values) -> Mapping[str, Any]:
        parameters = {"deploymentId": values["deployment"], "autoRollbackEnabled": values["rollback"] == "true"}
        return {"call": {"service": "codedeploy", "operation": "StopDeployment", "parameters": parameters}}

    return Kind("stop-deployment", "Stop a deployment", fields, made)


def _answer(approvals: Choices) -> Kind:
    results = (("Rejected", "reject"), ("Approved", "approve"))
    fields = (Field("approval", "Approval", approvals), Field("result", "Answer", results))

    def made(values: Values) -> Mapping[str, Any]:
        pipeline, stage, action = values["approval"].split("\x1f")
        answer = {"pipeline": pipeline, "stage": stage, "action": action, "by": "bob", "result": values["result"]}
        return {"approve": answer}

    return Kind("approve", "Approve or reject, now or as soon as it is asked for", fields, made)


def _stop_execution(pipelines: Choices) -> Kind:
    how = (("false", "and wait for what runs"), ("true", "and abandon what runs"))
    fields = (
        Field("execution", "Execution under way", of=EXECUTION if pipelines else ""),
        Field("abandon", "Stop it", how),
    )

    def made(values: Values) -> Mapping[str, Any]:
        pipeline, execution = values["execution"].split("\x1f")
        parameters = {
            "pipelineName": pipeline,
            "pipelineExecutionId": execution,
            "abandon": values["abandon"] == "true",
            "reason": "stopped by hand",
        }
        return {"call": {"service": "codepipeline", "operation": "StopPipelineExecution", "parameters": parameters}}

    return Kind("stop-execution", "Stop a pipeline execution", fields, made)


def _transition(stages: Choices) -> Kind:
    ways = (("Disable", "is disabled"), ("Enable", "is enabled"))
    fields = (Field("stage", "The transition into", stages), Field("way", "From now on it", ways))

    def made(values: Values) -> Mapping[str, Any]:
        pipeline, stage = values["stage"].split("\x1f")
        parameters = {"pipelineName": pipeline, "stageName": stage, "transitionType": "Inbound"}
        if values["way"] == "Disable":
            parameters["reason"] = "closed by hand"
        operation = f"{values['way']}StageTransition"
        return {"call": {"service": "codepipeline", "operation": operation, "parameters": parameters}}

    return Kind("transition", "Disable or enable a transition between stages", fields, made)


def _push(repositories: Choices) -> Kind:
    fields = (
        Field("repository", "Repository", repositories),
        Field("author", "Author", _named(("alice", "bob"))),
    )

    def made(values: Values) -> Mapping[str, Any]:
        message = "Another change"
        return {
            "push": {
                "repository": values["repository"],
                "branch": "main",
                "author": values["author"],
                "message": message,
            }
        }

    return Kind("push", "Push another change", fields, made)


def _own() -> Kind:
    fields = (Field("text", "A step of the timeline or a rule of behavior, as YAML, without its time", lines=4),)

    def made(values: Values) -> str:
        return values["text"]

    return Kind("own", "Something else, in the scenario's own words", fields, made)


__all__ = ["ALL_INSTANCES", "Field", "Kind", "kinds", "step_of"]
