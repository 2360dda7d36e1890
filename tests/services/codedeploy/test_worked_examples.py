"""docs/behaviour/codedeploy.md §5.5: every row, driven through the real service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.services.codedeploy.stage import Stage, bundle, in_flight, order, waves

HALF, ONE = "CodeDeployDefault.HalfAtATime", "CodeDeployDefault.OneAtATime"
ALL_AT_ONCE = "CodeDeployDefault.AllAtOnce"
CONSTRAINTS, INVALID = "HEALTH_CONSTRAINTS", "HEALTH_CONSTRAINTS_INVALID"


@dataclass(frozen=True)
class Row:
    """One row: `prior` is "H" (all healthy), "never", or how many are unhealthy; `fails` positions, from 1, in the
    order of deployment; `most` the maximum in flight, `waves` the sizes of the batches, where the row gives them."""

    config: str | tuple[str, int]
    hosts: int
    minimum: int | None
    prior: str | int
    fails: tuple[int, ...]
    most: int | None
    waves: tuple[int, ...] | None
    counts: tuple[int, int, int]
    result: str
    error: str = ""

    @property
    def name(self) -> str:
        config = self.config.partition(".")[2] if isinstance(self.config, str) else "{} {}".format(*self.config)
        prior = self.prior if isinstance(self.prior, str) else f"{self.prior}U+{self.hosts - self.prior}H"
        fails = ",".join(map(str, self.fails)) or "none"
        return f"{config} of {self.hosts}, {prior}, fails {fails}"


def upto(last: int, first: int = 1) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


def hosts(count: int) -> tuple[str, int]:
    return "HOST_COUNT", count


def percent(share: int) -> tuple[str, int]:
    return "FLEET_PERCENT", share


ROWS = [
    Row(ALL_AT_ONCE, 9, 0, "H", (), 9, (9,), (9, 0, 0), "Succeeded"),
    Row(ALL_AT_ONCE, 9, 0, "H", upto(8), 9, (9,), (1, 8, 0), "Succeeded"),
    Row(ALL_AT_ONCE, 9, 0, "H", upto(9), 9, (9,), (0, 9, 0), "Failed", CONSTRAINTS),
    Row(ALL_AT_ONCE, 3, 0, "never", (2,), 3, (3,), (2, 1, 0), "Succeeded"),
    Row(hosts(0), 10, 0, "H", (), 10, (10,), (10, 0, 0), "Succeeded"),
    Row(hosts(0), 10, 0, "H", upto(9), 10, (10,), (1, 9, 0), "Succeeded"),
    Row(hosts(0), 10, 0, "H", upto(10), 10, (10,), (0, 10, 0), "Failed", CONSTRAINTS),
    Row(HALF, 9, 5, "H", (), 4, (4, 4, 1), (9, 0, 0), "Succeeded"),
    Row(HALF, 9, 5, "H", (1, 2, 3, 9), 4, None, (5, 4, 0), "Succeeded"),
    Row(HALF, 9, 5, "H", upto(4), 4, (4,), (0, 4, 5), "Failed", CONSTRAINTS),
    Row(HALF, 2, 1, "H", (1,), 1, (1,), (0, 1, 1), "Failed", CONSTRAINTS),
    Row(HALF, 2, 1, "H", (2,), 1, (1, 1), (1, 1, 0), "Succeeded"),
    Row(HALF, 1, 1, "H", (), 0, (), (0, 0, 1), "Failed", INVALID),
    Row(ONE, 9, 8, "H", (), 1, (1,) * 9, (9, 0, 0), "Succeeded"),
    Row(ONE, 9, 8, "H", (9,), 1, (1,) * 9, (8, 1, 0), "Succeeded"),
    Row(ONE, 9, 8, "H", (1,), 1, (1,), (0, 1, 8), "Failed", CONSTRAINTS),
    Row(ONE, 9, 8, "H", (8,), 1, (1,) * 8, (7, 1, 1), "Failed", CONSTRAINTS),
    # "any" prior: each of the three
    *(Row(ONE, 1, None, prior, (), 1, (1,), (1, 0, 0), "Succeeded") for prior in ("H", "never", 1)),
    *(Row(ONE, 1, None, prior, (1,), 1, (1,), (0, 1, 0), "Failed", CONSTRAINTS) for prior in ("H", "never", 1)),
    Row(ONE, 2, 1, "H", (2,), 1, (1, 1), (1, 1, 0), "Succeeded"),
    Row(ONE, 3, 2, "never", (2,), 1, (1, 1), (1, 1, 1), "Failed", CONSTRAINTS),
    Row(HALF, 9, 5, "never", upto(4), 4, None, (5, 4, 0), "Succeeded"),
    Row(hosts(8), 10, 8, "never", upto(3), 2, None, (7, 3, 0), "Failed", CONSTRAINTS),
    Row(hosts(9), 10, 9, "H", (), 1, (1,) * 10, (10, 0, 0), "Succeeded"),
    # "any one but the last": each
    *(Row(hosts(9), 10, 9, "H", (n,), 1, None, (n - 1, 1, 10 - n), "Failed", CONSTRAINTS) for n in upto(9)),
    Row(hosts(9), 10, 9, "H", (10,), 1, None, (9, 1, 0), "Succeeded"),
    Row(hosts(8), 10, 8, "H", (), 2, (2,) * 5, (10, 0, 0), "Succeeded"),
    Row(hosts(8), 10, 8, "H", (3,), 2, None, (9, 1, 0), "Succeeded"),
    Row(hosts(8), 10, 8, "H", (1, 2), 2, (2,), (0, 2, 8), "Failed", CONSTRAINTS),
    Row(hosts(8), 10, 8, "H", (3, 10), 2, None, (8, 2, 0), "Succeeded"),
    Row(hosts(3), 10, 3, "H", (), 7, (7, 3), (10, 0, 0), "Succeeded"),
    Row(hosts(3), 10, 3, "H", upto(7), 7, (7,), (0, 7, 3), "Failed", CONSTRAINTS),
    Row(percent(95), 10, 10, "H", (), 0, (), (0, 0, 10), "Failed", INVALID),
    *(Row(percent(85), 10, 9, "H", (n,), 1, None, (n - 1, 1, 10 - n), "Failed", CONSTRAINTS) for n in upto(9)),
    Row(percent(99), 10, 10, "H", (), 0, (), (0, 0, 10), "Failed", INVALID),
    Row(percent(75), 10, 8, "H", (), 2, (2,) * 5, (10, 0, 0), "Succeeded"),
    Row(hosts(6), 9, 6, "H", (), 3, (3,) * 3, (9, 0, 0), "Succeeded"),
    # "two": early ones, and the last two
    *(Row(hosts(6), 9, 6, "H", two, 3, None, (7, 2, 0), "Succeeded") for two in ((1, 2), (4, 7), (8, 9))),
    Row(hosts(6), 9, 6, "H", upto(3), 3, (3,), (0, 3, 6), "Failed", CONSTRAINTS),
    Row(percent(40), 9, 4, "H", (), 5, (5, 4), (9, 0, 0), "Succeeded"),
    Row(percent(40), 9, 4, "H", upto(4), 5, None, (5, 4, 0), "Succeeded"),
    Row(hosts(10), 10, 10, "H", (), 0, (), (0, 0, 10), "Failed", INVALID),
    Row(hosts(8), 10, 8, 3, (1, 2), None, None, (1, 2, 7), "Failed", CONSTRAINTS),
    Row(hosts(8), 10, 8, 3, (), None, None, (10, 0, 0), "Succeeded"),
    Row(hosts(9), 10, 9, 1, (1,), None, None, (0, 1, 9), "Failed", CONSTRAINTS),
]


def perform(row: Row) -> tuple[Stage, Any, tuple[str, ...]]:
    """Given the row's fleet and history, deploy; the stage, the deployment, who was unhealthy before."""
    failing = {"hook": "ValidateService", "instances": {"position": list(row.fails)}, "fails": True}
    config = row.config if isinstance(row.config, str) else "CodeDeployDefault.AllAtOnce"
    stage = Stage(row.hosts, config, [failing] if row.fails else [])
    if isinstance(row.config, tuple):
        config = stage.config("custom", *row.config)
    unhealthy = tuple(f"web-{2 * n - 1}" for n in upto(row.prior)) if isinstance(row.prior, int) else ()
    if row.prior != "never":
        stage.adopt(bundle(**{"site/index.html": "<h1>before</h1>"}), *unhealthy)
    return stage, stage.deploy(deploymentConfigName=config), unhealthy


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_worked_example(row: Row) -> None:
    stage, deployment, unhealthy = perform(row)
    info = stage.info(deployment.name)
    overview = info["deploymentOverview"]
    assert (overview["Succeeded"], overview["Failed"], overview["Skipped"]) == row.counts
    assert info["status"] == row.result
    assert info.get("errorInformation", {}).get("code", "") == row.error
    if row.minimum is not None:
        assert deployment.minimum == row.minimum
    most = in_flight(deployment)
    assert deployment.maximum_in_flight == most
    assert most == row.most if row.most is not None else most <= row.hosts - deployment.minimum
    if row.waves is not None:
        assert tuple(waves(deployment)) == row.waves
    assert sorted(order(deployment)[: len(unhealthy)]) == sorted(unhealthy), "unhealthy instances come first"
    if row.result == "Failed" and unhealthy:
        touched = {target.name for target in deployment.targets if target.started is not None}
        assert touched == set(unhealthy), "no healthy instance is touched"


def test_names_are_unique() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
