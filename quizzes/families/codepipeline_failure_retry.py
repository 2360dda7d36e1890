"""What becomes of executions when a stage fails, is retried, and another execution comes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import ordinal
from quizzes.generate import Answer, Family, Parameters, World
from quizzes.luck import Luck
from quizzes.releases import GUIDE, SOURCE, about, starts, statuses


class FailureRetry(Family):
    topic = "codepipeline.retry"
    exams = (("DVA-C02", "4.1"), ("DOP-C02", "5.3"))
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/actions-retry.html", "docs/behaviour/codepipeline.md §11")
    principle = (
        "A failed stage can be retried for the same execution as long as no other one has entered it. The execution "
        "keeps its id, and the retry may fail again."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "retry-any-time": "a failed stage can be retried at any time, whoever has been in it since",
        "retry-is-new": "a retry makes a new execution",
        "failed-blocks": "a failed stage stays closed to others until it succeeds",
        "failure-is-final": "an execution that has failed cannot be taken up again",
        "retry-cures": "the second try of an action succeeds",
    }

    def draw(self, luck: Luck) -> Parameters:
        build = luck.between(3, 8)
        second = luck.between(1, 30) if luck.maybe(0.7) else None
        # Apart from the second start by some minutes: who comes first may not depend on seconds.
        minutes = [minute for minute in range(build + 2, 31) if second is None or abs(minute - second) > 2]
        return {
            "build": build,
            "deploy": luck.between(2, 5),
            "second": second,
            "retry": luck.one_of(minutes),
            "cured": luck.maybe(0.75),
        }

    def world(self, drawn: Parameters) -> World:
        again = {
            "pipelineName": "shop",
            "stageName": "Build",
            "pipelineExecutionId": "${pipelines[0].executions[0].pipelineExecutionId}",
            "retryMode": "FAILED_ACTIONS",
        }
        call = {"service": "codepipeline", "operation": "RetryStageExecution", "parameters": again}
        second = [] if drawn["second"] is None else [drawn["second"]]
        steps = [*starts([0, *second]), {"at": f"{drawn['retry']}m", "call": call}]
        takes = about(drawn["build"])
        rules = [
            SOURCE,
            {
                "action": "Build/*",
                "execution": [1],
                "takes": takes,
                "fails": {"attempts": [1] if drawn["cured"] else [1, 2]},
            },
            {"action": "Build/*", "takes": takes},
            {"action": "Deploy/*", "takes": about(drawn["deploy"])},
        ]
        return World("pipeline", {"timeline": steps, "behavior": rules})

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return tuple(statuses(result))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        others = () if drawn["second"] is None else ("Succeeded",)
        after = "Succeeded" if drawn["cured"] else "Failed"
        found: dict[str, Answer] = {
            "retry-any-time": (after, *others),
            "failure-is-final": ("Failed", *others),
            "retry-cures": ("Succeeded", *others),
            "retry-is-new": ("Failed", *others, after),
        }
        return found | ({"failed-blocks": (after, "Failed")} if others else {})

    def stem(self, drawn: Parameters) -> str:
        second = (
            "No other execution is started."
            if drawn["second"] is None
            else (f"Execution 2 starts at minute {drawn['second']}, and its actions succeed.")
        )
        tries = "succeeds at the second try" if drawn["cured"] else "fails at every try"
        return (
            f"A pipeline in its default mode has the stages Source (seconds), Build (about {drawn['build']} minutes) "
            f"and Deploy (about {drawn['deploy']} minutes). Execution 1 starts at minute 0; its build action fails, "
            f"and {tries}. {second} At minute {drawn['retry']} RetryStageExecution is called for Build and execution "
            "1, with FAILED_ACTIONS. Which executions are there in the end, and how did they end?"
        )

    def show(self, answer: Answer) -> str:
        told = ", ".join(f"{place} {status}" for place, status in enumerate(answer, 1))
        return told if len(answer) == 3 else f"{told}, no {ordinal(len(answer) + 1)}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        if answer[0] == "Succeeded":
            return "Nobody else has entered Build since, so the retry is accepted, and the same execution goes on."
        if drawn["second"] is not None and drawn["cured"]:
            return (
                "Execution 2 has entered Build since the failure, so the retry is refused and execution 1 stays Failed."
            )
        return (
            "Execution 1 stays Failed: its build does not succeed at a second try. No new execution comes of a retry."
        )


FAMILY = FailureRetry
