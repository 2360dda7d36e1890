"""Answers in the shape of AWS's models."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest

from sim.wire import models
from sim.wire.answers import shaped
from tests.wire.shapes import OPERATIONS, typed


class Status(StrEnum):
    SUCCEEDED = "Succeeded"


def deployment(**members: Any) -> Any:
    return shaped("codedeploy", "GetDeployment", {"deploymentInfo": members})["deploymentInfo"]


def test_what_the_model_does_not_know_is_dropped() -> None:
    assert deployment(deploymentId="d-1", secret=7) == {"deploymentId": "d-1"}


def test_what_is_none_is_not_there() -> None:
    assert deployment(deploymentId="d-1", description=None) == {"deploymentId": "d-1"}


def test_an_enumerations_member_becomes_its_text() -> None:
    status = deployment(status=Status.SUCCEEDED)["status"]
    assert type(status) is str
    assert status == "Succeeded"


def test_times_are_in_utc() -> None:
    there = datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=1)))
    created = deployment(createTime=there)["createTime"]
    assert (created, created.tzinfo) == (there, UTC)


def test_the_answer_is_a_copy() -> None:
    members = {"revision": {"s3Location": {"bucket": "b"}}}
    deployment(**members)["revision"]["s3Location"]["bucket"] = "other"
    assert members == {"revision": {"s3Location": {"bucket": "b"}}}


def test_tuples_become_lists() -> None:
    assert shaped("codedeploy", "ListApplications", {"applications": ("web",)}) == {"applications": ["web"]}


def test_an_operation_without_an_answer_gives_an_empty_one() -> None:
    assert shaped("codedeploy", "DeleteApplication", {"odd": 1}) == {}


@pytest.mark.parametrize(
    "members",
    [
        {"deploymentId": 7},
        {"createTime": 1767607200},
        {"createTime": datetime(2026, 1, 5)},
        {"deploymentOverview": {"Failed": True}},
        {"deploymentOverview": {"Failed": "1"}},
        {"ignoreApplicationStopFailures": 0},
        {"revision": "s3://b/k"},
        {"loadBalancerInfo": {"elbInfoList": {"name": "x"}}},
    ],
)
def test_a_value_of_another_type_is_a_fault_of_the_simulator(members: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=f"codedeploy GetDeployment.deploymentInfo.{next(iter(members))}"):
        deployment(**members)


def test_every_answer_of_the_models_can_be_given() -> None:
    for service, operation in OPERATIONS:
        shape = models.operation(service, operation).output_shape
        if shape is not None and not any(member.is_document_type for member in _structures(shape)):
            answer = typed(shape)
            assert shaped(service, operation, answer) == answer


def _structures(shape: Any) -> list[Any]:
    return [member for member in (shape, *shape.members.values()) if member.type_name == "structure"]
