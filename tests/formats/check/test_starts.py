"""Two ways to start a pipeline at once, told where one of them is chosen."""

from pathlib import Path

import pytest

from sim.formats import check
from sim.formats.check import check_paths
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


ALONE = TWO_STARTS[: TWO_STARTS.index("  Rule:")].replace('"true"', '"false"')


def waiting(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in check.check_text(text, "template.yml") if one.code == "PL214"]


def test_the_rule_that_is_offered_is_the_one_that_was_missing() -> None:
    (problem,) = (one for one in check.check_text(ALONE, "template.yml") if one.code == "PL214")
    rule = problem.hint.partition("`Rule: ")[2].partition("`")[0]
    mended = f"{ALONE}  Rule: {rule.replace('…', 'arn:aws:iam::123456789012:role/events')}\n"
    assert check.check_text(mended, "template.yml") == []
    polling = mended.replace('PollForSourceChanges: "false"', 'PollForSourceChanges: "true"')
    assert told(polling) == [("PL211", 12)]


def test_a_source_that_waits_for_a_rule_that_is_not_there() -> None:
    assert waiting(ALONE) == [("PL214", 12)]
    # a rule that tells people of it starts nothing
    topic = "  Topic: {Type: AWS::SNS::Topic}\n"
    rule = "  Rule:\n    Type: AWS::Events::Rule\n    Properties:\n      EventPattern: {source: [aws.codepipeline]}\n"
    assert waiting(f"{ALONE}{topic}{rule}      Targets: [{{Id: a, Arn: !Ref Topic}}]\n") == [("PL214", 12)]


@pytest.mark.parametrize(
    "more",
    [
        TWO_STARTS[TWO_STARTS.index("  Rule:") :],
        "  Rule: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: !Ref Targets}}\n",
        "  Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !ImportValue release}]}}\n",
        "  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: rules.yml}}\n",
        "  Role: {Type: AWS::IAM::Policy, Properties: {PolicyName: codepipeline:StartPipelineExecution}}\n",
        "Transform: Macro\n",
    ],
)
def test_what_may_start_it_is_enough(more: str) -> None:
    assert waiting(ALONE + more) == []


def test_a_rule_of_another_file_may_be_the_one_that_is_missing(tmp_path: Path) -> None:
    def told() -> list[str]:
        return [one.code for one in check.check_paths([tmp_path]).problems if one.code == "PL214"]

    (tmp_path / "template.yml").write_text(ALONE, encoding="utf-8")
    assert told() == ["PL214"]
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    assert told() == []


@pytest.mark.parametrize("polls", ['"true"', "!Ref Polls"])
def test_a_source_that_polls_or_may_poll_waits_for_nothing(polls: str) -> None:
    assert waiting(ALONE.replace('"false"', polls)) == []


RULES = """AWSTemplateFormatVersion: '2010-09-09'
Resources:
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        detail-type: [CodeCommit Repository State Change]
        resources: [!Sub "arn:aws:codecommit:${AWS::Region}:${AWS::AccountId}:shop"]
        detail: {event: [referenceUpdated], referenceName: [main]}
      Targets:
        - Id: pipeline
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:web"
          RoleArn: arn:aws:iam::123456789012:role/start
"""
PIPELINE = """{"pipeline": {
 "name": "web", "roleArn": "arn:aws:iam::123456789012:role/pipeline",
 "artifactStore": {"type": "S3", "location": "bucket"},
 "stages": [
  {"name": "Source", "actions": [
   {"name": "Code", "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
    "configuration": {"RepositoryName": "shop", "BranchName": "main"}, "outputArtifacts": [{"name": "Out"}]}]},
  {"name": "Build", "actions": [
   {"name": "Make", "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
    "configuration": {"ProjectName": "web"}, "inputArtifacts": [{"name": "Out"}]}]}]}}
"""


def told_across(folder: Path, **files: str) -> list[tuple[str, str, int]]:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    found = check_paths([folder]).problems
    return [(Path(one.path).name, one.code, one.line) for one in found if one.code in ("PL202", "PL211")]


def test_a_rule_of_another_file_for_a_declaration(tmp_path: Path) -> None:
    assert told_across(tmp_path, pipeline_json=PIPELINE) == [("pipeline.json", "PL202", 6)]
    # what was feared of the file alone is sure now, and told once
    assert told_across(tmp_path, rules_yml=RULES) == [("pipeline.json", "PL211", 6)]


def test_a_rule_of_another_file_for_a_template(tmp_path: Path) -> None:
    template = TWO_STARTS[: TWO_STARTS.index("  Rule:")]
    named = template.replace("      RoleArn: arn:aws:iam", "      Name: web\n      RoleArn: arn:aws:iam", 1)
    found = told_across(tmp_path, template_yml=named, rules_yml=RULES.replace(":shop", ":${Repository}"))
    assert found == [("template.yml", "PL211", 13)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":web", ":web-two"),
        (":shop", ":other"),
        ("aws.codecommit]", "aws.ecr]"),
        ("    Properties:", "    Properties:\n      State: DISABLED"),
        ("codepipeline:", "codebuild:"),
    ],
)
def test_a_rule_of_another_file_for_something_else(old: str, new: str, tmp_path: Path) -> None:
    assert old in RULES
    found = told_across(tmp_path, pipeline_json=PIPELINE, rules_yml=RULES.replace(old, new))
    assert found == [("pipeline.json", "PL202", 6)]
