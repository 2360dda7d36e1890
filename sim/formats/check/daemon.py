"""Builds that call docker on a project whose containers have no Docker daemon (docs/behaviour/codebuild.md §4.1)."""

from __future__ import annotations

import re

from sim.core.problems import Problem
from sim.formats.check.template import get, problem_at, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Node

_CALLS = re.compile(
    r"\bdocker(?:-compose\s+|\s+(?:compose\s+)?)(?:build|buildx|images|load|ps|pull|push|run|save|tag|up)\b"
)
"""Calls that need a daemon; `docker login` needs none."""


def without_daemon(name: str, properties: Node, commands: str, called: str) -> Problem | None:
    """A warning about a project whose buildspec, which messages call so, calls docker, and that has no daemon."""
    environment = get(properties, "Environment")
    privileged = get(environment, "PrivilegedMode")
    kind = text_of(get(environment, "Type")) or ""
    unknown = environment is not None and function(environment) is not None
    if unknown or (privileged is not None and text_of(privileged) not in ("false", "False")):
        return None
    if get(environment, "DockerServer") is not None or kind.startswith("WINDOWS") or not _CALLS.search(commands):
        return None
    message = f"{called} calls docker, and PrivilegedMode of {name} is not on: it finds no Docker daemon"
    hint = "add `PrivilegedMode: true` to Environment"
    if privileged is not None:
        hint = "write `PrivilegedMode: true`"
    if "LAMBDA" in kind:
        hint = "Lambda compute has no daemon: write `Type: LINUX_CONTAINER`, a ComputeType such as"
        hint += " BUILD_GENERAL1_SMALL, an image such as aws/codebuild/standard:7.0, and `PrivilegedMode: true`"
    return problem_at(privileged or environment or properties, "warning", "302", message, hint)
