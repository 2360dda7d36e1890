"""CodePipeline's operations on pipelines: creating, reading, listing, tagging."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from botocore.session import get_session

from sim.core.problems import ServiceError
from tests.services.codepipeline.stage import ACCOUNT, REGION, SOURCE, THREE, Town, action, pipeline, stage, takes

ARN = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop"


def refusal(act: Any, *arguments: Any, **parameters: Any) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        act(*arguments, **parameters)
    return refused.value


@pytest.fixture
def town() -> Town:
    town = Town(takes("Source/*", "10s"), takes("Build/*", "100s"), takes("Deploy/*", "50s"))
    town.create(THREE)
    return town


def test_a_pipeline_is_read_as_it_was_declared_with_its_defaults(town: Town):
    answer = town("GetPipeline", name="shop")
    shown = answer["pipeline"]
    assert shown["version"] == 1
    assert (shown["pipelineType"], shown["executionMode"]) == ("V1", "SUPERSEDED")
    assert shown["stages"][2]["actions"][0]["runOrder"] == 1
    assert answer["metadata"]["pipelineArn"] == ARN
    shown["stages"].clear()
    assert len(town("GetPipeline", name="shop")["pipeline"]["stages"]) == 3


def test_versions_are_kept(town: Town):
    declared = deepcopy(THREE)
    declared["stages"].pop()
    assert town("UpdatePipeline", pipeline=declared)["pipeline"]["version"] == 2
    assert len(town("GetPipeline", name="shop")["pipeline"]["stages"]) == 2
    assert len(town("GetPipeline", name="shop", version=1)["pipeline"]["stages"]) == 3
    assert refusal(town, "GetPipeline", name="shop", version=3).code == "PipelineVersionNotFoundException"


def test_what_is_not_there(town: Town):
    for operation, parameters in (
        ("GetPipeline", {"name": "no"}),
        ("GetPipelineState", {"name": "no"}),
        ("StartPipelineExecution", {"name": "no"}),
        ("ListPipelineExecutions", {"pipelineName": "no"}),
        ("ListActionExecutions", {"pipelineName": "no"}),
    ):
        assert refusal(town, operation, **parameters).code == "PipelineNotFoundException"
    missing = {"pipelineName": "shop", "pipelineExecutionId": "00000000-0000-4000-8000-000000000000"}
    assert refusal(town, "GetPipelineExecution", **missing).code == "PipelineExecutionNotFoundException"
    assert refusal(town, "UpdatePipeline", pipeline=THREE | {"name": "no"}).code == "InvalidStructureException"


def test_a_name_is_taken_once(town: Town):
    assert refusal(town, "CreatePipeline", pipeline=THREE).code == "PipelineNameInUseException"


def test_a_wrong_declaration_is_refused_with_the_first_rule_it_breaks():
    town = Town()
    refused = refusal(town, "CreatePipeline", pipeline=pipeline(SOURCE))
    assert refused.code == "InvalidStructureException"
    assert refused.message == "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline"


@pytest.mark.parametrize(
    "member",
    [
        {"beforeEntry": {"conditions": [{"result": "FAIL", "rules": []}]}},
        {"onFailure": {"result": "ROLLBACK"}},
    ],
)
def test_conditions_and_rollback_are_refused_plainly(member: dict[str, Any]):
    if "beforeEntry" in member:
        id = {"category": "Rule", "provider": "CloudWatchAlarm"}
        rule = {"name": "Quiet", "ruleTypeId": id, "configuration": {"AlarmName": "Errors"}}
        member["beforeEntry"]["conditions"][0]["rules"] = [rule]
    declared = deepcopy(THREE)
    declared["stages"][1] |= member
    refused = refusal(Town(), "CreatePipeline", pipeline=declared)
    assert refused.code == "InvalidStageDeclarationException"
    assert "not simulated" in refused.message


def test_pipelines_are_listed_in_order_of_creation(town: Town):
    town.create(THREE | {"name": "another"})
    rows = town("ListPipelines")["pipelines"]
    assert [row["name"] for row in rows] == ["shop", "another"]


def test_executions_are_listed_newest_first(town: Town):
    town.start()
    town.run()
    town.start()
    town.run("200s")
    town("StopPipelineExecution", pipelineName="shop", pipelineExecutionId=town.executions()[1].name, reason="late")
    rows = town("ListPipelineExecutions", pipelineName="shop")["pipelineExecutionSummaries"]
    assert [row["status"] for row in rows] == ["Stopping", "Succeeded"]
    assert rows[0]["stopTrigger"] == {"reason": "late"}
    assert rows[1]["sourceRevisions"][0]["actionName"] == "Code"
    wanted = {"succeededInStage": {"stageName": "Deploy"}}
    rows = town("ListPipelineExecutions", pipelineName="shop", filter=wanted)["pipelineExecutionSummaries"]
    assert [row["pipelineExecutionId"] for row in rows] == [town.executions()[0].name]


def test_action_executions_of_one_execution(town: Town):
    town.start()
    town.run()
    id = town.start()
    town.run()
    everything = town("ListActionExecutions", pipelineName="shop")["actionExecutionDetails"]
    assert len(everything) == 6
    mine = town("ListActionExecutions", pipelineName="shop", filter={"pipelineExecutionId": id})
    assert [row["actionName"] for row in mine["actionExecutionDetails"]] == ["Install", "Compile", "Code"]
    assert {row["pipelineExecutionId"] for row in mine["actionExecutionDetails"]} == {id}
    latest = {"latestInPipelineExecution": {"pipelineExecutionId": id, "startTimeRange": "Latest"}}
    assert len(town("ListActionExecutions", pipelineName="shop", filter=latest)["actionExecutionDetails"]) == 3


def test_state_before_anything_ran(town: Town):
    assert town.state("Build") == {
        "stageName": "Build",
        "inboundTransitionState": {"enabled": True},
        "actionStates": [{"actionName": "Compile"}],
    }


def test_a_token_makes_a_start_idempotent(town: Town):
    first = town.start(clientRequestToken="once")
    town.run()
    assert town.start(clientRequestToken="once") == first
    assert len(town.executions()) == 1


def test_who_started_it(town: Town):
    town.start()
    rule = f"arn:aws:sts::{ACCOUNT}:assumed-role/starter/on-push"
    town("StartPipelineExecution", name="shop", by=rule, via="events.amazonaws.com")
    assert [execution.trigger for execution in town.executions()] == [
        {"triggerType": "StartPipelineExecution", "triggerDetail": f"arn:aws:iam::{ACCOUNT}:user/alice"},
        {"triggerType": "CloudWatchEvent", "triggerDetail": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/on-push"},
    ]


def test_tags(town: Town):
    town("TagResource", resourceArn=ARN, tags=[{"key": "team", "value": "shop"}, {"key": "tier", "value": "1"}])
    town("UntagResource", resourceArn=ARN, tagKeys=["tier"])
    assert town("ListTagsForResource", resourceArn=ARN)["tags"] == [{"key": "team", "value": "shop"}]
    assert refusal(town, "ListTagsForResource", resourceArn=ARN + "x").code == "ResourceNotFoundException"
    many = [{"key": str(number), "value": ""} for number in range(50)]
    assert refusal(town, "TagResource", resourceArn=ARN, tags=many).code == "TooManyTagsException"


def test_secrets_are_not_shown():
    secret = {"Owner": "o", "Repo": "r", "Branch": "main", "OAuthToken": "hush"}
    source = action("Code", "Source/GitHub", makes=["Src"], configuration=secret)
    source["actionTypeId"]["owner"] = "ThirdParty"
    town = Town()
    build = stage("Build", action("Compile", "Build/CodeBuild", reads=["Src"]))
    town.create(pipeline(stage("Source", source), build))
    shown = town("GetPipeline", name="shop")["pipeline"]["stages"][0]["actions"][0]["configuration"]
    assert shown["OAuthToken"] == "****"


def test_action_types_are_listed(town: Town):
    types = town("ListActionTypes", actionOwnerFilter="AWS")["actionTypes"]
    build = next(one for one in types if one["id"]["provider"] == "CodeBuild")
    assert build["inputArtifactDetails"] == {"minimumCount": 1, "maximumCount": 5}
    assert {"name": "ProjectName", "required": True, "key": True, "secret": False} in build[
        "actionConfigurationProperties"
    ]
    assert all(one["id"]["owner"] == "AWS" for one in types)


def test_answers_and_errors_are_those_of_awss_model(town: Town):
    """Every member of an answer is one of the operation's output shape."""
    model = get_session().get_service_model("codepipeline")
    town.start()
    town.run()
    id = town.executions()[0].name
    which = {"pipelineName": "shop", "pipelineExecutionId": id}
    for operation, parameters in (
        ("GetPipeline", {"name": "shop"}),
        ("GetPipelineState", {"name": "shop"}),
        ("GetPipelineExecution", which),
        ("ListPipelines", {}),
        ("ListPipelineExecutions", {"pipelineName": "shop"}),
        ("ListActionExecutions", {"pipelineName": "shop"}),
        ("ListActionTypes", {}),
        ("ListTagsForResource", {"resourceArn": ARN}),
    ):
        shape = model.operation_model(operation).output_shape
        assert list(strange(shape, town(operation, **parameters), operation)) == []


def strange(shape: Any, value: Any, where: str) -> Iterator[str]:
    """Members that the shape does not have."""
    if shape.type_name == "structure":
        for name, item in value.items():
            if name not in shape.members:
                yield f"{where}.{name}"
            else:
                yield from strange(shape.members[name], item, f"{where}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from strange(shape.member, item, where)
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{where} = {value}"
