"""A question as it is put to a learner, and what an answer to it is worth.

A response is plain: a list of option keys, or of item keys in order; {pair: right side} by keys; a number; or
{path: value} for a task. Letters exist only here: answers are kept by key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from quizzes import model
from quizzes.luck import Luck
from sim.core.problems import UsageError

Response = Any
Mark = Literal["right", "wrong", "missed", ""]
"""Chosen and right; chosen and wrong; right and not chosen; neither."""
LETTERS = "abcdefghijklmnop"
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
"""A thousand to some, one with three decimals to others."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing to choose, by its letter on the screen."""

    letter: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Presented:
    """A question with what can be chosen in the order in which it is shown."""

    question: model.Question
    choices: tuple[Shown, ...] = ()

    def key(self, letter: str) -> str:
        """The key of a letter. Raises UsageError."""
        for shown in self.choices:
            if shown.letter == letter.lower():
                return shown.key
        raise UsageError(f"{letter!r} is none of the letters {self.choices[0].letter} to {self.choices[-1].letter}")

    def letter(self, key: str) -> str:
        """The letter of a key."""
        return next(shown.letter for shown in self.choices if shown.key == key)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of one part of an answer: the part, how it was taken, and why it is so."""

    key: str
    text: str
    mark: Mark
    why: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What an answer is worth: all or nothing. `misconceptions` are those it shows."""

    right: bool
    misconceptions: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


# Presenting


def present(question: model.Question, seed: int, number: int) -> Presented:
    """The question as number so-and-so of a session: the order of options depends on both alone."""
    rows = _choices(question)
    if question.shuffle:
        rows = _shuffled(rows, Luck(seed, "options", number, question.id))
    return Presented(question, tuple(Shown(LETTERS[place], row.key, row.text) for place, row in enumerate(rows)))


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    text: str
    pin: str = ""


def _choices(question: model.Question) -> list[_Row]:
    if isinstance(question, model.Choice):
        return [_Row(option.key, option.text, option.pin) for option in question.options]
    if isinstance(question, model.Ordering):
        rows = [_Row(item.key, item.text) for item in question.items]
        return rows + [_Row(option.key, option.text) for option in question.intruders]
    if isinstance(question, model.Matching):
        return [_Row(pair.key, pair.right) for pair in question.pairs] + [
            _Row(option.key, option.text) for option in question.extra
        ]
    return []


def _shuffled(rows: list[_Row], luck: Luck) -> list[_Row]:
    free = luck.shuffled([row for row in rows if not row.pin])
    first = [row for row in rows if row.pin == "first"]
    last = [row for row in rows if row.pin == "last"]
    return [*first, *free, *last]


# Reading what somebody has typed


def understood(presented: Presented, text: str) -> Response:
    """The response that a typed answer stands for. Raises UsageError, which says what was expected."""
    question = presented.question
    if isinstance(question, model.Numeric):
        return _number(text, question.unit)
    if isinstance(question, model.Prove):
        return _changes(text, question.edit)
    keys = [presented.key(letter) for letter in _letters(text)]
    if isinstance(question, model.Matching):
        if len(keys) != len(question.pairs):
            raise UsageError(f"{len(question.pairs)} letters are wanted, one for each line in turn, such as b,a,c")
        return {pair.key: key for pair, key in zip(question.pairs, keys, strict=True)}
    if len(set(keys)) < len(keys):
        raise UsageError("a letter is there twice")
    if isinstance(question, model.Choice):
        wanted = question.choose if isinstance(question, model.Multiple) else 1
        if len(keys) != wanted:
            raise UsageError("one letter is wanted" if wanted == 1 else f"{wanted} letters are wanted, such as a,c")
    return keys


def _letters(text: str) -> list[str]:
    """`a,c`, `a c` and `ac` are the same."""
    words = text.replace(",", " ").split()
    if not words:
        raise UsageError("an answer is wanted")
    return list(words[0]) if len(words) == 1 else words


def _number(text: str, unit: str) -> float:
    word = text.strip().removesuffix(unit).strip()
    if _THOUSANDS.fullmatch(word):
        plain = re.sub(r"[.,]", "", word)
        raise UsageError(f"{word} can be read in two ways: write {plain}, or with other than three decimals")
    word = word.replace(",", ".")
    try:
        number = float(word)
    except ValueError:
        raise UsageError(f"a number of {unit} is wanted, such as 4") from None
    if not abs(number) < float("inf"):
        raise UsageError(f"a number of {unit} is wanted, such as 4")
    return number


def _changes(text: str, edit: Iterable[str]) -> dict[str, Any]:
    """`path = value` in lines or behind semicolons; values as in YAML."""
    from sim.core.problems import ProblemsError
    from sim.formats import nodes

    found = {}
    for line in text.replace(";", "\n").splitlines():
        path, sign, value = line.partition("=")
        if not sign or path.strip() not in edit:
            raise UsageError(f"changes are wanted, such as {next(iter(edit))} = value; paths: {', '.join(edit)}")
        try:
            found[path.strip()] = nodes.plain(nodes.compose(value.strip(), "your change"))
        except ProblemsError as error:
            raise UsageError(str(error)) from None
    if not found:
        raise UsageError("an answer is wanted")
    return found


# Grading


def grade(question: model.Question, response: Response | None) -> Grade:
    """What a response is worth; None, no answer, is worth nothing."""
    if isinstance(question, model.Choice):
        return _grade_choice(question, response)
    if isinstance(question, model.Ordering):
        return _grade_ordering(question, response)
    if isinstance(question, model.Matching):
        return _grade_matching(question, response)
    if isinstance(question, model.Numeric):
        return _grade_number(question, response)
    assert isinstance(question, model.Prove)
    return _grade_task(question, response)


def _grade_choice(question: model.Choice, response: Response | None) -> Grade:
    chosen = set(response or ())
    remarks = []
    for option in question.options:
        taken = option.key in chosen
        mark: Mark = ("right" if taken else "missed") if option.correct else ("wrong" if taken else "")
        remarks.append(Remark(option.key, option.text, mark, option.why))
    shown = [one for option in question.options if option.key in chosen for one in option.misconceptions]
    return Grade(chosen == set(question.right), tuple(shown), tuple(remarks))


def _grade_ordering(question: model.Ordering, response: Response | None) -> Grade:
    order = list(response or ())
    before = question.before()
    remarks, wrong = [], False
    for item in question.items:
        placed = order.index(item.key) if item.key in order else None
        well = placed is not None and before[item.key] <= set(order[:placed])
        mark: Mark = "missed" if placed is None else ("right" if well else "wrong")
        wrong = wrong or not well
        remarks.append(Remark(item.key, item.text, mark, item.why))
    intruders = [one for one in question.intruders if one.key in order]
    remarks += [Remark(one.key, one.text, "wrong" if one in intruders else "", one.why) for one in question.intruders]
    shown = tuple(one.misconception for one in intruders if one.misconception)
    return Grade(not wrong and not intruders, shown, tuple(remarks))


def _grade_matching(question: model.Matching, response: Response | None) -> Grade:
    given: Mapping[str, str] = response or {}
    rights = {row.key: row.text for row in _choices(question)}
    remarks = []
    for pair in question.pairs:
        taken = given.get(pair.key)
        mark: Mark = "right" if taken == pair.key else ("wrong" if taken else "missed")
        instead = f", not {rights[taken]}" if taken and mark == "wrong" else ""
        remarks.append(Remark(pair.key, f"{pair.left}: {pair.right}{instead}", mark, pair.why))
    chosen = set(given.values())
    for one in question.extra:
        remarks.append(Remark(one.key, one.text, "wrong" if one.key in chosen else "", one.why))
    shown = [one.misconception for one in question.extra if one.key in chosen and one.misconception]
    return Grade(all(given.get(pair.key) == pair.key for pair in question.pairs), tuple(shown), tuple(remarks))


def _grade_number(question: model.Numeric, response: Response | None) -> Grade:
    right = response is not None and abs(response - question.value) <= question.tolerance
    answer = Remark("value", _amount(question.value, question.unit), "right" if right else "missed", "")
    if right or response is None:
        return Grade(right, (), (answer,))
    near = next((one for one in question.near if one.value == response), None)
    if near is None:
        return Grade(False, (), (answer,))
    remark = Remark("near", _amount(near.value, question.unit), "wrong", near.why)
    return Grade(False, (near.misconception,) if near.misconception else (), (remark, answer))


def _amount(value: float, unit: str) -> str:
    """A number and its unit, which is a word in the plural."""
    return f"{value:g} {unit.removesuffix('s') if value == 1 else unit}"


def _grade_task(question: model.Prove, response: Response | None) -> Grade:
    from quizzes.proof import attempt, edits

    tried = attempt(question, response or {})
    said = (*tried.failed, *tried.problems)
    remarks = [Remark(f"check{place}", text, "wrong", "") for place, text in enumerate(said, 1)]
    if not tried.holds:
        remarks.append(Remark("solution", f"One way: {edits(question.solution)}", "missed", ""))
    return Grade(tried.holds, (), tuple(remarks))
