"""The boards in a browser: they play, a fault that is injected leads to the rollback, and everybody can use them."""

from __future__ import annotations

import pytest
import yaml

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[test]'")

from playwright.sync_api import Page, expect

from sim.analysis.story import clock, spell
from sim.core.clock import parse_duration
from sim.widgets import Flight
from tests.browser.lab import PATIENCE_MS, Lab, OpenNotebook, violations


def test_the_board_plays_and_stops(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("board", BOARD))
    notebook.run_all()
    time = notebook.region("Time")
    shown = time.get_by_label("Virtual time")
    expect(shown).to_have_text("0:00:00")
    time.get_by_role("button", name="Play").click()
    expect(shown).not_to_have_text("0:00:00", timeout=PATIENCE_MS)
    time.get_by_role("button", name="Pause").click()
    stood = shown.inner_text()
    page.wait_for_timeout(500)
    expect(shown).to_have_text(stood)


def test_going_to_the_end_every_board_shows_it(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("end", BOARD))
    notebook.run_all()
    notebook.region("Time").get_by_label("Moment of the run").press("End")
    stages = notebook.region("Pipelines").get_by_role("list", name="Stages of web")
    expect(stages.get_by_text("Succeeded")).to_have_count(6)  # three stages, three actions
    fleet = notebook.region("Fleet").get_by_role("listbox", name="Instances")
    expect(fleet.get_by_role("option", name="web-6: Healthy, revision 2")).to_be_visible()


def test_a_fault_that_is_injected_leads_to_the_rollback(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("fault", BOARD, "flight.interventions"))
    notebook.run_all()
    page.evaluate("document.activeElement.blur()")
    _go_to(notebook, "0:03:0")
    intervene = notebook.region("Interventions")
    intervene.get_by_label("What happens").select_option(label="Let a lifecycle event fail from now on")
    intervene.get_by_label("Lifecycle event").select_option("ValidateService")
    intervene.get_by_label("On").select_option("all instances")
    intervene.get_by_role("button", name="Do it now").click()
    expect(intervene.get_by_text("What was done")).to_be_visible(timeout=PATIENCE_MS)
    decisions = notebook.region("Time")
    _go_on_until(notebook, "automatic rollback")
    expect(decisions).to_contain_text("Failed: 5 healthy instances are left and 5 must stay healthy")
    expect(notebook.region("Fleet")).to_contain_text("Rollback d-")
    intervene.get_by_role("button", name="Undo the last one").click()
    expect(intervene.get_by_text("Nothing was done yet.")).to_be_visible(timeout=PATIENCE_MS)
    notebook.region("Time").get_by_label("Moment of the run").press("End")
    expect(notebook.region("Fleet")).not_to_contain_text("Rollback d-")


def test_what_is_decided_takes_the_same_room_at_every_moment(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("room", ROLLBACK))
    notebook.run_all()
    time = notebook.region("Time")
    heights = set()
    for _ in range(25):
        time.get_by_role("button", name="Next decision").click()
        heights.add(page.evaluate("document.querySelector('.cb-clock').offsetHeight"))
    assert len(heights) == 1


def test_an_intervention_is_made_at_the_moment_that_the_clock_shows(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("moment", ROLLBACK))
    notebook.run_all()
    time = notebook.region("Time")
    for _ in range(15):
        time.get_by_role("button", name="Next decision").click()
        page.wait_for_timeout(100)  # both are drawn with the next frame
        shown = time.get_by_label("Virtual time").inner_text()
        expect(notebook.region("Interventions").locator("legend")).to_have_text(f"At {shown}")


def test_what_is_shown_stays_when_an_intervention_is_made_at_the_moment_of_a_decision(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("millisecond", ROLLBACK))
    notebook.run_all()
    time, intervene = notebook.region("Time"), notebook.region("Interventions")
    moment = Flight("validate-fails-rollback").replay.decisions[2].at
    for _ in range(2):
        time.get_by_role("button", name="Next decision").click()
        page.wait_for_timeout(100)  # it is drawn with the next frame
    expect(time.get_by_label("Virtual time")).to_have_text(clock(moment))
    said = time.get_by_label("What was decided last").inner_text()
    intervene.get_by_label("What happens").select_option(label="Let a lifecycle event fail from now on")
    intervene.get_by_role("button", name="Do it now").click()
    expect(intervene.get_by_text("What was done")).to_be_visible(timeout=PATIENCE_MS)
    assert time.get_by_label("What was decided last").inner_text() == said
    intervene.get_by_text("as YAML", exact=False).first.click()
    written = yaml.safe_load(intervene.get_by_label("Scenario as YAML").input_value())
    assert parse_duration(str(written["behavior"][0]["after"])) == moment + 1


@pytest.mark.parametrize("speed", [10, 60])
def test_the_clock_goes_as_fast_as_was_chosen(page: Page, lab: Lab, speed: int) -> None:
    notebook = OpenNotebook(page, lab, lab.write(f"speed-{speed}", ROLLBACK))
    notebook.run_all()
    time = notebook.region("Time")
    time.get_by_label("Speed").select_option(f"{speed} ×")
    page.evaluate(FRAMES_BY_HAND)
    time.get_by_role("button", name="Play").click()
    page.evaluate("for (let now = 1000; now <= 2000; now += 100) drawFrame(now); drawFrame(2000)")
    expect(time.get_by_label("Virtual time")).to_have_text(clock(speed * 1000))


def test_a_board_spells_times_as_texts_do(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("spelled", ROLLBACK))
    notebook.run_all()
    notebook.region("Time").get_by_label("Moment of the run").press("End")
    flight = Flight("validate-fails-rollback")
    expect(notebook.region("Time").get_by_label("Virtual time")).to_have_text(clock(flight.replay.duration))
    executions = flight.cloud.result()["pipelines"][0]["executions"]
    actions = [action for stage in executions[0]["stages"] for action in stage["actions"]]
    for action in actions:
        took = spell(round((action["ended"] - action["started"]) * 1000))
        expect(notebook.region("Pipelines")).to_contain_text(f"after {took}")


def test_an_instance_that_was_skipped_says_so_and_why(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("skipped", ROLLBACK))
    notebook.run_all()
    fleet = notebook.region("Fleet")
    expect(fleet).to_contain_text("What lies on the instances was there before it.")
    _go_on_until(notebook, "automatic rollback")
    fleet.get_by_role("option", name="web-1").click()
    expect(fleet).to_contain_text("Skipped Nothing was done on this instance.")
    expect(fleet).to_contain_text("the deployment ended before its turn came")


@pytest.mark.parametrize(("width", "direction"), [(1280, "row"), (700, "column")])
def test_stages_stand_below_each_other_where_the_page_is_narrow(
    page: Page, lab: Lab, width: int, direction: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    notebook = OpenNotebook(page, lab, lab.write(f"wide-{width}", BOARD))
    notebook.run_all()
    stages = notebook.region("Pipelines").get_by_role("list", name="Stages of web").locator("> li")
    places = [box for stage in stages.all() if (box := stage.bounding_box())]
    assert len(places) == 3
    across, down = ({round(box[axis]) for box in places} for axis in ("x", "y"))
    assert (len(across), len(down)) == ((3, 1) if direction == "row" else (1, 3))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_at_any_of_these_moments(page: Page, lab: Lab, theme: str) -> None:
    notebook = OpenNotebook(page, lab, lab.write("axe", BOARD))
    notebook.run_all()
    notebook.theme(theme)
    slider = notebook.region("Time").get_by_label("Moment of the run")
    for key in ("Home", "PageDown", "PageDown", "PageDown", "End"):
        slider.press(key)
        assert violations(page, ".cs") == [], key
    notebook.region("Pipelines").get_by_role("button", name="Production").click()
    notebook.region("Fleet").get_by_role("option", name="web-1").click()
    assert violations(page, ".cs") == []


def test_two_thousand_instances_are_drawn_frame_by_frame(page: Page, lab: Lab) -> None:
    """Two hundred moments, each drawn once and in no more time than it says; how long is printed, not judged: a busy
    machine would."""
    notebook = OpenNotebook(page, lab, lab.write("large", LARGE))
    notebook.run_all()
    fleet = notebook.region("Fleet")
    expect(fleet.get_by_role("option", include_hidden=True)).to_have_count(2000, timeout=PATIENCE_MS)
    spent = page.evaluate(PLAY_200_FRAMES)
    print(f"2,000 instances: {spent['mean']:.1f} ms of script a frame, at most {spent['most']:.1f} ms")
    assert spent["frames"] == 200
    notebook.region("Time").get_by_label("Moment of the run").press("End")
    expect(fleet.get_by_role("option", name="Healthy, revision 2")).to_have_count(2000, timeout=PATIENCE_MS)


BOARD = """
from sim.widgets import Flight
flight = Flight("classroom/push-to-production")
flight.board()
"""
FRAMES_BY_HAND = """(() => {
  let due = [];
  window.requestAnimationFrame = (callback) => due.push(callback);
  window.drawFrame = (now) => {
    const frame = due;
    due = [];
    frame.forEach((callback) => callback(now));
  };
})()"""
"""From now on a frame is drawn when a test says so, at the time that it says."""
ROLLBACK = BOARD.replace("classroom/push-to-production", "validate-fails-rollback")
LARGE = r"""
from sim import Scenario
from sim.formats import shipped
from sim.widgets import Flight

path = shipped.find_scenario("ten-instances")
text = path.read_text(encoding="utf-8").replace("Count: 10", "Count: 2000").replace(", fails: 0.02", "")
text = text.replace("seed: 7", "seed: 7\nquotas: {codedeploy.instances-per-deployment: 2000}")
flight = Flight(Scenario.parse(text, str(path)))
flight.board()
"""
PLAY_200_FRAMES = """async () => {
  const spent = document.querySelector('.cb-fleets').csSpent;
  const slider = document.querySelector('.cb-slider');
  const before = spent.frames;
  spent.every.length = 0;
  for (let frame = 1; frame <= 200; frame += 1) {
    slider.value = String(Number(slider.max) * frame / 201);
    slider.dispatchEvent(new Event('input'));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  const sum = spent.every.reduce((one, other) => one + other, 0);
  return {frames: spent.frames - before, mean: sum / spent.every.length, most: Math.max(...spent.every)};
}"""


def _go_to(notebook: OpenNotebook, time: str) -> None:
    """Decision by decision until the clock shows that time or a later one."""
    shown = notebook.region("Time").get_by_label("Virtual time")
    for _ in range(100):
        if shown.inner_text() >= time:
            return
        before = shown.inner_text()
        notebook.region("Time").get_by_role("button", name="Next decision").click()
        expect(shown).not_to_have_text(before)
    raise AssertionError(f"the clock never came to {time}")


def _go_on_until(notebook: OpenNotebook, text: str) -> None:
    """Decision by decision until one of that text."""
    time = notebook.region("Time")
    for _ in range(100):
        if text in time.inner_text():
            return
        time.get_by_role("button", name="Next decision").click()
        notebook.page.wait_for_timeout(50)
    raise AssertionError(f"nothing was decided about {text!r}")
