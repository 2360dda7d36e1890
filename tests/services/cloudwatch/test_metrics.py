"""Metrics and their statistics. Source: docs/behaviour/codecommit-and-glue.md §16, botocore's model of CloudWatch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sim.core.clock import START
from sim.core.problems import ServiceError
from tests.services.cloudwatch.stage import Town


def put(town: Town, *data: dict[str, Any], namespace: str = "app") -> None:
    town("PutMetricData", Namespace=namespace, MetricData=[{"MetricName": "latency", **one} for one in data])


def statistics(town: Town, *names: str, period: int = 60, minutes: int = 10, **more: Any) -> list[dict[str, Any]]:
    extended = [name for name in names if name.startswith("p")]
    asked = {"ExtendedStatistics": extended} if extended else {"Statistics": list(names)}
    found: list[dict[str, Any]] = town(
        "GetMetricStatistics",
        Namespace="app",
        MetricName="latency",
        StartTime=START,
        EndTime=START + timedelta(minutes=minutes),
        Period=period,
        **asked,
        **more,
    )["Datapoints"]
    return found


def test_the_statistics_of_a_minute():
    town = Town()
    put(town, {"Value": 1}, {"Value": 4})
    town.run(59.999)
    put(town, {"Value": 1})
    town.run(60)
    put(town, {"Value": 9})
    first, second = statistics(town, "SampleCount", "Sum", "Average", "Minimum", "Maximum")
    assert first == {
        "Timestamp": START,
        "Unit": "None",
        "SampleCount": 3,
        "Sum": 6,
        "Average": 2,
        "Minimum": 1,
        "Maximum": 4,
    }
    assert (second["Timestamp"], second["Sum"]) == (START + timedelta(minutes=1), 9)
    (both,) = statistics(town, "Sum", period=300)
    assert both["Sum"] == 15


def test_values_with_counts_and_statistic_sets_add_up():
    town = Town()
    put(town, {"Values": [1, 5], "Counts": [3, 1]})
    put(town, {"StatisticValues": {"SampleCount": 2, "Sum": 8, "Minimum": 0, "Maximum": 8}})
    (row,) = statistics(town, "SampleCount", "Sum", "Minimum", "Maximum")
    assert [row[name] for name in ("SampleCount", "Sum", "Minimum", "Maximum")] == [6, 16, 0, 8]


def test_percentiles_need_the_single_values():
    town = Town()
    put(town, {"Values": [float(value) for value in range(1, 101)]})
    (row,) = statistics(town, "p50", "p99", "p100", "p0.0")
    assert row["ExtendedStatistics"] == {"p50": 50, "p99": 99, "p100": 100, "p0.0": 1}
    put(town, {"StatisticValues": {"SampleCount": 1, "Sum": 7, "Minimum": 7, "Maximum": 7}})
    (row,) = statistics(town, "p100")
    assert row["ExtendedStatistics"] == {"p100": 100}
    put(town, {"StatisticValues": {"SampleCount": 2, "Sum": 7, "Minimum": 3, "Maximum": 4}})
    (row,) = statistics(town, "p99")
    assert "ExtendedStatistics" not in row or row["ExtendedStatistics"] == {}


def test_percentiles_know_no_negative_values():
    town = Town()
    put(town, {"Value": -1}, {"Value": 5})
    (row,) = statistics(town, "p50")
    assert row.get("ExtendedStatistics", {}) == {}


def test_each_unit_is_summed_up_apart():
    town = Town()
    put(town, {"Value": 1, "Unit": "Seconds"}, {"Value": 2, "Unit": "Milliseconds"}, {"Value": 3, "Unit": "Seconds"})
    assert [(row["Unit"], row["Sum"]) for row in statistics(town, "Sum")] == [("Milliseconds", 2), ("Seconds", 4)]
    assert [row["Sum"] for row in statistics(town, "Sum", Unit="Seconds")] == [4]


def test_a_standard_metric_is_kept_by_the_minute_and_a_high_resolution_one_by_the_second():
    town = Town()
    town.run(42)
    put(town, {"Value": 1})
    assert [row["Timestamp"] for row in statistics(town, "Sum", period=10)] == [START]
    put(town, {"Value": 2, "StorageResolution": 1})
    assert [row["Timestamp"] for row in statistics(town, "Sum", period=10)][1] == START + timedelta(seconds=40)


def test_data_may_come_late_or_early():
    town = Town()
    town.run(600)
    put(town, {"Value": 1, "Timestamp": START + timedelta(minutes=2)}, {"Value": 2, "Timestamp": START})
    assert [row["Sum"] for row in statistics(town, "Sum")] == [2, 1]
    assert [row["Sum"] for row in statistics(town, "Sum", minutes=1)] == [2]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({}, "MissingParameter"),
        ({"Value": 1, "Values": [1]}, "InvalidParameterCombination"),
        ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue"),
        ({"Values": []}, "InvalidParameterValue"),
        ({"Values": [1.0] * 151}, "InvalidParameterValue"),
        ({"Values": [1], "Counts": [0]}, "InvalidParameterValue"),
        ({"Value": float("nan")}, "InvalidParameterValue"),
        ({"Value": float("inf")}, "InvalidParameterValue"),
        ({"Value": 2.0**361}, "InvalidParameterValue"),
        ({"Value": 1, "StorageResolution": 5}, "InvalidParameterValue"),
        ({"Value": 1, "Timestamp": START - timedelta(days=15)}, "InvalidParameterValue"),
        ({"Value": 1, "Timestamp": START + timedelta(hours=3)}, "InvalidParameterValue"),
        (
            {"StatisticValues": {"SampleCount": 0, "Sum": 0, "Minimum": 0, "Maximum": 0}},
            "InvalidParameterValue",
        ),
        (
            {"StatisticValues": {"SampleCount": 2, "Sum": 3, "Minimum": 2, "Maximum": 1}},
            "InvalidParameterValue",
        ),
    ],
)
def test_data_that_cannot_be_leaves_nothing_behind(entry: dict[str, Any], code: str):
    town = Town()
    with pytest.raises(ServiceError) as caught:
        put(town, {"Value": 1}, entry)
    assert caught.value.code == code
    assert town("ListMetrics")["Metrics"] == []


def test_the_namespaces_of_aws_are_not_for_people():
    with pytest.raises(ServiceError, match="The value AWS/ for parameter Namespace is invalid"):
        put(Town(), {"Value": 1}, namespace="AWS/EC2")


def test_an_empty_request_and_a_full_one():
    with pytest.raises(ServiceError, match="MissingParameter"):
        Town()("PutMetricData", Namespace="app")
    with pytest.raises(ServiceError, match="more than 1000 items"):
        put(Town(), *[{"Value": 1}] * 1001)


def test_data_of_an_entity_counts_too():
    town = Town()
    data = [{"MetricName": "latency", "Value": 3}]
    town("PutMetricData", Namespace="app", EntityMetricData=[{"MetricData": data}])
    assert [row["Sum"] for row in statistics(town, "Sum")] == [3]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, "MissingParameter"),
        ({"Statistics": ["Sum"], "ExtendedStatistics": ["p99"]}, "InvalidParameterCombination"),
        ({"ExtendedStatistics": ["p101"]}, "InvalidParameterValue"),
        ({"Statistics": ["Sum"], "Period": 61}, "InvalidParameterValue"),
        ({"Statistics": ["Sum"], "EndTime": START}, "InvalidParameterCombination"),
        ({"Statistics": ["Sum"], "EndTime": START + timedelta(days=2)}, "InvalidParameterCombination"),
    ],
)
def test_questions_that_cannot_be(members: dict[str, Any], code: str):
    asked = {"StartTime": START, "EndTime": START + timedelta(hours=1), "Period": 60, **members}
    with pytest.raises(ServiceError) as caught:
        Town()("GetMetricStatistics", Namespace="app", MetricName="latency", **asked)
    assert caught.value.code == code


def test_metrics_are_listed_by_what_they_are():
    town = Town()
    blue, green = [{"Name": "fleet", "Value": "blue"}], [{"Name": "fleet", "Value": "green"}]
    put(town, {"Value": 1}, {"Value": 1, "Dimensions": blue}, {"Value": 1, "Dimensions": green})
    put(town, {"Value": 1}, namespace="other")

    def listed(**wanted: Any) -> list[Any]:
        return [metric["Dimensions"] for metric in town("ListMetrics", **wanted)["Metrics"]]

    assert listed(Namespace="app") == [[], blue, green]
    assert listed(Namespace="app", Dimensions=[{"Name": "fleet"}]) == [blue, green]
    assert listed(Dimensions=[{"Name": "fleet", "Value": "blue"}]) == [blue]
    assert listed(MetricName="errors") == []
    assert len(listed()) == 4
    town.run(4 * 3600)
    assert listed(RecentlyActive="PT3H") == []
    town.run(15 * 86_400)
    assert listed() == []


def test_the_order_of_dimensions_does_not_matter():
    town = Town()
    pair = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    put(town, {"Value": 1, "Dimensions": pair}, {"Value": 2, "Dimensions": pair[::-1]})
    (row,) = statistics(town, "Sum", Dimensions=pair)
    assert row["Sum"] == 3
    assert statistics(town, "Sum") == []
