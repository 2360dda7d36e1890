"""The environments and compute types of CodeBuild, which templates, buildspecs and batches name.

A test holds them against botocore's models, which this floor of the house may not load.
"""

from __future__ import annotations

import difflib

ENVIRONMENT_TYPES = (
    "LINUX_CONTAINER",
    "LINUX_GPU_CONTAINER",
    "ARM_CONTAINER",
    "WINDOWS_CONTAINER",
    "WINDOWS_SERVER_2019_CONTAINER",
    "WINDOWS_SERVER_2022_CONTAINER",
    "LINUX_LAMBDA_CONTAINER",
    "ARM_LAMBDA_CONTAINER",
    "LINUX_EC2",
    "ARM_EC2",
    "WINDOWS_EC2",
    "MAC_ARM",
)
COMPUTE_TYPES = (
    "BUILD_GENERAL1_SMALL",
    "BUILD_GENERAL1_MEDIUM",
    "BUILD_GENERAL1_LARGE",
    "BUILD_GENERAL1_XLARGE",
    "BUILD_GENERAL1_2XLARGE",
    "BUILD_LAMBDA_1GB",
    "BUILD_LAMBDA_2GB",
    "BUILD_LAMBDA_4GB",
    "BUILD_LAMBDA_8GB",
    "BUILD_LAMBDA_10GB",
    "ATTRIBUTE_BASED_COMPUTE",
    "CUSTOM_INSTANCE_TYPE",
)


MEANT = {"EC2": "Server", "ON-PREMISES": "Server", "EC2/ON-PREMISES": "Server"}
"""What people write for a value that is called otherwise."""


def nearest(text: str, known: tuple[str, ...]) -> str:
    """A hint at the value that is meant, whatever the case of its letters, or at all of them."""
    plain = {value.upper(): value for value in known}
    wanted = text.upper()
    parts = [value for value in known if wanted and wanted in value.upper().replace("-", "_").split("_")]
    near = [plain[one] for one in difflib.get_close_matches(wanted[:60], plain, 1) if _ends_alike(one, wanted)]
    meant = [MEANT[wanted]] if MEANT.get(wanted) in known else []
    found = [*meant, *parts, *near]
    if found:
        return f"did you mean {found[0]}?"
    begins = wanted.rpartition("_")[0]
    alike = [value for value in known if begins and value.upper().rpartition("_")[0] == begins]
    return f"write one of {', '.join(alike or known)}"


def _ends_alike(one: str, other: str) -> bool:
    """Whether the last words of two values are near: what they begin with is the same of many."""
    last, wanted = one.rpartition("_")[2], other[:60].rpartition("_")[2]
    return bool(difflib.get_close_matches(wanted, [last], 1))
