"""The other views in a browser: the scenario lab, a prediction, the mails."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[test]'")

from playwright.sync_api import Page, expect

from tests.browser.lab import PATIENCE_MS, Lab, OpenNotebook, violations

VIEWS = {
    "laboratory": """
from sim.widgets import ScenarioLab
ScenarioLab("ten-instances", {"Resources.Fleet.Properties.Count": (2, 12)}).view()
""",
    "prediction": """
from sim.widgets import Flight, Prediction
Prediction(Flight("validate-fails"), of="status").view()
""",
    "mails": """
from sim.widgets import Flight
flight = Flight("first-release")
flight.clock.seek(flight.replay.duration)
flight.outbox()
""",
}


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(page: Page, lab: Lab, view: str, theme: str) -> None:
    notebook = OpenNotebook(page, lab, lab.write(view, VIEWS[view]))
    notebook.run_all()
    notebook.theme(theme)
    page.locator(".cs").first.wait_for(timeout=PATIENCE_MS)
    assert violations(page, ".cs") == []


def test_a_slider_of_the_laboratory_runs_the_scenario_anew(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("slider", VIEWS["laboratory"]))
    notebook.run_all()
    shown = page.locator(".cs").first
    expect(shown).to_contain_text("10", timeout=PATIENCE_MS)
    slider = shown.get_by_role("slider").first
    slider.focus()
    slider.press("Home")
    slider.blur()
    compared = shown.get_by_role("region", name="Compared with the run before")
    expect(compared).to_contain_text("from 10 to 2.", timeout=PATIENCE_MS)
    expect(compared.get_by_role("row", name="Fewest healthy instances in service 5 1")).to_be_visible()
