"""docs/behaviour/codedeploy.md §17: what a naive simulator gets wrong, each by its number."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sim.core.clock import HOUR, MINUTE
from sim.services.codedeploy import resources as r
from tests.services.codedeploy.stage import APPSPEC, SEVEN, Stage, bundle, hooks, in_flight, order, statuses, waves

BEHIND = {
    "deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    "loadBalancerInfo": {"targetGroupInfoList": [{"name": "web"}]},
}
ONE, HALF, ALL = (f"CodeDeployDefault.{name}" for name in ("OneAtATime", "HalfAtATime", "AllAtOnce"))


def failing(*positions: int, hook: str = "ValidateService", **narrow: Any) -> dict[str, Any]:
    return {"hook": hook, "instances": {"position": list(positions)}, "fails": True, **narrow}


def counts(deployment: Any) -> tuple[int, int, int]:
    overview = deployment.overview()
    return overview["Succeeded"], overview["Failed"], overview["Skipped"]


def log_of(target: Any, event: str) -> str:
    return next(one.diagnostics["logTail"] for one in target.events if one.name == event)


# 1 to 6: which failures a deployment bears


@pytest.mark.parametrize(
    ("hosts", "fails", "status", "outcome"),
    [
        (9, (9,), "Succeeded", (8, 1, 0)),
        (9, (4,), "Failed", (3, 1, 5)),
        (1, (), "Succeeded", (1, 0, 0)),
        (1, (1,), "Failed", (0, 1, 0)),
    ],
    ids=["the last may fail", "no other may", "a single one deploys", "a single one must succeed"],
)
def test_trap_01_one_at_a_time_is_a_type_of_its_own(hosts, fails, status, outcome):
    stage = Stage(hosts, ONE, [failing(*fails)] if fails else [])
    stage.adopt()
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}))
    assert (deployment.status, counts(deployment)) == (status, outcome)
    assert in_flight(deployment) == 1


def test_trap_02_one_success_is_enough_for_all_at_once():
    stage = Stage(5, ALL, [failing(1, 2, 3, 4)])
    stage.adopt()
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}))
    assert (deployment.status, counts(deployment)) == ("Succeeded", (1, 4, 0))


@pytest.mark.parametrize(
    ("percent", "hosts", "minimum"), [(50, 9, 5), (75, 10, 8), (34, 3, 2), (33, 3, 1), (1, 3, 1), (66, 3, 2)]
)
def test_trap_03_the_minimum_rounds_up_so_the_batch_rounds_down(percent, hosts, minimum):
    stage = Stage(hosts)
    stage.adopt()
    config = stage.config("some", "FLEET_PERCENT", percent)
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}), deploymentConfigName=config)
    assert deployment.minimum == minimum
    assert waves(deployment)[0] == hosts - minimum


def test_trap_04_the_deployment_stops_when_healthy_meets_the_minimum_with_instances_untried():
    stage = Stage(10, ALL, [failing(1, 2)])
    stage.adopt()
    config = stage.config("eight", "HOST_COUNT", 8)
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}), deploymentConfigName=config)
    assert (deployment.status, counts(deployment)) == ("Failed", (0, 2, 8))
    assert deployment.ended == max(target.ended for target in deployment.targets if target.ended is not None)
    assert deployment.error["code"] == "HEALTH_CONSTRAINTS"


def test_trap_05_a_minimum_of_the_whole_fleet_touches_nobody():
    stage = Stage(4)
    stage.adopt()
    config = stage.config("four", "HOST_COUNT", 4)
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}), deploymentConfigName=config)
    assert (deployment.status, counts(deployment)) == ("Failed", (0, 0, 4))
    assert deployment.error["code"] == "HEALTH_CONSTRAINTS_INVALID"
    assert deployment.ended == deployment.started
    assert all(set(statuses(target)) == {"Skipped"} for target in deployment.targets)


def test_trap_06_a_recovered_instance_does_not_always_let_the_rest_proceed():
    stage = Stage(10, ALL, [failing(1, 2)])
    stage.adopt(bundle(), "web-1", "web-2", "web-3")
    config = stage.config("eight", "HOST_COUNT", 8)
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}), deploymentConfigName=config)
    # 7 healthy ones and one recovered are 8, the minimum: no healthy instance may be taken out.
    assert (deployment.status, counts(deployment)) == ("Failed", (1, 2, 7))
    why = [move.why for move in stage.world.journal.moves(deployment)][-1]
    assert why.rule is r.STILL_UNHEALTHY
    assert why.facts == {"healthy": 8, "minimum": 8}


# 7 and 8: order and health


def test_trap_07_order_is_unhealthy_then_old_then_current():
    # given: one instance after the other; the second fails, so the first holds a revision the group never came to
    stage = Stage(6, ONE, [failing(2, deployment=[1])])
    stage.adopt()
    first = stage.deploy(bundle(**{"site/index.html": "v2"}))
    ahead, failed, *rest = order(first)
    assert stage.health()[ahead] == ("Healthy", "Old")
    assert stage.health()[failed] == ("Unhealthy", "Current")
    # when
    second = stage.deploy(bundle(**{"site/index.html": "v3"}), "v3.zip")
    # then
    assert order(second)[:2] == [failed, ahead]
    assert sorted(order(second)[2:]) == sorted(rest)


def test_trap_07_order_is_random_within_a_class():
    orders = set()
    for seed in range(8):
        stage = Stage(6, ALL, seed=seed)
        stage.adopt()
        orders.add(tuple(order(stage.deploy())))
        orders.add(tuple(order(stage.deploy(key="v3.zip"))))
    assert len(orders) > 12, "sixteen deployments, hardly two in the same order"


def test_trap_07_unhealthy_instances_come_at_random_whatever_their_revision():
    unknown_first = set()
    for seed in range(16):
        # given: web-1 failed with an unknown revision, and one of the others with the current one
        stage = Stage(3, ALL, [{"hook": "Install", "deployment": [1], "fails": True}], seed=seed)
        stage.adopt(bundle(), "web-1")
        config = stage.config("one", "HOST_COUNT", 1)
        stage.deploy(bundle(**{"site/index.html": "v2"}), deploymentConfigName=config)
        assert sorted(stage.health().values()) == [
            ("Healthy", "Current"),
            ("Unhealthy", "Current"),
            ("Unhealthy", "Unknown"),
        ]
        unknown_first.add(order(stage.deploy(key="v3.zip"))[0] == "web-1")
    assert unknown_first == {True, False}


def test_trap_08_health_is_the_result_of_the_last_deployment_and_not_ec2s():
    stage = Stage(3, ALL, [failing(1)])
    stage.adopt()
    stopped = next(iter(stage.ec2.instances))
    stage.call("StopInstances", "ec2", InstanceIds=[stopped])
    stage.world.run()
    assert stage.health()["web-1"] == ("Healthy", "Current"), "it is stopped, but its last deployment succeeded"
    stage.call("StartInstances", "ec2", InstanceIds=[stopped])
    stage.world.run()
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}))
    failed = order(deployment)[0]
    assert stage.health()[failed][0] == "Unhealthy", "it is running, but its last deployment failed"


# 9 to 12: whose scripts run, and which failures are ignored


def stops(text: str, code: int = 0) -> dict[str, bytes]:
    return hooks("ApplicationStop", script=f"echo {text}\nexit {code}")


def test_trap_09_application_stop_runs_the_scripts_of_the_revision_installed_before():
    stage = Stage(1)
    first = stage.deploy(stops("one", 3), "v1.zip")
    assert first.status == "Succeeded", "its own ApplicationStop had no turn yet"
    second = stage.deploy(stops("two"), "v2.zip")
    (target,) = second.targets
    assert statuses(target) == ["Failed", *["Skipped"] * 6]
    diagnostics = target.events[0].diagnostics
    assert diagnostics["errorCode"] == "ScriptFailed"
    assert diagnostics["message"].endswith("scripts/ApplicationStop.sh failed with exit code 3")
    assert "[stdout]one" in diagnostics["logTail"]


def test_trap_10_the_pointer_moves_at_the_end_of_install_even_if_later_events_fail():
    stage = Stage(1, ALL, [failing(1, deployment=[2])])
    stage.deploy(stops("one"), "v1.zip")
    second = stage.deploy(stops("two", 5), "v2.zip")
    assert statuses(second.targets[0])[-1] == "Failed"
    third = stage.deploy(stops("three"), "v3.zip")
    assert "[stdout]two" in log_of(third.targets[0], "ApplicationStop")


def test_trap_10_before_install_is_the_new_revisions_and_its_failure_leaves_the_pointer():
    stage = Stage(1)
    stage.deploy(stops("one", 4), "v1.zip")
    broken = hooks("BeforeInstall", script="echo new\nexit 1")
    second = stage.deploy(broken, "v2.zip", ignoreApplicationStopFailures=True)
    assert "[stdout]new" in log_of(second.targets[0], "BeforeInstall")
    third = stage.deploy(stops("three"), "v3.zip")
    assert "[stdout]one" in log_of(third.targets[0], "ApplicationStop")


def test_trap_11_application_stop_of_a_first_deployment_does_nothing():
    stage = Stage(1)
    deployment = stage.deploy(stops("never", 1), "v1.zip")
    event = deployment.targets[0].events[0]
    assert (event.name, event.status, event.diagnostics) == ("ApplicationStop", "Succeeded", None)
    assert event.ended - event.started == 100


@pytest.mark.parametrize("event", ["BeforeBlockTraffic", "AfterBlockTraffic", "ApplicationStop"])
def test_trap_12_ignore_application_stop_failures_covers_three_events(event):
    stage = Stage(1, **BEHIND)
    stage.adopt(hooks(event, script="exit 1"))
    strict = stage.deploy(hooks(event), "v2.zip")
    assert strict.status == "Failed"
    ignoring = stage.deploy(hooks(event), "v2.zip", ignoreApplicationStopFailures=True)
    assert ignoring.status == "Succeeded"
    ended = {one.name: one.status.value for one in ignoring.targets[0].events}
    assert ended.pop(event) == "Failed", "the event stays failed; only the instance goes on"
    assert set(ended.values()) == {"Succeeded"}


def test_trap_12_no_other_failure_is_ignored():
    stage = Stage(1)
    deployment = stage.deploy(hooks("BeforeInstall", script="exit 1"), ignoreApplicationStopFailures=True)
    assert deployment.status == "Failed"


# 13: behind a load balancer


def test_trap_13_block_comes_first_and_allow_comes_after_validate_service():
    deployment = Stage(1, ALL, **BEHIND).deploy(hooks("BeforeBlockTraffic", "AfterAllowTraffic"))
    assert deployment.status == "Succeeded"
    events = deployment.targets[0].events
    assert [event.name for event in events] == [
        *("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"),
        *SEVEN,
        *("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"),
    ]
    assert [before.ended <= after.started for before, after in pairwise(events)] == [True] * 12
    assert events[1].ended - events[1].started == 5 * MINUTE, "the deregistration delay"


@pytest.mark.parametrize(
    ("creator", "events"),
    [
        ("autoscaling", (*SEVEN, "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")),
        (
            "autoscalingTermination",
            ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic", "ApplicationStop"),
        ),
    ],
)
def test_trap_13_what_is_launched_joins_and_what_goes_leaves(creator, events):
    assert r.lifecycle_of(creator, True) == events
    assert not {"BlockTraffic", "AllowTraffic"} & set(r.lifecycle_of(creator, False))


def test_trap_13_without_a_load_balancer_there_are_no_traffic_events():
    elsewhere = {"loadBalancerInfo": BEHIND["loadBalancerInfo"]}
    (target,) = Stage(1, ALL, **elsewhere).deploy().targets
    assert tuple(event.name for event in target.events) == SEVEN


def test_trap_13_the_load_balancer_needs_no_agent_and_a_rule_may_fail_it():
    # the agent dies when BeforeBlockTraffic is done: BlockTraffic ends well, AfterBlockTraffic is never taken
    stage = Stage(1, ALL, [{"agent": "*", "running": False, "after": "30s"}], **BEHIND)
    events = stage.deploy().targets[0].events
    assert [event.status.value for event in events[:3]] == ["Succeeded", "Succeeded", "Skipped"]
    stage = Stage(1, ALL, [{"hook": "BlockTraffic", "fails": True, "takes": "30s"}], **BEHIND)
    events = stage.deploy().targets[0].events
    assert [event.status.value for event in events[:3]] == ["Succeeded", "Failed", "Skipped"]
    assert events[1].ended - events[1].started == 30_000


def test_trap_13_an_instance_that_stops_meanwhile_is_out_of_the_load_balancer_all_the_same():
    stage = Stage(1, ALL, **BEHIND)
    stage.create(hooks("AfterBlockTraffic"))
    stage.world.run(until=2 * MINUTE)
    stage.call("StopInstances", "ec2", InstanceIds=list(stage.ec2.instances))
    stage.world.run()
    events = stage.deployments()[-1].targets[0].events
    assert [event.status.value for event in events[:3]] == ["Succeeded", "Succeeded", "Skipped"]
    assert events[1].ended - events[1].started == 5 * MINUTE


# 14 to 16: how long is waited


def test_trap_14_a_script_may_take_an_hour_by_default():
    rules = [{"hook": "AfterInstall", "takes": "59m"}]
    assert Stage(1, ALL, rules).deploy(hooks("AfterInstall")).status == "Succeeded"


def test_trap_14_and_not_longer():
    rules = [{"hook": "AfterInstall", "takes": "61m"}]
    deployment = Stage(1, ALL, rules).deploy(hooks("AfterInstall"))
    event = deployment.targets[0].events[4]
    assert event.ended - event.started == HOUR
    assert event.diagnostics["errorCode"] == "ScriptTimedOut"
    assert event.diagnostics["message"].endswith("scripts/AfterInstall.sh failed to complete in 3600 seconds")


def test_trap_14_all_scripts_of_an_event_together_may_take_an_hour():
    two = APPSPEC + "hooks:\n  AfterInstall:\n    - location: a.sh\n    - location: b.sh\n"
    files = bundle(two, **{"site/index.html": "", "a.sh": "", "b.sh": ""})
    deployment = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "40m"}]).deploy(files)
    event = deployment.targets[0].events[4]
    assert event.ended - event.started == HOUR
    assert (event.diagnostics["errorCode"], event.diagnostics["scriptName"]) == ("ScriptTimedOut", "b.sh")


def test_trap_15_a_script_that_ends_well_and_leaves_its_output_open_fails_at_its_time_limit():
    deployment = Stage(1, ALL).deploy(hooks("ApplicationStart", script="./server &\nexit 0", timeout=120))
    event = deployment.targets[0].events[5]
    assert event.ended - event.started == 2 * MINUTE
    assert event.diagnostics["errorCode"] == "UnknownError"
    assert event.diagnostics["message"].endswith("scripts/ApplicationStart.sh failed to close STDOUT")


def test_trap_15_a_server_whose_output_leads_elsewhere_holds_up_nobody():
    script = "./server > /dev/null 2> /dev/null < /dev/null &\nexit 0"
    deployment = Stage(1, ALL).deploy(hooks("ApplicationStart", script=script, timeout=120))
    assert deployment.status == "Succeeded"


@pytest.mark.parametrize(
    "agent", [{"installed": False}, {"running": False}, {"role": "none"}], ids=["missing", "stopped", "no profile"]
)
def test_trap_16_without_an_agent_an_instance_fails_after_five_minutes(agent):
    stage = Stage(2, ALL, [{"agent": "*", **agent}])
    deployment = stage.deploy()
    for target in deployment.targets:
        assert target.ended - target.started == 5 * MINUTE
        assert statuses(target) == ["Skipped"] * 7
    assert (deployment.status, deployment.error["code"]) == ("Failed", "HEALTH_CONSTRAINTS")


def test_trap_16_an_instance_that_dies_inside_an_event_fails_after_an_hour():
    stage = Stage(2, ALL, [{"hook": "AfterInstall", "takes": "2m"}])
    id = stage.create(hooks("AfterInstall", timeout=300))
    stage.world.run(until=60_000)
    deployment = stage.codedeploy.deployments[id]
    target = deployment.targets[0]
    assert target.events[4].status == "InProgress"
    stage.call("TerminateInstances", "ec2", InstanceIds=[target.target_id])
    stage.world.run()
    assert target.events[4].ended - target.events[4].started == HOUR
    assert statuses(target) == [*["Succeeded"] * 4, "Failed", "Skipped", "Skipped"]


# 17 to 21: files and rollbacks


def test_trap_17_a_file_keeps_its_name_and_a_folder_gives_its_content():
    appspec = """\
version: 0.0
os: linux
files:
  - {source: conf/web.conf, destination: /etc/renamed.conf}
  - {source: site, destination: /srv}
"""
    files = {"conf/web.conf": "listen 80", "site/index.html": "hello", "site/deep/a.css": "a"}
    stage = Stage(1)
    stage.deploy(bundle(appspec, **files))
    assert stage.files("web-1") == {
        "/etc/renamed.conf/web.conf": "listen 80",
        "/srv/index.html": "hello",
        "/srv/deep/a.css": "a",
    }


def test_trap_18_a_conflict_copies_nothing_but_the_files_of_before_are_gone():
    stage = Stage(1)
    stage.deploy(bundle(**{"site/index.html": "v1", "site/old.html": "v1"}), "v1.zip")
    stage.codedeploy.disk(next(iter(stage.ec2.instances)))["/srv/shop/by-hand.html"] = b"mine"
    deployment = stage.deploy(bundle(**{"site/index.html": "v2", "site/by-hand.html": "v2"}), "v2.zip")
    assert deployment.status == "Failed"
    message = deployment.targets[0].events[3].diagnostics["message"]
    assert message == (
        "The deployment failed because a specified file already exists at this location: /srv/shop/by-hand.html"
    )
    assert stage.files("web-1") == {"/srv/shop/by-hand.html": "mine"}


def test_trap_19_the_same_files_again_do_not_conflict_with_themselves():
    stage = Stage(1)
    assert stage.deploy().status == "Succeeded"
    assert stage.deploy().status == "Succeeded"


def test_trap_19_but_with_another_groups_files_they_do():
    stage = Stage(1)
    stage.group("other", ec2TagFilters=[{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}])
    assert stage.deploy().status == "Succeeded"
    assert stage.deploy(deploymentGroupName="other").status == "Failed"


ROLLS_BACK = {"autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}}


def test_trap_20_a_rollback_reinstalls_and_what_was_lost_stays_lost():
    # given: a file made by hand, which the first deployment keeps
    stage = Stage(1, ALL, [failing(1, deployment=[2])], **ROLLS_BACK)
    stage.codedeploy.disk(next(iter(stage.ec2.instances)))["/srv/shop/index.html"] = b"by hand"
    stage.deploy(bundle(**{"site/index.html": "v1"}), "v1.zip", fileExistsBehavior="RETAIN")
    assert stage.files("web-1") == {"/srv/shop/index.html": "by hand"}
    # when: the second one overwrites it, fails, and is rolled back
    stage.deploy(bundle(**{"site/index.html": "v2"}), "v2.zip", fileExistsBehavior="OVERWRITE")
    rollback = stage.deployments()[-1]
    # then: the rollback does as the last successful deployment did, and still the file by hand is gone
    assert (rollback.creator, rollback.status) == ("codeDeployRollback", "Succeeded")
    assert stage.info(rollback.name)["fileExistsBehavior"] == "RETAIN"
    assert stage.files("web-1") == {"/srv/shop/index.html": "v1"}


def test_trap_21_a_rollback_is_a_new_deployment_of_the_last_successful_revision():
    # given: one success, then a failure that nobody rolls back
    stage = Stage(1, ALL, [failing(1, deployment=[2, 3])])
    good = stage.deploy(bundle(**{"site/index.html": "v1"}), "v1.zip")
    stage.deploy(bundle(**{"site/index.html": "v2"}), "v2.zip")
    # when
    bad = stage.deploy(bundle(**{"site/index.html": "v3"}), "v3.zip", **ROLLS_BACK)
    # then
    rollback = stage.deployments()[-1]
    assert rollback.name != bad.name
    assert rollback.revision == good.revision
    assert (bad.status, rollback.status) == ("Failed", "Succeeded")
    assert stage.info(bad.name)["rollbackInfo"]["rollbackDeploymentId"] == rollback.name
    assert stage.info(rollback.name)["rollbackInfo"]["rollbackTriggeringDeploymentId"] == bad.name
    assert stage.files("web-1") == {"/srv/shop/index.html": "v1"}


def test_trap_23_tolerated_failures_trigger_no_rollback():
    stage = Stage(3, ALL, [failing(1, deployment=[1])], **ROLLS_BACK)
    stage.adopt()
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}))
    assert (deployment.status, counts(deployment)) == ("Succeeded", (2, 1, 0))
    assert len(stage.deployments()) == 1
    assert stage.rules("rollback") == ["rollback.tolerated"]


# 34 to 39: more that concern servers


def test_trap_34_tag_groups_are_anded_and_a_new_instance_waits_for_a_deployment():
    stage = Stage(0)
    for name, tags in {"a": {"Stage": "qa"}, "b": {"Zone": "z"}, "c": {"Stage": "canary", "Zone": "z"}}.items():
        stage.launch(name, **tags)
    stage_is = [{"Key": "Stage", "Value": value, "Type": "KEY_AND_VALUE"} for value in ("qa", "canary")]
    zone_is = [{"Key": "Zone", "Type": "KEY_ONLY"}]
    stage.group("some", ec2TagSet={"ec2TagSetList": [stage_is, zone_is]})
    assert order(stage.deploy(deploymentGroupName="some")) == ["c"]
    stage.launch("d", Stage="qa", Zone="y")
    stage.world.run()
    assert len(stage.deployments()) == 1
    assert sorted(order(stage.deploy(deploymentGroupName="some"))) == ["c", "d"]


def test_trap_35_stopped_instances_are_targeted_and_count_as_failures():
    stage = Stage(2, ALL)
    stage.adopt()
    stopped = next(iter(stage.ec2.instances))
    stage.call("StopInstances", "ec2", InstanceIds=[stopped])
    deployment = stage.deploy(bundle(**{"site/index.html": "v2"}))
    assert counts(deployment) == (1, 1, 0)
    target = next(target for target in deployment.targets if target.target_id == stopped)
    assert statuses(target) == ["Skipped"] * 7


@pytest.mark.parametrize(("of_group", "of_deployment", "rolls_back"), [(True, False, False), (False, True, True)])
def test_trap_36_rollback_settings_of_the_deployment_replace_the_groups(of_group, of_deployment, rolls_back):
    def settings(on: bool) -> dict[str, Any]:
        return {"enabled": on, "events": ["DEPLOYMENT_FAILURE"] if on else []}

    stage = Stage(1, ALL, [failing(1)], autoRollbackConfiguration=settings(of_group))
    stage.adopt()
    stage.deploy(bundle(**{"site/index.html": "v2"}), autoRollbackConfiguration=settings(of_deployment))
    assert len(stage.deployments()) == 1 + rolls_back
    assert ("rollback.replaced" in stage.rules("rollback")) is (of_group != of_deployment)


@pytest.mark.parametrize(
    ("appspec", "words"),
    [
        ("version: 0.0\nos: linux\nfiles: [{source: a}]\n", "specifies only a source file (a)"),
        ("version: 0.0\nos: windows\n", "unsupported operating system (windows)"),
    ],
    ids=["half a file", "windows"],
)
def test_trap_37_an_appspec_is_found_out_on_the_host(appspec, words):
    stage = Stage(1)
    deployment = stage.deploy({"appspec.yml": appspec.encode()})
    (target,) = deployment.targets
    assert statuses(target) == ["Succeeded", "Succeeded", "Failed", *["Skipped"] * 4]
    assert target.events[2].diagnostics["errorCode"] == "UnknownError"
    assert words in target.events[2].diagnostics["message"]


@pytest.mark.parametrize(("version", "pause"), [("1.8.1", 1_000), ("2.0.0", 30_000), ("2.1.0", 30_000)])
def test_trap_39_how_often_an_agent_polls_depends_on_its_version(version, pause):
    stage = Stage(1, ALL, [{"agent": "*", "version": version}, {"hook": "ApplicationStop", "takes": "0s"}])
    deployment = stage.deploy()
    first, second = deployment.targets[0].events[:2]
    assert second.started - first.ended == pause


def test_trap_39_another_pause_can_be_set():
    stage = Stage(
        1, ALL, [{"agent": "*", "version": "2.0.0", "poll": "5s"}, {"hook": "ApplicationStop", "takes": "0s"}]
    )
    first, second = stage.deploy().targets[0].events[:2]
    assert second.started - first.ended == 5_000


def test_the_in_place_events_are_these_seven():
    assert r.IN_PLACE == SEVEN


def test_trap_38_a_quoted_version_is_refused_by_the_agent():
    appspec = 'version: "0.0"\nos: linux\nfiles:\n  - source: site\n    destination: /srv/shop\n'
    (target,) = Stage(1).deploy(bundle(appspec)).targets
    assert statuses(target) == ["Succeeded", "Succeeded", "Failed", *["Skipped"] * 4]
    assert "an invalid version value (0.0) was entered" in target.events[2].diagnostics["message"]
    plain = Stage(1).deploy(bundle(appspec.replace('"', "")))
    assert plain.status == "Succeeded"
