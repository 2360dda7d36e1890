"""What is varied: a scenario as plain values, and its variants by the one grammar of paths."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from sim.core.problems import Problem, ProblemsError, UsageError
from sim.formats import nodes, paths, shipped, spelled
from sim.formats import scenario as grammar
from sim.formats.text import read_text
from sim.scenario import Plan, Scenario

Vary = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
"""{path: values}: every combination of them; [{path: value}, …]: the variants themselves."""
MOST_VARIANTS = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """A scenario as plain values. Relative paths in it start at the folder of `path`."""

    document: dict[str, Any]
    path: Path

    def compile(self, settings: Mapping[str, Any]) -> Plan:
        """The plan of the scenario with those values at those paths. Raises ProblemsError, UsageError."""
        document = self.document
        for path, value in settings.items():
            document = self._with(document, path, value)
        try:
            return Scenario(grammar.scenario_from_text(json.dumps(document), self.path)).compile()
        except ProblemsError as error:
            raise ProblemsError(self._placed(problem, settings) for problem in error.problems) from None

    def _with(self, document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
        try:
            names = paths.parts(path)
            if names == ["seed"]:
                raise LookupError("every variant has the same seeds; --seed N says with which they begin")
            if names[0] == "Resources" and len(names) > 2:
                document = self._with_resource(document, str(names[1]))
            changed: dict[str, Any] = paths.set_path(document, path, value)
        except (LookupError, ValueError) as error:
            text = error.args[0] if error.args else error
            raise UsageError(f"nothing can be varied at {path}: {text}") from None
        return changed

    def _with_resource(self, document: dict[str, Any], logical_id: str) -> dict[str, Any]:
        """A resource of the template, in the scenario's own Resources: there it replaces the template's."""
        own = document.get("Resources") or {}
        if logical_id in own or not document.get("template"):
            return document
        there = spelled.resource(self.path.parent / document["template"], logical_id)
        return {**document, "Resources": {**own, logical_id: there}}

    def _placed(self, problem: Problem, settings: Mapping[str, Any]) -> Problem:
        """The variant has no lines of its own: its problems are the file's as a whole."""
        if problem.path != str(self.path):
            return problem
        with_ = ", ".join(f"{path}={spell(value)}" for path, value in settings.items())
        message = f"with {with_}: {problem.message}" if with_ else problem.message
        return Problem(problem.path, 0, 0, problem.severity, problem.code, message, problem.hint)


def read_source(scenario: str | Path | Mapping[str, Any]) -> Source:
    """A scenario by path or name, a template by path, or a scenario as plain values, whose paths start here.

    Raises ProblemsError with every finding, at its line.
    """
    if isinstance(scenario, Mapping):
        return Source(dict(scenario), Path("scenario"))
    file = shipped.find_scenario(str(scenario))
    if grammar.is_template(file):
        return Source({"template": file.name}, file)
    grammar.read_scenario(file)
    document: dict[str, Any] = spelled.spelled_out(nodes.compose(read_text(file), str(file)))
    return Source(document, file)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the scenarios that are compared: `settings` is what stands at which path."""

    index: int
    settings: Mapping[str, Any]
    label: str


def variants(vary: Vary) -> list[Variant]:
    """The variants, in order: the last path of a combination changes first. Raises UsageError."""
    rows = _combinations(vary) if isinstance(vary, Mapping) else [dict(row) for row in vary]
    if not rows:
        raise UsageError("a design needs at least one variant")
    if len(rows) > MOST_VARIANTS:
        raise UsageError(f"that makes {len(rows)} variants; an experiment takes up to {MOST_VARIANTS}")
    short = short_names(dict.fromkeys(path for row in rows for path in row))
    found = [
        Variant(index, row, ", ".join(f"{short[path]}={spell(value)}" for path, value in row.items()) or "as it is")
        for index, row in enumerate(rows)
    ]
    twice = [label for label, count in Counter(one.label for one in found).items() if count > 1]
    if twice:
        raise UsageError(f"the variant {twice[0]} is there twice")
    return found


def _combinations(vary: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    for path, values in vary.items():
        if isinstance(values, str | bytes | Mapping) or not isinstance(values, Sequence):
            raise UsageError(f"{path}: give a list of values, not {values!r}")
        if not values:
            raise UsageError(f"{path}: there is no value to vary it by")
    return [dict(zip(vary, row, strict=True)) for row in product(*vary.values())]


def short_names(given: Mapping[str, Any]) -> dict[str, str]:
    """The last name of each path, where no other path ends so."""
    try:
        last = {path: [name for name in paths.parts(path) if isinstance(name, str)][-1] for path in given}
    except (ValueError, IndexError) as error:
        raise UsageError(str(error)) from None
    count = Counter(last.values())
    return {path: name if count[name] == 1 else path for path, name in last.items()}


def spell(value: Any) -> str:
    """A value on one line, as YAML writes it: `{exponential: 30m}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {spell(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(spell, value))}]"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def values_of(text: str) -> list[Any]:
    """The values of `a,b,c`, each as YAML has it: `3`, `90s`, `true`, `{exponential: 30m}`. Raises UsageError."""
    try:
        node = nodes.compose(f"[{text}]", "--vary")
    except ProblemsError as error:
        raise UsageError(f"{text!r} is no list of values: {error.problems[0].message}") from None
    found = nodes.plain(node)
    assert isinstance(found, list)
    return found


__all__ = ["Source", "Variant", "Vary", "read_source", "short_names", "spell", "values_of", "variants"]
