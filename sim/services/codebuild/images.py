"""Images that CodeBuild provides: docs/behaviour/codebuild.md §4.2."""

from __future__ import annotations

from typing import Any

IMAGES = {
    "AMAZON_LINUX": (
        ("aws/codebuild/amazonlinux2-x86_64-standard:3.0", "Amazon Linux 2, x86_64"),
        ("aws/codebuild/amazonlinux2-x86_64-standard:4.0", "Amazon Linux 2, x86_64"),
        ("aws/codebuild/amazonlinux2-aarch64-standard:1.0", "Amazon Linux 2, aarch64"),
        ("aws/codebuild/amazonlinux2-aarch64-standard:2.0", "Amazon Linux 2, aarch64"),
    ),
    "UBUNTU": (
        ("aws/codebuild/standard:4.0", "Ubuntu 18.04"),
        ("aws/codebuild/standard:5.0", "Ubuntu 20.04"),
        ("aws/codebuild/standard:6.0", "Ubuntu 22.04"),
        ("aws/codebuild/standard:7.0", "Ubuntu 22.04"),
    ),
    "WINDOWS_SERVER": (
        ("aws/codebuild/windows-base:2019-1.0", "Windows Server Core 2019"),
        ("aws/codebuild/windows-base:2019-2.0", "Windows Server Core 2019"),
    ),
}
"""Platform -> (name, description)."""


def curated() -> list[dict[str, Any]]:
    """Platforms, as ListCuratedEnvironmentImages gives them."""
    return [
        {
            "platform": platform,
            "languages": [
                {
                    "language": "BASE",
                    "images": [
                        {"name": name, "description": description, "versions": [name]} for name, description in rows
                    ],
                }
            ],
        }
        for platform, rows in IMAGES.items()
    ]
