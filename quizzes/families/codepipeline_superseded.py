"""Which of several executions come through, in the default mode and in others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

from quizzes.fleets import listed
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck
from quizzes.releases import GUIDE, PIPELINE_EXAMS, SOURCE, about, starts, statuses


class Superseded(Family):
    version = 2
    topic = "codepipeline.modes"
    exams = PIPELINE_EXAMS
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/concepts-how-it-works.html", "docs/behaviour/codepipeline.md §8")
    principle = (
        "In the default mode one execution may wait for a stage, and the newest takes that place; what is inside a "
        "stage is never pushed aside. In QUEUED mode all wait in line."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "queue-all": "every execution gets its turn, one after the other",
        "latest-only": "only the newest execution is of interest, and all others are given up",
        "first-and-last": "everything between the first and the last execution is left out",
        "newest-cancels": "a new execution ends the one that is being built",
        "newest-waits-out": "an execution is turned away when it finds the first stage in use",
    }

    def draw(self, luck: Luck) -> Parameters:
        count = luck.between(3, 5)
        minutes = [0, *luck.sample(range(1, 16), count - 1)]
        mode = luck.one_of(("SUPERSEDED", "SUPERSEDED", "SUPERSEDED", "SUPERSEDED", "QUEUED"))
        closed = [minute for minute in range(2, 15) if all(abs(minute - start) > 1 for start in minutes)]
        return {
            "starts": minutes,
            "build": luck.between(4, 9),
            "deploy": luck.between(2, 12),
            "mode": mode,
            "closed": luck.one_of(closed) if closed and luck.maybe(0.4) else None,
            "broken": luck.between(2, count) if luck.maybe(0.4) else None,
        }

    def world(self, drawn: Parameters) -> World:
        broken = {"action": "Build/*", "execution": [drawn["broken"]], "takes": about(drawn["build"]), "fails": True}
        rules = [
            SOURCE,
            *([broken] if drawn["broken"] else []),
            {"action": "Build/*", "takes": about(drawn["build"])},
            {"action": "Deploy/*", "takes": about(drawn["deploy"])},
        ]
        changes = {"parameters.Mode": drawn["mode"], "timeline": timeline(drawn), "behavior": rules}
        return World("pipeline", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return tuple(status == "Succeeded" for status in statuses(result))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        minutes, count = drawn["starts"], len(drawn["starts"])
        begins = [max(minute, drawn["closed"] or 0) for minute in minutes]
        newer = [later for _, later in pairwise(minutes)]
        built = zip(begins, newer, strict=False)
        kept = [*(place for place, (begin, later) in enumerate(built, 1) if later >= begin + drawn["build"]), count]
        free, entered = 0, []
        for place, (minute, begin) in enumerate(zip(minutes, begins, strict=True), 1):
            if minute >= free:
                free = begin + drawn["build"]
                entered.append(place)
        come = {
            "queue-all": range(1, count + 1),
            "newest-cancels": kept,
            "newest-waits-out": entered,
            "first-and-last": (1, count),
            "latest-only": (count,),
        }
        all_of_them = range(1, count + 1)
        return {
            key: tuple(place in places and place != drawn["broken"] for place in all_of_them)
            for key, places in come.items()
        }

    def stem(self, drawn: Parameters) -> str:
        mode = "its default execution mode" if drawn["mode"] == "SUPERSEDED" else f"the execution mode {drawn['mode']}"
        closed = f" The transition into Build is disabled until minute {drawn['closed']}." if drawn["closed"] else ""
        ends = (
            f"If execution {drawn['broken']} is built, its build fails; every other action succeeds."
            if drawn["broken"]
            else "Every action succeeds."
        )
        return (
            f"A pipeline in {mode} has three stages: Source takes seconds, Build about {drawn['build']} minutes and "
            f"Deploy about {drawn['deploy']} minutes. Executions start at the minutes {listed(drawn['starts'])}, "
            f"numbered in that order.{closed} {ends} Which executions are deployed?"
        )

    def show(self, answer: Answer) -> str:
        return ", ".join(f"{place} {'yes' if comes else 'not'}" for place, comes in enumerate(answer, 1))

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        minutes, build, count = drawn["starts"], drawn["build"], len(answer)
        come = [place for place, comes in enumerate(answer, 1) if comes]
        who = listed(come) if come else "none"
        through = f"of the {count}, {who} {'is' if len(come) < 2 else 'are'} deployed"
        wait = f"with {build} minutes of build and starts at the minutes {listed(minutes)}"
        return {
            "queue-all": f"Only in QUEUED mode do all wait in line. Here, {wait}, {through}.",
            "latest-only": f"Older ones are only given up where a newer one comes while they wait: {through}.",
            "first-and-last": f"It is not the place among {count} that counts, but who waits when: {through}.",
            "newest-cancels": f"What is in Build stays there for its {build} minutes, whoever starts: {through}.",
            "newest-waits-out": f"Who finds a stage in use waits in front of it: {wait}, {through}.",
        }[misconception]

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        broken = f" The build of number {drawn['broken']} fails, if it comes so far." if drawn["broken"] else ""
        if drawn["mode"] == "QUEUED":
            return f"In QUEUED mode all {len(answer)} wait in line in front of a locked stage.{broken}"
        lost = [place for place, comes in enumerate(answer, 1) if not comes and place != drawn["broken"]]
        if not lost:
            return f"No newer one comes while one of the {len(answer)} waits in front of a stage.{broken}"
        who = f"number {lost[0]} is" if len(lost) == 1 else f"numbers {listed(lost)} are"
        shut = "locked stage or a closed transition" if drawn["closed"] else "locked stage"
        return f"In front of a {shut} there is room for one, and the newest takes it: so {who} superseded.{broken}"


def timeline(drawn: Parameters) -> list[dict[str, Any]]:
    """The starts, and the transition that is closed at the beginning and opened later."""
    steps = starts(drawn["starts"])
    if drawn["closed"] is None:
        return steps
    door = {"pipelineName": "shop", "stageName": "Build", "transitionType": "Inbound"}
    shut = {"service": "codepipeline", "operation": "DisableStageTransition", "parameters": door | {"reason": "a test"}}
    opened = {"service": "codepipeline", "operation": "EnableStageTransition", "parameters": door}
    steps = [{"at": "0s", "call": shut}, *steps, {"at": f"{drawn['closed']}m", "call": opened}]
    return sorted(steps, key=lambda step: float(step["at"][:-1]))


FAMILY = Superseded
