"""Whether a deployment can begin at all, and at how many instances at a time it works."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, config_changes, minimum, minimum_rounded_down, tell_config
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck

HIGH = 90
"""From here on people feel that a percentage must be too much."""


class ImmediateFail(Family):
    version = 3
    topic = "codedeploy.deployment-config"
    exams = DEPLOY_EXAMS
    refs = (f"{GUIDE}/instances-health.html", "docs/behaviour/codedeploy.md §5.4")
    principle = (
        "What may be out of service is the fleet less the minimum, and the minimum of a share is rounded up. Where "
        "nothing is left, the deployment fails before it begins."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "minimum-rounds-down": "the minimum of healthy hosts is rounded down",
        "minimum-is-batch": "the minimum says how many are deployed to at a time, a share rounded down",
        "high-minimum-forbids": "a minimum above nine tenths of the fleet forbids every deployment",
        "percent-is-count": "the value of FLEET_PERCENT is a number of instances",
        "count-is-percent": "the value of HOST_COUNT is a percentage",
        "one-at-a-time-unless-told": "in-place deployments work at one instance at a time whatever the minimum",
        "more-than-minimum": "more instances than the minimum must stay healthy",
        "all-at-once-if-healthy": "a healthy fleet is deployed to all at once",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(4, 16)
        if luck.maybe(0.3):
            return {
                "size": size,
                "config": {"type": "HOST_COUNT", "value": luck.one_of((0, 1, 1, size - 1, size - 1, size))},
            }
        high, low = luck.between(80, 99), luck.one_of((0, 0, 5, 10, 15, 20))
        return {"size": size, "config": {"type": "FLEET_PERCENT", "value": luck.one_of((high, high, low))}}

    def world(self, drawn: Parameters) -> World:
        return World("fleet", {"parameters.FleetSize": drawn["size"], **config_changes(drawn["config"])})

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return result["deployments"][0]["maximumInFlight"]

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, config = drawn["size"], drawn["config"]
        keep, low, value = minimum(config, size), minimum_rounded_down(config, size), config["value"]
        found: dict[str, Answer] = {"minimum-rounds-down": size - low, "minimum-is-batch": low}
        if low > size * HIGH / 100 or (config["type"] == "FLEET_PERCENT" and value > HIGH):
            found["high-minimum-forbids"] = 0
        if config["type"] == "FLEET_PERCENT":
            found["percent-is-count"] = max(0, size - value)
        else:
            found["count-is-percent"] = size - ceil(size * value / 100)
        return found | {
            "more-than-minimum": max(0, size - keep - 1),
            "one-at-a-time-unless-told": 1,
            "all-at-once-if-healthy": size,
        }

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        size, config = drawn["size"], drawn["config"]
        keep, low, value = minimum(config, size), minimum_rounded_down(config, size), config["value"]
        out = f"{size} - {keep} = {answer}"
        share = f"{size * value / 100:g}"
        return {
            "minimum-rounds-down": f"That cuts {share} down to {low}; it is rounded up to {keep}, so {out}.",
            "minimum-is-batch": f"What is set is how many of the {size} stay in service ({keep}). At work are {out}.",
            "high-minimum-forbids": f"No percentage is forbidden as such. What counts is what is left: {out}.",
            "percent-is-count": f"FLEET_PERCENT {value} is a share of the {size}: {share}, so {keep} of them.",
            "count-is-percent": f"HOST_COUNT {value} is a number of instances, not a share: {keep} of {size}.",
            "more-than-minimum": f"Exactly {keep} healthy ones are enough, so that {out} may be out of service.",
            "one-at-a-time-unless-told": f"One at a time is OneAtATime. Here the minimum says {out}.",
            "all-at-once-if-healthy": (
                f"All {size} at once would leave none in service, and {keep} must stay: {out} at a time."
            ),
        }[misconception]

    def stem(self, drawn: Parameters) -> str:
        return (
            f"All {drawn['size']} instances of a deployment group are healthy, and every hook would succeed. A "
            f"deployment to them begins with {tell_config(drawn['config'])}. What does it do?"
        )

    def show(self, answer: Answer) -> str:
        if not answer:
            return "It fails and touches no instance"
        return "It works at one instance at a time" if answer == 1 else f"It works at {answer} instances at a time"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        size, value = drawn["size"], drawn["config"]["value"]
        keep = minimum(drawn["config"], size)
        begin = f"{keep} of {size} must stay healthy"
        if drawn["config"]["type"] == "FLEET_PERCENT":
            share = size * value / 100
            rounded = "" if share == floor(share) else f", rounded up to {keep}"
            begin = f"{value} percent of {size} is {share:g}{rounded}"
        if keep == size:
            return f"{begin}: all of them must stay healthy, so none may be taken out of service."
        return f"{begin}: {size} - {keep} = {answer} may be out of service together."


FAMILY = ImmediateFail
