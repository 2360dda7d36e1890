"""CodeDeploy's operations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call, Service, copied
from sim.core.clock import moment
from sim.core.problems import ServiceError
from sim.formats.install import InstallError
from sim.formats.policy import permits
from sim.services import behavior
from sim.services.bundles import pack
from sim.services.codedeploy import agent, answers, checks, events, filesystem, hosts, roles, scaling
from sim.services.codedeploy import resources as r
from sim.services.codedeploy.bundle import Bundle, install, open_bundle
from sim.services.codedeploy.onpremises import OnPremises
from sim.services.codedeploy.process import ONE_AT_A_TIME, Rollout, conclude
from sim.services.codedeploy.resources import Deployment, DeploymentStatus, Ending, Group, Target
from sim.services.codedeploy.revisions import Revisions
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

GROUP_IN_USE = "The deployment group name {name} is already in use"
HISTORY_BUCKET = "codedeploy-history"
VIA = "codedeploy.amazonaws.com"
SESSION = "codedeploy"
"""What CodeDeploy calls its sessions of a service role (assumed)."""


@declares(APPLICATION, CONFIG)
class CodeDeploy(OnPremises, Service):
    """CodeDeploy in one account and Region."""

    name = "codedeploy"
    applications: Shelf
    deployment_configs: Shelf

    def prepare(self) -> None:
        self.prepare_on_premises()
        self.groups: dict[tuple[str, str], Group] = {}
        self.deployments: dict[str, Deployment] = {}
        self.revisions: dict[str, Revisions] = {}
        self.application_tags: dict[str, dict[str, str]] = {}
        self.bundles: dict[tuple[str, str], Bundle] = {}
        """What was fetched from GitHub once: (repository, commit) -> bundle."""
        self.disks: dict[str, dict[str, bytes]] = {}
        self.own_agents: dict[str, dict[str, Any]] = {}
        """Instance id -> how its agent is set up where no rule says otherwise; `installed`, `poll` (ms) and so on."""
        self._bucket_regions: dict[str, str] = {}
        self._rules: tuple[Any, ...] | None = None
        for name, minimum in PREDEFINED.items():
            self._add_config({"deploymentConfigName": name, "minimumHealthyHosts": dict(minimum)})

    # Shared by the rooms of this service

    def ask(self, role: str, service: str, operation: str, parameters: dict[str, Any]) -> Answer:
        """A call of CodeDeploy itself to another service, in a session of that service role of a group (§13)."""
        principal = naming.session_of(self.account, role.rsplit("/", 1)[-1], SESSION)
        return self.world.call(Call(principal, self.account, self.region, service, operation, parameters, VIA))

    def look_up(self, service: str, operation: str, parameters: dict[str, Any]) -> Answer:
        """What the simulation itself wants to know or puts there: no call on AWS, so the audit does not hold it."""
        world = self.world
        audit, world.audit = world.audit, None
        try:
            return world.call(Call(VIA, self.account, self.region, service, operation, parameters))
        finally:
            world.audit = audit

    def agent_rules(self) -> tuple[Any, ...]:
        """What the scenario says of agents."""
        if self._rules is None:
            self._rules = tuple(behavior.of(self.world).of_kind("agent"))
        return self._rules

    def agent_rules_change(self, now: int, latest: int) -> int:
        """When after `now` a rule about agents begins or ceases to hold; `latest` if none does before."""
        times = [time for rule in self.agent_rules() for time in (rule.after, rule.before) if time is not None]
        return min([time for time in times if now < time < latest], default=latest) if times else latest

    def region_of_bucket(self, bucket: str) -> str:
        found = self._bucket_regions.get(bucket)
        if found is None:
            answer = self.look_up("s3", "HeadBucket", {"Bucket": bucket})
            found = self._bucket_regions[bucket] = answer["BucketRegion"]
        return found

    def disk(self, instance_id: str) -> dict[str, bytes]:
        """{path: content} of an instance."""
        found = self.disks.get(instance_id)
        if found is None:
            found = self.disks[instance_id] = {}
        return found

    @property
    def lists_kept_files(self) -> bool:
        """Whether a file that RETAIN keeps goes with the next deployment, by the guide's word or the agent's (§18)."""
        return self.world.choices.get("codedeploy.retained-files") != "agent"

    def may(self, deployment: Deployment, *actions: str) -> bool:
        """Whether the service role of a deployment's group allows all these actions (§13)."""
        if deployment.rights is None:
            deployment.rights = roles.statements(self, roles.name_of(self, deployment.group.role)) or ()
        return all(permits(deployment.rights, action) for action in actions)

    def date(self, ms: int) -> datetime:
        return moment(self.world.start, ms)

    # Applications

    def CreateApplication(self, call: Call) -> Answer:
        checks.server_only(call.parameters)
        name = call.parameters["applicationName"]
        self.applications.refuse(name)
        checks.one_more(self.world, checks.APPLICATIONS, len(self.applications.members))
        members = {
            "applicationId": self.world.uuid("application", name),
            "applicationName": name,
            "createTime": self.world.date,
            "linkedToGitHub": False,
            "computePlatform": "Server",
        }
        self.applications.add(name, members)
        self.revisions[name] = Revisions()
        self.application_tags[name] = _tags(call.parameters)
        return {"applicationId": members["applicationId"]}

    def BatchGetApplications(self, call: Call) -> Answer:
        names = call.parameters["applicationNames"]
        checks.at_most(100, names)
        return {"applicationsInfo": [copied(self.applications.get(name)) for name in names]}

    def UpdateApplication(self, call: Call) -> Answer:
        old, new = call.parameters["applicationName"], call.parameters.get("newApplicationName")
        members = self.applications.get(old)
        if new and new != old:
            self.applications.add(new, members | {"applicationName": new})
            del self.applications.members[old]
            self.revisions[new] = self.revisions.pop(old)
            self.application_tags[new] = self.application_tags.pop(old)
            for group in self._groups_of(old):
                del self.groups[old, group.name]
                group.application = group.settings["applicationName"] = new
                self.groups[new, group.name] = group
        return {}

    def DeleteApplication(self, call: Call) -> Answer:
        name = call.parameters["applicationName"]
        self.applications.members.pop(name, None)
        self.revisions.pop(name, None)
        self.application_tags.pop(name, None)
        for group in self._groups_of(name):
            # Its Auto Scaling hooks stay behind, and hold every launch until their time is over (§9).
            del self.groups[name, group.name]
        return {}

    def _groups_of(self, application: str) -> list[Group]:
        return [group for (owner, _), group in self.groups.items() if owner == application]

    # Deployment configurations

    def _add_config(self, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters["deploymentConfigName"]
        members = {
            "deploymentConfigId": self.world.uuid("deployment config", name),
            "createTime": self.world.date,
            "computePlatform": "Server",
            **copied(parameters),
        }
        return self.deployment_configs.add(name, members)

    def CreateDeploymentConfig(self, call: Call) -> Answer:
        checks.configuration(call.parameters)
        self.deployment_configs.refuse(call.parameters["deploymentConfigName"])
        checks.one_more(self.world, checks.CONFIGS, len(self.deployment_configs.members) - len(PREDEFINED))
        return {"deploymentConfigId": self._add_config(call.parameters)["deploymentConfigId"]}

    def DeleteDeploymentConfig(self, call: Call) -> Answer:
        name = call.parameters["deploymentConfigName"]
        if name in PREDEFINED:
            raise ServiceError("InvalidOperationException", f"{name} is predefined and cannot be deleted")
        if any(group.settings["deploymentConfigName"] == name for group in self.groups.values()):
            raise ServiceError("DeploymentConfigInUseException", f"{name} is used by a deployment group")
        using = [one.name for one in self.deployments.values() if one.config == name and one.status not in one.final]
        if using:  # deletable only if unused: docs/behaviour/codedeploy.md §5.2
            raise ServiceError("DeploymentConfigInUseException", f"{name} is used by the deployment {using[0]}")
        self.deployment_configs.members.pop(name, None)
        return {}

    # Deployment groups

    def has(self, group: Group) -> bool:
        """Whether a deployment group is still there: neither it nor its application was deleted."""
        return self.groups.get((group.application, group.name)) is group

    def _group(self, application: str, name: str) -> Group:
        self.applications.get(application)
        group = self.groups.get((application, name))
        if group is None:
            raise ServiceError("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
        return group

    def _checked(self, settings: dict[str, Any]) -> dict[str, Any]:
        settings.setdefault("deploymentConfigName", ONE_AT_A_TIME)
        config = self.deployment_configs.get(settings["deploymentConfigName"])
        checks.zones_without_on_premises(settings, config)
        role = settings.get("serviceRoleArn") or ""
        checks.group(settings, lambda name: self._auto_scaling_group_exists(role, name))
        count = len(settings.get("autoScalingGroups") or ())
        checks.one_more(self.world, checks.AUTO_SCALING_GROUPS, count - 1)
        return settings

    def _check_role(self, given: dict[str, Any]) -> None:
        """The service role that a call gives a group: CodeDeploy tries at once to take it on (§10.4, §13).

        Raises InvalidRoleException.
        """
        arn = given["serviceRoleArn"]
        roles.check_format(arn)
        if not roles.is_assumable(self, arn):
            raise ServiceError("InvalidRoleException", roles.NOT_ASSUMABLE.format(arn=arn))
        if given.get("autoScalingGroups"):
            allowed = roles.statements(self, roles.name_of(self, arn)) or ()
            missing = [action for action in roles.AUTO_SCALING if not permits(allowed, action)]
            if missing:
                message = f"The role {arn} does not give permission for Amazon EC2 Auto Scaling: {', '.join(missing)}"
                raise ServiceError("InvalidRoleException", message)

    def _auto_scaling_group_exists(self, role: str, name: str) -> bool:
        answer = self.ask(role, "autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": [name]})
        return bool(answer["AutoScalingGroups"])

    def CreateDeploymentGroup(self, call: Call) -> Answer:
        parameters = copied(call.parameters)
        application, name = parameters["applicationName"], parameters["deploymentGroupName"]
        self.applications.get(application)
        if (application, name) in self.groups:
            raise ServiceError("DeploymentGroupAlreadyExistsException", GROUP_IN_USE.format(name=name))
        if not parameters.get("serviceRoleArn"):
            raise ServiceError("RoleRequiredException", "A service role ARN is required")
        checks.one_more(self.world, checks.GROUPS, len(self._groups_of(application)))
        self._check_role(parameters)
        tags = _tags(parameters)
        parameters.pop("tags", None)
        id = self.world.uuid("group", application, name)
        group = Group(application, name, id, self._checked(parameters), tags)
        scaling.hook_up(self, group)
        self.groups[application, name] = group
        return {"deploymentGroupId": id}

    def UpdateDeploymentGroup(self, call: Call) -> Answer:
        parameters = copied(call.parameters)
        application = parameters["applicationName"]
        group = self._group(application, parameters.pop("currentDeploymentGroupName"))
        name = parameters.pop("newDeploymentGroupName", None) or group.name
        if name != group.name and (application, name) in self.groups:
            raise ServiceError("DeploymentGroupAlreadyExistsException", GROUP_IN_USE.format(name=name))
        given = {key: value for key, value in parameters.items() if value is not None}
        if given.get("serviceRoleArn") or given.get("autoScalingGroups"):
            self._check_role(group.settings | given)
        before = checks.without_replaced_tags(group.settings, given)
        group.settings = self._checked(before | given | {"deploymentGroupName": name})
        scaling.hook_up(self, group)
        if name != group.name:
            del self.groups[application, group.name]
            group.name = name
            self.groups[application, name] = group
        return {"hooksNotCleanedUp": []}

    def DeleteDeploymentGroup(self, call: Call) -> Answer:
        application, name = call.parameters["applicationName"], call.parameters["deploymentGroupName"]
        group = self.groups.pop((application, name), None)
        for scaled in list(group.hooks if group is not None else ()):
            assert group is not None
            scaling.unhook(self, group, scaled)
        return {"hooksNotCleanedUp": []}

    def ListDeploymentGroups(self, call: Call) -> Answer:
        application = call.parameters["applicationName"]
        self.applications.get(application)
        names = [group.name for group in self._groups_of(application)]
        return {"applicationName": application, "deploymentGroups": names}

    def GetDeploymentGroup(self, call: Call) -> Answer:
        group = self._group(call.parameters["applicationName"], call.parameters["deploymentGroupName"])
        return {"deploymentGroupInfo": answers.group_info(self, group)}

    def BatchGetDeploymentGroups(self, call: Call) -> Answer:
        application, names = call.parameters["applicationName"], call.parameters["deploymentGroupNames"]
        checks.at_most(100, names)
        self.applications.get(application)
        found = [self.groups[application, name] for name in names if (application, name) in self.groups]
        missing = [name for name in names if (application, name) not in self.groups]
        answer: Answer = {"deploymentGroupsInfo": [answers.group_info(self, group) for group in found]}
        return answer | ({"errorMessage": f"No Deployment Group found for names: {missing}"} if missing else {})

    # Tags

    def _tags_of(self, arn: str) -> dict[str, str]:
        """The tags, themselves, of the application or deployment group of that ARN."""
        parts = arn.split(":", 6)
        if len(parts) != 7 or parts[:3] != ["arn", "aws", "codedeploy"]:
            raise ServiceError("InvalidArnException", f"{arn} is not the ARN of a CodeDeploy resource")
        kind, name = parts[5], parts[6]
        if kind == "application":
            self.applications.get(name)
            return self.application_tags[name]
        if kind == "deploymentgroup":
            application, _, group = name.partition("/")
            return self._group(application, group).tags
        raise ServiceError("ArnNotSupportedException", f"{arn}: applications and deployment groups bear tags")

    def TagResource(self, call: Call) -> Answer:
        self._tags_of(call.parameters["ResourceArn"]).update(_tags({"tags": call.parameters["Tags"]}))
        return {}

    def UntagResource(self, call: Call) -> Answer:
        tags = self._tags_of(call.parameters["ResourceArn"])
        for key in call.parameters["TagKeys"]:
            tags.pop(key, None)
        return {}

    def ListTagsForResource(self, call: Call) -> Answer:
        try:
            tags = self._tags_of(call.parameters["ResourceArn"])
        except ServiceError as error:
            known = ("InvalidArnException", "ArnNotSupportedException")  # this operation's only errors
            raise ServiceError(error.code if error.code in known else known[0], error.message) from None
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    # Revisions

    def _revisions(self, application: str) -> Revisions:
        self.applications.get(application)
        return self.revisions[application]

    def RegisterApplicationRevision(self, call: Call) -> Answer:
        known = self._revisions(call.parameters["applicationName"])
        revision = checks.revision(call.parameters.get("revision"))
        known.register(revision, self.world.date, call.parameters.get("description") or "")
        return {}

    def ListApplicationRevisions(self, call: Call) -> Answer:
        if call.parameters.get("s3KeyPrefix") and not call.parameters.get("s3Bucket"):
            raise ServiceError("BucketNameFilterRequiredException", "s3KeyPrefix needs an s3Bucket")
        return {"revisions": self._revisions(call.parameters["applicationName"]).listed(call.parameters)}

    def GetApplicationRevision(self, call: Call) -> Answer:
        application, revision = call.parameters["applicationName"], call.parameters["revision"]
        found = self._revisions(application).get(revision)
        if found is None:
            raise ServiceError("RevisionDoesNotExistException", f"No revision of {application} is {revision}")
        return {"applicationName": application, "revision": copied(revision), "revisionInfo": found.info()}

    def BatchGetApplicationRevisions(self, call: Call) -> Answer:
        application, wanted = call.parameters["applicationName"], call.parameters["revisions"]
        checks.at_most(25, wanted)
        known = self._revisions(application)
        found = [one for one in map(known.get, wanted) if one is not None]
        rows = [{"revisionLocation": copied(one.location), "genericRevisionInfo": one.info()} for one in found]
        answer: Answer = {"applicationName": application, "revisions": rows}
        missing = [one for one in wanted if known.get(one) is None]
        return answer | ({"errorMessage": f"No revision of {application} is {missing}"} if missing else {})

    # Deployments

    def CreateDeployment(self, call: Call) -> Answer:
        parameters = copied(call.parameters)
        name = parameters.get("deploymentGroupName")
        if not name:
            self.applications.get(parameters["applicationName"])
            raise ServiceError("DeploymentGroupNameRequiredException", "The deployment group name is required")
        group = self._group(parameters["applicationName"], name)
        checks.deployment(parameters)
        if len(self.deployments) >= checks.limit(self.world, checks.DEPLOYMENTS):  # else there is nothing to count
            active = sum(one.status not in one.final for one in self.deployments.values())
            checks.one_more(self.world, checks.DEPLOYMENTS, active)
        if parameters.get("deploymentMode") == "RESTART":
            checks.restart(parameters)
            parameters["revision"] = self._last_successful(group)
        else:
            checks.revision(parameters.get("revision"))
        return {"deploymentId": self.start(group, parameters, "user").name}

    def _last_successful(self, group: Group) -> dict[str, Any]:
        if group.last_successful is None:
            raise ServiceError(
                "RevisionDoesNotExistException", f"No deployment to {group.name} has succeeded, so nothing can restart"
            )
        return copied(group.last_successful)

    def start(
        self, group: Group, parameters: dict[str, Any], creator: str, only: tuple[str, ...] | None = None
    ) -> Deployment:
        """A new deployment, from now on; to the whole group, or `only` to the instances of those ids.

        Raises ServiceError when the group is busy or the configuration unknown.
        """
        world = self.world
        config = parameters.setdefault("deploymentConfigName", group.settings["deploymentConfigName"])
        checks.zones_without_on_premises(group.settings, self.deployment_configs.get(config))
        busy = None if creator in (scaling.LAUNCH, scaling.TERMINATION) else group.busy
        if busy is not None and not self.queues:
            raise ServiceError(
                "DeploymentLimitExceededException",
                f"The Deployment Group '{group.name}' already has an active Deployment '{busy.name}'",
            )
        parameters["creator"] = creator
        id = "d-" + naming.capitals(world.seed, self.account, self.region, "deployment", world.count("deployment"))
        arn = naming.arn("codedeploy", self.region, self.account, f"deployment:{id}")
        deployment = Deployment(
            id, arn=arn, account=self.account, region=self.region, group=group, parameters=parameters
        )
        deployment.key = self._key(group, deployment.revision)
        deployment.revision_number = group.revision_number(deployment.key)
        group.deployments.append(deployment)
        deployment.number = len(group.deployments)
        world.register(deployment)
        self.deployments[id] = deployment
        if group.application in self.revisions:
            self.revisions[group.application].deployed(deployment.revision, group.name, world.date)
        deployment.only = only
        if busy is not None:
            group.waiting.append(deployment)
            world.move(deployment, DeploymentStatus.QUEUED, r.QUEUED(busy=busy.name))
        else:
            self._begin(deployment)
        return deployment

    @property
    def queues(self) -> bool:
        """Whether a deployment to a busy group waits, or is refused (§18)."""
        return self.world.choices.get("codedeploy.busy-group") == "queue"

    def _begin(self, deployment: Deployment) -> None:
        events.deployment_trigger(self, deployment, "DeploymentStart")
        self.world.process(Rollout(self, deployment).run())

    def begin_waiting(self, group: Group) -> None:
        """Begin with the next deployment that waits for the group, if it is free."""
        while group.busy is None and group.waiting:
            deployment = group.waiting.pop(0)
            if deployment.status is DeploymentStatus.QUEUED:
                self._begin(deployment)
                return

    def _key(self, group: Group, revision: dict[str, Any]) -> str:
        """Which revision that is: a location without version and ETag is what lies there now.

        The agents still take what lies there when they download it (docs/behaviour/codedeploy.md §14).
        """
        place = revision.get("s3Location")
        if place is None:
            return r.revision_key(revision)  # a commit is what it is
        if place.get("eTag") or place.get("version"):
            return r.revision_key(revision)
        try:
            answer = self.ask(group.role, "s3", "HeadObject", {"Bucket": place["bucket"], "Key": place["key"]})
        except ServiceError:
            return r.revision_key(revision)  # the agents will not find it either, and say so
        return r.revision_key({"s3Location": {**place, "eTag": answer["ETag"].strip('"')}})

    def StopDeployment(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        if deployment.status in deployment.final:
            raise ServiceError(
                "DeploymentAlreadyCompletedException", f"The deployment {deployment.name} has already completed"
            )
        if call.parameters.get("autoRollbackEnabled"):
            deployment.rolls_back_if_stopped = True
        message = f"The deployment was stopped by {call.principal}"
        why = r.MANUAL_STOP(by=call.principal)
        deployment.cut_short(Ending(DeploymentStatus.STOPPED, why, "MANUAL_STOP", message))
        if deployment.status in (DeploymentStatus.CREATED, DeploymentStatus.QUEUED):
            conclude(self, deployment)
            return {"status": "Succeeded", "statusMessage": "No further lifecycle event is started."}
        return {"status": "Pending", "statusMessage": "Events in progress end first."}

    def ContinueDeployment(self, call: Call) -> Answer:
        raise self._blue_green_only(call)

    def SkipWaitTimeForInstanceTermination(self, call: Call) -> Answer:
        raise self._blue_green_only(call)

    def _blue_green_only(self, call: Call) -> ServiceError:
        deployment = self._deployment(call.parameters.get("deploymentId", ""))
        if deployment.status in deployment.final:
            message = f"The deployment {deployment.name} has already completed"
            return ServiceError("DeploymentAlreadyCompletedException", message)
        return ServiceError(
            "UnsupportedActionForDeploymentTypeException", f"{call.operation} is for blue/green deployments only"
        )

    def PutLifecycleEventHookExecutionStatus(self, call: Call) -> Answer:
        self._deployment(call.parameters.get("deploymentId", ""))
        raise ServiceError(
            "UnsupportedActionForDeploymentTypeException", "only AWS Lambda and Amazon ECS deployments run functions"
        )

    def _deployment(self, id: str) -> Deployment:
        if not id:
            raise ServiceError("DeploymentIdRequiredException", "A deployment ID is required")
        found = self.deployments.get(id)
        if found is None:
            raise ServiceError("DeploymentDoesNotExistException", f"The deployment {id} could not be found")
        return found

    def GetDeployment(self, call: Call) -> Answer:
        return {"deploymentInfo": answers.deployment_info(self, self._deployment(call.parameters["deploymentId"]))}

    def BatchGetDeployments(self, call: Call) -> Answer:
        ids = call.parameters["deploymentIds"]
        checks.at_most(25, ids)
        found = [self.deployments[id] for id in ids if id in self.deployments]
        return {"deploymentsInfo": [answers.deployment_info(self, deployment) for deployment in found]}

    def ListDeployments(self, call: Call) -> Answer:
        parameters = call.parameters
        application, group = parameters.get("applicationName"), parameters.get("deploymentGroupName")
        if group is not None and application is None:
            raise ServiceError("ApplicationNameRequiredException", "deploymentGroupName needs an applicationName")
        if application is not None and group is None:
            raise ServiceError("DeploymentGroupNameRequiredException", "applicationName needs a deploymentGroupName")
        among = list(self.deployments.values())
        if application is not None and group is not None:
            among = self._group(application, group).deployments
        statuses = parameters.get("includeOnlyStatuses")
        span = parameters.get("createTimeRange") or {}
        found = []
        for deployment in reversed(among):
            created = answers.created(self, deployment)
            if (
                (not statuses or deployment.status in statuses)
                and ("start" not in span or created >= span["start"])
                and ("end" not in span or created <= span["end"])
            ):
                found.append(deployment.name)
        return {"deployments": found}

    # Auto Scaling

    def TakeMessage(self, call: Call) -> Answer:
        """A message in CodeDeploy's own queue, from a lifecycle hook: no operation of AWS's."""
        scaling.take_message(self, call.parameters["Message"])
        return {}

    # Targets

    def _targets(self, call: Call) -> list[Target]:
        """The targets of a deployment that has chosen them."""
        deployment = self._deployment(call.parameters["deploymentId"])
        if deployment.started is None and deployment.status not in deployment.final:
            raise ServiceError("DeploymentNotStartedException", "The specified deployment has not started.")
        return deployment.targets

    def ListDeploymentTargets(self, call: Call) -> Answer:
        wanted = (call.parameters.get("targetFilters") or {}).get("TargetStatus")
        targets = self._targets(call)
        return {"targetIds": [target.target_id for target in targets if not wanted or target.status in wanted]}

    def GetDeploymentTarget(self, call: Call) -> Answer:
        return {"deploymentTarget": answers.target_info(self, self._target(call, call.parameters["targetId"]))}

    def BatchGetDeploymentTargets(self, call: Call) -> Answer:
        ids = call.parameters["targetIds"]
        checks.at_most(25, ids, "DeploymentTargetListSizeExceededException")
        return {"deploymentTargets": [answers.target_info(self, self._target(call, id)) for id in ids]}

    def _target(self, call: Call, id: str) -> Target:
        for target in self._targets(call):
            if target.target_id == id:
                return target
        raise ServiceError(
            "DeploymentTargetDoesNotExistException",
            f"{id} is not a target of the deployment {call.parameters['deploymentId']}",
        )

    def ListDeploymentInstances(self, call: Call) -> Answer:
        if call.parameters.get("instanceTypeFilter"):
            raise ServiceError(
                "InvalidDeploymentInstanceTypeException",
                "An instance type was specified for an in-place deployment. Instance types are supported for blue/green"
                " deployments only.",
            )
        wanted = call.parameters.get("instanceStatusFilter")
        targets = self._targets(call)
        return {"instancesList": [target.target_id for target in targets if not wanted or target.status in wanted]}

    def GetDeploymentInstance(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        id = call.parameters["instanceId"]
        for target in deployment.targets:
            if target.target_id == id:
                return {"instanceSummary": answers.instance_summary(self, target)}
        raise ServiceError("InstanceDoesNotExistException", f"The instance {id} is not part of {deployment.name}")

    def BatchGetDeploymentInstances(self, call: Call) -> Answer:
        deployment = self._deployment(call.parameters["deploymentId"])
        wanted = call.parameters["instanceIds"]
        checks.at_most(25, wanted)
        summaries = [answers.instance_summary(self, one) for one in deployment.targets if one.target_id in wanted]
        return {"instancesSummary": summaries}

    # GitHub: no account is ever connected

    def ListGitHubAccountTokenNames(self, call: Call) -> Answer:
        return {"tokenNameList": []}

    def DeleteGitHubAccountToken(self, call: Call) -> Answer:
        name = call.parameters.get("tokenName")
        if not name:
            raise ServiceError("GitHubAccountTokenNameRequiredException", "The call is missing a required token name")
        raise ServiceError("GitHubAccountTokenDoesNotExistException", f"No GitHub account connection is named {name}")

    def DeleteResourcesByExternalId(self, call: Call) -> Answer:
        return {}  # only blue/green deployments through CloudFormation have external ids

    # What was before time 0, and what only a simulation can show

    def adopt(self, application: str, group_name: str, files: dict[str, bytes], unhealthy: tuple[str, ...]) -> None:
        """Let a revision have been deployed to the group before time 0; the instances named were left unhealthy."""
        group = self._group(application, group_name)
        fleet = hosts.hosts_of(self, group)
        strangers = sorted(set(unhealthy) - {host.name for host in fleet})
        if strangers:
            place = f"{application}/{group_name}"
            raise ServiceError("InstanceDoesNotExistException", f"{place} has no instance {', '.join(strangers)}")
        revision, bundle = self._keep(group, files)
        key = r.revision_key(revision)
        group.revision_number(key)
        self.revisions[application].deployed(revision, group.name, self.world.date)
        failed = [group.member(host.id) for host in fleet if host.name in unhealthy]
        group.succeeded_with(key, revision, failed)
        for host in fleet:
            member = group.member(host.id)
            try:
                install(self.disk(host.id), member, bundle, "OVERWRITE", self.lists_kept_files)
            except InstallError as fault:
                raise ServiceError("InvalidRevisionException", f"it cannot have been deployed: {fault}") from None
            member.revision, member.archive = revision, bundle
            member.instance_health = r.InstanceHealth.UNHEALTHY
            if host.name not in unhealthy:
                member.instance_health = r.InstanceHealth.HEALTHY
                member.deployed, member.unknown = key, False

    @property
    def history_bucket(self) -> str:
        return f"{HISTORY_BUCKET}-{self.region}-{self.account}"

    def _keep(self, group: Group, files: dict[str, bytes]) -> tuple[dict[str, Any], Bundle]:
        """Put a bundle of the past into a bucket; where it lies, and the bundle."""
        bucket = self.history_bucket
        key = f"{group.application}/{group.name}/{len(group.revisions) + 1}.zip"
        body = pack(files)
        try:
            self.look_up("s3", "HeadBucket", {"Bucket": bucket})
        except ServiceError:
            self.look_up("s3", "CreateBucket", {"Bucket": bucket})
        answer = self.look_up("s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": body})
        etag = str(answer["ETag"]).strip('"')
        location = {"bucket": bucket, "key": key, "bundleType": "zip", "eTag": etag}
        return {"revisionType": "S3", "s3Location": location}, open_bundle(body, location["bundleType"])

    def files(self, instance_id: str) -> dict[str, dict[str, Any]]:
        """{path: text, owner, group, mode, deploymentGroup, revision} of an instance."""
        return filesystem.listing(self, instance_id)

    def archives(self, application: str, group_name: str, instance_id: str) -> list[str]:
        """The deployments whose archives an instance's agent keeps for a group, the oldest first."""
        return filesystem.archives(self._group(application, group_name), instance_id)

    def fleet(self) -> list[dict[str, Any]]:
        """Every instance with its agent, and how it stands in each group it belongs to."""
        groups = [(group, {host.id: host for host in hosts.hosts_of(self, group)}) for group in self.groups.values()]
        rows = []
        for host in hosts.fleet(self):
            rows.append(
                {
                    "name": host.name,
                    "instanceId": host.id,
                    "agent": agent.describe(self, host),
                    "groups": [_standing(group, host.id) for group, members in groups if host.id in members],
                }
            )
        return rows


def _standing(group: Group, host_id: str) -> dict[str, Any]:
    member = group.members.get(host_id) or r.Membership()
    return {
        "group": f"{group.application}/{group.name}",
        "revision": copied(member.revision),
        "revisionHealth": group.revision_health(member).value,
        "instanceHealth": member.instance_health.value,
    }


def _tags(parameters: dict[str, Any]) -> dict[str, str]:
    tags = parameters.get("tags") or ()
    if not all(tag.get("Key") for tag in tags):
        raise ServiceError("InvalidTagsToAddException", "a tag needs a Key")
    return {tag["Key"]: tag.get("Value", "") for tag in tags}
