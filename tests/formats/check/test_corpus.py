"""Files that people wrote for AWS: valid ones have no error, invalid ones have one with a line, nothing stumbles.

The files are not part of the project. Where the folder is not beside the checkout, these tests are skipped.
"""

from __future__ import annotations

import csv

import pytest

from sim.core.problems import Problem
from sim.formats.check import Kind, check_paths
from tests.formats.check.fuzz import CORPUS

KINDS: dict[str, Kind] = {
    "buildspec": "buildspec",
    "appspec": "appspec",
    "get-pipeline": "pipeline",
    "create-pipeline": "pipeline",
    "cfn": "template",
    "event-pattern": "eventpattern",
}
JUDGED_OTHERWISE = {
    "pipeline/dopc02devops__flask-memcached-codecommit__codepipeline__pipeline@6c2bb6b.json": (
        "the index calls it valid; its CodeDeploy action has two input artifacts, and CreatePipeline takes one"
    )
}


def entries() -> list[tuple[str, Kind, str]]:
    """(file, kind, validity)"""
    index = CORPUS / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["file"], KINDS[row["kind"]], row["validity"]) for row in rows if row["kind"] in KINDS]


pytestmark = pytest.mark.skipif(not entries(), reason="there is no folder ../shared/corpus beside the checkout")


@pytest.mark.parametrize(("file", "kind", "validity"), entries())
def test_each_file_is_judged_as_aws_judges_it(file: str, kind: Kind, validity: str) -> None:
    errors = [problem for problem in check_paths([CORPUS / file], kind).problems if problem.severity == "error"]
    if file in JUDGED_OTHERWISE:
        assert [problem.code for problem in errors] == ["PL110"]
    elif validity == "valid":
        assert errors == []
    elif validity == "invalid":
        assert errors
    assert all(_has_a_place(problem) for problem in errors)


def _has_a_place(problem: Problem) -> bool:
    return problem.line > 0 and problem.column > 0


@pytest.mark.parametrize(("file", "kind", "validity"), entries())
def test_each_file_is_known_for_what_it_is(file: str, kind: Kind, validity: str) -> None:
    assert list(check_paths([CORPUS / file]).kinds.values()) == [kind]


def test_whole_applications_are_looked_at_without_an_error() -> None:
    report = check_paths([CORPUS / "apps"])
    assert report.files >= 15
    assert [problem for problem in report.problems if problem.severity == "error"] == []
