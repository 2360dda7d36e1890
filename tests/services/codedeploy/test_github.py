"""Revisions in GitHub. docs/behaviour/codedeploy.md §3.5, §3.6, §14."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.clock import SECOND
from sim.core.problems import ServiceError
from sim.formats.scenario import scenario_from_document
from sim.scenario import Scenario
from tests.services.codedeploy.stage import ROLE_ARN, SERVICE_ROLE, Stage, bundle, hooks, statuses

URL, COMMIT = "https://github.com/me/app", "1f" * 20


def revision(repository: str = "me/app", commit: str = COMMIT) -> dict[str, Any]:
    return {"revisionType": "GitHub", "gitHubLocation": {"repository": repository, "commitId": commit}}


def stage_with(files: Any) -> Stage:
    stage = Stage(2)
    stage.world.outside[URL] = files
    return stage


def test_section_14_a_commit_is_deployed():
    stage = stage_with(bundle())
    deployment = stage.deploy(revision=revision())
    assert deployment.status == "Succeeded"
    assert stage.files("web-1") == {"/srv/shop/index.html": "<h1>hello</h1>"}
    assert stage.info(deployment.name)["revision"] == revision()
    assert stage.call("ListApplicationRevisions", applicationName="shop")["revisions"] == [revision()]


def test_section_3_5_the_script_knows_the_commit_and_no_bucket():
    stage = stage_with(hooks("AfterInstall", script="echo $BUNDLE_COMMIT $BUNDLE_KEY\nexit 1"))
    deployment = stage.deploy(revision=revision())
    log = deployment.targets[0].events[4].diagnostics["logTail"]
    assert log.endswith(f"[stdout]{COMMIT} $BUNDLE_KEY")


def test_another_commit_is_another_revision():
    stage = stage_with(bundle())
    stage.deploy(revision=revision())
    stage.deploy(revision=revision(commit="2e" * 20))
    group = stage.codedeploy.groups["shop", "production"]
    assert len(group.revisions) == 2


def test_section_3_6_what_is_not_there_is_tried_for_130_seconds():
    stage = stage_with(bundle())
    deployment = stage.deploy(revision=revision("me/gone"))
    (target, _) = deployment.targets
    assert statuses(target) == ["Succeeded", "Failed", *["Skipped"] * 5]
    event = target.events[1]
    assert 130 * SECOND < event.ended - event.started < 140 * SECOND
    assert event.diagnostics["errorCode"] == "UnknownError"


@pytest.mark.parametrize(
    "place",
    [{}, {"repository": "app", "commitId": COMMIT}, {"repository": "me/app", "commitId": "1f1f1f1"}],
)
def test_a_location_is_account_repository_and_a_full_commit_id(place):
    stage = stage_with(bundle())
    with pytest.raises(ServiceError) as error:
        stage.create(revision={"revisionType": "GitHub", "gitHubLocation": place})
    assert error.value.code == "InvalidRevisionException"
    with pytest.raises(ServiceError) as error:
        stage.call(
            "RegisterApplicationRevision",
            applicationName="shop",
            revision={"revisionType": "GitHub", "gitHubLocation": place},
        )
    assert error.value.code == "InvalidRevisionException"


def test_a_git_directory_has_the_commits_that_it_has(tmp_path: Path):
    from dulwich import porcelain

    repository = porcelain.init(str(tmp_path))
    for path, content in bundle().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    porcelain.add(repository, [str(tmp_path / path) for path in bundle()])
    commit = porcelain.commit(repository, b"first", author=b"alice <alice@example.com>", committer=b"alice <a@b.c>")
    repository.close()
    stage = stage_with(tmp_path)
    assert stage.deploy(revision=revision(commit=commit.decode())).status == "Succeeded"
    assert stage.deploy(revision=revision()).status == "Failed"


def test_in_a_scenario_a_repository_outside_aws_holds_the_revision(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "appspec.yml").write_text("version: 0.0\nos: linux\n")
    properties = {
        "ApplicationName": "shop",
        "DeploymentGroupName": "production",
        "ServiceRoleArn": ROLE_ARN,
        "Ec2TagFilters": [{"Key": "App", "Value": "shop", "Type": "KEY_AND_VALUE"}],
    }
    names = {"applicationName": "shop", "deploymentGroupName": "production"}
    parameters = {**names, "revision": revision()}
    call = {"service": "codedeploy", "operation": "CreateDeployment", "parameters": parameters}
    document = {
        "Resources": {
            "Fleet": {"Type": "Sim::EC2::Fleet", "Properties": {"Name": "web", "Tags": {"App": "shop"}}},
            "Role": SERVICE_ROLE,
            "App": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ApplicationName": "shop"}},
            "Group": {"Type": "AWS::CodeDeploy::DeploymentGroup", "DependsOn": "App", "Properties": properties},
        },
        "repositories": {URL: "app"},
        "timeline": [{"at": "1s", "call": call}],
    }
    result = Scenario(scenario_from_document(document, tmp_path)).compile().run().result()
    assert [one["status"] for one in result["deployments"]] == ["Succeeded"]
