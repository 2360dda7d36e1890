"""Generated questions: drawn from a family, answered by the simulator, with wrong options that misconceptions compute.

A draw is kept only if the answer is the same whatever the stem leaves open (how long scripts take, in which order
instances come), if it hangs on no rule that is no more than likely, and if enough misconceptions give answers that
differ from it and from each other. The id is the family and the seed: the same id gives the same question in any
process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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
JOINED = 8
"""So many answers of those who hold two misconceptions are looked at beside those who hold one."""
TOGETHER = "+"
Held = frozenset[str]
"""The misconceptions that somebody holds."""
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
        """What holders of each misconception would answer; of two that come to the same the first is taken.

        Keys with a `+` between them are held together: see `believed`.
        """
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


def believed(beliefs: Iterable[str], answer: Callable[[Held], Answer | None]) -> dict[str, Answer]:
    """The rivals of a family that can say what anybody would answer who holds some misconceptions.

    `answer` gives None where a misconception says nothing of what was drawn. Two that are held together are a rival
    of their own where each has its share in the answer: else it is the answer of one of them.
    """
    plain = answer(frozenset())
    alone = {key: answer(frozenset((key,))) for key in beliefs}
    found = {key: given for key, given in alone.items() if given not in (None, plain)}
    for one, other in combinations(alone, 2):
        joint = answer(frozenset((one, other)))
        if joint not in (None, plain, alone[one], alone[other]):
            found[f"{one}{TOGETHER}{other}"] = joint
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
    """The answer of each run; None where a step of the scenario never came to anything, since it was not about what was
    drawn. `used` takes up the rules that the runs decided by; `doubt` is turned the other way."""
    world = family.world(drawn)
    document, base = proof.open_world(world.name)
    document = proof.altered(document, world.changes)
    plan = proof.compiled(document if doubt is None else proof.turned(document, doubt), base)
    found = []
    for seed in NUISANCE:
        cloud = plan.run(seed, world.until)
        used |= proof.rules_of(cloud)
        found.append(None if cloud.unapplied else family.truth(drawn, cloud.result()))
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
    chosen = choose(family, answer, rivals, luck)
    options = [
        model.Option(f"o{place}", family.show(rivals[key]), _why(family, drawn, key, answer), misconception=key)
        for place, key in enumerate(chosen, 2)
    ]
    right = model.Option("o1", family.show(answer), family.lesson(drawn, answer), correct=True)
    return model.Single(options=(right, *options), **common)


def _why(family: Family, drawn: Parameters, key: str, answer: Answer) -> str:
    """Why that rival is wrong: for two misconceptions that are held together, what is wrong with each.

    What both reasons come to is said once, in the end.
    """
    told = " ".join(family.wrong(drawn, one, answer) for one in key.split(TOGETHER))
    return " ".join(reversed(dict.fromkeys(reversed(_SENTENCES.split(told)))))


_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")


# Which wrong options stand beside the right one


def choose(family: Family, answer: Answer, rivals: Mapping[str, Answer], luck: Luck) -> list[str]:
    """The misconceptions whose answers stand beside the right one, such that no look at the options tells it.

    A wrong answer differs from the right one by a slip or two, so that the right one tends to be what the others have
    in common, and it may tend to have the lowest number too: who only compares options would find it. So a place is
    drawn for it in each of these orders, every place as often, and the wrong options are those with which it comes
    nearest to these places.
    """
    keys = considered(rivals, luck)
    answers = [answer, *(rivals[key] for key in keys)]
    texts = [family.show(one) for one in answers]
    alike = [[likeness(one, other) for other in texts] for one in texts]
    sizes = [size(one) for one in answers]
    said = sizes if any(sizes) else [float(variety(text)) for text in texts]
    marks = [said, _ranks([_natural(text) for text in texts])]
    high = luck.between(0, OPTIONS - 1)  # one place for all marks: orders that agree would else meet in the middle
    wanted = [luck.between(0, OPTIONS - 1), *(high for _ in marks)]
    missed: dict[tuple[int, ...], int] = {}
    for group in combinations(range(1, len(answers)), OPTIONS - 1):
        shown = (0, *group)
        orders: list[list[float]] = [[sum(alike[one][other] for other in shown) for one in shown]]
        orders += [[mark[one] for one in shown] for mark in marks]
        missed[group] = sum(_from_place(order, place) for order, place in zip(orders, wanted, strict=True))
    nearest = [group for group, miss in missed.items() if miss == min(missed.values())]
    return [keys[place - 1] for place in luck.one_of(nearest)]


def considered(rivals: Mapping[str, Answer], luck: Luck) -> list[str]:
    """All who hold one misconception, and some of those who hold two: there may be many."""
    joined = [key for key in rivals if TOGETHER in key]
    return [key for key in rivals if TOGETHER not in key] + luck.sample(joined, JOINED)


def likeness(one: str, other: str) -> int:
    """How many pieces two texts have in common, from the first on."""
    return sum(map(eq, _PIECES.split(one), _PIECES.split(other)))


_PIECES = re.compile(r"; |, | and ")


def variety(text: str) -> int:
    """How many different things a text says: "1 Failed, 2 Failed" says one."""
    return len({piece.split(" ")[-1] for piece in _PIECES.split(text)})


def size(answer: Answer) -> float:
    """The numbers of an answer together."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    return sum(part for part in parts if isinstance(part, int | float) and not isinstance(part, bool))


def _natural(text: str) -> list[tuple[int, str]]:
    """What texts are sorted by such that 9 comes before 10."""
    return [(int(word), "") if word.isdigit() else (0, word) for word in re.findall(r"\d+|\D+", text)]


def _ranks(keys: Sequence[Any]) -> list[float]:
    every = sorted(keys)
    return [every.index(key) for key in keys]


def _from_place(order: Sequence[float], wanted: int) -> int:
    """How far the first of these is from that place among them; equals share their places."""
    above = sum(other > order[0] for other in order)
    below = above + order.count(order[0]) - 1
    return max(above - wanted, wanted - below, 0)
