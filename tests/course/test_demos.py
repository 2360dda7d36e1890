"""The demonstrations that come along: their keys do what they say, and their notes lie within the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.problems import ProblemsError, UsageError
from sim.course import demos, notebooks
from sim.formats import shipped


def ended(name: str, key: str, at: str) -> dict[str, Any]:
    demo = demos.demo(name)
    flight = demo.flight()
    flight.inject(at, demo.step(key))
    return flight.cloud.result()


@pytest.mark.parametrize("name", demos.names())
def test_its_scenario_comes_along_and_its_notes_lie_within_the_run(name: str) -> None:
    demo = demos.demo(name)
    assert demo.scenario in shipped.scenarios()
    assert demo.notes[0].at == 0
    assert demo.notes[-1].at <= demo.flight().replay.duration
    assert demo.notebook in [one.name for one in notebooks.notebooks()]


@pytest.mark.parametrize("name", demos.names())
def test_every_key_is_a_step_that_can_be_done(name: str) -> None:
    demo = demos.demo(name)
    for key in demo.keys:
        flight = demo.flight()
        flight.inject(flight.replay.duration / 2000, key.step)
        refused = [step for step in flight.cloud.result()["steps"] if "error" in step]
        assert refused == [], key


@pytest.mark.parametrize(("key", "status"), [("b", "Failed"), ("a", "Stopped"), ("s", "Stopped")])
def test_a_failure_an_alarm_and_a_stop_each_bring_version_1_back(key: str, status: str) -> None:
    result = ended("rollback", key, "3m5s")
    assert [one["status"] for one in result["deployments"]] == [status, "Succeeded"]
    assert result["deployments"][1]["creator"] == "codeDeployRollback"


def test_an_approval_frees_the_stage_and_a_rejection_does_too() -> None:
    approved = ended("approvals", "a", "12m")["pipelines"][0]["executions"]
    assert [one["status"] for one in approved] == ["Succeeded", "Superseded", "Superseded", "InProgress"]
    rejected = ended("approvals", "r", "12m")["pipelines"][0]["executions"]
    assert [one["status"] for one in rejected] == ["Failed", "Superseded", "Superseded", "InProgress"]


def test_names_that_are_not_there_are_answered_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="did you mean rollback"):
        demos.demo("rolback")
    with pytest.raises(UsageError, match="there are: approvals, rollback"):
        demos.demo("xyz")
    with pytest.raises(UsageError, match="there are: b, a, s"):
        demos.demo("rollback").step("x")


GOOD = """title: A title
scenario: first-release
minutes: 10
notebook: 20_x
notes:
- {at: 0s, say: Hello}
keys:
- {key: b, does: break it, step: {hook: Install, fails: true}}
"""


@pytest.mark.parametrize(
    ("found", "instead", "line", "says"),
    [
        ("title: A title\n", "", 1, "title is missing"),
        ("minutes: 10", "minutes: ten", 3, "'ten', not a whole number"),
        ("minutes: 10", "minuts: 10", 3, "did you mean minutes"),
        ("{at: 0s, say: Hello}", "{at: 0s}", 6, "a note has no say"),
        ("{at: 0s, say: Hello}", "{at: 5s, say: a}\n- {at: 5s, say: b}", 7, "before the one above"),
        ("key: b", "key: q", 8, "the key 'q' cannot be taken"),
        ("key: b", "key: bb", 8, "the key 'bb' cannot be taken"),
        ("step: {hook: Install, fails: true}", "step: none", 8, "'none', not a mapping"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_line(
    tmp_path: Path, found: str, instead: str, line: int, says: str
) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert demos.read(path).keys[0].does == "break it"
    path.write_text(GOOD.replace(found, instead), encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        demos.read(path)
    assert any(problem.line == line and says in str(problem) for problem in caught.value.problems), caught.value
