"""AWS::CodePipeline::Pipeline."""

from __future__ import annotations

from typing import Any

from sim.services.codepipeline.template import TYPES
from sim.services.stacks import Created, Stack
from tests.services.codepipeline.stage import ACCOUNT, ALICE, REGION, ROLE, Town

PROPERTIES: dict[str, Any] = {
    "RoleArn": ROLE,
    "ArtifactStore": {"Type": "S3", "Location": "store"},
    "Stages": [
        {
            "Name": "Source",
            "Actions": [
                {
                    "Name": "Code",
                    "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "CodeCommit", "Version": 1},
                    "Configuration": {"RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": False},
                    "OutputArtifacts": [{"Name": "Src"}],
                }
            ],
        },
        {
            "Name": "Build",
            "Actions": [
                {
                    "Name": "Compile",
                    "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
                    "RunOrder": "2",
                    "Configuration": {"ProjectName": "shop"},
                    "InputArtifacts": [{"Name": "Src"}],
                }
            ],
        },
    ],
}


def made(town: Town, **changed: Any) -> Created:
    stack = Stack(town.world, ACCOUNT, REGION, "codesuite", ALICE, {})
    return TYPES["AWS::CodePipeline::Pipeline"](stack, "Pipeline", PROPERTIES | changed)


def test_before_time_zero_it_is_there_and_starts_nothing():
    town = Town()
    town.world.silent = True
    created = made(town, Name="shop", Tags=[{"Key": "team", "Value": "shop"}])
    town.world.silent = False
    assert (created.ref, created.attributes) == ("shop", {"Version": "1"})
    town.run()
    assert town.executions() == []
    declared = town("GetPipeline", name="shop")["pipeline"]
    source, build = (stage["actions"][0] for stage in declared["stages"])
    assert source["configuration"]["PollForSourceChanges"] == "false"
    assert source["actionTypeId"]["version"] == "1"
    assert build["runOrder"] == 2
    arn = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop"
    assert town("ListTagsForResource", resourceArn=arn)["tags"] == [{"key": "team", "value": "shop"}]


def test_on_create_it_starts_its_first_execution():
    town = Town()
    made(town, Name="shop")
    town.run()
    assert [execution.trigger["triggerType"] for execution in town.executions()] == ["CreatePipeline"]


def test_a_name_is_made_up_and_transitions_are_disabled():
    town = Town()
    town.world.silent = True
    created = made(town, DisableInboundStageTransitions=[{"StageName": "Build", "Reason": "not yet"}])
    assert created.ref.startswith("codesuite-Pipeline-")
    state = town("GetPipelineState", name=created.ref)["stageStates"][1]
    assert state["inboundTransitionState"]["disabledReason"] == "not yet"


def test_stores_of_several_regions():
    town = Town()
    town.world.silent = True
    stores = [
        {"Region": REGION, "ArtifactStore": {"Type": "S3", "Location": "store"}},
        {"Region": "eu-west-1", "ArtifactStore": {"Type": "S3", "Location": "west"}},
    ]
    properties = {"Name": "shop", "ArtifactStores": stores, "ArtifactStore": None}
    stack = Stack(town.world, ACCOUNT, REGION, "codesuite", ALICE, {})
    given = {key: value for key, value in (PROPERTIES | properties).items() if value is not None}
    TYPES["AWS::CodePipeline::Pipeline"](stack, "Pipeline", given)
    declared = town("GetPipeline", name="shop")["pipeline"]
    assert declared["artifactStores"]["eu-west-1"] == {"type": "S3", "location": "west"}
