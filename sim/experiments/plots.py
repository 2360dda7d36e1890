"""Pictures of an experiment. Each takes and returns a matplotlib Axes; variants differ in colour and in line or mark,
so that none is told by colour alone.

What happened over time is drawn from replications that are run again: the same seeds give the same runs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sim.analysis.capacity import healthy_hosts
from sim.analysis.critical import WORK, Segment, critical_path, roots
from sim.analysis.plots import STEPS, marks
from sim.core.clock import SECOND, format_duration
from sim.core.problems import UsageError
from sim.experiments.outcome import Outcome
from sim.experiments.statistics import quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LINES = ("-", "--", "-.", ":")
MARKS = ("o", "s", "^", "D", "v", "P")
CAUSES = {
    WORK: ("#009E73", None),
    "queue": ("#E69F00", "//"),
    "lock": ("#D55E00", "xx"),
    "transition": ("#F0E442", ".."),
    "approval": ("#CC79A7", "\\\\"),
    "polling": ("#BBBBBB", None),
}
"""Cause of a segment -> (colour, hatch)"""
FAN = 100
"""Replications that a fan is drawn from, at most."""
POINTS = 200
"""Moments at which a fan is worked out."""
MOST_SLOW = 15
"""Rows of a picture of what the slowest runs spent their time on."""
SLOW_INCHES = 5.0
MOST_METRICS = 12
MOST_FANS = 8
"""On one page: what has no room there is named at its end."""
LONG = 30
"""Letters of a variant's name from which on it would take too much of the width beside a picture."""
BELOW = 0.5
"""Inches from the lower edge of a picture to what stands below the name of its axis."""
ROW = 0.18
"""Inches of a row of a legend."""
MINUTES = 120
"""Seconds from which on a duration is read in minutes."""


def _axes(ax: Axes | None, height: float = 3.5) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt  # so that a notebook shows the picture, as pandas' and seaborn's

    return plt.subplots(figsize=(9, height), layout="constrained")[1]


def _plain(ax: Axes, axis: Literal["both", "x", "y"]) -> None:
    ax.grid(axis=axis, color="#888888", alpha=0.3, linewidth=0.6)  # on light and on dark
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _scale(ax: Axes, side: Literal["x", "y"], outcome: Outcome, metric: str) -> None:
    """Name an axis after a metric, and write its numbers as people read them: durations, percentages."""
    from matplotlib.ticker import FuncFormatter

    unit = dict(outcome.metrics).get(metric, "")
    axis = ax.xaxis if side == "x" else ax.yaxis
    axis.set_tick_params(labelsize=8)
    if unit == "s":
        _durations(axis)
    elif unit in ("share", "chance"):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.3g}%"))
    axis.set_label_text(f"{metric} ({unit})" if unit and unit != "s" else metric, fontsize=9)


def _durations(axis: Axis) -> None:
    """Seconds as durations; from two minutes on at whole minutes, hours or days."""
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    low, high = axis.get_view_interval()
    if high >= MINUTES:
        axis.set_major_locator(MultipleLocator(next((step for step in STEPS if high - low <= 8 * step), STEPS[-1])))
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_duration(round(value * SECOND))))


def distribution(outcome: Outcome, metric: str, ax: Axes | None = None) -> Axes:
    """The share of replications in which a metric was no more than x, a line for each variant."""
    ax = _axes(ax, _height(outcome, 3.5))
    for index, label in enumerate(outcome.names):
        values = sorted(outcome.values(index, metric))
        if values:
            shares = [(place + 1) / len(values) for place in range(len(values))]
            ax.step(
                [values[0], *values],
                [0.0, *shares],
                where="post",
                color=COLOURS[index % len(COLOURS)],
                linestyle=LINES[index % len(LINES)],
                label=label,
            )
    ax.set_ylabel("share of replications up to there", fontsize=9)
    ax.set_ylim(0, 1.02)
    _plain(ax, "both")
    _scale(ax, "x", outcome, metric)
    _legend(ax, outcome)
    return ax


def _legend(ax: Axes, outcome: Outcome) -> None:
    """Which variant is which, beside the lines, or below them where names are long: over them it would hide some."""
    if not ax.get_legend_handles_labels()[0]:
        return
    from matplotlib.transforms import ScaledTranslation

    place: dict[str, Any] = {"bbox_to_anchor": (1.0, 1.0)}
    if _is_long(outcome):
        below = ax.transAxes + ScaledTranslation(0, -BELOW, ax.figure.dpi_scale_trans)
        place = {"bbox_to_anchor": (0.0, 0.0), "bbox_transform": below}
    title = None if outcome.heading == "variant" else outcome.heading
    ax.legend(title=title, title_fontsize=8, fontsize=8, edgecolor="none", alignment="left", loc="upper left", **place)


def _is_long(outcome: Outcome) -> bool:
    return max(map(len, [*outcome.names, outcome.heading])) > LONG


def _height(outcome: Outcome, plain: float) -> float:
    """Inches of a picture, its legend included."""
    return plain + (BELOW + ROW * len(outcome.labels) if _is_long(outcome) else 0.0)


def side_by_side(outcome: Outcome, metric: str, ax: Axes | None = None) -> Axes:
    """Each variant's mean with its confidence interval, over the stretch in which 8 replications of 10 lie."""
    ax = _axes(ax, 1.4 + 0.4 * len(outcome.labels))
    for index in range(len(outcome.labels)):
        interval, values = outcome.interval(index, metric), sorted(outcome.values(index, metric))
        if interval is None:
            continue
        colour = COLOURS[index % len(COLOURS)]
        if not outcome.numbers.is_outcome(metric):
            low, high = quantile(values, 0.1), quantile(values, 0.9)
            ax.barh(index, high - low, left=low, height=0.5, color=colour, alpha=0.25)
        if interval.low is not None and interval.high is not None:
            ends = [[interval.estimate - interval.low], [interval.high - interval.estimate]]
            ax.errorbar(interval.estimate, index, xerr=ends, color=colour, capsize=3)
        ax.plot(interval.estimate, index, MARKS[index % len(MARKS)], color=colour, markersize=5)
    ax.set_yticks(range(len(outcome.names)), outcome.names, fontsize=8)
    ax.set_ylim(len(outcome.labels) - 0.5, -0.5)
    ax.use_sticky_edges = False  # no bar begins at the very edge
    ax.autoscale(axis="x")
    _scale(ax, "x", outcome, metric)
    level = f"{outcome.confidence * 100:g}% interval"
    is_outcome = outcome.numbers.is_outcome(metric)
    band = "" if is_outcome else "; band: where 8 of 10 replications lie"
    ax.set_title(f"mark: {'share' if is_outcome else 'mean'}, with its {level}{band}", loc="left", fontsize=8)
    if outcome.heading != "variant":
        ax.set_ylabel(outcome.heading, fontsize=8)
    _plain(ax, "x")
    return ax


def fan(outcome: Outcome, variant: int | str = 0, ax: Axes | None = None, replications: int = FAN) -> Axes:
    """Instances that serve over time: the median, and the bands in which half and 8 of 10 replications lie."""
    index = outcome.index(variant)
    count = min(replications, outcome.numbers.replications)
    runs = [outcome.experiment.observe(index, number) for number in range(1, count + 1)]
    courses = [(healthy_hosts(run), run.ended) for run in runs]
    ax = _axes(ax)
    last = max((ended for _, ended in courses), default=0) / SECOND or 1.0
    times = [last * place / POINTS for place in range(POINTS + 1)]
    bands = [sorted(_at(course, time) for course, _ in courses) for time in times]
    colour = COLOURS[index % len(COLOURS)]
    for low, high, name in ((0.1, 0.9, "8 of 10 replications"), (0.25, 0.75, "half of them")):
        lower, upper = ([quantile(band, q) for band in bands] for q in (low, high))
        ax.fill_between(times, lower, upper, step="post", color=colour, alpha=0.25, linewidth=0, label=name)
    ax.step(times, [quantile(band, 0.5) for band in bands], where="post", color=colour, label="median")
    ax.set_xlim(0, last)
    places = marks(last)
    ax.set_xticks(places, [format_duration(round(place) * SECOND) for place in places], fontsize=8)
    ax.set_ylim(bottom=0)
    ax.set_ylabel("instances that serve", fontsize=9)
    ax.set_title(outcome.names[index], loc="left", fontsize=9)
    _plain(ax, "both")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def _at(course: list[tuple[float, int]], time: float) -> float:
    place = bisect_right(course, time, key=lambda step: step[0])
    return float(course[max(0, place - 1)][1])


def trade(outcome: Outcome, cost: str = "cost_usd", risk: str = "deployment_fails", ax: Axes | None = None) -> Axes:
    """Cost against risk: one mark for each variant, with both confidence intervals. Any two metrics will do."""
    ax = _axes(ax, _height(outcome, 4.5))
    for index, label in enumerate(outcome.names):
        across, up = outcome.interval(index, cost), outcome.interval(index, risk)
        if across is None or up is None:
            continue
        ends: list[Any] = [
            None if one.low is None or one.high is None else [[one.estimate - one.low], [one.high - one.estimate]]
            for one in (across, up)
        ]
        ax.errorbar(
            across.estimate,
            up.estimate,
            xerr=ends[0],
            yerr=ends[1],
            fmt=MARKS[index % len(MARKS)],
            color=COLOURS[index % len(COLOURS)],
            capsize=3,
            label=label,
        )
    _scale(ax, "x", outcome, cost)
    _scale(ax, "y", outcome, risk)
    _plain(ax, "both")
    _legend(ax, outcome)
    return ax


def path(outcome: Outcome, variant: int | str = 0, replication: int = 1, root: int = 0, ax: Axes | None = None) -> Axes:
    """The critical path of one execution of one replication, from top to bottom. `root` counts its executions, and
    the builds and deployments that none of them started, from 0."""
    segments = _segments(outcome, variant, replication, root)
    rows = _rows(segments)
    ax = _axes(ax, _height_of_rows(rows))
    begin = segments[0].start if segments else 0
    seen: dict[str, Any] = {}
    for place, row in enumerate(rows):
        for segment in row:
            colour, hatch = CAUSES[segment.cause]
            left = (segment.start - begin) / SECOND
            seen[segment.cause] = ax.barh(
                place, segment.length / SECOND, left=left, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4
            )
    labels = [f"{row[-1].what} on {row[-1].where}" if row[-1].where else row[-1].what for row in rows]
    ax.set_yticks(range(len(rows)), labels, fontsize=7)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    last = max((one.end - begin for one in segments), default=SECOND) / SECOND
    places = marks(last)
    ax.set_xticks(places, [format_duration(round(one) * SECOND) for one in places], fontsize=8)
    ax.set_xlabel("virtual time since its start", fontsize=9)
    ax.legend(seen.values(), seen.keys(), frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _plain(ax, "x")
    return ax


def _segments(outcome: Outcome, variant: int | str, replication: int, root: int) -> list[Segment]:
    """The critical path of one execution. Raises UsageError where there is no such execution."""
    run = outcome.experiment.observe(outcome.index(variant), replication)
    things = roots(run.record)
    if not 0 <= root < len(things):
        raise UsageError(f"there is no execution {root} in that run; it has {len(things)}, counted from 0")
    return critical_path(run.record, things[root], run.ended)


def _height_of_rows(rows: Sequence[Any]) -> float:
    """Inches of a picture with so many rows that have names of their own."""
    return 1.4 + 0.24 * len(rows)


def _rows(segments: list[Segment]) -> list[list[Segment]]:
    """A segment a row; an agent's poll stands on the row of the event that it begins."""
    rows: list[list[Segment]] = []
    for segment in segments:
        before = rows[-1][-1] if rows else None
        if before is not None and before.cause == "polling" and before.where and before.where == segment.where:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return rows


def slowest(outcome: Outcome, metric: str | None = None, variant: int | str = 0, ax: Axes | None = None) -> Axes:
    """Where the time of the slowest decile went, beside that of ordinary runs."""
    from sim.experiments.bottlenecks import bottlenecks, metric_in_seconds

    metric = metric or metric_in_seconds(outcome, variant)
    rows = sorted(bottlenecks(outcome, metric, variant), key=lambda one: -one.slow)[:MOST_SLOW]
    ax = _axes(ax, 1.4 + 0.36 * len(rows))
    for place, row in enumerate(rows):
        colour, hatch = CAUSES[row.cause]
        ax.barh(place - 0.2, row.slow, height=0.38, color=colour, hatch=hatch, edgecolor="white")
        ax.barh(place + 0.2, row.usual, height=0.38, color="#DDDDDD", edgecolor="white")
    ax.set_yticks(range(len(rows)), [f"{row.what} ({row.cause})" for row in rows], fontsize=8)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    _durations(ax.xaxis)
    text = f"time on the critical path: in the slowest decile by {metric}, and below it in grey in ordinary runs"
    ax.set_xlabel(text, fontsize=8)
    _plain(ax, "x")
    return ax


def picture(outcome: Outcome) -> Figure:
    """The page that `codesuite whatif --plot` writes: the metrics that vary (if none does, all), variants side by
    side, the distribution of the first of them, and the instances that serve over time. What has no room is named."""
    measured = _measured(outcome)
    metrics = [name for name in measured if _varies(outcome, name)] or measured
    variants = list(range(len(outcome.labels))) if _has_hosts(outcome) else []
    if not metrics and not variants:
        raise UsageError("nothing was measured: there is nothing to draw")
    panels: list[Panel] = [_panel(side_by_side, outcome, name) for name in metrics[:MOST_METRICS]]
    panels += [_panel(distribution, outcome, name) for name in metrics[:1]]
    panels += [_panel(fan, outcome, variant) for variant in variants[:MOST_FANS]]
    left = [*metrics[MOST_METRICS:], *(f"instances of {outcome.names[one]}" for one in variants[MOST_FANS:])]
    return _page(panels, f"No room for: {', '.join(left)} (see --picture)" if left else "")


def _measured(outcome: Outcome) -> list[str]:
    return [name for name, _ in outcome.metrics if any(outcome.values(one, name) for one in range(len(outcome.labels)))]


Panel = tuple[float, Callable[[Any], Any]]
"""(height in inches, what draws on the Axes that it is given)"""


def _panel(draw: Callable[..., Any], outcome: Outcome, *what: Any) -> Panel:
    heights = {side_by_side: 1.2 + 0.35 * len(outcome.labels), distribution: _height(outcome, 3.2)}
    return heights.get(draw, 3.2), lambda ax: draw(outcome, *what, ax=ax)


def _page(panels: list[Panel], below: str = "") -> Figure:
    from matplotlib.figure import Figure

    heights = [height for height, _ in panels]
    figure = Figure(figsize=(10, sum(heights)), layout="constrained")
    axes = figure.subplots(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
    for (_, draw), ax in zip(panels, axes, strict=True):
        draw(ax)
    if below:
        figure.supxlabel(below, fontsize=8)
    return figure


def _of_metrics(draw: Callable[..., Any], outcome: Outcome, *named: str) -> Figure:
    """One panel for each metric, or for each that is named (its keys with it)."""
    metrics = [
        name
        for name in _measured(outcome)
        if not named or any(name == one or name.startswith(f"{one}.") for one in named)
    ]
    if not metrics:
        raise UsageError("nothing was measured: there is nothing to draw")
    return _page([_panel(draw, outcome, name) for name in metrics])


def _of_variants(
    draw: Callable[..., Any], outcome: Outcome, height: Callable[[int], float] = lambda variant: 3.5
) -> Figure:
    """A page with a panel for each variant, as high as what is drawn in it."""
    panels: list[Panel] = []
    for variant in range(len(outcome.labels)):

        def named(ax: Axes, variant: int = variant) -> None:
            draw(variant, ax)
            ax.set_title(outcome.names[variant], loc="left", fontsize=9)

        panels.append((height(variant), named))
    return _page(panels)


def _paths(outcome: Outcome) -> Figure:
    """The critical path of the first execution of the first replication of each variant."""
    return _of_variants(
        lambda variant, ax: path(outcome, variant, ax=ax),
        outcome,
        lambda variant: _height_of_rows(_rows(_segments(outcome, variant, 1, 0))),
    )


def _slowest_of(outcome: Outcome, metric: str | None = None) -> Figure:
    return _of_variants(lambda variant, ax: slowest(outcome, metric, variant, ax), outcome, lambda variant: SLOW_INCHES)


def _trade(outcome: Outcome, *named: str) -> Figure:
    """The two metrics that are named; else cost against risk where both were measured, else the first two."""
    measured = _measured(outcome)
    pair = list(named) or ["cost_usd", "deployment_fails"]
    if not named and not set(pair) <= set(measured):
        pair = measured[:2]
    if len(pair) < 2:
        raise UsageError("cost against risk needs two metrics that measured something")
    cost, risk = pair
    return _page([(_height(outcome, 4.5), lambda ax: trade(outcome, cost, risk, ax))])


class Picture(NamedTuple):
    """`draw(outcome, *metrics)`, and how many metrics may be named: (fewest, most)."""

    draw: Callable[..., Figure]
    metrics: tuple[int, int] = (0, 0)


PICTURES = {
    "page": Picture(picture),
    "side_by_side": Picture(partial(_of_metrics, side_by_side), (1, MOST_METRICS)),
    "distribution": Picture(partial(_of_metrics, distribution), (1, MOST_METRICS)),
    "fan": Picture(lambda outcome: _of_variants(lambda variant, ax: fan(outcome, variant, ax), outcome)),
    "trade": Picture(_trade, (2, 2)),
    "path": Picture(_paths),
    "slowest": Picture(_slowest_of, (1, 1)),
}
"""What `codesuite whatif --picture` knows. `path` is the first execution of the first replication; `slowest` goes by
the first metric that is a duration, if none is named."""


def _varies(outcome: Outcome, metric: str) -> bool:
    return len({value for index in range(len(outcome.labels)) for value in outcome.values(index, metric)}) > 1


def _has_hosts(outcome: Outcome) -> bool:
    run = outcome.experiment.observe(0, 1)
    return bool(run.record.of_kind("target"))


class Plot:
    """The pictures of one experiment."""

    def __init__(self, outcome: Outcome):
        self._outcome = outcome

    def distribution(self, metric: str, ax: Axes | None = None) -> Axes:
        return distribution(self._outcome, metric, ax)

    def side_by_side(self, metric: str, ax: Axes | None = None) -> Axes:
        return side_by_side(self._outcome, metric, ax)

    def fan(self, variant: int | str = 0, ax: Axes | None = None) -> Axes:
        return fan(self._outcome, variant, ax)

    def trade(self, cost: str = "cost_usd", risk: str = "deployment_fails", ax: Axes | None = None) -> Axes:
        return trade(self._outcome, cost, risk, ax)

    def path(self, variant: int | str = 0, replication: int = 1, root: int = 0, ax: Axes | None = None) -> Axes:
        return path(self._outcome, variant, replication, root, ax)

    def slowest(self, metric: str | None = None, variant: int | str = 0, ax: Axes | None = None) -> Axes:
        return slowest(self._outcome, metric, variant, ax)
