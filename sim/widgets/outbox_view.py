"""The outbox as a widget: it follows the clock of the boards in the browser."""

from __future__ import annotations

import anywidget
import traitlets
from ipywidgets import widget_serialization

from sim.widgets.board import STYLE, ClockView, module
from sim.widgets.pieces import STATIC, joined


class OutboxView(anywidget.AnyWidget):
    """The mails up to the moment that the clock shows; they come with the frames that all boards share."""

    _esm = module("outbox.js")
    _css = f"{STYLE}\n{joined(STATIC / 'outbox.css')}"
    clock = traitlets.Instance(ClockView).tag(sync=True, **widget_serialization)
