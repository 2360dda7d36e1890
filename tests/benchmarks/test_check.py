"""How long `codesuite check` takes for a folder of a thousand files, against PyYAML that only composes the same files.

    pytest --benchmark-enable tests/benchmarks/test_check.py

Both run in the same minute on the same files: what is held is how many times as long the whole check takes, and that a
file takes as long among 2,000 as among 1,000. The issue's goal, 1,000 files in 10 s, is left far behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.formats.check import check_paths
from tests.formats.check.test_linear import copies

TIMES = 12
"""So many times as long as libyaml alone may the check take. About 6."""
COPIES = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copies(tmp_path_factory.mktemp("once"), COPIES)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copies(tmp_path_factory.mktemp("twice"), 2 * COPIES)


def composed(folder: Path) -> int:
    """What libyaml makes of every file, and nothing else."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with suppress(yaml.YAMLError, ValueError):
                yaml.compose(path.read_bytes(), loader)
            count += 1
    return count


def took(work: Callable[[Path], object], folder: Path) -> float:
    """Seconds of the processor, the best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        work(folder)
        best = min(best, time.process_time() - began)
    return best


def test_a_thousand_files(benchmark: Any, folder: Path) -> None:
    report = benchmark.pedantic(check_paths, ([folder],), rounds=3)
    assert report.files > 1_000


def test_against_libyaml_alone(benchmark: Any, folder: Path) -> None:
    assert benchmark.pedantic(composed, (folder,), rounds=3) > 1_000
    if benchmark.enabled:
        alone, checked = took(composed, folder), took(lambda folder: check_paths([folder]), folder)
        benchmark.extra_info["times"] = checked / alone
        assert checked < TIMES * alone


def test_a_file_takes_as_long_among_twice_as_many(benchmark: Any, folder: Path, twice: Path) -> None:
    def once(path: Path) -> object:
        return check_paths([path])

    benchmark.pedantic(once, (twice,), rounds=1)
    if benchmark.enabled:
        assert took(once, twice) < 2.6 * took(once, folder)
