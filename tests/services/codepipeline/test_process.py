"""Inside stages: the straight road, run orders, failures, stopping, retrying, time limits."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.problems import ServiceError
from sim.formats import assumptions, shipped
from sim.services.bundles import unpack
from tests.services.codepipeline.stage import DEPLOY, SOURCE, THREE, Town, action, pipeline, stage, takes


def test_a_start_goes_through_every_stage():
    # Given a pipeline from CodeCommit through CodeBuild to CodeDeploy
    town = Town()
    town.create(THREE)
    # When it is started
    id = town.start()
    town.run()
    # Then every stage succeeded, with the head's commit as its revision
    (execution,) = town.executions()
    assert execution.name == id
    assert execution.status == "Succeeded"
    assert [str(stage.status) for stage in execution.stages.values()] == ["Succeeded"] * 3
    assert execution.revisions == [{"actionName": "Code", "revisionId": "c1", "revisionSummary": "Change c1"}]
    # and the artifacts went from hand to hand
    build = town.service("codebuild").asked[0].parameters
    bucket, _, key = build["sourceLocationOverride"].partition("/")
    assert (bucket, key.split("/")[:2]) == ("store", ["shop", "Src"])
    assert build["sourceVersion"] == "c1"
    source = town.ask("s3", "GetObject", Bucket=bucket, Key=key)["Body"]
    assert unpack(source) == {"version.txt": b"c1"}
    revision = town.service("codedeploy").asked[0].parameters["revision"]
    made = build["artifactsOverride"]
    assert revision["s3Location"]["key"] == made["name"]
    assert revision["s3Location"]["bundleType"] == "zip"


def test_calls_bear_the_pipelines_role():
    town = Town()
    town.create(THREE)
    town.start()
    town.run()
    call = town.service("codebuild").asked[0]
    assert call.principal == "arn:aws:sts::123456789012:assumed-role/pipeline/shop"
    assert call.via == "codepipeline.amazonaws.com"


def test_creating_a_pipeline_starts_it():
    town = Town()
    town("CreatePipeline", pipeline=THREE)
    town.run()
    (execution,) = town.executions()
    assert execution.trigger == {
        "triggerType": "CreatePipeline",
        "triggerDetail": "arn:aws:iam::123456789012:user/alice",
    }


# Run orders: §6

CHECKS = stage(
    "Checks",
    action("Slow", "Test/CodeBuild", reads=["Src"], runOrder=2),
    action("Quick", "Test/CodeBuild", reads=["Src"], runOrder=2),
    action("Last", "Test/CodeBuild", reads=["Src"], runOrder=7),
    action("First", "Test/CodeBuild", reads=["Src"]),
)
DURATIONS = (
    takes("Source/*", "10s"),
    takes("Checks/First", "20s"),
    takes("Checks/Quick", "5s"),
    takes("Checks/Slow", "50s"),
    takes("Checks/Last", "1s"),
)


def checked(*rules: dict[str, Any], **members: Any) -> Town:
    town = Town(*rules, *DURATIONS)
    town.create(pipeline(SOURCE, {**CHECKS, **members}, DEPLOY_SRC))
    town.start()
    return town


DEPLOY_SRC = stage("Deploy", action("Install", "Deploy/CodeDeploy", reads=["Src"]))


def test_equal_run_orders_start_together_and_the_next_waits_for_all_of_them():
    town = checked()
    town.run("90s")
    spans = {name: town.span(town.action(1, f"Checks/{name}")) for name in ("First", "Quick", "Slow", "Last")}
    assert spans == {"First": (10, 30), "Quick": (30, 35), "Slow": (30, 80), "Last": (80, 81)}


def test_a_failure_ends_the_stage_when_the_last_sibling_has_ended():
    # Given that Quick fails at 35 s while Slow runs until 80 s
    town = checked(takes("Checks/Quick", "5s", fails=True, message="one test failed"))
    town.run()
    # Then the stage and the execution fail at 80 s, and Last never starts
    execution = town.executions()[0]
    assert execution.status == "Failed"
    assert town.stage_span(1, "Checks") == (10, 80)
    assert town.span(execution) == (0, 80)
    assert town.action(1, "Checks/Slow").status == "Succeeded"
    assert town.action(1, "Checks/Quick").error == {"code": "JobFailed", "message": "one test failed"}
    assert "Last" not in execution.stages["Checks"].latest
    assert "Deploy" not in execution.stages


# Retrying: §11


def retry(town: Town, name: str = "Checks", mode: str = "FAILED_ACTIONS", number: int = 1) -> None:
    id = town.executions()[number - 1].name
    town("RetryStageExecution", pipelineName="shop", stageName=name, pipelineExecutionId=id, retryMode=mode)


def refusal(act: Any, *arguments: Any, **parameters: Any) -> str:
    with pytest.raises(ServiceError) as refused:
        act(*arguments, **parameters)
    return refused.value.code


FAILS_ONCE = takes("Checks/Quick", "5s", fails={"attempts": [1]})


def test_retrying_failed_actions_keeps_what_succeeded_and_goes_on():
    town = checked(FAILS_ONCE)
    town.at("100s", lambda: retry(town))
    town.run()
    execution = town.executions()[0]
    assert execution.status == "Succeeded"
    assert execution.attempt == 2
    assert [(one.name, one.attempt) for one in execution.stages["Checks"].every] == [
        ("First", 1),
        ("Slow", 1),
        ("Quick", 1),
        ("Quick", 2),
        ("Last", 1),
    ]
    assert town.span(town.action(1, "Checks/Last")) == (105, 106)
    assert town.state("Checks")["retryStageMetadata"] == {
        "manualStageRetryAttempt": 1,
        "latestRetryTrigger": "ManualStageRetry",
    }
    assert len(execution.stages["Source"].every) == 1  # the source is not fetched anew


def test_retrying_all_actions_runs_the_stage_from_its_beginning():
    town = checked(FAILS_ONCE)
    town.at("100s", lambda: retry(town, mode="ALL_ACTIONS"))
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.action(1, "Checks/First").attempt == 2
    assert town.span(town.action(1, "Checks/Slow")) == (120, 170)


def test_failed_actions_may_be_retried_while_siblings_run():
    town = checked(FAILS_ONCE)
    town.at("40s", lambda: retry(town))
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.span(town.action(1, "Checks/Quick")) == (40, 45)
    assert town.span(town.action(1, "Checks/Last")) == (80, 81)


def test_all_actions_cannot_be_retried_while_one_runs():
    town = checked(FAILS_ONCE)
    town.run("40s")
    assert refusal(retry, town, mode="ALL_ACTIONS") == "StageNotRetryableException"
    retry(town)
    assert refusal(retry, town) == "StageNotRetryableException"  # another retry is running


def test_what_succeeded_cannot_be_retried():
    town = checked()
    town.run()
    assert refusal(retry, town, mode="ALL_ACTIONS") == "StageNotRetryableException"


def test_a_stage_that_another_execution_entered_cannot_be_retried():
    town = checked(takes("Checks/Quick", "5s", fails=True, execution=1))
    town.at("100s", town.start)
    town.run()
    assert town.statuses() == ["Failed", "Succeeded"]
    assert refusal(retry, town) == "NotLatestPipelineExecutionException"


def test_a_stage_retries_itself_once_when_it_says_so():
    asks = {"onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "FAILED_ACTIONS"}}}
    town = checked(FAILS_ONCE, **asks)
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.span(town.action(1, "Checks/Quick")) == (80, 85)
    town = checked(takes("Checks/Quick", "5s", fails=True), **asks)
    town.run()
    assert town.statuses() == ["Failed"]
    assert town.action(1, "Checks/Quick").attempt == 2
    # a retry by hand does not bring another automatic one
    retry(town)
    town.run()
    assert town.action(1, "Checks/Quick").attempt == 3


def test_a_second_retry_waits_for_the_first():
    # Given Quick failed and is being retried when Slow fails too
    town = checked(takes("Checks/Quick", "5s", fails={"attempts": [1]}), takes("Checks/Slow", "50s", fails=True))
    town.at("79s", lambda: retry(town))
    town.run("82s")
    assert refusal(retry, town) == "StageNotRetryableException"
    town.run()
    retry(town)  # once it has ended


def test_two_retries_at_one_instant_try_once():
    town = building(takes("Build/*", "100s", fails={"attempts": [1]}))
    town.run()
    retry(town, "Build")
    retry(town, "Build")
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.action(1, "Build/Compile").attempt == 2


def test_a_retry_replaces_the_outputs_of_the_earlier_attempt():
    # Given a build of two actions of which one fails at first
    both = stage(
        "Build",
        action("Compile", "Build/CodeBuild", reads=["Src"], makes=["App"]),
        action("Lint", "Build/CodeBuild", reads=["Src"]),
    )
    town = Town(takes("Build/Lint", "1s", fails={"attempts": [1]}))
    town.create(pipeline(SOURCE, both, DEPLOY))
    town.start()
    town.run()
    # When all is built again, then the deployment takes what was built last
    retry(town, "Build", "ALL_ACTIONS")
    town.run()
    assert town.statuses() == ["Succeeded"]
    made = [call.parameters["artifactsOverride"]["name"] for call in town.service("codebuild").asked]
    assert made[0] != made[1]
    deployed = town.service("codedeploy").asked[0].parameters["revision"]["s3Location"]["key"]
    assert deployed == made[1]


# Stopping: §10


def stop(town: Town, number: int = 1, abandon: bool = False) -> None:
    id = town.executions()[number - 1].name
    town("StopPipelineExecution", pipelineName="shop", pipelineExecutionId=id, abandon=abandon, reason="wrong branch")


def building(*rules: dict[str, Any]) -> Town:
    """An execution that builds from 10 s to 110 s."""
    town = Town(*rules, takes("Source/*", "10s"), takes("Build/*", "100s"), takes("Deploy/*", "50s"))
    town.create(THREE)
    town.start()
    return town


def test_stop_and_wait_lets_the_running_actions_end():
    town = building()
    town.at("50s", lambda: stop(town))
    town.run("60s")
    assert town.statuses() == ["Stopping"]
    assert refusal(stop, town) == "DuplicatedStopRequestException"
    town.run()
    execution = town.executions()[0]
    assert execution.status == "Stopped"
    assert execution.stages["Build"].status == "Stopped"
    assert town.action(1, "Build/Compile").status == "Succeeded"
    assert town.span(execution) == (0, 110)
    assert refusal(stop, town) == "PipelineExecutionNotStoppableException"


def test_stop_and_abandon_ends_at_once_and_the_provider_goes_on():
    town = Town()
    town.create(THREE)
    town.start()
    town.at("30s", lambda: stop(town, abandon=True))
    town.run()
    execution = town.executions()[0]
    assert execution.status == "Stopped"
    assert town.span(execution) == (0, 30)
    assert town.action(1, "Build/Compile").status == "Abandoned"
    (build,) = town.service("codebuild").things
    assert build.status == "Good"
    assert town.world.now > 30_000


def test_abandoning_is_allowed_while_stopping():
    town = building()
    town.at("50s", lambda: stop(town))
    town.at("60s", lambda: stop(town, abandon=True))
    town.run()
    assert town.statuses() == ["Stopped"]
    assert town.span(town.executions()[0]) == (0, 60)


def test_a_stopped_stage_lets_the_waiting_one_in_and_an_inbound_one_can_be_stopped():
    town = building()
    town.at("20s", town.start)
    town.at("50s", lambda: stop(town))
    town.run("111s")
    assert town.stage_span(2, "Build") == (110, None)
    town.at("112s", town.start)
    town.at("130s", lambda: stop(town, 3))
    town.run("131s")
    assert "inboundExecutions" not in town.state("Build")
    town.run()
    assert town.statuses() == ["Stopped", "Succeeded", "Stopped"]
    assert "Build" not in town.executions()[2].stages
    assert refusal(retry, town, "Build", number=3) == "StageNotRetryableException"


def test_a_stopped_stage_can_be_retried():
    town = building()
    town.at("50s", lambda: stop(town, abandon=True))
    town.at("200s", lambda: retry(town, "Build"))
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.span(town.action(1, "Build/Compile")) == (200, 300)


def test_stopping_the_moment_it_started():
    town = Town()
    town.create(THREE)
    town.start()
    stop(town)
    town.run()
    assert town.statuses() == ["Stopped"]
    assert town.executions()[0].stages == {}


def test_abandoning_the_moment_an_action_started():
    # Given a world that was stepped to the journal entry with which Source ended and Build began
    town = Town(takes("Source/*", "10s"))
    town.create(THREE)
    town.start()
    while "Build" not in town.executions()[0].stages:
        town.world.step()
    stop(town, abandon=True)
    town.run()
    # Then no build was started, and nothing is waited for
    assert town.statuses() == ["Stopped"]
    assert town.service("codebuild").asked == []
    assert town.world.now == 10_000


def test_stopping_the_moment_its_turn_came():
    # Given the instant at which the second execution is let into Build, before it is inside
    town = building()
    town.at("20s", town.start)
    town.at("150s", town.start)
    gate = town.service("codepipeline").pipelines["shop"].gates["Build"]
    while gate.holder is None or gate.holder.number != 2:
        town.world.step()
    assert town.world.now == 110_000
    stop(town, 2)
    town.run()
    # Then it never enters, and the stage is free for the next one
    assert town.statuses() == ["Succeeded", "Stopped", "Succeeded"]
    assert "Build" not in town.executions()[1].stages
    assert town.stage_span(3, "Build") == (160, 260)


def test_overhead_before_actions_is_waited_out_and_a_stop_is_not_held_up_by_it():
    # Given CodePipeline taking 5 s before each run order
    town = Town(*DURATIONS)
    text = (shipped.root() / "assumptions.yml").read_text().replace("takes: 0s\n    reason: The overhead", OVERHEAD)
    town.world.behaviour.assumptions = assumptions.read(text, "assumptions.yml")
    town.create(pipeline(SOURCE, CHECKS, DEPLOY_SRC))
    town.start()
    # Then Source runs from 5 s on, First from 20 s, and the others from 45 s
    town.run("46s")
    assert town.span(town.action(1, "Source/Code")) == (5, 15)
    assert town.span(town.action(1, "Checks/First")) == (20, 40)
    assert town.span(town.action(1, "Checks/Slow")) == (45, None)
    # and a stop is over when the last action is
    stop(town)
    town.run()
    assert town.span(town.executions()[0]) == (0, 95)


OVERHEAD = "takes: 5s\n    reason: The overhead"


# Time limits: §14


def test_an_action_fails_at_its_limit_and_its_build_goes_on():
    town = Town()
    town.create(THREE)
    town.service("codebuild").takes = 40 * 3_600_000
    town.start()
    town.run()
    execution = town.executions()[0]
    assert execution.status == "Failed"
    began, ended = town.span(town.action(1, "Build/Compile"))
    assert ended is not None
    assert ended - began == 36 * 3600
    assert town.action(1, "Build/Compile").error["message"] == "The action ran for 1d12h, which is its limit"
    assert town.service("codebuild").things[0].status == "Good"


def test_a_rules_duration_beyond_the_limit_fails():
    town = building(takes("Build/*", "37h"))
    town.run()
    assert town.statuses() == ["Failed"]


# Failures of providers: §4.3


def test_a_failed_build_fails_the_execution():
    town = Town()
    town.create(THREE)
    town.service("codebuild").fails = lambda number: True
    town.start()
    town.run()
    error = town.action(1, "Build/Compile").error
    assert error == {"code": "JobFailed", "message": "Build terminated with state: FAILED"}
    assert town.statuses() == ["Failed"]


def test_a_failed_deployment_tells_why():
    town = Town()
    town.create(THREE)
    town.service("codedeploy").fails = lambda number: True
    town.start()
    town.run()
    assert town.action(1, "Deploy/Install").error["message"] == "Deployment d-1 failed. too many failed"


def test_a_missing_repository_is_told():
    town = Town()
    source = action("Code", "Source/CodeCommit", makes=["Src"])
    source["configuration"] = source["configuration"] | {"RepositoryName": "elsewhere"}
    town.create(pipeline(stage("Source", source), DEPLOY_SRC))
    town.start()
    town.run()
    message = town.action(1, "Source/Code").error["message"]
    assert message.startswith("Could not access the CodeCommit repository elsewhere")


def test_a_provider_that_is_not_simulated_says_so_unless_a_rule_replaces_it():
    beanstalk = stage(
        "Deploy",
        action(
            "Site",
            "Deploy/ElasticBeanstalk",
            reads=["Src"],
            configuration={"ApplicationName": "a", "EnvironmentName": "e"},
        ),
    )
    town = Town()
    town.create(pipeline(SOURCE, beanstalk))
    town.start()
    town.run()
    assert "ElasticBeanstalk (Deploy, AWS) is not simulated" in town.action(1, "Deploy/Site").error["message"]
    town = Town(takes("Deploy/*", "4m"))
    town.create(pipeline(SOURCE, beanstalk))
    town.start()
    town.run()
    assert town.statuses() == ["Succeeded"]
    began, ended = town.span(town.action(1, "Deploy/Site"))
    assert ended == began + 240


def test_a_replaced_action_gives_empty_outputs_and_says_so():
    town = Town(takes("Build/*", "1s"))
    town.create(THREE)
    town.start()
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert town.service("codebuild").asked == []
    place = town.service("codedeploy").asked[0].parameters["revision"]["s3Location"]
    assert unpack(town.ask("s3", "GetObject", Bucket="store", Key=place["key"])["Body"]) == {}
    town.start()
    town.run()
    (assumed,) = town.world.journal.of("assumed")  # said once, not for each execution
    assert "outputs of Build/Compile (App) are empty" in assumed["text"]


def test_rules_may_name_the_revision():
    # Given that the build of the second distinct revision fails
    town = Town(takes("Build/*", "10s", fails=True, revision=2))
    town.create(THREE)
    for push in (False, False, True):
        if push:
            town.service("codecommit").push()
        town.start()
        town.run()
    assert town.statuses() == ["Succeeded", "Succeeded", "Failed"]


def test_a_missing_bucket_fails_the_action():
    town = Town()
    town.create(pipeline(SOURCE, DEPLOY_SRC, artifactStore={"type": "S3", "location": "nowhere"}))
    town.start()
    town.run()
    assert "NoSuchBucket" in town.action(1, "Source/Code").error["message"]
    assert town.statuses() == ["Failed"]
