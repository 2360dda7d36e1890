"""Notebooks in a real browser: JupyterLab on loopback, Debian's Chromium, driven by Playwright.

What they need is in the extra `test` but for Chromium itself (`apt-get install chromium`). Where it is not there these
tests are skipped with a message; with CODESUITE_BROWSER=required, as in .ci/run, that is a failure.
"""
