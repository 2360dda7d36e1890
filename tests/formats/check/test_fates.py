"""What becomes of resources when they change or go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.formats.check.fates import OF_GROUPS, UPDATES
from tests.formats.check.small import check_text

ALIAS = "Properties: {FunctionName: f, FunctionVersion: '1', Name: live}"


def told(resource: str, more: str = "") -> list[tuple[str, str]]:
    problems = check_text(f"{more}Resources:\n  B: {{{resource}}}\n", "template.yml", "template")
    return [(problem.code, problem.hint) for problem in problems]


@pytest.mark.parametrize("policy", ["Delete", "Retain", "RetainExceptOnCreate"])
def test_policies_that_are_there(policy: str) -> None:
    assert told(f"Type: AWS::S3::Bucket, DeletionPolicy: {policy}") == []


@pytest.mark.parametrize(
    ("policy", "hint"),
    [
        ("DeletionPolicy: Keep", "write one of Delete, Retain, RetainExceptOnCreate, Snapshot"),
        ("DeletionPolicy: retain", "did you mean Retain?"),
        ("DeletionPolicy: Snapshot", "write Retain to keep it: snapshots are of volumes, databases"),
        ("DeletionPolicy: !Ref 'AWS::Region'", "write one of Delete, Retain, RetainExceptOnCreate, Snapshot"),
        ("UpdateReplacePolicy: RetainExceptOnCreate", "did you mean Retain?"),
        ("UpdateReplacePolicy: Destroy", "write one of Delete, Retain, Snapshot"),
    ],
)
def test_policies_that_are_not(policy: str, hint: str) -> None:
    ((code, said),) = told(f"Type: AWS::S3::Bucket, {policy}")
    assert code == "CF174"
    assert said in (hint, "write one of Delete, Retain, Snapshot")


def test_of_others_a_snapshot_may_be_taken() -> None:
    assert told("Type: AWS::EC2::Volume, DeletionPolicy: Snapshot") == []


def test_with_language_extensions_a_function_may_choose() -> None:
    policy = "DeletionPolicy: !If [Keep, Retain, Delete]"
    more = "Transform: AWS::LanguageExtensions\nConditions: {Keep: !Equals [a, a]}\n"
    assert told(f"Type: AWS::S3::Bucket, {policy}", more) == []


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("{CodeDeployLambdaAliasUpdate: {ApplicationName: a, DeploymentGroupName: g}}", []),
        ("{CodeDeployLambdaAliasUpdat: {}}", [("CF172", "did you mean CodeDeployLambdaAliasUpdate?")]),
        (
            "{CodeDeployLambdaAliasUpdate: {Applicationname: a, DeploymentGroupName: g}}",
            [("CF172", "did you mean ApplicationName?")],
        ),
        (
            "{CodeDeployLambdaAliasUpdate: {ApplicationName: a, DeploymentGroupName: g, AfterAllowTraficHook: f}}",
            [("CF172", "did you mean AfterAllowTrafficHook?")],
        ),
        ("!Ref 'AWS::NoValue'", []),
        ("{CodeDeployLambdaAliasUpdate: !Ref 'AWS::NoValue'}", []),
    ],
)
def test_how_an_alias_is_shifted(update: str, expected: list[tuple[str, str]]) -> None:
    assert told(f"Type: AWS::Lambda::Alias, {ALIAS}, UpdatePolicy: {update}") == expected


def test_only_an_alias_is_shifted() -> None:
    update = "UpdatePolicy: {CodeDeployLambdaAliasUpdate: {ApplicationName: a, DeploymentGroupName: g}}"
    assert [code for code, _ in told(f"Type: AWS::S3::Bucket, {update}")] == ["CF172"]


def test_the_keys_of_an_update_policy_are_those_that_cfn_lint_knows() -> None:
    folder = Path(str(pytest.importorskip("cfnlint").__file__)).parent
    path = folder / "data" / "schemas" / "other" / "resources" / "update_policy.json"
    if not path.exists():
        pytest.skip("this version of cfn-lint has no such schema")
    definitions = json.loads(path.read_text(encoding="utf-8"))["definitions"]
    known = {key for name, one in definitions.items() if name.endswith("UpdatePolicy") for key in one["properties"]}
    assert known <= set(UPDATES)
    for key, inside in OF_GROUPS.items():
        if key in definitions:
            assert sorted(definitions[key]["properties"]) == sorted(inside)


def test_an_instance_refresh_is_one() -> None:
    group = "Type: AWS::AutoScaling::AutoScalingGroup, Properties: {MinSize: 1, MaxSize: 2}"
    refresh = "UpdatePolicy: {AutoScalingInstanceRefresh: {Strategy: Rolling, Preferences: {MinHealthyPercentage: 90}}}"
    assert told(f"{group}, {refresh}") == []
    assert told(f"{group}, {refresh.replace('InstanceRefresh', 'InstancesRefresh')}") == [
        ("CF172", "did you mean AutoScalingInstanceRefresh?")
    ]
