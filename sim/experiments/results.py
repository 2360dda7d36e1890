"""The results file of an experiment: one JSON document a line, only ever added to, so that a killed run goes on.

The first line says which experiment it is; each further line is one replication. A line that was cut off by a kill is
passed over, and its replication is run again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from sim.core.problems import UsageError
from sim.experiments.experiment import Experiment, Row

LONGEST = 10_000_000
"""Bytes of a first line, at most: more is no experiment's."""


def open_results(path: Path, experiment: Experiment) -> None:
    """Make the file ready to be added to; a new file begins with the experiment's line.

    Raises UsageError when it belongs to another experiment, or is something else than results: that is never touched.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file that results can be kept in")
    header = _header(experiment)
    first = _beginning(path) if path.exists() else b""
    if not first.endswith(b"\n"):
        if not header.startswith(first):
            raise UsageError(f"{path} holds something else than results of this experiment: name another file")
        path.write_bytes(b"")
        _write(str(path), header)
        return
    document = _read(first)
    if not _belongs(document, experiment):
        raise UsageError(
            f"{path} holds the results of another experiment (another scenario, seed, metric or version), or something "
            "else: name another file, or delete it"
        )
    _end_line(path)


def known_rows(path: Path, experiment: Experiment) -> Iterator[Row]:
    """The replications that are there. Raises UsageError for a line that is none, with its number."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            document = _read(line)
            if document is None or (
                isinstance(document, dict) and document.get("experiment") == experiment.fingerprint
            ):
                continue
            row = _row(document)
            if row is None or not 0 <= row.variant < len(experiment.variants):
                raise UsageError(
                    f"{path}, line {number}: this is no replication of the experiment: "
                    'a line is {"variant": 0, "replication": 1, "seed": 1, "values": {METRIC: NUMBER}}; take it out'
                )
            if stranger := _stranger(row, document.get("seed"), experiment):
                text = f"{path}, line {number}: this is a replication of another experiment: {stranger}"
                raise UsageError(f"{text}; take it out")
            yield row


def _row(document: Any) -> Row | None:
    """The replication that a line says; None if it says something else."""
    if not isinstance(document, dict):
        return None
    variant, replication, values = (document.get(name) for name in ("variant", "replication", "values"))
    if type(variant) is not int or type(replication) is not int or not isinstance(values, dict):
        return None
    if replication < 1:
        return None
    if any(value is not None and not (isinstance(value, int | float) and isfinite(value)) for value in values.values()):
        return None
    return Row(variant, replication, values)


def _stranger(row: Row, seed: Any, experiment: Experiment) -> str:
    """What a replication has that those of this experiment have not: another seed, or a number of another metric. ""
    for one of its own."""
    own = experiment.seed_of(row.replication)
    if type(seed) is not int or seed != own:
        return f"its seed is {json.dumps(seed)}, that of replication {row.replication} here is {own}"
    names = [metric.name for metric in experiment.metrics]
    for column in row.values:
        if not any(column == name or column.startswith(f"{name}.") for name in names):
            return f"it has a number of {column}, and {', '.join(names)} {'is' if len(names) == 1 else 'are'} measured"
    return ""


def _belongs(document: Any, experiment: Experiment) -> bool:
    return isinstance(document, dict) and document.get("experiment") == experiment.fingerprint


def _read(line: bytes) -> Any:
    """What a line holds; None for one that was cut off."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def _beginning(path: Path) -> bytes:
    """The first line, or what a kill left of it."""
    with path.open("rb") as lines:
        return lines.readline(LONGEST)


def _end_line(path: Path) -> None:
    """What a kill left of the last line gets an end, so that the next one begins a line."""
    with path.open("rb") as lines:
        lines.seek(-1, os.SEEK_END)
        if lines.read(1) != b"\n":
            _write(str(path), b"\n")


def _header(experiment: Experiment) -> bytes:
    document = {
        "experiment": experiment.fingerprint,
        "scenario": str(experiment.source.path),
        "seed": experiment.seed,
        "metrics": [metric.name for metric in experiment.metrics],
        "variants": [dict(variant.settings) for variant in experiment.variants],
    }
    return _line(document)


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def append(path: str, row: Row, seed: int) -> None:
    """Add one replication. Several processes may add to one file at once: a line is written in one piece."""
    document = {"variant": row.variant, "replication": row.replication, "seed": seed, "values": dict(row.values)}
    _write(path, _line(document))


def _write(path: str, line: bytes) -> None:
    try:
        _add(path, line)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None


def _add(path: str, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o644)
    try:
        while line:  # only a disk that is full takes less than all of it at once
            line = line[os.write(file, line) :]
    finally:
        os.close(file)
