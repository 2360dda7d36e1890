"""A demonstration in a terminal: drawn live with rich, played with keys; or in plain lines."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from sim.analysis.story import FEW, clock, sign, style
from sim.course.stage import BACK, CONTROLS, NEXT, QUIT, Stage

FRAME_S = 0.1
"""A picture and a look at the keyboard so often."""
ARROWS = {"\x1b[C": NEXT, "\x1bOC": NEXT, "\x1b[D": BACK, "\x1bOD": BACK}
"""What a terminal sends for → and ←."""
INTERRUPTS = ("\x03", "\x04", "\x1b")
"""Ctrl-C, Ctrl-D and Escape: they leave."""
GAP = 3
"""So many spaces lie between the keys that are explained."""
FEWEST_LINES = 3
"""So many lines of decisions are worth more than a line for each instance."""


def play(stage: Stage, console: Console) -> None:
    """Show a demonstration on a terminal until somebody quits. Raises SystemExit when a signal ended it."""
    with _signals() as came, _keyboard() as read, Live(console=console, screen=True, auto_refresh=False) as live:
        before = monotonic()
        while not stage.over and not came:
            live.update(picture(stage, console.height), refresh=True)
            for key in read(FRAME_S):
                stage.press(key)
            now = monotonic()
            stage.pass_time(now - before)
            before = now
    if came:
        raise SystemExit(128 + came[0])


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The signals that came. Who ends it by one finds the terminal as it was, too.

    They are looked at between two frames: an exception out of nowhere could be swallowed where Python ignores them.
    Whoever asks a second time is let out at once.
    """
    came: list[int] = []

    def note(number: int, _: Any) -> None:
        came.append(number)
        if len(came) > 1:
            raise SystemExit(128 + number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _keyboard() -> Iterator[Any]:
    """A function that waits so many seconds for keys and returns them; the terminal is as before afterwards."""
    if sys.platform == "win32":
        yield _keys_of_windows
        return
    import termios
    import tty

    stream = sys.stdin.fileno()
    settings = termios.tcgetattr(stream)
    try:
        tty.setcbreak(stream)
        yield _keys_of_terminal
    finally:
        termios.tcsetattr(stream, termios.TCSADRAIN, settings)


def _keys_of_terminal(patience: float) -> list[str]:
    import os
    import select

    if not select.select([sys.stdin], [], [], patience)[0]:
        return []
    content = os.read(sys.stdin.fileno(), 1024)
    return keys(content.decode(errors="ignore")) if content else [QUIT]  # the terminal is gone


def _keys_of_windows(patience: float) -> list[str]:
    import importlib
    import time

    msvcrt: Any = importlib.import_module("msvcrt")
    time.sleep(patience)
    found = ""
    while msvcrt.kbhit():
        pressed = msvcrt.getwch()
        if pressed in ("\x00", "\xe0"):  # the first half of a key that is no character
            found += {"M": NEXT, "K": BACK}.get(msvcrt.getwch(), "")
        else:
            found += pressed
    return keys(found)


def keys(text: str) -> list[str]:
    """The keys in what a terminal has sent; other sequences of it are no keys.

    >>> keys("b\\x1b[C ")
    ['b', '.', ' ']
    """
    found = []
    while text:
        arrow = next((one for one in ARROWS if text.startswith(one)), None)
        if arrow is not None:
            found.append(ARROWS[arrow])
            text = text[len(arrow) :]
        elif text[0] == "\x1b" and len(text) > 1:
            text = text[1:].lstrip("[O0123456789;")[1:]
        else:
            found.append(QUIT if text[0] in INTERRUPTS else text[0])
            text = text[1:]
    return found


# Drawing


def picture(stage: Stage, height: int) -> RenderableType:
    """All that is on the screen at this moment, in at most so many lines."""
    return _Picture(stage, height)


class _Picture:
    """The parts one below the other. Keys and what came of the last one are always there; where room is short, a fleet
    is counted, then older decisions go, then the end of what the speaker says, then pipelines."""

    def __init__(self, stage: Stage, height: int):
        self.stage = stage
        self.height = height

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        def drawn(part: RenderableType) -> list[list[Segment]]:
            return console.render_lines(part, options.update(height=None), pad=False)

        seen = self.stage.flight.replay.at(self.stage.flight.clock.at)
        title, keys = drawn(_title(self.stage)), drawn(_keys(self.stage))
        note, pipelines, fleet = drawn(_note(self.stage)), drawn(_pipelines(seen)), drawn(_fleet(seen))
        room = self.height - len(title) - len(keys)
        if len(note) + len(pipelines) + len(fleet) + FEWEST_LINES > room:
            fleet = drawn(_crowd(seen["fleet"]))
        pipelines = pipelines[: max(0, room)]
        note = note[: max(0, room - len(pipelines))]
        fleet = fleet[: max(0, room - len(pipelines) - len(note))]
        left = room - len(pipelines) - len(note) - len(fleet)
        decisions = drawn(_decisions(self.stage, left - 2))[:left] if left > 2 else []
        shown = [*title, *pipelines, *fleet, *decisions, *note, *keys][: self.height]
        for place, line in enumerate(shown):
            if place:
                yield Segment.line()
            yield from line


def _title(stage: Stage) -> Text:
    watch = stage.flight.clock
    state = "▶ playing" if watch.playing else "‖ paused"
    if watch.at >= watch.duration:
        state = "■ at the end"
    moment = f"  {clock(watch.at)} of {clock(watch.duration)}   {state}   {watch.speed:g} virtual seconds a second"
    return Text.assemble((stage.demo.title, "bold"), "\n", moment, overflow="ellipsis", no_wrap=True)


def _pipelines(seen: dict[str, Any]) -> RenderableType:
    """A pipeline in as many lines as it needs: none is broken inside a stage."""
    lines: list[RenderableType] = [Text("")] if seen["pipelines"] else []
    for pipeline in seen["pipelines"]:
        parts = []
        numbers = {one["pipelineExecutionId"]: one["number"] for one in pipeline["executions"]}
        for place, stage in enumerate(pipeline["stages"]):
            status = stage["status"] or ""
            number = numbers.get(stage["pipelineExecutionId"])
            waiting = [numbers[one] for one in map(_execution, stage["inboundExecutions"]) if one in numbers]
            part = Text("  →  " if place else f"{pipeline['name']:<8}")
            if waiting:
                part.append(f"({', '.join(f'#{one} waits' for one in waiting)}) ", "yellow")
            holder = f" #{number}" if number is not None else ""
            part.append(f"{stage['stageName']}{holder} {sign(status)} {status or 'not yet'}", style(status))
            parts.append(part)
        lines.append(_Flow(parts, 0))
    return Group(*lines)


def _execution(inbound: Any) -> str:
    return str(inbound["pipelineExecutionId"] if isinstance(inbound, dict) else inbound)


def _fleet(seen: dict[str, Any]) -> RenderableType:
    fleet = seen["fleet"]
    if len(fleet) > FEW:
        return _crowd(fleet)
    table = Table.grid(padding=(0, 2))
    for instance in fleet:
        table.add_row(*_tile(instance))
    return Group(Text(""), table)


def _tile(instance: dict[str, Any]) -> list[Text]:
    group = instance["groups"][0] if instance["groups"] else None
    status = instance["status"] or ""
    event = instance["lifecycleEvent"] or ""
    state = instance["state"]
    going = f"{event} {instance['eventStatus'] or ''}".rstrip() if event else "its turn came"
    busy = going if status == "InProgress" else status
    health = group["instanceHealth"] if group else ""
    return [
        Text(instance["name"]),
        Text(f"revision {group['revisionNumber']}" if group and group["revisionNumber"] else "no revision"),
        Text(health, "bold red" if health == "Unhealthy" else ""),
        Text(f"{sign(status)} {busy}" if status else "", style(status)),
        Text("" if state == "running" else f"{sign('Failed')} {state}", "bold red"),
    ]


def _crowd(fleet: list[dict[str, Any]]) -> Text:
    """A fleet too large for a line each: how many are in which revision and state."""
    revisions = Counter(group["revisionNumber"] for one in fleet for group in one["groups"][:1])
    states = Counter(one["status"] or "waiting" for one in fleet)
    told = [f"{count} with revision {number}" for number, count in sorted(revisions.items())]
    told += [f"{count} {status}" for status, count in sorted(states.items())]
    return Text(f"\n{len(fleet)} instances: {', '.join(told)}")


def _decisions(stage: Stage, most: int) -> Text:
    told: list[tuple[str, str]] = []
    for decision in stage.decisions(most):
        told += [(f"{clock(decision.at)}  {line}", "bold red" if decision.failed else "") for line in decision.lines]
    lines = Text(overflow="ellipsis", no_wrap=True)
    for text, colour in told[-most:]:
        lines.append(f"\n{text}", colour)
    rule = stage.decisions(1)[0] if stage.decisions(1) else None
    if rule is not None and rule.source:
        lines.append(f"\n          {rule.basis}: {rule.source}", "dim")
    return lines


def _note(stage: Stage) -> Panel:
    note = stage.note
    said = Text(note.say if note is not None else "")
    return Panel(said, title="Speaker", title_align="left", border_style="cyan")


def _keys(stage: Stage) -> Group:
    bound = [*CONTROLS, *((one.key, one.does) for one in stage.demo.keys)]
    told = Text(f"{sign('step')} {stage.told}" if stage.told else "", style("step"), overflow="ellipsis", no_wrap=True)
    return Group(told, _Flow([Text.assemble((f" {key} ", "reverse"), f" {does}") for key, does in bound], GAP))


class _Flow:
    """Short texts beside each other, as many as a line takes; none is divided."""

    def __init__(self, texts: list[Text], gap: int):
        self.texts = texts
        self.gap = gap

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for text in self.texts:
            if line and line.cell_len + self.gap + text.cell_len > options.max_width:
                yield line
                line = Text()
            line = Text.assemble(line, " " * self.gap, text) if line else text
        yield line


__all__ = ["keys", "picture", "play"]
