"""What an alarm does when it changes: mails, events, history. Source: docs/behaviour/codecommit-and-glue.md §16."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.loaders import Loader

from sim.core.clock import START
from sim.services.cloudwatch import regions
from tests.services.cloudwatch.stage import ACCOUNT, TOPIC, Town, arn


def test_a_mail_on_every_change_of_state_and_on_nothing_else():
    town = Town()
    town.topic()
    town.alarm(before=True, TreatMissingData="notBreaching", AlarmActions=[TOPIC], OKActions=[TOPIC])
    town.report({10: 9, 70: 9, 130: 9, 190: 0}, until=600)
    assert town.moves("errors") == [(60, "ALARM"), (240, "OK")]
    assert [mail["subject"] for mail in town.mails] == [
        'ALARM: "errors" in US East (N. Virginia)',
        'OK: "errors" in US East (N. Virginia)',
    ]
    assert town.notices == [f"the action {TOPIC} was carried out"] * 2


def test_each_state_has_actions_of_its_own():
    town = Town()
    town.topic()
    town.alarm(InsufficientDataActions=[TOPIC])
    town.report({10: 9}, until=600)
    (mail,) = town.mails
    assert mail["subject"].startswith("INSUFFICIENT_DATA: ")
    assert json.loads(mail["message"])["NewStateReason"] == "Insufficient Data: 1 datapoint was unknown."


def test_what_the_topic_is_told():
    town = Town()
    town.topic()
    town.alarm(
        AlarmActions=[TOPIC],
        AlarmDescription="too many",
        EvaluationPeriods=2,
        DatapointsToAlarm=2,
        Dimensions=[{"Name": "fleet", "Value": "blue"}],
        TreatMissingData="breaching",
    )
    town.cloudwatch.observe("app", "errors", 9, {"fleet": "blue"})
    town.run(70)
    assert json.loads(town.mails[0]["message"]) == {
        "AlarmName": "errors",
        "AlarmDescription": "too many",
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": "2026-01-05T09:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed: 1 out of the last 2 datapoints [9.0 (05/01/26 09:00:00)] was greater than"
        " the threshold (5.0) and 1 missing datapoint was treated as [Breaching] (minimum 2 datapoints for OK -> ALARM"
        " transition).",
        "StateChangeTime": "2026-01-05T09:01:00.000+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": arn("errors"),
        "OldStateValue": "INSUFFICIENT_DATA",
        "OKActions": [],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "errors",
            "Namespace": "app",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"value": "blue", "name": "fleet"}],
            "Period": 60,
            "EvaluationPeriods": 2,
            "DatapointsToAlarm": 2,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 5.0,
            "TreatMissingData": "breaching",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


def test_disabled_actions_are_not_carried_out():
    town = Town()
    town.topic()
    town.alarm(AlarmActions=[TOPIC])
    town("DisableAlarmActions", AlarmNames=["errors", "nothing"])
    assert town.row()["ActionsEnabled"] is False
    town.report({10: 9}, until=70)
    assert (town.state(), town.mails) == ("ALARM", [])
    assert town.notices == [
        f"the action {TOPIC} was not carried out: the actions of this alarm are disabled",
    ]
    town("EnableAlarmActions", AlarmNames=["errors"])
    town("SetAlarmState", AlarmName="errors", StateValue="OK", StateReason="x")
    town("SetAlarmState", AlarmName="errors", StateValue="ALARM", StateReason="x")
    town.run()
    assert len(town.mails) == 1


def test_an_action_that_fails_stops_nothing():
    town = Town()
    town.topic()
    town.alarm(AlarmActions=[f"{TOPIC}-2", TOPIC, "arn:aws:lambda:us-east-1:123456789012:function:scan"])
    town.report({10: 9}, until=70)
    assert len(town.mails) == 1
    assert town.notices == [
        f"the action {TOPIC}-2 failed: NotFound: Topic does not exist",
        f"the action {TOPIC} was carried out",
        "the action arn:aws:lambda:us-east-1:123456789012:function:scan is of a kind that is not simulated",
    ]
    kinds = [(item["HistoryItemType"], item["HistorySummary"]) for item in history(town)]
    assert kinds == [
        ("ConfigurationUpdate", 'Alarm "errors" created'),
        ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
        ("Action", f'Failed to execute action {TOPIC}-2. Received error: "Topic does not exist"'),
        ("Action", f"Successfully executed action {TOPIC}"),
    ]


def test_a_long_name_still_makes_a_subject():
    town = Town()
    town.topic()
    town.alarm("n" * 255, AlarmActions=[TOPIC])
    town("SetAlarmState", AlarmName="n" * 255, StateValue="ALARM", StateReason="x")
    town.run()
    assert len(town.mails[0]["subject"]) == 100


# EventBridge


def events(town: Town) -> list[dict[str, Any]]:
    assert town.world.events is not None
    return town.world.events


def test_the_event_of_a_change():
    town = Town()
    town.alarm(AlarmDescription="too many", Dimensions=[{"Name": "fleet", "Value": "blue"}], Statistic="Average")
    town.run(30)
    town.cloudwatch.observe("app", "errors", 99.5, {"fleet": "blue"})
    town.run(60)
    (event,) = events(town)
    assert (event["source"], event["detail-type"]) == ("aws.cloudwatch", "CloudWatch Alarm State Change")
    assert (event["time"], event["resources"]) == ("2026-01-05T09:01:00Z", [arn("errors")])
    detail = event["detail"]
    content = json.loads(detail["state"].pop("reasonData"))
    id = detail["configuration"]["metrics"][0].pop("id")
    assert len(id) == 36
    assert content == {
        "version": "1.0",
        "queryDate": "2026-01-05T09:01:00.000+0000",
        "startDate": "2026-01-05T09:00:00.000+0000",
        "statistic": "Average",
        "period": 60,
        "recentDatapoints": [99.5],
        "threshold": 5.0,
        "evaluatedDatapoints": [{"timestamp": "2026-01-05T09:00:00.000+0000", "sampleCount": 1.0, "value": 99.5}],
    }
    assert detail == {
        "alarmName": "errors",
        "state": {
            "value": "ALARM",
            "reason": "Threshold Crossed: 1 out of the last 1 datapoints [99.5 (05/01/26 09:00:00)] was greater than"
            " the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).",
            "timestamp": "2026-01-05T09:01:00.000+0000",
        },
        "previousState": {
            "value": "INSUFFICIENT_DATA",
            "reason": "Unchecked: Initial alarm creation",
            "timestamp": "2026-01-05T09:00:00.000+0000",
        },
        "configuration": {
            "description": "too many",
            "metrics": [
                {
                    "metricStat": {
                        "metric": {"namespace": "app", "name": "errors", "dimensions": {"fleet": "blue"}},
                        "period": 60,
                        "stat": "Average",
                    },
                    "returnData": True,
                }
            ],
        },
    }


def test_the_event_of_a_composite_alarm():
    town = Town()
    town.alarm()
    town.composite("page", "ALARM(errors)")
    town.report({10: 9}, until=60)
    made, _, changed = events(town)
    assert made["detail"]["previousState"]["reason"] == "Unchecked: Initial alarm creation"
    assert changed["resources"] == [arn("page")]
    assert changed["detail"]["configuration"] == {"alarmRule": "ALARM(errors)"}
    assert changed["detail"]["previousState"]["value"] == "OK"


def test_a_rule_of_eventbridge_hears_of_alarms():
    town = Town()
    town.topic()
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": ["errors"], "state": {"value": ["ALARM"]}}}
    town.ask("events", "PutRule", Name="alarms", EventPattern=json.dumps(pattern))
    town.ask("events", "PutTargets", Rule="alarms", Targets=[{"Id": "mail", "Arn": TOPIC}])
    town.alarm()
    town.report({10: 9, 70: 0}, until=200)
    (mail,) = town.mails
    assert json.loads(mail["message"])["detail"]["state"]["value"] == "ALARM"


def test_before_time_0_nothing_is_told():
    town = Town()
    town.alarm(before=True, TreatMissingData="breaching", AlarmActions=[town.topic()])
    town.composite("page", "ALARM(errors)", before=True, AlarmActions=[TOPIC])
    town.run(600)
    assert (events(town), town.mails) == ([], [])


# Reasons


@pytest.mark.parametrize(
    ("values", "treatment", "reason"),
    [
        (
            {10: 1, 70: 9, 130: 9},
            "missing",
            "Threshold Crossed: 2 out of the last 3 datapoints [9.0 (05/01/26 09:02:00), 9.0 (05/01/26 09:01:00)] were"
            " greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).",
        ),
        (
            {10: 1, 70: 2, 130: 9},
            "missing",
            "Threshold Crossed: 2 out of the last 3 datapoints [2.0 (05/01/26 09:01:00), 1.0 (05/01/26 09:00:00)] were"
            " not greater than the threshold (5.0) (minimum 2 datapoints for ALARM -> OK transition).",
        ),
        (
            {130: 9},
            "notBreaching",
            "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as"
            " [NonBreaching].",
        ),
        (
            {},
            "breaching",
            "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as"
            " [Breaching].",
        ),
    ],
)
def test_reasons_in_cloudwatchs_words(values: dict[float, float], treatment: str, reason: str):
    town = Town()
    town.report(values or {1: 0}, until=140) if values else town.run(140)
    town.alarm(EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData=treatment)
    town.run(180)
    assert town.row()["StateReason"] == reason


def test_how_many_datapoints_an_alarm_takes_to_calm_down():
    town = Town()
    town.alarm(EvaluationPeriods=3)
    town.report({10: 9, 70: 9, 130: 1}, until=180)
    assert town.row()["StateReason"].endswith("(minimum 1 datapoint for ALARM -> OK transition).")


# History


def history(town: Town, **wanted: Any) -> list[dict[str, Any]]:
    asked = {"ScanBy": "TimestampAscending", **wanted}
    found: list[dict[str, Any]] = town("DescribeAlarmHistory", **asked)["AlarmHistoryItems"]
    return found


def test_the_history_of_an_alarm():
    town = Town()
    town.alarm()
    town.report({10: 9, 70: 0}, until=130)
    town("DisableAlarmActions", AlarmNames=["errors"])
    town("DisableAlarmActions", AlarmNames=["errors"])
    town("DeleteAlarms", AlarmNames=["errors"])
    rows = [((row["Timestamp"] - START).total_seconds(), row["HistorySummary"]) for row in history(town)]
    assert rows == [
        (0, 'Alarm "errors" created'),
        (60, "Alarm updated from INSUFFICIENT_DATA to ALARM"),
        (120, "Alarm updated from ALARM to OK"),
        (130, 'Alarm "errors" updated'),
        (130, 'Alarm "errors" deleted'),
    ]
    content = json.loads(history(town)[2]["HistoryData"])
    assert (content["oldState"]["stateValue"], content["newState"]["stateValue"]) == ("ALARM", "OK")
    assert content["newState"]["stateReasonData"]["recentDatapoints"] == [0.0]


def test_the_history_is_narrowed_and_turned():
    town = Town()
    town.alarm("a")
    town.alarm("b", MetricName="other")
    town.composite("c", "ALARM(a)")
    town.report({10: 9}, until=70)
    assert {row["AlarmName"] for row in history(town)} == {"a", "b"}
    assert [row["AlarmName"] for row in history(town, AlarmTypes=["CompositeAlarm"])] == ["c", "c", "c"]
    assert len(history(town, AlarmName="a", HistoryItemType="StateUpdate")) == 1
    assert len(history(town, StartDate=START + timedelta(seconds=1))) == 1
    assert len(history(town, EndDate=START + timedelta(seconds=1))) == 2
    newest_first = town("DescribeAlarmHistory")["AlarmHistoryItems"]
    assert newest_first == history(town, ScanBy="TimestampDescending") == history(town)[::-1]
    assert history(town, AlarmContributorId="x") == []


def test_the_history_is_kept_two_weeks():
    town = Town()
    town.alarm(TreatMissingData="ignore")
    town.run(14 * 86_400)
    assert len(history(town)) == 1
    town.run(14 * 86_400 + 1)
    assert history(town) == []


def test_regions_bear_the_names_that_botocore_has():
    """Where botocore knows them: an older one does not know the newest Regions."""
    (aws,) = [one for one in Loader().load_data("partitions")["partitions"] if one["id"] == "aws"]
    known = {region: found["description"] for region, found in aws["regions"].items() if region != "aws-global"}
    assert {region: regions.name(region) for region in known} == known
    assert regions.name("mars-1") == "mars-1"
