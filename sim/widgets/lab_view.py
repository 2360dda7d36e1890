"""The scenario lab as a widget."""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from sim.core.problems import ProblemsError, UsageError
from sim.widgets import lab, pieces

if TYPE_CHECKING:
    from sim.widgets.lab import ScenarioLab

PATIENCE_S = 1.0
"""A run that takes longer tells how far it is, and so often."""


class LabView(anywidget.AnyWidget):
    """Shows a lab. `screen` is what there is to see; `steps` how far a long run is, 0 while none is on its way.

    Messages: {"do": "run", "values": {path: value}}, a choice as {"choice": place}; {"do": "reset"}.
    """

    _esm = pieces.module(pieces.STATIC / "lab.js")
    _css = pieces.style(pieces.STATIC / "lab.css")
    screen: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    steps: traitlets.Int[int, int] = traitlets.Int(0).tag(sync=True)

    def __init__(self, state: ScenarioLab):
        self.lab = state
        self._lock = RLock()
        self._told_at = 0.0
        self._turn = 0
        super().__init__()
        self._run("")
        self.on_msg(self._heard)

    def act(self, **intent: Any) -> dict[str, Any]:
        """Do what somebody would at the screen: `act(do="run", values={"parameters.FleetSize": 5})`."""
        with self._lock:
            if intent.get("do") == "reset":
                self.lab.reset()
                self._run("Everything stands as in the scenario again.")
            elif intent.get("do") == "run":
                self._set_and_run(intent.get("values") or {})
            return dict(self.screen)

    def _heard(self, _: Any, content: Mapping[str, Any], __: Any) -> None:
        try:
            self.act(**content)
        except Exception as error:
            # Jupyter writes what a message's receiver raises into a log that nobody sees.
            self._show("", f"This failed, and the last run stays: {error!r}")
            raise

    def _set_and_run(self, values: Mapping[str, Any]) -> None:
        before = dict(self.lab.values)
        try:
            for path, value in values.items():
                self.lab.set(path, self._meant(path, value))
        except UsageError as error:
            self.lab.values = before
            self._show("", lab.complaint(error))
            return
        self._run("")

    def _meant(self, path: str, value: Any) -> Any:
        """A choice comes by its place in the list, as choices may be anything."""
        control = self.lab.controls.get(path)
        if control is None or control.kind != "choice" or not isinstance(value, Mapping):
            return value
        place = value.get("choice")
        if not isinstance(place, int) or not 0 <= place < len(control.values):
            raise UsageError(f"{path} has no choice {place!r}")
        return control.values[place]

    def _run(self, told: str) -> None:
        self._told_at = monotonic() + PATIENCE_S
        try:
            self.lab.run(progress=self._went)
        except (ProblemsError, UsageError) as error:
            self._show("", lab.complaint(error))
        else:
            self._show(told or _ended(self.lab))
        finally:
            self.steps = 0

    def _went(self, steps: int) -> None:
        if monotonic() >= self._told_at:
            self._told_at = monotonic() + PATIENCE_S
            self.steps = steps

    def _show(self, told: str, trouble: str = "") -> None:
        state = self.lab
        self._turn += 1
        self.screen = {
            "turn": self._turn,  # the browser waits for an answer, also when nothing is different
            "title": state.title,
            "controls": [lab.control_shown(state, one) for one in state.controls.values()],
            "shown": lab.shown(state),
            "yaml": state.scenario_yaml(),
            "told": told,
            "trouble": trouble,
        }


def _ended(state: ScenarioLab) -> str:
    assert state.last is not None
    return "The run: " + ", ".join(f"{what} {value}" for what, value in lab.figures(state.last.result)[:4]) + "."
