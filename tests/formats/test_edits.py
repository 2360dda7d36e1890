"""Changes to a scenario's text: what is meant changes, and all the rest stays to the letter."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario
from sim.core.problems import UsageError
from sim.formats import edits, shipped
from sim.formats.nodes import compose, plain

STEP = {"at": "5m30s", "alarm": {"name": "High errors", "state": "ALARM"}}
RULE = {"hook": "ValidateService", "instances": ["web-2"], "fails": True}


def read(text: str) -> Any:
    return plain(compose(text, "scenario.yml"))


@pytest.mark.parametrize("name", shipped.scenarios())
def test_further_items_join_the_list_and_nothing_else_changes(name: str) -> None:
    text = shipped.find_scenario(name).read_text(encoding="utf-8")
    before = read(text)
    changed = edits.with_items(edits.with_items(text, "timeline", [STEP]), "behavior", [RULE], first=True)
    timeline, behavior = [*(before.get("timeline") or []), STEP], [RULE, *(before.get("behavior") or [])]
    assert read(changed) == {**before, "timeline": timeline, "behavior": behavior}
    assert [line for line in changed.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith("#")
    ]


@pytest.mark.parametrize("name", shipped.scenarios())
def test_with_absolute_paths_a_scenario_reads_the_same_from_anywhere(name: str, tmp_path: Path) -> None:
    file = shipped.find_scenario(name)
    text = edits.with_absolute_paths(file.read_text(encoding="utf-8"), file.parent)
    there, here = Scenario.parse(text, str(tmp_path / "moved.yml")).document, Scenario.open(name).document
    assert there.repositories == here.repositories
    assert [past.files for past in there.history] == [past.files for past in here.history]
    assert [step.fields for step in there.timeline] == [
        dict(step.fields) | ({"folder": there_step.fields["folder"]} if "folder" in step.fields else {})
        for step, there_step in zip(here.timeline, there.timeline, strict=True)
    ]


def test_a_list_that_a_comment_follows_grows_before_the_comment() -> None:
    text = "timeline:\n  - {at: 0s, push: {repository: web}}\n\n# Rules:\nbehavior:\n  - {command: x, takes: 1s}\n"
    changed = edits.with_items(text, "timeline", [STEP])
    assert changed.index("5m30s") < changed.index("# Rules:")
    assert changed.replace("  - {at: 5m30s, alarm: {name: High errors, state: ALARM}}\n", "") == text


def test_a_text_block_at_the_end_of_a_list_keeps_its_lines() -> None:
    push = "push:\n    repository: web\n    files:\n      a.sh: |\n        # not a comment\n        ls\n"
    text = f"timeline:\n- at: 0s\n  {push}"
    changed = read(edits.with_items(text, "timeline", [STEP]))
    assert changed["timeline"] == [*read(text)["timeline"], STEP]


@pytest.mark.parametrize(
    "text", ["title: x\n", "title: x\ntimeline:\n", "title: x\ntimeline: []\n", "title: x\ntimeline: ~\n"]
)
def test_a_list_that_is_not_there_is_made(text: str) -> None:
    assert read(edits.with_items(text, "timeline", [STEP, STEP])) == {"title": "x", "timeline": [STEP, STEP]}


@pytest.mark.parametrize(
    "text", ['{"title": "x", "timeline": []}', '{"title": "x"}', '{\n "timeline": [],\n "title": "x"\n}']
)
def test_json_stays_json(text: str) -> None:
    import json

    changed = edits.with_items(text, "timeline", [STEP])
    assert json.loads(edits.with_value(changed, "seed", 3)) == {"title": "x", "timeline": [STEP], "seed": 3}


def test_what_is_no_list_takes_no_items() -> None:
    with pytest.raises(UsageError, match="timeline is no list"):
        edits.with_items("timeline: {at: 0s}\n", "timeline", [STEP])


def test_a_value_is_set_in_place_and_its_comment_stays() -> None:
    text = "# A fleet\nparameters: {FleetSize: 3}  # small\nseed: 7 # luck\n"
    changed = edits.with_value(edits.with_value(text, "parameters.FleetSize", 12), "seed", 8)
    assert changed == "# A fleet\nparameters: {FleetSize: 12}  # small\nseed: 8 # luck\n"


def test_mappings_on_the_way_are_made() -> None:
    assert read(edits.with_value("title: x\n", 'quotas."codebuild.concurrent-builds"', 5)) == {
        "title": "x",
        "quotas": {"codebuild.concurrent-builds": 5},
    }
    nested = "Resources:\n  Group:\n    Properties:\n      Name: web\n"
    assert read(edits.with_value(nested, "Resources.Group.Properties.Count", 5)) == {
        "Resources": {"Group": {"Properties": {"Name": "web", "Count": 5}}}
    }


def test_a_path_into_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing stands at 3"):
        edits.with_value("behavior: []\n", "behavior[3].fails", True)
    with pytest.raises(UsageError, match="is not a path"):
        edits.with_value("seed: 1\n", "a..b", 1)


words = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff\ufffe\uffff\x85\u2028\u2029")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_written_on_one_line_is_read_back(value: Any) -> None:
    text = edits.flow({"value": value})
    assert "\n" not in text
    assert read(text)["value"] == value
