"""EventBridge events: docs/behaviour/codepipeline.md §23."""

from __future__ import annotations

from typing import Any

from tests.services.codepipeline.stage import ACCOUNT, REGION, THREE, Town, takes

RULES = (takes("Source/*", "10s"), takes("Build/*", "100s"), takes("Deploy/*", "50s"))


def building(*rules: dict[str, Any]) -> Town:
    town = Town(*rules, *RULES)
    town.create(THREE)
    town.start()
    return town


def test_events_of_a_straight_run_come_in_natural_order():
    town = building()
    town.run()
    assert town.world.events is not None
    order = [
        (event["detail-type"].split()[1], event["detail"].get("stage", ""), event["detail"]["state"])
        for event in town.world.events
    ]
    assert order[:7] == [
        ("Pipeline", "", "STARTED"),
        ("Stage", "Source", "STARTED"),
        ("Action", "Source", "STARTED"),
        ("Action", "Source", "SUCCEEDED"),
        ("Stage", "Source", "SUCCEEDED"),
        ("Stage", "Build", "STARTED"),
        ("Action", "Build", "STARTED"),
    ]
    assert order[-3:] == [
        ("Action", "Deploy", "SUCCEEDED"),
        ("Stage", "Deploy", "SUCCEEDED"),
        ("Pipeline", "", "SUCCEEDED"),
    ]


def test_the_event_of_a_pipeline():
    town = building()
    assert town.world.events is not None
    event = dict(town.world.events[0])
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "CodePipeline Pipeline Execution State Change",
        "source": "aws.codepipeline",
        "account": ACCOUNT,
        "time": "2026-01-05T09:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop"],
        "detail": {
            "pipeline": "shop",
            "execution-id": town.executions()[0].name,
            "start-time": "2026-01-05T09:00:00.000Z",
            "execution-trigger": {
                "trigger-type": "StartPipelineExecution",
                "trigger-detail": f"arn:aws:iam::{ACCOUNT}:user/alice",
            },
            "state": "STARTED",
            "version": 1.0,
            "pipeline-execution-attempt": 1.0,
        },
    }
    assert isinstance(event["detail"]["version"], float)


def test_the_event_of_a_failed_action():
    town = Town()
    town.create(THREE)
    town.service("codebuild").fails = lambda number: True
    town.start()
    town.run()
    assert town.world.events is not None
    event = next(
        event["detail"]
        for event in town.world.events
        if event["detail"].get("action") == "Compile" and event["detail"]["state"] == "FAILED"
    )
    source = town.executions()[0].artifacts["Src"]
    assert event["type"] == {"owner": "AWS", "provider": "CodeBuild", "category": "Build", "version": "1"}
    assert event["region"] == REGION
    assert event["action-execution-id"] == town.action(1, "Build/Compile").id
    assert event["input-artifacts"] == [{"name": "Src", "s3location": {"bucket": "store", "key": source.key}}]
    assert "output-artifacts" not in event
    result = event["execution-result"]
    assert result["external-execution-summary"] == "Build terminated with state: FAILED"
    assert result["error-code"] == "JobFailed"
    assert result["external-execution-id"] == "shop:1"


def test_outputs_are_told_on_success():
    town = Town()
    town.create(THREE)
    town.start()
    town.run()
    assert town.world.events is not None
    event = next(
        event["detail"]
        for event in town.world.events
        if event["detail"].get("action") == "Compile" and event["detail"]["state"] == "SUCCEEDED"
    )
    assert [one["name"] for one in event["output-artifacts"]] == ["App"]
    assert "error-code" not in event["execution-result"]


def test_superseded_has_an_event_of_the_pipeline_and_none_of_a_stage():
    town = building()
    town.at("20s", town.start)
    town.at("40s", town.start)
    town.run()
    assert ("", "SUPERSEDED") in town.told("Pipeline")
    assert not any(state == "SUPERSEDED" for _, state in town.told("Stage"))


def test_stopping_and_resuming():
    town = building()
    id = town.executions()[0].name
    which = {"pipelineName": "shop", "pipelineExecutionId": id}
    town.at("50s", lambda: town("StopPipelineExecution", **which, abandon=True, reason="oops"))
    town.at(
        "60s",
        lambda: town("RetryStageExecution", **which, stageName="Build", retryMode="FAILED_ACTIONS"),
    )
    town.run()
    assert town.told("Pipeline") == [
        ("", "STARTED"),
        ("", "STOPPING"),
        ("", "STOPPED"),
        ("", "RESUMED"),
        ("", "SUCCEEDED"),
    ]
    stages = [told for told in town.told("Stage") if told[0] == "Build"]
    assert [state for _, state in stages] == ["STARTED", "STOPPING", "STOPPED", "RESUMED", "SUCCEEDED"]
    assert ("Compile", "ABANDONED") in town.told("Action")
    assert town.world.events is not None
    details = [event["detail"] for event in town.world.events]
    stopped = next(detail for detail in details if detail["state"] == "STOPPED" and "stage" not in detail)
    assert stopped["stop-execution-comments"] == "oops"
    resumed = next(detail for detail in details if detail["state"] == "RESUMED" and "stage" in detail)
    assert resumed["stage-last-retry-attempt-time"] == "2026-01-05T09:01:00.000Z"
    assert resumed["pipeline-execution-attempt"] == 2.0


def test_an_edit_is_spelled_with_one_l():
    town = building()
    town.at("50s", lambda: town("UpdatePipeline", pipeline=THREE))
    town.run()
    assert town.told("Pipeline")[-1] == ("", "CANCELED")
    assert town.told("Stage")[-1] == ("Build", "CANCELED")


def test_nothing_is_built_when_nobody_listens():
    town = Town(*RULES)
    town.world.events = None
    town.create(THREE)
    town.start()
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.world.events is None
