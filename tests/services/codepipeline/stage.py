"""A small world with one pipeline in it, and stand-ins for the services that its actions call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from botocore.session import get_session

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.clock import SECOND, parse_duration
from sim.core.problems import ServiceError
from sim.core.states import Resource, Rule, table
from sim.core.world import BEGIN, World
from sim.formats import assumptions
from sim.formats.scenario import scenario_from_document
from sim.services import behavior
from sim.services.bundles import pack

ACCOUNT, REGION = "123456789012", "eu-central-1"
ALICE = naming.user(ACCOUNT, "alice")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pipeline"

Document = dict[str, Any]


def action(name: str, type: str, **members: Any) -> Document:
    """`type` is Category/Provider. `reads` and `makes` name artifacts; the rest are members of the declaration."""
    category, provider = type.split("/")
    declared: Document = {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": members.pop("configuration", CONFIGURATIONS.get(type, {})),
        "inputArtifacts": [{"name": one} for one in members.pop("reads", [])],
        "outputArtifacts": [{"name": one} for one in members.pop("makes", [])],
    }
    return declared | members


CONFIGURATIONS: dict[str, Document] = {
    "Source/CodeCommit": {"RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "false"},
    "Source/S3": {"S3Bucket": "drop", "S3ObjectKey": "app.zip", "PollForSourceChanges": "false"},
    "Build/CodeBuild": {"ProjectName": "shop"},
    "Test/CodeBuild": {"ProjectName": "shop-test"},
    "Deploy/CodeDeploy": {"ApplicationName": "shop", "DeploymentGroupName": "production"},
    "Deploy/S3": {"BucketName": "site", "Extract": "true"},
}


def stage(name: str, *actions: Document, **members: Any) -> Document:
    return {"name": name, "actions": list(actions), **members}


def pipeline(*stages: Document, **members: Any) -> Document:
    return {
        "name": "shop",
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "store"},
        "stages": list(stages),
        **members,
    }


SOURCE = stage("Source", action("Code", "Source/CodeCommit", makes=["Src"]))
BUILD = stage("Build", action("Compile", "Build/CodeBuild", reads=["Src"], makes=["App"]))
DEPLOY = stage("Deploy", action("Install", "Deploy/CodeDeploy", reads=["App"]))
THREE = pipeline(SOURCE, BUILD, DEPLOY)


class FakeCodeCommit(Service):
    """One branch with commits c1, c2, …"""

    name = "codecommit"

    def prepare(self) -> None:
        self.commits = ["c1"]
        self.asked: list[Call] = []

    def push(self) -> str:
        self.commits.append(f"c{len(self.commits) + 1}")
        return self.commits[-1]

    def GetBranch(self, call: Call) -> Answer:
        self.asked.append(call)
        if call.parameters["repositoryName"] != "shop":
            raise ServiceError("RepositoryDoesNotExistException", f"{call.parameters['repositoryName']} does not exist")
        return {"branch": {"branchName": call.parameters["branchName"], "commitId": self.commits[-1]}}

    def GetCommit(self, call: Call) -> Answer:
        person = {"name": "alice", "email": "alice@example.com", "date": "1767603600 +0000"}
        id = call.parameters["commitId"]
        return {"commit": {"commitId": id, "message": f"Change {id}\n", "author": person, "committer": person}}

    def UploadArchive(self, call: Call) -> Answer:
        self.asked.append(call)
        body = pack({"version.txt": call.parameters["commitId"].encode()})
        put = {"Bucket": call.parameters["s3Bucket"], "Key": call.parameters["s3Key"], "Body": body}
        answer = self.world.call(Call(call.principal, self.account, self.region, "s3", "PutObject", put))
        return {"eTag": answer["ETag"]}


class Thing(Resource):
    """A build or deployment that ends by itself."""

    kind = "thing"
    moves, final = table({"Running": {"Good", "Bad"}})


WHY = Rule("test.over", "it is over", basis="assumed", source="tests")


class FakeWork(Service):
    """Work that takes `takes` ms and ends well unless `fails` says otherwise for the how-manieth."""

    def prepare(self) -> None:
        self.asked: list[Call] = []
        self.takes = 60 * SECOND
        self.fails: Callable[[int], bool] = lambda number: False
        self.things: list[Thing] = []

    def begin(self, call: Call, resource: str, done: Callable[[], None] = lambda: None) -> Thing:
        self.asked.append(call)
        name = f"{resource}{len(self.asked)}"
        arn = naming.arn(self.name, self.region, self.account, name)
        thing = Thing(name, "Running", arn=arn, account=self.account, region=self.region)  # type: ignore[arg-type]
        self.world.register(thing)
        self.things.append(thing)
        number = len(self.asked)

        def live() -> Any:
            yield self.world.wait(self.takes, thing)
            if not self.fails(number):
                done()
            self.world.move(thing, "Bad" if self.fails(number) else "Good", WHY)  # type: ignore[arg-type]

        self.world.process(live())
        return thing


class FakeCodeBuild(FakeWork):
    name = "codebuild"

    def StartBuild(self, call: Call) -> Answer:
        parameters = call.parameters

        def upload() -> None:
            outputs = [parameters.get("artifactsOverride", {}), *parameters.get("secondaryArtifactsOverride", [])]
            for one in outputs:
                if "location" in one:
                    put = {"Bucket": one["location"], "Key": one["name"], "Body": pack({"built": b"yes"})}
                    self.world.call(Call(call.principal, self.account, self.region, "s3", "PutObject", put))

        thing = self.begin(call, f"build/{parameters['projectName']}:", upload)
        return {"build": {"id": thing.name.removeprefix("build/"), "arn": thing.arn}}

    def BatchGetBuilds(self, call: Call) -> Answer:
        thing = next(one for one in self.things if one.name == f"build/{call.parameters['ids'][0]}")
        status = {"Good": "SUCCEEDED", "Bad": "FAILED"}.get(thing.status, "IN_PROGRESS")
        exported = [{"name": "TAG", "value": f"v{self.things.index(thing) + 1}"}]
        return {"builds": [{"buildStatus": status, "exportedEnvironmentVariables": exported}]}


class FakeCodeDeploy(FakeWork):
    name = "codedeploy"

    def CreateDeployment(self, call: Call) -> Answer:
        return {"deploymentId": self.begin(call, "deployment:d-").name.removeprefix("deployment:")}

    def GetDeployment(self, call: Call) -> Answer:
        thing = next(one for one in self.things if one.name == f"deployment:{call.parameters['deploymentId']}")
        good = thing.status == "Good"
        error = {} if good else {"errorInformation": {"code": "HEALTH_CONSTRAINTS", "message": "too many failed"}}
        return {"deploymentInfo": {"status": "Succeeded" if good else "Failed", **error}}


class FakeSNS(Service):
    name = "sns"

    def prepare(self) -> None:
        self.published: list[Document] = []

    def Publish(self, call: Call) -> Answer:
        if call.parameters["TopicArn"].endswith(":gone"):
            raise ServiceError("NotFound", "Topic does not exist")
        self.published.append(call.parameters)
        return {"MessageId": "1"}


class Town:
    """A world with the bucket `store`, the stand-ins, and a clock that tests wind by hand."""

    def __init__(self, *rules: Document, seed: int = 1):
        self.world = World(seed)
        read = scenario_from_document({"behavior": [{"action": "Nowhere/At-all", "takes": "1s"}, *rules]}, Path())
        self.world.behaviour = behavior.Behavior(read.behavior[1:], assumptions.load())
        self.world.events = []
        fakes = (FakeCodeCommit, FakeCodeBuild, FakeCodeDeploy, FakeSNS)
        for fake in fakes:
            self.world._services[fake.name, ACCOUNT, REGION] = fake(self.world, ACCOUNT, REGION)
        for bucket in ("store", "site"):
            self.ask("s3", "CreateBucket", Bucket=bucket)

    def ask(self, service: str, operation: str, *, by: str = ALICE, via: str = "", **parameters: Any) -> Answer:
        return self.world.call(Call(by, ACCOUNT, REGION, service, operation, parameters, via))

    def __call__(self, operation: str, **parameters: Any) -> Answer:
        """An operation of CodePipeline; what it refuses, it refuses with one of the operation's own errors."""
        try:
            return self.ask("codepipeline", operation, **parameters)
        except ServiceError as error:
            if error.code not in errors_of(operation):
                raise AssertionError(f"{operation} knows no {error.code}") from error
            raise

    def create(self, declaration: Document) -> None:
        """Make the pipeline without its first execution."""
        self.world.silent = True
        self("CreatePipeline", pipeline=declaration)
        self.world.silent = False

    def start(self, name: str = "shop", **parameters: Any) -> str:
        id: str = self("StartPipelineExecution", name=name, **parameters)["pipelineExecutionId"]
        return id

    def at(self, time: str, act: Callable[[], Any]) -> None:
        """Do something at that time."""

        def later() -> Any:
            yield self.world.wait(parse_duration(time) - self.world.now, rank=BEGIN)
            act()

        self.world.process(later())

    def run(self, until: str | None = None) -> None:
        self.world.run(None if until is None else parse_duration(until))

    def service(self, name: str) -> Any:
        return self.world.service(name, ACCOUNT, REGION)

    # What happened

    def executions(self) -> list[Any]:
        return [entity for entity in self.world.journal.entities if entity.kind == "pipeline-execution"]

    def statuses(self) -> list[str]:
        return [str(execution.status) for execution in self.executions()]

    def span(self, entity: Any) -> tuple[float, float | None]:
        """(came into being, last moved) in seconds."""
        moves = list(self.world.journal.moves(entity))
        return self.world.journal.created[entity.ordinal] / SECOND, moves[-1].time / SECOND if moves else None

    def stage_span(self, number: int, stage: str) -> tuple[float, float | None]:
        """When execution #number was in that stage, in seconds."""
        return self.span(self.executions()[number - 1].stages[stage])

    def action(self, number: int, place: str) -> Any:
        """The latest attempt of execution #number at `Stage/Action`."""
        stage, name = place.split("/")
        return self.executions()[number - 1].stages[stage].latest[name]

    def state(self, stage: str) -> Document:
        found: Document = next(
            one for one in self("GetPipelineState", name="shop")["stageStates"] if one["stageName"] == stage
        )
        return found

    def told(self, kind: str) -> list[tuple[str, str]]:
        """(what, state) of the events of that kind: Pipeline, Stage or Action."""
        return [
            (event["detail"].get("action") or event["detail"].get("stage") or "", event["detail"]["state"])
            for event in self.world.events or ()
            if event["detail-type"] == f"CodePipeline {kind} Execution State Change"
        ]


@cache
def errors_of(operation: str) -> list[str]:
    """The errors that AWS's model gives an operation."""
    model = get_session().get_service_model("codepipeline")
    return [shape.name for shape in model.operation_model(operation).error_shapes]


def takes(place: str, time: str, **members: Any) -> Document:
    """A rule that stands for an action's work."""
    return {"action": place, "takes": time, **members}
