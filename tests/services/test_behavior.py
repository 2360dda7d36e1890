"""Rules of behaviour: the first that fits wins for each property, narrowing by every key, and common random numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.clock import HOUR, MINUTE, SECOND
from sim.core.world import World
from sim.formats import assumptions
from sim.formats.scenario import scenario_from_document
from sim.services import behavior
from sim.services.behavior import Behavior, Circumstances, Work


def rules(*entries: dict[str, Any]) -> Behavior:
    read = scenario_from_document({"behavior": list(entries)}, Path())
    return Behavior(read.behavior, assumptions.load())


def about(subject: str = "AfterInstall", **more: Any) -> Circumstances:
    return Circumstances(subject, more.pop("entity", "web-1"), **more)


def work(
    found: Behavior,
    what: Circumstances,
    kind: str = "hook",
    *,
    seed: int = 0,
    at: int = 0,
    cached: bool = False,
    assumption: str = "deploy.script",
) -> Work:
    world = World(seed)
    world.run(at)
    return found.work(world, kind, what, assumption, cached)


# Without a rule


def test_without_a_rule_work_takes_what_is_assumed_and_succeeds() -> None:
    found = rules()
    done = work(found, about(), assumption="deploy.event")
    assert (done.takes, done.fails, done.exit, done.assumed, done.rule) == (100, False, 0, "deploy.event", None)
    assert list(found.used) == ["deploy.event"]


def test_a_command_without_a_rule_takes_what_its_pattern_says() -> None:
    found = rules()
    done = work(found, about("cd app"), "command", assumption="command:cd app")
    assert (done.takes, done.assumed) == (50, "command:cd app")
    assert list(found.used) == ["command:cd app"]


def test_an_assumption_that_is_not_there_is_a_mistake_of_the_service() -> None:
    with pytest.raises(KeyError):
        work(rules(), about(), assumption="deploy.nothing")


def test_a_rule_that_does_not_fit_changes_nothing() -> None:
    found = rules({"hook": "AfterInstall", "instances": ["web-9"], "takes": "9s", "fails": True})
    done = work(found, about(instance="web-1"))
    assert (done.fails, done.assumed) == (False, "deploy.script")
    assert done.takes == work(rules(), about(instance="web-1")).takes
    assert found.fitted == set()


# The first that fits and sets it


def test_for_each_property_the_first_rule_that_fits_and_sets_it_wins() -> None:
    found = rules(
        {"hook": "AfterInstall", "instances": ["other"], "takes": "1s", "exit": 9},
        {"hook": "AfterInstall", "message": "first"},
        {"hook": "AfterInstall", "takes": "2s", "message": "second"},
        {"hook": "AfterInstall", "takes": "3s", "fails": True},
        {"hook": "AfterInstall", "fails": False, "exit": 4, "prints": ["hello"], "sets": {"A": "1"}},
        {"hook": "AfterInstall", "exit": 5, "prints": ["no"], "produces": ["a"]},
        {"hook": "BeforeInstall", "takes": "9s"},
    )
    done = work(found, about(instance="web-1"))
    assert (done.takes, done.fails, done.exit, done.message) == (2 * SECOND, True, 4, "first")
    assert (done.prints, done.sets, done.produces) == (("hello",), {"A": "1"}, {"a": None})
    assert done.rule is found.rules[3], "the rule that made it fail explains it"
    assert found.fitted == {1, 2, 3, 4, 5}


def test_a_failure_has_exit_code_1_unless_a_rule_says_otherwise() -> None:
    assert work(rules({"hook": "AfterInstall", "fails": True}), about()).exit == 1
    assert work(rules({"hook": "AfterInstall", "fails": True, "exit": 3}), about()).exit == 3
    assert work(rules({"hook": "AfterInstall", "fails": False, "exit": 3}), about()).exit == 0


def test_a_rule_for_what_is_cached_counts_only_then() -> None:
    found = rules(
        {"command": "npm ci", "cached": "15s"},
        {"command": "npm", "takes": "90s"},
    )
    assert work(found, about("npm ci"), "command").takes == 90 * SECOND
    assert work(found, about("npm ci"), "command", cached=True).takes == 15 * SECOND
    assert work(found, about("npm test"), "command", cached=True).takes == 90 * SECOND


@pytest.mark.parametrize(
    ("rule", "kind", "subject", "speaks"),
    [
        ({"command": "npm (ci|install)"}, "command", "cd app && npm ci", True),
        ({"command": "npm (ci|install)"}, "command", "npm test", False),
        ({"command": "^make$"}, "command", "make all", False),
        ({"hook": "Install"}, "hook", "Install", True),
        ({"hook": "Install"}, "hook", "AfterInstall", False),
        ({"phase": "QUEUED"}, "phase", "QUEUED", True),
        ({"action": "Deploy/Stack"}, "action", "Deploy/Stack", True),
        ({"action": "Deploy/*"}, "action", "Deploy/Stack", True),
        ({"action": "*/Stack"}, "action", "Build/Stack", True),
        ({"action": "Deploy/[AB]"}, "action", "Deploy/A", True),
        ({"action": "deploy/*"}, "action", "Deploy/Stack", False),
        ({"approval": "Release/*"}, "approval", "Release/Approve", True),
        ({"action": "Release/*"}, "approval", "Release/Approve", False),
    ],
)
def test_what_a_rule_speaks_of(rule: dict[str, Any], kind: str, subject: str, speaks: bool) -> None:
    found = rules({**rule, "takes": "7s"})
    done = work(found, about(subject), kind)
    assert (done.takes == 7 * SECOND) is speaks
    assert bool(found.fitted) is speaks


# Narrowing


@pytest.mark.parametrize(
    ("narrow", "fitting", "other"),
    [
        ({"instances": ["web-2"]}, {"instance": "web-2"}, {"instance": "web-1"}),
        ({"instances": [2]}, {"instance": "web-2", "index": 2}, {"instance": "2", "index": 1}),
        ({"instances": {"position": [1]}}, {"index": 5, "position": 1}, {"index": 1, "position": 2}),
        ({"script": "a.sh"}, {"script": "a.sh"}, {"script": "b.sh"}),
        ({"deployment": [2, 3]}, {"deployment": 3}, {"deployment": 1}),
        ({"revision": [2]}, {"revision": 2}, {"revision": 3}),
        ({"build": 2}, {"build": 2}, {"build": 1}),
        ({"execution": [1]}, {"execution": 1}, {"execution": 2}),
    ],
)
def test_a_rule_narrows_by_every_key(narrow: dict[str, Any], fitting: dict[str, Any], other: dict[str, Any]) -> None:
    found = rules({"hook": "AfterInstall", "fails": True, **narrow})
    assert work(found, about(**fitting)).fails
    assert not work(found, about(**other)).fails
    assert not work(found, about()).fails, "what does not apply fits no narrowing"


@pytest.mark.parametrize(
    ("narrow", "fitting", "other"),
    [
        ({"project": "web"}, {"project": "web"}, {"project": "api"}),
        ({"phase": "build"}, {"phase": "BUILD"}, {"phase": "INSTALL"}),
    ],
)
def test_a_command_narrows_by_project_and_phase(
    narrow: dict[str, Any], fitting: dict[str, Any], other: dict[str, Any]
) -> None:
    found = rules({"command": "make", "fails": True, **narrow})
    assert work(found, about("make", **fitting), "command").fails
    assert not work(found, about("make", **other), "command").fails


@pytest.mark.parametrize(
    ("at", "fails"), [(0, False), (HOUR - 1, False), (HOUR, True), (2 * HOUR - 1, True), (2 * HOUR, False)]
)
def test_a_rule_holds_from_after_until_before(at: int, fails: bool) -> None:
    found = rules({"hook": "AfterInstall", "fails": True, "after": "1h", "before": "2h"})
    assert work(found, about(), at=at).fails is fails


# Failing


@pytest.mark.parametrize(("attempt", "fails"), [(1, True), (2, False), (3, True)])
def test_these_attempts_fail(attempt: int, fails: bool) -> None:
    found = rules({"hook": "AfterInstall", "fails": {"attempts": [1, 3]}})
    assert work(found, about(attempt=attempt)).fails is fails


def test_a_probability_is_met_in_the_long_run() -> None:
    found = rules({"hook": "AfterInstall", "fails": 0.2})
    failed = sum(work(found, about(entity=f"web-{i}")).fails for i in range(2_000))
    assert failed == pytest.approx(400, abs=60)
    assert not work(rules({"hook": "AfterInstall", "fails": 0}), about()).fails
    assert work(rules({"hook": "AfterInstall", "fails": 1}), about()).fails


# Common random numbers

NAMES = st.text("ab", min_size=1, max_size=3)


@given(st.integers(0, 99), NAMES, st.integers(1, 3))
def test_the_same_work_has_the_same_luck_whatever_other_rules_say(seed: int, name: str, attempt: int) -> None:
    what = about(entity=name, instance=name, attempt=attempt)
    base = {"hook": "AfterInstall", "takes": {"exponential": "10s"}, "fails": 0.5}
    one = work(rules(base), what, seed=seed)
    more = [
        {"hook": "AfterInstall", "instances": ["other"], "takes": "1s", "fails": True},
        {"hook": "BeforeInstall", "fails": True},
        {"command": "make", "takes": "3s"},
    ]
    two = work(rules(*more, base), what, seed=seed)
    assert (one.takes, one.fails) == (two.takes, two.fails)


@given(st.integers(0, 99), NAMES)
def test_another_distribution_keeps_the_rank_of_the_luck(seed: int, name: str) -> None:
    """The same uniform number goes through whatever distribution a rule or an assumption gives."""
    what = about(entity=name)
    luck = work(rules({"hook": "AfterInstall", "takes": {"uniform": ["0s", "1000s"]}}), what, seed=seed).takes / 1e6
    script = assumptions.load().duration("deploy.script")
    assert work(rules(), what, seed=seed).takes == pytest.approx(script.at(luck), rel=0.01)


def test_whether_work_fails_says_nothing_of_how_long_it_takes() -> None:
    found = rules({"hook": "AfterInstall", "takes": {"uniform": ["0s", "1000s"]}, "fails": 0.5})
    done = [work(found, about(entity=f"web-{i}")) for i in range(600)]
    failed = [one.takes for one in done if one.fails]
    assert sum(failed) / len(failed) == pytest.approx(500_000, abs=60_000)


def test_different_work_has_different_luck() -> None:
    found = rules({"hook": "AfterInstall", "takes": {"uniform": ["0s", "1000s"]}})
    takes = {
        work(found, about(entity="a")).takes,
        work(found, about(entity="b")).takes,
        work(found, about(entity="a", attempt=2)).takes,
        work(found, about(entity="a"), seed=1).takes,
    }
    assert len(takes) == 4


# Delays and the world's own


def test_a_delay_no_rule_can_change() -> None:
    found, world = rules({"hook": "AfterInstall", "takes": "1h"}), World(3)
    first = found.delay(world, "events.delivery", "rule/1")
    assert 300 <= first <= 3 * SECOND
    assert found.delay(world, "events.delivery", "rule/1") == first
    assert found.delay(world, "events.delivery", "rule/2") != first
    assert list(found.used) == ["events.delivery"]


def test_a_world_without_a_scenario_has_assumptions_and_no_rules() -> None:
    world = World()
    found = behavior.of(world)
    assert found.rules == ()
    assert behavior.of(world) is found
    assert found.assumptions.value_ms("deploy.event") == 100


def test_the_rules_of_one_kind() -> None:
    found = rules(
        {"agent": "web-1", "installed": False}, {"hook": "Install", "fails": True}, {"agent": "*", "poll": "1m"}
    )
    assert [rule.subject for rule in found.of_kind("agent")] == ["web-1", "*"]
    assert [rule.poll for rule in found.of_kind("agent")] == [None, MINUTE]
