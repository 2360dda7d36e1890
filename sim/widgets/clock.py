"""The time that all boards show: a moment of a run, whether it goes on by itself, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.core.clock import SECOND
from sim.core.problems import UsageError
from sim.widgets.replay import Decision

SPEEDS = (1, 2, 5, 10, 30, 60, 300, 1800, 7200)
"""Virtual seconds a second of the spectator's."""
USUAL_LENGTH = 60
"""Seconds of the spectator's that a whole run takes at most at the speed it begins with, if a speed allows."""


def usual_speed(duration: int) -> int:
    """The slowest speed at which so many ms are over within a minute."""
    return next((speed for speed in SPEEDS if duration <= speed * USUAL_LENGTH * SECOND), SPEEDS[-1])


@dataclass
class Clock:
    """A moment between the beginning and the end of a run; `at` and `duration` in ms.

    >>> clock = Clock(duration=90_000)
    >>> clock.play()
    >>> clock.advance(0.5)  # half a second of the spectator's
    >>> clock.at
    1000
    """

    duration: int = 0
    decisions: Sequence[Decision] = ()
    at: int = 0
    playing: bool = False
    speed: float = 0

    def __post_init__(self) -> None:
        self._listeners: list[Callable[[Clock], None]] = []
        self.at = self._bounded(self.at)
        self.speed = self.speed or usual_speed(self.duration)

    def observe(self, listener: Callable[[Clock], None]) -> None:
        """Call the listener with this clock whenever something about it has changed."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener(self)

    def _bounded(self, ms: float) -> int:
        return round(min(max(0, ms), self.duration))

    def load(self, duration: int, decisions: Sequence[Decision], at: int | None = None) -> None:
        """Another run to show, from a moment on (the same one, if not said)."""
        self.duration, self.decisions = duration, decisions
        self.at = self._bounded(self.at if at is None else at)
        self.playing = False
        self._changed()

    def seek(self, ms: float) -> None:
        """Go to that moment; before the beginning is the beginning, after the end the end."""
        self.at = self._bounded(ms)
        self._changed()

    def play(self) -> None:
        """Go on by itself; from the end, from the beginning again."""
        if self.at >= self.duration:
            self.at = 0
        self.playing = self.duration > 0
        self._changed()

    def pause(self) -> None:
        self.playing = False
        self._changed()

    def set_speed(self, speed: float) -> None:
        """So many virtual seconds a second. Raises UsageError for 0 and less."""
        if not 0 < speed < float("inf"):
            raise UsageError(f"the speed is {speed}; it is more than 0 virtual seconds a second")
        self.speed = speed
        self._changed()

    def moved(self, *, at: float | None = None, playing: bool | None = None, speed: float | None = None) -> None:
        """Somebody moved the clock where it is shown: this one follows."""
        self.at = self.at if at is None else self._bounded(at)
        self.playing = self.playing if playing is None else playing
        self.speed = self.speed if speed is None else speed
        self._changed()

    def advance(self, seconds: float) -> None:
        """So much of the spectator's time has passed; at the end the clock stands still."""
        if self.playing:
            self.at = self._bounded(self.at + seconds * self.speed * SECOND)
            self.playing = self.at < self.duration
            self._changed()

    @property
    def current(self) -> Decision | None:
        """The last decision up to now."""
        return next((one for one in reversed(self.decisions) if one.at <= self.at), None)

    def next_decision(self) -> Decision | None:
        """Stop at the next decision, or at the end when none is left."""
        found = next((one for one in self.decisions if one.at > self.at), None)
        self._stop_at(self.duration if found is None else found.at)
        return found

    def previous_decision(self) -> Decision | None:
        """Stop at the decision before, or at the beginning when there is none."""
        found = next((one for one in reversed(self.decisions) if one.at < self.at), None)
        self._stop_at(0 if found is None else found.at)
        return found

    def _stop_at(self, ms: int) -> None:
        self.playing = False
        self.seek(ms)


__all__ = ["SPEEDS", "Clock", "usual_speed"]
