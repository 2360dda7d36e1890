"""Composite alarms and their rules. Source: docs/behaviour/codecommit-and-glue.md §16, CW-API:PutCompositeAlarm."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sim.core.clock import START
from sim.core.problems import ServiceError
from sim.services.cloudwatch import alarmrule
from sim.services.cloudwatch.resources import StateValue
from tests.services.cloudwatch.stage import TOPIC, Town, arn

STATES = {"a": StateValue.ALARM, "b": StateValue.OK, "c d": StateValue.INSUFFICIENT_DATA}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ("ALARM( a )", True),
        ("OK(b)", True),
        ("INSUFFICIENT_DATA(c d)", True),
        ('INSUFFICIENT_DATA("c d")', True),
        ("ALARM(b)", False),
        ("ALARM(nothing)", False),
        ("TRUE", True),
        ("false", False),
        ("NOT ALARM(b)", True),
        ("NOT NOT ALARM(b)", False),
        ("ALARM(a) AND ALARM(b)", False),
        ("ALARM(a) OR ALARM(b)", True),
        ("TRUE OR TRUE AND FALSE", True),
        ("(TRUE OR TRUE) AND FALSE", False),
        ("NOT FALSE AND FALSE", False),
        ("NOT (FALSE AND FALSE)", True),
        ("(ALARM(a) OR ALARM(b)) AND OK(b)", True),
        ("ALARM(a)\n  AND NOT\n  ALARM(b)", True),
    ],
)
def test_rules(rule: str, holds: bool):
    assert alarmrule.parse(rule).holds(STATES.get) is holds


def test_the_alarms_of_a_rule_each_once():
    assert alarmrule.parse('ALARM(x) OR (OK("y z") AND NOT ALARM("x"))').alarms == ("x", "y z")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "was expected at character 1, not the end"),
        ("ALARM", "the name of an alarm in brackets was expected at character 6, not the end"),
        ("ALARM()", "the name of an alarm"),
        ("ALARM(a", "the name of an alarm"),
        ("ALARM(a) ALARM(b)", "an operator, AND or OR, was expected at character 9, not 'ALARM'"),
        ("ALARM(a) AND", "not the end"),
        ("(ALARM(a)", "`)` was expected at character 10, not the end"),
        ("ALARM(a))", "not ')'"),
        ("RED(a)", "not 'RED'"),
        ("AT_LEAST(2, ALARM, (a, b))", "not 'AT_LEAST'"),
        ("ALARM(a) && ALARM(b)", "not '&'"),
        ("NOT " * 600 + "TRUE", "nested more than 100 deep"),
        ("(" * 600 + "TRUE" + ")" * 600, "nested more than 100 deep"),
        (" OR ".join(["TRUE"] * 501), "501 elements"),
        (" OR ".join(f"ALARM(a{number})" for number in range(101)), "101 alarms"),
    ],
)
def test_text_that_is_no_rule(rule: str, said: str):
    with pytest.raises(alarmrule.AlarmRuleError, match=re.escape(said)):
        alarmrule.parse(rule)


def test_a_composite_alarm_follows_its_children_at_once():
    town = Town()
    town.topic()
    town.alarm("errors", TreatMissingData="notBreaching")
    town.alarm("deploying", MetricName="deploying", TreatMissingData="ignore")
    town.composite("page", "ALARM(errors) AND NOT ALARM(deploying)", AlarmActions=[TOPIC])
    assert town.moves() == [(0, "page OK")]
    town("SetAlarmState", AlarmName="deploying", StateValue="ALARM", StateReason="a release")
    town.report({10: 9}, until=60)
    assert (town.state("errors"), town.state("page")) == ("ALARM", "OK")
    town("SetAlarmState", AlarmName="deploying", StateValue="OK", StateReason="it is out")
    assert town.moves()[-2:] == [(60, "deploying OK"), (60, "page ALARM")]
    town.run(250)
    assert town.moves()[-2:] == [(240, "errors OK"), (240, "page OK")]
    (mail,) = town.mails
    assert mail["subject"] == 'ALARM: "page" in US East (N. Virginia)'
    assert '"AlarmRule":"ALARM(errors) AND NOT ALARM(deploying)"' in mail["message"]


def test_what_a_composite_alarm_says_of_itself():
    town = Town()
    town.alarm("errors")
    town.composite("page", f'ALARM("{arn("errors")}")', AlarmDescription="wake up")
    assert town.row("page") == {
        "AlarmName": "page",
        "AlarmArn": arn("page"),
        "AlarmDescription": "wake up",
        "AlarmConfigurationUpdatedTimestamp": START,
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        "AlarmRule": f'ALARM("{arn("errors")}")',
        "StateValue": "OK",
        "StateReason": f"{arn('page')} was created and its alarm rule evaluates to OK",
        "StateReasonData": f'{{"triggeringAlarms":[{{"arn":"{arn("errors")}","state":{{"value":"INSUFFICIENT_DATA",'
        '"timestamp":"2026-01-05T09:00:00.000+0000"}}]}',
        "StateUpdatedTimestamp": START,
        "StateTransitionedTimestamp": START,
    }
    town.report({10: 9}, until=60)
    row = town.row("page")
    assert row["StateReason"] == f"{arn('errors')} transitioned to ALARM at Monday 05 January, 2026 09:01:00 UTC"
    assert row["StateUpdatedTimestamp"] == START + timedelta(minutes=1)
    assert town.reasons("page")[-1] == f'its rule ALARM("{arn("errors")}") is true'


def test_a_composite_alarm_before_time_0_stands_already():
    town = Town()
    town.alarm("errors", before=True, TreatMissingData="breaching")
    town.composite("page", "ALARM(errors)", before=True)
    assert (town.state("page"), town.moves()) == ("ALARM", [])


def test_another_rule_is_evaluated_at_once():
    town = Town()
    town.alarm("errors")
    town.composite("page", "ALARM(errors)")
    town.composite("page", "INSUFFICIENT_DATA(errors)")
    assert town.state("page") == "ALARM"
    assert town.row("page")["StateReason"].endswith("was updated and its alarm rule evaluates to ALARM")


def test_set_alarm_state_holds_until_a_child_changes():
    town = Town()
    town.alarm("errors")
    town.composite("page", "ALARM(errors)")
    town("SetAlarmState", AlarmName="page", StateValue="ALARM", StateReason="a drill")
    town.run(3600)
    assert town.state("page") == "ALARM"
    town.report({3610: 1}, until=3700)
    assert town.moves("page")[-1] == (3660, "OK")


def test_what_the_timeline_sets_no_child_changes():
    town = Town()
    town.alarm("errors")
    town.composite("page", "ALARM(errors)")
    town.cloudwatch.hold("page", "OK")
    town.report({10: 9}, until=100)
    assert (town.state("errors"), town.state("page")) == ("ALARM", "OK")


def test_alarms_over_alarms_over_alarms():
    town = Town()
    town.alarm("errors")
    town.composite("middle", "ALARM(errors)")
    town.composite("top", "ALARM(middle) OR ALARM(errors)")
    town.report({10: 9}, until=60)
    assert town.moves() == [
        (0, "middle OK"),
        (0, "top OK"),
        (60, "errors ALARM"),
        (60, "middle ALARM"),
        (60, "top ALARM"),
    ]


def test_a_circle_is_not_evaluated_and_must_be_broken_before_it_is_deleted():
    town = Town()
    town.composite("a", "FALSE")
    town.composite("b", "ALARM(a)")
    town.composite("a", "NOT ALARM(b)")
    assert town.state("a") == "OK"
    assert town.notices == ["its rule NOT ALARM(b) leads back to the alarm itself: it is not evaluated"]
    with pytest.raises(ServiceError, match="Cannot delete a as there are composite alarm"):
        town("DeleteAlarms", AlarmNames=["a"])
    town.composite("a", "TRUE")
    assert (town.state("a"), town.state("b")) == ("ALARM", "ALARM")
    town("DeleteAlarms", AlarmNames=["b"])
    town("DeleteAlarms", AlarmNames=["a"])


def test_an_alarm_may_lead_to_itself_at_once():
    town = Town()
    town.composite("a", "FALSE")
    town.composite("a", "ALARM(a)")
    with pytest.raises(ServiceError, match="Cannot delete a as"):
        town("DeleteAlarms", AlarmNames=["a"])


def test_an_alarm_in_a_rule_goes_only_with_it():
    town = Town()
    town.alarm("errors")
    town.composite("page", "ALARM(errors)")
    town.composite("ticket", "ALARM(errors)")
    with pytest.raises(ServiceError, match="Cannot delete errors as there are composite alarm"):
        town("DeleteAlarms", AlarmNames=["errors", "page"])
    with pytest.raises(ServiceError, match="At most one composite alarm"):
        town("DeleteAlarms", AlarmNames=["ticket", "page"])
    town("DeleteAlarms", AlarmNames=["ticket"])
    town("DeleteAlarms", AlarmNames=["errors", "page"])
    assert town.cloudwatch.alarms == {}


def test_a_rule_names_alarms_that_are_there():
    town = Town()
    town.alarm("errors")
    with pytest.raises(ServiceError, match=r"alarms \[page, nothing\] in the alarm rule do not exist"):
        town.composite("page", "ALARM(errors) OR ALARM(page) OR OK(nothing)")
    with pytest.raises(ServiceError, match="AlarmRule: "):
        town.composite("page", "ALARM(errors")
    with pytest.raises(ServiceError, match="not simulated"):
        town.composite("page", "ALARM(errors)", ActionsSuppressor="errors")


def test_an_alarm_stays_of_its_kind():
    town = Town()
    town.alarm("errors")
    town.composite("page", "ALARM(errors)")
    with pytest.raises(ServiceError, match="as a MetricAlarm"):
        town.composite("errors", "TRUE")
    with pytest.raises(ServiceError, match="as a CompositeAlarm"):
        town.alarm("page")


def test_parents_and_children():
    town = Town()
    town.alarm("errors")
    town.composite("page", "ALARM(errors)")
    town.composite("top", "ALARM(page) AND ALARM(errors)")
    children = town("DescribeAlarms", ChildrenOfAlarmName="top")
    assert [row["AlarmName"] for row in children["MetricAlarms"]] == ["errors"]
    assert children["CompositeAlarms"] == [
        {"AlarmName": "page", "AlarmArn": arn("page"), "StateValue": "OK", "StateUpdatedTimestamp": START}
    ]
    parents = town("DescribeAlarms", ParentsOfAlarmName="errors")
    assert parents["CompositeAlarms"] == [
        {"AlarmName": "page", "AlarmArn": arn("page")},
        {"AlarmName": "top", "AlarmArn": arn("top")},
    ]
    assert town("DescribeAlarms", ChildrenOfAlarmName="errors") == {"CompositeAlarms": [], "MetricAlarms": []}
    with pytest.raises(ServiceError, match="StateValue cannot be specified"):
        town("DescribeAlarms", ChildrenOfAlarmName="top", StateValue="OK")
    with pytest.raises(ServiceError, match="does not exist"):
        town("DescribeAlarms", ParentsOfAlarmName="nothing")
