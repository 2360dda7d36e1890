"""Every rule and every comment that cites docs/behaviour cites a section that is there."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import sim.services
from sim.core.states import Rule

ROOT = Path(__file__).parent.parent.parent
BEHAVIOUR = ROOT / "docs" / "behaviour"
CITED = re.compile(
    r"(?:docs/behaviour/)?\b(codebuild|codedeploy|codepipeline|codecommit-and-glue)\.md §(\d+(?:\.\d+)?)"
)


def sections(page: str) -> set[str]:
    text = (BEHAVIOUR / f"{page}.md").read_text(encoding="utf-8")
    return set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", text, re.MULTILINE))


SECTIONS = {path.stem: sections(path.stem) for path in BEHAVIOUR.glob("*.md") if path.stem != "README"}


def rules() -> list[Rule]:
    found: dict[int, Rule] = {}
    for module in pkgutil.walk_packages(sim.services.__path__, "sim.services."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Rule):
                found[id(value)] = value
    return sorted(found.values(), key=lambda rule: rule.id)


RULES = rules()


def test_there_are_rules_and_each_id_is_its_own() -> None:
    assert len(RULES) > 80
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_cites_a_section_that_is_there(rule: Rule) -> None:
    cited = CITED.findall(rule.source)
    assert cited, f"{rule.source!r} names no page and section"
    for page, section in cited:
        assert section in SECTIONS[page], f"{page}.md has no section {section}"
    assert rule.basis in ("documented", "inferred", "assumed")


def test_comments_and_docstrings_cite_sections_that_are_there() -> None:
    dangling = []
    for path in sorted((ROOT / "sim").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for page, section in CITED.findall(line):
                if section not in SECTIONS[page]:
                    dangling.append(f"{path.relative_to(ROOT)}:{number}: {page}.md §{section}")
    assert dangling == []
