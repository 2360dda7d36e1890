"""On-premises instances. docs/behaviour/codedeploy.md §1.1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.problems import ServiceError
from sim.formats.scenario import scenario_from_document
from sim.scenario import Scenario
from tests.services.codedeploy.stage import (
    ACCOUNT,
    APPLICATION,
    GROUP,
    ROLE,
    ROLE_ARN,
    SERVICE_ROLE,
    Stage,
    bundle,
    statuses,
)

ALL = "CodeDeployDefault.AllAtOnce"
USER = f"arn:aws:iam::{ACCOUNT}:user/"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/shop/"
SHOP = [{"Key": "App", "Value": "shop"}]


def refused(stage: Stage, operation: str, **parameters: Any) -> str:
    with pytest.raises(ServiceError) as error:
        stage.call(operation, **parameters)
    return error.value.code


def register(stage: Stage, name: str, **tags: str) -> None:
    stage.call("RegisterOnPremisesInstance", instanceName=name, iamUserArn=USER + name)
    if tags:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        stage.call("AddTagsToOnPremisesInstances", instanceNames=[name], tags=pairs)


def site(*rules: dict[str, Any], hosts: int = 0, **settings: Any) -> Stage:
    """Two registered machines, rack-1 and rack-2, tagged App=shop, in the group `production`."""
    stage = Stage(hosts, ALL, rules)
    for number in (1, 2):
        register(stage, f"rack-{number}", App="shop")
    filters = [{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}]
    stage.call(
        "UpdateDeploymentGroup",
        applicationName=APPLICATION,
        currentDeploymentGroupName=GROUP,
        onPremisesInstanceTagFilters=filters,
        **settings,
    )
    return stage


# Registering


def test_a_registered_instance_is_described():
    stage = Stage(0)
    register(stage, "rack-1", App="shop")
    info = stage.call("GetOnPremisesInstance", instanceName="rack-1")["instanceInfo"]
    assert info["iamUserArn"] == USER + "rack-1"
    assert info["instanceArn"] == f"arn:aws:codedeploy:us-east-1:{ACCOUNT}:instance:rack-1"
    assert info["tags"] == SHOP
    assert "deregisterTime" not in info
    many = stage.call("BatchGetOnPremisesInstances", instanceNames=["rack-1", "gone"])["instanceInfos"]
    assert many == [info]


def test_a_session_is_the_other_identity():
    stage = Stage(0)
    stage.call("RegisterOnPremisesInstance", instanceName="rack-1", iamSessionArn=SESSION + "rack-1")
    info = stage.call("GetOnPremisesInstance", instanceName="rack-1")["instanceInfo"]
    assert (info["iamSessionArn"], "iamUserArn" in info) == (SESSION + "rack-1", False)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"instanceName": "new"}, "IamArnRequiredException"),
        (
            {"instanceName": "new", "iamUserArn": USER + "a", "iamSessionArn": SESSION + "a"},
            "MultipleIamArnsProvidedException",
        ),
        ({"instanceName": "new", "iamUserArn": SESSION + "a"}, "InvalidIamUserArnException"),
        ({"instanceName": "new", "iamSessionArn": USER + "a"}, "InvalidIamSessionArnException"),
        ({"instanceName": "new", "iamUserArn": USER + "rack-1"}, "IamUserArnAlreadyRegisteredException"),
        ({"instanceName": "rack-1", "iamUserArn": USER + "b"}, "InstanceNameAlreadyRegisteredException"),
        ({"instanceName": "", "iamUserArn": USER + "b"}, "InstanceNameRequiredException"),
        ({"instanceName": "i-12345678", "iamUserArn": USER + "b"}, "InvalidInstanceNameException"),
        ({"instanceName": "a b", "iamUserArn": USER + "b"}, "InvalidInstanceNameException"),
    ],
)
def test_section_1_1_exactly_one_identity_and_a_name_of_its_own(parameters, code):
    stage = Stage(0)
    register(stage, "rack-1")
    assert refused(stage, "RegisterOnPremisesInstance", **parameters) == code


def test_sessions_are_registered_once_too():
    stage = Stage(0)
    stage.call("RegisterOnPremisesInstance", instanceName="a", iamSessionArn=SESSION + "a")
    code = refused(stage, "RegisterOnPremisesInstance", instanceName="b", iamSessionArn=SESSION + "a")
    assert code == "IamSessionArnAlreadyRegisteredException"


# Tags


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([], "TagRequiredException"),
        ([{"Key": "a"}], "InvalidTagException"),
        ([{"Value": "a"}], "InvalidTagException"),
        ([{"Key": "", "Value": "a"}], "InvalidTagException"),
        ([{"Key": f"k{n}", "Value": ""} for n in range(11)], "TagLimitExceededException"),
    ],
)
def test_section_1_1_a_tag_has_a_key_and_a_value(tags, code):
    stage = Stage(0)
    register(stage, "rack-1")
    assert refused(stage, "AddTagsToOnPremisesInstances", instanceNames=["rack-1"], tags=tags) == code


def test_tags_come_and_go():
    stage = Stage(0)
    register(stage, "rack-1", App="shop", Zone="north")
    stage.call("RemoveTagsFromOnPremisesInstances", instanceNames=["rack-1"], tags=[{"Key": "Zone", "Value": "south"}])
    stage.call("RemoveTagsFromOnPremisesInstances", instanceNames=["rack-1"], tags=SHOP)
    info = stage.call("GetOnPremisesInstance", instanceName="rack-1")["instanceInfo"]
    assert info["tags"] == [{"Key": "Zone", "Value": "north"}]


def test_listing_by_registration_and_by_tags():
    stage = Stage(0)
    register(stage, "a", App="shop")
    register(stage, "b", App="shop", Zone="north")
    stage.call("DeregisterOnPremisesInstance", instanceName="a")

    def listed(**wanted: Any) -> list[str]:
        names: list[str] = stage.call("ListOnPremisesInstances", **wanted)["instanceNames"]
        return names

    assert listed() == ["a", "b"]
    assert listed(registrationStatus="Registered") == ["b"]
    assert listed(registrationStatus="Deregistered") == ["a"]
    assert listed(tagFilters=[{"Key": "Zone", "Type": "KEY_ONLY"}]) == ["b"]
    assert refused(stage, "ListOnPremisesInstances", registrationStatus="Gone") == "InvalidRegistrationStatusException"
    assert refused(stage, "ListOnPremisesInstances", tagFilters=[{"Type": "X"}]) == "InvalidTagFilterException"


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("GetOnPremisesInstance", {"instanceName": "gone"}, "InstanceNotRegisteredException"),
        ("BatchGetOnPremisesInstances", {"instanceNames": []}, "InstanceNameRequiredException"),
        ("BatchGetOnPremisesInstances", {"instanceNames": ["a"] * 26}, "BatchLimitExceededException"),
        ("AddTagsToOnPremisesInstances", {"instanceNames": [], "tags": SHOP}, "InstanceNameRequiredException"),
        ("AddTagsToOnPremisesInstances", {"instanceNames": ["gone"], "tags": SHOP}, "InstanceNotRegisteredException"),
        ("RemoveTagsFromOnPremisesInstances", {"instanceNames": ["x"], "tags": []}, "TagRequiredException"),
    ],
)
def test_what_is_refused(operation, parameters, code):
    assert refused(Stage(0), operation, **parameters) == code


# Deploying


def test_on_premises_instances_are_deployed_to_as_any_other():
    stage = site(hosts=2)
    deployment = stage.deploy()
    assert deployment.status == "Succeeded"
    assert sorted(target.target_id for target in deployment.targets)[2:] == ["rack-1", "rack-2"]
    rack = next(target for target in deployment.targets if target.name == "rack-1")
    assert statuses(rack) == ["Succeeded"] * 7
    assert stage.files("rack-1") == {"/srv/shop/index.html": "<h1>hello</h1>"}
    found = stage.call("GetDeploymentTarget", deploymentId=deployment.name, targetId="rack-1")["deploymentTarget"]
    assert found["instanceTarget"]["targetArn"].endswith(":instance:rack-1")


def test_the_agent_fetches_the_bundle_as_the_registered_identity():
    stage = site()
    stage.world.audit = []
    stage.deploy()
    who = {call.principal for _, call, _ in stage.world.audit if call.operation == "GetObject"}
    assert who == {USER + "rack-1", USER + "rack-2"}


def test_section_1_1_deregistered_but_tagged_is_excluded_from_every_deployment():
    stage = site()
    stage.call("DeregisterOnPremisesInstance", instanceName="rack-1")
    info = stage.call("GetOnPremisesInstance", instanceName="rack-1")["instanceInfo"]
    assert info["tags"] == SHOP, "the tags stay"
    assert "deregisterTime" in info
    assert [target.name for target in stage.deploy().targets] == ["rack-2"]
    assert [row["name"] for row in stage.codedeploy.fleet()] == ["rack-2"]


def test_section_1_1_the_name_can_be_used_again_at_once():
    stage = site()
    stage.call("DeregisterOnPremisesInstance", instanceName="rack-1")
    stage.call("RegisterOnPremisesInstance", instanceName="rack-1", iamUserArn=USER + "rack-1")
    assert len(stage.deploy().targets) == 2


def test_tag_groups_are_anded_for_on_premises_instances_too():
    stage = Stage(0)
    register(stage, "a", Stage="qa")
    register(stage, "b", Zone="north")
    register(stage, "c", Stage="canary", Zone="north")
    either = [{"Key": "Stage", "Value": value, "Type": "KEY_AND_VALUE"} for value in ("qa", "canary")]
    sets = [either, [{"Key": "Zone", "Type": "KEY_ONLY"}]]
    stage.group("some", onPremisesTagSet={"onPremisesTagSetList": sets})
    assert [target.name for target in stage.deploy(deploymentGroupName="some").targets] == ["c"]


def test_ec2_tags_and_on_premises_tags_are_two_worlds():
    stage = Stage(1)
    register(stage, "rack-1", App="shop")
    assert [target.name for target in stage.deploy().targets] == ["web-1"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"onPremisesInstanceTagFilters": [{"Key": "a"}] * 11}, "InvalidTagException"),
        ({"onPremisesTagSet": {"onPremisesTagSetList": [[{"Key": "a"}]] * 4}}, "TagSetListLimitExceededException"),
        (
            {
                "onPremisesInstanceTagFilters": [{"Key": "a"}],
                "onPremisesTagSet": {"onPremisesTagSetList": [[{"Key": "a"}]]},
            },
            "InvalidOnPremisesTagCombinationException",
        ),
    ],
)
def test_filters_that_are_refused(settings, code):
    names = {"applicationName": APPLICATION, "deploymentGroupName": "other", "serviceRoleArn": ROLE}
    assert refused(Stage(0), "CreateDeploymentGroup", **names, **settings) == code


def test_section_1_1_no_zonal_configuration():
    stage = site()
    minimum = {"type": "HOST_COUNT", "value": 0}
    stage.call("CreateDeploymentConfig", deploymentConfigName="z", minimumHealthyHosts=minimum, zonalConfig={})
    with pytest.raises(ServiceError) as error:
        stage.create(deploymentConfigName="z")
    assert error.value.code == "InvalidInputException"


def test_agents_on_premises_obey_rules_like_others():
    stage = site({"agent": "rack-2", "running": False})
    deployment = stage.deploy()
    assert {target.name: target.status.value for target in deployment.targets} == {
        "rack-1": "Succeeded",
        "rack-2": "Failed",
    }


def test_the_past_of_on_premises_instances():
    stage = site()
    stage.adopt(bundle(), "rack-2")
    assert stage.health() == {"rack-1": ("Healthy", "Current"), "rack-2": ("Unhealthy", "Unknown")}


# In a scenario


FLEET = {
    "Rack": {"Type": "Sim::OnPremises::Fleet", "Properties": {"Name": "rack", "Count": 3, "Tags": {"App": "shop"}}},
    "Role": SERVICE_ROLE,
    "App": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ApplicationName": "shop"}},
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "bundles"}},
    "Group": {
        "Type": "AWS::CodeDeploy::DeploymentGroup",
        "Properties": {
            "ApplicationName": {"Ref": "App"},
            "DeploymentGroupName": "production",
            "ServiceRoleArn": ROLE_ARN,
            "DeploymentConfigName": "CodeDeployDefault.AllAtOnce",
            "OnPremisesInstanceTagFilters": [{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}],
        },
    },
}


def test_a_fleet_in_a_scenario_and_what_its_updates_cost(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "appspec.yml").write_text("version: 0.0\nos: linux\n")
    revision = {"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": "v1.zip", "bundleType": "zip"}}
    names = {"applicationName": "shop", "deploymentGroupName": "production"}
    deploy = {"service": "codedeploy", "operation": "CreateDeployment", "parameters": {**names, "revision": revision}}
    document = scenario_from_document(
        {
            "Resources": FLEET,
            "timeline": [
                {"at": "0s", "upload": {"bucket": "bundles", "key": "v1.zip", "folder": "app"}},
                {"at": "1s", "call": deploy},
            ],
            "behavior": [{"hook": "Install", "instances": ["rack-2"], "fails": True}],
        },
        tmp_path,
    )
    result = Scenario(document).compile().run().result()
    (deployment,) = result["deployments"]
    assert (deployment["status"], deployment["deploymentOverview"]["Failed"]) == ("Succeeded", 1)
    assert result["metrics"]["cost"]["codedeploy"] == {"updates": 3, "usd": 0.06}
    assert [row["name"] for row in result["fleet"]] == ["rack-1", "rack-2", "rack-3"]


def test_all_seven_operations_through_boto3():
    from sim import Cloud

    client = Cloud().client("codedeploy")
    client.register_on_premises_instance(instanceName="rack-1", iamUserArn=USER + "rack-1")
    client.add_tags_to_on_premises_instances(instanceNames=["rack-1"], tags=SHOP)
    info = client.get_on_premises_instance(instanceName="rack-1")["instanceInfo"]
    assert client.batch_get_on_premises_instances(instanceNames=["rack-1"])["instanceInfos"] == [info]
    assert client.list_on_premises_instances(registrationStatus="Registered")["instanceNames"] == ["rack-1"]
    client.remove_tags_from_on_premises_instances(instanceNames=["rack-1"], tags=SHOP)
    client.deregister_on_premises_instance(instanceName="rack-1")
    assert client.list_on_premises_instances(registrationStatus="Registered")["instanceNames"] == []
    with pytest.raises(client.exceptions.InstanceNotRegisteredException):
        client.get_on_premises_instance(instanceName="never")
