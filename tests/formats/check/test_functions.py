"""AppSpecs for Lambda beside the templates that make their functions: hooks and aliases that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.formats.check import check_paths
from tests.formats.check.cases import FUNCTION, HOOKED, _lambda
from tests.formats.check.test_codes import written


def told(folder: Path, properties: str, hook: str, template: str = HOOKED) -> list[tuple[str, int, str]]:
    appspec = _lambda(properties, f"Hooks:\n  - BeforeAllowTraffic: {hook}\n")
    report = check_paths([written(folder, {"appspec.yml": appspec, "template.yml": template})])
    return [(one.code, one.line, one.hint) for one in report.problems if one.code in ("AP309", "AP310")]


@pytest.mark.parametrize(
    ("hook", "hint"),
    [
        ("check", "did you mean CodeDeployHook_check?"),
        ("CodeDeployHook_Check", "did you mean CodeDeployHook_check?"),
        ("CodeDeployHook_chek", "did you mean CodeDeployHook_check?"),
        ("CodeDeployHook_other", "write one that is there: CodeDeployHook_check"),
        ("arn:aws:lambda:us-east-1:123456789012:function:chek", "did you mean CodeDeployHook_check?"),
    ],
)
def test_a_hook_that_no_template_makes(hook: str, hint: str, tmp_path: Path) -> None:
    assert told(tmp_path, FUNCTION, f"'{hook}'") == [("AP309", 5, hint)]


@pytest.mark.parametrize(
    "hook",
    [
        "CodeDeployHook_check",
        "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_check",
        "Check",
        "elsewhere",
        "${CheckFunction}",
        "check2",
    ],
)
def test_a_hook_that_is_there_or_made_elsewhere(hook: str, tmp_path: Path) -> None:
    assert told(tmp_path, FUNCTION, f"'{hook}'") == []


def test_a_name_that_the_stack_alone_knows_may_be_the_hooks(tmp_path: Path) -> None:
    template = HOOKED.replace("FunctionName: f}", "FunctionName: !Sub '${AWS::StackName}-chek'}")
    assert told(tmp_path / "a", FUNCTION, "chek", template) == []
    assert told(tmp_path / "b", FUNCTION, "chek") == [("AP309", 5, "did you mean CodeDeployHook_check?")]


@pytest.mark.parametrize(
    ("alias", "template", "expected"),
    [
        ("Live", HOOKED, ["did you mean live?"]),
        ("current", HOOKED, ["did you mean live?"]),
        ("live", HOOKED, []),
        ("Live", HOOKED.replace("Name: live", "Name: !Ref Alias"), []),
        ("Live", HOOKED.replace("{FunctionName: !Ref F, FunctionV", "{FunctionName: !Ref Other, FunctionV"), []),
        ("Live", HOOKED.replace("FunctionName: f}", "FunctionName: g}"), []),
        ("${ALIAS}", HOOKED, []),
    ],
)
def test_an_alias_that_the_function_has_not(alias: str, template: str, expected: list[str], tmp_path: Path) -> None:
    found = told(tmp_path, FUNCTION.replace("live", f"'{alias}'"), "CodeDeployHook_check", template)
    assert [hint for code, _, hint in found if code == "AP310"] == expected
