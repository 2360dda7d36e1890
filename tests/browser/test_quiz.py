"""Questions in a browser: answered, proved, and an exam by keyboard alone that survives the loss of its kernel."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[test]'")

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import PATIENCE_MS, Lab, OpenNotebook, violations

QUESTION = """
from quizzes.widget import quiz
quiz(ids="inplace-second-of-five", path=None)
"""
EXAM = """
from quizzes.widget import exam
exam(questions=3, minutes=30, seed=7, path="exam.sqlite")
"""
FURTHEST = 200
"""So many presses of Tab reach anything in a question."""


def test_a_question_is_answered_and_proved(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("question", QUESTION))
    notebook.run_all()
    quiz = page.locator(".cs-quiz")
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="Answer", exact=True).click()
    expect(quiz.get_by_role("list", name="Every option, and why")).to_be_visible(timeout=PATIENCE_MS)
    quiz.get_by_role("button", name="Prove it").click()
    run = quiz.get_by_role("region", name="The run: ")
    expect(run).to_be_visible(timeout=PATIENCE_MS)
    expect(run.get_by_role("table", name="What each option claims of the run")).to_contain_text("holds")
    expect(run).to_contain_text("ValidateService")
    expect(quiz.get_by_text('codesuite quiz --read "codedeploy').first).to_be_visible()
    assert violations(page, ".cs") == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_a_question(page: Page, lab: Lab, theme: str) -> None:
    notebook = OpenNotebook(page, lab, lab.write("question-axe", QUESTION))
    notebook.run_all()
    notebook.theme(theme)
    page.locator(".cs-quiz").get_by_role("radio").first.wait_for(timeout=PATIENCE_MS)
    assert violations(page, ".cs") == []


def test_a_task_shows_its_scenario_and_a_verdict_goes_with_the_try_it_was_of(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("task", QUESTION.replace("second-of-five", "task-keep-four")))
    notebook.run_all()
    quiz = page.locator(".cs-quiz")
    quiz.get_by_text("The scenario, as you found it").click()
    expect(quiz.get_by_role("group", name="Scenario", exact=True)).to_contain_text("CodeDeployDefault.AllAtOnce")
    quiz.get_by_role("button", name="Try it").click()
    config = quiz.get_by_label("parameters.Config")
    config.fill("CodeDeployDefault.OneAtATime")
    quiz.get_by_role("button", name="Try it").click()
    expect(quiz).to_contain_text("✗ Not yet", timeout=PATIENCE_MS)
    assert violations(page, ".cs") == []
    config.fill("[custom")
    quiz.get_by_role("button", name="Try it").click()
    expect(quiz).to_contain_text("a ] is missing", timeout=PATIENCE_MS)
    expect(quiz).not_to_contain_text("✗ Not yet")
    expect(config).to_have_value("[custom")


def test_a_short_exam_by_keyboard_alone_survives_a_restart_of_the_kernel(page: Page, lab: Lab) -> None:
    notebook = OpenNotebook(page, lab, lab.write("exam", EXAM))
    notebook.run_all()
    quiz = page.locator(".cs-quiz")
    page.locator(".jp-CodeCell .cm-content").first.focus()
    page.keyboard.press("Escape")
    _tab_to(page, "button", "Begin")
    page.keyboard.press("Enter")
    expect(quiz.get_by_role("heading", name="Question 1 of 3")).to_be_visible(timeout=PATIENCE_MS)
    assert violations(page, ".cs") == []
    first = _answer(page)
    expect(quiz.get_by_role("heading", name="Question 2 of 3")).to_be_focused(timeout=PATIENCE_MS)

    notebook.restart()
    notebook.run_all()

    expect(quiz.get_by_label("Question 1, done")).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".jp-CodeCell .cm-content").first.focus()
    page.keyboard.press("Escape")
    _tab_to(page, "button", "Question 1, done")
    page.keyboard.press("Enter")
    expect(quiz.get_by_role("heading", name="Question 1 of 3")).to_be_visible(timeout=PATIENCE_MS)
    assert _chosen(page) == first
    for number in (1, 2, 3):
        _tab_to(page, "button", f"Question {number},")
        page.keyboard.press("Enter")
        expect(quiz.get_by_role("heading", name=f"Question {number} of 3")).to_be_visible(timeout=PATIENCE_MS)
        _answer(page)
    _tab_to(page, "button", "End the exam")
    page.keyboard.press("Enter")
    _tab_to(page, "button", "Yes, end the exam")
    page.keyboard.press("Enter")
    expect(quiz.get_by_role("heading", name="How it went")).to_be_visible(timeout=PATIENCE_MS)
    assert violations(page, ".cs") == []
    assert page.locator(".jp-Cell").count() == 1, "no key has made or deleted a cell"


def _tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until something of that role has the focus whose accessible name begins so."""
    seen = []
    for _ in range(FURTHEST):
        found = page.evaluate(FOCUSED)
        if found["role"] == role and found["name"].startswith(name):
            return
        seen.append(f"{found['role']} {found['name']}")
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {role} {name!r}; it came to {list(dict.fromkeys(seen))}")


FOCUSED = """() => {
  const at = document.activeElement;
  const entry = {radio: 'radio', checkbox: 'checkbox'}[at.type] || 'textbox';
  const roles = {BUTTON: 'button', SELECT: 'combobox', INPUT: entry};
  const label = at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText || '';
  const role = roles[at.tagName] || at.tagName.toLowerCase();
  return {role, name: label.trim(), inside: Boolean(at.closest('.cs-quiz'))};
}"""
CHOSEN = """() => [...document.querySelectorAll('.cs-quiz input, .cs-quiz select')]
  .map((one) => one.type === 'radio' || one.type === 'checkbox' ? one.checked : one.value)"""


def _chosen(page: Page) -> list[object]:
    """What the inputs of the question hold."""
    found: list[object] = page.evaluate(CHOSEN)
    return found


def _answer(page: Page) -> list[object]:
    """Answer the question that is shown, by keys: the first of what there is to choose, and on to the next."""
    form = page.locator(".cs-quiz form")
    for _ in range(FURTHEST):
        found = page.evaluate(FOCUSED)
        ticks = found["role"] == "radio" or (found["role"] == "checkbox" and not _enough(form))
        if found["inside"] and ticks:
            page.keyboard.press("Space")
        elif found["inside"] and found["role"] == "combobox":
            page.keyboard.press("ArrowDown")
        elif found["inside"] and found["role"] == "textbox":
            page.keyboard.type("1")
        elif found["name"].startswith("Keep"):
            chosen = _chosen(page)
            page.keyboard.press("Enter")
            return chosen
        page.keyboard.press("Tab")
    raise AssertionError("Tab never came to the button that keeps the answer")


def _enough(form: Locator) -> bool:
    """Whether as many boxes are ticked as the question wants: it says `1 of 2 chosen`."""
    ticked, wanted = form.locator(".cs-quiet", has_text="chosen").inner_text().split(" of ")
    return ticked == wanted.split()[0]
