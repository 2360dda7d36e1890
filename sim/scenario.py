"""Scenarios as users run them: read, compiled once, run any number of times."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cloud import ACCOUNT, REGION, Cloud
from sim.core.clock import parse_duration
from sim.core.problems import Problem, ProblemsError, ServiceError
from sim.formats import assumptions, shipped, template
from sim.formats import scenario as grammar
from sim.formats.edits import flow, with_value
from sim.formats.text import read_text
from sim.services import behavior
from sim.services.stacks import Stack

if TYPE_CHECKING:
    from sim.timeline import Player

STACK = "codesuite"
Warnings = tuple[tuple[str, str, str, str], ...]
_UNKNOWN = re.compile(r'Unknown parameter in [^\n]*?: "([^"]+)", must be one of: ([^\n]*)')
"""botocore's words for a member that an operation does not have."""


class Scenario:
    """A scenario file, or a template on its own, read and found to be right.

    `Scenario.open` takes a path; `Scenario.compile()` gives the immutable plan. `text` is what was read, with what
    `open` was told to put in place of it; "" for one that was made of plain values.
    """

    def __init__(self, document: grammar.Scenario, text: str = ""):
        self.document = document
        self.text = text

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        repositories: Mapping[str, str | Path] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Scenario:
        """Read a scenario by path, or by the name of one of those that come along; or a CloudFormation template.

        Raises ProblemsError with every finding.
        """
        file = shipped.find_scenario(str(path))
        if grammar.is_template(file):
            document, text = grammar.scenario_of_template(file), f"template: {flow(file.name)}\n"
        else:
            document, text = grammar.read_scenario(file), read_text(file)
        for name, folder in (repositories or {}).items():
            read = grammar.read_repository(Path(folder))
            document = replace(document, repositories={**document.repositories, name: read})
            text = with_value(text, f'repositories."{name}"', Path(folder).resolve().as_posix())
        for name, value in (parameters or {}).items():
            document = replace(document, parameters={**document.parameters, name: value})
            text = with_value(text, f'parameters."{name}"', value)
        return cls(document, text)

    @classmethod
    def parse(cls, text: str, path: str = "scenario.yml") -> Scenario:
        """A scenario from its text; relative paths in it start at the folder of `path`."""
        return cls(grammar.scenario_from_text(text, Path(path)), text)

    def compile(self, account: str = ACCOUNT, region: str = REGION) -> Plan:
        """Resolve the template, once. Raises ProblemsError."""
        document = self.document
        self._check_calls()
        resolved = None
        if document.template is not None:
            resolved = template.resolve(
                document.template, document.parameters, account=account, region=region, stack_name=STACK
            )
        return Plan(document, resolved, account, region)

    def _check_calls(self) -> None:
        """Calls of the timeline name operations that AWS has, of services that are simulated. Raises ProblemsError."""
        calls = [step for step in self.document.timeline if step.kind == "call"]
        if not calls:
            return
        from sim.wire import models

        problems = []
        for step in calls:
            try:
                models.operation(str(step.fields["service"]), str(step.fields["operation"]))
            except ServiceError as error:
                hint = "services are named as in boto3, operations as in the API: CreateDeployment"
                problems.append(Problem(self.document.path, step.line, 1, "error", "SC203", error.message, hint))
        if problems:
            raise ProblemsError(problems)


@dataclass(frozen=True)
class Plan:
    """A compiled scenario. `run(seed)` builds only what changes."""

    scenario: grammar.Scenario
    resolved: template.Stack | None
    account: str
    region: str
    _without_effect: list[Warnings] = field(default_factory=list, repr=False, compare=False)
    """What is warned of in the template, once that is known: it depends on no luck."""

    def run(
        self,
        seed: int | None = None,
        until: str | int | float | None = None,
        *,
        events: bool = False,
        audit: bool = False,
    ) -> Cloud:
        """Run in a world of its own until quiet, or until the scenario's or the given time; returns its Cloud."""
        cloud = self.start(seed, events=events, audit=audit)
        return cloud.run(until=self.limit(until))

    def limit(self, until: str | int | float | None) -> str | int | float | None:
        """Up to when to run, in seconds; None for until quiet."""
        if until is not None:
            return None if until == "idle" else until
        return None if self.scenario.until is None else self.scenario.until / 1000

    def start(self, seed: int | None = None, *, events: bool = False, audit: bool = False) -> Cloud:
        """A Cloud at time 0 with everything there and nothing happened."""
        cloud = Cloud(
            self.scenario.seed if seed is None else seed,
            start=self.scenario.start,
            account=self.account,
            region=self.region,
            record=False,
        )
        if events:
            cloud.world.events = []
        if audit:
            cloud.world.audit = []
        cloud._load(self)
        return cloud

    def build(self, cloud: Cloud) -> Player:
        """Make what exists before time 0, and set the timeline going."""
        from sim.timeline import Player

        world, scenario = cloud.world, self.scenario
        world.people = dict(scenario.people)
        world.quotas = dict(scenario.quotas)
        world.choices = dict(scenario.choices)
        world.outside = {
            url: files if isinstance(files, Path) else {path: file.content for path, file in files.items()}
            for url, files in scenario.repositories.items()
            if "://" in url
        }
        world.behaviour = behavior.Behavior(scenario.behavior, assumptions.load())
        player = Player(cloud, scenario)
        world.silent = not scenario.on_create
        try:
            if self.resolved is not None:
                self._create(cloud, player)
            self._remember(cloud)
        finally:
            world.silent = False
        player.start()
        return player

    def _create(self, cloud: Cloud, player: Player) -> None:
        from sim.services import cloudformation

        assert self.resolved is not None
        stack = Stack(cloud.world, self.account, self.region, STACK, cloud.principal, self.scenario.repositories)
        stack.judge = None if self._without_effect else judge
        cloudformation.create(stack, self.resolved)
        if not self._without_effect:
            self._without_effect.append(tuple(stack.warnings))
        for logical_id, code, message, hint in self._without_effect[0]:
            path, line = self.resolved.place(logical_id)
            player.warnings.append(Problem(path, line, 1, "warning", code, f"{logical_id}: {message}", hint))
        self._check_repositories(cloud)

    def _check_repositories(self, cloud: Cloud) -> None:
        made = {one["repositoryName"] for one in cloud._inside("codecommit", "ListRepositories")["repositories"]}
        for name in self.scenario.repositories:
            if name not in made and "://" not in name:
                hint = f"the template makes {', '.join(sorted(made)) or 'none'}"
                message = f"repositories: there is no CodeCommit repository {name}"
                line = self.scenario.repository_lines.get(name, 1)
                raise ProblemsError([Problem(self.scenario.path, line, 1, "error", "SC201", message, hint)])

    def _remember(self, cloud: Cloud) -> None:
        codedeploy: Any = cloud.world.service("codedeploy", self.account, self.region)
        for past in self.scenario.history:
            files = {path: file.content for path, file in past.files.items()}
            try:
                codedeploy.adopt(past.application, past.group, files, past.unhealthy)
            except ServiceError as error:
                problem = Problem(
                    self.scenario.path, past.line, 1, "error", "SC202", error.message, "name it as application/group"
                )
                raise ProblemsError([problem]) from None


def judge(service: str, operation: str, parameters: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(member, hint) of what an operation does not know: a misspelt property, or one that is not carried out.

    Raises ServiceError, as for a call from outside, for values that the model of the service does not allow.
    """
    from sim.wire import checks

    try:
        checks.check(service, operation, parameters)
    except checks.ParamValidationError as error:
        report = str(error)
        wrong = [line for line in report.splitlines()[1:] if not _UNKNOWN.match(line)]
        if wrong:
            raise ServiceError("ValidationError", "; ".join(wrong)) from None
        _judge_without(service, operation, parameters, {member for member, _ in _UNKNOWN.findall(report)})
        return tuple(_meant(member, known.split(", ")) for member, known in _UNKNOWN.findall(report))
    return ()


def _judge_without(service: str, operation: str, parameters: dict[str, Any], members: set[str]) -> None:
    """Judge the values of those members that the operation knows. Raises ServiceError."""
    from sim.wire import checks

    checks.check(service, operation, _without(parameters, members))


def _without(value: Any, members: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, members) for key, item in value.items() if key not in members}
    return [_without(item, members) for item in value] if isinstance(value, list) else value


def _meant(member: str, known: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(member, known, 1)
    return member, f"did you mean {near[0][:1].upper()}{near[0][1:]}?" if near else "it is not simulated, or misspelt"


def run(
    scenario: str | Path | Scenario,
    seed: int | None = None,
    until: str | int | float | None = None,
) -> Cloud:
    """Load and run a scenario (a path, the name of one that comes along, or one read already); returns its Cloud."""
    if until is not None and until != "idle":
        parse_duration(until)
    read = scenario if isinstance(scenario, Scenario) else Scenario.open(scenario)
    return read.compile().run(seed, until)


__all__ = ["Plan", "Scenario", "run"]
