from __future__ import annotations

from typing import Any

import pytest

from sim.formats.paths import get_path, set_path

DOCUMENT = {
    "parameters": {"FleetSize": 9},
    "behavior": [{"hook": "AfterInstall"}, {"fails": 0.05, "takes": {"uniform": ["5s", "20s"]}}],
    "quotas": {"codebuild.concurrent-builds": 5},
    "people": {"boss@example.com": {"confirms": "never"}},
    "Resources": {"Group": {"Properties": {"DeploymentConfigName": "x"}}},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parameters.FleetSize", 9),
        ("behavior[1].fails", 0.05),
        ("behavior[1].takes.uniform[0]", "5s"),
        ('quotas."codebuild.concurrent-builds"', 5),
        ('people."boss@example.com".confirms', "never"),
        ("Resources.Group.Properties.DeploymentConfigName", "x"),
    ],
)
def test_a_path_leads_to_a_value_and_can_be_given_another(path: str, value: Any) -> None:
    assert get_path(DOCUMENT, path) == value
    changed = set_path(DOCUMENT, path, "other")
    assert get_path(changed, path) == "other"
    assert get_path(DOCUMENT, path) == value, "the document itself stays as it is"


@pytest.mark.parametrize(
    "path", ["parameters.Size", "behavior[2]", "behavior.fails", "parameters[0]", "parameters.FleetSize.x", "nothing.x"]
)
def test_where_nothing_stands(path: str) -> None:
    with pytest.raises(LookupError, match="nothing stands at"):
        get_path(DOCUMENT, path)


def test_mappings_on_the_way_are_made() -> None:
    assert set_path({}, "parameters.FleetSize", 3) == {"parameters": {"FleetSize": 3}}


@pytest.mark.parametrize("path", ["behavior[5].fails", "behavior[5]", "behavior.x", "parameters.FleetSize.x", "[0]"])
def test_nothing_else_is_made_on_the_way(path: str) -> None:
    with pytest.raises(LookupError):
        set_path(DOCUMENT, path, 1)


@pytest.mark.parametrize(
    "path", ["", ".", "a..b", ".a", "a.", "a[x]", "a[", "a]b", "a b", "a[-1]", 'a"b"', "a.[0]", "a[0]b", '"', 'a.""']
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path such as"):
        get_path(DOCUMENT, path)
