"""Copies of plain data."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from sim.core.calls import copied

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_a_copy_is_equal(value: object) -> None:
    assert copied(value) == deepcopy(value)


def test_what_is_changed_in_a_copy_is_not_changed_in_the_original() -> None:
    original = {"stages": [{"name": "Source", "actions": [{"name": "A"}]}]}
    other = copied(original)
    other["stages"][0]["actions"][0]["name"] = "B"
    other["stages"].append({"name": "Deploy", "actions": []})
    assert original == {"stages": [{"name": "Source", "actions": [{"name": "A"}]}]}
