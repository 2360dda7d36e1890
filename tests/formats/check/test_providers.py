"""Actions of pipelines, provider by provider: what each asks of its configuration and artifacts, with the mend."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.problems import Problem
from sim.formats.actiontypes import ACTION_TYPES
from sim.formats.check.providers import CHOICES, NUMBERS
from tests.formats.check.small import check_text

ROLE = "arn:aws:iam::123456789012:role/stack"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/a"

GOOD: dict[str, tuple[dict[str, str], int, int]] = {
    "Source/S3": ({"S3Bucket": "b", "S3ObjectKey": "a.zip", "PollForSourceChanges": "false"}, 0, 1),
    "Source/CodeCommit": (
        {
            "RepositoryName": "web",
            "BranchName": "main",
            "PollForSourceChanges": "false",
            "OutputArtifactFormat": "CODE_ZIP",
        },
        0,
        1,
    ),
    "Source/ECR": ({"RepositoryName": "web", "ImageTag": "latest"}, 0, 1),
    "Source/CodeStarSourceConnection": (
        {"ConnectionArn": CONNECTION, "FullRepositoryId": "alice/web", "BranchName": "main"},
        0,
        1,
    ),
    "Build/CodeBuild": (
        {
            "ProjectName": "web",
            "BatchEnabled": "true",
            "CombineArtifacts": "true",
            "EnvironmentVariables": '[{"name": "A", "value": "#{codepipeline.PipelineExecutionId}"}]',
            "ServiceRoleArnOverride": ROLE,
        },
        1,
        0,
    ),
    "Test/CodeBuild": ({"ProjectName": "web"}, 1, 0),
    "Build/ECRBuildAndPublish": ({"ECRRepositoryName": "web", "ImageTags": "a,b", "RegistryType": "public"}, 1, 0),
    "Test/DeviceFarm": (
        {"ProjectId": "p", "DevicePoolArn": "d", "AppType": "Android", "App": "a.apk", "TestType": "BUILTIN_FUZZ"},
        1,
        0,
    ),
    "Approval/Manual": ({"NotificationArn": "arn:aws:sns:us-east-1:123456789012:t", "CustomData": "look"}, 0, 0),
    "Deploy/S3": ({"BucketName": "b", "Extract": "true", "CannedACL": "public-read"}, 1, 0),
    "Deploy/CloudFormation": (
        {"ActionMode": "CREATE_UPDATE", "StackName": "s", "RoleArn": ROLE, "TemplatePath": "Src::t.yml"},
        1,
        0,
    ),
    "Deploy/CloudFormationStackSet": (
        {
            "StackSetName": "s",
            "TemplatePath": "Src::t.yml",
            "PermissionModel": "SELF_MANAGED",
            "DeploymentTargets": "111122223333",
            "Regions": "us-east-1",
            "FailureTolerancePercentage": "20",
            "RegionConcurrencyType": "PARALLEL",
        },
        1,
        0,
    ),
    "Deploy/CloudFormationStackInstances": (
        {"StackSetName": "s", "Regions": "us-east-1", "DeploymentTargets": "Src::accounts.json"},
        1,
        0,
    ),
    "Deploy/CodeDeploy": ({"ApplicationName": "a", "DeploymentGroupName": "g"}, 1, 0),
    "Deploy/CodeDeployToECS": (
        {
            "ApplicationName": "a",
            "DeploymentGroupName": "g",
            "TaskDefinitionTemplateArtifact": "Src",
            "AppSpecTemplateArtifact": "Src",
            "Image1ArtifactName": "Src",
            "Image1ContainerName": "IMAGE1_NAME",
        },
        1,
        0,
    ),
    "Deploy/ECS": ({"ClusterName": "c", "ServiceName": "s", "DeploymentTimeout": "60"}, 1, 0),
    "Deploy/ElasticBeanstalk": ({"ApplicationName": "a", "EnvironmentName": "e"}, 1, 0),
    "Deploy/OpsWorks": ({"Stack": "s", "App": "a"}, 1, 0),
    "Deploy/ServiceCatalog": ({"ProductId": "prod-1", "ConfigurationFilePath": "c.json"}, 1, 0),
    "Deploy/AppConfig": (
        {
            "Application": "a",
            "Environment": "e",
            "ConfigurationProfile": "c",
            "InputArtifactConfigurationPath": "c.json",
        },
        1,
        0,
    ),
    "Deploy/EC2": (
        {
            "InstanceTagKey": "Name",
            "InstanceType": "EC2",
            "TargetDirectory": "/srv",
            "PostScript": "start.sh",
            "MaxBatch": "50%",
            "MaxError": "0",
        },
        1,
        0,
    ),
    "Deploy/EKS": ({"ClusterName": "k", "ManifestFiles": "m.yml"}, 1, 0),
    "Deploy/Lambda": (
        {
            "FunctionName": "f",
            "FunctionAlias": "live",
            "DeployStrategy": "Linear10PercentEvery1Minute",
            "Alarms": "a,b",
        },
        1,
        0,
    ),
    "Invoke/Lambda": ({"FunctionName": "f", "UserParameters": "x"}, 0, 0),
    "Invoke/StepFunctions": (
        {"StateMachineArn": MACHINE, "InputType": "FilePath", "Input": "input.json"},
        1,
        0,
    ),
    "Invoke/InspectorScan": ({"InspectorRunMode": "SourceCodeScan", "CriticalThreshold": "0"}, 1, 1),
    "Invoke/CodePipeline": (
        {
            "PipelineName": "other",
            "Variables": '[{"name": "a", "value": "b"}]',
            "SourceRevisions": '[{"actionName": "S", "revisionType": "COMMIT_ID", '
            '"revisionValue": "#{Code.CommitId}"}]',
        },
        0,
        0,
    ),
    "Compute/Commands": ({"EnvironmentType": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_LARGE"}, 1, 0),
}
"""Type of an action -> (a good configuration, how many inputs, how many outputs)."""


def action(name: str, type: str, configuration: dict[str, str], inputs: int, outputs: int, **more: Any) -> Any:
    category, provider = type.split("/")
    found = {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration,
        "inputArtifacts": [{"name": "Src"}][:inputs],
        "outputArtifacts": [{"name": f"{name}Out"}][:outputs],
    }
    return {**found, **({"commands": ["make"]} if provider == "Commands" else {}), **more}


def pipeline(*actions: Any, **more: Any) -> Any:
    code = action("Code", "Source/CodeCommit", GOOD["Source/CodeCommit"][0], 0, 1, namespace="Code")
    code["outputArtifacts"] = [{"name": "Src"}]
    sources = [one for one in actions if one["actionTypeId"]["category"] == "Source"]
    others = [one for one in actions if one not in sources]
    ship = action("Ship", "Deploy/CodeDeploy", GOOD["Deploy/CodeDeploy"][0], 1, 0)
    for source in sources:
        ship = {**ship, "inputArtifacts": source["outputArtifacts"]}
    return {
        "name": "p",
        "roleArn": "arn:aws:iam::123456789012:role/p",
        "artifactStore": {"type": "S3", "location": "store"},
        "pipelineType": "V2",
        "stages": [{"name": "Source", "actions": [code, *sources]}, {"name": "D", "actions": [*others, ship]}],
        **more,
    }


def capital(value: Any) -> Any:
    """A declaration in the spelling of templates."""
    if isinstance(value, list):
        return [capital(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key[0].upper() + key[1:]: item if key == "configuration" else capital(item) for key, item in value.items()}


def in_file(declaration: Any) -> list[Problem]:
    return check_text(json.dumps(declaration, indent=1), "pipeline.json", "pipeline")


def in_template(declaration: Any) -> list[Problem]:
    resources = {"P": {"Type": "AWS::CodePipeline::Pipeline", "Properties": capital(declaration)}}
    return check_text(json.dumps({"Resources": resources}, indent=1), "template.json", "template")


def test_every_type_of_the_table_has_an_example_here() -> None:
    known = {f"{one.category}/{one.provider}" for one in ACTION_TYPES if one.owner == "AWS"}
    assert set(GOOD) == known


@pytest.mark.parametrize("type", GOOD)
def test_a_good_action_is_left_alone(type: str) -> None:
    declaration = pipeline(action("X", type, *GOOD[type]))
    for problems in (in_file(declaration), in_template(declaration)):
        # of a second source this pipeline reads nothing, and that is told
        assert [problem.code for problem in problems] == (["PL203"] if type.startswith("Source/") else [])


@pytest.mark.parametrize("type", GOOD)
def test_a_misspelled_key_is_found_everywhere(type: str) -> None:
    configuration, inputs, outputs = GOOD[type]
    key = next(iter(configuration))
    wrong = {f"{key[:-1]}": configuration[key], **{one: text for one, text in configuration.items() if one != key}}
    problems = in_file(pipeline(action("X", type, wrong, inputs, outputs)))
    assert f"did you mean {key}?" in [problem.hint for problem in problems if problem.code == "PL111"]


@pytest.mark.parametrize("type", GOOD)
def test_required_keys_are_required(type: str) -> None:
    category, provider = type.split("/")
    kind = next(one for one in ACTION_TYPES if (one.category, one.provider) == (category, provider))
    problems = in_file(pipeline(action("X", type, {}, *GOOD[type][1:])))
    missing = {problem.message.split("'")[3] for problem in problems if problem.code == "PL111"}
    assert missing == set(kind.required or ())
    assert all(problem.hint.startswith('add "') for problem in problems if problem.code == "PL111")


BAD: list[tuple[str, dict[str, str | None], str, str]] = [
    # (type, what is changed in the good configuration, what is said, the mend)
    ("Source/CodeCommit", {"BranchName": "refs/heads/main"}, "without refs/heads/", "write main"),
    ("Source/CodeCommit", {"OutputArtifactFormat": "ZIP"}, "is 'ZIP'", "write one of CODE_ZIP"),
    ("Source/S3", {"PollForSourceChanges": "no"}, "is 'no'", 'write "true" or "false"'),
    ("Source/CodeStarSourceConnection", {"ConnectionArn": "mine"}, "no ARN of a connection", "write the ARN of a conn"),
    ("Source/CodeStarSourceConnection", {"FullRepositoryId": "web"}, "owner/repository", "write the owner and the rep"),
    ("Source/CodeStarSourceConnection", {"FullRepositoryId": "https://github.com/a/web"}, "owner/repository", "write "),
    ("Build/CodeBuild", {"BatchEnabled": None}, "needs BatchEnabled", 'add BatchEnabled: "true"'),
    ("Build/CodeBuild", {"EnvironmentVariables": "A=1"}, "is not a JSON array", 'write [{"name"'),
    ("Build/CodeBuild", {"EnvironmentVariables": '[{"name": "A", "value": 1}]'}, "the value 1", 'write "1"'),
    ("Build/CodeBuild", {"EnvironmentVariables": '[{"name": "A"}]'}, "the value null", 'add "value"'),
    ("Build/CodeBuild", {"ServiceRoleArnOverride": "role"}, "no ARN of a role", "write the ARN of a role"),
    ("Build/ECRBuildAndPublish", {"RegistryType": "Public"}, "is 'Public'", "did you mean public?"),
    ("Approval/Manual", {"NotificationArn": "t"}, "no ARN of an SNS topic", "write the ARN of an SNS topic"),
    ("Deploy/S3", {"Extract": "yes"}, "is 'yes'", 'write "true" or "false"'),
    ("Deploy/S3", {"CannedACL": "public"}, "is 'public'", "did you mean public-read?"),
    ("Deploy/CloudFormation", {"ActionMode": "CREATE"}, "is 'CREATE'", "did you mean CREATE_UPDATE?"),
    ("Deploy/CloudFormation", {"TemplatePath": None}, "lacks TemplatePath", 'add "TemplatePath'),
    ("Deploy/CloudFormation", {"ActionMode": "CHANGE_SET_EXECUTE"}, "lacks ChangeSetName", 'add "ChangeSetName'),
    ("Deploy/CloudFormation", {"TemplatePath": "t.yml"}, "names no artifact", "write it like BuildOutput::t.yml"),
    ("Deploy/CloudFormation", {"TemplateConfiguration": "c.json"}, "names no artifact", "write it like BuildOutput::c"),
    ("Deploy/CloudFormation", {"RoleArn": "stack-role"}, "no ARN of a role", "write the ARN of a role"),
    ("Deploy/CloudFormationStackSet", {"TemplatePath": "t.yml"}, "names no artifact", "write it like BuildOutput::t"),
    ("Deploy/CloudFormationStackSet", {"PermissionModel": "SELF"}, "is 'SELF'", "write one of SELF_MANAGED"),
    (
        "Deploy/CloudFormationStackSet",
        {"Regions": None},
        "without Regions",
        'add "Regions',
    ),
    ("Deploy/CloudFormationStackSet", {"FailureTolerancePercentage": "120"}, "is '120'", "from 0 to 100"),
    (
        "Deploy/CloudFormationStackSet",
        {"OrganizationsAutoDeployment": "Enabled"},
        "SERVICE_MANAGED alone",
        "write Perm",
    ),
    ("Deploy/CloudFormationStackSet", {"Parameters": "Other::p.json"}, "which is no input", "write Src::p.json, or"),
    ("Deploy/CloudFormationStackInstances", {"DeploymentTargets": None}, "without Deploy", 'add "DeploymentTargets'),
    ("Deploy/CloudFormationStackInstances", {"CallAs": "ADMIN"}, "is 'ADMIN'", "write one of SELF, DELEGATED_ADMIN"),
    (
        "Deploy/CodeDeployToECS",
        {"Image1ContainerName": None},
        "without Image1ContainerName",
        'add "Image1ContainerName',
    ),
    ("Deploy/CodeDeployToECS", {"Image1ArtifactName": None}, "without Image1ArtifactName", 'add "Image1ArtifactName'),
    ("Deploy/CodeDeployToECS", {"Image1ContainerName": "<IMAGE1>"}, "with its brackets", "write IMAGE1"),
    ("Deploy/CodeDeployToECS", {"AppSpecTemplateArtifact": "Other"}, "no input artifact", "write Src, or add Other"),
    ("Deploy/ECS", {"DeploymentTimeout": "61"}, "is '61'", "write a whole number from 1 to 60"),
    ("Deploy/ServiceCatalog", {"ConfigurationFilePath": None}, "lacks TemplateFilePath", 'add "TemplateFilePath'),
    ("Deploy/ServiceCatalog", {"ProductType": "TEMPLATE"}, "is 'TEMPLATE'", "write one of CLOUD_FORMATION_TEMPLATE"),
    ("Deploy/EC2", {"PostScript": None}, "lacks PostScript", 'add "PostScript'),
    (
        "Deploy/EC2",
        {"TargetDirectory": None, "PostScript": None},
        "lacks TargetDirectory and PostScript",
        'add "Target',
    ),
    ("Deploy/EC2", {"InstanceType": "t3.micro"}, "is 't3.micro'", "write one of EC2, SSM_MANAGED_NODE"),
    ("Deploy/EC2", {"MaxBatch": "half"}, "is 'half'", "write a number of instances, or a percentage"),
    ("Deploy/EKS", {"ManifestFiles": None}, "neither manifests nor a chart", "add ManifestFiles for kubectl, or"),
    (
        "Deploy/EKS",
        {"ManifestFiles": None, "HelmReleaseName": "r"},
        "lacks HelmChartLocation",
        'add "HelmChartLocation',
    ),
    ("Deploy/EKS", {"HelmReleaseName": "r"}, "of Helm beside ManifestFiles", "take HelmReleaseName out, or Manif"),
    (
        "Deploy/Lambda",
        {"DeployStrategy": "Canary10"},
        "no strategy",
        "write AllAtOnce, or like Canary10Percent5Minutes",
    ),
    (
        "Deploy/Lambda",
        {"DeployStrategy": "Canary10Percent2881Minutes"},
        "waits for 2881 minutes",
        "write fewer minutes",
    ),
    ("Deploy/Lambda", {"DeployStrategy": "Canary100Percent5Minutes"}, "is 'Canary100", "write 1 to 99 percent"),
    ("Deploy/Lambda", {"FunctionAlias": None}, "needs FunctionAlias", "add FunctionAlias"),
    ("Deploy/Lambda", {"Alarms": "a,b,c,d,e,f,g,h,i,j,k"}, "names 11 alarms", "keep 10 of them"),
    ("Invoke/StepFunctions", {"Input": None}, "lacks Input", 'add "Input'),
    ("Invoke/StepFunctions", {"InputType": "Literal"}, "is no JSON", "write JSON, such as"),
    ("Invoke/StepFunctions", {"InputType": "File"}, "is 'File'", "did you mean FilePath?"),
    ("Invoke/StepFunctions", {"StateMachineArn": "m"}, "no ARN of a state machine", "write the ARN of a state machine"),
    ("Invoke/InspectorScan", {"InspectorRunMode": "ECRImageScan"}, "lacks ECRRepositoryName", 'add "ECRRepositoryName'),
    ("Invoke/InspectorScan", {"HighThreshold": "many"}, "is 'many'", "write a whole number of at least 0"),
    ("Invoke/CodePipeline", {"Variables": '{"a": "b"}'}, "is not a JSON array of objects with name", "write [{"),
    ("Invoke/CodePipeline", {"SourceRevisions": '[{"actionName": "S"}]'}, "actionName and revisionType", "write [{"),
    ("Compute/Commands", {"ComputeType": "BUILD_GENERAL1_TINY"}, "is 'BUILD_GENERAL1_TINY'", "BUILD_GENERAL1_"),
    ("Compute/Commands", {"EnvironmentType": "ARM_CONTAINER"}, "is 'ARM_CONTAINER'", "LINUX_CONTAINER"),
    ("Compute/Commands", {"VpcId": "vpc-1"}, "without Subnets", 'add "Subnets'),
    (
        "Compute/Commands",
        {"EnvironmentType": "WINDOWS_SERVER_2022_CONTAINER", "ComputeType": None},
        "Windows on BUILD_GENERAL1_SMALL",
        "write ComputeType: BUILD_GENERAL1_MEDIUM or",
    ),
]


def changed(configuration: dict[str, str], changes: dict[str, str | None]) -> dict[str, str]:
    return {key: text for key, text in {**configuration, **changes}.items() if text is not None}


@pytest.mark.parametrize(("type", "changes", "words", "hint"), BAD)
def test_what_is_wrong_in_an_action(type: str, changes: dict[str, str | None], words: str, hint: str) -> None:
    configuration, inputs, outputs = GOOD[type]
    declaration = pipeline(action("X", type, changed(configuration, changes), inputs, outputs))
    for problems in (in_file(declaration), in_template(declaration)):
        found = [one for one in problems if one.code == "PL125" and words in one.message]
        assert found, problems
        assert hint in found[0].hint
        assert found[0].severity == "error"


def test_a_finding_stands_at_the_key_that_is_wrong() -> None:
    configuration = {**GOOD["Deploy/ECS"][0], "DeploymentTimeout": "90"}
    text = json.dumps(pipeline(action("X", "Deploy/ECS", configuration, 1, 0)), indent=1)
    (problem,) = check_text(text, "pipeline.json", "pipeline")
    assert '"DeploymentTimeout": "90"' in text.splitlines()[problem.line - 1]


@pytest.mark.parametrize(
    ("type", "configuration", "words"),
    [
        ("Deploy/Lambda", {"FunctionName": "f"}, "neither code nor a version"),
        ("Invoke/InspectorScan", {"InspectorRunMode": "SourceCodeScan"}, "no input artifact to scan"),
        ("Invoke/StepFunctions", GOOD["Invoke/StepFunctions"][0], "no input artifact with the file"),
    ],
)
def test_inputs_that_only_some_configurations_need(type: str, configuration: dict[str, str], words: str) -> None:
    problems = in_file(pipeline(action("X", type, configuration, 0, GOOD[type][2])))
    assert [words in problem.message for problem in problems] == [True]
    assert all(problem.hint for problem in problems)


def test_what_only_the_run_knows_is_left_alone() -> None:
    configuration = {**GOOD["Deploy/ECS"][0], "DeploymentTimeout": "#{variables.minutes}"}
    declaration = pipeline(action("X", "Deploy/ECS", configuration, 1, 0), variables=[{"name": "minutes"}])
    assert in_file(declaration) == []


def test_an_action_type_of_ones_own_takes_what_it_likes() -> None:
    own = action("X", "Deploy/ECS", {"DeploymentTimeout": "soon"}, 1, 0)
    own["actionTypeId"]["owner"] = "Custom"
    assert in_file(pipeline(own)) == []


def test_choices_and_numbers_are_of_keys_that_there_are() -> None:
    keys = {(one.provider, key) for one in ACTION_TYPES for key in (*(one.required or ()), *(one.optional or ()))}
    assert {*CHOICES, *NUMBERS} <= keys


# Variables, clones, keys of other actions


@pytest.mark.parametrize(
    ("reference", "code", "hint"),
    [
        ("#{codepipeline.PipelineExecutionId}", None, ""),
        ("#{codepipeline.PipelineExecutionID}", "PL131", "did you mean #{codepipeline.PipelineExecutionId}?"),
        ("#{codepipeline.Foo}", "PL131", "codepipeline has PipelineExecutionId"),
        ("#{Code.CommitId}", None, ""),
        ("#{Code.CommitID}", "PL131", "did you mean #{Code.CommitId}?"),
        ("#{Code.Sha}", "PL131", "Code has AuthorDate, BranchName"),
        ("#{Cod.CommitId}", "PL120", "did you mean #{Code.CommitId}?"),
    ],
)
def test_variables_that_nothing_sets(reference: str, code: str | None, hint: str) -> None:
    in_configuration = action("X", "Invoke/Lambda", {"FunctionName": "f", "UserParameters": reference}, 0, 0)
    in_commands = action("X", "Compute/Commands", {}, 1, 0, commands=[f"echo {reference}"])
    in_environment = action("X", "Compute/Commands", {}, 1, 0, environmentVariables=[{"name": "A", "value": reference}])
    for used in (in_configuration, in_commands, in_environment):
        for problems in (in_file(pipeline(used)), in_template(pipeline(used))):
            assert [problem.code for problem in problems] == ([] if code is None else [code])
            assert all(hint in problem.hint for problem in problems)


def test_variables_of_commands_are_those_it_names() -> None:
    run = action("Run", "Compute/Commands", {}, 1, 0, namespace="Run", outputVariables=["VERSION"])
    for name, expected in (("VERSION", []), ("VERSIONS", ["PL131"])):
        use = action("Use", "Invoke/Lambda", {"FunctionName": "f", "UserParameters": f"#{{Run.{name}}}"}, 0, 0)
        problems = in_file(pipeline(run, {**use, "runOrder": 2}))
        assert [problem.code for problem in problems] == expected


@pytest.mark.parametrize(("type", "fits"), [("Build/CodeBuild", True), ("Deploy/ECS", False), ("Deploy/S3", False)])
def test_a_full_clone_is_for_codebuild(type: str, fits: bool) -> None:
    declaration = pipeline(action("X", type, *GOOD[type]))
    source, ship = declaration["stages"][0]["actions"][0], declaration["stages"][1]["actions"].pop()
    source["configuration"] = {**source["configuration"], "OutputArtifactFormat": "CODEBUILD_CLONE_REF"}
    assert ship["name"] == "Ship"
    for problems in (in_file(declaration), in_template(declaration)):
        assert [problem.code for problem in problems] == ([] if fits else ["PL132"])
        assert all("OutputArtifactFormat: CODE_ZIP in Code" in problem.hint for problem in problems)


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({"commands": ["ls"]}, "write them into the buildspec"),
        ({"outputVariables": ["A"]}, "exported-variables"),
        ({"environmentVariables": [{"name": "A", "value": "1"}]}, "as EnvironmentVariables in configuration"),
    ],
)
def test_keys_that_only_other_actions_read(more: dict[str, Any], hint: str) -> None:
    build = action("X", "Build/CodeBuild", {"ProjectName": "p"}, 1, 0, **more)
    for problems in (in_file(pipeline(build)), in_template(pipeline(build))):
        assert [(problem.code, problem.severity) for problem in problems] == [("PL210", "warning")]
        assert hint.lower() in problems[0].hint.lower()  # a template begins its keys with a capital
    run = action("X", "Compute/Commands", {}, 1, 0, **more)
    assert in_file(pipeline(run)) == []


def test_files_are_for_the_output_of_commands() -> None:
    build = action("X", "Build/CodeBuild", {"ProjectName": "p"}, 1, 0, outputArtifacts=[{"name": "o", "files": ["a"]}])
    assert "PL210" in [problem.code for problem in in_file(pipeline(build))]


def test_a_command_is_one_line() -> None:
    run = action("X", "Compute/Commands", {}, 1, 0, commands=["make\nmake test"])
    (problem,) = in_file(pipeline(run))
    assert (problem.code, problem.hint) == ("PL125", "write a command for each line, or one script that is called")


def test_what_a_scan_found_is_for_people() -> None:
    scan = action("X", "Invoke/InspectorScan", *GOOD["Invoke/InspectorScan"])
    assert in_file(pipeline(scan)) == []
    build = action("X", "Build/CodeBuild", {"ProjectName": "p"}, 1, 1)
    assert [problem.code for problem in in_file(pipeline(build))] == ["PL203"]


# Stages and their conditions


def with_stage(section: str, value: Any, stage: int = 1, **more: Any) -> Any:
    declaration = pipeline(**more)
    declaration["stages"][stage][section] = value
    return declaration


def condition(result: str, provider: str = "LambdaInvoke", **configuration: str) -> Any:
    id = {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"}
    needed = {"LambdaInvoke": {"FunctionName": "f"}, "CloudWatchAlarm": {"AlarmName": "a"}}.get(provider, {})
    rule = {"name": "r", "ruleTypeId": id, "configuration": {**needed, **configuration}}
    return {"conditions": [{"result": result, "rules": [rule]}]}


@pytest.mark.parametrize(
    ("section", "result", "hint"),
    [
        ("beforeEntry", "FAIL", None),
        ("beforeEntry", "SKIP", None),
        ("beforeEntry", "ROLLBACK", "write FAIL or SKIP"),
        ("beforeEntry", "RETRY", "write FAIL or SKIP"),
        ("onSuccess", "FAIL", None),
        ("onSuccess", "ROLLBACK", None),
        ("onSuccess", "SKIP", "write ROLLBACK or FAIL"),
        ("onSuccess", "RETRY", "write ROLLBACK or FAIL"),
        ("onFailure", "ROLLBACK", None),
        ("onFailure", "SKIP", "write ROLLBACK or FAIL"),
        ("onFailure", "RETRY", "a retry is written without conditions"),
    ],
)
def test_results_of_conditions(section: str, result: str, hint: str | None) -> None:
    declaration = with_stage(section, condition(result))
    for problems in (in_file(declaration), in_template(declaration)):
        assert [problem.code for problem in problems] == ([] if hint is None else ["PL127"])
        assert hint is None or hint.lower() in problems[0].hint.lower()


@pytest.mark.parametrize("section", ["onFailure", "onSuccess"])
def test_sources_are_not_rolled_back(section: str) -> None:
    value = {"result": "ROLLBACK"} if section == "onFailure" else condition("ROLLBACK")
    for check in (in_file, in_template):
        assert [problem.code for problem in check(with_stage(section, value, 0))] == ["PL128"]
        assert check(with_stage(section, value, 1)) == []


def test_a_stage_of_sources_may_retry() -> None:
    assert in_file(with_stage("onFailure", {"result": "RETRY"}, 0)) == []


def test_a_retry_mode_without_a_retry() -> None:
    (problem,) = in_file(with_stage("onFailure", {"retryConfiguration": {"retryMode": "ALL_ACTIONS"}}))
    assert (problem.code, problem.hint) == ("PL210", "add result: RETRY beside it, or take it out")


@pytest.mark.parametrize(
    ("provider", "configuration", "code", "hint"),
    [
        ("CloudWatchAlarm", {"AlarmStates": "ALARM", "WaitTime": "5"}, None, ""),
        ("CloudWatchAlarm", {"AlarmStates": "ALARMED"}, "PL125", "write ALARM"),
        ("CloudWatchAlarm", {"WaitTime": "5m"}, "PL125", "write whole minutes"),
        ("CloudWatchAlarms", {}, "PL129", "did you mean CloudWatchAlarm?"),
        ("Rocket", {}, "PL129", "providers of rules: CloudWatchAlarm, CodeBuild"),
        ("LambdaInvoke", {"Function": "f"}, "PL129", "did you mean FunctionName?"),
        ("VariableCheck", {"Variable": "#{Code.BranchName}", "Value": "main", "Operator": "EQ"}, None, ""),
        ("VariableCheck", {"Variable": "#{Code.BranchName}", "Value": "main", "Operator": "EQUALS"}, "PL125", "write "),
        ("VariableCheck", {"Variable": "#{Code.BranchName}", "Value": "main"}, "PL129", 'add "Operator'),
        ("DeploymentWindow", {}, "PL129", 'add "Cron'),
        ("Commands", {}, "PL129", 'add "commands": ["…"] beside the configuration'),
    ],
)
def test_rules_of_conditions(provider: str, configuration: dict[str, str], code: str | None, hint: str) -> None:
    declaration = with_stage("beforeEntry", condition("FAIL", provider, **configuration))
    for problems in (in_file(declaration), in_template(declaration)):
        assert [problem.code for problem in problems] == ([] if code is None else [code])
        assert all(hint.lower() in problem.hint.lower() for problem in problems)


def test_conditions_are_for_v2() -> None:
    v1 = with_stage("beforeEntry", condition("FAIL"), pipelineType="V1")
    for problems in (in_file(v1), in_template(v1)):
        ((code, hint),) = [(problem.code, problem.hint.lower()) for problem in problems]
        assert (code, hint.partition(", line ")[0]) == ("PL119", 'write "pipelinetype": "v2"')
    undeclared = with_stage("beforeEntry", condition("FAIL"))
    del undeclared["pipelineType"]
    assert in_file(undeclared) == []


@pytest.mark.parametrize("check", [in_file, in_template])
def test_what_needs_v2_is_named_by_its_own_line(check: Any) -> None:
    run = action("X", "Compute/Commands", {}, 1, 0)
    declaration = pipeline(run, pipelineType="V1")
    written = capital(declaration) if check is in_template else declaration
    text = json.dumps(
        {"Resources": {"P": {"Type": "AWS::CodePipeline::Pipeline", "Properties": written}}}
        if check is in_template
        else written,
        indent=1,
    )
    (problem,) = check(declaration)
    assert problem.code == "PL119"
    assert "Commands" in text.splitlines()[problem.line - 1]
    (problem,) = check(with_stage("onFailure", {"result": "RETRY"}, pipelineType="V1"))
    assert problem.code == "PL119"


def test_two_regions_need_two_stores() -> None:
    declaration = pipeline(
        action("X", "Deploy/CodeDeploy", *GOOD["Deploy/CodeDeploy"], region="eu-west-1"),
        action("Y", "Deploy/CodeDeploy", *GOOD["Deploy/CodeDeploy"], region="us-east-1"),
    )
    for problems in (in_file(declaration), in_template(declaration)):
        assert [problem.code for problem in problems] == ["PL115"]
        assert "eu-west-1" in problems[0].hint
        assert "us-east-1" in problems[0].hint


def test_variables_are_declared_once() -> None:
    declaration = pipeline(variables=[{"name": "a"}, {"name": "a"}])
    for problems in (in_file(declaration), in_template(declaration)):
        assert [problem.code for problem in problems] == ["PL130"]


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"artifactStore": {"type": "S3", "location": "ab"}}, "of at least 3 characters"),
        ({"artifactStore": {"type": "S3", "location": "b" * 64}}, "shorten it to 63 characters"),
        ({"name": None}, "nothing stands there: fill it in, or take the key out"),
    ],
)
def test_hints_at_shapes(change: dict[str, Any], hint: str) -> None:
    (problem,) = in_file(pipeline(**change))
    assert problem.code == "PL121"
    assert hint in problem.hint


# Artifacts that are no input


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"TaskDefinitionTemplateArtifact": "Src"}, "write DeployOutput"),
        ({"AppSpecTemplateArtifact": "Src"}, "write DeployOutput"),
        ({"AppSpecTemplateArtifact": "Src", "TaskDefinitionTemplateArtifact": "ImageOutptu"}, "write ImageOutput"),
        ({"Image1ArtifactName": "Src"}, "write ImageOutput or Reports"),
        ({"Image1ArtifactName": "DeployOutptu"}, "write DeployOutput"),
    ],
)
def test_an_artifact_that_is_no_input_is_the_one_of_its_kind(changes: dict[str, str], hint: str) -> None:
    given = {
        "ApplicationName": "web",
        "DeploymentGroupName": "blue",
        "TaskDefinitionTemplateArtifact": "DeployOutput",
        "AppSpecTemplateArtifact": "DeployOutput",
        "Image1ArtifactName": "ImageOutput",
        "Image1ContainerName": "IMAGE1_NAME",
        **changes,
    }
    make = action("Make", "Build/CodeBuild", GOOD["Build/CodeBuild"][0], 1, 0)
    make["outputArtifacts"] = [{"name": name} for name in ("ImageOutput", "DeployOutput", "Reports")]
    ship = action("Blue", "Deploy/CodeDeployToECS", given, 0, 0, runOrder=2)
    ship["inputArtifacts"] = [{"name": name} for name in ("DeployOutput", "ImageOutput", "Reports")]
    hints = [one.hint for one in in_file(pipeline(make, ship)) if one.code == "PL125"]
    assert hint in [one.partition(",")[0] for one in hints]


def test_of_several_inputs_all_are_named_that_may_be_meant() -> None:
    stack = {"ActionMode": "CREATE_UPDATE", "StackName": "s", "RoleArn": ROLE, "TemplatePath": "Nothing::t.yml"}
    make = action("Make", "Build/CodeBuild", GOOD["Build/CodeBuild"][0], 1, 0)
    make["outputArtifacts"] = [{"name": "One"}, {"name": "Other"}]
    ship = action("Stack", "Deploy/CloudFormation", stack, 0, 0, runOrder=2)
    ship["inputArtifacts"] = [{"name": "One"}, {"name": "Other"}]
    hints = [one.hint for one in in_file(pipeline(make, ship)) if one.code == "PL125"]
    assert hints == ["write One::t.yml or Other::t.yml, or add Nothing to inputArtifacts"]
