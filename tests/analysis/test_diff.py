"""Two runs part at one decision; everything before it is the same."""

from pathlib import Path
from typing import Any

from sim.analysis.diff import first_difference
from sim.analysis.record import Record
from sim.formats.scenario import scenario_from_document
from sim.scenario import Scenario

SCENARIOS = Path(__file__).parent.parent.parent / "data" / "scenarios"


def record(rules: list[dict[str, Any]], *, seed: int | None = None, **parameters: Any) -> Record:
    document = {
        "template": "../templates/web-fleet.yaml",
        "parameters": {"FleetSize": 3, **parameters},
        "repositories": {"web": "../apps/web"},
        "history": [{"group": "web/production", "revision": "../apps/web-v0"}],
        "timeline": [{"at": "0s", "push": {"repository": "web"}}],
        "behavior": rules,
    }
    return Scenario(scenario_from_document(document, SCENARIOS)).compile().run(seed).record


def test_the_same_run_twice_parts_nowhere() -> None:
    assert first_difference(record([]), record([])) is None


def test_times_alone_are_no_decision() -> None:
    assert first_difference(record([]), record([{"hook": "AfterInstall", "takes": "30s"}])) is None


def test_a_failing_hook_is_where_they_part() -> None:
    parting = first_difference(record([]), record([{"hook": "AfterInstall", "instances": ["web-2"], "fails": True}]))
    assert parting is not None
    assert parting.subject == "deployment 1 / target web-2 / lifecycle-event AfterInstall"
    assert parting.left is not None
    assert parting.right is not None
    assert (parting.left.status, parting.right.status) == ("Succeeded", "Failed")
    assert parting.right.rule == "codedeploy.event.failed"


def test_what_only_one_run_has_is_a_difference_too() -> None:
    rules = [{"hook": "ValidateService", "deployment": [1], "instances": {"position": [2]}, "fails": True}]
    without, with_rollback = record(rules), record(rules, AutoRollback=True)
    parting = first_difference(without, with_rollback)
    assert parting is not None
    assert parting.left is None
    assert parting.right is not None
    assert (parting.subject, parting.right.status) == ("deployment 1", "rollback")
    assert parting.right.rule == "codedeploy.rollback.started"


def test_the_same_rule_with_other_numbers_is_another_decision() -> None:
    one, all_ = record([], FleetSize=4), record([], FleetSize=4, DeploymentConfigName="CodeDeployDefault.AllAtOnce")
    parting = first_difference(one, all_)
    assert parting is not None
    assert parting.left is not None
    assert parting.right is not None
    assert parting.left.rule == parting.right.rule == "codedeploy.health.batch"
    assert parting.left.why.startswith("1 may be out of service together")
    assert parting.right.why.startswith("4 may be out of service together")


def test_another_order_of_instances_is_a_difference() -> None:
    left, right = record([], FleetSize=6), record([], seed=8, FleetSize=6)
    parting = first_difference(left, right)
    assert parting is not None
    assert parting.left is not None
    assert parting.right is not None
    assert parting.subject.startswith("deployment 1 / target ")
    assert parting.left.place != parting.right.place
    assert None not in (parting.left.place, parting.right.place)
