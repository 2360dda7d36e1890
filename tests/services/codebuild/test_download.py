"""Sources, buildspec and variables: docs/behaviour/codebuild.md §1.1, §1.10, §3, §7."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.codebuild.workshop import ACCOUNT, ALICE, LINUX, REGION, Workshop, commands, context, phases, spec

FINE = commands(build=["make"])


def source_dir(shop: Workshop, id: str) -> str:
    return str(shop.entity(id).environment["CODEBUILD_SRC_DIR"])


# Where the buildspec is (§1.1)


def test_the_default_is_buildspec_yml_in_the_root() -> None:
    shop = Workshop()
    build = shop.run(FINE)
    assert f"YAML location is {source_dir(shop, build['id'])}/buildspec.yml" in shop.told(build["id"])


@pytest.mark.parametrize("name", ["buildspec.yaml", "Buildspec.yml", "ci/buildspec.yml"])
def test_no_other_name_is_found(name: str) -> None:
    shop = Workshop()
    build = shop.run({name: FINE.encode()})
    path = f"{source_dir(shop, build['id'])}/buildspec.yml"
    assert context(build, "DOWNLOAD_SOURCE") == ("YAML_FILE_ERROR", f"stat {path}: no such file or directory")
    assert list(phases(build)) == [
        "SUBMITTED",
        "QUEUED",
        "PROVISIONING",
        "DOWNLOAD_SOURCE",
        "FINALIZING",
        "COMPLETED",
    ]
    assert phases(build)["DOWNLOAD_SOURCE"] == "FAILED"


def test_a_call_overrides_the_project_and_both_the_default() -> None:
    files = {
        "buildspec.yml": commands(build=["echo default"]).encode(),
        "ci/project.yml": commands(build=["echo project"]).encode(),
        "ci/call.yml": commands(build=["echo call"]).encode(),
    }
    place = {"type": "S3", "location": "store/source.zip"}
    shop = Workshop(source=place | {"buildspec": "ci/project.yml"})
    assert shop.log(shop.run(files)["id"]) == ["project"]
    assert shop.log(shop.run(buildspecOverride="ci/call.yml")["id"]) == ["call"]
    assert shop.log(shop.run(buildspecOverride="")["id"]) == ["default"]
    missing = shop.run(buildspecOverride="ci/none.yml")
    assert context(missing, "DOWNLOAD_SOURCE")[1].endswith("/ci/none.yml: no such file or directory")


@pytest.mark.parametrize(
    "text",
    [
        commands(build=["echo inline"]),
        '{"version": 0.2, "phases": {"build": {"commands": ["echo inline"]}}}',
        "phases: {build: {commands: [echo inline]}}\nversion: 0.2",
    ],
)
def test_an_inline_buildspec_ignores_the_one_in_the_source(text: str) -> None:
    shop = Workshop()
    build = shop.run(commands(build=["echo file"]), buildspecOverride=text)
    assert shop.log(build["id"]) == ["inline"]
    assert "YAML location is /codebuild/readonly/buildspec.yml" in shop.told(build["id"])


def test_a_buildspec_may_lie_in_s3() -> None:
    shop = Workshop()
    shop.call("PutObject", "s3", Bucket="store", Key="specs/a.yml", Body=commands(build=["echo s3"]).encode())
    assert shop.log(shop.run(FINE, buildspecOverride="arn:aws:s3:::store/specs/a.yml")["id"]) == ["s3"]
    build = shop.run(buildspecOverride="arn:aws:s3:::store/specs/b.yml")
    assert context(build, "DOWNLOAD_SOURCE")[0] == "YAML_FILE_ERROR"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 0.2\nphases: [build\n", "did not find expected|expected ',' or ']'"),
        ("phases: {build: {commands: [make]}}", "version is missing"),
        ("version: 0.3\nphases: {build: {commands: [make]}}", "version is '0.3'"),
        ("version: 0.2\n", "phases is missing"),
        ("version: 0.2\nphases: {build: {}}", "no commands"),
        ("version: 0.2\nphases: {build: {on-failure: STOP, commands: [make]}}", "on-failure"),
        (
            "version: 0.2\nphases:\n  build:\n    commands:\n      - echo a\n      - echo b: c\n",
            r"Expected Commands\[1\]",
        ),
        ("version: 0.2\nphases: {install: {runtime-versions: {}}}", "runtime-versions"),
        ("version: 0.2\nphases: {build: {commands: [a]}}\nartifacts: {name: x}", "files"),
    ],
)
def test_a_buildspec_that_is_refused_fails_the_download(text: str, message: str) -> None:
    shop = Workshop()
    build = shop.run(text)
    code, found = context(build, "DOWNLOAD_SOURCE")
    assert code == "YAML_FILE_ERROR"
    assert re.search(message, found)
    assert build["buildStatus"] == "FAILED"
    assert "Phase complete: DOWNLOAD_SOURCE State: FAILED" in shop.told(build["id"])


def test_an_old_image_demands_a_runtime() -> None:
    shop = Workshop(environment=LINUX | {"image": "aws/codebuild/standard:2.0"})
    build = shop.run(FINE)
    assert context(build, "DOWNLOAD_SOURCE") == (
        "YAML_FILE_ERROR",
        "This build image requires selecting at least one runtime version",
    )
    chosen = shop.run("version: 0.2\nphases: {install: {runtime-versions: {python: 3.8}}}")
    assert chosen["buildStatus"] == "SUCCEEDED"


def test_reports_are_told_to_be_left_out() -> None:
    shop = Workshop()
    build = shop.run(FINE + "reports: {unit: {files: ['*.xml']}}")
    assert build["buildStatus"] == "SUCCEEDED"
    assert any("test reports" in text for text in shop.assumed)


# Variables (§3)


def variable(name: str, value: str, type: str = "PLAINTEXT") -> dict[str, str]:
    return {"name": name, "value": value, "type": type}


def test_the_call_wins_over_the_project_and_the_project_over_the_buildspec() -> None:
    text = "version: 0.2\nenv: {variables: {A: spec, B: spec, C: spec}}\nphases: {build: {commands: ['echo $A $B $C']}}"
    shop = Workshop(environment=LINUX | {"environmentVariables": [variable("B", "project"), variable("C", "project")]})
    build = shop.run(text, environmentVariablesOverride=[variable("C", "call"), variable("D", "call")])
    assert shop.log(build["id"]) == ["spec project call"]
    shown = {one["name"]: one["value"] for one in build["environment"]["environmentVariables"]}
    assert shown == {"B": "project", "C": "call", "D": "call"}


def test_values_are_taken_literally() -> None:
    text = "version: 0.2\nenv: {variables: {A: '$HOME:/x'}}\nphases: {build: {commands: ['echo \"$A\"']}}"
    shop = Workshop()
    assert shop.log(shop.run(text)["id"]) == ["$HOME:/x"]


def test_version_0_1_spells_its_variables_otherwise() -> None:
    text = "version: 0.1\nenvironment_variables: {plaintext: {A: x}}\nphases: {build: {commands: ['echo $A']}}"
    shop = Workshop()
    assert shop.log(shop.run(text)["id"]) == ["x"]


def test_every_build_has_codebuilds_own_variables() -> None:
    shop = Workshop()
    id = shop.start_from_pipeline(FINE, artifactsOverride={"type": "NO_ARTIFACTS"})
    shop.world.run()
    build, found = shop.build(id), shop.entity(id).environment
    assert found["CODEBUILD_BUILD_ID"] == id
    assert found["CODEBUILD_BUILD_ARN"] == build["arn"]
    assert found["CODEBUILD_BUILD_NUMBER"] == "1"
    assert found["CODEBUILD_BUILD_IMAGE"] == "aws/codebuild/standard:7.0"
    assert found["CODEBUILD_BUILD_SUCCEEDING"] == "1"
    assert found["CODEBUILD_INITIATOR"] == "codepipeline/shop"
    assert found["CODEBUILD_SOURCE_VERSION"] == found["CODEBUILD_RESOLVED_SOURCE_VERSION"] == "0123456789abcdef"
    assert found["CODEBUILD_SOURCE_REPO_URL"] == ""
    assert found["CODEBUILD_START_TIME"] == "1767603600000"
    assert found["CODEBUILD_LOG_PATH"] == id.partition(":")[2]
    assert found["CODEBUILD_KMS_KEY_ID"].endswith("alias/aws/s3")
    assert found["CODEBUILD_SRC_DIR"].startswith("/codebuild/output/src")
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == REGION
    assert found["HOME"] == "/root"


def test_reserved_names_keep_their_values() -> None:
    text = "version: 0.2\nenv: {variables: {CODEBUILD_BUILD_NUMBER: '99'}}\nphases: {build: {commands: [make]}}"
    shop = Workshop()
    assert shop.entity(shop.run(text)["id"]).environment["CODEBUILD_BUILD_NUMBER"] == "1"


def test_the_resolved_version_is_there_only_after_the_download_and_not_for_s3() -> None:
    shop = Workshop()
    build = shop.run(FINE)
    assert "resolvedSourceVersion" not in build
    assert "CODEBUILD_RESOLVED_SOURCE_VERSION" not in shop.entity(build["id"]).environment
    id = shop.start_from_pipeline(FINE)
    shop.world.run(until=shop.world.now + 10_000)
    assert "CODEBUILD_RESOLVED_SOURCE_VERSION" not in shop.entity(id).environment


@pytest.mark.parametrize("place", ["project", "buildspec"])
def test_parameters_and_secrets_are_masked_and_told_of(place: str) -> None:
    shop = Workshop()
    if place == "project":
        text = commands(build=["echo $TOKEN $PASSWORD"])
        given: list[dict[str, str]] = [
            variable("TOKEN", "/CodeBuild/token", "PARAMETER_STORE"),
            variable("PASSWORD", "ci/password", "SECRETS_MANAGER"),
        ]
    else:
        text = (
            "version: 0.2\nenv: {parameter-store: {TOKEN: /CodeBuild/token}, secrets-manager: {PASSWORD: ci/password}}"
            "\nphases: {build: {commands: ['echo $TOKEN $PASSWORD']}}"
        )
        given = []
    build = shop.run(text, environmentVariablesOverride=given)
    assert shop.log(build["id"]) == ["*** ***"]
    assert build["buildStatus"] == "SUCCEEDED"
    assert [text.split(" is taken", 1)[0] for text in shop.assumed] == [
        "the parameter /CodeBuild/token",
        "the secret ci/password",
    ]


def test_exported_variables() -> None:
    text = """
version: 0.2
env: {exported-variables: [TAG, AWS_REGION, TOKEN, NEVER, SET], variables: {SET: at first}}
phases:
  build: {commands: [export TAG=v1, make]}
  post_build: {commands: [export TAG=v2, SET=later]}
"""
    shop = Workshop()
    build = shop.run(text, environmentVariablesOverride=[variable("TOKEN", "t", "SECRETS_MANAGER")])
    assert build["exportedEnvironmentVariables"] == [{"name": "TAG", "value": "v2"}, {"name": "SET", "value": "later"}]


# Sources (§7.1)


def test_a_source_that_is_not_there_fails_the_download() -> None:
    build = Workshop().run()
    code, message = context(build, "DOWNLOAD_SOURCE")
    assert code == "CLIENT_ERROR"
    assert message == "NoSuchKey: The specified key does not exist. for primary source"


def test_a_source_that_is_no_archive_fails_the_download() -> None:
    shop = Workshop()
    shop.call("PutObject", "s3", Bucket="store", Key="source.zip", Body=b"text")
    assert context(shop.run(), "DOWNLOAD_SOURCE")[0] == "CLIENT_ERROR"


def test_an_s3_source_may_be_a_version() -> None:
    shop = Workshop()
    shop.call("PutBucketVersioning", "s3", Bucket="store", VersioningConfiguration={"Status": "Enabled"})
    shop.source(spec(commands(build=["echo old"])))
    rows = shop.call("ListObjectVersions", "s3", Bucket="store")["Versions"]
    build = shop.run(commands(build=["echo new"]), sourceVersion=rows[0]["VersionId"])
    assert shop.log(build["id"]) == ["old"]
    assert shop.entity(build["id"]).environment["CODEBUILD_SOURCE_REPO_URL"] == "s3://store/source.zip"


def test_an_s3_source_may_be_a_folder() -> None:
    shop = Workshop(source={"type": "S3", "location": "store/tree/"})
    for key, body in (("tree/buildspec.yml", commands(build=["cd app", "pwd"]).encode()), ("tree/app/x", b"")):
        shop.call("PutObject", "s3", Bucket="store", Key=key, Body=body)
    assert shop.log(shop.run()["id"])[0].endswith("/src/app")
    empty = shop.run(sourceLocationOverride="store/nothing/")
    assert context(empty, "DOWNLOAD_SOURCE")[0] == "CLIENT_ERROR"


def test_a_bucket_in_another_region_is_refused() -> None:
    shop = Workshop(source={"type": "S3", "location": "far/source.zip"})
    shop.call("CreateBucket", "s3", Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    message = context(shop.run(), "DOWNLOAD_SOURCE")[1]
    assert message.startswith("The bucket you are attempting to access must be addressed using the specified endpoint")


def test_without_a_source_the_buildspec_is_inline() -> None:
    shop = Workshop(source={"type": "NO_SOURCE", "buildspec": commands(build=["echo alone"])})
    assert shop.log(shop.run()["id"]) == ["alone"]


def test_secondary_sources_lie_in_directories_of_their_own() -> None:
    second: dict[str, Any] = {"type": "S3", "location": "store/lib.zip", "sourceIdentifier": "lib"}
    shop = Workshop(secondarySources=[second])
    shop.source({"lib.txt": b"x"}, "lib.zip")
    build = shop.run(
        commands(build=["cd $CODEBUILD_SRC_DIR_lib", "[ -f lib.txt ] && echo there", "[ -f buildspec.yml ]"])
    )
    found = shop.entity(build["id"]).environment
    assert shop.log(build["id"]) == ["there"]
    assert found["CODEBUILD_SRC_DIR_lib"] != found["CODEBUILD_SRC_DIR"]
    assert found["CODEBUILD_SOURCE_REPO_URL_lib"] == "s3://store/lib.zip"


def test_further_input_artifacts_of_a_pipeline() -> None:
    shop = Workshop()
    shop.source({"data.csv": b"1"}, "shop/Data/d.zip")
    id = shop.start_from_pipeline(
        commands(build=["[ -f $CODEBUILD_SRC_DIR_Data/data.csv ] && echo data"]),
        secondarySourcesOverride=[
            {"type": "CODEPIPELINE", "sourceIdentifier": "Data", "location": "store/shop/Data/d.zip"}
        ],
    )
    shop.world.run()
    assert shop.log(id) == ["data"]


@pytest.mark.parametrize("kind", ["GITHUB", "BITBUCKET", "GITLAB", "GITHUB_ENTERPRISE"])
def test_sources_outside_aws_are_refused_plainly(kind: str) -> None:
    shop = Workshop(source={"type": kind, "location": "https://example.com/alice/shop.git"})
    with pytest.raises(ServiceError, match=f"InvalidInputException: sources of type {kind} lie outside AWS"):
        shop.start()
    # a pipeline brings its own source
    assert shop.start_from_pipeline(FINE)


def test_a_project_of_a_pipeline_is_started_by_the_pipeline() -> None:
    shop = Workshop(source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"})
    with pytest.raises(ServiceError, match="start the pipeline"):
        shop.start()


# CodeCommit

CLONE_URL = f"https://git-codecommit.{REGION}.amazonaws.com/v1/repos/web"


@pytest.fixture
def repository() -> Workshop:
    shop = Workshop(source={"type": "CODECOMMIT", "location": CLONE_URL})
    shop.call("CreateRepository", "codecommit", repositoryName="web")
    files = spec(commands(build=["pwd", "echo $CODEBUILD_RESOLVED_SOURCE_VERSION"])) | {"app.js": b"1"}
    codecommit: Any = shop.world.service("codecommit", ACCOUNT, REGION)
    codecommit.push("web", "main", files, author="alice", message="first", principal="alice")
    return shop


def test_a_codecommit_source_is_the_head_of_its_default_branch(repository: Workshop) -> None:
    build = repository.run()
    assert build["buildStatus"] == "SUCCEEDED"
    head = repository.call("GetBranch", "codecommit", repositoryName="web", branchName="main")["branch"]["commitId"]
    assert build["resolvedSourceVersion"] == head
    directory, version = repository.log(build["id"])
    assert directory.endswith(f"/src/git-codecommit.{REGION}.amazonaws.com/v1/repos/web")
    assert version == head
    assert repository.entity(build["id"]).environment["CODEBUILD_SOURCE_REPO_URL"] == CLONE_URL


def test_an_unknown_version_fails_the_download(repository: Workshop) -> None:
    build = repository.run(sourceVersion="no-such-branch")
    code, message = context(build, "DOWNLOAD_SOURCE")
    assert code == "CLIENT_ERROR"
    assert message.endswith("for primary source and source version no-such-branch")


def test_an_unknown_repository_fails_the_download(repository: Workshop) -> None:
    build = repository.run(sourceLocationOverride=CLONE_URL.replace("/web", "/none"))
    assert context(build, "DOWNLOAD_SOURCE")[0] == "CLIENT_ERROR"


def test_the_build_calls_as_its_service_role() -> None:
    shop = Workshop()
    shop.world.audit = []
    id = shop.start(FINE)
    shop.world.run()
    uuid = id.partition(":")[2]
    callers = {call.principal for _, call, _ in shop.world.audit if call.service == "s3" and call.principal != ALICE}
    assert callers == {f"arn:aws:sts::{ACCOUNT}:assumed-role/build-role/AWSCodeBuild-{uuid}"}
