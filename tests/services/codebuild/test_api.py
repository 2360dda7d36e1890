"""CodeBuild's operations: docs/behaviour/codebuild.md §14."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.clock import MINUTE
from sim.core.problems import ServiceError
from tests.services.codebuild.workshop import ACCOUNT, ALICE, LINUX, PIPELINE, REGION, ROLE, Workshop, commands

FINE = commands(build=["make"])


def conforms(operation: str, answer: dict[str, Any]) -> None:
    """Whether an answer has the shape that botocore's model gives it."""
    import botocore.session
    from botocore.validate import ParamValidator

    model = botocore.session.get_session().get_service_model("codebuild")
    report = ParamValidator().validate(answer, model.operation_model(operation).output_shape)
    assert not report.has_errors(), report.generate_report()


# Projects


def test_a_project_comes_back_with_its_defaults() -> None:
    shop = Workshop(tags=[{"key": "team", "value": "web"}], badgeEnabled=True)
    answer = shop.call("BatchGetProjects", names=["shop", "none"])
    conforms("BatchGetProjects", answer)
    [project] = answer["projects"]
    assert answer["projectsNotFound"] == ["none"]
    assert project["arn"] == f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/shop"
    assert (project["timeoutInMinutes"], project["queuedTimeoutInMinutes"]) == (60, 480)
    assert project["cache"] == {"type": "NO_CACHE"}
    assert project["badge"] == {"badgeEnabled": True}
    assert project["encryptionKey"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/s3"
    assert project["environment"]["privilegedMode"] is False
    assert project["created"] == project["lastModified"]


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ServiceError, match="ResourceAlreadyExistsException"):
        Workshop().project("shop")


def test_updating_changes_what_is_given_and_keeps_the_rest() -> None:
    shop = Workshop(description="before")
    shop.world.run(until=MINUTE)
    answer = shop.call("UpdateProject", name="shop", timeoutInMinutes=5, environment=LINUX | {"privilegedMode": True})
    conforms("UpdateProject", answer)
    project = answer["project"]
    assert (project["timeoutInMinutes"], project["description"]) == (5, "before")
    assert project["environment"]["privilegedMode"] is True
    assert project["lastModified"] > project["created"]
    assert shop.run(FINE)["timeoutInMinutes"] == 5


def test_a_build_keeps_the_settings_it_was_started_with() -> None:
    shop = Workshop()
    id = shop.start(commands(build=["sleep 400"]))
    shop.call("UpdateProject", name="shop", timeoutInMinutes=5)
    shop.world.run()
    assert shop.build(id)["buildStatus"] == "SUCCEEDED"


def test_unknown_projects() -> None:
    shop = Workshop()
    for operation, parameters in (
        ("UpdateProject", {"name": "none"}),
        ("StartBuild", {"projectName": "none"}),
        ("ListBuildsForProject", {"projectName": "none"}),
        ("InvalidateProjectCache", {"projectName": "none"}),
    ):
        with pytest.raises(ServiceError, match="ResourceNotFoundException"):
            shop.call(operation, **parameters)


def test_deleting_a_project_leaves_its_builds() -> None:
    shop = Workshop()
    build = shop.run(FINE)
    shop.call("DeleteProject", name="shop")
    shop.call("DeleteProject", name="shop")
    assert shop.build(build["id"]) == build
    assert shop.call("ListBuildsForProject", projectName="shop")["ids"] == [build["id"]]


def test_projects_are_listed_in_order() -> None:
    shop = Workshop()
    for name in ("beta", "alpha"):
        shop.world.run(until=shop.world.now + MINUTE)
        shop.project(name)
    conforms("ListProjects", shop.call("ListProjects"))
    assert shop.call("ListProjects")["projects"] == ["alpha", "beta", "shop"]
    assert shop.call("ListProjects", sortOrder="DESCENDING")["projects"] == ["shop", "beta", "alpha"]
    assert shop.call("ListProjects", sortBy="CREATED_TIME")["projects"] == ["shop", "beta", "alpha"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "x"}, "Invalid project name"),
        ({"name": "a b"}, "Invalid project name"),
        ({"serviceRole": "build-role"}, "Invalid service role"),
        ({"timeoutInMinutes": 4}, "timeoutInMinutes: 4 is not between 5 and 2160"),
        ({"timeoutInMinutes": 2161}, "timeoutInMinutes"),
        ({"queuedTimeoutInMinutes": 481}, "queuedTimeoutInMinutes"),
        ({"autoRetryLimit": 11}, "autoRetryLimit"),
        ({"concurrentBuildLimit": 0}, "concurrentBuildLimit"),
        ({"concurrentBuildLimit": 21}, "concurrentBuildLimit"),
        ({"source": {"type": "NO_SOURCE"}}, "buildspec inline"),
        ({"source": {"type": "NO_SOURCE", "buildspec": "ci.yml"}}, "buildspec inline"),
        ({"source": {"type": "S3"}}, "location is required"),
        ({"source": {"type": "S3", "location": "bucket"}}, "not bucket/key"),
        ({"source": {"type": "CODECOMMIT", "location": "web"}}, "CodeCommit"),
        (
            {"source": {"type": "S3", "location": "a/b", "reportBuildStatus": True}},
            "reportBuildStatus is not allowed",
        ),
        ({"secondarySources": [{"type": "S3", "location": "a/b"}]}, "sourceIdentifier"),
        ({"artifacts": {"type": "S3"}}, "location is required"),
        ({"artifacts": {"type": "NO_ARTIFACTS", "encryptionDisabled": True}}, "encryptionDisabled"),
        ({"secondaryArtifacts": [{"type": "S3", "location": "store"}]}, "artifactIdentifier"),
        ({"secondaryArtifacts": [{"type": "CODEPIPELINE", "artifactIdentifier": "a"}]}, "CODEPIPELINE is not allowed"),
        ({"environment": LINUX | {"type": "LINUX_LAMBDA_CONTAINER"}}, "is not simulated"),
        ({"environment": LINUX | {"type": "WINDOWS_SERVER_2019_CONTAINER"}}, "is not simulated"),
        ({"environment": LINUX | {"computeType": "BUILD_LAMBDA_1GB"}}, "not a compute type of LINUX_CONTAINER"),
        ({"environment": LINUX | {"fleet": {"fleetArn": "arn:aws:codebuild:x"}}}, "fleets"),
        ({"environment": {"type": "LINUX_CONTAINER", "image": "x"}}, "computeType is required"),
        ({"environment": LINUX | {"environmentVariables": [{"name": "A"}]}}, "needs a name and a value"),
        ({"vpcConfig": {"vpcId": "vpc-1"}}, "at least one subnet"),
        ({"source": {}}, "source is required"),
    ],
)
def test_what_is_refused_of_a_project(changes: dict[str, Any], message: str) -> None:
    shop = Workshop()
    with pytest.raises(ServiceError, match=message) as refused:
        shop.project(**{"name": "new", **changes})
    assert refused.value.code == "InvalidInputException"
    assert shop.call("ListProjects")["projects"] == ["shop"]


# Builds


def test_ids_numbers_and_arns() -> None:
    shop = Workshop()
    first, second = shop.run(FINE), shop.run()
    assert first["id"].startswith("shop:")
    assert first["arn"] == f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{first['id']}"
    assert (first["buildNumber"], second["buildNumber"]) == (1, 2)
    assert first["id"] != second["id"]


def test_answers_have_the_shapes_of_the_model() -> None:
    shop = Workshop("{command: make, fails: true}", autoRetryLimit=1, artifacts={"type": "S3", "location": "store"})
    text = FINE + "artifacts: {files: [buildspec.yml]}\n"
    shop.source({"buildspec.yml": text.encode()})
    started = shop.call("StartBuild", projectName="shop")
    conforms("StartBuild", started)
    shop.world.run()
    conforms("BatchGetBuilds", shop.call("BatchGetBuilds", ids=[started["build"]["id"], "shop:none"]))
    conforms("RetryBuild", shop.call("RetryBuild", id=started["build"]["id"]))
    conforms("StopBuild", shop.call("StopBuild", id=shop.start()))
    conforms("ListBuilds", shop.call("ListBuilds"))
    conforms("ListBuildsForProject", shop.call("ListBuildsForProject", projectName="shop"))
    conforms("BatchDeleteBuilds", shop.call("BatchDeleteBuilds", ids=[started["build"]["id"]]))
    conforms("ListCuratedEnvironmentImages", shop.call("ListCuratedEnvironmentImages"))


def test_builds_may_be_named_by_their_arns() -> None:
    shop = Workshop()
    build = shop.run(FINE)
    answer = shop.call("BatchGetBuilds", ids=[build["arn"], "shop:none"])
    assert answer == {"builds": [build], "buildsNotFound": ["shop:none"]}
    assert shop.call("StopBuild", id=build["arn"])["build"] == build


def test_builds_are_listed_from_the_latest() -> None:
    shop = Workshop()
    shop.project("other")
    first, second = shop.run(FINE)["id"], shop.run()["id"]
    other = shop.call("StartBuild", projectName="other")["build"]["id"]
    assert shop.call("ListBuilds")["ids"] == [other, second, first]
    assert shop.call("ListBuilds", sortOrder="ASCENDING")["ids"] == [first, second, other]
    assert shop.call("ListBuildsForProject", projectName="shop")["ids"] == [second, first]


def test_a_retry_is_a_new_build_with_the_same_settings() -> None:
    shop = Workshop()
    first = shop.run(FINE, environmentVariablesOverride=[{"name": "A", "value": "1"}])
    shop.call("UpdateProject", name="shop", timeoutInMinutes=10)
    again = shop.call("RetryBuild", id=first["id"])["build"]
    assert again["id"] != first["id"]
    assert again["buildNumber"] == 2
    assert again["environment"] == first["environment"]
    assert again["timeoutInMinutes"] == 60
    shop.world.run()
    assert shop.build(again["id"])["buildStatus"] == "SUCCEEDED"


def test_unknown_builds() -> None:
    shop = Workshop()
    for operation in ("StopBuild", "RetryBuild"):
        with pytest.raises(ServiceError, match="ResourceNotFoundException"):
            shop.call(operation, id="shop:none")


def test_deleting_builds() -> None:
    shop = Workshop()
    done = shop.run(FINE)
    running = shop.start()
    answer = shop.call("BatchDeleteBuilds", ids=[done["id"], running])
    assert answer["buildsDeleted"] == [done["arn"]]
    assert answer["buildsNotDeleted"] == [{"id": running, "statusCode": "BUILD_IN_PROGRESS"}]
    assert shop.call("ListBuilds")["ids"] == [running]
    shop.world.run()
    assert shop.build(running)["buildNumber"] == 2


def test_the_same_token_starts_one_build() -> None:
    shop = Workshop()
    first = shop.start(FINE, idempotencyToken="t")
    assert shop.start(idempotencyToken="t") == first
    with pytest.raises(ServiceError, match="InvalidInputException"):
        shop.start(idempotencyToken="t", timeoutInMinutesOverride=5)
    shop.world.run()
    shop.world.run(until=shop.world.now + 5 * MINUTE + 1)
    assert shop.start(idempotencyToken="t") != first


def test_overrides_change_one_build_only() -> None:
    shop = Workshop()
    build = shop.run(
        FINE,
        imageOverride="aws/codebuild/standard:6.0",
        computeTypeOverride="BUILD_GENERAL1_LARGE",
        privilegedModeOverride=True,
        timeoutInMinutesOverride=7,
        queuedTimeoutInMinutesOverride=8,
        encryptionKeyOverride="alias/own",
        serviceRoleOverride=f"{ROLE}-2",
        sourceVersion="null",
    )
    assert build["environment"]["image"] == "aws/codebuild/standard:6.0"
    assert build["environment"]["computeType"] == "BUILD_GENERAL1_LARGE"
    assert build["environment"]["privilegedMode"] is True
    assert (build["timeoutInMinutes"], build["queuedTimeoutInMinutes"]) == (7, 8)
    assert (build["encryptionKey"], build["serviceRole"]) == ("alias/own", f"{ROLE}-2")
    assert shop.build(shop.start())["environment"]["image"] == LINUX["image"]
    entity = shop.entity(build["id"])
    assert (entity.environment_type, entity.compute_type) == ("LINUX_CONTAINER", "BUILD_GENERAL1_LARGE")


def test_another_source_type_needs_a_place_of_its_own() -> None:
    shop = Workshop()
    with pytest.raises(ServiceError, match="location is required for type CODECOMMIT"):
        shop.start(sourceTypeOverride="CODECOMMIT")
    build = shop.run(sourceTypeOverride="NO_SOURCE", buildspecOverride=FINE)
    assert build["buildStatus"] == "SUCCEEDED"
    assert "location" not in build["source"]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"timeoutInMinutesOverride": 1}, "timeoutInMinutes"),
        ({"debugSessionEnabled": True}, "sessions"),
        ({"fleetOverride": {"fleetArn": "arn:aws:codebuild:x"}}, "fleets"),
        ({"environmentTypeOverride": "MAC_ARM"}, "not simulated"),
    ],
)
def test_what_is_refused_of_a_build(overrides: dict[str, Any], message: str) -> None:
    shop = Workshop()
    with pytest.raises(ServiceError, match=message) as refused:
        shop.start(**overrides)
    assert refused.value.code == "InvalidInputException"
    assert shop.call("ListBuilds")["ids"] == []


def test_what_this_version_has_not() -> None:
    shop = Workshop()
    for operation in ("StartBuildBatch", "CreateReportGroup", "CreateWebhook", "CreateFleet", "StartSandbox"):
        with pytest.raises(ServiceError, match=f"{operation} is not an operation that this simulator answers"):
            shop.call(operation)


@pytest.mark.parametrize(
    ("by", "via", "initiator"),
    [
        (ALICE, "", "alice"),
        (f"arn:aws:iam::{ACCOUNT}:user/team/bob", "", "bob"),
        (f"arn:aws:iam::{ACCOUNT}:root", "", "root"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/bob", "", "Admin/bob"),
        (PIPELINE, "codepipeline.amazonaws.com", "codepipeline/shop"),
    ],
)
def test_who_started_it(by: str, via: str, initiator: str) -> None:
    shop = Workshop()
    shop.source({"buildspec.yml": FINE.encode()})
    build = shop.call("StartBuild", by=by, via=via, projectName="shop")["build"]
    assert build["initiator"] == initiator
    shop.world.run()
    assert shop.entity(build["id"]).environment["CODEBUILD_INITIATOR"] == initiator


# Logs (§2.8, §9.1)


def test_where_the_log_is_shown() -> None:
    shop = Workshop()
    shop.source({"buildspec.yml": FINE.encode()})
    build = shop.call("StartBuild", projectName="shop")["build"]
    assert build["logs"]["deepLink"].endswith("group=null;stream=null")
    assert "groupName" not in build["logs"]
    shop.world.run()
    logs = shop.build(build["id"])["logs"]
    uuid = build["id"].partition(":")[2]
    assert (logs["groupName"], logs["streamName"]) == ("/aws/codebuild/shop", uuid)
    assert logs["cloudWatchLogsArn"].endswith(f"log-group:/aws/codebuild/shop:log-stream:{uuid}")


def test_the_group_and_the_streams_prefix_may_be_given() -> None:
    config = {"cloudWatchLogs": {"status": "ENABLED", "groupName": "builds", "streamName": "shop"}}
    shop = Workshop(logsConfig=config)
    build = shop.run(FINE)
    assert build["logs"]["groupName"] == "builds"
    assert build["logs"]["streamName"] == f"shop/{build['id'].partition(':')[2]}"


def test_logs_may_go_to_s3_or_nowhere() -> None:
    from gzip import decompress

    off = {"cloudWatchLogs": {"status": "DISABLED"}}
    shop = Workshop(logsConfig=off)
    build = shop.run(commands(build=["echo hello"]))
    assert shop.service.log(build["id"]) == []
    assert "groupName" not in build["logs"]
    shop = Workshop(logsConfig=off | {"s3Logs": {"status": "ENABLED", "location": "store/logs"}})
    build = shop.run(commands(build=["echo hello"]))
    uuid = build["id"].partition(":")[2]
    assert build["logs"]["s3LogsArn"] == f"arn:aws:s3:::store/logs/{uuid}.gz"
    assert "hello\n" in decompress(shop.stored(f"logs/{uuid}.gz")).decode()


def test_the_log_tells_the_build_line_by_line() -> None:
    shop = Workshop()
    id = shop.run(commands(build=["echo hello", "make"]))["id"]
    rows = shop.service.log(id)
    first = rows[0]
    assert first == {"timestamp": 21_000, "message": "[Container] 2026/01/05 09:00:21 Waiting for agent ping"}
    times = [row["timestamp"] for row in rows]
    assert times == sorted(times)
    told = shop.told(id)
    at = told.index("Entering phase BUILD")
    assert told[at : at + 5] == [
        "Entering phase BUILD",
        "Running command echo hello",
        "Running command make",
        "Phase complete: BUILD State: SUCCEEDED",
        "Phase context status code:  Message: ",
    ]
    assert shop.log(id) == ["hello"]
