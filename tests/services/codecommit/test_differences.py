"""Folders, blobs, differences, history of a file. Source: docs/behaviour/codecommit-and-glue.md §6."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.problems import ServiceError
from sim.services.codecommit import differences
from tests.services.codecommit.stage import Town


def test_a_folder():
    town = Town()
    commit = town.push({"src/app.py": "1", "src/lib/a.py": "2", "README.md": "3"})
    root = town.of_web("GetFolder", folderPath="/")
    assert (root["commitId"], root["folderPath"]) == (commit, "")
    assert [one["absolutePath"] for one in root["subFolders"]] == ["src"]
    assert [one["absolutePath"] for one in root["files"]] == ["README.md"]
    inside = town.of_web("GetFolder", folderPath="src/", commitSpecifier="main")
    assert [(one["absolutePath"], one["relativePath"]) for one in inside["files"]] == [("src/app.py", "app.py")]
    assert inside["subFolders"][0]["absolutePath"] == "src/lib"
    assert inside["treeId"] == root["subFolders"][0]["treeId"]
    for path in ("none", "README.md"):
        with pytest.raises(ServiceError, match="FolderDoesNotExistException"):
            town.of_web("GetFolder", folderPath=path)
    with pytest.raises(ServiceError, match="CommitDoesNotExistException"):
        town.of_web("GetFolder", folderPath="/", commitSpecifier="none")


def test_a_link_is_listed_apart():
    town = Town()
    town.of_web(
        "CreateCommit",
        branchName="main",
        putFiles=[{"filePath": "link", "fileContent": b"README.md", "fileMode": "SYMLINK"}],
    )
    root = town.of_web("GetFolder", folderPath="/")
    assert [one["absolutePath"] for one in root["symbolicLinks"]] == ["link"]
    assert root["files"] == []


def test_a_blob():
    town = Town()
    town.push({"a": "hello\n"})
    assert town.of_web("GetBlob", blobId="ce013625030ba8dba906f756967f9e9ca394464a") == {"content": b"hello\n"}
    for id, code in (("", "BlobIdRequired"), ("xyz", "InvalidBlobId"), ("e" * 40, "BlobIdDoesNotExist")):
        with pytest.raises(ServiceError, match=f"{code}Exception"):
            town.of_web("GetBlob", blobId=id)


def test_differences_between_commits():
    town = Town()
    first = town.push({"kept": "1", "changed": "1", "gone": "1", "folder/x": "1"})
    town.push({"changed": "2", "gone": None, "new": "1", "folder/x": "2"})

    def changes(**parameters: Any) -> list[tuple[str, str]]:
        rows = town.of_web("GetDifferences", **parameters)["differences"]
        return [(row["changeType"], row.get("afterBlob", row.get("beforeBlob"))["path"]) for row in rows]

    found = changes(beforeCommitSpecifier=first, afterCommitSpecifier="main")
    assert found == [("M", "changed"), ("M", "folder/x"), ("D", "gone"), ("A", "new")]
    # Without a commit before, everything is new
    assert changes(afterCommitSpecifier=first) == [(("A"), path) for path in ("changed", "folder/x", "gone", "kept")]
    # A path narrows it
    narrowed = changes(
        beforeCommitSpecifier=first, afterCommitSpecifier="HEAD", beforePath="folder", afterPath="folder"
    )
    assert narrowed == [("M", "folder/x")]
    with pytest.raises(ServiceError, match="PathDoesNotExistException"):
        changes(afterCommitSpecifier="main", afterPath="none")
    with pytest.raises(ServiceError, match="CommitRequiredException"):
        changes()


def test_blobs_in_differences_carry_gits_modes():
    town = Town()
    town.push({"a": "1"})
    (row,) = town.of_web("GetDifferences", afterCommitSpecifier="main")["differences"]
    assert row["afterBlob"]["mode"] == "100644"


def test_the_history_of_a_file():
    town = Town()
    first = town.push({"a": "1", "b": "1"})
    town.push({"b": "2"})
    third = town.push({"a": "2"})
    town.push({"b": "3"})
    rows = town.of_web("ListFileCommitHistory", filePath="a")["revisionDag"]
    assert [(row["commit"]["commitId"], row["revisionChildren"]) for row in rows] == [(third, []), (first, [third])]
    assert {row["path"] for row in rows} == {"a"}
    assert town.of_web("ListFileCommitHistory", filePath="none")["revisionDag"] == []


# Lines


def hunks(before: str, after: str, **parameters: Any) -> list[dict[str, Any]]:
    town = Town()
    town.push({"before": before, "after": after})
    ids = [town.of_web("GetFile", filePath=path)["blobId"] for path in ("before", "after")]
    answer = town.of_web("GetBlobDifferences", beforeBlobId=ids[0], afterBlobId=ids[1], **parameters)
    assert (answer["isBinary"], answer["beforeBlobSize"], answer["afterBlobSize"]) == (False, len(before), len(after))
    found: list[dict[str, Any]] = answer["hunks"]
    return found


def test_a_changed_line_with_its_context():
    (hunk,) = hunks("a\nb\nc\nd\n", "a\nb\nX\nd\n", contextLines=1)
    assert (hunk["beforeStartLine"], hunk["beforeLineCount"]) == (2, 3)
    assert (hunk["afterStartLine"], hunk["afterLineCount"]) == (2, 3)
    assert hunk["changes"] == [
        {"type": "CONTEXT", "beforeLineNumber": 2, "afterLineNumber": 2, "content": "b"},
        {"type": "DELETE", "beforeLineNumber": 3, "content": "c"},
        {"type": "ADD", "afterLineNumber": 3, "content": "X"},
        {"type": "CONTEXT", "beforeLineNumber": 4, "afterLineNumber": 4, "content": "d"},
    ]


def test_without_context_far_changes_are_hunks_of_their_own():
    found = hunks("a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n", contextLines=0)
    assert [[change["content"] for change in hunk["changes"]] for hunk in found] == [["a", "A"], ["e", "E"]]


def test_spaces_may_be_looked_over():
    assert hunks("a b\nc\n", "a  b\nc\n", ignoreWhitespace=True) == []
    assert len(hunks("a b\nc\n", "a  b\nc\n")) == 1


def test_a_new_file_is_all_added_and_a_binary_one_has_no_lines():
    town = Town()
    town.push({"text": "1\n2\n", "binary": "\0"})
    text, binary = (town.of_web("GetFile", filePath=path)["blobId"] for path in ("text", "binary"))
    (hunk,) = town.of_web("GetBlobDifferences", afterBlobId=text)["hunks"]
    assert [change["type"] for change in hunk["changes"]] == ["ADD", "ADD"]
    assert hunk["beforeLineCount"] == 0
    answer = town.of_web("GetBlobDifferences", afterBlobId=binary)
    assert (answer["isBinary"], answer["hunks"]) == (True, [])
    with pytest.raises(ServiceError, match="ValidationException"):
        town.of_web("GetBlobDifferences", afterBlobId=text, contextLines=21)


TEXTS = st.lists(st.sampled_from("abc"), max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_hunks_lead_from_one_text_to_the_other(before: str, after: str, context: int):
    found = differences.lines(before.encode(), after.encode(), context, False)["hunks"]
    old, new = before.splitlines(), after.splitlines()
    rebuilt: list[str] = []
    place = 0
    for hunk in found:
        first = next((one["beforeLineNumber"] for one in hunk["changes"] if "beforeLineNumber" in one), None)
        start = first - 1 if first is not None else hunk["beforeStartLine"] - 1
        rebuilt += old[place:start]
        rebuilt += [one["content"] for one in hunk["changes"] if one["type"] != "DELETE"]
        place = start + hunk["beforeLineCount"]
    assert rebuilt + old[place:] == new
