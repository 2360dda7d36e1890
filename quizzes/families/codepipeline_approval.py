"""What executions have come to at a given time, with an approval between build and deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

from quizzes import generate
from quizzes.fleets import listed
from quizzes.generate import Answer, Family, Parameters, World, believed
from quizzes.luck import Luck
from quizzes.releases import GUIDE, PIPELINE_EXAMS, SOURCE, about, starts, statuses

ASK = {"Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1"}
HOUR = 60
BUILD = 5
"""Minutes that each execution is under way until it comes to the approval."""
APART = 4
"""Minutes between what is told and what decides: nobody counts seconds."""
GIVEN = {"Approved": "Succeeded", "Rejected": "Failed", "stopped": "Stopped"}
AWAY = {"cancelling": "Superseded", "stopping": "Stopped"}
"""What those expect of the execution inside a stage who believe that a newer one drives it out."""
DOOR = {"pipelineName": "shop", "stageName": "Release", "transitionType": "Inbound"}


class Approval(Family):
    version = 4
    topic = "codepipeline.approval"
    exams = PIPELINE_EXAMS
    difficulty = 4
    cognitive = "analyse"
    refs = (f"{GUIDE}/approvals.html", "docs/behaviour/codepipeline.md §17")
    principle = (
        "An approval holds its stage as any action does: until it is answered, or until its time is over, and then "
        "it fails. In front of it one execution may wait, in the default mode, and the newest takes that place."
    )
    beliefs: ClassVar[Mapping[str, str]] = {
        "approval-waits-for-ever": "an approval waits until somebody answers, without a limit",
        "silence-is-consent": "an approval that nobody answers counts as given",
        "rejection-is-stop": "a rejection stops the execution",
        "stop-is-failure": "an execution that somebody stops has failed",
        "approval-frees-stage": "other executions can pass while an approval waits",
        "newest-cancels": "a newer execution takes the place of the one that waits for its answer",
        "queue-all": "every execution waits in line for its turn",
        "newest-stops": "a newer execution stops the one that waits, for its answer or for the stage",
        "turned-away": "an execution that cannot enter a stage at once fails",
        "failure-spreads": "an execution that fails at an approval makes those behind it fail",
    }

    def draw(self, luck: Luck) -> Parameters:
        limit = luck.between(2, 6)
        second = luck.between(10, 40)
        minutes = [0, second, second + luck.between(12, 30)] if luck.maybe(0.5) else [0, second]
        closed = minutes[-1] + luck.between(12, 40) if luck.maybe(0.4) else None
        who = 1 if closed is None else len(minutes)
        came = BUILD if closed is None else closed
        result = luck.one_of(("Approved", "Rejected", "stopped", None))
        answers = [at for at in range(came + 12, came + limit * HOUR - 10) if _apart(at, minutes)]
        at = luck.one_of(answers) if result else None
        ends = [came + limit * HOUR, came + 2 * limit * HOUR, (at or 0), (at or 0) + limit * HOUR, closed or 0]
        hours = [hour for hour in range(1, 13) if all(abs(hour * HOUR - end) > APART for end in ends)]
        late = [hour for hour in hours if hour * HOUR > max(minutes) + BUILD]
        end = at or came + limit * HOUR
        telling = [hour for hour in late if end < hour * HOUR < end + limit * HOUR]  # the next one is still inside
        return {
            "limit": limit,
            "starts": minutes,
            "closed": closed,
            "who": who,
            "result": result,
            "at": at,
            "asked": luck.one_of(telling if telling and luck.maybe(0.5) else late),
        }

    def world(self, drawn: Parameters) -> World:
        ask = {"Name": "Ask", "ActionTypeId": ASK, "TimeoutInMinutes": drawn["limit"] * HOUR}
        steps = starts(drawn["starts"])
        if drawn["result"] == "stopped":
            id = f"${{pipelines[0].executions[{drawn['who'] - 1}].pipelineExecutionId}}"
            stop = {"pipelineName": "shop", "pipelineExecutionId": id, "abandon": True}
            steps.append({"at": f"{drawn['at']}m", "call": _call("StopPipelineExecution", stop)})
        elif drawn["result"]:
            answer = {"pipeline": "shop", "stage": "Release", "action": "Ask", "result": drawn["result"], "by": "bob"}
            steps.append({"at": f"{drawn['at']}m", "approve": answer})
        if drawn["closed"] is not None:
            shut = _call("DisableStageTransition", {**DOOR, "reason": "a holiday"})
            steps = [{"at": "0s", "call": shut}, *steps]
            steps.append({"at": f"{drawn['closed']}m", "call": _call("EnableStageTransition", DOOR)})
        changes = {
            "Resources.Pipeline.Properties.Stages[2].Name": "Release",
            "Resources.Pipeline.Properties.Stages[2].Actions": [ask],
            "timeline": sorted(steps, key=lambda step: float(step["at"][:-1])),
            "behavior": [SOURCE, {"action": "Build/*", "takes": about(BUILD)}],
        }
        return World("pipeline", changes, until=f"{drawn['asked'] * HOUR}m")

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        return tuple(statuses(result))

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        def answer(held: generate.Held) -> Answer | None:
            about = [name for key in sorted(held) for name in HELD[key]]
            if len(set(about)) < len(about):
                return None  # two misconceptions about the same thing
            changed = {name: value for key in sorted(held) for name, value in HELD[key].items()}
            return course(drawn, replace(Held(), **changed))

        return believed(HELD, answer)

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        limit, asked, last = drawn["limit"] * HOUR, drawn["asked"], len(answer)
        states = listed([f"{place} is {status}" for place, status in enumerate(answer, 1)])
        over = f"After {limit} minutes without an answer the action fails"
        so = f"After {asked} h {states}."
        return {
            "approval-waits-for-ever": f"{over}. {so}",
            "silence-is-consent": f"{over}; it is not approved. {so}",
            "rejection-is-stop": f"The rejection at minute {drawn['at']} makes the action fail, and its execution.",
            "stop-is-failure": f"StopPipelineExecution at minute {drawn['at']} leaves Stopped, which is no failure.",
            "approval-frees-stage": f"Release is locked while one execution is in it, so that only "
            f"one of {last} is asked about at a time. {so}",
            "newest-cancels": f"An execution inside Release is not pushed out by a newer one. {so}",
            "newest-stops": f"Only StopPipelineExecution stops an execution, no newer one. {so}",
            "turned-away": f"Who cannot enter Release at once waits in front of it, and does not fail. {so}",
            "queue-all": f"In front of Release there is room for one of the {last}. {so}",
            "failure-spreads": f"Only the execution at the approval fails; the next one enters. {so}",
        }[misconception]

    def stem(self, drawn: Parameters) -> str:
        count, who = len(drawn["starts"]), drawn["who"]
        others = listed([f"{place} at minute {at}" for place, at in enumerate(drawn["starts"], 1)])
        closed = (
            ""
            if drawn["closed"] is None
            else f" The transition into Release is disabled until minute {drawn['closed']}."
        )
        told = {
            "Approved": f"Bob answers execution {who} at minute {drawn['at']}: Approved.",
            "Rejected": f"Bob answers execution {who} at minute {drawn['at']}: Rejected.",
            "stopped": f"Bob stops execution {who} at minute {drawn['at']} (StopPipelineExecution with abandon).",
            None: "Nobody ever answers.",
        }[drawn["result"]]
        nobody = " No other is answered." if drawn["result"] else ""
        hours = f"{drawn['asked']} hour{'' if drawn['asked'] == 1 else 's'}"
        return (
            f"The stages of a pipeline in its default mode are Source (seconds), Build (about {BUILD} minutes) and "
            f"Release, which is one manual approval with timeoutInMinutes {drawn['limit'] * HOUR}. Execution {others} "
            f"start.{closed} {told}{nobody} All other actions succeed. What are the statuses of the {count} "
            f"executions {hours} after minute 0?"
        )

    def show(self, answer: Answer) -> str:
        return ", ".join(f"{place} {status}" for place, status in enumerate(answer, 1))

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        told = []
        for place, status in enumerate(answer, 1):
            mine = drawn["result"] is not None and place == drawn["who"]
            told.append(
                {
                    "Succeeded": f"{place} was approved at minute {drawn['at']}",
                    "Stopped": f"{place} was stopped at minute {drawn['at']}",
                    "Superseded": f"{place} lost its place in front of Release to {place + 1}",
                    "Failed": f"{place} was rejected at minute {drawn['at']}"
                    if mine
                    else f"{place} had no answer within {drawn['limit'] * HOUR} minutes",
                    "InProgress": f"{place} waits, for an answer or for Release to be free",
                }[status]
            )
        return f"Execution {'; '.join(told)}."


@dataclass(frozen=True, slots=True)
class Held:
    """How somebody believes that executions come to an approval and leave it. As it stands: as it is."""

    limit: bool = True
    silence: str = "Failed"
    rejection: str = "Failed"
    stop: str = "Stopped"
    place: str = "room for one"
    spreads: bool = False


HELD: Mapping[str, Mapping[str, Any]] = {
    "approval-waits-for-ever": {"limit": False},
    "silence-is-consent": {"silence": "Succeeded"},
    "rejection-is-stop": {"rejection": "Stopped"},
    "stop-is-failure": {"stop": "Failed"},
    # the rarest first: of two that say the same, the first is kept
    "failure-spreads": {"spreads": True},
    "approval-frees-stage": {"place": "passing"},
    "newest-cancels": {"place": "cancelling"},
    "queue-all": {"place": "line"},
    "newest-stops": {"place": "stopping"},
    "turned-away": {"place": "turning away"},
}
"""How each misconception differs from what is so."""


def course(drawn: Parameters, held: Held) -> Answer:
    """The statuses when they are asked for, if that is how it goes. Times are minutes."""
    came = [start + BUILD for start in drawn["starts"]]
    newer: list[float] = [*(later for _, later in pairwise(came)), float("inf")]
    asked = drawn["asked"] * HOUR
    free: float = drawn["closed"] or 0
    found = []
    for number, (arrival, next_one) in enumerate(zip(came, newer, strict=True), 1):
        begin = max(arrival, (drawn["closed"] or 0) if held.place == "passing" else free)
        end, status = _end(drawn, held, number, begin)
        if held.place in AWAY and next_one < end:
            end, status = next_one, AWAY[held.place]
        elif held.place == "turning away" and arrival < free:
            found.append("Failed" if arrival <= asked else "InProgress")
            continue
        elif held.place in ("room for one", "passing") and next_one < begin:  # passing: of those at a closed transition
            found.append("Superseded" if next_one <= asked else "InProgress")
            continue
        found.append(status if end <= asked else "InProgress")
        free = max(free, end)  # who is driven away from a closed transition does not open it
        if held.spreads and status == "Failed" and end <= asked:
            behind = [at for at in came[number:] if at < end]
            waiting = [*("Superseded" for _ in behind[1:]), *("Failed" for _ in behind[:1])]
            return (*found, *waiting, *("InProgress" for _ in came[number + len(behind) :]))
    return tuple(found)


def _end(drawn: Parameters, held: Held, number: int, begin: float) -> tuple[float, str]:
    """When an execution leaves the approval that it has come to, and with which status."""
    answerable = drawn["result"] == "stopped" or begin <= (drawn["at"] or 0)  # who is in line can be stopped too
    if drawn["result"] and number == drawn["who"] and answerable:
        given = {**GIVEN, "Rejected": held.rejection, "stopped": held.stop}
        return drawn["at"], given[drawn["result"]]
    return (begin + drawn["limit"] * HOUR if held.limit else float("inf")), held.silence


def _apart(at: int, minutes: list[int]) -> bool:
    return all(abs(at - minute - BUILD) > APART for minute in minutes)


def _call(operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"service": "codepipeline", "operation": operation, "parameters": dict(parameters)}


FAMILY = Approval
