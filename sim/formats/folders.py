"""Folders that become repositories and bundles: their files, in an order that is the same on every machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from os.path import isdir
from pathlib import Path

from sim.formats.nodes import Node, Reader

MAX_FOLDER = 100_000_000
"""A folder may hold so many bytes."""
MAX_FILES = 10_000
"""A folder may hold so many files."""
_LEFT_OUT = (".git", "__pycache__")


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    executable: bool = False


def read_repository(folder: Path) -> MappingABC[str, File] | Path:
    """The files of a folder, or the path itself when it is a git directory. Raises ProblemsError."""
    reader = Reader(str(folder), "SC")
    found = read_folder(reader, None, folder)
    reader.raise_if_errors()
    assert found is not None
    return found


def read_folder(reader: Reader, node: Node | None, folder: Path) -> dict[str, File] | Path | None:
    """{path: file} of a folder, the folder itself when it is a git directory, None after a Problem at that node."""
    if folder.name.endswith(".git") and isdir(folder):
        return folder
    if not isdir(folder):
        reader.error(
            node, "020", f"there is no folder {folder.name!r} there", "paths start at the scenario's own folder"
        )
        return None
    files: dict[str, File] = {}
    size = 0
    for path in _files_of(folder):
        inside = path.relative_to(folder).as_posix()
        if path.is_symlink():
            reader.error(node, "021", f"{inside} is a symbolic link", "put the file itself there")
            continue
        try:
            status = path.stat()
            size += status.st_size
            if size > MAX_FOLDER or len(files) >= MAX_FILES:
                most = f"{MAX_FOLDER // 1_000_000} MB" if size > MAX_FOLDER else f"{MAX_FILES} files"
                reader.error(node, "022", f"the folder {folder.name!r} holds more than {most}", "name a smaller one")
                return None
            files[inside] = File(path.read_bytes(), bool(status.st_mode & 0o100))
        except OSError as error:
            reader.error(
                node, "028", f"{inside} cannot be read: {error.strerror}", "give the right to read it, or move it away"
            )
    return files


def _files_of(folder: Path) -> Iterator[Path]:
    """Every file below a folder, and every link, in an order that is the same on every machine."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted([*names, *folders]):
            path = Path(root, name)
            if name not in _LEFT_OUT and (path.is_symlink() or path.is_file()):
                yield path
