"""A second deployment to a busy group: refused, or queued by the other reading. docs/behaviour/codedeploy.md §18."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import SECOND
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import Stage, bundle

QUEUE = {"codedeploy.busy-group": "queue"}
V2, V3 = (bundle(**{"site/index.html": text}) for text in ("v2", "v3"))


def moves(stage: Stage, id: str) -> list[str]:
    deployment: Any = stage.codedeploy.deployments[id]
    return [move.status.value for move in stage.world.journal.moves(deployment)]


@pytest.mark.parametrize("choices", [None, {"codedeploy.busy-group": "reject"}])
def test_section_18_a_busy_group_refuses(choices):
    stage = Stage(2, choices=choices)
    stage.create(V2)
    with pytest.raises(ServiceError) as error:
        stage.create(V3, "v3.zip")
    assert error.value.code == "DeploymentLimitExceededException"


def test_section_18_or_lets_it_wait():
    stage = Stage(2, choices=QUEUE)
    first, second = stage.create(V2), stage.create(V3, "v3.zip")
    assert stage.info(second)["status"] == "Queued"
    stage.world.run()
    assert moves(stage, second) == ["Queued", "InProgress", "Succeeded"]
    one, two = stage.codedeploy.deployments[first], stage.codedeploy.deployments[second]
    assert one.ended < two.started <= one.ended + 4 * SECOND
    assert set(stage.health().values()) == {("Healthy", "Current")}


def test_those_that_wait_come_in_order():
    stage = Stage(1, choices=QUEUE)
    ids = [stage.create(V2, f"v{number}.zip") for number in range(2, 6)]
    stage.world.run()
    started = [stage.codedeploy.deployments[id].started for id in ids]
    assert started == sorted(started)
    assert [stage.info(id)["status"] for id in ids] == ["Succeeded"] * 4


def test_a_rollback_comes_before_those_that_wait():
    on = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    fails = {"hook": "ValidateService", "deployment": [1], "fails": True}
    stage = Stage(1, behavior=[fails], choices=QUEUE, autoRollbackConfiguration=on)
    stage.adopt()
    first, second = stage.create(V2), stage.create(V3, "v3.zip")
    stage.world.run()
    rollback = stage.codedeploy.deployments[stage.info(first)["rollbackInfo"]["rollbackDeploymentId"]]
    assert rollback.ended < stage.codedeploy.deployments[second].started
    assert stage.files("web-1") == {"/srv/shop/index.html": "v3"}


def test_one_that_waits_can_be_stopped_and_the_next_takes_its_place():
    stage = Stage(1, choices=QUEUE)
    ids = [stage.create(V2, f"v{number}.zip") for number in range(2, 5)]
    answer = stage.call("StopDeployment", deploymentId=ids[1])
    assert answer["status"] == "Succeeded"
    stage.world.run()
    assert [stage.info(id)["status"] for id in ids] == ["Succeeded", "Stopped", "Succeeded"]


def test_one_that_is_about_to_begin_makes_the_group_busy():
    stage = Stage(1, choices=QUEUE)
    first, second = stage.create(V2), stage.create(V3, "v3.zip")
    while stage.codedeploy.deployments[first].ended is None:
        stage.world.step()
    assert stage.info(second)["status"] == "Queued"
    third = stage.create(V2, "v4.zip")
    stage.world.run()
    assert stage.codedeploy.deployments[second].ended < stage.codedeploy.deployments[third].started


def test_section_5_2_a_configuration_is_in_use_while_a_deployment_waits_for_it_or_goes_on():
    stage = Stage(2, choices=QUEUE)
    mine = stage.config("mine", "HOST_COUNT", 0)
    first, second = stage.create(V2), stage.create(V3, "v3.zip", deploymentConfigName=mine)
    while stage.codedeploy.deployments[second].ended is None:
        with pytest.raises(ServiceError, match="is used by the deployment") as error:
            stage.call("DeleteDeploymentConfig", deploymentConfigName=mine)
        assert error.value.code == "DeploymentConfigInUseException"
        stage.world.step()
    stage.call("DeleteDeploymentConfig", deploymentConfigName=mine)
    assert [stage.info(id)["status"] for id in (first, second)] == ["Succeeded"] * 2
