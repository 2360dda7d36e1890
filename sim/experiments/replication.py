"""Running replications: one after the other here, or in pieces by joblib, in processes or on a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from math import ceil
from pathlib import Path
from time import perf_counter

from sim.experiments.experiment import Experiment, Row, Task
from sim.experiments.results import append

HERE = ("LokyBackend", "MultiprocessingBackend", "ThreadingBackend", "SequentialBackend")
"""joblib's backends whose workers are on this machine: they write into the results file themselves."""
PIECE_S = 0.2
"""A piece of work for a worker takes about so long, or one replication if that takes longer."""
PIECES = 4
"""Each worker gets at least so many pieces, so that all are busy to the end."""


class Runner:
    """Runs the replications of one experiment. `jobs` and `backend` are joblib's; one job runs in this process.

    The rows come in no order; what is made of them does not depend on it.
    """

    def __init__(self, experiment: Experiment, jobs: int = 1, backend: str | None = None, file: Path | None = None):
        self.experiment = experiment
        self.jobs = jobs
        self.backend = backend
        self.file = None if file is None else str(file)
        self._took: float | None = None
        """Seconds of one replication, as far as was seen."""

    def rows(self, tasks: list[Task]) -> Iterator[Row]:
        """The tasks' rows, as they come; the results file holds each by then."""
        if self.jobs == 1 and self.backend is None:
            for task in tasks:
                yield from replicate_all(self.experiment, [task], self.file)
            return
        if tasks and self._took is None:
            # Here and first: a mistake shows at once, and the time tells how to cut the rest.
            began = perf_counter()
            yield from replicate_all(self.experiment, [tasks[0]], self.file)
            self._took, tasks = perf_counter() - began, tasks[1:]
        if tasks:
            yield from self._spread(tasks)

    def _spread(self, tasks: list[Task]) -> Iterator[Row]:
        from joblib import Parallel, delayed, effective_n_jobs, parallel_config
        from joblib.parallel import get_active_backend

        self.experiment.fingerprint  # noqa: B018 -- made once here, it goes along to the workers
        with nullcontext() if self.backend is None else parallel_config(self.backend):
            here = type(get_active_backend()[0]).__name__ in HERE
            theirs = self.file if here else None
            pieces = self._pieces(tasks, effective_n_jobs(self.jobs))
            parallel = Parallel(n_jobs=self.jobs, batch_size=1, return_as="generator_unordered")
            for rows in parallel(delayed(replicate_all)(self.experiment, piece, theirs) for piece in pieces):
                for row in rows:
                    if self.file is not None and not here:
                        append(self.file, row, self.experiment.seed_of(row.replication))
                    yield row

    def _pieces(self, tasks: list[Task], workers: int) -> list[list[Task]]:
        assert self._took is not None
        size = min(int(PIECE_S / max(self._took, 1e-6)), ceil(len(tasks) / (PIECES * max(1, workers))))
        size = max(1, size)
        return [tasks[first : first + size] for first in range(0, len(tasks), size)]


_last: Experiment | None = None


def replicate_all(experiment: Experiment, tasks: Iterable[Task], file: str | None) -> list[Row]:
    """Run some replications, in whatever process; each goes into the results file as soon as it is done."""
    # The experiment comes anew with each piece of work; its plans, compiled here already, are kept.
    global _last
    if _last is None or _last.fingerprint != experiment.fingerprint:
        _last = experiment
    rows = []
    for task in tasks:
        row = _last.replicate(*task)
        if file is not None:
            append(file, row, experiment.seed_of(row.replication))
        rows.append(row)
    return rows
