"""Which of several executions come through, in the default mode and in others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

from quizzes.fleets import listed
from quizzes.generate import Answer, Family, Held, Parameters, World, believed
from quizzes.luck import Luck
from quizzes.releases import GUIDE, PIPELINE_EXAMS, SOURCE, about, starts, statuses


class Superseded(Family):
    version = 3
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
        "newest-waits-out": "an execution is turned away when it finds Build in use",
        "oldest-keeps-place": "the execution that has waited longest keeps the place in front of a stage, and newer "
        "ones are given up",
        "superseded-in-every-mode": "a newer execution takes the place of one that waits, in every mode",
        "closed-collects": "all executions gather in front of a disabled transition, and all go on when it is enabled",
        "closed-turns-away": "an execution that comes to a disabled transition is given up",
        "failed-blocks": "a failed stage stays closed to others until it succeeds",
    }

    def draw(self, luck: Luck) -> Parameters:
        count = luck.between(3, 5)
        minutes = [0, *luck.sample(range(1, 16), count - 1)]
        mode = luck.one_of(("SUPERSEDED",) * 5 + ("QUEUED",))
        closed = [minute for minute in range(2, 15) if all(abs(minute - start) > 1 for start in minutes)]
        return {
            "starts": minutes,
            "build": luck.between(4, 9),
            "deploy": luck.between(2, 12),
            "mode": mode,
            "closed": luck.one_of(closed) if closed and luck.maybe(0.6) else None,
            "broken": luck.between(1, count) if luck.maybe(0.5) else None,
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
        return believed(self.beliefs, lambda held: expected(drawn, held))

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
        minutes, build, closed, broken = drawn["starts"], drawn["build"], drawn["closed"], drawn["broken"]
        come = [number for number, comes in enumerate(answer, 1) if comes]
        who = f"number{'s' if len(come) > 1 else ''} {listed(come)}" if come else "none"
        so = f"so {who} {'are' if len(come) > 1 else 'is'} deployed"
        return {
            "queue-all": f"Only in QUEUED mode do all wait in line. Here one can wait, and the newest does; {so}.",
            "latest-only": f"An older one is given up only if a newer one comes while it waits; {so}.",
            "first-and-last": f"What counts is not the place among {len(answer)}, but who waits when a newer one "
            f"comes; {so}.",
            "newest-cancels": f"What is in Build stays there for its {build} minutes, whoever starts; {so}.",
            "newest-waits-out": f"Who finds Build in use waits in front of it. With {build} minutes of build and "
            f"starts at the minutes {listed(minutes)}, {so[3:]}.",
            "oldest-keeps-place": f"It is the other way round: the newest takes the place of the one that waits; {so}.",
            "superseded-in-every-mode": f"In QUEUED mode all {len(answer)} wait in line, and none is given up; {so}.",
            "closed-collects": f"In front of a disabled transition there is room for one too. At minute {closed} only "
            f"that one goes on; {so}.",
            "closed-turns-away": f"Who comes before minute {closed} waits in front of the transition, until a newer "
            f"one comes; {so}.",
            "failed-blocks": f"After the build of number {broken} has failed, Build is free for the next; {so}.",
        }[misconception]

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        broken = f" The build of number {drawn['broken']} fails, if it comes that far." if drawn["broken"] else ""
        if drawn["mode"] == "QUEUED":
            return f"In QUEUED mode all {len(answer)} wait in line in front of a locked stage.{broken}"
        lost = [place for place, comes in enumerate(answer, 1) if not comes and place != drawn["broken"]]
        if not lost:
            return f"No newer one comes while one of the {len(answer)} waits in front of a stage.{broken}"
        who = f"number {lost[0]} is" if len(lost) == 1 else f"numbers {listed(lost)} are"
        shut = "locked stage or a closed transition" if drawn["closed"] else "locked stage"
        return f"In front of a {shut} there is room for one, and the newest takes it: so {who} superseded.{broken}"


SPECIAL = {"latest-only", "first-and-last", "newest-cancels", "newest-waits-out"}
ROOM = {"queue-all", "oldest-keeps-place", "superseded-in-every-mode"}
DOOR = {"closed-collects", "closed-turns-away"}
Arrival = tuple[int, float]
"""The number of an execution, and the minute at which it comes to a stage."""


def expected(drawn: Parameters, held: Held) -> Answer | None:
    """Which executions are deployed for somebody who holds these misconceptions.

    None where one of them says nothing, or where two exclude each other.
    """
    if len(held & (SPECIAL | ROOM)) > 1 or len(held & (SPECIAL | DOOR)) > 1:
        return None
    if (held & DOOR and drawn["closed"] is None) or ("failed-blocks" in held and drawn["broken"] is None):
        return None
    if "newest-waits-out" in held and drawn["closed"] is not None:
        return None  # behind a disabled transition Build is not in use
    (special, *_) = *(held & SPECIAL), ""
    come = _kept(drawn, special) if special else _deployed(drawn, held)
    broken = drawn["broken"]
    if special and "failed-blocks" in held and broken in come:
        come = [number for number in come if number <= broken]
    return tuple(number in come and number != broken for number in range(1, len(drawn["starts"]) + 1))


def _kept(drawn: Parameters, belief: str) -> list[int]:
    """Which come through if one of these rules alone decides."""
    minutes, count = drawn["starts"], len(drawn["starts"])
    if belief in ("latest-only", "first-and-last"):
        return [count] if belief == "latest-only" else [1, count]
    if belief == "newest-cancels":
        begins = [max(minute, drawn["closed"] or 0) for minute in minutes]
        newer = [later for _, later in pairwise(minutes)]
        built = zip(begins, newer, strict=False)
        return [*(number for number, (begin, later) in enumerate(built, 1) if later >= begin + drawn["build"]), count]
    free, entered = 0, []
    for number, minute in enumerate(minutes, 1):
        if minute >= free:
            free = minute + drawn["build"]
            entered.append(number)
    return entered


def _deployed(drawn: Parameters, held: Held) -> list[int]:
    """Which come through two stages, with what is believed of the place in front of each."""
    room = "newest" if drawn["mode"] == "SUPERSEDED" else "line"
    if held & ROOM:
        (belief,) = held & ROOM
        room = {"queue-all": "line", "oldest-keeps-place": "oldest", "superseded-in-every-mode": "newest"}[belief]
    closed = drawn["closed"] or 0
    arrivals: list[Arrival] = list(enumerate(drawn["starts"], 1))
    if "closed-turns-away" in held:
        arrivals = [arrival for arrival in arrivals if arrival[1] >= closed]
    early = [] if "closed-collects" not in held else [arrival for arrival in arrivals if arrival[1] < closed]
    built = _passed(arrivals[len(early) :], drawn["build"], closed, room, early)
    broken = drawn["broken"]
    if "failed-blocks" in held and broken in [number for number, _ in built]:
        built = [arrival for arrival in built if arrival[0] <= broken]
    whole = [arrival for arrival in built if arrival[0] != broken]
    return [number for number, _ in _passed(whole, drawn["deploy"], 0, room, [])]


def _passed(arrivals: list[Arrival], takes: int, opens: float, room: str, queue: list[Arrival]) -> list[Arrival]:
    """Which of the executions that come to a stage pass it, each with the minute at which it has done so.

    `room` says who has the place in front of it: the newest or the oldest that waits, or all, in a line. `queue` are
    those who have a place already.
    """
    waiting, free = [(number, max(at, opens)) for number, at in queue], float(opens)
    found: list[Arrival] = []
    gathered = [number for number, _ in queue]
    for number, at in [*arrivals, (0, float("inf"))]:
        while waiting and free <= at:
            free = max(free, waiting[0][1]) + takes
            found.append((waiting.pop(0)[0], free))
        if room == "newest":
            waiting = [one for one in waiting if one[0] in gathered] + [(number, at)]
        elif room == "line" or not waiting:
            waiting.append((number, at))
    return found


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
