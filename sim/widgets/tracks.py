"""Something that changes over time, kept so that it can be looked up at any moment, and sent to a browser in little."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
Thing = TypeVar("Thing", bound=Hashable)


class Track(Generic[Value]):
    """What something was from when on. Times in ms, put in order; of one instant the last value counts."""

    __slots__ = ("times", "values")

    def __init__(self) -> None:
        self.times: list[int] = []
        self.values: list[Value] = []

    def put(self, time: int, value: Value) -> None:
        """From that time on it is this."""
        times, values = self.times, self.values
        if times and times[-1] == time:
            values[-1] = value
            if len(values) > 1 and values[-2] == value:
                times.pop()
                values.pop()
        elif not values or values[-1] != value:
            times.append(time)
            values.append(value)

    def at(self, time: int) -> Value | None:
        """What it is at that time; None before there was anything."""
        place = bisect_right(self.times, time)
        return self.values[place - 1] if place else None

    def packed(self) -> list[Any]:
        """[time, value, time since the one before, value, …]"""
        packed: list[Any] = []
        before = 0
        for time, value in zip(self.times, self.values, strict=True):
            packed += (time - before, value)
            before = time
        return packed


class Catalogue(Generic[Thing]):
    """Things by number, each once: what is said a thousand times is sent once."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self._numbers: dict[Thing, int] = {}

    def number(self, thing: Thing) -> int:
        found = self._numbers.get(thing)
        if found is None:
            found = self._numbers[thing] = len(self.things)
            self.things.append(thing)
        return found
