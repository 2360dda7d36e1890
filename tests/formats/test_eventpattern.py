"""EventBridge's pattern language. Source: docs/behaviour/codecommit-and-glue.md §13.2."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.formats import eventpattern
from sim.formats.eventpattern import PatternError

ROWS = [json.loads(line) for line in (Path(__file__).parent / "eventpatterns.jsonl").read_text().splitlines()]
"""Patterns and events with the verdict of AWS's own engine: every feature of the language, each verdict."""


def matches(pattern: Any, event: dict[str, Any]) -> bool:
    return eventpattern.parse(pattern).matches(event)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row["features"]))
def test_verdicts_of_the_engine(row: dict[str, Any]):
    if row.get("invalid"):
        with pytest.raises(PatternError):
            eventpattern.parse(row["pattern"])
    else:
        assert matches(row["pattern"], row["event"]) is row["match"]


@pytest.mark.parametrize(
    ("pattern", "event", "verdict"),
    [
        # anything-but on arrays
        ({"a": [{"anything-but": "x"}]}, {"a": ["x", "y"]}, True),
        ({"a": [{"anything-but": ["x", "y"]}]}, {"a": ["x", "y"]}, False),
        ({"a": [{"anything-but": "x"}]}, {"a": 5}, True),
        ({"a": [{"anything-but": "x"}]}, {"a": None}, True),
        ({"a": [{"anything-but": "x"}]}, {"a": True}, True),
        ({"a": [{"anything-but": "x"}]}, {}, False),
        ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "axe"}, True),
        # the rest
        ({"a": [1], "b": ["q"]}, {"a": 1, "b": "r"}, False),
        ({"l": {"k": ["a"], "v": [1]}}, {"l": [{"k": "a", "v": 2}, {"k": "b", "v": 1}]}, False),
        ({"l": {"k": ["a"], "v": [1]}}, {"l": [{"k": "a", "v": 1}, {"k": "b", "v": 2}]}, True),
        ({"a": [{"wildcard": "us-*"}]}, {"a": "us-"}, True),
        ({"a": [{"numeric": [">", 0, "<", 5]}]}, {"a": 5}, False),
        ({"a": [{"numeric": [">", 0, "<", 5]}]}, {"a": "3"}, False),
        ({"$or": [{"a": [1]}, {"b": [2]}], "c": ["z"]}, {"b": 2, "c": "z"}, True),
        ({"d": {"e": [{"exists": False}]}}, {"d": {}}, True),
        ({"d": {"e": [{"exists": False}]}}, {}, True),
        # the traps
        ({"a": ["5"]}, {"a": 5}, False),
        ({"a": [300]}, {"a": 300.0}, True),
        ({"a": [True]}, {"a": "true"}, False),
        ({"a": [1]}, {"a": True}, False),
        ({"a": ["us-*"]}, {"a": "us-east-1"}, False),
        ({"a": [""]}, {}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": [{"exists": True}]}, {"a": []}, False),
        ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
        ({"a": [{"exists": True}]}, {"a": None}, True),
        ({"source": ["AWS.ec2"]}, {"source": "aws.ec2"}, False),
        ({"a": [{"wildcard": r"1\*2*"}]}, {"a": "1*23"}, True),
        ({"a": [{"wildcard": r"1\*2*"}]}, {"a": "1x23"}, False),
        ({"a": [{"wildcard": "ab*ba"}]}, {"a": "aba"}, False),
    ],
)
def test_rows_of_the_dossier(pattern: dict[str, Any], event: dict[str, Any], verdict: bool):
    assert matches(pattern, event) is verdict


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ({}, "empty objects"),
        ({"a": "x"}, '"a" must be an object or an array'),
        ({"a": []}, '"a": empty arrays'),
        ({"a": [{"prefix": 5}]}, "prefix takes text"),
        ({"a": [{"begins": "x"}]}, 'no operator "begins"'),
        ({"a": [{"prefix": "x", "suffix": "y"}]}, "stands alone"),
        ({"a": [{"wildcard": "a**"}]}, "two stars"),
        ({"a": [{"numeric": ["<", 5, ">", 0]}]}, "lower bound"),
        ({"a": [{"numeric": [">", 6e9]}]}, "5e9"),
        ({"a": [{"anything-but": ["a", 1]}]}, "texts only, or numbers only"),
        ({"a": [{"cidr": "10.0.0.0/33"}]}, "block of addresses"),
        ({"$or": [{"a": [1]}]}, "two or more"),
        ({"$or": [{"prefix": ["a"]}, {"b": [1]}]}, "cannot be a field inside $or"),
        ({"$or": [{f"k{n}": [n]} for n in range(1001)]}, "more than 1000"),
    ],
)
def test_what_is_wrong_is_said(pattern: Any, said: str):
    with pytest.raises(PatternError, match=said.replace("$", r"\$")):
        eventpattern.parse(pattern)


def test_could_match_looks_at_what_is_known_only():
    pattern = eventpattern.parse({"source": ["aws.codecommit"], "detail": {"event": ["referenceCreated"]}})
    assert pattern.could_match({"source": "aws.codecommit", "detail-type": "anything"})
    assert not pattern.could_match({"source": "aws.codebuild", "detail-type": "anything"})
    either = eventpattern.parse({"$or": [{"source": ["aws.s3"]}, {"detail": {"x": [1]}}]})
    assert either.could_match({"source": "aws.ec2", "detail-type": "anything"})


# Whatever the event

NAMES = st.sampled_from(["a", "b", "c", "d"])
LEAVES = st.none() | st.booleans() | st.integers(-5_000_000, 5_000_000) | st.text(max_size=8)
EVENTS = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
    ),
    min_size=1,
)


@given(LEAVES, LEAVES)
def test_a_value_fits_itself_and_anything_but_is_the_opposite(one: Any, other: Any):
    assert matches({"a": [one]}, {"a": one})
    if isinstance(one, str) or (isinstance(one, int) and not isinstance(one, bool)):
        assert matches({"a": [{"anything-but": one}]}, {"a": other}) is not matches({"a": [one]}, {"a": other})


@given(EVENTS, NAMES)
def test_a_field_either_exists_or_not(event: dict[str, Any], name: str):
    there, absent = ({name: [{"exists": answer}]} for answer in (True, False))
    assert matches(there, event) is not matches(absent, event)


@given(EVENTS, NAMES, LEAVES, LEAVES)
def test_an_or_is_one_or_the_other(event: dict[str, Any], name: str, one: Any, other: Any):
    first, second = {name: [one]}, {"b": [other]}
    assert matches({"$or": [first, second]}, event) is (matches(first, event) or matches(second, event))


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner), max_leaves=20))
def test_nothing_but_a_pattern_error_comes_of_nonsense(nonsense: Any):
    with suppress(PatternError):
        eventpattern.parse(nonsense)


def test_a_pattern_nested_without_end_is_refused():
    with pytest.raises(PatternError, match="nested too deeply"):
        eventpattern.parse('{"a":' * 20_000 + '["x"]' + "}" * 20_000)
