"""Pictures of a run. Each takes and returns a matplotlib Axes; colours come from the Okabe–Ito palette, and every
state also has its own hatch or letter, so that none is told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from sim.analysis.story import spell
from sim.core.clock import SECOND, format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "Succeeded": "#009E73",
    "SUCCEEDED": "#009E73",
    "Failed": "#D55E00",
    "FAILED": "#D55E00",
    "FAULT": "#D55E00",
    "TIMED_OUT": "#D55E00",
    "InProgress": "#56B4E9",
    "IN_PROGRESS": "#56B4E9",
    "Stopped": "#E69F00",
    "STOPPED": "#E69F00",
    "Stopping": "#E69F00",
    "Superseded": "#CC79A7",
    "Abandoned": "#CC79A7",
    "Cancelled": "#CC79A7",
    "Skipped": "#BBBBBB",
    "Pending": "#BBBBBB",
}
HATCHES = {
    "Failed": "xx",
    "failed": "xx",
    "FAILED": "xx",
    "Stopped": "//",
    "STOPPED": "//",
    "Superseded": "..",
    "Skipped": "--",
}
OLD, CURRENT, UNKNOWN, BUSY = "#BBBBBB", "#009E73", "#E69F00", "#56B4E9"
_OTHER = "#F0E442"
MARGIN = 1.08
"""The time axis goes on a little behind the last end: there stand the durations, and the states that last."""
MOST_HOSTS = 60
"""More instances than this would not be told apart in one picture."""
MOST_ROWS = 70
"""With more rows than this a timeline leaves the single instances out."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 2, 7)),
)
"""Seconds between two marks of the time axis: what a clock or a calendar would show."""
MOST_MARKS = 11


def _axes(ax: Axes | None, height: float) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt  # so that a notebook shows the picture, as pandas' and seaborn's

    return plt.subplots(figsize=(11, height), layout="constrained")[1]


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in one status, in seconds."""

    start: float
    end: float
    status: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a timeline. `note` stands behind its bars, or in their place."""

    label: str
    bars: list[Bar] = field(default_factory=list)
    note: str = ""


def last_moment(result: dict[str, Any]) -> float:
    """When the last thing of a run ended, in seconds; the run's own end while something still goes on."""
    ends = [bar.end for row in rows(result) for bar in row.bars]
    return max(ends, default=0.0) or result["ended_at"] or 1.0


def marks(span: float) -> list[float]:
    """Where the marks of a time axis stand, in seconds: not more than fit, at whole minutes, hours or days."""
    step = next((step for step in STEPS if span / step <= MOST_MARKS), ceil(span / MOST_MARKS / 604_800) * 604_800)
    return [float(mark) for mark in range(0, int(span) + 1, step)]


def _clock_axis(ax: Axes, last: float) -> None:
    places = marks(last * MARGIN)
    ax.set_xlim(0, last * MARGIN)
    ax.set_xticks(places, [format_duration(round(place) * SECOND) for place in places], fontsize=9)
    ax.set_xlabel("virtual time since the start", fontsize=9)
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def _label_rows(ax: Axes, labels: list[str]) -> None:
    """One row a label, from the top; left-aligned, so that an indent shows what is part of what."""
    ax.set_yticks(range(len(labels)), labels, fontsize=8, ha="left")
    ax.tick_params(axis="y", length=0, pad=5.3 * max(map(len, labels), default=0) + 8)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _legend(ax: Axes, statuses: dict[str, str]) -> None:
    """The states that occur. CodeBuild spells SUCCEEDED what the others call Succeeded: one entry for both."""
    from matplotlib.patches import Patch

    names = {name.replace("_", "").lower(): name for name in reversed(statuses)}
    patches = [
        Patch(facecolor=statuses[name], hatch=HATCHES.get(name), edgecolor="white", label=name)
        for name in sorted(names.values())
    ]
    if patches:
        ax.legend(handles=patches, loc="lower right", bbox_to_anchor=(1, 1), ncols=4, frameon=False, fontsize=8)


def _draw_bar(ax: Axes, place: float, bar: Bar, last: float, colour: str, hatch: str | None) -> None:
    """A bar with a thin white edge, so that neighbours can be told apart; one that is mostly edge has none."""
    wide = bar.end - bar.start > last / 200
    ax.barh(
        place,
        max(bar.end - bar.start, last / 1500),
        left=bar.start,
        height=0.74,
        color=colour,
        hatch=hatch if wide else None,
        edgecolor="white" if wide else colour,
        linewidth=0.6 if wide else 0,
    )


def timeline(result: dict[str, Any], ax: Axes | None = None) -> Axes:
    """A Gantt chart of the release: pipeline actions, build phases, and every instance of every deployment."""
    shown = rows(result)
    last = last_moment(result)
    ax = _axes(ax, _height(len(shown), 0.26))
    seen: dict[str, str] = {}
    for place, row in enumerate(shown):
        for bar in row.bars:
            seen[bar.status] = COLOURS.get(bar.status, _OTHER)
            _draw_bar(ax, place, bar, last, seen[bar.status], HATCHES.get(bar.status))
        end = row.bars[-1].end if row.bars else 0.0
        ax.text(end, place, f" {row.note}", va="center", fontsize=8, color="#444444")
    _label_rows(ax, [row.label for row in shown])
    _clock_axis(ax, last)
    _legend(ax, seen)
    ax.set_title(result.get("scenario") or "A release in virtual time", loc="left", fontsize=11)
    return ax


def _height(count: int, each: float) -> float:
    return max(2.5, each * count + 1.6)


def rows(result: dict[str, Any]) -> list[Row]:
    """What a timeline shows, from top to bottom."""
    instances = sum(len(deployment["targets"]) for deployment in result["deployments"])
    found = [*_pipeline_rows(result), *_build_rows(result)]
    crowded = len(found) + instances > MOST_ROWS
    return found + _deployment_rows(result, crowded)


def _bar(item: dict[str, Any], status: str, now: float) -> Bar:
    return Bar(item["started"], now if item["ended"] is None else item["ended"], status)


def _took(item: dict[str, Any], now: float) -> str:
    ended = now if item["ended"] is None else item["ended"]
    return spell(round((ended - item["started"]) * SECOND))


def _pipeline_rows(result: dict[str, Any]) -> list[Row]:
    now = result["ended_at"]
    found = []
    for pipeline in result["pipelines"]:
        for number, execution in enumerate(pipeline["executions"], 1):
            bar = _bar(execution, execution["status"], now)
            found.append(Row(f"{pipeline['name']} #{number}", [bar], _took(execution, now)))
            for stage in execution["stages"]:
                for action in stage["actions"]:
                    again = f" (attempt {action['attempt']})" if action["attempt"] > 1 else ""
                    label = f"   {stage['stageName']} / {action['actionName']}{again}"
                    found.append(Row(label, [_bar(action, action["status"], now)], _took(action, now)))
    return found


def _build_rows(result: dict[str, Any]) -> list[Row]:
    now = result["ended_at"]
    return [
        Row(
            f"build {build['projectName']} #{build['buildNumber']}",
            [
                _bar(phase, phase["phaseStatus"], now)
                for phase in build["phases"]
                if phase["phaseStatus"] is not None and phase["started"] is not None
            ],
            _took(build, now),
        )
        for build in result["builds"]
    ]


def _deployment_rows(result: dict[str, Any], crowded: bool) -> list[Row]:
    """A row a deployment, numbered as in the picture of the fleet, and one for each instance unless it is crowded."""
    now = result["ended_at"]
    found = []
    for number, deployment in enumerate(result["deployments"], 1):
        kind = "rollback" if deployment["creator"] == "codeDeployRollback" else "deployment"
        label = f"{kind} {number}: {deployment['deploymentId']}"
        overview = deployment["deploymentOverview"]
        counts = ", ".join(f"{count} {status.lower()}" for status, count in overview.items() if count)
        note = f"{_took(deployment, now)}{f' ({counts})' if crowded and counts else ''}"
        found.append(Row(label, [_bar(deployment, deployment["status"], now)], note))
        if not crowded:
            found += [_target_row(target, now) for target in deployment["targets"]]
    return found


def _target_row(target: dict[str, Any], now: float) -> Row:
    label = f"   {target['name']}"
    if target["started"] is None:
        return Row(label, note=target["status"].lower())
    bars = [_bar(event, event["status"], now) for event in target["lifecycleEvents"] if event["started"] is not None]
    return Row(label, bars or [_bar(target, target["status"], now)], _took(target, now))


# The fleet

States = list[tuple[float, str, str]]
"""(from when, what, the number of the deployment that left it so)"""
FLEET_COLOURS = {
    "as it was before": OLD,
    "being deployed to": BUSY,
    "deployed": CURRENT,
    "failed": COLOURS["Failed"],
}


def fleet(result: dict[str, Any], ax: Axes | None = None) -> Axes:
    """Instances × time: what each holds, and while being deployed to. Numbers tell which deployment left it so."""
    states = fleet_states(result)
    last = last_moment(result)
    ax = _axes(ax, _height(len(states), 0.3))
    used: dict[str, str] = {}
    for place, changes in enumerate(states.values()):
        for (start, what, number), (end, _, _) in zip(changes, [*changes[1:], (last * MARGIN, "", "")], strict=True):
            used[what] = FLEET_COLOURS[what]
            _draw_bar(ax, place, Bar(start, end, what), last, used[what], HATCHES.get(what))
            if number and end - start > last * 0.02:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8}
                ax.text((start + end) / 2, place, number, ha="center", va="center", fontsize=8, bbox=box)
    _label_rows(ax, list(states))
    _clock_axis(ax, last)
    _legend(ax, used)
    more = len(result["fleet"]) - len(states)
    rest = f" (the first {len(states)} of {len(result['fleet'])} instances)" if more else ""
    ax.set_title(f"What each instance holds. Numbers: of which deployment{rest}", loc="left", fontsize=11)
    return ax


def fleet_states(result: dict[str, Any]) -> dict[str, States]:
    """Instance -> how it stood, from when."""
    states: dict[str, States] = {host["name"]: [(0.0, "as it was before", "")] for host in result["fleet"][:MOST_HOSTS]}
    for number, deployment in enumerate(result["deployments"], 1):
        for target in deployment["targets"]:
            changes = states.get(target["name"])
            if changes is None or target["started"] is None:
                continue
            before = changes[-1]
            changes.append((target["started"], "being deployed to", ""))
            if target["ended"] is not None:
                what = {"Succeeded": "deployed", "Failed": "failed"}.get(target["status"])
                changes.append((target["ended"], what, str(number)) if what else (target["ended"], *before[1:]))
    return states


def picture(result: dict[str, Any]) -> Figure:
    """The release and its fleet, one above the other on one time axis, as `codesuite run --plot` writes them."""
    from matplotlib.figure import Figure

    above = _height(len(rows(result)), 0.26)
    hosts = len(result["fleet"][:MOST_HOSTS])
    if not hosts:
        figure = Figure(figsize=(12, above), layout="constrained")
        timeline(result, figure.add_subplot())
        return figure
    below = _height(hosts, 0.3)
    figure = Figure(figsize=(12, above + below), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=[above, below])
    timeline(result, upper)
    fleet(result, lower)
    return figure


class Plot:
    """The pictures of one result."""

    def __init__(self, result: dict[str, Any]):
        self._result = result

    def timeline(self, ax: Axes | None = None) -> Axes:
        return timeline(self._result, ax)

    def fleet(self, ax: Axes | None = None) -> Axes:
        return fleet(self._result, ax)
