"""How long a client takes to make, and a call through it. About 2 ms and 0.1 ms; a call must stay below 1 ms."""

from __future__ import annotations

from typing import Any

from sim import Cloud


def test_a_client(benchmark: Any) -> None:
    cloud = Cloud()
    made = benchmark(cloud.client, "codedeploy")
    assert made.meta.region_name == "us-east-1"


def test_a_call_through_a_client(benchmark: Any) -> None:
    codedeploy = Cloud(record=False).client("codedeploy")
    assert benchmark(codedeploy.list_applications)["applications"] == []


def test_a_call_without_boto3(benchmark: Any) -> None:
    cloud = Cloud(record=False)
    assert benchmark(cloud.call, "codedeploy", "ListApplications") == {"applications": []}
