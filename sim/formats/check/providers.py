"""What providers of a pipeline's actions ask of the values of their configuration, and of keys that go together.

Source: docs/behaviour/codepipeline.md §4.2, and the pages action-reference-… of the CodePipeline User Guide. Which
keys there are, and how many artifacts, is the grammar's: sim/formats/actiontypes.py.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.formats.configurations import meaning_of, missing_hints
from sim.formats.nodes import near

Action = dict[str, Any]
Configuration = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an action, as the end of a sentence about it, and the mend. `key`: where; "" for the whole."""

    words: str
    hint: str
    key: str = ""


def faults(action: Action) -> Iterator[Fault]:
    """Every fault of an action's configuration."""
    id = action["actionTypeId"]
    if id["owner"] == "Custom":
        return
    of = id["category"], id["provider"]
    configuration: Configuration = action.get("configuration") or {}
    for key, value in configuration.items():
        if value.strip() in OMITTED:
            yield Fault(
                f"is {value}, which only holds a place in an example",
                f"write {meaning_of(key, configuration) or 'the value that is meant'}",
                key,
            )
        elif "#{" not in value:
            wrong = _wrong_value(of, key, value)
            if wrong is not None:
                yield Fault(wrong[0], wrong[1], key)
            elif _ARTIFACT.fullmatch(key) or ("::" in value and (of[1], key) in _MAY_BE_FILES):
                yield from _artifact(action, key, value)
    for first, second in _TOGETHER.get(of[1], ()):
        yield from _together(configuration, first, second)
    yield from _PROVIDERS.get(of, _nothing)(action, configuration)


OMITTED = ("…", "...")
"""What stands in examples where a value is left out."""


def _nothing(action: Action, configuration: Configuration) -> Iterator[Fault]:
    yield from ()


# Single values

BOOLEANS = (
    "PollForSourceChanges",
    "DetectChanges",
    "BatchEnabled",
    "CombineArtifacts",
    "Extract",
    "AllowOverrideForS3ObjectKey",
)
_FORMATS = ("CODE_ZIP", "CODEBUILD_CLONE_REF")
_CONCURRENCY = ("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE")
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("CodeCommit", "OutputArtifactFormat"): _FORMATS,
    ("CodeStarSourceConnection", "OutputArtifactFormat"): _FORMATS,
    ("CloudFormation", "ActionMode"): (
        "CREATE_UPDATE",
        "DELETE_ONLY",
        "REPLACE_ON_FAILURE",
        "CHANGE_SET_REPLACE",
        "CHANGE_SET_EXECUTE",
    ),
    ("CloudFormationStackSet", "PermissionModel"): ("SELF_MANAGED", "SERVICE_MANAGED"),
    ("CloudFormationStackSet", "OrganizationsAutoDeployment"): ("Enabled", "Disabled", "EnabledWithStackRetention"),
    ("CloudFormationStackSet", "CallAs"): ("SELF", "DELEGATED_ADMIN"),
    ("CloudFormationStackInstances", "CallAs"): ("SELF", "DELEGATED_ADMIN"),
    ("CloudFormationStackSet", "ConcurrencyMode"): _CONCURRENCY,
    ("CloudFormationStackInstances", "ConcurrencyMode"): _CONCURRENCY,
    ("StepFunctions", "InputType"): ("Literal", "FilePath"),
    ("InspectorScan", "InspectorRunMode"): ("SourceCodeScan", "ECRImageScan"),
    ("EC2", "InstanceType"): ("EC2", "SSM_MANAGED_NODE"),
    ("Commands", "EnvironmentType"): ("LINUX_CONTAINER", "WINDOWS_SERVER_2022_CONTAINER"),
    ("Commands", "ComputeType"): ("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"),
    ("ECRBuildAndPublish", "RegistryType"): ("private", "public"),
    ("S3", "CannedACL"): (
        "private",
        "public-read",
        "public-read-write",
        "authenticated-read",
        "aws-exec-read",
        "bucket-owner-read",
        "bucket-owner-full-control",
    ),
    ("ServiceCatalog", "ProductType"): (
        "CLOUD_FORMATION_TEMPLATE",
        "MARKETPLACE_AMI",
        "MARKETPLACE_CAR",
        "TERRAFORM_OPEN_SOURCE",
        "TERRAFORM_CLOUD",
        "EXTERNAL",
    ),
}
"""(provider, key) -> its values."""
NUMBERS: dict[tuple[str, str], tuple[int, int]] = {
    ("ECS", "DeploymentTimeout"): (1, 60),
    ("CloudFormationStackSet", "FailureTolerancePercentage"): (0, 100),
    ("CloudFormationStackSet", "MaxConcurrentPercentage"): (1, 100),
    ("CloudFormationStackInstances", "FailureTolerancePercentage"): (0, 100),
    ("CloudFormationStackInstances", "MaxConcurrentPercentage"): (1, 100),
    **{("InspectorScan", f"{level}Threshold"): (0, 10**9) for level in ("Critical", "High", "Medium", "Low")},
}
"""(provider, key) -> the least and the greatest whole number."""
_ARN = r"arn:[^:]*:{}:[^:]*:[^:]*:.+"
ARNS: dict[tuple[str, str], tuple[str, str]] = {
    ("Manual", "NotificationArn"): ("sns", "an SNS topic, like arn:aws:sns:us-east-1:123456789012:approvals"),
    ("StepFunctions", "StateMachineArn"): (
        "states",
        "a state machine, like arn:aws:states:us-east-1:123456789012:stateMachine:name",
    ),
    ("CodeStarSourceConnection", "ConnectionArn"): (
        "(codestar-connections|codeconnections)",
        "a connection, like arn:aws:codeconnections:us-east-1:123456789012:connection/aEXAMPLE-8aad",
    ),
    ("CloudFormation", "RoleArn"): ("iam", "a role, like arn:aws:iam::123456789012:role/name"),
    ("CodeBuild", "ServiceRoleArnOverride"): ("iam", "a role, like arn:aws:iam::123456789012:role/name"),
    ("CloudFormationStackSet", "AdministrationRoleArn"): ("iam", "a role, like arn:aws:iam::123456789012:role/name"),
}
"""(provider, key) -> the service in the ARN, and of what it is."""
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
MAX_OVERRIDES = 1024
_ARTIFACT = re.compile(
    "TemplatePath|TemplateConfiguration|PrimarySource|(AppSpec|TaskDefinition)TemplateArtifact|Image[1-4]ArtifactName"
)
"""Keys whose value is, or begins with, the name of an input artifact of the action."""
_PATHS = ("TemplatePath", "TemplateConfiguration")
_MAY_BE_FILES = (
    ("CloudFormationStackSet", "Parameters"),
    ("CloudFormationStackSet", "DeploymentTargets"),
    ("CloudFormationStackInstances", "ParameterOverrides"),
    ("CloudFormationStackInstances", "DeploymentTargets"),
)
"""Keys whose value is plain, or a file in an input artifact: `Artifact::file`."""
VARIABLE_TYPES = ("PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER")

Wrong = tuple[str, str] | None
"""(what is wrong, the mend) of a value; None when nothing is."""


def _wrong_value(of: tuple[str, str], key: str, value: str) -> Wrong:
    category, provider = of
    if key in BOOLEANS and value not in ("true", "false"):
        return f"is {value!r}", 'write "true" or "false"'
    choices = CHOICES.get((provider, key))
    if choices is not None and value not in choices:
        meant = near(value, list(choices))
        return f"is {value!r}", f"did you mean {meant}?" if meant else f"write one of {', '.join(choices)}"
    if (provider, key) in NUMBERS:
        return _wrong_number(value, *NUMBERS[provider, key])
    if (provider, key) in ARNS and "${" not in value:
        service, what = ARNS[provider, key]
        if not re.fullmatch(_ARN.format(service), value) or (service == "sns" and value.count(":") != 5):
            return f"is {value!r}, and no ARN of {what.partition(',')[0]}", f"write the ARN of {what}"
    if key == "Capabilities" and not set(value.replace(" ", "").split(",")) <= set(CAPABILITIES):
        return f"is {value!r}", f"name some of {', '.join(CAPABILITIES)}, with commas"
    if key in _PATHS and provider.startswith("CloudFormation") and "::" not in value:
        artifact, colon, file = value.partition(":")
        meant = f"{artifact}::{file}" if colon and artifact and not file.startswith("//") else ""
        mend = f"write {meant}: two colons stand between" if meant else f"write it like BuildOutput::{value}"
        return f"is {value!r}, and names no artifact", mend
    special = _VALUES.get((provider, key)) if category != "Invoke" or provider != "Lambda" else None
    return special(value) if special is not None else None


def _wrong_number(value: str, least: int, most: int) -> Wrong:
    if re.fullmatch(r"[0-9]{1,10}", value) and least <= int(value) <= most:
        return None
    limits = f"from {least} to {most}" if most < 10**9 else f"of at least {least}"
    return f"is {value!r}", f"write a whole number {limits}"


def _branch(value: str) -> Wrong:
    if value.startswith("refs/heads/"):
        return f"is {value!r}, and a branch is named without refs/heads/", f"write {value.removeprefix('refs/heads/')}"
    return None


def _repository(value: str) -> Wrong:
    if "/" in value.strip("/") and "://" not in value and not value.endswith(".git"):
        return None
    found = re.search(r"[:/]([\w.-]+/[\w.-]+?)(\.git)?/?$|^([\w.-]+/[\w.-]+)\.git$", value)
    name = (found[1] or found[3]) if found is not None else ""
    mend = f"write {name}" if name else "write the owner and the repository: my-account/my-repository"
    return f"is {value!r}, and not like owner/repository", mend


def environment_variables(text: str) -> list[dict[str, Any]] | None:
    """What the EnvironmentVariables of a CodeBuild action hold; None when they are not what they should be."""
    found = _loaded(text)
    if not isinstance(found, list) or not all(isinstance(item, dict) and "name" in item for item in found):
        return None
    return found


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _variables(text: str) -> Wrong:
    found = environment_variables(text)
    if found is None:
        return "is not a JSON array of variables", f"write {_as_variables(_loaded(text))} as text"
    for variable in found:
        type_ = variable.get("type", "PLAINTEXT")
        if type_ not in VARIABLE_TYPES:
            hint = f"write one of {', '.join(VARIABLE_TYPES)}"
            return f"gives the variable {variable['name']} the type {json.dumps(type_)}", hint
        for key in ("name", "value"):
            if not isinstance(variable.get(key), str):
                shown = json.dumps(variable.get(key))
                hint = f'add "{key}"' if key not in variable else f"write {json.dumps(shown)}: it is a text"
                return f"gives a variable the {key} {shown}", hint
    return None


def _as_text(value: Any) -> Any:
    """A number or a truth as the text that a variable's value must be."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _as_variables(found: Any) -> str:
    """An array of variables with what stands there, as far as that can be told."""
    rows = found if isinstance(found, list) else []
    if isinstance(found, dict):
        rows = [{"name": name, "value": value} for name, value in found.items()]
    rows = [{key.lower(): _as_text(value) for key, value in row.items()} for row in rows[:5] if isinstance(row, dict)]
    return json.dumps(rows or [{"name": "A", "value": "1", "type": "PLAINTEXT"}], ensure_ascii=False)


def _overrides(value: str) -> Wrong:
    if len(value) > MAX_OVERRIDES:
        return f"has {len(value)} characters, and 1 KB is taken", "put the parameters into a TemplateConfiguration file"
    if isinstance(_loaded(value), dict):
        return None
    return "is not a JSON object", 'write {"Name": "value"} as text'


def _objects(*keys: str) -> Callable[[str], Wrong]:
    """What takes a JSON array of objects with these keys, all of them texts."""
    example = json.dumps([dict.fromkeys(keys, "…")], ensure_ascii=False)

    def wrong(value: str) -> Wrong:
        found = _loaded(value)
        if isinstance(found, list) and all(
            isinstance(item, dict) and set(item) == set(keys) and all(isinstance(one, str) for one in item.values())
            for item in found
        ):
            return None
        return f"is not a JSON array of objects with {' and '.join(keys)}", f"write {example} as text"

    return wrong


_STRATEGY = re.compile(r"Canary(\d{1,4})Percent(\d{1,4})Minutes?|Linear(\d{1,4})PercentEvery(\d{1,4})Minutes?")
MAX_MINUTES = 2 * 24 * 60
"""Waiting in all, of a strategy."""
MAX_ALARMS = 10


def _strategy(value: str) -> Wrong:
    found = _STRATEGY.fullmatch(value)
    if value == "AllAtOnce":
        return None
    if found is None:
        hint = "write AllAtOnce, or like Canary10Percent5Minutes or Linear10PercentEvery1Minute"
        return f"is {value!r}, and no strategy", hint
    percent, minutes = (int(number) for number in found.groups() if number is not None)
    if not 1 <= percent <= 99 or minutes < 1:
        return f"is {value!r}", "write 1 to 99 percent, and at least one minute"
    steps = 1 if value.startswith("Canary") else math.ceil(100 / percent) - 1
    if steps * minutes > MAX_MINUTES:
        return (
            f"waits for {steps * minutes} minutes in all, and 2 days are the most",
            "write fewer minutes, or more percent",
        )
    return None


def _alarms(value: str) -> Wrong:
    count = len(value.split(","))
    return (f"names {count} alarms", f"keep {MAX_ALARMS} of them") if count > MAX_ALARMS else None


def _instances(value: str) -> Wrong:
    if re.fullmatch(r"[1-9]\d{0,3}|([1-9]\d?|100)%", value):
        return None
    return f"is {value!r}", "write a number of instances, or a percentage such as 50%"


def _errors_allowed(value: str) -> Wrong:
    return None if value == "0" else _instances(value)


def _container(value: str) -> Wrong:
    if "<" in value or ">" in value:
        return f"is {value!r}, and names the placeholder with its brackets", f"write {value.strip('<>')}"
    return None


def _region_concurrency(value: str) -> Wrong:
    return None if value.lower() in ("parallel", "sequential") else (f"is {value!r}", "write PARALLEL or SEQUENTIAL")


_VALUES: dict[tuple[str, str], Callable[[str], Wrong]] = {
    ("CodeCommit", "BranchName"): _branch,
    ("CodeStarSourceConnection", "BranchName"): _branch,
    ("CodeStarSourceConnection", "FullRepositoryId"): _repository,
    ("CodeBuild", "EnvironmentVariables"): _variables,
    ("CloudFormation", "ParameterOverrides"): _overrides,
    ("CloudFormationStackSet", "RegionConcurrencyType"): _region_concurrency,
    ("CloudFormationStackInstances", "RegionConcurrencyType"): _region_concurrency,
    ("CodePipeline", "Variables"): _objects("name", "value"),
    ("CodePipeline", "SourceRevisions"): _objects("actionName", "revisionType", "revisionValue"),
    ("Lambda", "DeployStrategy"): _strategy,
    ("Lambda", "Alarms"): _alarms,
    ("EC2", "MaxBatch"): _instances,
    ("EC2", "MaxError"): _errors_allowed,
    **{("CodeDeployToECS", f"Image{number}ContainerName"): _container for number in range(1, 5)},
}
"""(provider, key) -> what judges a value."""


def _artifact(action: Action, key: str, value: str) -> Iterator[Fault]:
    """A value that names an artifact which is no input of the action."""
    inputs = _inputs(action)
    name, _, file = value.partition("::")
    if name in inputs or "${" in name:
        return
    if not inputs:
        hint = f"add inputArtifacts: [{{name: {name}}}] to the action"
    else:
        ending = f"::{file}" if file else ""
        meant = " or ".join(f"{one}{ending}" for one in _fitting(action, key, name))
        hint = f"write {meant}, or add {name} to inputArtifacts"
    yield Fault(f"names {name}, which is no input artifact of the action", hint, key)


_TEMPLATES = ("TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact")
"""Keys of templates that mostly lie in one artifact; images come in others."""
SLIP = 0.8
"""How much two artifacts' names have in common, of 1, that differ by a slip of the pen: they often end alike."""


def _fitting(action: Action, key: str, name: str) -> list[str]:
    """The inputs that may be meant by a name: the one spelt like it, that of the other template, else all free ones."""
    inputs, given = _inputs(action), action.get("configuration") or {}
    close = near(name, inputs, SLIP)
    if close:
        return [close]
    templates = [given[one] for one in _TEMPLATES if one != key and given.get(one) in inputs]
    if key in _TEMPLATES and templates:
        return templates[:1]
    others = {
        value for one, value in given.items() if one != key and one.endswith("Artifact") and key not in _TEMPLATES
    }
    others |= {value for one, value in given.items() if one != key and re.fullmatch("Image[1-4]ArtifactName", one)}
    return ([one for one in inputs if one not in others] or inputs)[:MAX_NAMED]


MAX_NAMED = 5
"""So many artifacts are named in one hint."""


def _inputs(action: Action) -> list[str]:
    return [artifact["name"] for artifact in action.get("inputArtifacts") or ()]


# Keys that go together

_TOGETHER: dict[str, tuple[tuple[str, str], ...]] = {
    "CodeDeployToECS": tuple((f"Image{number}ArtifactName", f"Image{number}ContainerName") for number in range(1, 5)),
    "CloudFormationStackSet": (("DeploymentTargets", "Regions"),),
    "CloudFormationStackInstances": (("DeploymentTargets", "Regions"),),
    "Commands": (("VpcId", "Subnets"), ("VpcId", "SecurityGroupIds")),
}
"""Provider -> pairs of keys of which there is neither, or both."""


def _together(configuration: Configuration, first: str, second: str) -> Iterator[Fault]:
    for there, missing in ((first, second), (second, first)):
        if there in configuration and missing not in configuration:
            hint = f"{missing_hints([missing], configuration)}; or take {there} out"
            yield Fault(f"stands there without {missing}", hint, there)


def _needs(configuration: Configuration, keys: tuple[str, ...], why: str) -> Iterator[Fault]:
    missing = [key for key in keys if key not in configuration]
    if missing:
        yield Fault(f"lacks {' and '.join(missing)}, which {why}", missing_hints(missing, configuration))


# Provider by provider

_NEEDS: dict[str, tuple[str, ...]] = {
    "CREATE_UPDATE": ("TemplatePath", "RoleArn"),
    "REPLACE_ON_FAILURE": ("TemplatePath", "RoleArn"),
    "DELETE_ONLY": ("RoleArn",),
    "CHANGE_SET_REPLACE": ("TemplatePath", "RoleArn", "ChangeSetName"),
    "CHANGE_SET_EXECUTE": ("ChangeSetName",),
}


def _cloudformation(action: Action, configuration: Configuration) -> Iterator[Fault]:
    mode = configuration.get("ActionMode", "")
    yield from _needs(configuration, _NEEDS.get(mode, ()), f"{mode} needs")


def _stack_set(action: Action, configuration: Configuration) -> Iterator[Fault]:
    for key in ("AdministrationRoleArn", "ExecutionRoleName"):
        if key in configuration and configuration.get("PermissionModel") == "SERVICE_MANAGED":
            yield Fault("is not for the permission model SERVICE_MANAGED", f"take {key} out", key)
    if "OrganizationsAutoDeployment" in configuration and configuration.get("PermissionModel") != "SERVICE_MANAGED":
        if configuration["OrganizationsAutoDeployment"] != "Disabled" and _is_plain(configuration, "PermissionModel"):
            hint = "write PermissionModel: SERVICE_MANAGED, or take it out"
            yield Fault("is for the permission model SERVICE_MANAGED alone", hint, "OrganizationsAutoDeployment")


def _is_plain(configuration: Configuration, key: str) -> bool:
    """Whether a key is left out, or its value is known before the action runs, and no guess."""
    return "#{" not in configuration.get(key, "") and configuration.get(key) != "unknown"


def _codebuild(action: Action, configuration: Configuration) -> Iterator[Fault]:
    if configuration.get("CombineArtifacts") == "true" and configuration.get("BatchEnabled", "false") == "false":
        hint = 'add BatchEnabled: "true", or take CombineArtifacts out'
        yield Fault("needs BatchEnabled: only the artifacts of a batch are combined", hint, "CombineArtifacts")


def _commands(action: Action, configuration: Configuration) -> Iterator[Fault]:
    windows = configuration.get("EnvironmentType") == "WINDOWS_SERVER_2022_CONTAINER"
    if windows and configuration.get("ComputeType", "BUILD_GENERAL1_SMALL") == "BUILD_GENERAL1_SMALL":
        hint = "write ComputeType: BUILD_GENERAL1_MEDIUM or BUILD_GENERAL1_LARGE"
        key = "ComputeType" if "ComputeType" in configuration else "EnvironmentType"
        yield Fault("asks for Windows on BUILD_GENERAL1_SMALL, where it does not run", hint, key)


def _service_catalog(action: Action, configuration: Configuration) -> Iterator[Fault]:
    if "ConfigurationFilePath" not in configuration:
        keys = ("TemplateFilePath", "ProductVersionName", "ProductType")
        yield from _needs(configuration, keys, "a product without ConfigurationFilePath needs")


def _ec2(action: Action, configuration: Configuration) -> Iterator[Fault]:
    if "DeploySpec" not in configuration:
        yield from _needs(configuration, ("TargetDirectory", "PostScript"), "an action without DeploySpec needs")


_HELM = ("HelmReleaseName", "HelmChartLocation")


def _eks(action: Action, configuration: Configuration) -> Iterator[Fault]:
    helm = [key for key in (*_HELM, "HelmValuesFiles") if key in configuration]
    if helm and "ManifestFiles" in configuration:
        hint = f"take {' and '.join(helm)} out, or ManifestFiles"
        yield Fault(f"has {helm[0]} of Helm beside ManifestFiles of kubectl: it deploys with one of them", hint)
    elif helm:
        yield from _needs(configuration, _HELM, "Helm needs")
    elif "ManifestFiles" not in configuration:
        hint = "add ManifestFiles for kubectl, or HelmReleaseName and HelmChartLocation for Helm"
        yield Fault("says nothing of what it deploys: neither manifests nor a chart", hint)


def _lambda_deploy(action: Action, configuration: Configuration) -> Iterator[Fault]:
    if not action.get("inputArtifacts") and "PublishedTargetVersion" not in configuration:
        hint = "add inputArtifacts with the code, or PublishedTargetVersion to its configuration"
        yield Fault("has neither code nor a version to deploy", hint)
    for key in ("DeployStrategy", "PublishedTargetVersion"):
        if key in configuration and "FunctionAlias" not in configuration:
            hint = f"add FunctionAlias: what is shifted is an alias; or take {key} out"
            yield Fault("needs FunctionAlias beside it", hint, key)


def _step_functions(action: Action, configuration: Configuration) -> Iterator[Fault]:
    if configuration.get("InputType") == "FilePath":
        yield from _needs(configuration, ("Input",), "InputType FilePath needs: the path of a file")
        if not action.get("inputArtifacts"):
            hint = "add inputArtifacts: [{name: ...}] with the artifact that holds the file"
            yield Fault("is FilePath, and the action has no input artifact with the file", hint, "InputType")
    elif configuration.get("InputType", "Literal") == "Literal" and "Input" in configuration:
        text = configuration["Input"]
        if "#{" not in text and "${" not in text and text != "unknown" and _loaded(text) is None and text != "null":
            hint = 'write JSON, such as {"action": "test"}; a path goes with InputType: FilePath'
            yield Fault("is no JSON", hint, "Input")


def _inspector(action: Action, configuration: Configuration) -> Iterator[Fault]:
    mode = configuration.get("InspectorRunMode")
    if mode == "SourceCodeScan" and not action.get("inputArtifacts"):
        hint = "add inputArtifacts: [{name: ...}] with the source that is scanned"
        yield Fault("is SourceCodeScan, and the action has no input artifact to scan", hint, "InspectorRunMode")
    if mode == "ECRImageScan":
        yield from _needs(configuration, ("ECRRepositoryName",), "ECRImageScan needs")


_PROVIDERS: dict[tuple[str, str], Callable[[Action, Configuration], Iterator[Fault]]] = {
    ("Build", "CodeBuild"): _codebuild,
    ("Test", "CodeBuild"): _codebuild,
    ("Compute", "Commands"): _commands,
    ("Deploy", "CloudFormation"): _cloudformation,
    ("Deploy", "CloudFormationStackSet"): _stack_set,
    ("Deploy", "EC2"): _ec2,
    ("Deploy", "EKS"): _eks,
    ("Deploy", "Lambda"): _lambda_deploy,
    ("Deploy", "ServiceCatalog"): _service_catalog,
    ("Invoke", "InspectorScan"): _inspector,
    ("Invoke", "StepFunctions"): _step_functions,
}
"""(category, provider) -> what its keys ask of each other."""
