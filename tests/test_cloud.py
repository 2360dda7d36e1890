"""One account in one Region, as a user sees it: calls, clients, waiters, the clock."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError, WaiterError

from sim import Cloud
from sim.core.problems import ServiceError, UsageError
from sim.services.bundles import pack

ROOT = Path(__file__).parent.parent
TOO_LONG = "w" * 101
APPSPEC = b"version: 0.0\nos: linux\nfiles:\n  - source: index.html\n    destination: /srv/www\n"


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(seed=7)


def _with_roles(cloud: Cloud) -> str:
    """A service role for CodeDeploy, whose ARN is given back, and an instance profile `web` that reads S3."""
    iam = cloud.client("iam")
    arns = []
    for name, service, policy in (
        ("codedeploy", "codedeploy.amazonaws.com", "service-role/AWSCodeDeployRole"),
        ("web", "ec2.amazonaws.com", "AmazonS3ReadOnlyAccess"),
    ):
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arns.append(iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"])
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    return str(arns[0])


def with_fleet(cloud: Cloud, profile: str | None = "web") -> str:
    """Three instances with an agent, a bundle, a group, and a deployment to it that has just been asked for; its id."""
    ec2, s3, codedeploy = cloud.client("ec2"), cloud.client("s3"), cloud.client("codedeploy")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    machines: dict[str, Any] = {"MinCount": 3, "MaxCount": 3, "TagSpecifications": tags}
    if profile:
        machines["IamInstanceProfile"] = {"Name": profile}
    role = _with_roles(cloud)
    ids = [one["InstanceId"] for one in ec2.run_instances(**machines)["Instances"]]
    ec2.get_waiter("instance_running").wait(InstanceIds=ids)
    s3.create_bucket(Bucket="bundles")
    s3.put_object(Bucket="bundles", Key="web.zip", Body=pack({"appspec.yml": APPSPEC, "index.html": b"<h1>web</h1>"}))
    codedeploy.create_application(applicationName="web")
    codedeploy.create_deployment_group(
        applicationName="web",
        deploymentGroupName="production",
        serviceRoleArn=role,
        ec2TagFilters=[{"Key": "Name", "Value": "web", "Type": "KEY_AND_VALUE"}],
    )
    revision = {"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": "web.zip", "bundleType": "zip"}}
    found: str = codedeploy.create_deployment(
        applicationName="web", deploymentGroupName="production", revision=revision
    )["deploymentId"]
    return found


# Calls


def test_a_call_answers_plain_data_in_awss_shape(cloud: Cloud) -> None:
    cloud.call("codedeploy", "CreateApplication", applicationName="web", tags=[{"Key": "team", "Value": "a"}])
    application = cloud.call("codedeploy", "GetApplication", applicationName="web")["application"]
    assert set(application) == {
        "applicationId",
        "applicationName",
        "createTime",
        "linkedToGitHub",
        "computePlatform",
    }
    assert type(application["applicationName"]) is str


def test_a_call_is_checked_as_aws_would(cloud: Cloud) -> None:
    with pytest.raises(ParamValidationError):
        cloud.call("codedeploy", "GetApplication", name="web")
    with pytest.raises(ServiceError, match="InvalidApplicationNameException"):
        cloud.call("codedeploy", "GetApplication", applicationName=TOO_LONG)
    with pytest.raises(ServiceError, match="ApplicationDoesNotExistException"):
        cloud.call("codedeploy", "GetApplication", applicationName="web")
    with pytest.raises(ServiceError, match="UnknownOperationException"):
        cloud.call("codedeploy", "GetAplication", applicationName="web")


def test_a_service_that_is_not_simulated_is_told_at_once(cloud: Cloud) -> None:
    with pytest.raises(UsageError, match="codepipeline"):
        cloud.call("lambda", "Invoke")
    with pytest.raises(UsageError, match="codepipeline"):
        cloud.client("lambda")


def test_a_call_and_a_client_see_the_same_world(cloud: Cloud) -> None:
    cloud.client("codedeploy").create_application(applicationName="web")
    assert cloud.call("codedeploy", "ListApplications") == {"applications": ["web"]}


def test_lists_come_in_pages(cloud: Cloud) -> None:
    names = [f"app-{number:03}" for number in range(250)]
    for name in names:
        cloud.call("codedeploy", "CreateApplication", applicationName=name)
    first = cloud.call("codedeploy", "ListApplications")
    assert len(first["applications"]) == 100
    second = cloud.call("codedeploy", "ListApplications", nextToken=first["nextToken"])
    assert second["applications"] == names[100:200]
    found = cloud.client("codedeploy").get_paginator("list_applications").paginate()
    assert found.build_full_result()["applications"] == names
    with pytest.raises(ServiceError, match="InvalidNextTokenException"):
        cloud.call("codedeploy", "ListApplications", nextToken="2")


def test_s3_pages_as_the_caller_says(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="bucket")
    for number in range(5):
        s3.put_object(Bucket="bucket", Key=f"k{number}", Body=b"x")
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", PaginationConfig={"PageSize": 2}))
    assert [page["KeyCount"] for page in pages] == [2, 2, 1]
    assert [row["Key"] for page in pages for row in page["Contents"]] == ["k0", "k1", "k2", "k3", "k4"]


def test_a_refused_call_is_in_the_audit_record(cloud: Cloud) -> None:
    with pytest.raises(ServiceError):
        cloud.call("codedeploy", "GetApplication", applicationName=TOO_LONG)
    with pytest.raises(ServiceError):
        cloud.call("codedeploy", "ListApplications", nextToken="2")
    assert cloud.world.audit is not None
    answers = [answer for _, _, answer in cloud.world.audit]
    assert [getattr(answer, "code", None) for answer in answers] == [
        "InvalidApplicationNameException",
        "InvalidNextTokenException",
    ]


def test_what_was_sent_cannot_be_changed_afterwards(cloud: Cloud) -> None:
    with_fleet(cloud)
    filters = [{"Key": "Name", "Value": "api", "Type": "KEY_AND_VALUE"}]
    cloud.call(
        "codedeploy",
        "UpdateDeploymentGroup",
        applicationName="web",
        currentDeploymentGroupName="production",
        ec2TagFilters=filters,
    )
    filters[0]["Value"] = "other"
    asked = {"applicationName": "web", "deploymentGroupName": "production"}
    info = cloud.call("codedeploy", "GetDeploymentGroup", **asked)["deploymentGroupInfo"]
    assert info["ec2TagFilters"][0]["Value"] == "api"


# Clients and waiters


def test_a_missing_resource_is_awss_modelled_exception(cloud: Cloud) -> None:
    codedeploy = cloud.client("codedeploy")
    with pytest.raises(codedeploy.exceptions.DeploymentDoesNotExistException) as caught:
        codedeploy.get_deployment(deploymentId="d-UNKNOWN00")
    assert caught.value.response["Error"]["Code"] == "DeploymentDoesNotExistException"


def test_what_the_simulator_does_not_answer_says_so(cloud: Cloud) -> None:
    with pytest.raises(ClientError) as caught:
        cloud.client("ec2").describe_vpcs()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def test_a_waiter_for_a_deployment_ends_in_virtual_time(cloud: Cloud) -> None:
    deployment = with_fleet(cloud)
    begun = cloud.now
    cloud.client("codedeploy").get_waiter("deployment_successful").wait(deploymentId=deployment)
    info = cloud.call("codedeploy", "GetDeployment", deploymentId=deployment)["deploymentInfo"]
    assert info["status"] == "Succeeded"
    assert cloud.now > begun
    assert (cloud.now - begun) % 15 == 0


def test_a_waiter_for_what_never_comes_ends_by_its_own_count(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        s3.get_waiter("bucket_exists").wait(Bucket="nowhere")
    assert cloud.now == 19 * 5


def test_a_waiter_notices_a_failure(cloud: Cloud) -> None:
    deployment = with_fleet(cloud, profile=None)
    with pytest.raises(WaiterError, match="terminal failure state"):
        cloud.client("codedeploy").get_waiter("deployment_successful").wait(deploymentId=deployment)


def test_what_a_deployment_put_there_can_be_looked_at(cloud: Cloud) -> None:
    with_fleet(cloud)
    cloud.run()
    assert cloud.files("web") == {"/srv/www/index.html": "<h1>web</h1>"}
    page = cloud.files("web", details=True)["/srv/www/index.html"]
    assert (page["text"], page["owner"], page["mode"]) == ("<h1>web</h1>", "root", "644")
    (standing,) = cloud.result()["fleet"][0]["groups"]
    assert (page["deploymentGroup"], cloud.as_json(page["revision"])) == (standing["group"], standing["revision"])
    with pytest.raises(UsageError, match="web"):
        cloud.files("api-1")


def test_two_runs_are_the_same_to_the_byte() -> None:
    def run() -> str:
        cloud = Cloud(seed=7)
        deployment = with_fleet(cloud)
        cloud.client("codedeploy").get_waiter("deployment_successful").wait(deploymentId=deployment)
        return json.dumps(cloud.as_json(cloud.client("codedeploy").get_deployment(deploymentId=deployment)))

    assert run() == run()


# Accounts and Regions


def test_views_share_one_world_and_keep_apart(cloud: Cloud) -> None:
    cloud.client("codedeploy").create_application(applicationName="web")
    for view in (cloud.account("222222222222"), cloud.region("eu-west-1")):
        assert view.call("codedeploy", "ListApplications") == {"applications": []}
        assert view.world is cloud.world
    cloud.run(for_="10m")
    assert cloud.region("eu-west-1").now == 600


def test_a_client_is_of_its_views_region(cloud: Cloud) -> None:
    assert cloud.region("eu-west-1").client("codedeploy").meta.region_name == "eu-west-1"


# The clock


def test_running_until_and_for(cloud: Cloud) -> None:
    assert cloud.run(until="2h").now == 7200
    assert cloud.run(for_="10m").now == 7800
    assert cloud.run().now == 7800


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"until": "2h", "for_": "1h"}, "not both"),
        ({"until": "soon"}, "is not a duration"),
        ({"for_": -1}, "is not a duration"),
        ({"until": "1m"}, "it is 1h already"),
    ],
)
def test_a_time_that_cannot_be_is_refused(cloud: Cloud, arguments: dict[str, Any], says: str) -> None:
    cloud.run(until="1h")
    with pytest.raises(UsageError, match=says):
        cloud.run(**arguments)


def test_stepping_goes_to_the_next_entry_of_the_journal(cloud: Cloud) -> None:
    cloud.client("ec2").run_instances(MinCount=1, MaxCount=1)
    assert cloud.step()
    assert len(cloud.world.journal) == 1
    assert not cloud.step()


# The whole of it


def test_the_example_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    cloud = Cloud(seed=7)
    cloud.load("data/templates/web-fleet.yaml", repositories={"web": "data/apps/web"})
    pipeline = cloud.client("codepipeline")
    pipeline.start_pipeline_execution(name="web")
    cloud.run()
    assert list(cloud.tables.deployments["status"])
    deployment = cloud.tables.deployments["deploymentId"].iloc[-1]
    assert deployment in str(cloud.explain(deployment))
    assert cloud.plot.timeline().figure is not None
    state = cloud.call("codepipeline", "GetPipelineState", name="web")
    assert state["pipelineName"] == "web"
    assert pipeline.get_pipeline_state(name="web")["stageStates"] == state["stageStates"]
    document = cloud.result(events=True, audit=True)
    assert document["events"]
    assert "StartPipelineExecution" in [record["eventName"] for record in document["audit"]]
    assert cloud.files("web-1")


# Exercises


def test_an_exercise_says_what_is_still_missing_and_never_raises() -> None:
    cloud = Cloud()
    cloud.load("library")
    wanted = "length(deployments[?status == 'Succeeded']) == `1`"
    before = cloud.expect(wanted, hint="push something")
    assert not before
    assert str(before).splitlines() == [
        "Not solved yet.",
        f"  ✗ {wanted}",
        "      there it is 0",
        "Hint: push something",
    ]
    cloud.client("codepipeline").start_pipeline_execution(name="web")
    cloud.run()
    after = cloud.expect(wanted, hint="push something")
    assert after
    assert repr(after).splitlines() == ["Solved.", f"  ✓ {wanted}"]


def test_the_log_of_a_build() -> None:
    cloud = Cloud()
    cloud.load("first-release")
    cloud.run()
    lines = cloud.log(cloud.result()["builds"][0]["id"]).splitlines()
    assert [line.split("Running command ")[1] for line in lines if "Running command" in line][:2] == [
        "npm ci",
        "npm test",
    ]
    with pytest.raises(ServiceError, match="could not be found"):
        cloud.log("web:nope")
