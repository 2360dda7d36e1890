"""AWS::CodeCommit::Repository. Source: docs/behaviour/codecommit-and-glue.md §2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.problems import ServiceError
from sim.formats.scenario import File
from sim.services.codecommit.template import TYPES
from sim.services.stacks import Created, Stack
from tests.services.codecommit.stage import ACCOUNT, ALICE, REGION, REPOSITORY_ARN, Town

REPOSITORY = TYPES["AWS::CodeCommit::Repository"]


def make(properties: dict[str, Any], repositories: dict[str, Any] | None = None) -> tuple[Town, Created, Stack]:
    """A repository made before time 0."""
    town = Town(repository=None)
    stack = Stack(town.world, ACCOUNT, REGION, "stack", ALICE, repositories or {})
    town.world.silent = True
    created = REPOSITORY(stack, "Repository", {"RepositoryName": "web", **properties})
    town.world.silent = False
    return town, created, stack


def test_ref_and_attributes():
    town, created, _ = make({"RepositoryDescription": "A site", "Tags": [{"Key": "team", "Value": "web"}]})
    metadata = town.of_web("GetRepository")["repositoryMetadata"]
    assert created.ref == metadata["repositoryId"]
    assert created.attributes == {
        "Arn": REPOSITORY_ARN,
        "Name": "web",
        "CloneUrlHttp": metadata["cloneUrlHttp"],
        "CloneUrlSsh": metadata["cloneUrlSsh"],
        "KmsKeyId": metadata["kmsKeyId"],
    }
    assert metadata["repositoryDescription"] == "A site"
    assert town("ListTagsForResource", resourceArn=REPOSITORY_ARN) == {"tags": {"team": "web"}}
    assert town.of_web("ListBranches") == {"branches": []}


def test_the_scenarios_files_are_the_first_commit():
    files = {"run.sh": File(b"echo", executable=True), "src/a": File(b"1")}
    town, _, _ = make({}, {"web": files})
    pulled = town.of_web("GitPull", sourceVersion="main")
    assert pulled["files"] == {"run.sh": b"echo", "src/a": b"1"}
    assert pulled["executables"] == ["run.sh"]
    commit = town.of_web("GetCommit", commitId=pulled["commitId"])["commit"]
    assert (commit["message"], commit["author"]["name"], commit["parents"]) == ("Initial commit\n", "alice", [])
    assert town.of_web("GetRepository")["repositoryMetadata"]["defaultBranch"] == "main"
    # and nothing is told of it, but of what comes after it
    town.run()
    assert not town.events
    town.push({"src/a": "2"})
    town.run()
    assert [event["detail"]["event"] for event in town.events] == ["referenceUpdated"]


def test_the_branch_may_have_another_name():
    town, _, _ = make({"Code": {"BranchName": "trunk"}}, {"web": {"a": File(b"1")}})
    assert town.of_web("ListBranches") == {"branches": ["trunk"]}


def test_code_from_s3_is_warned_of():
    _, _, stack = make({"Code": {"S3": {"Bucket": "b", "Key": "k"}}})
    assert [(warning[0], warning[1]) for warning in stack.warnings] == [("Repository", "CC901")]


def test_triggers():
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:pushes"
    town, _, _ = make({"Triggers": [{"Name": "tell", "DestinationArn": topic, "Events": ["all"], "CustomData": "x"}]})
    assert town.of_web("GetRepositoryTriggers")["triggers"] == [
        {"branches": [], "name": "tell", "destinationArn": topic, "events": ["all"], "customData": "x"}
    ]


def test_a_git_directory_is_taken_as_it_is(tmp_path: Path):
    # Given a repository with two branches and a tag, whose HEAD is trunk
    from dulwich.objects import Blob, Commit, Tree
    from dulwich.repo import Repo

    folder = tmp_path / "site.git"
    source = Repo.init_bare(str(folder), mkdir=True)
    blob = Blob.from_string(b"hello\n")
    tree = Tree()
    tree.add(b"hello.txt", 0o100644, blob.id)
    commit = Commit()
    commit.tree, commit.message = tree.id, b"From before\n"
    commit.author = commit.committer = b"bob <bob@example.com>"
    commit.author_time = commit.commit_time = 1_600_000_000
    commit.author_timezone = commit.commit_timezone = 7200
    for one in (blob, tree, commit):
        source.object_store.add_object(one)
    for name in (b"refs/heads/trunk", b"refs/heads/other", b"refs/tags/v1"):
        source.refs[name] = commit.id
    source.refs.set_symbolic_ref(b"HEAD", b"refs/heads/trunk")
    source.close()
    # When it becomes the repository
    town, _, _ = make({}, {"web": folder})
    # Then all of it is there, ids included
    id = commit.id.decode()
    assert town.of_web("ListBranches") == {"branches": ["other", "trunk"]}
    assert town.of_web("GetRepository")["repositoryMetadata"]["defaultBranch"] == "trunk"
    assert town.of_web("GitPull", sourceVersion="v1") == {
        "commitId": id,
        "files": {"hello.txt": b"hello\n"},
        "executables": [],
    }
    author = town.of_web("GetCommit", commitId=id)["commit"]["author"]
    assert author == {"name": "bob", "email": "bob@example.com", "date": "1600000000 +0200"}


def test_a_folder_that_is_no_git_directory_is_refused(tmp_path: Path):
    (tmp_path / "no.git").mkdir()
    with pytest.raises(ServiceError, match=r"no.git is not a git directory"):
        make({}, {"web": tmp_path / "no.git"})
