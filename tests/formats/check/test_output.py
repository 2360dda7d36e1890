"""Findings as text, JSON, commands for GitHub and SARIF."""

from __future__ import annotations

import json

import pytest

from sim.core.problems import Problem
from sim.formats.check.output import FORMATS, as_github, as_json, as_sarif, as_text

WRONG = Problem("ci/build spec.yml", 4, 7, "error", "BS108", "Expected Commands[0]: 100% wrong", "quote it")
ODD = Problem("buildspec.yml", 0, 0, "warning", "YAML203", "two\nlines")


def test_text_has_a_line_for_each_and_counts() -> None:
    assert as_text([WRONG, ODD]).splitlines() == [
        "ci/build spec.yml:4:7: error BS108 Expected Commands[0]: 100% wrong",
        "    quote it",
        "buildspec.yml:0:0: warning YAML203 two",
        "lines",
        "1 error, 1 warning",
    ]
    assert as_text([WRONG, WRONG]).endswith("2 errors, 0 warnings\n")
    assert as_text([]) == "no findings\n"


def test_text_does_not_steer_the_terminal() -> None:
    problem = Problem("a\x1b[2J.yml", 1, 1, "error", "BS001", "\x1b]0;title\x07")
    assert "\x1b" not in as_text([problem]) + as_github([problem])


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_name_in_no_encoding_can_be_printed(form: str) -> None:
    name = b"caf\xe9.yml".decode("utf-8", "surrogateescape")
    FORMATS[form]([Problem(name, 1, 1, "error", "BS001", name)]).encode("utf-8")


def test_json_has_the_promised_members() -> None:
    assert json.loads(as_json([WRONG])) == [
        {
            "path": "ci/build spec.yml",
            "line": 4,
            "column": 7,
            "severity": "error",
            "code": "BS108",
            "message": "Expected Commands[0]: 100% wrong",
            "hint": "quote it",
        }
    ]
    assert json.loads(as_json([])) == []


def test_github_gets_workflow_commands_with_escapes() -> None:
    first, second = as_github([WRONG, ODD]).splitlines()
    assert first == (
        "::error file=ci/build spec.yml,line=4,col=7,title=BS108::Expected Commands[0]: 100%25 wrong%0Aquote it"
    )
    assert second == "::warning file=buildspec.yml,line=1,col=1,title=YAML203::two%0Alines"
    assert as_github([]) == ""


def test_a_colon_and_a_comma_in_a_path_end_no_property() -> None:
    command = as_github([Problem("a:b,c.yml", 1, 1, "error", "BS001", "x")])
    assert "file=a%3Ab%2Cc.yml,line=1" in command


def test_sarif_is_a_log_of_version_2_1_0() -> None:
    log = json.loads(as_sarif([WRONG, ODD, WRONG]))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["BS108", "YAML203"]
    assert all(rule["shortDescription"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first = run["results"][0]
    assert first["level"] == "error"
    assert first["message"]["text"] == "Expected Commands[0]: 100% wrong\nquote it"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "ci/build%20spec.yml"
    assert place["region"] == {"startLine": 4, "startColumn": 7}


def test_sarif_of_a_whole_file_has_no_region() -> None:
    log = json.loads(as_sarif([ODD]))
    assert "region" not in log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_no_findings_and_unknown_codes(form: str) -> None:
    assert isinstance(FORMATS[form]([]), str)
    assert "XX999" in FORMATS[form]([Problem("a", 1, 1, "error", "XX999", "m")])
