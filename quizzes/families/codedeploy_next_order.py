"""Which instances a deployment reaches first, after others have failed on some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, deployment, listed, upload
from quizzes.generate import Answer, Family, Held, Parameters, World, believed
from quizzes.luck import Luck

ROUNDS = 4
"""So many deployments have been there before the one that is asked about."""


class NextOrder(Family):
    version = 2
    topic = "codedeploy.instance-health"
    exams = DEPLOY_EXAMS
    refs = (f"{GUIDE}/instances-health.html", "docs/behaviour/codedeploy.md §6")
    principle = (
        "Instance health is how the last deployment to an instance ended, and unhealthy instances are tried before "
        "all others: what is broken is mended first."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "once-failed-always-first": "what has once failed stays unhealthy, whatever has succeeded since, and what "
        "failed earliest is tried first",
        "most-failures-first": "instances are tried first on which most deployments have failed",
        "order-by-name": "instances are reached in the order of their names",
        "newest-first": "instances are reached from the highest number down",
        "failed-last": "what failed before is tried last, so that it cannot stop the rest",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(5, 8)
        count = luck.one_of((1, 2))
        numbers = range(1, size + 1)
        first, again, other, last = (luck.sample(numbers, count) for _ in range(ROUNDS))
        return {
            "size": size,
            "failed": [first, again, again if luck.maybe(0.5) else other, last],
            "newest_first": luck.maybe(0.5),
        }

    def world(self, drawn: Parameters) -> World:
        rules = [
            {"hook": "ValidateService", "deployment": [number], "instances": _names(failed), "fails": True}
            for number, failed in enumerate(drawn["failed"], 1)
        ]
        once = deployment("v2.zip")
        last = deployment("v2.zip")
        last["parameters"]["deploymentConfigName"] = "CodeDeployDefault.OneAtATime"
        calls = [*([once] * ROUNDS), last]
        timeline = [upload(2), *({"at": f"{hour}h", "call": call} for hour, call in enumerate(calls, 1))]
        changes = {
            "parameters.FleetSize": drawn["size"],
            "parameters.Config": "CodeDeployDefault.AllAtOnce",
            "timeline": timeline,
            "behavior": rules,
        }
        return World("fleet", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        reached = result["deployments"][ROUNDS]["targets"][: len(drawn["failed"][-1])]
        return tuple(sorted(int(target["name"].removeprefix("shop-")) for target in reached))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        return believed(self.beliefs, lambda held: expected(drawn, held))

    def stem(self, drawn: Parameters) -> str:
        count = len(drawn["failed"][-1])
        asked = "Which instance comes first" if count == 1 else f"Which {count} instances come first, in whatever order"
        return (
            f"All {drawn['size']} instances of a deployment group were healthy. Then {ROUNDS} deployments with "
            f"AllAtOnce were created, and ended on each instance as shown. Now one with OneAtATime is created. {asked}?"
        )

    def exhibit(self, drawn: Parameters) -> str:
        columns = list(zip(_times(), drawn["failed"], strict=True))
        columns = columns[::-1] if drawn["newest_first"] else columns
        rows = ["          " + "".join(f"{time:<12}" for time, _ in columns).rstrip()]
        for number in range(1, drawn["size"] + 1):
            ends = ["Failed" if number in failed else "Succeeded" for _, failed in columns]
            rows.append(f"shop-{number:<5}" + "".join(f"{end:<12}" for end in ends).rstrip())
        return "\n".join(rows)

    def show(self, answer: Answer) -> str:
        return _told(answer)

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        broken, be = _told(answer), "is" if len(answer) == 1 else "are"
        earliest, latest = _times()[0], _times()[-1]
        healthy = [number for number in range(1, drawn["size"] + 1) if number not in answer]
        often = _most_often(drawn)
        mended = [number for number in often or drawn["failed"][0] if number not in answer]
        return {
            "once-failed-always-first": f"What failed at {earliest} is healthy where a later deployment succeeded. The "
            f"one of {latest} decides, and it failed on {broken}.",
            "most-failures-first": f"Failures are not counted up: {_told(mended) or 'each instance'} succeeded at "
            f"{latest}, and so is healthy; {broken} {be} not.",
            "order-by-name": f"Names decide nothing. {broken} {be} unhealthy, and so before shop-{healthy[0]}, "
            "which is healthy.",
            "failed-last": f"It is the other way round: {broken}, where the deployment of {latest} failed, {be} tried "
            "before those that are healthy.",
            "newest-first": f"The high number of shop-{healthy[-1]}, which is healthy, is of no account: {broken} {be} "
            "unhealthy.",
        }[misconception]

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        return (
            f"Unhealthy is what the last deployment, that of {_times()[-1]}, left so: {_told(answer)}. What failed "
            "earlier and has succeeded since is healthy again. Unhealthy instances are tried before all others."
        )


def expected(drawn: Parameters, held: Held) -> Answer | None:
    """The instances that come first for somebody who holds these misconceptions.

    None where one says nothing of them, or where two exclude each other.
    """
    count, numbers = len(drawn["failed"][-1]), range(1, drawn["size"] + 1)
    health = held & {"once-failed-always-first", "most-failures-first", "failed-last"}
    order = held & {"order-by-name", "newest-first"}
    if len(health) > 1 or len(order) > 1:
        return None
    once = sorted({number for failed in drawn["failed"] for number in failed})
    if "most-failures-first" in held:
        return None if order else _most_often(drawn)
    if "once-failed-always-first" in held:
        group = once if order else drawn["failed"][0]
    elif "failed-last" in held:
        group = [number for number in numbers if number not in once]
    else:
        group = list(numbers) if order else drawn["failed"][-1]
    if len(group) < count:
        return None
    return tuple(sorted(group[-count:] if "newest-first" in held else group[:count]))


def _most_often(drawn: Parameters) -> tuple[int, ...] | None:
    """Those on which most deployments have failed, if these are so many as are asked for."""
    count = len(drawn["failed"][-1])
    times = Counter(number for failed in drawn["failed"] for number in failed).most_common()
    if len(times) > count and times[count - 1][1] == times[count][1]:
        return None
    return tuple(sorted(number for number, _ in times[:count]))


def _times() -> list[str]:
    return [f"{9 + hour:02}:00" for hour in range(1, ROUNDS + 1)]


def _names(numbers: Any) -> list[str]:
    return [f"shop-{number}" for number in numbers]


def _told(numbers: Any) -> str:
    return listed(_names(numbers)) if numbers else ""


FAMILY = NextOrder
