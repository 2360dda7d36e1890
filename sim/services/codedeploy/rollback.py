"""What follows the end of a deployment: an automatic rollback, which is a deployment of its own.

Source: docs/behaviour/codedeploy.md §7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.calls import copied
from sim.core.states import Why
from sim.services.codedeploy import events
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, TargetStatus

if TYPE_CHECKING:
    from sim.services.codedeploy.api import CodeDeploy

ROLLBACK = "codeDeployRollback"
"""The `creator` of a rollback."""
ON_FAILURE, ON_ALARM, ON_REQUEST = (
    "DEPLOYMENT_FAILURE",
    "DEPLOYMENT_STOP_ON_ALARM",
    "DEPLOYMENT_STOP_ON_REQUEST",
)
GROUP_GONE = "The deployment group was deleted, so the deployment cannot be rolled back."
NOTHING_THERE = "No earlier deployment of this group succeeded, so there is nothing to roll back to."


def configuration(deployment: Deployment) -> dict[str, Any]:
    """The rollback configuration that holds: the deployment's own replaces the group's, to switch on and off."""
    own = deployment.parameters.get("autoRollbackConfiguration")
    return own if own is not None else deployment.group.settings.get("autoRollbackConfiguration") or {}


def cause(deployment: Deployment) -> str | None:
    """Which rollback event the end of a deployment is, if it is one."""
    if deployment.status is DeploymentStatus.FAILED:
        return ON_FAILURE
    if deployment.status is not DeploymentStatus.STOPPED:
        return None
    return ON_ALARM if deployment.error and deployment.error["code"] == "ALARM_ACTIVE" else ON_REQUEST


def roll_back(service: CodeDeploy, deployment: Deployment) -> None:
    """Start the rollback that follows a deployment which has just ended, if one does."""
    if not _is_asked_for(deployment):
        _say_why_not(service, deployment)
        return
    if deployment.creator not in (ROLLBACK, "user"):
        service.world.note(deployment, "rollback", r.NO_ROLLBACK_OF_ITS_OWN)
    elif deployment.creator == ROLLBACK:
        service.world.note(deployment, "rollback", r.NO_SECOND_ROLLBACK)
    elif not service.has(deployment.group):
        service.world.note(deployment, "rollback", r.NO_GROUP_TO_ROLL_BACK)
        deployment.rollback_info = {"rollbackMessage": GROUP_GONE}
    elif deployment.group.last_successful is None:
        service.world.note(deployment, "rollback", r.NOTHING_TO_ROLL_BACK_TO)
        deployment.rollback_info = {"rollbackMessage": NOTHING_THERE}
    else:
        _start(service, deployment)


def _is_asked_for(deployment: Deployment) -> bool:
    """Whether a rollback is to follow: by the configuration, or by the call that stopped it, whatever else did too."""
    if deployment.rolls_back_if_stopped and deployment.status is DeploymentStatus.STOPPED:
        return True
    return _lists(configuration(deployment), cause(deployment))


def _lists(configuration: dict[str, Any], event: str | None) -> bool:
    """Whether a rollback configuration rolls back after that event."""
    return bool(configuration.get("enabled")) and event in configuration.get("events", ())


def _say_why_not(service: CodeDeploy, deployment: Deployment) -> None:
    """Why no rollback follows, where one might have been expected: nothing to say where none was set up."""
    event, note = cause(deployment), service.world.note
    wanted = configuration(deployment)
    if deployment.creator == ROLLBACK:
        return
    if event is None:
        failed = sum(target.status is TargetStatus.FAILED for target in deployment.targets)
        if failed and _lists(wanted, ON_FAILURE):
            note(deployment, "rollback", r.FAILURES_TOLERATED(failed=failed))
    elif _lists(deployment.group.settings.get("autoRollbackConfiguration") or {}, event):
        note(deployment, "rollback", _replaced(deployment, "not rolled back"))
    elif wanted.get("enabled"):
        note(deployment, "rollback", r.ROLLBACK_NOT_LISTED(event=event, events=_words(wanted)))


def _replaced(deployment: Deployment, outcome: str) -> Why:
    groups = deployment.group.settings.get("autoRollbackConfiguration") or {}
    return r.ROLLBACK_REPLACED(own=_words(configuration(deployment)), outcome=outcome, groups=_words(groups))


def _words(configuration: dict[str, Any]) -> str:
    return ", ".join(configuration.get("events", ())) or "none" if configuration.get("enabled") else "rollback off"


def _start(service: CodeDeploy, deployment: Deployment) -> None:
    """Deploy the group's last successful revision again, with the group's configuration (§18)."""
    group = deployment.group
    parameters: dict[str, Any] = {
        "applicationName": group.application,
        "deploymentGroupName": group.name,
        "revision": copied(group.last_successful),
        "description": f"Automatic rollback of {deployment.name}",
    }
    # Existing files are treated as the last successful deployment did, not as the failed one did (§7).
    if "fileExistsBehavior" in group.last_successful_parameters:
        parameters["fileExistsBehavior"] = group.last_successful_parameters["fileExistsBehavior"]
    only = None
    if not r.ROLLED_BACK.holds(service.world.choices):
        only = tuple(target.host.id for target in deployment.targets if target.started is not None)
    rollback = service.start(group, parameters, ROLLBACK, only)
    ended = "failed" if deployment.status is DeploymentStatus.FAILED else "was stopped"
    deployment.rollback_info = {
        "rollbackDeploymentId": rollback.name,
        "rollbackMessage": f"Deployment {rollback.name} rolls back {deployment.name} to the last successful revision.",
    }
    rollback.rollback_info = {
        "rollbackTriggeringDeploymentId": deployment.name,
        "rollbackMessage": f"Deployment {deployment.name} {ended} and triggered this rollback.",
    }
    groups = group.settings.get("autoRollbackConfiguration") or {}
    if not deployment.rolls_back_if_stopped and not _lists(groups, cause(deployment)):
        service.world.note(deployment, "rollback", _replaced(deployment, "rolled back"))
    service.world.note(deployment, "rollback", r.ROLLED_BACK(rollback=rollback.name))
    events.deployment_trigger(service, deployment, "DeploymentRollback")
