"""Lists in pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.problems import ServiceError
from sim.wire import models, pages
from sim.wire.checks import check
from sim.wire.pages import asked
from tests.wire.shapes import OPERATIONS

PAGED = [(service, name) for service, name in OPERATIONS if pages.paging_of(service, name) is not None]


def page(service: str, operation: str, answer: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    found = asked(service, operation, parameters)
    assert found is not None
    return found.cut(answer)


def walk(service: str, operation: str, answer: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
    """Every page, one after another, as a client asks for them."""
    paging = pages.paging_of(service, operation)
    assert paging is not None
    found = [page(service, operation, answer, **parameters)]
    while paging.token_out in found[-1]:
        token = found[-1][paging.token_out]
        found.append(page(service, operation, answer, **parameters, **{paging.token_in: token}))
        assert len(found) < 1000
    return found


@given(st.integers(0, 450))
def test_a_hundred_rows_a_page_and_each_row_once(count: int) -> None:
    names = [f"app-{number}" for number in range(count)]
    found = walk("codedeploy", "ListApplications", {"applications": names})
    assert [len(one["applications"]) for one in found[:-1]] == [100] * (len(found) - 1)
    assert [name for one in found for name in one["applications"]] == names


@given(st.integers(0, 60), st.integers(1, 30))
def test_the_caller_says_how_many(count: int, limit: int) -> None:
    rows = [{"name": f"web-{number}"} for number in range(count)]
    found = walk("codepipeline", "ListPipelines", {"pipelines": rows}, maxResults=limit)
    assert len(found) == max(1, -(-count // limit))
    assert [row for one in found for row in one["pipelines"]] == rows


def test_the_last_page_has_no_token() -> None:
    rows = [{"name": "web"}] * 4
    first, last = walk("codepipeline", "ListPipelines", {"pipelines": rows}, maxResults=2)
    assert set(first) == {"pipelines", "nextToken"}
    assert set(last) == {"pipelines"}


def test_a_service_that_says_whether_there_is_more_says_it() -> None:
    answer = {"Contents": [{"Key": f"{number}"} for number in range(3)], "KeyCount": 3, "IsTruncated": False}
    first, last = walk("s3", "ListObjectsV2", answer, Bucket="b", MaxKeys=2)
    assert (first["IsTruncated"], first["KeyCount"], len(first["Contents"])) == (True, 2, 2)
    assert (last["IsTruncated"], last["KeyCount"], len(last["Contents"])) == (False, 1, 1)


def test_no_rows_can_be_asked_for() -> None:
    answer = {"Contents": [{"Key": "a"}], "KeyCount": 1, "IsTruncated": False}
    assert page("s3", "ListObjectsV2", answer, Bucket="b", MaxKeys=0) == {
        "Contents": [],
        "KeyCount": 0,
        "IsTruncated": False,
    }


def test_several_lists_are_one_after_another() -> None:
    answer = {"UserDetailList": [{"UserName": "alice"}], "RoleDetailList": [{"RoleName": "a"}, {"RoleName": "b"}]}
    first, last = walk("iam", "GetAccountAuthorizationDetails", answer, MaxItems=2)
    assert (first["UserDetailList"], first["RoleDetailList"]) == ([{"UserName": "alice"}], [{"RoleName": "a"}])
    assert (last["UserDetailList"], last["RoleDetailList"]) == ([], [{"RoleName": "b"}])


def test_a_list_that_botocore_does_not_describe_pages_all_the_same() -> None:
    arns = [f"arn:{number}" for number in range(150)]
    assert [len(one["fleets"]) for one in walk("codebuild", "ListFleets", {"fleets": arns})] == [100, 50]


def test_some_services_have_other_pages() -> None:
    groups = [{"AutoScalingGroupName": str(number)} for number in range(60)]
    found = walk("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": groups})
    assert [len(one["AutoScalingGroups"]) for one in found] == [50, 10]


def test_the_same_question_gives_the_same_token() -> None:
    answer = {"applications": ["web"] * 101}
    tokens = {page("codedeploy", "ListApplications", answer)["nextToken"] for _ in range(2)}
    assert len(tokens) == 1


def test_a_page_that_the_service_cut_itself_is_left_alone() -> None:
    answer = {"applications": ["web"] * 101, "nextToken": "mine"}
    assert page("codedeploy", "ListApplications", answer) is answer


def test_the_services_own_list_stays_whole() -> None:
    answer = {"applications": ["web"] * 101}
    page("codedeploy", "ListApplications", answer)
    assert len(answer["applications"]) == 101


def test_what_is_no_list_has_no_pages() -> None:
    assert asked("codedeploy", "GetDeployment", {"deploymentId": "d-1"}) is None


def test_where_a_page_starts_after_a_key_the_service_pages() -> None:
    assert asked("s3", "ListObjectVersions", {"Bucket": "b"}) is None


# Tokens that were not given

BAD = [
    ("codecommit", "ListRepositories", {}, "InvalidContinuationTokenException"),
    ("codebuild", "ListBuilds", {}, "InvalidInputException"),
    ("codedeploy", "ListDeployments", {}, "InvalidNextTokenException"),
    ("codepipeline", "ListPipelines", {}, "InvalidNextTokenException"),
    ("autoscaling", "DescribeAutoScalingGroups", {}, "InvalidNextToken"),
    ("cloudformation", "ListStacks", {}, "ValidationError"),
    ("ec2", "DescribeInstances", {}, "InvalidParameterValue"),
    ("events", "ListRules", {}, "ValidationException"),
    ("iam", "ListRoles", {}, "ValidationError"),
    ("s3", "ListObjectsV2", {"Bucket": "b"}, "InvalidArgument"),
    ("sns", "ListTopics", {}, "InvalidParameter"),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "code"), BAD)
@pytest.mark.parametrize("token", ["next", "bmV4dA==", "WzFd", "WyJhIiwiYiIsImMiXQ==", "é"])
def test_a_token_that_was_not_given_is_refused_with_the_services_own_code(
    service: str, operation: str, parameters: dict[str, Any], code: str, token: str
) -> None:
    paging = pages.paging_of(service, operation)
    assert paging is not None
    with pytest.raises(ServiceError) as caught:
        asked(service, operation, {**parameters, paging.token_in: token})
    assert caught.value.code == code


def test_a_token_is_good_for_its_own_question_only() -> None:
    answer = {"deploymentGroups": ["prod"] * 101}
    token = page("codedeploy", "ListDeploymentGroups", answer, applicationName="web")["nextToken"]
    with pytest.raises(ServiceError, match="InvalidNextTokenException"):
        asked("codedeploy", "ListDeploymentGroups", {"applicationName": "api", "nextToken": token})


def test_a_token_is_good_for_its_own_operation_only() -> None:
    token = page("codedeploy", "ListApplications", {"applications": ["web"] * 101})["nextToken"]
    with pytest.raises(ServiceError, match="InvalidNextTokenException"):
        asked("codedeploy", "ListDeploymentConfigs", {"nextToken": token})


def test_a_page_of_another_size_may_follow() -> None:
    rows = [{"name": str(number)} for number in range(5)]
    token = page("codepipeline", "ListPipelines", {"pipelines": rows}, maxResults=2)["nextToken"]
    rest = page("codepipeline", "ListPipelines", {"pipelines": rows}, maxResults=3, nextToken=token)
    assert rest["pipelines"] == rows[2:]


# Every list


def test_every_paging_speaks_of_members_that_are_there() -> None:
    assert len(PAGED) > 250
    for service, operation in PAGED:
        paging, model = pages.paging_of(service, operation), models.operation(service, operation)
        assert paging is not None
        assert paging.token_in in model.input_shape.members
        assert {paging.token_out, *paging.rows} <= set(model.output_shape.members)
        assert paging.limit is None or paging.limit in model.input_shape.members
        assert paging.more is None or paging.more in model.output_shape.members


@pytest.mark.parametrize(
    ("service", "operation"), [one for one in PAGED if not models.operation(*one).input_shape.required_members]
)
def test_every_token_given_can_be_sent_back(service: str, operation: str) -> None:
    paging = pages.paging_of(service, operation)
    assert paging is not None
    token = page(service, operation, {paging.rows[0]: [{}] * 1001})[paging.token_out]
    received = check(service, operation, {paging.token_in: token})
    found = asked(service, operation, received)
    assert found is not None
    assert found.start > 0
