"""Repositories, branches, commits looked at, tags. Source: docs/behaviour/codecommit-and-glue.md §2, §6."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.codecommit.stage import ACCOUNT, REPOSITORY_ARN, Town

LATER = ("PullRequest", "ApprovalRule", "Comment", "Merge")
"""What these words are in belongs to pull requests and merging, which are not simulated."""


def test_every_operation_that_should_be_answered_is():
    from botocore.loaders import Loader

    town = Town()
    operations = Loader().load_service_model("codecommit", "service-2")["operations"]
    missing = [
        name for name in operations if not any(word in name for word in LATER) and not hasattr(town.codecommit, name)
    ]
    assert missing == []
    with pytest.raises(ServiceError, match="UnknownOperationException"):
        town("CreatePullRequest", title="x", targets=[])


# Repositories


def test_a_repository_is_made_described_and_deleted():
    town = Town(repository=None)
    made = town("CreateRepository", repositoryName="shop", repositoryDescription="The shop", tags={"team": "web"})
    metadata = made["repositoryMetadata"]
    assert metadata == town("GetRepository", repositoryName="shop")["repositoryMetadata"]
    arn = f"arn:aws:codecommit:us-east-1:{ACCOUNT}:shop"
    assert metadata["Arn"] == arn
    assert metadata["accountId"] == ACCOUNT
    assert metadata["repositoryDescription"] == "The shop"
    assert metadata["cloneUrlHttp"] == "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
    assert metadata["cloneUrlSsh"] == "ssh://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
    assert metadata["creationDate"] == metadata["lastModifiedDate"] == town.world.date
    assert town("ListTagsForResource", resourceArn=arn) == {"tags": {"team": "web"}}
    assert town("DeleteRepository", repositoryName="shop") == {"repositoryId": metadata["repositoryId"]}
    with pytest.raises(ServiceError, match="RepositoryDoesNotExistException: shop does not exist"):
        town("GetRepository", repositoryName="shop")
    # and deleting it again is no error
    assert town("DeleteRepository", repositoryName="shop") == {}


def test_names_are_unique_and_case_counts():
    town = Town()
    town("CreateRepository", repositoryName="Web")
    with pytest.raises(ServiceError, match="RepositoryNameExistsException"):
        town("CreateRepository", repositoryName="web")


@pytest.mark.parametrize("name", ["a b", "x" * 101, "web.git", "déjà", "a/b"])
def test_names_that_cannot_be(name: str):
    with pytest.raises(ServiceError, match="InvalidRepositoryNameException"):
        Town(repository=None)("CreateRepository", repositoryName=name)


def test_renaming_changes_arn_and_urls_and_keeps_the_id():
    town = Town()
    commit = town.push({"a": "1"})
    before = town.of_web("GetRepository")["repositoryMetadata"]
    town("UpdateRepositoryName", oldName="web", newName="site")
    after = town("GetRepository", repositoryName="site")["repositoryMetadata"]
    assert after["repositoryId"] == before["repositoryId"]
    assert after["Arn"] == REPOSITORY_ARN.replace("web", "site")
    assert after["cloneUrlHttp"].endswith("/site")
    assert town("GetBranch", repositoryName="site", branchName="main")["branch"]["commitId"] == commit
    with pytest.raises(ServiceError, match="RepositoryDoesNotExistException"):
        town.of_web("GetRepository")


def test_description_and_key_change():
    town = Town()
    first = town.of_web("GetRepository")["repositoryMetadata"]["kmsKeyId"]
    assert ":kms:" in first, "encrypted with a key of AWS's, though nobody asked for it"
    town.world.run(60_000)
    answer = town.of_web("UpdateRepositoryEncryptionKey", kmsKeyId="alias/own")
    assert (answer["originalKmsKeyId"], answer["kmsKeyId"]) == (first, "alias/own")
    town.of_web("UpdateRepositoryDescription", repositoryDescription="new")
    metadata = town.of_web("GetRepository")["repositoryMetadata"]
    assert (metadata["repositoryDescription"], metadata["kmsKeyId"]) == ("new", "alias/own")
    assert (metadata["lastModifiedDate"] - metadata["creationDate"]).total_seconds() == 60
    with pytest.raises(ServiceError, match="InvalidRepositoryDescriptionException"):
        town.of_web("UpdateRepositoryDescription", repositoryDescription="x" * 1001)


def test_lists_are_sorted():
    town = Town(repository=None)
    for name in ("b", "c", "a"):
        town("CreateRepository", repositoryName=name)
        town.world.run(town.world.now + 1000)

    def names(**order: str) -> list[str]:
        return [one["repositoryName"] for one in town("ListRepositories", **order)["repositories"]]

    assert names() == ["a", "b", "c"]
    assert names(order="descending") == ["c", "b", "a"]
    assert names(sortBy="lastModifiedDate") == ["b", "c", "a"]
    with pytest.raises(ServiceError, match="InvalidSortByException"):
        names(sortBy="size")


def test_a_batch_tells_what_it_did_not_find():
    town = Town()
    answer = town("BatchGetRepositories", repositoryNames=["web", "nowhere"])
    assert [one["repositoryName"] for one in answer["repositories"]] == ["web"]
    assert answer["repositoriesNotFound"] == ["nowhere"]
    assert answer["errors"][0]["errorCode"] == "RepositoryDoesNotExistException"


def test_accounts_and_regions_are_apart():
    from sim.core.calls import Call

    town = Town()
    call = Call("arn:aws:iam::123456789012:user/alice", ACCOUNT, "eu-west-1", "codecommit", "ListRepositories", {})
    assert town.world.call(call) == {"repositories": []}


def test_no_more_than_a_thousand_repositories():
    town = Town(repository=None)
    for number in range(1000):
        town("CreateRepository", repositoryName=f"r{number}")
    with pytest.raises(ServiceError, match="RepositoryLimitExceededException"):
        town("CreateRepository", repositoryName="one-too-many")


# Branches


def test_get_branch_wants_both_names():
    town = Town()
    with pytest.raises(ServiceError, match="RepositoryNameRequiredException"):
        town("GetBranch", branchName="main")
    with pytest.raises(ServiceError, match="BranchNameRequiredException"):
        town.of_web("GetBranch")


def test_an_empty_repository_has_no_branch():
    town = Town()
    assert town.of_web("ListBranches") == {"branches": []}
    with pytest.raises(ServiceError, match="BranchDoesNotExistException: Branch main does not exist"):
        town.of_web("GetBranch", branchName="main")


def test_branches_are_made_and_deleted():
    town = Town()
    commit = town.push({"a": "1"})
    town.of_web("CreateBranch", branchName="feature/cart", commitId=commit)
    assert town.of_web("ListBranches") == {"branches": ["feature/cart", "main"]}
    with pytest.raises(ServiceError, match="BranchNameExistsException"):
        town.of_web("CreateBranch", branchName="feature/cart", commitId=commit)
    with pytest.raises(ServiceError, match="CommitDoesNotExistException"):
        town.of_web("CreateBranch", branchName="other", commitId="a" * 40)
    with pytest.raises(ServiceError, match="InvalidCommitIdException"):
        town.of_web("CreateBranch", branchName="other", commitId=commit[:7])
    answer = town.of_web("DeleteBranch", branchName="feature/cart")
    assert answer == {"deletedBranch": {"branchName": "feature/cart", "commitId": commit}}
    # An unknown branch is no error
    assert town.of_web("DeleteBranch", branchName="feature/cart") == {}


def test_the_default_branch_stays_until_another_takes_its_place():
    town = Town()
    commit = town.push({"a": "1"})
    town.of_web("CreateBranch", branchName="next", commitId=commit)
    with pytest.raises(ServiceError, match="DefaultBranchCannotBeDeletedException"):
        town.of_web("DeleteBranch", branchName="main")
    town.of_web("UpdateDefaultBranch", defaultBranchName="next")
    town.of_web("DeleteBranch", branchName="main")
    assert town.of_web("GetRepository")["repositoryMetadata"]["defaultBranch"] == "next"
    with pytest.raises(ServiceError, match="BranchDoesNotExistException"):
        town.of_web("UpdateDefaultBranch", defaultBranchName="main")


@pytest.mark.parametrize("name", ["a b", "/a", "a/", "a.", "a..b", "a~1", "x.lock", ".x", "a//b", "0" * 40, "x" * 257])
def test_branch_names_that_cannot_be(name: str):
    town = Town()
    commit = town.push({"a": "1"})
    with pytest.raises(ServiceError, match="InvalidBranchNameException"):
        town.of_web("CreateBranch", branchName=name, commitId=commit)


# Commits


def test_commits_are_found_in_a_batch():
    town = Town()
    commit = town.push({"a": "1"})
    answer = town.of_web("BatchGetCommits", commitIds=[commit, commit[:7], "b" * 40])
    assert [one["commitId"] for one in answer["commits"]] == [commit]
    errors = [(one["commitId"], one["errorCode"]) for one in answer["errors"]]
    assert errors == [(commit[:7], "InvalidCommitIdException"), ("b" * 40, "CommitDoesNotExistException")]


def test_get_commit_wants_a_full_id_that_is_there():
    town = Town()
    commit = town.push({"a": "1"})
    assert town.of_web("GetCommit", commitId=commit)["commit"]["commitId"] == commit
    for id, code in ((commit[:7], "InvalidCommitId"), ("c" * 40, "CommitIdDoesNotExist"), ("", "CommitIdRequired")):
        with pytest.raises(ServiceError, match=f"{code}Exception"):
            town.of_web("GetCommit", commitId=id)


# Tags


def test_tags():
    town = Town()
    town("TagResource", resourceArn=REPOSITORY_ARN, tags={"a": "1", "b": "2"})
    town("UntagResource", resourceArn=REPOSITORY_ARN, tagKeys=["a", "not there"])
    assert town("ListTagsForResource", resourceArn=REPOSITORY_ARN) == {"tags": {"b": "2"}}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"resourceArn": "arn:aws:s3:::web", "tags": {}}, "InvalidResourceArnException"),
        ({"resourceArn": f"{REPOSITORY_ARN}-2", "tags": {}}, "RepositoryDoesNotExistException"),
        ({"resourceArn": REPOSITORY_ARN, "tags": {"aws:x": "1"}}, "InvalidSystemTagUsageException"),
        ({"resourceArn": REPOSITORY_ARN, "tags": {f"t{n}": "" for n in range(51)}}, "TooManyTagsException"),
    ],
)
def test_tags_that_cannot_be(parameters: dict[str, Any], code: str):
    with pytest.raises(ServiceError, match=code):
        Town()("TagResource", **parameters)
