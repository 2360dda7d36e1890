"""What kind of file something is: by what stands in it, and where that says nothing by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Literal, get_args

from sim.formats.nodes import Mapping, Node, Scalar, Sequence, near
from sim.formats.scenario import RULES, SCENARIO_KEYS, STEPS

Kind = Literal["buildspec", "appspec", "pipeline", "template", "eventpattern", "policy", "scenario"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SUFFIXES = (".yml", ".yaml", ".json", ".template")

_OWN_NAMES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("buildspec", re.compile(r"buildspec", re.IGNORECASE)),
    ("appspec", re.compile(r"appspec", re.IGNORECASE)),
    ("eventpattern", re.compile(r"event[-_]?pattern", re.IGNORECASE)),
)
"""Nothing else is called so: a file with such a name is what its name says, whatever is in it."""
_NAMES: tuple[tuple[Kind, re.Pattern[str], frozenset[str]], ...] = tuple(
    (kind, re.compile(rf"(?:^|[-_.@]){name.pattern}(?:[-_.@]|$)", re.IGNORECASE), frozenset(keys.split()))
    for (kind, name), keys in zip(
        _OWN_NAMES,
        (
            "phases batch artifacts env reports cache proxy run-as",
            "os files hooks permissions resources Resources Hooks",
            "source detail-type detail account region resources $or",
        ),
        strict=True,
    )
)
"""(kind, a word in the name, keys): with one of these keys at its top a file is what a word of its name says."""
_ENVELOPE = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "$or"}
_PHASES = {"install", "pre_build", "build", "post_build"}
_SPEC_KEYS = {"os", "files", "hooks", "permissions", "resources", "Resources", "Hooks"}
_BUILD_KEYS = {"phases", "batch"}

_HINTS = re.compile(
    r"phases|[Ss]tages|Statement|(?i:detail[-_ ]?type)|timeline|behavior|AWSTemplateFormatVersion|AWS::|batch"
    r"|(?m:^)expect[ \t]*:|os[\"']?\s*:\s*[\"']?(?:linux|windows)"
    r"|version[\"']?\s*:\s*[\"']?0\.0|[\"']?(?i:source)[\"']?\s*:\s*(?:\[|[\"']?aws\.)"
)
"""Text without any of these is none of the kinds, whatever is in it: most files of a repository end here."""
_RENDERED = re.compile(
    r"\{%-? *(?:if|for|set|include|extends|block|macro|import|from|raw|with)\b"
    r"|\{\{-? *(?:\.\w|if |range |include |with |template |toYaml |define |\$\w)"
    r"|<%[-=]? *\w|%\{~? *(?:for|if) |[:,\[] *\$\{ *[a-z]+\("
)
"""Marks of Jinja, Helm, ERB, Terraform and their like: what they make of a file is read by AWS, not the file itself."""
_FILLED_IN = re.compile(r"(?m:^[ \t]*|:[ \t]+|- +)\{\{-? *[A-Za-z_][\w.]* *(?:\|[^}\n]*)?-?\}\}")
"""A name in double braces in place of a key or value: a mark of such programs, too, or quotes that are missing."""


def kind_of_name(name: str, keys: Iterable[str] | None = None) -> Kind | None:
    """The kind that a file's name says; where the name is not that kind's own, with the keys at the file's top."""
    path = PurePath(name)
    if path.suffix.lower() not in SUFFIXES:
        return None
    own = next((kind for kind, pattern in _OWN_NAMES if pattern.fullmatch(path.stem)), None)
    if own is not None or keys is None:
        return own
    there = frozenset(keys)
    return next((kind for kind, pattern, known in _NAMES if known & there and pattern.search(path.stem)), None)


def possible_kind(name: str) -> Kind | None:
    """The kind that a file's name says once the right keys are in the file."""
    path = PurePath(name)
    if path.suffix.lower() not in SUFFIXES:
        return None
    return next((kind for kind, pattern, _ in _NAMES if pattern.search(path.stem)), None)


def is_rendered(text: str, name: str = "") -> bool:
    """Whether a text that is no YAML is the source of one: another program fills it in before AWS reads it.

    Of a file whose name says what it is, `{{name}}` alone does not: there quotes are more likely missing.
    """
    return _RENDERED.search(text) is not None or (possible_kind(name) is None and _FILLED_IN.search(text) is not None)


def top_keys(text: str) -> list[str]:
    """What may be the keys at the top of a text that is no YAML."""
    return re.findall(r"^[ {]{0,4}[\"']?([\w$-]+)[\"']?[ \t]*:", text, re.MULTILINE)


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
    if not plays or not any(key in root for key in ("template", "Resources", "title", "repositories")):
        return False
    # Others have timelines with titles too: then all keys are ours, or some step or rule is.
    return set(root.keys()).issubset(SCENARIO_KEYS) or any(
        isinstance(row, Mapping) and words.intersection(row.keys())
        for section, words in (("timeline", {"at", "every", *STEPS}), ("behavior", set(RULES)))
        for row in _rows(root.get(section))
    )


def _rows(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _is_template(root: Mapping) -> bool:
    if "AWSTemplateFormatVersion" in root:
        return True
    resources = root.get("Resources")
    if not isinstance(resources, Mapping) or _version(root) in ("0.0", "0") or _deploys(resources):
        return False
    types = (value.get("Type") for _, value in resources.items if isinstance(value, Mapping))
    return any(isinstance(kind, Scalar) and "::" in kind.text for kind in types)


def _deploys(resources: Node | None) -> bool:
    """Whether resources are those of an AppSpec for Lambda or ECS, in a list as they should be, or in a mapping."""
    tables = resources.items if isinstance(resources, Sequence) else (resources,)
    for table in tables:
        for _, value in table.items if isinstance(table, Mapping) else ():
            if not isinstance(value, Mapping) or _of_template_alone(value.get("Type")):
                continue
            properties = value.get("Properties")
            if isinstance(properties, Mapping) and _DEPLOYED.intersection(properties.keys()):
                return True
    return False


def _of_template_alone(type: Node | None) -> bool:
    """Whether it is a type of CloudFormation's that no AppSpec names."""
    return isinstance(type, Scalar) and type.text.startswith("AWS::") and not type.text.startswith(_IN_APPSPECS)


_DEPLOYED = {"TargetVersion", "CurrentVersion", "LoadBalancerInfo"}
"""Properties in AppSpecs that these types do not have in CloudFormation."""
_IN_APPSPECS = ("AWS::ECS::", "AWS::Lambda::")


def _is_pipeline(root: Mapping) -> bool:
    inside = root.get("pipeline") or root.get("Pipeline")
    table = inside if isinstance(inside, Mapping) else root
    stages = table.get("stages")
    if stages is None and isinstance(table.get("Stages"), Sequence) and "Resources" not in root:
        # As CloudFormation spells them; what it alone has is a piece of a template, and no declaration.
        if inside is None and (_OF_TEMPLATES & set(table.keys()) or isinstance(table.get("ArtifactStores"), Sequence)):
            return False
        return any(key in table for key in ("RoleArn", "ArtifactStore", "ArtifactStores"))
    if not isinstance(stages, Sequence | Mapping):
        return False
    acts = list(_actions_of(stages))
    if any(key in table for key in ("roleArn", "artifactStore", "artifactStores")):
        return inside is not None or bool(acts)
    # Pipelines of others have stages with actions too.
    return any(
        isinstance(action, Mapping) and _OF_ACTIONS.intersection(action.keys()) for one in acts for action in _rows(one)
    )


def _actions_of(stages: Node | None) -> Iterator[Node | None]:
    """The actions of each stage; of a mapping, or an entry with one key, it may be the name that they stand below."""
    for stage in _rows(stages):
        if isinstance(stage, Mapping):
            if "actions" in stage:
                yield stage.get("actions")
            elif len(stage.items) == 1:
                yield from _actions_of(stage)
    for _, value in stages.items if isinstance(stages, Mapping) else ():
        if isinstance(value, Sequence) or (isinstance(value, Mapping) and "actions" in value):
            yield value if isinstance(value, Sequence) else value.get("actions")


_OF_TEMPLATES = {"Tags", "RestartExecutionOnUpdate", "DisableInboundStageTransitions"}
_OF_ACTIONS = {"actionTypeId", "inputArtifacts", "outputArtifacts", "runOrder"}
"""Keys that only actions of CodePipeline have."""


def _is_policy(root: Mapping) -> bool:
    given = root.get("Statement")
    rows = given.items if isinstance(given, Sequence) else (given,)
    return "Version" in root or any(isinstance(row, Mapping) and "Effect" in row for row in rows) if given else False


def _version(root: Mapping) -> str:
    node = root.get("version")
    return node.text if isinstance(node, Scalar) else ""


def _is_appspec(root: Mapping) -> bool:
    known = _SPEC_KEYS & set(root.keys())
    if (_version(root) in ("0.0", "0") and known) or _deploys(root.get("Resources") or root.get("resources")):
        return True
    return "os" in root and bool({"files", "hooks"} & known)


def _is_buildspec(root: Mapping) -> bool:
    if _version(root) in ("0.1", "0.2") and _BUILD_KEYS & set(root.keys()):
        return True
    phases = root.get("phases")
    return isinstance(phases, Mapping) and bool(_PHASES & set(phases.keys()))


def _is_pattern(root: Mapping) -> bool:
    keys = set(root.keys())
    if not keys <= _ENVELOPE:
        return _is_misspelt_pattern(root)
    if not keys & {"source", "detail-type", "detail"} or {"id", "time"} <= keys:
        return False
    if not keys & {"detail-type", "detail"}:
        return any(isinstance(item, Scalar) and item.text.startswith("aws.") for item in _rows(root.get("source")))
    if any(isinstance(value, Sequence) for _, value in root.items) or {"source", "detail-type"} <= keys:
        return True
    detail = root.get("detail")
    return isinstance(detail, Mapping) and bool(detail.items) and all(_asks(value) for _, value in detail.items)


def _asks(value: Node) -> bool:
    """Whether it is a list, as fields of a pattern have and those of an event mostly not, or holds such fields only."""
    if isinstance(value, Mapping):
        return bool(value.items) and all(isinstance(one, Sequence) for _, one in value.items)
    return isinstance(value, Sequence)


def _is_misspelt_pattern(root: Mapping) -> bool:
    """Whether it is a pattern but for its keys: `detailType`, `Source`, `detail.state`; AWS's own words stand in it."""
    spelt = {re.sub("[-_ ]", "", key.text).lower(): value for key, value in root.items}
    strange = [value for key, value in spelt.items() if key not in _ENVELOPE_LOWER]
    if (
        len(strange) > 2
        or not all(_asks(value) for value in strange)
        or {"id", "time"} <= spelt.keys()
        or isinstance(spelt.get("detail"), Scalar)
    ):
        return False
    # An event has text there, and so has an entry of PutEvents.
    asked = [item for key in ("source", "detailtype") for item in _rows(spelt.get(key))]
    return any(isinstance(item, Scalar) and _OF_AWS.search(item.text) for item in asked)


_ENVELOPE_LOWER = {key.replace("-", "") for key in _ENVELOPE}
_OF_AWS = re.compile(
    r"^aws\.|\.amazonaws\.com$|State[- ]change|AWS API Call|^Code(?:Commit|Build|Deploy|Pipeline) ", re.I
)


def _is_foreign(keys: list[str]) -> bool:
    """Whether an AppSpec is another program's: it has several keys, and none is like one of CodeDeploy's."""
    others = [key for key in keys if key != "version" and not near(key, sorted(_SPEC_KEYS))]
    return len(others) == len([key for key in keys if key != "version"]) > 1


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
    ("buildspec", ("0.1 or 0.2", "phases")),
    ("buildspec", ("0.1 or 0.2", "batch")),
    ("appspec", ("0.0", "hooks")),
    ("appspec", ("0.0", "os")),
    ("appspec", ("0.0", "TargetVersion")),
    ("appspec", ("0.0", "LoadBalancerInfo")),
    ("eventpattern", ("source", "detail-type")),
)


_KEY = r"{}[\"']?[ \t]*:"
_FIRST = {
    "0.1 or 0.2": _KEY.format("version") + r"[ \t]*[\"']?0\.[12]",
    "0.0": _KEY.format("version") + r"[ \t]*[\"']?0(?:\.0)?",
}


def kind_of_text(text: str) -> Kind | None:
    """The kind of a text that cannot be read as YAML, from the keys that stand in it."""
    for kind, keys in _KEYS:
        if all(
            re.search(rf"(?:^|[{{,])[ \t]*[\"']?{_FIRST.get(key) or _KEY.format(key)}", text, re.MULTILINE)
            for key in keys
        ):
            return kind
    return (
        "template" if _RESOURCE.search(text) and re.search(r"^[ \t{\"']*Resources[\"']?[ \t]*:", text, re.M) else None
    )


_RESOURCE = re.compile(r"(?:^|[{,])[ \t]*[\"']?Type[\"']?[ \t]*:[ \t]*[\"']?AWS::", re.MULTILINE)


def settled(by_name: Kind | None, by_root: Kind | None, keys: Iterable[str] = ()) -> Kind | None:
    """The kind of a file whose name says one thing and whose keys, those at its top, another."""
    if by_name == "appspec" and by_root is None and _is_foreign(list(keys)):
        return None
    if by_name is not None and by_root in ("buildspec", "appspec", "eventpattern", None):
        # These have few keys of their own; a template or pipeline cannot be taken for anything else.
        return by_name
    return by_root
