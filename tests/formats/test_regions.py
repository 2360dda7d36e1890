"""Regions: the list, and what is meant by what is not in it."""

from __future__ import annotations

import pytest

from sim.formats.regions import REGIONS, meant_region


def test_the_list_is_botocores() -> None:
    loader = pytest.importorskip("botocore.loaders").Loader()
    partitions = loader.load_data("endpoints")["partitions"]
    assert sorted(REGIONS) == sorted(region for one in partitions for region in one["regions"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("us-east-1", None),
        ("us-esat-1", "us-east-1"),
        ("us-east1", ""),
        ("us_east_1", "us-east-1"),
        ("US-EAST-1", "us-east-1"),
        ("eu-west-1a", "eu-west-1"),
        ("eu-wst-1", "eu-west-1"),
        ("eu-west-9", None),
        ("xx-middle-1", None),
        ("Ireland", ""),
        ("", ""),
    ],
)
def test_what_is_meant(text: str, meant: str | None) -> None:
    assert meant_region(text) == meant
