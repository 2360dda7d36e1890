"""Every operation of CodeDeploy through a real boto3 client, in one story from first to last."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sim import Cloud

DOCUMENT = """\
title: A fleet, and a machine of one's own
Resources:
  Fleet:
    Type: Sim::EC2::Fleet
    Properties: {Name: web, Count: 2, Tags: {App: web}}
  Bundles:
    Type: AWS::S3::Bucket
    Properties: {BucketName: bundles}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: codedeploy
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: codedeploy.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole]
timeline:
  - {at: 0s, upload: {bucket: bundles, key: v1.zip, folder: FOLDER}}
  - {at: 0s, upload: {bucket: bundles, key: v2.zip, folder: FOLDER}}
"""
ROLE = "arn:aws:iam::123456789012:role/codedeploy"
GROUP = {"applicationName": "shop", "deploymentGroupName": "production"}


def revision(key: str) -> dict[str, Any]:
    return {"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": key, "bundleType": "zip"}}


class Client:
    """A boto3 client that remembers which of its operations were called."""

    def __init__(self, client: Any):
        self.client = client
        self.called: set[str] = set()

    def __getattr__(self, method: str) -> Any:
        self.called.add(self.client.meta.method_to_api_mapping[method])
        return getattr(self.client, method)


def code_of(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return str(error.value.response["Error"]["Code"])


def test_every_operation_answers_a_client(tmp_path: Any) -> None:
    (tmp_path / "appspec.yml").write_text("version: 0.0\nos: linux\n", encoding="utf-8")
    scenario = tmp_path / "scenario.yml"
    scenario.write_text(DOCUMENT.replace("FOLDER", "."), encoding="utf-8")
    cloud = Cloud(seed=7)
    cloud.load(scenario)
    cloud.run()
    aws = Client(cloud.client("codedeploy"))

    # Applications, configurations, groups
    application = aws.create_application(applicationName="shop", tags=[{"Key": "team", "Value": "a"}])
    assert aws.get_application(applicationName="shop")["application"]["applicationId"] == application["applicationId"]
    aws.update_application(applicationName="shop", newApplicationName="store")
    assert aws.list_applications()["applications"] == ["store"]
    aws.update_application(applicationName="store", newApplicationName="shop")
    assert aws.batch_get_applications(applicationNames=["shop"])["applicationsInfo"][0]["computePlatform"] == "Server"
    least = {"type": "HOST_COUNT", "value": 1}
    aws.create_deployment_config(deploymentConfigName="one-stays", minimumHealthyHosts=least)
    config = aws.get_deployment_config(deploymentConfigName="one-stays")["deploymentConfigInfo"]
    assert config["minimumHealthyHosts"] == least
    assert "one-stays" in aws.list_deployment_configs()["deploymentConfigsList"]
    tag = [{"Key": "App", "Value": "web", "Type": "KEY_AND_VALUE"}]
    group = aws.create_deployment_group(**GROUP, serviceRoleArn=ROLE, ec2TagFilters=tag)
    aws.update_deployment_group(
        applicationName="shop", currentDeploymentGroupName="production", deploymentConfigName="one-stays"
    )
    told = aws.get_deployment_group(**GROUP)["deploymentGroupInfo"]
    assert (told["deploymentGroupId"], told["deploymentConfigName"]) == (group["deploymentGroupId"], "one-stays")
    assert aws.list_deployment_groups(applicationName="shop")["deploymentGroups"] == ["production"]
    several = aws.batch_get_deployment_groups(applicationName="shop", deploymentGroupNames=["production"])
    assert [one["deploymentGroupName"] for one in several["deploymentGroupsInfo"]] == ["production"]
    assert code_of(aws.delete_deployment_config, deploymentConfigName="one-stays") == "DeploymentConfigInUseException"

    # Revisions
    aws.register_application_revision(applicationName="shop", revision=revision("v1.zip"), description="the first")
    assert len(aws.list_application_revisions(applicationName="shop")["revisions"]) == 1
    one = aws.get_application_revision(applicationName="shop", revision=revision("v1.zip"))
    assert one["revisionInfo"]["description"] == "the first"
    both = aws.batch_get_application_revisions(applicationName="shop", revisions=[revision("v1.zip")])
    assert len(both["revisions"]) == 1

    # A deployment to its end, by a waiter that moves the clock
    id = aws.create_deployment(**GROUP, revision=revision("v1.zip"))["deploymentId"]
    aws.client.get_waiter("deployment_successful").wait(deploymentId=id)
    done = aws.get_deployment(deploymentId=id)["deploymentInfo"]
    assert (done["status"], done["deploymentOverview"]["Succeeded"]) == ("Succeeded", 2)
    targets = aws.list_deployment_targets(deploymentId=id)["targetIds"]
    assert sorted(aws.list_deployment_instances(deploymentId=id)["instancesList"]) == sorted(targets)
    target = aws.get_deployment_target(deploymentId=id, targetId=targets[0])["deploymentTarget"]
    assert target["instanceTarget"]["status"] == "Succeeded"
    assert len(aws.batch_get_deployment_targets(deploymentId=id, targetIds=targets)["deploymentTargets"]) == 2
    instance = aws.get_deployment_instance(deploymentId=id, instanceId=targets[0])["instanceSummary"]
    assert instance["status"] == "Succeeded"
    assert len(aws.batch_get_deployment_instances(deploymentId=id, instanceIds=targets)["instancesSummary"]) == 2

    # One that is stopped
    second = aws.create_deployment(**GROUP, revision=revision("v2.zip"))["deploymentId"]
    assert aws.stop_deployment(deploymentId=second)["status"] in ("Pending", "Succeeded")
    cloud.run()
    assert aws.get_deployment(deploymentId=second)["deploymentInfo"]["errorInformation"]["code"] == "MANUAL_STOP"
    assert aws.list_deployments(**GROUP)["deployments"] == [second, id]
    assert len(aws.batch_get_deployments(deploymentIds=[id, second])["deploymentsInfo"]) == 2
    assert code_of(aws.stop_deployment, deploymentId=second) == "DeploymentAlreadyCompletedException"

    # What only blue/green deployments, Lambda and ECS know is refused by name
    assert code_of(aws.continue_deployment, deploymentId=id) == "DeploymentAlreadyCompletedException"
    over = code_of(aws.skip_wait_time_for_instance_termination, deploymentId=id)
    assert over == "DeploymentAlreadyCompletedException"
    hook = {"deploymentId": id, "lifecycleEventHookExecutionId": "h", "status": "Succeeded"}
    of_functions = code_of(aws.put_lifecycle_event_hook_execution_status, **hook)
    assert of_functions == "UnsupportedActionForDeploymentTypeException"
    assert aws.list_git_hub_account_token_names()["tokenNameList"] == []
    assert code_of(aws.delete_git_hub_account_token, tokenName="t") == "GitHubAccountTokenDoesNotExistException"
    assert "Errors" not in aws.delete_resources_by_external_id(externalId="e")

    # A machine of one's own
    session = "arn:aws:sts::123456789012:assumed-role/machines/attic"
    aws.register_on_premises_instance(instanceName="attic", iamSessionArn=session)
    aws.add_tags_to_on_premises_instances(tags=[{"Key": "App", "Value": "web"}], instanceNames=["attic"])
    assert aws.list_on_premises_instances()["instanceNames"] == ["attic"]
    machine = aws.get_on_premises_instance(instanceName="attic")["instanceInfo"]
    assert machine["tags"] == [{"Key": "App", "Value": "web"}]
    assert len(aws.batch_get_on_premises_instances(instanceNames=["attic"])["instanceInfos"]) == 1
    aws.remove_tags_from_on_premises_instances(tags=[{"Key": "App", "Value": "web"}], instanceNames=["attic"])
    aws.deregister_on_premises_instance(instanceName="attic")
    assert "deregisterTime" in aws.get_on_premises_instance(instanceName="attic")["instanceInfo"]

    # Tags, and the end
    arn = "arn:aws:codedeploy:us-east-1:123456789012:application:shop"
    aws.tag_resource(ResourceArn=arn, Tags=[{"Key": "cost", "Value": "1"}])
    aws.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert aws.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "cost", "Value": "1"}]
    assert aws.delete_deployment_group(**GROUP)["hooksNotCleanedUp"] == []
    aws.delete_deployment_config(deploymentConfigName="one-stays")
    aws.delete_application(applicationName="shop")
    assert aws.list_applications()["applications"] == []

    assert set(aws.client.meta.service_model.operation_names) - aws.called == set()
