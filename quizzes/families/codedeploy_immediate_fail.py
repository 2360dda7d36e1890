"""Whether a deployment can begin at all, when the minimum of healthy hosts is high."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, config_changes, minimum, minimum_rounded_down, tell_config
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck


class ImmediateFail(Family):
    topic = "codedeploy.deployment-config"
    exams = DEPLOY_EXAMS
    refs = (f"{GUIDE}/instances-health.html", "docs/behaviour/codedeploy.md §5.4")
    principle = (
        "What may be out of service is the fleet less the minimum, and the minimum of a share is rounded up. Where "
        "nothing is left, the deployment fails before it begins."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "minimum-rounds-down": "the minimum of healthy hosts is rounded down",
        "minimum-is-batch": "the minimum of healthy hosts says how many are deployed to at a time",
        "share-is-batch": "what is left of the percentage is rounded up",
        "all-at-once-if-healthy": "a healthy fleet is deployed to all at once",
        "high-minimum-forbids": "a minimum above nine tenths of the fleet forbids every deployment",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(4, 16)
        return {"size": size, "config": {"type": "FLEET_PERCENT", "value": luck.between(80, 99)}}

    def world(self, drawn: Parameters) -> World:
        return World("fleet", {"parameters.FleetSize": drawn["size"], **config_changes(drawn["config"])})

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return result["deployments"][0]["maximumInFlight"]

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, config = drawn["size"], drawn["config"]
        left = size * (100 - config["value"]) / 100
        return {
            "minimum-rounds-down": size - minimum_rounded_down(config, size),
            "high-minimum-forbids": 0,
            "share-is-batch": ceil(left) + 1,
            "minimum-is-batch": min(size - 1, minimum(config, size)),
            "all-at-once-if-healthy": size,
        }

    def stem(self, drawn: Parameters) -> str:
        return (
            f"All {drawn['size']} instances of a deployment group are healthy. A deployment to them begins with "
            f"{tell_config(drawn['config'])}. What does it do?"
        )

    def show(self, answer: Answer) -> str:
        if not answer:
            return "It fails and touches no instance"
        return "It works at one instance at a time" if answer == 1 else f"It works at {answer} instances at a time"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        size, value = drawn["size"], drawn["config"]["value"]
        keep = minimum(drawn["config"], size)
        begin = f"{value} percent of {size} is {size * value / 100:g}, rounded up to {keep}"
        if keep == size:
            return f"{begin}: all of them must stay healthy, so none may be taken out of service."
        return f"{begin}: {size} - {keep} = {answer} may be out of service together."


FAMILY = ImmediateFail
