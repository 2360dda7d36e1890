"""YAML and JSON with positions: scalars stay text, mistakes have a line, hostile files are refused at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.core.problems import Problem, ProblemsError
from sim.formats.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Mapping,
    Node,
    Reader,
    Scalar,
    Sequence,
    compose,
    is_null,
    plain,
)


def refused(text: str) -> Problem:
    with pytest.raises(ProblemsError) as caught:
        compose(text, "a.yml")
    (problem,) = caught.value.problems
    assert (problem.path, problem.severity) == ("a.yml", "error")
    return problem


def at(text: str, *way: str | int) -> Node:
    node = compose(text, "a.yml")
    for step in way:
        if isinstance(step, int):
            assert isinstance(node, Sequence)
            node = node.items[step]
        else:
            assert isinstance(node, Mapping)
            found = node.get(step)
            assert found is not None
            node = found
    return node


# Positions

STEPS = """\
# a comment
phases:
  build:
    commands:
      - echo one

      - |
        echo two
        echo three
"""


@pytest.mark.parametrize(
    ("way", "place"),
    [
        ((), (2, 1)),
        (("phases",), (3, 3)),
        (("phases", "build", "commands"), (5, 7)),
        (("phases", "build", "commands", 0), (5, 9)),
        (("phases", "build", "commands", 1), (7, 9)),
    ],
)
def test_every_node_knows_its_line_and_column(way: tuple[str | int, ...], place: tuple[int, int]) -> None:
    node = at(STEPS, *way)
    assert (node.line, node.column, node.path) == (*place, "a.yml")


def test_a_key_has_a_place_of_its_own() -> None:
    node = compose("a:\n  b: 1\n", "a.yml")
    assert isinstance(node, Mapping)
    assert (node.keys(), "a" in node, "b" in node) == (("a",), True, False)
    key = node.key("a")
    assert key is not None
    assert (key.line, key.column) == (1, 1)
    assert (node.get("b"), node.key("b")) == (None, None)


def test_json_has_positions_too() -> None:
    node = at('{\n  "version": 0.0,\n  "hooks": [{"a": "b"}]\n}', "hooks", 0, "a")
    assert (node.line, node.column) == (3, 19)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    node = at("\ufeffversion: 0.2\r\nphases:\r\n  build: x\r\n", "phases", "build")
    assert isinstance(node, Scalar)
    assert (node.text, node.line, node.column) == ("x", 3, 10)


# Scalars


@pytest.mark.parametrize(
    "text", ["3.10", "0644", "1e3", "yes", "on", "0x1F", "1_000", "12:30:45", "2026-01-05", "~", "null", ".5", "0o17"]
)
def test_scalars_stay_text(text: str) -> None:
    node = at(f"key: {text}", "key")
    assert isinstance(node, Scalar)
    assert (node.text, node.plain, node.tag) == (text, True, "")


def test_keys_stay_text_too() -> None:
    node = compose("on: push\n3.10: x\ntrue: y\n", "a.yml")
    assert isinstance(node, Mapping)
    assert node.keys() == ("on", "3.10", "true")


@pytest.mark.parametrize("written", ["'3.10'", '"3.10"', "|\n  3.10", ">-\n  3.10"])
def test_quoted_and_block_text_is_not_plain(written: str) -> None:
    node = at(f"key: {written}", "key")
    assert isinstance(node, Scalar)
    assert (node.text.strip(), node.plain) == ("3.10", False)


def test_cloudformations_short_tags_are_kept() -> None:
    node = at("a: !Sub '${B}'\nb: !GetAtt C.D\nc: !Join [',', [x]]\nd: !If {e: f}\n")
    assert isinstance(node, Mapping)
    assert [value.tag for _, value in node.items if isinstance(value, Scalar | Sequence | Mapping)] == [
        "!Sub",
        "!GetAtt",
        "!Join",
        "!If",
    ]


def test_yamls_own_tags_are_nothing_to_us() -> None:
    node = at("a: !!str 1\nb: !!python/object/apply:os.system [x]\n", "b", 0)
    assert isinstance(node, Scalar)
    assert node.text == "x"


# Plain values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("0.5", 0.5),
        ("1e+22", 1e22),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("3.10", "3.10"),
        ("0644", "0644"),
        ("+5", "+5"),
        ("1_000", "1_000"),
        ("-inf", "-inf"),
        (".inf", ".inf"),
        ("-nan", "-nan"),
        ("1e999", "1e999"),
        ("9" * 30, "9" * 30),
        ("9" * 5000, "9" * 5000),
        ("yes", "yes"),
        ("'5'", "5"),
        ("'true'", "true"),
        ("''", ""),
        ("!Ref 5", "5"),
        ("2026-01-05", "2026-01-05"),
        ("٣", "٣"),
    ],
)
def test_a_plain_value_is_typed_only_when_nothing_is_lost(text: str, value: Any) -> None:
    found = plain(at(f"key: {text}", "key"))
    assert found == value
    assert type(found) is type(value)


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(documents, st.booleans(), st.sampled_from([None, 2, "\t"]))
@example({"a": "\U0001f600", "\t": "\t"}, True, "\t")
@example({"<<": {"a": 1}}, False, None)
@example("\x85\u2028", False, None)
def test_json_comes_back_as_it_was(document: Any, ascii: bool, indent: Any) -> None:
    text = json.dumps({"it": document}, ensure_ascii=ascii, indent=indent)
    assert _spelled(plain(compose(text, "a.json"))) == _spelled(json.loads(text))


def _spelled(value: Any) -> Any:
    """Numbers as text: those that would lose digits stay text."""
    if isinstance(value, dict):
        return {key: _spelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(float(value))
    try:
        return str(float(value)) if isinstance(value, str) and value[-1:].isdigit() else value
    except ValueError:
        return value


# Mistakes


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("a: 1\na: 2\n", "YAML103", 2, "keep the value that is meant: '1' of line 1, or '2' here"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "YAML103", 4, "keep the value"),
        ("a: [1]\nb: 1\na: [2]\n", "YAML103", 3, "put these entries below those of line 1, and take this `a` out"),
        ("a: {b: 1}\na: {c: 2}\n", "YAML103", 2, "put what stands in this `a` into that of line 1"),
        ("a: 1\na:\n", "YAML103", 2, "take the `a` of line 2 out: it is empty, and that of line 1 is not"),
        ("a:\na: 1\n", "YAML103", 2, "take the `a` of line 1 out: it is empty, and this one is not"),
        ("a: 1\na: 1\n", "YAML103", 2, "take one of the two lines out"),
        ("a: 1\na: [1]\n", "YAML103", 2, "keep the one that is meant"),
        ('{"a": 1, "a": 2}', "YAML103", 1, "keep the value"),
        ("a: b: c\n", "YAML101", 1, "quote text"),
        ("a:\n  - b\n c: 1\n", "YAML101", 3, "begin c in column 1"),
        ("a:\n\tb: 1\n", "YAML101", 2, "tabs"),
        ('a: "x\nb: 1\n', "YAML101", 1, "quote is not closed"),
        ("a: 1\nb:2\n", "YAML101", 2, "a space is missing after `b:`"),
        ("a: 1\nb: [1, 2\n", "YAML101", 2, ""),
        ("a: *b\n", "YAML101", 1, ""),
        ("a: 1\n---\nb: 2\n", "YAML101", 2, ""),
        ("a: {{name}}: x\n", "YAML106", 1, "quote it"),
        ("{a: 1}: x\n", "YAML106", 1, ""),
        ("<<: 1\n", "YAML107", 1, ""),
        ("<<: [{a: 1}, x]\n", "YAML107", 1, ""),
        ("", "YAML102", 1, ""),
        ("# nothing\n", "YAML102", 1, ""),
        ("a: &a [*a]\n", "YAML120", 1, ""),
        ("a: &a {b: *a}\n", "YAML120", 1, ""),
        ('{"a": "\\ud83d"}', "YAML121", 1, ""),
        ("a: 1\nb: x\x00y\n", "YAML101", 2, "UTF-8"),
    ],
)
def test_a_mistake_has_a_line_and_a_hint(text: str, code: str, line: int, hint: str) -> None:
    problem = refused(text)
    assert (problem.code, problem.line) == (code, line)
    assert hint in problem.hint


def test_the_other_of_two_is_named() -> None:
    assert refused("a: 1\nb: 2\na: 3\n").message == "'a' is there twice: here and on line 1"


def test_null_bytes_have_a_column_too() -> None:
    problem = refused("a: 1\nb: x\x00y\n")
    assert (problem.column, problem.message) == (5, "not YAML: the character U+0000, which no text file holds")


# Merging


def test_what_is_merged_gives_way_to_what_is_there() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nit:\n  <<: [*base, *more]\n  a: 9\n"
    assert plain(at(text, "it")) == {"a": 9, "b": 2, "c": 4}


def test_merging_goes_over_several_levels() -> None:
    text = "x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: {<<: *y, c: 3}\n"
    assert plain(at(text, "z")) == {"a": 1, "b": 2, "c": 3}


def test_a_quoted_key_merges_nothing() -> None:
    assert plain(at("'<<': {a: 1}\n")) == {"<<": {"a": 1}}


# Hostile files

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 60))
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, MAX_DEPTH + 10))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(LAUGHS, "YAML104", id="laughs"),
        pytest.param(CHAIN, "YAML104", id="a chain of aliases"),
        pytest.param("[" * 100_000, "YAML104", id="deep and never closed"),
        pytest.param("[" * 500 + "]" * 500, "YAML104", id="deep"),
        pytest.param("- " * 5_000 + "x", "YAML104", id="deep block"),
        pytest.param('{"a":' * 500 + "1" + "}" * 500, "YAML104", id="deep json"),
        pytest.param("- a\n" * (MAX_NODES + 5), "YAML104", id="long"),
        pytest.param("x" * 3_000_000, "YAML105", id="large"),
    ],
)
def test_hostile_files_are_refused(text: str, code: str) -> None:
    """A bomb that goes off takes hours: then this test does not end."""
    assert refused(text).code == code


def test_merges_that_double_each_time_stay_small() -> None:
    assert len(plain(compose(MERGES, "a.yml"))) == 60


def test_depth_up_to_the_limit_is_fine() -> None:
    depth = MAX_DEPTH - 1
    assert compose("[" * depth + "x" + "]" * depth, "a.yml").line == 1


@given(st.text(alphabet="ab:-{}[]&*!|>'\"#%,?<\n\t \\\x00\ufeff", max_size=60))
def test_no_text_makes_it_stumble(text: str) -> None:
    try:
        compose(text, "a.yml")
    except ProblemsError as error:
        (problem,) = error.problems
        assert problem.line >= 1
        assert problem.column >= 1


# The reader


@pytest.fixture
def reader() -> Reader:
    return Reader("a.yml", "XX")


def asked(reader: Reader, method: str, text: str) -> Any:
    return getattr(reader, method)(at(f"key: {text}", "key"), "the key")


@pytest.mark.parametrize(
    ("method", "text", "value"),
    [
        ("text", "3.10", "3.10"),
        ("text", "''", ""),
        ("text", "'null'", "null"),
        ("boolean", "yes", True),
        ("boolean", "False", False),
        ("integer", "-12", -12),
        ("integer", "'12'", 12),
        ("number", "0.05", 0.05),
        ("number", "1e-3", 0.001),
        ("duration", "1h30m", 5_400_000),
    ],
)
def test_it_reads_what_is_there(reader: Reader, method: str, text: str, value: Any) -> None:
    assert asked(reader, method, text) == value
    assert reader.problems == []


@pytest.mark.parametrize(
    ("method", "text", "message"),
    [
        ("text", "[a]", "the key is a list, not text"),
        ("text", "", "the key is empty, not text"),
        ("text", "null", "the key is 'null', not text"),
        ("boolean", "1", "the key is '1', not true or false"),
        ("integer", "1.5", "the key is '1.5', not a whole number"),
        ("integer", "1_0", "the key is '1_0', not a whole number"),
        ("integer", "9" * 5000, f"the key is '{'9' * 5000}', not a whole number"),
        ("number", "nan", "the key is 'nan', not a number"),
        ("number", "inf", "the key is 'inf', not a number"),
        ("number", "1e999", "the key is '1e999', not a number"),
        ("duration", "soon", "the key is 'soon', not a duration such as 90s, 1h30m or 7d"),
        ("duration", "{a: b}", "the key is a mapping, not a duration such as 90s, 1h30m or 7d"),
        ("mapping", "x", "the key is 'x', not a mapping (`key: value` lines)"),
        ("sequence", "{a: b}", "the key is a mapping, not a list (`- item` lines)"),
    ],
)
def test_it_says_what_is_wrong(reader: Reader, method: str, text: str, message: str) -> None:
    assert asked(reader, method, text) is None
    (problem,) = reader.problems
    assert (problem.code, problem.line, problem.message) == ("XX001", 1, message)


def test_it_says_what_is_missing(reader: Reader) -> None:
    assert reader.text(None, "the key") is None
    (problem,) = reader.problems
    assert (problem.code, problem.message, problem.hint) == ("XX002", "the key is missing", "it should be text")


def test_it_says_that_a_duration_is_too_long(reader: Reader) -> None:
    assert asked(reader, "duration", "99999d") is None
    assert reader.problems[0].hint == "'99999d' is too long; the longest duration is 3650d"


@pytest.mark.parametrize(
    ("key", "hint"), [("vesrion", "did you mean version?"), ("zzz", "known here: version, phases")]
)
def test_it_knows_keys_that_are_near(reader: Reader, key: str, hint: str) -> None:
    node = compose(f"{key}: 1\nphases: 2\n", "a.yml")
    assert isinstance(node, Mapping)
    reader.unknown_keys(node, ("version", "phases"), "a file")
    (problem,) = reader.problems
    assert (problem.code, problem.line, problem.message, problem.hint) == (
        "XX003",
        1,
        f"a file has no key {key!r}",
        hint,
    )


def test_problems_come_in_the_order_of_the_file_and_warnings_alone_are_no_error(reader: Reader) -> None:
    tree = compose("a: 1\nb: 2\n", "a.yml")
    assert isinstance(tree, Mapping)
    reader.warning(tree.get("b"), "010", "odd")
    reader.raise_if_errors()
    reader.error(tree.get("a"), "011", "wrong")
    with pytest.raises(ProblemsError) as caught:
        reader.raise_if_errors()
    assert [(problem.line, problem.severity) for problem in caught.value.problems] == [(1, "error"), (2, "warning")]


@pytest.mark.parametrize(
    ("text", "null"), [("", True), ("~", True), ("null", True), ("''", False), ("!Ref ''", False), ("[]", False)]
)
def test_null_is_what_yaml_reads_as_null(text: str, null: bool) -> None:
    assert is_null(at(f"key: {text}", "key")) is null
    assert is_null(None)


def test_after_a_mistake_that_confuses_nothing_the_rest_is_read() -> None:
    text = "a:\n  {{one}}: x\nb:\n  - {{two}}\nc:\n  <<: text\nd: 1\n"
    with pytest.raises(ProblemsError) as caught:
        compose(text, "a.yml")
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [
        ("YAML106", 2),
        ("YAML106", 4),
        ("YAML107", 6),
    ]


def test_what_an_alias_stands_for_is_where_the_alias_is() -> None:
    root = compose("a: &x [1, 2]\nb: &y {c: d}\ne: [*x, *y]\n", "a.yml")
    assert isinstance(root, Mapping)
    list_ = root.get("e")
    assert isinstance(list_, Sequence)
    assert [(item.line, item.column, item.alias) for item in list_.items if isinstance(item, (Sequence, Mapping))] == [
        (3, 5, "x"),
        (3, 9, "y"),
    ]
    assert plain(list_) == [[1, 2], {"c": "d"}]
