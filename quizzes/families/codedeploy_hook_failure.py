"""What still runs after a hook has failed on one instance: there, and on the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, listed, ordinal
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck

EVENTS = (
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
)
LATER = ("BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService")


class HookFailure(Family):
    version = 2
    topic = "codedeploy.hooks"
    exams = DEPLOY_EXAMS
    cognitive = "analyse"
    refs = (f"{GUIDE}/reference-appspec-file-structure-hooks.html", "docs/behaviour/codedeploy.md §2.4")
    principle = (
        "A failed event ends the part of that one instance, and the deployment configuration alone decides about "
        "the others. What ignoreApplicationStopFailures lets pass is ApplicationStop and the events that block "
        "traffic."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "hooks-go-on": "the later events of an instance run although one of them has failed",
        "failures-never-stop": "a failed instance never keeps a deployment from going on to the next ones",
        "stops-everything": "a failed hook stops the other instances too, wherever they are",
        "flag-for-all": "the flag ignoreApplicationStopFailures lets every failed event pass",
        "flag-changes-nothing": "a failed event ends the instance's part whatever the deployment says",
        "ignored-without-asking": "a failed ApplicationStop is passed over without being asked to",
        "begun-is-done": "the script before the failed one is the last that runs",
        "no-check-after-failure": "ValidateService is left out where an earlier event has failed, ignored or not",
        "stops-late": "one more instance is deployed to before a failure is noticed",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(3, 6)
        fails = luck.one_of((["ApplicationStop"], ["ApplicationStop", luck.one_of(LATER)], [luck.one_of(LATER)]))
        return {
            "size": size,
            "fails": fails,
            "ignores": luck.maybe(0.55),
            "config": luck.one_of(("OneAtATime", "AllAtOnce")),
            "place": luck.between(1, size),
        }

    def world(self, drawn: Parameters) -> World:
        where = {"position": [drawn["place"]]}
        rules = [{"hook": event, "instances": where, "fails": True, "exit": 1} for event in drawn["fails"]]
        changes = {
            "parameters.FleetSize": drawn["size"],
            "parameters.Config": f"CodeDeployDefault.{drawn['config']}",
            "timeline[1].call.parameters.ignoreApplicationStopFailures": drawn["ignores"],
            "behavior": rules,
        }
        return World("fleet", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        targets = result["deployments"][0]["targets"]
        (failing,) = [target for target in targets if target["position"] == drawn["place"]]
        ran = [event["lifecycleEventName"] for event in failing["lifecycleEvents"] if event["started"] is not None]
        others = sum(target["status"] == "Succeeded" for target in targets if target is not failing)
        return ran[-1], others

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, first = drawn["size"], drawn["fails"][0]
        last = ending(drawn["fails"], drawn["ignores"])
        begun = reached(drawn, last)
        stopped = drawn["place"] - 1 if drawn["config"] == "OneAtATime" else 0
        found: dict[str, Answer] = {}
        if drawn["ignores"]:
            found["flag-changes-nothing"] = (first, reached(drawn, first))
            found["flag-for-all"] = (EVENTS[-1], size - 1)
        else:
            passed = ending(drawn["fails"], True)
            found["ignored-without-asking"] = (passed or EVENTS[-1], reached(drawn, passed))
        found |= {
            "hooks-go-on": (EVENTS[-1], begun),
            "failures-never-stop": (last or EVENTS[-1], size - 1),
            "stops-everything": (last or EVENTS[-1], stopped),
        }
        if EVENTS.index(first) > 0:
            scripted = ("ApplicationStop", *LATER)
            found["begun-is-done"] = (scripted[scripted.index(first) - 1], begun)
        if last is None:
            found["no-check-after-failure"] = ("ApplicationStart", begun)
        elif begun < size - 1:
            found["stops-late"] = (last, begun + 1)
        return found

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        first, (last, others), config = drawn["fails"][0], answer, drawn["config"]
        end = ending(drawn["fails"], drawn["ignores"])
        here = f"{end} has failed, and nothing after it runs on that instance" if end else "No failure counts here"
        rest = (
            f"AllAtOnce has begun on all {drawn['size']} together, and each runs to its own end"
            if config == "AllAtOnce"
            else f"OneAtATime had {drawn['place'] - 1} before it, and goes on only if no failure counts or none is left"
        )
        return {
            "hooks-go-on": f"On the {ordinal(drawn['place'])} of {drawn['size']}: {here}, so {last} is the last.",
            "failures-never-stop": f"{rest}: with place {drawn['place']} of {drawn['size']}, {_others(others)}.",
            "stops-everything": f"{rest}. So {_others(others)}.",
            "flag-for-all": f"The flag lets ApplicationStop pass, not {drawn['fails'][-1]}. {here}.",
            "flag-changes-nothing": f"The flag is there for a failed {first}: of {drawn['size']} instances the "
            f"{ordinal(drawn['place'])} goes on to {last}.",
            "ignored-without-asking": f"Without ignoreApplicationStopFailures a failed {first} counts. {here}.",
            "no-check-after-failure": f"The flag lets {first} pass, and {last} runs like every other event after it.",
            "stops-late": f"{rest}: with place {drawn['place']} of {drawn['size']}, {others} and not one more.",
            "begun-is-done": f"{first} does run: its script ends with exit code 1. The last event to run is {last}.",
        }[misconception]

    def stem(self, drawn: Parameters) -> str:
        flag = " and ignoreApplicationStopFailures set to true" if drawn["ignores"] else ""
        fails = drawn["fails"]
        scripts = (
            f"the {fails[0]} script ends with exit code 1"
            if len(fails) == 1
            else f"the scripts of {listed(fails)} end with exit code 1 when they run"
        )
        return (
            f"Version 2 is deployed in place to {drawn['size']} healthy instances that run version 1, with "
            f"CodeDeployDefault.{drawn['config']}{flag}. On the {ordinal(drawn['place'])} instance in the order in "
            f"which they are reached, {scripts}; all else succeeds. Which lifecycle event is the last that runs on "
            "that instance, whatever comes of it, and on how many of the others does the deployment succeed?"
        )

    def exhibit(self, drawn: Parameters) -> str:
        return "The lifecycle events, in order: " + ", ".join(EVENTS)

    def show(self, answer: Answer) -> str:
        last, others = answer
        return f"{last} is the last; {_others(others)}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        first, (last, others) = drawn["fails"][0], answer
        end = ending(drawn["fails"], drawn["ignores"])
        flag = f"The flag lets the failed {first} pass. " if drawn["ignores"] and first == "ApplicationStop" else ""
        if end is None:
            return f"{flag}So that instance goes through to {last}, and all {others} others follow."
        return (
            f"{flag}The failed {end} ends that instance's part. {drawn['config']} decides about the others: of "
            f"{drawn['size'] - 1} it deploys to {others}."
        )


def ending(fails: list[str], ignores: bool) -> str | None:
    """The first failed event that counts, if any does."""
    counting = [event for event in fails if not (ignores and event == "ApplicationStop")]
    return counting[0] if counting else None


def reached(drawn: Parameters, end: str | None) -> int:
    """How many others are deployed to, if the instance's part ends with that event, or with no failure at all."""
    last = drawn["place"] == drawn["size"]
    stops = drawn["config"] == "OneAtATime" and end is not None and not last
    return int(drawn["place"] - 1 if stops else drawn["size"] - 1)


def _others(count: int) -> str:
    return "1 other succeeds" if count == 1 else f"{count} others succeed"


FAMILY = HookFailure
