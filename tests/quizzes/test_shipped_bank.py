"""The banks that come along, as a whole: nothing but knowledge tells a right option from a wrong one."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pytest

from quizzes import blueprints, load, model
from quizzes.bank import paths
from sim.formats import nodes
from tests.quizzes import blind

BANK = load()
FILES = sorted({question.bank for question in BANK.questions})


def statements(bank: str | None = None) -> list[model.TrueFalse]:
    return [one for one in BANK.questions if isinstance(one, model.TrueFalse) and bank in (None, one.bank)]


def share_true(questions: list[model.TrueFalse]) -> float:
    true = sum(option.correct for one in questions for option in one.options if option.text == "True")
    return true / len(questions)


def test_true_and_false_are_right_alike_over_the_bank() -> None:
    assert len(statements()) >= 20
    assert 0.4 <= share_true(statements()) <= 0.6


@pytest.mark.parametrize("bank", [one for one in FILES if len(statements(one)) > 1])
def test_true_and_false_are_right_alike_in_each_file(bank: str) -> None:
    """As near to a half as the number of statements allows, and one statement off it."""
    rights = share_true(statements(bank)) * len(statements(bank))
    assert abs(rights - len(statements(bank)) / 2) <= 1


def lengths(kind: type[model.Single] | type[model.Multiple]) -> list[dict[bool, list[int]]]:
    """For each question of that kind, the lengths of its right and of its wrong options."""
    found = []
    for one in BANK.questions:
        if isinstance(one, kind):
            found.append({right: [len(o.text) for o in one.options if o.correct == right] for right in (True, False)})
    return found


def mean(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers)


@pytest.mark.parametrize("kind", [model.Single, model.Multiple])
def test_right_options_are_as_long_as_wrong_ones(kind: type[model.Single] | type[model.Multiple]) -> None:
    gaps = [mean(one[True]) - mean(one[False]) for one in lengths(kind)]
    assert abs(sum(gaps) / len(gaps)) < 2, "characters on average"


@pytest.mark.parametrize("kind", [model.Single, model.Multiple])
@pytest.mark.parametrize("extreme", [max, min])
def test_neither_the_longest_nor_the_shortest_option_is_more_often_right_than_by_chance(
    kind: type[model.Single] | type[model.Multiple], extreme: Callable[[list[int]], int]
) -> None:
    right, chance = 0.0, 0.0
    for one in lengths(kind):
        both = one[True] + one[False]
        best = both.count(extreme(both))
        right += one[True].count(extreme(both)) / best
        chance += len(one[True]) / len(both)
    assert right <= chance * 1.35, f"right in {right} questions, by chance in {chance}"


def test_a_misconception_means_the_same_in_each_bank_that_names_it() -> None:
    """The banks are asked as one: of two meanings one would be shown for both."""
    meanings: dict[str, set[str]] = {}
    for path in paths():
        document = nodes.plain(nodes.compose(path.read_text(encoding="utf-8"), str(path)))
        assert isinstance(document, Mapping)
        for name, meaning in document["misconceptions"].items():
            meanings.setdefault(name, set()).add(str(meaning))
    assert {name: told for name, told in meanings.items() if len(told) > 1} == {}


# Somebody who knows nothing

BOUND = 0.36
"""A quarter of about 160 questions at four options, and three standard deviations more."""
_ABSOLUTE = re.compile(r"\b(always|never|only|all|each|every|none|nothing|any|whatever)\b", re.IGNORECASE)


def by_shared_words(stem: str, texts: Sequence[str]) -> list[float]:
    """How large a part of its words an option shares with each of the others, on average."""
    rows = [set(re.findall(r"[a-z0-9]+", text.lower())) for text in texts]
    return [sum(len(row & other) / max(1, len(row | other)) for other in rows) for row in rows]


def by_absolute_words(stem: str, texts: Sequence[str]) -> list[float]:
    return [float(bool(_ABSOLUTE.search(text))) for text in texts]


OWN: dict[str, blind.Habit] = {
    "most words in common": by_shared_words,
    "fewest words in common": partial(blind.turned, by_shared_words),
    "an absolute word": by_absolute_words,
    "no absolute word": partial(blind.turned, by_absolute_words),
}


def asked() -> list[blind.Question]:
    """The questions with one right option of four, with the options in the order of the alphabet."""
    found: list[blind.Question] = []
    for one in BANK.questions:
        if isinstance(one, model.Single) and len(one.options) == 4:
            texts = tuple(sorted(option.text for option in one.options))
            (right,) = [option.text for option in one.options if option.correct]
            found.append((one.stem, texts, texts.index(right)))
    return found


@pytest.mark.parametrize("habit", [*blind.HABITS, *OWN])
def test_no_habit_earns_more_than_chance(habit: str) -> None:
    share = blind.earned({**blind.HABITS, **OWN}[habit], asked())
    assert share <= BOUND, f"{habit} is right in {share:.0%}"


def test_each_exam_task_that_the_quiz_covers_has_questions_enough_for_a_mock() -> None:
    """Those of its blueprint: single or multiple, as the exams ask."""
    kinds = (model.Single, model.Multiple)
    counted = Counter((ref.exam, ref.task) for one in BANK.questions if isinstance(one, kinds) for ref in one.exams)
    short = {
        (exam.code, task): counted[exam.code, task]
        for exam in blueprints.exams().values()
        for task in exam.tasks
        if counted[exam.code, task] < 5
    }
    assert short == {}
