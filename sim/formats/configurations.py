"""Keys of an action's configuration: which one is meant by one that is not known, and what belongs to one that is due.

Source: docs/behaviour/codepipeline.md §4.2.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

from sim.formats.actiontypes import ACTION_TYPES

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
CERTAIN = 0.8
"""How much a key has in common, of 1, with the one that is surely meant."""
CONFIGURED = frozenset(key for one in ACTION_TYPES for key in (*(one.required or ()), *(one.optional or ())))
"""Every key of a configuration."""
MAX_KEYS = 50
"""So many keys of a configuration are looked at."""
ALIASES = {
    "CodeBuild": {"EnvVars": "EnvironmentVariables", "Env": "EnvironmentVariables", "BuildSpec": "BuildspecOverride"},
    "CodeStarSourceConnection": {"PollForSourceChanges": "DetectChanges"},
    "GitHub": {"DetectChanges": "PollForSourceChanges"},
    "Lambda": {"Input": "UserParameters", "Payload": "UserParameters"},
    "Manual": {
        "Comment": "CustomData",
        "Comments": "CustomData",
        "Message": "CustomData",
        "SNSTopic": "NotificationArn",
        "SNSTopicArn": "NotificationArn",
        "SnsTopic": "NotificationArn",
        "SnsTopicArn": "NotificationArn",
        "Topic": "NotificationArn",
        "TopicArn": "NotificationArn",
        "ReviewUrl": "ExternalEntityLink",
        "URL": "ExternalEntityLink",
        "Url": "ExternalEntityLink",
    },
    "S3": {"Bucket": "S3Bucket", "Key": "S3ObjectKey"},
}
"""Provider -> a key that people write -> the one that is meant, where no rule of spelling finds it."""
MEANINGS = {
    "ActionMode": "such as CREATE_UPDATE",
    "AlarmName": "the name of the alarm",
    "AppSpecTemplateArtifact": "the input artifact with the AppSpec",
    "ApplicationName": "the name of the application",
    "BranchName": "the branch, such as main",
    "BucketName": "the name of the bucket",
    "ChangeSetName": "any name, the same where it is made and where it is executed",
    "ClusterName": "the name of the cluster",
    "ConnectionArn": "the ARN of the connection",
    "DeploymentGroupName": "the name of a deployment group of the application {ApplicationName}",
    "ECRRepositoryName": "the name of the repository",
    "EnvironmentName": "the name of an environment of the application {ApplicationName}",
    "Cron": "such as 0 9 * * MON-FRI",
    "Extract": '"true" or "false"',
    "FullRepositoryId": "the owner and the repository, such as my-account/my-repository",
    "FunctionName": "the name of the function",
    "InstanceTagKey": "the key of a tag that the instances have",
    "InstanceType": "EC2 or SSM_MANAGED_NODE",
    "ObjectKey": "the path of the object in the bucket",
    "PipelineName": "the name of the pipeline to start",
    "PostScript": "the path of a script in the artifact",
    "ProjectName": "the name of the CodeBuild project",
    "Regions": "such as us-east-1,eu-west-1",
    "RepositoryName": "the name of the repository",
    "RoleArn": "the ARN of the role that CloudFormation takes on",
    "S3Bucket": "the name of the bucket",
    "S3ObjectKey": "the path of the object in the bucket, such as app.zip",
    "ServiceName": "the name of a service of the cluster {ClusterName}",
    "StackName": "the name of the stack",
    "StackSetName": "the name of the stack set",
    "StateMachineArn": "the ARN of the state machine",
    "TargetDirectory": "the folder on the instances",
    "TaskDefinitionTemplateArtifact": "the input artifact with the task definition",
    "Operator": "EQ, NE, CONTAINS or MATCHES",
    "TemplatePath": "the artifact and the file in it, such as BuildOutput::template.yml",
    "Value": "the text that the variable is held against",
    "Variable": "such as #{SourceVariables.BranchName}",
}
"""Key that is due -> what its value is; what stands in braces is the value of another key of the configuration."""
_GITHUB = ("Owner", "Repo", "OAuthToken")
"""Keys of the old GitHub action that a connection has no use for as they are."""


def meant_key(provider: str, key: str, known: Sequence[str]) -> str:
    """The known key that is meant by one that is not, or "": by its letters, else as the one that holds its words."""
    alias = ALIASES.get(provider, {}).get(key)
    if alias in known:
        return alias or ""
    lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(key[:60].lower(), lower, 1, CERTAIN)
    if near:
        return lower[near[0]]
    for fits in (_ends, _holds):
        fitting = [one for one in known if fits(_words(one), _words(key))]
        if len(fitting) == 1:
            return fitting[0]
    near = difflib.get_close_matches(key[:60].lower(), lower, 1)
    return lower[near[0]] if near else ""


def _words(key: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(key[:60])]


def _ends(words: list[str], asked: list[str]) -> bool:
    return bool(asked) and words[-len(asked) :] == asked


def _holds(words: list[str], asked: list[str]) -> bool:
    """Whether words hold others in a row; four letters stand for a longer word: repo."""
    return bool(asked) and any(
        all(_stands_for(one, other) for one, other in zip(asked, words[start:], strict=False))
        for start in range(len(words) - len(asked) + 1)
    )


def _stands_for(short: str, word: str) -> bool:
    return short == word or (len(short) >= 4 and word.startswith(short))


def unknown_hint(provider: str, key: str, known: Sequence[str], configuration: Mapping[str, object]) -> tuple[str, str]:
    """(the key that is meant, the hint) for a key that is not known; the key is "" where none is meant."""
    if provider == "CodeStarSourceConnection" and key in _GITHUB:
        return _of_old_github(key, configuration)
    meant = meant_key(provider, key, known)
    if meant and meant in configuration:
        return meant, f"take it out: {meant} stands there already"
    if meant:
        return meant, f"did you mean {meant}?"
    others = dict.fromkeys(
        one.provider for one in ACTION_TYPES if key in (*(one.required or ()), *(one.optional or ()))
    )
    of = f"it is a key of {', '.join(others)}; " if others else ""
    return "", f"{of}known here: {', '.join(known) or 'none'}"


def _of_old_github(key: str, configuration: Mapping[str, object]) -> tuple[str, str]:
    if key == "OAuthToken":
        return "", "take it out: the connection has the right to read the repository"
    parts = [str(configuration.get(one, "…")) for one in ("Owner", "Repo")]
    repository = "/".join(parts)
    if "FullRepositoryId" in configuration:
        return "FullRepositoryId", "take it out: FullRepositoryId stands there already"
    return "FullRepositoryId", f'write "FullRepositoryId": "{repository}" in place of Owner and Repo'


def meaning_of(key: str, configuration: Mapping[str, object]) -> str:
    """What the value of a key is, with the values that stand beside it."""
    meaning = MEANINGS.get(key, "")
    for other in re.findall(r"\{(\w+)\}", meaning):
        value = configuration.get(other)
        named = value if isinstance(value, str) and value != "unknown" else f"in {other}"
        meaning = meaning.replace(f"{{{other}}}", named)
    return meaning


def missing_hint(key: str, configuration: Mapping[str, object], inputs: Collection[str] = ()) -> str:
    """What to add for a key that is due. `inputs` are the names of the action's input artifacts."""
    meaning = meaning_of(key, configuration)
    if key.endswith("Artifact") and len(inputs) == 1:
        return f'add "{key}": "{next(iter(inputs))}" to its configuration'
    return f'add "{key}": "…" to its configuration' + (f": {meaning}" if meaning else "")


def missing_hints(keys: Collection[str], configuration: Mapping[str, object]) -> str:
    """What to add for several keys that are due together."""
    pairs = ", ".join(f'"{key}": "…"' for key in keys)
    meanings = [f"{key} is {meaning}" for key in keys if (meaning := meaning_of(key, configuration))]
    return f"add {pairs} to its configuration" + (f": {'; '.join(meanings)}" if meanings else "")
