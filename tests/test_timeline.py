"""The timeline: each kind of step does what it says, when it says, as whom it says."""

from pathlib import Path
from typing import Any

import pytest

from sim import Cloud
from sim.core.problems import ProblemsError
from sim.formats.scenario import scenario_from_document
from sim.scenario import Scenario
from tests.services.codedeploy.stage import ROLE_ARN, SERVICE_ROLE

BASE = Path(__file__).parent.parent / "data" / "scenarios"


def play(timeline: list[dict[str, Any]], audit: bool = False, **members: Any) -> Cloud:
    document: dict[str, Any] = {
        "template": "../templates/web-fleet.yaml",
        "repositories": {"web": "../apps/web"},
        "history": [{"group": "web/production", "revision": "../apps/web-v0"}],
        "timeline": timeline,
        **members,
    }
    return Scenario(scenario_from_document(document, BASE)).compile().run(audit=audit)


def executions(cloud: Cloud) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.result()["pipelines"][0]["executions"]
    return found


def test_a_push_starts_the_pipeline_and_is_its_authors() -> None:
    cloud = play([{"at": "90s", "push": {"repository": "web", "author": "alice"}}], audit=True)
    (step,) = cloud.result()["steps"]
    assert step["at"] == 90.0
    (execution,) = executions(cloud)
    assert execution["revisions"][0]["revisionId"] == step["answer"]["commitId"]
    assert execution["started"] > 90
    push = cloud.result(audit=True)["audit"][0]
    assert (push["eventName"], push["userIdentity"]["userName"]) == ("GitPush", "alice")


def test_a_push_can_delete_files() -> None:
    cloud = play([{"at": 0, "push": {"repository": "web", "files": {"src/style.css": None, "new.txt": "x"}}}])
    paths = [row["absolutePath"] for row in _folder(cloud, "/")]
    assert "new.txt" in paths
    assert "src/style.css" not in [row["absolutePath"] for row in _folder(cloud, "src")]


def _folder(cloud: Cloud, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.call("codecommit", "GetFolder", repositoryName="web", folderPath=path)["files"]
    return found


def test_an_approval_that_is_given_early_waits_for_its_moment() -> None:
    approve = {"pipeline": "web", "stage": "Release", "action": "Approve", "by": "bob", "summary": "looks good"}
    cloud = play(
        [{"at": "1s", "approve": approve}, {"at": "2s", "push": {"repository": "web"}}],
        parameters={"WithApproval": True},
    )
    (execution,) = executions(cloud)
    action = execution["stages"][2]["actions"][0]
    assert (execution["status"], action["status"]) == ("Succeeded", "Succeeded")
    step = next(row for row in cloud.result()["steps"] if row["step"].startswith("approve"))
    assert step["at"] == action["started"] == action["ended"]


def test_approvals_of_a_parallel_pipeline_are_answered_oldest_first() -> None:
    approve = {"pipeline": "web", "stage": "Release", "action": "Approve", "by": "bob"}
    plan = Scenario(
        scenario_from_document(
            {
                "template": "../templates/web-fleet.yaml",
                "parameters": {"WithApproval": True},
                "repositories": {"web": "../apps/web"},
                "timeline": [
                    {"at": "1s", "push": {"repository": "web", "files": {"a": "1"}}},
                    {"at": "20s", "push": {"repository": "web", "files": {"a": "2"}}},
                    {"at": "20m", "approve": {**approve, "result": "Rejected"}},
                    {"at": "21m", "approve": approve},
                ],
            },
            BASE,
        )
    ).compile()
    cloud = plan.start()
    pipeline = cloud.call("codepipeline", "GetPipeline", name="web")["pipeline"]
    cloud.call(
        "codepipeline", "UpdatePipeline", pipeline={**pipeline, "pipelineType": "V2", "executionMode": "PARALLEL"}
    )
    cloud.run()
    assert [one["status"] for one in executions(cloud)] == ["Failed", "Succeeded"]


def test_a_call_may_speak_of_what_came_of_the_run_so_far() -> None:
    stop = {
        "service": "codedeploy",
        "operation": "StopDeployment",
        "parameters": {"deploymentId": "${deployments[-1].deploymentId}", "autoRollbackEnabled": False},
    }
    cloud = play(
        [{"at": 0, "push": {"repository": "web"}}, {"at": "4m", "call": stop, "as": "carol"}],
        audit=True,
        behavior=[{"hook": "BeforeInstall", "takes": "5m"}],
    )
    (deployment,) = cloud.result()["deployments"]
    assert deployment["status"] == "Stopped"
    stopped = next(one for one in cloud.result(audit=True)["audit"] if one["eventName"] == "StopDeployment")
    assert stopped["userIdentity"]["userName"] == "carol"
    assert stopped["requestParameters"]["deploymentId"] == deployment["deploymentId"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"deploymentId": "d-NOTTHERE1"}, "DeploymentDoesNotExistException"),
        ({"deploymentId": "${deployments[7].deploymentId}"}, "ExpressionError"),
        ({"deploymentId": "d-${deployments[7].deploymentId}"}, "ExpressionError"),
        ({"deploymentId": "${length(quiet)}"}, "ExpressionError"),
        ({"deployment": "x"}, "ParamValidationError"),
    ],
)
def test_a_refused_call_is_told_and_stops_nothing(parameters: dict[str, Any], code: str) -> None:
    call = {"service": "codedeploy", "operation": "StopDeployment", "parameters": parameters}
    cloud = play([{"at": 0, "call": call}, {"at": "1s", "push": {"repository": "web"}}])
    refused, pushed = cloud.result()["steps"]
    assert refused["error"]["Code"] == code
    assert len(cloud.unapplied) == (code == "ExpressionError"), "a call that was never made came to nothing"
    assert "answer" in pushed
    assert executions(cloud)[0]["status"] == "Succeeded"


def test_a_group_is_scaled_and_an_instance_stops() -> None:
    cloud = play(
        [
            {"at": "1m", "scale": {"group": "web", "desired": 4}},
            {"at": "2m", "instance": {"name": "web-1", "state": "stopped"}},
            {"at": "3m", "instance": {"name": "web-9", "state": "stopped"}},
        ],
        until="10m",
    )
    result = cloud.result()
    assert [host["name"] for host in result["fleet"]] == ["web-1", "web-2", "web-3", "web-4"]
    assert [step.get("error", {}).get("Code") for step in result["steps"]] == [None, None, "InvalidInstanceID.NotFound"]


def test_an_upload_puts_a_bundle_that_can_be_deployed() -> None:
    document = {
        "Resources": {
            "Bundles": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "bundles"}},
            "Role": SERVICE_ROLE,
            "App": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ApplicationName": "app"}},
            "Fleet": {"Type": "Sim::EC2::Fleet", "Properties": {"Name": "host", "Count": 2, "Tags": {"Role": "web"}}},
            "Group": {
                "Type": "AWS::CodeDeploy::DeploymentGroup",
                "Properties": {
                    "ApplicationName": {"Ref": "App"},
                    "DeploymentGroupName": "all",
                    "ServiceRoleArn": ROLE_ARN,
                    "Ec2TagFilters": [{"Key": "Role", "Value": "web", "Type": "KEY_AND_VALUE"}],
                },
            },
        },
        "timeline": [
            {"at": 0, "upload": {"bucket": "bundles", "key": "web.zip", "folder": "../apps/web-v0"}},
            {
                "at": "1s",
                "call": {
                    "service": "codedeploy",
                    "operation": "CreateDeployment",
                    "parameters": {
                        "applicationName": "app",
                        "deploymentGroupName": "all",
                        "revision": {
                            "revisionType": "S3",
                            "s3Location": {"bucket": "bundles", "key": "web.zip", "bundleType": "zip"},
                        },
                    },
                },
            },
        ],
    }
    cloud = Scenario(scenario_from_document(document, BASE)).compile().run()
    (deployment,) = cloud.result()["deployments"]
    assert deployment["status"] == "Succeeded"
    assert "/var/www/web/version.txt" in cloud.files("host-2")


def test_a_step_repeats_until_its_end_at_intervals_that_depend_on_the_seed() -> None:
    step = {"every": {"exponential": "10m"}, "until": "1h", "push": {"repository": "web"}}
    one, same, other = (
        [row["at"] for row in play([step], until="2h", seed=seed).result()["steps"]] for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other
    assert one
    assert max(one) <= 3600


def test_a_step_more_at_the_end_of_the_file_changes_no_other_steps_luck() -> None:
    repeated = {"at": "1m", "every": {"exponential": "10m"}, "until": "1h", "push": {"repository": "web"}}
    early = {"at": "1s", "push": {"repository": "web", "branch": "other"}}
    alone, with_another = (play(steps, until="2h").result()["steps"] for steps in ([repeated], [repeated, early]))
    assert [row["at"] for row in with_another if "other" not in row["step"]] == [row["at"] for row in alone]
    assert len(with_another) == len(alone) + 1


def test_two_steps_at_one_instant_come_in_the_order_of_the_file() -> None:
    cloud = play([{"at": "1s", "push": {"repository": "web", "files": {"a": text}}} for text in ("1", "2")])
    head = cloud.call("codecommit", "GetFile", repositoryName="web", filePath="a")
    assert head["fileContent"] == b"2"


ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {
        "AlarmName": "Errors",
        "Namespace": "AWS/ApplicationELB",
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Dimensions": [{"Name": "LoadBalancer", "Value": "app/web"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 5,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    },
}


def alarm_moves(cloud: Cloud) -> list[tuple[int, str]]:
    moves = cloud.world.journal.moves()
    return [(move.time // 1000, str(move.status)) for move in moves if move.entity.kind == "alarm"]


def test_an_alarm_that_the_timeline_sets_stays_so_until_its_next_step() -> None:
    cloud = play(
        [
            {"at": "90s", "alarm": {"name": "Errors", "state": "ALARM"}},
            {"at": "10m", "alarm": {"name": "Errors", "state": "OK"}},
            {"at": "11m", "alarm": {"name": "Erors", "state": "OK"}},
        ],
        Resources={"Alarm": ALARM},
        until="1h",
    )
    assert alarm_moves(cloud) == [(90, "ALARM"), (600, "OK")]
    first, _, last = cloud.result()["steps"]
    assert first == {"at": 90.0, "step": "alarm name Errors, state ALARM"}
    assert last["error"]["Code"] == "ResourceNotFound"


def test_a_metric_of_the_timeline_sets_off_an_alarm_at_the_end_of_its_period() -> None:
    metric = {
        "namespace": "AWS/ApplicationELB",
        "name": "HTTPCode_Target_5XX_Count",
        "value": 7.5,
        "dimensions": {"LoadBalancer": "app/web"},
    }
    steps = [{"at": "90s", "metric": metric}, {"at": "100s", "metric": {**metric, "dimensions": {}}}]
    cloud = play(steps, Resources={"Alarm": ALARM}, until="10m")
    assert alarm_moves(cloud) == [(120, "ALARM"), (300, "OK")]
    assert "greater than 5.0" in str(cloud.explain("Errors"))
    assert len(cloud.client("cloudwatch").list_metrics()["Metrics"]) == 2
    quiet = play(steps, Resources={"Alarm": ALARM})
    assert (quiet.world.now, alarm_moves(quiet)) == (100_000, [])


def test_two_early_approvals_answer_two_executions() -> None:
    approve = {"pipeline": "web", "stage": "Release", "action": "Approve", "by": "bob"}
    cloud = play(
        [
            {"at": "1s", "approve": approve},
            {"at": "2s", "approve": approve},
            {"at": "3s", "push": {"repository": "web", "files": {"a": "1"}}},
            {"at": "10m", "push": {"repository": "web", "files": {"a": "2"}}},
        ],
        parameters={"WithApproval": True},
    )
    assert [one["status"] for one in executions(cloud)] == ["Succeeded", "Succeeded"]
    assert not any("error" in step for step in cloud.result()["steps"])
    assert cloud.unapplied == []


@pytest.mark.parametrize(
    "step",
    [
        {"at": 0, "push": {"repository": "wbe"}},
        {"at": 0, "instance": {"name": "web-9", "state": "stopped"}},
        {"at": 0, "scale": {"group": "nope", "desired": 2}},
        {"every": "1h", "until": "10m", "push": {"repository": "web"}},
    ],
    ids=lambda step: next(key for key in step if key not in ("at", "every", "until")),
)
def test_what_is_refused_or_never_comes_has_not_applied_but_a_refused_call_has(step: dict[str, Any]) -> None:
    call = {"service": "codedeploy", "operation": "GetDeployment", "parameters": {"deploymentId": "d-NOTTHERE1"}}
    cloud = play([step, {"at": "1s", "call": call}], until="30m")
    assert [one.kind for one in cloud.unapplied] == [next(key for key in step if key not in ("at", "every", "until"))]


@pytest.mark.parametrize(
    ("service", "operation", "message"),
    [
        ("codedeploy", "createDeployment", "did you mean CreateDeployment?"),
        ("codedeplyo", "CreateDeployment", "is not a service of AWS"),
        ("lambda", "Invoke", "is not simulated"),
    ],
)
def test_a_call_of_what_is_not_there_is_a_problem_before_anything_runs(
    service: str, operation: str, message: str
) -> None:
    with pytest.raises(ProblemsError, match="SC203") as caught:
        play([{"at": 0, "call": {"service": service, "operation": operation, "parameters": {}}}])
    assert message in str(caught.value)
