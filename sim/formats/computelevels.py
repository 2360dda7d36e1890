"""Keys at the wrong level of an AppSpec for Lambda or ECS: told with their place, and looked at there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sim.core.problems import Problem, Severity
from sim.formats.computespec import COMPUTE_HOOKS, MAX_RESOURCES, PROPERTIES_OF, get, spellings
from sim.formats.nodes import Mapping, Node, Scalar, Sequence, is_null

Pair = tuple[Scalar, Node]
_BALANCER = ("ContainerName", "ContainerPort")
_VPC = ("Subnets", "SecurityGroups", "AssignPublicIp")


def compute_in_place(root: Mapping) -> tuple[Mapping, list[Problem]]:
    """An AppSpec with its keys where they belong, and what was told of those that were moved."""
    levels = _Levels()
    placed = levels.read(root)
    return (placed if levels.problems else root), levels.problems


@dataclass
class _Levels:
    problems: list[Problem] = field(default_factory=list)
    hooks: list[Pair] = field(default_factory=list)
    """Sections Hooks that stand inside the resource."""

    def read(self, root: Mapping) -> Mapping:
        pairs: list[Pair] = []
        events: list[Pair] = []
        for key, value in root.items:
            if key.text in COMPUTE_HOOKS and isinstance(value, Scalar):
                events.append((key, value))
            elif key.text in spellings("Resources"):
                pairs.append((key, self._resources(value)))
            else:
                pairs.append((key, value))
        there = any(key.text in spellings("Hooks") for key, _ in pairs)
        pairs += [] if there else self.hooks[:1]
        return self._with_events(replace(root, items=tuple(pairs)), events)

    def _with_events(self, root: Mapping, events: list[Pair]) -> Mapping:
        """With events that stand beside Hooks in it."""
        if not events:
            return root
        hooks = next((pair for pair in root.items if pair[0].text in spellings("Hooks")), None)
        for key, value in events:
            entry = f"`- {key.text}: {value.text if isinstance(value, Scalar) else ''}`"
            where = (
                f"below `Hooks:` on line {hooks[0].line}" if hooks else "a line `Hooks:` at the left edge, and below it"
            )
            self._tell(
                key,
                "202",
                f"{key.text} stands beside Hooks, not in it: no function is called",
                f"write {where} {entry}",
            )
        first = events[0][0]
        entries = tuple(Mapping(key.path, key.line, key.column, ((key, value),)) for key, value in events)
        if hooks is None:
            section = Sequence(first.path, first.line, first.column, entries)
            return replace(root, items=(*root.items, (replace(first, text="Hooks"), section)))
        if not isinstance(hooks[1], Sequence):
            return root
        whole = replace(hooks[1], items=(*hooks[1].items, *entries))
        return replace(root, items=tuple((key, whole if key is hooks[0] else value) for key, value in root.items))

    def _resources(self, node: Node) -> Node:
        if isinstance(node, Mapping):
            return self._row(node)
        rows = node.items if isinstance(node, Sequence) else ()
        if not isinstance(node, Sequence) or len(rows) > MAX_RESOURCES:
            return node
        return replace(node, items=tuple(self._row(row) for row in rows))

    def _row(self, row: Node) -> Node:
        if not isinstance(row, Mapping) or get(row, "Type") is not None:
            return row  # it has no name, and that is told
        row = self._without_hooks(row)
        return replace(row, items=tuple((key, self._resource(value)) for key, value in row.items))

    def _without_hooks(self, table: Mapping) -> Mapping:
        found = [pair for pair in table.items if pair[0].text in spellings("Hooks")]
        if not found or len(table.items) == 1:
            return table
        self.hooks += found
        key = found[0][0]
        hint = f"move `{key.text}:` and what belongs to it to the left edge: it is a section of its own"
        self._tell(key, "202", f"{key.text} stands inside Resources, not beside it: no function is called", hint)
        return replace(table, items=_less(table, found))

    def _resource(self, node: Node) -> Node:
        if not isinstance(node, Mapping) or not node.items:
            return node
        table = self._without_hooks(node)
        names = {name for keys in PROPERTIES_OF.values() for name in keys}
        table = self._nested(table, "Properties", tuple(sorted(names)))
        pairs = (
            (key, self._properties(value) if key.text in spellings("Properties") else value)
            for key, value in table.items
        )
        return replace(table, items=tuple(pairs))

    def _properties(self, node: Node) -> Node:
        if not isinstance(node, Mapping):
            return node
        table = self._nested(node, "LoadBalancerInfo", _BALANCER)
        network = get(table, "NetworkConfiguration")
        if not isinstance(network, Mapping):
            return table
        inside = self._nested(network, "AwsvpcConfiguration", _VPC)
        return replace(table, items=tuple((key, inside if value is network else value) for key, value in table.items))

    def _nested(self, table: Mapping, section: str, names: tuple[str, ...]) -> Mapping:
        """With keys of a section that stand beside it, or where it is due, in it."""
        written = {spelled for name in names for spelled in spellings(name)}
        strays = tuple(pair for pair in table.items if pair[0].text in written)
        given = next((pair for pair in table.items if pair[0].text in spellings(section)), None)
        if not strays or (given is not None and not is_null(given[1]) and not isinstance(given[1], Mapping)):
            return table
        known = given[1].items if given is not None and isinstance(given[1], Mapping) else ()
        first = strays[0][0]
        listed = _listed([key.text for key, _ in strays])
        if given is None:
            hint = f"write `{section}:` in a line above {first.text}, and indent {listed} deeper than that"
            self._tell(first, "122", f"{section} is missing: {listed} {_stand(strays)} in its place", hint)
        else:
            hint = f"indent {listed} deeper than `{given[0].text}:` on line {given[0].line}"
            code = "201" if known else "122"
            self._tell(first, code, f"{listed} {_stand(strays)} beside {given[0].text}, not in it", hint)
        key = given[0] if given is not None else replace(first, text=section)
        merged = Mapping(first.path, first.line, first.column, (*known, *strays))
        rest = _less(table, [*strays, *([given] if given is not None else [])])
        return replace(table, items=(*rest, (key, merged)))

    def _tell(self, key: Scalar, code: str, message: str, hint: str) -> None:
        severity: Severity = "error" if int(code) < 200 else "warning"
        self.problems.append(Problem(key.path, key.line, key.column, severity, f"AP{code}", message, hint))


def _less(table: Mapping, pairs: list[Pair]) -> tuple[Pair, ...]:
    """The rest of a mapping."""
    taken = {id(key) for key, _ in pairs}
    return tuple(pair for pair in table.items if id(pair[0]) not in taken)


def _stand(pairs: tuple[Pair, ...]) -> str:
    return "stands" if len(pairs) == 1 else "stand"


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


__all__ = ["compute_in_place"]
