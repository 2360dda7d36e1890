"""The Regions of AWS, as of 2026. A test holds them against botocore's list, which this floor may not load."""

from __future__ import annotations

import re

from sim.formats.slips import misspelled

REGIONS = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
)
_FORM = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")


def meant_region(text: str) -> str | None:
    """What to write for a Region that is not one; "" when none is meant; None for one, be it one that is new."""
    if text in REGIONS:
        return None
    plain = re.sub(r"[\s_]", "-", text.lower())
    without_zone = re.sub(r"(?<=[0-9])[a-f]$", "", plain)
    if without_zone in REGIONS:
        return without_zone
    return misspelled(plain, REGIONS) or (None if _FORM.fullmatch(text) else "")
