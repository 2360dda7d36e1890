"""AppSpecs for Lambda and ECS held against the functions and aliases that templates of their folder make.

Where a template has a name that only the stack knows, that name may be the one that is asked for: nothing is said.
Sources: docs/behaviour/codedeploy.md §2.5, §4.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sim.core.problems import Problem
from sim.formats import computespec
from sim.formats.check.template import Found, referred, rows, text_of, warning_at
from sim.formats.nodes import Mapping, Node, Scalar, near

PREFIX = "CodeDeployHook_"
"""The names of functions that CodeDeploy's limited managed role may call begin so (codedeploy.md §2.5)."""
MAX_NAMES = 100
"""So many names of an AppSpec, and of a hint, are looked at."""
_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_ALIKE = 0.8
_STANDS_FOR = re.compile(r"[<{$#]")


@dataclass
class Functions:
    """What templates make: the names of functions, and of the aliases of each."""

    names: list[str] = field(default_factory=list)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    """{a function, by its name and by its logical id: its aliases}; without those of which a name is not known."""
    unknown: bool = False
    """Whether a function has a name that the stack alone knows."""

    @classmethod
    def of(cls, templates: Sequence[Found]) -> Functions:
        found = cls()
        for template in templates:
            found._add(template)
        return found

    def _add(self, template: Found) -> None:
        called: dict[str, str] = {}
        """{a logical id, or a name: the function's name, or its logical id where it has none}"""
        strange: set[str] = set()
        aliases: dict[str, list[str]] = {}
        for name, properties in [row for kind in _FUNCTIONS for row in template.of_type(kind)]:
            given = properties.get("FunctionName")
            text = text_of(given)
            self.unknown = self.unknown or (given is not None and text is None)
            called[name] = called[text or name] = text or name
            if text:
                self.names.append(text)
            published = properties.get("AutoPublishAlias")
            if published is not None:
                alias = text_of(published)
                aliases.setdefault(called[name], []).append(alias or "")
        for _, properties in template.of_type("AWS::Lambda::Alias"):
            node = properties.get("FunctionName")
            function = called.get(referred(node) or text_of(node) or "")
            if function is None:
                strange.update(called.values())
            else:
                aliases.setdefault(function, []).append(text_of(properties.get("Name")) or "")
        for key, function in called.items():
            names = aliases.get(function, [])
            if names and "" not in names and function not in strange:
                self.aliases[key] = names


def check_functions(templates: Sequence[Found], appspec: Mapping) -> Iterator[Problem]:
    """Hooks and aliases of an AppSpec with resources, its keys as they are meant, that no template of many has."""
    made = Functions.of(templates)
    if not made.names and not made.aliases:
        return
    ids = {name for template in templates for kind in _FUNCTIONS for name, _ in template.of_type(kind)}
    hooks = computespec.get(appspec, "Hooks")
    tables = [hooks] if isinstance(hooks, Mapping) else rows(hooks)
    pairs = [pair for table in tables if isinstance(table, Mapping) for pair in table.items][:MAX_NAMES]
    for event, value in pairs:
        yield from _hook(made, ids, event, value)
    for resource in rows(computespec.get(appspec, "Resources")):
        for _, table in resource.items if isinstance(resource, Mapping) else ():
            yield from _alias(made, table)


def _hook(made: Functions, ids: set[str], event: Scalar, value: Node) -> Iterator[Problem]:
    written = text_of(value) or ""
    name = function_of(written)
    if not name or _STANDS_FOR.search(written) or made.unknown or name in made.names or name in ids:
        return
    hooks = [one for one in made.names if one.startswith(PREFIX)]
    meant = _meant(name, made.names)
    if not meant and not (hooks and name.startswith(PREFIX)):
        return
    message = f"{event.text} calls {name}, and the template beside it makes no function of that name"
    hint = f"did you mean {meant}?" if meant else f"write one that is there: {', '.join(hooks[:5])}"
    yield warning_at(value, "AP309", message, hint)


def _alias(made: Functions, resource: Node) -> Iterator[Problem]:
    properties = computespec.get(resource, "Properties") if isinstance(resource, Mapping) else None
    if not isinstance(properties, Mapping):
        return
    name, node = computespec.get(properties, "Name"), computespec.get(properties, "Alias")
    alias = text_of(node) or ""
    known = made.aliases.get(function_of(text_of(name) or ""), [])
    if node is None or not known or not alias or alias in known or _STANDS_FOR.search(alias):
        return
    meant = next((one for one in known if one.lower() == alias.lower()), "") or near(alias, known, _ALIKE)
    meant = meant or (known[0] if len(known) == 1 else "")
    message = f"the template beside it makes no alias {alias} of {text_of(name)}: the deployment fails"
    hint = f"did you mean {meant}?" if meant else f"write one that is there: {', '.join(known[:5])}"
    yield warning_at(node, "AP310", message, hint)


def function_of(written: str) -> str:
    """The name of a function, from its name or its ARN."""
    found = re.fullmatch(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)(?::[^:]+)?", written)
    return found[1] if found is not None else written


def _meant(name: str, names: Sequence[str]) -> str:
    """The function of a like name; what tells them apart is more than a figure, as `-1` and `-2` are two."""
    bare = {one.removeprefix(PREFIX).lower(): one for one in reversed(names)}
    asked = name.removeprefix(PREFIX).lower()
    close = near(asked, bare, _ALIKE)
    only_figures = close != asked and re.sub(r"\d", "", close) == re.sub(r"\d", "", asked)
    return bare[close] if close and not only_figures else ""


__all__ = ["check_functions"]
