from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sim.core import naming

seeds = st.integers(0, 2**64)
parts = st.lists(st.text(max_size=5) | st.integers(), max_size=3)


@given(seeds, parts)
def test_ids_have_the_shapes_of_aws(seed: int, of: list[str | int]) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", naming.uuid(seed, *of))
    assert re.fullmatch(r"[0-9a-f]{17}", naming.hexadecimal(seed, *of))
    assert re.fullmatch(r"[0-9A-Z]{9}", naming.capitals(seed, *of))


@given(seeds, parts)
def test_ids_depend_on_the_seed_and_the_parts_only(seed: int, of: list[str | int]) -> None:
    for make in (naming.uuid, naming.hexadecimal, naming.capitals):
        assert make(seed, *of) == make(seed, *of)
        assert len({make(seed, *of), make(seed + 1, *of), make(seed, *of, "x")}) == 3


def test_ids_are_the_same_on_every_machine() -> None:
    assert naming.uuid(7, "build", 1) == "51681bac-fe11-4ce5-b173-0bad6df6e35d"
    assert naming.capitals(7, "deployment", 1) == "D65A2SNJP"


def test_arns() -> None:
    assert naming.arn("sns", "us-east-1", "111111111111", "topic") == "arn:aws:sns:us-east-1:111111111111:topic"
    assert naming.user("111111111111", "alice") == "arn:aws:iam::111111111111:user/alice"
    role = "arn:aws:iam::111111111111:role/path/Deployer"
    assert naming.assumed_role(role, "web") == "arn:aws:sts::111111111111:assumed-role/Deployer/web"
