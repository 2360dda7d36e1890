"""What a project's environment does not support, and whether its inline buildspec fits it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.buildspec import PHASES
from sim.formats.check.environments import CURATED
from sim.formats.check.template import Found, get, problem_at, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, near

NOT_ON_LAMBDA = (
    (("Environment", "PrivilegedMode"), ("true",)),
    (("Cache", "Type"), ("S3", "LOCAL")),
    (("BadgeEnabled",), ("true",)),
    (("TimeoutInMinutes",), ()),
    (("QueuedTimeoutInMinutes",), ()),
    (("VpcConfig",), ()),
    (("FileSystemLocations",), ()),
)
"""(a property, its values, any if there are none) that Lambda compute does not support (codebuild.md §4.4)."""


def check_projects(template: Found) -> Iterator[Problem]:
    """Every finding about properties of projects that do not go with their environment."""
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        if not _is_lambda(properties):
            continue
        for path, values in NOT_ON_LAMBDA:
            node = get(properties, *path)
            text = (text_of(node) or "").lower()
            if node is None or function(node) is not None or (values and text not in [one.lower() for one in values]):
                continue
            message = f"{name} runs on Lambda compute, which has no {path[-1]}"
            yield problem_at(node, "warning", "317", message, f"take {path[-1]} out, or write `Type: LINUX_CONTAINER`")


def _is_lambda(properties: Mapping) -> bool:
    return "_LAMBDA_" in (text_of(get(properties, "Environment", "Type")) or "")


def check_fit(name: str, properties: Mapping, place: Node, buildspec: Mapping) -> Iterator[Problem]:
    """Findings of an inline buildspec that does not fit its project. `place` is where it stands in the template."""
    yield from _retries(name, properties, place, buildspec)
    yield from _secondary(name, properties, place, buildspec)


def _retries(name: str, properties: Mapping, place: Node, buildspec: Mapping) -> Iterator[Problem]:
    """RETRY is for EC2 compute on demand with CodeBuild's own images (docs/behaviour/codebuild.md §2.4)."""
    retries = [
        phase for phase in PHASES if (text_of(get(buildspec, "phases", phase, "on-failure")) or "")[:5] == "RETRY"
    ]
    image = text_of(get(properties, "Environment", "Image"))
    if not retries:
        return
    if _is_lambda(properties):
        where = "Lambda compute"
    elif get(properties, "Environment", "Fleet") is not None:
        where = "a fleet"
    elif image is not None and not image.startswith(CURATED):
        where = "an image of one's own"
    else:
        return
    message = f"{retries[0]} in the buildspec of {name} has on-failure: RETRY, which does not work with {where}"
    yield problem_at(place, "warning", "318", message, "take it out, or have an image of CodeBuild's on EC2 compute")


def _secondary(name: str, properties: Mapping, place: Node, buildspec: Mapping) -> Iterator[Problem]:
    """Each secondary artifact of a buildspec is one of the project's; in a pipeline they are the action's outputs."""
    named, kind = get(buildspec, "artifacts", "secondary-artifacts"), text_of(get(properties, "Artifacts", "Type"))
    given = properties.get("SecondaryArtifacts")
    there = [text_of(get(row, "ArtifactIdentifier")) for row in rows(given)]
    if not isinstance(named, Mapping) or kind not in ("S3", "NO_ARTIFACTS") or None in there:
        return
    if given is not None and not rows(given):
        return
    known = [one for one in there if one is not None]
    for key in named.keys():
        if key in known:
            continue
        message = f"the buildspec of {name} makes the secondary artifact {key}, and the project has none of that name"
        close = near(key, known)
        hint = (
            f"did you mean {close}?"
            if close
            else f"add an entry with `ArtifactIdentifier: {key}` to SecondaryArtifacts"
        )
        yield problem_at(place, "warning", "319", message, hint)
