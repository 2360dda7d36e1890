"""What the pages of docs/ show works as shown."""

import json
import re
from pathlib import Path

import pytest

from sim.analysis.expectations import judge_all
from sim.formats import scenario as grammar
from sim.formats.scenario import scenario_from_text
from sim.scenario import Scenario

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def test_the_scenario_on_the_page_runs_and_keeps_its_promise() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "scenario.md").read_text(encoding="utf-8"), re.DOTALL)
    document = scenario_from_text(text, DOCS / "scenario.yml")
    result = Scenario(document).compile().run().result()
    verdicts = judge_all(result, ((expect.text, expect.line) for expect in document.expect))
    assert [verdict.holds for verdict in verdicts] == [True]
    assert result["warnings"] == [] or all(warning["code"] == "SC302" for warning in result["warnings"])


def test_every_member_of_the_result_is_on_its_page() -> None:
    page = (DOCS / "result.md").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "data/schema/result.schema.json").read_text(encoding="utf-8"))
    for member in schema["properties"]:
        assert f"`{member}`" in page, member


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_key_that_the_reader_knows_is_on_the_page() -> None:
    """The README calls it the whole grammar."""
    page = (DOCS / "scenario.md").read_text(encoding="utf-8")
    keys = {*grammar.SCENARIO_KEYS, "unhealthy", "confirms", *grammar.RULES, *grammar._READ}
    for required, optional, _ in grammar.STEPS.values():
        keys |= {*required, *optional}
    missing = sorted(key for key in keys if not re.search(rf"\b{re.escape(key)}\b", page))
    assert missing == []


def test_the_boards_on_the_page_of_the_course_are_made_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (DOCS / "course.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(block, {"__name__": "page"})
    assert "FleetSize: 4" in capsys.readouterr().out
