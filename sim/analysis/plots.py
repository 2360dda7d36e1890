"""Pictures of a run. Each takes and returns a matplotlib Axes; colours come from the Okabe–Ito palette, and every
state also has its own hatch or letter, so that none is told by colour alone."""

from __future__ import annotations

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
"""The time axis goes on a little behind the end: there stand the durations, and the states that last."""
MOST_HOSTS = 60
"""More instances than this would not be told apart in one picture."""


def _axes(ax: Axes | None, height: float) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt  # so that a notebook shows the picture, as pandas' and seaborn's

    return plt.subplots(figsize=(11, height), layout="constrained")[1]


def _bar(ax: Axes, row: float, start: float, end: float, status: str, label: str = "", height: float = 0.72) -> None:
    ax.barh(
        row,
        max(end - start, 0.0),
        left=start,
        height=height,
        color=COLOURS.get(status, _OTHER),
        hatch=HATCHES.get(status),
        edgecolor="white",
        linewidth=0.6,
    )
    if label:
        ax.text(end, row, f" {label}", va="center", ha="left", fontsize=8)


def _clock_axis(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, steps=[1, 1.5, 3, 6, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_duration(max(0, round(value)) * SECOND)))
    ax.set_xlabel("virtual time since the start")
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def _rows(ax: Axes, labels: list[str]) -> None:
    """One row a label, from the top; left-aligned, so that an indent shows what is part of what."""
    ax.set_yticks(range(len(labels)), labels, fontsize=8, ha="left")
    ax.tick_params(axis="y", length=0, pad=4.7 * max(map(len, labels), default=0))
    ax.invert_yaxis()


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


def timeline(result: dict[str, Any], ax: Axes | None = None) -> Axes:
    """A Gantt chart of the release: pipeline actions, build phases, and every instance of every deployment."""
    rows = _timeline_rows(result)
    ax = _axes(ax, max(2.5, 0.26 * len(rows) + 1.6))
    seen: dict[str, str] = {}
    last = max((end for _, bars in rows for _, end, _ in bars), default=1.0)
    for place, (_, bars) in enumerate(rows):
        for start, end, status in bars:
            _bar(ax, place, start, end, status)
            seen[status] = COLOURS.get(status, _OTHER)
        if bars:
            took = bars[-1][1] - bars[0][0]
            ax.text(
                bars[-1][1],
                place,
                f" {spell(round(took * SECOND))}",
                va="center",
                fontsize=7,
                color="#444444",
            )
    _rows(ax, [label for label, _ in rows])
    ax.set_xlim(0, last * MARGIN or 1)
    _clock_axis(ax)
    _legend(ax, seen)
    ax.set_title(result.get("scenario") or "A release in virtual time", loc="left", fontsize=11)
    return ax


Bars = list[tuple[float, float, str]]


def _timeline_rows(result: dict[str, Any]) -> list[tuple[str, Bars]]:
    now = result["ended_at"]
    rows: list[tuple[str, Bars]] = []

    def span(item: dict[str, Any], status: str) -> tuple[float, float, str]:
        return item["started"], now if item["ended"] is None else item["ended"], status

    for pipeline in result["pipelines"]:
        for number, execution in enumerate(pipeline["executions"], 1):
            rows.append((f"{pipeline['name']} #{number}", [span(execution, execution["status"])]))
            for stage in execution["stages"]:
                for action in stage["actions"]:
                    if action["started"] is not None:
                        again = f" (attempt {action['attempt']})" if action["attempt"] > 1 else ""
                        label = f"   {stage['stageName']} / {action['actionName']}{again}"
                        rows.append((label, [span(action, action["status"])]))
    for build in result["builds"]:
        phases = [
            span(phase, phase["phaseStatus"])
            for phase in build["phases"]
            if phase["phaseStatus"] is not None and phase["started"] is not None
        ]
        rows.append((f"build {build['projectName']} #{build['buildNumber']}", phases))
    for deployment in result["deployments"]:
        title = "rollback " if deployment["creator"] == "codeDeployRollback" else ""
        rows.append((f"{title}{deployment['deploymentId']}", [span(deployment, deployment["status"])]))
        for target in deployment["targets"][:40]:
            bars = [span(event, event["status"]) for event in target["lifecycleEvents"] if event["started"] is not None]
            rows.append((f"   {target['name']}", bars))
        if len(deployment["targets"]) > 40:
            rows.append((f"   … and {len(deployment['targets']) - 40} more instances", []))
    return rows


def fleet(result: dict[str, Any], ax: Axes | None = None) -> Axes:
    """Instances × time: which revision is on each, and while being deployed to. Numbers tell revisions apart."""
    names = [host["name"] for host in result["fleet"][:MOST_HOSTS]]
    end = result["ended_at"] or 1.0
    ax = _axes(ax, max(2.2, 0.3 * len(names) + 1.5))
    place = {name: index for index, name in enumerate(names)}
    state: dict[str, list[tuple[float, str]]] = {name: [(0.0, "as it was before")] for name in names}
    for number, deployment in enumerate(result["deployments"], 1):
        for target in deployment["targets"]:
            if target["started"] is None or target["name"] not in state:
                continue
            state[target["name"]].append((target["started"], "being deployed to"))
            finished = target["ended"]
            if finished is not None:
                became = {"Succeeded": "deployed", "Failed": "failed"}.get(target["status"], "as it was before")
                state[target["name"]].append((finished, f"{became} {number}"))
    colours = {"as it was before": OLD, "being deployed to": BUSY, "deployed": CURRENT, "failed": COLOURS["Failed"]}
    used: dict[str, str] = {}
    for name, changes in state.items():
        for (start, what), following in zip(changes, [*changes[1:], (end * MARGIN, "")], strict=True):
            kind, _, number_text = what.partition(" ") if what[-1:].isdigit() else (what, "", "")
            colour = colours[kind]
            used[kind] = colour
            ax.barh(
                place[name],
                following[0] - start,
                left=start,
                height=0.8,
                color=colour,
                hatch="xx" if kind == "failed" else None,
                edgecolor="white",
                linewidth=0.6,
            )
            if number_text and following[0] - start > end * 0.02:
                middle = (start + following[0]) / 2
                ax.text(
                    middle,
                    place[name],
                    number_text,
                    ha="center",
                    va="center",
                    fontsize=8,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
                )
    _rows(ax, names)
    ax.set_xlim(0, end * MARGIN)
    _clock_axis(ax)
    _legend(ax, used)
    ax.set_title("Fleet: the number tells which deployment left the instance so", loc="left", fontsize=11)
    return ax


def picture(result: dict[str, Any]) -> Figure:
    """The release and its fleet, one above the other, as `codesuite run --plot` writes them."""
    from matplotlib.figure import Figure

    rows = max(3.0, 0.26 * len(_timeline_rows(result)) + 1.6)
    hosts = len(result["fleet"][:MOST_HOSTS])
    if not hosts:
        figure = Figure(figsize=(12, rows), layout="constrained")
        timeline(result, figure.add_subplot())
        return figure
    below = max(2.2, 0.3 * hosts + 1.5)
    figure = Figure(figsize=(12, rows + below), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=[rows, below])
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
