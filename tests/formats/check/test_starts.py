"""Two ways to start a pipeline at once, told where one of them is chosen."""

import pytest

from tests.formats.check.cases import TWO_STARTS
from tests.formats.check.small import check_text


def told(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in check_text(text, "template.yml") if one.code == "PL211"]


def test_a_source_that_polls_beside_a_rule_for_it() -> None:
    assert told(TWO_STARTS) == [("PL211", 12)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('PollForSourceChanges: "true"', 'PollForSourceChanges: "false"'),
        ("aws.codecommit]", "aws.ecr]"),
        ("${Pipeline}", "${Other}"),
        ("    Properties:\n      EventPattern", "    Properties:\n      State: DISABLED\n      EventPattern"),
    ],
)
def test_one_way_alone_is_none_too_many(old: str, new: str) -> None:
    assert old in TWO_STARTS
    assert told(TWO_STARTS.replace(old, new)) == []


def test_a_source_that_says_nothing_polls() -> None:
    assert told(TWO_STARTS.replace(', PollForSourceChanges: "true"', "")) == [("PL211", 12)]


def test_the_pipeline_may_be_named_by_its_name() -> None:
    named = TWO_STARTS.replace(
        "      RoleArn: arn:aws:iam::123456789012:role/pipeline",
        "      Name: web\n      RoleArn: arn:aws:iam::123456789012:role/pipeline",
    )
    assert told(named.replace("${Pipeline}", "web")) == [("PL211", 13)]
