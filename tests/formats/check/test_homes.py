"""Keys of a pipeline that stand at the wrong level: each is told where it belongs, with the line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.formats.check import check_paths, check_text
from sim.formats.check.kinds import kind_of_root
from sim.formats.nodes import compose

SOURCE = """\
    {"name": "Source",
      "actions": [
        {"name": "Get",
          "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
          "configuration": {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"},
          "outputArtifacts": [{"name": "SrcOut"}]}]}"""
BUILD = """\
    {"name": "Build",
      "actions": [
        {"name": "Make",
          "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
          "configuration": {"ProjectName": "web"},
          "inputArtifacts": [{"name": "SrcOut"}]}]}"""
TEXT = f"""\
{{"pipeline": {{
  "name": "web",
  "pipelineType": "V2",
  "roleArn": "arn:aws:iam::123456789012:role/p",
  "artifactStore": {{"type": "S3", "location": "store"}},
  "stages": [
{SOURCE},
{BUILD}]}}}}
"""


TEMPLATE = """\
Resources:
  Pipe:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: arn:aws:iam::123456789012:role/pipeline
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Get
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: '1'}
              Configuration: {S3Bucket: my-source, S3ObjectKey: a.zip, PollForSourceChanges: 'true'}
              OutputArtifacts: [{Name: Src}]
        - Name: Deploy
          Actions:
            - Name: Ship
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: '1'}
              ApplicationName: !ImportValue App
              DeploymentGroupName: web
              InputArtifacts: [{Name: Src}]
"""


def told(old: str, new: str, *more: tuple[str, str]) -> list[tuple[str, int, str]]:
    text = TEXT
    for one, other in ((old, new), *more):
        assert one in text
        text = text.replace(one, other)
    return [(one.code, one.line, one.hint) for one in check_text(text, "web.json", "pipeline") if one.code != "PL214"]


def test_the_pipeline_as_it_should_be() -> None:
    assert told("web", "web") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        (
            '"name": "Build",',
            '"name": "Build", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}, "onFailure": {"result": "RETRY"},',
            13,
            "move it into `onFailure`, line 13",
        ),
        (
            '"name": "Build",',
            '"name": "Build", "retryConfiguration": {"retryMode": "ALL_ACTIONS"},',
            13,
            'write "onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}',
        ),
        (
            '"name": "Make",',
            '"name": "Make", "retryConfiguration": {"retryMode": "ALL_ACTIONS"},',
            15,
            'take it out here, and write "onFailure": {"result": "RETRY", "retryConfiguration": '
            '{"retryMode": "ALL_ACTIONS"}} in the stage, line 13',
        ),
        ('"name": "Build",', '"name": "Build", "runOrder": 2,', 13, "move it into the action, line 15"),
        ('"name": "Build",', '"name": "Build", "executionMode": "QUEUED",', 13, "move it out of `stages`"),
        ('"name": "Build",', '"name": "Build", "artifactStore": {},', 13, "take it out: the pipeline has one, line 5"),
        (
            '"name": "Make",',
            '"name": "Make", "ProjectName": "web",',
            15,
            "take it out: `configuration` has one, line 17",
        ),
        ('"name": "web",', '"name": "web", "location": "store",', 2, "take it out: `artifactStore` has one, line 5"),
        (
            '"version": "1"},\n          "configuration": {"ProjectName"',
            '"version": "1", "runOrder": 2},\n          "configuration": {"ProjectName"',
            16,
            "move it out of `actionTypeId`, beside `configuration`, line 17",
        ),
        ('"pipelineType": "V2"', '"type": "V2"', 3, "did you mean pipelineType?"),
    ],
)
def test_keys_at_the_wrong_level(old: str, new: str, line: int, hint: str) -> None:
    ((code, where, text),) = told(old, new)
    assert (code, where) == ("PL121", line)
    assert text.startswith(hint)


@pytest.mark.parametrize(
    ("pair", "code", "hint"),
    [
        ('"runOrder": "2"', "PL111", 'move it out of `configuration`, and write `"runOrder": 2` beside that'),
        ('"namespace": "Made"', "PL111", 'move it out of `configuration`, and write `"namespace": "Made"` beside that'),
        (
            '"outputArtifacts": [{"name": "Out"}]',
            "PL121",
            'move it out of `configuration`, and write `"outputArtifacts": [{"name": "Out"}]` beside that',
        ),
    ],
)
def test_keys_of_actions_in_a_configuration(pair: str, code: str, hint: str) -> None:
    assert told('"ProjectName": "web"', f'"ProjectName": "web", {pair}') == [(code, 17, hint)]


def test_a_part_of_the_type_beside_it_is_not_missing_in_it_too() -> None:
    moved = ('"actionTypeId": {"category": "Build", ', '"category": "Build", "actionTypeId": {')
    assert told(*moved) == [("PL121", 16, "move it into `actionTypeId`, line 16")]


def test_keys_of_a_configuration_that_is_not_there_are_one_finding() -> None:
    configuration = '"configuration": {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"}'
    told_ = told(configuration, '"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"')
    assert told_ == [
        (
            "PL121",
            11,
            'write "configuration": {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"}',
        )
    ]


def test_what_a_function_gives_is_not_written_out() -> None:
    hints = [one.hint for one in check_text(TEMPLATE, "template.yml", "template") if one.code == "PL121"]
    assert hints == ["write Configuration: {ApplicationName: …, DeploymentGroupName: web}"]


def test_what_stands_outside_of_the_pipeline() -> None:
    ((code, line, hint),) = told(
        '"inputArtifacts": [{"name": "SrcOut"}]}]}]}}',
        '"inputArtifacts": [{"name": "SrcOut"}]}]}]},\n"variables": [{"name": "A"}]}',
    )
    assert (code, line, hint) == ("PL121", 19, "move it into `pipeline`, line 1")


def trigger(text: str) -> list[str]:
    more = f'"triggers": [{{"providerType": "CodeStarSourceConnection", {text}}}], "stages"'
    return [hint for code, _, hint in told('"stages"', more) if code == "PL121"]


def test_filters_stand_in_pushes() -> None:
    assert trigger('"gitConfiguration": {"sourceActionName": "Get", "branches": {"includes": ["main"]}}') == [
        'write "push": [{"branches": {"includes": ["main"]}}]; in place of `push` may stand `pullRequest`'
    ]


# The spelling of CloudFormation alone


def capital(value: Any, deep: bool = True) -> Any:
    if isinstance(value, dict):
        return {
            key[:1].upper() + key[1:]: capital(item, key != "configuration") if deep else item
            for key, item in value.items()
        }
    return [capital(item) for item in value] if isinstance(value, list) else value


def test_a_pipeline_that_is_all_spelt_as_in_a_template_is_one(tmp_path: Any) -> None:
    for wrapped in (capital(json.loads(TEXT)), capital(json.loads(TEXT)["pipeline"])):
        text = json.dumps(wrapped, indent=2)
        assert kind_of_root(compose(text, "web.json")) == "pipeline"
        path = tmp_path / "web.json"
        path.write_text(text, encoding="utf-8")
        (problem,) = [one for one in check_paths([path]).problems if one.code != "PL214"]
        assert problem.code == "PL121"
        assert "small letter" in problem.message + problem.hint


# One slip, one finding


def test_a_time_limit_with_a_slip_is_told_once() -> None:
    assert told('"name": "Make",', '"name": "Make", "timeout": 20,') == [
        ("PL121", 15, "take it out; a build has a timeout in its project")
    ]


def test_a_group_that_names_itself_is_no_circle_too() -> None:
    text = (
        "Resources:\n  Web:\n    Type: AWS::CodeDeploy::DeploymentGroup\n    Properties:\n"
        "      ApplicationName: !Ref Web\n      ServiceRoleArn: arn:aws:iam::123456789012:role/d\n"
    )
    assert [one.code for one in check_text(text, "template.yml", "template")] == ["CF321"]


def test_a_pipeline_of_type_v1_is_told_once_of_all_that_needs_v2() -> None:
    changes = [('"V2"', '"V1", "executionMode": "QUEUED", "variables": [{"name": "A"}]')]
    ((code, line, hint),) = told(*changes[0])
    assert (code, line, hint) == ("PL119", 3, 'write "pipelineType": "V2", line 3')


def test_what_stands_alone_for_a_list_is_looked_into() -> None:
    assert trigger('"gitConfiguration": {"sourceActionName": "Get", "push": {"branches": ["main"]}}') == [
        "begin it with `- `, or put [ ] around it: a list may have one entry too",
        'write "branches": {"includes": ["main"]}',
    ]


def test_values_of_functions_stay_unknown_where_a_list_is_due() -> None:
    text = TEMPLATE.replace(
        "ApplicationName: !ImportValue App\n", "Configuration: {ApplicationName: !ImportValue App}\n"
    )
    alone = text.replace("            - Name: Get", "              Name: Get").replace(
        "S3Bucket: my-source", "S3Bucket: !Ref B"
    )
    messages = [one.message for one in check_text(alone, "template.yml", "template") if one.code.startswith("PL")]
    assert any("is not a list" in message for message in messages)
    assert not any("unknown'" in message for message in messages)


def test_a_provider_that_stands_alone_is_written_out_as_the_type() -> None:
    id = '"actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}'
    assert told(id, '"provider": "CodeBuild"') == [("PL121", 16, f"write {id} in its place")]


def test_a_key_that_many_levels_have_is_not_sent_far() -> None:
    assert told('"name": "Make",', '"name": "Make", "type": "Build",') == [
        ("PL121", 15, "take it out: what stands here has no such key")
    ]
