"""Scenario files: what is there (a template) and what happens (a timeline and rules of behaviour)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from datetime import datetime
from os.path import isfile, normpath
from pathlib import Path
from typing import Any

from sim.core.clock import START, parse_start
from sim.core.problems import Problem, ProblemsError
from sim.core.randomness import Distribution
from sim.formats import template as templates
from sim.formats.assumptions import spelled
from sim.formats.durations import read_distribution
from sim.formats.folders import File, read_folder, read_repository
from sim.formats.nodes import Mapping, Node, Reader, Scalar, Sequence, compose, is_null, plain
from sim.formats.text import read_text

QUOTAS = (
    "codebuild.concurrent-builds",
    "codedeploy.applications",
    "codedeploy.auto-scaling-groups",
    "codedeploy.concurrent-deployments",
    "codedeploy.deployment-configs",
    "codedeploy.deployment-groups",
    "codedeploy.instances-per-deployment",
    "codepipeline.concurrent-executions",
    "codepipeline.pipelines",
)
"""The AWS quotas that a scenario can change."""
SCENARIO_KEYS = (
    "title",
    "template",
    "Resources",
    "Parameters",
    "Mappings",
    "Conditions",
    "parameters",
    "repositories",
    "seed",
    "start",
    "until",
    "on_create",
    "enforce",
    "quotas",
    "choices",
    "history",
    "people",
    "timeline",
    "behavior",
    "expect",
)
"""The keys at the top of a scenario."""
ALARM_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
STATES = ("stopped", "terminated", "running")
VERDICTS = ("Approved", "Rejected")
USING = ("https-git-credentials", "ssh", "git-remote-codecommit")
CHOICES = {
    "codedeploy.busy-group": ("reject", "queue"),
    "codedeploy.retained-files": ("guide", "agent"),
    "codedeploy.rollback-scope": ("group", "updated"),
    "codedeploy.untried-instances": ("skipped", "pending"),
    "codedeploy.events-after-failure": ("skipped", "pending"),
}
"""Where sources conflict or say nothing (docs/behaviour): what can be chosen, the simulator's own choice first."""
FLEETS = ("Sim::EC2::Fleet", "Sim::OnPremises::Fleet")

HOOKS = (
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
    "BeforeBlockTraffic",
    "BlockTraffic",
    "AfterBlockTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
)
BUILD_PHASES = (
    "SUBMITTED",
    "QUEUED",
    "PROVISIONING",
    "DOWNLOAD_SOURCE",
    "INSTALL",
    "PRE_BUILD",
    "BUILD",
    "POST_BUILD",
    "UPLOAD_ARTIFACTS",
    "FINALIZING",
)
COMMAND_PHASES = ("INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD")


@dataclass(frozen=True, slots=True)
class Fails:
    """When a piece of work fails: always, with a probability, or at these attempts (from 1)."""

    always: bool = False
    probability: float | None = None
    attempts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Instances:
    """Which instances: by name, by place in the fleet, or by the order a deployment reaches them (from 1)."""

    names: frozenset[str] = frozenset()
    indexes: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class BehaviorRule:
    """One rule of `behavior:`. What is None or empty, the rule does not set, or does not narrow by."""

    index: int
    kind: str
    subject: str
    line: int
    text: str
    pattern: re.Pattern[str] | None = None
    takes: Distribution | None = None
    fails: Fails | None = None
    exit: int | None = None
    message: str | None = None
    project: str | None = None
    phase: str | None = None
    script: str | None = None
    instances: Instances | None = None
    build: frozenset[int] | None = None
    deployment: frozenset[int] | None = None
    execution: frozenset[int] | None = None
    revision: frozenset[int] | None = None
    after: int | None = None
    before: int | None = None
    cached: Distribution | None = None
    sets: MappingABC[str, str] = field(default_factory=dict)
    prints: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    produces: MappingABC[str, str | None] | None = None
    installed: bool | None = None
    running: bool | None = None
    role: str | None = None
    poll: int | None = None
    version: str | None = None
    accounts: tuple[str, ...] | None = None
    by: str | None = None
    rejects: float | None = None
    crashes: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A revision that was deployed to a group before time 0."""

    application: str
    group: str
    files: MappingABC[str, File]
    unhealthy: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Person:
    """When a person confirms a subscription: ms after it was made, or None for never."""

    confirms: int | None = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline. `at` and `until` in ms; with `every`, it repeats at drawn intervals.

    `place`, from 1, is its place in the file: its luck goes by it, so that a step more at the end changes no other's.
    """

    at: int | None
    every: Distribution | None
    until: int | None
    kind: str
    fields: MappingABC[str, Any]
    line: int
    text: str
    as_: str | None = None
    place: int = 1


@dataclass(frozen=True, slots=True)
class Expect:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, read. Durations in ms; `until` None means until quiet. Repositories map paths to files."""

    path: str
    name: str
    title: str = ""
    template: templates.Template | None = None
    parameters: MappingABC[str, Any] = field(default_factory=dict)
    repositories: MappingABC[str, MappingABC[str, File] | Path] = field(default_factory=dict)
    seed: int = 0
    start: datetime = START
    until: int | None = None
    on_create: bool = False
    enforce: tuple[str, ...] = ()
    quotas: MappingABC[str, int] = field(default_factory=dict)
    choices: MappingABC[str, str] = field(default_factory=dict)
    history: tuple[History, ...] = ()
    people: MappingABC[str, Person] = field(default_factory=dict)
    timeline: tuple[Step, ...] = ()
    behavior: tuple[BehaviorRule, ...] = ()
    expect: tuple[Expect, ...] = ()
    warnings: tuple[Problem, ...] = ()
    repository_lines: MappingABC[str, int] = field(default_factory=dict)
    """Where the file names each repository."""


# Public readers


def read_scenario(path: Path) -> Scenario:
    """The scenario of that file. Raises ProblemsError with every finding."""
    return scenario_from_text(read_text(path), path)


def scenario_from_text(text: str, path: Path) -> Scenario:
    """A scenario from its text; relative paths in it start at the folder of `path`."""
    return _scenario(compose(text, str(path)), path)


def check_scenario(root: Node, path: Path) -> tuple[list[Problem], Scenario | None]:
    """Every finding of a scenario that stands at that node, and of what it names; and what can be read of it."""
    reader = Reader(str(path), "SC")
    document = reader.mapping(root, "a scenario")
    found = None if document is None else _Scenario(reader, document, path).read()
    return reader.problems, found


def scenario_from_document(document: MappingABC[str, Any], base: Path) -> Scenario:
    """A scenario from plain values, as a program makes them; relative paths start at `base`."""
    import json

    return scenario_from_text(json.dumps(document), base / "scenario")


def is_template(path: Path) -> bool:
    """Whether a file is a CloudFormation template on its own and no scenario."""
    try:
        root = compose(read_text(path), str(path))
    except ProblemsError:
        return False
    if not isinstance(root, Mapping):
        return False
    if "AWSTemplateFormatVersion" in root:
        return True
    return "Resources" in root and not any(key in root for key in ("timeline", "title", "behavior", "template"))


def scenario_of_template(path: Path) -> Scenario:
    """A template alone: everything is there and nothing happens."""
    template = templates.read_template(read_text(path), str(path))
    reader = Reader(str(path), "SC")
    _refuse_simulated(reader, template)
    reader.raise_if_errors()
    return Scenario(str(path), path.stem, template=template)


def _refuse_simulated(reader: Reader, template: templates.Template) -> None:
    """A template is as deployable on AWS as any other: simulation-only types stand in a scenario."""
    for resource in template.resources.values():
        if resource.type.startswith("Sim::"):
            node = Node(resource.path, resource.line, 1)
            message = f"{resource.logical_id} is a {resource.type}, which AWS does not know"
            reader.error(node, "027", message, "move it into the Resources of a scenario that names this template")


# Reading


def _scenario(root: Node, path: Path) -> Scenario:
    reader = Reader(str(path), "SC")
    document = reader.mapping(root, "a scenario")
    if document is None:
        reader.raise_if_errors()
        raise AssertionError("a root that is no mapping is an error")
    found = _Scenario(reader, document, path).read()
    reader.raise_if_errors()
    return found


class _Scenario:
    def __init__(self, reader: Reader, document: Mapping, path: Path):
        self.reader = reader
        self.document = document
        self.path = path
        self.base = path.parent

    def read(self) -> Scenario:
        """What can be read; the reader has the findings."""
        reader = self.reader
        reader.unknown_keys(self.document, SCENARIO_KEYS, "a scenario")
        until = self._until(self.document.get("until"))
        template = self._template()
        self._check_parameters(template)
        return Scenario(
            str(self.path),
            self.path.stem,
            title=self._optional("title", reader.text, ""),
            template=template,
            parameters=self._plain_mapping("parameters"),
            repositories=self._repositories(),
            seed=self._optional("seed", reader.integer, 0),
            start=self._start(),
            until=until,
            on_create=self._optional("on_create", reader.boolean, False),
            enforce=self._enforce(),
            quotas=self._quotas(),
            choices=self._choices(),
            history=self._history(),
            people=self._people(),
            timeline=self._timeline(until),
            behavior=self._behavior(),
            expect=self._expect(),
            repository_lines=self._lines("repositories"),
        )

    def _rows(self, key: str) -> tuple[Node, ...]:
        """The entries of a list. What stands there alone is told, and looked at as its only entry."""
        node = self.document.get(key)
        rows = None if node is None else self.reader.sequence(node, key)
        alone = isinstance(node, Mapping) or (key == "expect" and isinstance(node, Scalar) and not is_null(node))
        return rows.items if rows else (node,) if node is not None and alone else ()

    def _lines(self, section: str) -> dict[str, int]:
        node = self.document.get(section)
        return {key.text: key.line for key, _ in node.items} if isinstance(node, Mapping) else {}

    def _check_parameters(self, template: templates.Template | None) -> None:
        """A parameter that the template has not is a mistake of the scenario's line, not of the template."""
        node = self.document.get("parameters")
        if template is None or not isinstance(node, Mapping):
            return
        for key, _ in node.items:
            if key.text not in template.parameters:
                near = difflib.get_close_matches(key.text, template.parameters, 1)
                hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(template.parameters) or 'none'}"
                self.reader.error(key, "053", f"the template has no parameter {key.text}", hint)

    def _optional(self, key: str, read: Callable[[Node | None, str], Any], default: Any) -> Any:
        node = self.document.get(key)
        if node is None:
            return default
        value = read(node, key)
        return default if value is None else value

    def _plain_mapping(self, key: str) -> dict[str, Any]:
        node = self.document.get(key)
        if node is None:
            return {}
        table = self.reader.mapping(node, key)
        return plain(table) if table else {}

    def _file(self, node: Node | None, what: str) -> Path | None:
        text = self.reader.text(node, what)
        return None if text is None else Path(normpath(self.base / text))

    def _template(self) -> templates.Template | None:
        node = self.document.get("template")
        found = None
        if node is not None:
            file = self._file(node, "template")
            if file is not None and not isfile(file):
                self.reader.error(
                    node, "023", "there is no such template file", "paths start at the scenario's own folder"
                )
            elif file is not None:
                found = self._read_template(file)
        return self._with_inline(found) if "Resources" in self.document else found

    def _read_template(self, file: Path) -> templates.Template | None:
        try:
            found = templates.read_template(read_text(file), str(file))
        except ProblemsError as error:
            self.reader.problems.extend(error.problems)
            return None
        _refuse_simulated(self.reader, found)
        return found

    def _with_inline(self, template: templates.Template | None) -> templates.Template | None:
        """The resources of the scenario itself, over those of its template; None when names in them lead nowhere."""
        reader = Reader(str(self.path), "CF")
        found = templates.read_sections(self.document, str(self.path), reader)
        for resource in found.resources.values():
            self._check_simulated(resource)
        if template is not None:
            found = template.merged(found)
        told = len(reader.problems)
        whole = template is not None or "template" not in self.document  # else a part of the names is not known
        if whole:
            templates.check_names(found, reader)
        self.reader.problems.extend(reader.problems)
        return found if whole and len(reader.problems) == told else None

    def _check_simulated(self, resource: templates.Resource) -> None:
        if resource.type.startswith("Sim::") and resource.type not in FLEETS:
            node = Node(resource.path, resource.line, 1)
            self.reader.error(
                node, "093", f"{resource.type} is not part of this version", f"there is {' and '.join(FLEETS)}"
            )

    def _quotas(self) -> dict[str, int]:
        node = self.document.get("quotas")
        table = None if is_null(node) else self.reader.mapping(node, "quotas")
        found = {}
        if table is not None:
            self.reader.unknown_keys(table, QUOTAS, "quotas")
            for key, value in table.items:
                number = self.reader.integer(value, key.text)
                if number is not None and number < 1:
                    self.reader.error(value, "029", f"{key.text} is {number}", "a quota is 1 or more")
                elif number is not None:
                    found[key.text] = number
        return found

    def _choices(self) -> dict[str, str]:
        node = self.document.get("choices")
        table = None if is_null(node) else self.reader.mapping(node, "choices")
        found: dict[str, str] = {}
        if table is not None:
            self.reader.unknown_keys(table, tuple(CHOICES), "choices")
            for key, value in table.items:
                text = self.reader.text(value, key.text)
                allowed = CHOICES.get(key.text, ())
                if text is not None and text in allowed:
                    found[key.text] = text
                elif text is not None and allowed:
                    self.reader.error(value, "054", f"{key.text} is {text!r}", f"choose one of {', '.join(allowed)}")
        return found

    def _repositories(self) -> dict[str, MappingABC[str, File] | Path]:
        node = self.document.get("repositories")
        found: dict[str, MappingABC[str, File] | Path] = {}
        if node is None:
            return found
        table = self.reader.mapping(node, "repositories")
        for key, value in table.items if table else ():
            file = self._file(value, f"repositories: {key.text}")
            files = None if file is None else read_folder(self.reader, value, file)
            if files is not None:
                found[key.text] = files
        return found

    def _start(self) -> datetime:
        node = self.document.get("start")
        if node is None:
            return START
        text = self.reader.text(node, "start")
        try:
            return parse_start(text or "")
        except ValueError as error:
            self.reader.error(node, "024", str(error), "write it like 2026-01-05T09:00:00Z")
            return START

    def _until(self, node: Node | None) -> int | None:
        if node is None or (isinstance(node, Scalar) and node.text == "idle"):
            return None
        return self.reader.duration(node, "until")

    def _enforce(self) -> tuple[str, ...]:
        node = self.document.get("enforce")
        rows = None if node is None else self.reader.sequence(node, "enforce")
        found = []
        for item in rows.items if rows else ():
            text = self.reader.text(item, "an entry of enforce")
            if text is not None and text != "iam":
                self.reader.error(item, "025", f"{text!r} cannot be enforced", "the only one is iam")
            elif text == "iam":
                self.reader.error(item, "090", "enforcing IAM policies is not part of this version", "take `iam` out")
                found.append(text)
        return tuple(found)

    def _history(self) -> tuple[History, ...]:
        found = []
        for item in self._rows("history"):
            entry = self.reader.mapping(item, "an entry of history")
            if entry is None:
                continue
            self.reader.unknown_keys(entry, ("group", "revision", "unhealthy"), "an entry of history")
            named = self.reader.needed(entry, "group", "an entry of history", "such as `group: app/production`")
            given = self.reader.needed(entry, "revision", "an entry of history", "the folder that was deployed")
            group = None if named is None else self.reader.text(named, "group")
            folder = None if given is None else self._file(given, "revision")
            names = self._texts(entry.get("unhealthy"), "unhealthy")
            if group is None or folder is None:
                continue
            application, slash, name = group.partition("/")
            if not slash:
                self.reader.error(named, "026", f"group is {group!r}", "write application/group")
                continue
            files = read_folder(self.reader, given, folder)
            if isinstance(files, dict):
                found.append(History(application, name, files, names, entry.line))
        return tuple(found)

    def _people(self) -> dict[str, Person]:
        node = self.document.get("people")
        table = None if node is None else self.reader.mapping(node, "people")
        found = {}
        for key, value in table.items if table else ():
            entry = self.reader.mapping(value, key.text)
            if entry is None:
                continue
            self.reader.unknown_keys(entry, ("confirms",), key.text)
            confirms = entry.get("confirms")
            if confirms is None:
                found[key.text] = Person()
            elif isinstance(confirms, Scalar) and confirms.text == "never":
                found[key.text] = Person(None)
            else:
                found[key.text] = Person(self.reader.duration(confirms, "confirms"))
        return found

    def _texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        if node is None:
            return ()
        if isinstance(node, Scalar):
            return (node.text,)
        rows = self.reader.sequence(node, what)
        found = [self.reader.text(item, f"an entry of {what}") for item in (rows.items if rows else ())]
        return tuple(text for text in found if text is not None)

    # The timeline

    def _timeline(self, until: int | None) -> tuple[Step, ...]:
        steps = []
        for place, item in enumerate(self._rows("timeline"), 1):
            entry = self.reader.mapping(item, "a step of the timeline")
            step = None if entry is None else self._step(entry, until)
            if step is not None:
                steps.append(replace(step, place=place))
        return tuple(sorted(steps, key=lambda step: -1 if step.at is None else step.at))

    def _step(self, entry: Mapping, until: int | None) -> Step | None:
        reader = self.reader
        reader.unknown_keys(entry, ("at", "every", "until", "as", *STEPS), "a step")
        kinds = [key for key in entry.keys() if key in STEPS]
        if len(kinds) != 1:
            what = "names no action" if not kinds else f"names two: {' and '.join(kinds)}"
            reader.error(entry, "030", f"a step {what}", _meant(entry, STEPS) or f"write one of {', '.join(STEPS)}")
            self._look_at(entry)
            return None
        kind = kinds[0]
        at = None if entry.get("at") is None else reader.duration(entry.get("at"), "at")
        interval = entry.get("every")
        every = None if interval is None else read_distribution(reader, interval, "every")
        ends = None if entry.get("until") is None else reader.duration(entry.get("until"), "until")
        if every is not None and every.at(0.5) < 1:
            reader.error(interval, "037", "every is no time at all", "such as `every: 10m`")
        if "at" not in entry and "every" not in entry:
            reader.error(entry, "031", "a step needs `at:` or `every:`", "such as `at: 10m`")
        if every is not None and ends is None and until is None:
            reader.error(entry, "032", "a step that repeats must end", "give it `until: 8h`, or the scenario a time")
        as_node = entry.get("as")
        who = None if as_node is None else reader.text(as_node, "as")
        fields = self._fields(kind, entry.get(kind))
        if fields is None:
            return None
        text = f"{kind} " + ", ".join(
            _brief(key, value) for key, value in fields.items() if key != "files" or kind == "push"
        )
        return Step(at, every, ends, kind, fields, entry.line, text.strip(), who or fields.pop("as", None))

    def _look_at(self, entry: Mapping) -> None:
        """Check what stands in a step that names no action or two: as those that it names, or may mean."""
        for key, value in entry.items[: len(STEPS)]:
            kind = key.text if key.text in STEPS else (difflib.get_close_matches(key.text, STEPS, 1) or [""])[0]
            if kind and isinstance(value, Mapping):
                self._fields(kind, value)

    def _fields(self, kind: str, node: Node | None) -> dict[str, Any] | None:
        required, optional, missing = STEPS[kind]
        if missing:
            self.reader.error(
                node, "091", f"{kind} needs {missing}, which is not part of this version", "take the step out"
            )
            return None
        table = self.reader.mapping(node, kind)
        if table is None:
            return None
        self.reader.unknown_keys(table, (*required, *optional), kind)
        for key in required:
            if key not in table:
                self.reader.error(table, "033", f"{kind} has no {key}", f"add `{key}:`")
        fields = {
            key.text: plain(value) if key.text in _TYPED else self.reader.text(value, key.text)
            for key, value in table.items
        }
        return self._checked(kind, table, fields)

    def _checked(self, kind: str, table: Mapping, fields: dict[str, Any]) -> dict[str, Any]:
        reader = self.reader
        if kind == "push":
            self._check_push(table, fields)
            files = table.get("files")
            mapping = None if files is None else reader.mapping(files, "files")
            if mapping is not None:
                fields["files"] = {key.text: _file_text(value) for key, value in mapping.items}
        elif kind == "approve" and fields.get("result", "Approved") not in VERDICTS:
            reader.error(
                table.get("result"),
                "034",
                f"result is {fields['result']!r}, not Approved or Rejected",
                _nearest(fields["result"], VERDICTS),
            )
        elif kind == "upload":
            folder = self._file(table.get("folder"), "folder")
            found = None if folder is None else read_folder(reader, table.get("folder"), folder)
            if isinstance(found, Path):
                reader.error(table.get("folder"), "038", "a .git is no bundle", "name a folder of files")
            fields["files"] = self._upon(found, table.get("files")) if isinstance(found, dict) else {}
        elif kind == "instance" and fields.get("state") not in STATES:
            reader.error(
                table.get("state"), "035", f"state is not {_either(STATES)}", _nearest(fields.get("state"), STATES)
            )
        elif kind == "alarm" and fields.get("state") not in ALARM_STATES:
            reader.error(
                table.get("state"),
                "035",
                f"state is not {_either(ALARM_STATES)}",
                _nearest(fields.get("state"), ALARM_STATES),
            )
        elif kind == "metric":
            self._check_metric(table, fields)
        elif kind == "scale" and "desired" in table:
            reader.integer(table.get("desired"), "desired")
        elif kind == "call" and "parameters" in table:
            reader.mapping(table.get("parameters"), "parameters")
        return fields

    def _upon(self, files: MappingABC[str, File], node: Node | None) -> dict[str, File]:
        """Those files with what a step's own `files` puts there, replaces or takes away."""
        found = dict(files)
        table = None if is_null(node) else self.reader.mapping(node, "files")
        for key, value in table.items if table else ():
            text = _file_text(value)
            if text is not None:
                found[key.text] = File(text.encode(), False)
            elif found.pop(key.text, None) is None:
                self.reader.error(key, "057", f"the folder has no file {key.text} to take away", "mend the path")
        return found

    def _check_push(self, table: Mapping, fields: dict[str, Any]) -> None:
        if "://" in str(fields.get("repository")):
            message = "repositories outside AWS are not part of this version"
            self.reader.error(table.get("repository"), "091", message, "name a CodeCommit repository")
        if "using" in fields and fields["using"] not in USING:
            self.reader.error(table.get("using"), "039", f"using is {fields['using']!r}", f"one of {', '.join(USING)}")
        if "tag" in fields and "branch" in fields:
            self.reader.error(table.get("tag"), "036", "a push goes to a branch or a tag", "take one of them out")

    def _check_metric(self, table: Mapping, fields: dict[str, Any]) -> None:
        reader = self.reader
        if "value" in table:
            fields["value"] = reader.number(table.get("value"), "value")
        dimensions = table.get("dimensions")
        named = None if dimensions is None else reader.mapping(dimensions, "dimensions")
        fields["dimensions"] = {key.text: reader.text(value, key.text) for key, value in named.items} if named else {}

    # Behaviour

    def _behavior(self) -> tuple[BehaviorRule, ...]:
        rules = []
        for index, item in enumerate(self._rows("behavior")):
            entry = self.reader.mapping(item, "a rule of behavior")
            rule = None if entry is None else self._rule(index, entry)
            if rule is not None:
                rules.append(rule)
        return tuple(rules)

    def _rule(self, index: int, entry: Mapping) -> BehaviorRule | None:
        reader = self.reader
        # `phase` narrows a command rule and is a kind of its own without one; the same holds for `instances`.
        kinds = [key for key in entry.keys() if key in RULES and not (key == "phase" and "command" in entry)]
        if len(kinds) != 1:
            what = "speaks of nothing" if not kinds else f"speaks of {' and '.join(kinds)}"
            reader.error(
                entry, "040", f"a rule {what}", _meant(entry, RULES) or f"it speaks of one of {', '.join(RULES)}"
            )
            return None
        kind = kinds[0]
        reader.unknown_keys(entry, (kind, *RULES[kind], *_NARROW), f"a rule for {kind}")
        subject = reader.text(entry.get(kind), kind)
        if subject is None:
            return None
        values: dict[str, Any] = {}
        for key, value in entry.items:
            if key.text != kind and key.text in _READ:
                name, read = _READ[key.text]
                values[name] = read(self, value, key.text)
        if kind == "phase":
            subject = subject.upper()
        self._check_subject(kind, subject, entry.get(kind))
        if not any(key.text in _SETS for key, _ in entry.items):
            hint = f"add one of {', '.join(key for key in RULES[kind] if key in _SETS)}"
            reader.error(entry, "047", f"this rule for {kind} sets nothing", hint)
        if "instances" in entry and "on" in entry:
            reader.error(entry.key("on"), "048", "`on` is the older spelling of `instances`", "keep one of them")
        pattern = None
        if kind == "command":
            try:
                pattern = re.compile(subject)
            except re.error as error:
                reader.error(entry.get(kind), "041", f"{subject!r} is not a regular expression: {error}", _REGEX)
        narrowed = [f"{key.text} {spelled(value)}" for key, value in entry.items if key.text in (*_NARROW, "script")]
        text = ", ".join([f"{kind} {subject}", *narrowed])
        return BehaviorRule(index, kind, subject, entry.line, text, pattern, **values)

    def _check_subject(self, kind: str, subject: str, node: Node | None) -> None:
        known = {"hook": HOOKS, "phase": BUILD_PHASES}.get(kind)
        if known is not None and subject not in known:
            near = difflib.get_close_matches(subject, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
            self.reader.error(node, "042", f"there is no {kind} {subject!r}", hint)
        if kind in ("function", "instance"):
            what = "Lambda" if kind == "function" else "booting and crashing instances"
            self.reader.error(node, "092", f"{what} is not part of this version", "take the rule out")

    def read_takes(self, node: Node, what: str) -> Distribution | None:
        return read_distribution(self.reader, node, what)

    def read_fails(self, node: Node, what: str) -> Fails | None:
        if isinstance(node, Mapping):
            self.reader.unknown_keys(node, ("attempts",), what)
            attempts = self.read_counts(node.get("attempts") or node, "attempts")
            return None if attempts is None else Fails(attempts=attempts)
        text = node.text if isinstance(node, Scalar) else ""
        if text in ("true", "false"):
            return Fails(always=text == "true")
        try:
            probability = float(text)
        except ValueError:
            probability = -1.0
        if not 0 <= probability <= 1:
            self.reader.error(
                node, "043", f"fails is {text!r}", "write true, a probability from 0 to 1, or {attempts: [1, 2]}"
            )
            return None
        return Fails(probability=probability)

    def read_counts(self, node: Node, what: str) -> frozenset[int] | None:
        items = node.items if isinstance(node, Sequence) else (node,)
        found = set()
        for item in items:
            number = self.reader.integer(item, what)
            if number is not None and number < 1:
                self.reader.error(item, "044", f"{what} counts from 1, not {number}", "the first is 1")
            elif number is not None:
                found.add(number)
        if not found:
            self.reader.error(node, "045", f"{what} names nothing", "take it out, or give at least one")
        return frozenset(found)

    def read_instances(self, node: Node, what: str) -> Instances | None:
        if isinstance(node, Mapping):
            self.reader.unknown_keys(node, ("position",), what)
            positions = self.read_counts(node.get("position") or node, "position")
            return None if positions is None else Instances(positions=positions)
        names, indexes = set(), set()
        for item in node.items if isinstance(node, Sequence) else (node,):
            text = self.reader.text(item, what)
            if text is not None and text.isdigit():
                indexes.add(int(text))
            elif text is not None:
                names.add(text)
        if not names and not indexes:
            self.reader.error(node, "045", f"{what} names nothing", "take it out, or name at least one")
        return Instances(frozenset(names), frozenset(indexes))

    def read_text(self, node: Node, what: str) -> str | None:
        return self.reader.text(node, what)

    def read_exit(self, node: Node, what: str) -> int | None:
        number = self.reader.integer(node, what)
        if number is not None and not 1 <= number <= 255:
            self.reader.error(node, "049", f"{what} is {number}", "the exit code of a failure is from 1 to 255")
        return number

    def read_phase(self, node: Node, what: str) -> str | None:
        text = self.reader.text(node, what)
        if text is not None and text.upper() not in COMMAND_PHASES:
            self.reader.error(node, "042", f"no commands run in the {what} {text!r}", ", ".join(COMMAND_PHASES))
        return None if text is None else text.upper()

    def read_needs(self, node: Node, what: str) -> tuple[str, ...]:
        found = self._texts(node, what)
        for text in found:
            if text not in ("vpc", "internet"):
                self.reader.error(node, "051", f"{what} names {text!r}", "a command can need vpc or internet")
        return found

    def read_duration(self, node: Node, what: str) -> int | None:
        return self.reader.duration(node, what)

    def read_poll(self, node: Node, what: str) -> int | None:
        ms = self.reader.duration(node, what)
        if ms == 0:
            self.reader.error(node, "052", f"{what} is 0", "an agent that polls needs time in between")
        return ms

    def read_version(self, node: Node, what: str) -> str | None:
        text = self.reader.text(node, what)
        if text is not None and not re.fullmatch(r"\d+(\.\d+)*", text):
            self.reader.error(node, "056", f"{what} is {text!r}, which is no version", "write it like 1.8.1 or 2.1.0")
        return text

    def read_boolean(self, node: Node, what: str) -> bool | None:
        return self.reader.boolean(node, what)

    def read_probability(self, node: Node, what: str) -> float | None:
        number = self.reader.number(node, what)
        if number is not None and not 0 <= number <= 1:
            self.reader.error(node, "046", f"{what} is {number}, not between 0 and 1", "write 0.2 for one of five")
        return number

    def read_texts(self, node: Node, what: str) -> tuple[str, ...]:
        return self._texts(node, what)

    def read_sets(self, node: Node, what: str) -> dict[str, str]:
        table = self.reader.mapping(node, what)
        found = {}
        for key, value in table.items if table else ():
            text = self.reader.text(value, f"{what}: {key.text}")
            if text is not None:
                found[key.text] = text
        return found

    def read_produces(self, node: Node, what: str) -> dict[str, str | None]:
        if isinstance(node, Mapping):
            return {key.text: None if is_null(value) else _file_text(value) for key, value in node.items}
        return dict.fromkeys(self._texts(node, what))

    def _expect(self) -> tuple[Expect, ...]:
        found = []
        for item in self._rows("expect"):
            text = self.reader.text(item, "an entry of expect")
            if text is None:
                continue
            fault = _fault_of(text)
            if fault:
                alone = re.search(r"(?<![=!<>])=(?!=)", text)
                hint = "write == to compare" if alone else "texts stand in '…', numbers and lists in backquotes"
                self.reader.error(item, "050", f"not JMESPath: {fault}", hint)
            else:
                found.append(Expect(text, item.line))
        return tuple(found)


def _fault_of(expression: str) -> str:
    """What is wrong with a JMESPath expression; "" when nothing is."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        return str(error).splitlines()[0]
    except RecursionError:
        return "it is nested too deeply"
    return ""


def _either(known: tuple[str, ...]) -> str:
    return f"{', '.join(known[:-1])} or {known[-1]}"


def _nearest(given: Any, known: tuple[str, ...]) -> str:
    """What a value was meant to be, else what it may be."""
    small = {one.lower(): one for one in known}
    near = difflib.get_close_matches(str(given)[:60].lower(), small, 1)
    return f"did you mean {small[near[0]]}?" if near else f"write {_either(known)}"


def _meant(entry: Mapping, known: Iterable[str]) -> str:
    """What a key that nobody knows was meant to be, if it is near enough."""
    for key in entry.keys():
        near = difflib.get_close_matches(key, known, 1)
        if near and key not in known:
            return f"did you mean {near[0]}?"
    return ""


def _file_text(node: Node) -> str | None:
    """The text of a file, or None (`~`) for one that goes away."""
    if isinstance(node, Scalar):
        return None if node.plain and node.text in ("~", "null") else node.text
    import json

    return json.dumps(plain(node))


def _brief(key: str, value: Any) -> str:
    text = ", ".join(value) if isinstance(value, dict) else str(value)
    return f"{key} {text}" if len(text) < 60 else f"{key} {text[:57]}…"


STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "push": (("repository",), ("branch", "files", "author", "message", "tag", "as", "using"), ""),
    "approve": (("pipeline", "stage", "action"), ("by", "result", "summary"), ""),
    "call": (("service", "operation"), ("parameters", "as"), ""),
    "upload": (("bucket", "key", "folder"), ("files",), ""),
    "scale": (("group", "desired"), (), ""),
    "instance": (("name", "state"), (), ""),
    "alarm": (("name", "state"), (), ""),
    "metric": (("namespace", "name", "value"), ("dimensions",), ""),
    "pull_request": (("repository",), (), "repositories outside AWS"),
}
"""Step -> (required fields, optional fields, what this version lacks for it)."""

_REGEX = (
    r"put a backslash before each of ( ) [ ] { } . * + ? | ^ $ that stands for itself, as in \(, or close what is open"
)
_TYPED = ("files", "parameters", "desired", "value", "dimensions")
"""Fields of a step that are more than text."""

_OUTCOME = ("takes", "fails", "exit", "message")
_NARROW = ("instances", "on", "build", "deployment", "execution", "revision", "after", "before")
RULES: dict[str, tuple[str, ...]] = {
    "command": (*_OUTCOME, "project", "phase", "cached", "sets", "prints", "needs", "produces"),
    "phase": (*_OUTCOME, "project"),
    "hook": (*_OUTCOME, "script", "sets", "prints", "produces"),
    "agent": ("installed", "running", "role", "poll", "version", "accounts"),
    "action": _OUTCOME,
    "approval": ("takes", "by", "rejects", "message"),
    "function": _OUTCOME,
    "instance": ("takes", "crashes"),
}
_SETS = frozenset(
    {*_OUTCOME, "cached", "sets", "prints", "needs", "produces"}
    | {"installed", "running", "role", "poll", "version", "accounts", "by", "rejects", "crashes"}
)
"""What a rule can set; the rest narrows it."""
_READ: dict[str, tuple[str, Callable[[_Scenario, Node, str], Any]]] = {
    "takes": ("takes", _Scenario.read_takes),
    "cached": ("cached", _Scenario.read_takes),
    "fails": ("fails", _Scenario.read_fails),
    "exit": ("exit", _Scenario.read_exit),
    "message": ("message", _Scenario.read_text),
    "project": ("project", _Scenario.read_text),
    "phase": ("phase", _Scenario.read_phase),
    "script": ("script", _Scenario.read_text),
    "instances": ("instances", _Scenario.read_instances),
    "on": ("instances", _Scenario.read_instances),
    "build": ("build", _Scenario.read_counts),
    "deployment": ("deployment", _Scenario.read_counts),
    "execution": ("execution", _Scenario.read_counts),
    "revision": ("revision", _Scenario.read_counts),
    "after": ("after", _Scenario.read_duration),
    "before": ("before", _Scenario.read_duration),
    "sets": ("sets", _Scenario.read_sets),
    "prints": ("prints", _Scenario.read_texts),
    "needs": ("needs", _Scenario.read_needs),
    "produces": ("produces", _Scenario.read_produces),
    "installed": ("installed", _Scenario.read_boolean),
    "running": ("running", _Scenario.read_boolean),
    "role": ("role", _Scenario.read_text),
    "poll": ("poll", _Scenario.read_poll),
    "version": ("version", _Scenario.read_version),
    "accounts": ("accounts", _Scenario.read_texts),
    "by": ("by", _Scenario.read_text),
    "rejects": ("rejects", _Scenario.read_probability),
    "crashes": ("crashes", _Scenario.read_duration),
}

__all__ = [
    "BUILD_PHASES",
    "HOOKS",
    "QUOTAS",
    "RULES",
    "SCENARIO_KEYS",
    "STEPS",
    "BehaviorRule",
    "Expect",
    "Fails",
    "File",
    "History",
    "Instances",
    "Person",
    "Scenario",
    "Step",
    "check_scenario",
    "is_template",
    "read_repository",
    "read_scenario",
    "scenario_from_document",
    "scenario_from_text",
    "scenario_of_template",
]
