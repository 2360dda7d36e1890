"""What becomes of executions when a stage fails, is retried or started anew, and another execution comes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from quizzes.fleets import ordinal
from quizzes.generate import Answer, Family, Held, Parameters, World, believed
from quizzes.luck import Luck
from quizzes.releases import GUIDE, SOURCE, START, about, starts, statuses

ASKED = 90
"""The minute at which the statuses are asked for: short deployments are over by then, and long ones are not."""
LONG = 120


class FailureRetry(Family):
    version = 3
    topic = "codepipeline.retry"
    exams = (("DVA-C02", "4.1"), ("DOP-C02", "5.3"))
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/actions-retry.html", "docs/behaviour/codepipeline.md §11")
    principle = (
        "A failed stage can be retried for the same execution as long as no other one has entered it. The execution "
        "keeps its id, and the retry may fail again. StartPipelineExecution always makes a new execution."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "retry-any-time": "a failed stage can be retried at any time, whoever has been in it since",
        "retry-is-new": "a retry makes a new execution",
        "failed-blocks": "a failed stage stays closed to others until it succeeds",
        "failure-spreads": "an execution that comes to a failed stage fails with it",
        "failure-is-final": "an execution that has failed cannot be taken up again",
        "retry-cures": "the second try of an action succeeds",
        "retry-until": "a retry tries the stage again and again until it succeeds",
        "retry-waits": "a retry begins when the next change comes",
        "stage-is-execution": "an execution has succeeded as soon as its build has",
        "start-takes-up": "StartPipelineExecution takes up the execution that has failed",
        "start-refused": "a pipeline whose last execution has failed cannot be started",
    }

    def draw(self, luck: Luck) -> Parameters:
        build = luck.between(3, 8)
        call = luck.one_of(("retry", "retry", "start"))
        second = luck.between(1, 30) if luck.maybe(0.6) else None
        # Apart from the second start by some minutes: who comes first may not depend on seconds. A start comes last.
        first_minute = build + 2 if call == "retry" or second is None else max(build, second) + 3
        minutes = [minute for minute in range(first_minute, 35) if second is None or abs(minute - second) > 2]
        return {
            "build": build,
            "deploy": luck.one_of((2, 3, 4, 5, LONG, LONG)),
            "second": second,
            "second_fails": second is not None and luck.maybe(0.35),
            "call": call,
            "at": luck.one_of(minutes),
            "cured": luck.maybe(0.6),
        }

    def world(self, drawn: Parameters) -> World:
        again = {
            "pipelineName": "shop",
            "stageName": "Build",
            "pipelineExecutionId": "${pipelines[0].executions[0].pipelineExecutionId}",
            "retryMode": "FAILED_ACTIONS",
        }
        retry = {"service": "codepipeline", "operation": "RetryStageExecution", "parameters": again}
        second = [] if drawn["second"] is None else [drawn["second"]]
        call = retry if drawn["call"] == "retry" else START
        steps = [*starts([0, *second]), {"at": f"{drawn['at']}m", "call": call}]
        takes = about(drawn["build"])
        tries = [1] if drawn["cured"] or drawn["call"] == "start" else [1, 2]
        fails: list[dict[str, Any]] = [
            {"action": "Build/*", "execution": [1], "takes": takes, "fails": {"attempts": tries}}
        ]
        if drawn["second_fails"]:
            fails.append({"action": "Build/*", "execution": [2], "takes": takes, "fails": True})
        if drawn["call"] == "start" and not drawn["cured"]:
            fails.append({"action": "Build/*", "execution": [2 + len(second)], "takes": takes, "fails": True})
        rules = [
            SOURCE,
            *fails,
            {"action": "Build/*", "takes": takes},
            {"action": "Deploy/*", "takes": about(drawn["deploy"])},
        ]
        return World("pipeline", {"timeline": steps, "behavior": rules}, until=f"{ASKED}m")

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return tuple(statuses(result))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        return believed(self.beliefs, lambda held: course(drawn, held))

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        at, second, build = drawn["at"], drawn["second"], drawn["build"]
        entered = f"execution 2, which started at minute {second}, has entered Build before minute {at}"
        nobody = f"nobody else has been in Build before minute {at}"
        state = f"execution 1 {'stays Failed' if answer[0] == 'Failed' else 'is ' + answer[0]}"
        return {
            "retry-any-time": f"Too late: {entered}, so the retry is refused and {state}.",
            "retry-is-new": f"At minute {at} RetryStageExecution makes no execution after number {len(answer)}.",
            "failed-blocks": f"Build is free from about minute {build} on, as execution 1 has failed there.",
            "failure-spreads": (
                f"That execution 1 failed at about minute {build} says nothing about the others: each has a build of "
                "its own."
            ),
            "failure-is-final": f"The retry at minute {at} is accepted, since {nobody}: {state}.",
            "retry-cures": (
                f"The build of execution 1 fails at every try, so also at minute {at}: {state}."
                if drawn["call"] == "retry"
                else f"The execution that starts at minute {at} has a build of its own, and that fails as well."
            ),
            "retry-until": f"A retry is one more try. The one at minute {at} fails as well, and {state}.",
            "retry-waits": f"The retry of minute {at} is decided at once, and waits for no other execution: {state}.",
            "stage-is-execution": (
                f"After Build an execution goes on to Deploy. That takes about {drawn['deploy']} minutes, and so is "
                f"not over at minute {ASKED}."
            ),
            "start-takes-up": f"The call at minute {at} makes execution {len(answer)}, and {state}.",
            "start-refused": f"A failed execution keeps nobody out: execution {len(answer)} starts at minute {at}.",
        }[misconception]

    def stem(self, drawn: Parameters) -> str:
        second = (
            "No other execution starts in the meantime."
            if drawn["second"] is None
            else f"Execution 2 starts at minute {drawn['second']}, and its "
            + ("build action fails too." if drawn["second_fails"] else "actions succeed.")
        )
        if drawn["call"] == "start":
            tries = "its build action fails"
            then = f"its build action {'succeeds' if drawn['cured'] else 'fails as well'}"
            call = f"At minute {drawn['at']} StartPipelineExecution is called; if that makes a new execution, {then}"
        else:
            again = "succeeds at the second try" if drawn["cured"] else "fails again at every try"
            tries = f"its build action fails, and {again}"
            call = f"At minute {drawn['at']} RetryStageExecution is called for Build and execution 1 (FAILED_ACTIONS)"
        return (
            f"A pipeline in its default mode has the stages Source (seconds), Build (about {drawn['build']} minutes) "
            f"and Deploy (about {drawn['deploy']} minutes). Execution 1 starts at minute 0; {tries}. {second} {call}. "
            f"Deployments succeed. Which executions are there at minute {ASKED}, and with which status?"
        )

    def show(self, answer: Answer) -> str:
        told = ", ".join(f"{place} {status}" for place, status in enumerate(answer, 1))
        return told if len(answer) == 3 else f"{told}, no {ordinal(len(answer) + 1)}"

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        at, second = drawn["at"], drawn["second"]
        rest = f" The deployment that takes {LONG} minutes is still under way." if "InProgress" in answer else ""
        if drawn["call"] == "start":
            return f"StartPipelineExecution makes a new execution at minute {at}; execution 1 stays Failed.{rest}"
        if refused(drawn):
            return (
                f"Execution 2, which started at minute {second}, has entered Build since the failure. So the retry at "
                f"minute {at} is refused: there is no second try, and execution 1 stays Failed.{rest}"
            )
        if drawn["cured"]:
            return f"No other execution has entered Build by minute {at}, so the same execution goes on.{rest}"
        return (
            f"The retry at minute {at} is accepted, and the build fails again: execution 1 is Failed once more.{rest}"
        )


AGAIN = {"retry-any-time", "retry-is-new", "failure-is-final", "retry-cures", "retry-until", "retry-waits"}
START_ONLY = {"start-takes-up", "start-refused"}
APART = (
    {"retry-is-new", "failure-is-final", "failed-blocks", "retry-any-time", "retry-waits"},
    {"retry-cures", "retry-until", "failure-is-final", "retry-waits"},
    {"failed-blocks", "failure-spreads", "start-takes-up", "start-refused"},
    START_ONLY,
)
"""What cannot be believed together, as it is about the same thing."""


def course(drawn: Parameters, held: Held) -> Answer | None:
    """The statuses that somebody expects who holds these misconceptions.

    None where one of them says nothing, or where two exclude each other.
    """
    silent = START_ONLY if drawn["call"] == "retry" else AGAIN - {"retry-cures"}
    if held & silent or any(len(held & kind) > 1 for kind in APART):
        return None
    return _started(drawn, held) if drawn["call"] == "start" else _retried(drawn, held)


def _started(drawn: Parameters, held: Held) -> Answer | None:
    """The same, if StartPipelineExecution is called."""
    others = _others(drawn, held)
    after = _built(drawn, held, drawn["cured"] or "retry-cures" in held)
    if "failure-spreads" in held:
        after = "Failed"
    if "failed-blocks" in held:
        return None if others else ("Failed", "InProgress")
    if "start-takes-up" in held:
        return after, *others
    return ("Failed", *others) if "start-refused" in held else ("Failed", *others, after)


def _retried(drawn: Parameters, held: Held) -> Answer | None:
    """The same, if RetryStageExecution is called."""
    others, waits = _others(drawn, held), "failed-blocks" in held
    again = _built(drawn, held, drawn["cured"] or "retry-cures" in held)
    if again == "Failed" and "retry-until" in held:
        again = "InProgress"
    late = refused(drawn) and not waits and not held & {"retry-any-time", "retry-is-new"}
    if late and held & {"retry-cures", "retry-until"}:
        return None
    if "retry-is-new" in held:
        return "Failed", *others, again
    first = "Failed" if late or "failure-is-final" in held else again
    if "retry-waits" in held and drawn["second"] is None:
        first = "InProgress"
    if waits and not drawn["cured"] and "retry-cures" not in held:
        others = tuple("InProgress" for _ in others)
    return first, *others


def _others(drawn: Parameters, held: Held) -> tuple[str, ...]:
    """What becomes of the second execution, if there is one."""
    if drawn["second"] is None:
        return ()
    mended = drawn["call"] == "retry" and drawn["cured"] and drawn["second"] > drawn["at"]
    spreads = "failure-spreads" in held and not mended
    return ("Failed" if spreads else _built(drawn, held, not drawn["second_fails"]),)


def _built(drawn: Parameters, held: Held, succeeds: bool) -> str:
    """The status, when it is asked for, of an execution whose build succeeds or fails."""
    if not succeeds:
        return "Failed"
    return "InProgress" if drawn["deploy"] == LONG and "stage-is-execution" not in held else "Succeeded"


def refused(drawn: Parameters) -> bool:
    """Whether the retry comes too late: the second execution is in Build, or has been."""
    return drawn["call"] == "retry" and drawn["second"] is not None and drawn["second"] < drawn["at"]


FAMILY = FailureRetry
