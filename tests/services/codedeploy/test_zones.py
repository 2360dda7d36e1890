"""Zonal configurations: one Availability Zone after the other. docs/behaviour/codedeploy.md §5.3."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import MINUTE, SECOND
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import Stage, bundle, waves

ONE = "CodeDeployDefault.OneAtATime"
V2 = bundle(**{"site/index.html": "v2"})


def zonal(stage: Stage, minimum: tuple[str, int], **zone: Any) -> str:
    """A zonal configuration; its name."""
    type_, value = minimum
    stage.call(
        "CreateDeploymentConfig",
        deploymentConfigName="zonal",
        minimumHealthyHosts={"type": type_, "value": value},
        zonalConfig=zone,
    )
    return "zonal"


def per_zone(type_: str, value: int) -> dict[str, Any]:
    return {"minimumHealthyHostsPerZone": {"type": type_, "value": value}}


def fails(*positions: int, deployment: int = 1) -> dict[str, Any]:
    return {
        "hook": "ValidateService",
        "instances": {"position": list(positions)},
        "deployment": [deployment],
        "fails": True,
    }


def zones_of(deployment: Any) -> str:
    """The letters of the zones in the order in which instances are reached."""
    return "".join(target.host.zone[-1] for target in deployment.targets)


def test_section_5_3_the_worked_example_of_two_hundred_hosts():
    # given 200 hosts in two zones of 100, all healthy
    stage = Stage(200, ONE, zones="ab")
    stage.adopt()
    zone = {**per_zone("HOST_COUNT", 50), "monitorDurationInSeconds": 600}
    # when
    deployment = stage.deploy(V2, deploymentConfigName=zonal(stage, ("HOST_COUNT", 160), **zone))
    # then: 40, 40, 20, a pause, 40, 40, 20
    assert deployment.status == "Succeeded"
    assert waves(deployment) == [40, 40, 20, 40, 40, 20]
    assert [rule for rule in stage.rules() if not rule.startswith("targets.")] == [
        "zone.turns",
        *["zone.begins", *["zone.batch"] * 3, "zone.bakes"],
        "zone.begins",
        *["zone.batch"] * 3,
    ]
    assert zones_of(deployment) == "a" * 100 + "b" * 100
    first_zone, second_zone = deployment.targets[:100], deployment.targets[100:]
    assert min(one.started for one in second_zone) - max(one.ended for one in first_zone) == 10 * MINUTE
    assert deployment.ended == max(one.ended for one in second_zone), "no pause after the last zone"
    assert (deployment.maximum_in_flight, deployment.minimum_healthy_observed) == (40, 160)


@pytest.mark.parametrize(
    ("fleet_minimum", "zone_minimum", "sizes"),
    [
        (("HOST_COUNT", 0), {}, [4, 4]),
        (("HOST_COUNT", 6), {}, [2, 2, 2, 2]),
        (("HOST_COUNT", 0), per_zone("HOST_COUNT", 3), [1] * 8),
        (("HOST_COUNT", 0), per_zone("FLEET_PERCENT", 30), [2, 2, 2, 2]),
        (("FLEET_PERCENT", 70), per_zone("HOST_COUNT", 1), [2, 2, 2, 2]),
    ],
)
def test_as_many_at_once_as_both_minimums_allow(fleet_minimum, zone_minimum, sizes):
    stage = Stage(8, ONE, zones="ab")
    stage.adopt()
    deployment = stage.deploy(V2, deploymentConfigName=zonal(stage, fleet_minimum, **zone_minimum))
    assert (deployment.status, waves(deployment)) == ("Succeeded", sizes)


def test_zones_come_by_name_and_the_health_order_holds_within_each():
    stage = Stage(9, ONE, zones="cab")
    stage.adopt(bundle(), "web-2", "web-4")
    deployment = stage.deploy(V2, deploymentConfigName=zonal(stage, ("HOST_COUNT", 3)))
    assert zones_of(deployment) == "aaabbbccc"
    assert [deployment.targets[0].name, deployment.targets[6].name] == ["web-2", "web-4"]


@pytest.mark.parametrize(("first", "expected"), [({"firstZoneMonitorDurationInSeconds": 900}, 900), ({}, 60)])
def test_the_first_zone_may_be_watched_for_longer(first, expected):
    stage = Stage(3, ONE, zones="abc")
    stage.adopt()
    config = zonal(stage, ("HOST_COUNT", 0), monitorDurationInSeconds=60, **first)
    a, b, c = stage.deploy(V2, deploymentConfigName=config).targets
    assert b.started - a.ended == expected * SECOND
    assert c.started - b.ended == MINUTE


def test_falling_to_the_minimum_of_a_zone_fails_the_deployment_in_all_zones():
    stage = Stage(8, ONE, [fails(1)], zones="ab")
    stage.adopt()
    config = zonal(stage, ("HOST_COUNT", 0), **per_zone("HOST_COUNT", 3))
    deployment = stage.deploy(V2, deploymentConfigName=config)
    assert (deployment.status, deployment.error["code"]) == ("Failed", "HEALTH_CONSTRAINTS")
    assert [target.status.value for target in deployment.targets] == ["Failed"] + ["Skipped"] * 7
    (why,) = [move.why for move in stage.world.journal.moves(deployment) if move.status == "Failed"]
    assert why.rule.id == "codedeploy.zone.at-minimum"


def test_the_last_instance_of_a_zone_may_fail():
    stage = Stage(8, ONE, [fails(4)], zones="ab")
    stage.adopt()
    config = zonal(stage, ("HOST_COUNT", 0), **per_zone("HOST_COUNT", 3))
    deployment = stage.deploy(V2, deploymentConfigName=config)
    assert (deployment.status, deployment.overview()["Failed"]) == ("Succeeded", 1)


def test_a_zone_that_ends_below_its_minimum_stops_the_rest():
    # given nothing was ever deployed, so that no failure stops a zone on the way (5.4 rule 7a)
    stage = Stage(8, ONE, [fails(1, 2)], zones="ab")
    config = zonal(stage, ("HOST_COUNT", 0), **per_zone("HOST_COUNT", 3))
    deployment = stage.deploy(V2, deploymentConfigName=config)
    assert [target.status.value for target in deployment.targets[4:]] == ["Skipped"] * 4
    (why,) = [move.why for move in stage.world.journal.moves(deployment) if move.status == "Failed"]
    assert why.rule.id == "codedeploy.zone.below-minimum"


def test_a_minimum_that_a_zone_cannot_meet_touches_nobody():
    stage = Stage(3, ONE, zones="aab")
    stage.adopt()
    config = zonal(stage, ("HOST_COUNT", 0), **per_zone("HOST_COUNT", 1))
    deployment = stage.deploy(V2, deploymentConfigName=config)
    assert (deployment.error["code"], deployment.overview()["Skipped"]) == ("HEALTH_CONSTRAINTS_INVALID", 3)


def test_a_rollback_ignores_zones():
    on = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    stage = Stage(12, ONE, [fails(1, 2, 3, 4, 5, 6)], zones="ab", autoRollbackConfiguration=on)
    stage.adopt()
    config = zonal(stage, ("HOST_COUNT", 3), **per_zone("HOST_COUNT", 1), monitorDurationInSeconds=600)
    stage.call(
        "UpdateDeploymentGroup",
        applicationName="shop",
        currentDeploymentGroupName="production",
        deploymentConfigName=config,
    )
    stage.deploy(V2)
    failed, rollback = stage.deployments()
    assert zones_of(failed) == "aaaaaabbbbbb"
    assert (rollback.status, rollback.config) == ("Succeeded", "zonal")
    assert zones_of(rollback) != "aaaaaabbbbbb"
    assert max(waves(rollback)) > 5, "no minimum of a zone either"
    assert "zone.ignored" in stage.rules("zone")


def test_a_stop_ends_the_watching_at_once():
    stage = Stage(2, ONE, zones="ab")
    stage.adopt()
    id = stage.create(V2, deploymentConfigName=zonal(stage, ("HOST_COUNT", 0), monitorDurationInSeconds=3600))
    stage.world.run(until=10 * MINUTE)
    stage.call("StopDeployment", deploymentId=id)
    stage.world.run()
    deployment = stage.codedeploy.deployments[id]
    assert (deployment.status, deployment.ended) == ("Stopped", 10 * MINUTE)
    assert [target.status.value for target in deployment.targets] == ["Succeeded", "Skipped"]


@pytest.mark.parametrize(
    "zone",
    [
        {"monitorDurationInSeconds": -1},
        {"firstZoneMonitorDurationInSeconds": -1},
        per_zone("FLEET_PERCENT", 100),
        per_zone("HOST_COUNT", -1),
        {"minimumHealthyHostsPerZone": {"type": "HOST_COUNT"}},
    ],
)
def test_zonal_configurations_that_are_refused(zone):
    with pytest.raises(ServiceError) as error:
        zonal(Stage(1), ("HOST_COUNT", 0), **zone)
    assert error.value.code == "InvalidZonalDeploymentConfigurationException"


# Unhealthy instances of later zones (§18)


def why_it_ended(stage: Stage, deployment: Any) -> Any:
    return list(stage.world.journal.moves(deployment))[-1].why


def test_unhealthy_instances_of_a_later_zone_do_not_come_first_and_that_is_inferred():
    # given two instances in each of three zones, those of the last one unhealthy; four must stay healthy
    stage = Stage(6, zones="abc")
    stage.adopt(None, "web-3", "web-6")
    stage.call(
        "CreateDeploymentConfig",
        deploymentConfigName="zonal-4",
        minimumHealthyHosts={"type": "HOST_COUNT", "value": 4},
        zonalConfig={},
    )
    # when
    deployment = stage.deploy(deploymentConfigName="zonal-4")
    # then nobody is tried, and the explanation says what nobody has written down
    assert (deployment.status, deployment.overview()["Skipped"]) == ("Failed", 6)
    why = why_it_ended(stage, deployment)
    assert (why.rule.id, why.rule.basis) == ("codedeploy.zone.before-unhealthy", "inferred")
    assert set(why.facts["names"].split(", ")) == {"web-3", "web-6"}


def test_after_the_unhealthy_of_one_zone_the_explanation_speaks_of_that_zone():
    # given unhealthy instances in the first zone and in the last; the one of the first zone fails again
    stage = Stage(6, behavior=[{"hook": "Install", "instances": ["web-1"], "fails": True}], zones="abc")
    stage.adopt(None, "web-1", "web-6")
    stage.call(
        "CreateDeploymentConfig",
        deploymentConfigName="zonal-4",
        minimumHealthyHosts={"type": "HOST_COUNT", "value": 4},
        zonalConfig={},
    )
    deployment = stage.deploy(deploymentConfigName="zonal-4")
    why = why_it_ended(stage, deployment)
    assert (why.rule.id, why.facts["zone"]) == ("codedeploy.zone.still-unhealthy", "us-east-1a")
    assert deployment.overview()["Failed"] == 1
