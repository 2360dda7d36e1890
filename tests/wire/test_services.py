"""Every simulated service through a real client, in one world after a release."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import Cloud
from sim.core.problems import ServiceError
from sim.core.world import SERVICES
from sim.scenario import Plan, Scenario
from sim.wire import answers, checks, models
from sim.wire.checks import ParamValidationError
from tests.wire.shapes import OPERATIONS, fitting


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Scenario.open("first-release").compile()


@pytest.fixture(scope="module")
def cloud(plan: Plan) -> Cloud:
    """After the first release: a repository, a pipeline, a build, a deployment to a fleet, a mail."""
    return plan.run()


def test_sts_says_who_is_asking(cloud: Cloud) -> None:
    found = cloud.client("sts").get_caller_identity()
    assert (found["Account"], found["Arn"]) == (cloud.account_id, cloud.principal)


def test_codecommit_gives_files_as_bytes_and_dates_as_git_has_them(cloud: Cloud) -> None:
    codecommit = cloud.client("codecommit")
    name = codecommit.list_repositories()["repositories"][0]["repositoryName"]
    assert codecommit.get_repository(repositoryName=name)["repositoryMetadata"]["creationDate"].tzinfo is not None
    content = codecommit.get_file(repositoryName=name, filePath="buildspec.yml")["fileContent"]
    assert content.startswith(b"version: 0.2")
    with pytest.raises(codecommit.exceptions.RepositoryNameRequiredException):
        codecommit.get_branch(branchName="main")
    with pytest.raises(codecommit.exceptions.RepositoryDoesNotExistException):
        codecommit.get_repository(repositoryName="nowhere")


def test_codebuild_gives_builds_and_their_phases(cloud: Cloud) -> None:
    codebuild = cloud.client("codebuild")
    (build,) = codebuild.batch_get_builds(ids=codebuild.list_builds()["ids"])["builds"]
    assert build["buildStatus"] == "SUCCEEDED"
    assert build["phases"][0]["phaseType"] == "SUBMITTED"
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.start_build(projectName="nowhere")
    with pytest.raises(codebuild.exceptions.InvalidInputException):
        codebuild.list_projects(sortBy="SIZE")


def test_codepipeline_gives_state_and_history(cloud: Cloud) -> None:
    codepipeline = cloud.client("codepipeline")
    (name,) = [row["name"] for row in codepipeline.list_pipelines()["pipelines"]]
    stages = codepipeline.get_pipeline_state(name=name)["stageStates"]
    assert {stage["latestExecution"]["status"] for stage in stages} == {"Succeeded"}
    actions = codepipeline.get_paginator("list_action_executions").paginate(
        pipelineName=name, PaginationConfig={"PageSize": 1}
    )
    rows = actions.build_full_result()["actionExecutionDetails"]
    assert len({row["actionExecutionId"] for row in rows}) == len(rows) > 2
    with pytest.raises(codepipeline.exceptions.PipelineNotFoundException):
        codepipeline.get_pipeline(name="nowhere")
    with pytest.raises(codepipeline.exceptions.ValidationException):
        codepipeline.get_pipeline(name="my web")
    with pytest.raises(codepipeline.exceptions.InvalidNextTokenException):
        codepipeline.list_pipelines(nextToken="2")


def test_codedeploy_gives_targets_and_their_events(cloud: Cloud) -> None:
    codedeploy = cloud.client("codedeploy")
    (deployment,) = codedeploy.list_deployments()["deployments"]
    ids = codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"]
    found = codedeploy.batch_get_deployment_targets(deploymentId=deployment, targetIds=ids)["deploymentTargets"]
    assert {target["instanceTarget"]["status"] for target in found} == {"Succeeded"}


def test_s3_gives_the_artifacts(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    key = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read(2) == b"PK"
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key=key)


def test_iam_gives_policies_as_boto3_decodes_them(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    name = iam.list_roles()["Roles"][0]["RoleName"]
    policy = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    assert policy["Statement"]
    assert iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1}).build_full_result()["Roles"]
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="nobody")


def test_events_gives_rules_and_targets(cloud: Cloud) -> None:
    events = cloud.client("events")
    rule = events.list_rules()["Rules"][0]["Name"]
    assert events.list_targets_by_rule(Rule=rule)["Targets"]
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name="nowhere")


def test_sns_gives_topics_and_subscriptions(cloud: Cloud) -> None:
    sns = cloud.client("sns")
    topic = sns.list_topics()["Topics"][0]["TopicArn"]
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.get_topic_attributes(TopicArn=topic + "-nowhere")


def test_ec2_autoscaling_and_cloudformation_give_what_the_template_made(cloud: Cloud) -> None:
    reservations = cloud.client("ec2").describe_instances()["Reservations"]
    fleet = [one["InstanceId"] for reservation in reservations for one in reservation["Instances"]]
    groups = cloud.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert {one["InstanceId"] for group in groups for one in group["Instances"]} <= set(fleet)
    cloudformation = cloud.client("cloudformation")
    (stack,) = cloudformation.describe_stacks()["Stacks"]
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack["StackName"])


# Inside: what services ask of each other, and answer


@pytest.mark.parametrize("scenario", ["first-release", "validate-fails-rollback", "approval-given", "failing-test"])
def test_services_ask_and_answer_as_aws_would(scenario: str) -> None:
    cloud = Scenario.open(scenario).compile().run(audit=True)
    calls = 0
    for _, call, answer in cloud.world.audit or ():
        if call.operation in models.service(call.service).operation_names:
            checks.check(call.service, call.operation, call.parameters)
            if not isinstance(answer, ServiceError):
                answers.shaped(call.service, call.operation, answer)
            calls += 1
    assert calls > 5


# Whatever is asked


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        ("cloudformation", "DescribeStackResources", {}, "ValidationError"),
        ("cloudformation", "DescribeStackResources", {"PhysicalResourceId": "nothing"}, "ValidationError"),
        ("codebuild", "RetryBuild", {}, "InvalidInputException"),
        ("codedeploy", "CreateApplication", {"applicationName": "a", "tags": [{}]}, "InvalidTagsToAddException"),
        ("ec2", "CreateTags", {"Resources": ["i-1"], "Tags": [{"Value": "x"}]}, "MissingParameter"),
        ("ec2", "DescribeInstances", {"Filters": [{}]}, "InvalidParameterValue"),
    ],
)
def test_a_member_that_only_the_service_knows_to_be_needed_is_missed_with_a_code(
    plan: Plan, service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    parameters = dict(parameters)
    cloud = plan.start()
    if "Resources" in parameters:
        parameters["Resources"] = [cloud.result()["fleet"][0]["instanceId"]]
    with pytest.raises(ServiceError) as caught:
        cloud.call(service, operation, **parameters)
    assert caught.value.code == code


def test_a_tag_without_a_value_has_an_empty_one(plan: Plan) -> None:
    cloud = plan.start()
    instance = cloud.result()["fleet"][0]["instanceId"]
    cloud.call("ec2", "CreateTags", Resources=[instance], Tags=[{"Key": "team"}])
    found = cloud.call("ec2", "DescribeInstances", InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    assert {"Key": "team", "Value": ""} in found["Tags"]


def test_a_stack_is_found_by_what_it_made(plan: Plan) -> None:
    cloud = plan.start()
    stack = cloud.call("cloudformation", "DescribeStacks")["Stacks"][0]["StackName"]
    whole = cloud.call("cloudformation", "DescribeStackResources", StackName=stack)
    made = whole["StackResources"][0]["PhysicalResourceId"]
    assert cloud.call("cloudformation", "DescribeStackResources", PhysicalResourceId=made) == whole


def names(cloud: Cloud) -> list[str]:
    """What things are called in this world, and words that mean something somewhere."""
    document = cloud.result()
    made = [build["id"] for build in document["builds"]] + [one["deploymentId"] for one in document["deployments"]]
    runs = [one["pipelineExecutionId"] for pipeline in document["pipelines"] for one in pipeline["executions"]]
    fleet = [host["instanceId"] for host in document["fleet"]]
    arns = [topic["TopicArn"] for topic in cloud.call("sns", "ListTopics")["Topics"]]
    buckets = [bucket["Name"] for bucket in cloud.call("s3", "ListBuckets")["Buckets"]]
    roles = [role["RoleName"] for role in cloud.call("iam", "ListRoles")["Roles"]]
    return [*made, *runs, *fleet, *arns, *buckets, *roles, "web", "production", "main", "Source", "Build", "x"]


def answered(cloud: Cloud) -> list[tuple[str, str]]:
    kinds = {service: type(cloud.world.service(service, cloud.account_id, cloud.region_name)) for service in SERVICES}
    return [(service, name) for service, name in OPERATIONS if hasattr(kinds[service], name)]


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_service_answers_in_awss_shape_or_refuses_with_a_code(plan: Plan, cloud: Cloud, data: st.DataObject) -> None:
    service, operation = data.draw(st.sampled_from(answered(cloud)))
    shape = models.operation(service, operation).input_shape
    parameters = data.draw(fitting(shape, names(cloud))) if shape is not None else {}
    with suppress(ParamValidationError, ServiceError):
        plan.run().call(service, operation, **parameters)
