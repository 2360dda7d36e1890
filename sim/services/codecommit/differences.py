"""What lies in a folder, and what changed between commits, files and versions."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from sim.core.problems import ServiceError
from sim.services.codecommit.commits import MODE_NAMES
from sim.services.codecommit.git import SUBMODULE, SYMLINK, File, Git, Tree

# Folders


def folder(git: Git, commit: str, path: str) -> dict[str, Any]:
    """The answer of GetFolder; `path` is "" for the root. Raises FolderDoesNotExist."""
    tree = git.tree_id(commit)
    for part in path.split("/") if path else ():
        tree = next((id for name, mode, id in git.entries(tree) if name == part and stat.S_ISDIR(mode)), "")
        if not tree:
            raise ServiceError("FolderDoesNotExistException", f"The folder {path} does not exist in commit {commit}")
    answer: dict[str, Any] = {
        "commitId": commit,
        "folderPath": path,
        "treeId": tree,
        "subFolders": [],
        "files": [],
        "symbolicLinks": [],
        "subModules": [],
    }
    for name, mode, id in git.entries(tree):
        member, entry = _folder_entry(mode, id)
        answer[member].append({"absolutePath": f"{path}/{name}" if path else name, "relativePath": name, **entry})
    return answer


def _folder_entry(mode: int, id: str) -> tuple[str, dict[str, str]]:
    if stat.S_ISDIR(mode):
        return "subFolders", {"treeId": id}
    if mode == SUBMODULE:
        return "subModules", {"commitId": id}
    return ("symbolicLinks" if mode == SYMLINK else "files"), {"blobId": id, "fileMode": MODE_NAMES.get(mode, "NORMAL")}


# Commits


def between(
    before: Tree, after: Tree, before_path: str | None = None, after_path: str | None = None
) -> list[dict[str, Any]]:
    """GetDifferences' list, in order of path. A path narrows it to a file or to what lies in a folder."""
    old, new = _inside(before, before_path), _inside(after, after_path)
    if (before_path and before and not old) or (after_path and not new and not old):
        raise ServiceError("PathDoesNotExistException", f"The path {after_path or before_path} does not exist")
    rows = []
    for path in sorted({**old, **new}):
        first, second = old.get(path), new.get(path)
        if first == second:
            continue
        row: dict[str, Any] = {"changeType": "A" if first is None else "D" if second is None else "M"}
        if first is not None:
            row["beforeBlob"] = _blob(path, first)
        if second is not None:
            row["afterBlob"] = _blob(path, second)
        rows.append(row)
    return rows


def _inside(tree: Tree, path: str | None) -> dict[str, File]:
    place = (path or "").strip("/")
    if not place:
        return dict(tree)
    return {name: file for name, file in tree.items() if name == place or name.startswith(f"{place}/")}


def _blob(path: str, file: File) -> dict[str, str]:
    return {"blobId": file.blob, "path": path, "mode": f"{file.mode:o}"}


# Versions of a file


def versions(git: Git, commit: str, path: str) -> list[tuple[str, dict[str, Any]]]:
    """(commit id, blobId, path and revisionChildren) of each commit that changed a file, the latest first."""
    found: list[tuple[str, dict[str, Any]]] = []
    later: dict[str, list[str]] = {}
    for id in git.history(commit):
        parents = git.parents(id)
        blob = git.files(id).get(path)
        changed = blob is not None and all(git.files(parent).get(path) != blob for parent in parents)
        if changed and blob is not None:
            children = list(dict.fromkeys(later.get(id, [])))
            found.append((id, {"blobId": blob.blob, "path": path, "revisionChildren": children}))
        for parent in parents:
            later.setdefault(parent, []).extend([id] if changed else later.get(id, []))
    return found


# Lines


def lines(before: bytes, after: bytes, context: int, ignore_whitespace: bool) -> dict[str, Any]:
    """The answer of GetBlobDifferences."""
    binary = b"\0" in before or b"\0" in after
    hunks = [] if binary else list(_hunks(_lines(before), _lines(after), context, ignore_whitespace))
    return {"hunks": hunks, "isBinary": binary, "beforeBlobSize": len(before), "afterBlobSize": len(after)}


def _lines(content: bytes) -> list[str]:
    text = content.decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n") if text else []


def _hunks(old: list[str], new: list[str], context: int, ignore_whitespace: bool) -> Iterator[dict[str, Any]]:
    def compared(lines: list[str]) -> list[str]:
        return ["".join(line.split()) for line in lines] if ignore_whitespace else lines

    matcher = SequenceMatcher(None, compared(old), compared(new), autojunk=False)
    for group in _groups(matcher, context):
        first, last = group[0], group[-1]
        yield {
            "beforeStartLine": first[1] + 1,
            "beforeLineCount": last[2] - first[1],
            "afterStartLine": first[3] + 1,
            "afterLineCount": last[4] - first[3],
            "changes": [change for opcode in group for change in _changes(opcode, old, new)],
        }


Opcode = tuple[str, int, int, int, int]


def _groups(matcher: SequenceMatcher[str], context: int) -> Iterator[list[Opcode]]:
    for group in matcher.get_grouped_opcodes(context):
        kept = [opcode for opcode in group if opcode[0] != "equal" or opcode[1] < opcode[2]]
        if any(opcode[0] != "equal" for opcode in kept):
            yield kept


def _changes(opcode: Opcode, old: list[str], new: list[str]) -> Iterator[dict[str, Any]]:
    kind, old_from, old_to, new_from, new_to = opcode
    if kind == "equal":
        for offset in range(old_to - old_from):
            before, after = old_from + offset, new_from + offset
            yield {
                "type": "CONTEXT",
                "beforeLineNumber": before + 1,
                "afterLineNumber": after + 1,
                "content": new[after],
            }
        return
    for place in range(old_from, old_to):
        yield {"type": "DELETE", "beforeLineNumber": place + 1, "content": old[place]}
    for place in range(new_from, new_to):
        yield {"type": "ADD", "afterLineNumber": place + 1, "content": new[place]}
