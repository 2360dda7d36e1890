"""What `codesuite whatif` does, as functions of its arguments."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.measures import METRICS, metric_of
from sim.core.clock import SECOND, format_duration
from sim.core.problems import UsageError
from sim.experiments.design import Vary, values_of
from sim.experiments.outcome import COLUMNS, Outcome
from sim.experiments.whatif import METRICS as USUAL
from sim.experiments.whatif import whatif
from sim.formats import nodes
from sim.formats.text import read_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console


def known_metrics() -> list[tuple[str, str, str]]:
    """(name, unit, what it measures)"""
    return [(one.name, one.unit, one.text) for one in METRICS.values()]


def design_of(vary: Sequence[str], file: Path | None) -> Vary:
    """What `--vary PATH=a,b,c` and `--design FILE` say. Raises UsageError."""
    if file is not None:
        if vary:
            raise UsageError("--design names every variant: leave --vary out")
        return _listed(file)
    found: dict[str, list[Any]] = {}
    for text in vary:
        path, equals, values = text.partition("=")
        if not equals or not path or not values.strip():
            raise UsageError(f"--vary {text}: write PATH=A,B,C, such as parameters.FleetSize=5,10")
        if path in found:
            raise UsageError(f"--vary {path}: give all its values at once")
        found[path] = values_of(values)
    return found


def _listed(file: Path) -> list[dict[str, Any]]:
    rows = nodes.plain(nodes.compose(read_text(file), str(file)))
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{file} is no list of variants; each entry is a mapping such as parameters.FleetSize: 5")
    return rows


def share(option: str, text: str) -> float:
    """A share of 5% or 0.05. Raises UsageError."""
    try:
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise UsageError(f"{option} {text}: give a share such as 5% or 0.05") from None
    return found


@dataclass
class Question:
    """The arguments of one what-if."""

    scenario: str
    vary: Vary
    metrics: list[str] | None
    replications: int | None
    seed: int | None = None
    until: str | None = None
    warm_up: str = "0s"
    until_precision: float | None = None
    precision_of: list[str] | None = None
    confidence: float = 0.95
    baseline: int = 0
    jobs: int = 1
    backend: str | None = None
    scheduler: str | None = None
    results: Path | None = None
    _bar: Any = field(default=None, repr=False)

    def ask(self, console: Console) -> Outcome:
        """Run the experiment, with a bar that shows how far it is and how long it will take."""
        if os.getcwd() not in sys.path:
            sys.path.append(os.getcwd())  # for `--metric module:function`; an installed command does not look there
        asked = {name: value for name, value in vars(self).items() if name not in ("_bar", "scheduler")}
        try:
            with self._cluster(asked), self._progress(console):
                return whatif(**asked, progress=self._tell)
        except KeyboardInterrupt:
            if self.results is not None:
                console.print(f"Stopped. The same command goes on from {self.results}")
            raise

    def _cluster(self, asked: dict[str, Any]) -> AbstractContextManager[None]:
        """The cluster that is named, and in `asked` that all of its workers do the work. Raises UsageError."""
        if self.scheduler is None:
            return nullcontext()
        if self.backend not in (None, "dask"):
            raise UsageError(f"--scheduler names a Dask cluster: it does not go with --backend {self.backend}")
        if self.jobs not in (1, -1):
            raise UsageError("--jobs is of this machine: with --scheduler every worker of the cluster is used")
        from sim.experiments.cluster import connected

        asked.update(backend="dask", jobs=-1)
        return connected(self.scheduler)

    def _progress(self, console: Console) -> Any:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("replications"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("time left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._bar.add_task("replications", total=None)
        return self._bar

    def _tell(self, done: int, total: int) -> None:
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)


# What is printed


def spell(value: float | None, unit: str) -> str:
    """A number as people read it: seconds as a duration, shares in percent, dollars with their sign."""
    if value is None:
        return ""
    if unit == "s":
        text = f"{abs(value):.3g}s" if abs(value) < 60 else format_duration(round(abs(value)) * SECOND)
        return f"-{text}" if value < 0 else text
    if unit in ("share", "chance"):
        return f"{value * 100:.3g}%"
    if unit == "USD":
        return f"{'-' if value < 0 else ''}${abs(value):.4g}"
    return f"{value:.4g}"


def _between(row: dict[str, Any], low: str, high: str, unit: str) -> str:
    if row[low] is None and row[high] is None:
        return ""
    return f"{spell(row[low], unit) or '...'} to {spell(row[high], unit) or '...'}"


def tables(outcome: Outcome) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """(title, columns, rows) of every metric that varies, then a table of those that do not, and of those that
    measured nothing."""
    summary = outcome.rows("summary")
    apart = {(row["variant"], row["metric"]): row for row in outcome.rows("differences")}
    level = f"{outcome.confidence * 100:g}% interval"
    names = dict(zip(outcome.labels, outcome.names, strict=True))
    against = f", and the differences from {outcome.labels[outcome.baseline]}" if apart else ""
    silent: list[tuple[str, ...]] = []
    still: list[tuple[str, ...]] = []
    for metric, unit in outcome.metrics:
        rows = [row for row in summary if row["metric"] == metric]
        if not any(row["n"] for row in rows):
            silent.append((metric,))
            continue
        ends = {row[end] for row in rows for end in ("mean", "min", "max") if row[end] is not None}
        if len(ends) == 1 and not outcome.is_share(metric):
            still.append((metric, spell(ends.pop(), unit)))
            continue
        columns: tuple[str, ...] = (
            outcome.heading,
            "n",
            "chance" if outcome.numbers.is_outcome(metric) else "mean",
            level,
        )
        if not outcome.numbers.is_outcome(metric):
            columns = (*columns, "median", "1 in 10 above")
        if apart:
            columns = (*columns, "difference", level)
        told = [
            (names[row["variant"]], *_told(row, apart.get((row["variant"], metric)), unit, outcome, bool(apart)))
            for row in rows
        ]
        yield f"{metric}{against}", columns, told
    if still:
        count = outcome.numbers.replications * len(outcome.labels)
        yield f"The same in all of the {count} runs" if count > 1 else "In one run", ("metric", "value"), still
    if silent:
        yield "Nothing was measured for", ("metric",), silent


def _told(
    row: dict[str, Any], apart: dict[str, Any] | None, unit: str, outcome: Outcome, compares: bool
) -> tuple[str, ...]:
    cells = [str(row["n"]), spell(row["mean"], unit), _between(row, "low", "high", unit)]
    if not outcome.numbers.is_outcome(row["metric"]):
        cells += [spell(row["p50"], unit), spell(row["p90"], unit)]
    if compares and apart is None:
        cells += ["", ""]
    elif apart is not None:
        clear = " (clear)" if apart["clear"] else ""
        cells += [_signed(apart["difference"], unit), _between(apart, "low", "high", unit) + clear]
    return tuple(cells)


def _signed(value: float | None, unit: str) -> str:
    text = spell(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


WIDEST = 250
"""Columns of a table that no terminal limits: wide enough for names of variants with several values."""


def check_table(table: str, asked: bool) -> None:
    """Raises UsageError for a table that there is not, or that nothing prints."""
    if table not in COLUMNS:
        raise UsageError(f"--table {table}: there is {', '.join(COLUMNS)}")
    if table != "summary" and not asked:
        raise UsageError(f"--table {table} goes with --csv")


def check_picture(words: str | None, asked: bool, metrics: Sequence[str] | None) -> None:
    """Raises UsageError, before anything runs, for a picture that there is not, that has no file to be written to, or
    that the metrics which are asked for cannot give."""
    if words is None:
        return
    if not asked:
        raise UsageError(f"--picture {words} goes with --plot FILE")
    from sim.experiments.plots import PICTURES

    name, own = _picture(words)
    if name not in PICTURES:
        raise UsageError(f"--picture {name}: there is {', '.join(PICTURES)}")
    there = [metric_of(one) for one in (USUAL if metrics is None else metrics)]
    for one in own:
        if not any(one == metric.name or one.startswith(f"{metric.name}.") for metric in there):
            names = ", ".join(metric.name for metric in there)
            raise UsageError(f"--picture {words}: {one} is not measured; there is {names}")
    fewest, most = PICTURES[name].metrics
    if own and not fewest <= len(own) <= most:
        raise UsageError(f"--picture {words}: {_wanted(name)}")
    if name == "slowest" and not own and not any(metric.unit == "s" for metric in there):
        raise UsageError(f"--picture slowest: none of the metrics is a duration; {_wanted(name)}")
    if name == "trade" and not own and len(there) < 2:
        raise UsageError(f"--picture trade: one metric is measured; {_wanted(name)}")


def _picture(words: str) -> tuple[str, list[str]]:
    """The name of a picture, and the metrics that are named with it: `trade:cost_usd,lead_time`."""
    name, _, metrics = words.partition(":")
    return name, [one.strip() for one in metrics.split(",") if one.strip()]


def _wanted(name: str) -> str:
    words = {
        "slowest": "name the metric that tells which runs were slow, such as --picture slowest:lead_time",
        "trade": "name two metrics, such as --picture trade:cost_usd,deployment_fails",
        "distribution": "name metrics, such as --picture distribution:lead_time",
        "side_by_side": "name metrics, such as --picture side_by_side:lead_time",
    }
    return words.get(name, "it takes no metrics")


def picture(outcome: Outcome, words: str | None = None) -> Figure:
    """A picture of an experiment by its name, and the metrics named with it; without a name, several on one page."""
    from sim.experiments.plots import PICTURES

    name, metrics = ("page", []) if words is None else _picture(words)
    return PICTURES[name].draw(outcome, *metrics)
