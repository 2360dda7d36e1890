"""What still runs after a hook has failed on one instance: there, and on the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, ordinal
from quizzes.generate import Answer, Family, Held, Parameters, World, believed
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
    version = 3
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
        # Mostly two scripts fail, or the one whose failure is ignored: else the only failed event is the answer.
        both, stop, later = ["ApplicationStop", luck.one_of(LATER)], ["ApplicationStop"], [luck.one_of(LATER)]
        fails = luck.one_of((both, both, stop, later))
        return {
            "size": size,
            "fails": fails,
            "ignores": luck.maybe(0.75 if fails == stop else 0.5),
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
        return believed(self.beliefs, lambda held: course(drawn, held))

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        first, (last, others) = drawn["fails"][0], answer
        end = ending(drawn["fails"], drawn["ignores"])
        here = f"{end} has failed, and nothing after it runs on that instance" if end else "No failure counts here"
        rest = _rest(drawn, end)
        return {
            "hooks-go-on": f"On the {ordinal(drawn['place'])} of {drawn['size']}: {here}, so {last} is the last.",
            "failures-never-stop": f"{rest}: {_others(others)}.",
            "stops-everything": f"{rest}: {_others(others)}.",
            "flag-for-all": f"The flag lets ApplicationStop pass, not {drawn['fails'][-1]}. {here}.",
            "flag-changes-nothing": f"The flag is there for a failed {first}: of {drawn['size']} instances the "
            f"{ordinal(drawn['place'])} goes on to {last}.",
            "ignored-without-asking": f"Without ignoreApplicationStopFailures a failed {first} counts. {here}.",
            "no-check-after-failure": f"The flag lets {first} pass, and {last} runs like every other event after it.",
            "stops-late": f"{rest}: {_others(others)}, and not one more.",
            "begun-is-done": f"{end} does run: its script ends with exit code 1. The last event to run is {last}.",
        }[misconception]

    def stem(self, drawn: Parameters) -> str:
        flag = " and ignoreApplicationStopFailures set to true" if drawn["ignores"] else ""
        return (
            f"Version 2 is deployed in place to {drawn['size']} healthy instances that run version 1, with "
            f"CodeDeployDefault.{drawn['config']}{flag}. On the {ordinal(drawn['place'])} instance in the order in "
            "which they are reached, each script that is run ends as shown; all else succeeds. Which lifecycle event "
            "is the last that runs on that instance, whether it succeeds or fails, and on how many of the others does "
            "the deployment succeed?"
        )

    def exhibit(self, drawn: Parameters) -> str:
        told = {event: "no script" for event in EVENTS if event not in ("ApplicationStop", *LATER)}
        told |= dict.fromkeys(drawn["fails"], "exit code 1")
        return "\n".join(f"{event:<18}{told.get(event, 'exit code 0')}" for event in EVENTS)

    def show(self, answer: Answer) -> str:
        last, others = answer
        return f"{last} is the last; {_others(others)}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        first, (last, others) = drawn["fails"][0], answer
        end = ending(drawn["fails"], drawn["ignores"])
        flag = f"The flag lets the failed {first} pass. " if drawn["ignores"] and first == "ApplicationStop" else ""
        if end is None:
            return f"{flag}So that instance goes through to {last}, and all {others} others follow."
        return f"{flag}The failed {end} ends that instance's part. {_rest(drawn, end)}: {_others(others)}."


def ending(fails: list[str], ignores: bool) -> str | None:
    """The first failed event that counts, if any does."""
    counting = [event for event in fails if not (ignores and event == "ApplicationStop")]
    return counting[0] if counting else None


def reached(drawn: Parameters, end: str | None) -> int:
    """How many others are deployed to, if the instance's part ends with that event, or with no failure at all."""
    last = drawn["place"] == drawn["size"]
    stops = drawn["config"] == "OneAtATime" and end is not None and not last
    return int(drawn["place"] - 1 if stops else drawn["size"] - 1)


COUNTS = {"flag-for-all", "flag-changes-nothing", "ignored-without-asking"}
HERE = {"hooks-go-on", "begun-is-done", "no-check-after-failure"}
OTHERS = {"failures-never-stop", "stops-everything", "stops-late"}
"""What is believed of the same thing: which failure counts, what else runs here, what becomes of the others."""


def course(drawn: Parameters, held: Held) -> Answer | None:
    """What somebody expects who holds these misconceptions; None where one says nothing, or two exclude each other."""
    if any(len(held & kind) > 1 for kind in (COUNTS, HERE, OTHERS)):
        return None
    end = _counting(drawn, held)
    last = _last(drawn, held, end)
    others = _expected_others(drawn, held, end)
    return None if last is None or others is None else (last, others)


def _counting(drawn: Parameters, held: Held) -> str | None:
    """The failed event that is believed to count, if any is."""
    if drawn["ignores"] and "flag-for-all" in held:
        return None
    ignores = (drawn["ignores"] and "flag-changes-nothing" not in held) or "ignored-without-asking" in held
    return ending(drawn["fails"], ignores)


def _last(drawn: Parameters, held: Held, end: str | None) -> str | None:
    if "no-check-after-failure" in held:
        return "ApplicationStart" if end is None else None
    if "begun-is-done" in held:
        scripted = ("ApplicationStop", *LATER)
        return scripted[scripted.index(end) - 1] if end not in (None, "ApplicationStop") else None
    return EVENTS[-1] if end is None or "hooks-go-on" in held else end


def _expected_others(drawn: Parameters, held: Held, end: str | None) -> int | None:
    every, begun = int(drawn["size"]) - 1, reached(drawn, end)
    if "failures-never-stop" in held:
        return every
    if "stops-everything" in held:
        return int(drawn["place"]) - 1 if drawn["config"] == "OneAtATime" else 0
    if "stops-late" in held:
        return begun + 1 if end is not None and begun < every else None
    return begun


def _rest(drawn: Parameters, end: str | None) -> str:
    """What becomes of the others, and why."""
    size, place = drawn["size"], drawn["place"]
    if drawn["config"] == "AllAtOnce":
        return f"AllAtOnce begins on all {size} together, and each goes its own way to the end"
    if end is None:
        return f"No failure counts here, so OneAtATime comes to all {size}"
    if place == size:
        return f"It is the last of {size}, and the others are done by then"
    return f"OneAtATime takes no further instance after a failure on the {ordinal(place)} of {size}"


def _others(count: int) -> str:
    return "1 other succeeds" if count == 1 else f"{count} others succeed"


FAMILY = HookFailure
