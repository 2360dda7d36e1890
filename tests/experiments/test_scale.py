"""However the work is spread, and however often it is killed, the tables are the same, byte for byte."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sim import whatif
from sim.analysis.measures import Metric
from sim.analysis.run import Run
from sim.core.problems import UsageError
from sim.experiments import replication
from sim.experiments.experiment import Row, Task
from sim.experiments.outcome import Outcome
from tests.experiments.worlds import CONFIG, deployment

METRICS = ["deployment_time", "deployment_fails", "capacity_lost", "waiting"]
KILLS = int(os.environ.get("KILLS", "4"))
"""So many kills; docs/performance.md tells of twenty."""
STEP = 25
WORK = STEP * (KILLS + 2)
"""Replications; after each further STEP of them comes a kill."""


def ask(**how: Any) -> Outcome:
    world = deployment(5, fails=0.1)
    configs = ["CodeDeployDefault.AllAtOnce", "CodeDeployDefault.HalfAtATime"]
    return whatif(world, {CONFIG: configs}, replications=25, metrics=METRICS, **how)


def tables(outcome: Outcome) -> str:
    return outcome.csv("summary") + outcome.csv("differences") + outcome.csv("replications")


def test_two_processes_give_the_tables_of_one(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    assert tables(ask(jobs=2, results=file)) == tables(ask())
    rows = [json.loads(line) for line in file.read_text().splitlines()[1:]]
    assert sorted((row["variant"], row["replication"]) for row in rows) == [
        (variant, number) for variant in (0, 1) for number in range(1, 26)
    ]


def test_threads_give_the_tables_of_one() -> None:
    assert tables(ask(jobs=2, backend="threading")) == tables(ask())


def test_a_backend_that_gives_all_its_answers_at_once_is_asked_in_rounds() -> None:
    seen: list[int] = []
    alone = ask()
    assert tables(ask(jobs=2, backend="multiprocessing", progress=lambda done, _: seen.append(done))) == tables(alone)
    assert seen == list(range(51)), "each replication is told of"


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_what_workers_elsewhere_answer_is_kept_once_however_many_rounds_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    """One that streams its answers, and one that gives them all at once; the worker's place is only said to be away."""
    from joblib import parallel_config

    monkeypatch.setattr(replication, "HERE", ())
    file = tmp_path / "results.jsonl"
    with parallel_config(backend):
        outcome = whatif(
            deployment(1), metrics=["deployment_time"], until_precision=0.02, replications=70, jobs=2, results=file
        )
    assert outcome.numbers.replications == 70, "more than one round"
    numbers = [json.loads(line)["replication"] for line in file.read_text().splitlines()[1:]]
    assert sorted(numbers) == list(range(1, 71))


def test_a_backend_that_there_is_not_is_told_of() -> None:
    with pytest.raises(UsageError, match=r"'slurm' cannot be used.*loky"):
        ask(jobs=2, backend="slurm")


def test_the_first_replication_does_not_tell_how_long_others_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """It also loads what all need. By its time alone a piece of work would hold two replications, not a hundred."""
    clock = iter([0.0, 0.1, 1.0, 1.002, 2.0, 2.003])
    monkeypatch.setattr(replication, "perf_counter", lambda: next(clock))
    runner = replication.Runner(ask().experiment, jobs=2)
    spread: list[tuple[Task, int]] = []

    def sent(tasks: Iterator[Task], count: int) -> Iterator[Row]:
        spread.append((next(tasks), count))
        return iter(())

    monkeypatch.setattr(runner, "_spread", sent)
    rows = list(runner.rows((Task(0, number) for number in range(1, 1001)), 1000))
    assert [row.replication for row in rows] == [1, 2, 3], "here, and first"
    assert spread == [(Task(0, 4), 997)]
    assert runner._piece(997, 2) > 90


def test_sequential_stopping_stops_alike_however_it_is_run() -> None:
    world = deployment(1)
    alone, both = (whatif(world, metrics=["deployment_time"], until_precision=0.02, jobs=jobs) for jobs in (1, 2))
    assert tables(alone) == tables(both)
    assert alone.numbers.replications > 30


def counted(run: Run) -> float:
    """Leaves a mark each time that it measures a run, and takes its time, so that a kill comes in the middle."""
    time.sleep(0.01)
    with open(os.environ["COUNT"], "a", encoding="utf-8") as file:
        file.write("x")
    return run.length


MEASURED: list[Any] = ["deployment_time", "deployment_fails", counted]

PROGRAM = """
import sys
from sim import whatif
from tests.experiments.test_scale import MEASURED, WORK
from tests.experiments.worlds import deployment
whatif(deployment(5, fails=0.1), replications=WORK, metrics=MEASURED, results=sys.argv[1], jobs=2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process group")
def test_kills_lose_one_replication_a_worker_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, count = tmp_path / "results.jsonl", tmp_path / "count"
    monkeypatch.setenv("COUNT", str(count))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for number in range(KILLS):
        program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(file)], env=environment, start_new_session=True)
        wait_for_lines(file, 1 + STEP * (number + 1), program)
        assert program.poll() is None, "it is killed in the middle of its work"
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
    resumed = whatif(deployment(5, fails=0.1), replications=WORK, metrics=MEASURED, results=file)
    measured = len(count.read_text())
    assert WORK <= measured <= WORK + 2 * KILLS, "each of two workers loses the one it is at"
    monkeypatch.setenv("COUNT", os.devnull)
    assert tables(resumed) == tables(whatif(deployment(5, fails=0.1), replications=WORK, metrics=MEASURED))


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a Dask cluster of two workers, which leave marks in the file `count`."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_gives_the_tables_of_one(tmp_path: Path, cluster: str) -> None:
    distributed = pytest.importorskip("distributed")
    file = tmp_path / "results.jsonl"
    with distributed.Client(cluster):
        spread = ask(jobs=-1, backend="dask", results=file)
        assert tables(ask(jobs=-1, backend="dask")) == tables(spread)
    assert tables(spread) == tables(ask())
    assert len(file.read_text().splitlines()) == 1 + 50
    assert tables(ask(results=file)) == tables(spread)


def command(folder: Path, *words: str) -> list[str]:
    """`codesuite whatif` of the scenario of PROGRAM and its metrics."""
    scenario = folder / "deployment.yml"
    scenario.write_text(json.dumps(deployment(5, fails=0.1)))
    asked = ["--metric", "deployment_time", "--metric", "deployment_fails", "--metric", f"{__name__}:counted"]
    return [sys.executable, "-m", "sim", "whatif", str(scenario), "--replications", str(WORK), *asked, *words]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(sys.platform == "win32", reason="kills a process group")
def test_kills_of_the_command_on_a_dask_cluster_lose_one_replication_a_worker_at_most(
    tmp_path: Path, cluster: str
) -> None:
    file = tmp_path / "results.jsonl"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = command(tmp_path, "--csv", "--table", "replications", "--results", str(file), "--scheduler", cluster)
    for number in range(KILLS):
        program = subprocess.Popen(words, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
        wait_for_lines(file, 1 + STEP * (number + 1), program)
        assert program.poll() is None, "it is killed in the middle of its work"
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        time.sleep(0.5)  # the workers end what they are at
    resumed = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    measured = len((tmp_path / "count").read_text())
    assert WORK <= measured <= WORK + 2 * KILLS, "each of two workers loses the one it is at"
    assert len(whole_rows(file)) == WORK
    alone = command(tmp_path, "--csv", "--table", "replications")
    assert resumed.stdout == subprocess.run(alone, env=environment, capture_output=True, text=True, check=True).stdout


def wait_for_lines(file: Path, lines: int, program: subprocess.Popen[bytes]) -> None:
    """Until the file has so many, the program is over, or a minute is."""
    for _ in range(6000):
        if program.poll() is not None or (file.exists() and file.read_bytes().count(b"\n") >= lines):
            return
        time.sleep(0.01)


def test_a_line_that_was_cut_off_is_run_again(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    whole = ask(results=file)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    assert tables(ask(results=file)) == tables(whole)
    assert whole_rows(file) == {(variant, number) for variant in (0, 1) for number in range(1, 26)}
    file.write_bytes(content[:20])
    assert tables(ask(results=file)) == tables(whole)


def whole_rows(file: Path) -> set[tuple[int, int]]:
    """(variant, replication) of each line that can be read."""
    found = set()
    for line in file.read_text().splitlines()[1:]:
        with suppress(ValueError):
            row = json.loads(line)
            found.add((row["variant"], row["replication"]))
    return found


def test_no_order_of_hashing_reaches_the_tables() -> None:
    program = "from tests.experiments.test_scale import ask, tables; print(tables(ask()), end='')"
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {tables(ask())}


def test_more_replications_go_on_from_fewer(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    world = deployment(2)
    whatif(world, replications=10, metrics=["deployment_time"], results=file)
    before = file.read_bytes()
    more = whatif(world, replications=15, metrics=["deployment_time"], results=file)
    assert file.read_bytes().startswith(before)
    assert len(file.read_text().splitlines()) == 16
    assert tables(more) == tables(whatif(world, replications=15, metrics=["deployment_time"]))
    fewer = whatif(world, replications=4, metrics=["deployment_time"], results=file)
    assert fewer.numbers.replications == 4


@pytest.mark.parametrize("change", [{"seed": 2}, {"metrics": ["deployment_fails"]}, {"warm_up": "1s"}, {"until": "2h"}])
def test_the_results_of_another_experiment_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "results.jsonl"
    whatif(deployment(2), replications=1, metrics=["deployment_time"], results=file)
    before = file.read_bytes()
    with pytest.raises(UsageError, match="another experiment"):
        whatif(deployment(2), **{"replications": 1, "metrics": ["deployment_time"], "results": file, **change})
    with pytest.raises(UsageError, match="another experiment"):
        whatif(deployment(3), replications=1, metrics=["deployment_time"], results=file)
    assert file.read_bytes() == before


def times(factor: float, plus: float = 0) -> Any:
    def measure(run: Run, plus: float = plus) -> float:
        return factor * run.length + plus

    return measure


@pytest.mark.parametrize("other", [times(100), times(1, 5), partial(times(1), plus=2)])
def test_a_metric_that_holds_on_to_another_number_is_another_metric(tmp_path: Path, other: Any) -> None:
    file = tmp_path / "results.jsonl"
    kept = whatif(deployment(1), replications=2, metrics=[times(1)], results=file)
    assert tables(whatif(deployment(1), replications=2, metrics=[times(1)], results=file)) == tables(kept)
    with pytest.raises(UsageError, match="another experiment"):
        whatif(deployment(1), replications=2, metrics=[Metric("measure", "", "", other)], results=file)


@pytest.mark.parametrize("content", [b"my note", b"my note\n", b'{"experiment":"x"}', b"\n", b"[1]\n"])
def test_a_file_of_something_else_is_never_touched(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="another"):
        ask(results=file)
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    "line",
    [
        "5",
        "{}",
        '{"variant":0,"replication":"1","values":{}}',
        '{"variant":7,"replication":1,"values":{}}',
        '{"variant":0,"replication":0,"values":{}}',
        '{"variant":0,"replication":1,"values":[]}',
        '{"variant":0,"replication":1,"values":{"deployment_time":"x"}}',
    ],
)
def test_a_line_that_is_no_replication_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "results.jsonl"
    ask(results=file)
    lines = file.read_text().splitlines()
    lines.insert(3, line)
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(UsageError, match=r"results\.jsonl, line 4: this is no replication"):
        ask(results=file)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"seed":4,"values":{"deployment_time":70.0}', "its seed is 4, that of replication 3 here is 3"),
        ('"values":{"deployment_time":70.0}', "its seed is null, that of replication 3 here is 3"),
        (
            '"seed":3,"values":{"lead_time":70.0}',
            "it has a number of lead_time, and deployment_time, deployment_fails, ",
        ),
        ('"seed":3,"values":{"waits.queue":70.0}', "it has a number of waits.queue"),
    ],
)
def test_a_replication_of_another_experiment_is_told_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    """Whoever puts two results files together finds out."""
    file = tmp_path / "results.jsonl"
    ask(results=file)
    lines = file.read_text().splitlines()
    lines.insert(3, '{"variant":0,"replication":3,' + line + "}")
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(UsageError, match=r"results\.jsonl, line 4: this is a replication of another") as caught:
        ask(results=file)
    assert message in str(caught.value)


def test_a_disk_that_is_full_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "results.jsonl"
    whole = ask()
    room, write = 1500, os.write

    def narrow(place: int, line: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = write(place, line[:room])
        room -= taken
        return taken

    with monkeypatch.context() as patch:
        patch.setattr("sim.experiments.results.os.write", narrow)
        with pytest.raises(OSError, match="No space left on device") as caught:
            ask(results=file)
    assert caught.value.filename == str(file)
    assert file.stat().st_size == 1500
    assert tables(ask(results=file)) == tables(whole), "with room again it goes on"


def doomed(run: Run) -> float:
    """Kills the process that measures it, as a lack of memory would."""
    if run.world.seed > 40:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return run.length


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process")
def test_a_worker_that_is_killed_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    with pytest.raises(replication.WorkerError, match=r"results\.jsonl: the same question goes on from it"):
        whatif(deployment(1), replications=60, metrics=[doomed], jobs=2, results=file)
    assert len(file.read_text().splitlines()) > 3


def test_tasks_are_made_when_their_turn_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand million replications take no room before the first of them is run."""
    taken = []

    def first(self: replication.Runner, tasks: Any, count: int) -> Any:
        taken.append((next(iter(tasks)), count))
        return iter(())

    monkeypatch.setattr(replication.Runner, "rows", first)
    whatif(deployment(1), replications=10**9, metrics=["deployment_time"])
    assert taken == [(Task(0, 1), 10**9)]


def test_pieces_of_work_are_cut_when_a_worker_asks() -> None:
    tasks = (Task(0, number) for number in range(1, 10**9))
    pieces = replication._cut(tasks, 5)
    assert next(pieces) == [Task(0, number) for number in range(1, 6)]
    assert next(tasks) == Task(0, 6), "no more than that was made"
