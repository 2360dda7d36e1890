"""CodeDeploy's operations."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service
from sim.core.clock import moment
from sim.core.problems import ServiceError
from sim.services import behavior
from sim.services.codedeploy import agent, events, hosts
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.process import ONE_AT_A_TIME, Rollout
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, Group, Target
from sim.services.kinds import Kind, Shelf, declares

events.register()

APPLICATION = Kind(
    noun="applications",
    key="applicationName",
    missing=("ApplicationDoesNotExistException", "No application found for name: {name}"),
    exists=("ApplicationAlreadyExistsException", "The application name {name} is already in use"),
    wrap="application",
    get="GetApplication",
    list="ListApplications",
    listed="applications",
)
CONFIG = Kind(
    noun="deployment_configs",
    key="deploymentConfigName",
    missing=("DeploymentConfigDoesNotExistException", "No Deployment Configuration found for name: {name}"),
    exists=("DeploymentConfigAlreadyExistsException", "The deployment configuration name {name} is already in use"),
    wrap="deploymentConfigInfo",
    get="GetDeploymentConfig",
    list="ListDeploymentConfigs",
    listed="deploymentConfigsList",
)
PREDEFINED = {
    "CodeDeployDefault.AllAtOnce": {"type": "HOST_COUNT", "value": 0},
    "CodeDeployDefault.HalfAtATime": {"type": "FLEET_PERCENT", "value": 50},
    ONE_AT_A_TIME: {"type": "MOST_CONCURRENCY", "value": 1},
}
"""Name -> minimum healthy hosts as the API answers (docs/behaviour/codedeploy.md §5.1)."""

ROLLBACK_ON = {DeploymentStatus.FAILED: "DEPLOYMENT_FAILURE", DeploymentStatus.STOPPED: "DEPLOYMENT_STOP_ON_REQUEST"}
HISTORY_BUCKET = "codedeploy-history"


@declares(APPLICATION, CONFIG)
class CodeDeploy(Service):
    """CodeDeploy in one account and Region."""

    name = "codedeploy"
    applications: Shelf
    deployment_configs: Shelf

    def prepare(self) -> None:
        self.groups: dict[tuple[str, str], Group] = {}
        self.deployments: dict[str, Deployment] = {}
        self.bundles: dict[tuple[str, str, str], agent.Bundle | str] = {}
        self.disks: dict[str, dict[str, bytes]] = {}
        self.revisions: dict[str, dict[str, dict[str, Any]]] = {}
        self._rules: tuple[Any, ...] | None = None
        for name, minimum in PREDEFINED.items():
            self._add_config({"deploymentConfigName": name, "minimumHealthyHosts": dict(minimum)})

    # Shared by the rooms of this service

    def ask(self, service: str, operation: str, parameters: dict[str, Any]) -> Answer:
        """A call of CodeDeploy itself to another service."""
        principal = naming.assumed_role(naming.arn("iam", "", self.account, "role/codedeploy"), "codedeploy")
        via = "codedeploy.amazonaws.com"
        return self.world.call(Call(principal, self.account, self.region, service, operation, parameters, via))

    def agent_rules(self) -> tuple[Any, ...]:
        if self._rules is None:
            self._rules = tuple(behavior.of(self.world).of_kind("agent"))
        return self._rules

    def bundle(self, revision: dict[str, Any], principal: str) -> agent.Bundle | str:
        """The bundle of a revision as the agent of that principal gets it, or why it does not."""
        return agent.fetch(self, revision, principal)

    def disk(self, instance_id: str) -> dict[str, bytes]:
        """{path: content} of an instance."""
        found = self.disks.get(instance_id)
        if found is None:
            found = self.disks[instance_id] = {}
        return found

    def date(self, ms: int) -> datetime:
        return moment(self.world.start, ms)

    # Applications

    def CreateApplication(self, call: Call) -> Answer:
        name = call.parameters["applicationName"]
        self.applications.add(
            name,
            {
                "applicationId": self.world.uuid("application", name),
                "applicationName": name,
                "createTime": self.world.date,
                "linkedToGitHub": False,
                "computePlatform": call.parameters.get("computePlatform", "Server"),
            },
        )
        self.revisions[name] = {}
        return {"applicationId": self.applications.get(name)["applicationId"]}

    def BatchGetApplications(self, call: Call) -> Answer:
        names = call.parameters["applicationNames"]
        return {"applicationsInfo": [deepcopy(self.applications.get(name)) for name in names]}

    def UpdateApplication(self, call: Call) -> Answer:
        old, new = call.parameters["applicationName"], call.parameters.get("newApplicationName")
        members = self.applications.get(old)
        if new and new != old:
            self.applications.add(new, members | {"applicationName": new})
            del self.applications.members[old]
            self.revisions[new] = self.revisions.pop(old, {})
            for key in [key for key in self.groups if key[0] == old]:
                group = self.groups.pop(key)
                group.application = new
                self.groups[new, group.name] = group
        return {}

    def DeleteApplication(self, call: Call) -> Answer:
        name = call.parameters["applicationName"]
        self.applications.members.pop(name, None)
        self.revisions.pop(name, None)
        for key in [key for key in self.groups if key[0] == name]:
            del self.groups[key]
        return {}

    # Deployment configurations

    def _add_config(self, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters["deploymentConfigName"]
        members = {
            "deploymentConfigId": self.world.uuid("deployment config", name),
            "createTime": self.world.date,
            "computePlatform": parameters.get("computePlatform", "Server"),
            **deepcopy(parameters),
        }
        return self.deployment_configs.add(name, members)

    def CreateDeploymentConfig(self, call: Call) -> Answer:
        parameters = call.parameters
        name = parameters["deploymentConfigName"]
        if name.startswith("CodeDeployDefault."):
            raise ServiceError(
                "InvalidDeploymentConfigNameException",
                f"Deployment Config name {name} cannot start with the reserved prefix CodeDeployDefault.",
            )
        if parameters.get("computePlatform", "Server") != "Server":
            raise ServiceError("InvalidComputePlatformException", "this simulator deploys to the Server platform only")
        if parameters.get("zonalConfig"):
            raise ServiceError(
                "InvalidZonalDeploymentConfigurationException", "zonal configurations are not simulated yet"
            )
        minimum = parameters.get("minimumHealthyHosts")
        if not minimum:
            raise ServiceError("InvalidMinimumHealthyHostValueException", "minimumHealthyHosts is required")
        value, kind = minimum.get("value"), minimum.get("type")
        top = 99 if kind == "FLEET_PERCENT" else None
        if kind not in ("HOST_COUNT", "FLEET_PERCENT") or value is None or value < 0 or (top and value > top):
            raise ServiceError(
                "InvalidMinimumHealthyHostValueException",
                f"{kind} {value} is not a minimum: use HOST_COUNT from 0, or FLEET_PERCENT from 0 to 99",
            )
        return {"deploymentConfigId": self._add_config(parameters)["deploymentConfigId"]}

    def DeleteDeploymentConfig(self, call: Call) -> Answer:
        name = call.parameters["deploymentConfigName"]
        if name in PREDEFINED:
            raise ServiceError("InvalidOperationException", f"{name} is predefined and cannot be deleted")
        if any(group.settings["deploymentConfigName"] == name for group in self.groups.values()):
            raise ServiceError("DeploymentConfigInUseException", f"{name} is used by a deployment group")
        self.deployment_configs.members.pop(name, None)
        return {}

    # Deployment groups

    def _group(self, application: str, name: str) -> Group:
        self.applications.get(application)
        group = self.groups.get((application, name))
        if group is None:
            raise ServiceError("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
        return group

    def _checked(self, settings: dict[str, Any]) -> dict[str, Any]:
        settings.setdefault("deploymentConfigName", ONE_AT_A_TIME)
        self.deployment_configs.get(settings["deploymentConfigName"])
        style = settings.get("deploymentStyle", {})
        if style.get("deploymentType", "IN_PLACE") != "IN_PLACE":
            raise ServiceError("InvalidDeploymentStyleException", "blue/green deployments are not simulated yet")
        if style.get("deploymentOption") == "WITH_TRAFFIC_CONTROL" or settings.get("loadBalancerInfo"):
            raise ServiceError("InvalidLoadBalancerInfoException", "load balancers are not simulated yet")
        if (settings.get("alarmConfiguration") or {}).get("enabled"):
            raise ServiceError("InvalidAlarmConfigException", "alarms are not simulated yet")
        if settings.get("ec2TagFilters") and settings.get("ec2TagSet"):
            raise ServiceError("InvalidEC2TagCombinationException", "ec2TagFilters and ec2TagSet cannot both be given")
        if len(settings.get("ec2TagSet", {}).get("ec2TagSetList", [])) > 3:
            raise ServiceError("TagSetListLimitExceededException", "a tag set holds at most 3 tag groups")
        rollback = settings.get("autoRollbackConfiguration")
        if rollback and rollback.get("enabled") and not rollback.get("events"):
            raise ServiceError("InvalidAutoRollbackConfigException", "automatic rollback needs at least one event")
        return settings

    def CreateDeploymentGroup(self, call: Call) -> Answer:
        parameters = deepcopy(call.parameters)
        application, name = parameters["applicationName"], parameters["deploymentGroupName"]
        self.applications.get(application)
        if (application, name) in self.groups:
            raise ServiceError(
                "DeploymentGroupAlreadyExistsException", f"The deployment group name {name} is already in use"
            )
        if not parameters.get("serviceRoleArn"):
            raise ServiceError("RoleRequiredException", "A service role ARN is required")
        group = Group(application, name, self.world.uuid("group", application, name), self._checked(parameters))
        self.groups[application, name] = group
        return {"deploymentGroupId": group.id}

    def UpdateDeploymentGroup(self, call: Call) -> Answer:
        parameters = deepcopy(call.parameters)
        application = parameters["applicationName"]
        group = self._group(application, parameters.pop("currentDeploymentGroupName"))
        name = parameters.pop("newDeploymentGroupName", None)
        group.settings = self._checked(group.settings | parameters)
        if name and name != group.name:
            if (application, name) in self.groups:
                raise ServiceError(
                    "DeploymentGroupAlreadyExistsException", f"The deployment group name {name} is already in use"
                )
            self.groups[application, name] = self.groups.pop((application, group.name))
            group.name = group.settings["deploymentGroupName"] = name
        return {"hooksNotCleanedUp": []}

    def DeleteDeploymentGroup(self, call: Call) -> Answer:
        application, name = call.parameters["applicationName"], call.parameters["deploymentGroupName"]
        self.groups.pop((application, name), None)
        return {"hooksNotCleanedUp": []}

    def ListDeploymentGroups(self, call: Call) -> Answer:
        application = call.parameters["applicationName"]
        self.applications.get(application)
        names = [name for owner, name in self.groups if owner == application]
        return {"applicationName": application, "deploymentGroups": names}

    def GetDeploymentGroup(self, call: Call) -> Answer:
        group = self._group(call.parameters["applicationName"], call.parameters["deploymentGroupName"])
        return {"deploymentGroupInfo": self._group_info(group)}

    def BatchGetDeploymentGroups(self, call: Call) -> Answer:
        application = call.parameters["applicationName"]
        names = call.parameters["deploymentGroupNames"]
        return {"deploymentGroupsInfo": [self._group_info(self._group(application, name)) for name in names]}

    def _group_info(self, group: Group) -> dict[str, Any]:
        settings = deepcopy(group.settings)
        scaled = settings.pop("autoScalingGroups", [])
        settings.pop("tags", None)
        info = {
            "deploymentGroupId": group.id,
            "computePlatform": self.applications.get(group.application)["computePlatform"],
            "deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
            "autoScalingGroups": [{"name": name} for name in scaled],
            **settings,
        }
        if group.last_successful is not None:
            info["targetRevision"] = deepcopy(group.last_successful)
        for member, latest in (
            ("lastSuccessfulDeployment", group.last_succeeded),
            ("lastAttemptedDeployment", group.deployments[-1] if group.deployments else None),
        ):
            if latest is not None:
                info[member] = {
                    "deploymentId": latest.name,
                    "status": latest.status.value,
                    "createTime": self.date(self.world.journal.created[latest.ordinal]),
                } | ({"endTime": self.date(latest.ended)} if latest.ended is not None else {})
        return info

    # Revisions

    def RegisterApplicationRevision(self, call: Call) -> Answer:
        application = call.parameters["applicationName"]
        self.applications.get(application)
        self._remember_revision(application, call.parameters["revision"])
        return {}

    def _remember_revision(self, application: str, revision: dict[str, Any]) -> None:
        key = r.revision_key(revision)
        self.revisions[application].setdefault(
            key, {"revision": deepcopy(revision), "registerTime": self.world.date, "deploymentGroups": []}
        )

    def ListApplicationRevisions(self, call: Call) -> Answer:
        application = call.parameters["applicationName"]
        self.applications.get(application)
        return {"revisions": [deepcopy(one["revision"]) for one in self.revisions[application].values()]}

    def GetApplicationRevision(self, call: Call) -> Answer:
        application, revision = call.parameters["applicationName"], call.parameters["revision"]
        self.applications.get(application)
        found = self.revisions[application].get(r.revision_key(revision))
        if found is None:
            raise ServiceError("RevisionDoesNotExistException", f"No revision of {application} is {revision}")
        info = {key: value for key, value in found.items() if key != "revision"}
        return {"applicationName": application, "revision": deepcopy(revision), "revisionInfo": deepcopy(info)}

    # Deployments

    def CreateDeployment(self, call: Call) -> Answer:
        parameters = deepcopy(call.parameters)
        name = parameters.get("deploymentGroupName")
        if not name:
            self.applications.get(parameters["applicationName"])
            raise ServiceError("DeploymentGroupNameRequiredException", "The deployment group name is required")
        group = self._group(parameters["applicationName"], name)
        if not parameters.get("revision"):
            raise ServiceError("RevisionRequiredException", "The revision is required")
        if parameters.get("overrideAlarmConfiguration"):
            raise ServiceError("InvalidAlarmConfigException", "alarms are not simulated yet")
        return {"deploymentId": self._start(group, parameters, "user", call.principal).name}

    def _start(self, group: Group, parameters: dict[str, Any], creator: str, caller: str) -> Deployment:
        world = self.world
        config = parameters.setdefault("deploymentConfigName", group.settings["deploymentConfigName"])
        self.deployment_configs.get(config)
        if group.busy is not None:
            raise ServiceError(
                "DeploymentLimitExceededException",
                f"The Deployment Group '{group.name}' already has an active Deployment '{group.busy.name}'",
            )
        parameters["creator"] = creator
        parameters["revision"] = self._completed(parameters["revision"])
        id = "d-" + naming.capitals(world.seed, self.account, self.region, "deployment", world.count("deployment"))
        arn = naming.arn("codedeploy", self.region, self.account, f"deployment:{id}")
        deployment = Deployment(
            id, arn=arn, account=self.account, region=self.region, group=group, parameters=parameters
        )
        deployment.caller = caller
        deployment.revision_number = group.revision_number(r.revision_key(deployment.revision))
        group.deployments.append(deployment)
        deployment.number = len(group.deployments)
        world.register(deployment)
        self.deployments[id] = deployment
        self._remember_revision(group.application, deployment.revision)
        events.trigger(self, deployment, "DeploymentStart")
        world.process(Rollout(self, deployment).run())
        return deployment

    def _completed(self, revision: dict[str, Any]) -> dict[str, Any]:
        """The revision with the ETag that its object has now: what is deployed is fixed when the deployment starts."""
        place = revision.get("s3Location")
        if place is None or place.get("eTag") or place.get("version"):
            return revision
        try:
            answer = self.ask("s3", "HeadObject", {"Bucket": place["bucket"], "Key": place["key"]})
        except ServiceError:
            return revision  # the agents will not find it either, and say so
        return {**revision, "s3Location": {**place, "eTag": str(answer["ETag"]).strip('"')}}

    def StopDeployment(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        if deployment.status in deployment.final:
            raise ServiceError(
                "DeploymentAlreadyCompletedException", f"The deployment {deployment.name} has already completed"
            )
        deployment.stopping = call.principal
        if call.parameters.get("autoRollbackEnabled"):
            deployment.parameters["autoRollbackConfiguration"] = {
                "enabled": True,
                "events": ["DEPLOYMENT_STOP_ON_REQUEST"],
            }
        if deployment.status is DeploymentStatus.CREATED:
            deployment.error = {"code": "MANUAL_STOP", "message": f"The deployment was stopped by {call.principal}"}
            deployment.ended = self.world.now
            self.world.move(deployment, DeploymentStatus.STOPPED, r.MANUAL_STOP(by=call.principal))
            return {"status": "Succeeded", "statusMessage": "No further lifecycle event is started."}
        return {"status": "Pending", "statusMessage": "Events in progress end first."}

    def roll_back(self, deployment: Deployment, status: DeploymentStatus) -> None:
        """Decide whether a rollback follows; says so in `rollbackInfo`."""
        settings = deployment.parameters.get("autoRollbackConfiguration")
        if settings is None:
            settings = deployment.group.settings.get("autoRollbackConfiguration") or {}
        if not settings.get("enabled") or ROLLBACK_ON.get(status) not in settings.get("events", ()):
            return
        if deployment.creator == "codeDeployRollback":
            self.world.note(deployment, "rollback", r.NO_SECOND_ROLLBACK)
            return
        if deployment.group.last_successful is None:
            self.world.note(deployment, "rollback", r.NOTHING_TO_ROLL_BACK_TO)
            message = "No earlier deployment of this group succeeded, so there is nothing to roll back to."
            deployment.rollback_info = {"rollbackMessage": message}
            return
        deployment.rollback_info = {}

    def start_rollback(self, deployment: Deployment) -> None:
        """Start the rollback that `roll_back` decided on, and tell the group's triggers how the deployment ended."""
        events.trigger(self, deployment, events.TRIGGERS[deployment.status])  # type: ignore[index]
        if deployment.rollback_info != {}:
            return
        group = deployment.group
        succeeded = group.last_successful_parameters
        parameters: dict[str, Any] = {
            "applicationName": group.application,
            "deploymentGroupName": group.name,
            "revision": deepcopy(group.last_successful),
            "deploymentConfigName": deployment.config,
            "description": f"Automatic rollback of {deployment.name}",
        }
        # Existing files are treated as the last successful deployment did, not as the failed one: codedeploy.md §7
        for member in ("fileExistsBehavior", "ignoreApplicationStopFailures"):
            if member in succeeded:
                parameters[member] = succeeded[member]
        rollback = self._start(group, parameters, "codeDeployRollback", deployment.caller)
        message = f"Deployment {rollback.name} rolls back {deployment.name} to the last successful revision."
        deployment.rollback_info = {"rollbackDeploymentId": rollback.name, "rollbackMessage": message}
        rollback.rollback_info = {
            "rollbackTriggeringDeploymentId": deployment.name,
            "rollbackMessage": f"Deployment {deployment.name} failed and triggered this rollback.",
        }
        self.world.note(deployment, "rollback", r.ROLLED_BACK(rollback=rollback.name))
        events.trigger(self, deployment, "DeploymentRollback")

    def _deployment(self, id: str) -> Deployment:
        found = self.deployments.get(id)
        if found is None:
            raise ServiceError("DeploymentDoesNotExistException", f"The deployment {id} could not be found")
        return found

    def GetDeployment(self, call: Call) -> Answer:
        return {"deploymentInfo": self._info(self._deployment(call.parameters["deploymentId"]))}

    def BatchGetDeployments(self, call: Call) -> Answer:
        ids = call.parameters["deploymentIds"]
        return {"deploymentsInfo": [self._info(self.deployments[id]) for id in ids if id in self.deployments]}

    def ListDeployments(self, call: Call) -> Answer:
        parameters = call.parameters
        application, group = parameters.get("applicationName"), parameters.get("deploymentGroupName")
        if application is not None:
            self.applications.get(application)
            if group is not None:
                self._group(application, group)
        statuses = parameters.get("includeOnlyStatuses")
        span = parameters.get("createTimeRange", {})
        found = []
        for deployment in reversed(list(self.deployments.values())):
            created = self.date(self.world.journal.created[deployment.ordinal])
            if (
                (application is None or deployment.application == application)
                and (group is None or deployment.group.name == group)
                and (not statuses or deployment.status in statuses)
                and ("start" not in span or created >= span["start"])
                and ("end" not in span or created <= span["end"])
            ):
                found.append(deployment.name)
        return {"deployments": found}

    def _info(self, deployment: Deployment) -> dict[str, Any]:
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
            "createTime": self.date(self.world.journal.created[deployment.ordinal]),
            "startTime": None if deployment.started is None else self.date(deployment.started),
            "completeTime": None if deployment.ended is None else self.date(deployment.ended),
            "deploymentOverview": deployment.overview() if deployment.targets else None,
            "description": parameters.get("description"),
            "creator": deployment.creator,
            "ignoreApplicationStopFailures": deployment.ignore_stop_failures,
            "autoRollbackConfiguration": parameters.get("autoRollbackConfiguration")
            or deployment.group.settings.get("autoRollbackConfiguration"),
            "updateOutdatedInstancesOnly": bool(parameters.get("updateOutdatedInstancesOnly")),
            "rollbackInfo": deployment.rollback_info or None,
            "deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
            "instanceTerminationWaitTimeStarted": False,
            "fileExistsBehavior": parameters.get("fileExistsBehavior", "DISALLOW"),
            "computePlatform": "Server",
        }
        return {member: deepcopy(value) for member, value in info.items() if value is not None}

    # Targets

    def ListDeploymentTargets(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        wanted = (call.parameters.get("targetFilters") or {}).get("TargetStatus")
        return {
            "targetIds": [target.target_id for target in deployment.targets if not wanted or target.status in wanted]
        }

    def GetDeploymentTarget(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        return {"deploymentTarget": self._target_info(self._target(deployment, call.parameters["targetId"]))}

    def BatchGetDeploymentTargets(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        ids = call.parameters["targetIds"]
        return {"deploymentTargets": [self._target_info(self._target(deployment, id)) for id in ids]}

    def _target(self, deployment: Deployment, id: str) -> Target:
        for target in deployment.targets:
            if target.target_id == id:
                return target
        raise ServiceError(
            "DeploymentTargetDoesNotExistException", f"{id} is not a target of the deployment {deployment.name}"
        )

    def _events_info(self, target: Target) -> list[dict[str, Any]]:
        rows = []
        for event in target.events:
            row: dict[str, Any] = {"lifecycleEventName": event.name, "status": event.status.value}
            if event.started is not None:
                row["startTime"] = self.date(event.started)
            if event.ended is not None:
                row["endTime"] = self.date(event.ended)
                row["diagnostics"] = event.diagnostics or {
                    "errorCode": "Success",
                    "scriptName": "",
                    "message": "Succeeded",
                    "logTail": "",
                }
            rows.append(row)
        return rows

    def _updated(self, target: Target) -> datetime:
        deployment = target.parent
        assert isinstance(deployment, Deployment)
        times = [event.ended or event.started for event in target.events if event.started is not None]
        latest = target.ended or (times[-1] if times else None) or deployment.ended or deployment.started or 0
        return self.date(latest)

    def _instance_arn(self, target: Target) -> str:
        return naming.arn("ec2", self.region, self.account, f"instance/{target.target_id}")

    def _target_info(self, target: Target) -> dict[str, Any]:
        assert target.parent is not None
        return {
            "deploymentTargetType": "InstanceTarget",
            "instanceTarget": {
                "deploymentId": target.parent.name,
                "targetId": target.target_id,
                "targetArn": self._instance_arn(target),
                "status": target.status.value,
                "lastUpdatedAt": self._updated(target),
                "lifecycleEvents": self._events_info(target),
            },
        }

    def ListDeploymentInstances(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        wanted = call.parameters.get("instanceStatusFilter")
        return {"instancesList": [one.target_id for one in deployment.targets if not wanted or one.status in wanted]}

    def GetDeploymentInstance(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        id = call.parameters["instanceId"]
        if all(target.target_id != id for target in deployment.targets):
            raise ServiceError("InstanceDoesNotExistException", f"The instance {id} is not part of {deployment.name}")
        return {"instanceSummary": self._instance_summary(self._target(deployment, id))}

    def BatchGetDeploymentInstances(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        wanted = call.parameters["instanceIds"]
        summaries = [self._instance_summary(one) for one in deployment.targets if one.target_id in wanted]
        return {"instancesSummary": summaries}

    def _instance_summary(self, target: Target) -> dict[str, Any]:
        assert target.parent is not None
        return {
            "deploymentId": target.parent.name,
            "instanceId": self._instance_arn(target),
            "status": target.status.value,
            "lastUpdatedAt": self._updated(target),
            "lifecycleEvents": self._events_info(target),
            "instanceType": "Green",
        }

    # What was before time 0, and what only a simulation can show

    def adopt(self, application: str, group_name: str, files: dict[str, bytes], unhealthy: tuple[str, ...]) -> None:
        """Let a revision have been deployed to the group before time 0; the instances named were left unhealthy."""
        from sim.services.bundles import pack

        group = self._group(application, group_name)
        place = f"{HISTORY_BUCKET}-{self.region}-{self.account}"
        body = pack(files)
        key = f"{application}/{group_name}/{len(group.revisions) + 1}.zip"
        try:
            self.ask("s3", "HeadBucket", {"Bucket": place})
        except ServiceError:
            self.ask("s3", "CreateBucket", {"Bucket": place})
        etag = str(self.ask("s3", "PutObject", {"Bucket": place, "Key": key, "Body": body})["ETag"]).strip('"')
        location = {"bucket": place, "key": key, "bundleType": "zip", "eTag": etag}
        revision = {"revisionType": "S3", "s3Location": location}
        group.revision_number(r.revision_key(revision))
        group.last_successful = revision
        self._remember_revision(application, revision)
        bundle = agent.open_bundle(body)
        plan = agent.install_plan(bundle)[0] if isinstance(bundle, agent.Bundle) and bundle.appspec else {}
        for host in hosts.hosts_of(self, group):
            member = group.member(host.id)
            for path in member.cleanup:
                self.disk(host.id).pop(path, None)
            self.disk(host.id).update(plan)
            member.cleanup = list(plan)
            member.revision = revision
            failed = host.name in unhealthy
            member.instance_health = r.InstanceHealth.UNHEALTHY if failed else r.InstanceHealth.HEALTHY
            member.revision_health = r.RevisionHealth.UNKNOWN if failed else r.RevisionHealth.CURRENT
            member.succeeded_revision = None if failed else r.revision_key(revision)

    def fleet(self) -> list[dict[str, Any]]:
        """Every instance with its agent, and how it stands in each group it belongs to."""
        groups = [(group, {host.id: host for host in hosts.hosts_of(self, group)}) for group in self.groups.values()]
        rows = []
        for host in hosts.fleet(self):
            rows.append(
                {
                    "name": host.name,
                    "instanceId": host.id,
                    "agent": agent.describe(agent.agent_of(self, host)),
                    "groups": [self._standing(group, host.id) for group, members in groups if host.id in members],
                }
            )
        return rows

    def _standing(self, group: Group, host_id: str) -> dict[str, Any]:
        member = group.members.get(host_id) or r.Membership()
        return {
            "group": f"{group.application}/{group.name}",
            "revision": deepcopy(member.revision),
            "revisionHealth": member.revision_health.value,
            "instanceHealth": member.instance_health.value,
        }
