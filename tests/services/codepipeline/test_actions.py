"""What actions get and give: variables, artifacts, sources, deployment to S3, other Regions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.services.bundles import pack, unpack
from tests.services.codepipeline.stage import ACCOUNT, ALICE, BUILD, DEPLOY, SOURCE, Town, action, pipeline, stage

NAMED = stage("Source", action("Code", "Source/CodeCommit", makes=["Src"], namespace="SourceVariables"))


def ran(*stages: dict[str, Any], **members: Any) -> Town:
    town = Town()
    town.create(pipeline(*stages, **members))
    town.start()
    town.run()
    return town


# Variables: §19


def building_with(text: str, **members: Any) -> dict[str, Any]:
    configuration = {"ProjectName": "shop", "EnvironmentVariables": text}
    return stage("Build", action("Compile", "Build/CodeBuild", reads=["Src"], configuration=configuration), **members)


def test_variables_are_filled_in_when_the_action_starts():
    wanted = json.dumps(
        [
            {"name": "COMMIT", "value": "#{SourceVariables.CommitId} on #{SourceVariables.BranchName}"},
            {"name": "RUN", "value": "#{codepipeline.PipelineExecutionId}", "type": "PLAINTEXT"},
        ]
    )
    town = ran(NAMED, building_with(wanted))
    build = town.service("codebuild").asked[0].parameters
    assert build["environmentVariablesOverride"] == [
        {"name": "COMMIT", "value": "c1 on main", "type": "PLAINTEXT"},
        {"name": "RUN", "value": town.executions()[0].name, "type": "PLAINTEXT"},
    ]
    latest = town("ListActionExecutions", pipelineName="shop")["actionExecutionDetails"][0]
    assert "#{SourceVariables.CommitId}" in latest["input"]["configuration"]["EnvironmentVariables"]
    assert "c1 on main" in latest["input"]["resolvedConfiguration"]["EnvironmentVariables"]


def test_an_action_may_name_another_buildspec():
    configuration = {"ProjectName": "shop", "BuildspecOverride": "ci/lint.yml"}
    town = ran(SOURCE, stage("Build", action("Lint", "Build/CodeBuild", reads=["Src"], configuration=configuration)))
    assert town.service("codebuild").asked[0].parameters["buildspecOverride"] == "ci/lint.yml"


def test_a_codecommit_source_gives_its_variables():
    town = ran(NAMED, building_with("[]"))
    source = town("ListActionExecutions", pipelineName="shop")["actionExecutionDetails"][1]
    assert source["output"]["outputVariables"] == {
        "AuthorDate": "2026-01-05T09:00:00Z",
        "BranchName": "main",
        "CommitId": "c1",
        "CommitMessage": "Change c1",
        "CommitterDate": "2026-01-05T09:00:00Z",
        "RepositoryName": "shop",
    }


def test_a_builds_exported_variables_reach_later_stages():
    build = stage("Build", action("Compile", "Build/CodeBuild", reads=["Src"], makes=["App"], namespace="B"))
    site = {"BucketName": "site", "Extract": "false", "ObjectKey": "app-#{B.TAG}.zip"}
    town = ran(SOURCE, build, stage("Deploy", action("Copy", "Deploy/S3", reads=["App"], configuration=site)))
    assert town.statuses() == ["Succeeded"]
    listed = town.ask("s3", "ListObjectsV2", Bucket="site")["Contents"]
    assert [one["Key"] for one in listed] == ["app-v1.zip"]


def test_a_variable_that_was_not_given_fails_the_action_that_uses_it():
    town = ran(NAMED, building_with('[{"name": "X", "value": "#{SourceVariables.Nothing}"}]'))
    assert town.statuses() == ["Failed"]
    assert "#{SourceVariables.Nothing}" in town.action(1, "Build/Compile").error["message"]
    assert town.service("codebuild").asked == []


def test_pipeline_variables_have_defaults_and_given_values():
    wanted = '[{"name": "WHERE", "value": "#{variables.Target}"}]'
    variables = [{"name": "Target", "defaultValue": "staging"}]
    town = Town()
    town.create(pipeline(SOURCE, building_with(wanted), variables=variables))
    town.start()
    town.start(variables=[{"name": "Target", "value": "production"}])
    town.run()
    values = [call.parameters["environmentVariablesOverride"][0]["value"] for call in town.service("codebuild").asked]
    assert values[-1] == "production"
    shown = town("GetPipelineExecution", pipelineName="shop", pipelineExecutionId=town.executions()[1].name)
    assert shown["pipelineExecution"]["variables"] == [{"name": "Target", "resolvedValue": "production"}]


def test_a_variable_without_default_must_be_given():
    town = Town()
    town("CreatePipeline", pipeline=pipeline(SOURCE, building_with("[]"), variables=[{"name": "Target"}]))
    town.run()
    assert town.executions() == []  # its first execution has no value either
    with pytest.raises(ServiceError) as refused:
        town.start()
    assert refused.value.code == "ValidationException"


# Artifacts: §18


def test_long_names_are_cut_in_keys_and_stay_apart():
    source = stage("Source", action("Code", "Source/CodeCommit", makes=["SourceArtifactOfTheShop"]))
    build = stage("Build", action("Compile", "Build/CodeBuild", reads=["SourceArtifactOfTheShop"]))
    town = Town()
    town.create(pipeline(source, build, name="a-pipeline-with-a-long-name"))
    for _ in range(2):
        town.start("a-pipeline-with-a-long-name")
        town.run()
    keys = [call.parameters["s3Key"] for call in town.service("codecommit").asked if "s3Key" in call.parameters]
    assert {key.rsplit("/", 1)[0] for key in keys} == {"a-pipeline-with-a-lo/SourceArti"}
    assert len(set(keys)) == 2


def test_several_inputs_and_outputs_of_a_build():
    two = stage(
        "Source",
        action("Code", "Source/CodeCommit", makes=["Src"]),
        action("More", "Source/CodeCommit", makes=["Extra"]),
    )
    configuration = {"ProjectName": "shop", "PrimarySource": "Extra"}
    build = stage(
        "Build",
        action(
            "Compile", "Build/CodeBuild", reads=["Src", "Extra"], makes=["App", "Docs"], configuration=configuration
        ),
    )
    town = ran(two, build, DEPLOY)
    asked = town.service("codebuild").asked[0].parameters
    held = town.executions()[0].artifacts
    assert asked["sourceLocationOverride"] == f"store/{held['Extra'].key}"
    assert asked["secondarySourcesOverride"] == [
        {"type": "CODEPIPELINE", "sourceIdentifier": "Src", "location": f"store/{held['Src'].key}"}
    ]
    assert asked["artifactsOverride"] == {"type": "CODEPIPELINE"}
    assert asked["secondaryArtifactsOverride"] == [
        {"type": "CODEPIPELINE", "artifactIdentifier": name, "location": "store", "name": held[name].key}
        for name in ("App", "Docs")
    ]
    assert town.statuses() == ["Succeeded"]


def test_an_action_in_another_region_works_on_copies():
    # Given a store in each Region and a build in the other one
    stores = {
        "eu-central-1": {"type": "S3", "location": "store"},
        "eu-west-1": {"type": "S3", "location": "store-west"},
    }
    build = stage("Build", action("Compile", "Build/CodeBuild", reads=["Src"], makes=["App"], region="eu-west-1"))
    declared = pipeline(SOURCE, build, DEPLOY, artifactStores=stores)
    del declared["artifactStore"]
    town = Town()
    town.world.call(Call(ALICE, ACCOUNT, "eu-west-1", "s3", "CreateBucket", {"Bucket": "store-west"}))
    town.world._services["codebuild", ACCOUNT, "eu-west-1"] = town.service("codebuild")
    town.create(declared)
    town.start()
    town.run()
    # Then the build works in its own Region's store, and the deployment finds the output at home
    assert town.statuses() == ["Succeeded"]
    call = town.service("codebuild").asked[0]
    assert call.region == "eu-west-1"
    assert call.parameters["sourceLocationOverride"].startswith("store-west/shop/Src/")
    assert call.parameters["artifactsOverride"]["location"] == "store-west"
    assert town.executions()[0].artifacts["App"].bucket == "store"
    deployed = town.service("codedeploy").asked[0].parameters["revision"]["s3Location"]
    assert deployed["bucket"] == "store"
    body = town.ask("s3", "GetObject", Bucket="store", Key=deployed["key"])["Body"]
    assert unpack(body) == {"built": b"yes"}


def test_an_actions_own_role_makes_its_calls():
    other = "arn:aws:iam::222222222222:role/deployer"
    deploy = stage("Deploy", action("Install", "Deploy/CodeDeploy", reads=["App"], roleArn=other))
    town = Town()
    fake = town.service("codedeploy")
    fake.account = "222222222222"
    town.world._services["codedeploy", "222222222222", "eu-central-1"] = fake
    town.create(pipeline(SOURCE, BUILD, deploy))
    town.start()
    town.run()
    assert town.statuses() == ["Succeeded"]
    assert fake.asked[0].account == "222222222222"
    assert fake.asked[0].principal == "arn:aws:sts::222222222222:assumed-role/deployer/shop"


# Sources


def test_a_start_may_name_the_commit():
    town = Town()
    town.create(pipeline(SOURCE, building_with("[]"), pipelineType="V2"))
    town.service("codecommit").push()
    wanted = {"actionName": "Code", "revisionType": "COMMIT_ID", "revisionValue": "c1"}
    town.start(sourceRevisions=[wanted])
    town.run()
    assert town.executions()[0].revisions[0]["revisionId"] == "c1"
    with pytest.raises(ServiceError) as refused:
        town.start(sourceRevisions=[{**wanted, "actionName": "Else"}])
    assert refused.value.code == "ValidationException"


def test_a_source_whose_work_a_rule_replaces_takes_the_commit_that_was_asked_for():
    town = Town({"action": "Source/Code", "takes": "3s"})
    town.create(pipeline(SOURCE, building_with("[]"), pipelineType="V2"))
    town.start(sourceRevisions=[{"actionName": "Code", "revisionType": "COMMIT_ID", "revisionValue": "c1"}])
    town.run()
    town.start()
    town.run()
    first, second = (execution.revisions[0]["revisionId"] for execution in town.executions())
    assert first == "c1"
    assert len(second) == 40


def test_pushes_while_an_execution_waits_collapse_into_the_newest():
    town = Town()
    town.create(pipeline(SOURCE, building_with("[]")))
    for second in (0, 1, 1):
        town.at(f"{second}s", lambda: (town.service("codecommit").push(), town.start()))
    town.run()
    assert town.statuses() == ["Succeeded", "Superseded", "Succeeded"]
    assert town.executions()[2].revisions[0]["revisionId"] == "c4"


def drop(town: Town, text: str, versioned: bool = True) -> None:
    if "drop" not in town.world.service("s3", "", "").buckets:  # type: ignore[attr-defined]
        town.ask("s3", "CreateBucket", Bucket="drop")
    if versioned:
        town.ask("s3", "PutBucketVersioning", Bucket="drop", VersioningConfiguration={"Status": "Enabled"})
    town.ask("s3", "PutObject", Bucket="drop", Key="app.zip", Body=pack({"index.html": text.encode()}))


FROM_S3 = stage("Source", action("Object", "Source/S3", makes=["Src"]))
TO_S3 = stage("Deploy", action("Publish", "Deploy/S3", reads=["Src"]))


def test_from_s3_to_s3():
    town = Town()
    drop(town, "old")
    drop(town, "new")
    town.create(pipeline(FROM_S3, TO_S3))
    town.start()
    town.run()
    assert town.statuses() == ["Succeeded"]
    version = town.ask("s3", "HeadObject", Bucket="drop", Key="app.zip")["VersionId"]
    assert town.executions()[0].revisions[0]["revisionId"] == version
    assert town.ask("s3", "GetObject", Bucket="site", Key="index.html")["Body"] == b"new"


def test_a_prefix_for_what_is_extracted():
    town = Town()
    drop(town, "new")
    configuration = {"BucketName": "site", "Extract": "true", "ObjectKey": "v/{datetime}"}
    to = stage("Deploy", action("Publish", "Deploy/S3", reads=["Src"], configuration=configuration))
    town.create(pipeline(FROM_S3, to))
    town.start()
    town.run()
    (one,) = town.ask("s3", "ListObjectsV2", Bucket="site")["Contents"]
    assert one["Key"].startswith("v/2026-01-05T09:00:")
    assert one["Key"].endswith("Z/index.html")


def test_an_unversioned_source_bucket_is_refused():
    town = Town()
    drop(town, "new", versioned=False)
    town.create(pipeline(FROM_S3, TO_S3))
    town.start()
    town.run()
    assert "must be versioned" in town.action(1, "Source/Object").error["message"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"BatchEnabled": "true"}, "Batch builds are not simulated"),
        ({"EnvironmentVariables": "A=1"}, "is not JSON"),
        ({"EnvironmentVariables": '{"A": 1}'}, "is not a list"),
    ],
)
def test_a_build_action_that_cannot_be(changed: dict[str, str], message: str):
    configuration = {"ProjectName": "shop", **changed}
    town = ran(SOURCE, stage("Build", action("Compile", "Build/CodeBuild", reads=["Src"], configuration=configuration)))
    assert message in town.action(1, "Build/Compile").error["message"]


def test_full_clones_are_refused_plainly():
    source = action("Code", "Source/CodeCommit", makes=["Src"])
    source["configuration"] = source["configuration"] | {"OutputArtifactFormat": "CODEBUILD_CLONE_REF"}
    town = ran(stage("Source", source), building_with("[]"))
    assert "not simulated" in town.action(1, "Source/Code").error["message"]
