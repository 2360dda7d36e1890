"""What experience says of a pipeline declaration that CodePipeline would take.

A finding names its place in the declaration, so that the same rules serve a declaration in a file of its own and
one in a template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.core.problems import Severity
from sim.formats.actiontypes import action_type
from sim.formats.check.secrets import is_secret
from sim.formats.nodes import near
from sim.formats.pipeline import MASK, SECRETS, Declaration, Place, actions_of


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    message: str
    where: Place
    hint: str
    severity: Severity = "warning"


def lint(declaration: Declaration) -> list[Finding]:
    """Warnings about a declaration that breaks no rule of CodePipeline's."""
    return [finding for rule in _RULES for finding in rule(declaration)]


def _at(i: int, j: int, *rest: str | int) -> Place:
    return ("stages", i, "actions", j, *rest)


def _configuration(action: dict[str, Any]) -> dict[str, Any]:
    return action.get("configuration") or {}


def _provider(action: dict[str, Any]) -> tuple[str, str]:
    id = action["actionTypeId"]
    return id["category"], id["provider"]


def _unread_artifacts(declaration: Declaration) -> Iterator[Finding]:
    read = {
        artifact["name"] for *_, action in actions_of(declaration) for artifact in action.get("inputArtifacts") or ()
    }
    named = json.dumps([_configuration(action) for *_, action in actions_of(declaration)])
    for stage in declaration["stages"]:
        for section in ("beforeEntry", "onSuccess", "onFailure"):
            named += json.dumps(stage.get(section) or {})
    for i, j, _, action in actions_of(declaration):
        for k, artifact in enumerate(action.get("outputArtifacts") or ()):
            if artifact["name"] not in read and artifact["name"] not in named:
                message = f"no action reads the artifact {artifact['name']} of action {action['name']}"
                hint = "name it among some action's inputArtifacts"
                if _may_make_none(action):
                    hint += ", or take it out"
                yield Finding("203", message, _at(i, j, "outputArtifacts", k, "name"), hint)


def _may_make_none(action: dict[str, Any]) -> bool:
    id = action["actionTypeId"]
    found = action_type(id["category"], id["owner"], id["provider"], id["version"])
    return found is not None and found.outputs[0] == 0


def _silent_approvals(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        if _provider(action) == ("Approval", "Manual") and "NotificationArn" not in _configuration(action):
            minutes = action.get("timeoutInMinutes")
            limit = "7 days" if minutes is None else f"{minutes} minutes"
            message = f"nobody is told when {action['name']} waits for approval, and after {limit} it fails"
            hint = "add NotificationArn with the ARN of an SNS topic to its configuration"
            yield Finding("204", message, _at(i, j), hint)


def _secrets(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        for key, value in _configuration(action).items():
            where = _at(i, j, "configuration", key)
            if key == "EnvironmentVariables":
                yield from _plain_variables(value, where)
            elif value == "" and key in SECRETS:
                message = f"{key} is left empty, and CodePipeline takes no empty value"
                yield Finding("206", message, where, "fill it in before the file is used, and only then")
            elif MASK in value and set(value) == {"*"}:
                message = f"{key} is masked, as GetPipeline shows it: an update with it stores the asterisks"
                yield Finding("206", message, where, "write the value, or leave the change to the console")
            elif is_secret(key, value):
                message = f"{key} of action {action['name']} looks like a secret, and stands here for everybody to read"
                yield Finding("205", message, where, "use a connection, or a secret in Secrets Manager")


def _plain_variables(text: str, where: Place) -> Iterator[Finding]:
    for variable in environment_variables(text) or ():
        name, value = variable.get("name", ""), variable.get("value", "")
        if variable.get("type", "PLAINTEXT") == "PLAINTEXT" and is_secret(str(name), str(value)):
            message = f"the variable {name} looks like a secret, and stands here for everybody to read"
            yield Finding("205", message, where, 'give it the type "SECRETS_MANAGER", and the secret\'s name as value')


def environment_variables(text: str) -> list[dict[str, Any]] | None:
    """What the EnvironmentVariables of a CodeBuild action hold; None when they are not what they should be."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(item, dict) and "name" in item for item in found):
        return None
    return found


def _old_sources(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        if action["actionTypeId"]["owner"] == "ThirdParty" and _provider(action) == ("Source", "GitHub"):
            message = f"source action {action['name']} uses the old GitHub action with a personal token"
            hint = "use provider CodeStarSourceConnection with a connection"
            yield Finding("207", message, _at(i, j, "actionTypeId"), hint)


def _triggers(declaration: Declaration) -> Iterator[Finding]:
    sources = {action["name"]: (i, j, action) for i, j, _, action in actions_of(declaration) if i == 0}
    for trigger in declaration.get("triggers") or ():
        git = trigger.get("gitConfiguration")
        name = git.get("sourceActionName") if isinstance(git, dict) else None
        if not isinstance(name, str) or name not in sources or not (git.get("push") or git.get("pullRequest")):
            continue
        i, j, action = sources[name]
        if _configuration(action).get("DetectChanges", "true") != "false":
            message = f"source action {name} has a trigger with filters, so its DetectChanges must be false"
            hint = 'write DetectChanges: "false" in its configuration: the trigger alone starts the pipeline'
            yield Finding("208", message, _at(i, j), hint)


def _timeouts(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        if "timeoutInMinutes" in action and action["actionTypeId"]["category"] != "Approval":
            message = f"{action['name']} has timeoutInMinutes, which is for manual approvals only"
            hint = "take it out; a build has a timeout in its project"
            yield Finding("209", message, _at(i, j, "timeoutInMinutes"), hint)


# Values of configurations: docs/behaviour/codepipeline.md §4.2

_BOOLEANS = (
    "PollForSourceChanges",
    "DetectChanges",
    "BatchEnabled",
    "CombineArtifacts",
    "Extract",
    "AllowOverrideForS3ObjectKey",
)
_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("CodeCommit", "OutputArtifactFormat"): ("CODE_ZIP", "CODEBUILD_CLONE_REF"),
    ("CodeStarSourceConnection", "OutputArtifactFormat"): ("CODE_ZIP", "CODEBUILD_CLONE_REF"),
    ("CloudFormation", "ActionMode"): (
        "CREATE_UPDATE",
        "DELETE_ONLY",
        "REPLACE_ON_FAILURE",
        "CHANGE_SET_REPLACE",
        "CHANGE_SET_EXECUTE",
    ),
    ("StepFunctions", "InputType"): ("Literal", "FilePath"),
    ("InspectorScan", "InspectorRunMode"): ("SourceCodeScan", "ECRImageScan"),
    ("EC2", "InstanceType"): ("EC2", "SSM_MANAGED_NODE"),
    ("Commands", "EnvironmentType"): ("LINUX_CONTAINER", "WINDOWS_SERVER_2022_CONTAINER"),
    ("ECRBuildAndPublish", "RegistryType"): ("private", "public"),
}
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_NEEDS: dict[str, tuple[str, ...]] = {
    "CREATE_UPDATE": ("TemplatePath", "RoleArn"),
    "REPLACE_ON_FAILURE": ("TemplatePath", "RoleArn"),
    "DELETE_ONLY": ("RoleArn",),
    "CHANGE_SET_REPLACE": ("TemplatePath", "RoleArn", "ChangeSetName"),
    "CHANGE_SET_EXECUTE": ("ChangeSetName",),
}
MAX_OVERRIDES = 1024
_ARTIFACT = re.compile(
    "TemplatePath|TemplateConfiguration|PrimarySource|(AppSpec|TaskDefinition)TemplateArtifact|Image[1-4]ArtifactName"
)
"""Keys whose value is, or begins with, the name of an input artifact of the action."""
_TOPIC = re.compile(r"arn:|.*\$\{")
"""An ARN, or a text that only becomes one."""
VARIABLE_TYPES = ("PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER")


def _values(declaration: Declaration) -> Iterator[Finding]:
    for i, j, _, action in actions_of(declaration):
        provider = _provider(action)[1]
        for key, value in _configuration(action).items():
            if "#{" in value:
                continue
            wrong = _wrong_value(provider, key, value)
            if wrong is not None:
                where = _at(i, j, "configuration", key)
                yield Finding("125", f"{key} of action {action['name']} {wrong[0]}", where, wrong[1], "error")
            elif _ARTIFACT.fullmatch(key):
                yield from _artifact(action, key, value, _at(i, j, "configuration", key))
        if provider == "CloudFormation":
            yield from _stack_action(action, _at(i, j))


def _artifact(action: dict[str, Any], key: str, value: str, where: Place) -> Iterator[Finding]:
    inputs = [artifact["name"] for artifact in action.get("inputArtifacts") or ()]
    name, _, file = value.partition("::")
    if name in inputs:
        return
    message = f"{key} of action {action['name']} names {name}, which is no input artifact of the action"
    if not inputs:
        hint = f"add inputArtifacts: [{{name: {name}}}] to the action"
    else:
        meant = near(name, inputs) or inputs[0]
        hint = f"write {meant}{'::' + file if file else ''}, or add {name} to inputArtifacts"
    yield Finding("125", message, where, hint, "error")


def _wrong_value(provider: str, key: str, value: str) -> tuple[str, str] | None:
    """(what is wrong, the mend) of a value; None when nothing is."""
    if key in _BOOLEANS and value not in ("true", "false"):
        return f"is {value!r}", 'write "true" or "false"'
    choices = _CHOICES.get((provider, key))
    if choices is not None and value not in choices:
        return f"is {value!r}", f"write one of {', '.join(choices)}"
    if key == "EnvironmentVariables" and provider == "CodeBuild" and environment_variables(value) is None:
        return "is not a JSON array of variables", 'write [{"name": "A", "value": "1", "type": "PLAINTEXT"}] as text'
    if key == "EnvironmentVariables" and provider == "CodeBuild":
        return _wrong_variables(value)
    if key == "Capabilities" and not set(value.replace(" ", "").split(",")) <= set(_CAPABILITIES):
        return f"is {value!r}", f"name some of {', '.join(_CAPABILITIES)}, with commas"
    if key == "TemplatePath" and provider == "CloudFormation" and "::" not in value:
        return f"is {value!r}, and names no artifact", f"write it like BuildOutput::{value}"
    if key == "ParameterOverrides" and provider == "CloudFormation":
        return _wrong_overrides(value)
    if key == "NotificationArn" and provider == "Manual" and not _TOPIC.match(value):
        return f"is {value!r}, and no ARN of an SNS topic", "write it like arn:aws:sns:us-east-1:123456789012:approvals"
    return None


def _wrong_variables(text: str) -> tuple[str, str] | None:
    for variable in environment_variables(text) or ():
        type_ = variable.get("type", "PLAINTEXT")
        if type_ not in VARIABLE_TYPES:
            hint = f"write one of {', '.join(VARIABLE_TYPES)}"
            return f"gives the variable {variable['name']} the type {json.dumps(type_)}", hint
    return None


def _wrong_overrides(value: str) -> tuple[str, str] | None:
    if len(value) > MAX_OVERRIDES:
        return f"has {len(value)} characters, and 1 KB is taken", "put the parameters into a TemplateConfiguration file"
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    return None if isinstance(found, dict) else ("is not a JSON object", 'write {"Name": "value"} as text')


def _stack_action(action: dict[str, Any], where: Place) -> Iterator[Finding]:
    configuration = _configuration(action)
    mode = configuration.get("ActionMode", "")
    missing = [key for key in _NEEDS.get(mode, ()) if key not in configuration]
    if missing:
        message = f"action {action['name']} lacks {' and '.join(missing)}, which {mode} needs"
        yield Finding("125", message, where, f"add {', '.join(missing)} to its configuration", "error")


# Triggers: docs/behaviour/codepipeline.md §20.1


def _trigger_filters(declaration: Declaration) -> Iterator[Finding]:
    connections = {
        action["name"]
        for *_, action in actions_of(declaration)
        if _provider(action) == ("Source", "CodeStarSourceConnection")
    }
    seen: set[str] = set()
    for k, trigger in enumerate(declaration.get("triggers") or ()):
        where: Place = ("triggers", k, "gitConfiguration")
        git = trigger["gitConfiguration"]
        name = git["sourceActionName"]
        if name not in connections:
            message = f"the trigger is for {name}, and no source action with a connection has that name"
            hint = f"name one of {', '.join(sorted(connections)) or 'the source actions, once one has a connection'}"
            yield Finding("126", message, (*where, "sourceActionName"), hint, "error")
        if name in seen:
            message = f"the source action {name} has two triggers; it may have one"
            yield Finding("126", message, (*where, "sourceActionName"), "put the filters into one trigger", "error")
        seen.add(name)
        for n, filter in enumerate(git.get("push") or ()):
            if "tags" in filter and ("branches" in filter or "filePaths" in filter):
                message = "a push filter has tags beside branches or file paths: tags stand alone"
                yield Finding("126", message, (*where, "push", n), "make two filters of it", "error")
            elif "filePaths" in filter and "branches" not in filter:
                message = "a push filter has file paths without branches"
                yield Finding("126", message, (*where, "push", n), "add branches: {includes: [...]}", "error")


_RULES: tuple[Callable[[Declaration], Iterator[Finding]], ...] = (
    _unread_artifacts,
    _silent_approvals,
    _secrets,
    _old_sources,
    _triggers,
    _timeouts,
    _values,
    _trigger_filters,
)
