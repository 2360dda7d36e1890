"""What a pipeline wants of files of its folder: outputs and variables of a buildspec, and what ECS is deployed from.

Sources: docs/behaviour/codebuild.md §6.4, codepipeline.md §4.2 and §19, codedeploy.md §4.7; what CodeDeployToECS puts
in place of <TASK_DEFINITION> and <IMAGE1_NAME>: CodePipeline's user guide, action-reference-ECSbluegreen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from sim.core.problems import Problem
from sim.formats.check.template import Found, get, referred, rows, spelled, text_of, warning_at
from sim.formats.nodes import Mapping, Node, Scalar, near
from sim.formats.nodes import Sequence as Rows

DEFAULT = "buildspec.yml"
"""The buildspec of a project that names none."""
Spelling = Callable[[str], str]
"""From a key as templates spell it to the same key of a declaration."""


def small(key: str) -> str:
    """A key of a template as a declaration of its own spells it."""
    return key[:1].lower() + key[1:]


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a pipeline. `outputs` are None when not all their names are known."""

    name: str
    provider: str
    namespace: str
    configuration: Node | None
    outputs: tuple[Scalar, ...] | None
    place: Node


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline's actions in their order, and the variables it uses: {namespace: (name, text that holds it)}."""

    actions: tuple[Action, ...]
    used: dict[str, list[tuple[str, Scalar]]]

    @classmethod
    def of(cls, table: Mapping, spelling: Spelling) -> Pipeline:
        found = (
            _action(action, spelling)
            for stage in rows(table.get(spelling("Stages")))
            for action in rows(get(stage, spelling("Actions")))
        )
        used: dict[str, list[tuple[str, Scalar]]] = {}
        for text in _texts(table):
            for namespace, name in _VARIABLE.findall(text.text):
                used.setdefault(namespace, []).append((name, text))
        return cls(tuple(found), used)

    def with_provider(self, provider: str) -> list[Action]:
        return [action for action in self.actions if action.provider == provider]


_VARIABLE = re.compile(r"#\{([\w@-]+)\.([\w-]+)\}")


def _action(node: Node, spelling: Spelling) -> Action:
    outputs = [get(row, spelling("Name")) for row in rows(get(node, spelling("OutputArtifacts")))]
    named = tuple(one for one in outputs if isinstance(one, Scalar) and text_of(one))
    return Action(
        text_of(get(node, spelling("Name"))) or "",
        text_of(get(node, spelling("ActionTypeId"), spelling("Provider"))) or "",
        text_of(get(node, spelling("Namespace"))) or "",
        get(node, spelling("Configuration")),
        named if len(named) == len(outputs) else None,
        node,
    )


# Builds


def check_build(pipeline: Pipeline, action: Action, buildspec: Mapping, called: str) -> Iterator[Problem]:
    """What a CodeBuild action is to give, and its buildspec, that messages call so, does not."""
    if (text_of(get(action.configuration, "BatchEnabled")) or "").lower() == "true" or "batch" in buildspec:
        return
    yield from _outputs(action, buildspec, called)
    if action.namespace:
        yield from _variables(pipeline, action, buildspec, called)


def _outputs(action: Action, buildspec: Mapping, called: str) -> Iterator[Problem]:
    """Two outputs or more are all secondary artifacts, by the same names."""
    table = get(buildspec, "artifacts", "secondary-artifacts")
    if action.outputs is None or len(action.outputs) < 2 or (table is not None and not isinstance(table, Mapping)):
        return
    made = list(table.keys()) if isinstance(table, Mapping) else []
    names = [output.text for output in action.outputs]
    if any("$" in name for name in made):
        return
    for output in action.outputs:
        if output.text in made:
            continue
        spare = [name for name in made if name not in names]
        meant = near(output.text, spare) or (spare[0] if len(spare) == 1 else "")
        message = f"action {action.name} has the output {output.text}, and {called} makes no secondary artifact of"
        message += " that name: the build fails at the upload"
        hint = f"write {output.text} in place of {meant} in {_line(called, table, meant)}" if meant else ""
        several = "with several outputs, each is one of `artifacts: secondary-artifacts:`, with its own `files`"
        yield warning_at(output, "PL301", message, hint or f"{several}: add `{output.text}:` there")


def _line(called: str, table: Node | None, key: str) -> str:
    """The name of a file, with the line of a key; what stands inside a template has lines of its own."""
    found = table.key(key) if isinstance(table, Mapping) else None
    return f"{called}, line {found.line}" if found is not None and "." in called else called


def _variables(pipeline: Pipeline, action: Action, buildspec: Mapping, called: str) -> Iterator[Problem]:
    """Variables of the action that a later one uses are exported."""
    node = get(buildspec, "env", "exported-variables")
    if node is not None and not isinstance(node, Rows):
        return
    exported = [text_of(item) or "" for item in rows(node)]
    if "" in exported or any("$" in name for name in exported):
        return
    given = _given(buildspec) if action.namespace in pipeline.used else frozenset()
    told: set[str] = set()
    for name, text in pipeline.used.get(action.namespace, ()):
        if name not in exported and name not in told:
            told.add(name)
            message = f"#{{{action.namespace}.{name}}} is used, and {called} does not export {name}: the action"
            message += " that uses it fails when it starts"
            yield warning_at(text, "PL302", message, _export(action, name, rows(node), given, called))


def _texts(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        if "#{" in node.text:
            yield node
    elif isinstance(node, Rows):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Mapping):
        for _, value in node.items:
            yield from _texts(value)


def _export(action: Action, name: str, exported: Sequence[Node], given: frozenset[str], called: str) -> str:
    """What to write so that a variable is exported, or that another one is used."""
    meant = near(name, [text_of(item) or "" for item in exported])
    if meant and name not in given:
        return f"did you mean #{{{action.namespace}.{meant}}}?"
    if meant and meant not in given:
        line = next(item.line for item in exported if text_of(item) == meant)
        place = f"{called}, line {line}" if "." in called else called
        return f"write `- {name}` in place of `- {meant}` in the exported-variables of {place}"
    return f"add `- {name}` to `exported-variables` below `env` of {called}"


def _given(buildspec: Mapping) -> frozenset[str]:
    """The variables that a buildspec gives a value, as far as can be seen."""
    tables = (get(buildspec, "env", key) for key in ("variables", "parameter-store", "secrets-manager"))
    names = {key for table in tables if isinstance(table, Mapping) for key in table.keys()}
    phases = get(buildspec, "phases")
    return frozenset(names.union(re.findall(r"(\w+)=", spelled(phases)) if phases is not None else ()))


def check_inline(uses: Uses, name: str, buildspec: Mapping) -> Iterator[Problem]:
    """The same for a buildspec that stands in the template, for the pipelines beside it."""
    for pipeline, action in uses.get(name, ()):
        yield from check_build(pipeline, action, buildspec, f"the buildspec of {name}")


Uses = dict[str, list[tuple[Pipeline, Action]]]
"""{the logical id of a project: the pipelines of its template with an action that starts it}"""


def uses_of(template: Found) -> Uses:
    """Which projects of a template its pipelines start, by Ref or by name."""
    projects: dict[str, str] = {}
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        projects.setdefault(text_of(properties.get("Name")) or name, name)
        projects[name] = name
    found: Uses = {}
    for _, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        pipeline = Pipeline.of(properties, str)
        for action in pipeline.with_provider("CodeBuild"):
            node = get(action.configuration, "ProjectName")
            project = projects.get(referred(node) or text_of(node) or "")
            if project is not None:
                found.setdefault(project, []).append((pipeline, action))
    return found


# Deployments to ECS


def check_ecs(action: Action, appspec: Mapping | None, tasks: str | None) -> Iterator[Problem]:
    """Placeholders that CodeDeployToECS fills in, and that are not there; `tasks` are all texts of taskdef.json."""
    node = _property(appspec, "TaskDefinition")
    if node is not None and "<" not in (text_of(node) or "<"):
        message = f"action {action.name} registers a new task definition each time, and this AppSpec deploys an old one"
        yield warning_at(node, "AP304", message, "write `TaskDefinition: <TASK_DEFINITION>`: the action fills it in")
    for number in range(1, 5):
        place = get(action.configuration, f"Image{number}ContainerName")
        name = text_of(place)
        if place is not None and name and tasks is not None and f"<{name}>" not in tasks:
            message = f"taskdef.json has no <{name}>: action {action.name} puts the new image nowhere"
            yield warning_at(place, "PL303", message, f'write "image": "<{name}>" in the container of the new image')


def check_container(appspec: Mapping, taskdef: Mapping) -> Iterator[Problem]:
    """The container that gets the traffic is one of the task definition's."""
    node = _property(appspec, "LoadBalancerInfo", "ContainerName")
    names = [text_of(get(row, "name")) or "" for row in rows(taskdef.get("containerDefinitions"))]
    given = text_of(node)
    if node is None or not given or not names or "" in names or given in names or "<" in given:
        return
    message = f"taskdef.json beside it has no container {given}: the deployment fails"
    meant = near(given, names) or (names[0] if len(names) == 1 else "")
    hint = f"write `ContainerName: {meant}`" if meant else f"name one of {', '.join(names)}"
    yield warning_at(node, "AP305", message, hint)


def _property(appspec: Mapping | None, *keys: str) -> Node | None:
    """What stands at some keys of the properties of an ECS AppSpec's one resource."""
    resources = (appspec.get("Resources") or appspec.get("resources")) if appspec is not None else None
    for row in rows(resources):
        for _, resource in row.items if isinstance(row, Mapping) else ():
            kind = text_of(get(resource, "Type") or get(resource, "type"))
            node = get(resource, "Properties") or get(resource, "properties")
            for key in keys:
                node = get(node, key) or get(node, small(key))
            if kind == "AWS::ECS::Service":
                return node
    return None


# Folders


class Files(Protocol):
    """Where a folder's files are asked for: by a path from the folder of a file, or from one around it."""

    def buildspec(self, base: str, path: str) -> Mapping | None: ...

    def sole_buildspec(self) -> Mapping | None:
        """The folder's buildspec, when it has just one."""

    def document(self, base: str, path: str) -> Mapping | None:
        """The document in a YAML or JSON file of any kind."""


def check_declared(files: Files, base: str, table: Mapping) -> Iterator[Problem]:
    """What a pipeline with a file of its own wants of its folder: the only buildspec there is for its only build."""
    pipeline = Pipeline.of(table, small)
    builds, buildspec = pipeline.with_provider("CodeBuild"), files.sole_buildspec()
    if len(builds) == 1 and buildspec is not None:
        yield from check_build(pipeline, builds[0], buildspec, _called(buildspec))
    yield from _to_ecs(files, base, pipeline)


def check_stacked(files: Files, base: str, template: Found) -> Iterator[Problem]:
    """What the pipelines of a template want of its folder; projects say which buildspec is theirs."""
    uses = uses_of(template)
    for name, project in template.of_type("AWS::CodeBuild::Project"):
        node = get(project, "Source", "BuildSpec")
        buildspec = files.buildspec(base, DEFAULT if node is None else text_of(node) or "") if name in uses else None
        if buildspec is not None:
            for pipeline, action in uses[name]:
                yield from check_build(pipeline, action, buildspec, _called(buildspec))
    for _, properties in template.of_type("AWS::CodePipeline::Pipeline"):
        yield from _to_ecs(files, base, Pipeline.of(properties, str))


def _called(document: Mapping) -> str:
    return PurePath(document.path).name


def _to_ecs(files: Files, base: str, pipeline: Pipeline) -> Iterator[Problem]:
    texts: dict[str, str] = {}
    for action in pipeline.with_provider("CodeDeployToECS"):
        appspec = files.document(base, _path(action, "AppSpecTemplatePath", "appspec.yaml"))
        path = _path(action, "TaskDefinitionTemplatePath", "taskdef.json")
        taskdef = files.document(base, path) if path not in texts else None
        if taskdef is not None:
            texts[path] = spelled(taskdef)
        yield from check_ecs(action, appspec, texts.get(path))


def _path(action: Action, key: str, default: str) -> str:
    node = get(action.configuration, key)
    return default if node is None else text_of(node) or ""
