"""The git objects and references of one repository, in memory.

Ids are git's own: the same content, author, time and message give the same commit id as `git` itself would. Commits
are named by their 40 hexadecimal digits, references by their full name (`refs/heads/main`).
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID, ShaFile
    from dulwich.refs import Ref

NORMAL, EXECUTABLE, SYMLINK, SUBMODULE = 0o100644, 0o100755, 0o120000, 0o160000
FOLDER = 0o040000
NOTHING = "0" * 40
"""The commit id that stands for none, as in a push that deletes a reference."""

HEADS, TAGS = "refs/heads/", "refs/tags/"
_ID = re.compile(r"[0-9a-f]{40}")
_SHORT_ID = re.compile(r"[0-9a-f]{4,39}")


class File(NamedTuple):
    """A file of a commit: git's mode, such as 0o100644, and the id of its blob."""

    mode: int
    blob: str


Tree = Mapping[str, File]
"""The files of a commit, flat: {path: file}. Submodules are among them, with their mode; folders are not."""


Folder = dict[str, "File | Folder"]
"""The same, a level at a time."""


class Author(NamedTuple):
    name: str
    email: str = ""

    def ident(self) -> bytes:
        """As git writes it: `alice <alice@example.com>`; git allows neither line breaks nor angle brackets inside."""
        name, email = (re.sub(r"[<>\n\r\0]", "", part).strip() for part in self)
        return f"{name} <{email}>".encode()


class Git:
    """Objects and references. `references` maps full names to ids, of commits or of annotated tags."""

    def __init__(self) -> None:
        self.objects: dict[ObjectID, ShaFile] = {}
        self.references: dict[str, str] = {}
        self._trees: dict[str, Tree] = {}

    def copy(self) -> Git:
        """Another that goes its own way from here."""
        other = Git()
        other.objects = dict(self.objects)
        other.references = dict(self.references)
        other._trees = dict(self._trees)
        return other

    # References

    def branches(self) -> dict[str, str]:
        """{branch name: commit id}, in order of name."""
        return {name.removeprefix(HEADS): id for name, id in sorted(self.references.items()) if name.startswith(HEADS)}

    def resolve(self, specifier: str, default_branch: str | None) -> str | None:
        """The commit id of a branch, tag, full reference, HEAD, or full or short id; None when there is none."""
        if specifier == "HEAD":
            specifier = f"{HEADS}{default_branch}"
        for name in (specifier, HEADS + specifier, TAGS + specifier):
            if name in self.references:
                return self.peeled(self.references[name])
        if _ID.fullmatch(specifier):
            return self.peeled(specifier)
        return self._short(specifier) if _SHORT_ID.fullmatch(specifier) else None

    def _short(self, prefix: str) -> str | None:
        start = prefix.encode()
        fitting = [id.decode() for id in self.objects if id.startswith(start) and self.is_commit(id.decode())]
        return fitting[0] if len(fitting) == 1 else None

    def peeled(self, id: str) -> str | None:
        """The commit that a commit id or an annotated tag comes down to."""
        from dulwich.objects import Commit, Tag

        while _key(id) in self.objects:
            found = self.objects[_key(id)]
            if isinstance(found, Commit):
                return id
            if not isinstance(found, Tag):
                return None
            id = found.object[1].decode()
        return None

    # Objects

    def is_commit(self, id: str) -> bool:
        from dulwich.objects import Commit

        return is_id(id) and _key(id) in self.objects and isinstance(self.objects[_key(id)], Commit)

    def commit(self, id: str) -> Commit:
        from dulwich.objects import Commit

        found = self.objects[_key(id)]
        assert isinstance(found, Commit)
        return found

    def blob(self, id: str) -> bytes | None:
        """The content of a blob; None when no blob has that id."""
        from dulwich.objects import Blob

        found = self.objects[_key(id)] if is_id(id) and _key(id) in self.objects else None
        return found.data if isinstance(found, Blob) else None

    def add_blob(self, content: bytes) -> str:
        from dulwich.objects import Blob

        blob = Blob.from_string(content)
        return self._add(blob)

    def _add(self, one: ShaFile) -> str:
        """Store an object, which nobody changes from now on, and give its id."""
        self.objects[one.id] = one
        return one.id.decode()

    def files(self, commit_id: str | None) -> Tree:
        """The files of a commit, in order of path; those of no commit are none."""
        if commit_id is None:
            return {}
        return self.files_of_tree(self.tree_id(commit_id))

    def files_of_tree(self, tree_id: str) -> Tree:
        found = self._trees.get(tree_id)
        if found is None:
            found = self._trees[tree_id] = dict(sorted(self._walk(tree_id, "")))
        return found

    def tree_id(self, commit_id: str) -> str:
        return str(self.commit(commit_id).tree.decode())

    def entries(self, tree_id: str) -> list[tuple[str, int, str]]:
        """(name, mode, id) of what lies directly in a folder, in git's order."""
        from dulwich.objects import Tree as TreeObject

        tree = self.objects[_key(tree_id)]
        assert isinstance(tree, TreeObject)
        return [(entry.path.decode(), entry.mode, entry.sha.decode()) for entry in tree.iteritems()]

    def _walk(self, tree_id: str, inside: str) -> Iterator[tuple[str, File]]:
        for name, mode, id in self.entries(tree_id):
            if stat.S_ISDIR(mode):
                yield from self._walk(id, f"{inside}{name}/")
            else:
                yield inside + name, File(mode, id)

    def write_tree(self, files: Tree) -> str:
        """The id of the tree of these files, its folders and itself stored."""
        folder: Folder = {}
        for path, file in files.items():
            *folders, name = path.split("/")
            inside = folder
            for each in folders:
                inside = cast("Folder", inside.setdefault(each, {}))
            inside[name] = file
        return self._write_folder(folder)

    def _write_folder(self, folder: Folder) -> str:
        from dulwich.objects import Tree as TreeObject

        tree = TreeObject()
        for name, entry in folder.items():
            if isinstance(entry, File):
                tree.add(name.encode(), entry.mode, _key(entry.blob))
            else:
                tree.add(name.encode(), FOLDER, _key(self._write_folder(entry)))
        return self._add(tree)

    def write_commit(self, files: Tree, parents: list[str], author: Author, moment: datetime, message: str) -> str:
        """Store a commit of these files and give its id. The author is its committer too; times are UTC."""
        from dulwich.objects import Commit

        commit = Commit()
        commit.tree = _key(self.write_tree(files))
        commit.parents = [_key(parent) for parent in parents]
        commit.author = commit.committer = author.ident()
        commit.author_time = commit.commit_time = int(moment.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = message.encode()
        return self._add(commit)

    # History

    def history(self, commit_id: str) -> list[str]:
        """A commit and all it comes from, children before their parents, later ones first."""
        from heapq import heappop, heappush

        waiting = self._children(commit_id)
        ready: list[tuple[int, str]] = [(-self.commit(commit_id).commit_time, commit_id)]
        found = []
        while ready:
            _, id = heappop(ready)
            found.append(id)
            for parent in self.parents(id):
                waiting[parent] -= 1
                if waiting[parent] == 0:
                    heappush(ready, (-self.commit(parent).commit_time, parent))
        return found

    def parents(self, commit_id: str) -> list[str]:
        """The parents that are there: a shallow clone does not hold all of them."""
        return [parent.decode() for parent in self.commit(commit_id).parents if parent in self.objects]

    def _children(self, commit_id: str) -> dict[str, int]:
        """How many children each ancestor has below that commit."""
        counts: dict[str, int] = {commit_id: 0}
        stack = [commit_id]
        while stack:
            for parent in self.parents(stack.pop()):
                if parent not in counts:
                    counts[parent] = 0
                    stack.append(parent)
                counts[parent] += 1
        return counts


def _key(id: str) -> ObjectID:
    """An id as dulwich wants it."""
    return cast("ObjectID", id.encode())


def is_id(text: str) -> bool:
    """Whether this is a full id."""
    return _ID.fullmatch(text) is not None


def read(folder: Path) -> tuple[Git, str | None]:
    """A copy of a git directory, and its default branch (HEAD's). Raises ValueError when it cannot be read."""
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    try:
        source = Repo(str(folder))
    except NotGitRepository:
        raise ValueError(f"{folder.name} is not a git directory") from None
    git = Git()
    with source:
        for id in source.object_store:
            git.objects[id] = source.object_store[id]
        for name, id in sorted(source.refs.as_dict().items()):
            if name.startswith((b"refs/heads/", b"refs/tags/")):
                git.references[name.decode()] = id.decode()
        head = dict(source.refs.get_symrefs().items()).get(cast("Ref", b"HEAD"), b"").decode()
    branch = head.removeprefix(HEADS) if head in git.references else next(iter(git.branches()), None)
    return git, branch
