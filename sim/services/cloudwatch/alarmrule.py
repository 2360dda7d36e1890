"""The rules of composite alarms: AND, OR and NOT over the states of other alarms.

    ALARM("errors") AND NOT (OK(latency) OR INSUFFICIENT_DATA(latency))

Source: docs/behaviour/codecommit-and-glue.md §16, CW-API:PutCompositeAlarm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sim.services.cloudwatch.resources import StateValue

MAX_CHILDREN = 100
MAX_ELEMENTS = 500
"""Alarms, TRUE, FALSE and brackets together."""
MAX_DEPTH = 100
"""Brackets and NOTs inside each other; AWS names no limit but MAX_ELEMENTS."""

_TOKEN = re.compile(r"\s*(?:(?P<bracket>[()])|(?P<word>[A-Za-z_]+)|(?P<other>\S))")
_NAME = re.compile(r'\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^"()\s][^"()]*?))\s*\)')

States = Callable[[str], StateValue | None]
"""The state of the alarm of that name or ARN; None when there is none."""
Holds = Callable[[States], bool]


class AlarmRuleError(ValueError):
    """Text that is no rule; the message says where."""


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One rule, read. `alarms` are the names or ARNs in it, each once, in order."""

    text: str
    alarms: tuple[str, ...]
    holds: Holds


def parse(text: str) -> AlarmRule:
    """Raises AlarmRuleError."""
    reader = _Reader(text)
    holds = reader.any_of()
    if reader.next() is not None:
        raise reader.error("an operator, AND or OR,")
    alarms = tuple(dict.fromkeys(reader.alarms))
    if len(alarms) > MAX_CHILDREN:
        raise AlarmRuleError(f"it names {len(alarms)} alarms, and {MAX_CHILDREN} are allowed")
    if reader.elements > MAX_ELEMENTS:
        raise AlarmRuleError(f"it has {reader.elements} elements, and {MAX_ELEMENTS} are allowed")
    return AlarmRule(text, alarms, holds)


class _Reader:
    """Reads by descent: OR binds loosest, then AND, then NOT."""

    def __init__(self, text: str):
        self.text = text
        self.place = 0
        self.alarms: list[str] = []
        self.elements = 0
        self._depth = 0

    def next(self) -> re.Match[str] | None:
        """The token that comes next, without taking it."""
        return _TOKEN.match(self.text, self.place)

    def take(self, wanted: str) -> bool:
        token = self.next()
        if token is None or token.group().strip() != wanted:
            return False
        self.place = token.end()
        return True

    def error(self, wanted: str) -> AlarmRuleError:
        token = self.next()
        found = "the end" if token is None else repr(token.group().strip())
        return AlarmRuleError(f"{wanted} was expected at character {self.place + 1}, not {found}")

    def any_of(self) -> Holds:
        parts = [self.all_of()]
        while self.take("OR"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else lambda states: any(part(states) for part in parts)

    def all_of(self) -> Holds:
        parts = [self.one()]
        while self.take("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda states: all(part(states) for part in parts)

    def one(self) -> Holds:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise AlarmRuleError(f"it is nested more than {MAX_DEPTH} deep")
        try:
            if self.take("NOT"):
                inner = self.one()
                return lambda states: not inner(states)
            if self.take("("):
                return self._bracket()
            return self._atom()
        finally:
            self._depth -= 1

    def _bracket(self) -> Holds:
        self.elements += 2
        inner = self.any_of()
        if not self.take(")"):
            raise self.error("`)`")
        return inner

    def _atom(self) -> Holds:
        token = self.next()
        word = "" if token is None else token.group("word") or ""
        self.elements += 1
        if token is not None and word.upper() in ("TRUE", "FALSE"):
            self.place = token.end()
            return lambda states: word.upper() == "TRUE"
        if token is None or word not in StateValue.__members__:
            raise self.error("ALARM(…), OK(…), INSUFFICIENT_DATA(…), NOT, TRUE, FALSE or `(`")
        self.place = token.end()
        return self._state(StateValue(word))

    def _state(self, wanted: StateValue) -> Holds:
        found = _NAME.match(self.text, self.place)
        if found is None:
            raise self.error("the name of an alarm in brackets")
        self.place = found.end()
        name = found.group("quoted") or found.group("bare")
        self.alarms.append(name)
        return lambda states: states(name) is wanted
