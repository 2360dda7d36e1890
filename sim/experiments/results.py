"""The results file of an experiment: one JSON document a line, only ever added to, so that a killed run goes on.

The first line says which experiment it is; each further line is one replication. A line that was cut off by a kill is
passed over, and its replication is run again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.core.problems import UsageError
from sim.experiments.experiment import Experiment, Row


def open_results(path: Path, experiment: Experiment) -> list[Row]:
    """The replications that are there already; a new file begins with the experiment's line.

    Raises UsageError when the file belongs to another experiment.
    """
    if not path.exists() or b"\n" not in _beginning(path):
        path.write_bytes(b"")
        _write(str(path), _header(experiment))
        return []
    documents = list(_documents(path))
    if not documents or documents[0].get("experiment") != experiment.fingerprint:
        raise UsageError(
            f"{path} holds the results of another experiment (another scenario, seed, metric or version): "
            "name another file, or delete it"
        )
    _end_line(path)
    return [Row(one["variant"], one["replication"], one["values"]) for one in documents[1:] if one.get("replication")]


def _beginning(path: Path) -> bytes:
    """The first line, or what a kill left of it."""
    with path.open("rb") as lines:
        return lines.readline()


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


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for line in lines:
            try:
                document = json.loads(line)
            except ValueError:
                continue
            if isinstance(document, dict):
                yield document


def append(path: str, row: Row, seed: int) -> None:
    """Add one replication. Several processes may add to one file at once: a line is written in one piece."""
    document = {"variant": row.variant, "replication": row.replication, "seed": seed, "values": dict(row.values)}
    _write(path, _line(document))


def _write(path: str, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o644)
    try:
        os.write(file, line)
    finally:
        os.close(file)
