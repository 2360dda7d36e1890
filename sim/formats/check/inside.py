"""What stands inside a template's resources: buildspecs, pipelines, patterns, policies; and how they fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.core.problems import Problem, ProblemsError
from sim.formats.check import buildspec as buildspecs
from sim.formats.check.daemon import without_daemon
from sim.formats.check.dash import without_bash
from sim.formats.check.deliveries import check_inline, uses_of
from sim.formats.check.documents import place, tags
from sim.formats.check.environments import has_runtimes, image_instead
from sim.formats.check.names import check_names
from sim.formats.check.pipelines import check_pipelines
from sim.formats.check.projects import check_fit, check_projects
from sim.formats.check.properties import check_properties
from sim.formats.check.roles import check_roles, from_stores
from sim.formats.check.rules import check_rules
from sim.formats.check.secrets import is_secret, names_a_secret
from sim.formats.check.starts import check_starts
from sim.formats.check.template import Found, get, problem_at, referred, rows, text_of
from sim.formats.check.types import check_types
from sim.formats.check.unreplaced import check_unreplaced
from sim.formats.intrinsics import function
from sim.formats.nodes import Mapping, Node, Repeated, Scalar, Sequence, compose, twice


def check_inside(template: Found) -> list[Problem]:
    """Every finding in and between the resources of a template."""
    return [problem for rule in _RULES for problem in rule(template)]


# Buildspecs


def inline_buildspecs(template: Found) -> Iterator[tuple[str, Mapping, Scalar]]:
    """(logical id, properties, the text) of every project whose buildspec stands in the template."""
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        node = _written(get(properties, "Source", "BuildSpec"))
        if node is not None and ("\n" in node.text.strip() or node.text.lstrip().startswith(("version", "{"))):
            yield name, properties, node


def _written(node: Node | None) -> Scalar | None:
    """The text that a value is written as, also inside Fn::Sub."""
    call = function(node) if node is not None else None
    if call is not None:
        if call[0] != "Fn::Sub":
            return None
        argument = call[1]
        first = argument.items[0] if isinstance(argument, Sequence) and argument.items else argument
        return first if isinstance(first, Scalar) else None
    return node if isinstance(node, Scalar) else None


def _buildspecs(template: Found) -> Iterator[Problem]:
    from sim.formats.buildspec import check_buildspec

    uses = uses_of(template)
    for name, properties, node in inline_buildspecs(template):
        image = text_of(get(properties, "Environment", "Image"))
        own = image is not None and not has_runtimes(image)
        repeated: Repeated = []
        try:
            root = compose(node.text, template.path, repeated)
            if isinstance(root, Mapping):
                yield from from_stores(template, name, properties, root)
                yield from check_fit(name, properties, node, root)
                yield from check_inline(uses, name, root)
            found = [
                *check_buildspec(root, template.path),
                *buildspecs.lint(root, template.path, node.text, own),
                *tags(root),
            ]
            if isinstance(root, Mapping) and function(get(properties, "Source", "BuildSpec") or root) is None:
                found += without_bash(get(properties, "Environment"), root)
        except ProblemsError as error:
            found = list(error.problems)
        found += [twice(*pair) for pair in repeated]
        moved = place(template.lines, node)
        yield from (moved(problem) for problem in found)
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        given = get(properties, "Source", "BuildSpec")
        if isinstance(given, Mapping) and function(given) is None:
            message = f"BuildSpec of {name} is a mapping: Value of property BuildSpec must be of type String"
            yield problem_at(given, "error", "160", message, "write `BuildSpec: |`, and the buildspec below it as text")


def _projects(template: Found) -> Iterator[Problem]:
    for name, properties in template.of_type("AWS::CodeBuild::Project"):
        source, artifacts = get(properties, "Source", "Type"), get(properties, "Artifacts", "Type")
        kinds = text_of(source), text_of(artifacts)
        if None not in kinds and (kinds[0] == "CODEPIPELINE") != (kinds[1] == "CODEPIPELINE"):
            message = f"source of {name} is {kinds[0]}, artifacts are {kinds[1]}: both are CODEPIPELINE, or neither"
            hint = "write `Type: CODEPIPELINE` in both, or in neither"
            other = "Source" if kinds[1] == "CODEPIPELINE" else "Artifacts"
            if _is_built_by_a_pipeline(template, name):
                hint = f"write `Type: CODEPIPELINE` in {other} too: a pipeline of this template builds with it"
            yield problem_at(artifacts or properties, "error", "161", message, hint)
        yield from _image(name, get(properties, "Environment", "Image"))
        yield from _plain_variables(template, name, properties)


def _is_built_by_a_pipeline(template: Found, project: str) -> bool:
    actions = (
        action
        for _, properties in template.of_type("AWS::CodePipeline::Pipeline")
        for stage in rows(properties.get("Stages"))
        for action in rows(get(stage, "Actions"))
    )
    return any(referred(get(action, "Configuration", "ProjectName")) == project for action in actions)


def _image(name: str, node: Node | None) -> Iterator[Problem]:
    text = text_of(node)
    hint = image_instead(text) if text is not None else ""
    if node is not None and hint:
        message = f"Image of {name} is {text}, and CodeBuild has none of that name"
        yield problem_at(node, "warning", "316", message, hint)


def _plain_variables(template: Found, name: str, properties: Mapping) -> Iterator[Problem]:
    for row in rows(get(properties, "Environment", "EnvironmentVariables")):
        kind, key, value = (text_of(get(row, field)) for field in ("Type", "Name", "Value"))
        node = get(row, "Value")
        if kind not in (None, "PLAINTEXT") or key is None or node is None:
            continue
        if value is not None and is_secret(key, value):
            message = f"the variable {key} of {name} looks like a secret, and stands here for everybody to read"
            hint = "write `Type: SECRETS_MANAGER`, and the secret's name as Value"
            yield problem_at(node, "warning", "305", message, hint)
        elif names_a_secret(key) and _secret_parameter(template, node):
            message = f"the variable {key} of {name} shows the secret parameter it takes in the console and in logs"
            hint = "write `Type: SECRETS_MANAGER`, and the secret's name as Value"
            yield problem_at(node, "warning", "305", message, hint)


def _defaults(template: Found) -> Iterator[Problem]:
    """Secrets as Defaults of parameters."""
    parameters = template.root.get("Parameters")
    for key, table in parameters.items if isinstance(parameters, Mapping) else ():
        node, text = get(table, "Default"), text_of(get(table, "Default"))
        if node is not None and text is not None and is_secret(key.text, text):
            message = f"the Default of {key.text} looks like a secret, and stands here for everybody to read"
            hint = "take the Default out, write `NoEcho: true`, or have '{{resolve:secretsmanager:…}}' where it is used"
            yield problem_at(node, "warning", "305", message, hint)


def _secret_parameter(template: Found, node: Node) -> bool:
    call = function(node)
    name = text_of(call[1]) if call is not None and call[0] == "Ref" else None
    return name is not None and template.parameter(name) is not None


def _docker(template: Found) -> Iterator[Problem]:
    for name, properties, node in inline_buildspecs(template):
        problem = without_daemon(name, properties, node.text, f"the buildspec of {name}")
        if problem is not None:
            yield problem


_RULES: tuple[Callable[[Found], Iterator[Problem]], ...] = (
    check_types,
    _buildspecs,
    _projects,
    _defaults,
    _docker,
    check_pipelines,
    check_rules,
    check_projects,
    check_properties,
    check_names,
    check_starts,
    check_roles,
    check_unreplaced,
)
