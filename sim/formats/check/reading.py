"""One file, read as its kind, with all that is found in it alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sim.core.problems import Problem, ProblemsError
from sim.formats import pipeline as pipelines
from sim.formats.appspec import check_appspec
from sim.formats.buildspec import check_buildspec
from sim.formats.check import appspec as appspec_lints
from sim.formats.check import buildspec as buildspec_lints
from sim.formats.check import pipeline as pipeline_lints
from sim.formats.check import scenario as scenario_lints
from sim.formats.check.eventpattern import check_pattern
from sim.formats.check.expectations import check_expectations
from sim.formats.check.inside import check_inside
from sim.formats.check.kinds import Kind
from sim.formats.check.template import Found, check_template
from sim.formats.nodes import Mapping, Node
from sim.formats.policy import check_policy
from sim.formats.scenario import check_scenario


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is of some kind, and what was found in it. `root` is None when it could not be read."""

    path: Path
    name: str
    kind: Kind
    root: Node | None
    text: str
    problems: list[Problem]


def check_root(kind: Kind, root: Node, text: str, path: Path, name: str) -> list[Problem]:
    """Every finding in a document of that kind."""
    try:
        return _CHECKS[kind](root, text, path, name)
    except ProblemsError as error:
        return list(error.problems)


def _buildspec(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    lines = text.splitlines()
    return [*(_in_brackets(one, lines) for one in check_buildspec(root, name)), *buildspec_lints.lint(root, name, text)]


def _in_brackets(problem: Problem, lines: list[str]) -> Problem:
    """With the command as it stands in the file, where YAML takes one that begins with a bracket for a collection."""
    line = lines[problem.line - 1] if 0 < problem.line <= len(lines) and problem.code == "BS108" else ""
    command = line[problem.column - 1 :].rstrip()
    kind = {"[": ("a list", "]"), "{ ": ("a mapping", "}")}.get(command[: 2 if command[:1] == "{" else 1])
    if kind is None or line[: problem.column - 1].strip() != "-":
        return problem
    hint = f"text that begins with {command[0]} is {kind[0]} in YAML: quote the whole command"
    if command.endswith(kind[1]):
        quoted = command.replace("'", "''")
        hint += f": write `- '{quoted}'`"
    return replace(problem, hint=hint)


def _appspec(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    return [*check_appspec(root, name), *appspec_lints.lint(root, name)]


def _pipeline(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    problems = pipelines.check_declaration(root, name)
    if any(problem.code == "PL001" for problem in problems):
        return problems
    declared, node_at = pipelines.declared(root)
    for finding in pipeline_lints.lint(declared):
        node = node_at(finding.where)
        code = f"PL{finding.code}"
        problems.append(Problem(name, node.line, node.column, finding.severity, code, finding.message, finding.hint))
    return problems


def _template(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    problems, found = check_template(root, text, name)
    return problems if found is None else _own_names_once([*problems, *check_inside(found)])


def _own_names_once(problems: list[Problem]) -> list[Problem]:
    """A resource that names itself where another type is due is told so, and not as a circle too."""
    found = (re.search(r" of (\w+) refers to \1,", one.message) for one in problems if one.code == "CF321")
    own = {f"{one[1]} → {one[1]}" for one in found if one is not None}
    return [one for one in problems if one.code != "CF140" or one.message.rpartition(": ")[2] not in own]


def _pattern(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    return check_pattern(root, name)


def _policy(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    return check_policy(root, name)


def _scenario(root: Node, text: str, path: Path, name: str) -> list[Problem]:
    problems, scenario = check_scenario(root, path)
    problems = [*problems, *check_expectations(root)]
    if isinstance(root, Mapping) and "Resources" in root:
        problems += check_inside(Found.of(name, text, root))
    broken = any(problem.severity == "error" for problem in problems)
    lints = [] if scenario is None else scenario_lints.lint(root, scenario)
    # That a template cannot be made with its parameters most likely is a consequence of what is told already.
    return [*problems, *(problem for problem in lints if not broken or problem.code.startswith("SC"))]


_CHECKS: dict[Kind, Callable[[Node, str, Path, str], list[Problem]]] = {
    "buildspec": _buildspec,
    "appspec": _appspec,
    "pipeline": _pipeline,
    "template": _template,
    "eventpattern": _pattern,
    "policy": _policy,
    "scenario": _scenario,
}
