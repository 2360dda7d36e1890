"""How CodeDeploy's things look in API answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sim.core.calls import copied
from sim.services.codedeploy import rollback, scaling
from sim.services.codedeploy.resources import Deployment, Group, Target

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

STYLE = {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}


def deployment_info(service: CodeDeploy, deployment: Deployment) -> dict[str, Any]:
    parameters = deployment.parameters
    info: dict[str, Any] = {
        "applicationName": deployment.application,
        "deploymentGroupName": deployment.group.name,
        "deploymentConfigName": deployment.config,
        "deploymentId": deployment.name,
        "previousRevision": deployment.previous_revision,
        "revision": deployment.revision,
        "status": deployment.status.value,
        "errorInformation": deployment.error,
        "createTime": created(service, deployment),
        "startTime": None if deployment.started is None else service.date(deployment.started),
        "completeTime": None if deployment.ended is None else service.date(deployment.ended),
        "deploymentOverview": deployment.overview() if deployment.targets else None,
        "description": parameters.get("description"),
        "creator": deployment.creator,
        "ignoreApplicationStopFailures": deployment.ignore_stop_failures,
        "autoRollbackConfiguration": rollback.configuration(deployment) or None,
        "updateOutdatedInstancesOnly": bool(parameters.get("updateOutdatedInstancesOnly")),
        "rollbackInfo": deployment.rollback_info,
        "deploymentStyle": STYLE | (deployment.group.settings.get("deploymentStyle") or {}),
        "loadBalancerInfo": deployment.group.settings.get("loadBalancerInfo"),
        "instanceTerminationWaitTimeStarted": False,
        "fileExistsBehavior": parameters.get("fileExistsBehavior", "DISALLOW"),
        "deploymentMode": "RESTART" if deployment.restarts else None,
        "computePlatform": "Server",
        "relatedDeployments": _related(deployment),
        "overrideAlarmConfiguration": parameters.get("overrideAlarmConfiguration"),
    }
    return {member: copied(value) for member, value in info.items() if value is not None}


def _related(deployment: Deployment) -> dict[str, Any] | None:
    """The deployments that follow this one, or the one that it follows (§9)."""
    if deployment.root is not None:
        return {"autoUpdateOutdatedInstancesRootDeploymentId": deployment.root.name}
    followers = [one.name for one in deployment.followers]
    return {"autoUpdateOutdatedInstancesDeploymentIds": followers} if followers else None


def created(service: CodeDeploy, deployment: Deployment) -> datetime:
    return service.date(service.world.journal.created[deployment.ordinal])


def group_info(service: CodeDeploy, group: Group) -> dict[str, Any]:
    settings = copied(group.settings)
    scaled = settings.pop("autoScalingGroups", None) or []
    info = {
        "deploymentGroupId": group.id,
        "computePlatform": "Server",
        "deploymentStyle": STYLE,
        "outdatedInstancesStrategy": "UPDATE",
        "autoScalingGroups": [_scaled(name, group.hooks.get(name, {})) for name in scaled],
        **settings,
    }
    latest = group.latest
    aimed_at = latest.revision if latest is not None else group.last_successful
    if aimed_at is not None:
        info["targetRevision"] = copied(aimed_at)
    for member, deployment in (
        ("lastSuccessfulDeployment", group.last_succeeded),
        ("lastAttemptedDeployment", latest),
    ):
        if deployment is not None:
            info[member] = _last(service, deployment)
    return info


def _scaled(name: str, hooks: dict[str, str]) -> dict[str, str]:
    """An Auto Scaling group of a deployment group, with its lifecycle hooks."""
    members = {"hook": hooks.get(scaling.LAUNCHING), "terminationHook": hooks.get(scaling.TERMINATING)}
    return {"name": name, **{member: hook for member, hook in members.items() if hook}}


def _last(service: CodeDeploy, deployment: Deployment) -> dict[str, Any]:
    row: dict[str, Any] = {
        "deploymentId": deployment.name,
        "status": deployment.status.value,
        "createTime": created(service, deployment),
    }
    return row | ({"endTime": service.date(deployment.ended)} if deployment.ended is not None else {})


def events_info(service: CodeDeploy, target: Target) -> list[dict[str, Any]]:
    rows = []
    for event in target.events:
        row: dict[str, Any] = {"lifecycleEventName": event.name, "status": event.status.value}
        if event.started is not None:
            row["startTime"] = service.date(event.started)
        if event.ended is not None:
            row["endTime"] = service.date(event.ended)
            done = {"errorCode": "Success", "scriptName": "", "message": "Succeeded", "logTail": ""}
            row["diagnostics"] = event.diagnostics or done
        rows.append(row)
    return rows


def _updated(service: CodeDeploy, target: Target) -> datetime:
    deployment = target.deployment
    times = [event.ended or event.started for event in target.events if event.started is not None]
    latest = target.ended or (times[-1] if times else None) or deployment.ended or deployment.started or 0
    return service.date(latest)


def target_info(service: CodeDeploy, target: Target) -> dict[str, Any]:
    return {
        "deploymentTargetType": "InstanceTarget",
        "instanceTarget": {
            "deploymentId": target.deployment.name,
            "targetId": target.target_id,
            "targetArn": target.host.instance.arn,
            "status": target.status.value,
            "lastUpdatedAt": _updated(service, target),
            "lifecycleEvents": events_info(service, target),
        },
    }


def instance_summary(service: CodeDeploy, target: Target) -> dict[str, Any]:
    return {
        "deploymentId": target.deployment.name,
        "instanceId": target.host.instance.arn,
        "status": target.status.value,
        "lastUpdatedAt": _updated(service, target),
        "lifecycleEvents": events_info(service, target),
    }
