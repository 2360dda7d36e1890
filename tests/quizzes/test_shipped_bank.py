"""The banks that come along, as a whole: nothing but knowledge tells a right option from a wrong one."""

from collections.abc import Mapping

import pytest

from quizzes import load, model
from quizzes.bank import paths
from sim.formats import nodes

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
    kind: type[model.Single] | type[model.Multiple], extreme: type[max]
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
