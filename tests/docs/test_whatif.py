"""What docs/whatif.md shows works, and it names every metric."""

import re
import shlex
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from typer.testing import CliRunner

from sim.analysis.measures import METRICS
from sim.cli import app

PAGE = (Path(__file__).parent.parent.parent / "docs" / "whatif.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^codesuite (.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*shlex.split(command), "--replications", "2"])
    assert done.exit_code == 0, done.stderr


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
