"""A Dask cluster, as the command reaches it. In Python, whoever asks makes the `distributed.Client` first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sim.core.problems import UsageError

PATIENCE_S = 10
"""So long is waited for a scheduler to answer, and for its first worker."""


@contextmanager
def connected(scheduler: str) -> Iterator[None]:
    """joblib's backend "dask" is the cluster of this scheduler (`tcp://HOST:8786`) meanwhile. Raises UsageError."""
    try:
        distributed: Any = import_module("distributed")  # it says little of its types
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'codesuite-sim[dask]'") from None
    try:
        client = distributed.Client(scheduler, timeout=PATIENCE_S)
    except (OSError, ValueError) as error:  # no answer; no address
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"no Dask scheduler can be reached at {scheduler}: {reason}; write it as tcp://HOST:8786"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_S)
        except TimeoutError:
            raise UsageError(
                f"the Dask scheduler at {scheduler} has no worker: start one with `dask worker {scheduler}`"
            ) from None
        yield


__all__ = ["connected"]
