"""Scenarios made from a number: the same number, the same scenario. Run as a program, it prints a digest of each run.

`python -m tests.generated FIRST COUNT` prints a line `index digest` for each.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.analysis.result import dumps
from sim.core.randomness import uniform
from sim.formats.scenario import scenario_from_document
from sim.scenario import Scenario

BASE = Path(__file__).parent.parent / "data" / "scenarios"
HOOKS = ("ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService", "DownloadBundle")
CONFIGS = ("OneAtATime", "HalfAtATime", "AllAtOnce")


class Maker:
    """Choices that depend on the number alone."""

    def __init__(self, number: int):
        self.number = number
        self.turn = 0

    def luck(self) -> float:
        self.turn += 1
        return uniform(self.number, "generated scenario", "", self.turn)

    def one_of(self, choices: tuple[Any, ...]) -> Any:
        return choices[int(self.luck() * len(choices))]

    def below(self, limit: int) -> int:
        return int(self.luck() * limit)

    def maybe(self, probability: float) -> bool:
        return self.luck() < probability


def document(number: int) -> dict[str, Any]:
    """A scenario around the web fleet: pushes, approvals, failing commands and hooks, silent agents, stops."""
    maker = Maker(number)
    size = 1 + maker.below(6)
    approval = maker.maybe(0.3)
    found: dict[str, Any] = {
        "title": f"generated {number}",
        "template": "../templates/web-fleet.yaml",
        "parameters": {
            "FleetSize": size,
            "DeploymentConfigName": f"CodeDeployDefault.{maker.one_of(CONFIGS)}",
            "AutoRollback": maker.maybe(0.5),
            "WithApproval": approval,
        },
        "repositories": {"web": "../apps/web"},
        "seed": number,
        "until": "3h",
        "timeline": [],
        "behavior": [{"command": "npm test", "takes": {"uniform": ["10s", "2m"]}, "fails": maker.one_of((0.0, 0.2))}],
    }
    if maker.maybe(0.6):
        found["history"] = [{"group": "web/production", "revision": "../apps/web-v0"}]
    for push in range(1 + maker.below(4)):
        files = {"src/style.css": f"/* {push} */"}
        found["timeline"].append({"at": f"{maker.below(600)}s", "push": {"repository": "web", "files": files}})
    if approval:
        found["behavior"].append(
            {"approval": "Release/*", "takes": {"exponential": "5m"}, "by": "bob", "rejects": maker.one_of((0.0, 0.5))}
        )
    for _ in range(maker.below(4)):
        rule: dict[str, Any] = {"hook": maker.one_of(HOOKS), "takes": {"exponential": "20s"}}
        rule["fails"] = maker.one_of((True, 0.3, {"attempts": [1]}))
        if maker.maybe(0.7):
            rule["instances"] = [f"web-{1 + maker.below(size)}"]
        found["behavior"].append(rule)
    if maker.maybe(0.2):
        found["behavior"].append({"agent": f"web-{1 + maker.below(size)}", "running": False})
    if maker.maybe(0.2):
        state = maker.one_of(("stopped", "terminated"))
        found["timeline"].append({"at": f"{60 + maker.below(600)}s", "instance": {"name": "web-1", "state": state}})
    if maker.maybe(0.2):
        stop = {"service": "codepipeline", "operation": "StopPipelineExecution"}
        parameters = {"pipelineName": "web", "abandon": maker.maybe(0.5)}
        parameters["pipelineExecutionId"] = "${pipelines[0].executions[0].pipelineExecutionId}"
        found["timeline"].append({"at": f"{60 + maker.below(400)}s", "call": {**stop, "parameters": parameters}})
    return found


def run(number: int, seed: int | None = None) -> str:
    """The result of that scenario, with its events and calls, as the text of `--json`."""
    plan = Scenario(scenario_from_document(document(number), BASE)).compile()
    cloud = plan.run(seed, events=True, audit=True)
    return dumps(cloud.result(events=True, audit=True))


def main() -> None:
    first, count = map(int, sys.argv[1:3])
    for number in range(first, first + count):
        print(number, sha256(run(number).encode()).hexdigest())


if __name__ == "__main__":
    main()
