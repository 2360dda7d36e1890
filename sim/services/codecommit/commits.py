"""Changing the files of a commit, as CreateCommit, PutFile, DeleteFile and a push do.

Source: docs/behaviour/codecommit-and-glue.md §6.
"""

from __future__ import annotations

from typing import Any

from sim.core.problems import ServiceError
from sim.services.codecommit.git import EXECUTABLE, NORMAL, SUBMODULE, SYMLINK, File, Git, Tree
from sim.services.codecommit.resources import MAX_ENTRIES, MAX_FILE, check_path

MODES = {"NORMAL": NORMAL, "EXECUTABLE": EXECUTABLE, "SYMLINK": SYMLINK}
MODE_NAMES = {mode: name for name, mode in MODES.items()}


class Edit:
    """Changes to a tree. `files` is how it comes out; conflicts are looked for by `settle`."""

    def __init__(self, git: Git, base: Tree):
        self.git = git
        self.base = base
        self.files: dict[str, File] = dict(base)
        self._put: list[str] = []
        self._deleted: list[str] = []

    def put(self, path: str, content: bytes, mode: int | None = None) -> None:
        """Write a file; without a mode it keeps the one it has."""
        if len(content) > MAX_FILE:
            raise ServiceError(
                "FileContentSizeLimitExceededException",
                f"The file {path} has {len(content)} bytes; the limit is {MAX_FILE}",
            )
        self.put_blob(path, self.git.add_blob(content), mode)

    def put_blob(self, path: str, blob: str, mode: int | None = None) -> None:
        present = self.files.get(path)
        self.files[path] = File(mode or (present.mode if present else NORMAL), blob)
        self._put.append(path)

    def delete(self, path: str) -> None:
        self.files.pop(self._present(path))
        self._deleted.append(path)

    def set_mode(self, path: str, mode: int) -> None:
        present = self.files[self._present(path)]
        self.files[path] = File(mode, present.blob)

    def copy(self, source: str, path: str, mode: int | None, move: bool) -> None:
        """Write a file with another's content; `move` takes that other away."""
        found = self.base.get(source)
        if found is None:
            raise _no_file(source)
        self.put_blob(path, found.blob, mode or found.mode)
        if move:
            self.delete(source)

    def keep_folders(self) -> None:
        """Put a .gitkeep where a deletion left a folder empty."""
        for path in self._deleted:
            folder = path.rpartition("/")[0]
            if folder and not any(other.startswith(f"{folder}/") for other in self.files):
                self.put(f"{folder}/.gitkeep", b"")

    def settle(self) -> None:
        """Raise AWS's error when a file now lies where a folder is, or a folder where a file is."""
        if not self._put:
            return
        folders = {path[:end]: None for path in self.files for end in _slashes(path)}
        for path in self._put:
            if path in folders:
                raise ServiceError(
                    "FileNameConflictsWithDirectoryNameException", f"There is a folder with the name of the file {path}"
                )
            for end in _slashes(path):
                if path[:end] in self.files:
                    raise _blocked(path, path[:end], self.files[path[:end]])

    def _present(self, path: str) -> str:
        if path not in self.files:
            raise _no_file(path)
        return path

    # What came of it

    @property
    def changed(self) -> bool:
        return self.files != self.base

    def added(self) -> list[dict[str, str]]:
        return [metadata(path, file) for path, file in sorted(self.files.items()) if path not in self.base]

    def updated(self) -> list[dict[str, str]]:
        return [
            metadata(path, file)
            for path, file in sorted(self.files.items())
            if path in self.base and self.base[path] != file
        ]

    def deleted(self) -> list[dict[str, str]]:
        return [metadata(path, file) for path, file in self.base.items() if path not in self.files]


def _slashes(path: str) -> list[int]:
    return [place for place, letter in enumerate(path) if letter == "/"]


def _no_file(path: str) -> ServiceError:
    return ServiceError("FileDoesNotExistException", f"The file {path} does not exist")


def _blocked(path: str, place: str, file: File) -> ServiceError:
    if file.mode == SUBMODULE:
        return ServiceError(
            "FilePathConflictsWithSubmodulePathException", f"{place}, on the way to {path}, is a submodule"
        )
    return ServiceError("DirectoryNameConflictsWithFileNameException", f"{place} of {path} is a file")


def metadata(path: str, file: File) -> dict[str, str]:
    """AWS's FileMetadata."""
    return {"absolutePath": path, "blobId": file.blob, "fileMode": MODE_NAMES.get(file.mode, "NORMAL")}


def mode_of(name: Any) -> int | None:
    """Git's mode for AWS's name of it; None for none. Raises InvalidFileMode."""
    if name is None:
        return None
    if name not in MODES:
        raise ServiceError("InvalidFileModeException", f"{name} is not a file mode; there are {', '.join(MODES)}")
    return MODES[name]


def content_of(value: Any) -> bytes:
    """The bytes of a blob parameter, which boto3 lets be text too."""
    return value.encode() if isinstance(value, str) else bytes(value)


def commit_edit(git: Git, base: Tree, parameters: dict[str, Any]) -> Edit:
    """The edit that CreateCommit's putFiles, deleteFiles and setFileModes make."""
    puts = parameters.get("putFiles") or []
    deletes = parameters.get("deleteFiles") or []
    modes = parameters.get("setFileModes") or []
    _check_entries(puts, deletes, modes)
    edit = Edit(git, base)
    for entry in deletes:
        edit.delete(check_path(entry.get("filePath")))
    for entry in modes:
        mode = mode_of(entry.get("fileMode"))
        if mode is None:
            raise ServiceError("FileModeRequiredException", "A file mode is required")
        edit.set_mode(check_path(entry.get("filePath")), mode)
    for entry in puts:
        _put_entry(edit, entry)
    if parameters.get("keepEmptyFolders"):
        edit.keep_folders()
    edit.settle()
    return edit


def _check_entries(puts: list[Any], deletes: list[Any], modes: list[Any]) -> None:
    entries = [*puts, *deletes, *modes]
    if not entries:
        raise ServiceError("FileEntryRequiredException", "A commit needs at least one file to put, delete or change")
    if len(entries) > MAX_ENTRIES:
        raise ServiceError(
            "MaximumFileEntriesExceededException",
            f"A commit changes at most {MAX_ENTRIES} files; these are {len(entries)}",
        )
    paths = [check_path(entry.get("filePath")) for entry in entries]
    for path in paths:
        if paths.count(path) > 1:
            raise ServiceError("SamePathRequestException", f"The path {path} is given more than once")
    moved = [check_path(entry["sourceFile"].get("filePath")) for entry in puts if entry.get("sourceFile")]
    for path in moved:
        if path in paths:
            raise ServiceError("RestrictedSourceFileException", f"The source file {path} is changed here too")
    written = [check_path(entry.get("filePath")) for entry in puts]
    for path in written:
        if any(other.startswith(f"{path}/") for other in written):
            raise ServiceError("PutFileEntryConflictException", f"{path} would be both a file and a folder")


def _put_entry(edit: Edit, entry: dict[str, Any]) -> None:
    path, mode = check_path(entry.get("filePath")), mode_of(entry.get("fileMode"))
    content, source = entry.get("fileContent"), entry.get("sourceFile")
    if content is not None and source is not None:
        raise ServiceError(
            "FileContentAndSourceFileSpecifiedException", f"{path}: give its content or a source file, not both"
        )
    if source is not None:
        edit.copy(check_path(source.get("filePath")), path, mode, bool(source.get("isMove")))
    elif content is not None:
        edit.put(path, content_of(content), mode)
    else:
        raise ServiceError("SourceFileOrContentRequiredException", f"{path}: give its content or a source file")


def push_edit(git: Git, base: Tree, files: dict[str, bytes | None]) -> Edit:
    """The edit of a push: {path: content, or None for a file that goes}."""
    edit = Edit(git, base)
    for path, content in files.items():
        if content is None:
            edit.delete(check_path(path))
    for path, content in files.items():
        if content is not None:
            edit.put_blob(check_path(path), git.add_blob(content))  # git has no limit of 6 MB
    edit.settle()
    return edit
