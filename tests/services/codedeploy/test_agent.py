"""The agent: when it takes a command, what it runs and what it reports. docs/behaviour/codedeploy.md §3, §4."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest

from sim.core.clock import HOUR, MINUTE, SECOND
from tests.services.codedeploy.stage import APPSPEC, BUCKET, SEVEN, Stage, bundle, hooks, statuses

ALL, ONE = "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.OneAtATime"
SCRIPTED = tuple(event for event in SEVEN if event not in ("DownloadBundle", "Install"))


def event_of(target: Any, name: str) -> Any:
    return next(event for event in target.events if event.name == name)


def scripts(*lines: str, **files: str) -> dict[str, bytes]:
    """A revision whose AfterInstall has these entries."""
    appspec = APPSPEC + "hooks:\n  AfterInstall:\n" + "".join(f"    - {line}\n" for line in lines)
    return bundle(appspec, **{"site/index.html": "", **files})


# When


def test_events_run_in_order_and_one_after_the_other():
    stage = Stage(3)
    deployment = stage.deploy(hooks(*SCRIPTED))
    for target in deployment.targets:
        assert [event.name for event in target.events] == list(SEVEN)
        assert statuses(target) == ["Succeeded"] * 7
        times = [time for event in target.events for time in (event.started, event.ended)]
        assert times == sorted(times)
        assert target.started <= times[0]
        assert times[-1] == target.ended


def test_an_agent_polls_at_even_intervals_whatever_it_does_besides():
    stage = Stage(5)
    deployment = stage.deploy(hooks(*SCRIPTED))
    phases = set()
    for target in deployment.targets:
        phase = {event.started % SECOND for event in target.events}
        assert len(phase) == 1, "every command is taken at a poll"
        phases |= phase
        befores = [target.started, *(event.ended for event in target.events)]
        waits = [event.started - before for before, event in zip(befores, target.events, strict=False)]
        assert all(0 < wait <= SECOND for wait in waits)
    assert len(phases) == 5, "each agent at its own moments"
    again = stage.deploy(key="v3.zip")
    assert {event.started % SECOND for target in again.targets for event in target.events} == phases


def test_a_command_waits_for_the_next_poll():
    stage = Stage(1, ALL, [{"agent": "*", "poll": "1m"}, {"hook": "ApplicationStop", "takes": "90s"}])
    first, second = stage.deploy().targets[0].events[:2]
    assert second.started - first.started == 2 * MINUTE


def test_an_agent_that_polls_too_seldom_is_too_late():
    stage = Stage(1, ALL, [{"agent": "*", "poll": "2h"}], seed=1)
    deployment = stage.deploy()
    target = deployment.targets[0]
    assert (deployment.status, target.ended - target.started) == ("Failed", 5 * MINUTE)
    (why,) = [move.why for move in stage.world.journal.moves(target) if move.status == "Failed"]
    assert "it polls only every 2h" in why.render()


def test_agents_of_the_named_instances_only():
    stage = Stage(3, ALL, [{"agent": "web-2", "installed": False}])
    deployment = stage.deploy()
    assert {target.name: target.status.value for target in deployment.targets} == {
        "web-1": "Succeeded",
        "web-2": "Failed",
        "web-3": "Succeeded",
    }
    agents = {row["name"]: row["agent"] for row in stage.codedeploy.fleet()}
    assert agents["web-2"] == "no agent is installed"
    assert agents["web-1"] == "1.8.1, polling every 1s"


def test_an_instance_without_a_profile_has_an_agent_without_credentials():
    stage = Stage(0)
    stage.launch("web-1", profile=None)
    deployment = stage.deploy()
    assert (deployment.status, statuses(deployment.targets[0])) == ("Failed", ["Skipped"] * 7)
    assert stage.codedeploy.fleet()[0]["agent"].startswith("the instance has no instance profile")


def test_an_agent_that_comes_back_in_time_takes_the_command():
    stage = Stage(1, ALL, [{"agent": "*", "running": False, "before": "3m"}])
    deployment = stage.deploy()
    assert deployment.status == "Succeeded"
    assert 3 * MINUTE <= deployment.targets[0].events[0].started <= 3 * MINUTE + SECOND


def test_an_agent_that_stops_between_two_events_fails_the_instance_five_minutes_later():
    # given an agent that polls at even minutes, and stops before it takes the next command
    rules = [{"agent": "*", "poll": "1m", "running": True, "before": "5m30s"}, {"agent": "*", "running": False}]
    stage = Stage(1, ALL, rules)
    deployment = stage.deploy()
    (target,) = deployment.targets
    done = statuses(target).count("Succeeded")
    assert 0 < done < 7
    assert statuses(target) == ["Succeeded"] * done + ["Skipped"] * (7 - done)
    assert target.ended - target.events[done - 1].ended == 5 * MINUTE


def test_an_agent_that_dies_in_the_middle_of_an_event_never_reports_its_end():
    # given a hook that takes longer than the agent lives
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "30m"}, {"agent": "*", "running": False, "after": "1m"}])
    (target,) = stage.deploy(hooks("AfterInstall")).targets
    # then it fails, though only an hour after it began
    event = event_of(target, "AfterInstall")
    assert statuses(target) == [*["Succeeded"] * 4, "Failed", "Skipped", "Skipped"]
    assert event.ended - event.started == HOUR
    assert "within one hour" in event.diagnostics["message"]


def test_an_agent_that_crashes_in_the_middle_of_an_event_fails_it_as_soon_as_it_is_back():
    away = {"agent": "*", "running": False, "after": "1m", "before": "2m"}
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "30m"}, away])
    (target,) = stage.deploy(hooks("AfterInstall")).targets
    event = event_of(target, "AfterInstall")
    assert (event.status, event.ended) == ("Failed", 2 * MINUTE)
    assert "after an agent restart" in event.diagnostics["message"]


def test_a_rule_that_changes_after_the_five_minutes_comes_too_late():
    away = {"agent": "*", "running": False, "before": "20m"}
    (target,) = Stage(1, ALL, [away]).deploy().targets
    assert (target.status, target.ended - target.started) == ("Failed", 5 * MINUTE)


def test_a_rule_that_changes_only_how_the_agent_polls_kills_nothing():
    slower = {"agent": "*", "poll": "10s", "after": "1m", "before": "2m"}
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "5m"}, slower])
    assert stage.deploy(hooks("AfterInstall")).status == "Succeeded"


def test_a_rule_about_an_agent_that_fitted_is_known():
    stage = Stage(1, ALL, [{"agent": "web-*", "version": "2.0.0"}, {"agent": "db-*", "installed": False}])
    stage.deploy()
    assert stage.world.behaviour.fitted == {0}


# Instances that go away


def until_in_progress(stage: Stage, id: str, event: str) -> Any:
    """Go on until that event of the first target is in progress; the target."""
    deployment = stage.codedeploy.deployments[id]
    while not deployment.targets or event_of(deployment.targets[0], event).status != "InProgress":
        assert stage.world.step()
    return deployment.targets[0]


def restart(stage: Stage, target: Any) -> None:
    """Stop the instance, and start it again as soon as it is stopped."""
    stage.call("StopInstances", "ec2", InstanceIds=[target.target_id])
    while target.host.instance.status != "stopped":
        assert stage.world.step()
    stage.call("StartInstances", "ec2", InstanceIds=[target.target_id])


LONG = [{"hook": "AfterInstall", "takes": "20m"}]


@pytest.mark.parametrize("how", ["StopInstances", "TerminateInstances"])
def test_an_instance_lost_in_the_middle_of_an_event_fails_it_after_an_hour(how):
    stage = Stage(1, ALL, LONG)
    target = until_in_progress(stage, stage.create(hooks("AfterInstall")), "AfterInstall")
    stage.call(how, "ec2", InstanceIds=[target.target_id])
    stage.world.run()
    event = event_of(target, "AfterInstall")
    assert (event.status, event.ended - event.started) == ("Failed", HOUR)
    assert (target.status, target.ended) == ("Failed", event.ended)
    assert event.diagnostics["errorCode"] == "UnknownError"


def test_a_restarted_agent_reports_the_event_as_failed_at_once():
    stage = Stage(1, ALL, LONG)
    target = until_in_progress(stage, stage.create(hooks("AfterInstall")), "AfterInstall")
    restart(stage, target)
    stage.world.run()
    event = event_of(target, "AfterInstall")
    running = [move.time for move in stage.world.journal.moves(target.host.instance) if move.status == "running"]
    assert (event.status, event.ended) == ("Failed", running[-1])
    assert event.diagnostics["message"] == "Failed: Failing in-progress lifecycle event after an agent restart."


def test_an_instance_lost_between_two_events_fails_after_five_minutes():
    stage = Stage(1, ALL, [{"agent": "*", "poll": "1m"}])
    id = stage.create()
    target = until_in_progress(stage, id, "AfterInstall")
    while event_of(target, "AfterInstall").status == "InProgress":
        stage.world.step()
    stage.call("TerminateInstances", "ec2", InstanceIds=[target.target_id])
    stage.world.run()
    assert statuses(target) == [*["Succeeded"] * 5, "Skipped", "Skipped"]
    assert target.ended - event_of(target, "AfterInstall").ended == 5 * MINUTE


def test_a_reboot_of_less_than_five_minutes_between_two_events_is_borne():
    stage = Stage(1, ALL, [{"agent": "*", "poll": "1m"}])
    id = stage.create()
    target = until_in_progress(stage, id, "AfterInstall")
    while event_of(target, "AfterInstall").status == "InProgress":
        stage.world.step()
    restart(stage, target)
    stage.world.run()
    assert target.status == "Succeeded"


def test_section_3_1_a_reboot_in_the_middle_of_an_event_fails_it_when_the_agent_is_back():
    stage = Stage(1, ALL, LONG)
    target = until_in_progress(stage, stage.create(hooks("AfterInstall")), "AfterInstall")
    began = stage.world.now
    stage.call("RebootInstances", "ec2", InstanceIds=[target.target_id])
    assert target.host.instance.status == "running"
    stage.world.run()
    event = event_of(target, "AfterInstall")
    assert (event.status, event.diagnostics["errorCode"]) == ("Failed", "UnknownError")
    assert 30 * SECOND <= event.ended - began <= 2 * MINUTE, "data/assumptions.yml: instance.boot"


def test_an_event_that_would_end_while_the_instance_reboots_fails_too():
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "10s"}])
    target = until_in_progress(stage, stage.create(hooks("AfterInstall")), "AfterInstall")
    began = stage.world.now
    stage.call("RebootInstances", "ec2", InstanceIds=[target.target_id])
    stage.world.run()
    event = event_of(target, "AfterInstall")
    assert event.status == "Failed"
    assert event.ended - began >= 30 * SECOND, "the agent reports it when it is back"


def rebooted_between_two_events(stage: Stage) -> Any:
    target = until_in_progress(stage, stage.create(), "AfterInstall")
    while event_of(target, "AfterInstall").status == "InProgress":
        stage.world.step()
    stage.call("RebootInstances", "ec2", InstanceIds=[target.target_id])
    stage.world.run()
    return target


def test_section_3_1_a_reboot_between_two_events_is_borne():
    target = rebooted_between_two_events(Stage(1, ALL, [{"agent": "*", "poll": "1m"}]))
    assert target.status == "Succeeded"


def test_section_3_1_a_reboot_that_takes_more_than_five_minutes_is_a_timeout():
    stage = Stage(1, ALL, [{"agent": "*", "poll": "1m"}])
    delay = stage.world.behaviour.delay
    boot = {"instance.boot": 6 * MINUTE}
    stage.world.behaviour.delay = lambda world, assumption, entity: (
        boot.get(assumption) or delay(world, assumption, entity)
    )
    target = rebooted_between_two_events(stage)
    assert statuses(target) == [*["Succeeded"] * 5, "Skipped", "Skipped"]
    assert target.ended - event_of(target, "AfterInstall").ended == 5 * MINUTE


def test_section_13_an_instance_profile_attached_later_is_picked_up_at_the_next_start():
    # given an instance that booted without a profile
    stage = Stage(0)
    one = stage.launch("web-1", profile=None)
    stage.call("AssociateIamInstanceProfile", "ec2", InstanceId=one.name, IamInstanceProfile={"Name": "web-profile"})
    # then its agent has no credentials yet
    assert "was attached: restart the instance" in stage.codedeploy.fleet()[0]["agent"]
    assert set(statuses(stage.deploy().targets[0])) == {"Skipped"}
    # and after a restart it has
    stage.call("RebootInstances", "ec2", InstanceIds=[one.name])
    stage.world.run()
    assert stage.deploy(key="v3.zip").status == "Succeeded"


def test_a_restart_within_the_five_minutes_lets_the_agent_pick_it_up_in_time():
    stage = Stage(0)
    one = stage.launch("web-1", profile=None)
    stage.call("AssociateIamInstanceProfile", "ec2", InstanceId=one.name, IamInstanceProfile={"Name": "web-profile"})
    id = stage.create()
    stage.world.run(until=MINUTE)
    stage.call("RebootInstances", "ec2", InstanceIds=[one.name])
    stage.world.run()
    assert stage.info(id)["status"] == "Succeeded"


def test_an_instance_that_still_boots_is_waited_for():
    stage = Stage(0)
    stage.ec2.launch({"Name": "web-1", "App": "shop"}, "us-east-1a", "web-profile", running=False)
    deployment = stage.deploy()
    (target,) = deployment.targets
    running = [move.time for move in stage.world.journal.moves(target.host.instance) if move.status == "running"]
    assert deployment.status == "Succeeded"
    assert target.events[0].started > running[0]


def test_an_instance_terminated_before_its_turn_is_still_targeted():
    stage = Stage(2, ONE, [{"hook": "AfterInstall", "takes": "5m"}])
    stage.adopt()
    id = stage.create(hooks("AfterInstall"))
    until_in_progress(stage, id, "AfterInstall")
    deployment = stage.codedeploy.deployments[id]
    stage.call("TerminateInstances", "ec2", InstanceIds=[deployment.targets[1].target_id])
    stage.world.run()
    assert [target.status.value for target in deployment.targets] == ["Succeeded", "Failed"]
    assert deployment.status == "Succeeded", "it was the last"
    assert len(stage.deploy(key="v3.zip").targets) == 1, "the next deployment does not know it any more"


def test_who_watches_an_instance_stops_watching_when_the_deployment_is_over():
    stage = Stage(1)
    for number in range(5):
        deployment = stage.deploy(key=f"v{number}.zip")
    change = stage.world.changed(deployment.targets[0].host.instance.arn)
    assert change.callbacks == []


# What


def test_scripts_run_in_listed_order_and_the_first_failure_ends_the_event():
    stage = Stage(1)
    files = scripts(
        "location: a.sh",
        "location: b.sh",
        "location: c.sh",
        **{"a.sh": "echo first", "b.sh": "echo second\nexit 7", "c.sh": "echo third"},
    )
    event = event_of(stage.deploy(files).targets[0], "AfterInstall")
    assert event.diagnostics == {
        "errorCode": "ScriptFailed",
        "scriptName": "b.sh",
        "message": "Script at specified location: b.sh failed with exit code 7",
        "logTail": "LifecycleEvent - AfterInstall\nScript - a.sh\n[stdout]first\nScript - b.sh\n[stdout]second",
    }


def test_the_user_a_script_runs_as_is_named():
    files = scripts("{location: a.sh, runas: app}", **{"a.sh": "exit 2"})
    event = event_of(Stage(1).deploy(files).targets[0], "AfterInstall")
    assert event.diagnostics["message"] == "Script at specified location: a.sh run as user app failed with exit code 2"


def test_a_rule_sets_exit_code_log_and_message():
    rule = {
        "hook": "AfterInstall",
        "script": "b.sh",
        "fails": True,
        "exit": 9,
        "prints": ["boom"],
        "message": "no disk",
    }
    stage = Stage(1, ALL, [rule])
    files = scripts("location: a.sh", "location: b.sh", **{"a.sh": "", "b.sh": ""})
    event = event_of(stage.deploy(files).targets[0], "AfterInstall")
    assert event.diagnostics["message"].endswith("b.sh failed with exit code 9")
    assert event.diagnostics["logTail"].endswith("Script - b.sh\n[stdout]boom\n[stderr]no disk")


def test_a_script_that_a_rule_lets_fail_does_not_tell_of_its_success():
    """Its echo at the end is never reached; where it failed is the rule's secret."""
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "fails": True, "message": "no disk"}])
    files = scripts("location: a.sh", **{"a.sh": "set -e\nfill-the-disk\necho all is well"})
    event = event_of(stage.deploy(files).targets[0], "AfterInstall")
    assert event.diagnostics["logTail"].endswith("Script - a.sh\n[stderr]no disk")


def test_a_missing_script_is_found_out_on_the_host():
    event = event_of(Stage(1).deploy(scripts("location: gone.sh")).targets[0], "AfterInstall")
    assert event.diagnostics["errorCode"] == "ScriptMissing"
    assert event.diagnostics["message"] == "Script does not exist at specified location: gone.sh"
    assert event.started == event.ended


@pytest.mark.parametrize("location", ["scripts/a.sh", "./scripts/a.sh", "/scripts/a.sh"])
def test_script_paths_are_relative_to_the_bundle(location):
    files = scripts(f"location: {location}", **{"scripts/a.sh": ""})
    assert Stage(1).deploy(files).status == "Succeeded"


def test_a_script_is_stopped_at_its_own_timeout():
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "90s"}])
    event = event_of(stage.deploy(hooks("AfterInstall", timeout=60)).targets[0], "AfterInstall")
    assert event.ended - event.started == 60 * SECOND
    assert event.diagnostics["errorCode"] == "ScriptTimedOut"
    assert event.diagnostics["message"].endswith("failed to complete in 60 seconds")


def test_a_script_that_ends_at_its_timeout_is_in_time():
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "60s"}])
    assert stage.deploy(hooks("AfterInstall", timeout=60)).status == "Succeeded"


def test_the_log_keeps_the_last_two_kilobytes_in_whole_lines():
    lines = "\n".join(f"echo line {number}" for number in range(400))
    event = event_of(
        Stage(1).deploy(scripts("location: a.sh", **{"a.sh": lines + "\nexit 1"})).targets[0], "AfterInstall"
    )
    tail = event.diagnostics["logTail"].splitlines()
    assert tail[-1] == "[stdout]line 399"
    assert all(line.startswith("[stdout]line ") for line in tail)
    assert 2_000 < len(event.diagnostics["logTail"]) <= 2_048


def test_an_event_without_scripts_costs_almost_nothing():
    stage = Stage(1)
    event = event_of(stage.deploy().targets[0], "BeforeInstall")
    assert (event.status, event.ended - event.started) == ("Succeeded", 100)
    assert [move.why.rule.id for move in stage.world.journal.moves(event)] == [
        "codedeploy.event.picked-up",
        "codedeploy.event.no-script",
    ]


def test_each_attempt_is_counted_for_each_instance():
    stage = Stage(2, ALL, [{"hook": "ValidateService", "fails": {"attempts": [1]}}])
    files = hooks("ValidateService")
    assert stage.deploy(files, "v1.zip").status == "Failed"
    assert stage.deploy(files, "v2.zip").status == "Succeeded"


# The archive on the host


def test_the_previous_scripts_lie_on_the_host_and_not_in_s3():
    stage = Stage(1)
    stage.deploy(hooks("ApplicationStop", script="echo old"), "app.zip")
    # The same key now holds something else.
    deployment = stage.deploy(hooks("ApplicationStop", script="echo new\nexit 1"), "app.zip")
    assert deployment.status == "Succeeded"
    stage.call("DeleteObject", "s3", Bucket=BUCKET, Key="app.zip")
    after = stage.deploy(key="v3.zip")
    log = event_of(after.targets[0], "ApplicationStop").diagnostics["logTail"]
    assert log.endswith("[stdout]new")


# Fetching


def test_an_object_that_is_not_there_fails_the_download():
    stage = Stage(1)
    revision = {"revisionType": "S3", "s3Location": {"bucket": BUCKET, "key": "gone.zip", "bundleType": "zip"}}
    deployment = stage.deploy(revision=revision)
    (target,) = deployment.targets
    assert statuses(target) == ["Succeeded", "Failed", *["Skipped"] * 5]
    assert target.events[1].diagnostics["errorCode"] == "UnknownError"
    assert target.events[1].diagnostics["message"] == "The specified key does not exist."


def test_an_etag_that_does_not_fit_fails_the_download():
    stage = Stage(1)
    revision = stage.upload("app.zip", bundle())
    revision["s3Location"]["eTag"] = "0" * 32
    event = event_of(stage.deploy(revision=revision).targets[0], "DownloadBundle")
    assert event.diagnostics["message"].startswith(f"Expected deployment artifact bundle etag {'0' * 32} but was")


def test_without_an_etag_each_instance_takes_what_lies_there_then():
    stage = Stage(2, ONE)
    revision = stage.upload("app.zip", bundle(**{"site/index.html": "v1"}))
    del revision["s3Location"]["eTag"]
    id = stage.create(revision=revision)
    deployment = stage.codedeploy.deployments[id]
    while not deployment.targets or deployment.targets[0].status != "Succeeded":
        stage.world.step()
    stage.upload("app.zip", bundle(**{"site/index.html": "v2"}))
    stage.world.run()
    first, second = (target.name for target in deployment.targets)
    assert stage.files(first) == {"/srv/shop/index.html": "v1"}
    assert stage.files(second) == {"/srv/shop/index.html": "v2"}
    assert "eTag" not in stage.info(id)["revision"]["s3Location"]


def test_a_version_is_the_version():
    stage = Stage(1)
    stage.call("PutBucketVersioning", "s3", Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    stage.upload("app.zip", bundle(**{"site/index.html": "v1"}))
    versions = stage.call("ListObjectVersions", "s3", Bucket=BUCKET)["Versions"]
    stage.upload("app.zip", bundle(**{"site/index.html": "v2"}))
    place = {"bucket": BUCKET, "key": "app.zip", "bundleType": "zip", "version": versions[0]["VersionId"]}
    stage.deploy(revision={"revisionType": "S3", "s3Location": place})
    assert stage.files("web-1") == {"/srv/shop/index.html": "v1"}


def test_a_bucket_of_another_region_fails_the_download():
    stage = Stage(1)
    where = {"LocationConstraint": "eu-west-1"}
    stage.call("CreateBucket", "s3", Bucket="abroad", CreateBucketConfiguration=where)
    stage.call("PutObject", "s3", Bucket="abroad", Key="app.zip", Body=b"")
    revision = {"revisionType": "S3", "s3Location": {"bucket": "abroad", "key": "app.zip", "bundleType": "zip"}}
    event = event_of(stage.deploy(revision=revision).targets[0], "DownloadBundle")
    assert "Region" in event.diagnostics["message"]


def tar(files: dict[str, bytes], mode: Any) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("tar", "w"), ("tgz", "w:gz")])
def test_bundles_may_be_tar_archives(kind, mode):
    stage = Stage(1)
    stage.call("PutObject", "s3", Bucket=BUCKET, Key="app", Body=tar(bundle(), mode))
    revision = {"revisionType": "S3", "s3Location": {"bucket": BUCKET, "key": "app", "bundleType": kind}}
    assert stage.deploy(revision=revision).status == "Succeeded"
    assert stage.files("web-1") == {"/srv/shop/index.html": "<h1>hello</h1>"}


@pytest.mark.parametrize("kind", ["zip", "tar", "tgz"])
def test_what_is_no_archive_fails_the_download(kind):
    stage = Stage(1)
    stage.call("PutObject", "s3", Bucket=BUCKET, Key="app", Body=b"this is no archive")
    revision = {"revisionType": "S3", "s3Location": {"bucket": BUCKET, "key": "app", "bundleType": kind}}
    event = event_of(stage.deploy(revision=revision).targets[0], "DownloadBundle")
    assert event.diagnostics["message"].startswith("The bundle cannot be unpacked")


def test_a_single_folder_around_it_all_is_taken_off():
    stage = Stage(1)
    files = {f"shop-main/{path}": content for path, content in bundle().items()}
    assert stage.deploy(files).status == "Succeeded"
    assert stage.files("web-1") == {"/srv/shop/index.html": "<h1>hello</h1>"}


@pytest.mark.parametrize("name", [None, "appspec.yaml"], ids=["none", "appspec.yaml"])
def test_a_bundle_without_appspec_yml_fails_at_the_first_event_after_the_download(name):
    files = {"site/index.html": b""} | ({name: APPSPEC.encode()} if name else {})
    (target,) = Stage(1).deploy(files).targets
    assert statuses(target) == ["Succeeded", "Succeeded", "Failed", *["Skipped"] * 4]
    assert "did not find an AppSpec file" in target.events[2].diagnostics["message"]


# Files


def with_files(*entries: str, behaviour: str = "", **files: str) -> dict[str, bytes]:
    top = f"version: 0.0\nos: linux\n{behaviour}files:\n" + "".join(f"  - {entry}\n" for entry in entries)
    return bundle(top, **files)


def by_hand(stage: Stage, path: str) -> None:
    stage.codedeploy.disk(next(iter(stage.ec2.instances)))[path] = b"by hand"


@pytest.mark.parametrize(
    ("behaviour", "status", "content"),
    [
        (None, "Failed", "by hand"),
        ("DISALLOW", "Failed", "by hand"),
        ("OVERWRITE", "Succeeded", "new"),
        ("RETAIN", "Succeeded", "by hand"),
    ],
)
@pytest.mark.parametrize("where", ["the call", "the AppSpec"])
def test_what_becomes_of_a_file_that_is_there(where, behaviour, status, content):
    stage = Stage(1)
    by_hand(stage, "/srv/shop/index.html")
    spec = APPSPEC + (f"file_exists_behavior: {behaviour}\n" if behaviour and where == "the AppSpec" else "")
    asked = {"fileExistsBehavior": behaviour} if behaviour and where == "the call" else {}
    deployment = stage.deploy(bundle(spec, **{"site/index.html": "new"}), **asked)
    assert deployment.status == status
    assert stage.files("web-1") == {"/srv/shop/index.html": content}


def test_the_appspecs_word_comes_before_the_calls():
    stage = Stage(1)
    by_hand(stage, "/srv/shop/index.html")
    spec = APPSPEC + "file_exists_behavior: RETAIN\n"
    stage.deploy(bundle(spec, **{"site/index.html": "new"}), fileExistsBehavior="OVERWRITE")
    assert stage.files("web-1") == {"/srv/shop/index.html": "by hand"}


def test_a_retained_file_is_removed_by_the_next_deployment():
    stage = Stage(1)
    by_hand(stage, "/srv/shop/index.html")
    stage.deploy(bundle(**{"site/index.html": "v1"}), fileExistsBehavior="RETAIN")
    stage.deploy(bundle(**{"site/other.html": "v2"}), "v3.zip")
    assert stage.files("web-1") == {"/srv/shop/other.html": "v2"}


def test_the_next_install_removes_what_this_one_put_there_and_nothing_else():
    stage = Stage(1)
    by_hand(stage, "/srv/shop/notes.txt")
    stage.deploy(bundle(**{"site/a.html": "1", "site/b.html": "1"}), "v1.zip")
    stage.deploy(bundle(**{"site/b.html": "2", "site/c.html": "2"}), "v2.zip")
    assert stage.files("web-1") == {"/srv/shop/notes.txt": "by hand", "/srv/shop/b.html": "2", "/srv/shop/c.html": "2"}


def test_without_files_install_only_cleans_up():
    stage = Stage(1)
    stage.deploy()
    assert stage.deploy({"appspec.yml": b"version: 0.0\nos: linux\n"}, "v3.zip").status == "Succeeded"
    assert stage.files("web-1") == {}


def test_the_whole_bundle_with_the_appspec():
    stage = Stage(1)
    stage.deploy(with_files("{source: /, destination: /opt/app}", **{"a/b.txt": "b"}))
    assert sorted(stage.files("web-1")) == ["/opt/app/a/b.txt", "/opt/app/appspec.yml"]


def test_two_sources_for_one_path_fail_install():
    entries = ("{source: a/x.txt, destination: /srv}", "{source: b/x.txt, destination: /srv/}")
    event = event_of(Stage(1).deploy(with_files(*entries, **{"a/x.txt": "", "b/x.txt": ""})).targets[0], "Install")
    assert event.diagnostics["message"].startswith(
        "The deployment failed because the application specification file specifies two source files named b/x.txt and "
        "a/x.txt for the same destination (/srv/x.txt)."
    )


def test_a_source_that_is_not_in_the_bundle_fails_install():
    event = event_of(Stage(1).deploy(with_files("{source: gone, destination: /srv}", a="")).targets[0], "Install")
    assert (event.diagnostics["errorCode"], event.diagnostics["scriptName"]) == ("UnknownError", "")


# Luck


def test_instances_that_share_a_name_do_not_share_their_luck():
    stage = Stage(0)
    for _ in range(4):
        stage.launch("web")
    deployment = stage.deploy(hooks("AfterInstall"))
    times = {event_of(target, "AfterInstall").ended for target in deployment.targets}
    assert len(times) == 4


def test_one_more_instance_does_not_change_the_others():
    def durations(hosts: int) -> dict[str, list[int]]:
        deployment = Stage(hosts).deploy(hooks(*SCRIPTED))
        found = {}
        for target in deployment.targets:
            found[target.name] = [event.ended - event.started for event in target.events]
        return found

    three, four = durations(3), durations(4)
    assert {name: four[name] for name in three} == three
