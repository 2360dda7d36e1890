"""CodeDeploy's operations on applications, configurations, groups, revisions and deployments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sim import Cloud
from sim.core.problems import ServiceError
from sim.services.codedeploy.api import CodeDeploy
from tests.services.codedeploy.stage import ACCOUNT, APPLICATION, BUCKET, REGION, ROLE, Stage, bundle, hooks

ALL = "CodeDeployDefault.AllAtOnce"
NAMES = {"applicationName": "shop", "deploymentGroupName": "production"}


def refused(stage: Stage, operation: str, **parameters: Any) -> str:
    """The code of the error that a call is answered with."""
    with pytest.raises(ServiceError) as error:
        stage.call(operation, **parameters)
    return error.value.code


@pytest.fixture
def stage() -> Stage:
    return Stage(2)


# Applications


def test_an_application_by_its_name(stage):
    application = stage.call("GetApplication", applicationName="shop")["application"]
    assert application["computePlatform"] == "Server"
    assert application["linkedToGitHub"] is False
    assert stage.call("BatchGetApplications", applicationNames=["shop"])["applicationsInfo"] == [application]
    assert stage.call("ListApplications")["applications"] == ["shop"]


def test_an_application_has_one_name_and_exists_once(stage):
    assert refused(stage, "CreateApplication", applicationName="shop") == "ApplicationAlreadyExistsException"
    assert refused(stage, "GetApplication", applicationName="gone") == "ApplicationDoesNotExistException"
    assert refused(stage, "BatchGetApplications", applicationNames=["gone"]) == "ApplicationDoesNotExistException"


def test_only_servers_are_deployed_to(stage):
    code = refused(stage, "CreateApplication", applicationName="fn", computePlatform="Lambda")
    assert code == "InvalidComputePlatformException"


def test_a_renamed_application_keeps_its_groups_revisions_and_tags(stage):
    stage.deploy()
    arn = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:"
    stage.call("TagResource", ResourceArn=f"{arn}shop", Tags=[{"Key": "Team", "Value": "web"}])
    stage.call("UpdateApplication", applicationName="shop", newApplicationName="store")
    assert stage.call("ListDeploymentGroups", applicationName="store")["deploymentGroups"] == ["production"]
    assert len(stage.call("ListApplicationRevisions", applicationName="store")["revisions"]) == 1
    assert stage.call("ListTagsForResource", ResourceArn=f"{arn}store")["Tags"] == [{"Key": "Team", "Value": "web"}]
    assert refused(stage, "GetApplication", applicationName="shop") == "ApplicationDoesNotExistException"
    assert stage.deploy(applicationName="store", key="v3.zip").status == "Succeeded"


def test_a_deleted_application_takes_its_groups_along(stage):
    stage.call("DeleteApplication", applicationName="shop")
    stage.call("CreateApplication", applicationName="shop")
    assert stage.call("ListDeploymentGroups", applicationName="shop")["deploymentGroups"] == []


# Deployment configurations


@pytest.mark.parametrize(
    ("name", "minimum"),
    [
        ("CodeDeployDefault.AllAtOnce", {"type": "HOST_COUNT", "value": 0}),
        ("CodeDeployDefault.HalfAtATime", {"type": "FLEET_PERCENT", "value": 50}),
        ("CodeDeployDefault.OneAtATime", {"type": "MOST_CONCURRENCY", "value": 1}),
    ],
)
def test_predefined_configurations(stage, name, minimum):
    info = stage.call("GetDeploymentConfig", deploymentConfigName=name)["deploymentConfigInfo"]
    assert info["minimumHealthyHosts"] == minimum
    assert refused(stage, "DeleteDeploymentConfig", deploymentConfigName=name) == "InvalidOperationException"


@pytest.mark.parametrize(
    ("minimum", "code"),
    [
        ({"type": "HOST_COUNT", "value": 0}, None),
        ({"type": "FLEET_PERCENT", "value": 99}, None),
        ({"type": "FLEET_PERCENT", "value": 100}, "InvalidMinimumHealthyHostValueException"),
        ({"type": "HOST_COUNT", "value": -1}, "InvalidMinimumHealthyHostValueException"),
        ({"type": "MOST_CONCURRENCY", "value": 1}, "InvalidMinimumHealthyHostValueException"),
        ({"type": "HOST_COUNT"}, "InvalidMinimumHealthyHostValueException"),
        (None, "InvalidMinimumHealthyHostValueException"),
    ],
)
def test_minimum_healthy_hosts_have_limits(stage, minimum, code):
    parameters = {"deploymentConfigName": "mine", **({"minimumHealthyHosts": minimum} if minimum else {})}
    if code is None:
        stage.call("CreateDeploymentConfig", **parameters)
        assert "mine" in stage.call("ListDeploymentConfigs")["deploymentConfigsList"]
    else:
        assert refused(stage, "CreateDeploymentConfig", **parameters) == code


def test_names_of_configurations(stage):
    minimum = {"type": "HOST_COUNT", "value": 1}
    code = refused(
        stage,
        "CreateDeploymentConfig",
        deploymentConfigName="CodeDeployDefault.Mine",
        minimumHealthyHosts=minimum,
    )
    assert code == "InvalidDeploymentConfigNameException"
    stage.config("mine", "HOST_COUNT", 1)
    code = refused(stage, "CreateDeploymentConfig", deploymentConfigName="mine", minimumHealthyHosts=minimum)
    assert code == "DeploymentConfigAlreadyExistsException"
    assert refused(stage, "GetDeploymentConfig", deploymentConfigName="x") == "DeploymentConfigDoesNotExistException"


def test_a_configuration_in_use_stays(stage):
    stage.config("mine", "HOST_COUNT", 1)
    stage.call(
        "UpdateDeploymentGroup",
        applicationName="shop",
        currentDeploymentGroupName="production",
        deploymentConfigName="mine",
    )
    assert refused(stage, "DeleteDeploymentConfig", deploymentConfigName="mine") == "DeploymentConfigInUseException"
    stage.call("DeleteDeploymentGroup", **NAMES)
    stage.call("DeleteDeploymentConfig", deploymentConfigName="mine")
    assert "mine" not in stage.call("ListDeploymentConfigs")["deploymentConfigsList"]


# Deployment groups


def test_one_at_a_time_is_the_configuration_when_none_is_named(stage):
    stage.group("other")
    info = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName="other")["deploymentGroupInfo"]
    assert info["deploymentConfigName"] == "CodeDeployDefault.OneAtATime"
    assert info["deploymentStyle"] == {
        "deploymentType": "IN_PLACE",
        "deploymentOption": "WITHOUT_TRAFFIC_CONTROL",
    }
    assert info["serviceRoleArn"] == ROLE
    assert "targetRevision" not in info


SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"deploymentConfigName": "gone"}, "DeploymentConfigDoesNotExistException"),
    ({"autoRollbackConfiguration": {"enabled": True}}, "InvalidAutoRollbackConfigException"),
    ({"deploymentStyle": {"deploymentType": "BLUE_GREEN"}}, "InvalidDeploymentStyleException"),
    ({"deploymentStyle": {"deploymentOption": "WITH_TRAFFIC_CONTROL"}}, "InvalidLoadBalancerInfoException"),
    ({"alarmConfiguration": {"enabled": True}}, "InvalidAlarmConfigException"),
    ({"alarmConfiguration": {"alarms": [{"name": "a"}, {"name": "a"}]}}, "InvalidAlarmConfigException"),
    ({"alarmConfiguration": {"alarms": [{"name": "a" * 256}]}}, "InvalidAlarmConfigException"),
    ({"alarmConfiguration": {"alarms": [{"name": f"a{n}"} for n in range(11)]}}, "AlarmsLimitExceededException"),
    ({"ecsServices": [{"serviceName": "s", "clusterName": "c"}]}, "InvalidECSServiceException"),
    ({"autoScalingGroups": ["gone"]}, "InvalidAutoScalingGroupException"),
    ({"triggerConfigurations": [{"triggerName": "t"}]}, "InvalidTriggerConfigException"),
    (
        {"triggerConfigurations": [{"triggerName": "t", "triggerTargetArn": "a", "triggerEvents": ["e"]}] * 11},
        "TriggerTargetsLimitExceededException",
    ),
    ({"ec2TagSet": {"ec2TagSetList": [[{"Key": "a"}]] * 4}}, "TagSetListLimitExceededException"),
    ({"ec2TagFilters": [{"Key": "a"}] * 11}, "InvalidEC2TagException"),
    (
        {"ec2TagFilters": [{"Key": "a"}], "ec2TagSet": {"ec2TagSetList": [[{"Key": "a"}]]}},
        "InvalidEC2TagCombinationException",
    ),
]


@pytest.mark.parametrize(("settings", "code"), SETTINGS, ids=[f"{code} {i}" for i, (_, code) in enumerate(SETTINGS)])
def test_settings_that_are_refused(stage, settings, code):
    named = {"applicationName": "shop", "serviceRoleArn": ROLE}
    assert refused(stage, "CreateDeploymentGroup", deploymentGroupName="other", **named, **settings) == code
    assert stage.call("ListDeploymentGroups", applicationName="shop")["deploymentGroups"] == ["production"]


@pytest.mark.parametrize(
    "settings",
    [
        {"alarmConfiguration": {"enabled": False, "alarms": [{"name": "a"}]}},
        {"autoRollbackConfiguration": {"enabled": False}},
        {"outdatedInstancesStrategy": "IGNORE"},
        {"terminationHookEnabled": False},
    ],
)
def test_settings_that_change_nothing_are_kept(stage, settings):
    stage.group("other", **settings)
    info = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName="other")["deploymentGroupInfo"]
    assert settings.items() <= info.items()


def test_a_group_exists_once_and_needs_a_role(stage):
    assert (
        refused(stage, "CreateDeploymentGroup", **NAMES, serviceRoleArn=ROLE) == "DeploymentGroupAlreadyExistsException"
    )
    assert (
        refused(stage, "CreateDeploymentGroup", applicationName="shop", deploymentGroupName="x")
        == "RoleRequiredException"
    )
    assert (
        refused(stage, "GetDeploymentGroup", applicationName="shop", deploymentGroupName="x")
        == "DeploymentGroupDoesNotExistException"
    )


def test_a_group_is_changed_in_what_is_named_and_in_nothing_else(stage):
    stage.call(
        "UpdateDeploymentGroup",
        applicationName="shop",
        currentDeploymentGroupName="production",
        newDeploymentGroupName="live",
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )
    info = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName="live")["deploymentGroupInfo"]
    assert info["deploymentGroupName"] == "live"
    assert info["deploymentConfigName"] == ALL
    assert info["autoRollbackConfiguration"]["enabled"] is True
    assert stage.call("ListDeploymentGroups", applicationName="shop")["deploymentGroups"] == ["live"]


def test_a_refused_change_changes_nothing(stage):
    stage.group("other")
    change = {"applicationName": "shop", "currentDeploymentGroupName": "production"}
    assert (
        refused(stage, "UpdateDeploymentGroup", **change, newDeploymentGroupName="other")
        == "DeploymentGroupAlreadyExistsException"
    )
    assert (
        refused(stage, "UpdateDeploymentGroup", **change, deploymentConfigName="gone")
        == "DeploymentConfigDoesNotExistException"
    )
    info = stage.call("GetDeploymentGroup", **NAMES)["deploymentGroupInfo"]
    assert (info["deploymentGroupName"], info["deploymentConfigName"]) == ("production", ALL)


def test_several_groups_at_once(stage):
    stage.group("other")
    answer = stage.call(
        "BatchGetDeploymentGroups", applicationName="shop", deploymentGroupNames=["other", "gone", "production"]
    )
    assert [info["deploymentGroupName"] for info in answer["deploymentGroupsInfo"]] == ["other", "production"]
    assert "gone" in answer["errorMessage"]


def test_an_auto_scaling_groups_instances_belong_to_the_group(stage):
    stage.call(
        "CreateAutoScalingGroup", "autoscaling", AutoScalingGroupName="web", MinSize=3, MaxSize=3, DesiredCapacity=3
    )
    stage.world.run()
    stage.group("scaled", autoScalingGroups=["web"])
    stage.group(
        "both",
        autoScalingGroups=["web"],
        ec2TagFilters=[{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}],
    )
    info = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName="scaled")["deploymentGroupInfo"]
    (scaled,) = info["autoScalingGroups"]
    assert (scaled["name"], set(scaled)) == ("web", {"name", "hook"})
    assert len(stage.deploy(deploymentGroupName="scaled").targets) == 3
    assert len(stage.deploy(deploymentGroupName="both").targets) == 5


# Tags


@pytest.mark.parametrize("resource", ["application:shop", "deploymentgroup:shop/production"])
def test_tags(stage, resource):
    arn = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:{resource}"
    assert stage.call("ListTagsForResource", ResourceArn=arn)["Tags"] == []
    stage.call("TagResource", ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    stage.call("TagResource", ResourceArn=arn, Tags=[{"Key": "b", "Value": "3"}])
    stage.call("UntagResource", ResourceArn=arn, TagKeys=["a", "gone"])
    assert stage.call("ListTagsForResource", ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "3"}]


def test_tags_at_birth(stage):
    tags = [{"Key": "Team", "Value": "web"}]
    stage.call("CreateApplication", applicationName="tagged", tags=tags)
    arn = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:tagged"
    assert stage.call("ListTagsForResource", ResourceArn=arn)["Tags"] == tags


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("nonsense", "InvalidArnException"),
        (f"arn:aws:s3:{REGION}:{ACCOUNT}:application:shop", "InvalidArnException"),
        (f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deployment:d-1", "ArnNotSupportedException"),
        (f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:gone", "ApplicationDoesNotExistException"),
        (f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deploymentgroup:shop/x", "DeploymentGroupDoesNotExistException"),
    ],
)
def test_what_bears_no_tags(stage, arn, code):
    assert refused(stage, "TagResource", ResourceArn=arn, Tags=[]) == code
    assert refused(stage, "UntagResource", ResourceArn=arn, TagKeys=[]) == code
    listing = "InvalidArnException" if "DoesNotExist" in code else code
    assert refused(stage, "ListTagsForResource", ResourceArn=arn) == listing


# Revisions


def test_a_deployment_registers_its_revision(stage):
    deployment = stage.deploy()
    revision = deployment.revision
    assert stage.call("ListApplicationRevisions", applicationName="shop")["revisions"] == [revision]
    answer = stage.call("GetApplicationRevision", applicationName="shop", revision=revision)
    info = answer["revisionInfo"]
    assert info["deploymentGroups"] == ["production"]
    assert info["firstUsedTime"] == info["lastUsedTime"] == stage.world.start


def test_revisions_are_listed_by_place_use_and_time(stage):
    first = stage.deploy(key="a/v1.zip").revision
    second = stage.deploy(key="b/v2.zip", files=bundle(**{"site/index.html": "2"})).revision
    third = stage.upload("a/v3.zip", bundle(**{"site/index.html": "3"}))
    stage.call("RegisterApplicationRevision", applicationName="shop", revision=third, description="the third")

    def listed(**wanted: str) -> list[Any]:
        found: list[Any] = stage.call("ListApplicationRevisions", applicationName="shop", **wanted)["revisions"]
        return found

    assert listed() == [first, second, third]
    assert listed(s3Bucket=BUCKET, s3KeyPrefix="a/") == [first, third]
    assert listed(s3Bucket="elsewhere") == []
    assert listed(deployed="include") == [second], "the target revision of the group"
    assert listed(deployed="exclude") == [first, third]
    assert listed(sortBy="registerTime", sortOrder="descending") == [third, second, first]
    assert listed(sortBy="lastUsedTime", sortOrder="ascending") == [third, first, second]
    rows = stage.call("BatchGetApplicationRevisions", applicationName="shop", revisions=[third, first])["revisions"]
    assert [row["revisionLocation"] for row in rows] == [third, first]
    assert rows[0]["genericRevisionInfo"]["description"] == "the third"
    assert "firstUsedTime" not in rows[0]["genericRevisionInfo"]


def test_a_revision_that_nobody_registered(stage):
    revision = stage.upload("v9.zip", bundle())
    code = refused(stage, "GetApplicationRevision", applicationName="shop", revision=revision)
    assert code == "RevisionDoesNotExistException"
    answer = stage.call("BatchGetApplicationRevisions", applicationName="shop", revisions=[revision])
    assert answer["revisions"] == []
    assert "v9.zip" in answer["errorMessage"]


# Creating deployments


def test_a_busy_group_takes_no_second_deployment(stage):
    id = stage.create()
    with pytest.raises(ServiceError) as error:
        stage.create()
    assert error.value.code == "DeploymentLimitExceededException"
    assert error.value.message == f"The Deployment Group 'production' already has an active Deployment '{id}'"
    stage.world.run()
    assert stage.deploy().status == "Succeeded", "it is free again"


def test_two_groups_deploy_side_by_side(stage):
    tags = [{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}]
    stage.group("other", ec2TagFilters=tags, deploymentConfigName=ALL)
    other = bundle("version: 0.0\nos: linux\nfiles:\n  - {source: x, destination: /opt}\n", x="")
    ids = [stage.create(), stage.create(other, "other.zip", deploymentGroupName="other")]
    stage.world.run()
    assert [stage.info(id)["status"] for id in ids] == ["Succeeded", "Succeeded"]


CREATE: list[tuple[dict[str, Any], str]] = [
    ({"applicationName": "gone"}, "ApplicationDoesNotExistException"),
    ({"deploymentGroupName": "gone"}, "DeploymentGroupDoesNotExistException"),
    ({"deploymentGroupName": None}, "DeploymentGroupNameRequiredException"),
    ({"revision": {}}, "RevisionRequiredException"),
    ({"revision": {"revisionType": "S3"}}, "InvalidRevisionException"),
    (
        {"revision": {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k", "bundleType": "YAML"}}},
        "InvalidRevisionException",
    ),
    (
        {"revision": {"revisionType": "GitHub", "gitHubLocation": {"repository": "a/b", "commitId": "1"}}},
        "InvalidRevisionException",
    ),
    ({"deploymentConfigName": "gone"}, "DeploymentConfigDoesNotExistException"),
    ({"description": "x" * 257}, "DescriptionTooLongException"),
    ({"autoRollbackConfiguration": {"enabled": True}}, "InvalidAutoRollbackConfigException"),
    ({"targetInstances": {"autoScalingGroups": ["a"]}}, "InvalidTargetInstancesException"),
    (
        {"overrideAlarmConfiguration": {"enabled": True, "alarms": []}},
        "InvalidAlarmConfigException",
    ),
    ({"deploymentMode": "RESTART"}, "InvalidRevisionException"),
]


@pytest.mark.parametrize(("parameters", "code"), CREATE, ids=[f"{code} {i}" for i, (_, code) in enumerate(CREATE)])
def test_deployments_that_are_refused(stage, parameters, code):
    with pytest.raises(ServiceError) as error:
        stage.create(**parameters)
    assert error.value.code == code
    assert stage.deployments() == []
    assert stage.world.quiet


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "RevisionDoesNotExistException"),
        ({"updateOutdatedInstancesOnly": True}, "InvalidUpdateOutdatedInstancesOnlyValueException"),
    ],
)
def test_restarts_that_are_refused(stage, parameters, code):
    assert refused(stage, "CreateDeployment", **NAMES, deploymentMode="RESTART", **parameters) == code


@pytest.mark.parametrize(
    ("operation", "what", "code"),
    [
        ("DeleteApplication", {"applicationName": "shop"}, "APPLICATION_MISSING"),
        ("DeleteDeploymentGroup", NAMES, "DEPLOYMENT_GROUP_MISSING"),
    ],
)
def test_what_is_deleted_before_the_start_fails_the_deployment(stage, operation, what, code):
    id = stage.create()
    stage.call(operation, **what)
    stage.world.run()
    info = stage.info(id)
    assert (info["status"], info["errorInformation"]["code"]) == ("Failed", code)


def test_a_group_without_instances():
    deployment = Stage(0).deploy()
    assert (deployment.status, deployment.error["code"]) == ("Failed", "NO_INSTANCES")


@pytest.mark.parametrize(("quota", "status"), [(2, "Succeeded"), (1, "Failed")])
def test_the_quota_of_instances(quota, status):
    stage = Stage(2)
    stage.world.quotas["codedeploy.instances-per-deployment"] = quota
    deployment = stage.deploy()
    assert deployment.status == status
    if status == "Failed":
        assert deployment.error["code"] == "OVER_MAX_INSTANCES"
        assert {target.status for target in deployment.targets} == {"Skipped"}


# Looking at deployments


def test_a_deployment_in_full(stage):
    deployment = stage.deploy(description="the first", ignoreApplicationStopFailures=True)
    start = stage.world.start
    assert stage.info(deployment.name) == {
        **NAMES,
        "deploymentId": deployment.name,
        "deploymentConfigName": ALL,
        "revision": deployment.revision,
        "status": "Succeeded",
        "createTime": start,
        "startTime": start + timedelta(milliseconds=deployment.started),
        "completeTime": start + timedelta(milliseconds=deployment.ended),
        "deploymentOverview": {
            "Pending": 0,
            "InProgress": 0,
            "Succeeded": 2,
            "Failed": 0,
            "Skipped": 0,
            "Ready": 0,
        },
        "description": "the first",
        "creator": "user",
        "ignoreApplicationStopFailures": True,
        "updateOutdatedInstancesOnly": False,
        "deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
        "instanceTerminationWaitTimeStarted": False,
        "fileExistsBehavior": "DISALLOW",
        "computePlatform": "Server",
    }


def test_deployments_are_listed_latest_first(stage):
    first, second = stage.deploy().name, stage.deploy(key="v3.zip").name
    stage.group("other")
    third = stage.deploy(deploymentGroupName="other", key="v4.zip").name
    assert stage.call("ListDeployments")["deployments"] == [third, second, first]
    assert stage.call("ListDeployments", **NAMES)["deployments"] == [second, first]
    assert stage.call("ListDeployments", includeOnlyStatuses=["Failed"])["deployments"] == [third]
    created = stage.info(second)["createTime"]
    assert stage.call("ListDeployments", createTimeRange={"start": created})["deployments"] == [third, second]
    assert stage.call("ListDeployments", createTimeRange={"end": created})["deployments"] == [second, first]
    found = stage.call("BatchGetDeployments", deploymentIds=[second, "d-GONE", first])["deploymentsInfo"]
    assert [info["deploymentId"] for info in found] == [second, first]


def test_application_and_group_are_named_together(stage):
    assert refused(stage, "ListDeployments", applicationName="shop") == "DeploymentGroupNameRequiredException"
    assert refused(stage, "ListDeployments", deploymentGroupName="production") == "ApplicationNameRequiredException"


def test_targets_are_not_there_before_the_start(stage):
    id = stage.create()
    assert "deploymentOverview" not in stage.info(id)
    assert refused(stage, "ListDeploymentTargets", deploymentId=id) == "DeploymentNotStartedException"
    assert refused(stage, "ListDeploymentInstances", deploymentId=id) == "DeploymentNotStartedException"
    assert refused(stage, "GetDeploymentTarget", deploymentId=id, targetId="i-1") == "DeploymentNotStartedException"


def test_targets_in_full():
    stage = Stage(2, ALL, [{"hook": "AfterInstall", "instances": {"position": [2]}, "fails": True, "exit": 3}])
    deployment = stage.deploy(hooks("AfterInstall"))
    id = deployment.name
    first, second = (target.target_id for target in deployment.targets)
    assert stage.call("ListDeploymentTargets", deploymentId=id)["targetIds"] == [first, second]
    filters = {"TargetStatus": ["Failed"]}
    assert stage.call("ListDeploymentTargets", deploymentId=id, targetFilters=filters)["targetIds"] == [second]
    both = stage.call("BatchGetDeploymentTargets", deploymentId=id, targetIds=[second, first])["deploymentTargets"]
    assert [one["instanceTarget"]["status"] for one in both] == ["Failed", "Succeeded"]
    one = stage.call("GetDeploymentTarget", deploymentId=id, targetId=second)["deploymentTarget"]
    assert one == both[0]
    assert one["deploymentTargetType"] == "InstanceTarget"
    seen = one["instanceTarget"]
    assert seen["targetArn"] == f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{second}"
    assert seen["lastUpdatedAt"] == stage.world.start + timedelta(milliseconds=deployment.targets[1].ended)
    failed = seen["lifecycleEvents"][4]
    assert (failed["lifecycleEventName"], failed["status"]) == ("AfterInstall", "Failed")
    assert failed["diagnostics"]["errorCode"] == "ScriptFailed"
    assert seen["lifecycleEvents"][3]["diagnostics"]["errorCode"] == "Success"
    assert set(seen["lifecycleEvents"][5]) == {"lifecycleEventName", "status"}


def test_instances_as_the_older_operations_answer():
    stage = Stage(2)
    deployment = stage.deploy()
    id = deployment.name
    first, second = (target.target_id for target in deployment.targets)
    assert stage.call("ListDeploymentInstances", deploymentId=id)["instancesList"] == [first, second]
    assert (
        stage.call("ListDeploymentInstances", deploymentId=id, instanceStatusFilter=["Failed"])["instancesList"] == []
    )
    one = stage.call("GetDeploymentInstance", deploymentId=id, instanceId=first)["instanceSummary"]
    assert one["status"] == "Succeeded"
    many = stage.call("BatchGetDeploymentInstances", deploymentId=id, instanceIds=[first, second])
    assert many["instancesSummary"][0] == one
    assert (
        refused(stage, "ListDeploymentInstances", deploymentId=id, instanceTypeFilter=["Blue"])
        == "InvalidDeploymentInstanceTypeException"
    )
    assert refused(stage, "GetDeploymentInstance", deploymentId=id, instanceId="i-0") == "InstanceDoesNotExistException"
    assert (
        refused(stage, "GetDeploymentTarget", deploymentId=id, targetId="i-0")
        == "DeploymentTargetDoesNotExistException"
    )


@pytest.mark.parametrize(
    ("operation", "member", "limit", "code"),
    [
        ("BatchGetDeployments", "deploymentIds", 25, "BatchLimitExceededException"),
        ("BatchGetApplications", "applicationNames", 100, "BatchLimitExceededException"),
        ("BatchGetDeploymentGroups", "deploymentGroupNames", 100, "BatchLimitExceededException"),
        ("BatchGetDeploymentTargets", "targetIds", 25, "DeploymentTargetListSizeExceededException"),
        ("BatchGetDeploymentInstances", "instanceIds", 25, "BatchLimitExceededException"),
        ("BatchGetApplicationRevisions", "revisions", 25, "BatchLimitExceededException"),
    ],
)
def test_batches_have_limits(stage, operation, member, limit, code):
    id = stage.deploy().name
    parameters = {member: ["x"] * (limit + 1), "applicationName": "shop", "deploymentId": id}
    assert refused(stage, operation, **parameters) == code


@pytest.mark.parametrize(
    "operation",
    ["GetDeployment", "StopDeployment", "ListDeploymentTargets", "ContinueDeployment", "ListDeploymentInstances"],
)
def test_an_unknown_deployment(stage, operation):
    assert refused(stage, operation, deploymentId="d-GONE") == "DeploymentDoesNotExistException"


def test_what_is_for_other_deployments(stage):
    id = stage.create()
    for operation in ("ContinueDeployment", "SkipWaitTimeForInstanceTermination"):
        assert refused(stage, operation, deploymentId=id) == "UnsupportedActionForDeploymentTypeException"
    code = refused(stage, "PutLifecycleEventHookExecutionStatus", deploymentId=id, status="Succeeded")
    assert code == "UnsupportedActionForDeploymentTypeException"
    stage.world.run()
    assert refused(stage, "ContinueDeployment", deploymentId=id) == "DeploymentAlreadyCompletedException"


def test_no_github_account_is_connected(stage):
    assert stage.call("ListGitHubAccountTokenNames")["tokenNameList"] == []
    code = refused(stage, "DeleteGitHubAccountToken", tokenName="mine")
    assert code == "GitHubAccountTokenDoesNotExistException"


def test_nothing_has_an_external_id(stage):
    assert stage.call("DeleteResourcesByExternalId", externalId="x") == {}


def test_every_operation_is_there():
    from botocore.session import get_session

    operations = get_session().get_service_model("codedeploy").operation_names
    assert [name for name in operations if not hasattr(CodeDeploy, name)] == []


# The past


def test_a_past_with_an_unknown_instance_is_refused(stage):
    with pytest.raises(ServiceError) as error:
        stage.adopt(bundle(), "web-9")
    assert error.value.message == "shop/production has no instance web-9"


@pytest.mark.parametrize(
    "files",
    [{"index.html": b""}, bundle(**{"elsewhere/index.html": ""})],
    ids=["without an AppSpec", "without its files"],
)
def test_a_past_that_cannot_have_been_is_refused(stage, files):
    with pytest.raises(ServiceError) as error:
        stage.adopt(files)
    assert error.value.code == "InvalidRevisionException"


def test_a_past_leaves_files_health_and_scripts(stage):
    stage.adopt(hooks("ApplicationStop", script="echo past\nexit 1"), "web-2")
    assert stage.files("web-1") == stage.files("web-2") == {"/srv/shop/index.html": "<h1>hello</h1>"}
    assert stage.health() == {"web-1": ("Healthy", "Current"), "web-2": ("Unhealthy", "Unknown")}
    assert stage.call("ListDeployments")["deployments"] == []
    deployment = stage.deploy(key="v3.zip")
    assert deployment.revision_number == 2
    assert deployment.number == 1
    assert "[stdout]past" in deployment.targets[0].events[0].diagnostics["logTail"]


def test_a_longer_past(stage):
    stage.adopt(bundle(**{"site/old.html": ""}))
    stage.adopt(bundle(**{"site/new.html": ""}), "web-2")
    assert stage.files("web-1") == {"/srv/shop/new.html": ""}
    assert stage.health() == {"web-1": ("Healthy", "Current"), "web-2": ("Unhealthy", "Unknown")}


# Tags of an update


def tags(key: str) -> list[dict[str, str]]:
    return [{"Key": key, "Type": "KEY_ONLY"}]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"ec2TagFilters": tags("a")}, {"ec2TagSet": {"ec2TagSetList": [tags("b")]}}),
        ({"ec2TagSet": {"ec2TagSetList": [tags("b")]}}, {"ec2TagFilters": tags("a")}),
        (
            {"onPremisesInstanceTagFilters": tags("a")},
            {"onPremisesTagSet": {"onPremisesTagSetList": [tags("b")]}},
        ),
    ],
)
def test_one_form_of_tags_takes_the_place_of_the_other(stage: Stage, first: Any, second: Any) -> None:
    # given a group with one form
    stage.group("other", **first)
    # when an update gives the other one alone
    update = {"applicationName": APPLICATION, "currentDeploymentGroupName": "other"}
    stage.call("UpdateDeploymentGroup", **update, **second)
    # then it is the group's
    names = {"applicationName": APPLICATION, "deploymentGroupName": "other"}
    info = stage.call("GetDeploymentGroup", **names)["deploymentGroupInfo"]
    assert {key: value for key, value in info.items() if key in first | second and value} == second
    # and both in one call are refused
    assert "TagCombinationException" in refused(stage, "UpdateDeploymentGroup", **update, **first, **second)


def test_an_empty_tag_set_takes_nobodys_place(stage: Stage) -> None:
    stage.group("other", ec2TagFilters=tags("a"))
    update = {"applicationName": APPLICATION, "currentDeploymentGroupName": "other"}
    stage.call("UpdateDeploymentGroup", **update, ec2TagSet={"ec2TagSetList": []})
    names = {"applicationName": APPLICATION, "deploymentGroupName": "other"}
    info = stage.call("GetDeploymentGroup", **names)["deploymentGroupInfo"]
    assert info["ec2TagFilters"] == tags("a")


# Quotas: §10.2


def test_section_10_2_applications(stage: Stage) -> None:
    for number in range(999):  # and the stage's own
        stage.call("CreateApplication", applicationName=f"app-{number}")
    assert refused(stage, "CreateApplication", applicationName="more") == "ApplicationLimitExceededException"
    assert refused(stage, "CreateApplication", applicationName="app-1") == "ApplicationAlreadyExistsException"
    stage.world.quotas["codedeploy.applications"] = 1001
    stage.call("CreateApplication", applicationName="more")


def test_section_10_2_custom_configurations(stage: Stage) -> None:
    for number in range(50):
        stage.config(f"mine-{number}", "HOST_COUNT", 1)
    more = {"deploymentConfigName": "more", "minimumHealthyHosts": {"type": "HOST_COUNT", "value": 1}}
    assert refused(stage, "CreateDeploymentConfig", **more) == "DeploymentConfigLimitExceededException"
    stage.call("DeleteDeploymentConfig", deploymentConfigName="mine-7")
    stage.call("CreateDeploymentConfig", **more)


def test_section_10_2_deployment_groups_of_an_application(stage: Stage) -> None:
    stage.world.quotas["codedeploy.deployment-groups"] = 2
    stage.group("second")
    third = {"applicationName": APPLICATION, "deploymentGroupName": "third", "serviceRoleArn": ROLE}
    assert refused(stage, "CreateDeploymentGroup", **third) == "DeploymentGroupLimitExceededException"
    stage.call("CreateApplication", applicationName="other")
    stage.call("CreateDeploymentGroup", **third | {"applicationName": "other"})


def test_section_10_2_auto_scaling_groups_of_a_deployment_group(stage: Stage) -> None:
    for number in range(11):
        stage.scaled(f"fleet-{number}", desired=0)
    names = [f"fleet-{number}" for number in range(11)]
    stage.group("ten", autoScalingGroups=names[:10])
    eleven = {"applicationName": APPLICATION, "deploymentGroupName": "eleven", "serviceRoleArn": ROLE}
    code = refused(stage, "CreateDeploymentGroup", **eleven, autoScalingGroups=names)
    assert code == "InvalidAutoScalingGroupException"


def test_section_10_2_concurrent_deployments_of_an_account(stage: Stage) -> None:
    stage.world.quotas["codedeploy.concurrent-deployments"] = 2
    for name in ("b", "c"):
        stage.group(name)
    stage.create()
    stage.create(deploymentGroupName="b")
    with pytest.raises(ServiceError, match="2 deployments at a time") as error:
        stage.create(deploymentGroupName="c")
    assert error.value.code == "DeploymentLimitExceededException"
    stage.world.run()
    stage.create(deploymentGroupName="c")


# Small checks


def test_traffic_is_not_routed_on_servers(stage: Stage) -> None:
    minimum = {"type": "HOST_COUNT", "value": 1}
    routed = {"deploymentConfigName": "routed", "trafficRoutingConfig": {"type": "AllAtOnce"}}
    code = refused(stage, "CreateDeploymentConfig", minimumHealthyHosts=minimum, **routed)
    assert code == "InvalidTrafficRoutingConfigurationException"


def test_a_key_prefix_needs_a_bucket(stage: Stage) -> None:
    wanted = {"applicationName": APPLICATION, "s3KeyPrefix": "a/"}
    assert refused(stage, "ListApplicationRevisions", **wanted) == "BucketNameFilterRequiredException"


@pytest.mark.parametrize("operation", ["GetDeployment", "StopDeployment", "ListDeploymentTargets"])
def test_an_empty_deployment_id_is_none(stage: Stage, operation: str) -> None:
    assert refused(stage, operation, deploymentId="") == "DeploymentIdRequiredException"


def test_a_zonal_minimum_of_no_known_type_is_a_bad_zonal_configuration() -> None:
    cloud = Cloud(seed=7)
    zonal = {"minimumHealthyHostsPerZone": {"type": "MOST_CONCURRENCY", "value": 1}}
    with pytest.raises(ServiceError) as error:
        cloud.call(
            "codedeploy",
            "CreateDeploymentConfig",
            deploymentConfigName="zonal",
            minimumHealthyHosts={"type": "HOST_COUNT", "value": 1},
            zonalConfig=zonal,
        )
    assert error.value.code == "InvalidZonalDeploymentConfigurationException"
