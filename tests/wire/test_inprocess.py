"""A real boto3 client that is answered in this process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError, WaiterError

from sim.core.problems import ServiceError, UsageError
from sim.core.world import SERVICES
from sim.wire.inprocess import client

DOCUMENT = '{"Version": "2012-10-17", "Statement": []}'


class Far:
    """The far end of the line: answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: Any):
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.slept: list[float] = []
        self.numbers = count(1)

    def answer(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((operation, parameters))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return client(
            service,
            region=region,
            answer=self.answer,
            advance=self.slept.append,
            uuid=lambda: f"00000000-0000-4000-8000-{next(self.numbers):012}",
        )


# Answers


@pytest.mark.parametrize(
    ("service", "method", "parameters", "answer"),
    [
        ("autoscaling", "describe_auto_scaling_instances", {"InstanceIds": ["i-1"]}, {"AutoScalingInstances": []}),
        ("cloudformation", "describe_stacks", {"StackName": "web"}, {"Stacks": [{"StackName": "web"}]}),
        ("codebuild", "batch_get_projects", {"names": ["web"]}, {"projects": [{"name": "web"}]}),
        ("codecommit", "get_blob", {"repositoryName": "web", "blobId": "1"}, {"content": b"x"}),
        ("codedeploy", "list_deployments", {}, {"deployments": ["d-1"]}),
        ("codepipeline", "start_pipeline_execution", {"name": "web"}, {"pipelineExecutionId": "1"}),
        ("ec2", "describe_instances", {"InstanceIds": ["i-1"]}, {"Reservations": []}),
        ("events", "list_rules", {}, {"Rules": [{"Name": "push"}]}),
        ("iam", "list_roles", {}, {"Roles": []}),
        ("s3", "list_buckets", {}, {"Buckets": [{"Name": "web"}]}),
        ("sns", "publish", {"TopicArn": "arn:t", "Message": "x"}, {"MessageId": "1"}),
        ("sts", "get_caller_identity", {}, {"Account": "123456789012"}),
    ],
)
def test_every_protocol_is_answered(
    service: str, method: str, parameters: dict[str, Any], answer: dict[str, Any]
) -> None:
    far = Far(answer)
    found = getattr(far.client(service), method)(**parameters)
    metadata = found.pop("ResponseMetadata")
    assert found == answer
    assert metadata["HTTPStatusCode"] == 200
    operation, asked = far.asked[0]
    assert operation.lower() == method.replace("_", "")
    assert parameters.items() <= asked.items()


def test_every_simulated_service_has_a_client() -> None:
    for service in SERVICES:
        made = Far({}).client(service, "eu-west-1")
        assert made.meta.service_model.service_name == service
        assert made.meta.region_name in ("eu-west-1", "aws-global")


def test_request_ids_are_the_worlds() -> None:
    far = Far({"applications": []})
    codedeploy = far.client("codedeploy")
    ids = [codedeploy.list_applications()["ResponseMetadata"]["RequestId"] for _ in range(2)]
    assert ids == ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]


def test_idempotency_tokens_are_the_worlds() -> None:
    far = Far({"pipelineExecutionId": "1"})
    far.client("codepipeline").start_pipeline_execution(name="web")
    assert far.asked[0][1]["clientRequestToken"] == "00000000-0000-4000-8000-000000000001"
    far.client("codepipeline").start_pipeline_execution(name="web", clientRequestToken="mine")
    assert far.asked[1][1]["clientRequestToken"] == "mine"


def test_a_body_is_read_as_from_a_connection() -> None:
    body = Far({"Body": b"one\ntwo\n", "ContentLength": 8}).client("s3").get_object(Bucket="b", Key="k")["Body"]
    assert [*body.iter_lines()] == [b"one", b"two"]
    assert body.read() == b""


def test_a_body_is_sent_as_it_is() -> None:
    far = Far({"ETag": '"1"'})
    far.client("s3").put_object(Bucket="b", Key="k", Body=b"<h1>")
    assert far.asked[0][1]["Body"].read() == b"<h1>"


def test_files_go_up_and_come_down(tmp_path: Path) -> None:
    # s3transfer works in threads of its own, and asks for the size first
    (tmp_path / "up").write_bytes(b"<h1>")
    far = Far({"ETag": '"1"', "ContentLength": 4, "Body": b"<h1>"})
    s3 = far.client("s3")
    s3.upload_file(str(tmp_path / "up"), "b", "k")
    s3.download_file("b", "k", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == b"<h1>"
    into = io.BytesIO()
    s3.download_fileobj("b", "k", into)
    assert into.getvalue() == b"<h1>"


def test_botocores_own_finishing_touches_are_put_on() -> None:
    role = {"RoleName": "web", "AssumeRolePolicyDocument": DOCUMENT}
    found = Far({"Role": role}).client("iam").get_role(RoleName="web")
    assert found["Role"]["AssumeRolePolicyDocument"] == {"Version": "2012-10-17", "Statement": []}
    assert Far({}).client("s3").get_bucket_location(Bucket="b")["LocationConstraint"] is None
    elsewhere = Far({"LocationConstraint": "eu-west-1"}).client("s3").get_bucket_location(Bucket="b")
    assert elsewhere["LocationConstraint"] == "eu-west-1"


def test_hooks_of_a_client_work_and_are_its_own() -> None:
    far = Far({"applications": []})
    mine, other = far.client("codedeploy"), far.client("codedeploy")
    seen: list[str] = []
    mine.meta.events.register("after-call.codedeploy", lambda model, **_: seen.append(model.name))
    other.list_applications()
    mine.list_applications()
    assert seen == ["ListApplications"]


# Errors


@pytest.mark.parametrize(
    ("service", "method", "parameters", "code", "class_name", "status"),
    [
        (
            "codedeploy",
            "get_application",
            {"applicationName": "web"},
            "ApplicationDoesNotExistException",
            "ApplicationDoesNotExistException",
            400,
        ),
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}, "NoSuchKey", "NoSuchKey", 404),
        ("s3", "delete_bucket", {"Bucket": "b"}, "BucketNotEmpty", "ClientError", 409),
        ("s3", "head_object", {"Bucket": "b", "Key": "k"}, "404", "ClientError", 404),
        ("iam", "get_role", {"RoleName": "web"}, "NoSuchEntity", "NoSuchEntityException", 404),
        ("sns", "get_topic_attributes", {"TopicArn": "a"}, "NotFound", "NotFoundException", 404),
        ("ec2", "describe_instances", {}, "InvalidInstanceID.NotFound", "ClientError", 400),
        ("codedeploy", "list_on_premises_instances", {}, "UnknownOperationException", "ClientError", 400),
    ],
)
def test_errors_are_awss(
    service: str, method: str, parameters: dict[str, Any], code: str, class_name: str, status: int
) -> None:
    made = Far(ServiceError(code, "because")).client(service)
    expected = ClientError if class_name == "ClientError" else getattr(made.exceptions, class_name)
    with pytest.raises(expected) as caught:
        getattr(made, method)(**parameters)
    assert type(caught.value) is expected
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["Error"]["Message"] == "because"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_name_of_an_errors_shape_is_understood_too() -> None:
    iam = Far(ServiceError("NoSuchEntityException", "because")).client("iam")
    with pytest.raises(iam.exceptions.NoSuchEntityException) as caught:
        iam.get_role(RoleName="web")
    assert caught.value.response["Error"] == {"Code": "NoSuchEntity", "Message": "because", "Type": "Sender"}


def test_members_of_an_error_are_where_botocore_puts_them() -> None:
    s3 = Far(ServiceError("NoSuchBucket", "because", BucketName="b")).client("s3")
    with pytest.raises(s3.exceptions.NoSuchBucket) as caught:
        s3.head_bucket(Bucket="b")
    assert caught.value.response["Error"]["BucketName"] == "b"
    codepipeline = Far(ServiceError("PipelineVersionNotFoundException", "because")).client("codepipeline")
    with pytest.raises(codepipeline.exceptions.PipelineVersionNotFoundException):
        codepipeline.get_pipeline(name="web", version=9)
    sts = Far(ServiceError("IDPRejectedClaim", "because")).client("sts")
    with pytest.raises(sts.exceptions.IDPRejectedClaimException) as refused:
        sts.get_caller_identity()
    assert refused.value.response["message"] == "because"


def test_the_wrong_shape_is_botocores_error_and_nobody_is_asked() -> None:
    far = Far({})
    with pytest.raises(ParamValidationError, match='Unknown parameter in input: "name"'):
        far.client("codedeploy").get_application(name="web")
    assert far.asked == []


def test_nothing_is_tried_twice() -> None:
    far = Far(ServiceError("ThrottlingException", "Rate exceeded"))
    with pytest.raises(ClientError):
        far.client("codedeploy").list_applications()
    assert len(far.asked) == 1


@pytest.mark.parametrize(
    ("service", "why"), [("lambda", "is not simulated"), ("nonsense", "is not a service of AWS"), ("", "is not a")]
)
def test_another_service_is_refused_with_those_there_are(service: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"{why}.*codedeploy"):
        Far({}).client(service)


def test_a_presigned_url_is_refused() -> None:
    s3 = Far({}).client("s3")
    with pytest.raises(UsageError, match="presigned"):
        s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
    with pytest.raises(UsageError, match="presigned"):
        s3.generate_presigned_post("b", "k")


# Pages and waiting


def test_a_paginator_goes_through_every_page() -> None:
    far = Far({"applications": ["a"], "nextToken": "2"}, {"applications": ["b"]})
    pages = far.client("codedeploy").get_paginator("list_applications").paginate()
    assert [page["applications"] for page in pages] == [["a"], ["b"]]
    assert far.asked[1][1] == {"nextToken": "2"}


def deployment(status: str) -> dict[str, Any]:
    return {"deploymentInfo": {"status": status}}


def test_a_waiter_passes_virtual_time_between_its_polls() -> None:
    far = Far(deployment("Created"), deployment("InProgress"), deployment("Succeeded"))
    far.client("codedeploy").get_waiter("deployment_successful").wait(deploymentId="d-1")
    assert far.slept == [15, 15]
    assert [operation for operation, _ in far.asked] == ["GetDeployment"] * 3


def test_a_waiter_can_be_used_twice() -> None:
    far = Far(deployment("Created"), deployment("Succeeded"))
    waiter = far.client("codedeploy").get_waiter("deployment_successful")
    waiter.wait(deploymentId="d-1")
    waiter.wait(deploymentId="d-1")
    assert far.slept == [15]


def test_a_waiter_ends_when_what_it_waits_for_failed() -> None:
    with pytest.raises(WaiterError, match="terminal failure state"):
        Far(deployment("Failed")).client("codedeploy").get_waiter("deployment_successful").wait(deploymentId="d-1")


def test_a_waiter_ends_when_an_error_comes() -> None:
    codedeploy = Far(ServiceError("DeploymentDoesNotExistException", "because")).client("codedeploy")
    with pytest.raises(WaiterError, match="because"):
        codedeploy.get_waiter("deployment_successful").wait(deploymentId="d-1")


def test_a_waiter_gives_up_after_its_own_count() -> None:
    far = Far(deployment("InProgress"))
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        far.client("codedeploy").get_waiter("deployment_successful").wait(deploymentId="d-1")
    assert (len(far.asked), sum(far.slept)) == (120, 119 * 15)


def test_a_waiters_delay_and_count_can_be_given() -> None:
    far = Far(deployment("InProgress"))
    with pytest.raises(WaiterError):
        far.client("codedeploy").get_waiter("deployment_successful").wait(
            deploymentId="d-1", WaiterConfig={"Delay": 60, "MaxAttempts": 3}
        )
    assert far.slept == [60, 60]


def test_a_waiter_that_is_not_there_is_botocores_error() -> None:
    with pytest.raises(ValueError, match="Waiter does not exist"):
        Far({}).client("codedeploy").get_waiter("forever")
    assert "deployment_successful" in Far({}).client("codedeploy").waiter_names


# The machine

HOSTILE = {
    "AWS_PROFILE": "nonsense",
    "AWS_DEFAULT_PROFILE": "nonsense",
    "AWS_CA_BUNDLE": "/nowhere/ca.pem",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_CODEDEPLOY": "http://127.0.0.1:1",
    "AWS_MAX_ATTEMPTS": "many",
    "AWS_RETRY_MODE": "nonsense",
    "AWS_DEFAULTS_MODE": "nonsense",
    "AWS_ACCESS_KEY_ID": "half a key",
    "AWS_STS_REGIONAL_ENDPOINTS": "nonsense",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1",
    "AWS_CSM_ENABLED": "true",
    "BOTOCORE_EXPERIMENTAL__PLUGINS": "spy=spy",
    "REQUESTS_CA_BUNDLE": "/nowhere/ca.pem",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "ALL_PROXY": "socks5://127.0.0.1:1",
}
PROGRAM = """
    import builtins, os, socket, sys, time

    def never(*args, **kwargs):
        raise AssertionError(f"touched: {args}")

    opened, really_open = [], builtins.open
    def watched(file, *args, **kwargs):
        opened.append(str(file))
        return really_open(file, *args, **kwargs)

    from sim import Cloud
    class NoSocket(socket.socket):
        __init__ = never
    socket.create_connection = socket.getaddrinfo = never
    import botocore.utils
    botocore.utils.getproxies = never
    socket.socket = NoSocket
    builtins.open = watched
    really_sleep, time.sleep = time.sleep, lambda seconds: never(seconds) if seconds else None

    cloud = Cloud(seed=1)
    codedeploy = cloud.client("codedeploy")
    codedeploy.create_application(applicationName="web")
    try:
        codedeploy.get_deployment(deploymentId="d-1")
    except codedeploy.exceptions.DeploymentDoesNotExistException:
        pass
    ec2 = cloud.client("ec2")
    ids = [one["InstanceId"] for one in ec2.run_instances(MinCount=1, MaxCount=2)["Instances"]]
    ec2.get_waiter("instance_running").wait(InstanceIds=ids)
    cloud.client("s3").create_bucket(Bucket="web")
    home = os.path.expanduser("~/.aws")
    touched = [path for path in opened if path.startswith(home) or "garbage" in path]
    print(codedeploy.list_applications()["applications"], codedeploy.meta.endpoint_url, touched)
"""


def home(folder: Path) -> dict[str, str]:
    """The settings of a machine where everything that could be read is garbage."""
    garbage = folder / "garbage"
    (folder / ".aws" / "models" / "codedeploy" / "2014-10-06").mkdir(parents=True)
    for path in (garbage, folder / ".aws/config", folder / ".aws/models/codedeploy/2014-10-06/service-2.json"):
        path.write_bytes(b"\x00 no configuration [[[")
    (folder / "spy.py").write_text("raise SystemExit('a plugin of the machine was loaded')")
    files = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE")
    folders = ("HOME", "AWS_DATA_PATH", "PYTHONPATH")
    return dict.fromkeys(files, str(garbage)) | dict.fromkeys(folders, str(folder))


@pytest.mark.parametrize("state", ["bare", "garbage at home", "hostile"])
def test_nothing_of_the_machine_is_touched(tmp_path: Path, state: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.upper().startswith("AWS_")}
    settings = home(tmp_path)
    if state == "garbage at home":
        environment["HOME"] = settings["HOME"]
    elif state == "hostile":
        environment |= HOSTILE | settings
    found = subprocess.run(
        [sys.executable, "-c", dedent(PROGRAM)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert found.stderr == ""
    assert found.stdout == "['web'] https://codedeploy.us-east-1.amazonaws.com []\n"


def test_others_who_use_boto3_notice_nothing() -> None:
    import time

    import boto3
    import botocore.waiter

    far = Far(deployment("Created"), deployment("Succeeded"))
    far.client("codedeploy").get_waiter("deployment_successful").wait(deploymentId="d-1")
    assert botocore.waiter.time.sleep is time.sleep
    assert boto3.DEFAULT_SESSION is None
    stranger = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b").client("codedeploy", "eu-west-1")
    assert "presigned" not in type(stranger).generate_presigned_url.__module__
    assert stranger.generate_presigned_url("list_applications").startswith("https://codedeploy.eu-west-1")
