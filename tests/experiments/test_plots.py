"""The pictures of an experiment, and where the slowest runs spent their time."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import matplotlib
import pytest

from sim import whatif
from sim.core.problems import UsageError
from sim.experiments.bottlenecks import bottlenecks
from sim.experiments.outcome import Outcome
from sim.experiments.plots import PICTURES, picture
from tests.experiments.worlds import CONFIG, deployment

matplotlib.use("agg")
CONFIGS = ["CodeDeployDefault.AllAtOnce", "CodeDeployDefault.OneAtATime"]


@cache
def outcome() -> Outcome:
    return whatif(deployment(4, fails=0.2), {CONFIG: CONFIGS}, 20, ["deployment_time", "deployment_fails", "cost_usd"])


def test_a_distribution_has_a_line_for_each_variant_that_ends_at_all() -> None:
    ax = outcome().plot.distribution("deployment_time")
    assert len(ax.lines) == 2
    for line, name, label in zip(ax.lines, outcome().names, outcome().labels, strict=True):
        assert line.get_label() == name
        assert line.get_ydata()[-1] == 1
        assert line.get_xdata()[-1] == max(outcome().values(label, "deployment_time"))
    assert len({line.get_linestyle() for line in ax.lines}) == 2


def test_variants_stand_side_by_side_at_their_means() -> None:
    ax = outcome().plot.side_by_side("deployment_time")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["AllAtOnce", "OneAtATime"]
    points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() in ("o", "s")]
    means = [row["mean"] for row in outcome().rows("summary") if row["metric"] == "deployment_time"]
    assert points == pytest.approx(means)


def test_a_fan_shows_how_many_instances_serve() -> None:
    all_at_once, one_at_a_time = (outcome().plot.fan(label).lines[0].get_ydata() for label in outcome().labels)
    assert all_at_once[0] == one_at_a_time[0] == 4
    assert min(all_at_once) == 0
    assert min(one_at_a_time) == 3


def test_cost_against_risk_has_a_mark_for_each_variant() -> None:
    ax = outcome().plot.trade("deployment_time", "deployment_fails")
    assert len(ax.containers) == 2
    assert ax.get_xlabel() == "deployment_time"
    assert ax.get_ylabel() == "deployment_fails (chance)"


def test_a_critical_path_is_drawn_from_end_to_end() -> None:
    ax = outcome().plot.path(1, replication=2)
    (only,) = outcome().replay(1, 2).result()["deployments"]
    begins = min(bar.get_x() for bars in ax.containers for bar in bars)
    ends = max(bar.get_x() + bar.get_width() for bars in ax.containers for bar in bars)
    assert begins == 0
    assert ends == pytest.approx(only["ended"] - only["started"])
    with pytest.raises(UsageError, match="has 1"):
        outcome().plot.path(root=1)


def test_what_made_the_slowest_runs_slow_comes_first() -> None:
    world = deployment(1)
    world["behavior"].append({"hook": "AfterInstall", "takes": {"empirical": ["1s", "1s", "1s", "50s"]}})
    slow = whatif(world, replications=40, metrics=["deployment_time"])
    first, *_ = bottlenecks(slow)
    assert (first.what, first.cause) == ("AfterInstall", "work")
    assert first.slow == pytest.approx(50)
    assert first.usual == pytest.approx(1)
    assert slow.plot.slowest().get_yticklabels()[0].get_text() == "AfterInstall (work)"


def test_the_slowest_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="was not measured"):
        bottlenecks(outcome(), "lead_time")


def test_one_page_with_all_of_it() -> None:
    figure = picture(outcome())
    assert len(figure.axes) == 2 + 1 + 2, "two metrics vary; one distribution; a fan for each variant"
    same = whatif(deployment(1), replications=2, metrics=["cost_usd"])
    assert len(picture(same).axes) == 1 + 1 + 1, "nothing varies: what was measured is drawn all the same"
    with pytest.raises(UsageError, match="nothing to draw"):
        PICTURES["distribution"].draw(whatif(deployment(1), replications=2, metrics=["lead_time"]))


def test_durations_and_chances_are_written_as_people_read_them() -> None:
    ax = outcome().plot.trade("deployment_time", "deployment_fails")
    ax.figure.canvas.draw()
    across, up = ([text.get_text() for text in axis.get_ticklabels()] for axis in (ax.xaxis, ax.yaxis))
    assert "2m" in across
    assert all(text.endswith("%") for text in up)


def test_where_several_things_vary_the_values_are_named_and_above_them_what_varies() -> None:
    two = whatif(deployment(2), {CONFIG: CONFIGS, "until": ["1h", "2h"]}, 2, ["deployment_time"])
    assert two.heading == "DeploymentConfigName, until"
    assert two.names == ["AllAtOnce, 1h", "AllAtOnce, 2h", "OneAtATime, 1h", "OneAtATime, 2h"]
    other = whatif(deployment(2), [{CONFIG: CONFIGS[0]}, {"until": "1h"}], 2, ["deployment_time"])
    assert (other.heading, other.names) == ("variant", other.labels)
    fixed = whatif(deployment(2), {CONFIG: CONFIGS, "until": ["1h"]}, 2, ["deployment_time"])
    assert fixed.names == ["AllAtOnce", "OneAtATime"], "what is the same in all is left out"
    assert (outcome().heading, outcome().names) == ("DeploymentConfigName", ["AllAtOnce", "OneAtATime"])
    alone = whatif(deployment(1), {CONFIG: CONFIGS[:1]}, 2, ["deployment_time"])
    assert alone.names == CONFIGS[:1]


def test_what_has_no_room_on_the_page_is_named_there() -> None:
    sizes = {"Resources.Fleet.Properties.Count": list(range(1, 11))}
    figure = picture(whatif(deployment(1), sizes, 2, ["deployment_time"]))
    assert len(figure.axes) == 1 + 1 + 8
    assert "instances of 9, instances of 10" in figure.get_supxlabel()


def test_which_variant_is_which_stands_beside_the_lines() -> None:
    for ax in (outcome().plot.distribution("deployment_time"), outcome().plot.fan(0)):
        ax.figure.canvas.draw()
        legend = ax.get_legend()
        assert legend is not None
        assert legend.get_window_extent().x0 >= ax.get_window_extent().x1 - 1


def test_long_names_stand_below_the_lines_and_leave_them_their_width() -> None:
    titles = [f"a title that goes on for a while, number {number}" for number in range(6)]
    named = whatif(deployment(1), {"title": titles}, 3, ["deployment_time"])
    for ax in (named.plot.distribution("deployment_time"), PICTURES["distribution"].draw(named).axes[0]):
        ax.figure.canvas.draw()
        legend = ax.get_legend()
        assert legend is not None
        below, lines = legend.get_window_extent(), ax.get_window_extent()
        assert below.y1 <= lines.y0
        assert lines.width > 0.7 * ax.figure.bbox.width
        assert lines.height > 150


def test_the_rows_of_a_long_path_have_room_for_their_labels() -> None:
    """A panel is as high as what is drawn in it."""
    found = whatif("busy-day", replications=1, metrics=["lead_time"])
    figure = PICTURES["path"].draw(found)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].get_yticklabels()]
    assert len(boxes) > 20
    assert all(above.y0 >= below.y1 - 1 for above, below in pairwise(boxes))


def test_versions_are_not_cut_short() -> None:
    found = whatif(deployment(1), {"title": ["v1.0", "v1.5"]}, 1, ["cost_usd"])
    assert found.names == ["v1.0", "v1.5"]
