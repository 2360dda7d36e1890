"""`buildspec.yml`: what CodeBuild runs, and which files it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from functools import lru_cache
from posixpath import basename, normpath
from typing import Any, Literal

from sim.core.problems import Problem, ProblemsError
from sim.formats.batch import BATCH, check_batch
from sim.formats.meant import ANCHORS, Part, as_meant, is_list, is_table
from sim.formats.misplaced import in_place
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, compose, describe, is_null, plain

PhaseName = Literal["install", "pre_build", "build", "post_build"]
PHASES: tuple[PhaseName, ...] = ("install", "pre_build", "build", "post_build")
_PHASE = ("commands", "finally", "run-as", "on-failure", "runtime-versions", "steps")
_TOP = ("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache")
_OTHERS = ("eb_codebuild_settings",)
"""Sections that another tool reads from the same file: the EB CLI of Elastic Beanstalk."""
_SECTIONS = tuple(key for key in _TOP if key not in _PHASE)
"""What stands at the left edge only."""
_RETRY = re.compile(r"RETRY(?:-(?P<count>[0-9]+))?(?:-(?P<pattern>(?(count)|(?![0-9]+(?:-|$))).+))?", re.DOTALL)
_MAX_RETRIES = 100
_MAX_PATTERN = 1_000
"""Characters of a regular expression that are looked at."""
_NO_PATTERN = (
    "unterminated character set",
    "missing )",
    "unbalanced parenthesis",
    "nothing to repeat",
    "bad escape (end",
)
"""What is wrong with a regular expression in every dialect."""
_FALLBACK_KEYS = 5
_REPORT_GROUPS = 5
_FORMATS = (
    "CUCUMBERJSON",
    "JUNITXML",
    "NUNITXML",
    "NUNIT3XML",
    "TESTNGXML",
    "VISUALSTUDIOTRX",
    "CLOVERXML",
    "COBERTURAXML",
    "JACOCOXML",
    "SIMPLECOV",
)
"""Test and coverage reports, whatever the case (docs/behaviour/codebuild.md §1.7)."""


@dataclass(frozen=True, slots=True)
class Command:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Phase:
    commands: tuple[Command, ...] = ()
    finally_: tuple[Command, ...] = ()
    run_as: str | None = None
    on_failure: str | None = None
    runtime_versions: MappingABC[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Artifacts:
    files: tuple[str, ...]
    name: str | None = None
    discard_paths: bool = False
    base_directory: str | None = None
    exclude_paths: tuple[str, ...] = ()
    s3_prefix: str | None = None
    enable_symlinks: bool = False


@dataclass(frozen=True, slots=True)
class Cache:
    paths: tuple[str, ...]
    key: str | None = None
    fallback_keys: tuple[str, ...] = ()
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Buildspec:
    """A buildspec. `same_shell` is False for version 0.1, where each command has a shell of its own.

    `warnings` tell of keys and phases that CodeBuild has no use for.
    """

    version: str
    phases: MappingABC[str, Phase]
    variables: MappingABC[str, str] = field(default_factory=dict)
    parameter_store: MappingABC[str, str] = field(default_factory=dict)
    secrets_manager: MappingABC[str, str] = field(default_factory=dict)
    exported_variables: tuple[str, ...] = ()
    shell: str | None = None
    run_as: str | None = None
    artifacts: Artifacts | None = None
    secondary_artifacts: MappingABC[str, Artifacts] = field(default_factory=dict)
    cache: Cache | None = None
    reports: MappingABC[str, Any] = field(default_factory=dict)
    batch: MappingABC[str, Any] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def same_shell(self) -> bool:
        return self.version != "0.1"


def read_buildspec(text: str, path: str = "buildspec.yml") -> Buildspec:
    """A buildspec from its text. Raises ProblemsError, with lines, for one that CodeBuild would refuse."""
    reader = Reader(path, "BS")
    document = reader.mapping(compose(text, path), "a buildspec")
    found = _read(reader, document) if document is not None else None
    reader.raise_if_errors()
    assert found is not None
    return found


def check_buildspec(root: Node, path: str) -> list[Problem]:
    """Every finding about the grammar, errors and warnings, of a buildspec that stands at that node."""
    placed, moved = _in_place(root)
    meant, slips = as_meant(placed, _GRAMMAR)
    reader = Reader(path, "BS")
    document = reader.mapping(meant, "a buildspec")
    if document is not None:
        _read(reader, document)
    return [*moved, *reader.problems, *(slip.problem("BS") for slip in slips)]


def buildspec_as_meant(root: Node) -> Node:
    """The same with its keys as and where they are meant, where `check_buildspec` tells of slips."""
    return _with_variables(as_meant(_in_place(root)[0], _GRAMMAR)[0])


def _in_place(root: Node) -> tuple[Node, list[Problem]]:
    version = root.get("version") if isinstance(root, Mapping) else None
    older = isinstance(version, Scalar) and version.text == "0.1"
    # In 0.1 the section of the variables has another name, and others tell of it.
    return in_place(root, _GRAMMAR, "BS", (*_LEFT, *_ENV) if older else _LEFT)


def _read(reader: Reader, document: Mapping) -> Buildspec:
    version = _version(reader, document)
    _unknown_at_top(reader, document, version)
    variables, parameters, secrets, exported, shell = _env(reader, document, version)
    artifacts, secondary = _all_artifacts(reader, document.get("artifacts"), version)
    batch = document.get("batch")
    if batch is not None:
        check_batch(reader, batch)
        if version == "0.1":
            message = "batch is of version 0.2: nothing says that 0.1 knows it"
            reader.warning(document.key("batch"), "220", message, "write `version: 0.2`")
    _proxy(reader, document.get("proxy"))
    spec = Buildspec(
        version,
        _phases(reader, document),
        variables,
        parameters,
        secrets,
        exported,
        shell,
        _optional_text(reader, document, "run-as"),
        artifacts,
        secondary,
        _cache(reader, document.get("cache")),
        _reports(reader, document.get("reports")),
        plain(batch) if isinstance(batch, Mapping) else None,
    )
    ignored = (one.message for one in reader.problems if one.code in ("BS201", "BS202"))
    return replace(spec, warnings=tuple(ignored))


_NEWER = "write `version: 0.2`; or rename it to `environment_variables`, and `variables` below it to `plaintext`"


def _unknown_at_top(reader: Reader, document: Mapping, version: str) -> None:
    """What CodeBuild does with an unknown key is not written down: ignore it, and say so (codebuild.md §1.10)."""
    known = (*_TOP, "environment_variables") if version == "0.1" else _TOP
    lost = is_null(document.get("phases")) and "batch" not in document
    for key, _ in document.items:
        if key.text in PHASES and not lost:
            message = f"{key.text} stands beside phases, not in it: its commands never run"
            reader.warning(key, "202", message, "indent it, and what belongs to it, deeper than `phases:`")
        elif key.text == "environment_variables" and version != "0.1":
            message = "environment_variables is for version 0.1: nothing comes of it"
            reader.warning(key, "201", message, "rename it to `env`, and `plaintext` below it to `variables`")
        elif key.text == "env" and version == "0.1" and "environment_variables" not in document:
            message = "env is of version 0.2: in 0.1 the section is called environment_variables"
            reader.warning(key, "220", message, _NEWER)
    kept = (pair for pair in document.items if not pair[0].text.startswith(ANCHORS))
    rest = tuple(pair for pair in kept if pair[0].text not in (*PHASES, *_OTHERS, "environment_variables"))
    table = Mapping(document.path, document.line, document.column, rest)
    for key in [key for key, _ in table.items if key.text in _PHASE and key.text not in known and not lost]:
        message = f"{key.text} stands beside phases, not in one of them: nothing comes of it"
        reader.warning(key, "201", message, _into_a_phase(document, key.text))
    table = replace(table, items=tuple(pair for pair in rest if pair[0].text in known or pair[0].text not in _PHASE))
    reader.unknown_keys(table, known, "a buildspec", tolerated="201")


def _into_a_phase(document: Mapping, key: str) -> str:
    phases = document.get("phases")
    name = "build"
    if isinstance(phases, Mapping) and phases.items:
        name = name if name in phases else phases.items[0][0].text
        return f"move it into a phase, such as {name} on line {(phases.key(name) or phases).line}, and indent it deeper"
    return (
        f"write below `phases:` the line `build:`, and below that this `{key}:` with what belongs to it, deeper again"
    )


def _version(reader: Reader, document: Mapping) -> str:
    node = document.get("version")
    if node is None:
        reader.error(document, "101", "version is missing", "write `version: 0.2` on the first line")
        return "0.2"
    text = node.text if isinstance(node, Scalar) else ""
    if text not in ("0.1", "0.2"):
        reader.error(node, "101", f"version is {text!r}, not 0.1 or 0.2", "write `version: 0.2`")
    return text


def _optional_text(reader: Reader, mapping: Mapping, key: str) -> str | None:
    node = mapping.get(key)
    return None if is_null(node) else reader.text(node, key)


def _texts(reader: Reader, node: Node | None, what: str) -> dict[str, str]:
    if is_null(node):
        return {}
    named = named_values(node)
    if named:
        lines = " and ".join(f"`{name}: {_in_yaml(value.text)}`" for name, value in list(named.items())[:5])
        rest = ", and the others likewise" if len(named) > 5 else ""
        message = f"{what} is a list of names and values, not a mapping (`key: value` lines)"
        reader.error(node, "001", message, f"write below `{what}:`, in place of the list, the lines {lines}{rest}")
        return {name: value.text for name, value in named.items()}
    table = reader.mapping(node, what, _as_pairs(node) or _NAMED.get(what, "write a line `NAME: value` for each"))
    found = {}
    for key, value in table.items if table else ():
        if isinstance(value, Scalar):
            if is_null(value) and what == "variables":
                message = f"{what}: {key.text} has no value: it is the empty text"
                reader.warning(key, "206", message, 'write "" if that is meant')
            found[key.text] = "" if is_null(value) else value.text
        else:
            hint = "write one text: in quotes, if it has brackets of its own"
            reader.error(value, "102", f"{what}: {key.text} must be text, not {describe(value)}", hint)
    return found


def _as_pairs(node: Node | None) -> str:
    """How a list of texts such as NAME=value is written as a mapping; "" for anything else."""
    items = node.items if isinstance(node, Sequence) else ()
    first = items[0].text if items and isinstance(items[0], Scalar) else ""
    name, sign, value = (part.strip() for part in first.partition("="))
    if not (sign and re.fullmatch(r"\w+", name) and len(first) <= 200):
        return ""
    rest = ", and the others likewise" if len(items) > 1 else ""
    return f"write `{name}: {_in_yaml(value)}` in place of `- {first}`{rest}"


def _in_yaml(value: str) -> str:
    """A value as it may stand behind a key: in quotes where it holds signs of YAML's own."""
    value = value[:80]
    return f'"{value}"' if re.search(r": |#|^[\[{*&!|>%@`'\"]", value) and '"' not in value else value


def named_values(node: Node | None) -> dict[str, Scalar]:
    """Variables that are written as a list of mappings with name and value; none for anything else."""
    found: dict[str, Scalar] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        given = {key.text.lower(): value for key, value in item.items} if isinstance(item, Mapping) else {}
        name, value = given.get("name", given.get("key")), given.get("value")
        if not isinstance(name, Scalar) or not isinstance(value, Scalar):
            return {}
        found[name.text] = value
    return found


def _with_variables(root: Node) -> Node:
    """The same with variables that are written so as the mappings that are meant."""
    env = root.get("env") if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or not isinstance(env, Mapping):
        return root
    pairs: list[tuple[Scalar, Node]] = []
    for key, value in env.items:
        named = named_values(value)
        names = tuple((Scalar(one.path, one.line, one.column, name), one) for name, one in named.items())
        pairs.append((key, Mapping(value.path, value.line, value.column, names) if named else value))
    meant = replace(env, items=tuple(pairs))
    return replace(root, items=tuple((key, meant if value is env else value) for key, value in root.items))


_NAMED = {
    "runtime-versions": "write a line such as `nodejs: 22` for each",
    "parameter-store": "write a line `NAME: /CodeBuild/name-of-the-parameter` for each",
    "secrets-manager": "write a line `NAME: secret-id:json-key` for each",
}


def _keyed(node: Node | None, section: str, key: str) -> str:
    """How a section is written whose list stands in it without its key."""
    if isinstance(node, Sequence):
        return f"write `{key}:` between `{section}:` and the list, and indent the list deeper"
    given = node.text if isinstance(node, Scalar) and re.fullmatch(r"[\w./*-]{1,80}", node.text) else ""
    if given:
        return f"write `{section}: {{{key}: ['{given}']}}`"
    return f"write `{key}:` below it, and below that a line with `- ` for each path; or take the section out"


def _list(reader: Reader, node: Node | None, what: str) -> tuple[str, ...]:
    if node is None:
        return ()
    if (isinstance(node, Scalar) and is_null(node)) or (isinstance(node, Sequence) and not node.items):
        reader.warning(node, "203", f"{what} is empty", "take it out, or name something")
        return ()
    if isinstance(node, Scalar):
        message = f"{what} is one text: it counts as a list of one"
        several = ", ".join(node.text.replace(",", " ").split())
        hint = f"write `{what}: [{several}]`" if "," in node.text and len(several) < 80 else ""
        plain_text = re.fullmatch(r"[^'\n]{1,120}", node.text) is not None
        one = f"write `{what}: ['{node.text}']`" if plain_text else f"write `{what}:` and lines that begin with -"
        reader.warning(node, "204", message, hint or one)
        return (node.text,)
    rows = reader.sequence(node, what)
    found = []
    for item in rows.items if rows else ():
        if is_null(item):
            reader.warning(item, "203", f"an entry of {what} is empty", "take the - away, or name something behind it")
        elif isinstance(item, Scalar):
            found.append(item.text)
        else:
            reader.error(item, "102", f"an entry of {what} must be text, not {describe(item)}", _no_text(item))
    return tuple(found)


def _no_text(node: Node) -> str:
    """What to write instead of an entry that is no text."""
    if isinstance(node, Mapping):
        return "quote the whole entry: it holds a colon followed by a space"
    return _alias(node) or "take one of the two - away: it is a list inside the list"


def _alias(node: Node) -> str:
    name = node.alias if isinstance(node, (Sequence, Mapping)) else ""
    return f"write the entries out: *{name} stands for a whole list, and YAML puts no list into another" if name else ""


Env = tuple[dict[str, str], dict[str, str], dict[str, str], tuple[str, ...], str | None]


def _env(reader: Reader, document: Mapping, version: str) -> Env:
    key = "environment_variables" if version == "0.1" and "environment_variables" in document else "env"
    node = document.get(key)
    if is_null(node):
        return {}, {}, {}, (), None
    hint = "write `variables:` below it, and below that `NAME: value`"
    if isinstance(node, Sequence):
        hint = f"write `variables:` below `{key}:`, and below that each entry as `NAME: value`, without its `- `"
        reader.error(node, "001", f"{key} is a list, not a mapping (`key: value` lines)", hint)
        return {}, {}, {}, (), None
    table = reader.mapping(node, key, hint)
    if table is None:
        return {}, {}, {}, (), None
    _unknown_in_env(reader, table, _ENV, key, version)
    _secrets(reader, table.get("secrets-manager"))
    _parameters(reader, table.get("parameter-store"))
    _flag(reader, table, "git-credential-helper")
    plaintext = _texts(reader, table.get("plaintext"), "plaintext") if version == "0.1" else {}
    return (
        plaintext | _texts(reader, table.get("variables"), "variables"),
        _texts(reader, table.get("parameter-store"), "parameter-store"),
        _texts(reader, table.get("secrets-manager"), "secrets-manager"),
        _list(reader, table.get("exported-variables"), "exported-variables"),
        _optional_text(reader, table, "shell"),
    )


_ENV = (
    "shell",
    "variables",
    "parameter-store",
    "secrets-manager",
    "exported-variables",
    "git-credential-helper",
)


def _of_version(reader: Reader, table: Mapping, what: str, version: str) -> None:
    """The plain variables have one name in version 0.1 and another in 0.2 (§1.2)."""
    if version != "0.1" and "plaintext" in table:
        message = "plaintext is of version 0.1: in 0.2 nothing comes of it"
        reader.warning(table.key("plaintext"), "220", message, "call it `variables:`")
    if what == "environment_variables" and "variables" in table:
        message = "variables is of version 0.2: in environment_variables of 0.1 they are called plaintext"
        reader.warning(
            table.key("variables"), "220", message, "call it `plaintext:`, or write `version: 0.2` and `env:`"
        )


def _unknown_in_env(reader: Reader, table: Mapping, known: tuple[str, ...], what: str, version: str) -> None:
    """Variables that stand beside an empty `variables:` are meant to stand in it."""
    _of_version(reader, table, what, version)
    table = replace(table, items=tuple(pair for pair in table.items if pair[0].text != "plaintext"))
    given = table.key("variables")
    if given is not None and is_null(table.get("variables")):
        loose = [key for key, _ in table.items if key.text not in known]
        hint = "indent it deeper than `variables:`"
    else:
        loose = [key for key, value in table.items if key.text not in known and _is_variable(key, value)]
        hint = f"move it below `variables:` on line {given.line}" if given is not None else _VARIABLES
    for key in loose:
        message = f"{key.text} stands in {what}, and not in its variables: it is not set"
        reader.warning(key, "201", message, hint)
    rest = tuple(pair for pair in table.items if pair[0] not in loose)
    reader.unknown_keys(replace(table, items=rest), known, what, tolerated="201")


_VARIABLES = "write `variables:` in a line above it, and indent it, and other variables, deeper than that"


def _is_variable(key: Scalar, value: Node) -> bool:
    """Whether it looks like a variable of its own, which belongs into `variables`."""
    return isinstance(value, Scalar) and re.fullmatch(r"[A-Z][A-Z0-9_]*", key.text) is not None


_STANDS_FOR = r"<[^<>]+>"
"""Names of secrets and parameters have no such signs (API: secretsmanager CreateSecret, ssm PutParameter)."""


def _secrets(reader: Reader, node: Node | None) -> None:
    """`secret-id:json-key:version-stage:version-id`, where an ARN as secret-id has colons of its own (§1.4)."""
    for _, value in node.items if isinstance(node, Mapping) else ():
        text = value.text if isinstance(value, Scalar) else ""
        parts = text.split(":")[6:] if text.startswith("arn:") else text.split(":")
        if re.search(_STANDS_FOR, text):
            message = f"{text!r} names no secret: what stands in < and > is to be replaced"
            reader.error(value, "116", message, "write the secret's name and key, such as ci/token:value, or its ARN")
        elif not parts or not parts[0]:
            found = f"{text!r} names no secret" if text else "no secret is named"
            hint = "write secret-id:json-key, such as ci/token:value, or the secret's ARN"
            reader.error(value, "116", f"{found}: the reference begins with the secret's name or ARN", hint)
        elif len(parts) > 4:
            message = f"{text!r} has more parts than secret-id:json-key:version-stage:version-id"
            reader.error(value, "116", message, f"take `:{':'.join(parts[4:])}` at its end out"[:120])
        elif len(parts) == 4 and parts[2] and parts[3]:
            message = f"{text!r} names a version stage and a version id: only one of them may be there"
            reader.error(value, "116", message, "leave the stage empty: secret-id:json-key::version-id")


def _parameters(reader: Reader, node: Node | None) -> None:
    for key, value in node.items if isinstance(node, Mapping) else ():
        if isinstance(value, Scalar) and (is_null(value) or not value.text.strip()):
            hint = f"write the parameter's name, such as `{key.text}: /CodeBuild/<name of the parameter>`"
            reader.error(key if is_null(value) else value, "117", f"{key.text} names no parameter", hint)
        elif isinstance(value, Scalar) and re.search(_STANDS_FOR, value.text):
            message = f"{key.text} names no parameter: what stands in < and > is to be replaced"
            reader.error(
                value, "117", message, "write the name that it has in Parameter Store, such as /CodeBuild/token"
            )


def _phases(reader: Reader, document: Mapping) -> dict[str, Phase]:
    node = document.get("phases")
    if is_null(node):
        node = _at_the_left_edge(reader, document) or node
    if is_null(node):
        if "batch" not in document:  # a buildspec for batches only needs none
            hint = "add `phases:` with install, pre_build, build or post_build"
            reader.error(node or document, "103", f"phases is {'missing' if node is None else 'empty'}", hint)
        return {}
    table = reader.mapping(node, "phases")
    if table is None:
        return {}
    if not table.items and "batch" not in document:
        hint = "add install, pre_build, build or post_build, each with `commands:`"
        reader.warning(node, "203", "phases holds no phase: the build runs nothing", hint)
    there: dict[str, Scalar] = {key.text: key for key, _ in table.items if key.text in PHASES}
    for key, _ in table.items:
        if key.text not in PHASES:
            message = f"there is no phase {key.text!r}: what stands in it never runs"
            reader.warning(key, "202", message, _phase_hint(reader, there, key))
    return {
        key.text: _phase(reader, key, value, table.key("install")) for key, value in table.items if key.text in PHASES
    }


def _at_the_left_edge(reader: Reader, document: Mapping) -> Mapping | None:
    """Phases that stand at the left edge because `phases:` is missing; or what belongs into a phase, as one."""
    phases = tuple(pair for pair in document.items if pair[0].text in PHASES)
    loose = tuple(pair for pair in document.items if pair[0].text in _PHASE and pair[0].text not in _TOP)
    first = (phases or loose or ((None, None),))[0][0]
    if first is None or "batch" in document:
        return None
    if phases:
        hint = f"indent {' and '.join(key.text for key, _ in phases)} deeper than `phases:`"
        hint = hint if "phases" in document else f"write `phases:` in a line above it, and {hint}"
    else:
        hint = "write the lines `phases:` and, deeper, `build:` above it, and indent it deeper again"
        hint = hint.replace("the lines `phases:` and, deeper, `build:`", "`build:`") if "phases" in document else hint
    state = "empty" if "phases" in document else "missing"
    reader.error(first, "103", f"phases is {state}: {first.text} stands at the left edge", hint)
    if phases:
        return Mapping(document.path, first.line, first.column, phases)
    build = Mapping(document.path, first.line, first.column, loose)
    return Mapping(document.path, first.line, first.column, ((replace(first, text="build"), build),))


def _phase_hint(reader: Reader, there: dict[str, Scalar], key: Scalar) -> str:
    """What to do with what is no phase. `there`: {a phase: its key, or the one that is to be renamed to it}"""
    name = key.text
    if name in _PHASE:
        return "write the name of its phase, such as `build:`, in a line above it, and indent it deeper than that"
    bare = re.sub(r"[-_ .]", "", name[:60]).lower()
    meant = _PHASES_KEYS.words.get(bare) or next((phase for word, phase in _DONE_IN.items() if word in bare), "")
    meant = meant or reader.near(name, PHASES)
    if not meant:
        return f"phases are {', '.join(PHASES)}"
    given = there.setdefault(meant, key)
    if given is not key:
        return f"move its commands below those of `{given.text}` on line {given.line}: phases are {', '.join(PHASES)}"
    return f"did you mean {meant}?"


_DONE_IN = dict.fromkeys(
    ("deploy", "release", "publish", "push", "upload", "notify", "cleanup", "finish"), "post_build"
)
_DONE_IN |= dict.fromkeys(("lint", "login", "checkout"), "pre_build")
_DONE_IN |= dict.fromkeys(("test", "compile", "package"), "build")
"""{a word that the name of a phase of other services has: the phase that does so here}"""


def _phase(reader: Reader, key: Scalar, node: Node, install: Scalar | None) -> Phase:
    if is_null(node):
        reader.error(key, "104", f"{key.text} is empty", "add `commands:`, or take the phase out")
        return Phase()
    if isinstance(node, Sequence):
        hint = "write `commands:` above the list, and indent the list deeper"
        reader.error(node, "001", f"{key.text} is a list, not a mapping with commands", hint)
        return Phase(_commands(reader, node, "Commands"))
    table = reader.mapping(node, key.text)
    if table is None:
        return Phase()
    _unknown_in_phase(reader, table, key.text)
    if not table.items and key.text == "install":
        reader.warning(
            node, "203", "install is empty: nothing runs", "take it out, or add commands or runtime-versions"
        )
    if "commands" not in table and "steps" not in table and key.text != "install":
        hint = "add `commands:` with at least one"
        if "finally" in table:
            hint = "rename `finally` to `commands`, or add `commands:` with what is to run before it: it is due"
        reader.error(key, "105", f"{key.text} has no commands", hint)
    return Phase(
        _commands(reader, table.get("commands"), "Commands"),
        _commands(reader, table.get("finally"), "Finally"),
        _optional_text(reader, table, "run-as"),
        _on_failure(reader, table),
        _runtimes(reader, table, key.text, install),
    )


RUNTIMES = ("android", "dotnet", "golang", "java", "nodejs", "php", "python", "ruby", "rust")
"""Names below `runtime-versions`."""


def _unknown_in_phase(reader: Reader, table: Mapping, phase: str) -> None:
    loose = [key for key, value in table.items if key.text in RUNTIMES and isinstance(value, Scalar)]
    for key in loose:
        given = table.key("runtime-versions")
        hint = "write `runtime-versions:` in a line above it, and indent it deeper than that"
        hint = hint if given is None else f"indent it deeper than `runtime-versions:` on line {given.line}"
        message = f"{key.text} stands in {phase}, and not in its runtime-versions: no version is chosen"
        reader.warning(key, "201", message, hint)
    rest = tuple(pair for pair in table.items if pair[0] not in loose)
    reader.unknown_keys(replace(table, items=rest), _PHASE, phase, tolerated="201")


def _on_failure(reader: Reader, table: Mapping) -> str | None:
    text = _optional_text(reader, table, "on-failure")
    if text is None or text in ("ABORT", "CONTINUE"):
        return text
    node = table.get("on-failure")
    found = _RETRY.fullmatch(text)
    if found is None:
        meant = reader.near(text.upper(), ("ABORT", "CONTINUE", "RETRY"))
        hint = f"did you mean {meant}?" if meant else _ON_FAILURE
        hint = _RETRY_HINT if text.startswith("RETRY") else _MEANT_BY.get(text.upper(), hint)
        count = re.fullmatch(r"RETRY[\W_]?([0-9]{1,2})", text, re.IGNORECASE)
        hint = f"write RETRY-{int(count[1])}" if count is not None else hint
        reader.error(node, "106", f"on-failure is {text!r}, not ABORT, CONTINUE or RETRY", hint)
    elif found["count"] is not None and (len(found["count"]) > 3 or int(found["count"]) > _MAX_RETRIES):
        message = f"on-failure is {text!r}: a build is tried again at most {_MAX_RETRIES} times"
        reader.error(node, "106", message, f"write a count from 0 to {_MAX_RETRIES}, such as RETRY-3")
    elif found["pattern"] is not None:
        wrong = _pattern_fault(found["pattern"])
        if wrong:
            message = f"on-failure is {text!r}, and {found['pattern']!r} in it is no regular expression: {wrong}"
            hint = "close its brackets; before a sign that is meant as itself stands a backslash"
            reader.error(node, "106", message, hint)
    return text


_ABORT, _CONTINUE = "ABORT (the build ends)", "CONTINUE (the next phase runs)"
_MEANT_BY = dict.fromkeys(
    ("STOP", "EXIT", "FAIL", "FAILED", "FAILURE", "QUIT", "HALT", "END", "TERMINATE", "CANCEL", "BREAK", "ERROR"),
    f"write {_ABORT}",
) | dict.fromkeys(("IGNORE", "PROCEED", "SKIP", "NEXT", "RESUME", "PASS"), f"write {_CONTINUE}")
_ON_FAILURE = f"write {_ABORT}, {_CONTINUE} or RETRY-3 (the phase runs again, up to 3 times)"
_RETRY_HINT = "after RETRY may come a count up to 100, a regular expression or both: RETRY-3-timed out"


def _pattern_fault(pattern: str) -> str:
    try:
        re.compile(pattern[:_MAX_PATTERN])
    except re.error as error:
        words = str(error.msg)
        return words if len(pattern) <= _MAX_PATTERN and words.startswith(_NO_PATTERN) else ""
    except (RecursionError, OverflowError):
        return ""
    return ""


def _runtimes(reader: Reader, table: Mapping, phase: str, install: Scalar | None) -> dict[str, str]:
    node = table.get("runtime-versions")
    if node is not None and phase != "install":
        message = f"runtime-versions stands in {phase}: it counts in install only"
        place = f"below `install:` on line {install.line}" if install else "below a line `install:` in `phases`"
        hint = f"move it, and what belongs to it, {place}, beside its `commands`"
        reader.warning(table.key("runtime-versions"), "201", message, hint if install else hint.rpartition(",")[0])
    versions = _texts(reader, node, "runtime-versions")
    empty = node is not None and (is_null(node) or (isinstance(node, Mapping) and not node.items))
    if empty and not any(name in table for name in RUNTIMES):
        reader.error(node, "107", "runtime-versions names no runtime", "add one such as `python: 3.12`")
    return versions if phase == "install" else {}


def _no_command(node: Node) -> str:
    if isinstance(node, Mapping) and (len(node.items) > 1 or node.keys() in _OF_OTHERS):
        command = next((node.get(key[0]) for key in _OF_OTHERS[:-1] if key[0] in node), None)
        if (
            isinstance(command, Scalar)
            and re.fullmatch(r"[\w./][^\n]{0,160}", command.text)
            and _COLON not in command.text
        ):
            return f"write `- {command.text}`: each entry is the command itself, without keys such as `run:`"
        return "each entry is the command itself, as one text: take keys such as `name:` and `run:` away"
    return QUOTE + _quoted(node) if isinstance(node, Mapping) else _no_text(node)


_COLON = ": "
_OF_OTHERS = (("run",), ("script",), ("command",), ("name",))
"""Keys of steps in the files of other build services."""
_MAX_SHOWN = 160
"""Characters of a command that a hint shows as a whole."""


def _quoted(node: Mapping) -> str:
    """The whole entry in quotes, where what stands there is known: YAML drops quotes that begin a value."""
    if len(node.items) != 1:
        return ""
    key, value = node.items[0]
    if not isinstance(value, Scalar) or not value.plain or value.tag or not key.plain:
        return ""
    text = f"{key.text}: {value.text}".rstrip()
    if len(text) > _MAX_SHOWN or "\n" in text:
        return ""
    if "'" not in text:
        return f": write `- '{text}'`"
    return f': write `- "{text}"`' if '"' not in text and "\\" not in text else ", or write it below a line `- |`"


QUOTE = "quote the command: it holds a colon followed by a space"


_EMPTY = {
    "Commands": "add a line with `- ` and a command below it, or take the whole phase out",
    "Finally": "take it out, or add a command",
}


def _commands(reader: Reader, node: Node | None, what: str) -> tuple[Command, ...]:
    if node is None:
        return ()
    if isinstance(node, Scalar) and is_null(node):
        reader.warning(node, "203", f"{what.lower()} is empty: nothing runs", _EMPTY[what])
        return ()
    if isinstance(node, Scalar):
        message = f"{what.lower()} is one text, not a list: all its lines are one command"
        hint = f"write `{what.lower()}:` and a line that begins with - for each command"
        if re.fullmatch(r"[^\n]{1,160}", node.text) and node.plain:
            hint = f"write `{what.lower()}:` alone, and below it, deeper, `- {node.text}`"
        if node.plain and re.match(r"-\w", node.text):
            hint = "put a space behind each -: without it they are no list"
        reader.warning(node, "204", message, hint)
        return (Command(node.text, node.line),)
    rows = reader.sequence(node, what.lower())
    if rows is not None and not rows.items:
        reader.warning(node, "203", f"{what.lower()} is empty: nothing runs", _EMPTY[what])
    found = []
    for number, item in enumerate(rows.items if rows else ()):
        if is_null(item):
            message = f"entry {number + 1} of {what.lower()} is empty: nothing runs"
            reader.warning(item, "203", message, "take the - away, or write a command behind it")
        elif isinstance(item, Scalar):
            found.append(Command(item.text, item.line))
        else:
            kind = "subkeys" if isinstance(item, Mapping) else "a list"
            reader.error(
                item,
                "108",
                f"Expected {what}[{number}] to be of string type: found {kind} instead at line {item.line}",
                _alias(item) or _no_command(item),
            )
    return tuple(found)


def _flag(reader: Reader, mapping: Mapping, key: str) -> bool:
    node = mapping.get(key)
    return False if is_null(node) else bool(reader.boolean(node, key))


def _all_artifacts(reader: Reader, node: Node | None, version: str) -> tuple[Artifacts | None, dict[str, Artifacts]]:
    if is_null(node):
        return None, {}
    table = reader.mapping(node, "artifacts", _keyed(node, "artifacts", "files"))
    if table is None:
        return None, {}
    if "type" in table and version != "0.1":
        message = "type of artifacts is of version 0.1, and deprecated: the project says how artifacts are packed"
        reader.warning(table.key("type"), "220", message, "take it out; the project's artifacts have `packaging`")
    secondary = table.get("secondary-artifacts")
    others = {}
    hint = "write the artifact's identifier as a key, and below it `files:`"
    sections = None if is_null(secondary) else reader.mapping(secondary, "secondary-artifacts", hint)
    for key, value in sections.items if sections else ():
        mapping = reader.mapping(value, key.text)
        if mapping is not None:
            others[key.text] = _artifacts(reader, mapping, key.text, _ARTIFACTS)
    return _artifacts(reader, table, "artifacts", (*_ARTIFACTS, "secondary-artifacts"), bool(others)), others


_ARTIFACTS = (
    "files",
    "name",
    "discard-paths",
    "base-directory",
    "exclude-paths",
    "s3-prefix",
    "enable-symlinks",
    "type",
)


def _artifacts(reader: Reader, table: Mapping, what: str, known: tuple[str, ...], others: bool = False) -> Artifacts:
    """One artifact. With `others`, secondary ones, it may do without `files` (docs/behaviour/codebuild.md §1.8)."""
    files = _list(reader, table.get("files"), "files")
    if not files and ("files" in table or not others):
        reader.error(table, "109", f"{what} has no files", "add `files:` with at least one path or pattern")
    reader.unknown_keys(table, known, what, tolerated="201")
    return Artifacts(
        files,
        _optional_text(reader, table, "name"),
        _flag(reader, table, "discard-paths"),
        _optional_text(reader, table, "base-directory"),
        _list(reader, table.get("exclude-paths"), "exclude-paths"),
        _optional_text(reader, table, "s3-prefix"),
        _flag(reader, table, "enable-symlinks"),
    )


def _cache(reader: Reader, node: Node | None) -> Cache | None:
    if is_null(node):
        return None
    table = reader.mapping(node, "cache", _keyed(node, "cache", "paths"))
    if table is None:
        return None
    reader.unknown_keys(table, ("paths", "key", "fallback-keys", "action"), "cache", tolerated="201")
    given = table.get("paths")
    paths = _list(reader, given, "paths")
    if not paths and (given is None or not is_null(given)):
        reader.error(table, "110", "cache has no paths", "add `paths:`, or take the section out")
    fallbacks = _list(reader, table.get("fallback-keys"), "fallback-keys")
    if len(fallbacks) > _FALLBACK_KEYS:
        message = f"there are {len(fallbacks)} fallback-keys, and at most {_FALLBACK_KEYS} count"
        reader.error(table.get("fallback-keys"), "111", message, f"keep {_FALLBACK_KEYS}: they are tried in order")
    if fallbacks and "key" not in table:
        reader.warning(table.key("fallback-keys"), "215", "fallback-keys without key are ignored", "add `key:`")
    action = _optional_text(reader, table, "action")
    if action not in (None, "restore", "save"):
        reader.error(table.get("action"), "112", f"action is {action!r}, not restore or save", "leave it out for both")
    return Cache(paths, _optional_text(reader, table, "key"), fallbacks, action)


def _proxy(reader: Reader, node: Node | None) -> None:
    table = (
        None if is_null(node) else reader.mapping(node, "proxy", "write `proxy: {upload-artifacts: yes, logs: yes}`")
    )
    if table is not None:
        reader.unknown_keys(table, ("upload-artifacts", "logs"), "proxy", tolerated="201")
        for key in ("upload-artifacts", "logs"):
            _flag(reader, table, key)


def _reports(reader: Reader, node: Node | None) -> dict[str, Any]:
    hint = "write a name for the group, below it `files:`, and below that the list"
    table = None if is_null(node) else reader.mapping(node, "reports", hint)
    if table is not None and set(_REPORT).intersection(table.keys()):
        table = _named_group(reader, table)
    if table is not None and len(table.items) > _REPORT_GROUPS:
        message = f"reports has {len(table.items)} groups, and a project may have {_REPORT_GROUPS}"
        reader.error(table.items[_REPORT_GROUPS][0], "115", message, "put several files into one group")
    for name, value in table.items if table else ():
        if is_null(value):
            hint = "add `files:` with at least one path or pattern, or take the report out"
            reader.error(name, "113", f"the report {name.text} is empty", hint)
            continue
        group = reader.mapping(value, name.text)
        if group is not None:
            _report(reader, group, name.text)
    return plain(table) if table else {}


_REPORT = ("files", "file-format", "base-directory", "discard-paths")


def _named_group(reader: Reader, table: Mapping) -> Mapping:
    """What is written without a name for its group, as if it had one."""
    loose = tuple(pair for pair in table.items if pair[0].text in _REPORT)
    key = loose[0][0]
    hint = f"write a name for the group, such as `tests:`, above `{key.text}`, and indent what belongs to it deeper"
    reader.error(key, "001", f"{key.text} stands in reports, not in a group of it", hint)
    group = Mapping(table.path, key.line, key.column, loose)
    others = tuple(pair for pair in table.items if pair[0].text not in _REPORT)
    return replace(table, items=(*others, (replace(key, text="tests"), group)))


def _report(reader: Reader, group: Mapping, what: str) -> None:
    reader.unknown_keys(group, _REPORT, f"the report {what}", tolerated="201")
    if not _list(reader, group.get("files"), "files"):
        reader.error(group, "113", f"the report {what} has no files", "add `files:` with at least one path or pattern")
    kind = _optional_text(reader, group, "file-format")
    if kind is not None and kind.upper() not in _FORMATS:
        meant = reader.near(kind.upper(), _FORMATS)
        hint = f"did you mean {meant}?" if meant else f"one of {', '.join(_FORMATS)}"
        reader.error(group.get("file-format"), "114", f"there is no file-format {kind!r}", hint)
    _flag(reader, group, "discard-paths")


# Slips in keys


def _is_some(node: Node) -> bool:
    """Whether it is a list, or one text that stands for it."""
    return not isinstance(node, Mapping) and not is_null(node)


_NAMES = Part(code="102")
"""Names, each with a text."""
_COMMANDS = dict.fromkeys(("cmd", "cmds", "run", "script", "scripts", "execute", "steplist"), "commands")
_PHASE_KEYS = Part(
    keys=_PHASE,
    words=_COMMANDS | {"runtime": "runtime-versions", "runtimes": "runtime-versions", "user": "run-as"},
    fits={"commands": _is_some},
    looks={"commands": is_list},
    left=_SECTIONS,
    below={"runtime-versions": _NAMES},
    empty="104",
)
_FILES = {"path": "files", "paths": "files", "include": "files", "includes": "files"}
_ONE_ARTIFACT = Part(
    keys=_ARTIFACTS,
    words=_FILES | {"basedir": "base-directory", "base": "base-directory", "exclude": "exclude-paths"},
    due={"files": "109"},
    instead={"files": ("secondary-artifacts",)},
    fits={"files": _is_some},
    looks={"files": is_list},
)
_PHASES_KEYS = Part(
    keys=PHASES,
    words={
        "setup": "install",
        "preinstall": "install",
        "beforeinstall": "install",
        "prepare": "pre_build",
        "postinstall": "pre_build",
        "afterinstall": "pre_build",
        "beforebuild": "pre_build",
        "buildpre": "pre_build",
        "afterbuild": "post_build",
        "buildpost": "post_build",
        "postdeploy": "post_build",
        "afterdeploy": "post_build",
    },
    fits=dict.fromkeys(PHASES, is_table),
    left=(*_PHASE, *_SECTIONS),
    below={"install": _PHASE_KEYS},
    each=replace(_PHASE_KEYS, due={"commands": "105"}, instead={"commands": ("steps",)}),
    code="202",
    said="there is no phase '{written}': what stands in it never runs",
)
_LEFT_EDGE = {key: _PHASES_KEYS.below.get(key, _PHASES_KEYS.each or Part()) for key in PHASES}
"""Phases that stand beside `phases:`, or without it."""
_GRAMMAR = Part(
    keys=(*_TOP, "environment_variables"),
    what="a buildspec",
    words={"environment": "env", "phase": "phases", "stages": "phases"},
    fits=dict.fromkeys(("env", "proxy", "batch", "phases", "reports", "artifacts", "cache"), is_table),
    left=(*PHASES, *_PHASE, *_OTHERS),
    below=_LEFT_EDGE
    | {
        "env": Part(
            keys=(*_ENV, "plaintext"),
            words={
                "vars": "variables",
                "parameters": "parameter-store",
                "ssm": "parameter-store",
                "secrets": "secrets-manager",
                "exports": "exported-variables",
                "exported": "exported-variables",
            },
            fits=dict.fromkeys(("variables", "parameter-store", "secrets-manager", "exported-variables"), is_table),
            beside="variables",
            below=dict.fromkeys(("variables", "parameter-store", "secrets-manager", "plaintext"), _NAMES),
        ),
        "proxy": Part(keys=("upload-artifacts", "logs")),
        "batch": BATCH,
        "phases": _PHASES_KEYS,
        "reports": Part(
            left=_REPORT,
            each=Part(
                keys=_REPORT,
                what="the report {name}",
                words=_FILES | {"format": "file-format", "type": "file-format", "basedir": "base-directory"},
                due={"files": "113"},
                fits={"files": _is_some},
                looks={"files": is_list},
            ),
        ),
        "artifacts": replace(
            _ONE_ARTIFACT,
            keys=(*_ARTIFACTS, "secondary-artifacts"),
            below={"secondary-artifacts": Part(each=_ONE_ARTIFACT)},
        ),
        "cache": Part(
            keys=("paths", "key", "fallback-keys", "action"),
            words={"files": "paths", "file": "paths", "directories": "paths", "folders": "paths"},
            due={"paths": "110"},
            fits={"paths": _is_some},
            looks={"paths": is_list},
        ),
    },
)
"""What stands where, for slips in keys; the readers above say what each of them may hold."""
_LEFT = (*PHASES, *_PHASE, *_OTHERS, "environment_variables")
"""Keys at the left edge that have findings of their own."""


@lru_cache(maxsize=2048)
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern of CodeBuild's as a regular expression: `*` stays inside one directory, `**` crosses them.

    What follows a wildcard is taken at the first place where it fits, and not looked for again (`(?>…)`): a later place
    leaves the next wildcard less to choose from. So a pattern of many wildcards takes no longer than it must.
    """
    pieces = _pieces(pattern)
    out, block = "", ""
    for place, (wild, fixed) in enumerate(pieces, 1):
        text = re.escape(fixed).replace(r"\?", "[^/]")
        if place == len(pieces):
            return re.compile(out + block + _WILD[wild] + text + r"\Z")
        follows = pieces[place][0]
        # Directories begin behind a slash, and a later place may be the one that has it: then others are tried.
        settled = follows != "**/" or not fixed or fixed.endswith("/")
        block += f"(?>{_FEWEST[wild]}{text})" if wild == "*" and settled else _FEWEST[wild] + text
        if follows != "*":
            out += f"(?>{block})" if settled else block
            block = ""
    raise AssertionError("there is always a first piece")


_WILD = {"": "", "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
_FEWEST = {"": "", "**/": "(?:.*?/)??", "**": ".*?", "*": "[^/]*?"}


def _pieces(pattern: str) -> list[tuple[str, str]]:
    """[(a wildcard, what follows it up to the next one), …]; the first has no wildcard."""
    found = [("", "")]
    for part in re.findall(r"\*\*/|\*\*|\*|[^*]+", pattern):
        if part not in _WILD:
            found[-1] = found[-1][0], part
        elif found[-1][0] and not found[-1][1]:
            both = "**/" if found[-1][0] == part == "**/" else "**"
            found[-1] = both, ""
        else:
            found.append((part, ""))
    return found


def _clean(path: str) -> str:
    cleaned = normpath(path.removeprefix("./"))
    return "" if cleaned == "." else cleaned.strip("/")


def select_artifacts(paths: Iterable[str], artifacts: Artifacts) -> dict[str, str]:
    """{path inside the artifact: path in the workspace} of what an `artifacts` section selects (codebuild.md §1.8)."""
    bases = _clean(artifacts.base_directory) if artifacts.base_directory else ""
    wanted = [_clean(pattern) for pattern in artifacts.files]
    excluded = [glob(_clean(pattern)) for pattern in artifacts.exclude_paths]
    chosen: dict[str, str] = {}
    for path in sorted(paths):
        inside = _inside(path, bases)
        if inside is None or not any(_matches(pattern, inside) for pattern in wanted):
            continue
        if any(pattern.match(inside) for pattern in excluded):
            continue
        chosen[basename(path) if artifacts.discard_paths else inside] = path
    return chosen


def _matches(pattern: str, path: str) -> bool:
    return glob(pattern).match(path) is not None or pattern in ("", "/")


def _inside(path: str, base: str) -> str | None:
    """The path below the base directory, which may be a pattern over directories; None when it is not below."""
    if not base:
        return path
    depth = base.count("/") + 1
    parts = path.split("/")
    if len(parts) <= depth or not glob(base).match("/".join(parts[:depth])):
        return None
    return "/".join(parts[depth:])


def yaml_file_error(error: ProblemsError) -> str:
    """The message of the phase context YAML_FILE_ERROR for a buildspec that was refused."""
    first = next(problem for problem in error.problems if problem.severity == "error")
    if first.code == "YAML102" or first.message.startswith("a buildspec is"):
        return "wrong number of container tags, expected 1"
    message = first.message.removeprefix("not YAML: ") if first.code.startswith("YAML") else first.message
    return message if " at line " in message else f"{message} at line {first.line}"


__all__ = [
    "PHASES",
    "Artifacts",
    "Buildspec",
    "Cache",
    "Command",
    "Phase",
    "buildspec_as_meant",
    "check_buildspec",
    "glob",
    "read_buildspec",
    "select_artifacts",
    "yaml_file_error",
]
