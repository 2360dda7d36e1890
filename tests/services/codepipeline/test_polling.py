"""Change detection by polling: docs/behaviour/codepipeline.md §20."""

from __future__ import annotations

from typing import Any

import pytest

from sim.services.bundles import pack
from tests.services.codepipeline.stage import DEPLOY, THREE, Town, action, pipeline, stage, takes

RULES = (takes("Source/*", "10s"), takes("*/*", "20s"))


def polling(*rules: dict[str, Any], **changed: str) -> Town:
    source = action("Code", "Source/CodeCommit", makes=["Src"])
    source["configuration"] = {"RepositoryName": "shop", "BranchName": "main", **changed}
    town = Town(*rules or RULES)
    town.create(pipeline(stage("Source", source), *THREE["stages"][1:]))
    return town


def push(town: Town) -> None:
    town.service("codecommit").push()


@pytest.mark.parametrize("changed", [{}, {"PollForSourceChanges": "true"}], ids=["left out", "true"])
def test_a_push_is_seen_by_the_next_poll(changed: dict[str, str]):
    town = polling(**changed)
    town.at("70s", lambda: push(town))
    town.run("10m")
    (execution,) = town.executions()
    assert town.span(execution)[0] == 120
    assert execution.trigger == {"triggerType": "PollForSourceChanges", "triggerDetail": "Code"}
    assert execution.status == "Succeeded"


def test_two_pushes_between_polls_start_it_once():
    town = polling()
    town.at("70s", lambda: push(town))
    town.at("80s", lambda: push(town))
    town.run("10m")
    assert len(town.executions()) == 1


def test_false_does_not_poll():
    town = polling(PollForSourceChanges="false")
    town.at("70s", lambda: push(town))
    town.run("10m")
    assert town.executions() == []


def test_polling_does_not_keep_the_world_busy():
    town = polling()
    town.run()
    assert town.world.now == 0
    assert town.world.quiet


def test_what_lies_there_at_first_is_no_change():
    town = polling()
    town.run("1h")
    assert town.executions() == []


def test_polling_is_switched_off_after_thirty_days_and_costs_little():
    town = polling()
    town.run("60d")
    assert town.world.steps < 44_000
    push(town)
    town.run("61d")
    assert town.executions() == []
    disabled = town("GetPipeline", name="shop")["metadata"]["pollingDisabledAt"]
    assert disabled.strftime("%Y-%m-%d") == "2026-02-04"


def test_an_edit_goes_on_polling_with_one_poller():
    town = polling()
    declared = town("GetPipeline", name="shop")["pipeline"]
    town.run("90s")
    town("UpdatePipeline", pipeline=declared)
    town.at("100s", lambda: push(town))
    town.run("10m")
    assert [town.span(execution)[0] for execution in town.executions()] == [150]


def test_polls_leave_no_audit_record():
    town = polling()
    town.world.audit = []
    town.run("10m")
    assert town.world.audit == []


def test_an_s3_source_polls_too():
    town = Town(*RULES)
    town.ask("s3", "CreateBucket", Bucket="drop")
    town.ask("s3", "PutBucketVersioning", Bucket="drop", VersioningConfiguration={"Status": "Enabled"})
    source = action("Object", "Source/S3", makes=["App"], configuration={"S3Bucket": "drop", "S3ObjectKey": "app.zip"})
    town.create(pipeline(stage("Source", source), DEPLOY))
    # nothing lies there at first; the first upload is a change
    town.at("70s", lambda: town.ask("s3", "PutObject", Bucket="drop", Key="app.zip", Body=pack({"a": b"1"})))
    town.run("10m")
    assert [town.span(execution)[0] for execution in town.executions()] == [120]
