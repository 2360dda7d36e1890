"""Statuses, the moves between them that are legal, and the rules that say why a move was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Literal

Basis = Literal["documented", "inferred", "assumed"]
"""documented: AWS's own documentation says it. inferred: follows from it, or was observed. assumed: our choice."""


class Rule:
    """Why something happens: a stable id, a text with `{facts}`, its basis, and where it is written down.

    Called with facts it gives a `Ruling`; without facts the rule itself is its own ruling, so that the journal
    holds no object of its own for the many moves that need no facts.

    Where a rule is no more than likely, `otherwise` may name the scenario's choice that turns it the other way, and
    the value that does: what hangs on such a rule can be found out by running both ways.

    >>> FULL = Rule("park.full", "{cars} cars fill the park", basis="documented", source="docs/behaviour/park.md §1")
    >>> FULL(cars=3).render()
    '3 cars fill the park'
    """

    __slots__ = ("basis", "id", "otherwise", "source", "text")

    def __init__(self, id: str, text: str, *, basis: Basis, source: str, otherwise: tuple[str, str] | None = None):
        self.id = id
        self.text = text
        self.basis: Basis = basis
        self.source = source
        self.otherwise = otherwise

    def __call__(self, **facts: Any) -> Ruling:
        return Ruling(self, facts)

    def holds(self, choices: Mapping[str, str]) -> bool:
        """Whether it holds in a world with these choices, or they turn it the other way."""
        return self.otherwise is None or choices.get(self.otherwise[0]) != self.otherwise[1]

    @property
    def rule(self) -> Rule:
        return self

    @property
    def facts(self) -> Mapping[str, Any]:
        return {}

    def render(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Rule({self.id!r})"


_NAMES: dict[tuple[str, ...], tuple[str, ...]] = {}
"""The names of facts, each combination once for all rulings: a journal holds very many of them."""


class Ruling:
    """A rule applied to facts."""

    __slots__ = ("_names", "_values", "rule")

    def __init__(self, rule: Rule, facts: Mapping[str, Any]):
        names = tuple(facts)
        self.rule = rule
        self._names = _NAMES.setdefault(names, names)
        self._values = tuple(facts.values())

    @property
    def facts(self) -> Mapping[str, Any]:
        return dict(zip(self._names, self._values, strict=True))

    def render(self) -> str:
        return self.rule.text.format_map(self.facts)

    def __repr__(self) -> str:
        return f"Ruling({self.rule.id!r}, {self.facts!r})"


Why = Rule | Ruling


class Entity:
    """Something with a status. Subclasses name their kind and their legal moves.

    `ordinal` counts entities in order of registration and settles every tie at one instant; `parent` is the entity
    this one is a part of. `final` holds the statuses nothing leads out of. `emits` says which EventBridge event a
    move may become: (source, detail-type, builder); the builder gets the entity and the ruling and returns
    (resources, detail), or None when this move is no event.
    """

    __slots__ = ("name", "ordinal", "parent", "status")

    kind: ClassVar[str] = "entity"
    moves: ClassVar[Mapping[StrEnum, frozenset[StrEnum]]] = {}
    final: ClassVar[frozenset[StrEnum]] = frozenset()
    emits: ClassVar[tuple[str, str, Callable[[Any, Why], tuple[list[str], dict[str, Any]] | None]] | None] = None

    ordinal: int
    name: str
    status: StrEnum
    parent: Entity | None

    def __init__(self, name: str, status: StrEnum, parent: Entity | None = None):
        self.name = name
        self.status = status
        self.parent = parent

    @property
    def home(self) -> tuple[str, str]:
        """(account, Region) of the resource this entity is, or is a part of."""
        assert self.parent is not None, f"{self!r} is no part of a resource"
        return self.parent.home

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.status}>"


class Resource(Entity):
    """An entity that other services know by its ARN and may wait for. It belongs to one account in one Region."""

    __slots__ = ("account", "arn", "region")

    def __init__(
        self, name: str, status: StrEnum, *, arn: str, account: str, region: str, parent: Entity | None = None
    ):
        super().__init__(name, status, parent)
        self.arn = arn
        self.account = account
        self.region = region

    @property
    def home(self) -> tuple[str, str]:
        return self.account, self.region


def table(moves: Mapping[Any, Any]) -> tuple[Mapping[Any, frozenset[Any]], frozenset[Any]]:
    """(legal moves, final statuses) of `{from: {to, …}}`: what leads nowhere is final."""
    targets = {status for after in moves.values() for status in after}
    whole = {status: frozenset(moves.get(status, ())) for status in [*moves, *sorted(targets - set(moves))]}
    return whole, frozenset(status for status, after in whole.items() if not after)
