"""The environments and compute types of CodeBuild, which templates, buildspecs and batches name.

A test holds them against botocore's models, which this floor of the house may not load.
"""

from __future__ import annotations

import difflib
import re

from sim.formats.slips import misspelled

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


CURATED = "aws/codebuild/"
"""What the names of CodeBuild's own images begin with."""


def has_runtimes(image: str) -> bool:
    """Whether runtime-versions choose the runtimes of an image: not of one's own, of one runtime, or of Lambda's."""
    return image.startswith(CURATED) and "standard:" in image and "-lambda-" not in image


IMAGES = {
    "standard": ("1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0"),
    "amazonlinux2-x86_64-standard": ("1.0", "2.0", "3.0", "4.0", "5.0"),
    "amazonlinux2-aarch64-standard": ("1.0", "2.0", "3.0"),
    "amazonlinux-x86_64-standard": ("4.0", "5.0", "6.0"),
    "amazonlinux-aarch64-standard": ("2.0", "3.0", "4.0"),
}
"""Linux images -> their versions, retired ones too, as of 2026.

Source: https://github.com/aws/aws-codebuild-docker-images (the folders ubuntu, al2 and al), and the User Guide.
"""


def image_instead(image: str) -> str:
    """What to write for a name of CodeBuild's own images that is none of them; "" when it is one, or not judged."""
    family, _, tag = image.removeprefix(CURATED).partition(":")
    if not image.startswith(CURATED):
        return ""
    if family not in IMAGES:
        meant = misspelled(family, IMAGES)
        return f"did you mean {CURATED}{meant}:{IMAGES[meant][-1]}?" if meant else ""
    # Behind the version may stand the date of a release: 7.0-24.10.29
    version = re.fullmatch(r"([0-9]+(?:\.[0-9]+)*)(?:-[0-9.]+)?", tag)
    if version is None or version[1] in IMAGES[family]:
        return ""
    return f"there are {', '.join(IMAGES[family])} (list of 2026): write {CURATED}{family}:{IMAGES[family][-1]}"


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
