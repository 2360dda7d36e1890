"""Executions that meet: docs/behaviour/codepipeline.md §8."""

from __future__ import annotations

from tests.services.codepipeline.stage import THREE, Town, takes

STAGES = (takes("Source/*", "10s"), takes("Build/*", "100s"), takes("Deploy/*", "50s"))


def three_starts(**members: object) -> Town:
    town = Town(*STAGES)
    town.create(THREE | members)
    for time in ("0s", "30s", "60s"):
        town.at(time, town.start)
    return town


def test_worked_example_of_superseding():
    # Given the stages of §8.1 and starts at 0, 30 and 60 s
    town = three_starts()
    # When everything has run
    town.run()
    # Then the second is superseded the moment the third arrives, and the third follows the first
    assert town.statuses() == ["Succeeded", "Superseded", "Succeeded"]
    assert town.stage_span(1, "Source") == (0, 10)
    assert town.stage_span(1, "Build") == (10, 110)
    assert town.stage_span(1, "Deploy") == (110, 160)
    assert town.stage_span(2, "Source") == (30, 40)
    assert "Build" not in town.executions()[1].stages
    assert town.span(town.executions()[1]) == (30, 70)
    assert town.stage_span(3, "Source") == (60, 70)
    assert town.stage_span(3, "Build") == (110, 210)
    assert town.stage_span(3, "Deploy") == (210, 260)
