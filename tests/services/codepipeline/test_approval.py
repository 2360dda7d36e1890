"""Manual approval: docs/behaviour/codepipeline.md §17."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.codepipeline.stage import ACCOUNT, REGION, SOURCE, Town, action, pipeline, stage, takes

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:releases"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"


def waiting(*rules: dict[str, Any], configuration: dict[str, str] | None = None, **members: Any) -> Town:
    """An execution that waits for an approval from 10 s on."""
    gate = stage("Release", action("GoLive", "Approval/Manual", configuration=configuration or {}, **members))
    town = Town(*rules, takes("Source/*", "10s"), takes("Deploy/*", "50s"))
    after = stage("Deploy", action("Install", "Deploy/CodeDeploy", reads=["Src"]))
    town.create(pipeline(SOURCE, gate, after))
    town.start()
    town.run()
    return town


def answer(town: Town, status: str = "Approved", token: str | None = None, **changed: str) -> None:
    known = town.state("Release")["actionStates"][0]["latestExecution"].get("token", "")
    asked: dict[str, Any] = {
        "pipelineName": "shop",
        "stageName": "Release",
        "actionName": "GoLive",
        "result": {"status": status, "summary": "looks good"},
        "token": known if token is None else token,
    }
    town("PutApprovalResult", by=BOB, **asked | changed)


def refusal(act: Any, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(ServiceError) as refused:
        act(*arguments, **parameters)
    return refused.value.code


def test_nobody_keeps_the_world_busy():
    town = waiting()
    assert town.world.quiet
    assert town.statuses() == ["InProgress"]
    latest = town.state("Release")["actionStates"][0]["latestExecution"]
    assert latest["status"] == "InProgress"
    assert len(latest["token"]) == 36


def test_approved_goes_on():
    town = waiting()
    town.world.run(3_600_000)
    answer(town)
    town.run()
    assert town.statuses() == ["Succeeded"]
    latest = town.state("Release")["actionStates"][0]["latestExecution"]
    assert (latest["status"], latest["summary"], latest["lastUpdatedBy"]) == ("Succeeded", "looks good", BOB)
    assert "token" not in latest
    assert town.stage_span(1, "Deploy") == (3600, 3650)


def test_rejected_fails():
    town = waiting()
    answer(town, "Rejected")
    town.run()
    assert town.statuses() == ["Failed"]
    assert town.action(1, "Release/GoLive").error["message"] == f"Rejected by {BOB}: looks good"


def test_the_stage_stays_locked_and_later_executions_supersede_each_other():
    town = waiting()
    for _ in range(3):
        town.start()
        town.run()
    assert town.statuses() == ["InProgress", "Superseded", "Superseded", "InProgress"]


@pytest.mark.parametrize(
    ("minutes", "until"), [(None, 7 * 24 * 3600 + 10), (5, 310)], ids=["seven days", "timeoutInMinutes"]
)
def test_no_answer_in_time_fails_only_when_time_gets_there(minutes: int | None, until: int):
    town = waiting(**({"timeoutInMinutes": minutes} if minutes else {}))
    token = town.action(1, "Release/GoLive").token
    town.world.run((until - 1) * 1000)
    assert town.statuses() == ["InProgress"]
    town.world.run(until * 1000)
    assert town.statuses() == ["Failed"]
    assert town.span(town.executions()[0]) == (0, until)
    assert "Nobody answered" in town.action(1, "Release/GoLive").error["message"]
    assert refusal(answer, town, token=token) == "InvalidApprovalTokenException"


def test_who_may_not_answer():
    town = waiting()
    assert refusal(answer, town, token="00000000-0000-4000-8000-000000000000") == "InvalidApprovalTokenException"
    assert refusal(answer, town, pipelineName="no") == "PipelineNotFoundException"
    assert refusal(answer, town, stageName="No") == "StageNotFoundException"
    assert refusal(answer, town, actionName="No") == "ActionNotFoundException"
    assert refusal(answer, town, status="approved") == "ValidationException"
    token = town.action(1, "Release/GoLive").token
    answer(town)
    assert refusal(answer, town, token=token) == "ApprovalAlreadyCompletedException"
    town.run()
    assert refusal(answer, town, token=token) == "ApprovalAlreadyCompletedException"


def test_a_retry_asks_again_with_a_new_token():
    town = waiting()
    first = town.action(1, "Release/GoLive").token
    answer(town, "Rejected")
    town.run()
    id = town.executions()[0].name
    town(
        "RetryStageExecution",
        pipelineName="shop",
        stageName="Release",
        pipelineExecutionId=id,
        retryMode="FAILED_ACTIONS",
    )
    town.run()
    assert town.action(1, "Release/GoLive").token != first
    answer(town)
    town.run()
    assert town.statuses() == ["Succeeded"]


def test_the_topic_is_told():
    configuration = {
        "NotificationArn": TOPIC,
        "CustomData": "Check the basket of #{codepipeline.PipelineExecutionId}",
        "ExternalEntityLink": "https://staging.shop.test",
    }
    town = waiting(configuration=configuration)
    (mail,) = town.service("sns").published
    assert mail["Subject"] == "APPROVAL NEEDED: AWS CodePipeline shop for action GoLive"
    token = town.action(1, "Release/GoLive").token
    console = f"https://console.aws.amazon.com/codepipeline/home?region={REGION}#/view/shop"
    assert json.loads(mail["Message"]) == {
        "region": REGION,
        "consoleLink": console,
        "approval": {
            "pipelineName": "shop",
            "stageName": "Release",
            "actionName": "GoLive",
            "token": token,
            "expires": "2026-01-12T09:00Z",
            "externalEntityLink": "https://staging.shop.test",
            "approvalReviewLink": f"{console}/Release/GoLive/approve/{token}",
            "customData": f"Check the basket of {town.executions()[0].name}",
        },
    }


def test_a_topic_that_is_gone_fails_the_action():
    town = waiting(configuration={"NotificationArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:gone"})
    assert town.statuses() == ["Failed"]


# Rules of the scenario


def test_a_rule_answers_as_its_person():
    town = waiting({"approval": "Release/*", "takes": "2h", "by": "bob", "message": "fine"})
    assert town.statuses() == ["Succeeded"]
    approval = town.action(1, "Release/GoLive")
    assert town.span(approval) == (10, 7210)
    assert (approval.updated_by, approval.summary) == (BOB, "fine")


def test_a_rule_may_reject():
    town = waiting({"approval": "Release/*", "takes": "2h", "by": "bob", "rejects": 1})
    assert town.statuses() == ["Failed"]
    assert town.span(town.executions()[0]) == (0, 7210)


def test_a_rule_slower_than_the_limit_comes_too_late():
    town = waiting({"approval": "Release/*", "takes": "8d", "by": "bob"})
    assert town.statuses() == ["Failed"]
    assert town.world.now == (7 * 24 * 3600 + 10) * 1000


def test_somebody_may_answer_before_the_rule_does():
    gate = stage("Release", action("GoLive", "Approval/Manual"))
    town = Town({"approval": "Release/*", "takes": "2h"}, takes("Source/*", "10s"))
    town.create(pipeline(SOURCE, gate))
    town.start()
    town.at("60s", lambda: answer(town))
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.world.now == 60_000


def test_an_approval_in_parallel_mode_is_answered_by_its_external_id():
    gate = stage("Release", action("GoLive", "Approval/Manual"))
    town = Town(takes("Source/*", "10s"))
    town.create(pipeline(SOURCE, gate, executionMode="PARALLEL"))
    town.start()
    town.run()
    latest = town("ListActionExecutions", pipelineName="shop")["actionExecutionDetails"][0]
    token = latest["output"]["executionResult"]["externalExecutionId"]
    town(
        "PutApprovalResult",
        pipelineName="shop",
        stageName="Release",
        actionName="GoLive",
        result={"status": "Approved", "summary": ""},
        token=token,
    )
    town.run()
    assert town.statuses() == ["Succeeded"]
