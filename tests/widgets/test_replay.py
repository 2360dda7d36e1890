"""A replay shows at every moment what the services themselves would have told then."""

import json
from typing import Any

import pytest

from sim import Cloud, Scenario
from sim.analysis.tables import place
from sim.formats import edits, shipped
from sim.widgets import Replay


def replay(name: str) -> tuple[Cloud, Replay]:
    plan = Scenario.open(name).compile()
    cloud = plan.run(audit=True)
    return cloud, Replay(cloud, plan.start())


def fleet_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What both a result and a replay say of instances that are there."""
    members = ("group", "revision", "revisionHealth", "instanceHealth")
    return [
        {
            "name": row["name"],
            "agent": row["agent"],
            "groups": [
                {member: one[member] for member in members} | {"revision": _place(one["revision"])}
                for one in row["groups"]
            ],
        }
        for row in rows
        if row.get("state") not in ("shutting-down", "terminated", "deregistered")
    ]


def _place(revision: Any) -> str | None:
    return place(revision) if isinstance(revision, dict) else revision


def assert_told_as_by_the_services(cloud: Cloud, picture: dict[str, Any]) -> None:
    result = cloud.result()
    assert fleet_of(picture["fleet"]) == fleet_of(result["fleet"])
    assert [(one["deploymentId"], one["status"]) for one in picture["deployments"]] == [
        (one["deploymentId"], one["status"]) for one in result["deployments"]
    ]
    for one, told in zip(picture["deployments"], result["deployments"], strict=True):
        if any(one["deploymentOverview"].values()):  # nothing was moved yet
            assert one["deploymentOverview"] == told["deploymentOverview"]
    for pipeline in picture["pipelines"]:
        state = cloud.call("codepipeline", "GetPipelineState", name=pipeline["name"])
        assert pipeline["stages"] == [_stage(stage) for stage in state["stageStates"]]
    assert [alarm["state"] for alarm in picture["alarms"]] == [
        alarm["StateValue"] for alarm in cloud.call("cloudwatch", "DescribeAlarms")["MetricAlarms"]
    ]
    assert picture["mails"] == result["notifications"]


def _stage(state: dict[str, Any]) -> dict[str, Any]:
    latest = state.get("latestExecution", {})
    return {
        "stageName": state["stageName"],
        "status": latest.get("status"),
        "pipelineExecutionId": latest.get("pipelineExecutionId"),
        "inboundExecutions": [one["pipelineExecutionId"] for one in state.get("inboundExecutions", [])],
        "inboundTransition": state["inboundTransitionState"]["enabled"],
        "actions": [_Action(action) for action in state["actionStates"]],
    }


class _Action(dict[str, Any]):
    """Equal to what a replay tells of an action, as far as GetPipelineState tells of it."""

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, dict)
        latest = self.get("latestExecution", {})
        mine = (self["actionName"], latest.get("status"), latest.get("actionExecutionId"))
        return mine == (other["actionName"], other["status"], other.get("actionExecutionId"))

    __hash__ = None


@pytest.mark.parametrize("name", shipped.scenarios())
def test_at_the_end_of_a_run_it_shows_what_the_services_tell(name: str) -> None:
    cloud, shown = replay(name)
    assert_told_as_by_the_services(cloud, shown.at(shown.duration))


@pytest.mark.parametrize("name", ["validate-fails-rollback", "superseded", "approval-given", "stop-deployment"])
@pytest.mark.parametrize("part", [0.13, 0.37, 0.61, 0.86])
def test_in_the_middle_of_a_run_it_shows_what_the_services_told_then(name: str, part: float) -> None:
    _, shown = replay(name)
    ms = int(shown.duration * part)
    then = Scenario.open(name).compile().start()
    then.world.run(ms)
    assert_told_as_by_the_services(then, shown.at(ms))


def test_a_transition_is_closed_from_when_it_was_disabled_until_it_is_enabled() -> None:
    text = shipped.find_scenario("first-release").read_text(encoding="utf-8")
    where = {"pipelineName": "web", "stageName": "Deploy", "transitionType": "Inbound"}
    for at, operation, more in (("1m", "Disable", {"reason": "a fair"}), ("10m", "Enable", {})):
        call = {"service": "codepipeline", "operation": f"{operation}StageTransition", "parameters": {**where, **more}}
        text = edits.with_items(text, "timeline", [{"at": at, "call": call}])
    plan = Scenario.parse(text, str(shipped.find_scenario("first-release"))).compile()
    cloud = plan.run(audit=True)
    shown = Replay(cloud, plan.start())

    def is_open(ms: int) -> bool:
        return bool(shown.at(ms)["pipelines"][0]["stages"][2]["inboundTransition"])

    assert [is_open(ms) for ms in (59_999, 60_000, 599_999, 600_000)] == [True, False, False, True]
    waits = shown.at(300_000)["pipelines"][0]
    assert waits["stages"][2]["inboundExecutions"] == [waits["executions"][0]["pipelineExecutionId"]]
    assert_told_as_by_the_services(cloud, shown.at(shown.duration))


def test_in_parallel_mode_each_stage_shows_the_execution_that_entered_it_last() -> None:
    plan = Scenario.open("three-stages", parameters={"Mode": "PARALLEL"}).compile()
    cloud = plan.run()
    shown = Replay(cloud, plan.start())
    newest = cloud.result()["pipelines"][0]["executions"][-1]["pipelineExecutionId"]
    stages = shown.at(shown.duration)["pipelines"][0]["stages"]
    assert [(one["status"], one["pipelineExecutionId"]) for one in stages] == [("Succeeded", newest)] * 3


def test_an_instance_shows_the_event_it_is_in_and_then_how_that_ended() -> None:
    cloud, shown = replay("validate-fails-rollback")
    target = next(one for one in cloud.result()["deployments"][0]["targets"] if one["status"] == "Failed")
    event = next(one for one in target["lifecycleEvents"] if one["status"] == "Failed")

    def seen(seconds: float) -> tuple[Any, ...]:
        row = next(one for one in shown.at(round(seconds * 1000))["fleet"] if one["name"] == target["name"])
        return row["status"], row["lifecycleEvent"], row["eventStatus"], row["groups"][0]["instanceHealth"]

    assert seen(event["started"]) == ("InProgress", "ValidateService", "InProgress", "Healthy")
    assert seen(event["ended"]) == ("Failed", "ValidateService", "Failed", "Unhealthy")


def test_revisions_are_counted_as_the_group_got_to_know_them() -> None:
    cloud, shown = replay("validate-fails-rollback")
    first, last = cloud.result()["deployments"]
    numbers = [
        sorted(one["groups"][0]["revisionNumber"] for one in shown.at(round(seconds * 1000))["fleet"])
        for seconds in (0, first["ended"], last["ended"])
    ]
    assert numbers == [[1, 1, 1], [1, 2, 2], [1, 1, 1]]


def test_a_revision_without_an_etag_has_the_same_number_on_the_instance_and_in_its_deployment() -> None:
    _, shown = replay("ten-instances")
    last = shown.at(shown.duration)["fleet"]
    assert {one["groups"][0]["revisionNumber"] for one in last} == {2}
    assert [one["revision"] for one in shown.fleet.deployments] == [2]


def test_a_superseded_execution_waits_in_front_of_its_stage_and_then_no_longer() -> None:
    cloud, shown = replay("superseded")
    execution = next(one for one in cloud.result()["pipelines"][0]["executions"] if one["status"] == "Superseded")
    ended = round(execution["ended"] * 1000)

    def waits(ms: int) -> str:
        rows = shown.at(ms)["pipelines"][0]["executions"]
        return next(
            str(one["waitsFor"] or "") for one in rows if one["pipelineExecutionId"] == execution["pipelineExecutionId"]
        )

    assert waits(ended - 1) != ""
    assert waits(ended) == ""


def test_decisions_come_in_order_and_say_on_what_they_rest() -> None:
    _, shown = replay("validate-fails-rollback")
    times = [one.at for one in shown.decisions]
    assert times == sorted(set(times))
    failed = next(one for one in shown.decisions if "2 must stay healthy" in one.text)
    assert failed.failed
    assert failed.source.startswith("docs/behaviour/codedeploy.md")
    assert shown.current(failed.at) is failed
    after, before = shown.after(failed.at - 1), shown.before(failed.at + 1)
    assert after is failed is before


def test_it_is_small_and_the_same_each_time() -> None:
    _, shown = replay("validate-fails-rollback")
    text = shown.json()
    assert text == replay("validate-fails-rollback")[1].json()
    assert len(text) < 40_000
    assert json.loads(text)["end"] == shown.duration


def fleet_scenario(instances: int) -> Scenario:
    text = shipped.find_scenario("ten-instances").read_text(encoding="utf-8")
    text = text.replace("Count: 10", f"Count: {instances}")
    return Scenario.parse(text, str(shipped.find_scenario("ten-instances")))


def test_a_large_fleet_takes_few_bytes_an_instance() -> None:
    """Two thousand instances and one deployment must fit into a few megabytes."""
    plan = fleet_scenario(200).compile()
    shown = Replay(plan.run(), plan.start())
    assert len(shown.json()) < 200 * 1_000


def test_a_paused_run_can_be_shown_too() -> None:
    plan = Scenario.open("first-release").compile()
    cloud = plan.run(until="2m")
    shown = Replay(cloud, plan.start())
    assert shown.duration == 120_000
    assert_told_as_by_the_services(cloud, shown.at(120_000))


def test_an_instance_that_was_passed_over_is_told_when_that_was_decided_and_why() -> None:
    _, seen = replay("validate-fails")
    packed = seen.packed()
    skipped = [row for row in packed["targets"] if packed["words"][row[5]] == "Skipped"]
    failed = [row for row in packed["targets"] if packed["words"][row[5]] == "Failed"]
    assert [row[3] for row in skipped] == [None]
    assert [row[4] for row in skipped] == [failed[0][4]]
    assert packed["reasons"][skipped[0][6]][0] == "the deployment ended before its turn came"
