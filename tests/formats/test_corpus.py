"""Files that people wrote for AWS: the valid ones are read, the invalid ones refused with a line, nothing stumbles.

The files are not part of the project. Where the folder is not beside the checkout, these tests are skipped.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.core.problems import Problem, ProblemsError
from sim.formats.appspec import read_appspec
from sim.formats.buildspec import read_buildspec
from sim.formats.nodes import compose, plain
from sim.formats.template import read_template, resolve

CORPUS = Path(sim.__file__).resolve().parent.parent.parent / "shared" / "corpus"
READERS: dict[str, Callable[[str, str], object]] = {
    "buildspec": read_buildspec,
    "appspec": read_appspec,
    "cfn": read_template,
}


def entries() -> list[tuple[str, str, str]]:
    """(file, kind, validity) of the files that these readers are for."""
    index = CORPUS / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["file"], row["kind"], row["validity"]) for row in rows if row["kind"] in READERS]


pytestmark = pytest.mark.skipif(not entries(), reason="there is no folder ../shared/corpus beside the checkout")


def problems_of(read: Callable[[str, str], object], path: Path) -> tuple[Problem, ...]:
    """What a reader refuses a file for; nothing when it reads it."""
    try:
        read(path.read_text(encoding="utf-8"), path.name)
    except ProblemsError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(("file", "kind", "validity"), entries())
def test_each_file(file: str, kind: str, validity: str) -> None:
    problems = problems_of(READERS[kind], CORPUS / file)
    assert validity != "valid" or not problems
    assert validity != "invalid" or any(problem.severity == "error" for problem in problems)
    assert all(problem.line > 0 and problem.column > 0 and problem.message for problem in problems)


def test_the_corpus_holds_both_sorts_of_every_kind() -> None:
    found = {(kind, validity) for _, kind, validity in entries()}
    assert {(kind, validity) for kind in READERS for validity in ("valid", "invalid")} <= found


@pytest.mark.parametrize("file", [file for file, kind, validity in entries() if (kind, validity) == ("cfn", "valid")])
def test_each_valid_template_is_resolved(file: str) -> None:
    template = read_template((CORPUS / file).read_text(encoding="utf-8"), Path(file).name)
    given = {name: "1" for name, node in template.parameters.items() if node.get("Default") is None}
    try:
        stack = resolve(template, given, account="111111111111", region="us-east-1", stack_name="codesuite")
    except ProblemsError as error:
        # "1" need not be a value that the parameter allows
        left = {problem.code for problem in error.problems} - {"CF112", "CF113", "CF115", "CF116"}
    else:
        left = set(stack.order) - set(template.resources)
    assert left == set()


def app_files() -> list[Path]:
    return sorted(path for path in (CORPUS / "apps").rglob("*") if path.suffix in (".yml", ".yaml", ".json"))


def test_no_file_of_the_sample_applications_makes_a_reader_stumble() -> None:
    readers = (read_buildspec, read_appspec, read_template, lambda text, path: plain(compose(text, path)))
    for path in app_files():
        assert [bool(problems_of(read, path)) for read in readers].count(False) >= 1, "every file is YAML at least"
