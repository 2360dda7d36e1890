"""The pages on AWS's behaviour, read without the repository: everything that is cited can be found."""

from pathlib import Path

import pytest

from quizzes import generate, load, reading
from sim.core.problems import UsageError
from sim.formats import shipped

CITED = sorted(
    {
        ref
        for one in (*load().questions, *generate.families())
        for ref in one.refs  # type: ignore[attr-defined]
        if ref.startswith(reading.OURS)
    }
)


def test_the_pages_are_those_of_docs_behaviour() -> None:
    assert reading.pages() == ["codebuild", "codecommit-and-glue", "codedeploy", "codepipeline"]


@pytest.mark.parametrize("ref", CITED)
def test_every_section_that_a_question_cites_is_there(ref: str) -> None:
    text = reading.section(ref)
    number = ref.partition("§")[2]
    assert text.splitlines()[0].lstrip("# §").startswith(number)
    assert len(text.splitlines()) > 1


def test_a_section_ends_where_the_next_one_begins() -> None:
    text = reading.section("codedeploy 5.2")
    assert text.startswith("### 5.2 ")
    assert "### 5.3" not in text
    whole = reading.section("docs/behaviour/codedeploy.md §5")
    assert "### 5.3" in whole
    assert "## 6." not in whole


def test_a_citation_may_name_a_rule_of_its_section() -> None:
    assert reading.section("docs/behaviour/codedeploy.md §5.4 rules 3, 4, 13") == reading.section("codedeploy 5.4")


def test_a_page_alone_gives_its_headings_and_section_0_what_it_says_of_itself() -> None:
    assert "- 5.4 Scheduling rule to implement" in reading.section("codedeploy").splitlines()
    for page in reading.pages():
        text = reading.section(f"{page} 0")
        assert text.startswith("# ")
        assert "## 1. " not in text


@pytest.mark.parametrize("citation", ["", "codestar", "docs/behaviour/nothing.md §1", "../secrets 1"])
def test_what_is_no_page_is_told_with_those_there_are(citation: str) -> None:
    with pytest.raises(UsageError, match="name one of codebuild, codecommit-and-glue, codedeploy, codepipeline"):
        reading.section(citation)


def test_a_section_that_is_not_there_is_told() -> None:
    with pytest.raises(UsageError, match="has no section 99; --read codedeploy lists them"):
        reading.section("codedeploy 99")


def test_a_learner_gets_an_address_or_something_to_type() -> None:
    assert reading.address("https://docs.aws.amazon.com/x") == "https://docs.aws.amazon.com/x"
    assert reading.address("docs/behaviour/codedeploy.md §5.4 rule 7") == 'codesuite quiz --read "codedeploy 5.4"'
    assert reading.address("docs/behaviour/codebuild.md") == 'codesuite quiz --read "codebuild"'


def test_tables_are_told_row_by_row() -> None:
    text = "### 1. Heading\n\n| # | Fact |\n|---|---|\n| 1 | It is so |\n| 2 | |\n\nText."
    assert reading.told(text) == ["1. Heading", "# 1; Fact: It is so.", "# 2.", "Text."]


def test_an_installed_package_has_the_pages_beside_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "behaviour").mkdir()
    (tmp_path / "behaviour" / "codedeploy.md").write_text("# A page\n\n## 1. One\n\nText.\n", encoding="utf-8")
    monkeypatch.setattr(shipped, "root", lambda: tmp_path)
    reading.folder.cache_clear()
    try:
        assert reading.section("codedeploy 1") == "## 1. One\n\nText."
    finally:
        reading.folder.cache_clear()
