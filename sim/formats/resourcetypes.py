"""Resource types of CloudFormation that stand around these services, and which of them a name speaks of.

A test holds them against the schemas of cfn-lint, which this floor of the house may not load.
"""

from __future__ import annotations

import re
from functools import lru_cache

WHOLE = {
    "CodeBuild": ("Fleet", "Project", "ReportGroup", "SourceCredential"),
    "CodeCommit": ("Repository",),
    "CodeDeploy": ("Application", "DeploymentConfig", "DeploymentGroup"),
    "CodePipeline": ("CustomActionType", "Pipeline", "Webhook"),
}
"""Service -> all of its types, as of 2026."""
OTHERS = (
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::CloudFormation::Stack",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeConnections::Connection",
    "AWS::CodeStarConnections::Connection",
    "AWS::CodeStarNotifications::NotificationRule",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::SecurityGroup",
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::SSM::Parameter",
)
"""Types that go with them; of these services there are more."""
KNOWN = (*(f"AWS::{service}::{one}" for service, types in WHOLE.items() for one in types), *OTHERS)

_VAGUE = ("Alias", "Instance", "Key", "Parameter", "Permission", "Secret", "Service", "Stack", "Version")
"""Last words of types that stand in many other names too, such as ApiKey."""
_OF_END: dict[str, tuple[str, ...]] = {}
for _kind in KNOWN:
    _end = _kind.rpartition("::")[2]
    if _end not in _VAGUE:
        _OF_END[_end] = (*_OF_END.get(_end, ()), _kind)
_ENDS = sorted(_OF_END, key=len, reverse=True)
"""Last words of types, the longest first: a DeploymentGroup is no Group."""
TAIL = re.compile(r"(?<=[a-z0-9])(Name|Arn|ARN|Id)$")
"""What names of parameters and properties have behind the word for what they name."""
WITH_ARN = (
    "AWS::CodeBuild::Project",
    "AWS::CodeCommit::Repository",
    "AWS::ECR::Repository",
    "AWS::Events::Rule",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
)
"""Types whose Ref is a name or an id, and whose attribute Arn is the ARN."""


@lru_cache(maxsize=1024)
def kinds_of(word: str) -> tuple[str, ...]:
    """The types that a logical id or a property's name speaks of: AWS::S3::Bucket of ArtifactBucket and BucketName."""
    word = TAIL.sub("", word)
    return next((_OF_END[end] for end in _ENDS if word.endswith(end)), ())
