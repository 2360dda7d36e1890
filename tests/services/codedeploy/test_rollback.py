"""Failing, rolling back, stopping, deploying again: docs/behaviour/codedeploy.md §6, §7."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import HOUR, MINUTE, SECOND
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import ALICE, Stage, bundle, hooks, order, statuses

ONE, ALL = "CodeDeployDefault.OneAtATime", "CodeDeployDefault.AllAtOnce"
ON_FAILURE = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
ON_STOP = {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_REQUEST"]}
V1, V2, V3 = (bundle(**{"site/index.html": text}) for text in ("v1", "v2", "v3"))
SECOND_FAILS = {"hook": "ValidateService", "instances": {"position": [2]}, "deployment": [1], "fails": True}


def served(stage: Stage) -> dict[str, str]:
    """What each instance serves."""
    return {f"web-{n}": stage.files(f"web-{n}")["/srv/shop/index.html"] for n in range(1, len(stage.ec2.instances) + 1)}


def test_without_rollback_a_failure_leaves_a_mixed_fleet_and_the_next_deployment_begins_with_it():
    # given three instances on v1
    stage = Stage(3, ONE, [SECOND_FAILS])
    stage.adopt(V1)
    # when ValidateService fails on the second of three
    deployment = stage.deploy(V2)
    # then
    done, failed, untouched = order(deployment)
    assert (deployment.status, deployment.error["code"]) == ("Failed", "HEALTH_CONSTRAINTS")
    assert [target.status.value for target in deployment.targets] == ["Succeeded", "Failed", "Skipped"]
    assert stage.health() == {
        done: ("Healthy", "Old"),
        failed: ("Unhealthy", "Current"),
        untouched: ("Healthy", "Current"),
    }
    assert served(stage)[untouched] == "v1"
    assert len(stage.deployments()) == 1
    # and the next deployment starts with the failed instance
    following = stage.deploy(V3, "v3.zip")
    assert order(following)[0] == failed
    assert following.status == "Succeeded"
    assert served(stage) == {done: "v3", failed: "v3", untouched: "v3"}


def test_with_rollback_a_new_deployment_brings_all_back_to_the_old_revision():
    stage = Stage(3, ONE, [SECOND_FAILS], autoRollbackConfiguration=ON_FAILURE)
    stage.adopt(V1)
    failed = stage.deploy(V2)
    rollback = stage.deployments()[1]
    assert (failed.status, rollback.creator, rollback.status) == ("Failed", "codeDeployRollback", "Succeeded")
    assert order(rollback)[0] == order(failed)[1]
    assert stage.world.journal.created[rollback.ordinal] == failed.ended
    assert set(stage.health().values()) == {("Healthy", "Current")}
    assert set(served(stage).values()) == {"v1"}
    assert len(stage.deployments()) == 2


def test_rollback_information_on_both_deployments():
    stage = Stage(3, ONE, [SECOND_FAILS], autoRollbackConfiguration=ON_FAILURE)
    stage.adopt(V1)
    failed = stage.deploy(V2)
    rollback = stage.deployments()[1]
    told = stage.info(failed.name)["rollbackInfo"]
    assert told["rollbackDeploymentId"] == rollback.name
    assert rollback.name in told["rollbackMessage"]
    told = stage.info(rollback.name)["rollbackInfo"]
    assert told["rollbackTriggeringDeploymentId"] == failed.name
    assert failed.name in told["rollbackMessage"]


def test_a_rollback_uses_the_groups_configuration():
    stage = Stage(2, ONE, [{**SECOND_FAILS, "instances": {"position": [1, 2]}}], autoRollbackConfiguration=ON_FAILURE)
    stage.adopt(V1)
    stage.deploy(V2, deploymentConfigName=ALL)
    assert stage.deployments()[1].config == ONE


def test_nothing_to_roll_back_to_before_any_deployment_succeeded():
    stage = Stage(2, ALL, [{"hook": "Install", "fails": True}], autoRollbackConfiguration=ON_FAILURE)
    deployment = stage.deploy(V1)
    assert len(stage.deployments()) == 1
    told = stage.info(deployment.name)["rollbackInfo"]
    assert set(told) == {"rollbackMessage"}
    assert "nothing to roll back to" in told["rollbackMessage"]


def test_a_rollback_that_fails_is_not_rolled_back():
    stage = Stage(2, ALL, [{"hook": "ValidateService", "fails": True}], autoRollbackConfiguration=ON_FAILURE)
    stage.adopt(V1)
    stage.deploy(V2)
    failed, rollback = stage.deployments()
    assert (failed.status, rollback.status, rollback.creator) == ("Failed", "Failed", "codeDeployRollback")
    assert "rollbackDeploymentId" not in stage.info(rollback.name)["rollbackInfo"]
    notes = [notice.why.rule.id for notice in stage.world.journal.notices if notice.topic == "rollback"]
    assert notes == ["codedeploy.rollback.started", "codedeploy.rollback.no-second"]


def test_only_the_named_events_roll_back():
    stage = Stage(1, ALL, [{"hook": "ValidateService", "fails": True}], autoRollbackConfiguration=ON_STOP)
    stage.adopt(V1)
    stage.deploy(V2)
    assert len(stage.deployments()) == 1


def test_the_group_revision_moves_only_with_success():
    stage = Stage(1, ALL, [{"hook": "ValidateService", "deployment": [2], "fails": True}])
    first = stage.deploy(V1, "v1.zip")
    second = stage.deploy(V2, "v2.zip")
    group = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName="production")
    info = group["deploymentGroupInfo"]
    assert info["lastSuccessfulDeployment"]["deploymentId"] == first.name
    assert info["lastAttemptedDeployment"]["deploymentId"] == second.name
    assert info["targetRevision"] == second.revision
    assert stage.info(second.name)["previousRevision"] == first.revision


# What a whole success makes of those that failed (§6)


def test_after_success_a_failed_instance_that_was_current_is_unknown():
    stage = Stage(3, ALL, [{"hook": "Install", "instances": ["web-2"], "fails": True}])
    stage.adopt(V1)
    stage.deploy(V2)
    assert stage.health() == {
        "web-1": ("Healthy", "Current"),
        "web-2": ("Unhealthy", "Unknown"),
        "web-3": ("Healthy", "Current"),
    }


def test_after_success_a_failed_instance_that_was_old_stays_old():
    # web-2 holds v2 with success from a deployment that failed as a whole: it is old, and a success elsewhere
    # leaves it so.
    rules = [
        {"hook": "Install", "instances": {"position": [2]}, "deployment": [1], "fails": True},
        {"hook": "Install", "instances": {"position": [2]}, "deployment": [2], "fails": True},
    ]
    stage = Stage(3, ONE, rules)
    stage.adopt(V1)
    first = stage.deploy(V2)
    ahead, failed, _ = order(first)
    assert stage.health()[ahead] == ("Healthy", "Old")
    second = stage.deploy(V3, "v3.zip", deploymentConfigName=ALL)
    assert second.status == "Succeeded"
    assert order(second)[:2] == [failed, ahead]
    assert stage.health()[ahead] == ("Unhealthy", "Old")


def test_an_instance_that_failed_with_what_it_holds_is_outdated():
    # one instance holds v2 and failed with it the second time, and with it the whole deployment
    fails = {"hook": "ValidateService", "deployment": [2], "instances": {"position": [1]}, "fails": True}
    stage = Stage(3, ONE, [fails])
    stage.deploy(V2)
    second = stage.deploy(V2)
    assert second.status == "Failed"
    assert order(stage.deploy(V2, updateOutdatedInstancesOnly=True)) == order(second)[:1]


def test_only_outdated_instances_are_deployed_to_when_asked():
    stage = Stage(3, ALL, [{"hook": "Install", "instances": ["web-2"], "deployment": [1], "fails": True}])
    stage.deploy(V2)
    following = stage.deploy(V2, updateOutdatedInstancesOnly=True)
    assert order(following) == ["web-2"]
    assert "targets.only-outdated" in stage.rules("targets")
    nobody = stage.deploy(V2, updateOutdatedInstancesOnly=True)
    assert (nobody.status, nobody.error["code"]) == ("Failed", "NO_INSTANCES")


# Stopping


def stopped_at(ms: int, stage: Stage, files: dict[str, bytes], **parameters: Any) -> tuple[Any, dict[str, Any]]:
    """A deployment that alice stops at that time, and the answer to her call."""
    id = stage.create(files)
    stage.world.run(until=ms)
    answer = stage.call("StopDeployment", deploymentId=id, **parameters)
    stage.world.run()
    return stage.codedeploy.deployments[id], answer


def test_a_stop_lets_events_in_progress_end_and_begins_no_other():
    stage = Stage(2, ALL, [{"hook": "AfterInstall", "takes": "10m"}])
    stage.adopt(V1)
    deployment, answer = stopped_at(2 * MINUTE, stage, hooks("AfterInstall"))
    assert answer["status"] == "Pending"
    assert (deployment.status, deployment.error["code"]) == ("Stopped", "MANUAL_STOP")
    assert ALICE in deployment.error["message"]
    for target in deployment.targets:
        assert statuses(target) == [*["Succeeded"] * 5, "Skipped", "Skipped"]
        assert target.events[4].ended - target.events[4].started == 10 * MINUTE
        assert target.ended == target.events[4].ended
    assert set(stage.health().values()) == {("Unhealthy", "Current")}


def test_a_stop_between_two_events_takes_hold_at_once():
    stage = Stage(1, ALL, [{"agent": "*", "poll": "30s"}, {"hook": "ApplicationStop", "takes": "1s"}])
    id = stage.create(V2)
    deployment = stage.codedeploy.deployments[id]
    while not deployment.targets or deployment.targets[0].events[0].ended is None:
        stage.world.step()
    now = stage.world.now
    stage.call("StopDeployment", deploymentId=id)
    stage.world.run()
    assert (deployment.status, deployment.ended) == ("Stopped", now)


def test_a_stop_does_not_wait_for_a_silent_agent():
    stage = Stage(1, ALL, [{"agent": "*", "running": False}])
    deployment, _ = stopped_at(MINUTE, stage, V2)
    assert (deployment.status, deployment.ended) == ("Stopped", MINUTE)
    assert statuses(deployment.targets[0]) == ["Skipped"] * 7


def test_a_stop_before_the_start_leaves_everything_untouched():
    stage = Stage(1)
    deployment, answer = stopped_at(0, stage, V2)
    assert answer["status"] == "Succeeded"
    assert (deployment.status, deployment.ended, deployment.targets) == ("Stopped", 0, [])
    assert stage.world.now < 10 * SECOND, "and keeps nobody busy"


def test_untried_instances_of_a_stopped_deployment_are_skipped():
    stage = Stage(3, ONE, [{"hook": "AfterInstall", "takes": "10m"}])
    stage.adopt(V1)
    deployment, _ = stopped_at(MINUTE, stage, hooks("AfterInstall"))
    assert [target.status.value for target in deployment.targets] == ["Failed", "Skipped", "Skipped"]


def test_what_is_over_cannot_be_stopped():
    stage = Stage(1)
    deployment = stage.deploy()
    with pytest.raises(ServiceError) as refused:
        stage.call("StopDeployment", deploymentId=deployment.name)
    assert refused.value.code == "DeploymentAlreadyCompletedException"


def test_the_second_stop_changes_nothing():
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "10m"}])
    id = stage.create(hooks("AfterInstall"))
    stage.world.run(until=MINUTE)
    assert stage.call("StopDeployment", deploymentId=id)["status"] == "Pending"
    assert stage.call("StopDeployment", deploymentId=id)["status"] == "Pending"
    stage.world.run()
    assert stage.info(id)["status"] == "Stopped"


@pytest.mark.parametrize("at", [0, MINUTE], ids=["before the start", "in the middle"])
@pytest.mark.parametrize("how", ["the group", "the call"])
def test_a_stop_rolls_back_when_asked_to(at, how):
    settings = {"autoRollbackConfiguration": ON_STOP} if how == "the group" else {}
    stage = Stage(2, ALL, [{"hook": "AfterInstall", "takes": "3m"}], **settings)
    stage.adopt(V1)
    asked = {"autoRollbackEnabled": True} if how == "the call" else {}
    stopped, _ = stopped_at(at, stage, hooks("AfterInstall"), **asked)
    rollback = stage.deployments()[1]
    assert (stopped.status, rollback.creator, rollback.status) == ("Stopped", "codeDeployRollback", "Succeeded")
    assert "was stopped" in stage.info(rollback.name)["rollbackInfo"]["rollbackMessage"]
    assert set(served(stage).values()) == {"v1"}


# Time


def test_an_in_place_deployment_lasts_twelve_hours_at_most():
    stage = Stage(30, ONE, [{"hook": "AfterInstall", "takes": "50m"}])
    deployment = stage.deploy(hooks("AfterInstall"))
    assert (deployment.status, deployment.error["code"]) == ("Failed", "TIMEOUT")
    counts = deployment.overview()
    assert (counts["Succeeded"], counts["Failed"], counts["Skipped"]) == (14, 1, 15)
    assert 12 * HOUR <= deployment.ended <= 13 * HOUR


def test_a_lifetime_keeps_nobody_busy():
    stage = Stage(1)
    stage.deploy()
    assert stage.world.now < 2 * MINUTE
    assert stage.world.peek() is None


# Again


def test_deploying_the_same_revision_again_runs_every_event_again():
    stage = Stage(1)
    first = stage.deploy(V1)
    again = stage.deploy(V1)
    assert first.key == again.key
    assert statuses(again.targets[0]) == ["Succeeded"] * 7
    assert again.revision_number == 1
    assert served(stage) == {"web-1": "v1"}


def test_restart_runs_the_last_successful_revision_once_more():
    stage = Stage(1, ALL, [{"hook": "Install", "deployment": [2], "fails": True}])
    first = stage.deploy(V1, "v1.zip")
    stage.deploy(V2, "v2.zip")
    id = stage.call(
        "CreateDeployment", applicationName="shop", deploymentGroupName="production", deploymentMode="RESTART"
    )["deploymentId"]
    stage.world.run()
    info = stage.info(id)
    assert (info["status"], info["deploymentMode"], info["revision"]) == ("Succeeded", "RESTART", first.revision)
    assert "deploymentMode" not in stage.info(first.name)


@pytest.mark.parametrize(("version", "downloads"), [("1.8.1", True), ("2.1.0", False)])
def test_a_restart_takes_the_archive_that_is_there_with_a_new_agent(version, downloads):
    stage = Stage(1, ALL, [{"agent": "*", "version": version}])
    stage.deploy(V1)
    stage.call("DeleteObject", "s3", Bucket="bundles", Key="v2.zip")
    names = {"applicationName": "shop", "deploymentGroupName": "production"}
    id = stage.call("CreateDeployment", deploymentMode="RESTART", **names)["deploymentId"]
    stage.world.run()
    assert stage.info(id)["status"] == ("Failed" if downloads else "Succeeded")


def test_that_a_rollback_goes_to_the_whole_group_is_inferred():
    """docs/behaviour/codedeploy.md §7, §18: the sources conflict."""
    stage = Stage(3, ONE, [SECOND_FAILS], autoRollbackConfiguration=ON_FAILURE)
    stage.adopt(V1)
    stage.deploy(V2)
    (note,) = [notice for notice in stage.world.journal.notices if notice.topic == "rollback"]
    assert (note.why.rule.id, note.why.rule.basis) == ("codedeploy.rollback.started", "inferred")


@pytest.mark.parametrize("asked", [{}, {"autoRollbackEnabled": False}])
def test_a_stop_that_asks_for_no_rollback_leaves_the_groups_own_setting_as_it_is(asked):
    """docs/behaviour/codedeploy.md §18: `autoRollbackEnabled` can only ask for a rollback, not forbid one."""
    stage = Stage(1, ALL, autoRollbackConfiguration=ON_STOP)
    stage.adopt(V1)
    stopped_at(5 * SECOND, stage, V2, **asked)
    assert [one.creator for one in stage.deployments()] == ["user", "codeDeployRollback"]


@pytest.mark.parametrize("gone", ["DeleteDeploymentGroup", "DeleteApplication"])
def test_a_group_that_was_deleted_meanwhile_is_not_rolled_back(gone):
    # given a group with a configuration of its own, and a deployment that goes wrong
    stage = Stage(2, ALL, [{"hook": "ValidateService", "fails": True}], autoRollbackConfiguration=ON_FAILURE)
    stage.adopt(V1)
    names = {"applicationName": "shop", "currentDeploymentGroupName": "production"}
    mine = stage.config("mine", "HOST_COUNT", 0)
    stage.call("UpdateDeploymentGroup", deploymentConfigName=mine, **names)
    id = stage.create(V2, deploymentConfigName=ALL)
    stage.world.run(until=5 * SECOND)
    # when the group goes while it is on its way, and then the configuration, which nothing uses any longer
    group = {"deploymentGroupName": "production"} if gone == "DeleteDeploymentGroup" else {}
    stage.call(gone, applicationName="shop", **group)
    stage.call("DeleteDeploymentConfig", deploymentConfigName=mine)
    stage.world.run()
    # then it fails, and no deployment follows that could only fail too
    assert [deployment.status.value for deployment in stage.deployments()] == ["Failed"]
    assert "deleted" in stage.info(id)["rollbackInfo"]["rollbackMessage"]
    assert stage.rules("rollback") == ["rollback.group-gone"]
