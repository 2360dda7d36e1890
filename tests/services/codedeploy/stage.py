"""A small stage for stories about CodeDeploy: one world, a fleet, a deployment group, bundles in S3."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.core import naming
from sim.core.calls import Answer, Call
from sim.core.world import World
from sim.formats import assumptions
from sim.formats.scenario import scenario_from_document
from sim.services import behavior
from sim.services.bundles import pack

ACCOUNT, REGION = "123456789012", "us-east-1"
ALICE = naming.user(ACCOUNT, "alice")
APPLICATION, GROUP, BUCKET = "shop", "production", "bundles"
ROLE = naming.arn("iam", "", ACCOUNT, "role/codedeploy-service")


def iam_role(service: str, policy: str) -> dict[str, Any]:
    """A role as a resource of a template: the service may take it on, and one of AWS's policies is attached."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    policies = [f"arn:aws:iam::aws:policy/{policy}"]
    properties = {"AssumeRolePolicyDocument": document, "ManagedPolicyArns": policies}
    return {"Type": "AWS::IAM::Role", "Properties": properties}


SERVICE_ROLE = iam_role("codedeploy.amazonaws.com", "service-role/AWSCodeDeployRole")
INSTANCE_ROLE = iam_role("ec2.amazonaws.com", "AmazonS3ReadOnlyAccess")
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
"""Of the resource `Role` of the same template."""

APPSPEC = """\
version: 0.0
os: linux
files:
  - source: site
    destination: /srv/shop
"""
SEVEN = (
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
)


def bundle(appspec: str = APPSPEC, **files: str) -> dict[str, bytes]:
    """The files of a revision; `site/index.html` is there unless others are given."""
    content = files or {"site/index.html": "<h1>hello</h1>"}
    return {"appspec.yml": appspec.encode(), **{path: text.encode() for path, text in content.items()}}


def hooks(*names: str, script: str = "echo done", timeout: int | None = None) -> dict[str, bytes]:
    """A revision whose named lifecycle events each have one script, `scripts/EVENT.sh`."""
    limit = f"\n      timeout: {timeout}" if timeout else ""
    lines = [f"  {name}:\n    - location: scripts/{name}.sh{limit}\n" for name in names]
    scripts = {f"scripts/{name}.sh": script for name in names}
    return bundle(APPSPEC + "hooks:\n" + "".join(lines), **{"site/index.html": "<h1>hello</h1>"}, **scripts)


class Stage:
    """`hosts` instances called web-1 … web-N, tagged App=shop, and a group that deploys to them.

    `behavior` are rules as a scenario writes them; `zones` the letters of the Availability Zones that instances stand
    in by turns; `choices` those of a scenario; `settings` are further parameters of CreateDeploymentGroup.
    """

    def __init__(
        self,
        hosts: int = 3,
        config: str = "CodeDeployDefault.AllAtOnce",
        behavior: Sequence[Mapping[str, Any]] = (),
        *,
        seed: int = 7,
        zones: str = "a",
        choices: Mapping[str, str] | None = None,
        **settings: Any,
    ):
        self.world = World(seed)
        self.world.choices = dict(choices or {})
        rules = scenario_from_document({"Resources": {}, "behavior": list(behavior)}, Path()).behavior
        self.world.behaviour = _behaviour(rules)
        self.ec2: Any = self.world.service("ec2", ACCOUNT, REGION)
        self.codedeploy: Any = self.world.service("codedeploy", ACCOUNT, REGION)
        for number in range(1, hosts + 1):
            self.launch(f"web-{number}", zone=zones[(number - 1) % len(zones)])
        self.role(ROLE.rpartition("/")[2], "codedeploy.amazonaws.com", "service-role/AWSCodeDeployRole")
        self.profile("web-profile", self.role("web-role", "ec2.amazonaws.com", "AmazonS3ReadOnlyAccess"))
        self.call("CreateBucket", "s3", Bucket=BUCKET)
        self.call("CreateApplication", applicationName=APPLICATION)
        tags = [{"Key": "App", "Value": APPLICATION, "Type": "KEY_AND_VALUE"}]
        self.group(GROUP, deploymentConfigName=config, ec2TagFilters=tags, **settings)

    # What is there

    def launch(self, name: str, profile: str | None = "web-profile", zone: str = "a", **tags: str) -> Any:
        return self.ec2.launch({"Name": name, "App": APPLICATION, **tags}, f"{REGION}{zone}", profile)

    def role(self, name: str, service: str, *policies: str) -> str:
        """A role that a service may take on, with policies of AWS's; its name."""
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self.call("CreateRole", "iam", RoleName=name, AssumeRolePolicyDocument=document)
        for policy in policies:
            self.call("AttachRolePolicy", "iam", RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        return name

    def profile(self, name: str, role: str | None) -> None:
        """An instance profile with a role, or an empty one."""
        self.call("CreateInstanceProfile", "iam", InstanceProfileName=name)
        if role is not None:
            self.call("AddRoleToInstanceProfile", "iam", InstanceProfileName=name, RoleName=role)

    def allow(self, role: str, *actions: str, resource: str = "*", effect: str = "Allow") -> None:
        """Give a role an inline policy of one statement."""
        statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.call("PutRolePolicy", "iam", RoleName=role, PolicyName=f"{effect} {actions}", PolicyDocument=document)

    def scaled(self, name: str = "fleet", desired: int = 2) -> None:
        """An Auto Scaling group whose instances are in service already, called NAME-1 … NAME-N, with a profile."""
        autoscaling: Any = self.world.service("autoscaling", ACCOUNT, REGION)
        autoscaling.launch_templates["lt-1"] = "web-profile"
        template = {"LaunchTemplateId": "lt-1"}
        sizes = {"MinSize": 0, "MaxSize": 20, "DesiredCapacity": desired}
        self.world.silent = True
        self.call("CreateAutoScalingGroup", "autoscaling", AutoScalingGroupName=name, LaunchTemplate=template, **sizes)
        self.world.silent = False

    def scale(self, desired: int, name: str = "fleet") -> None:
        self.call("SetDesiredCapacity", "autoscaling", AutoScalingGroupName=name, DesiredCapacity=desired)

    def group(self, name: str, **settings: Any) -> None:
        names = {"applicationName": APPLICATION, "deploymentGroupName": name}
        self.call("CreateDeploymentGroup", serviceRoleArn=ROLE, **names, **settings)

    def config(self, name: str, type: str, value: int) -> str:
        minimum = {"type": type, "value": value}
        self.call("CreateDeploymentConfig", deploymentConfigName=name, minimumHealthyHosts=minimum)
        return name

    def adopt(self, files: Mapping[str, bytes] | None = None, *unhealthy: str, group: str = GROUP) -> None:
        """Let a revision have been deployed before time 0."""
        self.codedeploy.adopt(APPLICATION, group, dict(files or bundle()), unhealthy)

    def upload(self, key: str, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Put a bundle into S3; the revision that names it."""
        etag = self.call("PutObject", "s3", Bucket=BUCKET, Key=key, Body=pack(files))["ETag"].strip('"')
        location = {"bucket": BUCKET, "key": key, "bundleType": "zip", "eTag": etag}
        return {"revisionType": "S3", "s3Location": location}

    # What happens

    def call(self, operation: str, service: str = "codedeploy", **parameters: Any) -> Answer:
        return self.world.call(Call(ALICE, ACCOUNT, REGION, service, operation, parameters))

    def create(self, files: Mapping[str, bytes] | None = None, key: str = "v2.zip", **parameters: Any) -> str:
        """Create a deployment; its id. The clock stands still."""
        parameters.setdefault("revision", None)
        if parameters["revision"] is None:
            parameters["revision"] = self.upload(key, files or bundle())
        names = {"applicationName": APPLICATION, "deploymentGroupName": GROUP}
        return str(self.call("CreateDeployment", **{**names, **parameters})["deploymentId"])

    def deploy(self, files: Mapping[str, bytes] | None = None, key: str = "v2.zip", **parameters: Any) -> Any:
        """Create a deployment and run until quiet; the deployment."""
        id = self.create(files, key, **parameters)
        self.world.run()
        return self.codedeploy.deployments[id]

    # What one sees

    def rules(self, topic: str | None = None) -> list[str]:
        """The ids of the rules of the journal's notices, in order, without the service's name."""
        notices = self.world.journal.notices
        chosen = [one.why.rule.id for one in notices if topic in (None, one.topic)]
        return [id.partition(".")[2] for id in chosen]

    def info(self, id: str) -> Answer:
        answer: Answer = self.call("GetDeployment", deploymentId=id)["deploymentInfo"]
        return answer

    def deployments(self) -> list[Any]:
        """Every deployment, in order of creation."""
        return list(self.codedeploy.deployments.values())

    def health(self, group: str = GROUP) -> dict[str, tuple[str, str]]:
        """{instance name: (instance health, revision health)}."""
        found = {}
        for row in self.codedeploy.fleet():
            for standing in row["groups"]:
                if standing["group"] == f"{APPLICATION}/{group}":
                    found[row["name"]] = (standing["instanceHealth"], standing["revisionHealth"])
        return found

    def id_of(self, name: str) -> str:
        return str(next(row["instanceId"] for row in self.codedeploy.fleet() if row["name"] == name))

    def files(self, name: str) -> dict[str, str]:
        """{path: text} on an instance."""
        return {path: row["text"] for path, row in self.details(name).items()}

    def details(self, name: str) -> dict[str, dict[str, Any]]:
        """{path: text, owner, group, mode, deploymentGroup, revision} on an instance."""
        found: dict[str, dict[str, Any]] = self.codedeploy.files(self.id_of(name))
        return found


def _behaviour(rules: Sequence[Any]) -> behavior.Behavior:
    return behavior.Behavior(rules, assumptions.load())


def statuses(target: Any) -> list[str]:
    """The statuses of a target's lifecycle events, in order."""
    return [event.status.value for event in target.events]


def order(deployment: Any) -> list[str]:
    """The names of the instances in the order in which they are reached."""
    return [target.name for target in deployment.targets]


def waves(deployment: Any) -> list[int]:
    """How many instances began at each instant at which any began."""
    counts: dict[int, int] = {}
    for target in deployment.targets:
        if target.started is not None:
            counts[target.started] = counts.get(target.started, 0) + 1
    return [counts[time] for time in sorted(counts)]


def in_flight(deployment: Any) -> int:
    """The most targets that were in progress at one time, by their own times."""
    edges = [(target.started, 1) for target in deployment.targets if target.started is not None]
    edges += [(target.ended, -1) for target in deployment.targets if target.started is not None]
    most = now = 0
    for _, change in sorted(edges):
        now += change
        most = max(most, now)
    return most
