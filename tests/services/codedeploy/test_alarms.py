"""Alarms that stop a deployment. docs/behaviour/codedeploy.md §7."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import MINUTE, SECOND
from sim.services.codedeploy.resources import TIMED_OUT, DeploymentStatus, Ending
from tests.services.codedeploy.stage import Stage, bundle, hooks

ALL, ONE = "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.OneAtATime"
SLOW = {"hook": "ValidateService", "takes": "2m"}
ON_ALARM = {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM"]}
ON_FAILURE = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}


def alarms(*names: str, **more: Any) -> dict[str, Any]:
    return {"enabled": True, "alarms": [{"name": name} for name in names], **more}


def put(stage: Stage, name: str) -> None:
    """An alarm that no evaluation changes within the story."""
    stage.call(
        "PutMetricAlarm",
        "cloudwatch",
        AlarmName=name,
        Namespace="Shop",
        MetricName="Errors",
        Statistic="Sum",
        Period=86_400,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    turn(stage, name, "OK")


def turn(stage: Stage, name: str, state: str) -> None:
    stage.call("SetAlarmState", "cloudwatch", AlarmName=name, StateValue=state, StateReason="as told")


def guarded(*names: str, hosts: int = 4, config: str = ONE, **settings: Any) -> Stage:
    """A fleet on its first revision; a group with the alarms named, all of them OK; ValidateService takes 2 minutes."""
    stage = Stage(hosts, config, [SLOW], **settings)
    for name in names:
        put(stage, name)
    stage.adopt(hooks("ValidateService"))
    if "alarmConfiguration" not in settings:
        change(stage, alarmConfiguration=alarms(*names))
    return stage


def change(stage: Stage, **settings: Any) -> None:
    names = {"applicationName": "shop", "currentDeploymentGroupName": "production"}
    stage.call("UpdateDeploymentGroup", **names, **settings)


V2 = {**hooks("ValidateService"), "site/index.html": b"v2"}


def why_of(stage: Stage, deployment: Any) -> str:
    return [move.why.rule.id for move in stage.world.journal.moves(deployment)][-1]


def test_trap_22_an_alarm_stops_the_deployment_and_does_not_fail_it():
    # given one instance after the other
    stage = guarded("errors")
    id = stage.create(V2)
    stage.world.run(until=3 * MINUTE)
    # when the alarm goes red
    turn(stage, "errors", "ALARM")
    stage.world.run(until=8 * MINUTE)
    # then it is seen within 12 to 23 s, what is in progress ends, and the rest is left
    deployment = stage.codedeploy.deployments[id]
    assert (deployment.status, deployment.error["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert "errors" in deployment.error["message"]
    assert why_of(stage, deployment) == "codedeploy.alarm.active"
    assert deployment.targets[0].status == "Succeeded"
    assert [target.status.value for target in deployment.targets][2:] == ["Skipped", "Skipped"]


def test_the_alarm_is_seen_twelve_to_twenty_three_seconds_later():
    stage = guarded("errors", hosts=1)
    id = stage.create(V2)
    stage.world.run(until=30 * SECOND)
    deployment = stage.codedeploy.deployments[id]
    turn(stage, "errors", "ALARM")
    while deployment.ending is None:
        stage.world.run(until=stage.world.now + 100)
    assert 12 * SECOND <= stage.world.now - 30 * SECOND <= 23 * SECOND + 100


def test_trap_22_an_alarm_that_is_red_at_the_start_stops_it_at_once():
    stage = guarded("errors")
    turn(stage, "errors", "ALARM")
    deployment = stage.deploy(V2)
    assert (deployment.status, deployment.error["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert deployment.ended == deployment.started
    assert deployment.overview()["Skipped"] == 4
    assert why_of(stage, deployment) == "codedeploy.alarm.at-start"


@pytest.mark.parametrize(("rollback", "follows"), [(ON_ALARM, True), (ON_FAILURE, False)])
def test_trap_22_a_rollback_needs_its_own_event(rollback, follows):
    stage = guarded("errors", autoRollbackConfiguration=rollback)
    stage.create(V2)
    stage.world.run(until=3 * MINUTE)
    turn(stage, "errors", "ALARM")
    stage.world.run(until=60 * MINUTE)
    assert len(stage.deployments()) == 1 + follows
    assert ("rollback.not-listed" in stage.rules("rollback")) is not follows
    if follows:
        stopped, rollback_ = stage.deployments()
        assert (stopped.status, rollback_.creator, rollback_.status) == ("Stopped", "codeDeployRollback", "Succeeded")
        assert "alarm.rollback" in stage.rules("alarm"), "the alarm is still red and does not stop it"


def test_an_alarm_that_recovers_before_it_is_seen_stops_nothing():
    stage = guarded("errors")
    id = stage.create(V2)
    stage.world.run(until=3 * MINUTE)
    turn(stage, "errors", "ALARM")
    stage.world.run(until=3 * MINUTE + 5 * SECOND)
    turn(stage, "errors", "OK")
    stage.world.run(until=60 * MINUTE)
    assert stage.info(id)["status"] == "Succeeded"


def test_any_of_the_alarms_and_no_other():
    stage = guarded("errors", "latency")
    put(stage, "elsewhere")
    id = stage.create(V2)
    stage.world.run(until=1 * MINUTE)
    turn(stage, "elsewhere", "ALARM")
    stage.world.run(until=2 * MINUTE)
    assert stage.info(id)["status"] == "InProgress"
    turn(stage, "latency", "ALARM")
    stage.world.run(until=20 * MINUTE)
    assert stage.info(id)["status"] == "Stopped"


def test_alarms_that_are_not_enabled_are_ignored():
    stage = guarded("errors")
    change(stage, alarmConfiguration={**alarms("errors"), "enabled": False})
    turn(stage, "errors", "ALARM")
    id = stage.create(V2)
    stage.world.run(until=60 * MINUTE)
    assert stage.info(id)["status"] == "Succeeded"


def test_a_deployments_own_alarm_configuration_replaces_the_groups():
    stage = guarded("errors")
    turn(stage, "errors", "ALARM")
    id = stage.create(V2, overrideAlarmConfiguration={"enabled": False, "alarms": []})
    stage.world.run(until=60 * MINUTE)
    assert stage.info(id)["status"] == "Succeeded"
    assert stage.info(id)["overrideAlarmConfiguration"] == {"enabled": False, "alarms": []}
    put(stage, "mine")
    turn(stage, "mine", "ALARM")
    change(stage, alarmConfiguration={"enabled": False, "alarms": []})
    assert stage.deploy(V2, key="v3.zip", overrideAlarmConfiguration=alarms("mine")).status == "Stopped"


@pytest.mark.parametrize(("ignores", "status"), [(False, "Stopped"), (True, "Succeeded")])
def test_the_state_of_an_alarm_that_cannot_be_read(ignores, status):
    stage = guarded("errors")
    change(stage, alarmConfiguration=alarms("gone", ignorePollAlarmFailure=ignores))
    id = stage.create(V2)
    stage.world.run(until=60 * MINUTE)
    assert stage.info(id)["status"] == status
    told = why_of(stage, stage.codedeploy.deployments[id]) if not ignores else f"codedeploy.{stage.rules('alarm')[0]}"
    assert told == f"codedeploy.alarm.unknown{'-ignored' if ignores else ''}"


def test_after_an_alarm_stop_the_next_deployment_stops_too_until_the_alarm_is_green():
    stage = guarded("errors")
    turn(stage, "errors", "ALARM")
    assert stage.deploy(V2).status == "Stopped"
    assert stage.deploy(V2).status == "Stopped"
    turn(stage, "errors", "OK")
    id = stage.create(V2)
    stage.world.run(until=stage.world.now + 60 * MINUTE)
    assert stage.info(id)["status"] == "Succeeded"


def test_an_alarm_does_not_hold_a_deployment_that_is_over():
    stage = guarded("errors")
    stage.world.behaviour.rules = ()
    deployment = stage.deploy(V2)
    turn(stage, "errors", "ALARM")
    stage.world.run()
    assert deployment.status == "Succeeded"
    assert stage.world.quiet


def test_a_launch_deployment_is_stopped_too_and_the_instance_abandoned():
    stage = Stage(0, ALL)
    put(stage, "errors")
    stage.scaled()
    change(stage, ec2TagFilters=[], autoScalingGroups=["fleet"], alarmConfiguration=alarms("errors"))
    stage.adopt(bundle())
    turn(stage, "errors", "ALARM")
    stage.scale(3)
    stage.world.run(until=3 * MINUTE)
    assert stage.deployments()[0].status == "Stopped"
    assert stage.deployments()[0].targets[0].host.instance.status == "terminated"


@pytest.mark.parametrize(("ignores", "status"), [(False, "Stopped"), (True, "Succeeded")])
def test_an_alarm_that_is_deleted_meanwhile_cannot_be_read_any_longer(ignores, status):
    # given a deployment that goes on under an alarm
    stage = guarded("errors")
    change(stage, alarmConfiguration=alarms("errors", ignorePollAlarmFailure=ignores))
    id = stage.create(V2)
    stage.world.run(until=3 * MINUTE)
    # when the alarm is deleted
    stage.call("DeleteAlarms", "cloudwatch", AlarmNames=["errors"])
    stage.world.run(until=60 * MINUTE)
    # then
    assert stage.info(id)["status"] == status
    if not ignores:
        assert stage.info(id)["errorInformation"]["code"] == "ALARM_ACTIVE"
        assert why_of(stage, stage.codedeploy.deployments[id]) == "codedeploy.alarm.gone"


def test_an_alarm_that_comes_later_is_watched_from_then_on():
    stage = guarded("errors")
    change(stage, alarmConfiguration=alarms("late", ignorePollAlarmFailure=True))
    id = stage.create(V2)
    stage.world.run(until=2 * MINUTE)
    put(stage, "late")
    turn(stage, "late", "ALARM")
    stage.world.run(until=60 * MINUTE)
    assert (stage.info(id)["status"], stage.info(id)["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")


def test_an_alarm_that_is_put_there_again_at_once_stops_nothing():
    stage = guarded("errors")
    id = stage.create(V2)
    stage.world.run(until=2 * MINUTE)
    stage.call("DeleteAlarms", "cloudwatch", AlarmNames=["errors"])
    put(stage, "errors")
    stage.world.run(until=60 * MINUTE)
    assert stage.info(id)["status"] == "Succeeded"


@pytest.mark.parametrize("events", [["DEPLOYMENT_STOP_ON_ALARM"], ["DEPLOYMENT_FAILURE"]])
def test_a_stop_that_comes_after_the_alarm_does_not_undo_the_rollback(events):
    # given an alarm that has stopped a deployment whose events in progress are still to end
    stage = guarded("errors", hosts=1, autoRollbackConfiguration={"enabled": True, "events": events})
    id = stage.create(V2)
    stage.world.run(until=30 * SECOND)
    turn(stage, "errors", "ALARM")
    stage.world.run(until=60 * SECOND)
    assert stage.info(id)["status"] == "InProgress"
    # when somebody stops it too, and asks for a rollback
    stage.call("StopDeployment", deploymentId=id, autoRollbackEnabled=True)
    stage.world.run(until=60 * MINUTE)
    # then it stays the alarm's stop, and is rolled back: by its own event, or because the call asks for it
    assert stage.info(id)["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert [one.creator for one in stage.deployments()] == ["user", "codeDeployRollback"]


def test_a_stop_with_rollback_that_comes_too_late_does_not_change_what_a_failure_does():
    stage = guarded("errors", hosts=1)
    id = stage.create(V2)
    stage.world.run(until=30 * SECOND)
    stage.codedeploy.deployments[id].cut_short(Ending(DeploymentStatus.FAILED, TIMED_OUT, "TIMEOUT", "too long"))
    stage.call("StopDeployment", deploymentId=id, autoRollbackEnabled=True)
    stage.world.run(until=60 * MINUTE)
    assert [(one.creator, one.status.value) for one in stage.deployments()] == [("user", "Failed")]
