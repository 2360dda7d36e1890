"""Which instances a deployment reaches first, after others have failed on some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, deployment, listed, upload
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck


class NextOrder(Family):
    topic = "codedeploy.instance-health"
    exams = DEPLOY_EXAMS
    refs = (f"{GUIDE}/instances-health.html", "docs/behaviour/codedeploy.md §6")
    principle = (
        "Instance health is how the last deployment to an instance ended, and unhealthy instances are tried before "
        "all others: what is broken is mended first."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "once-failed-always-first": "what has once failed stays unhealthy, fixed or not, and what failed earliest is "
        "tried first",
        "order-by-name": "instances are reached in the order of their names",
        "failed-last": "what failed before is tried last, so that it cannot stop the rest",
        "newest-first": "instances are reached from the highest number down",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(5, 8)
        count = luck.one_of((1, 2))
        numbers = range(1, size + 1)
        return {"size": size, "first": luck.sample(numbers, count), "second": luck.sample(numbers, count)}

    def world(self, drawn: Parameters) -> World:
        rules = [
            {"hook": "ValidateService", "deployment": [number], "instances": _names(drawn[which]), "fails": True}
            for number, which in ((1, "first"), (2, "second"))
        ]
        once = deployment("v2.zip")
        last = deployment("v2.zip")
        last["parameters"]["deploymentConfigName"] = "CodeDeployDefault.OneAtATime"
        timeline = [upload(2), {"at": "1m", "call": once}, {"at": "1h", "call": once}, {"at": "2h", "call": last}]
        changes = {
            "parameters.FleetSize": drawn["size"],
            "parameters.Config": "CodeDeployDefault.AllAtOnce",
            "timeline": timeline,
            "behavior": rules,
        }
        return World("fleet", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        reached = result["deployments"][2]["targets"][: len(drawn["second"])]
        return tuple(sorted(target["name"] for target in reached))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, count = drawn["size"], len(drawn["second"])
        whole = [number for number in range(1, size + 1) if number not in (*drawn["first"], *drawn["second"])]
        return {
            "once-failed-always-first": tuple(_names(drawn["first"])),
            "order-by-name": tuple(_names(range(1, count + 1))),
            "failed-last": tuple(_names(whole[-count:])),
            "newest-first": tuple(_names(range(size - count + 1, size + 1))),
        }

    def stem(self, drawn: Parameters) -> str:
        count = len(drawn["second"])
        asked = "Which instance comes first" if count == 1 else f"Which {count} instances come first, in whatever order"
        return (
            f"The instances shop-1 to shop-{drawn['size']} were all healthy. A deployment with AllAtOnce failed on "
            f"{listed(_names(drawn['first']))} and succeeded on the others. A second one with AllAtOnce failed on "
            f"{listed(_names(drawn['second']))} and succeeded on the others. Now a third one is created, with "
            f"OneAtATime. {asked}?"
        )

    def show(self, answer: Answer) -> str:
        return listed(list(answer))

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        first, broken = listed(_names(drawn["first"])), listed(list(answer))
        be = "is" if len(answer) == 1 else "are"
        healthy = [name for name in _names(range(1, drawn["size"] + 1)) if name not in answer]
        return {
            "once-failed-always-first": f"The second deployment decides about {first} too. It failed on "
            f"{broken}, and nothing else is unhealthy.",
            "order-by-name": f"Names decide nothing. {broken} {be} unhealthy, and so before {healthy[0]}, "
            "which is healthy.",
            "failed-last": f"It is the other way round: {broken}, where the second deployment failed, {be} tried "
            "before those that are healthy.",
            "newest-first": f"The high number of {healthy[-1]}, which is healthy, is of no account: {broken} {be} "
            "unhealthy.",
        }[misconception]

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        return (
            f"Unhealthy is what the last deployment to it made so: {listed(list(answer))}. What failed earlier and "
            "succeeded since is healthy again. Unhealthy instances are tried before all others."
        )


def _names(numbers: Any) -> list[str]:
    return [f"shop-{number}" for number in numbers]


FAMILY = NextOrder
