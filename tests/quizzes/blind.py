"""What somebody earns at generated questions who knows nothing: one function a habit, and how often it is right.

`python -m tests.quizzes.blind [draws]` prints the table. A habit scores each option and takes the highest score; where
several options share it, it is right by the share of them that are right, as if it threw a die. So whoever finds
nothing to go by earns 25 percent at four options.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial

from quizzes import generate, model
from quizzes.generate import family

DRAWS = 200
"""So many seeds of each family are measured. A share of a quarter then lies within 9 percentage points, of three
standard deviations, which the bound must allow for."""

Question = tuple[str, tuple[str, ...], int]
"""The stem, the texts of the options, and which of them is right."""
Habit = Callable[[str, Sequence[str]], list[float]]
"""The stem and the options, and a score for each option."""

WORDS = {"no": 0, "none": 0, "one": 1, "two": 2}


def parts(text: str) -> list[str]:
    """An option in the parts in which options of its family differ."""
    return re.split(r"; |, | and ", text)


def numbers(text: str) -> list[int]:
    """The numbers of an option, words among them, without those that only name an execution."""
    told = re.sub(r"(^|, )\d (?=[A-Z]|yes|not)", r"\1", text)
    return [WORDS[word.lower()] if word.isalpha() else int(word) for word in _NUMBER.findall(told)]


_NUMBER = re.compile(r"\d+|\b(?:no|none|one|two)\b", re.IGNORECASE)


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """How many must be put in, taken out or replaced."""
    row = list(range(len(other) + 1))
    for place, mine in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, theirs in enumerate(other, 1):
            before, row[column] = row[column], min(before + (mine != theirs), row[column] + 1, row[column - 1] + 1)
    return row[-1]


def by_length(stem: str, texts: Sequence[str]) -> list[float]:
    return [len(text) for text in texts]


def by_common_parts(stem: str, texts: Sequence[str]) -> list[float]:
    shared = Counter(part for text in texts for part in set(parts(text)))
    return [sum(shared[part] for part in parts(text)) / len(parts(text)) for text in texts]


def by_places(stem: str, texts: Sequence[str]) -> list[float]:
    """In how many places an option says what others say there."""
    rows = [parts(text) for text in texts]
    return [sum(sum(map(str.__eq__, row, other)) for other in rows) for row in rows]


def by_words(stem: str, texts: Sequence[str]) -> list[float]:
    rows = [text.split() for text in texts]
    return [-sum(distance(row, other) for other in rows) for row in rows]


def by_alphabet(stem: str, texts: Sequence[str]) -> list[float]:
    return [sorted(texts).index(text) for text in texts]


def by_mention(stem: str, texts: Sequence[str]) -> list[float]:
    """Where the stem first names something that the option names, and most options do not."""
    return [min((stem.find(word) for word in _own(texts, text) if word in stem), default=-1) for text in texts]


def by_last_mention(stem: str, texts: Sequence[str]) -> list[float]:
    return [max((stem.rfind(word) for word in _own(texts, text)), default=-1) for text in texts]


def by_words_of_the_stem(stem: str, texts: Sequence[str]) -> list[float]:
    """How often the stem says the words of an option."""
    told = Counter(re.findall(r"[\w-]+", stem))
    return [sum(told[word] for word in set(re.findall(r"[\w-]+", text))) for text in texts]


def by_count_of_numbers(stem: str, texts: Sequence[str]) -> list[float]:
    return [len(re.findall(r"\d+", text)) for text in texts]


def by_number(stem: str, texts: Sequence[str]) -> list[float]:
    return [sum(numbers(text)) for text in texts]


def by_middle_number(stem: str, texts: Sequence[str]) -> list[float]:
    """Highest for an option whose number lies between those of others."""
    sums = by_number(stem, texts)
    return [min(sum(one < mine for one in sums), sum(one > mine for one in sums)) for mine in sums]


def by_changes(stem: str, texts: Sequence[str]) -> list[float]:
    """How many different things an option says: 'Failed, Failed' is one."""
    return [len({part.split(" ")[-1] for part in parts(text)}) for text in texts]


def _own(texts: Sequence[str], text: str) -> list[str]:
    every = Counter(word for one in texts for word in set(_NAME.findall(one)))
    return [word for word in _NAME.findall(text) if every[word] < len(texts)]


_NAME = re.compile(r"[A-Z]\w+|[a-z]+-\d+|\d+")


def turned(habit: Habit, stem: str, texts: Sequence[str]) -> list[float]:
    return [-score for score in habit(stem, texts)]


PAIRS: dict[Habit, tuple[str, str]] = {
    by_length: ("longest", "shortest"),
    by_common_parts: ("most common parts", "rarest parts"),
    by_places: ("most like the others, by place", "least like the others, by place"),
    by_words: ("most like the others, by words", "least like the others, by words"),
    by_alphabet: ("last in the alphabet", "first in the alphabet"),
    by_mention: ("named late in the stem", "named early in the stem"),
    by_last_mention: ("named last in the stem", "named last of all early"),
    by_words_of_the_stem: ("most words of the stem", "fewest words of the stem"),
    by_count_of_numbers: ("most numbers", "fewest numbers"),
    by_number: ("highest number", "lowest number"),
    by_middle_number: ("number in the middle", "number at an end"),
    by_changes: ("most varied", "least varied"),
}
HABITS: dict[str, Habit] = {
    name: one for habit, (high, low) in PAIRS.items() for name, one in ((high, habit), (low, partial(turned, habit)))
}


def earned(habit: Habit, asked: Iterable[Question]) -> float:
    """The share of questions that this habit answers rightly."""
    worth = []
    for stem, texts, right in asked:
        scores = habit(stem, texts)
        best = [place for place, score in enumerate(scores) if score == max(scores)]
        worth.append((right in best) / len(best))
    return sum(worth) / len(worth)


def choices() -> list[str]:
    """The families whose questions show options."""
    return [name for name in generate.names() if not family(name).unit]


def single(name: str, seed: int) -> model.Single | None:
    try:
        question = generate.generate(family(name), seed)
    except generate.NoQuestionError:  # how many there may be is test_generate's
        return None
    assert isinstance(question, model.Single)
    return question


def asked(name: str, seeds: range) -> list[Question]:
    """The questions of those seeds, with the options in the order of the alphabet: no place tells anything."""
    found: list[Question] = []
    for question in (single(name, seed) for seed in seeds):
        if question is not None:
            texts = tuple(sorted(option.text for option in question.options))
            (right,) = [option.text for option in question.options if option.correct]
            found.append((f"{question.stem}\n{question.exhibit}", texts, texts.index(right)))
    return found


@cache
def drawn(draws: int = DRAWS) -> dict[str, list[Question]]:
    """The questions of each family that shows options."""
    jobs = [(name, range(first, min(first + 25, draws))) for name in choices() for first in range(0, draws, 25)]
    found: dict[str, list[Question]] = {name: [] for name in choices()}
    with ProcessPoolExecutor(2) as pool:
        for (name, _), questions in zip(jobs, pool.map(asked, *zip(*jobs, strict=True)), strict=True):
            found[name] += questions
    return found


def table(draws: int = DRAWS) -> str:
    """Percent right of each habit (rows) at each family (columns)."""
    families = drawn(draws)
    short = [name.partition(".")[2] for name in families]
    lines = [f"{'percent right':<34}" + "".join(f"{name:>16}" for name in short)]
    for name, habit in HABITS.items():
        cells = [f"{100 * earned(habit, questions):16.0f}" for questions in families.values()]
        lines.append(f"{name:<34}" + "".join(cells))
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS))
