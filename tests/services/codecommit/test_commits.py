"""Commits made by the API. Source: docs/behaviour/codecommit-and-glue.md §6."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.problems import ServiceError
from tests.services.codecommit.stage import ALICE, Town


def create(town: Town, **parameters: Any) -> dict[str, Any]:
    """CreateCommit on top of main as it is."""
    branches = town.of_web("ListBranches")["branches"]
    if branches:
        tip = town.of_web("GetBranch", branchName="main")["branch"]["commitId"]
        parameters = {"parentCommitId": tip, **parameters}
    return town.of_web("CreateCommit", branchName="main", **parameters)


def put(path: str, content: str = "x", **members: Any) -> dict[str, Any]:
    return {"filePath": path, "fileContent": content.encode(), **members}


def started(files: dict[str, str | None] | None = None) -> Town:
    town = Town()
    town.push(files or {"a.txt": "1", "folder/b.txt": "2", "run.sh": "3"})
    town.run()
    return town


def test_the_first_commit_makes_the_branch():
    town = Town()
    answer = create(town, putFiles=[put("a", "1")], authorName="Alice", email="alice@example.com", commitMessage="Go")
    assert town.of_web("GetRepository")["repositoryMetadata"]["defaultBranch"] == "main"
    commit = town.of_web("GetCommit", commitId=answer["commitId"])["commit"]
    assert (commit["message"], commit["author"]["name"], commit["author"]["email"]) == (
        "Go",
        "Alice",
        "alice@example.com",
    )
    town.run()
    assert [event["detail"]["event"] for event in town.events] == ["referenceCreated"]


def test_put_delete_and_change_the_mode_at_once():
    town = started()
    answer = create(
        town,
        putFiles=[put("a.txt", "new"), put("c.txt", "c", fileMode="EXECUTABLE")],
        deleteFiles=[{"filePath": "folder/b.txt"}],
        setFileModes=[{"filePath": "run.sh", "fileMode": "EXECUTABLE"}],
    )
    assert [(one["absolutePath"], one["fileMode"]) for one in answer["filesAdded"]] == [("c.txt", "EXECUTABLE")]
    assert [one["absolutePath"] for one in answer["filesUpdated"]] == ["a.txt", "run.sh"]
    assert [one["absolutePath"] for one in answer["filesDeleted"]] == ["folder/b.txt"]
    pulled = town.of_web("GitPull")
    assert pulled["files"] == {"a.txt": b"new", "c.txt": b"c", "run.sh": b"3"}
    assert pulled["executables"] == ["c.txt", "run.sh"]
    assert answer["treeId"] == town.of_web("GetCommit", commitId=answer["commitId"])["commit"]["treeId"]


def test_a_file_is_copied_or_moved():
    town = started()
    create(town, putFiles=[{"filePath": "copy.txt", "sourceFile": {"filePath": "a.txt"}}])
    create(town, putFiles=[{"filePath": "moved.txt", "sourceFile": {"filePath": "a.txt", "isMove": True}}])
    assert sorted(town.of_web("GitPull")["files"]) == ["copy.txt", "folder/b.txt", "moved.txt", "run.sh"]


def test_empty_folders_go_unless_they_are_kept():
    town = started()
    create(town, deleteFiles=[{"filePath": "folder/b.txt"}], keepEmptyFolders=True)
    assert "folder/.gitkeep" in town.of_web("GitPull")["files"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "FileEntryRequired"),
        ({"putFiles": [put("a.txt", "1")]}, "NoChange"),
        ({"putFiles": [put(f"f{n}") for n in range(101)]}, "MaximumFileEntriesExceeded"),
        ({"putFiles": [put("x"), put("x")]}, "SamePathRequest"),
        ({"putFiles": [put("a.txt")], "deleteFiles": [{"filePath": "/a.txt"}]}, "SamePathRequest"),
        ({"putFiles": [put("x"), put("x/y")]}, "PutFileEntryConflict"),
        ({"putFiles": [{"filePath": "x"}]}, "SourceFileOrContentRequired"),
        ({"putFiles": [put("x", sourceFile={"filePath": "a.txt"})]}, "FileContentAndSourceFileSpecified"),
        ({"putFiles": [{"filePath": "x", "sourceFile": {"filePath": "none"}}]}, "FileDoesNotExist"),
        (
            {
                "putFiles": [{"filePath": "x", "sourceFile": {"filePath": "a.txt"}}],
                "deleteFiles": [{"filePath": "a.txt"}],
            },
            "RestrictedSourceFile",
        ),
        ({"deleteFiles": [{"filePath": "none"}]}, "FileDoesNotExist"),
        ({"setFileModes": [{"filePath": "none", "fileMode": "NORMAL"}]}, "FileDoesNotExist"),
        ({"setFileModes": [{"filePath": "a.txt"}]}, "FileModeRequired"),
        ({"putFiles": [put("x", fileMode="0755")]}, "InvalidFileMode"),
        ({"putFiles": [put("")]}, "PathRequired"),
        ({"putFiles": [put("/".join("abcdefghijklmnopqrstuv"))]}, "InvalidPath"),
        ({"putFiles": [put("x", "y" * 6_291_457)]}, "FileContentSizeLimitExceeded"),
        ({"putFiles": [put("folder")]}, "FileNameConflictsWithDirectoryName"),
        ({"putFiles": [put("a.txt/x")]}, "DirectoryNameConflictsWithFileName"),
        ({"putFiles": [put("x")], "commitMessage": "m" * 262_145}, "CommitMessageLengthExceeded"),
        ({"putFiles": [put("x")], "parentCommitId": None}, "ParentCommitIdRequired"),
        ({"putFiles": [put("x")], "parentCommitId": "short"}, "InvalidParentCommitId"),
        ({"putFiles": [put("x")], "parentCommitId": "d" * 40}, "ParentCommitDoesNotExist"),
    ],
)
def test_commits_that_cannot_be(parameters: dict[str, Any], code: str):
    town = started()
    before = town.of_web("GitPull")
    with pytest.raises(ServiceError, match=f"{code}Exception"):
        create(town, **parameters)
    assert town.of_web("GitPull") == before


def test_the_parent_must_be_the_tip():
    town = Town()
    first = town.push({"a": "1"})
    town.push({"a": "2"})
    with pytest.raises(ServiceError, match="ParentCommitIdOutdatedException"):
        create(town, putFiles=[put("b")], parentCommitId=first)


def test_a_new_branch_is_made_by_create_branch_first():
    town = started()
    tip = town.of_web("GetBranch", branchName="main")["branch"]["commitId"]
    with pytest.raises(ServiceError, match="BranchDoesNotExistException"):
        town.of_web("CreateCommit", branchName="new", parentCommitId=tip, putFiles=[put("b")])


def test_a_branch_is_no_tag():
    town = started()
    tip = town.push(tag="v1")
    with pytest.raises(ServiceError, match="BranchNameIsTagNameException"):
        town.of_web("CreateCommit", branchName="v1", parentCommitId=tip, putFiles=[put("b")])


# One file


def test_put_file_adds_then_edits():
    town = Town()
    first = town.of_web("PutFile", branchName="main", filePath="/docs/a.md", fileContent=b"# A")
    second = town.of_web(
        "PutFile", branchName="main", filePath="docs/a.md", fileContent=b"# B", parentCommitId=first["commitId"]
    )
    messages = [town.of_web("GetCommit", commitId=one["commitId"])["commit"]["message"] for one in (first, second)]
    assert messages == ["Added docs/a.md", "Edited docs/a.md"]
    found = town.of_web("GetFile", filePath="docs/a.md")
    assert found == {
        "commitId": second["commitId"],
        "blobId": second["blobId"],
        "filePath": "docs/a.md",
        "fileMode": "NORMAL",
        "fileSize": 3,
        "fileContent": b"# B",
    }
    # Without a name the caller's ARN is the author, without an address
    author = town.of_web("GetCommit", commitId=second["commitId"])["commit"]["author"]
    assert (author["name"], author["email"]) == (ALICE, "")


def test_the_same_content_is_no_change():
    town = started()
    tip = town.of_web("GetBranch", branchName="main")["branch"]["commitId"]
    same = {"branchName": "main", "filePath": "a.txt", "fileContent": b"1", "parentCommitId": tip}
    with pytest.raises(ServiceError, match="SameFileContentException"):
        town.of_web("PutFile", **same)
    town.of_web("PutFile", **same, fileMode="EXECUTABLE")
    assert town.of_web("GitPull")["executables"] == ["a.txt"]


def test_editing_keeps_the_mode():
    town = started()
    create(town, setFileModes=[{"filePath": "run.sh", "fileMode": "EXECUTABLE"}])
    town.push({"run.sh": "echo hello"})
    assert town.of_web("GitPull")["executables"] == ["run.sh"]
    create(town, putFiles=[put("run.sh", "echo goodbye")])
    assert town.of_web("GitPull")["executables"] == ["run.sh"]


def test_delete_file():
    town = started()
    tip = town.of_web("GetBranch", branchName="main")["branch"]["commitId"]
    blob = town.of_web("GetFile", filePath="folder/b.txt")["blobId"]
    answer = town.of_web("DeleteFile", branchName="main", filePath="folder/b.txt", parentCommitId=tip)
    assert (answer["blobId"], answer["filePath"]) == (blob, "folder/b.txt")
    assert sorted(town.of_web("GitPull")["files"]) == ["a.txt", "run.sh"]
    with pytest.raises(ServiceError, match="FileDoesNotExistException"):
        town.of_web("GetFile", filePath="folder/b.txt")
    # and it is still in the earlier commit
    assert town.of_web("GetFile", filePath="folder/b.txt", commitSpecifier=tip)["blobId"] == blob
