"""At how many instances at a time a deployment works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, config_changes, minimum, minimum_rounded_down, tell_config
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck


class BatchSize(Family):
    topic = "codedeploy.deployment-config"
    exams = DEPLOY_EXAMS
    refs = (f"{GUIDE}/instances-health.html", "docs/behaviour/codedeploy.md §5.2")
    unit = "instances"
    beliefs: ClassVar[Mapping[str, str]] = {
        "minimum-is-batch": "the minimum of healthy hosts says how many are deployed to at a time",
        "minimum-rounds-down": "the minimum of healthy hosts is rounded down",
        "one-at-a-time-unless-told": "in-place deployments work at one instance at a time whatever the minimum",
        "all-at-once-if-healthy": "a healthy fleet is deployed to all at once",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(5, 17)
        kind = luck.one_of(("percent", "percent", "count", "half"))
        if kind == "half":
            config: dict[str, Any] = {"name": "HalfAtATime"}
        elif kind == "count":
            config = {"type": "HOST_COUNT", "value": luck.between(2, size - 2)}
        else:
            config = {"type": "FLEET_PERCENT", "value": luck.between(4, 16) * 5}
        return {"size": size, "config": config}

    def world(self, drawn: Parameters) -> World:
        return World("fleet", {"parameters.FleetSize": drawn["size"], **config_changes(drawn["config"])})

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        deployment = result["deployments"][0]
        return deployment["maximumInFlight"] if deployment["status"] == "Succeeded" else None

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, config = drawn["size"], drawn["config"]
        return {
            "minimum-is-batch": minimum(config, size),
            "minimum-rounds-down": size - minimum_rounded_down(config, size),
            "one-at-a-time-unless-told": 1,
            "all-at-once-if-healthy": size,
        }

    def stem(self, drawn: Parameters) -> str:
        return (
            f"A fleet of {drawn['size']} healthy EC2 instances is deployed to in place with "
            f"{tell_config(drawn['config'])}, and every hook succeeds. At how many instances at a time does the "
            "deployment work at most?"
        )

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        size, config = drawn["size"], drawn["config"]
        keep, low = minimum(config, size), minimum_rounded_down(config, size)
        rest, told = f"{size} - {keep} = {answer}", tell_config(config)
        return {
            "minimum-is-batch": f"{keep} of the {size} must stay healthy. The deployment works at the others: {rest}.",
            "minimum-rounds-down": f"What must stay healthy lies between {low} and {keep}, and {keep} counts: {rest}.",
            "one-at-a-time-unless-told": f"OneAtATime would do that. With {told} it is {rest}.",
            "all-at-once-if-healthy": f"All {size} at once would leave none in service, and {keep} must stay: {rest}.",
        }[misconception]

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        keep = minimum(drawn["config"], drawn["size"])
        rounded = "" if drawn["config"].get("type") == "HOST_COUNT" else " (a share is rounded up)"
        return (
            f"{keep} instances must stay healthy{rounded}, so {drawn['size']} - {keep} = {answer} may be out of "
            "service together."
        )


FAMILY = BatchSize
