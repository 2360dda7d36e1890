"""What kind of file something is: by what stands in it, and where that says nothing by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Literal, get_args

from sim.formats.nodes import Mapping, Node, Scalar, Sequence

Kind = Literal["buildspec", "appspec", "pipeline", "template", "eventpattern", "policy", "scenario"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SUFFIXES = (".yml", ".yaml", ".json", ".template")

_NAMES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("buildspec", re.compile(r"buildspec", re.IGNORECASE)),
    ("appspec", re.compile(r"appspec", re.IGNORECASE)),
    ("eventpattern", re.compile(r"event[-_]?pattern", re.IGNORECASE)),
)
_USUAL: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(kind, re.IGNORECASE)) for kind in ("pipeline", "policy", "template", "scenario")
)
"""What names often begin with. Files of other tools have such names too: they count only where nothing else does."""
_ENVELOPE = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "$or"}
_PHASES = {"install", "pre_build", "build", "post_build"}
_SPEC_KEYS = {"os", "files", "hooks", "permissions", "resources", "Resources", "Hooks"}

_HINTS = re.compile(
    r"phases|stages|Statement|detail-type|timeline|behavior|AWSTemplateFormatVersion|AWS::|batch"
    r"|(?m:^)expect[ \t]*:|version[\"']?\s*:\s*[\"']?0\.0|[\"']?source[\"']?\s*:\s*\["
)
"""Text without any of these is none of the kinds, whatever is in it: most files of a repository end here."""


def kind_of_name(name: str) -> Kind | None:
    """The kind that a file's name says."""
    path = PurePath(name)
    if path.suffix.lower() not in SUFFIXES:
        return None
    return next((kind for kind, pattern in _NAMES if pattern.search(path.stem)), None)


def usual_kind(name: str) -> Kind | None:
    """The kind of which a file may be by its name, when it cannot be read as YAML or JSON."""
    path = PurePath(name)
    if path.suffix.lower() not in SUFFIXES:
        return None
    return next((kind for kind, pattern in _USUAL if pattern.match(path.stem)), None)


def looks_like_one(text: str) -> bool:
    """Whether it is worth while to read a file as YAML at all."""
    return _HINTS.search(text) is not None


def kind_of_root(root: Node) -> Kind | None:
    """The kind that a document's own keys say."""
    if not isinstance(root, Mapping):
        return None
    return next((kind for kind, is_one in _TESTS if is_one(root)), None)


def _is_scenario(root: Mapping) -> bool:
    plays = any(key in root for key in ("timeline", "behavior", "expect"))
    return plays and any(key in root for key in ("template", "Resources", "title", "repositories"))


def _is_template(root: Mapping) -> bool:
    if "AWSTemplateFormatVersion" in root:
        return True
    resources = root.get("Resources")
    if not isinstance(resources, Mapping):
        return False
    types = (value.get("Type") for _, value in resources.items if isinstance(value, Mapping))
    return any(isinstance(kind, Scalar) and "::" in kind.text for kind in types)


def _is_pipeline(root: Mapping) -> bool:
    inside = root.get("pipeline")
    stages = (inside if isinstance(inside, Mapping) else root).get("stages")
    if not isinstance(stages, Sequence):
        return False
    return inside is not None or any(isinstance(stage, Mapping) and "actions" in stage for stage in stages.items)


def _is_policy(root: Mapping) -> bool:
    given = root.get("Statement")
    rows = given.items if isinstance(given, Sequence) else (given,)
    return "Version" in root or any(isinstance(row, Mapping) and "Effect" in row for row in rows) if given else False


def _version(root: Mapping) -> str:
    node = root.get("version")
    return node.text if isinstance(node, Scalar) else ""


def _is_appspec(root: Mapping) -> bool:
    known = _SPEC_KEYS & set(root.keys())
    if _version(root) in ("0.0", "0") and known:
        return True
    return "os" in root and bool({"files", "hooks"} & known)


def _is_buildspec(root: Mapping) -> bool:
    if _version(root) in ("0.1", "0.2"):
        return True
    phases = root.get("phases")
    return isinstance(phases, Mapping) and bool(_PHASES & set(phases.keys()))


def _is_pattern(root: Mapping) -> bool:
    keys = set(root.keys())
    if not keys <= _ENVELOPE or not keys & {"source", "detail-type", "detail"} or {"id", "time"} <= keys:
        return False
    return any(isinstance(value, Sequence) for _, value in root.items) or {"source", "detail-type"} <= keys


_TESTS: tuple[tuple[Kind, Callable[[Mapping], bool]], ...] = (
    ("scenario", _is_scenario),
    ("template", _is_template),
    ("pipeline", _is_pipeline),
    ("policy", _is_policy),
    ("appspec", _is_appspec),
    ("buildspec", _is_buildspec),
    ("eventpattern", _is_pattern),
)
_KEYS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("template", ("AWSTemplateFormatVersion",)),
    ("scenario", ("timeline", "behavior")),
    *(("scenario", (one, plays)) for one in ("template", "title") for plays in ("timeline", "expect")),
    ("scenario", ("Resources", "timeline")),
    ("pipeline", ("stages", "actionTypeId")),
    ("pipeline", ("stages", "roleArn")),
    ("policy", ("Statement", "Effect")),
    ("buildspec", ("version", "phases")),
    ("buildspec", ("version", "batch")),
    ("appspec", ("version", "hooks")),
    ("appspec", ("version", "os")),
    ("eventpattern", ("source", "detail-type")),
)


def kind_of_text(text: str) -> Kind | None:
    """The kind of a text that cannot be read as YAML, from the keys that stand in it."""
    for kind, keys in _KEYS:
        if all(re.search(rf'(?:^|[{{,])[ \t]*["\']?{re.escape(key)}["\']?[ \t]*:', text, re.MULTILINE) for key in keys):
            return kind
    return (
        "template" if _RESOURCE.search(text) and re.search(r"^[ \t{\"']*Resources[\"']?[ \t]*:", text, re.M) else None
    )


_RESOURCE = re.compile(r"(?:^|[{,])[ \t]*[\"']?Type[\"']?[ \t]*:[ \t]*[\"']?AWS::", re.MULTILINE)


def settled(by_name: Kind | None, by_root: Kind | None) -> Kind | None:
    """The kind of a file whose name says one thing and whose keys another."""
    if by_name is not None and by_root in ("buildspec", "appspec", "eventpattern", None):
        # These have few keys of their own; a template or pipeline cannot be taken for anything else.
        return by_name
    return by_root
