"""The course as a learner opens it: copied by `codesuite lab`, run from top to bottom, its boards on the page."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[test]'")

from playwright.sync_api import Page, expect

from sim.course.folder import Folder
from sim.course.notebooks import notebooks
from tests.browser.lab import Lab, OpenNotebook, violations


def test_notebook_00_opens_and_runs(page: Page, lab: Lab) -> None:
    Folder(lab.folder).bring(notebooks()[:1])
    notebook = OpenNotebook(page, lab, notebooks()[0].file_name)
    notebook.run_all()
    expect(notebook.region("Pipelines").first).to_be_visible()
    assert violations(page, ".cs") == []
