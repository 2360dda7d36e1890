"""What-ifs: what is compared with what, when it stops, and what the tables hold."""

from __future__ import annotations

import json
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from sim import whatif
from sim.analysis.measures import Metric
from sim.analysis.run import Run
from sim.core.problems import ProblemsError, UsageError
from sim.experiments.command import tables
from sim.experiments.experiment import ReplicationError
from sim.experiments.outcome import COLUMNS
from tests.experiments.worlds import CONFIG, deployment

CONFIGS = ["CodeDeployDefault.AllAtOnce", "CodeDeployDefault.OneAtATime"]


def test_variants_side_by_side_with_intervals_and_differences() -> None:
    outcome = whatif(deployment(4), {CONFIG: CONFIGS}, replications=10, metrics=["deployment_time", "minimum_healthy"])
    rows = outcome.rows("summary")
    assert [(row["variant"], row["metric"], row["n"]) for row in rows] == [
        ("DeploymentConfigName=CodeDeployDefault.AllAtOnce", "deployment_time", 10),
        ("DeploymentConfigName=CodeDeployDefault.AllAtOnce", "minimum_healthy", 10),
        ("DeploymentConfigName=CodeDeployDefault.OneAtATime", "deployment_time", 10),
        ("DeploymentConfigName=CodeDeployDefault.OneAtATime", "minimum_healthy", 10),
    ]
    assert [row["mean"] for row in rows if row["metric"] == "minimum_healthy"] == [0, 3]
    assert all(row["low"] < row["mean"] < row["high"] for row in rows if row["metric"] == "deployment_time")
    time, healthy = outcome.rows("differences")
    assert time["difference"] > 60
    assert time["clear"] is True
    assert (healthy["difference"], healthy["n"]) == (3, 10)
    assert list(outcome.summary.columns) == list(COLUMNS["summary"])
    assert list(outcome.differences.columns) == list(COLUMNS["differences"])
    assert list(outcome.replications.columns) == [*COLUMNS["replications"], "deployment_time", "minimum_healthy"]


def test_replication_n_has_the_same_seed_and_luck_in_every_variant() -> None:
    slower = {"behavior[0].takes": [{"uniform": ["5s", "20s"]}, {"uniform": ["15s", "30s"]}]}
    outcome = whatif(deployment(1), slower, replications=20, metrics=["deployment_time"])
    rows = outcome.rows("replications")
    assert [row["seed"] for row in rows[:3]] == [1, 2, 3]
    assert [row["seed"] for row in rows[20:23]] == [1, 2, 3]
    (difference,) = outcome.rows("differences")
    # The hook takes 10 s longer in each run, whatever else happens; an agent's poll may add up to a second.
    assert difference["difference"] == pytest.approx(10, abs=0.5)
    assert difference["correlation"] > 0.95
    apart = [row["high"] - row["low"] for row in outcome.rows("summary")]
    assert difference["high"] - difference["low"] < min(apart) / 5


def test_the_first_replication_is_the_scenario_itself() -> None:
    from sim import run

    outcome = whatif("first-release", replications=1, metrics=["lead_time"])
    assert outcome.values(0, "lead_time") == [run("first-release").result()["metrics"]["lead_time"]]
    assert outcome.replay(0, 1).result() == run("first-release").result()


def test_an_outcome_is_a_chance() -> None:
    outcome = whatif(deployment(1, fails=0.3), replications=40, metrics=["deployment_fails"])
    (row,) = outcome.rows("summary")
    failed = sum(outcome.values(0, "deployment_fails"))
    assert 0 < failed < 40
    assert row["mean"] == failed / 40
    assert row["low"] > 0
    assert row["p50"] is None


def hooks_failed(run: Run) -> int:
    """Lifecycle events that failed."""
    return sum(event.status == "Failed" for event in run.record.of_kind("lifecycle-event"))


def of_each_status(run: Run) -> dict[str, float | None]:
    return {"failed": hooks_failed(run), "never": None}


def test_metrics_of_ones_own() -> None:
    outcome = whatif(
        deployment(3, fails=True),
        replications=2,
        metrics=[hooks_failed, of_each_status, "tests.experiments.test_whatif:hooks_failed", "length(fleet)"],
    )
    assert outcome.values(0, "hooks_failed") == [3, 3]
    assert outcome.values(0, "of_each_status.failed") == [3, 3]
    assert outcome.values(0, "of_each_status.never") == []
    assert outcome.values(0, "length(fleet)") == [0, 0]


def broken(run: Run) -> float:
    raise ZeroDivisionError("by nothing")


def test_a_metric_that_fails_says_in_which_run() -> None:
    with pytest.raises(ReplicationError, match=r"replication 1 of as it is \(seed 1\): ZeroDivisionError: by nothing"):
        whatif(deployment(1), replications=2, metrics=[broken])
    with pytest.raises(ReplicationError, match="gave 'web'; a metric gives numbers"):
        whatif(deployment(1), replications=2, metrics=["deployments[0].applicationName"])


def test_it_goes_on_until_it_is_precise_enough_and_no_further() -> None:
    world = deployment(1)
    outcome = whatif(world, metrics=["deployment_time"], until_precision=0.02)
    interval = outcome.interval(0, "deployment_time")
    assert interval is not None
    assert interval.precision is not None
    assert interval.precision <= 0.02
    count = outcome.numbers.replications
    assert 30 < count < 1000
    again = whatif(world, metrics=["deployment_time"], replications=count // 2)
    half = again.interval(0, "deployment_time")
    assert half is not None
    assert half.precision is not None
    assert half.precision > 0.02
    cut = whatif(world, replications=40, metrics=["deployment_time"], until_precision=0.001)
    assert cut.numbers.replications == 40


def test_the_precision_of_what_is_never_measured_makes_no_sense() -> None:
    with pytest.raises(UsageError, match="measured in no replication"):
        whatif(deployment(1), metrics=["lead_time"], until_precision=0.05)
    with pytest.raises(UsageError, match="it is not measured"):
        whatif(deployment(1), metrics=["deployment_time"], until_precision=0.05, precision_of=["lead_time"])


def test_the_length_of_a_round_goes_with_the_square_of_what_is_missing() -> None:
    """An interval as wide as this after 30 replications needs (reached / asked)^2 times as many, at most twice as many
    a round."""
    rounds: list[int] = []
    tell = lambda _, total: rounds.append(total)  # noqa: E731
    whatif(deployment(1), metrics=["deployment_time"], until_precision=0.055, progress=tell)
    first = whatif(deployment(1), replications=30, metrics=["deployment_time"]).interval(0, "deployment_time")
    assert first is not None
    assert first.precision is not None
    ratio = first.precision / 0.055
    assert 1.15 < ratio < 2**0.5, "so that neither the ratio itself nor the limit would do as well"
    second = next(total for total in rounds if total > 30)
    assert second == max(40, ceil(30 * ratio**2))


def test_a_share_that_never_varied_is_not_precise() -> None:
    outcome = whatif("ten-instances", metrics=["change_failure_rate"], until_precision=0.05, replications=70)
    assert outcome.numbers.replications == 70, "up to the most"
    (row,) = outcome.rows("summary")
    assert (row["mean"], row["low"]) == (0, 0)
    assert row["high"] > 0.03


def some(run: Run) -> dict[str, float]:
    """A key that comes up from the fortieth replication on."""
    return {"all": run.length, **({"late": 1.0 + run.world.seed % 2} if run.world.seed >= 40 else {})}


def test_what_comes_up_in_a_later_round_is_in_the_tables() -> None:
    outcome = whatif(deployment(1), metrics=[some], until_precision=0.001, replications=60, precision_of="some.all")
    assert [name for name, _ in outcome.metrics] == ["some.all", "some.late"]
    all_, late = outcome.rows("summary")
    assert (all_["n"], all_["missing"]) == (60, 0)
    assert (late["n"], late["missing"]) == (21, 39)


def nothing(run: Run) -> dict[str, float]:
    """No key in any run."""
    return {}


def test_a_metric_that_gives_no_number_at_all_is_in_the_tables() -> None:
    outcome = whatif(deployment(1), replications=2, metrics=[nothing, "deployment_fails"])
    assert [(row["metric"], row["n"], row["missing"]) for row in outcome.rows("summary")] == [
        ("nothing", 0, 2),
        ("deployment_fails", 2, 0),
    ]
    assert [list(rows[0]) for title, _, rows in tables(outcome) if title == "Nothing was measured for"] == [["nothing"]]


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="two different metrics are named <lambda>"):
        whatif(deployment(1), replications=1, metrics=[lambda run: 1, lambda run: 2])

    def waiting(run: Run) -> float:
        return 5

    with pytest.raises(UsageError, match="two different metrics are named waiting"):
        whatif(deployment(1), replications=1, metrics=["waiting", waiting])
    other = Metric("of_each_status.failed", "", "", hooks_failed)
    with pytest.raises(ReplicationError, match="two metrics give of_each_status"):
        whatif(deployment(1), replications=1, metrics=[of_each_status, other])


def test_one_metric_needs_no_list() -> None:
    assert [name for name, _ in whatif(deployment(1), replications=1, metrics="deployment_time").metrics] == [
        "deployment_time"
    ]
    twice = whatif(
        deployment(1), replications=1, metrics=["length(fleet)", hooks_failed, hooks_failed, "length(fleet)"]
    )
    assert [name for name, _ in twice.metrics] == ["length(fleet)", "hooks_failed"]
    assert whatif(deployment(1), replications=1, metrics=hooks_failed).values(0, "hooks_failed") == [0]


def test_a_difference_that_may_be_nothing_is_not_clear() -> None:
    world = deployment(1)
    same = whatif(world, {"until": ["2h", "3h"]}, 5, ["minimum_healthy", "deployment_fails"])
    healthy, fails = same.rows("differences")
    assert (healthy["low"], healthy["high"], healthy["clear"]) == (0, 0, False)
    assert fails["low"] < 0 < fails["high"], "that all pairs agree does not say that all will"
    assert fails["clear"] is False


def test_the_warm_up_is_not_measured() -> None:
    world = deployment(1)
    world["timeline"].append({**world["timeline"][1], "at": "2h"})
    whole = whatif(world, replications=2, metrics=["deployment_frequency", "deployment_time", "capacity_lost"])
    later = whatif(
        world, replications=2, metrics=["deployment_frequency", "deployment_time", "capacity_lost"], warm_up="1h"
    )
    for replication in (1, 2):
        first, second = whole.replay(0, replication).result()["deployments"]
        assert later.values(0, "deployment_time")[replication - 1] == pytest.approx(second["ended"] - second["started"])
        both = (first["ended"] - first["started"] + second["ended"] - second["started"]) / 2
        assert whole.values(0, "deployment_time")[replication - 1] == pytest.approx(both)
        assert later.values(0, "deployment_frequency")[replication - 1] == pytest.approx(
            86_400 / (second["ended"] - 3600), rel=1e-3
        )
        lost = whole.values(0, "capacity_lost")[replication - 1]
        assert 0 < later.values(0, "capacity_lost")[replication - 1] < lost


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"replications": 0}, "at least one"),
        ({"until_precision": 5}, "between 0 and 1"),
        ({"confidence": 1}, "confidence"),
        ({"jobs": 0}, "0 jobs"),
        ({"baseline": 1}, "baseline"),
        ({"metrics": []}, "at least one metric"),
        ({"metrics": ["lead_tim"]}, "did you mean lead_time"),
        ({"metrics": ["nothing.there:metric"]}, "cannot be imported"),
        ({"warm_up": "soon"}, "warm_up"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        whatif(deployment(1), **arguments)


def test_a_variant_that_cannot_be_is_refused_before_anything_runs(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    with pytest.raises(ProblemsError):
        whatif("first-release", {"parameters.FleetSize": [3, 300]}, results=file)
    assert not file.exists()


def test_everything_as_json() -> None:
    outcome = whatif(deployment(1), {CONFIG: CONFIGS}, replications=2, metrics=["deployment_time"])
    document = json.loads(outcome.json())
    assert document["replications"] == 2
    assert document["variants"][1]["settings"] == {CONFIG: CONFIGS[1]}
    assert [row["metric"] for row in document["summary"]] == ["deployment_time"] * 2
    assert outcome.csv().splitlines()[0] == ",".join(COLUMNS["summary"])


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    whatif(deployment(1), replications=3, metrics=["deployment_time"], progress=lambda *count: told.append(count))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_an_exercise_is_held_against_what_came_out() -> None:
    outcome = whatif(deployment(2), {CONFIG: CONFIGS}, 3, ["minimum_healthy"])
    assert outcome.expect("summary[?metric == 'minimum_healthy'].mean == `[0.0, 1.0]`")
    failed = outcome.expect("differences[0].difference > `1`", hint="one at a time")
    assert not failed
    assert "Hint: one at a time" in str(failed)


def test_a_metric_that_was_changed_is_another_also_without_its_source(tmp_path: Path) -> None:
    def made(number: int) -> Any:
        names: dict[str, Any] = {}
        exec(f"def mine(run): return {number} + len(run.record.of_kind('target'))", names)
        return names["mine"]

    file = tmp_path / "results.jsonl"
    world = deployment(2)
    whatif(world, replications=2, metrics=made(1), results=file)
    whatif(world, replications=3, metrics=made(1), results=file)
    with pytest.raises(UsageError, match="another"):
        whatif(world, replications=3, metrics=made(100), results=file)


def test_precision_of_a_metric_without_a_precision_is_refused() -> None:
    with pytest.raises(UsageError, match="with until_precision only"):
        whatif(deployment(2), replications=2, metrics="deployment_time", precision_of="deployment_time")
