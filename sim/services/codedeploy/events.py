"""Which moves of CodeDeploy become EventBridge events, and which reach an SNS trigger.

Source: docs/behaviour/codedeploy.md §12.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.core import naming
from sim.core.problems import ServiceError
from sim.core.states import Why
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, Target, TargetStatus
from sim.services.codedeploy.roles import PUBLISH

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
    DeploymentStatus.SUCCEEDED: "DeploymentSuccess",
    DeploymentStatus.FAILED: "DeploymentFailure",
    DeploymentStatus.STOPPED: "DeploymentStop",
}

SUBJECT = 100
"""SNS takes subjects of so many characters at most."""

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
    resources, detail = _common(target.deployment, state)
    return [target.host.instance.arn, *resources], {"instanceId": target.target_id, **detail}


def register() -> None:
    """Let moves of deployments and targets be events."""
    Deployment.emits = ("aws.codedeploy", "CodeDeploy Deployment State-change Notification", deployment_event)
    Target.emits = ("aws.codedeploy", "CodeDeploy Instance State-change Notification", target_event)


# SNS triggers


def deployment_trigger(service: CodeDeploy, deployment: Deployment, event: str) -> None:
    """Publish to the group's triggers that want this event of a deployment."""
    if not deployment.group.settings.get("triggerConfigurations"):
        return
    where = f"in {service.region} to {deployment.application}"
    subject = f"{deployment.status.upper()}: AWS CodeDeploy {deployment.name} {where}"
    _publish(service, deployment, event, subject, lambda: _deployment_message(service, deployment))


def instance_trigger(service: CodeDeploy, target: Target, event: str) -> None:
    """Publish to the group's triggers that want this event of an instance."""
    deployment = target.deployment
    if not deployment.group.settings.get("triggerConfigurations"):
        return
    where = f"in {service.region} to {deployment.application}"
    subject = f"{target.status.upper()}: AWS CodeDeploy {deployment.name}, instance {target.target_id}, {where}"
    _publish(service, deployment, event, subject, lambda: _instance_message(service, target))


def _publish(
    service: CodeDeploy, deployment: Deployment, event: str, subject: str, build: Callable[[], dict[str, Any]]
) -> None:
    for trigger in deployment.group.settings.get("triggerConfigurations", ()):
        if event not in trigger.get("triggerEvents", ()) or not service.may(deployment, PUBLISH):
            continue
        message = {
            "region": service.region,
            "accountId": service.account,
            "eventTriggerName": trigger.get("triggerName", ""),
            **build(),
        }
        parameters = {
            "TopicArn": trigger["triggerTargetArn"],
            "Subject": subject[:SUBJECT],
            "Message": json.dumps(message),
        }
        try:
            service.ask(deployment.group.role, "sns", "Publish", parameters)
        except ServiceError:
            continue  # a trigger that cannot be delivered never holds up a deployment


def _deployment_message(service: CodeDeploy, deployment: Deployment) -> dict[str, Any]:
    counts = deployment.overview()
    message: dict[str, Any] = {
        "applicationName": deployment.application,
        "deploymentId": deployment.name,
        "deploymentGroupName": deployment.group.name,
        "createTime": _epoch(service, service.world.journal.created[deployment.ordinal]),
    }
    if deployment.ended is not None:
        message["completeTime"] = _epoch(service, deployment.ended)
    message["deploymentOverview"] = {name: str(count) for name, count in sorted(counts.items()) if name != "Ready"}
    message["status"] = deployment.status.value
    if deployment.error:
        message["errorInformation"] = {
            "ErrorCode": deployment.error["code"],
            "ErrorMessage": deployment.error["message"],
        }
    return message


def _instance_message(service: CodeDeploy, target: Target) -> dict[str, Any]:
    rows = []
    for event in target.events:
        row = {"LifecycleEvent": event.name, "LifecycleEventStatus": event.status.value}
        if event.started is not None:
            row["StartTime"] = _epoch(service, event.started)
        if event.ended is not None:
            row["EndTime"] = _epoch(service, event.ended)
        rows.append(row)
    return {
        "deploymentId": target.deployment.name,
        "instanceId": target.host.instance.arn,
        "lastUpdatedAt": _epoch(service, service.world.now),
        "instanceStatus": target.status.value,
        "lifecycleEvents": rows,
    }


def _epoch(service: CodeDeploy, ms: int) -> str:
    """Seconds since 1970 as text, with milliseconds."""
    return f"{service.date(ms).timestamp():.3f}"
