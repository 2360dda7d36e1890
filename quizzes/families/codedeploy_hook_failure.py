"""What still runs after a hook has failed on one instance: there, and on the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import DEPLOY_EXAMS, GUIDE, ordinal
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
SCRIPTED = tuple(event for event in EVENTS if event not in ("DownloadBundle", "Install"))


class HookFailure(Family):
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
        "ignored-without-asking": "a failed event only ends the instance's part if the deployment asks for that",
        "failures-never-stop": "a failed instance never keeps a deployment from going on to the next ones",
        "stops-everything": "a failed hook stops the other instances too",
        "validate-runs-anyway": "ValidateService runs in any case, to tell how the instance is",
        "flag-for-all": "the flag ignoreApplicationStopFailures lets every failed event pass",
        "flag-changes-nothing": "a failed event ends the instance's part whatever the deployment says",
    }

    def draw(self, luck: Luck) -> Parameters:
        size = luck.between(3, 5)
        ignores = luck.maybe(0.4)
        event = luck.one_of(("ApplicationStop", *SCRIPTED) if ignores else SCRIPTED)
        config = luck.one_of(("OneAtATime", "AllAtOnce"))
        return {"size": size, "event": event, "ignores": ignores, "config": config, "place": luck.between(1, size)}

    def world(self, drawn: Parameters) -> World:
        rule = {"hook": drawn["event"], "instances": {"position": [drawn["place"]]}, "fails": True, "exit": 1}
        changes = {
            "parameters.FleetSize": drawn["size"],
            "parameters.Config": f"CodeDeployDefault.{drawn['config']}",
            "timeline[1].call.parameters.ignoreApplicationStopFailures": drawn["ignores"],
            "behavior": [rule],
        }
        return World("fleet", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        targets = result["deployments"][0]["targets"]
        (failing,) = [target for target in targets if target["position"] == drawn["place"]]
        after = failing["lifecycleEvents"][EVENTS.index(drawn["event"]) + 1 :]
        ran = sum(event["started"] is not None for event in after)
        others = sum(target["started"] is not None for target in targets if target is not failing)
        return ran, others

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        size, place = drawn["size"], drawn["place"]
        following = len(EVENTS) - EVENTS.index(drawn["event"]) - 1
        begun = place - 1 if drawn["config"] == "OneAtATime" else size - 1
        flag = {"flag-changes-nothing": (0, begun), "flag-for-all": (following, size - 1)} if drawn["ignores"] else {}
        return flag | {
            "hooks-go-on": (following, begun),
            "failures-never-stop": (0, size - 1),
            "stops-everything": (0, place - 1),
            "validate-runs-anyway": (min(1, following), begun),
            "ignored-without-asking": (following, size - 1),
        }

    def stem(self, drawn: Parameters) -> str:
        flag = " and ignoreApplicationStopFailures set to true" if drawn["ignores"] else ""
        return (
            f"Version 2 is deployed in place to {drawn['size']} healthy instances that run version 1, with "
            f"CodeDeployDefault.{drawn['config']}{flag}. On the {ordinal(drawn['place'])} instance in the order in "
            f"which they are reached, the {drawn['event']} script ends with exit code 1; all else succeeds. How many "
            f"of the lifecycle events that follow {drawn['event']} run on that instance, and how many other instances "
            "are deployed to?"
        )

    def exhibit(self, drawn: Parameters) -> str:
        return "The lifecycle events, in order: " + ", ".join(EVENTS)

    def show(self, answer: Answer) -> str:
        ran, others = answer
        events = "no further event runs" if ran == 0 else f"{ran} further event{'s run' if ran > 1 else ' runs'}"
        return f"{events[:1].upper()}{events[1:]}; {others} other instance{'' if others == 1 else 's'}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        if drawn["ignores"] and drawn["event"] == "ApplicationStop":
            return "The flag covers ApplicationStop, so the instance goes on with DownloadBundle and can still succeed."
        rest = f"{drawn['config']} then decides about the others, and deploys to {answer[1]} of them."
        return f"A failed {drawn['event']} ends that instance's part; no further event runs there. {rest}"


FAMILY = HookFailure
