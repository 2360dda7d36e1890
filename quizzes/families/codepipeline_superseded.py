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
        return {"starts": minutes, "build": luck.between(4, 9), "deploy": luck.between(2, 12), "mode": mode}

    def world(self, drawn: Parameters) -> World:
        rules = [
            SOURCE,
            {"action": "Build/*", "takes": about(drawn["build"])},
            {"action": "Deploy/*", "takes": about(drawn["deploy"])},
        ]
        changes = {"parameters.Mode": drawn["mode"], "timeline": starts(drawn["starts"]), "behavior": rules}
        return World("pipeline", changes)

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return tuple(status == "Succeeded" for status in statuses(result))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        minutes, count = drawn["starts"], len(drawn["starts"])
        gaps = [later - minute for minute, later in pairwise(minutes)]
        kept = [*(place for place, gap in enumerate(gaps, 1) if gap >= drawn["build"]), count]
        free, entered = 0, []
        for place, minute in enumerate(minutes, 1):
            if minute >= free:
                free = minute + drawn["build"]
                entered.append(place)
        come = {
            "queue-all": range(1, count + 1),
            "newest-cancels": kept,
            "newest-waits-out": entered,
            "first-and-last": (1, count),
            "latest-only": (count,),
        }
        return {key: tuple(place in places for place in range(1, count + 1)) for key, places in come.items()}

    def stem(self, drawn: Parameters) -> str:
        mode = "its default execution mode" if drawn["mode"] == "SUPERSEDED" else f"the execution mode {drawn['mode']}"
        return (
            f"A pipeline in {mode} has three stages: Source takes seconds, Build about {drawn['build']} minutes and "
            f"Deploy about {drawn['deploy']} minutes. Executions start at the minutes {listed(drawn['starts'])}, "
            "numbered in that order. Every action succeeds. Which executions are deployed?"
        )

    def show(self, answer: Answer) -> str:
        return ", ".join(f"{place} {'yes' if comes else 'not'}" for place, comes in enumerate(answer, 1))

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        if drawn["mode"] == "QUEUED":
            return "In QUEUED mode executions wait in line in front of a locked stage, and nobody is left out."
        lost = [place for place, comes in enumerate(answer, 1) if not comes]
        if not lost:
            return "Whenever an execution comes to a locked stage it waits, and here no newer one comes while it does."
        who = f"number {lost[0]} is" if len(lost) == 1 else f"numbers {listed(lost)} are"
        return f"In front of a locked stage there is room for one, and the newest takes it: so {who} superseded."


FAMILY = Superseded
