"""Every scenario that comes along keeps what it promises, and its result is as the schema says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from jsonschema import Draft202012Validator

from sim import Cloud, Scenario, run
from sim.analysis.expectations import judge_all
from sim.formats import shipped

SCENARIOS = shipped.scenarios()


@cache
def ran(name: str) -> Cloud:
    return run(name)


@cache
def validator() -> Draft202012Validator:
    schema = json.loads((shipped.root() / "schema" / "result.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(document: dict[str, Any]) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(document)]


WITHOUT_LUCK = {"library", "three-stages"}
"""Nothing happens in the one, and everything in the other takes as long as it says."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_ends_as_it_says(name: str) -> None:
    cloud = ran(name)
    expectations = [(expect.text, expect.line) for expect in Scenario.open(name).document.expect]
    verdicts = judge_all(cloud.result(), expectations)
    assert [f"line {one.line}: {one.text}: {one.message}" for one in verdicts if not one.holds] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_step_and_every_rule_comes_to_something(name: str) -> None:
    cloud = ran(name)
    assert [step.text for step in cloud.unapplied] == []
    assert [step["error"] for step in cloud.result()["steps"] if "error" in step] == []
    said = [warning.message for warning in cloud.warnings]
    assert [message for message in said if not message.endswith("as a rule replaces its work")] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_its_result_is_as_the_schema_says(name: str) -> None:
    assert faults(ran(name).result()) == []


@pytest.mark.parametrize("name", ["first-release", "validate-fails-rollback", "approval-given"])
def test_events_and_calls_are_as_the_schema_says(name: str) -> None:
    cloud = Scenario.open(name).compile().run(events=True, audit=True)
    document = cloud.result(events=True, audit=True)
    assert document["events"]
    assert document["audit"]
    assert faults(document) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_other_luck_gives_another_run_of_the_same_shape(name: str) -> None:
    document = run(name, seed=20).result()
    assert faults(document) == []
    ends_by_the_clock = Scenario.open(name).document.until is not None or name == "approval-timeout"
    assert document["ended_at"] != ran(name).result()["ended_at"] or ends_by_the_clock or name in WITHOUT_LUCK


def test_the_schema_refuses_what_it_does_not_know() -> None:
    document = ran("first-release").result()
    assert faults({**document, "more": 1}) != []
    assert faults({key: value for key, value in document.items() if key != "fleet"}) != []
    assert faults({**document, "ended_at": "soon"}) != []
    assert faults({**document, "pipelines": [{**document["pipelines"][0], "status": "Succeeded"}]}) != []


def enums(schema: Any, way: str = "") -> Iterator[tuple[str, list[Any]]]:
    if isinstance(schema, dict):
        if "enum" in schema:
            yield way, [value for value in schema["enum"] if value is not None]
        for key, value in schema.items():
            yield from enums(value, f"{way}/{key}")


MODELLED = {
    "/execution/properties/status": ("codepipeline", "PipelineExecutionStatus"),
    "/execution/properties/trigger/properties/triggerType": ("codepipeline", "TriggerType"),
    "/stage/properties/status": ("codepipeline", "StageExecutionStatus"),
    "/action/properties/status": ("codepipeline", "ActionExecutionStatus"),
    "/build/properties/buildStatus": ("codebuild", "StatusType"),
    "/phase/properties/phaseType": ("codebuild", "BuildPhaseType"),
    "/phase/properties/phaseStatus": ("codebuild", "StatusType"),
    "/deployment/properties/creator": ("codedeploy", "DeploymentCreator"),
    "/deployment/properties/status": ("codedeploy", "DeploymentStatus"),
    "/revisionLocation/properties/revisionType": ("codedeploy", "RevisionLocationType"),
    "/revisionLocation/properties/s3Location/properties/bundleType": ("codedeploy", "BundleType"),
    "/target/properties/status": ("codedeploy", "TargetStatus"),
    "/lifecycleEvent/properties/status": ("codedeploy", "LifecycleEventStatus"),
    "/lifecycleEvent/properties/diagnostics/properties/errorCode": ("codedeploy", "LifecycleErrorCode"),
}


@pytest.mark.parametrize("way", MODELLED)
def test_statuses_in_the_schema_are_those_of_aws(way: str) -> None:
    service, shape = MODELLED[way]
    modelled = botocore.session.get_session().get_service_model(service).shape_for(shape).enum
    assert set(dict(enums(validator().schema["$defs"]))[way]) == set(modelled)
