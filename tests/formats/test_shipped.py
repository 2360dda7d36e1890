from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.problems import UsageError
from sim.formats import shipped


def test_scenarios_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    name = shipped.scenarios()[0]
    assert shipped.find_scenario(name) == shipped.root() / "scenarios" / f"{name}.yml"
    own = tmp_path / "own.yml"
    own.write_text("title: mine\n")
    assert shipped.find_scenario(str(own)) == own


def test_a_name_that_is_near_is_told() -> None:
    name = shipped.scenarios()[0]
    with pytest.raises(UsageError, match=f"did you mean {name}"):
        shipped.find_scenario(name + "x")
    with pytest.raises(UsageError, match="there are: "):
        shipped.find_scenario("zzzzzz")


def test_prices_are_in_dollars() -> None:
    prices = shipped.prices()
    assert prices.build_minute("LINUX_CONTAINER", "BUILD_GENERAL1_SMALL") == pytest.approx(0.005)
    assert prices.build_minute("LINUX_CONTAINER", "BUILD_GENERAL9_HUGE") == 0
    assert prices.pipeline_month > 0
    assert prices.action_minute > 0


def test_a_scenario_is_copied_with_what_it_names(tmp_path: Path) -> None:
    copied = shipped.copy_scenario("first-release", tmp_path / "mine")
    assert copied.read_text() == shipped.find_scenario("first-release").read_text()
    from sim.formats.scenario import read_scenario

    scenario = read_scenario(copied)  # and every path in it still leads somewhere
    assert scenario.template is not None
    assert scenario.repositories


def test_nothing_is_overwritten_and_only_what_comes_along_is_copied(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        shipped.copy_scenario("first-release", tmp_path)
    own = tmp_path / "own.yml"
    own.write_text("title: mine\n")
    with pytest.raises(UsageError, match="is a file of your own"):
        shipped.copy_scenario(str(own), tmp_path / "new")
