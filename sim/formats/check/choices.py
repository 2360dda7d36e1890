"""Properties whose values the APIs have a list of.

A test holds the lists against botocore's models, which this floor of the house may not load.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.problems import Problem
from sim.formats.check.environments import COMPUTE_TYPES, ENVIRONMENT_TYPES, nearest
from sim.formats.check.providers import VARIABLE_TYPES
from sim.formats.check.template import Found, get, problem_at, rows, text_of
from sim.formats.intrinsics import function
from sim.formats.nodes import Node, is_null

SOURCE_TYPES = (
    "CODECOMMIT",
    "CODEPIPELINE",
    "GITHUB",
    "GITLAB",
    "GITLAB_SELF_MANAGED",
    "S3",
    "BITBUCKET",
    "GITHUB_ENTERPRISE",
    "NO_SOURCE",
)
PLATFORMS = ("Server", "Lambda", "ECS")
TAG_FILTERS = ("KEY_ONLY", "VALUE_ONLY", "KEY_AND_VALUE")
DEPLOYMENT_EVENTS = (
    "DeploymentStart",
    "DeploymentSuccess",
    "DeploymentFailure",
    "DeploymentStop",
    "DeploymentRollback",
    "DeploymentReady",
    "InstanceStart",
    "InstanceSuccess",
    "InstanceFailure",
    "InstanceReady",
)
RULE_STATES = ("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")

HOSTS = ("HOST_COUNT", "FLEET_PERCENT")
SWITCH = ("ENABLED", "DISABLED")
WEBHOOK_FILTERS = (
    "EVENT",
    "BASE_REF",
    "HEAD_REF",
    "ACTOR_ACCOUNT_ID",
    "FILE_PATH",
    "COMMIT_MESSAGE",
    "WORKFLOW_NAME",
    "TAG_NAME",
    "RELEASE_NAME",
    "REPOSITORY_NAME",
    "ORGANIZATION_NAME",
)
PROTOCOLS = ("http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose")
"""Of a subscription, as the API Reference of Amazon SNS lists them: its model has no list."""

Shape = tuple[str, str]
"""(botocore's name of a service, the name of one of its shapes)"""
CHOICES: dict[str, tuple[tuple[str, Shape, tuple[str, ...]], ...]] = {
    "AWS::CodeBuild::Project": (
        ("Artifacts.NamespaceType", ("codebuild", "ArtifactNamespace"), ("NONE", "BUILD_ID")),
        ("SecondaryArtifacts.*.Type", ("codebuild", "ArtifactsType"), ("CODEPIPELINE", "S3", "NO_ARTIFACTS")),
        ("LogsConfig.CloudWatchLogs.Status", ("codebuild", "LogsConfigStatusType"), SWITCH),
        ("LogsConfig.S3Logs.Status", ("codebuild", "LogsConfigStatusType"), SWITCH),
        ("Triggers.BuildType", ("codebuild", "WebhookBuildType"), ("BUILD", "BUILD_BATCH", "RUNNER_BUILDKITE_BUILD")),
        ("Triggers.FilterGroups.*.*.Type", ("codebuild", "WebhookFilterType"), WEBHOOK_FILTERS),
        ("Visibility", ("codebuild", "ProjectVisibilityType"), ("PUBLIC_READ", "PRIVATE")),
        (
            "Environment.RegistryCredential.CredentialProvider",
            ("codebuild", "CredentialProviderType"),
            ("SECRETS_MANAGER",),
        ),
        (
            "BuildBatchConfig.BatchReportMode",
            ("codebuild", "BatchReportModeType"),
            ("REPORT_INDIVIDUAL_BUILDS", "REPORT_AGGREGATED_BATCH"),
        ),
        ("Source.Auth.Type", ("codebuild", "SourceAuthType"), ("OAUTH", "CODECONNECTIONS", "SECRETS_MANAGER")),
        ("Environment.Type", ("codebuild", "EnvironmentType"), ENVIRONMENT_TYPES),
        ("Environment.ComputeType", ("codebuild", "ComputeType"), COMPUTE_TYPES),
        ("Environment.EnvironmentVariables.*.Type", ("codebuild", "EnvironmentVariableType"), VARIABLE_TYPES),
        (
            "Environment.ImagePullCredentialsType",
            ("codebuild", "ImagePullCredentialsType"),
            ("CODEBUILD", "SERVICE_ROLE"),
        ),
        ("Source.Type", ("codebuild", "SourceType"), SOURCE_TYPES),
        ("SecondarySources.*.Type", ("codebuild", "SourceType"), SOURCE_TYPES),
        ("Artifacts.Type", ("codebuild", "ArtifactsType"), ("CODEPIPELINE", "S3", "NO_ARTIFACTS")),
        ("Artifacts.Packaging", ("codebuild", "ArtifactPackaging"), ("NONE", "ZIP")),
        ("Cache.Type", ("codebuild", "CacheType"), ("NO_CACHE", "S3", "LOCAL")),
        (
            "Cache.Modes.*",
            ("codebuild", "CacheMode"),
            ("LOCAL_DOCKER_LAYER_CACHE", "LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"),
        ),
    ),
    "AWS::CodeDeploy::Application": (("ComputePlatform", ("codedeploy", "ComputePlatform"), PLATFORMS),),
    "AWS::CodeDeploy::DeploymentConfig": (
        (
            "TrafficRoutingConfig.Type",
            ("codedeploy", "TrafficRoutingType"),
            ("TimeBasedCanary", "TimeBasedLinear", "AllAtOnce"),
        ),
        ("ZonalConfig.MinimumHealthyHostsPerZone.Type", ("codedeploy", "MinimumHealthyHostsPerZoneType"), HOSTS),
        ("ComputePlatform", ("codedeploy", "ComputePlatform"), PLATFORMS),
        ("MinimumHealthyHosts.Type", ("codedeploy", "MinimumHealthyHostsType"), HOSTS),
    ),
    "AWS::CodeDeploy::DeploymentGroup": (
        ("OutdatedInstancesStrategy", ("codedeploy", "OutdatedInstancesStrategy"), ("UPDATE", "IGNORE")),
        (
            "BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess.Action",
            ("codedeploy", "InstanceAction"),
            ("TERMINATE", "KEEP_ALIVE"),
        ),
        (
            "BlueGreenDeploymentConfiguration.DeploymentReadyOption.ActionOnTimeout",
            ("codedeploy", "DeploymentReadyAction"),
            ("CONTINUE_DEPLOYMENT", "STOP_DEPLOYMENT"),
        ),
        (
            "BlueGreenDeploymentConfiguration.GreenFleetProvisioningOption.Action",
            ("codedeploy", "GreenFleetProvisioningAction"),
            ("DISCOVER_EXISTING", "COPY_AUTO_SCALING_GROUP"),
        ),
        ("Ec2TagSet.Ec2TagSetList.*.Ec2TagGroup.*.Type", ("codedeploy", "EC2TagFilterType"), TAG_FILTERS),
        (
            "OnPremisesTagSet.OnPremisesTagSetList.*.OnPremisesTagGroup.*.Type",
            ("codedeploy", "TagFilterType"),
            TAG_FILTERS,
        ),
        (
            "Deployment.Revision.RevisionType",
            ("codedeploy", "RevisionLocationType"),
            ("S3", "GitHub", "String", "AppSpecContent"),
        ),
        (
            "Deployment.Revision.S3Location.BundleType",
            ("codedeploy", "BundleType"),
            ("tar", "tgz", "zip", "YAML", "JSON"),
        ),
        ("DeploymentStyle.DeploymentType", ("codedeploy", "DeploymentType"), ("IN_PLACE", "BLUE_GREEN")),
        (
            "DeploymentStyle.DeploymentOption",
            ("codedeploy", "DeploymentOption"),
            ("WITH_TRAFFIC_CONTROL", "WITHOUT_TRAFFIC_CONTROL"),
        ),
        (
            "AutoRollbackConfiguration.Events.*",
            ("codedeploy", "AutoRollbackEvent"),
            ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"),
        ),
        ("TriggerConfigurations.*.TriggerEvents.*", ("codedeploy", "TriggerEventType"), DEPLOYMENT_EVENTS),
        ("Ec2TagFilters.*.Type", ("codedeploy", "EC2TagFilterType"), TAG_FILTERS),
        ("OnPremisesInstanceTagFilters.*.Type", ("codedeploy", "TagFilterType"), TAG_FILTERS),
    ),
    "AWS::CodeBuild::ReportGroup": (
        ("Type", ("codebuild", "ReportType"), ("TEST", "CODE_COVERAGE")),
        ("ExportConfig.ExportConfigType", ("codebuild", "ReportExportConfigType"), ("S3", "NO_EXPORT")),
        ("ExportConfig.S3Destination.Packaging", ("codebuild", "ReportPackagingType"), ("ZIP", "NONE")),
    ),
    "AWS::CodeCommit::Repository": (
        (
            "Triggers.*.Events.*",
            ("codecommit", "RepositoryTriggerEventEnum"),
            ("all", "updateReference", "createReference", "deleteReference"),
        ),
    ),
    "AWS::CodePipeline::Webhook": (
        ("Authentication", ("codepipeline", "WebhookAuthenticationType"), ("GITHUB_HMAC", "IP", "UNAUTHENTICATED")),
    ),
    "AWS::S3::Bucket": (
        ("VersioningConfiguration.Status", ("s3", "BucketVersioningStatus"), ("Enabled", "Suspended")),
    ),
    "AWS::Events::Rule": (("State", ("events", "RuleState"), RULE_STATES),),
}
"""Resource type -> (a property, the shape it is of, the values it may have). `*`: each one of a list."""
_NOTIFIED = """
    codepipeline-pipeline-action-execution: succeeded failed canceled started
    codepipeline-pipeline-stage-execution: started succeeded resumed canceled failed
    codepipeline-pipeline-pipeline-execution: failed canceled started resumed succeeded superseded
    codepipeline-pipeline-manual-approval: failed needed succeeded
    codebuild-project-build-state: failed succeeded in-progress stopped
    codebuild-project-build-phase: failure success
    codedeploy-application-deployment: failed succeeded started
    codecommit-repository-comments-on: commits pull-requests
    codecommit-repository-approvals: status-changed rule-override
    codecommit-repository-pull-request: created source-updated status-changed merged
    codecommit-repository-branches-and-tags: created deleted updated
"""
NOTIFIED = tuple(
    f"{begin.strip()}-{end}"
    for begin, _, ends in (row.partition(": ") for row in _NOTIFIED.splitlines())
    for end in ends.split()
)
"""The event types of notification rules (docs/behaviour/codepipeline.md §23.1)."""
DOCUMENTED = (
    ("AWS::CodeStarNotifications::NotificationRule", "EventTypeIds.*", NOTIFIED),
    ("AWS::CodeStarNotifications::NotificationRule", "DetailType", ("BASIC", "FULL")),
    ("AWS::CodeStarNotifications::NotificationRule", "Status", ("ENABLED", "DISABLED")),
    ("AWS::SNS::Subscription", "Protocol", PROTOCOLS),
    ("AWS::SNS::Topic", "Subscription.*.Protocol", PROTOCOLS),
)
"""(resource type, a property, the values that its reference names)."""


OLD = {"linuxContainer": "LINUX_CONTAINER"}
"""A value that old templates have, and that AWS takes still -> how it is spelt today."""


def check_choices(template: Found) -> Iterator[Problem]:
    """An error for each value that the API refuses, though the kind of value is right."""
    listed = [(kind, path, values) for kind, rows in CHOICES.items() for path, _, values in rows]
    for kind, path, values in (*listed, *DOCUMENTED):
        for name, properties in template.of_type(kind):
            for node in values_at(properties, path):
                text = text_of(node)
                if text in OLD:
                    message = f"{text} in {name} is the old spelling of {OLD[text]}"
                    yield problem_at(node, "warning", "327", message, f"write `Type: {OLD[text]}`")
                elif text is not None and text not in values and not is_null(node):
                    what = path.replace(".*", "").rpartition(".")[2]
                    message = f"{what} of {name} is {text!r}, and AWS has no such value for it"
                    yield problem_at(node, "error", "165", message, nearest(text, values))


def values_at(properties: Node, path: str) -> Iterator[Node]:
    """Whatever stands at a path, but for what functions give: `A.*.B` is B of each entry of A."""
    return _at(properties, path.split("."))


def _at(node: Node | None, path: list[str]) -> Iterator[Node]:
    """Whatever stands at a path."""
    if node is None or function(node) is not None:
        return
    if not path:
        yield node
    elif path[0] == "*":
        for row in rows(node):
            yield from _at(row, path[1:])
    else:
        yield from _at(get(node, path[0]), path[1:])
