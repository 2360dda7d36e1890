"""The action types that a pipeline may name: how many artifacts they take and give, and their configuration.

Source: docs/behaviour/codepipeline.md §4.1 (artifacts, V2) and §4.2 (configuration).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ActionType:
    """One action type. `inputs` and `outputs` are (least, most) artifacts; `v2`: it needs a pipeline of type V2.

    `required` and `optional` are configuration keys; None for both where AWS does not fix them (custom actions).
    """

    category: str
    owner: str
    provider: str
    inputs: tuple[int, int]
    outputs: tuple[int, int]
    v2: bool = False
    required: tuple[str, ...] | None = ()
    optional: tuple[str, ...] | None = ()


def _type(
    name: str,
    inputs: tuple[int, int],
    outputs: tuple[int, int],
    required: str = "",
    optional: str = "",
    *,
    owner: str = "AWS",
    v2: bool = False,
) -> ActionType:
    category, _, provider = name.partition("/")
    return ActionType(category, owner, provider, inputs, outputs, v2, tuple(required.split()), tuple(optional.split()))


_BUILD_KEYS = (
    "ProjectName",
    "PrimarySource BatchEnabled BuildspecOverride CombineArtifacts EnvironmentVariables ServiceRoleArnOverride",
)
_DEVICE_FARM = (
    "ProjectId DevicePoolArn AppType App TestType",
    "AppiumVersion Test FuzzEventCount FuzzEventThrottle FuzzRandomizerSeed CustomHostMachineArtifacts"
    " CustomDeviceArtifacts UnmeteredDevicesOnly JobTimeoutMinutes Latitude Longitude RecordVideo"
    " RecordAppPerformanceData RadioBluetoothEnabled RadioWifiEnabled RadioNfcEnabled RadioGpsEnabled",
)
_STACK_SET = (
    "StackSetName TemplatePath",
    "Description Parameters Capabilities PermissionModel AdministrationRoleArn ExecutionRoleName"
    " OrganizationsAutoDeployment DeploymentTargets Regions FailureTolerancePercentage MaxConcurrentPercentage"
    " RegionConcurrencyType ConcurrencyMode CallAs",
)
_ECS_BLUE_GREEN = (
    "ApplicationName DeploymentGroupName TaskDefinitionTemplateArtifact AppSpecTemplateArtifact",
    "AppSpecTemplatePath TaskDefinitionTemplatePath"
    " Image1ArtifactName Image1ContainerName Image2ArtifactName Image2ContainerName"
    " Image3ArtifactName Image3ContainerName Image4ArtifactName Image4ContainerName",
)
_CATALOG = ("TemplateFilePath ProductVersionName ProductType ProductVersionDescription ConfigurationFilePath",)

ACTION_TYPES: tuple[ActionType, ...] = (
    _type("Source/S3", (0, 0), (1, 1), "S3Bucket S3ObjectKey", "PollForSourceChanges AllowOverrideForS3ObjectKey"),
    _type(
        "Source/CodeCommit", (0, 0), (1, 1), "RepositoryName BranchName", "PollForSourceChanges OutputArtifactFormat"
    ),
    _type("Source/ECR", (0, 0), (1, 1), "RepositoryName", "ImageTag"),
    _type(
        "Source/CodeStarSourceConnection",
        (0, 0),
        (1, 1),
        "ConnectionArn FullRepositoryId BranchName",
        "OutputArtifactFormat DetectChanges",
    ),
    _type("Source/GitHub", (0, 0), (1, 1), "Owner Repo Branch OAuthToken", "PollForSourceChanges", owner="ThirdParty"),
    _type("Build/CodeBuild", (1, 5), (0, 5), *_BUILD_KEYS),
    _type("Test/CodeBuild", (1, 5), (0, 5), *_BUILD_KEYS),
    _type(
        "Build/ECRBuildAndPublish",
        (1, 1),
        (0, 0),
        "ECRRepositoryName",
        "DockerFilePath ImageTags RegistryType",
        v2=True,
    ),
    _type("Test/DeviceFarm", (1, 1), (0, 0), *_DEVICE_FARM),
    _type("Approval/Manual", (0, 0), (0, 0), "", "NotificationArn CustomData ExternalEntityLink"),
    _type(
        "Deploy/S3",
        (1, 1),
        (0, 0),
        "BucketName Extract",
        "ObjectKey KMSEncryptionKeyARN CannedACL CacheControl",
    ),
    _type(
        "Deploy/CloudFormation",
        (0, 10),
        (0, 1),
        "ActionMode StackName",
        "ChangeSetName TemplatePath RoleArn Capabilities OutputFileName ParameterOverrides TemplateConfiguration",
    ),
    _type("Deploy/CloudFormationStackSet", (1, 3), (0, 0), *_STACK_SET),
    _type(
        "Deploy/CloudFormationStackInstances",
        (0, 2),
        (0, 0),
        "StackSetName Regions",
        "DeploymentTargets ParameterOverrides FailureTolerancePercentage MaxConcurrentPercentage"
        " RegionConcurrencyType ConcurrencyMode CallAs",
    ),
    _type("Deploy/CodeDeploy", (1, 1), (0, 0), "ApplicationName DeploymentGroupName"),
    _type("Deploy/CodeDeployToECS", (1, 5), (0, 0), *_ECS_BLUE_GREEN),
    _type("Deploy/ECS", (1, 1), (0, 0), "ClusterName ServiceName", "FileName DeploymentTimeout"),
    _type("Deploy/ElasticBeanstalk", (1, 1), (0, 0), "ApplicationName EnvironmentName"),
    _type("Deploy/OpsWorks", (1, 1), (0, 0), "Stack App", "Layer"),
    _type("Deploy/ServiceCatalog", (1, 1), (0, 0), "ProductId", *_CATALOG),
    _type(
        "Deploy/AppConfig",
        (1, 1),
        (0, 0),
        "Application Environment ConfigurationProfile InputArtifactConfigurationPath",
        "DeploymentStrategy",
    ),
    _type("Deploy/AlexaSkillsKit", (1, 2), (0, 0), "ClientId ClientSecret RefreshToken SkillId", owner="ThirdParty"),
    _type(
        "Deploy/EC2",
        (1, 1),
        (0, 0),
        "InstanceTagKey InstanceType",
        "InstanceTagValue TargetDirectory PostScript DeploySpec PreScript MaxBatch MaxError TargetGroupNameList",
        v2=True,
    ),
    _type(
        "Deploy/EKS",
        (1, 1),
        (0, 0),
        "ClusterName",
        "HelmReleaseName HelmChartLocation HelmValuesFiles ManifestFiles Namespace Subnets SecurityGroupIds",
        v2=True,
    ),
    _type(
        "Deploy/Lambda",
        (0, 1),
        (0, 0),
        "FunctionName",
        "FunctionAlias PublishedTargetVersion DeployStrategy Alarms",
        v2=True,
    ),
    _type("Invoke/Lambda", (0, 5), (0, 5), "FunctionName", "UserParameters"),
    _type("Invoke/StepFunctions", (0, 1), (0, 1), "StateMachineArn", "ExecutionNamePrefix InputType Input"),
    _type(
        "Invoke/InspectorScan",
        (0, 1),
        (1, 1),
        "InspectorRunMode",
        "ECRRepositoryName ImageTag CriticalThreshold HighThreshold MediumThreshold LowThreshold",
        v2=True,
    ),
    _type("Invoke/CodePipeline", (0, 0), (0, 0), "PipelineName", "SourceRevisions Variables", v2=True),
    ActionType("Invoke", "ThirdParty", "Snyk", (1, 1), (1, 1), False, None, None),
    _type(
        "Compute/Commands",
        (1, 10),
        (0, 1),
        "",
        "EnvironmentType ComputeType VpcId Subnets SecurityGroupIds",
        v2=True,
    ),
)
"""In the order of the reference."""

_BY_ID = {(one.category, one.owner, one.provider): one for one in ACTION_TYPES}
_OPEN = {
    "Custom": ("Build", "Test", "Deploy", "Invoke"),
    "ThirdParty": ("Build", "Test", "Deploy"),
}
"""Owner -> categories in which any provider may be: one's own action types, and partners'."""


def action_type(category: str, owner: str, provider: str, version: str = "1") -> ActionType | None:
    """The action type of that id, or None. Custom and partner types are taken to exist, with 0 to 5 artifacts."""
    known = _BY_ID.get((category, owner, provider))
    if known is not None:
        return known if version == "1" else None
    if owner == "ThirdParty" and (category, "AWS", provider) in _BY_ID:
        return None
    if category in _OPEN.get(owner, ()):
        return ActionType(category, owner, provider, (0, 5), (0, 5), False, None, None)
    return None


RULE_TYPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "CloudWatchAlarm": (("AlarmName",), ("AlarmStates", "WaitTime")),
    "CodeBuild": (
        ("ProjectName",),
        ("PrimarySource", "BatchEnabled", "CombineArtifacts", "EnvironmentVariables"),
    ),
    "Commands": ((), ()),
    "DeploymentWindow": (("Cron",), ("TimeZone",)),
    "LambdaInvoke": (("FunctionName",), ("UserParameters",)),
    "VariableCheck": (("Variable", "Value", "Operator"), ()),
}
"""Provider of a condition's rule -> the keys of its configuration: required, and others (§12.1)."""
SKIPPING = frozenset(("LambdaInvoke", "VariableCheck"))
"""The rules that may have an entry skipped (§3, 23)."""

_COMMIT = ("AuthorDate", "BranchName", "CommitId", "CommitMessage")
GIVES: dict[tuple[str, str], tuple[str, ...]] = {
    ("Source", "CodeCommit"): (*_COMMIT, "CommitterDate", "RepositoryName"),
    ("Source", "CodeStarSourceConnection"): (*_COMMIT, "ConnectionArn", "FullRepositoryName"),
    ("Source", "GitHub"): (*_COMMIT, "CommitterDate", "CommitUrl", "RepositoryName"),
    ("Source", "S3"): ("ETag", "VersionId"),
    ("Source", "ECR"): ("ImageDigest", "ImageTag", "ImageURI", "RegistryId", "RepositoryName"),
    ("Deploy", "CloudFormationStackSet"): ("OperationId", "StackSetId"),
    ("Deploy", "CloudFormationStackInstances"): ("OperationId", "StackSetId"),
    ("Invoke", "StepFunctions"): ("StateMachineArn", "ExecutionArn"),
    ("Build", "ECRBuildAndPublish"): ("ECRImageDigestId", "ECRRepositoryName"),
    ("Deploy", "Lambda"): ("FunctionVersion",),
    ("Deploy", "EKS"): ("EKSClusterName",),
    ("Invoke", "InspectorScan"): ("HighestScannedSeverity",),
}
"""(category, provider) -> the variables that an action sets (§19); of others, its own files say what they set."""
EXECUTION_VARIABLES = ("PipelineExecutionId",)
"""What `#{codepipeline.…}` knows (§19)."""


def variables_of(action: dict[str, Any]) -> tuple[str, ...] | None:
    """The variables that an action of a declaration sets; None when its own files decide."""
    id = action["actionTypeId"]
    if (id["category"], id["provider"]) == ("Compute", "Commands"):
        return tuple(action.get("outputVariables") or ())
    return GIVES.get((id["category"], id["provider"])) if id["owner"] != "Custom" else None
