"""What holds in every scenario: fleets, zones, scaling, alarms, machines of one's own, stops, failures, luck.

A failing example prints the scenario that replays it: save it in data/scenarios and `codesuite run` it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import seed as fixed_seed
from hypothesis import strategies as st

from sim import Cloud
from sim.analysis.result import dumps
from sim.core.problems import ServiceError
from sim.formats import shipped
from sim.formats.scenario import scenario_from_document, scenario_from_text
from sim.scenario import Scenario
from sim.services.codedeploy.process import Rollout, minimum_of_zone
from sim.services.codedeploy.resources import Deployment
from tests.services.codedeploy.stage import INSTANCE_ROLE, ROLE_ARN, SERVICE_ROLE
from tests.services.codedeploy.test_properties import check_ends

BASE = shipped.root() / "scenarios"
ONE, HALF, ALL = (f"CodeDeployDefault.{name}" for name in ("OneAtATime", "HalfAtATime", "AllAtOnce"))
NAMES = {"applicationName": "web", "deploymentGroupName": "production"}
ROLLBACK_EVENTS = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")
HOOKS = ("ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "ApplicationStart", "ValidateService")

Document = dict[str, Any]


def revision(key: str) -> Document:
    return {"revisionType": "S3", "s3Location": {"bucket": "bundles", "key": key, "bundleType": "zip"}}


def fixed(kind: str, **properties: Any) -> Document:
    return {"Type": kind, "Properties": properties}


def call(operation: str, service: str = "codedeploy", **parameters: Any) -> Document:
    return {"call": {"service": service, "operation": operation, "parameters": parameters}}


STOP = {"deploymentId": "${deployments[-1].deploymentId}"}
MEANWHILE = {
    "stop": call("StopDeployment", **STOP),
    "stop and roll back": call("StopDeployment", **STOP, autoRollbackEnabled=True),
    "red": {"alarm": {"name": "errors", "state": "ALARM"}},
    "green": {"alarm": {"name": "errors", "state": "OK"}},
    "no alarm": call("DeleteAlarms", "cloudwatch", AlarmNames=["errors"]),
    "no configuration": call("DeleteDeploymentConfig", deploymentConfigName="custom"),
    "no group": call("DeleteDeploymentGroup", **NAMES),
    "no application": call("DeleteApplication", applicationName="web"),
}
"""What people do while deployments are under way."""
OFTEN = ("stop", "stop and roll back", "red", "red", "red", "no alarm", "no alarm", "no configuration", "green")


MINIMUMS = {"HOST_COUNT": [0, 0, 1, 1, 2, 6], "FLEET_PERCENT": [0, 34, 50, 50, 75, 99]}
BALANCED = {
    "DeploymentStyle": {"DeploymentType": "IN_PLACE", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
    "LoadBalancerInfo": {"TargetGroupInfoList": [{"Name": "web"}]},
}


@st.composite
def configurations(draw: st.DrawFn, zonal: bool) -> Document:
    """A deployment configuration of one's own, with zones or without."""
    kind = draw(st.sampled_from(["HOST_COUNT", "FLEET_PERCENT"]))
    found: Document = {
        "DeploymentConfigName": "custom",
        "MinimumHealthyHosts": {"Type": kind, "Value": draw(st.sampled_from(MINIMUMS[kind]))},
    }
    if zonal and draw(st.integers(0, 3)):
        found["ZonalConfig"] = draw(
            st.fixed_dictionaries(
                {"MonitorDurationInSeconds": st.sampled_from([0, 60, 300])},
                optional={
                    "FirstZoneMonitorDurationInSeconds": st.integers(0, 300),
                    "MinimumHealthyHostsPerZone": st.fixed_dictionaries(
                        {"Type": st.just("HOST_COUNT"), "Value": st.sampled_from([0, 0, 1, 2])}
                    ),
                },
            )
        )
    return fixed("AWS::CodeDeploy::DeploymentConfig", **found)


@st.composite
def steps(draw: st.DrawFn, fleet: list[str], scaled: bool) -> list[Document]:
    """Deployments, and what people do meanwhile."""
    found: list[Document] = []
    starts = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        starts.append((number - 1) * draw(st.sampled_from([1, 25])) * 60)
        key, at = f"v{number}.zip", f"{starts[-1]}s"
        found.append({"at": at, "upload": {"bucket": "bundles", "key": key, "folder": "../apps/web-v0"}})
        asked: Document = {**NAMES, "revision": revision(key)}
        if draw(st.booleans()):
            asked["ignoreApplicationStopFailures"] = True
        found.append({"at": at, **call("CreateDeployment", **asked)})
    # while a deployment is under way, or at any time
    begun = st.tuples(st.sampled_from(starts), st.integers(3, 60)).map(sum)
    moments = st.one_of(begun, begun, st.integers(0, 60 * 60)).map(lambda seconds: f"{seconds}s")
    acts = st.sampled_from([*OFTEN, *OFTEN, *MEANWHILE])
    more = [st.tuples(moments, acts).map(lambda it: {"at": it[0], **MEANWHILE[it[1]]})]
    named = st.sampled_from([name for name in fleet if name.startswith("web")])
    states = st.sampled_from(["stopped", "running", "terminated"])
    more.append(
        st.tuples(moments, named, states).map(lambda it: {"at": it[0], "instance": {"name": it[1], "state": it[2]}})
    )
    if scaled:
        sizes = st.tuples(moments, st.integers(0, 4))
        more.append(sizes.map(lambda it: {"at": it[0], "scale": {"group": "scaled", "desired": it[1]}}))
    sort = draw(st.none() | st.sampled_from([*OFTEN, *MEANWHILE]))
    if sort is not None:
        found.append({"at": f"{draw(begun)}s", **MEANWHILE[sort]})
    count = draw(st.integers(0, 3))
    return found + draw(st.lists(st.one_of(more), min_size=count, max_size=count))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A scenario about one deployment group."""
    count, scaled = draw(st.integers(1, 6)), draw(st.none() | st.integers(0, 2))
    own = draw(st.sampled_from([0, 0, 1, 2]))
    zones = [f"us-east-1{letter}" for letter in "abc"[: draw(st.integers(1, 3))]]
    fleet = [f"web-{n}" for n in range(1, count + 1)] + [f"own-{n}" for n in range(1, own + 1)]
    tags = [{"Key": "App", "Value": "web", "Type": "KEY_AND_VALUE"}]
    group: Document = {
        "ApplicationName": {"Ref": "Application"},
        "DeploymentGroupName": "production",
        "ServiceRoleArn": ROLE_ARN,
        "DeploymentConfigName": draw(st.sampled_from([ONE, HALF, ALL, *[{"Ref": "Config"}] * 3])),
        "Ec2TagFilters": tags,
        "OutdatedInstancesStrategy": draw(st.sampled_from(["UPDATE", "IGNORE"])),
    }
    events = draw(st.just([*ROLLBACK_EVENTS]) | st.lists(st.sampled_from(ROLLBACK_EVENTS), unique=True))
    group["AutoRollbackConfiguration"] = {"Enabled": bool(events), "Events": events}
    if not draw(st.integers(0, 3)):
        group |= BALANCED
    if draw(st.integers(0, 3)):
        alarms = {"Enabled": True, "Alarms": [{"Name": "errors"}], "IgnorePollAlarmFailure": draw(st.booleans())}
        group["AlarmConfiguration"] = alarms
    resources: Document = {
        "Web": fixed("Sim::EC2::Fleet", Name="web", Count=count, Tags={"App": "web"}, AvailabilityZones=zones),
        "Bucket": fixed("AWS::S3::Bucket", BucketName="bundles"),
        "Role": SERVICE_ROLE,
        "Application": fixed("AWS::CodeDeploy::Application", ApplicationName="web"),
        "Config": draw(configurations(zonal=not own)),
        "Errors": fixed(
            "AWS::CloudWatch::Alarm",
            AlarmName="errors",
            Namespace="web",
            MetricName="Errors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
        ),
        "Group": fixed("AWS::CodeDeploy::DeploymentGroup", **group),
    }
    properties = resources["Group"]["Properties"]
    if own:
        resources["Own"] = fixed("Sim::OnPremises::Fleet", Name="own", Count=own, Tags={"App": "web"})
        properties["OnPremisesInstanceTagFilters"] = tags
    if scaled is not None:
        resources["InstanceRole"] = INSTANCE_ROLE
        resources["Profile"] = fixed("AWS::IAM::InstanceProfile", Roles=[{"Ref": "InstanceRole"}])
        template = {"LaunchTemplateData": {"IamInstanceProfile": {"Name": {"Ref": "Profile"}}}}
        resources["Template"] = fixed("AWS::EC2::LaunchTemplate", **template)
        sizes = {"MinSize": "0", "MaxSize": "5", "DesiredCapacity": str(scaled)}
        launch = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}
        resources["Scaled"] = fixed(
            "AWS::AutoScaling::AutoScalingGroup", AutoScalingGroupName="scaled", LaunchTemplate=launch, **sizes
        )
        properties["AutoScalingGroups"] = [{"Ref": "Scaled"}]
        properties["TerminationHookEnabled"] = draw(st.booleans())
    document: Document = {
        "title": "An example",
        "seed": draw(st.integers(0, 999)),
        "until": "2h",
        "Resources": resources,
        "timeline": draw(steps(fleet, scaled is not None)),
    }
    if draw(st.booleans()):
        document["choices"] = {"codedeploy.busy-group": "queue"}
    rules = [
        {"hook": name, "fails": draw(st.sampled_from([0.05, 0.3, 1.0]))}
        for name in draw(st.just([]) | st.lists(st.sampled_from(HOOKS), unique=True, max_size=2))
    ]
    if draw(st.integers(0, 3)):
        # longer than the script's own limit, or than the alarm takes to be seen
        rules.append(
            {"hook": "AfterInstall", "takes": draw(st.sampled_from(["50s", "10m", {"uniform": ["5s", "90s"]}]))}
        )
    silent = draw(st.just([]) | st.lists(st.sampled_from(fleet), unique=True, max_size=2))
    times = st.fixed_dictionaries({}, optional={"after": st.sampled_from(["10s", "40s"]), "before": st.just("70s")})
    rules += [{"hook": "BlockTraffic", "takes": "20s"}] if "LoadBalancerInfo" in group else []
    document["behavior"] = rules + [{"agent": name, "running": False, **draw(times)} for name in silent]
    if draw(st.integers(0, 3)):
        past = {"group": "web/production", "revision": "../apps/web-v0"}
        unhealthy = draw(st.just([]) | st.lists(st.sampled_from(fleet), unique=True))
        document["history"] = [past | ({"unhealthy": unhealthy} if unhealthy else {})]
    return document


def as_yaml(document: Document) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


Health = dict[int, dict[str, bool]]
"""Ordinal of a deployment -> who of its targets was healthy when it began."""


@pytest.fixture(scope="module")
def health() -> Iterator[Health]:
    """Filled whenever a deployment begins."""
    found: Health = {}
    begin: Callable[[Rollout], Any] = Rollout.reach_everyone

    def watched(self: Rollout) -> Any:
        group = self.deployment.group
        found[self.deployment.ordinal] = {
            target.target_id: group.member(target.target_id).healthy for target in self.deployment.targets
        }
        return begin(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rollout, "reach_everyone", watched)
        yield found


def played(document: Document) -> Cloud:
    return Scenario(scenario_from_document(document, BASE)).compile().run()


def check_pace(deployment: Deployment, healthy: dict[str, bool], zonal: Document | None) -> None:
    """Never more in flight than the rules allow, in the fleet and in each zone; one zone at a time."""
    hosts, minimum = len(deployment.targets), deployment.minimum
    zone_of = {target.target_id: target.host.zone for target in deployment.targets}
    sizes: dict[str, int] = {}
    for zone in zone_of.values():
        sizes[zone] = sizes.get(zone, 0) + 1
    now, taken = dict(healthy), set[str]()
    moves: list[tuple[int, int, int, str, bool]] = []
    for target in deployment.targets:
        if target.started is not None:
            assert target.ended is not None
            done = target.status == "Succeeded"
            moves.append((target.started, 1, target.position, target.target_id, done))
            moves.append((target.ended, 0, target.position, target.target_id, done))
    for _, begins, _, id, done in sorted(moves):
        if not begins:
            taken.remove(id)
            now[id] = done
            continue
        taken.add(id)
        assert len(taken) <= hosts - minimum
        in_service = [one for one, well in now.items() if well and one not in taken]
        assert not now[id] or len(in_service) >= minimum
        if zonal is not None:
            zone = zone_of[id]
            least = minimum_of_zone(zonal, sizes[zone])
            assert {zone_of[one] for one in taken} == {zone}
            assert len(taken) <= sizes[zone] - least
            assert not now[id] or sum(zone_of[one] == zone for one in in_service) >= least


def check_rollback(deployment: Deployment, events: list[str]) -> None:
    told = deployment.rollback_info or {}
    if deployment.creator == "codeDeployRollback":
        assert "rollbackDeploymentId" not in told, "no rollback of a rollback"
        return
    if "rollbackDeploymentId" in told:
        assert deployment.creator == "user"
        code = (deployment.error or {}).get("code")
        causes = {"ALARM_ACTIVE": "DEPLOYMENT_STOP_ON_ALARM", "MANUAL_STOP": "DEPLOYMENT_STOP_ON_REQUEST"}
        asked = deployment.rolls_back_if_stopped and deployment.status == "Stopped"
        assert asked or causes.get(code or "", "DEPLOYMENT_FAILURE") in events
        assert deployment.status in ("Failed", "Stopped")


def check_single(deployment: Deployment) -> None:
    """What CodeDeploy deploys by itself for Auto Scaling."""
    if deployment.creator in ("autoscaling", "autoscalingTermination"):
        assert len(deployment.targets) <= 1
        assert deployment.config == ONE
    if deployment.creator == "CodeDeployAutoUpdate":
        assert deployment.root is not None
        assert deployment.key == deployment.root.key


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(document=documents())
def test_what_always_holds_in_a_scenario(document: Document, health: Health) -> None:
    note("The scenario that replays it:\n" + as_yaml(document))
    health.clear()
    cloud = played(document)
    service: Any = cloud.world.service("codedeploy", cloud.account_id, cloud.region_name)
    group = document["Resources"]["Group"]["Properties"]
    zonal = document["Resources"]["Config"]["Properties"].get("ZonalConfig")
    for deployment in service.deployments.values():
        event(f"{deployment.creator} {deployment.status}")
        check_single(deployment)
        check_rollback(deployment, group["AutoRollbackConfiguration"]["Events"])
        if deployment.status not in deployment.final:
            continue
        assert deployment.ended is not None
        check_ends(cloud, deployment)
        if deployment.ordinal in health:
            zones = zonal if deployment.config == "custom" and deployment.creator != "codeDeployRollback" else None
            settings_ = None if zones is None else service.deployment_configs.get("custom")["zonalConfig"]
            check_pace(deployment, health[deployment.ordinal], settings_)
        elif deployment.targets:
            assert {target.status.value for target in deployment.targets} == {"Skipped"}
    busy = [one for one in service.deployments.values() if not one.of_auto_scaling and one.started is not None]
    for before, after in pairwise(sorted(busy, key=lambda one: one.started)):
        assert before.ended is not None, "one deployment to a group at a time"
        assert before.ended <= after.started


def everything(cloud: Cloud) -> list[Any]:
    """What every operation of CodeDeploy that reads answers at the end, or the code of its refusal."""
    answers: list[Any] = []

    def ask(operation: str, **parameters: Any) -> Any:
        try:
            answer = cloud.as_json(cloud.call("codedeploy", operation, **parameters))
        except ServiceError as error:
            answer = {"Code": error.code}
        answers.append([operation, answer])
        return answer

    application, group = {"applicationName": "web"}, {"deploymentGroupName": "production"}
    ids = ask("ListDeployments", **NAMES).get("deployments", [])
    for id in ids:
        ask("GetDeployment", deploymentId=id)
        targets = ask("ListDeploymentTargets", deploymentId=id).get("targetIds", [])
        if targets:
            ask("BatchGetDeploymentTargets", deploymentId=id, targetIds=targets)
            ask("GetDeploymentTarget", deploymentId=id, targetId=targets[0])
            ask("GetDeploymentInstance", deploymentId=id, instanceId=targets[0])
        ask("ListDeploymentInstances", deploymentId=id)
    ask("BatchGetDeployments", deploymentIds=ids[:25])
    ask("GetDeploymentGroup", **application, **group)
    ask("BatchGetDeploymentGroups", **application, deploymentGroupNames=["production"])
    ask("ListDeploymentGroups", **application)
    ask("GetApplication", **application)
    ask("BatchGetApplications", applicationNames=["web"])
    ask("ListApplications")
    for row in ask("ListApplicationRevisions", **application).get("revisions", []):
        ask("GetApplicationRevision", **application, revision=row)
    ask("GetDeploymentConfig", deploymentConfigName="custom")
    ask("ListDeploymentConfigs")
    ask("ListOnPremisesInstances")
    return answers


def shown(cloud: Cloud) -> set[str]:
    """What a run shows of all that the rules are about."""
    service: Any = cloud.world.service("codedeploy", cloud.account_id, cloud.region_name)
    found = {notice.why.rule.id for notice in cloud.world.journal.notices}
    found |= {why.rule.id for _, _, _, why in cloud.world.journal.entries}
    for deployment in service.deployments.values():
        found |= {deployment.creator, (deployment.error or {}).get("code", str(deployment.status))}
        found |= {"autoRollbackEnabled"} if deployment.rolls_back_if_stopped else set()
        root = (deployment.rollback_info or {}).get("rollbackTriggeringDeploymentId")
        if root is not None:
            found.add(f"rollback after {(service.deployments[root].error or {}).get('code')}")
            found |= {"rollback done"} if deployment.status == "Succeeded" else set()
        events = [event for target in deployment.targets for event in target.events]
        found |= {str((event.diagnostics or {}).get("errorCode")) for event in events}
    return found


WANTED = (
    *("Succeeded", "ALARM_ACTIVE", "MANUAL_STOP", "HEALTH_CONSTRAINTS", "HEALTH_CONSTRAINTS_INVALID"),
    *("codeDeployRollback", "autoscaling", "autoscalingTermination", "ScriptTimedOut", "ScriptFailed"),
    *("rollback after ALARM_ACTIVE", "rollback after MANUAL_STOP", "rollback after HEALTH_CONSTRAINTS"),
    *("rollback done", "autoRollbackEnabled", "codedeploy.rollback.tolerated", "codedeploy.rollback.no-second"),
    *("codedeploy.alarm.at-start", "codedeploy.alarm.active", "codedeploy.alarm.gone"),
    *("codedeploy.alarm.unknown-ignored", "codedeploy.rollback.group-gone", "codedeploy.traffic.given"),
    *("codedeploy.zone.begins", "codedeploy.zone.batch", "codedeploy.zone.bakes", "codedeploy.zone.ignored"),
    *("codedeploy.deployment.queued", "codedeploy.health.unhealthy-first", "codedeploy.health.batch"),
    *("codedeploy.agent.silent", "codedeploy.event.agent-restarted", "codedeploy.event.never-reported"),
)
AT_LEAST = 3
"""In so many of four hundred examples each of those is there."""


def test_examples_hold_what_they_are_for() -> None:
    """Four hundred examples, always the same ones, show all that the rules are about, and people do all they may."""
    seen: Counter[str] = Counter()

    @fixed_seed(1)
    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(documents())
    def look(document: Document) -> None:
        seen.update(shown(played(document)))
        acts = [{key: value for key, value in step.items() if key != "at"} for step in document["timeline"]]
        seen.update(name for name, act in MEANWHILE.items() if act in acts)

    look()
    assert {name: seen[name] for name in (*WANTED, *MEANWHILE) if seen[name] < AT_LEAST} == {}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(document=documents())
def test_a_plan_a_seed_and_what_people_did_reproduce_every_answer(document: Document) -> None:
    """… also from the text that a failing example prints."""
    note("The scenario that replays it:\n" + as_yaml(document))

    def answers(cloud: Cloud) -> str:
        found = cloud.result()
        del found["warnings"]  # they name the file and its lines
        found["answers"] = everything(cloud)
        return dumps(found)

    first = answers(played(document))
    again = scenario_from_text(as_yaml(document), BASE / "example.yml")
    second = answers(Scenario(again).compile().run())
    assert first == second


def test_a_failing_example_prints_its_scenario() -> None:
    @settings(max_examples=1, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(documents())
    def fails(document: Document) -> None:
        note("The scenario that replays it:\n" + as_yaml(document))
        raise AssertionError("it always fails")

    with pytest.raises(AssertionError) as error:
        fails()
    (told,) = [one for one in error.value.__notes__ if "replays it:" in one]
    text = told.partition("replays it:\n")[2]
    assert scenario_from_text(text, Path(BASE / "example.yml")).title == "An example"
