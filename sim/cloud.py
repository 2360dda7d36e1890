"""One account in one Region, as a user sees it: clients, calls, the clock, tables, pictures, explanations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis import audit as cloudtrail
from sim.analysis.explain import Explanation, explain
from sim.analysis.plots import Plot
from sim.analysis.record import Record
from sim.analysis.result import plain, result
from sim.analysis.tables import Tables
from sim.core import naming
from sim.core.calls import Call
from sim.core.clock import SECOND, START, parse_duration
from sim.core.problems import Problem, ServiceError, UsageError
from sim.core.world import World
from sim.services import behavior

if TYPE_CHECKING:
    from sim.analysis.expectations import Expected
    from sim.formats.scenario import Step
    from sim.scenario import Plan
    from sim.timeline import Player

ACCOUNT = "123456789012"
REGION = "us-east-1"
USER = "student"

Duration = str | int | float


class Cloud:
    """A view of one (account, Region) of a world. `Cloud()` makes a world of its own.

    A Cloud made by hand records EventBridge events and calls, so that `result(events=True, audit=True)` can show
    them; `record=False` saves that work.
    """

    def __init__(
        self,
        seed: int | None = None,
        *,
        start: datetime | None = None,
        account: str = ACCOUNT,
        region: str = REGION,
        world: World | None = None,
        record: bool = True,
    ):
        self.world = World(seed or 0, start or START) if world is None else world
        self._given_seed = seed is not None or world is not None
        self._given_start = start is not None or world is not None
        self.account_id = account
        self.region_name = region
        if record and world is None:
            self.world.events = []
            self.world.audit = []
        self._player: Player | None = None
        self._warnings: list[Problem] = []
        self._scenario: str | None = None
        self._folder = Path()

    def __repr__(self) -> str:
        return f"<Cloud {self.account_id} {self.region_name} at {self.now:g} s>"

    def _view(self, account: str, region: str) -> Cloud:
        view = Cloud(world=self.world, account=account, region=region)
        view._player, view._warnings, view._scenario = self._player, self._warnings, self._scenario
        view._folder = self._folder
        return view

    def account(self, account: str) -> Cloud:
        """Another account of the same world."""
        return self._view(account, self.region_name)

    def region(self, region: str) -> Cloud:
        """Another Region of the same account."""
        return self._view(self.account_id, region)

    # What is there

    def load(
        self,
        path: str | Path,
        *,
        repositories: Mapping[str, str | Path] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        """Load a CloudFormation template (what is there) or a scenario (and what happens), from a file.

        `repositories` gives CodeCommit repositories their first commit from a folder; `parameters` are the template's.
        A seed or start that the Cloud was not given is the one of the scenario, whose `until` is for `codesuite run`,
        while `run()` here goes on until quiet. Raises ProblemsError with every finding when the file cannot be used.
        """
        from sim.scenario import Scenario

        scenario = Scenario.open(path, repositories=repositories, parameters=parameters)
        self._load(scenario.compile(self.account_id, self.region_name))

    def _load(self, plan: Plan) -> None:
        if self._player is not None or self.world.now:
            raise UsageError("a Cloud loads one file, before its clock runs; make another Cloud for another file")
        if not self._given_seed:
            self.world.seed = plan.scenario.seed
        if not self._given_start:
            self.world.start = plan.scenario.start
        self._folder = Path(plan.scenario.path).parent
        self._player = plan.build(self)
        self._scenario = plan.scenario.title or plan.scenario.name
        self._warnings = list(plan.scenario.warnings) + self._player.warnings

    # Calls

    @property
    def principal(self) -> str:
        return naming.user(self.account_id, USER)

    def call(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """Answer one call of AWS's, checked as AWS would: `cloud.call("codepipeline", "GetPipelineState", name="web")`.

        Answers are plain dicts in AWS's shape; lists come in AWS's pages. Raises botocore's ParamValidationError for
        parameters of the wrong shape, ServiceError for what the service refuses, UsageError for a service that is not
        simulated.
        """
        from sim.wire import models

        models.require(service)
        return self._outside(service, operation, parameters, self.principal)

    def _outside(self, service: str, operation: str, parameters: dict[str, Any], principal: str) -> dict[str, Any]:
        from sim.wire import answers, checks, pages

        try:
            received = checks.check(service, operation, parameters)
            page = pages.asked(service, operation, received)
        except ServiceError as error:
            self._refused(self._call(service, operation, parameters, principal), error)
            raise
        answer = self.world.call(self._call(service, operation, received, principal))
        return answers.shaped(service, operation, answer if page is None else page.cut(answer))

    def _call(self, service: str, operation: str, parameters: dict[str, Any], principal: str) -> Call:
        return Call(principal, self.account_id, self.region_name, service, operation, parameters)

    def _refused(self, call: Call, error: ServiceError) -> None:
        """A call that was refused before the service saw it is in the audit record all the same."""
        if self.world.audit is not None:
            self.world.audit.append((self.world.now, call, error))

    def _inside(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """A look that leaves no trace in the audit record."""
        audit, self.world.audit = self.world.audit, None
        try:
            return self.world.call(self._call(service, operation, parameters, self.principal))
        finally:
            self.world.audit = audit

    def client(self, service: str) -> Any:
        """A real boto3 client, answered in process. Nothing of the machine is touched; waiters advance the clock."""
        from sim.wire import inprocess

        def answer(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            return self._outside(service, operation, parameters, self.principal)

        def uuid() -> str:
            return self.world.uuid("request")

        return inprocess.client(service, region=self.region_name, answer=answer, advance=self._advance, uuid=uuid)

    def _advance(self, seconds: float) -> None:
        self.world.run(self.world.now + round(seconds * SECOND))

    # Time

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return self.world.now / SECOND

    def run(
        self,
        until: Duration | None = None,
        for_: Duration | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Cloud:
        """Run until quiet, up to and including the time `until` ("2h"), or `for_` so long ("10m") from now.

        `progress` is called now and then with the count of steps so far.
        """
        if until is not None and for_ is not None:
            raise UsageError("give `until` or `for_`, not both")
        limit: int | None = None
        try:
            if until is not None:
                limit = parse_duration(until)
            elif for_ is not None:
                limit = self.world.now + parse_duration(for_)
        except ValueError as error:
            raise UsageError(str(error)) from None
        for steps in self.world.walk(limit):
            if progress is not None:
                progress(steps)
        return self

    def step(self) -> bool:
        """Go on to the next entry of the journal; False when the world is quiet."""
        return self.world.step()

    # What happened

    def result(self, events: bool = False, audit: bool = False) -> dict[str, Any]:
        """The document of `codesuite run --json`, so far, with EventBridge events and CloudTrail records if asked."""
        home = (self.account_id, self.region_name)
        extras: dict[str, Any] = {
            "scenario": self._scenario,
            "fleet": self._fleet(),
            "warnings": [self._without_machine(warning) for warning in self.warnings],
            "steps": self._player.steps if self._player else [],
        }
        if events:
            extras["events"] = [
                event
                for event in self._recorded(self.world.events, "events")
                if (event["account"], event["region"]) == home
            ]
        if audit:
            extras["audit"] = [
                cloudtrail.record(self.world, number, time, call, answer)
                for number, (time, call, answer) in enumerate(self._recorded(self.world.audit, "audit records"))
                if (call.account, call.region) == home and cloudtrail.is_management_event(call)
            ]
        return result(self.world, home, self._inside, extras)

    def expect(self, *expectations: str, hint: str = "") -> Expected:
        """Hold expectations (JMESPath, as under a scenario's `expect:`) against the run so far.

        Says which of them hold and what stands there instead; the hint is shown while one does not. Never raises for
        an expectation that does not hold: an exercise is tried again.
        """
        from sim.analysis.expectations import Expected, judge_all

        return Expected(tuple(judge_all(self.result(), ((text, 0) for text in expectations))), hint)

    def _without_machine(self, warning: Problem) -> dict[str, Any]:
        """A warning with its path as the scenario's folder sees it: a result is the same on every machine."""
        return warning.as_dict() | {
            "path": Path(relpath(warning.path, self._folder)).as_posix() if warning.path else ""
        }

    def _recorded(self, records: list[Any] | None, what: str) -> list[Any]:
        if records is None:
            raise UsageError(f"this run kept no {what}; ask for them when it starts")
        return records

    def _fleet(self) -> list[dict[str, Any]]:
        service: Any = self.world.service("codedeploy", self.account_id, self.region_name)
        audit, self.world.audit = self.world.audit, None
        try:
            fleet: list[dict[str, Any]] = service.fleet()
            return fleet
        finally:
            self.world.audit = audit

    @property
    def warnings(self) -> list[Problem]:
        """What was odd: outputs assumed, properties not carried out; after a run, rules that never fitted."""
        return self._warnings + (self._player.afterwards() if self._player else [])

    @property
    def unapplied(self) -> list[Step]:
        """Steps of the timeline that have not come to anything so far."""
        return self._player.unapplied() if self._player else []

    @property
    def assumptions(self) -> list[str]:
        """The assumptions that this run used, by their keys in data/assumptions.yml."""
        return sorted(behavior.of(self.world).used)

    @property
    def tables(self) -> Tables:
        """Tables of the run so far, as pandas DataFrames."""
        return Tables(self.result())

    @property
    def plot(self) -> Plot:
        """Pictures of the run so far; each method takes and returns a matplotlib Axes."""
        return Plot(self.result())

    @property
    def record(self) -> Record:
        """The journal, indexed."""
        return Record(self.world.journal, (self.account_id, self.region_name))

    def explain(self, id: str) -> Explanation:
        """Every decision about that execution, build, deployment or other thing: its rule, its basis, its source."""
        return explain(self.record, id)

    def log(self, build: str) -> str:
        """The log of a build, by its id, as CloudWatch Logs keeps it. Empty where a project keeps no logs."""
        service: Any = self.world.service("codebuild", self.account_id, self.region_name)
        return "\n".join(line["message"] for line in service.log(build))

    def files(self, instance: str, details: bool = False) -> dict[str, Any]:
        """{path: text} of what lies on an instance, by its name or id.

        With `details`, {path: {text, owner, group, mode, deploymentGroup, revision}}; the last two are there for what
        a deployment of that group put there.
        """
        service: Any = self.world.service("codedeploy", self.account_id, self.region_name)
        for host in self._fleet():
            if instance in (host["name"], host["instanceId"]):
                files: dict[str, dict[str, Any]] = service.files(host["instanceId"])
                return files if details else {path: row["text"] for path, row in files.items()}
        raise UsageError(f"there is no instance {instance!r}; there are {[host['name'] for host in self._fleet()]}")

    def as_json(self, value: Any) -> Any:
        """Any API answer as plain JSON."""
        return plain(value)
