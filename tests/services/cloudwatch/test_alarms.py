"""Alarms as time goes by. Source: docs/behaviour/codecommit-and-glue.md §16."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.clock import START
from sim.core.problems import ServiceError
from sim.services.cloudwatch import process
from tests.services.cloudwatch.stage import REGION, TOPIC, Town, arn


def test_an_alarm_goes_off_at_the_end_of_the_period_that_breaches():
    town = Town()
    town.alarm()
    town.report({10: 3, 50: 3, 70: 1}, until=300)
    assert town.moves("errors") == [(60, "ALARM"), (120, "OK"), (240 + 60, "INSUFFICIENT_DATA")]
    assert town.reasons() == [
        "1 of 1 datapoints breach (greater than 5.0); 1 of 1 are enough",
        "0 of 1 datapoints breach (greater than 5.0); 1 of 1 would be needed",
        "no datapoint lies in the evaluation range of 3 periods",
    ]


def test_what_is_reported_at_the_end_of_a_period_is_of_the_next():
    town = Town()
    town.alarm()
    town.report({60: 9}, until=200)
    assert town.moves("errors") == [(120, "ALARM")]


def test_what_is_reported_just_before_an_evaluation_does_not_drop_it():
    """Two things at one instant: somebody who comes before the alarm reports, and the period of the alarm ends."""
    town = Town()
    town.composite("first", "FALSE")
    town.alarm()

    def earlier() -> Any:
        yield town.world.wait(60_000, town.found("first"))
        town.cloudwatch.observe("app", "errors", 0, {})

    town.world.process(earlier())
    town.report({10: 9}, until=200)
    assert town.moves("errors") == [(60, "ALARM"), (120, "OK")]


def test_periods_begin_where_the_calendar_has_them():
    town = Town(start=START + timedelta(seconds=20))
    town.alarm()
    town.report({5: 9}, until=100)
    assert town.moves("errors") == [(40, "ALARM")]


def test_two_of_three():
    town = Town()
    town.alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
    town.report({10: 9, 70: 0, 130: 0, 190: 9, 250: 0, 310: 9, 370: 0, 430: 0}, until=500)
    assert town.moves("errors") == [(120, "OK"), (360, "ALARM"), (420, "OK")]


def test_a_single_breach_becomes_an_alarm_when_nothing_follows():
    """Too new at first, premature later, and at last out of sight (steps 5, 4 and 3)."""
    town = Town()
    town.alarm(EvaluationPeriods=3)
    town.report({10: 9}, until=1000)
    assert town.moves("errors") == [(180, "ALARM"), (360, "INSUFFICIENT_DATA")]
    assert town.reasons()[0] == (
        "1 of 1 datapoints breach (greater than 5.0), the oldest of them 3 periods old and none is within:"
        " they stand for 3"
    )


@pytest.mark.parametrize(
    ("treatment", "moves"),
    [
        ("missing", [(60, "ALARM"), (240, "INSUFFICIENT_DATA")]),
        ("ignore", [(60, "ALARM")]),
        ("breaching", [(60, "ALARM")]),
        ("notBreaching", [(60, "ALARM"), (240, "OK")]),
    ],
)
def test_what_becomes_of_an_alarm_when_its_metric_stops(treatment: str, moves: list[tuple[float, str]]):
    town = Town()
    town.alarm(TreatMissingData=treatment)
    town.report({10: 9}, until=3600)
    assert town.moves("errors") == moves


@pytest.mark.parametrize(("treatment", "state"), [("breaching", "ALARM"), ("notBreaching", "OK")])
def test_an_alarm_without_data_is_evaluated_too(treatment: str, state: str):
    town = Town()
    town.alarm(TreatMissingData=treatment)
    assert town.state() == "INSUFFICIENT_DATA"
    town.run(60)
    assert town.moves("errors") == [(60, state)]


@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        ("missing", "INSUFFICIENT_DATA"),
        ("ignore", "INSUFFICIENT_DATA"),
        ("breaching", "ALARM"),
        ("notBreaching", "OK"),
    ],
)
def test_what_was_there_before_time_0_has_been_evaluated_already(treatment: str, state: str):
    town = Town()
    town.alarm(before=True, TreatMissingData=treatment, EvaluationPeriods=2)
    assert town.state() == state
    town.run(600)
    assert town.moves("errors") == []
    if state == "OK":
        assert town.row()["StateReason"] == (
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as"
            " [NonBreaching]."
        )


def test_an_alarm_sees_what_was_reported_before_it_was_made():
    town = Town()
    town.report({10: 9, 70: 9}, until=130)
    town.alarm(EvaluationPeriods=2)
    town.run(200)
    assert town.moves("errors") == [(180, "ALARM")]


def test_data_for_the_past_and_for_the_future_count_in_their_periods():
    town = Town()
    town.alarm(EvaluationPeriods=2)
    town.run(130)
    at = [START + timedelta(seconds=second) for second in (70, 610, 670)]
    data = [{"MetricName": "errors", "Value": 9, "Timestamp": date} for date in at]
    town("PutMetricData", Namespace="app", MetricData=data)
    town.run(1200)
    # The breach at 70 s is old enough at 180 s, and gone at 360 s; those to come are evaluated when they are due
    assert town.moves("errors") == [
        (180, "ALARM"),
        (360, "INSUFFICIENT_DATA"),
        (720, "ALARM"),
        (960, "INSUFFICIENT_DATA"),
    ]


@pytest.mark.parametrize(
    ("operator", "breaches"),
    [
        ("GreaterThanThreshold", [False, False, True]),
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("LessThanThreshold", [True, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, False]),
    ],
)
def test_the_operators(operator: str, breaches: list[bool]):
    for value, breach in zip((4, 5, 6), breaches, strict=True):
        town = Town()
        town.alarm(ComparisonOperator=operator)
        town.report({0: value}, until=60)
        assert town.state() == ("ALARM" if breach else "OK")


def test_an_alarm_may_ask_for_a_unit_and_a_percentile():
    town = Town()
    town.alarm(Statistic=None, ExtendedStatistic="p90", Unit="Seconds")
    for unit, value in (("Seconds", 9), ("Milliseconds", 900), ("Seconds", 1)):
        entry = {"MetricName": "errors", "Value": value, "Unit": unit}
        town("PutMetricData", Namespace="app", MetricData=[entry])
    town.run(60)
    assert town.state() == "ALARM"
    assert "[9.0 (05/01/26 09:00:00)]" in town.row()["StateReason"]


def test_a_high_resolution_alarm():
    town = Town()
    town.alarm(Period=10)
    town.run(15)
    entry = {"MetricName": "errors", "Value": 9, "StorageResolution": 1}
    town("PutMetricData", Namespace="app", MetricData=[entry])
    town.run(30)
    assert town.moves("errors") == [(20, "ALARM")]


def test_alarms_see_their_own_metric_only():
    town = Town()
    town.alarm("blue", Dimensions=[{"Name": "fleet", "Value": "blue"}])
    town.alarm("all")
    town.report({10: 9}, until=60)
    assert (town.state("blue"), town.state("all")) == ("INSUFFICIENT_DATA", "ALARM")


# Time


def test_waiting_for_an_evaluation_does_not_keep_the_world_busy():
    town = Town()
    town.alarm()
    town.run()
    assert town.world.now == 0
    town.report({10: 9})
    town.run()
    assert (town.world.quiet, town.world.now, town.state()) == (True, 10_000, "INSUFFICIENT_DATA")


def test_a_year_with_alarms_and_no_data_takes_no_steps():
    town = Town()
    for number in range(10):
        town.alarm(f"alarm-{number}", TreatMissingData=["missing", "ignore", "breaching", "notBreaching"][number % 4])
    town.report({10: 9}, until=3600)
    before = town.world.steps
    town.run(365 * 86_400)
    assert town.world.steps == before


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(0, 900), st.sampled_from([0, 9]), max_size=8),
    st.integers(1, 3),
    st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]),
)
def test_evaluating_only_when_it_matters_is_evaluating_always(values: dict[int, int], periods: int, treatment: str):
    """The same world with an evaluation at the end of every period, whether it can change anything or not."""
    lazy, eager = Town(), Town()
    for town in (lazy, eager):
        town.alarm(EvaluationPeriods=periods, TreatMissingData=treatment)
    eager.cloudwatch._cancel(eager.metric_alarm())
    eager.cloudwatch.reconsider = lambda alarm: None  # type: ignore[method-assign]

    def every_minute() -> Any:
        first = eager.cloudwatch.calendar(0) // 60_000
        for number in range(first, first + 20):
            yield eager.world.wait(60_000, eager.found())
            process.evaluate(eager.cloudwatch, eager.metric_alarm(), number)

    eager.world.process(every_minute())
    for town in (lazy, eager):
        town.report(dict(values), until=1200)
    assert lazy.moves("errors") == eager.moves("errors")


# Setting


def test_set_alarm_state_holds_until_the_next_evaluation():
    town = Town()
    town.alarm(before=True, TreatMissingData="notBreaching")
    town.run(70)
    town("SetAlarmState", AlarmName="errors", StateValue="ALARM", StateReason="a drill", StateReasonData='{"by": "me"}')
    row = town.row()
    assert (row["StateValue"], row["StateReason"], row["StateReasonData"]) == ("ALARM", "a drill", '{"by": "me"}')
    town.run(600)
    assert town.moves("errors") == [(70, "ALARM"), (120, "OK")]
    assert town.reasons()[0] == "SetAlarmState set it: a drill"


def test_setting_the_state_that_is_there_is_no_change():
    town = Town()
    town.alarm(before=True, TreatMissingData="ignore")
    town.run(30)
    town("SetAlarmState", AlarmName="errors", StateValue="INSUFFICIENT_DATA", StateReason="still")
    row = town.row()
    assert town.moves() == []
    assert (row["StateReason"], row["StateUpdatedTimestamp"]) == ("still", START + timedelta(seconds=30))
    assert row["StateTransitionedTimestamp"] == START


def test_what_the_timeline_sets_no_evaluation_changes():
    town = Town()
    town.alarm()
    town.run(30)
    town.cloudwatch.hold("errors", "ALARM")
    town.report({40: 0, 100: 0, 160: 0}, until=600)
    assert town.moves("errors") == [(30, "ALARM")]
    town.cloudwatch.hold("errors", "OK")
    town.report({610: 9}, until=900)
    assert town.moves("errors") == [(30, "ALARM"), (600, "OK")]


def test_set_alarm_state_lets_go_of_what_the_timeline_holds():
    town = Town()
    town.alarm(before=True, TreatMissingData="notBreaching")
    town.cloudwatch.hold("errors", "ALARM")
    town.run(90)
    town("SetAlarmState", AlarmName="errors", StateValue="ALARM", StateReason="still")
    town.run(600)
    assert town.moves("errors") == [(0, "ALARM"), (120, "OK")]


def test_an_alarm_that_is_not_there_cannot_be_set():
    town = Town()
    with pytest.raises(ServiceError, match="ResourceNotFound"):
        town("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    with pytest.raises(ServiceError, match="ResourceNotFound"):
        town.cloudwatch.hold("errors", "OK")
    town.alarm()
    with pytest.raises(ServiceError, match="InvalidFormat"):
        town("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x", StateReasonData="{")


# Waiting for an alarm


def test_another_service_waits_for_an_alarm_and_for_its_own_work_at_once():
    """What a deployment does: it goes on when its work is done or an alarm moves, whatever comes first."""
    town = Town()
    town.alarm("errors")
    town.alarm("later", MetricName="none", TreatMissingData="breaching", Period=300)
    world, seen = town.world, []

    def rollout() -> Any:
        work = world.wait(600_000)
        while not work.processed:
            changes = {name: world.changed(arn(name)) for name in ("errors", "later")}
            yield world.env.any_of([work, *changes.values()])
            moved = [name for name, change in changes.items() if change.triggered]
            seen.append((world.now / 1000, moved, town.state("errors")))

    world.process(rollout())
    town.report({10: 9, 70: 0})
    town.run()
    # The third change of `errors`, to INSUFFICIENT_DATA, comes at the very end of the period of `later`
    assert seen == [
        (60, ["errors"], "ALARM"),
        (120, ["errors"], "OK"),
        (300, ["errors", "later"], "INSUFFICIENT_DATA"),
        (600, [], "INSUFFICIENT_DATA"),
    ]


# Settings


def test_an_alarm_is_described_as_it_was_made():
    town = Town()
    town.alarm(AlarmDescription="too many", TreatMissingData="ignore", AlarmActions=[TOPIC], DatapointsToAlarm=1)
    assert town.row() == {
        "AlarmName": "errors",
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:errors",
        "AlarmDescription": "too many",
        "AlarmConfigurationUpdatedTimestamp": START,
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [],
        "StateValue": "INSUFFICIENT_DATA",
        "StateReason": "Unchecked: Initial alarm creation",
        "StateUpdatedTimestamp": START,
        "StateTransitionedTimestamp": START,
        "MetricName": "errors",
        "Namespace": "app",
        "Statistic": "Sum",
        "Dimensions": [],
        "Period": 60,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "ignore",
    }


def test_an_update_replaces_the_settings_and_leaves_the_state():
    town = Town()
    town.alarm(AlarmDescription="too many", Tags=[{"Key": "team", "Value": "web"}])
    town.report({10: 9}, until=70)
    assert town.state() == "ALARM"
    town.alarm(Threshold=10, Period=300, Tags=[{"Key": "team", "Value": "other"}])
    row = town.row()
    assert (row["StateValue"], row["Threshold"], "AlarmDescription" in row) == ("ALARM", 10, False)
    assert row["AlarmConfigurationUpdatedTimestamp"] == START + timedelta(seconds=70)
    assert town("ListTagsForResource", ResourceARN=arn("errors"))["Tags"] == [{"Key": "team", "Value": "web"}]
    town.run(400)
    assert town.moves("errors") == [(60, "ALARM"), (300, "OK")]


def test_a_shorter_period_counts_at_once():
    town = Town()
    town.alarm(Period=300)
    town.report({10: 9})
    town.alarm(Period=60)
    town.run(60)
    assert town.moves("errors") == [(60, "ALARM")]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"Period": None}, "Period is required"),
        ({"Period": 45}, "Period must be 10, 20, 30 or a multiple of 60"),
        ({"Period": 1800, "EvaluationPeriods": 49}, "86400 seconds or less"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "604800 seconds or less"),
        ({"EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "less than or equal to EvaluationPeriods"),
        ({"Statistic": None}, "either Statistic or ExtendedStatistic"),
        ({"ExtendedStatistic": "p99"}, "either Statistic or ExtendedStatistic"),
        ({"Statistic": None, "ExtendedStatistic": "tm90"}, "percentiles such as p99 are simulated"),
        ({"TreatMissingData": "perhaps"}, "not one of missing, ignore, breaching, notBreaching"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "not simulated"),
        ({"Threshold": float("inf")}, "finite"),
        ({"EvaluateLowSampleCountPercentile": "ignore"}, "not simulated"),
        ({"EvaluateLowSampleCountPercentile": "x"}, "not evaluate or ignore"),
        ({"Metrics": [{"Id": "m1", "Expression": "a + b"}]}, "metric math is not simulated"),
        ({"AlarmActions": ["ops"]}, "Invalid arn syntax: ops"),
        ({"Tags": [{"Key": str(number), "Value": ""} for number in range(51)]}, "at most 50 tags"),
    ],
)
def test_settings_that_cannot_be(members: dict[str, Any], said: str):
    town = Town()
    with pytest.raises(ServiceError, match=said) as caught:
        town.alarm(**members)
    assert caught.value.code == "ValidationError"
    assert town("DescribeAlarms")["MetricAlarms"] == []


@pytest.mark.parametrize(("period", "periods"), [(10, 8640), (1800, 48), (3600, 168), (86_400, 7)])
def test_the_longest_alarms(period: int, periods: int):
    Town().alarm(Period=period, EvaluationPeriods=periods)


def test_alarms_are_found_by_name_prefix_state_and_action():
    town = Town()
    town.topic()
    town.alarm("web-errors", AlarmActions=[TOPIC])
    town.alarm("web-latency", MetricName="latency")
    town.alarm("api-errors", TreatMissingData="notBreaching")
    town.run(60)

    def names(**wanted: Any) -> list[str]:
        return [row["AlarmName"] for row in town("DescribeAlarms", **wanted)["MetricAlarms"]]

    assert names() == ["api-errors", "web-errors", "web-latency"]
    assert names(AlarmNamePrefix="web-") == ["web-errors", "web-latency"]
    assert names(AlarmNames=["web-latency", "nothing"]) == ["web-latency"]
    assert names(StateValue="OK") == ["api-errors"]
    assert names(ActionPrefix="arn:aws:sns") == ["web-errors"]
    assert names(AlarmTypes=["CompositeAlarm"]) == []
    with pytest.raises(ServiceError, match="cannot both be specified"):
        names(AlarmNames=["a"], AlarmNamePrefix="a")


def test_alarms_are_found_by_their_metric():
    town = Town()
    town.alarm("sum")
    town.alarm("maximum", Statistic="Maximum")
    town.alarm("blue", Dimensions=[{"Name": "fleet", "Value": "blue"}])

    def names(**wanted: Any) -> list[str]:
        found = town("DescribeAlarmsForMetric", Namespace="app", MetricName="errors", **wanted)
        return [row["AlarmName"] for row in found["MetricAlarms"]]

    assert names() == ["maximum", "sum"]
    assert names(Statistic="Sum") == ["sum"]
    assert names(Dimensions=[{"Name": "fleet", "Value": "blue"}]) == ["blue"]
    assert names(Period=300) == []


def test_a_deleted_alarm_is_gone_and_so_are_its_evaluations():
    town = Town()
    town.alarm()
    town.report({10: 9})
    gone = town.found()
    town("DeleteAlarms", AlarmNames=["errors", "nothing"])
    town.run(600)
    assert town("DescribeAlarms")["MetricAlarms"] == []
    assert (gone.status, town.moves(), town.notices) == ("INSUFFICIENT_DATA", [], ["the alarm was deleted"])


def test_a_name_can_be_used_again():
    town = Town()
    town.alarm()
    town.report({10: 9}, until=60)
    town("DeleteAlarms", AlarmNames=["errors"])
    town.alarm(TreatMissingData="ignore")
    assert town.state() == "INSUFFICIENT_DATA"
    resource = town.world.resource(arn("errors"))
    assert resource is town.found()


def test_tags():
    town = Town()
    town.alarm(Tags=[{"Key": "team", "Value": "web"}])
    town(
        "TagResource", ResourceARN=arn("errors"), Tags=[{"Key": "team", "Value": "ops"}, {"Key": "tier", "Value": "1"}]
    )
    town("UntagResource", ResourceARN=arn("errors"), TagKeys=["tier", "nothing"])
    assert town("ListTagsForResource", ResourceARN=arn("errors"))["Tags"] == [{"Key": "team", "Value": "ops"}]
    for unknown in (arn("nothing"), "errors", arn("errors").replace(REGION, "eu-west-1")):
        with pytest.raises(ServiceError, match="ResourceNotFoundException"):
            town("ListTagsForResource", ResourceARN=unknown)
