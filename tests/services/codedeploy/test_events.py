"""EventBridge events and SNS triggers: docs/behaviour/codedeploy.md §12."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.calls import Answer, Call
from sim.core.problems import ServiceError
from tests.services.codedeploy.stage import ACCOUNT, REGION, Stage, bundle, hooks

ALL = "CodeDeployDefault.AllAtOnce"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:news"
GROUP_ARN = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deploymentgroup:shop/production"
APPLICATION_ARN = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:application:shop"
EVERY_TRIGGER = (
    "DeploymentStart",
    "DeploymentSuccess",
    "DeploymentFailure",
    "DeploymentStop",
    "DeploymentRollback",
    "InstanceStart",
    "InstanceSuccess",
    "InstanceFailure",
)
LAST_FAILS = {"hook": "ValidateService", "instances": {"position": [2]}, "deployment": [1], "fails": True}


# EventBridge


def heard(stage: Stage, files: dict[str, bytes], **parameters: Any) -> list[dict[str, Any]]:
    """The CodeDeploy events of one deployment."""
    stage.world.events = []
    stage.deploy(files, **parameters)
    return [event for event in stage.world.events if event["source"] == "aws.codedeploy"]


def states(events: list[dict[str, Any]], what: str) -> list[str]:
    kind = f"CodeDeploy {what} State-change Notification"
    return [event["detail"]["state"] for event in events if event["detail-type"] == kind]


def test_events_of_a_deployment_that_succeeds():
    stage = Stage(2)
    events = heard(stage, bundle())
    assert states(events, "Deployment") == ["START", "SUCCESS"]
    assert states(events, "Instance") == ["START", "START", "SUCCESS", "SUCCESS"]


def test_events_of_a_deployment_that_fails():
    stage = Stage(2, ALL, [{"hook": "Install", "fails": True}])
    events = heard(stage, bundle())
    assert states(events, "Deployment") == ["START", "FAILURE"]
    assert states(events, "Instance") == ["START", "START", "FAILURE", "FAILURE"]


def test_events_of_a_deployment_that_is_stopped():
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "5m"}])
    stage.world.events = []
    id = stage.create(hooks("AfterInstall"))
    stage.world.run(until=60_000)
    stage.call("StopDeployment", deploymentId=id)
    stage.world.run()
    assert states(stage.world.events, "Deployment") == ["START", "STOP"]


def test_a_deployment_event_to_the_letter():
    stage = Stage(1)
    event = heard(stage, bundle())[0]
    (deployment,) = stage.deployments()
    group = stage.call("GetDeploymentGroup", applicationName="shop", deploymentGroupName="production")
    assert event.pop("id")
    assert event.pop("time").startswith("2026-01-05T09:00:0")
    assert event == {
        "version": "0",
        "source": "aws.codedeploy",
        "detail-type": "CodeDeploy Deployment State-change Notification",
        "account": ACCOUNT,
        "region": REGION,
        "resources": [GROUP_ARN, APPLICATION_ARN],
        "detail": {
            "region": REGION,
            "state": "START",
            "application": "shop",
            "deploymentId": deployment.name,
            "instanceGroupId": group["deploymentGroupInfo"]["deploymentGroupId"],
            "deploymentGroup": "production",
        },
    }


def test_an_instance_event_names_the_instance():
    stage = Stage(1)
    event = next(event for event in heard(stage, bundle()) if "Instance" in event["detail-type"])
    (id,) = stage.ec2.instances
    assert event["detail"]["instanceId"] == id
    assert event["resources"] == [f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{id}", GROUP_ARN, APPLICATION_ARN]


def test_skipped_instances_are_no_event():
    stage = Stage(3)
    events = heard(stage, bundle(), deploymentConfigName=stage.config("three", "HOST_COUNT", 3))
    assert states(events, "Deployment") == ["START", "FAILURE"]
    assert states(events, "Instance") == []


# SNS triggers


class Topic:
    """Stands in for SNS: keeps what is published."""

    name = "sns"

    def __init__(self) -> None:
        self.published: list[tuple[Call, dict[str, Any]]] = []
        self.refuses = False

    def operation(self, name: str) -> Any:
        assert name == "Publish"
        return self.publish

    def publish(self, call: Call) -> Answer:
        if self.refuses:
            raise ServiceError("NotFound", "Topic does not exist")
        self.published.append((call, json.loads(call.parameters["Message"])))
        return {"MessageId": "1"}


def told(stage: Stage) -> Topic:
    topic = Topic()
    stage.world._services["sns", ACCOUNT, REGION] = topic  # type: ignore[assignment]
    return topic


def trigger(*events: str) -> dict[str, Any]:
    return {"triggerName": "news", "triggerTargetArn": TOPIC, "triggerEvents": list(events)}


def test_triggers_tell_of_deployments_and_instances():
    stage = Stage(1, ALL, triggerConfigurations=[trigger(*EVERY_TRIGGER)])
    topic = told(stage)
    stage.deploy()
    subjects = [call.parameters["Subject"] for call, _ in topic.published]
    id = stage.deployments()[0].name
    (instance,) = stage.ec2.instances
    assert subjects == [
        f"CREATED: AWS CodeDeploy {id} in {REGION} to shop",
        f"INPROGRESS: AWS CodeDeploy {id}, instance {instance}, in {REGION} to shop",
        f"SUCCEEDED: AWS CodeDeploy {id}, instance {instance}, in {REGION} to shop",
        f"SUCCEEDED: AWS CodeDeploy {id} in {REGION} to shop",
    ]
    assert all(call.via == "codedeploy.amazonaws.com" for call, _ in topic.published)
    assert all(call.parameters["TopicArn"] == TOPIC for call, _ in topic.published)


def test_a_deployment_trigger_to_the_letter():
    stage = Stage(2, ALL, [{"hook": "Install", "fails": True}], triggerConfigurations=[trigger("DeploymentFailure")])
    topic = told(stage)
    deployment = stage.deploy()
    ((_, message),) = topic.published
    assert message == {
        "region": REGION,
        "accountId": ACCOUNT,
        "eventTriggerName": "news",
        "applicationName": "shop",
        "deploymentId": deployment.name,
        "deploymentGroupName": "production",
        "createTime": "1767603600.000",
        "completeTime": f"{1767603600 + deployment.ended / 1000:.3f}",
        "deploymentOverview": {"Failed": "2", "InProgress": "0", "Pending": "0", "Skipped": "0", "Succeeded": "0"},
        "status": "Failed",
        "errorInformation": {"ErrorCode": "HEALTH_CONSTRAINTS", "ErrorMessage": deployment.error["message"]},
    }


def test_an_instance_trigger_to_the_letter():
    stage = Stage(
        1, ALL, [{"hook": "BeforeInstall", "fails": True}], triggerConfigurations=[trigger("InstanceFailure")]
    )
    topic = told(stage)
    (target,) = stage.deploy().targets
    ((_, message),) = topic.published
    rows = message.pop("lifecycleEvents")
    assert message == {
        "region": REGION,
        "accountId": ACCOUNT,
        "eventTriggerName": "news",
        "deploymentId": target.deployment.name,
        "instanceId": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{target.target_id}",
        "lastUpdatedAt": f"{1767603600 + target.ended / 1000:.3f}",
        "instanceStatus": "Failed",
    }
    assert [row["LifecycleEventStatus"] for row in rows] == ["Succeeded", "Succeeded", "Failed", *["Skipped"] * 4]
    failed = target.events[2]
    assert rows[2] == {
        "LifecycleEvent": "BeforeInstall",
        "LifecycleEventStatus": "Failed",
        "StartTime": f"{1767603600 + failed.started / 1000:.3f}",
        "EndTime": f"{1767603600 + failed.ended / 1000:.3f}",
    }
    assert set(rows[3]) == {"LifecycleEvent", "LifecycleEventStatus"}


def test_only_the_events_a_trigger_names_reach_it():
    stage = Stage(1, ALL, triggerConfigurations=[trigger("DeploymentFailure", "InstanceFailure")])
    topic = told(stage)
    stage.deploy()
    assert topic.published == []


def test_a_rollback_is_told_of():
    config = {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    wanted = trigger("DeploymentStart", "DeploymentFailure", "DeploymentRollback", "DeploymentSuccess")
    stage = Stage(
        1,
        ALL,
        [{"hook": "Install", "deployment": [1], "fails": True}],
        autoRollbackConfiguration=config,
        triggerConfigurations=[wanted],
    )
    stage.adopt()
    topic = told(stage)
    failed = stage.deploy(bundle(**{"site/index.html": "v2"}))
    rollback = stage.deployments()[1]
    assert [(message["deploymentId"], message["status"]) for _, message in topic.published] == [
        (failed.name, "Created"),
        (failed.name, "Failed"),
        (rollback.name, "Created"),
        (failed.name, "Failed"),
        (rollback.name, "Succeeded"),
    ]


@pytest.mark.parametrize("at", [0, 60_000], ids=["before the start", "in the middle"])
def test_a_stop_is_told_of(at):
    stage = Stage(1, ALL, [{"hook": "AfterInstall", "takes": "5m"}], triggerConfigurations=[trigger("DeploymentStop")])
    topic = told(stage)
    id = stage.create(hooks("AfterInstall"))
    stage.world.run(until=at)
    stage.call("StopDeployment", deploymentId=id)
    stage.world.run()
    assert [message["status"] for _, message in topic.published] == ["Stopped"]


def test_a_topic_that_is_gone_holds_up_nobody():
    stage = Stage(1, ALL, triggerConfigurations=[trigger(*EVERY_TRIGGER)])
    told(stage).refuses = True
    assert stage.deploy().status == "Succeeded"


def test_triggers_reach_the_outbox():
    stage = Stage(1, ALL, triggerConfigurations=[trigger("DeploymentSuccess")])
    stage.call("CreateTopic", "sns", Name="news")
    stage.call("Subscribe", "sns", TopicArn=TOPIC, Protocol="email", Endpoint="boss@example.com")
    stage.world.run()
    deployment = stage.deploy()
    mail = stage.world.journal.of("mail")[-1]
    assert mail["endpoint"] == "boss@example.com"
    assert mail["subject"] == f"SUCCEEDED: AWS CodeDeploy {deployment.name} in {REGION} to shop"
    assert mail["at"] > deployment.ended
