"""What a notebook shows: boards that play a run, and what can be done to it.

The names here are state, without any widget; what draws them is loaded when a view is asked for.
"""

from sim.widgets.clock import Clock
from sim.widgets.flight import Flight, Intervention
from sim.widgets.lab import ScenarioLab
from sim.widgets.outbox import Mail, Outbox
from sim.widgets.predict import Prediction
from sim.widgets.replay import Decision, Replay

__all__ = ["Clock", "Decision", "Flight", "Intervention", "Mail", "Outbox", "Prediction", "Replay", "ScenarioLab"]
