"""Namespaces of a pipeline's variables: which one is meant where an action refers to one that is not there.

Source: docs/behaviour/codepipeline.md §19.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.formats.nodes import near

Start = tuple[int, int]
"""(stage, runOrder): an action has succeeded when another starts whose pair is greater."""
MAX_NAMED = 5
"""So many namespaces are named in one hint."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Setter:
    """An action that sets variables. `gives` are their names; None: its own files decide. `namespace` may be ""."""

    action: str
    provider: str
    start: Start
    namespace: str
    gives: tuple[str, ...] | None

    def may_set(self, name: str) -> bool:
        return self.gives is None or name in self.gives


@dataclass(frozen=True, slots=True)
class Use:
    """A reference `#{namespace.name}`, and when what has it starts."""

    namespace: str
    name: str
    start: Start
    artifact: bool = False
    """Whether an artifact is called so: then no action may have it as its namespace."""

    @property
    def free(self) -> str:
        """A namespace like it that an action may have."""
        return f"{self.namespace}Variables" if self.artifact else self.namespace

    @property
    def written(self) -> str:
        """What to say of the reference where it is to be written with another namespace."""
        return f", and write #{{{self.free}.{self.name}}}: an artifact is called {self.namespace}" * self.artifact


SLIP = 0.8
"""How much two namespaces have in common, of 1, that differ by a slip of the pen."""


def hint(use: Use, setters: Sequence[Setter]) -> str:
    """What to write where no action that comes before has the namespace."""
    later = next((one for one in setters if one.namespace == use.namespace), None)
    if later is not None:
        return _earlier(later, use)
    before = [one for one in setters if one.start < use.start]
    named = [one for one in before if one.namespace]
    return _renamed(use, named) or _named(use, before) or _listed(use, named)


def _renamed(use: Use, named: Sequence[Setter]) -> str:
    """The hint where one of the namespaces that are there is meant."""
    fitting = list(dict.fromkeys(one.namespace for one in named if one.may_set(use.name)))
    listed = [one for one in named if one.gives is not None and one.may_set(use.name)]
    meant = near(use.namespace, fitting, SLIP) or _only(listed, use)
    return f"did you mean #{{{meant}.{use.name}}}?" if meant else ""


def _named(use: Use, before: Sequence[Setter]) -> str:
    """The hint where an action has no namespace that is to have one, or a build may set the variable."""
    unnamed = [one for one in before if not one.namespace and one.may_set(use.name)]
    builds = [one for one in before if one.provider == "CodeBuild"]
    sure = [one for one in unnamed if one.gives is not None]
    if len(sure) == 1:
        return f"add `namespace: {use.free}` to the action {sure[0].action}, which sets {use.name}{use.written}"
    meant = _only([one for one in builds if one.namespace], use)
    if meant:
        return f"did you mean #{{{meant}.{use.name}}}?"
    if len(builds) == 1:
        return f"add `namespace: {use.free}` to the action {builds[0].action}, the only build before it{use.written}"
    return ""


def _listed(use: Use, named: Sequence[Setter]) -> str:
    there = list(dict.fromkeys(one.namespace for one in named))
    close = near(use.namespace, there)
    if close:
        return f"did you mean #{{{close}.{use.name}}}?"
    given = f"give the action that sets it `namespace: {use.free}`{use.written}"
    return f"{given}; or write one that is there: {', '.join(there[:MAX_NAMED])}" if there else given


def _only(fitting: Sequence[Setter], use: Use) -> str:
    """The only namespace of some actions, else the only one that shares a word with what is written; "" for none."""
    alike = [one for one in fitting if _words(one.namespace) & _words(use.namespace)]
    for some in (fitting, alike):
        found = {one.namespace for one in some}
        if len(found) == 1:
            return found.pop()
    return ""


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name[:100])}


def _earlier(later: Setter, use: Use) -> str:
    """How a variable is used after it is set."""
    if later.start[0] == use.start[0]:
        return f"give this action a runOrder above {later.start[1]}, which is that of the action {later.action}"
    return f"use it in a later stage than that of the action {later.action}, which sets it"
