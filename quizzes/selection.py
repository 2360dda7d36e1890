"""Which questions a session asks: chosen by topic or misconception, by what is due, or as an exam's blueprint wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from quizzes import blueprints, generate, model
from quizzes.bank import find
from quizzes.lint import named
from quizzes.luck import Luck
from quizzes.progress import Card
from sim.core.problems import UsageError

MINUTE_MS = 60_000
DRAWS = 4
"""Of one family an exam asks at most so many draws."""
EXAM_KINDS = (model.Single, model.Multiple)
"""What these exams ask (`types` in blueprints.yml): one of some options, or several of them."""
HARD = 3
"""From this difficulty on a question weighs several services or steps, as those of a professional exam do."""
PROFESSIONAL = frozenset({"DOP-C02"})
"""Exams that prefer such questions."""
LIKE = 0.75
"""From so much likeness on (1: the same) another topic may be meant."""
PRACTICE = 10
"""So many questions a session asks, unless told otherwise."""


Slot = Callable[[], model.Question | None]
"""A question that could be asked, made when it is its turn; None when it cannot be made."""
Pool = list[Slot]
Rank = tuple[bool, bool, bool]
"""(asked lately, counts for another domain, easier than the exam): what has none of it is asked first."""
Ranked = list[tuple[Rank, Slot]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session asks, decided when it begins. `notices` say what is special about it; `minutes` limit it."""

    mode: str
    title: str
    seed: int
    questions: tuple[model.Question, ...]
    minutes: int | None = None
    exam: str | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask about. A topic also means the topics inside it; words are tags, or the name of a bank."""

    topic: str | None = None
    misconception: str | None = None
    exam: str | None = None
    generated: bool = True
    """Whether families are asked too."""

    def fits(self, question: model.Question) -> bool:
        return (
            (self.topic is None or _inside(question.topic, self.topic) or self.topic in (question.bank, *question.tags))
            and (self.misconception is None or self.misconception in named(question))
            and (self.exam is None or any(ref.exam == self.exam for ref in question.exams))
        )

    def fits_family(self, family: generate.Family) -> bool:
        topic = self.topic is None or self.topic in ("generated", family.name) or _inside(family.topic, self.topic)
        return (
            self.generated
            and topic
            and (self.misconception is None or self.misconception in family.beliefs)
            and (self.exam is None or any(exam == self.exam for exam, _ in family.exams))
        )

    @property
    def text(self) -> str:
        words = [word for word in (self.topic, self.misconception, self.exam) if word]
        return ", ".join(words) or "everything"


def _inside(topic: str, wanted: str) -> bool:
    return topic == wanted or topic.startswith(f"{wanted}.")


def practice(bank: model.Bank, wanted: Wanted, seed: int, count: int | None = None, mode: str = "practice") -> Plan:
    """So many questions on what is wanted: those of the bank in another order each time, and draws of families.

    A drill is the same with a topic or a misconception. Raises UsageError when nothing fits.
    """
    count = _counted(count, PRACTICE)
    fitting = [question for question in bank.questions if wanted.fits(question)]
    asked = families(bank, wanted.generated)
    drawn = [family for family in asked if replace(wanted, generated=True).fits_family(family)]
    pinned = [_pinned(entry) for entry in bank.generated if entry.seed is not None]
    fitting += [question for question in pinned if wanted.fits(question)]
    if wanted.misconception:
        fitting = [question for question in fitting if question.drawn is None]
    luck = Luck(seed, mode, wanted.text)
    slots: Pool = [_given(question) for question in fitting]
    slots += [_drawing(family, seed, turn) for family in drawn for turn in range(DRAWS if count > len(fitting) else 1)]
    chosen = _filled(luck.shuffled(slots), count)
    if not chosen:
        raise UsageError(f"no question is about {wanted.text}; {_what_there_is(bank, wanted)}")
    return Plan(mode, f"{mode.capitalize()}: {wanted.text}", seed, tuple(chosen))


def _what_there_is(bank: model.Bank, wanted: Wanted) -> str:
    """What could be meant by a name that nothing has."""
    if wanted.misconception is None:
        there = topics(bank, wanted.generated)
        services = sorted({topic.partition(".")[0] for topic in there})
        near = get_close_matches(wanted.topic or "", [*services, *there], 3, LIKE)
        return f"did you mean {' or '.join(near)}?" if near else f"topics: {', '.join(there)}"
    known = sorted({*bank.misconceptions, *(generate.beliefs() if wanted.generated else ())})
    near = get_close_matches(wanted.misconception, known, 3)
    return f"did you mean {' or '.join(near)}?" if near else "codesuite quiz --topics lists the misconceptions"


def _counted(count: int | None, usual: int) -> int:
    """How many questions are asked. Raises UsageError."""
    if count is not None and count < 1:
        raise UsageError(f"{count} questions are none; ask for one at least")
    return usual if count is None else count


def topics(bank: model.Bank, generated: bool = True) -> list[str]:
    """Every topic there is a question about."""
    drawn = {family.topic for family in families(bank, generated)}
    return sorted({question.topic for question in bank.questions} | drawn)


def families(bank: model.Bank, generated: bool = True) -> list[generate.Family]:
    """The families that are asked: all, or without `generated` those that the bank itself names."""
    return generate.families() if generated else _listed(bank)


def _listed(bank: model.Bank) -> list[generate.Family]:
    """The families that the bank itself names."""
    return [generate.family(name) for name in dict.fromkeys(one.family for one in bank.generated if one.seed is None)]


def _pinned(entry: model.Generated) -> model.Question:
    assert entry.seed is not None
    return generate.generate(generate.family(entry.family), entry.seed)


def _given(question: model.Question) -> Slot:
    return lambda: question


def _drawing(family: generate.Family, seed: int, turn: int) -> Slot:
    def draw() -> model.Question | None:
        try:
            return generate.generate(family, Luck(seed, "draw", family.name, turn).between(0, 999_999))
        except generate.NoQuestionError:
            return None

    return draw


def _filled(slots: Iterable[Slot], count: int, before: Iterable[model.Question] = ()) -> list[model.Question]:
    """The first so many that can be asked and are not there before; a family is drawn only when its turn comes."""
    found: list[model.Question] = []
    seen = {question.id for question in before}
    for slot in slots:
        if len(found) >= count:
            break
        question = slot()
        if question is not None and question.id not in seen:
            seen.add(question.id)
            found.append(question)
    return found


# Review


def review(bank: model.Bank, cards: Sequence[Card], seed: int, count: int | None = None) -> Plan:
    """What is due, the longest overdue first. Raises UsageError when nothing is.

    A family comes with another draw, so that its answer cannot be remembered by heart.
    """
    count = _counted(count, PRACTICE)
    known = {question.card: question for question in bank.questions}
    slots: Pool = []
    for place, card in enumerate(cards):
        if card.card in known:
            slots.append(_given(known[card.card]))
        elif card.card in generate.names():
            slots.append(_drawing(generate.family(card.card), seed, place))
    chosen = _filled(slots, count)
    if not chosen:
        raise UsageError("nothing is due for review; practise something first, or come back another day")
    return Plan("review", f"Review: {len(chosen)} of {len(slots)} due", seed, tuple(chosen))


# Exam


def exam(
    bank: model.Bank,
    code: str,
    seed: int,
    count: int | None = None,
    minutes: int | None = None,
    *,
    generated: bool = True,
    lately: Collection[str] = (),
) -> Plan:
    """A mock of that exam, over the tasks that the bank covers.

    It has the exam's number of questions and minutes (or those given), and the blueprint's weights rescaled to the
    tasks covered; where a task has too few questions, others take its places. Its notices say so, and count what is
    asked. Questions whose ids are in `lately` come only where others do not suffice.
    """
    blueprint = blueprints.exam(code)
    pools = _pools(bank, blueprint, seed, families(bank, generated), frozenset(lately))
    seats = _counted(count, blueprint.questions)
    if minutes is not None and minutes < 1:
        raise UsageError(f"minutes: {minutes}; an exam lasts a minute at least")
    shares = blueprint.shares([task for task, pool in pools.items() if pool])
    if not shares:
        raise UsageError(f"no question of these banks belongs to {code}")
    wanted = _wanted(shares, seats)
    chosen = _seated(pools, wanted, seats, Luck(seed, "exam", code))
    notices = _notices(blueprint, shares, wanted, chosen, seats)
    limit = round(blueprint.minutes * len(chosen) / blueprint.questions) if minutes is None else minutes
    limit = blueprint.minutes if len(chosen) == blueprint.questions and minutes is None else limit
    return Plan("exam", f"{blueprint.title} ({code}), CI/CD mock", seed, tuple(chosen), max(1, limit), code, notices)


def _pools(
    bank: model.Bank,
    blueprint: blueprints.Exam,
    seed: int,
    families: Sequence[generate.Family],
    lately: frozenset[str],
) -> dict[str, Ranked]:
    """For each task of the blueprint what can be asked for it, in another order for each seed: what was not asked
    lately first, and of that in a professional exam what is harder."""
    pools: dict[str, Ranked] = {}
    for task in blueprint.tasks:
        own = [
            question
            for question in bank.questions
            if not question.historical and model.ExamTask(blueprint.code, task) in question.exams
        ]
        ranked: Ranked = [
            (_rank(question, task, question.id in lately, blueprint.code), _given(question))
            for question in own
            if isinstance(question, EXAM_KINDS)
        ]
        for family in families:
            if (blueprint.code, task) in family.exams and not family.unit:
                rank = False, False, _too_easy(family.difficulty, blueprint.code)
                ranked += [(rank, _drawing(family, seed, turn)) for turn in range(DRAWS)]
        mixed = Luck(seed, "pool", blueprint.code, task).shuffled(ranked)
        pools[task] = sorted(mixed, key=lambda one: one[0])
    return pools


def _rank(question: model.Question, task: str, lately: bool, code: str) -> Rank:
    return lately, _domain(question, code) != task.partition(".")[0], _too_easy(question.difficulty, code)


def _too_easy(difficulty: int, code: str) -> bool:
    return code in PROFESSIONAL and difficulty < HARD


def _seated(pools: Mapping[str, Ranked], wanted: Mapping[str, int], seats: int, luck: Luck) -> list[model.Question]:
    """So many for each task; what a task cannot fill goes to those that have more. In another order each time."""
    chosen: list[model.Question] = []
    rest: Ranked = []
    for task, count in wanted.items():
        chosen += _filled((slot for _, slot in pools[task]), count, chosen)
        rest += pools[task][count:]
    others = sorted(luck.shuffled(rest), key=lambda one: one[0])
    chosen += _filled((slot for _, slot in others), seats - len(chosen), chosen)
    return luck.shuffled(chosen)


def _notices(
    blueprint: blueprints.Exam,
    shares: Mapping[str, float],
    wanted: Mapping[str, int],
    chosen: Sequence[model.Question],
    seats: int,
) -> tuple[str, ...]:
    covered = {task.partition(".")[0] for task in shares}
    weights = ", ".join(
        f"domain {number} ({blueprint.domains[number].title}) {100 * share:.0f} %"
        for number, share in _by_domain(shares).items()
    )
    left_out = [f"domain {number} ({one.title})" for number, one in blueprint.domains.items() if number not in covered]
    notices = [
        f"{blueprint.code} asks {blueprint.questions} questions in {blueprint.minutes} minutes. This mock covers the "
        f"tasks {', '.join(shares)} only, with the blueprint's weights rescaled to these tasks: {weights}."
    ]
    if left_out:
        notices.append(f"Not covered: {', '.join(left_out)}.")
    for task, count in wanted.items():
        found = sum(model.ExamTask(blueprint.code, task) in question.exams for question in chosen)
        if found < count:
            title = blueprint.tasks[task]
            notices.append(f"Task {task} ({title}) has {found} of {count} questions; other tasks take their places.")
    if len(chosen) < seats:
        notices.append(f"There are only {len(chosen)} questions for it.")
    counted = Counter(_domain(question, blueprint.code) for question in chosen)
    asked = (f"domain {number} ({blueprint.domains[number].title}) {counted[number]}" for number in sorted(counted))
    notices.append(f"Asked here: {', '.join(asked)} of {len(chosen)} questions.")
    hard = sum(question.difficulty >= HARD for question in chosen)
    notices.append(f"{hard} of {len(chosen)} questions are of difficulty {HARD} or more, of 5.{_easier(blueprint)}")
    notices.append(
        "Every question counts the same, all or nothing; what is not answered is wrong; guessing costs nothing."
    )
    return tuple(notices)


def _domain(question: model.Question, code: str) -> str:
    """The domain that a question counts for in an exam: that of the first of its tasks there."""
    return next(ref.domain for ref in question.exams if ref.exam == code)


def _easier(blueprint: blueprints.Exam) -> str:
    if blueprint.code not in PROFESSIONAL:
        return ""
    return " The real exam's questions are longer situations, and harder than most of these."


def _wanted(shares: Mapping[str, float], seats: int) -> dict[str, int]:
    """The seats of each task: divided among domains first, so that many tasks get no more than a domain's weight."""
    found: dict[str, int] = {}
    for domain, count in blueprints.apportion(_by_domain(shares), seats).items():
        own = {task: share for task, share in shares.items() if task.partition(".")[0] == domain}
        found |= blueprints.apportion({task: share / sum(own.values()) for task, share in own.items()}, count)
    return found


def _by_domain(shares: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for task, share in shares.items():
        domain = task.partition(".")[0]
        found[domain] = found.get(domain, 0.0) + share
    return found


def show(question: model.Question, seed: int) -> Plan:
    """One question by itself."""
    return Plan("practice", f"Question {question.id}", seed, (question,))


def given(bank: model.Bank, ids: Sequence[str], seed: int) -> Plan:
    """Those questions in that order, of the bank or drawn (`codedeploy.batch-size#17`). Raises UsageError."""
    if not ids:
        raise UsageError("no question is named")
    questions = tuple(generate.question(id) if "#" in id else find(bank, id) for id in ids)
    title = f"Question {ids[0]}" if len(ids) == 1 else f"{len(ids)} questions"
    return Plan("practice", title, seed, questions)


def to_plain(plan: Plan) -> dict[str, Any]:
    """What is kept of a plan: questions of banks by id, generated ones as they are."""
    from quizzes import plain

    items: list[Any] = [
        plain.to_plain(question) if question.drawn is not None else {"id": question.id, "rev": question.rev}
        for question in plan.questions
    ]
    return {
        "seed": plan.seed,
        "minutes": plan.minutes,
        "exam": plan.exam,
        "notices": list(plan.notices),
        "questions": items,
    }


def from_plain(mode: str, title: str, values: Mapping[str, Any], bank: model.Bank) -> Plan:
    """The plan that was kept. Raises UsageError when the bank no longer has one of its questions."""
    from quizzes import plain

    questions = []
    for item in values["questions"]:
        if "stem" in item:
            questions.append(plain.from_plain(item))
            continue
        try:
            question = bank.question(item["id"])
        except KeyError:
            raise UsageError(
                f"the question {item['id']} of this session is in none of the banks that are loaded"
            ) from None
        if question.rev != item["rev"]:
            raise UsageError(f"the question {item['id']} means something else by now; begin a new session")
        questions.append(question)
    notices = tuple(values["notices"])
    return Plan(mode, title, values["seed"], tuple(questions), values["minutes"], values["exam"], notices)
