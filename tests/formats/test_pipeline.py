"""Pipeline declarations: the rules of docs/behaviour/codepipeline.md §3, and their lines in a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from sim.core.problems import ProblemsError
from sim.formats import apishapes
from sim.formats import pipeline as grammar
from sim.formats.actiontypes import ACTION_TYPES
from sim.formats.pipeline import check_pipeline, pipeline_type, read_pipeline, violations

Declaration = dict[str, Any]


def action(name: str, type: str, **members: Any) -> Declaration:
    category, provider = type.split("/")
    id = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": id, **members}


def artifacts(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def good() -> Declaration:
    """A declaration that breaks no rule."""
    source = {"RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "false"}
    deploy = {"ApplicationName": "shop", "DeploymentGroupName": "production"}
    code = action(
        "Code", "Source/CodeCommit", configuration=source, outputArtifacts=artifacts("Src"), namespace="Commit"
    )
    build = action(
        "Compile",
        "Build/CodeBuild",
        configuration={"ProjectName": "shop"},
        inputArtifacts=artifacts("Src"),
        outputArtifacts=artifacts("App"),
    )
    install = action("Install", "Deploy/CodeDeploy", configuration=deploy, inputArtifacts=artifacts("App"))
    return {
        "name": "shop",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "store"},
        "stages": [
            {"name": "Source", "actions": [code]},
            {"name": "Build", "actions": [build]},
            {"name": "Deploy", "actions": [install]},
        ],
    }


def stages(declaration: Declaration) -> list[Declaration]:
    found: list[Declaration] = declaration["stages"]
    return found


def act(declaration: Declaration, stage: int) -> Declaration:
    """The first action of that stage."""
    found: Declaration = stages(declaration)[stage]["actions"][0]
    return found


def test_a_good_declaration_breaks_no_rule():
    assert violations(good(), "eu-central-1") == []


# Each entry breaks one rule: (rule, exception, what the message says, how to break it)

STRUCTURE, ACTION, STAGE = (
    "InvalidStructureException",
    "InvalidActionDeclarationException",
    "InvalidStageDeclarationException",
)
MANUAL = action("Wait", "Approval/Manual")


def one_stage(d: Declaration) -> None:
    del stages(d)[1:]


def many_stages(d: Declaration) -> None:
    d["stages"] += [{"name": f"S{number}", "actions": [MANUAL]} for number in range(48)]


def approval_first(d: Declaration) -> None:
    stages(d)[0]["actions"].append(MANUAL)


def source_later(d: Declaration) -> None:
    late = deepcopy(act(d, 0)) | {"name": "Late", "outputArtifacts": artifacts("More"), "namespace": "Late"}
    stages(d)[1]["actions"].append(late)


def same_stage_name(d: Declaration) -> None:
    stages(d)[2]["name"] = "Build"


def same_action_name(d: Declaration) -> None:
    stages(d)[2]["actions"].append(deepcopy(act(d, 2)))


def same_output(d: Declaration) -> None:
    act(d, 1)["outputArtifacts"] = artifacts("Src")
    act(d, 2)["inputArtifacts"] = artifacts("Src")


def input_of_the_same_run_order(d: Declaration) -> None:
    stages(d)[1]["actions"].append(act(d, 2) | {"name": "Beside"})


def input_of_nobody(d: Declaration) -> None:
    act(d, 2)["inputArtifacts"] = artifacts("Nothing")


def unknown_type(d: Declaration) -> None:
    act(d, 2)["actionTypeId"]["provider"] = "CodeDeployy"


def no_input(d: Declaration) -> None:
    act(d, 2)["inputArtifacts"] = []


def too_many_inputs(d: Declaration) -> None:
    act(d, 2)["inputArtifacts"] = artifacts("App", "Src")


def missing_key(d: Declaration) -> None:
    del act(d, 2)["configuration"]["ApplicationName"]


def unknown_key(d: Declaration) -> None:
    act(d, 2)["configuration"]["DeploymentGroup"] = "production"


def no_object_key(d: Declaration) -> None:
    id = act(d, 2)["actionTypeId"] | {"provider": "S3"}
    act(d, 2).update(actionTypeId=id, configuration={"BucketName": "site", "Extract": "false"})


def no_commands(d: Declaration) -> None:
    id = {"category": "Compute", "owner": "AWS", "provider": "Commands", "version": "1"}
    act(d, 2).update(actionTypeId=id, configuration={})


def run_order_zero(d: Declaration) -> None:
    act(d, 2)["runOrder"] = 0


def reserved_namespace(d: Declaration) -> None:
    act(d, 1)["namespace"] = "codepipeline"


def namespace_twice(d: Declaration) -> None:
    act(d, 1)["namespace"] = "Commit"


def namespace_of_an_artifact(d: Declaration) -> None:
    act(d, 1)["namespace"] = "App"


def no_store(d: Declaration) -> None:
    del d["artifactStore"]


def two_kinds_of_stores(d: Declaration) -> None:
    d["artifactStores"] = {"eu-central-1": d["artifactStore"]}


def no_store_of_the_region(d: Declaration) -> None:
    act(d, 1)["region"] = "eu-west-1"


def no_store_at_home(d: Declaration) -> None:
    d["artifactStores"] = {"eu-west-1": d.pop("artifactStore")}


def source_elsewhere(d: Declaration) -> None:
    store = d.pop("artifactStore")
    d["artifactStores"] = {"eu-central-1": store, "eu-west-1": store}
    act(d, 0)["region"] = "eu-west-1"


def two_inputs(d: Declaration) -> None:
    extra = deepcopy(act(d, 0)) | {"name": "More", "outputArtifacts": artifacts("Extra"), "namespace": "More"}
    stages(d)[0]["actions"].append(extra)
    act(d, 1)["inputArtifacts"] = artifacts("Src", "Extra")


def wrong_primary(d: Declaration) -> None:
    act(d, 1)["configuration"]["PrimarySource"] = "App"


def queued_v1(d: Declaration) -> None:
    d.update(pipelineType="V1", executionMode="QUEUED")


def commands_in_v1(d: Declaration) -> None:
    id = {"category": "Compute", "owner": "AWS", "provider": "Commands", "version": "1"}
    act(d, 2).update(actionTypeId=id, configuration={}, commands=["ls"])
    d["pipelineType"] = "V1"


def variable_of_nobody(d: Declaration) -> None:
    act(d, 1)["configuration"]["EnvironmentVariables"] = "#{Later.X}"


def variable_of_itself(d: Declaration) -> None:
    act(d, 1)["namespace"] = "Build"
    act(d, 1)["configuration"]["EnvironmentVariables"] = "#{Build.X}"


def pipeline_variable_unknown(d: Declaration) -> None:
    d["variables"] = [{"name": "Target"}]
    act(d, 1)["configuration"]["EnvironmentVariables"] = "#{variables.Place}"


def pipeline_variable_in_a_source(d: Declaration) -> None:
    d["variables"] = [{"name": "Target"}]
    act(d, 0)["configuration"]["BranchName"] = "#{variables.Target}"


RULE = {"name": "R", "ruleTypeId": {"category": "Rule", "provider": "CloudWatchAlarm"}, "configuration": {}}


def retry_with_conditions(d: Declaration) -> None:
    stages(d)[1]["onFailure"] = {"result": "RETRY", "conditions": [{"result": "ROLLBACK", "rules": [RULE]}]}


def skip_by_an_alarm(d: Declaration) -> None:
    stages(d)[1]["beforeEntry"] = {"conditions": [{"result": "SKIP", "rules": [RULE]}]}


def rollback_in_parallel(d: Declaration) -> None:
    d["executionMode"] = "PARALLEL"
    stages(d)[1]["onFailure"] = {"result": "ROLLBACK"}


def dotted_artifact(d: Declaration) -> None:
    act(d, 1)["outputArtifacts"] = artifacts("App.zip")
    act(d, 2)["inputArtifacts"] = artifacts("App.zip")


def boolean_value(d: Declaration) -> None:
    act(d, 0)["configuration"]["PollForSourceChanges"] = False


def no_role(d: Declaration) -> None:
    del d["roleArn"]


def unknown_member(d: Declaration) -> None:
    act(d, 1)["runorder"] = 1


def no_actions(d: Declaration) -> None:
    stages(d)[1]["actions"] = []


BROKEN: list[tuple[int, str, str, Callable[[Declaration], None]]] = [
    (
        1,
        STRUCTURE,
        "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline",
        one_stage,
    ),
    (2, "LimitExceededException", "51 stages", many_stages),
    (3, STRUCTURE, "Pipeline should start with a stage that only contains source actions", approval_first),
    (4, STRUCTURE, "Source action Late is in stage Build", source_later),
    (6, STAGE, "Stage name Build is used more than once", same_stage_name),
    (7, ACTION, "Action name Install is used more than once in stage Deploy", same_action_name),
    (8, ACTION, "Output artifact Src of action Compile is made by Code already", same_output),
    (9, ACTION, "Input artifact App of action Beside", input_of_the_same_run_order),
    (9, ACTION, "Input artifact Nothing of action Install", input_of_nobody),
    (
        10,
        ACTION,
        "ActionType (Category: 'Deploy', Provider: 'CodeDeployy', Owner: 'AWS', Version: '1') in action 'Install'"
        " is not available in region 'EU_CENTRAL_1'",
        unknown_type,
    ),
    (
        10,
        ACTION,
        "Action Install declares 0 input artifacts which is less than the minimum count (1)",
        no_input,
    ),
    (10, ACTION, "declares 2 input artifacts which is more than the maximum count (1)", too_many_inputs),
    (11, ACTION, "is missing required configuration 'ApplicationName'", missing_key),
    (11, ACTION, "contains unknown configuration 'DeploymentGroup'", unknown_key),
    (11, ACTION, "is missing required configuration 'ObjectKey'", no_object_key),
    (11, ACTION, "Action Install must have a non-empty commands field", no_commands),
    (21, "ValidationException", "stages[2].actions[0].runOrder is 0, not 1 to 999", run_order_zero),
    (13, ACTION, "Namespace codepipeline of action Compile is reserved", reserved_namespace),
    (13, ACTION, "Namespace Commit is used more than once", namespace_twice),
    (13, ACTION, "Namespace App is the name of an artifact too", namespace_of_an_artifact),
    (14, STRUCTURE, "neither artifactStore nor artifactStores", no_store),
    (14, STRUCTURE, "both artifactStore and artifactStores", two_kinds_of_stores),
    (15, STRUCTURE, "Action Compile runs in eu-west-1", no_store_of_the_region),
    (15, STRUCTURE, "no store for the pipeline's own Region eu-central-1", no_store_at_home),
    (16, ACTION, "A source action cannot run in another Region: Code", source_elsewhere),
    (17, ACTION, "Action Compile has 2 input artifacts and names no PrimarySource", two_inputs),
    (17, ACTION, "PrimarySource App of action Compile is no input artifact", wrong_primary),
    (19, STRUCTURE, "A pipeline of type V1 cannot have executionMode QUEUED", queued_v1),
    (19, STRUCTURE, "A pipeline of type V1 cannot have the provider Commands of action Install", commands_in_v1),
    (20, ACTION, "Action Compile uses #{Later.X}: no action that comes before it", variable_of_nobody),
    (20, ACTION, "Action Compile uses #{Build.X}: no action that comes before it", variable_of_itself),
    (20, ACTION, "declares no variable Place", pipeline_variable_unknown),
    (20, ACTION, "a source action cannot use the pipeline's variables", pipeline_variable_in_a_source),
    (22, STAGE, "onFailure of stage Build retries, and so cannot have conditions", retry_with_conditions),
    (23, STAGE, "Stage Build can be skipped by rules of LambdaInvoke and VariableCheck only", skip_by_an_alarm),
    (24, STAGE, "rollback is not available in PARALLEL mode", rollback_in_parallel),
    (21, "ValidationException", "outputArtifacts[0].name is 'App.zip'", dotted_artifact),
    (21, "ValidationException", "configuration.PollForSourceChanges is false, not text", boolean_value),
    (21, "ValidationException", "the declaration has no roleArn", no_role),
    (21, "ValidationException", "runorder is not a key of a pipeline declaration", unknown_member),
    (21, "ValidationException", "stages[1].actions holds 0; at least 1 must be there", no_actions),
]


@pytest.mark.parametrize(("rule", "error", "message", "breaks"), BROKEN, ids=[one[3].__name__ for one in BROKEN])
def test_each_rule_has_its_exception(rule: int, error: str, message: str, breaks: Callable[[Declaration], None]):
    declaration = good()
    breaks(declaration)
    first = violations(declaration, "eu-central-1")[0]
    assert (first.rule, first.error) == (rule, error)
    assert message in first.message


def test_every_violation_is_reported_in_order():
    declaration = good()
    same_stage_name(declaration)
    missing_key(declaration)
    reserved_namespace(declaration)
    assert [one.rule for one in violations(declaration)] == [6, 11, 13]


def test_artifacts_without_names_among_more_faults_than_are_mended():
    broken = good()
    first = act(broken, 0)
    first["outputArtifacts"] = [{"name": ""}]
    first["configuration"] = {f"key{n}": {} for n in range(grammar.MAX_MENDED + 1)}
    assert (21, ("stages", 0, "actions", 0, "outputArtifacts", 0, "name")) in [
        (one.rule, one.where) for one in violations(broken)
    ]


def test_a_key_beside_the_name_of_artifacts_without_their_list():
    broken = good()
    act(broken, 1)["inputArtifacts"] = {"name": "Src", "actionTypeId": {}}
    place = ("stages", 1, "actions", 0, "inputArtifacts")
    assert (*place, "actionTypeId") in [one.where for one in violations(broken)]


def test_input_of_a_lower_run_order_of_the_same_stage_is_fine():
    declaration = good()
    stages(declaration)[1]["actions"].append(act(declaration, 2) | {"name": "After", "runOrder": 2})
    assert violations(declaration, "eu-central-1") == []


def test_custom_actions_are_taken_to_exist():
    declaration = good()
    act(declaration, 2)["actionTypeId"].update(category="Deploy", owner="Custom", provider="OurOwn", version="7")
    act(declaration, 2)["configuration"] = {"Anything": "goes"}
    assert violations(declaration, "eu-central-1") == []


def test_the_type_follows_from_what_is_used():
    assert pipeline_type(good()) == "V1"
    assert pipeline_type(good() | {"pipelineType": "V2"}) == "V2"
    assert pipeline_type(good() | {"executionMode": "QUEUED"}) == "V2"
    assert pipeline_type(good() | {"variables": [{"name": "Target"}]}) == "V2"


@given(st.data())
def test_no_declaration_is_too_strange(data: st.DataObject):
    """Whatever a mapping holds, it is judged and nothing else is raised."""
    declaration = good()
    strange = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({})
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = declaration
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = data.draw(st.sampled_from(keys))
            if data.draw(st.booleans()):
                place[key] = data.draw(strange)
                break
            place = place[key]
    for violation in violations(declaration, "eu-central-1"):
        assert violation.message
        assert violation.error.endswith("Exception")


# The shape against AWS's model


def test_the_shape_is_that_of_awss_model():
    model = get_session().get_service_model("codepipeline")
    found = list(differences(grammar._PIPELINE, model.shape_for("PipelineDeclaration"), "pipeline"))
    # the guide asks for at least one action (§2.3), the model does not
    assert found == ["pipeline.stages[].actions: (1, None) {}"]


def differences(mine: Any, theirs: Any, where: str) -> Any:
    if isinstance(mine, apishapes.Members):
        if set(mine.members) != set(theirs.members):
            yield f"{where}: {set(mine.members) ^ set(theirs.members)}"
            return
        if set(mine.required) != set(theirs.required_members):
            yield f"{where}: required {set(mine.required) ^ set(theirs.required_members)}"
        for name, shape in mine.members.items():
            yield from differences(shape, theirs.members[name], f"{where}.{name}")
    elif isinstance(mine, apishapes.ListOf):
        limits = (mine.least, mine.most or None)
        if limits != (theirs.metadata.get("min", 0), theirs.metadata.get("max")):
            yield f"{where}: {limits} {theirs.metadata}"
        yield from differences(mine.of, theirs.member, f"{where}[]")
    elif isinstance(mine, apishapes.MapOf):
        yield from differences(mine.key, theirs.key, f"{where} key")
        yield from differences(mine.value, theirs.value, f"{where} value")
    elif isinstance(mine, apishapes.Text):
        if mine.values:
            if sorted(mine.values) != sorted(theirs.enum):
                yield f"{where}: {mine.values} {theirs.enum}"
            return
        pattern = theirs.metadata.get("pattern")
        expected = (theirs.metadata.get("min", 1), theirs.metadata.get("max"), None if pattern == ".*" else pattern)
        if (mine.least, mine.most or None, mine.pattern or None) != expected:
            yield f"{where}: {mine} {theirs.metadata}"
    elif isinstance(mine, apishapes.Number):
        given = (mine.least, mine.most or None)
        if given != (theirs.metadata.get("min"), theirs.metadata.get("max")):
            yield f"{where}: {given} {theirs.metadata}"


def test_action_types_are_those_of_the_reference():
    names = [f"{one.category}/{one.owner}/{one.provider}" for one in ACTION_TYPES]
    assert len(names) == len(set(names))


# The reader


def test_a_file_is_read_with_or_without_its_wrapper():
    bare = json.dumps(good(), indent=2)
    wrapped = json.dumps({"pipeline": good()}, indent=2)
    assert read_pipeline(bare) == good()
    assert read_pipeline(wrapped) == good()


YAML = """\
pipeline:
  name: shop
  roleArn: arn:aws:iam::123456789012:role/pipeline
  artifactStore: {type: S3, location: store}
  stages:
    - name: Source
      actions:
        - name: Code
          actionTypeId: {category: Source, owner: AWS, provider: CodeCommit, version: "1"}
          configuration:
            RepositoryName: shop
            BranchName: main
          outputArtifacts: [{name: Src}]
    - name: Deploy
      actions:
        - name: Install
          actionTypeId: {category: Deploy, owner: AWS, provider: CodeDeploy, version: "1"}
          configuration:
            ApplicationName: shop
            DeploymentGroupName: production
          inputArtifacts: [{name: Src}]
"""


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def findings(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.severity) for one in check_pipeline(text, "pipeline.yml", "eu-central-1")]


def test_yaml_is_read_too_and_polling_is_warned_of():
    assert findings(YAML) == [(line_of(YAML, "- name: Code"), "PL202", "warning")]
    assert read_pipeline(YAML)["stages"][1]["name"] == "Deploy"


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("BranchName: main", "BranchNam: main", "BranchNam: main", "PL111"),
        ("BranchName: main", "BranchName: main\n            PollForSourceChanges: false", "PollFor", "PL121"),
        ("inputArtifacts: [{name: Src}]", "inputArtifacts: [{name: Nope}]", "Nope", "PL109"),
        ("category: Deploy", "category: Deplo", "Deplo,", "PL121"),
        ("    - name: Deploy", "    - name: Source", "    - name: Deploy", "PL106"),
        ("stages:", "stagess:", "stagess:", "PL121"),
    ],
)
def test_findings_name_their_lines(old: str, new: str, line: str, code: str):
    text = YAML.replace(old, new)
    expected = line_of(YAML if code == "PL106" else text, line)
    errors = [found for found in findings(text) if found[2] == "error"]
    if code == "PL111":
        assert {found[1] for found in errors} == {"PL111"}
        assert expected in {found[0] for found in errors}
        return
    assert (expected, code, "error") in errors
    with pytest.raises(ProblemsError):
        read_pipeline(text)


def test_a_hint_names_the_key_that_was_meant():
    problems = check_pipeline(YAML.replace("BranchName: main", "BranchNam: main"))
    assert "did you mean BranchName?" in [problem.hint for problem in problems]


def test_metadata_is_warned_of():
    text = json.dumps({"pipeline": good(), "metadata": {"pipelineArn": "arn"}}, indent=2)
    assert [(one.code, one.line) for one in check_pipeline(text)] == [("PL201", line_of(text, '"metadata"'))]


def test_what_is_no_pipeline():
    assert [one.code for one in check_pipeline("[1, 2]")] == ["PL001"]
    with pytest.raises(ProblemsError):
        read_pipeline("a: [")
