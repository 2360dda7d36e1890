"""Which moves of CodeDeploy become EventBridge events, and which reach an SNS trigger.

Source: docs/behaviour/codedeploy.md §12.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.core.problems import ServiceError
from sim.core.states import Why
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, Target, TargetStatus

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

DEPLOYMENT_STATES = {
    DeploymentStatus.QUEUED: "QUEUED",
    DeploymentStatus.IN_PROGRESS: "START",
    DeploymentStatus.READY: "READY",
    DeploymentStatus.SUCCEEDED: "SUCCESS",
    DeploymentStatus.FAILED: "FAILURE",
    DeploymentStatus.STOPPED: "STOP",
}
TARGET_STATES = {
    TargetStatus.IN_PROGRESS: "START",
    TargetStatus.READY: "READY",
    TargetStatus.SUCCEEDED: "SUCCESS",
    TargetStatus.FAILED: "FAILURE",
}
TRIGGERS = {
    DeploymentStatus.CREATED: "DeploymentStart",
    DeploymentStatus.SUCCEEDED: "DeploymentSuccess",
    DeploymentStatus.FAILED: "DeploymentFailure",
    DeploymentStatus.STOPPED: "DeploymentStop",
}

Event = tuple[list[str], dict[str, Any]]


def _common(deployment: Deployment, state: str) -> Event:
    group = deployment.group
    account, region = deployment.home
    place = f"{group.application}/{group.name}"
    resources = [
        naming.arn("codedeploy", region, account, f"deploymentgroup:{place}"),
        naming.arn("codedeploy", region, account, f"application:{group.application}"),
    ]
    detail = {
        "region": region,
        "state": state,
        "application": group.application,
        "deploymentId": deployment.name,
        "instanceGroupId": group.id,
        "deploymentGroup": group.name,
    }
    return resources, detail


def deployment_event(deployment: Any, why: Why) -> Event | None:
    state = DEPLOYMENT_STATES.get(deployment.status)
    return None if state is None else _common(deployment, state)


def target_event(target: Any, why: Why) -> Event | None:
    state = TARGET_STATES.get(target.status)
    if state is None:
        return None
    deployment = target.parent
    resources, detail = _common(deployment, state)
    account, region = deployment.home
    instance = naming.arn("ec2", region, account, f"instance/{target.target_id}")
    return [instance, *resources], {"instanceId": target.target_id, **detail}


def register() -> None:
    """Let moves of deployments and targets be events."""
    Deployment.emits = ("aws.codedeploy", "CodeDeploy Deployment State-change Notification", deployment_event)
    Target.emits = ("aws.codedeploy", "CodeDeploy Instance State-change Notification", target_event)


def trigger(service: CodeDeploy, deployment: Deployment, event: str) -> None:
    """Publish to the group's SNS triggers that want this event."""
    for one in deployment.group.settings.get("triggerConfigurations", ()):
        if event not in one.get("triggerEvents", ()):
            continue
        message = json.dumps(_message(service, deployment, one.get("triggerName", "")))
        status = deployment.status.upper()
        parameters = {
            "TopicArn": one["triggerTargetArn"],
            "Subject": f"{status}: AWS CodeDeploy {deployment.name} in {service.region} to {deployment.application}"[
                :100
            ],
            "Message": message,
        }
        try:
            service.ask("sns", "Publish", parameters)
        except ServiceError:
            continue  # a trigger that cannot be delivered never holds up a deployment


def _message(service: CodeDeploy, deployment: Deployment, name: str) -> dict[str, Any]:
    message: dict[str, Any] = {
        "region": service.region,
        "accountId": service.account,
        "eventTriggerName": name,
        "applicationName": deployment.application,
        "deploymentId": deployment.name,
        "deploymentGroupName": deployment.group.name,
        "createTime": service.date(service.world.journal.created[deployment.ordinal]),
        "completeTime": service.date(deployment.ended) if deployment.ended is not None else None,
        "deploymentOverview": json.dumps(deployment.overview()),
        "status": deployment.status.upper(),
    }
    if message["completeTime"] is None:
        del message["completeTime"]
    else:
        message["completeTime"] = f"{message['completeTime']:%a %b %d %H:%M:%S UTC %Y}"
    message["createTime"] = f"{message['createTime']:%a %b %d %H:%M:%S UTC %Y}"
    if deployment.error:
        message["errorInformation"] = json.dumps(
            {"ErrorCode": deployment.error["code"], "ErrorMessage": deployment.error["message"]}
        )
    return message
