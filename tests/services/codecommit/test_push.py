"""Pushes: commits, references, and what others hear of them. Source: docs/behaviour/codecommit-and-glue.md §6, §10."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.calls import Call
from sim.core.problems import ServiceError
from sim.services.bundles import unpack
from tests.services.codecommit.stage import ACCOUNT, ALICE, REGION, REPOSITORY_ARN, Town


def test_the_first_push_makes_the_default_branch():
    # Given an empty repository
    town = Town()
    assert "defaultBranch" not in town.of_web("GetRepository")["repositoryMetadata"]
    # When alice pushes to trunk
    commit = town.push({"a.txt": "one\n"}, branch="trunk")
    # Then trunk is there and is the default
    assert town.of_web("GetBranch", branchName="trunk") == {"branch": {"branchName": "trunk", "commitId": commit}}
    assert town.of_web("GetRepository")["repositoryMetadata"]["defaultBranch"] == "trunk"


def test_ids_are_those_of_git():
    # What `git` itself makes of these files, this author and this time (TZ=UTC, 2026-01-05T09:00:00Z)
    town = Town()
    assert town.push({"hello.txt": "hello\n"}) == "2290af17efbfd69f83116cc4a1f0893ac058565f"
    assert town.of_web("GetFile", filePath="hello.txt")["blobId"] == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert town.push({"src/app.py": "print(1)\n", "hello.txt": None}) == "350da705353779df0e52f998ec6c7b5c28def928"


def test_author_and_time():
    town = Town()
    town.world.run(90_000)
    commit = town.of_web("GetCommit", commitId=town.push({"a": "1"}))["commit"]
    assert commit["author"] == {"name": "alice", "email": "alice@example.com", "date": "1767603690 +0000"}
    assert commit["committer"] == commit["author"]
    assert (commit["message"], commit["parents"]) == ("A change\n", [])


def test_files_come_change_and_go():
    town = Town()
    first = town.push({"a/b.txt": "1", "a/c.txt": "2", "d.txt": "3"})
    second = town.push({"a/b.txt": "changed", "d.txt": None})
    assert town.of_web("GetCommit", commitId=second)["commit"]["parents"] == [first]
    pulled = town.of_web("GitPull", sourceVersion="main")
    assert pulled == {"commitId": second, "files": {"a/b.txt": b"changed", "a/c.txt": b"2"}, "executables": []}
    # and the earlier commit stays as it was
    assert town.of_web("GitPull", sourceVersion=first)["files"]["d.txt"] == b"3"


def test_a_push_without_files_is_an_empty_commit():
    town = Town()
    first = town.push({"a": "1"})
    second = town.push()
    assert second != first
    one, other = (town.of_web("GetCommit", commitId=id)["commit"]["treeId"] for id in (first, second))
    assert one == other


def test_a_file_that_is_not_there_cannot_go():
    town = Town()
    town.push({"a": "1"})
    with pytest.raises(ServiceError, match="FileDoesNotExistException: The file b does not exist"):
        town.push({"b": None})


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"folder": "now a file"}, "FileNameConflictsWithDirectoryNameException"),
        ({"file/inside": "x"}, "DirectoryNameConflictsWithFileNameException"),
        ({"../outside": "x"}, "InvalidPathException"),
        ({".git/config": "x"}, "InvalidPathException"),
    ],
)
def test_paths_that_cannot_be(files: dict[str, str], code: str):
    town = Town()
    town.push({"folder/one": "1", "file": "2"})
    with pytest.raises(ServiceError, match=code):
        town.push(dict(files))


def test_a_file_may_take_the_place_of_a_folder_that_goes():
    town = Town()
    town.push({"thing/one": "1"})
    town.push({"thing/one": None, "thing": "a file now"})
    assert town.of_web("GitPull")["files"] == {"thing": b"a file now"}


def test_a_new_branch_starts_at_the_default_branch():
    town = Town()
    base = town.push({"a": "1"})
    commit = town.push({"b": "2"}, branch="feature")
    assert town.of_web("GetCommit", commitId=commit)["commit"]["parents"] == [base]
    assert town.of_web("GetBranch", branchName="main")["branch"]["commitId"] == base
    assert town.of_web("GetRepository")["repositoryMetadata"]["defaultBranch"] == "main"


def test_a_tag_is_pushed_in_place_of_the_branch():
    town = Town()
    base = town.push({"a": "1"})
    # When the tip is tagged, and then a commit that is on no branch
    assert town.push(tag="v1") == base
    commit = town.push({"a": "2"}, tag="v2")
    # Then the tags are there and main has not moved
    assert town.of_web("GitPull", sourceVersion="v1")["files"] == {"a": b"1"}
    assert town.of_web("GitPull", sourceVersion="v2")["files"] == {"a": b"2"}
    assert town.of_web("GetCommit", commitId=commit)["commit"]["parents"] == [base]
    assert town.of_web("GetBranch", branchName="main")["branch"]["commitId"] == base
    assert town.of_web("ListBranches")["branches"] == ["main"]


# What others hear


def test_events_have_the_documented_detail():
    town = Town()
    repository_id = town.of_web("GetRepository")["repositoryMetadata"]["repositoryId"]
    first = town.push({"a": "1"})
    town.run()
    second = town.push({"a": "2"})
    town.run()
    town.of_web("CreateBranch", branchName="old", commitId=first)
    town.run()
    town.of_web("DeleteBranch", branchName="old")
    town.run()
    town.push(tag="v1")
    town.run()

    def detail(event: str, type_: str, name: str, **commits: str) -> dict[str, str]:
        full = f"refs/{'heads' if type_ == 'branch' else 'tags'}/{name}"
        where = {"referenceType": type_, "referenceName": name, "referenceFullName": full}
        return {"event": event, "repositoryName": "web", "repositoryId": repository_id, **where, **commits}

    assert [event["detail"] for event in town.events] == [
        detail("referenceCreated", "branch", "main", commitId=first),
        detail("referenceUpdated", "branch", "main", commitId=second, oldCommitId=first),
        detail("referenceCreated", "branch", "old", commitId=first),
        detail("referenceDeleted", "branch", "old", oldCommitId=first),
        detail("referenceCreated", "tag", "v1", commitId=second),
    ]
    for event in town.events:
        assert (event["source"], event["detail-type"]) == ("aws.codecommit", "CodeCommit Repository State Change")
        assert event["resources"] == [REPOSITORY_ARN]


def test_the_event_comes_a_moment_after_the_push():
    town = Town()
    town.push({"a": "1"})
    assert not town.events
    town.run()
    assert len(town.events) == 1
    assert 200 <= town.world.now <= 1000
    # and it may be explained
    (move,) = [move for move in town.world.journal.moves() if move.entity.kind == "reference-change"]
    assert move.why.render().startswith("alice created the branch main at commit ")


def test_pushing_what_is_there_already_is_no_event():
    town = Town()
    commit = town.push({"a": "1"})
    town.run()
    town.of_web("GitPush", references=[{"ref": "refs/heads/main", "commit": commit}])
    town.run()
    assert len(town.events) == 1


def test_nothing_is_told_before_time_0():
    town = Town()
    town.world.silent = True
    town.push({"a": "1"})
    town.world.silent = False
    town.run()
    assert not town.events
    assert town.world.now == 0


# Git's own operations


def test_the_default_branch_cannot_be_deleted_by_push():
    town = Town()
    town.push({"a": "1"})
    town.push({"a": "2"}, branch="feature")

    def delete(branch: str) -> None:
        town.of_web("GitPush", references=[{"ref": f"refs/heads/{branch}", "commit": "0" * 40}])

    with pytest.raises(ServiceError, match="DefaultBranchCannotBeDeletedException"):
        delete("main")
    delete("feature")
    assert town.of_web("ListBranches")["branches"] == ["main"]


def test_a_push_is_all_or_nothing():
    town = Town()
    commit = town.push({"a": "1"})
    wanted = [{"ref": "refs/heads/one", "commit": commit}, {"ref": "refs/heads/two", "commit": "f" * 40}]
    with pytest.raises(ServiceError, match="CommitDoesNotExistException"):
        town.of_web("GitPush", references=wanted)
    assert town.of_web("ListBranches")["branches"] == ["main"]


def test_too_many_references_in_one_push():
    town = Town()
    commit = town.push({"a": "1"})
    wanted = [{"ref": f"refs/heads/b{number}", "commit": commit} for number in range(4001)]
    with pytest.raises(ServiceError, match="Too many reference update commands"):
        town.of_web("GitPush", references=wanted)
    town.of_web("GitPush", references=wanted[:4000])
    assert len(town.of_web("ListBranches")["branches"]) == 4001


def test_pushes_are_calls():
    # Given a world that keeps its calls and lets nobody but alice push
    town = Town()
    town.world.audit = []

    def authorize(call: Call) -> None:
        if call.operation == "GitPush" and call.principal != ALICE:
            raise ServiceError("AccessDeniedException", "no")

    town.world.authorize = authorize
    commit = town.push({"a": "1"})
    with pytest.raises(ServiceError, match="AccessDenied"):
        town.codecommit.push("web", "main", {}, author="bob", message="m", principal=f"{ALICE}x")
    assert town.world.audit is not None
    calls = [call for _, call, _ in town.world.audit]
    assert [call.operation for call in calls] == ["GitPush", "GitPush"]
    assert calls[0].parameters["references"] == [{"ref": "refs/heads/main", "commit": commit}]
    assert town.of_web("GetBranch", branchName="main")["branch"]["commitId"] == commit


def records(town: Town) -> list[tuple[str, str]]:
    """(operation, caller) of each call of CodeCommit that was recorded."""
    assert town.world.audit is not None
    return [(call.operation, call.principal) for _, call, _ in town.world.audit if call.service == "codecommit"]


def test_a_clone_takes_everything_along_and_leaves_one_record():
    # Given a repository, and a world that keeps its calls
    town = Town()
    commit = town.push({"a": "1", "src/b": "2"})
    town.world.audit, told = [], len(town.events)
    # When alice clones it
    pulled = town.of_web("GitPull")
    # Then all its files have left the account, and its record is the only trace
    assert (pulled["commitId"], pulled["files"]) == (commit, {"a": b"1", "src/b": b"2"})
    assert records(town) == [("GitPull", ALICE)]
    assert len(town.events) == told


def test_a_push_is_recorded_as_its_keys_owners_whatever_the_commit_says():
    # Given that bob has borrowed alice's key
    town = Town()
    town.world.audit = []
    # When he pushes a commit of his
    commit = town.codecommit.push("web", "main", {"a": b"1"}, author="bob", message="Mine", principal=ALICE)
    # Then the commit says bob, and the record says alice
    assert town.of_web("GetCommit", commitId=commit)["commit"]["author"]["name"] == "bob"
    assert records(town)[0] == ("GitPush", ALICE)


def test_two_people_on_one_key_cannot_be_told_apart_and_on_sessions_of_a_role_they_can():
    town = Town()
    trust = '{"Version": "2012-10-17", "Statement": []}'
    town.ask("iam", "CreateRole", RoleName="release", AssumeRolePolicyDocument=trust)
    role = f"arn:aws:iam::{ACCOUNT}:role/release"

    def session(who: str) -> str:
        return str(town.ask("sts", "AssumeRole", RoleArn=role, RoleSessionName=who)["AssumedRoleUser"]["Arn"])

    def pushed(*callers: str) -> list[str]:
        town.world.audit = []
        for caller in callers:
            town.codecommit.push("web", "main", {}, author="release", message="m", principal=caller)
        return [caller for _, caller in records(town)]

    shared = f"arn:aws:iam::{ACCOUNT}:user/release"
    assert pushed(shared, shared) == [shared, shared]
    assert [caller.rsplit("/", 1)[1] for caller in pushed(session("alice"), session("bob"))] == ["alice", "bob"]


def test_pull_without_a_version_takes_the_default_branch():
    town = Town()
    town.push({"a": "1"})
    commit = town.push({"a": "2"})
    assert town.of_web("GitPull")["commitId"] == commit
    assert town.of_web("GitPull", sourceVersion=commit[:7])["commitId"] == commit
    assert town.of_web("GitPull", sourceVersion="refs/heads/main")["commitId"] == commit
    with pytest.raises(ServiceError, match="CommitDoesNotExistException: Could not resolve the source version nowhere"):
        town.of_web("GitPull", sourceVersion="nowhere")


def test_upload_archive_puts_a_zip_into_s3_as_the_caller():
    town = Town()
    commit = town.push({"a/b.txt": "1", "c.txt": "2"})
    town.ask("s3", "CreateBucket", Bucket="store")
    town.ask("s3", "PutBucketVersioning", Bucket="store", VersioningConfiguration={"Status": "Enabled"})
    town.world.audit = []
    answer = town.of_web("UploadArchive", commitId=commit, s3Bucket="store", s3Key="web/code")
    put = town.ask("s3", "GetObject", Bucket="store", Key="web/code")
    assert unpack(put["Body"]) == {"a/b.txt": b"1", "c.txt": b"2"}
    assert answer == {"eTag": put["ETag"].strip('"'), "versionId": put["VersionId"]}
    (call, *_) = [call for _, call, _ in town.world.audit if call.operation == "PutObject"]
    assert (call.principal, call.via, call.account, call.region) == (ALICE, "codecommit.amazonaws.com", ACCOUNT, REGION)


# Whatever is pushed

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PUSHES = st.lists(st.dictionaries(PATHS, st.none() | st.text(max_size=3), max_size=4), max_size=6)


@settings(max_examples=60)
@given(PUSHES)
def test_a_repository_holds_what_was_pushed(pushes: list[dict[str, str | None]]):
    town = Town()
    expected: dict[str, bytes] = {}
    for files in pushes:
        try:
            commit = town.push(files)
        except ServiceError:
            if expected:
                assert town.of_web("GitPull")["files"] == expected
            continue
        for path, text in files.items():
            if text is None:
                del expected[path]
            else:
                expected[path] = text.encode()
        assert town.of_web("GitPull", sourceVersion=commit)["files"] == dict(sorted(expected.items()))
