"""Deploy with CodeDeploy: CreateDeployment of the artifact, then wait for the deployment's end (§4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.services.codepipeline.job import ActionFailed, Work

if TYPE_CHECKING:
    from sim.services.codepipeline.job import Job


def deploy(job: Job) -> Work:
    artifact = job.inputs[0]
    there = job.call("s3", "HeadObject", {"Bucket": artifact.bucket, "Key": artifact.key})
    location: dict[str, Any] = {
        "bucket": artifact.bucket,
        "key": artifact.key,
        "bundleType": "zip",
        "eTag": str(there["ETag"]).strip('"'),
    }
    if "VersionId" in there:
        location["version"] = there["VersionId"]
    asked = {
        "applicationName": job.configuration["ApplicationName"],
        "deploymentGroupName": job.configuration["DeploymentGroupName"],
        "revision": {"revisionType": "S3", "s3Location": location},
    }
    id = job.call("codedeploy", "CreateDeployment", asked)["deploymentId"]
    job.known_as(id, f"https://{job.region}.console.aws.amazon.com/codedeploy/home#/deployments/{id}")
    account = job.role.split(":")[4] or job.service.account
    yield from job.until(job.settled(naming.arn("codedeploy", job.region, account, f"deployment:{id}")))
    yield from job.observes()
    told = job.call("codedeploy", "GetDeployment", {"deploymentId": id})["deploymentInfo"]
    job.action.summary = f"Deployment {told['status']}"
    if told["status"] != "Succeeded":
        error = (told.get("errorInformation") or {}).get("message") or ""
        raise ActionFailed("JobFailed", f"Deployment {id} {told['status'].lower()}. {error}".strip())
