"""Pictures: what is drawn where; how it looks was looked at."""

from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from sim import run
from sim.analysis.plots import COLOURS, MOST_HOSTS, marks, picture, rows


@pytest.fixture(scope="module")
def cloud() -> Any:
    return run("validate-fails-rollback")


def labels(ax: Any) -> list[str]:
    return [text.get_text().strip() for text in ax.get_yticklabels()]


def test_the_timeline_has_a_row_for_each_action_build_and_instance(cloud: Any) -> None:
    ax = cloud.plot.timeline()
    result = cloud.result()
    first, second = (one["deploymentId"] for one in result["deployments"])
    order = [[target["name"] for target in one["targets"]] for one in result["deployments"]]
    assert labels(ax) == [
        "web #1", "Source / Checkout", "Build / Build", "Deploy / Production", "build web #1",
        f"deployment 1: {first}", *order[0], f"rollback 2: {second}", *order[1],
    ]  # fmt: skip
    bars = [patch for patch in ax.patches if round(patch.get_y() + patch.get_height() / 2) == 0]
    execution = result["pipelines"][0]["executions"][0]
    assert bars[0].get_x() == pytest.approx(execution["started"])
    assert bars[0].get_width() == pytest.approx(execution["ended"] - execution["started"])
    assert bars[0].get_hatch() == "xx", "failure is told by a hatch too, not by colour alone"
    plt.close(ax.figure)


def test_who_was_not_reached_is_called_skipped_and_both_pictures_share_their_time(cloud: Any) -> None:
    figure = picture(cloud.result())
    upper, lower = figure.axes
    assert [text.get_text().strip() for text in upper.texts].count("skipped") == 1
    assert upper.get_xlim() == lower.get_xlim()


@pytest.mark.parametrize(
    ("span", "step"),
    [(237, 30), (50, 5), (900, 120), (8 * 3600, 3600), (7 * 86_400, 86_400)],
)
def test_the_marks_of_the_time_axis_stand_at_whole_times(span: float, step: float) -> None:
    places = marks(span)
    assert places[:2] == [0, step]
    assert places[-1] <= span
    assert len(places) <= 12
    assert span - places[-1] < step


def test_a_crowded_timeline_counts_instances_instead_of_drawing_each() -> None:
    shown = rows(run("busy-day").result())
    assert not any(row.label.strip().startswith("web-") for row in shown)
    assert any("6 succeeded" in row.note for row in shown)


def test_the_fleet_shows_which_deployment_left_an_instance_so(cloud: Any) -> None:
    ax = cloud.plot.fleet()
    assert labels(ax) == ["web-1", "web-2", "web-3"]
    numbers = [text.get_text() for text in ax.texts]
    assert numbers.count("2") == 3, "the rollback reached every instance"
    plt.close(ax.figure)


def test_pictures_go_into_axes_that_are_given(cloud: Any) -> None:
    upper, lower = Figure().subplots(2)
    assert cloud.plot.timeline(ax=upper) is upper
    assert cloud.plot.fleet(ax=lower) is lower


def test_good_bad_and_busy_have_different_colours_and_bad_a_hatch() -> None:
    assert len({COLOURS[status] for status in ("Succeeded", "Failed", "InProgress", "Superseded", "Stopped")}) == 5


def test_a_large_fleet_stays_readable() -> None:
    result = run("first-release").result()
    host = result["fleet"][0]
    result["fleet"] = [{**host, "name": f"web-{number}"} for number in range(1, 2000)]
    figure = picture(result)
    assert len(figure.axes[1].get_yticks()) == MOST_HOSTS
    assert figure.get_size_inches()[1] < 40


def test_a_run_in_which_nothing_happened_can_be_drawn() -> None:
    from sim import Cloud

    figure = picture(Cloud().result())
    assert len(figure.axes) == 1
