"""Questions: what they hold, whatever file or family they come from. Plain frozen data, without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

Status = Literal["current", "renamed", "changed", "retired"]
"""What AWS has done since the answer was true."""
Effect = Literal["none", "wording", "more-answers", "answer-changes", "historical-only"]
"""What that does to the question."""


@dataclass(frozen=True, slots=True)
class ExamTask:
    """A task of an exam guide: `DVA-C02` `3.4`. The domain is what stands before the dot."""

    exam: str
    task: str

    @property
    def domain(self) -> str:
        return self.task.partition(".")[0]


@dataclass(frozen=True, slots=True)
class CourseLine:
    """The line of the course text (from 1) that asks this, and what it answers there, literally."""

    line: int
    answer: str


@dataclass(frozen=True, slots=True)
class Currency:
    """Whether the answer still holds, when that was last looked at, and which question asks it as of today."""

    status: Status
    checked: date
    note: str = ""
    effect: Effect = "none"
    successor: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A JMESPath assertion over the result of a run, with what is changed in the scenario for this claim alone."""

    holds: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """How the simulator decides the answer.

    `scenario` names a world of the quiz, a scenario that comes along, or holds one itself; `changes` maps paths in it
    to values. `claims` holds for each option what is true of the run when that option is right. `value` is an
    expression whose value is the answer itself: a number, the texts of an ordering in their right order, or the right
    sides of a matching in the order of its pairs.
    The answer must be the same for every one of `seeds`.
    """

    scenario: str | Mapping[str, Any]
    changes: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (1, 2, 3)
    until: str | None = None
    claims: Mapping[str, Claim] = field(default_factory=dict)
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where a generated question comes from: the family, its version, the seed, and what was drawn."""

    family: str
    version: int
    seed: int
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question has. `stem` is the task as read; `explain` the lesson that is shown afterwards.

    `exhibit` is a file or log that belongs to the stem; `line` and `path` say where the question is written.
    """

    kind: ClassVar[str] = ""

    id: str
    stem: str
    topic: str
    exams: tuple[ExamTask, ...]
    difficulty: int
    cognitive: str
    explain: str
    refs: tuple[str, ...]
    currency: Currency
    rev: int = 1
    hint: str = ""
    exhibit: str = ""
    course: CourseLine | None = None
    proof: Proof | None = None
    shuffle: bool = True
    tags: tuple[str, ...] = ()
    drawn: Drawn | None = None
    bank: str = ""
    path: str = ""
    line: int = 0

    @property
    def historical(self) -> bool:
        """Kept as history: its answer is no longer one that an exam wants."""
        return self.currency.effect == "historical-only"

    @property
    def card(self) -> str:
        """What is remembered of it from one session to the next: a family is one thing, whatever was drawn."""
        return self.drawn.family if self.drawn is not None else self.id


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose. `key` never changes: answers are kept by key, letters exist only on the screen."""

    key: str
    text: str
    why: str
    correct: bool = False
    misconception: str = ""
    """What somebody believes who takes it; two keys with a `+` between them are believed together."""
    pin: str = ""

    @property
    def misconceptions(self) -> tuple[str, ...]:
        return tuple(self.misconception.split("+")) if self.misconception else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Question):
    """A question with options; how many are right is said with the stem."""

    options: tuple[Option, ...]

    @property
    def right(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options if option.correct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Single(Choice):
    kind: ClassVar[str] = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(Choice):
    kind: ClassVar[str] = "truefalse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple(Choice):
    kind: ClassVar[str] = "multiple"
    choose: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to put in order. `after` names the items that must come before it; None: the one above it."""

    key: str
    text: str
    why: str
    after: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(Question):
    """Items in a right order, and intruders that belong nowhere in it."""

    kind: ClassVar[str] = "ordering"
    items: tuple[Item, ...]
    intruders: tuple[Option, ...] = ()

    def before(self) -> dict[str, frozenset[str]]:
        """For each item those that must stand directly or indirectly before it."""
        found: dict[str, frozenset[str]] = {}
        above: tuple[str, ...] = ()
        for item in self.items:
            direct = above if item.after is None else item.after
            found[item.key] = frozenset(direct).union(*(found.get(key, frozenset()) for key in direct))
            above = (item.key,)
        return found


@dataclass(frozen=True, slots=True)
class Pair:
    key: str
    left: str
    right: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Question):
    """Each left belongs to one right; `extra` rights belong to none."""

    kind: ClassVar[str] = "matching"
    pairs: tuple[Pair, ...]
    extra: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """A wrong number that people give, and why they do."""

    value: float
    why: str
    misconception: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric(Question):
    kind: ClassVar[str] = "numeric"
    value: float
    unit: str
    tolerance: float = 0
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of the run of a changed scenario, and what to say when it does not."""

    holds: str
    fail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove(Question):
    """The learner changes a scenario until its checks hold: only at the paths of `edit`, for every seed.

    `wrong` are edits that somebody might try and that must not pass.
    """

    kind: ClassVar[str] = "prove"
    scenario: str | Mapping[str, Any]
    edit: tuple[str, ...]
    checks: tuple[Check, ...]
    solution: Mapping[str, Any]
    wrong: tuple[Mapping[str, Any], ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """An entry of a bank that stands for a family: any draw of it, or the one of `seed`, the same for everybody."""

    kind: ClassVar[str] = "generated"
    id: str
    family: str
    seed: int | None = None
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Bank:
    """Questions that belong together, what its misconceptions mean, and the families it draws from."""

    name: str
    title: str
    licence: str
    questions: tuple[Question, ...] = ()
    generated: tuple[Generated, ...] = ()
    misconceptions: Mapping[str, str] = field(default_factory=dict)
    path: str = ""

    def question(self, id: str) -> Question:
        """Raises KeyError."""
        for question in self.questions:
            if question.id == id:
                return question
        raise KeyError(id)
