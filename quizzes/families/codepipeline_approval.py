"""What two executions have come to at a given time, with an approval between build and deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck
from quizzes.releases import GUIDE, PIPELINE_EXAMS, SOURCE, about, starts, statuses

ASK = {"Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1"}
HOUR = 60


class Approval(Family):
    topic = "codepipeline.approval"
    exams = PIPELINE_EXAMS
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/approvals.html", "docs/behaviour/codepipeline.md §17")
    principle = (
        "An approval holds its stage as any action does: until it is answered, or until its time is over, and then "
        "it fails. Behind it one execution may wait, in the default mode."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "approval-waits-for-ever": "an approval waits until somebody answers, without a limit",
        "silence-is-consent": "an approval that nobody answers counts as given",
        "rejection-is-stop": "a rejection, or an answer that does not come, stops the execution",
        "approval-frees-stage": "other executions can pass while an approval waits",
        "newest-cancels": "a newer execution takes the place of the one that waits for its answer",
        "oldest-gives-way": "an execution that waits behind an approval is given up",
        "failed-blocks": "an execution that fails at an approval makes those behind it fail",
    }

    def draw(self, luck: Luck) -> Parameters:
        limit = luck.between(2, 6)
        answered = luck.one_of(("Approved", "Rejected", None, None))
        # Not at an hour at which an approval's time is nearly over: five minutes of build come before it.
        hours = [hour for hour in range(1, 10) if hour % limit]
        return {
            "limit": limit,
            "answer": answered,
            "at": luck.between(20, limit * HOUR - 10) if answered else None,
            "second": luck.between(10, 50) if luck.maybe(0.6) else None,
            "asked": luck.one_of(hours),
        }

    def world(self, drawn: Parameters) -> World:
        ask = {"Name": "Ask", "ActionTypeId": ASK, "TimeoutInMinutes": drawn["limit"] * HOUR}
        second = [] if drawn["second"] is None else [drawn["second"]]
        steps: list[dict[str, Any]] = starts([0, *second])
        if drawn["answer"]:
            answer = {"pipeline": "shop", "stage": "Release", "action": "Ask", "result": drawn["answer"], "by": "bob"}
            steps.append({"at": f"{drawn['at']}m", "approve": answer})
        changes = {
            "Resources.Pipeline.Properties.Stages[2].Name": "Release",
            "Resources.Pipeline.Properties.Stages[2].Actions": [ask],
            "timeline": steps,
            "behavior": [SOURCE, {"action": "Build/*", "takes": about(5)}],
        }
        return World("pipeline", changes, until=f"{drawn['asked'] * HOUR}m")

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return tuple(statuses(result))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        asked, limit = drawn["asked"] * HOUR, drawn["limit"] * HOUR
        answered = drawn["answer"] is not None and drawn["at"] <= asked
        first = {"Approved": "Succeeded", "Rejected": "Failed"}[drawn["answer"]] if answered else "InProgress"
        overdue = drawn["answer"] is None and asked > limit + 6
        ended = "Failed" if overdue else first
        if drawn["second"] is None:
            return {
                "approval-waits-for-ever": (first,),
                "silence-is-consent": ("Succeeded" if overdue else first,),
                "rejection-is-stop": ("Stopped" if ended == "Failed" else ended,),
                "newest-cancels": ("Superseded",),
            }
        found: dict[str, Answer] = {
            "approval-waits-for-ever": (first, "InProgress"),
            "silence-is-consent": ("Succeeded" if overdue else first, "InProgress"),
            "rejection-is-stop": ("Stopped" if ended == "Failed" else ended, "InProgress"),
            "newest-cancels": ("Superseded", "InProgress"),
            "approval-frees-stage": (ended, "Succeeded"),
            "oldest-gives-way": (ended, "Superseded"),
        }
        return found | ({"failed-blocks": ("Failed", "Failed")} if ended == "Failed" else {})

    def stem(self, drawn: Parameters) -> str:
        told = (
            f"Bob answers execution 1 at minute {drawn['at']}: {drawn['answer']}."
            if drawn["answer"]
            else "Nobody ever answers execution 1."
        )
        second = (
            ""
            if drawn["second"] is None
            else (f" Execution 2 starts at minute {drawn['second']}, and nobody answers it.")
        )
        asked = "statuses of the two executions" if second else "status of the execution"
        return (
            "The stages of a pipeline in its default mode are Source (seconds), Build (about 5 minutes) and Release, "
            f"which is one manual approval with timeoutInMinutes {drawn['limit'] * HOUR}. Execution 1 starts at minute "
            f"0. {told}{second} All other actions succeed. What {'are' if second else 'is'} the {asked} "
            f"{drawn['asked']} hour{'' if drawn['asked'] == 1 else 's'} after the start?"
        )

    def show(self, answer: Answer) -> str:
        if len(answer) == 1:
            return str(answer[0])
        return ", ".join(f"{place} {status}" for place, status in enumerate(answer, 1))

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        first = {
            "Succeeded": "The approval was given, and Release is the last stage.",
            "Failed": "A rejected approval fails, and so does one that is not answered in time.",
            "InProgress": "The approval is still waiting for its answer, within its time.",
        }[answer[0]]
        if len(answer) == 1:
            return first
        second = {
            "InProgress": "Execution 2 waits: in front of Release while it is locked, or there for its own answer.",
            "Failed": "Execution 2 came to Release once it was free, and its own time is over too.",
        }[answer[1]]
        return f"{first} {second}"


FAMILY = Approval
