"""How an in-place deployment ends when some instances fail, and on how many it succeeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import (
    DEPLOY_EXAMS,
    GUIDE,
    config_changes,
    counted,
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
    version = 3
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
        "stops-at-first-failure": "no further instance is taken after the first failure, whatever the configuration",
        "failures-never-stop": "a deployment goes on to the last instance, and the successes are counted in the end",
        "rollback-is-default": "a failed deployment is rolled back without being told to, and no success is left",
        "stops-late": "a deployment takes one more batch before it notices that too many have failed",
        "minimum-rounds-down": "the minimum of healthy hosts is rounded down",
        "minimum-is-batch": "the minimum of healthy hosts says how many instances may be out of service",
        "minimum-plus-one": "more instances than the minimum have to stay healthy",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(4, 10)
        config = draw_config(luck, size)
        spare = size - minimum(config, size)
        wide = ("enough",) * 8 + ("none",) + ("any",) * 3 + ("tail",) * 3
        # With room for one failure too few misconceptions differ on what is late or last.
        shape = luck.one_of(wide) if spare > 1 else "any"
        return {
            "size": size,
            "config": config,
            "fails": _fails(luck, shape, size, spare),
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
        keep = minimum(drawn["config"], size)
        good = size - len(fails)
        batch = size - keep
        end = min(size, -(-fails[0] // batch) * batch)  # those that are taken together with the first to fail still end
        real = outcome(size, keep, fails)
        spent = fails[batch - 1] if len(fails) >= batch else size
        late = min(size, spent + batch)
        return {
            "any-failure-fails": ("Failed", good),
            "stops-at-first-failure": ("Failed", sum(place not in fails for place in range(1, end + 1))),
            "stops-late": (real[0], sum(place not in fails for place in range(1, late + 1))),
            "failures-never-stop": ("Succeeded" if good >= max(1, keep) else "Failed", good),
            "minimum-rounds-down": outcome(size, minimum_rounded_down(drawn["config"], size), fails),
            "minimum-is-batch": outcome(size, max(0, size - keep), fails),
            "minimum-plus-one": outcome(size, keep + 1, fails) if keep + 1 < size else ("Failed", 0),
            "rollback-is-default": ("Failed", 0) if real[0] == "Failed" else real,
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
        spare = size - keep
        begin = f"{keep} of {size} must stay healthy, so {'only one' if spare == 1 else spare} may fail"
        if answer[0] == "Succeeded":
            return f"{begin}. All {size} are tried before that matters, and {answer[1]} successes are enough."
        full = (
            f"After the failure on the {ordinal(drawn['fails'][spare - 1])} instance no more are taken out of service"
        )
        return f"{begin}. {full}. The untried ones stay as they are; {answer[1] or 'none'} had succeeded."

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        size, fails = drawn["size"], drawn["fails"]
        keep = minimum(drawn["config"], size)
        good, spare = size - len(fails), size - keep
        room = f"room for {counted(spare, 'failure')}"
        return {
            "any-failure-fails": "One failure alone fails nothing, and not all are tried whatever happens: "
            f"{keep} of {size} must stay healthy, which leaves {room}.",
            "stops-at-first-failure": f"{keep} of {size} must stay healthy, which leaves {room}: after the one on the "
            f"{ordinal(fails[0])} instance it goes on as long as more than {keep} are healthy.",
            "stops-late": f"The count is made after each failure: once {size - spare} of {size} are healthy and others "
            "are still untried, not one more is taken out of service.",
            "failures-never-stop": f"All {good} would succeed if all {size} were tried. With {room} used up, the "
            "untried ones are never reached.",
            "rollback-is-default": f"No rollback is set up, so the {counted(answer[1], 'instance')} that had succeeded "
            f"{'keep' if answer[1] > 1 else 'keeps'} the new version.",
            "minimum-rounds-down": f"The share of {size} is rounded up, to {keep} and not to "
            f"{minimum_rounded_down(drawn['config'], size)}: there is {room}.",
            "minimum-is-batch": f"The minimum of {keep} is what stays in service: {spare} may be out of it at a "
            f"time, not {keep}.",
            "minimum-plus-one": f"Exactly {keep} of {size} healthy is enough: there is {room}.",
        }[misconception]


def _fails(luck: Luck, shape: str, size: int, spare: int) -> list[int]:
    """Places of failures: few or late enough for a success, all of the first batch, an early one and the whole end
    (what is never tried would have failed as well), or anywhere."""
    if shape == "tail":
        return [luck.between(1, min(spare, size - spare)), *range(size - spare + 1, size + 1)]
    if shape == "none":
        return list(range(1, spare + 1))
    if shape == "enough":
        count = luck.between(1, min(spare, size - 1))
        return (
            luck.sample(range(1, size + 1), count) if count < spare else [*luck.sample(range(1, size), count - 1), size]
        )
    return luck.sample(range(1, size + 1), luck.one_of((1, 1, 2, 2, 3, size // 2)))


def outcome(size: int, keep: int, fails: list[int]) -> Answer:
    """What follows from another minimum: the places after the failure that uses it up are never tried."""
    spare = size - keep
    last = fails[spare - 1] if 0 < spare <= len(fails) else size
    succeeded = sum(place not in fails for place in range(1, last + 1))
    return ("Succeeded" if last == size and succeeded >= max(1, keep) else "Failed"), succeeded


FAMILY = FleetOutcome
