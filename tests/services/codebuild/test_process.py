"""The life of a build: docs/behaviour/codebuild.md §2, §4.6, §4.7."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.clock import MINUTE, SECOND
from sim.core.problems import ServiceError
from sim.services.codebuild.process import retry_terms
from tests.services.codebuild.workshop import LINUX, Workshop, commands, context, lasted, phases

ALL = (
    "SUBMITTED",
    "QUEUED",
    "PROVISIONING",
    "DOWNLOAD_SOURCE",
    "INSTALL",
    "PRE_BUILD",
    "BUILD",
    "POST_BUILD",
    "UPLOAD_ARTIFACTS",
    "FINALIZING",
    "COMPLETED",
)
FINE = commands(install=["in"], pre_build=["pre"], build=["make"], post_build=["post"])


def succeeded(*names: str) -> dict[str, str | None]:
    return dict.fromkeys(names, "SUCCEEDED")


# The road


def test_a_build_that_succeeds_goes_through_every_phase() -> None:
    build = Workshop().run(FINE)
    assert phases(build) == succeeded(*ALL[:-1]) | {"COMPLETED": None}
    assert build["buildStatus"] == "SUCCEEDED"
    assert build["buildComplete"]
    assert build["currentPhase"] == "COMPLETED"


def test_each_phase_begins_when_the_one_before_ends() -> None:
    build = Workshop().run(FINE)
    for before, after in pairwise(build["phases"]):
        assert after["startTime"] == before["endTime"]
    assert build["phases"][0]["startTime"] == build["startTime"]
    assert build["phases"][-1]["startTime"] == build["endTime"]


def test_right_after_the_call_submitted_is_over_and_queued_is_open() -> None:
    shop = Workshop()
    shop.source({"buildspec.yml": FINE.encode()})
    build = shop.call("StartBuild", projectName="shop")["build"]
    assert phases(build) == {"SUBMITTED": "SUCCEEDED", "QUEUED": None}
    assert build["currentPhase"] == "QUEUED"
    assert build["buildStatus"] == "IN_PROGRESS"
    assert "endTime" not in build
    assert not build["buildComplete"]


def test_submitted_and_queued_have_no_contexts_and_the_others_an_empty_one() -> None:
    build = Workshop().run(FINE)
    without = [phase["phaseType"] for phase in build["phases"] if "contexts" not in phase]
    assert without == ["SUBMITTED", "QUEUED", "COMPLETED"]
    assert context(build, "BUILD") == ("", "")


def test_phases_take_what_rules_and_commands_say() -> None:
    shop = Workshop("{command: make, takes: 1m30s}")
    build = shop.run(FINE)
    seconds = {name: lasted(build, name) for name in ALL[:-1]}
    assert seconds == {
        "SUBMITTED": 0,
        "QUEUED": 1,
        "PROVISIONING": 20,
        "DOWNLOAD_SOURCE": 4,
        "INSTALL": 10,
        "PRE_BUILD": 10,
        "BUILD": 90,
        "POST_BUILD": 10,
        "UPLOAD_ARTIFACTS": 2,
        "FINALIZING": 3,
    }


def test_a_phase_without_commands_is_there_and_takes_no_time() -> None:
    build = Workshop().run(commands(build=["make"]))
    assert phases(build)["PRE_BUILD"] == "SUCCEEDED"
    assert lasted(build, "PRE_BUILD") == 0


def test_submitted_takes_time_only_where_a_rule_says_so() -> None:
    build = Workshop("{phase: SUBMITTED, takes: 5s}").run(FINE)
    assert lasted(build, "SUBMITTED") == 5


def test_a_phase_costs_at_most_one_wait() -> None:
    shop = Workshop()
    shop.run(commands(build=["make"]))
    before = shop.world.steps
    shop.start()
    shop.world.run()
    # five waits of phases, one of the command, and the beginning and end of the process
    assert shop.world.steps - before <= 8


# What follows on a failure (§2.2)


@pytest.mark.parametrize(
    ("rules", "spec", "expected"),
    [
        ("{phase: SUBMITTED, takes: 1s, fails: true}", FINE, {"SUBMITTED": "FAILED"}),
        ("{phase: QUEUED, fails: true}", FINE, succeeded("SUBMITTED") | {"QUEUED": "FAILED"}),
        ("{phase: PROVISIONING, fails: true}", FINE, succeeded("SUBMITTED", "QUEUED") | {"PROVISIONING": "FAILED"}),
        (
            "{phase: DOWNLOAD_SOURCE, fails: true}",
            FINE,
            succeeded(*ALL[:3]) | {"DOWNLOAD_SOURCE": "FAILED"} | succeeded("FINALIZING"),
        ),
        ("{command: ^in$, fails: true}", FINE, succeeded(*ALL[:4]) | {"INSTALL": "FAILED"} | succeeded("FINALIZING")),
        (
            "{command: ^pre$, fails: true}",
            FINE,
            succeeded(*ALL[:5]) | {"PRE_BUILD": "FAILED"} | succeeded("FINALIZING"),
        ),
        (
            "{command: ^make$, fails: true}",
            FINE,
            succeeded(*ALL[:6]) | {"BUILD": "FAILED"} | succeeded("POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING"),
        ),
        (
            "{command: ^post$, fails: true}",
            FINE,
            succeeded(*ALL[:7]) | {"POST_BUILD": "FAILED"} | succeeded("UPLOAD_ARTIFACTS", "FINALIZING"),
        ),
        (
            "{phase: UPLOAD_ARTIFACTS, fails: true}",
            FINE,
            succeeded(*ALL[:8]) | {"UPLOAD_ARTIFACTS": "FAILED"} | succeeded("FINALIZING"),
        ),
        ("{phase: FINALIZING, fails: true}", FINE, succeeded(*ALL[:9]) | {"FINALIZING": "FAILED"}),
        (
            "{phase: PRE_BUILD, fails: true}",
            commands(build=["make"]),
            succeeded(*ALL[:5]) | {"PRE_BUILD": "FAILED"} | succeeded("FINALIZING"),
        ),
    ],
)
def test_what_follows_on_a_failure(rules: str, spec: str, expected: dict[str, str | None]) -> None:
    build = Workshop(rules).run(spec)
    assert phases(build) == expected | {"COMPLETED": None}
    assert build["buildStatus"] == "FAILED"


def with_on_failure(phase: str, value: str, failing: str) -> str:
    lines = ["version: 0.2", "phases:"]
    for name, command in (("install", "in"), ("pre_build", "pre"), ("build", "make"), ("post_build", "post")):
        lines += [f"  {name}:", f"    commands: [{'false' if name == failing else command}]"]
        if name == phase:
            lines.append(f"    on-failure: {value}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("phase", "value", "after"),
    [
        ("install", "CONTINUE", ["PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING"]),
        ("pre_build", "CONTINUE", ["BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING"]),
        ("build", "CONTINUE", ["POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING"]),
        ("post_build", "CONTINUE", ["UPLOAD_ARTIFACTS", "FINALIZING"]),
        ("install", "ABORT", ["FINALIZING"]),
        ("pre_build", "ABORT", ["FINALIZING"]),
        ("build", "ABORT", ["FINALIZING"]),
        ("post_build", "ABORT", ["FINALIZING"]),
    ],
)
def test_on_failure(phase: str, value: str, after: list[str]) -> None:
    build = Workshop().run(with_on_failure(phase, value, phase))
    names = list(phases(build))
    at = names.index(phase.upper())
    assert phases(build)[phase.upper()] == "FAILED"
    assert names[at + 1 :] == [*after, "COMPLETED"]
    assert build["buildStatus"] == "FAILED"


def test_that_a_build_stays_failed_after_continue_is_inferred() -> None:
    """docs/behaviour/codebuild.md §2.4: the sources leave it open."""
    shop = Workshop()
    shop.run(with_on_failure("build", "CONTINUE", "build"))
    rules = [notice.why.rule for notice in shop.world.journal.notices]
    assert [rule.basis for rule in rules if rule.id == "codebuild.on-failure.continue"] == ["inferred"]


def test_on_failure_of_a_phase_that_succeeds_changes_nothing() -> None:
    build = Workshop().run(with_on_failure("build", "ABORT", "post_build"))
    assert phases(build)["UPLOAD_ARTIFACTS"] == "SUCCEEDED"


# One phase with commands (§2.3)


@pytest.mark.parametrize(
    ("entries", "finally_", "executed", "status"),
    [
        (["c1", "c2"], ["f1"], ["c1", "c2", "f1"], "SUCCEEDED"),
        (["false", "c2", "c3"], ["f1"], ["false", "f1"], "FAILED"),
        (["c1"], ["false", "f2"], ["c1", "false"], "FAILED"),
        (["false"], ["false"], ["false", "false"], "FAILED"),
    ],
)
def test_the_commands_of_a_phase(entries: list[str], finally_: list[str], executed: list[str], status: str) -> None:
    shop = Workshop()
    text = f"version: 0.2\nphases: {{build: {{commands: {json.dumps(entries)}, finally: {json.dumps(finally_)}}}}}\n"
    build = shop.run(text)
    ran = [line.removeprefix("Running command ") for line in shop.told(build["id"]) if line.startswith("Running")]
    assert ran == executed
    assert phases(build)["BUILD"] == status


def test_a_failing_command_is_named_with_its_exit_status() -> None:
    shop = Workshop("{command: npm test, takes: 2s, fails: true, exit: 3, message: 2 tests failed}")
    build = shop.run(commands(build=["npm test", "npm publish"]))
    assert context(build, "BUILD") == (
        "COMMAND_EXECUTION_ERROR",
        "Error while executing command: npm test. Reason: exit status 3",
    )
    assert shop.log(build["id"]) == ["2 tests failed"]
    assert "Command did not exit successfully npm test exit status 3" in shop.told(build["id"])


def test_of_two_failures_the_first_is_named() -> None:
    build = Workshop().run("version: 0.2\nphases: {build: {commands: ['false'], finally: [exit 3]}}")
    assert context(build, "BUILD")[1] == "Error while executing command: false. Reason: exit status 1"


def test_without_rules_a_sleep_takes_what_it_says_and_other_builtins_next_to_nothing() -> None:
    shop = Workshop()
    shop.world.behaviour = None
    assert lasted(shop.run(commands(build=["sleep 30"])), "BUILD") == 30
    assert lasted(shop.run(commands(build=["echo a", "cd /tmp"])), "BUILD") == 0.1


def test_the_build_knows_that_it_is_failing() -> None:
    text = """
version: 0.2
phases:
  pre_build: {commands: ['echo before $CODEBUILD_BUILD_SUCCEEDING']}
  build: {commands: ['false'], finally: ['echo finally $CODEBUILD_BUILD_SUCCEEDING']}
  post_build:
    commands:
      - echo after $CODEBUILD_BUILD_SUCCEEDING
      - 'if [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]; then echo publish; else echo keep; fi'
"""
    shop = Workshop()
    build = shop.run(text)
    assert shop.log(build["id"]) == ["before 1", "finally 0", "after 0", "keep"]
    assert phases(build)["POST_BUILD"] == "SUCCEEDED"
    assert build["buildStatus"] == "FAILED"


@pytest.mark.parametrize(("version", "second"), [("0.2", "app"), ("0.1", "src")])
def test_only_version_0_2_keeps_its_shell(version: str, second: str) -> None:
    shop = Workshop()
    text = f"version: {version}\nphases: {{build: {{commands: ['cd app', 'export A=1', 'echo $A', pwd]}}}}\n"
    build = shop.run({"buildspec.yml": text.encode(), "app/x": b""})
    first, directory = shop.log(build["id"])
    assert first == ("1" if version == "0.2" else "")
    assert directory.endswith(f"/{second}")


def test_the_shell_lives_on_from_phase_to_phase() -> None:
    shop = Workshop()
    build = shop.run(commands(install=["export TAG=v1", "cd /tmp"], build=["pwd"], post_build=["echo $TAG"]))
    assert shop.log(build["id"]) == ["/tmp", "v1"]
    assert shop.entity(build["id"]).environment["TAG"] == "v1"


def test_a_directory_that_nothing_can_have_made_is_not_entered() -> None:
    shop = Workshop()
    assert phases(shop.run(commands(build=["cd dist"])))["BUILD"] == "FAILED"
    assert phases(shop.run(commands(build=["make", "cd dist"])))["BUILD"] == "SUCCEEDED"
    assert phases(shop.run(commands(build=["cd /opt/tool"])))["BUILD"] == "SUCCEEDED"


def test_run_as_of_a_phase_wins() -> None:
    text = """
version: 0.2
run-as: builder
phases:
  install: {run-as: root, commands: [whoami]}
  build: {commands: [whoami, 'echo $HOME']}
"""
    shop = Workshop()
    assert shop.log(shop.run(text)["id"]) == ["root", "builder", "/root"]


def test_runtimes_take_their_time_in_install() -> None:
    text = "version: 0.2\nphases: {install: {runtime-versions: {python: 3.12, nodejs: 20}}, build: {commands: [make]}}"
    shop = Workshop()
    build = shop.run(text)
    assert 2 <= lasted(build, "INSTALL") <= 10
    assert "Selecting 'nodejs' runtime version '20'" in shop.told(build["id"])


def test_an_image_without_runtime_selection_only_warns() -> None:
    text = "version: 0.2\nphases: {install: {runtime-versions: {python: 3.12}}, build: {commands: [make]}}"
    shop = Workshop(environment=LINUX | {"image": "example.com/own:1"})
    build = shop.run(text)
    assert build["buildStatus"] == "SUCCEEDED"
    assert any(line.startswith("Skipping install of runtimes") for line in shop.told(build["id"]))


# Rules about commands


def test_a_rule_speaks_of_one_command_of_an_entry() -> None:
    shop = Workshop("{command: ^npm test, takes: 1m}\n{command: ^npm ci, takes: 30s}")
    assert lasted(shop.run(commands(build=["npm ci && npm test"])), "BUILD") == 90


def test_a_rule_may_speak_of_an_entry_as_a_whole() -> None:
    shop = Workshop('{command: "^npm ci && npm test$", takes: 1m, fails: true}')
    build = shop.run(commands(build=["npm ci && npm test"]))
    assert lasted(build, "BUILD") == 60
    assert phases(build)["BUILD"] == "FAILED"


def test_rules_narrow_by_phase_project_and_build() -> None:
    shop = Workshop(
        """
        {command: make, phase: POST_BUILD, takes: 20s}
        {command: make, project: other, takes: 30s}
        {command: make, build: 2, takes: 40s}
        """
    )
    text = commands(build=["make"], post_build=["make"])
    first, second = shop.run(text), shop.run(text)
    assert (lasted(first, "BUILD"), lasted(first, "POST_BUILD")) == (10, 20)
    assert (lasted(second, "BUILD"), lasted(second, "POST_BUILD")) == (40, 20)


def test_attempts_count_how_often_that_very_command_ran() -> None:
    shop = Workshop("{command: deploy, fails: {attempts: [2]}}")
    text = commands(build=["deploy"])
    assert [shop.run(text)["buildStatus"] for _ in range(3)] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]


def test_a_command_that_stands_twice_is_two_works() -> None:
    shop = Workshop("{command: flaky, fails: {attempts: [1]}}")
    build = shop.run(commands(build=["flaky || flaky"]))
    # the second is a work of its own, and this is its first attempt too
    assert build["buildStatus"] == "FAILED"


def test_a_rule_sets_variables_and_prints() -> None:
    shop = Workshop("{command: git describe, sets: {TAG: v7}, prints: [v7-dirty]}")
    build = shop.run(commands(build=["git describe", "echo $TAG $(git describe)"]))
    assert shop.log(build["id"]) == ["v7-dirty", "v7 v7-dirty"]


def test_a_rule_about_a_command_leaves_alone_what_only_names_it() -> None:
    shop = Workshop("{command: npm test, fails: true}")
    build = shop.run(commands(pre_build=["echo now npm test"], build=["npm test"]))
    assert phases(build)["PRE_BUILD"] == "SUCCEEDED"
    assert phases(build)["BUILD"] == "FAILED"


def test_a_rule_may_speak_of_a_builtin() -> None:
    shop = Workshop("{command: ^echo, takes: 7s, fails: {attempts: [2]}, message: no space left on device}")
    build = shop.run(commands(build=["echo a", "echo a", "echo b"]))
    assert shop.log(build["id"]) == ["a", "a", "b"]
    again = shop.run(commands(build=["echo a", "echo a", "echo b"]))
    assert shop.log(again["id"]) == ["no space left on device"]
    assert (lasted(build, "BUILD"), lasted(again, "BUILD")) == (21, 7)


def test_the_same_command_has_the_same_luck_whatever_stands_before_it() -> None:
    rule = "{command: npm ci, takes: {uniform: [10s, 100s]}}"
    alone = Workshop(rule).run(commands(install=["npm ci"]))
    behind = Workshop(rule).run(commands(install=["apt-get update", "npm ci"]))
    assert lasted(behind, "INSTALL") == pytest.approx(lasted(alone, "INSTALL") + 10)


def test_docker_needs_privileged_mode() -> None:
    text = commands(build=["docker build ."])
    refused = Workshop()
    build = refused.run(text)
    assert build["buildStatus"] == "FAILED"
    assert refused.log(build["id"]) == [
        "Cannot connect to the Docker daemon at unix:/var/run/docker.sock. Is the docker daemon running?"
    ]
    assert Workshop(environment=LINUX | {"privilegedMode": True}).run(text)["buildStatus"] == "SUCCEEDED"


def test_a_command_that_needs_the_vpc_fails_outside_it() -> None:
    rule = "{command: migrate, needs: [vpc, internet]}"
    network = {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert Workshop(rule).run(commands(build=["migrate"]))["buildStatus"] == "FAILED"
    inside = Workshop(rule, vpcConfig=network)
    assert inside.run(commands(build=["migrate"]))["buildStatus"] == "SUCCEEDED"
    assert any("NAT gateway" in text for text in inside.assumed)


# Time limits (§4.7)


def test_a_build_that_takes_too_long_times_out_in_the_running_phase() -> None:
    shop = Workshop(timeoutInMinutes=5)
    text = "version: 0.2\nphases: {build: {commands: [make, sleep 600], finally: [clean]}, post_build: {commands: [x]}}"
    build = shop.run(text)
    assert list(phases(build))[-2:] == ["BUILD", "COMPLETED"]
    assert phases(build)["BUILD"] == "TIMED_OUT"
    assert build["buildStatus"] == "TIMED_OUT"
    # the time in the queue does not count: 1 s, then five minutes
    assert shop.world.now == SECOND + 5 * MINUTE


def test_work_that_ends_just_in_time_counts() -> None:
    shop = Workshop(timeoutInMinutes=5)
    # 20 s + 4 s + 271 s + 2 s + 3 s = 300 s
    build = shop.run(commands(build=["sleep 271"]))
    assert build["buildStatus"] == "SUCCEEDED"
    assert shop.world.now == SECOND + 5 * MINUTE


def test_the_queue_has_a_time_limit_of_its_own() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 1}, queuedTimeoutInMinutes=5)
    first, second = shop.start(commands(build=["sleep 1800"])), shop.start()
    shop.world.run()
    assert shop.build(first)["buildStatus"] == "SUCCEEDED"
    waited = shop.build(second)
    assert phases(waited) == {"SUBMITTED": "SUCCEEDED", "QUEUED": "TIMED_OUT", "COMPLETED": None}
    assert waited["buildStatus"] == "TIMED_OUT"
    assert lasted(waited, "QUEUED") == 300


# Stopping


def test_stopping_ends_the_running_phase_and_the_build_at_once() -> None:
    shop = Workshop()
    text = "version: 0.2\nphases: {build: {commands: [make, sleep 600], finally: [clean]}, post_build: {commands: [x]}}"
    id = shop.start(text)
    shop.world.run(until=60 * SECOND)
    stopped = shop.call("StopBuild", id=id)["build"]
    assert stopped["buildStatus"] == "STOPPED"
    assert list(phases(stopped).items())[-2:] == [("BUILD", "STOPPED"), ("COMPLETED", None)]
    shop.world.run()
    assert shop.world.now == 60 * SECOND
    assert shop.build(id) == stopped
    assert "contexts" not in stopped["phases"][-2]


def test_a_build_can_be_stopped_in_the_instant_it_was_started() -> None:
    shop = Workshop()
    id = shop.start(FINE)
    shop.call("StopBuild", id=id)
    shop.world.run()
    assert shop.world.now == 0
    assert phases(shop.build(id)) == {"SUBMITTED": "SUCCEEDED", "QUEUED": "STOPPED", "COMPLETED": None}


def test_stopping_what_has_ended_gives_it_as_it_is() -> None:
    shop = Workshop()
    build = shop.run(FINE)
    assert shop.call("StopBuild", id=build["id"])["build"] == build


def test_the_log_of_a_stopped_build_ends_where_it_was_stopped() -> None:
    shop = Workshop()
    id = shop.start(commands(build=["echo one; sleep 100; echo two; sleep 100; echo three"]))
    shop.world.run(until=180 * SECOND)
    shop.call("StopBuild", id=id)
    shop.world.run()
    assert shop.log(id) == ["one", "two"]


# Limits and the queue (§4.6)


def test_a_project_at_its_limit_refuses_further_builds() -> None:
    shop = Workshop(concurrentBuildLimit=1)
    id = shop.start(FINE)
    with pytest.raises(ServiceError, match="AccountLimitExceededException"):
        shop.start()
    shop.call("StopBuild", id=id)
    assert shop.start()


def test_minus_one_takes_the_limit_of_a_project_away() -> None:
    shop = Workshop(concurrentBuildLimit=1)
    shop.start(FINE)
    project = shop.call("UpdateProject", name="shop", concurrentBuildLimit=-1)["project"]
    assert "concurrentBuildLimit" not in project
    assert shop.start(FINE)


def test_an_account_at_its_limit_lets_builds_wait() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 1})
    first, second = shop.start(commands(build=["make"])), shop.start()
    shop.world.run()
    assert shop.build(second)["buildStatus"] == "SUCCEEDED"
    waited = shop.build(second)["phases"][1]
    assert waited["phaseType"] == "QUEUED"
    assert waited["endTime"] == shop.build(first)["endTime"]


def test_a_limit_that_was_not_reached_keeps_nobody_waiting() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 1})
    shop.start(commands(build=["make"]))
    second = shop.start()
    shop.world.run()
    assert shop.world.date == shop.build(second)["endTime"]


def test_the_queue_holds_five_times_the_limit() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 2})
    for _ in range(12):
        shop.start(FINE)
    with pytest.raises(ServiceError, match="Cannot have more than 10 builds in queue for the account"):
        shop.start()


def test_limits_are_by_compute_type() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 1})
    shop.start(FINE)
    id = shop.start(computeTypeOverride="BUILD_GENERAL1_LARGE")
    shop.world.run(until=30 * SECOND)
    assert shop.build(id)["currentPhase"] == "INSTALL"


def test_a_waiting_build_can_be_stopped_and_never_runs() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 1})
    shop.start(FINE)
    second, third = shop.start(), shop.start()
    shop.world.run(until=10 * SECOND)
    shop.call("StopBuild", id=second)
    shop.world.run()
    assert phases(shop.build(second)) == {"SUBMITTED": "SUCCEEDED", "QUEUED": "STOPPED", "COMPLETED": None}
    assert shop.build(third)["buildStatus"] == "SUCCEEDED"


def test_a_slot_freed_by_stopping_is_used_at_once() -> None:
    shop = Workshop(quotas={"codebuild.concurrent-builds": 1})
    first, second = shop.start(FINE), shop.start()
    shop.world.run(until=30 * SECOND)
    shop.call("StopBuild", id=first)
    shop.world.run(until=31 * SECOND)
    assert shop.build(second)["currentPhase"] == "PROVISIONING"
    assert shop.build(second)["phases"][1]["endTime"] == shop.build(first)["endTime"]


def test_whose_turn_comes_is_no_matter_of_coming_first() -> None:
    orders = set()
    for seed in range(8):
        shop = Workshop(seed=seed, quotas={"codebuild.concurrent-builds": 1})
        ids = [shop.start(FINE) for _ in range(5)]
        shop.world.run()
        orders.add(tuple(sorted(range(5), key=lambda number: shop.build(ids[number])["endTime"])))
    assert len(orders) > 1


@settings(max_examples=40, deadline=None)
@given(
    limit=st.integers(1, 3),
    starts=st.lists(st.integers(0, 200), min_size=1, max_size=12),
    stops=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 400)), max_size=4),
    seed=st.integers(0, 1000),
)
def test_never_more_builds_run_than_the_account_may(
    limit: int, starts: list[int], stops: list[tuple[int, int]], seed: int
) -> None:
    shop = Workshop(seed=seed, quotas={"codebuild.concurrent-builds": limit})
    shop.source({"buildspec.yml": FINE.encode()})
    ids: list[str] = []
    moments = sorted([(at, "start", 0) for at in starts] + [(at, "stop", number) for number, at in stops])
    for at, what, number in moments:
        shop.world.run(until=at * SECOND)
        if what == "start":
            try:
                ids.append(shop.start())
            except ServiceError:
                assert sum(not shop.build(id)["buildComplete"] for id in ids) == 6 * limit
        elif number < len(ids):
            shop.call("StopBuild", id=ids[number])
    shop.world.run()
    spans = []
    for id in ids:
        build = shop.build(id)
        assert build["buildStatus"] in ("SUCCEEDED", "STOPPED")
        ran = [phase for phase in build["phases"] if phase["phaseType"] == "PROVISIONING"]
        spans += [(ran[0]["startTime"], build["endTime"])] if ran else []
    for start, _ in spans:
        assert sum(begin <= start < end for begin, end in spans) <= limit
    queue = shop.service.queues["LINUX_CONTAINER", "BUILD_GENERAL1_SMALL"]
    assert (queue.active, queue.running, queue.waiting) == (0, 0, [])


# Starting again (§2.4, §14)


def test_on_failure_retry_starts_the_build_again() -> None:
    shop = Workshop("{command: make, fails: {attempts: [1]}}")
    build = shop.run(
        "version: 0.2\nphases: {build: {on-failure: RETRY, commands: [make]}, post_build: {commands: [x]}}"
    )
    assert list(phases(build))[-3:] == ["BUILD", "FINALIZING", "COMPLETED"]
    again = shop.build(build["autoRetryConfig"]["nextAutoRetry"].partition("build/")[2])
    assert again["buildStatus"] == "SUCCEEDED"
    assert again["buildNumber"] == 2
    assert again["autoRetryConfig"]["previousAutoRetry"] == build["arn"]


@pytest.mark.parametrize(
    ("value", "builds"), [("RETRY", 4), ("RETRY-1", 2), ("RETRY-0", 1), ("RETRY-.*exit status 9", 1), ("RETRY-2-.*", 3)]
)
def test_how_often_on_failure_retries(value: str, builds: int) -> None:
    shop = Workshop()
    shop.run(f"version: 0.2\nphases: {{build: {{on-failure: '{value}', commands: ['false']}}}}")
    assert len(shop.call("ListBuilds")["ids"]) == builds


def test_the_last_attempt_goes_on_as_if_on_failure_were_not_there() -> None:
    shop = Workshop()
    shop.run(with_on_failure("build", "RETRY-1", "build"))
    first, last = (shop.build(id) for id in shop.call("ListBuilds", sortOrder="ASCENDING")["ids"])
    assert "POST_BUILD" not in phases(first)
    assert phases(last)["POST_BUILD"] == "SUCCEEDED"


def test_a_build_of_a_pipeline_is_not_retried() -> None:
    shop = Workshop(autoRetryLimit=2)
    id = shop.start_from_pipeline(
        "version: 0.2\nphases: {build: {on-failure: RETRY, commands: ['false']}, post_build: {commands: [x]}}"
    )
    shop.world.run()
    assert len(shop.call("ListBuilds")["ids"]) == 1
    assert phases(shop.build(id))["POST_BUILD"] == "SUCCEEDED"


def test_auto_retry_runs_the_build_again_up_to_its_limit() -> None:
    shop = Workshop("{command: make, fails: {attempts: [1, 2]}}", autoRetryLimit=2)
    shop.run(commands(build=["make"]))
    builds = [shop.build(id) for id in shop.call("ListBuilds", sortOrder="ASCENDING")["ids"]]
    assert [build["buildStatus"] for build in builds] == ["FAILED", "FAILED", "SUCCEEDED"]
    assert [build["autoRetryConfig"]["autoRetryNumber"] for build in builds] == [0, 1, 2]
    assert builds[1]["initiator"].startswith("build-role/AWSCodeBuild-")


def test_a_stopped_build_is_not_retried() -> None:
    shop = Workshop(autoRetryLimit=2)
    id = shop.start(FINE)
    shop.world.run(until=10 * SECOND)
    shop.call("StopBuild", id=id)
    shop.world.run()
    assert len(shop.call("ListBuilds")["ids"]) == 1


def test_a_retry_takes_the_place_of_its_build_even_in_a_full_queue() -> None:
    shop = Workshop("{command: make, fails: true}", autoRetryLimit=1, quotas={"codebuild.concurrent-builds": 1})
    for _ in range(6):
        shop.start(commands(build=["make"]))
    shop.world.run()
    assert len(shop.call("ListBuilds")["ids"]) == 12


def test_the_terms_of_a_retry() -> None:
    assert retry_terms("RETRY") == (3, ".*")
    assert retry_terms("RETRY-7") == (7, ".*")
    assert retry_terms("RETRY-Network.*") == (3, "Network.*")
    assert retry_terms("RETRY-5-Net-work") == (5, "Net-work")


# The journal


def test_every_move_is_explained() -> None:
    shop = Workshop("{command: make, fails: true}")
    shop.run(FINE)
    told = [move.why for move in shop.world.journal.moves()]
    assert all(why.render() and why.rule.source.startswith("docs/behaviour/codebuild.md §") for why in told)
    assert "post-build" in str([notice.why.rule.id for notice in shop.world.journal.notices])


_RUN_TWICE = """
import json, sys
sys.path.insert(0, {root!r})
from tests.services.codebuild.workshop import Workshop, commands
shop = Workshop("{{command: npm, takes: {{uniform: [1s, 50s]}}, fails: 0.4}}", seed=3,
    quotas={{"codebuild.concurrent-builds": 2}}, autoRetryLimit=1,
    artifacts={{"type": "S3", "location": "store", "packaging": "ZIP"}})
text = commands(install=["npm ci"], build=["env", "npm run build"]) + "artifacts: {{files: ['dist/**/*', app.zip]}}"
ids = [shop.start(text) for _ in range(6)]
shop.world.run()
builds = [shop.build(id) for id in shop.call("ListBuilds")["ids"]]
logs = [shop.log(id) for id in ids]
print(json.dumps([builds, logs, shop.world.events, shop.keys(), shop.assumed], default=str))
"""


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    program = _RUN_TWICE.format(root=str(Path(__file__).parents[3]))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}, text=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    builds: list[Any] = json.loads(outputs.pop())[0]
    assert {build["buildStatus"] for build in builds} == {"SUCCEEDED", "FAILED"}
