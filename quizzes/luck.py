"""Choices that depend on a key alone: the same key, the same choices, in any process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sim.core.randomness import uniform

T = TypeVar("T")


class Luck:
    """A row of choices for one purpose. No random numbers are shared, so one more choice changes no other row."""

    def __init__(self, seed: int, *purpose: object):
        self._seed = seed
        self._purpose = "\x1f".join(map(str, purpose))
        self._turn = 0

    def part(self) -> float:
        """A number between 0 and 1."""
        self._turn += 1
        return uniform(self._seed, self._purpose, "", self._turn)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.part() * (high - low + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[int(self.part() * len(choices))]

    def maybe(self, probability: float) -> bool:
        return self.part() < probability

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        keyed = [(self.part(), place) for place in range(len(choices))]
        return [choices[place] for _, place in sorted(keyed)]

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        """So many different ones, in the order of `choices`."""
        chosen = set(self.shuffled(range(len(choices)))[:count])
        return [choice for place, choice in enumerate(choices) if place in chosen]
