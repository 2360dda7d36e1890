"""What docs/whatif.md shows works, and it names every metric."""

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from typer.testing import CliRunner

from sim.analysis.measures import METRICS
from sim.cli import app
from sim.formats import shipped
from tests.formats.test_corpus import CORPUS

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "whatif.md").read_text(encoding="utf-8")
NOTEBOOK = (ROOT / "notebooks" / "11_what_if_lab.py").read_text(encoding="utf-8")
IN_THE_NOTEBOOK = re.findall(r"^# codesuite (whatif .+)$", NOTEBOOK, re.MULTILINE)
JOINED = PAGE.replace("\\\n", "")
COMMANDS = [line for line in re.findall(r"^codesuite (.+)$", JOINED, re.MULTILINE) if not re.search(r"\w\.yml", line)]
OWN = re.findall(r"^codesuite (whatif \w+\.yml [^\n]+)\n```\n+```text\n(.*?)```", JOINED, re.MULTILINE | re.DOTALL)
"""(command, what it prints) on a template of one's own"""
TEMPLATE = CORPUS / "pipeline/satoshi256kbyte__github-gitlab-codepipeline__cicd__codepipeline@fc53bf6.yaml"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*shlex.split(command), "--replications", "2"])
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("command", IN_THE_NOTEBOOK)
def test_a_command_of_the_notebook(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands there, but for the thousand replications of somebody's own scenario, which are three here."""
    own = shipped.copy_scenario("first-release", tmp_path / "own")
    monkeypatch.chdir(own.parent)
    own.rename("my-scenario.yml")
    done = CliRunner().invoke(app, shlex.split(command.replace("--replications 1000", "--replications 3")))
    assert done.exit_code == 0, done.stderr
    assert "interval" in done.stdout
    assert done.stderr == ""


def test_the_notebook_has_commands_with_their_brackets_in_quotes() -> None:
    assert len(IN_THE_NOTEBOOK) == 3
    for command in [*IN_THE_NOTEBOOK, *COMMANDS]:
        assert "[" not in re.sub(r'"[^"]*"', "", command), "some shells look for files of that name"


@pytest.mark.skipif(not TEMPLATE.is_file(), reason="the corpus is not beside the checkout")
def test_a_template_of_ones_own_gives_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(TEMPLATE, tmp_path / "codepipeline.yaml")
    shutil.copytree(shipped.root() / "apps/web-v0", tmp_path / "app")
    for name, text in re.findall(r"```yaml\n# (\w+\.yml)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    assert len(OWN) == 2
    for command, shown in OWN:
        done = CliRunner().invoke(app, shlex.split(command))
        assert done.exit_code == 0, done.stderr
        printed = [line.split() for line in done.stdout.splitlines()]
        for line in shown.splitlines():
            assert line.startswith(" ──") or line.split() in printed, line


def test_the_python_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    names: dict[str, Any] = {"__name__": "page"}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, names)
    assert (tmp_path / "lead-time.png").stat().st_size > 5_000


def test_every_metric_is_on_the_page_as_it_describes_itself() -> None:
    for metric in METRICS.values():
        assert f"| `{metric.name}` | {metric.unit} | {metric.text} |" in PAGE
