"""Any text and any document gives findings, and nothing else: what hypothesis makes, and mutated files."""

from __future__ import annotations

import json
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.problems import Problem
from sim.formats.check import CODES, KINDS, Kind, check_text
from tests.formats.check.cases import CASES
from tests.formats.check.fuzz import run

INPUTS = 2_000


def test_mutated_files() -> None:
    outcome = run(0, range(INPUTS), inf)  # how long each takes is measured by `python -m tests.formats.check.fuzz`
    assert outcome.inputs == INPUTS
    assert outcome.failures == []
    assert outcome.findings > INPUTS // 4, "most inputs are still looked at as something"
    assert outcome.folders > INPUTS // 5
    assert outcome.across > INPUTS // 40, "files of many folders still speak of each other"


WORDS = sorted(
    {
        word.strip("\"'{}[],:")
        for _, text in CASES.values()
        for word in (text if isinstance(text, str) else "")[:2_000].split()
    }
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)


def sound(problems: list[Problem]) -> None:
    for problem in problems:
        assert problem.code in CODES
        assert CODES[problem.code].severity == problem.severity
        assert problem.message
        assert problem.line >= 0


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), documents)
def test_any_document_as_any_kind(kind: Kind, document: object) -> None:
    sound(check_text(json.dumps(document), "file.yml", kind))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.text(max_size=200))
def test_any_text_as_any_kind(kind: Kind, text: str) -> None:
    sound(check_text(text, "file.yml", kind))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS), documents, max_size=6))
def test_any_resources(resources: dict[str, object]) -> None:
    table = {f"R{n}": {"Type": name, "Properties": value} for n, (name, value) in enumerate(resources.items())}
    sound(check_text(json.dumps({"Resources": table}), "file.yml", "template"))


TYPES = (
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::IAM::Policy",
    "AWS::S3::BucketPolicy",
)
KEYS = (
    "Source",
    "BuildSpec",
    "Artifacts",
    "Type",
    "Environment",
    "EnvironmentVariables",
    "Name",
    "Value",
    "Stages",
    "Actions",
    "ActionTypeId",
    "Category",
    "Provider",
    "Configuration",
    "InputArtifacts",
    "RoleArn",
    "ServiceRole",
    "EventPattern",
    "Targets",
    "Arn",
    "AssumeRolePolicyDocument",
    "Policies",
    "PolicyDocument",
    "Statement",
    "Effect",
    "Action",
    "Principal",
    "Service",
    "Condition",
    "ManagedPolicyArns",
    "Ref",
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::If",
    "ArtifactStores",
    "TimeoutInMinutes",
)
properties = st.recursive(
    st.sampled_from(("R0", "R0.Arn", "${R0}", "AWS", "Source", "5", "version: 0.2\n", "AWS::NoValue", ""))
    | st.none()
    | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TYPES), properties), min_size=1, max_size=4))
def test_any_properties_of_the_types_that_are_looked_into(resources: list[tuple[str, object]]) -> None:
    table = {f"R{n}": {"Type": name, "Properties": value} for n, (name, value) in enumerate(resources)}
    sound(check_text(json.dumps({"Resources": table}), "file.yml", "template"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "a", "[]", "{}", "null", "- a", "a: b", "0.2"])
def test_almost_nothing_as_any_kind(kind: Kind, text: str) -> None:
    sound(check_text(text, "file.yml", kind))
