"""Generated questions: drawn from a family, answered by the simulator, with wrong options that misconceptions compute.

A draw is kept only if the answer is the same whatever the stem leaves open (how long scripts take, in which order
instances come), if it hangs on no rule that is no more than likely, and if enough misconceptions give answers that
differ from it and from each other. The id is the family and the seed: the same id gives the same question in any
process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from itertools import combinations
from operator import eq
from pathlib import Path
from typing import Any, ClassVar

from quizzes import model, proof
from quizzes.luck import Luck
from sim.core.problems import SimError, UsageError
from sim.core.states import Rule

Parameters = dict[str, Any]
Answer = Any
"""What is asked: text or a number, or a tuple of them."""

REDRAWS = 10
"""So many draws are tried for one seed."""
NUISANCE = (1, 2, 3)
"""The seeds of the runs that must agree: what the stem leaves open differs between them."""
OPTIONS = 4
NEAR = 2
"""A numeric question knows at least so many wrong numbers."""
FOLDER = Path(__file__).parent / "families"


class NoQuestionError(SimError):
    """No draw of this seed gives a question that is fair."""


@dataclass(frozen=True, slots=True)
class World:
    """A scenario of the quiz, and what this draw changes in it."""

    name: str
    changes: Mapping[str, Any]
    until: str | None = None


class Family:
    """Questions of one making. A subclass is one file in `families`, whose name is the family's.

    `beliefs` says for each misconception what its holders believe, as a clause in the present, such as "a failed
    deployment is rolled back"; `rivals` applies that rule, and nothing else, to what was drawn, and `wrong` says with
    the numbers of what was drawn where it goes astray.
    A numeric family sets `unit`; its answers are numbers. The others say their `principle`: what holds whatever was
    drawn, and is the lesson, while the rationale of the right option is about what was drawn.
    """

    name: ClassVar[str] = ""
    version: ClassVar[int] = 1
    topic: ClassVar[str]
    exams: ClassVar[tuple[tuple[str, str], ...]]
    difficulty: ClassVar[int] = 3
    cognitive: ClassVar[str] = "apply"
    refs: ClassVar[tuple[str, ...]]
    checked: ClassVar[date] = date(2026, 11, 23)
    beliefs: ClassVar[Mapping[str, str]]
    unit: ClassVar[str] = ""
    principle: ClassVar[str] = ""

    def draw(self, luck: Luck) -> Parameters:
        """What the question is about: plain values only, as they are kept with the answers."""
        raise TypeError("a Family is one of its subclasses")

    def world(self, drawn: Parameters) -> World:
        """The scenario that decides."""
        raise TypeError("a Family is one of its subclasses")

    def truth(self, drawn: Parameters, result: Mapping[str, Any]) -> Answer:
        """The answer, read from the result of a run."""
        raise TypeError("a Family is one of its subclasses")

    def rivals(self, drawn: Parameters) -> Mapping[str, Answer]:
        """What holders of each misconception would answer; of two that come to the same the first is taken."""
        raise TypeError("a Family is one of its subclasses")

    def stem(self, drawn: Parameters) -> str:
        raise TypeError("a Family is one of its subclasses")

    def exhibit(self, drawn: Parameters) -> str:
        """A table or file that belongs to the stem, or nothing."""
        return ""

    def show(self, answer: Answer) -> str:
        """An answer as the text of an option."""
        return str(answer)

    def lesson(self, drawn: Parameters, answer: Answer) -> str:
        """Why this answer is right for what was drawn."""
        raise TypeError("a Family is one of its subclasses")

    def wrong(self, drawn: Parameters, misconception: str, answer: Answer) -> str:
        """Why what that misconception answers is wrong for what was drawn; `answer` is the right one."""
        return f"This is the answer of those who believe that {self.beliefs[misconception]}."


@cache
def family(name: str) -> Family:
    """The family of that name. Raises UsageError."""
    module = name.replace(".", "_").replace("-", "_")
    if not (FOLDER / f"{module}.py").is_file():
        raise UsageError(f"there is no family {name!r}; there are {', '.join(names())}")
    found: type[Family] = import_module(f"quizzes.families.{module}").FAMILY
    found.name = name
    return found()


def names() -> list[str]:
    """The names of all families: `codedeploy_batch_size.py` is codedeploy.batch-size."""
    files = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    return [stem.replace("_", ".", 1).replace("_", "-") for stem in files]


def families() -> list[Family]:
    return [family(name) for name in names()]


def beliefs() -> dict[str, str]:
    """What the misconceptions of all families mean, as sentences."""
    found: dict[str, str] = {}
    for one in families():
        for key, clause in one.beliefs.items():
            found.setdefault(key, f"{clause[:1].upper()}{clause[1:]}.")
    return found


def question(id: str) -> model.Question:
    """The question of that id, such as `codedeploy.batch-size#17`. Raises UsageError and NoQuestionError."""
    name, mark, seed = id.rpartition("#")
    if not mark or not seed.isdigit():
        raise UsageError(f"{id!r} is not the id of a generated question, such as codedeploy.batch-size#17")
    return generate(family(name), int(seed))


def generate(family: Family, seed: int) -> model.Question:
    """The question of that seed: the first of its draws that is fair. Raises NoQuestionError."""
    for attempt in range(1, REDRAWS + 1):
        made = attempted(family, seed, attempt)
        if made is not None:
            return made
    raise NoQuestionError(f"{family.name}#{seed}: none of {REDRAWS} draws gives a question that is fair")


def attempted(family: Family, seed: int, attempt: int) -> model.Question | None:
    """One draw; None when it makes no fair question."""
    luck = Luck(seed, family.name, family.version, attempt)
    drawn = family.draw(luck)
    rivals = distinct(family, drawn)
    wanted = NEAR if family.unit else OPTIONS - 1
    if len(rivals) < wanted:
        return None
    answer = decided(family, drawn)
    if answer is None:
        return None
    right = family.show(answer)
    rivals = {misconception: rival for misconception, rival in rivals.items() if family.show(rival) != right}
    if len(rivals) < wanted:
        return None
    return build(family, seed, drawn, answer, rivals, luck)


def distinct(family: Family, drawn: Parameters) -> dict[str, Answer]:
    """The rivals whose answers differ from each other: of two alike the first."""
    seen: set[str] = set()
    found = {}
    for misconception, rival in family.rivals(drawn).items():
        shown = family.show(rival)
        if shown not in seen:
            seen.add(shown)
            found[misconception] = rival
    return found


def decided(family: Family, drawn: Parameters) -> Answer | None:
    """What the simulator says, if it says the same in every run: else the question would be ambiguous.

    It must also say the same with each rule that is no more than likely turned the other way, as a proof must: so a
    second round of runs is made only where such a rule was used.
    """
    used: dict[str, Rule] = {}
    answer, *others = answers(family, drawn, used)
    if answer is None or any(other != answer for other in others):
        return None
    for doubt in proof.doubtful(used):
        if any(other != answer for other in answers(family, drawn, {}, doubt)):
            return None
    return answer


def answers(family: Family, drawn: Parameters, used: dict[str, Rule], doubt: Rule | None = None) -> list[Answer]:
    """The answer of each run. `used` takes up the rules that the runs decided by; `doubt` is turned the other way."""
    world = family.world(drawn)
    document, base = proof.open_world(world.name)
    document = proof.altered(document, world.changes)
    plan = proof.compiled(document if doubt is None else proof.turned(document, doubt), base)
    found = []
    for seed in NUISANCE:
        cloud = plan.run(seed, world.until)
        used |= proof.rules_of(cloud)
        found.append(family.truth(drawn, cloud.result()))
    return found


def build(
    family: Family, seed: int, drawn: Parameters, answer: Answer, rivals: Mapping[str, Answer], luck: Luck
) -> model.Question:
    common: dict[str, Any] = {
        "id": f"{family.name}#{seed}",
        "stem": family.stem(drawn),
        "exhibit": family.exhibit(drawn),
        "topic": family.topic,
        "exams": tuple(model.ExamTask(exam, task) for exam, task in family.exams),
        "difficulty": family.difficulty,
        "cognitive": family.cognitive,
        "explain": family.lesson(drawn, answer) if family.unit else family.principle,
        "refs": family.refs,
        "currency": model.Currency("current", family.checked),
        "drawn": model.Drawn(family.name, family.version, seed, drawn),
        "bank": "generated",
    }
    if family.unit:
        near = tuple(
            model.Near(float(rival), family.wrong(drawn, misconception, answer), misconception)
            for misconception, rival in rivals.items()
        )
        return model.Numeric(value=float(answer), unit=family.unit, near=near, **common)
    chosen = choose(answer, rivals, luck)
    options = [
        model.Option(f"o{place}", family.show(rivals[key]), family.wrong(drawn, key, answer), misconception=key)
        for place, key in enumerate(chosen, 2)
    ]
    right = model.Option("o1", family.show(answer), family.lesson(drawn, answer), correct=True)
    return model.Single(options=(right, *options), **common)


def choose(answer: Answer, rivals: Mapping[str, Answer], luck: Luck) -> list[str]:
    """The misconceptions whose answers stand beside the right one.

    Each of them differs from the right one by one slip, so that the right one tends to be what the others have in
    common: who only compares options would find it. So three times of four they are chosen, where they can be, such
    that something else has most in common with the others.
    """
    groups = list(combinations(rivals, OPTIONS - 1))
    apart = [group for group in groups if not central(answer, [rivals[key] for key in group])]
    return list(luck.one_of(apart if apart and luck.maybe(1 - 1 / OPTIONS) else groups))


def central(answer: Answer, others: Sequence[Answer]) -> bool:
    """Whether no other answer has more parts in common with the rest; answers of one part have none in common."""
    every = [one if isinstance(one, tuple) else (one,) for one in (answer, *others)]
    alike = [sum(sum(map(eq, one, other)) for other in every) for one in every]
    return alike[0] == max(alike) > min(alike)
