"""The boards as widgets: they show a flight, and tell it what was asked for. Loaded when a view is first asked for."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from ipywidgets import VBox, Widget, widget_serialization

from sim.core.clock import SECOND
from sim.core.problems import SimError
from sim.widgets import inject
from sim.widgets.clock import SPEEDS, Clock
from sim.widgets.pieces import STATIC, joined

if TYPE_CHECKING:
    from sim.widgets.flight import Flight


def module(name: str) -> str:
    """The ES module of a board: what all views share, what all boards share, and its own."""
    return joined(*(STATIC / file for file in ("pieces.js", "replay.js", name)))


STYLE = joined(STATIC / "pieces.css", STATIC / "boards.css")


class Frames(Widget):  # type: ignore[misc]
    """A run's frames, sent once for all boards: `Replay.json()` in UTF-8."""

    frames = traitlets.Bytes().tag(sync=True)


class ClockView(anywidget.AnyWidget):
    """The time control, and the time itself: it ticks in the browser, and every board there follows this model."""

    _esm = module("clock.js")
    _css = STYLE
    at = traitlets.Int(0).tag(sync=True)
    duration = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = traitlets.Float(1).tag(sync=True)
    speeds = traitlets.List(traitlets.Float()).tag(sync=True)
    frames = traitlets.Instance(Frames).tag(sync=True, **widget_serialization)

    def __init__(self, clock: Clock, frames: Frames):
        super().__init__(frames=frames, speeds=[float(speed) for speed in SPEEDS])
        self._clock = clock
        self._show(clock)
        clock.observe(self._show)
        self.observe(self._asked, ["at", "playing", "speed"])

    def _show(self, clock: Clock) -> None:
        with self.hold_sync():
            self.duration, self.at = clock.duration, clock.at
            self.playing, self.speed = clock.playing, float(clock.speed)

    def _asked(self, change: Any) -> None:
        """The browser moved the clock: the state follows."""
        if getattr(self._clock, change.name) != change.new:
            self._clock.moved(**{change.name: change.new})


class PipelineBoard(anywidget.AnyWidget):
    """Pipelines at the moment that the clock shows."""

    _esm = module("pipeline.js")
    _css = STYLE
    clock = traitlets.Instance(ClockView).tag(sync=True, **widget_serialization)


class FleetBoard(anywidget.AnyWidget):
    """Instances at the moment that the clock shows."""

    _esm = module("fleet.js")
    _css = STYLE
    clock = traitlets.Instance(ClockView).tag(sync=True, **widget_serialization)


class InjectView(anywidget.AnyWidget):
    """What can be done at the moment that the clock shows, and what was done."""

    _esm = module("inject.js")
    _css = STYLE
    clock = traitlets.Instance(ClockView).tag(sync=True, **widget_serialization)
    kinds: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    interventions: traitlets.List[list[Any]] = traitlets.List().tag(sync=True)
    yaml = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)

    def __init__(self, flight: Flight, clock: ClockView):
        super().__init__(clock=clock)
        self._flight = flight
        self._lock = RLock()
        """Jupyter hands over messages in threads of their own."""
        self.on_msg(self._asked)
        flight.observe(self._show)
        self._show(flight)

    def _show(self, flight: Flight) -> None:
        with self.hold_sync():
            self.kinds = [kind.plain() for kind in inject.kinds(flight)]
            self.interventions = [[one.at, str(one)] for one in flight.interventions]
            self.yaml = flight.scenario_yaml()
            self.problem = ""

    def _asked(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        """The browser asks for an intervention, or for the last one to be undone."""
        with self._lock:
            problem = ""
            try:
                problem = self._do(content)
            except SimError as error:
                problem = str(error)
            except Exception as error:
                # Jupyter writes what a message's receiver raises into a log that nobody sees.
                problem = f"This failed, and the run stays as it was: {error!r}"
                raise
            finally:
                # Also when nothing else has changed: the browser waits for this.
                self.problem = problem
                self.busy = True
                self.busy = False

    def _do(self, content: dict[str, Any]) -> str:
        """Do it; what there is to say of it, if anything."""
        if content.get("type") == "inject":
            step = inject.step_of(self._flight, str(content.get("kind")), content.get("values") or {})
            self._flight.inject(int(content["at"]) / SECOND, step)
            if self._flight.refused:
                return f"It is in the scenario now, but nothing came of it: {self._flight.refused}."
        elif content.get("type") == "undo":
            self._flight.undo()
        return ""


class FlightViews:
    """The views of one flight, all on the same clock."""

    def __init__(self, flight: Flight):
        from sim.widgets.outbox_view import OutboxView  # it stands on what is above

        self._flight = flight
        self.frames = Frames()
        self._frame(flight)
        flight.observe(self._frame)
        self.clock = ClockView(flight.clock, self.frames)
        self.pipelines = PipelineBoard(clock=self.clock)
        self.fleet = FleetBoard(clock=self.clock)
        self.inject = InjectView(flight, self.clock)
        self.outbox = OutboxView(clock=self.clock)

    def _frame(self, flight: Flight) -> None:
        self.frames.frames = flight.replay.json().encode()

    def board(self) -> VBox:
        """Everything there is to see of the flight, one below the other; no board of pipelines or instances where
        there are none."""
        replay = self._flight.replay
        boards: list[Widget] = [self.pipelines] if replay.pipelines.pipelines else []
        boards += [self.fleet] if replay.fleet.instances else []
        return VBox([self.clock, *boards, self.inject, self.outbox])


__all__ = ["ClockView", "FleetBoard", "FlightViews", "Frames", "InjectView", "PipelineBoard"]
