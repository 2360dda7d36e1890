"""CloudTrail's records: who called what, as whom, and what came of it."""

from typing import Any

import pytest

from sim import Cloud
from sim.core.problems import ServiceError


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(seed=1)


def records(cloud: Cloud) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.result(audit=True)["audit"]
    return found


def test_a_change_is_kept_with_its_answer_and_a_read_without(cloud: Cloud) -> None:
    cloud.call("codedeploy", "CreateApplication", applicationName="web")
    cloud.call("codedeploy", "GetApplication", applicationName="web")
    change, read = records(cloud)
    assert change["eventName"] == "CreateApplication"
    assert change["responseElements"]["applicationId"]
    assert (change["readOnly"], read["readOnly"]) == (False, True)
    assert read["responseElements"] is None
    assert change["eventID"] != read["eventID"]
    assert change["userIdentity"] == {
        "type": "IAMUser",
        "arn": "arn:aws:iam::123456789012:user/student",
        "accountId": "123456789012",
        "userName": "student",
    }


def test_a_refusal_is_kept_with_its_code(cloud: Cloud) -> None:
    with pytest.raises(ServiceError):
        cloud.call("codedeploy", "GetApplication", applicationName="nothing")
    (refused,) = records(cloud)
    assert refused["errorCode"] == "ApplicationDoesNotExistException"
    assert refused["responseElements"] is None


def test_data_events_are_not_in_the_event_history(cloud: Cloud) -> None:
    cloud.call("s3", "CreateBucket", Bucket="artifacts")
    cloud.call("s3", "PutObject", Bucket="artifacts", Key="a", Body=b"1")
    assert [record["eventName"] for record in records(cloud)] == ["CreateBucket"]


def test_a_service_that_calls_for_a_user_says_so() -> None:
    from sim import run

    audit = run("first-release").world.audit
    assert audit is None, "a run that nobody asked for records keeps none"
    from sim.scenario import Scenario

    cloud = Scenario.open("first-release").compile().run(audit=True)
    started = next(one for one in records(cloud) if one["eventName"] == "StartPipelineExecution")
    assert started["userIdentity"]["type"] == "AssumedRole"
    assert started["userIdentity"]["invokedBy"] == "events.amazonaws.com"
    assert started["sourceIPAddress"] == "events.amazonaws.com"
