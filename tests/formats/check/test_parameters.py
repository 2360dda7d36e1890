"""Defaults of a template's parameters against what their declarations allow."""

from __future__ import annotations

import pytest

from sim.formats.check import check_text
from sim.formats.template import does_not_match


def told(declaration: str) -> list[tuple[str, str, str]]:
    text = f"Parameters:\n  P: {{{declaration}}}\nResources: {{B: {{Type: AWS::S3::Bucket}}}}\n"
    problems = check_text(text, "template.yml")
    assert all(problem.line == 2 for problem in problems)
    return [(problem.code, problem.message, problem.hint) for problem in problems]


@pytest.mark.parametrize(
    ("declaration", "code", "hint"),
    [
        (
            "Type: String, AllowedValues: [dev, prod], Default: prd",
            "CF112",
            "did you mean prod? Else add prd to AllowedValues, line 2",
        ),
        (
            "Type: Number, AllowedValues: [1, 2], Default: 3",
            "CF112",
            "write 1 or 2 in its place, or add 3 to AllowedValues, line 2",
        ),
        (
            "Type: String, AllowedValues: [dev], Default: prod",
            "CF112",
            "write dev in its place, or add prod to AllowedValues, line 2",
        ),
        (
            "Type: CommaDelimitedList, AllowedValues: [a, b], Default: 'a, c'",
            "CF112",
            "write a or b in its place, or add c to AllowedValues, line 2",
        ),
        ("Type: String, AllowedPattern: '[a-z]+', Default: A1", "CF113", "must match the whole value"),
        ("Type: String, AllowedPattern: 'a', Default: ab", "CF113", "must match the whole value"),
        ("Type: Number, Default: many", "CF114", "declare `Type: String`"),
        ("Type: Number, Default: nan", "CF114", "declare `Type: String`"),
        ("Type: List<Number>, Default: '1,b'", "CF114", "declare `Type: String`"),
        ("Type: Number, MinValue: 2, Default: 1", "CF115", "write one that is at least 2"),
        ("Type: Number, MaxValue: 2, Default: 3", "CF115", "write one that is at most 2"),
        ("Type: String, MinLength: 5, Default: abc", "CF115", "write one that is at least 5 characters long"),
        ("Type: String, MaxLength: 2, Default: abc", "CF115", "write one that is at most 2 characters long"),
        ("Type: CommaDelimitedList, Default: [a, b]", "CF119", "its values in a row: 'a,b'"),
    ],
)
def test_a_default_that_is_not_allowed(declaration: str, code: str, hint: str) -> None:
    ((found, _, mend),) = told(declaration)
    assert found == code
    assert hint in mend


@pytest.mark.parametrize(
    "declaration",
    [
        "Type: String, Default: ''",
        "Type: Number, Default: -1.5, MinValue: -2",
        "Type: CommaDelimitedList, Default: 'a,b', AllowedPattern: '[a-z]', MaxLength: 1",
        "Type: 'AWS::SSM::Parameter::Value<String>', Default: /web/name, AllowedPattern: '[a-z]+'",
        "Type: String, AllowedPattern: '(a+)+b', Default: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Type: String, MinLength: many, Default: a, MaxLength: 3",
    ],
)
def test_a_default_that_is_allowed_or_not_judged(declaration: str) -> None:
    assert [code for code, _, _ in told(declaration) if code in ("CF112", "CF113", "CF114", "CF115")] == []


@pytest.mark.parametrize(
    ("pattern", "text", "refused"),
    [
        ("[a-z][a-z0-9-]*", "Web", True),
        (r"(\d{1,3}\.){3}\d{1,3}/\d{1,2}", "10.0.0.0", True),
        (r"(\d{1,3}\.){3}\d{1,3}/\d{1,2}", "10.0.0.0/16", False),
        ("^$|arn:aws:.*", "", False),
        ("(a?){30}a{30}", "a" * 29, False),
        ("(x{1,30}){1,30}y", "x" * 60, False),
        ("(a|a)*b", "a" * 60, False),
        ("a*a*a*a*a*a*a*b", "a" * 200, False),
    ],
)
def test_a_pattern_that_could_take_for_ever_is_not_tried(pattern: str, text: str, refused: bool) -> None:
    assert does_not_match(pattern, text) is refused
