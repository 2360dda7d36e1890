"""A small world with one project in it, and short ways to say what a test is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.core.calls import Call
from sim.core.world import World
from sim.formats import assumptions
from sim.formats.scenario import scenario_from_text
from sim.services.behavior import Behavior
from sim.services.bundles import pack, unpack

ACCOUNT = "123456789012"
REGION = "us-east-1"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
PIPELINE = f"arn:aws:sts::{ACCOUNT}:assumed-role/pipeline-role/shop"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/build-role"
LINUX = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/standard:7.0",
    "computeType": "BUILD_GENERAL1_SMALL",
}

Members = dict[str, Any]

QUICK = r"""
  - {phase: QUEUED, takes: 1s}
  - {phase: PROVISIONING, takes: 20s}
  - {phase: DOWNLOAD_SOURCE, takes: 4s}
  - {phase: UPLOAD_ARTIFACTS, takes: 2s}
  - {phase: FINALIZING, takes: 3s}
  - {command: '^(cd|echo|env|exit|export|false|pwd|sleep|true|whoami|\[)\b', takes: 0s}
  - {command: "", takes: 10s}
"""
"""After a test's own rules: round times, and 10 s for each command that is no builtin."""


def spec(text: str) -> dict[str, bytes]:
    return {"buildspec.yml": text.encode()}


def commands(**phases: list[str]) -> str:
    """A buildspec with these commands: `commands(build=["npm ci"])`."""
    lines = ["version: 0.2", "phases:"]
    for name, entries in phases.items():
        lines += [f"  {name}:", "    commands:"]
        lines += [f"      - {entry!r}" if "'" not in entry else f'      - "{entry}"' for entry in entries]
    return "\n".join(lines) + "\n"


class Workshop:
    """CodeBuild in a world of its own, with the bucket `store` and the project `shop`."""

    def __init__(self, rules: str = "", *, seed: int = 7, quotas: dict[str, int] | None = None, **project: Any):
        self.world = World(seed)
        self.world.events = []
        self.world.quotas = quotas or {}
        own = [rule.strip() for rule in rules.splitlines() if rule.strip()]
        text = "behavior:\n" + "".join(f"  - {rule}\n" for rule in own) + QUICK
        self.world.behaviour = Behavior(scenario_from_text(text, Path("rules.yml")).behavior, assumptions.load())
        self.call("CreateBucket", "s3", Bucket="store")
        self.project("shop", **project)

    @property
    def service(self) -> Any:
        return self.world.service("codebuild", ACCOUNT, REGION)

    def call(
        self, operation: str, service: str = "codebuild", *, by: str = ALICE, via: str = "", **parameters: Any
    ) -> Members:
        return self.world.call(Call(by, ACCOUNT, REGION, service, operation, parameters, via))

    def project(self, name: str, **changes: Any) -> Members:
        members: Members = {
            "source": {"type": "S3", "location": "store/source.zip"},
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": dict(LINUX),
            "serviceRole": ROLE,
        }
        return self.call("CreateProject", name=name, **{**members, **changes})["project"]

    def source(self, files: dict[str, bytes], key: str = "source.zip") -> None:
        self.call("PutObject", "s3", Bucket="store", Key=key, Body=pack(files))

    def start(self, files: dict[str, bytes] | str | None = None, **parameters: Any) -> str:
        """Start a build of these files, or of a buildspec alone; its id."""
        if files is not None:
            self.source(spec(files) if isinstance(files, str) else files)
        return str(self.call("StartBuild", projectName="shop", **parameters)["build"]["id"])

    def start_from_pipeline(self, files: dict[str, bytes] | str, **parameters: Any) -> str:
        """As CodePipeline starts a build with one output artifact; its id."""
        self.source(spec(files) if isinstance(files, str) else files, "shop/Source/abc.zip")
        given: Members = {
            "projectName": "shop",
            "sourceTypeOverride": "CODEPIPELINE",
            "sourceLocationOverride": "store/shop/Source/abc.zip",
            "sourceVersion": "0123456789abcdef",
            "artifactsOverride": {"type": "CODEPIPELINE", "location": "store", "name": "shop/Built/xyz.zip"},
            **parameters,
        }
        return str(self.call("StartBuild", by=PIPELINE, via="codepipeline.amazonaws.com", **given)["build"]["id"])

    def build(self, id: str) -> Members:
        found: Members = self.call("BatchGetBuilds", ids=[id])["builds"][0]
        return found

    def run(self, files: dict[str, bytes] | str | None = None, **parameters: Any) -> Members:
        """Run one build to its end; the build as the API shows it."""
        id = self.start(files, **parameters)
        self.world.run()
        return self.build(id)

    def entity(self, id: str) -> Any:
        return self.service.builds[id]

    def log(self, id: str) -> list[str]:
        """What the build's commands printed."""
        return [row["message"] for row in self.service.log(id) if not row["message"].startswith("[Container]")]

    def told(self, id: str) -> list[str]:
        """What CodeBuild itself wrote to the log, without prefix."""
        rows = [row["message"] for row in self.service.log(id) if row["message"].startswith("[Container]")]
        return [message.split(" ", 3)[3] for message in rows]

    def stored(self, key: str) -> bytes:
        body = self.call("GetObject", "s3", Bucket="store", Key=key)["Body"]
        assert isinstance(body, bytes)
        return body

    def archive(self, key: str) -> dict[str, bytes]:
        return unpack(self.stored(key))

    def keys(self, prefix: str = "") -> list[str]:
        rows = self.call("ListObjectsV2", "s3", Bucket="store", Prefix=prefix)["Contents"]
        return [row["Key"] for row in rows]

    @property
    def assumed(self) -> list[str]:
        return [entry["text"] for entry in self.world.journal.of("assumed")]


def phases(build: Members) -> dict[str, str | None]:
    """{phase type: status} in order."""
    return {phase["phaseType"]: phase.get("phaseStatus") for phase in build["phases"]}


def context(build: Members, phase_type: str) -> tuple[str, str]:
    """(status code, message) of a phase."""
    phase = next(phase for phase in build["phases"] if phase["phaseType"] == phase_type)
    one = phase["contexts"][0]
    return one["statusCode"], one["message"]


def lasted(build: Members, phase_type: str) -> float:
    """Seconds."""
    phase = next(phase for phase in build["phases"] if phase["phaseType"] == phase_type)
    return float((phase["endTime"] - phase["startTime"]).total_seconds())
