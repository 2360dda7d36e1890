"""codedeploy.fleet-outcome: each wrong option is what its misconception gives, and words alone tell nothing.

The rules are played here instance by instance, which the family does not do: it reckons.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from quizzes import generate, model
from quizzes.fleets import Config
from quizzes.generate import NoQuestionError, family

NAME = "codedeploy.fleet-outcome"
SEEDS = range(300)
Outcome = tuple[str, int]


@cache
def made(seed: int) -> model.Single | None:
    try:
        question = generate.generate(family(NAME), seed)
    except NoQuestionError:
        return None
    assert isinstance(question, model.Single)
    return question


def questions() -> list[model.Single]:
    return [question for seed in SEEDS if (question := made(seed))]


def needed(config: Config, size: int, up: bool = True) -> int:
    """How many must stay healthy."""
    if config.get("name") == "OneAtATime":
        return size - 1
    if config.get("type") == "HOST_COUNT":
        return int(config["value"])
    hundredths = size * config.get("value", 50)
    return int(hundredths // 100 + (up and hundredths % 100 > 0))


def played(size: int, keep: int, fails: list[int], more: int = 0) -> Outcome:
    """Batch by batch: what may be out of service is taken; `more` batches still follow once nothing may be taken."""
    healthy, reached, succeeded = size, 0, 0
    while reached < size:
        room = healthy - keep
        if room <= 0:
            if not more:
                return "Failed", succeeded
            more, room = more - 1, size - keep
        batch = range(reached + 1, min(size, reached + room) + 1)
        for place in batch:
            healthy -= place in fails
            succeeded += place not in fails
        reached = batch[-1]
    return ("Succeeded" if succeeded >= max(1, keep) else "Failed"), succeeded


def every(size: int, fails: list[int], enough: int) -> Outcome:
    """All are deployed to, and so many successes are enough."""
    good = size - len(fails)
    return ("Succeeded" if good >= enough else "Failed"), good


def stops_at_first(size: int, keep: int, fails: list[int]) -> Outcome:
    """The batch with the first failure ends, and none follows."""
    reached = 0
    while reached < min(fails):
        reached += size - keep
    return "Failed", len(set(range(1, min(reached, size) + 1)) - set(fails))


def rolled_back(size: int, keep: int, fails: list[int]) -> Outcome:
    status, succeeded = played(size, keep, fails)
    return (status, 0) if status == "Failed" else (status, succeeded)


RULES: dict[str, Callable[[int, Config, list[int]], Outcome]] = {
    "any-failure-fails": lambda size, _, fails: every(size, fails, size),
    "failures-never-stop": lambda size, config, fails: every(size, fails, max(1, needed(config, size))),
    "stops-at-first-failure": lambda size, config, fails: stops_at_first(size, needed(config, size), fails),
    "stops-late": lambda size, config, fails: (
        played(size, needed(config, size), fails)[0],
        played(size, needed(config, size), fails, more=1)[1],
    ),
    "minimum-rounds-down": lambda size, config, fails: played(size, needed(config, size, up=False), fails),
    "minimum-is-batch": lambda size, config, fails: played(size, size - needed(config, size), fails),
    "minimum-plus-one": lambda size, config, fails: played(size, needed(config, size) + 1, fails),
    "rollback-is-default": lambda size, config, fails: rolled_back(size, needed(config, size), fails),
}


def test_every_misconception_has_its_rule_here() -> None:
    assert set(RULES) == set(family(NAME).beliefs)


@pytest.mark.parametrize("misconception", RULES)
def test_a_wrong_option_is_what_its_misconception_gives(misconception: str) -> None:
    seen = 0
    for question in questions():
        assert question.drawn is not None
        drawn: Any = question.drawn.parameters
        expected = RULES[misconception](drawn["size"], drawn["config"], drawn["fails"])
        for option in question.options:
            if option.misconception == misconception:
                assert option.text == family(NAME).show(expected), question.id
                seen += 1
    assert seen >= 3, f"{misconception} is shown {seen} times"


def kind(question: model.Single, text: str) -> str:
    """The words of an option, and whether its number is none, or all that could succeed, or less."""
    assert question.drawn is not None
    most = question.drawn.parameters["size"] - len(question.drawn.parameters["fails"])
    found = re.search(r"\d+", text)
    assert found is not None
    number = int(found[0])
    return f"{text.partition(';')[0]}, {'none' if number == 0 else 'all' if number == most else 'some'}"


def test_each_kind_of_option_is_right_at_times_and_none_mostly() -> None:
    shown: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for question in questions():
        shown.update({kind(question, option.text) for option in question.options})
        right.update({kind(question, option.text) for option in question.options if option.correct})
    for one, count in shown.items():
        assert 0 < right[one] <= 0.6 * count, f"{one}: right in {right[one]} of {count}"


def by_words(question: model.Single) -> dict[str, list[str]]:
    """What somebody would choose who sees the options and knows nothing: by habit, the texts that fit equally well."""
    texts = [option.text for option in question.options]
    numbers = {text: int(re.findall(r"\d+", text)[0]) for text in texts}
    parts = Counter(part for text in texts for part in text.split("; "))
    likeness = {text: sum(parts[part] for part in text.split("; ")) for text in texts}
    habits: dict[str, dict[str, int]] = {
        "the longest": {text: len(text) for text in texts},
        "the shortest": {text: -len(text) for text in texts},
        "the largest number": numbers,
        "the smallest number": {text: -number for text, number in numbers.items()},
        "what has most in common with the others": likeness,
        "what stands alone": {text: -count for text, count in likeness.items()},
        "a success": {text: text.startswith("Succeeded") for text in texts},
    }
    return {habit: [text for text in texts if marks[text] == max(marks.values())] for habit, marks in habits.items()}


def test_who_knows_nothing_but_the_words_is_seldom_right() -> None:
    worth: Counter[str] = Counter()
    for question in questions():
        (answer,) = [option.text for option in question.options if option.correct]
        for habit, texts in by_words(question).items():
            worth[habit] += (answer in texts) / len(texts)  # type: ignore[assignment]
    shares = {habit: points / len(questions()) for habit, points in worth.items()}
    assert all(share <= 0.45 for share in shares.values()), shares


def test_rationales_speak_of_what_was_drawn() -> None:
    for question in questions():
        assert question.drawn is not None
        size = question.drawn.parameters["size"]
        for option in question.options:
            if option.misconception != "rollback-is-default":
                assert re.search(rf"\b{size}\b|\b{size - 1}\b|\d", option.why), (question.id, option.why)
        assert len({option.why for option in question.options}) == len(question.options)


def test_nearly_every_seed_gives_a_question() -> None:
    assert len(questions()) >= 0.95 * len(SEEDS)
