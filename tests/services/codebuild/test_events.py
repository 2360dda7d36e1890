"""EventBridge events: docs/behaviour/codebuild.md §9.3."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import HOUR, SECOND, START
from sim.services.codebuild.events import PHASE_CHANGE, STATE_CHANGE, told
from tests.services.codebuild.workshop import Workshop, commands

FINE = commands(build=["make"])


def events(shop: Workshop, detail_type: str) -> list[dict[str, Any]]:
    assert shop.world.events is not None
    return [
        event
        for event in shop.world.events
        if (event["source"], event["detail-type"]) == ("aws.codebuild", detail_type)
    ]


def test_one_state_change_at_the_start_and_one_at_the_end() -> None:
    shop = Workshop()
    build = shop.run(FINE)
    first, last = events(shop, STATE_CHANGE)
    assert [event["detail"]["build-status"] for event in (first, last)] == ["IN_PROGRESS", "SUCCEEDED"]
    assert first["time"] == "2026-01-05T09:00:00Z"
    assert last["time"] == build["endTime"].strftime("%Y-%m-%dT%H:%M:%SZ")
    for event in (first, last):
        assert event["resources"] == [build["arn"]]
        assert event["detail"]["build-id"] == build["arn"]
        assert event["detail"]["project-name"] == "shop"
        assert event["detail"]["current-phase-context"] == "[]"
        assert event["detail"]["version"] == "1"
    assert first["detail"]["current-phase"] == "SUBMITTED"
    assert last["detail"]["current-phase"] == "COMPLETED"


def test_nine_phase_changes_at_most() -> None:
    shop = Workshop()
    shop.run(FINE)
    assert [event["detail"]["completed-phase"] for event in events(shop, PHASE_CHANGE)] == [
        "SUBMITTED",
        "PROVISIONING",
        "DOWNLOAD_SOURCE",
        "INSTALL",
        "PRE_BUILD",
        "BUILD",
        "POST_BUILD",
        "UPLOAD_ARTIFACTS",
        "FINALIZING",
    ]


def test_a_phase_change_has_these_fields() -> None:
    shop = Workshop("{command: make, takes: 90s, fails: true}")
    shop.run(FINE)
    event = next(one for one in events(shop, PHASE_CHANGE) if one["detail"]["completed-phase"] == "BUILD")
    detail = event["detail"]
    assert set(detail) == {
        "completed-phase",
        "completed-phase-status",
        "completed-phase-context",
        "completed-phase-duration-seconds",
        "completed-phase-start",
        "completed-phase-end",
        "project-name",
        "build-id",
        "version",
        "additional-information",
    }
    assert detail["completed-phase-status"] == "FAILED"
    assert detail["completed-phase-context"] == (
        "[COMMAND_EXECUTION_ERROR: Error while executing command: make. Reason: exit status 1]"
    )
    assert detail["completed-phase-duration-seconds"] == 90
    assert detail["completed-phase-start"] == "Jan 5, 2026 9:00:25 AM"
    assert detail["completed-phase-end"] == "Jan 5, 2026 9:01:55 AM"


def test_the_context_of_what_went_well_is_the_text_of_an_empty_list() -> None:
    shop = Workshop()
    shop.run(FINE)
    assert {event["detail"]["completed-phase-context"] for event in events(shop, PHASE_CHANGE)} == {"[]"}


def test_the_additional_information() -> None:
    shop = Workshop()
    id = shop.start_from_pipeline(
        FINE + "artifacts: {files: [x]}\n", environmentVariablesOverride=[{"name": "A", "value": "1"}]
    )
    shop.world.run()
    first, last = events(shop, STATE_CHANGE)
    uuid = id.partition(":")[2]
    before, after = (event["detail"]["additional-information"] for event in (first, last))
    assert (before["build-complete"], after["build-complete"]) == (False, True)
    assert after["initiator"] == "codepipeline/shop"
    assert after["build-start-time"] == "Jan 5, 2026 9:00:00 AM"
    assert after["timeout-in-minutes"] == 60
    assert after["source"]["type"] == "CODEPIPELINE"
    assert after["environment"] == {
        "image": "aws/codebuild/standard:7.0",
        "privileged-mode": False,
        "compute-type": "BUILD_GENERAL1_SMALL",
        "type": "LINUX_CONTAINER",
        "environment-variables": [{"name": "A", "value": "1", "type": "PLAINTEXT"}],
    }
    assert after["artifact"]["location"] == "arn:aws:s3:::store/shop/Built/xyz.zip"
    assert len(after["artifact"]["sha256sum"]) == 64
    assert "sha256sum" not in before["artifact"]
    assert (after["logs"]["group-name"], after["logs"]["stream-name"]) == ("/aws/codebuild/shop", uuid)
    assert after["phases"][0] == {
        "phase-context": [],
        "start-time": "Jan 5, 2026 9:00:00 AM",
        "end-time": "Jan 5, 2026 9:00:00 AM",
        "duration-in-seconds": 0,
        "phase-type": "SUBMITTED",
        "phase-status": "SUCCEEDED",
    }
    assert set(after["phases"][-1]) == {"start-time", "phase-type"}


@pytest.mark.parametrize(
    ("rules", "status"), [("{command: make, fails: true}", "FAILED"), ("{command: make, takes: 2h}", "TIMED_OUT")]
)
def test_the_last_event_says_how_it_ended(rules: str, status: str) -> None:
    shop = Workshop(rules)
    shop.run(FINE)
    assert events(shop, STATE_CHANGE)[-1]["detail"]["build-status"] == status


def test_a_stopped_build_tells_of_its_phase_and_of_itself() -> None:
    shop = Workshop()
    id = shop.start(FINE)
    shop.world.run(until=10 * SECOND)
    shop.call("StopBuild", id=id)
    shop.world.run()
    assert events(shop, PHASE_CHANGE)[-1]["detail"]["completed-phase"] == "PROVISIONING"
    assert events(shop, PHASE_CHANGE)[-1]["detail"]["completed-phase-status"] == "STOPPED"
    assert [event["detail"]["build-status"] for event in events(shop, STATE_CHANGE)] == ["IN_PROGRESS", "STOPPED"]


def test_a_build_without_the_download_tells_only_of_the_phases_it_had() -> None:
    shop = Workshop("{phase: PROVISIONING, fails: true}")
    shop.run(FINE)
    assert [event["detail"]["completed-phase"] for event in events(shop, PHASE_CHANGE)] == ["SUBMITTED", "PROVISIONING"]


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "Jan 5, 2026 9:00:00 AM"),
        (3 * HOUR, "Jan 5, 2026 12:00:00 PM"),
        (4 * HOUR + 187_999, "Jan 5, 2026 1:03:07 PM"),
        (15 * HOUR, "Jan 6, 2026 12:00:00 AM"),
        (24 * 38 * HOUR, "Feb 12, 2026 9:00:00 AM"),
    ],
)
def test_how_times_are_written(ms: int, text: str) -> None:
    assert told(START, ms) == text
