"""The straight road: source, build, deploy."""

from __future__ import annotations

from sim.services.bundles import unpack
from tests.services.codepipeline.stage import THREE, Town


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
