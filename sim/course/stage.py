"""A demonstration on its way: the run, its clock, and what a key does. State only; `terminal` draws it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis.story import clock as spell_time
from sim.core.clock import SECOND, format_duration, parse_duration
from sim.core.problems import SimError, UsageError
from sim.course.demos import Demo, Key, Note
from sim.widgets.clock import SPEEDS
from sim.widgets.replay import Decision

PAUSE, NEXT, BACK, FASTER, SLOWER, UNDO, QUIT = " ", ".", ",", "+", "-", "u", "q"
CONTROLS = (
    ("space", "play or pause"),
    (". or →", "next decision"),
    (", or ←", "decision before"),
    ("+ -", "faster, slower"),
    (UNDO, "take back"),
    (QUIT, "quit"),
)
"""What is on the screen besides the demonstration's own keys."""


class Stage:
    """One demonstration being shown.

    >>> from sim.course.demos import demo
    >>> stage = Stage(demo("rollback"))
    >>> stage.press(".")
    >>> stage.flight.clock.at
    5000
    """

    def __init__(self, demo: Demo, seed: int | None = None, stops: bool = True):
        """With `stops` the clock stops by itself where the speaker has something to say."""
        self.demo = demo
        self.flight = demo.flight(seed)
        self.stops = stops
        self.over = False
        self.told = ""
        """What came of the last key, for the spectators."""
        self._since: int | None = None
        """When somebody broke something whose first failure has not been shown yet."""

    # What is seen

    @property
    def note(self) -> Note | None:
        """What the speaker says now: the last note up to this moment."""
        return next((one for one in reversed(self.demo.notes) if one.at <= self.flight.clock.at), None)

    def decisions(self, last: int) -> list[Decision]:
        """So many decisions, the newest last, up to this moment."""
        found = [one for one in self.flight.replay.decisions if one.at <= self.flight.clock.at]
        return found[max(0, len(found) - last) :]

    # What is done

    def press(self, key: str) -> None:
        """A key of the controls or of the demonstration; any other says which there are."""
        self.told = ""
        clock = self.flight.clock
        if key == PAUSE:
            clock.pause() if clock.playing else clock.play()
        elif key == NEXT:
            clock.next_decision()
        elif key == BACK:
            clock.previous_decision()
        elif key == FASTER:
            clock.set_speed(next((one for one in SPEEDS if one > clock.speed), clock.speed))
        elif key == SLOWER:
            clock.set_speed(next((one for one in reversed(SPEEDS) if one < clock.speed), clock.speed))
        elif key == UNDO:
            self._undo()
        elif key == QUIT:
            self.over = True
        else:
            bound = next((one for one in self.demo.keys if one.key == key), None)
            if bound is None:
                self.told = f"The key {key!r} does nothing here"
            else:
                self._inject(bound)

    def _inject(self, key: Key) -> None:
        clock = self.flight.clock
        playing = clock.playing
        early = "" if self._asked(key) else ": nothing waits there yet, so this is done as soon as something does"
        try:
            self.flight.inject(clock.at / SECOND, key.step)
        except SimError as error:
            self.told = str(error)
            return
        self.told = f"{spell_time(clock.at)} {key.does}{early}"
        self._since = clock.at
        if playing:
            clock.play()

    def _asked(self, key: Key) -> bool:
        """Whether the approval that this key answers waits at this moment; true of keys that answer none."""
        answer = key.step.get("approve")
        if answer is None:
            return True
        wanted = (answer["pipeline"], answer["stage"], answer["action"], "InProgress")
        return any(
            (pipeline["name"], stage["stageName"], action["actionName"], action["status"]) == wanted
            for pipeline in self.flight.replay.at(self.flight.clock.at)["pipelines"]
            for stage in pipeline["stages"]
            for action in stage["actions"]
        )

    def press_at(self, text: str) -> None:
        """Press a key of the demonstration at a moment, written `b@3m5s`; the clock goes back to where it was.

        Raises UsageError for what is no key or no time of the run.
        """
        key, _, time = text.partition("@")
        step = self.demo.step(key)
        try:
            moment = parse_duration(time)
        except ValueError:
            raise UsageError(f"--press {text}: write KEY@TIME, such as {self.demo.keys[0].key}@3m") from None
        if moment > self.flight.replay.duration:
            raise UsageError(f"--press {text}: the run is over after {format_duration(self.flight.replay.duration)}")
        before = self.flight.clock.at
        self.flight.inject(moment / SECOND, step)
        self.flight.clock.seek(before)

    def _undo(self) -> None:
        gone = self.flight.undo()
        self._since = None
        self.told = "There is nothing to take back" if gone is None else f"Taken back: {gone}"

    def pass_time(self, seconds: float) -> None:
        """So much of the spectators' time is over. Where the next note begins, the clock stops, if it may; and at the
        first failure after somebody has broken something."""
        clock = self.flight.clock
        before = clock.at
        clock.advance(seconds)
        noted = [note.at for note in self.demo.notes if before < note.at <= clock.at]
        failed = self._first_failure(before, clock.at)
        reached = min([*noted, *([] if failed is None else [failed.at])], default=None)
        if self.stops and reached is not None:
            clock.pause()
            clock.seek(reached)
            if failed is not None and failed.at == reached:
                self.told, self._since = f"{spell_time(failed.at)} this failed; play on to see what follows", None

    def _first_failure(self, before: int, now: int) -> Decision | None:
        """The first failure since somebody broke something, if it lies between those moments."""
        since = self._since
        if since is None:
            return None
        failures = (one for one in self.flight.replay.decisions if one.failed and one.at >= since)
        first = next(failures, None)
        return first if first is not None and before < first.at <= now else None

    # The whole of it in lines

    def story(self) -> Iterator[str]:
        """The run from beginning to end in plain lines, the notes where they belong."""
        yield self.demo.title
        notes = list(self.demo.notes)
        for decision in self.flight.replay.decisions:
            while notes and notes[0].at <= decision.at:
                yield f"Speaker: {notes.pop(0).say}"
            for line in decision.lines:
                yield f"{spell_time(decision.at):>8}  {line}"
        for note in notes:
            yield f"Speaker: {note.say}"


__all__ = ["CONTROLS", "Stage"]
