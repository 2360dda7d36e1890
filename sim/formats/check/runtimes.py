"""The runtimes of CodeBuild's own Linux images, and what may stand in `runtime-versions`."""

from __future__ import annotations

import re

from sim.formats.nodes import near

LISTED = "2026"
"""The year of the list: CodeBuild User Guide, runtime versions (…/userguide/runtime-versions.html)."""
CURRENT = {
    "dotnet": ("6.0", "8.0", "10.0"),
    "golang": ("1.20", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26"),
    "java": ("corretto8", "corretto11", "corretto17", "corretto21", "corretto25"),
    "nodejs": ("18", "20", "22", "24"),
    "php": ("8.1", "8.2", "8.3", "8.4", "8.5"),
    "python": ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14"),
    "ruby": ("3.1", "3.2", "3.3", "3.4", "4.0"),
    "rust": ("1.93",),
}
"""Runtime -> the versions that the images of the list have, oldest first.

Sources: the User Guide's table, and `runtimes.yml` of the images in https://github.com/aws/aws-codebuild-docker-images.
"""
RETIRED = {
    "android": ("28", "29"),
    "docker": ("18", "19", "20"),
    "dotnet": ("2.2", "3.0", "3.1", "5.0"),
    "golang": ("1.11", "1.12", "1.13", "1.14", "1.15", "1.16", "1.17", "1.18"),
    "java": ("openjdk8", "openjdk11"),
    "nodejs": ("8", "10", "12", "14", "16"),
    "php": ("7.1", "7.2", "7.3", "7.4", "8.0"),
    "python": ("3.6", "3.7", "3.8"),
    "ruby": ("2.5", "2.6", "2.7"),
}
"""Runtime -> versions of older images, which projects may still name: Ubuntu standard 1.0 to 6.0, Amazon Linux 2."""
NAMES = tuple(sorted({*CURRENT, *RETIRED}))
_FOR_ANDROID = ("corretto8", "openjdk8", "corretto8.x", "latest")
"""What the images with Android ask of Java (their runtimes.yml: `requires`)."""


def unknown_version(runtime: str, version: str) -> bool:
    """Whether no image has that version. Exact ones (22.4.1) are not judged: newer images install them."""
    if runtime not in NAMES or not version or version.lower() == "latest" or "$" in version:
        return False
    known = (*CURRENT.get(runtime, ()), *RETIRED.get(runtime, ()))
    if version in known or re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]\S*", version):
        return False
    begins = version.lower().removesuffix(".x").removesuffix(".*")
    return not any(one == begins or one.startswith(f"{begins}.") or f"{one}.0" == begins for one in known)


def instead(runtime: str, version: str) -> str:
    """What to write for a version that no image has."""
    here = CURRENT.get(runtime) or RETIRED[runtime]
    wanted = f"corretto{version}" if runtime == "java" else version
    meant = wanted if wanted in here else near(wanted, here) if runtime == "java" else ""
    images = f"the standard images have {', '.join(here)} (list of {LISTED}), and `latest` takes the newest"
    return (
        f"did you mean {meant}? {images}"
        if meant
        else f"{images}; newer images also install an exact one, all three parts"
    )


def excludes(android: str, java: str) -> bool:
    """Whether an image that has this Android cannot have that Java beside it."""
    return bool(android) and bool(java) and java not in _FOR_ANDROID and "$" not in java
