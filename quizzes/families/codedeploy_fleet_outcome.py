"""How an in-place deployment ends when some instances fail, and on how many it succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import (
    DEPLOY_EXAMS,
    GUIDE,
    config_changes,
    draw_config,
    listed,
    minimum,
    minimum_rounded_down,
    ordinal,
    tell_config,
)
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck


class FleetOutcome(Family):
    topic = "codedeploy.deployment-config"
    exams = DEPLOY_EXAMS
    difficulty = 4
    refs = (f"{GUIDE}/instances-health.html", "docs/behaviour/codedeploy.md §5.4")
    principle = (
        "After each failure ask two things: are more instances healthy than the minimum, and is any left to try? "
        "Only when none is left do the successes count."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "any-failure-fails": "every instance is deployed to, and one failure makes the whole deployment fail",
        "stops-at-first-failure": "a deployment stops at its first failure, whatever the configuration",
        "failures-never-stop": "a deployment goes on to the last instance, whatever has failed before",
        "rollback-is-default": "a failed deployment is rolled back without being told to",
        "minimum-rounds-down": "the minimum of healthy hosts is rounded down",
        "failed-still-counts": "an instance whose files were copied counts as succeeded",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(4, 10)
        count = luck.one_of((1, 1, 2, 2, 3, size // 2))
        return {
            "size": size,
            "config": draw_config(luck, size),
            "fails": luck.sample(range(1, size + 1), count),
            "hook": luck.one_of(("AfterInstall", "ApplicationStart", "ValidateService")),
        }

    def world(self, drawn: Parameters) -> World:
        rule = {"hook": drawn["hook"], "instances": {"position": drawn["fails"]}, "fails": True}
        # A position that the deployment never comes to leaves a rule without use: that is part of the question.
        return World(
            "fleet", {"parameters.FleetSize": drawn["size"], **config_changes(drawn["config"]), "behavior": [rule]}
        )

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        deployment = result["deployments"][0]
        return deployment["status"], deployment["deploymentOverview"]["Succeeded"]

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, fails = drawn["size"], drawn["fails"]
        return {
            "any-failure-fails": ("Failed", size - len(fails)),
            "stops-at-first-failure": ("Failed", fails[0] - 1),
            "failures-never-stop": ("Succeeded", size - len(fails)),
            "minimum-rounds-down": outcome(size, minimum_rounded_down(drawn["config"], size), fails),
            "rollback-is-default": ("Failed", 0),
            "failed-still-counts": ("Succeeded", size),
        }

    def stem(self, drawn: Parameters) -> str:
        places = listed([ordinal(place) for place in drawn["fails"]])
        return (
            f"{drawn['size']} healthy EC2 instances are deployed to in place with {tell_config(drawn['config'])}. "
            f"{drawn['hook']} fails on the {places} instance in the order in which they are reached, if the deployment "
            "comes that far, and on no other. There are no alarms and no rollback. How does the deployment end, and on "
            "how many instances does it succeed?"
        )

    def show(self, answer: Answer) -> str:
        status, succeeded = answer
        return f"{status}; {succeeded} instance{'' if succeeded == 1 else 's'} succeeded"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        size = drawn["size"]
        keep = minimum(drawn["config"], size)
        if keep == 0:
            few = "one did" if answer[1] == 1 else f"{answer[1] or 'none'} did"
            return f"With a minimum of 0 all are deployed to at once, and one instance has to succeed: {few}."
        failures = "one failure uses" if size - keep == 1 else f"{size - keep} failures use"
        begin = f"{keep} of {size} must stay healthy, so {failures} up what may be out of service"
        if answer[0] == "Succeeded":
            return f"{begin}. Every instance was tried before that mattered; that {answer[1]} succeeded is enough."
        return f"{begin}. With instances still untried it stops there; {answer[1]} had succeeded."


def outcome(size: int, keep: int, fails: list[int]) -> Answer:
    """What follows from another minimum: the places after the failure that uses it up are never tried."""
    spare = size - keep
    last = fails[spare - 1] if 0 < spare <= len(fails) else size
    succeeded = sum(place not in fails for place in range(1, last + 1))
    return ("Succeeded" if last == size and succeeded >= max(1, keep) else "Failed"), succeeded


FAMILY = FleetOutcome
