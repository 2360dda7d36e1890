"""The mails of a run: who got which, when, and what it said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.clock import SECOND

if TYPE_CHECKING:
    from sim.widgets.flight import Flight


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: `at` in ms. `text` is the message as it came; a document is laid out to be read."""

    at: int
    to: str
    topic: str
    subject: str
    text: str


class Outbox:
    """The mails of a flight, up to the moment that its clock shows, or up to another one.

    >>> from sim.widgets import Flight
    >>> flight = Flight("first-release")
    >>> outbox = Outbox(flight)
    >>> [mail.to for mail in outbox.mails()]
    []
    >>> flight.clock.seek(flight.clock.duration)
    >>> [mail.to for mail in outbox.mails()]
    ['manager@example.com']
    """

    def __init__(self, flight: Flight):
        self.flight = flight

    def mails(self, to: str | None = None, at: int | None = None) -> list[Mail]:
        """The mails up to a moment in ms, the latest last; with `to`, those of one address."""
        until = self.flight.clock.at if at is None else at
        found = [_mail(one) for one in self.flight.replay.mails]
        return [mail for mail in found if mail.at <= until and to in (None, mail.to)]

    def addresses(self) -> list[str]:
        """Who gets mail in this run, in the order of their first one."""
        return list(dict.fromkeys(str(one["endpoint"]) for one in self.flight.replay.mails))


def _mail(one: dict[str, Any]) -> Mail:
    return Mail(round(one["at"] * SECOND), one["endpoint"], one["topic"], one["subject"], laid_out(one["message"]))


def laid_out(message: str) -> str:
    """A message that is a JSON document with a line for each of its members; any other as it is."""
    if message.startswith("{"):
        try:
            return json.dumps(json.loads(message), indent=2, ensure_ascii=False)
        except ValueError:
            pass
    return message


__all__ = ["Mail", "Outbox"]
