"""Running replications: one after the other here, or in pieces by joblib, in processes or on a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, nullcontext
from itertools import chain, islice
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from sim.core.problems import SimError, UsageError
from sim.experiments.experiment import Experiment, Row, Task
from sim.experiments.results import append

HERE = ("LokyBackend", "MultiprocessingBackend", "ThreadingBackend", "SequentialBackend")
"""joblib's backends whose workers are on this machine: they write into the results file themselves."""
PIECE_S = 0.2
"""A piece of work for a worker takes about so long, or one replication if that takes longer."""
TRIED = 3
"""So many replications show how long one takes, unless the first is long itself: it also loads what is needed."""
PIECES = 4
"""Each worker gets at least so many pieces, so that all are busy to the end."""


T = TypeVar("T")


class WorkerError(SimError):
    """A worker process is gone."""


class Runner:
    """Runs the replications of one experiment. `jobs` and `backend` are joblib's; one job runs in this process.

    The rows come in no order; what is made of them does not depend on it.
    """

    def __init__(self, experiment: Experiment, jobs: int = 1, backend: str | None = None, file: Path | None = None):
        if backend is not None:
            with _active(backend):
                pass  # a mistake shows at once, not when the first work is sent
        self.experiment = experiment
        self.jobs = jobs
        self.backend = backend
        self.file = None if file is None else str(file)
        self._took: float | None = None
        """Seconds of one replication, as far as was seen."""

    def rows(self, tasks: Iterable[Task], count: int) -> Iterator[Row]:
        """The rows of so many tasks, as they come; the results file holds each by then."""
        if self.jobs == 1 and self.backend is None:
            for task in tasks:
                yield from replicate_all(self.experiment, [task], self.file)
            return
        coming, here = iter(tasks), 0
        while here < count and (self._took is None or (here < TRIED and self._took < PIECE_S)):
            yield from self._first(list(islice(coming, 1)))
            here += 1
        if here < count:
            yield from self._spread(coming, count - here)

    def _first(self, task: list[Task]) -> Iterator[Row]:
        """Here, before anything is sent anywhere: a mistake shows at once, and the time tells how to cut the rest."""
        began = perf_counter()
        yield from replicate_all(self.experiment, task, self.file)
        took = perf_counter() - began
        self._took = took if self._took is None else min(took, self._took)

    def _spread(self, tasks: Iterator[Task], count: int) -> Iterator[Row]:
        from joblib.parallel import get_active_backend

        self.experiment.fingerprint  # noqa: B018 -- made once here, it goes along to the workers
        with nullcontext() if self.backend is None else _active(self.backend):
            backend = get_active_backend()[0]
            try:
                yield from self._answers(tasks, count, backend)
            except BrokenExecutor:
                raise WorkerError(self._lost()) from None

    def _lost(self) -> str:
        found = "one of the worker processes was killed, or had no more memory"
        if self.file is None:
            return f"{found}. With a results file, what is done would be kept, and the same question goes on from it"
        return f"{found}. What is done is in {self.file}: the same question goes on from it"

    def _answers(self, tasks: Iterator[Task], count: int, backend: Any) -> Iterator[Row]:
        """What the workers answer, as it comes. A backend that gives no answer before the last is there, one that does
        not stream, gets one piece for each worker at a time.

        Workers elsewhere cannot write into the results file: each replication is sent back by itself, and no worker
        gets the next before it is kept, so that a kill loses what each was at and nothing else."""
        from joblib import Parallel, delayed, effective_n_jobs

        workers: int = effective_n_jobs(self.jobs)
        streams = bool(getattr(backend, "supports_return_generator", False))
        here = type(backend).__name__ in HERE
        singly = self.file is not None and not here
        pieces = _cut(tasks, 1 if singly else self._piece(count, workers))
        ahead = "n_jobs" if singly else "2 * n_jobs"
        way = "generator_unordered" if streams else "list"
        with (
            self._kept(backend) if singly and streams else nullcontext(),
            Parallel(self.jobs, batch_size=1, pre_dispatch=ahead, return_as=way) as parallel,
        ):
            for some in (pieces,) if streams else _cut(pieces, workers):
                work = (delayed(replicate_all)(self.experiment, piece, self.file if here else None) for piece in some)
                for rows in parallel(work):
                    if singly and not streams:
                        self._keep(rows)
                    yield from rows

    @contextmanager
    def _kept(self, backend: Any) -> Iterator[None]:
        """Each answer goes into the results file when it comes, meanwhile: by the time that joblib hands it on, it has
        sent more work already."""
        taken = backend.retrieve_result_callback

        def keep(out: Any) -> Any:
            answers = taken(out)
            self._keep(chain.from_iterable(answers))
            return answers

        backend.retrieve_result_callback = keep
        try:
            yield
        finally:
            backend.retrieve_result_callback = taken

    def _keep(self, rows: Iterable[Row]) -> None:
        for row in rows:
            append(str(self.file), row, self.experiment.seed_of(row.replication))

    def _piece(self, count: int, workers: int) -> int:
        """How many of so many tasks make one piece of work."""
        assert self._took is not None
        size = min(int(PIECE_S / max(self._took, 1e-6)), ceil(count / (PIECES * max(1, workers))))
        return max(1, size)


def _cut(things: Iterator[T], size: int) -> Iterator[list[T]]:
    """So many at a time, taken when they are asked for."""
    return iter(lambda: list(islice(things, size)), [])


def _active(backend: str) -> Any:
    """joblib's backend of that name, for as long as it is entered. Raises UsageError."""
    from joblib import parallel_config

    try:
        return parallel_config(backend)
    except (ValueError, ImportError) as error:
        raise UsageError(f"the backend {backend!r} cannot be used: {str(error).splitlines()[0]}") from None


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
