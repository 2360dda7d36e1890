"""Pipelines of templates, and keys in the spelling of the other: a template's in a declaration, and the reverse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.formats.check import check_text

TEMPLATE = """\
Resources:
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties: {ApplicationName: web, ServiceRoleArn: 'arn:aws:iam::123456789012:role/deploy'}
  Release:
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
              Configuration: {ApplicationName: web, DeploymentGroupName: !Ref Group}
              InputArtifacts: [{Name: Src}]
"""


def told(*changes: tuple[str, str]) -> list[tuple[str, int, str]]:
    text = TEMPLATE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [(one.code, one.line, one.hint) for one in check_text(text, "template.yml", "template")]


def test_a_pipeline_as_it_should_be() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "line", "hint"),
    [
        ([("Stages:", "stages:")], 10, "write Stages, with a capital letter"),
        ([("- Name: Source", "- name: Source")], 11, "write Name, with a capital letter"),
        (
            [("ActionTypeId:", "actionTypeId:"), ("{Category: S", "{category: S")],
            14,
            "write ActionTypeId, Category, each with a capital letter, on the lines 14, 20",
        ),
    ],
)
def test_keys_as_the_cli_spells_them_are_none_of_a_template(
    changes: list[tuple[str, str]], line: int, hint: str
) -> None:
    assert told(*changes) == [("CF172", line, hint)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Location: artifacts", "Bucket: artifacts", ("PL121", 9, "write `Location:` in its place")),
        (
            "Location: artifacts",
            "Location: Ref Group",
            ("PL121", 9, "write `!Ref Group`: the exclamation mark is missing"),
        ),
        (
            "arn:aws:iam::123456789012:role/pipeline",
            "release",
            ("PL121", 8, "write arn:aws:iam::ACCOUNT:role/release, with the number of your account for ACCOUNT"),
        ),
        ("InputArtifacts: [{Name: Src}]", "InputArtifacts: Src", ("PL121", 22, "write InputArtifacts: [{Name: Src}]")),
        ("InputArtifacts: [{Name: Src}]", "InputArtifacts: [Src]", ("PL121", 22, "write {Name: Src}")),
        (
            "              InputArtifacts: [{Name: Src}]\n",
            "              InputArtifacts: [{Name: Src}]\n              DeploymentGroupName: !Ref Group\n",
            ("PL121", 23, "take it out: `Configuration` has one, line 21"),
        ),
        ("Category: Source", "Category: Build", ("PL110", 14, "S3 is of the category Source or Deploy")),
    ],
)
def test_slips_in_a_pipeline(old: str, new: str, expected: tuple[str, int, str]) -> None:
    assert told((old, new)) == [expected]


def test_configuration_keys_are_spelt_as_their_provider_spells_them() -> None:
    assert told(("S3Bucket:", "s3Bucket:")) == [("PL111", 15, "did you mean S3Bucket?")]


def test_a_key_that_is_due_names_the_one_resource_that_fits() -> None:
    assert told((", DeploymentGroupName: !Ref Group", "")) == [
        ("PL111", 19, "add `DeploymentGroupName: !Ref Group` to its Configuration")
    ]
    hint = 'add "ApplicationName": "…" to its Configuration: the name of the application'
    assert told(("{ApplicationName: web, DeploymentGroupName", "{DeploymentGroupName")) == [("PL111", 19, hint)]


DECLARATION = {
    "Name": "web",
    "RoleArn": "arn:aws:iam::123456789012:role/pipeline",
    "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
    "Stages": [{"Name": "Source", "Actions": []}],
}


def test_keys_as_cloudformation_spells_them_are_none_of_a_declaration() -> None:
    (problem,) = check_text(json.dumps({"pipeline": DECLARATION}), "web.json")
    assert problem.code == "PL121"
    assert problem.message.startswith("Name, RoleArn, ArtifactStore, Stages are spelt as in CloudFormation")
    assert problem.hint.startswith("write name, roleArn, artifactStore, stages, and so in all that stands in them")


def test_one_key_that_is_misspelt_is_not_told_again_as_missing() -> None:
    text = json.dumps({"pipeline": {"name": "web", "rolArn": "x", "stages": []}})
    told = [(one.message.partition(" (")[0], one.hint) for one in check_text(text, "web.json", "pipeline")]
    assert ("rolArn is not a key of a pipeline declaration", "did you mean roleArn?") in told
    assert not any("has no roleArn" in message for message, _ in told)
    text = json.dumps({"pipeline": {"name": "web", "roleArn": "x", "RoleArn": "x", "stages": []}})
    assert "take it out: roleArn stands there already" in [one.hint for one in check_text(text, "web.json", "pipeline")]


# What is there once is told once, with the file's own names


def action(name: str, provider: str, category: str = "Deploy", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        **more,
    }


def source(**more: Any) -> dict[str, Any]:
    configuration = {"RepositoryName": "web", "BranchName": "main", "PollForSourceChanges": "false"}
    return action("Source", "CodeCommit", "Source", configuration=configuration, **more)


def build(**more: Any) -> dict[str, Any]:
    return action("Build", "CodeBuild", "Build", configuration={"ProjectName": "web"}, **more)


def deploy(name: str = "Deploy", **more: Any) -> dict[str, Any]:
    configuration = {"ApplicationName": "web", "DeploymentGroupName": "web"}
    return action(name, "CodeDeploy", configuration=configuration, **more)


def hints(*actions: list[dict[str, Any]], **more: Any) -> list[tuple[str, str]]:
    stages = [{"name": f"S{number}", "actions": its} for number, its in enumerate(actions)]
    declaration = {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": stages,
        **more,
    }
    return [(one.code, one.hint) for one in check_text(json.dumps(declaration), "web.json", "pipeline")]


SRC, BUILT = [{"name": "SourceOutput"}], [{"name": "BuildOutput"}]


def test_a_source_that_makes_nothing_is_to_make_what_is_read() -> None:
    assert hints([source()], [build(inputArtifacts=SRC)]) == [
        ("PL110", 'add "outputArtifacts": [{"name": "SourceOutput"}], which is read and not made')
    ]


def test_a_build_that_makes_nothing_is_to_make_what_is_read() -> None:
    told = hints([source(outputArtifacts=SRC)], [build(inputArtifacts=SRC)], [deploy(inputArtifacts=BUILT)])
    assert told == [("PL109", 'add "outputArtifacts": [{"name": "BuildOutput"}] to the action Build, which makes none')]


def test_an_artifact_that_is_misspelt_is_not_made_anew() -> None:
    wrong = [{"name": "SourceOutptu"}]
    told = hints([source(outputArtifacts=SRC)], [build(inputArtifacts=SRC)], [deploy(inputArtifacts=wrong)])
    assert told == [("PL109", "did you mean SourceOutput?")]


def test_an_action_that_reads_nothing_is_to_read_the_one_artifact() -> None:
    assert hints([source(outputArtifacts=SRC)], [build()]) == [
        ("PL110", 'add "inputArtifacts": [{"name": "SourceOutput"}]')
    ]


def test_names_that_are_taken_get_another_that_is_free() -> None:
    one, two = deploy(inputArtifacts=SRC), deploy(inputArtifacts=SRC)
    ecs = action("Deploy", "ECS", configuration={"ClusterName": "a", "ServiceName": "b"}, inputArtifacts=SRC)
    first = [source(outputArtifacts=SRC)]
    assert hints(first, [one, ecs]) == [("PL107", "give this action another name, such as Deploy-ECS")]
    assert hints(first, [one, two, deploy("Deploy-CodeDeploy", inputArtifacts=SRC)]) == [
        ("PL107", "give this action another name, such as Deploy-2")
    ]
    again = [source(outputArtifacts=SRC), {**source(outputArtifacts=SRC), "name": "Other"}]
    assert hints(again, [build(inputArtifacts=SRC)]) == [
        ("PL108", "give it another name, such as SourceOutput-2, also where it is read among inputArtifacts")
    ]


@pytest.mark.parametrize(
    ("category", "project", "name"),
    [
        ("Test", "web-smoke", "SmokeTest"),
        ("Test", "WebSmoke", "SmokeTest"),
        ("Test", "web-e2e-tests", "Tests"),
        ("Test", "web", "Test"),
        ("Build", "web-lint", "Deploy-Lint"),
        ("Build", "web", "Deploy-CodeBuild"),
    ],
)
def test_a_build_whose_name_is_taken_is_named_by_its_project(category: str, project: str, name: str) -> None:
    again = action("Deploy", "CodeBuild", category, configuration={"ProjectName": project}, inputArtifacts=SRC)
    told = hints([source(outputArtifacts=SRC)], [deploy(inputArtifacts=SRC), again])
    assert told == [("PL107", f"give this action another name, such as {name}")]


def test_the_word_that_names_an_action_is_its_project_s_own() -> None:
    first = {**build(inputArtifacts=SRC), "configuration": {"ProjectName": "shop-build"}}
    again = action("Build", "CodeBuild", "Test", configuration={"ProjectName": "shop-build-api"}, inputArtifacts=SRC)
    told = hints([source(outputArtifacts=SRC)], [first, again])
    assert told == [("PL107", "give this action another name, such as ApiTest")]
    same = {**again, "configuration": first["configuration"]}
    told = hints([source(outputArtifacts=SRC)], [first, same, {**same, "name": "Test"}])
    assert told == [("PL107", "give this action another name, such as ShopTest")]


def test_a_trigger_that_names_no_source() -> None:
    connection = action(
        "Get",
        "CodeStarSourceConnection",
        "Source",
        configuration={
            "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/1",
            "FullRepositoryId": "https://github.com/acme/web.git",
            "BranchName": "dev",
            "DetectChanges": "false",
        },
        outputArtifacts=SRC,
    )
    git = {"sourceActionName": "GitHub", "push": [{"filePaths": {"includes": ["src/**"]}}]}
    trigger = {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}
    told = hints([connection], [build(inputArtifacts=SRC)], triggers=[trigger])
    assert sorted(told) == [
        ("PL125", "write acme/web"),
        ("PL126", 'add "branches": {"includes": ["main"]} beside it'),
        ("PL126", "write Get"),
    ]


# Regions, variables, regular expressions


def shipped(configuration: dict[str, str] | None = None, **more: Any) -> list[tuple[str, str]]:
    """What is told of a pipeline whose second action has this configuration, or these keys."""
    make = {**build(inputArtifacts=SRC), **more}
    make["configuration"] = {**make["configuration"], **(configuration or {})}
    return hints([source(outputArtifacts=SRC, namespace="SourceVariables")], [make], pipelineType="V2")


NEWER = "leave it if it is newer than this list of 2026; else write one that is there, such as us-east-1"


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ("us-esat-1", [("PL133", "write us-east-1")]),
        ("us-east-1a", [("PL133", "write us-east-1")]),
        ("Ireland", [("PL133", "write it like us-east-1")]),
        ("us-east-1", []),
        (
            "eu-west-7",
            [
                (
                    "PL215",
                    "leave it if it is newer than this list of 2026; else write one that is there, such as us-east-1",
                )
            ],
        ),
    ],
)
def test_regions(region: str, told: list[tuple[str, str]]) -> None:
    assert shipped(region=region) == told


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("#{SourceVariables.CommitId", "#{SourceVariables.CommitId}"),
        ("a #{SourceVariables.CommitId and more", "#{SourceVariables.CommitId}"),
        ("#{ SourceVariables.CommitId }", "#{SourceVariables.CommitId}"),
        ("#(SourceVariables.CommitId)", "#{SourceVariables.CommitId}"),
        ("$(SourceVariables.CommitId)", "#{SourceVariables.CommitId}"),
        ("${SourceVariables.CommitId}", "#{SourceVariables.CommitId}"),
        ("#{SourceVariables:CommitId}", "#{SourceVariables.CommitId}"),
        ("{{SourceVariables.CommitId}}", "#{SourceVariables.CommitId}"),
        ("{SourceVariables.CommitId}", "#{SourceVariables.CommitId}"),
        ("#{SourceVariables.CommitId}", ""),
        ("(SourceVariables.CommitId)", ""),
        ("${Other.CommitId} #{", ""),
    ],
)
def test_references_to_variables(text: str, meant: str) -> None:
    told = shipped({"EnvironmentVariables": json.dumps([{"name": "A", "value": text}])})
    assert told == ([("PL212", f"write {meant}")] if meant else [])


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("release/.*", ""),
        ("(?<name>a)", ""),
        (r"\p{Alpha}+", ""),
        ("[a-z&&[^b]]", ""),
        ("release/(.*", "close its brackets; before a sign that is meant as itself stands a backslash"),
        ("[a-z", "close its brackets; before a sign that is meant as itself stands a backslash"),
        ("*.txt", r"write .*\.txt: MATCHES takes a regular expression, in which * repeats what is before it"),
    ],
)
def test_regular_expressions_of_variable_checks(value: str, hint: str) -> None:
    rule = {
        "name": "Branch",
        "ruleTypeId": {"category": "Rule", "provider": "VariableCheck", "version": "1"},
        "configuration": {"Variable": "#{SourceVariables.BranchName}", "Value": value, "Operator": "MATCHES"},
    }
    stage = {
        "name": "Build",
        "actions": [build(inputArtifacts=SRC)],
        "beforeEntry": {"conditions": [{"result": "SKIP", "rules": [rule]}]},
    }
    stages = [{"name": "Source", "actions": [source(outputArtifacts=SRC, namespace="SourceVariables")]}, stage]
    assert hints(stages=stages, pipelineType="V2") == ([("PL125", hint)] if hint else [])


# What hints offer is no mend as it stands


def test_what_stands_for_a_value_in_an_example_is_told() -> None:
    told = hints([source(outputArtifacts=SRC)], [{**deploy(inputArtifacts=SRC), "configuration": UNFILLED}])
    assert told == [("PL125", "write the name of a deployment group of the application web")]


UNFILLED = {"ApplicationName": "web", "DeploymentGroupName": "…"}


def test_a_property_that_is_left_out_in_an_example_is_told() -> None:
    text = "Resources: {B: {Type: AWS::SNS::Topic, Properties: {TopicName: …}}}\n"
    ((code, hint),) = [(one.code, one.hint) for one in check_text(text, "t.yml", "template")]
    assert (code, hint) == ("CF001", "write the value that is meant")


def test_a_project_that_a_pipeline_builds_with_takes_its_source_from_there() -> None:
    text = """Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: role
      Artifacts: {Type: CODEPIPELINE}
      Source: {Type: CODECOMMIT, Location: a}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: a}
"""
    in_general = "write `Type: CODEPIPELINE` in both, or in neither"
    in_pipeline = "write `Type: CODEPIPELINE` in Source too: a pipeline of this template builds with it"
    assert [one.hint for one in check_text(text, "t.yml", "template") if one.code == "CF161"] == [in_general]
    action = "Configuration: {ProjectName: !Ref Build}"
    pipeline = f"  P: {{Type: AWS::CodePipeline::Pipeline, Properties: {{Stages: [{{Actions: [{{{action}}}]}}]}}}}\n"
    assert [one.hint for one in check_text(text + pipeline, "t.yml", "template") if one.code == "CF161"] == [
        in_pipeline
    ]


# Slips in declarations of the CLI


def changed(change: Any) -> list[tuple[str, str]]:
    """What is told of a pipeline of three stages in which something is changed."""
    declaration: dict[str, Any] = {
        "name": "web",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [
            {"name": "Source", "actions": [source(outputArtifacts=SRC, runOrder=1)]},
            {"name": "Build", "actions": [build(inputArtifacts=SRC, outputArtifacts=BUILT)]},
            {"name": "Deploy", "actions": [deploy(inputArtifacts=BUILT), deploy("Again", inputArtifacts=BUILT)]},
        ],
    }
    change(declaration)
    return [(one.code, one.hint) for one in check_text(json.dumps(declaration), "web.json", "pipeline")]


def flat(declaration: dict[str, Any]) -> None:
    action = declaration["stages"][1]["actions"][0]
    action.update(action.pop("actionTypeId"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda d: None, [], id="nothing"),
        pytest.param(
            flat,
            [
                (
                    "PL121",
                    'write "actionTypeId": {"category": "Build", "owner": "AWS", '
                    '"provider": "CodeBuild", "version": "1"}',
                )
            ],
            id="a type that is not in its mapping",
        ),
        pytest.param(
            lambda d: d.update(artifactStore="artifacts"),
            [("PL121", 'write "artifactStore": {"type": "S3", "location": "artifacts"}')],
            id="a store as text",
        ),
        pytest.param(
            lambda d: d["artifactStore"].update(location="arn:aws:s3:::artifacts"),
            [("PL121", "write artifacts: the name of a bucket, no ARN and no URL")],
            id="the ARN of a store",
        ),
        pytest.param(
            lambda d: d["stages"][2].update(onFailure="ROLLBACK"),
            [("PL121", 'write "onFailure": {"result": "ROLLBACK"}')],
            id="a result alone",
        ),
        pytest.param(lambda d: d.update(pipelineType=2), [("PL121", "did you mean V2?")], id="a number for a word"),
        pytest.param(
            lambda d: d["stages"][0]["actions"][0].update(runOrder="1"),
            [("PL121", "write 1 without quotes: it is a number")],
            id="a number in quotes",
        ),
        pytest.param(
            lambda d: d["stages"][1]["actions"][0].pop("outputArtifacts"),
            [("PL109", 'add "outputArtifacts": [{"name": "BuildOutput"}] to the action Build, which makes none')],
            id="an artifact that two read and none makes",
        ),
        pytest.param(
            lambda d: d["stages"][1]["actions"][0].update(outputArtifacts=[{"name": "Build Output"}]),
            [("PL121", "write BuildOutput: so it is read")],
            id="an artifact with a space",
        ),
        pytest.param(
            lambda d: d["stages"][2]["actions"][0]["actionTypeId"].update(owner="ThirdParty"),
            [("PL110", "the owner of CodeDeploy is AWS")],
            id="an owner of others",
        ),
        pytest.param(
            lambda d: d["stages"][2]["actions"][0]["actionTypeId"].update(provider="AmazonECS"),
            [("PL110", "did you mean ECS?")],
            id="a provider with its house",
        ),
        pytest.param(
            lambda d: d["stages"][0]["actions"][0]["actionTypeId"].update(provider="Bitbucket"),
            [
                (
                    "PL110",
                    "write CodeStarSourceConnection: sources at GitHub, GitLab and Bitbucket are read by a connection",
                )
            ],
            id="a provider by its own name",
        ),
        pytest.param(
            lambda d: d["stages"][1]["actions"][0]["configuration"].update(EnvironmentVariables='{"A": "b"}'),
            [("PL125", 'write [{"name": "A", "value": "b"}] as text')],
            id="variables as a mapping",
        ),
        pytest.param(
            lambda d: d["stages"][1]["actions"][0]["configuration"].update(
                EnvironmentVariables=[{"Name": "A", "Value": "b"}]
            ),
            [("PL121", 'every value is text: write "[{\\"name\\": \\"A\\", \\"value\\": \\"b\\"}]"')],
            id="variables as a template spells them",
        ),
    ],
)
def test_slips_in_a_declaration(change: Any, expected: list[tuple[str, str]]) -> None:
    assert changed(change) == expected


TYPE = '"actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}'


@pytest.mark.parametrize("word", [{"type": "Build"}, {"type": "CodeBuild"}, {"category": "Build"}])
def test_a_type_under_another_key_is_one_finding(word: dict[str, str]) -> None:
    def change(declaration: dict[str, Any]) -> None:
        make = declaration["stages"][1]["actions"][0]
        del make["actionTypeId"]
        make.update(word)

    assert changed(change) == [("PL121", f"write {TYPE} in its place")]


def test_a_type_that_is_missing_or_a_text_is_written_out_by_the_configuration() -> None:
    assert changed(lambda d: d["stages"][1]["actions"][0].pop("actionTypeId")) == [("PL121", f"add {TYPE}")]
    alone = changed(lambda d: d["stages"][1]["actions"][0].update(actionTypeId="CodeBuild"))
    assert alone == [("PL121", f"write {TYPE}")]


@pytest.mark.parametrize("entry", [{}, None, {"name": ""}, {"name": None}])
def test_an_artifact_without_a_name_has_the_one_that_is_read(entry: Any) -> None:
    named = [("PL121", 'write {"name": "BuildOutput"}')]
    assert changed(lambda d: d["stages"][1]["actions"][0].update(outputArtifacts=[entry])) == named
    read = [("PL121", 'write {"name": "SourceOutput"}')]
    assert changed(lambda d: d["stages"][1]["actions"][0].update(inputArtifacts=[entry])) == read


def test_a_misspelt_provider_hides_nothing_of_its_configuration() -> None:
    def change(declaration: dict[str, Any]) -> None:
        make = declaration["stages"][1]["actions"][0]
        make["actionTypeId"]["provider"] = "Codebuild"
        make["configuration"] |= {"EnvironmentVariables": '{"A": 1}', "BatchEnable": "true"}
        make["namespace"] = "BuildVariables"
        declaration["stages"][2]["actions"][0]["configuration"]["ApplicationName"] = "#{BuildOutput.APP}"

    assert sorted(changed(change)) == [
        ("PL110", "did you mean CodeBuild?"),
        ("PL111", "did you mean BatchEnabled?"),
        ("PL120", "did you mean #{BuildVariables.APP}?"),
        ("PL125", 'write [{"name": "A", "value": "1"}] as text'),
    ]


# Stages that are no list


def test_stages_below_their_names_are_told_as_the_list_that_is_due() -> None:
    def below_names(declaration: dict[str, Any]) -> None:
        declaration["stages"] = {stage["name"]: stage["actions"] for stage in declaration["stages"]}

    names = ("Source", "Build", "Deploy")
    rows = ", ".join(f'{{"name": "{name}", "actions": ["…"]}}' for name in names)
    hint = f'write "stages": [{rows}], with what stands in each now in place of …'
    assert changed(below_names) == [("PL121", hint)]

    def rows_of_one_key(declaration: dict[str, Any]) -> None:
        declaration["stages"] = [{stage["name"]: stage["actions"]} for stage in declaration["stages"]]

    row = 'write {"name": "Build", "actions": ["…"]}, with what stands there now in place of …'
    assert ("PL121", row) in changed(rows_of_one_key)

    def actions_below_names(declaration: dict[str, Any]) -> None:
        make = declaration["stages"][1]["actions"][0]
        declaration["stages"][1]["actions"] = {"Build": {key: one for key, one in make.items() if key != "name"}}

    action = 'write "actions": [{"name": "Build", "actionTypeId": "…"}], with what stands in each now in place of …'
    assert changed(actions_below_names) == [("PL121", action)]


# Namespaces


def used(text: str) -> list[tuple[str, str]]:
    """What is told of a pipeline with a source and a build, whose deployment uses a variable."""
    make = {**build(inputArtifacts=SRC), "namespace": "BuildVariables"}
    ship = action("Ship", "S3", "Deploy", configuration={"BucketName": text, "Extract": "true"}, inputArtifacts=SRC)
    first = source(outputArtifacts=SRC, namespace="SourceVariables")
    return hints([first], [make], [ship], pipelineType="V2")


def test_a_variable_under_a_name_that_no_action_has_is_of_the_build() -> None:
    assert used("#{BuildOutput.APP_VERSION}") == [("PL120", "did you mean #{BuildVariables.APP_VERSION}?")]


def test_a_variable_that_a_source_never_sets_is_of_the_build() -> None:
    ((code, hint),) = used("#{SourceVariables.APP_VERSION}")
    assert (code, hint.partition("?")[0]) == ("PL131", "did you mean #{BuildVariables.APP_VERSION}")
