"""Rules with schedules, which do not keep the world busy. Source: docs/behaviour/codecommit-and-glue.md §13.3."""

from __future__ import annotations

from sim.core.clock import HOUR, MINUTE
from tests.services.events.stage import ACCOUNT, PIPELINE, ROLE, Town

RULE_ARN = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/clock"


def town_with(expression: str, state: str = "ENABLED") -> Town:
    town = Town()
    town("PutRule", Name="clock", ScheduleExpression=expression, State=state)
    town("PutTargets", Rule="clock", Targets=[{"Id": "t", "Arn": PIPELINE, "RoleArn": ROLE}])
    return town


def ticks(town: Town) -> list[str]:
    return [event["time"][11:] for event in town.world.events or ()]


def test_a_rate_comes_again_and_again():
    town = town_with("rate(5 minutes)")
    town.run(16 * MINUTE)
    assert ticks(town) == ["09:05:00Z", "09:10:00Z", "09:15:00Z"]
    assert [call.operation for call in town.pipelines.heard] == ["StartPipelineExecution"] * 3


def test_the_event_of_a_schedule():
    town = town_with("rate(5 minutes)")
    town.run(6 * MINUTE)
    (event,) = town.world.events or ()
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert (event["resources"], event["detail"]) == ([RULE_ARN], {})


def test_cron_is_utc_and_exact_to_the_minute():
    town = town_with("cron(30 10-11 * * ? *)")
    town.run(25 * HOUR)
    assert ticks(town) == ["10:30:00Z", "11:30:00Z"]


def test_a_schedule_does_not_keep_the_world_busy():
    town = town_with("rate(1 minute)")
    town.run()
    assert town.world.now == 0
    assert town.world.quiet


def test_what_a_schedule_set_off_does():
    town = town_with("rate(5 minutes)")
    town.run(5 * MINUTE)
    assert town.pipelines.heard == []
    town.run()
    assert len(town.pipelines.heard) == 1


def test_a_disabled_schedule_rests_until_it_is_enabled():
    town = town_with("rate(5 minutes)", state="DISABLED")
    town.run(12 * MINUTE)
    assert ticks(town) == []
    town("EnableRule", Name="clock")
    town.run(23 * MINUTE)
    assert ticks(town) == ["09:17:00Z", "09:22:00Z"]
    town("DisableRule", Name="clock")
    town.run(60 * MINUTE)
    assert len(ticks(town)) == 2


def test_a_changed_schedule_begins_anew():
    town = town_with("rate(5 minutes)")
    town.run(4 * MINUTE)
    town("PutRule", Name="clock", ScheduleExpression="rate(10 minutes)")
    town.run(26 * MINUTE)
    assert ticks(town) == ["09:14:00Z", "09:24:00Z"]


def test_a_deleted_rule_has_no_schedule():
    town = town_with("rate(5 minutes)")
    town("RemoveTargets", Rule="clock", Ids=["t"])
    town("DeleteRule", Name="clock")
    town.run(20 * MINUTE)
    assert ticks(town) == []


def test_a_schedule_that_ends_is_over():
    town = town_with("cron(10 9 5 1 ? 2026)")
    town.run(48 * HOUR)
    assert ticks(town) == ["09:10:00Z"]
    assert town.world.peek() is None


def test_a_rule_may_have_a_pattern_as_well():
    town = Town()
    town("PutRule", Name="clock", ScheduleExpression="rate(5 minutes)", EventPattern='{"source": ["my.shop"]}')
    town("PutTargets", Rule="clock", Targets=[{"Id": "t", "Arn": PIPELINE, "RoleArn": ROLE}])
    town.send()
    town.run(6 * MINUTE)
    assert len(town.pipelines.heard) == 2
