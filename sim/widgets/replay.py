"""A run that is over, or paused, as something to play: what there was to see at every moment of it."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, cast

from sim.analysis.result import notifications, plain
from sim.analysis.story import BAD, Moment, shorten, tell
from sim.cloud import Cloud
from sim.core.clock import iso
from sim.core.states import Why
from sim.widgets.fleet_frames import FleetFrames
from sim.widgets.pipeline_frames import PipelineFrames, status
from sim.widgets.tracks import Catalogue

_TOLD = frozenset({"batch", "zone", "alarm", "waits", "launch", "follow-on", "no retry", "goes on", "ends"})
"""Topics of notices that are decisions worth a stop, besides what the story tells by itself."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at one moment: `at` in ms, what happened line by line, the rules behind it.

    `basis` and `source` are those of the rule that decided the last line, "" where none did.
    """

    at: int
    lines: tuple[str, ...]
    failed: bool = False
    rule: str = ""
    basis: str = ""
    source: str = ""

    @property
    def text(self) -> str:
        return "; ".join(self.lines)


class Replay:
    """One run, looked through once.

    `at(ms)` is the picture of one moment; `decisions` what was decided when; `duration` in ms; `packed()` all of it
    for a browser, which plays it without asking again. `start` is a Cloud of the same plan and seed at time 0, which is
    used up here: without it nothing is known of what was deployed before. Transitions that were closed and opened are
    seen in runs that kept their audit record.
    """

    def __init__(self, cloud: Cloud, start: Cloud | None = None):
        self.cloud = cloud
        self.duration: int = cloud.world.now
        home = (cloud.account_id, cloud.region_name)
        record = cloud.record
        self._reasons: Catalogue[tuple[str, str, str, str]] = Catalogue()
        self._journal_length = len(cloud.world.journal)
        calls = [row for row in cloud.world.audit or () if (row[1].account, row[1].region) == home]
        self.pipelines = PipelineFrames(record, cloud._inside, self._reason, calls)
        self.fleet = FleetFrames(record, cloud.world, None if start is None else start.world, home, self._reason)
        self.alarms = self._alarms(start)
        self.mails = notifications(record, home)
        self._record = record

    def _reason(self, why: Why) -> int:
        rule = why.rule
        return self._reasons.number((why.render(), rule.id, rule.basis, rule.source))

    def _alarms(self, start: Cloud | None) -> list[dict[str, Any]]:
        found = []
        for alarm in cast(list[Any], self.cloud.record.of_kind("alarm")):
            before = None if start is None else start.world.resource(alarm.arn)
            steps = self.cloud.record.steps(alarm)
            first = str(before.status) if before is not None else "INSUFFICIENT_DATA" if steps else str(alarm.status)
            moves = [[step.time, str(step.status), self._reason(step.why)] for step in steps]
            found.append({"name": alarm.name, "moves": [[self.cloud.record.created(alarm), first, -1], *moves]})
        return found

    # Decisions

    @cached_property
    def decisions(self) -> list[Decision]:
        """What was decided, moment by moment."""
        return [_decision(time, list(together)) for time, together in groupby(self._moments(), lambda one: one.time)]

    def _moments(self) -> list[Moment]:
        story = tell(self._record, self.cloud.result(), "run")
        told = [*story.moments, *self._notices()]
        return sorted(told, key=lambda moment: moment.place)

    def _notices(self) -> Iterator[Moment]:
        for notice in self._record.journal.notices:
            entity = notice.entity
            if entity is None or notice.topic not in _TOLD or self._is_elsewhere(entity):
                continue
            kind = entity.kind.replace("-", " ")
            yield Moment(notice.time, 2, f"{kind} {entity.name}: {shorten(notice.why.render())}", why=notice.why)

    def _is_elsewhere(self, entity: Any) -> bool:
        return bool(entity.home != (self.cloud.account_id, self.cloud.region_name))

    def after(self, ms: int) -> Decision | None:
        """The next decision after that moment."""
        place = bisect_right([one.at for one in self.decisions], ms)
        return self.decisions[place] if place < len(self.decisions) else None

    def before(self, ms: int) -> Decision | None:
        """The last decision before that moment."""
        place = bisect_left([one.at for one in self.decisions], ms)
        return self.decisions[place - 1] if place else None

    def current(self, ms: int) -> Decision | None:
        """The decision that holds at that moment: the last one up to then."""
        place = bisect_right([one.at for one in self.decisions], ms)
        return self.decisions[place - 1] if place else None

    # Pictures

    def at(self, ms: int) -> dict[str, Any]:
        """What there is to see at that moment: everything up to and including that millisecond has happened."""
        return {
            "at": ms,
            "pipelines": self.pipelines.at(ms),
            "fleet": self.fleet.at(ms),
            "deployments": self.fleet.deployments_at(ms),
            "alarms": [
                {"name": one["name"], "state": status(one["moves"], ms)}
                for one in self.alarms
                if one["moves"][0][0] <= ms
            ],
            "mails": [mail for mail in self.mails if round(mail["at"] * 1000) <= ms],
        }

    def packed(self) -> dict[str, Any]:
        """Everything as JSON can hold it, small: what is said often is said once, times count from the one before."""
        decisions = [
            [one.at, list(one.lines), int(one.failed), one.rule, one.basis, one.source] for one in self.decisions
        ]
        document = {
            "title": self.cloud._scenario or "",
            "start": iso(self.cloud.world.start, 0),
            "end": self.duration,
            **self.pipelines.packed(),
            **self.fleet.packed(),
            "alarms": self.alarms,
            "mails": self.mails,
            "decisions": decisions,
            "reasons": [list(one) for one in self._reasons.things],
        }
        packed: dict[str, Any] = plain(document)
        return packed

    def json(self) -> str:
        """`packed()` as text: the same run gives the same bytes."""
        return json.dumps(self.packed(), ensure_ascii=False, separators=(",", ":"))


def _decision(time: int, moments: list[Moment]) -> Decision:
    ruled = [moment.why for moment in moments if moment.why is not None]
    rule = ruled[-1].rule if ruled else None
    return Decision(
        time,
        tuple(moment.text for moment in moments),
        any(moment.status in BAD for moment in moments),
        rule.id if rule else "",
        rule.basis if rule else "",
        rule.source if rule else "",
    )


__all__ = ["Decision", "Replay"]
