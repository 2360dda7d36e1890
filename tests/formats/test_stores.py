"""Pipelines whose actions run in several Regions: the one that is a slip, and the stores to write where none is."""

from __future__ import annotations

import json
from typing import Any

from sim.formats.check import check_text
from tests.formats.check.pipelines import action
from tests.formats.check.small import PIPELINE

SOURCE = action(
    "Source",
    "Source/CodeCommit",
    {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"},
    outs="Src",
)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:releases"


def ship(name: str, region: str) -> Any:
    given = {"ApplicationName": "web", "DeploymentGroupName": name}
    return {**action(name, "Deploy/CodeDeploy", given, "Src"), "region": region}


def told(*regions: str, **more: Any) -> list[tuple[str, str]]:
    """What is told of a pipeline with a deployment in each of these Regions."""
    actions = [ship(f"Ship{number}", region) for number, region in enumerate(regions)]
    table = {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/p",
        "artifactStore": {"type": "S3", "location": "my-bucket"},
        "stages": [{"name": "Source", "actions": [SOURCE]}, {"name": "Ship", "actions": actions}],
        "pipelineType": "V2",
        **more,
    }
    return [(one.code, one.hint) for one in check_text(json.dumps(table), "pipeline.json", "pipeline")]


IN_TWO = (
    'write, in place of artifactStore, `"artifactStores": {"eu-west-1": {"type": "S3", "location": "my-bucket"}, '
    '"eu-west-2": {"type": "S3", "location": "‹a bucket in eu-west-2›"}}`'
)


def test_the_one_action_in_another_region_is_told_where_all_others_are() -> None:
    slip = [("PL115", f"if it is a slip, write eu-west-1; else {IN_TWO}")]
    assert told("eu-west-1", "eu-west-1", "eu-west-2") == slip
    assert told("eu-west-2", "eu-west-1", "eu-west-1") == slip


def test_of_two_actions_the_one_is_at_home_that_arns_are_of() -> None:
    assert told("eu-west-2", "eu-west-1") == [
        (
            "PL115",
            IN_TWO.replace("eu-west-1", "?").replace("eu-west-2", "eu-west-1").replace("?", "eu-west-2")
            + ", and one for the pipeline's own Region",
        )
    ]
    approval = action("Ok", "Approval/Manual", {"NotificationArn": TOPIC})
    actions = [approval, ship("A", "eu-west-2"), ship("B", "eu-west-1")]
    stages = [{"name": "Source", "actions": [SOURCE]}, {"name": "Ship", "actions": actions}]
    assert told(stages=stages) == [("PL115", f"if it is a slip, write eu-west-1; else {IN_TWO}")]


def test_the_stores_that_are_offered_are_taken_once_the_bucket_is_named() -> None:
    stores = json.loads("{" + IN_TWO.partition("`")[2].rstrip("`") + "}")["artifactStores"]
    filled = json.loads(json.dumps(stores).replace("\\u2039a bucket in eu-west-2\\u203a", "other-bucket"))
    for given, left in ((stores, ["PL121"]), (filled, [])):
        table = {"artifactStore": given["eu-west-1"], "artifactStores": given}
        assert "PL114" in [code for code, _ in told("eu-west-1", "eu-west-2", **table)]
        actions = [ship("A", "eu-west-1"), ship("B", "eu-west-2")]
        declaration = {
            "name": "web",
            "roleArn": "arn:aws:iam::123456789012:role/p",
            "artifactStores": given,
            "stages": [{"name": "Source", "actions": [SOURCE]}, {"name": "Ship", "actions": actions}],
        }
        problems = check_text(json.dumps(declaration), "pipeline.json", "pipeline")
        assert [one.code for one in problems] == left


def test_a_key_is_one_of_its_region_and_a_bucket_is_named_by_its_name() -> None:
    key = {"id": "arn:aws:kms:eu-west-1:123456789012:key/1", "type": "KMS"}
    ((code, hint),) = told(
        "eu-west-1", "eu-west-2", artifactStore={"type": "S3", "location": "my-bucket", "encryptionKey": key}
    )
    assert (code, '"encryptionKey": {"id": "‹a key in eu-west-2›", "type": "KMS"}' in hint) == ("PL115", True)
    found = told("eu-west-1", "eu-west-2", artifactStore={"type": "S3", "location": "s3://my-bucket"})
    assert [code for code, _ in found] == ["PL121", "PL115"]
    assert '"location": "my-bucket"' in found[1][1]


def test_a_region_that_is_misspelt_is_told_as_that_alone() -> None:
    assert told("us-east-1", "us-esat-1") == [("PL133", "write us-east-1")]


def test_stores_of_a_template_are_a_list_with_its_own_bucket() -> None:
    actions = PIPELINE.replace("{ProjectName: web}, ", "{ProjectName: web}, Region: eu-west-2, ").replace(
        "]}]}]", "]}, " + OTHER.replace("A1", "A") + ", " + OTHER.replace("A1", "B") + "]}]"
    )
    for old, new in (("my-bucket", "my-bucket"), ("my-bucket", "!Ref Store")):
        text = (
            "Resources:\n  Store: {Type: AWS::S3::Bucket}\n"
            f"  P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{{actions.replace(old, new)}}}}}\n"
        )
        hints = [one.hint for one in check_text(text, "t.yml", "template") if one.code == "PL115"]
        store = f"{{Type: S3, Location: {new}}}"
        other = '{Type: S3, Location: "‹a bucket in eu-west-2›"}'
        assert hints == [
            "if it is a slip, write eu-west-1; else write, in place of ArtifactStore, `ArtifactStores: "
            f"[{{Region: eu-west-1, ArtifactStore: {store}}}, {{Region: eu-west-2, ArtifactStore: {other}}}]`"
        ]


OTHER = (
    "{Name: A1, Region: eu-west-1, ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}, "
    "Configuration: {ProjectName: web}, InputArtifacts: [{Name: Src}]}"
)


# Stores in a list, as templates have them


def listed(stores: Any) -> list[tuple[str, str]]:
    table = {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/p",
        "artifactStores": stores,
        "stages": [{"name": "Source", "actions": [SOURCE]}, {"name": "Ship", "actions": [ship("A", "eu-west-1")]}],
    }
    return [(one.code, one.hint) for one in check_text(json.dumps(table), "pipeline.json", "pipeline")]


def test_stores_in_a_list_are_written_as_a_mapping_of_regions() -> None:
    store = {"type": "S3", "location": "my-bucket"}
    meant = [("PL121", 'write "artifactStores": {"eu-west-1": {"type": "S3", "location": "my-bucket"}}')]
    assert listed([{"region": "eu-west-1", "artifactStore": store}]) == meant
    assert listed([{"Region": "eu-west-1", "ArtifactStore": {"Type": "S3", "Location": "my-bucket"}}]) == meant
    assert listed([{"region": "eu-west-1", **store}]) == meant
    assert listed([{"eu-west-1": store}]) == meant
    open_one = '{"‹a Region›": {"type": "S3", "location": "‹the name of a bucket, no ARN and no URL›"}}'
    assert listed("my-bucket") == [("PL121", f'write "artifactStores": {open_one}')]
