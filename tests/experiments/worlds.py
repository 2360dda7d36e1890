"""Small scenarios to ask what-ifs of, as plain values."""

from __future__ import annotations

from typing import Any

from sim.formats import shipped
from tests.services.codedeploy.stage import ROLE_ARN, SERVICE_ROLE

APPS = shipped.root() / "apps"
CONFIG = "Resources.Group.Properties.DeploymentConfigName"
VALIDATES = {"hook": "ValidateService", "takes": {"uniform": ["5s", "20s"]}}


def deployment(
    hosts: int = 10, config: str = "CodeDeployDefault.AllAtOnce", *, history: bool = True, **rule: Any
) -> dict[str, Any]:
    """One deployment to a fleet; `rule` adds to what the scenario says of ValidateService."""
    revision = {
        "revisionType": "S3",
        "s3Location": {"bucket": "releases", "key": "web.zip", "bundleType": "zip"},
    }
    document: dict[str, Any] = {
        "title": "One deployment",
        "seed": 1,
        "Resources": {
            "Fleet": {
                "Type": "Sim::EC2::Fleet",
                "Properties": {"Name": "web", "Count": hosts, "Tags": [{"Key": "Role", "Value": "web"}]},
            },
            "Role": SERVICE_ROLE,
            "Application": {
                "Type": "AWS::CodeDeploy::Application",
                "Properties": {"ApplicationName": "web", "ComputePlatform": "Server"},
            },
            "Group": {
                "Type": "AWS::CodeDeploy::DeploymentGroup",
                "Properties": {
                    "ApplicationName": {"Ref": "Application"},
                    "DeploymentGroupName": "production",
                    "ServiceRoleArn": ROLE_ARN,
                    "DeploymentConfigName": config,
                    "Ec2TagFilters": [{"Key": "Role", "Value": "web", "Type": "KEY_AND_VALUE"}],
                },
            },
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "releases"}},
        },
        "timeline": [
            {"at": "0s", "upload": {"bucket": "releases", "key": "web.zip", "folder": str(APPS / "web-v0")}},
            {
                "at": "0s",
                "call": {
                    "service": "codedeploy",
                    "operation": "CreateDeployment",
                    "parameters": {
                        "applicationName": "web",
                        "deploymentGroupName": "production",
                        "revision": revision,
                    },
                },
            },
        ],
        "behavior": [{**VALIDATES, **rule}],
    }
    if history:
        document["history"] = [{"group": "web/production", "revision": str(APPS / "web-v0")}]
    return document
