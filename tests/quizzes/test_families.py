"""Each wrong option is what its misconception gives for the very draw; and no kind of option gives a family away."""

import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from quizzes import generate, model, proof
from quizzes.families import (
    codedeploy_hook_failure,
    codedeploy_next_order,
    codedeploy_rollback,
    codepipeline_approval,
    codepipeline_failure_retry,
    codepipeline_superseded,
)
from quizzes.generate import family
from quizzes.luck import Luck
from quizzes.releases import statuses

Drawn = dict[str, Any]

# What each misconception gives, worked out by hand


def percent(size: int, value: int) -> Drawn:
    return {"size": size, "config": {"type": "FLEET_PERCENT", "value": value}}


def count(size: int, value: int) -> Drawn:
    return {"size": size, "config": {"type": "HOST_COUNT", "value": value}}


IMMEDIATE = [
    (percent(10, 85), "minimum-rounds-down", 2),  # 8.5 is 8
    (percent(10, 85), "minimum-is-batch", 8),
    (percent(10, 85), "percent-is-count", 0),  # 85 of 10 must stay
    (percent(16, 5), "percent-is-count", 11),
    (percent(10, 85), "more-than-minimum", 0),  # ten of ten
    (percent(10, 85), "one-at-a-time-unless-told", 1),
    (percent(10, 85), "all-at-once-if-healthy", 10),
    (percent(10, 90), "high-minimum-forbids", None),
    (percent(16, 92), "high-minimum-forbids", 0),
    (count(12, 11), "count-is-percent", 10),  # 11 percent of 12 is 1.32, rounded up to 2
    (count(12, 11), "percent-is-count", None),
    (count(12, 0), "minimum-is-batch", 0),
]


def rolled(case: str, **more: Any) -> Drawn:
    base = {"size": 5, "case": case, "events": ["DEPLOYMENT_FAILURE"], "override": False, "place": 3, "again": False}
    return base | more


ROLLBACK = [
    (rolled("fails"), "rollback-never-by-itself", (1, 2)),
    (rolled("fails"), "rollback-restores", (1, 0)),
    (rolled("fails"), "rollback-spares-successes", (2, 2)),
    (rolled("fails"), "rollback-is-default", None),  # here they are right
    (rolled("fails", again=True), "rollback-cannot-fail", (2, 0)),
    (rolled("fails", override=True), "rollback-is-default", (2, 0)),
    (rolled("fails", override=True, again=True), "rollback-is-default", (2, 2)),
    (rolled("fails", events=[]), "failed-changes-nothing", (1, 0)),
    (rolled("fails", events=[]), "failures-never-stop", (1, 4)),
    (rolled("fails", events=[]), "failed-still-counts", (1, 3)),
    (rolled("tolerated"), "failed-still-counts", (1, 5)),
    (rolled("tolerated"), "rollback-is-default", (2, 0)),
    (rolled("tolerated"), "failed-instance-goes-back", (2, 4)),
    (rolled("passed"), "failed-instance-goes-back", (2, 4)),
    (rolled("tolerated"), "failed-changes-nothing", None),  # it says nothing of what succeeds
    (rolled("passed"), "failed-changes-nothing", None),
    (rolled("tolerated"), "rollback-spares-successes", None),
    (rolled("stopped"), "failed-changes-nothing", (1, 0)),
    (rolled("stopped"), "rollback-is-default", (2, 0)),
    (rolled("stopped"), "stop-lets-finish", (1, 2)),
    (rolled("passed"), "failures-never-stop", None),  # no failure counts
    (rolled("passed"), "flag-changes-nothing", (2, 0)),  # it fails then, and is rolled back
    (rolled("passed", events=[]), "flag-changes-nothing", (1, 2)),
    (rolled("passed", events=[]), "flag-changes-nothing+failures-never-stop", (1, 4)),
    (rolled("tolerated"), "any-failure-fails", (2, 0)),
    (rolled("tolerated", events=[]), "any-failure-fails", None),  # what fails is not rolled back either
    (rolled("tolerated", events=[]), "stops-at-first-failure", (1, 3)),  # two at a time: the third and fourth are last
    (rolled("fails", override=True), "group-settings-win", (2, 0)),
    (rolled("stopped"), "stop-counts-as-failure", (2, 0)),
    (rolled("stopped", events=["DEPLOYMENT_STOP_ON_REQUEST"]), "stop-counts-as-failure", (1, 1)),
    (rolled("fails"), "rollback-never-by-itself+failed-still-counts", (1, 3)),
    (rolled("fails", override=True), "rollback-is-default+rollback-spares-successes", (2, 2)),
    (rolled("passed"), "rollback-never-by-itself+flag-changes-nothing", None),  # nothing follows here
]


def retried(**more: Any) -> Drawn:
    base = {"build": 4, "deploy": 3, "second": None, "second_fails": False, "call": "retry", "at": 20, "cured": True}
    return base | more


LATE = {"second": 6, "at": 20}
RETRY = [
    (retried(), "failure-is-final", ("Failed",)),
    (retried(), "retry-is-new", ("Failed", "Succeeded")),
    (retried(), "retry-waits", ("InProgress",)),
    (retried(deploy=120), "stage-is-execution", ("Succeeded",)),
    (retried(cured=False), "retry-cures", ("Succeeded",)),
    (retried(cured=False), "retry-until", ("InProgress",)),
    (retried(cured=False), "retry-is-new", ("Failed", "Failed")),
    (retried(**LATE), "retry-any-time", ("Succeeded", "Succeeded")),
    (retried(**LATE), "retry-is-new", ("Failed", "Succeeded", "Succeeded")),
    (retried(**LATE), "failure-spreads", ("Failed", "Failed")),
    (retried(**LATE), "failed-blocks", ("Succeeded", "Succeeded")),  # the second waits for the retry
    (retried(**LATE, cured=False), "failed-blocks", ("Failed", "InProgress")),  # and waits on
    (retried(**LATE, cured=False), "retry-any-time", None),  # it comes to what is so
    (retried(**LATE, cured=False), "retry-any-time+retry-cures", ("Succeeded", "Succeeded")),
    (retried(second=25), "failure-spreads", None),  # the stage has been mended by then
    (retried(deploy=120), "retry-is-new+stage-is-execution", ("Failed", "Succeeded")),
    (retried(**LATE, second_fails=True), "retry-any-time", ("Succeeded", "Failed")),
    (retried(call="start"), "start-takes-up", ("Succeeded",)),
    (retried(call="start"), "start-refused", ("Failed",)),
    (retried(call="start"), "failed-blocks", ("Failed", "InProgress")),
    (retried(call="start"), "failure-spreads", ("Failed", "Failed")),
    (retried(call="start", cured=False), "retry-cures", ("Failed", "Succeeded")),
]


def approved(**more: Any) -> Drawn:
    base = {"limit": 2, "starts": [0, 20, 40], "closed": None, "who": 1, "result": None, "at": None, "asked": 3}
    return base | more


THIRD = {"who": 3, "at": 90, "asked": 4}
APPROVAL = [  # by minute 180 the time of execution 1 is over, and execution 3 has entered
    (approved(), "approval-waits-for-ever", ("InProgress", "Superseded", "InProgress")),
    (approved(), "silence-is-consent", ("Succeeded", "Superseded", "InProgress")),
    (approved(), "approval-frees-stage", ("Failed", "Failed", "Failed")),
    (approved(), "newest-cancels", ("Superseded", "Superseded", "Failed")),
    (approved(), "newest-stops", ("Stopped", "Stopped", "Failed")),
    (approved(), "queue-all", ("Failed", "InProgress", "InProgress")),
    (approved(), "turned-away", ("Failed", "Failed", "Failed")),
    (approved(), "failure-spreads", ("Failed", "Superseded", "Failed")),
    (approved(result="Rejected", at=60), "rejection-is-stop", ("Stopped", "Superseded", "Failed")),
    (approved(result="stopped", at=60, asked=2), "stop-is-failure", ("Failed", "Superseded", "InProgress")),
    (approved(closed=70), "queue-all", ("InProgress", "InProgress", "InProgress")),
    (approved(closed=70, asked=4), "approval-frees-stage", None),  # it comes to what is so
    (approved(), "silence-is-consent+queue-all", ("Succeeded", "InProgress", "InProgress")),
    (approved(), "queue-all+newest-stops", None),  # both are about the same thing
    (approved(closed=70), "newest-stops", ("Stopped", "Stopped", "InProgress")),
    (approved(closed=70, **THIRD, result="Approved"), "queue-all", ("Failed", "InProgress", "InProgress")),
    (approved(closed=70, **THIRD, result="Rejected"), "queue-all", ("Failed", "InProgress", "InProgress")),
    (approved(closed=70, **THIRD, result="stopped"), "queue-all", ("Failed", "InProgress", "Stopped")),
]


def started(**more: Any) -> Drawn:
    return {
        "starts": [0, 2, 3, 9],
        "build": 5,
        "deploy": 2,
        "mode": "SUPERSEDED",
        "closed": None,
        "broken": None,
    } | more


SUPERSEDED = [
    (started(), "queue-all", (True, True, True, True)),
    (started(), "latest-only", (False, False, False, True)),
    (started(), "first-and-last", (True, False, False, True)),
    (started(), "newest-cancels", (False, False, True, True)),
    (started(), "newest-waits-out", (True, False, False, True)),
    (started(closed=6), "newest-cancels", (False, False, False, True)),
    (started(broken=4), "queue-all", (True, True, True, False)),
    (started(), "oldest-keeps-place", (True, True, False, True)),
    (started(closed=6), "closed-turns-away", (False, False, False, True)),
    (started(closed=6), "closed-collects", (True, True, True, True)),
    (started(closed=6), "newest-waits-out", None),  # behind a disabled transition Build is not in use
    (started(mode="QUEUED"), "superseded-in-every-mode", (True, False, True, True)),
    (started(broken=1), "failed-blocks", (False, False, False, False)),
    (started(broken=1), "queue-all+failed-blocks", None),  # a line does not help
]


def failed(*rounds: int) -> Drawn:
    return {"size": 6, "failed": [[one] for one in rounds], "newest_first": True}


NEXT = [
    (failed(2, 5, 5, 4), "once-failed-always-first", (2,)),
    (failed(2, 5, 5, 4), "most-failures-first", (5,)),
    (failed(2, 5, 3, 4), "most-failures-first", None),  # each has failed once
    (failed(2, 5, 5, 4), "order-by-name", (1,)),
    (failed(2, 5, 5, 1), "order-by-name", None),  # it comes to what is so
    (failed(1, 5, 5, 4), "failed-last", (2,)),
    ({"size": 6, "failed": [[2, 3], [2, 6], [2, 6], [4, 5]], "newest_first": True}, "newest-first", (5, 6)),
    (failed(1, 2, 3, 6), "newest-first+failed-last", (5,)),
    (failed(3, 2, 5, 4), "once-failed-always-first+order-by-name", (2,)),
    (failed(2, 2, 2, 6), "failed-last+once-failed-always-first", None),  # both are about the same thing
]
BATCH = [
    (percent(10, 75), "minimum-is-batch", 8),
    (percent(10, 75), "minimum-rounds-down", 3),
    (percent(10, 75), "one-at-a-time-unless-told", 1),
    (percent(10, 75), "all-at-once-if-healthy", 10),
]
ACTIONS = {"actions": [["Lint", 1, 2], ["Test", 1, 6], ["Scan", 2, 3], ["Pack", 5, 1]]}
ORDER = [
    (ACTIONS, "list-order", 12.0),
    (ACTIONS, "all-parallel", 6.0),
    (ACTIONS, "numbers-must-follow", 9.0),
    (ACTIONS, "first-of-each", 6.0),
]


def hooked(fails: list[str], ignores: bool, config: str = "OneAtATime") -> Drawn:
    return {"size": 5, "fails": fails, "ignores": ignores, "config": config, "place": 3}


BOTH = ["ApplicationStop", "AfterInstall"]
HOOKS = [
    (hooked(["AfterInstall"], False), "hooks-go-on", ("ValidateService", 2)),
    (hooked(["AfterInstall"], False), "failures-never-stop", ("AfterInstall", 4)),
    (hooked(["AfterInstall"], False), "stops-late", ("AfterInstall", 3)),
    (hooked(["ApplicationStop"], True), "no-check-after-failure", ("ApplicationStart", 4)),
    (hooked(["AfterInstall"], False), "begun-is-done", ("BeforeInstall", 2)),
    (hooked(["AfterInstall"], False, "AllAtOnce"), "stops-everything", ("AfterInstall", 0)),
    (hooked(["AfterInstall"], True), "flag-for-all", ("ValidateService", 4)),
    (hooked(BOTH, True), "flag-changes-nothing", ("ApplicationStop", 2)),
    (hooked(BOTH, False), "ignored-without-asking", ("AfterInstall", 2)),
    (hooked(["ApplicationStop"], False), "ignored-without-asking", ("ValidateService", 4)),
    (hooked(["ApplicationStop"], False), "begun-is-done", None),  # nothing comes before it
]
WORKED: dict[str, list[Any]] = {
    "codedeploy.hook-failure": HOOKS,
    "codedeploy.batch-size": BATCH,
    "codedeploy.immediate-fail": IMMEDIATE,
    "codedeploy.next-order": NEXT,
    "codedeploy.rollback": ROLLBACK,
    "codepipeline.approval": APPROVAL,
    "codepipeline.failure-retry": RETRY,
    "codepipeline.run-order": ORDER,
    "codepipeline.superseded": SUPERSEDED,
}
ROWS: list[Any] = [(name, *row) for name, rows in WORKED.items() for row in rows]


@pytest.mark.parametrize(("name", "drawn", "misconception", "expected"), ROWS)
def test_a_misconception_gives_what_it_gives_by_hand(
    name: str, drawn: Drawn, misconception: str, expected: Any
) -> None:
    assert family(name).rivals(drawn).get(misconception) == expected


@pytest.mark.parametrize("name", WORKED)
def test_every_misconception_is_worked_out(name: str) -> None:
    assert {key for _, held, _ in WORKED[name] for key in held.split("+")} == set(family(name).beliefs)


# Reasons


def test_a_refused_retry_is_no_second_try() -> None:
    one = family("codepipeline.failure-retry")
    told = one.lesson(retried(**LATE, cured=False), ("Failed", "Succeeded"))
    assert "refused" in told
    assert "no second try" in told
    assert "fails again" in one.lesson(retried(cured=False), ("Failed",))


def test_the_simulator_refuses_the_retries_that_a_lesson_calls_refused() -> None:
    one = family("codepipeline.failure-retry")
    for drawn in (retried(), retried(**LATE), retried(second=29), retried(second=2)):
        world = one.world(drawn)
        document, base = proof.open_world(world.name)
        result = proof.compiled(proof.altered(document, world.changes), base).run(1).result()
        calls = [step for step in result["steps"] if "RetryStageExecution" in step["step"]]
        entered = drawn["second"] is not None and drawn["second"] < drawn["at"]
        assert ("error" in calls[0]) == entered, drawn
        assert ("refused" in one.lesson(drawn, tuple(statuses(result)))) == entered


@pytest.mark.parametrize("name", generate.names())
def test_reasons_speak_of_what_was_drawn(name: str) -> None:
    """Two draws of a family share hardly a rationale, and most of them hold a number or a name of the draw."""
    texts = []
    for seed in range(20):
        question = generate.generate(family(name), seed)
        rows = question.options if isinstance(question, model.Choice) else getattr(question, "near", ())
        texts += [row.why for row in rows]
    assert sum(
        bool(re.search(r"\d|one|shop-|minute|Install|Application|Validate", text)) for text in texts
    ) >= 0.7 * len(texts)
    assert len(set(texts)) >= 0.5 * len(texts)
    assert not any("those who believe" in text for text in texts)


def test_an_order_is_explained_by_instances_that_are_healthy() -> None:
    one = family("codedeploy.next-order")
    drawn = {"size": 6, "failed": [[2, 3], [2, 4], [2, 5], [1, 6]], "newest_first": True}
    answer = (1, 6)
    assert "before shop-2, which is healthy" in one.wrong(drawn, "order-by-name", answer)
    assert "number of shop-5, which is healthy" in one.wrong(drawn, "newest-first", answer)


def test_one_other_is_no_others() -> None:
    drawn = {"size": 6, "fails": ["AfterInstall"], "ignores": False, "config": "OneAtATime", "place": 2}
    for misconception in ("failures-never-stop", "stops-everything"):
        assert "1 other succeeds." in family("codedeploy.hook-failure").wrong(drawn, misconception, ("AfterInstall", 1))


def test_a_lesson_tells_each_execution_apart() -> None:
    drawn = approved(starts=[0, 20], closed=70, who=2, result="stopped", at=90)
    told = family("codepipeline.approval").lesson(drawn, ("Superseded", "Stopped"))
    assert told == "Execution 1 lost its place in front of Release to 2; 2 was stopped at minute 90."


def test_times_that_are_told_do_not_decide_by_seconds() -> None:
    one = family("codepipeline.approval")
    for seed in range(200):
        drawn = one.draw(Luck(seed, "times"))
        arrivals = [start + 5 for start in drawn["starts"]]
        assert drawn["at"] is None or all(abs(drawn["at"] - arrival) > 4 for arrival in arrivals)
        assert all(abs(drawn["asked"] * 60 - arrival) > 0 for arrival in arrivals)


# Kinds of options: each is right at times, and none mostly

SEEDS = 300
CHOICES = [name for name in generate.names() if not family(name).unit]


def amount(number: int, whole: int) -> str:
    return "none" if number == 0 else "all" if number == whole else "some"


def kinds(name: str, drawn: Drawn, text: str) -> list[str]:
    """What is seen of an option at a glance, without its numbers."""
    numbers = [
        0 if word == "no" else 1 if word == "one" else int(word) for word in re.findall(r"\d+|\bno\b|\bone\b", text)
    ]
    if name == "codedeploy.rollback":
        return [f"{text.split()[0]}, {amount(numbers[-1], drawn['size'])}"]
    if name == "codedeploy.hook-failure":
        return [text.split()[0], f"others {amount(numbers[-1], drawn['size'] - 1)}"]
    if name == "codedeploy.fleet-outcome":
        return [f"{text.split()[0]} {amount(numbers[-1], drawn['size'])}"]
    if name == "codedeploy.immediate-fail":
        return [amount(numbers[0], drawn["size"]) if numbers and "no instance" not in text else "fails"]
    if name == "codepipeline.superseded":
        comes = [word.split()[1] for word in text.split(", ")]
        return [f"first {comes[0]}", f"last {comes[-1]}", "all" if "not" not in comes else "some"]
    return [] if name == "codedeploy.next-order" else text.split(", ")


def seen(name: str, seed: int) -> list[tuple[str, bool]]:
    try:
        question = generate.generate(family(name), seed)
    except generate.NoQuestionError:  # how many there may be is test_generate's
        return []
    assert isinstance(question, model.Single)
    assert question.drawn is not None
    drawn = dict(question.drawn.parameters)
    return [(kind, option.correct) for option in question.options for kind in kinds(name, drawn, option.text)]


def collected(name: str) -> tuple[Counter[str], Counter[str]]:
    shown: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for seed in range(SEEDS):
        for kind, correct in seen(name, seed):
            shown[kind] += 1
            right[kind] += correct
    return shown, right


def test_every_kind_of_option_is_right_at_times_and_none_mostly() -> None:
    with ProcessPoolExecutor(2) as pool:
        found = dict(zip(CHOICES, pool.map(collected, CHOICES), strict=True))
    for name, (shown, right) in found.items():
        for kind, times in shown.items():
            assert 0 < right[kind] <= 0.6 * times, f"{name}: {kind} is right {right[kind]} of {times} times"


# Models of misconceptions


MODELS: dict[str, Any] = {
    "codedeploy.hook-failure": lambda drawn: codedeploy_hook_failure.course(drawn, frozenset()),
    "codedeploy.next-order": lambda drawn: codedeploy_next_order.expected(drawn, frozenset()),
    "codedeploy.rollback": lambda drawn: codedeploy_rollback.course(drawn, frozenset()),
    "codepipeline.approval": lambda drawn: codepipeline_approval.course(drawn, codepipeline_approval.Held()),
    "codepipeline.failure-retry": lambda drawn: codepipeline_failure_retry.course(drawn, frozenset()),
    "codepipeline.superseded": lambda drawn: codepipeline_superseded.expected(drawn, frozenset()),
}


@pytest.mark.parametrize("name", MODELS)
def test_who_holds_no_misconception_answers_as_the_simulator(name: str) -> None:
    """So each wrong option differs from what is so by its misconceptions alone."""
    one = family(name)
    agreed = 0
    for seed in range(40):
        drawn = one.draw(Luck(seed, "model"))
        answer = generate.decided(one, drawn)
        if answer is not None:
            assert MODELS[name](drawn) == answer, drawn
            agreed += 1
    assert agreed >= 25


def test_two_that_are_held_together_are_a_rival_where_each_has_its_share() -> None:
    def answer(held: generate.Held) -> Any:
        return None if held == {"silent"} else (("a" in held or "same" in held), "b" in held)

    assert generate.believed(("a", "b", "same"), answer) == {
        "a": (True, False),
        "b": (False, True),
        "same": (True, False),
        "a+b": (True, True),
        "b+same": (True, True),
    }
    assert "silent" not in generate.believed(("a", "silent"), answer)


def test_the_place_of_the_right_option_among_the_wrong_ones_is_drawn() -> None:
    """From wrong answers on both sides the right one comes to be the lowest as often as the highest."""
    rivals = {str(number): number for number in (1, 2, 3, 7, 8, 9)}
    places = Counter(
        sum(rivals[key] > 5 for key in generate.choose(family("codedeploy.batch-size"), 5, rivals, Luck(seed, "place")))
        for seed in range(400)
    )
    assert set(places) == {0, 1, 2, 3}
    assert all(60 <= count <= 140 for count in places.values()), places
