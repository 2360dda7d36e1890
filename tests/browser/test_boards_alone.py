"""Boards need no kernel once they are there, and no mouse."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[test]'")

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import PATIENCE_MS, Lab, OpenNotebook

BOARD = """
from sim.widgets import Flight
flight = Flight("validate-fails-rollback")
flight.board()
"""
QUESTION = """
from quizzes.widget import quiz
quiz(ids="inplace-second-of-five", path=None)
"""
BUSY = "import time\ntime.sleep(600)"
"""A cell that keeps the kernel busy for as long as a test may take."""


def plays(time: Locator) -> None:
    """It goes on after Play, and stands after Pause."""
    shown = time.get_by_label("Virtual time")
    before = shown.inner_text()
    time.get_by_role("button", name="Play").click()
    expect(shown).not_to_have_text(before, timeout=PATIENCE_MS)
    time.get_by_role("button", name="Pause").click()


def test_boards_play_while_the_kernel_is_busy(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("busy", BOARD, BUSY))
    notebook.menu("Run", "Run All Cells")
    time = notebook.region("Time")
    expect(notebook.region("Fleet")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "busy")
    plays(time)
    time.get_by_label("Moment of the run").press("End")
    expect(notebook.region("Pipelines").get_by_role("button", name="Production")).to_contain_text("Failed")
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "busy")


def test_boards_play_when_the_kernel_is_gone(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("gone", BOARD))
    notebook.run_all()
    notebook.menu("Kernel", "Shut Down Kernel")
    expect(page.get_by_text("No Kernel").first).to_be_visible(timeout=PATIENCE_MS)
    time = notebook.region("Time")
    plays(time)
    time.get_by_role("button", name="Next decision").click()
    time.get_by_label("Moment of the run").press("End")
    expect(notebook.region("Fleet").get_by_role("option", name="web-3: Healthy, revision 1")).to_be_visible()


def test_a_view_says_when_no_kernel_answers(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("silent", BOARD))
    notebook.run_all()
    notebook.menu("Kernel", "Shut Down Kernel")
    expect(page.get_by_text("No Kernel").first).to_be_visible(timeout=PATIENCE_MS)
    interventions = notebook.region("Interventions")
    interventions.get_by_role("button", name="Do it now").click()
    expect(interventions.get_by_role("alert").first).to_contain_text("run the cell again", timeout=PATIENCE_MS)


@pytest.mark.parametrize("view", ["board", "quiz"])
def test_a_view_says_that_a_kernel_that_was_restarted_knows_nothing_of_it(page: Page, lab: Lab, view: str) -> None:
    notebook = OpenNotebook(page, lab, lab.write(f"restarted-{view}", {"board": BOARD, "quiz": QUESTION}[view]))
    notebook.run_all()
    shown = notebook.region("Interventions") if view == "board" else page.locator(".cs-quiz")
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    notebook.menu("Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    notebook.wait_for_kernel()
    if view == "quiz":
        shown.get_by_role("radio").first.check()
    shown.get_by_role("button", name="Do it now" if view == "board" else "Answer", exact=True).click()
    expect(shown.get_by_role("alert").first).to_contain_text("run the cell again", timeout=PATIENCE_MS)
    if view == "board":
        expect(shown.get_by_role("button", name="No answer yet")).to_be_disabled()


def test_a_fault_is_injected_and_looked_at_by_keyboard_only(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("keys", BOARD))
    notebook.run_all()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    notebook.region("Time").get_by_role("button", name="Next decision").focus()
    for _ in range(9):
        page.keyboard.press("Enter")
    expect(notebook.region("Time")).to_contain_text("3 instances to deploy to")

    notebook.region("Fleet").get_by_role("option", name="web-1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")  # twice, this deletes a cell where JupyterLab takes the keys
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    heading = notebook.region("Fleet").get_by_role("heading", name="Instance web-2")
    expect(heading).to_be_focused()
    page.keyboard.press("Escape")
    expect(notebook.region("Fleet").get_by_role("option", name="web-2")).to_be_focused()

    interventions = notebook.region("Interventions")
    interventions.get_by_label("What happens").focus()
    page.keyboard.type("Let a life")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(interventions.get_by_role("button", name="Undo the last one")).to_be_visible(timeout=PATIENCE_MS)
    expect(interventions).to_contain_text("hook: ValidateService")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_who_asked_for_little_motion_sees_no_sign_turn_and_the_boards_still_play(page: Page, lab: Lab) -> None:
    page.emulate_media(reduced_motion="reduce")
    notebook = OpenNotebook(page, lab, lab.write("still", BOARD))
    notebook.run_all()
    plays(notebook.region("Time"))
    turning = page.evaluate(
        "[...document.querySelectorAll('.cb *')].filter((one) => getComputedStyle(one).animationName !== 'none').length"
    )
    assert turning == 0
