"""A value of the wrong shape is told, nothing follows from it, and the rest of the declaration is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from sim.formats.apishapes import ListOf, MapOf, Members, Number, Place, Text, faults, mended
from sim.formats.check import check_text
from sim.formats.pipeline import MAX_FAULTS, violations


def _type(category: str, provider: str) -> dict[str, str]:
    return {"category": category, "owner": "AWS", "provider": provider, "version": "1"}


CODE = {
    "name": "Code",
    "namespace": "Code",
    "runOrder": 1,
    "actionTypeId": _type("Source", "CodeStarSourceConnection"),
    "configuration": {
        "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/aEXAMPLE",
        "FullRepositoryId": "shop/web",
        "BranchName": "main",
        "DetectChanges": "false",
    },
    "outputArtifacts": [{"name": "SourceOutput"}],
}
LINT = {
    "name": "Lint",
    "runOrder": 1,
    "actionTypeId": _type("Compute", "Commands"),
    "commands": ["make lint", "echo #{Code.CommitId}"],
    "inputArtifacts": [{"name": "SourceOutput"}],
    "outputArtifacts": [{"name": "Lint", "files": ["lint.txt"]}],
    "outputVariables": ["VERSION"],
    "namespace": "Linted",
    "environmentVariables": [{"name": "A", "value": "#{variables.Tag}", "type": "PLAINTEXT"}],
}
COMPILE = {
    "name": "Compile",
    "runOrder": 2,
    "actionTypeId": _type("Build", "CodeBuild"),
    "configuration": {
        "ProjectName": "web",
        "PrimarySource": "SourceOutput",
        "EnvironmentVariables": '[{"name": "V", "value": "#{Linted.VERSION}"}]',
    },
    "inputArtifacts": [{"name": "SourceOutput"}, {"name": "Lint"}],
    "outputArtifacts": [{"name": "BuildOutput"}],
    "namespace": "Compiled",
}
APPROVE = {
    "name": "Approve",
    "runOrder": 1,
    "actionTypeId": _type("Approval", "Manual"),
    "configuration": {
        "NotificationArn": "arn:aws:sns:us-east-1:123456789012:approvals",
        "CustomData": "#{Compiled.Version}",
    },
    "timeoutInMinutes": 60,
}
DEPLOY = {
    "name": "Deploy",
    "runOrder": 2,
    "region": "eu-west-1",
    "actionTypeId": _type("Deploy", "CodeDeploy"),
    "configuration": {"ApplicationName": "web", "DeploymentGroupName": "production"},
    "inputArtifacts": [{"name": "BuildOutput"}],
}
CHECK = {
    "name": "Check",
    "ruleTypeId": _type("Rule", "VariableCheck"),
    "configuration": {"Variable": "#{Code.BranchName}", "Operator": "EQ", "Value": "main"},
    "inputArtifacts": [{"name": "SourceOutput"}],
    "region": "us-east-1",
}
ALARM = {
    "name": "Alarm",
    "ruleTypeId": _type("Rule", "CloudWatchAlarm"),
    "configuration": {"AlarmName": "errors", "WaitTime": "5"},
    "timeoutInMinutes": 60,
}
WHOLE: dict[str, Any] = {
    "name": "web",
    "roleArn": "arn:aws:iam::123456789012:role/pipeline",
    "pipelineType": "V2",
    "executionMode": "QUEUED",
    "artifactStores": {
        "us-east-1": {"type": "S3", "location": "bucket-one", "encryptionKey": {"id": "alias/key", "type": "KMS"}},
        "eu-west-1": {"type": "S3", "location": "bucket-two"},
    },
    "variables": [{"name": "Tag", "defaultValue": "latest", "description": "of the image"}],
    "triggers": [
        {
            "providerType": "CodeStarSourceConnection",
            "gitConfiguration": {
                "sourceActionName": "Code",
                "push": [{"branches": {"includes": ["main"]}, "filePaths": {"includes": ["src/**"]}}],
                "pullRequest": [{"events": ["OPEN"], "branches": {"includes": ["main"]}}],
            },
        }
    ],
    "stages": [
        {
            "name": "Source",
            "actions": [CODE],
            "onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}},
        },
        {
            "name": "Build",
            "beforeEntry": {"conditions": [{"result": "SKIP", "rules": [CHECK]}]},
            "actions": [LINT, COMPILE],
        },
        {
            "name": "Release",
            "onSuccess": {"conditions": [{"result": "ROLLBACK", "rules": [ALARM]}]},
            "actions": [APPROVE, DEPLOY],
        },
    ],
}
"""A declaration with a value in every part of the grammar that holds other parts to account."""


def codes(declaration: Any) -> list[str]:
    return [one.code for one in check_text(json.dumps(declaration), "pipeline.json", "pipeline")]


def places(value: Any, where: Place = ()) -> Iterator[Place]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in pairs:
        yield (*where, key)
        yield from places(inside, (*where, key))


def changed(where: Place, value: Any) -> dict[str, Any]:
    """The whole declaration, with another value at that place."""
    found = deepcopy(WHOLE)
    inside: Any = found
    for part in where[:-1]:
        inside = inside[part]
    inside[where[-1]] = value
    return found


def test_the_declaration_to_start_from_has_no_finding() -> None:
    assert codes(WHOLE) == []


@pytest.mark.parametrize("where", list(places(WHOLE)), ids=lambda where: ".".join(map(str, where)))
def test_one_value_of_the_wrong_shape_is_told_and_nothing_follows_from_it(where: Place) -> None:
    for value in (None, {"other": ["key"]}):
        assert set(codes(changed(where, value))) == {"PL121"}, value


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((("stages", 0, "actions", 0, "configuration"), ["BranchName"]), "stages[0].actions[0].configuration is not"),
        ((("stages", 0, "name"), None), "stages[0].name is null"),
        ((("stages", 1, "beforeEntry"), []), "stages[1].beforeEntry is not a mapping"),
        ((("executionMode",), "FAST"), "executionMode is 'FAST'"),
        ((("variables", 0, "default"), "x"), "variables[0].default is not a key"),
    ],
)
def test_the_other_parts_are_looked_at_all_the_same(change: tuple[Place, Any], told: str) -> None:
    # given a second mistake in the last action
    declaration = changed(*change)
    deploy = declaration["stages"][2]["actions"][1]
    deploy["actionTypeId"]["provider"] = "CodeDeplo"
    deploy["inputArtifacts"][0]["name"] = "BuildOutputs"
    # when it is checked
    found = [one.message for one in check_text(json.dumps(declaration), "pipeline.json", "pipeline")]
    # then both are told
    assert any(message.startswith(told) for message in found)
    assert any("Provider: 'CodeDeplo'" in message for message in found)
    assert any("Input artifact BuildOutputs of action Deploy is made by no action" in message for message in found)


def test_a_stage_without_a_name_is_called_by_its_place() -> None:
    declaration = deepcopy(WHOLE)
    del declaration["stages"][1]["name"]
    declaration["stages"][1]["beforeEntry"]["conditions"][0]["result"] = "ROLLBACK"
    messages = [one.message for one in check_text(json.dumps(declaration), "pipeline.json", "pipeline")]
    assert "stages[1] has no name (ValidationException)" in messages
    assert any(message.startswith("A condition of beforeEntry of stage stages[1] cannot") for message in messages)


def test_of_a_declaration_that_is_wrong_everywhere_only_the_shape_is_told() -> None:
    wrong = deepcopy(WHOLE)
    wrong["stages"][2]["actions"] = [{"name": "Deploy", "kind": n} for n in range(2_000)]
    found = violations(wrong)
    assert {violation.rule for violation in found} == {21}
    assert len(found) == MAX_FAULTS


def test_a_misspelt_key_is_told_once_and_read_as_what_is_meant() -> None:
    declaration = deepcopy(WHOLE)
    action = declaration["stages"][1]["actions"][1]
    action["outputArtifact"] = action.pop("outputArtifacts")
    assert codes(declaration) == ["PL121"]


def test_what_a_rule_of_a_condition_reads_is_made_before_it() -> None:
    late = changed(("stages", 1, "beforeEntry", "conditions", 0, "rules", 0, "inputArtifacts", 0, "name"), "Lint")
    (problem,) = check_text(json.dumps(late), "pipeline.json", "pipeline")
    message = "Input artifact Lint of rule Check of stage Build is made by no action that comes before it"
    assert (problem.code, problem.message.removesuffix(" (InvalidStageDeclarationException)")) == ("PL109", message)
    # after the stage, what the stage makes is there
    after = changed(("stages", 1, "beforeEntry"), None)
    stage = after["stages"][1]
    del stage["beforeEntry"]
    rule = CHECK | {"inputArtifacts": [{"name": "Lint"}]}
    stage["onSuccess"] = {"conditions": [{"result": "FAIL", "rules": [rule]}]}
    assert codes(after) == []


def test_variables_of_a_rule_are_those_of_actions_before_it() -> None:
    where: Place = ("stages", 1, "beforeEntry", "conditions", 0, "rules", 0, "configuration", "Variable")
    for text in ("#{Cod.BranchName}", "#{Linted.VERSION}", "#{variables.Tags}"):
        (problem,) = check_text(json.dumps(changed(where, text)), "pipeline.json", "pipeline")
        assert (problem.code, problem.message[:36]) == ("PL120", "Rule Check of stage Build uses " + text[:5])


@pytest.mark.parametrize(
    ("where", "text", "hint"),
    [
        (("stages", 1, "actions", 0, "environmentVariables", 0, "value"), "${variables.Tag}", "write #{variables.Tag}"),
        (("stages", 1, "actions", 0, "commands", 0), "echo #{Tag}", "write #{variables.Tag}"),
        (("stages", 2, "actions", 0, "configuration", "CustomData"), "${Code.CommitId}", "write #{Code.CommitId}"),
        (
            ("stages", 1, "beforeEntry", "conditions", 0, "rules", 0, "configuration", "Variable"),
            "Code.BranchName",
            "write #{Code.BranchName}",
        ),
    ],
)
def test_what_looks_like_a_reference_and_is_none(where: Place, text: str, hint: str) -> None:
    (problem,) = check_text(json.dumps(changed(where, text)), "pipeline.json", "pipeline")
    assert (problem.code, problem.hint) == ("PL212", hint)


@pytest.mark.parametrize("text", ["echo ${TAG} $TAG", 'puts "#{name}"', "${other.key}", "#{variables.Tag}"])
def test_what_a_command_fills_in_itself(text: str) -> None:
    assert codes(changed(("stages", 1, "actions", 0, "commands", 0), text)) == []


@pytest.mark.parametrize(("kind", "what"), [("push", "branches"), ("pullRequest", "branches")])
def test_filters_name_branches_and_no_refs(kind: str, what: str) -> None:
    where: Place = ("triggers", 0, "gitConfiguration", kind, 0, what, "includes", 0)
    (problem,) = check_text(json.dumps(changed(where, "refs/heads/main")), "pipeline.json", "pipeline")
    assert (problem.code, problem.hint) == ("PL213", "write main")


SHAPE = Members(
    {
        "name": Text(),
        "size": Number(1, 9),
        "kind": Text(values=("SMALL", "LARGE")),
        "labels": MapOf(Text(), Text()),
        "parts": ListOf(Members({"name": Text()}, ("name",))),
    },
    ("name", "parts"),
)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ({"name": 5, "parts": []}, {"name": "5", "parts": []}),
        ({"name": "a", "size": "3", "parts": []}, {"name": "a", "size": 3, "parts": []}),
        ({"name": "a", "kind": "large", "parts": []}, {"name": "a", "kind": "LARGE", "parts": []}),
        ({"name": "a", "parts": ["b"]}, {"name": "a", "parts": [{"name": "b"}]}),
        ({"name": "a", "parts": {"name": "b"}}, {"name": "a", "parts": [{"name": "b"}]}),
        ({"name": "a", "part": ["b"]}, {"name": "a", "parts": [{"name": "b"}]}),
        ({"name": "a", "labels": {"x": True}, "parts": []}, {"name": "a", "labels": {"x": "true"}, "parts": []}),
    ],
)
def test_what_is_plainly_meant_is_no_guess(value: Any, meant: Any) -> None:
    assert list(faults(SHAPE, value))
    assert mended(SHAPE, value) == (meant, set())


@pytest.mark.parametrize(
    ("value", "guesses"),
    [
        ({"parts": []}, {("name",)}),
        ({"name": "a", "parts": None}, {("parts",)}),
        ({"name": "a", "parts": [5]}, {("parts", 0), ("parts", 0, "name")}),
        ({"name": "a", "parts": [], "kind": "HUGE"}, {("kind",)}),
        ({"name": "a", "parts": [], "unheard": 1}, {("unheard",)}),
        (None, {(), ("name",), ("parts",)}),
    ],
)
def test_what_nobody_can_tell_is_a_guess_of_the_right_shape(value: Any, guesses: set[Place]) -> None:
    found, guessed = mended(SHAPE, value)
    assert guessed == guesses
    assert [fault for fault in faults(SHAPE, found) if fault.where not in guesses] == []
